//! Derived tables that say other than the records: told apart, named, and mended.

use std::collections::BTreeSet;

use super::dense::filled;
use super::dump;
use crate::model::Kind;
use crate::rows::Fault;
use crate::store::{Table, scan_all};
use crate::{Contact, Database, Difference, Read, Transaction};

const DERIVED: [Table; 11] = [
    Table::Ids,
    Table::Keys,
    Table::Agenda,
    Table::Links,
    Table::RowTags,
    Table::TagRows,
    Table::Columns,
    Table::Present,
    Table::Words,
    Table::Meta,
    Table::Fresh,
];

/// A database of which every derived table has entries.
fn whole() -> Database {
    let (db, _) = filled(5, [14, 5, 5, 5]);
    assert!(db.read().unwrap().check(|_| {}).unwrap().is_sound());
    db
}

fn differences(tx: &Transaction<'_>) -> Vec<Difference> {
    tx.check(|_| {}).unwrap().differences
}

/// Entries of a table, spread over it.
fn entries(tx: &mut Transaction<'_>, table: Table) -> Vec<(Vec<u8>, Vec<u8>)> {
    let all: Vec<_> = scan_all(tx.writer_mut(), table).map(Result::unwrap).collect();
    let counted = |key: &[u8]| table != Table::Meta || key.starts_with(b"live");
    let all: Vec<_> = all.into_iter().filter(|(key, _)| counted(key)).collect();
    let step = all.len().div_ceil(3).max(1);
    all.into_iter().step_by(step).collect()
}

#[track_caller]
fn named(tx: &Transaction<'_>, table: Table, fault: &[Fault], context: &str) {
    let found = differences(tx);
    let this: Vec<_> = found.iter().filter(|one| one.table == table.name()).collect();
    assert!(!this.is_empty(), "{context}: nothing found in {}: {found:?}", table.name());
    assert!(this.iter().any(|one| fault.contains(&one.fault)), "{context}: {found:?}");
    assert!(this.iter().all(|one| one.to_string().contains(table.name())));
}

#[test]
fn what_is_taken_out_of_a_table_put_into_it_or_changed_is_named_and_mended() {
    let db = whole();
    let mut mended = BTreeSet::new();
    let mut tx = db.write().unwrap();
    let catalogue = tx.catalogue().clone();
    crate::rows::merge(tx.writer_mut(), &catalogue).unwrap();
    tx.commit().unwrap();
    let mut tx = db.write().unwrap();
    let good = dump(tx.writer_mut());
    for table in DERIVED.into_iter().filter(|table| *table != Table::Fresh) {
        for (key, value) in entries(&mut tx, table) {
            if !matches!(table, Table::RowTags | Table::Meta) {
                tx.writer_mut().delete(table, key.clone());
                named(&tx, table, &[Fault::Missing], "taken out");
                tx.writer_mut().put(table, key.clone(), value.clone());
            }
            let mut other = value.clone();
            other.push(7);
            tx.writer_mut().put(table, key.clone(), other);
            named(&tx, table, &[Fault::Differs, Fault::Unreadable], "changed");
            tx.writer_mut().put(table, key.clone(), value.clone());
            if table != Table::Meta {
                // Under a key that no record makes.
                let mut stray = key.clone();
                let at = if table == Table::Ids { 3 } else { stray.len() - 2 };
                stray[at] ^= 0x55;
                tx.writer_mut().put(table, stray.clone(), value.clone());
                let fault = if table == Table::RowTags { Fault::Unreadable } else { Fault::Stray };
                named(&tx, table, &[fault], "put in");
                tx.writer_mut().delete(table, stray);
            }
            assert_eq!(differences(&tx), []);
        }
        mended.insert(table);
    }
    // All at once, and mended. The tags of rows are no copy of anything.
    for table in DERIVED.into_iter().filter(|table| *table != Table::RowTags) {
        for (key, value) in entries(&mut tx, table) {
            let mut stray = key.clone();
            let last = stray.len() - 2;
            stray[last] ^= 0x55;
            if table != Table::Meta {
                tx.writer_mut().delete(table, key);
            }
            tx.writer_mut().put(table, stray, value);
        }
    }
    crate::rows::set_tags(tx.writer_mut(), Kind::CONTACT, 9_999, &[], &[1]).unwrap();
    assert!(!differences(&tx).is_empty());
    tx.rebuild_indexes(|_| {}).unwrap();
    assert_eq!(differences(&tx), []);
    let mut now = dump(tx.writer_mut());
    // Counters of kinds that are none stay, and there are counts of nought.
    now.retain(|(table, key), _| *table != Table::Meta.name() || good.contains_key(&(*table, key.clone())));
    assert!(now == good, "something is left of the damage");
    tx.commit().unwrap();
    assert!(db.read().unwrap().check(|_| {}).unwrap().is_sound());
    assert_eq!(mended.len(), DERIVED.len() - 1);
}

#[test]
fn words_kept_of_texts_that_are_gone_are_held_against_the_log() {
    let db = whole();
    let mut tx = db.write().unwrap();
    let mut contact = Contact::named("Ada", "");
    contact.notes = Some("roof ".repeat(100));
    let id = tx.insert(&contact).unwrap();
    let catalogue = tx.catalogue().clone();
    crate::rows::merge(tx.writer_mut(), &catalogue).unwrap();
    tx.commit().unwrap();
    let mut tx = db.write().unwrap();
    tx.update(id, |contact| contact.notes = None).unwrap();
    assert_eq!(differences(&tx), []);
    let kept = entries(&mut tx, Table::Former);
    let [(key, value)] = kept.as_slice() else { panic!("{kept:?}") };
    tx.writer_mut().put(Table::Former, key.clone(), vec![0; 9]);
    named(&tx, Table::Former, &[Fault::Unreadable], "changed");
    tx.writer_mut().put(Table::Former, key.clone(), value.clone());
    let mut stray = key.clone();
    stray[4] ^= 0x55;
    tx.writer_mut().put(Table::Former, stray, value.clone());
    named(&tx, Table::Former, &[Fault::Stray], "put in");
    tx.rebuild_indexes(|_| {}).unwrap();
    assert_eq!(differences(&tx), []);
    assert_eq!(entries(&mut tx, Table::Former), []);
    assert_ne!(entries(&mut tx, Table::Words), []);
}

#[test]
fn columns_made_anew_are_those_that_were_merged() {
    let db = whole();
    let mut tx = db.write().unwrap();
    let catalogue = tx.catalogue().clone();
    crate::rows::merge(tx.writer_mut(), &catalogue).unwrap();
    let merged = dump(tx.writer_mut());
    tx.rebuild_indexes(|_| {}).unwrap();
    let mut anew = dump(tx.writer_mut());
    // Of kinds without records there are counts of nought now.
    anew.retain(|key, _| key.0 != Table::Meta.name() || merged.contains_key(key));
    assert!(anew == merged);
}

/// Asks all sorts of things; whatever is wrong is an error that says so.
fn ask_all(tx: &Transaction<'_>, context: &str) {
    let sound = |error: &crate::Error| assert!(error.is_corrupt(), "{context}: {error}");
    for text in [
        "f_integer > 3",
        "not (f_text contains \"a\")",
        "f_long is set and f_long contains \"long\"",
        "f_texts has any of [\"x\"] or f_choices = x",
        "every f_decimals > 3",
        "count(f_email) > 1",
        "any f_email (email contains \"a\" and primary)",
        "f_company.f_money > 3 EUR",
        "f_prices overlaps 3 to 9 EUR or f_partial anniversary in next 30 days",
        "all and not (f_boolean)",
    ] {
        for plural in ["contacts", "pets"] {
            let Ok(segment) = tx.any_segment(format!("{plural} where {text}").as_str()) else { continue };
            let _ = tx.select(&segment).count().inspect_err(sound);
            let _ = tx.select(&segment).order_by("f_text, f_decimal desc").limit(3).ids().inspect_err(sound);
            let _ = tx.select(&segment).ids().inspect_err(sound);
        }
    }
    let _ = tx.check(|_| {}).inspect_err(sound);
}

#[test]
fn flipped_bits_of_columns_and_of_the_fresh_log_are_errors() {
    let db = whole();
    let mut random = fastrand::Rng::with_seed(3);
    let mut tx = db.write().unwrap();
    for table in [Table::Columns, Table::Present, Table::Fresh] {
        let all: Vec<_> = scan_all(tx.writer_mut(), table).map(Result::unwrap).collect();
        for (key, value) in all {
            if random.u8(..24) > 0 {
                continue;
            }
            let mut flipped = value.clone();
            flipped[random.usize(..value.len())] ^= 1 << random.u8(..8);
            tx.writer_mut().put(table, key.clone(), flipped);
            ask_all(&tx, table.name());
            assert!(!tx.check(|_| {}).unwrap().is_sound());
            tx.writer_mut().put(table, key, value);
        }
    }
    ask_all(&tx, "whole");
    assert_eq!(differences(&tx), []);
}

/// What a checksum does not tell: bytes that are none of a column, under a good one.
#[test]
fn garbage_under_a_good_checksum_in_columns_never_panics_nor_runs_away() {
    let db = whole();
    let mut random = fastrand::Rng::with_seed(7);
    let mut tx = db.write().unwrap();
    let catalogue = tx.catalogue().clone();
    crate::rows::merge(tx.writer_mut(), &catalogue).unwrap();
    for table in [Table::Columns, Table::Present, Table::Fresh] {
        let all: Vec<_> = scan_all(tx.writer_mut(), table).map(Result::unwrap).collect();
        for (key, value) in all {
            if random.u8(..12) > 0 {
                continue;
            }
            for _ in 0..2 {
                let mut body = crate::store::unseal(table, &key, &value).unwrap().to_vec();
                match random.u8(..4) {
                    0 => body = std::iter::repeat_with(|| random.u8(..)).take(30).collect(),
                    // The length of a column.
                    1 if body.len() > 4 => body[random.usize(1..5)] = random.u8(..),
                    2 => body.truncate(random.usize(..=body.len())),
                    _ => {
                        for _ in 0..random.usize(1..4) {
                            let at = random.usize(..body.len());
                            body[at] = *random.choice(&[0, 1, 3, 7, 31, 64, 127, 128, 254, 255]).unwrap();
                        }
                    }
                }
                let sealed = crate::store::seal(&key, &body);
                tx.writer_mut().put(table, key.clone(), sealed);
                ask_all(&tx, table.name());
            }
            tx.writer_mut().put(table, key, value);
        }
    }
    assert_eq!(differences(&tx), []);
}
