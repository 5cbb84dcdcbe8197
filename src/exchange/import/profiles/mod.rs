//! What the columns of the exports of known programs are.
//!
//! Formats drift: each profile says of when the form is that it knows. Columns that a profile does not know are looked at as in any
//! other table.

mod address_books;
mod crm;
mod line;

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

/// All profiles; of several that fit, the one with the most marks is meant.
pub(super) const PROFILES: &[&Profile] = &[
    &address_books::GOOGLE,
    &address_books::GOOGLE_OLD,
    &address_books::OUTLOOK,
    &address_books::THUNDERBIRD,
    &address_books::LINKEDIN,
    &address_books::MAILCHIMP,
    &crm::HUBSPOT_CONTACTS,
    &crm::HUBSPOT_COMPANIES,
    &crm::HUBSPOT_DEALS,
    &crm::SALESFORCE_CONTACTS,
    &crm::SALESFORCE_LEADS,
    &crm::SALESFORCE_ACCOUNTS,
    &crm::ZOHO_CONTACTS,
    &crm::PIPEDRIVE_PEOPLE,
    &crm::FRESHSALES_CONTACTS,
    &crm::INSIGHTLY_CONTACTS,
];

/// The most numbers that a heading is looked for with.
const MOST: usize = 20;

impl Profile {
    /// The profile of a table with these headings.
    pub(super) fn of(headers: &[String]) -> Option<&'static Self> {
        let has = |mark: &&str| headers.iter().any(|header| same_heading(header, mark));
        let fitting = PROFILES.iter().copied().filter(|profile| profile.marks.iter().all(has));
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
                let Some(header) = headers.iter().find(|own| same_heading(own, &header)) else { continue };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::import::compiled::Compiled;
    use crate::{Database, Read};

    #[test]
    fn every_profile_goes_with_the_catalogue_and_is_known_by_its_headings() {
        let db = Database::in_memory().unwrap();
        let tx = db.write().unwrap();
        for profile in PROFILES {
            let headers: Vec<String> = profile.lines.iter().map(|(header, _)| header.replace("{n}", "1")).collect();
            let known = Profile::of(&headers).map(|known| known.name);
            assert_eq!(known, Some(profile.name));
            let mapping = profile.mapping(&headers);
            for (header, text) in profile.lines {
                assert!(*text == "-" || line::read(text).is_some(), "{}: {header}: {text}", profile.name);
            }
            let compiled = Compiled::of(tx.catalogue(), &mapping, &headers).unwrap();
            assert!(compiled.columns.iter().any(|(_, slots)| !slots.is_empty()), "{}", profile.name);
        }
    }
}
