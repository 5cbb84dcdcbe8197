//! Answers a checked segment over the records.
//!
//! For now by the naive evaluator alone, which reads record after record. A faster engine will answer the same; this one stays
//! as the oracle that it is held against.

mod naive;
mod order;
mod select;

pub(crate) use select::{Rows, cells, count, rows, select};

#[cfg(test)]
pub(crate) mod tests;
