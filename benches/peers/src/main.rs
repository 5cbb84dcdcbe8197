//! Holds contactdb against what a program would be built on instead.
fn main() {}
