//! What is derived from records so that they are found: keys, links and postings.
//!
//! Pure functions from a record's attributes to entries; [`crate::rows`] keeps the tables in step.

pub(crate) mod agenda;
pub(crate) mod column;
mod keys;
mod links;
mod posting;
mod unit;

pub(crate) use keys::{KeyEntry, exact_key, in_any_region, is_exact, key, keys_of, row_of};
pub(crate) use links::{Link, Reference, references_of, through, time_of, to_row};
pub(crate) use posting::{BLOCK, Posting, WORDS, place_of};
pub(crate) use unit::{Around, Element, Layout, Read, Unit};
