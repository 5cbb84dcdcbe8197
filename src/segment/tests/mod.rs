//! Tests of the syntactic half: forms, errors, hostile texts, properties.

mod errors;
mod forms;
mod hostile;
mod properties;
mod reference;

use super::testing::parse_question;
use super::{SegmentError, SyntaxLimits};

/// What `text` means.
fn parsed(text: &str) -> super::syntax::Question {
    parse_question(text, &SyntaxLimits::default()).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

/// What is wrong with `text`.
fn refused(text: &str) -> SegmentError {
    match parse_question(text, &SyntaxLimits::default()) {
        Ok(question) => panic!("accepted: {text}\nas: {question}"),
        Err(error) => error,
    }
}
