//! Taking an import back.

use std::ops::ControlFlow;

use crate::error::{ErrorKind, Result};
use crate::model::{AnyRecord, Id, Import, Kind, RecordId, Value, choices};
use crate::read::view::View;
use crate::rows::{self, Imported};
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
    /// The import made it, and it was changed since, or others refer to it: it stays as it is.
    Kept,
    /// Its old values are back.
    Restored {
        /// The keys of attributes that were changed since the import, and stay as they are.
        kept: Vec<String>,
    },
}

impl Transaction<'_> {
    /// Takes an import back: records that it made are deleted, others get back the values that they had, and the tag of the import goes. What was changed
    /// since stays as it is and is told to `each`, which gets all records and can stop: what is undone by then stays undone, and the next call goes on.
    ///
    /// Holds the places of some records at a time. About as long as the import.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`Io`](ErrorKind::Io), [`Corrupt`](ErrorKind::Corrupt). After any error the transaction can't be
    /// committed. An example stands at [`import`](Self::import).
    pub fn undo_import(&mut self, id: Id<Import>, mut each: impl FnMut(&Undone) -> ControlFlow<()>) -> Result<()> {
        self.whole(|tx| {
            let import = tx.load(id)?.row;
            // Records to which others refer that go themselves go in a later round.
            loop {
                let (mut behind, mut went, mut held) = (None, false, Vec::new());
                loop {
                    let places = rows::all_imported(tx.tables().0, import, behind, BATCH)?;
                    let Some(last) = places.last().copied() else { break };
                    for place in places {
                        let Some(undone) = tx.undo_record(import, place)? else { continue };
                        if undone.what == UndoneAs::Kept {
                            held.push((place, undone));
                            continue;
                        }
                        went = true;
                        if each(&undone).is_break() {
                            return Ok(());
                        }
                    }
                    behind = Some(last);
                }
                if held.is_empty() || !went {
                    for (place, undone) in held {
                        tx.forget_imported(import, place)?;
                        if each(&undone).is_break() {
                            return Ok(());
                        }
                    }
                    break;
                }
            }
            tx.update(id, |import| import.status = Some(choices::import_status::UNDONE)).map(drop)
        })
    }

    pub(super) fn forget_imported(&mut self, import: u32, place: (Kind, u32)) -> Result<()> {
        self.apply(|writer, _| {
            rows::forget_imported(writer, import, place);
            Ok(())
        })
    }

    /// Undoes what an import did to a record; `None` if it is gone.
    fn undo_record(&mut self, import: u32, (kind, row): (Kind, u32)) -> Result<Option<Undone>> {
        let view: &dyn View = self;
        let (source, catalogue) = (view.tables().0, view.catalogue_now());
        let what = rows::imported(source, catalogue, import, (kind, row))?;
        let (Some(what), Some(now)) = (what, rows::load(source, catalogue, kind, row)?) else {
            self.forget_imported(import, (kind, row))?;
            return Ok(None);
        };
        let id = RecordId { kind, uuid: now.id };
        let undone = if what.made {
            let same = rows::version_of(&now.values) == Some(what.version);
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
            self.give_back(&now, &what)?
        };
        if undone != UndoneAs::Kept {
            self.forget_imported(import, (kind, row))?;
        }
        Ok(Some(Undone { id, what: undone }))
    }

    /// Gives a record its old values back, as far as they are what the import put there.
    fn give_back(&mut self, now: &rows::Row, what: &Imported) -> Result<UndoneAs> {
        let catalogue = self.catalogue_now();
        let mut kept = Vec::new();
        let mut back: Vec<(String, Option<Value>)> = Vec::new();
        let changed = what.before.iter().chain(what.after.iter()).map(|(id, _)| id);
        for id in changed.collect::<std::collections::BTreeSet<_>>() {
            let Some(attribute) = catalogue.attribute_by_id(now.kind, id) else { continue };
            // What the database keeps up itself follows of itself.
            if !attribute.is_settable() || attribute.archived {
                continue;
            }
            if now.values.get(id) == what.after.get(id) {
                back.push((attribute.key.to_string(), what.before.get(id).cloned()));
            } else {
                kept.push(attribute.key.to_string());
            }
        }
        let tags: Vec<_> = what
            .tags
            .iter()
            .filter_map(|id| catalogue.tags.live(*id))
            .filter_map(|id| catalogue.tags.name(id).cloned())
            .collect();
        let done = self.update_row(now, |record: &mut AnyRecord| {
            for (key, value) in &back {
                match value {
                    Some(value) => record.fields.set_value(key, value.clone()),
                    None => record.fields.clear_value(key),
                }
            }
            for tag in &tags {
                record.tags.remove(tag);
            }
        });
        match done {
            Ok(_) => Ok(UndoneAs::Restored { kept }),
            // The old values break a rule that was made since.
            Err(error) if error.is_invalid() => {
                Ok(UndoneAs::Restored { kept: kept.into_iter().chain(back.into_iter().map(|(key, _)| key)).collect() })
            }
            Err(error) => Err(error),
        }
    }
}
