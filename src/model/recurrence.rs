//! How often something comes again.

use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime};

use super::macros::group;
use super::setters;
use super::{Choice, UnknownParts, choices, shift_months};

group! {
    /// How often a task comes again once it is done: every so many days, weeks, months or years.
    ///
    /// A task due on the 31st comes on the last day of shorter months, and on the 31st again in longer ones. It keeps its
    /// time of day in the zone of the database, whatever the clocks do. A task without a due time counts from when it is done.
    ///
    /// ```
    /// use contactdb::{Recurrence, Task, choices::period};
    /// let call = Task::call("Ask how the roof holds").every(Recurrence::every(3, period::MONTH));
    /// assert!(call.recurrence.is_some());
    /// ```
    #[derive(Debug, Clone, PartialEq)]
    pub struct Recurrence {
        /// How many units lie between one time and the next; 1 or more.
        1 "every" "Every" every: i64 { within 1, 10_000 },
        /// The unit: day, week, month or year; see [`choices::period`].
        2 "unit" "Unit" unit: Choice = choices::period::OPTIONS { fixed },
        /// The last day on which it may come.
        3 "until" "Until" until: Option<Date>,
        /// Whether it is counted from when the task was done rather than from when it was due.
        4 "after_done" "After it is done" after_done: Option<bool>,
        /// When the first one was due, from which the others are counted; noted by the database.
        5 "first" "First" first: Option<OffsetDateTime>,
    }
}

impl Recurrence {
    /// Every so many units.
    #[must_use]
    pub fn every(count: i64, unit: impl Into<Choice>) -> Self {
        Self {
            every: count,
            unit: unit.into(),
            until: None,
            after_done: None,
            first: None,
            unknown: UnknownParts::default(),
        }
    }

    setters! {
        /// Sets the last day on which it may come.
        set until: Date;
    }

    /// Counts from when the task was done rather than from when it was due.
    #[must_use]
    pub fn after_done(mut self) -> Self {
        self.after_done = Some(true);
        self
    }

    /// The first local time later than `after` of those that lie a whole number of steps behind `first`; `None` where the
    /// rule has none, or it would come after the last day.
    #[must_use]
    pub fn next(&self, first: PrimitiveDateTime, after: PrimitiveDateTime) -> Option<PrimitiveDateTime> {
        if self.step(1, first)? <= first {
            return None;
        }
        // As many steps as surely do not reach beyond, then one by one.
        let mut steps = (after - first).whole_days().max(0) / self.most_days().max(1);
        loop {
            let candidate = self.step(steps, first)?;
            if candidate > after {
                return (self.until.is_none_or(|last| candidate.date() <= last)).then_some(candidate);
            }
            steps = steps.checked_add(1)?;
        }
    }

    /// The local time so many steps behind the first.
    fn step(&self, steps: i64, first: PrimitiveDateTime) -> Option<PrimitiveDateTime> {
        let count = self.every.checked_mul(steps)?;
        let day = match self.unit.key() {
            "day" => first.date().checked_add(days(count)?)?,
            "week" => first.date().checked_add(days(count.checked_mul(7)?)?)?,
            "month" => shift_months(first.date(), count)?,
            "year" => shift_months(first.date(), count.checked_mul(12)?)?,
            _ => return None,
        };
        Some(PrimitiveDateTime::new(day, first.time()))
    }

    /// The most days that one step can take.
    fn most_days(&self) -> i64 {
        let unit = match self.unit.key() {
            "day" => 1,
            "week" => 7,
            "month" => 31,
            _ => 366,
        };
        self.every.saturating_mul(unit)
    }
}

fn days(count: i64) -> Option<Duration> {
    Some(Duration::seconds(count.checked_mul(86_400)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::{Month, Time};

    use crate::cases::cases;

    fn at(year: i32, month: u8, day: u8) -> PrimitiveDateTime {
        let date = Date::from_calendar_date(year, Month::try_from(month).unwrap(), day).unwrap();
        PrimitiveDateTime::new(date, Time::from_hms(9, 0, 0).unwrap())
    }

    #[test]
    fn the_31st_comes_back_after_short_months() {
        let monthly = Recurrence::every(1, choices::period::MONTH);
        let first = at(2026, 1, 31);
        assert_eq!(monthly.next(first, first), Some(at(2026, 2, 28)));
        assert_eq!(monthly.next(first, at(2026, 2, 28)), Some(at(2026, 3, 31)));
        let yearly = Recurrence::every(1, choices::period::YEAR);
        assert_eq!(yearly.next(at(2024, 2, 29), at(2027, 2, 28)), Some(at(2028, 2, 29)));
    }

    #[test]
    fn what_was_missed_is_not_made_up_for() {
        let weekly = Recurrence::every(1, choices::period::WEEK);
        assert_eq!(weekly.next(at(2026, 1, 5), at(2026, 3, 1)), Some(at(2026, 3, 2)));
    }

    #[test]
    fn nothing_comes_after_the_last_day_or_of_a_rule_without_sense() {
        let until = Recurrence::every(1, choices::period::DAY).until(at(2026, 1, 6).date());
        assert_eq!(until.next(at(2026, 1, 5), at(2026, 1, 5)), Some(at(2026, 1, 6)));
        assert_eq!(until.next(at(2026, 1, 5), at(2026, 1, 6)), None);
        for wrong in [Recurrence::every(0, "day"), Recurrence::every(-1, "day"), Recurrence::every(1, "era")] {
            assert_eq!(wrong.next(at(2026, 1, 5), at(2026, 1, 5)), None);
        }
        let far = Recurrence::every(i64::MAX, "year");
        assert_eq!(far.next(at(2026, 1, 5), at(2026, 1, 5)), None);
    }

    proptest! {
        #![proptest_config(cases(256))]

        /// Against counting step by step from the first.
        #[test]
        fn the_next_time_is_the_first_of_all_later_ones(
            every in 1_i64..6, unit in 0_usize..4, day in 1_u8..=31, later in 0_i64..20_000,
        ) {
            let unit = ["day", "week", "month", "year"][unit];
            let rule = Recurrence::every(every, unit);
            let first = at(2024, 1, day);
            let after = first + Duration::days(later);
            let slow = (0..30_000).filter_map(|steps| rule.step(steps, first)).find(|time| *time > after);
            prop_assert_eq!(rule.next(first, after), slow);
        }
    }
}
