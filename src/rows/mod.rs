//! A record as rows of the tables: read and written with everything that belongs to it.

mod check;
mod columns;
#[cfg(test)]
mod damage;
mod load;
mod noted;
mod questions;
#[cfg(test)]
mod recompute;
mod save;
mod tagged;
mod words;

pub(crate) use check::{Subject, check, rows_with};
pub(crate) use columns::{ALIVE, column_key, latest, merge, present, read_present, rebuild, settle};
pub(crate) use load::{
    Row, all, find, id_of, links_through, links_to, load, load_catalogue, row_key, tags_of, to_stored, version_of,
};
pub(crate) use noted::note;
pub(crate) use questions::{all_questions, delete_question, find_question, put_question, question_key};
pub(crate) use save::{insert, put_field, put_kind, put_pipeline, put_tag, remove, replace};
pub(crate) use tagged::{BlockChange, clear_tags, merge_tag, read as read_tag_rows, rows_tagged, set_tags, tag_rows};
pub(crate) use words::read_posting;

#[cfg(test)]
mod tests;
