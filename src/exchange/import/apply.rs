//! The plan of an import, and the import itself.

use std::ops::ControlFlow;

use super::draft::RowProblem;
use super::mapping::Mapping;
use super::names::{KeptNames, Names};
use super::rows::{BadRow, TableRows};
use super::run::{ImportCounts, PlannedRow, RowAction, Run, Writing};
use crate::clock::in_utc;
use crate::database::Database;
use crate::error::{ErrorKind, Result};
use crate::model::{Choice, Id, Import, Tag, choices};
use crate::read::Read;
use crate::read::view::View;
use crate::schema::TagProblem;
use crate::transaction::Transaction;

/// How many rows go into one commit of an import in chunks.
const CHUNK: u64 = 10_000;

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
    /// Holds 16 bytes for each key in the file and the names of the records that cells name; of each row a few look-ups.
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
        mut each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<ImportCounts> {
        let headers = rows.headers().to_vec();
        let mut run = Run::new(self, mapping, &headers, None)?;
        let (mut counts, mut cells) = (ImportCounts::default(), Vec::new());
        while let Some(row) = next(&mut run, rows, counts.rows + 1, &mut cells)? {
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
        self.whole(|tx| {
            let id = tx.start_import(name, mapping)?;
            tx.import_rows(id, mapping, rows, u64::MAX, &mut Names::default(), each)
        })
    }

    /// Makes the record of an import.
    pub(super) fn start_import(&mut self, name: &str, mapping: &Mapping) -> Result<Id<Import>> {
        let mut import = Import::new(name);
        import.tag = Some(self.free_tag(name)?.to_string());
        import.mapping = serde_json::to_string(mapping).ok();
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

    /// Goes on with an import: at most so many rows of the table. `names` are those that are known, and get those that become known.
    pub(super) fn import_rows(
        &mut self,
        id: Id<Import>,
        mapping: &Mapping,
        rows: &mut dyn TableRows,
        most: u64,
        names: &mut Names,
        mut each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<Imported> {
        let place = self.load(id)?;
        let import = self.get(id)?.ok_or(ErrorKind::NotFound { id: id.into() })?.record;
        let tag = match import.tag.as_deref().and_then(|tag| Tag::new(tag).ok()) {
            Some(tag) => tag,
            None => self.free_tag(&import.name)?,
        };
        let done = import.rows.and_then(|rows| u64::try_from(rows).ok()).unwrap_or(0);
        let headers = rows.headers().to_vec();
        let mut run = Run::new(self, mapping, &headers, Some(Writing { row: place.row, tag }))?;
        run.names = std::mem::take(names);
        let (mut counts, mut cells) = (ImportCounts::default(), Vec::new());
        let (mut finished, mut stopped) = (false, false);
        while counts.rows < most && !stopped {
            let Some(row) = next(&mut run, rows, done + counts.rows + 1, &mut cells)? else {
                finished = true;
                break;
            };
            counts.count(&row);
            stopped = each(&row).is_break() || row.action == RowAction::Stop;
        }
        *names = run.names;
        let now = in_utc(self.options().clock.now());
        self.update(id, |import| {
            let add = |count: &mut Option<i64>, more: u64| {
                *count = Some(count.unwrap_or(0).saturating_add(i64::try_from(more).unwrap_or(i64::MAX)));
            };
            add(&mut import.rows, counts.rows);
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

/// Reads the next row and does what becomes of it.
fn next(
    run: &mut Run<'_, '_, '_>,
    rows: &mut dyn TableRows,
    number: u64,
    cells: &mut Vec<String>,
) -> Result<Option<PlannedRow>> {
    match rows.next_row(cells) {
        None => Ok(None),
        Some(Ok(line)) => run.row(number, line, cells).map(Some),
        Some(Err(BadRow { line, column, code, message, last })) => {
            let header = column.and_then(|column| rows.headers().get(column.checked_sub(1)?).cloned());
            let problems = vec![RowProblem { header, column, code, message }];
            let action = if last { RowAction::Stop } else { RowAction::Refuse };
            Ok(Some(PlannedRow { row: number, line, action, problems, makes: Vec::new(), numbers: Vec::new() }))
        }
    }
}

impl Database {
    /// Brings the rows of a table in, in chunks of 10,000 rows with a commit each, so that a table of any size goes in and others can write in
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
        let mut tx = self.write()?;
        let id = tx.start_import(name, mapping)?;
        tx.commit()?;
        self.chunks(id, mapping, rows, each)
    }

    /// Goes on with an import that was stopped or cut off, with its own mapping. `rows` begin at the beginning of the same table; those that were
    /// dealt with are passed over.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`ImportStatus`](ErrorKind::ImportStatus) for one that is done or undone, or whose mapping can't be read;
    /// else as [`import`](Self::import).
    pub fn resume_import(
        &self,
        id: Id<Import>,
        rows: &mut dyn TableRows,
        each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<Imported> {
        let import = self.read()?.get(id)?.ok_or(ErrorKind::NotFound { id: id.into() })?.record;
        let status = import.status.clone().unwrap_or_else(|| Choice::from("none"));
        let unfinished = [choices::import_status::RUNNING, choices::import_status::STOPPED].contains(&status);
        let mapping = import.mapping.as_deref().and_then(|text| serde_json::from_str::<Mapping>(text).ok());
        let Some(mapping) = mapping.filter(|_| unfinished) else {
            let expected = "running or stopped, with a mapping that can be read";
            return Err(ErrorKind::ImportStatus { name: import.name, found: status.to_string(), expected }.into());
        };
        let mut cells = Vec::new();
        for _ in 0..import.rows.unwrap_or(0) {
            if rows.next_row(&mut cells).is_none() {
                break;
            }
        }
        self.chunks(id, &mapping, rows, each)
    }

    fn chunks(
        &self,
        id: Id<Import>,
        mapping: &Mapping,
        rows: &mut dyn TableRows,
        mut each: impl FnMut(&PlannedRow) -> ControlFlow<()>,
    ) -> Result<Imported> {
        let mut all = Imported { id, counts: ImportCounts::default(), finished: false };
        let (mut stopped, mut names) = (false, KeptNames::default());
        while !all.finished && !stopped {
            let mut tx = self.write()?;
            let names = names.before(tx.commits_before());
            let part = tx.import_rows(id, mapping, rows, CHUNK, names, |row| {
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
