//! Reading tables: of a committed moment, or through a transaction's own changes.

use std::sync::OnceLock;

use redb::{AccessGuard, Range, ReadOnlyTable, ReadTransaction, ReadableTable};

use super::error::{Result, guarded};
use super::fresh::Fresh;
use super::table::Table;

/// A key and its value.
pub(crate) type Row = (Vec<u8>, Vec<u8>);

/// Whatever tables can be read from.
pub(crate) trait Source {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>>;

    /// The next rows from `from` (included) to `to` (excluded), at most `count`, in the order of the keys.
    fn batch(&self, table: Table, from: &[u8], to: &[u8], count: usize) -> Result<Vec<Row>>;

    /// The value of a key, where it lies.
    fn view(&self, table: Table, key: &[u8]) -> Result<Option<Bytes<'_>>> {
        Ok(self.get(table, key)?.map(Bytes::Owned))
    }

    /// The rows whose columns do not say what their records say.
    fn fresh(&self) -> Result<Fresh>;

    /// Goes through the rows from `from` (included) to `to` (excluded), where they lie.
    fn walk(&self, table: Table, from: Vec<u8>, to: Vec<u8>) -> Result<Walk<'_>>;

    /// The same for several threads; `None` if only one can read from it.
    fn for_threads(&self) -> Option<&(dyn Source + Sync)> {
        None
    }
}

/// Bytes of a table: where they lie, or among the changes that are not there yet, or a copy.
pub(crate) enum Bytes<'s> {
    Lying(AccessGuard<'s, &'static [u8]>),
    Pending(&'s [u8]),
    Owned(Vec<u8>),
}

impl std::ops::Deref for Bytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Lying(guard) => guard.value(),
            Self::Pending(bytes) => bytes,
            Self::Owned(bytes) => bytes,
        }
    }
}

/// Rows in the order of their keys; ends after an error.
pub(crate) enum Walk<'s> {
    Lying(Range<'s, &'static [u8], &'static [u8]>),
    Copied(Scan<'s>),
    Ended,
}

impl<'s> Iterator for Walk<'s> {
    type Item = Result<(Bytes<'s>, Bytes<'s>)>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = match self {
            Self::Lying(range) => guarded(|| match range.next() {
                Some(row) => row.map(|(key, value)| Some((Bytes::Lying(key), Bytes::Lying(value)))).map_err(Into::into),
                None => Ok(None),
            })
            .transpose(),
            Self::Copied(scan) => {
                scan.next().map(|row| row.map(|(key, value)| (Bytes::Owned(key), Bytes::Owned(value))))
            }
            Self::Ended => None,
        };
        if matches!(next, Some(Err(_))) {
            *self = Self::Ended;
        }
        next
    }
}

/// How many rows a scan reads first: often nobody wants more.
const FIRST_BATCH: usize = 8;
/// How many rows a scan holds in memory at a time.
const BATCH: usize = 256;

/// Goes through the rows from `from` (included) to `to` (excluded).
pub(crate) fn scan(source: &dyn Source, table: Table, from: Vec<u8>, to: Vec<u8>) -> Scan<'_> {
    Scan { source, table, from, to, rows: Vec::new().into_iter(), batch: FIRST_BATCH, done: false }
}

/// Goes through all rows of a table whose keys begin with a number of two or four bytes.
pub(crate) fn scan_all(source: &dyn Source, table: Table) -> Scan<'_> {
    scan(source, table, Vec::new(), vec![0xFF; 4])
}

/// Goes through the rows whose keys begin with `prefix`.
pub(crate) fn scan_prefix<'s>(source: &'s dyn Source, table: Table, prefix: &[u8]) -> Scan<'s> {
    let to = super::key::after_prefix(prefix);
    let done = to.is_none();
    Scan { done, ..scan(source, table, prefix.to_vec(), to.unwrap_or_default()) }
}

/// Rows in the order of their keys; ends after an error.
pub(crate) struct Scan<'s> {
    source: &'s dyn Source,
    table: Table,
    from: Vec<u8>,
    to: Vec<u8>,
    rows: std::vec::IntoIter<Row>,
    /// How many to read next.
    batch: usize,
    done: bool,
}

impl Iterator for Scan<'_> {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(row) = self.rows.next() {
            return Some(Ok(row));
        }
        if self.done {
            return None;
        }
        match self.source.batch(self.table, &self.from, &self.to, self.batch) {
            Ok(rows) => {
                self.done = rows.len() < self.batch;
                self.batch = BATCH.min(self.batch * 2);
                if let Some((last, _)) = rows.last() {
                    self.from.clone_from(last);
                    self.from.push(0);
                }
                self.rows = rows.into_iter();
                self.rows.next().map(Ok)
            }
            Err(error) => {
                self.done = true;
                Some(Err(error))
            }
        }
    }
}

/// The tables as they were at one commit. Owned: it keeps its moment for as long as it lives.
///
/// A table is opened when it is first read: a question needs a few of them, and to open all takes as long as to count a tag.
pub(crate) struct Reader {
    transaction: ReadTransaction,
    /// By their number. On the heap, since they are some kilobytes and stacks may be small.
    tables: Box<[OnceLock<Open>]>,
}

type Open = ReadOnlyTable<&'static [u8], &'static [u8]>;

impl Reader {
    pub(super) fn new(transaction: ReadTransaction) -> Self {
        Self { transaction, tables: Table::ALL.iter().map(|_| OnceLock::new()).collect() }
    }

    /// Opens all tables; fails if one is not there.
    pub(super) fn open_all(&self) -> Result<()> {
        guarded(|| Table::ALL.into_iter().try_for_each(|table| self.table(table).map(drop)))
    }

    /// The last key of a table.
    pub(super) fn last_key(&self, table: Table) -> Result<Option<Vec<u8>>> {
        guarded(|| Ok(self.table(table)?.last()?.map(|(key, _)| key.value().to_vec())))
    }

    fn table(&self, table: Table) -> Result<&Open> {
        let place = self.tables.get(table.index()).ok_or(super::error::StoreError::NotADatabase)?;
        if let Some(open) = place.get() {
            return Ok(open);
        }
        let open = self.transaction.open_table(table.definition())?;
        Ok(place.get_or_init(|| open))
    }
}

impl Source for Reader {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        guarded(|| {
            let found = ReadableTable::get(self.table(table)?, key)?;
            Ok(found.map(|found| found.value().to_vec()))
        })
    }

    fn batch(&self, table: Table, from: &[u8], to: &[u8], count: usize) -> Result<Vec<Row>> {
        if from >= to {
            return Ok(Vec::new());
        }
        guarded(|| {
            let mut rows = Vec::new();
            for row in ReadableTable::range(self.table(table)?, from..to)?.take(count) {
                let (key, value) = row?;
                rows.push((key.value().to_vec(), value.value().to_vec()));
            }
            Ok(rows)
        })
    }

    fn view(&self, table: Table, key: &[u8]) -> Result<Option<Bytes<'_>>> {
        guarded(|| Ok(ReadableTable::get(self.table(table)?, key)?.map(Bytes::Lying)))
    }

    fn fresh(&self) -> Result<Fresh> {
        super::fresh::committed(self)
    }

    fn for_threads(&self) -> Option<&(dyn Source + Sync)> {
        Some(self)
    }

    fn walk(&self, table: Table, from: Vec<u8>, to: Vec<u8>) -> Result<Walk<'_>> {
        if from >= to {
            return Ok(Walk::Ended);
        }
        guarded(|| Ok(Walk::Lying(ReadableTable::range(self.table(table)?, from.as_slice()..to.as_slice())?)))
    }
}

impl std::fmt::Debug for Bytes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bytes").field("length", &self.len()).finish()
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}
