//! What can go wrong between us and the file.

use std::panic::{AssertUnwindSafe, catch_unwind};

use redb::{CommitError, DatabaseError, StorageError, TableError, TransactionError};

/// An error of the store. [`Error`](crate::Error) carries it to the user.
#[derive(Debug)]
pub(crate) enum StoreError {
    /// Something in the file is not what was written there.
    Corrupt { table: &'static str, key: String, reason: &'static str },
    /// The file was written by a newer version of the crate.
    Newer { found: u32, supported: u32 },
    /// The keys of phone numbers were made otherwise than they are looked for.
    OtherPhoneKeys { found: String, given: String },
    /// The file is no database of this crate.
    NotADatabase,
    /// Another process, or this one, has the file open.
    Locked,
    /// The file must be opened for writing once, so that it can recover from a crash.
    NeedsRecovery,
    /// Another transaction is writing.
    Busy,
    /// An earlier error left the transaction half done.
    Poisoned,
    /// The database was opened for reading only.
    ReadOnly,
    /// Reading or writing failed.
    Io(Cause),
    /// A question costs more than it may.
    OverBudget { looked_at: u64 },
    /// The commit failed, and whether it took effect is known only after reopening.
    CommitUnknown(Cause),
}

/// The cause below, for `Error::source`.
pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    pub(crate) fn corrupt(table: super::Table, key: &[u8], reason: &'static str) -> Self {
        let mut hex = String::new();
        for byte in key.iter().take(48) {
            // Writing into a string can't fail.
            let _ = std::fmt::Write::write_fmt(&mut hex, format_args!("{byte:02x}"));
        }
        Self::Corrupt { table: table.name(), key: hex, reason }
    }

    fn whole_file(reason: &'static str) -> Self {
        Self::Corrupt { table: "file", key: String::new(), reason }
    }
}

impl From<StorageError> for StoreError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Corrupted(_) => Self::whole_file("the storage engine found damage"),
            StorageError::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => Self::NotADatabase,
            other => Self::Io(Box::new(other)),
        }
    }
}
impl From<TableError> for StoreError {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Storage(storage) => storage.into(),
            TableError::TableDoesNotExist(_) | TableError::TableTypeMismatch { .. } => Self::NotADatabase,
            other => Self::Io(Box::new(other)),
        }
    }
}
impl From<TransactionError> for StoreError {
    fn from(error: TransactionError) -> Self {
        match error {
            TransactionError::Storage(storage) => storage.into(),
            TransactionError::WouldBlock => Self::Busy,
            other => Self::Io(Box::new(other)),
        }
    }
}
impl From<DatabaseError> for StoreError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => Self::Locked,
            DatabaseError::RepairAborted => Self::NeedsRecovery,
            DatabaseError::Storage(storage) => storage.into(),
            other => Self::Io(Box::new(other)),
        }
    }
}
impl From<CommitError> for StoreError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::TransactionPoisoned => Self::Poisoned,
            other => Self::CommitUnknown(Box::new(other)),
        }
    }
}
impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(Box::new(error))
    }
}

/// Runs a call into redb and turns a panic into an error: reads verify no checksum of their own, and
/// some damaged files make it panic.
pub(super) fn guarded<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    let damaged = || StoreError::whole_file("the storage engine can't make sense of it");
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| Err(damaged()))
}

/// Holds something of redb's whose drop may panic on a damaged file, after an earlier panic too.
#[derive(Debug)]
pub(super) struct Held<T>(Option<T>);

impl<T> Held<T> {
    pub(super) fn new(held: T) -> Self {
        Self(Some(held))
    }

    /// What is held; nothing any more once it was taken.
    pub(super) fn get(&self) -> Result<&T> {
        self.0.as_ref().ok_or(StoreError::Poisoned)
    }

    pub(super) fn take(&mut self) -> Result<T> {
        self.0.take().ok_or(StoreError::Poisoned)
    }
}

impl<T> Drop for Held<T> {
    fn drop(&mut self) {
        let held = self.0.take();
        // Nobody is left to be told.
        drop(catch_unwind(AssertUnwindSafe(|| drop(held))));
    }
}
