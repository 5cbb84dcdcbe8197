//! What a cell means, as programs and people write it.

use rust_decimal::Decimal;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

use super::mapping::{DateOrder, Mapping};
use super::number::plain;
use crate::model::{Choice, Currency, InvalidValue, Money, PartialDate, Value, ValueType};
use crate::schema::Attribute;
use crate::segment::MONTHS;

/// Currencies that are written with `$`.
const DOLLARS: [&str; 14] =
    ["ARS", "AUD", "BBD", "BSD", "CAD", "CLP", "COP", "FJD", "HKD", "MXN", "NZD", "SGD", "TWD", "USD"];

/// How numbers and dates are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Forms {
    dates: DateOrder,
    decimal_comma: bool,
}

/// What a cell can be beside a value.
#[derive(Debug)]
pub(super) enum Unread {
    /// It means that there is nothing.
    Nothing,
    /// The choice has no such option.
    NewOption,
    Mistake(InvalidValue),
}

impl From<InvalidValue> for Unread {
    fn from(error: InvalidValue) -> Self {
        Self::Mistake(error)
    }
}

type Read<T> = Result<T, Unread>;

impl Forms {
    pub(super) fn of(mapping: &Mapping) -> Self {
        Self { dates: mapping.dates, decimal_comma: mapping.decimal_comma }
    }

    /// The value that a text means that is not blank. What this does not know, [`Attribute::parse`] does.
    pub(super) fn read(self, attribute: &Attribute, text: &str, currency: Option<Currency>) -> Read<Value> {
        let text = text.trim();
        let currency = currency.or(attribute.rules.currency);
        let value = match crate::schema::own_type(attribute) {
            ValueType::Integer => Value::Integer(self.integer(text)?),
            ValueType::Decimal => Value::Decimal(self.decimal(text)?),
            ValueType::Money => Value::Money(self.money(text, currency)?),
            ValueType::Boolean => Value::Boolean(boolean(text)?),
            ValueType::Date => Value::Date(self.date(text)?),
            ValueType::PartialDate => Value::PartialDate(self.partial(text)?),
            ValueType::DateTime => Value::DateTime(self.instant(text)?),
            ValueType::Choice => Value::Choice(option(attribute, text)?),
            ValueType::Email => return parse(attribute, address(text)),
            ValueType::Phone => return parse(attribute, text.strip_prefix("tel:").unwrap_or(text)),
            _ => return parse(attribute, text),
        };
        Ok(value)
    }

    /// Whether a text is a value of a type.
    pub(super) fn is(self, value_type: ValueType, text: &str) -> bool {
        match value_type {
            ValueType::Integer => self.integer(text).is_ok(),
            ValueType::Decimal => self.decimal(text).is_ok(),
            ValueType::Date => self.date(text).is_ok(),
            ValueType::DateTime => self.instant(text).is_ok(),
            _ => false,
        }
    }

    fn decimal(self, text: &str) -> Read<Decimal> {
        let plain = plain(text.trim_end_matches('%'), self.decimal_comma);
        let number = plain.and_then(|plain| plain.parse().ok());
        number.ok_or_else(|| InvalidValue::new("number", text, "digits such as 42 or 12.50").into())
    }

    fn integer(self, text: &str) -> Read<i64> {
        let expected = || InvalidValue::new("whole number", text, "digits such as 42");
        let number = self.decimal(text).map_err(|_| expected())?.normalize();
        if number.scale() > 0 {
            return Err(expected().into());
        }
        Ok(i64::try_from(number.mantissa()).map_err(|_| expected())?)
    }

    /// An amount with its currency before or behind it, as code or sign, or without one.
    fn money(self, text: &str, currency: Option<Currency>) -> Read<Money> {
        let is_of_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | '\'');
        let named: String = text.chars().filter(|c| !is_of_number(*c) && !c.is_whitespace()).collect();
        let currency = match named.as_str() {
            "" => currency,
            "\u{20AC}" => Some(Currency::EUR),
            // Of a field in another currency this is no amount.
            "$" => currency.filter(|currency| DOLLARS.contains(&currency.code())).or(Some(Currency::USD)),
            "\u{A3}" => Some(Currency::GBP),
            code => Some(Currency::new(&code.to_uppercase())?),
        };
        let digits: String = text.chars().filter(|c| is_of_number(*c)).collect();
        let expected = "an amount and a currency, such as 12.50 EUR";
        let amount = plain(&digits, self.decimal_comma).and_then(|plain| plain.parse::<Decimal>().ok());
        match (amount, currency) {
            (Some(amount), Some(currency)) => Ok(Money { amount, currency }),
            _ => Err(InvalidValue::new("amount of money", text, expected).into()),
        }
    }

    /// Three numbers as year, month and day, whatever stands between; one of no meaning is 0.
    fn numbers(self, text: &str) -> Option<(i16, u8, u8)> {
        if let Some(found) = named_month(text) {
            return Some(found);
        }
        let mut parts = text.split(['-', '/', '.', ' ']).filter(|part| !part.is_empty());
        let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || [a, b, c].iter().any(|part| !part.bytes().all(|byte| byte.is_ascii_digit())) {
            return None;
        }
        let (year, month, day) = match (a.len(), self.dates) {
            (4, _) => (a, b, c),
            (_, DateOrder::DayFirst) => (c, b, a),
            (_, DateOrder::MonthFirst) => (c, a, b),
            (_, DateOrder::YearFirst) => return None,
        };
        if !matches!(year.len(), 2 | 4) {
            return None;
        }
        let number: i16 = year.parse().ok()?;
        Some((if year.len() == 2 { full_year(number) } else { number }, month.parse().ok()?, day.parse().ok()?))
    }

    /// A month and a day without a year: `05/12`, `12.5.`
    fn day_of_year(self, text: &str) -> Option<(u8, u8)> {
        let mut parts = text.split(['/', '.']).filter(|part| !part.is_empty());
        let (a, b) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        match self.dates {
            _ if parts.next().is_some() => None,
            DateOrder::DayFirst => Some((b, a)),
            DateOrder::MonthFirst => Some((a, b)),
            DateOrder::YearFirst => None,
        }
    }

    fn date(self, text: &str) -> Read<Date> {
        // Some write a day as midnight.
        let day = text.split_once(['T', ' ']).filter(|(_, time)| time.contains(':')).map_or(text, |(day, _)| day);
        if is_nothing(day) {
            return Err(Unread::Nothing);
        }
        let date = self.numbers(day).and_then(|(year, month, day)| {
            Date::from_calendar_date(i32::from(year), Month::try_from(month).ok()?, day).ok()
        });
        date.ok_or_else(|| InvalidValue::new("date", text, self.expected_date()).into())
    }

    fn expected_date(self) -> &'static str {
        match self.dates {
            DateOrder::YearFirst => "a day such as 2026-01-31",
            DateOrder::DayFirst => "a day such as 31.1.2026 or 2026-01-31",
            DateOrder::MonthFirst => "a day such as 1/31/2026 or 2026-01-31",
        }
    }

    fn partial(self, text: &str) -> Read<PartialDate> {
        if is_nothing(text) {
            return Err(Unread::Nothing);
        }
        // Some write a day as midnight.
        let day = text.split_once(['T', ' ']).filter(|(_, time)| time.contains(':')).map_or(text, |(day, _)| day);
        if let Some((year, month, day)) = self.numbers(day) {
            // 1604 is how Apple says that there is no year.
            return Ok(PartialDate::new((year != 1604).then_some(year), Some(month), Some(day))?);
        }
        if let Some((month, day)) = self.day_of_year(text) {
            return Ok(PartialDate::new(None, Some(month), Some(day))?);
        }
        Ok(text.parse()?)
    }

    /// An instant. Without an offset it is taken to be in UTC.
    fn instant(self, text: &str) -> Read<OffsetDateTime> {
        use time::format_description::well_known::Rfc3339;
        if is_nothing(text) {
            return Err(Unread::Nothing);
        }
        if let Ok(instant) = OffsetDateTime::parse(text, &Rfc3339) {
            return Ok(instant);
        }
        let expected = || InvalidValue::new("instant", text, "a day and a time such as 2026-01-31 14:00");
        let (day, clock) = text.split_once(['T', ' ']).unwrap_or((text, "0:00"));
        let date = self.date(day).map_err(|_| expected())?;
        let time = time_of(clock.trim_end_matches('Z')).ok_or_else(expected)?;
        Ok(PrimitiveDateTime::new(date, time).assume_utc())
    }
}

/// A year of two digits, with its century.
pub(super) const fn full_year(year: i16) -> i16 {
    match year {
        0..=29 => year + 2_000,
        30..=99 => year + 1_900,
        _ => year,
    }
}

/// A day whose month is a word of English: `04 Mar 2025`, `March 4, 2025`. The year has four digits, so that it is told from the day.
fn named_month(text: &str) -> Option<(i16, u8, u8)> {
    let mut parts = text.split([' ', '-', ',', '.', '/']).filter(|part| !part.is_empty());
    let (a, b, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_word = |part: &str| part.len() >= 3 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let (day, word) = if is_word(a) { (b, a) } else { (a, b) };
    if parts.next().is_some() || !is_word(word) || year.len() != 4 {
        return None;
    }
    let word = word.to_ascii_lowercase();
    let at = (1..).zip(MONTHS).find(|(_, month)| month.starts_with(&word) || word == "sept" && *month == "september");
    Some((year.parse().ok()?, at?.0, day.parse().ok()?))
}

/// How some programs write that there is no day.
fn is_nothing(text: &str) -> bool {
    text.contains('0') && text.bytes().all(|byte| matches!(byte, b'0' | b'-' | b'/' | b'.' | b':' | b' ' | b'T' | b'Z'))
}

/// `14:00`, `2:00:30 PM`, `14:00:30.5`.
fn time_of(text: &str) -> Option<Time> {
    let text = text.trim().to_ascii_lowercase();
    let (clock, half) = match (text.strip_suffix("pm"), text.strip_suffix("am")) {
        (Some(clock), _) => (clock, Some(12)),
        (_, Some(clock)) => (clock, Some(0)),
        _ => (text.as_str(), None),
    };
    let mut parts = clock.trim().split(':');
    let hour: u8 = parts.next()?.parse().ok()?;
    let minute: u8 = parts.next()?.parse().ok()?;
    let second: u8 = parts.next().map_or(Some(0), |second| second.split('.').next()?.parse().ok())?;
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    Time::from_hms(hour, minute, second).ok()
}

fn boolean(text: &str) -> Read<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "x" | "ja" | "oui" | "si" | "s\u{ED}" | "on" => Ok(true),
        "false" | "no" | "n" | "0" | "nein" | "non" | "off" => Ok(false),
        _ => Err(InvalidValue::new("boolean", text, "yes or no").into()),
    }
}

/// The bare address: `Ada <ada@acme.example>` and `mailto:ada@acme.example` name one too.
fn address(text: &str) -> &str {
    let inner = text.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>')).unwrap_or(text);
    match inner.split_at_checked("mailto:".len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => rest.trim(),
        _ => inner.trim(),
    }
}

/// The option whose key or label it is, signs and case aside.
fn option(attribute: &Attribute, text: &str) -> Read<Choice> {
    let wanted = bare(text);
    let known = attribute
        .options
        .iter()
        .filter(|option| !option.archived)
        .find(|option| bare(&option.key) == wanted || bare(&option.label) == wanted);
    known.map(|option| Choice::from(option.key.to_string())).ok_or(Unread::NewOption)
}

/// Letters and digits alone, folded.
pub(super) fn bare(text: &str) -> String {
    crate::model::search_fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn parse(attribute: &Attribute, text: &str) -> Read<Value> {
    attribute.parse(text)?.ok_or(Unread::Nothing)
}
