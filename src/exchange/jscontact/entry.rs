//! One entry of a JSContact card, and the lines of a vCard that say the same (RFC 9555).

use serde_json::{Map, Value, json};

use crate::exchange::vcard::Property;

/// A line, and what it is called where types can't say it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) property: Property,
    pub(super) label: Option<String>,
}

impl From<Property> for Line {
    fn from(property: Property) -> Self {
        Self { property, label: None }
    }
}

/// The members that are maps of entries, each under an id of its own.
pub(super) const MAPS: &[&str] = &[
    "nicknames",
    "organizations",
    "titles",
    "emails",
    "phones",
    "addresses",
    "links",
    "onlineServices",
    "anniversaries",
    "preferredLanguages",
    "notes",
];

/// The members that are one text.
const TEXTS: &[(&str, &str)] = &[
    ("kind", "KIND"),
    ("language", "LANGUAGE"),
    ("prodId", "PRODID"),
    ("uid", "UID"),
    ("updated", "REV"),
    ("created", "CREATED"),
];

/// What types of a number are called as features.
const FEATURES: &[(&str, &str)] = &[
    ("voice", "voice"),
    ("cell", "mobile"),
    ("fax", "fax"),
    ("pager", "pager"),
    ("video", "video"),
    ("text", "text"),
    ("textphone", "textphone"),
    ("main", "main-number"),
];

const CONTEXTS: &[(&str, &str)] = &[("home", "private"), ("work", "work")];

/// The parts of an address of seven, as components. The extended address and the street are the apartment and the name of the street.
const PARTS: &[&str] = &["postOfficeBox", "apartment", "name", "locality", "region", "postcode", "country"];

const NAME_PARTS: &[&str] = &["surname", "given", "given2", "title", "credential", "surname2", "generation"];

fn text<'v>(value: &'v Value, member: &str) -> Option<&'v str> {
    value.get(member)?.as_str()
}

/// The lines of an entry; none where a vCard has no property of the kind, or the property would be without a value, which is none.
pub(super) fn to_lines(member: &str, value: &Value) -> Vec<Line> {
    let mut lines = any_lines(member, value);
    lines.retain(|line| !line.property.is_blank());
    lines
}

fn any_lines(member: &str, value: &Value) -> Vec<Line> {
    if let Some((_, name)) = TEXTS.iter().find(|(known, _)| *known == member) {
        let Some(text) = value.as_str() else { return Vec::new() };
        let text = if matches!(*name, "REV" | "CREATED") { text.replace(['-', ':'], "") } else { text.to_owned() };
        return vec![Property::text(name, &text).into()];
    }
    match member {
        "name" => return name_lines(value),
        "keywords" | "members" => {
            let keys: Vec<&str> = value.as_object().into_iter().flat_map(Map::keys).map(String::as_str).collect();
            return match member {
                _ if keys.is_empty() => Vec::new(),
                "keywords" => vec![Property::list("CATEGORIES", keys).into()],
                _ => keys.into_iter().map(|key| Property::text("MEMBER", key).into()).collect(),
            };
        }
        _ => {}
    }
    entry_line(member, value).map(|line| decorated(line, value)).into_iter().collect()
}

fn entry_line(member: &str, value: &Value) -> Option<Property> {
    Some(match member {
        "emails" => Property::text("EMAIL", text(value, "address")?),
        "phones" => Property::text("TEL", text(value, "number")?),
        "addresses" => address_line(value)?,
        "links" if value.get("kind").is_none() => Property::address("URL", text(value, "uri")?),
        "onlineServices" => {
            let named = text(value, "vCardName");
            match (text(value, "uri"), text(value, "user")) {
                (Some(uri), _) if named == Some("impp") => {
                    let line = Property::address("IMPP", uri);
                    text(value, "service").into_iter().fold(line, |line, service| line.with("SERVICE-TYPE", service))
                }
                (Some(uri), _) => Property::address("SOCIALPROFILE", uri).with("SERVICE-TYPE", text(value, "service")?),
                (None, Some(user)) => {
                    let line = Property::text("SOCIALPROFILE", user).with("SERVICE-TYPE", text(value, "service")?);
                    line.with("VALUE", "text")
                }
                (None, None) => return None,
            }
        }
        "nicknames" => Property::text("NICKNAME", text(value, "name")?),
        "organizations" => {
            let units = value.get("units").and_then(Value::as_array);
            let units = units.into_iter().flatten().filter_map(|unit| text(unit, "name"));
            Property::structured("ORG", std::iter::once(text(value, "name").unwrap_or_default()).chain(units))
        }
        "titles" => {
            let role = text(value, "kind") == Some("role");
            Property::text(if role { "ROLE" } else { "TITLE" }, text(value, "name")?)
        }
        "notes" => Property::text("NOTE", text(value, "note")?),
        "preferredLanguages" => Property::text("LANG", text(value, "language")?),
        "anniversaries" => {
            let name = match text(value, "kind")? {
                "birth" => "BDAY",
                "death" => "DEATHDATE",
                "wedding" => "ANNIVERSARY",
                _ => return None,
            };
            Property::text(name, &date_text(value.get("date")?)?)
        }
        _ => return None,
    })
}

/// Adds to a line what every sort of entry may have: contexts, features, preference, label.
fn decorated(line: Property, value: &Value) -> Line {
    let said = |member: &str, name: &str| value.get(member).and_then(|set| set.get(name)) == Some(&Value::Bool(true));
    let contexts = CONTEXTS.iter().filter(|(_, name)| said("contexts", name));
    let features = FEATURES.iter().filter(|(_, name)| said("features", name));
    let line = contexts.chain(features).fold(line, |line, (name, _)| line.with("TYPE", *name));
    let preference = value.get("pref").and_then(Value::as_u64);
    let line = preference.into_iter().fold(line, |line, preference| line.with("PREF", preference.to_string()));
    // A label without a text has no line either.
    let label = text(value, "label").filter(|label| label.bytes().any(|byte| byte != b' '));
    Line { property: line.sorted(), label: label.map(str::to_owned) }
}

fn name_lines(value: &Value) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(full) = text(value, "full") {
        lines.push(Property::text("FN", full).into());
    }
    let components = value.get("components").and_then(Value::as_array);
    let part = |kinds: &[&str]| -> Vec<&str> {
        let of_kind = |component: &&Value| text(component, "kind").is_some_and(|kind| kinds.contains(&kind));
        let texts = components.into_iter().flatten().filter(of_kind).filter_map(|component| text(component, "value"));
        texts.filter(|text| !text.is_empty()).collect()
    };
    // The second surname and the generation stand twice: in places of their own (RFC 9554), and where older programs look.
    let mut parts = vec![
        part(&["surname", "surname2"]),
        part(&["given"]),
        part(&["given2"]),
        part(&["title"]),
        part(&["credential", "generation"]),
        part(&["surname2"]),
        part(&["generation"]),
    ];
    while parts.len() > 5 && parts.last().is_some_and(Vec::is_empty) {
        parts.pop();
    }
    if parts.iter().any(|part| !part.is_empty()) {
        lines.push(Property::lists("N", &parts).into());
    }
    lines
}

fn address_line(value: &Value) -> Option<Property> {
    let components = value.get("components").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let separator =
        text(value, "defaultSeparator").filter(|separator| !separator.trim().is_empty()).map_or(" ", |_| " ");
    let mut parts = vec![String::new(); PARTS.len()];
    let mut pending = None;
    for component in components {
        let (kind, text) = (text(component, "kind")?, text(component, "value")?);
        if kind == "separator" {
            pending = Some(text);
            continue;
        }
        // Whatever is finer than a town is part of the street.
        let at = PARTS.iter().position(|part| *part == kind).unwrap_or(2);
        let part = parts.get_mut(at)?;
        let joint = pending.take().unwrap_or(separator);
        if !part.is_empty() {
            part.push_str(joint);
        }
        part.push_str(text);
    }
    let full = text(value, "full");
    if components.is_empty() {
        full?.clone_into(parts.get_mut(2)?);
    }
    let line = Property::structured("ADR", parts.iter().map(String::as_str));
    Some(full.filter(|_| !components.is_empty()).into_iter().fold(line, |line, full| line.with("LABEL", full)))
}

/// A date as vCard 4.0 has it.
fn date_text(date: &Value) -> Option<String> {
    if let Some(utc) = text(date, "utc") {
        return Some(utc.replace(['-', ':'], ""));
    }
    let number = |member: &str| date.get(member).and_then(Value::as_u64).filter(|number| *number < 10_000);
    Some(match (number("year"), number("month"), number("day")) {
        (Some(year), Some(month), Some(day)) => format!("{year:04}{month:02}{day:02}"),
        (Some(year), Some(month), None) => format!("{year:04}-{month:02}"),
        (Some(year), None, None) => format!("{year:04}"),
        (None, Some(month), Some(day)) => format!("--{month:02}{day:02}"),
        (None, Some(month), None) => format!("--{month:02}"),
        _ => return None,
    })
}

fn date_value(text: &str) -> Option<Value> {
    let number = |from: usize, to: usize| {
        text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()))?.parse::<u64>().ok()
    };
    Some(match (text.len(), text.starts_with("--")) {
        (8, false) => json!({"year": number(0, 4)?, "month": number(4, 6)?, "day": number(6, 8)?}),
        (7, false) => json!({"year": number(0, 4)?, "month": number(5, 7)?}),
        (4, false) => json!({"year": number(0, 4)?}),
        (6, true) => json!({"month": number(2, 4)?, "day": number(4, 6)?}),
        (4, true) => json!({"month": number(2, 4)?}),
        _ => return None,
    })
}

/// The member that a line belongs to, and the entry or the value there; `None` if a JSContact card has no place for it.
pub(super) fn of_line(line: &Line) -> Option<(&'static str, Value)> {
    let property = &line.property;
    let value = property.to_text();
    if let Some((member, name)) = TEXTS.iter().find(|(_, name)| *name == property.name()) {
        let value = if matches!(*name, "REV" | "CREATED") { instant(&value)? } else { value };
        return Some((member, Value::String(value)));
    }
    let (member, mut entry) = match property.name() {
        "EMAIL" => ("emails", json!({"address": value})),
        "TEL" => ("phones", json!({"number": value})),
        "URL" => ("links", json!({"uri": value})),
        "NICKNAME" => ("nicknames", json!({"name": value})),
        "NOTE" => ("notes", json!({"note": value})),
        "LANG" => ("preferredLanguages", json!({"language": value})),
        "TITLE" => ("titles", json!({"name": value})),
        "ROLE" => ("titles", json!({"name": value, "kind": "role"})),
        "BDAY" => ("anniversaries", json!({"kind": "birth", "date": date_value(&value)?})),
        "DEATHDATE" => ("anniversaries", json!({"kind": "death", "date": date_value(&value)?})),
        "ANNIVERSARY" => ("anniversaries", json!({"kind": "wedding", "date": date_value(&value)?})),
        "IMPP" => ("onlineServices", json!({"uri": value, "vCardName": "impp"})),
        "SOCIALPROFILE" if property.parameter("VALUE") == Some("text") => ("onlineServices", json!({"user": value})),
        "SOCIALPROFILE" => ("onlineServices", json!({"uri": value})),
        "ADR" => {
            let parts = property.to_components();
            let components: Vec<Value> = PARTS
                .iter()
                .zip(parts)
                .filter(|(_, texts)| texts.iter().any(|text| !text.is_empty()))
                .map(|(kind, texts)| json!({"kind": kind, "value": texts.join(", ")}))
                .collect();
            let mut entry = json!({"components": components});
            if let Some(label) = property.parameter("LABEL") {
                put(&mut entry, "full", json!(label));
            }
            ("addresses", entry)
        }
        "ORG" => {
            let mut parts = property.to_components().into_iter().map(|texts| texts.join(", "));
            let name = parts.next().filter(|name| !name.is_empty());
            let units: Vec<Value> = parts.map(|name| json!({ "name": name })).collect();
            let mut entry = json!({});
            if let Some(name) = name {
                put(&mut entry, "name", json!(name));
            }
            if !units.is_empty() {
                put(&mut entry, "units", json!(units));
            }
            ("organizations", entry)
        }
        _ => return None,
    };
    if let Some(service) = property.parameter("SERVICE-TYPE") {
        put(&mut entry, "service", json!(service));
    }
    let set = |table: &[(&str, &str)]| -> Map<String, Value> {
        let said = table.iter().filter(|(name, _)| property.is_type(name));
        said.map(|(_, name)| ((*name).to_owned(), Value::Bool(true))).collect()
    };
    let contexts = set(CONTEXTS);
    if !contexts.is_empty() {
        put(&mut entry, "contexts", Value::Object(contexts));
    }
    let features = if member == "phones" { set(FEATURES) } else { Map::new() };
    if !features.is_empty() {
        put(&mut entry, "features", Value::Object(features));
    }
    if let Some(preference) = property.parameter("PREF").and_then(|text| text.parse::<u64>().ok()) {
        put(&mut entry, "pref", json!(preference));
    }
    if let Some(label) = &line.label {
        put(&mut entry, "label", json!(label));
    }
    Some((member, entry))
}

fn put(entry: &mut Value, member: &str, value: Value) {
    if let Some(entry) = entry.as_object_mut() {
        entry.insert(member.to_owned(), value);
    }
}

/// `20261124T120000Z` as `2026-11-24T12:00:00Z`.
fn instant(text: &str) -> Option<String> {
    let good = text.len() == 16 && text.is_ascii() && text.get(8..9) == Some("T") && text.ends_with('Z');
    let part = |from: usize, to: usize| text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(9, 11)?, part(11, 13)?, part(13, 15)?);
    good.then(|| format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z"))
}

/// The name that lines say.
pub(super) fn name_value(whole: Option<&Property>, parts: Option<&Property>) -> Option<Value> {
    let mut name = json!({});
    if let Some(whole) = whole {
        put(&mut name, "full", json!(whole.to_text()));
    }
    let parts = parts.map(Property::to_components).unwrap_or_default();
    let twice = |kind: &str, text: &String| {
        let own = match kind {
            "surname" => parts.get(5),
            "credential" => parts.get(6),
            _ => None,
        };
        own.is_some_and(|own| own.contains(text))
    };
    let components: Vec<Value> = parts
        .iter()
        .zip(NAME_PARTS)
        .flat_map(|(texts, kind)| texts.iter().map(move |text| (text, *kind)))
        .filter(|(text, kind)| !text.is_empty() && !twice(kind, text))
        .map(|(text, kind)| json!({"kind": kind, "value": text}))
        .collect();
    if !components.is_empty() {
        put(&mut name, "components", Value::Array(components));
    }
    name.as_object().is_some_and(|name| !name.is_empty()).then_some(name)
}
