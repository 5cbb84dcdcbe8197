//! How long a quick search takes, letter by letter as somebody types, at a size that one chooses:
//! `cargo bench --bench search -- --contacts 1000000`.
//!
//! Prints a Markdown table: median with minimum and maximum. `--query "s smith"` measures that one alone, many times, for a profiler. Nothing here decides a test.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use contactdb::{Company, Contact, Database, Kind, Read};

/// Beginnings and ends of names, so that there are thousands of each; of six scripts.
const GIVEN: [&str; 16] = [
    "Ada",
    "Jos\u{E9}",
    "Ольга",
    "Иван",
    "Ελένη",
    "王芳",
    "أحمد",
    "Søren",
    "Zoë",
    "Priya",
    "Nguyễn",
    "Anna",
    "Jan",
    "Marie",
    "Lo",
    "Kai",
];
const MIDDLE: [&str; 12] = ["", "", "", "bel", "mar", "lin", "ko", "ri", "ta", "vo", "san", "ne"];
const FAMILY: [&str; 16] = [
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
    "Love",
    "Sand",
    "Berg",
    "Kauf",
];
const ENDS: [&str; 20] = [
    "", "", "", "", "mann", "son", "stein", "ini", "ez", "ova", "ides", "sen", "ic", "ou", "ura", "feld", "hof", "ley",
    "ton", "by",
];
const WORDS: [&str; 12] =
    ["roof", "brick", "garden", "invoice", "called", "again", "Monday", "likes", "delivery", "late", "price", "summer"];

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let contacts = argument("--contacts").unwrap_or(20_000);
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bench.contacts");
    let db = Database::create(&path)?;
    let started = Instant::now();
    load(&db, contacts)?;
    let took = started.elapsed();
    db.close()?;
    let size = std::fs::metadata(&path)?.len() / 1_000_000;
    println!("contactdb, {contacts} contacts, {} companies; loaded in {took:.1?}, {size} MB\n", contacts / 20);
    println!("| what | query | median | min - max | hits | best |\n|---|---|---|---|---|---|");
    let db = Database::open(&path)?;
    if let Some(query) = text("--query") {
        return (0..20).try_for_each(|_| measure(&db, "asked for", &query, None));
    }
    for (what, query) in [
        ("one letter", "a"),
        ("one letter that begins most", "l"),
        ("two letters", "lo"),
        ("three letters", "lov"),
        ("whole word", "lovelace"),
        ("two words", "ada lov"),
        ("two words, one letter each", "a l"),
        ("letter and whole word", "s smith"),
        ("full name", "Ada Lovelace"),
        ("full name, accents aside", "soren dordevic"),
        ("another script", "ольга ив"),
        ("ideographs", "王芳"),
        ("misspelt", "lovlace"),
        ("misspelt, two words", "ada lovlace"),
        ("e-mail, beginning", "person777@"),
        ("e-mail, whole", "person777@c777.example"),
        ("e-mail, domain", "c777"),
        ("name and domain", "ada c777"),
        ("phone, four digits", "0123"),
        ("phone, national", "020 7946 0123"),
        ("phone, international", "+44 20 7946 0123"),
        ("company", "company 77"),
        ("word of notes", "delivery"),
        ("name and word of notes", "jensen roof"),
        ("nobody", "xqzw"),
        ("nobody, long", "mississippi"),
        ("three words, nobody", "ada lovelace xqzw"),
    ] {
        measure(&db, what, query, None)?;
    }
    measure(&db, "one kind, two words", "ada lov", Some(Kind::CONTACT))?;
    let mut tx = db.write()?;
    tx.insert_many((0..150).map(|at| Contact::named("Ada", format!("Fresh{at}")).email(address(at).as_str())))?;
    tx.commit()?;
    measure(&db, "two words, 150 rows fresh", "ada lov", None)?;
    Ok(())
}

fn measure(db: &Database, what: &str, query: &str, kind: Option<Kind>) -> Result<(), Failure> {
    let snapshot = db.read()?;
    let search = snapshot.search(query);
    let search = match kind {
        Some(kind) => search.of(kind),
        None => search,
    };
    let hits = search.hits()?;
    let mut times = Vec::new();
    for _ in 0..101 {
        let started = Instant::now();
        black_box(search.hits()?);
        times.push(started.elapsed());
    }
    times.sort_unstable();
    let (median, min, max) = (pick(&times, 50), pick(&times, 0), pick(&times, 100));
    let best = hits.first().map_or("", |hit| hit.title.as_str());
    println!("| {what} | {query} | {median:.2?} | {min:.2?} - {max:.2?} | {} | {best} |", hits.len());
    Ok(())
}

fn pick(times: &[Duration], at: usize) -> Duration {
    times.get(at).copied().unwrap_or_default()
}

fn load(db: &Database, contacts: u64) -> Result<(), Failure> {
    let mut random = fastrand::Rng::with_seed(1);
    let mut tx = db.write()?;
    tx.insert_many(
        (0..contacts / 20).map(|at| Company::new(format!("Company {at}")).domain(format!("c{at}.example"))),
    )?;
    tx.insert_many((0..contacts).map(|at| contact(at, &mut random)))?;
    Ok(tx.commit()?)
}

/// One of several.
#[expect(clippy::indexing_slicing, reason = "the index is drawn from the length")]
fn draw(random: &mut fastrand::Rng, of: &[&'static str]) -> &'static str {
    of[random.usize(..of.len())]
}

fn address(at: u64) -> String {
    format!("person{at}@c{}.example", at % 977)
}

fn contact(at: u64, random: &mut fastrand::Rng) -> Contact {
    let given = format!("{}{}", draw(random, &GIVEN), draw(random, &MIDDLE));
    let family = format!("{}{}{}", draw(random, &FAMILY), draw(random, &MIDDLE), draw(random, &ENDS));
    let contact = Contact::named(given, family)
        .email(address(at).as_str())
        .phone(format!("+44 20 7946 {:04}", random.u32(..1_000)).as_str())
        .job_title("Engineer");
    if random.u8(..) < 64 {
        let words: Vec<&str> = (0..random.usize(3..60)).map(|_| draw(random, &WORDS)).collect();
        return contact.notes(words.join(" "));
    }
    contact
}

fn argument(name: &str) -> Option<u64> {
    text(name)?.replace('_', "").parse().ok()
}

fn text(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}
