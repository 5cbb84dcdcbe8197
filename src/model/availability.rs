//! When in a week a person can be reached.

use time::{Time, Weekday};

use super::macros::group;
use super::{Choice, UnknownParts, choices};

group! {
    /// A stretch of a day of the week at which a person can be reached, in the person's own time zone.
    ///
    /// ```
    /// use contactdb::{Availability, Contact};
    /// use time::{Time, Weekday};
    /// let nine = Time::from_hms(9, 0, 0)?;
    /// let noon = Time::from_hms(12, 0, 0)?;
    /// let ada = Contact::named("Ada", "Lovelace").availability(Availability::on(Weekday::Monday, nine, noon));
    /// assert!(ada.is_available(Weekday::Monday, nine));
    /// assert!(!ada.is_available(Weekday::Monday, noon));
    /// # Ok::<(), time::error::ComponentRange>(())
    /// ```
    #[derive(Debug, Clone, PartialEq)]
    pub struct Availability {
        /// The day of the week.
        1 "day" "Day" day: Choice = choices::weekday::OPTIONS { fixed },
        /// From, in minutes since midnight.
        2 "from" "From minute" from: i64 { within 0, 1_440 },
        /// Until, in minutes since midnight, 1,440 at most; the minute itself not included.
        3 "to" "To minute" to: i64 { within 0, 1_440 },
    }
}

impl Availability {
    /// From one time to another on a day of every week. Seconds are cut off; midnight as the end is the end of the day.
    #[must_use]
    pub fn on(day: Weekday, from: Time, to: Time) -> Self {
        let end = if to == Time::MIDNIGHT { 24 * 60 } else { minutes(to) };
        Self { day: choice_of(day), from: minutes(from), to: end, unknown: UnknownParts::default() }
    }

    /// The whole of a day of every week.
    #[must_use]
    pub fn all_day(day: Weekday) -> Self {
        Self::on(day, Time::MIDNIGHT, Time::MIDNIGHT)
    }

    /// Whether it covers a time of a day of the week.
    #[must_use]
    pub fn covers(&self, day: Weekday, time: Time) -> bool {
        self.day == choice_of(day) && (self.from..self.to).contains(&minutes(time))
    }
}

fn minutes(time: Time) -> i64 {
    i64::from(time.hour()) * 60 + i64::from(time.minute())
}

fn choice_of(day: Weekday) -> Choice {
    use choices::weekday as w;
    match day {
        Weekday::Monday => w::MONDAY,
        Weekday::Tuesday => w::TUESDAY,
        Weekday::Wednesday => w::WEDNESDAY,
        Weekday::Thursday => w::THURSDAY,
        Weekday::Friday => w::FRIDAY,
        Weekday::Saturday => w::SATURDAY,
        Weekday::Sunday => w::SUNDAY,
    }
}
