//! One attribute: whatever can be asked about a record.

use std::sync::{Arc, OnceLock};

use regex::{Regex, RegexBuilder};

use crate::model::{
    AttributeId, BuiltInDefault, Choice, Currency, How, Kind, OnDelete, Part, Property, Value, ValueType,
};

/// Whatever can be asked about a record of a kind: a property, a custom field, a part of an address, a
/// value that is worked out. The catalogue lists them; frontends draw forms and filters from them.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts, read by name")]
pub struct Attribute {
    /// The stable id: it survives a rename.
    pub id: AttributeId,
    /// The kind of record it belongs to.
    pub kind: Kind,
    /// The key by which segments and programs name it.
    pub key: Arc<str>,
    /// What people call it.
    pub label: Arc<str>,
    /// A sentence of help for forms.
    pub help: Option<Arc<str>>,
    /// The heading under which a form shows it.
    pub section: Option<Arc<str>>,
    /// The type of its values.
    pub value_type: ValueType,
    /// Whether a record can have several values.
    pub many: bool,
    /// Where it comes from.
    pub origin: Origin,
    /// The structured value that it is a part of, if it is one.
    pub part_of: Option<AttributeId>,
    /// For references: the kinds allowed; any kind if empty.
    pub targets: Vec<Kind>,
    /// The options of a choice, in their order.
    pub options: Vec<ChoiceOption>,
    /// What values must satisfy.
    pub rules: Rules,
    /// Archived fields keep their values, but can't be set or asked about.
    pub archived: bool,
    pub(crate) source: Source,
    /// Of a reference: whether the record is about what it refers to, and stands in its timeline.
    pub about: bool,
    /// Of a reference: what becomes of the record when what it refers to is deleted as defined.
    pub on_delete: OnDelete,
    pub(crate) acyclic: bool,
    pub(crate) built_in_default: Option<BuiltInDefault>,
    /// The built-in property it comes from.
    pub(crate) property: Option<&'static Property>,
}

/// Where an attribute comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The crate: a property of the kind or a part of one.
    BuiltIn,
    /// The business: a custom field.
    Custom,
    /// The database, which keeps it up itself: version, created, updated. It can't be set.
    System,
    /// Other attributes or records, from which it is worked out when asked. It can't be set.
    Computed,
}

/// Where the values of an attribute are found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    /// In the record, under its own id.
    Record,
    /// In the record: this part of each value of the property.
    Part(u8),
    /// Among the record's tags.
    Tags,
    /// The record's id as text.
    Id,
    /// Nowhere: worked out when asked.
    WorkedOut(How),
}

/// An option of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChoiceOption {
    /// The key that values hold and segments name.
    pub key: Arc<str>,
    /// What people read.
    pub label: Arc<str>,
    /// Archived options stay where they are set, but can't be set anew.
    pub archived: bool,
    /// The stable number that records hold.
    pub(crate) code: u32,
}

/// What the values of an attribute must satisfy. All are checked when a value is set or changed.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Rules {
    /// A value must be given.
    pub required: bool,
    /// No two records of the kind may have the same value, compared without regard to case and to
    /// width, but with regard to accents.
    pub unique: bool,
    /// What a new record gets when no value is given.
    pub default: Option<Value>,
    /// A regular expression that the whole text must match.
    pub pattern: Option<String>,
    /// The lower bound of numbers, money (as a number) and dates, included.
    pub min: Option<Value>,
    /// The upper bound, included.
    pub max: Option<Value>,
    /// The fewest characters of a text.
    pub min_length: Option<u64>,
    /// The most characters of a text.
    pub max_length: Option<u64>,
    /// The currency that money must be in.
    pub currency: Option<Currency>,
    pub(crate) compiled: OnceLock<Option<Regex>>,
}

impl Rules {
    /// The compiled pattern; `None` if there is none, or it is none that this version can read.
    pub(crate) fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(self.pattern.as_deref()?).ok()).as_ref()
    }
}

/// Compiles a pattern that must match the whole of a text, within bounds of size and nesting.
pub(crate) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    // Compiled alone first, so that a stray parenthesis can't join up with ours.
    let bounded = |text: &str| RegexBuilder::new(text).size_limit(1 << 20).nest_limit(64).build();
    bounded(pattern)?;
    bounded(&format!("^(?:{pattern})$"))
}

impl Attribute {
    /// The option with that key.
    #[must_use]
    pub fn option(&self, key: &str) -> Option<&ChoiceOption> {
        self.options.iter().find(|option| &*option.key == key)
    }

    /// Whether records hold its values, so that it can be set.
    #[must_use]
    pub fn is_settable(&self) -> bool {
        matches!(self.origin, Origin::BuiltIn | Origin::Custom) && self.part_of.is_none()
    }

    /// Whether it can be changed: a custom field, or a built-in choice, to which options can be added. What is worked out has
    /// the options that it has.
    pub(crate) fn is_editable(&self) -> bool {
        let fixed = self.part_in_shape().is_some_and(|part| part.fixed);
        self.origin == Origin::Custom || self.origin == Origin::BuiltIn && !self.options.is_empty() && !fixed
    }

    /// The key of a part among the parts of one value: `role` for `affiliation_role`, `label` for `email_label`.
    pub(crate) fn key_in_value(&self) -> &str {
        match (self.part_in_shape(), self.source) {
            (Some(part), _) if !part.key.is_empty() => part.key,
            (None, Source::Part(Part::LABEL)) => "label",
            (None, Source::Part(Part::PRIMARY)) => "primary",
            _ => &self.key,
        }
    }

    /// Whether one value of the whole can have several of this part.
    pub(crate) fn is_many_in_value(&self) -> bool {
        self.part_in_shape().is_some_and(|part| part.shape.many)
    }

    fn part_in_shape(&self) -> Option<&'static Part> {
        let (Source::Part(number), Some(property)) = (self.source, self.property) else { return None };
        property.shape.parts.iter().find(|part| part.number == number)
    }

    /// Whether look-ups by this attribute's value go through the table of keys.
    pub(crate) fn is_keyed(&self) -> bool {
        self.rules.unique || matches!(self.value_type, ValueType::Email | ValueType::Phone)
    }

    /// The key of the option that a new record gets when none is given.
    pub(crate) fn begins_with(&self) -> Option<&str> {
        match (&self.rules.default, self.built_in_default) {
            (Some(Value::Choice(choice)), _) => Some(choice.key()),
            (None, Some(BuiltInDefault::Option(key))) => Some(key),
            _ => None,
        }
    }

    /// The key of a choice's option, by its code. A code that this version does not know is kept as `#code`.
    pub(crate) fn choice_of(&self, code: u32) -> Choice {
        match self.options.iter().find(|option| option.code == code) {
            Some(option) => Choice::from(&*option.key),
            None => Choice::unknown(code),
        }
    }

    /// The code of a choice's option, the inverse of [`choice_of`](Self::choice_of).
    pub(crate) fn code_of(&self, choice: &Choice) -> Option<u32> {
        match self.option(choice.key()) {
            Some(option) => Some(option.code),
            None => choice.unknown_code(),
        }
    }
}
