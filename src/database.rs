//! An open database.

use std::path::Path;
use std::sync::Arc;

use crate::cache::CatalogueCache;
use crate::error::{Error, ErrorKind, Result};
use crate::options::Options;
use crate::snapshot::Snapshot;
use crate::store::{self, Store};
use crate::transaction::Transaction;

/// A contact database: one file, or a database in memory.
///
/// Reading goes through a [`Snapshot`], writing through a [`Transaction`]. A `Database` can be shared
/// between threads: any number of snapshots live side by side with the one transaction that writes.
///
/// ```
/// use contactdb::{Contact, Database, Read};
/// let db = Database::in_memory()?;
///
/// let mut tx = db.write()?;
/// let ada = tx.insert(&Contact::named("Ada", "Lovelace").email("ada@acme.example"))?;
/// tx.commit()?;
///
/// let stored = db.read()?.get(ada)?.expect("just inserted");
/// assert_eq!(stored.record.name.display(), "Ada Lovelace");
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug)]
pub struct Database {
    store: Arc<Store>,
    options: Arc<Options>,
    catalogue: CatalogueCache,
}

impl Database {
    pub(crate) fn new(store: Store, options: Options) -> store::Result<Self> {
        Self::keyed(store, options, false)
    }

    /// `anew`: the keys of phone numbers are not yet made as the options say.
    fn keyed(store: Store, options: Options, anew: bool) -> store::Result<Self> {
        let catalogue = CatalogueCache::new(&store.read()?, &options.phones, anew)?;
        Ok(Self { store: Arc::new(store), options: Arc::new(options), catalogue })
    }

    /// A database with nothing in it yet.
    fn fresh(store: Store, options: Options) -> Result<Self> {
        let db = Self::keyed(store, options, true)?;
        if store::phone_keys(&db.store.read()?)? != db.options.phones.name() {
            db.write()?.rekey_phones()?;
        }
        Ok(db)
    }

    /// A database that is there already and can be written.
    fn opened(store: Store, options: Options) -> Result<Self> {
        let rebuild = options.rebuild_phone_keys && store::phone_keys(&store.read()?)? != options.phones.name();
        let db = Self::keyed(store, options, rebuild)?;
        if rebuild {
            db.write()?.rekey_phones()?;
        }
        Ok(db)
    }

    /// Makes a new database file, with the default [`Options`].
    ///
    /// # Errors
    /// [`Open`](crate::ErrorKind::Open) if there is a file already; [`Io`](crate::ErrorKind::Io).
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        Options::new().create(path)
    }

    /// Opens a database file for reading and writing, with the default [`Options`]. Never makes one: a
    /// typing mistake in the path must not make a database.
    ///
    /// # Errors
    /// [`Open`](crate::ErrorKind::Open) if there is no file, it is no contact database, it is in use or
    /// was written by a newer version; [`OtherPhoneKeys`](crate::ErrorKind::OtherPhoneKeys) if it was written with another
    /// normalizer of phone numbers; [`Corrupt`](crate::ErrorKind::Corrupt); [`Io`](crate::ErrorKind::Io).
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Options::new().open(path)
    }

    /// Opens a database file for reading only, with the default [`Options`].
    ///
    /// # Errors
    /// As [`open`](Self::open); a file that was not closed properly must be opened for writing once.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self> {
        Options::new().open_read_only(path)
    }

    /// Makes a database in memory, for tests and for work that need not be kept.
    ///
    /// # Errors
    /// None in practice; the signature is that of the others.
    pub fn in_memory() -> Result<Self> {
        Options::new().in_memory()
    }

    /// The database as it is at this moment. Cheap: a few microseconds, whatever the size.
    ///
    /// A snapshot is owned, never changes and blocks nobody; while it lives, the space of what is
    /// deleted or changed meanwhile can't be used again.
    ///
    /// # Errors
    /// [`Io`](crate::ErrorKind::Io); [`Corrupt`](crate::ErrorKind::Corrupt).
    pub fn read(&self) -> Result<Snapshot> {
        let reader = self.store.read()?;
        let catalogue = self.catalogue.of(&reader)?;
        Ok(Snapshot::new(reader, Arc::clone(&self.store), catalogue, Arc::clone(&self.options)))
    }

    /// Begins to write. Waits while another transaction writes: a thread that holds one and asks for
    /// another waits for ever.
    ///
    /// # Errors
    /// [`ReadOnly`](crate::ErrorKind::ReadOnly); [`Io`](crate::ErrorKind::Io);
    /// [`Corrupt`](crate::ErrorKind::Corrupt).
    pub fn write(&self) -> Result<Transaction<'_>> {
        self.begin(true)
    }

    /// Begins to write if nobody else does.
    ///
    /// # Errors
    /// [`Busy`](crate::ErrorKind::Busy) if another transaction writes; else as [`write`](Self::write).
    pub fn try_write(&self) -> Result<Transaction<'_>> {
        self.begin(false)
    }

    fn begin(&self, wait: bool) -> Result<Transaction<'_>> {
        let writer = self.store.write(wait)?;
        let catalogue = self.catalogue.of(&writer)?;
        Ok(Transaction::new(writer, catalogue, &self.catalogue, &self.options))
    }

    /// Closes the file. Dropping the database and its snapshots does so too, but can't report an error.
    ///
    /// After a transaction of more changes than are held in memory, it gives back first what is free in the file: about two
    /// seconds a gigabyte. Dropping does not.
    ///
    /// # Errors
    /// [`StillOpen`](ErrorKind::StillOpen) while there are snapshots: the file closes when the last of them is
    /// dropped. [`Io`](ErrorKind::Io) if the last pages could not be written.
    pub fn close(self) -> Result<()> {
        match Arc::try_unwrap(self.store) {
            Ok(store) => store.close().map_err(Error::from),
            Err(_) => Err(ErrorKind::StillOpen.into()),
        }
    }

    /// The options it was opened with.
    pub fn options(&self) -> &Options {
        &self.options
    }
}

impl Options {
    /// Makes a new database file.
    ///
    /// # Errors
    /// [`Open`](crate::ErrorKind::Open) if there is a file already; [`Io`](crate::ErrorKind::Io).
    pub fn create(self, path: impl AsRef<Path>) -> Result<Database> {
        let path = path.as_ref();
        let store = Store::create(path, self.settings).map_err(|error| Error::creating(path, error))?;
        Database::fresh(store, self)
    }

    /// Opens a database file for reading and writing. Never makes one.
    ///
    /// # Errors
    /// [`Open`](crate::ErrorKind::Open) if there is no file, it is no contact database, it is in use or
    /// was written by a newer version; [`OtherPhoneKeys`](crate::ErrorKind::OtherPhoneKeys) if it was written with another
    /// normalizer of phone numbers; [`Corrupt`](crate::ErrorKind::Corrupt); [`Io`](crate::ErrorKind::Io).
    pub fn open(self, path: impl AsRef<Path>) -> Result<Database> {
        let path = path.as_ref();
        let store = Store::open(path, self.settings).map_err(|error| Error::opening(path, error))?;
        Database::opened(store, self)
    }

    /// Opens a database file for reading only.
    ///
    /// # Errors
    /// As [`open`](Self::open); a file that was not closed properly must be opened for writing once.
    pub fn open_read_only(self, path: impl AsRef<Path>) -> Result<Database> {
        let path = path.as_ref();
        let store = Store::open_read_only(path, self.settings).map_err(|error| Error::opening(path, error))?;
        Database::new(store, self).map_err(|error| Error::opening(path, error))
    }

    /// Makes a database in memory, for tests and for work that need not be kept.
    ///
    /// # Errors
    /// None in practice; the signature is that of the others.
    pub fn in_memory(self) -> Result<Database> {
        Database::fresh(Store::in_memory(self.settings)?, self)
    }
}
