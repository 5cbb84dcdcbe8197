//! Dates that may lack a part, and what is known of instants.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::{Date, Duration, Month, OffsetDateTime, UtcOffset};

use super::InvalidValue;

const FORM: &str = "2026, 2026-01, 2026-01-31, --01-31 or --01";

/// A date of which the year, the month or the day may be unknown, such as a birthday without its year.
///
/// Written as in vCard (RFC 6350, section 4.3.1): `1815-12-10`, `1815-12`, `1815`, `--12-10`, `--12`.
/// 29 February without a year is allowed.
///
/// ```
/// use contactdb::PartialDate;
/// let birthday: PartialDate = "--12-10".parse()?;
/// assert_eq!((birthday.year(), birthday.month(), birthday.day()), (None, Some(12), Some(10)));
/// assert!("--02-30".parse::<PartialDate>().is_err());
/// # Ok::<(), contactdb::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    year: Option<i16>,
    month: Option<u8>,
    day: Option<u8>,
}

impl PartialDate {
    /// Makes a date of the parts that are known. A day needs a month; a year or a month is needed.
    ///
    /// # Errors
    /// [`InvalidValue`] when the parts make no date: year outside 1-9999, month outside 1-12, a day
    /// that the month does not have (29 February needs a leap year, or no year).
    pub fn new(year: Option<i16>, month: Option<u8>, day: Option<u8>) -> Result<Self, InvalidValue> {
        let date = Self { year, month, day };
        if date.is_valid() { Ok(date) } else { Err(InvalidValue::new("date", &date.to_string(), FORM)) }
    }

    fn is_valid(self) -> bool {
        let leap = 2000;
        let days = |month: u8| {
            let year = self.year.map_or(leap, i32::from);
            Month::try_from(month).ok().map(|month| month.length(year))
        };
        self.year.is_none_or(|year| (1..=9_999).contains(&year))
            && match (self.month, self.day) {
                (None, None) => self.year.is_some(),
                (None, Some(_)) => false,
                (Some(month), None) => days(month).is_some(),
                (Some(month), Some(day)) => day >= 1 && days(month).is_some_and(|last| day <= last),
            }
    }

    /// The year, if known.
    #[must_use]
    pub fn year(self) -> Option<i16> {
        self.year
    }

    /// The month, 1 to 12, if known.
    #[must_use]
    pub fn month(self) -> Option<u8> {
        self.month
    }

    /// The day of the month, if known.
    #[must_use]
    pub fn day(self) -> Option<u8> {
        self.day
    }

    /// The full date, if all three parts are known.
    #[must_use]
    pub fn full(self) -> Option<Date> {
        let month = Month::try_from(self.month?).ok()?;
        Date::from_calendar_date(i32::from(self.year?), month, self.day?).ok()
    }

    /// Whole years from this date to `today`; of a birthday, the age. Missing without a full date,
    /// and for a date after `today`. Who is born on 29 February turns a year older on 1 March of common years.
    #[must_use]
    pub fn years_until(self, today: Date) -> Option<i32> {
        let date = self.full()?;
        let passed = (today.month() as u8, today.day()) >= (date.month() as u8, date.day());
        let years = today.year() - date.year() - i32::from(!passed);
        (years >= 0).then_some(years)
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self {
            year: i16::try_from(date.year()).ok().filter(|year| (1..=9_999).contains(year)),
            month: Some(date.month() as u8),
            day: Some(date.day()),
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{year:04}")?,
            None => f.write_str("-")?,
        }
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}
impl fmt::Debug for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PartialDate {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        fn digits<N: FromStr>(text: &str, length: usize) -> Option<N> {
            (text.len() == length && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
        }
        let parse = || {
            let (year, rest) = match text.strip_prefix("--") {
                Some(rest) => (None, Some(rest)),
                None => match text.split_once('-') {
                    Some((year, rest)) => (Some(digits(year, 4)?), Some(rest)),
                    None => (Some(digits(text, 4)?), None),
                },
            };
            let (month, day) = match rest.map(|rest| rest.split_once('-').map_or((rest, None), |(m, d)| (m, Some(d)))) {
                None => (None, None),
                Some((month, None)) => (Some(digits(month, 2)?), None),
                Some((month, Some(day))) => (Some(digits(month, 2)?), Some(digits(day, 2)?)),
            };
            Self::new(year, month, day).ok()
        };
        parse().ok_or_else(|| InvalidValue::new("date", text, FORM))
    }
}
impl TryFrom<&str> for PartialDate {
    type Error = InvalidValue;
    fn try_from(text: &str) -> Result<Self, InvalidValue> {
        text.parse()
    }
}
impl TryFrom<String> for PartialDate {
    type Error = InvalidValue;
    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}
impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

/// Instants are kept in UTC to the microsecond; whatever is finer is cut off. One that UTC can't hold
/// stays as it is, to be refused by the check.
pub(crate) fn to_stored_instant(at: OffsetDateTime) -> OffsetDateTime {
    let Some(at) = at.checked_to_offset(UtcOffset::UTC) else { return at };
    at - Duration::nanoseconds(i64::from(at.nanosecond() % 1_000))
}

/// The same day of another month, or that month's last.
pub(crate) fn shift_months(day: Date, months: i64) -> Option<Date> {
    let index = i64::from(day.year()).checked_mul(12)?.checked_add(i64::from(day.month() as u8) - 1)?;
    let index = index.checked_add(months)?;
    let year = i32::try_from(index.div_euclid(12)).ok()?;
    let month = Month::try_from(u8::try_from(index.rem_euclid(12) + 1).ok()?).ok()?;
    if !(Date::MIN.year()..=Date::MAX.year()).contains(&year) {
        return None;
    }
    Date::from_calendar_date(year, month, day.day().min(month.length(year))).ok()
}

/// The Unix epoch's day, from which stored dates count.
pub(crate) const EPOCH: Date = OffsetDateTime::UNIX_EPOCH.date();
