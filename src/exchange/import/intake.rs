//! What a source says of a record goes in: the record that is meant is found, or one is made, and what was done is noted, so that it can
//! be taken back.

use std::collections::BTreeSet;

use super::compiled::{MappingProblem, is_name};
use super::draft::{Draft, NewRecord, RowProblem};
use super::foreseen::{Foreseen, Said, entry_key, looked_up, name_in, name_key};
use super::merge::{ToMerge, changes};
use super::merging::{Existing, ImportMode, Merging};
use super::names::{Known, Names, is_in_parts, record_at, title_key};
use super::numbers::lacking;
use super::planned::RowAction;
use super::recognised::{Apart, CROWD, Recognised, keys, name_of};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    AnyRecord, AttributeId, ExternalId, FieldType, Kind, PersonName, RecordId, Tag, Value, Values, search_fold,
};
use crate::read::By;
use crate::read::view::View;
use crate::rows::{self, Imported, Row};
use crate::schema::Attribute;
use crate::transaction::{OnReferences, Transaction};

/// A record that was made because it is named, and the name.
pub(super) type Made = (RecordId, String);

/// A record that is made, or would be: its kind, and its name.
pub(super) type Named = (Kind, String);

/// The import that records are written for.
#[derive(Debug, Clone)]
pub(super) struct Writing {
    /// The row of its record.
    pub(super) row: u32,
    pub(super) tag: Tag,
}

/// What all is done for.
#[derive(Debug, Clone)]
pub(super) enum Purpose {
    /// To say what would be done.
    Plan,
    /// To be done, and noted for an import.
    Import(Writing),
    /// To be done.
    Write,
}

/// A record that can be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Candidate {
    /// The one in this row of the database.
    There(u32),
    /// One that a plan would have made or changed by now.
    Foreseen(usize),
}

/// The record that is meant.
#[derive(Debug)]
pub(super) enum Meant {
    /// One that is to be made.
    New,
    /// The one in this row.
    Known(u32),
    /// Nothing is to be done with it.
    Settled(RowAction),
}

/// Takes in what a source says, record by record.
#[derive(Debug)]
pub(super) struct Intake {
    purpose: Purpose,
    mode: ImportMode,
    existing: Existing,
    names: Names,
    tags: Vec<Tag>,
    /// In a plan: what would have been written by now, and what is being looked at: by what it is recognised and its row.
    foreseen: Foreseen,
    looking_at: Option<(Recognised, u64)>,
    /// In a plan: the records that would be made since what is being looked at names them.
    naming: Vec<Named>,
    /// In a plan: what is wrong with it beside.
    clash: Option<RowProblem>,
    /// In a plan: the records that would have been made by now because they are named.
    planned: BTreeSet<Named>,
    /// In a plan: the records that would have got a number of a system by now.
    numbered: BTreeSet<(RecordId, String)>,
}

impl Intake {
    /// `names` are those that are known already.
    pub(super) fn new(merging: &Merging, purpose: Purpose, names: Names) -> Result<Self> {
        let mut tags = Vec::new();
        for tag in &merging.tags {
            let with = |message| MappingProblem::With { header: "tags".into(), message };
            tags.push(Tag::new(tag).map_err(|error| refused(vec![with(error.to_string())]))?);
        }
        if let Purpose::Import(writing) = &purpose {
            tags.push(writing.tag.clone());
        }
        let (mode, existing) = (merging.mode, merging.existing);
        let (foreseen, looking_at, naming, clash) = (Foreseen::default(), None, Vec::new(), None);
        let (planned, numbered) = (BTreeSet::new(), BTreeSet::new());
        Ok(Self { purpose, mode, existing, names, tags, foreseen, looking_at, naming, clash, planned, numbered })
    }

    /// The names that became known.
    pub(super) fn into_names(self) -> Names {
        self.names
    }

    pub(super) fn is_plan(&self) -> bool {
        matches!(self.purpose, Purpose::Plan)
    }

    /// Finds the records that are named.
    pub(super) fn known<'a>(&'a mut self, view: &'a dyn View) -> Known<'a> {
        Known { names: &mut self.names, view }
    }

    /// The records that can be meant.
    pub(super) fn matching(
        &mut self,
        view: &dyn View,
        recognised: &Recognised,
        draft: &Draft,
    ) -> Result<Vec<Candidate>> {
        let own = recognised.apart(&draft.values);
        for attribute in &recognised.by {
            let mut found = BTreeSet::new();
            if let Some(name) = name_of(attribute, draft) {
                let mut rows = Vec::new();
                for id in self.names.called(view, recognised.kind, name)?.iter().take(CROWD + 1) {
                    rows.extend(rows::find(view.tables().0, *id)?);
                }
                let key = name_key(recognised.kind, name);
                found.extend(self.candidates(recognised.kind, attribute, &rows, &[key]));
            } else {
                for by in keys(attribute, &draft.values) {
                    let entries = looked_up(view, recognised.kind, &by)?;
                    let rows = By::rows_of(&entries, view.tables().0, recognised.kind, CROWD + 1)?;
                    let foreseen = entries.iter().filter(|_| self.is_plan());
                    let keys: Vec<u64> = foreseen.map(|entry| entry_key(recognised.kind, entry)).collect();
                    found.extend(self.candidates(recognised.kind, attribute, &rows, &keys));
                }
            }
            if !own.is_nothing() {
                let mut same = BTreeSet::new();
                for candidate in found {
                    if !self.apart(view, recognised, candidate)?.differs(&own, attribute) {
                        same.insert(candidate);
                    }
                }
                found = same;
            }
            if !found.is_empty() {
                return Ok(found.into_iter().collect());
            }
        }
        Ok(Vec::new())
    }

    /// The records that have a key: of those in the database these rows, of those that a plan foresees those with one of these keys.
    fn candidates(&self, kind: Kind, attribute: &Attribute, rows: &[u32], keys: &[u64]) -> BTreeSet<Candidate> {
        let there = rows.iter().filter_map(|row| match self.foreseen.of_row(kind, *row) {
            Some(at) => self.foreseen.still_has(at, attribute.id, keys).then_some(Candidate::Foreseen(at)),
            None => Some(Candidate::There(*row)),
        });
        let foreseen = keys.iter().flat_map(|key| self.foreseen.with(*key)).map(Candidate::Foreseen);
        let found: BTreeSet<Candidate> = there.chain(foreseen).take(2 * CROWD + 2).collect();
        if found.len() > CROWD { BTreeSet::new() } else { found }
    }

    /// What tells a record from others.
    fn apart(&self, view: &dyn View, recognised: &Recognised, candidate: Candidate) -> Result<Apart> {
        Ok(match candidate {
            Candidate::There(row) => {
                let record = rows::load(view.tables().0, view.catalogue_now(), recognised.kind, row)?;
                record.map(|record| recognised.apart(&record.values)).unwrap_or_default()
            }
            Candidate::Foreseen(at) => self.foreseen.record(at).map(|known| known.apart.clone()).unwrap_or_default(),
        })
    }

    /// The record that is meant, of those that can be; `number` says where it comes from.
    pub(super) fn meant(
        &mut self,
        view: &dyn View,
        recognised: &Recognised,
        found: &[Candidate],
        draft: &mut Draft,
        number: u64,
    ) -> Result<Meant> {
        let target = match found {
            [] => None,
            [Candidate::There(row)] => Some(*row),
            [Candidate::Foreseen(at)] => {
                return self.more_of(view, recognised, *at, draft).map(Meant::Settled);
            }
            several => {
                let mut candidates = Vec::new();
                for candidate in several {
                    let row = match candidate {
                        Candidate::There(row) => Some(*row),
                        Candidate::Foreseen(at) => self.foreseen.record(*at).and_then(|known| known.target),
                    };
                    let id = row.map(|row| record_at(view, recognised.kind, row)).transpose()?;
                    candidates.extend(id.flatten());
                }
                return Ok(Meant::Settled(RowAction::Conflict { candidates }));
            }
        };
        match (target, self.mode) {
            (None, ImportMode::Update) | (Some(_), ImportMode::Create) => return Ok(Meant::Settled(RowAction::Skip)),
            _ => {}
        }
        if self.is_plan() {
            self.looking_at = Some((recognised.clone(), number));
        }
        Ok(target.map_or(Meant::New, Meant::Known))
    }

    /// In a plan: what becomes of what says more of a record that an earlier row makes or changes.
    fn more_of(&mut self, view: &dyn View, recognised: &Recognised, at: usize, draft: &mut Draft) -> Result<RowAction> {
        let row = self.foreseen.record(at).map_or(0, |known| known.row);
        let again = self.again(row);
        if again == RowAction::Skip {
            return Ok(again);
        }
        let overwrites = self.existing == Existing::Overwrite;
        let said = Said::new(view, recognised, &draft.values, draft.whole_name, overwrites)?;
        if let Some(taken) = self.foreseen.clash(Some(at), &said) {
            draft.problems.push(clash(view, &said, taken));
            return Ok(RowAction::Refuse);
        }
        self.foreseen.change(at, &said);
        Ok(again)
    }

    /// In a plan: notes what would be written, unless an earlier row gives another record a value that no two can have. `before` has the record
    /// that is there already, `values` what is put into it.
    fn foresee(&mut self, view: &dyn View, before: Option<(u32, &Values)>, values: &Values) -> Result<()> {
        let Some((recognised, row)) = self.looking_at.take() else { return Ok(()) };
        // What is put into a record that is there is what it has then.
        let overwrites = before.is_some() || self.existing == Existing::Overwrite;
        let said = Said::new(view, &recognised, values, true, overwrites)?;
        if let Some(taken) = self.foreseen.clash(None, &said) {
            self.clash = Some(clash(view, &said, taken));
            return Ok(());
        }
        self.foreseen.add(view, row, before, &said)?;
        for (kind, name) in self.naming.drain(..) {
            let title = title_key(view.catalogue_now(), kind);
            let title = title.and_then(|key| Some(view.catalogue_now().settable(kind, &key)?.id));
            if let Some(title) = title.filter(|_| self.foreseen.with(name_key(kind, &name)).next().is_none()) {
                self.foreseen.add_named(kind, title, &name, row);
            }
        }
        Ok(())
    }

    /// In a plan: what becomes of what says more of the record that an earlier row makes.
    pub(super) fn again(&self, row: u64) -> RowAction {
        if self.mode == ImportMode::Create { RowAction::Skip } else { RowAction::Again { row } }
    }

    /// In a plan: whether there would be a record of that name by now.
    pub(super) fn foresees(&self, kind: Kind, name: &str) -> bool {
        self.foreseen.with(name_key(kind, name)).next().is_some()
    }

    /// Makes the records that are named; of a plan, says which it would make.
    pub(super) fn make(
        &mut self,
        tx: &mut Transaction<'_>,
        wanted: Vec<(Kind, NewRecord)>,
    ) -> Result<(Vec<Made>, Vec<Named>)> {
        let (mut made, mut makes) = (Vec::new(), Vec::new());
        self.naming.clear();
        for (kind, new) in wanted {
            let name = new.title().to_owned();
            if self.is_plan() {
                let is_new = !self.foresees(kind, &name) && self.planned.insert((kind, search_fold(&name)));
                if is_new {
                    self.naming.push((kind, name.clone()));
                    makes.push((kind, name));
                }
                continue;
            }
            let Some(key) = title_key(tx.catalogue_now(), kind) else { continue };
            let mut record = AnyRecord::new(kind);
            if !is_in_parts(tx.catalogue_now(), kind, &key) {
                record.fields.set_value(&key, name.as_str());
            } else if let Some(name) = new.name.as_deref().and_then(|name| PersonName::parse(name).to_value()) {
                // Of people: a number is nobody's name.
                record.fields.set_value(&key, name);
            }
            if let Some((system, number)) = &new.number {
                record.fields.set_value("external_id", ExternalId::new(system, number));
            }
            record.tags.extend(self.tags.iter().cloned());
            // One that can't be made is missed by what names it, which says so.
            let row = match tx.insert_row(&record) {
                Ok(row) => row,
                Err(error) if error.is_invalid() => continue,
                Err(error) => return Err(error),
            };
            let id = RecordId { kind, uuid: row.id };
            self.note_made(tx, row)?;
            self.names.add(&name, id);
            made.push((id, name.clone()));
            makes.push((kind, name));
        }
        Ok((made, makes))
    }

    /// Takes back records that were made because they were named.
    pub(super) fn unmake(&mut self, tx: &mut Transaction<'_>, made: Vec<Made>) -> Result<()> {
        for (id, name) in made {
            let row = tx.row_of(id)?;
            tx.delete(id, OnReferences::Refuse)?;
            if let Purpose::Import(writing) = &self.purpose {
                tx.forget_imported(writing.row, (id.kind, row))?;
            }
            self.names.remove(&name, id);
        }
        Ok(())
    }

    /// Makes or changes the record that is meant. What was made for its sake goes again if it is refused.
    pub(super) fn put(
        &mut self,
        tx: &mut Transaction<'_>,
        kind: Kind,
        meant: Meant,
        draft: &mut Draft,
        made: Vec<Made>,
    ) -> Result<RowAction> {
        let done = self.write(tx, kind, meant, draft);
        self.looking_at = None;
        let problems: Vec<RowProblem> = match (done, self.clash.take()) {
            (Ok(action), None) => return Ok(action),
            (Ok(_), Some(clash)) => vec![clash],
            (Err(error), _) if error.is_invalid() => {
                let problem = |violation: &crate::Violation| RowProblem::of_row("invalid", violation.to_string());
                error.violations().iter().map(problem).collect()
            }
            (Err(error), _) => return Err(error),
        };
        self.unmake(tx, made)?;
        for (kind, name) in self.naming.drain(..) {
            self.planned.remove(&(kind, search_fold(&name)));
        }
        draft.problems.extend(problems);
        Ok(RowAction::Refuse)
    }

    /// Makes or changes the record that is meant.
    pub(super) fn write(
        &mut self,
        tx: &mut Transaction<'_>,
        kind: Kind,
        meant: Meant,
        draft: &mut Draft,
    ) -> Result<RowAction> {
        match meant {
            Meant::New => self.create(tx, kind, draft),
            Meant::Known(row) => self.update(tx, kind, row, draft),
            Meant::Settled(action) => Ok(action),
        }
    }

    fn create(&mut self, tx: &mut Transaction<'_>, kind: Kind, draft: &mut Draft) -> Result<RowAction> {
        let mut record = AnyRecord::new(kind);
        let catalogue = tx.catalogue_now();
        let values = draft.take_values();
        let name = name_in(catalogue, kind, &values).map(|(_, name)| name.to_owned());
        let foreseen = self.is_plan().then(|| values.clone());
        for (id, value) in values.into_iter().filter(|(id, _)| catalogue.attribute_by_id(kind, *id).is_some()) {
            record.fields.set_known(id, value);
        }
        record.tags.extend(draft.tags.iter().chain(&self.tags).cloned());
        if let Some(values) = foreseen {
            let title = catalogue.title_of(kind, &tx.check_insert(&record)?);
            self.foresee(&*tx, None, &values)?;
            return Ok(RowAction::Create { title, id: None });
        }
        let row = tx.insert_row(&record)?;
        let (title, id) = (tx.catalogue_now().title_of(kind, &row.values), RecordId { kind, uuid: row.id });
        self.note_made(tx, row)?;
        if let Some(name) = name {
            self.names.add(&name, id);
        }
        Ok(RowAction::Create { title, id: Some(id) })
    }

    fn update(&mut self, tx: &mut Transaction<'_>, kind: Kind, row: u32, draft: &Draft) -> Result<RowAction> {
        let view: &dyn View = &*tx;
        let before = rows::load(view.tables().0, view.catalogue_now(), kind, row)?;
        let Some(before) = before else { return Ok(RowAction::Skip) };
        let id = RecordId { kind, uuid: before.id };
        let mut values = draft.values.clone();
        crate::schema::normalise(&mut values, Some(&before.values), view.options().phones.region);
        let said = ToMerge { values: &values, whole_name: draft.whole_name, notes: draft.notes.as_ref() };
        let changes = changes(view.catalogue_now(), kind, &before.values, &said, self.existing);
        let has = |tag: &Tag| view.catalogue_now().tags.id(tag).is_some_and(|id| before.tags.contains(&id));
        let said: Vec<Tag> = draft.tags.iter().chain(self.tags.iter()).filter(|tag| !has(tag)).cloned().collect();
        let own = self.own_tag();
        // A record that is yet to be made is a change to the one that refers to it, though a plan has no value for that.
        let is_new =
            |new: &NewRecord| self.existing == Existing::Overwrite || before.values.get(new.attribute).is_none();
        let refers = self.is_plan() && draft.to_make.iter().any(is_new);
        // The tag of the import alone is no change.
        if changes.is_empty() && !refers && said.iter().all(|tag| Some(tag) == own) {
            return Ok(RowAction::Unchanged { id });
        }
        let change = |record: &mut AnyRecord| {
            for change in &changes {
                record.fields.set_value(&change.key, change.after.clone());
            }
            record.tags.extend(said.iter().cloned());
        };
        if self.is_plan() {
            tx.check_update(id, change)?;
            let mut values = Values::default();
            for change in &changes {
                values.set(change.attribute, change.after.clone());
            }
            self.foresee(&*tx, Some((before.row, &before.values)), &values)?;
        } else {
            tx.update_row(&before, change)?;
            self.note_update(tx, &before)?;
            let is_name = |id| tx.catalogue_now().attribute_by_id(kind, id).is_some_and(is_name);
            if let Some(change) = changes.iter().find(|one| is_name(one.attribute)) {
                if let Some(Value::Text(name)) = &change.before {
                    self.names.remove(name, id);
                }
                if let Value::Text(name) = &change.after {
                    self.names.add(name, id);
                }
            }
        }
        Ok(RowAction::Update { id, changes, tags: said })
    }

    /// Gives records the numbers that they lack; gives those that got one, or would.
    pub(super) fn give_numbers(
        &mut self,
        tx: &mut Transaction<'_>,
        numbers: Vec<(RecordId, ExternalId)>,
    ) -> Result<Vec<(RecordId, ExternalId)>> {
        let mut given = Vec::new();
        for (id, number) in numbers {
            let Some((before, change)) = lacking(&*tx, id, &number)? else { continue };
            if self.is_plan() {
                if self.numbered.insert((id, number.system.clone())) {
                    given.push((id, number));
                }
                continue;
            }
            let tag = self.own_tag().cloned();
            let numbered = tx.update_row(&before, |record: &mut AnyRecord| {
                record.fields.set_value(&change.key, change.after);
                record.tags.extend(tag);
            });
            match numbered {
                Ok(_) => self.note_update(tx, &before)?,
                // Somebody else has it.
                Err(error) if error.is_invalid() => continue,
                Err(error) => return Err(error),
            }
            given.push((id, number));
        }
        Ok(given)
    }

    /// The tag of the import.
    pub(super) fn own_tag(&self) -> Option<&Tag> {
        if let Purpose::Import(writing) = &self.purpose { Some(&writing.tag) } else { None }
    }

    /// Notes that the import made a record.
    fn note_made(&mut self, tx: &mut Transaction<'_>, made: Row) -> Result<()> {
        let Purpose::Import(Writing { row: import, .. }) = self.purpose else { return Ok(()) };
        let place = (made.kind, made.row);
        let what = Imported::made(tx.catalogue_now(), made);
        put_imported(tx, import, place, &what)
    }

    /// Notes what a record was before; what it was before the first change of the import holds.
    fn note_update(&mut self, tx: &mut Transaction<'_>, before: &Row) -> Result<()> {
        let Purpose::Import(Writing { row: import, .. }) = self.purpose else { return Ok(()) };
        let place = (before.kind, before.row);
        let view: &dyn View = &*tx;
        let (source, catalogue) = (view.tables().0, view.catalogue_now());
        let Some(after) = rows::load(source, catalogue, before.kind, before.row)? else { return Ok(()) };
        let noted = rows::imported(source, catalogue, import, place)?;
        let mut what = noted.unwrap_or_else(|| Imported::changing(before));
        if what.made {
            // What somebody changed while the import was stopped has to stay known.
            if what.is_as_made(catalogue, before) {
                what = Imported::made(catalogue, after);
            }
        } else {
            what.add(before, &after);
        }
        put_imported(tx, import, place, &what)
    }
}

fn put_imported(tx: &mut Transaction<'_>, import: u32, place: (Kind, u32), what: &Imported) -> Result<()> {
    tx.apply(|writer, catalogue| {
        rows::put_imported(writer, catalogue, import, place, what);
        Ok(())
    })
}

/// What is wrong with a value that no two records can have and that an earlier row has.
fn clash(view: &dyn View, said: &Said<'_>, (of, row): (AttributeId, u64)) -> RowProblem {
    let attribute = view.catalogue_now().attribute_by_id(said.recognised.kind, of);
    let key = attribute.map_or("value", |attribute| &*attribute.key);
    let found = said.values.get(of).map(|value| crate::model::shorten(&value.to_string())).unwrap_or_default();
    RowProblem::of_row("invalid", format!("{key}: found \"{found}\", row {row} has this value already"))
}

pub(super) fn refused(problems: Vec<MappingProblem>) -> Error {
    ErrorKind::Mapping { problems }.into()
}
