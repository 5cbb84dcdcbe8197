//! One record at a time: insert, update, replace, upsert.

use std::collections::BTreeSet;
use std::fmt;

use time::OffsetDateTime;
use uuid::Uuid;

use super::Transaction;
use crate::clock::in_utc;
use crate::error::{Error, ErrorKind, Result};
use crate::index;
use crate::model::sealed::FromRecordId;
use crate::model::{
    AnyRecord, AttributeId, Id, Identity, Kind, Record, RecordId, Rule, Storable, Stored, Tag, Value, Values,
    Violation, to_stored_instant,
};
use crate::read::lookup::By;
use crate::rows::{self, Row, Subject, Targets};
use crate::schema::{self, Writing, system};

/// What [`Transaction::upsert`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Upserted<I> {
    /// The record.
    pub id: I,
    /// Whether it is new.
    pub created: bool,
    /// Its version now.
    pub version: u64,
}

/// Two versions of a record that do not go together.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Conflict<T: Storable> {
    /// The version the caller thought was stored.
    pub expected: u64,
    /// What the caller wanted to store.
    pub yours: T,
    /// What is stored.
    pub stored: Stored<T>,
}

/// Why a record was not replaced. Turns into an [`Error`] with `?`.
#[derive(Debug)]
pub enum ReplaceError<T: Storable> {
    /// The record was changed since it was read. Carries both versions, to be merged or shown.
    Conflict(Box<Conflict<T>>),
    /// Anything else.
    Other(Error),
}

impl<T: Storable> From<ReplaceError<T>> for Error {
    fn from(error: ReplaceError<T>) -> Self {
        match error {
            ReplaceError::Conflict(conflict) => ErrorKind::VersionConflict {
                id: conflict.stored.id.into(),
                expected: conflict.expected,
                found: conflict.stored.version,
            }
            .into(),
            ReplaceError::Other(error) => error,
        }
    }
}

impl<T: Storable> From<Error> for ReplaceError<T> {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl<T: Storable> fmt::Display for ReplaceError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict(conflict) => write!(
                f,
                "the record was changed meanwhile: expected version {}, found {}",
                conflict.expected, conflict.stored.version
            ),
            Self::Other(error) => error.fmt(f),
        }
    }
}

/// A record that passed all checks, and its tags by name.
struct Checked {
    values: Values,
    tags: BTreeSet<Tag>,
    /// Where records stand to which it refers.
    targets: Targets,
}

impl Transaction<'_> {
    /// Puts a new record in and gives its id.
    ///
    /// All rules are checked first: of types, custom fields, options, references, unique values, lengths.
    /// Tags that do not exist yet are made.
    ///
    /// # Errors
    /// [`Invalid`](ErrorKind::Invalid) with every rule that is broken; nothing is written then.
    /// [`Full`](ErrorKind::Full), [`Io`](ErrorKind::Io), [`Corrupt`](ErrorKind::Corrupt).
    pub fn insert<T: Storable>(&mut self, record: &T) -> Result<T::Id> {
        let Row { kind, id, .. } = self.insert_row(record)?;
        Ok(T::Id::from_record_id(RecordId { kind, uuid: id }))
    }

    /// Puts a new record in and gives it as it is stored.
    pub(crate) fn insert_row<T: Storable>(&mut self, record: &T) -> Result<Row> {
        let kind = record.kind();
        self.check_usable(kind)?;
        let now = self.instant();
        let id = self.options.ids.next(now);
        let mut checked = self.check(record, id, None, now)?;
        let values = &mut checked.values;
        values.set(system::VERSION, Value::Integer(1));
        values.set(system::CREATED, Value::DateTime(now));
        values.set(system::UPDATED, Value::DateTime(now));
        if let Some(who) = &self.actor {
            values.set(system::CREATED_BY, Value::Text(who.clone()));
            values.set(system::UPDATED_BY, Value::Text(who.clone()));
        }
        let tags = self.tag_ids(&checked.tags);
        let row = self.put_new(RecordId { kind, uuid: id }, &checked.values, &tags, checked.targets)?;
        Ok(Row { kind, row, id, values: checked.values, tags, of_columns: false })
    }

    /// Writes a new record that was checked, and gives its row; `targets` are those to which it refers.
    pub(super) fn put_new(&mut self, id: RecordId, values: &Values, tags: &[u32], targets: Targets) -> Result<u32> {
        let mut filling = std::mem::take(&mut self.filling);
        let (row, filling) = self.apply(|writer, catalogue| {
            let inserted = rows::insert(writer, catalogue, id.kind, id.uuid, values, tags, targets)?;
            filling.add(writer, catalogue, id.kind, &inserted, values)?;
            Ok((inserted.0, filling))
        })?;
        self.filling = filling;
        Ok(row)
    }

    /// Changes a record and gives its new version. Only what differs is checked and written; if nothing
    /// does, the version stays. A change of tags alone changes no version either.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); else as [`insert`](Self::insert). Nothing is written then.
    pub fn update<I: Identity>(&mut self, id: I, change: impl FnOnce(&mut I::Record)) -> Result<u64> {
        let before = self.load(id)?;
        self.update_row(&before, change)
    }

    /// Changes a record that was read; gives its new version.
    pub(crate) fn update_row<T: Storable>(&mut self, before: &Row, change: impl FnOnce(&mut T)) -> Result<u64> {
        let mut record = rows::to_stored::<T>(&self.catalogue, before.clone())?.record;
        change(&mut record);
        self.overwrite(before, &record)
    }

    /// Gives a record that was read values that it had once, and takes those away that it had not. What follows from a change by itself was
    /// among them, so nothing follows: a history that was empty is so again.
    pub(crate) fn put_back(&mut self, before: &Row, values: &[(AttributeId, Option<Value>)]) -> Result<u64> {
        let mut record = rows::to_stored::<AnyRecord>(&self.catalogue, before.clone())?.record;
        for (id, value) in values {
            let Some(attribute) = self.catalogue.attribute_by_id(before.kind, *id) else { continue };
            match value {
                Some(value) => record.fields.set_value(&attribute.key, value.clone()),
                None => record.fields.clear_value(&attribute.key),
            }
        }
        self.overwrite_with(before, &record, values)
    }

    /// Puts a whole record in the place of the stored one, if that has still the expected version, and
    /// gives the new version.
    ///
    /// # Errors
    /// [`ReplaceError::Conflict`] with both versions if the record was changed meanwhile; else as
    /// [`update`](Self::update). Nothing is written then.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Read, ReplaceError};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let id = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    /// let mut mine = tx.get(id)?.expect("just inserted");
    /// tx.update(id, |ada| ada.department = Some("Engines".into()))?;
    ///
    /// mine.record.job_title = Some("Analyst".into());
    /// match tx.replace(id, mine.version, mine.record) {
    ///     Err(ReplaceError::Conflict(conflict)) => assert_eq!(conflict.stored.version, 2),
    ///     other => panic!("expected a conflict, found {other:?}"),
    /// }
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn replace<I: Identity>(
        &mut self,
        id: I,
        expected: u64,
        record: I::Record,
    ) -> std::result::Result<u64, ReplaceError<I::Record>> {
        let before = self.load(id)?;
        if rows::version_of(&before.values) != Some(expected) {
            let stored = rows::to_stored(&self.catalogue, before).map_err(Error::from)?;
            return Err(ReplaceError::Conflict(Box::new(Conflict { expected, yours: record, stored })));
        }
        Ok(self.overwrite(&before, &record)?)
    }

    /// Changes the record that has a key, or makes one that has it. The key must be one that at most
    /// one record can have: an external id or a unique field.
    ///
    /// `change` gets the stored record, or a blank one that will have the key.
    ///
    /// # Errors
    /// [`NotAKey`](ErrorKind::NotAKey) for e-mail addresses, phone numbers and fields that are not
    /// unique; else as [`insert`](Self::insert) and [`update`](Self::update).
    ///
    /// ```
    /// use contactdb::{By, Contact, Database, PersonName};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// for title in ["Analyst", "Countess"] {
    ///     let done = tx.upsert(&By::external_id("webshop", "17"), |ada: &mut Contact| {
    ///         ada.name = PersonName::new("Ada", "Lovelace");
    ///         ada.job_title = Some(title.into());
    ///     })?;
    ///     assert_eq!(done.created, title == "Analyst");
    /// }
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn upsert<T: Record>(&mut self, key: &By, change: impl FnOnce(&mut T)) -> Result<Upserted<Id<T>>> {
        self.upsert_of(T::KIND, key, change)
    }

    /// As [`upsert`](Self::upsert), of a kind that is known only when the program runs.
    ///
    /// # Errors
    /// As for [`upsert`](Self::upsert).
    pub fn upsert_any(
        &mut self,
        kind: Kind,
        key: &By,
        change: impl FnOnce(&mut AnyRecord),
    ) -> Result<Upserted<RecordId>> {
        self.upsert_of(kind, key, change)
    }

    fn upsert_of<T: Storable>(&mut self, kind: Kind, key: &By, change: impl FnOnce(&mut T)) -> Result<Upserted<T::Id>> {
        let region = self.options.phones.region;
        let not_a_key = |reason| ErrorKind::NotAKey { kind, attribute: key.attribute().to_owned(), reason };
        let entry = key.entry(&self.catalogue, kind, region)?.filter(|entry| entry.unique);
        let entry = entry.ok_or_else(|| not_a_key("expected an external id or a value of a unique field"))?;
        for row in rows::rows_with(&self.writer, kind, &entry)? {
            let Some(uuid) = rows::id_of(&self.writer, kind, row)? else { continue };
            let id = T::Id::from_record_id(RecordId { kind, uuid });
            let version = self.update(id, change)?;
            return Ok(Upserted { id, created: false, version });
        }
        let mut record: T = key.blank(&self.catalogue, kind);
        change(&mut record);
        // A record without the key would be made anew each time.
        let mut values = schema::to_values(&record, &self.catalogue, &mut Vec::new());
        schema::normalise(&mut values, None, region);
        if !index::keys_of(&self.catalogue, kind, &values).contains(&entry) {
            return Err(not_a_key("the change took it away from the new record").into());
        }
        Ok(Upserted { id: self.insert(&record)?, created: true, version: 1 })
    }

    pub(super) fn instant(&self) -> OffsetDateTime {
        to_stored_instant(in_utc(self.options.clock.now()))
    }

    pub(crate) fn load(&self, id: impl Into<RecordId>) -> Result<Row> {
        let id: RecordId = id.into();
        let row = rows::find(&self.writer, id)?.ok_or(ErrorKind::NotFound { id })?;
        let found = rows::load(&self.writer, &self.catalogue, id.kind, row)?;
        Ok(found.ok_or(ErrorKind::NotFound { id })?)
    }

    /// Checks everything about a record that is to be written; all that is wrong with it comes back at once.
    fn check<T: Storable>(&self, record: &T, id: Uuid, before: Option<&Row>, now: OffsetDateTime) -> Result<Checked> {
        let options = self.options;
        let catalogue = &*self.catalogue;
        let kind = record.kind();
        let mut violations = Vec::new();
        let mut values = schema::to_values(record, catalogue, &mut violations);
        match before {
            None => schema::fill_defaults(catalogue, kind, &mut values, now),
            Some(before) => keep_unseen(catalogue, kind, &before.values, &mut values),
        }
        let old = before.map(|before| &before.values);
        schema::normalise(&mut values, old, options.phones.region);
        let writing = Writing { now, by: self.actor.as_deref(), max: options.limits.values };
        schema::follow(catalogue, kind, old, &mut values, writing);
        schema::check(catalogue, kind, &values, old, &options.limits, &mut violations);
        schema::check_stage(catalogue, kind, &values, old, &mut violations);
        schema::check_parts(record, &values, catalogue, &mut violations);
        let subject = Subject { kind, id, values: &values, before };
        let targets = rows::check(&self.writer, catalogue, subject, &mut violations)?;
        let tags = record.tags().clone();
        self.check_tags(&tags, &mut violations);
        if let Some(who) = self.actor.as_ref().filter(|who| who.len() as u64 > options.limits.text) {
            let rule = Rule::TooLong { max: options.limits.text, unit: "bytes" };
            violations.push(schema::violation("updated_by", rule, Some(&Value::from(who.as_str()))));
        }
        refuse(kind, violations)?;
        rows::note(&self.writer, catalogue, kind, old, &mut values, |at| options.moment().date_of(at))?;
        Ok(Checked { values, tags, targets })
    }

    /// Refuses what an insert would refuse, and writes nothing; gives the values that would be written.
    pub(crate) fn check_insert<T: Storable>(&self, record: &T) -> Result<Values> {
        self.check_usable(record.kind())?;
        self.check(record, Uuid::max(), None, self.instant()).map(|checked| checked.values)
    }

    /// Refuses what an update would refuse, and writes nothing.
    pub(crate) fn check_update<I: Identity>(&self, id: I, change: impl FnOnce(&mut I::Record)) -> Result<()> {
        let before = self.load(id)?;
        let mut record = rows::to_stored::<I::Record>(&self.catalogue, before.clone())?.record;
        change(&mut record);
        self.check(&record, before.id, Some(&before), self.instant()).map(drop)
    }

    /// Refuses a record that would take the place of one of another kind.
    fn check_kind(&self, stored: Kind, found: Kind) -> Result<()> {
        if found == stored {
            return Ok(());
        }
        let name =
            |kind| self.catalogue.kind(kind).map_or_else(|| kind.to_string(), |entry| entry.singular.to_string());
        let rule = Rule::Type { expected: format!("a record of the kind {}", name(stored)) };
        refuse(stored, vec![schema::violation("kind", rule, Some(&Value::from(name(found))))])
    }

    /// Writes the record of a row anew, if it differs; gives its version.
    fn overwrite<T: Storable>(&mut self, before: &Row, record: &T) -> Result<u64> {
        self.overwrite_with(before, record, &[])
    }

    /// Writes the record of a row anew with some values as they are here, whatever follows from others.
    fn overwrite_with<T: Storable>(
        &mut self,
        before: &Row,
        record: &T,
        exactly: &[(AttributeId, Option<Value>)],
    ) -> Result<u64> {
        self.check_kind(before.kind, record.kind())?;
        let now = self.instant();
        let mut checked = self.check(record, before.id, Some(before), now)?;
        let values = &mut checked.values;
        for (id, value) in exactly {
            match value {
                Some(value) => values.set(*id, value.clone()),
                None => drop(values.take(*id)),
            }
        }
        for id in system::ALL {
            if let Some(value) = before.values.get(id) {
                values.set(id, value.clone());
            }
        }
        let mut version = rows::version_of(&before.values).unwrap_or(0);
        if *values != before.values {
            version += 1;
            self.stamp(before, values, now);
            self.apply(|writer, catalogue| rows::replace(writer, catalogue, before.kind, before, &checked.values))?;
        }
        self.put_tags(before, &checked.tags)?;
        Ok(version)
    }
}

/// Refuses a record that breaks rules.
pub(super) fn refuse(kind: Kind, violations: Vec<Violation>) -> Result<()> {
    if violations.is_empty() { Ok(()) } else { Err(ErrorKind::Invalid { kind, violations }.into()) }
}

/// What the writer of a whole record can't have seen stays: values of archived fields, and what a newer
/// version of the crate wrote.
fn keep_unseen(catalogue: &schema::Catalogue, kind: Kind, before: &Values, values: &mut Values) {
    for (id, value) in before.iter() {
        let unseen = match catalogue.attribute_by_id(kind, id) {
            Some(attribute) => attribute.archived,
            None => true,
        };
        if unseen && values.get(id).is_none() {
            values.set(id, value.clone());
        }
    }
    if values.opaque.is_empty() {
        values.opaque.clone_from(&before.opaque);
    }
}
