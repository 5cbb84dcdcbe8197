//! Attributes that are worked out when asked, and never stored.

use time::{Date, OffsetDateTime};

use super::{AttributeId, BuiltInOption, Kind, Shape, Value, ValueType, Values};

/// An attribute that is worked out: of a record's own values, or of the records that refer to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WorkedOut {
    pub(crate) number: u32,
    pub(crate) key: &'static str,
    pub(crate) label: &'static str,
    pub(crate) help: &'static str,
    pub(crate) shape: Shape,
    pub(crate) options: &'static [BuiltInOption],
    pub(crate) how: How,
}

/// How it is worked out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    /// From the record's own values of these properties.
    Of(&'static [AttributeId], fn(&Values) -> Option<Value>),
    /// From the record's own values of these properties and the moment of the question.
    At(&'static [AttributeId], fn(&Values, Now) -> Option<Value>),
    /// The time of the latest record of a kind that refers here through one of these attributes.
    Latest { kind: Kind, through: &'static [AttributeId] },
    /// What the stage in the pipeline means: open, won or lost.
    Outcome,
}

/// The moment of a question as far as the model goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    pub(crate) instant: OffsetDateTime,
    /// The day it is then in the zone of the question.
    pub(crate) today: Date,
}

impl WorkedOut {
    pub(crate) const fn new(
        number: u32,
        key: &'static str,
        label: &'static str,
        help: &'static str,
        value_type: ValueType,
        how: How,
    ) -> Self {
        Self { number, key, label, help, shape: Shape::of(value_type), options: &[], how }
    }

    /// A reference to a record of that kind.
    pub(crate) const fn to(self, target: Kind) -> Self {
        Self { shape: Shape { target: Some(target), ..self.shape }, ..self }
    }
}
