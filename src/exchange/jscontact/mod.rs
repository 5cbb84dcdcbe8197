//! JSContact (RFC 9553) in and out, converted to vCard properties and back as RFC 9555 says.
//!
//! A card becomes a [`vcard::Card`](crate::vcard::Card), so records are made of it and matched in the same way. Members for which neither a
//! record nor a vCard has room, localizations among them, are kept with the record as `JSPROP` lines and written back.
//!
//! ```
//! use contactdb::{Contact, jscontact};
//! let text = r#"{"@type": "Card", "version": "1.0", "name": {"full": "Ada Lovelace"}, "emails": {"k1": {"address": "ada@example.com"}}}"#;
//! for card in jscontact::read(text.as_bytes()) {
//!     let contact: Contact = card?.into_contact();
//!     assert_eq!(contact.emails[0].value.as_str(), "ada@example.com");
//! }
//! # Ok::<(), contactdb::Error>(())
//! ```

mod convert;
mod entry;
mod objects;
#[cfg(test)]
mod tests;

use std::io::{BufRead, Write};

use serde_json::Value;

use self::objects::Objects;
use crate::error::{CardProblem, ErrorKind, Result};
use crate::exchange::nesting::Nesting;
use crate::exchange::vcard::Card;
use crate::model::Contact;

/// How many bytes of one card are read at most, unless something else is asked for: 2 MiB.
const MAX_CARD: usize = 2 << 20;

/// The cards of a stream of JSON; made by [`read`].
#[derive(Debug)]
pub struct Cards<R>(Objects<R>);

/// The cards of a stream: objects one behind the other, one a line, or in an array.
///
/// One card at a time is in memory, of 2 MiB at most ([`Cards::max_card`]), nested 32 levels at most. One that can't be read is an error
/// that names its line, and the next one follows.
///
/// ```
/// use contactdb::jscontact;
/// let cards: Vec<_> = jscontact::read(&b"[{\"@type\": \"Card\"}, {\"@type\": \"Group\"}]"[..]).collect();
/// assert!(cards[0].is_ok());
/// assert!(cards[1].as_ref().unwrap_err().to_string().starts_with("the card at line 1: expected a JSContact card"));
/// ```
pub fn read<R: BufRead>(reader: R) -> Cards<R> {
    Cards(Objects::new(reader, MAX_CARD))
}

impl<R: BufRead> Cards<R> {
    /// The most bytes of one card; 2 MiB if this is not called. What is longer is reported and passed over.
    #[must_use]
    pub fn max_card(mut self, bytes: usize) -> Self {
        self.0.max = bytes;
        self
    }
}

impl<R: BufRead> Iterator for Cards<R> {
    type Item = Result<Card>;

    fn next(&mut self) -> Option<Result<Card>> {
        Some(self.0.next()?.and_then(|(line, bytes)| {
            let problem = |problem| ErrorKind::Card { line, problem }.into();
            let value = parse(&bytes).map_err(|error| problem(CardProblem::NotJson { reason: error.to_string() }))?;
            let Value::Object(object) = value else { return Err(problem(CardProblem::NotACard)) };
            let card = convert::read(object).map_err(problem)?;
            Ok(card.at_line(line))
        }))
    }
}

/// JSON of a depth that was counted already, or that stands in a line of a card and is counted now.
fn parse(bytes: &[u8]) -> std::result::Result<Value, serde_json::Error> {
    let mut nesting = Nesting::default();
    for byte in bytes {
        nesting.take(*byte);
        if nesting.depth > objects::MAX_DEPTH {
            return Err(serde::de::Error::custom("nested too deep"));
        }
    }
    serde_json::from_slice(bytes)
}

/// Writes the card of a person as one line of JSON.
///
/// # Errors
/// [`Target`](crate::ErrorKind::Target) when the writer fails.
///
/// ```
/// use contactdb::{Contact, jscontact};
/// let mut out = Vec::new();
/// jscontact::write(&mut out, &Contact::named("Ada", "").tag("vip"))?;
/// assert_eq!(
///     String::from_utf8_lossy(&out),
///     "{\"@type\":\"Card\",\"keywords\":{\"vip\":true},\"name\":{\"components\":[{\"kind\":\"given\",\"value\":\"Ada\"}],\
///      \"full\":\"Ada\"},\"version\":\"1.0\"}\n"
/// );
/// # Ok::<(), contactdb::Error>(())
/// ```
pub fn write(out: &mut impl Write, contact: &Contact) -> Result<()> {
    write_card(out, &Card::of_contact(contact))
}

/// Writes a card as one line of JSON.
///
/// # Errors
/// [`Target`](crate::ErrorKind::Target) when the writer fails.
pub fn write_card(out: &mut impl Write, card: &Card) -> Result<()> {
    let text = format!("{}\n", convert::write(card));
    out.write_all(text.as_bytes()).map_err(|error| ErrorKind::Target(error).into())
}
