//! Our side: contactdb through its public API.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use contactdb::{
    Address, By, Choice, Clock, Company, Contact, Currency, Database, Field, FieldHandle, FieldType, Id, IdSource,
    Kind, Labelled, Money, Options, Read, Snapshot, Stored, Value,
};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::Outcome;
use crate::data::{self, Firm, Generator, PLANS, PRIORITIES, Person, SOURCES, STAGES};
use crate::work::{Answer, BULK_BELOW, Both, Peer, Question, Record, Seen, TOUCHED};

/// How many records are made at a time, outside the measured time.
pub(crate) const BATCH: u64 = 50_000;

/// The ids and times that the generator gives to the records, in their order: companies, then contacts.
#[derive(Debug, Clone)]
struct Given {
    generator: Arc<Generator>,
    next: Arc<AtomicU64>,
}

impl IdSource for Given {
    fn next(&self, _: OffsetDateTime) -> Uuid {
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let companies = self.generator.companies();
        if at < companies { self.generator.company_id(at) } else { self.generator.contact_id(at - companies) }
    }
}

impl Clock for Given {
    fn now(&self) -> OffsetDateTime {
        let at = self.next.load(Ordering::Relaxed).saturating_sub(self.generator.companies());
        OffsetDateTime::from_unix_timestamp(data::created(at)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

fn options(generator: &Arc<Generator>, next: u64) -> Options {
    let given = Given { generator: Arc::clone(generator), next: Arc::new(AtomicU64::new(next)) };
    Options::new().cache_bytes(256 * 1024 * 1024).clock(given.clone()).ids(given)
}

struct Fields {
    last_seen: FieldHandle<OffsetDateTime>,
    score: FieldHandle<i64>,
    budget: FieldHandle<Decimal>,
    plan: FieldHandle<Choice>,
    renewal: FieldHandle<Date>,
    active: FieldHandle<bool>,
}

impl Fields {
    fn of(db: &impl Read) -> Outcome<Self> {
        fn field<T: FieldType>(db: &impl Read, key: &str) -> Outcome<FieldHandle<T>> {
            Ok(db.field(Kind::CONTACT, key)?)
        }
        Ok(Self {
            last_seen: field(db, "last_seen")?,
            score: field(db, "score")?,
            budget: field(db, "budget")?,
            plan: field(db, "plan")?,
            renewal: field(db, "renewal")?,
            active: field(db, "active")?,
        })
    }
}

/// Loads everything in one transaction and closes the file; the time without that of the generator.
pub(crate) fn load(path: &Path, generator: &Arc<Generator>) -> Outcome<Duration> {
    let mut took = Duration::ZERO;
    let started = Instant::now();
    let db = options(generator, 0).create(path)?;
    let mut tx = db.write()?;
    let plan = PLANS.iter().fold(Field::choice("plan"), |field, plan| field.option(*plan, *plan));
    tx.define(Field::date_time("last_seen"))?;
    tx.define(Field::integer("score"))?;
    tx.define(Field::decimal("budget"))?;
    tx.define(plan)?;
    tx.define(Field::date("renewal"))?;
    tx.define(Field::boolean("active"))?;
    let fields = Fields::of(&tx)?;
    took += started.elapsed();
    let mut refused = None;
    for begin in (0..generator.companies()).step_by(step()?) {
        let firms = (begin..generator.companies().min(begin + BATCH)).map(|at| generator.firm(at)).collect::<Vec<_>>();
        let started = Instant::now();
        tx.insert_each(firms.iter().map(|firm| company(firm, generator)), |outcome| {
            refused = outcome.result.err();
            if refused.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        took += started.elapsed();
    }
    for begin in (0..generator.contacts).step_by(step()?) {
        let people = (begin..generator.contacts.min(begin + BATCH)).map(|at| generator.person(at)).collect::<Vec<_>>();
        let started = Instant::now();
        let records = people.iter().filter_map(|person| contact(person, generator, &fields).ok());
        let inserted = tx.insert_each(records, |outcome| {
            refused = outcome.result.err();
            if refused.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        took += started.elapsed();
        if let Some(error) = refused.take() {
            return Err(error.into());
        }
        if inserted != u64::try_from(people.len())? {
            return Err("a contact could not be made".into());
        }
    }
    let started = Instant::now();
    tx.commit()?;
    db.close()?;
    Ok(took + started.elapsed())
}

/// [`BATCH`] as the size of a step.
pub(crate) fn step() -> Outcome<usize> {
    Ok(usize::try_from(BATCH)?)
}

fn company(firm: &Firm, generator: &Generator) -> Company {
    let company = Company::new(firm.name.as_str())
        .domain(firm.domain.as_str())
        .industry(industry(firm.industry))
        .employees(firm.size)
        .revenue(Money::new(firm.revenue, Currency::EUR))
        .billing_address(Address::new("", "").country(firm.country));
    match firm.parent {
        Some(parent) => company.parent(Id::from_uuid(generator.company_id(parent))),
        None => company,
    }
}

fn contact(person: &Person, generator: &Generator, fields: &Fields) -> Outcome<Contact> {
    let contact = Contact::named(person.given.as_str(), person.family.as_str())
        .email(person.email.as_str())
        .phone(person.phone.as_str())
        .works_at(Id::from_uuid(generator.company_id(person.company)), "")
        .job_title(person.title)
        .stage(key(&STAGES, person.stage))
        .priority(key(&PRIORITIES, person.priority))
        .owner(owner(person.owner))
        .source(key(&SOURCES, person.source))
        .address(Labelled::new(Address::new("", person.city.as_str()).country(person.country)))
        .language(person.language)
        .birthday(person.born()?)
        .set(fields.last_seen, person.seen()?)
        .set(fields.score, person.score)
        .set(fields.budget, person.budget)
        .set(fields.plan, key(&PLANS, person.plan))
        .set(fields.renewal, person.renewed()?)
        .set(fields.active, person.active);
    Ok(person.tags.iter().fold(contact, |contact, tag| contact.tag(tag_name(*tag).as_str())))
}

fn key(of: &[&'static str], at: usize) -> &'static str {
    of.get(at).copied().unwrap_or_default()
}

fn owner(at: u32) -> String {
    format!("user{at}")
}

fn industry(at: u32) -> String {
    format!("Industry {at}")
}

fn tag_name(tag: u32) -> String {
    format!("t{tag}")
}

/// The database with a snapshot for reads.
pub(crate) struct Ours {
    db: Database,
    snapshot: Snapshot,
    fields: Fields,
    generator: Arc<Generator>,
}

/// Opens what was loaded, until it can be read.
pub(crate) fn open(path: &Path, generator: &Arc<Generator>) -> Outcome<Box<dyn Peer>> {
    let db = options(generator, generator.companies() + generator.contacts).open(path)?;
    let snapshot = db.read()?;
    let fields = Fields::of(&snapshot)?;
    Ok(Box::new(Ours { db, snapshot, fields, generator: Arc::clone(generator) }))
}

impl Ours {
    fn get(&self, id: Id<Contact>) -> Outcome<Option<Box<dyn Record>>> {
        let found = self.snapshot.get(id)?;
        Ok(found.map(|record| Box::new(Found { record, score: self.fields.score, budget: self.fields.budget }) as _))
    }

    fn count(&self, text: &str) -> Outcome<Answer> {
        Ok(Answer::Count(self.snapshot.count(&self.snapshot.segment(text)?)?))
    }

    /// How many of each stage a segment has.
    fn facet(&self, text: &str) -> Outcome<[u64; 6]> {
        let segment = self.snapshot.segment(text)?;
        let facet = self.snapshot.select(&segment).facet("stage")?;
        Ok(STAGES.map(|stage| facet.count(&Value::Choice(stage.into()))))
    }
}

fn compound(both: &Both) -> String {
    let stage = key(&STAGES, both.stage);
    format!("tag {} and stage = {stage} and budget between {} and {}", tag_name(both.tag), both.low, both.high)
}

impl Peer for Ours {
    fn reading(&mut self, begin: bool) -> Outcome<()> {
        if begin {
            self.snapshot = self.db.read()?;
        }
        Ok(())
    }

    fn answer(&mut self, question: &Question) -> Outcome<Answer> {
        match question {
            Question::ById(at) => {
                let found = self.get(Id::from_uuid(self.generator.contact_id(*at)))?;
                Ok(Answer::Records(found.into_iter().collect()))
            }
            Question::ByEmail(email) => {
                let found = self.snapshot.get_by::<Contact>(&By::email(email))?;
                let (score, budget) = (self.fields.score, self.fields.budget);
                let found =
                    found.into_iter().map(|record| Box::new(Found { record, score, budget }) as Box<dyn Record>);
                Ok(Answer::Records(found.collect()))
            }
            Question::Tag(tag) => self.count(&format!("tag {}", tag_name(*tag))),
            Question::Tags { a, b, without } => {
                self.count(&format!("tag {} and tag {} and not tag {}", tag_name(*a), tag_name(*b), tag_name(*without)))
            }
            Question::Range { low, high } => self.count(&format!("budget between {low} and {high}")),
            Question::Compound(both) => self.count(&compound(both)),
            Question::Page(both) => {
                let segment = self.snapshot.segment(compound(both).as_str())?;
                let page = self.snapshot.select(&segment).order_by("score desc").limit(50).records()?;
                let (score, budget) = (self.fields.score, self.fields.budget);
                let page = page.map(|record| Ok(Box::new(Found { record: record?, score, budget }) as Box<dyn Record>));
                Ok(Answer::Records(page.collect::<Outcome<_>>()?))
            }
            Question::Substring(part) => self.count(&format!(
                "email contains \"{part}\" or family_name contains \"{part}\" or given_name contains \"{part}\""
            )),
            Question::ThroughCompany { industry: at, size, tag } => {
                let (industry, tag) = (industry(*at), tag_name(*tag));
                self.count(&format!("company.industry = \"{industry}\" and company.employees >= {size} and tag {tag}"))
            }
            Question::Facet(tag) => Ok(Answer::Facet(self.facet(&format!("tag {}", tag_name(*tag)))?)),
            Question::Insert(person) => {
                let mut tx = self.db.write()?;
                tx.insert(&contact(person, &self.generator, &self.fields)?)?;
                tx.commit()?;
                Ok(Answer::Count(1))
            }
            Question::Update { at, budget } => {
                let id = Id::<Contact>::from_uuid(self.generator.contact_id(*at));
                let mut tx = self.db.write()?;
                tx.update(id, |contact| contact.fields.set(self.fields.budget, *budget))?;
                tx.tag(id, tag_name(TOUCHED))?;
                tx.commit()?;
                Ok(Answer::Count(1))
            }
            Question::BulkTag { stage, tag } => {
                let mut tx = self.db.write()?;
                let text = format!("stage = {} and budget < {BULK_BELOW}", key(&STAGES, *stage));
                let tagged = tx.tag_many(&tx.segment(text.as_str())?, tag_name(*tag))?;
                tx.commit()?;
                Ok(Answer::Count(tagged))
            }
        }
    }

    fn close(self: Box<Self>) -> Outcome<()> {
        let Self { db, snapshot, .. } = *self;
        drop(snapshot);
        Ok(db.close()?)
    }
}

struct Found {
    record: Stored<Contact>,
    score: FieldHandle<i64>,
    budget: FieldHandle<Decimal>,
}

impl Record for Found {
    fn seen(&self) -> Outcome<Seen> {
        let contact = &self.record.record;
        let tags = contact.tags.iter().filter_map(|tag| tag.as_str().strip_prefix('t')?.parse().ok());
        let mut tags = tags.collect::<Vec<_>>();
        tags.sort_unstable();
        Ok(Seen {
            email: contact.emails.first().map(|email| email.value.to_string()).unwrap_or_default(),
            given: contact.name.given.clone().unwrap_or_default(),
            family: contact.name.family.clone().unwrap_or_default(),
            phone: contact.phones.first().map(|phone| phone.value.to_string()).unwrap_or_default(),
            city: contact.addresses.first().and_then(|address| address.value.city.clone()).unwrap_or_default(),
            stage: contact.stage.as_ref().map(|stage| stage.key().to_owned()).unwrap_or_default(),
            score: contact.fields.get(self.score).unwrap_or(-1),
            budget: contact.fields.get(self.budget).and_then(|budget| budget.to_i64()).unwrap_or(-1),
            tags,
        })
    }
}
