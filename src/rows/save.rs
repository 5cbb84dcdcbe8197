//! Writing one record with everything that belongs to it: id, long texts, keys, links, tags.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::imported::forget_import;
use super::load::{KindCodes, Row, find, id_key, row_key, text_key};
use super::tagged::set_tags;
use super::words::keep_former;
use crate::index::{Link, agenda, keys_of, references_of, time_of, to_row};
use crate::model::{AttributeId, FieldType, Kind, RecordId, Value, Values};
use crate::schema::{Catalogue, Definition, KindDefinition, PipelineDefinition, TagDefinition};
use crate::store::{
    Changed, Codes, Key, Result, Table, Writer, encode_value, live, next_row, scan_prefix, seal, seal_record, set_live,
    set_next_row,
};

/// Gives a new record its row. Says too where the records stand that it refers to; `known` are those that were looked up before.
pub(crate) fn insert(
    writer: &mut Writer,
    catalogue: &Catalogue,
    kind: Kind,
    id: Uuid,
    values: &Values,
    tags: &[u32],
    known: Targets,
) -> Result<(u32, Targets)> {
    let row = next_row(writer, kind)?;
    set_next_row(writer, kind, row.saturating_add(1));
    let count = live(writer, kind)?;
    set_live(writer, kind, count.saturating_add(1));
    let key = id_key(id);
    let place = seal(&key, Key::new().u16(kind.0).u32(row).as_bytes());
    writer.put(Table::Ids, key, place);
    let mut derived = Derived::of(writer, catalogue, kind, row, values, known)?;
    let targets = std::mem::take(&mut derived.targets);
    derived.put(writer, catalogue, &Derived::default());
    put_record(writer, catalogue, kind, row, id, values);
    set_tags(writer, kind, row, &[], tags)?;
    writer.note(kind, row, Changed::all());
    Ok((row, targets))
}

/// Puts new values in the place of a record's old ones.
pub(crate) fn replace(
    writer: &mut Writer,
    catalogue: &Catalogue,
    kind: Kind,
    before: &Row,
    values: &Values,
) -> Result<()> {
    let old = Derived::of(writer, catalogue, kind, before.row, &before.values, Targets::new())?;
    let new = Derived::of(writer, catalogue, kind, before.row, values, old.targets.clone())?;
    old.delete(writer, catalogue, &new);
    new.put(writer, catalogue, &old);
    put_record(writer, catalogue, kind, before.row, before.id, values);
    keep_former(writer, catalogue, kind, before, values)?;
    writer.note(kind, before.row, Changed::these(differing(&before.values, values)));
    Ok(())
}

/// Takes a record away. Its row is never used again.
pub(crate) fn remove(writer: &mut Writer, catalogue: &Catalogue, kind: Kind, record: &Row) -> Result<()> {
    let derived = Derived::of(writer, catalogue, kind, record.row, &record.values, Targets::new())?;
    derived.delete(writer, catalogue, &Derived::default());
    // From records that go too: without our id, these can't be worked out when their turn comes.
    delete_prefix(writer, Table::Links, to_row(kind, record.row).as_bytes())?;
    // Those of a newer version's attributes too.
    delete_prefix(writer, Table::Texts, &row_key(kind, record.row))?;
    keep_former(writer, catalogue, kind, record, &Values::default())?;
    if kind == Kind::IMPORT {
        forget_import(writer, record.row)?;
    }
    let count = live(writer, kind)?;
    set_live(writer, kind, count.saturating_sub(1));
    writer.delete(Table::Ids, id_key(record.id));
    writer.delete(Table::Records, row_key(kind, record.row));
    writer.note(kind, record.row, Changed::all());
    set_tags(writer, kind, record.row, &record.tags, &[])
}

/// The attributes whose values differ.
fn differing(before: &Values, after: &Values) -> BTreeSet<AttributeId> {
    let changed = before.iter().filter(|(id, value)| after.get(*id) != Some(value)).map(|(id, _)| id);
    let added = after.iter().filter(|(id, _)| before.get(*id).is_none()).map(|(id, _)| id);
    changed.chain(added).collect()
}

/// Notes that what is worked out of the links to a record may differ.
fn note_linked(writer: &mut Writer, catalogue: &Catalogue, key: &[u8]) {
    let (Some(link), Some((kind, row))) = (Link::read(key), Link::target(key)) else { return };
    let worked_out = catalogue.kind(kind).map_or(&[][..], |entry| &entry.latest);
    let concerned =
        worked_out.iter().filter(|(_, of, through)| *of == link.source_kind && through.contains(&link.attribute));
    let ids: BTreeSet<AttributeId> = concerned.map(|(id, ..)| *id).collect();
    if !ids.is_empty() {
        writer.note(kind, row, Changed::these(ids));
    }
}

/// Deletes everything whose key begins with `prefix`.
fn delete_prefix(writer: &mut Writer, table: Table, prefix: &[u8]) -> Result<()> {
    let keys: Vec<Vec<u8>> =
        scan_prefix(writer, table, prefix).map(|row| row.map(|(key, _)| key)).collect::<Result<_>>()?;
    for key in keys {
        writer.delete(table, key);
    }
    Ok(())
}

/// Stores the definition of a tag.
pub(crate) fn put_tag(writer: &mut Writer, id: u32, tag: &TagDefinition) {
    put_definition(writer, Table::Tags, Key::new().u32(id).build(), tag);
}

/// Stores a kind of record that a business defined.
pub(crate) fn put_kind(writer: &mut Writer, kind: Kind, definition: &KindDefinition) {
    put_definition(writer, Table::Kinds, Key::new().u16(kind.0).build(), definition);
}

/// Stores the stages of a pipeline.
pub(crate) fn put_pipeline(writer: &mut Writer, kind: Kind, code: u32, definition: &PipelineDefinition) {
    put_definition(writer, Table::Pipelines, Key::new().u16(kind.0).u32(code).build(), definition);
}

/// Stores a definition.
pub(crate) fn put_field(writer: &mut Writer, kind: Kind, id: AttributeId, definition: &Definition) {
    put_definition(writer, Table::Catalogue, Key::new().u16(kind.0).u32(id.0).build(), definition);
}

pub(super) fn put_definition(writer: &mut Writer, table: Table, key: Vec<u8>, definition: &impl FieldType) {
    let body = definition.to_value().map(|value| encode_value(&value)).unwrap_or_default();
    let value = seal(&key, &body);
    writer.put(table, key, value);
}

fn put_record(writer: &mut Writer, catalogue: &Catalogue, kind: Kind, row: u32, id: Uuid, values: &Values) {
    let key = row_key(kind, row);
    let value = seal_record(&key, id, values, &KindCodes::new(catalogue, kind));
    writer.put(Table::Records, key, value);
}

/// Writes the keys, links and entries of the agenda of a record.
pub(super) fn put_derived(writer: &mut Writer, catalogue: &Catalogue, record: &Row) -> Result<()> {
    let mut derived = Derived::of(writer, catalogue, record.kind, record.row, &record.values, Targets::new())?;
    // The record was read with them.
    derived.texts.clear();
    derived.put(writer, catalogue, &Derived::default());
    Ok(())
}

/// What is in other tables because of a record.
#[derive(Debug, Default)]
struct Derived {
    entries: Vec<(usize, Vec<u8>)>,
    texts: Vec<(Vec<u8>, String)>,
    targets: Targets,
}

/// Records and their rows.
pub(crate) type Targets = Vec<(RecordId, u32)>;

/// The tables of bare keys.
const KEY_TABLES: [Table; 3] = [Table::Keys, Table::Links, Table::Agenda];

impl Derived {
    fn of(
        writer: &Writer,
        catalogue: &Catalogue,
        kind: Kind,
        row: u32,
        values: &Values,
        known: Targets,
    ) -> Result<Self> {
        let mut derived = Self { targets: known, ..Self::default() };
        for key in keys_of(catalogue, kind, values) {
            derived.entries.push((0, key.of_row(kind, row)));
        }
        for key in agenda::keys(catalogue, kind, row, values) {
            derived.entries.push((2, key));
        }
        let time = time_of(catalogue, kind, values);
        for reference in references_of(values) {
            let link = Link { source_kind: kind, attribute: reference.attribute, time, source: row };
            let known = derived.targets.iter().find(|(id, _)| *id == reference.target).map(|(_, target)| *target);
            if let Some(target) = known {
                derived.entries.push((1, link.key(reference.target.kind, target)));
            } else if let Some(target) = find(writer, reference.target)? {
                // What was deleted by a newer version without our knowing has no row any more.
                derived.entries.push((1, link.key(reference.target.kind, target)));
                derived.targets.push((reference.target, target));
            }
        }
        let codes = KindCodes::new(catalogue, kind);
        for (id, value) in values.iter() {
            if let Value::Text(text) = value
                && codes.apart(id, text.len())
            {
                derived.texts.push((text_key(kind, row, id), text.clone()));
            }
        }
        Ok(derived)
    }

    /// Puts what `before` does not have.
    fn put(self, writer: &mut Writer, catalogue: &Catalogue, before: &Self) {
        let had: BTreeSet<_> = before.entries.iter().collect();
        for entry in self.entries {
            if !had.contains(&entry)
                && let Some(table) = KEY_TABLES.get(entry.0)
            {
                if *table == Table::Links {
                    note_linked(writer, catalogue, &entry.1);
                }
                writer.put(*table, entry.1, Vec::new());
            }
        }
        for (key, text) in self.texts {
            if !before.texts.iter().any(|(other, old)| *other == key && *old == text) {
                let value = seal(&key, text.as_bytes());
                writer.put(Table::Texts, key, value);
            }
        }
    }

    /// Deletes what `after` does not have.
    fn delete(&self, writer: &mut Writer, catalogue: &Catalogue, after: &Self) {
        let has: BTreeSet<_> = after.entries.iter().collect();
        for entry in self.entries.iter().filter(|entry| !has.contains(entry)) {
            if let Some(table) = KEY_TABLES.get(entry.0) {
                if *table == Table::Links {
                    note_linked(writer, catalogue, &entry.1);
                }
                writer.delete(*table, entry.1.clone());
            }
        }
        for (key, _) in &self.texts {
            if !after.texts.iter().any(|(other, _)| other == key) {
                writer.delete(Table::Texts, key.clone());
            }
        }
    }
}
