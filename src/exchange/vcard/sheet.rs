//! What a record and a card have in common, and how each is made of the other.
//!
//! A line that the record alone can't say again is kept with the record. When the record is written, such a line is taken as
//! long as the record still has what it says; then what stands in the record is written anew.

use std::collections::{HashMap, HashSet, VecDeque};

use super::item::{Item, Items, MAX_TEXT, Several, is_marked};
use super::labels::{self, Covered, Labels};
use super::names::{Name, Word};
use super::parse::parse_kept;
use super::property::Property;
use super::single::{Class, Singles, organization_of};
use crate::model::{PartialDate, PersonName, Tag};

/// What the record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Sort {
    #[default]
    Person,
    Organization,
}

/// What a record and a card have in common.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sheet {
    pub(super) sort: Sort,
    pub(super) name: PersonName,
    /// The name of an organisation.
    pub(super) whole_name: String,
    /// The company that a line names; of a person no attribute, since companies are records.
    pub(super) company: Option<String>,
    pub(super) items: Items,
    pub(super) singles: Singles,
    pub(super) birthday: Option<PartialDate>,
    pub(super) languages: Vec<String>,
    pub(super) tags: Vec<Tag>,
    /// The lines that the rest can't say.
    pub(super) kept: Option<String>,
}

/// A line of a card that is being read.
struct Line<'p> {
    property: &'p Property,
    /// Which of several it is, or what it says together with others.
    item: Option<(Several, usize)>,
    class: Option<Class>,
    /// The order in which lines are written.
    rank: u8,
    /// The record says it without the line.
    said: bool,
}

/// Reads the lines of a card.
pub(super) fn read(properties: &[Property], sort: Sort) -> Sheet {
    let mut sheet = Sheet { sort, ..Sheet::default() };
    let mut lines: Vec<Line<'_>> = Vec::with_capacity(properties.len());
    lines.extend(properties.iter().map(|property| Line {
        property,
        item: None,
        class: Class::of(property, sort),
        rank: Class::REST,
        said: false,
    }));
    read_items(&mut sheet, properties, &mut lines);
    let mut together: Vec<&Property> = Vec::with_capacity(properties.len());
    let some = lines.iter().filter_map(|line| line.class).fold(0_u32, |some, class| some | 1 << class as u32);
    for class in Class::ALL.into_iter().filter(|class| some >> *class as u32 & 1 == 1) {
        together.clear();
        together.extend(lines.iter().filter(|line| line.class == Some(class)).map(|line| line.property));
        class.read(&together, &mut sheet);
        let said = class.said(&together, &sheet);
        for (at, line) in lines.iter_mut().filter(|line| line.class == Some(class)).enumerate() {
            line.rank = class.rank();
            line.said = said.of(at);
        }
    }
    lines.retain(|line| !line.said);
    lines.sort_by_key(|line| line.rank);
    let mut kept = String::new();
    for line in lines {
        if !kept.is_empty() {
            kept.push('\n');
        }
        line.property.push_line(&mut kept);
    }
    sheet.kept = Some(kept).filter(|kept| !kept.is_empty());
    sheet
}

fn read_items(sheet: &mut Sheet, properties: &[Property], lines: &mut [Line<'_>]) {
    let labels = Labels::of(properties);
    let mut all_are_said = true;
    for (at, property) in properties.iter().enumerate() {
        let label = || labels.of_property(property);
        let Some(several) = sheet.items.read(property, sheet.sort, label) else { continue };
        let place = sheet.items.count(several).saturating_sub(1);
        let Some(item) = sheet.items.get(several, place) else { continue };
        let mut said = item.is_plainly(property);
        if !said {
            let (line, label) = item.to_property();
            if let Some(Covered(label_at)) = labels.says_only(property, label, properties)
                && property.says_the_same(&line)
            {
                said = true;
                if let Some(label) = label_at.and_then(|at| lines.get_mut(at)) {
                    label.said = true;
                }
            }
        }
        all_are_said &= said;
        if let Some(line) = lines.get_mut(at) {
            line.item = Some((several, place));
            line.rank = Class::ITEMS + several as u8;
            line.said = said;
        }
    }
    for at in 0..lines.len() {
        let is_contested = |line: &Line<'_>| {
            line.item.is_some_and(|(several, _)| sheet.items.are_contested(several)) && is_marked(line.property)
        };
        if lines.get(at).is_some_and(is_contested) {
            all_are_said = false;
            unsay(lines, &labels, at);
        }
    }
    if all_are_said {
        return;
    }
    // Of several that are the same all lines are kept, or none: else it would not be known which of them has the line.
    let key = |line: &Line<'_>| line.item.and_then(|(several, at)| sheet.items.get(several, at)).map(Item::key);
    let kept: HashSet<String> = lines.iter().filter(|line| !line.said).filter_map(key).collect();
    for at in 0..lines.len() {
        if lines.get(at).filter(|line| line.said).and_then(key).is_some_and(|key| kept.contains(&key)) {
            unsay(lines, &labels, at);
        }
    }
}

fn set(flags: &mut [bool], at: usize) {
    if let Some(flag) = flags.get_mut(at) {
        *flag = true;
    }
}

/// Keeps a line, with the label that belongs to it.
fn unsay(lines: &mut [Line<'_>], labels: &Labels<'_>, at: usize) {
    let Some(line) = lines.get_mut(at) else { return };
    line.said = false;
    let label = labels.place(line.property);
    if let Some(label) = label.and_then(|at| lines.get_mut(at)) {
        label.said = false;
    }
}

/// Whether a property is one of several of its sort: addresses, numbers.
pub(super) fn is_item(property: &Property) -> bool {
    Items::default().read(property, Sort::Person, || None).is_some()
}

/// Makes the lines of a card.
pub(super) fn write(mut sheet: Sheet) -> Vec<Property> {
    let kept: Vec<Property> = sheet.kept.iter().flat_map(|lines| lines.split('\n')).filter_map(parse_kept).collect();
    let mut out = Out {
        used: vec![false; kept.len()],
        stale: vec![false; kept.len()],
        lines: Vec::new(),
        groups: HashSet::new(),
        next: 1,
    };
    out.groups.extend(kept.iter().filter_map(|property| property.group.clone()));
    if sheet.sort == Sort::Person {
        let line = kept.iter().find(|property| property.name == "ORG");
        sheet.company = line.and_then(|line| organization_of(line).0);
    }
    let mut classes = Class::ALL;
    classes.sort_by_key(|class| class.rank());
    let (before, after): (Vec<Class>, Vec<Class>) =
        classes.into_iter().filter(|class| class.is_of(sheet.sort)).partition(|class| class.rank() < Class::ITEMS);
    for class in before {
        out.class(class, &kept, &sheet);
    }
    out.items(&kept, &sheet);
    for class in after {
        out.class(class, &kept, &sheet);
    }
    out.rest(&kept);
    out.lines
}

/// The lines of a card that is being made.
struct Out {
    /// Which of the kept lines were written, and which say what the record has no more.
    used: Vec<bool>,
    stale: Vec<bool>,
    lines: Vec<Property>,
    /// The groups that are taken.
    groups: HashSet<String>,
    next: u32,
}

impl Out {
    fn class(&mut self, class: Class, kept: &[Property], sheet: &Sheet) {
        let places: Vec<usize> = (0..kept.len())
            .filter(|at| kept.get(*at).is_some_and(|property| Class::of(property, sheet.sort) == Some(class)))
            .collect();
        let lines: Vec<&Property> = places.iter().filter_map(|at| kept.get(*at)).collect();
        for at in places {
            set(&mut self.used, at);
        }
        class.write(&lines, sheet, &mut self.lines);
    }

    fn items(&mut self, kept: &[Property], sheet: &Sheet) {
        let labels = Labels::of(kept);
        let mut known: HashMap<String, VecDeque<usize>> = HashMap::new();
        let mut items = Items::default();
        for (at, property) in kept.iter().enumerate() {
            let Some(several) = items.read(property, sheet.sort, || labels.of_property(property)) else { continue };
            let Some(item) = items.get(several, items.count(several).saturating_sub(1)) else { continue };
            known.entry(item.key()).or_default().push_back(at);
            set(&mut self.stale, at);
        }
        for item in sheet.items.all() {
            let line = known.get_mut(&item.key()).and_then(VecDeque::pop_front);
            if let Some((at, line)) = line.and_then(|at| Some((at, kept.get(at)?))) {
                set(&mut self.used, at);
                self.lines.push(line.clone());
                continue;
            }
            let (mut line, label) = item.to_property();
            if let Some(label) = label {
                let group = self.fresh_group();
                line.group = Some(group.clone());
                self.lines.push(line);
                line = Property { group: Some(group), ..Property::text("X-ABLabel", label) };
            }
            self.lines.push(line);
        }
    }

    fn fresh_group(&mut self) -> String {
        loop {
            let group = format!("item{}", self.next);
            self.next += 1;
            if !self.groups.contains(&group) {
                return group;
            }
        }
    }

    /// What belongs to no value of the record; not the labels of what is gone.
    fn rest(&mut self, kept: &[Property]) {
        let flag = |flags: &[bool], at: usize| flags.get(at).copied().unwrap_or(false);
        let written: HashSet<&String> = kept
            .iter()
            .enumerate()
            .filter(|(at, _)| flag(&self.used, *at))
            .filter_map(|(_, property)| property.group.as_ref())
            .collect();
        let gone: HashSet<&String> = kept
            .iter()
            .enumerate()
            .filter(|(at, _)| flag(&self.stale, *at) && !flag(&self.used, *at))
            .filter_map(|(_, property)| property.group.as_ref())
            .filter(|group| !written.contains(group))
            .collect();
        for (at, property) in kept.iter().enumerate() {
            let orphan = property.group.as_ref().is_some_and(|group| gone.contains(group));
            if !flag(&self.used, at) && !flag(&self.stale, at) && !orphan {
                self.lines.push(property.clone());
            }
        }
    }
}

/// A text that a short attribute takes.
pub(super) fn short(text: String) -> Option<String> {
    is_short(&text).then_some(text)
}

pub(super) fn is_short(text: &str) -> bool {
    text.len() <= MAX_TEXT && !text.chars().all(char::is_whitespace)
}

/// The social profiles of Apple's cards in the form of RFC 9554.
pub(super) fn settle_profile(property: &mut Property) {
    if property.parameter("SERVICE-TYPE").is_none() {
        let is_network = |(name, value): &(Name, Word)| name == "TYPE" && !labels::is_type_of_label(value);
        let Some(at) = property.parameters.iter().position(is_network) else { return };
        let (_, network) = property.parameters.remove(at);
        property.say_first("SERVICE-TYPE", network);
    }
    property.name = Name::Borrowed("SOCIALPROFILE");
}

impl Sheet {
    pub(super) fn single(&self, class: Class) -> Option<&String> {
        self.singles.get(class)
    }

    pub(super) fn of(sort: Sort) -> Self {
        Self { sort, ..Self::default() }
    }

    /// A single value that a record has.
    pub(super) fn put(&mut self, class: Class, text: Option<&String>) {
        self.set(class, text.cloned());
    }

    pub(super) fn set(&mut self, class: Class, text: Option<String>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.singles.put(class, text);
        }
    }
}
