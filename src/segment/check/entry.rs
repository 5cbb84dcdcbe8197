//! What is checked: texts, trees that a program built, trees that were stored.

use super::{Checker, Scope};
use crate::model::Kind;
use crate::schema::Catalogue;
use crate::segment::bind::Bindings;
use crate::segment::checked::{AnyQuestion, AnySegment};
use crate::segment::error::{Problem, SegmentCode, SegmentError};
use crate::segment::filter::Filter;
use crate::segment::limits::SyntaxLimits;
use crate::segment::parser::{Reading, read_order, read_question};
use crate::segment::question::{Form, QuestionForm};
use crate::segment::source::Source;
use crate::segment::span::Span;
use crate::segment::stored::SegmentTree;
use crate::segment::syntax;
use crate::segment::text;
use crate::segment::tree::{Expression, Order, Tree};

/// Checks a segment against the catalogue, with values for its parameters. `of` is the kind that it must be about.
///
/// Takes time and memory in proportion to its size.
pub(crate) fn check(
    source: Source<'_>,
    of: Option<Kind>,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
    bindings: &Bindings,
) -> Result<AnySegment, SegmentError> {
    let built = match source {
        Source::Text(text) => return check_text(text, of, catalogue, limits, bindings),
        Source::Tree(stored) => Built::stored(stored, &[], None),
        Source::Filter(filter) => Built::filter(filter),
    };
    check_built(&built, of, catalogue, limits, bindings).map(AnyQuestion::into_segment)
}

/// A question that did not come from a text.
struct Built<'s> {
    kind: Option<Kind>,
    condition: syntax::Condition,
    too_deep: bool,
    /// A second kind that a filter was joined of.
    other_kind: Option<Kind>,
    /// The condition as it was stored.
    stored: Option<&'s crate::segment::Condition>,
    order: &'s [Order],
    limit: Option<u64>,
}

impl<'s> Built<'s> {
    fn stored(stored: &'s SegmentTree, order: &'s [Order], limit: Option<u64>) -> Self {
        Self {
            kind: Some(stored.kind()),
            condition: text::exact(&stored.0.condition),
            too_deep: false,
            other_kind: None,
            stored: Some(&stored.0.condition),
            order,
            limit,
        }
    }

    fn filter(filter: &Filter) -> Self {
        Self {
            kind: filter.kind(),
            condition: filter.condition().clone(),
            too_deep: filter.is_too_deep(),
            other_kind: filter.other_kind(),
            stored: None,
            order: &[],
            limit: None,
        }
    }
}

fn check_built(
    built: &Built<'_>,
    of: Option<Kind>,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
    bindings: &Bindings,
) -> Result<AnyQuestion, SegmentError> {
    let kind = built.kind.or(of).unwrap_or(Kind::CONTACT);
    let keys = text::exact_order(built.order);
    let mut checker = Checker::new(catalogue, limits, bindings);
    checker.within_limits(&built.condition, &keys, built.too_deep);
    // A stored tree may name any number as its kind.
    if catalogue.kind(kind).is_none() {
        checker.unknown_kind(&syntax::Name { text: kind.to_string(), span: Span::default() });
    }
    if let Some(of) = of.filter(|of| *of != kind) {
        checker.other_kind(kind, of, Span::default());
    }
    if let Some(other) = built.other_kind {
        checker.other_kind(other, kind, Span::default());
    }
    let mut found = None;
    if checker.problems.is_empty() {
        let condition = checker.root(kind, &built.condition);
        let order = checker.order(kind, &keys);
        if let (Some(stored), Some(condition)) = (built.stored, &condition) {
            checker.same_paths(stored, condition);
        }
        if checker.problems.is_empty() && order != built.order {
            checker.other_paths();
        }
        found = condition.map(|condition| (condition, order));
    }
    match found {
        Some((condition, order)) if checker.problems.is_empty() => {
            Ok(AnyQuestion::new(checker.segment(kind, condition), order, built.limit))
        }
        _ => Err(pointed(checker, kind, &built.condition, &keys, built.limit)),
    }
}

fn check_text(
    text: &str,
    of: Option<Kind>,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
    bindings: &Bindings,
) -> Result<AnySegment, SegmentError> {
    let mut checker = Checker::new(catalogue, limits, bindings);
    let question = checker.read(read_question(text, limits, false));
    let found = question.and_then(|question| {
        let kind = checker.kind(question.segment.kind.as_ref(), of)?;
        checker.root(kind, &question.segment.condition).map(|condition| (kind, condition))
    });
    match found {
        Some((kind, condition)) if checker.problems.is_empty() => Ok(checker.segment(kind, condition)),
        _ => Err(SegmentError::new(text, checker.problems, checker.truncated)),
    }
}

/// The segment with values for parameters. Takes time and memory in proportion to its size and that of the values.
pub(crate) fn bind(
    segment: &AnySegment,
    catalogue: &Catalogue,
    bindings: &Bindings,
) -> Result<AnySegment, SegmentError> {
    let tree = segment.tree();
    if let Some(name) = bindings.stray(segment.parameters()) {
        let known: Vec<String> = segment.parameters().iter().map(|parameter| format!("${}", parameter.name)).collect();
        let shown = crate::segment::render::shorten(name, 40);
        let message = format!("found a value for `${shown}`, which is no parameter of the segment");
        let help = match known.as_slice() {
            [] => "the segment has no parameters".to_owned(),
            known => format!("its parameters are {}", known.join(", ")),
        };
        let near = crate::model::nearest(name, segment.parameters().iter().map(|parameter| parameter.name.as_str()));
        let span = Span::default();
        let problem = Problem::new(SegmentCode::UnknownParameter, span, message).with_nearest(near).with_help(help);
        return Err(SegmentError::new(&segment.to_text(catalogue), vec![problem], false));
    }
    // What was within the limits stays within them, and lists may be longer than a text.
    let limits = SyntaxLimits::WIDEST;
    let condition = text::exact(&tree.condition);
    let mut checker = Checker::new(catalogue, &limits, bindings);
    match checker.root(tree.kind, &condition) {
        Some(condition) if checker.problems.is_empty() => Ok(checker.segment(tree.kind, condition)),
        _ => Err(pointed(checker, tree.kind, &condition, &[], None)),
    }
}

/// Reads and checks a question: a segment, perhaps with `order by` and `limit`.
///
/// Takes time and memory in proportion to its size.
pub(crate) fn check_question(
    form: QuestionForm<'_>,
    of: Option<Kind>,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
) -> Result<AnyQuestion, SegmentError> {
    let built = match form.0 {
        Form::Text(text) => return check_question_text(text, of, catalogue, limits),
        Form::Filter(filter) => Built::filter(filter),
        Form::Tree { segment, order, limit } => Built::stored(segment, order, limit),
    };
    check_built(&built, of, catalogue, limits, &Bindings::default())
}

fn check_question_text(
    text: &str,
    of: Option<Kind>,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
) -> Result<AnyQuestion, SegmentError> {
    let bindings = Bindings::default();
    let mut checker = Checker::new(catalogue, limits, &bindings);
    let found = checker.read(read_question(text, limits, true)).and_then(|question| {
        let kind = checker.kind(question.segment.kind.as_ref(), of)?;
        let condition = checker.root(kind, &question.segment.condition);
        let order = checker.order(kind, &question.order);
        Some((kind, condition?, order, question.limit))
    });
    match found {
        Some((kind, condition, order, limit)) if checker.problems.is_empty() => {
            let segment = checker.segment(kind, condition);
            Ok(AnyQuestion::new(segment, order, limit.map(|limit| limit.rows)))
        }
        _ => Err(SegmentError::new(text, checker.problems, checker.truncated)),
    }
}

/// Reads and checks what stands behind `order by`: `budget desc, name`.
pub(crate) fn check_order(
    text: &str,
    kind: Kind,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
) -> Result<Vec<Order>, SegmentError> {
    let bindings = Bindings::default();
    let mut checker = Checker::new(catalogue, limits, &bindings);
    let order = checker.read(read_order(text, limits)).map(|keys| checker.order(kind, &keys));
    match order {
        Some(order) if checker.problems.is_empty() => Ok(order),
        _ => Err(SegmentError::new(text, checker.problems, checker.truncated)),
    }
}

/// Reads and checks the columns of a list, written as what stands behind `order by` is: `name, company.name, age`.
pub(crate) fn check_columns(
    text: &str,
    kind: Kind,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
) -> Result<Vec<Expression>, SegmentError> {
    let bindings = Bindings::default();
    let mut checker = Checker::new(catalogue, limits, &bindings);
    let columns = checker.read(read_order(text, limits)).map(|keys| checker.columns(kind, &keys));
    match columns {
        Some(columns) if checker.problems.is_empty() => Ok(columns),
        _ => Err(SegmentError::new(text, checker.problems, checker.truncated)),
    }
}

/// Fails if a segment can't be asked: a parameter has no value, or something was archived, or a tag deleted, since it was checked.
/// Takes time in proportion to its size.
pub(crate) fn recheck(segment: &AnySegment, catalogue: &Catalogue) -> Result<(), SegmentError> {
    let tree = segment.tree();
    let live = |kind, id| catalogue.attribute_by_id(kind, id).is_some_and(|attribute| !attribute.archived);
    let all_live = tree.condition.paths(&mut |path| {
        live(path.kind, path.attribute) && path.relations.iter().all(|step| live(step.kind, step.attribute))
    });
    if !all_live || !tree.condition.all_tags(&|id| catalogue.tags.name(id).is_some()) {
        let (limits, bindings) = (SyntaxLimits::WIDEST, Bindings::default());
        let condition = text::exact(&tree.condition);
        let mut checker = Checker::new(catalogue, &limits, &bindings);
        let _ = checker.root(tree.kind, &condition);
        return Err(pointed(checker, tree.kind, &condition, &[], None));
    }
    if segment.parameters().is_empty() {
        return Ok(());
    }
    // The text is made only to have something to point at.
    let (limits, bindings) = (SyntaxLimits::WIDEST, Bindings::default());
    let text = segment.to_text(catalogue);
    let mut checker = Checker::new(catalogue, &limits, &bindings);
    if let Some(question) = checker.read(read_question(&text, &limits, false)) {
        let _ = checker.root(tree.kind, &question.segment.condition);
    }
    let unbound = checker.parameters.values().map(|(parameter, span)| parameter.unbound(*span)).collect();
    Err(SegmentError::new(&text, unbound, false))
}

/// The error over a tree that is no text: over the text that it would be, so that places can be shown.
fn pointed(
    failed: Checker<'_>,
    kind: Kind,
    condition: &syntax::Condition,
    order: &[syntax::OrderKey],
    limit: Option<u64>,
) -> SegmentError {
    let limits = SyntaxLimits::WIDEST;
    let text = text::named(kind, condition, order, limit, failed.catalogue);
    let limited = failed.problems.iter().any(|problem| problem.span() == Span::default() && problem.code().is_limit());
    if !limited {
        let mut checker = Checker::new(failed.catalogue, failed.limits, failed.bindings);
        if let Some(question) = checker.read(read_question(&text, &limits, true)) {
            checker.root(kind, &question.segment.condition);
            checker.order(kind, &question.order);
        }
        // Where the text would be wrong for another reason (a name that can't be written), what was found first counts.
        let same = |problem: &Problem| failed.problems.iter().any(|found| found.code() == problem.code());
        if !checker.problems.is_empty() && checker.problems.iter().all(same) {
            return SegmentError::new(&text, checker.problems, checker.truncated);
        }
    }
    SegmentError::new(&text, failed.problems, failed.truncated)
}

impl Checker<'_> {
    /// Takes over what is wrong with a text as it was read.
    fn read<T>(&mut self, reading: Reading<T>) -> Option<T> {
        self.problems = reading.problems;
        self.truncated = reading.truncated;
        reading.tree
    }

    /// The condition of a whole segment.
    fn root(&mut self, kind: Kind, condition: &syntax::Condition) -> Option<crate::segment::Condition> {
        self.scopes = vec![Scope { kind, value_of: None }];
        let checked = self.condition(condition, false)?;
        self.always(condition, &checked);
        Some(checked)
    }

    fn segment(self, kind: Kind, condition: crate::segment::Condition) -> AnySegment {
        let parameters = self.parameters.into_values().map(|(parameter, _)| parameter).collect();
        AnySegment::new(Tree { kind, condition }, self.notices, parameters)
    }

    /// Whether the kinds that a stored tree writes beside its attributes are those that the attributes belong to; attributes of
    /// other kinds have the same numbers.
    fn same_paths(&mut self, stored: &crate::segment::Condition, checked: &crate::segment::Condition) {
        let paths = |condition: &crate::segment::Condition| {
            let mut paths = Vec::new();
            condition.paths(&mut |path| {
                paths.push(path.clone());
                true
            });
            paths
        };
        if paths(stored) != paths(checked) {
            self.other_paths();
        }
    }

    fn other_paths(&mut self) {
        let message = "found an attribute of another kind of records than the path leads to";
        let problem = Problem::new(SegmentCode::UnknownAttribute, Span::default(), message);
        self.report(problem.with_help("a stored path names with each attribute the kind of records that has it"));
    }

    /// Complains about a tree that is larger than a text may be.
    fn within_limits(&mut self, condition: &syntax::Condition, order: &[syntax::OrderKey], too_deep: bool) {
        let span = Span::default();
        let (depth, nodes) = condition.size();
        let nodes = order.iter().fold(nodes, |nodes, key| nodes + 1 + key.key.path().steps.len());
        if too_deep || depth > self.limits.max_depth() {
            let message = format!("found more than {} levels of conditions", self.limits.max_depth());
            let help = "nest fewer levels, or save parts as segments of their own";
            self.report(Problem::new(SegmentCode::TooDeep, span, message).with_help(help));
        }
        if nodes > self.limits.max_nodes() {
            let message = format!("found more than {} conditions and values", self.limits.max_nodes());
            let help = "pass long lists as parameters: `in $ids`";
            self.report(Problem::new(SegmentCode::TooManyNodes, span, message).with_help(help));
        }
    }
}
