//! The companies that are noted with what happened with their people; and other things known of people.

use contactdb::{
    Affiliation, AnyRecord, Availability, Company, Contact, CustomKind, Database, Deal, Field, Id, Interaction, Kind,
    OnReferences, Participant, Purchase, Read, Record, RecordId, Relationship, Task, Ticket, Transaction, choices,
};
use fastrand::Rng;
use time::{Date, Duration, OffsetDateTime, Time, Weekday};

use crate::common::{Counter, START, Watch, date, file, memory, options};

fn at(day: Date) -> OffsetDateTime {
    day.with_time(Time::from_hms(12, 0, 0).unwrap()).assume_utc()
}

fn company(tx: &mut Transaction<'_>, name: &str) -> Id<Company> {
    tx.insert(&Company::new(name)).unwrap()
}

/// The companies that are noted with a record of a kind, each told by its own segment.
fn noted<T: Record>(read: &impl Read, id: Id<T>) -> Vec<String> {
    let companies = read.select(&read.segment_of::<Company>("all").unwrap()).records().unwrap();
    let mut found = Vec::new();
    for company in companies {
        let company = company.unwrap();
        let text = format!("noted_company = \"{}\"", company.id);
        if read.select(&read.segment_of::<T>(&*text).unwrap()).ids().unwrap().contains(&id) {
            found.push(company.record.name);
        }
    }
    found
}

#[test]
fn the_company_of_the_day_is_noted_the_primary_one_of_several() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let [old, new, side] = ["Old", "New", "Side"].map(|name| company(&mut tx, name));
    let mut ada = Contact::named("Ada", "Example");
    ada.affiliations = vec![
        Affiliation::with(old).from(date(2020, 1, 1)).to(date(2022, 6, 30)),
        Affiliation::with(side),
        Affiliation::with(new).from(date(2022, 7, 1)).primary(),
    ];
    let ada = tx.insert(&ada).unwrap();
    for (day, expected) in [
        (date(2019, 12, 31), "Side"),
        (date(2020, 1, 1), "Old"),
        (date(2022, 6, 30), "Old"),
        (date(2022, 7, 1), "New"),
        (date(2030, 1, 1), "New"),
    ] {
        let call = tx.insert(&Interaction::call(ada).at(at(day))).unwrap();
        assert_eq!(noted(&tx, call), [expected], "{day}");
    }
}

#[test]
fn the_day_is_that_of_the_zone_of_the_database() {
    let watch = Watch::new();
    let zone = contactdb::FixedZone(time::UtcOffset::from_hms(10, 0, 0).unwrap());
    let db = options(&watch, &Counter::default()).zone(zone).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let acme = company(&mut tx, "Acme");
    let mut ada = Contact::named("Ada", "Example");
    ada.affiliations = vec![Affiliation::with(acme).from(date(2026, 1, 2))];
    let ada = tx.insert(&ada).unwrap();
    let midnight = date(2026, 1, 2).midnight().assume_utc() - Duration::hours(10);
    for (at, expected) in [(midnight, 1), (midnight - Duration::SECOND, 0)] {
        let call = tx.insert(&Interaction::call(ada).at(at)).unwrap();
        assert_eq!(noted(&tx, call).len(), expected, "{at}");
    }
}

#[test]
fn history_does_not_change_when_somebody_moves_on() {
    let (_folder, path) = file();
    let db = options(&Watch::new(), &Counter::default()).create(&path).unwrap();
    let mut tx = db.write().unwrap();
    let [acme, beta] = ["Acme", "Beta"].map(|name| company(&mut tx, name));
    let ada = tx.insert(&Contact::named("Ada", "Example").works_at(acme, "CTO")).unwrap();
    let joe = tx.insert(&Contact::named("Joe", "Example").works_at(beta, "CTO")).unwrap();
    let call = tx.insert(&Interaction::call(ada)).unwrap();
    tx.update(ada, |ada| ada.affiliations = vec![Affiliation::with(beta)]).unwrap();
    // Other changes of the call leave the note as it is.
    tx.update(call, |call| call.outcome = Some("an offer".into())).unwrap();
    tx.update(RecordId::from(call), |call| call.fields.set_value("owner", "grace")).unwrap();
    let stored = tx.get(call).unwrap().unwrap();
    tx.replace(call, stored.version, stored.record).unwrap();
    assert_eq!(noted(&tx, call), ["Acme"]);
    tx.commit().unwrap();
    db.close().unwrap();
    let db = Database::open(&path).unwrap();
    let mut tx = db.write().unwrap();
    assert_eq!(noted(&tx, call), ["Acme"]);
    // Others who took part, or another day, are noted anew.
    tx.update(call, |call| call.participants.push(Participant::new(joe))).unwrap();
    assert_eq!(noted(&tx, call), ["Beta"]);
    tx.update(ada, |ada| ada.affiliations = vec![Affiliation::with(acme)]).unwrap();
    assert_eq!(noted(&tx, call), ["Beta"]);
    tx.update(call, |call| call.at = call.at.map(|at| at - Duration::HOUR)).unwrap();
    assert_eq!(noted(&tx, call), ["Acme", "Beta"]);
    // A company that took part itself is not noted again.
    tx.update(call, |call| call.participants.push(Participant::new(acme))).unwrap();
    assert_eq!(noted(&tx, call), ["Beta"]);
    assert_eq!(tx.note_companies(&tx.segment_of::<Interaction>("all").unwrap()).unwrap(), 0);
    tx.update(joe, |joe| joe.affiliations.clear()).unwrap();
    let version = tx.get(call).unwrap().unwrap().version;
    assert_eq!(tx.note_companies(&tx.segment_of::<Interaction>("all").unwrap()).unwrap(), 1);
    assert_eq!((noted(&tx, call), tx.get(call).unwrap().unwrap().version), (vec![], version));
}

#[test]
fn every_kind_that_is_about_people_notes_their_companies() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let pet = tx.define_kind(CustomKind::new("pet", "pets")).unwrap();
    let keeper = tx.define(Field::<Id<Contact>>::reference_to("keeper").on(pet).about()).unwrap();
    let vet = tx.define(Field::<Id<Contact>>::reference_to("vet").on(pet)).unwrap();
    let [acme, beta] = ["Acme", "Beta"].map(|name| company(&mut tx, name));
    let ada = tx.insert(&Contact::named("Ada", "Example").works_at(acme, "CTO")).unwrap();
    let joe = tx.insert(&Contact::named("Joe", "Example").works_at(beta, "Vet")).unwrap();
    let order = tx.insert(&Purchase::by(ada)).unwrap();
    let deal = tx.insert(&Deal::new("Roof").with(ada)).unwrap();
    let ticket = tx.insert(&Ticket::new("Leak").by(ada)).unwrap();
    let task = tx.insert(&Task::new("Call").about(ada)).unwrap();
    let rex = tx.insert(&AnyRecord::new(pet).set(keeper, ada).set(vet, joe)).unwrap();
    assert_eq!([noted(&tx, order), noted(&tx, deal), noted(&tx, ticket), noted(&tx, task)], [["Acme"]; 4]);
    let text = format!("pets where noted_company = \"{acme}\"");
    assert_eq!(tx.select(&tx.any_segment(&*text).unwrap()).ids().unwrap(), [rex]);
    let text = format!("pets where noted_company = \"{beta}\"");
    assert_eq!(tx.count(tx.any_segment(&*text).unwrap()).unwrap(), 0, "the vet is not whom it is about");
    // What is noted can be set by nobody.
    let error =
        tx.insert(&AnyRecord::new(pet).set_value("noted_company", vec![contactdb::Value::from(RecordId::from(beta))]));
    assert!(error.unwrap_err().is_invalid());
    assert!(tx.delete(acme, OnReferences::Refuse).is_err(), "Ada works there");
    tx.update(ada, |ada| ada.affiliations.clear()).unwrap();
    assert_eq!(tx.delete(acme, OnReferences::Refuse).unwrap().deleted, 1);
    assert_eq!(tx.count(tx.segment_of::<Purchase>("noted_company is set").unwrap()).unwrap(), 0);
}

/// Against a plain search through the affiliations, over random ones.
#[test]
fn what_is_noted_is_what_a_plain_search_says() {
    let mut rng = Rng::with_seed(17);
    let db = memory();
    let mut tx = db.write().unwrap();
    let companies: Vec<Id<Company>> = (0..4).map(|at| company(&mut tx, &format!("C{at}"))).collect();
    let day = |rng: &mut Rng| date(2026, 1, 1) + Duration::days(rng.i64(0..12));
    for round in 0..60 {
        let mut people = Vec::new();
        for _ in 0..rng.u8(1..3) {
            let mut person = Contact::named("x", "y");
            let primary = rng.usize(..6);
            for at in 0..rng.usize(..4) {
                let mut entry = Affiliation::with(companies[rng.usize(..4)]);
                entry.from = rng.bool().then(|| day(&mut rng));
                entry.to = rng.bool().then(|| day(&mut rng)).filter(|to| entry.from.is_none_or(|from| from <= *to));
                entry.primary = (at == primary).then_some(true);
                person.affiliations.push(entry);
            }
            people.push((tx.insert(&person).unwrap(), person));
        }
        let when = day(&mut rng);
        let mut call = Interaction::call(people[0].0).at(at(when));
        call.participants = people.iter().map(|(id, _)| Participant::new(*id)).collect();
        let call = tx.insert(&call).unwrap();
        let mut expected = Vec::new();
        for (_, person) in &people {
            let then = person
                .affiliations
                .iter()
                .filter(|entry| entry.from.is_none_or(|from| from <= when) && entry.to.is_none_or(|to| to >= when));
            let mut then: Vec<_> = then.collect();
            then.sort_by_key(|entry| entry.primary != Some(true));
            expected.extend(then.first().map(|entry| entry.company));
        }
        expected.sort_unstable();
        expected.dedup();
        let names: Vec<String> = expected.iter().map(|id| tx.get(*id).unwrap().unwrap().record.name).collect();
        assert_eq!(noted(&tx, call), names, "round {round}: {people:?} on {when}");
    }
}

#[test]
fn a_stretch_covers_its_first_minute_and_not_its_last() {
    let time = |hour, minute| Time::from_hms(hour, minute, 0).unwrap();
    let ada = Contact::named("Ada", "Example")
        .availability(Availability::on(Weekday::Monday, time(9, 0), time(12, 0)))
        .availability(Availability::on(Weekday::Monday, time(11, 30), time(14, 0)))
        .availability(Availability::on(Weekday::Friday, time(22, 0), Time::MIDNIGHT))
        .availability(Availability::all_day(Weekday::Sunday))
        .availability(Availability::on(Weekday::Tuesday, time(14, 0), time(9, 0)));
    for (day, at, expected) in [
        (Weekday::Monday, time(8, 59), false),
        (Weekday::Monday, time(9, 0), true),
        (Weekday::Monday, time(12, 0), true),
        (Weekday::Monday, time(14, 0), false),
        (Weekday::Friday, Time::from_hms(23, 59, 59).unwrap(), true),
        (Weekday::Saturday, Time::MIDNIGHT, false),
        (Weekday::Sunday, Time::MIDNIGHT, true),
        (Weekday::Tuesday, time(10, 0), false),
    ] {
        assert_eq!(ada.is_available(day, at), expected, "{day} {at}");
    }
    assert!(!Contact::new().is_available(Weekday::Monday, time(9, 0)));
    let db = memory();
    let mut tx = db.write().unwrap();
    let id = tx.insert(&ada).unwrap();
    assert_eq!(tx.get(id).unwrap().unwrap().record.availability, ada.availability);
    let text = "any availability (day = sunday and from = 0 and to = 1440)";
    assert_eq!(tx.count(tx.segment(text).unwrap()).unwrap(), 1);
    let mut wrong = Contact::named("x", "y").availability(Availability::all_day(Weekday::Monday));
    for (from, to) in [(-1, 10), (0, 1_441), (i64::MIN, i64::MAX)] {
        (wrong.availability[0].from, wrong.availability[0].to) = (from, to);
        assert!(tx.insert(&wrong).unwrap_err().is_invalid(), "{from} to {to}");
    }
}

#[test]
fn people_who_are_something_to_one_another_are_links() {
    let watch = Watch::new();
    let db = options(&watch, &Counter::default()).in_memory().unwrap();
    assert_eq!(contactdb::Clock::now(&watch).unix_timestamp(), START);
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Example")).unwrap();
    let joe = Contact::named("Joe", "Example").related(Relationship::with(ada, choices::relationship::MENTOR));
    let joe = tx.insert(&joe).unwrap();
    assert_eq!(tx.referrers(ada).unwrap(), [RecordId::from(joe)]);
    let text = "any related (kind = mentor and related.given_name = Ada)";
    assert_eq!(tx.select(&tx.segment(text).unwrap()).ids().unwrap(), [joe]);
    assert!(tx.insert(&Contact::new().related(Relationship::with(joe, "rival"))).unwrap_err().is_invalid());
    let nobody = Id::from_uuid(uuid::Uuid::nil());
    assert!(tx.insert(&Contact::new().related(Relationship::with(nobody, "friend"))).unwrap_err().is_invalid());
    tx.update(ada, |own| own.related.push(Relationship::with(joe, choices::relationship::MENTEE))).unwrap();
    assert_eq!(tx.delete(joe, OnReferences::AsDefined).unwrap().detached, 1);
    assert!(tx.get(ada).unwrap().unwrap().record.related.is_empty());
    assert_eq!(tx.len(Kind::CONTACT).unwrap(), 1);
}
