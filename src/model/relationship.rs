//! What people are to one another.

use time::Date;

use super::macros::group;
use super::setters;
use super::{Choice, Contact, Id, UnknownParts, choices, within};

group! {
    /// Another person, and what that one is to this one.
    ///
    /// It need be noted on one side only: [`Read::relationships`](crate::Read::relationships) finds it from both, with the
    /// word for the other direction.
    ///
    /// ```
    /// use contactdb::{Contact, Id, Relationship, choices::relationship};
    /// # let grace: Id<Contact> = "01890a5d-ac96-774b-bcce-b302099a8057".parse()?;
    /// // Grace is Ada's assistant.
    /// let ada = Contact::named("Ada", "Lovelace").related(Relationship::with(grace, relationship::ASSISTANT));
    /// assert_eq!(ada.related.len(), 1);
    /// # Ok::<(), contactdb::InvalidValue>(())
    /// ```
    #[derive(Debug, Clone, PartialEq)]
    pub struct Relationship {
        /// The other person.
        1 "" "Related person" who: Id<Contact>,
        /// What the other one is to this one; see [`choices::relationship`].
        2 "kind" "Kind" kind: Option<Choice> = choices::relationship::OPTIONS,
        /// First day.
        3 "from" "From" from: Option<Date>,
        /// Last day.
        4 "to" "To" to: Option<Date>,
        /// Anything else about it.
        5 "note" "Note" note: Option<String>,
    }
}

impl Relationship {
    /// The number of the part that names the other person.
    pub(crate) const WHO: u8 = 1;

    /// The other person, and what that one is to this one.
    #[must_use]
    pub fn with(who: Id<Contact>, kind: impl Into<Choice>) -> Self {
        Self { who, kind: Some(kind.into()), from: None, to: None, note: None, unknown: UnknownParts::default() }
    }

    setters! {
        /// Sets the first day.
        set from: Date;
        /// Sets the last day.
        set to: Date;
    }

    /// Whether it held on a day; an end that is not known is open.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        within(self.from, self.to, day)
    }

    setters! {
        /// Says something else about it.
        set note: String;
    }
}

/// What the first is to the second where the second is that to the first: a child where it is a parent. `None` of a word
/// that a business added.
pub(crate) fn inverse(kind: &Choice) -> Option<Choice> {
    use choices::relationship as r;
    const SYMMETRIC: [Choice; 6] = [r::SPOUSE, r::SIBLING, r::RELATIVE, r::FRIEND, r::COLLEAGUE, r::PARTNER];
    const PAIRS: [(Choice, Choice); 5] = [
        (r::PARENT, r::CHILD),
        (r::ASSISTANT, r::PRINCIPAL),
        (r::MENTOR, r::MENTEE),
        (r::REFERRER, r::REFERRED),
        (r::GUARDIAN, r::WARD),
    ];
    if SYMMETRIC.contains(kind) {
        return Some(kind.clone());
    }
    PAIRS.into_iter().find_map(|(one, other)| match () {
        () if one == *kind => Some(other),
        () if other == *kind => Some(one),
        () => None,
    })
}
