//! What type an attribute has, and how a Rust type stands for it.
//!
//! One trait, [`FieldType`], serves built-in properties and custom fields alike. The macros below make
//! a structured value or a record out of one line for each of its attributes, so that a new property
//! is one entry in one place.

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};

use super::{
    BuiltInOption, Choice, EmailAddress, Group, Id, Kind, Money, PartialDate, PhoneNumber, Record, RecordId, StageOf,
    Value, ValueRange, WebAddress,
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
}

impl Part {
    /// The parts that every labelled value has beside its own.
    pub(crate) const LABEL: u8 = 30;
    pub(crate) const PRIMARY: u8 = 31;
    /// The only part of a labelled value without structure.
    pub(crate) const VALUE: u8 = 1;
}

/// What an attribute is besides its type.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trait of its own; any of them go together")]
pub(crate) struct Traits {
    /// What one of several is called in the segment language; the attribute's key if empty.
    pub(crate) item: &'static str,
    /// Stands before the keys of the parts.
    pub(crate) prefix: &'static str,
    pub(crate) options: &'static [BuiltInOption],
    pub(crate) long: bool,
    pub(crate) required: bool,
    /// The record is about what this refers to: without any such reference left it means nothing.
    pub(crate) about: bool,
    /// What becomes of the record when what it refers to is deleted as defined.
    pub(crate) on_delete: OnDelete,
    /// A reference of this kind may not lead back to the record.
    pub(crate) acyclic: bool,
    /// The values themselves are keys, compared exactly, and no two records share one.
    pub(crate) exact_key: bool,
    /// The instant by which records of the kind are ordered in a timeline.
    pub(crate) time: bool,
    /// The least and the most of a number.
    pub(crate) within: Option<(i64, i64)>,
    /// The number of the choice whose history this is; the database adds to it by itself. 0 if it is none.
    pub(crate) tracks: u32,
    /// The database notes here when a choice took one of some options.
    pub(crate) stamp: Option<Stamp>,
    /// The number of the property that ends it: until that is set, the record stands in the agenda at this time. 0 if it
    /// never does.
    pub(crate) agenda: u32,
    /// The record belongs to what this refers to, from a day to a day.
    pub(crate) belongs: Option<Belongs>,
    /// The choice is a stage in a pipeline.
    pub(crate) stage_of: Option<StageOf>,
    /// What the person agreed and objected to: values of [`Consent`](super::Consent).
    pub(crate) consent: bool,
    /// The instant from which the record is kept and not used.
    pub(crate) restriction: bool,
    pub(crate) default: Option<BuiltInDefault>,
    /// What a record is called by in a list: the attributes of rank 1 together, without any those of rank 2, and so on. 0 if
    /// it says nothing of that.
    pub(crate) title: u8,
    /// A sentence for forms, without its full stop.
    pub(crate) help: &'static str,
}

impl Traits {
    pub(crate) const NONE: Self = Self {
        item: "",
        prefix: "",
        options: &[],
        long: false,
        required: false,
        about: false,
        on_delete: OnDelete::Detach,
        acyclic: false,
        exact_key: false,
        time: false,
        within: None,
        tracks: 0,
        stamp: None,
        agenda: 0,
        belongs: None,
        stage_of: None,
        consent: false,
        restriction: false,
        default: None,
        title: 0,
        help: "",
    };
}

/// When the database notes the time of a write: as a choice takes one of these options. It is taken away when the choice
/// leaves them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp {
    /// The number of the choice.
    pub(crate) of: u32,
    pub(crate) when: &'static [&'static str],
}

/// The parts of a structured value that say to what a record belongs, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Belongs {
    /// What it belongs to.
    pub(crate) to: u8,
    /// The first day.
    pub(crate) since: u8,
    /// The last day.
    pub(crate) until: u8,
}

/// What becomes of a record when something that it refers to is deleted
/// [`AsDefined`](crate::OnReferences::AsDefined).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnDelete {
    /// It loses the reference: the attribute, or the whole entry of a list.
    #[default]
    Detach,
    /// What it refers to is not deleted.
    Refuse,
    /// It goes too; a record that is about several others only once none of them is left.
    Cascade,
}

impl OnDelete {
    /// The stable code by which files name it.
    pub(crate) const fn code(self) -> i64 {
        match self {
            Self::Detach => 0,
            Self::Refuse => 1,
            Self::Cascade => 2,
        }
    }

    /// The rule of a code; of one that this version does not know, the careful one.
    pub(crate) const fn of_code(code: i64) -> Self {
        match code {
            0 => Self::Detach,
            2 => Self::Cascade,
            _ => Self::Refuse,
        }
    }
}

/// What a built-in attribute gets when nothing is given.
#[derive(Debug, Clone, Copy)]
pub(crate) enum BuiltInDefault {
    /// An option.
    Option(&'static str),
    /// The moment of the write.
    Now,
}

/// A property of a built-in kind.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    pub(crate) number: u32,
    pub(crate) key: &'static str,
    pub(crate) label: &'static str,
    pub(crate) shape: Shape,
    pub(crate) traits: Traits,
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

/// Makes a structured value: a struct of named parts. One line a part: number, key, label, field, type, perhaps its options,
/// and perhaps a rule: `{ now }` fills in the moment of the write, `{ within 1, 12 }` bounds a number.
macro_rules! group {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$part_meta:meta])* $number:literal $key:literal $label:literal $field:ident: $ty:ty $(= $options:path)? $({ $($rule:tt)+ })?,)*
        }
    ) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$part_meta])* $vis $field: $ty,)*
            // Open, so that `..` takes over the rest of another one; hidden, since there is nothing to see.
            #[doc(hidden)]
            $vis unknown: $crate::model::UnknownParts,
        }
        impl $crate::model::sealed::Sealed for $name {}
        impl $crate::model::FieldType for $name {
            const SHAPE: $crate::model::Shape = $crate::model::Shape {
                parts: &[$($crate::model::Part {
                    number: $number,
                    key: $key,
                    label: $label,
                    shape: <$ty as $crate::model::FieldType>::SHAPE,
                    options: group!(@options $($options)?),
                    now: group!(@now $($($rule)+)?),
                    within: group!(@within $($($rule)+)?),
                }),*],
                sort: stringify!($name),
                ..$crate::model::Shape::of($crate::model::ValueType::Group)
            };
            fn to_value(&self) -> Option<$crate::model::Value> {
                let mut group = $crate::model::Group::of(stringify!($name));
                $(group.put($number, <$ty as $crate::model::FieldType>::to_value(&self.$field));)*
                group.parts.extend(self.unknown.0.iter().cloned());
                // The one order in which every version writes them.
                group.parts.sort_by_key(|(number, _)| *number);
                (!group.parts.is_empty()).then_some($crate::model::Value::Group(group))
            }
            fn from_value(value: Option<$crate::model::Value>) -> Option<Self> {
                let mut group = match value {
                    Some($crate::model::Value::Group(group)) => group,
                    None => $crate::model::Group::default(),
                    Some(_) => return None,
                };
                Some(Self {
                    $($field: <$ty as $crate::model::FieldType>::from_value(group.take($number))?,)*
                    unknown: $crate::model::UnknownParts::rest(group),
                })
            }
        }
        impl From<$name> for $crate::model::Value {
            fn from(value: $name) -> Self {
                <$name as $crate::model::FieldType>::to_value(&value)
                    .unwrap_or_else(|| $crate::model::Value::Group($crate::model::Group::default()))
            }
        }
    };
    (@now) => { false };
    (@now now) => { true };
    (@now within $($bounds:tt)*) => { false };
    (@within) => { None };
    (@within now) => { None };
    (@within within $least:expr, $most:expr) => { Some(($least, $most)) };
    (@options) => { &[] };
    (@options $options:path) => { $options };
}
pub(crate) use group;

/// Makes a kind of record: a struct of properties. One line a property: number, key, label, field,
/// type, and what [`Traits`] it has.
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $name:ident = $kind:expr, $singular:literal $plural:literal, worked out $worked_out:expr, {
            $($(#[$prop_meta:meta])* $number:literal $key:literal $label:literal $field:ident: $ty:ty $({ $($traits:tt)* })?,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            $($(#[$prop_meta])* pub $field: $ty,)*
            /// Custom fields.
            pub fields: $crate::model::Fields,
            /// Tags. They are kept beside the record: changing them changes no version.
            pub tags: std::collections::BTreeSet<$crate::model::Tag>,
            // Open, so that `..Self::new()` works outside the crate; hidden, since there is nothing to see.
            #[doc(hidden)]
            pub kept: $crate::model::Kept,
        }

        impl $name {
            /// The properties of the kind, one entry each.
            pub(crate) const PROPERTIES: &'static [$crate::model::Property] = &[$($crate::model::Property {
                number: $number,
                key: $key,
                label: $label,
                shape: <$ty as $crate::model::FieldType>::SHAPE,
                traits: record!(@traits $({ $($traits)* })?),
            }),*];

            /// The kind as the catalogue begins with it.
            pub(crate) const ENTRY: $crate::model::BuiltInKind = $crate::model::BuiltInKind {
                kind: $kind,
                singular: $singular,
                plural: $plural,
                properties: Self::PROPERTIES,
                worked_out: $worked_out,
                readable: |values| <Self as $crate::model::sealed::RecordParts>::from_values($kind, values).map(drop),
            };
        }
        $crate::model::record_methods!($name);

        impl $crate::model::sealed::Sealed for $name {}
        impl $crate::model::sealed::RecordParts for $name {
            const DYNAMIC: bool = false;
            fn blank(_: $crate::model::Kind) -> Self {
                Self::default()
            }
            fn properties() -> &'static [$crate::model::Property] {
                Self::PROPERTIES
            }
            fn to_values(&self) -> $crate::model::Values {
                let mut values = $crate::model::Values::default();
                $(if let Some(value) = <$ty as $crate::model::FieldType>::to_value(&self.$field) {
                    values.set($crate::model::AttributeId::property($number), value);
                })*
                self.kept.give_back(&mut values);
                values
            }
            fn from_values(
                _: $crate::model::Kind,
                mut values: $crate::model::Values,
            ) -> Result<Self, $crate::model::AttributeId> {
                Ok(Self {
                    $($field: {
                        let id = $crate::model::AttributeId::property($number);
                        <$ty as $crate::model::FieldType>::from_value(values.take(id)).ok_or(id)?
                    },)*
                    fields: $crate::model::Fields::default(),
                    tags: std::collections::BTreeSet::new(),
                    kept: $crate::model::Kept::rest(values),
                })
            }
            fn fields_mut(&mut self) -> &mut $crate::model::Fields {
                &mut self.fields
            }
            fn tags_mut(&mut self) -> &mut std::collections::BTreeSet<$crate::model::Tag> {
                &mut self.tags
            }
            fn kept_mut(&mut self) -> &mut $crate::model::Kept {
                &mut self.kept
            }
            fn parts(&self) -> (&$crate::model::Fields, &std::collections::BTreeSet<$crate::model::Tag>, &$crate::model::Kept) {
                (&self.fields, &self.tags, &self.kept)
            }
        }
        impl $crate::model::Storable for $name {
            type Id = $crate::model::Id<Self>;
            fn kind(&self) -> $crate::model::Kind {
                $kind
            }
        }
        impl $crate::model::Record for $name {
            const KIND: $crate::model::Kind = $kind;
        }
    };
    (@traits) => { $crate::model::Traits::NONE };
    (@traits { $($traits:tt)* }) => { $crate::model::Traits { $($traits)*, ..$crate::model::Traits::NONE } };
}
pub(crate) use record;
