//! Whether everything that is derived from records says what they say.

use std::fmt::{self, Write as _};

use crate::error::Result;
use crate::model::{AttributeId, Kind, RecordId};
use crate::read::view::View;
use crate::rows::{self, Fault, Finding};
use crate::schema::Catalogue;
use crate::store::{self, Source, Table};
use crate::transaction::Progress;

/// So many differences are told one by one; of more, how many there are.
const TOLD: usize = 1_000;

/// What [`Read::check`](crate::Read::check) found.
///
/// ```
/// use contactdb::{Contact, Database, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// tx.insert(&Contact::named("Ada", "Lovelace"))?;
/// let report = tx.check(|progress| println!("{} of {}", progress.done, progress.total))?;
/// if !report.is_sound() {
///     report.differences.iter().for_each(|difference| eprintln!("{difference}"));
///     tx.rebuild_indexes(|_| {})?;
/// }
/// tx.commit()?;
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Soundness {
    /// How many records were gone through.
    pub records: u64,
    /// How many differences there are.
    pub found: u64,
    /// The first 1,000 of them.
    pub differences: Vec<Difference>,
}

impl Soundness {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.found == 0
    }
}

/// One thing that is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The table, as the documentation of the file format names it.
    pub table: &'static str,
    /// The key in the table, in hexadecimal, shortened.
    pub key: String,
    /// What is wrong.
    pub fault: Fault,
    /// The kind of record, if it is known.
    pub kind: Option<Kind>,
    /// The record, if it is about one whose id can be read.
    pub record: Option<RecordId>,
    /// The attribute, if it is about one.
    pub attribute: Option<AttributeId>,
}

impl Difference {
    fn of(source: &dyn Source, finding: &Finding) -> Self {
        let uuid = finding.kind.zip(finding.row).and_then(|(kind, row)| rows::id_of(source, kind, row).ok().flatten());
        let key = finding.key.iter().take(48).fold(String::new(), |mut key, byte| {
            // Writing into a string can't fail.
            let _ = write!(key, "{byte:02x}");
            key
        });
        Self {
            table: finding.table.name(),
            key,
            fault: finding.fault,
            kind: finding.kind,
            record: finding.kind.zip(uuid).map(|(kind, uuid)| RecordId { kind, uuid }),
            attribute: finding.attribute,
        }
    }

    /// Whether [`rebuild_indexes`](crate::Transaction::rebuild_indexes) mends it. What is wrong with the records themselves comes
    /// back only from a copy of the file.
    #[must_use]
    pub fn is_mendable(&self) -> bool {
        self.table != Table::Records.name() && (self.table, self.fault) != (Table::RowTags.name(), Fault::Unreadable)
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match (self.is_mendable(), self.fault) {
            (true, _) => "rebuild the indexes",
            (false, Fault::LeadsNowhere) => "set the reference anew, or clear it",
            (false, Fault::Stray) => {
                "open the file with a newer version: it may have a kind of record that this one does not know"
            }
            (false, _) => "restore the record from a copy of the file",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = match self.fault {
            Fault::Missing => "an entry is missing",
            Fault::Stray => "found an entry that belongs to no record",
            Fault::Differs => "found an entry that says other than the records",
            Fault::Unreadable => "found an entry that can't be read",
            Fault::LeadsNowhere => "found a reference to a record that is not there",
        };
        write!(f, "{}: {fault} (key {}", self.table, self.key)?;
        if let Some(kind) = self.kind {
            write!(f, ", kind {}", kind.0)?;
        }
        if let Some(record) = self.record {
            write!(f, ", record {}", record.uuid)?;
        }
        if let Some(attribute) = self.attribute {
            write!(f, ", attribute {}", attribute.0)?;
        }
        write!(f, "); {}", self.help())
    }
}

/// How many records there are, as the file counts them. What is damaged counts as nothing.
pub(crate) fn total(source: &dyn Source, catalogue: &Catalogue) -> u64 {
    let counts = catalogue.kinds().map(|entry| store::live(source, entry.kind).unwrap_or(0));
    counts.map(u64::from).sum()
}

pub(super) fn check(view: &(impl View + ?Sized), progress: &mut dyn FnMut(Progress)) -> Result<Soundness> {
    let (source, catalogue) = (view.tables().0, view.catalogue_now());
    let total = total(source, catalogue);
    let found = std::cell::Cell::new(0);
    let mut report = Soundness::default();
    let differences = &mut report.differences;
    let mut each = |finding: Finding| {
        found.set(found.get() + 1);
        if differences.len() < TOLD {
            differences.push(Difference::of(source, &finding));
        }
    };
    let mut done = |done| progress(Progress { done, total, changed: found.get() });
    report.records = rows::check_tables(source, catalogue, &mut done, &mut each)?;
    report.found = found.get();
    Ok(report)
}
