//! Drafts, definitions and attributes of custom fields, each made from the one before.

use super::attribute::{Attribute, ChoiceOption, Origin, Rules, Source};
use super::coerce::coerce;
use super::definition::{Definition, type_code, type_of_code};
use super::field::Draft;
use crate::model::{AttributeId, Currency, Kind, OnDelete, Value, ValueType};
use std::sync::Arc;

/// Options that a business adds are numbered from here, so that the crate's own lists can grow.
pub(crate) const FIRST_ADDED_OPTION: u32 = 1_000;

/// The attribute that a definition makes.
pub(super) fn custom(kind: Kind, id: AttributeId, definition: &Definition) -> Option<Attribute> {
    let length = |bound: Option<i64>| bound.and_then(|bound| u64::try_from(bound).ok());
    let mut attribute = Attribute {
        id,
        kind,
        key: Arc::from(definition.key.as_str()),
        label: Arc::from(definition.label.as_str()),
        help: definition.help.as_deref().map(Arc::from),
        section: definition.section.as_deref().map(Arc::from),
        value_type: type_of_code(definition.type_code)?,
        many: definition.many == Some(true),
        origin: Origin::Custom,
        part_of: None,
        targets: definition.targets.iter().filter_map(|kind| u16::try_from(*kind).ok().map(Kind)).collect(),
        options: options(definition).collect(),
        rules: Rules {
            required: definition.required == Some(true),
            unique: definition.unique == Some(true),
            pattern: definition.pattern.clone(),
            min: definition.min.clone(),
            max: definition.max.clone(),
            min_length: length(definition.min_length),
            max_length: length(definition.max_length),
            currency: definition.currency.as_deref().and_then(|code| Currency::new(code).ok()),
            ..Rules::default()
        },
        archived: definition.archived == Some(true),
        source: Source::Record,
        about: definition.about == Some(true),
        on_delete: definition.on_delete.map(OnDelete::of_code).unwrap_or_default(),
        acyclic: false,
        built_in_default: None,
        property: None,
    };
    // A definition holds options as text; here they become what records hold.
    let default = definition.default.clone();
    attribute.rules.default = default.and_then(|value| coerce(&attribute, value, &mut Vec::new()));
    Some(attribute)
}

pub(super) fn options(definition: &Definition) -> impl Iterator<Item = ChoiceOption> + '_ {
    definition.options.iter().filter_map(|option| {
        Some(ChoiceOption {
            key: Arc::from(option.key.as_str()),
            label: Arc::from(option.label.as_str()),
            archived: option.archived == Some(true),
            code: u32::try_from(option.code).ok()?,
        })
    })
}

/// The definition that a draft asks for.
pub(crate) fn definition_of(draft: &Draft) -> Definition {
    let bound = |length: Option<u64>| length.map(|length| i64::try_from(length).unwrap_or(i64::MAX));
    let mut definition = Definition::added_options(draft.kind.0, &draft.key);
    definition.label = draft.label.clone().unwrap_or_else(|| draft.key.clone());
    definition.help.clone_from(&draft.help);
    definition.section.clone_from(&draft.section);
    definition.type_code = type_code(draft.value_type);
    definition.many = draft.many.then_some(true);
    definition.targets = draft.targets.iter().map(|kind| i64::from(kind.0)).collect();
    definition.options = (1..)
        .zip(&draft.options)
        .map(|(code, (key, label))| super::definition::OptionDefinition::new(code, key.clone(), label.clone()))
        .collect();
    definition.required = draft.required.then_some(true);
    definition.unique = draft.unique.then_some(true);
    definition.default = draft.default.clone().map(plain);
    definition.pattern.clone_from(&draft.pattern);
    definition.min.clone_from(&draft.min);
    definition.max.clone_from(&draft.max);
    definition.min_length = bound(draft.min_length);
    definition.max_length = bound(draft.max_length);
    definition.currency = draft.currency.map(|currency| currency.code().to_owned());
    definition.about = draft.about.then_some(true);
    definition.on_delete = Some(draft.on_delete.code()).filter(|code| *code != 0);
    definition.time = draft.time.then_some(true);
    definition
}

/// The draft that would make a definition; for checking it.
pub(crate) fn draft_of(definition: &Definition) -> Draft {
    let length = |bound: Option<i64>| bound.and_then(|bound| u64::try_from(bound).ok());
    Draft {
        kind: Kind(u16::try_from(definition.kind).unwrap_or(0)),
        key: definition.key.clone(),
        label: Some(definition.label.clone()),
        help: definition.help.clone(),
        section: definition.section.clone(),
        value_type: type_of_code(definition.type_code).unwrap_or(ValueType::Text),
        many: definition.many == Some(true),
        targets: definition.targets.iter().filter_map(|kind| u16::try_from(*kind).ok().map(Kind)).collect(),
        options: definition.options.iter().map(|option| (option.key.clone(), option.label.clone())).collect(),
        required: definition.required == Some(true),
        unique: definition.unique == Some(true),
        default: definition.default.clone(),
        pattern: definition.pattern.clone(),
        min: definition.min.clone(),
        max: definition.max.clone(),
        min_length: length(definition.min_length),
        max_length: length(definition.max_length),
        currency: definition.currency.as_deref().and_then(|code| Currency::new(code).ok()),
        about: definition.about == Some(true),
        on_delete: definition.on_delete.map(OnDelete::of_code).unwrap_or_default(),
        time: definition.time == Some(true),
    }
}

/// A value as a definition holds it: options by their keys, since it stands outside any record.
pub(crate) fn plain(value: Value) -> Value {
    let one = |value| match value {
        Value::Choice(choice) => Value::Text(choice.key().to_owned()),
        other => other,
    };
    match value {
        Value::List(values) => Value::List(values.into_iter().map(one).collect()),
        value => one(value),
    }
}
