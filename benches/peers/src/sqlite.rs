//! SQLite with the schema, the indexes and the statements of `sqlite.sql`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::{CachedStatement, Connection, Row, named_params, params};

use crate::Outcome;
use crate::data::{self, Firm, Generator, Person, STAGES};
use crate::ours::{BATCH, step};
use crate::work::{Answer, Both, Peer, Question, Record, Seen, TOUCHED};

const SQL: &str = include_str!("sqlite.sql");

/// The statements of each section.
#[derive(Debug)]
struct Script(BTreeMap<&'static str, Vec<String>>);

impl Script {
    fn read() -> Self {
        let mut sections = BTreeMap::<&str, Vec<String>>::new();
        let (mut section, mut statement) = ("", String::new());
        for line in SQL.lines() {
            if let Some(name) = line.strip_prefix("-- @") {
                section = name.split_whitespace().next().unwrap_or_default();
            }
            let code = line.split("--").next().unwrap_or_default().trim();
            statement.push_str(code);
            statement.push(' ');
            if code.ends_with(';') {
                sections.entry(section).or_default().push(std::mem::take(&mut statement).trim().to_owned());
            }
        }
        Self(sections)
    }

    fn statement(&self, section: &str, at: usize) -> Outcome<&str> {
        let found = self.0.get(section).and_then(|statements| statements.get(at));
        Ok(found.ok_or_else(|| format!("sqlite.sql has no statement {at} in section {section}"))?)
    }

    fn run(&self, db: &Connection, section: &str, which: impl Fn(&str) -> bool) -> Outcome<()> {
        for statement in self.0.get(section).into_iter().flatten().filter(|text| which(text)) {
            db.execute_batch(statement)?;
        }
        Ok(())
    }
}

fn connect(path: &Path, script: &Script) -> Outcome<Connection> {
    let db = Connection::open(path)?;
    db.set_prepared_statement_cache_capacity(64);
    // Else each new value of a parameter has the statement planned anew, to look it up in the histograms.
    db.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    script.run(&db, "setup", |statement| statement.starts_with("PRAGMA"))?;
    Ok(db)
}

/// Loads everything, builds the indexes and closes the file; the time without that of the generator.
pub(crate) fn load(path: &Path, generator: &Arc<Generator>) -> Outcome<Duration> {
    let script = Script::read();
    let mut took = Duration::ZERO;
    let started = Instant::now();
    let db = connect(path, &script)?;
    script.run(&db, "setup", |statement| statement.starts_with("CREATE"))?;
    took += started.elapsed();
    for begin in (0..generator.companies()).step_by(step()?) {
        let firms = (begin..generator.companies().min(begin + BATCH)).map(|at| generator.firm(at)).collect::<Vec<_>>();
        let started = Instant::now();
        db.execute_batch("BEGIN IMMEDIATE")?;
        for firm in &firms {
            insert_company(&db, firm)?;
        }
        db.execute_batch("COMMIT")?;
        took += started.elapsed();
    }
    for begin in (0..generator.contacts).step_by(step()?) {
        let people = (begin..generator.contacts.min(begin + BATCH)).map(|at| generator.person(at)).collect::<Vec<_>>();
        let started = Instant::now();
        db.execute_batch("BEGIN IMMEDIATE")?;
        let mut contact = db.prepare_cached(script.statement("durable_insert", 0)?)?;
        let mut tag = db.prepare_cached(script.statement("durable_insert", 1)?)?;
        for person in &people {
            insert(&mut contact, &mut tag, person)?;
        }
        db.execute_batch("COMMIT")?;
        took += started.elapsed();
    }
    let started = Instant::now();
    script.run(&db, "indexes", |_| true)?;
    db.close().map_err(|(_, error)| error)?;
    Ok(took + started.elapsed())
}

fn insert_company(db: &Connection, firm: &Firm) -> Outcome<()> {
    let mut statement = db.prepare_cached("INSERT INTO company VALUES (?,?,?,?,?,?,?,?,?)")?;
    let parent = firm.parent.map(row_of).transpose()?;
    statement.execute(params![
        row_of(firm.at)?,
        firm.id.as_bytes(),
        firm.name,
        firm.domain,
        firm.industry,
        firm.size,
        firm.revenue,
        firm.country,
        parent
    ])?;
    Ok(())
}

fn insert(contact: &mut CachedStatement<'_>, tag: &mut CachedStatement<'_>, person: &Person) -> Outcome<()> {
    let row = row_of(person.at)?;
    let (year, month, day) = person.birthday;
    contact.execute(params![
        row,
        person.id.as_bytes(),
        person.given,
        person.family,
        person.email,
        person.email.to_lowercase(),
        person.phone,
        row_of(person.company)?,
        person.title,
        i64::try_from(person.stage)?,
        i64::try_from(person.priority)?,
        person.owner,
        i64::try_from(person.source)?,
        person.country,
        person.city,
        person.language,
        i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day),
        person.created,
        person.created,
        person.last_seen,
        person.score,
        person.budget,
        i64::try_from(person.plan)?,
        person.renewal,
        person.active
    ])?;
    for number in &person.tags {
        tag.execute(params![number, row])?;
    }
    Ok(())
}

/// Rows begin with 1.
fn row_of(at: u64) -> Outcome<i64> {
    Ok(i64::try_from(at)? + 1)
}

struct Sqlite {
    db: Connection,
    script: Script,
    generator: Arc<Generator>,
}

/// Opens what was loaded, until it can be read.
pub(crate) fn open(path: &Path, generator: &Arc<Generator>) -> Outcome<Box<dyn Peer>> {
    let script = Script::read();
    let db = connect(path, &script)?;
    db.query_row("SELECT 1 FROM contact LIMIT 1", [], |_| Ok(()))?;
    Ok(Box::new(Sqlite { db, script, generator: Arc::clone(generator) }))
}

impl Sqlite {
    fn statement(&self, section: &str) -> Outcome<CachedStatement<'_>> {
        Ok(self.db.prepare_cached(self.script.statement(section, 0)?)?)
    }

    fn count(&self, section: &str, parameters: &[(&str, &dyn rusqlite::ToSql)]) -> Outcome<Answer> {
        let count = self.statement(section)?.query_row(parameters, |row| row.get::<_, i64>(0))?;
        Ok(Answer::Count(u64::try_from(count)?))
    }

    /// Whole records with their tags.
    fn records(&self, section: &str, parameters: &[(&str, &dyn rusqlite::ToSql)]) -> Outcome<Answer> {
        let mut tags = self.db.prepare_cached(self.script.statement("get_by_id", 1)?)?;
        let mut statement = self.statement(section)?;
        let mut rows = statement.query(parameters)?;
        let mut records = Vec::<Box<dyn Record>>::new();
        while let Some(row) = rows.next()? {
            let mut contact = read(row)?;
            let found = tags.query_map(named_params! {":row": contact.row}, |row| row.get(0))?;
            contact.tags = found.collect::<Result<_, _>>()?;
            records.push(Box::new(contact));
        }
        Ok(Answer::Records(records))
    }

    /// Runs in a transaction of its own.
    fn write(&self, work: impl FnOnce() -> Outcome<u64>) -> Outcome<Answer> {
        self.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let changed = work()?;
        self.db.prepare_cached("COMMIT")?.execute([])?;
        Ok(Answer::Count(changed))
    }
}

impl Peer for Sqlite {
    fn reading(&mut self, begin: bool) -> Outcome<()> {
        Ok(self.db.execute_batch(if begin { "BEGIN" } else { "COMMIT" })?)
    }

    fn answer(&mut self, question: &Question) -> Outcome<Answer> {
        match question {
            Question::ById(at) => {
                let id = self.generator.contact_id(*at);
                self.records("get_by_id", named_params! {":id": id.as_bytes()})
            }
            Question::ByEmail(email) => self.records("get_by_email", named_params! {":email": email.to_lowercase()}),
            Question::Tag(a) => self.count("tag_count", named_params! {":a": a}),
            Question::Tags { a, b, without } => {
                self.count("tags_boolean", named_params! {":a": a, ":b": b, ":c": without})
            }
            Question::Range { low, high } => self.count("range", named_params! {":lo": low, ":hi": high}),
            Question::Compound(Both { tag, stage, low, high }) => {
                let stage = i64::try_from(*stage)?;
                self.count("compound", named_params! {":stage": stage, ":lo": low, ":hi": high, ":a": tag})
            }
            Question::Page(Both { tag, stage, low, high }) => {
                let stage = i64::try_from(*stage)?;
                self.records("compound_page", named_params! {":stage": stage, ":lo": low, ":hi": high, ":a": tag})
            }
            Question::Substring(part) => self.count("substring", named_params! {":like": format!("%{part}%")}),
            Question::ThroughCompany { industry, size, tag } => {
                self.count("through_company", named_params! {":industry": industry, ":size": size, ":a": tag})
            }
            Question::Facet(tag) => {
                let mut counts = [0; 6];
                let mut statement = self.statement("facet")?;
                let mut rows = statement.query(named_params! {":a": tag})?;
                while let Some(row) = rows.next()? {
                    if let Some(count) = counts.get_mut(usize::try_from(row.get::<_, i64>(0)?)?) {
                        *count = u64::try_from(row.get::<_, i64>(1)?)?;
                    }
                }
                Ok(Answer::Facet(counts))
            }
            Question::Insert(person) => self.write(|| {
                let mut contact = self.statement("durable_insert")?;
                let mut tag = self.db.prepare_cached(self.script.statement("durable_insert", 1)?)?;
                insert(&mut contact, &mut tag, person)?;
                Ok(1)
            }),
            Question::Update { at, budget } => self.write(|| {
                let row = row_of(*at)?;
                let now = data::created(*at);
                let mut update = self.statement("durable_update")?;
                update.execute(named_params! {":budget": budget, ":now": now, ":row": row})?;
                let mut tag = self.db.prepare_cached(self.script.statement("durable_update", 1)?)?;
                tag.execute(named_params! {":new": TOUCHED, ":row": row})?;
                Ok(1)
            }),
            Question::BulkTag { stage, tag } => self.write(|| {
                let stage = i64::try_from(*stage)?;
                let tagged = self.statement("bulk_tag")?.execute(named_params! {":new": tag, ":stage": stage})?;
                Ok(u64::try_from(tagged)?)
            }),
        }
    }

    fn close(self: Box<Self>) -> Outcome<()> {
        Ok(self.db.close().map_err(|(_, error)| error)?)
    }
}

/// Every column, in the types of Rust, as a program would have it.
#[derive(Debug)]
#[expect(dead_code, reason = "a whole record is read, whatever of it is looked at")]
struct Contact {
    row: i64,
    id: [u8; 16],
    given: String,
    family: String,
    email: String,
    phone: String,
    company: i64,
    title: String,
    stage: i64,
    numbers: [i64; 4],
    country: String,
    city: String,
    language: String,
    more: [i64; 8],
    tags: Vec<u32>,
}

fn read(row: &Row<'_>) -> Result<Contact, rusqlite::Error> {
    Ok(Contact {
        row: row.get(0)?,
        id: row.get(1)?,
        given: row.get(2)?,
        family: row.get(3)?,
        email: row.get(4)?,
        phone: row.get(6)?,
        company: row.get(7)?,
        title: row.get(8)?,
        stage: row.get(9)?,
        numbers: [row.get(10)?, row.get(11)?, row.get(12)?, row.get(16)?],
        country: row.get(13)?,
        city: row.get(14)?,
        language: row.get(15)?,
        more: [
            row.get(17)?,
            row.get(18)?,
            row.get(19)?,
            row.get(20)?,
            row.get(21)?,
            row.get(22)?,
            row.get(23)?,
            row.get(24)?,
        ],
        tags: Vec::new(),
    })
}

impl Record for Contact {
    fn seen(&self) -> Outcome<Seen> {
        let [_, _, _, score, budget, ..] = self.more;
        Ok(Seen {
            email: self.email.clone(),
            given: self.given.clone(),
            family: self.family.clone(),
            phone: self.phone.clone(),
            city: self.city.clone(),
            stage: STAGES.get(usize::try_from(self.stage)?).copied().unwrap_or_default().to_owned(),
            score,
            budget,
            tags: self.tags.clone(),
        })
    }
}
