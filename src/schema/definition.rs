//! A definition as the file holds it.
//!
//! It is a structured value like any other, so the one codec serves it and parts that a newer version
//! adds are kept.

use crate::model::{FieldType, Shape, Stage, StageOutcome, UnknownParts, Value, ValueType, group, sealed};

group! {
    /// A custom field, or the options that a business added to a built-in choice.
    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct Definition {
        1 "kind" "" kind: i64,
        2 "key" "" key: String,
        3 "label" "" label: String,
        4 "help" "" help: Option<String>,
        5 "section" "" section: Option<String>,
        6 "type" "" type_code: i64,
        7 "many" "" many: Option<bool>,
        8 "targets" "" targets: Vec<i64>,
        9 "options" "" options: Vec<OptionDefinition>,
        10 "required" "" required: Option<bool>,
        11 "unique" "" unique: Option<bool>,
        12 "default" "" default: Option<Value>,
        13 "pattern" "" pattern: Option<String>,
        14 "min" "" min: Option<Value>,
        15 "max" "" max: Option<Value>,
        16 "min_length" "" min_length: Option<i64>,
        17 "max_length" "" max_length: Option<i64>,
        18 "currency" "" currency: Option<String>,
        19 "archived" "" archived: Option<bool>,
        20 "about" "" about: Option<bool>,
        21 "on_delete" "" on_delete: Option<i64>,
        22 "time" "" time: Option<bool>,
    }
}

group! {
    /// The stages of a pipeline.
    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct PipelineDefinition {
        1 "stages" "" stages: Vec<StageDefinition>,
    }
}

group! {
    /// A stage of a pipeline.
    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct StageDefinition {
        1 "stage" "" stage: i64,
        2 "probability" "" probability: i64,
        3 "outcome" "" outcome: i64,
    }
}

group! {
    /// A kind of record.
    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct KindDefinition {
        1 "singular" "" singular: String,
        2 "plural" "" plural: String,
        3 "label" "" label: String,
        4 "help" "" help: Option<String>,
        5 "archived" "" archived: Option<bool>,
    }
}

group! {
    /// An option of a choice.
    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct OptionDefinition {
        1 "code" "" code: i64,
        2 "key" "" key: String,
        3 "label" "" label: String,
        4 "archived" "" archived: Option<bool>,
    }
}

group! {
    /// A tag.
    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct TagDefinition {
        1 "name" "" name: String,
        2 "merged_into" "" merged_into: Option<i64>,
        3 "branch" "" branch: Option<bool>,
        4 "deleted" "" deleted: Option<bool>,
    }
}

impl OptionDefinition {
    pub(crate) fn new(code: u32, key: String, label: String) -> Self {
        Self { code: i64::from(code), key, label, archived: None, unknown: UnknownParts::default() }
    }
}

impl TagDefinition {
    pub(crate) fn new(name: String) -> Self {
        Self { name, merged_into: None, branch: None, deleted: None, unknown: UnknownParts::default() }
    }
}

impl Definition {
    /// A definition that only adds options to a built-in choice.
    pub(crate) fn added_options(kind: u16, key: &str) -> Self {
        Self {
            kind: i64::from(kind),
            key: key.to_owned(),
            label: String::new(),
            help: None,
            section: None,
            type_code: type_code(ValueType::Choice),
            many: None,
            targets: Vec::new(),
            options: Vec::new(),
            required: None,
            unique: None,
            default: None,
            pattern: None,
            min: None,
            max: None,
            min_length: None,
            max_length: None,
            currency: None,
            archived: None,
            about: None,
            on_delete: None,
            time: None,
            unknown: UnknownParts::default(),
        }
    }
}

impl PipelineDefinition {
    /// The stages that this version can read.
    pub(crate) fn stages(&self) -> Vec<Stage> {
        let stage = |stage: &StageDefinition| {
            Some(Stage {
                code: u32::try_from(stage.stage).ok()?,
                probability: stage.probability.clamp(0, 100),
                outcome: StageOutcome::of_code(stage.outcome),
            })
        };
        self.stages.iter().filter_map(stage).collect()
    }

    pub(crate) fn new(stages: Vec<StageDefinition>) -> Self {
        Self { stages, unknown: UnknownParts::default() }
    }
}

impl StageDefinition {
    pub(crate) fn new(stage: i64, probability: i64, outcome: i64) -> Self {
        Self { stage, probability, outcome, unknown: UnknownParts::default() }
    }
}

impl KindDefinition {
    pub(crate) fn new(kind: super::CustomKind) -> Self {
        let super::CustomKind { singular, plural, label, help } = kind;
        let label = label.unwrap_or_else(|| singular.clone());
        Self { singular, plural, label, help, archived: None, unknown: UnknownParts::default() }
    }
}

/// What stands as the name of the structured type for a [`Value`], which can be of any type.
const ANY: &str = "any value";

/// Whether a Rust type stands for values of any type, rather than one.
pub(crate) fn is_any(shape: &Shape) -> bool {
    shape.sort == ANY
}

/// A bound or a default can have any type, and so can a field that is known only when the program runs.
impl sealed::Sealed for Value {}
impl FieldType for Value {
    const SHAPE: Shape = Shape { sort: ANY, ..Shape::of(ValueType::Text) };
    fn to_value(&self) -> Option<Value> {
        Some(self.clone())
    }
    fn from_value(value: Option<Value>) -> Option<Self> {
        value
    }
}

/// The types that a custom field can have, with the stable codes by which files name them.
const TYPES: &[(i64, ValueType)] = &[
    (1, ValueType::Text),
    (2, ValueType::LongText),
    (3, ValueType::Integer),
    (4, ValueType::Decimal),
    (5, ValueType::Money),
    (6, ValueType::Boolean),
    (7, ValueType::Date),
    (8, ValueType::DateTime),
    (9, ValueType::PartialDate),
    (10, ValueType::Choice),
    (11, ValueType::Email),
    (12, ValueType::Phone),
    (13, ValueType::Url),
    (14, ValueType::Reference),
    (15, ValueType::NumberRange),
    (16, ValueType::MoneyRange),
    (17, ValueType::DateRange),
];

impl ValueType {
    /// The types that a custom field can have: what a screen lists where people add fields of their own.
    ///
    /// ```
    /// use contactdb::ValueType;
    /// assert_eq!(ValueType::FIELDS.len(), 17);
    /// assert!(!ValueType::FIELDS.contains(&ValueType::Group));
    /// ```
    pub const FIELDS: &'static [Self] = &[
        Self::Text,
        Self::LongText,
        Self::Integer,
        Self::Decimal,
        Self::Money,
        Self::Boolean,
        Self::Date,
        Self::DateTime,
        Self::PartialDate,
        Self::Choice,
        Self::Email,
        Self::Phone,
        Self::Url,
        Self::Reference,
        Self::NumberRange,
        Self::MoneyRange,
        Self::DateRange,
    ];
}

/// The code of a type; 0 for one that no field can have.
pub(crate) fn type_code(value_type: ValueType) -> i64 {
    TYPES.iter().find(|(_, known)| *known == value_type).map_or(0, |(code, _)| *code)
}

pub(crate) fn type_of_code(code: i64) -> Option<ValueType> {
    TYPES.iter().find(|(known, _)| *known == code).map(|(_, value_type)| *value_type)
}

#[cfg(test)]
mod tests;
