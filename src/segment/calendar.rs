//! What relative times mean at a moment: `in last 30 days`, `in this quarter`, `more than 90 days ago`, `today`.
//!
//! | asked | of an instant | of a date |
//! |---|---|---|
//! | `in last N units` | after now - N units, up to now (included) | the N units of days that end today |
//! | `in next N units` | after now, up to now + N units (included) | the N units of days that begin today |
//! | `less than N units ago` | as `in last N units` | as `in last N units` |
//! | `more than N units ago` | before now - N units | before today - N units |
//! | `in this`, `previous`, `following` | from the first day's beginning to the last day's end, in the zone | those days |
//!
//! For rolling times a day is 24 hours and a week seven of them; months, quarters and years go by the calendar, at the same
//! time of day in the zone, and a day that the month does not have becomes its last. What lies exactly N units ago is neither
//! more nor less than N units ago. Quarters and years of the calendar begin with the first month of the fiscal year, weeks on
//! the week's first day. What would leave the years that dates can have is unbounded.

use std::ops::Bound;

use crate::model::shift_months;
use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime, UtcOffset};

use super::ends::Ends;
use super::syntax::{AgoBound, Length, PeriodKind, Unit};
use super::tree::Relative;
use crate::clock::Moment;

/// The days of a period.
pub(crate) fn days_of(period: PeriodKind, moment: &Moment) -> Ends<Date> {
    let today = moment.today();
    match period {
        PeriodKind::Last(length) => (after(shift_days(today, length, -1)), Bound::Included(today)),
        PeriodKind::Next(length) => (Bound::Included(today), before(shift_days(today, length, 1))),
        PeriodKind::This(unit) => calendar_days(unit, 0, 1, moment),
        PeriodKind::Previous(length) => calendar_days(length.unit, -i64::from(length.amount), 0, moment),
        PeriodKind::Following(length) => calendar_days(length.unit, 1, 1 + i64::from(length.amount), moment),
    }
}

/// The instants of a period.
pub(crate) fn instants_of(period: PeriodKind, moment: &Moment) -> Ends<OffsetDateTime> {
    let now = moment.now;
    match period {
        PeriodKind::Last(length) => (after(shift_instant(moment, length, -1)), Bound::Included(now)),
        PeriodKind::Next(length) => {
            let end = shift_instant(moment, length, 1);
            (Bound::Excluded(now), end.map_or(Bound::Unbounded, Bound::Included))
        }
        PeriodKind::This(_) | PeriodKind::Previous(_) | PeriodKind::Following(_) => {
            let (from, to) = days_of(period, moment);
            // Both ends are beginnings of days, the second of the day behind the last.
            let start = |bound: Bound<Date>| bound.map(|day| start_of(day, moment));
            let from = match from {
                // Behind the last day there is no other.
                Bound::Excluded(_) => Bound::Excluded(PrimitiveDateTime::MAX.assume_utc()),
                from => start(from),
            };
            (from, start(to))
        }
    }
}

/// The days that lie more or less than some time ago.
pub(crate) fn days_ago(bound: AgoBound, length: Length, moment: &Moment) -> Ends<Date> {
    match bound {
        AgoBound::LessThan => days_of(PeriodKind::Last(length), moment),
        AgoBound::MoreThan => earlier(shift_days(moment.today(), length, -1), Date::MIN),
    }
}

/// The instants that lie more or less than some time ago.
pub(crate) fn instants_ago(bound: AgoBound, length: Length, moment: &Moment) -> Ends<OffsetDateTime> {
    match bound {
        AgoBound::LessThan => instants_of(PeriodKind::Last(length), moment),
        AgoBound::MoreThan => earlier(shift_instant(moment, length, -1), Date::MIN.midnight().assume_utc()),
    }
}

/// The day that a relative value names; of `now`, today.
pub(crate) fn day_of(relative: Relative, moment: &Moment) -> Date {
    let today = moment.today();
    match relative {
        Relative::Yesterday => today.previous_day().unwrap_or(today),
        Relative::Tomorrow => today.next_day().unwrap_or(today),
        Relative::Today | Relative::Now => today,
    }
}

/// The instants of a whole day in the zone.
pub(crate) fn instants_of_day(day: Date, moment: &Moment) -> Ends<OffsetDateTime> {
    let next = day.next_day().map(|next| start_of(next, moment));
    (Bound::Included(start_of(day, moment)), before(next))
}

/// Before a point; nothing lies before one that is too far back for dates.
fn earlier<T>(point: Option<T>, minimum: T) -> Ends<T> {
    (Bound::Unbounded, Bound::Excluded(point.unwrap_or(minimum)))
}

fn after<T>(point: Option<T>) -> Bound<T> {
    point.map_or(Bound::Unbounded, Bound::Excluded)
}

fn before<T>(point: Option<T>) -> Bound<T> {
    point.map_or(Bound::Unbounded, Bound::Excluded)
}

/// The first instant of a day. In the last year of the calendar the zone is left out: a local time there may have no instant.
fn start_of(day: Date, moment: &Moment) -> OffsetDateTime {
    if day.year() >= Date::MAX.year() || day.year() <= Date::MIN.year() {
        day.midnight().assume_utc()
    } else {
        moment.start_of(day)
    }
}

/// Whole units, counted from the one that today lies in: from the `first` (included) to the `end` (excluded).
fn calendar_days(unit: Unit, first: i64, end: i64, moment: &Moment) -> Ends<Date> {
    let start = unit_start(unit, moment);
    let at = |count: i64| match unit {
        // The parser refuses minutes and hours here.
        Unit::Minute | Unit::Hour | Unit::Day => start.checked_add(days(count)?),
        Unit::Week => start.checked_add(days(count.checked_mul(7)?)?),
        Unit::Month => shift_months(start, count),
        Unit::Quarter => shift_months(start, count.checked_mul(3)?),
        Unit::Year => shift_months(start, count.checked_mul(12)?),
    };
    // What begins behind the last day holds nothing, what ends ahead of the first day neither.
    let from = match at(first) {
        Some(day) => Bound::Included(day),
        None if first > 0 => Bound::Excluded(Date::MAX),
        None => Bound::Unbounded,
    };
    let to = match at(end) {
        Some(day) => Bound::Excluded(day),
        None if end > 0 => Bound::Unbounded,
        None => Bound::Excluded(Date::MIN),
    };
    (from, to)
}

/// The first day of the unit that today lies in.
fn unit_start(unit: Unit, moment: &Moment) -> Date {
    let today = moment.today();
    let first_of_month = |date: Date| date.replace_day(1).unwrap_or(date);
    let fiscal = i64::from(moment.fiscal_year_start as u8);
    let months_in = (i64::from(today.month() as u8) - fiscal).rem_euclid(12);
    let back = |months: i64| {
        let first = first_of_month(today);
        shift_months(first, -months).unwrap_or(first)
    };
    match unit {
        Unit::Minute | Unit::Hour | Unit::Day => today,
        Unit::Week => {
            let from_monday = |day: time::Weekday| i64::from(day.number_days_from_monday());
            let days = (from_monday(today.weekday()) - from_monday(moment.week_start)).rem_euclid(7);
            today.checked_sub(Duration::days(days)).unwrap_or(today)
        }
        Unit::Month => back(0),
        Unit::Quarter => back(months_in % 3),
        Unit::Year => back(months_in),
    }
}

/// A day some units earlier (`sign` -1) or later (1). Minutes and hours are no days; the checker refuses them for dates.
fn shift_days(day: Date, length: Length, sign: i64) -> Option<Date> {
    let amount = i64::from(length.amount) * sign;
    match length.unit {
        Unit::Minute | Unit::Hour => Some(day),
        Unit::Day => day.checked_add(days(amount)?),
        Unit::Week => day.checked_add(days(amount.checked_mul(7)?)?),
        Unit::Month => shift_months(day, amount),
        Unit::Quarter => shift_months(day, amount.checked_mul(3)?),
        Unit::Year => shift_months(day, amount.checked_mul(12)?),
    }
}

/// Now, some units earlier or later.
fn shift_instant(moment: &Moment, length: Length, sign: i64) -> Option<OffsetDateTime> {
    let amount = i64::from(length.amount) * sign;
    let seconds = match length.unit {
        Unit::Minute => 60,
        Unit::Hour => 3_600,
        Unit::Day => 86_400,
        Unit::Week => 604_800,
        Unit::Month | Unit::Quarter | Unit::Year => {
            let local = moment.now.checked_to_offset(moment.zone.offset_at(moment.now))?;
            let day = shift_days(local.date(), length, sign)?;
            // On the last day of the calendar a local time may have no instant.
            if day >= Date::MAX || day <= Date::MIN {
                return None;
            }
            return Some(moment.zone.to_instant(PrimitiveDateTime::new(day, local.time())));
        }
    };
    moment.now.checked_to_offset(UtcOffset::UTC)?.checked_add(Duration::seconds(amount.checked_mul(seconds)?))
}

fn days(count: i64) -> Option<Duration> {
    Some(Duration::seconds(count.checked_mul(86_400)?))
}

#[cfg(test)]
mod tests;
