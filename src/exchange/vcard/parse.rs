//! From the bytes of a line to a property.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::names::{Name, Word, is_name, name_of, word_of};
use super::property::{Property, escape, escape_lines, unescape};
use super::text::Text;

/// The most values of parameters of one property.
const MAX_PARAMETERS: usize = 256;

/// The most of a line that was read once and has more to say since, such as the text of an address.
const MAX_KEPT_PARAMETERS: usize = 2 * MAX_PARAMETERS;

const TYPE: Name = Name::Borrowed("TYPE");
const VALUE: Name = Name::Borrowed("VALUE");
const PREF: Name = Name::Borrowed("PREF");

/// In version 2.1 a comma in these is a comma, and a backslash escapes nothing but a semicolon.
const OLD_TEXTS: &[&str] = &[
    "ADR",
    "FN",
    "LABEL",
    "N",
    "NOTE",
    "ORG",
    "ROLE",
    "SORT-STRING",
    "TITLE",
    "X-PHONETIC-FIRST-NAME",
    "X-PHONETIC-LAST-NAME",
];

/// How the lines of a card are to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    /// Version 2.1, with rules of its own.
    pub(super) old: bool,
    /// The encoding of bytes that are no UTF-8 and of which nothing is said.
    pub(super) encoding: &'static Encoding,
    /// The most values of parameters of one property.
    pub(super) parameters: usize,
}

/// Texts that are no UTF-8 and of which nothing is said, one behind the other, as they were come upon.
pub(super) type Unsaid = Vec<u8>;

impl Default for Reading {
    fn default() -> Self {
        Self { old: false, encoding: WINDOWS_1252, parameters: MAX_PARAMETERS }
    }
}

/// What a parameter says of the form of the value, and not of what it means.
#[derive(Default)]
struct Form<'l> {
    quoted_printable: bool,
    base64: bool,
    charset: Option<&'l str>,
}

/// A line that was read: a property, and the value, which it has not got yet.
pub(super) struct Parsed<'l> {
    pub(super) property: Property,
    pub(super) value: Cow<'l, str>,
}

impl Parsed<'_> {
    /// The property with a value of its own.
    pub(super) fn whole(self) -> Property {
        Property { value: self.value.into_owned().into(), ..self.property }
    }
}

/// Reads a whole, unfolded line; `None` if it is no property.
pub(super) fn parse<'l>(line: &'l [u8], reading: Reading, unsaid: &mut Unsaid) -> Option<Parsed<'l>> {
    let head_end = end_of_head(line)?;
    let text = str::from_utf8(line).ok();
    let head = match text.and_then(|text| text.get(..head_end)) {
        Some(head) => Cow::Borrowed(head),
        None => decode(line.get(..head_end)?, None, reading.encoding, unsaid),
    };
    let value = Value { bytes: line.get(head_end + 1..)?, text: text.and_then(|text| text.get(head_end + 1..)) };
    let mut parts = Parts(&head);
    let name = parts.take(*b";;").0;
    let dot = name.bytes().position(|byte| byte == b'.');
    let (group, name) = match dot.and_then(|dot| name.split_at_checked(dot)) {
        Some((group, name)) => (Some(group), name.get(1..)?),
        None => (None, name),
    };
    if !is_name(name) || group.is_some_and(|group| !is_name(group)) {
        return None;
    }
    let (group, name) = (group.map(str::to_owned), name_of(name));
    let mut property = Property { group, name, parameters: Vec::new(), value: Text::default() };
    let mut form = Form::default();
    while !parts.0.is_empty() {
        parameter(&mut parts, &mut property, &mut form, reading.parameters)?;
    }
    let value = value_of(&mut property, &value, &form, reading, unsaid);
    Some(Parsed { property, value })
}

/// What stands behind the colon.
struct Value<'l> {
    bytes: &'l [u8],
    /// The same, if the line is UTF-8.
    text: Option<&'l str>,
}

/// Where the colon stands that begins the value; not one within quotes.
pub(super) fn end_of_head(line: &[u8]) -> Option<usize> {
    let colon = memchr::memchr(b':', line)?;
    let before = line.get(..colon)?;
    if memchr::memchr(b'"', before).is_none() {
        return Some(colon);
    }
    let mut quoted = false;
    let end = line.iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b':' && !quoted
    });
    // A quote that is never closed is no quote.
    end.or(Some(colon))
}

/// What is left of the head of a line.
struct Parts<'h>(&'h str);

impl<'h> Parts<'h> {
    /// Takes up to a sign that ends it, one of two, and that sign.
    fn take(&mut self, [one, other]: [u8; 2]) -> (&'h str, Option<u8>) {
        let end = self.0.bytes().position(|byte| byte == one || byte == other);
        let (taken, rest) = end.and_then(|at| self.0.split_at_checked(at)).unwrap_or((self.0, ""));
        self.0 = rest.get(1..).unwrap_or_default();
        (taken, rest.bytes().next())
    }
}

/// Takes a parameter with its values; `None` if it is none, or the property has too many.
fn parameter<'h>(parts: &mut Parts<'h>, property: &mut Property, form: &mut Form<'h>, most: usize) -> Option<()> {
    let (name, end) = parts.take(*b"=;");
    let name = name.trim();
    if end != Some(b'=') {
        // Version 2.1 leaves out which parameter it is.
        let is = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        if is(&["QUOTED-PRINTABLE", "BASE64", "B", "7BIT", "8BIT"]) {
            encoded(name, form);
        } else if is(&["INLINE", "URL", "CONTENT-ID", "CID"]) {
            said(property, VALUE, name);
        } else if !name.is_empty() {
            // As with a name, a comma parts types.
            name.split(',').for_each(|name| of_type(property, name.trim()));
        }
        return (property.parameters.len() <= most).then_some(());
    }
    if !is_name(name) {
        return None;
    }
    let name = name_of(name);
    loop {
        let (value, end) = match parts.0.strip_prefix('"') {
            Some(rest) if rest.contains('"') => {
                parts.0 = rest;
                let (quoted, _) = parts.take(*b"\"\"");
                (quoted, parts.take(*b",;").1)
            }
            _ => parts.take(*b",;"),
        };
        match &*name {
            "ENCODING" => encoded(value, form),
            "CHARSET" => form.charset = Some(value),
            // All types in one pair of quotes is what many write.
            "TYPE" if value.as_bytes().contains(&b',') => {
                value.split(',').for_each(|value| of_type(property, value.trim()));
            }
            "TYPE" => of_type(property, value.trim()),
            _ => said(property, name.clone(), value),
        }
        if property.parameters.len() > most {
            return None;
        }
        if end != Some(b',') {
            return Some(());
        }
    }
}

fn encoded(value: &str, form: &mut Form<'_>) {
    form.quoted_printable |= value.eq_ignore_ascii_case("QUOTED-PRINTABLE");
    form.base64 |= value.eq_ignore_ascii_case("BASE64") || value.eq_ignore_ascii_case("B");
}

/// Adds a type, in the one form that it has in each version.
fn of_type(property: &mut Property, value: &str) {
    if value.eq_ignore_ascii_case("pref") {
        if property.parameter("PREF").is_none() {
            property.say(PREF, Word::Borrowed("1"));
        }
        return;
    }
    let value = plain_parameter(value);
    if !value.is_empty() && !property.is_type(&value) {
        property.say(TYPE, value);
    }
}

/// Adds a value of another parameter.
fn said(property: &mut Property, name: Name, value: &str) {
    let mut value = plain_parameter(value);
    if name == VALUE {
        if value.bytes().any(|byte| byte.is_ascii_uppercase()) {
            value = word_of(&value.to_ascii_lowercase());
        }
        if value == "inline" {
            return;
        }
    }
    property.say(name, value);
}

/// RFC 6868.
fn plain_parameter(value: &str) -> Word {
    if !value.as_bytes().contains(&b'^') {
        return word_of(value);
    }
    let mut plain = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        let meant = match (c, chars.peek()) {
            ('^', Some('n')) => '\n',
            ('^', Some('^')) => '^',
            ('^', Some('\'')) => '"',
            _ => {
                plain.push(c);
                continue;
            }
        };
        chars.next();
        plain.push(meant);
    }
    Word::Owned(plain)
}

fn value_of<'l>(
    property: &mut Property,
    value: &Value<'l>,
    form: &Form<'_>,
    reading: Reading,
    unsaid: &mut Unsaid,
) -> Cow<'l, str> {
    if form.base64 {
        return Cow::Owned(data_address(property, value.bytes, reading, unsaid));
    }
    let as_it_stands = value.text.filter(|_| !form.quoted_printable && form.charset.is_none());
    let text = match as_it_stands {
        Some(text) => Cow::Borrowed(text),
        None if form.quoted_printable => {
            let bytes = unquote(value.bytes);
            Cow::Owned(decode(&bytes, form.charset, reading.encoding, unsaid).into_owned())
        }
        None => decode(value.bytes, form.charset, reading.encoding, unsaid),
    };
    if reading.old && OLD_TEXTS.contains(&&*property.name) {
        return Cow::Owned(old_text(&text, matches!(&*property.name, "N" | "ADR" | "ORG")));
    }
    // A value never has line ends of its own.
    if as_it_stands.is_none() && memchr::memchr2(b'\n', b'\r', text.as_bytes()).is_some() {
        return Cow::Owned(escape_lines(&text));
    }
    text
}

/// A text of version 2.1 as later versions write it.
fn old_text(text: &str, structured: bool) -> String {
    let mut parts = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        match (c, next) {
            // Many programs escape as version 3.0 does.
            ('\\', Some(meant @ (';' | ',' | '\\' | ':'))) => {
                chars.next();
                push(&mut parts, meant);
            }
            (';', _) if structured => parts.push(String::new()),
            _ => push(&mut parts, c),
        }
    }
    let parts: Vec<String> = parts.iter().map(|part| escape(part)).collect();
    parts.join(";")
}

fn push(parts: &mut [String], c: char) {
    if let Some(part) = parts.last_mut() {
        part.push(c);
    }
}

/// Quoted-printable (RFC 2045, section 6.7); what is none of it stands for itself.
fn unquote(bytes: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        if *first == b'='
            && let (Some(high), Some(low)) = (digit(more.first()), digit(more.get(1)))
        {
            plain.push(u8::try_from(high * 16 + low).unwrap_or_default());
            rest = more.get(2..).unwrap_or_default();
        } else {
            plain.push(*first);
        }
    }
    plain
}

pub(super) fn decode<'b>(
    bytes: &'b [u8],
    charset: Option<&str>,
    otherwise: &'static Encoding,
    unsaid: &mut Unsaid,
) -> Cow<'b, str> {
    let named = charset.and_then(|label| Encoding::for_label(label.as_bytes()));
    match (named, str::from_utf8(bytes)) {
        (Some(encoding), _) if encoding != encoding_rs::UTF_8 => encoding.decode_without_bom_handling(bytes).0,
        (_, Ok(text)) => Cow::Borrowed(text),
        (_, Err(_)) => {
            unsaid.extend_from_slice(bytes);
            // Letters of two texts are not neighbours.
            unsaid.push(b'\n');
            otherwise.decode_without_bom_handling(bytes).0
        }
    }
}

/// Where binary values say by a type what they are: the type, and the media type that it means.
const MEDIA: [(&str, &str); 6] = [
    ("X509", "application/pkix-cert"),
    ("PGP", "application/pgp-keys"),
    ("WAVE", "audio/wav"),
    ("PCM", "audio/pcm"),
    ("TIFF", "image/tiff"),
    ("JPG", "image/jpg"),
];

/// What binary values of a property are, if nothing else is said.
fn sort_of(name: &str) -> &'static str {
    match name {
        "PHOTO" | "LOGO" => "image/",
        "SOUND" => "audio/",
        _ => "application/",
    }
}

/// A value of base64 as the `data:` address that version 4.0 has. It is never decoded.
fn data_address(property: &mut Property, bytes: &[u8], reading: Reading, unsaid: &mut Unsaid) -> String {
    let sort = sort_of(&property.name);
    let is_media = |value: &str| {
        MEDIA.iter().any(|(known, _)| value.eq_ignore_ascii_case(known))
            || !value.eq_ignore_ascii_case("work")
                && !value.eq_ignore_ascii_case("home")
                && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'))
    };
    let at = property.parameters.iter().position(|(name, value)| *name == TYPE && is_media(value));
    let media = at.map(|at| property.parameters.remove(at).1);
    property.parameters.retain(|(name, value)| !(*name == VALUE && value == "binary"));
    let media = media.map(|media| {
        let known = MEDIA.iter().find(|(known, _)| media.eq_ignore_ascii_case(known));
        known.map_or_else(|| format!("{sort}{}", media.to_ascii_lowercase()), |(_, media)| (*media).to_owned())
    });
    let text = decode(bytes, None, reading.encoding, unsaid);
    let data: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    format!("data:{};base64,{data}", media.unwrap_or_default())
}

/// The type and the base64 of a `data:` address, as versions before 4.0 write it; `None` for any other value.
pub(super) fn binary_of(property: &Property) -> Option<(Option<String>, &str)> {
    let (media, data) = property.value.strip_prefix("data:")?.split_once(";base64,")?;
    if data.bytes().any(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))) {
        return None;
    }
    if media.is_empty() {
        return Some((None, data));
    }
    let known = MEDIA.iter().find(|(_, known)| *known == media).map(|(name, _)| (*name).to_owned());
    let of_sort = || {
        let rest = media.strip_prefix(sort_of(&property.name))?;
        let good = !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
        let back =
            rest.to_ascii_lowercase() == rest && !MEDIA.iter().any(|(known, _)| rest.eq_ignore_ascii_case(known));
        (good && back && !matches!(rest, "work" | "home" | "pref")).then(|| rest.to_ascii_uppercase())
    };
    Some((Some(known.or_else(of_sort)?), data))
}

/// A line of a card that this crate wrote and keeps, which is never folded or encoded.
pub(super) fn parse_kept(line: &str) -> Option<Property> {
    let reading = Reading { parameters: MAX_KEPT_PARAMETERS, ..Reading::default() };
    let mut parsed = parse(line.as_bytes(), reading, &mut Unsaid::new())?;
    if parsed.value.contains('\r') {
        parsed.value = Cow::Owned(escape_lines(&parsed.value));
    }
    Some(parsed.whole())
}

/// Whether a property is one with a value of that text, whatever its case.
pub(super) fn is(property: &Property, name: &str, text: &str) -> bool {
    property.name == name && is_word(&property.value, text)
}

/// Whether a value is a word, whatever its case.
pub(super) fn is_word(value: &str, word: &str) -> bool {
    unescape(value).trim().eq_ignore_ascii_case(word)
}
