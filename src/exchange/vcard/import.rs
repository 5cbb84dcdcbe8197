//! Whole streams of cards into a database, and out of it.

use std::collections::HashMap;
use std::io::{BufRead, Write};

use super::card::SYSTEM;
use super::{Card, Version, read};
use crate::error::{Error, Result};
use crate::model::{Affiliation, Company, Contact, Id, Tag, Value};
use crate::read::{By, Read};
use crate::segment::Segment;
use crate::transaction::Transaction;

/// How many cards that went wrong are told one by one.
const MAX_SKIPPED: usize = 1_000;

/// What became of a stream of cards.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Imported {
    /// How many people were inserted.
    pub contacts: u64,
    /// How many companies were inserted, those that people's cards name included.
    pub companies: u64,
    /// How many cards of groups became tags.
    pub groups: u64,
    /// How many cards were there already: by their `UID`, companies by their name.
    pub known: u64,
    /// How many cards said nothing.
    pub blank: u64,
    /// How many cards went wrong.
    pub failed: u64,
    /// The first thousand of them.
    pub skipped: Vec<Skipped>,
}

/// A card that was not taken.
#[derive(Debug)]
#[non_exhaustive]
pub struct Skipped {
    /// The line of the stream at which it began; 0 if it came from none.
    pub line: u64,
    /// Why.
    pub error: Error,
}

/// Inserts all cards of a stream: people, organisations as companies, groups as tags of their members. The company that a person's
/// card names is found by its exact name, or made, and the person affiliated with it.
///
/// A card that can't be read, or whose record is refused, is told in the report, and the others go in. A person whose `UID` is in the database
/// already is left as it is, so the same file can be read twice. Nothing is committed.
///
/// # Errors
/// [`Source`](crate::ErrorKind::Source) when the reader fails, and what fails in the database itself (damage, no room on the disk);
/// drop the transaction then.
///
/// Holds the names of the companies and the members of groups in memory; one look-up for each person, one question for each company.
///
/// ```
/// use contactdb::{Database, Read, vcard};
/// let file = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Lovelace\nN:Lovelace;Ada;;;\nORG:Acme\nEND:VCARD\n";
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let report = vcard::import(&mut tx, file.as_bytes())?;
/// assert_eq!((report.contacts, report.companies, report.failed), (1, 1, 0));
/// assert_eq!(tx.count(&tx.segment("company.name = Acme")?)?, 1);
/// # Ok::<(), contactdb::Error>(())
/// ```
pub fn import(tx: &mut Transaction<'_>, reader: impl BufRead) -> Result<Imported> {
    import_cards(tx, read(reader))
}

/// As [`import`], of cards from wherever they come: a [`vcard::read`](read()) with other bounds, a
/// [`jscontact::read`](crate::jscontact::read()).
///
/// # Errors
/// As [`import`].
pub fn import_cards(tx: &mut Transaction<'_>, cards: impl IntoIterator<Item = Result<Card>>) -> Result<Imported> {
    let by_name = tx.segment_of::<Company>("name == $name")?;
    let mut import = Import { report: Imported::default(), companies: HashMap::new(), groups: Vec::new(), by_name };
    for card in cards {
        let line = card.as_ref().map_or(0, |card| card.line);
        let taken = card.and_then(|card| import.card(tx, card));
        import.settle(taken, line)?;
    }
    for (line, tag, members) in std::mem::take(&mut import.groups) {
        let taken = import.group(tx, &tag, &members);
        import.settle(taken, line)?;
    }
    Ok(import.report)
}

struct Import {
    report: Imported,
    /// The companies that came up, and whether all that is known of one is its name.
    companies: HashMap<String, (Id<Company>, bool)>,
    groups: Vec<(u64, Tag, Vec<String>)>,
    by_name: Segment<Company>,
}

impl Import {
    /// Notes what went wrong with one card; what is wrong with the database or the stream ends the import.
    fn settle(&mut self, taken: Result<()>, line: u64) -> Result<()> {
        use crate::error::ErrorKind::{Card, Full, Invalid};
        let Err(error) = taken else { return Ok(()) };
        let line = match error.kind() {
            Card { line, .. } => *line,
            Invalid { .. } | Full { .. } => line,
            _ => return Err(error),
        };
        self.report.failed += 1;
        if self.report.skipped.len() < MAX_SKIPPED {
            self.report.skipped.push(Skipped { line, error });
        }
        Ok(())
    }

    fn card(&mut self, tx: &mut Transaction<'_>, card: Card) -> Result<()> {
        if card.is_group() {
            return self.gather(tx, card);
        }
        if card.is_organization() {
            return self.company(tx, card);
        }
        if let Some(uid) = card.uid()
            && !tx.find::<Contact>(&By::external_id(SYSTEM, uid))?.is_empty()
        {
            self.report.known += 1;
            return Ok(());
        }
        let company = card.company_name();
        let mut contact = card.into_contact();
        if contact == Contact::new() {
            self.report.blank += 1;
            return Ok(());
        }
        if let Some(name) = company {
            let mut affiliation = Affiliation::with(self.named(tx, &name)?);
            affiliation.title.clone_from(&contact.job_title);
            contact.affiliations.push(affiliation);
        }
        tx.insert(&contact)?;
        self.report.contacts += 1;
        Ok(())
    }

    /// The company of a name.
    fn named(&mut self, tx: &mut Transaction<'_>, name: &str) -> Result<Id<Company>> {
        if let Some(id) = self.find(tx, name)? {
            return Ok(id);
        }
        let id = tx.insert(&Company::new(name))?;
        self.companies.insert(name.to_owned(), (id, true));
        self.report.companies += 1;
        Ok(id)
    }

    fn find(&mut self, tx: &Transaction<'_>, name: &str) -> Result<Option<Id<Company>>> {
        if let Some((id, _)) = self.companies.get(name) {
            return Ok(Some(*id));
        }
        let segment = tx.bind(&self.by_name, [("name", Value::from(name))])?;
        let found = tx.select(&segment).limit(1).ids()?.first().copied();
        if let Some(id) = found {
            self.companies.insert(name.to_owned(), (id, false));
        }
        Ok(found)
    }

    fn company(&mut self, tx: &mut Transaction<'_>, card: Card) -> Result<()> {
        let company = card.into_company();
        match self.find(tx, &company.name)? {
            None => {
                let name = company.name.clone();
                let id = tx.insert(&company)?;
                self.companies.insert(name, (id, false));
                self.report.companies += 1;
            }
            Some(id) if self.companies.get(&company.name).is_some_and(|(_, bare)| *bare) => {
                let name = company.name.clone();
                tx.update(id, |known| *known = company)?;
                self.companies.insert(name, (id, false));
            }
            Some(_) => self.report.known += 1,
        }
        Ok(())
    }

    /// The members of a group may come later: it is looked at in the end.
    fn gather(&mut self, tx: &mut Transaction<'_>, card: Card) -> Result<()> {
        let name = card.property("FN").map(super::Property::to_text).unwrap_or_default();
        if let Ok(tag) = Tag::new(&name) {
            self.groups.push((card.line, tag, card.members().collect()));
        } else {
            // Its name is no tag: the card is kept as a record.
            tx.insert(&card.into_contact())?;
            self.report.contacts += 1;
        }
        Ok(())
    }

    fn group(&mut self, tx: &mut Transaction<'_>, tag: &Tag, members: &[String]) -> Result<()> {
        for member in members {
            let bare = member.strip_prefix("urn:uuid:").unwrap_or(member);
            for uid in [member.clone(), bare.to_owned(), format!("urn:uuid:{bare}")] {
                if let Some(id) = tx.find::<Contact>(&By::external_id(SYSTEM, uid))?.first() {
                    tx.tag(*id, tag.clone())?;
                    break;
                }
            }
        }
        self.report.groups += 1;
        Ok(())
    }
}

/// Writes the cards of the people of a segment, with the company of each; gives how many.
///
/// # Errors
/// [`Target`](crate::ErrorKind::Target) when the writer fails, [`Corrupt`](crate::ErrorKind::Corrupt) and
/// [`Io`](crate::ErrorKind::Io) when reading does.
///
/// Reads each person and each person's company once; holds one card in memory.
///
/// ```
/// use contactdb::{Contact, Database, Read, vcard::{self, Version}};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// tx.insert(&Contact::named("Ada", "Lovelace").tag("vip"))?;
/// let mut out = Vec::new();
/// assert_eq!(vcard::export(&tx, &tx.segment("tag vip")?, &mut out, Version::V3)?, 1);
/// # Ok::<(), contactdb::Error>(())
/// ```
pub fn export(read: &impl Read, segment: &Segment<Contact>, out: &mut impl Write, version: Version) -> Result<u64> {
    let mut count = 0;
    for found in read.select(segment).records()? {
        let contact = found?.record;
        let mut card = Card::of_contact(&contact);
        if let Some(affiliation) = contact.primary_affiliation()
            && let Some(company) = read.get(affiliation.company)?
        {
            card = card.organization(&company.record.name);
        }
        super::write_card(out, &card, version)?;
        count += 1;
    }
    Ok(count)
}
