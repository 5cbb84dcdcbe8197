//! Values without structure.

use rust_decimal::Decimal;
use time::format_description::well_known::Rfc3339;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

use super::{Form, Json, Object};
use crate::exchange::DumpProblem;
use crate::model::{
    Choice, Currency, EmailAddress, Money, PartialDate, PhoneNumber, Region, Value, ValueRange, ValueType, WebAddress,
    to_stored_instant,
};

/// The largest whole number that every reader of JSON keeps exact.
const EXACT: i64 = (1 << 53) - 1;

/// Where a text is kept that has no longer, or not yet, the form of its type.
const UNCHECKED: &str = "unchecked";

impl Form<'_> {
    /// A value; `None` for lists and structured ones.
    pub(super) fn plain_to_json(self, value: &Value) -> Option<Json> {
        Some(match value {
            Value::Text(text) => text.as_str().into(),
            Value::Integer(number) if (-EXACT..=EXACT).contains(number) => (*number).into(),
            Value::Integer(number) => number.to_string().into(),
            Value::Decimal(number) => number.to_string().into(),
            Value::Money(money) => money_to_json(money),
            Value::Boolean(value) => (*value).into(),
            Value::Date(date) => date_text(*date).into(),
            Value::DateTime(at) => instant_text(*at).into(),
            Value::PartialDate(date) => date.to_string().into(),
            Value::Choice(choice) => choice.key().into(),
            Value::Email(email) => {
                let again = EmailAddress::new(email.as_str());
                text_to_json(email.as_str(), again.is_ok_and(|again| again == *email))
            }
            Value::Phone(phone) => phone_to_json(phone),
            Value::Url(url) => {
                let again = WebAddress::new(url.as_str());
                text_to_json(url.as_str(), again.is_ok_and(|again| again == *url))
            }
            Value::Reference(id) => self.record_name(*id).into(),
            Value::NumberRange(range) => range_to_json(range, |end| end.to_string().into()),
            Value::MoneyRange(range) => range_to_json(range, money_to_json),
            Value::DateRange(range) => range_to_json(range, |end| date_text(*end).into()),
            Value::List(_) | Value::Group(_) => return None,
        })
    }

    /// The inverse of [`plain_to_json`](Self::plain_to_json), given the type. Whether an option exists is seen to by the caller.
    pub(super) fn plain_of_json(self, value_type: ValueType, json: &Json) -> Result<Value, DumpProblem> {
        let text = json.as_str();
        let read = match value_type {
            ValueType::Text | ValueType::LongText => text.map(|text| Value::Text(text.to_owned())),
            ValueType::Integer => integer(json).map(Value::Integer),
            ValueType::Decimal => decimal(json).map(Value::Decimal),
            ValueType::Money => money(json).map(Value::Money),
            ValueType::Boolean => json.as_bool().map(Value::Boolean),
            ValueType::Date => text.and_then(date).map(Value::Date),
            ValueType::DateTime => text.and_then(instant).map(Value::DateTime),
            ValueType::PartialDate => text.and_then(|text| text.parse::<PartialDate>().ok()).map(Value::PartialDate),
            ValueType::Choice => text.map(|key| Value::Choice(Choice::from(key))),
            ValueType::Email => {
                let unchecked = unchecked(json).map(EmailAddress::from_stored);
                unchecked.or_else(|| EmailAddress::new(text?).ok()).map(Value::Email)
            }
            ValueType::Phone => phone(json).map(Value::Phone),
            ValueType::Url => {
                let unchecked = unchecked(json).map(WebAddress::from_stored);
                unchecked.or_else(|| WebAddress::new(text?).ok()).map(Value::Url)
            }
            ValueType::Reference => text.and_then(|text| self.record_of(text)).map(Value::Reference),
            ValueType::NumberRange => range(json, decimal).map(Value::NumberRange),
            ValueType::MoneyRange => range(json, money).map(Value::MoneyRange),
            ValueType::DateRange => range(json, |end| date(end.as_str()?)).map(Value::DateRange),
            ValueType::Group => None,
        };
        let value = read.ok_or_else(|| DumpProblem::value(form_of(value_type), json))?;
        self.check_length(value_type, &value)?;
        Ok(value)
    }

    fn check_length(self, value_type: ValueType, value: &Value) -> Result<(), DumpProblem> {
        let text = match value {
            Value::Text(text) => text.as_str(),
            Value::Email(email) => email.as_str(),
            Value::Phone(phone) => phone.as_str(),
            Value::Url(url) => url.as_str(),
            Value::Choice(choice) => choice.key(),
            _ => return Ok(()),
        };
        let long = value_type == ValueType::LongText;
        let max = if long { self.limits.long_text } else { self.limits.text };
        if text.len() as u64 <= max {
            return Ok(());
        }
        let expected = format!("at most {max} bytes; allow more with Limits");
        Err(DumpProblem::Value { path: String::new(), expected, found: format!("{} bytes", text.len()) })
    }
}

/// The JSON that values of a type have, in words.
const fn form_of(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Text | ValueType::LongText => "a text",
        ValueType::Integer => "a whole number",
        ValueType::Decimal => "a number as a text such as \"12.50\"",
        ValueType::Money => "{\"amount\":\"12.50\",\"currency\":\"EUR\"}",
        ValueType::Boolean => "true or false",
        ValueType::Date => "a date such as \"2026-01-31\"",
        ValueType::DateTime => "an instant such as \"2026-01-31T14:00:00Z\"",
        ValueType::PartialDate => "a date such as \"2026-01-31\", \"2026\" or \"--01-31\"",
        ValueType::Choice => "the key of an option",
        ValueType::Email => "an e-mail address such as \"name@example.com\"",
        ValueType::Phone => {
            "a phone number such as \"+44 20 7946 0000\" or {\"number\":\"020 7946 0000\",\"region\":\"GB\"}"
        }
        ValueType::Url => "a web address",
        ValueType::Reference => "a kind and an id such as \"contact 01890a5d-ac96-774b-bcce-b302099a8057\"",
        ValueType::NumberRange | ValueType::MoneyRange | ValueType::DateRange => {
            "a range such as {\"from\":...,\"to\":...}"
        }
        ValueType::Group => "an object of parts",
    }
}

fn text_to_json(text: &str, is_of_form: bool) -> Json {
    if is_of_form { text.into() } else { object([(UNCHECKED, text.into())]) }
}

fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Object>().into()
}

/// The members of an object that has no others.
fn members<'j, const N: usize>(json: &'j Json, names: [&str; N]) -> Option<[Option<&'j Json>; N]> {
    let object = json.as_object()?;
    let known = object.keys().all(|key| names.contains(&key.as_str()));
    known.then(|| names.map(|name| object.get(name)))
}

fn unchecked(json: &Json) -> Option<String> {
    let [text] = members(json, [UNCHECKED])?;
    Some(text?.as_str()?.to_owned())
}

fn phone_to_json(phone: &PhoneNumber) -> Json {
    let again = PhoneNumber::new(phone.as_str()).ok().map(|again| match phone.region() {
        Some(region) => again.in_region(region),
        None => again,
    });
    let is_of_form = again.is_some_and(|again| again == *phone);
    match phone.region() {
        None => text_to_json(phone.as_str(), is_of_form),
        Some(region) => {
            let name = if is_of_form { "number" } else { UNCHECKED };
            object([(name, phone.as_str().into()), ("region", region.code().into())])
        }
    }
}

fn phone(json: &Json) -> Option<PhoneNumber> {
    if let Some(text) = json.as_str() {
        return PhoneNumber::new(text).ok();
    }
    let [number, unchecked, region] = members(json, ["number", UNCHECKED, "region"])?;
    let region = match region {
        Some(region) => Some(Region::new(region.as_str()?).ok()?),
        None => None,
    };
    match (number, unchecked) {
        (Some(number), None) => {
            let number = PhoneNumber::new(number.as_str()?).ok()?;
            Some(match region {
                Some(region) => number.in_region(region),
                None => number,
            })
        }
        (None, Some(text)) => {
            let mut number = PhoneNumber::from_stored(text.as_str()?.to_owned());
            *number.region_mut() = region;
            Some(number)
        }
        _ => None,
    }
}

fn integer(json: &Json) -> Option<i64> {
    json.as_i64().or_else(|| json.as_str()?.parse().ok())
}

fn decimal(json: &Json) -> Option<Decimal> {
    match json.as_i64() {
        Some(number) => Some(number.into()),
        None => Decimal::from_str_exact(json.as_str()?).ok(),
    }
}

fn money_to_json(money: &Money) -> Json {
    object([("amount", money.amount.to_string().into()), ("currency", money.currency.code().into())])
}

fn money(json: &Json) -> Option<Money> {
    let [amount, currency] = members(json, ["amount", "currency"])?;
    Some(Money { amount: decimal(amount?)?, currency: Currency::new(currency?.as_str()?).ok()? })
}

fn range_to_json<T>(range: &ValueRange<T>, end: impl Fn(&T) -> Json) -> Json {
    let ends = [("from", &range.from), ("to", &range.to)];
    let known = ends.into_iter().filter_map(|(name, bound)| Some((name.to_owned(), end(bound.as_ref()?))));
    known.collect::<Object>().into()
}

fn range<T>(json: &Json, end: impl Fn(&Json) -> Option<T>) -> Option<ValueRange<T>> {
    let [from, to] = members(json, ["from", "to"])?;
    let bound = |json: Option<&Json>| match json {
        Some(json) => end(json).map(Some),
        None => Some(None),
    };
    Some(ValueRange { from: bound(from)?, to: bound(to)? })
}

/// As ISO 8601 has it, with a sign before years that are negative.
fn date_text(date: Date) -> String {
    let sign = if date.year() < 0 { "-" } else { "" };
    format!("{sign}{:04}-{:02}-{:02}", date.year().unsigned_abs(), u8::from(date.month()), date.day())
}

fn date(text: &str) -> Option<Date> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let mut parts = digits.split('-');
    let mut part = |length: usize| {
        let part =
            parts.next().filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse::<u16>().ok()
    };
    let (year, month, day) = (i32::from(part(4)?), u8::try_from(part(2)?).ok()?, u8::try_from(part(2)?).ok()?);
    if parts.next().is_some() {
        return None;
    }
    Date::from_calendar_date(sign * year, Month::try_from(month).ok()?, day).ok()
}

/// In UTC, with as many digits of a second as there are.
pub(super) fn instant_text(at: OffsetDateTime) -> String {
    let at = to_stored_instant(at);
    let (hour, minute, second, micros) = at.to_hms_micro();
    let mut text = format!("{}T{hour:02}:{minute:02}:{second:02}", date_text(at.date()));
    if micros > 0 {
        text.push('.');
        text.push_str(format!("{micros:06}").trim_end_matches('0'));
    }
    text.push('Z');
    text
}

pub(super) fn instant(text: &str) -> Option<OffsetDateTime> {
    let own = || {
        let (day, clock) = text.strip_suffix('Z')?.split_once('T')?;
        let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let mut parts = whole.split(':').map(|part| {
            let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<u8>().ok().filter(|_| digits)
        });
        let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
        let digits = (1..=6).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
        if parts.next().is_some() || !digits {
            return None;
        }
        let micros = fraction.bytes().chain(std::iter::repeat(b'0')).take(6);
        let micros = micros.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        let time = Time::from_hms_micro(hour, minute, second, micros).ok()?;
        Some(PrimitiveDateTime::new(date(day)?, time).assume_utc())
    };
    // Of others: any offset.
    let other = || OffsetDateTime::parse(text, &Rfc3339).ok().map(to_stored_instant);
    own().or_else(other).filter(|at| at.offset().is_utc())
}
