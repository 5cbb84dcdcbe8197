//! What is wrong with a segment text.

use std::error::Error;
use std::fmt;

use super::render::{Excerpts, write_problem};
use super::span::Span;

/// What is wrong with a segment text: one or more problems, in the order of the text.
///
/// `Display` draws each problem with its line and a caret; it ends without a line break. The error is one word wide and owns
/// all that it shows: each problem keeps its piece of the text, and texts of up to 64 KiB are kept whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    text: Option<Box<str>>,
    problems: Vec<(Problem, Excerpts)>,
    truncated: bool,
}

impl SegmentError {
    /// The most problems that one error reports.
    pub const MAX_PROBLEMS: usize = 20;
    /// The longest text, in bytes, that an error keeps whole: 64 KiB.
    pub const KEPT_BYTES: usize = 64 << 10;

    /// An error over `text`. Problems are put in the order of the text and cut off at [`Self::MAX_PROBLEMS`].
    ///
    /// INVARIANT: `problems` is never empty; an empty one would be an error that says nothing.
    pub(crate) fn new(text: &str, mut problems: Vec<Problem>, cut_short: bool) -> Self {
        problems.sort_by_key(|problem| problem.span.start);
        let truncated = cut_short || problems.len() > Self::MAX_PROBLEMS;
        problems.truncate(Self::MAX_PROBLEMS);
        let problems = problems
            .into_iter()
            .map(|problem| {
                let excerpts = Excerpts::of(text, problem.span, problem.second.as_ref().map(|(span, _)| *span));
                (problem, excerpts)
            })
            .collect();
        let text = (text.len() <= Self::KEPT_BYTES).then(|| text.into());
        Self(Box::new(Inner { text, problems, truncated }))
    }

    /// The problems, in the order of the text; at least one.
    #[must_use]
    pub fn problems(&self) -> impl ExactSizeIterator<Item = &Problem> {
        self.0.problems.iter().map(|(problem, _)| problem)
    }

    /// The code of the first problem.
    #[must_use]
    pub fn code(&self) -> Option<SegmentCode> {
        self.problems().next().map(Problem::code)
    }

    /// The text that was read, unless it is longer than [`Self::KEPT_BYTES`].
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
    }

    /// Whether there were more problems than are reported.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.0.truncated
    }
}

impl fmt::Display for SegmentError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (problem, excerpts)) in self.0.problems.iter().enumerate() {
            if index > 0 {
                out.write_str("\n\n")?;
            }
            write_problem(out, problem, excerpts)?;
        }
        if self.0.truncated {
            out.write_str("\n\nfurther problems are not shown")?;
        }
        Ok(())
    }
}

impl Error for SegmentError {}

/// One thing that is wrong with a segment text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    code: SegmentCode,
    span: Span,
    second: Option<(Span, String)>,
    message: String,
    readings: Vec<String>,
    nearest: Option<String>,
    help: Option<String>,
}

impl Problem {
    pub(crate) fn new(code: SegmentCode, span: Span, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, span, second: None, message, readings: Vec::new(), nearest: None, help: None }
    }

    pub(crate) fn with_second(mut self, span: Span, label: impl Into<String>) -> Self {
        self.second = Some((span, label.into()));
        self
    }

    pub(crate) fn with_readings(mut self, readings: impl IntoIterator<Item = String>) -> Self {
        self.readings = readings.into_iter().collect();
        self
    }

    pub(crate) fn with_nearest(mut self, name: Option<&str>) -> Self {
        self.nearest = name.map(str::to_owned);
        self
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The problem drawn with its line of `text` and a caret, as [`SegmentError`] shows it: for the notices of a segment.
    ///
    /// ```
    /// use contactdb::{Database, Read};
    /// let snapshot = Database::in_memory()?.read()?;
    /// let text = "stage != lead or stage != customer";
    /// let notice = &snapshot.segment(text)?.notices()[0].draw(text);
    /// assert!(notice.starts_with("notice[always-true]: every record satisfies one of these"));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    #[must_use]
    pub fn draw(&self, text: &str) -> String {
        SegmentError::new(text, vec![self.clone()], false).to_string()
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> SegmentCode {
        self.code
    }

    /// Where the problem is.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Another place that matters, and what it is.
    #[must_use]
    pub fn second(&self) -> Option<(Span, &str)> {
        self.second.as_ref().map(|(span, label)| (*span, label.as_str()))
    }

    /// What was found and what was expected, in one line of lower case.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What the text may have meant, each as text to write instead; empty unless the text is ambiguous.
    #[must_use]
    pub fn readings(&self) -> &[String] {
        &self.readings
    }

    /// The known name that is most like the one found.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        self.nearest.as_deref()
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The stable code of a problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum SegmentCode {
            $($(#[$doc])* $name,)*
        }

        impl SegmentCode {
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code as text, such as `mixed-and-or`. It never changes.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

codes! {
    /// A character that has no meaning in the language.
    UnexpectedCharacter = "unexpected-character",
    /// A text without its closing quote on the same line.
    UnclosedText = "unclosed-text",
    /// A name without its closing backquote on the same line.
    UnclosedName = "unclosed-name",
    /// A pattern without its closing slash on the same line.
    UnclosedPattern = "unclosed-pattern",
    /// An escape that does not exist, in a text.
    InvalidEscape = "invalid-escape",
    /// A number that cannot be read, or has more than 28 digits.
    InvalidNumber = "invalid-number",
    /// A date or instant that does not exist or is written otherwise than `2026-01-31` or `2026-01-31T10:00Z`.
    InvalidDate = "invalid-date",
    /// Backquotes or a dollar sign without a name.
    InvalidName = "invalid-name",
    /// A text without anything in it.
    EmptyText = "empty-text",
    /// Something else where a condition should stand.
    ExpectedCondition = "expected-condition",
    /// Something else where an attribute should stand.
    ExpectedAttribute = "expected-attribute",
    /// Something else where an operator should stand.
    ExpectedOperator = "expected-operator",
    /// Something else where a value should stand.
    ExpectedValue = "expected-value",
    /// Something else where a list of values should stand.
    ExpectedList = "expected-list",
    /// Something after a complete condition that does not go on from it.
    UnexpectedToken = "unexpected-token",
    /// A reserved word used as a name.
    ReservedWord = "reserved-word",
    /// A closing parenthesis without an opening one.
    UnmatchedParenthesis = "unmatched-parenthesis",
    /// An opening parenthesis without a closing one.
    UnclosedParenthesis = "unclosed-parenthesis",
    /// A list without its closing bracket.
    UnclosedList = "unclosed-list",
    /// `and` beside `or` without parentheses.
    MixedAndOr = "mixed-and-or",
    /// `in last month` or `in next week`, which may be rolling or of the calendar.
    AmbiguousPeriod = "ambiguous-period",
    /// A span of time without a proper number or unit.
    InvalidPeriod = "invalid-period",
    /// `order` without `by`, or a sort key that is none.
    InvalidOrder = "invalid-order",
    /// A limit that is not a whole number from 1 on.
    InvalidLimit = "invalid-limit",
    /// `order by` or `limit` in a segment, where only a question may have them.
    OrderNotAllowed = "order-not-allowed",
    /// A part of the language that this version does not have yet.
    NotSupported = "not-supported",
    /// A text with more bytes than allowed.
    TextTooLong = "text-too-long",
    /// Parentheses and `not` nested deeper than allowed.
    TooDeep = "too-deep",
    /// More conditions and values than allowed.
    TooManyNodes = "too-many-nodes",
    /// A kind of records that is not in the catalogue.
    UnknownKind = "unknown-kind",
    /// A segment of one kind of records where one of another is needed.
    OtherKind = "other-kind",
    /// An attribute that the kind does not have.
    UnknownAttribute = "unknown-attribute",
    /// A label that several attributes have.
    AmbiguousLabel = "ambiguous-label",
    /// A field that was archived.
    ArchivedField = "archived-field",
    /// A path through an attribute that does not lead to one record.
    NotARelation = "not-a-relation",
    /// An option that the choice does not have.
    UnknownOption = "unknown-option",
    /// A tag that was never used.
    UnknownTag = "unknown-tag",
    /// An operator that does not suit the attribute's type.
    OperatorMismatch = "operator-mismatch",
    /// `every`, `any` or `no` where it has no meaning or two, or missing ahead of a block.
    QuantifierMismatch = "quantifier-mismatch",
    /// A value of another type than the attribute's.
    ValueMismatch = "value-mismatch",
    /// An empty text as a value.
    EmptyValue = "empty-value",
    /// An amount without a currency beside money.
    CurrencyNeeded = "currency-needed",
    /// Amounts in two currencies that can not be compared.
    CurrencyMismatch = "currency-mismatch",
    /// A value beside a reference that is not the id of a record.
    InvalidReference = "invalid-reference",
    /// `between` with the upper end first.
    ReversedRange = "reversed-range",
    /// A regular expression that can not be read.
    InvalidPattern = "invalid-pattern",
    /// A pattern that is too long or too large when compiled.
    PatternTooLarge = "pattern-too-large",
    /// `outer` where there is no block around.
    OuterNotAllowed = "outer-not-allowed",
    /// A parameter that stands for values of two types, or a value given to it that is a list or none.
    ParameterMismatch = "parameter-mismatch",
    /// A value for a parameter that the segment does not have.
    UnknownParameter = "unknown-parameter",
    /// A parameter without a value in a segment that is asked.
    UnboundParameter = "unbound-parameter",
    /// A notice: the condition is true of no record.
    AlwaysEmpty = "always-empty",
    /// A notice: the condition is true of every record.
    AlwaysTrue = "always-true",
    /// A notice: `every` is true of records without any value.
    EveryOfNone = "every-of-none",
    /// A notice: a negated comparison of money includes other currencies, or an order runs over several.
    OtherCurrencies = "other-currencies",
}

impl SegmentCode {
    /// Whether it is a notice: what it is about is allowed, and may yet surprise.
    #[must_use]
    pub const fn is_notice(self) -> bool {
        matches!(self, Self::AlwaysEmpty | Self::AlwaysTrue | Self::EveryOfNone | Self::OtherCurrencies)
    }

    /// Whether the whole is too large, rather than something in it wrong.
    pub(crate) const fn is_limit(self) -> bool {
        matches!(self, Self::TextTooLong | Self::TooDeep | Self::TooManyNodes)
    }
}

impl fmt::Display for SegmentCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
