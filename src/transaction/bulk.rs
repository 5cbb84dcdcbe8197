//! Many records at a time, in bounded memory.

use std::ops::ControlFlow;

use super::Transaction;
use crate::error::{Error, ErrorKind, Result};
use crate::model::Storable;
use crate::read::view::View;
use crate::rows::{self, Row};
use crate::schema::system;
use crate::segment::{AnySegment, SegmentRef};

/// What became of one record of [`Transaction::insert_each`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome<I> {
    /// Its place, counted from 0.
    pub index: u64,
    /// Its id, or why it was refused.
    pub result: Result<I>,
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
    pub fn insert_many<T: Storable>(&mut self, records: impl IntoIterator<Item = T>) -> Result<Vec<T::Id>> {
        self.whole(|tx| {
            let insert = |(index, record): (u64, T)| tx.insert(&record).map_err(|source| at(index, source));
            (0..).zip(records).map(insert).collect()
        })
    }

    /// Puts many records in and says of each what became of it; those that are refused are left out.
    /// `each` can stop the work: what was put in until then stays. Gives how many were put in.
    ///
    /// Memory does not grow with the number of records. If the iterator or `each` panics, the transaction can't
    /// be committed any more.
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
    pub fn insert_each<T: Storable>(
        &mut self,
        records: impl IntoIterator<Item = T>,
        mut each: impl FnMut(Outcome<T::Id>) -> ControlFlow<()>,
    ) -> Result<u64> {
        self.whole(|tx| {
            let mut inserted = 0;
            for (index, record) in (0..).zip(records) {
                let result = match tx.insert(&record) {
                    Err(error) if !error.is_invalid() => return Err(error),
                    result => result,
                };
                inserted += u64::from(result.is_ok());
                if each(Outcome { index, result }).is_break() {
                    break;
                }
            }
            Ok(inserted)
        })
    }

    /// Changes all records of a segment; gives how many changed.
    ///
    /// Holds the rows of the segment in memory, 4 bytes each.
    ///
    /// # Errors
    /// [`Bulk`](ErrorKind::Bulk) with the place of the first change that is refused. The transaction can't
    /// be committed any more then.
    pub fn update_many<S: SegmentRef>(&mut self, segment: &S, mut change: impl FnMut(&mut S::Record)) -> Result<u64> {
        self.each_of(segment, |tx, row| Ok(Some(tx.update_row(row, &mut change)?) != rows::version_of(&row.values)))
    }

    /// Notes anew, for all records of a segment, the companies of the people whom they are about, as those are known now
    /// for the day of each record; gives for how many that differs. For use after an import that brought interactions before
    /// affiliations: else what was noted when a record was written stays, as history does. Changes no version.
    ///
    /// Holds the rows of the segment in memory, 4 bytes each; reads each person.
    ///
    /// # Errors
    /// As [`update_many`](Self::update_many).
    ///
    /// ```
    /// use contactdb::{Affiliation, Company, Contact, Database, Interaction, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let acme = tx.insert(&Company::new("Acme"))?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    /// tx.insert(&Interaction::call(ada))?;
    /// tx.update(ada, |ada| ada.affiliations.push(Affiliation::with(acme)))?;
    /// let called = tx.segment_of::<Company>("last_interaction is set")?;
    /// assert_eq!(tx.count(&called)?, 0);
    /// assert_eq!(tx.note_companies(&tx.segment_of::<Interaction>("all")?)?, 1);
    /// assert_eq!(tx.count(&called)?, 1);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn note_companies(&mut self, segment: &impl SegmentRef) -> Result<u64> {
        let moment = self.moment();
        self.each_of(segment, |tx, row| {
            let mut values = row.values.clone();
            values.take(system::NOTED);
            rows::note(&tx.writer, &tx.catalogue, row.kind, None, &mut values, |at| moment.date_of(at))?;
            let differs = values != row.values;
            if differs {
                tx.apply(|writer, catalogue| rows::replace(writer, catalogue, row.kind, row, &values))?;
            }
            Ok(differs)
        })
    }

    /// Runs a change over each record of a segment; gives how many it changed.
    fn each_of(
        &mut self,
        segment: &impl SegmentRef,
        mut change: impl FnMut(&mut Self, &Row) -> Result<bool>,
    ) -> Result<u64> {
        let rows = self.rows_of(segment.as_ref())?;
        let kind = segment.as_ref().kind();
        self.whole(|tx| {
            let mut changed = 0;
            for (index, row) in (0..).zip(rows) {
                // The changes touch no record but their own, so every row of the segment is still there.
                let row = rows::load(&tx.writer, &tx.catalogue, kind, row).map_err(|error| at(index, error.into()))?;
                if let Some(row) = row {
                    changed += u64::from(change(tx, &row).map_err(|source| at(index, source))?);
                }
            }
            Ok(changed)
        })
    }

    /// The rows of a segment as they are before the change.
    pub(super) fn rows_of(&self, segment: &AnySegment) -> Result<Vec<u32>> {
        crate::engine::rows(&self.scope(&self.moment())?, segment)
    }
}

/// Says at which record of a bulk write an error came up.
pub(super) fn at(index: u64, source: Error) -> Error {
    ErrorKind::Bulk { index, source }.into()
}
