//! What a source says of a record goes in: the record that is meant is found, or one is made, and what was done is noted, so that it can
//! be taken back.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::compiled::{MappingProblem, is_name};
use super::draft::{Draft, NewRecord, RowProblem};
use super::merge::changes;
use super::merging::{Existing, ImportMode, Merging};
use super::names::{Known, Names, is_in_parts, record_at, rows_by, title_key};
use super::numbers::lacking;
use super::planned::RowAction;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    AnyRecord, ExternalId, FieldType, Group, Kind, Part, PersonName, RecordId, Tag, Value, search_fold,
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

/// Records of which a kind, and by what they are recognised.
#[derive(Debug, Clone)]
pub(super) struct Recognised {
    pub(super) kind: Kind,
    pub(super) by: Vec<Arc<Attribute>>,
}

impl Recognised {
    /// The numbers in other systems, if records are recognised by them. Then a record that has one of the same system is another one,
    /// whatever else is the same: two people can share an address.
    fn numbers(&self) -> Option<&Arc<Attribute>> {
        self.by.iter().find(|attribute| *attribute.key == *"external_id")
    }
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

/// What a plan would write.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    /// Where it comes from.
    row: u64,
    /// The systems of which it has a number, a bit each.
    systems: u64,
    /// The row of the record, if it is there already.
    target: Option<u32>,
    /// Whether another record has the key too.
    contested: bool,
}

/// A key of what a plan looks at.
#[derive(Debug)]
struct PlannedKey {
    hash: u64,
    is_number: bool,
}

/// Takes in what a source says, record by record.
#[derive(Debug)]
pub(super) struct Intake {
    purpose: Purpose,
    mode: ImportMode,
    existing: Existing,
    names: Names,
    tags: Vec<Tag>,
    /// In a plan: the keys of what would be written, and where it came from.
    seen: HashMap<u64, Seen>,
    /// In a plan: the same of what is being looked at.
    pending: Seen,
    pending_keys: Vec<PlannedKey>,
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
        let (seen, planned, numbered) = (HashMap::new(), BTreeSet::new(), BTreeSet::new());
        let (pending, pending_keys) = (Seen::default(), Vec::new());
        Ok(Self { purpose, mode, existing, names, tags, seen, pending, pending_keys, planned, numbered })
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

    /// The rows of the records that can be meant.
    pub(super) fn matching(&mut self, view: &dyn View, recognised: &Recognised, draft: &Draft) -> Result<Vec<u32>> {
        let kind = recognised.kind;
        for attribute in &recognised.by {
            let mut found = Vec::new();
            if let (true, Some(Value::Text(name))) = (is_name(attribute), draft.values.get(attribute.id)) {
                for id in self.names.called(view, kind, name)? {
                    found.extend(rows::find(view.tables().0, *id)?);
                }
            } else {
                for by in keys(attribute, draft) {
                    found.extend(rows_by(view, kind, &by)?);
                }
            }
            found.sort_unstable();
            found.dedup();
            let numbers = recognised.numbers().filter(|numbers| numbers.id != attribute.id);
            if let Some((numbers, own)) = numbers.and_then(|of| Some((of.id, draft.values.get(of.id)?))) {
                let mut same = Vec::new();
                for row in found {
                    let record = rows::load(view.tables().0, view.catalogue_now(), kind, row)?;
                    let other = record.as_ref().and_then(|record| record.values.get(numbers));
                    if systems(Some(own)).is_disjoint(&systems(other)) {
                        same.push(row);
                    }
                }
                found = same;
            }
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    /// The record that is meant, of those that can be; `number` says where it comes from.
    pub(super) fn meant(
        &mut self,
        view: &dyn View,
        recognised: &Recognised,
        found: &[u32],
        draft: &Draft,
        number: u64,
    ) -> Result<Meant> {
        let conflict = || {
            let candidates = found.iter().filter_map(|row| record_at(view, recognised.kind, *row).transpose());
            Ok(Meant::Settled(RowAction::Conflict { candidates: candidates.collect::<Result<_>>()? }))
        };
        if found.len() > 1 {
            return conflict();
        }
        let mut target = found.first().copied();
        let mut keys = Vec::new();
        if self.is_plan() {
            keys = hashed_keys(recognised, draft);
            let own = recognised.numbers().map_or(0, |numbers| mask(draft.values.get(numbers.id)));
            let mut earlier = None;
            for key in &keys {
                let Some(seen) = self.seen.get(&key.hash).copied() else { continue };
                if key.is_number || seen.systems & own == 0 {
                    earlier = earlier.or(Some(seen));
                } else if seen.target == target {
                    // It has another number by then.
                    target = None;
                }
            }
            if let Some(seen) = earlier {
                // One that is there and one that is planned, or two that are planned.
                if seen.contested || target.is_some() && seen.target != target {
                    return conflict();
                }
                let again = self.again(seen.row);
                // It would give the record its other keys.
                if again != RowAction::Skip {
                    let seen = Seen { systems: seen.systems | own, ..seen };
                    self.seen.extend(keys.into_iter().map(|key| (key.hash, seen)));
                }
                return Ok(Meant::Settled(again));
            }
            self.pending = Seen { row: number, systems: own, target, contested: false };
        }
        match (target, self.mode) {
            (None, ImportMode::Update) | (Some(_), ImportMode::Create) => return Ok(Meant::Settled(RowAction::Skip)),
            _ => {}
        }
        if let (Some(row), Some(numbers), false) = (target, recognised.numbers(), keys.is_empty()) {
            let record = rows::load(view.tables().0, view.catalogue_now(), recognised.kind, row)?;
            self.pending.systems |= mask(record.as_ref().and_then(|record| record.values.get(numbers.id)));
        }
        self.pending_keys = keys;
        Ok(target.map_or(Meant::New, Meant::Known))
    }

    /// In a plan: what becomes of what says more of the record that an earlier row makes.
    pub(super) fn again(&self, row: u64) -> RowAction {
        if self.mode == ImportMode::Create { RowAction::Skip } else { RowAction::Again { row } }
    }

    /// Makes the records that are named; of a plan, says which it would make.
    pub(super) fn make(
        &mut self,
        tx: &mut Transaction<'_>,
        wanted: Vec<(Kind, NewRecord)>,
    ) -> Result<(Vec<Made>, Vec<Named>)> {
        let (mut made, mut makes) = (Vec::new(), Vec::new());
        for (kind, new) in wanted {
            let name = new.title().to_owned();
            if self.is_plan() {
                if self.planned.insert((kind, search_fold(&name))) {
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
            let id = match tx.insert(&record) {
                Ok(id) => id,
                Err(error) if error.is_invalid() => continue,
                Err(error) => return Err(error),
            };
            self.note_made(tx, id)?;
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
        let keys = std::mem::take(&mut self.pending_keys);
        match self.write(tx, kind, meant, draft) {
            Err(error) if error.is_invalid() => {
                self.unmake(tx, made)?;
                let problem = |violation: &crate::Violation| RowProblem::of_row("invalid", violation.to_string());
                draft.problems.extend(error.violations().iter().map(problem));
                Ok(RowAction::Refuse)
            }
            Ok(action) => {
                let seen = self.pending;
                for key in keys {
                    // Where two records share an address, a row that has nothing else can mean both.
                    self.seen.entry(key.hash).and_modify(|own| own.contested |= own.row != seen.row).or_insert(seen);
                }
                Ok(action)
            }
            Err(error) => Err(error),
        }
    }

    /// Makes or changes the record that is meant.
    pub(super) fn write(
        &mut self,
        tx: &mut Transaction<'_>,
        kind: Kind,
        meant: Meant,
        draft: &Draft,
    ) -> Result<RowAction> {
        match meant {
            Meant::New => self.create(tx, kind, draft),
            Meant::Known(row) => self.update(tx, kind, row, draft),
            Meant::Settled(action) => Ok(action),
        }
    }

    fn create(&mut self, tx: &mut Transaction<'_>, kind: Kind, draft: &Draft) -> Result<RowAction> {
        let mut record = AnyRecord::new(kind);
        let catalogue = tx.catalogue_now();
        let mut name = None;
        for (id, value) in draft.values.iter() {
            if let Some(attribute) = catalogue.attribute_by_id(kind, id) {
                if let (true, Value::Text(text)) = (is_name(attribute), value) {
                    name = Some(text);
                }
                record.fields.set_value(&attribute.key, value.clone());
            }
        }
        record.tags.extend(draft.tags.iter().chain(&self.tags).cloned());
        let title = catalogue.title(&record);
        if self.is_plan() {
            tx.check_insert(&record)?;
            return Ok(RowAction::Create { title, id: None });
        }
        let id = tx.insert(&record)?;
        self.note_made(tx, id)?;
        if let Some(name) = name {
            self.names.add(name, id);
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
        let changes = changes(view.catalogue_now(), kind, &before.values, &values, self.existing);
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
        } else {
            tx.update_row(&before, change)?;
            self.note_update(tx, &before)?;
            let is_name = |id| tx.catalogue_now().attribute_by_id(kind, id).is_some_and(is_name);
            if let Some(Value::Text(name)) = changes.iter().find(|one| is_name(one.attribute)).map(|one| &one.after) {
                self.names.add(name, id);
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
    fn own_tag(&self) -> Option<&Tag> {
        if let Purpose::Import(writing) = &self.purpose { Some(&writing.tag) } else { None }
    }

    /// Notes that the import made a record.
    fn note_made(&mut self, tx: &mut Transaction<'_>, id: RecordId) -> Result<()> {
        let Purpose::Import(Writing { row: import, .. }) = self.purpose else { return Ok(()) };
        let made = tx.load(id)?;
        let what = Imported::made(tx.catalogue_now(), &made);
        put_imported(tx, import, (id.kind, made.row), &what)
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
                what = Imported::made(catalogue, &after);
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

/// The keys that a source gives of an attribute.
fn keys(attribute: &Attribute, draft: &Draft) -> Vec<By> {
    let each = draft.values.get(attribute.id).map_or(&[][..], Value::each);
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

/// The systems of which there are numbers.
fn systems(numbers: Option<&Value>) -> BTreeSet<String> {
    let each = numbers.map_or(&[][..], Value::each).iter();
    each.filter_map(|number| match number {
        Value::Group(number) => number.part(1).map(ToString::to_string),
        _ => None,
    })
    .collect()
}

/// The keys that a source gives, as few bytes as a plan of a large table can hold of each.
fn hashed_keys(recognised: &Recognised, draft: &Draft) -> Vec<PlannedKey> {
    let key = |attribute: &Arc<Attribute>, value: &Value| {
        let text = match value {
            Value::Group(group) => {
                let parts = group.parts.iter().filter(|(number, _)| *number < Part::LABEL);
                parts.map(|(_, value)| value.to_string()).collect::<Vec<_>>().join("\0")
            }
            value => value.to_string(),
        };
        let hash = hashed((recognised.kind, attribute.id, search_fold(&text)));
        PlannedKey { hash, is_number: *attribute.key == *"external_id" }
    };
    let each = recognised.by.iter().flat_map(|attribute| {
        let values = draft.values.get(attribute.id).map_or(&[][..], Value::each);
        values.iter().map(move |value| key(attribute, value))
    });
    each.collect()
}

/// The systems of which there are numbers, as bits: two can share one, which a plan of several systems may take for the same.
fn mask(numbers: Option<&Value>) -> u64 {
    systems(numbers).into_iter().fold(0, |mask, system| mask | 1 << (hashed(system) % 64))
}

fn hashed(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

pub(super) fn refused(problems: Vec<MappingProblem>) -> Error {
    ErrorKind::Mapping { problems }.into()
}
