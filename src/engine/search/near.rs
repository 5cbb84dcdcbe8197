//! Names that are nearly what was typed: a walk through the words that skips where no word can be near enough.

use super::reading::Bounds;
use super::terms::Term;
use crate::index::{Class, word_prefix, words_prefix};
use crate::model::Kind;
use crate::store::after_prefix;

/// A walk through the names that begin with the letter of a term.
pub(super) struct Near {
    kind: Kind,
    word: Vec<char>,
    mistakes: usize,
    from: Option<Vec<u8>>,
    to: Vec<u8>,
    bounds: Bounds,
    looks: usize,
    taken: usize,
    /// The last word that was near enough: it has an entry for each block.
    last: String,
}

impl Near {
    /// `None` for a term whose word is too short.
    pub(super) fn new(kind: Kind, term: &Term, bounds: Bounds) -> Option<Self> {
        let word: Vec<char> = term.word.as_ref()?.chars().collect();
        let mistakes = term.mistakes();
        let first = word.first().filter(|_| mistakes > 0)?;
        let from = words_prefix(kind, Class::Name, &first.to_string());
        let to = after_prefix(&from)?;
        Some(Self { kind, word, mistakes, from: Some(from), to, bounds, looks: 0, taken: 0, last: String::new() })
    }

    /// Where to read on; `None` at the end.
    pub(super) fn next_range(&mut self) -> Option<(Vec<u8>, Vec<u8>)> {
        self.looks += 1;
        if self.is_cut_short() {
            return None;
        }
        // If nothing is read there, it is the end.
        self.from.take().filter(|from| *from < self.to).map(|from| (from, self.to.clone()))
    }

    pub(super) const fn is_cut_short(&self) -> bool {
        self.looks > self.bounds.looks || self.taken > self.bounds.entries
    }

    /// Whether the next word of the walk is near enough. If not, the walk goes on where the next range says.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let known = !self.last.is_empty() && self.last == word;
        match if known { Reach::Near } else { self.reach(word) } {
            Reach::Near => {
                self.taken += 1;
                if !known {
                    word.clone_into(&mut self.last);
                }
                // Behind its last entry the walk may end.
                self.taken <= self.bounds.entries
            }
            Reach::Far => {
                self.from = after_prefix(&word_prefix(self.kind, Class::Name, word));
                false
            }
            Reach::Dead(end) => {
                let dead = word.get(..end).unwrap_or(word);
                self.from = after_prefix(&words_prefix(self.kind, Class::Name, dead));
                false
            }
        }
    }

    /// Works out the distance letter by letter, as [`edit_distance`](crate::model::edit_distance) does.
    fn reach(&self, word: &str) -> Reach {
        let mut before_last: Vec<usize> = Vec::new();
        let mut last: Vec<usize> = (0..=self.word.len()).collect();
        let mut fewest_before = usize::MAX - 1;
        let mut letter_before = None;
        let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX - 1);
        for (row, (place, letter)) in word.char_indices().enumerate() {
            let mut current = vec![row + 1];
            let mut typed_before = None;
            for (column, typed) in self.word.iter().enumerate() {
                let replaced = at(&last, column) + usize::from(letter != *typed);
                let mut fewest = replaced.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
                if letter_before == Some(*typed) && typed_before == Some(letter) && column > 0 {
                    fewest = fewest.min(at(&before_last, column - 1) + 1);
                }
                current.push(fewest);
                typed_before = Some(*typed);
            }
            let fewest_here = current.iter().copied().min().unwrap_or(usize::MAX - 1);
            // Two letters further a swap may come back to the line before.
            if fewest_here.min(fewest_before + 1) > self.mistakes {
                return Reach::Dead(place + letter.len_utf8());
            }
            fewest_before = fewest_here;
            before_last = std::mem::replace(&mut last, current);
            letter_before = Some(letter);
        }
        if at(&last, self.word.len()) <= self.mistakes { Reach::Near } else { Reach::Far }
    }
}

enum Reach {
    Near,
    /// The word is too far, but longer ones may be near.
    Far,
    /// Nothing is near that begins with so many bytes of the word.
    Dead(usize),
}
