//! Reads a file of vCards, shows what becomes of each, writes them out and reads them again.
//!
//! `cargo run --example vcard_round_trip [FILE]`; without a file it takes a few fictional people.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;

use contactdb::vcard::{self, Version};
use contactdb::{Contact, Database, Merging};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/cards/people.vcf");
    let path = std::env::args().nth(1).unwrap_or_else(|| own.to_owned());

    let mut people: Vec<Contact> = Vec::new();
    for card in vcard::read(open(&path)?) {
        match card {
            Ok(card) => people.push(card.into_contact()),
            Err(error) => println!("left out: {error}"),
        }
    }
    for person in &people {
        println!("{}", person.name.display());
        person.emails.iter().for_each(|email| println!("  {} {}", email.value, email.label.as_deref().unwrap_or("")));
        person.phones.iter().for_each(|phone| println!("  {} {}", phone.value, phone.label.as_deref().unwrap_or("")));
        let kept = person.vcard.as_deref().map_or(0, |lines| lines.lines().count());
        println!("  {kept} lines kept as they are");
    }

    for version in [Version::V3, Version::V4] {
        let mut out = Vec::new();
        people.iter().try_for_each(|person| vcard::write(&mut out, person, version))?;
        let again: Vec<Contact> =
            vcard::read(&*out).map(|card| Ok(card?.into_contact())).collect::<contactdb::Result<_>>()?;
        println!(
            "{version:?}: {} bytes; {}",
            out.len(),
            if again == people { "all came back the same" } else { "NOT the same" }
        );
    }

    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    let by = Merging::by(["external_id", "email"]);
    let done = tx.import_cards("people.vcf", &by, vcard::read(open(&path)?), |card| {
        card.problems
            .iter()
            .for_each(|problem| println!("card {} at line {}: {}", card.row, card.line, problem.message));
        ControlFlow::Continue(())
    })?;
    let counts = done.counts;
    println!(
        "imported {} new, {} known, with {} companies and {} groups; {} were refused",
        counts.created,
        counts.updated + counts.unchanged,
        counts.named,
        counts.groups,
        counts.refused + counts.conflicts
    );
    tx.commit()?;
    Ok(())
}

fn open(path: &str) -> std::io::Result<impl BufRead> {
    Ok(BufReader::new(File::open(path)?))
}
