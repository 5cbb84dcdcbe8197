//! A row of a table, and what can be wrong with one.

use std::fmt;
use std::ops::Range;

use super::formula;

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvRow {
    pub(super) line: u64,
    pub(super) number: u64,
    pub(super) text: String,
    /// Where each field ends.
    pub(super) ends: Vec<usize>,
    pub(super) unguard: bool,
}

impl CsvRow {
    /// The line on which it begins, from 1, as editors count.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// Which row it is, from 1, bad ones counted and headers not.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The field of a column, counted from 0; empty if the row does not have so many.
    #[must_use]
    pub fn get(&self, column: usize) -> &str {
        let text = range(&self.ends, column).and_then(|range| self.text.get(range)).unwrap_or("");
        if self.unguard { formula::unguarded(text) } else { text }
    }

    /// How many fields it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing stands in any of its fields.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Its fields.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.ends.len()).map(|column| self.get(column))
    }
}

/// Where a field stands among those of its row.
fn range(ends: &[usize], column: usize) -> Option<Range<usize>> {
    let from = match column.checked_sub(1) {
        Some(before) => ends.get(before).copied()?,
        None => 0,
    };
    Some(from..ends.get(column).copied()?)
}

/// A row that can't be read. Those behind it can, unless the error [is the last](Self::is_last).
#[derive(Debug)]
pub struct RowError {
    pub(super) line: u64,
    pub(super) number: u64,
    pub(super) problem: CsvRowProblem,
}

impl RowError {
    /// The line on which the row begins, from 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// Which row it is, from 1; 0 for the headers.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// What is wrong.
    #[must_use]
    pub const fn problem(&self) -> &CsvRowProblem {
        &self.problem
    }

    /// Whether nothing comes behind it: the source itself can't be read any more.
    #[must_use]
    pub const fn is_last(&self) -> bool {
        matches!(self.problem, CsvRowProblem::Source(_))
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for RowError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            CsvRowProblem::Source(error) => Some(error),
            _ => None,
        }
    }
}

/// What is wrong with a row.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CsvRowProblem {
    /// It is longer than the options allow; it was passed over to the next line break.
    #[error("the row has more than {limit} bytes; is the delimiter or the line end the right one?")]
    TooLong {
        /// What is allowed.
        limit: usize,
    },
    /// It has more fields than the options allow.
    #[error("the row has more than {limit} fields; is the delimiter the right one?")]
    TooManyColumns {
        /// What is allowed.
        limit: usize,
    },
    /// It has more fields than there are headers.
    #[error("the row has {found} fields, expected at most {expected}; is a field with a delimiter in it not quoted?")]
    ExtraFields {
        /// How many it has.
        found: usize,
        /// How many headers there are.
        expected: usize,
    },
    /// A quote opens a field and is not closed, or closed by one that opens another field. Reading went on at the next line.
    #[error("a quote is opened and not closed; write a quote inside of a field twice")]
    OpenQuote,
    /// There is text behind the quote that closes a field.
    #[error("there is text behind a closing quote; write a quote inside of a field twice")]
    StrayQuote,
    /// Likely a piece of the row before it, which has a quote in a wrong place.
    #[error("the line looks like a part of a row above it that has a quote in a wrong place; mend that one")]
    Fragment,
    /// It has bytes that mean nothing in the encoding.
    #[error("column {} has bytes that mean nothing in the encoding; say the right encoding", column + 1)]
    NotText {
        /// The column of the first, from 0.
        column: usize,
    },
    /// It has a character with the number 0, which no text has.
    #[error("column {} has a character with the number 0; the file is damaged, or its encoding another one", column + 1)]
    Nul {
        /// The column of the first, from 0.
        column: usize,
    },
    /// The source can't be read any further.
    #[error("reading the table failed; the rows up to here are good")]
    Source(std::io::Error),
}

impl CsvRowProblem {
    /// A short name that does not change, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too-long",
            Self::TooManyColumns { .. } => "too-many-columns",
            Self::ExtraFields { .. } => "extra-fields",
            Self::OpenQuote => "open-quote",
            Self::StrayQuote => "stray-quote",
            Self::Fragment => "fragment",
            Self::NotText { .. } => "not-text",
            Self::Nul { .. } => "nul",
            Self::Source(_) => "source",
        }
    }

    /// The column in which it is wrong, counted from 0, if it is in one column.
    #[must_use]
    pub const fn column(&self) -> Option<usize> {
        match self {
            Self::NotText { column } | Self::Nul { column } => Some(*column),
            _ => None,
        }
    }
}
