//! Writing tables: changes are held in memory up to a bound, then moved into redb, each table opened once.

use std::cmp::Ordering;
use std::collections::btree_map;
use std::ops::Bound;
use std::sync::atomic::{self, AtomicBool};
use std::sync::{Arc, OnceLock};

use redb::{ReadableTable, WriteTransaction};

use super::changes::{Change, Changes};
use super::error::{Held, Result, StoreError, guarded};
use super::fresh::{Changed, Fresh};
use super::read::{Bytes, Reader, Row, Source, Walk, scan};
use super::sorted::write_changes;
use super::table::Table;
use crate::model::Kind;

/// The one write transaction. What it wrote it reads; nobody else does before the commit.
pub(crate) struct Writer {
    transaction: Held<WriteTransaction>,
    /// What was committed when the transaction began: enough to read from until the first flush.
    base: Reader,
    /// The last id in it: most ids that are looked for are new, and lie behind.
    last_id: OnceLock<Option<Vec<u8>>>,
    /// The tables into which something was moved already.
    flushed: [bool; Table::ALL.len()],
    pending: [Changes; Table::ALL.len()],
    bound: u64,
    /// Rows that changed and whose columns were not written since.
    noted: Fresh,
    /// Set when the changes are too many to be held in memory at once.
    grown: Arc<AtomicBool>,
    /// Set by an error in the middle of a change: what is half done must not be committed.
    poisoned: bool,
}

impl Writer {
    pub(super) fn new(transaction: WriteTransaction, base: Reader, bound: u64, grown: Arc<AtomicBool>) -> Self {
        Self {
            transaction: Held::new(transaction),
            base,
            last_id: OnceLock::new(),
            flushed: [false; Table::ALL.len()],
            pending: std::array::from_fn(|_| Changes::default()),
            bound,
            noted: Fresh::new(),
            grown,
            poisoned: false,
        }
    }

    pub(crate) fn put(&mut self, table: Table, key: Vec<u8>, value: Vec<u8>) {
        self.change(table, key, Some(value));
    }

    pub(crate) fn delete(&mut self, table: Table, key: Vec<u8>) {
        self.change(table, key, None);
    }

    fn change(&mut self, table: Table, key: Vec<u8>, value: Option<Vec<u8>>) {
        if let Some(changes) = self.pending.get_mut(table.index()) {
            changes.put(key, value);
        }
    }

    /// Notes that the columns do not say any more what the record of a row says.
    pub(crate) fn note(&mut self, kind: Kind, row: u32, changed: Changed) {
        match self.noted.entry((kind, row)) {
            btree_map::Entry::Vacant(entry) => {
                entry.insert(changed);
            }
            btree_map::Entry::Occupied(mut entry) => entry.get_mut().and(changed),
        }
    }

    /// What was noted in this transaction, to be dealt with.
    pub(crate) fn noted(&mut self) -> &mut Fresh {
        &mut self.noted
    }

    /// How much memory the changes of some tables take.
    fn pending_bytes(&self, scattered: bool) -> u64 {
        let those = Table::ALL.iter().zip(&self.pending).filter(|(table, _)| table.is_scattered() == scattered);
        those.map(|(_, changes)| changes.bytes()).sum()
    }

    /// Moves changes into redb if there are more than the bound allows. Called between whole
    /// changes, never within one.
    ///
    /// What comes in the order of its keys costs the same in small pieces. Keys that come in any order fill pages to the
    /// brim, and are quick, if they go in all at once; so they wait for as long as memory allows.
    pub(crate) fn flush_if_full(&mut self) -> Result<()> {
        if self.pending_bytes(false) > self.bound / 8 {
            self.grown.store(true, atomic::Ordering::Relaxed);
            self.flush_those(|table| !table.is_scattered())?;
        }
        if self.pending_bytes(true) > self.bound / 8 * 7 { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        self.flush_those(|_| true)
    }

    fn flush_those(&mut self, wanted: impl Fn(Table) -> bool) -> Result<()> {
        self.check_usable()?;
        let done = guarded(|| {
            for table in Table::ALL.into_iter().filter(|table| wanted(*table)) {
                let Some(changes) = self.pending.get_mut(table.index()) else { continue };
                if changes.is_empty() {
                    continue;
                }
                let mut changes = std::mem::take(changes);
                if write_changes(self.transaction.get()?, table, &mut changes)? {
                    // The pages of the old one are free.
                    self.grown.store(true, atomic::Ordering::Relaxed);
                }
                if let Some(flushed) = self.flushed.get_mut(table.index()) {
                    *flushed = true;
                }
            }
            Ok(())
        });
        // Some changes may be in redb and others not.
        self.poisoned |= done.is_err();
        done
    }

    fn last_id(&self) -> Result<Option<&[u8]>> {
        if let Some(last) = self.last_id.get() {
            return Ok(last.as_deref());
        }
        let last = self.base.last_key(Table::Ids)?;
        Ok(self.last_id.get_or_init(|| last).as_deref())
    }

    fn is_flushed(&self, table: Table) -> bool {
        self.flushed.get(table.index()).is_some_and(|flushed| *flushed)
    }

    /// Whether a table is as it was when the transaction began.
    fn is_untouched(&self, table: Table) -> bool {
        !self.is_flushed(table) && self.pending.get(table.index()).is_none_or(Changes::is_empty)
    }

    /// Whether an earlier error left something half done.
    pub(crate) fn check_usable(&self) -> Result<()> {
        if self.poisoned { Err(StoreError::Poisoned) } else { Ok(()) }
    }

    /// Forbids the commit.
    pub(crate) fn poison(&mut self) {
        self.poisoned = true;
    }

    pub(crate) fn commit(mut self) -> Result<()> {
        self.flush()?;
        let transaction = self.transaction.take()?;
        guarded(|| Ok(transaction.commit()?))
    }

    /// The rows beneath the changes that are still in memory.
    fn below(&self, table: Table, from: &[u8], to: &[u8], count: usize) -> Result<Vec<Row>> {
        if !self.is_flushed(table) {
            return self.base.batch(table, from, to, count);
        }
        guarded(|| {
            let open = self.transaction.get()?.open_table(table.definition())?;
            let mut rows = Vec::new();
            for row in open.range(from..to)?.take(count) {
                let (key, value) = row?;
                rows.push((key.value().to_vec(), value.value().to_vec()));
            }
            Ok(rows)
        })
    }
}

impl Source for Writer {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.view(table, key)?.map(|value| value.to_vec()))
    }

    fn batch(&self, table: Table, from: &[u8], to: &[u8], count: usize) -> Result<Vec<Row>> {
        self.check_usable()?;
        let mut rows = Vec::new();
        let (mut from, mut size) = (from.to_vec(), count);
        while rows.len() < count && from.as_slice() < to {
            let below = self.below(table, &from, to, size)?;
            // Behind a full batch there may be more rows; changes behind its last one wait for the next batch.
            let last = below.last().map(|(last, _)| last.clone()).filter(|_| below.len() == size);
            let end = last.as_deref().map_or(Bound::Excluded(to), Bound::Included);
            let Some(changes) = self.pending.get(table.index()) else { return Ok(below) };
            merge(below, changes.range(&from, end), count, &mut rows);
            // Deletions may have thinned it out: go on behind it, so that only the end is short.
            let Some(mut next) = last else { break };
            next.push(0);
            from = next;
            size = size.saturating_mul(2).min(count.max(LARGE_BATCH));
        }
        Ok(rows)
    }

    fn fresh(&self) -> Result<Fresh> {
        let mut all = super::fresh::committed(self)?;
        for (row, changed) in &self.noted {
            match all.entry(*row) {
                btree_map::Entry::Vacant(entry) => {
                    entry.insert(changed.clone());
                }
                btree_map::Entry::Occupied(mut entry) => entry.get_mut().and(changed.clone()),
            }
        }
        Ok(all)
    }

    fn view(&self, table: Table, key: &[u8]) -> Result<Option<Bytes<'_>>> {
        self.check_usable()?;
        if let Some((_, changed)) = self.pending.get(table.index()).and_then(|changes| changes.get(key)) {
            return Ok(changed.map(Bytes::Pending));
        }
        if !self.is_flushed(table) {
            let behind = table == Table::Ids && self.last_id()?.is_none_or(|last| last < key);
            return if behind { Ok(None) } else { self.base.view(table, key) };
        }
        guarded(|| {
            let open = self.transaction.get()?.open_table(table.definition())?;
            let found = open.get(key)?.map(|found| Bytes::Owned(found.value().to_vec()));
            Ok(found)
        })
    }

    fn walk(&self, table: Table, from: Vec<u8>, to: Vec<u8>) -> Result<Walk<'_>> {
        self.check_usable()?;
        if self.is_untouched(table) {
            return self.base.walk(table, from, to);
        }
        Ok(Walk::Copied(scan(self, table, from, to)))
    }
}

/// How many rows are read at a time at most where deletions thin them out.
const LARGE_BATCH: usize = 256;

/// Puts rows and the changes to them, both in the order of their keys, behind `rows` until these are `count`.
fn merge<'c>(below: Vec<Row>, changes: impl Iterator<Item = Change<'c>>, count: usize, rows: &mut Vec<Row>) {
    let (mut below, mut changes) = (below.into_iter().peekable(), changes.peekable());
    while rows.len() < count {
        let order = match (below.peek(), changes.peek()) {
            (Some((old, _)), Some((new, _))) => old.as_slice().cmp(new),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return,
        };
        if order != Ordering::Greater {
            let old = below.next();
            rows.extend(old.filter(|_| order == Ordering::Less));
        }
        if order != Ordering::Less
            && let Some((key, Some(value))) = changes.next()
        {
            rows.push((key.to_vec(), value.to_vec()));
        }
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer")
            .field("pending_bytes", &(self.pending_bytes(true) + self.pending_bytes(false)))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::file::Store;
    use super::super::read::{Source, scan};
    use super::super::table::Table;
    use crate::Options;
    use crate::cases::cases;

    #[derive(Debug, Clone)]
    enum Step {
        Change(u8, Option<u8>),
        Flush,
        Commit,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            30 => (0_u8..40, any::<Option<u8>>()).prop_map(|(key, value)| Step::Change(key, value)),
            1 => Just(Step::Flush),
            1 => Just(Step::Commit),
        ];
        proptest::collection::vec(step, 0..150)
    }

    proptest! {
        #![proptest_config(cases(64))]

        #[test]
        fn a_batch_is_what_a_map_has_whatever_is_still_in_memory(
            steps in steps(),
            asked in proptest::collection::vec((0_u8..40, 0_u8..45, 0_usize..12), 1..8),
        ) {
            let store = Store::in_memory(Options::new().settings).unwrap();
            let mut writer = store.write(true).unwrap();
            let mut map = BTreeMap::new();
            for step in steps {
                match step {
                    Step::Change(key, Some(value)) => {
                        writer.put(Table::Texts, vec![key], vec![value]);
                        map.insert(vec![key], vec![value]);
                    }
                    Step::Change(key, None) => {
                        writer.delete(Table::Texts, vec![key]);
                        map.remove([key].as_slice());
                    }
                    Step::Flush => writer.flush().unwrap(),
                    Step::Commit => {
                        writer.commit().unwrap();
                        writer = store.write(true).unwrap();
                    }
                }
            }
            for (from, to, count) in asked {
                let range = || map.iter().filter(|(key, _)| key[0] >= from && key[0] < to).map(|(k, v)| (k.clone(), v.clone()));
                let found = writer.batch(Table::Texts, &[from], &[to], count).unwrap();
                prop_assert_eq!(found, range().take(count).collect::<Vec<_>>());
                let scanned = scan(&writer, Table::Texts, vec![from], vec![to]).map(Result::unwrap);
                prop_assert!(scanned.eq(range()));
            }
        }
    }
}
