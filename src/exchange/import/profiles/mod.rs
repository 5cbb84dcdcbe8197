//! What the columns of the exports of known programs are.
//!
//! Formats drift: each profile says of when the form is that it knows. Columns that a profile does not know are looked at as in any
//! other table.

mod address_books;
mod freshsales;
mod hubspot;
mod insightly;
mod line;
mod pipedrive;
mod salesforce;
mod zoho;

use super::mapping::{Column, DateOrder, Mapping, Target, same_heading};

/// What is known of the export of a program.
#[derive(Debug)]
pub(super) struct Profile {
    /// The program and what it exports.
    pub(super) name: &'static str,
    /// The month of the form that it knows.
    pub(super) of: &'static str,
    kind: &'static str,
    /// Headings by which it is known: all of them are there.
    marks: &'static [&'static str],
    match_by: &'static [&'static str],
    dates: DateOrder,
    /// A heading, and what its cells are; see [`line`].
    lines: &'static [(&'static str, &'static str)],
}

/// All profiles; of several that fit, the one with the most marks is meant, and of those the last: a sheet of deals has columns of people too.
pub(super) const PROFILES: &[&Profile] = &[
    &address_books::GOOGLE,
    &address_books::GOOGLE_OLD,
    &address_books::OUTLOOK,
    &address_books::THUNDERBIRD,
    &address_books::LINKEDIN,
    &address_books::MAILCHIMP,
    &hubspot::HUBSPOT_CONTACTS,
    &hubspot::HUBSPOT_COMPANIES,
    &hubspot::HUBSPOT_DEALS,
    &salesforce::CONTACTS,
    &salesforce::LEADS,
    &salesforce::ACCOUNTS,
    &salesforce::OPPORTUNITIES,
    &zoho::CONTACTS,
    &zoho::LEADS,
    &zoho::ACCOUNTS,
    &zoho::DEALS,
    &pipedrive::ORGANIZATIONS,
    &pipedrive::PEOPLE,
    &pipedrive::DEALS,
    &freshsales::CONTACTS,
    &insightly::CONTACTS,
    &insightly::ORGANIZATIONS,
    &insightly::OPPORTUNITIES,
];

/// The most numbers that a heading is looked for with.
const MOST: usize = 20;

impl Profile {
    /// The profile of a table with these headings; of records of one kind, by its name in the singular, or of any.
    pub(super) fn of(headers: &[String], kind: Option<&str>) -> Option<&'static Self> {
        let has = |mark: &&str| headers.iter().any(|header| is_called(header, mark));
        let fitting = PROFILES
            .iter()
            .copied()
            .filter(|profile| kind.is_none_or(|kind| profile.kind == kind) && profile.marks.iter().all(has));
        fitting.max_by_key(|profile| profile.marks.len())
    }

    /// The mapping of the columns of a table that the profile knows.
    pub(super) fn mapping(&self, headers: &[String]) -> Mapping {
        let mut mapping = Mapping::new(self.kind);
        mapping.profile = Some(format!("{}, {}", self.name, self.of));
        mapping.merging.match_by = self.match_by.iter().map(|key| (*key).to_owned()).collect();
        mapping.dates = self.dates;
        for (header, text) in self.lines {
            for number in 1..=if header.contains("{n}") { MOST } else { 1 } {
                let number = number.to_string();
                let header = header.replace("{n}", &number);
                let Some(header) = headers.iter().find(|own| is_called(own, &header)) else { continue };
                let target = line::read(&text.replace("{n}", &number));
                match mapping.columns.iter_mut().find(|column| column.header == *header) {
                    Some(column) => column.to.extend(target),
                    None => mapping
                        .columns
                        .push(Column { header: header.clone(), to: target.into_iter().collect::<Vec<Target>>() }),
                }
            }
        }
        mapping
    }
}

/// Whether a heading is the one that a profile knows. Freshsales can write the kind ahead: `Contact : First name`.
fn is_called(header: &str, known: &str) -> bool {
    let behind = header.split_once(" : ").map(|(_, behind)| behind);
    same_heading(header, known) || behind.is_some_and(|behind| same_heading(behind, known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::import::compiled::Compiled;
    use crate::exchange::import::table::define_fields;
    use crate::{Database, Read};

    #[test]
    fn every_profile_goes_with_the_catalogue_and_is_known_by_its_headings() {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        for profile in PROFILES {
            let lines = profile.lines.iter().map(|(header, _)| header.replace("{n}", "1"));
            let headers: Vec<String> = lines.chain(profile.marks.iter().map(|mark| (*mark).to_owned())).collect();
            let known = Profile::of(&headers, None).map(|known| known.name);
            assert_eq!(known, Some(profile.name));
            let mapping = profile.mapping(&headers);
            define_fields(&mut tx, &mapping).unwrap();
            for (header, text) in profile.lines {
                assert!(*text == "-" || line::read(text).is_some(), "{}: {header}: {text}", profile.name);
            }
            let compiled = Compiled::of(tx.catalogue(), &mapping, &headers).unwrap();
            assert!(compiled.columns.iter().any(|(_, slots)| !slots.is_empty()), "{}", profile.name);
        }
    }
}
