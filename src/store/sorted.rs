//! Moving changes into a table of redb, in the order of their keys.

use std::ops::Bound;

use redb::{CursorError, ReadableTable, ReadableTableMetadata, TableDefinition, WriteTransaction};

use super::changes::{Change, Changes};
use super::error::{Result, StoreError};
use super::table::Table;

/// A table is written anew if there is a change for every so many of its keys.
const KEYS_A_CHANGE: u64 = 4;
/// And if there are so many changes.
const LEAST_CHANGES: u64 = 1 << 16;

/// The name of a table while it is written anew.
const ANEW: TableDefinition<'static, &'static [u8], &'static [u8]> = TableDefinition::new("anew");

/// Moves changes into a table; gives whether it was written anew.
///
/// Keys in any order that come to a table of full pages split them all, and half of each stays empty. If they are many, to copy the
/// table is as quick, and leaves its pages full.
pub(super) fn write_changes(transaction: &WriteTransaction, table: Table, changes: &mut Changes) -> Result<bool> {
    let mut open = transaction.open_table(table.definition())?;
    let (keys, count) = (open.len()?, changes.len());
    if keys > 0 && table.is_scattered() && count >= LEAST_CHANGES && count.saturating_mul(KEYS_A_CHANGE) >= keys {
        drop(open);
        write_anew(transaction, table, changes.sorted())?;
        return Ok(true);
    }
    write_sorted(&mut open, changes.sorted())?;
    Ok(false)
}

/// Writes a table with changes to it once more, all keys in their order, and puts it in the place of the old one.
fn write_anew<'c>(
    transaction: &WriteTransaction,
    table: Table,
    changes: impl Iterator<Item = Change<'c>>,
) -> Result<()> {
    {
        let old = transaction.open_table(table.definition())?;
        let mut new = transaction.open_table(ANEW)?;
        let mut cursor = new.upper_bound_mut(Bound::<&[u8]>::Unbounded)?;
        let mut put = |key: &[u8], value: Option<&[u8]>| match value {
            Some(value) => cursor.insert_before(key, value).map_err(refused),
            None => Ok(()),
        };
        let mut changes = changes.peekable();
        for row in old.iter()? {
            let (key, value) = row?;
            let key = key.value();
            while let Some((before, value)) = changes.next_if(|(changed, _)| *changed < key) {
                put(before, value)?;
            }
            let own = changes.next_if(|(changed, _)| *changed == key);
            put(key, own.map_or(Some(value.value()), |(_, value)| value))?;
        }
        for (key, value) in changes {
            put(key, value)?;
        }
        cursor.close()?;
    }
    transaction.delete_table(table.definition())?;
    transaction.rename_table(ANEW, table.definition())?;
    Ok(())
}

fn refused(error: CursorError) -> StoreError {
    match error {
        CursorError::Storage(error) => error.into(),
        other => StoreError::Io(Box::new(redb::Error::from(other))),
    }
}

type Open<'t> = redb::Table<'t, &'static [u8], &'static [u8]>;

/// Writes changes in the order of their keys. Runs of keys that are new and have no old one between
/// them go in through a cursor, which fills pages to the brim; others one by one.
fn write_sorted<'c>(table: &mut Open<'_>, changes: impl Iterator<Item = Change<'c>>) -> Result<()> {
    let mut rest = changes.peekable();
    // How many keys to write singly before a run is looked for again: among scattered keys there is none.
    let (mut pause, mut wait) = (0_u32, 0_u32);
    while let Some((key, value)) = rest.next() {
        let Some(value) = value else {
            table.remove(key)?;
            continue;
        };
        let is_new = table.insert(key, value)?.is_none();
        if !is_new || wait > 0 {
            wait = wait.saturating_sub(1);
            continue;
        }
        let mut run = 0_u32;
        let mut cursor = table.upper_bound_mut(Bound::Included(key))?;
        while let Some((key, Some(value))) = rest.peek() {
            match cursor.insert_before(*key, *value) {
                Ok(()) => drop(rest.next()),
                Err(CursorError::UnorderedKey) => break,
                Err(other) => return Err(refused(other)),
            }
            run += 1;
        }
        cursor.close()?;
        pause = if run > 1 { 0 } else { (pause * 2).clamp(1, 256) };
        wait = pause;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use redb::backends::InMemoryBackend;
    use redb::{Builder, Database, ReadableDatabase, TableStats};

    use super::*;

    type Map = BTreeMap<Vec<u8>, Vec<u8>>;

    /// Keys in no order, each with some bytes or deleted.
    fn changes(rng: &mut fastrand::Rng, count: usize, keys: u32) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
        let mut one = || {
            let key = rng.u32(..keys).wrapping_mul(0x9E37_79B1).to_be_bytes().repeat(6);
            (key, (rng.u8(..8) > 0).then(|| vec![rng.u8(..); rng.usize(..9)]))
        };
        (0..count).map(|_| one()).collect()
    }

    fn put(model: &mut Map, more: &[(Vec<u8>, Option<Vec<u8>>)]) -> Changes {
        let mut all = Changes::default();
        for (key, value) in more {
            all.put(key.clone(), value.clone());
            match value {
                Some(value) => drop(model.insert(key.clone(), value.clone())),
                None => drop(model.remove(key)),
            }
        }
        all
    }

    fn stats(database: &Database, model: &Map) -> TableStats {
        let transaction = database.begin_read().unwrap();
        assert_eq!(transaction.list_tables().unwrap().count(), 1);
        let open = transaction.open_table(Table::Keys.definition()).unwrap();
        let rows =
            open.iter().unwrap().map(|row| row.map(|(key, value)| (key.value().to_vec(), value.value().to_vec())));
        assert_eq!(&rows.collect::<std::result::Result<Map, _>>().unwrap(), model);
        open.stats().unwrap()
    }

    fn database() -> Database {
        Builder::new().create_with_backend(InMemoryBackend::new()).unwrap()
    }

    #[test]
    fn a_table_that_is_written_anew_has_what_it_had_and_the_changes() {
        for seed in 0..20 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let (database, mut model) = (database(), Map::new());
            for _ in 0..3 {
                let count = rng.usize(..1_500);
                let mut changes = put(&mut model, &changes(&mut rng, count, 2_000));
                let transaction = database.begin_write().unwrap();
                if rng.bool() {
                    write_anew(&transaction, Table::Keys, changes.sorted()).unwrap();
                } else {
                    write_changes(&transaction, Table::Keys, &mut changes).unwrap();
                }
                transaction.commit().unwrap();
                stats(&database, &model);
            }
        }
    }

    #[test]
    fn many_keys_that_come_to_full_pages_leave_them_full() {
        let mut rng = fastrand::Rng::with_seed(1);
        let (database, mut model) = (database(), Map::new());
        for (count, anew) in [(160_000, false), (90_000, true), (30_000, false)] {
            let more = changes(&mut rng, count, u32::MAX).into_iter();
            let more: Vec<_> = more.map(|(key, value)| (key, value.or_else(|| Some(Vec::new())))).collect();
            let mut changes = put(&mut model, &more);
            let transaction = database.begin_write().unwrap();
            assert_eq!(write_changes(&transaction, Table::Keys, &mut changes).unwrap(), anew, "{count}");
            transaction.commit().unwrap();
            let stats = stats(&database, &model);
            let lost = stats.fragmented_bytes() * 10 / stats.stored_bytes();
            assert_eq!(lost > 0, count == 30_000, "{count} {stats:?}");
        }
    }
}
