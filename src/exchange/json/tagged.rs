//! Values with their type beside them: of attributes that the catalogue does not know.

use super::{Form, Json, Object, type_name, type_named};
use crate::exchange::DumpProblem;
use crate::model::{Group, Value};
use crate::schema::type_of;

/// The deepest that values are nested.
const DEEPEST: u8 = 4;

const FORM: &str = "a type and a value such as {\"text\":\"...\"}";

impl Form<'_> {
    /// A value of any type.
    pub(super) fn tagged_to_json(self, value: &Value) -> Json {
        let (name, json) = match value {
            Value::List(values) => ("list", values.iter().map(|value| self.tagged_to_json(value)).collect()),
            Value::Group(group) => {
                let part =
                    |(number, value): &(u8, Value)| Json::Array(vec![(*number).into(), self.tagged_to_json(value)]);
                ("group", group.parts.iter().map(part).collect())
            }
            plain => (type_name(type_of(plain)).unwrap_or("text"), self.plain_to_json(plain).unwrap_or_default()),
        };
        Object::from_iter([(name.to_owned(), json)]).into()
    }

    /// The inverse of [`tagged_to_json`](Self::tagged_to_json).
    pub(super) fn tagged_of_json(self, json: &Json) -> Result<Value, DumpProblem> {
        self.tagged(json, 0)
    }

    fn tagged(self, json: &Json, depth: u8) -> Result<Value, DumpProblem> {
        let wrong = || DumpProblem::value(FORM, json);
        let object = json.as_object().filter(|object| object.len() == 1).ok_or_else(wrong)?;
        let (name, inner) = object.iter().next().ok_or_else(wrong)?;
        let several = || inner.as_array().filter(|_| depth < DEEPEST).ok_or_else(wrong);
        match name.as_str() {
            "list" => {
                let values = several()?.iter().map(|value| self.tagged(value, depth + 1));
                Ok(Value::List(values.collect::<Result<_, _>>()?))
            }
            "group" => {
                let mut group = Group::default();
                for part in several()? {
                    let (number, value) = match part.as_array().map(Vec::as_slice) {
                        Some([number, value]) => (number.as_u64(), value),
                        _ => return Err(wrong()),
                    };
                    let number =
                        number.and_then(|number| u8::try_from(number).ok()).filter(|number| (1..32).contains(number));
                    group.put(number.ok_or_else(wrong)?, Some(self.tagged(value, depth + 1)?));
                }
                Ok(Value::Group(group))
            }
            // Options of attributes that are not known have no keys.
            "choice" => match self.plain_of_json(crate::model::ValueType::Choice, inner)? {
                Value::Choice(choice) if choice.unknown_code().is_some() => Ok(Value::Choice(choice)),
                _ => Err(DumpProblem::value("the number of an option such as \"#7\"", inner)),
            },
            name => {
                let value_type = type_named(name).ok_or_else(wrong)?;
                // A text may stand for a long one.
                let value_type = match value_type {
                    crate::model::ValueType::Text => crate::model::ValueType::LongText,
                    other => other,
                };
                self.plain_of_json(value_type, inner)
            }
        }
    }
}
