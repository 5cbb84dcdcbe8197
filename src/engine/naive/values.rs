//! The values of an attribute: stored, a part of something stored, or worked out.

use std::borrow::Cow;

use time::{Duration, OffsetDateTime};

use super::Evaluator;
use crate::index::{Link, through};
use crate::model::{AttributeId, FieldType, Kind, PersonName, RecordId, Value, primary_of};
use crate::rows::{self, Row};
use crate::schema::{Computed, Source};
use crate::segment::Path;
use crate::store::{Result, StoreError, Table, scan_prefix};

/// The properties of contacts from which others are worked out; held against the catalogue by a test.
const NAME: AttributeId = AttributeId::property(16);
const AFFILIATION: AttributeId = AttributeId::property(25);
const AFFILIATION_COMPANY: u8 = 1;
const BIRTHDAY: AttributeId = AttributeId::property(36);

impl Evaluator<'_> {
    /// The values at the end of a path; none where a relation on the way is missing. Three look-ups or so a relation.
    pub(crate) fn values<'r>(&self, path: &Path, row: &'r Row) -> Result<Vec<Cow<'r, Value>>> {
        match self.reach(path, row)? {
            Some(Cow::Borrowed(row)) => self.own_values(path.kind, path.attribute, row),
            Some(Cow::Owned(row)) => {
                let values = self.own_values(path.kind, path.attribute, &row)?;
                Ok(values.into_iter().map(|value| Cow::Owned(value.into_owned())).collect())
            }
            None => Ok(Vec::new()),
        }
    }

    /// The record that the relations of a path lead to.
    fn reach<'r>(&self, path: &Path, row: &'r Row) -> Result<Option<Cow<'r, Row>>> {
        let mut at = Cow::Borrowed(row);
        for relation in &path.relations {
            match self.follow(relation.kind, relation.attribute, relation.target, &at)? {
                Some(next) => at = Cow::Owned(next),
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    /// The record that a reference leads to.
    fn follow(&self, kind: Kind, attribute: AttributeId, target: Kind, row: &Row) -> Result<Option<Row>> {
        let values = self.own_values(kind, attribute, row)?;
        let Some(Value::Reference(RecordId { kind: found, uuid })) = values.first().map(AsRef::as_ref) else {
            return Ok(None);
        };
        if *found != target {
            return Ok(None);
        }
        match rows::find(self.source, RecordId { kind: target, uuid: *uuid })? {
            Some(row) => rows::load(self.source, self.catalogue, target, row),
            None => Ok(None),
        }
    }

    /// The values of an attribute of the record itself, in their order. Tags come as their ids.
    pub(crate) fn own_values<'r>(&self, kind: Kind, id: AttributeId, row: &'r Row) -> Result<Vec<Cow<'r, Value>>> {
        let Some(attribute) = self.catalogue.attribute_by_id(kind, id) else { return Ok(Vec::new()) };
        let stored = |id: AttributeId| row.values.get(id).map_or(&[][..], Value::each);
        Ok(match attribute.source {
            Source::Record => stored(id).iter().map(Cow::Borrowed).collect(),
            Source::Part(part) => {
                let whole = attribute.part_of.map_or(&[][..], stored);
                whole.iter().flat_map(|value| parts(value, part)).map(Cow::Borrowed).collect()
            }
            Source::Tags => row.tags.iter().map(|tag| Cow::Owned(Value::Integer(i64::from(*tag)))).collect(),
            Source::Computed(computed) => self.computed(kind, computed, row)?.into_iter().map(Cow::Owned).collect(),
        })
    }

    /// The one value by which records are ordered: the primary one of several, else the first.
    pub(crate) fn chief_value(&self, path: &Path, row: &Row) -> Result<Option<Value>> {
        let Some(row) = self.reach(path, row)? else { return Ok(None) };
        if let Some(attribute) = self.catalogue.attribute_by_id(path.kind, path.attribute)
            && let (Source::Part(part), Some(whole)) = (attribute.source, attribute.part_of)
        {
            let chosen = row.values.get(whole).map(Value::each).and_then(primary_of);
            return Ok(chosen.and_then(|value| parts(value, part).first()).cloned());
        }
        Ok(self.own_values(path.kind, path.attribute, &row)?.into_iter().next().map(Cow::into_owned))
    }

    fn computed(&self, kind: Kind, computed: Computed, row: &Row) -> Result<Option<Value>> {
        Ok(match computed {
            Computed::Id => Some(Value::Text(row.id.to_string())),
            Computed::DisplayName => {
                let name = row.values.get(NAME).cloned().and_then(|name| PersonName::from_value(Some(name)));
                name.map(|name| name.display()).filter(|name| !name.is_empty()).map(Value::Text)
            }
            Computed::Age => match row.values.get(BIRTHDAY) {
                Some(Value::PartialDate(birthday)) => {
                    birthday.years_until(self.moment.today()).map(|years| Value::Integer(i64::from(years)))
                }
                _ => None,
            },
            Computed::PrimaryCompany => match row.values.get(AFFILIATION).map(Value::each).and_then(primary_of) {
                Some(Value::Group(affiliation)) => affiliation.part(AFFILIATION_COMPANY).cloned(),
                _ => None,
            },
            Computed::Last(attribute, from) => {
                // Links stand with the latest first.
                let prefix = through(kind, row.row, from, attribute);
                let Some(link) = scan_prefix(self.source, Table::Links, prefix.as_bytes()).next() else {
                    return Ok(None);
                };
                let (key, _) = link?;
                let link = Link::read(&key).ok_or_else(|| StoreError::corrupt(Table::Links, &key, "key cut short"))?;
                let instant = OffsetDateTime::UNIX_EPOCH.checked_add(Duration::microseconds(link.time));
                instant.map(Value::DateTime)
            }
        })
    }
}

/// The values of a part of a structured value.
fn parts(value: &Value, part: u8) -> &[Value] {
    match value {
        Value::Group(group) => group.part(part).map_or(&[], Value::each),
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Catalogue;

    #[test]
    fn worked_out_attributes_look_at_the_right_properties() {
        let catalogue = Catalogue::new();
        for (id, key) in [
            (NAME, "name"),
            (BIRTHDAY, "birthday"),
            (AFFILIATION, "affiliation"),
            (AFFILIATION.part(AFFILIATION_COMPANY), "affiliation_company"),
        ] {
            let attribute = catalogue.attribute_by_id(Kind::CONTACT, id).unwrap();
            assert_eq!(&*attribute.key, key);
        }
    }
}
