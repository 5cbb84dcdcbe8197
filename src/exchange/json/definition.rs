//! Definitions: structured values whose parts stand in their shape, not in a catalogue.

use super::value::KEPT;
use super::{Form, Json, Object};
use crate::exchange::DumpProblem;
use crate::model::{FieldType, Group, Part, Shape, Value};
use crate::schema::is_any;

/// The parts of a definition, by key.
pub(in crate::exchange) fn object_of<D: FieldType>(form: Form<'_>, definition: &D) -> Option<Object> {
    match definition.to_value() {
        Some(Value::Group(group)) => parts_to_json(form, &group, D::SHAPE.parts),
        _ => Some(Object::new()),
    }
}

/// The inverse of [`object_of`].
pub(in crate::exchange) fn definition_of<D: FieldType>(form: Form<'_>, object: &Object) -> Result<D, DumpProblem> {
    let group = parts_of_json(form, object, D::SHAPE.parts)?;
    let incomplete = || DumpProblem::value("all that a definition must say", &object.clone().into());
    D::from_value(Some(Value::Group(group))).ok_or_else(incomplete)
}

fn parts_to_json(form: Form<'_>, group: &Group, parts: &[Part]) -> Option<Object> {
    let (mut object, mut kept) = (Object::new(), Object::new());
    for (number, value) in &group.parts {
        match parts.iter().find(|part| part.number == *number) {
            Some(part) => {
                let one = |value: &Value| one_to_json(form, value, &part.shape);
                let json = match value {
                    Value::List(values) if part.shape.many => values.iter().map(one).collect::<Option<Json>>()?,
                    value => one(value)?,
                };
                object.insert(part.key.to_owned(), json);
            }
            None => drop(kept.insert(number.to_string(), form.tagged_to_json(value))),
        }
    }
    if !kept.is_empty() {
        object.insert(KEPT.to_owned(), kept.into());
    }
    Some(object)
}

fn one_to_json(form: Form<'_>, value: &Value, shape: &Shape) -> Option<Json> {
    match value {
        value if is_any(shape) => Some(form.tagged_to_json(value)),
        Value::Group(group) => parts_to_json(form, group, shape.parts).map(Json::Object),
        value => form.plain_to_json(value),
    }
}

fn parts_of_json(form: Form<'_>, object: &Object, parts: &[Part]) -> Result<Group, DumpProblem> {
    let mut group = Group::default();
    for (key, json) in object {
        if let Some(part) = parts.iter().find(|part| part.key == key) {
            let value = part_of_json(form, json, &part.shape).map_err(|problem| problem.within(key))?;
            group.put(part.number, Some(value));
        } else if let Some(kept) = json.as_object().filter(|_| key == KEPT) {
            for (name, json) in kept {
                let known = name.parse::<u8>().ok().filter(|number| (1..32).contains(number));
                let number = known.filter(|number| parts.iter().all(|part| part.number != *number));
                let number = number.filter(|number| group.part(*number).is_none());
                let number = number.ok_or_else(|| DumpProblem::value("the number of a part", &name.as_str().into()))?;
                group.put(number, Some(form.tagged_of_json(json)?));
            }
        } else {
            return Err(DumpProblem::UnknownMember { member: crate::model::shorten(key) });
        }
    }
    group.parts.sort_by_key(|(number, _)| *number);
    Ok(group)
}

fn part_of_json(form: Form<'_>, json: &Json, shape: &Shape) -> Result<Value, DumpProblem> {
    let one = |json: &Json| {
        if is_any(shape) {
            form.tagged_of_json(json)
        } else if shape.is_group() {
            let object = json.as_object().ok_or_else(|| DumpProblem::value("an object", json))?;
            parts_of_json(form, object, shape.parts).map(Value::Group)
        } else {
            form.plain_of_json(shape.value_type, json)
        }
    };
    if !shape.many {
        return one(json);
    }
    let values = json.as_array().ok_or_else(|| DumpProblem::value("a list", json))?;
    Ok(Value::List(values.iter().map(one).collect::<Result<_, _>>()?))
}
