//! What became of a preset that was applied, or was refused.

use std::fmt;

use crate::error::{Error, ErrorKind};

/// What [`Transaction::apply_preset`](crate::Transaction::apply_preset) did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Applied {
    /// What was added.
    pub added: Vec<PresetEntry>,
    /// What was there already, and stays as it is.
    pub present: Vec<PresetEntry>,
}

/// Something that a preset brings. Its `Display` names it for people: `field budget of contact`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PresetEntry {
    /// A kind of record.
    Kind {
        /// The name of one of its records.
        singular: String,
    },
    /// A field.
    Field {
        /// The name of the kind of record.
        kind: String,
        /// The key.
        key: String,
    },
    /// An option of a choice.
    Option {
        /// The name of the kind of record.
        kind: String,
        /// The key of the choice.
        field: String,
        /// The key of the option.
        key: String,
    },
    /// A pipeline of deals.
    Pipeline {
        /// The key.
        key: String,
    },
    /// A saved question.
    Question {
        /// The name.
        name: String,
    },
}

impl fmt::Display for PresetEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind { singular } => write!(f, "kind {singular}"),
            Self::Field { kind, key } => write!(f, "field {key} of {kind}"),
            Self::Option { kind, field, key } => write!(f, "option {key} of {kind} {field}"),
            Self::Pipeline { key } => write!(f, "pipeline {key}"),
            Self::Question { name } => write!(f, "question \"{name}\""),
        }
    }
}

/// What of a preset does not go with the database, and why.
#[derive(Debug)]
#[non_exhaustive]
pub struct PresetConflict {
    /// What can't be added.
    pub entry: PresetEntry,
    /// Why.
    pub problem: PresetProblem,
}

/// Why something of a preset can't be added.
#[derive(Debug)]
#[non_exhaustive]
pub enum PresetProblem {
    /// There is a field with that key, of another type.
    OtherType {
        /// The type that is there, in words.
        found: String,
        /// The type that the preset needs, in words.
        expected: String,
    },
    /// It is there, but was archived.
    Archived,
    /// The choice, or a kind that a field refers to, is not there.
    Missing {
        /// The name that was asked for.
        name: String,
    },
    /// It would be refused by itself, for this reason.
    Refused(Error),
}

impl fmt::Display for PresetConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.entry, self.problem)
    }
}

impl fmt::Display for PresetProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherType { found, expected } => {
                write!(f, "found {found}, expected {expected}; rename the field that is there or leave this one out")
            }
            Self::Archived => f.write_str("it was archived; restore it or leave it out"),
            Self::Missing { name } => write!(f, "there is no \"{name}\""),
            Self::Refused(error) => match error.kind() {
                // In a list, the drawing of a segment's mistakes is too large.
                ErrorKind::Segment(error) => match error.problems().next() {
                    Some(problem) => f.write_str(problem.message()),
                    None => error.fmt(f),
                },
                ErrorKind::Definition { problems, .. } => {
                    for (at, problem) in problems.iter().enumerate() {
                        write!(f, "{}{problem}", if at == 0 { "" } else { ", " })?;
                    }
                    Ok(())
                }
                _ => error.fmt(f),
            },
        }
    }
}
