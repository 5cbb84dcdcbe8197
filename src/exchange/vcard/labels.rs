//! What one of several addresses or numbers is called.

use std::borrow::Cow;
use std::collections::HashMap;

use super::property::Property;

/// The types that say what it is called, and in which words; in the order of the words.
const TYPES: &[(&str, &str)] = &[
    ("home", "home"),
    ("work", "work"),
    ("school", "school"),
    ("other", "other"),
    ("main", "main"),
    ("iphone", "iphone"),
    ("car", "car"),
    ("cell", "mobile"),
    ("fax", "fax"),
    ("pager", "pager"),
    ("video", "video"),
];

/// The label that the types of a property make.
pub(super) fn of_types(property: &Property) -> Option<String> {
    // A bit for each, since they come in another order.
    let said = property.types().filter_map(place).fold(0_u32, |said, at| said | 1 << at);
    let mut label = String::new();
    for (at, (_, word)) in TYPES.iter().enumerate() {
        if said >> at & 1 == 1 {
            if !label.is_empty() {
                label.push(' ');
            }
            label.push_str(word);
        }
    }
    Some(label).filter(|label| !label.is_empty())
}

/// The types that make a label; `None` if it needs to be written as a text.
pub(super) fn to_types(label: &str) -> Option<Vec<&'static str>> {
    let mut table = TYPES.iter();
    label.split(' ').map(|word| table.find(|(_, known)| *known == word).map(|(name, _)| *name)).collect()
}

/// Whether the parameters of a line are its types and whether it is preferred, as they would be written of a record: then label
/// and mark, which are read from them, say all of them.
pub(super) fn are_plain(property: &Property) -> bool {
    // So many types are compared each with each.
    const FEW: usize = 12;
    if property.parameters.is_empty() {
        return true;
    }
    let mut preferred = 0;
    let known = property.parameters().all(|(name, value)| match name {
        "TYPE" => is_type_of_label(value) || property.is_granted(name, value),
        "PREF" => {
            preferred += 1;
            value == "1"
        }
        _ => property.is_granted(name, value),
    });
    let repeats = |at: usize, value: &str| property.types().take(at).any(|before| before.eq_ignore_ascii_case(value));
    known
        && preferred < 2
        && property.types().nth(FEW).is_none()
        && !property.types().enumerate().any(|(at, value)| repeats(at, value))
}

pub(super) fn is_type_of_label(name: &str) -> bool {
    place(name).is_some()
}

fn place(name: &str) -> Option<usize> {
    TYPES.iter().position(|(known, _)| known.eq_ignore_ascii_case(name))
}

/// Where the property with a label is, if a label has one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Covered(pub(super) Option<usize>);

/// The labels that groups of properties have, and how many properties are in each.
#[derive(Debug, Default)]
pub(super) struct Labels<'p>(HashMap<&'p str, Labelled<'p>>);

#[derive(Debug, Default)]
struct Labelled<'p> {
    members: usize,
    /// The place of the property with the label, and the label.
    label: Option<(usize, Cow<'p, str>)>,
}

impl<'p> Labels<'p> {
    pub(super) fn of(properties: &'p [Property]) -> Self {
        let mut labels = Self::default();
        for (at, property) in properties.iter().enumerate() {
            let Some(group) = &property.group else { continue };
            let group = labels.0.entry(group).or_default();
            group.members += 1;
            if property.name == "X-ABLABEL" && group.label.is_none() {
                group.label = Some((at, property.as_text()));
            }
        }
        labels
    }

    /// Where the property stands that has the label of the group of another one.
    pub(super) fn place(&self, property: &Property) -> Option<usize> {
        self.0.get(property.group()?)?.label.as_ref().map(|(at, _)| *at)
    }

    /// What a property is called.
    pub(super) fn of_property(&self, property: &Property) -> Option<String> {
        let group = property.group().and_then(|group| self.0.get(group));
        match group.and_then(|group| group.label.as_ref()) {
            Some((_, label)) => Some(readable(label)),
            None => of_types(property),
        }
    }

    /// Whether the group of a property says no more than a label that would be written so; then the place of the property
    /// that has the label, if there is one.
    pub(super) fn says_only(&self, property: &Property, label: Option<&str>, all: &[Property]) -> Option<Covered> {
        let Some(name) = property.group() else { return label.is_none().then_some(Covered(None)) };
        let group = self.0.get(name)?;
        if !is_numbered(name) {
            return None;
        }
        match (&group.label, label) {
            (None, None) if group.members == 1 => Some(Covered(None)),
            (Some((at, found)), Some(label)) if group.members == 2 && found == label => {
                all.get(*at).filter(|property| property.parameters.is_empty()).map(|_| Covered(Some(*at)))
            }
            _ => None,
        }
    }
}

/// `item1` and so on: groups that have no meaning beside what they tie together.
pub(super) fn is_numbered(group: &str) -> bool {
    group.strip_prefix("item").is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// Apple writes its own labels as `_$!<HomePage>!$_`.
fn readable(label: &str) -> String {
    let Some(inner) = label.strip_prefix("_$!<").and_then(|rest| rest.strip_suffix(">!$_")) else {
        return label.to_owned();
    };
    let mut words = String::with_capacity(inner.len() + 4);
    let mut small = false;
    for c in inner.chars() {
        if c.is_uppercase() && small {
            words.push(' ');
        }
        small = c.is_lowercase();
        words.extend(c.to_lowercase());
    }
    words
}
