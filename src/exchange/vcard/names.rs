//! Names of properties and parameters, and values of parameters: the usual ones take no memory of their own.

use std::borrow::Cow;

pub(crate) type Name = Cow<'static, str>;

/// A value of a parameter.
pub(crate) type Word = Cow<'static, str>;

/// A list of texts, and how one is found that is among them.
macro_rules! usual {
    ($(#[$meta:meta])* $list:ident, $find:ident: $($text:literal)*) => {
        $(#[$meta])*
        const $list: &[&str] = &[$($text),*];

        fn $find(text: &str) -> Option<&'static str> {
            match text {
                $($text => Some($text),)*
                _ => None,
            }
        }
    };
}

usual! {
    /// The usual names.
    NAMES, usual_name:
    "N" "FN" "ADR" "GEO" "KEY" "ORG" "REV" "TEL" "UID" "URL" "TZ" "BDAY" "IMPP" "KIND" "LANG" "LOGO" "NOTE" "PREF" "ROLE" "TYPE"
    "AGENT" "CLASS" "EMAIL" "LABEL" "PHOTO" "SOUND" "TITLE" "VALUE" "X-AIM" "X-ICQ" "X-MSN" "GENDER" "MAILER" "MEMBER" "PRODID"
    "RELATED" "SORT-AS" "VERSION" "X-ABADR" "X-SKYPE" "ENCODING" "LANGUAGE" "NICKNAME" "X-JABBER" "X-ABLABEL" "CATEGORIES"
    "X-ABSHOWAS" "ANNIVERSARY" "SORT-STRING" "SERVICE-TYPE" "SOCIALPROFILE" "X-SOCIALPROFILE"
}

usual! {
    /// The usual values of parameters.
    #[cfg(test)]
    WORDS, usual_word:
    "1" "FAX" "fax" "uri" "HOME" "WORK" "CELL" "MAIN" "home" "work" "cell" "main" "text" "date" "Home" "Work" "VOICE" "OTHER" "PAGER"
    "voice" "other" "pager" "IPHONE" "MOBILE" "iPhone" "mobile" "INTERNET" "internet"
}

/// A text as it is.
pub(super) fn word_of(text: &str) -> Word {
    usual_word(text).map_or_else(|| Word::Owned(text.to_owned()), Word::Borrowed)
}

/// A name in capitals, of the letters that a name can have.
pub(super) fn name_of(text: &str) -> Name {
    let usual = || NAMES.iter().copied().find(|known| known.eq_ignore_ascii_case(text));
    match usual_name(text).or_else(usual) {
        Some(known) => Name::Borrowed(known),
        None => text.chars().filter(|c| is_name_char(*c)).map(|c| c.to_ascii_uppercase()).collect(),
    }
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| is_name_char(char::from(byte)))
}

/// What names of properties, parameters and groups are made of.
pub(super) fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::{NAMES, Name, WORDS, Word, name_of, word_of};

    #[test]
    fn usual_names_and_words_take_no_memory() {
        for name in NAMES {
            for text in [name.to_string(), name.to_lowercase()] {
                assert!(matches!(name_of(&text), Name::Borrowed(known) if known == *name), "{text}");
            }
        }
        for word in WORDS {
            assert!(matches!(word_of(word), Word::Borrowed(known) if known == *word), "{word}");
        }
        assert_eq!((word_of("wOrk"), word_of("")), ("wOrk".into(), "".into()));
        assert_eq!((name_of("x-Own;2"), name_of("T\u{C9}L")), ("X-OWN2".into(), "TL".into()));
        assert_eq!(name_of(&"n".repeat(200)), "N".repeat(200));
    }
}
