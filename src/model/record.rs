//! What all kinds of records have in common.

use std::collections::BTreeSet;
use std::fmt::Debug;

use time::OffsetDateTime;

use super::{
    AnyRecord, AttributeId, Company, Contact, Deal, FieldHandle, FieldType, Fields, Id, Import, Interaction, Kind,
    Property, Purchase, RecordId, Sequence, Tag, Task, Ticket, Value, Values, WorkedOut,
};

/// A built-in kind as the catalogue begins with it; the `record!` macro writes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BuiltInKind {
    pub(crate) kind: Kind,
    pub(crate) singular: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) properties: &'static [Property],
    /// What is worked out from a record or from those that refer to it.
    pub(crate) worked_out: &'static [WorkedOut],
    /// Fails with the attribute whose value the Rust type can't hold.
    pub(crate) readable: fn(Values) -> Result<(), AttributeId>,
}

/// The built-in kinds: the one list of them.
pub(crate) const KINDS: &[BuiltInKind] = &[
    Contact::ENTRY,
    Company::ENTRY,
    Interaction::ENTRY,
    Purchase::ENTRY,
    Deal::ENTRY,
    Ticket::ENTRY,
    Task::ENTRY,
    Sequence::ENTRY,
    Import::ENTRY,
];

/// What only this crate does with records.
pub(crate) mod sealed {
    use super::super::{AttributeId, Fields, Kept, Kind, Property, RecordId, Tag, Values};
    use std::collections::BTreeSet;

    pub trait Sealed {}

    /// The bridge between a struct and its attributes; the `record!` macro writes it.
    pub trait RecordParts: Sized {
        /// Whether every attribute stands among the fields, not only the custom ones.
        const DYNAMIC: bool;
        /// A record of that kind without any values.
        fn blank(kind: Kind) -> Self;
        fn properties() -> &'static [Property];
        /// The built-in attributes and what a newer version wrote; not what stands among the fields.
        fn to_values(&self) -> Values;
        /// Fails with the attribute whose value has another type than the property.
        fn from_values(kind: Kind, values: Values) -> Result<Self, AttributeId>;
        fn fields_mut(&mut self) -> &mut Fields;
        fn tags_mut(&mut self) -> &mut BTreeSet<Tag>;
        fn kept_mut(&mut self) -> &mut Kept;
        fn parts(&self) -> (&Fields, &BTreeSet<Tag>, &Kept);
    }

    /// How an id that is known to name a record of the type is made.
    pub trait FromRecordId {
        fn from_record_id(id: RecordId) -> Self;
    }
}

/// Whatever can be stored: the kinds that have a Rust type ([`Record`]), and [`AnyRecord`] for all others. Sealed.
pub trait Storable: sealed::Sealed + sealed::RecordParts + Clone + Debug + PartialEq + Send + Sync + 'static {
    /// What names a record of the type: [`Id<T>`](Id), or [`RecordId`] for [`AnyRecord`].
    type Id: Identity<Record = Self>;

    /// The kind of the record.
    fn kind(&self) -> Kind;

    /// The custom fields.
    fn fields(&self) -> &Fields {
        self.parts().0
    }

    /// The tags.
    fn tags(&self) -> &BTreeSet<Tag> {
        self.parts().1
    }

    /// Changes the record through its setters where one has only a reference to it.
    fn edit(&mut self, change: impl FnOnce(Self) -> Self) {
        let blank = Self::blank(self.kind());
        *self = change(std::mem::replace(self, blank));
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
            Some(property) => self.to_values().take(AttributeId::property(property.number)),
            None => self.fields().value(key).cloned(),
        }
    }
}

/// A kind of record that has a Rust type: [`Contact`], [`Company`], [`Interaction`] and their siblings. Sealed.
pub trait Record: Storable<Id = Id<Self>> + Default {
    /// The kind.
    const KIND: Kind;
}

/// What names a record: [`Id<T>`](Id) of a kind that has a Rust type, [`RecordId`] of any kind. Sealed.
///
/// Whatever takes one gives back what it names: a [`Contact`] for an `Id<Contact>`, an [`AnyRecord`] for a
/// [`RecordId`].
pub trait Identity:
    sealed::Sealed + sealed::FromRecordId + Copy + Debug + PartialEq + Into<RecordId> + Send + Sync + 'static
{
    /// What is read by it.
    type Record: Storable<Id = Self>;
}

impl<T: Record> sealed::FromRecordId for Id<T> {
    fn from_record_id(id: RecordId) -> Self {
        Self::from_uuid(id.uuid)
    }
}
impl<T: Record> Identity for Id<T> {
    type Record = T;
}

impl sealed::FromRecordId for RecordId {
    fn from_record_id(id: RecordId) -> Self {
        id
    }
}
impl Identity for RecordId {
    type Record = AnyRecord;
}

/// A record as the database has it: with its identity, its version and who wrote it when.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Stored<T: Storable> {
    /// The identity.
    pub id: T::Id,
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

#[cfg(test)]
mod tests;
