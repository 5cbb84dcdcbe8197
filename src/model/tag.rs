//! Tags.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::InvalidValue;
use super::invalid::is_invisible;

/// The name of a tag: one or more names joined by `/`, such as `customers/gold`.
///
/// A tag comes into being when it is first used. Names that differ only in case are one tag, each level
/// spelt as it was first used. At most 8 levels and 200 bytes, no control characters, no empty level; white
/// space around a level is dropped.
///
/// ```
/// use contactdb::Tag;
/// let tag = Tag::new("customers / gold")?;
/// assert_eq!(tag.as_str(), "customers/gold");
/// assert!(tag.is_under(&Tag::new("customers")?));
/// # Ok::<(), contactdb::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

impl Tag {
    pub(crate) const MAX_LEVELS: usize = 8;

    /// Takes a name.
    ///
    /// # Errors
    /// [`InvalidValue`] for an empty level, a control character, or more than 8 levels or 200 bytes.
    pub fn new(name: &str) -> Result<Self, InvalidValue> {
        let (name_is_good, joined) = if name.contains('/') {
            let levels: Vec<&str> = name.split('/').map(str::trim).collect();
            (levels.len() <= Self::MAX_LEVELS && levels.iter().all(|level| !level.is_empty()), levels.join("/"))
        } else {
            (!name.trim().is_empty(), name.trim().to_owned())
        };
        if name_is_good && joined.len() <= 200 && !joined.chars().any(|c| c.is_control() || is_invisible(c)) {
            Ok(Self(joined))
        } else {
            Err(InvalidValue::new("tag", name, "a name such as vip or customers/gold"))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is `parent` or lies below it.
    #[must_use]
    pub fn is_under(&self, parent: &Self) -> bool {
        self.0.strip_prefix(parent.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl FromStr for Tag {
    type Err = InvalidValue;
    fn from_str(name: &str) -> Result<Self, InvalidValue> {
        Self::new(name)
    }
}
impl TryFrom<&str> for Tag {
    type Error = InvalidValue;
    fn try_from(name: &str) -> Result<Self, InvalidValue> {
        Self::new(name)
    }
}
impl TryFrom<String> for Tag {
    type Error = InvalidValue;
    fn try_from(name: String) -> Result<Self, InvalidValue> {
        Self::new(&name)
    }
}
impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.0
    }
}
