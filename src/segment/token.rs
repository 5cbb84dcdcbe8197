//! Tokens and the two frozen word lists.
//!
//! A *reserved* word can begin a condition or a value, or end one; it never names anything unless it stands in backquotes.
//! A *contextual* word has a meaning only where no name can stand (after an attribute, after another keyword, after a
//! number), so it stays usable as a name. New words may join the contextual list without breaking a saved text; the
//! reserved list is frozen.

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};

use super::span::Span;

/// One token with its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

/// What a token is. Literals carry their decoded value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind {
    /// An identifier that is not reserved; its text is the slice of its span.
    Word,
    /// A reserved word, in any case.
    Keyword(Keyword),
    /// A name in backquotes, without them.
    Name(String),
    /// `$name`, without the dollar sign.
    Parameter(String),
    /// A text in quotes, escapes resolved.
    Text(String),
    /// A pattern between slashes, `\/` resolved to `/`.
    Regex(String),
    /// A number without its sign.
    Number(Decimal),
    /// A calendar date.
    Date(Date),
    /// An instant.
    DateTime(OffsetDateTime),
    /// Punctuation or an operator sign.
    Symbol(Symbol),
    /// Something the lexer has already complained about.
    Invalid,
    /// The end of the text.
    End,
}

/// Punctuation and operator signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symbol {
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
    Comma,
    Dot,
    Equal,
    EqualEqual,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Tilde,
    Plus,
    Minus,
    Star,
    Slash,
}

impl Symbol {
    /// Whether the sign computes with values, which is not built yet.
    pub(crate) const fn is_arithmetic(self) -> bool {
        matches!(self, Self::Plus | Self::Minus | Self::Star | Self::Slash)
    }

    /// Whether the sign compares an attribute with a value.
    pub(crate) const fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::EqualEqual
                | Self::NotEqual
                | Self::Less
                | Self::LessEqual
                | Self::Greater
                | Self::GreaterEqual
                | Self::Tilde
        )
    }
}

macro_rules! keywords {
    ($($name:ident = $text:literal,)*) => {
        /// The reserved words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Keyword {
            $($name,)*
        }

        impl Keyword {
            const LIST: &[(&'static str, Self)] = &[$(($text, Self::$name),)*];

            /// The word in lower case.
            pub(crate) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }

        #[cfg(test)]
        /// Every reserved word, in lower case and alphabetical order.
        ///
        /// The list is frozen: a word that is not in it will never be taken from a user's names.
        pub(crate) const RESERVED_WORDS: &[&str] = &[$($text,)*];
    };
}

keywords! {
    All = "all",
    And = "and",
    Anniversary = "anniversary",
    Any = "any",
    As = "as",
    Avg = "avg",
    Between = "between",
    Changed = "changed",
    Contains = "contains",
    Count = "count",
    Distinct = "distinct",
    Ends = "ends",
    Entered = "entered",
    Every = "every",
    False = "false",
    Field = "field",
    First = "first",
    Has = "has",
    In = "in",
    Is = "is",
    Last = "last",
    Like = "like",
    Limit = "limit",
    Matches = "matches",
    Max = "max",
    May = "may",
    Min = "min",
    Month = "month",
    No = "no",
    Not = "not",
    Now = "now",
    Or = "or",
    Order = "order",
    Outer = "outer",
    Starts = "starts",
    Sum = "sum",
    Tag = "tag",
    Today = "today",
    Tomorrow = "tomorrow",
    True = "true",
    Was = "was",
    Weekday = "weekday",
    Where = "where",
    Year = "year",
    Yesterday = "yesterday",
}

#[cfg(test)]
/// Every word that has a meaning in one position and is a plain name elsewhere, in lower case and alphabetical order.
pub(crate) const CONTEXTUAL_WORDS: &[&str] = &[
    "ago",
    "asc",
    "by",
    "day",
    "days",
    "desc",
    "ever",
    "exactly",
    "following",
    "for",
    "from",
    "hour",
    "hours",
    "less",
    "minute",
    "minutes",
    "months",
    "more",
    "next",
    "none",
    "of",
    "overlaps",
    "previous",
    "quarter",
    "quarters",
    "segment",
    "set",
    "than",
    "this",
    "to",
    "under",
    "week",
    "weeks",
    "with",
    "word",
    "years",
];

impl Keyword {
    /// The keyword that `word` is, in any case.
    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::LIST.iter().find(|(text, _)| text.eq_ignore_ascii_case(word)).map(|&(_, keyword)| keyword)
    }

    /// Whether the word stands for a value by itself.
    pub(crate) const fn is_value(self) -> bool {
        matches!(self, Self::True | Self::False | Self::Today | Self::Now | Self::Yesterday | Self::Tomorrow)
    }

    /// Whether the word can follow an attribute as an operator.
    pub(crate) const fn is_operator(self) -> bool {
        matches!(
            self,
            Self::Between
                | Self::Contains
                | Self::Ends
                | Self::Has
                | Self::In
                | Self::Is
                | Self::Like
                | Self::Matches
                | Self::Starts
        )
    }

    /// Whether the word is a function, written before a parenthesis.
    pub(crate) const fn is_function(self) -> bool {
        matches!(
            self,
            Self::Avg
                | Self::Count
                | Self::First
                | Self::Last
                | Self::Max
                | Self::Min
                | Self::Month
                | Self::Sum
                | Self::Weekday
                | Self::Year
        )
    }
}

/// Whether `word` is reserved (in any case) and so needs backquotes to be a name.
///
/// ```text
/// `order` = 3
/// ```
#[must_use]
pub(crate) fn is_reserved_word(word: &str) -> bool {
    Keyword::of(word).is_some()
}

/// Whether `word` is an identifier: it begins with a letter of any script (Unicode `XID_Start`) or `_`, and goes on with
/// `XID_Continue` characters.
#[must_use]
pub(crate) fn is_identifier(word: &str) -> bool {
    let mut characters = word.chars();
    characters.next().is_some_and(is_identifier_start) && characters.all(unicode_ident::is_xid_continue)
}

pub(crate) fn is_identifier_start(character: char) -> bool {
    character == '_' || unicode_ident::is_xid_start(character)
}
