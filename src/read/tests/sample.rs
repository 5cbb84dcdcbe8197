//! A database of random people, some of whose columns are up to date and some not.

use fastrand::Rng;
use time::{Duration, OffsetDateTime, UtcOffset};

use crate::{
    Address, Company, Contact, Currency, Database, Decimal, Field, FixedClock, FixedZone, Id, Interaction, Kind, Money,
    OnReferences, Options, PartialDate, Read, Value,
};

pub(super) fn now() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_540) + Duration::hours(23)
}

/// More people than the fresh log takes, then changes that it does.
pub(super) fn database(seed: u64) -> Database {
    let mut rng = Rng::with_seed(seed);
    let zone = FixedZone(UtcOffset::from_hms(2, 0, 0).unwrap());
    let db = Options::new().clock(FixedClock(now())).zone(zone).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.define(Field::integer("score")).unwrap();
    tx.define(Field::decimal("rate")).unwrap();
    tx.define(Field::of_type("worth", crate::ValueType::Money)).unwrap();
    tx.define(Field::boolean("friendly")).unwrap();
    let companies: Vec<Id<Company>> = (0..12)
        .map(|at| {
            let mut company = Company::new(format!("Company {at}")).employees(rng.i64(0..9) * 10);
            if rng.bool() {
                company = company.industry(["Health", "Construction", "health"][rng.usize(..3)]);
            }
            if rng.bool() {
                company = company.revenue(money(&mut rng));
            }
            tx.insert(&company).unwrap()
        })
        .collect();
    tx.update(companies[3], |company| company.parent = Some(companies[4])).unwrap();
    for _ in 0..260 {
        let person = person(&mut rng, &companies);
        let id = tx.insert(&person).unwrap();
        // So many are more than stay fresh: those that change later alone are fresh in the end.
        if rng.bool() {
            tx.insert(&Interaction::call(id).at(now() - Duration::hours(rng.i64(0..9_000)))).unwrap();
        }
    }
    tx.commit().unwrap();
    let mut tx = db.write().unwrap();
    let ids = tx.select(&tx.segment("all").unwrap()).ids().unwrap();
    for _ in 0..12 {
        let _id = tx.insert(&person(&mut rng, &companies)).unwrap();
        let changed = person(&mut rng, &companies);
        tx.update(*rng.choice(&ids).unwrap(), |record| *record = changed).ok();
        let _deleted = tx.delete(*rng.choice(&ids).unwrap(), OnReferences::Detach);
    }
    tx.update(companies[5], |company| company.industry = Some("Trade".to_owned())).unwrap();
    tx.commit().unwrap();
    db
}

fn money(rng: &mut Rng) -> Money {
    let currency = [Currency::EUR, Currency::EUR, Currency::USD][rng.usize(..3)];
    Money::new(Decimal::new(rng.i64(-300..900_000), rng.u32(..3)), currency)
}

fn person(rng: &mut Rng, companies: &[Id<Company>]) -> Contact {
    let mut person =
        Contact::named(["Ada", "Grace", "Hedy", "ada"][rng.usize(..4)], format!("Example {}", rng.u8(..40)));
    if rng.bool() {
        person = person.stage(["lead", "customer", "former"][rng.usize(..3)]).set_value("score", rng.i64(-5..40));
    }
    if rng.bool() {
        person = person
            .works_at(companies[rng.usize(..companies.len())], "Buyer")
            .job_title(["CTO", "cto", "Buyer"][rng.usize(..3)]);
    }
    if rng.u8(..4) == 0 {
        person = person.works_at(companies[rng.usize(..companies.len())], "Head");
    }
    if rng.bool() {
        person = person
            .birthday(["--05-01", "1990-05-01", "2000", "1990-07"][rng.usize(..4)].parse::<PartialDate>().unwrap());
        person = person.set_value("friendly", rng.bool());
    }
    if rng.bool() {
        person = person.set_value("rate", Decimal::new(rng.i64(-50..50), rng.u32(..3))).set_value("worth", money(rng));
    }
    if rng.u8(..40) == 0 {
        person = person.set_value("worth", Money::new(Decimal::MAX, Currency::EUR));
    }
    for _ in 0..rng.usize(..3) {
        person =
            person.tag(["vip", "a/b", "a/c"][rng.usize(..3)]).interest(["Roofs", "roofs", "Tiles"][rng.usize(..3)]);
        person = person.relation(["customer", "partner"][rng.usize(..2)]);
        person = person.address(Address::new("", ["Paris", "Berlin", "BERLIN"][rng.usize(..3)]));
    }
    if rng.u8(..30) == 0 {
        person = person.interest("x".repeat(300)).department("y".repeat(260 + rng.usize(..2)));
    }
    if rng.bool() {
        person.customer_since = Some(now().date() - Duration::days(rng.i64(0..900)));
        person.verified = Some(now() - Duration::minutes(rng.i64(0..900_000)));
    }
    person
}

/// Segments of which some have all, some few, and some nobody.
pub(super) const SEGMENTS: &[&str] = &[
    "all",
    "stage = customer",
    "not (tag vip)",
    "company.employees > 30",
    "score between 3 and 20",
    "any address (city = Berlin) or friendly",
    "age > 30",
    "score = 1000",
];

/// The values that each record has of some attributes, from the records themselves.
pub(super) fn told(db: &Database, segment: &str, keys: &str) -> Vec<Vec<Vec<Value>>> {
    let snapshot = db.read().unwrap();
    let columns = snapshot.columns(Kind::CONTACT, keys).unwrap();
    let ids = snapshot.select(&snapshot.segment(segment).unwrap()).ids().unwrap();
    ids.into_iter().map(|id| snapshot.cells(id, &columns).unwrap()).collect()
}
