//! Tests of one text: plain texts, e-mail addresses, web addresses, phone numbers.
//!
//! All compare by search fold except `==` and `matches`, which see the text as it was typed. Phone numbers are found by their
//! digits as well, when what is looked for has digits and the signs of phone numbers alone: `contains "555"` finds (55) 5-12. `=` finds
//! them by the form of E.164 too, where the database knows numbering plans, and e-mail addresses with their domain in either of its forms.

use std::collections::HashSet;
use std::ops::{Bound, RangeBounds};

use regex::Regex;

use crate::model::{EmailAddress, PhoneNumber, Phones, Value, edit_distance, search_fold};
use crate::segment::syntax::{Comparison, TextOperator};
use crate::segment::{Ends, related};

pub(in crate::engine) enum TextTest {
    Equal {
        folded: HashSet<String>,
        digits: HashSet<String>,
        /// Apart, since tests stand on the stack of whoever goes down a deep segment.
        numbers: Option<Box<Numbers>>,
    },
    Identical(String),
    Between(Ends<String>),
    Contains(Needle),
    StartsWith(Needle),
    EndsWith(Needle),
    Like(Vec<Wild>),
    Matches(Regex),
    /// These words, one behind the other.
    Words(Vec<String>),
    /// The whole text or a word of it is that near.
    Fuzzy {
        wanted: Vec<char>,
        distance: usize,
    },
}

/// Whole phone numbers that are looked for, in whatever form they stand.
pub(in crate::engine) struct Numbers {
    phones: Phones,
    wanted: HashSet<String>,
    /// Their last digits. A number of other ones is another number, which is not worked out.
    ends: HashSet<String>,
}

/// So many digits at its end has a number in each of its forms.
const END: usize = 4;

/// What is looked for inside a text.
pub(in crate::engine) struct Needle {
    folded: String,
    digits: Option<String>,
}

/// A sign of a pattern of `like`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Wild {
    /// `*`: any characters, perhaps none.
    Any,
    /// `?`: one character.
    One,
    Plain(char),
}

/// Up to so many characters, one mistake is forgiven; in longer ones, two.
const SHORT: usize = 5;

impl TextTest {
    /// `phones` for an attribute of phone numbers.
    pub(in crate::engine) fn compared(comparison: Comparison, text: &str, phones: Option<&Phones>) -> Self {
        let folded = search_fold(text);
        match comparison {
            Comparison::Identical => Self::Identical(text.to_owned()),
            Comparison::Equal | Comparison::NotEqual => {
                let numbers = phones.and_then(|phones| Numbers::of(text, phones)).map(Box::new);
                Self::Equal {
                    folded: HashSet::from([folded]),
                    digits: phone_digits(text).into_iter().collect(),
                    numbers,
                }
            }
            ordered => {
                let one = (Bound::Included(folded.clone()), Bound::Included(folded));
                let everything = (Bound::Unbounded, Bound::Unbounded);
                Self::Between(related(ordered, one).unwrap_or(everything))
            }
        }
    }

    /// An e-mail address is the same with its domain in its own script and encoded.
    pub(in crate::engine) fn add_forms_of_address(&mut self, text: &str) {
        if let (Self::Equal { folded, .. }, Ok(address)) = (self, EmailAddress::new(text)) {
            folded
                .extend([Some(address.normal()), address.ascii()].into_iter().flatten().map(|form| search_fold(&form)));
        }
    }

    pub(in crate::engine) fn between(low: &str, high: &str) -> Self {
        Self::Between((Bound::Included(search_fold(low)), Bound::Included(search_fold(high))))
    }

    /// The test, and whether its answer is turned round.
    pub(in crate::engine) fn new(operator: TextOperator, text: &str) -> (Self, bool) {
        let needle = || Needle { folded: search_fold(text), digits: phone_digits(text) };
        let built = match operator {
            TextOperator::Contains | TextOperator::NotContains => Self::Contains(needle()),
            TextOperator::StartsWith => Self::StartsWith(needle()),
            TextOperator::EndsWith => Self::EndsWith(needle()),
            TextOperator::Like => Self::Like(wilds(text)),
            TextOperator::HasWord => Self::Words(words(&search_fold(text)).map(str::to_owned).collect()),
            // The checked tree has a node of its own for regular expressions.
            TextOperator::Matches => Self::Identical(text.to_owned()),
            TextOperator::Fuzzy => {
                let wanted: Vec<char> = search_fold(text).chars().collect();
                let distance = if wanted.len() <= SHORT { 1 } else { 2 };
                Self::Fuzzy { wanted, distance }
            }
        };
        (built, operator == TextOperator::NotContains)
    }

    pub(in crate::engine) fn absorb(&mut self, other: Self) -> Option<Self> {
        match (self, other) {
            (
                Self::Equal { folded, digits, numbers },
                Self::Equal { folded: more, digits: more_digits, numbers: more_numbers },
            ) => {
                folded.extend(more);
                digits.extend(more_digits);
                match (numbers, more_numbers) {
                    (Some(numbers), Some(more)) => numbers.extend(*more),
                    (numbers, more) => *numbers = numbers.take().or(more),
                }
                None
            }
            (_, other) => Some(other),
        }
    }

    pub(in crate::engine) fn holds(&self, value: &Value) -> bool {
        let (text, digits) = match value {
            Value::Text(text) => (text.as_str(), None),
            Value::Email(email) => (email.as_str(), None),
            Value::Url(url) => (url.as_str(), None),
            Value::Phone(phone) => (phone.as_str(), Some(phone.digits())),
            _ => return false,
        };
        let digits = digits.as_deref();
        match self {
            Self::Identical(wanted) => text == wanted,
            Self::Matches(regex) => regex.is_match(text),
            _ if digits.is_none() => self.holds_folded(&search_fold(text)),
            Self::Equal { folded, digits: wanted, numbers } => {
                folded.contains(&search_fold(text))
                    || digits.is_some_and(|digits| wanted.contains(digits))
                    || matches!((value, numbers), (Value::Phone(phone), Some(numbers)) if numbers.have(phone, digits))
            }
            Self::Contains(needle) => needle.found(text, digits, |text, part| text.contains(part)),
            Self::StartsWith(needle) => needle.found(text, digits, |text, part| text.starts_with(part)),
            Self::EndsWith(needle) => needle.found(text, digits, |text, part| text.ends_with(part)),
            _ => self.holds_folded(&search_fold(text)),
        }
    }

    /// Whether only the folded text matters, where it is none of a phone number.
    pub(in crate::engine) const fn is_of_folded(&self) -> bool {
        !matches!(self, Self::Identical(_) | Self::Matches(_))
    }

    /// Whether it holds of a text that is none of a phone number, by its fold.
    pub(in crate::engine) fn holds_folded(&self, text: &str) -> bool {
        match self {
            // These are of the text as it was typed.
            Self::Identical(_) | Self::Matches(_) => false,
            Self::Equal { folded, .. } if folded.len() <= 4 => folded.iter().any(|wanted| wanted == text),
            Self::Equal { folded, .. } => folded.contains(text),
            Self::Between((low, high)) => {
                let ends: (Bound<&str>, Bound<&str>) =
                    (low.as_ref().map(String::as_str), high.as_ref().map(String::as_str));
                RangeBounds::<&str>::contains(&ends, &text)
            }
            Self::Contains(needle) => text.contains(&*needle.folded),
            Self::StartsWith(needle) => text.starts_with(&*needle.folded),
            Self::EndsWith(needle) => text.ends_with(&*needle.folded),
            Self::Like(pattern) => is_like(text, pattern),
            Self::Words(wanted) => {
                let found: Vec<&str> = words(text).collect();
                found.windows(wanted.len().max(1)).any(|window| window == wanted.as_slice())
            }
            Self::Fuzzy { wanted, distance } => {
                is_near(text, wanted, *distance) || words(text).any(|word| is_near(word, wanted, *distance))
            }
        }
    }
}

impl Numbers {
    /// `None` for a text that is no whole number, and where nobody knows the numbering plans.
    fn of(text: &str, phones: &Phones) -> Option<Self> {
        let phone = phones.here(PhoneNumber::new(text).ok()?);
        let number = phones.e164(&phone)?;
        let ends = HashSet::from([end_of(&number).to_owned()]);
        Some(Self { phones: phones.clone(), wanted: HashSet::from([number]), ends })
    }

    fn extend(&mut self, more: Self) {
        self.wanted.extend(more.wanted);
        self.ends.extend(more.ends);
    }

    /// Whether a number that stands somewhere is one of them.
    fn have(&self, phone: &PhoneNumber, digits: Option<&str>) -> bool {
        digits.is_some_and(|digits| self.ends.contains(end_of(digits)))
            && self.phones.e164(&self.phones.here(phone.clone())).is_some_and(|number| self.wanted.contains(&number))
    }
}

/// The last digits, which are one byte each.
fn end_of(digits: &str) -> &str {
    digits.get(digits.len().saturating_sub(END)..).unwrap_or(digits)
}

impl Needle {
    pub(in crate::engine) fn folded(&self) -> &str {
        &self.folded
    }

    fn found(&self, text: &str, digits: Option<&str>, holds: fn(&str, &str) -> bool) -> bool {
        holds(&search_fold(text), &self.folded)
            || digits.zip(self.digits.as_deref()).is_some_and(|(digits, wanted)| holds(digits, wanted))
    }
}

/// The digits of what can be a piece of a phone number, with a leading `+` if it has one.
fn phone_digits(text: &str) -> Option<String> {
    let trimmed = text.trim();
    let (plus, rest) = match trimmed.strip_prefix('+') {
        Some(rest) => ("+", rest),
        None => ("", trimmed),
    };
    // Numbers that were pasted have spaces and hyphens of many kinds.
    let sign = |c: char| "()-./".contains(c) || c.is_whitespace() || ('\u{2010}'..='\u{2015}').contains(&c);
    let fits = rest.chars().all(|c| c.is_ascii_digit() || sign(c));
    let digits: String = plus.chars().chain(rest.chars().filter(char::is_ascii_digit)).collect();
    (fits && digits.len() > plus.len()).then_some(digits)
}

/// The words of a folded text: runs of letters, digits and the marks that belong to them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let part_of_word = |c: char| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
    text.split(move |c| !part_of_word(c)).filter(|word| !word.is_empty())
}

/// The signs of a pattern; a backslash makes the next one plain. What lies between wild ones is folded like texts are.
fn wilds(pattern: &str) -> Vec<Wild> {
    let mut signs = Vec::new();
    let mut plain = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        let wild = match character {
            '*' => Wild::Any,
            '?' => Wild::One,
            '\\' => {
                plain.push(characters.next().unwrap_or('\\'));
                continue;
            }
            _ => {
                plain.push(character);
                continue;
            }
        };
        signs.extend(search_fold(&plain).chars().map(Wild::Plain));
        plain.clear();
        signs.push(wild);
    }
    signs.extend(search_fold(&plain).chars().map(Wild::Plain));
    signs
}

/// Whether the whole text has the form of the pattern. Takes steps in proportion to the two lengths' product at most.
fn is_like(text: &str, pattern: &[Wild]) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut sign) = (0, 0);
    // Behind the last `*`: where its text ends so far, and the sign that follows it.
    let mut resume: Option<(usize, usize)> = None;
    while let Some(&character) = text.get(at) {
        match pattern.get(sign) {
            Some(Wild::Any) => {
                sign += 1;
                resume = Some((at, sign));
                continue;
            }
            Some(Wild::One) => {}
            Some(Wild::Plain(wanted)) if *wanted == character => {}
            _ => {
                let Some((end, behind)) = resume else { return false };
                // The last `*` takes one character more.
                resume = Some((end + 1, behind));
                (at, sign) = (end + 1, behind);
                continue;
            }
        }
        at += 1;
        sign += 1;
    }
    pattern.get(sign..).unwrap_or_default().iter().all(|sign| *sign == Wild::Any)
}

/// Whether the text is at most so many insertions, deletions, replacements and swaps of neighbours away.
fn is_near(text: &str, wanted: &[char], distance: usize) -> bool {
    let most = wanted.len() + distance;
    let found: Vec<char> = text.chars().take(most + 1).collect();
    found.len() <= most && found.len() + distance >= wanted.len() && edit_distance(&found, wanted) <= distance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_matches_the_whole_text() {
        for (pattern, text, is) in [
            ("a*b?", "axxbc", true),
            ("a*b?", "axxb", false),
            ("a*b?", "xaxxbc", false),
            ("*", "", true),
            ("?", "", false),
            ("**a**", "bab", true),
            ("\\*a", "*a", true),
            ("\\*a", "ba", false),
            ("*ab*abc", "ababababc", true),
            ("M?LLER", "m\u{fc}ller", true),
        ] {
            assert_eq!(is_like(&search_fold(text), &wilds(pattern)), is, "{pattern} {text}");
        }
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        let found: Vec<&str> = words("o'neil-smith, 2nd (co2)").collect();
        assert_eq!(found, ["o", "neil", "smith", "2nd", "co2"]);
    }

    #[test]
    fn digits_come_only_from_pieces_of_phone_numbers() {
        assert_eq!(phone_digits("+44 (20) 79"), Some("+442079".to_owned()));
        assert_eq!(phone_digits("555"), Some("555".to_owned()));
        assert_eq!(phone_digits("+49\u{a0}30 12\u{2011}34"), Some("+49301234".to_owned()));
        assert_eq!(phone_digits("room 5"), None);
        assert_eq!(phone_digits("()"), None);
    }
}
