//! Records that cells name.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::mapping::Find;
use crate::error::Result;
use crate::model::{AnyRecord, Kind, RecordId, ValueType, search_fold};
use crate::read::By;
use crate::read::view::View;
use crate::rows;
use crate::schema::{Attribute, Catalogue};
use crate::store::{KeyReader, Source, Table, scan_prefix};

use super::draft::{Finder, Resolved};

/// The records of some kinds by the name by which they are known, folded.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<Kind, OfKind>);

type OfKind = HashMap<String, Vec<RecordId>>;

/// Whether names can be kept from one transaction to the next: not if somebody else wrote in between.
#[derive(Debug, Default)]
pub(super) struct Alone {
    /// How many commits there are once that of the last transaction is done.
    commits: u64,
}

impl Alone {
    /// The names for a transaction before which there were so many commits, and which commits itself.
    pub(super) fn keep(&mut self, last: Option<Names>, commits: u64) -> Names {
        let alone = self.commits == commits;
        self.commits = commits + 1;
        last.filter(|_| alone).unwrap_or_default()
    }
}

impl Names {
    /// Finds what a cell means among the records of the kinds that an attribute may refer to.
    pub(super) fn resolve(
        &mut self,
        view: &dyn View,
        attribute: &Attribute,
        find: &Find,
        text: &str,
    ) -> Result<Resolved> {
        for kind in &attribute.targets {
            let by = match find {
                Find::ExternalId { system, .. } => By::external_id(system, text),
                Find::Email => By::email(text),
                Find::Name { .. } => {
                    // Of several with one name, the first.
                    if let Some(id) = self.called(view, *kind, text)?.first() {
                        return Ok(Resolved::Is(*id));
                    }
                    continue;
                }
            };
            if let Some(id) = first(view, *kind, &by)? {
                return Ok(Resolved::Is(id));
            }
        }
        let creates = matches!(find, Find::Name { create: true } | Find::ExternalId { create: true, .. });
        let makes = creates && attribute.targets.len() == 1;
        Ok(if makes { Resolved::ToMake } else { Resolved::None })
    }

    /// Notes a record that was made.
    pub(super) fn add(&mut self, name: &str, id: RecordId) {
        // Of a kind whose names were not read yet it will be read with the others.
        if let Some(names) = self.0.get_mut(&id.kind) {
            let ids = names.entry(search_fold(name)).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }

    /// Forgets a record that was taken back.
    pub(super) fn remove(&mut self, name: &str, id: RecordId) {
        if let Some(ids) = self.0.get_mut(&id.kind).and_then(|names| names.get_mut(&search_fold(name))) {
            ids.retain(|own| *own != id);
        }
    }

    /// The records that have a name.
    pub(super) fn called(&mut self, view: &dyn View, kind: Kind, name: &str) -> Result<&[RecordId]> {
        Ok(self.of(view, kind)?.get(&search_fold(name)).map_or(&[], Vec::as_slice))
    }

    /// Reads the names of all records of a kind, once.
    fn of(&mut self, view: &dyn View, kind: Kind) -> Result<&OfKind> {
        let place = match self.0.entry(kind) {
            Entry::Occupied(known) => return Ok(known.into_mut()),
            Entry::Vacant(place) => place,
        };
        let mut names = OfKind::new();
        let (source, catalogue) = (view.tables().0, view.catalogue_now());
        for entry in scan_prefix(source, Table::Records, &crate::store::Key::new().u16(kind.0).build()) {
            let (key, _) = entry?;
            let Some(row) = key.get(2..).and_then(|rest| KeyReader(rest).u32()) else { continue };
            if let Some((id, name)) = called(source, catalogue, kind, row)? {
                names.entry(name).or_default().push(id);
            }
        }
        Ok(place.insert(names))
    }
}

/// Names, with the tables that they are read from.
pub(super) struct Known<'a> {
    pub(super) names: &'a mut Names,
    pub(super) view: &'a dyn View,
}

impl Finder for Known<'_> {
    fn resolve(&mut self, attribute: &Attribute, find: &Find, text: &str) -> Result<Resolved> {
        self.names.resolve(self.view, attribute, find, text)
    }

    fn is_called(&mut self, id: RecordId, name: &str) -> Result<bool> {
        let (source, catalogue) = (self.view.tables().0, self.view.catalogue_now());
        // People go by several names, with a title and without.
        if title_key(catalogue, id.kind).is_some_and(|key| is_in_parts(catalogue, id.kind, &key)) {
            return Ok(true);
        }
        let Some(row) = rows::find(source, id)? else { return Ok(false) };
        Ok(called(source, catalogue, id.kind, row)?.is_some_and(|(_, own)| own == search_fold(name)))
    }
}

/// A record and the name by which it is known, folded.
fn called(source: &dyn Source, catalogue: &Catalogue, kind: Kind, row: u32) -> Result<Option<(RecordId, String)>> {
    let Some(record) = rows::load(source, catalogue, kind, row)? else { return Ok(None) };
    let stored = rows::to_stored::<AnyRecord>(catalogue, record)?;
    Ok(Some((stored.id, search_fold(&catalogue.title(&stored.record)))))
}

/// The record of a row.
pub(super) fn record_at(view: &dyn View, kind: Kind, row: u32) -> Result<Option<RecordId>> {
    Ok(rows::id_of(view.tables().0, kind, row)?.map(|uuid| RecordId { kind, uuid }))
}

/// The first record that has a key.
fn first(view: &dyn View, kind: Kind, by: &By) -> Result<Option<RecordId>> {
    // A kind without such keys has no record that is meant.
    let found = by.rows(view.tables().0, view.catalogue_now(), kind, view.options().phones.region);
    let Ok(found) = found else { return Ok(None) };
    found.first().map_or(Ok(None), |row| record_at(view, kind, *row))
}

/// The key of the attribute by which records of a kind are known.
pub(super) fn title_key(catalogue: &Catalogue, kind: Kind) -> Option<String> {
    let mut attributes = catalogue.kind(kind)?.attributes();
    let title = attributes.find(|attribute| {
        attribute.part_of.is_none() && attribute.property.is_some_and(|property| property.traits.title == 1)
    });
    title.map(|attribute| attribute.key.to_string())
}

/// Whether records of a kind have names in parts, as people have.
pub(super) fn is_in_parts(catalogue: &Catalogue, kind: Kind, key: &str) -> bool {
    catalogue.settable(kind, key).is_some_and(|title| crate::schema::own_type(title) == ValueType::Group)
}
