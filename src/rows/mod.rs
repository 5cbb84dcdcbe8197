//! A record as rows of the tables: read and written with everything that belongs to it.

mod blocks;
mod check;
mod check_tables;
mod columns;
#[cfg(test)]
mod damage;
mod imported;
mod load;
mod mend;
mod noted;
mod questions;
#[cfg(test)]
pub(crate) mod recompute;
mod restore;
mod save;
mod tag_lists;
mod tagged;
mod words;

pub(crate) use blocks::{InBlock, walk_column, walk_tagged};
pub(crate) use check::{Subject, check, rows_with, some_with};
pub use check_tables::Fault;
pub(crate) use check_tables::{Finding, check_tables};
pub(crate) use columns::{ALIVE, Filling, column_key, latest, merge, present, read_column, read_present, settle};
pub(crate) use imported::{
    Imported, all_imported, forget_imported, imported, is_known, known_imports, put_imported, put_unknown,
};
pub(crate) use load::{
    Row, all, find, id_of, links_through, links_to, load, load_catalogue, pipeline_definitions, row_key, tags_of,
    to_stored, version_of,
};
pub(crate) use mend::mend;
pub(crate) use noted::note;
pub(crate) use questions::{
    all_questions, delete_question, find_question, put_question, question_key, restore_question,
};
pub(crate) use restore::{first_dangling, put_unseen_texts, relink, unseen_texts};
pub(crate) use save::{Targets, insert, put_field, put_kind, put_pipeline, put_tag, remove, replace};
pub(crate) use tagged::{
    BlockChange, clear_tags, count_tagged, merge_tag, read as read_tag_rows, rows_tagged, set_tags, tag_rows,
};
pub(crate) use words::read_posting;

#[cfg(test)]
mod tests;
