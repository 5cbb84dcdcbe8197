//! The value of any attribute, and a record as nothing but attributes.

use std::fmt;

use rust_decimal::Decimal;
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};

use super::{
    AttributeId, Choice, EmailAddress, Id, Money, PartialDate, PhoneNumber, Record, RecordId, ValueRange, WebAddress,
};

/// The value of an attribute, whatever its type: what frontends read and write when they know a field
/// only by its key.
///
/// ```
/// use contactdb::{Contact, Value};
/// let mut ada = Contact::named("Ada", "Lovelace");
/// ada.set_value("job_title", Value::from("Analyst"));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// An exact decimal number.
    Decimal(Decimal),
    /// An amount in a currency.
    Money(Money),
    /// True or false.
    Boolean(bool),
    /// A calendar date.
    Date(Date),
    /// An instant; stored in UTC to the microsecond.
    DateTime(OffsetDateTime),
    /// A date that may lack a part.
    PartialDate(PartialDate),
    /// An option of a choice.
    Choice(Choice),
    /// An e-mail address.
    Email(EmailAddress),
    /// A phone number.
    Phone(PhoneNumber),
    /// A web address.
    Url(WebAddress),
    /// Another record.
    Reference(RecordId),
    /// A range of numbers.
    NumberRange(ValueRange<Decimal>),
    /// A range of money.
    MoneyRange(ValueRange<Money>),
    /// A range of dates.
    DateRange(ValueRange<Date>),
    /// Several values, in their order.
    List(Vec<Value>),
    /// A structured value such as an address; made from and turned into its own type.
    Group(Group),
}

/// A structured value as its parts. Convert an [`Address`](crate::Address), a
/// [`PersonName`](crate::PersonName) and the like into a [`Value`] and back.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// The structured type that it was made from; empty where that is not known, as in a file.
    pub(crate) sort: &'static str,
    pub(crate) parts: Vec<(u8, Value)>,
}

/// The same parts; where they came from does not matter.
impl PartialEq for Group {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

impl Group {
    pub(crate) fn of(sort: &'static str) -> Self {
        Self { sort, parts: Vec::new() }
    }

    pub(crate) fn part(&self, number: u8) -> Option<&Value> {
        self.parts.iter().find(|(at, _)| *at == number).map(|(_, value)| value)
    }

    pub(crate) fn take(&mut self, number: u8) -> Option<Value> {
        let at = self.parts.iter().position(|(at, _)| *at == number)?;
        Some(self.parts.remove(at).1)
    }

    pub(crate) fn put(&mut self, number: u8, value: Option<Value>) {
        if let Some(value) = value {
            self.parts.push((number, value));
        }
    }
}

impl Value {
    /// The value as a Rust type: `value.read::<Address>()`, `value.read::<Vec<Labelled<EmailAddress>>>()`. `None` if it is of
    /// another type.
    ///
    /// ```
    /// use contactdb::{Address, Value};
    /// let value = Value::from(Address::new("12 Example Street", "Springfield"));
    /// let address = value.read::<Address>().expect("an address");
    /// assert_eq!(address.city.as_deref(), Some("Springfield"));
    /// assert_eq!(value.read::<i64>(), None);
    /// ```
    #[must_use]
    pub fn read<T: super::FieldType>(&self) -> Option<T> {
        T::from_value(Some(self.clone()))
    }

    /// The value or, of several, each of them.
    pub(crate) fn each(&self) -> &[Self] {
        match self {
            Self::List(values) => values,
            one => std::slice::from_ref(one),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(value) => f.write_str(value),
            Self::Integer(value) => value.fmt(f),
            Self::Decimal(value) => value.fmt(f),
            Self::Money(value) => value.fmt(f),
            Self::Boolean(value) => value.fmt(f),
            Self::Date(value) => value.fmt(f),
            Self::DateTime(value) => match value.format(&Rfc3339) {
                Ok(text) => f.write_str(&text),
                Err(_) => value.fmt(f),
            },
            Self::PartialDate(value) => value.fmt(f),
            Self::Choice(value) => value.fmt(f),
            Self::Email(value) => value.fmt(f),
            Self::Phone(value) => value.fmt(f),
            Self::Url(value) => value.fmt(f),
            Self::Reference(value) => value.fmt(f),
            Self::NumberRange(value) => value.fmt(f),
            Self::MoneyRange(value) => value.fmt(f),
            Self::DateRange(value) => value.fmt(f),
            Self::List(values) => join(f, values.iter()),
            Self::Group(group) => join(f, group.parts.iter().map(|(_, value)| value)),
        }
    }
}

fn join<'a>(f: &mut fmt::Formatter<'_>, values: impl Iterator<Item = &'a Value>) -> fmt::Result {
    for (at, value) in values.enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        fmt::Display::fmt(value, f)?;
    }
    Ok(())
}

macro_rules! from {
    ($($variant:ident($ty:ty)),* $(,)?) => {$(
        impl From<$ty> for Value {
            fn from(value: $ty) -> Self {
                Self::$variant(value)
            }
        }
    )*};
}
from!(
    Text(String),
    Integer(i64),
    Decimal(Decimal),
    Money(Money),
    Boolean(bool),
    Date(Date),
    DateTime(OffsetDateTime),
    PartialDate(PartialDate),
    Choice(Choice),
    Email(EmailAddress),
    Phone(PhoneNumber),
    Url(WebAddress),
    Reference(RecordId),
    NumberRange(ValueRange<Decimal>),
    MoneyRange(ValueRange<Money>),
    DateRange(ValueRange<Date>),
    List(Vec<Value>),
);

impl<T: Record> From<Id<T>> for Value {
    fn from(id: Id<T>) -> Self {
        Self::Reference(id.into())
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Integer(i64::from(value))
    }
}

/// A record as its attributes, in the order of their ids: the form in which it is checked, indexed,
/// asked about and stored.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Values {
    entries: Vec<(AttributeId, Value)>,
    /// What a newer version of the crate wrote in a form that this one can't read: kept as it is.
    pub(crate) opaque: Vec<(AttributeId, Box<[u8]>)>,
}

impl Values {
    pub(crate) fn get(&self, id: AttributeId) -> Option<&Value> {
        let at = self.entries.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.entries.get(at).map(|(_, value)| value)
    }

    /// Empty, with room for a record of the usual size.
    pub(crate) fn with_room() -> Self {
        Self { entries: Vec::with_capacity(24), opaque: Vec::new() }
    }

    pub(crate) fn set(&mut self, id: AttributeId, value: Value) {
        // Most come in their order.
        if self.entries.last().is_none_or(|(last, _)| *last < id) {
            return self.entries.push((id, value));
        }
        match self.entries.binary_search_by_key(&id, |(id, _)| *id) {
            Ok(at) => {
                if let Some(entry) = self.entries.get_mut(at) {
                    entry.1 = value;
                }
            }
            Err(at) => self.entries.insert(at, (id, value)),
        }
    }

    pub(crate) fn take(&mut self, id: AttributeId) -> Option<Value> {
        let at = self.entries.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.entries.remove(at).1)
    }

    pub(crate) fn get_mut(&mut self, id: AttributeId) -> Option<&mut Value> {
        let at = self.entries.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.entries.get_mut(at).map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (AttributeId, &Value)> {
        self.entries.iter().map(|(id, value)| (*id, value))
    }

    pub(crate) fn taking(self) -> Taking {
        Taking { before: Vec::new(), next: None, rest: self.entries.into_iter(), opaque: self.opaque }
    }
}

/// Values that are taken out in the order of their attributes, without moving those that are left.
#[derive(Debug)]
pub(crate) struct Taking {
    /// What was passed over.
    before: Vec<(AttributeId, Value)>,
    next: Option<(AttributeId, Value)>,
    rest: std::vec::IntoIter<(AttributeId, Value)>,
    opaque: Vec<(AttributeId, Box<[u8]>)>,
}

impl Taking {
    /// The value of an attribute. One that comes behind attributes asked for before is found too, only slower.
    pub(crate) fn take(&mut self, id: AttributeId) -> Option<Value> {
        loop {
            match self.next.take().or_else(|| self.rest.next()) {
                Some((at, value)) if at == id => return Some(value),
                Some((at, value)) if at < id => self.before.push((at, value)),
                behind => {
                    self.next = behind;
                    let at = self.before.binary_search_by_key(&id, |(id, _)| *id).ok()?;
                    return Some(self.before.remove(at).1);
                }
            }
        }
    }

    /// What nobody took.
    pub(crate) fn rest(self) -> Values {
        let mut entries = self.before;
        entries.extend(self.next);
        entries.extend(self.rest);
        Values { entries, opaque: self.opaque }
    }
}

impl IntoIterator for Values {
    type Item = (AttributeId, Value);
    type IntoIter = std::vec::IntoIter<(AttributeId, Value)>;
    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}
