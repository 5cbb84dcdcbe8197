//! The naive evaluator: a record against a segment, straight from the checked tree.
//!
//! Two-valued throughout: a test of a missing value is false, and whatever is negated is the exact complement.

mod ends;
mod prepare;
mod test;
mod text;
mod values;

use std::collections::BTreeSet;

use crate::clock::Moment;
use crate::rows::Row;
use crate::schema::Catalogue;
use crate::segment::Tree;
use crate::store::{Result, Source};
use prepare::{Over, Prepared, PreparedTest};

/// Answers segments of one moment.
#[derive(Clone)]
pub(crate) struct Evaluator<'a> {
    pub(crate) source: &'a dyn Source,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) moment: Moment,
}

/// A segment made ready for many records: literals folded, relative times resolved, options and tags looked up.
pub(crate) struct Question {
    condition: Prepared,
}

impl Question {
    /// Whether every record of the kind matches.
    pub(crate) fn is_all(&self) -> bool {
        matches!(self.condition, Prepared::All)
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
        self.holds(&question.condition, row)
    }

    /// Recursion is safe: the checked tree is no deeper than the parser allows, and what is large stands in [`Self::test`].
    fn holds(&self, condition: &Prepared, row: &Row) -> Result<bool> {
        match condition {
            Prepared::All => Ok(true),
            Prepared::And(operands) | Prepared::Or(operands) => {
                // `or` is decided by the first that holds, `and` by the first that does not.
                let decisive = matches!(condition, Prepared::Or(_));
                for operand in operands {
                    if self.holds(operand, row)? == decisive {
                        return Ok(decisive);
                    }
                }
                Ok(!decisive)
            }
            Prepared::Not(operand) => Ok(!self.holds(operand, row)?),
            Prepared::Tags(tags) => Ok(has_any(row, tags)),
            Prepared::Attribute(test) => self.test(test, row),
        }
    }

    fn test(&self, test: &PreparedTest, row: &Row) -> Result<bool> {
        let values = self.values(&test.path, row)?;
        let found = match &test.over {
            Over::Set => !values.is_empty(),
            Over::Any(test) => values.iter().any(|value| test.holds(value)),
            Over::Every(test) => values.iter().all(|value| test.holds(value)),
            Over::All(tests) => tests.iter().all(|test| values.iter().any(|value| test.holds(value))),
            Over::Exactly(any, each) => {
                values.iter().all(|value| any.holds(value))
                    && each.iter().all(|test| values.iter().any(|value| test.holds(value)))
            }
        };
        Ok(found != test.negated)
    }
}

fn has_any(row: &Row, tags: &BTreeSet<u32>) -> bool {
    row.tags.iter().any(|tag| tags.contains(tag))
}
