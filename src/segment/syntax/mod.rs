//! The spanned syntax tree: what a text says, before any catalogue is asked.
//!
//! Names are not resolved, types are not known. `and` and `or` hold any number of operands and never hold themselves
//! directly: the parser joins `(a and b) and c` into one node. Parentheses leave no trace. Equality includes spans;
//! [`Question::without_spans`] compares what was said.
//!
//! A text is not the only source: a program builds the same tree, and a stored tree becomes one again. Those two may name
//! attributes, options and tags by their ids, which no text can.

mod check;
mod value;

use serde::{Deserialize, Serialize};

use super::span::Span;
use crate::model::AttributeId;

pub(crate) use check::{Check, Comparison, Overlapped, Set, SetOperator, TextOperator};
pub(crate) use value::{AgoBound, Length, Literal, LiteralKind, Period, PeriodKind, Unit};

/// A segment with an order and a limit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Question {
    /// Whom the question is about.
    pub segment: Segment,
    /// The sort keys, the most important first; empty when none was given.
    pub order: Vec<OrderKey>,
    /// The limit, if one was given.
    pub limit: Option<Limit>,
    /// The whole question.
    pub span: Span,
}

/// A condition over one kind of record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Segment {
    /// The kind before `where`; contacts when absent.
    pub kind: Option<Name>,
    /// What must hold.
    pub condition: Condition,
    /// The whole segment.
    pub span: Span,
}

/// One key of `order by`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OrderKey {
    /// What to sort by.
    pub key: Expression,
    /// Which way; ascending when nothing was said.
    pub direction: Direction,
    /// The key with its direction.
    pub span: Span,
}

/// Which way to sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Direction {
    /// The smallest first.
    Ascending,
    /// The largest first.
    Descending,
}

/// `limit 100`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    /// How many records at most; at least 1.
    pub rows: u64,
    /// The keyword and its number.
    pub span: Span,
}

/// What must hold of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    /// `all`: everybody.
    All {
        /// The keyword.
        span: Span,
    },
    /// `a and b and c`.
    And {
        /// Two or more, none of them an `And`.
        operands: Vec<Condition>,
        /// From the first operand to the last.
        span: Span,
    },
    /// `a or b or c`.
    Or {
        /// Two or more, none of them an `Or`.
        operands: Vec<Condition>,
        /// From the first operand to the last.
        span: Span,
    },
    /// `not a`.
    Not {
        /// What must not hold.
        operand: Box<Condition>,
        /// The keyword and its operand.
        span: Span,
    },
    /// A condition on an attribute.
    Attribute(Box<AttributeTest>),
    /// `tag vip`, `tag under "customers"`.
    Tag(TagTest),
    /// `may email for newsletter`.
    May(Box<MayTest>),
    /// `any address (city = Paris and country = US)`.
    Block(Box<Block>),
    /// What could not be read. A problem has been reported; the rest of the text is checked all the same.
    Broken {
        /// What was skipped.
        span: Span,
    },
}

/// Conditions that hold of one and the same value of a structured attribute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Block {
    /// How many of the values must satisfy the condition.
    pub quantifier: Quantifier,
    /// The structured attribute.
    pub subject: Path,
    /// What must hold of a value.
    pub condition: Condition,
    /// From the quantifier to the closing parenthesis.
    pub span: Span,
}

/// A condition on an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AttributeTest {
    /// `every` or `any` before the attribute.
    pub quantifier: Option<Quantified>,
    /// What is asked about.
    pub subject: Expression,
    /// What is asked.
    pub check: Check,
    /// From the quantifier or the attribute to the end of the check.
    pub span: Span,
}

/// A quantifier with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quantified {
    /// Which one.
    pub quantifier: Quantifier,
    /// The keyword.
    pub span: Span,
}

/// How many of an attribute's values must satisfy the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Quantifier {
    /// All of them; true of none.
    Every,
    /// At least one; what is meant without a quantifier too.
    Any,
    /// None of them; of blocks only.
    No,
}

/// Something that has a value. Aggregates over related records and arithmetic will join.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    /// An attribute.
    Path(Path),
    /// What is worked out of an attribute: `month(birthday)`.
    Call(Call),
}

/// A function of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    /// Which one.
    pub function: Function,
    /// Of what.
    pub path: Path,
    /// The function with its parentheses; for `anniversary`, the attribute and the word.
    pub span: Span,
}

/// The functions of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Function {
    /// `count(tags)`: how many values there are.
    Count,
    /// `month(birthday)`.
    Month,
    /// `year(created)`.
    Year,
    /// `weekday(at)`.
    Weekday,
    /// `birthday anniversary`: the days in later years.
    Anniversary,
}

/// An attribute, perhaps of a related record: `company.parent.industry`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    /// How many times `outer` stands first: how many blocks further out the path begins.
    pub outer: u8,
    /// One step or more; all but the last are relations.
    pub steps: Vec<Step>,
    /// The whole path.
    pub span: Span,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    /// How the attribute is named.
    pub name: StepName,
    /// The step, with `field(...)` or backquotes.
    pub span: Span,
}

/// How a step names its attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StepName {
    /// By key: `budget`, `` `order` ``, `field(budget)`.
    Key(String),
    /// By label: `field("Annual revenue")`.
    Label(String),
    /// By id: never from a text.
    Id(AttributeId),
}

/// A name with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// The name, without backquotes.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// `tag vip`, `tag under "customers"`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TagTest {
    /// Whether tags beneath count as well.
    pub under: bool,
    /// The tag: a text, a word or a parameter.
    pub name: Literal,
    /// From the keyword to the tag.
    pub span: Span,
}

/// `may email for newsletter`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MayTest {
    /// The channel: a word, a text or a parameter.
    pub channel: Literal,
    /// The purpose, likewise.
    pub purpose: Literal,
    /// From the keyword to the purpose.
    pub span: Span,
}

impl Condition {
    /// Where the condition stands.
    #[must_use]
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::All { span }
            | Self::Broken { span }
            | Self::And { span, .. }
            | Self::Or { span, .. }
            | Self::Not { span, .. } => *span,
            Self::Attribute(test) => test.span,
            Self::Tag(test) => test.span,
            Self::May(test) => test.span,
            Self::Block(block) => block.span,
        }
    }

    /// How deep the text of the condition nests, and how many conditions and values it has.
    pub(crate) fn size(&self) -> (usize, usize) {
        match self {
            Self::All { .. } | Self::Tag(_) | Self::Broken { .. } => (0, 1),
            Self::May(_) => (0, 3),
            Self::And { operands, .. } | Self::Or { operands, .. } => {
                let (mut depth, mut nodes) = (0, 0);
                for operand in operands {
                    let (inner, count) = operand.size();
                    depth = depth.max(inner + operand.parentheses());
                    nodes += count;
                }
                (depth, nodes)
            }
            Self::Not { operand, .. } => {
                let (depth, nodes) = operand.size();
                (depth + 1 + operand.parentheses(), nodes + 1)
            }
            Self::Block(block) => {
                let (depth, nodes) = block.condition.size();
                (depth + 2, nodes + 1 + block.subject.steps.len())
            }
            Self::Attribute(test) => {
                let values = match &test.check {
                    Check::In { set: Set::List { items, .. }, .. }
                    | Check::Has { set: Set::List { items, .. }, .. } => items.len(),
                    Check::Between { .. } | Check::Overlaps { .. } => 2,
                    _ => 1,
                };
                (0, 1 + test.subject.path().steps.len() + values)
            }
        }
    }

    /// The parentheses that it needs inside another condition.
    fn parentheses(&self) -> usize {
        usize::from(matches!(self, Self::And { .. } | Self::Or { .. }))
    }

    /// The conditions joined by `and`, or by `or`. Those joined alike become one; of none, `and` is everybody and `or` nobody.
    pub(crate) fn joined(and: bool, conditions: impl IntoIterator<Item = Self>, span: Span) -> Self {
        let mut conditions = conditions.into_iter();
        // Joining on in a loop must not copy what was joined before.
        let mut operands = match conditions.next() {
            Some(Self::And { operands, .. }) if and => operands,
            Some(Self::Or { operands, .. }) if !and => operands,
            first => Vec::from_iter(first),
        };
        for condition in conditions {
            match condition {
                Self::And { operands: inner, .. } if and => operands.extend(inner),
                Self::Or { operands: inner, .. } if !and => operands.extend(inner),
                other => operands.push(other),
            }
        }
        match (operands.pop(), and) {
            (None, true) => Self::All { span },
            (None, false) => Self::Not { operand: Box::new(Self::All { span }), span },
            (Some(only), _) if operands.is_empty() => only,
            (Some(last), and) => {
                operands.push(last);
                if and { Self::And { operands, span } } else { Self::Or { operands, span } }
            }
        }
    }
}

impl Expression {
    /// Where the expression stands.
    #[must_use]
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Path(path) => path.span,
            Self::Call(call) => call.span,
        }
    }

    /// The attribute that it is about.
    #[must_use]
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Path(path) => path,
            Self::Call(call) => &call.path,
        }
    }
}
