//! Rows of a table become records: a plan to look at, the import itself, and its undoing.
//!
//! A [`Mapping`] says what each column is. It is held against the catalogue and the headings (`compiled`); a row becomes a `draft`,
//! which is held against the records that there are (`run`, `merge`). A plan and an import go the same way, and differ only in that
//! the plan writes no record.

mod apply;
mod cell;
mod compiled;
mod date_parts;
mod draft;
mod guess;
mod mapping;
mod merge;
mod names;
mod numbers;
mod profiles;
mod rows;
mod run;
mod stages;
#[cfg(test)]
mod tests;
mod undo;

pub use apply::Imported;
pub use compiled::MappingProblem;
pub use draft::RowProblem;
pub use mapping::{
    Column, DateOrder, DatePart, DatePartTarget, Existing, FieldShape, FieldTarget, Find, ImportMode, Mapping,
    Mistakes, NewOptions, NoteTarget, TagTarget, Target, ValueTarget,
};
pub use merge::FieldChange;
pub use rows::{BadRow, RowsInMemory, TableRows};
pub use run::{ImportCounts, PlannedRow, RowAction};
pub use undo::{Undone, UndoneAs};
