//! Tags of records: added and taken away, one record or a whole segment at a time.

use std::collections::BTreeSet;

use super::Transaction;
use super::write::refuse;
use crate::error::{ErrorKind, Result};
use crate::model::{Id, InvalidValue, Record, Rule, Tag, Violation};
use crate::rows::{self, Row};
use crate::schema::TagDefinition;
use crate::segment::Segment;

impl Transaction<'_> {
    /// Adds a tag to a record; gives whether it was not there yet. Costs the same whatever the record's
    /// size, and changes no version.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`Invalid`](ErrorKind::Invalid) for a name that can't be a tag
    /// or a record that has as many as the limits allow; [`Io`](ErrorKind::Io), [`Corrupt`](ErrorKind::Corrupt).
    pub fn tag<T: Record>(&mut self, id: Id<T>, tag: impl TryInto<Tag, Error: Into<InvalidValue>>) -> Result<bool> {
        let row = self.load(id)?;
        let tag = Self::read_tag::<T>(tag)?;
        self.tag_row::<T>(&row, tag)
    }

    /// Takes a tag from a record; gives whether it was there.
    ///
    /// # Errors
    /// As [`tag`](Self::tag).
    pub fn untag<T: Record>(&mut self, id: Id<T>, tag: impl TryInto<Tag, Error: Into<InvalidValue>>) -> Result<bool> {
        let row = self.load(id)?;
        let tag = Self::read_tag::<T>(tag)?;
        self.untag_row::<T>(&row, tag)
    }

    /// Adds a tag to a record that was read; gives whether it was not there yet.
    pub(super) fn tag_row<T: Record>(&mut self, row: &Row, tag: Tag) -> Result<bool> {
        self.change_tags::<T>(row, tag, BTreeSet::insert)
    }

    /// Takes a tag from a record that was read; gives whether it was there.
    pub(super) fn untag_row<T: Record>(&mut self, row: &Row, tag: Tag) -> Result<bool> {
        self.change_tags::<T>(row, tag, |tags, tag| tags.remove(&tag))
    }

    fn change_tags<T: Record>(
        &mut self,
        row: &Row,
        tag: Tag,
        change: impl FnOnce(&mut BTreeSet<Tag>, Tag) -> bool,
    ) -> Result<bool> {
        // The tag in the spelling that the database has.
        let tag = self.catalogue.tags.id(&tag).and_then(|id| self.catalogue.tags.name(id).cloned()).unwrap_or(tag);
        let mut tags: BTreeSet<Tag> = row.tags.iter().filter_map(|id| self.catalogue.tags.name(*id).cloned()).collect();
        let changed = change(&mut tags, tag);
        if changed {
            let mut violations = Vec::new();
            self.check_tags(&tags, &mut violations);
            refuse::<T>(violations)?;
            self.put_tags::<T>(row, &tags)?;
        }
        Ok(changed)
    }

    /// Reads the name of a tag.
    pub(super) fn read_tag<T: Record>(tag: impl TryInto<Tag, Error: Into<InvalidValue>>) -> Result<Tag> {
        tag.try_into().map_err(|error| {
            let violations = vec![Into::<InvalidValue>::into(error).violation("tag")];
            ErrorKind::Invalid { kind: T::KIND, violations }.into()
        })
    }

    /// Adds a tag to all records of a segment; gives how many did not have it.
    ///
    /// Holds the rows of the segment in memory, 4 bytes each.
    ///
    /// # Errors
    /// [`Invalid`](ErrorKind::Invalid) for a name that can't be a tag; [`Bulk`](ErrorKind::Bulk) as
    /// [`update_many`](Self::update_many).
    pub fn tag_many<T: Record>(
        &mut self,
        segment: &Segment<T>,
        tag: impl TryInto<Tag, Error: Into<InvalidValue>>,
    ) -> Result<u64> {
        let tag = Self::read_tag::<T>(tag)?;
        self.each_of(segment, |tx, row| tx.tag_row::<T>(row, tag.clone()))
    }

    /// Takes a tag from all records of a segment; gives how many had it.
    ///
    /// # Errors
    /// As [`tag_many`](Self::tag_many).
    pub fn untag_many<T: Record>(
        &mut self,
        segment: &Segment<T>,
        tag: impl TryInto<Tag, Error: Into<InvalidValue>>,
    ) -> Result<u64> {
        let tag = Self::read_tag::<T>(tag)?;
        self.each_of(segment, |tx, row| tx.untag_row::<T>(row, tag.clone()))
    }

    pub(super) fn check_tags(&self, tags: &BTreeSet<Tag>, violations: &mut Vec<Violation>) {
        let max = self.options.limits.tags;
        if tags.len() as u64 > max {
            let rule = Rule::TooLong { max, unit: "values" };
            violations.push(Violation { attribute: "tags".into(), rule, found: tags.len().to_string() });
        }
    }

    /// Writes the tags of a row, if they differ.
    pub(super) fn put_tags<T: Record>(&mut self, row: &Row, tags: &BTreeSet<Tag>) -> Result<()> {
        let ids = self.tag_ids(tags);
        if ids != row.tags {
            self.apply(|writer, _| {
                rows::set_tags(writer, T::KIND, row.row, &ids);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The ids of tags, sorted; those that do not exist yet are made.
    pub(super) fn tag_ids(&mut self, tags: &BTreeSet<Tag>) -> Vec<u32> {
        let mut ids: Vec<u32> = tags.iter().map(|tag| self.tag_id(tag)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn tag_id(&mut self, tag: &Tag) -> u32 {
        if let Some(id) = self.catalogue.tags.id(tag) {
            return id;
        }
        let id = self.catalogue.tags.next_id();
        let definition = TagDefinition::new(tag.as_str().to_owned());
        rows::put_tag(&mut self.writer, id, &definition);
        self.catalogue_mut().tags.add(id, &definition);
        id
    }
}
