//! What the columns of a table are, guessed from the headings and the first rows.

use std::collections::{HashMap, HashSet};

use super::cell::{Forms, Unread, bare};
use super::headings::{COMPANY, CONTACT};
use super::mapping::{Column, DateOrder, DatePart, FieldShape, FieldTarget, Mapping, Target, heading};
use super::profiles::Profile;
use crate::model::{Kind, ValueType, search_fold};
use crate::schema::{Attribute, Catalogue, KindEntry};

/// So many rows are looked at.
const SAMPLE: usize = 1_000;

impl Mapping {
    /// The mapping of the export of a known program, by the headings: Google Contacts (both forms), Outlook, Thunderbird, LinkedIn
    /// connections, Mailchimp, HubSpot (contacts, companies, deals), Salesforce (contacts, leads, accounts, opportunities), Zoho CRM (contacts,
    /// leads, accounts, deals), Pipedrive (people, organizations, deals), Freshsales (contacts), Insightly (contacts, organizations, opportunities).
    /// `None` if it is none of them.
    ///
    /// Columns that the profile does not know are left out; [`guess`](Self::guess) looks at them too.
    ///
    /// ```
    /// use contactdb::Mapping;
    /// let headers = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"];
    /// let mapping = Mapping::profile(&headers.map(String::from)).expect("connections of LinkedIn");
    /// assert_eq!(mapping.profile.as_deref(), Some("LinkedIn connections, 2026-09"));
    /// ```
    #[must_use]
    pub fn profile(headers: &[String]) -> Option<Self> {
        Profile::of(headers, None).map(|profile| profile.mapping(headers))
    }

    /// A mapping for a table: by the profile of the program that wrote it if it is a known one, else by the headings, by the labels and keys of the catalogue
    /// and by what stands in the first rows (the first thousand are looked at). A column of which nothing is known becomes a custom field whose type is
    /// guessed from its cells; one whose first cells are all blank becomes lines of the notes, so that nothing is lost.
    ///
    /// Records are found by external id and e-mail address, as far as the table has them. Look at it before it is used: dates such as `3/4/2026` can be read in two ways.
    ///
    /// ```
    /// use contactdb::{Database, FieldShape, Kind, Mapping, Read, Target};
    /// let db = Database::in_memory()?;
    /// let headers = ["Vorname", "E-Mail", "Shoe size"].map(String::from);
    /// let rows = [["Ada", "ada@acme.example", "37"].map(String::from).to_vec()];
    /// let mapping = Mapping::guess(db.read()?.catalogue(), Kind::CONTACT, &headers, &rows);
    /// let to: Vec<_> = mapping.columns.into_iter().flat_map(|column| column.to).collect();
    /// assert_eq!(to[0], Target::value("given_name").into());
    /// assert_eq!(to[1], Target::value("email").item("1").into());
    /// assert_eq!(to[2], Target::field("shoe_size", "Shoe size", FieldShape::Integer));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    #[must_use]
    pub fn guess(catalogue: &Catalogue, kind: Kind, headers: &[String], rows: &[Vec<String>]) -> Self {
        let rows = rows.get(..rows.len().min(SAMPLE)).unwrap_or_default();
        let singular = catalogue.kind(kind).map_or("contact", |entry| &*entry.singular);
        let known = Profile::of(headers, Some(singular)).map(|profile| profile.mapping(headers));
        let is_profile = known.is_some();
        let mut mapping = known.unwrap_or_else(|| Self::new(singular));
        // Some programs write dates as the settings of whoever exports say.
        if mapping.dates == DateOrder::YearFirst {
            mapping.dates = date_order(rows);
        }
        if !is_profile {
            mapping.decimal_comma = has_decimal_comma(rows);
        }
        let forms = Forms::of(&mapping);
        let mut keys = Keys::of(catalogue, kind);
        let meant = Meant::of(catalogue, kind, headers);
        // Several columns of a table can have one heading; the first of them are those of the profile.
        let mut known: HashMap<String, usize> = HashMap::new();
        for column in &mapping.columns {
            *known.entry(heading(&column.header)).or_default() += 1;
        }
        let mut taken: HashSet<String> =
            mapping.columns.iter().flat_map(|column| &column.to).filter_map(named).map(str::to_owned).collect();
        let mut numbers = 0;
        for (at, header) in headers.iter().enumerate() {
            if let Some(left) = known.get_mut(&heading(header)).filter(|left| **left > 0) {
                *left -= 1;
                continue;
            }
            let cells: Vec<&str> = rows
                .iter()
                .filter_map(|row| row.get(at))
                .map(|cell| cell.trim())
                .filter(|cell| !cell.is_empty())
                .collect();
            // A heading of blanks or control characters alone names nothing, and no field could be called so.
            if label_of(header).is_empty() {
                let to = if cells.is_empty() { vec![] } else { vec![Target::note(format!("Column {}", at + 1))] };
                mapping.columns.push(Column { header: header.clone(), to });
                continue;
            }
            let fits = |target: &Target| {
                let free = named(target).is_none_or(|key| meant.is_free(key, header, &taken));
                free && suits(catalogue, kind, target, &cells, forms)
            };
            let target = birthday_part(kind, header, meant.in_parts, &cells)
                .or_else(|| by_words(kind, header, &mut numbers, &cells))
                .filter(fits)
                // Where a word does not fit, a field can have that label: the one that an earlier import defined.
                .or_else(|| meant.by_label(header).filter(fits))
                .unwrap_or_else(|| by_cells(header, &cells, forms, &mut keys));
            taken.extend(named(&target).map(str::to_owned));
            mapping.columns.push(Column { header: header.clone(), to: vec![target] });
        }
        if mapping.columns.iter().all(|column| column.to.is_empty()) {
            mapping.columns.clear();
        }
        if !is_profile {
            mapping.match_by_what_it_has();
            parts_of_names(&mut mapping);
        }
        mapping
    }
}

/// A name beside one part of it alone is the other part: `Name` and `Vorname`, `Name` and `Surname`.
fn parts_of_names(mapping: &mut Mapping) {
    let part = match (mapping.has("given_name"), mapping.has("family_name")) {
        (true, false) => "family_name",
        (false, true) => "given_name",
        _ => return,
    };
    let whole = mapping.columns.iter_mut().flat_map(|column| &mut column.to).find(|target| target.is_value("name"));
    if let Some(whole) = whole {
        *whole = Target::value(part).into();
    }
}

/// The attribute that a target sets as a whole.
fn named(target: &Target) -> Option<&str> {
    match target {
        Target::Value(target) => Some(&target.attribute),
        _ => None,
    }
}

/// What the headings of a table say together.
struct Meant<'c> {
    /// The keys of attributes by their keys and labels, bare of signs.
    labels: HashMap<String, &'c str>,
    /// The attributes of which a record has one value.
    single: HashSet<&'c str>,
    /// The single ones that a heading of the table names by its label or key.
    exact: HashSet<&'c str>,
    /// Whether there are columns with the month or the year of birth.
    in_parts: bool,
}

impl<'c> Meant<'c> {
    fn of(catalogue: &'c Catalogue, kind: Kind, headers: &[String]) -> Self {
        let labels = labels(catalogue, kind);
        let entry = || catalogue.kind(kind).into_iter();
        let is_single = |attribute: &&Attribute| {
            let whole = attribute.part_of.and_then(|id| catalogue.attribute_by_id(kind, id));
            !attribute.many && whole.is_none_or(|whole| !whole.many)
        };
        let single: HashSet<&str> =
            entry().flat_map(KindEntry::attributes).filter(is_single).map(|attribute| &*attribute.key).collect();
        let exact = headers.iter().filter_map(|header| labels.get(&bare(header)).copied());
        let exact = exact.filter(|key| single.contains(key)).collect();
        let is_part = |header: &String| part_of_birthday(header).is_some_and(|part| part != DatePart::Day);
        Self { labels, single, exact, in_parts: headers.iter().any(is_part) }
    }

    fn by_label(&self, header: &str) -> Option<Target> {
        self.labels.get(&bare(header)).map(|key| Target::value(*key).into())
    }

    /// Whether a column may set an attribute: one of which there is one value is set by one column, and by the one that
    /// is called so rather than by one that means it in other words.
    fn is_free(&self, key: &str, header: &str, taken: &HashSet<String>) -> bool {
        let own = || self.labels.get(&bare(header)) == Some(&key);
        !self.single.contains(key) || !taken.contains(key) && (own() || !self.exact.contains(key))
    }
}

/// Whether the kind has what a target names, and most cells can be read as that.
fn suits(catalogue: &Catalogue, kind: Kind, target: &Target, cells: &[&str], forms: Forms) -> bool {
    let Target::Value(target) = target else { return true };
    let attributes = catalogue.kind(kind).into_iter().flat_map(KindEntry::attributes);
    // Where a part has the key of its whole, a cell is the part.
    let named = attributes.filter(|attribute| *attribute.key == *target.attribute);
    let Some(attribute) = named.max_by_key(|attribute| attribute.part_of.is_some()) else { return false };
    let is_plain = !matches!(crate::schema::own_type(attribute), ValueType::Group | ValueType::Reference);
    let is_unread = |text: &str| matches!(forms.read(attribute, text, None), Err(Unread::Mistake(_)));
    let unread = cells.iter().filter(|cell| match &target.split {
        Some(sign) => cell.split(&**sign).any(|part| !part.trim().is_empty() && is_unread(part)),
        None => is_unread(cell),
    });
    !is_plain || unread.count() * 2 <= cells.len()
}

/// Which part of a birthday a heading names. The day of one can be called as the whole is.
fn part_of_birthday(header: &str) -> Option<DatePart> {
    Some(match &*bare(header) {
        "birthyear" | "yearofbirth" | "geburtsjahr" => DatePart::Year,
        "birthmonth" | "monthofbirth" | "geburtsmonat" => DatePart::Month,
        "birthday" | "dayofbirth" | "geburtstag" => DatePart::Day,
        _ => return None,
    })
}

/// A column with the year, the month or the day of birth, where a table has those in columns of their own.
fn birthday_part(kind: Kind, header: &str, in_parts: bool, cells: &[&str]) -> Option<Target> {
    let part = part_of_birthday(header).filter(|_| kind == Kind::CONTACT && in_parts)?;
    let is_number = |cell: &&str| cell.len() <= 4 && cell.bytes().all(|byte| byte.is_ascii_digit());
    cells.iter().all(is_number).then(|| Target::date_part("birthday", part))
}

/// By the words of the heading; a number behind them tells one of several.
fn by_words(kind: Kind, header: &str, numbers: &mut usize, cells: &[&str]) -> Option<Target> {
    let word = bare(header);
    let plain = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let find = |word: &str| {
        let own: &[(&str, &str)] = if kind == Kind::COMPANY { COMPANY } else { &[] };
        own.iter().chain(CONTACT).find(|(known, _)| *known == word).map(|(_, key)| *key)
    };
    let key = find(&word).or_else(|| find(plain))?;
    *numbers += 1;
    let item = numbers.to_string();
    Some(match key {
        "tags" => Target::tags(separator(cells)),
        "email" => {
            let target = Target::value("email").item("1");
            let several = cells.iter().any(|cell| cell.matches('@').count() > 1);
            if several { target.split(separator(cells)).into() } else { target.into() }
        }
        "phone" => {
            let target = Target::value("phone").item(item);
            // A comma may stand within one.
            match separator(cells) {
                sign if sign != "," && cells.iter().any(|cell| cell.contains(sign)) => target.split(sign).into(),
                _ => target.into(),
            }
        }
        "affiliation_company" => Target::value(key).find(super::mapping::Find::Name { create: true }).into(),
        _ => match key.strip_prefix("phone ") {
            Some(label) => Target::value("phone").item(item).with("phone_label", label).into(),
            None => Target::value(key).into(),
        },
    })
}

/// What parts tags: the first of some signs that any cell has.
fn separator(cells: &[&str]) -> &'static str {
    [" ::: ", ";", "|", ","].into_iter().find(|sign| cells.iter().any(|cell| cell.contains(sign))).unwrap_or(";")
}

/// The keys of attributes by their keys and labels, bare of signs.
fn labels(catalogue: &Catalogue, kind: Kind) -> HashMap<String, &str> {
    let settable = |attribute: &&Attribute| {
        let own = crate::schema::own_type(attribute);
        attribute.is_settable() && !attribute.archived && !matches!(own, ValueType::Group | ValueType::Reference)
    };
    let mut labels = HashMap::new();
    for attribute in catalogue.kind(kind).into_iter().flat_map(KindEntry::attributes).filter(settable) {
        for name in [&attribute.key, &attribute.label] {
            labels.entry(bare(name)).or_insert(&*attribute.key);
        }
    }
    labels
}

/// By what stands in the cells.
fn by_cells(header: &str, cells: &[&str], forms: Forms, keys: &mut Keys) -> Target {
    if cells.is_empty() {
        return Target::note(header.trim());
    }
    let value_type = shape(cells, forms);
    Target::Field(FieldTarget { key: keys.free(header), label: label_of(header), value_type, split: None })
}

/// A label of at most 200 bytes, without control characters.
fn label_of(header: &str) -> String {
    let plain: String = header.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.get(..plain.floor_char_boundary(200)).unwrap_or_default().trim().to_owned()
}

/// Keys that are taken.
struct Keys {
    taken: HashSet<String>,
    /// The number with which to go on, of keys that several headings would have.
    next: HashMap<String, u32>,
}

impl Keys {
    fn of(catalogue: &Catalogue, kind: Kind) -> Self {
        let attributes = catalogue.kind(kind).into_iter().flat_map(KindEntry::attributes);
        Self { taken: attributes.map(|attribute| attribute.key.to_string()).collect(), next: HashMap::new() }
    }

    /// A key that is an identifier and that no attribute has.
    fn free(&mut self, header: &str) -> String {
        let folded = search_fold(header.trim());
        let mut base: String = String::new();
        for c in folded.chars() {
            match c {
                c if c.is_alphanumeric() && base.len() < 48 => base.push(c),
                _ if !base.is_empty() && !base.ends_with('_') => base.push('_'),
                _ => {}
            }
        }
        let mut base = base.trim_end_matches('_').to_owned();
        if !base.starts_with(|c: char| c.is_alphabetic()) {
            base.insert_str(0, "column_");
        }
        let mut key = base.clone();
        let base = base.trim_end_matches('_').to_owned();
        let next = self.next.entry(base.clone()).or_insert(2);
        while !self.taken.insert(key.clone()) {
            key = format!("{base}_{next}");
            *next += 1;
        }
        key
    }
}

/// The narrowest type that all cells have.
fn shape(cells: &[&str], forms: Forms) -> FieldShape {
    let all = |test: &dyn Fn(&str) -> bool| cells.iter().all(|cell| test(cell));
    // What begins with 0 is no number to count with: a postcode, the number of a customer.
    let plain = |cell: &str| !cell.starts_with('0') || cell == "0" || cell.starts_with("0.") || cell.starts_with("0,");
    if all(&|cell| matches!(cell.to_lowercase().as_str(), "true" | "false" | "yes" | "no")) {
        FieldShape::Boolean
    } else if all(&|cell| plain(cell) && !cell.ends_with('%') && cell.len() < 16 && forms.is(ValueType::Integer, cell))
    {
        FieldShape::Integer
    } else if all(&|cell| plain(cell) && !cell.ends_with('%') && forms.is(ValueType::Decimal, cell)) {
        FieldShape::Decimal
    } else if all(&|cell| !cell.contains(':') && forms.is(ValueType::Date, cell)) {
        FieldShape::Date
    } else if all(&|cell| forms.is(ValueType::DateTime, cell)) {
        FieldShape::DateTime
    } else if all(&|cell| crate::EmailAddress::new(cell).is_ok()) {
        FieldShape::Email
    } else if all(&|cell| cell.starts_with("http://") || cell.starts_with("https://")) {
        FieldShape::Url
    } else if cells.iter().any(|cell| cell.len() > 200 || cell.contains('\n')) {
        FieldShape::LongText
    } else {
        FieldShape::Text
    }
}

/// The order of dates of digits, if the cells say it; month first if slashes part them, day first if points do.
fn date_order(rows: &[Vec<String>]) -> DateOrder {
    let mut found = DateOrder::YearFirst;
    for cell in rows.iter().flatten() {
        let day = cell.trim().split(' ').next().unwrap_or_default();
        let parts: Vec<u16> = day.split(['/', '.', '-']).map_while(|part| part.parse().ok()).collect();
        let [first, second, year] = parts.as_slice() else { continue };
        if *year < 100 && day.len() < 8 || *first > 31 {
            continue;
        }
        match (*first > 12, *second > 12) {
            (true, false) => return DateOrder::DayFirst,
            (false, true) => return DateOrder::MonthFirst,
            _ if day.contains('.') => found = DateOrder::DayFirst,
            _ if found == DateOrder::YearFirst && day.contains('/') => found = DateOrder::MonthFirst,
            _ => {}
        }
    }
    found
}

/// Whether any cell is a number with a comma before one or two decimals, and none with a point.
fn has_decimal_comma(rows: &[Vec<String>]) -> bool {
    let decimals = |cell: &str, sign: char| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        cell.rsplit_once(sign).is_some_and(|(whole, part)| {
            let is_of_number = |c: char| c.is_ascii_digit() || c != sign && matches!(c, '.' | ',' | '-');
            part.len() <= 2 && digits(part) && whole.chars().all(is_of_number)
        })
    };
    let any = |sign| rows.iter().flatten().any(|cell| decimals(cell.trim(), sign));
    any(',') && !any('.')
}
