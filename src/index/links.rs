//! Links: which records refer to a record, through which attribute, the latest first.

use time::OffsetDateTime;

use crate::model::{AttributeId, Kind, RecordId, Value, Values};
use crate::schema::{Catalogue, system};
use crate::store::{Key, KeyReader, micros};

/// A reference that a record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reference {
    pub(crate) attribute: AttributeId,
    pub(crate) target: RecordId,
}

/// All references of a record, in the order of its attributes.
pub(crate) fn references_of(values: &Values) -> Vec<Reference> {
    let mut found = Vec::new();
    for (id, value) in values.iter() {
        collect(id, value, &mut found);
    }
    found
}

fn collect(attribute: AttributeId, value: &Value, found: &mut Vec<Reference>) {
    match value {
        Value::Reference(target) => found.push(Reference { attribute, target: *target }),
        Value::List(values) => values.iter().for_each(|value| collect(attribute, value, found)),
        Value::Group(group) => {
            group.parts.iter().for_each(|(part, value)| collect(attribute.part(*part), value, found))
        }
        _ => {}
    }
}

/// When a record happened: its own time attribute, else when it was created; in microseconds.
pub(crate) fn time_of(catalogue: &Catalogue, kind: Kind, values: &Values) -> i64 {
    let own = catalogue.kind(kind).and_then(|entry| entry.time).and_then(|id| values.get(id));
    match own.or_else(|| values.get(system::CREATED)) {
        Some(Value::DateTime(at)) => micros(*at),
        _ => micros(OffsetDateTime::UNIX_EPOCH),
    }
}

/// All links to a row begin so.
pub(crate) fn to_row(target_kind: Kind, target: u32) -> Key {
    Key::new().u16(target_kind.0).u32(target)
}

/// All links to a row through one attribute of one kind begin so.
pub(crate) fn through(target_kind: Kind, target: u32, source_kind: Kind, attribute: AttributeId) -> Key {
    to_row(target_kind, target).u16(source_kind.0).u32(attribute.0)
}

/// A key of the table of links, read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) source_kind: Kind,
    pub(crate) attribute: AttributeId,
    pub(crate) time: i64,
    pub(crate) source: u32,
}

impl Link {
    pub(crate) fn key(self, target_kind: Kind, target: u32) -> Vec<u8> {
        through(target_kind, target, self.source_kind, self.attribute)
            .i64_descending(self.time)
            .u32(self.source)
            .build()
    }

    /// The record that a key of the table leads to.
    pub(crate) fn target(key: &[u8]) -> Option<(Kind, u32)> {
        let mut reader = KeyReader(key);
        Some((Kind(reader.u16()?), reader.u32()?))
    }

    pub(crate) fn read(key: &[u8]) -> Option<Self> {
        let mut reader = KeyReader(key.get(6..)?);
        Some(Self {
            source_kind: Kind(reader.u16()?),
            attribute: AttributeId(reader.u32()?),
            time: reader.i64_descending()?,
            source: reader.u32()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_read_back_and_sort_the_latest_first() {
        let link = |time, source| Link { source_kind: Kind(3), attribute: AttributeId(609), time, source };
        let key = link(17, 4).key(Kind(1), 9);
        assert_eq!(Link::read(&key), Some(link(17, 4)));
        assert!(link(18, 0).key(Kind(1), 9) < key);
        assert!(link(-1, 0).key(Kind(1), 9) > key);
        assert!(key.starts_with(through(Kind(1), 9, Kind(3), AttributeId(609)).as_bytes()));
    }
}
