//! What is asked of an attribute.

use serde::{Deserialize, Serialize};

use super::value::{AgoBound, Length, Literal, Period};
use super::{Name, Span};

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
    /// `overlaps 10 to 20`, `not overlaps this month`, of ranges.
    Overlaps {
        /// Whether `not` stood before it.
        negated: bool,
        /// With what.
        with: Overlapped,
    },
    /// What could not be read. A problem has been reported; the attribute is checked all the same.
    Broken,
}

/// What a range overlaps.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Overlapped {
    /// `10 to 20`; both ends belong.
    Ends {
        /// The lower end. A number here has taken over the currency of the upper end.
        low: Literal,
        /// The upper end.
        high: Literal,
    },
    /// `this month`, of ranges of dates.
    Period(Period),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
