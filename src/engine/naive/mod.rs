//! The naive evaluator: a record against a segment, straight from the checked tree.
//!
//! Two-valued throughout: a test of a missing value is false, and whatever is negated is the exact complement.

mod consent;
pub(super) mod prepare;
pub(super) mod test;
pub(super) mod text;
mod values;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::clock::Moment;
use crate::model::Value;
use crate::rows::Row;
use crate::schema::Catalogue;
use crate::segment::Tree;
use crate::segment::syntax::{Function, Quantifier};
use crate::store::{Result, Source};
use prepare::{Over, Prepared, PreparedBlock, PreparedTest, operand_of};
use test::ValueTest;

/// Answers segments of one moment.
#[derive(Clone)]
pub(crate) struct Evaluator<'a> {
    pub(crate) source: &'a dyn Source,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) moment: Moment,
}

/// A segment made ready for many records: literals folded, relative times resolved, options and tags looked up.
pub(crate) struct Question {
    pub(super) condition: Prepared,
}

impl Question {
    /// Whether every record of the kind matches.
    pub(crate) fn is_all(&self) -> bool {
        matches!(self.condition, Prepared::All)
    }
}

impl Question {
    /// The tag, if that is all that is asked.
    pub(crate) fn only_tag(&self) -> Option<u32> {
        match &self.condition {
            Prepared::Tags(tags) if tags.len() == 1 => tags.first().copied(),
            _ => None,
        }
    }
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(source: &'a dyn Source, catalogue: &'a Catalogue, moment: Moment) -> Self {
        Self { source, catalogue, moment }
    }

    /// Makes a segment ready. Takes time in proportion to its size.
    pub(crate) fn prepare(&self, tree: &Tree) -> Question {
        Question { condition: self.prepare_condition(&tree.condition) }
    }

    /// Whether a record of the segment's kind matches. Look-ups only for paths to other records and for what is worked out of links.
    pub(crate) fn matches(&self, question: &Question, row: &Row) -> Result<bool> {
        self.holds(&question.condition, Place { here: Here::Record(row), around: None })
    }

    /// Whether a condition holds of a record.
    pub(super) fn holds_of_record(&self, condition: &Prepared, record: &Row) -> Result<bool> {
        self.holds(condition, Place { here: Here::Record(record), around: None })
    }

    /// Recursion is safe: the checked tree is no deeper than the parser allows, and what takes room on the stack stands in
    /// functions of its own.
    fn holds(&self, condition: &Prepared, place: Place<'_>) -> Result<bool> {
        match condition {
            Prepared::All => Ok(true),
            // `or` is decided by the first that holds, `and` by the first that does not.
            Prepared::And(operands) => self.decided(operands, place, false),
            Prepared::Or(operands) => self.decided(operands, place, true),
            Prepared::Not(operand) => self.holds(operand, place).map(std::ops::Not::not),
            Prepared::Tags(tags) => Ok(place.row().is_some_and(|row| has_any(row, tags))),
            Prepared::May(test) => Ok(place.row().is_some_and(|row| self.may(test, row))),
            Prepared::Attribute(test) => self.test(test, place),
            Prepared::Block(block) => self.block(block, place),
        }
    }

    /// `decisive` if one of the operands is.
    fn decided(&self, operands: &[Prepared], place: Place<'_>, decisive: bool) -> Result<bool> {
        for operand in operands {
            if self.holds(operand, place)? == decisive {
                return Ok(decisive);
            }
        }
        Ok(!decisive)
    }

    fn block(&self, block: &PreparedBlock, place: Place<'_>) -> Result<bool> {
        let values = self.values(&block.path, place)?;
        // `any` and `no` are decided by the first value that satisfies the condition, `every` by the first that does not.
        let decisive = block.quantifier != Quantifier::Every;
        let decided = self.some_value(&block.condition, &values, &place, decisive)?;
        Ok(decided == (block.quantifier == Quantifier::Any))
    }

    /// Whether of some value the condition is `wanted`.
    fn some_value(
        &self,
        condition: &Prepared,
        values: &[Cow<'_, Value>],
        around: &Place<'_>,
        wanted: bool,
    ) -> Result<bool> {
        for value in values {
            if self.holds(condition, Place { here: Here::Value(value), around: Some(around) })? == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn test(&self, test: &PreparedTest, place: Place<'_>) -> Result<bool> {
        Ok(self.found(test, place)? != test.negated)
    }

    /// Whether a test holds of a record to which its relations led, before it is turned round.
    pub(super) fn found_of(&self, test: &PreparedTest, record: &Row) -> Result<bool> {
        let values = self.own_values(test.path.kind, test.path.attribute, record)?;
        self.over(test, &self.worked_out(test.function, values), Place { here: Here::Record(record), around: None })
    }

    fn found(&self, test: &PreparedTest, place: Place<'_>) -> Result<bool> {
        let mut values = self.worked_out(test.function, self.values(&test.path, place)?);
        if test.function == Some(Function::Count) && self.is_missing(&test.path, place)? {
            // Behind a missing reference there is nothing to count.
            values.clear();
        }
        self.over(test, &values, place)
    }

    /// What is asked of all values together.
    fn over(&self, test: &PreparedTest, values: &[Cow<'_, Value>], place: Place<'_>) -> Result<bool> {
        Ok(match &test.over {
            Over::Set => !values.is_empty(),
            Over::Any(test) => values.iter().any(|value| test.holds(value)),
            Over::Every(test) => values.iter().all(|value| test.holds(value)),
            Over::All(tests) => tests.iter().all(|test| values.iter().any(|value| test.holds(value))),
            Over::Exactly(any, each) => {
                values.iter().all(|value| any.holds(value))
                    && each.iter().all(|test| values.iter().any(|value| test.holds(value)))
            }
            Over::Other { path, comparison, every } => {
                let other = self.values(path, place)?;
                let attribute = self.catalogue.attribute_by_id(test.path.kind, test.path.attribute);
                let tests: Vec<ValueTest> = other
                    .iter()
                    .filter_map(|value| operand_of(attribute, value))
                    .map(|operand| self.compared(attribute, *comparison, &operand))
                    .collect();
                let near = |value: &Cow<'_, Value>| tests.iter().any(|test| test.holds(value));
                if *every { values.iter().all(near) } else { values.iter().any(near) }
            }
        })
    }
}

/// What names mean: a record, or inside a block one value of it, and what is around the block.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    pub(super) here: Here<'p>,
    pub(super) around: Option<&'p Place<'p>>,
}

#[derive(Clone, Copy)]
pub(super) enum Here<'p> {
    Record(&'p Row),
    Value(&'p Value),
}

impl<'p> Place<'p> {
    fn row(self) -> Option<&'p Row> {
        match self.here {
            Here::Record(row) => Some(row),
            Here::Value(_) => None,
        }
    }

    /// The place so many blocks further out.
    fn out(self, levels: u8) -> Option<Self> {
        let mut place = self;
        for _ in 0..levels {
            place = *place.around?;
        }
        Some(place)
    }
}

fn has_any(row: &Row, tags: &BTreeSet<u32>) -> bool {
    row.tags.iter().any(|tag| tags.contains(tag))
}
