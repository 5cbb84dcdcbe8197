//! Files that are cut off, in another encoding, too long, too wide or no tables at all, through the import as a whole: what is good goes in,
//! what is bad is told with its place, and the plan says what the import does.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::ops::ControlFlow;

use contactdb::{
    Contact, CsvOptions, CsvProblem, CsvReader, Database, ErrorKind, ImportCounts, Kind, Mapping, PlannedRow,
    Read as _, RowAction, Target, TextEncoding,
};
use proptest::prelude::*;

use crate::cases::cases;

/// What became of a row: its number, its line, the action, and the columns and codes of what is wrong.
type Seen = (u64, u64, &'static str, Vec<(Option<usize>, Option<String>, &'static str)>);

fn seen(row: &PlannedRow) -> Seen {
    let action = match &row.action {
        RowAction::Create { .. } => "create",
        // A plan does not have the record that an earlier row makes.
        RowAction::Update { .. } | RowAction::Unchanged { .. } | RowAction::Again { .. } => "change",
        RowAction::Skip => "skip",
        RowAction::Conflict { .. } => "conflict",
        RowAction::Refuse => "refuse",
        RowAction::Stop => "stop",
        other => panic!("{other:?}"),
    };
    let problem = |problem: &contactdb::RowProblem| (problem.column, problem.header.clone(), problem.code);
    (row.row, row.line, action, row.problems.iter().map(problem).collect())
}

fn people() -> Mapping {
    Mapping::new("contact")
        .column("Name", Target::value("name"))
        .column("Mail", Target::value("email"))
        .column("Notes", Target::value("notes"))
}

/// What the plan and the import say of each row, which has to be the same; with what is in the database afterwards.
fn both<R: Read>(table: impl Fn() -> CsvReader<R>, mapping: &Mapping) -> (Vec<Seen>, Database) {
    let db = Database::in_memory().unwrap();
    let mut planned = Vec::new();
    let plan = db.write().unwrap().plan_import(mapping, &mut table(), |row| {
        planned.push(seen(row));
        ControlFlow::Continue(())
    });
    let mut imported = Vec::new();
    let done = db.import("table", mapping, &mut table(), |row| {
        imported.push(seen(row));
        ControlFlow::Continue(())
    });
    assert_eq!(planned, imported);
    let (plan, done) = (plan.unwrap(), done.unwrap());
    let changes = |counts: ImportCounts| counts.updated + counts.unchanged;
    let fixed = |counts: ImportCounts| {
        (counts.rows, counts.created, counts.skipped, counts.conflicts, counts.refused, counts.named)
    };
    assert_eq!((fixed(plan), changes(plan)), (fixed(done.counts), changes(done.counts)));
    assert_eq!(done.finished, planned.last().is_none_or(|(_, _, action, _)| *action != "stop"));
    assert!(db.read().unwrap().check(|_| {}).unwrap().is_sound());
    (planned, db)
}

fn of_bytes(bytes: &[u8], options: &CsvOptions) -> (Vec<Seen>, Database) {
    both(|| CsvReader::new(bytes, options.clone()).unwrap(), &people())
}

/// The rows in which something is wrong: line, column, heading, code.
fn wrong(rows: &[Seen]) -> Vec<(u64, Option<usize>, Option<&str>, &'static str)> {
    let of = |(_, line, _, problems): &'_ Seen| -> Vec<_> {
        problems.iter().map(|(column, header, code)| (*line, *column, header.clone(), *code)).collect()
    };
    let all: Vec<_> = rows.iter().flat_map(of).collect();
    all.into_iter()
        .map(|(line, column, header, code)| {
            let known =
                header.map(|header| ["Name", "Mail", "Notes"].into_iter().find(|known| *known == header).unwrap());
            (line, column, known, code)
        })
        .collect()
}

fn names(db: &Database) -> BTreeSet<String> {
    let snapshot = db.read().unwrap();
    let everybody = snapshot.segment("all").unwrap();
    let mut names = BTreeSet::new();
    for contact in snapshot.select(&everybody).records().unwrap() {
        let contact: Contact = contact.unwrap().record;
        assert!(names.insert(contact.name.display()));
    }
    names
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_file_that_is_cut_off_in_a_quoted_cell_loses_that_row_and_no_other() {
    let table = "Name,Mail,Notes\nAda,ada@acme.example,\"likes\nbricks, and \"\"lime\"\"\"\nJoe,joe@example.com,plain\nEve,eve@example.com,\"two\nlines\"\n";
    let (rows, db) = of_bytes(&table.as_bytes()[..table.len() - 5], &CsvOptions::new());
    assert_eq!(names(&db), set(&["Ada", "Joe"]));
    // What follows the first line of the cell may be a row, and has too few fields to be one.
    assert_eq!(wrong(&rows), [(5, None, None, "open-quote"), (6, None, None, "fragment")]);

    // Wherever it is cut, the rows before the cut are in.
    let ends = [("Ada", table.find("Joe").unwrap()), ("Joe", table.find("Eve").unwrap()), ("Eve", table.len())];
    for cut in "Name,Mail,Notes\n".len()..table.len() {
        let options = CsvOptions::new().delimiter(',').quote(Some('"'));
        let (rows, db) = of_bytes(&table.as_bytes()[..cut], &options);
        let names = names(&db);
        for (name, end) in ends {
            assert!(cut < end || names.contains(name), "{cut}: {names:?}");
        }
        let told: u64 = rows.len().try_into().unwrap();
        assert_eq!(rows.last().map_or(0, |row| row.0), told, "{cut}");
    }
}

#[test]
fn bytes_of_another_encoding_than_is_said_cost_their_rows_and_are_told_with_their_column() {
    let table = b"Name,Mail,Notes\nAda,ada@acme.example,\nJos\xE9,jose@example.com,\nJoe,joe@example.com,caf\xE9\nZo\xC3\xAB,zoe@example.com,\n";
    let (rows, db) = of_bytes(table, &CsvOptions::new().encoding(TextEncoding::UTF_8));
    assert_eq!(names(&db), set(&["Ada", "Zo\u{EB}"]));
    assert_eq!(wrong(&rows), [(3, Some(1), Some("Name"), "not-text"), (4, Some(3), Some("Notes"), "not-text")]);
}

#[test]
fn a_file_of_sixteen_bits_with_half_a_character_at_its_end_loses_its_last_row_alone() {
    for (mark, bytes) in [(0xFF_u8, u16::to_le_bytes as fn(u16) -> [u8; 2]), (0xFE, u16::to_be_bytes)] {
        let text = "Name,Mail,Notes\nAda,ada@acme.example,\u{421}\nJoe,joe@example.com,x";
        let mut table = vec![mark, if mark == 0xFF { 0xFE } else { 0xFF }];
        table.extend(text.encode_utf16().flat_map(bytes));
        table.push(b'y');
        let (rows, db) = of_bytes(&table, &CsvOptions::new());
        assert_eq!(names(&db), set(&["Ada"]));
        assert_eq!(wrong(&rows), [(3, Some(3), Some("Notes"), "not-text")]);
    }
}

/// A table with a line of a hundred megabytes, with or without a quote that is never closed, between two good rows.
fn with_long_line(quoted: bool) -> impl Read {
    let begin = if quoted { "Name,Mail,Notes\nAda,,\nEve,,\"" } else { "Name,Mail,Notes\nAda,,\nEve,,x" };
    begin.as_bytes().chain(io::repeat(b'x').take(100_000_000)).chain(&b"\nJoe,,\n"[..])
}

#[test]
fn a_line_of_a_hundred_megabytes_is_passed_over() {
    for quoted in [false, true] {
        let (rows, db) = both(|| CsvReader::new(with_long_line(quoted), CsvOptions::new()).unwrap(), &people());
        assert_eq!(names(&db), set(&["Ada", "Joe"]));
        assert_eq!(wrong(&rows), [(3, None, None, "too-long")]);
        assert_eq!(rows[2].1, 4);
    }
}

/// Rows that are made as they are read.
struct Rows<F> {
    next: usize,
    of: usize,
    row: F,
    rest: io::Cursor<Vec<u8>>,
}

impl<F: Fn(usize) -> String> Read for Rows<F> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.rest.read(target)?;
            if read > 0 || self.next == self.of {
                return Ok(read);
            }
            self.rest = io::Cursor::new((self.row)(self.next).into_bytes());
            self.next += 1;
        }
    }
}

/// The most memory that this process has had, in KiB, where the system tells it.
fn most_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[test]
#[ignore = "measures the memory of its process, in which it has to be alone: the test below starts it"]
fn memory_of_hostile_tables() {
    let Some(before) = most_memory() else { return };
    let db = Database::in_memory().unwrap();
    for quoted in [false, true] {
        let mut table = CsvReader::new(with_long_line(quoted), CsvOptions::new()).unwrap();
        let done = db.import("long", &people(), &mut table, |_| ControlFlow::Continue(())).unwrap();
        assert_eq!((done.counts.created, done.counts.refused), (2, 1));
    }
    // A long cell in each row, always in another column: 150 MB in all.
    let row = |row: usize| match row {
        0 => "Name,".repeat(300) + "\n",
        _ => ",".repeat(row) + &"x".repeat(500_000) + "\n",
    };
    let source = Rows { next: 0, of: 300, row, rest: io::Cursor::default() };
    let mut table = CsvReader::new(source, CsvOptions::new()).unwrap();
    let mapping = Mapping::new("contact").column("Name", Target::value("name"));
    let done = db.import("wide", &mapping, &mut table, |_| ControlFlow::Continue(())).unwrap();
    assert_eq!((done.counts.rows, done.counts.skipped), (299, 299));
    let grown = most_memory().unwrap() - before;
    assert!(grown < 40 << 10, "{grown} KiB");
}

#[test]
fn hostile_tables_are_imported_in_bounded_memory() {
    let test = std::env::current_exe().unwrap();
    let alone = ["--exact", "import_malformed::memory_of_hostile_tables", "--ignored", "--test-threads=1"];
    let run = std::process::Command::new(test).args(alone).output().unwrap();
    let told = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && told.contains("1 passed"), "{told}{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn a_million_columns_cost_their_row_and_headings_of_so_many_are_refused() {
    let wide = ",".repeat(1_000_000);
    let table = format!("Name,Mail,Notes\nAda,,\nEve,{wide}\nJoe,,\n");
    let (rows, db) = of_bytes(table.as_bytes(), &CsvOptions::new());
    assert_eq!(names(&db), set(&["Ada", "Joe"]));
    assert_eq!(wrong(&rows), [(3, None, None, "too-many-columns")]);

    let table = format!("Name,{wide}\nAda\n");
    let error = CsvReader::new(table.as_bytes(), CsvOptions::new()).unwrap_err();
    let ErrorKind::Csv { problem: CsvProblem::Headers(row) } = error.kind() else { panic!("{error}") };
    assert_eq!((row.line(), row.problem().code()), (1, "too-many-columns"));

    // Who allows them gets them.
    let options = CsvOptions::new().most_columns(1_000_002).longest_row(4 << 20);
    let (_, db) = of_bytes(table.as_bytes(), &options);
    assert_eq!(names(&db), set(&["Ada"]));
}

#[test]
fn as_many_columns_as_a_table_may_have_are_guessed_and_planned() {
    // Headings of signs alone, which all ask for the same key; with nothing beneath them they become lines of the notes.
    let header: Vec<String> = (0..10_000).map(|at| format!("{at:014b}").replace('0', "+").replace('1', "#")).collect();
    let table = format!("{}\n{}1\n", header.join(","), ",".repeat(9_999));
    let reader = || CsvReader::new(table.as_bytes(), CsvOptions::new().delimiter(',')).unwrap();
    let sample = vec![header.iter().map(|_| "a".to_owned()).collect::<Vec<_>>()];
    let db = Database::in_memory().unwrap();
    let guessed = Mapping::guess(db.read().unwrap().catalogue(), Kind::CONTACT, reader().headers(), &sample);
    let keys: BTreeSet<&str> = guessed
        .columns
        .iter()
        .flat_map(|column| &column.to)
        .map(|target| if let Target::Field(field) = target { field.key.as_str() } else { panic!("{target:?}") })
        .collect();
    assert_eq!(keys.len(), 10_000);

    let notes = Mapping::guess(db.read().unwrap().catalogue(), Kind::CONTACT, reader().headers(), &[]);
    let (rows, _) = both(reader, &notes);
    assert_eq!((rows.len(), rows[0].2), (1, "create"));
}

#[test]
fn zeros_in_a_table_cost_their_rows_and_are_told_with_their_column() {
    let table = b"Name,Mail,Notes\nAda,ada@acme.example,\nEve,eve@exa\0mple.com,\n\0\0\0\0,\0\nJoe,,\n\0";
    let (rows, db) = of_bytes(table, &CsvOptions::new());
    assert_eq!(names(&db), set(&["Ada", "Joe"]));
    let nul = |line, column, header| (line, Some(column), Some(header), "nul");
    assert_eq!(wrong(&rows), [nul(3, 2, "Mail"), nul(4, 1, "Name"), nul(6, 1, "Name")]);
}

const JSON: &str =
    "[\n  {\"name\": \"Ada\", \"mail\": \"ada@acme.example\", \"tags\": [\"vip\", \"a,b\"]},\n  {\"name\": null}\n]\n";
const HTML: &str = "<!DOCTYPE html>\n<html><head><title>Log in, please</title></head>\n<body class=\"a, b\">\n<p>\"Session\" over; <a href='/x?a=1&b=2'>again</a>\n</body></html>\n";

#[test]
fn what_is_no_table_does_no_harm_and_what_stands_in_cells_stays_as_it_is() {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let table = format!("Name,Mail,Notes\nAda,,{}\nJoe,,{}\n", quoted(JSON), quoted(HTML));
    let (rows, db) = of_bytes(table.as_bytes(), &CsvOptions::new());
    assert_eq!(wrong(&rows), []);
    let snapshot = db.read().unwrap();
    for (name, text) in [("Ada", JSON), ("Joe", HTML)] {
        let found = snapshot.segment(format!("name = {name}").as_str()).unwrap();
        let contact: Contact = snapshot.select(&found).records().unwrap().next().unwrap().unwrap().record;
        assert_eq!(contact.notes.as_deref(), Some(text.trim()));
    }

    // The same in the middle of a table, without quotes.
    for garbage in [JSON, HTML] {
        let table = format!("Name,Mail,Notes\nAda,,\n{garbage}Joe,,\n");
        let (rows, db) = of_bytes(table.as_bytes(), &CsvOptions::new().delimiter(','));
        assert!(names(&db).is_superset(&set(&["Ada", "Joe"])), "{rows:?}");
        assert!(rows.iter().any(|row| row.2 == "refuse"), "{rows:?}");
    }

    // And as the whole of a file, with whatever its first line gives for headings.
    let picture: Vec<u8> = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"
        .iter()
        .copied()
        .chain((0..5_000_u32).map(|at| (at * 7919 % 251).to_le_bytes()[0]))
        .collect();
    for file in [
        JSON.as_bytes(),
        HTML.as_bytes(),
        &picture,
        b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj\n<</Type/Catalog>>\n",
        b"PK\x03\x04\x14\0\0\0",
    ] {
        guessed(file);
    }
}

/// Plans and imports whatever it is by the mapping that is guessed of it.
fn guessed(file: &[u8]) {
    let Ok(mut first) = CsvReader::new(file, CsvOptions::new()) else { return };
    let sample: Vec<Vec<String>> =
        first.peek(100).iter().flatten().map(|row| row.iter().map(str::to_owned).collect()).collect();
    let db = Database::in_memory().unwrap();
    let mapping = Mapping::guess(db.read().unwrap().catalogue(), Kind::CONTACT, first.headers(), &sample);
    if first.headers().iter().flat_map(|header| header.chars()).any(|c| !c.is_whitespace() && !c.is_control()) {
        both(|| CsvReader::new(file, CsvOptions::new()).unwrap(), &mapping);
    }
}

#[test]
fn a_heading_of_control_characters_alone_is_no_field() {
    for file in [&b"\x0E\n\x0E"[..], b"Name,\x01\x02,Mail\nAda,7,ada@example.com\n", b"Name,\x7F,\xC2\x85\nAda,7,8\n"] {
        guessed(file);
    }
    let db = Database::in_memory().unwrap();
    let headers = ["Name".to_owned(), " \u{1}\u{2} ".to_owned()];
    let sample = vec![vec!["Ada".to_owned(), "7".to_owned()]];
    let mapping = Mapping::guess(db.read().unwrap().catalogue(), Kind::CONTACT, &headers, &sample);
    let to: Vec<_> = mapping.columns.into_iter().flat_map(|column| column.to).collect();
    assert_eq!(to, [Target::value("name").into(), Target::note("Column 2")]);
}

/// A source that fails behind what it has.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() { Err(io::Error::other("the cable was pulled")) } else { self.0.read(target) }
    }
}

#[test]
fn a_source_that_fails_stops_plan_and_import_alike_and_the_import_goes_on_later() {
    let table = format!("Name,Mail,Notes\nAda,,\n{}Joe,,\n", "Eve,no address,\n".repeat(8_000));
    let whole = table.as_bytes();
    let cut = 80_000;
    let (rows, db) = both(|| CsvReader::new(Failing(&whole[..cut]), CsvOptions::new()).unwrap(), &people());
    let last = rows.last().unwrap();
    assert_eq!((last.2, last.3[0].2), ("stop", "source"));
    let snapshot = db.read().unwrap();
    let import = snapshot.segment_of::<contactdb::Import>("all").unwrap();
    let import = snapshot.select(&import).records().unwrap().next().unwrap().unwrap();
    let done = rows.len() as u64 - 1;
    assert_eq!(import.record.rows, i64::try_from(done).ok());
    drop(snapshot);
    let rest = db
        .resume_import(import.id, &mut CsvReader::new(whole, CsvOptions::new()).unwrap(), |_| ControlFlow::Continue(()))
        .unwrap();
    assert_eq!((rest.counts.rows + done, rest.counts.created, rest.finished), (8_002, 1, true));
    assert_eq!(names(&db), set(&["Ada", "Joe"]));
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_plan_says_of_whatever_bytes_what_the_import_does(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        lines in proptest::collection::vec("[A-Za-z@.,;\"'\\-+=0-9 ]{0,30}", 0..8),
    ) {
        guessed(&bytes);
        guessed(lines.join("\n").as_bytes());
        guessed(format!("Name,E-mail,Birthday,Company\n{}", lines.join("\n")).as_bytes());
    }
}
