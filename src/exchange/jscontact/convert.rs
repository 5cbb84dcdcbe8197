//! A JSContact card as a vCard and back.
//!
//! What one of the two forms has no place for travels as the other one, in the way of RFC 9555: members of a JSContact card as `JSPROP`
//! lines with a pointer and JSON, lines of a vCard as `vCard.properties`. An entry of which the lines say only a part goes both ways,
//! and is taken back whole as long as the lines still say that part.

use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::{Map, Value, json};

use super::entry::{Line, MAPS, name_value, of_line, to_lines};
use crate::error::CardProblem;
use crate::exchange::vcard::{Card, MAX_PROPERTIES, Property, kept_line};

const POINTER: &str = "JSPTR";
const ID: &str = "PROP-ID";
/// The entry that says a part of a line in `vCard.properties`, where several lines have one name and one value.
const ENTRY: &str = "x-contactdb-entry";

/// Reads the members of a card.
pub(super) fn read(object: Map<String, Value>) -> Result<Card, CardProblem> {
    match object.get("@type").map(Value::as_str) {
        None | Some(Some("Card")) => {}
        Some(_) => return Err(CardProblem::NotACard),
    }
    let mut lines: Vec<(Option<String>, Line)> = Vec::new();
    let mut others: Vec<Other> = Vec::new();
    let mut whole: Vec<Property> = Vec::new();
    for (member, value) in object {
        match (&*member, value) {
            ("@type", _) => {}
            ("version", value) if value == "1.0" => {}
            ("vCard", Value::Object(mut entries)) => {
                if let Some(Value::Array(properties)) = entries.remove("properties") {
                    others.extend(properties.iter().filter_map(Other::of_jcard));
                }
                if !entries.is_empty() {
                    whole.push(carried("vCard", &Value::Object(entries)));
                }
            }
            (map, Value::Object(entries)) if MAPS.contains(&map) && !entries.is_empty() => {
                let mut entries: Vec<(String, Value)> = entries.into_iter().collect();
                // So that the tenth comes behind the ninth.
                entries.sort_by(|(one, _), (other, _)| (one.len(), one).cmp(&(other.len(), other)));
                for (at, (id, entry)) in entries.into_iter().enumerate() {
                    let mut said = to_lines(map, &entry);
                    let same =
                        matches!(&*said, [line] if of_line(line).as_ref() == Some(&(map_name(map), entry.clone())));
                    if !same {
                        whole.push(carried(&format!("{map}/{}", pointer_part(&id)), &entry));
                    } else if id != format!("k{}", at + 1) {
                        for line in &mut said {
                            line.property = line.property.clone().with(ID, &*id).sorted();
                        }
                    }
                    lines.extend(said.into_iter().map(|line| (Some(id.clone()), line)));
                }
            }
            (map, value) if MAPS.contains(&map) => whole.push(carried(map, &value)),
            (_, value) => {
                let said = to_lines(&member, &value);
                if !says_all(&member, &said, &value) {
                    whole.push(carried(&pointer_part(&member), &value));
                }
                lines.extend(said.into_iter().map(|line| (None, line)));
            }
        }
    }
    if lines.len() + others.len() + whole.len() > MAX_PROPERTIES {
        return Err(CardProblem::TooManyProperties { max: MAX_PROPERTIES as u64 });
    }
    let mut properties = joined(lines, &others);
    properties.extend(whole);
    Ok(Card::of_properties(properties))
}

/// Whether a member with one value is said wholly by its lines.
fn says_all(member: &str, said: &[Line], value: &Value) -> bool {
    match (member, said) {
        ("name", _) => {
            let find = |name: &str| said.iter().map(|line| &line.property).find(|property| property.name == name);
            // Without a whole name, one would be written.
            find("FN").is_some() && name_value(find("FN"), find("N")).as_ref() == Some(value)
        }
        ("keywords" | "members", [_, ..]) => value.as_object().is_some_and(|set| {
            // Those of a blank name have no line.
            (member == "keywords" || said.len() == set.len()) && set.values().all(|value| *value == true)
        }),
        (_, [line]) => of_line(line).is_some_and(|(known, said)| known == member && said == *value),
        _ => false,
    }
}

fn map_name(map: &str) -> &'static str {
    MAPS.iter().find(|known| **known == map).copied().unwrap_or_default()
}

/// A part of a JSON pointer (RFC 6901).
fn pointer_part(id: &str) -> String {
    id.replace('~', "~0").replace('/', "~1")
}

fn carried(pointer: &str, value: &Value) -> Property {
    Property::text("JSPROP", &value.to_string()).with(POINTER, pointer)
}

/// A line of `vCard.properties`.
struct Other {
    property: Property,
    /// The id of the entry that says a part of it, blank for one that none does; only where lines could be taken for one another.
    entry: Option<String>,
}

impl Other {
    fn of_jcard(value: &Value) -> Option<Self> {
        let entry = value.get(1).and_then(|parameters| parameters.get(ENTRY)).and_then(Value::as_str);
        Some(Self { property: of_jcard(value)?, entry: entry.map(str::to_owned) })
    }
}

/// The lines as properties, labels in groups; a line that another one says with more takes its place. Each comes with the id of its
/// entry, if it is of one.
fn joined(lines: Vec<(Option<String>, Line)>, others: &[Other]) -> Vec<Property> {
    let taken: HashSet<&str> = others.iter().filter_map(|other| other.property.group()).collect();
    let mut number = 0;
    let mut properties = Vec::new();
    let mut known: HashMap<(String, Option<String>), VecDeque<usize>> = HashMap::new();
    for (at, other) in others.iter().enumerate() {
        known.entry((key(&other.property), other.entry.clone())).or_default().push_back(at);
    }
    let mut taken_over = vec![false; others.len()];
    let categories = others.iter().map(|other| &other.property).filter(|other| other.name == "CATEGORIES");
    let categories: HashSet<String> = categories.flat_map(Property::to_list).collect();
    for (id, Line { mut property, label }) in lines {
        if property.name == "CATEGORIES" && property.to_list().iter().all(|text| categories.contains(text)) {
            continue;
        }
        let said = key(&property);
        let mut take = |entry| known.get_mut(&(said.clone(), entry))?.pop_front();
        let more = id.and_then(|id| take(Some(id))).or_else(|| take(None));
        if let Some((at, other)) = more.and_then(|at| Some((at, others.get(at)?))) {
            if let Some(taken_over) = taken_over.get_mut(at) {
                *taken_over = true;
            }
            properties.push(other.property.clone());
            continue;
        }
        if let Some(label) = label {
            while property.group.is_none() {
                number += 1;
                property.group = Some(format!("item{number}")).filter(|group| !taken.contains(&**group));
            }
            let mut named = Property::text("X-ABLabel", &label);
            named.group.clone_from(&property.group);
            properties.push(property);
            property = named;
        }
        properties.push(property);
    }
    let rest = others.iter().zip(taken_over).filter(|(_, taken)| !taken);
    properties.extend(rest.map(|(other, _)| other.property.clone()));
    properties
}

/// Name and value alone: two lines that say one thing, one perhaps with more parameters, have the same.
fn key(property: &Property) -> String {
    let value = match &*property.name {
        "N" | "ADR" | "ORG" => {
            let parts: Vec<String> = property.to_components().iter().map(|texts| texts.join(", ")).collect();
            parts.join("\n").trim_end().to_owned()
        }
        _ => property.to_text(),
    };
    format!("{}\n{value}", property.name)
}

/// A property of a vCard in JSON (RFC 7095).
fn of_jcard(value: &Value) -> Option<Property> {
    let [name, parameters, _, values @ ..] = value.as_array()?.as_slice() else { return None };
    let texts = |value: &Value| match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    };
    let raw = match values {
        [Value::String(text)] => text.clone(),
        // Another program's structured or listed value.
        [Value::Array(parts)] => parts.iter().map(|part| listed(&texts(part))).collect::<Vec<_>>().join(";"),
        values => listed(&values.iter().flat_map(texts).collect::<Vec<_>>()),
    };
    let mut line = Property::raw_value(name.as_str()?, raw);
    for (name, value) in parameters.as_object()? {
        if name == "group" {
            line.group = texts(value).into_iter().next();
            continue;
        }
        if name == ENTRY {
            continue;
        }
        line = texts(value).into_iter().fold(line, |line, value| line.with(name, value));
    }
    // What it is as a line is what it is.
    kept_line(&line.sorted())
}

fn listed(texts: &[String]) -> String {
    Property::list("X", texts.iter().map(String::as_str)).value().to_owned()
}

fn to_jcard(property: &Property, entry: Option<&str>) -> Value {
    let mut parameters = Map::new();
    if let Some(entry) = entry {
        parameters.insert(ENTRY.to_owned(), json!(entry));
    }
    if let Some(group) = property.group() {
        parameters.insert("group".to_owned(), json!(group));
    }
    for (name, value) in property.parameters() {
        match parameters.entry(name.to_ascii_lowercase()).or_insert(Value::Null) {
            Value::Array(values) => values.push(json!(value)),
            none @ Value::Null => *none = json!(value),
            one => *one = json!([one.take(), value]),
        }
    }
    json!([property.name().to_ascii_lowercase(), parameters, "unknown", property.value()])
}

/// The lines of a card that is being written, and which of them were.
struct Lines {
    all: Vec<Line>,
    used: Vec<bool>,
    /// Where the lines of a key are.
    places: HashMap<String, Vec<usize>>,
}

impl Lines {
    /// Takes the line that says the same, whatever its id.
    fn find(&self, wanted: &Line) -> Option<usize> {
        let bare = |property: &Property| {
            let mut property = Property { group: None, ..property.clone() };
            property.parameters.retain(|(name, _)| name != ID);
            property
        };
        let property = bare(&wanted.property);
        let places = self.places.get(&key(&property))?;
        let fits = |at: &usize, any: bool| {
            let line = self.all.get(*at).filter(|_| self.used.get(*at) == Some(&false));
            line.is_some_and(|line| {
                line.label == wanted.label
                    && (any || line.property.parameter(ID).is_none())
                    && bare(&line.property).says_the_same(&property)
            })
        };
        // A line with an id of its own stands for another entry, unless that entry is gone.
        let places = places.iter().copied();
        places.clone().find(|at| fits(at, false)).or_else(|| places.clone().find(|at| fits(at, true)))
    }

    fn take(&mut self, at: usize) {
        if let Some(used) = self.used.get_mut(at) {
            *used = true;
        }
    }

    /// The first of a name that was not taken.
    fn first(&self, name: &str) -> Option<usize> {
        self.all
            .iter()
            .zip(&self.used)
            .position(|(line, used)| !used && line.property.name == name && line.property.group.is_none())
    }

    fn property(&self, at: Option<usize>) -> Option<&Property> {
        Some(&self.all.get(at?)?.property)
    }
}

/// Writes a card as JSON.
pub(super) fn write(card: &Card) -> Value {
    let mut object = Map::new();
    object.insert("@type".to_owned(), json!("Card"));
    object.insert("version".to_owned(), json!("1.0"));
    let (mut carried, mut properties) = (Vec::new(), Vec::new());
    for property in card.properties() {
        let pointer = property.parameter(POINTER).filter(|_| property.name() == "JSPROP");
        let value = pointer.and_then(|_| super::parse(property.to_text().as_bytes()).ok());
        match (pointer, value) {
            (Some(pointer), Some(value)) => carried.push((pointer.to_owned(), value)),
            _ => properties.push(property.clone()),
        }
    }
    let lines = labelled(&properties);
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        places.entry(key(&line.property)).or_default().push(at);
    }
    let mut lines = Lines { used: vec![false; lines.len()], all: lines, places };
    for (pointer, value) in carried {
        take_back(&mut object, &mut lines, &pointer, value);
    }
    write_name(&mut object, &mut lines);
    let mut rest: Vec<Value> = Vec::new();
    write_keywords(&mut object, &mut lines);
    for at in 0..lines.all.len() {
        if lines.used.get(at) == Some(&false)
            && let Some(line) = lines.all.get(at)
        {
            let alone = lines.places.get(&key(&line.property)).is_none_or(|places| places.len() < 2);
            write_line(&mut object, &mut rest, line, alone);
        }
    }
    if !rest.is_empty() {
        let entries = object.entry("vCard").or_insert_with(|| json!({}));
        if let Some(entries) = entries.as_object_mut() {
            entries.insert("properties".to_owned(), Value::Array(rest));
        }
    }
    Value::Object(object)
}

/// Labels that stand in groups of their own, with what they are the labels of.
fn labelled(properties: &[Property]) -> Vec<Line> {
    let mut groups: HashMap<&str, Vec<&Property>> = HashMap::new();
    for property in properties {
        if let Some(group) = property.group().filter(|group| group.starts_with("item")) {
            groups.entry(group).or_default().push(property);
        }
    }
    let mut lines = Vec::with_capacity(properties.len());
    for property in properties {
        let group = property.group().and_then(|group| groups.get(group));
        match group.map(Vec::as_slice) {
            Some([one, named])
                if named.name == "X-ABLABEL" && named.parameters.is_empty() && one.name != "X-ABLABEL" =>
            {
                if property.name != "X-ABLABEL" {
                    let property = Property { group: None, ..property.clone() };
                    lines.push(Line { property, label: Some(named.to_text()) });
                }
            }
            _ => lines.push(property.clone().into()),
        }
    }
    lines
}

/// Takes a member back as it was, if the card still says what its lines would say.
fn take_back(object: &mut Map<String, Value>, lines: &mut Lines, pointer: &str, value: Value) {
    let part = |part: &str| part.replace("~1", "/").replace("~0", "~");
    let (member, id) = match pointer.split_once('/') {
        Some((member, id)) => (part(member), Some(part(id))),
        None => (part(pointer), None),
    };
    let mut found = Vec::new();
    // A map of entries is carried whole only when there is nothing in it that lines could say.
    let said = if id.is_none() && MAPS.contains(&&*member) { Vec::new() } else { to_lines(&member, &value) };
    for line in said {
        let Some(at) = lines.find(&line) else { return };
        found.push(at);
    }
    if member == "name" {
        found.extend(lines.first("FN"));
        found.extend(lines.first("N"));
    }
    match id {
        None => {
            object.insert(member, value);
        }
        Some(id) => {
            let entries = object.entry(member).or_insert_with(|| json!({}));
            let Some(entries) = entries.as_object_mut() else { return };
            entries.insert(id, value);
        }
    }
    for at in found {
        lines.take(at);
    }
}

fn write_name(object: &mut Map<String, Value>, lines: &mut Lines) {
    if object.contains_key("name") {
        return;
    }
    // A name with parameters goes as a line too, so it is left for that.
    let (whole, parts) = (lines.first("FN"), lines.first("N"));
    if let Some(name) = name_value(lines.property(whole), lines.property(parts)) {
        object.insert("name".to_owned(), name);
    }
    for at in [whole, parts].into_iter().flatten() {
        let plain = lines.property(Some(at)).is_some_and(|property| {
            let again = name_value(Some(property).filter(|p| p.name == "FN"), Some(property).filter(|p| p.name == "N"));
            let same = again
                .map(|name| to_lines("name", &name))
                .is_some_and(|said| said.iter().any(|line| line.property.says_the_same(property)));
            property.parameters.is_empty() && same
        });
        if plain {
            lines.take(at);
        }
    }
}

/// Several lines of categories stay lines beside the keywords.
fn write_keywords(object: &mut Map<String, Value>, lines: &mut Lines) {
    for (name, member) in [("CATEGORIES", "keywords"), ("MEMBER", "members")] {
        if object.contains_key(member) {
            continue;
        }
        let of_name: Vec<usize> =
            (0..lines.all.len()).filter(|at| lines.property(Some(*at)).is_some_and(|p| p.name == name)).collect();
        let plain = of_name
            .iter()
            .all(|at| lines.property(Some(*at)).is_some_and(|p| p.parameters.is_empty() && p.group.is_none()));
        let mut set = Map::new();
        for property in of_name.iter().filter_map(|at| lines.property(Some(*at))) {
            let texts = if member == "keywords" { property.to_list() } else { vec![property.to_text()] };
            set.extend(texts.into_iter().filter(|text| !text.is_empty()).map(|text| (text, Value::Bool(true))));
        }
        if set.is_empty() {
            continue;
        }
        object.insert(member.to_owned(), Value::Object(set));
        if plain && (member == "members" || of_name.len() == 1) {
            for at in of_name {
                lines.take(at);
            }
        }
    }
}

/// Writes a line as an entry, and as a line too where that says more. `alone`: no other line has its name and value.
fn write_line(object: &mut Map<String, Value>, rest: &mut Vec<Value>, line: &Line, alone: bool) {
    let id = line.property.parameter(ID).map(str::to_owned);
    let mut bare = line.clone();
    bare.property.parameters.retain(|(name, _)| name != ID);
    let entry = of_line(&bare);
    let mut lossy = true;
    let mut said_by = Some(String::new());
    if let Some((member, entry)) = entry {
        let again = to_lines(member, &entry);
        let same =
            matches!(&*again, [again] if again.label == bare.label && again.property.says_the_same(&bare.property));
        lossy = !same || bare.property.group.is_some();
        if MAPS.contains(&member) {
            let entries = object.entry(member).or_insert_with(|| json!({}));
            if let Some(entries) = entries.as_object_mut() {
                let mut id = id.filter(|id| !entries.contains_key(id));
                let mut number = entries.len();
                while id.is_none() {
                    number += 1;
                    id = Some(format!("k{number}")).filter(|id| !entries.contains_key(id));
                }
                said_by.clone_from(&id);
                entries.insert(id.unwrap_or_default(), entry);
            } else {
                lossy = true;
            }
        } else if object.contains_key(member) {
            lossy = true;
        } else {
            said_by = None;
            object.insert(member.to_owned(), entry);
        }
    }
    if !lossy {
        return;
    }
    let mut property = line.property.clone();
    let group = line.label.as_ref().map(|_| format!("item{}", 1_000 + rest.len()));
    if group.is_some() {
        property.group.clone_from(&group);
    }
    rest.push(to_jcard(&property, said_by.as_deref().filter(|_| !alone)));
    if let Some(label) = &line.label {
        let mut named = Property::text("X-ABLabel", label);
        named.group = group;
        rest.push(to_jcard(&named, None));
    }
}
