//! The mapping by which a table that was written comes in again.

use std::collections::HashMap;

use super::compiled::is_name;
use super::mapping::{Column, FieldShape, FieldTarget, Find, Mapping, TagTarget, Target, ValueTarget};
use crate::error::Result;
use crate::exchange::csv::{BETWEEN, CsvExport, Described, ManyValues};
use crate::model::{AttributeId, Storable, ValueType};
use crate::schema::{Attribute, Catalogue, Origin, own_type, system};

impl Mapping {
    /// The mapping by which the table that an export writes comes in again, here or in another database, which gets the fields that a business
    /// defined as far as an import can define them.
    ///
    /// What is worked out (`age`, `count(email)`) and ids of records are left out. Paths find the record by what they show of it: a company and the like by
    /// its name, made if there is none, a person by an e-mail address; other paths are left out, so a path to a number (`company.external_id`) is
    /// to be mapped by who knows of what system it is. Structured values of which there can be several are read back
    /// in columns of their own ([`ManyValues::Numbered`](crate::ManyValues)); joined in one field nobody could tell which parts belong together, so that only the value itself (`email`,
    /// `phone`) is read. A table without headings has none to map.
    ///
    /// Records are found by external id and e-mail address, as far as the table has them.
    ///
    /// # Errors
    /// [`Csv`](crate::ErrorKind::Csv) for a delimiter that can't be.
    ///
    /// ```
    /// use contactdb::{Contact, CsvExport, CsvOptions, CsvReader, Database, ManyValues, Mapping, Read};
    /// use std::ops::ControlFlow;
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert(&Contact::named("Ada", "Lovelace").email("ada@acme.example").email("ada@home.example").tag("vip"))?;
    /// let everybody = tx.segment("all")?;
    /// let everybody = tx.select(&everybody);
    /// let export = CsvExport::new(&everybody, "given_name, family_name, email, email_label, tags")?
    ///     .many_of("email", ManyValues::Numbered(2))
    ///     .many_of("email_label", ManyValues::Numbered(2));
    /// let mut table = Vec::new();
    /// export.write(&mut table)?;
    ///
    /// let other = Database::in_memory()?;
    /// let mut rows = CsvReader::new(&table[..], CsvOptions::new())?;
    /// other.import("people", &Mapping::of_export(&export)?, &mut rows, |_| ControlFlow::Continue(()))?;
    /// let snapshot = other.read()?;
    /// assert_eq!(snapshot.count(snapshot.segment("tag vip and count(email) = 2 and name = \"Ada Lovelace\"")?)?, 1);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn of_export<T: Storable>(export: &CsvExport<'_, T>) -> Result<Self> {
        let (catalogue, columns) = export.described()?;
        let kind = export.kind();
        let singular = catalogue.kind(kind).map_or_else(String::new, |entry| entry.singular.to_string());
        let mut mapping = Self::new(singular);
        // How many parts of a structured value stand in fields of their own.
        let mut parts: HashMap<AttributeId, usize> = HashMap::new();
        for Described { expression, .. } in &columns {
            let path = &expression.path;
            let attribute = catalogue.attribute_by_id(path.kind, path.attribute).filter(|_| path.relations.is_empty());
            if let Some(whole) = attribute.and_then(|attribute| attribute.part_of) {
                *parts.entry(whole).or_default() += 1;
            }
        }
        for Described { expression, many, headings } in columns {
            for (at, header) in (1..).zip(headings) {
                let place = match many {
                    ManyValues::Joined(between) => Place::Joined(between),
                    ManyValues::Numbered(0) => Place::Alone,
                    ManyValues::Numbered(_) => Place::Numbered(at),
                };
                let path = &expression.path;
                let attribute = catalogue.attribute_by_id(path.kind, path.attribute);
                let to = match (expression.function, attribute, path.relations.as_slice()) {
                    (None, Some(attribute), []) => {
                        let beside =
                            attribute.part_of.and_then(|whole| parts.get(&whole)).is_some_and(|parts| *parts > 1);
                        own(catalogue, attribute, if beside { place.unsplit() } else { place })
                    }
                    (None, Some(attribute), [step]) => {
                        let reference = catalogue.attribute_by_id(step.kind, step.attribute);
                        reference.and_then(|reference| led_to(reference, attribute, place))
                    }
                    _ => None,
                };
                // Left out, it keeps its place among columns of the same heading.
                mapping.columns.push(Column { header, to: to.into_iter().collect() });
            }
        }
        mapping.match_by_what_it_has();
        Ok(mapping)
    }
}

/// Where values stand.
#[derive(Clone, Copy)]
enum Place<'e> {
    Alone,
    Joined(&'e str),
    Numbered(usize),
}

impl Place<'_> {
    /// One value, where a part of it stands beside others.
    fn unsplit(self) -> Self {
        if matches!(self, Self::Joined(_)) { Self::Alone } else { self }
    }

    fn split(self) -> Option<String> {
        match self {
            Self::Joined(between) => Some((*between).to_owned()),
            Self::Alone | Self::Numbered(_) => None,
        }
    }

    fn item(self) -> String {
        match self {
            Self::Numbered(at) => at.to_string(),
            Self::Alone | Self::Joined(_) => String::new(),
        }
    }
}

/// An attribute of the record itself.
fn own(catalogue: &Catalogue, attribute: &Attribute, place: Place<'_>) -> Option<Target> {
    if attribute.id == system::TAGS {
        return Some(Target::Tags(TagTarget { split: place.split(), ..TagTarget::default() }));
    }
    // A person's name as a whole is worked out of its parts, and is taken apart again.
    if *attribute.key == *"name" && catalogue.structured(attribute.kind, "name").is_some() {
        return Some(Target::value("name").into());
    }
    let whole = attribute.part_of.and_then(|id| catalogue.attribute_by_id(attribute.kind, id));
    let value_type = own_type(attribute);
    let is_set = attribute.is_settable() || whole.is_some_and(Attribute::is_settable);
    if !is_set || matches!(value_type, ValueType::Group | ValueType::Reference) {
        return None;
    }
    let key = attribute.key.to_string();
    if let (Origin::Custom, None, Some(shape)) = (attribute.origin, whole, FieldShape::of(value_type)) {
        let split = place.split().or_else(|| attribute.many.then(|| BETWEEN.to_owned()));
        let label = attribute.label.to_string();
        return Some(Target::Field(FieldTarget { key, label, value_type: shape, split }));
    }
    Some(Target::Value(ValueTarget {
        attribute: key,
        item: place.item(),
        split: place.split(),
        ..ValueTarget::default()
    }))
}

/// A record that is found by what a column shows of it.
fn led_to(reference: &Attribute, shown: &Attribute, place: Place<'_>) -> Option<Target> {
    let attribute = match &*reference.key {
        // The one of the primary affiliation, which is worked out.
        "company" if !reference.is_settable() => "affiliation_company",
        key => key,
    };
    let find = match &*shown.key {
        "email" => Find::Email,
        _ if is_name(shown) => Find::Name { create: true },
        _ => return None,
    };
    let target = ValueTarget {
        attribute: attribute.to_owned(),
        split: place.split(),
        find: Some(find),
        ..ValueTarget::default()
    };
    Some(Target::Value(target))
}
