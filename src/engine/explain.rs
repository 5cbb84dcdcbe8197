//! How a segment is answered, condition by condition.

use std::ops::Bound;

use time::{Date, OffsetDateTime};

use super::mask::{Chunk, Mask};
use super::naive::Question;
use super::naive::prepare::{Over, Prepared};
use super::naive::test::ValueTest;
use super::plan::{Node, plan};
use super::run::{MOST, Run};
use super::scope::Scope;
use super::select::prepare;
use crate::error::Result;
use crate::model::{Kind, ValueType};
use crate::schema::Catalogue;
use crate::segment::{AnySegment, Condition, Ends};
use crate::store;

/// What answers a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnsweredBy {
    /// Nothing needs to be asked: every record matches.
    Every,
    /// Each of its parts.
    And,
    /// Its parts, those that cost most of the records that are left.
    Or,
    /// What it turns round.
    Not,
    /// The rows that are noted for tags.
    Tags,
    /// The column of an attribute.
    Column,
    /// A column of texts, in which each text that differs is asked once.
    Texts,
    /// The columns of another kind, then the references that lead there.
    Relation,
    /// The columns of the parts of structured values.
    Values,
    /// One record after the other, put together from columns: the slow way.
    Records,
}

/// Times that a condition comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Times {
    Days(Ends<Date>),
    Instants(Ends<OffsetDateTime>),
}

/// A condition and how it is answered.
pub(crate) struct Answered<'s> {
    pub(crate) condition: &'s Condition,
    pub(crate) by: AnsweredBy,
    pub(crate) cost: u32,
    pub(crate) found: u64,
    pub(crate) sampled: u64,
    pub(crate) times: Vec<Times>,
    pub(crate) steps: Vec<Answered<'s>>,
    question: Option<Box<Question>>,
}

/// A segment and how it is answered.
pub(crate) struct Explained<'s> {
    pub(crate) root: Answered<'s>,
    pub(crate) records: u64,
    /// How many of them are in the blocks by which numbers are estimated.
    pub(crate) sampled: u64,
    pub(crate) fresh: u64,
}

/// So many blocks are enough for an estimate.
const SAMPLED: u32 = 4;

/// Answers a segment with all of its conditions, each for all records.
pub(crate) fn explain<'s>(scope: &Scope<'_>, segment: &'s AnySegment) -> Result<Explained<'s>> {
    prepare(scope, segment)?;
    let kind = segment.kind();
    let run = Run::new(scope);
    let mut root = run.answered(kind, &segment.tree().condition);
    let every = Question { condition: Prepared::All };
    let whole = Chunk::all(scope.rows(kind)?);
    let apart = (whole.blocks / SAMPLED).max(1);
    let fresh = scope.fresh(kind).len() as u64;
    let (mut records, mut sampled) = (0, 0);
    for chunk in whole.parts(MOST) {
        let all = run.answer(kind, &every, &Node::All, chunk)?;
        records += all.count();
        sampled += in_sample(&all, apart);
        run.explained(kind, &mut root, &all, apart)?;
    }
    Ok(Explained { root, records, sampled, fresh })
}

impl Run<'_> {
    /// Recursion is safe, as for the question.
    fn answered<'s>(&self, kind: Kind, condition: &'s Condition) -> Answered<'s> {
        let (by, parts) = match condition {
            Condition::And(operands) => (AnsweredBy::And, operands.as_slice()),
            Condition::Or(operands) => (AnsweredBy::Or, operands.as_slice()),
            Condition::Not(operand) => (AnsweredBy::Not, std::slice::from_ref(&**operand)),
            leaf => return self.leaf(kind, leaf),
        };
        let mut steps = Vec::with_capacity(parts.len());
        for part in parts {
            steps.push(self.answered(kind, part));
        }
        // In the order in which they are asked: the cheap ones first.
        steps.sort_by_key(|step| step.cost);
        let cost = steps.iter().map(|step| step.cost).fold(0, u32::saturating_add);
        Answered { condition, by, cost, found: 0, sampled: 0, times: Vec::new(), steps, question: None }
    }

    fn leaf<'s>(&self, kind: Kind, condition: &'s Condition) -> Answered<'s> {
        let question = Box::new(Question { condition: self.evaluator.prepare_condition(condition) });
        let node = plan(self.scope.catalogue, kind, &question.condition);
        let (by, cost) = (answered_by(self.scope.catalogue, &node), node.cost());
        let mut times = Vec::new();
        times_of(&question.condition, &mut times);
        Answered { condition, by, cost, found: 0, sampled: 0, times, steps: Vec::new(), question: Some(question) }
    }

    /// Counts the rows of a chunk, of which `all` are there.
    fn explained(&self, kind: Kind, step: &mut Answered<'_>, all: &Mask, apart: u32) -> store::Result<Mask> {
        let mut found = match (&step.question, step.by) {
            (Some(question), _) => {
                let node = plan(self.scope.catalogue, kind, &question.condition);
                self.answer(kind, question, &node, all.chunk)?
            }
            (None, AnsweredBy::Or) => Mask::none(all.chunk),
            (None, _) => all.clone(),
        };
        for part in &mut step.steps {
            let own = self.explained(kind, part, all, apart)?;
            match step.by {
                AnsweredBy::Or => found.or(&own),
                AnsweredBy::Not => found.without(&own),
                _ => found.and(&own),
            }
        }
        step.found += found.count();
        step.sampled += in_sample(&found, apart);
        Ok(found)
    }
}

/// How many rows are in each so manieth block.
fn in_sample(mask: &Mask, apart: u32) -> u64 {
    let blocks = mask.chunk.range().filter(|block| block % apart == 0);
    let rows = blocks.filter_map(|block| mask.block(block)).flatten().map(|word| u64::from(word.count_ones()));
    rows.sum()
}

fn answered_by(catalogue: &Catalogue, node: &Node<'_>) -> AnsweredBy {
    match node {
        Node::All => AnsweredBy::Every,
        Node::And(_) => AnsweredBy::And,
        Node::Or(_) => AnsweredBy::Or,
        // What is turned round is no condition of its own here.
        Node::Not(of) => answered_by(catalogue, of),
        Node::Tags(_) => AnsweredBy::Tags,
        Node::Related(_) => AnsweredBy::Relation,
        Node::Elements(..) => AnsweredBy::Values,
        Node::Records(..) => AnsweredBy::Records,
        Node::Own(test) => match catalogue.attribute_by_id(test.path.kind, test.path.attribute).map(|of| of.value_type)
        {
            Some(ValueType::Text | ValueType::LongText | ValueType::Email | ValueType::Phone | ValueType::Url) => {
                AnsweredBy::Texts
            }
            _ => AnsweredBy::Column,
        },
    }
}

/// The times in a condition.
fn times_of(prepared: &Prepared, times: &mut Vec<Times>) {
    match prepared {
        Prepared::All | Prepared::Tags(_) | Prepared::May(_) => {}
        Prepared::And(operands) | Prepared::Or(operands) => {
            for operand in operands {
                times_of(operand, times);
            }
        }
        Prepared::Not(operand) => times_of(operand, times),
        Prepared::Block(block) => times_of(&block.condition, times),
        Prepared::Attribute(test) => match &test.over {
            Over::Any(one) | Over::Every(one) | Over::Exactly(one, _) => times_of_test(one, times),
            Over::All(tests) => tests.iter().for_each(|one| times_of_test(one, times)),
            Over::Set | Over::Other { .. } => {}
        },
    }
}

fn times_of_test(test: &ValueTest, times: &mut Vec<Times>) {
    match test {
        ValueTest::Date(days) | ValueTest::Anniversary(days) => times.extend(days.iter().copied().map(Times::Days)),
        ValueTest::MeetsDates(days) => times.push(Times::Days(*days)),
        ValueTest::DateTime(instants) => times.extend(instants.iter().copied().map(Times::Instants)),
        ValueTest::OneOf(tests) => tests.iter().for_each(|one| times_of_test(one, times)),
        _ => {}
    }
}

impl Times {
    /// The ends in words, `format` for each of them.
    pub(crate) fn told(&self, instant: impl Fn(OffsetDateTime) -> String) -> String {
        let (from, to) = match self {
            Self::Days((from, to)) => (from.map(|day| day.to_string()), to.map(|day| day.to_string())),
            Self::Instants((from, to)) => (from.map(&instant), to.map(&instant)),
        };
        let from = match from {
            Bound::Included(from) => Some(format!("from {from}")),
            Bound::Excluded(from) => Some(format!("after {from}")),
            Bound::Unbounded => None,
        };
        let to = match to {
            Bound::Included(to) => Some(format!("through {to}")),
            Bound::Excluded(to) => Some(format!("before {to}")),
            Bound::Unbounded => None,
        };
        match (from, to) {
            (None, None) => "at any time".to_owned(),
            (from, to) => from.into_iter().chain(to).collect::<Vec<_>>().join(", "),
        }
    }
}
