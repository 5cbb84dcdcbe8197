//! Answers a checked segment over the records.
//!
//! A plan is a tree of steps, each of which gives a set of rows: postings and columns are read block by block, where they lie, and
//! combined word by word. The naive evaluator answers the same from one record at a time. It is asked where columns do not say enough
//! or not yet, and is the oracle against which all of it is held.

mod bits;
mod elements;
mod ending;
mod explain;
mod facet;
mod figures;
mod gather;
mod hours;
mod leaf;
mod mask;
mod meter;
mod naive;
mod order;
mod overlaps;
mod plan;
mod related;
mod run;
mod scope;
mod search;
mod select;
mod sorted;
mod survey;
mod weights;

pub(crate) use ending::Ending;
pub use explain::AnsweredBy;
pub(crate) use explain::{Answered, Explained, explain};
pub use facet::Period;
pub(crate) use facet::{By, Counted, Group, facet};
pub(crate) use figures::{Summed, Taken, figures};
pub(crate) use meter::Meter;
pub(crate) use overlaps::{Counts, overlaps};
pub(crate) use scope::{Overlay, Scope};
pub(crate) use search::search;
#[cfg(test)]
pub(crate) use select::naive_rows;
pub(crate) use select::{CellsApart, Rows, Window, cells, cells_apart, count, found, rows, select};

#[cfg(test)]
pub(crate) mod tests;
