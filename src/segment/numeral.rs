//! Numbers, dates and instants: every token that begins with a digit.

use rust_decimal::Decimal;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::error::{Problem, SegmentCode};
use super::render::shorten;
use super::span::Span;
use super::token::TokenKind;

/// Why a token that begins with a digit cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Letters or underscores where they do not belong.
    Malformed,
    /// More digits than a decimal holds.
    TooLong,
    /// A date that is not in the calendar or not written in full.
    NoSuchDate,
    /// A date written otherwise: `31.01.2026`, `1/31/2026`.
    ForeignDate,
    /// A time of day that does not exist.
    NoSuchTime,
    /// An instant that does not say its offset from UTC.
    NoOffset,
}

impl Fault {
    pub(crate) fn problem(self, span: Span, text: &str) -> Problem {
        let found = shorten(span.slice(text), 40);
        let (code, message, help) = match self {
            Self::Malformed => (
                SegmentCode::InvalidNumber,
                format!("found `{found}`, which is not a number"),
                "write 10_000.50; put a space before a currency or unit, and quotes around a text that begins with a digit",
            ),
            Self::TooLong => (
                SegmentCode::InvalidNumber,
                format!("found `{found}`, which has too many digits"),
                "a number has at most 28 digits, and at most 28 behind the point",
            ),
            Self::NoSuchDate => (
                SegmentCode::InvalidDate,
                format!("found `{found}`, which is not a date of the calendar"),
                "write year, month and day in full: 2026-01-31",
            ),
            Self::ForeignDate => (
                SegmentCode::InvalidDate,
                format!("found `{found}`, expected a date as year, month and day"),
                "write 2026-01-31 for 31 January 2026",
            ),
            Self::NoSuchTime => (
                SegmentCode::InvalidDate,
                format!("found `{found}`, which is not a time of day"),
                "write 2026-01-31T10:00Z, 2026-01-31T10:00:30Z or 2026-01-31T10:00+01:00",
            ),
            Self::NoOffset => (
                SegmentCode::InvalidDate,
                format!("found `{found}`, a time of day without its offset from utc"),
                "write Z for utc, or an offset: 2026-01-31T10:00Z, 2026-01-31T10:00+01:00",
            ),
        };
        Problem::new(code, span, message).with_help(help)
    }
}

/// Reads the token at the beginning of `text`, which begins with a digit; the length in bytes and what it is.
pub(crate) fn scan(text: &str) -> (usize, Result<TokenKind, Fault>) {
    if let Some(length) = date_length(text) {
        return scan_date(text, length);
    }
    if let Some(length) = foreign_date_length(text) {
        return (length, Err(Fault::ForeignDate));
    }
    let mut length = digits(text, true);
    let fraction = tail(text, length).strip_prefix('.').map_or(0, |behind| digits(behind, false));
    if fraction > 0 {
        length += 1 + digits(tail(text, length + 1), true);
    }
    let glued = identifier_length(tail(text, length));
    if glued > 0 {
        return (length + glued, Err(Fault::Malformed));
    }
    let token = head(text, length);
    let misplaced = token.ends_with('_') || token.contains("__") || token.contains("_.");
    if misplaced {
        return (length, Err(Fault::Malformed));
    }
    let plain: String = token.chars().filter(|character| *character != '_').collect();
    (length, Decimal::from_str_exact(&plain).map(TokenKind::Number).map_err(|_| Fault::TooLong))
}

/// The whole of `text` as a date or an instant, written as in a segment.
pub(crate) fn read_whole(text: &str) -> Option<TokenKind> {
    match scan(text) {
        (length, Ok(kind)) if length == text.len() => Some(kind),
        _ => None,
    }
}

/// The length of something meant as a date: four digits, one or two, one or two, with hyphens.
fn date_length(text: &str) -> Option<usize> {
    if digits(text, false) != 4 {
        return None;
    }
    let month = digits(tail(text, 4).strip_prefix('-')?, false);
    let day = digits(tail(text, 5 + month).strip_prefix('-')?, false);
    ((1..=2).contains(&month) && (1..=2).contains(&day)).then_some(6 + month + day)
}

/// The length of a date as it is written elsewhere: three numbers with dots or slashes between, one of them a year.
fn foreign_date_length(text: &str) -> Option<usize> {
    let first = digits(text, false);
    let sign = tail(text, first).chars().next().filter(|sign| matches!(sign, '.' | '/'))?;
    let second = digits(tail(text, first + 1), false);
    let third = digits(tail(text, first + 1 + second).strip_prefix(sign)?, false);
    let short = |length: usize| (1..=2).contains(&length);
    let fits = short(second) && ((short(first) && matches!(third, 2 | 4)) || (first == 4 && short(third)));
    fits.then_some(first + second + third + 2)
}

fn scan_date(text: &str, length: usize) -> (usize, Result<TokenKind, Fault>) {
    let behind = tail(text, length);
    let timed = behind.starts_with(['T', 't']) && digits(tail(behind, 1), false) > 0;
    let whole = if timed { length + 1 + clock_length(tail(behind, 1)) } else { length };
    let glued = identifier_length(tail(text, whole));
    if glued > 0 {
        return (whole + glued, Err(if timed { Fault::NoSuchTime } else { Fault::NoSuchDate }));
    }
    let Some(date) = read_date(head(text, length)) else {
        return (whole, Err(Fault::NoSuchDate));
    };
    if !timed {
        return (whole, Ok(TokenKind::Date(date)));
    }
    let clock = head(tail(text, length + 1), whole - length - 1);
    (whole, read_instant(date, clock).map(TokenKind::DateTime))
}

fn read_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if month.len() != 2 || day.len() != 2 {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

/// The bytes that may belong to a time of day with its offset.
fn clock_length(text: &str) -> usize {
    let time = text.bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.')).count();
    let offset = tail(text, time);
    if offset.starts_with(['Z', 'z']) {
        return time + 1;
    }
    if !offset.starts_with(['+', '-']) {
        return time;
    }
    let numbers = tail(offset, 1).bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b':').count();
    time + if numbers > 0 { 1 + numbers } else { 0 }
}

fn read_instant(date: Date, clock: &str) -> Result<OffsetDateTime, Fault> {
    let split = clock.find(['Z', 'z', '+', '-']).ok_or(Fault::NoOffset)?;
    let time = read_time(head(clock, split)).ok_or(Fault::NoSuchTime)?;
    let offset = read_offset(tail(clock, split)).ok_or(Fault::NoSuchTime)?;
    let instant = PrimitiveDateTime::new(date, time).assume_offset(offset);
    // An instant whose UTC date leaves the years 0 to 9999 could not be converted later on.
    match instant.checked_to_offset(UtcOffset::UTC) {
        Some(utc) if (0..=9999).contains(&utc.year()) => Ok(instant),
        _ => Err(Fault::NoSuchDate),
    }
}

/// `10:00`, `10:00:30`, `10:00:30.25`.
fn read_time(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut parts = whole.split(':');
    let hour = two_digits(parts.next()?)?;
    let minute = two_digits(parts.next()?)?;
    let second = parts.next().map_or(Some(0), two_digits)?;
    if parts.next().is_some() || (fraction.is_some() && whole.len() != 8) {
        return None;
    }
    let nanosecond = match fraction {
        None => 0,
        Some(digits) if (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{digits:0<9}").parse().ok()?
        }
        Some(_) => return None,
    };
    Time::from_hms_nano(hour, minute, second, nanosecond).ok()
}

/// `Z`, `+01:00`, `-0330`, `+01`.
fn read_offset(text: &str) -> Option<UtcOffset> {
    if text.eq_ignore_ascii_case("z") {
        return Some(UtcOffset::UTC);
    }
    let sign: i8 = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = match tail(text, 1) {
        hours if hours.len() == 2 => (hours, "00"),
        both if both.len() == 4 => both.split_at_checked(2)?,
        both => both.split_once(':')?,
    };
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    UtcOffset::from_hms(sign * i8::try_from(hours).ok()?, sign * i8::try_from(minutes).ok()?, 0).ok()
}

fn two_digits(text: &str) -> Option<u8> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn digits(text: &str, underscores: bool) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_digit() || (underscores && *byte == b'_')).count()
}

fn identifier_length(text: &str) -> usize {
    text.chars().take_while(|character| unicode_ident::is_xid_continue(*character)).map(char::len_utf8).sum()
}

fn tail(text: &str, from: usize) -> &str {
    text.get(from..).unwrap_or("")
}

fn head(text: &str, to: usize) -> &str {
    text.get(..to).unwrap_or("")
}
