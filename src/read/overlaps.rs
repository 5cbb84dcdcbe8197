//! How many records several segments have in common.

use crate::engine::Counts;

/// How many records several segments have, each two of them together, and each alone; from
/// [`Read::overlaps`](crate::Read::overlaps). Segments are named by their places in the question, from 0 on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlaps(pub(super) Counts);

impl Overlaps {
    /// How many segments there are.
    #[must_use]
    pub fn segments(&self) -> usize {
        self.0.only.len()
    }

    /// How many records a segment has; nought if there is no such segment.
    #[must_use]
    pub fn count(&self, segment: usize) -> u64 {
        self.both(segment, segment)
    }

    /// How many records are in both segments.
    #[must_use]
    pub fn both(&self, one: usize, other: usize) -> u64 {
        self.0.both.get(one).and_then(|row| row.get(other)).copied().unwrap_or(0)
    }

    /// How many records are in that segment and in none of the others.
    #[must_use]
    pub fn only(&self, segment: usize) -> u64 {
        self.0.only.get(segment).copied().unwrap_or(0)
    }

    /// How many records are in some segment.
    #[must_use]
    pub fn any(&self) -> u64 {
        self.0.any
    }

    /// How many records are in every segment.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.0.all
    }
}
