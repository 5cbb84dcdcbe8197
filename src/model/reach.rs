//! How a person is reached: e-mail address, phone number, web address.
//!
//! Each keeps what was typed. Only the form is checked; nothing is ever looked up.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::InvalidValue;

/// What all three have in common: a checked text.
macro_rules! checked_text {
    ($(#[$meta:meta])* pub struct $name:ident { $text:ident $(, $more:ident : $default:expr)? }, $what:literal, $expected:literal, $check:path) => {
        impl $name {
            /// Takes a text of the right form; white space around it is dropped.
            ///
            /// # Errors
            /// [`InvalidValue`] for a text of another form.
            pub fn new(text: &str) -> Result<Self, InvalidValue> {
                let trimmed = text.trim();
                if $check(trimmed) {
                    Ok(Self { $text: trimmed.to_owned() $(, $more: $default)? })
                } else {
                    Err(InvalidValue::new($what, text, $expected))
                }
            }

            /// What was checked when it was written, perhaps by a version with another idea of the form.
            pub(crate) fn from_stored($text: String) -> Self {
                Self { $text $(, $more: $default)? }
            }

            /// The text as it was typed.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.$text
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.$text)
            }
        }
        impl FromStr for $name {
            type Err = InvalidValue;
            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                Self::new(text)
            }
        }
        impl TryFrom<&str> for $name {
            type Error = InvalidValue;
            fn try_from(text: &str) -> Result<Self, InvalidValue> {
                Self::new(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = InvalidValue;
            fn try_from(text: String) -> Result<Self, InvalidValue> {
                Self::new(&text)
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.$text
            }
        }
    };
}

/// An e-mail address, as it was typed.
///
/// The form is checked as far as syntax goes and no further: one `@`, a local part of at most 64
/// bytes, a domain of labels joined by dots, at most 254 bytes in all (RFC 5321, section 4.5.3.1),
/// letters of any script (RFC 6531). Quoted local parts are not taken.
///
/// ```
/// use contactdb::EmailAddress;
/// let address = EmailAddress::new(" Ada@Acme.Example ")?;
/// assert_eq!(address.as_str(), "Ada@Acme.Example");
/// assert_eq!(address.domain(), "Acme.Example");
/// # Ok::<(), contactdb::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    text: String,
}

checked_text!(pub struct EmailAddress { text }, "e-mail address", "something like name@example.com", is_email);

impl EmailAddress {
    /// What stands behind the `@`, as it was typed.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.text.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    text.len() <= 254 && local.len() <= 64 && is_local(local) && is_domain(domain)
}

/// Words of any letters and most signs, joined by dots.
fn is_local(local: &str) -> bool {
    let mut within_word = false;
    let good = local.chars().all(|c| {
        let before = std::mem::replace(&mut within_word, c != '.');
        match c {
            '.' => before,
            '(' | ')' | '<' | '>' | '[' | ']' | ':' | ';' | '@' | '\\' | ',' | '"' => false,
            c => !c.is_control() && !c.is_whitespace() && !super::invalid::is_invisible(c),
        }
    });
    good && within_word
}

/// Labels of letters, digits and inner hyphens, joined by dots; one label alone (`localhost`) is allowed.
fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with(|c| c == '-' || is_joining(c))
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || is_joining(c))
    };
    domain.len() <= 253 && domain.split('.').all(label)
}

/// Marks and joiners that stand within words of some scripts (vowel signs, ZWJ, ZWNJ).
pub(crate) fn is_joining(c: char) -> bool {
    !c.is_ascii() && (matches!(c, '\u{200C}' | '\u{200D}') || unicode_normalization::char::is_combining_mark(c))
}

/// A phone number, as it was typed, with the region in which a national number was meant.
///
/// The form is checked: 2 to 20 digits of any script, with `+ ( ) - . / * #` and spaces between, an extension behind `x`, `ext`, `;ext=`
/// or `#`, and perhaps `tel:` before it.
///
/// ```
/// use contactdb::PhoneNumber;
/// let number = PhoneNumber::new("+55 (12) 3923-5555 ext. 7")?;
/// assert_eq!(number.digits(), "+551239235555");
/// assert_eq!(number.extension().as_deref(), Some("7"));
/// # Ok::<(), contactdb::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "UncheckedPhone")]
pub struct PhoneNumber {
    text: String,
    region: Option<Region>,
}

checked_text!(pub struct PhoneNumber { text, region: None }, "phone number", "2 to 20 digits, such as +44 20 7946 0000", is_phone);

/// A phone number as it comes from outside.
#[derive(Deserialize)]
struct UncheckedPhone {
    text: String,
    region: Option<Region>,
}

impl TryFrom<UncheckedPhone> for PhoneNumber {
    type Error = InvalidValue;
    fn try_from(unchecked: UncheckedPhone) -> Result<Self, InvalidValue> {
        let number = Self::new(&unchecked.text)?;
        Ok(match unchecked.region {
            Some(region) => number.in_region(region),
            None => number,
        })
    }
}

impl PhoneNumber {
    /// The number with the region whose national form it has, when it does not begin with `+`.
    #[must_use]
    pub fn in_region(mut self, region: Region) -> Self {
        self.region = (!self.is_international()).then_some(region);
        self
    }

    /// The region that was given, or the database's default region at the time it was stored.
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        self.region
    }

    pub(crate) fn is_international(&self) -> bool {
        without_scheme(&self.text).starts_with(['+', '\u{FF0B}'])
    }

    /// The digits alone as ASCII, with a leading `+` where the number is international; the extension is left out.
    #[must_use]
    pub fn digits(&self) -> String {
        let (number, _) = split_extension(without_scheme(&self.text));
        let plus = if self.is_international() { "+" } else { "" };
        plus.chars().chain(number.chars().filter_map(ascii_digit)).collect()
    }

    /// What is dialled behind the number, as ASCII digits.
    #[must_use]
    pub fn extension(&self) -> Option<String> {
        let (_, extension) = split_extension(without_scheme(&self.text));
        extension.map(|digits| digits.chars().filter_map(ascii_digit).collect())
    }

    pub(crate) fn region_mut(&mut self) -> &mut Option<Region> {
        &mut self.region
    }
}

/// A number without the scheme of RFC 3966.
fn without_scheme(text: &str) -> &str {
    match text.split_at_checked(4) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("tel:") => rest,
        _ => text,
    }
}

fn split_extension(text: &str) -> (&str, Option<&str>) {
    let begins = text.bytes().position(|byte| matches!(byte, b';' | b'x' | b'X' | b'e' | b'E'));
    if let Some((number, extension)) = begins.and_then(|at| text.split_at_checked(at)) {
        return (number, Some(extension.trim_start_matches(|c: char| c.is_ascii_alphabetic() || ";=. :".contains(c))));
    }
    // Behind few digits, `#` is one of the signs that services are dialled with.
    match text.rsplit_once('#') {
        Some((number, extension))
            if (1..=7).contains(&extension.trim().len())
                && extension.trim().chars().all(|c| c.is_ascii_digit())
                && !number.contains(['#', '*'])
                && number.chars().filter(|&c| ascii_digit(c).is_some()).count() >= FEWEST_BEFORE_EXTENSION =>
        {
            (number, Some(extension.trim()))
        }
        _ => (text, None),
    }
}

/// The fewest digits of a number behind which `#` begins an extension.
const FEWEST_BEFORE_EXTENSION: usize = 5;

/// The value of a decimal digit of the scripts in which phone numbers are written.
fn ascii_digit(c: char) -> Option<char> {
    const ZEROS: [u32; 5] = [0x0660, 0x06F0, 0x0966, 0x09E6, 0xFF10];
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c);
    }
    let code = u32::from(c);
    let zero = ZEROS.iter().find(|&&zero| (zero..zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

/// What may stand between the digits of a number, in the widths and lengths in which programs write it.
fn is_punctuation(c: char) -> bool {
    let narrow = matches!(c, '+' | '(' | ')' | '-' | '.' | '/' | '*' | '#' | ' ');
    let dash_or_space =
        || matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{A0}' | '\u{2009}' | '\u{202F}' | '\u{3000}');
    narrow
        || dash_or_space()
        || matches!(c, '\u{FF0B}' | '\u{FF0D}' | '\u{FF08}' | '\u{FF09}' | '\u{FF0E}' | '\u{FF0F}')
}

fn is_phone(text: &str) -> bool {
    let (number, extension) = split_extension(without_scheme(text));
    let mut digits = 0;
    let good = text.len() <= 64
        && number.char_indices().all(|(at, c)| match c {
            // Only before all else.
            '+' | '\u{FF0B}' => at == 0,
            c => {
                let digit = ascii_digit(c).is_some();
                digits += usize::from(digit);
                digit || is_punctuation(c)
            }
        });
    good && (2..=20).contains(&digits)
        && extension.is_none_or(|e| (1..=11).contains(&e.len()) && e.bytes().all(|b| b.is_ascii_digit()))
}

/// A country or territory as two upper-case letters of ISO 3166-1, such as `DE`. Only the form is checked.
///
/// ```
/// use contactdb::Region;
/// assert_eq!(Region::new("DE")?.code(), "DE");
/// # Ok::<(), contactdb::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region([u8; 2]);

impl Region {
    /// Takes two upper-case ASCII letters.
    ///
    /// # Errors
    /// [`InvalidValue`] for any other text.
    pub fn new(code: &str) -> Result<Self, InvalidValue> {
        Self::from_bytes(code.as_bytes())
            .ok_or_else(|| InvalidValue::new("region", code, "two upper-case letters such as DE"))
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let code: [u8; 2] = bytes.try_into().ok()?;
        code.iter().all(u8::is_ascii_uppercase).then_some(Self(code))
    }

    /// The two letters.
    #[must_use]
    pub fn code(&self) -> &str {
        // INVARIANT: only ASCII letters are ever stored, so this never falls back.
        str::from_utf8(&self.0).unwrap_or("ZZ")
    }
}
impl TryFrom<String> for Region {
    type Error = InvalidValue;
    fn try_from(text: String) -> Result<Self, InvalidValue> {
        Self::new(&text)
    }
}
impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.code().to_owned()
    }
}

/// A web address, as it was typed: with a scheme (`https://example.com/a`) or a bare domain (`example.com`).
///
/// At most 2,048 bytes, no white space or control characters. `javascript:` and `data:` are refused,
/// since frontends turn these texts into links.
///
/// ```
/// use contactdb::WebAddress;
/// assert!(WebAddress::new("https://example.com/about").is_ok());
/// assert!(WebAddress::new("javascript:alert(1)").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebAddress {
    text: String,
}

checked_text!(pub struct WebAddress { text }, "web address", "something like https://example.com", is_web);

fn is_web(text: &str) -> bool {
    let clean = text.len() <= 2_048 && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let scheme = text.as_bytes().windows(3).position(|part| part == b"://");
    let form = match scheme.and_then(|end| text.split_at_checked(end)) {
        Some((scheme, rest)) => is_scheme(scheme) && rest.len() > 3,
        None => is_host(text.split(['/', '?', '#']).next().unwrap_or_default()),
    };
    clean && form
}

/// A scheme (RFC 3986, section 3.1) that a link may have.
fn is_scheme(scheme: &str) -> bool {
    let mut letters = scheme.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        && !["javascript", "data", "vbscript"].iter().any(|refused| refused.eq_ignore_ascii_case(scheme))
}

/// A domain of two labels or more, with or without a port.
fn is_host(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    name.contains('.') && is_domain(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn email_addresses_are_told_from_other_texts() {
        for good in ["a@b", "ada@acme.example", "o'neil+x@sub.example.com", "\u{738B}\u{82B3}@\u{4F8B}.example"] {
            assert!(EmailAddress::new(good).is_ok(), "{good}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "",
            "@",
            "a@",
            "@b",
            "a b@c",
            "a@b@c",
            "a@b..c",
            ".a@b",
            "a@-b",
            "\u{202E}a@b",
            "a\u{200B}@b",
            "a@\u{301}",
            "a\0@b",
            "a@b\nc",
            &long,
        ] {
            assert!(EmailAddress::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn phone_numbers_keep_what_was_typed_and_know_their_digits() {
        for (text, digits) in [
            ("+55 (12) 3923-5555", "+551239235555"),
            ("030 1234567 ext 12", "0301234567"),
            ("\u{0660}\u{0661}\u{0662}", "012"),
            ("(514) 721-4711 x3", "5147214711"),
            ("(514) 721-4711 #31", "5147214711"),
            ("#31#0301234567", "310301234567"),
            ("*100#", "100"),
            ("TEL:+1-876-210-1234;ext=5", "+18762101234"),
            ("\u{FF0B}\u{FF13}\u{FF18}\u{FF16}\u{3000}\u{FF11}", "+3861"),
        ] {
            let number = PhoneNumber::new(text).unwrap();
            assert_eq!(number.as_str(), text);
            assert_eq!(number.digits(), digits);
        }
        for bad in ["++12", "", "1", "call me", "+", "12+34", "1234567890123456789012", "12345 x"] {
            assert!(PhoneNumber::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_from_outside_are_checked_too() {
        let read = |text: &str| PhoneNumber::try_from(UncheckedPhone { text: text.into(), region: None });
        assert!(read("030 1234567").is_ok());
        assert!(read("not a phone").is_err());
    }

    #[test]
    fn a_region_belongs_to_national_numbers_only() {
        let germany = Region::new("DE").unwrap();
        assert_eq!(PhoneNumber::new("030 123").unwrap().in_region(germany).region(), Some(germany));
        assert_eq!(PhoneNumber::new("+49 30 123").unwrap().in_region(germany).region(), None);
    }

    #[test]
    fn web_addresses_refuse_scripts_and_spaces() {
        for good in ["https://example.com", "example.com:8080/x?y#z", "ftp://host", "mailto://x"] {
            assert!(WebAddress::new(good).is_ok(), "{good}");
        }
        for bad in ["", "nothing", "a b.example", "JavaScript://x", "http://", "data://x", "javascript:alert(1)"] {
            assert!(WebAddress::new(bad).is_err(), "{bad}");
        }
    }

    /// The forms, said as plainly as they can be.
    mod plain {
        use super::super::{
            ascii_digit, is_domain, is_host, is_punctuation, is_scheme, split_extension, without_scheme,
        };
        use crate::model::is_invisible;

        pub(super) fn is_email(text: &str) -> bool {
            let Some((local, domain)) = text.split_once('@') else { return false };
            let refused =
                |c: char| c.is_control() || c.is_whitespace() || is_invisible(c) || "()<>[]:;@\\,\"".contains(c);
            text.len() <= 254
                && local.len() <= 64
                && local.split('.').all(|word| !word.is_empty() && !word.contains(refused))
                && is_domain(domain)
        }

        pub(super) fn is_phone(text: &str) -> bool {
            let (number, extension) = split_extension(without_scheme(text));
            let plus = ['+', '\u{FF0B}'];
            text.len() <= 64
                && (2..=20).contains(&number.chars().filter(|c| ascii_digit(*c).is_some()).count())
                && number.chars().all(|c| ascii_digit(c).is_some() || is_punctuation(c))
                && !number.strip_prefix(plus).unwrap_or(number).contains(plus)
                && extension.is_none_or(|e| (1..=11).contains(&e.len()) && e.bytes().all(|b| b.is_ascii_digit()))
        }

        pub(super) fn is_web(text: &str) -> bool {
            let form = match text.split_once("://") {
                Some((scheme, rest)) => is_scheme(scheme) && !rest.is_empty(),
                None => is_host(text.split(['/', '?', '#']).next().unwrap()),
            };
            form && text.len() <= 2_048 && !text.contains(|c: char| c.is_whitespace() || c.is_control())
        }
    }

    proptest::proptest! {
        #![proptest_config(crate::cases::cases(2_000))]

        #[test]
        fn forms_are_those_that_are_said_plainly(
            email in "[a-b.\\-@ ,\"\u{E9}\u{200B}\u{301}]{0,6}@[a-b.\\-\u{301}]{0,6}",
            phone in "(tel:)?[+0-2 ()x;e#*\u{FF0B}\u{FF11}\u{2010}a]{0,12}",
            web in "(a|javascript|DATA|[a+:]{0,3})(:|:/|://|//)?[a-b./:?# 1\u{85}]{0,6}",
        ) {
            proptest::prop_assert_eq!(is_email(&email), plain::is_email(&email), "{:?}", email);
            proptest::prop_assert_eq!(is_phone(&phone), plain::is_phone(&phone), "{:?}", phone);
            proptest::prop_assert_eq!(is_web(&web), plain::is_web(&web), "{:?}", web);
        }
    }
}
