//! What a row says, put into a record that there is already.

use std::collections::HashMap;

use super::called::texts_contradict;
use super::merging::Existing;
use super::note_lines::NoteLines;
use crate::exchange::vcard::merged_lines;
use crate::index::{exact_key, is_exact};
use crate::model::{AttributeId, Group, Kind, Part, PersonName, Phones, Value, Values, search_fold};
use crate::schema::{Attribute, Catalogue};
use crate::store::Key;

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

/// What is put into a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct ToMerge<'a> {
    pub(super) values: &'a Values,
    /// Whether the name among them is a whole one, and not parts of one.
    pub(super) whole_name: bool,
    pub(super) notes: Option<&'a NoteLines>,
}

impl<'a> ToMerge<'a> {
    pub(super) const fn of(values: &'a Values) -> Self {
        Self { values, whole_name: false, notes: None }
    }
}

/// What differs once the values of a row are in a record.
pub(super) fn changes(
    catalogue: &Catalogue,
    kind: Kind,
    before: &Values,
    said: &ToMerge<'_>,
    existing: Existing,
) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let mut add = |attribute: &Attribute, after: Value| {
        let (id, old) = (attribute.id, before.get(attribute.id));
        if old != Some(&after) {
            changes.push(FieldChange { attribute: id, key: attribute.key.to_string(), before: old.cloned(), after });
        }
    };
    for (id, value) in said.values.iter() {
        let Some(attribute) = catalogue.attribute_by_id(kind, id) else { continue };
        // So that both have the form in which it is stored.
        let Some(value) = crate::schema::coerce(attribute, value.clone(), &mut Vec::new()) else { continue };
        let merge = Merge { attribute, existing, whole_name: said.whole_name, phones: catalogue.phones() };
        let after = merge.merged(before.get(id), value);
        let lines = said.notes.filter(|lines| lines.notes == id);
        match (lines, before.get(id), &after) {
            (None, ..) => add(attribute, after),
            // It is what the record had.
            (Some(lines), Some(Value::Text(own)), _) if existing == Existing::Keep => {
                add(attribute, Value::Text(lines.added_to(own, existing)));
            }
            (Some(lines), _, Value::Text(own)) => add(attribute, Value::Text(lines.around(Some(own)))),
            (Some(_), ..) => {}
        }
    }
    let lines = said.notes.filter(|lines| said.values.get(lines.notes).is_none());
    if let Some((lines, attribute)) = lines.and_then(|of| Some((of, catalogue.attribute_by_id(kind, of.notes)?))) {
        let own = if let Some(Value::Text(own)) = before.get(lines.notes) { own } else { "" };
        add(attribute, Value::Text(lines.added_to(own, existing)));
    }
    changes
}

/// How two values of an attribute become one.
struct Merge<'a> {
    attribute: &'a Attribute,
    existing: Existing,
    /// Whether a name is a whole one.
    whole_name: bool,
    phones: &'a Phones,
}

impl Merge<'_> {
    fn merged(&self, old: Option<&Value>, new: Value) -> Value {
        match (old, new) {
            (None, new) => new,
            (Some(Value::List(old)), new) => Value::List(self.all(old, &new)),
            // What another card says beside what this record has room for.
            (Some(Value::Text(old)), Value::Text(new)) if self.is_carried() => {
                let (older, newer) = if self.existing == Existing::Keep { (&new, old) } else { (old, &new) };
                Value::Text(merged_lines(older, newer))
            }
            (Some(Value::Group(old)), Value::Group(new)) if self.is_name() => Value::Group(self.name(old, &new)),
            (Some(old), new) => self.one(old, &new),
        }
    }

    /// Several values: those that are not there yet are added.
    fn all(&self, old: &[Value], new: &Value) -> Vec<Value> {
        let mut all = old.to_vec();
        // Each value is brought into its normal form once, and found by it.
        let mut forms: Vec<Form> = old.iter().map(|value| self.form(value)).collect();
        let mut places = HashMap::new();
        let place = |form: &Form, at| if let Form::Whole(form) = form { Some((form.clone(), at)) } else { None };
        for (form, at) in forms.iter().zip(0..).filter_map(|(form, at)| place(form, at)) {
            places.entry(form).or_insert(at);
        }
        for value in new.each() {
            let form = self.form(value);
            let at = match &form {
                Form::Whole(form) => places.get(form).copied(),
                _ => forms.iter().position(|own| own.is_same(&form)),
            };
            if let Some(own) = at.and_then(|at: usize| all.get_mut(at)) {
                *own = self.one(own, value);
                continue;
            }
            places.extend(place(&form, all.len()));
            all.push(value.clone());
            forms.push(form);
        }
        all
    }

    fn one(&self, old: &Value, new: &Value) -> Value {
        let of_many = self.attribute.many;
        match (old, new) {
            (Value::Group(old), Value::Group(new)) => {
                // The value by which it was recognised stays as it stands, and so does which one is primary.
                let recognised = |number| number == Part::VALUE && self.is_labelled() || number == Part::PRIMARY;
                Value::Group(put_in(old, new, |number| {
                    self.existing == Existing::Keep || of_many && recognised(number)
                }))
            }
            (old, _) if self.existing == Existing::Keep || of_many => old.clone(),
            (_, new) => new.clone(),
        }
    }

    /// A name is one thing: a whole one takes the place of the whole, and none is mixed with one that contradicts it. What somebody is called
    /// beside is another thing.
    fn name(&self, old: &Group, new: &Group) -> Group {
        let proper = |name: &Group| -> Vec<(u8, Value)> {
            name.parts.iter().filter(|(number, _)| *number != PersonName::NICKNAME).cloned().collect()
        };
        let keeps = self.existing == Existing::Keep;
        let contradicts = proper(new).iter().any(|(number, new)| match (old.part(*number), new) {
            (Some(Value::Text(old)), Value::Text(new)) => texts_contradict(old, new),
            _ => false,
        });
        if keeps && contradicts {
            let beside = |(number, _): &&(u8, Value)| *number == PersonName::NICKNAME;
            let beside = Group { sort: new.sort, parts: new.parts.iter().filter(beside).cloned().collect() };
            put_in(old, &beside, |_| true)
        } else if !keeps && self.whole_name && !proper(new).is_empty() {
            let beside = old.part(PersonName::NICKNAME).filter(|_| new.part(PersonName::NICKNAME).is_none());
            let mut whole = new.clone();
            whole.put(PersonName::NICKNAME, beside.cloned());
            whole.parts.sort_by_key(|(number, _)| *number);
            whole
        } else {
            put_in(old, new, |_| keeps)
        }
    }

    /// Whether it is what people are called.
    fn is_name(&self) -> bool {
        !self.attribute.many && self.attribute.property.is_some_and(|property| property.traits.title == 1)
    }

    /// Whether it is what a card said beside.
    fn is_carried(&self) -> bool {
        self.attribute.property.is_some_and(|property| property.traits.carried)
    }

    /// Whether its values are plain ones with a label.
    fn is_labelled(&self) -> bool {
        crate::schema::own_type(self.attribute) != self.attribute.value_type
    }

    /// By what two of several values are the same thing: the same number with another label, say.
    fn form(&self, value: &Value) -> Form {
        let Value::Group(group) = value else { return self.form_of(value) };
        if is_exact(self.attribute) {
            return exact_key(self.attribute, group).map_or(Form::Value(value.clone()), |key| Form::Whole(key.value));
        }
        let first = group.part(Part::VALUE);
        // What refers to another record is known by it: whatever the title, it is the same affiliation.
        let by_first = self.is_labelled() || matches!(first, Some(Value::Reference(_)));
        if let Some(first) = first.filter(|_| by_first) {
            return self.form_of(first);
        }
        let is_beside = |number: u8| matches!(number, Part::LABEL | Part::PRIMARY);
        let parts = group.parts.iter().filter(|(number, _)| !is_beside(*number));
        Form::Parts(parts.map(|(number, value)| (*number, self.form_of(value))).collect())
    }

    /// The normal form of a value without parts.
    fn form_of(&self, value: &Value) -> Form {
        let form = Key::new();
        let form = match value {
            Value::Text(text) => form.text("text").text(&search_fold(text)),
            Value::Email(email) => form.text("email").text(&email.normal()),
            Value::Url(url) => form.text("url").text(&url.normal()),
            Value::Phone(phone) => {
                // People of one office have one number and each an extension of their own.
                let (number, whole) = self.phones.number(phone);
                let sort = if whole { "number" } else { "digits" };
                form.text(sort).text(&number).text(&phone.extension().unwrap_or_default())
            }
            Value::Reference(id) => form.text("record").u16(id.kind.0).bytes(id.uuid.as_bytes()),
            other => return Form::Value(other.clone()),
        };
        Form::Whole(form.build())
    }
}

/// By what two of several values are the same thing.
#[derive(Debug, Clone)]
enum Form {
    /// If the forms are the same.
    Whole(Vec<u8>),
    /// If the values are the same.
    Value(Value),
    /// If the parts that both have are the same, and there are such.
    Parts(Vec<(u8, Form)>),
}

impl Form {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole(own), Self::Whole(other)) => own == other,
            (Self::Value(own), Self::Value(other)) => own == other,
            (Self::Parts(own), Self::Parts(other)) => {
                let other = |number| other.iter().find(|(at, _)| *at == number).map(|(_, form)| form);
                let both = own.iter().filter_map(|(number, form)| Some((form, other(*number)?)));
                let mut both = both.peekable();
                // Parts of parts there are none.
                both.peek().is_some() && both.all(|(own, other)| own.is_same(other))
            }
            _ => false,
        }
    }
}

/// The group with the parts of another one, but for those that it has and that stay.
fn put_in(old: &Group, new: &Group, stays: impl Fn(u8) -> bool) -> Group {
    let mut group = old.clone();
    for (number, value) in &new.parts {
        if group.part(*number).is_none() || !stays(*number) {
            group.take(*number);
            group.put(*number, Some(value.clone()));
        }
    }
    group.parts.sort_by_key(|(number, _)| *number);
    group
}
