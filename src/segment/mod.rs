//! The segment language.
//!
//! Text becomes tokens, a spanned syntax tree and, checked against a catalogue, a tree of stable ids; each goes back to text.
//! Up to the syntax tree nothing knows the catalogue: names stay as written and values untyped.
//! The grammar stands in `docs/language.md`. Keywords are matched in any case; reserved words need backquotes to be names,
//! contextual ones do not.

pub(crate) mod calendar;
mod check;
mod checked;
#[cfg(test)]
mod erase;
mod error;
mod lexer;
mod limits;
mod numeral;
mod parser;
mod print;
mod render;
mod span;
pub(crate) mod syntax;
mod text;
mod token;
mod tree;

#[cfg(test)]
mod tests;

pub use checked::{AnyQuestion, AnySegment, Question, Segment};
pub use error::{Problem, SegmentCode, SegmentError};
pub use limits::SyntaxLimits;
pub use span::Span;

pub(crate) use calendar::Ends;
pub(crate) use check::{check_order, check_question, check_question_of, check_segment, check_segment_of, recheck};
pub(crate) use tree::{
    AttributeTest, Check, Condition, Expression, Operand, Order, Parent, Path, Relative, TagTest, Tree,
};

#[cfg(test)]
use parser::{parse_question, parse_segment};
#[cfg(test)]
use token::{CONTEXTUAL_WORDS, RESERVED_WORDS, is_reserved_word};
