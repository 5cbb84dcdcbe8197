//! What a record has one of, or has as a whole: a name, a title, the notes. One line of a card, or a few.

use super::dates::{compact, date};
use super::property::{Property, joined};
use super::sheet::{Sheet, Sort, is_short, short};
use crate::model::{PersonName, Tag};

/// The most tags that a card brings; what is more stays lines.
const MAX_TAGS: usize = 1_000;

/// So many tags are looked for in a line one by one.
const FEW: usize = 32;

/// Lines that say one thing together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Class {
    Nickname,
    Department,
    Name,
    Title,
    Birthday,
    Language,
    Zone,
    Note,
    Tags,
    Uid,
}

/// The value of each class that has one.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Singles([Option<String>; Class::ALL.len()]);

impl Singles {
    pub(super) fn get(&self, class: Class) -> Option<&String> {
        self.0.get(class as usize)?.as_ref()
    }

    pub(super) fn take(&mut self, class: Class) -> Option<String> {
        self.0.get_mut(class as usize)?.take()
    }

    pub(super) fn put(&mut self, class: Class, text: String) {
        if let Some(place) = self.0.get_mut(class as usize) {
            *place = Some(text);
        }
    }
}

/// Which of the lines of a class the record says again by itself.
pub(super) enum Said {
    All,
    None,
    Each(Vec<bool>),
}

impl Said {
    fn all(all: bool) -> Self {
        if all { Self::All } else { Self::None }
    }

    /// Whether it says the line at that place.
    pub(super) fn of(&self, at: usize) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Each(each) => each.get(at) == Some(&true),
        }
    }
}

impl Class {
    /// In the order in which they are read: a name is known from what else is said.
    pub(super) const ALL: [Self; 10] = [
        Self::Nickname,
        Self::Department,
        Self::Name,
        Self::Title,
        Self::Birthday,
        Self::Language,
        Self::Zone,
        Self::Note,
        Self::Tags,
        Self::Uid,
    ];
    /// The rank of the first of the items, which stand in the middle.
    pub(super) const ITEMS: u8 = 10;
    /// The rank of what is none of these.
    pub(super) const REST: u8 = 255;

    /// Where it stands in a card.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Name => 0,
            Self::Nickname => 1,
            Self::Department => 2,
            Self::Title => 3,
            Self::Birthday => 20,
            Self::Language => 21,
            Self::Zone => 22,
            Self::Note => 23,
            Self::Tags => 24,
            Self::Uid => 25,
        }
    }

    pub(super) fn is_of(self, sort: Sort) -> bool {
        sort == Sort::Person || matches!(self, Self::Name | Self::Note | Self::Tags | Self::Uid)
    }

    /// The class of a line that is of one, in a form that says something.
    pub(super) fn of(property: &Property, sort: Sort) -> Option<Self> {
        let person = sort == Sort::Person;
        let class = match property.name() {
            "FN" => return Some(Self::Name),
            "NOTE" => return Some(Self::Note),
            "CATEGORIES" => return Some(Self::Tags),
            "N" => return person.then_some(Self::Name),
            "ORG" => return Some(if person { Self::Department } else { Self::Name }),
            "KIND" => return (!person).then_some(Self::Name),
            "NICKNAME" => Self::Nickname,
            "TITLE" => Self::Title,
            "BDAY" => Self::Birthday,
            "LANG" => Self::Language,
            "TZ" => Self::Zone,
            "UID" => Self::Uid,
            _ => return None,
        };
        (class.is_of(sort) && class.takes(property)).then_some(class)
    }

    /// Whether a line of a class with one value says something.
    fn takes(self, property: &Property) -> bool {
        match self {
            Self::Birthday => date(&property.as_text()).is_some(),
            Self::Nickname | Self::Zone => self.text(property).is_some(),
            _ => is_short(&property.as_text()),
        }
    }

    /// What one line of a class with one text says.
    fn text(self, property: &Property) -> Option<String> {
        let text = property.to_text();
        match self {
            Self::Nickname => {
                let names: Vec<String> = property.to_list().into_iter().filter(|name| !name.is_empty()).collect();
                short(names.join(", "))
            }
            // An offset is no zone: it changes with the season.
            Self::Zone => {
                let named = text.contains('/')
                    && !text.contains([' ', ':', ';'])
                    && property.parameter("VALUE").is_none_or(|value| value == "text");
                short(text).filter(|_| named)
            }
            _ => short(text),
        }
    }

    fn of_text(self, text: &str) -> Property {
        match self {
            Self::Nickname => Property::text("NICKNAME", text),
            Self::Title => Property::text("TITLE", text),
            Self::Zone => Property::text("TZ", text),
            Self::Uid => Property::text("UID", text),
            _ => Property::text("NOTE", text),
        }
    }

    /// Takes what the lines say.
    pub(super) fn read(self, lines: &[&Property], sheet: &mut Sheet) {
        match self {
            Self::Name if sheet.sort == Sort::Organization => sheet.whole_name = whole_name(lines).unwrap_or_default(),
            Self::Name => sheet.name = name(lines, sheet),
            Self::Department => {
                let (company, department) = organization(lines);
                sheet.set(Self::Department, department);
                sheet.company = company;
            }
            Self::Birthday => sheet.birthday = lines.first().and_then(|line| date(&line.as_text())),
            Self::Language => sheet.languages = languages(lines),
            Self::Note => sheet.set(self, Some(notes(lines))),
            Self::Tags => sheet.tags = tags(lines),
            _ => sheet.set(self, lines.first().and_then(|line| self.text(line))),
        }
    }

    /// Which of the lines that were read the record says again.
    pub(super) fn said(self, lines: &[&Property], sheet: &Sheet) -> Said {
        match self {
            // A person's record does not have the company.
            Self::Department if sheet.company.is_some() => Said::None,
            _ if self.are_plainly(lines, sheet) => Said::All,
            _ => self.compared(lines, sheet),
        }
    }

    /// Whether the lines, which were read, are plainly those that say what the record has, which need not be made to be compared. They may be
    /// so without being plain.
    pub(super) fn are_plainly(self, lines: &[&Property], sheet: &Sheet) -> bool {
        let single = || match lines {
            [line] if line.is_bare() => Some(*line),
            _ => None,
        };
        match self {
            Self::Name if sheet.sort == Sort::Person => {
                let repeats = |name: &str| lines.iter().filter(|line| line.name == name).nth(1).is_some();
                let parts = bare(&sheet.name).map(Option::unwrap_or_default);
                !repeats("FN")
                    && !repeats("N")
                    && parts.iter().any(|part| !part.is_empty())
                    && lines.iter().all(|line| {
                        line.is_bare()
                            && if line.name == "N" { line.has_parts(parts) } else { line.is_text(&whole(sheet)) }
                    })
            }
            // What one line alone says was taken as it is.
            Self::Title | Self::Zone | Self::Note | Self::Uid => single().is_some() && sheet.single(self).is_some(),
            Self::Nickname => {
                single().zip(sheet.single(self)).is_some_and(|(line, text)| line.has_parts([text.as_str()]))
            }
            Self::Birthday => {
                let is_compact = |text: &str| {
                    let digits = text.strip_prefix("--").unwrap_or(text);
                    matches!(text.len(), 6 | 8) && digits.bytes().all(|byte| byte.is_ascii_digit())
                };
                single().is_some_and(|line| is_compact(&line.value))
            }
            // Categories have no order; each tag is of one of them.
            Self::Tags if sheet.tags.len() <= FEW => single().is_some_and(|line| {
                let is_tag = |text: &str| sheet.tags.iter().any(|tag| tag.as_str() == text);
                line.texts().count() == sheet.tags.len() && line.texts().all(|text| is_tag(&text))
            }),
            _ => false,
        }
    }

    /// The same, by making the lines that would be written.
    pub(super) fn compared(self, lines: &[&Property], sheet: &Sheet) -> Said {
        let fresh = match self {
            Self::Tags => Vec::new(),
            _ => self.fresh(sheet),
        };
        let same = |line: &Property| line.group.is_none() && fresh.iter().any(|fresh| fresh.says_the_same(line));
        let count = |name: &str| lines.iter().filter(|line| line.name == name).count();
        match self {
            Self::Name if sheet.sort == Sort::Organization => {
                Said::Each(lines.iter().map(|line| count(&line.name) == 1 && same(line)).collect())
            }
            Self::Name => {
                // The parts say whether the whole still holds, so they are kept with it.
                let whole = lines.iter().filter(|line| line.name == "FN").all(|line| same(line)) && count("FN") <= 1;
                Said::Each(lines.iter().map(|line| whole && count(&line.name) == 1 && same(line)).collect())
            }
            Self::Language => {
                let mut sorted: Vec<&&Property> = lines.iter().collect();
                sorted.sort_by_key(|line| preference(line));
                Said::all(
                    sorted.len() == fresh.len()
                        && sorted
                            .iter()
                            .zip(&fresh)
                            .all(|(line, fresh)| line.group.is_none() && fresh.says_the_same(line)),
                )
            }
            // Categories have no order.
            Self::Tags => Said::all(match lines {
                [line] if line.is_bare() && !sheet.tags.is_empty() => {
                    let mut texts = line.to_list();
                    texts.sort();
                    let mut tags: Vec<&str> = sheet.tags.iter().map(Tag::as_str).collect();
                    tags.sort_unstable();
                    texts == tags
                }
                _ => false,
            }),
            _ => Said::all(lines.len() == 1 && lines.first().is_some_and(|line| same(line))),
        }
    }

    /// Writes the lines that were kept as far as they hold still, else new ones.
    pub(super) fn write(self, kept: &[&Property], sheet: &Sheet, out: &mut Vec<Property>) {
        let mut read = Sheet { company: sheet.company.clone(), ..Sheet::of(sheet.sort) };
        if self == Self::Name {
            read.put(Self::Nickname, sheet.single(Self::Nickname));
        }
        let (person, fresh) = (sheet.sort == Sort::Person, self.fresh(sheet));
        if kept.is_empty() {
            out.extend(fresh);
            return;
        }
        self.read(kept, &mut read);
        let holds = match self {
            Self::Name if person => bare(&read.name) == bare(&sheet.name),
            Self::Name => kept.iter().all(|line| line.name != "FN") || read.whole_name == sheet.whole_name,
            Self::Language => read.languages == sheet.languages,
            Self::Tags => read.tags == sheet.tags,
            Self::Birthday => read.birthday == sheet.birthday,
            _ => read.single(self) == sheet.single(self),
        };
        let mut first: Vec<&str> = Vec::new();
        let mut rest: Vec<Property> = Vec::new();
        for line in kept {
            let is_first = !first.contains(&line.name());
            first.push(line.name());
            match self {
                _ if holds => rest.push((*line).clone()),
                Self::Department if is_first => rest.push(moved(line, sheet)),
                Self::Name if !person && line.name == "ORG" && is_first => rest.push(renamed(line, &sheet.whole_name)),
                // What was one of several values that make one is gone with it.
                Self::Note | Self::Language | Self::Tags => {}
                _ if is_first && line.name != "KIND" => {}
                _ => rest.push((*line).clone()),
            }
        }
        let only_whole = person && holds && kept.iter().any(|line| line.name == "FN");
        for line in fresh {
            let wanted = match self {
                // A card that had a whole name alone gets no parts made up by this crate.
                Self::Name if only_whole && line.name == "N" => false,
                Self::Name => {
                    !rest.iter().any(|kept| kept.name == line.name) || !holds && matches!(&*line.name, "FN" | "N")
                }
                Self::Department => false,
                _ => !holds,
            };
            if wanted {
                out.push(line);
            }
        }
        out.append(&mut rest);
    }

    /// The lines that say what the record has.
    fn fresh(self, sheet: &Sheet) -> Vec<Property> {
        match self {
            Self::Name if sheet.sort == Sort::Organization => vec![
                Property::text("FN", &sheet.whole_name),
                Property::structured("ORG", [&*sheet.whole_name]),
                Property::text("KIND", "org"),
            ],
            Self::Name => {
                let mut lines = Vec::new();
                let name = &sheet.name;
                let whole = whole(sheet);
                if !whole.is_empty() {
                    lines.push(Property::text("FN", &whole));
                }
                let parts = [&name.family, &name.given, &name.middle, &name.prefix, &name.suffix];
                if parts.iter().any(|part| part.as_ref().is_some_and(|part| !part.is_empty())) {
                    lines.push(Property::structured("N", parts.map(|part| part.as_deref().unwrap_or_default())));
                }
                lines
            }
            Self::Department => {
                sheet.single(self).map(|department| Property::structured("ORG", ["", department])).into_iter().collect()
            }
            Self::Language => {
                let several = sheet.languages.len() > 1;
                let line = |(at, language): (usize, &String)| {
                    let line = Property::text("LANG", language);
                    if several { line.with("PREF", (at + 1).min(100).to_string()) } else { line }
                };
                sheet.languages.iter().enumerate().map(line).collect()
            }
            Self::Birthday => sheet.birthday.iter().map(|date| Property::text("BDAY", &compact(*date))).collect(),
            Self::Tags if sheet.tags.is_empty() => Vec::new(),
            Self::Tags => vec![Property::list("CATEGORIES", sheet.tags.iter().map(Tag::as_str))],
            _ => sheet.single(self).map(|text| self.of_text(text)).into_iter().collect(),
        }
    }
}

/// The name of a person as a whole.
fn whole(sheet: &Sheet) -> String {
    let whole = sheet.name.display();
    // A nickname stands for a name that has no parts.
    if whole.is_empty() { sheet.single(Class::Nickname).cloned().unwrap_or_default() } else { whole }
}

/// The parts alone, an empty one being none.
fn bare(name: &PersonName) -> [Option<&str>; 5] {
    [&name.family, &name.given, &name.middle, &name.prefix, &name.suffix]
        .map(|part| part.as_deref().filter(|part| !part.is_empty()))
}

fn name(lines: &[&Property], sheet: &Sheet) -> PersonName {
    let Some(line) = lines.iter().find(|line| line.name == "N") else {
        let whole = lines.iter().find(|line| line.name == "FN").map(|line| line.to_text());
        return whole.map(|whole| guessed(&whole, sheet)).unwrap_or_default();
    };
    let mut parts = line.parts();
    let mut part = |joint| short(joined(parts.next()?, joint));
    let mut name = PersonName::default();
    (name.family, name.given, name.middle, name.prefix) = (part(" "), part(" "), part(" "), part(" "));
    name.suffix = part(", ");
    name
}

/// The parts of a name that is given as a whole alone: the last word is the family name. Nothing of what is the name of a company, a
/// nickname or an address.
fn guessed(whole: &str, sheet: &Sheet) -> PersonName {
    let is = |other: Option<&String>| other.is_some_and(|other| other == whole);
    if is(sheet.company.as_ref())
        || is(sheet.single(Class::Nickname))
        || whole.contains('@')
        || short(whole.to_owned()).is_none()
    {
        return PersonName::default();
    }
    let (name, suffix) = match whole.trim().split_once(", ") {
        Some((name, suffix)) if name.contains(' ') => (name, suffix),
        // "Lovelace, Ada"
        Some((family, given)) => return PersonName::new(given, family),
        None => (whole.trim(), ""),
    };
    let name = match name.rsplit_once(' ') {
        Some((given, family)) => PersonName::new(given, family),
        None => PersonName::new(name, ""),
    };
    if suffix.is_empty() { name } else { name.suffix(suffix) }
}

fn whole_name(lines: &[&Property]) -> Option<String> {
    let whole = lines.iter().find(|line| line.name == "FN").map(|line| line.to_text()).and_then(short);
    whole.or_else(|| organization_of(lines.iter().find(|line| line.name == "ORG")?).0)
}

/// The company and the department of the first of the lines.
fn organization(lines: &[&Property]) -> (Option<String>, Option<String>) {
    lines.first().map(|line| organization_of(line)).unwrap_or_default()
}

pub(super) fn organization_of(line: &Property) -> (Option<String>, Option<String>) {
    let mut parts = line.parts().map(|part| joined(part, ", "));
    let company = parts.next().and_then(short);
    let mut parts = parts.filter(|text| !text.is_empty());
    let mut department = parts.next().unwrap_or_default();
    for part in parts {
        department.push_str(", ");
        department.push_str(&part);
    }
    (company, short(department))
}

/// The line of the company with another department.
fn moved(line: &Property, sheet: &Sheet) -> Property {
    let company = organization_of(line).0.unwrap_or_default();
    let department = sheet.single(Class::Department).map(String::as_str);
    let value = Property::structured("ORG", std::iter::once(&*company).chain(department)).value;
    Property { value, ..line.clone() }
}

/// The line of the company with another name.
pub(super) fn renamed(line: &Property, name: &str) -> Property {
    let mut parts: Vec<String> = line.to_components().iter().map(|part| part.join(", ")).collect();
    if let Some(first) = parts.first_mut() {
        name.clone_into(first);
    }
    let value = Property::structured("ORG", parts.iter().map(String::as_str)).value;
    Property { value, ..line.clone() }
}

fn preference(line: &Property) -> u8 {
    line.parameter("PREF").and_then(|text| text.parse().ok()).unwrap_or(101)
}

fn languages(lines: &[&Property]) -> Vec<String> {
    let mut lines: Vec<&&Property> = lines.iter().collect();
    lines.sort_by_key(|line| preference(line));
    lines.into_iter().map(|line| line.to_text()).collect()
}

fn notes(lines: &[&Property]) -> String {
    match lines {
        [line] => line.to_text(),
        lines => lines.iter().map(|line| line.to_text()).collect::<Vec<_>>().join("\n\n"),
    }
}

fn tags(lines: &[&Property]) -> Vec<Tag> {
    let mut tags = Vec::new();
    for line in lines {
        tags.extend(line.texts().filter_map(|text| Tag::new(&text).ok()));
    }
    tags.sort();
    tags.dedup();
    tags.truncate(MAX_TAGS);
    tags
}
