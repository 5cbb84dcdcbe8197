//! native_db: records of a Rust type over redb, found by id and by the keys that the type names.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use native_db::{Builder, Database, Models, ToKey, native_db};
use native_model::{Model, native_model};
use serde::{Deserialize, Serialize};

use crate::Outcome;
use crate::data::{self, Firm, Generator, Person, STAGES};
use crate::ours::{BATCH, step};
use crate::work::{Answer, Peer, Question, Record, Seen, TOUCHED, Workload};

/// What it has: keys, and no questions about other attributes.
pub(crate) fn can(work: Workload) -> bool {
    matches!(
        work,
        Workload::BulkLoad
            | Workload::FileSize
            | Workload::Open
            | Workload::GetById
            | Workload::GetByEmail
            | Workload::DurableInsert
            | Workload::DurableUpdate
    )
}

#[derive(Serialize, Deserialize, Debug, Clone)]
#[native_model(id = 1, version = 1)]
#[native_db]
struct Contact {
    #[primary_key]
    id: u128,
    #[secondary_key(unique)]
    email_key: String,
    given: String,
    family: String,
    email: String,
    phone: String,
    company: u128,
    title: String,
    stage: u8,
    priority: u8,
    owner: u32,
    source: u8,
    country: String,
    city: String,
    language: String,
    birthday: (i16, u8, u8),
    created: i64,
    updated: i64,
    last_seen: i64,
    score: i64,
    budget: i64,
    plan: u8,
    renewal: i32,
    active: bool,
    tags: Vec<u32>,
}

#[derive(Serialize, Deserialize, Debug, Clone)]
#[native_model(id = 2, version = 1)]
#[native_db]
struct Company {
    #[primary_key]
    id: u128,
    name: String,
    domain: String,
    industry: u32,
    size: i64,
    revenue: i64,
    country: String,
    parent: Option<u128>,
}

fn contact(person: &Person, generator: &Generator) -> Outcome<Contact> {
    Ok(Contact {
        id: person.id.as_u128(),
        email_key: person.email.to_lowercase(),
        given: person.given.clone(),
        family: person.family.clone(),
        email: person.email.clone(),
        phone: person.phone.clone(),
        company: generator.company_id(person.company).as_u128(),
        title: person.title.to_owned(),
        stage: u8::try_from(person.stage)?,
        priority: u8::try_from(person.priority)?,
        owner: person.owner,
        source: u8::try_from(person.source)?,
        country: person.country.to_owned(),
        city: person.city.clone(),
        language: person.language.to_owned(),
        birthday: person.birthday,
        created: person.created,
        updated: person.created,
        last_seen: person.last_seen,
        score: person.score,
        budget: person.budget,
        plan: u8::try_from(person.plan)?,
        renewal: person.renewal,
        active: person.active,
        tags: person.tags.clone(),
    })
}

fn company(firm: &Firm, generator: &Generator) -> Company {
    Company {
        id: firm.id.as_u128(),
        name: firm.name.clone(),
        domain: firm.domain.clone(),
        industry: firm.industry,
        size: firm.size,
        revenue: firm.revenue,
        country: firm.country.to_owned(),
        parent: firm.parent.map(|parent| generator.company_id(parent).as_u128()),
    }
}

fn connect(path: &Path) -> Outcome<Database<'static>> {
    let mut models = Models::new();
    models.define::<Contact>()?;
    models.define::<Company>()?;
    // The database borrows them as long as it lives, which is about as long as the process.
    let models = Box::leak(Box::new(models));
    let mut builder = Builder::new();
    builder.set_cache_size(256 * 1024 * 1024);
    Ok(builder.create(models, path)?)
}

/// Loads everything in transactions of [`BATCH`] records; the time without that of the generator.
pub(crate) fn load(path: &Path, generator: &Arc<Generator>) -> Outcome<Duration> {
    let started = Instant::now();
    let db = connect(path)?;
    let mut took = started.elapsed();
    for begin in (0..generator.companies()).step_by(step()?) {
        let firms = (begin..generator.companies().min(begin + BATCH)).map(|at| generator.firm(at)).collect::<Vec<_>>();
        let started = Instant::now();
        let tx = db.rw_transaction()?;
        for firm in &firms {
            tx.insert(company(firm, generator))?;
        }
        tx.commit()?;
        took += started.elapsed();
    }
    for begin in (0..generator.contacts).step_by(step()?) {
        let people = (begin..generator.contacts.min(begin + BATCH)).map(|at| generator.person(at)).collect::<Vec<_>>();
        let started = Instant::now();
        let tx = db.rw_transaction()?;
        for person in &people {
            tx.insert(contact(person, generator)?)?;
        }
        tx.commit()?;
        took += started.elapsed();
    }
    let started = Instant::now();
    drop(db);
    Ok(took + started.elapsed())
}

struct Native {
    db: Database<'static>,
    generator: Arc<Generator>,
}

/// Opens what was loaded, until it can be read.
pub(crate) fn open(path: &Path, generator: &Arc<Generator>) -> Outcome<Box<dyn Peer>> {
    let db = connect(path)?;
    drop(db.r_transaction()?);
    Ok(Box::new(Native { db, generator: Arc::clone(generator) }))
}

impl Peer for Native {
    /// A read transaction borrows the database, so each question begins its own.
    fn reading(&mut self, _: bool) -> Outcome<()> {
        Ok(())
    }

    fn answer(&mut self, question: &Question) -> Outcome<Answer> {
        let found = |contact: Option<Contact>| {
            Ok(Answer::Records(contact.into_iter().map(|contact| Box::new(contact) as Box<dyn Record>).collect()))
        };
        match question {
            Question::ById(at) => {
                let id = self.generator.contact_id(*at).as_u128();
                found(self.db.r_transaction()?.get().primary(id)?)
            }
            Question::ByEmail(email) => {
                let email = email.to_lowercase();
                found(self.db.r_transaction()?.get().secondary(ContactKey::email_key, email)?)
            }
            Question::Insert(person) => {
                let tx = self.db.rw_transaction()?;
                tx.insert(contact(person, &self.generator)?)?;
                tx.commit()?;
                Ok(Answer::Count(1))
            }
            Question::Update { at, budget } => {
                let id = self.generator.contact_id(*at).as_u128();
                let tx = self.db.rw_transaction()?;
                let before: Contact = tx.get().primary(id)?.ok_or("the contact is not there")?;
                let mut after = before.clone();
                (after.budget, after.updated) = (*budget, data::created(*at));
                if !after.tags.contains(&TOUCHED) {
                    after.tags.push(TOUCHED);
                }
                tx.update(before, after)?;
                tx.commit()?;
                Ok(Answer::Count(1))
            }
            _ => Err("native_db has no such question".into()),
        }
    }

    fn close(self: Box<Self>) -> Outcome<()> {
        Ok(())
    }
}

impl Record for Contact {
    fn seen(&self) -> Outcome<Seen> {
        Ok(Seen {
            email: self.email.clone(),
            given: self.given.clone(),
            family: self.family.clone(),
            phone: self.phone.clone(),
            city: self.city.clone(),
            stage: STAGES.get(usize::from(self.stage)).copied().unwrap_or_default().to_owned(),
            score: self.score,
            budget: self.budget,
            tags: self.tags.clone(),
        })
    }
}
