//! Segments that a program builds.

mod subject;
mod value;

use std::ops::{BitAnd, BitOr, Not};

use super::limits::SyntaxLimits;
use super::span::Span;
use super::syntax::{Block, Condition, MayTest, Path, Quantifier, TagTest};
use crate::model::Kind;

pub use subject::{AttributePath, Subject, anniversary, attribute, count, month, weekday, year};
pub use value::{
    CalendarUnit, Duration, Operand, days, hours, minutes, months, now, other, parameter, quarters, today, tomorrow,
    weeks, years, yesterday,
};

const NOWHERE: Span = Span::new(0, 0);

/// A segment that a program builds, condition by condition: the same language without its text.
///
/// It is checked against the catalogue where it is used, as a text is: [`Read::segment`](crate::Read::segment) takes either.
/// Nothing that is put into it is read as text, so a name or a value that a user typed can't change what is asked.
/// Conditions are joined by `&` and `|` and turned round by `!`; parentheses are Rust's own, so `and` beside `or` is never
/// ambiguous. The functions that begin a condition stand in [`filter`](crate::filter).
///
/// ```
/// use contactdb::filter::{any, attribute, days, tag, today};
/// use contactdb::{Contact, Database, Read};
/// let snapshot = Database::in_memory()?.read()?;
/// let city = "Paris"; // as a user typed it
/// let filter = (attribute("stage").eq("customer") | attribute("company.employees").ge(50))
///     & any("address", attribute("city").eq(city) & attribute("country").eq("FR"))
///     & !attribute("last_interaction").in_last(days(30));
/// let built = snapshot.segment(&filter)?;
/// let read = snapshot.segment(
///     "(stage = customer or company.employees >= 50)
///      and any address (city = \"Paris\" and country = \"FR\") and not last_interaction in last 30 days",
/// )?;
/// assert_eq!(built, read);
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a filter does nothing until a segment is made of it"]
pub struct Filter {
    condition: Condition,
    /// How deep it nests; held at the bound, beyond which it is refused.
    depth: usize,
    kind: Option<Kind>,
    /// Another kind that a part of it was about. Ids mean something else there, so it is refused.
    other_kind: Option<Kind>,
}

impl Filter {
    fn leaf(condition: Condition) -> Self {
        Self { condition, depth: 0, kind: None, other_kind: None }
    }

    /// A condition over a kind of record, of a segment that was checked.
    pub(super) fn of(kind: Kind, condition: Condition) -> Self {
        let depth = condition.size().0 + usize::from(matches!(condition, Condition::And { .. } | Condition::Or { .. }));
        Self { condition, depth, kind: Some(kind), other_kind: None }
    }

    /// One level more. What is nested beyond the bound is let go, so that dropping and reading it stay safe.
    fn deeper(depth: usize, kind: Option<Kind>, condition: impl FnOnce() -> Condition) -> Self {
        if depth < SyntaxLimits::DEPTH_BOUND {
            return Self { condition: condition(), depth: depth + 1, kind, other_kind: None };
        }
        Self { condition: Condition::Broken { span: NOWHERE }, depth: usize::MAX, kind, other_kind: None }
    }

    fn join(and: bool, left: Self, right: Self) -> Self {
        let kind = left.kind.or(right.kind);
        let other_kind = left.other_kind.or(right.other_kind).or(right.kind.filter(|right| Some(*right) != kind));
        // Joining on at the left, as a loop does, goes no deeper.
        let same = |condition: &Condition| match condition {
            Condition::And { .. } => and,
            Condition::Or { .. } => !and,
            _ => false,
        };
        let depth = |one: &Self| if same(&one.condition) { one.depth.saturating_sub(1) } else { one.depth };
        let depth = depth(&left).max(depth(&right));
        let joined = Self::deeper(depth, kind, || Condition::joined(and, [left.condition, right.condition], NOWHERE));
        Self { other_kind, ..joined }
    }

    /// Both hold; the same as `&`.
    pub fn and(self, other: Self) -> Self {
        self & other
    }

    /// At least one holds; the same as `|`.
    pub fn or(self, other: Self) -> Self {
        self | other
    }

    /// Says which kind of record it is about, for [`Read::any_segment`](crate::Read::any_segment); contacts if nothing is said. A
    /// filter that came from a segment stays with its kind: another one is refused when it is checked.
    pub fn over(mut self, kind: Kind) -> Self {
        match self.kind {
            Some(own) if own != kind => self.other_kind = Some(kind),
            _ => self.kind = Some(kind),
        }
        self
    }

    /// Another kind that a part of it is about.
    pub(super) fn other_kind(&self) -> Option<Kind> {
        self.other_kind
    }

    pub(super) fn kind(&self) -> Option<Kind> {
        self.kind
    }

    pub(super) fn condition(&self) -> &Condition {
        &self.condition
    }

    pub(super) fn is_too_deep(&self) -> bool {
        self.depth > SyntaxLimits::DEPTH_BOUND
    }
}

impl BitAnd for Filter {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self::join(true, self, other)
    }
}
impl BitOr for Filter {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self::join(false, self, other)
    }
}
impl Not for Filter {
    type Output = Self;
    fn not(self) -> Self {
        let Self { condition, depth, kind, other_kind } = self;
        let negated = Self::deeper(depth, kind, || Condition::Not { operand: Box::new(condition), span: NOWHERE });
        Self { other_kind, ..negated }
    }
}

/// Every record.
pub fn all() -> Filter {
    Filter::leaf(Condition::All { span: NOWHERE })
}

/// Each of these holds; of none, everybody.
pub fn all_of(filters: impl IntoIterator<Item = Filter>) -> Filter {
    filters.into_iter().reduce(BitAnd::bitand).unwrap_or_else(all)
}

/// At least one of these holds; of none, nobody.
pub fn any_of(filters: impl IntoIterator<Item = Filter>) -> Filter {
    filters.into_iter().reduce(BitOr::bitor).unwrap_or_else(|| !all())
}

fn tag_test(under: bool, name: Operand) -> Filter {
    Filter::leaf(Condition::Tag(TagTest { under, name: name.0, span: NOWHERE }))
}

/// The record has the tag.
pub fn tag(name: impl Into<Operand>) -> Filter {
    tag_test(false, name.into())
}

/// The record has the tag or one beneath it.
pub fn tag_under(name: impl Into<Operand>) -> Filter {
    tag_test(true, name.into())
}

/// The person may be reached on a channel for a purpose: it was granted, nothing that was withdrawn, objected to or refused still
/// stands, and the data are not restricted. [`Contact::may`](crate::Contact::may) says the same of one contact, and why.
///
/// ```
/// use contactdb::filter::may;
/// use contactdb::{Consent, Contact, Database, Read, choices::{channel, purpose}};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// tx.insert(&Contact::named("Ada", "Lovelace").consent(Consent::granted(channel::EMAIL)))?;
/// tx.insert(&Contact::named("Charles", "Babbage"))?;
/// assert_eq!(tx.count(&tx.segment(may(channel::EMAIL, purpose::NEWSLETTER))?)?, 1);
/// # Ok::<(), contactdb::Error>(())
/// ```
pub fn may(channel: impl Into<Operand>, purpose: impl Into<Operand>) -> Filter {
    let (channel, purpose) = (channel.into().0, purpose.into().0);
    Filter::leaf(Condition::May(Box::new(MayTest { channel, purpose, span: NOWHERE })))
}

fn block(quantifier: Quantifier, attribute: Path, inside: Filter) -> Filter {
    let Filter { condition, depth, kind, other_kind } = inside;
    // A block counts twice, as in a text.
    let block = Filter::deeper(depth.saturating_add(1), kind, || {
        Condition::Block(Box::new(Block { quantifier, subject: attribute, condition, span: NOWHERE }))
    });
    Filter { other_kind, ..block }
}

/// Some value of a structured attribute satisfies all that is asked inside: `any("address", attribute("city").eq("Paris"))`.
pub fn any(structured: impl Into<AttributePath>, inside: Filter) -> Filter {
    block(Quantifier::Any, structured.into().0, inside)
}

/// Every value of a structured attribute satisfies it; true of records without any.
pub fn every(structured: impl Into<AttributePath>, inside: Filter) -> Filter {
    block(Quantifier::Every, structured.into().0, inside)
}

/// No value of a structured attribute satisfies it.
pub fn no(structured: impl Into<AttributePath>, inside: Filter) -> Filter {
    block(Quantifier::No, structured.into().0, inside)
}
