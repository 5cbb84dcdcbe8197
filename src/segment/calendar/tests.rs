//! Expectations written by hand from a calendar, not computed.

use std::ops::{Bound, RangeBounds};

use time::{Date, Duration, Month, OffsetDateTime, UtcOffset, Weekday};

use super::*;
use crate::clock::{FixedZone, Zone};
use crate::engine::tests::world::{date, utc};
use crate::segment::syntax::PeriodKind as P;

fn on(year: i32, month: u8, day: u8) -> Moment {
    Moment::at(utc(year, month, day, 12, 0))
}

fn length(amount: u32, unit: Unit) -> Length {
    Length { amount, unit }
}

/// The first and the last day.
fn days(period: PeriodKind, moment: &Moment) -> (Date, Date) {
    let (from, to) = days_of(period, moment);
    let first = match from {
        Bound::Included(day) => day,
        Bound::Excluded(day) => day.next_day().unwrap(),
        Bound::Unbounded => Date::MIN,
    };
    let last = match to {
        Bound::Included(day) => day,
        Bound::Excluded(day) => day.previous_day().unwrap(),
        Bound::Unbounded => Date::MAX,
    };
    (first, last)
}

#[test]
fn rolling_days_end_or_begin_today() {
    let moment = on(2026, 3, 31);
    for (period, first, last) in [
        (P::Last(length(1, Unit::Day)), date(2026, 3, 31), date(2026, 3, 31)),
        (P::Last(length(30, Unit::Day)), date(2026, 3, 2), date(2026, 3, 31)),
        (P::Last(length(2, Unit::Week)), date(2026, 3, 18), date(2026, 3, 31)),
        (P::Next(length(14, Unit::Day)), date(2026, 3, 31), date(2026, 4, 13)),
        (P::Next(length(1, Unit::Month)), date(2026, 3, 31), date(2026, 4, 29)),
        (P::Last(length(1, Unit::Month)), date(2026, 3, 1), date(2026, 3, 31)),
        (P::Last(length(1, Unit::Quarter)), date(2026, 1, 1), date(2026, 3, 31)),
        (P::Last(length(1, Unit::Year)), date(2025, 4, 1), date(2026, 3, 31)),
    ] {
        assert_eq!(days(period, &moment), (first, last), "{period:?}");
    }
}

#[test]
fn month_ends_are_clamped() {
    // 31 March back a month is 28 February, the day before which all is more than a month ago.
    assert_eq!(
        days_ago(AgoBound::MoreThan, length(1, Unit::Month), &on(2026, 3, 31)).1,
        Bound::Excluded(date(2026, 2, 28))
    );
    assert_eq!(
        days_ago(AgoBound::MoreThan, length(1, Unit::Month), &on(2024, 3, 31)).1,
        Bound::Excluded(date(2024, 2, 29))
    );
    assert_eq!(
        days_ago(AgoBound::MoreThan, length(1, Unit::Year), &on(2024, 2, 29)).1,
        Bound::Excluded(date(2023, 2, 28))
    );
    assert_eq!(
        days_ago(AgoBound::MoreThan, length(4, Unit::Year), &on(2024, 2, 29)).1,
        Bound::Excluded(date(2020, 2, 29))
    );
    assert_eq!(
        days_ago(AgoBound::MoreThan, length(13, Unit::Month), &on(2026, 1, 31)).1,
        Bound::Excluded(date(2024, 12, 31))
    );
    assert_eq!(days(P::Next(length(1, Unit::Month)), &on(2026, 1, 31)), (date(2026, 1, 31), date(2026, 2, 27)));
}

#[test]
fn calendar_units_are_whole() {
    let moment = on(2026, 5, 20);
    for (period, first, last) in [
        (P::This(Unit::Day), date(2026, 5, 20), date(2026, 5, 20)),
        (P::This(Unit::Week), date(2026, 5, 18), date(2026, 5, 24)),
        (P::This(Unit::Month), date(2026, 5, 1), date(2026, 5, 31)),
        (P::This(Unit::Quarter), date(2026, 4, 1), date(2026, 6, 30)),
        (P::This(Unit::Year), date(2026, 1, 1), date(2026, 12, 31)),
        (P::Previous(length(1, Unit::Day)), date(2026, 5, 19), date(2026, 5, 19)),
        (P::Previous(length(1, Unit::Month)), date(2026, 4, 1), date(2026, 4, 30)),
        (P::Previous(length(3, Unit::Month)), date(2026, 2, 1), date(2026, 4, 30)),
        (P::Previous(length(1, Unit::Quarter)), date(2026, 1, 1), date(2026, 3, 31)),
        (P::Previous(length(2, Unit::Year)), date(2024, 1, 1), date(2025, 12, 31)),
        (P::Following(length(1, Unit::Week)), date(2026, 5, 25), date(2026, 5, 31)),
        (P::Following(length(2, Unit::Quarter)), date(2026, 7, 1), date(2026, 12, 31)),
    ] {
        assert_eq!(days(period, &moment), (first, last), "{period:?}");
    }
}

#[test]
fn units_cross_the_year() {
    let january = on(2026, 1, 1);
    assert_eq!(days(P::Previous(length(1, Unit::Month)), &january), (date(2025, 12, 1), date(2025, 12, 31)));
    assert_eq!(days(P::Previous(length(1, Unit::Quarter)), &january), (date(2025, 10, 1), date(2025, 12, 31)));
    // 1 January 2026 is a Thursday.
    assert_eq!(days(P::This(Unit::Week), &january), (date(2025, 12, 29), date(2026, 1, 4)));
    assert_eq!(days(P::Following(length(1, Unit::Month)), &on(2025, 12, 31)), (date(2026, 1, 1), date(2026, 1, 31)));
    assert_eq!(days(P::This(Unit::Month), &on(2024, 2, 29)), (date(2024, 2, 1), date(2024, 2, 29)));
}

#[test]
fn weeks_and_fiscal_years_begin_where_the_moment_says() {
    let mut moment = on(2026, 5, 24);
    assert_eq!(moment.today().weekday(), Weekday::Sunday);
    assert_eq!(days(P::This(Unit::Week), &moment), (date(2026, 5, 18), date(2026, 5, 24)));
    moment.week_start = Weekday::Sunday;
    assert_eq!(days(P::This(Unit::Week), &moment), (date(2026, 5, 24), date(2026, 5, 30)));
    moment.week_start = Weekday::Saturday;
    assert_eq!(days(P::This(Unit::Week), &moment), (date(2026, 5, 23), date(2026, 5, 29)));
    moment.fiscal_year_start = Month::February;
    assert_eq!(days(P::This(Unit::Year), &moment), (date(2026, 2, 1), date(2027, 1, 31)));
    assert_eq!(days(P::This(Unit::Quarter), &moment), (date(2026, 5, 1), date(2026, 7, 31)));
    moment.fiscal_year_start = Month::October;
    assert_eq!(days(P::This(Unit::Year), &moment), (date(2025, 10, 1), date(2026, 9, 30)));
}

#[test]
fn instants_roll_by_hours_and_by_the_calendar() {
    let moment = Moment::at(utc(2026, 3, 31, 10, 30));
    let last = |amount, unit| instants_of(P::Last(length(amount, unit)), &moment);
    assert_eq!(last(90, Unit::Minute), (Bound::Excluded(utc(2026, 3, 31, 9, 0)), Bound::Included(moment.now)));
    assert_eq!(last(30, Unit::Day).0, Bound::Excluded(utc(2026, 3, 1, 10, 30)));
    assert_eq!(last(1, Unit::Month).0, Bound::Excluded(utc(2026, 2, 28, 10, 30)));
    assert_eq!(last(1, Unit::Year).0, Bound::Excluded(utc(2025, 3, 31, 10, 30)));
    let next = instants_of(P::Next(length(1, Unit::Month)), &moment);
    assert_eq!(next, (Bound::Excluded(moment.now), Bound::Included(utc(2026, 4, 30, 10, 30))));
}

/// One hour ahead of UTC, two from 29 March 01:00 UTC, as in Central Europe in 2026.
#[derive(Debug)]
struct Central;

impl Zone for Central {
    fn offset_at(&self, at: OffsetDateTime) -> UtcOffset {
        let summer = at >= utc(2026, 3, 29, 1, 0) && at < utc(2026, 10, 25, 1, 0);
        UtcOffset::from_hms(if summer { 2 } else { 1 }, 0, 0).unwrap()
    }
}

#[test]
fn a_day_of_the_calendar_may_have_23_hours_but_a_rolling_one_has_24() {
    let moment = Moment::at(utc(2026, 3, 29, 20, 0)).in_zone(Central);
    let (from, to) = instants_of(P::This(Unit::Day), &moment);
    assert_eq!((from, to), (Bound::Included(utc(2026, 3, 28, 23, 0)), Bound::Excluded(utc(2026, 3, 29, 22, 0))));
    assert_eq!(instants_of_day(date(2026, 3, 29), &moment), (from, to));
    assert_eq!(instants_of(P::Last(length(1, Unit::Day)), &moment).0, Bound::Excluded(utc(2026, 3, 28, 20, 0)));
    // A month back at the same time of day, which was an hour nearer to UTC.
    assert_eq!(instants_of(P::Last(length(1, Unit::Month)), &moment).0, Bound::Excluded(utc(2026, 2, 28, 21, 0)));
}

#[test]
fn a_day_stands_between_two_instants_of_the_zone() {
    let moment = on(2026, 1, 1).in_zone(FixedZone(UtcOffset::from_hms(-5, 0, 0).unwrap()));
    let day = instants_of_day(date(2026, 1, 31), &moment);
    assert!(!day.contains(&utc(2026, 1, 31, 4, 59)));
    assert!(day.contains(&utc(2026, 1, 31, 5, 0)));
    assert!(day.contains(&utc(2026, 2, 1, 4, 59)));
    assert!(!day.contains(&utc(2026, 2, 1, 5, 0)));
}

#[test]
fn relative_days_go_by_the_zone() {
    let moment = Moment::at(utc(2026, 12, 31, 23, 30)).in_zone(FixedZone(UtcOffset::from_hms(1, 0, 0).unwrap()));
    assert_eq!(day_of(Relative::Today, &moment), date(2027, 1, 1));
    assert_eq!(day_of(Relative::Yesterday, &moment), date(2026, 12, 31));
    assert_eq!(day_of(Relative::Tomorrow, &moment), date(2027, 1, 2));
}

#[test]
fn what_leaves_the_calendar_is_unbounded() {
    let units = [Unit::Minute, Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year];
    for moment in [on(2026, 3, 31), on(9998, 12, 31), on(-9998, 1, 1)] {
        let moment = moment.in_zone(FixedZone(UtcOffset::from_hms(14, 0, 0).unwrap()));
        for unit in units {
            for amount in [1, 1_000, u32::MAX] {
                let length = length(amount, unit);
                for period in
                    [P::Last(length), P::Next(length), P::This(unit), P::Previous(length), P::Following(length)]
                {
                    let _ends = (days_of(period, &moment), instants_of(period, &moment));
                }
                for bound in [AgoBound::MoreThan, AgoBound::LessThan] {
                    let _ends = (days_ago(bound, length, &moment), instants_ago(bound, length, &moment));
                }
            }
        }
    }
    let moment = on(2026, 3, 31);
    assert_eq!(days_of(P::Last(length(u32::MAX, Unit::Year)), &moment).0, Bound::Unbounded);
    assert_eq!(days_of(P::Next(length(u32::MAX, Unit::Day)), &moment).1, Bound::Unbounded);
    assert!(!days_ago(AgoBound::MoreThan, length(u32::MAX, Unit::Year), &moment).contains(&Date::MIN));
    for day in [Date::MIN, Date::MAX, date(0, 1, 1), date(9999, 1, 1)] {
        for hours in [-25, 25] {
            let zone = FixedZone(UtcOffset::from_hms(hours, 0, 0).unwrap());
            let (from, _) = instants_of_day(day, &on(2026, 1, 1).in_zone(zone));
            assert!(matches!(from, Bound::Included(_)), "{from:?}");
        }
    }
    let now = Moment::at(utc(2026, 1, 1, 0, 0) + Duration::nanoseconds(1));
    assert_eq!(instants_of(P::Last(length(1, Unit::Minute)), &now).1, Bound::Included(now.now));
}

#[test]
fn no_instant_lies_in_a_unit_behind_the_last_day_or_ahead_of_the_first() {
    use std::ops::RangeBounds as _;
    let months = |amount| Length { amount, unit: Unit::Month };
    let last = Moment::at(utc(9999, 12, 15, 12, 0));
    for probe in [utc(9999, 12, 31, 23, 59), utc(9999, 12, 15, 12, 0), utc(1, 1, 1, 0, 0)] {
        assert!(!instants_of(P::Following(months(1)), &last).contains(&probe), "{probe}");
        assert!(
            instants_of(P::Following(months(1)), &Moment::at(utc(9998, 12, 15, 12, 0)))
                .contains(&utc(9999, 1, 5, 0, 0))
        );
    }
    let first = Moment::at(Date::MIN.midnight().assume_utc() + Duration::days(5));
    assert!(!days_of(P::Previous(months(2)), &first).contains(&Date::MIN));
}
