//! Data that comes in from elsewhere and goes out to elsewhere.

mod dump;
mod dump_problem;
mod json;
mod lines;
mod load;
mod schema_lines;

pub use dump::{Dump, DumpProgress, Dumped};
pub use dump_problem::DumpProblem;
pub use load::Load;

#[cfg(test)]
mod tests;
