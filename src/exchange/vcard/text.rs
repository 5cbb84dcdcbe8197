//! The texts of values: those of one card are parts of one text, since a text for each would cost more than all else that is read.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::property::Property;

/// Longer texts are not copied a second time to be put with the others.
const MAX_PART: usize = 1 << 10;

/// The text of a value.
#[derive(Clone)]
pub(crate) struct Text(Kind);

#[derive(Clone)]
enum Kind {
    Own(Box<str>),
    Part { whole: Arc<str>, begin: u32, end: u32 },
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        match &self.0 {
            Kind::Own(text) => text,
            // INVARIANT: the range is that of a text which was put there, so this never falls back.
            Kind::Part { whole, begin, end } => whole.get(*begin as usize..*end as usize).unwrap_or_default(),
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Kind::Own(text.into()))
    }
}

impl Default for Text {
    fn default() -> Self {
        Self(Kind::Own(Box::default()))
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// The texts of a card that is being read, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    whole: String,
    /// Which property has which part.
    parts: Vec<(usize, u32, u32)>,
}

impl Gathered {
    pub(super) fn clear(&mut self) {
        self.whole.clear();
        self.parts.clear();
    }

    /// Takes the text of the property at that place, which has none until [`share`](Self::share); whether it did.
    pub(super) fn take(&mut self, at: usize, text: &str) -> bool {
        let place = |at: usize| u32::try_from(at).ok();
        let (begin, end) = (place(self.whole.len()), place(self.whole.len() + text.len()));
        let (Some(begin), Some(end), true) = (begin, end, text.len() <= MAX_PART) else { return false };
        self.whole.push_str(text);
        self.parts.push((at, begin, end));
        true
    }

    /// Gives each property its text.
    pub(super) fn share(&mut self, properties: &mut [Property]) {
        let whole: Arc<str> = self.whole.as_str().into();
        for (at, begin, end) in self.parts.drain(..) {
            if let Some(property) = properties.get_mut(at) {
                property.value = Text(Kind::Part { whole: Arc::clone(&whole), begin, end });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Gathered, MAX_PART, Text};
    use crate::vcard::Property;

    #[test]
    fn texts_are_the_same_wherever_they_stand() {
        let mut properties = vec![Property::text("FN", ""), Property::text("NOTE", "own"), Property::text("TITLE", "")];
        let mut gathered = Gathered::default();
        gathered.clear();
        assert!(gathered.take(0, "Ada \u{E9}"));
        assert!(!gathered.take(1, &"x".repeat(MAX_PART + 1)));
        assert!(gathered.take(2, ""));
        gathered.share(&mut properties);
        let texts: Vec<&str> = properties.iter().map(|property| &*property.value).collect();
        assert_eq!(texts, ["Ada \u{E9}", "own", ""]);
        assert_eq!(properties[0].value, Text::from("Ada \u{E9}".to_owned()));
        assert_eq!(format!("{:?}", properties[0].value), "\"Ada \u{E9}\"");
    }
}
