//! What a record and a card have in common, and how each is made of the other.
//!
//! A line that the record alone can't say again is kept with the record. When the record is written, such a line is taken as
//! long as the record still has what it says; then what stands in the record is written anew.

use std::collections::{HashMap, HashSet, VecDeque};

use super::item::{self, Item, MAX_TEXT};
use super::labels::{self, Covered, Labels};
use super::names::Name;
use super::parse::parse_kept;
use super::property::Property;
use super::single::{Class, Singles, organization_of};
use crate::model::{PartialDate, PersonName, Tag};

/// The most values of one attribute that a card brings; what is more stays lines.
const MAX_VALUES: usize = 5_000;

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
    pub(super) items: Vec<Item>,
    pub(super) singles: Singles,
    pub(super) birthday: Option<PartialDate>,
    pub(super) languages: Vec<String>,
    pub(super) tags: Vec<Tag>,
    /// The lines that the rest can't say.
    pub(super) kept: Option<String>,
}

/// Reads the lines of a card.
pub(super) fn read(properties: &[Property], sort: Sort) -> Sheet {
    let mut sheet = Sheet { sort, ..Sheet::default() };
    let labels = Labels::of(properties);
    // What is said without the line, and the order in which lines are written.
    let mut said = vec![false; properties.len()];
    let mut ranks = vec![Class::REST; properties.len()];
    read_items(&mut sheet, properties, &labels, &mut said, &mut ranks);
    let classes: Vec<Option<Class>> = properties.iter().map(|property| Class::of(property, sort)).collect();
    let mut lines: Vec<&Property> = Vec::with_capacity(properties.len());
    for class in Class::ALL {
        let of_class = || classes.iter().enumerate().filter(|(_, of)| **of == Some(class)).map(|(at, _)| at);
        lines.clear();
        lines.extend(of_class().filter_map(|at| properties.get(at)));
        if lines.is_empty() {
            continue;
        }
        class.read(&lines, &mut sheet);
        of_class().for_each(|at| set(&mut ranks, at, class.rank()));
        if class.are_plainly(&lines, &sheet) {
            of_class().for_each(|at| set(&mut said, at, true));
        } else {
            let dispensable = class.compared(&lines, &sheet);
            of_class().zip(dispensable).for_each(|(at, dispensable)| set(&mut said, at, dispensable));
        }
    }
    let mut kept: Vec<(u8, &Property)> = Vec::new();
    for ((property, said), rank) in properties.iter().zip(said).zip(ranks) {
        if !said {
            kept.push((rank, property));
        }
    }
    kept.sort_by_key(|(rank, _)| *rank);
    let lines: Vec<String> = kept.into_iter().map(|(_, property)| property.to_line()).collect();
    sheet.kept = Some(lines.join("\n")).filter(|lines| !lines.is_empty());
    sheet
}

fn set<T>(values: &mut [T], at: usize, value: T) {
    if let Some(place) = values.get_mut(at) {
        *place = value;
    }
}

fn read_items(sheet: &mut Sheet, properties: &[Property], labels: &Labels, said: &mut [bool], ranks: &mut [u8]) {
    let mut counts = [0_usize; 5];
    // The classes of which one was marked as primary, and those of which several were.
    let (mut marked, mut contested) = ([false; 5], [false; 5]);
    let mut marks = Vec::new();
    let mut places = Vec::new();
    for (at, property) in properties.iter().enumerate() {
        let Some(mut item) = item::read(property, || labels.of_property(property)) else { continue };
        let class = class_of(&item);
        if !is_of(&item, sheet.sort) || counts.get(class).is_none_or(|count| *count >= MAX_VALUES) {
            continue;
        }
        if let Some(count) = counts.get_mut(class) {
            *count += 1;
        }
        set(ranks, at, Class::ITEMS + u8::try_from(class).unwrap_or_default());
        if item.is_plainly(property) {
            set(said, at, true);
        } else {
            let (line, label) = item.to_property();
            if let Some(Covered(label_at)) = labels.says_only(property, label, properties)
                && property.says_the_same(&line)
            {
                set(said, at, true);
                if let Some(label_at) = label_at {
                    set(said, label_at, true);
                }
            }
        }
        if item.is_primary() {
            marks.push((class, at));
            let first = !marked.get(class).copied().unwrap_or(false);
            set(&mut marked, class, true);
            if !first {
                item.unmark();
                set(&mut contested, class, true);
            }
        }
        sheet.items.push(item);
        places.push(at);
    }
    for (class, at) in marks {
        if contested.get(class) == Some(&true) {
            unsay(said, labels, properties.get(at), at);
        }
    }
    // Of several that are the same all lines are kept, or none: else it would not be known which of them has the line.
    let is_said = |said: &[bool], at: usize| said.get(at).copied().unwrap_or(false);
    let items = || sheet.items.iter().zip(&places);
    let kept: HashSet<String> = items().filter(|(_, at)| !is_said(said, **at)).map(|(item, _)| item.key()).collect();
    if !kept.is_empty() {
        for (item, at) in items() {
            if is_said(said, *at) && kept.contains(&item.key()) {
                unsay(said, labels, properties.get(*at), *at);
            }
        }
    }
}

/// Keeps a line, with the label that belongs to it.
fn unsay(said: &mut [bool], labels: &Labels, property: Option<&Property>, at: usize) {
    set(said, at, false);
    if let Some(label_at) = property.and_then(|property| labels.place(property)) {
        set(said, label_at, false);
    }
}

fn class_of(item: &Item) -> usize {
    match item {
        Item::Email(_) => 0,
        Item::Phone(_) => 1,
        Item::Address(_) => 2,
        Item::Link(_) => 3,
        Item::Profile(_) => 4,
    }
}

/// Whether a property is one of several of its sort: addresses, numbers.
pub(super) fn is_item(property: &Property) -> bool {
    item::read(property, || None).is_some()
}

fn is_of(item: &Item, sort: Sort) -> bool {
    sort == Sort::Person || !matches!(item, Item::Address(_) | Item::Profile(_))
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
            set(&mut self.used, at, true);
        }
        class.write(&lines, sheet, &mut self.lines);
    }

    fn items(&mut self, kept: &[Property], sheet: &Sheet) {
        let labels = Labels::of(kept);
        let mut known: HashMap<String, VecDeque<usize>> = HashMap::new();
        let mut marked = [false; 5];
        for (at, property) in kept.iter().enumerate() {
            let Some(mut item) = item::read(property, || labels.of_property(property)) else { continue };
            if !is_of(&item, sheet.sort) {
                continue;
            }
            let class = class_of(&item);
            if item.is_primary() && std::mem::replace(marked.get_mut(class).unwrap_or(&mut false), true) {
                item.unmark();
            }
            known.entry(item.key()).or_default().push_back(at);
            set(&mut self.stale, at, true);
        }
        for item in &sheet.items {
            let line = known.get_mut(&item.key()).and_then(VecDeque::pop_front);
            if let Some((at, line)) = line.and_then(|at| Some((at, kept.get(at)?))) {
                set(&mut self.used, at, true);
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
    text.len() <= MAX_TEXT && !text.trim().is_empty()
}

/// The social profiles of Apple's cards in the form of RFC 9554.
pub(super) fn settle_profile(property: &mut Property) {
    if property.parameter("SERVICE-TYPE").is_none() {
        let is_network = |(name, value): &(Name, String)| name == "TYPE" && !labels::is_type_of_label(value);
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
