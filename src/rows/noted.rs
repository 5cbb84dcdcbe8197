//! The companies that are noted with what happened with their people.

use std::collections::BTreeSet;

use time::{Date, OffsetDateTime};

use super::load::{find, load};
use crate::index::{Reference, references_of, time_of};
use crate::model::{Belongs, Kind, RecordId, Value, Values, primary_of, within};
use crate::schema::{Catalogue, system};
use crate::store::{Result, Source, instant_of};

/// What a record is about, as far as its attributes say so.
fn about(catalogue: &Catalogue, kind: Kind, values: &Values) -> Vec<Reference> {
    let is_about = |reference: &Reference| {
        catalogue.attribute_by_id(kind, reference.attribute).is_some_and(|attribute| attribute.about)
    };
    references_of(values).into_iter().filter(is_about).collect()
}

/// Notes in a record to what the people it is about belonged on its day: of several companies of a person the primary one.
/// What it is about itself is not noted again. A record whose people and time are as `before` keeps what was noted then:
/// history does not change when somebody moves on.
///
/// Costs the reading of each person.
pub(crate) fn note(
    source: &dyn Source,
    catalogue: &Catalogue,
    kind: Kind,
    before: Option<&Values>,
    values: &mut Values,
    day_of: impl Fn(OffsetDateTime) -> Date,
) -> Result<()> {
    if catalogue.attribute_by_id(kind, system::NOTED).is_none() {
        return Ok(());
    }
    let now_about = about(catalogue, kind, values);
    let time = time_of(catalogue, kind, values);
    if let Some(before) = before
        && about(catalogue, kind, before) == now_about
        && time_of(catalogue, kind, before) == time
    {
        if let Some(noted) = before.get(system::NOTED) {
            values.set(system::NOTED, noted.clone());
        }
        return Ok(());
    }
    let day = day_of(instant_of(time));
    let mut noted: Vec<RecordId> = Vec::new();
    let mut known: BTreeSet<RecordId> = now_about.iter().map(|reference| reference.target).collect();
    for reference in &now_about {
        let Some(company) = company_of(source, catalogue, reference.target, day)? else { continue };
        if known.insert(company) {
            noted.push(company);
        }
    }
    values.take(system::NOTED);
    if !noted.is_empty() {
        values.set(system::NOTED, Value::List(noted.into_iter().map(Value::Reference).collect()));
    }
    Ok(())
}

/// To what a record belonged on a day.
fn company_of(source: &dyn Source, catalogue: &Catalogue, id: RecordId, day: Date) -> Result<Option<RecordId>> {
    let Some((whole, parts)) = catalogue.kind(id.kind).and_then(|entry| entry.belongs) else { return Ok(None) };
    let Some(row) = find(source, id)? else { return Ok(None) };
    let Some(record) = load(source, catalogue, id.kind, row)? else { return Ok(None) };
    let all = record.values.get(whole).map_or(&[][..], Value::each);
    let then: Vec<Value> = all.iter().filter(|value| covers(value, parts, day)).cloned().collect();
    Ok(match primary_of(&then) {
        Some(Value::Group(group)) => match group.part(parts.to) {
            Some(Value::Reference(company)) => Some(*company),
            _ => None,
        },
        _ => None,
    })
}

/// Whether an affiliation holds on a day; an end that is not known is open.
fn covers(value: &Value, parts: Belongs, day: Date) -> bool {
    let Value::Group(group) = value else { return false };
    let date = |part| match group.part(part) {
        Some(Value::Date(date)) => Some(*date),
        _ => None,
    };
    within(date(parts.since), date(parts.until), day)
}
