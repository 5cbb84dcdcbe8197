//! The records of a segment counted by the values that they have.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

use rust_decimal::Decimal;
use time::{Date, Month};

use super::bits::scaled;
use super::hours::Hours;
use super::mask::Block;
use super::run::Run;
use super::scope::Scope;
use super::select::prepare;
use super::survey::{Known, Sink};
use super::weights::Times;
use crate::clock::Moment;
use crate::error::Result;
use crate::index::WORDS;
use crate::index::column::{Numbers, number_value, target};
use crate::model::{Currency, Kind, Value, ValueType};
use crate::schema::Attribute;
use crate::segment::{AnySegment, Expression};
use crate::store;

/// A stretch of the calendar by which dates and times are counted. Quarters and years begin with the first month of the
/// fiscal year, weeks on the week's first day, both of the moment at which is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Period {
    /// A day.
    Day,
    /// Seven days.
    Week,
    /// A month of the calendar.
    Month,
    /// Three months.
    Quarter,
    /// Twelve months.
    Year,
}

impl Period {
    /// The first day of the period in which a day lies.
    pub(crate) fn start(self, day: Date, moment: &Moment) -> Date {
        let months = match self {
            Self::Day => return day,
            Self::Week => {
                let days = i64::from(day.weekday().number_days_from_monday())
                    - i64::from(moment.week_start.number_days_from_monday());
                return day.saturating_sub(time::Duration::days(days.rem_euclid(7)));
            }
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        };
        let since = i32::from(u8::from(day.month())) - i32::from(u8::from(moment.fiscal_year_start));
        let back = since.rem_euclid(12) % months;
        let month = day.year() * 12 + i32::from(u8::from(day.month())) - 1 - back;
        let number = u8::try_from(month.rem_euclid(12) + 1).unwrap_or(1);
        let first =
            Month::try_from(number).and_then(|number| Date::from_calendar_date(month.div_euclid(12), number, 1));
        first.unwrap_or(Date::MIN)
    }
}

/// By what values are put together.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum By {
    Value,
    Period(Period),
    /// The ends of bands, in ascending order; each belongs to the band above it.
    Bands(Vec<Decimal>),
    /// Bands that are all so wide, from nought.
    Widths(Decimal),
}

/// What records are counted under.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Group {
    Number(i64),
    Amount(Option<Currency>, Decimal),
    /// A folded text.
    Text(String),
    /// The first day of a period.
    Day(Date),
    /// The number of a band: of those with ends how many ends lie below it, of wide ones how many widths lie between it and nought.
    Band(Option<Currency>, i64),
}

/// How many records there are of each group.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) total: u64,
    /// How many records are in some group.
    pub(crate) grouped: u64,
    pub(crate) groups: BTreeMap<Group, u64>,
    /// The commonest way in which each folded text is typed.
    pub(crate) typed: HashMap<String, String>,
}

/// Counts the records of a segment by an attribute.
pub(crate) fn facet(scope: &Scope<'_>, segment: &AnySegment, of: &Expression, by: &By) -> Result<Counted> {
    let question = prepare(scope, segment)?;
    let attribute = scope.catalogue.attribute_by_id(of.path.kind, of.path.attribute);
    let mut tally = Tally {
        scope,
        by,
        references: of.function.is_none() && attribute.is_some_and(|of| of.value_type == ValueType::Reference),
        of_instants: attribute.is_some_and(|of| of.value_type == ValueType::DateTime),
        period_of: attribute,
        counts: HashMap::new(),
        numbers: HashMap::new(),
        reached: BTreeMap::new(),
        spellings: HashMap::new(),
        hours: Hours::default(),
        grouped: 0,
        failed: None,
    };
    let total = Run::new(scope).survey(segment.kind(), &question, of, &mut tally)?;
    tally.counted(total).map_err(Into::into)
}

/// Up to so many ends of bands are compared with all numbers of a block at once.
const FEW: usize = 32;

struct Tally<'t> {
    scope: &'t Scope<'t>,
    by: &'t By,
    /// Whether numbers are records.
    references: bool,
    /// Whether numbers are instants.
    of_instants: bool,
    period_of: Option<&'t Attribute>,
    counts: HashMap<Group, u64>,
    numbers: HashMap<i64, u64>,
    reached: BTreeMap<Kind, Times>,
    spellings: HashMap<String, BTreeMap<String, u64>>,
    hours: Hours,
    grouped: u64,
    failed: Option<store::StoreError>,
}

impl Sink for Tally<'_> {
    fn one(&mut self, value: &Known<'_>, times: u64) {
        match (self.by, value) {
            (By::Value, Known::Number(number)) => {
                self.number(*number, times);
                self.grouped += times;
            }
            (By::Value, Known::Text { folded, typed }) => {
                self.text(folded, typed, times);
                self.grouped += times;
            }
            (By::Period(period), Known::Number(number)) if self.of_instants => {
                self.hours.add(*period, *number, &self.scope.moment, times);
                self.grouped += times;
            }
            _ => {
                if let Some(group) = self.group(value) {
                    *self.counts.entry(group).or_default() += times;
                    self.grouped += times;
                }
            }
        }
    }

    fn several(&mut self, values: &[Known<'_>], times: u64) {
        let mut groups: BTreeSet<Group> = BTreeSet::new();
        for value in values {
            let Some(group) = self.group(value) else { continue };
            // Of texts that differ only in how they are typed, the first counts.
            let new = groups.insert(group);
            match value {
                Known::Text { folded, typed } if new => self.text(folded, typed, times),
                Known::Number(number) if new && *self.by == By::Value => self.number(*number, times),
                _ => {}
            }
        }
        self.grouped += if groups.is_empty() { 0 } else { times };
        for group in groups {
            match (&group, self.by) {
                (Group::Text(_), _) | (Group::Number(_), By::Value) => {}
                _ => *self.counts.entry(group).or_default() += times,
            }
        }
    }

    /// Bands are compared with all numbers of a block at once.
    fn all_of(&mut self, numbers: &Numbers<'_>, bits: &Block) -> bool {
        let By::Bands(ends) = self.by else { return false };
        if ends.len() > FEW {
            return false;
        }
        let currency = numbers.currencies.first().copied();
        for band in 0..=ends.len() {
            let from = band.checked_sub(1).and_then(|at| ends.get(at));
            let low = from.map_or(Bound::Unbounded, |end| Bound::Included(*end));
            let high = ends.get(band).map_or(Bound::Unbounded, |end| Bound::Excluded(*end));
            let (low, high) = scaled(&(low, high), numbers.scale.unwrap_or(0));
            let mut within = [0; WORDS];
            numbers.within(Some(bits), low, high, &mut within);
            let times: u64 =
                within.iter().zip(bits).map(|(within, bits)| u64::from((within & bits).count_ones())).sum();
            if times > 0 {
                let band = i64::try_from(band).unwrap_or(i64::MAX);
                *self.counts.entry(Group::Band(currency, band)).or_default() += times;
                self.grouped += times;
            }
        }
        true
    }

    fn tag(&mut self, tag: u32, times: u64) {
        self.number(tag.into(), times);
    }

    fn tagged(&mut self, times: u64) {
        self.grouped += times;
    }
}

impl Tally<'_> {
    fn number(&mut self, number: i64, times: u64) {
        if !self.references {
            *self.numbers.entry(number).or_default() += times;
            return;
        }
        // Records lie close together, so a place for each is found faster than a number among many.
        let Some((kind, row)) = target(number) else { return };
        if let Some(reached) = self.reached.get_mut(&kind) {
            return reached.add(row, times);
        }
        match self.scope.rows(kind) {
            Ok(rows) => self.reached.entry(kind).or_insert_with(|| Times::none(rows)).add(row, times),
            Err(error) => self.failed = Some(error),
        }
    }

    fn text(&mut self, folded: &str, typed: &str, times: u64) {
        if let Some(spellings) = self.spellings.get_mut(folded) {
            match spellings.get_mut(typed) {
                Some(count) => *count += times,
                None => {
                    spellings.insert(typed.to_owned(), times);
                }
            }
            return;
        }
        self.spellings.insert(folded.to_owned(), BTreeMap::from([(typed.to_owned(), times)]));
    }

    fn group(&mut self, value: &Known<'_>) -> Option<Group> {
        match (self.by, value) {
            (By::Value, Known::Number(number)) => Some(Group::Number(*number)),
            (By::Value, Known::Text { folded, .. }) => Some(Group::Text(folded.clone().into_owned())),
            (By::Value, Known::Amount { .. }) => {
                let (number, currency) = decimal(value)?;
                Some(Group::Amount(currency, number))
            }
            (By::Period(period), Known::Number(number)) => {
                let (attribute, moment) = (self.period_of?, &self.scope.moment);
                if self.of_instants {
                    return Some(Group::Day(self.hours.start(*period, *number, moment)));
                }
                Some(Group::Day(period.start(day_of(attribute, *period, *number, moment)?, moment)))
            }
            (By::Period(_), _) => None,
            (By::Bands(ends), _) => {
                let (number, currency) = decimal(value)?;
                let band = ends.partition_point(|end| *end <= number);
                Some(Group::Band(currency, i64::try_from(band).ok()?))
            }
            (By::Widths(width), _) => {
                let (number, currency) = decimal(value)?;
                let band = number.checked_div(*width)?.floor();
                Some(Group::Band(currency, i64::try_from(band).ok()?))
            }
        }
    }

    fn counted(self, total: u64) -> store::Result<Counted> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut groups: BTreeMap<Group, u64> = self.counts.into_iter().collect();
        groups.extend(self.numbers.into_iter().map(|(number, times)| (Group::Number(number), times)));
        for (start, times) in self.hours.counts() {
            *groups.entry(Group::Day(start)).or_default() += times;
        }
        for (kind, reached) in &self.reached {
            let numbers = reached.iter().map(|(row, times)| (crate::index::column::reference(*kind, row), times));
            groups.extend(numbers.map(|(number, times)| (Group::Number(number), times)));
        }
        let mut typed = HashMap::new();
        for (folded, spellings) in self.spellings {
            groups.insert(Group::Text(folded.clone()), spellings.values().sum());
            // Of several that are as common, the first.
            let commonest = spellings.into_iter().rev().max_by_key(|(_, times)| *times);
            typed.extend(commonest.map(|(typed, _)| (folded, typed)));
        }
        Ok(Counted { total, grouped: self.grouped, groups, typed })
    }
}

/// The number that a value is.
pub(super) fn decimal(value: &Known<'_>) -> Option<(Decimal, Option<Currency>)> {
    match value {
        Known::Number(number) => Some((Decimal::from(*number), None)),
        Known::Amount { mantissa, scale, currency } => {
            Some((Decimal::try_from_i128_with_scale(*mantissa, *scale).ok()?.normalize(), *currency))
        }
        Known::Text { .. } => None,
    }
}

/// A day of the period in which a date lies; `None` if it does not say.
fn day_of(attribute: &Attribute, period: Period, number: i64, moment: &Moment) -> Option<Date> {
    let date = match number_value(attribute, number)? {
        Value::Date(date) => return Some(date),
        Value::PartialDate(date) => date,
        _ => return None,
    };
    // A month without a day lies in a month, and a year without a month in a year that begins with January.
    let first = |month: u8| Date::from_calendar_date(date.year()?.into(), Month::try_from(month).ok()?, 1).ok();
    match (date.full(), date.month()) {
        (Some(day), _) => Some(day),
        (None, Some(month)) if !matches!(period, Period::Day | Period::Week) => first(month),
        (None, None) if period == Period::Year && moment.fiscal_year_start == Month::January => first(1),
        _ => None,
    }
}
