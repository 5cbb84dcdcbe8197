//! A supplier of building materials, from the first call of a client to the success of a mailing.
//!
//! ```text
//! cargo run --example building_supplies [FILE]
//! ```
//!
//! With a file, the database is made there and kept; else it lives in memory. All people and firms are made up.

mod data;

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex};

use contactdb::choices::{basis, channel, purpose, relation, role, source, stage, stage_of_deal, task};
use contactdb::{
    Address, Affiliation, Clock, Company, Consent, Contact, Currency, Database, Deal, DealContact, Id, Interaction,
    Kind, Labelled, Money, Options, Purchase, Read, RecordId, Segment, Snapshot, Task,
};
use time::{Date, Duration, Month, OffsetDateTime};

/// A clock that the story sets.
#[derive(Debug, Clone)]
struct Calendar(Arc<Mutex<OffsetDateTime>>);

impl Calendar {
    fn set(&self, month: Month, day: u8) -> Result<OffsetDateTime, Box<dyn Error>> {
        let now = Date::from_calendar_date(2026, month, day)?.with_hms(9, 0, 0)?.assume_utc();
        *self.0.lock().map_err(|_| "the clock is broken")? = now;
        println!("\n== {}, {day} {month} 2026", now.weekday());
        Ok(now)
    }
}

impl Clock for Calendar {
    fn now(&self) -> OffsetDateTime {
        self.0.lock().map_or(OffsetDateTime::UNIX_EPOCH, |now| *now)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let calendar = Calendar(Arc::new(Mutex::new(OffsetDateTime::UNIX_EPOCH)));
    let options = Options::new().clock(calendar.clone());
    let db = match std::env::args_os().nth(1) {
        Some(path) => options.create(path)?,
        None => options.in_memory()?,
    };

    let now = calendar.set(Month::March, 2)?;
    let mut tx = db.write()?.acting_as("office");
    data::load(&mut tx, now)?;
    tx.commit()?;
    println!("{} clients are in the database already.", db.read()?.len(Kind::CONTACT)?);

    let mara = new_client(&db)?;
    calls_and_offer(&db, &calendar, mara)?;
    let mailed = mailing(&db, &calendar)?;
    next_month(&db, &calendar, &mailed)
}

/// Company and person, what the client is interested in and prefers, and what was agreed.
fn new_client(db: &Database) -> Result<Id<Contact>, Box<dyn Error>> {
    let mut tx = db.write()?.acting_as("eva");
    let now = tx.now().now;
    let office = Address::new("4 Hill Street", "Northport").region("North").postcode("12345").country("XX");
    let company = Company::new("Hillside Homes")
        .industry("Construction")
        .domain("hillside.example")
        .employees(24)
        .billing_address(office.clone())
        .relation(relation::CUSTOMER)
        .owner("eva");
    let hillside = tx.insert(&company)?;
    let mara = Contact::named("Mara", "Lindqvist")
        .email("mara@hillside.example")
        .phone("+44 20 7946 0018")
        .address(Labelled::new(office).label("office"))
        .affiliation(Affiliation::with(hillside).title("Head of purchasing").role(role::DECISION_MAKER).primary())
        .relation(relation::CUSTOMER)
        .stage(stage::QUALIFIED)
        .source(source::REFERRAL)
        .interest("Low-rise construction")
        .preferred_channel(channel::EMAIL)
        .consent(
            Consent::granted(channel::EMAIL)
                .for_purpose(purpose::OFFERS)
                .basis(basis::CONSENT)
                .at(now)
                .source("first call"),
        )
        .notes("Builds twelve houses a year, all with clay bricks.")
        .owner("eva");
    let mara = tx.insert(&mara)?;
    tx.commit()?;
    println!("A new client: Mara Lindqvist of Hillside Homes, interested in low-rise construction, prefers e-mail.");
    Ok(mara)
}

/// A call, a presentation and an offer; the deal that they are about; what comes next.
fn calls_and_offer(db: &Database, calendar: &Calendar, mara: Id<Contact>) -> Result<(), Box<dyn Error>> {
    let mut tx = db.write()?.acting_as("eva");
    let deal = Deal::new("Bricks for twelve houses")
        .contact(DealContact::new(mara).role(role::DECISION_MAKER))
        .amount(Money::new(18_000, Currency::EUR))
        .owner("eva");
    let deal = tx.insert(&deal)?;
    tx.insert(&Interaction::call(mara).with(deal).lasting(Duration::minutes(20)).outcome("wants to see samples"))?;
    tx.commit()?;

    let now = calendar.set(Month::March, 5)?;
    let mut tx = db.write()?.acting_as("eva");
    tx.insert(&Interaction::presentation(mara).with(deal).subject("Clay bricks").outcome("asked for an offer"))?;
    tx.insert(&Interaction::offer(mara).with(deal).subject("Offer 2026-31"))?;
    tx.update(deal, |deal| deal.stage = Some(stage_of_deal::PROPOSAL))?;
    println!("A presentation of clay bricks, and an offer; a task to ask what came of it.");
    let follow_up = Task::new("Ask what Mara thinks of the offer").kind(task::EMAIL).about(mara).about(deal);
    let follow_up = tx.insert(&follow_up.due(now + Duration::days(5)).owner("eva"))?;
    tx.commit()?;

    calendar.set(Month::March, 10)?;
    let mut tx = db.write()?.acting_as("eva");
    for due in tx.due(tx.now().now).collect::<Result<Vec<_>, _>>()? {
        println!("Due:  {}", title(&db.read()?, due.record)?);
    }
    tx.complete_task(follow_up)?;
    let ordered = Purchase::by(mara).number("2026-117").total(Money::new(17_500, Currency::EUR));
    tx.insert(&ordered)?;
    tx.update(deal, |deal| {
        deal.stage = Some(stage_of_deal::WON);
        deal.reason = Some("samples convinced the masons".into());
    })?;
    tx.update(mara, |mara| mara.stage = Some(stage::CUSTOMER))?;
    tx.commit()?;

    calendar.set(Month::April, 2)?;
    let mut tx = db.write()?.acting_as("office");
    tx.insert(&Purchase::by(mara).number("2026-140").total(Money::new(2_400, Currency::EUR)))?;
    tx.commit()?;

    let snapshot = db.read()?;
    println!("What happened with Mara, the latest first:");
    for entry in snapshot.timeline(mara).page(10)?.entries {
        println!("  {}  {}", entry.at.date(), title(&snapshot, entry.record)?);
    }
    let deal = snapshot.get(deal)?.ok_or("the deal is gone")?.record;
    let stages: Vec<&str> = deal.stage_history.iter().map(|change| change.to.key()).collect();
    println!("The deal went {}: {}.", stages.join(" -> "), deal.reason.unwrap_or_default());
    Ok(())
}

/// What a timeline shows of a record: its kind, what it is called, what came of it or what it is worth.
fn title(snapshot: &Snapshot, record: RecordId) -> Result<String, Box<dyn Error>> {
    let catalogue = snapshot.catalogue();
    let found = snapshot.get(record)?.ok_or("it is gone")?.record;
    let kind = catalogue.kind(record.kind).map_or("Record", |entry| &entry.label);
    let more = ["outcome", "total", "amount"].iter().find_map(|key| found.value(key));
    let more = more.map(|value| format!(" ({value})")).unwrap_or_default();
    Ok(format!("{kind:<11}  {}{more}", catalogue.title(&found)))
}

/// Whom to write to, where they are, and the list for the mailing tool. Gives who was mailed.
fn mailing(db: &Database, calendar: &Calendar) -> Result<Segment<Contact>, Box<dyn Error>> {
    let now = calendar.set(Month::April, 20)?;
    let mut tx = db.write()?.acting_as("marketing");
    let question = "interest = \"Low-rise construction\" and may email for offers and email is set
                    and not (last_interaction in last 30 days) order by family_name, given_name";
    tx.save_question("Low-rise, to be mailed", question)?;
    let question = tx.saved_question("low-rise, to be mailed")?.typed::<Contact>().ok_or("not about contacts")?;
    println!("{}", question.segment().to_sentence(tx.catalogue()));
    println!("{} people.", tx.ask(&question).count()?);

    // Sums over related records are not in the language yet: who bought twice in a year is seen in the timelines.
    let mut mailed = Vec::new();
    for found in tx.ask(&question).records()?.collect::<Result<Vec<_>, _>>()? {
        let bought = tx.timeline(found.id).kinds([Kind::PURCHASE]).since(now - Duration::days(365)).page(2)?;
        if bought.entries.len() == 2 {
            mailed.push(found);
        }
    }
    println!("{} of them bought twice within a year:", mailed.len());

    let mut table: BTreeMap<(String, String), u32> = BTreeMap::new();
    for found in &mailed {
        let region = found.record.addresses.first().and_then(|address| address.value.region.clone());
        let stage = found.record.stage.as_ref().map(ToString::to_string);
        *table.entry((region.unwrap_or_default(), stage.unwrap_or_default())).or_default() += 1;
    }
    for ((region, stage), count) in &table {
        println!("  {region:<6} {stage:<10} {count}");
    }

    for found in &mailed {
        tx.tag(found.id, "mailings/2026/low-rise")?;
    }
    let segment = tx.segment("tag \"mailings/2026/low-rise\"")?;
    println!(
        "Tagged: {}. The list for the mailing tool:",
        tx.tag_count(Kind::CONTACT, "mailings/2026/low-rise")?.records
    );
    let mut list = csv::Writer::from_writer(Vec::new());
    list.write_record(["email", "given_name", "family_name", "company"])?;
    for found in tx.select(&segment).order_by("family_name, given_name").records()? {
        let person = found?.record;
        let company = match person.affiliations.first() {
            Some(affiliation) => tx.get(affiliation.company)?.map(|company| company.record.name),
            None => None,
        };
        let email = person.emails.first().map(|email| email.value.to_string());
        list.write_record([
            email.unwrap_or_default(),
            person.name.given.unwrap_or_default(),
            person.name.family.unwrap_or_default(),
            company.unwrap_or_default(),
        ])?;
    }
    for line in String::from_utf8(list.into_inner()?)?.lines() {
        println!("  {line}");
    }
    // Each one gets a letter, and that is noted too.
    for id in tx.select(&segment).ids()? {
        tx.insert(&Interaction::email(id).subject("Bricks for spring").campaign("low-rise 2026"))?;
    }
    tx.commit()?;
    Ok(segment)
}

/// Who bought again.
fn next_month(db: &Database, calendar: &Calendar, mailed: &Segment<Contact>) -> Result<(), Box<dyn Error>> {
    let mut dice = fastrand::Rng::with_seed(11);
    let now = calendar.set(Month::May, 20)?;
    let mut tx = db.write()?.acting_as("office");
    for id in tx.select(mailed).ids()? {
        if dice.bool() {
            let at = now - Duration::days(dice.i64(2..25));
            tx.insert(&data::order(&mut dice, id, at))?;
        }
    }
    tx.commit()?;

    let snapshot = db.read()?;
    let again = snapshot.segment("tag \"mailings/2026/low-rise\" and last_purchase > 2026-04-20")?;
    println!("{} of {} bought again:", snapshot.count(&again)?, snapshot.count(mailed)?);
    for found in snapshot.select(&again).order_by("last_purchase").records()? {
        let found = found?;
        let account = snapshot.account(found.id)?;
        let sold: Vec<String> = account.sold.iter().map(ToString::to_string).collect();
        println!("  {:<16} {} orders, {} in all", found.record.name.display(), account.sales, sold.join(" and "));
    }
    Ok(())
}
