//! Tags of records: added and taken away, one record or a whole segment at a time.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::Transaction;
use super::bulk::at;
use super::write::refuse;
use crate::error::{ErrorKind, Result};
use crate::index::place_of;
use crate::model::{Identity, InvalidValue, Kind, RecordId, Rule, Tag, Violation};
use crate::rows::{self, BlockChange, Row};
use crate::segment::SegmentRef;

/// How far a change of a whole segment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many records have been dealt with.
    pub done: u64,
    /// How many there are in all.
    pub total: u64,
    /// How many of those dealt with changed.
    pub changed: u64,
}

impl Transaction<'_> {
    /// Adds a tag to a record; gives whether it was not there yet. Costs the same whatever the record's
    /// size, and changes no version.
    ///
    /// A name that was merged into another tag means that one, and so does everything beneath it.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`Invalid`](ErrorKind::Invalid) for a name that can't be a tag
    /// or a record that has as many as the limits allow; [`Io`](ErrorKind::Io), [`Corrupt`](ErrorKind::Corrupt).
    pub fn tag(&mut self, id: impl Identity, tag: impl TryInto<Tag, Error: Into<InvalidValue>>) -> Result<bool> {
        let id: RecordId = id.into();
        let (kind, row) = (id.kind, self.row_of(id)?);
        let tag = Self::read_tag(kind, tag)?;
        let before = rows::tags_of(&self.writer, &self.catalogue, kind, row)?;
        if self.catalogue.tags.id(&tag).is_some_and(|id| before.contains(&id)) {
            return Ok(false);
        }
        let mut violations = Vec::new();
        self.check_count(before.len() as u64 + 1, &mut violations);
        self.check_name(&tag, &mut violations);
        refuse(kind, violations)?;
        let mut after = before.clone();
        after.extend(self.tag_id(&tag));
        after.sort_unstable();
        self.apply(|writer, _| rows::set_tags(writer, kind, row, &before, &after))?;
        Ok(true)
    }

    /// Takes a tag from a record; gives whether it was there.
    ///
    /// # Errors
    /// As [`tag`](Self::tag).
    pub fn untag(&mut self, id: impl Identity, tag: impl TryInto<Tag, Error: Into<InvalidValue>>) -> Result<bool> {
        let id: RecordId = id.into();
        let (kind, row) = (id.kind, self.row_of(id)?);
        let tag = Self::read_tag(kind, tag)?;
        let before = rows::tags_of(&self.writer, &self.catalogue, kind, row)?;
        let Some(id) = self.catalogue.tags.id(&tag).filter(|id| before.contains(id)) else { return Ok(false) };
        let after: Vec<u32> = before.iter().copied().filter(|other| *other != id).collect();
        self.apply(|writer, _| rows::set_tags(writer, kind, row, &before, &after))?;
        Ok(true)
    }

    /// Adds a tag to all records of a segment; gives how many did not have it. Changes no version.
    ///
    /// Once the segment is answered, no record is read any more, only its tags. Holds the rows of the segment in
    /// memory, 4 bytes each.
    ///
    /// # Errors
    /// [`Invalid`](ErrorKind::Invalid) for a name that can't be a tag; [`Bulk`](ErrorKind::Bulk) as
    /// [`update_many`](Self::update_many), for a record that has as many tags as the limits allow.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert_many(["Ada", "Grace"].map(|given| Contact::named(given, "Example").stage("customer")))?;
    /// let customers = tx.segment("stage = customer")?;
    /// assert_eq!(tx.tag_many(&customers, "mailings/spring")?, 2);
    /// assert_eq!(tx.untag_many(&tx.segment("given_name = Ada")?, "mailings/spring")?, 1);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn tag_many(
        &mut self,
        segment: &impl SegmentRef,
        tag: impl TryInto<Tag, Error: Into<InvalidValue>>,
    ) -> Result<u64> {
        self.tag_each(segment, tag, |_| ControlFlow::Continue(()))
    }

    /// Takes a tag from all records of a segment; gives how many had it. Costs as [`tag_many`](Self::tag_many).
    ///
    /// # Errors
    /// As [`tag_many`](Self::tag_many).
    pub fn untag_many(
        &mut self,
        segment: &impl SegmentRef,
        tag: impl TryInto<Tag, Error: Into<InvalidValue>>,
    ) -> Result<u64> {
        self.untag_each(segment, tag, |_| ControlFlow::Continue(()))
    }

    /// As [`tag_many`](Self::tag_many), and says after at most 4,096 records each how far it has come. `each` can stop
    /// the work: what was tagged until then stays. If `each` panics, the transaction can't be committed any more.
    ///
    /// # Errors
    /// As [`tag_many`](Self::tag_many).
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use contactdb::{Contact, Database, Segment};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert_many((0..10_000).map(|number| Contact::named(format!("Given {number}"), "Example")))?;
    /// let (everybody, mut shown) = (Segment::<Contact>::all(), Vec::new());
    /// tx.tag_each(&everybody, "imported", |progress| {
    ///     shown.push(progress.done * 100 / progress.total);
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!(shown, [39, 79, 100]);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn tag_each(
        &mut self,
        segment: &impl SegmentRef,
        tag: impl TryInto<Tag, Error: Into<InvalidValue>>,
        each: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<u64> {
        let segment = segment.as_ref();
        let kind = segment.kind();
        let tag = Self::read_tag(kind, tag)?;
        let mut violations = Vec::new();
        self.check_name(&tag, &mut violations);
        refuse(kind, violations)?;
        let rows = self.rows_of(segment)?;
        // A tag that no record gets is not made.
        if rows.is_empty() {
            return Ok(0);
        }
        self.whole(|tx| match tx.tag_id(&tag) {
            Some(id) => tx.change_each(kind, id, true, &rows, each),
            None => Ok(0),
        })
    }

    /// As [`untag_many`](Self::untag_many), with the progress as in [`tag_each`](Self::tag_each).
    ///
    /// # Errors
    /// As [`tag_many`](Self::tag_many).
    pub fn untag_each(
        &mut self,
        segment: &impl SegmentRef,
        tag: impl TryInto<Tag, Error: Into<InvalidValue>>,
        each: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<u64> {
        let segment = segment.as_ref();
        let kind = segment.kind();
        let tag = Self::read_tag(kind, tag)?;
        let rows = self.rows_of(segment)?;
        let Some(id) = self.catalogue.tags.id(&tag) else { return Ok(0) };
        self.whole(|tx| tx.change_each(kind, id, false, &rows, each))
    }

    /// Adds a tag to rows in ascending order, or takes it from them, block by block.
    fn change_each(
        &mut self,
        kind: Kind,
        tag: u32,
        present: bool,
        rows: &[u32],
        mut each: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<u64> {
        let change = BlockChange { kind, tag, present, max: self.options.limits.tags };
        let mut progress = Progress { done: 0, total: rows.len() as u64, changed: 0 };
        for block in rows.chunk_by(|one, next| place_of(*one).0 == place_of(*next).0) {
            match self.apply(|writer, catalogue| rows::tag_rows(writer, catalogue, change, block))? {
                Ok(changed) => progress.changed += changed,
                Err((index, count)) => {
                    let mut violations = Vec::new();
                    self.check_count(count, &mut violations);
                    return refuse(kind, violations)
                        .map(|()| progress.changed)
                        .map_err(|source| at(progress.done + index, source));
                }
            }
            progress.done += block.len() as u64;
            if each(progress).is_break() {
                break;
            }
        }
        Ok(progress.changed)
    }

    /// The row of a record.
    pub(crate) fn row_of(&self, id: RecordId) -> Result<u32> {
        Ok(rows::find(&self.writer, id)?.ok_or(ErrorKind::NotFound { id })?)
    }

    /// Reads the name of a tag.
    fn read_tag(kind: Kind, tag: impl TryInto<Tag, Error: Into<InvalidValue>>) -> Result<Tag> {
        tag.try_into().map_err(|error| {
            let violations = vec![Into::<InvalidValue>::into(error).violation("tag")];
            ErrorKind::Invalid { kind, violations }.into()
        })
    }

    /// Adds what is wrong with the tags that a record is to have.
    pub(super) fn check_tags(&self, tags: &BTreeSet<Tag>, violations: &mut Vec<Violation>) {
        self.check_count(tags.len() as u64, violations);
        for tag in tags {
            self.check_name(tag, violations);
        }
    }

    fn check_count(&self, count: u64, violations: &mut Vec<Violation>) {
        let max = self.options.limits.tags;
        if count > max {
            let rule = Rule::TooLong { max, unit: "values" };
            violations.push(Violation { attribute: "tags".into(), rule, found: count.to_string() });
        }
    }

    /// A name beneath one that was merged lies beneath another one, and may be too long there.
    fn check_name(&self, tag: &Tag, violations: &mut Vec<Violation>) {
        if self.catalogue.tags.node(tag).is_none()
            && let Err(name) = self.catalogue.tags.canonical(tag)
        {
            violations
                .push(InvalidValue::new("tag", &name, "a name of at most 8 levels and 200 bytes").violation("tags"));
        }
    }

    /// Writes the tags of a row, if they differ.
    pub(super) fn put_tags(&mut self, row: &Row, tags: &BTreeSet<Tag>) -> Result<()> {
        let ids = self.tag_ids(tags);
        if ids != row.tags {
            self.apply(|writer, _| rows::set_tags(writer, row.kind, row.row, &row.tags, &ids))?;
        }
        Ok(())
    }

    /// The ids of tags that were checked, sorted; those that do not exist yet are made.
    pub(super) fn tag_ids(&mut self, tags: &BTreeSet<Tag>) -> Vec<u32> {
        let mut ids: Vec<u32> = tags.iter().filter_map(|tag| self.tag_id(tag)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The id of a tag, which is made if there is none; `None` for a name that is too long.
    fn tag_id(&mut self, tag: &Tag) -> Option<u32> {
        if let Some(id) = self.catalogue.tags.id(tag) {
            return Some(id);
        }
        self.catalogue_changed = true;
        let (id, changed) = Arc::make_mut(&mut self.catalogue).tags_mut().make(tag).ok()?;
        for id in changed {
            rows::put_tag(&mut self.writer, id, &self.catalogue.tags.definition(id));
        }
        Some(id)
    }
}
