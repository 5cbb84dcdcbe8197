//! The checked tree: what a segment asks, in stable ids and typed operands.
//!
//! No names and no spans: a field, an option or a tag can be renamed and the tree still asks the same. `and` and `or` hold any
//! number of operands, as in the syntax tree, and nest no deeper than the parser's limit, so plain recursion over it is safe.
//! It is plain data, which `stored.rs` writes and reads; a tree that was read is checked again before anything trusts it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::stored::{as_date, as_instant};
use super::syntax::{
    AgoBound, Comparison, Direction, Function, Length, PeriodKind, Quantifier, SetOperator, TextOperator,
};
use crate::model::{AttributeId, Kind, Money, PartialDate};

/// A checked segment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tree {
    /// The kind of record asked about.
    pub(crate) kind: Kind,
    pub(crate) condition: Condition,
}

/// What must hold of a record, or inside a block of a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    All,
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Attribute(Box<AttributeTest>),
    Tag(TagTest),
    May(Box<MayTest>),
    Block(Box<Block>),
}

/// Conditions on one and the same value of a structured attribute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Block {
    pub(crate) quantifier: Quantifier,
    /// Leads to the structured attribute.
    pub(crate) path: Path,
    /// Of a value: paths begin with one of its parts, or further out.
    pub(crate) condition: Condition,
}

/// A condition on an attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttributeTest {
    /// Only on attributes of several values, and only with a check of one value at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) quantifier: Option<Quantifier>,
    #[serde(rename = "of")]
    pub(crate) subject: Expression,
    #[serde(rename = "is")]
    pub(crate) check: Check,
}

/// Something that has a value. Aggregates over related records and arithmetic will join.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expression {
    /// What is worked out of the attribute; nothing for the attribute itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) function: Option<Function>,
    pub(crate) path: Path,
}

/// An attribute of the record itself or of one that it leads to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Path {
    /// How many blocks further out it begins.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) outer: u8,
    /// The references to follow first, each to one record.
    #[serde(rename = "through", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) relations: Vec<Relation>,
    /// The kind of the record reached, or of the one whose value a block is about.
    pub(crate) kind: Kind,
    pub(crate) attribute: AttributeId,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(number: &u8) -> bool {
    *number == 0
}

/// One step of a path: a reference of a kind of record, and the kind that it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Relation {
    pub(crate) kind: Kind,
    pub(crate) attribute: AttributeId,
    pub(crate) target: Kind,
}

/// What is asked about an attribute. The operands have the type that the attribute calls for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
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
        values: Set,
    },
    Has {
        operator: SetOperator,
        values: Set,
    },
    /// Of `matches`, the text is a regular expression that was found to be one.
    Text {
        operator: TextOperator,
        text: Operand,
    },
    /// Whether a range contains a value.
    Covers {
        negated: bool,
        value: Operand,
    },
    /// Whether a range has a value in common with another; both ends belong.
    Overlaps {
        negated: bool,
        low: Operand,
        high: Operand,
    },
    /// Whether a range of dates has a day in common with a period.
    OverlapsPeriod {
        negated: bool,
        period: PeriodKind,
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

/// Several values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Set {
    List(Vec<Operand>),
    Parameter(String),
}

/// A typed value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Operand {
    Text(String),
    Number(Decimal),
    Money(Money),
    Boolean(bool),
    Date(#[serde(with = "as_date")] Date),
    DateTime(#[serde(with = "as_instant")] OffsetDateTime),
    PartialDate(PartialDate),
    Relative(Relative),
    /// From Monday, 1, to Sunday, 7.
    Weekday(u8),
    /// The code of an option.
    Option(u32),
    /// The id of a tag.
    Tag(u32),
    /// The id of a record.
    Record(Uuid),
    /// The values of another attribute.
    Attribute(Path),
    /// A value that is still to be given.
    Parameter(String),
}

/// A value that depends on the moment of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Relative {
    Yesterday,
    Today,
    Tomorrow,
    /// An instant; the others are days.
    Now,
}

/// A condition on the record's tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TagTest {
    /// Whether tags beneath count as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) under: bool,
    pub(crate) tag: TagName,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TagName {
    Id(u32),
    /// A name that only tags beneath it make: `customers` where there is but `customers/gold`.
    Branch(String),
    Parameter(String),
}

/// Whether the person may be reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MayTest {
    /// Leads to the structured attribute that holds what the person agreed to.
    #[serde(rename = "by")]
    pub(crate) path: Path,
    /// Options of its parts, or parameters.
    pub(crate) channel: Operand,
    pub(crate) purpose: Operand,
}

/// One key of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    #[serde(rename = "by")]
    pub(crate) key: Expression,
    #[serde(default = "ascending", skip_serializing_if = "is_ascending")]
    pub(crate) direction: Direction,
}

fn ascending() -> Direction {
    Direction::Ascending
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_ascending(direction: &Direction) -> bool {
    *direction == Direction::Ascending
}

impl Condition {
    /// Visits each path of the condition, those of right-hand sides and of blocks too, until `visit` says `false`.
    pub(crate) fn paths<'t>(&'t self, visit: &mut impl FnMut(&'t Path) -> bool) -> bool {
        match self {
            Self::All | Self::Tag(_) => true,
            Self::And(operands) | Self::Or(operands) => {
                for operand in operands {
                    if !operand.paths(visit) {
                        return false;
                    }
                }
                true
            }
            Self::Not(operand) => operand.paths(visit),
            Self::May(test) => visit(&test.path),
            Self::Block(block) => visit(&block.path) && block.condition.paths(visit),
            Self::Attribute(test) => {
                visit(&test.subject.path)
                    && match &test.check {
                        Check::Compare { value: Operand::Attribute(path), .. } => visit(path),
                        _ => true,
                    }
            }
        }
    }
}

impl Condition {
    /// Whether `is` says so of each tag that the condition asks for by its id.
    pub(crate) fn all_tags(&self, is: &impl Fn(u32) -> bool) -> bool {
        match self {
            Self::And(operands) | Self::Or(operands) => operands.iter().all(|operand| operand.all_tags(is)),
            Self::Not(operand) => operand.all_tags(is),
            Self::Block(block) => block.condition.all_tags(is),
            Self::Tag(TagTest { tag: TagName::Id(id), .. }) => is(*id),
            Self::All | Self::Tag(_) | Self::May(_) => true,
            Self::Attribute(test) => test.check.operands().all(|operand| match operand {
                Operand::Tag(id) => is(*id),
                _ => true,
            }),
        }
    }
}

impl Check {
    /// The operands.
    pub(crate) fn operands(&self) -> impl Iterator<Item = &Operand> {
        let (one, two, many): (Option<&Operand>, Option<&Operand>, &[Operand]) = match self {
            Self::Compare { value, .. } | Self::Covers { value, .. } | Self::Text { text: value, .. } => {
                (Some(value), None, &[])
            }
            Self::Between { low, high } | Self::Overlaps { low, high, .. } => (Some(low), Some(high), &[]),
            Self::In { values: Set::List(values), .. } | Self::Has { values: Set::List(values), .. } => {
                (None, None, values)
            }
            Self::Holds
            | Self::In { .. }
            | Self::Has { .. }
            | Self::OverlapsPeriod { .. }
            | Self::IsSet { .. }
            | Self::Within { .. }
            | Self::Ago { .. } => (None, None, &[]),
        };
        one.into_iter().chain(two).chain(many)
    }
}
