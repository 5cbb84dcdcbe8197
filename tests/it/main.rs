//! The behaviour of the crate as its users see it: one module per behaviour.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say plainly what they expect")]
#![expect(clippy::indexing_slicing, reason = "in a test, an index out of range is a failure like any other")]

mod any_field;
mod attacks;
mod bad_input;
mod by_key;
mod calendar;
mod calendar_parts;
mod columns;
mod common;
mod consent;
mod deleting;
mod every_kind;
mod fields;
mod following;
mod full;
mod fuzz_bodies;
mod fuzz_corpus;
mod fuzz_dump;
mod fuzz_found;
mod fuzz_world;
mod link_rules;
mod model;
mod model_test;
mod music_shop;
mod noted;
mod opening;
mod payments;
mod people;
mod pipelines;
mod presets;
mod proportion;
mod questions;
mod round_trip;
mod scale;
mod segments;
mod tag_model;
mod tag_model_test;
mod tags;
mod tasks;
mod timeline;
mod transactions;
mod wrong_types;
