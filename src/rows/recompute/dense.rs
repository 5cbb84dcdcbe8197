//! Enough records for every form of a column, and for several blocks, asked at points of a history.

use std::collections::BTreeSet;

use fastrand::Rng;

use super::check;
use super::random::{all_of, seeds, times};
use super::values::Run;
use crate::engine::tests::against::{Tally, compare};
use crate::index::BLOCK;
use crate::index::column::{Column, Data, Places};
use crate::model::{Kind, RecordId, Value};
use crate::read::view::View as _;
use crate::schema::{Attribute, CustomKind, Field};
use crate::store::{Source, Table, scan_all, unseal};
use crate::{AnyRecord, Company, Contact, Currency, Database, OnReferences, Read, Transaction};

/// Three forms of places with four of values.
const FORMS: usize = 12;

/// Fields of every type on a kind.
fn define(tx: &mut Transaction<'_>, kind: Kind) {
    tx.define(Field::text("f_text").on(kind)).unwrap();
    tx.define(Field::text("f_texts").on(kind).many()).unwrap();
    tx.define(Field::long_text("f_long").on(kind)).unwrap();
    tx.define(Field::integer("f_integer").on(kind)).unwrap();
    tx.define(Field::integer("f_integers").on(kind).many()).unwrap();
    tx.define(Field::decimal("f_decimal").on(kind)).unwrap();
    tx.define(Field::decimal("f_decimals").on(kind).many()).unwrap();
    tx.define(Field::money("f_money", Currency::EUR).on(kind)).unwrap();
    tx.define(Field::boolean("f_boolean").on(kind)).unwrap();
    tx.define(Field::date("f_date").on(kind)).unwrap();
    tx.define(Field::date("f_dates").on(kind).many()).unwrap();
    tx.define(Field::date_time("f_instant").on(kind)).unwrap();
    tx.define(Field::date_time("f_instants").on(kind).many()).unwrap();
    tx.define(Field::partial_date("f_partial").on(kind)).unwrap();
    let options = |field: Field<_>| field.option("x", "X").option("y", "Why").option("z", "Zed");
    tx.define(options(Field::choice("f_choice").on(kind))).unwrap();
    tx.define(options(Field::choice("f_choices").on(kind)).many()).unwrap();
    tx.define(Field::email("f_email").on(kind).many()).unwrap();
    tx.define(Field::phone("f_phone").on(kind)).unwrap();
    tx.define(Field::url("f_url").on(kind)).unwrap();
    tx.define(Field::reference("f_any").on(kind)).unwrap();
    tx.define(Field::<crate::Id<Contact>>::reference_to("f_contact").on(kind)).unwrap();
    tx.define(Field::<crate::Id<Company>>::reference_to("f_company").on(kind)).unwrap();
    tx.define(Field::number_range("f_numbers").on(kind)).unwrap();
    tx.define(Field::money_range("f_prices", Currency::EUR).on(kind)).unwrap();
    tx.define(Field::date_range("f_stay").on(kind)).unwrap();
}

/// How many of a hundred records have an attribute: all, most, half, few, none.
fn share(attribute: &Attribute) -> u8 {
    if attribute.rules.required {
        return 100;
    }
    let of = attribute.id.number().wrapping_mul(2_654_435_761) >> 16;
    [100, 100, 90, 50, 50, 20, 4, 1][(of % 8) as usize]
}

fn fill(run: &mut Run, attributes: &[Attribute], record: &mut AnyRecord, of: impl Fn(&Attribute) -> u8) {
    for attribute in attributes.iter().filter(|attribute| attribute.is_settable() && !attribute.archived) {
        if run.rng.u8(..100) < of(attribute) {
            let value = run.of_attribute(attributes, attribute);
            record.fields.set_value(&attribute.key, value);
        }
    }
    if run.rng.u8(..3) == 0 {
        record.tags.insert(run.tag().parse().unwrap());
    }
}

/// Adds records of a kind, as many as are taken out of so many.
fn add(run: &mut Run, tx: &mut Transaction<'_>, kind: Kind, count: usize) {
    let attributes = all_of(tx, kind);
    for _ in 0..count {
        let mut record = AnyRecord::new(kind);
        fill(run, &attributes, &mut record, share);
        for _ in 0..40 {
            match tx.insert(&record) {
                Ok(id) => {
                    run.ids.push(id);
                    break;
                }
                // What was wrong with it is left out: two records of one key, a date before another.
                Err(error) => {
                    let wrong: Vec<String> = error.violations().iter().map(|one| one.attribute.clone()).collect();
                    let keys = wrong.iter().filter_map(|name| name.split(['[', '.']).next());
                    let keys: Vec<String> = keys.map(str::to_owned).collect();
                    let fields: Vec<String> = record.fields.iter().map(|(key, _)| key.to_owned()).collect();
                    for field in fields.iter().filter(|field| keys.iter().any(|key| *field == key)) {
                        record.fields.clear_value(field);
                    }
                }
            }
        }
    }
}

fn change(run: &mut Run, tx: &mut Transaction<'_>, kind: Kind, count: usize) {
    let attributes = all_of(tx, kind);
    for _ in 0..count {
        let id = run.of(kind);
        match run.rng.u8(..8) {
            0 => drop(tx.delete(id, OnReferences::Detach)),
            1 => drop(tx.tag(id, run.tag())),
            2 => drop(tx.untag(id, run.tag())),
            _ => drop(tx.update(id, |record: &mut AnyRecord| fill(run, &attributes, record, |_| 5))),
        }
    }
    let gone = |id: &RecordId| tx.contains(*id).unwrap();
    run.ids.retain(gone);
}

/// Asks of the whole state: through the transaction, then as committed.
fn ask(
    run: &mut Run,
    db: &Database,
    mut tx: Transaction<'_>,
    questions: (usize, Option<Kind>),
    tally: &mut Tally,
    context: &str,
) {
    let catalogue = tx.catalogue().clone();
    compare(&mut run.rng, tx.writer_mut(), &catalogue, questions, tally, context);
    tx.commit().unwrap();
    let snapshot = db.read().unwrap();
    compare(&mut run.rng, snapshot.tables().0, snapshot.catalogue(), questions, tally, context);
}

const FILLED: [Kind; 3] = [Kind::COMPANY, Kind::CONTACT, Kind::DEAL];

fn is_filled(kind: Kind) -> bool {
    FILLED.contains(&kind) || kind.is_custom()
}

/// A database in memory with so many contacts, companies, deals and pets, and fields of every type.
pub(super) fn filled(seed: u64, counts: [usize; 4]) -> (Database, Run) {
    let db = Database::in_memory().unwrap();
    let mut run = Run { rng: Rng::with_seed(seed), ids: Vec::new() };
    let mut tx = db.write().unwrap();
    tx.define_kind(CustomKind::new("pet", "pets")).unwrap();
    let kinds: Vec<Kind> = tx.catalogue().kinds().map(|entry| entry.kind).filter(|kind| is_filled(*kind)).collect();
    for kind in &kinds {
        define(&mut tx, *kind);
    }
    run.ids.push(tx.insert(&Company::new("Acme")).unwrap().into());
    run.ids.push(tx.insert(&Contact::named("Ada", "Example")).unwrap().into());
    for (kind, count) in kinds.into_iter().zip(counts) {
        add(&mut run, &mut tx, kind, count);
    }
    let day = time::OffsetDateTime::UNIX_EPOCH + time::Duration::days(9_000);
    for number in 0..5 {
        tx.insert(&crate::Task::call("Ask").due(day + time::Duration::days(number))).unwrap();
    }
    tx.commit().unwrap();
    (db, run)
}

/// Which places with which values there are.
fn forms(source: &dyn Source, seen: &mut BTreeSet<String>) {
    for row in scan_all(source, Table::Columns) {
        let (key, value) = row.unwrap();
        let column = Column::read(unseal(Table::Columns, &key, &value).unwrap()).unwrap();
        let places = match column.places {
            Places::Full => "full",
            Places::Dense => "dense",
            Places::Listed(..) => "listed",
        };
        let data = match &column.data {
            Data::Bare { .. } => "bare",
            Data::Numbers(_) => "numbers",
            Data::Texts(_) => "texts",
            Data::Bytes(_) => "bytes",
        };
        seen.insert(format!("{places} {data}"));
    }
}

#[test]
fn columns_of_every_form_answer_as_the_records_do() {
    let (mut tally, mut seen) = (Tally::default(), BTreeSet::new());
    for seed in seeds().take_while(|seed| *seed == 0 || seeds().end > 2) {
        let (db, mut run) = filled(seed, [150, 40, 50, 60]);
        let mut tx = db.write().unwrap();
        forms(tx.writer_mut(), &mut seen);
        let kinds: Vec<Kind> = tx.catalogue().kinds().map(|entry| entry.kind).filter(|kind| is_filled(*kind)).collect();
        let kind = |run: &mut Run| Some(*run.rng.choice(&kinds).unwrap());
        let asked = kind(&mut run);
        ask(&mut run, &db, tx, (12 * times(), asked), &mut tally, &format!("seed {seed}, first"));
        for round in 0..4 {
            let context = format!("seed {seed}, round {round}");
            let mut tx = db.write().unwrap();
            let of = kind(&mut run).unwrap();
            let count = run.rng.usize(1..30);
            change(&mut run, &mut tx, of, count);
            add(&mut run, &mut tx, Kind::CONTACT, 2);
            if run.rng.bool() {
                let catalogue = tx.catalogue().clone();
                super::super::merge(tx.writer_mut(), &catalogue).unwrap();
            }
            match run.rng.u8(..5) {
                0 => drop(tx.edit_field(of, "f_choice").unwrap().archive_option("y")),
                1 => drop(tx.edit_field(of, "f_choice").unwrap().add_option("new", "New one")),
                2 => drop(tx.edit_field(of, "f_text").unwrap().archive()),
                // It may have been renamed before.
                3 => drop(tx.edit_field(of, "f_integer").and_then(|editor| editor.rename("f_whole"))),
                _ => drop(tx.define(Field::integer(format!("later_{round}")).on(of).many())),
            }
            ask(&mut run, &db, tx, (10 * times(), Some(of)), &mut tally, &context);
        }
        let mut tx = db.write().unwrap();
        let catalogue = tx.catalogue().clone();
        super::super::merge(tx.writer_mut(), &catalogue).unwrap();
        forms(tx.writer_mut(), &mut seen);
        check(tx.writer_mut(), &catalogue, &format!("seed {seed}"));
    }
    tally.assert_telling();
    println!("{tally:?}");
    assert_eq!(seen.len(), FORMS, "{seen:?}");
}

#[test]
fn records_of_several_blocks_answer_as_they_do_one_by_one() {
    let mut tally = Tally::default();
    for seed in seeds().take_while(|seed| *seed == 0 || seeds().end > 2) {
        let db = Database::in_memory().unwrap();
        let mut run = Run { rng: Rng::with_seed(seed), ids: Vec::new() };
        let mut tx = db.write().unwrap();
        let pet = tx.define_kind(CustomKind::new("pet", "pets")).unwrap();
        tx.define(Field::integer("legs").on(pet)).unwrap();
        tx.define(Field::text("breed").on(pet).many()).unwrap();
        tx.define(Field::decimal("weight").on(pet)).unwrap();
        tx.define(Field::reference("friend").to([pet]).on(pet)).unwrap();
        let first: RecordId = tx.insert(&AnyRecord::new(pet).set_value("legs", 4_i64)).unwrap();
        run.ids.push(first);
        let count = BLOCK as usize * 2 + 100;
        let records: Vec<AnyRecord> = (0..count)
            .map(|at| {
                let mut record = AnyRecord::new(pet).set_value("legs", run.rng.i64(0..9));
                if run.rng.bool() && at / 1_000 != 5 {
                    record
                        .fields
                        .set_value("breed", Value::List(vec!["Collie".into(), format!("b{}", run.rng.u8(..9)).into()]));
                }
                if run.rng.u8(..200) == 0 {
                    record.fields.set_value("weight", run.decimal());
                    record.fields.set_value("friend", first);
                }
                if run.rng.u8(..50) == 0 {
                    record.tags.insert(run.tag().parse().unwrap());
                }
                record
            })
            .collect();
        run.ids.extend(tx.insert_many(records).unwrap());
        ask(&mut run, &db, tx, (3 * times(), Some(pet)), &mut tally, "first");
        for round in 0..2 {
            let mut tx = db.write().unwrap();
            for _ in 0..40 {
                let id = run.id();
                match run.rng.u8(..3) {
                    0 => drop(tx.delete(id, OnReferences::Detach)),
                    _ => drop(tx.update(id, |record: &mut AnyRecord| record.fields.set_value("legs", 77_i64))),
                }
            }
            ask(&mut run, &db, tx, (3 * times(), Some(pet)), &mut tally, &format!("seed {seed}, round {round}"));
        }
    }
    tally.assert_telling();
    println!("{tally:?}");
}

#[test]
fn a_block_that_a_load_leaves_unfinished_says_what_its_records_say() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let people = (0..700).map(|at| Contact::named(format!("Given {at}"), "Example").tag("new"));
    let ids = tx.insert_many(people).unwrap();
    let firm = tx.insert(&Company::new("Acme")).unwrap();
    let rename = |contact: &mut Contact| contact.job_title = Some("Analyst".into());
    tx.update(ids[3], rename).unwrap();
    tx.update(ids[650], |contact| contact.affiliations.push(crate::Affiliation::with(firm))).unwrap();
    tx.delete(ids[9], OnReferences::Refuse).unwrap();
    tx.insert(&crate::Interaction::call(ids[12])).unwrap();
    tx.commit().unwrap();
    // What was changed since it was gathered is left for readers to ask; no other record is.
    let snapshot = db.read().unwrap();
    assert!(snapshot.tables().0.fresh().unwrap().len() < 10);
    check(snapshot.tables().0, snapshot.catalogue(), "after the load");
    for (question, count) in [("job_title = Analyst", 1), ("all", 699), ("last_interaction is set", 1)] {
        let segment = snapshot.segment_of::<Contact>(question).unwrap();
        assert_eq!(snapshot.count(&segment).unwrap(), count, "{question}");
    }
    let mut tx = db.write().unwrap();
    tx.insert_many((0..300).map(|at| Contact::named(format!("More {at}"), "Example"))).unwrap();
    tx.update(ids[4], rename).unwrap();
    tx.commit().unwrap();
    let snapshot = db.read().unwrap();
    check(snapshot.tables().0, snapshot.catalogue(), "after more");
}
