//! Dates as cards have them.

use std::str::FromStr;

use crate::model::PartialDate;

/// A date in one of the forms that cards have, without a time.
pub(super) fn date(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    let day = text.split_once('T').map_or(text, |(day, _)| day);
    let (year, rest) = match (day.len(), day.strip_prefix("--")) {
        (8, None) => (Some(digits(day.get(..4)?)?), day.get(4..)?),
        (6, Some(rest)) => (None, rest),
        _ => return day.parse().ok(),
    };
    PartialDate::new(year, Some(digits(rest.get(..2)?)?), Some(digits(rest.get(2..)?)?)).ok()
}

fn digits<N: FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// The form of version 4.0, in which only a year with a month has a hyphen.
pub(super) fn compact(date: PartialDate) -> String {
    let (year, Some(month), Some(day)) = (date.year(), date.month(), date.day()) else { return date.to_string() };
    let mut text = String::with_capacity(8);
    match year {
        Some(year) => push_digits(&mut text, year.unsigned_abs(), 1_000),
        None => text.push_str("--"),
    }
    push_digits(&mut text, month.into(), 10);
    push_digits(&mut text, day.into(), 10);
    text
}

/// As many digits as the place of the first one says.
fn push_digits(text: &mut String, number: u16, first: u16) {
    let mut place = first;
    while place > 0 {
        text.push(char::from(b'0' + u8::try_from(number / place % 10).unwrap_or_default()));
        place /= 10;
    }
}
