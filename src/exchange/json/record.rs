//! A record: its identity, who wrote it when, its values by key, its tags.

use serde_json::value::RawValue;
use uuid::Uuid;

use super::plain::{instant, instant_text};
use super::{Form, Json, Object, read};
use crate::exchange::DumpProblem;
use crate::exchange::lines::{Line, Members};
use crate::model::{AttributeId, Kind, Tag, Value, Values};
use crate::rows::Row;
use crate::schema::{Attribute, system};
use crate::store::{kept_value, micros, opaque_text_length};

/// Texts of attributes that this version does not know, which stand outside the record.
pub(in crate::exchange) type Unseen = Vec<(AttributeId, String)>;

/// A record as it was read from JSON.
#[derive(Debug)]
pub(in crate::exchange) struct RecordJson {
    pub(in crate::exchange) kind: Kind,
    pub(in crate::exchange) id: Uuid,
    pub(in crate::exchange) values: Values,
    /// The ids of its tags, sorted.
    pub(in crate::exchange) tags: Vec<u32>,
    pub(in crate::exchange) unseen: Unseen,
}

const FIRST: &str = "record";

impl Form<'_> {
    /// A record as a line. Fails with the reason if a value has another type than its attribute.
    pub(in crate::exchange) fn record_to_json(self, row: &Row, unseen: &Unseen) -> Result<String, &'static str> {
        let mut line = Line::new(FIRST, self.kind_name(row.kind).into());
        line.member("id", row.id.to_string());
        for (name, id) in SYSTEM {
            match row.values.get(id) {
                Some(Value::DateTime(at)) => line.member(name, instant_text(*at)),
                Some(value) => {
                    line.member(name, self.plain_to_json(value).ok_or("a value of the system is no plain one")?)
                }
                None => {}
            }
        }
        let (values, kept) = self.values_to_json(row.kind, &row.values, unseen)?;
        line.member("values", values);
        let tag = |id: &u32| self.catalogue.tags.name(*id).map_or_else(|| (*id).into(), |tag| tag.as_str().into());
        line.list("tags", row.tags.iter().map(tag).collect());
        line.object("kept", kept);
        Ok(line.finish())
    }

    /// The values of a record by key, and those that have none by number. What the database keeps up itself is left out, but
    /// for the companies that it noted.
    fn values_to_json(self, kind: Kind, values: &Values, unseen: &Unseen) -> Result<(Object, Object), &'static str> {
        let (mut known, mut kept) = (Object::new(), Object::new());
        for (id, value) in values.iter().filter(|(id, _)| !SYSTEM.iter().any(|(_, own)| own == id)) {
            let attribute = self.catalogue.attribute_by_id(kind, id);
            let by_key = attribute.filter(|attribute| {
                id == system::NOTED || self.by_key(kind, &attribute.key).is_some_and(|named| named.id == id)
            });
            if let Some(attribute) = by_key {
                let json = self.value_to_json(attribute, value).ok_or("a value has another type than its attribute")?;
                known.insert(attribute.key.to_string(), json);
            } else {
                kept.insert(id.number().to_string(), self.tagged_to_json(value));
            }
        }
        for (id, bytes) in &values.opaque {
            let mut object = Object::from_iter([("bytes".to_owned(), hexadecimal(bytes).into())]);
            if let Some((_, text)) = unseen.iter().find(|(of, _)| of == id) {
                object.insert("text".to_owned(), text.as_str().into());
            }
            kept.insert(id.number().to_string(), object.into());
        }
        Ok((known, kept))
    }

    /// The inverse of [`record_to_json`](Self::record_to_json), against the catalogue. Whether references lead somewhere and
    /// unique values are unique is not seen here.
    pub(in crate::exchange) fn record_of_json(self, mut members: Members<'_>) -> Result<RecordJson, DumpProblem> {
        let name = members.text(FIRST)?;
        let entry = self.kind_of(&name).and_then(|kind| self.catalogue.kind(kind));
        let entry = entry.ok_or_else(|| {
            let names = self.catalogue.kinds().map(|entry| &*entry.singular);
            DumpProblem::unknown("kind", &name, crate::model::nearest(&name, names).map(str::to_owned))
        })?;
        let id = members.text("id")?;
        let id = Uuid::try_parse(&id).map_err(|_| DumpProblem::value("a UUID", &id.into()).within("id"))?;
        let mut values = Values::with_room();
        for (name, id) in SYSTEM {
            let Some(raw) = members.take(name) else {
                if matches!(id, system::VERSION | system::CREATED | system::UPDATED) {
                    return Err(DumpProblem::Missing { member: name });
                }
                continue;
            };
            values.set(id, self.of_system(id, &read(name, raw)?).map_err(|problem| problem.within(name))?);
        }
        let mut record = RecordJson { kind: entry.kind, id, values, tags: Vec::new(), unseen: Vec::new() };
        if let Some(raw) = members.take("values") {
            self.known(&mut record, raw).map_err(|problem| problem.within("values"))?;
        }
        if let Some(raw) = members.take("tags") {
            self.tags(&mut record, &read("tags", raw)?).map_err(|problem| problem.within("tags"))?;
        }
        if let Some(raw) = members.take("kept") {
            self.kept(&mut record, &read("kept", raw)?).map_err(|problem| problem.within("kept"))?;
        }
        members.finish()?;
        // What can't be read back as its Rust type would make the record unreadable.
        (entry.readable)(record.values.clone()).map_err(|id| {
            let key = entry.attribute_by_id(id).map_or("value", |attribute| &attribute.key);
            let path = format!("values.{key}");
            DumpProblem::Value { path, expected: "all parts that it must have".into(), found: "some of them".into() }
        })?;
        Ok(record)
    }

    fn of_system(self, id: AttributeId, json: &Json) -> Result<Value, DumpProblem> {
        match id {
            system::VERSION => match json.as_i64().filter(|version| *version > 0) {
                Some(version) => Ok(Value::Integer(version)),
                None => Err(DumpProblem::value("a whole number from 1 on", json)),
            },
            system::CREATED | system::UPDATED => {
                let at = json.as_str().and_then(instant).map(Value::DateTime);
                at.ok_or_else(|| DumpProblem::value("an instant such as \"2026-01-31T14:00:00Z\"", json))
            }
            _ => self.plain_of_json(crate::model::ValueType::Text, json),
        }
    }

    fn known(self, record: &mut RecordJson, raw: &RawValue) -> Result<(), DumpProblem> {
        let json = read("values", raw)?;
        let object = json.as_object().ok_or_else(|| DumpProblem::value("an object of values", &json))?;
        for (key, json) in object {
            let noted =
                || self.catalogue.attribute_by_id(record.kind, system::NOTED).filter(|noted| *noted.key == **key);
            let Some(attribute) = self.by_key(record.kind, key).or_else(noted) else {
                return Err(DumpProblem::unknown("field", key, self.catalogue.nearest_key(record.kind, key)));
            };
            let value = self.value_of_json(attribute, json).map_err(|problem| problem.within(key))?;
            record.values.set(attribute.id, value);
        }
        Ok(())
    }

    fn tags(self, record: &mut RecordJson, json: &Json) -> Result<(), DumpProblem> {
        let tags = json.as_array().ok_or_else(|| DumpProblem::value("a list of tags", json))?;
        for json in tags {
            let id = if let Some(name) = json.as_str() {
                let known = Tag::new(name).ok().and_then(|tag| self.catalogue.tags.id(&tag));
                known.ok_or_else(|| DumpProblem::unknown("tag", name, self.catalogue.tags.nearest(name)))?
            } else {
                let id = json.as_u64().and_then(|id| u32::try_from(id).ok());
                let live = id.and_then(|id| self.catalogue.tags.live(id));
                live.ok_or_else(|| DumpProblem::value("the name of a tag", json))?
            };
            record.tags.push(id);
        }
        record.tags.sort_unstable();
        record.tags.dedup();
        let max = self.limits.tags;
        if record.tags.len() as u64 > max {
            return Err(DumpProblem::value(format!("at most {max}; allow more with Limits"), json));
        }
        Ok(())
    }

    /// What the catalogue did not know where it was written; this one may.
    fn kept(self, record: &mut RecordJson, json: &Json) -> Result<(), DumpProblem> {
        let object = json.as_object().ok_or_else(|| DumpProblem::value("an object of kept values", json))?;
        let mut numbered = Vec::with_capacity(object.len());
        for (name, json) in object {
            // Numbers of the database's own, and of fields that are not defined, are never kept so.
            let known = name.parse::<u32>().ok().filter(|number| number.to_string() == *name);
            let known = known.filter(|number| *number <= AttributeId::LAST_PROPERTY).map(AttributeId::property);
            let known = known.filter(|id| {
                let attribute = self.catalogue.attribute_by_id(record.kind, *id);
                let can_be = attribute.map_or(!id.is_system() && id.is_of_a_kind(), Attribute::is_settable);
                can_be && record.values.get(*id).is_none()
            });
            let wrong = || DumpProblem::value("the number of an attribute, once", &name.as_str().into());
            numbered.push((known.ok_or_else(wrong)?, name, json));
        }
        numbered.sort_by_key(|(id, ..)| *id);
        for (id, name, json) in numbered {
            self.kept_value(record, id, json).map_err(|problem| problem.within(name))?;
        }
        Ok(())
    }

    fn kept_value(self, record: &mut RecordJson, id: AttributeId, json: &Json) -> Result<(), DumpProblem> {
        let attribute = self.catalogue.attribute_by_id(record.kind, id);
        let Some(bytes) = json.get("bytes") else {
            let mut value = self.tagged_of_json(json)?;
            if let Some(attribute) = attribute {
                value = self.adopt(attribute, &value, json)?;
            }
            record.values.set(id, value);
            return Ok(());
        };
        let wrong = || DumpProblem::value("{\"bytes\":\"...\"} with the bytes of a value, perhaps with \"text\"", json);
        let object = json.as_object().filter(|object| object.len() <= 2).ok_or_else(wrong)?;
        let bytes = bytes.as_str().and_then(bytes_of).ok_or_else(wrong)?;
        let text = object.get("text").map(|text| text.as_str().ok_or_else(wrong)).transpose()?;
        if object.len() == 2 && text.is_none() {
            return Err(wrong());
        }
        if let Some(length) = opaque_text_length(&bytes) {
            let text =
                text.filter(|text| text.len() as u64 == length && length <= self.limits.long_text).ok_or_else(wrong)?;
            if let Some(attribute) = attribute {
                let value = self.adopt(attribute, &Value::Text(text.to_owned()), json)?;
                record.values.set(id, value);
            } else {
                record.values.opaque.push((id, bytes.into()));
                record.unseen.push((id, text.to_owned()));
            }
            return Ok(());
        }
        let created = match record.values.get(system::CREATED) {
            Some(Value::DateTime(at)) => micros(*at),
            _ => 0,
        };
        match (kept_value(&bytes, id, created).map_err(|_| wrong())?, text) {
            (None, None) => record.values.opaque.push((id, bytes.into())),
            (Some(value), None) => {
                let value = match attribute {
                    Some(attribute) => self.adopt(attribute, &value, json)?,
                    None => value,
                };
                record.values.set(id, value);
            }
            (_, Some(_)) => return Err(wrong()),
        }
        Ok(())
    }
}

/// What the database keeps up itself, by member.
const SYSTEM: [(&str, AttributeId); 5] = [
    ("version", system::VERSION),
    ("created", system::CREATED),
    ("created_by", system::CREATED_BY),
    ("updated", system::UPDATED),
    ("updated_by", system::UPDATED_BY),
];

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    pairs.collect()
}
