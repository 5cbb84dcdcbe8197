//! The spanned syntax tree: what a text says, before any catalogue is asked.
//!
//! Names are not resolved, types are not known. `and` and `or` hold any number of operands and never hold themselves
//! directly: the parser joins `(a and b) and c` into one node. Parentheses leave no trace. Equality includes spans;
//! [`Question::without_spans`] compares what was said.

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};

use super::span::Span;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    /// All of them; true of none.
    Every,
    /// At least one; what is meant without a quantifier too.
    Any,
}

/// Something that has a value. Aggregates, functions and arithmetic will join.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    /// An attribute.
    Path(Path),
}

/// An attribute, perhaps of a related record: `company.parent.industry`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
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
}

/// A name with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// The name, without backquotes.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// What is asked about an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Check {
    /// Nothing but the attribute itself: `active`.
    Holds,
    /// `= 5`, `>= 10 EUR`.
    Compare {
        /// Which comparison.
        operator: Comparison,
        /// With what.
        value: Literal,
    },
    /// `between 1 and 5`; both ends belong.
    Between {
        /// The lower end. A number here has taken over the currency of the upper end.
        low: Literal,
        /// The upper end.
        high: Literal,
    },
    /// `in [..]`, `not in [..]`.
    In {
        /// Whether `not` stood before it.
        negated: bool,
        /// The values.
        set: Set,
    },
    /// `has any of [..]` and its like.
    Has {
        /// Which of them.
        operator: SetOperator,
        /// The values.
        set: Set,
    },
    /// `contains "x"` and its like.
    Text {
        /// Which of them.
        operator: TextOperator,
        /// The text looked for; for [`TextOperator::Matches`] a regular expression.
        value: Literal,
    },
    /// `is set`, `is not set`.
    IsSet {
        /// Whether `not` stood in it.
        negated: bool,
    },
    /// `in last 30 days`, `in this quarter`.
    Within {
        /// Whether `not` stood before it.
        negated: bool,
        /// The span of time.
        period: Period,
    },
    /// `more than 90 days ago`, `less than 3 months ago`.
    Ago {
        /// More or less.
        bound: AgoBound,
        /// How long.
        length: Length,
    },
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// `=`: for text, by search fold.
    Equal,
    /// `==`: exactly.
    Identical,
    /// `!=`: not `=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
}

/// A question about a set of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SetOperator {
    /// `has any of`.
    HasAny,
    /// `has all of`.
    HasAll,
    /// `has none of`.
    HasNone,
    /// `is exactly`.
    IsExactly,
}

/// A question about a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextOperator {
    /// `contains`.
    Contains,
    /// `not contains`.
    NotContains,
    /// `starts with`.
    StartsWith,
    /// `ends with`.
    EndsWith,
    /// `like`: `*` and `?` are wild.
    Like,
    /// `matches`: a regular expression.
    Matches,
    /// `has word`.
    HasWord,
    /// `~`: nearly.
    Fuzzy,
}

/// Several values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Set {
    /// `["Health", biotech]`.
    List {
        /// The values, perhaps none.
        items: Vec<Literal>,
        /// The list with its brackets.
        span: Span,
    },
    /// `$ids`.
    Parameter(Name),
}

/// A value as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Literal {
    /// The value.
    pub kind: LiteralKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum LiteralKind {
    /// `"Health"`.
    Text(String),
    /// `10_000.50`.
    Number(Decimal),
    /// `10_000.50 EUR`.
    Money {
        /// How much.
        amount: Decimal,
        /// Three capital letters.
        currency: String,
    },
    /// `biotech`: an option, tag or country by its key, never an attribute.
    Word(String),
    /// `true`, `false`.
    Boolean(bool),
    /// `2026-01-31`.
    Date(Date),
    /// `2026-01-31T10:00Z`. Equality is equality of instants.
    DateTime(OffsetDateTime),
    /// `today`.
    Today,
    /// `now`.
    Now,
    /// `yesterday`.
    Yesterday,
    /// `tomorrow`.
    Tomorrow,
    /// `$since`, without the dollar sign.
    Parameter(String),
}

/// A span of time relative to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    /// Which span of time.
    pub kind: PeriodKind,
    /// From `last`, `this` or their like to the unit.
    pub span: Span,
}

/// The kinds of spans of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PeriodKind {
    /// `last 30 days`: up to now.
    Last(Length),
    /// `next 2 weeks`: from now on.
    Next(Length),
    /// `this quarter`: the whole calendar unit that now lies in.
    This(Unit),
    /// `previous month`, `previous 3 months`: whole calendar units before this one.
    Previous(Length),
    /// `following week`, `following 2 quarters`: whole calendar units after this one.
    Following(Length),
}

/// More or less than some time ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AgoBound {
    /// `more than ... ago`: before.
    MoreThan,
    /// `less than ... ago`: since.
    LessThan,
}

/// A number of units of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Length {
    /// How many; at least 1.
    pub amount: u32,
    /// Of what.
    pub unit: Unit,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// A quarter of a year.
    Quarter,
    /// A year.
    Year,
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

impl Condition {
    /// Where the condition stands.
    #[must_use]
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::All { span } | Self::And { span, .. } | Self::Or { span, .. } | Self::Not { span, .. } => *span,
            Self::Attribute(test) => test.span,
            Self::Tag(test) => test.span,
        }
    }
}

impl Expression {
    /// Where the expression stands.
    #[must_use]
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Path(path) => path.span,
        }
    }
}

impl Set {
    /// Where the values stand.
    #[must_use]
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::List { span, .. } => *span,
            Self::Parameter(name) => name.span,
        }
    }
}
