//! One row after the other: what each means, and what becomes of it.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::compiled::{Compiled, MappingProblem};
use super::draft::{Draft, NewRecord, Reading, RowProblem};
use super::mapping::{Existing, ImportMode, Mapping, Mistakes, NewOptions, Target};
use super::merge::{FieldChange, changes};
use super::names::{Known, Names, record_at, rows_by, title_key};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{AnyRecord, ExternalId, Group, Kind, Part, RecordId, Tag, Value, search_fold};
use crate::read::By;
use crate::read::view::View;
use crate::rows::{self, Imported, Row};
use crate::schema::{Attribute, Field};
use crate::transaction::{OnReferences, Transaction};

/// A row of a table, and what becomes of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PlannedRow {
    /// Which row, counted from 1; the headings are none.
    pub row: u64,
    /// The line of the file on which it begins.
    pub line: u64,
    /// What becomes of it.
    pub action: RowAction,
    /// What is wrong with it. Where mistakes are left out, a row can go in with some.
    pub problems: Vec<RowProblem>,
    /// Records that are made because the row names them: the kind, and the name.
    pub makes: Vec<(Kind, String)>,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RowAction {
    /// It makes a record. The id is there once it is made.
    Create {
        /// What the record is called.
        title: String,
        /// Its id.
        id: Option<RecordId>,
    },
    /// It changes a record.
    Update {
        /// The record.
        id: RecordId,
        /// What differs.
        changes: Vec<FieldChange>,
        /// Tags that the record gets.
        tags: Vec<Tag>,
    },
    /// In a plan: it says more of the record that an earlier row makes or changes.
    Again {
        /// The earlier row.
        row: u64,
    },
    /// The record says all of it already.
    Unchanged {
        /// The record.
        id: RecordId,
    },
    /// Nothing stands in it, or the mode of the import leaves it out.
    Skip,
    /// It could mean several records, and means none of them.
    Conflict {
        /// These.
        candidates: Vec<RecordId>,
    },
    /// Something is wrong with it; nothing of it goes in.
    Refuse,
    /// The table can't be read any more; the import stops here and can be resumed.
    Stop,
}

/// How many rows there were of each sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ImportCounts {
    /// All.
    pub rows: u64,
    /// Those that make a record.
    pub created: u64,
    /// Those that change one.
    pub updated: u64,
    /// Those that change nothing.
    pub unchanged: u64,
    /// Blank ones, and those that the mode leaves out.
    pub skipped: u64,
    /// Those that could mean several records.
    pub conflicts: u64,
    /// Those with something wrong.
    pub refused: u64,
    /// Records that are made because rows name them.
    pub named: u64,
}

impl ImportCounts {
    pub(super) fn add(&mut self, more: Self) {
        let own = [
            (&mut self.rows, more.rows),
            (&mut self.created, more.created),
            (&mut self.updated, more.updated),
            (&mut self.unchanged, more.unchanged),
            (&mut self.skipped, more.skipped),
            (&mut self.conflicts, more.conflicts),
            (&mut self.refused, more.refused),
            (&mut self.named, more.named),
        ];
        for (count, more) in own {
            *count += more;
        }
    }

    pub(super) fn count(&mut self, row: &PlannedRow) {
        self.rows += 1;
        self.named += row.makes.len() as u64;
        let count = match &row.action {
            RowAction::Create { .. } => &mut self.created,
            RowAction::Update { .. } | RowAction::Again { .. } => &mut self.updated,
            RowAction::Unchanged { .. } => &mut self.unchanged,
            RowAction::Skip => &mut self.skipped,
            RowAction::Conflict { .. } => &mut self.conflicts,
            RowAction::Refuse | RowAction::Stop => &mut self.refused,
        };
        *count += 1;
    }
}

/// A record that was made because a row names it, and the name.
type Made = (RecordId, String);

/// A record that is made, or would be: its kind, and its name.
type Named = (Kind, String);

/// The import that rows are written for.
#[derive(Debug, Clone)]
pub(super) struct Writing {
    /// The row of its record.
    pub(super) row: u32,
    pub(super) tag: Tag,
}

pub(super) struct Run<'t, 'db, 'm> {
    pub(super) tx: &'t mut Transaction<'db>,
    mapping: &'m Mapping,
    headers: Vec<String>,
    compiled: Compiled,
    names: Names,
    tags: Vec<Tag>,
    /// `None` for a plan.
    writing: Option<Writing>,
    /// In a plan: the rows that have a key.
    seen: HashMap<u64, u64>,
    /// In a plan: the records that rows before would make.
    planned: BTreeSet<(Kind, String)>,
}

impl<'t, 'db, 'm> Run<'t, 'db, 'm> {
    pub(super) fn new(
        tx: &'t mut Transaction<'db>,
        mapping: &'m Mapping,
        headers: &[String],
        writing: Option<Writing>,
    ) -> Result<Self> {
        define_fields(tx, mapping)?;
        let compiled = compile(tx, mapping, headers)?;
        let mut tags = Vec::new();
        for tag in &mapping.tags {
            let tag = Tag::new(tag).map_err(|error| refused(vec![with_tag(error.to_string())]))?;
            tags.push(tag);
        }
        tags.extend(writing.as_ref().map(|writing| writing.tag.clone()));
        let (seen, planned) = (HashMap::new(), BTreeSet::new());
        let headers = headers.to_vec();
        Ok(Self { tx, mapping, headers, compiled, names: Names::default(), tags, writing, seen, planned })
    }

    /// What becomes of a row; does it, unless it is a plan.
    pub(super) fn row(&mut self, row: u64, line: u64, cells: &[String]) -> Result<PlannedRow> {
        let mut draft = self.draft(cells)?;
        let planned =
            |action, draft: Draft| PlannedRow { row, line, action, problems: draft.problems, makes: Vec::new() };
        if draft.is_blank {
            return Ok(planned(RowAction::Skip, draft));
        }
        if self.mapping.new_options == NewOptions::Add && self.add_options(&draft)? {
            draft = self.draft(cells)?;
        }
        if !draft.problems.is_empty() && self.mapping.mistakes == Mistakes::RefuseRow {
            return Ok(planned(RowAction::Refuse, draft));
        }
        let found = self.matching(&draft)?;
        let mode = self.mapping.mode;
        if found.len() > 1 {
            let mut candidates = Vec::new();
            for row in found {
                candidates.extend(record_at(&*self.tx, self.compiled.kind, row)?);
            }
            return Ok(planned(RowAction::Conflict { candidates }, draft));
        }
        let again = if self.writing.is_none() { self.seen(&draft, row) } else { None };
        if let Some(earlier) = again {
            let action = if mode == ImportMode::Create { RowAction::Skip } else { RowAction::Again { row: earlier } };
            return Ok(planned(action, draft));
        }
        let unwanted = if found.is_empty() { mode == ImportMode::Update } else { mode == ImportMode::Create };
        if unwanted {
            return Ok(planned(RowAction::Skip, draft));
        }
        let to_make: Vec<_> =
            draft.to_make.iter().filter_map(|new| Some((self.kind_of(new.attribute)?, new.clone()))).collect();
        let (new, makes) = self.make(to_make)?;
        if !new.is_empty() {
            draft = self.draft(cells)?;
        }
        if self.writing.is_some() {
            let missing = draft.to_make.iter().map(|new| {
                let message = format!("there is no record \"{}\", and none could be made of that alone", new.title());
                RowProblem::of_row("not-found", message)
            });
            draft.problems.extend(missing);
            if !draft.problems.is_empty() && self.mapping.mistakes == Mistakes::RefuseRow {
                self.unmake(new)?;
                return Ok(planned(RowAction::Refuse, draft));
            }
        }
        let done = match found.first() {
            Some(row) => self.update(*row, &draft),
            None => self.create(&draft),
        };
        let action = match done {
            Ok(action) => action,
            Err(error) if error.is_invalid() => {
                self.unmake(new)?;
                draft.problems.extend(problems_of(&error));
                return Ok(planned(RowAction::Refuse, draft));
            }
            Err(error) => return Err(error),
        };
        Ok(PlannedRow { row, line, action, problems: draft.problems, makes })
    }

    fn draft(&mut self, cells: &[String]) -> Result<Draft> {
        let Self { tx, names, compiled, mapping, .. } = self;
        let mut known = Known { names, view: &**tx };
        Reading { compiled, currency: mapping.currency, finder: &mut known }.draft(cells)
    }

    /// The kind of record that an attribute refers to.
    fn kind_of(&self, id: crate::AttributeId) -> Option<Kind> {
        self.tx.catalogue_now().attribute_by_id(self.compiled.kind, id)?.targets.first().copied()
    }

    /// Adds the options that choices lack, and the stages that pipelines lack; gives whether there were any.
    fn add_options(&mut self, draft: &Draft) -> Result<bool> {
        let kind = self.compiled.kind;
        let mut added = super::stages::complete(self.tx, kind, draft)?;
        for (id, label) in &draft.new_options {
            let catalogue = self.tx.catalogue_now();
            let Some(attribute) = catalogue.attribute_by_id(kind, *id) else { continue };
            // Stages belong to pipelines; options of parts have meanings of their own.
            if super::stages::is_of_pipeline(catalogue, kind, *id) || attribute.part_of.is_some() {
                continue;
            }
            let (attribute_key, key) = (attribute.key.to_string(), option_key(attribute, label));
            match self.tx.edit_field(kind, &attribute_key).and_then(|edit| edit.add_option(&key, label)) {
                Ok(_) => added = true,
                // The row says that there is no such option.
                Err(error) if matches!(error.kind(), ErrorKind::Definition { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        if added {
            self.compiled = compile(self.tx, self.mapping, &self.headers)?;
        }
        Ok(added)
    }

    /// The rows of the records that a row can mean.
    fn matching(&self, draft: &Draft) -> Result<Vec<u32>> {
        let view: &dyn View = &*self.tx;
        for attribute in &self.compiled.match_by {
            let mut found = Vec::new();
            for by in keys(attribute, draft) {
                found.extend(rows_by(view, self.compiled.kind, &by)?);
            }
            found.sort_unstable();
            found.dedup();
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    /// The row before that has one of the keys of a row.
    fn seen(&mut self, draft: &Draft, row: u64) -> Option<u64> {
        let mut earlier = None;
        for attribute in &self.compiled.match_by {
            let Some(value) = draft.values.get(attribute.id) else { continue };
            for value in value.each() {
                let text = match value {
                    Value::Group(group) => group
                        .parts
                        .iter()
                        .filter(|(number, _)| *number < Part::LABEL)
                        .map(|(_, value)| value.to_string())
                        .collect::<Vec<_>>()
                        .join("\0"),
                    value => value.to_string(),
                };
                let mut hasher = DefaultHasher::new();
                (attribute.id, search_fold(&text)).hash(&mut hasher);
                let first = *self.seen.entry(hasher.finish()).or_insert(row);
                if first != row {
                    earlier = earlier.or(Some(first));
                }
            }
        }
        earlier
    }

    /// Makes the records that a row names; of a plan, says which it would make.
    fn make(&mut self, wanted: Vec<(Kind, NewRecord)>) -> Result<(Vec<Made>, Vec<Named>)> {
        let (mut made, mut makes) = (Vec::new(), Vec::new());
        for (kind, new) in wanted {
            let name = new.title().to_owned();
            if self.writing.is_none() {
                if self.planned.insert((kind, search_fold(&name))) {
                    makes.push((kind, name));
                }
                continue;
            }
            let Some(key) = title_key(self.tx.catalogue_now(), kind) else { continue };
            let mut record = AnyRecord::new(kind);
            record.fields.set_value(&key, name.as_str());
            if let Some((system, number)) = &new.number {
                record.fields.set_value("external_id", ExternalId::new(system, number));
            }
            record.tags.extend(self.tags.iter().cloned());
            // One that can't be made is missed by the row, which says so.
            let id = match self.tx.insert(&record) {
                Ok(id) => id,
                Err(error) if error.is_invalid() => continue,
                Err(error) => return Err(error),
            };
            self.note_made(id)?;
            self.names.add(&name, id);
            made.push((id, name.clone()));
            makes.push((kind, name));
        }
        Ok((made, makes))
    }

    fn unmake(&mut self, made: Vec<Made>) -> Result<()> {
        for (id, name) in made {
            let row = self.tx.row_of(id)?;
            self.tx.delete(id, OnReferences::Refuse)?;
            if let Some(writing) = &self.writing {
                self.tx.forget_imported(writing.row, (id.kind, row))?;
            }
            self.names.remove(&name, id.kind);
        }
        Ok(())
    }

    fn create(&mut self, draft: &Draft) -> Result<RowAction> {
        let kind = self.compiled.kind;
        let mut record = AnyRecord::new(kind);
        let catalogue = self.tx.catalogue_now();
        for (id, value) in draft.values.iter() {
            if let Some(attribute) = catalogue.attribute_by_id(kind, id) {
                record.fields.set_value(&attribute.key, value.clone());
            }
        }
        record.tags.extend(draft.tags.iter().chain(&self.tags).cloned());
        let title = catalogue.title(&record);
        if self.writing.is_none() {
            self.tx.check_insert(&record)?;
            return Ok(RowAction::Create { title, id: None });
        }
        let id = self.tx.insert(&record)?;
        self.note_made(id)?;
        Ok(RowAction::Create { title, id: Some(id) })
    }

    fn update(&mut self, row: u32, draft: &Draft) -> Result<RowAction> {
        let kind = self.compiled.kind;
        let view: &dyn View = &*self.tx;
        let before = rows::load(view.tables().0, view.catalogue_now(), kind, row)?;
        let Some(before) = before else { return Ok(RowAction::Skip) };
        let id = RecordId { kind, uuid: before.id };
        let mut values = draft.values.clone();
        crate::schema::normalise(&mut values, Some(&before.values), view.options().phones.region);
        let changes = changes(view.catalogue_now(), kind, &before.values, &values, self.mapping.existing);
        let has = |tag: &Tag| view.catalogue_now().tags.id(tag).is_some_and(|id| before.tags.contains(&id));
        let said: Vec<Tag> = draft.tags.iter().chain(self.tags.iter()).filter(|tag| !has(tag)).cloned().collect();
        let own = self.writing.as_ref().map(|writing| &writing.tag);
        // A record that is yet to be made is a change to the one that refers to it, though a plan has no value for that.
        let is_new = |new: &NewRecord| {
            self.mapping.existing == Existing::Overwrite || before.values.get(new.attribute).is_none()
        };
        let refers = self.writing.is_none() && draft.to_make.iter().any(is_new);
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
        if self.writing.is_none() {
            self.tx.check_update(id, change)?;
        } else {
            let version = self.tx.update_row(&before, change)?;
            self.note_update(&before, version)?;
        }
        Ok(RowAction::Update { id, changes, tags: said })
    }

    /// Notes that the import made a record.
    fn note_made(&mut self, id: RecordId) -> Result<()> {
        let Some(import) = self.writing.as_ref().map(|writing| writing.row) else { return Ok(()) };
        let row = self.tx.row_of(id)?;
        self.put_imported(import, (id.kind, row), &Imported { version: 1, made: true, ..Imported::default() })
    }

    /// Notes what a record was before; what it was before the first row that changed it holds.
    fn note_update(&mut self, before: &Row, version: u64) -> Result<()> {
        let Some(import) = self.writing.as_ref().map(|writing| writing.row) else { return Ok(()) };
        let place = (before.kind, before.row);
        let view: &dyn View = &*self.tx;
        let (source, catalogue) = (view.tables().0, view.catalogue_now());
        let mut what = rows::imported(source, catalogue, import, place)?.unwrap_or_default();
        what.version = version;
        if !what.made {
            let Some(after) = rows::load(source, catalogue, before.kind, before.row)? else { return Ok(()) };
            what.add(before, &after);
        }
        self.put_imported(import, place, &what)
    }

    fn put_imported(&mut self, import: u32, place: (Kind, u32), what: &Imported) -> Result<()> {
        self.tx.apply(|writer, catalogue| {
            rows::put_imported(writer, catalogue, import, place, what);
            Ok(())
        })
    }
}

/// The keys that a row gives of an attribute.
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

fn compile(tx: &Transaction<'_>, mapping: &Mapping, headers: &[String]) -> Result<Compiled> {
    Compiled::of(tx.catalogue_now(), mapping, headers).map_err(refused)
}

pub(super) fn refused(problems: Vec<MappingProblem>) -> Error {
    ErrorKind::Mapping { problems }.into()
}

fn with_tag(message: String) -> MappingProblem {
    MappingProblem::With { header: "tags".into(), message }
}

/// Defines the custom fields that the mapping wants and that are not there.
fn define_fields(tx: &mut Transaction<'_>, mapping: &Mapping) -> Result<()> {
    let Some(kind) = tx.catalogue_now().kind_named(&mapping.kind).map(|entry| entry.kind) else { return Ok(()) };
    for target in mapping.columns.iter().flat_map(|column| &column.to) {
        let Target::Field(field) = target else { continue };
        if tx.catalogue_now().settable(kind, &field.key).is_some() {
            continue;
        }
        let new = Field::of_type(&field.key, field.value_type.value_type()).on(kind).label(&field.label);
        tx.define(new.several(field.split.is_some()))?;
    }
    Ok(())
}

/// A key for an option that has that label.
pub(super) fn option_key(attribute: &Attribute, label: &str) -> String {
    let folded = search_fold(label);
    let mut key: String = folded.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).take(40).collect();
    if !key.starts_with(|c: char| c.is_alphabetic()) {
        key.insert(0, '_');
    }
    while attribute.option(&key).is_some() {
        key.push('_');
    }
    key
}

fn problems_of(error: &Error) -> Vec<RowProblem> {
    let problem = |violation: &crate::Violation| RowProblem::of_row("invalid", violation.to_string());
    error.violations().iter().map(problem).collect()
}
