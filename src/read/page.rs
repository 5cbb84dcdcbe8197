//! The records of a segment page by page.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::engine::Ending;
use crate::model::InvalidValue;

/// Some of the records of a segment in their order, and where to go on; from [`Select::page`](crate::Select::page) and
/// [`Select::page_of_ids`](crate::Select::page_of_ids).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<R> {
    /// What there is on the page.
    pub items: Vec<R>,
    /// Where the next page begins; `None` if there is none.
    pub next: Option<PageCursor>,
}

/// Where a [`Page`] ended. Given to [`Select::after`](crate::Select::after), the next one begins there.
///
/// It is a text, also to serde, which a program may hand out and take back from anybody. It holds what the last record of the page
/// was sorted by, which whoever has the cursor can find out, and is as long as that. It stays good in later snapshots of the same
/// file: records that came before it meanwhile are not met, those behind it are, and its own record may have been deleted.
///
/// ```
/// use contactdb::PageCursor;
/// assert!("made up".parse::<PageCursor>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageCursor(pub(super) Ending);

impl fmt::Display for PageCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.to_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for PageCursor {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let bytes = read(text.as_bytes());
        let ending = bytes.and_then(|bytes| Ending::from_bytes(&bytes));
        ending
            .map(Self)
            .ok_or_else(|| InvalidValue::new("page cursor", text, "the text of a cursor from a page before"))
    }
}

/// Reads pairs of hexadecimal digits.
fn read(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, []) = text.as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

impl Serialize for PageCursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PageCursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
