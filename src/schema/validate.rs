//! Checks the attributes of a record against the catalogue. Every rule that is broken is reported.

use std::cmp::Ordering;

use rust_decimal::Decimal;
use time::{OffsetDateTime, UtcOffset};

use super::attribute::Attribute;
use super::catalogue::Catalogue;
use super::complaint::{position, violation};
use super::limits::Limits;
use crate::model::{
    BuiltInDefault, Choice, Group, Kind, Part, Region, Rule, Value, ValueType, Values, Violation, to_stored_instant,
};

/// Fills in what a new record gets without being told.
pub(crate) fn fill_defaults(catalogue: &Catalogue, kind: Kind, values: &mut Values, now: OffsetDateTime) {
    let Some(entry) = catalogue.kind(kind) else { return };
    for attribute in entry.filled().filter(|attribute| !attribute.archived) {
        let default = match (&attribute.rules.default, attribute.built_in_default) {
            (Some(value), _) => value.clone(),
            (None, Some(BuiltInDefault::Option(key))) => Value::Choice(Choice::from(key)),
            (None, Some(BuiltInDefault::Now)) => Value::DateTime(now),
            (None, None) => continue,
        };
        if values.get(attribute.id).is_none() {
            values.set(attribute.id, default);
        }
    }
}

/// Brings values into the one form in which they are stored: instants in UTC to the microsecond,
/// national phone numbers with the region they are meant in.
/// What a record had `before` stays as it is.
pub(crate) fn normalise(values: &mut Values, before: Option<&Values>, region: Option<Region>) {
    let unchanged = |id, value: &Value| before.is_some_and(|before| before.get(id) == Some(value));
    let ids: Vec<_> = values.iter().filter(|(id, value)| !unchanged(*id, value)).map(|(id, _)| id).collect();
    for id in ids {
        if let Some(value) = values.get_mut(id) {
            normalise_value(value, region);
        }
    }
}

pub(crate) fn normalise_value(value: &mut Value, region: Option<Region>) {
    match value {
        Value::DateTime(at) => *at = to_stored_instant(*at),
        Value::Phone(phone) if !phone.is_international() && phone.region().is_none() => *phone.region_mut() = region,
        Value::List(values) => values.iter_mut().for_each(|value| normalise_value(value, region)),
        Value::Group(group) => group.parts.iter_mut().for_each(|(_, value)| normalise_value(value, region)),
        _ => {}
    }
}

/// Checks all that differs from `before` (everything, for a new record): what a record had already,
/// it keeps, even if a rule was made since.
pub(crate) fn check(
    catalogue: &Catalogue,
    kind: Kind,
    values: &Values,
    before: Option<&Values>,
    limits: &Limits,
    violations: &mut Vec<Violation>,
) {
    let Some(entry) = catalogue.kind(kind) else { return };
    let had = |attribute: &Attribute| before.is_none_or(|before| before.get(attribute.id).is_some());
    for attribute in entry.required().filter(|attribute| !attribute.archived) {
        if values.get(attribute.id).is_none() && had(attribute) && !reported(violations, attribute) {
            violations.push(violation(&attribute.key, Rule::Required, None));
        }
    }
    for (id, value) in values.iter() {
        let unchanged = before.is_some_and(|before| before.get(id) == Some(value));
        // What a newer version wrote under an id unknown here is kept as it is.
        if let Some(attribute) = entry.attribute_by_id(id).filter(|_| !unchanged) {
            Check { catalogue, limits, before: before.and_then(|before| before.get(id)), violations }
                .attribute(attribute, value);
        }
    }
}

/// The rules that a field's own default breaks.
pub(crate) fn default_violations(catalogue: &Catalogue, attribute: &Attribute, limits: &Limits) -> Vec<Violation> {
    let mut violations = Vec::new();
    if let Some(default) = &attribute.rules.default {
        let mut open = attribute.clone();
        open.archived = false;
        Check { catalogue, limits, before: None, violations: &mut violations }.attribute(&open, default);
    }
    violations
}

/// A value that could not even be read is not reported as missing too.
fn reported(violations: &[Violation], attribute: &Attribute) -> bool {
    violations.iter().any(|violation| violation.attribute == *attribute.key)
}

/// What a message calls a value; put together only for a message.
#[derive(Clone, Copy)]
enum Path<'p> {
    Key(&'p str),
    /// One of several.
    At(&'p str, usize),
    /// A part of a structured value.
    Part(&'p Path<'p>, &'p str),
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::At(key, at) => f.write_str(&position(key, *at)),
            Self::Part(whole, name) => write!(f, "{whole}.{name}"),
        }
    }
}

struct Check<'a> {
    catalogue: &'a Catalogue,
    limits: &'a Limits,
    before: Option<&'a Value>,
    violations: &'a mut Vec<Violation>,
}

impl Check<'_> {
    fn report(&mut self, path: Path<'_>, rule: Rule, found: &Value) {
        self.violations.push(violation(&path.to_string(), rule, Some(found)));
    }

    fn name_of(&self, kind: Kind) -> String {
        let article = |name: &str| if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        let named = |name: &str| format!("{} {name}", article(name));
        self.catalogue.kind(kind).map_or_else(|| kind.to_string(), |entry| named(&entry.singular))
    }

    fn attribute(&mut self, attribute: &Attribute, value: &Value) {
        if attribute.archived {
            return self.report(Path::Key(&attribute.key), Rule::ArchivedField, value);
        }
        match (value, attribute.many) {
            (Value::List(values), true) => {
                let max = self.limits.values;
                if values.len() as u64 > max {
                    return self.report(Path::Key(&attribute.key), Rule::TooLong { max, unit: "values" }, value);
                }
                if values.iter().filter(|value| is_primary(value)).count() > 1 {
                    self.report(Path::Key(&attribute.key), Rule::SeveralPrimary, value);
                }
                for (at, value) in values.iter().enumerate() {
                    let known = self.violations.len();
                    self.one(attribute, Path::At(&attribute.key, at), value);
                    // What stood in the list before is not put to the test again.
                    if self.violations.len() > known && self.before.is_some_and(|old| old.each().contains(value)) {
                        self.violations.truncate(known);
                    }
                }
            }
            (Value::List(_), false) => {
                let expected = format!("{}, not several values", attribute.value_type.describe());
                self.report(Path::Key(&attribute.key), Rule::Type { expected }, value);
            }
            (_, true) => {
                self.report(Path::Key(&attribute.key), Rule::Type { expected: "several values".into() }, value);
            }
            (one, false) => self.one(attribute, Path::Key(&attribute.key), one),
        }
    }

    fn one(&mut self, attribute: &Attribute, path: Path<'_>, value: &Value) {
        if type_of(value) != plain(attribute.value_type) {
            // A text that looks like a number or a date is none.
            let not = if matches!(value, Value::Text(_)) { ", not a text" } else { "" };
            let expected = format!("{}{not}", attribute.value_type.describe());
            return self.report(path, Rule::Type { expected }, value);
        }
        match value {
            Value::Group(group) => self.group(attribute, path, group),
            Value::Text(text) => self.text(attribute, path, value, text),
            Value::Email(email) => self.text(attribute, path, value, email.as_str()),
            Value::Phone(phone) => self.text(attribute, path, value, phone.as_str()),
            Value::Url(url) => self.text(attribute, path, value, url.as_str()),
            Value::Choice(choice) => self.choice(attribute, path, value, choice),
            Value::Reference(target) if !attribute.targets.is_empty() && !attribute.targets.contains(&target.kind) => {
                let names: Vec<String> = attribute.targets.iter().map(|kind| self.name_of(*kind)).collect();
                self.report(path, Rule::WrongKind { expected: names.join(" or ") }, value);
            }
            Value::DateTime(at) => {
                if let Some(rule) = beyond_utc(*at) {
                    self.report(path, rule, value);
                }
            }
            Value::Money(money) => self.currency(attribute, path, value, [Some(money.currency), None]),
            Value::MoneyRange(range) => {
                let ends = [range.from, range.to].map(|end| end.map(|end| end.currency));
                self.currency(attribute, path, value, ends);
            }
            _ => {}
        }
        let reversed = match value {
            Value::NumberRange(range) => range.is_reversed(),
            Value::MoneyRange(range) => range.is_reversed(),
            Value::DateRange(range) => range.is_reversed(),
            _ => false,
        };
        if reversed {
            self.report(path, Rule::Reversed, value);
        }
        self.bounds(attribute, path, value);
    }

    fn group(&mut self, whole: &Attribute, path: Path<'_>, group: &Group) {
        for (number, value) in &group.parts {
            let Some(part) = self.catalogue.attribute_by_id(whole.kind, whole.id.part(*number)) else { continue };
            let parts = part.property.map_or(&[][..], |property| property.shape.parts);
            let shape = parts.iter().find(|part| part.number == *number);
            let name = shape.map_or("", |part| part.key);
            let path = if name.is_empty() { path } else { Path::Part(&path, name) };
            if matches!(value, Value::List(_)) != shape.is_some_and(|part| part.shape.many) {
                let expected = format!("{}, one or several as the part has it", part.value_type.describe());
                self.report(path, Rule::Type { expected }, value);
                continue;
            }
            for value in value.each() {
                self.one(part, path, value);
            }
        }
        if ends_before_it_begins(parts_of(whole), group) {
            self.report(path, Rule::Reversed, &Value::Group(group.clone()));
        }
        // The part that the whole is about must be there.
        let about = parts_of(whole).iter().find(|part| part.key.is_empty());
        if about.is_some_and(|part| group.part(part.number).is_none()) {
            self.violations.push(violation(&path.to_string(), Rule::Required, None));
        }
    }

    fn text(&mut self, attribute: &Attribute, path: Path<'_>, value: &Value, text: &str) {
        let long = attribute.value_type == ValueType::LongText;
        let max = if long { self.limits.long_text } else { self.limits.text };
        if text.len() as u64 > max {
            return self.report(path, Rule::TooLong { max, unit: "bytes" }, value);
        }
        let rules = &attribute.rules;
        if rules.min_length.is_some() || rules.max_length.is_some() {
            let length = text.chars().count() as u64;
            if let Some(min) = rules.min_length.filter(|min| length < *min) {
                self.report(path, Rule::TooShort { min }, value);
            }
            if let Some(max) = rules.max_length.filter(|max| length > *max) {
                self.report(path, Rule::TooLong { max, unit: "characters" }, value);
            }
        }
        if rules.unique && text.len() > MAX_KEY {
            self.report(path, Rule::TooLong { max: MAX_KEY as u64, unit: "bytes" }, value);
        }
        if let (Some(pattern), Some(regex)) = (&rules.pattern, rules.regex())
            && !regex.is_match(text)
        {
            self.report(path, Rule::Pattern { pattern: pattern.clone() }, value);
        }
    }

    fn choice(&mut self, attribute: &Attribute, path: Path<'_>, value: &Value, choice: &Choice) {
        // An option that the record had before stays, archived or unknown to this version.
        let option = attribute.option(choice.key());
        if option.is_none_or(|option| option.archived) && self.before.is_some_and(|before| holds(before, value)) {
            return;
        }
        match option {
            None => {
                let keys = attribute.options.iter().filter(|option| !option.archived).map(|option| &*option.key);
                let nearest = crate::model::nearest(choice.key(), keys.clone()).map(str::to_owned);
                let few = nearest.is_none() && keys.clone().count() <= OPTIONS_SHOWN;
                let options = if few { keys.map(str::to_owned).collect() } else { Vec::new() };
                self.report(path, Rule::UnknownOption { nearest, options }, value);
            }
            Some(option) if option.archived => self.report(path, Rule::ArchivedOption, value),
            Some(_) => {}
        }
    }

    fn currency(
        &mut self,
        attribute: &Attribute,
        path: Path<'_>,
        value: &Value,
        found: [Option<crate::model::Currency>; 2],
    ) {
        if let Some(expected) = attribute.rules.currency
            && found.into_iter().flatten().any(|found| found != expected)
        {
            self.report(path, Rule::Currency { expected: expected.to_string() }, value);
        }
    }

    fn bounds(&mut self, attribute: &Attribute, path: Path<'_>, value: &Value) {
        if let Some(min) = &attribute.rules.min
            && compare_bound(value, min).is_some_and(Ordering::is_lt)
        {
            self.report(path, Rule::TooSmall { min: min.to_string() }, value);
        }
        if let Some(max) = &attribute.rules.max
            && compare_bound(value, max).is_some_and(Ordering::is_gt)
        {
            self.report(path, Rule::TooLarge { max: max.to_string() }, value);
        }
    }
}

fn parts_of(whole: &Attribute) -> &'static [Part] {
    whole.property.map_or(&[], |property| property.shape.parts)
}

/// Whether the last day of a structured value lies before its first.
fn ends_before_it_begins(parts: &[Part], group: &Group) -> bool {
    let day = |key: &str| match group.part(parts.iter().find(|part| part.key == key)?.number)? {
        Value::Date(day) => Some(*day),
        _ => None,
    };
    day("from").zip(day("to")).is_some_and(|(first, last)| last < first)
}

/// The rule that an instant breaks whose time in UTC lies outside the years -9999 to 9999.
pub(crate) fn beyond_utc(at: OffsetDateTime) -> Option<Rule> {
    match (at.checked_to_offset(UtcOffset::UTC), at.year() > 0) {
        (Some(_), _) => None,
        (None, true) => Some(Rule::TooLarge { max: "9999-12-31T23:59:59.999999Z".into() }),
        (None, false) => Some(Rule::TooSmall { min: "-9999-01-01T00:00:00Z".into() }),
    }
}

/// How many options a message names at most where none is near.
const OPTIONS_SHOWN: usize = 24;

/// The longest text of a unique field, in bytes.
pub(crate) const MAX_KEY: usize = 512;

/// Whether the value is the other one, or stands in it however deep.
fn holds(within: &Value, value: &Value) -> bool {
    match within {
        Value::List(values) => values.iter().any(|one| holds(one, value)),
        Value::Group(group) => group.parts.iter().any(|(_, part)| holds(part, value)),
        one => one == value,
    }
}

fn is_primary(value: &Value) -> bool {
    matches!(value, Value::Group(group) if group.part(Part::PRIMARY) == Some(&Value::Boolean(true)))
}

/// How a value lies to a bound of its field; money is compared by its amount.
pub(crate) fn compare_bound(value: &Value, bound: &Value) -> Option<Ordering> {
    match (value, bound) {
        (Value::Date(value), Value::Date(bound)) => Some(value.cmp(bound)),
        (Value::DateTime(value), Value::DateTime(bound)) => Some(value.cmp(bound)),
        _ => Some(number(value)?.cmp(&number(bound)?)),
    }
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(number) => Some((*number).into()),
        Value::Decimal(number) => Some(*number),
        Value::Money(money) => Some(money.amount),
        _ => None,
    }
}

/// Long text differs from text only in where it is kept.
fn plain(value_type: ValueType) -> ValueType {
    if value_type == ValueType::LongText { ValueType::Text } else { value_type }
}

/// The type of one value; a list has none.
pub(crate) fn type_of(value: &Value) -> ValueType {
    match value {
        Value::Text(_) => ValueType::Text,
        Value::Integer(_) => ValueType::Integer,
        Value::Decimal(_) => ValueType::Decimal,
        Value::Money(_) => ValueType::Money,
        Value::Boolean(_) => ValueType::Boolean,
        Value::Date(_) => ValueType::Date,
        Value::DateTime(_) => ValueType::DateTime,
        Value::PartialDate(_) => ValueType::PartialDate,
        Value::Choice(_) => ValueType::Choice,
        Value::Email(_) => ValueType::Email,
        Value::Phone(_) => ValueType::Phone,
        Value::Url(_) => ValueType::Url,
        Value::Reference(_) => ValueType::Reference,
        Value::NumberRange(_) => ValueType::NumberRange,
        Value::MoneyRange(_) => ValueType::MoneyRange,
        Value::DateRange(_) => ValueType::DateRange,
        Value::List(_) | Value::Group(_) => ValueType::Group,
    }
}
