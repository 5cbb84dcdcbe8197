//! What is due, and when the next thing will be.

use time::OffsetDateTime;

use crate::error::Result;
use crate::index::agenda;
use crate::model::RecordId;
use crate::rows;
use crate::store::{Source, StoreError, Table, instant_of, micros, scan};

/// Something that is due: a task that is not done, a ticket that is not resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Due {
    /// Since when, in UTC.
    pub at: OffsetDateTime,
    /// The record.
    pub record: RecordId,
}

/// What is due up to and including an instant, the longest due first.
pub(crate) fn due(source: &dyn Source, until: OffsetDateTime) -> impl Iterator<Item = Result<Due>> {
    entries(source, Vec::new(), agenda::after(micros(until)))
}

/// What is due from one key to another. An older version that did not know the attribute may have left the entry of a record
/// that it deleted: those are passed over.
fn entries(source: &dyn Source, from: Vec<u8>, to: Vec<u8>) -> impl Iterator<Item = Result<Due>> {
    let read = move |key: &[u8]| -> Result<Option<Due>> {
        let entry = agenda::read(key).ok_or_else(|| StoreError::corrupt(Table::Agenda, key, "not an entry"))?;
        let uuid = rows::id_of(source, entry.kind, entry.row)?;
        let due = |uuid| Due { at: instant_of(entry.time), record: RecordId { kind: entry.kind, uuid } };
        Ok(uuid.map(due))
    };
    scan(source, Table::Agenda, from, to).filter_map(move |row| match row {
        Ok((key, _)) => read(&key).transpose(),
        Err(error) => Some(Err(error.into())),
    })
}

/// When the next thing becomes due, later than an instant.
pub(crate) fn next_due(source: &dyn Source, after: OffsetDateTime) -> Result<Option<OffsetDateTime>> {
    let from = agenda::after(micros(after));
    let next = entries(source, from, vec![0xFF; agenda::LENGTH + 1]).next().transpose()?;
    Ok(next.map(|due| due.at))
}
