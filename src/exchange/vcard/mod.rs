//! vCards: 2.1, 3.0 and 4.0 in, 3.0 and 4.0 out.
//!
//! [`Transaction::import_cards`](crate::Transaction::import_cards) brings a stream into the database, [`export`] writes the people of a segment. [`read`] gives
//! the cards of a stream one by one, [`Card::into_contact`] the person that one is of, [`write`](fn@write) writes a person back. What a
//! record has no room for is kept with it, so that nothing is lost on the way in and out; [`guide::cards`](crate::guide::cards) says
//! which property goes where. Nothing is ever fetched, and photos are never decoded.
//!
//! ```
//! use contactdb::{Contact, Database, vcard};
//! let file = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Lovelace\nN:Lovelace;Ada;;;\nTEL;TYPE=work:+44 20 7946 0001\nEND:VCARD\n";
//! let db = Database::in_memory()?;
//! let mut tx = db.write()?;
//! for card in vcard::read(file.as_bytes()) {
//!     let contact: Contact = card?.into_contact();
//!     tx.insert(&contact)?;
//! }
//! tx.commit()?;
//! # Ok::<(), contactdb::Error>(())
//! ```

mod card;
mod dates;
mod export;
mod foreign;
mod item;
mod kept;
mod labels;
mod lines;
mod names;
mod parse;
mod property;
mod reader;
mod sheet;
mod single;
#[cfg(test)]
mod tests;
mod text;
mod writer;

use std::io::{BufRead, Write};

pub use card::Card;
pub use export::export;
pub use property::Property;
pub use reader::Cards;
pub use writer::Version;

pub(crate) use card::SYSTEM;
pub(crate) use kept::merged as merged_lines;
pub(crate) use reader::MAX_PROPERTIES;

use crate::error::Result;
use crate::model::Contact;

/// A property as it is when its line is read; `None` if that is no property.
pub(crate) fn kept_line(property: &Property) -> Option<Property> {
    parse::parse_kept(&property.to_line())
}

/// The cards of a stream, one after the other, of any version and in any mixture.
///
/// One card at a time is in memory, of 2 MiB at most ([`Cards::max_card`]). A card that can't be read is an error, and the next
/// card follows.
///
/// ```
/// use contactdb::vcard;
/// let file = "BEGIN:VCARD\nVERSION:4.0\nFN:Grace Hopper\nBEGIN:VCARD\nVERSION:4.0\nFN:Ada Lovelace\nEND:VCARD\n";
/// let cards: Vec<_> = vcard::read(file.as_bytes()).collect();
/// assert_eq!(cards[0].as_ref().unwrap_err().to_string(), "the card at line 1: it has no END:VCARD; the file may be cut off, or a line is missing");
/// assert_eq!(cards[1].as_ref().unwrap().line(), 4);
/// ```
pub fn read<R: BufRead>(reader: R) -> Cards<R> {
    Cards::new(reader)
}

/// Writes the card of a person: what the record has, and what it kept of the card that it came from.
///
/// No text of a record can end its line or become a property of its own.
///
/// # Errors
/// [`Target`](crate::ErrorKind::Target) when the writer fails.
///
/// ```
/// use contactdb::{Contact, vcard::{self, Version}};
/// let mut out = Vec::new();
/// vcard::write(&mut out, &Contact::named("Ada", "Lovelace").phone("+44 20 7946 0001"), Version::V4)?;
/// assert_eq!(
///     String::from_utf8_lossy(&out),
///     "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada Lovelace\r\nN:Lovelace;Ada;;;\r\nTEL:+44 20 7946 0001\r\nEND:VCARD\r\n"
/// );
/// # Ok::<(), contactdb::Error>(())
/// ```
pub fn write(out: &mut impl Write, contact: &Contact, version: Version) -> Result<()> {
    write_card(out, &Card::of_contact(contact), version)
}

/// Writes a card.
///
/// # Errors
/// [`Target`](crate::ErrorKind::Target) when the writer fails.
pub fn write_card(out: &mut impl Write, card: &Card, version: Version) -> Result<()> {
    writer::write_card(out, card, version)
}
