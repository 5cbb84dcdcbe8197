//! What comes in one by one goes in, with the same pieces as rows and cards.

use super::cards::people;
use super::draft::Draft;
use super::incoming::{Incoming, Ingested};
use super::intake::{Candidate, Intake, Meant, Purpose};
use super::merging::ImportMode;
use super::names::{Names, record_at};
use super::planned::RowAction;
use crate::error::{ErrorKind, Result};
use crate::model::{
    Affiliation, Company, Contact, ExternalId, FieldType as _, Id, Interaction, Kind, Participant, RecordId, Rule,
    Value,
};
use crate::read::view::View;
use crate::read::{By, Read};
use crate::schema;
use crate::transaction::Transaction;

/// What is told of something that has no number.
const WITHOUT_NUMBER: &str = "a system and a number in it, by which it is known when it comes again; give what the source calls it, such as the \
                              Message-ID of an e-mail, or make a number of what it says";

impl Transaction<'_> {
    /// Takes in a form, a message or a call that the program has read: finds the contact or makes it, adds what is new of it, and logs what came. What
    /// came before, known by its number, is not taken again, so that it is safe to repeat.
    ///
    /// # Errors
    /// [`Invalid`](crate::ErrorKind::Invalid) if the contact, the company or the entry breaks rules, or it has no number; nothing is written then.
    /// [`Mapping`](crate::ErrorKind::Mapping) if contacts can't be found by what `merging` says; [`NotFound`](crate::ErrorKind::NotFound) if the
    /// contact that it is said to be [`of`](Incoming::of) is gone; [`Full`](crate::ErrorKind::Full), [`Io`](crate::ErrorKind::Io),
    /// [`Corrupt`](crate::ErrorKind::Corrupt).
    ///
    /// One look-up for each key and one question for the company, whatever the size of the database.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Incoming, Ingested, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace").phone("+44 20 7946 0001"))?;
    /// let call = Incoming::call("pbx", "c-1", Contact::new().phone("+442079460001"));
    /// assert_eq!(tx.ingest(&call)?.contact(), Some(ada));
    /// assert_eq!(tx.count(tx.any_segment("interactions where kind = call and direction = inbound")?)?, 1);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn ingest(&mut self, incoming: &Incoming) -> Result<Ingested> {
        let blank = |text: &String| text.trim().is_empty();
        if blank(&incoming.source.id) || blank(&incoming.source.system) {
            let rule = Rule::Form { expected: WITHOUT_NUMBER };
            let violations = vec![schema::violation("external_id", rule, None)];
            return Err(ErrorKind::Invalid { kind: Kind::INTERACTION, violations }.into());
        }
        if let Some(again) = self.came_before(&incoming.source)? {
            return Ok(again);
        }
        let mut log = incoming.log.clone();
        if !log.external_ids.contains(&incoming.source) {
            log.external_ids.push(incoming.source.clone());
        }
        // Ahead of the contact, so that nothing of it is written for an entry that is refused.
        self.check_insert(&log)?;
        let recognised = people(self.catalogue_now(), &incoming.merging)?;
        let mut violations = Vec::new();
        let values = schema::to_values(&incoming.from, self.catalogue_now(), &mut violations);
        if !violations.is_empty() {
            return Err(ErrorKind::Invalid { kind: Kind::CONTACT, violations }.into());
        }
        let mut draft = Draft { values, whole_name: true, tags: incoming.from.tags.clone(), ..Draft::default() };
        let mut intake = Intake::new(&incoming.merging, Purpose::Write, Names::default())?;
        let found = match incoming.of {
            Some(contact) => vec![Candidate::There(self.row_of(contact.into())?)],
            None => intake.matching(self, &recognised, &draft)?,
        };
        let mode = incoming.merging.mode;
        let meant = match *found.as_slice() {
            [] if mode == ImportMode::Update => return Ok(Ingested::Unknown),
            [] => Meant::New,
            [Candidate::There(row)] if mode == ImportMode::Create => {
                Meant::Settled(RowAction::Unchanged { id: self.contact_at(row)? })
            }
            [Candidate::There(row)] => Meant::Known(row),
            _ => {
                let rows = found.into_iter().filter_map(|one| match one {
                    Candidate::There(row) => Some(row),
                    Candidate::Foreseen(_) => None,
                });
                let candidates = rows.map(|row| Ok(Id::from_uuid(self.contact_at(row)?.uuid)));
                return Ok(Ingested::Conflict { candidates: candidates.collect::<Result<_>>()? });
            }
        };
        let mut new = Vec::new();
        let company = incoming.company.as_deref().map(str::trim).filter(|name| !name.is_empty());
        if let Some(name) = company.filter(|_| !matches!(meant, Meant::Settled(_))) {
            let company = if let Some(company) = self.company_called(name)? {
                company
            } else {
                let company = self.insert(&Company::new(name))?;
                new.push((company.into(), name.to_owned()));
                company
            };
            let title = incoming.from.job_title.clone();
            let mut affiliations = incoming.from.affiliations.clone();
            affiliations.push(Affiliation { title, ..Affiliation::with(company) });
            if let Some(value) = affiliations.to_value() {
                draft.values.set(Contact::AFFILIATION, value);
            }
        }
        let action = match intake.write(self, Kind::CONTACT, meant, &mut draft) {
            Ok(action) => action,
            Err(error) => {
                if error.is_invalid() {
                    intake.unmake(self, new)?;
                }
                return Err(error);
            }
        };
        let (contact, created, changes) = match action {
            RowAction::Create { id: Some(id), .. } => (id, true, Vec::new()),
            RowAction::Update { id, changes, .. } => (id, false, changes),
            RowAction::Unchanged { id } => (id, false, Vec::new()),
            _ => return Ok(Ingested::Unknown),
        };
        // Whose it is stands first, by which that is known when it comes again.
        let at = log.participants.iter().position(|one| one.who == contact);
        let whose = at.map_or_else(|| Participant::new(contact), |at| log.participants.remove(at));
        log.participants.insert(0, whose);
        let interaction = self.whole(|tx| tx.insert(&log))?;
        Ok(Ingested::Logged { contact: Id::from_uuid(contact.uuid), interaction, created, changes })
    }

    /// What became of something when it came before.
    fn came_before(&self, source: &ExternalId) -> Result<Option<Ingested>> {
        let by = By::external_id(&source.system, &source.id);
        let Some(interaction) = self.find::<Interaction>(&by)?.first().copied() else { return Ok(None) };
        let people = self.get(interaction)?.into_iter().flat_map(|stored| stored.record.participants);
        let contact = people.map(|one| one.who).find(|who| who.kind == Kind::CONTACT);
        Ok(Some(Ingested::Again { contact: contact.map(|id| Id::from_uuid(id.uuid)), interaction }))
    }

    fn contact_at(&self, row: u32) -> Result<RecordId> {
        let id = record_at(self, Kind::CONTACT, row)?;
        Ok(id.ok_or(ErrorKind::NotFound { id: RecordId { kind: Kind::CONTACT, uuid: uuid::Uuid::nil() } })?)
    }

    fn company_called(&self, name: &str) -> Result<Option<Id<Company>>> {
        let segment = self.segment_of::<Company>("name = $name")?;
        let segment = self.bind(&segment, [("name", Value::from(name))])?;
        Ok(self.select(&segment).limit(1).ids()?.first().copied())
    }
}
