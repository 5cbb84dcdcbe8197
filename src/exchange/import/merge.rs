//! What a row says, put into a record that there is already.

use super::merging::Existing;
use crate::exchange::vcard::merged_lines;
use crate::model::{AttributeId, Kind, Part, Value, Values, search_fold};
use crate::schema::{Attribute, Catalogue};

/// What an import changes of a record.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FieldChange {
    /// The attribute.
    pub attribute: AttributeId,
    /// Its key.
    pub key: String,
    /// What was there.
    pub before: Option<Value>,
    /// What will be there.
    pub after: Value,
}

/// What differs once the values of a row are in a record.
pub(super) fn changes(
    catalogue: &Catalogue,
    kind: Kind,
    before: &Values,
    row: &Values,
    existing: Existing,
) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    for (id, value) in row.iter() {
        let Some(attribute) = catalogue.attribute_by_id(kind, id) else { continue };
        // So that both have the form in which it is stored.
        let Some(value) = crate::schema::coerce(attribute, value.clone(), &mut Vec::new()) else { continue };
        let old = before.get(id);
        let after = merged(attribute, old, value, existing);
        if old != Some(&after) {
            changes.push(FieldChange { attribute: id, key: attribute.key.to_string(), before: old.cloned(), after });
        }
    }
    changes
}

fn merged(attribute: &Attribute, old: Option<&Value>, new: Value, existing: Existing) -> Value {
    match (old, new) {
        (None, new) => new,
        (Some(Value::List(old)), new) => {
            let mut all = old.clone();
            for value in new.each() {
                match all.iter_mut().find(|own| same(attribute, own, value)) {
                    Some(own) => *own = one(attribute, own, value, existing),
                    None => all.push(value.clone()),
                }
            }
            Value::List(all)
        }
        // What another card says beside what this record has room for.
        (Some(Value::Text(old)), Value::Text(new)) if attribute.property.is_some_and(|one| one.traits.carried) => {
            let (older, newer) = if existing == Existing::Keep { (&new, old) } else { (old, &new) };
            Value::Text(merged_lines(older, newer))
        }
        (Some(old), new) => one(attribute, old, &new, existing),
    }
}

fn one(attribute: &Attribute, old: &Value, new: &Value, existing: Existing) -> Value {
    let of_many = attribute.many;
    match (old, new) {
        (Value::Group(old), Value::Group(new)) => {
            let mut group = old.clone();
            for (number, value) in &new.parts {
                let has = group.part(*number).is_some();
                // The value by which it was recognised stays as it stands, and so does which one is primary.
                let recognised = *number == Part::VALUE && is_labelled(attribute) || *number == Part::PRIMARY;
                let stays = has && (existing == Existing::Keep || of_many && recognised);
                if !stays {
                    group.take(*number);
                    group.put(*number, Some(value.clone()));
                }
            }
            group.parts.sort_by_key(|(number, _)| *number);
            Value::Group(group)
        }
        (old, _) if existing == Existing::Keep || of_many => old.clone(),
        (_, new) => new.clone(),
    }
}

/// Whether its values are plain ones with a label.
fn is_labelled(attribute: &Attribute) -> bool {
    crate::schema::own_type(attribute) != attribute.value_type
}

/// Whether two of several values are the same thing: the same number with another label, say.
fn same(attribute: &Attribute, left: &Value, right: &Value) -> bool {
    let (Value::Group(left), Value::Group(right)) = (left, right) else { return same_value(left, right) };
    let first = left.part(Part::VALUE).zip(right.part(Part::VALUE));
    // What refers to another record is known by it: whatever the title, it is the same affiliation.
    let by_first = is_labelled(attribute) || matches!(first, Some((Value::Reference(_), Value::Reference(_))));
    if let Some((left, right)) = first.filter(|_| by_first) {
        return same_value(left, right);
    }
    let is_beside = |number: u8| matches!(number, Part::LABEL | Part::PRIMARY);
    let both = left.parts.iter().filter(|(number, _)| !is_beside(*number));
    let mut both = both.filter_map(|(number, value)| Some((value, right.part(*number)?))).peekable();
    both.peek().is_some() && both.all(|(left, right)| same_value(left, right))
}

fn same_value(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => search_fold(left) == search_fold(right),
        (Value::Email(left), Value::Email(right)) => left.normal() == right.normal(),
        (Value::Url(left), Value::Url(right)) => left.normal() == right.normal(),
        (Value::Phone(left), Value::Phone(right)) => left.digits() == right.digits(),
        _ => left == right,
    }
}
