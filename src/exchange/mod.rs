//! In and out: tables and cards of other programs.
//!
//! Built only upon what a user of the crate holds (snapshots, transactions, the catalogue) and on helpers of the rooms below.

mod csv;
mod dump;
mod dump_problem;
mod encoding;
mod guess;
mod import;
pub mod jscontact;
mod json;
mod lines;
mod load;
mod nesting;
mod schema_lines;
#[cfg(test)]
mod tests;
pub mod vcard;

pub use csv::{
    CsvDialect, CsvExport, CsvOptions, CsvProblem, CsvReader, CsvRow, CsvRowProblem, ExportProgress, ExtraFields,
    Headings, LineEnd, ManyValues, RowError,
};
pub use dump::{Dump, DumpProgress, Dumped};
pub use dump_problem::DumpProblem;
pub use encoding::TextEncoding;
pub use guess::Guess;
pub use import::{
    BadRow, Column, DateOrder, DatePart, DatePartTarget, Existing, FieldChange, FieldShape, FieldTarget, Find,
    ImportCounts, ImportMode, Imported, Incoming, Ingested, Mapping, MappingProblem, Merging, Mistakes, NewOptions,
    NoteTarget, PlannedRow, RowAction, RowProblem, RowsInMemory, TableRows, TagTarget, Target, Undone, UndoneAs,
    ValueTarget,
};
pub use load::Load;
