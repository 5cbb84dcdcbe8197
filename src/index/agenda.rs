//! The agenda: what is to be done at what time, as long as it is not done.

use crate::model::{Kind, Value, Values};
use crate::schema::Catalogue;
use crate::store::{Key, KeyReader, micros};

/// An entry of the table, read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AgendaEntry {
    /// In microseconds since the epoch.
    pub(crate) time: i64,
    pub(crate) kind: Kind,
    pub(crate) row: u32,
}

/// How long a key is.
pub(crate) const LENGTH: usize = 14;

/// The keys of a record in the agenda.
pub(crate) fn keys(catalogue: &Catalogue, kind: Kind, row: u32, values: &Values) -> Vec<Vec<u8>> {
    let pairs = catalogue.kind(kind).map_or(&[][..], |entry| &entry.agenda);
    let open = pairs.iter().filter(|(_, end)| values.get(*end).is_none());
    let times = open.filter_map(|(at, _)| match values.get(*at)? {
        Value::DateTime(at) => Some(micros(*at)),
        _ => None,
    });
    times.map(|time| Key::new().i64(time).u16(kind.0).u32(row).build()).collect()
}

/// The first key behind all entries of a time.
pub(crate) fn after(time: i64) -> Vec<u8> {
    match time.checked_add(1) {
        Some(next) => Key::new().i64(next).build(),
        None => vec![0xFF; LENGTH + 1],
    }
}

pub(crate) fn read(key: &[u8]) -> Option<AgendaEntry> {
    let mut reader = KeyReader(key);
    Some(AgendaEntry { time: reader.i64()?, kind: Kind(reader.u16()?), row: reader.u32()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_read_back_and_stand_in_the_order_of_their_times() {
        let key = |time: i64| Key::new().i64(time).u16(7).u32(3).build();
        assert_eq!(read(&key(-5)), Some(AgendaEntry { time: -5, kind: Kind(7), row: 3 }));
        assert!(key(-5) < after(-5) && after(-5) <= key(-4));
        assert!(key(i64::MAX) < after(i64::MAX));
        assert_eq!(key(0).len(), LENGTH);
    }
}
