//! Values and spans of time.

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};

use super::{AttributePath, NOWHERE};
use crate::model::{Choice, Id, Money, PartialDate, Record, RecordId, Tag, Value};
use crate::segment::bind::literal;
use crate::segment::syntax::{Length, Literal, LiteralKind, Unit};

/// A value on the right of an operator: made of plain values, of [`today`] and its like, [`parameter`] and [`other`].
#[derive(Debug, Clone, PartialEq)]
pub struct Operand(pub(super) Literal);

impl Operand {
    fn of(kind: LiteralKind) -> Self {
        Self(Literal { kind, span: NOWHERE })
    }
}

macro_rules! operands {
    ($($ty:ty),* $(,)?) => {$(
        impl From<$ty> for Operand {
            fn from(value: $ty) -> Self {
                Self::of(literal(value.into()))
            }
        }
    )*};
}
operands!(&str, String, i32, i64, Decimal, Money, bool, Date, OffsetDateTime, PartialDate, Choice, RecordId, Value);

impl From<u32> for Operand {
    fn from(number: u32) -> Self {
        Self::from(i64::from(number))
    }
}
impl From<&String> for Operand {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}
impl From<&Tag> for Operand {
    fn from(tag: &Tag) -> Self {
        Self::from(tag.as_str())
    }
}
impl<T: Record> From<Id<T>> for Operand {
    fn from(id: Id<T>) -> Self {
        Self::from(RecordId::from(id))
    }
}

/// The day of the question, in its zone.
#[must_use]
pub fn today() -> Operand {
    Operand::of(LiteralKind::Today)
}

/// The day before it.
#[must_use]
pub fn yesterday() -> Operand {
    Operand::of(LiteralKind::Yesterday)
}

/// The day after it.
#[must_use]
pub fn tomorrow() -> Operand {
    Operand::of(LiteralKind::Tomorrow)
}

/// The instant of the question.
#[must_use]
pub fn now() -> Operand {
    Operand::of(LiteralKind::Now)
}

/// A value that is given later, by [`Read::bind`](crate::Read::bind). The name is an identifier, without a dollar sign; any
/// other name is refused when the filter is checked.
#[must_use]
pub fn parameter(name: &str) -> Operand {
    Operand::of(LiteralKind::Parameter(name.to_owned()))
}

/// The values of another attribute: `attribute("billing_city").ne(other("shipping_city"))`. Behind comparisons alone.
#[must_use]
pub fn other(path: impl Into<AttributePath>) -> Operand {
    Operand::of(LiteralKind::Attribute(Box::new(path.into().0)))
}

/// A number of units of time, at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration(pub(super) Length);

macro_rules! units {
    ($($(#[$doc:meta])* $name:ident = $unit:ident;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(amount: u32) -> Duration {
            Duration(Length { amount: amount.max(1), unit: Unit::$unit })
        }
    )*};
}
units! {
    /// So many minutes; of instants only. 0 counts as 1.
    minutes = Minute;
    /// So many hours; of instants only. 0 counts as 1.
    hours = Hour;
    /// So many days. 0 counts as 1.
    days = Day;
    /// So many weeks. 0 counts as 1.
    weeks = Week;
    /// So many months. 0 counts as 1.
    months = Month;
    /// So many quarters of a year. 0 counts as 1.
    quarters = Quarter;
    /// So many years. 0 counts as 1.
    years = Year;
}

/// A unit of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CalendarUnit {
    /// A day in the zone of the question.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// A quarter of the fiscal year.
    Quarter,
    /// A fiscal year.
    Year,
}

impl CalendarUnit {
    pub(super) const fn unit(self) -> Unit {
        match self {
            Self::Day => Unit::Day,
            Self::Week => Unit::Week,
            Self::Month => Unit::Month,
            Self::Quarter => Unit::Quarter,
            Self::Year => Unit::Year,
        }
    }
}
