//! Where the rows of an import come from.

use std::io::Read;

use crate::exchange::csv::CsvReader;

/// A cell keeps room for so many bytes. More, and rows with a long text in another column each would take the room of all of them.
const KEPT: usize = 1 << 10;

/// A row that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadRow {
    /// The line of the file on which it begins, counted from 1; 0 if there are no lines.
    pub line: u64,
    /// The place of the column in which it is wrong, counted from 1, if it is in one column.
    pub column: Option<usize>,
    /// What is wrong, as a word for programs: `too-long`.
    pub code: &'static str,
    /// What is wrong, and what was expected.
    pub message: String,
    /// Whether nothing comes behind it, since the source can't be read any more: an import stops there, and can be resumed.
    pub last: bool,
}

impl BadRow {
    /// A row that can't be read, on a line counted from 1: a word for programs, and what was found and expected. Others come behind it.
    ///
    /// ```
    /// use contactdb::BadRow;
    /// let bad = BadRow::new(7, "too-long", "the row has more than 1,000 bytes").in_column(2);
    /// assert_eq!((bad.line, bad.column, bad.last), (7, Some(2), false));
    /// ```
    pub fn new(line: u64, code: &'static str, message: impl Into<String>) -> Self {
        Self { line, column: None, code, message: message.into(), last: false }
    }

    /// Says in which column it is wrong, counted from 1.
    #[must_use]
    pub const fn in_column(mut self, column: usize) -> Self {
        self.column = Some(column);
        self
    }

    /// Says that nothing comes behind it: an import stops there, and can be resumed.
    #[must_use]
    pub const fn as_last(mut self) -> Self {
        self.last = true;
        self
    }
}

/// The rows of a table, one behind the other.
pub trait TableRows {
    /// The headings of the columns.
    fn headers(&self) -> &[String];

    /// Puts the cells of the next row in the place of what `cells` has, and gives the line on which it begins, counted from 1. `None` at the
    /// end. After a row that can't be read come the others.
    fn next_row(&mut self, cells: &mut Vec<String>) -> Option<Result<u64, BadRow>>;
}

impl<R: Read> TableRows for CsvReader<R> {
    fn headers(&self) -> &[String] {
        Self::headers(self)
    }

    fn next_row(&mut self, cells: &mut Vec<String>) -> Option<Result<u64, BadRow>> {
        Some(match self.next()? {
            Ok(row) => {
                // The texts of the row before give their room.
                cells.resize_with(row.len(), String::new);
                for (cell, text) in cells.iter_mut().zip(row.iter()) {
                    if cell.capacity() > KEPT {
                        *cell = String::new();
                    }
                    text.clone_into(cell);
                }
                Ok(row.line())
            }
            Err(error) => {
                let (problem, last) = (error.problem(), error.is_last());
                let bad = BadRow::new(error.line(), problem.code(), problem.to_string());
                Err(BadRow { column: problem.column().map(|column| column + 1), last, ..bad })
            }
        })
    }
}

/// Rows in memory: the first is that of the headings.
///
/// ```
/// use contactdb::{RowsInMemory, TableRows};
/// let mut table = RowsInMemory::new([["Name", "Mail"], ["Ada", "ada@acme.example"]]);
/// let mut cells = Vec::new();
/// assert_eq!(table.next_row(&mut cells), Some(Ok(2)));
/// assert_eq!(cells, ["Ada", "ada@acme.example"]);
/// assert_eq!(table.next_row(&mut cells), None);
/// ```
#[derive(Debug, Clone)]
pub struct RowsInMemory {
    headers: Vec<String>,
    rows: std::vec::IntoIter<Vec<String>>,
    line: u64,
}

impl RowsInMemory {
    /// The headings and then the rows.
    pub fn new<R: IntoIterator<Item: Into<String>>>(rows: impl IntoIterator<Item = R>) -> Self {
        let mut rows = rows.into_iter().map(|row| row.into_iter().map(Into::into).collect());
        let headers = rows.next().unwrap_or_default();
        Self { headers, rows: rows.collect::<Vec<_>>().into_iter(), line: 1 }
    }
}

impl TableRows for RowsInMemory {
    fn headers(&self) -> &[String] {
        &self.headers
    }

    fn next_row(&mut self, cells: &mut Vec<String>) -> Option<Result<u64, BadRow>> {
        *cells = self.rows.next()?;
        self.line += 1;
        Some(Ok(self.line))
    }
}
