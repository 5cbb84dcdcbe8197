//! Random operations over all kinds of records and definitions, with everything worked out anew after each few.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use fastrand::Rng;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::going::{going, graph};
use super::values::Run;
use super::{Dump, check, dump, fingerprint};
use crate::clock::{Clock, IdSource};
use crate::engine::tests::against::{Tally, compare};
use crate::error::{ErrorKind, Result};
use crate::model::{Kind, OnDelete, RecordId, Value, ValueType};
use crate::read::view::View as _;
use crate::schema::{Attribute, CustomKind, Field, Pipeline};
use crate::segment::AnySegment;
use crate::{
    Affiliation, AnyRecord, By, Company, Contact, Currency, Database, Deleted, Id, Interaction, Limits, OnReferences,
    Options, Read, Recurrence, Sequence, Step, Task, Transaction, presets,
};

/// Moves on with every look at it.
#[derive(Debug, Clone)]
struct Steps(Arc<AtomicI64>);
impl Clock for Steps {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::seconds(self.0.fetch_add(17, Ordering::SeqCst))
    }
}

#[derive(Debug, Clone)]
struct Ids(Arc<AtomicU64>);
impl IdSource for Ids {
    fn next(&self, _: OffsetDateTime) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::SeqCst)))
    }
}

impl Run {
    fn segment(&mut self, tx: &Transaction<'_>) -> Result<AnySegment> {
        let kind = self.kind(tx);
        let plural = tx.catalogue().kind(kind).unwrap().plural.to_string();
        let tag = self.tag();
        let question = match self.rng.u8(..3) {
            0 => format!("{plural} where created_by is not set"),
            1 => format!("{plural} where tag under \"{tag}\""),
            _ => format!("{plural} where not tag \"{tag}\""),
        };
        tx.any_segment(question.as_str())
    }

    fn rule(&mut self) -> OnReferences {
        *self
            .rng
            .choice(&[OnReferences::Refuse, OnReferences::Detach, OnReferences::Cascade, OnReferences::AsDefined])
            .unwrap()
    }

    fn on_delete(&mut self) -> OnDelete {
        *self.rng.choice(&[OnDelete::Detach, OnDelete::Refuse, OnDelete::Cascade]).unwrap()
    }

    /// A record of every kind, as far as they are taken.
    fn first(&mut self, tx: &mut Transaction<'_>) {
        let pet = tx.define_kind(CustomKind::new("pet", "pets")).unwrap();
        let field = Field::<RecordId>::reference("keeper").on(pet).about();
        tx.define(field).unwrap();
        for kind in tx.catalogue().kinds().map(|entry| entry.kind).collect::<Vec<_>>() {
            let attributes = all_of(tx, kind);
            for _ in 0..4 {
                let mut record = AnyRecord::new(kind);
                self.change(&attributes, &mut record);
                self.ids.extend(tx.insert(&record));
            }
        }
        let sequence = Sequence::new("Welcome").step(Step::new("Call", 2)).step(Step::new("Write", 36_500));
        self.ids.push(tx.insert(&sequence).unwrap().into());
    }

    fn record(&mut self, tx: &mut Transaction<'_>) -> Result<()> {
        let kind = self.kind(tx);
        let attributes = all_of(tx, kind);
        match self.rng.u8(..13) {
            0..=3 => {
                let mut record = AnyRecord::new(kind);
                self.change(&attributes, &mut record);
                let id = tx.insert(&record)?;
                self.ids.push(id);
            }
            4..=7 => {
                let id = self.id();
                let attributes = all_of(tx, id.kind);
                tx.update(id, |record: &mut AnyRecord| self.change(&attributes, record))?;
            }
            8 => {
                let id = self.id();
                let Some(mut stored) = tx.get(id)? else { return Ok(()) };
                let attributes = all_of(tx, id.kind);
                self.change(&attributes, &mut stored.record);
                tx.replace(id, stored.version, stored.record)?;
            }
            9 | 10 => {
                let (id, rule) = (self.id(), self.rule());
                delete(tx, BTreeSet::from([id]), rule, |tx| tx.delete(id, rule))?;
            }
            11 => {
                let number = self.rng.u8(..9).to_string();
                let done = tx.upsert_any(kind, &By::external_id("shop", number), |record| {
                    self.change(&attributes, record);
                })?;
                self.ids.push(done.id);
            }
            _ => self.typed(tx)?,
        }
        Ok(())
    }

    /// What happens to people and companies, with a call about somebody.
    fn typed(&mut self, tx: &mut Transaction<'_>) -> Result<()> {
        let company: Option<Id<Company>> = self.of(Kind::COMPANY).typed();
        let person: Option<Id<Contact>> = self.of(Kind::CONTACT).typed();
        let (Some(company), Some(person)) = (company, person) else {
            self.ids.push(tx.insert(&Company::new("Acme"))?.into());
            self.ids.push(tx.insert(&Contact::named("Ada", "Example"))?.into());
            return Ok(());
        };
        match self.rng.u8(..4) {
            0 => drop(tx.update(person, |person| person.affiliations.push(Affiliation::with(company)))?),
            1 => drop(tx.update(person, |person| person.affiliations.clear())?),
            _ => {
                let at = self.instant();
                self.ids.push(tx.insert(&Interaction::call(person).at(at))?.into());
            }
        }
        Ok(())
    }

    fn tasks(&mut self, tx: &mut Transaction<'_>) -> Result<()> {
        let about = self.id();
        match self.rng.u8(..6) {
            0 => {
                let mut task = Task::call("Ask").about(about).about(self.of(about.kind)).due(self.instant());
                if self.rng.bool() {
                    let unit = *self.rng.choice(&["day", "week", "month", "year", "era"]).unwrap();
                    let mut recurrence = Recurrence::every(self.rng.i64(0..12), unit);
                    recurrence.after_done = self.rng.bool().then_some(true);
                    recurrence.until = self.rng.bool().then(|| self.date());
                    task = task.every(recurrence);
                }
                self.ids.push(tx.insert(&task)?.into());
            }
            1 | 2 => {
                if let Some(id) = self.of(Kind::TASK).typed() {
                    let done = tx.complete_task(id)?;
                    self.ids.extend(done.next.map(RecordId::from));
                }
            }
            3 => {
                if let Some(id) = self.of(Kind::SEQUENCE).typed::<Sequence>() {
                    let task = tx.start_sequence(id, about, self.instant())?;
                    self.ids.push(task.into());
                }
            }
            4 => {
                if let Some(id) = self.of(Kind::SEQUENCE).typed::<Sequence>() {
                    tx.stop_sequence(id, about)?;
                }
            }
            _ => {
                let segment = self.segment(tx)?;
                tx.note_companies(&segment)?;
            }
        }
        Ok(())
    }

    fn tags(&mut self, tx: &mut Transaction<'_>) -> Result<()> {
        let (id, tag, other) = (self.id(), self.tag(), self.tag());
        match self.rng.u8(..8) {
            0..=2 => drop(tx.tag(id, tag)?),
            3 => drop(tx.untag(id, tag)?),
            4 => tx.rename_tag(tag, other)?,
            5 => drop(tx.merge_tags(tag, other)?),
            6 if self.rng.bool() => drop(tx.delete_tag(tag)?),
            _ => {
                let segment = self.segment(tx)?;
                let _ = if self.rng.bool() { tx.tag_many(&segment, tag)? } else { tx.untag_many(&segment, tag)? };
            }
        }
        Ok(())
    }

    fn define(&mut self, tx: &mut Transaction<'_>) -> Result<()> {
        let (kind, key) = (self.kind(tx), self.key());
        match self.rng.u8(..10) {
            0 => drop(tx.define(Field::text(key).on(kind).unique())?),
            1 => drop(tx.define(Field::long_text(key).on(kind))?),
            2 => drop(tx.define(Field::date_time(key).on(kind).timeline())?),
            3 => drop(tx.define(Field::choice(key).on(kind).option("x", "X").option("y", "Y").many())?),
            4 => {
                let field = Field::<RecordId>::reference(key).on(kind).on_delete(self.on_delete());
                let field = if self.rng.bool() { field.about() } else { field };
                if self.rng.bool() { tx.define(field.many()).map(drop)? } else { tx.define(field).map(drop)? }
            }
            5 => drop(tx.define(Field::email(key).on(kind).many())?),
            6 => drop(tx.define(Field::integer(key).on(kind).unique().max(5))?),
            7 => drop(tx.define(Field::integer(key).on(kind).required().default(3))?),
            _ => self.preset(tx)?,
        }
        Ok(())
    }

    fn preset(&mut self, tx: &mut Transaction<'_>) -> Result<()> {
        if self.rng.u8(..6) > 0 {
            return Ok(());
        }
        let all = presets::all(Currency::EUR);
        tx.apply_preset(self.rng.choice(&all).unwrap()).map(drop)
    }

    fn edit(&mut self, tx: &mut Transaction<'_>) -> Result<()> {
        let kind = self.kind(tx);
        let attributes: Vec<Attribute> = tx.catalogue().kind(kind).unwrap().attributes().cloned().collect();
        let Some(attribute) = self.rng.choice(&attributes) else { return Ok(()) };
        let is_field = |attribute: &&Attribute| attribute.id.is_custom();
        let fields: Vec<&Attribute> = attributes.iter().filter(is_field).collect();
        let attribute = self.rng.choice(&fields).copied().filter(|_| self.rng.bool()).unwrap_or(attribute);
        let (key, option, other) = (&*attribute.key, self.key(), self.key());
        let first = attribute.options.first().map_or("none", |option| &*option.key);
        let deep = (0..40).fold(Value::Integer(1), |value, _| Value::List(vec![value]));
        let on_delete = self.on_delete();
        let editor = tx.edit_field(kind, key)?;
        match self.rng.u8(..11) {
            0 => drop(editor.rename(other)?),
            1 => drop(editor.archive()?),
            2 => drop(editor.restore()?),
            3 => drop(editor.about(self.rng.bool())?),
            4 => drop(editor.on_delete(on_delete)?),
            5 => drop(editor.add_option(option, option)?),
            6 if self.rng.u8(..4) == 0 => drop(editor.archive_option(first)?),
            7 => drop(editor.restore_option(first)?),
            8 if self.rng.bool() => drop(editor.required(self.rng.bool())?),
            8 => drop(editor.default(Some(Value::Integer(4)))?),
            9 => drop(editor.default(Some(deep))?),
            _ => drop(editor.bounds(Some(Value::Integer(i64::MIN)), Some(Value::Text("far".into())))?),
        }
        Ok(())
    }

    fn kinds(&mut self, tx: &mut Transaction<'_>) -> Result<()> {
        let (one, many) = (self.key(), format!("{}_s", self.key()));
        let custom: Vec<Kind> =
            tx.catalogue().kinds().map(|entry| entry.kind).filter(|kind| kind.is_custom()).collect();
        let kind = self.rng.choice(&custom).copied().unwrap_or(Kind::CONTACT);
        match self.rng.u8(..6) {
            0 | 1 => drop(tx.define_kind(CustomKind::new(one, many))?),
            2 => drop(tx.edit_kind(kind)?.rename(one, &many)?),
            3 => drop(tx.edit_kind(kind)?.archive()?),
            4 => drop(tx.edit_kind(kind)?.restore()?),
            _ => {
                let (first, second) = (self.key(), self.key());
                let pipeline = Pipeline::new(one, "A pipeline").stage(first, "First", 10).won(second, "Second");
                tx.define_pipeline(Kind::DEAL, pipeline)?;
            }
        }
        Ok(())
    }

    fn questions(&mut self, tx: &mut Transaction<'_>) -> Result<()> {
        let (one, other) = (self.key(), self.key());
        match self.rng.u8(..4) {
            0 | 1 => drop(tx.save_question(one, "contacts where last_interaction is not set")?),
            2 => tx.rename_question(one, other)?,
            _ => tx.delete_question(one)?,
        }
        Ok(())
    }

    fn many(&mut self, tx: &mut Transaction<'_>) -> Result<()> {
        let segment = self.segment(tx)?;
        let rule = self.rule();
        match self.rng.u8(..8) {
            0 | 1 => {
                let first = tx.select(&segment).ids()?.into_iter().collect();
                delete(tx, first, rule, |tx| tx.delete_many(&segment, rule))?;
            }
            0..=5 => {
                let attributes = all_of(tx, segment.kind());
                let is_text =
                    |attribute: &&Attribute| attribute.is_settable() && attribute.value_type == ValueType::Text;
                let one = attributes.iter().find(is_text).cloned();
                let Some(one) = one else { return Ok(()) };
                let value = self.of_attribute(&attributes, &one);
                tx.update_many(&segment, |record: &mut AnyRecord| record.fields.set_value(&one.key, value.clone()))?;
            }
            _ => {
                let kind = segment.kind();
                let attributes = all_of(tx, kind);
                let mut records = vec![AnyRecord::new(kind); self.rng.usize(1..4)];
                for record in &mut records {
                    self.change(&attributes, record);
                }
                self.ids.extend(tx.insert_many(records)?);
            }
        }
        Ok(())
    }

    fn step(&mut self, tx: &mut Transaction<'_>) -> (&'static str, Result<()>) {
        match self.rng.u8(..100) {
            0..=54 => ("record", self.record(tx)),
            55..=62 => ("tasks", self.tasks(tx)),
            63..=72 => ("tags", self.tags(tx)),
            73..=79 => ("define", self.define(tx)),
            80..=88 => ("edit", self.edit(tx)),
            89..=92 => ("kinds", self.kinds(tx)),
            93..=95 => ("questions", self.questions(tx)),
            _ => ("many", self.many(tx)),
        }
    }
}

/// Deletes records, and compares what went with what should have gone.
fn delete(
    tx: &mut Transaction<'_>,
    first: BTreeSet<RecordId>,
    rule: OnReferences,
    delete: impl FnOnce(&mut Transaction<'_>) -> Result<Deleted>,
) -> Result<()> {
    let catalogue = tx.catalogue().clone();
    let before = graph(tx.writer_mut(), &catalogue);
    let context = format!("{first:?} by {rule:?}");
    let expected = going(&catalogue, &before, first, rule);
    match delete(tx) {
        Ok(deleted) => {
            let expected = expected.expect("it is held");
            let after = graph(tx.writer_mut(), &catalogue);
            let gone: BTreeSet<RecordId> = before.into_keys().filter(|id| !after.contains_key(id)).collect();
            assert_eq!(gone, expected, "{context}");
            assert_eq!(deleted.deleted, gone.len() as u64);
            Ok(())
        }
        Err(error) => {
            let is_held = matches!(error.kind(), ErrorKind::Referenced { .. });
            assert!(is_held == expected.is_none() || error.is_not_found(), "{context}: {error}");
            Err(error)
        }
    }
}

pub(super) fn all_of(tx: &Transaction<'_>, kind: Kind) -> Vec<Attribute> {
    let entry = tx.catalogue().kind(kind);
    entry.into_iter().flat_map(crate::schema::KindEntry::attributes).cloned().collect()
}

/// All that is in the file, and what the catalogue says.
fn state(tx: &mut Transaction<'_>) -> (Dump, String) {
    let text = fingerprint(tx.catalogue());
    (dump(tx.writer_mut()), text)
}

#[track_caller]
fn checked(tx: &mut Transaction<'_>, context: &str) -> (Dump, String) {
    let catalogue = tx.catalogue().clone();
    check(tx.writer_mut(), &catalogue, context)
}

/// Runs one seed; gives how many steps were done and how many refused.
fn run(seed: u64, write_set: u64, tally: &mut Tally) -> [u32; 2] {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crm.contacts");
    let (clock, ids) = (Steps(Arc::new(AtomicI64::new(40_000))), Ids(Arc::new(AtomicU64::new(1))));
    let open = |path: &Path| {
        let limits = Limits { write_set, tags: 5, values: 40, ..Limits::default() };
        let options = Options::new().limits(limits).clock(clock.clone()).ids(ids.clone());
        if path.exists() { options.open(path) } else { options.create(path) }.unwrap()
    };
    let mut db: Database = open(&path);
    let mut run = Run { rng: Rng::with_seed(seed), ids: Vec::new() };
    let mut counts = [0, 0];
    for transaction in 0..14 {
        let mut tx = db.write().unwrap();
        if transaction == 0 {
            run.first(&mut tx);
            tx.commit().unwrap();
            tx = db.write().unwrap();
        }
        let committed = state(&mut tx);
        let mut before = committed.clone();
        let mut poisoned = false;
        // One that is gone is asked for now and then.
        let rng = &mut run.rng;
        run.ids.retain(|id| rng.u8(..20) == 0 || tx.get(*id).is_ok_and(|found| found.is_some()));
        for step in 0..run.rng.u8(1..12) {
            let context = format!("seed {seed}, write set {write_set}, transaction {transaction}, step {step}");
            let (name, done) = run.step(&mut tx);
            let context = format!("{context}, {name}");
            counts[usize::from(done.is_err())] += 1;
            if let Err(error) = done {
                let whole = matches!(error.kind(), ErrorKind::Bulk { .. });
                assert!(!matches!(error.kind(), ErrorKind::Corrupt { .. } | ErrorKind::Io(_)), "{context}: {error}");
                if whole || tx.writer_mut().check_usable().is_err() {
                    assert!(whole, "{context}: {error}");
                    poisoned = true;
                    break;
                }
                assert!(before == state(&mut tx), "{context}: refused, but something is left: {error}");
            }
            if run.rng.u8(..3) == 0 {
                let catalogue = tx.catalogue().clone();
                crate::rows::merge(tx.writer_mut(), &catalogue).unwrap();
            }
            before = checked(&mut tx, &context);
            if run.rng.u8(..3) == 0 {
                let catalogue = tx.catalogue().clone();
                compare(&mut run.rng, tx.writer_mut(), &catalogue, (4 * times(), None), tally, &context);
            }
        }
        if poisoned {
            assert!(matches!(tx.commit().unwrap_err().kind(), ErrorKind::Poisoned));
        } else if run.rng.u8(..5) == 0 {
            drop(tx);
            poisoned = true;
        } else {
            tx.commit().unwrap();
        }
        if run.rng.u8(..4) == 0 {
            db.close().unwrap();
            db = open(&path);
        }
        let mut tx = db.write().unwrap();
        let context = format!("seed {seed}, write set {write_set}, after transaction {transaction}");
        let now = checked(&mut tx, &context);
        if poisoned {
            assert!(now == committed, "{context}: something is left of what was taken back");
        }
        let snapshot = db.read().unwrap();
        compare(&mut run.rng, snapshot.tables().0, snapshot.catalogue(), (8 * times(), None), tally, &context);
    }
    counts
}

/// A database after some random transactions, that was not looked at meanwhile.
pub(crate) fn database(seed: u64) -> Database {
    let (clock, ids) = (Steps(Arc::new(AtomicI64::new(40_000))), Ids(Arc::new(AtomicU64::new(1))));
    let limits = Limits { tags: 5, values: 40, ..Limits::default() };
    let db = Options::new().limits(limits).clock(clock).ids(ids).in_memory().unwrap();
    let mut run = Run { rng: Rng::with_seed(seed), ids: Vec::new() };
    let mut tx = db.write().unwrap();
    run.first(&mut tx);
    tx.commit().unwrap();
    for _ in 0..20 {
        let mut tx = db.write().unwrap();
        for _ in 0..run.rng.u8(1..25) {
            let (_, done) = run.step(&mut tx);
            if done.is_err() && tx.writer_mut().check_usable().is_err() {
                break;
            }
        }
        // One that can't be committed any more leaves nothing.
        let _ = tx.commit();
    }
    db
}

#[expect(clippy::disallowed_methods, reason = "the number of seeds is the one thing that is told from outside")]
pub(super) fn seeds() -> std::ops::Range<u64> {
    0..std::env::var("CONTACTDB_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2)
}

/// A long run by hand asks more of each state.
pub(super) fn times() -> usize {
    if seeds().end > 2 { 10 } else { 1 }
}

#[test]
fn whatever_is_done_every_derived_table_says_what_the_records_say() {
    let mut counts = [0, 0];
    let mut tally = Tally::default();
    for seed in seeds() {
        for write_set in [1 << 10, Limits::default().write_set] {
            let more = run(seed, write_set, &mut tally);
            counts = [counts[0] + more[0], counts[1] + more[1]];
        }
    }
    let [done, refused] = counts;
    // A test in which nearly everything is refused, or nothing ever, would show little.
    assert!(done > refused && refused > 0, "{done} done, {refused} refused");
    tally.assert_telling();
    println!("{tally:?}");
}
