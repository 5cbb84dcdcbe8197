//! A database out of a dump.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::ops::ControlFlow;

use super::dump::{CHUNK, Report, VERSION, report};
use super::json::{Form, RecordJson};
use super::lines::{Lines, Members, Sum};
use super::schema_lines::{
    END, FIELD, HEADER, KIND, PIPELINE, QUESTION, RECORD, SORTS, TAG, read_field, read_kind, read_pipeline,
    read_question, read_tag,
};
use super::{DumpProblem, DumpProgress, Dumped};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Kind;
use crate::read::Read as _;
use crate::read::view::View as _;
use crate::transaction::{NewSchema, Relinked, Transaction};

/// The longest line that is read if nothing else is said.
const MAX_LINE: usize = 64 << 20;

/// Makes a database of a dump that [`Dump`](crate::Dump) wrote, in a transaction of an empty one: all of it or nothing.
///
/// Ids, versions, times and the order of the records are those of the dump; nothing is noted anew. Rules that a business made
/// later than a record are not held against it, as they were not when they were made; that types are right, references lead
/// somewhere and unique values are unique is. Nothing in the dump is trusted.
///
/// ```
/// use contactdb::{Contact, Database, Dump, Load, Read};
/// # let db = Database::in_memory()?;
/// # let mut dump = Vec::new();
/// # Dump::new(&db.read()?).write(&mut dump)?;
/// # let file = dump.as_slice();
/// let copy = Database::in_memory()?;
/// let mut tx = copy.write()?;
/// Load::new(&mut tx).read(file)?;
/// assert!(tx.check(|_| {})?.is_sound());
/// tx.commit()?;
/// # Ok::<(), contactdb::Error>(())
/// ```
#[must_use = "nothing is loaded before read"]
pub struct Load<'t, 'db> {
    transaction: &'t mut Transaction<'db>,
    progress: Option<Report<'t>>,
    max_line: usize,
}

impl fmt::Debug for Load<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Load").field("max_line", &self.max_line).finish_non_exhaustive()
    }
}

impl<'t, 'db> Load<'t, 'db> {
    /// Loads into the database of a transaction.
    pub fn new(transaction: &'t mut Transaction<'db>) -> Self {
        Self { transaction, progress: None, max_line: MAX_LINE }
    }

    /// Is told how far it has come, after each 1,000 records, and can stop it.
    pub fn progress(mut self, report: impl FnMut(DumpProgress) -> ControlFlow<()> + 't) -> Self {
        self.progress = Some(Box::new(report));
        self
    }

    /// The longest line that is read, in bytes; 64 MiB if nothing is said. A line takes a few times its length in memory.
    pub fn max_line(mut self, bytes: usize) -> Self {
        self.max_line = bytes;
        self
    }

    /// Reads the dump. Memory does not grow with it, but for 12 bytes for each record that refers to one behind it; [`Limits`]
    /// hold as for all that is written.
    ///
    /// # Errors
    /// [`NotEmpty`](ErrorKind::NotEmpty) if the database has something already: nothing is changed then. All others leave a
    /// transaction that can't be committed, and so nothing behind: [`Dump`](ErrorKind::Dump) with the line and what is wrong
    /// with it, [`Source`](ErrorKind::Source) if reading fails, [`Cancelled`](ErrorKind::Cancelled),
    /// [`Full`](ErrorKind::Full), [`Io`](ErrorKind::Io), [`Corrupt`](ErrorKind::Corrupt).
    ///
    /// ```
    /// use contactdb::{Database, ErrorKind, Load};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let refused = Load::new(&mut tx).read("name,email\nAda,ada@acme.example\n".as_bytes()).unwrap_err();
    /// assert!(matches!(refused.kind(), ErrorKind::Dump { line: 1, .. }));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    ///
    /// [`Limits`]: crate::Limits
    pub fn read(self, reader: impl io::Read) -> Result<Dumped> {
        self.transaction.check_empty()?;
        let Self { transaction, progress, max_line } = self;
        transaction.whole(|tx| {
            let mut loading = Loading {
                schema: Some(tx.new_schema()),
                tx,
                progress,
                at: 0,
                so_far: DumpProgress::default(),
                done: Dumped::default(),
                sum: Sum::default(),
                waiting: Vec::new(),
                ended: false,
            };
            loading.all(&mut Lines::new(reader, max_line))
        })
    }
}

/// A record that refers to one which was not there yet, and its line.
type Waiting = (Kind, u32, u32);

struct Loading<'l, 'db> {
    /// Until all definitions are there.
    schema: Option<NewSchema>,
    tx: &'l mut Transaction<'db>,
    progress: Option<Report<'l>>,
    /// The sort of the last line, among all sorts.
    at: usize,
    so_far: DumpProgress,
    done: Dumped,
    sum: Sum,
    waiting: Vec<Waiting>,
    ended: bool,
}

/// What is wrong with a line, or with everything.
enum Trouble {
    Line(DumpProblem),
    Other(Error),
}

impl From<DumpProblem> for Trouble {
    fn from(problem: DumpProblem) -> Self {
        Self::Line(problem)
    }
}

/// What is refused is the fault of the line; other errors are those of the database.
impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error.kind() {
            ErrorKind::Invalid { .. } | ErrorKind::Definition { .. } | ErrorKind::Question { .. } => {
                Self::Line(DumpProblem::Refused(error))
            }
            _ => Self::Other(error),
        }
    }
}

impl Trouble {
    fn at(self, line: u64) -> Error {
        match self {
            Self::Line(problem) => ErrorKind::Dump { line, problem }.into(),
            Self::Other(error) => error,
        }
    }
}

impl Loading<'_, '_> {
    fn all(&mut self, lines: &mut Lines<impl io::Read>) -> Result<Dumped> {
        loop {
            let (count, bytes) = (lines.count + 1, lines.bytes);
            let Some(line) = lines.next()? else { break };
            self.so_far.bytes = bytes;
            let done = line.map_err(Trouble::from).and_then(|line| self.line(line));
            done.map_err(|trouble| trouble.at(count))?;
            if self.so_far.records > 0 && self.so_far.records.is_multiple_of(CHUNK) {
                report(self.progress.as_mut(), self.so_far)?;
            }
        }
        if !self.ended {
            let problem = if lines.count == 0 { DumpProblem::NotADump } else { DumpProblem::CutShort };
            return Err(Trouble::from(problem).at(lines.count + 1));
        }
        self.link()?;
        self.so_far.bytes = lines.bytes;
        self.done.bytes = lines.bytes;
        report(self.progress.as_mut(), self.so_far)?;
        Ok(std::mem::take(&mut self.done))
    }

    fn line(&mut self, line: &[u8]) -> std::result::Result<(), Trouble> {
        if self.ended {
            let blank = line.iter().all(u8::is_ascii_whitespace);
            return if blank { Ok(()) } else { Err(DumpProblem::Behind.into()) };
        }
        let first = self.done.lines == 0;
        let members = match Members::of(line) {
            Err(DumpProblem::NotJson { .. }) if first => return Err(DumpProblem::NotADump.into()),
            members => members?,
        };
        self.begin(members.sort())?;
        if members.sort() != END {
            self.sum.add(line);
            self.done.lines += 1;
        }
        match members.sort() {
            HEADER => self.header(members),
            KIND => self.kind(members),
            FIELD => self.field(members),
            PIPELINE => self.pipeline(members),
            TAG => self.tag(members),
            QUESTION => self.question(members),
            RECORD => self.record(members),
            _ => self.end(members),
        }
    }

    /// Refuses a line that does not stand here, and does what is due before lines of its sort.
    fn begin(&mut self, sort: &str) -> std::result::Result<(), Trouble> {
        if self.done.lines == 0 {
            return if sort == HEADER { Ok(()) } else { Err(DumpProblem::NotADump.into()) };
        }
        let at = SORTS.iter().position(|known| *known == sort).filter(|at| *at > 0 && *at >= self.at);
        let Some(at) = at else {
            const EXPECTED: [&str; 8] = [
                "the lines of the dump",
                "a kind or what follows: field, pipeline, tag, question, record, end",
                "a field or what follows: pipeline, tag, question, record, end",
                "a pipeline or what follows: tag, question, record, end",
                "a tag or what follows: question, record, end",
                "a question or what follows: record, end",
                "a record or the end",
                "nothing",
            ];
            let found = crate::model::shorten(sort);
            let behind = SORTS.get(self.at).copied().unwrap_or(HEADER);
            let expected = EXPECTED.get(self.at.max(1)).copied().unwrap_or("nothing");
            return Err(DumpProblem::Misplaced { found, behind, expected }.into());
        };
        let place = |sort| SORTS.iter().position(|known| *known == sort).unwrap_or(0);
        // Tags and all that follows are read by the catalogue.
        if at >= place(TAG)
            && let Some(schema) = self.schema.take()
        {
            self.tx.put_schema(schema)?;
        }
        if at > place(TAG)
            && self.at <= place(TAG)
            && let Some((id, reason)) = self.tx.catalogue().tags.fault()
        {
            let path = format!("tag {id}");
            let (expected, found) = (reason.to_owned(), "none".to_owned());
            return Err(DumpProblem::Value { path, expected, found }.into());
        }
        self.at = at;
        Ok(())
    }

    fn header(&mut self, mut members: Members<'_>) -> std::result::Result<(), Trouble> {
        if members.text(HEADER).ok().as_deref() != Some("dump") {
            return Err(DumpProblem::NotADump.into());
        }
        let found = members.number("version")?;
        if found > VERSION {
            return Err(DumpProblem::Newer { found, supported: VERSION }.into());
        }
        if found == 0 {
            return Err(DumpProblem::NotADump.into());
        }
        // For people: what wrote the dump, and what of.
        members.text("library")?;
        members.number("folding")?;
        members.take("kinds");
        self.so_far.total = members.number("records")?;
        let next = members.small("next_question")?;
        members.finish()?;
        Ok(self.tx.restore_next_question(next.min(1 << 31))?)
    }

    /// The catalogue as it is so far.
    fn form(&self) -> Form<'_> {
        let catalogue = self.schema.as_ref().map_or_else(|| self.tx.catalogue(), NewSchema::catalogue);
        Form { catalogue, limits: &self.tx.options().limits }
    }

    fn schema(&mut self) -> std::result::Result<&mut NewSchema, Trouble> {
        let too_late = || DumpProblem::Misplaced { found: KIND.to_owned(), behind: TAG, expected: "no definition" };
        Ok(self.schema.as_mut().ok_or_else(too_late)?)
    }

    fn kind(&mut self, members: Members<'_>) -> std::result::Result<(), Trouble> {
        let (kind, definition) = read_kind(self.form(), members)?;
        if !self.schema()?.kind(kind, definition)? {
            return Err(DumpProblem::repeated("kind", &kind.0).into());
        }
        Ok(())
    }

    fn field(&mut self, members: Members<'_>) -> std::result::Result<(), Trouble> {
        let (kind, id, definition) = read_field(self.form(), members)?;
        if !self.schema()?.field(kind, id, definition)? {
            return Err(DumpProblem::repeated("field", &id.0).into());
        }
        Ok(())
    }

    fn pipeline(&mut self, members: Members<'_>) -> std::result::Result<(), Trouble> {
        let (kind, code, definition) = read_pipeline(self.form(), members)?;
        if !self.schema()?.pipeline(kind, code, definition)? {
            return Err(DumpProblem::repeated("pipeline", &code).into());
        }
        Ok(())
    }

    fn tag(&mut self, members: Members<'_>) -> std::result::Result<(), Trouble> {
        let (id, definition) = read_tag(self.form(), members)?;
        if !self.tx.restore_tag(id, &definition)? {
            return Err(DumpProblem::repeated("tag", &id).into());
        }
        Ok(())
    }

    fn question(&mut self, members: Members<'_>) -> std::result::Result<(), Trouble> {
        let (id, question) = read_question(self.form(), members)?;
        if !self.tx.restore_question(id, &question)? {
            return Err(DumpProblem::repeated("question", &format!("{id} \"{}\"", question.name)).into());
        }
        Ok(())
    }

    fn record(&mut self, members: Members<'_>) -> std::result::Result<(), Trouble> {
        let record = self.form().record_of_json(members)?;
        let RecordJson { kind, id, values, tags, unseen } = record;
        let restored = self.tx.restore_record(kind, id, &values, &tags, unseen)?;
        if restored.waits {
            let line = u32::try_from(self.done.lines).unwrap_or(u32::MAX);
            self.waiting.push((kind, restored.row, line));
        }
        *self.done.records.entry(kind).or_default() += 1;
        self.so_far.records += 1;
        Ok(())
    }

    fn end(&mut self, mut members: Members<'_>) -> std::result::Result<(), Trouble> {
        self.ended = true;
        let lines = members.number(END)?;
        let count = |what: &str, found, expected| {
            let what = what.to_owned();
            if found == expected { Ok(()) } else { Err(DumpProblem::Count { what, found, expected }) }
        };
        if let Some(raw) = members.take("records") {
            let json = super::json::read("records", raw)?;
            let wrong = || DumpProblem::value("an object of numbers", &json).within("records");
            let mut expected = BTreeMap::new();
            for (name, number) in json.as_object().ok_or_else(wrong)? {
                let kind = self.form().kind_of(name).ok_or_else(|| DumpProblem::unknown("kind", name, None))?;
                expected.insert(kind, number.as_u64().ok_or_else(wrong)?);
            }
            for kind in expected.keys().chain(self.done.records.keys()) {
                let [found, expected] = [&self.done.records, &expected].map(|of| of.get(kind).copied().unwrap_or(0));
                count(&format!("records of the kind {}", self.form().kind_name(*kind)), found, expected)?;
            }
        }
        count("lines before it", self.done.lines, lines)?;
        if members.sum_is_given() {
            let (expected, found) = (members.text("checksum")?, self.sum.text());
            if expected != found {
                return Err(DumpProblem::Checksum { found, expected: crate::model::shorten(&expected) }.into());
            }
        }
        members.finish()?;
        self.done.lines += 1;
        Ok(())
    }

    /// Gives records their links to those that came behind them.
    fn link(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut relinking = self.tx.relinking();
        for (kind, row, line) in waiting {
            let problem = match relinking.relink(kind, row)? {
                Relinked::Whole => continue,
                Relinked::Dangling(target) => DumpProblem::Dangling { target: target.to_string() },
                Relinked::Circular(attribute) => DumpProblem::Circular { attribute },
            };
            return Err(Trouble::from(problem).at(line.into()));
        }
        relinking.finish()
    }
}
