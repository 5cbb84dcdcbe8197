//! By what records are recognised, and whether one that has the same key is the one that is meant.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::called::{Called, Trust};
use super::compiled::is_name;
use super::draft::Draft;
use super::names::{is_in_parts, title_key};
use crate::model::{AttributeId, Group, Kind, Part, Value, Values};
use crate::read::By;
use crate::schema::{Attribute, Catalogue};

/// What more records have than this tells nothing of who is meant: the number of a large office, what stands where none is known. Each row would
/// have to look at all of them.
pub(super) const CROWD: usize = 200;

/// Records of which a kind, and by what they are recognised.
#[derive(Debug, Clone)]
pub(super) struct Recognised {
    pub(super) kind: Kind,
    pub(super) by: Vec<Arc<Attribute>>,
    /// The attribute that has their names, if they are people.
    name: Option<AttributeId>,
}

impl Recognised {
    pub(super) fn new(catalogue: &Catalogue, kind: Kind, by: Vec<Arc<Attribute>>) -> Self {
        let title = title_key(catalogue, kind).filter(|key| is_in_parts(catalogue, kind, key));
        let name = title.and_then(|key| Some(catalogue.settable(kind, &key)?.id));
        Self { kind, by, name }
    }

    /// The numbers in other systems, if records are recognised by them. Then a record that has one of the same system is another one,
    /// whatever else is the same: two people can share an address.
    pub(super) fn numbers(&self) -> Option<&Arc<Attribute>> {
        self.by.iter().find(|attribute| is_number(attribute))
    }

    /// What tells a record from others that share a key with it.
    pub(super) fn apart(&self, values: &Values) -> Apart {
        let systems = self.numbers().map_or(0, |numbers| mask(values.get(numbers.id)));
        let called = self.name.map(|name| Called::of(values.get(name))).unwrap_or_default();
        Apart { systems, called }
    }
}

/// What tells a record from others that share a key with it.
#[derive(Debug, Clone, Default)]
pub(super) struct Apart {
    /// The systems in which it has a number, a bit each: two can share one, which many systems may take for the same.
    pub(super) systems: u64,
    pub(super) called: Called,
}

impl Apart {
    /// Whether there is nothing that could tell it from others.
    pub(super) fn is_nothing(&self) -> bool {
        self.systems == 0 && self.called.is_nothing()
    }

    /// Whether one that is found by an attribute is another record nevertheless.
    pub(super) fn differs(&self, other: &Self, attribute: &Attribute) -> bool {
        let other_number = !is_number(attribute) && self.systems & other.systems != 0;
        other_number || self.called.contradicts(&other.called, trust(attribute))
    }
}

fn is_number(attribute: &Attribute) -> bool {
    *attribute.key == *"external_id"
}

/// How sure it is that two records with the same value are one.
fn trust(attribute: &Attribute) -> Trust {
    if attribute.rules.unique || is_number(attribute) || is_name(attribute) {
        Trust::Identity
    } else if *attribute.key == *"email" {
        Trust::Address
    } else {
        Trust::Shared
    }
}

/// The keys that a source gives of an attribute.
pub(super) fn keys(attribute: &Attribute, values: &Values) -> Vec<By> {
    let each = values.get(attribute.id).map_or(&[][..], Value::each);
    let text = |group: &Group, number| group.part(number).map(ToString::to_string);
    let key = |value: &Value| match (&*attribute.key, value) {
        ("external_id", Value::Group(group)) => Some(By::external_id(text(group, 1)?, text(group, 2)?)),
        ("email", Value::Group(group)) => Some(By::email(&text(group, Part::VALUE)?)),
        ("email", value) => Some(By::email(&value.to_string())),
        ("phone", Value::Group(group)) => Some(By::phone(&text(group, Part::VALUE)?)),
        ("phone", value) => Some(By::phone(&value.to_string())),
        (key, value) => Some(By::field(key, value.clone())),
    };
    each.iter().filter_map(key).collect()
}

/// The name in one text by which records are known, if the source gives one.
pub(super) fn name_of<'d>(attribute: &Attribute, draft: &'d Draft) -> Option<&'d str> {
    match draft.values.get(attribute.id) {
        Some(Value::Text(name)) if is_name(attribute) => Some(name),
        _ => None,
    }
}

/// The systems of which there are numbers, as bits.
fn mask(numbers: Option<&Value>) -> u64 {
    let each = numbers.map_or(&[][..], Value::each).iter();
    let systems = each.filter_map(|number| match number {
        Value::Group(number) => number.part(1).map(ToString::to_string),
        _ => None,
    });
    systems.fold(0, |mask, system| mask | 1 << (hashed(system) % 64))
}

pub(super) fn hashed(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}
