//! How the characters of a text stand in bytes.

use std::fmt;

use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};

use crate::model::InvalidValue;

/// How the characters of a text stand in bytes: one of the encodings of the [WHATWG's standard](https://encoding.spec.whatwg.org),
/// by its name there. Those that are guessed have a constant; any other can be named.
///
/// ```
/// use contactdb::TextEncoding;
/// let japanese: TextEncoding = "Shift_JIS".parse()?;
/// assert_eq!(japanese.name(), "Shift_JIS");
/// assert_eq!("latin1".parse::<TextEncoding>()?, TextEncoding::WINDOWS_1252);
/// assert!("klingon".parse::<TextEncoding>().is_err());
/// # Ok::<(), contactdb::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TextEncoding(&'static Encoding);

macro_rules! constants {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        impl TextEncoding {
            $($(#[$doc])* pub const $name: Self = Self(encoding_rs::$name);)*
        }
    };
}
constants! {
    /// What nearly everything is written in today.
    UTF_8,
    /// Two bytes a character, the lower one first: the "Unicode text" of Windows programs.
    UTF_16LE,
    /// Two bytes a character, the higher one first.
    UTF_16BE,
    /// Central Europe: Polish, Czech, Slovak, Hungarian, Romanian, Croatian, Slovene.
    WINDOWS_1250,
    /// Cyrillic.
    WINDOWS_1251,
    /// Western Europe; takes in ISO 8859-1.
    WINDOWS_1252,
    /// Greek.
    WINDOWS_1253,
    /// Turkish.
    WINDOWS_1254,
    /// Hebrew.
    WINDOWS_1255,
    /// Arabic and Persian.
    WINDOWS_1256,
    /// The Baltic languages.
    WINDOWS_1257,
}

impl TextEncoding {
    /// The name in the standard: `UTF-8`, `windows-1252`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    pub(crate) fn inner(self) -> &'static Encoding {
        self.0
    }
}

impl std::str::FromStr for TextEncoding {
    type Err = InvalidValue;

    fn from_str(label: &str) -> Result<Self, InvalidValue> {
        // The standard's name for what must never be decoded.
        let known = Encoding::for_label_no_replacement(label.as_bytes());
        known.map(Self).ok_or_else(|| InvalidValue::new("encoding", label, "a name such as UTF-8 or windows-1252"))
    }
}

impl TryFrom<String> for TextEncoding {
    type Error = InvalidValue;

    fn try_from(label: String) -> Result<Self, InvalidValue> {
        label.parse()
    }
}

impl From<TextEncoding> for String {
    fn from(encoding: TextEncoding) -> Self {
        encoding.name().to_owned()
    }
}

impl fmt::Display for TextEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for TextEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
