//! What is derived from records so that they are found: keys, links and postings.
//!
//! Pure functions from a record's attributes to entries; [`crate::rows`] keeps the tables in step.

pub(crate) mod agenda;
pub(crate) mod column;
mod keys;
mod links;
mod posting;
mod unit;
mod words;

pub(crate) use keys::{KeyEntry, digits_of, exact_key, in_any_region, is_exact, key, keys_of, phone_prefix, row_of};
pub(crate) use links::{Link, Reference, references_of, through, time_of, to_row};
pub(crate) use posting::{BLOCK, Posting, WORDS, place_of};
pub(crate) use unit::{Around, Element, Layout, Read, Unit};
pub(crate) use words::{
    Class, Classes, Word, WordSet, add_words_of, class_of, classes_of, fold_word, has_long, kept_words, read_word_key,
    word_key, word_prefix, words, words_prefix,
};
