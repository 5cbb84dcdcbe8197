//! Names of properties and parameters: the usual ones take no memory of their own.

use std::borrow::Cow;

pub(crate) type Name = Cow<'static, str>;

/// The usual names, by their length.
const KNOWN: &[&[&str]] = &[
    &[],
    &["N"],
    &["FN", "TZ"],
    &["ADR", "GEO", "KEY", "ORG", "REV", "TEL", "UID", "URL"],
    &["BDAY", "IMPP", "KIND", "LANG", "LOGO", "NOTE", "PREF", "ROLE", "TYPE"],
    &["AGENT", "CLASS", "EMAIL", "LABEL", "PHOTO", "SOUND", "TITLE", "VALUE", "X-AIM", "X-ICQ", "X-MSN"],
    &["GENDER", "MAILER", "MEMBER", "PRODID"],
    &["RELATED", "SORT-AS", "VERSION", "X-ABADR", "X-SKYPE"],
    &["ENCODING", "LANGUAGE", "NICKNAME", "X-JABBER"],
    &["X-ABLABEL"],
    &["CATEGORIES", "X-ABSHOWAS"],
    &["ANNIVERSARY", "SORT-STRING"],
    &["SERVICE-TYPE"],
    &["SOCIALPROFILE"],
    &[],
    &["X-SOCIALPROFILE"],
];

/// A name in capitals, of the letters that a name can have.
pub(super) fn name_of(text: &str) -> Name {
    let of_length = KNOWN.get(text.len()).copied().unwrap_or_default();
    match of_length.iter().find(|known| known.eq_ignore_ascii_case(text)) {
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
    use super::{KNOWN, Name, name_of};

    #[test]
    fn usual_names_are_found_by_their_length_and_take_no_memory() {
        for (length, names) in KNOWN.iter().enumerate() {
            for name in *names {
                assert_eq!(name.len(), length, "{name}");
                assert!(matches!(name_of(&name.to_lowercase()), Name::Borrowed(known) if known == *name), "{name}");
            }
        }
        assert_eq!((name_of("x-Own;2"), name_of("T\u{C9}L")), ("X-OWN2".into(), "TL".into()));
        assert_eq!(name_of(&"n".repeat(200)), "N".repeat(200));
    }
}
