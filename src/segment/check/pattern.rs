//! Patterns: what is looked for inside texts.

use regex::{Regex, RegexBuilder};

use super::value::Given;
use super::{Checker, Target};
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::lexer::plain_slashes;
use crate::segment::render::shorten;
use crate::segment::syntax::{Literal, LiteralKind, TextOperator};
use crate::segment::tree::{Check, Operand};

/// The largest compiled regular expression, in bytes.
const REGEX_BYTES: usize = 1 << 20;
/// How deep a regular expression may nest.
const REGEX_DEPTH: u32 = 64;
/// The longest text for `like`, in characters: matching takes that many steps for each character of a value.
const LIKE_LENGTH: usize = 256;
/// The longest text for `~`, in characters.
const FUZZY_LENGTH: usize = 64;

/// A regular expression within the bounds on size and nesting.
pub(crate) fn compiled(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(REGEX_BYTES).nest_limit(REGEX_DEPTH).build()
}

impl<'c> Checker<'c> {
    /// `contains "x"` and its like, of a text.
    pub(super) fn text_check(
        &mut self,
        target: Target<'c>,
        operator: TextOperator,
        literal: &Literal,
    ) -> Option<Check> {
        let given = match self.given(target, literal)? {
            Given::Value(given) => given,
            Given::Parameter(name) => return Some(Check::Text { operator, text: Operand::Parameter(name) }),
        };
        let literal = &*given;
        let text = match &literal.kind {
            LiteralKind::Text(text) | LiteralKind::Word(text) => self.text(text, literal)?,
            LiteralKind::Attribute(_) => return self.no_attribute_here(literal),
            _ => {
                let message = format!("found {}, expected a text after `{operator}`", self.describe(literal));
                let problem = Problem::new(SegmentCode::ValueMismatch, literal.span, message);
                self.report(problem.with_help("write it in quotes"));
                return None;
            }
        };
        let longest = match operator {
            TextOperator::Matches => return self.regex(plain_slashes(&text), literal),
            TextOperator::Like => LIKE_LENGTH,
            TextOperator::Fuzzy => FUZZY_LENGTH,
            _ => usize::MAX,
        };
        if text.chars().count() > longest {
            let message = format!(
                "found a text of {} characters after `{operator}`, expected at most {longest}",
                text.chars().count()
            );
            let problem = Problem::new(SegmentCode::PatternTooLarge, literal.span, message);
            self.report(problem.with_help("`contains` takes texts of any length"));
            return None;
        }
        if operator == TextOperator::HasWord && !text.chars().any(char::is_alphanumeric) {
            let message = format!("found {}, expected a word", self.describe(literal));
            let problem = Problem::new(SegmentCode::ValueMismatch, literal.span, message);
            self.report(problem.with_help("a word has a letter or a digit; signs are found by `contains`"));
            return None;
        }
        Some(Check::Text { operator, text: Operand::Text(text) })
    }

    fn regex(&mut self, text: String, literal: &Literal) -> Option<Check> {
        self.patterns += 1;
        if self.patterns > self.limits.max_patterns() {
            let message = format!("found more than {} regular expressions", self.limits.max_patterns());
            let problem = Problem::new(SegmentCode::PatternTooLarge, literal.span, message);
            self.report(problem.with_help("join some with `|`: `matches /^a|^b/`"));
            return None;
        }
        let Err(error) = compiled(&text) else {
            return Some(Check::Text { operator: TextOperator::Matches, text: Operand::Text(text) });
        };
        let problem = if let regex::Error::CompiledTooBig(_) = error {
            let message = "found a regular expression that takes more than 1 MiB when compiled";
            Problem::new(SegmentCode::PatternTooLarge, literal.span, message)
                .with_help("use smaller counts of repetition: `a{1,20}` instead of `a{1,2000}`")
        } else {
            // The last line says what is wrong; those before draw the pattern.
            let drawn = error.to_string();
            let reason = drawn.lines().last().unwrap_or_default();
            let reason = shorten(reason.strip_prefix("error: ").unwrap_or(reason), 120);
            Problem::new(
                SegmentCode::InvalidPattern,
                literal.span,
                format!("found a regular expression that can not be read: {reason}"),
            )
            .with_help("the syntax is that of the crate `regex`, without look-around and back-references")
        };
        self.report(problem);
        None
    }
}
