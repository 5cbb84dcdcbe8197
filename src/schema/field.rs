//! Defining a custom field.

use std::marker::PhantomData;

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};

use crate::model::{
    Choice, Currency, EmailAddress, FieldInput, FieldType, Id, Kind, Money, OnDelete, PartialDate, PhoneNumber, Record,
    RecordId, Value, ValueRange, ValueType, WebAddress,
};

/// A custom field to be defined, for values of type `T`.
///
/// It is a field of contacts unless [`on`](Self::on) says otherwise. The setters never fail;
/// [`define`](crate::Transaction::define) checks everything.
///
/// ```
/// use contactdb::{Currency, Database, Field};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let budget = tx.define(Field::money("budget", Currency::EUR).label("Budget").min(0))?;
/// let plan = tx.define(Field::choice("plan").option("free", "Free").option("pro", "Professional"))?;
/// tx.commit()?;
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a field does nothing until it is defined in a transaction"]
pub struct Field<T> {
    pub(crate) draft: Draft,
    of: PhantomData<fn() -> T>,
}

/// A definition as it was asked for, without its type parameter.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts, read by name")]
pub(crate) struct Draft {
    pub(crate) kind: Kind,
    pub(crate) key: String,
    pub(crate) label: Option<String>,
    pub(crate) help: Option<String>,
    pub(crate) section: Option<String>,
    pub(crate) value_type: ValueType,
    pub(crate) many: bool,
    pub(crate) targets: Vec<Kind>,
    pub(crate) options: Vec<(String, String)>,
    pub(crate) required: bool,
    pub(crate) unique: bool,
    pub(crate) default: Option<Value>,
    pub(crate) pattern: Option<String>,
    pub(crate) min: Option<Value>,
    pub(crate) max: Option<Value>,
    pub(crate) min_length: Option<u64>,
    pub(crate) max_length: Option<u64>,
    pub(crate) currency: Option<Currency>,
    pub(crate) about: bool,
    pub(crate) on_delete: OnDelete,
    pub(crate) time: bool,
}

macro_rules! constructors {
    ($($(#[$meta:meta])* $name:ident: $ty:ty;)*) => {$(
        impl Field<$ty> {
            $(#[$meta])*
            pub fn $name(key: impl Into<String>) -> Self {
                Self::new(key)
            }
        }
    )*};
}
constructors! {
    /// A text.
    text: String;
    /// A whole number.
    integer: i64;
    /// An exact decimal number.
    decimal: Decimal;
    /// True or false.
    boolean: bool;
    /// A calendar date.
    date: Date;
    /// An instant.
    date_time: OffsetDateTime;
    /// A date that may lack its year, month or day.
    partial_date: PartialDate;
    /// One option out of a list; give the list with [`option`](Field::option).
    choice: Choice;
    /// Several options out of a list; give the list with [`option`](Field::option).
    multi_choice: Vec<Choice>;
    /// An e-mail address.
    email: EmailAddress;
    /// A phone number.
    phone: PhoneNumber;
    /// A web address.
    url: WebAddress;
    /// A reference to a record of any kind; see also [`Field::reference_to`].
    reference: RecordId;
    /// A range of numbers.
    number_range: ValueRange<Decimal>;
    /// A range of dates.
    date_range: ValueRange<Date>;
}

impl Field<String> {
    /// Text of any length, kept apart from the record.
    pub fn long_text(key: impl Into<String>) -> Self {
        let mut field = Self::new(key);
        field.draft.value_type = ValueType::LongText;
        field
    }
}

impl Field<Money> {
    /// An amount of money in that currency.
    pub fn money(key: impl Into<String>, currency: Currency) -> Self {
        let mut field = Self::new(key);
        field.draft.currency = Some(currency);
        field
    }
}

impl Field<ValueRange<Money>> {
    /// A range of money in that currency.
    pub fn money_range(key: impl Into<String>, currency: Currency) -> Self {
        let mut field = Self::new(key);
        field.draft.currency = Some(currency);
        field
    }
}

impl<T: Record> Field<Id<T>> {
    /// A reference to a record of the kind `T`: `Field::<Id<Company>>::reference_to("broker")`.
    pub fn reference_to(key: impl Into<String>) -> Self {
        Self::new(key)
    }
}

impl Field<RecordId> {
    /// Allows references to records of these kinds only.
    pub fn to(mut self, kinds: impl IntoIterator<Item = Kind>) -> Self {
        self.draft.targets = kinds.into_iter().collect();
        self
    }
}

impl Field<OffsetDateTime> {
    /// Makes it the time by which timelines order records of the kind, in place of the time of their creation. For a
    /// kind that has no such time yet.
    pub fn timeline(mut self) -> Self {
        self.draft.time = true;
        self
    }
}

impl<T: FieldType> Field<T> {
    pub(super) fn new(key: impl Into<String>) -> Self {
        let shape = T::SHAPE;
        Self {
            draft: Draft {
                kind: Kind::CONTACT,
                key: key.into(),
                label: None,
                help: None,
                section: None,
                value_type: shape.value_type,
                many: shape.many,
                targets: shape.target.into_iter().collect(),
                options: Vec::new(),
                required: false,
                unique: false,
                default: None,
                pattern: None,
                min: None,
                max: None,
                min_length: None,
                max_length: None,
                currency: None,
                about: false,
                on_delete: OnDelete::Detach,
                time: false,
            },
            of: PhantomData,
        }
    }

    /// Makes it a field of that kind of record.
    pub fn on(mut self, kind: Kind) -> Self {
        self.draft.kind = kind;
        self
    }

    /// Lets a record have several values.
    pub fn many(self) -> Field<Vec<T>> {
        let mut draft = self.draft;
        draft.many = true;
        Field { draft, of: PhantomData }
    }

    /// What people call it; the key if not given.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.draft.label = Some(label.into());
        self
    }

    /// A sentence of help for forms.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.draft.help = Some(help.into());
        self
    }

    /// The heading under which a form shows it.
    pub fn section(mut self, section: impl Into<String>) -> Self {
        self.draft.section = Some(section.into());
        self
    }

    /// Demands a value of every record that is inserted from now on, and of every one that has one.
    pub fn required(mut self) -> Self {
        self.draft.required = true;
        self
    }

    /// Forbids that two records of the kind have the same value. Such a field can be upserted by. For
    /// text, integers, decimals, dates, e-mail, phone and web addresses; texts up to 512 bytes.
    pub fn unique(mut self) -> Self {
        self.draft.unique = true;
        self
    }

    /// What a new record gets when no value is given.
    pub fn default(mut self, value: impl FieldInput<T>) -> Self {
        self.draft.default = value.into_value(self.draft.currency);
        self
    }

    /// A regular expression (syntax of the crate `regex`) that the whole text must match.
    pub fn pattern(mut self, pattern: impl Into<String>) -> Self {
        self.draft.pattern = Some(pattern.into());
        self
    }

    /// The lower bound, included: a number, for money too, or a date.
    pub fn min(mut self, bound: impl Into<Value>) -> Self {
        self.draft.min = Some(bound.into());
        self
    }

    /// The upper bound, included: a number, for money too, or a date.
    pub fn max(mut self, bound: impl Into<Value>) -> Self {
        self.draft.max = Some(bound.into());
        self
    }

    /// The fewest and the most characters of a text, both included.
    pub fn length(mut self, bounds: std::ops::RangeInclusive<u64>) -> Self {
        self.draft.min_length = Some(*bounds.start());
        self.draft.max_length = Some(*bounds.end());
        self
    }

    /// Says of a reference that its record is about what it refers to: it stands in that record's timeline.
    pub fn about(mut self) -> Self {
        self.draft.about = true;
        self
    }

    /// Says of a reference what becomes of its record when what it refers to is deleted
    /// [`AsDefined`](crate::OnReferences::AsDefined).
    pub fn on_delete(mut self, rule: OnDelete) -> Self {
        self.draft.on_delete = rule;
        self
    }

    /// Adds an option to a choice: its key, and what people read. Options keep the order in which they are added.
    pub fn option(mut self, key: impl Into<String>, label: impl Into<String>) -> Self {
        self.draft.options.push((key.into(), label.into()));
        self
    }
}
