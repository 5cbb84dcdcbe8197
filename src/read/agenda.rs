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
    let end = agenda::after(micros(until));
    scan(source, Table::Agenda, Vec::new(), end).map(move |row| {
        let (key, _) = row?;
        let entry = agenda::read(&key).ok_or_else(|| StoreError::corrupt(Table::Agenda, &key, "not an entry"))?;
        let uuid = rows::id_of(source, entry.kind, entry.row)?
            .ok_or_else(|| StoreError::corrupt(Table::Agenda, &key, "no such record"))?;
        Ok(Due { at: instant_of(entry.time), record: RecordId { kind: entry.kind, uuid } })
    })
}

/// When the next thing becomes due, later than an instant.
pub(crate) fn next_due(source: &dyn Source, after: OffsetDateTime) -> Result<Option<OffsetDateTime>> {
    let from = agenda::after(micros(after));
    let Some(row) = scan(source, Table::Agenda, from, vec![0xFF; agenda::LENGTH + 1]).next() else { return Ok(None) };
    let (key, _) = row?;
    let entry = agenda::read(&key).ok_or_else(|| StoreError::corrupt(Table::Agenda, &key, "not an entry"))?;
    Ok(Some(instant_of(entry.time)))
}
