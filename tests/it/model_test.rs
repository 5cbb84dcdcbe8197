//! Random operations against a model of plain maps, compared in full, reopened now and then.
//!
//! `CONTACTDB_SEEDS=1000 cargo test --test it model_test` runs more seeds than the usual 12.

use std::collections::BTreeMap;
use std::path::Path;

use contactdb::{
    Address, Affiliation, Choice, Company, Contact, Database, Deal, DealContact, Error, Field, Id, Interaction, Item,
    Kind, Limits, OnReferences, Participant, Payment, PersonName, Pipeline, Purchase, RecordId, ReplaceError, Tag,
    Task, Transaction,
};
use fastrand::Rng;
use time::Duration;

use crate::common::{Counter, START, Watch, euros, file, options};
use crate::following::{PIPELINES, Written};
use crate::model::{Handles, Held, Known, Model};

const OPERATIONS: u32 = 200;

struct Run {
    rng: Rng,
    watch: Watch,
    model: Model,
    /// Who writes in this transaction.
    actor: Option<&'static str>,
}

/// How a transaction ended.
enum Step {
    Done,
    Refused,
}

fn text(rng: &mut Rng) -> String {
    let words = ["Ada", "Юлия", "王芳", "Zoë", "محمد", "Ö", "x", "Example"];
    let count = if rng.u8(..8) == 0 { 90 } else { rng.usize(1..4) };
    (0..count).map(|_| words[rng.usize(..words.len())]).collect::<Vec<_>>().join(" ")
}

fn pick<T>(rng: &mut Rng, all: &BTreeMap<Id<T>, Held<T>>) -> Option<Id<T>> {
    if all.is_empty() { None } else { all.keys().nth(rng.usize(..all.len())).copied() }
}

impl Run {
    /// An id that is there, but now and then one that was deleted or never was.
    fn some<T: Known>(&mut self) -> Option<Id<T>> {
        if self.rng.u8(..25) == 0 {
            let ever: Vec<Id<T>> = self.model.ever.iter().filter_map(|id| id.typed()).collect();
            return self.rng.choice(ever);
        }
        pick(&mut self.rng, T::all(&self.model))
    }

    fn external(&mut self) -> contactdb::ExternalId {
        contactdb::ExternalId::new(format!("s{}", self.rng.u8(..2)), format!("{}", self.rng.u8(..12)))
    }

    fn tag(&mut self) -> Tag {
        let names = ["vip", "VIP", "Customers/Gold", "customers/gold", "customers", "Ж", "ж", "late"];
        Tag::new(names[self.rng.usize(..names.len())]).unwrap()
    }

    fn written(&self) -> Written<'static> {
        Written { now: contactdb::Clock::now(&self.watch), by: self.actor }
    }

    fn one_of(&mut self, keys: &[&str]) -> Option<Choice> {
        Some(keys[self.rng.usize(..keys.len())]).filter(|key| !key.is_empty()).map(Choice::from)
    }

    fn change_deal(&mut self, deal: &mut Deal) {
        match self.rng.u8(..9) {
            0 => deal.name = text(&mut self.rng),
            1..=3 => {
                let (pipeline, stages) = PIPELINES[self.rng.usize(..2)];
                deal.pipeline = Some(pipeline.into());
                deal.stage = Some(stages[self.rng.usize(..stages.len())].0.into());
            }
            4 => deal.probability = Some(self.rng.i64(0..=100)).filter(|value| value % 3 > 0),
            5 => deal.contacts.extend(self.some::<Contact>().map(DealContact::new)),
            6 => deal.company = self.some(),
            7 => deal.project = self.some::<Interaction>().map(RecordId::from),
            _ => deal.closed = Some(contactdb::Clock::now(&self.watch)).filter(|_| self.rng.bool()),
        }
    }

    fn change_task(&mut self, task: &mut Task) {
        match self.rng.u8(..7) {
            0 => task.subject = text(&mut self.rng),
            1 | 2 => task.status = self.one_of(&["", "open", "in_progress", "done", "cancelled"]),
            3 => {
                let due = contactdb::Clock::now(&self.watch) + Duration::seconds(self.rng.i64(-50..50));
                task.due = Some(due).filter(|_| self.rng.u8(..4) > 0);
            }
            4 => task.about.extend(self.some::<Contact>().map(RecordId::from)),
            5 => task.about.extend(self.some::<Deal>().map(RecordId::from)),
            _ => task.previous = self.some(),
        }
    }

    fn change_contact(&mut self, contact: &mut Contact) {
        match self.rng.u8(..17) {
            14 => contact.stage = self.one_of(&["", "lead", "customer", "former"]),
            15 => contact.status = self.one_of(&["", "active", "inactive"]),
            16 => drop(contact.status_history.pop()),
            0 => contact.name = PersonName::new(text(&mut self.rng), text(&mut self.rng)),
            1 => contact.notes = Some(text(&mut self.rng).repeat(self.rng.usize(..6))).filter(|text| !text.is_empty()),
            2 => {
                let email = format!("p{}@example.com", self.rng.u8(..8));
                contact.emails.push(contactdb::EmailAddress::new(&email).unwrap().into());
            }
            3 => drop(contact.emails.pop()),
            4 => {
                let phone = format!("+44 20 7946 000{}", self.rng.u8(..8));
                contact.phones = vec![contactdb::PhoneNumber::new(&phone).unwrap().into()];
            }
            5 => {
                let id = self.external();
                contact.external_ids.push(id);
            }
            6 => contact.external_ids.clear(),
            7 => {
                if let Some(company) = self.some() {
                    contact.affiliations.push(Affiliation::with(company).title("Clerk"));
                }
            }
            8 => contact.reports_to = self.some(),
            9 => {
                if let Some(friend) = self.some::<Contact>() {
                    contact.fields.set(self.model.handles.friend, friend);
                }
            }
            10 => {
                let code = format!("{}{}", ["code-", "CODE-"][self.rng.usize(..2)], self.rng.u8(..10));
                contact.fields.set(self.model.handles.code, code);
            }
            11 => contact.addresses = vec![Address::new(text(&mut self.rng), "Springfield").into()],
            12 => {
                let tag = self.tag();
                contact.tags.insert(tag);
            }
            _ => {
                let open: Vec<_> =
                    self.model.fields.iter().filter(|(_, _, archived)| !archived).map(|(f, ..)| *f).collect();
                if let Some(field) = self.rng.choice(open) {
                    contact.fields.set(field, text(&mut self.rng));
                }
            }
        }
    }

    fn change_company(&mut self, company: &mut Company) {
        match self.rng.u8(..6) {
            5 => company.stage = self.one_of(&["", "lead", "customer"]),
            0 => company.name = text(&mut self.rng),
            1 => company.parent = self.some(),
            2 => company.external_ids = vec![self.external()],
            3 => company.notes = Some(text(&mut self.rng).repeat(4)),
            _ => {
                let tag = self.tag();
                company.tags.remove(&tag);
            }
        }
    }

    fn change_interaction(&mut self, interaction: &mut Interaction) {
        match self.rng.u8(..5) {
            0 => interaction.body = Some(text(&mut self.rng).repeat(5)),
            1 => interaction.at = Some(contactdb::Clock::now(&self.watch) - Duration::seconds(self.rng.i64(0..START))),
            2 => interaction.participants.extend(self.some::<Contact>().map(Participant::new)),
            3 => interaction.participants.extend(self.some::<Company>().map(Participant::new)),
            _ => interaction.reply_to = self.some(),
        }
    }

    fn change_purchase(&mut self, purchase: &mut Purchase) {
        match self.rng.u8(..8) {
            5 => purchase.status = self.one_of(&["", "ordered", "paid", "returned"]),
            6 => purchase.payments.push(Payment::of(euros("5"))),
            7 => purchase.payments.push(Payment::refund(euros("2")).at(contactdb::Clock::now(&self.watch))),
            0 => purchase.items.push(Item::new(text(&mut self.rng), self.rng.i64(1..9)).unit_price(euros("9.99"))),
            1 => purchase.company = self.some(),
            2 => purchase.contact = self.some(),
            3 => purchase.external_ids = vec![self.external()],
            _ => purchase.total = Some(euros("19.98")),
        }
    }

    /// Whether the database should take the record: what the kinds have in common and what only some have.
    fn allows<T: Known>(&self, own: Option<Id<T>>, record: &T) -> bool {
        let contact = (record as &dyn std::any::Any).downcast_ref::<Contact>();
        let code_is_free =
            contact.and_then(|contact| contact.get::<String>(self.model.handles.code)).is_none_or(|code| {
                let own = own.map(RecordId::from);
                self.model.with_code(&code).iter().all(|holder| Some(RecordId::from(*holder)) == own)
            });
        code_is_free && self.model.allows(own, record) && !self.leads_back(own, record)
    }

    /// Whether following parents, bosses or answered messages leads back to the record.
    fn leads_back<T: Known>(&self, own: Option<Id<T>>, record: &T) -> bool {
        let Some(own) = own.map(RecordId::from) else { return false };
        let model = &self.model;
        let up = |id: RecordId| -> Option<RecordId> {
            match id.kind {
                Kind::CONTACT => model.contacts.get(&id.typed()?)?.record.reports_to.map(Into::into),
                Kind::COMPANY => model.companies.get(&id.typed()?)?.record.parent.map(Into::into),
                Kind::TASK => model.tasks.get(&id.typed()?)?.record.previous.map(Into::into),
                _ => model.interactions.get(&id.typed()?)?.record.reply_to.map(Into::into),
            }
        };
        let any = record as &dyn std::any::Any;
        let mut at = any.downcast_ref::<Contact>().and_then(|r| r.reports_to.map(RecordId::from));
        at = at.or_else(|| any.downcast_ref::<Company>().and_then(|r| r.parent.map(RecordId::from)));
        at = at.or_else(|| any.downcast_ref::<Interaction>().and_then(|r| r.reply_to.map(RecordId::from)));
        at = at.or_else(|| any.downcast_ref::<Task>().and_then(|r| r.previous.map(RecordId::from)));
        while let Some(id) = at {
            if id == own {
                return true;
            }
            at = up(id);
        }
        false
    }

    fn insert<T: Known>(&mut self, tx: &mut Transaction<'_>, record: T) -> Step {
        let allowed = self.allows(None, &record);
        match tx.insert(&record) {
            Ok(id) => {
                assert!(allowed, "taken: {record:?}");
                self.model.insert(id, record, self.written());
                Step::Done
            }
            Err(error) => {
                assert!(!allowed && error.is_invalid(), "refused: {error}: {record:?}");
                Step::Refused
            }
        }
    }

    fn update<T: Known>(&mut self, tx: &mut Transaction<'_>, change: impl Fn(&mut Self, &mut T)) -> Step {
        let Some(id) = self.some::<T>() else { return Step::Refused };
        let Some(held) = T::all(&self.model).get(&id).cloned() else {
            assert!(tx.update(id, |_: &mut T| {}).unwrap_err().is_not_found());
            return Step::Refused;
        };
        let mut record = held.record.clone();
        for _ in 0..self.rng.u8(..3) {
            change(self, &mut record);
        }
        let allowed = self.allows(Some(id), &record);
        let replaced = self.rng.u8(..4) == 0;
        let found = if replaced {
            let stale = self.rng.u8(..4) == 0;
            match tx.replace(id, held.version + u64::from(stale), record.clone()) {
                Err(ReplaceError::Conflict(conflict)) => {
                    assert!(stale);
                    assert_eq!((conflict.stored.version, &conflict.yours), (held.version, &record));
                    assert_eq!(conflict.stored.record, held.record);
                    return Step::Refused;
                }
                other => other.map_err(Error::from),
            }
        } else {
            tx.update(id, |stored: &mut T| {
                assert_eq!(*stored, held.record);
                *stored = record.clone();
            })
        };
        match found {
            Ok(version) => {
                assert!(allowed, "taken: {record:?}");
                assert_eq!(version, self.model.update(id, record, self.written()));
                Step::Done
            }
            Err(error) => {
                assert!(!allowed && error.is_invalid(), "refused: {error}: {record:?}");
                Step::Refused
            }
        }
    }

    fn delete<T: Known>(&mut self, tx: &mut Transaction<'_>) -> Step {
        let rules = [OnReferences::Refuse, OnReferences::Detach, OnReferences::Cascade];
        let rule = rules[self.rng.usize(..rules.len())];
        let Some(id) = self.some::<T>() else { return Step::Refused };
        let found = tx.delete(id, rule);
        if !self.model.has(id.into()) {
            assert!(found.unwrap_err().is_not_found());
            return Step::Refused;
        }
        match (found, self.model.delete(id.into(), rule)) {
            (Ok(deleted), Some(expected)) => assert_eq!((deleted.deleted, deleted.detached), expected, "{id} {rule:?}"),
            (Err(error), None) => assert!(matches!(error.kind(), contactdb::ErrorKind::Referenced { .. }), "{error}"),
            (found, expected) => panic!("{id} {rule:?}: {found:?}, expected {expected:?}"),
        }
        Step::Done
    }

    fn tag_contact(&mut self, tx: &mut Transaction<'_>) -> Step {
        let Some(id) = pick(&mut self.rng, &self.model.contacts) else { return Step::Refused };
        let tag = self.tag();
        let off = self.rng.bool();
        let found = if off { tx.untag(id, tag.clone()) } else { tx.tag(id, tag.clone()) };
        // Taking off a tag that was never used does not make it.
        let spelt = if off {
            self.model.tags.get(&tag.as_str().to_lowercase()).cloned()
        } else {
            self.model.spell(&[tag].into()).into_iter().next()
        };
        let tags = &mut self.model.contacts.get_mut(&id).unwrap().record.tags;
        let expected = spelt.is_some_and(|tag| if off { tags.remove(&tag) } else { tags.insert(tag) });
        assert_eq!(found.unwrap(), expected);
        Step::Done
    }

    fn change_fields(&mut self, tx: &mut Transaction<'_>) -> Step {
        let key = format!("field_{}", self.model.fields.len());
        let at = self.rng.usize(..self.model.fields.len().max(1));
        let Some((_, present, archived)) = self.model.fields.get_mut(at).filter(|_| self.rng.bool()) else {
            let field = Field::text(key.clone());
            let many = self.model.fields.len() > 12;
            if !many && !self.model.fields.iter().any(|(_, taken, _)| *taken == key) {
                let handle = tx.define(field).unwrap();
                self.model.fields.push((handle, key, false));
            }
            return Step::Done;
        };
        let editor = tx.edit_field(Kind::CONTACT, present).unwrap();
        match self.rng.u8(..3) {
            0 => {
                let renamed = format!("r{}_{present}", self.rng.u32(..));
                if renamed.len() <= 64 {
                    editor.rename(&renamed).unwrap();
                    *present = renamed;
                }
            }
            1 => {
                editor.archive().unwrap();
                *archived = true;
            }
            _ => {
                editor.restore().unwrap();
                *archived = false;
            }
        }
        Step::Done
    }

    fn operation(&mut self, tx: &mut Transaction<'_>) -> Step {
        self.watch.step(self.rng.i64(0..100));
        match self.rng.u8(..46) {
            34..=36 => {
                let mut deal = Deal::new(text(&mut self.rng));
                self.change_deal(&mut deal);
                self.insert(tx, deal)
            }
            37..=39 => {
                let mut task = Task::new(text(&mut self.rng));
                task.due = Some(contactdb::Clock::now(&self.watch) + Duration::seconds(self.rng.i64(0..100)));
                self.change_task(&mut task);
                self.insert(tx, task)
            }
            40 | 41 => self.update::<Deal>(tx, Self::change_deal),
            42 | 43 => self.update::<Task>(tx, Self::change_task),
            44 => self.delete::<Deal>(tx),
            45 => self.delete::<Task>(tx),
            0..=5 => {
                let mut contact = Contact::named(text(&mut self.rng), "Example");
                for _ in 0..self.rng.u8(..6) {
                    self.change_contact(&mut contact);
                }
                self.insert(tx, contact)
            }
            6..=7 => {
                let mut company = Company::new(text(&mut self.rng));
                self.change_company(&mut company);
                self.insert(tx, company)
            }
            8..=10 => {
                let Some(who) = self.some::<Contact>() else { return Step::Refused };
                let mut interaction = Interaction::call(who).at(contactdb::Clock::now(&self.watch));
                self.change_interaction(&mut interaction);
                self.insert(tx, interaction)
            }
            11..=12 => {
                let mut purchase = Purchase::default().at(contactdb::Clock::now(&self.watch));
                purchase.contact = self.some();
                self.change_purchase(&mut purchase);
                self.insert(tx, purchase)
            }
            13..=19 => self.update::<Contact>(tx, Self::change_contact),
            20 | 21 => self.update::<Company>(tx, Self::change_company),
            22 | 23 => self.update::<Interaction>(tx, Self::change_interaction),
            24 => self.update::<Purchase>(tx, Self::change_purchase),
            25 | 26 => self.delete::<Contact>(tx),
            27 => self.delete::<Company>(tx),
            28 => self.delete::<Interaction>(tx),
            29 => self.delete::<Purchase>(tx),
            30 | 31 => self.tag_contact(tx),
            _ => self.change_fields(tx),
        }
    }
}

/// The pipeline of a business that the oracle knows.
pub(crate) fn lettings() -> Pipeline {
    let (key, stages) = PIPELINES[1];
    let mut pipeline = Pipeline::new(key, "Lettings");
    for (key, probability, outcome) in stages {
        pipeline = match *outcome {
            "won" => pipeline.won(*key, *key),
            "lost" => pipeline.lost(*key, *key),
            _ => pipeline.stage(*key, *key, *probability),
        };
    }
    pipeline
}

/// One run; gives how many operations were done and how many refused.
fn run(seed: u64, write_set: u64) -> (u32, u32) {
    let (_folder, path) = file();
    let (watch, ids) = (Watch::new(), Counter::default());
    let open = |path: &Path| {
        let limits = Limits { write_set, ..Limits::default() };
        let options = options(&watch, &ids).limits(limits);
        if path.exists() { options.open(path) } else { options.create(path) }.unwrap()
    };
    let mut db: Database = open(&path);
    let mut tx = db.write().unwrap();
    let code = tx.define(Field::text("code").unique()).unwrap();
    let friend = tx.define(Field::<Id<Contact>>::reference_to("friend")).unwrap();
    tx.define_pipeline(Kind::DEAL, lettings()).unwrap();
    tx.commit().unwrap();
    let model = Model::new(Handles { code, friend });
    let mut run = Run { rng: Rng::with_seed(seed), watch: watch.clone(), model, actor: None };
    let (mut done, mut refused) = (0, 0);
    while done + refused < OPERATIONS {
        let before = run.model.clone();
        let context = format!("seed {seed}, write set {write_set}, after {} operations", done + refused);
        run.actor = [None, Some("grace"), Some("hedy")][run.rng.usize(..3)];
        let mut tx = db.write().unwrap().acting_as(run.actor.unwrap_or_default());
        for _ in 0..run.rng.u8(1..20) {
            match run.operation(&mut tx) {
                Step::Done => done += 1,
                Step::Refused => refused += 1,
            }
        }
        if run.rng.u8(..3) == 0 {
            run.model.assert_equals(&tx, &format!("{context}, within the transaction"));
        }
        if run.rng.u8(..6) == 0 {
            drop(tx);
            let ever = std::mem::take(&mut run.model.ever);
            run.model = before;
            run.model.ever = ever;
        } else {
            tx.commit().unwrap();
        }
        run.model.assert_equals(&db.read().unwrap(), &context);
        if run.rng.u8(..4) == 0 {
            db.close().unwrap();
            db = open(&path);
            run.model.assert_equals(&db.read().unwrap(), &format!("{context}, reopened"));
        }
    }
    (done, refused)
}

#[expect(clippy::disallowed_methods, reason = "the number of seeds is the one thing that is told from outside")]
fn seeds() -> std::ops::Range<u64> {
    0..std::env::var("CONTACTDB_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(12)
}

fn all(write_set: u64) {
    let (mut done, mut refused) = (0, 0);
    for seed in seeds() {
        let (more, less) = run(seed, write_set);
        (done, refused) = (done + more, refused + less);
    }
    // A test in which nearly everything is refused, or nothing ever, would show little.
    assert!(done > 3 * refused && refused > 0, "{done} done, {refused} refused");
}

#[test]
fn random_operations_leave_what_the_model_says() {
    all(Limits::default().write_set);
}

#[test]
fn random_operations_leave_what_the_model_says_with_a_write_set_that_is_always_full() {
    all(4 << 10);
}
