//! What comes in from other programs and goes out to them.

pub(crate) mod csv;
mod guess;

pub use csv::{
    CsvDialect, CsvExport, CsvOptions, CsvProblem, CsvReader, CsvRow, ExportProgress, ExtraFields, Headings, LineEnd,
    ManyValues, RowError, RowProblem, TextEncoding,
};
pub use guess::Guess;
