//! The custom fields of a record.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::{
    AttributeId, Choice, Currency, EmailAddress, FieldType, Id, InvalidValue, Money, PartialDate, PhoneNumber, Record,
    RecordId, Value, Values, Violation, WebAddress,
};

/// A custom field that was defined for values of type `T`; made by
/// [`Transaction::define`](crate::Transaction::define) and
/// [`Read::field`](crate::Read::field).
///
/// It names the field by its stable id, so it stays good when the field is renamed. It is small and
/// `Copy`. It belongs to the database that made it, and is good only once its definition is committed: one
/// from a dropped transaction or from another database may name another field.
pub struct FieldHandle<T> {
    pub(crate) id: AttributeId,
    pub(crate) currency: Option<Currency>,
    of: PhantomData<fn() -> T>,
}

impl<T> FieldHandle<T> {
    pub(crate) const fn new(id: AttributeId, currency: Option<Currency>) -> Self {
        Self { id, currency, of: PhantomData }
    }

    /// The stable id of the field.
    #[must_use]
    pub const fn id(self) -> AttributeId {
        self.id
    }
}

impl<T> Clone for FieldHandle<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for FieldHandle<T> {}
impl<T> fmt::Debug for FieldHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldHandle({})", self.id.number())
    }
}

/// What can be given to a field of type `T`. Sealed by its implementations: `T` itself and the plain
/// forms of it, such as `&str` for a choice and a number for money in the field's currency.
pub trait FieldInput<T> {
    #[doc(hidden)]
    fn into_value(self, currency: Option<Currency>) -> Option<Value>;
}

impl<T: FieldType> FieldInput<T> for T {
    fn into_value(self, _: Option<Currency>) -> Option<Value> {
        self.to_value()
    }
}

macro_rules! inputs {
    ($($from:ty => $to:ty = |$value:ident, $currency:pat_param| $into:expr;)*) => {$(
        impl FieldInput<$to> for $from {
            fn into_value(self, $currency: Option<Currency>) -> Option<Value> {
                let $value = self;
                Some($into)
            }
        }
    )*};
}
inputs! {
    &str => String = |text, _| Value::from(text);
    i32 => i64 = |number, _| Value::from(number);
    u32 => i64 = |number, _| Value::Integer(number.into());
    u32 => Decimal = |number, _| Value::Decimal(number.into());
    i32 => Decimal = |number, _| Value::Decimal(number.into());
    i64 => Decimal = |number, _| Value::Decimal(number.into());
    u32 => Money = |number, currency| amount(number.into(), currency);
    i32 => Money = |number, currency| amount(number.into(), currency);
    i64 => Money = |number, currency| amount(number.into(), currency);
    Decimal => Money = |number, currency| amount(number, currency);
    String => Choice = |key, _| Value::Choice(key.into());
    &str => Choice = |key, _| Value::Choice(key.into());
    // A text is read when the record is written, so that what is wrong with it is reported with the rest.
    &str => EmailAddress = |text, _| Value::from(text);
    &str => PhoneNumber = |text, _| Value::from(text);
    &str => WebAddress = |text, _| Value::from(text);
    &str => PartialDate = |text, _| Value::from(text);
    time::Date => PartialDate = |date, _| Value::PartialDate(date.into());
}

fn amount(number: Decimal, currency: Option<Currency>) -> Value {
    match currency {
        Some(currency) => Value::Money(Money::new(number, currency)),
        // Refused when written: money without a currency has no meaning.
        None => Value::Decimal(number),
    }
}

impl<const N: usize> FieldInput<Vec<Choice>> for [&str; N] {
    fn into_value(self, _: Option<Currency>) -> Option<Value> {
        Some(Value::List(self.into_iter().map(|key| Value::Choice(key.into())).collect()))
    }
}
impl<const N: usize> FieldInput<Vec<String>> for [&str; N] {
    fn into_value(self, _: Option<Currency>) -> Option<Value> {
        Some(Value::List(self.into_iter().map(Value::from).collect()))
    }
}
impl<T: Record> FieldInput<RecordId> for Id<T> {
    fn into_value(self, _: Option<Currency>) -> Option<Value> {
        Some(Value::Reference(self.into()))
    }
}

/// The custom fields of a record: each with its value.
///
/// ```
/// use contactdb::{Contact, Value};
/// let mut ada = Contact::named("Ada", "Lovelace");
/// ada.fields.set_value("budget_code", "R-17");
/// assert_eq!(ada.fields.value("budget_code"), Some(&Value::from("R-17")));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Fields {
    pub(crate) entries: Vec<Entry>,
}

/// A field is known by its id, its present key, or (from the database) both.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) id: Option<AttributeId>,
    pub(crate) key: Option<Arc<str>>,
    /// `None` takes the attribute away when the record is written.
    pub(crate) value: Option<Value>,
}

impl Fields {
    /// Sets a field through its handle.
    pub fn set<T: FieldType>(&mut self, field: FieldHandle<T>, value: impl FieldInput<T>) {
        let value = value.into_value(field.currency);
        self.put(Some(field.id), None, value);
    }

    /// Takes a field's value away.
    pub fn clear<T: FieldType>(&mut self, field: FieldHandle<T>) {
        self.put(Some(field.id), None, None);
    }

    /// The value of a field; `None` if it is not set.
    #[must_use]
    pub fn get<T: FieldType>(&self, field: FieldHandle<T>) -> Option<T> {
        let entry = self.entries.iter().find(|entry| entry.id == Some(field.id))?;
        T::from_value(Some(entry.value.clone()?))
    }

    /// Sets any attribute of the record, custom or built-in, by its key. Whether there is one, and
    /// whether the value suits it, is checked when the record is written.
    pub fn set_value(&mut self, key: &str, value: impl Into<Value>) {
        self.put(None, Some(Arc::from(key)), Some(value.into()));
    }

    /// Sets any attribute of the record that is known by its id.
    pub(crate) fn set_known(&mut self, id: AttributeId, value: Value) {
        self.put(Some(id), None, Some(value));
    }

    /// Takes away the value of any attribute, by its key.
    pub fn clear_value(&mut self, key: &str) {
        self.put(None, Some(Arc::from(key)), None);
    }

    /// The value of a custom field by its key.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|entry| entry.key.as_deref() == Some(key))?.value.as_ref()
    }

    /// Each field that has a value, with its key. A field that was set through a handle has its key
    /// from the moment it is read back.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().filter_map(|entry| Some((entry.key.as_deref()?, entry.value.as_ref()?)))
    }

    /// How many fields have a value.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.iter().filter(|entry| entry.value.is_some()).count()
    }

    /// Whether none has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn put(&mut self, id: Option<AttributeId>, key: Option<Arc<str>>, value: Option<Value>) {
        let same = |entry: &Entry| match (&entry.id, &id) {
            (Some(a), Some(b)) => a == b,
            _ => entry.key.is_some() && entry.key == key,
        };
        // What was set last stands last: a field can stand here twice, by its id and by its key.
        let known = self.entries.iter().position(same).map(|at| self.entries.remove(at));
        let (id, key) = known.map_or((id, key), |known| (known.id, known.key));
        self.entries.push(Entry { id, key, value });
    }
}

/// The same fields with the same values, in any order. What is known only by its key is compared by it.
impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        let found_in = |entry: &Entry, others: &Self| {
            others.entries.iter().any(|other| {
                let same = match (&entry.id, &other.id) {
                    (Some(a), Some(b)) => a == b,
                    _ => entry.key.is_some() && entry.key == other.key,
                };
                same && entry.value == other.value
            })
        };
        let all_found = |a: &Self, b: &Self| a.entries.iter().filter(|e| e.value.is_some()).all(|e| found_in(e, b));
        all_found(self, other) && all_found(other, self)
    }
}

/// What a record carries unseen: attributes of a newer version, and what setters could not take.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    unknown: Values,
    pub(crate) problems: Vec<Violation>,
}

impl Kept {
    pub(crate) fn rest(unknown: Values) -> Self {
        Self { unknown, problems: Vec::new() }
    }

    pub(crate) fn give_back(&self, values: &mut Values) {
        for (id, value) in self.unknown.iter() {
            if values.get(id).is_none() {
                values.set(id, value.clone());
            }
        }
        values.opaque.clone_from(&self.unknown.opaque);
    }

    /// Reads what a setter was given; what can't be read is reported when the record is written.
    pub(crate) fn read<T>(&mut self, attribute: &str, input: impl TryInto<T, Error: Into<InvalidValue>>) -> Option<T> {
        match input.try_into() {
            Ok(value) => Some(value),
            Err(error) => {
                let invalid: InvalidValue = error.into();
                self.problems.push(invalid.violation(attribute));
                None
            }
        }
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.unknown == other.unknown && self.problems == other.problems
    }
}
