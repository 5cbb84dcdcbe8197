//! The value of an attribute, in the form that the attribute gives it.

use super::{Form, Json, Object};
use crate::exchange::DumpProblem;
use crate::model::{Choice, Group, Kind, Part, Value, ValueType};
use crate::schema::{Attribute, type_of};

/// Under what a structured value has the parts that are not known.
pub(super) const KEPT: &str = "kept";

impl<'c> Form<'c> {
    /// A value of an attribute; `None` if it has another type than its attribute.
    pub(super) fn value_to_json(self, attribute: &Attribute, value: &Value) -> Option<Json> {
        self.several_to_json(attribute, attribute.many, value)
    }

    fn several_to_json(self, attribute: &Attribute, many: bool, value: &Value) -> Option<Json> {
        match (value, many) {
            (Value::List(values), true) => {
                let values = values.iter().map(|value| self.one_to_json(attribute, value));
                values.collect::<Option<Vec<_>>>().map(Json::Array)
            }
            (Value::List(_), false) | (_, true) => None,
            (one, false) => self.one_to_json(attribute, one),
        }
    }

    fn one_to_json(self, attribute: &Attribute, value: &Value) -> Option<Json> {
        match (value, attribute.value_type) {
            (Value::Group(group), ValueType::Group) => self.group_to_json(attribute, group),
            (Value::Text(_), ValueType::LongText) => self.plain_to_json(value),
            (plain, value_type) if type_of(plain) == value_type => self.plain_to_json(plain),
            _ => None,
        }
    }

    fn group_to_json(self, whole: &Attribute, group: &Group) -> Option<Json> {
        let (mut object, mut kept) = (Object::new(), Object::new());
        let mut last = 0;
        for (number, value) in &group.parts {
            // No other order is ever written.
            if *number <= last {
                return None;
            }
            last = *number;
            match self.catalogue.attribute_by_id(whole.kind, whole.id.part(*number)) {
                Some(part) => {
                    let json = self.several_to_json(part, part.is_many_in_value(), value)?;
                    object.insert(part.key_in_value().to_owned(), json);
                }
                None => drop(kept.insert(number.to_string(), self.tagged_to_json(value))),
            }
        }
        if !kept.is_empty() {
            object.insert(KEPT.to_owned(), kept.into());
        }
        Some(object.into())
    }

    /// The inverse of [`value_to_json`](Self::value_to_json).
    pub(super) fn value_of_json(self, attribute: &Attribute, json: &Json) -> Result<Value, DumpProblem> {
        self.several_of_json(attribute, attribute.many, json)
    }

    fn several_of_json(self, attribute: &Attribute, many: bool, json: &Json) -> Result<Value, DumpProblem> {
        if !many {
            return self.one_of_json(attribute, json);
        }
        let values = json.as_array().ok_or_else(|| DumpProblem::value("a list", json))?;
        let max = self.limits.values;
        if values.len() as u64 > max {
            return Err(DumpProblem::value(format!("at most {max}; allow more with Limits"), json));
        }
        let one = |(at, json)| self.one_of_json(attribute, json).map_err(|problem| problem.within(&format!("[{at}]")));
        Ok(Value::List(values.iter().enumerate().map(one).collect::<Result<_, _>>()?))
    }

    fn one_of_json(self, attribute: &Attribute, json: &Json) -> Result<Value, DumpProblem> {
        if attribute.value_type == ValueType::Group {
            return self.group_of_json(attribute, json);
        }
        match self.plain_of_json(attribute.value_type, json)? {
            Value::Choice(choice) => option(attribute, &choice).map(Value::Choice),
            value => Ok(value),
        }
    }

    fn group_of_json(self, whole: &Attribute, json: &Json) -> Result<Value, DumpProblem> {
        let object = json.as_object().ok_or_else(|| DumpProblem::value("an object of parts", json))?;
        let mut group = Group::default();
        for (key, json) in object {
            if let Some(part) = self.part_named(whole, key) {
                let value = self.several_of_json(part, part.is_many_in_value(), json);
                group.put(part.id.part_number(), Some(value.map_err(|problem| problem.within(key))?));
            } else if let Some(kept) = json.as_object().filter(|_| key == KEPT) {
                for (number, json) in kept {
                    let value = self.kept_part(whole, &mut group, number, json);
                    value.map_err(|problem| problem.within(number).within(KEPT))?;
                }
            } else {
                return Err(DumpProblem::unknown("part", key, None));
            }
        }
        group.parts.sort_by_key(|(number, _)| *number);
        Ok(Value::Group(group))
    }

    /// A part that was not known where it was written; it may be by now.
    fn kept_part(self, whole: &Attribute, group: &mut Group, number: &str, json: &Json) -> Result<(), DumpProblem> {
        let known =
            number.parse::<u8>().ok().filter(|number| (1..32).contains(number) && group.part(*number).is_none());
        let number = known.ok_or_else(|| DumpProblem::value("the number of a part, once", &number.into()))?;
        let value = self.tagged_of_json(json)?;
        let value = match self.catalogue.attribute_by_id(whole.kind, whole.id.part(number)) {
            Some(part) => self.adopted(part, part.is_many_in_value(), &value, json)?,
            None => value,
        };
        group.put(number, Some(value));
        Ok(())
    }

    /// A value that was written without its attribute, as the attribute has it.
    pub(super) fn adopt(self, attribute: &Attribute, value: &Value, json: &Json) -> Result<Value, DumpProblem> {
        self.adopted(attribute, attribute.many, value, json)
    }

    fn adopted(self, attribute: &Attribute, many: bool, value: &Value, json: &Json) -> Result<Value, DumpProblem> {
        let as_its_own = self.several_to_json(attribute, many, value);
        let as_its_own = as_its_own.ok_or_else(|| DumpProblem::value(attribute.value_type.describe(), json))?;
        self.several_of_json(attribute, many, &as_its_own)
    }

    /// The part of a structured attribute with that key.
    fn part_named(self, whole: &Attribute, key: &str) -> Option<&'c Attribute> {
        let shape = whole.property?.shape;
        let at = |number: u8| self.catalogue.attribute_by_id(whole.kind, whole.id.part(number));
        let named = shape.parts.iter().find(|part| !part.key.is_empty() && part.key == key).map(|part| part.number);
        let number = named.or(match key {
            "label" if shape.labelled => Some(Part::LABEL),
            "primary" if shape.labelled => Some(Part::PRIMARY),
            _ => None,
        });
        if let Some(number) = number {
            return at(number);
        }
        let about = shape.parts.iter().filter(|part| part.key.is_empty());
        about.filter_map(|part| at(part.number)).find(|part| part.key_in_value() == key)
    }

    /// The attribute by whose key a record's value stands; `None` if the key means another, or it is worked out.
    pub(super) fn by_key(self, kind: Kind, key: &str) -> Option<&'c Attribute> {
        self.catalogue.settable(kind, key)
    }
}

/// An option of the attribute, or one that is known by its number alone.
fn option(attribute: &Attribute, choice: &Choice) -> Result<Choice, DumpProblem> {
    if attribute.option(choice.key()).is_some() {
        return Ok(choice.clone());
    }
    if let Some(code) = choice.unknown_code() {
        return Ok(attribute.choice_of(code));
    }
    let nearest = crate::model::nearest(choice.key(), attribute.options.iter().map(|option| &*option.key));
    Err(DumpProblem::unknown("option", choice.key(), nearest.map(str::to_owned)))
}
