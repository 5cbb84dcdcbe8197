//! What stands above and below a record where records of a kind refer to others of it: companies and their parents, people
//! and those they report to.

use std::collections::{HashSet, VecDeque};

use crate::error::{ErrorKind, Result, until_error};
use crate::model::{AttributeId, Id, Record, RecordId, Value};
use crate::rows;
use crate::store::{StoreError, Table};
use crate::view::View;

/// Something below another in a hierarchy: a subsidiary, somebody who reports to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Below<I> {
    /// The id of the record.
    pub id: I,
    /// How many levels below: 1 right below, 2 below that, and so on.
    pub depth: u32,
}

/// What stands above a record, the nearest first.
pub(crate) fn above<T: Record>(view: &dyn View, start: Id<T>, through: AttributeId) -> Result<Vec<Id<T>>> {
    let source = view.tables().0;
    let mut next = Some(rows::find(source, start.into())?.ok_or(ErrorKind::NotFound { id: start.into() })?);
    let (mut chain, mut seen) = (Vec::new(), HashSet::from([start]));
    while let Some(row) = next.take() {
        let record = rows::load(source, view.catalogue_now(), T::KIND, row)?;
        let Some(Value::Reference(up)) = record.as_ref().and_then(|record| record.values.get(through)) else { break };
        let Some(id) = up.typed().filter(|id| seen.insert(*id)) else { break };
        chain.push(id);
        next = rows::find(source, *up)?;
    }
    Ok(chain)
}

/// What stands below a record, level by level.
pub(crate) fn below<T: Record>(
    view: &dyn View,
    start: Id<T>,
    through: AttributeId,
) -> Result<impl Iterator<Item = Result<Below<Id<T>>>>> {
    let source = view.tables().0;
    let row = rows::find(source, start.into())?.ok_or(ErrorKind::NotFound { id: RecordId::from(start) })?;
    let (mut seen, mut waiting) = (HashSet::from([row]), VecDeque::new());
    let mut links = rows::links_through(source, (T::KIND, row), T::KIND, through);
    let mut depth = 1;
    let mut next = move || {
        loop {
            let Some(link) = links.next() else {
                let Some((row, level)) = waiting.pop_front() else { return Ok(None) };
                links = rows::links_through(source, (T::KIND, row), T::KIND, through);
                depth = level + 1;
                continue;
            };
            let row = link?.source;
            if !seen.insert(row) {
                continue;
            }
            waiting.push_back((row, depth));
            let corrupt =
                || StoreError::corrupt(Table::Records, &rows::row_key(T::KIND, row), "a link without its record");
            let uuid = rows::id_of(source, T::KIND, row)?.ok_or_else(corrupt)?;
            return Ok(Some(Below { id: Id::from_uuid(uuid), depth }));
        }
    };
    Ok(until_error(std::iter::from_fn(move || next().transpose())))
}
