//! The plan of an import, and the import itself.

use std::ops::{ControlFlow, RangeInclusive};

use serde::de::DeserializeOwned;

use super::intake::{Purpose, Writing};
use super::mapping::Mapping;
use super::planned::{ImportCounts, PlannedRow, RowAction};
use super::rows::TableRows;
use super::table::Table;
use crate::clock::in_utc;
use crate::database::Database;
use crate::error::{ErrorKind, Result};
use crate::model::{Choice, Id, Import, Tag, choices};
use crate::read::Read;
use crate::read::view::View;
use crate::schema::TagProblem;
use crate::transaction::Transaction;

/// How many rows go into one commit of an import in chunks: the first number, and as many more as fill a block of records.
const CHUNK: RangeInclusive<u64> = 10_000..=15_000;

/// What an import goes through: the rows of a table, the cards of a stream.
pub(super) trait Source {
    /// Gets ready for more of it, as the database is now.
    fn begin(&mut self, tx: &mut Transaction<'_>, purpose: Purpose) -> Result<()>;

    /// Says what becomes of the next row or card, and does it; `None` at the end.
    fn next(&mut self, tx: &mut Transaction<'_>) -> Result<Option<PlannedRow>>;

    /// How many rows or cards were read. One that [stops](RowAction::Stop) the import counts as not read.
    fn read(&self) -> u64;

    /// Passes over what was dealt with before: so many rows or cards, or as many as there are.
    fn pass(&mut self, count: u64);

    /// The checksum of what was read.
    fn sum(&self) -> i64;
}

/// Passes over what an import has dealt with; refuses a source in which that does not stand.
pub(super) fn pass(source: &mut dyn Source, import: Import) -> Result<()> {
    let rows = import.rows.and_then(|rows| u64::try_from(rows).ok()).unwrap_or(0);
    source.pass(rows);
    let found = source.read();
    if found < rows || import.checksum.is_some_and(|sum| sum != source.sum()) {
        return Err(ErrorKind::OtherTable { name: import.name, rows, found }.into());
    }
    Ok(())
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// Its record.
    pub id: Id<Import>,
    /// How many rows there were of each sort; of an import that was gone on with, in this part of it.
    pub counts: ImportCounts,
    /// Whether all rows were read. If not, [`Database::resume_import`] goes on.
    pub finished: bool,
}

impl Transaction<'_> {
    /// Says of each row of a table what would become of it, and writes no record. Custom fields and options that the mapping wants are
    /// defined, so that the plan can count on them: drop the transaction, unless the import is to follow in it.
    ///
    /// `each` gets the rows one by one and can stop. Rows that mean the same record as an earlier one are told as
    /// [`Again`](RowAction::Again).
    ///
    /// Holds 40 bytes for each key in the file, some 150 for each record that it makes or changes, and the names of the records that cells name; of each row a few look-ups.
    ///
    /// # Errors
    /// [`Mapping`](ErrorKind::Mapping) if the mapping does not go with the catalogue or the headings; [`Definition`](ErrorKind::Definition) if
    /// a field can't be defined; [`Io`](ErrorKind::Io), [`Corrupt`](ErrorKind::Corrupt).
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use contactdb::{Database, Mapping, RowAction, RowsInMemory, Target};
    /// let db = Database::in_memory()?;
    /// let mapping = Mapping::new("contact")
    ///     .column("Given", Target::value("given_name"))
    ///     .column("Mail", Target::value("email"))
    ///     .matching(["email"]);
    /// let mut table = RowsInMemory::new([["Given", "Mail"], ["Ada", "ada@acme.example"], ["Joe", "no address"]]);
    /// let counts = db.write()?.plan_import(&mapping, &mut table, |row| {
    ///     for problem in &row.problems {
    ///         println!("line {}: {}", row.line, problem.message);
    ///     }
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!((counts.created, counts.refused), (1, 1));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn plan_import(
        &mut self,
        mapping: &Mapping,
        rows: &mut dyn TableRows,
        each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<ImportCounts> {
        self.plan_from(&mut Table::new(mapping, rows), each)
    }

    pub(super) fn plan_from(
        &mut self,
        source: &mut dyn Source,
        mut each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<ImportCounts> {
        source.begin(self, Purpose::Plan)?;
        let mut counts = ImportCounts::default();
        while let Some(row) = source.next(self)? {
            counts.count(&row);
            if each(&row).is_break() || row.action == RowAction::Stop {
                break;
            }
        }
        Ok(counts)
    }

    /// Brings the rows of a table in: all of them in this transaction. `name` is what the import is called; its record says what became
    /// of it, and every record that it made or changed gets its tag, `import/` and the name.
    ///
    /// Rows with something wrong are left out and told to `each`, as all others are; it can stop the import, and what was brought in
    /// until then stays. Memory does not grow with the number of rows, but for the names of records that cells name.
    ///
    /// # Errors
    /// As [`plan_import`](Self::plan_import). After any error the transaction can't be committed.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use contactdb::{Database, Mapping, Read, RowsInMemory, Target};
    /// let db = Database::in_memory()?;
    /// let mapping = Mapping::new("contact")
    ///     .column("Given", Target::value("given_name"))
    ///     .column("Mail", Target::value("email"))
    ///     .matching(["email"]);
    /// let mut table = RowsInMemory::new([["Given", "Mail"], ["Ada", "ada@acme.example"]]);
    /// let mut tx = db.write()?;
    /// let done = tx.import("people.csv", &mapping, &mut table, |_| ControlFlow::Continue(()))?;
    /// assert_eq!(done.counts.created, 1);
    /// assert_eq!(tx.count(&tx.segment("tag \"import/people.csv\"")?)?, 1);
    ///
    /// tx.undo_import(done.id, |_| ControlFlow::Continue(()))?;
    /// assert_eq!(tx.count(&tx.segment("all")?)?, 0);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn import(
        &mut self,
        name: &str,
        mapping: &Mapping,
        rows: &mut dyn TableRows,
        each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<Imported> {
        self.import_from(name, serde_json::to_string(mapping).ok(), &mut Table::new(mapping, rows), each)
    }

    pub(super) fn import_from(
        &mut self,
        name: &str,
        settings: Option<String>,
        source: &mut dyn Source,
        each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<Imported> {
        self.whole(|tx| {
            let id = tx.start_import(name, settings)?;
            tx.take_in(id, source, u64::MAX..=u64::MAX, each)
        })
    }

    /// Makes the record of an import.
    pub(super) fn start_import(&mut self, name: &str, settings: Option<String>) -> Result<Id<Import>> {
        let mut import = Import::new(name);
        import.tag = Some(self.free_tag(name)?.to_string());
        import.mapping = settings;
        let counts =
            [&mut import.rows, &mut import.made, &mut import.changed, &mut import.skipped, &mut import.refused];
        for count in counts {
            *count = Some(0);
        }
        self.insert(&import)
    }

    /// A tag that no import has yet: of a name that was used before, with a number behind it.
    fn free_tag(&self, name: &str) -> Result<Tag> {
        let plain: String = name.chars().map(|c| if c == '/' || c.is_control() { ' ' } else { c }).collect();
        let plain = plain.get(..plain.floor_char_boundary(120)).unwrap_or_default().trim().to_owned();
        let mut number = 1_u64;
        loop {
            let text = if number == 1 { format!("import/{plain}") } else { format!("import/{plain} {number}") };
            let tag = Tag::new(&text).or_else(|_| Tag::new(&format!("import/{number}")));
            let tag = tag.map_err(|error| ErrorKind::Tag { tag: text, problem: TagProblem::Invalid(error) })?;
            if self.catalogue_now().tags.id(&tag).is_none() {
                return Ok(tag);
            }
            number += 1;
        }
    }

    /// Goes on with an import: so many rows of the table, or cards of the stream, and as many more as fill a block of records.
    pub(super) fn take_in(
        &mut self,
        id: Id<Import>,
        source: &mut dyn Source,
        rows: RangeInclusive<u64>,
        mut each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<Imported> {
        let place = self.load(id)?;
        let import = self.get(id)?.ok_or(ErrorKind::NotFound { id: id.into() })?.record;
        self.note_unknown(place.row, &import)?;
        let tag = match import.tag.as_deref().and_then(|tag| Tag::new(tag).ok()) {
            Some(tag) => tag,
            None => self.free_tag(&import.name)?,
        };
        source.begin(self, Purpose::Import(Writing { row: place.row, tag }))?;
        let mut counts = ImportCounts::default();
        let (mut finished, mut stopped) = (false, false);
        let goes_on = |read: u64, tx: &Self| read < *rows.start() || read < *rows.end() && tx.is_within_block();
        while goes_on(counts.rows, self) && !stopped {
            let Some(row) = source.next(self)? else {
                finished = true;
                break;
            };
            counts.count(&row);
            stopped = each(&row).is_break() || row.action == RowAction::Stop;
        }
        let now = in_utc(self.options().clock.now());
        self.update(id, |import| {
            let add = |count: &mut Option<i64>, more: u64| {
                *count = Some(count.unwrap_or(0).saturating_add(i64::try_from(more).unwrap_or(i64::MAX)));
            };
            import.rows = i64::try_from(source.read()).ok();
            import.checksum = Some(source.sum());
            add(&mut import.made, counts.created + counts.named);
            add(&mut import.changed, counts.updated);
            add(&mut import.skipped, counts.skipped + counts.unchanged);
            add(&mut import.refused, counts.refused + counts.conflicts);
            if finished || stopped {
                import.finished = Some(now);
                let status = if finished { choices::import_status::DONE } else { choices::import_status::STOPPED };
                import.status = Some(status);
            }
        })?;
        Ok(Imported { id, counts, finished })
    }
}

impl Database {
    /// Brings the rows of a table in, in chunks of 10,000 to 15,000 rows with a commit each, so that a table of any size goes in and others can write in
    /// between. `each` gets every row and can stop; [`resume_import`](Self::resume_import) goes on behind the last row.
    ///
    /// # Errors
    /// As [`Transaction::import`]; the chunks before the error stay.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use contactdb::{Database, Mapping, RowsInMemory, Target};
    /// let db = Database::in_memory()?;
    /// let mapping = Mapping::new("contact").column("Mail", Target::value("email")).matching(["email"]);
    /// let table = RowsInMemory::new([["Mail"], ["ada@acme.example"], ["joe@acme.example"]]);
    ///
    /// // Somebody stops it after the first row.
    /// let begun = db.import("people.csv", &mapping, &mut table.clone(), |_| ControlFlow::Break(()))?;
    /// assert!(!begun.finished);
    /// let rest = db.resume_import(begun.id, &mut table.clone(), |_| ControlFlow::Continue(()))?;
    /// assert_eq!((rest.counts.created, rest.finished), (1, true));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn import(
        &self,
        name: &str,
        mapping: &Mapping,
        rows: &mut dyn TableRows,
        each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<Imported> {
        self.import_from(name, serde_json::to_string(mapping).ok(), &mut Table::new(mapping, rows), each)
    }

    pub(super) fn import_from(
        &self,
        name: &str,
        settings: Option<String>,
        source: &mut dyn Source,
        each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<Imported> {
        let mut tx = self.write()?;
        let id = tx.start_import(name, settings)?;
        tx.commit()?;
        self.chunks(id, source, each)
    }

    /// Goes on with an import that was stopped or cut off, with its own mapping. `rows` begin at the beginning of the same table; those that were
    /// dealt with are passed over, and known by a checksum of the headings and of them.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`ImportStatus`](ErrorKind::ImportStatus) for one that is done or undone, or whose mapping can't be read;
    /// [`OtherTable`](ErrorKind::OtherTable) for a table of other headings, or one that does not begin with the rows that were dealt with; else as
    /// [`import`](Self::import).
    pub fn resume_import(
        &self,
        id: Id<Import>,
        rows: &mut dyn TableRows,
        each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<Imported> {
        let (mapping, import) = self.unfinished::<Mapping>(id)?;
        let mut table = Table::new(&mapping, rows);
        pass(&mut table, import)?;
        self.chunks(id, &mut table, each)
    }

    /// The settings of an import that can be gone on with, and its record.
    pub(super) fn unfinished<S: DeserializeOwned>(&self, id: Id<Import>) -> Result<(S, Import)> {
        let import = self.read()?.get(id)?.ok_or(ErrorKind::NotFound { id: id.into() })?.record;
        let status = import.status.clone().unwrap_or_else(|| Choice::from("none"));
        let unfinished = [choices::import_status::RUNNING, choices::import_status::STOPPED].contains(&status);
        let settings = import.mapping.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let Some(settings) = settings.filter(|_| unfinished) else {
            let expected = "running or stopped, with a mapping that can be read";
            return Err(ErrorKind::ImportStatus { name: import.name, found: status.to_string(), expected }.into());
        };
        Ok((settings, import))
    }

    pub(super) fn chunks(
        &self,
        id: Id<Import>,
        source: &mut dyn Source,
        mut each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<Imported> {
        let mut all = Imported { id, counts: ImportCounts::default(), finished: false };
        let mut stopped = false;
        while !all.finished && !stopped {
            let mut tx = self.write()?;
            let part = tx.take_in(id, source, CHUNK, |row| {
                let flow = each(row);
                stopped = flow.is_break() || row.action == RowAction::Stop;
                flow
            })?;
            tx.commit()?;
            all.counts.add(part.counts);
            all.finished = part.finished;
        }
        Ok(all)
    }
}
