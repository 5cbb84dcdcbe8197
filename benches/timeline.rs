//! How long a page of a timeline takes, at the beginning, in the middle and at the end: `cargo bench --bench timeline`.
//!
//! Prints a Markdown table: medians with minimum and maximum. Nothing here decides a test.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use contactdb::{Contact, Cursor, Database, Id, Interaction, Purchase, Read, Snapshot};
use time::OffsetDateTime;

const PAGE: usize = 50;
const RUNS: usize = 1_001;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    println!("contactdb, pages of {PAGE}, medians of {RUNS}\n");
    println!("| interactions of the person | first page | middle | last page |\n|---|---|---|---|");
    for count in [1_000, 10_000, 100_000] {
        let folder = tempfile::tempdir()?;
        let db = Database::create(folder.path().join("bench.contacts"))?;
        let ada = load(&db, count)?;
        let snapshot = db.read()?;
        let (middle, last) = cursors(&snapshot, ada, usize::try_from(count)?)?;
        println!(
            "| {count} | {} | {} | {} |",
            measure(&snapshot, ada, None)?,
            measure(&snapshot, ada, middle.as_ref())?,
            measure(&snapshot, ada, last.as_ref())?
        );
    }
    Ok(())
}

/// A person with so many interactions, one a minute, inserted in no order, each with one of twenty others; and an order for each
/// hundred of them.
fn load(db: &Database, count: u32) -> Result<Id<Contact>, Failure> {
    let mut random = fastrand::Rng::with_seed(3);
    let mut tx = db.write()?;
    let ada = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    let others = tx.insert_many((0..20).map(|at| Contact::named(format!("Person {at}"), "Example")))?;
    let at = |minute: u32| OffsetDateTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + u64::from(minute) * 60);
    let mut minutes: Vec<u32> = (0..count).collect();
    random.shuffle(&mut minutes);
    let interactions = minutes.into_iter().map(|minute| {
        let call = Interaction::call(ada).at(at(minute)).subject(format!("Call {minute}"));
        random.choice(&others).map_or(call.clone(), |other| call.with(*other))
    });
    tx.insert_many(interactions)?;
    let orders = (0..count / 100).map(|hundred| Purchase::by(ada).at(at(hundred * 100)).number(format!("{hundred}")));
    tx.insert_many(orders)?;
    tx.commit()?;
    Ok(ada)
}

/// Where the page in the middle and the last one begin.
fn cursors(snapshot: &Snapshot, ada: Id<Contact>, count: usize) -> Result<(Option<Cursor>, Option<Cursor>), Failure> {
    let whole = snapshot.timeline(ada);
    let middle = whole.page(count / 2)?.next;
    Ok((middle, whole.page(count + count / 100 - PAGE)?.next))
}

fn measure(snapshot: &Snapshot, ada: Id<Contact>, cursor: Option<&Cursor>) -> Result<String, Failure> {
    let timeline = snapshot.timeline(ada);
    let timeline = cursor.map_or(timeline.clone(), |cursor| timeline.after(cursor));
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let started = Instant::now();
        let page = black_box(timeline.page(PAGE)?);
        times.push(started.elapsed());
        assert_eq!(page.entries.len(), PAGE);
    }
    times.sort_unstable();
    let at = |place: usize| times.get(place).copied().unwrap_or_default();
    Ok(format!("{:.1?} ({:.1?} - {:.1?})", at(RUNS / 2), at(0), at(RUNS - 1)))
}
