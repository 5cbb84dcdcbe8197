//! What a row says of a record.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::Unread;
use super::compiled::{Compiled, Slot, ValueSlot};
use super::date_parts::DateParts;
use super::mapping::{Find, TagTarget, pieces};
use super::note_lines::{NoteLine, NoteLines};
use crate::error::Result;
use crate::model::{
    AttributeId, Currency, ExternalId, FieldType, Group, InvalidValue, Part, PersonName, RecordId, Tag, Value,
    ValueType, Values,
};
use crate::schema::Attribute;

/// The word for a cell that names an option which its choice does not have.
pub(super) const UNKNOWN_OPTION: &str = "unknown-option";

/// What is wrong with a cell or a row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowProblem {
    /// The heading of the column, if it is one column's.
    pub header: Option<String>,
    /// The place of the column, counted from 1.
    pub column: Option<usize>,
    /// A word for programs: `unreadable`, `unknown-option`, `not-found`, `invalid`, `no-record` or that of the table's reader.
    pub code: &'static str,
    /// What was found, what was expected.
    pub message: String,
}

/// What is known of a record that a cell means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resolved {
    Is(RecordId),
    /// There is none yet, and one is to be made.
    ToMake,
    None,
}

/// Finds records that cells mean.
pub(super) trait Finder {
    fn resolve(&mut self, attribute: &Attribute, find: &Find, text: &str) -> Result<Resolved>;

    /// Whether a record is known by that name.
    fn is_called(&mut self, id: RecordId, name: &str) -> Result<bool>;
}

/// What a row says of a record, as far as it can be read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) values: Values,
    /// Whether the name among them is a whole one, and not parts of one.
    pub(super) whole_name: bool,
    /// Lines that the notes get.
    pub(super) notes: Option<NoteLines>,
    pub(super) tags: BTreeSet<Tag>,
    pub(super) problems: Vec<RowProblem>,
    /// Options that choices lack, each with the id of the choice.
    pub(super) new_options: Vec<(AttributeId, String)>,
    /// Records that are to be made because the row names them.
    pub(super) to_make: Vec<NewRecord>,
    /// Records that are known by their names, each with a number that the row has of it and that none has yet.
    pub(super) numbers: Vec<(RecordId, ExternalId)>,
    /// Whether nothing of the row is for the record.
    pub(super) is_blank: bool,
}

/// A record that is to be made because a row names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewRecord {
    /// The attribute that refers to it.
    pub(super) attribute: AttributeId,
    /// Which of the row's structured values refers to it, and which piece of the cell named it.
    place: (usize, usize),
    pub(super) name: Option<String>,
    /// Its number in another system.
    pub(super) number: Option<(String, String)>,
}

impl NewRecord {
    pub(super) fn named(attribute: AttributeId, name: &str) -> Self {
        Self { attribute, place: (0, 0), name: Some(name.to_owned()), number: None }
    }

    /// What it will be called.
    pub(super) fn title(&self) -> &str {
        let number = self.number.as_ref().map(|(_, number)| number.as_str());
        self.name.as_deref().or(number).unwrap_or_default()
    }
}

impl RowProblem {
    /// What is wrong with a row as a whole.
    pub(super) fn of_row(code: &'static str, message: String) -> Self {
        Self { header: None, column: None, code, message }
    }

    fn unreadable(place: (usize, &str), error: &InvalidValue) -> Self {
        Self::of_cell(place, "unreadable", error.to_string())
    }

    fn of_cell((at, header): (usize, &str), code: &'static str, message: String) -> Self {
        Self { header: Some(header.to_owned()), column: Some(at), code, message }
    }
}

/// A structured value of a row under way.
#[derive(Debug, Default)]
struct Begun {
    parts: Vec<(AttributeId, Value)>,
    with: Vec<(AttributeId, Value)>,
    /// Whether it refers to a record that is still to be made: without that it says nothing.
    waits: bool,
    /// Of several in one cell, those behind the first.
    more: Vec<Vec<(AttributeId, Value)>>,
}

pub(super) struct Reading<'a> {
    pub(super) compiled: &'a Compiled,
    pub(super) currency: Option<Currency>,
    pub(super) finder: &'a mut dyn Finder,
}

impl Draft {
    fn says_nothing(&self) -> bool {
        let Self { values, notes, tags, problems, new_options, to_make, .. } = self;
        values.iter().next().is_none()
            && [notes.is_none(), tags.is_empty(), problems.is_empty(), new_options.is_empty(), to_make.is_empty()]
                .iter()
                .all(|empty| *empty)
    }

    /// Takes the values, with the lines of the notes as a record gets them that has none yet.
    pub(super) fn take_values(&mut self) -> Values {
        let mut values = std::mem::take(&mut self.values);
        if let Some(lines) = &self.notes {
            let own = if let Some(Value::Text(own)) = values.get(lines.notes) { Some(own.as_str()) } else { None };
            let text = lines.around(own);
            values.set(lines.notes, Value::Text(text));
        }
        values
    }

    /// Notes that a record is named that is not there.
    fn name(&mut self, attribute: AttributeId, place: (usize, usize), find: &Find, text: &str) {
        let known = self.to_make.iter().position(|new| (new.attribute, new.place) == (attribute, place));
        let at = known.unwrap_or_else(|| {
            self.to_make.push(NewRecord { attribute, place, name: None, number: None });
            self.to_make.len() - 1
        });
        let Some(new) = self.to_make.get_mut(at) else { return };
        match find {
            Find::ExternalId { system, .. } => new.number = Some((system.clone(), text.to_owned())),
            Find::Name { .. } | Find::Email => new.name = Some(text.to_owned()),
        }
    }

    /// Puts in a value that is not put together from parts.
    fn put(&mut self, slot: &ValueSlot, value: Value) {
        if slot.is_single() {
            // A record that one column did not find and another one did.
            self.to_make.retain(|new| new.attribute != slot.whole.id);
        }
        if slot.over && slot.is_single() {
            self.values.set(slot.whole.id, value);
        } else {
            put(&mut self.values, &slot.whole, value);
        }
    }
}

impl Reading<'_> {
    pub(super) fn draft(&mut self, cells: &[String]) -> Result<Draft> {
        let mut draft = Draft { is_blank: cells.iter().all(|cell| cell.trim().is_empty()), ..Draft::default() };
        let compiled = self.compiled;
        let mut items: Vec<Begun> = compiled.items.iter().map(|_| Begun::default()).collect();
        let currencies = self.currencies(cells, &mut draft);
        let mut dates = DateParts::default();
        for (at, ((header, slots), cell)) in (1..).zip(compiled.columns.iter().zip(cells)) {
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            for slot in slots {
                match slot {
                    Slot::Currency(_) => {}
                    Slot::Date(slot) => {
                        if let Err(error) = dates.take(slot, cell, (at, header.as_str())) {
                            draft.problems.push(RowProblem::unreadable((at, header.as_str()), &error));
                        }
                    }
                    Slot::Note(note) => {
                        if note.without.iter().any(|without| without == cell) {
                            continue;
                        }
                        let other = note.label_in.and_then(|at| cells.get(at)).map(|label| label.trim());
                        let label = other.filter(|label| !label.is_empty()).unwrap_or(&note.label);
                        // Line ends as everywhere in the database.
                        let (label, text) = (label.to_owned(), cell.replace("\r\n", "\n"));
                        let line = NoteLine { label, text, ahead: draft.values.get(note.notes.id).is_none() };
                        let notes = NoteLines { notes: note.notes.id, lines: Vec::new() };
                        draft.notes.get_or_insert(notes).lines.push(line);
                    }
                    Slot::Tags(target) => {
                        if let Err(error) = tags(target, cell, &mut draft.tags) {
                            draft.problems.push(RowProblem::unreadable((at, header.as_str()), &error));
                        }
                    }
                    Slot::Value(slot) => {
                        let currency = currencies.get(&slot.whole.id).copied();
                        self.cell(slot, cell, currency, &mut draft, &mut items, (at, header.as_str()))?;
                    }
                }
            }
        }
        for begun in dates.each() {
            match (begun.value(), &begun.slot.part, items.get_mut(begun.slot.item)) {
                (Err(error), ..) => draft.problems.push(RowProblem::unreadable(begun.place, &error)),
                (Ok(date), Some(part), Some(item)) => put_part(&mut item.parts, part, date),
                (Ok(date), ..) => put(&mut draft.values, &begun.slot.whole, date),
            }
        }
        // What one column did not find may be known by another one.
        let numbers = &mut draft.numbers;
        draft.to_make.retain(|new| {
            let Some(item) = items.get_mut(new.place.0).filter(|_| new.place.1 == 0) else { return true };
            let Some((_, known)) = item.parts.iter().find(|(id, _)| *id == new.attribute) else { return true };
            if let (Value::Reference(known), Some((system, number))) = (known, &new.number) {
                numbers.push((*known, ExternalId::new(system, number)));
            }
            item.waits = false;
            false
        });
        let (mut whole, mut lacking) = (Vec::new(), Vec::new());
        for (item, begun) in compiled.items.iter().zip(items) {
            // The title in a company that is not named, say.
            let lacks = item.references.iter().any(|part| begun.parts.iter().all(|(id, _)| id != part));
            match lacks {
                false => whole.push((item, begun)),
                true if !begun.waits => lacking.push(begun),
                true => {}
            }
        }
        for (item, begun) in whole {
            put_item(&mut draft.values, &item.whole, begun);
        }
        for begun in &lacking {
            note_lost(&mut draft, begun);
        }
        // What stands in columns that the mapping leaves out makes no record.
        draft.is_blank |= draft.says_nothing();
        Ok(draft)
    }

    /// Where a number leads to a record of another name than the row gives, the name holds.
    fn believe_name(&mut self, part: AttributeId, name: &str, item: &mut Begun) -> Result<()> {
        let known = item.parts.iter().position(|(id, _)| *id == part);
        if let Some((at, Value::Reference(id))) = known.and_then(|at| Some((at, &item.parts.get(at)?.1)))
            && !self.finder.is_called(*id, name)?
        {
            item.parts.remove(at);
        }
        Ok(())
    }

    /// The currencies that other columns name.
    fn currencies(&self, cells: &[String], draft: &mut Draft) -> BTreeMap<AttributeId, Currency> {
        let mut currencies = BTreeMap::new();
        for (at, ((header, slots), cell)) in (1..).zip(self.compiled.columns.iter().zip(cells)) {
            let cell = cell.trim();
            for slot in slots {
                let Slot::Currency(of) = slot else { continue };
                match Currency::new(&cell.to_uppercase()) {
                    Ok(currency) => drop(currencies.insert(*of, currency)),
                    Err(_) if cell.is_empty() => {}
                    Err(error) => {
                        draft.problems.push(RowProblem::unreadable((at, header.as_str()), &error));
                    }
                }
            }
        }
        currencies
    }

    fn cell(
        &mut self,
        slot: &ValueSlot,
        cell: &str,
        currency: Option<Currency>,
        draft: &mut Draft,
        items: &mut [Begun],
        place: (usize, &str),
    ) -> Result<()> {
        let own = slot.own();
        let mut nth = 0;
        for piece in pieces(cell, slot.split.as_deref()) {
            // Line ends as everywhere in the database.
            let piece = &*piece.replace("\r\n", "\n");
            let piece = slot.strip.as_deref().and_then(|strip| piece.strip_prefix(strip)).unwrap_or(piece);
            let text = slot.values.get(piece).map_or(piece, String::as_str);
            if text.is_empty() {
                continue;
            }
            let mut problem = |code, message| draft.problems.push(RowProblem::of_cell(place, code, message));
            let read = if let (Some(find), ValueType::Reference) = (&slot.find, own.value_type) {
                if let (Find::Name { .. }, Some(item)) =
                    (find, items.get_mut(slot.item).filter(|_| slot.part.is_some()))
                {
                    self.believe_name(own.id, text, item)?;
                }
                match self.finder.resolve(own, find, text)? {
                    Resolved::Is(id) => Ok(Value::Reference(id)),
                    // Another column has found it.
                    Resolved::ToMake if slot.is_single() && draft.values.get(own.id).is_some() => continue,
                    Resolved::ToMake => {
                        draft.name(own.id, (slot.item, nth), find, text);
                        if let (Some(_), Some(item)) = (&slot.part, items.get_mut(slot.item)) {
                            item.waits |= nth == 0;
                        }
                        nth += 1;
                        continue;
                    }
                    Resolved::None => {
                        problem("not-found", format!("found no record for \"{text}\", expected {}", expected(find)));
                        continue;
                    }
                }
            } else if own.value_type == ValueType::Group {
                draft.whole_name = true;
                Ok(whole_name(text))
            } else {
                self.compiled.forms.read(own, text, currency.or(self.currency))
            };
            let value = match read {
                Ok(value) => value,
                Err(Unread::Nothing) => continue,
                Err(Unread::NewOption) => {
                    draft.new_options.push((own.id, text.to_owned()));
                    let known: Vec<&str> = own.options.iter().map(|option| &*option.label).take(20).collect();
                    problem(UNKNOWN_OPTION, format!("found \"{text}\", expected one of {}", known.join(", ")));
                    continue;
                }
                Err(Unread::Mistake(error)) => {
                    problem("unreadable", error.to_string());
                    continue;
                }
            };
            match (&slot.part, items.get_mut(slot.item)) {
                (Some(part), Some(item)) => {
                    if nth == 0 {
                        if item.with.is_empty() {
                            item.with.clone_from(&slot.with);
                        }
                        put_part(&mut item.parts, part, value);
                    } else {
                        let mut parts = slot.with.clone();
                        parts.push((part.id, value));
                        item.more.push(parts);
                    }
                }
                _ => draft.put(slot, value),
            }
            nth += 1;
        }
        Ok(())
    }
}

const fn expected(find: &Find) -> &'static str {
    match find {
        Find::Name { .. } => "the name of one",
        Find::ExternalId { .. } => "its number in the other system",
        Find::Email => "its e-mail address",
    }
}

/// A whole name in one text.
fn whole_name(text: &str) -> Value {
    PersonName::parse(text).to_value().unwrap_or_else(|| Value::Group(Group::default()))
}

/// Puts one more part into a structured value. Several texts of one part are its lines, the lines of a street.
fn put_part(parts: &mut Vec<(AttributeId, Value)>, part: &Attribute, value: Value) {
    match (parts.iter_mut().find(|(id, _)| *id == part.id), value) {
        (Some((_, Value::Text(own))), Value::Text(more)) => {
            own.push('\n');
            own.push_str(&more);
        }
        // The first that is said holds.
        (Some(_), _) => {}
        (None, value) => parts.push((part.id, value)),
    }
}

fn put(values: &mut Values, attribute: &Attribute, value: Value) {
    let own = values.get_mut(attribute.id);
    match (own, value) {
        (None, value) if attribute.many => values.set(attribute.id, Value::List(vec![value])),
        (None, value) => values.set(attribute.id, value),
        (Some(Value::List(own)), value) => {
            if !own.contains(&value) {
                own.push(value);
            }
        }
        // Several columns of notes.
        (Some(Value::Text(own)), Value::Text(more)) if attribute.value_type == ValueType::LongText => {
            own.push('\n');
            own.push_str(&more);
        }
        (Some(_), _) => {}
    }
}

/// Says what is lost with a structured value that can't be, unless it stands elsewhere too.
fn note_lost(draft: &mut Draft, item: &Begun) {
    let lost: Vec<String> = item
        .parts
        .iter()
        .filter(|(_, value)| !draft.values.iter().any(|(_, own)| own == value))
        .map(|(_, value)| value.to_string())
        .collect();
    if !lost.is_empty() {
        let message = format!("found \"{}\" without the record to which it belongs", lost.join(", "));
        draft.problems.push(RowProblem::of_row("incomplete", message));
    }
}

fn put_item(values: &mut Values, attribute: &Attribute, item: Begun) {
    // Nothing of it stands in the row, or nothing that means anything yet.
    if item.parts.is_empty() && item.more.is_empty() || item.waits {
        return;
    }
    let mut first = item.parts;
    for (id, value) in item.with {
        if first.iter().all(|(own, _)| *own != id) {
            first.push((id, value));
        }
    }
    let label = first.iter().find(|(id, _)| id.part_number() == Part::LABEL).cloned();
    for mut parts in std::iter::once(first).chain(item.more) {
        // The label that a column gives is that of all values in a cell.
        if let Some((id, label)) = label.as_ref().filter(|(id, _)| parts.iter().all(|(own, _)| own != id)) {
            parts.push((*id, label.clone()));
        }
        let mut group = Group::new();
        for (id, value) in parts {
            group.set(id, Some(value));
        }
        if attribute.many {
            put(values, attribute, Value::Group(group));
        } else {
            // The parts say more than a whole name in one text.
            values.set(attribute.id, Value::Group(group));
        }
    }
}

fn tags(target: &TagTarget, cell: &str, tags: &mut BTreeSet<Tag>) -> std::result::Result<(), InvalidValue> {
    for piece in quoted_pieces(cell, target.split.as_deref()) {
        let piece = piece.trim_matches('"').trim();
        if piece.is_empty() || target.without.iter().any(|without| without == piece) {
            continue;
        }
        let piece = piece.strip_prefix("* ").unwrap_or(piece);
        tags.insert(match &target.under {
            Some(under) => Tag::new(&format!("{under}/{piece}"))?,
            None => Tag::new(piece)?,
        });
    }
    Ok(())
}

/// The pieces of a cell in which a piece can stand in quotes, and then have in it what parts the pieces.
fn quoted_pieces<'c>(cell: &'c str, split: Option<&str>) -> Vec<&'c str> {
    if !cell.starts_with('"') {
        return pieces(cell, split);
    }
    let mut found: Vec<&str> = Vec::new();
    let mut rest = cell.trim();
    while let Some((quoted, behind)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        found.push(quoted);
        rest = split.and_then(|split| behind.trim_start().strip_prefix(split)).map_or(behind, str::trim_start);
    }
    found.extend(pieces(rest, split));
    found
}
