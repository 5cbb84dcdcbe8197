//! How the columns of a table become attributes of records.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::merging::Merging;
use crate::model::{Currency, ValueType};

/// How the columns of a table become attributes of records: data that can be looked at, changed and kept.
///
/// Guess one from the headers and the first rows ([`Mapping::guess`]), take the one of a known program ([`Mapping::profile`]), or
/// build it column by column. It goes through serde; its form has a version.
///
/// ```
/// use contactdb::{Column, Kind, Mapping, Target};
/// let mapping = Mapping::new("contact")
///     .column("Given", Target::value("given_name"))
///     .column("Mail", Target::value("email"))
///     .column("Groups", Target::tags(";"));
/// let text = serde_json::to_string(&mapping)?;
/// assert_eq!(serde_json::from_str::<Mapping>(&text)?, mapping);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Mapping {
    /// The version of this form: 1.
    pub version: u32,
    /// The kind of the records, by its name in the singular: `contact`.
    pub kind: String,
    /// The program whose export it reads, with the date of the form it knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// What becomes of each column. Columns that are not named here are left out.
    pub columns: Vec<Column>,
    /// How rows go together with the records that there are.
    #[serde(flatten)]
    pub merging: Merging,
    /// What becomes of an option that a choice does not have.
    #[serde(default)]
    pub new_options: NewOptions,
    /// What becomes of a row in which a cell can't be read.
    #[serde(default)]
    pub mistakes: Mistakes,
    /// The order of day, month and year in dates of digits.
    #[serde(default)]
    pub dates: DateOrder,
    /// Whether a comma parts the decimals: `1.234,50`.
    #[serde(default)]
    pub decimal_comma: bool,
    /// The currency of amounts that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

/// A column and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Column {
    /// Its heading. Compared without regard to case and spaces around it; of several columns with the same heading the next one that
    /// is not taken yet is meant.
    pub header: String,
    /// What its cells are. Nothing, if it is left out.
    pub to: Vec<Target>,
}

/// What the cells of a column are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Target {
    /// Values of an attribute.
    Value(ValueTarget),
    /// The year, the month or the day of a date.
    DatePart(DatePartTarget),
    /// Tags.
    Tags(TagTarget),
    /// The currency of an attribute that is money.
    CurrencyOf(String),
    /// Values of a custom field, which is defined if there is none of that key.
    Field(FieldTarget),
    /// Lines of the notes, each with a label ahead: `Hobby: Bricks`. They are added to the notes of a record, each in the place of an older one with
    /// the same label.
    Notes(NoteTarget),
}

/// Values of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ValueTarget {
    /// The key of the attribute, or of a part of a structured one: `job_title`, `city`, `email_label`.
    pub attribute: String,
    /// Columns with the same item are parts of one structured value: the street and the city of the second address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// Parts that the value has beside: `{"phone_label": "mobile"}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, String>,
    /// What parts several values in one cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// What is taken off the beginning of a cell: `* ` of `* Work`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strip: Option<String>,
    /// Whether it takes the place of what other columns give for the same attribute, wherever they stand: that a deal is won, over the stage
    /// in which it was. Otherwise the first holds. Nothing for attributes with several values and for parts of structured ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over: bool,
    /// What cells of other programs mean: `{"Subscriber": "subscriber"}`. An empty text is no value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// How the record is found that a reference means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub find: Option<Find>,
}

/// The year, the month or the day of a date of which the parts stand in columns of their own.
///
/// What a row lacks stays unknown, as far as the attribute has room for such a date: a birthday may lack its year. 0 is a part that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DatePartTarget {
    /// The key of the attribute, or of a part of a structured one: `birthday`.
    pub attribute: String,
    /// Which part of the date.
    pub part: DatePart,
    /// Of structured values, which one: as in [`ValueTarget::item`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item: String,
}

/// A part of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePart {
    /// The year; one of two digits is 1930 to 2029.
    Year,
    /// The month, 1 to 12.
    Month,
    /// The day of the month, 1 to 31.
    Day,
}

/// How the record is found that a cell means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Find {
    /// By the name by which it is known. With `create`, one is made if there is none.
    Name {
        /// Whether one is made if there is none.
        create: bool,
    },
    /// By its number in another system. With `create`, one is made if there is none: with the name that another column gives of it, or else
    /// with the number as its name.
    ExternalId {
        /// The other system.
        system: String,
        /// Whether one is made if there is none.
        create: bool,
    },
    /// By its e-mail address.
    Email,
}

/// Tags in the cells of a column.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TagTarget {
    /// What parts several tags in one cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// The tag beneath which they stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<String>,
    /// Those that mean nothing: `* myContacts`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
}

/// Lines of the notes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NoteTarget {
    /// The label.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The heading of the column that has the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_in: Option<String>,
    /// Cells that mean nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
}

/// A custom field for the cells of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldTarget {
    /// Its key.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// Its type, should it have to be defined.
    pub value_type: FieldShape,
    /// What parts several values in one cell; then the field has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
}

macro_rules! field_shapes {
    ($($(#[$meta:meta])* $name:ident,)*) => {
        /// The types that a field can have that an import defines.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum FieldShape {
            $($(#[$meta])* $name,)*
        }

        impl FieldShape {
            pub(crate) const fn value_type(self) -> ValueType {
                match self {
                    $(Self::$name => ValueType::$name,)*
                }
            }

            /// The shape of fields of a type, if an import can define such.
            pub(super) const fn of(value_type: ValueType) -> Option<Self> {
                match value_type {
                    $(ValueType::$name => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}
field_shapes! {
    /// Text in one line.
    Text,
    /// Text of any length.
    LongText,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Decimal,
    /// Yes or no.
    Boolean,
    /// Days.
    Date,
    /// Instants.
    DateTime,
    /// One of some options, which are added as they come.
    Choice,
    /// E-mail addresses.
    Email,
    /// Phone numbers.
    Phone,
    /// Web addresses.
    Url,
}

macro_rules! settings {
    ($($(#[$meta:meta])* $name:ident { $($(#[$one_meta:meta])* $one:ident,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$one_meta])* $one,)*
        }
    )*};
}
pub(super) use settings;
settings! {
    /// What becomes of an option that a choice does not have.
    NewOptions {
        /// It is added to the choice.
        #[default]
        Add,
        /// It is a mistake.
        Refuse,
    }
    /// What becomes of a row in which a cell can't be read.
    Mistakes {
        /// The row is refused.
        #[default]
        RefuseRow,
        /// The cell is left out, and the rest goes in.
        LeaveOut,
    }
    /// The order of day, month and year in dates of digits. Dates that begin with the year are read in any case.
    DateOrder {
        /// `2026-01-31`, and nothing else.
        #[default]
        YearFirst,
        /// `31.1.2026`, `31/01/2026`.
        DayFirst,
        /// `1/31/2026`.
        MonthFirst,
    }
}

impl Mapping {
    /// A mapping without columns, for records of the kind that has that name in the singular.
    #[must_use]
    pub fn new(kind: impl Into<String>) -> Self {
        Self {
            version: 1,
            kind: kind.into(),
            profile: None,
            columns: Vec::new(),
            merging: Merging::default(),
            new_options: NewOptions::default(),
            mistakes: Mistakes::default(),
            dates: DateOrder::default(),
            decimal_comma: false,
            currency: None,
        }
    }

    /// Says what a column is; said twice of the same heading, it is both.
    #[must_use]
    pub fn column(mut self, header: impl Into<String>, to: impl Into<Target>) -> Self {
        let (header, to) = (header.into(), to.into());
        match self.columns.last_mut().filter(|column| column.header == header) {
            Some(column) => column.to.push(to),
            None => self.columns.push(Column { header, to: vec![to] }),
        }
        self
    }

    /// Says by which attributes a row finds the record that it means, the surest first.
    #[must_use]
    pub fn matching<const N: usize>(mut self, keys: [&str; N]) -> Self {
        self.merging.match_by = keys.map(str::to_owned).to_vec();
        self
    }

    /// Whether a column has values of an attribute.
    pub(super) fn has(&self, attribute: &str) -> bool {
        self.columns.iter().flat_map(|column| &column.to).any(|target| target.is_value(attribute))
    }

    /// Records are found by external id and e-mail address, as far as the table has them.
    pub(super) fn match_by_what_it_has(&mut self) {
        let found = ["external_id", "email"].into_iter().filter(|key| self.has(key)).map(str::to_owned);
        self.merging.match_by = found.collect();
    }
}

impl Target {
    /// Whether it is values of an attribute.
    pub(super) fn is_value(&self, attribute: &str) -> bool {
        matches!(self, Self::Value(target) if target.attribute == attribute)
    }

    /// Values of an attribute, by its key.
    pub fn value(attribute: impl Into<String>) -> ValueTarget {
        ValueTarget { attribute: attribute.into(), ..ValueTarget::default() }
    }

    /// The year, the month or the day of a date, by the key of its attribute.
    ///
    /// ```
    /// use contactdb::{Contact, Database, DatePart, Mapping, Read, RowsInMemory, Target};
    /// use std::ops::ControlFlow;
    /// let db = Database::in_memory()?;
    /// let mapping = Mapping::new("contact")
    ///     .column("Name", Target::value("name"))
    ///     .column("Born on", Target::date_part("birthday", DatePart::Day))
    ///     .column("Born in", Target::date_part("birthday", DatePart::Month));
    /// let mut table = RowsInMemory::new([["Name", "Born on", "Born in"], ["Ada", "10", "12"]]);
    /// let mut tx = db.write()?;
    /// tx.import("people", &mapping, &mut table, |_| ControlFlow::Continue(()))?;
    /// assert_eq!(tx.count(&tx.segment("month(birthday) = 12")?)?, 1);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn date_part(attribute: impl Into<String>, part: DatePart) -> Self {
        Self::DatePart(DatePartTarget { attribute: attribute.into(), part, item: String::new() })
    }

    /// Tags, parted by a text.
    pub fn tags(split: impl Into<String>) -> Self {
        Self::Tags(TagTarget { split: Some(split.into()), ..TagTarget::default() })
    }

    /// Lines of the notes with a label.
    pub fn note(label: impl Into<String>) -> Self {
        Self::Notes(NoteTarget { label: label.into(), ..NoteTarget::default() })
    }

    /// Values of a custom field, which is defined if there is none of that key.
    pub fn field(key: impl Into<String>, label: impl Into<String>, value_type: FieldShape) -> Self {
        Self::Field(FieldTarget { key: key.into(), label: label.into(), value_type, split: None })
    }
}

impl ValueTarget {
    /// Says which columns are parts of one value: those with the same item.
    #[must_use]
    pub fn item(mut self, item: impl Into<String>) -> Self {
        self.item = item.into();
        self
    }

    /// Gives the value one more part.
    #[must_use]
    pub fn with(mut self, part: impl Into<String>, value: impl Into<String>) -> Self {
        self.with.insert(part.into(), value.into());
        self
    }

    /// Says what parts several values in one cell.
    #[must_use]
    pub fn split(mut self, split: impl Into<String>) -> Self {
        self.split = Some(split.into());
        self
    }

    /// Says what is taken off the beginning of a cell.
    #[must_use]
    pub fn strip(mut self, strip: impl Into<String>) -> Self {
        self.strip = Some(strip.into());
        self
    }

    /// Says that it takes the place of what other columns give for the same attribute; see [`over`](Self::over).
    #[must_use]
    pub fn over(mut self) -> Self {
        self.over = true;
        self
    }

    /// Says how the record is found that the cell means.
    #[must_use]
    pub fn find(mut self, find: Find) -> Self {
        self.find = Some(find);
        self
    }

    /// Says what a cell means.
    #[must_use]
    pub fn means(mut self, cell: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.insert(cell.into(), value.into());
        self
    }
}

impl From<ValueTarget> for Target {
    fn from(target: ValueTarget) -> Self {
        Self::Value(target)
    }
}

/// A heading as it is compared: case and spaces around it aside.
pub(super) fn heading(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether two headings are the same.
pub(super) fn same_heading(one: &str, other: &str) -> bool {
    heading(one) == heading(other)
}

/// The pieces of a cell: several where a text parts them, without those that are blank.
pub(super) fn pieces<'c>(cell: &'c str, split: Option<&str>) -> Vec<&'c str> {
    match split.filter(|split| !split.is_empty()) {
        Some(split) => cell.split(split).map(str::trim).filter(|piece| !piece.is_empty()).collect(),
        None => vec![cell],
    }
}
