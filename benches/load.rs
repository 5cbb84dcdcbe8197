//! How long the main things take, at a size that one chooses:
//! `cargo bench --bench load -- --contacts 1000000`.
//!
//! Prints a Markdown table: median with minimum and maximum. Nothing here decides a test.

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use contactdb::{
    Address, By, Company, Contact, Currency, Database, Dump, Field, FieldHandle, Id, Kind, Labelled, Load, Money,
    PartialDate, Read,
};

const STAGES: [&str; 6] = ["subscriber", "lead", "qualified", "opportunity", "customer", "advocate"];
const SOURCES: [&str; 12] = [
    "website",
    "referral",
    "advertising",
    "event",
    "social",
    "cold_call",
    "newsletter",
    "partner",
    "import",
    "walk_in",
    "search",
    "other",
];
const GIVEN: [&str; 12] =
    ["Ada", "Jose", "Jos\u{E9}", "Ольга", "Иван", "Ελένη", "王芳", "أحمد", "Søren", "Zoë", "Priya", "Nguyễn"];
const FAMILY: [&str; 12] = [
    "Lovelace",
    "García",
    "Иванова",
    "Παπαδόπουλος",
    "Groß",
    "Łukasik",
    "Nakamura",
    "O'Neil",
    "Smith",
    "Jensen",
    "Đorđević",
    "Okafor",
];

type Failure = Box<dyn Error>;

/// How many times each question is asked.
const RUNS: usize = 15;

struct Fields {
    budget: FieldHandle<Money>,
    score: FieldHandle<i64>,
    plan: FieldHandle<contactdb::Choice>,
}

fn main() -> Result<(), Failure> {
    let contacts = argument("--contacts").unwrap_or(20_000);
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bench.contacts");
    println!("contactdb, {contacts} contacts, {} companies\n", contacts / 20);
    println!("| what | median | min - max | note |\n|---|---|---|---|");

    let db = Database::create(&path)?;
    let started = Instant::now();
    let (ids, fields) = load(&db, contacts)?;
    let took = started.elapsed();
    let rate = f64::from(u32::try_from(contacts)?) / took.as_secs_f64();
    row("bulk load, one transaction", &mut [took], &format!("{rate:.0} contacts/s, peak memory {}", peak_memory()));
    db.close()?;
    row("file size", &mut [], &format!("{} MB", std::fs::metadata(&path)?.len() / 1_000_000));

    if contacts <= 1_000_000 {
        dump_and_load(&path, contacts)?;
    }

    let mut times = repeat(7, || Ok(Database::open(&path)?.close()?))?;
    row("open, clean", &mut times, "");
    let db = Database::open(&path)?;
    assert_eq!(db.read()?.len(Kind::CONTACT)?, contacts);

    let mut random = fastrand::Rng::with_seed(7);
    let snapshot = db.read()?;
    let draws = 10_000_u32;
    let mut times = repeat(7, || {
        for _ in 0..draws {
            let id = draw(&mut random, &ids);
            black_box(snapshot.get(id)?);
        }
        Ok(())
    })?;
    per(&mut times, draws);
    row("get by id, whole record with tags", &mut times, "");
    let mut times = repeat(7, || {
        for _ in 0..draws {
            let email = address(random.u64(..contacts));
            for id in snapshot.find::<Contact>(&By::email(&email))? {
                black_box(snapshot.get(id)?);
            }
        }
        Ok(())
    })?;
    per(&mut times, draws);
    row("get by e-mail, whole record with tags", &mut times, "");

    for (name, text) in [
        ("one tag", "tag t1"),
        ("tags: a and b and not c", "tag t1 and tag t2 and not tag t3"),
        ("range", "budget between 10_000 and 40_000 EUR"),
        ("option", "stage = customer"),
        ("is not set", "email is not set"),
        ("tag + stage + range", "tag t1 and stage = customer and budget between 10_000 and 40_000 EUR"),
        ("through the company", "company.industry = \"Industry 7\" and tag t2"),
        ("text equal, few different", "city = \"City 17\""),
        ("text contains, all different", "email contains \"son17\""),
        ("text of the name", "name contains \"love\""),
        ("month of a birthday", "month(birthday) = 5"),
        ("one address, two parts", "any address (city = \"City 17\" and country = GB)"),
        ("age, worked out when asked", "age > 60"),
        ("consent", "may email for newsletter"),
        ("attribute against attribute", "city = field(job_title)"),
    ] {
        if argument_text("--only").is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        let segment = snapshot.segment(text)?;
        let mut found = 0;
        let mut times = repeat(RUNS, || {
            found = snapshot.count(&segment)?;
            Ok(())
        })?;
        row(&format!("count, {name}"), &mut times, &format!("{found} found"));
    }
    let segment = snapshot.segment("tag t1 and stage = customer and budget between 10_000 and 40_000 EUR")?;
    for order in ["score desc", "name", "budget desc, birthday, name desc", "email"] {
        let mut times = repeat(RUNS, || {
            black_box(snapshot.select(&segment).order_by(order).limit(50).records()?.count());
            Ok(())
        })?;
        row(&format!("first 50 whole records by {order}"), &mut times, "tag + stage + range");
    }
    drop(snapshot);

    let commits = if contacts >= 100_000 { 2_000 } else { 200 };
    let times = repeat(commits, || {
        let mut tx = db.write()?;
        tx.insert(&contact(contacts + random.u64(..), &mut random, None, &fields))?;
        Ok(tx.commit()?)
    })?;
    row("durable insert, one commit", &mut times.clone(), &mean(&times));
    let times = repeat(commits, || {
        let id = draw(&mut random, &ids);
        let mut tx = db.write()?;
        let budget = random.i64(0..100_000);
        tx.update(id, |contact: &mut Contact| contact.fields.set(fields.budget, budget))?;
        tx.tag(id, "new")?;
        Ok(tx.commit()?)
    })?;
    row("durable update of a field and a tag, one commit", &mut times.clone(), &mean(&times));
    row("peak memory of the whole run", &mut [], &peak_memory());
    Ok(())
}

fn dump_and_load(path: &Path, contacts: u64) -> Result<(), Failure> {
    let db = Database::open(path)?;
    let dump = path.with_extension("jsonl");
    let mut size = 0;
    let mut times = repeat(3, || {
        size = Dump::new(&db.read()?).write(File::create(&dump)?)?.bytes;
        Ok(())
    })?;
    row("dump as JSON lines", &mut times, &format!("{} MB", size / 1_000_000));
    db.close()?;
    let copy = Database::create(path.with_extension("copy"))?;
    let started = Instant::now();
    let mut tx = copy.write()?;
    Load::new(&mut tx).read(File::open(&dump)?)?;
    tx.commit()?;
    let took = started.elapsed();
    let rate = f64::from(u32::try_from(contacts)?) / took.as_secs_f64();
    row(
        "load of the dump, one transaction",
        &mut [took],
        &format!("{rate:.0} contacts/s, peak memory {}", peak_memory()),
    );
    copy.close()?;
    Ok(())
}

fn load(db: &Database, contacts: u64) -> Result<(Vec<Id<Contact>>, Fields), Failure> {
    let mut random = fastrand::Rng::with_seed(1);
    let mut tx = db.write()?;
    let plan = Field::choice("plan").option("free", "Free").option("pro", "Professional").option("team", "Team");
    let fields = Fields {
        budget: tx.define(Field::money("budget", Currency::EUR))?,
        score: tx.define(Field::integer("score"))?,
        plan: tx.define(plan)?,
    };
    let companies = (0..contacts / 20)
        .map(|at| {
            Company::new(format!("Company {at}"))
                .industry(format!("Industry {}", at % 20))
                .domain(format!("c{at}.example"))
        })
        .collect::<Vec<_>>();
    let companies = tx.insert_many(companies)?;
    let mut ids = Vec::new();
    let records = (0..contacts).map(|at| {
        let company = (!companies.is_empty()).then(|| draw(&mut random, &companies));
        contact(at, &mut random, company, &fields)
    });
    tx.insert_each(records, |outcome| {
        ids.extend(outcome.result.ok());
        ControlFlow::Continue(())
    })?;
    tx.commit()?;
    Ok((ids, fields))
}

/// One of several.
#[expect(clippy::indexing_slicing, reason = "the index is drawn from the length")]
fn draw<T: Copy>(random: &mut fastrand::Rng, of: &[T]) -> T {
    of[random.usize(..of.len())]
}

fn address(at: u64) -> String {
    format!("person{at}@c{}.example", at % 977)
}

fn contact(at: u64, random: &mut fastrand::Rng, company: Option<Id<Company>>, fields: &Fields) -> Contact {
    let mut contact = Contact::named(draw(random, &GIVEN), draw(random, &FAMILY))
        .email(address(at).as_str())
        .phone(format!("+44 20 7946 {:04}", random.u32(..1_000)).as_str())
        .address(Labelled::new(Address::new("1 Example Street", format!("City {}", random.u32(..2_000))).country("GB")))
        .job_title("Engineer")
        .stage(draw(random, &STAGES))
        .source(draw(random, &SOURCES))
        .owner(format!("user{}", random.u32(..50)))
        .set(fields.budget, random.i64(0..100_000))
        .set(fields.score, random.i64(0..1_000_000))
        .set(fields.plan, draw(random, &["free", "pro", "team"]));
    contact.languages.push("en".into());
    contact.priority = Some("normal".into());
    contact.birthday =
        PartialDate::new(Some(1950 + random.i16(..55)), Some(random.u8(1..=12)), Some(random.u8(1..=28))).ok();
    for tag in 0..4 {
        if random.u8(..) < 64 {
            contact = contact.tag(format!("t{tag}").as_str());
        }
    }
    if let Some(company) = company {
        contact = contact.works_at(company, "");
    }
    contact
}

fn argument_text(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

fn argument(name: &str) -> Option<u64> {
    argument_text(name)?.replace('_', "").parse().ok()
}

fn repeat(times: usize, mut work: impl FnMut() -> Result<(), Failure>) -> Result<Vec<Duration>, Failure> {
    let mut measured = Vec::with_capacity(times);
    for _ in 0..times {
        let started = Instant::now();
        work()?;
        measured.push(started.elapsed());
    }
    Ok(measured)
}

fn per(times: &mut [Duration], each: u32) {
    for time in times.iter_mut() {
        *time /= each;
    }
}

fn mean(times: &[Duration]) -> String {
    let sum: Duration = times.iter().sum();
    format!("{} commits, mean {:.2?}", times.len(), sum / u32::try_from(times.len()).unwrap_or(1).max(1))
}

fn row(what: &str, times: &mut [Duration], note: &str) {
    times.sort_unstable();
    match (times.first(), times.get(times.len() / 2), times.last()) {
        (Some(min), Some(median), Some(max)) => println!("| {what} | {median:.2?} | {min:.2?} - {max:.2?} | {note} |"),
        _ => println!("| {what} | | | {note} |"),
    }
}

/// The most memory the process ever had, as Linux tells it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok())
        .map_or_else(|| "unknown".to_owned(), |kib| format!("{} MB", kib * 1_024 / 1_000_000))
}
