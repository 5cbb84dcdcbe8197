//! Tests of one value.

use std::collections::{BTreeSet, HashSet};
use std::ops::{Bound, RangeBounds};

use rust_decimal::Decimal;
use time::{Date, Month, OffsetDateTime};
use uuid::Uuid;

use super::text::TextTest;
use crate::model::{Choice, Currency, Money, PartialDate, Value, ValueRange};
use crate::segment::Ends;

/// What is asked of a value. A value of another type never satisfies it.
pub(in crate::engine) enum ValueTest {
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
    MeetsNumbers(ValueRange<Decimal>),
    MeetsMoney(ValueRange<Money>),
    MeetsDates(Ends<Date>),
    /// In a later year, the same day lies there.
    Anniversary(Vec<Ends<Date>>),
    OneOf(Vec<ValueTest>),
}

impl ValueTest {
    pub(in crate::engine) fn holds(&self, value: &Value) -> bool {
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
            (Self::MeetsNumbers(wanted), Value::NumberRange(found)) => found.overlaps(wanted),
            (Self::MeetsMoney(wanted), Value::MoneyRange(found)) => overlap_money(found, wanted),
            (Self::MeetsDates(wanted), Value::DateRange(found)) => {
                let low = found.from.map_or(Bound::Unbounded, Bound::Included);
                let high = found.to.map_or(Bound::Unbounded, Bound::Included);
                meet_days(&(low, high), wanted)
            }
            (Self::Anniversary(wanted), found) => {
                let found = match found {
                    Value::Date(date) => PartialDate::from(*date),
                    Value::PartialDate(date) => *date,
                    _ => return false,
                };
                wanted.iter().any(|ends| has_anniversary(found, ends))
            }
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
pub(in crate::engine) fn one_of(tests: Vec<ValueTest>) -> ValueTest {
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

/// Whether two ranges have an amount in common; both in one currency.
fn overlap_money(found: &ValueRange<Money>, wanted: &ValueRange<Money>) -> bool {
    let currency = |range: &ValueRange<Money>| range.from.or(range.to).map(|end| end.currency);
    currency(found) == currency(wanted) && found.overlaps(wanted)
}

/// Whether two stretches have a day in common.
fn meet_days(found: &Ends<Date>, wanted: &Ends<Date>) -> bool {
    first_day(found).max(first_day(wanted)) <= last_day(found).min(last_day(wanted))
}

fn first_day((low, _): &Ends<Date>) -> Date {
    match low {
        Bound::Included(day) => *day,
        Bound::Excluded(day) => day.next_day().unwrap_or(Date::MAX),
        Bound::Unbounded => Date::MIN,
    }
}

fn last_day((_, high): &Ends<Date>) -> Date {
    match high {
        Bound::Included(day) => *day,
        Bound::Excluded(day) => day.previous_day().unwrap_or(Date::MIN),
        Bound::Unbounded => Date::MAX,
    }
}

/// Whether the same month and day of a later year than the date's own lies between the ends. Without a year, any year serves.
/// 29 February is kept on the 28th in years that have no 29th, so that it stays in its month.
fn has_anniversary(date: PartialDate, ends: &Ends<Date>) -> bool {
    let (Some(month), Some(day)) = (date.month().and_then(|month| Month::try_from(month).ok()), date.day()) else {
        return false;
    };
    let (first, last) = (first_day(ends), last_day(ends));
    if first > last {
        return false;
    }
    let from = date.year().map_or(first.year(), |year| first.year().max(i32::from(year).saturating_add(1)));
    // In two years every day comes once at least.
    let to = last.year().min(from.saturating_add(1));
    (from..=to).any(|year| {
        let kept = Date::from_calendar_date(year, month, day.min(month.length(year)));
        kept.is_ok_and(|kept| first <= kept && kept <= last)
    })
}

/// Whole and decimal numbers compare with one another exactly.
fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(number) => Some(Decimal::from(*number)),
        Value::Decimal(number) => Some(*number),
        _ => None,
    }
}
