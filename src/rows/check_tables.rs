//! Every table that is derived from records, held against what the records make of it.
//!
//! Record by record, what must be there is looked up; what belongs to a block of rows is worked out block by block. Entries that
//! nothing accounts for are found by their number, and looked for only where that differs. So memory holds one block of one kind
//! and eight bytes for each entry that stands there once a block, whatever the size.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::columns::{ALIVE, Gathered, column_key, read_column};
use super::load::{KindCodes, Row, find, from_bytes, id_key, id_of, load, row_key, tags_of, text_key};
use super::tag_lists::rows_of;
use super::tagged;
use super::words::{read_former, read_posting};
use crate::index::{
    BLOCK, Element, Layout, Link, Posting, agenda, keys_of, place_of, read_word_key, references_of, row_of, time_of,
};
use crate::model::{AttributeId, Kind, Value};
use crate::schema::Catalogue;
use crate::store::{
    Codes, Fresh, Key, KeyReader, Result, Source, StoreError, Table, fresh_count, live, next_row, scan, scan_prefix,
    seal, unseal,
};

/// What is wrong with an entry of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// It is not there.
    Missing,
    /// It is there, and no record accounts for it.
    Stray,
    /// It says other than the records.
    Differs,
    /// It can't be read.
    Unreadable,
    /// A record refers to one that is not there.
    LeadsNowhere,
}

/// A difference, by its place in a table.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) table: Table,
    pub(crate) fault: Fault,
    pub(crate) key: Vec<u8>,
    pub(crate) kind: Option<Kind>,
    pub(crate) row: Option<u32>,
    pub(crate) attribute: Option<AttributeId>,
}

/// A key of a table of bare keys, with the attribute that makes it.
type BareKey = (Table, Option<AttributeId>, Vec<u8>);

/// Where a row stands when something is found.
#[derive(Debug, Clone, Copy)]
struct At {
    kind: Kind,
    row: Option<u32>,
    attribute: Option<AttributeId>,
}

/// The derived tables whose entries are counted.
const COUNTED: [Table; 9] = [
    Table::Ids,
    Table::Keys,
    Table::Agenda,
    Table::Links,
    Table::Texts,
    Table::TagRows,
    Table::Columns,
    Table::Present,
    Table::Words,
];

/// Holds every derived table against the records. `each` gets the differences as they are found, `progress` the number of records
/// after each block. Fails only if the file can't be read at all.
pub(crate) fn check_tables(
    source: &dyn Source,
    catalogue: &Catalogue,
    progress: &mut dyn FnMut(u64),
    each: &mut dyn FnMut(Finding),
) -> Result<u64> {
    let (counts, blocks, unknown) = (BTreeMap::new(), HashSet::new(), BTreeSet::new());
    let mut tables = Tables { source, catalogue, fresh: Fresh::new(), counts, blocks, unknown, each };
    tables.fresh_log()?;
    let mut records = 0;
    for kind in catalogue.kinds().map(|entry| entry.kind) {
        tables.kind(kind, &mut records, progress)?;
    }
    tables.records_of_no_kind()?;
    tables.tags_of_none()?;
    tables.former()?;
    tables.strays()?;
    Ok(records)
}

struct Tables<'a> {
    source: &'a dyn Source,
    catalogue: &'a Catalogue,
    fresh: Fresh,
    /// How many entries of each table are accounted for.
    counts: BTreeMap<&'static str, u64>,
    /// The keys of what stands in a table once a block, as far as it is expected, by their hash.
    blocks: HashSet<u64>,
    /// Rows whose records can't be read.
    unknown: BTreeSet<(Kind, u32)>,
    each: &'a mut dyn FnMut(Finding),
}

fn hash(table: Table, key: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (table.name(), key).hash(&mut hasher);
    hasher.finish()
}

/// `None` in place of what is damaged.
fn readable<T>(read: Result<T>) -> Result<Option<T>> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(StoreError::Corrupt { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// All entries of a table.
pub(super) fn whole(source: &dyn Source, table: Table) -> crate::store::Scan<'_> {
    scan(source, table, Vec::new(), vec![u8::MAX; 64])
}

impl Tables<'_> {
    fn found(&mut self, table: Table, fault: Fault, key: &[u8], at: Option<At>) {
        (self.each)(Finding {
            table,
            fault,
            key: key.to_vec(),
            kind: at.map(|at| at.kind),
            row: at.and_then(|at| at.row),
            attribute: at.and_then(|at| at.attribute),
        });
    }

    fn account(&mut self, table: Table) {
        *self.counts.entry(table.name()).or_default() += 1;
    }

    /// Looks up an entry that must be there.
    fn entry(&mut self, table: Table, key: &[u8], value: &[u8], at: At) -> Result<()> {
        let same = self.source.view(table, key)?.map(|found| *found == *value);
        if same.is_some() {
            self.account(table);
        }
        match same {
            Some(true) => {}
            Some(false) => self.found(table, Fault::Differs, key, Some(at)),
            None => self.found(table, Fault::Missing, key, Some(at)),
        }
        Ok(())
    }

    fn fresh_log(&mut self) -> Result<()> {
        match readable(self.source.fresh())? {
            Some(fresh) => self.fresh = fresh,
            None => self.found(Table::Fresh, Fault::Unreadable, &[], None),
        }
        let count =
            whole(self.source, Table::Fresh).try_fold(0_u32, |count, row| row.map(|_| count.saturating_add(1)))?;
        if readable(fresh_count(self.source))? != Some(count) {
            self.found(Table::Meta, Fault::Differs, b"fresh", None);
        }
        Ok(())
    }

    fn kind(&mut self, kind: Kind, records: &mut u64, progress: &mut dyn FnMut(u64)) -> Result<()> {
        let (source, catalogue) = (self.source, self.catalogue);
        let layout = Layout::of(catalogue, kind);
        let (mut count, mut end) = (0_u32, 0_u32);
        let fresh: Vec<u32> = self.fresh.range((kind, 0)..=(kind, u32::MAX)).map(|((_, row), _)| *row).collect();
        let mut left: BTreeSet<u32> = fresh.iter().map(|row| place_of(*row).0).collect();
        let mut block = Block::new(&layout, 0, &fresh);
        for entry in scan_prefix(source, Table::Records, Key::new().u16(kind.0).as_bytes()) {
            let (key, value) = entry?;
            let Some(row) = key.get(2..).and_then(|rest| KeyReader(rest).u32()).filter(|_| key.len() == 6) else {
                self.found(Table::Records, Fault::Unreadable, &key, Some(At { kind, row: None, attribute: None }));
                continue;
            };
            if place_of(row).0 != block.number {
                self.block(&layout, &mut block)?;
                left.remove(&block.number);
                progress(*records);
                block = Block::new(&layout, place_of(row).0, &fresh);
            }
            (count, end) = (count.saturating_add(1), row.saturating_add(1));
            *records += 1;
            if let Some(record) = readable(from_bytes(source, catalogue, kind, &key, &value))? {
                self.record(&record)?;
                block.tags(row, &record.tags);
                // An id that can't be read was told of, and makes the columns of the row unknown.
                if !block.left_out.contains(&row)
                    && readable(block.gathered.add(source, &layout, row, &record.values))?.is_none()
                {
                    block.left_out.insert(row);
                    self.unknown.insert((kind, row));
                }
                continue;
            }
            self.found(Table::Records, Fault::Unreadable, &key, Some(At { kind, row: Some(row), attribute: None }));
            block.left_out.insert(row);
            self.unknown.insert((kind, row));
            if let Some(tags) = readable(tags_of(source, catalogue, kind, row))? {
                block.tags(row, &tags);
            }
        }
        self.block(&layout, &mut block)?;
        left.remove(&block.number);
        for number in left {
            self.block(&layout, &mut Block::new(&layout, number, &fresh))?;
        }
        let at = Some(At { kind, row: None, attribute: None });
        if readable(live(source, kind))? != Some(count) {
            self.found(Table::Meta, Fault::Differs, b"live", at);
        }
        if readable(next_row(source, kind))?.is_none_or(|next| next < end) {
            self.found(Table::Meta, Fault::Differs, b"row", at);
        }
        progress(*records);
        Ok(())
    }

    /// What must stand in tables by the side of one record.
    fn record(&mut self, record: &Row) -> Result<()> {
        let (kind, row) = (record.kind, record.row);
        let at = At { kind, row: Some(row), attribute: None };
        let key = id_key(record.id);
        let place = seal(&key, Key::new().u16(kind.0).u32(row).as_bytes());
        self.entry(Table::Ids, &key, &place, at)?;
        for (table, attribute, key) in self.keys(record, true)? {
            self.entry(table, &key, &[], At { attribute, ..at })?;
        }
        let catalogue = self.catalogue;
        let codes = KindCodes::new(catalogue, kind);
        for (id, value) in record.values.iter() {
            if matches!(value, Value::Text(text) if codes.apart(id, text.len())) {
                // It is there: the record was read with it.
                self.account(Table::Texts);
            }
        }
        // So has a text of an attribute that this version does not know, which only its record speaks of.
        for id in record.unseen() {
            if self.source.view(Table::Texts, &text_key(kind, row, id))?.is_some() {
                self.account(Table::Texts);
            }
        }
        Ok(())
    }

    /// The bare keys of a record in their tables. `report` says whether references that lead nowhere are told.
    fn keys(&mut self, record: &Row, report: bool) -> Result<BTreeSet<BareKey>> {
        let (kind, row, catalogue) = (record.kind, record.row, self.catalogue);
        let mut keys = BTreeSet::new();
        for key in keys_of(catalogue, kind, &record.values) {
            keys.insert((Table::Keys, Some(key.attribute), key.of_row(kind, row)));
        }
        for key in agenda::keys(catalogue, kind, row, &record.values) {
            keys.insert((Table::Agenda, None, key));
        }
        let time = time_of(catalogue, kind, &record.values);
        for reference in references_of(&record.values) {
            let attribute = Some(reference.attribute);
            match readable(find(self.source, reference.target))? {
                Some(Some(target)) => {
                    let link = Link { source_kind: kind, attribute: reference.attribute, time, source: row };
                    keys.insert((Table::Links, attribute, link.key(reference.target.kind, target)));
                }
                _ if report => {
                    let at = At { kind, row: Some(row), attribute };
                    self.found(Table::Records, Fault::LeadsNowhere, &row_key(kind, row), Some(at));
                }
                _ => {}
            }
        }
        Ok(keys)
    }

    /// What stands once a block: the rows of tags, and columns.
    fn block(&mut self, layout: &Layout, block: &mut Block) -> Result<()> {
        let kind = layout.kind;
        let at = At { kind, row: None, attribute: None };
        for (tag, rows) in std::mem::take(&mut block.tagged) {
            let key = tagged::key(tag, kind, block.number);
            let value = seal(&key, &rows.encode());
            self.once(Table::TagRows, &key, &value, at)?;
        }
        if block.left_out.is_empty() {
            let mut entries = Vec::new();
            block.gathered.write(layout, &mut |table, key, value| entries.push((table, key, value)));
            for (table, key, value) in entries {
                let attribute = match table {
                    Table::Words => None,
                    _ => KeyReader(key.get(2..).unwrap_or_default()).u32().map(AttributeId),
                };
                self.once(table, &key, &value, At { attribute, ..at })?;
            }
            return Ok(());
        }
        self.partly(layout, block)
    }

    fn once(&mut self, table: Table, key: &[u8], value: &[u8], at: At) -> Result<()> {
        self.blocks.insert(hash(table, key));
        self.entry(table, key, value, at)
    }

    /// A block of which the columns do not speak of all rows.
    fn partly(&mut self, layout: &Layout, block: &mut Block) -> Result<()> {
        let (kind, source) = (layout.kind, self.source);
        let (left_out, number) = (std::mem::take(&mut block.left_out), block.number);
        let spoken = |place: u32| !left_out.contains(&(number * BLOCK + place));
        let key = column_key(kind, ALIVE, block.number);
        let at = At { kind, row: None, attribute: None };
        self.allow(&key)?;
        let same = readable(super::columns::present(source, &key))?.map(|alive| {
            let alive = alive.unwrap_or_else(Posting::new);
            let alive = alive.iter().map(u32::from).filter(|place| spoken(*place));
            alive.eq(block.gathered.places().into_iter().map(u32::from).filter(|place| spoken(*place)))
        });
        self.told(Table::Present, same, &key, at);
        for (unit, expected) in layout.units.iter().zip(block.gathered.units()) {
            let own = unit.attribute.id;
            for id in std::iter::once(own).chain(unit.parts.iter().map(|(_, part)| part.id)) {
                self.allow(&column_key(kind, id, block.number))?;
            }
            let read = readable(unit.read(&mut |id| read_column(source, kind, id, block.number)))?;
            let same = read.map(|found| {
                let is_spoken = |element: &&(u32, Element)| spoken(element.0);
                found.iter().filter(is_spoken).eq(expected.iter().filter(is_spoken))
            });
            self.told(Table::Columns, same, &column_key(kind, own, block.number), At { attribute: Some(own), ..at });
        }
        let mut words = Vec::new();
        block.gathered.words(kind, &mut |key, rows| words.push((key, rows)));
        for (key, expected) in words {
            let found = self.source.view(Table::Words, &key)?;
            let Some(found) = found else {
                self.found(Table::Words, Fault::Missing, &key, Some(at));
                continue;
            };
            self.account(Table::Words);
            self.blocks.insert(hash(Table::Words, &key));
            let same = readable(read_posting(&key, &found))?.map(|found| {
                let known = found.iter().filter(|place| spoken(u32::from(*place)));
                known.eq(expected.iter().copied().filter(|place| spoken(u32::from(*place))))
            });
            self.told(Table::Words, same, &key, at);
        }
        Ok(())
    }

    fn told(&mut self, table: Table, same: Option<bool>, key: &[u8], at: At) {
        match same {
            Some(true) => {}
            Some(false) => self.found(table, Fault::Differs, key, Some(at)),
            None => self.found(table, Fault::Unreadable, key, Some(at)),
        }
    }

    /// Accounts for the entries of a column, should there be any.
    fn allow(&mut self, key: &[u8]) -> Result<()> {
        for table in [Table::Columns, Table::Present] {
            if self.source.view(table, key)?.is_some() {
                self.account(table);
            }
            self.blocks.insert(hash(table, key));
        }
        Ok(())
    }

    /// Whether a word may be one that rows had whose records say other now, or can't be read.
    fn is_of_unknown(&self, key: &[u8], value: &[u8]) -> Result<bool> {
        let Some((kind, block)) = KeyReader(key).u16().map(Kind).zip(read_word_key(key).map(|(_, block)| block)) else {
            return Ok(false);
        };
        let is_unknown = |place: u16| {
            let row = block.checked_mul(BLOCK).and_then(|first| first.checked_add(u32::from(place)));
            row.is_some_and(|row| self.fresh.contains_key(&(kind, row)) || self.unknown.contains(&(kind, row)))
        };
        let rows = readable(read_posting(key, value))?;
        Ok(rows.is_some_and(|rows| !rows.is_empty() && rows.iter().all(is_unknown)))
    }

    /// Words of texts that are gone, of which the table of words still speaks: of fresh rows alone.
    fn former(&mut self) -> Result<()> {
        for entry in whole(self.source, Table::Former) {
            let (key, value) = entry?;
            let mut reader = KeyReader(&key);
            let row = reader.u16().map(Kind).zip(reader.u32());
            if row.is_none_or(|row| !self.fresh.contains_key(&row)) {
                self.found(Table::Former, Fault::Stray, &key, None);
            } else if readable(read_former(&key, &value))?.is_none() {
                self.found(Table::Former, Fault::Unreadable, &key, None);
            }
        }
        Ok(())
    }

    fn records_of_no_kind(&mut self) -> Result<()> {
        for entry in whole(self.source, Table::Records) {
            let (key, _) = entry?;
            let kind = KeyReader(&key).u16().map(Kind);
            if kind.is_none_or(|kind| self.catalogue.kind(kind).is_none()) {
                self.found(Table::Records, Fault::Stray, &key, None);
            }
        }
        Ok(())
    }

    /// Tags of rows that have no record.
    fn tags_of_none(&mut self) -> Result<()> {
        for entry in whole(self.source, Table::RowTags) {
            let (key, value) = entry?;
            let Some((kind, rows)) = readable(rows_of(&key, &value))? else {
                self.found(Table::RowTags, Fault::Unreadable, &key, None);
                continue;
            };
            for (row, _) in rows {
                if self.source.view(Table::Records, &row_key(kind, row))?.is_none() {
                    self.found(Table::RowTags, Fault::Stray, &key, Some(At { kind, row: Some(row), attribute: None }));
                }
            }
        }
        Ok(())
    }

    /// Entries that no record accounts for: looked for where there are more than are accounted for.
    fn strays(&mut self) -> Result<()> {
        for table in COUNTED {
            let source = self.source;
            let count = whole(source, table).try_fold(0_u64, |count, row| row.map(|_| count + 1))?;
            if count == self.counts.get(table.name()).copied().unwrap_or(0) {
                continue;
            }
            for entry in whole(source, table) {
                let (key, value) = entry?;
                if !self.belongs(table, &key, &value)? {
                    self.found(table, Fault::Stray, &key, None);
                }
            }
        }
        Ok(())
    }

    /// Whether a record accounts for an entry. What belongs to one that can't be read is not known, and left alone.
    fn belongs(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<bool> {
        let mut reader = KeyReader(key);
        let place = match table {
            Table::Ids => {
                let Some(body) = readable(unseal(table, key, value))? else { return Ok(false) };
                let mut reader = KeyReader(body);
                let Some((kind, row)) = reader.u16().zip(reader.u32()) else { return Ok(false) };
                let Some(id) = readable(id_of(self.source, Kind(kind), row))? else { return Ok(true) };
                return Ok(id.is_some_and(|id| id_key(id) == key));
            }
            Table::Texts => reader.u16().map(Kind).zip(reader.u32()),
            Table::Keys => reader.u16().map(Kind).zip(row_of(key)),
            Table::Agenda => agenda::read(key).map(|entry| (entry.kind, entry.row)),
            Table::Links => Link::read(key).map(|link| (link.source_kind, link.source)),
            _ if self.blocks.contains(&hash(table, key)) => return Ok(true),
            Table::Words => return self.is_of_unknown(key, value),
            _ => return Ok(false),
        };
        let Some((kind, row)) = place else { return Ok(false) };
        let record = match readable(load(self.source, self.catalogue, kind, row))? {
            Some(Some(record)) => record,
            Some(None) => return Ok(false),
            None => return Ok(true),
        };
        Ok(match table {
            Table::Texts => {
                let id = reader.u32().map(AttributeId);
                id.is_some_and(|id| {
                    let has =
                        matches!(record.values.get(id), Some(Value::Text(_))) || record.unseen().any(|own| own == id);
                    has && key == text_key(kind, row, id)
                })
            }
            _ => self.keys(&record, false)?.iter().any(|(own, _, other)| *own == table && other == key),
        })
    }
}

/// What the rows of a block make.
struct Block {
    number: u32,
    gathered: Gathered,
    tagged: BTreeMap<u32, Posting>,
    /// Rows of which columns need not speak yet, and those that can't be read.
    left_out: BTreeSet<u32>,
}

impl Block {
    fn new(layout: &Layout, number: u32, fresh: &[u32]) -> Self {
        let left_out = fresh.iter().copied().filter(|row| place_of(*row).0 == number).collect();
        Self { number, gathered: Gathered::new(layout.units.len(), number), tagged: BTreeMap::new(), left_out }
    }

    fn tags(&mut self, row: u32, tags: &[u32]) {
        for tag in tags {
            self.tagged.entry(*tag).or_insert_with(Posting::new).insert(place_of(row).1);
        }
    }
}
