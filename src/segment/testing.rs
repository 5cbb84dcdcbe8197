//! Short ways for tests to read and check a text.

use super::syntax::{Question, Segment as SyntaxSegment};
use super::{
    AnyQuestion, AnySegment, Bindings, Question as TypedQuestion, QuestionSource, Segment, SegmentError, SegmentSource,
    SyntaxLimits, parser,
};
use crate::model::Record;
use crate::schema::Catalogue;

fn parse(text: &str, limits: &SyntaxLimits, ordered: bool) -> Result<Question, SegmentError> {
    let reading = parser::read_question(text, limits, ordered);
    match reading.tree {
        Some(tree) if reading.problems.is_empty() => Ok(tree),
        _ => Err(SegmentError::new(text, reading.problems, reading.truncated)),
    }
}

pub(crate) fn parse_question(text: &str, limits: &SyntaxLimits) -> Result<Question, SegmentError> {
    parse(text, limits, true)
}

pub(crate) fn parse_segment(text: &str, limits: &SyntaxLimits) -> Result<SyntaxSegment, SegmentError> {
    parse(text, limits, false).map(|question| question.segment)
}

pub(crate) fn check_segment(
    source: impl SegmentSource,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
) -> Result<AnySegment, SegmentError> {
    super::check(source.source(), None, catalogue, limits, &Bindings::default())
}

pub(crate) fn check_segment_of<T: Record>(
    source: impl SegmentSource,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
) -> Result<Segment<T>, SegmentError> {
    super::check(source.source(), Some(T::KIND), catalogue, limits, &Bindings::default()).map(Segment::new)
}

pub(crate) fn check_question(
    source: impl QuestionSource,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
) -> Result<AnyQuestion, SegmentError> {
    super::check_question(source.question_form(), None, catalogue, limits)
}

pub(crate) fn check_question_of<T: Record>(
    text: &str,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
) -> Result<TypedQuestion<T>, SegmentError> {
    super::check_question(text.question_form(), Some(T::KIND), catalogue, limits).map(TypedQuestion::new)
}

/// A value as it is written in a text.
pub(crate) fn written(value: crate::model::Value) -> String {
    let span = super::Span { start: 0, end: 0 };
    super::syntax::Literal { kind: super::bind::literal(value), span }.to_string()
}
