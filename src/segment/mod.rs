//! The segment language.
//!
//! Text becomes tokens, a spanned syntax tree and, checked against a catalogue, a tree of stable ids; each goes back to text.
//! Up to the syntax tree nothing knows the catalogue: names stay as written and values untyped.
//! The grammar stands in `docs/language.md`. Keywords are matched in any case; reserved words need backquotes to be names,
//! contextual ones do not.

mod bind;
pub(crate) mod calendar;
mod check;
mod checked;
mod complete;
mod dependencies;
mod ends;
#[cfg(test)]
mod erase;
mod error;
pub mod filter;
mod lexer;
mod limits;
mod naming;
mod numeral;
pub(crate) mod operator;
mod parser;
mod print;
mod question;
mod render;
mod sentence;
mod source;
mod span;
mod stored;
pub(crate) mod syntax;
mod text;
mod token;
mod tree;
mod words;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use bind::Parameter;
pub use checked::{AnyQuestion, AnySegment, Question, QuestionRef, Segment, SegmentRef};
pub use complete::{Completion, Proposal, ProposalKind};
pub use dependencies::Dependencies;
pub use error::{Problem, SegmentCode, SegmentError};
pub use filter::Filter;
pub use limits::SyntaxLimits;
pub use operator::{Operator, Takes};
pub use question::{QuestionSource, QuestionTree};
pub use source::SegmentSource;
pub use span::Span;
pub use stored::SegmentTree;
pub(crate) use words::MONTHS;

pub(crate) use bind::Bindings;
pub(crate) use check::{bind, check, check_columns, check_order, check_question, compiled, recheck};
pub(crate) use complete::complete;
pub(crate) use ends::{Ends, exactly, related};
pub(crate) use text::{condition_text, expression_text};
pub(crate) use tree::{
    AttributeTest, Block, Check, Condition, Expression, MayTest, Operand, Order, Path, Relation, Relative, Set,
    TagName, TagTest, Tree,
};

#[cfg(test)]
use token::{CONTEXTUAL_WORDS, RESERVED_WORDS, is_reserved_word};
