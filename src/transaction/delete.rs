//! Deleting, and what becomes of the records that refer to what is deleted.

use std::collections::{BTreeMap, BTreeSet};

use super::Transaction;
use crate::error::{ErrorKind, Result};
use crate::index::{Link, references_of};
use crate::model::{AttributeId, Identity, Kind, OnDelete, RecordId, Value, Values};
use crate::rows::{self, Row};
use crate::schema::{self, Catalogue, system};
use crate::segment::SegmentRef;

/// What becomes of the records that refer to a record which is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnReferences {
    /// Nothing is deleted while anything refers to it.
    #[default]
    Refuse,
    /// They lose the reference: the attribute, or the whole entry of a list (an affiliation, a participant).
    Detach,
    /// Those that are about it go too: interactions, purchases, deals, tickets and tasks that then have nobody left whom
    /// they are about. All others lose the reference.
    Cascade,
    /// Each link as it is defined: see [`Attribute::on_delete`](crate::Attribute::on_delete) and
    /// [`Field::on_delete`](crate::Field::on_delete). Of the built-in ones, interactions, tickets and tasks go with the last
    /// of those whom they are about; who has orders can't be deleted; everything else loses the reference.
    AsDefined,
}

/// What a deletion did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Deleted {
    /// How many records are gone.
    pub deleted: u64,
    /// How many others lost a reference.
    pub detached: u64,
}

impl Transaction<'_> {
    /// Deletes a record. Its id is never used again.
    ///
    /// Holds the ids of everything that goes, the records that lose a reference, and the rows of those that keep it from
    /// going, in memory.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`Referenced`](ErrorKind::Referenced) with
    /// [`OnReferences::Refuse`], or [`OnReferences::AsDefined`] where the rule of a link holds it; [`Invalid`](ErrorKind::Invalid) if a record would lose a reference that it
    /// must have. Nothing is deleted then. [`Io`](ErrorKind::Io), [`Corrupt`](ErrorKind::Corrupt).
    ///
    /// ```
    /// use contactdb::{Company, Contact, Database, OnReferences, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let acme = tx.insert(&Company::new("Acme"))?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace").works_at(acme, "CTO"))?;
    /// assert!(tx.delete(acme, OnReferences::Refuse).is_err());
    /// tx.delete(acme, OnReferences::Detach)?;
    /// assert!(tx.get(ada)?.expect("still there").record.affiliations.is_empty());
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn delete(&mut self, id: impl Identity, rule: OnReferences) -> Result<Deleted> {
        let row = self.load(id)?;
        self.delete_rows(row.kind, vec![row.row], rule)
    }

    /// Deletes all records of a segment. References among them do not count as such.
    ///
    /// Holds the rows of the segment (4 bytes each), the ids of everything that goes (40 bytes each) and
    /// the records that lose a reference in memory.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub fn delete_many(&mut self, segment: &impl SegmentRef, rule: OnReferences) -> Result<Deleted> {
        let segment = segment.as_ref();
        let rows = self.rows_of(segment)?;
        self.delete_rows(segment.kind(), rows, rule)
    }

    fn delete_rows(&mut self, kind: Kind, rows: Vec<u32>, rule: OnReferences) -> Result<Deleted> {
        let plan = self.plan(kind, rows, rule)?;
        let now = self.instant();
        let mut detached = 0;
        for (before, values) in &plan.detached {
            let mut values = values.clone();
            // What the database noted by itself goes without a trace.
            if differ_but_for_notes(&before.values, &values) {
                self.stamp(before, &mut values, now);
                detached += 1;
            }
            self.apply(|writer, catalogue| rows::replace(writer, catalogue, before.kind, before, &values))?;
        }
        for (kind, row) in &plan.going {
            self.apply(|writer, catalogue| match rows::load(writer, catalogue, *kind, *row)? {
                Some(record) => rows::remove(writer, catalogue, *kind, &record),
                None => Ok(()),
            })?;
        }
        Ok(Deleted { deleted: plan.going.len() as u64, detached })
    }

    /// Works out everything that goes and everything that changes, before anything does.
    fn plan(&self, kind: Kind, rows: Vec<u32>, rule: OnReferences) -> Result<Plan> {
        let mut going: BTreeSet<(Kind, u32)> = rows.into_iter().map(|row| (kind, row)).collect();
        let mut ids = BTreeSet::new();
        let mut touched: BTreeMap<(Kind, u32), Touched> = BTreeMap::new();
        // Who holds whom, unless it goes itself in the end.
        let mut holders: Vec<(RecordId, (Kind, u32))> = Vec::new();
        let mut queue: Vec<(Kind, u32)> = going.iter().copied().collect();
        while let Some((kind, row)) = queue.pop() {
            let Some(uuid) = rows::id_of(&self.writer, kind, row)? else { continue };
            let id = RecordId { kind, uuid };
            ids.insert(id);
            let held = holders.len();
            for link in rows::links_to(&self.writer, kind, row) {
                let link = link?;
                let source = (link.source_kind, link.source);
                if going.contains(&source) {
                    continue;
                }
                if let Some(record) = touched.get_mut(&source) {
                    record.about.remove(&id);
                }
                let wanted = self.rule_of(link, rule);
                if wanted == OnDelete::Refuse {
                    holders.push((id, source));
                    continue;
                }
                if !touched.contains_key(&source)
                    && let Some(record) = rows::load(&self.writer, &self.catalogue, source.0, source.1)?
                {
                    touched.insert(source, Touched::of(&self.catalogue, record, &ids));
                }
                let Some(record) = touched.get(&source) else { continue };
                // One that is about several goes only once all of them go.
                if wanted == OnDelete::Cascade && (record.about.is_empty() || !self.is_about(link)) {
                    touched.remove(&source);
                    going.insert(source);
                    queue.push(source);
                }
            }
            // Nothing more goes then, so that the first one decides.
            if rule == OnReferences::Refuse && holders.len() > held {
                break;
            }
        }
        self.refuse_held(&holders, &going)?;
        let mut detached = Vec::new();
        for ((kind, _), Touched { before, .. }) in touched {
            let values = without(&before.values, &ids);
            let mut violations = Vec::new();
            let limits = &self.options.limits;
            schema::check(&self.catalogue, kind, &values, Some(&before.values), limits, &mut violations);
            if !violations.is_empty() {
                return Err(ErrorKind::Invalid { kind, violations }.into());
            }
            detached.push((before, values));
        }
        Ok(Plan { going, detached })
    }

    /// What a link asks for.
    fn rule_of(&self, link: Link, rule: OnReferences) -> OnDelete {
        match rule {
            // What the database noted by itself holds nothing.
            _ if link.attribute == system::NOTED => OnDelete::Detach,
            OnReferences::Refuse => OnDelete::Refuse,
            OnReferences::Cascade if self.is_about(link) => OnDelete::Cascade,
            OnReferences::Detach | OnReferences::Cascade => OnDelete::Detach,
            // An attribute of a newer version may hold what it refers to.
            OnReferences::AsDefined => self
                .catalogue
                .attribute_by_id(link.source_kind, link.attribute)
                .map_or(OnDelete::Refuse, |attribute| attribute.on_delete),
        }
    }

    fn is_about(&self, link: Link) -> bool {
        let attribute = self.catalogue.attribute_by_id(link.source_kind, link.attribute);
        attribute.is_some_and(|attribute| attribute.about)
    }

    /// Fails if something that stays refers to what goes and holds it.
    fn refuse_held(&self, holders: &[(RecordId, (Kind, u32))], going: &BTreeSet<(Kind, u32)>) -> Result<()> {
        let mut staying = holders.iter().filter(|(_, source)| !going.contains(source)).peekable();
        let Some((id, _)) = staying.peek().copied() else { return Ok(()) };
        // The first ten, and how many.
        let (mut by, mut count) = (Vec::new(), 0);
        for (_, (kind, row)) in staying.filter(|(held, _)| held == id) {
            if count < 10 {
                let uuid = rows::id_of(&self.writer, *kind, *row)?;
                by.extend(uuid.map(|uuid| RecordId { kind: *kind, uuid }));
            }
            count += 1;
        }
        Err(ErrorKind::Referenced { id: *id, count, by }.into())
    }

    /// Notes a change: the next version, when, by whom.
    pub(super) fn stamp(&self, before: &Row, values: &mut Values, now: time::OffsetDateTime) {
        let version = rows::version_of(&before.values).unwrap_or(0).saturating_add(1);
        values.set(system::VERSION, Value::Integer(i64::try_from(version).unwrap_or(i64::MAX)));
        values.set(system::UPDATED, Value::DateTime(now));
        values.take(system::UPDATED_BY);
        if let Some(who) = &self.actor {
            values.set(system::UPDATED_BY, Value::Text(who.clone()));
        }
    }
}

/// What a deletion will do.
struct Plan {
    going: BTreeSet<(Kind, u32)>,
    detached: Vec<(Row, Values)>,
}

/// A record that refers to what goes.
struct Touched {
    before: Row,
    /// What it is about and stays, as far as is known yet. Kept, since to work it out anew for each of those that go would
    /// cost the square of their number.
    about: BTreeSet<RecordId>,
}

impl Touched {
    fn of(catalogue: &Catalogue, before: Row, going: &BTreeSet<RecordId>) -> Self {
        let about = |attribute: AttributeId| {
            catalogue.attribute_by_id(before.kind, attribute).is_some_and(|attribute| attribute.about)
        };
        let targets = references_of(&before.values).into_iter().filter(|reference| about(reference.attribute));
        let about = targets.map(|reference| reference.target).filter(|target| !going.contains(target)).collect();
        Self { before, about }
    }
}

/// Whether two versions of a record differ in more than what the database noted by itself.
fn differ_but_for_notes(before: &Values, after: &Values) -> bool {
    let plain = |values: &Values| {
        let mut values = values.clone();
        values.take(system::NOTED);
        values
    };
    plain(before) != plain(after)
}

/// The attributes without references to what goes.
fn without(values: &Values, going: &BTreeSet<RecordId>) -> Values {
    let mut kept = values.clone();
    for (id, value) in values.iter() {
        match detach(value, going) {
            Some(rest) if rest == *value => {}
            Some(rest) => kept.set(id, rest),
            None => drop(kept.take(id)),
        }
    }
    kept
}

/// What is left of a value: a structured one goes as a whole if a reference in it does.
fn detach(value: &Value, going: &BTreeSet<RecordId>) -> Option<Value> {
    match value {
        Value::Reference(target) => (!going.contains(target)).then(|| value.clone()),
        Value::List(values) => {
            let rest: Vec<Value> = values.iter().filter_map(|value| detach(value, going)).collect();
            (!rest.is_empty()).then_some(Value::List(rest))
        }
        Value::Group(group) => {
            let whole = group.parts.iter().all(|(_, part)| detach(part, going).as_ref() == Some(part));
            whole.then(|| value.clone())
        }
        _ => Some(value.clone()),
    }
}
