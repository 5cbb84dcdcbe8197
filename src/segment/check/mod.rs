//! The syntax tree against the catalogue: names become ids, values get the type that their attribute calls for.
//!
//! One pass finds the problems of the whole text. It takes time in proportion to the length of the text: what is looked up by
//! name is hashed, and a nearest name is sought only for the problems that are reported.

mod name;
mod operator;
mod pattern;
mod value;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::checked::{AnyQuestion, AnySegment, Question, Segment};
use super::error::{Problem, SegmentCode, SegmentError};
use super::limits::SyntaxLimits;
use super::parser::{parse_order, parse_question, parse_segment};
use super::syntax;
use super::tree::{AttributeTest, Condition, Expression, Order, Parent, TagTest, Tree};
use crate::model::{Kind, Record, Tag, ValueType, nearest};
use crate::schema::{Catalogue, system};
use operator::Family;
use value::OptionNames;

/// Reads and checks a segment, in which `order by` and `limit` are refused.
///
/// Takes time and memory in proportion to the length of the text.
pub(crate) fn check_segment(
    text: &str,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
) -> Result<AnySegment, SegmentError> {
    let segment = parse_segment(text, limits)?;
    let mut checker = Checker::new(catalogue);
    let tree = checker.kind(segment.kind.as_ref()).and_then(|kind| {
        let condition = checker.condition(kind, &segment.condition, false)?;
        Some(Tree { kind, condition })
    });
    checker.finish(text, tree, AnySegment::new)
}

/// As [`check_segment`], over the records of type `T`, also where the text does not name the kind.
pub(crate) fn check_segment_of<T: Record>(
    text: &str,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
) -> Result<Segment<T>, SegmentError> {
    let segment = parse_segment(text, limits)?;
    let mut checker = Checker::new(catalogue);
    let tree = checker.kind_of::<T>(segment.kind.as_ref()).and_then(|kind| {
        let condition = checker.condition(kind, &segment.condition, false)?;
        Some(Tree { kind, condition })
    });
    checker.finish(text, tree, |tree, notices| Segment::new(AnySegment::new(tree, notices)))
}

/// Reads and checks a question: a segment, perhaps with `order by` and `limit`.
///
/// Takes time and memory in proportion to the length of the text.
pub(crate) fn check_question(
    text: &str,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
) -> Result<AnyQuestion, SegmentError> {
    let question = parse_question(text, limits)?;
    let mut checker = Checker::new(catalogue);
    let kind = checker.kind(question.segment.kind.as_ref());
    checker.question(text, kind, &question)
}

/// As [`check_question`], over the records of type `T`, also where the text does not name the kind.
pub(crate) fn check_question_of<T: Record>(
    text: &str,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
) -> Result<Question<T>, SegmentError> {
    let question = parse_question(text, limits)?;
    let mut checker = Checker::new(catalogue);
    let kind = checker.kind_of::<T>(question.segment.kind.as_ref());
    checker.question(text, kind, &question).map(Question::new)
}

/// Reads and checks what stands behind `order by`: `budget desc, name`.
pub(crate) fn check_order(
    text: &str,
    kind: Kind,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
) -> Result<Vec<Order>, SegmentError> {
    let keys = parse_order(text, limits)?;
    let mut checker = Checker::new(catalogue);
    let order = checker.order(kind, &keys);
    checker.finish(text, order, |order, _| order)
}

/// Fails if a segment asks about what was archived since it was checked. Takes time in proportion to its size.
pub(crate) fn recheck(segment: &AnySegment, catalogue: &Catalogue) -> Result<(), SegmentError> {
    if asks_only_live(&segment.tree().condition, catalogue) {
        return Ok(());
    }
    // The text is made only to have something to point at.
    let limits = SyntaxLimits::default()
        .with_max_bytes(SyntaxLimits::BYTES_BOUND)
        .with_max_depth(SyntaxLimits::DEPTH_BOUND)
        .with_max_nodes(SyntaxLimits::NODES_BOUND);
    check_segment(&segment.to_text(catalogue), catalogue, &limits).map(drop)
}

fn asks_only_live(condition: &Condition, catalogue: &Catalogue) -> bool {
    let live = |kind, id| catalogue.attribute_by_id(kind, id).is_some_and(|attribute| !attribute.archived);
    match condition {
        Condition::All | Condition::Tag(_) => true,
        Condition::And(operands) | Condition::Or(operands) => {
            for operand in operands {
                if !asks_only_live(operand, catalogue) {
                    return false;
                }
            }
            true
        }
        Condition::Not(operand) => asks_only_live(operand, catalogue),
        Condition::Attribute(test) => {
            let Expression::Path(path) = &test.subject;
            live(path.kind, path.attribute) && path.relations.iter().all(|step| live(step.kind, step.attribute))
        }
    }
}

/// What is known and what was found while a text is checked.
struct Checker<'c> {
    catalogue: &'c Catalogue,
    problems: Vec<Problem>,
    truncated: bool,
    notices: Vec<Problem>,
    /// The names of the options of each choice asked about, so that a list of any length is looked up in linear time.
    options: HashMap<(Kind, crate::model::AttributeId), OptionNames>,
    /// The attributes of each kind by label in lower case.
    labels: HashMap<Kind, HashMap<String, Vec<crate::model::AttributeId>>>,
    patterns: usize,
}

impl<'c> Checker<'c> {
    fn new(catalogue: &'c Catalogue) -> Self {
        Self {
            catalogue,
            problems: Vec::new(),
            truncated: false,
            notices: Vec::new(),
            options: HashMap::new(),
            labels: HashMap::new(),
            patterns: 0,
        }
    }

    fn finish<P, R>(
        self,
        text: &str,
        parts: Option<P>,
        make: impl FnOnce(P, Vec<Problem>) -> R,
    ) -> Result<R, SegmentError> {
        match parts {
            Some(parts) if self.problems.is_empty() => Ok(make(parts, self.notices)),
            _ => Err(SegmentError::new(text, self.problems, self.truncated)),
        }
    }

    /// Whether a further problem would be shown; what is costly to say about one can be left out otherwise.
    fn has_room(&self) -> bool {
        self.problems.len() < SegmentError::MAX_PROBLEMS
    }

    fn report(&mut self, problem: Problem) {
        if self.has_room() {
            self.problems.push(problem);
        } else {
            self.truncated = true;
        }
    }

    fn notice(&mut self, problem: Problem) {
        if self.notices.len() < SegmentError::MAX_PROBLEMS {
            self.notices.push(problem);
        }
    }

    fn not_supported(&mut self, span: super::Span, what: &str, help: &str) {
        let message = format!("found {what}, which this version does not support yet");
        self.report(Problem::new(SegmentCode::NotSupported, span, message).with_help(help));
    }

    fn question(
        mut self,
        text: &str,
        kind: Option<Kind>,
        question: &syntax::Question,
    ) -> Result<AnyQuestion, SegmentError> {
        let parts = kind.and_then(|kind| {
            let condition = self.condition(kind, &question.segment.condition, false);
            let order = self.order(kind, &question.order);
            Some((Tree { kind, condition: condition? }, order?))
        });
        self.finish(text, parts, |(tree, order), notices| {
            let limit = question.limit.map(|limit| limit.rows);
            AnyQuestion::new(AnySegment::new(tree, notices), order, limit)
        })
    }

    /// The kind of `T`, which the text may name, but no other.
    fn kind_of<T: Record>(&mut self, name: Option<&syntax::Name>) -> Option<Kind> {
        let Some(name) = name else { return Some(T::KIND) };
        let kind = self.kind(Some(name))?;
        if kind == T::KIND {
            return Some(kind);
        }
        let message = format!("found a segment of {}, expected one of {}", self.plural(kind), self.plural(T::KIND));
        let help = "leave the kind out, or read the text with `segment_of` for that kind or with `any_segment`";
        self.report(Problem::new(SegmentCode::OtherKind, name.span, message).with_help(help));
        None
    }

    /// The kind that stands before `where`; contacts if none does.
    fn kind(&mut self, name: Option<&syntax::Name>) -> Option<Kind> {
        let Some(name) = name else { return Some(Kind::CONTACT) };
        if let Some(entry) = self.catalogue.kind_named(&name.text) {
            return Some(entry.kind);
        }
        let known: Vec<&str> = self.catalogue.kinds().map(|entry| &*entry.plural).collect();
        let shown = super::render::shorten(&name.text, 40);
        let message = format!("found the unknown kind of records `{shown}`, expected one of {}", known.join(", "));
        let problem = Problem::new(SegmentCode::UnknownKind, name.span, message)
            .with_nearest(nearest(&name.text, known))
            .with_help("a text without a kind asks about contacts");
        self.report(problem);
        None
    }

    /// Recursion is safe: the parser has bounded the depth.
    fn condition(&mut self, kind: Kind, condition: &syntax::Condition, negated: bool) -> Option<Condition> {
        match condition {
            syntax::Condition::All { .. } => Some(Condition::All),
            syntax::Condition::And { operands, .. } => self.operands(kind, operands, negated).map(Condition::And),
            syntax::Condition::Or { operands, .. } => self.operands(kind, operands, negated).map(Condition::Or),
            syntax::Condition::Not { operand, .. } => {
                let operand = self.condition(kind, operand, !negated)?;
                Some(Condition::Not(Box::new(operand)))
            }
            syntax::Condition::Attribute(test) => self.attribute_test(kind, test, negated),
            syntax::Condition::Tag(test) => self.tag_test(kind, test),
        }
    }

    fn operands(&mut self, kind: Kind, operands: &[syntax::Condition], negated: bool) -> Option<Vec<Condition>> {
        let mut checked = Vec::with_capacity(operands.len());
        for operand in operands {
            // One that fails does not keep the problems of the others from being found.
            checked.extend(self.condition(kind, operand, negated));
            if self.truncated {
                break;
            }
        }
        (checked.len() == operands.len()).then_some(checked)
    }

    fn attribute_test(&mut self, kind: Kind, test: &syntax::AttributeTest, negated: bool) -> Option<Condition> {
        let (path, attribute) = self.expression(kind, &test.subject)?;
        let quantifier = test.quantifier;
        let fits = quantifier.is_none_or(|quantified| self.quantifier(attribute, quantified, test));
        let check = self.check(attribute, test)?;
        self.surprises(attribute, test, &check, negated);
        fits.then(|| {
            Condition::Attribute(Box::new(AttributeTest {
                quantifier: quantifier.map(|quantified| quantified.quantifier),
                subject: Expression::Path(path),
                check,
            }))
        })
    }

    fn tag_test(&mut self, kind: Kind, test: &syntax::TagTest) -> Option<Condition> {
        if self.catalogue.attribute_by_id(kind, system::TAGS).is_none() {
            let message = "found a test of tags on records that have none";
            self.report(Problem::new(SegmentCode::UnknownAttribute, test.span, message));
            return None;
        }
        let (name, tag) = self.tag_name(&test.name)?;
        if let Some(id) = self.catalogue.tags.id(&tag) {
            return Some(Condition::Tag(if test.under { TagTest::Under(Parent::Tag(id)) } else { TagTest::Has(id) }));
        }
        if test.under && !self.catalogue.tags.under(&tag).is_empty() {
            return Some(Condition::Tag(TagTest::Under(Parent::Name(tag.as_str().to_owned()))));
        }
        self.unknown_tag(&name, test.name.span);
        None
    }

    /// The tag that a literal names, as written and as a tag.
    fn tag_name(&mut self, literal: &syntax::Literal) -> Option<(String, Tag)> {
        let help = "write `tag vip` or `tag \"customers/gold\"`";
        let name = match &literal.kind {
            syntax::LiteralKind::Text(name) | syntax::LiteralKind::Word(name) => name.clone(),
            syntax::LiteralKind::Parameter(_) => {
                self.not_supported(literal.span, "a parameter", "write the tag itself");
                return None;
            }
            _ => {
                let message = format!("found {}, expected the name of a tag", self.describe(literal));
                self.report(Problem::new(SegmentCode::ValueMismatch, literal.span, message).with_help(help));
                return None;
            }
        };
        if let Ok(tag) = Tag::new(&name) {
            return Some((name, tag));
        }
        let message = format!("found {}, which can not be the name of a tag", self.describe(literal));
        self.report(Problem::new(SegmentCode::ValueMismatch, literal.span, message).with_help(help));
        None
    }

    fn unknown_tag(&mut self, name: &str, span: super::Span) {
        let shown = super::render::shorten(name, 40);
        let problem = Problem::new(SegmentCode::UnknownTag, span, format!("found the unknown tag `{shown}`"));
        let near = if self.has_room() { self.catalogue.tags.nearest(name) } else { None };
        let help = "a tag is known from the moment it is first used";
        self.report(problem.with_nearest(near.as_deref()).with_help(help));
    }

    fn order(&mut self, kind: Kind, keys: &[syntax::OrderKey]) -> Option<Vec<Order>> {
        let mut order = Vec::with_capacity(keys.len());
        for key in keys {
            let Some((path, attribute)) = self.expression(kind, &key.key) else { continue };
            let family = Family::of(attribute);
            if family.is_ordered() || family == Family::Boolean {
                order.push(Order { key: Expression::Path(path), direction: key.direction });
                continue;
            }
            let what = if family == Family::Tags { "the tags" } else { attribute.value_type.describe() };
            let message = format!("found `{}` as a sort key, which is {what} and has no order", attribute.key);
            let help = match attribute.value_type {
                ValueType::Reference => "sort by an attribute of the record it leads to: `order by company.name`",
                _ => "sort by a text, a number, money, a date or a choice",
            };
            self.report(Problem::new(SegmentCode::OperatorMismatch, key.key.span(), message).with_help(help));
        }
        (order.len() == keys.len()).then_some(order)
    }
}
