//! The segment language on a small set of fictional people: `cargo run --example segments`.
//!
//! With a text it asks that: `cargo run --example segments "stage = customer and tag vip"`. A mistake in it is shown as a user
//! would see it; a text that ends in `?` shows what could be written in its place.

use contactdb::filter::{any, attribute, days, tag};
use contactdb::{
    Address, Affiliation, Company, Contact, Currency, Database, Field, Interaction, PartialDate, Read, Snapshot, Value,
    ValueRange,
};

type Failure = Box<dyn std::error::Error>;

/// What a marketer may ask of them.
const QUESTIONS: [&str; 7] = [
    "stage = customer and not (last_interaction in last 30 days)",
    "any address (city = Paris and country = FR)",
    "birthday anniversary in next 60 days or month(birthday) = may",
    "company.industry in [Construction, Energy] and any affiliation (role has any of [owner, buyer])",
    "budget overlaps 200_000 to 250_000 EUR and tag under interests",
    "stage != lead or stage != customer",
    "stage = custommer and (budgt is set or tag vipp",
];

fn main() -> Result<(), Failure> {
    let db = Database::in_memory()?;
    people(&db)?;
    let snapshot = db.read()?;
    let asked: Vec<String> = std::env::args().skip(1).collect();
    if !asked.is_empty() {
        for text in asked {
            ask(&snapshot, &text)?;
        }
        return Ok(());
    }
    for text in QUESTIONS {
        ask(&snapshot, text)?;
    }
    built_and_stored(&snapshot)?;
    ask(&snapshot, "company.ind?")
}

/// What a text says, and whom it finds.
fn ask(snapshot: &Snapshot, text: &str) -> Result<(), Failure> {
    println!("> {text}");
    if let Some(begun) = text.strip_suffix('?') {
        for proposal in snapshot.complete(begun, begun.len()).proposals.iter().take(8) {
            println!("    {} ({})", proposal.text, proposal.label);
        }
        return Ok(());
    }
    let segment = match snapshot.segment(text) {
        Ok(segment) => segment,
        Err(error) => {
            println!("{error}\n");
            return Ok(());
        }
    };
    println!("  {}", segment.to_sentence(snapshot.catalogue()));
    for notice in segment.notices() {
        println!("{}", notice.draw(text));
    }
    let found = snapshot.select(&segment).order_by("name");
    let names: Vec<String> =
        found.records()?.map(|one| one.map(|one| one.record.name.display())).collect::<contactdb::Result<_>>()?;
    println!("  {} of {}: {}\n", names.len(), snapshot.len(contactdb::Kind::CONTACT)?, names.join(", "));
    Ok(())
}

/// The same language without its text: built by a program, with a value that comes later, kept as JSON.
fn built_and_stored(snapshot: &Snapshot) -> Result<(), Failure> {
    let filter = any("address", attribute("city").eq(contactdb::filter::parameter("city")))
        & (tag("vip") | attribute("last_interaction").in_last(days(90)));
    let segment = snapshot.segment(filter)?;
    let stored = serde_json::to_string(&segment.to_tree())?;
    println!("built:  {}\nstored: {stored}", segment.to_text(snapshot.catalogue()));
    let loaded = snapshot.segment(serde_json::from_str::<contactdb::SegmentTree>(&stored)?)?;
    let in_paris = snapshot.bind(&loaded, [("city", Value::from("Paris"))])?;
    println!("bound:  {}\n  {} found\n", in_paris.to_text(snapshot.catalogue()), snapshot.count(&in_paris)?);
    Ok(())
}

fn people(db: &Database) -> Result<(), Failure> {
    let mut tx = db.write()?;
    let budget = tx.define(Field::money_range("budget", Currency::EUR).label("Budget"))?;
    let euros = |low: i64, high: i64| {
        let money = |amount: i64| contactdb::Money::new(amount, Currency::EUR);
        ValueRange::new(money(low), money(high))
    };
    let stone = tx.insert(&Company::new("Stone & Sons").industry("Construction").employees(80))?;
    let sun = tx.insert(&Company::new("Sunny Roofs").industry("Energy").employees(12))?;
    let paris = Address::new("1 Example Street", "Paris").country("FR");
    let austin = Address::new("2 Example Street", "Austin").country("US");
    let ada = tx.insert(
        &Contact::named("Ada", "Example")
            .stage("customer")
            .address(paris.clone())
            .affiliation(Affiliation::with(stone).role("owner"))
            .birthday("1985-05-17".parse::<PartialDate>()?)
            .tag("vip")
            .tag("interests/low-rise")
            .set(budget, euros(150_000, 220_000)),
    )?;
    let olga = tx.insert(
        &Contact::named("Ольга", "Примерова")
            .stage("customer")
            .address(austin.clone())
            .affiliation(Affiliation::with(sun).role("buyer"))
            .birthday("--01-06".parse::<PartialDate>()?),
    )?;
    tx.insert(
        &Contact::named("José", "Ejemplo")
            .stage("lead")
            .address(Address::new("3 Example Street", "Paris").country("US"))
            .address(austin)
            .works_at(stone, "Clerk")
            .set(budget, euros(300_000, 400_000)),
    )?;
    tx.insert(&Contact::named("芳", "王").address(paris).tag("interests/solar"))?;
    tx.insert(&Interaction::call(ada).at(contactdb::Clock::now(&contactdb::SystemClock) - time::Duration::days(45)))?;
    tx.insert(&Interaction::email(olga).outcome("asked for an offer"))?;
    tx.commit()?;
    Ok(())
}
