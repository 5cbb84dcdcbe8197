//! The whole in one minute: make a database, fill it, ask for exactly the people you mean.
//!
//! `cargo run --example quickstart`

use contactdb::{Clock, Company, Contact, Currency, Database, Field, Interaction, Money, Purchase, Read, SystemClock};
use time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::temp_dir().join(format!("quickstart-{}.contacts", std::process::id()));
    let db = Database::create(&path)?;
    println!("Everything is in one file: {}", path.display());

    // What a transaction writes takes effect at its commit, or not at all.
    let mut tx = db.write()?;
    let budget = tx.define(Field::money("budget", Currency::EUR).label("Budget for this year"))?;
    let roof = tx.define(Field::choice("roof").option("flat", "Flat roof").option("gable", "Gable roof"))?;

    let harbour = tx.insert(&Company::new("Harbour Homes").industry("Construction").employees(85))?;
    let mara = tx.insert(
        &Contact::named("Mara", "Lindqvist")
            .email("mara@harbour.example")
            .phone("+44 20 7946 0123")
            .works_at(harbour, "Head of purchasing")
            .tag("newsletter")
            .set(budget, 40_000)
            .set(roof, "flat"),
    )?;
    let jose = Contact::named("José", "Ferreira").email("jose@example.com").tag("newsletter").set(budget, 7_500);
    let jose = tx.insert(&jose)?;
    tx.insert(&Contact::named("芳", "王").birthday("--05-17").set(roof, "gable"))?;

    tx.insert(&Interaction::call(mara).outcome("asked for an offer"))?;
    tx.insert(&Interaction::presentation(jose).at(SystemClock.now() - Duration::days(90)))?;
    tx.insert(&Purchase::by(mara).number("2026-001").total(Money::new(1_000, Currency::EUR)))?;
    tx.commit()?;

    // A snapshot is the database as it is now. A segment says who is meant.
    let snapshot = db.read()?;
    for text in [
        "company.industry = Construction and budget >= 10_000 EUR",
        "tag newsletter and not (last_interaction in last 30 days)",
        "given_name = jose or (roof = gable and last_purchase is not set)",
    ] {
        println!("\n{text}");
        let segment = snapshot.segment(text)?;
        for found in snapshot.select(&segment).order_by("budget desc").records()? {
            println!("    {}", found?.record.name.display());
        }
    }

    // Every mistake is shown with its place and what was probably meant.
    if let Err(mistake) = snapshot.segment("tag newsletter and budgt >= 10_000 EUR") {
        println!("\n{mistake}");
    }
    drop(snapshot);
    db.close()?;
    Ok(std::fs::remove_file(path)?)
}
