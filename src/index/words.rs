//! The words by which a quick search finds a record.

use std::collections::BTreeSet;
use std::ops::Range;

use super::column::Cell;
use super::keys::is_exact;
use super::unit::{Element, Unit};
use crate::model::{AttributeId, Kind, Part, Value, ValueType, Values, search_fold};
use crate::schema::{Attribute, Source};
use crate::store::{Key, KeyReader};

/// Where words stand: the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Class {
    /// What a record is called by.
    Name = 1,
    Email = 2,
    /// Short texts beside the name: titles, departments, fields of a business.
    Text = 3,
    /// Notes and other long texts.
    Notes = 4,
}

impl Class {
    pub(crate) const ALL: [Self; 4] = [Self::Name, Self::Email, Self::Text, Self::Notes];
}

/// The longest word, in characters; of a longer one the rest is left out.
const MAX_WORD: usize = 64;

/// Of a longer text, in bytes, the rest is not searched.
const MAX_SEARCHED: usize = 1 << 16;

/// The longest text of which columns say the words; see [`Cell`].
const MAX_KNOWN: usize = super::column::MAX_TEXT;

/// A word of a text, folded, and where it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) folded: String,
    pub(crate) range: Range<usize>,
}

/// The sort of words that an attribute has; `None` for one that is not searched.
///
/// A custom text is searched as a built-in one is: what a business defines is what it looks for.
pub(crate) fn class_of(attribute: &Attribute) -> Option<Class> {
    let traits = attribute.property.map(|property| property.traits);
    match (attribute.source, attribute.value_type) {
        (Source::Part(Part::LABEL), _) => None,
        _ if traits.is_some_and(|traits| traits.carried) => None,
        (Source::Record | Source::Part(_), ValueType::Email) => Some(Class::Email),
        (Source::Record, ValueType::LongText) => Some(Class::Notes),
        (Source::Record | Source::Part(_), ValueType::Text) => match traits {
            Some(traits) if traits.title == 1 => Some(Class::Name),
            Some(traits) => (traits.searched && !is_exact(attribute)).then_some(Class::Text),
            None => attribute.id.is_custom().then_some(Class::Text),
        },
        _ => None,
    }
}

fn is_part_of_word(c: char) -> bool {
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

/// Signs that are not seen and stand inside words.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200C}' | '\u{200D}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}')
}

/// Written without spaces, so that each is a word.
fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

/// A piece of a text in the form in which words are compared.
pub(crate) fn fold_word(piece: &str) -> String {
    let folded = search_fold(piece);
    if folded.bytes().all(|byte| byte.is_ascii_alphanumeric()) && folded.len() <= MAX_WORD {
        return folded;
    }
    folded.chars().filter(|c| is_part_of_word(*c)).take(MAX_WORD).collect()
}

/// The words of a text, in their order: runs of letters, digits and marks, and each ideograph. `joined` adds what an apostrophe
/// holds together as one word: `oneil` beside `o` and `neil`.
pub(crate) fn words(text: &str, joined: bool) -> Vec<Word> {
    let text = text.get(..text.floor_char_boundary(MAX_SEARCHED)).unwrap_or_default();
    let mut words: Vec<Word> = Vec::new();
    let mut start = None;
    // The first of the words that apostrophes hold together so far, and where an apostrophe ended.
    let (mut first, mut behind) = (0, None);
    let ends = text.char_indices().map(|(at, c)| (at, Some(c))).chain([(text.len(), None)]);
    for (at, c) in ends {
        let goes_on = c.is_some_and(|c| (is_part_of_word(c) || start.is_some() && is_joiner(c)) && !is_ideograph(c));
        if goes_on {
            start.get_or_insert(at);
            continue;
        }
        if let Some(from) = start.take() {
            if behind != Some(from) {
                join(&mut words, first, joined, text);
                first = words.len();
            }
            push(&mut words, text, from..at);
            behind = c.filter(|c| is_apostrophe(*c)).map(|c| at + c.len_utf8());
        }
        if let Some(c) = c.filter(|c| is_ideograph(*c)) {
            join(&mut words, first, joined, text);
            push(&mut words, text, at..at + c.len_utf8());
            (first, behind) = (words.len(), None);
        }
    }
    join(&mut words, first, joined, text);
    words
}

fn push(words: &mut Vec<Word>, text: &str, range: Range<usize>) {
    let folded = fold_word(text.get(range.clone()).unwrap_or_default());
    if !folded.is_empty() {
        words.push(Word { folded, range });
    }
}

/// Adds the words from one on as one word, if they are several.
fn join(words: &mut Vec<Word>, first: usize, joined: bool, text: &str) {
    let Some([one, .., last]) = words.get(first..).filter(|_| joined) else { return };
    let range = one.range.start..last.range.end;
    push(words, text, range);
}

/// Whether the table of keys finds a word of an address: the beginning of one that folds as it stands.
pub(crate) fn is_in_key(address: &str, word: &Word) -> bool {
    word.range.start == 0
        && address.is_ascii()
        && address.get(word.range.clone()).is_some_and(|piece| piece.eq_ignore_ascii_case(&word.folded))
}

/// What a row has in the table of words.
pub(crate) type WordSet = BTreeSet<(Class, String)>;

fn add(set: &mut WordSet, class: Class, text: &str) {
    set.extend(kept_words(class, text).map(|word| (class, word)));
}

/// The words of a text that the table of words has. What the table of keys finds of an address is not repeated.
pub(crate) fn kept_words(class: Class, text: &str) -> impl Iterator<Item = String> {
    let kept = move |word: &Word| class != Class::Email || !is_in_key(text, word);
    words(text, true).into_iter().filter(kept).map(|word| word.folded)
}

/// Which attributes of a kind are searched, and what sort of words each has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Classes(Vec<(AttributeId, Class)>);

impl Classes {
    pub(crate) fn of<'a>(attributes: impl Iterator<Item = &'a Attribute>) -> Self {
        let mut all: Vec<_> = attributes.filter_map(|attribute| Some((attribute.id, class_of(attribute)?))).collect();
        all.sort_unstable();
        Self(all)
    }

    fn get(&self, id: AttributeId) -> Option<Class> {
        let at = self.0.binary_search_by_key(&id, |(own, _)| *own).ok()?;
        self.0.get(at).map(|(_, class)| *class)
    }

    /// Calls with each text of a record that is searched: its attribute, what sort of words it has, and itself.
    pub(crate) fn each_text<'v>(&self, values: &'v Values, each: &mut dyn FnMut(AttributeId, Class, &'v str)) {
        let mut one = |id: AttributeId, value: &'v Value| {
            if let (Some(text), Some(class)) = (text_of(value), self.get(id)) {
                each(id, class, text);
            }
        };
        for (id, value) in values.iter() {
            for value in value.each() {
                match value {
                    Value::Group(group) => {
                        for (part, value) in &group.parts {
                            value.each().iter().for_each(|value| one(id.part(*part), value));
                        }
                    }
                    value => one(id, value),
                }
            }
        }
    }

    /// The words of a record.
    pub(crate) fn words_of(&self, values: &Values) -> WordSet {
        let mut set = WordSet::new();
        self.each_text(values, &mut |_, class, text| add(&mut set, class, text));
        set
    }

    /// The words of those texts of a record that do not stand in columns.
    pub(crate) fn words_of_long(&self, values: &Values) -> WordSet {
        let mut set = WordSet::new();
        self.each_text(values, &mut |_, class, text| {
            if text.len() > MAX_KNOWN {
                add(&mut set, class, text);
            }
        });
        set
    }
}

fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Email(email) => Some(email.as_str()),
        _ => None,
    }
}

/// Whether a record has a text that does not stand in columns.
pub(crate) fn has_long(values: &Values) -> bool {
    let is_long = |value: &Value| text_of(value).is_some_and(|text| text.len() > MAX_KNOWN);
    values.iter().flat_map(|(_, value)| value.each()).any(|value| match value {
        Value::Group(group) => group.parts.iter().flat_map(|(_, value)| value.each()).any(is_long),
        value => is_long(value),
    })
}

/// The sort of words that a unit, or a part of it, has: by the number of the part, 0 for the whole.
pub(crate) fn classes_of(unit: &Unit) -> Vec<(u8, Class)> {
    let own = class_of(&unit.attribute).map(|class| (0, class));
    own.into_iter().chain(unit.parts.iter().filter_map(|(number, part)| Some((*number, class_of(part)?)))).collect()
}

/// Adds the words that a column says of an element.
pub(crate) fn add_words_of(set: &mut WordSet, classes: &[(u8, Class)], element: &Element) {
    let mut one = |number: u8, cell: &Cell| {
        if let (Cell::Text(text), Some((_, class))) = (cell, classes.iter().find(|(part, _)| *part == number)) {
            add(set, *class, text);
        }
    };
    match element {
        Element::One(cell) => one(0, cell),
        Element::Parts(parts) => parts.iter().for_each(|(number, cell)| one(*number, cell)),
    }
}

/// The beginning of the keys of all words of a sort that begin so.
pub(crate) fn words_prefix(kind: Kind, class: Class, beginning: &str) -> Vec<u8> {
    Key::new().u16(kind.0).bytes(&[class as u8]).bytes(beginning.as_bytes()).build()
}

/// The beginning of the keys of a word in all blocks.
pub(crate) fn word_prefix(kind: Kind, class: Class, word: &str) -> Vec<u8> {
    Key::new().u16(kind.0).bytes(&[class as u8]).text(word).build()
}

/// The key of a word in a block.
pub(crate) fn word_key(kind: Kind, class: Class, word: &str, block: u32) -> Vec<u8> {
    Key::new().u16(kind.0).bytes(&[class as u8]).text(word).u32(block).build()
}

/// The word and the block of a key. Words have no NUL.
pub(crate) fn read_word_key(key: &[u8]) -> Option<(&str, u32)> {
    let (rest, block) = key.get(3..)?.split_last_chunk::<4>()?;
    let word = rest.strip_suffix(&[0, 0])?;
    Some((str::from_utf8(word).ok()?, KeyReader(block).u32()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, joined: bool) -> Vec<String> {
        words(text, joined).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_each_ideograph() {
        assert_eq!(found("Jos\u{E9} O'Neil-Smith", true), ["jose", "o", "neil", "oneil", "smith"]);
        assert_eq!(found("O'Neil", false), ["o", "neil"]);
        assert_eq!(found("d'a'b c'", true), ["d", "a", "b", "dab", "c"]);
        assert_eq!(found("\u{738B}\u{82B3} (2)", true), ["\u{738B}", "\u{82B3}", "2"]);
        assert_eq!(found("\0 \u{301} '' --", true), ["\u{301}"]);
        assert_eq!(found("", true), [""; 0]);
        assert_eq!(found(&"a".repeat(200), true), ["a".repeat(64)]);
    }

    #[test]
    fn words_say_where_they_stand() {
        let text = "  Stra\u{DF}e 5, Jose\u{301}";
        for word in words(text, true) {
            assert_eq!(fold_word(&text[word.range.clone()]), word.folded);
        }
    }

    #[test]
    fn keys_of_words_are_read_back() {
        let key = word_key(Kind::CONTACT, Class::Name, "ada", 7);
        assert_eq!(read_word_key(&key), Some(("ada", 7)));
        assert!(key.starts_with(&words_prefix(Kind::CONTACT, Class::Name, "ad")));
        assert_eq!(read_word_key(&key[..6]), None);
    }
}
