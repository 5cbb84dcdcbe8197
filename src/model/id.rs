//! Who a record is: its kind and its identity.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::InvalidValue;

/// A kind of record: contact, company, interaction and the other built-in ones, and those that a business defines
/// ([`define_kind`](crate::Transaction::define_kind)).
///
/// A number and not a closed enum: what the crate knows of a kind stands in the catalogue, so that
/// kinds can be added without touching anything else.
///
/// ```
/// use contactdb::Kind;
/// assert_eq!(Kind::CONTACT.to_string(), "contact");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Kind(pub(crate) u16);

impl Kind {
    /// A person.
    pub const CONTACT: Self = Self(1);
    /// An organisation.
    pub const COMPANY: Self = Self(2);
    /// Something that happened with people or companies: a call, a letter, a donation.
    pub const INTERACTION: Self = Self(3);
    /// A sale or a purchase: an order with items.
    pub const PURCHASE: Self = Self(4);

    /// A chance to sell something.
    pub const DEAL: Self = Self(5);
    /// A support case.
    pub const TICKET: Self = Self(6);
    /// A follow-up or a reminder.
    pub const TASK: Self = Self(7);
    /// A plan of contacts, one after the other.
    pub const SEQUENCE: Self = Self(8);
    /// What came in from outside, and when.
    pub const IMPORT: Self = Self(9);

    /// The first kind that a business can define.
    pub(crate) const FIRST_CUSTOM: u16 = 256;
    /// The last one.
    pub(crate) const LAST_CUSTOM: u16 = 0xFEFF;

    /// Whether a business defined it, rather than this crate.
    #[must_use]
    pub const fn is_custom(self) -> bool {
        self.0 >= Self::FIRST_CUSTOM
    }
}

impl Kind {
    /// The kind that `Display` writes so.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        match super::KINDS.iter().find(|known| known.singular == text) {
            Some(known) => Some(known.kind),
            None => text.strip_prefix("kind ")?.parse().ok().map(Self),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match super::KINDS.iter().find(|known| known.kind == *self) {
            Some(known) => f.write_str(known.singular),
            None => write!(f, "kind {}", self.0),
        }
    }
}

/// The identity of a record of type `T`: a UUID that never changes and is never used again.
///
/// Ids made by the default source are version 7, so they sort by the time of creation. An id says
/// nothing about whether the record still exists.
///
/// ```
/// use contactdb::{Contact, Id};
/// let id: Id<Contact> = "01890a5d-ac96-774b-bcce-b302099a8057".parse()?;
/// assert_eq!(id.to_string(), "01890a5d-ac96-774b-bcce-b302099a8057");
/// # Ok::<(), contactdb::InvalidValue>(())
/// ```
pub struct Id<T> {
    uuid: Uuid,
    of: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// Wraps a UUID that the caller knows to name a record of this type.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, of: PhantomData }
    }

    /// The UUID itself.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.uuid)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}
impl<T> FromStr for Id<T> {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Uuid::parse_str(text)
            .map(Self::from_uuid)
            .map_err(|_| InvalidValue::new("id", text, "a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057"))
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.uuid.serialize(serializer)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}

/// The identity of a record of any kind: what an [`Id`] is without its type.
///
/// ```
/// use contactdb::{Company, Id, Kind, RecordId};
/// let acme: Id<Company> = "01890a5d-ac96-774b-bcce-b302099a8057".parse()?;
/// let any = RecordId::from(acme);
/// assert_eq!(any.kind, Kind::COMPANY);
/// assert_eq!(any.typed::<Company>(), Some(acme));
/// assert_eq!(any.to_string().parse::<RecordId>()?, any);
/// # Ok::<(), contactdb::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordId {
    /// The kind of the record.
    pub kind: Kind,
    /// Its UUID.
    pub uuid: Uuid,
}

impl RecordId {
    /// The typed id, if this names a record of type `T`.
    #[must_use]
    pub fn typed<T: super::Record>(self) -> Option<Id<T>> {
        (self.kind == T::KIND).then(|| Id::from_uuid(self.uuid))
    }
}

impl<T: super::Record> From<Id<T>> for RecordId {
    fn from(id: Id<T>) -> Self {
        Self { kind: T::KIND, uuid: id.uuid }
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.uuid)
    }
}
/// The kind and the UUID, as `Display` writes them: `contact 01890a5d-ac96-774b-bcce-b302099a8057`.
impl FromStr for RecordId {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let id = text.rsplit_once(' ').and_then(|(kind, uuid)| {
            let uuid = Uuid::parse_str(uuid).ok()?;
            Some(Self { kind: Kind::of_text(kind)?, uuid })
        });
        id.ok_or_else(|| {
            InvalidValue::new("record", text, "a kind and a UUID such as contact 01890a5d-ac96-774b-bcce-b302099a8057")
        })
    }
}

/// The stable number of an attribute: a property (`number`), or a part of a structured one.
///
/// Thirty-two numbers belong to each property: the property itself and up to 31 parts. Numbers are
/// never used again, so that what an old file holds keeps its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AttributeId(pub(crate) u32);

impl AttributeId {
    const PARTS: u32 = 32;
    /// When the record was made.
    pub(crate) const CREATED: Self = Self::property(2);
    /// To what the people belonged whom a record is about; the database notes it.
    pub(crate) const NOTED: Self = Self::property(8);
    /// The first number of a property of a kind; the database itself has those below.
    const FIRST_OWN: u32 = 16;

    /// Whether the database keeps it up itself on every kind.
    pub(crate) const fn is_system(self) -> bool {
        self.number() < Self::FIRST_OWN
    }

    /// What is worked out stands beside what is stored, at numbers of its own.
    const FIRST_WORKED_OUT: u32 = 512;
    /// The first property number that a custom field can get.
    pub(crate) const FIRST_CUSTOM: u32 = 1_024;

    /// The last number that a property can have.
    pub(crate) const LAST_PROPERTY: u32 = u32::MAX / Self::PARTS;

    /// Whether a kind of this crate, of whatever version, has it in its records.
    pub(crate) const fn is_of_a_kind(self) -> bool {
        self.number() >= Self::FIRST_OWN && self.number() < Self::FIRST_WORKED_OUT
    }

    pub(crate) const fn property(number: u32) -> Self {
        Self(number.saturating_mul(Self::PARTS))
    }

    /// The attribute of a kind that is worked out, by its number among those.
    pub(crate) const fn worked_out(number: u32) -> Self {
        Self::property(Self::FIRST_WORKED_OUT.saturating_add(number))
    }

    pub(crate) const fn part(self, part: u8) -> Self {
        Self(self.number().saturating_mul(Self::PARTS).saturating_add(part as u32 % Self::PARTS))
    }

    /// The number of the property, without the part.
    pub(crate) const fn number(self) -> u32 {
        self.0 / Self::PARTS
    }

    /// The number of the part; 0 for the property itself.
    pub(crate) const fn part_number(self) -> u8 {
        (self.0 % Self::PARTS) as u8
    }

    /// Whether a business defined it, rather than this crate.
    #[must_use]
    pub const fn is_custom(self) -> bool {
        self.number() >= Self::FIRST_CUSTOM
    }
}
