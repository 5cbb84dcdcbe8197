//! From a typed record to its attributes and back.

use std::sync::Arc;

use super::attribute::Attribute;
use super::catalogue::Catalogue;
use crate::model::{
    AttributeId, EmailAddress, Entry, InvalidValue, Kind, Money, PartialDate, PhoneNumber, Record, Rule, Value,
    ValueType, Values, Violation, WebAddress,
};

/// The attributes of a record, custom fields resolved. What can't be resolved or read is added to `violations`.
pub(crate) fn to_values<T: Record>(record: &T, catalogue: &Catalogue, violations: &mut Vec<Violation>) -> Values {
    let mut values = record.to_values();
    let (fields, _, kept) = record.parts();
    violations.extend_from_slice(&kept.problems);
    for entry in &fields.entries {
        match (resolve(catalogue, T::KIND, entry), &entry.value) {
            (Ok(attribute), Some(value)) => {
                if let Some(value) = coerce(attribute, value.clone(), violations) {
                    values.set(attribute.id, value);
                }
            }
            (Ok(attribute), None) => {
                values.take(attribute.id);
            }
            // Clearing what is not there is no mistake.
            (Err(_), None) => {}
            (Err(violation), Some(_)) => violations.push(violation),
        }
    }
    values
}

fn resolve<'c>(catalogue: &'c Catalogue, kind: Kind, entry: &Entry) -> Result<&'c Attribute, Violation> {
    let by_id = entry.id.and_then(|id| catalogue.attribute_by_id(kind, id));
    let found = by_id.or_else(|| catalogue.settable(kind, entry.key.as_deref()?));
    found.ok_or_else(|| {
        let (key, rule) = match entry.key.as_deref() {
            Some(key) if catalogue.attribute(kind, key).is_some() => (key.to_owned(), Rule::Computed),
            Some(key) => (key.to_owned(), Rule::UnknownField { nearest: catalogue.nearest_key(kind, key) }),
            None => (
                format!("field {}", entry.id.map_or(0, AttributeId::number)),
                Rule::UnknownField { nearest: None },
            ),
        };
        Violation { attribute: key, rule, found: entry.value.as_ref().map_or_else(String::new, short) }
    })
}

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
    attribute
        .rules
        .currency
        .map_or(Value::Decimal(amount), |currency| Value::Money(Money { amount, currency }))
}

/// The typed record of these attributes; tags are put in by the caller. Fails with the attribute whose
/// value has another type than its property.
pub(crate) fn to_record<T: Record>(values: Values, catalogue: &Catalogue) -> Result<T, AttributeId> {
    let mut rest = Values::default();
    let mut entries = Vec::new();
    rest.opaque.clone_from(&values.opaque);
    for (id, value) in values {
        if super::system::ALL.contains(&id) {
            continue;
        }
        match catalogue.attribute_by_id(T::KIND, id).filter(|_| id.is_custom()) {
            Some(field) => {
                entries.push(Entry { id: Some(id), key: Some(Arc::clone(&field.key)), value: Some(value) });
            }
            None => rest.set(id, value),
        }
    }
    let mut record = T::from_values(rest)?;
    record.fields_mut().entries = entries;
    Ok(record)
}

/// The value as a short text for a message.
pub(crate) fn short(value: &Value) -> String {
    crate::model::shorten(&value.to_string())
}
