//! The attributes that every database has: made from the properties of the built-in kinds.

use std::sync::Arc;

use super::attribute::{Attribute, ChoiceOption, Origin, Rules, Source};
use crate::model::{
    AttributeId, BuiltInOption, Change, Kind, OnDelete, Part, Property, Shape, Traits, Value, ValueType, WorkedOut,
};

/// The attributes that the database keeps up itself, on every kind. Their numbers lie below 16.
pub(crate) mod system {
    use crate::model::AttributeId;

    pub(crate) const VERSION: AttributeId = AttributeId::property(1);
    pub(crate) const CREATED: AttributeId = AttributeId::CREATED;
    pub(crate) const CREATED_BY: AttributeId = AttributeId::property(3);
    pub(crate) const UPDATED: AttributeId = AttributeId::property(4);
    pub(crate) const UPDATED_BY: AttributeId = AttributeId::property(5);
    pub(crate) const TAGS: AttributeId = AttributeId::property(6);
    pub(crate) const ID: AttributeId = AttributeId::property(7);
    /// To what the people belonged whom a record is about, on its day.
    pub(crate) const NOTED: AttributeId = AttributeId::NOTED;

    pub(crate) const ALL: [AttributeId; 5] = [VERSION, CREATED, CREATED_BY, UPDATED, UPDATED_BY];
}

/// All attributes of a kind that has these properties.
pub(crate) fn attributes(kind: Kind, properties: &'static [Property], more: &[WorkedOut]) -> Vec<Attribute> {
    let mut all = Vec::new();
    for property in properties {
        let id = AttributeId::property(property.number);
        all.push(whole(kind, id, property));
        let tracked = properties.iter().find(|other| other.number == property.traits.tracks);
        parts(kind, id, property, tracked.map_or(&[], |tracked| tracked.traits.options), &mut all);
    }
    for (id, key, label, help, value_type) in [
        (system::VERSION, "version", "Version", "How many times the record was written", ValueType::Integer),
        (system::CREATED, "created", "Created", "When the record was made", ValueType::DateTime),
        (system::CREATED_BY, "created_by", "Created by", "Who made the record", ValueType::Text),
        (system::UPDATED, "updated", "Updated", "When the record was last written", ValueType::DateTime),
        (system::UPDATED_BY, "updated_by", "Updated by", "Who wrote it last", ValueType::Text),
    ] {
        let base = attribute(kind, id, key, label, Shape::of(value_type), Origin::System, Source::Record);
        all.push(Attribute { help: Some(Arc::from(help)), ..base });
    }
    if kind.is_custom() || properties.iter().any(|property| property.traits.about) {
        let help = "The companies of the people it is about, as they were on its day; noted when it is written";
        let shape = Shape::of(ValueType::Reference);
        let base =
            attribute(kind, system::NOTED, "noted_company", "Noted company", shape, Origin::System, Source::Record);
        all.push(Attribute { many: true, help: Some(Arc::from(help)), ..base });
    }
    let tags = Attribute {
        many: true,
        help: Some(Arc::from("The tags of the record")),
        ..attribute(kind, system::TAGS, "tags", "Tags", Shape::of(ValueType::Text), Origin::System, Source::Tags)
    };
    all.push(tags);
    all.push(attribute(kind, system::ID, "id", "Id", Shape::of(ValueType::Text), Origin::Computed, Source::Id));
    all.extend(more.iter().map(|of| worked_out(kind, of)));
    all
}

/// The attribute that is worked out so.
fn worked_out(kind: Kind, of: &WorkedOut) -> Attribute {
    let id = AttributeId::worked_out(of.number);
    let base = attribute(kind, id, of.key, of.label, of.shape, Origin::Computed, Source::WorkedOut(of.how));
    Attribute { help: Some(Arc::from(of.help)), options: options(of.options), ..base }
}

fn attribute(
    kind: Kind,
    id: AttributeId,
    key: &str,
    label: &str,
    shape: Shape,
    origin: Origin,
    source: Source,
) -> Attribute {
    Attribute {
        id,
        kind,
        key: Arc::from(key),
        label: Arc::from(label),
        help: None,
        section: None,
        value_type: shape.value_type,
        many: shape.many,
        origin,
        part_of: None,
        targets: shape.target.into_iter().collect(),
        options: Vec::new(),
        rules: Rules::default(),
        archived: false,
        source,
        about: false,
        on_delete: OnDelete::Detach,
        acyclic: false,
        built_in_default: None,
        property: None,
    }
}

fn whole(kind: Kind, id: AttributeId, property: &'static Property) -> Attribute {
    let Traits { long, required, about, on_delete, acyclic, default, help, options: list, within, .. } =
        property.traits;
    let (min, max) = within.unzip();
    let base = attribute(kind, id, property.key, property.label, property.shape, Origin::BuiltIn, Source::Record);
    Attribute {
        value_type: if long { ValueType::LongText } else { base.value_type },
        help: (!help.is_empty()).then(|| Arc::from(help)),
        options: options(list),
        rules: Rules { required, min: min.map(Value::Integer), max: max.map(Value::Integer), ..Rules::default() },
        about,
        on_delete,
        acyclic,
        built_in_default: default,
        property: Some(property),
        ..base
    }
}

/// The parts of a structured property, each an attribute of its own.
fn parts(
    kind: Kind,
    id: AttributeId,
    property: &'static Property,
    tracked: &'static [BuiltInOption],
    all: &mut Vec<Attribute>,
) {
    let item = if property.traits.item.is_empty() { property.key } else { property.traits.item };
    let mut push = |number: u8, key: String, label: &str, shape: Shape, list: &'static [BuiltInOption]| {
        // A history has the options of the choice that it follows.
        let list = if number == Change::TO && property.traits.tracks != 0 { tracked } else { list };
        let part = property.shape.parts.iter().find(|part| part.number == number);
        let (min, max) = part.and_then(|part| part.within).unzip();
        let base = attribute(kind, id.part(number), &key, label, shape, Origin::BuiltIn, Source::Part(number));
        all.push(Attribute {
            many: property.shape.many || shape.many,
            part_of: Some(id),
            options: options(list),
            about: property.traits.about,
            on_delete: property.traits.on_delete,
            acyclic: property.traits.acyclic,
            property: Some(property),
            rules: Rules { min: min.map(Value::Integer), max: max.map(Value::Integer), ..Rules::default() },
            // What the whole is about is asked by its own key.
            help: (key == item).then(|| Arc::from(property.traits.help)),
            ..base
        });
    };
    for part in property.shape.parts {
        let (key, label) = if part.key.is_empty() {
            (item.to_owned(), property.label)
        } else {
            (format!("{}{}", property.traits.prefix, part.key), part.label)
        };
        push(part.number, key, label, part.shape, part.options);
    }
    if property.shape.labelled {
        push(Part::LABEL, format!("{item}_label"), "Label", Shape::of(ValueType::Text), &[]);
        push(Part::PRIMARY, format!("{item}_primary"), "Primary", Shape::of(ValueType::Boolean), &[]);
    }
}

fn options(list: &[BuiltInOption]) -> Vec<ChoiceOption> {
    list.iter()
        .map(|option| ChoiceOption {
            key: Arc::from(option.key),
            label: Arc::from(option.label),
            archived: false,
            code: option.code,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::schema::{Catalogue, KindEntry};

    #[test]
    fn every_attribute_that_is_no_part_has_help() {
        let catalogue = Catalogue::new();
        for attribute in catalogue.kinds().flat_map(KindEntry::attributes) {
            let help = attribute.help.as_deref().unwrap_or_default();
            assert!(!help.is_empty() || attribute.part_of.is_some() || &*attribute.key == "id", "{}", attribute.key);
            assert!(!help.ends_with('.'), "{help}");
        }
    }
}
