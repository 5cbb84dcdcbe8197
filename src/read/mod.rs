//! What a snapshot and a transaction have in common: everything that reads. Each question has a file; the trait [`Read`] is
//! the way to all of them.

mod account;
mod agenda;
mod budget;
mod columns;
mod explanation;
mod facet;
mod hierarchy;
pub(crate) mod lookup;
mod overlaps;
mod page;
mod people;
mod relationships;
pub(crate) mod saved;
mod search;
mod select;
pub(crate) mod soundness;
mod statistics;
pub(crate) mod tag_count;
#[cfg(test)]
mod tests;
mod timeline;
pub(crate) mod view;

use crate::clock::Moment;
use crate::engine;
use crate::error::{ErrorKind, Result};
use crate::model::{
    Company, Contact, FieldHandle, FieldType, Id, Identity, InvalidValue, Kind, Record, RecordId, Stored, Tag, Value,
};
use crate::rows;
use crate::schema::Catalogue;
use crate::segment::{
    self, AnyQuestion, AnySegment, Bindings, Completion, Question, QuestionRef, QuestionSource, Segment, SegmentRef,
    SegmentSource,
};
use crate::store;
use time::OffsetDateTime;
use view::View;

pub use crate::engine::{AnsweredBy, Period};
pub use account::Account;
pub use agenda::Due;
pub use budget::Budget;
pub use columns::Columns;
pub use explanation::{ExplainedStep, Explanation};
pub use facet::{Bucket, Facet, Grouping};
pub use hierarchy::Below;
pub use lookup::By;
pub use overlaps::Overlaps;
pub use page::{Page, PageCursor};
pub use people::{Member, People};
pub use relationships::{Related, StatedBy};
pub use saved::SavedQuestion;
pub use search::{Hit, Match, Search};
pub use select::Select;
pub use soundness::{Difference, Soundness};
pub use statistics::{Figures, Statistics};
pub use tag_count::TagCount;
pub use timeline::{Cursor, Timeline, TimelineEntry, TimelinePage};

/// Everything that reads. Implemented by [`Snapshot`](crate::Snapshot) and, with its own changes, by
/// [`Transaction`](crate::Transaction). Sealed.
///
/// ```
/// use contactdb::{Contact, Database, Read};
/// fn vips(db: &impl Read) -> contactdb::Result<u64> {
///     db.count(&db.segment("tag vip")?)
/// }
///
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// tx.insert(&Contact::named("Ada", "Lovelace").tag("vip"))?;
/// assert_eq!(vips(&tx)?, 1);
/// tx.commit()?;
/// assert_eq!(vips(&db.read()?)?, 1);
/// # Ok::<(), contactdb::Error>(())
/// ```
pub trait Read: View + Sized {
    /// The attributes of every kind and the tags.
    fn catalogue(&self) -> &Catalogue {
        self.catalogue_now()
    }

    /// The moment and the zone in which questions are asked unless they say otherwise: for a snapshot the one at which it
    /// was made. For [`Contact::may`] and the like.
    fn now(&self) -> Moment {
        self.moment()
    }

    /// The record with that id; `None` if there is none. A few look-ups, whatever the size.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn get<I: Identity>(&self, id: I) -> Result<Option<Stored<I::Record>>> {
        let id: RecordId = id.into();
        let Some(row) = rows::find(self.tables().0, id)? else { return Ok(None) };
        let loaded = rows::load(self.tables().0, self.catalogue(), id.kind, row)?;
        Ok(loaded.map(|row| rows::to_stored(self.catalogue(), row)).transpose()?)
    }

    /// Whether there is a record with that id. One look-up.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn contains(&self, id: impl Into<RecordId>) -> Result<bool> {
        Ok(rows::find(self.tables().0, id.into())?.is_some())
    }

    /// The records that have a key, in the order in which they were inserted: none, one, or for e-mail
    /// addresses and phone numbers perhaps several. One look-up, and one for each record found.
    ///
    /// # Errors
    /// [`NotAKey`](ErrorKind::NotAKey) for a field that is not unique or does not exist;
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn find<T: Record>(&self, key: &By) -> Result<Vec<Id<T>>> {
        Ok(self.find_any(T::KIND, key)?.into_iter().map(|id| Id::from_uuid(id.uuid)).collect())
    }

    /// As [`find`](Self::find), of a kind that is known only when the program runs.
    ///
    /// # Errors
    /// As for [`find`](Self::find).
    fn find_any(&self, kind: Kind, key: &By) -> Result<Vec<RecordId>> {
        let mut ids = Vec::new();
        for row in key.rows(self.tables().0, self.catalogue(), kind, self.options().phones.region)? {
            ids.extend(rows::id_of(self.tables().0, kind, row)?.map(|uuid| RecordId { kind, uuid }));
        }
        Ok(ids)
    }

    /// The records that have a key, whole, in the order in which they were inserted. Costs as much as [`get`](Self::get) of
    /// each, and a look-up.
    ///
    /// # Errors
    /// As for [`find`](Self::find).
    ///
    /// ```
    /// use contactdb::{By, Contact, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert(&Contact::named("Ada", "Lovelace").email("ada@acme.example"))?;
    /// let found = tx.get_by::<Contact>(&By::email("Ada@acme.example"))?;
    /// assert!(found.iter().map(|ada| ada.record.name.given.as_deref()).eq([Some("Ada")]));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    fn get_by<T: Record>(&self, key: &By) -> Result<Vec<Stored<T>>> {
        let (source, catalogue) = (self.tables().0, self.catalogue());
        let mut found = Vec::new();
        for row in key.rows(source, catalogue, T::KIND, self.options().phones.region)? {
            let loaded = rows::load(source, catalogue, T::KIND, row)?;
            found.extend(loaded.map(|row| rows::to_stored(catalogue, row)).transpose()?);
        }
        Ok(found)
    }

    /// How many records of a kind there are. One look-up.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn len(&self, kind: Kind) -> Result<u64> {
        Ok(u64::from(store::live(self.tables().0, kind)?))
    }

    /// The records that refer to a record, each once for each attribute through which it does, the
    /// latest first within one attribute; not those that only noted it by themselves. Holds all of them in memory.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn referrers(&self, id: impl Into<RecordId>) -> Result<Vec<RecordId>> {
        let id = id.into();
        let row = rows::find(self.tables().0, id)?.ok_or(ErrorKind::NotFound { id })?;
        let mut found = Vec::new();
        for link in rows::links_to(self.tables().0, id.kind, row) {
            let link = link?;
            if link.attribute.is_system() {
                continue;
            }
            let uuid = rows::id_of(self.tables().0, link.source_kind, link.source)?;
            found.extend(uuid.map(|uuid| RecordId { kind: link.source_kind, uuid }));
        }
        Ok(found)
    }

    /// What is due up to and including `now`: tasks that are not done, tickets that are not resolved; the longest due
    /// first. Two look-ups each; those that are not taken cost nothing.
    ///
    /// ```
    /// use contactdb::{Database, Read, Task};
    /// use time::{Duration, OffsetDateTime};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let monday = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
    /// let call = tx.insert(&Task::call("Ask how the roof holds").due(monday))?;
    /// let due: Vec<_> = tx.due(monday).collect::<Result<_, _>>()?;
    /// assert_eq!((due[0].at, due[0].record.typed::<Task>()), (monday, Some(call)));
    /// assert_eq!(tx.due(monday - Duration::HOUR).count(), 0);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// Of each item: [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn due(&self, now: OffsetDateTime) -> impl Iterator<Item = Result<Due>> {
        agenda::due(self.tables().0, now)
    }

    /// The time at which something becomes due next, later than `after`: when a program that waits should look again,
    /// since the library has no thread of its own. `None` if nothing is planned. One look-up.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn next_due(&self, after: OffsetDateTime) -> Result<Option<OffsetDateTime>> {
        agenda::next_due(self.tables().0, after)
    }

    /// What a person or a company bought and sold, paid and owes, by the orders that are theirs. Reads each of those orders.
    /// Due dates are held against today, in the zone of the database.
    ///
    /// ```
    /// use contactdb::{Contact, Currency, Database, Money, Payment, Purchase, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    /// let euros = |amount: i64| Money::new(amount, Currency::EUR);
    /// tx.insert(&Purchase::by(ada).total(euros(500)).payment(Payment::of(euros(500))))?;
    /// tx.insert(&Purchase::by(ada).total(euros(80)).payment(Payment::of(euros(30))))?;
    /// let account = tx.account(ada)?;
    /// assert_eq!((account.sales, &*account.sold, &*account.receivable), (2, &[euros(580)][..], &[euros(50)][..]));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn account(&self, id: impl Into<RecordId>) -> Result<Account> {
        account::account(self.tables().0, self.catalogue(), id.into(), self.now().today())
    }

    /// Holds everything that is derived from records against the records: ids, keys, links, tags, agenda, columns and counts. To be
    /// asked after a crash of the machine, or now and then. `progress` is told how many records of how many were gone through, and
    /// how many differences were found.
    ///
    /// Reads every record and every index once, a few look-ups each; holds one block of 3,968 rows at a time. What it finds is
    /// mended by [`rebuild_indexes`](crate::Transaction::rebuild_indexes). An example stands at [`Soundness`].
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io), [`Corrupt`](ErrorKind::Corrupt) if the file can't be read at all. What is wrong with single entries is no
    /// error, but reported.
    fn check(&self, mut progress: impl FnMut(crate::transaction::Progress)) -> Result<Soundness> {
        soundness::check(self, &mut progress)
    }

    /// Everything that happened with a record, the latest first: builds the question, see [`Timeline`]. Reads nothing yet.
    fn timeline(&self, id: impl Into<RecordId>) -> Timeline<'_> {
        Timeline::new(self, id.into())
    }

    /// Who belongs to a company, as what and when: builds the question, see [`People`]. Reads nothing yet.
    fn people_of(&self, company: Id<Company>) -> People<'_> {
        People::new(self, company)
    }

    /// The company that a company belongs to, the one that that one belongs to, and so on. A few look-ups each. Ends where a
    /// damaged file would lead in a circle.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn parents(&self, company: Id<Company>) -> Result<Vec<Id<Company>>> {
        hierarchy::above(self, company, Company::PARENT)
    }

    /// The companies that belong to a company, level by level, each once; those of depth 1 are its own. Two or three look-ups
    /// each, and those that are not taken cost nothing. Holds a few bytes for each company met so far.
    ///
    /// ```
    /// use contactdb::{Company, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let acme = tx.insert(&Company::new("Acme"))?;
    /// let roofs = tx.insert(&Company::new("Acme Roofs").parent(acme))?;
    /// let tiles = tx.insert(&Company::new("Acme Tiles").parent(roofs))?;
    /// let all: Vec<_> = tx.subsidiaries(acme)?.collect::<Result<_, _>>()?;
    /// assert_eq!(all.iter().map(|below| (below.id, below.depth)).collect::<Vec<_>>(), [(roofs, 1), (tiles, 2)]);
    /// assert_eq!(tx.parents(tiles)?, [roofs, acme]);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io). The iterator ends after an
    /// error.
    fn subsidiaries(&self, company: Id<Company>) -> Result<impl Iterator<Item = Result<Below<Id<Company>>>>> {
        hierarchy::below(self, company, Company::PARENT)
    }

    /// Whom a person reports to, whom that one reports to, and so on. A few look-ups each. Ends where a damaged file would
    /// lead in a circle.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn managers(&self, contact: Id<Contact>) -> Result<Vec<Id<Contact>>> {
        hierarchy::above(self, contact, Contact::REPORTS_TO)
    }

    /// Who reports to a person, level by level, each once; those of depth 1 do so themselves. Costs as
    /// [`subsidiaries`](Self::subsidiaries).
    ///
    /// # Errors
    /// As for [`subsidiaries`](Self::subsidiaries).
    fn reports(&self, contact: Id<Contact>) -> Result<impl Iterator<Item = Result<Below<Id<Contact>>>>> {
        hierarchy::below(self, contact, Contact::REPORTS_TO)
    }

    /// What other people are to a person: what is noted with the person (`related`), and what others noted about the person,
    /// with the word for the other direction: a parent where they noted a child. What is noted on both sides appears once, with
    /// what this side says before what the other says. Reads the person and each of the others who noted something (a few
    /// look-ups each); holds all the answers in memory.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Read, Relationship, StatedBy, choices::relationship};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let grace = tx.insert(&Contact::named("Grace", "Hopper"))?;
    /// // Grace is Ada's assistant.
    /// let ada = tx.insert(
    ///     &Contact::named("Ada", "Lovelace").related(Relationship::with(grace, relationship::ASSISTANT)),
    /// )?;
    /// let found = tx.relationships(grace)?;
    /// assert_eq!((found[0].who, found[0].stated), (ada, StatedBy::Other));
    /// assert_eq!(found[0].kind, Some(relationship::PRINCIPAL));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn relationships(&self, contact: Id<Contact>) -> Result<Vec<Related>> {
        relationships::relationships(self, contact)
    }

    /// The typed handle of a custom field that was defined before.
    ///
    /// # Errors
    /// [`NoSuchField`](ErrorKind::NoSuchField) if there is none with that key and type.
    fn field<T: FieldType>(&self, kind: Kind, key: &str) -> Result<FieldHandle<T>> {
        let catalogue = self.catalogue();
        let no_such_field = || ErrorKind::NoSuchField {
            kind,
            key: key.to_owned(),
            nearest: catalogue.nearest_key(kind, key).filter(|near| near != key),
        };
        Ok(catalogue.handle(kind, key).ok_or_else(no_such_field)?)
    }

    /// Reads a segment of contacts: a text such as `tag vip and company.industry = Construction`, a
    /// [`Filter`](crate::Filter) that the program built, or a stored [`SegmentTree`](crate::SegmentTree).
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment), with every mistake in it.
    fn segment(&self, source: impl SegmentSource) -> Result<Segment<Contact>> {
        self.segment_of(source)
    }

    /// Reads a segment of any kind that has a Rust type: `snapshot.segment_of::<Company>("industry = Health")`.
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment), with every mistake in it.
    fn segment_of<T: Record>(&self, source: impl SegmentSource) -> Result<Segment<T>> {
        let limits = &self.options().syntax;
        let any = segment::check(source.source(), Some(T::KIND), self.catalogue(), limits, &Bindings::default())?;
        Ok(Segment::new(any))
    }

    /// Reads a segment whose kind is known only from itself: `companies where industry = Health`. For
    /// frontends.
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment), with every mistake in it.
    fn any_segment(&self, source: impl SegmentSource) -> Result<AnySegment> {
        let limits = &self.options().syntax;
        Ok(segment::check(source.source(), None, self.catalogue(), limits, &Bindings::default())?)
    }

    /// The segment with values for its parameters: `$since`, and lists in `in $ids`. Values are taken as values, never as
    /// text, and must have the type that [`parameters`](Segment::parameters) says. What is given no value stays a parameter.
    /// Takes time in proportion to the sizes of the segment and of the values; lists may be of any length.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert(&Contact::named("Ada", "Lovelace").job_title("Analyst"))?;
    /// let by_title = tx.segment("job_title = $title")?;
    /// let typed_by_a_user = "analyst";
    /// assert_eq!(tx.count(&tx.bind(&by_title, [("title", typed_by_a_user.into())])?)?, 1);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment): a value of another type, a list for one value or one for a list, a name that the
    /// segment does not have.
    fn bind<'n, T: Record>(
        &self,
        segment: &Segment<T>,
        values: impl IntoIterator<Item = (&'n str, Value)>,
    ) -> Result<Segment<T>> {
        Ok(Segment::new(self.bind_any(segment.as_any(), values)?))
    }

    /// As [`bind`](Self::bind), of a segment whose kind is known only when the program runs.
    ///
    /// # Errors
    /// As for [`bind`](Self::bind).
    fn bind_any<'n>(
        &self,
        segment: &AnySegment,
        values: impl IntoIterator<Item = (&'n str, Value)>,
    ) -> Result<AnySegment> {
        let bindings = Bindings::new(values);
        Ok(segment::bind(segment, self.catalogue(), &bindings)?)
    }

    /// Reads a question: a segment with an order and a limit, as a text such as `tag vip order by name limit 10` or as a stored
    /// [`QuestionTree`](crate::QuestionTree). Whatever a segment is read from is a question without order and limit.
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment), with every mistake in it.
    fn question<T: Record>(&self, source: impl QuestionSource) -> Result<Question<T>> {
        let (form, limits) = (source.question_form(), &self.options().syntax);
        Ok(Question::new(segment::check_question(form, Some(T::KIND), self.catalogue(), limits)?))
    }

    /// As [`question`](Self::question), of a kind that is known only from the question itself. For frontends.
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment), with every mistake in it.
    fn any_question(&self, source: impl QuestionSource) -> Result<AnyQuestion> {
        Ok(segment::check_question(source.question_form(), None, self.catalogue(), &self.options().syntax)?)
    }

    /// The saved question of that name, case aside, checked against the present catalogue. Parameters that it was saved with
    /// are still to be given: see [`bind`](Self::bind) and [`Question::with_segment`]. A few look-ups.
    ///
    /// # Errors
    /// [`NoSuchQuestion`](ErrorKind::NoSuchQuestion); [`Segment`](ErrorKind::Segment) if it uses what was archived since, which
    /// can be restored; [`NewerQuestion`](ErrorKind::NewerQuestion) if a newer version of the crate saved it;
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    ///
    /// ```
    /// use contactdb::{Contact, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert(&Contact::named("Ada", "Lovelace").stage("customer"))?;
    /// tx.save_question("Customers", "stage = customer order by family_name limit 100")?;
    /// let question = tx.saved_question("customers")?.typed::<Contact>().expect("of contacts");
    /// assert_eq!(tx.ask(&question).ids()?.len(), 1);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    fn saved_question(&self, name: &str) -> Result<AnyQuestion> {
        saved::ask(self.tables().0, self.catalogue(), &self.options().syntax, name)
    }

    /// All saved questions, by name in the order of the [key fold](crate::guide::file_format#two-folds-of-text): what a frontend
    /// lists. Those that can't be asked at present are among them. Holds all of them in memory.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    fn saved_questions(&self) -> Result<Vec<SavedQuestion>> {
        saved::list(self.tables().0)
    }

    /// What could be written at a place of a segment text that is being typed: attributes, operators that suit them, options,
    /// tags, words. `cursor` is an offset in bytes; one inside a character counts as before it. For editors.
    /// Takes time in proportion to the length of the text and the number of names in the catalogue.
    ///
    /// ```
    /// use contactdb::{Database, Read};
    /// let snapshot = Database::in_memory()?.read()?;
    /// let text = "stage = cus";
    /// let completion = snapshot.complete(text, text.len());
    /// assert_eq!(completion.proposals[0].text, "customer");
    /// assert_eq!(completion.apply(text, &completion.proposals[0]), "stage = customer");
    /// let operators = snapshot.complete("birthday ", 9);
    /// assert!(operators.proposals.iter().any(|proposal| proposal.text == "anniversary in"));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    fn complete(&self, text: &str, cursor: usize) -> Completion {
        segment::complete(text, cursor, self.catalogue(), &self.options().syntax)
    }

    /// Reads the columns of a list of records of a kind, written like the keys of an order: `name, company.name, age`. What has
    /// several values or no order can be shown too. See [`Columns`].
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment), with every mistake in them.
    fn columns(&self, kind: Kind, keys: &str) -> Result<Columns> {
        Columns::read(self, kind, keys)
    }

    /// What the columns show of a record: for each its values, none if there is none. A few look-ups, and a few for each
    /// record that is led to.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound), also for a record of another kind; [`Corrupt`](ErrorKind::Corrupt),
    /// [`Io`](ErrorKind::Io).
    fn cells(&self, id: impl Into<RecordId>, columns: &Columns) -> Result<Vec<Vec<Value>>> {
        columns.cells(self, id.into())
    }

    /// The best few records for what somebody types, of all kinds: builds the search, see [`Search`]. Reads nothing yet.
    ///
    /// ```
    /// use contactdb::{Company, Contact, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let acme = tx.insert(&Company::new("Acme"))?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace").email("ada@acme.example"))?;
    /// let hits = tx.search("ac").hits()?;
    /// // The name comes before the address.
    /// assert_eq!(hits.iter().map(|hit| hit.id).collect::<Vec<_>>(), [acme.into(), ada.into()]);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    fn search(&self, query: &str) -> Search<'_> {
        Search::new(self, query)
    }

    /// How many records a segment has, typed or not. Reads each record of the kind once.
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment) if it uses what was archived or deleted since; [`Corrupt`](ErrorKind::Corrupt),
    /// [`Io`](ErrorKind::Io).
    fn count(&self, segment: impl AsRef<AnySegment>) -> Result<u64> {
        engine::count(&self.scope(&self.moment())?, segment.as_ref(), None)
    }

    /// How a segment is answered: for each of its conditions what answers it, how many records it has, and the times that it
    /// comes to. For people who wonder why a segment has so few records, or takes so long. Answers each condition by itself for all
    /// records of the kind, so it takes longer than the segment does.
    ///
    /// ```
    /// use contactdb::{AnsweredBy, Contact, Database, FixedClock, Options, Read};
    /// use time::{Duration, OffsetDateTime};
    /// let db = Options::new().clock(FixedClock(OffsetDateTime::UNIX_EPOCH + Duration::days(20_543))).in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert(&Contact::named("Ada", "Example").stage("customer"))?;
    /// let explanation = tx.explain(&tx.segment("stage = customer and created in last 7 days")?)?;
    /// assert_eq!((explanation.root.by, explanation.root.steps[0].by), (AnsweredBy::And, AnsweredBy::Column));
    /// assert_eq!(explanation.to_string(), "\
    /// 1 of 1 records, 1 asked one by one since they were written last
    /// and: 1 (about 1)
    ///   stage = customer: 1 (about 1), from a column
    ///   created in last 7 days: 1 (about 1), from a column; after 2026-03-24T00:00:00Z, through 2026-03-31T00:00:00Z
    /// ");
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment) if it uses what was archived or deleted since; [`Corrupt`](ErrorKind::Corrupt),
    /// [`Io`](ErrorKind::Io).
    fn explain(&self, segment: impl AsRef<AnySegment>) -> Result<Explanation> {
        let (moment, segment) = (self.moment(), segment.as_ref());
        let explained = engine::explain(&self.scope(&moment)?, segment)?;
        Ok(Explanation::of(explained, self.catalogue(), &moment))
    }

    /// How many records several segments have, each two of them together, and each alone: for a table of how lists overlap. What
    /// it costs is what the counts cost, one after the other.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert(&Contact::named("Ada", "Example").tag("vip").stage("customer"))?;
    /// tx.insert(&Contact::named("Grace", "Example").stage("customer"))?;
    /// tx.insert(&Contact::named("Hedy", "Example").tag("vip"))?;
    /// let overlaps = tx.overlaps([&tx.segment("tag vip")?, &tx.segment("stage = customer")?])?;
    /// assert_eq!((overlaps.count(0), overlaps.count(1), overlaps.both(0, 1)), (2, 2, 1));
    /// assert_eq!((overlaps.only(0), overlaps.any(), overlaps.all()), (1, 3, 1));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment) if one uses what was archived or deleted since; [`Corrupt`](ErrorKind::Corrupt),
    /// [`Io`](ErrorKind::Io).
    fn overlaps(&self, segments: impl IntoIterator<Item = impl AsRef<AnySegment>>) -> Result<Overlaps> {
        let segments: Vec<_> = segments.into_iter().collect();
        let segments: Vec<&AnySegment> = segments.iter().map(AsRef::as_ref).collect();
        Ok(Overlaps(engine::overlaps(&self.scope(&self.moment())?, &segments)?))
    }

    /// How many records of a kind have each tag, level by level in the order of the names. Tags that no record has are
    /// there with 0, and so are names that only have tags beneath them: all that a tree of tags shows.
    ///
    /// Reads 512 bytes at most for each 4,096 records that have a tag, and no record.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    ///
    /// ```
    /// use contactdb::{Contact, Database, Kind, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert(&Contact::named("Ada", "Lovelace").tag("customers/gold").tag("customers/berlin"))?;
    /// tx.insert(&Contact::named("Grace", "Hopper").tag("customers/gold"))?;
    /// let counts = tx.tag_counts(Kind::CONTACT)?;
    /// let shown: Vec<String> = counts.iter().map(|c| format!("{} {} {}", c.tag, c.records, c.under)).collect();
    /// assert_eq!(shown, ["customers 0 2", "customers/berlin 1 1", "customers/gold 2 2"]);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    fn tag_counts(&self, kind: Kind) -> Result<Vec<TagCount>> {
        tag_count::counts(self.tables().0, self.catalogue(), kind, |_| true)
    }

    /// How many records of a kind have a tag, and how many have it or one beneath it. Costs as
    /// [`tag_counts`](Self::tag_counts) for these.
    ///
    /// # Errors
    /// [`Tag`](ErrorKind::Tag) if there is no such tag, and none beneath that name; [`Corrupt`](ErrorKind::Corrupt),
    /// [`Io`](ErrorKind::Io).
    fn tag_count(&self, kind: Kind, tag: impl TryInto<Tag, Error: Into<InvalidValue>>) -> Result<TagCount> {
        tag_count::count(self.tables().0, self.catalogue(), kind, tag)
    }

    /// The records of a segment: in any order and number, as ids or whole.
    fn select<S: SegmentRef>(&self, segment: &S) -> Select<'_, S::Record> {
        Select::new(self, segment.as_ref())
    }

    /// The records that a question asks for, in its order and at most its limit.
    fn ask<Q: QuestionRef>(&self, question: &Q) -> Select<'_, Q::Record> {
        let question = question.as_any();
        let select = Select::new(self, question.segment()).ordered(question.order().to_vec());
        match question.limit() {
            Some(limit) => select.limit(limit),
            None => select,
        }
    }
}
