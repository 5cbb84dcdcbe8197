//! The naive evaluator: a record against a segment, straight from the checked tree.
//!
//! Two-valued throughout: a test of a missing value is false, and whatever is negated is the exact complement.

mod prepare;
mod test;
mod text;
mod values;


use crate::clock::Moment;
use crate::model::Kind;
use crate::rows::Row;
use crate::schema::Catalogue;
use crate::segment::Tree;
use crate::store::{Result, Source};
use prepare::{Over, Prepared};

/// Answers segments of one moment.
#[derive(Clone)]
pub(crate) struct Evaluator<'a> {
    pub(crate) source: &'a dyn Source,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) moment: Moment,
}

/// A segment made ready for many records: literals folded, relative times resolved, options and tags looked up.
pub(crate) struct Question {
    kind: Kind,
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
        Question { kind: tree.kind, condition: self.prepare_condition(&tree.condition) }
    }

    /// Whether a record of the question's kind matches. Look-ups only for paths to other records and for what is worked out of links.
    pub(crate) fn matches(&self, question: &Question, row: &Row) -> Result<bool> {
        self.holds(question.kind, &question.condition, row)
    }

    /// Recursion is safe: the checked tree is no deeper than the parser allows.
    fn holds(&self, kind: Kind, condition: &Prepared, row: &Row) -> Result<bool> {
        match condition {
            Prepared::All => Ok(true),
            Prepared::And(operands) => {
                for operand in operands {
                    if !self.holds(kind, operand, row)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Prepared::Or(operands) => {
                for operand in operands {
                    if self.holds(kind, operand, row)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Prepared::Not(operand) => Ok(!self.holds(kind, operand, row)?),
            Prepared::Tags(tags) => Ok(row.tags.iter().any(|tag| tags.contains(tag))),
            Prepared::Attribute(test) => {
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
    }
}
