//! Every table that is derived from records, made anew.

use std::collections::BTreeMap;

use super::check_tables::whole;
use super::columns::rebuild;
use super::load::{id_key, id_of, row_key, tags_of};
use super::save::put_derived;
use super::tag_lists::{rows_of, set_list};
use super::tagged;
use crate::index::{Posting, place_of};
use crate::model::Kind;
use crate::schema::Catalogue;
use crate::store::{
    Key, KeyReader, Result, Source as _, StoreError, Table, Writer, next_row, scan, seal, set_fresh_count, set_live,
    set_next_row,
};

/// So many keys are held at a time.
const BATCH: usize = 4_096;

/// What is emptied before it is filled again. Texts apart are no copies, and stay.
const EMPTIED: [Table; 10] = [
    Table::Ids,
    Table::Keys,
    Table::Agenda,
    Table::Links,
    Table::TagRows,
    Table::Columns,
    Table::Present,
    Table::Fresh,
    Table::Words,
    Table::Former,
];

/// Makes all derived tables anew from the records and their tags. `progress` gets the number of records done, of which each is gone
/// through twice. Fails if a record can't be read; then nothing may be committed.
pub(crate) fn mend(writer: &mut Writer, catalogue: &Catalogue, progress: &mut dyn FnMut(u64)) -> Result<u64> {
    for table in EMPTIED {
        empty(writer, table)?;
    }
    set_fresh_count(writer, 0);
    writer.noted().clear();
    let mut records = 0;
    // Links need the rows of all ids.
    for kind in catalogue.kinds().map(|entry| entry.kind) {
        ids(writer, kind, &mut records, progress)?;
    }
    let mut done = records;
    for kind in catalogue.kinds().map(|entry| entry.kind) {
        derived(writer, catalogue, kind, &mut done, progress)?;
    }
    strays(writer)?;
    // What is worked out of links stands in columns.
    rebuild(writer, catalogue)?;
    writer.noted().clear();
    Ok(records)
}

fn empty(writer: &mut Writer, table: Table) -> Result<()> {
    let mut from = Vec::new();
    loop {
        let rows = scan(writer, table, from.clone(), vec![u8::MAX; 64]).take(BATCH);
        let keys: Vec<Vec<u8>> = rows.map(|row| row.map(|(key, _)| key)).collect::<Result<_>>()?;
        let Some(last) = keys.last() else { return Ok(()) };
        from.clone_from(last);
        from.push(0);
        for key in keys {
            writer.delete(table, key);
        }
        writer.flush_if_full()?;
    }
}

/// The rows of a kind, some at a time, from one on.
fn rows(writer: &Writer, kind: Kind, from: Option<u32>) -> Result<Vec<u32>> {
    let Some(from) = from else { return Ok(Vec::new()) };
    let to = crate::store::after_prefix(Key::new().u16(kind.0).as_bytes()).unwrap_or_default();
    let found = scan(writer, Table::Records, row_key(kind, from), to).take(BATCH);
    found
        .map(|entry| {
            let (key, _) = entry?;
            let row = key.get(2..).and_then(|rest| KeyReader(rest).u32());
            row.ok_or_else(|| StoreError::corrupt(Table::Records, &key, "key cut short"))
        })
        .collect()
}

fn ids(writer: &mut Writer, kind: Kind, records: &mut u64, progress: &mut dyn FnMut(u64)) -> Result<()> {
    let (mut from, mut count) = (Some(0), 0_u32);
    let mut end = 0;
    loop {
        let rows = rows(writer, kind, from)?;
        let Some(last) = rows.last().copied() else { break };
        for row in rows {
            let Some(id) = id_of(writer, kind, row)? else { continue };
            let key = id_key(id);
            let place = seal(&key, Key::new().u16(kind.0).u32(row).as_bytes());
            writer.put(Table::Ids, key, place);
            (count, *records) = (count.saturating_add(1), *records + 1);
        }
        writer.flush_if_full()?;
        progress(*records);
        (from, end) = (last.checked_add(1), last.saturating_add(1));
    }
    set_live(writer, kind, count);
    match next_row(writer, kind) {
        Ok(next) if next >= end => {}
        Ok(_) | Err(StoreError::Corrupt { .. }) => set_next_row(writer, kind, end),
        Err(error) => return Err(error),
    }
    Ok(())
}

fn derived(
    writer: &mut Writer,
    catalogue: &Catalogue,
    kind: Kind,
    done: &mut u64,
    progress: &mut dyn FnMut(u64),
) -> Result<()> {
    let mut from = Some(0);
    let mut tagged: BTreeMap<(u32, u32), Posting> = BTreeMap::new();
    loop {
        let rows = rows(writer, kind, from)?;
        let Some(last) = rows.last().copied() else { break };
        for row in rows {
            let (block, place) = place_of(row);
            // The postings of one block at a time.
            if tagged.keys().next().is_some_and(|(own, _)| *own != block) {
                put_tagged(writer, kind, std::mem::take(&mut tagged));
            }
            let Some(record) = super::load(writer, catalogue, kind, row)? else { continue };
            put_derived(writer, catalogue, &record)?;
            for tag in tags_of(writer, catalogue, kind, row)? {
                tagged.entry((block, tag)).or_insert_with(Posting::new).insert(place);
            }
            *done += 1;
        }
        writer.flush_if_full()?;
        progress(*done);
        from = last.checked_add(1);
    }
    put_tagged(writer, kind, tagged);
    Ok(())
}

fn put_tagged(writer: &mut Writer, kind: Kind, tagged: BTreeMap<(u32, u32), Posting>) {
    for ((block, tag), rows) in tagged {
        let key = tagged::key(tag, kind, block);
        let value = seal(&key, &rows.encode());
        writer.put(Table::TagRows, key, value);
    }
}

/// Takes the tags and the long texts of rows away that have no record.
fn strays(writer: &mut Writer) -> Result<()> {
    let (mut tagged, mut texts) = (Vec::new(), Vec::new());
    for entry in whole(writer, Table::RowTags) {
        let (key, value) = entry?;
        let (kind, rows) = rows_of(&key, &value)?;
        for (row, _) in rows {
            if writer.get(Table::Records, &row_key(kind, row))?.is_none() {
                tagged.push((kind, row));
            }
        }
    }
    for entry in whole(writer, Table::Texts) {
        let (key, _) = entry?;
        if writer.get(Table::Records, key.get(..6).unwrap_or_default())?.is_none() {
            texts.push(key);
        }
    }
    for (kind, row) in tagged {
        set_list(writer, kind, row, &[])?;
    }
    for key in texts {
        writer.delete(Table::Texts, key);
    }
    Ok(())
}
