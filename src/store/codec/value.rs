//! Values as bytes.

use bincode::config;
use rust_decimal::Decimal;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use super::Codes;
use crate::model::{
    AttributeId, Currency, EPOCH, EmailAddress, Group, Kind, Money, PartialDate, PhoneNumber, RecordId, Region, Value,
    ValueRange, WebAddress,
};

/// No single leaf is larger: a broken length must not ask for all memory. Texts are read apart.
const LEAF_LIMIT: usize = 64;

/// A value within a list within a value: no deeper nesting is ever written.
const MAX_DEPTH: u8 = 4;

pub(super) mod tag {
    pub(in super::super) const TEXT: u8 = 1;
    pub(in super::super) const INTEGER: u8 = 2;
    pub(in super::super) const DECIMAL: u8 = 3;
    pub(in super::super) const MONEY: u8 = 4;
    pub(in super::super) const FALSE: u8 = 5;
    pub(in super::super) const TRUE: u8 = 6;
    pub(in super::super) const DATE: u8 = 7;
    pub(in super::super) const DATE_TIME: u8 = 8;
    pub(in super::super) const PARTIAL_DATE: u8 = 9;
    pub(in super::super) const CHOICE: u8 = 10;
    pub(in super::super) const EMAIL: u8 = 11;
    pub(in super::super) const PHONE: u8 = 12;
    pub(in super::super) const URL: u8 = 13;
    pub(in super::super) const REFERENCE: u8 = 14;
    pub(in super::super) const NUMBER_RANGE: u8 = 15;
    pub(in super::super) const MONEY_RANGE: u8 = 16;
    pub(in super::super) const DATE_RANGE: u8 = 17;
    pub(in super::super) const LIST: u8 = 18;
    pub(in super::super) const GROUP: u8 = 19;
    pub(in super::super) const TEXT_APART: u8 = 20;
    /// An instant near the one at which the record was made.
    pub(in super::super) const NEAR_CREATED: u8 = 21;
    /// An instant in seven bytes.
    pub(in super::super) const SHORT_DATE_TIME: u8 = 22;
    /// From here on, tags of newer versions, each followed by a length and so many bytes.
    pub(in super::super) const NEWER: u8 = 0x20;
    /// Tags with a small number in their low bits.
    pub(in super::super) const SHORT_TEXT: u8 = 0x40;
    pub(in super::super) const SHORT_GROUP: u8 = 0x80;
    pub(in super::super) const SHORT_LIST: u8 = 0xA0;
    pub(in super::super) const SHORT_CHOICE: u8 = 0xC0;
    pub(in super::super) const SHORT_INTEGER: u8 = 0xE0;
    /// How many numbers the low bits of these hold; of a short text twice as many.
    pub(in super::super) const SHORT: u8 = 0x20;
}

/// An instant within so many microseconds of another one, about half an hour, is written as how far it is from it.
const NEAR: u64 = 1 << 31;

/// Why bytes can't be read.
pub(super) type Unread = &'static str;

/// What values are written with.
#[derive(Clone, Copy)]
pub(super) struct Writing<'c> {
    pub(super) codes: &'c dyn Codes,
    /// When the record was made, in microseconds.
    pub(super) created: Option<i64>,
}

/// What values are read with.
pub(super) struct Reading<'c> {
    pub(super) codes: &'c dyn Codes,
    pub(super) created: Option<i64>,
    /// Set by a tag of a newer version: the bytes are to be kept.
    pub(super) unknown: bool,
}

pub(super) fn leaf<T: bincode::Encode>(out: &mut Vec<u8>, value: &T) {
    // INVARIANT: writing leaves into memory can't fail.
    let written = bincode::encode_into_std_write(value, out, config::standard());
    debug_assert!(written.is_ok());
}

fn take<T: bincode::Decode<()>>(bytes: &mut &[u8]) -> std::result::Result<T, Unread> {
    let limited = config::standard().with_limit::<LEAF_LIMIT>();
    let (value, used) = bincode::decode_from_slice(bytes, limited).map_err(|_| "broken value")?;
    *bytes = bytes.get(used..).ok_or("broken value")?;
    Ok(value)
}

/// A number below 2^64 as bincode writes it; nearly all lengths and codes are one byte.
pub(super) fn take_number(bytes: &mut &[u8]) -> std::result::Result<u64, Unread> {
    match bytes.split_first() {
        Some((&first, rest)) if first < 251 => {
            *bytes = rest;
            Ok(first.into())
        }
        _ => take(bytes),
    }
}

fn take_code(bytes: &mut &[u8]) -> std::result::Result<u32, Unread> {
    u32::try_from(take_number(bytes)?).map_err(|_| "broken code")
}

/// A text or the like; never more is claimed than there is.
fn take_bytes<'b>(bytes: &mut &'b [u8]) -> std::result::Result<&'b [u8], Unread> {
    let length = usize::try_from(take_number(bytes)?).map_err(|_| "broken length")?;
    let (text, rest) = bytes.split_at_checked(length).ok_or("text cut short")?;
    *bytes = rest;
    Ok(text)
}

fn take_text(bytes: &mut &[u8]) -> std::result::Result<String, Unread> {
    let text = take_bytes(bytes)?;
    Ok(str::from_utf8(text).map_err(|_| "not UTF-8")?.to_owned())
}

/// A text of a length that is known.
fn text_of(bytes: &mut &[u8], length: usize) -> std::result::Result<String, Unread> {
    let (text, rest) = bytes.split_at_checked(length).ok_or("text cut short")?;
    *bytes = rest;
    Ok(str::from_utf8(text).map_err(|_| "not UTF-8")?.to_owned())
}

pub(super) fn take_byte(bytes: &mut &[u8]) -> std::result::Result<u8, Unread> {
    let (&first, rest) = bytes.split_first().ok_or("value cut short")?;
    *bytes = rest;
    Ok(first)
}

fn put_decimal(out: &mut Vec<u8>, value: Decimal) {
    leaf(out, &value.mantissa());
    leaf(out, &value.scale());
}

fn take_decimal(bytes: &mut &[u8]) -> std::result::Result<Decimal, Unread> {
    let (mantissa, scale) = (take::<i128>(bytes)?, take_code(bytes)?);
    Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_| "broken number")
}

fn put_money(out: &mut Vec<u8>, value: Money) {
    put_decimal(out, value.amount);
    out.extend_from_slice(value.currency.code().as_bytes());
}

fn take_money(bytes: &mut &[u8]) -> std::result::Result<Money, Unread> {
    let amount = take_decimal(bytes)?;
    let (code, rest) = bytes.split_at_checked(3).ok_or("broken money")?;
    *bytes = rest;
    Ok(Money { amount, currency: Currency::from_bytes(code).ok_or("broken currency")? })
}

fn put_date(out: &mut Vec<u8>, value: Date) {
    leaf(out, &(value.to_julian_day() - EPOCH.to_julian_day()));
}

fn take_date(bytes: &mut &[u8]) -> std::result::Result<Date, Unread> {
    let day = take::<i32>(bytes)?.checked_add(EPOCH.to_julian_day()).ok_or("broken date")?;
    Date::from_julian_day(day).map_err(|_| "broken date")
}

/// Microseconds since the epoch: 292,000 years either way, more than a date can reach.
pub(crate) fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000)).unwrap_or(i64::MAX)
}

/// The instant of so many microseconds since the epoch; beyond the calendar, the end of it.
pub(crate) fn instant_of(micros: i64) -> OffsetDateTime {
    let end = if micros < 0 { time::PrimitiveDateTime::MIN } else { time::PrimitiveDateTime::MAX };
    OffsetDateTime::UNIX_EPOCH.checked_add(Duration::microseconds(micros)).unwrap_or(end.assume_utc())
}

fn put_range<T: Copy>(out: &mut Vec<u8>, range: &ValueRange<T>, put: fn(&mut Vec<u8>, T)) {
    out.push(u8::from(range.from.is_some()) | u8::from(range.to.is_some()) << 1);
    for end in [range.from, range.to].into_iter().flatten() {
        put(out, end);
    }
}

type Take<T> = fn(&mut &[u8]) -> std::result::Result<T, Unread>;

fn take_range<T>(bytes: &mut &[u8], take: Take<T>) -> std::result::Result<ValueRange<T>, Unread> {
    let ends = take_byte(bytes)?;
    let mut end = |bit: u8| (ends & bit != 0).then(|| take(bytes)).transpose();
    Ok(ValueRange { from: end(1)?, to: end(2)? })
}

/// A tag with a number below `limit` in its low bits; else the long tag and the number.
fn put_tagged(out: &mut Vec<u8>, (short, limit): (u8, u8), long: u8, number: u64) {
    match u8::try_from(number) {
        Ok(number) if number < limit => out.push(short | number),
        _ => {
            out.push(long);
            leaf(out, &number);
        }
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_tagged(out, (tag::SHORT_TEXT, tag::SHORT * 2), tag::TEXT, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn put_instant(out: &mut Vec<u8>, at: OffsetDateTime, created: Option<i64>) {
    let at = micros(at);
    let near = created.and_then(|created| at.checked_sub(created)).filter(|after| after.unsigned_abs() < NEAR);
    if let Some(after) = near {
        out.push(tag::NEAR_CREATED);
        return leaf(out, &after);
    }
    let bytes = at.to_le_bytes();
    if let Some(seven) = bytes.first_chunk::<7>().filter(|seven| seven_bytes(**seven) == at) {
        out.push(tag::SHORT_DATE_TIME);
        out.extend_from_slice(seven);
    } else {
        out.push(tag::DATE_TIME);
        leaf(out, &at);
    }
}

/// A number of seven bytes, the lowest first, with its sign.
fn seven_bytes(seven: [u8; 7]) -> i64 {
    let mut eight = [0; 8];
    eight[1..].copy_from_slice(&seven);
    i64::from_le_bytes(eight) >> 8
}

fn take_instant(micros: Option<i64>) -> std::result::Result<Value, Unread> {
    let at = micros.and_then(|micros| OffsetDateTime::UNIX_EPOCH.checked_add(Duration::microseconds(micros)));
    Ok(Value::DateTime(at.ok_or("broken instant")?))
}

/// Appends a value.
pub(super) fn put_value(out: &mut Vec<u8>, id: AttributeId, value: &Value, with: Writing<'_>) {
    match value {
        Value::Text(text) => put_text(out, text),
        Value::Integer(number) => match u8::try_from(*number) {
            Ok(small) if small < tag::SHORT => out.push(tag::SHORT_INTEGER | small),
            _ => {
                out.push(tag::INTEGER);
                leaf(out, number);
            }
        },
        Value::Decimal(number) => {
            out.push(tag::DECIMAL);
            put_decimal(out, *number);
        }
        Value::Money(money) => {
            out.push(tag::MONEY);
            put_money(out, *money);
        }
        Value::Boolean(value) => out.push(if *value { tag::TRUE } else { tag::FALSE }),
        Value::Date(date) => {
            out.push(tag::DATE);
            put_date(out, *date);
        }
        Value::DateTime(at) => put_instant(out, *at, with.created),
        Value::PartialDate(date) => {
            out.push(tag::PARTIAL_DATE);
            leaf(out, &(date.year(), date.month(), date.day()));
        }
        Value::Choice(choice) => {
            let code = with.codes.code(id, choice).unwrap_or(0);
            put_tagged(out, (tag::SHORT_CHOICE, tag::SHORT), tag::CHOICE, code.into());
        }
        Value::Email(email) => {
            out.push(tag::EMAIL);
            leaf(out, &email.as_str());
        }
        Value::Phone(phone) => {
            out.push(tag::PHONE);
            leaf(out, &phone.as_str());
            let region = phone.region();
            leaf(out, &region.as_ref().map_or("", Region::code));
        }
        Value::Url(url) => {
            out.push(tag::URL);
            leaf(out, &url.as_str());
        }
        Value::Reference(target) => {
            out.push(tag::REFERENCE);
            leaf(out, &target.kind.0);
            out.extend_from_slice(target.uuid.as_bytes());
        }
        Value::NumberRange(range) => {
            out.push(tag::NUMBER_RANGE);
            put_range(out, range, put_decimal);
        }
        Value::MoneyRange(range) => {
            out.push(tag::MONEY_RANGE);
            put_range(out, range, put_money);
        }
        Value::DateRange(range) => {
            out.push(tag::DATE_RANGE);
            put_range(out, range, put_date);
        }
        Value::List(values) => {
            put_tagged(out, (tag::SHORT_LIST, tag::SHORT), tag::LIST, values.len() as u64);
            for value in values {
                put_value(out, id, value, with);
            }
        }
        Value::Group(group) => {
            put_tagged(out, (tag::SHORT_GROUP, tag::SHORT), tag::GROUP, group.parts.len() as u64);
            for (part, value) in &group.parts {
                out.push(*part);
                put_value(out, id.part(*part), value, with);
            }
        }
    }
}

pub(super) fn take_value(
    bytes: &mut &[u8],
    id: AttributeId,
    with: &mut Reading<'_>,
    depth: u8,
) -> std::result::Result<Value, Unread> {
    let first = take_byte(bytes)?;
    let low = u64::from(first % tag::SHORT);
    let read = match first {
        tag::SHORT_TEXT..tag::SHORT_GROUP => Value::Text(text_of(bytes, (first - tag::SHORT_TEXT).into())?),
        tag::SHORT_GROUP..tag::SHORT_LIST => take_group(bytes, low, id, with, depth)?,
        tag::SHORT_LIST..tag::SHORT_CHOICE => take_list(bytes, low, id, with, depth)?,
        tag::SHORT_CHOICE..tag::SHORT_INTEGER => Value::Choice(with.codes.choice(id, (first % tag::SHORT).into())),
        tag::SHORT_INTEGER.. => Value::Integer((first % tag::SHORT).into()),
        tag::NEWER..tag::SHORT_TEXT => {
            let length = usize::try_from(take_length(bytes)?).map_err(|_| "broken length")?;
            *bytes = bytes.get(length..).ok_or("value cut short")?;
            with.unknown = true;
            Value::Boolean(false)
        }
        tag::TEXT => Value::Text(take_text(bytes)?),
        tag::INTEGER => Value::Integer(take(bytes)?),
        tag::DECIMAL => Value::Decimal(take_decimal(bytes)?),
        tag::MONEY => Value::Money(take_money(bytes)?),
        tag::FALSE => Value::Boolean(false),
        tag::TRUE => Value::Boolean(true),
        tag::DATE => Value::Date(take_date(bytes)?),
        tag::DATE_TIME => take_instant(Some(take(bytes)?))?,
        tag::SHORT_DATE_TIME => {
            let (seven, rest) = bytes.split_first_chunk::<7>().ok_or("broken instant")?;
            *bytes = rest;
            take_instant(Some(seven_bytes(*seven)))?
        }
        tag::NEAR_CREATED => {
            let after = take::<i64>(bytes)?;
            take_instant(with.created.and_then(|created| created.checked_add(after)))?
        }
        tag::PARTIAL_DATE => {
            let (year, month, day) = take(bytes)?;
            Value::PartialDate(PartialDate::new(year, month, day).map_err(|_| "broken date")?)
        }
        tag::CHOICE => Value::Choice(with.codes.choice(id, take_code(bytes)?)),
        tag::EMAIL => Value::Email(EmailAddress::from_stored(take_text(bytes)?)),
        tag::PHONE => {
            let mut phone = PhoneNumber::from_stored(take_text(bytes)?);
            *phone.region_mut() = Region::from_bytes(take_bytes(bytes)?);
            Value::Phone(phone)
        }
        tag::URL => Value::Url(WebAddress::from_stored(take_text(bytes)?)),
        tag::REFERENCE => {
            let kind = Kind(take(bytes)?);
            let (uuid, rest) = bytes.split_first_chunk::<16>().ok_or("broken reference")?;
            *bytes = rest;
            Value::Reference(RecordId { kind, uuid: Uuid::from_bytes(*uuid) })
        }
        tag::NUMBER_RANGE => Value::NumberRange(take_range(bytes, take_decimal)?),
        tag::MONEY_RANGE => Value::MoneyRange(take_range(bytes, take_money)?),
        tag::DATE_RANGE => Value::DateRange(take_range(bytes, take_date)?),
        tag::LIST => {
            let count = take_number(bytes)?;
            take_list(bytes, count, id, with, depth)?
        }
        tag::GROUP => {
            let count = take_number(bytes)?;
            take_group(bytes, count, id, with, depth)?
        }
        _ => return Err("unknown tag of a value"),
    };
    Ok(read)
}

fn take_list(
    bytes: &mut &[u8],
    count: u64,
    id: AttributeId,
    with: &mut Reading<'_>,
    depth: u8,
) -> std::result::Result<Value, Unread> {
    if depth >= MAX_DEPTH {
        return Err("values nested too deep");
    }
    // A broken count must not ask for all memory.
    let mut values = Vec::with_capacity(usize::try_from(count).unwrap_or(0).min(4));
    for _ in 0..count {
        values.push(take_value(bytes, id, with, depth + 1)?);
    }
    Ok(Value::List(values))
}

fn take_group(
    bytes: &mut &[u8],
    count: u64,
    id: AttributeId,
    with: &mut Reading<'_>,
    depth: u8,
) -> std::result::Result<Value, Unread> {
    if depth >= MAX_DEPTH {
        return Err("values nested too deep");
    }
    let mut group = Group::default();
    group.parts.reserve_exact(usize::try_from(count).unwrap_or(0).min(8));
    for _ in 0..count {
        let part = take_byte(bytes)?;
        let value = take_value(bytes, id.part(part), with, depth + 1)?;
        group.put(part, Some(value));
    }
    Ok(Value::Group(group))
}

/// A length in bytes, seven bits at a time, the lowest first.
pub(crate) fn put_length(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

pub(crate) fn take_length(bytes: &mut &[u8]) -> std::result::Result<u64, &'static str> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or("length cut short")?;
        *bytes = rest;
        value |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err("length too long")
}
