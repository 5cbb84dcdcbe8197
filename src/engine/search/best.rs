//! The best of what is found, so many as are wanted.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::model::Kind;

/// The best so far: those that are worth most and, among equals, those of the first kind and the first row.
#[derive(Clone)]
pub(super) struct Best {
    limit: usize,
    all: BTreeSet<(Reverse<u32>, Kind, u32)>,
}

impl Best {
    pub(super) const fn new(limit: usize) -> Self {
        Self { limit, all: BTreeSet::new() }
    }

    pub(super) const fn limit(&self) -> usize {
        self.limit
    }

    pub(super) fn put(&mut self, worth: u32, kind: Kind, row: u32) {
        let entry = (Reverse(worth), kind, row);
        if self.all.len() >= self.limit {
            if self.all.last().is_none_or(|last| *last <= entry) {
                return;
            }
            self.all.pop_last();
        }
        self.all.insert(entry);
    }

    /// What the last of them is worth, if there are as many as are wanted.
    pub(super) fn least(&self) -> Option<u32> {
        self.all.last().filter(|_| self.all.len() >= self.limit).map(|(Reverse(worth), ..)| *worth)
    }

    pub(super) fn into_sorted(self) -> impl Iterator<Item = (u32, Kind, u32)> {
        self.all.into_iter().map(|(Reverse(worth), kind, row)| (worth, kind, row))
    }
}
