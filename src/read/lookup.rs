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
/// Values are compared in their normal forms: e-mail addresses and texts without regard to case and width, but with regard to accents; phone
/// numbers by their digits or, with a [`PhoneNormalizer`](crate::PhoneNormalizer), as one number however it is written; web addresses as
/// [`WebAddress::normal`](crate::WebAddress::normal) has them; external ids exactly.
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

    /// A phone number, with whatever extension. Several records may share one. A text that is no number finds nothing.
    ///
    /// Without a [`PhoneNormalizer`](crate::PhoneNormalizer) it is written as it was stored up to punctuation, and a national number is found in whatever
    /// region it was meant. With one it may be written in any way, a national number in the form of the database's default region.
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
        Self::rows_of(&self.entries(catalogue, kind, region)?, source, kind, usize::MAX)
    }

    /// The first rows that have a key by its [`entries`](Self::entries); of each of them at most so many.
    pub(crate) fn rows_of(entries: &[KeyEntry], source: &dyn Source, kind: Kind, most: usize) -> Result<Vec<u32>> {
        let mut rows = Vec::new();
        for entry in entries {
            rows.extend(rows::some_with(source, kind, entry, most)?);
        }
        // The same phone number in two regions is two keys.
        rows.sort_unstable();
        rows.dedup();
        Ok(rows)
    }

    /// The one entry in the table of keys, or what several have in common; `None` for a value that no record can have.
    pub(crate) fn entry(&self, catalogue: &Catalogue, kind: Kind, region: Option<Region>) -> Result<Option<KeyEntry>> {
        Ok(self.entries(catalogue, kind, region)?.into_iter().next())
    }

    /// The entries in the table of keys; none for a value that no record can have. `region` is the one in which national phone
    /// numbers are meant.
    pub(crate) fn entries(&self, catalogue: &Catalogue, kind: Kind, region: Option<Region>) -> Result<Vec<KeyEntry>> {
        let not_a_key = |attribute: &str, reason| -> crate::error::Error {
            ErrorKind::NotAKey { kind, attribute: attribute.to_owned(), reason }.into()
        };
        let phones = catalogue.phones();
        match &self.0 {
            Form::Value(key, value) => {
                let attribute = catalogue.attribute(kind, key).ok_or_else(|| not_a_key(key, "there is none"))?;
                Ok(match value {
                    Some(Value::Phone(phone)) => index::in_any_region(attribute, &phones.here(phone.clone()), phones),
                    Some(value) => index::key(attribute, value, phones).into_iter().collect(),
                    None => Vec::new(),
                })
            }
            Form::External(id) => {
                let attribute = exact(catalogue, kind).ok_or_else(|| not_a_key("external_id", "there is none"))?;
                match id.to_value() {
                    Some(Value::Group(group)) => Ok(index::exact_key(attribute, &group).into_iter().collect()),
                    _ => Ok(Vec::new()),
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
                    return Ok(Vec::new());
                }
                let value = crate::schema::coerce(attribute, value.clone(), &mut Vec::new());
                let entry = value.and_then(|mut value| {
                    crate::schema::normalise_value(&mut value, region);
                    index::key(attribute, value.each().first()?, phones)
                });
                Ok(entry.into_iter().collect())
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
