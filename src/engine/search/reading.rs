//! Reads the rows in which a term fits, as the tables say, within bounds.

use super::lists::Lists;
use super::near::Near;
use super::said::{Fit, worth, worth_of_phone};
use super::terms::{FEWEST_NATIONAL, Term};
use crate::index::{Class, digits_of, phone_prefix, read_word_key, row_of, word_prefix, words_prefix};
use crate::model::{AttributeId, ValueType};
use crate::schema::KindEntry;
use crate::store::{Key, Result, Source, StoreError, Table, after_prefix};

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
    pub(super) const USUAL: Self = Self { entries: 1_500, keys: 500, looks: 1_000, held: 128 };
}

/// Reading where a term fits in one kind: each part once, when it is asked for.
pub(super) struct Reading<'s> {
    source: &'s dyn Source,
    entry: &'s KindEntry,
    term: &'s Term,
    bounds: Bounds,
    lists: Lists,
    /// Whether the term fits anywhere, once that is known.
    anywhere: Option<bool>,
    has_names: bool,
    has_rest: bool,
    has_near: bool,
}

impl<'s> Reading<'s> {
    pub(super) fn new(source: &'s dyn Source, entry: &'s KindEntry, term: &'s Term, bounds: Bounds) -> Self {
        let lists = Lists::default();
        Self { source, entry, term, bounds, lists, anywhere: None, has_names: false, has_rest: false, has_near: false }
    }

    pub(super) const fn lists(&self) -> &Lists {
        &self.lists
    }

    /// Whether the term may fit anywhere, told by a look at each place.
    pub(super) fn is_anywhere(&mut self) -> Result<bool> {
        if let Some(known) = self.anywhere {
            return Ok(known);
        }
        let nothing = Bounds { entries: 0, keys: 0, ..self.bounds };
        let mut look = Self::new(self.source, self.entry, self.term, nothing);
        look.names()?;
        if look.lists.is_complete() {
            look.rest()?;
        }
        let found = !look.lists.is_complete();
        self.anywhere = Some(found);
        Ok(found)
    }

    /// Reads the names.
    pub(super) fn names(&mut self) -> Result<()> {
        if !std::mem::replace(&mut self.has_names, true) {
            self.words(Class::Name)?;
            self.lists.sort();
        }
        Ok(())
    }

    /// Reads all.
    pub(super) fn rest(&mut self) -> Result<()> {
        self.names()?;
        if std::mem::replace(&mut self.has_rest, true) {
            return Ok(());
        }
        for class in Class::ALL.into_iter().filter(|class| *class != Class::Name) {
            self.words(class)?;
        }
        for attribute in self.entry.attributes().filter(|attribute| !attribute.archived) {
            let id = attribute.id;
            match attribute.value_type {
                ValueType::Email => self.addresses(id)?,
                ValueType::Phone => self.numbers(id)?,
                _ => {}
            }
        }
        self.lists.sort();
        Ok(())
    }

    /// Reads the names that are the word of the term but for mistakes.
    pub(super) fn near(&mut self) -> Result<()> {
        if std::mem::replace(&mut self.has_near, true) {
            return Ok(());
        }
        let Some(mut near) = Near::new(self.entry.kind, self.term, self.bounds) else { return Ok(()) };
        let Some(worth) = worth(Class::Name, Fit::Near) else { return Ok(()) };
        while let Some((from, to)) = near.next_range() {
            for row in self.source.walk(Table::Words, from, to)? {
                let (key, value) = row?;
                let (word, block) = read_word(&key)?;
                if !near.take(word) {
                    break;
                }
                self.lists.add_stored(block, worth, &key, &value);
            }
        }
        if near.is_cut_short() {
            self.lists.cut_short(worth);
        }
        self.lists.sort();
        Ok(())
    }

    /// The words of a sort that begin so; the very word comes first. Where many begin so, only the first blocks of each of the
    /// others are read: rows in which all terms fit are found among the same blocks of many words, not among all of few.
    fn words(&mut self, class: Class) -> Result<()> {
        let (Some(word), kind) = (&self.term.word, self.entry.kind) else { return Ok(()) };
        let mut from = Some(words_prefix(kind, class, word));
        let Some(to) = from.as_deref().and_then(after_prefix) else { return Ok(()) };
        let (mut count, mut of_word, mut last) = (0, 0, String::new());
        while let Some(start) = from.take() {
            for row in self.source.walk(Table::Words, start, to.clone())? {
                let (key, value) = row?;
                let (found, block) = read_word(&key)?;
                let fit = if found.len() == word.len() { Fit::Exact } else { Fit::Begins };
                let Some(worth) = worth(class, fit) else { return Ok(()) };
                if count >= self.bounds.entries {
                    self.lists.cut_short(worth);
                    return Ok(());
                }
                if found != last {
                    found.clone_into(&mut last);
                    of_word = 0;
                }
                if fit == Fit::Begins && count >= self.bounds.entries / 2 && of_word >= MAX_OF_WORD {
                    self.lists.cut_short(worth);
                    from = after_prefix(&word_prefix(kind, class, found));
                    break;
                }
                (count, of_word) = (count + 1, of_word + 1);
                self.lists.add_stored(block, worth, &key, &value);
            }
        }
        Ok(())
    }

    /// Calls with the keys that begin so, until there were many; `most` is what the best of them may be worth.
    fn keys(&mut self, from: Vec<u8>, most: Option<u32>, each: &dyn Fn(&[u8]) -> Option<u32>) -> Result<()> {
        let Some(to) = after_prefix(&from) else { return Ok(()) };
        for (count, row) in self.source.walk(Table::Keys, from, to)?.enumerate() {
            let (key, _) = row?;
            if count >= self.bounds.keys {
                self.lists.cut_short(most.unwrap_or(0));
                break;
            }
            let row = row_of(&key).ok_or_else(|| StoreError::corrupt(Table::Keys, &key, "key cut short"))?;
            if let Some(worth) = each(&key) {
                self.lists.add_row(row, worth);
            }
        }
        Ok(())
    }

    fn addresses(&mut self, attribute: AttributeId) -> Result<()> {
        let (term, most) = (self.term, worth(Class::Email, Fit::Exact));
        let prefix = Key::new().u16(self.entry.kind.0).u32(attribute.0);
        let start = prefix.as_bytes().len();
        if let Some(address) = &term.address {
            let key = prefix.clone().bytes(address.as_bytes()).build();
            let end = key.len();
            self.keys(key, most, &|key| {
                let fit = if key.get(end) == Some(&0) { Fit::Exact } else { Fit::Begins };
                worth(Class::Email, fit)
            })?;
        }
        let Some(word) = term.word.as_ref().filter(|word| word.is_ascii()) else { return Ok(()) };
        let end = start + word.len();
        self.keys(prefix.bytes(word.as_bytes()).build(), most, &|key| {
            let address = key.get(start..).unwrap_or_default();
            // What is not ASCII before the `@` folds otherwise; its words stand among the words.
            if !address.split(|byte| matches!(byte, 0 | b'@')).next().is_some_and(<[u8]>::is_ascii) {
                return None;
            }
            let goes_on = key.get(end).is_some_and(u8::is_ascii_alphanumeric);
            worth(Class::Email, if goes_on { Fit::Begins } else { Fit::Exact })
        })
    }

    fn numbers(&mut self, attribute: AttributeId) -> Result<()> {
        let (Some(dialled), kind) = (&self.term.digits, self.entry.kind) else { return Ok(()) };
        let most = Some(worth_of_phone(true));
        let each = |key: &[u8]| digits_of(key).and_then(|digits| dialled.is(&digits)).map(worth_of_phone);
        for end in &dialled.ends {
            self.keys(phone_prefix(kind, attribute, end, false), most, &each)?;
        }
        // Numbers that were noted without the country that was dialled.
        if let Some(whole) = &dialled.international {
            for from in 0..=whole.len().saturating_sub(FEWEST_NATIONAL) {
                let national = whole.get(from..).unwrap_or_default();
                self.keys(phone_prefix(kind, attribute, national, true), most, &each)?;
                self.keys(phone_prefix(kind, attribute, &format!("0{national}"), true), most, &each)?;
            }
        }
        Ok(())
    }
}

fn read_word(key: &[u8]) -> Result<(&str, u32)> {
    read_word_key(key).ok_or_else(|| StoreError::corrupt(Table::Words, key, "not the key of a word"))
}
