//! Records put together from columns, as far as a step asks for them, and asked one by one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::mask::{Block, Chunk, Mask, places, row_of};
use super::naive::prepare::Prepared;
use super::plan::{Needs, Parts};
use super::run::{Run, Within};
use crate::index::{Element, Layout, Unit};
use crate::model::{Group, Kind, Value, Values};
use crate::rows::{self, Row};
use crate::schema::Catalogue;
use crate::store::Result;

/// Of so few rows of a block, the records themselves are read.
const FEW: u32 = 24;

/// What is put together: the units that are needed, and what else.
pub(super) struct Gathering<'n> {
    units: Vec<Unit>,
    needs: &'n Needs,
}

impl<'n> Gathering<'n> {
    pub(super) fn of(catalogue: &Catalogue, kind: Kind, needs: &'n Needs) -> Self {
        let layout = Layout::of(catalogue, kind);
        let stored = needs.stored.iter().map(|(id, parts)| (*id, Some(parts)));
        let wanted = stored.chain(needs.worked_out.iter().map(|id| (*id, None)));
        let units = wanted.filter_map(|(id, parts)| {
            let mut unit = layout.unit(id)?.clone();
            if let Some(Parts::These(wanted)) = parts {
                unit.parts.retain(|(_, part)| wanted.contains(&part.id));
            }
            Some(unit)
        });
        Self { units: units.collect(), needs }
    }
}

/// What the rows of a block have of some attributes, by place.
pub(super) struct Gathered<'g> {
    units: Vec<(&'g Unit, Vec<(u32, Element)>)>,
}

impl Run<'_> {
    /// The rows of a condition that is asked record by record.
    pub(super) fn records(
        &self,
        kind: Kind,
        condition: &Prepared,
        needs: &Needs,
        chunk: Chunk,
        within: Within<'_>,
    ) -> Result<Mask> {
        let mut found = self.all(kind, chunk, within)?;
        let gathering = Gathering::of(self.scope.catalogue, kind, needs);
        for block in chunk.range() {
            let Some(asked) = found.block(block).copied() else { continue };
            self.each_record(kind, &gathering, block, &asked, &mut |place, record| {
                let holds = self.evaluator.holds_of_record(condition, record)?;
                found.set(row_of(block, place), holds);
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// Hands out the records of some rows of a block, with what is needed of them.
    pub(super) fn each_record(
        &self,
        kind: Kind,
        gathering: &Gathering<'_>,
        block: u32,
        asked: &Block,
        each: &mut dyn FnMut(usize, &Row) -> Result<()>,
    ) -> Result<()> {
        let count: u32 = asked.iter().map(|word| word.count_ones()).sum();
        self.scope.look(count.into())?;
        let whole = |place: usize, each: &mut dyn FnMut(usize, &Row) -> Result<()>| {
            match self.scope.record(kind, row_of(block, place))? {
                Some(record) => each(place, &record),
                // Its columns are not up to date, and what is said of it means nothing.
                None => Ok(()),
            }
        };
        if count <= FEW {
            return places(asked).try_for_each(|place| whole(place, each));
        }
        let needs = gathering.needs;
        let gathered = self.gather(kind, gathering, block)?;
        let mut at = vec![0; gathered.units.len()];
        for place in places(asked) {
            let row = row_of(block, place);
            match self.put_together(kind, needs, &gathered, &mut at, place, row)? {
                Some(record) => each(place, &record)?,
                None => whole(place, each)?,
            }
        }
        Ok(())
    }

    fn gather<'g>(&self, kind: Kind, gathering: &'g Gathering<'_>, block: u32) -> Result<Gathered<'g>> {
        let mut units = Vec::with_capacity(gathering.units.len());
        for unit in &gathering.units {
            let elements = unit.read(&mut |id| rows::read_column(self.scope.source, kind, id, block))?;
            units.push((unit, elements));
        }
        Ok(Gathered { units })
    }

    /// A record with what is needed of it; `None` if the columns do not have all of that.
    fn put_together(
        &self,
        kind: Kind,
        needs: &Needs,
        gathered: &Gathered<'_>,
        at: &mut [usize],
        place: usize,
        row: u32,
    ) -> Result<Option<Arc<Row>>> {
        let mut values = Values::default();
        for ((unit, elements), at) in gathered.units.iter().zip(at) {
            let mut found = Vec::new();
            while let Some((own, element)) = elements.get(*at) {
                if *own as usize > place {
                    break;
                }
                *at += 1;
                if (*own as usize) < place {
                    continue;
                }
                let Some(value) = self.value(unit, element)? else { return Ok(None) };
                found.push(value);
            }
            let value =
                if unit.attribute.many { (!found.is_empty()).then_some(Value::List(found)) } else { found.pop() };
            if let Some(value) = value {
                values.set(unit.attribute.id, value);
            }
        }
        let id = if needs.id { rows::id_of(self.scope.source, kind, row)? } else { None };
        let tags =
            if needs.tags { rows::tags_of(self.scope.source, self.scope.catalogue, kind, row)? } else { Vec::new() };
        Ok(Some(Arc::new(Row { kind, row, id: id.unwrap_or_default(), values, tags, of_columns: true })))
    }

    fn value(&self, unit: &Unit, element: &Element) -> Result<Option<Value>> {
        let mut id_of = |kind: Kind, row: u32| rows::id_of(self.scope.source, kind, row);
        let parts = match element {
            Element::One(cell) => return cell.value(&unit.attribute, &mut id_of),
            Element::Parts(parts) => parts,
        };
        let mut all: BTreeMap<u8, Vec<Value>> = BTreeMap::new();
        for (number, cell) in parts {
            let Some((_, part)) = unit.parts.iter().find(|(own, _)| own == number) else { return Ok(None) };
            let Some(value) = cell.value(part, &mut id_of)? else { return Ok(None) };
            all.entry(*number).or_default().push(value);
        }
        let mut group = Group::default();
        for (number, mut values) in all {
            let many = unit.parts.iter().any(|(own, part)| *own == number && part.is_many_in_value());
            let value = if many { Some(Value::List(values)) } else { values.pop() };
            group.put(number, value);
        }
        Ok(Some(Value::Group(group)))
    }
}
