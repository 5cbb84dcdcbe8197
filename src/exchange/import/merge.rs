//! What a row says, put into a record that there is already.

use super::merging::Existing;
use crate::exchange::vcard::merged_lines;
use crate::model::{AttributeId, Kind, Part, Phones, Value, Values, search_fold};
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
        let after = Merge { attribute, existing, phones: catalogue.phones() }.merged(old, value);
        if old != Some(&after) {
            changes.push(FieldChange { attribute: id, key: attribute.key.to_string(), before: old.cloned(), after });
        }
    }
    changes
}

/// How two values of an attribute become one.
struct Merge<'a> {
    attribute: &'a Attribute,
    existing: Existing,
    phones: &'a Phones,
}

impl Merge<'_> {
    fn merged(&self, old: Option<&Value>, new: Value) -> Value {
        match (old, new) {
            (None, new) => new,
            (Some(Value::List(old)), new) => {
                let mut all = old.clone();
                for value in new.each() {
                    match all.iter_mut().find(|own| self.same(own, value)) {
                        Some(own) => *own = self.one(own, value),
                        None => all.push(value.clone()),
                    }
                }
                Value::List(all)
            }
            // What another card says beside what this record has room for.
            (Some(Value::Text(old)), Value::Text(new)) if self.is_carried() => {
                let (older, newer) = if self.existing == Existing::Keep { (&new, old) } else { (old, &new) };
                Value::Text(merged_lines(older, newer))
            }
            (Some(old), new) => self.one(old, &new),
        }
    }

    fn one(&self, old: &Value, new: &Value) -> Value {
        let of_many = self.attribute.many;
        match (old, new) {
            (Value::Group(old), Value::Group(new)) => {
                let mut group = old.clone();
                for (number, value) in &new.parts {
                    let has = group.part(*number).is_some();
                    // The value by which it was recognised stays as it stands, and so does which one is primary.
                    let recognised = *number == Part::VALUE && self.is_labelled() || *number == Part::PRIMARY;
                    let stays = has && (self.existing == Existing::Keep || of_many && recognised);
                    if !stays {
                        group.take(*number);
                        group.put(*number, Some(value.clone()));
                    }
                }
                group.parts.sort_by_key(|(number, _)| *number);
                Value::Group(group)
            }
            (old, _) if self.existing == Existing::Keep || of_many => old.clone(),
            (_, new) => new.clone(),
        }
    }

    /// Whether it is what a card said beside.
    fn is_carried(&self) -> bool {
        self.attribute.property.is_some_and(|property| property.traits.carried)
    }

    /// Whether its values are plain ones with a label.
    fn is_labelled(&self) -> bool {
        crate::schema::own_type(self.attribute) != self.attribute.value_type
    }

    /// Whether two of several values are the same thing: the same number with another label, say.
    fn same(&self, left: &Value, right: &Value) -> bool {
        let (Value::Group(left), Value::Group(right)) = (left, right) else { return self.same_value(left, right) };
        let first = left.part(Part::VALUE).zip(right.part(Part::VALUE));
        // What refers to another record is known by it: whatever the title, it is the same affiliation.
        let by_first = self.is_labelled() || matches!(first, Some((Value::Reference(_), Value::Reference(_))));
        if let Some((left, right)) = first.filter(|_| by_first) {
            return self.same_value(left, right);
        }
        let is_beside = |number: u8| matches!(number, Part::LABEL | Part::PRIMARY);
        let both = left.parts.iter().filter(|(number, _)| !is_beside(*number));
        let mut both = both.filter_map(|(number, value)| Some((value, right.part(*number)?))).peekable();
        both.peek().is_some() && both.all(|(left, right)| self.same_value(left, right))
    }

    /// Whether two values have one normal form.
    fn same_value(&self, left: &Value, right: &Value) -> bool {
        match (left, right) {
            (Value::Text(left), Value::Text(right)) => search_fold(left) == search_fold(right),
            (Value::Email(left), Value::Email(right)) => left.normal() == right.normal(),
            (Value::Url(left), Value::Url(right)) => left.normal() == right.normal(),
            (Value::Phone(left), Value::Phone(right)) => {
                // People of one office have one number and each an extension of their own.
                self.phones.number(left) == self.phones.number(right) && left.extension() == right.extension()
            }
            _ => left == right,
        }
    }
}
