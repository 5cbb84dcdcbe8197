//! What of a record stands in columns, attribute by attribute.
//!
//! A unit is what is written together: an attribute with one or several values or, of a structured attribute, its values with all
//! of their parts. Where a part stands is said by the number of its value in the block, so all parts go together.

use std::sync::Arc;

use super::column::{Cell, Column, Data, Written, is_phone};
use super::posting::Posting;
use super::words::Classes;
use crate::model::{AttributeId, How, Kind, RecordId, Value, ValueType, Values};
use crate::schema::{Attribute, Catalogue, KindEntry, Source};
use crate::store::Result;

/// One of the values that a record has of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Element {
    One(Cell),
    /// A structured value: its parts, in the order of their numbers. A part may come several times.
    Parts(Vec<(u8, Cell)>),
}

/// An attribute that has columns.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) attribute: Arc<Attribute>,
    /// Of a structured one.
    pub(crate) parts: Vec<(u8, Arc<Attribute>)>,
}

/// The units of a kind, in the order of their attributes.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) kind: Kind,
    /// The sorts of words of its attributes.
    pub(crate) classes: Classes,
    pub(crate) units: Vec<Unit>,
}

impl Layout {
    pub(crate) fn of(catalogue: &Catalogue, kind: Kind) -> Self {
        let mut units: Vec<Unit> = Vec::new();
        for attribute in catalogue.kind(kind).into_iter().flat_map(KindEntry::shared) {
            match (attribute.source, attribute.part_of) {
                (Source::Record | Source::WorkedOut(How::Of(..) | How::Latest { .. }), _) => {
                    units.push(Unit { attribute: Arc::clone(attribute), parts: Vec::new() });
                }
                // A part stands behind its whole.
                (Source::Part(number), Some(whole)) => {
                    if let Some(unit) = units.iter_mut().rfind(|unit| unit.attribute.id == whole) {
                        unit.parts.push((number, Arc::clone(attribute)));
                    }
                }
                _ => {}
            }
        }
        let classes = Classes::of(catalogue.kind(kind).into_iter().flat_map(KindEntry::attributes));
        Self { kind, classes, units }
    }

    /// The unit of an attribute.
    pub(crate) fn unit(&self, id: AttributeId) -> Option<&Unit> {
        let at = self.units.binary_search_by_key(&id, |unit| unit.attribute.id).ok()?;
        self.units.get(at)
    }

    /// The attributes that are worked out of one of these.
    pub(crate) fn worked_out_of(&self, changed: &[AttributeId]) -> Vec<AttributeId> {
        let reads = |unit: &&Unit| match unit.attribute.source {
            Source::WorkedOut(How::Of(reads, _)) => reads.iter().any(|id| changed.contains(id)),
            _ => false,
        };
        self.units.iter().filter(reads).map(|unit| unit.attribute.id).collect()
    }
}

/// What of other records is needed to make the elements of one.
pub(crate) struct Around<'a> {
    /// The row of a record.
    pub(crate) row_of: &'a mut dyn FnMut(RecordId) -> Result<Option<u32>>,
    /// The time of the latest record that refers here, in microseconds.
    pub(crate) latest: &'a mut dyn FnMut(Kind, &'static [AttributeId]) -> Result<Option<i64>>,
}

impl Unit {
    pub(crate) fn is_group(&self) -> bool {
        self.attribute.value_type == ValueType::Group
    }

    /// Hands out what a record has of it.
    pub(crate) fn elements(
        &self,
        values: &Values,
        around: &mut Around<'_>,
        each: &mut dyn FnMut(Element),
    ) -> Result<()> {
        let worked_out = match self.attribute.source {
            Source::WorkedOut(How::Of(_, work_out)) => work_out(values),
            Source::WorkedOut(How::Latest { kind, through }) => {
                if let Some(time) = (around.latest)(kind, through)? {
                    each(Element::One(Cell::Number(time)));
                }
                return Ok(());
            }
            _ => None,
        };
        let all = match &worked_out {
            Some(value) => value.each(),
            None => values.get(self.attribute.id).map_or(&[][..], Value::each),
        };
        for value in all {
            if let Some(element) = self.element(value, around)? {
                each(element);
            }
        }
        Ok(())
    }

    fn element(&self, value: &Value, around: &mut Around<'_>) -> Result<Option<Element>> {
        let Value::Group(group) = value else {
            return Ok(Cell::of(&self.attribute, value, around.row_of)?.map(Element::One));
        };
        let mut parts = Vec::new();
        for (number, attribute) in &self.parts {
            let each = group.part(*number).map_or(&[][..], Value::each);
            for value in each {
                parts.extend(Cell::of(attribute, value, around.row_of)?.map(|cell| (*number, cell)));
            }
        }
        Ok(Some(Element::Parts(parts)))
    }

    /// The columns of what the rows of a block have of it, in the order of their places.
    pub(crate) fn write(&self, elements: &[(u32, Element)]) -> Vec<(AttributeId, Written)> {
        if elements.is_empty() {
            return Vec::new();
        }
        let places: Vec<u32> = elements.iter().map(|(place, _)| *place).collect();
        if !self.is_group() {
            let cells = elements.iter().map(|(_, element)| match element {
                Element::One(cell) => cell,
                Element::Parts(_) => &Cell::Long,
            });
            let written = Column::write(&places, Some(cells.collect()), is_phone(&self.attribute), true);
            return vec![(self.attribute.id, written)];
        }
        let single = places.windows(2).all(|pair| matches!(pair, [one, next] if one < next));
        let mut all = vec![(self.attribute.id, Column::write(&places, None, false, true))];
        let mut parts: Vec<(Vec<u32>, Vec<&Cell>)> = self.parts.iter().map(|_| (Vec::new(), Vec::new())).collect();
        for (index, (place, element)) in (0_u32..).zip(elements) {
            let Element::Parts(own) = element else { continue };
            for (number, cell) in own {
                let at = self.parts.iter().position(|(part, _)| part == number);
                if let Some((places, cells)) = at.and_then(|at| parts.get_mut(at)) {
                    places.push(if single { *place } else { index });
                    cells.push(cell);
                }
            }
        }
        for ((_, attribute), (places, cells)) in self.parts.iter().zip(parts) {
            if !places.is_empty() {
                all.push((attribute.id, Column::write(&places, Some(cells), is_phone(attribute), single)));
            }
        }
        all
    }

    /// What the rows of a block have of it, as its columns say: the inverse of [`write`](Self::write). `column` finds the column
    /// of an attribute and the posting beside it.
    pub(crate) fn read(
        &self,
        column: &mut dyn FnMut(AttributeId) -> Result<Option<Read>>,
    ) -> Result<Vec<(u32, Element)>> {
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
    /// Whether a posting stands beside the column.
    pub(crate) dense: bool,
}

impl Read {
    /// Takes a column apart.
    pub(crate) fn of(column: &Column<'_>, present: Option<&Posting>) -> Self {
        let single = !matches!(column.data, Data::Bare { single: false });
        Self { places: column.all_places(present), cells: column.cells(present), single, dense: column.is_dense() }
    }
}
