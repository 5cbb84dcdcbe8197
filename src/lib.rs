//! An embedded contact database: people, companies, what happened with them and what they bought, in
//! one file that your program opens itself.
//!
//! No server, no network, no background threads: the only I/O is the database file. What a CRM has under
//! its screens is here as a library: typed records, fields that each business defines for itself, tags,
//! and a *segment language* that a marketer can read and a program can build, to ask for exactly the
//! people one wants.
//!
//! This page teaches the whole in ten minutes. Each item's own page says the rest: errors, units, cost.
//!
//! # The whole at a glance
//!
//! ```
//! use contactdb::{Company, Contact, Currency, Deal, DealContact, Database, Field, Interaction, Kind, Read};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("crm.contacts");
//! let db = Database::create(&path)?;                    // open() never makes a file
//!
//! let mut tx = db.write()?;
//! let budget = tx.define(Field::money("budget", Currency::EUR).on(Kind::CONTACT).label("Budget"))?;
//! let acme = tx.insert(&Company::new("Acme").industry("Construction"))?;
//! let ada = tx.insert(
//!     &Contact::named("Ada", "Lovelace")
//!         .email("ada@acme.example")
//!         .works_at(acme, "CTO")
//!         .tag("vip")
//!         .set(budget, 12_500),
//! )?;
//! tx.insert(&Interaction::call(ada).outcome("asked for an offer"))?;
//! tx.commit()?;
//!
//! let snapshot = db.read()?;
//! let segment = snapshot.segment(
//!     "tag vip and company.industry = Construction
//!      and budget >= 10_000 EUR and last_interaction in last 30 days",
//! )?;
//! assert_eq!(snapshot.count(&segment)?, 1);
//! for found in snapshot.select(&segment).order_by("budget desc").limit(50).records()? {
//!     println!("{}", found?.record.name.display());
//! }
//! # Ok::<(), contactdb::Error>(())
//! ```
//!
//! # Reading and writing
//!
//! A [`Database`] is shared between threads. [`Database::read`] gives a [`Snapshot`]: the database as it
//! is at that moment, owned, never changing, blocking nobody. [`Database::write`] gives the one
//! [`Transaction`]: it sees its own changes, and a dropped one leaves nothing behind. What both can read
//! stands in one place, the trait [`Read`].
//!
//! ```
//! # use contactdb::{Contact, Database, OnReferences, Read};
//! # let db = Database::in_memory()?;
//! let mut tx = db.write()?;
//! let id = tx.insert(&Contact::named("Grace", "Hopper").tag("navy"))?;
//! tx.update(id, |grace| grace.job_title = Some("Rear admiral".into()))?;
//! tx.tag(id, "customers/gold")?;
//! tx.commit()?;
//!
//! let stored = db.read()?.get(id)?.expect("just committed");
//! assert_eq!(stored.version, 2);                        // tags change no version
//! assert_eq!(stored.record.tags.len(), 2);
//!
//! let mut tx = db.write()?;
//! tx.delete(id, OnReferences::Refuse)?;
//! drop(tx);                                             // not committed: nothing happened
//! assert!(db.read()?.contains(id)?);
//! # Ok::<(), contactdb::Error>(())
//! ```
//!
//! # Records
//!
//! [`Contact`], [`Company`], [`Interaction`], [`Purchase`], [`Deal`], [`Ticket`], [`Task`] and [`Sequence`] are plain structs;
//! [`guide::records`] has an example of each, and of kinds of one's own. Build them with setters, which never fail; change them through their public fields. What is wrong with a record is said when it
//! is written, all of it at once, and nothing is written then:
//!
//! ```
//! # use contactdb::{Contact, Database};
//! # let db = Database::in_memory()?;
//! # let mut tx = db.write()?;
//! let refused = tx.insert(&Contact::named("Ada", "Lovelace").email("ada@").stage("custommer")).unwrap_err();
//! let messages: Vec<String> = refused.violations().iter().map(ToString::to_string).collect();
//! assert_eq!(messages, [
//!     "email: expected something like name@example.com (found \"ada@\")",
//!     "stage: no such option; did you mean \"customer\"? (found \"custommer\")",
//! ]);
//! # Ok::<(), contactdb::Error>(())
//! ```
//!
//! An [`Id`] is typed: one of a company can't be mistaken for one of a person. References must lead
//! somewhere; [`OnReferences`] says what becomes of them when their target is deleted. [`By`] finds
//! records by e-mail address, phone number, external id or a unique field, and
//! [`upsert`](Transaction::upsert) changes or makes the one that has such a key.
//!
//! # Custom fields
//!
//! [`Transaction::define`] adds a field to a kind of record: seventeen types, with required, unique,
//! default, bounds, length, pattern and options as rules. Its typed [`FieldHandle`] sets and reads it;
//! [`set_value`](Contact::set_value) does the same by key, for frontends, and [`Field::of_type`] defines one whose type somebody
//! picked; [`guide::frontends`] shows forms and lists that know fields only from the catalogue. A field costs nothing until
//! values are set. It can be renamed, archived and restored, and so can its options, without touching a
//! record: see [`FieldEditor`].
//!
//! ```
//! # use contactdb::{Contact, Database, Field, Kind, Read, Record};
//! # let db = Database::in_memory()?;
//! let mut tx = db.write()?;
//! let plan = tx.define(Field::choice("plan").option("free", "Free").option("pro", "Professional").default("free"))?;
//! let ada = tx.insert(&Contact::named("Ada", "Lovelace"))?;
//! tx.edit_field(Kind::CONTACT, "plan")?.rename("tariff")?.add_option("team", "Team")?;
//! assert_eq!(tx.get(ada)?.expect("just inserted").record.get(plan), Some("free".into()));
//! assert_eq!(tx.count(&tx.segment("tariff = free")?)?, 1);
//! # Ok::<(), contactdb::Error>(())
//! ```
//!
//! Eight [`presets`] have ready-made fields, kinds, pipelines and saved questions: basic, business to business, business to
//! consumer, both, non-profit, estate agent, software as a service and retail; see [`guide::presets`].
//!
//! # Segments
//!
//! A segment says who is meant: `stage = customer and (tag vip or company.employees >= 50)`. It is
//! checked against the [`Catalogue`] before it runs, and every mistake in the text is shown with its
//! place:
//!
//! ```
//! # use contactdb::{Database, Read};
//! # let db = Database::in_memory()?;
//! # let snapshot = db.read()?;
//! let mistaken = snapshot.segment("stage = custommer and birthdy is set").unwrap_err();
//! println!("{mistaken}");
//! assert_eq!(mistaken.segment_error().expect("a mistake in the text").problems().len(), 2);
//! # Ok::<(), contactdb::Error>(())
//! ```
//!
//! What one asks about is an *attribute*: a property (`job_title`), a custom field, a part of an address
//! (`city`), something worked out (`age`, `last_interaction`), or any of these through a reference
//! (`company.parent.industry`). The main rules:
//!
//! * **Missing values.** A comparison with a missing value is false and `not` is the exact complement, so
//!   `not (last_interaction in last 30 days)` includes those never contacted.
//! * **Several values.** A comparison holds if *any* value satisfies it; `every email ends with "..."` asks all.
//!   What must hold of one and the same value stands in a block: `any address (city = Paris and country = US)`.
//! * **`and` with `or`** needs parentheses: the mistake that makes most wrong lists is an error here.
//! * **Text.** `=` ignores case and the accents of Latin and Greek letters (`jose` finds José); `==` is exact.
//!   `contains`, `starts with`, `ends with`, `like "a*b?"`, `matches /re/`, `has word`, `~` (nearly).
//! * **Money** compares only within a currency; numbers compare exactly, never as floats.
//! * **Time** is given, never read from the machine in the middle: [`Options::clock`], [`Options::zone`],
//!   [`Select::at`]. `in last 30 days` rolls, `in this month` goes by the calendar, `birthday anniversary in next 14 days`
//!   works with and without a year.
//! * **Values of users** are parameters, bound by value: `job_title = $title` and [`Read::bind`].
//!
//! The same can be built without a text, stored and loaded; all three forms are checked alike:
//!
//! ```
//! # use contactdb::{Database, Read, SegmentTree};
//! use contactdb::filter::{any, attribute, days};
//! # let db = Database::in_memory()?;
//! # let snapshot = db.read()?;
//! let filter = any("address", attribute("city").eq("Paris")) & !attribute("last_interaction").in_last(days(30));
//! let segment = snapshot.segment(filter)?;
//! let stored: SegmentTree = segment.to_tree();          // serde; ids, so that renames change nothing
//! assert_eq!(snapshot.segment(&stored)?, segment);
//! # Ok::<(), contactdb::Error>(())
//! ```
//!
//! A question, a segment with an order and a limit, can be kept in the database under a name:
//! [`Transaction::save_question`] and [`Read::saved_question`].
//!
//! [`Read::select`] takes a segment with an order and a limit and gives ids, records or a count. Frontends find what they need
//! in [`Read::catalogue`], [`Attribute::operators`], [`Read::complete`] and [`AnySegment::to_sentence`]. The whole
//! language stands in [`guide::language`], a cookbook in [`guide::cookbook`].
//!
//! # What happened, and who belongs together
//!
//! [`Read::timeline`] gives everything that happened with a record of any kind, the latest first, in pages; a company's has
//! that of its people. [`Read::people_of`] a company finds by role and day, [`Read::subsidiaries`] and [`Read::reports`] what
//! stands below, [`Read::relationships`] what people are to one another.
//!
//! ```
//! # use contactdb::{Company, Contact, Database, Interaction, Kind, Read};
//! # use time::OffsetDateTime;
//! # let db = Database::in_memory()?;
//! # let mut tx = db.write()?;
//! # let acme = tx.insert(&Company::new("Acme"))?;
//! # let ada = tx.insert(&Contact::named("Ada", "Lovelace").works_at(acme, "CTO"))?;
//! # tx.insert(&Interaction::call(ada))?;
//! # let now = OffsetDateTime::now_utc();
//! let page = tx.timeline(acme).kinds([Kind::INTERACTION, Kind::PURCHASE]).until(now).page(50)?;
//! assert_eq!(page.entries.len(), 1);
//! let rest = page.next.map(|cursor| tx.timeline(acme).after(&cursor).page(50)).transpose()?;
//! assert!(rest.is_none());
//! # Ok::<(), contactdb::Error>(())
//! ```
//!
//! # Cost
//!
//! Reading a record by id or key costs a few look-ups whatever the size. A segment is answered from packed columns,
//! one after the other: about a millisecond for a million records for tags, numbers, dates, options and
//! what lies behind a reference, some milliseconds for texts. Conditions that compare attributes with each other, consent
//! and age are worked out record by record, up to a second a million. Bulk writes run in bounded memory. The
//! figures stand in the README.
//!
//! # Untrusted input
//!
//! No text, record or file may make the library panic, hang or run out of memory: texts are bounded
//! ([`Limits`], [`SyntaxLimits`]), regular expressions run in linear time, every record has a checksum, and
//! a broken one is a typed error. [`Options::verify_on_open`] has every page of the file verified; without it
//! damage to a page of keys or links can go unnoticed, since only what is read is verified. Panics of the storage
//! engine on damaged files are caught, except in programs built with `panic = "abort"`. What the library
//! does not do: it does not encrypt the file, and whoever can write to the file can change it.
//!
//! # Features
//!
//! * `phone`: `PhoneMetadata`, a [`PhoneNormalizer`] which knows the numbering plans of the world, so that phone numbers are one however they are written; off.
//!
//! All else is always there.

mod cache;
#[cfg(test)]
mod cases;
mod clock;
mod database;
mod engine;
mod error;
mod exchange;
pub mod guide;
mod index;
mod model;
mod options;
pub mod presets;
mod read;
mod rows;
mod schema;
mod segment;
mod snapshot;
mod store;
mod transaction;

pub use clock::{Clock, FixedClock, FixedZone, IdSource, Moment, SystemClock, TimeOrderedIds, Zone};
pub use database::Database;
pub use error::{CardProblem, Error, ErrorKind, OpenProblem, Result};
pub use exchange::{
    BadRow, Column, CsvDialect, CsvExport, CsvOptions, CsvProblem, CsvReader, CsvRow, CsvRowProblem, DateOrder,
    DatePart, DatePartTarget, Dump, DumpProblem, DumpProgress, Dumped, Existing, ExportProgress, ExtraFields,
    FieldChange, FieldShape, FieldTarget, Find, Guess, Headings, ImportCounts, ImportMode, Imported, Incoming,
    Ingested, LineEnd, Load, ManyValues, Mapping, MappingProblem, Merging, Mistakes, NewOptions, NoteTarget,
    PlannedRow, RowAction, RowError, RowProblem, RowsInMemory, TableRows, TagTarget, Target, TextEncoding, Undone,
    UndoneAs, ValueTarget, jscontact, vcard,
};
#[cfg(feature = "phone")]
pub use model::PhoneMetadata;
pub use model::{
    Address, Affiliation, AnyRecord, AttributeId, Availability, Change, Choice, Company, Consent, Contact, Country,
    Currency, Deal, DealContact, EmailAddress, ExternalId, FieldHandle, FieldInput, FieldType, Fields, Group, Id,
    Identity, Import, Interaction, InvalidValue, Item, Kind, Labelled, Money, OnDelete, PartialDate, Participant,
    Payment, Permission, PermissionReason, PersonName, PhoneNormalizer, PhoneNumber, Purchase, Record, RecordId,
    Recurrence, Region, Relationship, Rule, Sequence, SocialProfile, StageOutcome, Step, Storable, Stored, Tag, Task,
    Ticket, Value, ValueRange, ValueType, Violation, WebAddress, choices,
};
pub use options::Options;
pub use read::{
    Account, AnsweredBy, Below, Bucket, Budget, By, Columns, Cursor, Difference, Due, ExplainedStep, Explanation,
    Facet, Figures, Grouping, Hit, Match, Member, Overlaps, Page, PageCursor, People, Period, Read, Related,
    SavedQuestion, Search, Select, Soundness, StatedBy, Statistics, TagCount, Timeline, TimelineEntry, TimelinePage,
};
pub use rows::Fault;
pub use rust_decimal::Decimal;
pub use schema::{
    Attribute, Catalogue, ChoiceOption, CustomKind, DefinitionProblem, Field, KindEntry, Limits, Origin, Pipeline,
    PipelineStage, QuestionProblem, Rules, TagProblem,
};
pub use segment::{
    AnyQuestion, AnySegment, Completion, Dependencies, Filter, Operator, Parameter, Problem, Proposal, ProposalKind,
    Question, QuestionRef, QuestionSource, QuestionTree, Segment, SegmentCode, SegmentError, SegmentRef, SegmentSource,
    SegmentTree, Span, SyntaxLimits, Takes, filter,
};
pub use snapshot::Snapshot;
pub use store::{Concurrency, Durability};
pub use transaction::{
    Completed, Conflict, Deleted, FieldEditor, KindEditor, OnReferences, Outcome, Progress, ReplaceError, Transaction,
    Upserted,
};
