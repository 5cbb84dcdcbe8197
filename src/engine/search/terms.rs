//! What somebody typed into a search box, taken apart.

use crate::index::words;
use crate::model::{PhoneNumber, Phones, edit_distance, fold_email};

/// So many words of a query count; those behind are left out.
const MAX_TERMS: usize = 8;

/// So much of a query is read, in bytes.
const MAX_QUERY: usize = 1_024;

/// The fewest digits by which a phone number is found.
const FEWEST_DIGITS: usize = 4;

/// One thing that must match: in one of the ways that make sense of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Term {
    pub(super) word: Option<String>,
    /// The beginning of an e-mail address, in key form.
    pub(super) address: Option<String>,
    pub(super) digits: Option<Dialled>,
}

impl Term {
    fn word(word: String) -> Self {
        Self { word: Some(word), ..Self::default() }
    }

    /// How many mistakes its word may have.
    pub(super) fn mistakes(&self) -> usize {
        match self.word.as_ref().map_or(0, |word| word.chars().count()) {
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        }
    }

    /// Whether a word is its word but for mistakes, of which the first letter is none.
    pub(super) fn is_near(&self, other: &str) -> bool {
        let (Some(word), mistakes) = (&self.word, self.mistakes()) else { return false };
        if mistakes == 0 || word.chars().next() != other.chars().next() {
            return false;
        }
        let (word, other): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
        word.len().abs_diff(other.len()) <= mistakes && edit_distance(&word, &other) <= mistakes
    }
}

/// Digits of a phone number as they were dialled or shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dialled {
    /// The digits with which a number may end: as they are and, where they begin with what is dialled before a number, without that.
    pub(super) ends: Vec<String>,
    /// The digits of a whole number with its country, if it is one.
    pub(super) international: Option<String>,
}

/// How long what two numbers have in common is at least where one has its country and the other has not.
pub(super) const FEWEST_NATIONAL: usize = 7;

impl Dialled {
    fn new(digits: &str, phones: &Phones) -> Option<Self> {
        let plain = digits.strip_prefix('+').unwrap_or(digits);
        if plain.len() < FEWEST_DIGITS {
            return None;
        }
        let mut ends = vec![plain.to_owned()];
        let mut international = digits.starts_with('+').then(|| plain.to_owned());
        let behind = |prefix: &str| plain.strip_prefix(prefix).filter(|rest| rest.len() >= FEWEST_NATIONAL);
        if international.is_none() {
            if let Some(rest) = behind("00") {
                ends.push(rest.to_owned());
                international = Some(rest.to_owned());
            } else if let Some(rest) = behind("0") {
                ends.push(rest.to_owned());
            }
        }
        // What is dialled before a number differs by country. Less than a number has no country.
        let number = PhoneNumber::new(digits).ok().filter(|_| plain.len() >= FEWEST_NATIONAL);
        if let Some(normal) = number.and_then(|number| phones.e164(&phones.here(number))) {
            let whole = normal.trim_start_matches('+').to_owned();
            if !ends.contains(&whole) {
                ends.push(whole.clone());
            }
            international = Some(whole);
        }
        Some(Self { ends, international })
    }

    /// Whether a number is the one that was dialled (`Some(true)`), ends like it, or neither.
    pub(super) fn is(&self, stored: &str) -> Option<bool> {
        let plain = stored.strip_prefix('+').unwrap_or(stored);
        if !stored.starts_with('+') {
            let national = plain.strip_prefix('0').unwrap_or(plain);
            let whole = self.international.as_ref().is_some_and(|whole| whole.ends_with(national));
            if whole && national.len() >= FEWEST_NATIONAL {
                return Some(true);
            }
        }
        let fits = self.ends.iter().filter(|end| plain.ends_with(end.as_str()));
        fits.map(|end| end.len() == plain.len()).max()
    }
}

/// Takes a query apart; no terms for one in which there is nothing to look for.
pub(super) fn terms(query: &str, phones: &Phones) -> Vec<Term> {
    let query = query.get(..query.floor_char_boundary(MAX_QUERY)).unwrap_or_default();
    let mut terms: Vec<Term> = Vec::new();
    let mut numbers: Vec<&str> = Vec::new();
    for token in query.split_whitespace() {
        if is_of_number(token) {
            numbers.push(token);
            continue;
        }
        add_numbers(&mut terms, &std::mem::take(&mut numbers), phones);
        let token = token.trim_matches(|c: char| "<>()[],;:\"'".contains(c));
        if token.find('@').is_some_and(|at| at > 0) {
            add(&mut terms, Term { address: Some(fold_email(token)), ..Term::default() });
        } else {
            for word in words(token, false) {
                add(&mut terms, Term::word(word.folded));
            }
        }
    }
    add_numbers(&mut terms, &numbers, phones);
    terms.truncate(MAX_TERMS);
    terms
}

fn add(terms: &mut Vec<Term>, term: Term) {
    if terms.len() < MAX_TERMS && !terms.contains(&term) {
        terms.push(term);
    }
}

/// Whether a piece of a query can be a piece of a phone number.
fn is_of_number(token: &str) -> bool {
    let sign = |c: char| "+()-./".contains(c) || ('\u{2010}'..='\u{2015}').contains(&c);
    token.chars().all(|c| c.is_ascii_digit() || sign(c)) && token.chars().any(|c| c.is_ascii_digit() || c == '+')
}

/// Pieces of a phone number stand together. One piece may also be a word, and so may several that are too short for a number.
fn add_numbers(terms: &mut Vec<Term>, pieces: &[&str], phones: &Phones) {
    let all = pieces.concat();
    let plus = if all.starts_with('+') { "+" } else { "" };
    let digits: String = plus.chars().chain(all.chars().filter(char::is_ascii_digit)).collect();
    let digits = Dialled::new(&digits, phones);
    let mut words = pieces.iter().flat_map(|piece| words(piece, false));
    match (digits, words.next(), words.next()) {
        (digits, Some(word), None) => add(terms, Term { digits, ..Term::word(word.folded) }),
        (Some(digits), ..) => add(terms, Term { digits: Some(digits), ..Term::default() }),
        (None, one, two) => {
            let all = one.into_iter().chain(two).chain(words);
            all.for_each(|word| add(terms, Term::word(word.folded)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(query: &str) -> Vec<Term> {
        super::terms(query, &Phones::default())
    }

    #[test]
    fn a_query_is_words_addresses_and_numbers() {
        let word = |word: &str| Term::word(word.to_owned());
        assert_eq!(terms("Ada  O'Neil ada"), [word("ada"), word("o"), word("neil")]);
        let found = terms("smith <Ada@Acme.exa>, +44 20 7946-0123");
        assert_eq!(found[0], word("smith"));
        assert_eq!(found[1].address.as_deref(), Some("ada@acme.exa"));
        assert_eq!(found[2].digits.as_ref().unwrap().international.as_deref(), Some("442079460123"));
        assert_eq!(found.len(), 3);
        let found = terms("0123");
        assert_eq!((found[0].word.as_deref(), found[0].digits.is_some()), (Some("0123"), true));
        assert_eq!(terms("1 2"), [word("1"), word("2")]);
        for nothing in ["", " \0 ", "@", "+", "--", "\u{200D}"] {
            assert_eq!(terms(nothing), [], "{nothing:?}");
        }
    }

    #[test]
    fn a_query_of_any_length_has_eight_terms_at_most() {
        let long: String = (0..200_000).map(|at| format!("{at}a ")).collect::<Vec<_>>().concat();
        assert_eq!(terms(&long).len(), 8);
        assert_eq!(terms(&"\u{301}".repeat(1 << 20)).len(), 1);
        assert!(terms(&"1".repeat(1 << 20)).len() == 1);
    }

    #[test]
    fn numbers_are_the_same_with_and_without_their_country() {
        let is = |query: &str, stored: &str| {
            let digits = terms(query).remove(0).digits;
            digits.and_then(|digits| digits.is(stored))
        };
        assert_eq!(is("0123", "+442079460123"), Some(false));
        assert_eq!(is("020 7946 0123", "+442079460123"), Some(false));
        assert_eq!(is("020 7946 0123", "02079460123"), Some(true));
        assert_eq!(is("+44 20 7946 0123", "+442079460123"), Some(true));
        assert_eq!(is("+44 20 7946 0123", "02079460123"), Some(true));
        assert_eq!(is("0044 20 7946 0123", "+442079460123"), Some(true));
        assert_eq!(is("+44 20 7946 0123", "+442079460124"), None);
        assert_eq!(is("+44 20 7946 0123", "0123"), None);
        assert_eq!(is("123", "0123"), None);
    }
}
