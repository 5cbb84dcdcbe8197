//! What people are called, as far as it tells two of them apart who share an address or a number.

use crate::model::{PersonName, Value, search_fold};

/// How sure it is that two people with the same value are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Nobody else has it.
    Identity,
    /// It is one's own as a rule: an e-mail address. People marry.
    Address,
    /// A family or an office has it: a phone number.
    Shared,
}

/// The given and the family name of somebody, folded; empty texts where they are not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Called {
    given: Box<str>,
    family: Box<str>,
}

impl Called {
    /// Of a structured name.
    pub(super) fn of(name: Option<&Value>) -> Self {
        let Some(Value::Group(name)) = name else { return Self::default() };
        let part = |number| match name.part(number) {
            Some(Value::Text(text)) => folded(text).into_boxed_str(),
            _ => Box::default(),
        };
        Self { given: part(PersonName::GIVEN), family: part(PersonName::FAMILY) }
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.given.is_empty() && self.family.is_empty()
    }

    /// Whether it is the name of somebody else, though both have the same value of an attribute.
    pub(super) fn contradicts(&self, other: &Self, trust: Trust) -> bool {
        let given = differ(&self.given, &other.given);
        let family = differ(&self.family, &other.family);
        match trust {
            Trust::Identity => false,
            // One with another family name may have married; one without any, with another given name, may be anybody.
            Trust::Address => given == Some(true) && family != Some(false),
            Trust::Shared => given == Some(true) || family == Some(true),
        }
    }

    /// Takes in what is said of the same person, as [`merge`](super::merge) does of the record; `whole` if it is a whole name.
    pub(super) fn add(&mut self, said: Self, whole: bool, overwrites: bool) {
        if overwrites && whole && !said.is_nothing() {
            *self = said;
        } else if overwrites || !self.contradicts(&said, Trust::Shared) {
            for (own, said) in [(&mut self.given, said.given), (&mut self.family, said.family)] {
                if !said.is_empty() && (overwrites || own.is_empty()) {
                    *own = said;
                }
            }
        }
    }
}

/// Whether two texts of the same part of a name contradict each other: initials do not contradict what they begin.
pub(super) fn texts_contradict(one: &str, other: &str) -> bool {
    differ(&folded(one), &folded(other)) == Some(true)
}

/// The words of a name with one space between: `J.R.` and `J. R.` are the same.
fn folded(name: &str) -> String {
    let folded = search_fold(name);
    folded.split(|c: char| c.is_whitespace() || matches!(c, '.' | ',')).filter(|word| !word.is_empty()).fold(
        String::new(),
        |mut words, word| {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
            words
        },
    )
}

/// Whether two folded names differ; `None` if one is not known.
fn differ(one: &str, other: &str) -> Option<bool> {
    if one.is_empty() || other.is_empty() {
        return None;
    }
    Some(one != other && !agree(one, other))
}

/// Whether one name is a shorter form of the other: an initial in the place of a word, or no initial behind it.
fn agree(one: &str, other: &str) -> bool {
    let (mut left, mut right) = (one.split(' '), other.split(' '));
    loop {
        match (left.next(), right.next()) {
            (Some(left), Some(right)) => {
                let begins = |short: &str, long: &str| is_initial(short) && long.starts_with(short);
                if left != right && !begins(left, right) && !begins(right, left) {
                    return false;
                }
            }
            (None, None) => return true,
            (Some(word), None) => return is_initial(word) && left.all(is_initial) || other.split(' ').all(is_initial),
            (None, Some(word)) => return is_initial(word) && right.all(is_initial) || one.split(' ').all(is_initial),
        }
    }
}

/// Whether a folded word is one letter of a script in which names have initials: a letter of others is a word.
fn is_initial(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(|letter| letter.is_lowercase() && letters.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::{Called, Trust, texts_contradict};
    use crate::model::{FieldType as _, PersonName};

    fn called(given: &str, family: &str) -> Called {
        Called::of(PersonName::new(given, family).to_value().as_ref())
    }

    #[test]
    fn initials_are_the_names_that_they_begin_and_other_words_are_not() {
        let same = [
            ("Ada", "ADA"),
            ("Jos\u{e9}", "jose"),
            ("J.", "John"),
            ("J.R.", "John Ronald"),
            ("J", "John Ronald"),
            ("John R.", "John"),
            ("J. R.", "J.R."),
        ];
        for (one, other) in same {
            assert!(!texts_contradict(one, other) && !texts_contradict(other, one), "{one}, {other}");
        }
        let others = [
            ("Ada", "Adam"),
            ("J.", "Mary"),
            ("Anna", "Anna Maria"),
            ("J.R.", "John Mary"),
            ("\u{4f1f}", "\u{4f1f}\u{660e}"),
        ];
        for (one, other) in others {
            assert!(texts_contradict(one, other) && texts_contradict(other, one), "{one}, {other}");
        }
        assert!(!texts_contradict("", "Ada") && !texts_contradict(" . ", "Ada"));
    }

    #[test]
    fn an_address_is_ones_own_through_marriage_and_a_number_is_shared() {
        let (ada, married) = (called("Ada", "Byron"), called("Ada", "Lovelace"));
        assert!(!ada.contradicts(&married, Trust::Address) && ada.contradicts(&married, Trust::Shared));
        let sister = called("Eve", "Byron");
        assert!(!ada.contradicts(&sister, Trust::Address) && ada.contradicts(&sister, Trust::Shared));
        let (stranger, bare) = (called("Bob", "Miller"), called("Bob", ""));
        for trust in [Trust::Address, Trust::Shared] {
            assert!(
                ada.contradicts(&stranger, trust) && ada.contradicts(&bare, trust) && bare.contradicts(&ada, trust)
            );
            assert!(!ada.contradicts(&called("", "Byron"), trust) && !ada.contradicts(&Called::default(), trust));
        }
        assert!(!ada.contradicts(&stranger, Trust::Identity));
    }
}
