//! Everything that is derived, worked out anew from the records alone and compared with the tables.

mod going;
mod random;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::OnceLock;

use super::columns::expected;
use super::load::{KindCodes, all, find, id_key, load, load_catalogue, row_key, tags_of, text_key, to_stored};
use crate::index::{BLOCK, Link, Posting, agenda, keys_of, references_of, time_of};
use crate::model::{AnyRecord, Kind, Value};
use crate::schema::{Attribute, Catalogue};
use crate::store::{
    Codes, Key, KeyReader, Source, Table, live, next_question, next_row, question_count, scan_all, seal, unseal,
};

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

/// The derived tables as the records make them.
fn derived(source: &dyn Source, catalogue: &Catalogue) -> Dump {
    let mut expected = Dump::new();
    let mut put = |table: Table, key: Vec<u8>, value: Vec<u8>| {
        assert!(expected.insert((table.name(), key), value).is_none(), "twice in {}", table.name());
    };
    let mut tagged: BTreeMap<(u32, Kind, u32), BTreeSet<u32>> = BTreeMap::new();
    let mut links = BTreeSet::new();
    for kind in catalogue.kinds().map(|entry| entry.kind) {
        let codes = KindCodes::new(catalogue, kind);
        let mut count = 0;
        for record in all(source, catalogue, kind) {
            let record = record.unwrap();
            let row = record.row;
            count += 1;
            assert!(row < next_row(source, kind).unwrap(), "row {row} of {kind:?} would be given again");
            let key = id_key(record.id);
            let place = seal(&key, Key::new().u16(kind.0).u32(row).as_bytes());
            put(Table::Ids, key, place);
            for key in keys_of(catalogue, kind, &record.values) {
                put(Table::Keys, key.of_row(kind, row), Vec::new());
            }
            for key in agenda::keys(catalogue, kind, row, &record.values) {
                put(Table::Agenda, key, Vec::new());
            }
            let time = time_of(catalogue, kind, &record.values);
            for reference in references_of(&record.values) {
                let target = find(source, reference.target).unwrap();
                let target = target.unwrap_or_else(|| panic!("{reference:?} of row {row} of {kind:?} leads nowhere"));
                let link = Link { source_kind: kind, attribute: reference.attribute, time, source: row };
                links.insert(link.key(reference.target.kind, target));
            }
            for (id, value) in record.values.iter() {
                if let Value::Text(text) = value
                    && codes.apart(id, text.len())
                {
                    let key = text_key(kind, row, id);
                    let value = seal(&key, text.as_bytes());
                    put(Table::Texts, key, value);
                }
            }
            for tag in &record.tags {
                tagged.entry((*tag, kind, row / BLOCK)).or_default().insert(row % BLOCK);
            }
            to_stored::<AnyRecord>(catalogue, record).unwrap();
        }
        assert_eq!(count, live(source, kind).unwrap());
    }
    for link in links {
        put(Table::Links, link, Vec::new());
    }
    for kind in catalogue.kinds().map(|entry| entry.kind) {
        self::expected(source, catalogue, kind, &mut put).unwrap();
    }
    for ((tag, kind, block), rows) in tagged {
        let mut posting = Posting::new();
        for row in rows {
            posting.insert(u16::try_from(row).unwrap());
        }
        let key = Key::new().u32(tag).u16(kind.0).u32(block).build();
        let value = seal(&key, &posting.encode());
        put(Table::TagRows, key, value);
    }
    expected
}

/// Fails where a derived table or a count says other than the records, where a catalogue differs from what the file
/// would give, or where a row belongs to no record. Gives what there is.
#[track_caller]
pub(super) fn check(source: &dyn Source, catalogue: &Catalogue, context: &str) -> (Dump, String) {
    let loaded = load_catalogue(source).unwrap();
    let text = fingerprint(catalogue);
    same_lines(&text, &fingerprint(&loaded), context);
    let expected = derived(source, &loaded);
    let found = dump(source);
    let mut tables = vec![Table::Ids, Table::Keys, Table::Agenda, Table::Links, Table::Texts, Table::TagRows];
    // Rows of the fresh log are still to be written into the columns.
    if source.fresh().unwrap().is_empty() {
        tables.extend([Table::Columns, Table::Present, Table::Words, Table::Former]);
    }
    let is_derived = |name: &str| tables.iter().any(|table| table.name() == name);
    for (key, value) in found.iter().filter(|((table, _), _)| is_derived(table)) {
        assert_eq!(expected.get(key), Some(value), "{context}: {key:?} should not be there, or be another");
    }
    for key in expected.keys().filter(|(table, _)| is_derived(table)) {
        assert!(found.contains_key(key), "{context}: {key:?} is missing");
    }
    for (table, key) in found.keys() {
        let mut reader = KeyReader(key);
        if *table == Table::RowTags.name() {
            let (kind, row) = (Kind(reader.u16().unwrap()), reader.u32().unwrap());
            assert!(
                load(source, &loaded, kind, row).unwrap().is_some(),
                "{context}: tags of no record, {kind:?} {row}"
            );
            tags_of(source, &loaded, kind, row).unwrap();
        } else if *table == Table::Records.name() {
            let kind = Kind(reader.u16().unwrap());
            assert!(loaded.kind(kind).is_some(), "{context}: a record of no kind, {kind:?}");
            assert_eq!(row_key(kind, reader.u32().unwrap()), *key);
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
