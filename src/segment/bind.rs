//! Parameters: what they take, and the values given to them.

use std::collections::BTreeMap;
use std::fmt;

use super::error::{Problem, SegmentCode};
use super::operator::Family;
use super::span::Span;
use super::syntax::LiteralKind;
use crate::model::{AttributeId, Kind, Value, ValueType};
use crate::schema::Attribute;

/// A parameter of a segment that has no value yet: what a frontend asks for before it can run the segment.
///
/// ```
/// use contactdb::{Database, Read, Value, ValueType};
/// let snapshot = Database::in_memory()?.read()?;
/// let segment = snapshot.segment("customer_since >= $since and job_title in $titles")?;
/// let [since, titles] = segment.parameters() else { unreachable!("two parameters") };
/// assert_eq!((since.name.as_str(), since.value_type, since.list), ("since", ValueType::Date, false));
/// assert!(titles.list);
/// let day = time::Date::from_calendar_date(2026, time::Month::January, 31)?;
/// let bound = snapshot.bind(&segment, [
///     ("since", Value::from(day)),
///     ("titles", Value::List(vec!["Buyer".into(), "Owner".into()])),
/// ])?;
/// assert_eq!(bound.to_text(snapshot.catalogue()), "customer_since >= 2026-01-31 and job_title in [\"Buyer\", \"Owner\"]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name, without the dollar sign.
    pub name: String,
    /// The type of its value; of a list, of each of its values.
    pub value_type: ValueType,
    /// Whether it takes a list, behind `in` or `has any of`.
    pub list: bool,
    /// The kind of record whose attribute it first stands beside.
    pub kind: Kind,
    /// That attribute: its options are those that the parameter takes.
    pub attribute: AttributeId,
    family: Family,
}

impl Parameter {
    pub(super) fn new(name: &str, attribute: &Attribute, family: Family, list: bool) -> Self {
        let value_type = match family {
            Family::Text | Family::Tags | Family::Weekday | Family::Group => ValueType::Text,
            Family::Number if attribute.value_type == ValueType::Integer => ValueType::Integer,
            Family::Number | Family::NumberRange => ValueType::Decimal,
            Family::Month => ValueType::Integer,
            Family::Money | Family::MoneyRange => ValueType::Money,
            Family::Boolean => ValueType::Boolean,
            Family::Date | Family::Anniversary | Family::DateRange => ValueType::Date,
            Family::DateTime => ValueType::DateTime,
            Family::PartialDate => ValueType::PartialDate,
            Family::Choice => ValueType::Choice,
            Family::Reference => ValueType::Reference,
        };
        Self { name: name.to_owned(), value_type, list, kind: attribute.kind, attribute: attribute.id, family }
    }

    /// Whether the same values fit both. Options belong to their attribute.
    pub(super) fn takes_the_same(&self, other: &Self) -> bool {
        self.list == other.list
            && self.family == other.family
            && (self.family != Family::Choice || (self.kind, self.attribute) == (other.kind, other.attribute))
    }

    /// That the parameter has no value.
    pub(super) fn unbound(&self, span: Span) -> Problem {
        let message = format!("found the parameter `${}` without a value, expected {self}", self.name);
        Problem::new(SegmentCode::UnboundParameter, span, message)
            .with_help("give it one with `bind` before the segment is asked")
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.family {
            Family::Tags => "a tag",
            Family::Month => "a month",
            Family::Weekday => "a day of the week",
            _ => self.value_type.describe(),
        };
        if self.list { write!(out, "a list, each value {what}") } else { out.write_str(what) }
    }
}

/// The values of parameters, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bindings(BTreeMap<String, Bound>);

/// The value of a parameter.
#[derive(Debug, Clone)]
pub(super) enum Bound {
    One(LiteralKind),
    List(Vec<LiteralKind>),
}

impl Bindings {
    pub(crate) fn new<'n>(values: impl IntoIterator<Item = (&'n str, Value)>) -> Self {
        let bound = |value| match value {
            Value::List(values) => Bound::List(values.into_iter().map(literal).collect()),
            value => Bound::One(literal(value)),
        };
        Self(values.into_iter().map(|(name, value)| (name.to_owned(), bound(value))).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&Bound> {
        self.0.get(name)
    }

    /// The first name that is not among those.
    pub(crate) fn stray(&self, known: &[Parameter]) -> Option<&str> {
        self.0.keys().map(String::as_str).find(|name| known.iter().all(|parameter| parameter.name != **name))
    }
}

/// A value as it would be written: an option by its key, a partial date and whatever is never an operand as a text.
pub(super) fn literal(value: Value) -> LiteralKind {
    match value {
        Value::Text(text) => LiteralKind::Text(text),
        Value::Integer(number) => LiteralKind::Number(number.into()),
        Value::Decimal(number) => LiteralKind::Number(number),
        Value::Money(money) => LiteralKind::Money { amount: money.amount, currency: money.currency.code().to_owned() },
        Value::Boolean(value) => LiteralKind::Boolean(value),
        Value::Date(date) => LiteralKind::Date(date),
        // Offsets with seconds can't be written.
        Value::DateTime(at) => LiteralKind::DateTime(crate::clock::in_utc(at)),
        Value::PartialDate(date) => date.full().map_or_else(|| LiteralKind::Text(date.to_string()), LiteralKind::Date),
        Value::Choice(choice) => LiteralKind::Text(choice.key().to_owned()),
        Value::Reference(id) => LiteralKind::Text(id.uuid.to_string()),
        other => LiteralKind::Text(other.to_string()),
    }
}
