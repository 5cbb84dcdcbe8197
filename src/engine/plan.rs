//! How a question is answered: a tree of steps over sets of rows.

use std::collections::{BTreeMap, BTreeSet};

use super::elements::is_of_elements;
use super::naive::prepare::{Over, Prepared, PreparedBlock, PreparedTest};
use super::naive::test::ValueTest;
use crate::model::{AttributeId, How, Kind};
use crate::schema::{Catalogue, Source, system};
use crate::segment::syntax::Function;
use crate::segment::{Expression, Path};

/// A step.
pub(super) enum Node<'p> {
    All,
    And(Vec<Node<'p>>),
    Or(Vec<Node<'p>>),
    Not(Box<Node<'p>>),
    /// Any of these tags.
    Tags(Vec<u32>),
    /// A test of the record's own values.
    Own(&'p PreparedTest),
    /// A test of the values of a record that it leads to.
    Related(&'p PreparedTest),
    /// A condition on one of the record's structured values; and how it is asked where columns do not say enough.
    Elements(&'p PreparedBlock, &'p Prepared, Needs),
    /// Anything else: record by record, of the values that it needs.
    Records(&'p Prepared, Needs),
}

impl Node<'_> {
    /// The relation by which a test leads away from the record.
    fn through(&self) -> Option<AttributeId> {
        match self {
            Self::Related(test) => test.path.relations.first().map(|first| first.attribute),
            _ => None,
        }
    }

    /// How much a block costs, roughly, as far as it shows without looking.
    pub(super) fn cost(&self) -> u32 {
        match self {
            Self::All => 0,
            Self::Tags(tags) => u32::try_from(tags.len()).unwrap_or(u32::MAX),
            Self::Own(test) => match &test.over {
                Over::Set => 2,
                Over::Any(ValueTest::Text(_)) => 20,
                Over::Any(ValueTest::OneOf(_)) => 6,
                Over::Any(_) if test.function.is_none() => 4,
                _ => 60,
            },
            Self::Related(_) => 30,
            Self::Elements(..) => 40,
            Self::Records(..) => 1_000,
            Self::Not(of) => of.cost(),
            // Plain loops: what adaptors put on the stack, a deep question would multiply.
            Self::And(of) | Self::Or(of) => {
                let mut sum = 0_u32;
                for one in of {
                    sum = sum.saturating_add(one.cost());
                }
                sum
            }
        }
    }
}

/// What a step that goes record by record asks of a record.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// Stored attributes; of structured ones, which of their parts.
    pub(super) stored: BTreeMap<AttributeId, Parts>,
    /// What is worked out and stands in columns.
    pub(super) worked_out: BTreeSet<AttributeId>,
    pub(super) tags: bool,
    pub(super) id: bool,
}

/// Parts of structured values.
#[derive(Debug, Clone)]
pub(super) enum Parts {
    All,
    These(BTreeSet<AttributeId>),
}

impl Needs {
    fn whole(&mut self, id: AttributeId) {
        self.stored.insert(id, Parts::All);
    }

    fn part(&mut self, whole: AttributeId, part: Option<AttributeId>) {
        match self.stored.entry(whole).or_insert_with(|| Parts::These(BTreeSet::new())) {
            Parts::All => {}
            Parts::These(parts) => parts.extend(part),
        }
    }

    fn attribute(&mut self, catalogue: &Catalogue, kind: Kind, id: AttributeId) {
        let Some(attribute) = catalogue.attribute_by_id(kind, id) else { return };
        match attribute.source {
            // The values of a structured one; of their parts those that are asked for by themselves.
            Source::Record => self.part(id, None),
            Source::Part(_) => {
                if let Some(whole) = attribute.part_of {
                    self.part(whole, Some(id));
                }
            }
            Source::Tags => self.tags = true,
            Source::Id => self.id = true,
            Source::WorkedOut(How::Of(..) | How::Latest { .. }) => {
                self.worked_out.insert(id);
            }
            Source::WorkedOut(How::At(reads, _)) => reads.iter().for_each(|id| self.whole(*id)),
            Source::WorkedOut(How::Outcome) => {
                if let Some(stages) = catalogue.stages(kind) {
                    self.whole(stages.pipeline.id);
                    self.whole(stages.stage.id);
                }
            }
        }
    }

    fn path(&mut self, catalogue: &Catalogue, own: Kind, path: &Path) {
        let first = path.relations.first().map_or((path.kind, path.attribute), |step| (step.kind, step.attribute));
        if first.0 == own {
            self.attribute(catalogue, own, first.1);
        }
    }

    /// What a key of an order asks for. Which of several values is the primary one is said by parts of them.
    pub(super) fn key(&mut self, catalogue: &Catalogue, own: Kind, key: &Expression) {
        self.path(catalogue, own, &key.path);
        let first =
            key.path.relations.first().map_or((key.path.kind, key.path.attribute), |step| (step.kind, step.attribute));
        if let Some(whole) = catalogue.attribute_by_id(own, first.1).and_then(|attribute| attribute.part_of) {
            self.whole(whole);
        }
    }

    pub(super) fn of(&mut self, catalogue: &Catalogue, own: Kind, prepared: &Prepared) {
        match prepared {
            Prepared::All => {}
            Prepared::And(operands) | Prepared::Or(operands) => {
                for operand in operands {
                    self.of(catalogue, own, operand);
                }
            }
            Prepared::Not(operand) => self.of(catalogue, own, operand),
            Prepared::Tags(_) => self.tags = true,
            Prepared::May(test) => {
                self.whole(test.consent);
                test.restriction.into_iter().for_each(|id| self.whole(id));
            }
            Prepared::Attribute(test) => {
                self.path(catalogue, own, &test.path);
                if let Over::Other { path, .. } = &test.over {
                    self.path(catalogue, own, path);
                }
            }
            Prepared::Block(block) => {
                self.path(catalogue, own, &block.path);
                self.of(catalogue, own, &block.condition);
            }
        }
    }
}

/// Plans a condition on records of a kind.
pub(super) fn plan<'p>(catalogue: &Catalogue, kind: Kind, prepared: &'p Prepared) -> Node<'p> {
    match prepared {
        Prepared::All => Node::All,
        Prepared::And(operands) => Node::And(plan_all(catalogue, kind, operands)),
        Prepared::Or(operands) => Node::Or(plan_all(catalogue, kind, operands)),
        Prepared::Not(operand) => Node::Not(Box::new(plan(catalogue, kind, operand))),
        Prepared::Tags(tags) => Node::Tags(tags.iter().copied().collect()),
        Prepared::Attribute(test) => plan_test(catalogue, kind, prepared, test),
        Prepared::Block(block) => plan_block(catalogue, kind, prepared, block),
        Prepared::May(_) => records(catalogue, kind, prepared),
    }
}

fn plan_block<'p>(catalogue: &Catalogue, kind: Kind, prepared: &'p Prepared, block: &'p PreparedBlock) -> Node<'p> {
    if !is_of_elements(catalogue, kind, block) {
        return records(catalogue, kind, prepared);
    }
    let mut needs = Needs::default();
    needs.of(catalogue, kind, prepared);
    Node::Elements(block, prepared, needs)
}

fn plan_all<'p>(catalogue: &Catalogue, kind: Kind, operands: &'p [Prepared]) -> Vec<Node<'p>> {
    let mut nodes = Vec::with_capacity(operands.len());
    for operand in operands {
        nodes.push(plan(catalogue, kind, operand));
    }
    // The cheap ones first: they leave less to the dear ones. Tests behind the same relation are answered together.
    nodes.sort_by_cached_key(|node| (node.cost(), node.through()));
    nodes
}

fn plan_test<'p>(catalogue: &Catalogue, kind: Kind, prepared: &'p Prepared, test: &'p PreparedTest) -> Node<'p> {
    if is_in_columns(catalogue, test) {
        return if test.path.relations.is_empty() { Node::Own(test) } else { Node::Related(test) };
    }
    match asked_tags(test) {
        Some(tags) if test.negated => Node::Not(Box::new(Node::Tags(tags))),
        Some(tags) => Node::Tags(tags),
        None => records(catalogue, kind, prepared),
    }
}

fn records<'p>(catalogue: &Catalogue, kind: Kind, prepared: &'p Prepared) -> Node<'p> {
    let mut needs = Needs::default();
    needs.of(catalogue, kind, prepared);
    Node::Records(prepared, needs)
}

/// Whether a test can be answered from the columns of an attribute.
fn is_in_columns(catalogue: &Catalogue, test: &PreparedTest) -> bool {
    let path = &test.path;
    let stands = |kind, id| {
        catalogue.attribute_by_id(kind, id).is_some_and(|attribute| match attribute.source {
            Source::Record | Source::Part(_) => true,
            Source::WorkedOut(how) => matches!(how, How::Of(..) | How::Latest { .. }),
            Source::Tags | Source::Id => false,
        })
    };
    path.outer == 0
        && !matches!(test.over, Over::Other { .. })
        && stands(path.kind, path.attribute)
        && path.relations.iter().all(|step| stands(step.kind, step.attribute))
}

/// The tags of which a test of the tags of a record itself asks for any.
fn asked_tags(test: &PreparedTest) -> Option<Vec<u32>> {
    fn tags(test: &ValueTest) -> Option<Vec<u32>> {
        match test {
            ValueTest::Tags(tags) => Some(tags.iter().copied().collect()),
            ValueTest::OneOf(tests) => {
                let all: Option<Vec<Vec<u32>>> = tests.iter().map(tags).collect();
                Some(all?.concat())
            }
            _ => None,
        }
    }
    let own = test.path.relations.is_empty() && test.path.outer == 0 && test.path.attribute == system::TAGS;
    match &test.over {
        Over::Any(one) if own && test.function != Some(Function::Count) => tags(one),
        _ => None,
    }
}
