//! Taking an import back.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::error::{ErrorKind, Result};
use crate::model::{AttributeId, Id, Import, Kind, RecordId, Tag, Value, choices};
use crate::read::Read;
use crate::read::view::View;
use crate::rows::{self, Imported, Row};
use crate::transaction::{OnReferences, Transaction};

/// So many records are looked at before others are.
const BATCH: usize = 1_000;

/// What became of a record when an import was undone.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Undone {
    /// The record.
    pub id: RecordId,
    /// What became of it.
    pub what: UndoneAs,
}

/// What became of a record when an import was undone.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum UndoneAs {
    /// The import made it, and it is gone.
    Deleted,
    /// The import made it, and it was changed or tagged since, or others refer to it: it stays as it is, but for the tag of the import.
    Kept,
    /// Its old values are back.
    Restored {
        /// The keys of attributes that were changed since the import, and stay as they are.
        kept: Vec<String>,
    },
}

/// The import that is taken back.
struct Undoing {
    /// The row of its record.
    row: u32,
    /// Its tag.
    tag: Option<u32>,
    /// Other imports of which it is known what they did, once that was asked.
    others: Option<Vec<u32>>,
}

impl Transaction<'_> {
    /// Takes an import back: records that it made are deleted, others get back the values that they had, their histories too, and the tag of the import
    /// goes. What was changed since stays as it is and is told to `each`, which gets all records and can stop: what is undone by then stays undone, and the
    /// next call goes on.
    ///
    /// A record is changed if it does not say what it said after the import, or has a tag that it did not have then, but for tags of other imports
    /// (`import/` and a name). So imports that are undone from the last to the first leave nothing of what they did. In another order the values end
    /// up the same, but a record that was made by one import and changed by a later one is kept when the one that made it is undone, and stays.
    ///
    /// Tags that the import added go, unless they were merged into others since, or became the same as one that the record had before.
    ///
    /// Holds the places of some records at a time. About as long as the import; of a record that was changed since, a look-up for each other import.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`ImportUnknown`](ErrorKind::ImportUnknown) in a database that was loaded from a dump, which does not have what
    /// imports did; [`Io`](ErrorKind::Io), [`Corrupt`](ErrorKind::Corrupt). After any error but the first two the transaction can't be committed. An
    /// example stands at [`import`](Self::import).
    pub fn undo_import(&mut self, id: Id<Import>, mut each: impl FnMut(&Undone) -> ControlFlow<()>) -> Result<()> {
        let mut undoing = self.undoing(id)?;
        self.whole(|tx| {
            let stopped = tx.undo_records(&mut undoing, &mut each)?.is_break();
            // One that is stopped at the last record is undone.
            if stopped && !rows::all_imported(tx.tables().0, undoing.row, None, 1)?.is_empty() {
                return Ok(());
            }
            tx.update(id, |import| import.status = Some(choices::import_status::UNDONE)).map(drop)
        })
    }

    /// An import that can be taken back.
    fn undoing(&self, id: Id<Import>) -> Result<Undoing> {
        let row = self.row_of(id.into())?;
        let import = self.get(id)?.ok_or(ErrorKind::NotFound { id: id.into() })?.record;
        let [made, changed] = did(&import);
        let undone = import.status == Some(choices::import_status::UNDONE);
        if !undone && (made > 0 || changed > 0) && !rows::is_known(self.tables().0, row)? {
            let tag = import.tag.unwrap_or_default();
            return Err(ErrorKind::ImportUnknown { name: import.name, made, changed, tag }.into());
        }
        let tags = &self.catalogue_now().tags;
        let tag = import.tag.as_deref().and_then(|tag| Tag::new(tag).ok());
        // One that was merged into another is found by its name, but is somebody's own.
        let tag = tag.and_then(|tag| tags.id(&tag).filter(|id| tags.name(*id) == Some(&tag)));
        Ok(Undoing { row, tag, others: None })
    }

    fn undo_records(
        &mut self,
        undoing: &mut Undoing,
        each: &mut dyn FnMut(&Undone) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        // Records to which others refer that go themselves go in a later round.
        loop {
            let (mut behind, mut went, mut held) = (None, false, Vec::new());
            loop {
                let places = rows::all_imported(self.tables().0, undoing.row, behind, BATCH)?;
                let Some(last) = places.last().copied() else { break };
                for place in places {
                    let Some(undone) = self.undo_record(undoing, place)? else { continue };
                    if undone.what == UndoneAs::Kept {
                        held.push((place, undone));
                        continue;
                    }
                    went = true;
                    if each(&undone).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                behind = Some(last);
            }
            if held.is_empty() || !went {
                for (place, undone) in held {
                    self.let_go(undoing, place)?;
                    if each(&undone).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                return Ok(ControlFlow::Continue(()));
            }
        }
    }

    /// Notes of an import that goes on if nothing is known of what it did until now, since it came from a dump.
    pub(super) fn note_unknown(&mut self, row: u32, import: &Import) -> Result<()> {
        if did(import) == [0, 0] || rows::is_known(self.tables().0, row)? {
            return Ok(());
        }
        self.apply(|writer, catalogue| {
            rows::put_unknown(writer, catalogue, row);
            Ok(())
        })
    }

    pub(super) fn forget_imported(&mut self, import: u32, place: (Kind, u32)) -> Result<()> {
        self.apply(|writer, _| {
            rows::forget_imported(writer, import, place);
            Ok(())
        })
    }

    /// Leaves a record as it is, without the tag of the import.
    fn let_go(&mut self, undoing: &Undoing, (kind, row): (Kind, u32)) -> Result<()> {
        let view: &dyn View = self;
        if let Some(now) = rows::load(view.tables().0, view.catalogue_now(), kind, row)? {
            self.take_tags(&now, |tag| Some(tag) == undoing.tag)?;
        }
        self.forget_imported(undoing.row, (kind, row))
    }

    fn take_tags(&mut self, now: &Row, goes: impl Fn(u32) -> bool) -> Result<()> {
        let left: Vec<u32> = now.tags.iter().copied().filter(|tag| !goes(*tag)).collect();
        if left.len() == now.tags.len() {
            return Ok(());
        }
        self.apply(|writer, _| rows::set_tags(writer, now.kind, now.row, &now.tags, &left))
    }

    /// Undoes what an import did to a record; `None` if it is gone.
    fn undo_record(&mut self, undoing: &mut Undoing, (kind, row): (Kind, u32)) -> Result<Option<Undone>> {
        let view: &dyn View = self;
        let (source, catalogue) = (view.tables().0, view.catalogue_now());
        let what = rows::imported(source, catalogue, undoing.row, (kind, row))?;
        let (Some(what), Some(now)) = (what, rows::load(source, catalogue, kind, row)?) else {
            self.forget_imported(undoing.row, (kind, row))?;
            return Ok(None);
        };
        let id = RecordId { kind, uuid: now.id };
        let undone = if what.made {
            let same = what.is_as_made(catalogue, &now);
            match same.then(|| self.delete(id, OnReferences::Refuse)) {
                None => UndoneAs::Kept,
                Some(Ok(_)) => UndoneAs::Deleted,
                Some(Err(error))
                    if matches!(error.kind(), ErrorKind::Referenced { .. } | ErrorKind::Invalid { .. }) =>
                {
                    UndoneAs::Kept
                }
                Some(Err(error)) => return Err(error),
            }
        } else {
            self.give_back(undoing, &now, &what)?
        };
        if undone != UndoneAs::Kept {
            self.forget_imported(undoing.row, (kind, row))?;
        }
        Ok(Some(Undone { id, what: undone }))
    }

    /// Gives a record its old values back, as far as they are what the import put there.
    fn give_back(&mut self, undoing: &mut Undoing, now: &Row, what: &Imported) -> Result<UndoneAs> {
        let mut later = self.later(undoing, now, what)?;
        let catalogue = self.catalogue_now();
        let mut kept: Vec<String> = Vec::new();
        let mut back: Vec<(AttributeId, Option<Value>)> = Vec::new();
        let mut keys = Vec::new();
        let changed = what.before.iter().chain(what.after.iter()).map(|(id, _)| id);
        for id in changed.collect::<BTreeSet<_>>() {
            let Some(attribute) = catalogue.attribute_by_id(now.kind, id) else { continue };
            // What the database keeps up itself follows of itself.
            if !attribute.is_settable() || attribute.archived {
                continue;
            }
            // Another import can have put the same there again, by way of something else.
            if pass_on(&mut later, what, id) || now.values.get(id) != what.after.get(id) {
                kept.push(attribute.key.to_string());
            } else {
                back.push((id, what.before.get(id).cloned()));
                keys.push(attribute.key.to_string());
            }
        }
        // A tag that is the same by now as one that the record had, or that was merged into another one, can be somebody's own.
        let had: BTreeSet<u32> = what.had.iter().filter_map(|tag| catalogue.tags.live(*tag)).collect();
        let is_own = |tag: &u32| catalogue.tags.live(*tag) == Some(*tag) && !had.contains(tag);
        let tags: BTreeSet<u32> = what.tags.iter().copied().filter(is_own).collect();
        let done = if back.is_empty() { Ok(0) } else { self.put_back(now, &back) };
        self.take_tags(now, |tag| tags.contains(&tag))?;
        self.apply(|writer, catalogue| {
            for other in later.iter().filter(|other| other.passed) {
                rows::put_imported(writer, catalogue, other.import, (now.kind, now.row), &other.what);
            }
            Ok(())
        })?;
        match done {
            Ok(_) => {}
            // The old values break a rule that was made since.
            Err(error) if error.is_invalid() => kept.append(&mut keys),
            Err(error) => return Err(error),
        }
        Ok(UndoneAs::Restored { kept })
    }

    /// What other imports did to a record after this one, in their order.
    fn later(&self, undoing: &mut Undoing, now: &Row, what: &Imported) -> Result<Vec<Later>> {
        let mut later = Vec::new();
        if rows::version_of(&now.values) == Some(what.version) {
            return Ok(later);
        }
        let (source, catalogue) = (self.tables().0, self.catalogue_now());
        let others = match &mut undoing.others {
            Some(others) => others,
            others => others.insert(rows::known_imports(source)?),
        };
        for import in others.iter().copied().filter(|other| *other != undoing.row) {
            let did = rows::imported(source, catalogue, import, (now.kind, now.row))?;
            let did = did.filter(|did| did.version > what.version);
            later.extend(did.map(|what| Later { import, what, passed: false }));
        }
        later.sort_by_key(|other| other.what.version);
        Ok(later)
    }
}

/// How many records an import made and how many it changed, as it says.
fn did(import: &Import) -> [u64; 2] {
    [import.made, import.changed].map(|count| count.unwrap_or(0).max(0).unsigned_abs())
}

/// What an import did to a record after the one that is taken back.
struct Later {
    import: u32,
    what: Imported,
    /// Whether it gives back something else by now.
    passed: bool,
}

/// Gives whether a later import changed an attribute. If the next one found what this one had put there, it is to give back what was there before this one.
fn pass_on(later: &mut [Later], what: &Imported, id: AttributeId) -> bool {
    let Some(next) = later.iter_mut().find(|other| other.what.has_changed(id)) else { return false };
    if next.what.before.get(id) == what.after.get(id) {
        match what.before.get(id) {
            Some(value) => next.what.before.set(id, value.clone()),
            None => drop(next.what.before.take(id)),
        }
        next.passed = true;
    }
    true
}
