//! The behaviour of the crate as its users see it: one module per behaviour.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say plainly what they expect")]
#![expect(clippy::indexing_slicing, reason = "in a test, an index out of range is a failure like any other")]

mod attacks;
mod bad_input;
mod by_key;
mod calendar;
mod calendar_parts;
mod common;
mod consent;
mod deleting;
mod fields;
mod fuzz_bodies;
mod fuzz_corpus;
mod fuzz_found;
mod model;
mod model_test;
mod music_shop;
mod opening;
mod presets;
mod questions;
mod round_trip;
mod scale;
mod segments;
mod transactions;
mod wrong_types;
