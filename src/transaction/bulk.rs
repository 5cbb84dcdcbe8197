//! Many records at a time, in bounded memory.

use std::ops::ControlFlow;

use super::Transaction;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Id, InvalidValue, Record, Tag};
use crate::read::Read;
use crate::rows;
use crate::segment::Segment;
use crate::view::View;

/// What became of one record of [`Transaction::insert_each`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome<T> {
    /// Its place, counted from 0.
    pub index: u64,
    /// Its id, or why it was refused.
    pub result: Result<Id<T>>,
}

impl Transaction<'_> {
    /// Puts many records in: all of them or, if one is refused, none.
    ///
    /// Changes are held in memory up to [`Limits::write_set`](crate::Limits) bytes, then moved into the
    /// file, where they stay unseen until the commit; so memory does not grow with their number, but for
    /// the 16 bytes of each id that is given back.
    ///
    /// # Errors
    /// [`Bulk`](ErrorKind::Bulk) with the place of the first record that is refused. The transaction
    /// can't be committed any more then, so that nothing is left behind.
    pub fn insert_many<T: Record>(&mut self, records: impl IntoIterator<Item = T>) -> Result<Vec<Id<T>>> {
        let mut ids = Vec::new();
        for (index, record) in (0..).zip(records) {
            match self.insert(&record) {
                Ok(id) => ids.push(id),
                Err(source) => {
                    self.writer.poison();
                    return Err(ErrorKind::Bulk { index, source }.into());
                }
            }
        }
        Ok(ids)
    }

    /// Puts many records in and says of each what became of it; those that are refused are left out.
    /// `each` can stop the work: what was put in until then stays. Gives how many were put in.
    ///
    /// Memory does not grow with the number of records.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) and whatever else is not the fault of one record.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use contactdb::{Contact, Database};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let people = ["ada@acme.example", "no address", "joe@acme.example"];
    /// let records = people.map(|email| Contact::new().email(email));
    /// let mut refused = Vec::new();
    /// let inserted = tx.insert_each(records, |outcome| {
    ///     refused.extend(outcome.result.err().map(|error| (outcome.index, error)));
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!((inserted, refused.len()), (2, 1));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn insert_each<T: Record>(
        &mut self,
        records: impl IntoIterator<Item = T>,
        mut each: impl FnMut(Outcome<T>) -> ControlFlow<()>,
    ) -> Result<u64> {
        let mut inserted = 0;
        for (index, record) in (0..).zip(records) {
            let result = match self.insert(&record) {
                Err(error) if !error.is_invalid() => return Err(error),
                result => result,
            };
            inserted += u64::from(result.is_ok());
            if each(Outcome { index, result }).is_break() {
                break;
            }
        }
        Ok(inserted)
    }

    /// Changes all records of a segment; gives how many changed.
    ///
    /// Holds the rows of the segment in memory, 4 bytes each.
    ///
    /// # Errors
    /// [`Bulk`](ErrorKind::Bulk) with the place of the first change that is refused. The transaction can't
    /// be committed any more then.
    pub fn update_many<T: Record>(&mut self, segment: &Segment<T>, mut change: impl FnMut(&mut T)) -> Result<u64> {
        let mut changed = 0;
        for (index, row) in (0..).zip(self.rows_of(segment)?) {
            let id = self.id_of_row(row)?;
            let before = self.load::<T>(id)?;
            let version = self.update(id, &mut change).map_err(|source| {
                self.writer.poison();
                Error::from(ErrorKind::Bulk { index, source })
            })?;
            changed += u64::from(rows::version_of(&before.values) != Some(version));
        }
        Ok(changed)
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
        self.each_tagged(segment, |tx, id| tx.tag(id, tag.clone()))
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
        self.each_tagged(segment, |tx, id| tx.untag(id, tag.clone()))
    }

    fn each_tagged<T: Record>(
        &mut self,
        segment: &Segment<T>,
        mut change: impl FnMut(&mut Self, Id<T>) -> Result<bool>,
    ) -> Result<u64> {
        let mut changed = 0;
        for (index, row) in (0..).zip(self.rows_of(segment)?) {
            let id = self.id_of_row(row)?;
            changed += match change(self, id) {
                Ok(changed) => u64::from(changed),
                Err(source) => {
                    self.writer.poison();
                    return Err(ErrorKind::Bulk { index, source }.into());
                }
            };
        }
        Ok(changed)
    }

    /// The rows of a segment as they are before the change.
    pub(super) fn rows_of<T: Record>(&self, segment: &Segment<T>) -> Result<Vec<u32>> {
        crate::engine::rows(self.tables().0, self.catalogue(), &self.moment(), segment.as_any())
    }

    fn id_of_row<T: Record>(&self, row: u32) -> Result<Id<T>> {
        let uuid = rows::id_of(&self.writer, T::KIND, row)?;
        // A row of the segment that an earlier change deleted is not found by its nil id either.
        Ok(Id::from_uuid(uuid.unwrap_or_default()))
    }
}
