//! Answers over columns, held against what the records say one by one.

mod budgets;
mod explaining;
mod facets;
mod overlapping;
mod pages;
mod sample;
mod statistics;
