//! What of a record stands in columns, attribute by attribute.
//!
//! A unit is what is written together: an attribute with one or several values or, of a structured attribute, its values with all
//! of their parts. Where a part stands is said by the number of its value in the block, so all parts go together.

use super::column::{Cell, Column, Data, Written, is_phone};
use super::posting::Posting;
use super::words::{WordSet, words_of, words_of_long};
use crate::model::{AttributeId, How, Kind, RecordId, Value, ValueType, Values};
use crate::schema::{Attribute, Catalogue, KindEntry, Source};

/// One of the values that a record has of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Element {
    One(Cell),
    /// A structured value: its parts, in the order of their numbers. A part may come several times.
    Parts(Vec<(u8, Cell)>),
}

/// An attribute that has columns.
#[derive(Debug, Clone)]
pub(crate) struct Unit<'c> {
    pub(crate) attribute: &'c Attribute,
    /// Of a structured one.
    pub(crate) parts: Vec<(u8, &'c Attribute)>,
}

/// The units of a kind, in the order of their attributes.
#[derive(Debug, Clone)]
pub(crate) struct Layout<'c> {
    pub(crate) kind: Kind,
    entry: Option<&'c KindEntry>,
    pub(crate) units: Vec<Unit<'c>>,
}

impl<'c> Layout<'c> {
    pub(crate) fn of(catalogue: &'c Catalogue, kind: Kind) -> Self {
        let mut units: Vec<Unit<'c>> = Vec::new();
        let attributes = catalogue.kind(kind).into_iter().flat_map(|entry| entry.attributes());
        for attribute in attributes {
            match attribute.source {
                Source::Record => units.push(Unit { attribute, parts: Vec::new() }),
                Source::WorkedOut(How::Of(..) | How::Latest { .. }) => {
                    units.push(Unit { attribute, parts: Vec::new() });
                }
                Source::Part(_) | Source::Tags | Source::Id | Source::WorkedOut(How::At(..) | How::Outcome) => {}
            }
        }
        for unit in units.iter_mut().filter(|unit| unit.is_group()) {
            let parts = catalogue.parts(kind, unit.attribute.id).filter_map(|part| match part.source {
                Source::Part(number) => Some((number, part)),
                _ => None,
            });
            unit.parts = parts.collect();
        }
        Self { kind, entry: catalogue.kind(kind), units }
    }

    /// The unit of an attribute.
    pub(crate) fn unit(&self, id: AttributeId) -> Option<&Unit<'c>> {
        let at = self.units.binary_search_by_key(&id, |unit| unit.attribute.id).ok()?;
        self.units.get(at)
    }

    /// The words of a record.
    pub(crate) fn words_of(&self, values: &Values) -> WordSet {
        self.entry.map(|entry| words_of(entry, values)).unwrap_or_default()
    }

    /// The words of those texts of a record that do not stand in columns.
    pub(crate) fn words_of_long(&self, values: &Values) -> WordSet {
        self.entry.and_then(|entry| words_of_long(entry, values)).unwrap_or_default()
    }

    /// The attributes that are worked out of one of these.
    pub(crate) fn worked_out_of(&self, changed: &[AttributeId]) -> Vec<AttributeId> {
        let reads = |unit: &&Unit<'_>| match unit.attribute.source {
            Source::WorkedOut(How::Of(reads, _)) => reads.iter().any(|id| changed.contains(id)),
            _ => false,
        };
        self.units.iter().filter(reads).map(|unit| unit.attribute.id).collect()
    }
}

/// What of other records is needed to make the elements of one.
pub(crate) struct Around<'a> {
    /// The row of a record.
    pub(crate) row_of: &'a mut dyn FnMut(RecordId) -> Option<u32>,
    /// The time of the latest record that refers here, in microseconds.
    pub(crate) latest: &'a mut dyn FnMut(Kind, &'static [AttributeId]) -> Option<i64>,
}

impl Unit<'_> {
    pub(crate) fn is_group(&self) -> bool {
        self.attribute.value_type == ValueType::Group
    }

    /// What a record has of it.
    pub(crate) fn elements(&self, values: &Values, around: &mut Around<'_>) -> Vec<Element> {
        let worked_out = match self.attribute.source {
            Source::WorkedOut(How::Of(_, work_out)) => work_out(values),
            Source::WorkedOut(How::Latest { kind, through }) => {
                let latest = (around.latest)(kind, through);
                return latest.map(|time| Element::One(Cell::Number(time))).into_iter().collect();
            }
            _ => None,
        };
        let all = match &worked_out {
            Some(value) => value.each(),
            None => values.get(self.attribute.id).map_or(&[][..], Value::each),
        };
        all.iter().filter_map(|value| self.element(value, around)).collect()
    }

    fn element(&self, value: &Value, around: &mut Around<'_>) -> Option<Element> {
        let Value::Group(group) = value else {
            return Cell::of(self.attribute, value, around.row_of).map(Element::One);
        };
        let mut parts = Vec::new();
        for (number, attribute) in &self.parts {
            let each = group.part(*number).map_or(&[][..], Value::each);
            let cells = each.iter().filter_map(|value| Cell::of(attribute, value, around.row_of));
            parts.extend(cells.map(|cell| (*number, cell)));
        }
        Some(Element::Parts(parts))
    }

    /// The columns of what the rows of a block have of it, in the order of their places.
    pub(crate) fn write(&self, elements: &[(u32, Element)]) -> Vec<(AttributeId, Written)> {
        if elements.is_empty() {
            return Vec::new();
        }
        let places: Vec<u32> = elements.iter().map(|(place, _)| *place).collect();
        if !self.is_group() {
            let cells = elements.iter().map(|(_, element)| match element {
                Element::One(cell) => cell.clone(),
                Element::Parts(_) => Cell::Long,
            });
            let written = Column::write(&places, Some(cells.collect()), is_phone(self.attribute), true);
            return vec![(self.attribute.id, written)];
        }
        let single = places.windows(2).all(|pair| matches!(pair, [one, next] if one < next));
        let mut all = vec![(self.attribute.id, Column::write(&places, None, false, true))];
        for (number, attribute) in &self.parts {
            let (mut at, mut cells) = (Vec::new(), Vec::new());
            for (index, (place, element)) in (0_u32..).zip(elements) {
                let Element::Parts(parts) = element else { continue };
                for (_, cell) in parts.iter().filter(|(part, _)| part == number) {
                    at.push(if single { *place } else { index });
                    cells.push(cell.clone());
                }
            }
            if !at.is_empty() {
                all.push((attribute.id, Column::write(&at, Some(cells), is_phone(attribute), single)));
            }
        }
        all
    }

    /// What the rows of a block have of it, as its columns say: the inverse of [`write`](Self::write). `column` finds the column
    /// of an attribute and the posting beside it. Fails with the reason.
    pub(crate) fn read<E>(
        &self,
        column: &mut dyn FnMut(AttributeId) -> Result<Option<Read>, E>,
    ) -> Result<Vec<(u32, Element)>, E> {
        let Some(own) = column(self.attribute.id)? else { return Ok(Vec::new()) };
        if !self.is_group() {
            return Ok(own.places.into_iter().zip(own.cells.into_iter().map(Element::One)).collect());
        }
        let mut elements: Vec<(u32, Vec<(u8, Cell)>)> = own.places.iter().map(|place| (*place, Vec::new())).collect();
        for (number, attribute) in &self.parts {
            let Some(part) = column(attribute.id)? else { continue };
            for (place, cell) in part.places.into_iter().zip(part.cells) {
                let index =
                    if own.single { own.places.binary_search(&place).ok() } else { usize::try_from(place).ok() };
                if let Some((_, parts)) = index.and_then(|index| elements.get_mut(index)) {
                    parts.push((*number, cell));
                }
            }
        }
        Ok(elements.into_iter().map(|(place, parts)| (place, Element::Parts(parts))).collect())
    }
}

/// A column taken apart.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) places: Vec<u32>,
    pub(crate) cells: Vec<Cell>,
    /// Whether no place comes twice, as the column of structured values says.
    single: bool,
}

impl Read {
    /// Takes a column apart. Fails with the reason.
    pub(crate) fn of(bytes: &[u8], present: Option<&Posting>) -> Result<Self, &'static str> {
        let column = Column::read(bytes)?;
        let single = !matches!(column.data, Data::Bare { single: false });
        Ok(Self { places: column.all_places(present), cells: column.cells(present), single })
    }
}
