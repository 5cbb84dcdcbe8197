//! The short form in which a profile says what a column is.
//!
//! `attribute#item|with part=value|split=;|strip=* |name+|id=system|means A=b|over`, or `tags|split=;|without X`, `currency=amount`, `year=birthday` and
//! so on, `note=Label|without X`, `note in=Heading`, `field=key,Label,type` for a custom field, `-` for a column that means nothing.

use crate::exchange::import::mapping::{DatePart, FieldShape, Find, NoteTarget, TagTarget, Target, ValueTarget};

/// Reads a line; `None` for a column that means nothing.
pub(super) fn read(text: &str) -> Option<Target> {
    let mut parts = text.split('|');
    let what = parts.next().filter(|what| *what != "-")?;
    if what == "tags" {
        let mut tags = TagTarget::default();
        for part in parts {
            match part.split_once(['=', ' ']) {
                Some(("split", split)) => tags.split = Some(split.to_owned()),
                Some(("without", name)) => tags.without.push(name.to_owned()),
                _ => return None,
            }
        }
        return Some(Target::Tags(tags));
    }
    match what.split_once('=') {
        Some(("year", of)) => return Some(Target::date_part(of, DatePart::Year)),
        Some(("month", of)) => return Some(Target::date_part(of, DatePart::Month)),
        Some(("day", of)) => return Some(Target::date_part(of, DatePart::Day)),
        Some(("field", spec)) => return field(spec),
        Some(("currency", of)) => return Some(Target::CurrencyOf(of.to_owned())),
        Some((note @ ("note" | "note in"), label)) => {
            let mut target = match note {
                "note" => NoteTarget { label: label.to_owned(), ..NoteTarget::default() },
                _ => NoteTarget { label_in: Some(label.to_owned()), ..NoteTarget::default() },
            };
            for part in parts {
                target.without.push(part.strip_prefix("without ")?.to_owned());
            }
            return Some(Target::Notes(target));
        }
        _ => {}
    }
    let (attribute, item) = what.split_once('#').unwrap_or((what, ""));
    let mut target: ValueTarget = Target::value(attribute).item(item);
    for part in parts {
        target = match (part, part.split_once('=')) {
            ("name+", _) => target.find(Find::Name { create: true }),
            ("over", _) => target.over(),
            ("name", _) => target.find(Find::Name { create: false }),
            (_, Some(("id", system))) => target.find(Find::ExternalId { system: system.to_owned(), create: false }),
            (_, Some(("id+", system))) => target.find(Find::ExternalId { system: system.to_owned(), create: true }),
            (_, Some(("split", split))) => target.split(split),
            (_, Some(("strip", strip))) => target.strip(strip),
            (_, Some((key, value))) => match key.split_once(' ') {
                Some(("with", part)) => target.with(part, value),
                Some(("means", cell)) => target.means(cell, value),
                _ => return None,
            },
            _ => return None,
        };
    }
    Some(target.into())
}

/// A custom field: its key, its label, its type.
fn field(spec: &str) -> Option<Target> {
    let mut parts = spec.split(',');
    let (key, label, shape) = (parts.next()?, parts.next()?, parts.next()?);
    let shape = match shape {
        "choice" => FieldShape::Choice,
        "date" => FieldShape::Date,
        "integer" => FieldShape::Integer,
        _ => return None,
    };
    Some(Target::field(key, label, shape))
}
