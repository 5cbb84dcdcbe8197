//! The cards of a stream, one after the other: people, companies, and groups as tags.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::apply::{Imported, Source, pass};
use super::compiled::{MappingProblem, key_named};
use super::draft::{Draft, Finder as _, NewRecord, Resolved, RowProblem};
use super::intake::{Intake, Made, Meant, Named, Purpose, refused};
use super::mapping::Find;
use super::merging::Merging;
use super::names::Names;
use super::planned::{ImportCounts, PlannedRow, RowAction};
use super::recognised::Recognised;
use super::sum::Sum;
use crate::database::Database;
use crate::error::{ErrorKind, Result};
use crate::exchange::vcard::{Card, SYSTEM};
use crate::model::{Affiliation, Company, Contact, FieldType as _, Id, Import, Kind, Record, RecordId, Storable, Tag};
use crate::read::view::View;
use crate::read::{By, Read};
use crate::schema::{self, Attribute, Catalogue};
use crate::transaction::Transaction;

/// The key of what companies are called.
const NAME: &str = "name";

/// How an import of cards keeps what it was told, so that it can be gone on with.
#[derive(Debug, Serialize, Deserialize)]
struct Settings {
    cards: Merging,
}

impl Transaction<'_> {
    /// Says of each card of a stream what would become of it, and writes nothing: as [`plan_import`](Self::plan_import) does of the rows of a table.
    ///
    /// Holds what it needs of keys and groups in memory: the `UID`s, 40 bytes for each key, some 150 for each record, the names of companies.
    ///
    /// # Errors
    /// [`Mapping`](ErrorKind::Mapping) if contacts can't be recognised by an attribute; [`Io`](ErrorKind::Io), [`Corrupt`](ErrorKind::Corrupt);
    /// what `cards` gives beside [`Card`](ErrorKind::Card) and [`Source`](ErrorKind::Source).
    pub fn plan_cards(
        &mut self,
        merging: &Merging,
        cards: impl IntoIterator<Item = Result<Card>>,
        each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<ImportCounts> {
        self.plan_from(&mut Cards::new(merging, cards.into_iter()), each)
    }

    /// Brings the cards of a stream in, a [`vcard::read`](crate::vcard::read()) or a [`jscontact::read`](crate::jscontact::read()): all of them in this
    /// transaction. Cards of people make or change contacts, those of organisations companies; the company that a person's card names is
    /// found by its name, or made, and the person affiliated with it; groups become tags of their members, once all cards are read.
    ///
    /// A contact is found by what `merging` says, a company by that or else by its name. It is an import as that of a
    /// table: it has a record and a tag, `each` hears of every card, and [`undo_import`](Self::undo_import) takes it back. A card that can't be read, or
    /// whose record is refused, is told and left out. What of a card the record has no room for is kept with it, see [`guide::cards`](crate::guide::cards).
    ///
    /// Holds one card in memory, the names of companies, and the members of groups.
    ///
    /// # Errors
    /// As [`plan_cards`](Self::plan_cards). After any error the transaction can't be committed.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use contactdb::{Database, Merging, Read, vcard};
    /// let file = "BEGIN:VCARD\nVERSION:3.0\nUID:17\nFN:Ada Lovelace\nN:Lovelace;Ada;;;\nORG:Acme\nEND:VCARD\n";
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let by = Merging::by(["external_id", "email"]);
    /// let done = tx.import_cards("friends.vcf", &by, vcard::read(file.as_bytes()), |_| ControlFlow::Continue(()))?;
    /// assert_eq!((done.counts.created, done.counts.named), (1, 1));
    /// assert_eq!(tx.count(&tx.segment("company.name = Acme and tag \"import/friends.vcf\"")?)?, 1);
    ///
    /// // Once more: it says nothing new.
    /// let again = tx.import_cards("friends.vcf", &by, vcard::read(file.as_bytes()), |_| ControlFlow::Continue(()))?;
    /// assert_eq!(again.counts.unchanged, 1);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn import_cards(
        &mut self,
        name: &str,
        merging: &Merging,
        cards: impl IntoIterator<Item = Result<Card>>,
        each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<Imported> {
        self.import_from(name, settings(merging), &mut Cards::new(merging, cards.into_iter()), each)
    }
}

impl Database {
    /// As [`Transaction::import_cards`], in chunks of 10,000 cards with a commit each; [`resume_cards`](Self::resume_cards) goes on where
    /// it was stopped.
    ///
    /// # Errors
    /// As [`Transaction::import_cards`]; the chunks before the error stay.
    pub fn import_cards(
        &self,
        name: &str,
        merging: &Merging,
        cards: impl IntoIterator<Item = Result<Card>>,
        each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<Imported> {
        self.import_from(name, settings(merging), &mut Cards::new(merging, cards.into_iter()), each)
    }

    /// Goes on with an import of cards that was stopped or cut off. `cards` begin at the beginning of the same stream; those that were dealt with
    /// are passed over.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`ImportStatus`](ErrorKind::ImportStatus) for one that is done or undone, or that is none of cards;
    /// [`OtherTable`](ErrorKind::OtherTable) for cards that do not begin with those that were dealt with; else as [`import_cards`](Self::import_cards).
    pub fn resume_cards(
        &self,
        id: Id<Import>,
        cards: impl IntoIterator<Item = Result<Card>>,
        each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<Imported> {
        let (settings, import) = self.unfinished::<Settings>(id)?;
        let mut cards = Cards::new(&settings.cards, cards.into_iter());
        pass(&mut cards, import)?;
        self.chunks(id, &mut cards, each)
    }
}

fn settings(merging: &Merging) -> Option<String> {
    serde_json::to_string(&Settings { cards: merging.clone() }).ok()
}

/// A stream of cards that is gone through.
struct Cards<'m, I> {
    merging: &'m Merging,
    stream: I,
    /// How many cards were read.
    read: u64,
    /// Of these.
    sum: Sum,
    /// Whether all were.
    ended: bool,
    /// What is looked at in the end, since the members of a group can come after it.
    groups: VecDeque<Group>,
    /// What became of them.
    grouped: VecDeque<PlannedRow>,
    run: Option<Run>,
}

/// The card of a group.
struct Group {
    row: u64,
    line: u64,
    tag: Tag,
    members: Vec<String>,
}

/// What became of the card of a group.
struct Tagged {
    row: u64,
    line: u64,
    tag: Tag,
    members: u64,
    problems: Vec<RowProblem>,
}

/// What is known of the database, and what was found out.
struct Run {
    people: Recognised,
    companies: Recognised,
    /// What of an affiliation names the company.
    employer: Arc<Attribute>,
    intake: Intake,
    /// In a plan: the `UID`s of cards before.
    uids: BTreeSet<String>,
}

/// What becomes of a card.
struct Fate {
    action: RowAction,
    problems: Vec<RowProblem>,
    makes: Vec<Named>,
}

impl<'m, I> Cards<'m, I> {
    fn new(merging: &'m Merging, stream: I) -> Self {
        let (groups, grouped) = (VecDeque::new(), VecDeque::new());
        Self { merging, stream, read: 0, sum: Sum::default(), ended: false, groups, grouped, run: None }
    }

    /// Counts a card that was read; `None` is one that can't be.
    fn count(&mut self, card: Option<&Card>) {
        self.read += 1;
        let properties = card.into_iter().flat_map(Card::properties);
        self.sum.add(properties.flat_map(|property| [property.name(), property.value()]));
    }

    /// Keeps the card of a group for later; gives back all others.
    fn gather(&mut self, card: Card, row: u64) -> Option<Card> {
        // A group whose name is no tag is kept as a record.
        let tag = card.is_group().then(|| Tag::new(&card.whole_name()).ok()).flatten();
        let Some(tag) = tag else { return Some(card) };
        self.groups.push_back(Group { row, line: card.line(), tag, members: card.members().collect() });
        None
    }
}

impl<I: Iterator<Item = Result<Card>>> Source for Cards<'_, I> {
    fn begin(&mut self, tx: &mut Transaction<'_>, purpose: Purpose) -> Result<()> {
        self.run = Some(Run::new(tx, self.merging, purpose)?);
        Ok(())
    }

    fn pass(&mut self, count: u64) {
        while self.read < count {
            match self.stream.next() {
                None => break,
                Some(Err(error)) if matches!(error.kind(), ErrorKind::Source { .. }) => break,
                Some(card) => {
                    let card = card.ok();
                    self.count(card.as_ref());
                    let row = self.read;
                    drop(card.and_then(|card| self.gather(card, row)));
                }
            }
        }
    }

    fn sum(&self) -> i64 {
        self.sum.value()
    }

    fn read(&self) -> u64 {
        self.read
    }

    fn next(&mut self, tx: &mut Transaction<'_>) -> Result<Option<PlannedRow>> {
        while !self.ended {
            let row = self.read + 1;
            let (line, fate) = match self.stream.next() {
                None => {
                    self.ended = true;
                    break;
                }
                Some(Ok(card)) => {
                    self.count(Some(&card));
                    let line = card.line();
                    let Some(card) = self.gather(card, row) else { continue };
                    let Some(run) = &mut self.run else { return Ok(None) };
                    (line, run.card(tx, card, row)?)
                }
                Some(Err(error)) => {
                    let (line, code, action) = match error.kind() {
                        ErrorKind::Card { line, .. } => (*line, "card", RowAction::Refuse),
                        ErrorKind::Source { .. } => (0, "source", RowAction::Stop),
                        _ => return Err(error),
                    };
                    if action != RowAction::Stop {
                        self.count(None);
                    }
                    (line, Fate::with(action, vec![RowProblem::of_row(code, error.to_string())]))
                }
            };
            let Fate { action, problems, makes } = fate;
            return Ok(Some(PlannedRow { row, line, action, problems, makes, numbers: Vec::new() }));
        }
        if let (Some(run), false) = (&mut self.run, self.groups.is_empty()) {
            self.grouped = run.tag_members(tx, std::mem::take(&mut self.groups))?;
        }
        Ok(self.grouped.pop_front())
    }
}

impl Fate {
    fn with(action: RowAction, problems: Vec<RowProblem>) -> Self {
        Self { action, problems, makes: Vec::new() }
    }
}

impl Run {
    fn new(tx: &Transaction<'_>, merging: &Merging, purpose: Purpose) -> Result<Self> {
        let catalogue = tx.catalogue_now();
        let people = people(catalogue, merging)?;
        // What only contacts have is no key of companies, which are known by name too.
        let keys = merging.match_by.iter().map(String::as_str).filter(|key| *key != NAME).chain([NAME]);
        let by = keys.filter_map(|key| key_named(catalogue, Kind::COMPANY, key).ok()).collect();
        let companies = Recognised::new(catalogue, Kind::COMPANY, by);
        let employer = catalogue.kind(Kind::CONTACT).into_iter().flat_map(schema::KindEntry::shared);
        let employer = employer.into_iter().find(|attribute| attribute.id == Contact::COMPANY).map(Arc::clone);
        let employer = employer.ok_or_else(|| ErrorKind::NoSuchKind { kind: Kind::CONTACT, archived: None })?;
        let uids = BTreeSet::new();
        Ok(Self { people, companies, employer, intake: Intake::new(merging, purpose, Names::default())?, uids })
    }

    fn card(&mut self, tx: &mut Transaction<'_>, card: Card, row: u64) -> Result<Fate> {
        let lines = card.unreadable_lines().iter();
        let message = |line: &u64| format!("line {line} is no property of a card");
        let problems: Vec<_> = lines.map(|line| RowProblem::of_row("unreadable", message(line))).collect();
        if self.intake.is_plan() {
            self.uids.extend(card.uid().map(|uid| bare(&uid).to_owned()));
        }
        let mut fate = if card.is_organization() {
            self.company(tx, &card.into_company(), row)?
        } else {
            self.person(tx, card, row)?
        };
        fate.problems.splice(0..0, problems);
        Ok(fate)
    }

    fn person(&mut self, tx: &mut Transaction<'_>, card: Card, row: u64) -> Result<Fate> {
        let company = card.company_name();
        let contact = card.into_contact();
        if contact == Contact::new() && company.is_none() {
            return Ok(Fate::with(RowAction::Skip, Vec::new()));
        }
        let mut draft = draft_of(tx, &contact);
        if !draft.problems.is_empty() {
            return Ok(Fate::with(RowAction::Refuse, draft.problems));
        }
        let found = self.intake.matching(tx, &self.people, &draft)?;
        let meant = match self.intake.meant(tx, &self.people, &found, &mut draft, row)? {
            Meant::Settled(action) => return Ok(Fate::with(action, draft.problems)),
            meant => meant,
        };
        let (mut made, mut makes) = (Vec::new(), Vec::new());
        if let Some(name) = company {
            let employer;
            (employer, made, makes) = self.employer(tx, &name)?;
            if let Some(id) = employer {
                let title = contact.job_title.clone();
                let affiliation = Affiliation { title, ..Affiliation::with(Id::from_uuid(id.uuid)) };
                let value = vec![affiliation].to_value();
                if let Some((whole, value)) = self.employer.part_of.zip(value) {
                    draft.values.set(whole, value);
                }
            } else if self.intake.is_plan() {
                draft.to_make.push(NewRecord::named(self.employer.id, &name));
            } else {
                let message = format!("there is no company \"{name}\", and none could be made of that name");
                return Ok(Fate::with(RowAction::Refuse, vec![RowProblem::of_row("not-found", message)]));
            }
        }
        let action = self.intake.put(tx, Kind::CONTACT, meant, &mut draft, made)?;
        let makes = if action == RowAction::Refuse { Vec::new() } else { makes };
        Ok(Fate { action, problems: draft.problems, makes })
    }

    /// Finds the company of a name, or makes it.
    fn employer(&mut self, tx: &mut Transaction<'_>, name: &str) -> Result<(Option<RecordId>, Vec<Made>, Vec<Named>)> {
        let find = Find::Name { create: true };
        let nothing = |id| Ok((id, Vec::new(), Vec::new()));
        match self.intake.known(tx).resolve(&self.employer, &find, name)? {
            Resolved::Is(id) => return nothing(Some(id)),
            Resolved::None => return nothing(None),
            Resolved::ToMake if self.intake.foresees(Kind::COMPANY, name) => return nothing(None),
            Resolved::ToMake => {}
        }
        let new = NewRecord::named(self.employer.id, name);
        let (made, makes) = self.intake.make(tx, vec![(Kind::COMPANY, new)])?;
        Ok((made.first().map(|(id, _)| *id), made, makes))
    }

    fn company(&mut self, tx: &mut Transaction<'_>, company: &Company, row: u64) -> Result<Fate> {
        let mut draft = draft_of(tx, company);
        if !draft.problems.is_empty() {
            return Ok(Fate::with(RowAction::Refuse, draft.problems));
        }
        let found = self.intake.matching(tx, &self.companies, &draft)?;
        let meant = match self.intake.meant(tx, &self.companies, &found, &mut draft, row)? {
            Meant::Settled(action) => return Ok(Fate::with(action, draft.problems)),
            meant => meant,
        };
        let action = self.intake.put(tx, Kind::COMPANY, meant, &mut draft, Vec::new())?;
        Ok(Fate::with(action, draft.problems))
    }

    /// Tags the members of groups: each once, with the tags of all its groups, since whoever is in a thousand would be written a thousand times.
    fn tag_members(&mut self, tx: &mut Transaction<'_>, groups: VecDeque<Group>) -> Result<VecDeque<PlannedRow>> {
        let mut done: Vec<Tagged> = Vec::with_capacity(groups.len());
        let mut groups_of: BTreeMap<RecordId, Vec<usize>> = BTreeMap::new();
        for (at, Group { row, line, tag, members }) in groups.into_iter().enumerate() {
            let mut tagged = Tagged { row, line, tag, members: 0, problems: Vec::new() };
            for member in members {
                if let Some(id) = with_uid(tx, &member)? {
                    groups_of.entry(id).or_default().push(at);
                } else if self.uids.contains(bare(&member)) {
                    tagged.members += 1;
                } else {
                    let message = format!("found no card with the UID \"{member}\", which is a member of the group");
                    tagged.problems.push(RowProblem::of_row("not-found", message));
                }
            }
            done.push(tagged);
        }
        for (id, own) in groups_of {
            let (fit, rest) = own.split_at(self.room_for_tags(tx, id)?.min(own.len()));
            for part in [fit, rest] {
                let tags: BTreeSet<Tag> = part.iter().filter_map(|at| Some(done.get(*at)?.tag.clone())).collect();
                if tags.is_empty() {
                    continue;
                }
                let problems = self.tag(tx, id, tags)?;
                for at in part {
                    let Some(of) = done.get_mut(*at) else { continue };
                    of.members += u64::from(problems.is_empty());
                    of.problems.extend(problems.iter().cloned());
                }
            }
        }
        let planned = |Tagged { row, line, tag, members, problems }| {
            let action = RowAction::Group { tag, members };
            PlannedRow { row, line, action, problems, makes: Vec::new(), numbers: Vec::new() }
        };
        Ok(done.into_iter().map(planned).collect())
    }

    /// How many tags a record can get, beside that of the import.
    fn room_for_tags(&self, tx: &Transaction<'_>, id: RecordId) -> Result<usize> {
        let tags = tx.load(id)?.tags;
        let own = self.intake.own_tag().map(|tag| tx.catalogue_now().tags.id(tag));
        let gets_own = own.is_some_and(|own| own.is_none_or(|own| !tags.contains(&own)));
        let has = tags.len() as u64 + u64::from(gets_own);
        Ok(usize::try_from(tx.options().limits.tags.saturating_sub(has)).unwrap_or(usize::MAX))
    }

    /// Gives a record tags; gives what is wrong with that.
    fn tag(&mut self, tx: &mut Transaction<'_>, id: RecordId, tags: BTreeSet<Tag>) -> Result<Vec<RowProblem>> {
        let mut draft = Draft { tags, ..Draft::default() };
        let meant = Meant::Known(tx.row_of(id)?);
        self.intake.put(tx, id.kind, meant, &mut draft, Vec::new())?;
        Ok(draft.problems)
    }
}

/// By what contacts are recognised.
pub(super) fn people(catalogue: &Catalogue, merging: &Merging) -> Result<Recognised> {
    let named = |key: &String| key_named(catalogue, Kind::CONTACT, key);
    let by = merging.match_by.iter().map(named).collect::<std::result::Result<_, MappingProblem>>();
    Ok(Recognised::new(catalogue, Kind::CONTACT, by.map_err(|problem| refused(vec![problem]))?))
}

/// What a record says.
fn draft_of<T: Storable>(tx: &Transaction<'_>, record: &T) -> Draft {
    let mut violations = Vec::new();
    let values = schema::to_values(record, tx.catalogue_now(), &mut violations);
    let problem = |violation: crate::Violation| RowProblem::of_row("invalid", violation.to_string());
    let problems = violations.into_iter().map(problem).collect();
    Draft { values, whole_name: true, tags: record.tags().clone(), problems, ..Draft::default() }
}

/// A `UID` without the scheme that some programs put ahead of it.
fn bare(uid: &str) -> &str {
    uid.strip_prefix("urn:uuid:").unwrap_or(uid)
}

/// The person or company whose card has a `UID`.
fn with_uid(tx: &Transaction<'_>, uid: &str) -> Result<Option<RecordId>> {
    let bare = bare(uid);
    for kind in [Contact::KIND, Company::KIND] {
        for uid in [uid.to_owned(), bare.to_owned(), format!("urn:uuid:{bare}")] {
            if let Some(id) = tx.find_any(kind, &By::external_id(SYSTEM, uid))?.first() {
                return Ok(Some(*id));
            }
        }
    }
    Ok(None)
}
