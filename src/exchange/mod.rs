//! In and out: tables and cards of other programs.
//!
//! Built only upon what a user of the crate holds (snapshots, transactions, the catalogue) and on helpers of the rooms below.

mod csv;
mod guess;
mod import;
pub mod jscontact;
pub mod vcard;

pub use csv::{
    CsvDialect, CsvExport, CsvOptions, CsvProblem, CsvReader, CsvRow, CsvRowProblem, ExportProgress, ExtraFields,
    Headings, LineEnd, ManyValues, RowError, TextEncoding,
};
pub use guess::Guess;
pub use import::{
    BadRow, Column, DateOrder, Existing, FieldChange, FieldShape, FieldTarget, Find, ImportCounts, ImportMode,
    Imported, Mapping, MappingProblem, Mistakes, NewOptions, NoteTarget, PlannedRow, RowAction, RowProblem,
    RowsInMemory, TableRows, TagTarget, Target, Undone, UndoneAs, ValueTarget,
};
