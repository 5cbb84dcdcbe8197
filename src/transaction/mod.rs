//! Everything that writes.

mod bulk;
mod definitions;
mod delete;
mod fields;
mod kinds;
mod pipelines;

mod presets;
mod questions;
mod rebuild;
mod restore;
mod tag_names;
mod tags;
mod tasks;
mod write;

use std::sync::Arc;

use crate::cache::CatalogueCache;
use crate::clock::Moment;
use crate::error::{ErrorKind, Result};
use crate::model::Kind;
use crate::options::Options;
use crate::read::Read;
use crate::read::view::{Tables, View};
use crate::rows;
use crate::schema::Catalogue;
use crate::store::{self, Writer, catalogue_version, set_catalogue_version};

pub use bulk::Outcome;
pub use delete::{Deleted, OnReferences};
pub use fields::FieldEditor;
pub use kinds::KindEditor;
pub(crate) use restore::{NewSchema, Relinked};
pub use tags::Progress;
pub use tasks::Completed;
pub use write::{Conflict, ReplaceError, Upserted};

/// All that writes: it sees its own changes, and nobody else does before [`commit`](Self::commit).
///
/// A dropped transaction leaves nothing behind. A write that is refused, for breaking a rule say,
/// leaves nothing behind either, and the transaction goes on. Everything that reads stands at [`Read`].
///
/// ```
/// use contactdb::{Contact, Database, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let ada = tx.insert(&Contact::named("Ada", "Lovelace"))?;
/// tx.update(ada, |ada| ada.job_title = Some("Analyst".into()))?;
/// tx.commit()?;
/// assert_eq!(db.read()?.get(ada)?.expect("just inserted").version, 2);
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a transaction that is dropped leaves nothing behind; call commit"]
pub struct Transaction<'db> {
    writer: Writer,
    catalogue: Arc<Catalogue>,
    cache: &'db CatalogueCache,
    options: &'db Options,
    catalogue_changed: bool,
    actor: Option<String>,
    filling: rows::Filling,
    /// Set while a change of many records is under way: a panic of the caller's code in the middle of one
    /// must not be followed by a commit of half of it.
    unfinished: bool,
}

impl<'db> Transaction<'db> {
    pub(crate) fn new(
        writer: Writer,
        catalogue: Arc<Catalogue>,
        cache: &'db CatalogueCache,
        options: &'db Options,
    ) -> Self {
        Self {
            writer,
            catalogue,
            cache,
            options,
            catalogue_changed: false,
            actor: None,
            filling: rows::Filling::default(),
            unfinished: false,
        }
    }

    /// Says who writes: it is noted with each record as `created_by` and `updated_by`. An empty text is
    /// nobody; one longer than texts may be is refused with the first record that is written.
    pub fn acting_as(mut self, who: impl Into<String>) -> Self {
        self.actor = Some(who.into()).filter(|who| !who.is_empty());
        self
    }

    /// Makes all changes take effect, at once and for good.
    ///
    /// # Errors
    /// [`Poisoned`](ErrorKind::Poisoned) if an earlier error left something half done: then nothing is
    /// changed. [`CommitUnknown`](ErrorKind::CommitUnknown) if the commit itself failed.
    pub fn commit(mut self) -> Result<()> {
        if self.unfinished {
            return Err(ErrorKind::Poisoned.into());
        }
        let mut version = None;
        if self.catalogue_changed {
            let next = catalogue_version(&self.writer)?.saturating_add(1);
            set_catalogue_version(&mut self.writer, next);
            version = Some(next);
        }
        self.filling.finish(&mut self.writer);
        rows::settle(&mut self.writer, &self.catalogue)?;
        self.cache.count_commit();
        self.writer.commit()?;
        if let Some(version) = version {
            self.cache.remember(version, &self.catalogue);
        }
        Ok(())
    }

    /// Whether a commit now would leave a block of records half full, so that more work is left for the next one.
    pub(crate) fn is_within_block(&self) -> bool {
        self.filling.is_within_block()
    }

    /// How many commits there were before this transaction since the file was opened.
    pub(crate) fn commits_before(&self) -> u64 {
        self.cache.commits()
    }

    /// Takes all changes back, as dropping does.
    pub fn abort(self) {}

    /// Runs a change of many records: all of them or, by forbidding the commit, none.
    pub(crate) fn whole<R>(&mut self, change: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        let before = std::mem::replace(&mut self.unfinished, true);
        let done = change(self);
        self.unfinished = before;
        if done.is_err() {
            self.writer.poison();
        }
        done
    }

    /// Runs a change that was checked before. An error in the middle forbids the commit.
    pub(crate) fn apply<R>(&mut self, change: impl FnOnce(&mut Writer, &Catalogue) -> store::Result<R>) -> Result<R> {
        let done = change(&mut self.writer, &self.catalogue).and_then(|done| {
            self.writer.flush_if_full()?;
            Ok(done)
        });
        if done.is_err() {
            self.writer.poison();
        }
        Ok(done?)
    }

    /// For tests at the level of bytes.
    #[cfg(test)]
    pub(crate) fn writer_mut(&mut self) -> &mut Writer {
        &mut self.writer
    }

    /// For tests of kinds that the crate does not have.
    #[cfg(test)]
    pub(crate) fn set_catalogue(&mut self, catalogue: Catalogue) {
        *self.catalogue_mut() = catalogue;
    }

    /// The catalogue, to be changed; committed snapshots keep theirs.
    fn catalogue_mut(&mut self) -> &mut Catalogue {
        self.catalogue_changed = true;
        self.filling.stop();
        Arc::make_mut(&mut self.catalogue)
    }

    /// Fails if an earlier error left something half done, or the kind takes no other record.
    fn check_usable(&self, kind: Kind) -> Result<()> {
        self.writer.check_usable()?;
        match self.catalogue.kind(kind) {
            Some(entry) if !entry.archived => {}
            entry => {
                let archived = entry.map(|entry| entry.label.to_string());
                return Err(ErrorKind::NoSuchKind { kind, archived }.into());
            }
        }
        if store::next_row(&self.writer, kind)? == u32::MAX {
            return Err(ErrorKind::Full { kind }.into());
        }
        Ok(())
    }
}

impl View for Transaction<'_> {
    fn tables(&self) -> Tables<'_> {
        Tables(&self.writer)
    }
    fn catalogue_now(&self) -> &Catalogue {
        &self.catalogue
    }
    fn options(&self) -> &Options {
        self.options
    }
    fn moment(&self) -> Moment {
        self.options.moment()
    }
}

impl Read for Transaction<'_> {}
