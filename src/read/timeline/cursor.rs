//! Where a page ended, as a text that a program hands out and takes back.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::merge::Place;
use crate::model::{InvalidValue, Kind};

/// Where a page of a [`Timeline`](crate::Timeline) ended. Given to [`after`](crate::Timeline::after), it continues there.
///
/// It is a text of 28 characters, also to serde, which a program may hand out and take back from anybody: what it holds is
/// a place in time and no more. It stays good in later snapshots of the same file, when entries are added before it and when
/// the entry at which the page ended is deleted.
///
/// ```
/// use contactdb::Cursor;
/// let cursor: Cursor = "0006a4f9c1d2e3f4000300000011".parse()?;
/// assert_eq!(cursor.to_string(), "0006a4f9c1d2e3f4000300000011");
/// assert!("made up".parse::<Cursor>().is_err());
/// # Ok::<(), contactdb::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor(pub(super) Place);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { time, kind, row } = &self.0;
        write!(f, "{:016x}{:04x}{row:08x}", time.0.cast_unsigned(), kind.0)
    }
}

impl FromStr for Cursor {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        read(text).map(Self).ok_or_else(|| InvalidValue::new("cursor", text, "the text of a cursor from a page before"))
    }
}

fn read(text: &str) -> Option<Place> {
    // `from_str_radix` takes signs too.
    let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !plain || text.len() != 28 {
        return None;
    }
    let time = u64::from_str_radix(text.get(..16)?, 16).ok()?;
    let kind = u16::from_str_radix(text.get(16..20)?, 16).ok()?;
    let row = u32::from_str_radix(text.get(20..)?, 16).ok()?;
    Some(Place::new(time.cast_signed(), Kind(kind), row))
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use crate::cases::cases;

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn a_cursor_reads_back_from_its_text(time in any::<i64>(), kind in any::<u16>(), row in any::<u32>()) {
            let cursor = Cursor(Place::new(time, Kind(kind), row));
            prop_assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor.clone()));
            let json = serde_json::to_string(&cursor).unwrap();
            prop_assert_eq!(serde_json::from_str::<Cursor>(&json).unwrap(), cursor);
        }

        #[test]
        fn any_text_is_a_cursor_or_an_error(text in "\\PC{0,40}|[0-9a-f+]{26,30}") {
            if let Ok(cursor) = text.parse::<Cursor>() {
                prop_assert_eq!(cursor.to_string(), text);
            }
        }
    }

    #[test]
    fn what_is_no_cursor_says_so() {
        for text in
            ["", "+006a4f9c1d2e3f4000300000011", "0006A4F9C1D2E3F4000300000011", "\u{e9}\u{e9}06a4f9c1d2e3f400030000"]
        {
            let error = text.parse::<Cursor>().unwrap_err();
            assert_eq!(error.what(), "cursor", "{text}");
            assert!(serde_json::from_str::<Cursor>(&format!("{text:?}")).is_err());
        }
    }
}
