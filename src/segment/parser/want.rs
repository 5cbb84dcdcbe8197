//! What could stand at the end of a text that is still being written.

use super::Parser;
use crate::segment::syntax::{Expression, Path};

/// Something that could stand next. The parser notes it where it meets the end of the text, so that proposals and the grammar
/// can't come apart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Want {
    /// The kind of records, at the beginning.
    Kind,
    /// A condition, inside these blocks.
    Condition { blocks: Vec<Path> },
    /// An attribute of several values, or a structured one, behind `any`, `every` or `no`.
    Quantified { blocks: Vec<Path> },
    /// The next step of a path that has these steps so far; its first if none.
    Step { before: Option<Path>, blocks: Vec<Path> },
    /// The field behind `field(`.
    Label { blocks: Vec<Path> },
    /// What is asked of this. `quantified` if `any`, `every` or `no` stands before it.
    Operator { about: Expression, quantified: bool, blocks: Vec<Path> },
    /// A value beside this; a tag if there is nothing.
    Value { about: Option<Expression>, blocks: Vec<Path> },
    /// The channel behind `may`.
    Channel,
    /// The purpose behind `for`.
    Purpose,
    /// A list of values or a period, behind `in`.
    List { about: Option<Expression>, blocks: Vec<Path> },
    /// `and`, `or`, and what ends a condition.
    Connective { closing: bool },
    /// A unit of time.
    Unit { calendar: bool, about: Option<Expression>, blocks: Vec<Path> },
    /// One of these words.
    Words(&'static [&'static str]),
}

impl Want {
    pub(super) fn condition(parser: &Parser<'_>) -> Self {
        Self::Condition { blocks: parser.blocks.clone() }
    }

    pub(super) fn unit(parser: &Parser<'_>, calendar: bool) -> Self {
        Self::Unit { calendar, about: parser.about.clone(), blocks: parser.blocks.clone() }
    }

    pub(super) fn value(parser: &Parser<'_>) -> Self {
        Self::Value { about: parser.about.clone(), blocks: parser.blocks.clone() }
    }
}
