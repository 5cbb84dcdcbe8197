//! What all kinds of records have in common.

use time::OffsetDateTime;

use super::{Company, Contact, FieldHandle, FieldType, Fields, Id, Interaction, Kind, Property, Purchase, Tag, Value};
use std::collections::BTreeSet;

/// A built-in kind as the catalogue begins with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BuiltInKind {
    pub(crate) kind: Kind,
    pub(crate) singular: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) properties: &'static [Property],
}

/// The built-in kinds: the one list of them.
pub(crate) const KINDS: &[BuiltInKind] = &[
    BuiltInKind { kind: Kind::CONTACT, singular: "contact", plural: "contacts", properties: Contact::PROPERTIES },
    BuiltInKind { kind: Kind::COMPANY, singular: "company", plural: "companies", properties: Company::PROPERTIES },
    BuiltInKind {
        kind: Kind::INTERACTION,
        singular: "interaction",
        plural: "interactions",
        properties: Interaction::PROPERTIES,
    },
    BuiltInKind { kind: Kind::PURCHASE, singular: "purchase", plural: "purchases", properties: Purchase::PROPERTIES },
];

/// What only this crate does with records.
pub(crate) mod sealed {
    use super::super::{AttributeId, Fields, Kept, Property, Tag, Values};
    use std::collections::BTreeSet;

    pub trait Sealed {}

    /// The bridge between a struct and its attributes; the `record!` macro writes it.
    pub trait RecordParts: Sized {
        fn properties() -> &'static [Property];
        /// The built-in attributes and what a newer version wrote; not the custom fields.
        fn to_values(&self) -> Values;
        /// Fails with the attribute whose value has another type than the property.
        fn from_values(values: Values) -> Result<Self, AttributeId>;
        fn fields_mut(&mut self) -> &mut Fields;
        fn tags_mut(&mut self) -> &mut BTreeSet<Tag>;
        fn kept_mut(&mut self) -> &mut Kept;
        fn parts(&self) -> (&Fields, &BTreeSet<Tag>, &Kept);
    }
}

/// A kind of record that has a Rust type: [`Contact`], [`Company`], [`Interaction`], [`Purchase`]. Sealed.
pub trait Record:
    sealed::Sealed + sealed::RecordParts + Clone + std::fmt::Debug + Default + PartialEq + Send + Sync + 'static
{
    /// The kind.
    const KIND: Kind;

    /// The custom fields.
    fn fields(&self) -> &Fields {
        self.parts().0
    }

    /// The tags.
    fn tags(&self) -> &BTreeSet<Tag> {
        self.parts().1
    }

    /// Changes the record through its setters where one has only a reference to it, as in
    /// [`Transaction::update`](crate::Transaction::update). What a setter can't take is reported when the
    /// record is written.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Record};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let id = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    /// tx.update(id, |ada: &mut Contact| ada.edit(|ada| ada.email("ada@acme.example").tag("vip")))?;
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    fn edit(&mut self, change: impl FnOnce(Self) -> Self) {
        *self = change(std::mem::take(self));
    }

    /// The value of a custom field through its handle; `None` if it is not set.
    fn get<T: FieldType>(&self, field: FieldHandle<T>) -> Option<T> {
        self.fields().get(field)
    }

    /// The value of any attribute by its key, custom or built-in (`"job_title"`); structured ones come
    /// as [`Value::Group`]. `None` if it is not set or not known.
    fn value(&self, key: &str) -> Option<Value> {
        let built_in = Self::properties().iter().find(|property| property.key == key);
        match built_in {
            Some(property) => self.to_values().take(super::AttributeId::property(property.number)),
            None => self.fields().value(key).cloned(),
        }
    }
}

/// A record as the database has it: with its identity, its version and who wrote it when.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Stored<T> {
    /// The identity.
    pub id: Id<T>,
    /// 1 when it was inserted, one more with each change. Tags change no version.
    pub version: u64,
    /// When it was inserted, in UTC.
    pub created: OffsetDateTime,
    /// By whom, if the program said so.
    pub created_by: Option<String>,
    /// When it was last changed, in UTC.
    pub updated: OffsetDateTime,
    /// By whom, if the program said so.
    pub updated_by: Option<String>,
    /// The record itself.
    pub record: T,
}
