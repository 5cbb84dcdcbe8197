//! Numbers that rows have of records which they know by name.

use super::merge::{FieldChange, ToMerge, changes};
use super::merging::Existing;
use crate::error::Result;
use crate::model::{ExternalId, FieldType, RecordId, Value, Values};
use crate::read::view::View;
use crate::rows::{self, Row};

/// The record and what the number changes of it; nothing if it has one of that system, or its kind has none.
pub(super) fn lacking(view: &dyn View, id: RecordId, number: &ExternalId) -> Result<Option<(Row, FieldChange)>> {
    let (source, catalogue) = (view.tables().0, view.catalogue_now());
    let Some(attribute) = catalogue.settable(id.kind, "external_id") else { return Ok(None) };
    let Some(before) = rows::find(source, id)?.map(|row| rows::load(source, catalogue, id.kind, row)).transpose()?
    else {
        return Ok(None);
    };
    let Some(before) = before else { return Ok(None) };
    let system = Value::Text(number.system.clone());
    let is_of_system = |known: &Value| matches!(known, Value::Group(known) if known.part(1) == Some(&system));
    if before.values.get(attribute.id).is_some_and(|known| known.each().iter().any(is_of_system)) {
        return Ok(None);
    }
    let Some(number) = number.to_value() else { return Ok(None) };
    let mut values = Values::default();
    values.set(attribute.id, Value::List(vec![number]));
    let change = changes(catalogue, id.kind, &before.values, &ToMerge::of(&values), Existing::Keep).into_iter().next();
    Ok(change.map(|change| (before, change)))
}
