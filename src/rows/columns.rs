//! The columns, brought up to date with the records.

use std::collections::{BTreeMap, BTreeSet};

use super::load::{Row, find, load};
use super::words::{Words, merge_words};
use crate::index::column::Written;
use crate::index::{Around, BLOCK, Element, Layout, Link, Posting, Read, Unit, place_of, through};
use crate::model::{AttributeId, Kind, RecordId, Values};
use crate::schema::{Catalogue, KindEntry};
use crate::store::{
    Changed, Fresh, Key, KeyReader, Result, Source, StoreError, Table, Writer, fresh_count, fresh_key, fresh_value,
    scan_prefix, seal, set_fresh_count, unseal,
};

/// How many rows the fresh log has at most.
pub(crate) const MAX_FRESH: usize = 200;

/// The attribute under which the posting of the rows that there are stands.
pub(crate) const ALIVE: AttributeId = AttributeId(0);

/// The key of a block of a column, and of the posting beside it.
pub(crate) fn column_key(kind: Kind, attribute: AttributeId, block: u32) -> Vec<u8> {
    Key::new().u16(kind.0).u32(attribute.0).u32(block).build()
}

/// Reads a posting that stands beside a column.
pub(crate) fn present(source: &dyn Source, key: &[u8]) -> Result<Option<Posting>> {
    match source.view(Table::Present, key)? {
        Some(value) => read_present(key, &value).map(Some),
        None => Ok(None),
    }
}

pub(crate) fn read_present(key: &[u8], value: &[u8]) -> Result<Posting> {
    let body = unseal(Table::Present, key, value)?;
    Posting::decode(body).map_err(|reason| StoreError::corrupt(Table::Present, key, reason))
}

/// Before a commit: notes the rows that changed in the fresh log or, when they are many, writes their columns.
pub(crate) fn settle(writer: &mut Writer, catalogue: &Catalogue) -> Result<()> {
    let noted = std::mem::take(writer.noted());
    if noted.is_empty() {
        return Ok(());
    }
    let before = fresh_count(writer)?;
    if before as usize + noted.len() > MAX_FRESH {
        *writer.noted() = noted;
        return merge(writer, catalogue);
    }
    let mut count = before;
    for ((kind, row), mut changed) in noted {
        let key = fresh_key(kind, row);
        match writer.get(Table::Fresh, &key)? {
            Some(value) => changed.and(Changed::read(&key, &value)?),
            None => count += 1,
        }
        let value = fresh_value(&key, &changed);
        writer.put(Table::Fresh, key, value);
    }
    if count != before {
        set_fresh_count(writer, count);
    }
    Ok(())
}

/// Writes the columns of all fresh rows and empties the log.
pub(crate) fn merge(writer: &mut Writer, catalogue: &Catalogue) -> Result<()> {
    let fresh = writer.fresh()?;
    let mut blocks: BTreeMap<(Kind, u32), Vec<(u32, Changed)>> = BTreeMap::new();
    for ((kind, row), changed) in fresh {
        blocks.entry((kind, place_of(row).0)).or_default().push((row, changed));
    }
    let mut layout: Option<Layout<'_>> = None;
    for ((kind, block), rows) in blocks {
        let layout = match &mut layout {
            Some(layout) if layout.kind == kind => layout,
            slot => slot.insert(Layout::of(catalogue, kind)),
        };
        let mut loaded = Vec::with_capacity(rows.len());
        for (row, changed) in rows {
            loaded.push((row, changed, load(writer, catalogue, kind, row)?));
        }
        merge_block(writer, layout, block, &loaded)?;
        writer.flush_if_full()?;
    }
    clear_fresh(writer)
}

fn clear_fresh(writer: &mut Writer) -> Result<()> {
    writer.noted().clear();
    if fresh_count(writer)? > 0 {
        let keys: Vec<_> = crate::store::scan_all(writer, Table::Fresh)
            .map(|row| row.map(|(key, _)| key))
            .collect::<Result<_>>()?;
        for key in keys {
            writer.delete(Table::Fresh, key);
        }
        set_fresh_count(writer, 0);
    }
    Ok(())
}

/// Brings the columns of some rows of a block up to date.
fn merge_block(
    writer: &mut Writer,
    layout: &Layout<'_>,
    block: u32,
    rows: &[(u32, Changed, Option<Row>)],
) -> Result<()> {
    merge_words(writer, layout, block, rows)?;
    put_alive(writer, layout.kind, block, rows.iter().map(|(row, _, record)| (*row, record.is_some())))?;
    // What changed of rows of which only some did, with what is worked out of it.
    let mut some: BTreeSet<AttributeId> = BTreeSet::new();
    let mut all = false;
    for (_, changed, record) in rows {
        match changed {
            Changed::These(ids) if record.is_some() => some.extend(ids),
            _ => all = true,
        }
    }
    let base: Vec<AttributeId> = some.iter().copied().collect();
    some.extend(layout.worked_out_of(&base));
    for unit in &layout.units {
        let own = unit.attribute.id;
        if !all && !some.contains(&own) {
            continue;
        }
        let mut changes: BTreeMap<u32, Vec<Element>> = BTreeMap::new();
        for (row, changed, record) in rows {
            let concerned = record.is_none() || *changed == Changed::All || some.contains(&own);
            if concerned {
                let elements = match record {
                    Some(record) => elements_of(writer, layout.kind, unit, *row, &record.values)?,
                    None => Vec::new(),
                };
                changes.insert(u32::from(place_of(*row).1), elements);
            }
        }
        merge_unit(writer, layout.kind, unit, block, changes)?;
    }
    Ok(())
}

/// Says which rows of a block there are.
fn put_alive(writer: &mut Writer, kind: Kind, block: u32, rows: impl Iterator<Item = (u32, bool)>) -> Result<()> {
    let key = column_key(kind, ALIVE, block);
    let before = present(writer, &key)?.unwrap_or_else(Posting::new);
    let mut alive = before.clone();
    for (row, is) in rows {
        let place = place_of(row).1;
        if is { alive.insert(place) } else { alive.remove(place) };
    }
    if alive != before {
        put_present(writer, key, Some(&alive));
    }
    Ok(())
}

fn put_present(writer: &mut Writer, key: Vec<u8>, posting: Option<&Posting>) {
    match posting.filter(|posting| !posting.is_empty()) {
        Some(posting) => {
            let value = seal(&key, &posting.encode());
            writer.put(Table::Present, key, value);
        }
        None => writer.delete(Table::Present, key),
    }
}

/// What a row has of a unit.
pub(super) fn elements_of(
    source: &dyn Source,
    kind: Kind,
    unit: &Unit<'_>,
    row: u32,
    values: &Values,
) -> Result<Vec<Element>> {
    let mut failed = None;
    let fail = |failed: &mut Option<StoreError>, error| {
        failed.get_or_insert(error);
    };
    let failure = std::cell::RefCell::new(&mut failed);
    let mut row_of = |id: RecordId| match find(source, id) {
        Ok(row) => row,
        Err(error) => {
            fail(&mut failure.borrow_mut(), error);
            None
        }
    };
    let mut latest_of = |of: Kind, attributes: &'static [AttributeId]| match latest(source, kind, row, of, attributes) {
        Ok(time) => time,
        Err(error) => {
            fail(&mut failure.borrow_mut(), error);
            None
        }
    };
    let mut around = Around { row_of: &mut row_of, latest: &mut latest_of };
    let elements = unit.elements(values, &mut around);
    match failed {
        Some(error) => Err(error),
        None => Ok(elements),
    }
}

/// The time of the latest record of a kind that refers to a row through one of these attributes, in microseconds. One look-up each.
pub(crate) fn latest(
    source: &dyn Source,
    kind: Kind,
    row: u32,
    of: Kind,
    attributes: &[AttributeId],
) -> Result<Option<i64>> {
    let mut latest = None;
    for attribute in attributes {
        // Links stand with the latest first.
        let prefix = through(kind, row, of, *attribute);
        let Some(link) = scan_prefix(source, Table::Links, prefix.as_bytes()).next() else { continue };
        let (key, _) = link?;
        let link = Link::read(&key).ok_or_else(|| StoreError::corrupt(Table::Links, &key, "key cut short"))?;
        latest = latest.max(Some(link.time));
    }
    Ok(latest)
}

/// Writes what some rows of a block have of a unit now, if it differs.
fn merge_unit(
    writer: &mut Writer,
    kind: Kind,
    unit: &Unit<'_>,
    block: u32,
    changes: BTreeMap<u32, Vec<Element>>,
) -> Result<()> {
    let before = unit.read(&mut |id| read_column(writer, kind, id, block))?;
    let mut after = Vec::with_capacity(before.len() + changes.len());
    let mut rest = before.iter().peekable();
    for (place, elements) in changes {
        while let Some(old) = rest.next_if(|(at, _)| *at < place) {
            after.push(old.clone());
        }
        while rest.next_if(|(at, _)| *at == place).is_some() {}
        after.extend(elements.into_iter().map(|element| (place, element)));
    }
    after.extend(rest.cloned());
    if after == before {
        return Ok(());
    }
    let mut written: BTreeMap<AttributeId, Written> = unit.write(&after).into_iter().collect();
    let parts = unit.parts.iter().map(|(_, part)| part.id);
    for id in std::iter::once(unit.attribute.id).chain(parts) {
        put_column(writer, column_key(kind, id, block), written.remove(&id));
    }
    Ok(())
}

pub(super) fn read_column(source: &dyn Source, kind: Kind, id: AttributeId, block: u32) -> Result<Option<Read>> {
    let key = column_key(kind, id, block);
    let Some(value) = source.view(Table::Columns, &key)? else { return Ok(None) };
    let present = present(source, &key)?;
    let body = unseal(Table::Columns, &key, &value)?;
    let read = Read::of(body, present.as_ref());
    read.map(Some).map_err(|reason| StoreError::corrupt(Table::Columns, &key, reason))
}

fn put_column(writer: &mut Writer, key: Vec<u8>, written: Option<Written>) {
    match written {
        Some(Written { bytes, present }) => {
            put_present(writer, key.clone(), present.as_ref());
            let value = seal(&key, &bytes);
            writer.put(Table::Columns, key, value);
        }
        None => {
            put_present(writer, key.clone(), None);
            writer.delete(Table::Columns, key);
        }
    }
}

/// Every entry of the three tables as the records make them, for checks.
pub(crate) fn expected(
    source: &dyn Source,
    catalogue: &Catalogue,
    kind: Kind,
    each: &mut dyn FnMut(Table, Vec<u8>, Vec<u8>),
) -> Result<()> {
    let layout = Layout::of(catalogue, kind);
    let mut gathered = Gathered::new(layout.units.len());
    for record in super::load::all(source, catalogue, kind) {
        let record = record?;
        if gathered.block != place_of(record.row).0 {
            gathered.write(&layout, each);
            gathered.block = place_of(record.row).0;
        }
        gathered.add(source, &layout, record.row, &record.values)?;
    }
    gathered.write(&layout, each);
    Ok(())
}

/// What the rows of one block have, unit by unit, until the block is written.
#[derive(Debug)]
pub(crate) struct Gathered {
    block: u32,
    alive: Posting,
    units: Vec<Vec<(u32, Element)>>,
    words: Words,
}

impl Gathered {
    fn new(units: usize) -> Self {
        Self { block: 0, alive: Posting::new(), units: vec![Vec::new(); units], words: Words::new() }
    }

    fn add(&mut self, source: &dyn Source, layout: &Layout<'_>, row: u32, values: &Values) -> Result<()> {
        let place = place_of(row).1;
        self.alive.insert(place);
        super::words::gather(&mut self.words, layout, place, values);
        for (unit, gathered) in layout.units.iter().zip(&mut self.units) {
            let elements = elements_of(source, layout.kind, unit, row, values)?;
            gathered.extend(elements.into_iter().map(|element| (u32::from(place), element)));
        }
        Ok(())
    }

    /// Hands out the entries of the three tables, and is empty then.
    fn write(&mut self, layout: &Layout<'_>, each: &mut dyn FnMut(Table, Vec<u8>, Vec<u8>)) {
        if self.alive.is_empty() {
            return;
        }
        let kind = layout.kind;
        let put_present = |key: &[u8], posting: &Posting, each: &mut dyn FnMut(Table, Vec<u8>, Vec<u8>)| {
            each(Table::Present, key.to_vec(), seal(key, &posting.encode()));
        };
        put_present(&column_key(kind, ALIVE, self.block), &self.alive, each);
        for (unit, gathered) in layout.units.iter().zip(&mut self.units) {
            for (id, Written { bytes, present }) in unit.write(gathered) {
                let key = column_key(kind, id, self.block);
                if let Some(present) = &present {
                    put_present(&key, present, each);
                }
                let value = seal(&key, &bytes);
                each(Table::Columns, key, value);
            }
            gathered.clear();
        }
        super::words::entries(std::mem::take(&mut self.words), kind, self.block, each);
        self.alive = Posting::new();
    }
}

/// Makes all columns, and the table of words, anew from the records.
pub(crate) fn rebuild(writer: &mut Writer, catalogue: &Catalogue) -> Result<()> {
    for table in [Table::Columns, Table::Present, Table::Words, Table::Former] {
        loop {
            let keys: Vec<_> =
                crate::store::scan_all(writer, table).take(4_096).map(|row| row.map(|(key, _)| key)).collect::<Result<_>>()?;
            if keys.is_empty() {
                break;
            }
            for key in keys {
                writer.delete(table, key);
            }
            writer.flush_if_full()?;
        }
    }
    for kind in catalogue.kinds().map(|entry: &KindEntry| entry.kind) {
        let layout = Layout::of(catalogue, kind);
        let mut gathered = Gathered::new(layout.units.len());
        let mut from = 0;
        loop {
            let next = block_of_records(writer, catalogue, kind, from)?;
            let Some((block, records)) = next else { break };
            gathered.block = block;
            for record in records {
                gathered.add(writer, &layout, record.row, &record.values)?;
            }
            let mut entries = Vec::new();
            gathered.write(&layout, &mut |table, key, value| entries.push((table, key, value)));
            for (table, key, value) in entries {
                writer.put(table, key, value);
            }
            writer.flush_if_full()?;
            from = (block + 1).saturating_mul(BLOCK);
        }
    }
    clear_fresh(writer)
}

/// The records of the first block that has any from a row on.
fn block_of_records(
    source: &dyn Source,
    catalogue: &Catalogue,
    kind: Kind,
    from: u32,
) -> Result<Option<(u32, Vec<Row>)>> {
    let (first, end) = (super::load::row_key(kind, from), Key::new().u16(kind.0.saturating_add(1)).build());
    let Some(first) = crate::store::scan(source, Table::Records, first, end.clone()).next() else { return Ok(None) };
    let (key, _) = first?;
    let row = key.get(2..).and_then(|rest| KeyReader(rest).u32()).unwrap_or(from);
    let block = place_of(row).0;
    let behind = block.saturating_add(1).saturating_mul(BLOCK);
    let mut records = Vec::new();
    for entry in crate::store::scan(source, Table::Records, key, super::load::row_key(kind, behind).min(end)) {
        let (key, value) = entry?;
        records.push(super::load::from_bytes(source, catalogue, kind, &key, &value)?);
    }
    Ok(Some((block, records)))
}
