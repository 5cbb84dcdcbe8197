//! Answers over columns, held against what the records say one by one.

mod facets;
mod pages;
mod sample;
mod statistics;
