//! Checks the definition of a field before it is stored.

use std::collections::BTreeSet;
use std::fmt;

use super::assemble::is_deep;
use super::attribute::{Rules, compile};
use super::catalogue::Catalogue;
use super::field::Draft;
use super::limits::Limits;
use super::validate::{beyond_utc, compare_bound, type_of};
use crate::model::{AttributeId, OnDelete, Value, ValueType};

/// Something wrong with the definition of a field or of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefinitionProblem {
    /// The key is no identifier: a letter or `_`, then letters of any script, digits and `_`, at most 64 bytes.
    BadKey {
        /// The key.
        key: String,
    },
    /// Another attribute of the kind has the key.
    KeyTaken {
        /// The key.
        key: String,
    },
    /// The label is empty, longer than 200 bytes or has control characters.
    BadLabel {
        /// The label.
        label: String,
    },
    /// The catalogue has no such kind of record.
    UnknownKind,
    /// There is no such field, or it is not one that a business can change.
    UnknownField {
        /// The key.
        key: String,
        /// The nearest key, if one is near.
        nearest: Option<String>,
    },
    /// The rule says nothing about values of the type.
    RuleNotForType {
        /// The rule: "pattern", "min".
        rule: &'static str,
        /// The type in words.
        value_type: &'static str,
    },
    /// The attribute comes with the crate: only its options can be changed, if it is a choice.
    BuiltInField,
    /// No field can have the type.
    NotForFields {
        /// The type in words.
        value_type: &'static str,
    },
    /// The kind comes with the crate: its names can't be changed.
    BuiltInKind,
    /// The pattern is no regular expression.
    BadPattern {
        /// What is wrong with it.
        reason: String,
    },
    /// The upper bound lies below the lower one.
    BoundsReversed,
    /// The bound or the default has another type than the field.
    WrongType {
        /// Which: "min", "max", "default".
        of: &'static str,
        /// What was expected, in words.
        expected: &'static str,
    },
    /// The default itself breaks a rule of the field.
    BadDefault {
        /// The rules broken.
        violations: Vec<String>,
    },
    /// The help is too long.
    HelpTooLong {
        /// The most bytes.
        max: u64,
    },
    /// A unique field has a default, which only one record could have.
    UniqueDefault,
    /// Another option of the choice has the key.
    OptionTaken {
        /// The key of the option.
        option: String,
    },
    /// The choice has no such option, or it is one that comes with the crate.
    UnknownOption {
        /// The key of the option.
        option: String,
        /// The nearest option, if one is near.
        nearest: Option<String>,
    },
    /// The attribute is worked out or kept up by the database.
    Computed,
    /// Records of the kind go through no pipelines.
    NoPipelines,
    /// The pipeline has no stage.
    NoStages,
    /// The kind has an attribute already by whose time a timeline orders its records.
    TimeTaken,
    /// The kind has as many fields, the choice as many options, or the database as many kinds, as the limits allow.
    TooMany {
        /// The limit.
        max: u64,
    },
}

impl fmt::Display for DefinitionProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let near = |f: &mut fmt::Formatter<'_>, nearest: &Option<String>| match nearest {
            Some(name) => write!(f, "; did you mean \"{name}\"?"),
            None => Ok(()),
        };
        match self {
            Self::BadKey { key } => write!(
                f,
                "\"{key}\" can't be a key: expected a letter or _, then letters, digits and _, at most 64 bytes"
            ),
            Self::KeyTaken { key } => write!(f, "the key \"{key}\" is taken; choose another"),
            Self::BadLabel { label } => {
                write!(f, "\"{label}\" can't be a label: expected 1 to 200 bytes without control characters")
            }
            Self::UnknownKind => f.write_str("there is no such kind of record"),
            Self::UnknownField { key, nearest } => {
                write!(f, "there is no field \"{key}\" that could be changed")?;
                near(f, nearest)
            }
            Self::RuleNotForType { rule, value_type } => write!(f, "{rule} says nothing about {value_type}"),
            Self::BuiltInField => f.write_str(
                "this comes with the crate and is fixed; of a choice, options can be added, relabelled and archived",
            ),
            Self::NotForFields { value_type } => write!(f, "no field can hold {value_type}; see ValueType::FIELDS"),
            Self::BuiltInKind => f.write_str(
                "this kind comes with the crate, and its names are fixed; fields and options can be added to it",
            ),
            Self::BadPattern { reason } => write!(f, "the pattern can't be read: {reason}"),
            Self::BoundsReversed => f.write_str("the upper bound lies below the lower one"),
            Self::WrongType { of, expected } => write!(f, "{of}: expected {expected}"),
            Self::BadDefault { violations } => write!(f, "the default breaks a rule: {}", violations.join("; ")),
            Self::HelpTooLong { max } => write!(f, "the help is longer than {max} bytes"),
            Self::UniqueDefault => f.write_str("only one record could have the default of a unique field"),
            Self::OptionTaken { option } => write!(f, "the option \"{option}\" is there already"),
            Self::UnknownOption { option, nearest } => {
                write!(f, "there is no option \"{option}\" that could be changed")?;
                near(f, nearest)
            }
            Self::Computed => f.write_str("this is worked out by the database and can't be changed"),
            Self::NoPipelines => f.write_str("records of the kind go through no pipelines; deals do"),
            Self::NoStages => f.write_str("a pipeline needs a stage at least"),
            Self::TimeTaken => f.write_str("the kind has a time by which timelines order its records already"),
            Self::TooMany { max } => write!(f, "at most {max} are allowed"),
        }
    }
}

/// The longest help of a field, in bytes.
const MAX_HELP: usize = 4_000;

/// Everything that is wrong with a draft; empty if it can be stored.
/// `changed` is the field that is being changed, if it is no new one.
pub(crate) fn problems(
    catalogue: &Catalogue,
    draft: &Draft,
    changed: Option<AttributeId>,
    limits: &Limits,
) -> Vec<DefinitionProblem> {
    use DefinitionProblem as P;
    let mut found = Vec::new();
    let Some(entry) = catalogue.kind(draft.kind) else { return vec![P::UnknownKind] };
    let deep = deep_problems(draft.default.as_ref(), draft.min.as_ref(), draft.max.as_ref());
    if !deep.is_empty() {
        return deep;
    }
    check_key(&draft.key, &mut found);
    if entry.attributes().any(|attribute| *attribute.key == *draft.key && Some(attribute.id) != changed) {
        found.push(P::KeyTaken { key: draft.key.clone() });
    }
    if changed.is_none() && catalogue.fields(draft.kind).count() as u64 >= limits.fields {
        found.push(P::TooMany { max: limits.fields });
    }
    if draft.options.len() as u64 > limits.options {
        found.push(P::TooMany { max: limits.options });
    }
    for label in draft.label.iter().chain(&draft.section) {
        check_label(label, &mut found);
    }
    check_help(draft.help.as_deref(), &mut found);
    if draft.unique && draft.default.is_some() {
        found.push(P::UniqueDefault);
    }
    let mut seen = BTreeSet::new();
    for (key, label) in &draft.options {
        check_option_key(key, &mut found);
        check_label(label, &mut found);
        if !seen.insert(key) {
            found.push(P::OptionTaken { option: key.clone() });
        }
    }
    if draft.time && entry.time.is_some_and(|time| Some(time) != changed) {
        found.push(P::TimeTaken);
    }
    if draft.targets.iter().any(|kind| catalogue.kind(*kind).is_none()) {
        found.push(P::UnknownKind);
    }
    rules_fit(draft, &mut found);
    found
}

/// What is wrong with a default and bounds that are nested deeper than any value. Comes before whatever copies or compares
/// them, since that goes by recursion.
pub(crate) fn deep_problems(
    default: Option<&Value>,
    min: Option<&Value>,
    max: Option<&Value>,
) -> Vec<DefinitionProblem> {
    let given = [("default", default), ("min", min), ("max", max)];
    let deep = given.into_iter().filter(|(_, value)| value.is_some_and(is_deep));
    deep.map(|(of, _)| DefinitionProblem::WrongType { of, expected: "a value, not lists within lists" }).collect()
}

/// Identifiers as segments know them (UAX #31, with `_` as a start); a key that is a word of the
/// language is written in backquotes there.
pub(crate) fn check_key(key: &str, found: &mut Vec<DefinitionProblem>) {
    let mut chars = key.chars();
    let starts = chars.next().is_some_and(|c| unicode_ident::is_xid_start(c) || c == '_');
    if !(starts && chars.all(unicode_ident::is_xid_continue) && key.len() <= 64) {
        found.push(DefinitionProblem::BadKey { key: crate::model::shorten(key) });
    }
}

/// Like keys, but may also begin with a digit and have hyphens and dots within: `2-room`, `v1.5`.
pub(crate) fn check_option_key(key: &str, found: &mut Vec<DefinitionProblem>) {
    let edge = |c: Option<char>| c.is_some_and(unicode_ident::is_xid_continue);
    let inner = key.chars().all(|c| unicode_ident::is_xid_continue(c) || "-.".contains(c));
    if !(edge(key.chars().next()) && edge(key.chars().next_back()) && inner && key.len() <= 64) {
        found.push(DefinitionProblem::BadKey { key: crate::model::shorten(key) });
    }
}

pub(crate) fn check_label(label: &str, found: &mut Vec<DefinitionProblem>) {
    if label.trim().is_empty() || label.len() > 200 || label.chars().any(char::is_control) {
        found.push(DefinitionProblem::BadLabel { label: crate::model::shorten(label) });
    }
}

pub(crate) fn check_help(help: Option<&str>, found: &mut Vec<DefinitionProblem>) {
    if help.is_some_and(|help| help.len() > MAX_HELP) {
        found.push(DefinitionProblem::HelpTooLong { max: MAX_HELP as u64 });
    }
}

/// Each rule goes with some types only.
fn rules_fit(draft: &Draft, found: &mut Vec<DefinitionProblem>) {
    use DefinitionProblem as P;
    use ValueType as T;
    let value_type = draft.value_type;
    if !T::FIELDS.contains(&value_type) {
        found.push(P::NotForFields { value_type: value_type.describe() });
    }
    let text = matches!(value_type, T::Text | T::LongText | T::Email | T::Phone | T::Url);
    let numeric = matches!(value_type, T::Integer | T::Decimal | T::Money);
    let bounded = numeric || matches!(value_type, T::Date | T::DateTime);
    let can_be_unique =
        matches!(value_type, T::Text | T::Email | T::Phone | T::Url | T::Integer | T::Decimal | T::Date);
    let lengths = draft.min_length.is_some() || draft.max_length.is_some();
    for (rule, given, fits) in [
        ("pattern", draft.pattern.is_some(), text),
        ("length", lengths, text),
        ("min", draft.min.is_some(), bounded),
        ("max", draft.max.is_some(), bounded),
        ("unique", draft.unique, can_be_unique),
        ("option", !draft.options.is_empty(), value_type == T::Choice),
        ("currency", draft.currency.is_some(), matches!(value_type, T::Money | T::MoneyRange)),
        ("to", !draft.targets.is_empty(), value_type == T::Reference),
        ("about", draft.about, value_type == T::Reference),
        ("on_delete", draft.on_delete != OnDelete::Detach, value_type == T::Reference),
        ("timeline", draft.time, value_type == T::DateTime && !draft.many),
    ] {
        if given && !fits {
            found.push(P::RuleNotForType { rule, value_type: value_type.describe() });
        }
    }
    if let Some(pattern) = &draft.pattern
        && let Err(error) = compile(pattern)
    {
        found.push(P::BadPattern { reason: crate::model::shorten(&error.to_string().replace('\n', " ")) });
    }
    let wanted = if numeric { T::Decimal } else { value_type };
    for (of, bound) in [("min", &draft.min), ("max", &draft.max)] {
        if let Some(bound) = bound.as_ref().filter(|_| bounded)
            && (!(type_of(bound) == wanted || numeric && matches!(bound, Value::Integer(_)))
                || matches!(bound, Value::DateTime(at) if beyond_utc(*at).is_some()))
        {
            found.push(P::WrongType { of, expected: wanted.describe() });
        }
    }
    let reversed = |(min, max): (&Value, &Value)| compare_bound(max, min).is_some_and(std::cmp::Ordering::is_lt);
    let lengths_reversed = draft.min_length.zip(draft.max_length).is_some_and(|(min, max)| max < min);
    if lengths_reversed || draft.min.as_ref().zip(draft.max.as_ref()).is_some_and(reversed) {
        found.push(P::BoundsReversed);
    }
}

/// Bounds and patterns as messages name them; for forms.
impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = Vec::new();
        if self.required {
            parts.push("required".into());
        }
        if self.unique {
            parts.push("unique".into());
        }
        parts.extend(self.min.as_ref().map(|min| format!("{min} or more")));
        parts.extend(self.max.as_ref().map(|max| format!("{max} or less")));
        parts.extend(self.min_length.map(|min| format!("at least {min} characters")));
        parts.extend(self.max_length.map(|max| format!("at most {max} characters")));
        parts.extend(self.pattern.as_ref().map(|pattern| format!("matches /{pattern}/")));
        parts.extend(self.currency.map(|currency| format!("in {currency}")));
        f.write_str(&parts.join(", "))
    }
}
