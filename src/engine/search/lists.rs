//! The rows in which a term fits, as the tables say, within bounds.

use std::collections::HashMap;

use super::near::Near;
use super::said::{Fit, worth, worth_of_phone};
use super::terms::{FEWEST_NATIONAL, Term};
use crate::index::{
    Class, Posting, digits_of, phone_prefix, place_of, read_word_key, row_of, word_prefix, words_prefix,
};
use crate::model::{AttributeId, Kind, ValueType};
use crate::rows;
use crate::schema::KindEntry;
use crate::store::{Bytes, Key, Result, Source, StoreError, Table, after_prefix};

/// So many entries of each word are read where there are many words.
const MAX_OF_WORD: usize = 8;

/// How much is read at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Entries of the table of words for a term in one sort of text.
    pub(super) entries: usize,
    /// Keys for a term in one attribute.
    pub(super) keys: usize,
    /// Looks into the table of words for names that are nearly a term.
    pub(super) looks: usize,
    /// Records that are held against the terms where the tables do not say all; and so many more for each term.
    pub(super) held: usize,
}

impl Bounds {
    pub(super) const USUAL: Self = Self { entries: 2_000, keys: 500, looks: 1_000, held: 128 };
}

/// Rows of a block in which a term fits equally well.
pub(super) struct Entry<'s> {
    pub(super) block: u32,
    pub(super) worth: u32,
    rows: Rows<'s>,
}

enum Rows<'s> {
    Stored(Bytes<'s>, Bytes<'s>),
    Made(Box<Posting>),
}

impl Entry<'_> {
    /// Puts its rows into others.
    pub(super) fn unite_into(&self, all: &mut Posting) -> Result<()> {
        match &self.rows {
            Rows::Stored(key, value) => all.unite(&rows::read_posting(key, value)?),
            Rows::Made(posting) => all.unite(posting),
        }
        Ok(())
    }
}

/// Where a term fits.
pub(super) struct Lists<'s> {
    /// By block and, within one, the best first.
    pub(super) entries: Vec<Entry<'s>>,
    /// Whether a row that is not in them does not fit.
    pub(super) complete: bool,
}

impl<'s> Lists<'s> {
    pub(super) fn of(
        source: &'s dyn Source,
        entry: &KindEntry,
        term: &Term,
        near: bool,
        bounds: Bounds,
    ) -> Result<Self> {
        let mut reading =
            Reading { source, bounds, kind: entry.kind, entries: Vec::new(), made: HashMap::new(), complete: true };
        if let Some(word) = &term.word {
            for class in Class::ALL {
                reading.words(class, word)?;
            }
            if near {
                reading.near(term)?;
            }
        }
        for attribute in entry.attributes().filter(|attribute| !attribute.archived) {
            let id = attribute.id;
            match attribute.value_type {
                ValueType::Email => reading.addresses(id, term)?,
                ValueType::Phone => reading.numbers(id, term)?,
                _ => {}
            }
        }
        Ok(reading.done())
    }
}

/// What is gathered of a term.
struct Reading<'s> {
    source: &'s dyn Source,
    bounds: Bounds,
    kind: Kind,
    entries: Vec<Entry<'s>>,
    /// Rows that were found one by one, by block and what they are worth.
    made: HashMap<(u32, u32), Posting>,
    complete: bool,
}

impl<'s> Reading<'s> {
    /// The words of a sort that begin so; the very word comes first. Where many begin so, only the first blocks of each of the
    /// others are read: rows in which all terms fit are found among the same blocks of many words, not among all of few.
    fn words(&mut self, class: Class, word: &str) -> Result<()> {
        let mut from = Some(words_prefix(self.kind, class, word));
        let Some(to) = from.as_deref().and_then(after_prefix) else { return Ok(()) };
        let (mut count, mut of_word, mut last) = (0, 0, String::new());
        while let Some(start) = from.take() {
            for row in self.source.walk(Table::Words, start, to.clone())? {
                let (key, value) = row?;
                if count >= self.bounds.entries {
                    self.complete = false;
                    return Ok(());
                }
                let (found, block) = read_word(&key)?;
                if found != last {
                    found.clone_into(&mut last);
                    of_word = 0;
                }
                let fit = if found.len() == word.len() { Fit::Exact } else { Fit::Begins };
                if fit == Fit::Begins && count >= self.bounds.entries / 2 && of_word >= MAX_OF_WORD {
                    self.complete = false;
                    from = after_prefix(&word_prefix(self.kind, class, found));
                    break;
                }
                (count, of_word) = (count + 1, of_word + 1);
                if let Some(worth) = worth(class, fit) {
                    self.entries.push(Entry { block, worth, rows: Rows::Stored(key, value) });
                }
            }
        }
        Ok(())
    }

    /// The names that are the word of a term but for mistakes.
    fn near(&mut self, term: &Term) -> Result<()> {
        let Some(mut near) = Near::new(self.kind, term, self.bounds) else { return Ok(()) };
        let Some(worth) = worth(Class::Name, Fit::Near) else { return Ok(()) };
        while let Some((from, to)) = near.next_range() {
            for row in self.source.walk(Table::Words, from, to)? {
                let (key, value) = row?;
                let (word, block) = read_word(&key)?;
                if !near.take(word) {
                    break;
                }
                self.entries.push(Entry { block, worth, rows: Rows::Stored(key, value) });
            }
        }
        self.complete &= !near.is_cut_short();
        Ok(())
    }

    fn made(&mut self, row: u32, worth: impl Into<Option<u32>>) {
        let Some(worth) = worth.into() else { return };
        let (block, place) = place_of(row);
        self.made.entry((block, worth)).or_insert_with(Posting::new).insert(place);
    }

    /// Calls with the keys that begin so, until there were many.
    fn keys(&mut self, from: Vec<u8>, each: &mut dyn FnMut(&mut Self, &[u8], u32)) -> Result<()> {
        let Some(to) = after_prefix(&from) else { return Ok(()) };
        for (count, row) in self.source.walk(Table::Keys, from, to)?.enumerate() {
            let (key, _) = row?;
            if count >= self.bounds.keys {
                self.complete = false;
                break;
            }
            let row = row_of(&key).ok_or_else(|| StoreError::corrupt(Table::Keys, &key, "key cut short"))?;
            each(self, &key, row);
        }
        Ok(())
    }

    fn addresses(&mut self, attribute: AttributeId, term: &Term) -> Result<()> {
        let prefix = Key::new().u16(self.kind.0).u32(attribute.0);
        let start = prefix.as_bytes().len();
        if let Some(address) = &term.address {
            let key = prefix.clone().bytes(address.as_bytes()).build();
            let end = key.len();
            self.keys(key, &mut |reading, key, row| {
                let fit = if key.get(end) == Some(&0) { Fit::Exact } else { Fit::Begins };
                reading.made(row, worth(Class::Email, fit));
            })?;
        }
        let Some(word) = term.word.as_ref().filter(|word| word.is_ascii()) else { return Ok(()) };
        let end = start + word.len();
        self.keys(prefix.bytes(word.as_bytes()).build(), &mut |reading, key, row| {
            let address = key.get(start..).unwrap_or_default();
            // What is not ASCII before the `@` folds otherwise; its words stand among the words.
            if address.split(|byte| matches!(byte, 0 | b'@')).next().is_some_and(<[u8]>::is_ascii) {
                let goes_on = key.get(end).is_some_and(u8::is_ascii_alphanumeric);
                let fit = if goes_on { Fit::Begins } else { Fit::Exact };
                reading.made(row, worth(Class::Email, fit));
            }
        })
    }

    fn numbers(&mut self, attribute: AttributeId, term: &Term) -> Result<()> {
        let Some(dialled) = &term.digits else { return Ok(()) };
        let mut each = |reading: &mut Self, key: &[u8], row: u32| {
            if let Some(whole) = digits_of(key).and_then(|digits| dialled.is(&digits)) {
                reading.made(row, worth_of_phone(whole));
            }
        };
        for end in &dialled.ends {
            self.keys(phone_prefix(self.kind, attribute, end, false), &mut each)?;
        }
        // Numbers that were noted without the country that was dialled.
        if let Some(whole) = &dialled.international {
            for from in 0..=whole.len().saturating_sub(FEWEST_NATIONAL) {
                let national = whole.get(from..).unwrap_or_default();
                self.keys(phone_prefix(self.kind, attribute, national, true), &mut each)?;
                self.keys(phone_prefix(self.kind, attribute, &format!("0{national}"), true), &mut each)?;
            }
        }
        Ok(())
    }

    fn done(mut self) -> Lists<'s> {
        let made = self.made.drain();
        let made = made.map(|((block, worth), rows)| Entry { block, worth, rows: Rows::Made(Box::new(rows)) });
        self.entries.extend(made);
        self.entries.sort_by_key(|entry| (entry.block, std::cmp::Reverse(entry.worth)));
        Lists { entries: self.entries, complete: self.complete }
    }
}

fn read_word(key: &[u8]) -> Result<(&str, u32)> {
    read_word_key(key).ok_or_else(|| StoreError::corrupt(Table::Words, key, "not the key of a word"))
}
