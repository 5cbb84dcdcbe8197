//! What a record says to a query: how well it fits, and where. The one judge of both, for what stands in no table yet and for what
//! was found by tables.

use std::ops::Range;

use super::terms::Term;
use crate::index::{Class, Classes, Word, class_of, fold_word, words};
use crate::model::{AttributeId, Phones, Value, Values, fold_email};
use crate::schema::KindEntry;

/// How well a word fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    Near,
    Begins,
    Exact,
}

/// What a fit in a sort of text is worth. Nearly the right name is worth less than anything that is right.
pub(super) const fn worth(class: Class, fit: Fit) -> Option<u32> {
    Some(match (class, fit) {
        (Class::Name, Fit::Exact) => 100,
        (Class::Name, Fit::Begins) => 80,
        (Class::Name, Fit::Near) => 20,
        (Class::Email, Fit::Exact) => 70,
        (Class::Email, Fit::Begins) => 60,
        (Class::Text, Fit::Exact) => 50,
        (Class::Text, Fit::Begins) => 40,
        (Class::Notes, Fit::Exact) => 35,
        (Class::Notes, Fit::Begins) => 25,
        (_, Fit::Near) => return None,
    })
}

/// The most that anything is worth that is no name.
pub(super) fn worth_beside_names() -> u32 {
    worth(Class::Email, Fit::Exact).unwrap_or(0).max(worth_of_phone(true))
}

/// What a phone number is worth: the whole one, and its end.
pub(super) const fn worth_of_phone(whole: bool) -> u32 {
    if whole { 65 } else { 55 }
}

/// One text of a record that is searched.
#[derive(Debug)]
pub(crate) struct Said {
    attribute: AttributeId,
    text: String,
    class: Option<Class>,
    words: Vec<Word>,
    /// An e-mail address in key form.
    address: Option<String>,
    /// A phone number as keys have it.
    digits: Option<String>,
}

/// All texts of a record that are searched; those of archived fields are not.
pub(crate) fn said(phones: &Phones, entry: &KindEntry, values: &Values) -> Vec<Said> {
    let mut all = Vec::new();
    let is_asked = |id: AttributeId| entry.attribute_by_id(id).is_some_and(|attribute| !attribute.archived);
    Classes::of(entry.attributes()).each_text(values, &mut |attribute, class, text| {
        if is_asked(attribute) {
            let address = (class == Class::Email).then(|| fold_email(text));
            let words = words(text, true);
            all.push(Said { attribute, text: text.to_owned(), class: Some(class), words, address, digits: None });
        }
    });
    let mut phone = |attribute: AttributeId, value: &Value| {
        if let (Value::Phone(phone), true) = (value, is_asked(attribute)) {
            let (text, digits) = (phone.as_str().to_owned(), Some(phones.number(phone).0));
            all.push(Said { attribute, text, class: None, words: Vec::new(), address: None, digits });
        }
    };
    for (id, value) in values.iter() {
        for value in value.each() {
            match value {
                Value::Group(group) => group.parts.iter().for_each(|(part, value)| phone(id.part(*part), value)),
                value => phone(id, value),
            }
        }
    }
    all
}

/// What the fit of a record to all terms is worth; `None` if one fits nowhere.
pub(super) fn score(terms: &[Term], said: &[Said], near: bool) -> Option<u32> {
    terms.iter().map(|term| said.iter().filter_map(|text| text.worth(term, near)).max()).sum()
}

impl Said {
    fn worth(&self, term: &Term, near: bool) -> Option<u32> {
        let by_address = self.fit_of_address(term).and_then(|fit| worth(Class::Email, fit));
        let by_digits = self.digits.as_ref().and_then(|own| term.digits.as_ref()?.is(own)).map(worth_of_phone);
        let by_word = self
            .class
            .and_then(|class| self.words.iter().filter_map(|word| worth(class, fit(term, &word.folded, near)?)).max());
        by_address.max(by_digits).max(by_word)
    }

    fn fit_of_address(&self, term: &Term) -> Option<Fit> {
        let rest = self.address.as_ref()?.strip_prefix(term.address.as_ref()?.as_str())?;
        Some(if rest.is_empty() { Fit::Exact } else { Fit::Begins })
    }

    /// The attribute, the text as it is shown, and the places in it that fit a term, in ascending order; `None` if nothing does.
    pub(super) fn matched(&self, terms: &[Term], near: bool) -> Option<(AttributeId, String, Vec<Range<usize>>)> {
        let mut ranges = Vec::new();
        for term in terms.iter().filter(|term| self.worth(term, near).is_some()) {
            if let (Some(_), Some(address)) = (self.fit_of_address(term), &term.address) {
                ranges.push(0..beginning(&self.text, address, fold_email));
            }
            if self.digits.as_ref().and_then(|own| term.digits.as_ref()?.is(own)).is_some() {
                ranges.push(end_of_number(&self.text, term));
            }
            let Some(class) = self.class else { continue };
            for word in &self.words {
                let Some(fit) = fit(term, &word.folded, near).filter(|fit| worth(class, *fit).is_some()) else {
                    continue;
                };
                let piece = self.text.get(word.range.clone()).unwrap_or_default();
                let length = match (fit, &term.word) {
                    (Fit::Begins, Some(begin)) => beginning(piece, begin, fold_word),
                    _ => piece.len(),
                };
                ranges.push(word.range.start..word.range.start + length);
            }
        }
        if ranges.is_empty() {
            return None;
        }
        let (from, to) = shown(&self.text, &ranges);
        let inside = |range: Range<usize>| {
            (range.start >= from && range.end <= to).then(|| range.start - from..range.end - from)
        };
        let ranges = united(ranges.into_iter().filter_map(inside).collect());
        Some((self.attribute, self.text.get(from..to).unwrap_or_default().to_owned(), ranges))
    }
}

fn fit(term: &Term, other: &str, near: bool) -> Option<Fit> {
    let rest = other.strip_prefix(term.word.as_ref()?.as_str());
    match rest {
        Some("") => Some(Fit::Exact),
        Some(_) => Some(Fit::Begins),
        None => (near && term.is_near(other)).then_some(Fit::Near),
    }
}

/// How many bytes of a text it takes for its fold to begin with what was found.
fn beginning(text: &str, found: &str, fold: fn(&str) -> String) -> usize {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let mut end =
        ends.clone().find(|end| fold(text.get(..*end).unwrap_or_default()).starts_with(found)).unwrap_or(text.len());
    // Marks belong to the letter before.
    let marks = text.get(end..).unwrap_or_default().chars();
    end += marks.take_while(|c| unicode_normalization::char::is_combining_mark(*c)).map(char::len_utf8).sum::<usize>();
    end
}

/// The end of a phone number that has the digits that were found; an extension behind it is none of it.
fn end_of_number(text: &str, term: &Term) -> Range<usize> {
    let is_digit = |c: char| c.is_numeric();
    let number = text.split([';', 'x', 'X', 'e', 'E']).next().unwrap_or(text);
    let places: Vec<(usize, char)> = number.char_indices().filter(|(_, c)| is_digit(*c)).collect();
    let plain: Option<&Vec<String>> = term.digits.as_ref().map(|digits| &digits.ends);
    let own: String =
        places.iter().map(|(_, c)| c.to_digit(10).and_then(|d| char::from_digit(d, 10)).unwrap_or(*c)).collect();
    let count = plain.into_iter().flatten().filter(|end| own.ends_with(end.as_str())).map(String::len).max();
    let first = places.len().saturating_sub(count.unwrap_or(places.len()));
    let start = places.get(first).map_or(0, |(at, _)| *at);
    let end = places.last().map_or(text.len(), |(at, c)| at + c.len_utf8());
    start..end
}

/// The longest text that is shown whole, in bytes.
const MAX_SHOWN: usize = 256;

/// The piece of a text that is shown: all of it or, of a long one, what is around the first place.
fn shown(text: &str, ranges: &[Range<usize>]) -> (usize, usize) {
    if text.len() <= MAX_SHOWN {
        return (0, text.len());
    }
    let first = ranges.iter().min_by_key(|range| range.start).cloned().unwrap_or(0..0);
    let from = text.floor_char_boundary(first.start.saturating_sub(MAX_SHOWN / 4));
    let to = text.floor_char_boundary((from + MAX_SHOWN).max(first.end));
    (from, to)
}

/// Ranges in their order, those that touch as one.
fn united(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut all: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match all.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => all.push(range),
        }
    }
    all
}

/// Whether a kind has an archived field that is found in tables and must not be.
pub(super) fn has_archived(entry: &KindEntry) -> bool {
    entry.attributes().any(|attribute| attribute.archived && (class_of(attribute).is_some() || attribute.is_keyed()))
}
