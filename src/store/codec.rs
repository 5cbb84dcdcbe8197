//! Values and records as bytes.
//!
//! A value is a tag byte and what the tag says; leaves are in bincode's standard configuration. A
//! record is a header and a sequence of (property number, length, value). What this version can't
//! read is kept as it is and written back.

use bincode::config;
use rust_decimal::Decimal;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use super::error::{Result, StoreError};
use super::table::Table;
use crate::model::{
    AttributeId, Choice, Currency, EPOCH, EmailAddress, Group, Kind, Money, PartialDate, PhoneNumber, RecordId, Region,
    Value, ValueRange, Values, WebAddress,
};

/// The version of the record codec, the first byte of each record.
pub(crate) const CODEC_VERSION: u8 = 1;

/// No single leaf is larger: a broken length must not ask for all memory. Texts are read apart.
const LEAF_LIMIT: usize = 64;

/// A value within a list within a value: no deeper nesting is ever written.
const MAX_DEPTH: u8 = 4;

mod tag {
    pub(super) const TEXT: u8 = 1;
    pub(super) const INTEGER: u8 = 2;
    pub(super) const DECIMAL: u8 = 3;
    pub(super) const MONEY: u8 = 4;
    pub(super) const FALSE: u8 = 5;
    pub(super) const TRUE: u8 = 6;
    pub(super) const DATE: u8 = 7;
    pub(super) const DATE_TIME: u8 = 8;
    pub(super) const PARTIAL_DATE: u8 = 9;
    pub(super) const CHOICE: u8 = 10;
    pub(super) const EMAIL: u8 = 11;
    pub(super) const PHONE: u8 = 12;
    pub(super) const URL: u8 = 13;
    pub(super) const REFERENCE: u8 = 14;
    pub(super) const NUMBER_RANGE: u8 = 15;
    pub(super) const MONEY_RANGE: u8 = 16;
    pub(super) const DATE_RANGE: u8 = 17;
    pub(super) const LIST: u8 = 18;
    pub(super) const GROUP: u8 = 19;
    pub(super) const TEXT_APART: u8 = 20;
}

/// Options have stable codes in the file and keys outside it.
pub(crate) trait Codes {
    fn code(&self, attribute: AttributeId, choice: &Choice) -> Option<u32>;
    fn choice(&self, attribute: AttributeId, code: u32) -> Choice;
    /// Whether a text of that length is kept apart from the record.
    fn apart(&self, attribute: AttributeId, length: usize) -> bool;
}

/// For values without choices, such as definitions.
#[derive(Debug)]
pub(crate) struct NoCodes;

impl Codes for NoCodes {
    fn code(&self, _: AttributeId, choice: &Choice) -> Option<u32> {
        choice.unknown_code()
    }
    fn choice(&self, _: AttributeId, code: u32) -> Choice {
        Choice::unknown(code)
    }
    fn apart(&self, _: AttributeId, _: usize) -> bool {
        false
    }
}

/// Why bytes can't be read.
#[derive(Debug, Clone, Copy)]
enum Unread {
    /// A tag of a newer version: keep the bytes.
    Unknown,
    Broken(&'static str),
}

impl From<&'static str> for Unread {
    fn from(reason: &'static str) -> Self {
        Self::Broken(reason)
    }
}

fn leaf<T: bincode::Encode>(out: &mut Vec<u8>, value: &T) {
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

/// A text; never more is claimed than there is.
fn take_text(bytes: &mut &[u8]) -> std::result::Result<String, Unread> {
    let length = usize::try_from(take::<u64>(bytes)?).map_err(|_| "broken length")?;
    let (text, rest) = bytes.split_at_checked(length).ok_or("text cut short")?;
    *bytes = rest;
    Ok(str::from_utf8(text).map_err(|_| "not UTF-8")?.to_owned())
}

fn take_byte(bytes: &mut &[u8]) -> std::result::Result<u8, Unread> {
    let (&first, rest) = bytes.split_first().ok_or("value cut short")?;
    *bytes = rest;
    Ok(first)
}

fn put_decimal(out: &mut Vec<u8>, value: Decimal) {
    leaf(out, &value.mantissa());
    leaf(out, &value.scale());
}

fn take_decimal(bytes: &mut &[u8]) -> std::result::Result<Decimal, Unread> {
    let (mantissa, scale) = (take::<i128>(bytes)?, take::<u32>(bytes)?);
    Ok(Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_| "broken number")?)
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
    Ok(Date::from_julian_day(day).map_err(|_| "broken date")?)
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

/// Appends a value.
pub(crate) fn put_value(out: &mut Vec<u8>, id: AttributeId, value: &Value, codes: &dyn Codes) {
    match value {
        Value::Text(text) => {
            out.push(tag::TEXT);
            leaf(out, text);
        }
        Value::Integer(number) => {
            out.push(tag::INTEGER);
            leaf(out, number);
        }
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
        Value::DateTime(at) => {
            out.push(tag::DATE_TIME);
            leaf(out, &micros(*at));
        }
        Value::PartialDate(date) => {
            out.push(tag::PARTIAL_DATE);
            leaf(out, &(date.year(), date.month(), date.day()));
        }
        Value::Choice(choice) => {
            out.push(tag::CHOICE);
            leaf(out, &codes.code(id, choice).unwrap_or(0));
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
            out.push(tag::LIST);
            leaf(out, &(values.len() as u64));
            for value in values {
                put_value(out, id, value, codes);
            }
        }
        Value::Group(group) => {
            out.push(tag::GROUP);
            leaf(out, &(group.parts.len() as u64));
            for (part, value) in &group.parts {
                out.push(*part);
                put_value(out, id.part(*part), value, codes);
            }
        }
    }
}

fn take_value(bytes: &mut &[u8], id: AttributeId, codes: &dyn Codes, depth: u8) -> std::result::Result<Value, Unread> {
    let read = match take_byte(bytes)? {
        tag::TEXT => Value::Text(take_text(bytes)?),
        tag::INTEGER => Value::Integer(take(bytes)?),
        tag::DECIMAL => Value::Decimal(take_decimal(bytes)?),
        tag::MONEY => Value::Money(take_money(bytes)?),
        tag::FALSE => Value::Boolean(false),
        tag::TRUE => Value::Boolean(true),
        tag::DATE => Value::Date(take_date(bytes)?),
        tag::DATE_TIME => {
            let at = OffsetDateTime::UNIX_EPOCH.checked_add(Duration::microseconds(take(bytes)?));
            Value::DateTime(at.ok_or("broken instant")?)
        }
        tag::PARTIAL_DATE => {
            let (year, month, day) = take(bytes)?;
            Value::PartialDate(PartialDate::new(year, month, day).map_err(|_| "broken date")?)
        }
        tag::CHOICE => Value::Choice(codes.choice(id, take(bytes)?)),
        tag::EMAIL => Value::Email(EmailAddress::from_stored(take_text(bytes)?)),
        tag::PHONE => {
            let mut phone = PhoneNumber::from_stored(take_text(bytes)?);
            *phone.region_mut() = Region::from_bytes(take_text(bytes)?.as_bytes());
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
        tag::LIST | tag::GROUP if depth >= MAX_DEPTH => return Err("values nested too deep".into()),
        tag::LIST => {
            let count = take::<u64>(bytes)?;
            let mut values = Vec::new();
            for _ in 0..count {
                values.push(take_value(bytes, id, codes, depth + 1)?);
            }
            Value::List(values)
        }
        tag::GROUP => {
            let count = take::<u64>(bytes)?;
            let mut group = Group::default();
            for _ in 0..count {
                let part = take_byte(bytes)?;
                let value = take_value(bytes, id.part(part), codes, depth + 1)?;
                group.put(part, Some(value));
            }
            Value::Group(group)
        }
        _ => return Err(Unread::Unknown),
    };
    Ok(read)
}

/// A length in bytes, seven bits at a time, the lowest first.
fn put_length(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

fn take_length(bytes: &mut &[u8]) -> std::result::Result<u64, &'static str> {
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

/// Seals bytes under the key at which they will stand: version and checksum first. A value that
/// somehow lands under another key is found out, like a flipped bit.
pub(crate) fn seal(key: &[u8], body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 5);
    out.push(CODEC_VERSION);
    out.extend_from_slice(&checksum(key, body).to_le_bytes());
    out.extend_from_slice(body);
    out
}

/// Takes off what [`seal`] put on.
pub(crate) fn unseal<'v>(table: Table, key: &[u8], value: &'v [u8]) -> Result<&'v [u8]> {
    let corrupt = |reason| StoreError::corrupt(table, key, reason);
    let (&version, rest) = value.split_first().ok_or_else(|| corrupt("empty value"))?;
    let (sum, body) = rest.split_first_chunk::<4>().ok_or_else(|| corrupt("value cut short"))?;
    if u32::from_le_bytes(*sum) != checksum(key, body) {
        return Err(corrupt("the checksum does not match"));
    }
    if version != CODEC_VERSION {
        return Err(corrupt("unknown version of the codec"));
    }
    Ok(body)
}

pub(super) fn checksum(key: &[u8], body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(body);
    hasher.finalize()
}

/// A record as bytes: its id, then its attributes in the order of their ids.
pub(crate) fn encode_record(id: Uuid, values: &Values, codes: &dyn Codes) -> Vec<u8> {
    let mut out = Vec::with_capacity(384);
    out.extend_from_slice(id.as_bytes());
    let mut scratch = Vec::with_capacity(64);
    let mut opaque = values.opaque.iter().peekable();
    for (attribute, value) in values.iter() {
        while let Some((kept, bytes)) = opaque.next_if(|(kept, _)| *kept < attribute) {
            put_entry(&mut out, *kept, bytes);
        }
        // A value set anew takes the place of the one that could not be read.
        opaque.next_if(|(kept, _)| *kept == attribute);
        scratch.clear();
        match value {
            // Only a text that stands alone: those in lists and groups have no place of their own.
            Value::Text(text) if codes.apart(attribute, text.len()) => {
                scratch.push(tag::TEXT_APART);
                leaf(&mut scratch, &(text.len() as u64));
            }
            value => put_value(&mut scratch, attribute, value, codes),
        }
        put_entry(&mut out, attribute, &scratch);
    }
    for (kept, bytes) in opaque {
        put_entry(&mut out, *kept, bytes);
    }
    out
}

fn put_entry(out: &mut Vec<u8>, attribute: AttributeId, value: &[u8]) {
    put_length(out, u64::from(attribute.number()));
    put_length(out, value.len() as u64);
    out.extend_from_slice(value);
}

/// A record as it was read, before its long texts are fetched.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) id: Uuid,
    pub(crate) values: Values,
    /// The attributes whose text is kept apart.
    pub(crate) apart: Vec<AttributeId>,
}

/// Reads what [`encode_record`] wrote. Fails with the reason.
pub(crate) fn decode_record(bytes: &[u8], codes: &dyn Codes) -> std::result::Result<Decoded, &'static str> {
    let (id, mut rest) = bytes.split_first_chunk::<16>().ok_or("record cut short")?;
    let mut decoded = Decoded { id: Uuid::from_bytes(*id), values: Values::default(), apart: Vec::new() };
    while !rest.is_empty() {
        let number = u32::try_from(take_length(&mut rest)?).map_err(|_| "broken attribute number")?;
        let length = usize::try_from(take_length(&mut rest)?).map_err(|_| "broken length")?;
        let (mut bytes, after) = rest.split_at_checked(length).ok_or("attribute cut short")?;
        rest = after;
        let attribute = AttributeId::property(number);
        if bytes.first() == Some(&tag::TEXT_APART) {
            // Of an attribute of a newer version, the text stays where it is, unread.
            if codes.apart(attribute, usize::MAX) {
                decoded.apart.push(attribute);
            } else {
                decoded.values.opaque.push((attribute, Box::from(bytes)));
            }
            continue;
        }
        let whole = bytes;
        match take_value(&mut bytes, attribute, codes, 0) {
            Ok(value) if bytes.is_empty() => decoded.values.set(attribute, value),
            Ok(_) | Err(Unread::Unknown) => decoded.values.opaque.push((attribute, Box::from(whole))),
            Err(Unread::Broken(reason)) => return Err(reason),
        }
    }
    Ok(decoded)
}

/// The id of a record alone, without reading its attributes.
pub(crate) fn record_id(bytes: &[u8]) -> Option<Uuid> {
    bytes.first_chunk::<16>().map(|id| Uuid::from_bytes(*id))
}

/// A definition as bytes: one structured value.
pub(crate) fn encode_value(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    put_value(&mut out, AttributeId::property(0), value, &NoCodes);
    out
}

/// Reads what [`encode_value`] wrote. Fails with the reason.
pub(crate) fn decode_value(mut bytes: &[u8]) -> std::result::Result<Value, &'static str> {
    match take_value(&mut bytes, AttributeId::property(0), &NoCodes, 0) {
        Ok(value) => Ok(value),
        Err(Unread::Unknown) => Err("a value of an unknown type"),
        Err(Unread::Broken(reason)) => Err(reason),
    }
}
