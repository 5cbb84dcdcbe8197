//! From a typed record to its attributes and back.

use std::sync::Arc;

use super::attribute::{Attribute, Source};
use super::catalogue::Catalogue;
use super::coerce::coerce;
use super::complaint::violation;
use crate::model::{AttributeId, Entry, Group, Kind, Rule, Storable, Value, ValueType, Values, Violation};

/// The attributes of a record, custom fields resolved. What can't be resolved or read is added to `violations`.
pub(crate) fn to_values<T: Storable>(record: &T, catalogue: &Catalogue, violations: &mut Vec<Violation>) -> Values {
    let kind = record.kind();
    let mut values = record.to_values();
    let (fields, _, kept) = record.parts();
    violations.extend_from_slice(&kept.problems);
    for entry in &fields.entries {
        match (resolve(catalogue, kind, entry), &entry.value) {
            (Ok(attribute), Some(value)) if is_deep(value) => {
                let expected = format!("{}, not lists within lists", attribute.value_type.describe());
                violations.push(violation(&attribute.key, Rule::Type { expected }, None));
            }
            (Ok(attribute), Some(value)) => {
                let value = coerce(attribute, value.clone(), violations);
                put(catalogue, attribute, value, &mut values);
            }
            (Ok(attribute), None) => put(catalogue, attribute, None, &mut values),
            // Clearing what is not there is no mistake.
            (Err(_), None) => {}
            (Err(violation), Some(_)) => violations.push(violation),
        }
    }
    values
}

/// Whether a value is nested deeper than any attribute's. Goes without recursion, since what comes from
/// outside may be nested without end.
pub(crate) fn is_deep(value: &Value) -> bool {
    const DEEPEST: usize = 4;
    let mut open = vec![(value, 0)];
    while let Some((value, depth)) = open.pop() {
        match value {
            Value::List(_) | Value::Group(_) if depth >= DEEPEST => return true,
            Value::List(values) => open.extend(values.iter().map(|value| (value, depth + 1))),
            Value::Group(group) => open.extend(group.parts.iter().map(|(_, value)| (value, depth + 1))),
            _ => {}
        }
    }
    false
}

/// Sets or clears an attribute, or a part within the one structured value that it belongs to.
fn put(catalogue: &Catalogue, attribute: &Attribute, value: Option<Value>, values: &mut Values) {
    let whole = attribute.part_of.and_then(|whole| catalogue.attribute_by_id(attribute.kind, whole));
    let (Some(whole), Source::Part(number)) = (whole, attribute.source) else {
        match value {
            Some(value) => values.set(attribute.id, value),
            None => drop(values.take(attribute.id)),
        }
        return;
    };
    let mut group = match values.take(whole.id) {
        Some(Value::Group(group)) => group,
        _ => Group::default(),
    };
    group.take(number);
    group.put(number, value);
    // Parts stand in the order of their numbers, however they came in.
    group.parts.sort_by_key(|(number, _)| *number);
    if !group.parts.is_empty() {
        values.set(whole.id, Value::Group(group));
    }
}

/// Whether this is a part of a structured value of which a record has one, such as a name.
fn in_one(catalogue: &Catalogue, part: &Attribute) -> bool {
    let whole = part.part_of.and_then(|whole| catalogue.attribute_by_id(part.kind, whole));
    whole.is_some_and(|whole| !whole.many)
}

/// Adds a violation for a structured value that was given by its key and can't be read back as its type. The other
/// checks leave no way that is known to such a value; one that slipped through would make a record unreadable.
pub(crate) fn check_parts<T: Storable>(
    record: &T,
    values: &Values,
    catalogue: &Catalogue,
    violations: &mut Vec<Violation>,
) {
    let kind = record.kind();
    let structured = |attribute: &Attribute| {
        !attribute.id.is_custom() && (attribute.value_type == ValueType::Group || attribute.part_of.is_some())
    };
    let given = |entry: &Entry| resolve(catalogue, kind, entry).is_ok_and(structured);
    if violations.is_empty()
        && record.fields().entries.iter().any(given)
        && let Some(entry) = catalogue.kind(kind)
        && let Err(id) = (entry.readable)(values.clone())
        && let Some(attribute) = catalogue.attribute_by_id(kind, id)
    {
        let rule = Rule::Type { expected: format!("all parts that \"{}\" must have", attribute.key) };
        violations.push(violation(&attribute.key, rule, values.get(id)));
    }
}

fn resolve<'c>(catalogue: &'c Catalogue, kind: Kind, entry: &Entry) -> Result<&'c Attribute, Violation> {
    let by_id = entry.id.and_then(|id| catalogue.attribute_by_id(kind, id));
    let found = by_id.or_else(|| {
        let key = entry.key.as_deref()?;
        catalogue.settable(kind, key).or_else(|| catalogue.attribute(kind, key).filter(|part| in_one(catalogue, part)))
    });
    found.ok_or_else(|| {
        let (key, rule) = match entry.key.as_deref() {
            Some(key) if catalogue.attribute(kind, key).is_some_and(|attribute| attribute.part_of.is_some()) => {
                (key.to_owned(), Rule::PartOfSeveral)
            }
            Some(key) if catalogue.attribute(kind, key).is_some() => (key.to_owned(), Rule::Computed),
            Some(key) => (key.to_owned(), Rule::UnknownField { nearest: catalogue.nearest_key(kind, key) }),
            None => {
                (format!("field {}", entry.id.map_or(0, AttributeId::number)), Rule::UnknownField { nearest: None })
            }
        };
        violation(&key, rule, entry.value.as_ref().filter(|value| !is_deep(value)))
    })
}

/// The record of these attributes; tags are put in by the caller. Fails with the attribute whose value has
/// another type than its property.
pub(crate) fn to_record<T: Storable>(kind: Kind, values: Values, catalogue: &Catalogue) -> Result<T, AttributeId> {
    let mut rest = Values::with_room();
    let mut entries = Vec::new();
    rest.opaque.clone_from(&values.opaque);
    let known = catalogue.kind(kind);
    for (id, value) in values {
        if id.is_system() {
            continue;
        }
        let is_field = id.is_custom() || T::DYNAMIC;
        match known.filter(|_| is_field).and_then(|entry| entry.attribute_by_id(id)) {
            Some(field) => {
                entries.push(Entry { id: Some(id), key: Some(Arc::clone(&field.key)), value: Some(value) });
            }
            None => rest.set(id, value),
        }
    }
    let mut record = T::from_values(kind, rest)?;
    record.fields_mut().entries = entries;
    Ok(record)
}
