//! Plain forms of values, turned into what an attribute holds.

use super::attribute::Attribute;
use super::complaint::position;
use crate::model::{
    EmailAddress, Group, InvalidValue, Money, Part, PartialDate, PhoneNumber, Rule, Value, ValueType, Violation,
    WebAddress,
};

/// Turns a plain form into the attribute's type where nothing can be lost: a text into an option or an
/// address, a whole number into a decimal one, an e-mail address into an entry without label, one value
/// into a list of one. `None` where nothing is left, or where a violation was added.
pub(crate) fn coerce(attribute: &Attribute, value: Value, violations: &mut Vec<Violation>) -> Option<Value> {
    match value {
        Value::List(values) => {
            let one = |(at, value)| coerce_one(attribute, &position(&attribute.key, at), value, violations);
            let values: Vec<Value> = values.into_iter().enumerate().filter_map(one).collect();
            (!values.is_empty()).then_some(Value::List(values))
        }
        one if attribute.many => Some(Value::List(vec![coerce_one(attribute, &attribute.key, one, violations)?])),
        one => coerce_one(attribute, &attribute.key, one, violations),
    }
}

fn coerce_one(attribute: &Attribute, path: &str, value: Value, violations: &mut Vec<Violation>) -> Option<Value> {
    let value_type = match labelled(attribute) {
        Some(value_type) if !matches!(value, Value::Group(_)) => value_type,
        _ => attribute.value_type,
    };
    let mut read = |result: Result<Value, InvalidValue>| match result {
        Ok(value) => Some(value),
        Err(error) => {
            violations.push(error.violation(path));
            None
        }
    };
    let value = match (value_type, value) {
        // An empty text and no text are one and the same.
        (_, Value::Text(text)) if text.is_empty() => None,
        (_, Value::Group(group)) if group.parts.is_empty() => None,
        (ValueType::Choice, Value::Text(text)) => Some(Value::Choice(text.into())),
        (ValueType::Email, Value::Text(text)) => read(EmailAddress::new(&text).map(Value::Email)),
        (ValueType::Phone, Value::Text(text)) => read(PhoneNumber::new(&text).map(Value::Phone)),
        (ValueType::Url, Value::Text(text)) => read(WebAddress::new(&text).map(Value::Url)),
        (ValueType::PartialDate, Value::Text(text)) => read(text.parse::<PartialDate>().map(Value::PartialDate)),
        (ValueType::PartialDate, Value::Date(date)) => Some(Value::PartialDate(date.into())),
        (ValueType::Decimal, Value::Integer(number)) => Some(Value::Decimal(number.into())),
        (ValueType::Money, Value::Integer(number)) => Some(in_currency(attribute, number.into())),
        (ValueType::Money, Value::Decimal(number)) => Some(in_currency(attribute, number)),
        (ValueType::Group, Value::Group(group)) if !fits(attribute, &group) => {
            let sort = attribute.property.map_or("", |property| property.shape.sort);
            let rule = Rule::Type { expected: format!("a value of the type {sort}, not {}", group.sort) };
            violations.push(Violation { attribute: path.to_owned(), rule, found: String::new() });
            None
        }
        (_, value) => Some(value),
    }?;
    if value_type == attribute.value_type {
        return Some(value);
    }
    let mut entry = Group::default();
    entry.put(Part::VALUE, Some(value));
    Some(Value::Group(entry))
}

/// Whether a structured value is of the attribute's sort: one made from another type has other parts under the
/// same numbers.
fn fits(attribute: &Attribute, group: &Group) -> bool {
    group.sort.is_empty() || attribute.property.is_none_or(|property| property.shape.sort == group.sort)
}

/// The type of one value as it is typed: of a labelled one, of the value without its label.
pub(crate) fn own_type(attribute: &Attribute) -> ValueType {
    labelled(attribute).unwrap_or(attribute.value_type)
}

/// The type of what is labelled, if the attribute's values are plain ones with a label.
pub(super) fn labelled(attribute: &Attribute) -> Option<ValueType> {
    let shape = attribute.property?.shape;
    match shape.parts {
        [part] if shape.labelled && attribute.part_of.is_none() => Some(part.shape.value_type),
        _ => None,
    }
}

fn in_currency(attribute: &Attribute, amount: rust_decimal::Decimal) -> Value {
    attribute.rules.currency.map_or(Value::Decimal(amount), |currency| Value::Money(Money { amount, currency }))
}
