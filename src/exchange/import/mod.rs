//! Rows of a table and cards of a stream become records: a plan to look at, the import itself, and its undoing.
//!
//! A [`Mapping`] says what each column is. It is held against the catalogue and the headings (`compiled`); a row becomes a `draft`, and so does
//! a card (`table`, `cards`). The draft is held against the records that there are (`intake`, `merge`). A plan and an import go the same way, and
//! differ only in that the plan writes no record.

mod apply;
mod called;
mod cards;
mod cell;
mod compiled;
mod date_parts;
mod draft;
mod foreseen;
mod guess;
mod headings;
mod incoming;
mod ingest;
mod intake;
mod mapping;
mod merge;
mod merging;
mod names;
mod note_lines;
mod number;
mod numbers;
mod planned;
mod profiles;
mod read_back;
mod recognised;
mod rows;
mod stages;
mod sum;
mod table;
#[cfg(test)]
mod tests;
mod undo;

pub use apply::Imported;
pub use compiled::MappingProblem;
pub use draft::RowProblem;
pub use incoming::{Incoming, Ingested};
pub use mapping::{
    Column, DateOrder, DatePart, DatePartTarget, FieldShape, FieldTarget, Find, Mapping, Mistakes, NewOptions,
    NoteTarget, TagTarget, Target, ValueTarget,
};
pub use merge::FieldChange;
pub use merging::{Existing, ImportMode, Merging};
pub use planned::{ImportCounts, PlannedRow, RowAction};
pub use rows::{BadRow, RowsInMemory, TableRows};
pub use undo::{Undone, UndoneAs};
