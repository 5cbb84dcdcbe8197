//! Finding a record by a key.

use crate::error::{ErrorKind, Result};
use crate::index::{self, KeyEntry};
use crate::model::{EmailAddress, ExternalId, FieldType, Kind, PhoneNumber, Region, Storable, Value, Values};
use crate::rows;
use crate::schema::{Attribute, Catalogue};
use crate::store::Source;

/// A key by which records are found in one look-up: an e-mail address, a phone number, an external id,
/// a unique field.
///
/// E-mail addresses and texts are compared without regard to case and width, but with regard to
/// accents; phone numbers by their digits; external ids exactly.
///
/// ```
/// use contactdb::{By, Contact, Database, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let ada = tx.insert(&Contact::named("Ada", "Lovelace").email("Ada@Acme.example"))?;
/// tx.commit()?;
/// assert_eq!(db.read()?.find::<Contact>(&By::email("ada@acme.example"))?, [ada]);
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct By(Form);

#[derive(Debug, Clone)]
enum Form {
    /// The first attribute that holds such values.
    Value(&'static str, Option<Value>),
    External(ExternalId),
    Field(String, Value),
}

impl By {
    /// An e-mail address. Several records may share one. A text that is no address finds nothing.
    #[must_use]
    pub fn email(address: &str) -> Self {
        Self(Form::Value("email", EmailAddress::new(address).ok().map(Value::Email)))
    }

    /// A phone number, written as it was stored up to punctuation. Several records may share one, and a
    /// national number is found in whatever region it was meant. A text that is no number finds nothing.
    #[must_use]
    pub fn phone(number: &str) -> Self {
        Self(Form::Value("phone", PhoneNumber::new(number).ok().map(Value::Phone)))
    }

    /// The number of the record in another system. At most one record of a kind has it.
    #[must_use]
    pub fn external_id(system: impl Into<String>, id: impl Into<String>) -> Self {
        Self(Form::External(ExternalId::new(system, id)))
    }

    /// The value of a unique custom field, by its key.
    #[must_use]
    pub fn field(key: impl Into<String>, value: impl Into<Value>) -> Self {
        Self(Form::Field(key.into(), value.into()))
    }

    /// The rows that have the key, in the order in which they were inserted.
    pub(crate) fn rows(
        &self,
        source: &dyn Source,
        catalogue: &Catalogue,
        kind: Kind,
        region: Option<Region>,
    ) -> Result<Vec<u32>> {
        let Some(entry) = self.entry(catalogue, kind, region)? else { return Ok(Vec::new()) };
        let mut rows = rows::rows_with(source, kind, &entry)?;
        // The same phone number in two regions is two keys.
        rows.sort_unstable();
        rows.dedup();
        Ok(rows)
    }

    /// The entry in the table of keys; `None` for a value that no record can have. `region` is the one in
    /// which national phone numbers of unique fields are meant.
    pub(crate) fn entry(&self, catalogue: &Catalogue, kind: Kind, region: Option<Region>) -> Result<Option<KeyEntry>> {
        let not_a_key = |attribute: &str, reason| -> crate::error::Error {
            ErrorKind::NotAKey { kind, attribute: attribute.to_owned(), reason }.into()
        };
        match &self.0 {
            Form::Value(key, value) => {
                let attribute = catalogue.attribute(kind, key).ok_or_else(|| not_a_key(key, "there is none"))?;
                Ok(value.as_ref().and_then(|value| match value {
                    Value::Phone(phone) => Some(index::in_any_region(attribute, phone)),
                    value => index::key(attribute, value),
                }))
            }
            Form::External(id) => {
                let attribute = exact(catalogue, kind).ok_or_else(|| not_a_key("external_id", "there is none"))?;
                match id.to_value() {
                    Some(Value::Group(group)) => Ok(index::exact_key(attribute, &group)),
                    _ => Ok(None),
                }
            }
            Form::Field(key, value) => {
                let attribute =
                    catalogue.settable(kind, key).ok_or_else(|| not_a_key(key, "there is no such field"))?;
                if !attribute.rules.unique {
                    return Err(not_a_key(key, "expected a field that was defined as unique"));
                }
                // No field has such a value, and to copy it goes by recursion.
                if crate::schema::is_deep(value) {
                    return Ok(None);
                }
                let value = crate::schema::coerce(attribute, value.clone(), &mut Vec::new());
                let entry = value.and_then(|mut value| {
                    crate::schema::normalise_value(&mut value, region);
                    index::key(attribute, value.each().first()?)
                });
                Ok(entry)
            }
        }
    }

    /// The attribute that it is a key of.
    pub(crate) fn attribute(&self) -> &str {
        match &self.0 {
            Form::Value(key, _) => key,
            Form::External(_) => "external_id",
            Form::Field(key, _) => key,
        }
    }

    /// A blank record that has the key.
    pub(crate) fn blank<T: Storable>(&self, catalogue: &Catalogue, kind: Kind) -> T {
        let mut record = T::blank(kind);
        match &self.0 {
            Form::Value(..) => {}
            Form::External(id) => {
                if let (Some(attribute), Some(id)) = (exact(catalogue, kind), id.to_value()) {
                    let id = Value::List(vec![id]);
                    if T::DYNAMIC {
                        record.fields_mut().set_value(&attribute.key, id);
                    } else {
                        let mut values = Values::default();
                        values.set(attribute.id, id);
                        record = T::from_values(kind, values).unwrap_or(record);
                    }
                }
            }
            Form::Field(key, value) => record.fields_mut().set_value(key, value.clone()),
        }
        record
    }
}

/// The attribute of a kind whose values are keys as they stand.
fn exact(catalogue: &Catalogue, kind: Kind) -> Option<&Attribute> {
    let mut attributes = catalogue.kind(kind)?.attributes();
    attributes.find(|attribute| attribute.part_of.is_none() && index::is_exact(attribute))
}
