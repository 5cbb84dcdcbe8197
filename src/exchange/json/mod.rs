//! Values and records as JSON: the one place that says how.
//!
//! A value has the form that its attribute's type gives it, so a reader needs the catalogue and a person needs nothing. What
//! the catalogue does not know, since a newer version wrote it, stands under `kept` by its number, with its type beside it.

mod definition;
mod guard;
mod plain;
mod record;
mod tagged;
mod value;

pub(super) use definition::{definition_of, object_of};
pub(super) use guard::read;
pub(super) use record::RecordJson;

use crate::model::{Kind, RecordId, ValueType};
use crate::schema::{Catalogue, Limits};
use uuid::Uuid;

pub(super) type Json = serde_json::Value;
pub(super) type Object = serde_json::Map<String, Json>;

/// What values are written and read by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form<'c> {
    pub(super) catalogue: &'c Catalogue,
    pub(super) limits: &'c Limits,
}

impl Form<'_> {
    /// The name of a kind; its number if there is none.
    pub(super) fn kind_name(self, kind: Kind) -> String {
        self.catalogue.kind(kind).map_or_else(|| format!("kind {}", kind.0), |entry| entry.singular.to_string())
    }

    /// The kind that [`kind_name`](Self::kind_name) writes so.
    pub(super) fn kind_of(self, name: &str) -> Option<Kind> {
        let known = self.catalogue.kinds().find(|entry| &*entry.singular == name).map(|entry| entry.kind);
        known.or_else(|| name.strip_prefix("kind ")?.parse().ok().map(Kind))
    }

    fn record_name(self, id: RecordId) -> String {
        format!("{} {}", self.kind_name(id.kind), id.uuid)
    }

    fn record_of(self, name: &str) -> Option<RecordId> {
        let (kind, uuid) = name.rsplit_once(' ')?;
        Some(RecordId { kind: self.kind_of(kind)?, uuid: Uuid::try_parse(uuid).ok()? })
    }
}

/// The types by name.
const TYPES: [(&str, ValueType); 17] = [
    ("text", ValueType::Text),
    ("long_text", ValueType::LongText),
    ("integer", ValueType::Integer),
    ("decimal", ValueType::Decimal),
    ("money", ValueType::Money),
    ("boolean", ValueType::Boolean),
    ("date", ValueType::Date),
    ("date_time", ValueType::DateTime),
    ("partial_date", ValueType::PartialDate),
    ("choice", ValueType::Choice),
    ("email", ValueType::Email),
    ("phone", ValueType::Phone),
    ("url", ValueType::Url),
    ("reference", ValueType::Reference),
    ("number_range", ValueType::NumberRange),
    ("money_range", ValueType::MoneyRange),
    ("date_range", ValueType::DateRange),
];

pub(super) fn type_name(value_type: ValueType) -> Option<&'static str> {
    TYPES.iter().find(|(_, known)| *known == value_type).map(|(name, _)| *name)
}

pub(super) fn type_named(name: &str) -> Option<ValueType> {
    TYPES.iter().find(|(known, _)| *known == name).map(|(_, value_type)| *value_type)
}

#[cfg(test)]
mod tests;
