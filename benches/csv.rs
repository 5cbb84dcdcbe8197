//! How fast tables are read and written: `cargo bench --bench csv`.
//!
//! Reads the same generated text with the bare parser, with csv, and with the reader of the library. Prints a Markdown table. Nothing here
//! decides a test.

use std::error::Error;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use contactdb::{Contact, CsvExport, CsvOptions, CsvReader, Database, Read};

const RUNS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    println!("| what | table | MB/s, median | min - max |\n|---|---|---|---|");
    for (name, quoted) in [("few quotes", false), ("all quoted", true)] {
        let text = table(quoted);
        shown("csv-core alone", name, text.len(), || bare(text.as_bytes()));
        shown("csv, records of bytes", name, text.len(), || other(text.as_bytes()).unwrap_or(0));
        shown("CsvReader", name, text.len(), || {
            CsvReader::new(text.as_bytes(), CsvOptions::new())
                .map_or(0, |reader| reader.flatten().map(|row| row.len()).sum())
        });
    }
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    tx.insert_many((0..20_000).map(|at| {
        Contact::named(format!("Given {at}"), "Example").email(format!("person{at}@example.com").as_str()).tag("vip")
    }))?;
    tx.commit()?;
    let snapshot = db.read()?;
    let everybody = snapshot.segment("all")?;
    let export = CsvExport::new(&snapshot.select(&everybody), "name, email, tags, created")?;
    let mut table = Vec::new();
    export.write(&mut table)?;
    shown("CsvExport", "20,000 contacts, 4 columns", table.len(), || {
        let mut target = Vec::with_capacity(table.len());
        export.write(&mut target).map_or(0, |_| target.len())
    });
    Ok(())
}

/// A few megabytes of the columns of an address book.
fn table(quoted: bool) -> String {
    let quote = if quoted { "\"" } else { "" };
    let mut text = String::from("First Name,Last Name,E-mail,Phone,Street,City,Notes\n");
    for at in 0..100_000 {
        let fields = [
            format!("Jos\u{E9} {at}"),
            "Example".into(),
            format!("person{at}@example.com"),
            "+44 20 7946 0123".into(),
            format!("{at} Example Road"),
            "Springfield".into(),
        ];
        for field in fields {
            let _ = write!(text, "{quote}{field}{quote},");
        }
        let _ = writeln!(text, "\"likes bricks, lime and \"\"sand\"\" {at}\"");
    }
    text
}

fn bare(text: &[u8]) -> usize {
    let mut parser = csv_core::Reader::new();
    let (mut output, mut ends) = (vec![0; 1 << 16], vec![0; 1 << 8]);
    let (mut rest, mut fields) = (text, 0);
    loop {
        let (result, read, _, ended) = parser.read_record(rest, &mut output, &mut ends);
        rest = rest.get(read..).unwrap_or_default();
        fields += ended;
        if result == csv_core::ReadRecordResult::End {
            return fields;
        }
    }
}

fn other(text: &[u8]) -> Result<usize, csv::Error> {
    let mut reader = csv::Reader::from_reader(text);
    reader.byte_records().map(|row| row.map(|row| row.len())).sum()
}

fn shown(what: &str, table: &str, bytes: usize, run: impl Fn() -> usize) {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            black_box(run());
            started.elapsed()
        })
        .collect();
    times.sort();
    let speed = |time: Duration| f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1e6 / time.as_secs_f64();
    let time = |at: usize| times.get(at).copied().unwrap_or_default();
    let (fastest, median, slowest) = (time(0), time(RUNS / 2), time(RUNS - 1));
    println!("| {what} | {table} | {:.0} | {:.0} - {:.0} |", speed(median), speed(slowest), speed(fastest));
}
