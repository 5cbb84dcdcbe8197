//! Something that came in and was read: a form, a message, a call.

use super::merge::FieldChange;
use super::merging::{Existing, Merging};
use crate::model::{Choice, Contact, ExternalId, Id, Interaction, choices};

/// Something that came in and that the program has read: a form, a message, a call. What it says of the person goes into a contact, and that it
/// came is logged as an interaction.
///
/// It has a number in the system it comes from, by which it is known when it comes once more.
///
/// ```
/// use contactdb::{Contact, Database, Incoming, Ingested};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let from = Contact::named("Ada", "Lovelace").email("ada@example.com").tag("newsletter");
/// let form = Incoming::form("website", "4711", from).company("Acme").log(|log| log.subject("Please call me"));
///
/// let Ingested::Logged { contact, created: true, .. } = tx.ingest(&form)? else { panic!("it is new") };
/// // The web server sends it twice.
/// assert!(matches!(tx.ingest(&form)?, Ingested::Again { contact: Some(same), .. } if same == contact));
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "it does nothing until it is given to `ingest`"]
pub struct Incoming {
    pub(super) source: ExternalId,
    pub(super) from: Contact,
    pub(super) of: Option<Id<Contact>>,
    pub(super) company: Option<String>,
    pub(super) log: Interaction,
    pub(super) merging: Merging,
}

/// What became of something that came in.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[must_use = "of a conflict nothing was written"]
pub enum Ingested {
    /// It is logged.
    Logged {
        /// Whose it is.
        contact: Id<Contact>,
        /// The entry.
        interaction: Id<Interaction>,
        /// Whether the contact was made for it.
        created: bool,
        /// What of a contact that was there was changed.
        changes: Vec<FieldChange>,
    },
    /// It came before: nothing was written.
    Again {
        /// Whose it is; none if that contact is gone.
        contact: Option<Id<Contact>>,
        /// The entry.
        interaction: Id<Interaction>,
    },
    /// Several contacts can be meant: nothing was written. Say which with [`Incoming::of`], and give it once more.
    Conflict {
        /// These.
        candidates: Vec<Id<Contact>>,
    },
    /// No contact is meant, and none was to be made: nothing was written.
    Unknown,
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident = $constant:ident by $key:literal;)*) => {$(
        $(#[$meta])*
        ///
        /// `system` and `number` say what it is called where it comes from.
        pub fn $name(system: impl Into<String>, number: impl Into<String>, from: Contact) -> Self {
            Self::new(choices::interaction::$constant, system, number, from).merging(Merging::by(["external_id", $key]).existing(Existing::Keep))
        }
    )*};
}

impl Incoming {
    /// Something of that kind, one of [`choices::interaction`] or an option that the business added, from the person of whom `from` tells what is known.
    /// `system` and `number` say what it is called where it comes from.
    ///
    /// The contact is found by its external ids, else by its e-mail addresses, else by its phone numbers; what it has already stays, and what it has not
    /// is added ([`merging`](Self::merging) says otherwise). The entry is inbound, and happened at the moment of the write ([`log`](Self::log) says otherwise).
    pub fn new(kind: impl Into<Choice>, system: impl Into<String>, number: impl Into<String>, from: Contact) -> Self {
        let source = ExternalId::new(system, number);
        let log = Interaction {
            kind: Some(kind.into()),
            direction: Some(choices::direction::INBOUND),
            external_ids: vec![source.clone()],
            ..Interaction::default()
        };
        let merging = Merging::by(["external_id", "email", "phone"]).existing(Existing::Keep);
        Self { source, from, of: None, company: None, log, merging }
    }

    kinds! {
        /// A form that somebody filled in. The contact is found by its external ids, or else its e-mail addresses.
        form = FORM by "email";
        /// An e-mail. The contact is found by its external ids, or else its e-mail addresses.
        email = EMAIL by "email";
        /// A message by messenger or text. The contact is found by its external ids, or else its phone numbers.
        message = MESSAGE by "phone";
        /// A call. The contact is found by its external ids, or else its phone numbers.
        call = CALL by "phone";
    }

    /// Says whose it is; nothing is looked for then.
    pub const fn of(mut self, contact: Id<Contact>) -> Self {
        self.of = Some(contact);
        self
    }

    /// Names the company with which the person is: found by its name, whatever its case and the spaces around it, or made. A blank name is none.
    pub fn company(mut self, name: impl Into<String>) -> Self {
        self.company = Some(name.into());
        self
    }

    /// Says more of the entry: its subject, its text, when it happened, the campaign, custom fields, tags.
    pub fn log(mut self, say: impl FnOnce(Interaction) -> Interaction) -> Self {
        self.log = say(self.log);
        self
    }

    /// Says by what the contact is found, and what becomes of values that it has already. Of a contact that is
    /// known, [`ImportMode::Create`](crate::ImportMode::Create) changes nothing and only logs; with [`ImportMode::Update`](crate::ImportMode::Update) none is made.
    pub fn merging(mut self, merging: Merging) -> Self {
        self.merging = merging;
        self
    }
}

impl Ingested {
    /// Whose it is, if that is known.
    #[must_use]
    pub fn contact(&self) -> Option<Id<Contact>> {
        match self {
            Self::Logged { contact, .. } => Some(*contact),
            Self::Again { contact, .. } => *contact,
            Self::Conflict { .. } | Self::Unknown => None,
        }
    }
}
