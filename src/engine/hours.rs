//! Instants counted by the period in which they lie.

use std::collections::BTreeMap;

use time::Date;

use super::facet::Period;
use crate::clock::Moment;
use crate::store::instant_of;

/// In which period the hours lie that were met, each of which is worked out once, and how many instants were counted in each.
#[derive(Default)]
pub(super) struct Hours {
    /// The hours that have a place, in hours since the epoch.
    from: i64,
    /// Of each hour the place of its period, or one of the two below.
    places: Vec<u32>,
    periods: Vec<(Date, u64)>,
    /// The place of each period.
    known: BTreeMap<Date, u32>,
}

/// An hour that was not met yet.
const NEW: u32 = u32::MAX;
/// An hour that lies in more than one period: each of its instants is asked.
const MIXED: u32 = u32::MAX - 1;

/// Microseconds.
const HOUR: i64 = 3_600_000_000;

/// Room is made for so many hours at a time: half a year.
const STEP: i64 = 1 << 12;

/// Up to so many hours have a place, more than a century; what lies farther apart is worked out one by one.
const MOST: i64 = 1 << 20;

impl Hours {
    /// The first day of the period in which an instant lies, in microseconds since the epoch.
    pub(super) fn start(&mut self, period: Period, micros: i64, moment: &Moment) -> Date {
        let place = self.place(period, micros, moment);
        self.periods.get(place as usize).map_or(Date::MIN, |(start, _)| *start)
    }

    /// Counts an instant so many times.
    pub(super) fn add(&mut self, period: Period, micros: i64, moment: &Moment, times: u64) {
        let place = self.place(period, micros, moment);
        if let Some((_, count)) = self.periods.get_mut(place as usize) {
            *count += times;
        }
    }

    /// The periods in which instants were counted, by their first days.
    pub(super) fn counts(&self) -> impl Iterator<Item = (Date, u64)> + '_ {
        self.periods.iter().copied().filter(|(_, count)| *count > 0)
    }

    /// The place of the period in which an instant lies.
    fn place(&mut self, period: Period, micros: i64, moment: &Moment) -> u32 {
        let hour = micros.div_euclid(HOUR);
        let known = self.of_hour(hour).copied();
        if let Some(place) = known
            && place != NEW
            && place != MIXED
        {
            return place;
        }
        let of = |micros: i64| period.start(moment.date_of(instant_of(micros)), moment);
        if known == Some(MIXED) {
            return self.of_period(of(micros));
        }
        // A zone does not change its offset twice in an hour; where it does once, each instant is asked.
        let (first, last) = (hour.saturating_mul(HOUR), hour.saturating_mul(HOUR).saturating_add(HOUR - 1));
        let same = moment.zone.offset_at(instant_of(first)) == moment.zone.offset_at(instant_of(last));
        let (start, end) = (of(first), of(last));
        let place = if same && start == end { self.of_period(start) } else { MIXED };
        self.make_room(hour);
        if let Some(own) = self.of_hour(hour) {
            *own = place;
        }
        if place == MIXED { self.of_period(of(micros)) } else { place }
    }

    fn of_hour(&mut self, hour: i64) -> Option<&mut u32> {
        self.places.get_mut(usize::try_from(hour.checked_sub(self.from)?).ok()?)
    }

    fn of_period(&mut self, start: Date) -> u32 {
        *self.known.entry(start).or_insert_with(|| {
            self.periods.push((start, 0));
            u32::try_from(self.periods.len() - 1).unwrap_or(MIXED)
        })
    }

    /// Makes room for an hour, if it does not lie too far from the others.
    fn make_room(&mut self, hour: i64) {
        let wanted = hour - hour.rem_euclid(STEP);
        if self.places.is_empty() {
            self.from = wanted;
        }
        let end = self.from + i64::try_from(self.places.len()).unwrap_or(MOST);
        let (first, beyond) = (self.from.min(wanted), end.max(wanted + STEP));
        if beyond - first <= MOST
            && let (Ok(before), Ok(len)) = (usize::try_from(self.from - first), usize::try_from(beyond - first))
        {
            self.places.splice(0..0, std::iter::repeat_n(NEW, before));
            self.places.resize(len, NEW);
            self.from = first;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::{OffsetDateTime, UtcOffset};

    use super::*;
    use crate::cases::cases;
    use crate::clock::Zone;

    /// Changes its offset at some instant, in the middle of an hour perhaps.
    #[derive(Debug)]
    struct Changing {
        at: i64,
        minutes: (i32, i32),
    }

    impl Zone for Changing {
        fn offset_at(&self, instant: OffsetDateTime) -> UtcOffset {
            let before = instant < instant_of(self.at);
            let minutes = if before { self.minutes.0 } else { self.minutes.1 };
            UtcOffset::from_whole_seconds(minutes * 60).unwrap()
        }
    }

    proptest! {
        #![proptest_config(cases(128))]

        #[test]
        fn counts_are_those_of_asking_each_instant(
            near in prop::collection::vec(-200_000_000_000_i64..200_000_000_000, 1..60),
            far in prop::collection::vec(-3_000_000_000_000_000_i64..9_000_000_000_000_000, 0..20),
            period in prop::sample::select(vec![Period::Day, Period::Week, Period::Month, Period::Quarter, Period::Year]),
            at in -100_000_000_000_i64..100_000_000_000,
            minutes in (-300..300, -300..300),
        ) {
            let mut moment = Moment::at(OffsetDateTime::UNIX_EPOCH);
            moment.zone = std::sync::Arc::new(Changing { at, minutes });
            let (mut hours, mut expected) = (Hours::default(), BTreeMap::new());
            for micros in near.iter().chain(&far).chain(&near) {
                let start = period.start(moment.date_of(instant_of(*micros)), &moment);
                *expected.entry(start).or_insert(0_u64) += 2;
                prop_assert_eq!(hours.start(period, *micros, &moment), start);
                hours.add(period, *micros, &moment, 2);
            }
            prop_assert_eq!(hours.counts().collect::<BTreeMap<_, _>>(), expected);
        }
    }
}
