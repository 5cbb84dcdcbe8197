//! Answers over columns, held against what the records say one by one.

mod facets;
mod sample;
mod statistics;
