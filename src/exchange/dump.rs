//! A whole database as lines of JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;

use super::json::{Form, Object};
use super::lines::{Line, Sum};
use super::schema_lines::{END, HEADER, field_line, kind_line, pipeline_line, question_line, tag_line};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{FOLD_VERSION, Kind, ValueType};
use crate::read::Read;
use crate::rows;
use crate::schema::{Catalogue, KindEntry, system};
use crate::store::{StoreError, Table, live, next_question};

/// The version of the format. One that is read by a version of the crate which does not know all of it would lose data, so
/// each addition counts it up.
pub(super) const VERSION: u64 = 1;

/// So many records are written or read between two reports of progress.
pub(super) const CHUNK: u64 = 1_000;

/// How far a dump, or the loading of one, has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DumpProgress {
    /// How many records have been dealt with.
    pub records: u64,
    /// How many there are in all. When a dump is loaded, what its first line says.
    pub total: u64,
    /// How many bytes have been written or read.
    pub bytes: u64,
}

/// What was written or read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Dumped {
    /// How many records of each kind; kinds without any are left out.
    pub records: BTreeMap<Kind, u64>,
    /// How many lines.
    pub lines: u64,
    /// How many bytes.
    pub bytes: u64,
}

pub(super) type Report<'a> = Box<dyn FnMut(DumpProgress) -> ControlFlow<()> + 'a>;

/// Writes a database as lines of JSON: the portable backup, and the way out.
///
/// Nothing is left out: kinds, fields with their rules, options, pipelines, tags, saved questions and every record with its id,
/// version, times, histories and tags, in the order in which they were inserted; what a newer version of the crate wrote is
/// kept too. [`Load`](crate::Load) makes the same database of it. The form stands in [the guide](crate::guide::dump).
///
/// ```
/// use contactdb::{Contact, Database, Dump, Load, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let ada = tx.insert(&Contact::named("Ada", "Lovelace").email("ada@acme.example").tag("vip"))?;
/// tx.commit()?;
///
/// let mut dump = Vec::new();
/// let written = Dump::new(&db.read()?).write(&mut dump)?;
/// assert_eq!(written.lines, 4);                         // a header, a tag, a contact, the end
///
/// let copy = Database::in_memory()?;
/// let mut tx = copy.write()?;
/// Load::new(&mut tx).read(dump.as_slice())?;
/// tx.commit()?;
/// assert_eq!(copy.read()?.get(ada)?, db.read()?.get(ada)?);
/// # Ok::<(), contactdb::Error>(())
/// ```
#[must_use = "nothing is written before write"]
pub struct Dump<'r, R> {
    read: &'r R,
    kinds: Option<BTreeSet<Kind>>,
    progress: Option<Report<'r>>,
}

impl<R> fmt::Debug for Dump<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dump").field("kinds", &self.kinds).finish_non_exhaustive()
    }
}

impl<'r, R: Read> Dump<'r, R> {
    /// A dump of everything that a snapshot, or a transaction, reads.
    pub fn new(read: &'r R) -> Self {
        Self { read, kinds: None, progress: None }
    }

    /// Takes records of these kinds only. Definitions, tags and questions are written all the same. Such a dump can be loaded
    /// as long as none of its records refers to one that was left out.
    pub fn kinds(mut self, kinds: impl IntoIterator<Item = Kind>) -> Self {
        self.kinds = Some(kinds.into_iter().collect());
        self
    }

    /// Is told how far the dump has come, after each 1,000 records, and can stop it.
    pub fn progress(mut self, report: impl FnMut(DumpProgress) -> ControlFlow<()> + 'r) -> Self {
        self.progress = Some(Box::new(report));
        self
    }

    /// Writes the dump. Reads each record once; holds one of them in memory, and some hundred kilobytes that are yet to be
    /// written.
    ///
    /// # Errors
    /// [`Target`](ErrorKind::Target) if writing fails; [`Cancelled`](ErrorKind::Cancelled) if it was stopped: what was written
    /// until then lacks its end, and can't be loaded. [`NoSuchKind`](ErrorKind::NoSuchKind) for a kind that the database does
    /// not have. [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use contactdb::{Contact, Database, Dump, Kind};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert(&Contact::named("Ada", "Lovelace"))?;
    /// let mut dump = Vec::new();
    /// let progress = |at: contactdb::DumpProgress| {
    ///     println!("{} of {}", at.records, at.total);
    ///     ControlFlow::Continue(())
    /// };
    /// let written = Dump::new(&tx).kinds([Kind::CONTACT]).progress(progress).write(&mut dump)?;
    /// assert_eq!(written.records[&Kind::CONTACT], 1);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn write(mut self, writer: impl Write) -> Result<Dumped> {
        let catalogue = self.read.catalogue_now();
        let source = self.read.tables().0;
        let form = Form { catalogue, limits: &self.read.options().limits };
        let kinds = self.wanted(catalogue)?;
        let mut total = 0;
        for kind in &kinds {
            total += u64::from(live(source, *kind)?);
        }
        let mut out =
            Out { writer: BufWriter::with_capacity(1 << 18, writer), sum: Sum::default(), done: Dumped::default() };
        out.line(&self.header(form, &kinds, total)?)?;
        schema(form, self.read, &mut out)?;
        let mut progress = DumpProgress { total, ..DumpProgress::default() };
        for kind in kinds {
            for row in rows::all(source, catalogue, kind) {
                let row = row?;
                let wrong =
                    |reason| Error::from(StoreError::corrupt(Table::Records, &rows::row_key(kind, row.row), reason));
                let unseen = rows::unseen_texts(source, &row)?;
                out.line(&form.record_to_json(&row, &unseen).map_err(wrong)?)?;
                *out.done.records.entry(kind).or_default() += 1;
                progress.records += 1;
                progress.bytes = out.done.bytes;
                if progress.records.is_multiple_of(CHUNK) {
                    report(self.progress.as_mut(), progress)?;
                }
            }
        }
        let mut end = Line::new(END, out.done.lines.into());
        let records = out.done.records.iter().map(|(kind, count)| (form.kind_name(*kind), (*count).into()));
        end.member("records", records.collect::<Object>());
        end.member("checksum", out.sum.text());
        out.line(&end.finish())?;
        out.writer.flush().map_err(ErrorKind::Target)?;
        progress.bytes = out.done.bytes;
        report(self.progress.as_mut(), progress)?;
        Ok(out.done)
    }

    fn header(&self, form: Form<'_>, kinds: &[Kind], total: u64) -> Result<String> {
        let mut line = Line::new(HEADER, "dump".into());
        line.member("version", VERSION);
        line.member("library", env!("CARGO_PKG_VERSION"));
        line.member("folding", FOLD_VERSION);
        if self.kinds.is_some() {
            line.member("kinds", kinds.iter().map(|kind| form.kind_name(*kind)).collect::<Vec<_>>());
        }
        line.member("records", total);
        line.member("next_question", next_question(self.read.tables().0)?);
        Ok(line.finish())
    }

    /// The kinds in the order in which they are written.
    fn wanted(&self, catalogue: &Catalogue) -> Result<Vec<Kind>> {
        let wanted = self.kinds.as_ref();
        if let Some(kind) = wanted.into_iter().flatten().find(|kind| catalogue.kind(**kind).is_none()) {
            return Err(ErrorKind::NoSuchKind { kind: *kind, archived: None }.into());
        }
        let entries = catalogue.kinds().filter(|entry| wanted.is_none_or(|wanted| wanted.contains(&entry.kind)));
        // Those that refer to few others first: so few references lead to records that are yet to be loaded.
        let mut kinds: Vec<(usize, Kind)> = entries.map(|entry| (refers_to(entry), entry.kind)).collect();
        kinds.sort_unstable();
        Ok(kinds.into_iter().map(|(_, kind)| kind).collect())
    }
}

/// To how many other kinds the records of a kind may refer.
fn refers_to(entry: &KindEntry) -> usize {
    let references = entry.attributes().filter(|own| own.value_type == ValueType::Reference && own.id != system::NOTED);
    let mut targets: BTreeSet<Kind> = BTreeSet::new();
    for attribute in references {
        if attribute.targets.is_empty() {
            return usize::MAX;
        }
        targets.extend(attribute.targets.iter().filter(|target| **target != entry.kind));
    }
    targets.len()
}

pub(super) fn report(to: Option<&mut Report<'_>>, progress: DumpProgress) -> Result<()> {
    match to.map(|report| report(progress)) {
        Some(ControlFlow::Break(())) => Err(ErrorKind::Cancelled.into()),
        _ => Ok(()),
    }
}

struct Out<W: Write> {
    writer: BufWriter<W>,
    sum: Sum,
    done: Dumped,
}

impl<W: Write> Out<W> {
    fn line(&mut self, line: &str) -> Result<()> {
        let written = self.writer.write_all(line.as_bytes()).and_then(|()| self.writer.write_all(b"\n"));
        written.map_err(ErrorKind::Target)?;
        self.sum.add(line.as_bytes());
        self.done.lines += 1;
        self.done.bytes += line.len() as u64 + 1;
        Ok(())
    }
}

fn schema<W: Write>(form: Form<'_>, read: &impl Read, out: &mut Out<W>) -> Result<()> {
    let source = read.tables().0;
    let catalogue = form.catalogue;
    let wrong = |table| move || Error::from(StoreError::corrupt(table, &[], "a definition that can't be written"));
    for entry in catalogue.kinds() {
        if let Some(definition) = catalogue.kind_definition(entry.kind) {
            out.line(&kind_line(form, entry.kind, definition).ok_or_else(wrong(Table::Kinds))?)?;
        }
    }
    for (kind, id, definition) in catalogue.definitions() {
        out.line(&field_line(form, kind, id, definition).ok_or_else(wrong(Table::Catalogue))?)?;
    }
    for pipeline in rows::pipeline_definitions(source) {
        let (kind, code, definition) = pipeline?;
        out.line(&pipeline_line(form, kind, code, &definition).ok_or_else(wrong(Table::Pipelines))?)?;
    }
    for id in catalogue.tags.ids() {
        out.line(&tag_line(form, id).ok_or_else(wrong(Table::Tags))?)?;
    }
    let mut questions = rows::all_questions(source)?;
    questions.sort_unstable_by_key(|(id, _)| *id);
    for (id, question) in &questions {
        out.line(&question_line(form, *id, question).ok_or_else(wrong(Table::Questions))?)?;
    }
    Ok(())
}
