//! A mapping, held against the catalogue and the headings of a table.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use super::cell::Forms;
use super::mapping::{DatePart, Find, Mapping, TagTarget, Target, ValueTarget, heading, same_heading};
use super::recognised::Recognised;
use crate::model::{AttributeId, Kind, Value, ValueType};
use crate::schema::{Attribute, Catalogue};

/// Why a mapping can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MappingProblem {
    /// Its form is of a newer version of the crate.
    #[error("found version {found} of the form, expected 1")]
    Version {
        /// The version.
        found: u32,
    },
    /// There is no kind of that name.
    #[error(
        "found the unknown kind of records \"{found}\", expected the name of a kind in the singular, such as contact"
    )]
    Kind {
        /// The name.
        found: String,
    },
    /// The kind has no such attribute, or it can't be set.
    #[error("column \"{header}\": there is no attribute \"{found}\" that can be set{}", near(found, nearest.as_deref()))]
    Attribute {
        /// The column, or an empty text for `match_by`.
        header: String,
        /// The key.
        found: String,
        /// The nearest key, if one is near.
        nearest: Option<String>,
    },
    /// A part that a value has beside can't be read.
    #[error("column \"{header}\": {message}")]
    With {
        /// The column.
        header: String,
        /// What is wrong.
        message: String,
    },
    /// Records can't be found by that attribute.
    #[error(
        "records can't be found by \"{found}\": expected external_id, email, phone, a unique field or the name of a company and the like"
    )]
    NotAKey {
        /// The key.
        found: String,
    },
    /// Of an attribute that is no date, no column can have the year, the month or the day.
    #[error("column \"{header}\": \"{found}\" has no year, month and day: expected an attribute that is a date")]
    NotADate {
        /// The column.
        header: String,
        /// The key.
        found: String,
    },
    /// No column of the table is named.
    #[error("no column of the table is in the mapping: found the headings {}", some(found))]
    NoColumn {
        /// The headings of the table.
        found: Vec<String>,
    },
}

fn near(found: &str, nearest: Option<&str>) -> String {
    if found == "tags" {
        return "; tags are a target of their own, Target::tags".to_owned();
    }
    nearest.map_or_else(String::new, |nearest| format!("; did you mean \"{nearest}\"?"))
}

/// Headings of a table, in which may be whatever a file has.
fn some(headings: &[String]) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    headings.join(", ").chars().map(plain).collect()
}

/// Where the cells of a column go.
#[derive(Debug, Clone)]
pub(super) enum Slot {
    Value(ValueSlot),
    Date(DateSlot),
    Tags(TagTarget),
    /// The currency of money.
    Currency(AttributeId),
    Note(NoteSlot),
}

#[derive(Debug, Clone)]
pub(super) struct NoteSlot {
    pub(super) notes: Arc<Attribute>,
    pub(super) label: String,
    /// The place of the column that has the label.
    pub(super) label_in: Option<usize>,
    pub(super) without: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct ValueSlot {
    pub(super) whole: Arc<Attribute>,
    pub(super) part: Option<Arc<Attribute>>,
    /// Which value, of a structured attribute: an index into the items of the mapping.
    pub(super) item: usize,
    pub(super) with: Vec<(AttributeId, Value)>,
    pub(super) split: Option<String>,
    pub(super) strip: Option<String>,
    pub(super) over: bool,
    pub(super) values: BTreeMap<String, String>,
    pub(super) find: Option<Find>,
}

impl ValueSlot {
    /// The attribute whose type a cell has.
    pub(super) fn own(&self) -> &Attribute {
        self.part.as_deref().unwrap_or(&self.whole)
    }

    /// Whether a record has one value of it, which is not put together from parts.
    pub(super) fn is_single(&self) -> bool {
        self.part.is_none() && !self.whole.many
    }
}

/// A column with a part of a date.
#[derive(Debug, Clone)]
pub(super) struct DateSlot {
    pub(super) whole: Arc<Attribute>,
    pub(super) part: Option<Arc<Attribute>>,
    pub(super) item: usize,
    pub(super) date_part: DatePart,
}

impl DateSlot {
    fn own(&self) -> &Attribute {
        self.part.as_deref().unwrap_or(&self.whole)
    }

    pub(super) fn own_id(&self) -> AttributeId {
        self.own().id
    }

    pub(super) fn value_type(&self) -> ValueType {
        crate::schema::own_type(self.own())
    }
}

/// A structured value that a row can have.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) whole: Arc<Attribute>,
    /// What the mapping calls it.
    name: String,
    /// Whether a column has the value itself, of a value with a label: another column has another value.
    taken: bool,
    /// The parts of it in the table that refer to records.
    pub(super) references: Vec<AttributeId>,
}

/// A mapping that was held against the catalogue and the headings.
#[derive(Debug, Clone)]
pub(super) struct Compiled {
    pub(super) recognised: Recognised,
    /// By the place of the column.
    pub(super) columns: Vec<(String, Vec<Slot>)>,
    /// The structured values that a row can have.
    pub(super) items: Vec<Item>,
    pub(super) forms: Forms,
}

impl Compiled {
    pub(super) fn of(
        catalogue: &Catalogue,
        mapping: &Mapping,
        headers: &[String],
    ) -> Result<Self, Vec<MappingProblem>> {
        if mapping.version != 1 {
            return Err(vec![MappingProblem::Version { found: mapping.version }]);
        }
        let Some(entry) = catalogue.kind_named(&mapping.kind) else {
            return Err(vec![MappingProblem::Kind { found: mapping.kind.clone() }]);
        };
        let mut problems = Vec::new();
        let mut items: Vec<Item> = Vec::new();
        let mut columns: Vec<(String, Vec<Slot>)> = headers.iter().map(|header| (header.clone(), Vec::new())).collect();
        // A table can have thousands of columns.
        let mut places: HashMap<String, VecDeque<usize>> = HashMap::new();
        for (at, header) in headers.iter().enumerate() {
            places.entry(heading(header)).or_default().push_back(at);
        }
        let mut is_named = false;
        for column in &mapping.columns {
            let at = places.get_mut(&heading(&column.header)).and_then(VecDeque::pop_front);
            let Some((_, slots)) = at.and_then(|at| columns.get_mut(at)) else { continue };
            is_named = true;
            for target in &column.to {
                match target {
                    Target::Tags(tags) => slots.push(Slot::Tags(tags.clone())),
                    Target::Notes(note) => match settable(catalogue, entry.kind, "notes") {
                        Some((notes, _)) => {
                            let place = |label: &String| headers.iter().position(|own| same_heading(own, label));
                            let label_in = note.label_in.as_ref().and_then(place);
                            let (label, without) = (note.label.clone(), note.without.clone());
                            slots.push(Slot::Note(NoteSlot { notes, label, label_in, without }));
                        }
                        None => problems.push(unknown(catalogue, entry.kind, &column.header, "notes")),
                    },
                    Target::CurrencyOf(key) => match settable(catalogue, entry.kind, key) {
                        Some((whole, _)) => slots.push(Slot::Currency(whole.id)),
                        None => problems.push(unknown(catalogue, entry.kind, &column.header, key)),
                    },
                    Target::Value(target) => {
                        slots.extend(value(catalogue, entry.kind, &column.header, target, &mut items, &mut problems));
                    }
                    Target::DatePart(target) => {
                        let of = Target::value(&target.attribute).item(&target.item);
                        let slot = value(catalogue, entry.kind, &column.header, &of, &mut items, &mut problems);
                        let Some(Slot::Value(ValueSlot { whole, part, item, .. })) = slot else { continue };
                        let slot = DateSlot { whole, part, item, date_part: target.part };
                        if matches!(slot.value_type(), ValueType::Date | ValueType::PartialDate) {
                            slots.push(Slot::Date(slot));
                        } else {
                            let (header, found) = (column.header.clone(), target.attribute.clone());
                            problems.push(MappingProblem::NotADate { header, found });
                        }
                    }
                    Target::Field(field) => {
                        let target = ValueTarget { split: field.split.clone(), ..Target::value(&field.key) };
                        slots.extend(value(catalogue, entry.kind, &column.header, &target, &mut items, &mut problems));
                    }
                }
            }
        }
        if !is_named {
            problems.push(MappingProblem::NoColumn { found: headers.iter().take(20).cloned().collect() });
        }
        let by = mapping.merging.match_by.iter().filter_map(|key| match key_named(catalogue, entry.kind, key) {
            Ok(attribute) => Some(attribute),
            Err(problem) => {
                problems.push(problem);
                None
            }
        });
        let recognised = Recognised::new(catalogue, entry.kind, by.collect());
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self { recognised, columns, items, forms: Forms::of(mapping) })
    }
}

/// Whether it is the name by which records of its kind are known, in one text.
pub(super) fn is_name(attribute: &Attribute) -> bool {
    attribute.value_type == ValueType::Text && attribute.property.is_some_and(|property| property.traits.title == 1)
}

/// The attribute of that key, if records can be found by it.
pub(super) fn key_named(catalogue: &Catalogue, kind: Kind, key: &str) -> Result<Arc<Attribute>, MappingProblem> {
    let is_key = |whole: &Attribute| {
        whole.rules.unique || is_name(whole) || matches!(&*whole.key, "external_id" | "email" | "phone")
    };
    let found = settable(catalogue, kind, key).map(|(whole, _)| whole).filter(|whole| is_key(whole));
    found.ok_or_else(|| MappingProblem::NotAKey { found: key.to_owned() })
}

/// The attribute that a key means for one who sets it: what has to be set, and which part of it.
fn settable(catalogue: &Catalogue, kind: Kind, key: &str) -> Option<(Arc<Attribute>, Option<Arc<Attribute>>)> {
    let entry = catalogue.kind(kind)?;
    let all = || entry.shared().filter(|attribute| *attribute.key == *key && !attribute.archived);
    if let Some(part) = all().find(|attribute| attribute.part_of.is_some()) {
        let whole = entry.shared().find(|attribute| Some(attribute.id) == part.part_of)?;
        return Some((Arc::clone(whole), Some(Arc::clone(part))));
    }
    all().find(|attribute| attribute.is_settable()).map(|whole| (Arc::clone(whole), None))
}

fn unknown(catalogue: &Catalogue, kind: Kind, header: &str, key: &str) -> MappingProblem {
    let nearest = catalogue.nearest_key(kind, key).filter(|nearest| nearest != key);
    MappingProblem::Attribute { header: header.to_owned(), found: key.to_owned(), nearest }
}

fn value(
    catalogue: &Catalogue,
    kind: Kind,
    header: &str,
    target: &ValueTarget,
    items: &mut Vec<Item>,
    problems: &mut Vec<MappingProblem>,
) -> Option<Slot> {
    let Some((whole, part)) = settable(catalogue, kind, &target.attribute) else {
        problems.push(unknown(catalogue, kind, header, &target.attribute));
        return None;
    };
    let mut with = Vec::new();
    for (key, text) in &target.with {
        let part = settable(catalogue, kind, key).and_then(|(of, part)| part.filter(|_| of.id == whole.id));
        let Some(part) = part else {
            problems.push(unknown(catalogue, kind, header, key));
            continue;
        };
        match part.parse(text) {
            Ok(value) => with.extend(value.map(|value| (part.id, value))),
            Err(error) => problems.push(MappingProblem::With { header: header.to_owned(), message: error.to_string() }),
        }
    }
    // A labelled value that gets a label is put together from its parts.
    let part = part.or_else(|| (!with.is_empty()).then(|| value_part(catalogue, &whole)).flatten());
    if part.is_none() && crate::schema::own_type(&whole) == ValueType::Group && *whole.key != *"name" {
        problems.push(unknown(catalogue, kind, header, &target.attribute));
        return None;
    }
    let item = part.as_ref().map_or(0, |part| {
        let is_value = part.key == whole.key && part.value_type != ValueType::Reference;
        let is_own = |item: &Item| item.whole.id == whole.id && item.name == target.item && !(is_value && item.taken);
        let at = items.iter().position(is_own).unwrap_or_else(|| {
            let (whole, name) = (Arc::clone(&whole), target.item.clone());
            items.push(Item { whole, name, taken: false, references: Vec::new() });
            items.len() - 1
        });
        if let Some(item) = items.get_mut(at).filter(|_| is_value) {
            item.taken = true;
        }
        if let Some(item) = items.get_mut(at).filter(|_| part.value_type == ValueType::Reference) {
            item.references.push(part.id);
        }
        at
    });
    let (split, strip) = (target.split.clone(), target.strip.clone());
    let (values, find) = (target.values.clone(), target.find.clone());
    let over = target.over;
    Some(Slot::Value(ValueSlot { whole, part, item, with, split, strip, over, values, find }))
}

/// The part of a labelled value that is the value itself.
fn value_part(catalogue: &Catalogue, whole: &Attribute) -> Option<Arc<Attribute>> {
    let parts = catalogue.kind(whole.kind)?.shared();
    parts.filter(|part| part.part_of == Some(whole.id)).find(|part| part.key == whole.key).map(Arc::clone)
}
