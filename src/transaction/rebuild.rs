//! Indexes made anew from the records.

use super::{Progress, Transaction};
use crate::error::Result;
use crate::read::soundness::total;
use crate::rows;
use crate::store;

impl Transaction<'_> {
    /// Makes everything that is derived from records anew: the tables of ids, keys, links and tags, the agenda, the columns that
    /// questions read, and the counts. Nothing else changes, no version either. `progress` is told how many records of how many have
    /// been gone through, each of them counted twice; `changed` stays nought.
    ///
    /// Takes a few times as long as [`check`](crate::Read::check), which says whether there is need of it; the file grows by about
    /// the size of its indexes for the time.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert(&Contact::named("Ada", "Lovelace").email("ada@acme.example"))?;
    /// tx.rebuild_indexes(|_| {})?;
    /// assert!(tx.check(|_| {})?.is_sound());
    /// tx.commit()?;
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Corrupt`](crate::ErrorKind::Corrupt) if a record or its tags can't be read, [`Io`](crate::ErrorKind::Io); the transaction can't be
    /// committed then.
    pub fn rebuild_indexes(&mut self, mut progress: impl FnMut(Progress)) -> Result<()> {
        self.writer.check_usable()?;
        // What it gathered would be written over what is made here.
        self.filling.stop();
        let total = total(&self.writer, &self.catalogue).saturating_mul(2);
        self.whole(|tx| {
            let mut done = |done| progress(Progress { done, total, changed: 0 });
            Ok(rows::mend(&mut tx.writer, &tx.catalogue, &mut done).map(drop)?)
        })
    }

    /// Keys phone numbers as the catalogue has it, says so in the file, and commits.
    pub(crate) fn rekey_phones(mut self) -> Result<()> {
        self.rebuild_indexes(|_| {})?;
        store::set_phone_keys(&mut self.writer, self.catalogue.phones().name());
        // Whoever has the file open must notice.
        self.catalogue_mut();
        self.commit()
    }
}
