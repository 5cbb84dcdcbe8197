//! What type an attribute has, and how a Rust type stands for it.
//!
//! One trait, [`FieldType`], serves built-in properties and custom fields alike.

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};

use super::{
    BuiltInOption, Choice, EmailAddress, Group, Id, Kind, Money, PartialDate, PhoneNumber, Record, RecordId, Value,
    ValueRange, WebAddress,
};

/// The type of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValueType {
    /// Text of a line or so.
    Text,
    /// Text of any length, kept apart from the record: notes, bodies of messages.
    LongText,
    /// A whole number of 64 bits.
    Integer,
    /// An exact decimal number of up to 28 digits.
    Decimal,
    /// An amount in a currency.
    Money,
    /// True or false.
    Boolean,
    /// A calendar date.
    Date,
    /// An instant.
    DateTime,
    /// A date that may lack its year, month or day.
    PartialDate,
    /// An option out of a list.
    Choice,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A web address.
    Url,
    /// Another record.
    Reference,
    /// A range of numbers.
    NumberRange,
    /// A range of money.
    MoneyRange,
    /// A range of dates.
    DateRange,
    /// A structured value; its parts are attributes of their own.
    Group,
}

impl ValueType {
    /// The type in words, for messages: "a whole number".
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Text | Self::LongText => "a text",
            Self::Integer => "a whole number",
            Self::Decimal => "a number",
            Self::Money => "an amount of money",
            Self::Boolean => "true or false",
            Self::Date => "a date",
            Self::DateTime => "an instant",
            Self::PartialDate => "a date that may lack its year, month or day",
            Self::Choice => "an option",
            Self::Email => "an e-mail address",
            Self::Phone => "a phone number",
            Self::Url => "a web address",
            Self::Reference => "a reference to a record",
            Self::NumberRange => "a range of numbers",
            Self::MoneyRange => "a range of money",
            Self::DateRange => "a range of dates",
            Self::Group => "a structured value",
        }
    }
}

/// The full type of an attribute as its Rust type gives it.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub(crate) value_type: ValueType,
    pub(crate) many: bool,
    pub(crate) parts: &'static [Part],
    /// Whether each value has a label and may be the primary one.
    pub(crate) labelled: bool,
    /// The only kind that a reference may name.
    pub(crate) target: Option<Kind>,
    /// The name of a structured type.
    pub(crate) sort: &'static str,
}

impl Shape {
    pub(crate) const fn of(value_type: ValueType) -> Self {
        Self { value_type, many: false, parts: &[], labelled: false, target: None, sort: "" }
    }

    pub(crate) const fn is_group(&self) -> bool {
        matches!(self.value_type, ValueType::Group)
    }
}

/// A part of a structured value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub(crate) number: u8,
    /// Empty for the part that the whole is about: the address of an e-mail entry.
    pub(crate) key: &'static str,
    pub(crate) label: &'static str,
    pub(crate) shape: Shape,
    pub(crate) options: &'static [BuiltInOption],
    /// Filled with the moment of the write if it is not given.
    pub(crate) now: bool,
    /// The least and the most of a number or an amount.
    pub(crate) within: Option<(i64, i64)>,
    /// Whether the options are those of the crate alone.
    pub(crate) fixed: bool,
}

impl Part {
    /// The parts that every labelled value has beside its own.
    pub(crate) const LABEL: u8 = 30;
    pub(crate) const PRIMARY: u8 = 31;
    /// The only part of a labelled value without structure.
    pub(crate) const VALUE: u8 = 1;
}

/// The Rust types that an attribute, built-in or custom, can have. Sealed.
///
/// `Option<T>` may be missing, `Vec<T>` holds several values.
pub trait FieldType: Sized + super::sealed::Sealed {
    #[doc(hidden)]
    const SHAPE: Shape;
    #[doc(hidden)]
    fn to_value(&self) -> Option<Value>;
    /// `None` where the value is of another type, or missing and the type has no way to say so.
    #[doc(hidden)]
    fn from_value(value: Option<Value>) -> Option<Self>;
}

macro_rules! atoms {
    ($($ty:ty = $variant:ident / $value_type:ident),* $(,)?) => {$(
        impl super::sealed::Sealed for $ty {}
        impl FieldType for $ty {
            const SHAPE: Shape = Shape::of(ValueType::$value_type);
            fn to_value(&self) -> Option<Value> {
                Some(Value::$variant(self.clone()))
            }
            fn from_value(value: Option<Value>) -> Option<Self> {
                match value {
                    Some(Value::$variant(value)) => Some(value),
                    _ => None,
                }
            }
        }
    )*};
}
atoms!(
    i64 = Integer / Integer,
    Decimal = Decimal / Decimal,
    Money = Money / Money,
    bool = Boolean / Boolean,
    Date = Date / Date,
    OffsetDateTime = DateTime / DateTime,
    PartialDate = PartialDate / PartialDate,
    Choice = Choice / Choice,
    EmailAddress = Email / Email,
    PhoneNumber = Phone / Phone,
    WebAddress = Url / Url,
    RecordId = Reference / Reference,
    ValueRange<Decimal> = NumberRange / NumberRange,
    ValueRange<Money> = MoneyRange / MoneyRange,
    ValueRange<Date> = DateRange / DateRange,
);

impl super::sealed::Sealed for String {}
impl FieldType for String {
    const SHAPE: Shape = Shape::of(ValueType::Text);
    fn to_value(&self) -> Option<Value> {
        // An empty text and no text are one and the same.
        (!self.is_empty()).then(|| Value::Text(self.clone()))
    }
    fn from_value(value: Option<Value>) -> Option<Self> {
        match value {
            None => Some(Self::new()),
            Some(Value::Text(text)) => Some(text),
            Some(_) => None,
        }
    }
}

impl<T: Record> super::sealed::Sealed for Id<T> {}
impl<T: Record> FieldType for Id<T> {
    const SHAPE: Shape = Shape { target: Some(T::KIND), ..Shape::of(ValueType::Reference) };
    fn to_value(&self) -> Option<Value> {
        Some(Value::Reference((*self).into()))
    }
    fn from_value(value: Option<Value>) -> Option<Self> {
        match value {
            Some(Value::Reference(id)) => id.typed(),
            _ => None,
        }
    }
}

impl<T: FieldType> super::sealed::Sealed for Option<T> {}
impl<T: FieldType> FieldType for Option<T> {
    const SHAPE: Shape = T::SHAPE;
    fn to_value(&self) -> Option<Value> {
        self.as_ref().and_then(T::to_value)
    }
    fn from_value(value: Option<Value>) -> Option<Self> {
        match value {
            None => Some(None),
            some => T::from_value(some).map(Some),
        }
    }
}

impl<T: FieldType> super::sealed::Sealed for Vec<T> {}
impl<T: FieldType> FieldType for Vec<T> {
    const SHAPE: Shape = Shape { many: true, ..T::SHAPE };
    fn to_value(&self) -> Option<Value> {
        let values: Vec<Value> = self.iter().filter_map(T::to_value).collect();
        (!values.is_empty()).then_some(Value::List(values))
    }
    fn from_value(value: Option<Value>) -> Option<Self> {
        match value {
            None => Some(Self::new()),
            Some(Value::List(values)) => values.into_iter().map(|value| T::from_value(Some(value))).collect(),
            Some(_) => None,
        }
    }
}

/// Parts of a structured value that a newer version of the crate wrote: kept and written back.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnknownParts(pub(crate) Vec<(u8, Value)>);

impl UnknownParts {
    pub(crate) fn rest(group: Group) -> Self {
        Self(group.parts)
    }
}
