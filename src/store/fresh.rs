//! The fresh log: rows whose columns do not say yet what their records say.
//!
//! A small commit that wrote into every column that it touches would write dozens of pages. It notes its rows here instead; readers
//! ask the records of these rows, and when there are many, one commit brings the columns up to date.

use std::collections::{BTreeMap, BTreeSet};

use super::codec::{seal, unseal};
use super::error::{Result, StoreError};
use super::key::{Key, KeyReader};
use super::read::{Source, scan_all};
use super::table::Table;
use crate::model::{AttributeId, Kind};

/// What of a row the columns do not say yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Changed {
    /// Anything of the record itself: the row is new, or gone.
    pub(crate) all: bool,
    /// These attributes; also what is worked out of other records, which nothing else notes.
    pub(crate) these: BTreeSet<AttributeId>,
    /// Whether it was noted more than once in this transaction.
    pub(crate) again: bool,
}

impl Changed {
    /// The row is new, or gone.
    pub(crate) fn all() -> Self {
        Self { all: true, ..Self::default() }
    }

    pub(crate) fn these(these: BTreeSet<AttributeId>) -> Self {
        Self { these, ..Self::default() }
    }

    /// Takes in what else changed.
    pub(crate) fn and(&mut self, more: Self) {
        self.all |= more.all;
        self.these.extend(more.these);
        self.again = true;
    }

    /// Reads what a row of the log says.
    pub(crate) fn read(key: &[u8], value: &[u8]) -> Result<Self> {
        let mut reader = KeyReader(unseal(Table::Fresh, key, value)?);
        let these: BTreeSet<AttributeId> = std::iter::from_fn(|| reader.u32().map(AttributeId)).collect();
        Ok(Self { all: these.is_empty() || these.contains(&ALL), these, again: false })
    }

    fn encode(&self) -> Vec<u8> {
        let all = self.all.then_some(ALL);
        let these = self.these.iter().copied();
        all.into_iter().chain(these).fold(Key::new(), |key, id| key.u32(id.0)).build()
    }
}

/// Stands for everything.
const ALL: AttributeId = AttributeId(0);

/// Fresh rows, by kind and row.
pub(crate) type Fresh = BTreeMap<(Kind, u32), Changed>;

pub(crate) fn fresh_key(kind: Kind, row: u32) -> Vec<u8> {
    Key::new().u16(kind.0).u32(row).build()
}

pub(crate) fn fresh_value(key: &[u8], changed: &Changed) -> Vec<u8> {
    seal(key, &changed.encode())
}

/// The fresh rows that the file has.
pub(super) fn committed(source: &dyn Source) -> Result<Fresh> {
    scan_all(source, Table::Fresh)
        .map(|row| {
            let (key, value) = row?;
            let changed = Changed::read(&key, &value)?;
            let mut reader = KeyReader(&key);
            match (reader.u16(), reader.u32()) {
                (Some(kind), Some(row)) => Ok(((Kind(kind), row), changed)),
                _ => Err(StoreError::corrupt(Table::Fresh, &key, "key cut short")),
            }
        })
        .collect()
}
