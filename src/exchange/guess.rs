//! What was found out by looking.

use serde::{Deserialize, Serialize};

/// Something that was guessed, and how sure the guess is. What the caller said itself is sure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Guess<T> {
    /// What seems most likely.
    pub value: T,
    /// From 0, as good as any other, to 1, sure. An order among guesses, not a probability.
    pub confidence: f64,
}

impl<T> Guess<T> {
    /// A guess; a confidence that lies outside of 0 to 1 is brought inside.
    pub(crate) fn new(value: T, confidence: f64) -> Self {
        Self { value, confidence: confidence.clamp(0.0, 1.0) }
    }

    /// What somebody said.
    pub(crate) fn sure(value: T) -> Self {
        Self { value, confidence: 1.0 }
    }
}
