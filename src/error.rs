//! The one error type.

use std::fmt;
use std::path::PathBuf;

use crate::exchange::{CsvProblem, DumpProblem, MappingProblem};
use crate::model::{Kind, RecordId, Violation};
use crate::presets::PresetConflict;
use crate::schema::{DefinitionProblem, QuestionProblem, TagProblem};
use crate::segment::SegmentError;
use crate::store::{Cause, StoreError};

/// The result of everything that touches a database.
pub type Result<T> = std::result::Result<T, Error>;

/// Anything that can go wrong; [`kind`](Error::kind) says what.
///
/// Its `Display` says what was found, what was expected and what to do. One machine word wide.
///
/// ```
/// use contactdb::{Contact, Database};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let error = tx.insert(&Contact::named("Ada", "Lovelace").email("ada").stage("friend")).unwrap_err();
/// assert!(error.is_invalid());
/// assert_eq!(error.violations().len(), 2);
/// # Ok::<(), contactdb::Error>(())
/// ```
pub struct Error(Box<ErrorKind>);

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A record breaks rules; nothing of it was written.
    #[error("the {} can't be written: {}", named(*kind), list(violations))]
    Invalid {
        /// The kind of record.
        kind: Kind,
        /// Every rule that is broken.
        violations: Vec<Violation>,
    },
    /// A field, a kind of record or a pipeline can't be defined or changed so; nothing was changed.
    #[error("\"{key}\" can't be defined so: {}", list(problems))]
    Definition {
        /// The key of the field or the pipeline, the name of the kind.
        key: String,
        /// Everything that is wrong.
        problems: Vec<DefinitionProblem>,
    },
    /// No such field, or one of another type than was asked for.
    #[error("there is no custom field \"{key}\" of {kind} records for values of that type{}", near(nearest.as_deref()))]
    NoSuchField {
        /// The kind of record.
        kind: Kind,
        /// The key that was asked for.
        key: String,
        /// The nearest key, if one is near.
        nearest: Option<String>,
    },
    /// A mapping can't be used for an import; nothing was changed.
    #[error("the mapping can't be used: {}", list(problems))]
    Mapping {
        /// Everything that is wrong.
        problems: Vec<MappingProblem>,
    },
    /// An import can't be gone on with or taken back as it is.
    #[error("the import \"{name}\" is {found}, expected one that is {expected}")]
    ImportStatus {
        /// Its name.
        name: String,
        /// Its status.
        found: String,
        /// The status that was expected.
        expected: &'static str,
    },
    /// Nothing is known of what an import did, so that it can't be taken back: the database was loaded from a dump, which does not have that.
    /// Nothing was changed.
    #[error(
        "nothing is known of what the import \"{name}\" did (it made {made} records and changed {changed}), since a dump does not have that: \
         look at the records with the tag \"{tag}\""
    )]
    ImportUnknown {
        /// Its name.
        name: String,
        /// How many records it made, as it says.
        made: u64,
        /// How many records it changed, as it says.
        changed: u64,
        /// The tag that it gave them.
        tag: String,
    },
    /// An import can't go on with a table or a stream of cards, since that does not begin with what was dealt with; nothing was changed.
    #[error(
        "the import \"{name}\" can't go on with this: {}; give it the same from its beginning, or begin another import",
        other_table(*rows, *found)
    )]
    OtherTable {
        /// The name of the import.
        name: String,
        /// How many rows or cards it has dealt with.
        rows: u64,
        /// How many of them were found; if as many, they or the headings are other ones.
        found: u64,
    },
    /// A tag can't be renamed, merged, deleted or counted so; nothing was changed.
    #[error("the tag \"{tag}\": {problem}")]
    Tag {
        /// The tag, as it was given.
        tag: String,
        /// What is wrong.
        problem: TagProblem,
    },
    /// No such record: it was never there or was deleted.
    #[error("there is no {id}")]
    NotFound {
        /// The id that was asked for.
        id: RecordId,
    },
    /// There is no such kind of record, or it was archived and takes no new ones.
    #[error("{}", no_kind(*kind, archived.as_deref()))]
    NoSuchKind {
        /// The kind.
        kind: Kind,
        /// What people call it, if it is there, but archived.
        archived: Option<String>,
    },
    /// The record was changed since it was read.
    #[error(
        "{id} was changed meanwhile: expected version {expected}, found {found}; read it again and repeat the change"
    )]
    VersionConflict {
        /// The record.
        id: RecordId,
        /// The version the caller knew.
        expected: u64,
        /// The version that is stored.
        found: u64,
    },
    /// The record can't be deleted while others refer to it.
    #[error("{id} can't be deleted: {}; detach or delete what refers to it", referrers(*count, by))]
    Referenced {
        /// The record.
        id: RecordId,
        /// How many refer to it.
        count: u64,
        /// The first of them, at most ten.
        by: Vec<RecordId>,
    },
    /// Records can't be looked up by this attribute, or not by it alone.
    #[error("\"{attribute}\" of {kind} records is no key: {reason}")]
    NotAKey {
        /// The kind of record.
        kind: Kind,
        /// The attribute.
        attribute: String,
        /// Why, and what would be one.
        reason: &'static str,
    },
    /// The values of an attribute can't be counted or summed up in that way.
    #[error("\"{attribute}\" can't be counted so: {reason}")]
    Unsuitable {
        /// The attribute, as it was named.
        attribute: String,
        /// Why, and what would do.
        reason: &'static str,
    },
    /// A cursor was given to records in another order than those of the page that it came with.
    #[error("the cursor is of a page in another order; ask in the order of that page, or begin with the first one")]
    OtherOrder,
    /// A question was given up, since it costs more than its [`Budget`](crate::Budget).
    #[error(
        "the question is over its budget: it was given up when {looked_at} records had been looked at one by one; ask a \
         narrower one, or allow it more"
    )]
    OverBudget {
        /// How many records had been looked at one by one.
        looked_at: u64,
    },
    /// One record of a bulk write was refused; the transaction can't be committed any more.
    #[error("record {index} of the bulk write: {source}; nothing of it will be committed")]
    Bulk {
        /// Its place, counted from 0.
        index: u64,
        /// Why it was refused.
        source: Error,
    },
    /// A segment can't be understood; the error shows where.
    #[error("{0}")]
    Segment(SegmentError),
    /// A question can't be saved, named or described so; nothing was changed.
    #[error("the question \"{name}\" can't be saved so: {problem}")]
    Question {
        /// The name of the question.
        name: String,
        /// What is wrong.
        problem: QuestionProblem,
    },
    /// No saved question has that name.
    #[error("there is no saved question \"{name}\"{}", near(nearest.as_deref()))]
    NoSuchQuestion {
        /// The name that was asked for.
        name: String,
        /// The nearest name, if one is near.
        nearest: Option<String>,
    },
    /// A newer version of the crate saved the question; it is kept as it is.
    #[error(
        "the question \"{name}\" was saved by a newer version of contactdb: found version {found}, expected at most \
         {supported}; use a newer version of this program or save the question anew"
    )]
    NewerQuestion {
        /// The name of the question.
        name: String,
        /// The version of the question.
        found: u32,
        /// The newest version that this crate reads.
        supported: u32,
    },
    /// A preset does not go with what the database has; nothing of it was added.
    #[error("the preset \"{preset}\" can't be applied: {}; nothing of it was added", list(conflicts))]
    Preset {
        /// The key of the preset.
        preset: String,
        /// Everything that does not fit.
        conflicts: Vec<PresetConflict>,
    },
    /// A card of a stream can't be read; those after it can.
    #[error("the card at line {line}: {problem}")]
    Card {
        /// The line of the stream at which it begins, counted from 1.
        line: u64,
        /// What is wrong with it.
        problem: CardProblem,
    },
    /// The file can't be opened or made.
    #[error("{}: {problem}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        problem: OpenProblem,
    },
    /// The keys of phone numbers in the file were made by another [`PhoneNormalizer`](crate::PhoneNormalizer), or by another version of it, so that
    /// numbers would not be found.
    #[error(
        "the phone numbers of this file are keyed by \"{found}\", and it was opened with \"{given}\"; open it with the normalizer that it \
         was written with, or once for writing with Options::rebuild_phone_keys"
    )]
    OtherPhoneKeys {
        /// The name in the file; `digits` if its keys were made without one.
        found: String,
        /// The name of the one that was given.
        given: String,
    },
    /// A line of a dump can't be loaded; nothing of the dump will be committed.
    #[error("line {line} of the dump: {problem}")]
    Dump {
        /// The line, from 1 on.
        line: u64,
        /// What is wrong with it.
        problem: DumpProblem,
    },
    /// A dump can be loaded into an empty database only; nothing was changed.
    #[error(
        "found {found}, expected an empty database; make a new one with Database::create and load the dump into that"
    )]
    NotEmpty {
        /// What the database has.
        found: String,
    },
    /// The caller stopped the work.
    #[error("the work was stopped before its end")]
    Cancelled,
    /// Something in the file is not what was written there. Restore a backup.
    #[error("the database is damaged: table {table}, key {key}: {reason}; restore a backup")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The key, in hexadecimal.
        key: String,
        /// What does not fit.
        reason: &'static str,
    },
    /// Another transaction is writing, and the caller did not want to wait.
    #[error("another transaction is writing; try again later or wait with write()")]
    Busy,
    /// The file was not closed, since there are snapshots of it.
    #[error("there are snapshots still; the file closes when the last of them is dropped")]
    StillOpen,
    /// The database was opened for reading only.
    #[error("the database is open for reading only; open it with Database::open to write")]
    ReadOnly,
    /// An earlier error left the transaction half done; it can't be committed.
    #[error("an earlier error spoilt this transaction; drop it and begin a new one")]
    Poisoned,
    /// All four thousand million rows of the kind have been used.
    #[error("no more {kind} records can be inserted into this file")]
    Full {
        /// The kind of record.
        kind: Kind,
    },
    /// A table can't be read or written at all.
    #[error("the table can't be read or written so: {problem}")]
    Csv {
        /// Why.
        problem: CsvProblem,
    },
    /// What is read from outside of the database can't be read any further.
    #[error("reading what is brought in failed; the database is as it was")]
    Source(#[source] std::io::Error),
    /// What is written outside of the database can't be written any further.
    #[error("writing what is given out failed; what was written is not whole")]
    Target(#[source] std::io::Error),
    /// Reading or writing the file failed. After such an error, close the database and open it again.
    #[error("reading or writing the database failed; close it and open it again")]
    Io(#[source] Cause),
    /// The commit failed in the middle: whether it took effect is known only after reopening.
    #[error("the commit failed, and may or may not have taken effect; open the database again and look")]
    CommitUnknown(#[source] Cause),
}

/// Why a card can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CardProblem {
    /// A vCard without its end.
    #[error("it has no END:VCARD; the file may be cut off, or a line is missing")]
    Unfinished,
    /// Something that is no card.
    #[error("expected BEGIN:VCARD, found something else; is this a file of vCards?")]
    Outside,
    /// More bytes than are allowed.
    #[error("it is larger than {max} bytes; allow more with max_card, or take out its photos")]
    TooLarge {
        /// The most bytes.
        max: u64,
    },
    /// More properties than are allowed.
    #[error("it has more than {max} properties, which no card of a person has")]
    TooManyProperties {
        /// The most properties.
        max: u64,
    },
    /// JSON that is nested too deep.
    #[error("its JSON is nested deeper than {max} levels")]
    TooDeep {
        /// The most levels.
        max: u32,
    },
    /// Something that is no JSON.
    #[error("it is no JSON: {reason}")]
    NotJson {
        /// What was found instead.
        reason: String,
    },
    /// JSON that is no card.
    #[error("expected a JSContact card, an object with \"@type\": \"Card\" and no other type")]
    NotACard,
}

/// Why a file can't be opened or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenProblem {
    /// There is no such file.
    #[error("there is no such file; Database::create makes one")]
    Missing,
    /// The folder in which the file is to be made is missing.
    #[error("there is no such folder; make it first")]
    NoFolder,
    /// There is a file already.
    #[error("there is a file already; Database::open opens it")]
    Exists,
    /// The file is no contact database.
    #[error("this file is no contact database")]
    NotADatabase,
    /// A newer version of the crate wrote the file.
    #[error("the file has format version {found}, this program reads up to {supported}; use a newer version of it")]
    Newer {
        /// The version of the file.
        found: u32,
        /// The newest version that this crate reads.
        supported: u32,
    },
    /// The file is open elsewhere.
    #[error("the file is in use by another process or another part of this program")]
    InUse,
    /// The file must recover from a crash first.
    #[error("the file was not closed properly; open it once for writing")]
    NeedsRecovery,
}

impl Error {
    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// What went wrong, by value.
    #[must_use]
    pub fn into_kind(self) -> ErrorKind {
        *self.0
    }

    /// Whether a record breaks rules.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(self.root(), ErrorKind::Invalid { .. })
    }

    /// Whether somebody else changed the record meanwhile.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self.root(), ErrorKind::VersionConflict { .. })
    }

    /// Whether there is no such record.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.root(), ErrorKind::NotFound { .. })
    }

    /// Whether the file is damaged.
    #[must_use]
    pub fn is_corrupt(&self) -> bool {
        matches!(self.root(), ErrorKind::Corrupt { .. })
    }

    /// The rules that a refused record breaks; empty for other errors.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        match self.root() {
            ErrorKind::Invalid { violations, .. } => violations,
            _ => &[],
        }
    }

    /// What is wrong with a segment, if that is the error.
    #[must_use]
    pub fn segment_error(&self) -> Option<&SegmentError> {
        match self.root() {
            ErrorKind::Segment(error) => Some(error),
            _ => None,
        }
    }

    /// The error itself, not that it came up in a bulk write.
    fn root(&self) -> &ErrorKind {
        match self.kind() {
            ErrorKind::Bulk { source, .. } => source.root(),
            kind => kind,
        }
    }

    /// An error of the store that came up when making `path`.
    pub(crate) fn creating(path: &std::path::Path, error: StoreError) -> Self {
        match Self::opening(path, error).into_kind() {
            ErrorKind::Open { path, problem: OpenProblem::Missing } => {
                ErrorKind::Open { path, problem: OpenProblem::NoFolder }.into()
            }
            other => other.into(),
        }
    }

    /// An error of the store that came up when opening `path`.
    pub(crate) fn opening(path: &std::path::Path, error: StoreError) -> Self {
        let open = |problem| ErrorKind::Open { path: path.to_owned(), problem }.into();
        match error {
            StoreError::NotADatabase => open(OpenProblem::NotADatabase),
            StoreError::Newer { found, supported } => open(OpenProblem::Newer { found, supported }),
            StoreError::Locked => open(OpenProblem::InUse),
            StoreError::NeedsRecovery => open(OpenProblem::NeedsRecovery),
            StoreError::Io(source) => match io_kind(source.as_ref()) {
                Some(std::io::ErrorKind::NotFound) => open(OpenProblem::Missing),
                Some(std::io::ErrorKind::AlreadyExists) => open(OpenProblem::Exists),
                _ => ErrorKind::Io(source).into(),
            },
            other => other.into(),
        }
    }
}

/// Ends after an error.
pub(crate) fn until_error<T>(items: impl Iterator<Item = Result<T>>) -> impl Iterator<Item = Result<T>> {
    items.scan(false, |failed, item| (!std::mem::replace(failed, item.is_err())).then_some(item)).fuse()
}

/// The kind of the I/O error at the bottom of a chain.
fn io_kind(error: &(dyn std::error::Error + 'static)) -> Option<std::io::ErrorKind> {
    let mut at = Some(error);
    while let Some(error) = at {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        at = error.source();
    }
    None
}

/// The first of them; an error text is to be read.
fn list<T: fmt::Display>(items: &[T]) -> String {
    const SHOWN: usize = 50;
    let mut shown: Vec<String> = items.iter().take(SHOWN).map(ToString::to_string).collect();
    if items.len() > SHOWN {
        shown.push(format!("and {} more", items.len() - SHOWN));
    }
    shown.join("; ")
}

/// Who refers to a record; the first three by their ids.
fn referrers(count: u64, by: &[RecordId]) -> String {
    let shown: Vec<String> = by.iter().take(3).map(ToString::to_string).collect();
    let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
    let others = if count > shown.len() as u64 { " and others" } else { "" };
    format!("it is referred to {times}, by {}{others}", shown.join(", "))
}

/// A kind of a business's own has a name only in its database.
fn named(kind: Kind) -> String {
    if kind.is_custom() { "record".to_owned() } else { kind.to_string() }
}

fn other_table(rows: u64, found: u64) -> String {
    match rows {
        _ if found < rows => format!("it has dealt with {rows} rows, and found {found}"),
        0 => "its headings are not those that it began with".to_owned(),
        _ => format!("its headings and its first {rows} rows are not those that it has dealt with"),
    }
}

fn no_kind(kind: Kind, archived: Option<&str>) -> String {
    match archived {
        Some(label) => format!("the kind \"{label}\" is archived and takes no new records; restore it with edit_kind"),
        None => format!("there is no {kind} in this database; define it with define_kind"),
    }
}

fn near(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `main` shows an error by `Debug`: there too people should be able to read it.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)?;
        let mut source = std::error::Error::source(self);
        while let Some(error) = source {
            write!(f, "\ncaused by: {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

impl From<SegmentError> for Error {
    fn from(error: SegmentError) -> Self {
        ErrorKind::Segment(error).into()
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Corrupt { table, key, reason } => ErrorKind::Corrupt { table, key, reason },
            StoreError::OverBudget { looked_at } => ErrorKind::OverBudget { looked_at },
            StoreError::OtherPhoneKeys { found, given } => ErrorKind::OtherPhoneKeys { found, given },
            StoreError::Busy | StoreError::Locked => ErrorKind::Busy,
            StoreError::Poisoned => ErrorKind::Poisoned,
            StoreError::ReadOnly => ErrorKind::ReadOnly,
            StoreError::Io(source) => ErrorKind::Io(source),
            StoreError::CommitUnknown(source) => ErrorKind::CommitUnknown(source),
            // These come up only while opening, where they get the path.
            StoreError::NotADatabase | StoreError::Newer { .. } | StoreError::NeedsRecovery => {
                ErrorKind::Corrupt { table: "file", key: String::new(), reason: "not the database that was opened" }
            }
        }
        .into()
    }
}

#[cfg(test)]
mod tests;
