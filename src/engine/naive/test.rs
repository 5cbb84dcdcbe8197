//! Tests of one value.

use std::collections::{BTreeSet, HashSet};
use std::ops::RangeBounds;

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::text::TextTest;
use crate::model::{Choice, Currency, Money, PartialDate, Value};
use crate::segment::Ends;

/// What is asked of a value. A value of another type never satisfies it.
pub(super) enum ValueTest {
    Never,
    Boolean(bool),
    Text(TextTest),
    Number(Ends<Decimal>),
    Numbers(BTreeSet<Decimal>),
    Money(Vec<(Currency, Ends<Decimal>)>),
    /// Of a date, or of a partial date of which all is known.
    Date(Vec<Ends<Date>>),
    DateTime(Vec<Ends<OffsetDateTime>>),
    /// The very same parts.
    PartialDate(Vec<PartialDate>),
    Choices(HashSet<Choice>),
    Tags(BTreeSet<u32>),
    Records(BTreeSet<Uuid>),
    CoversNumber(Decimal),
    CoversMoney(Money),
    CoversDate(Date),
    OneOf(Vec<ValueTest>),
}

impl ValueTest {
    pub(super) fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Boolean(wanted), Value::Boolean(found)) => wanted == found,
            (Self::Text(test), found) => test.holds(found),
            (Self::Number(ends), found) => number(found).is_some_and(|found| ends.contains(&found)),
            (Self::Numbers(wanted), found) => number(found).is_some_and(|found| wanted.contains(&found)),
            (Self::Money(wanted), Value::Money(found)) => {
                wanted.iter().any(|(currency, ends)| *currency == found.currency && ends.contains(&found.amount))
            }
            (Self::Date(wanted), Value::Date(found)) => wanted.iter().any(|ends| ends.contains(found)),
            (Self::Date(wanted), Value::PartialDate(found)) => {
                found.full().is_some_and(|found| wanted.iter().any(|ends| ends.contains(&found)))
            }
            (Self::DateTime(wanted), Value::DateTime(found)) => wanted.iter().any(|ends| ends.contains(found)),
            (Self::PartialDate(wanted), Value::PartialDate(found)) => wanted.contains(found),
            (Self::Choices(wanted), Value::Choice(found)) => wanted.contains(found),
            // Tags come as their ids.
            (Self::Tags(wanted), Value::Integer(found)) => u32::try_from(*found).is_ok_and(|id| wanted.contains(&id)),
            (Self::Records(wanted), Value::Reference(found)) => wanted.contains(&found.uuid),
            (Self::CoversNumber(wanted), Value::NumberRange(found)) => found.contains(wanted),
            (Self::CoversMoney(wanted), Value::MoneyRange(found)) => found.contains(wanted),
            (Self::CoversDate(wanted), Value::DateRange(found)) => found.contains(wanted),
            (Self::OneOf(tests), found) => tests.iter().any(|test| test.holds(found)),
            _ => false,
        }
    }

    /// Takes in a test of the same form, so that either satisfies; gives back one of another form.
    fn absorb(&mut self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Text(all), Self::Text(more)) => return all.absorb(more).map(Self::Text),
            (Self::Numbers(all), Self::Numbers(more)) => all.extend(more),
            (Self::Money(all), Self::Money(more)) => all.extend(more),
            (Self::Date(all), Self::Date(more)) => all.extend(more),
            (Self::DateTime(all), Self::DateTime(more)) => all.extend(more),
            (Self::PartialDate(all), Self::PartialDate(more)) => all.extend(more),
            (Self::Choices(all), Self::Choices(more)) => all.extend(more),
            (Self::Tags(all), Self::Tags(more)) => all.extend(more),
            (Self::Records(all), Self::Records(more)) => all.extend(more),
            (_, other) => return Some(other),
        }
        None
    }
}

/// The test that holds where any of these does.
pub(super) fn one_of(tests: Vec<ValueTest>) -> ValueTest {
    let mut merged: Vec<ValueTest> = Vec::new();
    for test in tests {
        let rest = match merged.last_mut() {
            Some(last) => last.absorb(test),
            None => Some(test),
        };
        merged.extend(rest);
    }
    ValueTest::OneOf(merged)
}

/// Whole and decimal numbers compare with one another exactly.
fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(number) => Some(Decimal::from(*number)),
        Value::Decimal(number) => Some(*number),
        _ => None,
    }
}
