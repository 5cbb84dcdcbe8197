//! The rows in which a term fits, as far as they were read.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::index::{Posting, place_of};
use crate::rows;
use crate::store::Result;

/// Rows of a block in which a term fits equally well.
pub(super) struct Entry {
    pub(super) block: u32,
    pub(super) worth: u32,
    rows: Rows,
}

/// Copies are small beside what the store keeps of a place in a page, and many are made that nobody looks at.
#[derive(Clone, Copy)]
enum Rows {
    /// A key and its value, among the bytes.
    Stored { start: usize, middle: usize, end: usize },
    /// One of the postings that were made.
    Made(usize),
}

/// Where a term fits.
#[derive(Default)]
pub(super) struct Lists {
    /// Once sorted: by block and, within one, the best first.
    entries: Vec<Entry>,
    bytes: Vec<u8>,
    made: Vec<Posting>,
    /// Rows that were found one by one since it was sorted, by block and what they are worth.
    single: HashMap<(u32, u32), Posting>,
    most: u32,
    sure_from: u32,
}

impl Lists {
    /// Adds an entry of the table of words.
    pub(super) fn add_stored(&mut self, block: u32, worth: u32, key: &[u8], value: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(key);
        let middle = self.bytes.len();
        self.bytes.extend_from_slice(value);
        self.add(block, worth, Rows::Stored { start, middle, end: self.bytes.len() });
    }

    /// Adds a row.
    pub(super) fn add_row(&mut self, row: u32, worth: u32) {
        let (block, place) = place_of(row);
        self.single.entry((block, worth)).or_insert_with(Posting::new).insert(place);
    }

    fn add(&mut self, block: u32, worth: u32, rows: Rows) {
        self.most = self.most.max(worth);
        self.entries.push(Entry { block, worth, rows });
    }

    /// Notes that not all was read of what is worth so much, or less.
    pub(super) fn cut_short(&mut self, worth: u32) {
        self.sure_from = self.sure_from.max(worth);
    }

    /// Entries that are worth so much or more say all that their rows are worth; 0 if a row that is not here does not fit.
    pub(super) const fn sure_from(&self) -> u32 {
        self.sure_from
    }

    pub(super) const fn is_complete(&self) -> bool {
        self.sure_from == 0
    }

    /// Whether the term fits nowhere.
    pub(super) fn is_nothing(&self) -> bool {
        self.is_complete() && self.entries.is_empty() && self.single.is_empty()
    }

    /// The most that a row may be worth, whether it is here or not.
    pub(super) fn most_of_all(&self) -> u32 {
        self.most.max(self.sure_from)
    }

    /// What the best entry is worth.
    pub(super) const fn most(&self) -> u32 {
        self.most
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Puts the entries in order.
    pub(super) fn sort(&mut self) {
        for ((block, worth), rows) in std::mem::take(&mut self.single) {
            self.add(block, worth, Rows::Made(self.made.len()));
            self.made.push(rows);
        }
        self.entries.sort_unstable_by_key(|entry| (entry.block, Reverse(entry.worth)));
    }

    /// Puts the rows of an entry into others.
    pub(super) fn unite_into(&self, entry: &Entry, all: &mut Posting) -> Result<()> {
        match entry.rows {
            Rows::Stored { start, middle, end } => {
                let piece = |range| self.bytes.get(range).unwrap_or_default();
                all.unite(&rows::read_posting(piece(start..middle), piece(middle..end))?);
            }
            Rows::Made(at) => self.made.get(at).into_iter().for_each(|rows| all.unite(rows)),
        }
        Ok(())
    }
}
