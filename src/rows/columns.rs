//! The columns, brought up to date with the records.

use std::collections::{BTreeMap, BTreeSet};

use super::load::{Row, find, load};
use super::save::Targets;
use super::words::{Words, merge_words};
use crate::index::column::{Column, Flat, Written};
use crate::index::{Around, BLOCK, Element, Layout, Link, Posting, Read, Unit, place_of, through};
use crate::model::{AttributeId, How, Kind, RecordId, Values};
use crate::schema::{Catalogue, KindEntry};
use crate::store::{
    Changed, Key, KeyReader, Result, Source, StoreError, Table, Writer, fresh_count, fresh_key, fresh_value,
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
    if writer.noted().is_empty() {
        return Ok(());
    }
    let before = fresh_count(writer)?;
    if before as usize + writer.noted().len() > MAX_FRESH {
        return merge(writer, catalogue);
    }
    let noted = std::mem::take(writer.noted());
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
    let mut layout: Option<Layout> = None;
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
        let keys: Vec<_> =
            crate::store::scan_all(writer, Table::Fresh).map(|row| row.map(|(key, _)| key)).collect::<Result<_>>()?;
        for key in keys {
            writer.delete(Table::Fresh, key);
        }
        set_fresh_count(writer, 0);
    }
    Ok(())
}

/// Brings the columns of some rows of a block up to date.
fn merge_block(writer: &mut Writer, layout: &Layout, block: u32, rows: &[(u32, Changed, Option<Row>)]) -> Result<()> {
    merge_words(writer, layout, block, rows)?;
    put_alive(writer, layout.kind, block, rows.iter().map(|(row, _, record)| (*row, record.is_some())))?;
    // What changed of some rows, with what is worked out of it.
    let mut some: BTreeSet<AttributeId> = BTreeSet::new();
    for (_, changed, _) in rows {
        some.extend(&changed.these);
    }
    let base: Vec<AttributeId> = some.iter().copied().collect();
    some.extend(layout.worked_out_of(&base));
    let all = rows.iter().any(|(_, changed, record)| changed.all || record.is_none());
    for unit in &layout.units {
        let concerned = some.contains(&unit.attribute.id);
        if !all && !concerned {
            continue;
        }
        let of_links = matches!(unit.attribute.source, crate::schema::Source::WorkedOut(How::Latest { .. }));
        let mut changes: BTreeMap<u32, Vec<Element>> = BTreeMap::new();
        for (row, changed, record) in rows {
            let elements = match record {
                // A new record has no links that were not noted.
                Some(record) if concerned || changed.all && !of_links => {
                    let mut own = Vec::new();
                    elements_of(writer, layout.kind, unit, (*row, &record.values), &[], &mut |one| own.push(one))?;
                    own
                }
                Some(_) => continue,
                None => Vec::new(),
            };
            changes.insert(u32::from(place_of(*row).1), elements);
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
        if is {
            alive.insert(place)
        } else {
            alive.remove(place)
        };
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

/// Hands out what a row has of a unit; `known` are rows that were found already.
pub(super) fn elements_of(
    source: &dyn Source,
    kind: Kind,
    unit: &Unit,
    (row, values): (u32, &Values),
    known: &[(RecordId, u32)],
    each: &mut dyn FnMut(Element),
) -> Result<()> {
    let mut row_of = |id: RecordId| match known.iter().find(|(known, _)| *known == id) {
        Some((_, row)) => Ok(Some(*row)),
        None => find(source, id),
    };
    let mut latest_of = |of: Kind, attributes: &'static [AttributeId]| latest(source, kind, row, of, attributes);
    unit.elements(values, &mut Around { row_of: &mut row_of, latest: &mut latest_of }, each)
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
    unit: &Unit,
    block: u32,
    changes: BTreeMap<u32, Vec<Element>>,
) -> Result<()> {
    if merge_numbers(writer, kind, unit, block, &changes)? {
        return Ok(());
    }
    // The columns that there are, and whether a posting stands beside each.
    let mut had: BTreeMap<AttributeId, bool> = BTreeMap::new();
    let before = unit.read(&mut |id| {
        let read = read_column(writer, kind, id, block)?;
        had.extend(read.iter().map(|read| (id, read.dense)));
        Ok(read)
    })?;
    let own = |place: u32| {
        let first = before.partition_point(|(at, _)| *at < place);
        before
            .get(first..)
            .unwrap_or_default()
            .iter()
            .take_while(move |(at, _)| *at == place)
            .map(|(_, element)| element)
    };
    if changes.iter().all(|(place, elements)| own(*place).eq(elements)) {
        return Ok(());
    }
    let mut after = Vec::with_capacity(before.len() + changes.len());
    let mut rest = before.into_iter().peekable();
    for (place, elements) in changes {
        after.extend(std::iter::from_fn(|| rest.next_if(|(at, _)| *at < place)));
        while rest.next_if(|(at, _)| *at == place).is_some() {}
        after.extend(elements.into_iter().map(|element| (place, element)));
    }
    after.extend(rest);
    let mut written: BTreeMap<AttributeId, Written> = unit.write(&after).into_iter().collect();
    let parts = unit.parts.iter().map(|(_, part)| part.id);
    for id in std::iter::once(unit.attribute.id).chain(parts) {
        put_column(writer, column_key(kind, id, block), written.remove(&id), had.get(&id).copied());
    }
    Ok(())
}

/// The same of a column of numbers, which most changes are of; gives whether it is one and stays one.
fn merge_numbers(
    writer: &mut Writer,
    kind: Kind,
    unit: &Unit,
    block: u32,
    changes: &BTreeMap<u32, Vec<Element>>,
) -> Result<bool> {
    if unit.is_group() {
        return Ok(false);
    }
    let key = column_key(kind, unit.attribute.id, block);
    let (mut flat, dense) = {
        let Some(value) = writer.view(Table::Columns, &key)? else { return Ok(false) };
        let column = column(&key, &value)?;
        let present = if column.is_dense() { present(writer, &key)? } else { None };
        let Some(flat) = Flat::of(&column, present.as_ref()) else { return Ok(false) };
        (flat, column.is_dense())
    };
    let Some(differs) = flat.change(changes.iter().map(|(place, elements)| (*place, elements.as_slice()))) else {
        return Ok(false);
    };
    if differs {
        put_column(writer, key, flat.write(), Some(dense));
    }
    Ok(true)
}

fn column<'v>(key: &[u8], value: &'v [u8]) -> Result<Column<'v>> {
    Column::read(unseal(Table::Columns, key, value)?).map_err(|reason| StoreError::corrupt(Table::Columns, key, reason))
}

pub(crate) fn read_column(source: &dyn Source, kind: Kind, id: AttributeId, block: u32) -> Result<Option<Read>> {
    let key = column_key(kind, id, block);
    let Some(value) = source.view(Table::Columns, &key)? else { return Ok(None) };
    let column = column(&key, &value)?;
    let present = if column.is_dense() { present(source, &key)? } else { None };
    Ok(Some(Read::of(&column, present.as_ref())))
}

/// Puts a column in the place of the one there was, which had a posting beside it or none.
fn put_column(writer: &mut Writer, key: Vec<u8>, written: Option<Written>, had: Option<bool>) {
    let present = written.as_ref().and_then(|written| written.present.as_ref());
    if present.is_some() || had == Some(true) {
        put_present(writer, key.clone(), present);
    }
    match written {
        Some(Written { bytes, .. }) => {
            let value = seal(&key, &bytes);
            writer.put(Table::Columns, key, value);
        }
        None if had.is_some() => writer.delete(Table::Columns, key),
        None => {}
    }
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
    pub(super) fn new(units: usize, block: u32) -> Self {
        Self { block, alive: Posting::new(), units: vec![Vec::new(); units], words: Words::default() }
    }

    /// Forgets all, and begins with another block.
    fn begin(&mut self, block: u32) {
        (self.block, self.alive, self.words) = (block, Posting::new(), Words::default());
        self.units.iter_mut().for_each(Vec::clear);
    }

    /// The rows, by place.
    pub(super) fn places(&self) -> Vec<u16> {
        self.alive.iter().collect()
    }

    /// What they have, unit by unit.
    pub(super) fn units(&self) -> &[Vec<(u32, Element)>] {
        &self.units
    }

    pub(super) fn add(&mut self, source: &dyn Source, layout: &Layout, row: u32, values: &Values) -> Result<()> {
        self.add_of(source, layout, row, values, None)
    }

    /// Takes in a record. One that was just inserted comes with the rows to which it refers, and nothing refers to it.
    fn add_of(
        &mut self,
        source: &dyn Source,
        layout: &Layout,
        row: u32,
        values: &Values,
        inserted: Option<&Targets>,
    ) -> Result<()> {
        let place = place_of(row).1;
        self.alive.insert(place);
        self.words.add(&layout.classes, place, values);
        // Both stand in the order of the attributes, and of most attributes a record has nothing.
        let mut own = values.iter().map(|(id, _)| id).peekable();
        for (unit, gathered) in layout.units.iter().zip(&mut self.units) {
            let id = unit.attribute.id;
            while own.next_if(|own| *own < id).is_some() {}
            let has = match unit.attribute.source {
                crate::schema::Source::WorkedOut(How::Latest { .. }) => inserted.is_none(),
                crate::schema::Source::WorkedOut(_) => true,
                _ => own.peek() == Some(&id),
            };
            if !has {
                continue;
            }
            let known = inserted.map_or(&[][..], Vec::as_slice);
            let place = u32::from(place);
            elements_of(source, layout.kind, unit, (row, values), known, &mut |one| gathered.push((place, one)))?;
        }
        Ok(())
    }

    /// Hands out each word, as its key in the table of words, and who has it.
    pub(super) fn words(&mut self, kind: Kind, each: &mut dyn FnMut(Vec<u8>, Vec<u16>)) {
        self.words.each(kind, self.block, each);
    }

    /// Hands out the entries of the three tables, and is empty then.
    pub(super) fn write(&mut self, layout: &Layout, each: &mut dyn FnMut(Table, Vec<u8>, Vec<u8>)) {
        if self.alive.is_empty() {
            return;
        }
        let kind = layout.kind;
        let put_present = |key: &[u8], posting: &Posting, each: &mut dyn FnMut(Table, Vec<u8>, Vec<u8>)| {
            each(Table::Present, key.to_vec(), seal(key, &posting.encode()));
        };
        put_present(&column_key(kind, ALIVE, self.block), &self.alive, each);
        for (unit, gathered) in layout.units.iter().zip(&mut self.units) {
            let written = unit.write(gathered);
            // Its room is for the next block.
            gathered.clear();
            for (id, Written { bytes, present }) in written {
                let key = column_key(kind, id, self.block);
                if let Some(present) = &present {
                    put_present(&key, present, each);
                }
                let value = seal(&key, &bytes);
                each(Table::Columns, key, value);
            }
        }
        self.words.write(kind, self.block, each);
        self.alive = Posting::new();
    }
}

/// Fills the columns, which must be empty, from the records.
pub(super) fn rebuild(writer: &mut Writer, catalogue: &Catalogue) -> Result<()> {
    for kind in catalogue.kinds().map(|entry: &KindEntry| entry.kind) {
        let layout = Layout::of(catalogue, kind);
        let mut gathered = Gathered::new(layout.units.len(), 0);
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
    Ok(())
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

/// The columns of records that are inserted one behind the other: a block of each kind is written once, when it is full, without reading
/// its records again. Rows that are not dealt with here stay noted.
#[derive(Debug, Default)]
pub(crate) struct Filling {
    kinds: BTreeMap<Kind, (Layout, Gathered)>,
    /// Whether the block of the record that was inserted last has room for more.
    has_room: bool,
    /// Whether a block was filled: then it costs little more to write what there is of the next one.
    has_filled: bool,
}

impl Filling {
    /// Forgets what was gathered: the catalogue changed.
    pub(crate) fn stop(&mut self) {
        self.kinds.clear();
    }

    /// Whether a commit now leaves a block half full, which has to be read to be filled up.
    pub(crate) fn is_within_block(&self) -> bool {
        self.has_room
    }

    /// Takes in a record that was just inserted.
    pub(crate) fn add(
        &mut self,
        writer: &mut Writer,
        catalogue: &Catalogue,
        kind: Kind,
        (row, targets): &(u32, Targets),
        values: &Values,
    ) -> Result<()> {
        let row = *row;
        let (block, place) = place_of(row);
        let is_last = u32::from(place) + 1 == BLOCK;
        self.has_room = !is_last;
        if place == 0 {
            let new = || {
                let layout = Layout::of(catalogue, kind);
                let gathered = Gathered::new(layout.units.len(), block);
                (layout, gathered)
            };
            self.kinds.entry(kind).or_insert_with(new).1.begin(block);
        }
        let Some((layout, gathered)) = self.kinds.get_mut(&kind) else { return Ok(()) };
        if gathered.block != block || gathered.alive.len() != u32::from(place) {
            return Ok(());
        }
        gathered.add_of(writer, layout, row, values, Some(targets))?;
        if is_last {
            write_gathered(writer, layout, gathered);
            self.has_filled = true;
        }
        Ok(())
    }

    /// Before a commit: writes what was gathered of blocks that are not full, if that is more than readers should ask records for, or many
    /// were inserted.
    pub(crate) fn finish(&mut self, writer: &mut Writer) {
        for (layout, mut gathered) in std::mem::take(&mut self.kinds).into_values() {
            if self.has_filled || gathered.alive.len() as usize > MAX_FRESH {
                write_gathered(writer, &layout, &mut gathered);
            }
        }
    }
}

/// Writes the columns of rows that were inserted; those that were changed since stay noted.
fn write_gathered(writer: &mut Writer, layout: &Layout, gathered: &mut Gathered) {
    let first = gathered.block.saturating_mul(BLOCK);
    let rows: Vec<u32> = gathered.alive.iter().map(|place| first.saturating_add(place.into())).collect();
    gathered.write(layout, &mut |table, key, value| writer.put(table, key, value));
    for row in rows {
        if writer.noted().get(&(layout.kind, row)).is_some_and(|changed| !changed.again) {
            writer.noted().remove(&(layout.kind, row));
        }
    }
}
