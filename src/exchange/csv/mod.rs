//! Tables as text: rows read from whatever programs write under the name of CSV, and rows written.

mod dialect;
mod formula;
mod options;
mod preamble;
mod quotes;
mod reader;
mod row;
#[cfg(test)]
mod tests;
mod window;
mod write;

pub use dialect::{CsvDialect, LineEnd};
pub use options::{CsvOptions, CsvProblem, ExtraFields};
pub use reader::CsvReader;
pub use row::{CsvRow, CsvRowProblem, RowError};
pub(in crate::exchange) use write::{BETWEEN, Described};
pub use write::{CsvExport, ExportProgress, Headings, ManyValues};
