//! A value as a column keeps it, and back.

use rust_decimal::Decimal;
use time::Date;

use uuid::Uuid;

use crate::model::{
    Choice, Currency, EPOCH, EmailAddress, Kind, Money, PartialDate, PhoneNumber, RecordId, Region, Value, ValueType,
    WebAddress,
};
use crate::schema::Attribute;
use crate::store::{Result, decode_value, encode_value, instant_of, micros};

/// A value as a column keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Numbers, dates, instants, options, references, true and false.
    Number(i64),
    /// A number with decimals, without noughts at its end, perhaps of a currency.
    Amount {
        mantissa: i128,
        scale: u32,
        currency: Option<Currency>,
    },
    Text(String),
    /// A text that is too long for a column.
    Long,
    /// Whatever has no better form, in the form of records.
    Bytes(Vec<u8>),
}

/// The longest text that stands in a column, in bytes.
pub(crate) const MAX_TEXT: usize = 256;

impl Cell {
    /// A value of an attribute. `row_of` knows the row of a record; one that leads nowhere has none and no cell.
    pub(crate) fn of(
        attribute: &Attribute,
        value: &Value,
        row_of: &mut dyn FnMut(RecordId) -> Result<Option<u32>>,
    ) -> Result<Option<Self>> {
        Ok(Some(match value {
            Value::Text(text) => Self::text(text.clone()),
            Value::Integer(number) => Self::Number(*number),
            Value::Boolean(value) => Self::Number((*value).into()),
            Value::Date(date) => Self::Number(days(*date)),
            Value::DateTime(at) => Self::Number(micros(*at)),
            Value::PartialDate(date) => Self::Number(packed(*date)),
            Value::Choice(choice) => Self::Number(attribute.code_of(choice).unwrap_or(0).into()),
            Value::Reference(id) => match row_of(*id)? {
                Some(row) => Self::Number(reference(id.kind, row)),
                None => return Ok(None),
            },
            Value::Decimal(number) => Self::amount(*number, None),
            Value::Money(money) => Self::amount(money.amount, Some(money.currency)),
            Value::Email(email) => Self::text(email.as_str().to_owned()),
            Value::Url(url) => Self::text(url.as_str().to_owned()),
            Value::Phone(phone) => Self::text(match phone.region() {
                Some(region) => format!("{}\0{}", phone.as_str(), region.code()),
                None => phone.as_str().to_owned(),
            }),
            Value::NumberRange(_) | Value::MoneyRange(_) | Value::DateRange(_) => Self::Bytes(encode_value(value)),
            Value::List(_) | Value::Group(_) => return Ok(None),
        }))
    }

    fn text(text: String) -> Self {
        if text.len() > MAX_TEXT { Self::Long } else { Self::Text(text) }
    }

    fn amount(number: Decimal, currency: Option<Currency>) -> Self {
        let number = number.normalize();
        Self::Amount { mantissa: number.mantissa(), scale: number.scale(), currency }
    }

    /// The bytes of an amount that does not go with the others of its block.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Amount { mantissa, scale, currency } => {
                let number = Decimal::try_from_i128_with_scale(mantissa, scale).unwrap_or_default();
                encode_value(&match currency {
                    Some(currency) => Value::Money(Money { amount: number, currency }),
                    None => Value::Decimal(number),
                })
            }
            Self::Number(number) => encode_value(&Value::Integer(number)),
            Self::Text(text) => encode_value(&Value::Text(text)),
            Self::Long => Vec::new(),
        }
    }

    /// The inverse of [`into_bytes`](Self::into_bytes).
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() {
            return Some(Self::Long);
        }
        Some(match decode_value(bytes).ok()? {
            Value::Integer(number) => Self::Number(number),
            Value::Text(text) => Self::Text(text),
            Value::Decimal(number) => Self::amount(number, None),
            Value::Money(money) => Self::amount(money.amount, Some(money.currency)),
            _ => Self::Bytes(bytes.to_vec()),
        })
    }

    /// The value of an attribute; `None` if it is none of its type, or not here. `id_of` knows the id of a record.
    pub(crate) fn value(
        &self,
        attribute: &Attribute,
        id_of: &mut dyn FnMut(Kind, u32) -> Result<Option<Uuid>>,
    ) -> Result<Option<Value>> {
        Ok(match self {
            Self::Number(number) => return number_or_reference(attribute, *number, id_of),
            Self::Amount { mantissa, scale, currency } => {
                Decimal::try_from_i128_with_scale(*mantissa, *scale).ok().map(|number| match currency {
                    Some(currency) => Value::Money(Money { amount: number, currency: *currency }),
                    None => Value::Decimal(number),
                })
            }
            Self::Text(text) => Some(text_value(attribute, text)),
            Self::Long => None,
            Self::Bytes(bytes) => decode_value(bytes).ok(),
        })
    }
}

/// The value that a number stands for; `None` if it is none of the attribute's type, or leads nowhere.
pub(crate) fn number_or_reference(
    attribute: &Attribute,
    number: i64,
    id_of: &mut dyn FnMut(Kind, u32) -> Result<Option<Uuid>>,
) -> Result<Option<Value>> {
    if attribute.value_type != ValueType::Reference {
        return Ok(number_value(attribute, number));
    }
    let Some((kind, row)) = target(number) else { return Ok(None) };
    Ok(id_of(kind, row)?.map(|uuid| Value::Reference(RecordId { kind, uuid })))
}

/// The value that a number stands for where it is no reference; `None` if it is none of the attribute's type.
pub(crate) fn number_value(attribute: &Attribute, number: i64) -> Option<Value> {
    Some(match attribute.value_type {
        ValueType::Integer => Value::Integer(number),
        ValueType::Boolean => Value::Boolean(number != 0),
        ValueType::Date => Value::Date(date_of(number)?),
        ValueType::DateTime => Value::DateTime(instant_of(number)),
        ValueType::PartialDate => Value::PartialDate(unpacked(number)?),
        ValueType::Choice => Value::Choice(choice_of(attribute, number)),
        _ => return None,
    })
}

fn choice_of(attribute: &Attribute, code: i64) -> Choice {
    attribute.choice_of(u32::try_from(code).unwrap_or(0))
}

/// The value that a text stands for.
pub(crate) fn text_value(attribute: &Attribute, text: &str) -> Value {
    match attribute.value_type {
        ValueType::Email => Value::Email(EmailAddress::from_stored(text.to_owned())),
        ValueType::Url => Value::Url(WebAddress::from_stored(text.to_owned())),
        ValueType::Phone => {
            let (number, region) = text.split_once('\0').unwrap_or((text, ""));
            let mut phone = PhoneNumber::from_stored(number.to_owned());
            *phone.region_mut() = Region::from_bytes(region.as_bytes());
            Value::Phone(phone)
        }
        _ => Value::Text(text.to_owned()),
    }
}

/// Days since the epoch.
pub(crate) fn days(date: Date) -> i64 {
    i64::from(date.to_julian_day()) - i64::from(EPOCH.to_julian_day())
}

fn date_of(days: i64) -> Option<Date> {
    Date::from_julian_day(i32::try_from(days.checked_add(EPOCH.to_julian_day().into())?).ok()?).ok()
}

/// A number for each date that may lack parts; it sorts as the date does.
pub(crate) fn packed(date: PartialDate) -> i64 {
    let part = |part: Option<u8>| i64::from(part.unwrap_or(0));
    (i64::from(date.year().unwrap_or(0)) * 16 + part(date.month())) * 32 + part(date.day())
}

fn unpacked(number: i64) -> Option<PartialDate> {
    let part = |part: i64| u8::try_from(part).ok().filter(|part| *part > 0);
    let year = i16::try_from(number >> 9).ok().filter(|year| *year > 0);
    PartialDate::new(year, part(number >> 5 & 15), part(number & 31)).ok()
}

/// A record as a number: its kind and its row.
pub(crate) fn reference(kind: Kind, row: u32) -> i64 {
    i64::from(kind.0) << 32 | i64::from(row)
}

pub(crate) fn target(number: i64) -> Option<(Kind, u32)> {
    Some((Kind(u16::try_from(number >> 32).ok()?), u32::try_from(number & 0xFFFF_FFFF).ok()?))
}
