//! Plain forms of values, turned into what an attribute holds.

use super::attribute::Attribute;
use crate::model::{
    EmailAddress, InvalidValue, Money, PartialDate, PhoneNumber, Value, ValueType, Violation, WebAddress,
};

/// Turns a plain form into the attribute's type where nothing can be lost: a text into an option or an
/// address, a whole number into a decimal one, one value into a list of one.
pub(crate) fn coerce(attribute: &Attribute, value: Value, violations: &mut Vec<Violation>) -> Option<Value> {
    match value {
        Value::List(values) => {
            let values: Vec<Value> =
                values.into_iter().filter_map(|value| coerce_one(attribute, value, violations)).collect();
            (!values.is_empty()).then_some(Value::List(values))
        }
        one if attribute.many => Some(Value::List(vec![coerce_one(attribute, one, violations)?])),
        one => coerce_one(attribute, one, violations),
    }
}

fn coerce_one(attribute: &Attribute, value: Value, violations: &mut Vec<Violation>) -> Option<Value> {
    let mut read = |result: Result<Value, InvalidValue>| match result {
        Ok(value) => Some(value),
        Err(error) => {
            violations.push(error.violation(&attribute.key));
            None
        }
    };
    match (attribute.value_type, value) {
        // An empty text and no text are one and the same.
        (_, Value::Text(text)) if text.is_empty() => None,
        (ValueType::Choice, Value::Text(text)) => Some(Value::Choice(text.into())),
        (ValueType::Email, Value::Text(text)) => read(EmailAddress::new(&text).map(Value::Email)),
        (ValueType::Phone, Value::Text(text)) => read(PhoneNumber::new(&text).map(Value::Phone)),
        (ValueType::Url, Value::Text(text)) => read(WebAddress::new(&text).map(Value::Url)),
        (ValueType::PartialDate, Value::Text(text)) => read(text.parse::<PartialDate>().map(Value::PartialDate)),
        (ValueType::PartialDate, Value::Date(date)) => Some(Value::PartialDate(date.into())),
        (ValueType::Decimal, Value::Integer(number)) => Some(Value::Decimal(number.into())),
        (ValueType::Money, Value::Integer(number)) => Some(in_currency(attribute, number.into())),
        (ValueType::Money, Value::Decimal(number)) => Some(in_currency(attribute, number)),
        (_, value) => Some(value),
    }
}

fn in_currency(attribute: &Attribute, amount: rust_decimal::Decimal) -> Value {
    attribute.rules.currency.map_or(Value::Decimal(amount), |currency| Value::Money(Money { amount, currency }))
}
