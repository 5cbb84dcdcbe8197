//! How what comes in goes together with what is there.

use serde::{Deserialize, Serialize};

use super::mapping::settings;

settings! {
    /// Whether what comes in makes records, changes them, or both.
    ImportMode {
        /// What means no record makes one, all else changes the one it means.
        #[default]
        Both,
        /// What means a record is skipped.
        Create,
        /// What means no record is skipped.
        Update,
    }
    /// What becomes of a value that the record has already. Of an attribute with several values, those that are not there yet are
    /// added either way, and what is not said takes nothing away. A whole name takes the place of a whole name, but for the nickname.
    Existing {
        /// The new one takes its place.
        #[default]
        Overwrite,
        /// It stays.
        Keep,
    }
}

/// How what comes in goes together with what is there: by what it is recognised, and what becomes of values that a record has already.
///
/// ```
/// use contactdb::{Existing, Merging};
/// let merging = Merging::by(["external_id", "email"]).existing(Existing::Keep).tag("address book");
/// assert_eq!(merging.match_by, ["external_id", "email"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Merging {
    /// The attributes by which the record is found that is meant, the surest first: `external_id`, `email`, `phone`, unique fields, the name of what
    /// is known by one text (`name` of companies). The first by which any record is found decides. Without any, everything makes a record.
    ///
    /// With `external_id` among them, a record that has another number of the same system is never meant: two people can share an address. Nor is a
    /// person meant whose name contradicts the one that is given, unless an external id or a unique field says so; see
    /// [`guide::importing`](crate::guide::importing#people-who-share-an-address-or-a-number).
    #[serde(default)]
    pub match_by: Vec<String>,
    /// Whether records are made, changed, or both.
    #[serde(default)]
    pub mode: ImportMode,
    /// What becomes of a value that the record has already.
    #[serde(default)]
    pub existing: Existing,
    /// Tags that every record gets, beside the one of the import.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

impl Merging {
    /// Recognises records by these attributes, the surest first; makes and changes them; new values take the place of old ones.
    #[must_use]
    pub fn by<const N: usize>(keys: [&str; N]) -> Self {
        Self { match_by: keys.map(str::to_owned).to_vec(), ..Self::default() }
    }

    /// Says whether records are made, changed, or both.
    #[must_use]
    pub const fn mode(mut self, mode: ImportMode) -> Self {
        self.mode = mode;
        self
    }

    /// Says what becomes of a value that the record has already.
    #[must_use]
    pub const fn existing(mut self, existing: Existing) -> Self {
        self.existing = existing;
        self
    }

    /// Gives every record a tag.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }
}
