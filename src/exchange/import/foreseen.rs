//! What a plan would have written by now: the records, and by which keys they would be found.
//!
//! Keys have the form that the index of the database gives them, so that a plan finds what the import will find. Of each only a hash is held.

use std::collections::HashMap;

use super::recognised::{Apart, CROWD, Recognised, hashed, keys};
use crate::error::Result;
use crate::index::{KeyEntry, keys_of};
use crate::model::{AttributeId, Kind, Value, Values, search_fold};
use crate::read::By;
use crate::read::view::View;
use crate::schema::Catalogue;

/// What would have been written.
#[derive(Debug, Default)]
pub(super) struct Foreseen {
    records: Vec<Record>,
    /// The first record that has a key, by the hash of the key.
    first: HashMap<u64, usize>,
    /// The others that have it too.
    more: HashMap<u64, Vec<usize>>,
    /// Those of the records that are there already, by their rows in the database.
    there: HashMap<(Kind, u32), usize>,
}

/// A record that would have been made or changed.
#[derive(Debug)]
pub(super) struct Record {
    /// The row of the file that does so first.
    pub(super) row: u64,
    /// The row of the record in the database, if it is there already.
    pub(super) target: Option<u32>,
    pub(super) apart: Apart,
    /// The keys of attributes that have one value, which another takes the place of.
    singles: Vec<(AttributeId, u64)>,
}

/// A key that a record gets.
#[derive(Debug, Clone, Copy)]
struct Key {
    of: AttributeId,
    hash: u64,
    /// Whether the attribute has one value.
    single: bool,
    /// Whether no two records can have it.
    unique: bool,
}

/// What a row says of a record that the plan knows.
#[derive(Debug)]
pub(super) struct Said<'a> {
    pub(super) recognised: &'a Recognised,
    pub(super) values: &'a Values,
    /// Whether its name is a whole one.
    whole_name: bool,
    /// Whether its values take the place of others.
    overwrites: bool,
    keys: Vec<Key>,
}

impl<'a> Said<'a> {
    pub(super) fn new(
        view: &dyn View,
        recognised: &'a Recognised,
        values: &'a Values,
        whole_name: bool,
        overwrites: bool,
    ) -> Result<Self> {
        let keys = keys_said(view, recognised, values)?;
        Ok(Self { recognised, values, whole_name, overwrites, keys })
    }
}

impl Foreseen {
    pub(super) fn record(&self, at: usize) -> Option<&Record> {
        self.records.get(at)
    }

    /// What is foreseen of a record that is there.
    pub(super) fn of_row(&self, kind: Kind, row: u32) -> Option<usize> {
        self.there.get(&(kind, row)).copied()
    }

    /// The records that have a key.
    pub(super) fn with(&self, hash: u64) -> impl Iterator<Item = usize> {
        self.first.get(&hash).into_iter().chain(self.more.get(&hash).into_iter().flatten()).copied()
    }

    /// Whether a record would still be found by one of these keys: another value of the attribute may stand in its place by then.
    pub(super) fn still_has(&self, at: usize, of: AttributeId, keys: &[u64]) -> bool {
        let singles = self.records.get(at).map_or(&[][..], |record| &record.singles);
        singles.iter().find(|(id, _)| *id == of).is_none_or(|(_, own)| keys.contains(own))
    }

    /// Adds a record; `before` has the values of one that is there already.
    pub(super) fn add(
        &mut self,
        view: &dyn View,
        row: u64,
        before: Option<(u32, &Values)>,
        said: &Said<'_>,
    ) -> Result<()> {
        let kind = said.recognised.kind;
        let mut record = Record { row, target: None, apart: Apart::default(), singles: Vec::new() };
        if let Some((target, values)) = before {
            record.target = Some(target);
            record.apart = said.recognised.apart(values);
            let own = keys_said(view, said.recognised, values)?;
            record.singles.extend(own.iter().filter(|key| key.single).map(|key| (key.of, key.hash)));
        }
        let at = self.records.len();
        if let Some((target, _)) = before {
            self.there.insert((kind, target), at);
        }
        self.records.push(record);
        self.change(at, said);
        Ok(())
    }

    /// Notes a record that is made because it is named.
    pub(super) fn add_named(&mut self, kind: Kind, title: AttributeId, name: &str, row: u64) {
        let at = self.records.len();
        let key = name_key(kind, name);
        self.records.push(Record { row, target: None, apart: Apart::default(), singles: vec![(title, key)] });
        self.put(key, at);
    }

    /// Takes in what a row says more of a record.
    pub(super) fn change(&mut self, at: usize, said: &Said<'_>) {
        for key in &said.keys {
            let Some(record) = self.records.get_mut(at) else { continue };
            let own = record.singles.iter_mut().find(|(id, _)| key.single && *id == key.of);
            match own {
                Some((_, own)) if !said.overwrites || *own == key.hash => continue,
                Some((_, own)) => {
                    let old = std::mem::replace(own, key.hash);
                    self.take(old, at);
                }
                None if key.single => record.singles.push((key.of, key.hash)),
                None => {}
            }
            self.put(key.hash, at);
        }
        if let Some(record) = self.records.get_mut(at) {
            let Apart { systems, called } = said.recognised.apart(said.values);
            record.apart.systems |= systems;
            record.apart.called.add(called, said.whole_name, said.overwrites);
        }
    }

    /// The attribute of a value that no two records can have and that another record has by then, and the row which gives it that; `at` is the
    /// record itself, if it is foreseen.
    pub(super) fn clash(&self, at: Option<usize>, said: &Said<'_>) -> Option<(AttributeId, u64)> {
        for key in said.keys.iter().filter(|key| key.unique) {
            let has = |at: usize| key.single && !said.overwrites && self.has_single(at, key.of);
            if at.is_some_and(has) {
                continue;
            }
            let other = self.with(key.hash).find(|other| Some(*other) != at).and_then(|other| self.record(other));
            if let Some(other) = other {
                return Some((key.of, other.row));
            }
        }
        None
    }

    fn has_single(&self, at: usize, of: AttributeId) -> bool {
        self.record(at).is_some_and(|record| record.singles.iter().any(|(id, _)| *id == of))
    }

    fn put(&mut self, hash: u64, at: usize) {
        let first = *self.first.entry(hash).or_insert(at);
        if first != at {
            let more = self.more.entry(hash).or_default();
            if more.len() <= CROWD && !more.contains(&at) {
                more.push(at);
            }
        }
    }

    fn take(&mut self, hash: u64, at: usize) {
        if let Some(more) = self.more.get_mut(&hash) {
            more.retain(|other| *other != at);
        }
        if self.first.get(&hash) == Some(&at) {
            match self.more.get_mut(&hash).and_then(Vec::pop) {
                Some(other) => drop(self.first.insert(hash, other)),
                None => drop(self.first.remove(&hash)),
            }
        }
    }
}

/// The hash of the name by which a record is known.
pub(super) fn name_key(kind: Kind, name: &str) -> u64 {
    hashed((kind, search_fold(name)))
}

/// The entries under which a record is looked for that has a key.
pub(super) fn looked_up(view: &dyn View, kind: Kind, by: &By) -> Result<Vec<KeyEntry>> {
    by.entries(view.catalogue_now(), kind, view.options().phones.region)
}

pub(super) fn entry_key(kind: Kind, entry: &KeyEntry) -> u64 {
    hashed((kind, entry.attribute, &entry.value))
}

/// The keys that a record with such values has: those by which it is recognised, its name, and those that no other can have.
fn keys_said(view: &dyn View, recognised: &Recognised, values: &Values) -> Result<Vec<Key>> {
    let (kind, catalogue) = (recognised.kind, view.catalogue_now());
    let mut found: Vec<Key> = Vec::new();
    if let Some((of, name)) = name_in(catalogue, kind, values) {
        found.push(Key { of, hash: name_key(kind, name), single: true, unique: false });
    }
    for attribute in recognised.by.iter().filter(|attribute| !super::compiled::is_name(attribute)) {
        for by in keys(attribute, values) {
            // A phone number stands under the first of those by which it is looked for.
            let first = looked_up(view, kind, &by)?.into_iter().next();
            let key = |entry| {
                let hash = entry_key(kind, &entry);
                Key { of: attribute.id, hash, single: !attribute.many, unique: false }
            };
            found.extend(first.map(key));
        }
    }
    let mut unique = Values::default();
    let entry = catalogue.kind(kind);
    for (id, value) in values.iter().filter(|(id, _)| entry.is_some_and(|entry| entry.is_unique(*id))) {
        unique.set(id, value.clone());
    }
    crate::schema::normalise(&mut unique, None, view.options().phones.region);
    for entry in keys_of(catalogue, kind, &unique).iter().filter(|entry| entry.unique) {
        let (of, hash) = (AttributeId::property(entry.attribute.number()), entry_key(kind, entry));
        let single = catalogue.attribute_by_id(kind, of).is_some_and(|attribute| !attribute.many);
        match found.iter_mut().find(|key| key.hash == hash) {
            Some(key) => key.unique = true,
            None => found.push(Key { of, hash, single, unique: true }),
        }
    }
    Ok(found)
}

/// The name by which a record is known, if it is one text.
pub(super) fn name_in<'v>(catalogue: &Catalogue, kind: Kind, values: &'v Values) -> Option<(AttributeId, &'v str)> {
    values.iter().find_map(|(id, value)| match value {
        Value::Text(name) if catalogue.attribute_by_id(kind, id).is_some_and(super::compiled::is_name) => {
            Some((id, name.as_str()))
        }
        _ => None,
    })
}
