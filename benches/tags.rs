//! How long tags take when many records have them, at a size that one chooses:
//! `cargo bench --bench tags -- --contacts 1000000`.
//!
//! Prints a Markdown table: median with minimum and maximum. Nothing here decides a test.

use std::error::Error;
use std::time::{Duration, Instant};

use contactdb::{Contact, Database, Kind, Read, Segment};

type Failure = Box<dyn Error>;

const RUNS: usize = 5;

fn main() -> Result<(), Failure> {
    let contacts = argument("--contacts").unwrap_or(20_000);
    let chosen = argument("--tagged").unwrap_or(contacts / 2).min(contacts);
    let folder = tempfile::tempdir()?;
    let db = Database::create(folder.path().join("bench.contacts"))?;
    let mut tx = db.write()?;
    // The chosen ones lie scattered among the others.
    let is_chosen = |at: u64| at * chosen / contacts != (at + 1) * chosen / contacts;
    tx.insert_many((0..contacts).map(|at| {
        let contact = Contact::named(format!("Given {at}"), "Example").email(format!("p{at}@acme.example").as_str());
        let contact = if at % 10 == 0 { contact.tag("groups/tenth") } else { contact };
        if is_chosen(at) { contact.owner("anna") } else { contact.owner("bob") }
    }))?;
    tx.commit()?;

    println!("contactdb, {contacts} contacts, {chosen} of them tagged\n");
    println!("| what | median | min - max |\n|---|---|---|");
    let segment = db.read()?.segment("owner = anna")?;
    let everybody = Segment::<Contact>::all();
    row("answer the segment, for comparison", || measured(&chosen, || Ok(db.read()?.count(&segment)?)))?;
    row("tag_many, with the answer, without commit", || {
        let mut tx = db.write()?;
        measured(&chosen, || Ok(tx.tag_many(&segment, "groups/anna")?))
    })?;
    row("tag_many and commit", || {
        let mut tx = db.write()?;
        tx.untag_many(&segment, "groups/anna")?;
        tx.commit()?;
        let mut tx = db.write()?;
        measured(&(), || {
            tx.tag_many(&segment, "groups/anna")?;
            Ok(tx.commit()?)
        })
    })?;
    row("tag_many again, nothing to do", || {
        let mut tx = db.write()?;
        measured(&0, || Ok(tx.tag_many(&segment, "groups/anna")?))
    })?;
    row("untag_many, without commit", || {
        let mut tx = db.write()?;
        measured(&chosen, || Ok(tx.untag_many(&segment, "groups/anna")?))
    })?;
    row("tag_count", || {
        let snapshot = db.read()?;
        measured(&chosen, || Ok(snapshot.tag_count(Kind::CONTACT, "groups/anna")?.records))
    })?;
    row("tag_counts", || {
        let snapshot = db.read()?;
        measured(&3, || Ok(snapshot.tag_counts(Kind::CONTACT)?.len()))
    })?;
    row("rename_tag and commit", || {
        let mut tx = db.write()?;
        tx.tag_many(&everybody, "moved")?;
        tx.rename_tag("moved", "elsewhere")?;
        tx.commit()?;
        let mut tx = db.write()?;
        measured(&(), || {
            tx.rename_tag("elsewhere", "moved")?;
            Ok(tx.commit()?)
        })
    })?;
    row("merge_tags and commit", || {
        let mut tx = db.write()?;
        tx.tag_many(&segment, "copy")?;
        tx.commit()?;
        let mut tx = db.write()?;
        let time = measured(&(), || {
            tx.merge_tags("copy", "groups/tenth")?;
            Ok(tx.commit()?)
        })?;
        let mut tx = db.write()?;
        tx.delete_tag("groups/tenth")?;
        tx.tag_many(&db.read()?.segment("given_name like \"*0\"")?, "groups/tenth")?;
        tx.commit()?;
        Ok(time)
    })?;
    row("delete_tag and commit", || {
        let mut tx = db.write()?;
        tx.tag_many(&segment, "going")?;
        tx.commit()?;
        let mut tx = db.write()?;
        measured(&(), || {
            tx.delete_tag("going")?;
            Ok(tx.commit()?)
        })
    })?;
    Ok(())
}

fn argument(name: &str) -> Option<u64> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name).skip(1);
    arguments.next()?.replace('_', "").parse().ok()
}

fn measured<R: PartialEq + std::fmt::Debug>(
    expected: &R,
    work: impl FnOnce() -> Result<R, Failure>,
) -> Result<Duration, Failure> {
    let started = Instant::now();
    let found = work()?;
    let time = started.elapsed();
    assert_eq!(found, *expected);
    Ok(time)
}

fn row(what: &str, mut run: impl FnMut() -> Result<Duration, Failure>) -> Result<(), Failure> {
    let mut times = (0..RUNS).map(|_| run()).collect::<Result<Vec<_>, _>>()?;
    times.sort_unstable();
    if let (Some(min), Some(median), Some(max)) = (times.first(), times.get(times.len() / 2), times.last()) {
        println!("| {what} | {median:.2?} | {min:.2?} - {max:.2?} |");
    }
    Ok(())
}
