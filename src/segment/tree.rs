//! The checked tree: what a segment asks, in stable ids and typed operands.
//!
//! No names and no spans: a field, an option or a tag can be renamed and the tree still asks the same. `and` and `or` hold any
//! number of operands, as in the syntax tree, and nest no deeper than the parser's limit, so plain recursion over it is safe.

use regex::Regex;
use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::syntax::{AgoBound, Comparison, Direction, Length, PeriodKind, Quantifier, SetOperator, TextOperator};
use crate::model::{AttributeId, Kind, Money, PartialDate};

/// A checked segment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tree {
    /// The kind of record asked about.
    pub(crate) kind: Kind,
    pub(crate) condition: Condition,
}

/// What must hold of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    All,
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Attribute(Box<AttributeTest>),
    Tag(TagTest),
}

/// A condition on an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AttributeTest {
    /// Only on attributes of several values, and only with a check of one value at a time.
    pub(crate) quantifier: Option<Quantifier>,
    pub(crate) subject: Expression,
    pub(crate) check: Check,
}

/// Something that has a value. Aggregates and arithmetic will join.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    Path(Path),
}

/// An attribute of the record itself or of one that it leads to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    /// The references to follow first, each to one record.
    pub(crate) relations: Vec<Relation>,
    /// The kind of the record reached.
    pub(crate) kind: Kind,
    pub(crate) attribute: AttributeId,
}

/// One step of a path: a reference of a kind of record, and the kind that it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) kind: Kind,
    pub(crate) attribute: AttributeId,
    pub(crate) target: Kind,
}

/// What is asked about an attribute. The operands have the type that the attribute calls for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Check {
    /// Nothing but that it is true.
    Holds,
    Compare {
        operator: Comparison,
        value: Operand,
    },
    /// Both ends belong.
    Between {
        low: Operand,
        high: Operand,
    },
    In {
        negated: bool,
        values: Vec<Operand>,
    },
    Has {
        operator: SetOperator,
        values: Vec<Operand>,
    },
    /// Any but [`TextOperator::Matches`].
    Text {
        operator: TextOperator,
        text: String,
    },
    Matches(Pattern),
    /// Whether a range contains a value.
    Covers {
        negated: bool,
        value: Operand,
    },
    IsSet {
        negated: bool,
    },
    Within {
        negated: bool,
        period: PeriodKind,
    },
    Ago {
        bound: AgoBound,
        length: Length,
    },
}

/// A typed value. Parameters will join.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    Text(String),
    Number(Decimal),
    Money(Money),
    Boolean(bool),
    Date(Date),
    DateTime(OffsetDateTime),
    PartialDate(PartialDate),
    Relative(Relative),
    /// The code of an option.
    Option(u32),
    /// The id of a tag.
    Tag(u32),
    /// The id of a record.
    Record(Uuid),
}

/// A value that depends on the moment of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Relative {
    Yesterday,
    Today,
    Tomorrow,
    /// An instant; the others are days.
    Now,
}

/// A condition on the record's tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TagTest {
    /// Has this tag.
    Has(u32),
    /// Has this tag or one beneath it.
    Under(Parent),
}

/// The upper end of a branch of tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Parent {
    Tag(u32),
    /// A name that only tags beneath it make: `customers` where there is but `customers/gold`.
    Name(String),
}

/// A regular expression, compiled when it was checked.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    pub(crate) text: String,
    pub(crate) regex: Regex,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// One key of an order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    pub(crate) key: Expression,
    pub(crate) direction: Direction,
}
