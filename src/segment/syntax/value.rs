//! Values and spans of time as written.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use super::{Path, Span};

/// A value as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Literal {
    /// The value.
    pub kind: LiteralKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum LiteralKind {
    /// `"Health"`.
    Text(String),
    /// `10_000.50`.
    Number(Decimal),
    /// `10_000.50 EUR`.
    Money {
        /// How much.
        amount: Decimal,
        /// Three capital letters.
        currency: String,
    },
    /// `biotech`: an option, tag or country by its key, never an attribute.
    Word(String),
    /// `true`, `false`.
    Boolean(bool),
    /// `2026-01-31`.
    Date(Date),
    /// `2026-01-31T10:00Z`. Equality is equality of instants.
    DateTime(OffsetDateTime),
    /// `today`.
    Today,
    /// `now`.
    Now,
    /// `yesterday`.
    Yesterday,
    /// `tomorrow`.
    Tomorrow,
    /// `$since`, without the dollar sign.
    Parameter(String),
    /// `field(shipping_city)`, `outer.budget`: another attribute.
    Attribute(Box<Path>),
    /// An option by its code: never from a text.
    Option(u32),
    /// A tag by its id: never from a text.
    Tag(u32),
}

/// A span of time relative to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    /// Which span of time.
    pub kind: PeriodKind,
    /// From `last`, `this` or their like to the unit.
    pub span: Span,
}

/// The kinds of spans of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PeriodKind {
    /// `last 30 days`: up to now.
    Last(Length),
    /// `next 2 weeks`: from now on.
    Next(Length),
    /// `this quarter`: the whole calendar unit that now lies in.
    This(Unit),
    /// `previous month`, `previous 3 months`: whole calendar units before this one.
    Previous(Length),
    /// `following week`, `following 2 quarters`: whole calendar units after this one.
    Following(Length),
}

/// More or less than some time ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AgoBound {
    /// `more than ... ago`: before.
    MoreThan,
    /// `less than ... ago`: since.
    LessThan,
}

/// A number of units of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Length {
    /// How many; at least 1.
    pub amount: u32,
    /// Of what.
    pub unit: Unit,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// A quarter of a year.
    Quarter,
    /// A year.
    Year,
}
