//! How fast a table comes in, beside what is needed for it in any case: `cargo bench --bench import -- --rows 1000000 --rounds 3`.
//!
//! The same people are parsed alone, planned, imported, and inserted as records in one transaction; the last two with all indexes. `--only import` does one of
//! them, so that its peak memory is its own, and `--cache 64` bounds the cache of the database, in MiB. Prints a Markdown table. Nothing here decides a test.

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use contactdb::{
    Address, Company, Contact, CsvOptions, CsvReader, Database, ExternalId, Find, Id, Labelled, Mapping, Options,
    Target,
};

type Failure = Box<dyn Error>;
/// Does something with a table and a new database: two paths, and how many rows there are.
type Way = fn(&Path, &Path, u64) -> Result<(), Failure>;

const STAGES: [&str; 4] = ["subscriber", "lead", "qualified", "customer"];

fn main() -> Result<(), Failure> {
    let rows = argument("--rows").and_then(|rows| rows.parse().ok()).unwrap_or(20_000);
    let rounds = argument("--rounds").and_then(|rounds| rounds.parse().ok()).unwrap_or(3);
    let only = argument("--only");
    let folder = tempfile::tempdir()?;
    let table = folder.path().join("people.csv");
    write_table(&table, rows)?;
    println!("{rows} rows of {} columns, {} MB\n", HEADINGS.len(), std::fs::metadata(&table)?.len() / 1_000_000);
    let ways: [(&str, Way); 4] = [("parse", parse), ("plan", plan), ("import", import), ("insert_many", insert)];
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); ways.len()];
    for _ in 0..rounds {
        for ((name, way), times) in ways.iter().zip(&mut times) {
            if only.as_ref().is_some_and(|only| only != name) {
                continue;
            }
            let path = folder.path().join("bench.contacts");
            let started = Instant::now();
            way(&table, &path, rows)?;
            times.push(started.elapsed());
            if path.exists() {
                std::fs::remove_file(&path)?;
            }
        }
    }
    println!("| what | rows/s, median | min - max |\n|---|---|---|");
    for ((name, _), times) in ways.iter().zip(&mut times) {
        times.sort();
        let rate =
            |at: usize| times.get(at).map(|time| f64::from(u32::try_from(rows).unwrap_or(0)) / time.as_secs_f64());
        if let (Some(slowest), Some(median), Some(fastest)) =
            (rate(times.len().saturating_sub(1)), rate(times.len() / 2), rate(0))
        {
            println!("| {name} | {median:.0} | {slowest:.0} - {fastest:.0} |");
        }
    }
    println!("\npeak memory {}", peak_memory());
    Ok(())
}

const HEADINGS: [&str; 13] = [
    "Given", "Family", "Mail", "Phone", "Street", "City", "Postcode", "Country", "Company", "Title", "Stage", "Groups",
    "Number",
];

/// The cells of a row, in the order of the headings.
fn cells(at: u64) -> [String; 13] {
    let stage = STAGES.get(usize::try_from(at % 4).unwrap_or(0)).copied().unwrap_or_default();
    [
        format!("Given{}", at % 5_000),
        format!("Family{}", at % 70_001),
        format!("person{at}@example.com"),
        format!("+4420{:08}", at % 100_000_000),
        format!("{} Mill Lane", at % 300),
        format!("City {}", at % 1_000),
        format!("{:05}", at % 90_000),
        "GB".into(),
        format!("Company {}", at / 20),
        format!("Title {}", at % 40),
        stage.into(),
        format!("t{};u{}", at % 7, at % 100),
        at.to_string(),
    ]
}

fn write_table(path: &Path, rows: u64) -> Result<(), Failure> {
    let mut table = BufWriter::new(File::create(path)?);
    writeln!(table, "{}", HEADINGS.join(","))?;
    for at in 0..rows {
        writeln!(table, "{}", cells(at).join(","))?;
    }
    Ok(table.flush()?)
}

fn mapping() -> Mapping {
    Mapping::new("contact")
        .column("Given", Target::value("given_name"))
        .column("Family", Target::value("family_name"))
        .column("Mail", Target::value("email"))
        .column("Phone", Target::value("phone"))
        .column("Street", Target::value("street"))
        .column("City", Target::value("city"))
        .column("Postcode", Target::value("postcode"))
        .column("Country", Target::value("country"))
        .column("Company", Target::value("affiliation_company").find(Find::Name { create: true }))
        .column("Title", Target::value("job_title"))
        .column("Stage", Target::value("stage"))
        .column("Groups", Target::tags(";"))
        .column("Number", Target::value("external_id").with("external_id_system", "shop"))
        .matching(["external_id", "email"])
}

fn reader(table: &Path) -> Result<CsvReader<File>, Failure> {
    Ok(CsvReader::new(File::open(table)?, CsvOptions::new())?)
}

fn parse(table: &Path, _: &Path, rows: u64) -> Result<(), Failure> {
    assert_eq!(reader(table)?.flatten().count() as u64, rows);
    Ok(())
}

fn plan(table: &Path, path: &Path, rows: u64) -> Result<(), Failure> {
    let db = create(path)?;
    let counts = db.write()?.plan_import(&mapping(), &mut reader(table)?, |_| ControlFlow::Continue(()))?;
    assert_eq!(counts.created, rows);
    Ok(())
}

fn import(table: &Path, path: &Path, rows: u64) -> Result<(), Failure> {
    let db = create(path)?;
    let done = db.import("people", &mapping(), &mut reader(table)?, |_| ControlFlow::Continue(()))?;
    assert_eq!((done.counts.created, done.counts.named), (rows, rows.div_ceil(20)));
    Ok(db.close()?)
}

fn create(path: &Path) -> Result<Database, Failure> {
    let cache = argument("--cache").and_then(|cache| cache.parse::<usize>().ok());
    let options = cache.map_or_else(Options::new, |cache| Options::new().cache_bytes(cache << 20));
    Ok(options.create(path)?)
}

/// The same records, put together by the program.
fn insert(_: &Path, path: &Path, rows: u64) -> Result<(), Failure> {
    let db = create(path)?;
    let mut tx = db.write()?;
    let mut companies: HashMap<u64, Id<Company>> = HashMap::new();
    for company in 0..rows.div_ceil(20) {
        companies.insert(company, tx.insert(&Company::new(format!("Company {company}")).tag("import/people"))?);
    }
    tx.insert_many((0..rows).map(|at| {
        let [given, family, mail, phone, street, city, postcode, country, _, title, stage, groups, number] = cells(at);
        let mut person = Contact::named(given, family).email(mail.as_str()).stage(stage.as_str());
        person.job_title = Some(title);
        person = person.phone(phone.as_str());
        let address = Address {
            street: Some(street),
            city: Some(city),
            postcode: Some(postcode),
            country: Some(country),
            ..Address::default()
        };
        person.addresses.push(Labelled::new(address));
        person.external_ids.push(ExternalId::new("shop", number));
        for tag in groups.split(';') {
            person = person.tag(tag);
        }
        person = person.tag("import/people");
        match companies.get(&(at / 20)) {
            Some(company) => person.works_at(*company, ""),
            None => person,
        }
    }))?;
    tx.commit()?;
    Ok(db.close()?)
}

fn argument(name: &str) -> Option<String> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)
}

/// The most memory that the process had, as the system tells it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let size = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    size.map_or_else(|| "unknown".into(), |size| format!("{} MB", size / 1024))
}
