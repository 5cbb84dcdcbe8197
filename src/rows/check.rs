//! The checks that need the database: that references lead somewhere, that unique values are unique.

use super::load::{Row, find, id_of, load, locate};
use super::save::Targets;
use std::collections::BTreeSet;

use crate::index::{KeyEntry, is_exact, keys_of, references_of, row_of};
use crate::model::{Kind, RecordId, Rule, Value, Values, Violation};
use crate::schema::{Catalogue, position, violation};
use crate::store::{Result, Source, StoreError, Table, after_prefix};
use uuid::Uuid;

/// Who is being checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) kind: Kind,
    pub(crate) id: Uuid,
    pub(crate) values: &'a Values,
    /// The record as it was, if there was one.
    pub(crate) before: Option<&'a Row>,
}

/// Adds a violation for each reference that leads nowhere or in a circle, and each value that another
/// record has already. What the record had before is not checked again. Gives where the others stand to which it refers.
pub(crate) fn check(
    source: &dyn Source,
    catalogue: &Catalogue,
    subject: Subject<'_>,
    violations: &mut Vec<Violation>,
) -> Result<Targets> {
    // An `IdSource` that repeats itself must not put one record in the place of another.
    if subject.before.is_none()
        && let Some((kind, _)) = locate(source, subject.id)?
    {
        let holder = RecordId { kind, uuid: subject.id };
        violations.push(violation("id", Rule::NotUnique { holder }, None));
    }
    let targets = references(source, catalogue, subject, violations)?;
    repetition(catalogue, subject, violations);
    uniqueness(source, catalogue, subject, violations)?;
    Ok(targets)
}

fn references(
    source: &dyn Source,
    catalogue: &Catalogue,
    subject: Subject<'_>,
    violations: &mut Vec<Violation>,
) -> Result<Targets> {
    let mut targets = Targets::new();
    let had: BTreeSet<_> = subject.before.iter().flat_map(|before| references_of(&before.values)).collect();
    for reference in references_of(subject.values) {
        if had.contains(&reference) {
            continue;
        }
        let attribute = catalogue.attribute_by_id(subject.kind, reference.attribute);
        let key = attribute.map_or("reference", |attribute| &*attribute.key);
        let target = reference.target;
        let own = RecordId { kind: subject.kind, uuid: subject.id };
        // Nobody can refer to a record that is being inserted, so nothing leads back to it.
        let acyclic = attribute.is_some_and(|attribute| attribute.acyclic);
        let inserted = subject.before.is_none();
        let rule = if acyclic && (target == own || !inserted && leads_back(source, catalogue, own, reference)?) {
            Rule::Circular
        } else if target == own {
            continue;
        } else if let Some(row) = find(source, target)? {
            targets.push((target, row));
            continue;
        } else {
            Rule::Dangling
        };
        violations.push(violation(key, rule, Some(&Value::Reference(target))));
    }
    Ok(targets)
}

/// Whether following the attribute from record to record comes back to where it began.
fn leads_back(
    source: &dyn Source,
    catalogue: &Catalogue,
    own: RecordId,
    reference: crate::index::Reference,
) -> Result<bool> {
    let mut at = reference.target;
    let mut passed = BTreeSet::new();
    // A circle without this record can't come about; in a damaged file it must not hold us for ever.
    while passed.insert(at) {
        if at == own {
            return Ok(true);
        }
        let Some(row) = find(source, at)? else { return Ok(false) };
        let Some(record) = load(source, catalogue, at.kind, row)? else { return Ok(false) };
        match record.values.get(reference.attribute) {
            Some(Value::Reference(next)) => at = *next,
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// A value that may stand in one record only may stand there once only.
fn repetition(catalogue: &Catalogue, subject: Subject<'_>, violations: &mut Vec<Violation>) {
    for (id, value) in subject.values.iter() {
        let Value::List(values) = value else { continue };
        if values.len() < 2 {
            continue;
        }
        let Some(attribute) = catalogue.attribute_by_id(subject.kind, id) else { continue };
        let unchanged = subject.before.is_some_and(|before| before.values.get(id) == Some(value));
        if unchanged || !(attribute.rules.unique || is_exact(attribute)) {
            continue;
        }
        let mut seen = BTreeSet::new();
        for (at, one) in values.iter().enumerate() {
            let mut alone = Values::default();
            alone.set(id, one.clone());
            for key in keys_of(catalogue, subject.kind, &alone) {
                if !seen.insert(key) {
                    violations.push(violation(&position(&attribute.key, at), Rule::Repeated, Some(one)));
                }
            }
        }
    }
}

fn uniqueness(
    source: &dyn Source,
    catalogue: &Catalogue,
    subject: Subject<'_>,
    violations: &mut Vec<Violation>,
) -> Result<()> {
    let own = subject.before.map(|before| before.row);
    let Some(entry) = catalogue.kind(subject.kind) else { return Ok(()) };
    if !subject.values.iter().any(|(id, _)| entry.is_unique(id)) {
        return Ok(());
    }
    for key in keys_of(catalogue, subject.kind, subject.values).iter().filter(|key| key.unique) {
        for row in rows_with(source, subject.kind, key)? {
            if Some(row) == own {
                continue;
            }
            // An older version that did not know the attribute may have left the key of a record that it deleted.
            let Some(uuid) = id_of(source, subject.kind, row)? else { continue };
            let attribute = catalogue.attribute_by_id(subject.kind, key.attribute);
            let name = attribute.map_or("value", |attribute| &*attribute.key);
            let holder = RecordId { kind: subject.kind, uuid };
            let found = subject.values.get(crate::model::AttributeId::property(key.attribute.number()));
            violations.push(violation(name, Rule::NotUnique { holder }, found));
        }
    }
    Ok(())
}

/// The rows that have a key.
pub(crate) fn rows_with(source: &dyn Source, kind: Kind, key: &KeyEntry) -> Result<Vec<u32>> {
    some_with(source, kind, key, usize::MAX)
}

/// The first rows that have a key, at most so many.
pub(crate) fn some_with(source: &dyn Source, kind: Kind, key: &KeyEntry, most: usize) -> Result<Vec<u32>> {
    let prefix = key.prefix(kind).build();
    let Some(end) = after_prefix(&prefix) else { return Ok(Vec::new()) };
    source
        .walk(Table::Keys, prefix, end)?
        .take(most)
        .map(|row| {
            let (key, _) = row?;
            row_of(&key).ok_or_else(|| StoreError::corrupt(Table::Keys, &key, "key cut short"))
        })
        .collect()
}
