//! Everything that is derived, worked out anew from the records alone and compared with the tables.

mod damaged;
mod dense;
mod going;
pub(crate) mod random;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::OnceLock;

use super::check_tables::check_tables;
use super::load::{all, load_catalogue, to_stored};
use crate::model::AnyRecord;
use crate::schema::{Attribute, Catalogue};
use crate::store::{KeyReader, Source, Table, next_question, question_count, scan_all, unseal};

/// What all tables hold, but for the counter of changes of the catalogue.
pub(super) type Dump = BTreeMap<(&'static str, Vec<u8>), Vec<u8>>;

pub(super) fn dump(source: &dyn Source) -> Dump {
    let mut dump = Dump::new();
    for table in Table::ALL {
        for row in scan_all(source, table) {
            let (key, value) = row.unwrap();
            dump.insert((table.name(), key), value);
        }
    }
    dump.remove(&(Table::Meta.name(), b"catalogue".to_vec()));
    dump
}

/// All that a catalogue says, as text.
pub(super) fn fingerprint(catalogue: &Catalogue) -> String {
    let mut text = String::new();
    for entry in catalogue.kinds() {
        let kind = entry.kind;
        let names = (&entry.singular, &entry.plural, &entry.label, &entry.help, entry.archived);
        let roles = (entry.time, entry.stage, &entry.histories, &entry.agenda);
        writeln!(text, "{kind:?} {names:?} {roles:?} {:?}", catalogue.kind_definition(kind)).unwrap();
        for attribute in entry.attributes() {
            let mut plain = Attribute::clone(attribute);
            plain.rules.compiled = OnceLock::new();
            plain.property = None;
            let asked = catalogue.attribute(kind, &attribute.key).map(|found| found.id);
            let set = catalogue.settable(kind, &attribute.key).map(|found| found.id);
            let definition = catalogue.definition(kind, attribute.id);
            writeln!(text, "  {plain:?} {asked:?} {set:?} {definition:?}").unwrap();
        }
        let pipelines = catalogue.stages(kind).map(|stages| stages.pipeline.options.clone()).unwrap_or_default();
        for option in pipelines {
            writeln!(text, "  {option:?} {:?}", catalogue.stages_in(kind, option.code)).unwrap();
        }
    }
    let tags = &catalogue.tags;
    for id in 1..tags.next_id() {
        writeln!(text, "{id} {:?} {:?} {}", tags.definition(id), tags.name(id), tags.resolve(id)).unwrap();
    }
    writeln!(text, "{:?} {:?} {:?}", tags.nodes().collect::<Vec<_>>(), catalogue.next_field(), catalogue.next_kind())
        .unwrap();
    text
}

/// Fails where a derived table or a count says other than the records, where a catalogue differs from what the file
/// would give, or where a row belongs to no record. Gives what there is.
#[track_caller]
pub(super) fn check(source: &dyn Source, catalogue: &Catalogue, context: &str) -> (Dump, String) {
    let loaded = load_catalogue(source).unwrap();
    let text = fingerprint(catalogue);
    same_lines(&text, &fingerprint(&loaded), context);
    let mut differences = Vec::new();
    check_tables(source, &loaded, &mut |_| {}, &mut |finding| differences.push(finding)).unwrap();
    assert!(differences.is_empty(), "{context}: {differences:?}");
    let found = dump(source);
    for kind in loaded.kinds().map(|entry| entry.kind) {
        for record in all(source, &loaded, kind) {
            to_stored::<AnyRecord>(&loaded, record.unwrap()).unwrap();
        }
    }
    questions(source, context);
    (found, text)
}

fn questions(source: &dyn Source, context: &str) {
    let named = super::all_questions(source).unwrap();
    let ids: BTreeSet<u32> = named.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids.len(), named.len(), "{context}: two names of one question");
    let stored: BTreeSet<u32> = scan_all(source, Table::Questions)
        .map(|row| {
            let (key, value) = row.unwrap();
            unseal(Table::Questions, &key, &value).unwrap();
            KeyReader(&key).u32().unwrap()
        })
        .collect();
    assert_eq!(ids, stored, "{context}");
    assert_eq!(question_count(source).unwrap() as usize, ids.len(), "{context}");
    assert!(ids.iter().all(|id| *id < next_question(source).unwrap()), "{context}");
}

#[track_caller]
fn same_lines(one: &str, other: &str, context: &str) {
    for (one, other) in one.lines().zip(other.lines()) {
        assert_eq!(one, other, "{context}: the catalogue is not as it would be read again");
    }
    assert_eq!(one.lines().count(), other.lines().count(), "{context}");
}
