//! The open groups of a condition, innermost last.

use super::Parser;
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::print::Operand;
use crate::segment::render::shorten;
use crate::segment::span::Span;
use crate::segment::syntax::{Block, Condition, Path, Quantifier};

/// Longest operand shown in a reading, in columns.
const OPERAND_SHOWN: usize = 80;
/// Longest reading shown, in columns.
const READING_SHOWN: usize = 600;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connective {
    And,
    Or,
}

impl Connective {
    const fn as_str(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
        }
    }
}

/// An operand, with its parentheses.
struct Part {
    condition: Condition,
    span: Span,
}

/// What stands ahead of the parenthesis of a block: `any address`.
pub(super) struct BlockHead {
    pub(super) quantifier: Quantifier,
    pub(super) subject: Path,
    pub(super) span: Span,
}

/// A group in parentheses that is not closed yet, or the text itself.
struct Group {
    open: Option<Span>,
    block: Option<BlockHead>,
    /// The `not`s ahead of the operand to come.
    negations: Vec<Span>,
    parts: Vec<Part>,
    connectives: Vec<(Connective, Span)>,
}

impl Group {
    const fn new(open: Option<Span>, block: Option<BlockHead>) -> Self {
        Self { open, block, negations: Vec::new(), parts: Vec::new(), connectives: Vec::new() }
    }
}

/// INVARIANT: each group but the last awaits an operand, which the group above it will become.
pub(super) struct Groups {
    outer: Vec<Group>,
    inner: Group,
    depth: usize,
}

impl Groups {
    pub(super) const fn new() -> Self {
        Self { outer: Vec::new(), inner: Group::new(None, None), depth: 0 }
    }

    /// How many parentheses and `not`s are open.
    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    /// The structured attributes of the blocks that are open, outermost first.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &Path> {
        let groups = self.outer.iter().chain([&self.inner]);
        groups.filter_map(|group| group.block.as_ref().map(|block| &block.subject))
    }

    pub(super) fn negate(&mut self, span: Span) {
        self.inner.negations.push(span);
        self.depth += 1;
    }

    pub(super) fn open(&mut self, span: Span, block: Option<BlockHead>) {
        self.depth += levels(block.as_ref());
        self.outer.push(std::mem::replace(&mut self.inner, Group::new(Some(span), block)));
    }

    pub(super) fn connect(&mut self, connective: Connective, span: Span) {
        self.inner.connectives.push((connective, span));
    }

    /// Adds an operand to the innermost group, with the `not`s that stood ahead of it.
    pub(super) fn operand(&mut self, condition: Condition, span: Span) {
        let negations = std::mem::take(&mut self.inner.negations);
        self.depth -= negations.len();
        let mut part = Part { condition, span };
        for not in negations.into_iter().rev() {
            let span = not.to(part.span);
            part = Part { condition: Condition::Not { operand: Box::new(part.condition), span }, span };
        }
        self.inner.parts.push(part);
    }

    /// Closes the innermost group; false when there is none to close.
    pub(super) fn close(&mut self, close: Span, parser: &mut Parser<'_>) -> bool {
        let Some(outer) = self.outer.pop() else {
            return false;
        };
        let mut group = std::mem::replace(&mut self.inner, outer);
        let span = group.open.map_or(close, |open| open.to(close));
        let block = group.block.take();
        self.depth -= levels(block.as_ref());
        let condition = joined(group, parser);
        match block {
            None => self.operand(condition, span),
            Some(BlockHead { quantifier, subject, span: head }) => {
                let span = head.to(span);
                let block = Block { quantifier, subject, condition, span };
                self.operand(Condition::Block(Box::new(block)), span);
            }
        }
        true
    }

    /// Ends the condition, complaining about each group still open.
    pub(super) fn finish(mut self, parser: &mut Parser<'_>) -> Condition {
        while let Some(open) = self.inner.open {
            let message = format!("found {}, expected `)` to close the group", parser.found());
            let problem = Problem::new(SegmentCode::UnclosedParenthesis, open, message);
            parser.report(
                problem
                    .with_second(parser.span(), "a `)` is missing before this")
                    .with_help("close the group with `)`"),
            );
            let end = parser.last_span();
            self.close(end, parser);
        }
        joined(self.inner, parser)
    }
}

/// How many levels of depth a group or block is: answering a block takes twice the stack.
const fn levels(block: Option<&BlockHead>) -> usize {
    match block {
        Some(_) => 2,
        None => 1,
    }
}

/// The parts of a group as one condition. Where it can't be told how they go together they are joined by the first
/// connective, so that each can still be checked.
fn joined(group: Group, parser: &mut Parser<'_>) -> Condition {
    let connective = group.connectives.first().map_or(Connective::And, |(connective, _)| *connective);
    let first = group.connectives.first().map_or(Span::default(), |(_, span)| *span);
    if let Some(&(other, second)) = group.connectives.iter().find(|(found, _)| *found != connective) {
        if parser.problems.len() < crate::segment::error::SegmentError::MAX_PROBLEMS {
            let either = reading(&group, Connective::And);
            let or = reading(&group, Connective::Or);
            let problem = Problem::new(
                SegmentCode::MixedAndOr,
                second,
                "found `and` beside `or`, expected parentheses to say which goes first",
            )
            .with_second(first, format!("`{}` here, `{}` there", connective.as_str(), other.as_str()))
            .with_readings([either, or])
            .with_help("write one of the two readings");
            parser.report(problem);
        } else {
            parser.truncated = true;
        }
    }
    let span = group.parts.iter().map(|part| part.span).reduce(Span::to).unwrap_or_default();
    let parts = group.parts.into_iter().map(|part| part.condition);
    Condition::joined(connective == Connective::And, parts, span)
}

/// The group with parentheses as they would be if `tight` bound more tightly.
fn reading(group: &Group, tight: Connective) -> String {
    let binds = |index: usize| group.connectives.get(index).is_some_and(|(connective, _)| *connective == tight);
    let mut text = String::new();
    for (index, part) in group.parts.iter().enumerate() {
        let after_tight = index > 0 && binds(index - 1);
        if let Some((connective, _)) = index.checked_sub(1).and_then(|before| group.connectives.get(before)) {
            text.push(' ');
            text.push_str(connective.as_str());
            text.push(' ');
        }
        if !after_tight && binds(index) {
            text.push('(');
        }
        text.push_str(&shorten(&Operand(&part.condition).to_string(), OPERAND_SHOWN));
        if after_tight && !binds(index) {
            text.push(')');
        }
        if text.len() > 8 * READING_SHOWN {
            break;
        }
    }
    shorten(&text, READING_SHOWN)
}
