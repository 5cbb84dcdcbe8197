//! What the library needs from the world and never takes by itself: the time, the zone, new ids.
//!
//! Each is a trait with a default. This is the only place where the clock and randomness are touched.

use std::fmt;
use std::sync::Arc;

use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset, Weekday};
use uuid::Uuid;

/// Tells the time. The default is [`SystemClock`]; [`FixedClock`] stands still; a program can bring its own.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The present instant.
    fn now(&self) -> OffsetDateTime;
}

/// The clock of the operating system, in UTC.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }
}

/// A clock that stands still: for tests, replays and examples.
///
/// ```
/// use contactdb::{FixedClock, Options};
/// use time::OffsetDateTime;
/// let db = Options::new().clock(FixedClock(OffsetDateTime::UNIX_EPOCH)).in_memory()?;
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub OffsetDateTime);

impl Clock for FixedClock {
    fn now(&self) -> OffsetDateTime {
        self.0
    }
}

/// Makes the ids of new records. The default is [`TimeOrderedIds`].
pub trait IdSource: fmt::Debug + Send + Sync {
    /// A UUID that was never used before, not even by a record that was deleted since: only one that is in use is
    /// found out. `now` is the time of the write.
    fn next(&self, now: OffsetDateTime) -> Uuid;
}

/// UUIDs of version 7 (RFC 9562, section 5.7): the time in milliseconds, then random bits, so that ids
/// sort by creation and can't be guessed.
#[derive(Debug, Clone, Copy, Default)]
pub struct TimeOrderedIds;

impl IdSource for TimeOrderedIds {
    fn next(&self, now: OffsetDateTime) -> Uuid {
        let seconds = u64::try_from(now.unix_timestamp()).unwrap_or(0);
        let timestamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.nanosecond());
        Uuid::new_v7(timestamp)
    }
}

/// The rules of a time zone: how far its local time is from UTC at each instant.
///
/// The default is UTC; [`FixedZone`] is a constant offset. For a zone with daylight saving, implement
/// this over a zone database such as that of `jiff` or `chrono-tz`.
pub trait Zone: fmt::Debug + Send + Sync {
    /// The offset that is in force at that instant.
    fn offset_at(&self, instant: OffsetDateTime) -> UtcOffset;

    /// The instant of a local time. Of a time that comes twice, when clocks go back, the first; of a
    /// time that never comes, when they go forward, the moment at which they do so or later by as much.
    fn to_instant(&self, local: PrimitiveDateTime) -> OffsetDateTime {
        let as_utc = local.assume_utc();
        // Offsets a day before and after bracket any change nearby.
        let guesses = [as_utc.saturating_sub(Duration::DAY), as_utc.saturating_add(Duration::DAY)];
        let candidates = guesses.map(|guess| local.assume_offset(self.offset_at(guess)));
        let fits = |at: &&OffsetDateTime| self.offset_at(**at) == at.offset();
        let found = candidates.iter().filter(fits).min().copied();
        let [before, _] = candidates;
        in_utc(found.unwrap_or(before))
    }
}

/// The same instant in UTC; at the ends of the calendar, where UTC has none, the first or the last there is.
pub(crate) fn in_utc(at: OffsetDateTime) -> OffsetDateTime {
    at.checked_to_offset(UtcOffset::UTC).unwrap_or_else(|| {
        let end = if at.year() > 0 { PrimitiveDateTime::MAX } else { PrimitiveDateTime::MIN };
        end.assume_utc()
    })
}

/// A zone whose offset never changes.
#[derive(Debug, Clone, Copy)]
pub struct FixedZone(pub UtcOffset);

impl Zone for FixedZone {
    fn offset_at(&self, _: OffsetDateTime) -> UtcOffset {
        self.0
    }
}

/// The moment at which a question is asked, and the calendar it is asked in: what `today` and
/// `in last 30 days` mean.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Moment {
    /// The instant of `now`.
    pub now: OffsetDateTime,
    /// The zone in which days begin.
    pub zone: Arc<dyn Zone>,
    /// The first day of a week.
    pub week_start: Weekday,
    /// The first month of a fiscal year.
    pub fiscal_year_start: Month,
}

impl Moment {
    /// That instant, in UTC, with weeks from Monday and fiscal years from January.
    #[must_use]
    pub fn at(now: OffsetDateTime) -> Self {
        Self {
            now: in_utc(now),
            zone: Arc::new(FixedZone(UtcOffset::UTC)),
            week_start: Weekday::Monday,
            fiscal_year_start: Month::January,
        }
    }

    /// Sets the zone.
    #[must_use]
    pub fn in_zone(mut self, zone: impl Zone + 'static) -> Self {
        self.zone = Arc::new(zone);
        self
    }

    /// The local date of an instant.
    #[must_use]
    pub fn date_of(&self, instant: OffsetDateTime) -> Date {
        match instant.checked_to_offset(self.zone.offset_at(instant)) {
            Some(local) => local.date(),
            // Beyond the end of the calendar there is no other day.
            None => instant.date(),
        }
    }

    /// Today's date.
    #[must_use]
    pub fn today(&self) -> Date {
        self.date_of(self.now)
    }

    /// The instant at which a local day begins.
    #[must_use]
    pub fn start_of(&self, day: Date) -> OffsetDateTime {
        self.zone.to_instant(PrimitiveDateTime::new(day, Time::MIDNIGHT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One hour ahead of UTC, two from 29 March 01:00 UTC to 25 October 01:00 UTC 2026, as in Central Europe.
    #[derive(Debug)]
    struct Central;

    fn utc(month: Month, day: u8, hour: u8) -> OffsetDateTime {
        let date = Date::from_calendar_date(2026, month, day).unwrap();
        PrimitiveDateTime::new(date, Time::from_hms(hour, 0, 0).unwrap()).assume_utc()
    }

    impl Zone for Central {
        fn offset_at(&self, at: OffsetDateTime) -> UtcOffset {
            let summer = at >= utc(Month::March, 29, 1) && at < utc(Month::October, 25, 1);
            UtcOffset::from_hms(if summer { 2 } else { 1 }, 0, 0).unwrap()
        }
    }

    fn local(month: Month, day: u8, hour: u8, minute: u8) -> PrimitiveDateTime {
        let date = Date::from_calendar_date(2026, month, day).unwrap();
        PrimitiveDateTime::new(date, Time::from_hms(hour, minute, 0).unwrap())
    }

    #[test]
    fn local_times_become_instants_on_both_sides_of_a_change() {
        assert_eq!(Central.to_instant(local(Month::January, 5, 12, 0)), utc(Month::January, 5, 11));
        assert_eq!(Central.to_instant(local(Month::July, 5, 12, 0)), utc(Month::July, 5, 10));
        assert_eq!(Central.to_instant(local(Month::March, 29, 12, 0)), utc(Month::March, 29, 10));
        assert_eq!(Central.to_instant(local(Month::October, 25, 12, 0)), utc(Month::October, 25, 11));
    }

    #[test]
    fn a_time_that_comes_twice_is_the_first_one() {
        let first = utc(Month::October, 25, 0) + Duration::minutes(30);
        assert_eq!(Central.to_instant(local(Month::October, 25, 2, 30)), first);
    }

    #[test]
    fn a_time_that_never_comes_lies_behind_the_change() {
        let later = utc(Month::March, 29, 1) + Duration::minutes(30);
        assert_eq!(Central.to_instant(local(Month::March, 29, 2, 30)), later);
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made_at() {
        let ids = [utc(Month::May, 1, 0), utc(Month::May, 1, 1)].map(|now| TimeOrderedIds.next(now));
        assert!(ids[0] < ids[1]);
        assert_eq!(ids[0].get_version_num(), 7);
    }
}
