//! Opening and creating the file.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use redb::backends::{FileBackend, InMemoryBackend};
use redb::{Builder, DatabaseError, Durability as RedbDurability, ReadableDatabase};

use super::error::{Held, Result, StoreError, guarded};
use super::format;
use super::read::Reader;
use super::table::Table;
use super::write::Writer;

/// How processes may share the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Concurrency {
    /// A writer has the file to itself; several readers may share it while nobody writes. The fastest.
    #[default]
    Exclusive,
    /// One process writes while others read and follow its commits.
    SingleWriter,
    /// Several processes write, one at a time.
    MultiWriter,
}

/// When a commit is safe from a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Durability {
    /// When `commit` returns.
    #[default]
    Immediate,
    /// With the next immediate commit. Until then it survives the program but not the machine's failure.
    /// Only for [`Concurrency::Exclusive`].
    Eventual,
}

/// How to open a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) cache_bytes: usize,
    pub(crate) concurrency: Concurrency,
    pub(crate) durability: Durability,
    pub(crate) quick_repair: bool,
    pub(crate) verify: bool,
    pub(crate) write_set: u64,
}

enum Handle {
    Writable(redb::Database),
    ReadOnly(redb::ReadOnlyDatabase),
}

/// An open file, or a database in memory.
pub(crate) struct Store {
    handle: Held<Handle>,
    settings: Settings,
    /// Set by a transaction of many changes: the file has doubled on the way, and much of it may be free.
    grown: Arc<AtomicBool>,
}

impl Store {
    fn new(handle: Handle, settings: Settings) -> Self {
        Self { handle: Held::new(handle), settings, grown: Arc::default() }
    }

    /// Makes a new file; fails if there is one already.
    pub(crate) fn create(path: &Path, settings: Settings) -> Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
        let made = guarded(|| Ok(builder(settings).create_with_backend(made(FileBackend::new(file))?)?))
            .and_then(|database| Self::initialise(database, settings));
        if made.is_err() {
            // Ours and of no use; the error that matters is the one before.
            let _ = std::fs::remove_file(path);
        } else {
            sync_folder_of(path)?;
        }
        made
    }

    pub(crate) fn in_memory(settings: Settings) -> Result<Self> {
        let database = builder(settings).create_with_backend(InMemoryBackend::new())?;
        Self::initialise(database, settings)
    }

    pub(crate) fn open(path: &Path, settings: Settings) -> Result<Self> {
        refuse_empty(path)?;
        let database = guarded(|| Ok(builder(settings).open(path)?))?;
        Self::new(Handle::Writable(database), settings).checked()
    }

    pub(crate) fn open_read_only(path: &Path, settings: Settings) -> Result<Self> {
        refuse_empty(path)?;
        let database = guarded(|| Ok(builder(settings).open_read_only(path)?))?;
        Self::new(Handle::ReadOnly(database), settings).checked()
    }

    /// Writes the tables and the format version, so that no file is ever without them.
    fn initialise(database: redb::Database, settings: Settings) -> Result<Self> {
        let transaction = database.begin_write()?;
        for table in Table::ALL {
            transaction.open_table(table.definition())?;
        }
        {
            let mut meta = transaction.open_table(Table::Meta.definition())?;
            for (key, value) in format::first_facts() {
                meta.insert(key.as_slice(), value.as_slice())?;
            }
        }
        transaction.commit()?;
        Ok(Self::new(Handle::Writable(database), settings))
    }

    fn checked(self) -> Result<Self> {
        let reader = self.read()?;
        reader.open_all()?;
        format::check(&reader)?;
        Ok(self)
    }

    pub(crate) fn read(&self) -> Result<Reader> {
        guarded(|| {
            let transaction = match self.handle.get()? {
                Handle::Writable(database) => database.begin_read()?,
                Handle::ReadOnly(database) => database.begin_read()?,
            };
            Ok(Reader::new(transaction))
        })
    }

    /// Begins to write. Waits for another writer if `wait` is set, else fails with `Busy`.
    pub(crate) fn write(&self, wait: bool) -> Result<Writer> {
        let Handle::Writable(database) = self.handle.get()? else { return Err(StoreError::ReadOnly) };
        guarded(|| {
            let mut transaction = if wait { database.begin_write()? } else { database.try_begin_write()? };
            let durability = match self.settings.durability {
                Durability::Immediate => RedbDurability::Immediate,
                Durability::Eventual => RedbDurability::None,
            };
            transaction.set_durability(durability).map_err(|error| StoreError::Io(Box::new(error)))?;
            transaction.set_quick_repair(self.settings.quick_repair);
            Ok(Writer::new(transaction, self.read()?, self.settings.write_set, Arc::clone(&self.grown)))
        })
    }

    pub(crate) fn close(mut self) -> Result<()> {
        let handle = self.handle.take()?;
        guarded(|| match handle {
            Handle::Writable(mut database) => {
                // Others that share the file are not made to wait.
                let alone = self.settings.concurrency == Concurrency::Exclusive;
                if alone && self.grown.load(Ordering::Relaxed) {
                    // A file that stays as it is does no harm; whatever is wrong with it closing says too.
                    drop(database.compact());
                }
                Ok(database.close()?)
            }
            Handle::ReadOnly(database) => Ok(database.close()?),
        })
    }
}

fn builder(settings: Settings) -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(settings.cache_bytes);
    builder.set_check_integrity_on_open(settings.verify);
    builder.set_concurrency_mode(match settings.concurrency {
        Concurrency::Exclusive => redb::ConcurrencyMode::ExclusiveWriter,
        Concurrency::SingleWriter => redb::ConcurrencyMode::SingleWriter,
        Concurrency::MultiWriter => redb::ConcurrencyMode::MultiWriter,
    });
    builder
}

/// redb makes a backend outright or, depending on a feature that another crate in the program may switch
/// on, may fail to: both are taken.
trait Made {
    fn made(self) -> Result<FileBackend>;
}

impl Made for FileBackend {
    fn made(self) -> Result<FileBackend> {
        Ok(self)
    }
}

impl Made for std::result::Result<FileBackend, DatabaseError> {
    fn made(self) -> Result<FileBackend> {
        Ok(self?)
    }
}

fn made(backend: impl Made) -> Result<FileBackend> {
    backend.made()
}

/// redb would make a new database of an empty file; opening never creates. Of a file shorter than its
/// header it says only that it ended too early.
fn refuse_empty(path: &Path) -> Result<()> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() || metadata.len() < 4_096 { Err(StoreError::NotADatabase) } else { Ok(()) }
}

/// A new file is safe only when its folder's entry is.
fn sync_folder_of(path: &Path) -> Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("settings", &self.settings).finish_non_exhaustive()
    }
}
