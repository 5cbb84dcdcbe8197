//! What a choice was before, and since when it is what it is.

use time::OffsetDateTime;

use super::macros::group;
use super::setters;
use super::{Choice, UnknownParts};

group! {
    /// An entry of a history: a stage or a status that was taken, when, and by whom.
    ///
    /// The database adds one by itself whenever the stage or the status of a record changes, and when it is inserted with
    /// another one than every record begins with; imports can bring their own. A record that is written without its history
    /// keeps the one it has. A history of as many entries as [`Limits::values`](crate::Limits::values) allows forgets what is
    /// oldest.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Change {
        /// What it became.
        1 "" "Change" to: Choice,
        /// When; the moment of the write if not given.
        2 "at" "At" at: Option<OffsetDateTime> { now },
        /// By whom, if the program said so.
        3 "by" "By" by: Option<String>,
    }
}

impl Change {
    /// The number of the part that says what it became.
    pub(crate) const TO: u8 = 1;

    /// Became that.
    #[must_use]
    pub fn to(choice: impl Into<Choice>) -> Self {
        Self { to: choice.into(), at: None, by: None, unknown: UnknownParts::default() }
    }

    setters! {
        /// Says when.
        set at: OffsetDateTime;
        /// Says by whom.
        set by: String;
    }
}
