//! The people of a segment as cards.

use std::io::Write;

use super::{Card, Version};
use crate::error::Result;
use crate::model::Contact;
use crate::read::Read;
use crate::segment::Segment;

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
