//! One property of a card.

use std::borrow::Cow;

use super::names::{Name, Word, name_of};
use super::text::Text;

/// So many parameters are compared each with each.
const FEW: usize = 16;

/// A property of a card: `item1.TEL;TYPE=work:+44 20 7946 0000`.
///
/// Whatever the version of the card was, it is in one form: the name in capitals, one parameter `TYPE` with all types,
/// `PREF` for what is preferred, texts in UTF-8, binary values as `data:` addresses.
///
/// ```
/// use contactdb::vcard::Property;
/// let title = Property::text("TITLE", "Analyst, first class");
/// assert_eq!((title.name(), title.value()), ("TITLE", "Analyst\\, first class"));
/// assert_eq!(title.to_text(), "Analyst, first class");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    pub(crate) group: Option<String>,
    pub(crate) name: Name,
    /// One for each value; those of one name stand together.
    pub(crate) parameters: Vec<(Name, Word)>,
    pub(crate) value: Text,
}

impl Property {
    /// A property with a text. Of the name only letters, digits, `-` and `_` are taken.
    #[must_use]
    pub fn text(name: &str, text: &str) -> Self {
        Self::raw(name, escape(text))
    }

    /// A property of several values, each of one or several texts: `N`, `ADR`, `ORG`.
    #[must_use]
    pub fn structured<'t>(name: &str, components: impl IntoIterator<Item = &'t str>) -> Self {
        let components: Vec<String> = components.into_iter().map(escape).collect();
        Self::raw(name, components.join(";"))
    }

    /// A property of several values, each a list of texts: `N` with several given names.
    pub(crate) fn lists(name: &str, components: &[Vec<&str>]) -> Self {
        let list = |texts: &Vec<&str>| texts.iter().map(|text| escape(text)).collect::<Vec<_>>().join(",");
        Self::raw(name, components.iter().map(list).collect::<Vec<_>>().join(";"))
    }

    /// A property of a list of texts: `CATEGORIES`, `NICKNAME`.
    #[must_use]
    pub fn list<'t>(name: &str, texts: impl IntoIterator<Item = &'t str>) -> Self {
        let texts: Vec<String> = texts.into_iter().map(escape).collect();
        Self::raw(name, texts.join(","))
    }

    /// A property with an address of the web or the like, which is not escaped as texts are.
    #[must_use]
    pub fn address(name: &str, address: &str) -> Self {
        // Except where it would not read back.
        let value = if address.contains(['\\', '\n', '\r']) { escape(address) } else { address.to_owned() };
        Self::raw(name, value)
    }

    /// A value in the form that it has in a card, whatever it means.
    pub(crate) fn raw_value(name: &str, value: String) -> Self {
        Self::raw(name, value)
    }

    /// Its parameters in the one order in which cards have them.
    pub(crate) fn sorted(mut self) -> Self {
        self.sort();
        self
    }

    pub(super) fn sort(&mut self) {
        self.parameters.sort_by(|(one, _), (other, _)| one.cmp(other));
    }

    /// A value that is escaped already, or is never escaped (an address).
    pub(super) fn raw(name: &str, value: String) -> Self {
        let value = if value.contains(['\n', '\r']) { escape_lines(&value) } else { value };
        Self { group: None, name: name_of(name), parameters: Vec::new(), value: value.into() }
    }

    /// Adds a value of a parameter.
    #[must_use]
    pub fn with(mut self, parameter: &str, value: impl Into<String>) -> Self {
        self.say(name_of(parameter), Word::Owned(value.into()));
        self
    }

    /// Adds a value of a parameter, behind those that it has.
    pub(super) fn say(&mut self, parameter: Name, value: Word) {
        let behind = self.parameters.iter().rposition(|(known, _)| *known == parameter);
        self.parameters.insert(behind.map_or(self.parameters.len(), |at| at + 1), (parameter, value));
    }

    /// Adds a value of a parameter, before those that it has.
    pub(super) fn say_first(&mut self, parameter: &'static str, value: Word) {
        let at = self.parameters.iter().position(|(known, _)| known == parameter).unwrap_or_default();
        self.parameters.insert(at, (Name::Borrowed(parameter), value));
    }

    /// The group, which ties a property to its label: `item1`.
    #[must_use]
    pub fn group(&self) -> Option<&str> {
        self.group.as_deref()
    }

    /// The name in capitals: `TEL`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The parameters: a name in capitals and a value. One with several values comes as often.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The first value of a parameter, by its name in capitals.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Whether it is of a type: `work`, `cell`. Case does not matter.
    #[must_use]
    pub fn is_type(&self, name: &str) -> bool {
        self.types().any(|known| known.eq_ignore_ascii_case(name))
    }

    pub(crate) fn types(&self) -> impl Iterator<Item = &str> {
        self.values("TYPE")
    }

    /// The values of a parameter, by its name in capitals.
    pub(super) fn values<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p str> {
        self.parameters().filter(move |(known, _)| *known == name).map(|(_, value)| value)
    }

    pub(super) fn sorted_types(&self) -> Vec<String> {
        let mut types: Vec<String> = self.types().map(str::to_ascii_lowercase).collect();
        types.sort();
        types
    }

    /// The value as it stands in a vCard 4.0, escaped.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The value as one text.
    #[must_use]
    pub fn to_text(&self) -> String {
        unescape(&self.value)
    }

    /// The value as one text, which is not copied where it is not escaped.
    pub(super) fn as_text(&self) -> Cow<'_, str> {
        plain(&self.value)
    }

    /// The parts between semicolons, each with what stands between commas.
    #[must_use]
    pub fn to_components(&self) -> Vec<Vec<String>> {
        split(&self.value, b';').map(|part| split(part, b',').map(unescape).collect()).collect()
    }

    /// The texts between commas.
    #[must_use]
    pub fn to_list(&self) -> Vec<String> {
        split(&self.value, b',').map(unescape).collect()
    }

    /// The texts between commas, which are not copied where they are not escaped.
    pub(super) fn texts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        split(&self.value, b',').map(plain)
    }

    /// Whether it says nothing: no value, or separators alone.
    pub(crate) fn is_blank(&self) -> bool {
        is_blank(&self.name, &self.value)
    }

    /// Whether both say the same, however it is written.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let value = || match &*self.name {
            "N" | "ADR" | "ORG" => {
                let parts = |property: &Self| {
                    let mut parts = property.to_components();
                    while parts.last().is_some_and(|part| part.iter().all(String::is_empty)) {
                        parts.pop();
                    }
                    parts
                };
                parts(self) == parts(other)
            }
            "CATEGORIES" | "NICKNAME" => self.to_list() == other.to_list(),
            _ => means_the_same(&self.value, &other.value),
        };
        self.name == other.name
            && (self.value == other.value || value())
            && (self.parameters == other.parameters || self.has_the_parameters_of(other))
    }

    /// Whether both have the same values of the same parameters, in whatever order, without what the standards take for granted where
    /// nothing is said.
    fn has_the_parameters_of(&self, other: &Self) -> bool {
        let (own, others) = (self.parameters_that_count().count(), other.parameters_that_count().count());
        if own != others {
            return false;
        }
        if own <= FEW {
            let times = |property: &Self, (name, value): (&str, &str)| {
                property.parameters_that_count().filter(|one| one.0 == name && same_value(name, one.1, value)).count()
            };
            return self.parameters_that_count().all(|one| times(self, one) == times(other, one));
        }
        let sorted = |property: &Self| {
            let folded = |(name, value): (&str, &str)| {
                (name.to_owned(), if name == "TYPE" { value.to_ascii_lowercase() } else { value.to_owned() })
            };
            let mut all: Vec<(String, String)> = property.parameters_that_count().map(folded).collect();
            all.sort();
            all
        };
        sorted(self) == sorted(other)
    }

    fn parameters_that_count(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters().filter(|(name, value)| !self.is_granted(name, value))
    }

    /// Whether a parameter says what the standards take for granted where nothing is said.
    pub(super) fn is_granted(&self, parameter: &str, value: &str) -> bool {
        match parameter {
            "TYPE" => match &*self.name {
                "TEL" => value.eq_ignore_ascii_case("voice"),
                "EMAIL" => value.eq_ignore_ascii_case("internet"),
                _ => false,
            },
            "VALUE" => value == "text" && self.name != "SOCIALPROFILE",
            _ => false,
        }
    }

    /// The parts between semicolons, as [`joined`] takes them.
    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        split(&self.value, b';')
    }

    /// Whether the value, read as one text, is that one.
    pub(super) fn is_text(&self, text: &str) -> bool {
        means(&self.value, text)
    }

    /// Whether it is in no group and has no parameter that says anything.
    pub(super) fn is_bare(&self) -> bool {
        self.group.is_none() && self.parameters_that_count().next().is_none()
    }

    /// Whether the parts between semicolons are these, each one text; parts at the end that are left out or missing are empty.
    pub(super) fn has_parts<'p>(&self, parts: impl IntoIterator<Item = &'p str>) -> bool {
        let mut parts = parts.into_iter();
        let own = split(&self.value, b';').all(|part| {
            let text = parts.next().unwrap_or_default();
            means(part, text) && (!part.as_bytes().contains(&b',') || split(part, b',').nth(1).is_none())
        });
        own && parts.all(str::is_empty)
    }

    /// The line, not folded, as version 4.0 has it.
    pub(super) fn to_line(&self) -> String {
        let mut line = String::new();
        self.push_line(&mut line);
        line
    }

    pub(super) fn push_line(&self, line: &mut String) {
        line.reserve(self.value.len() + self.name.len() + 16);
        if let Some(group) = &self.group {
            line.push_str(group);
            line.push('.');
        }
        line.push_str(&self.name);
        let mut before = "";
        for (name, value) in self.parameters() {
            if name == before {
                line.push(',');
            } else {
                line.push(';');
                line.push_str(name);
                line.push('=');
            }
            push_parameter(line, value);
            before = name;
        }
        line.push(':');
        line.push_str(&self.value);
    }
}

/// Whether a value of a property says nothing.
pub(super) fn is_blank(name: &str, value: &str) -> bool {
    let structured = matches!(name, "N" | "ADR" | "ORG" | "CATEGORIES" | "NICKNAME");
    value.bytes().all(|byte| byte == b' ' || structured && matches!(byte, b';' | b','))
}

/// Whether two values of a parameter are the same; case does not matter to types.
fn same_value(parameter: &str, one: &str, other: &str) -> bool {
    if parameter == "TYPE" { one.eq_ignore_ascii_case(other) } else { one == other }
}

/// A value of a parameter, with what RFC 6868 has for signs that can't stand there.
fn push_parameter(line: &mut String, value: &str) {
    let quoted = value.contains([',', ';', ':', ' ']) || value.is_empty();
    if quoted {
        line.push('"');
    }
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '^' => line.push_str("^^"),
            '"' => line.push_str("^'"),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => line.push_str("^n"),
            c => line.push(c),
        }
    }
    if quoted {
        line.push('"');
    }
}

/// Escapes a text (RFC 6350, section 3.4), semicolons too, so that it can stand in a part of a structured value.
pub(super) fn escape(text: &str) -> String {
    if !text.contains(['\\', ',', ';', '\n', '\r']) {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' | ',' | ';' => escaped.extend(['\\', c]),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => escaped.push_str("\\n"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Line ends alone: of a value that is escaped otherwise.
pub(super) fn escape_lines(value: &str) -> String {
    value.replace("\r\n", "\\n").replace(['\n', '\r'], "\\n")
}

/// A part of a structured value as one text: what stands between commas, joined. Empty texts are left out.
pub(super) fn joined(part: &str, joint: &str) -> String {
    if !part.bytes().any(|byte| matches!(byte, b',' | b'\\')) {
        return part.to_owned();
    }
    let texts: Vec<String> = split(part, b',').filter(|text| !text.is_empty()).map(unescape).collect();
    texts.join(joint)
}

/// Whether an escaped value is that of a text.
fn means(value: &str, text: &str) -> bool {
    if !is_escaped(value) {
        return value == text;
    }
    let rest = pieces(value).try_fold(text, |rest, piece| rest.strip_prefix(piece));
    rest == Some("")
}

/// Whether two escaped values are of one text.
fn means_the_same(value: &str, other: &str) -> bool {
    pieces(value).flat_map(str::bytes).eq(pieces(other).flat_map(str::bytes))
}

/// The text of an escaped value. A sign that need not be escaped stands for itself.
pub(super) fn unescape(value: &str) -> String {
    if !is_escaped(value) {
        return value.to_owned();
    }
    let mut text = String::with_capacity(value.len());
    text.extend(pieces(value));
    text
}

/// The text of an escaped value, which is not copied if nothing in it is.
fn plain(value: &str) -> Cow<'_, str> {
    if is_escaped(value) { Cow::Owned(unescape(value)) } else { Cow::Borrowed(value) }
}

/// The text of an escaped value, as pieces of it.
fn pieces(value: &str) -> impl Iterator<Item = &str> {
    // What is escaped stands at the beginning of what follows a backslash.
    let mut rest = Some(value);
    let mut escaped = false;
    std::iter::from_fn(move || {
        let text = rest?;
        if std::mem::take(&mut escaped) {
            let sign = text.chars().next().map_or(0, char::len_utf8);
            let (sign, more) = text.split_at_checked(sign)?;
            rest = Some(more);
            return Some(match sign {
                "n" | "N" => "\n",
                // A backslash at the end.
                "" => "\\",
                sign => sign,
            });
        }
        let Some((piece, more)) = memchr::memchr(b'\\', text.as_bytes()).and_then(|at| text.split_at_checked(at))
        else {
            return rest.take();
        };
        (rest, escaped) = (more.get(1..), true);
        Some(piece)
    })
}

/// The parts between separators that are not escaped.
fn split(value: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let mut escaped = false;
        let end = text.bytes().position(|byte| {
            let parts = byte == separator && !escaped;
            escaped = byte == b'\\' && !escaped;
            parts
        });
        let Some((part, more)) = end.and_then(|end| text.split_at_checked(end)) else { return Some(text) };
        rest = more.get(1..);
        Some(part)
    })
}

/// Whether something in a value is escaped.
fn is_escaped(value: &str) -> bool {
    value.as_bytes().contains(&b'\\')
}
