//! Transactions and snapshots: what is seen when, and by whom.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use contactdb::{
    By, Company, Contact, Database, Error, ErrorKind, Field, Id, Interaction, Kind, Limits, OnReferences, Options,
    PersonName, Read, RecordId, Region, ReplaceError, Tag, Upserted,
};
use time::Duration;

use crate::common::{Counter, Watch, broken, dump, file, memory, options};

fn person(given: &str) -> Contact {
    Contact::named(given, "Example")
}

fn tiny() -> Database {
    let limits = Limits { write_set: 4 << 10, ..Limits::default() };
    options(&Watch::new(), &Counter::default()).limits(limits).in_memory().unwrap()
}

#[test]
fn reader_keeps_its_moment_during_commit() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&person("Ada").email("ada@acme.example").tag("vip")).unwrap();
    let call = tx.insert(&Interaction::call(ada)).unwrap();
    tx.commit().unwrap();
    let ids = [RecordId::from(ada), call.into()];
    let snapshot = db.read().unwrap();
    let before = dump(&snapshot, &ids);
    for _ in 0..3 {
        let mut tx = db.write().unwrap();
        tx.update(ada, |ada: &mut Contact| ada.emails.clear()).unwrap();
        tx.untag(ada, "vip").unwrap();
        tx.insert(&person("Joe")).unwrap();
        assert_eq!(dump(&snapshot, &ids), before);
        tx.commit().unwrap();
        assert_eq!(dump(&snapshot, &ids), before);
    }
    let mut tx = db.write().unwrap();
    tx.delete(ada, OnReferences::Cascade).unwrap();
    tx.commit().unwrap();
    assert_eq!(dump(&snapshot, &ids), before);
    assert_eq!(snapshot.find::<Contact>(&By::email("ada@acme.example")).unwrap(), [ada]);
    assert!(db.read().unwrap().find::<Contact>(&By::email("ada@acme.example")).unwrap().is_empty());
}

#[test]
fn many_threads_read_while_one_writes() {
    let db = memory();
    let mut tx = db.write().unwrap();
    // Both always have the same department: whoever sees them differ saw half a commit.
    let pair = [tx.insert(&person("Ada")).unwrap(), tx.insert(&person("Joe")).unwrap()];
    tx.commit().unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let (mut seen, mut reads) = (0, 0_u64);
                    while !done.load(Ordering::SeqCst) || reads == 0 {
                        let snapshot = db.read().unwrap();
                        let [ada, joe] = pair.map(|id| snapshot.get(id).unwrap().unwrap());
                        assert_eq!(ada.record.department, joe.record.department);
                        assert_eq!(ada.version, joe.version);
                        assert_eq!(snapshot.len(Kind::CONTACT).unwrap(), 1 + ada.version);
                        assert!(ada.version >= seen, "time does not go back");
                        seen = ada.version;
                        reads += 1;
                    }
                    reads
                })
            })
            .collect();
        for round in 0..60 {
            let mut tx = db.write().unwrap();
            for id in pair {
                tx.update(id, |contact: &mut Contact| contact.department = Some(format!("round {round}"))).unwrap();
            }
            tx.insert(&person("Eve")).unwrap();
            tx.commit().unwrap();
        }
        done.store(true, Ordering::SeqCst);
        assert!(readers.into_iter().all(|reader| reader.join().unwrap() > 0));
    });
}

#[test]
fn a_snapshot_can_be_sent_to_another_thread_and_outlives_the_database() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&person("Ada")).unwrap();
    tx.commit().unwrap();
    let snapshot = db.read().unwrap();
    let reader = std::thread::spawn(move || snapshot.get(ada).unwrap().unwrap().version);
    assert_eq!(reader.join().unwrap(), 1);
    let snapshot = db.read().unwrap();
    drop(db);
    assert_eq!(snapshot.len(Kind::CONTACT).unwrap(), 1);
}

fn state(read: &impl Read, acme: Id<Company>) -> (u64, Vec<Id<Contact>>, Vec<RecordId>) {
    let all = read.find(&By::email("all@example.com")).unwrap();
    (read.len(Kind::CONTACT).unwrap(), all, read.referrers(acme).unwrap())
}

#[test]
fn a_transaction_reads_its_own_writes_before_and_after_a_flush() {
    for db in [memory(), tiny()] {
        let mut tx = db.write().unwrap();
        let acme = tx.insert(&Company::new("Acme")).unwrap();
        let mut people = Vec::new();
        for at in 0..200 {
            let person = person(&format!("Person {at}")).email(format!("p{at}@example.com")).works_at(acme, "Clerk");
            people.push(tx.insert(&person.email("all@example.com").notes("n".repeat(300))).unwrap());
            assert_eq!(tx.len(Kind::CONTACT).unwrap(), at + 1);
        }
        assert_eq!(tx.find::<Contact>(&By::email("ALL@example.com")).unwrap(), people);
        assert_eq!(tx.referrers(acme).unwrap().len(), 200);
        assert_eq!(tx.find::<Contact>(&By::email("p7@example.com")).unwrap(), [people[7]]);
        for id in people.iter().step_by(2) {
            tx.delete(*id, OnReferences::Refuse).unwrap();
        }
        for id in people.iter().skip(1).step_by(4) {
            tx.update(*id, |contact: &mut Contact| contact.emails.truncate(1)).unwrap();
        }
        let expect = |read: &dyn Fn() -> (u64, Vec<Id<Contact>>, Vec<RecordId>)| {
            let (len, all, referrers) = read();
            let left: Vec<_> = people.iter().skip(3).step_by(4).copied().collect();
            assert_eq!((len, all), (100, left));
            let odd: BTreeSet<RecordId> = people.iter().skip(1).step_by(2).map(|id| (*id).into()).collect();
            assert_eq!(referrers.len(), odd.len());
            assert_eq!(referrers.into_iter().collect::<BTreeSet<_>>(), odd);
        };
        expect(&|| state(&tx, acme));
        assert_eq!(db.read().unwrap().len(Kind::CONTACT).unwrap(), 0, "nobody else sees it");
        tx.commit().unwrap();
        expect(&|| state(&db.read().unwrap(), acme));
    }
}

#[test]
fn a_dropped_transaction_leaves_nothing_even_after_a_flush() {
    for db in [memory(), tiny()] {
        let mut tx = db.write().unwrap();
        let ada = tx.insert(&person("Ada").tag("vip")).unwrap();
        tx.commit().unwrap();
        let before = dump(&db.read().unwrap(), &[ada.into()]);
        let mut tx = db.write().unwrap();
        for at in 0..100 {
            tx.insert(&person("Joe").tag(format!("tag {at}"))).unwrap();
        }
        tx.define(Field::text("extra")).unwrap();
        tx.delete(ada, OnReferences::Refuse).unwrap();
        if before.len() % 2 == 0 {
            drop(tx)
        } else {
            tx.abort()
        }
        assert_eq!(dump(&db.read().unwrap(), &[ada.into()]), before);
        let mut tx = db.write().unwrap();
        assert_eq!(dump(&tx, &[ada.into()]), before);
        tx.tag(ada, "tag 1").unwrap();
        tx.commit().unwrap();
        assert_eq!(db.read().unwrap().catalogue().tags().count(), 2);
    }
}

#[test]
fn only_one_transaction_writes_at_a_time() {
    let db = memory();
    let tx = db.write().unwrap();
    let error = db.try_write().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Busy), "{error}");
    drop(tx);
    db.try_write().unwrap().commit().unwrap();
    let tx = db.write().unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| db.write().unwrap().commit());
        tx.commit().unwrap();
        waiting.join().unwrap().unwrap();
    });
}

#[test]
fn replacing_a_stale_version_gives_both_versions_back() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&person("Ada")).unwrap();
    let mine = person("Mine");
    tx.update(ada, |ada: &mut Contact| ada.department = Some("Theirs".into())).unwrap();
    for stale in [0, 1, 3, u64::MAX] {
        match tx.replace(ada, stale, mine.clone()) {
            Err(ReplaceError::Conflict(conflict)) => {
                assert_eq!((conflict.expected, conflict.stored.version), (stale, 2));
                assert_eq!(conflict.yours, mine);
                assert_eq!(conflict.stored.record.department.as_deref(), Some("Theirs"));
                let error = Error::from(ReplaceError::Conflict(conflict));
                assert!(error.is_conflict());
                assert!(error.to_string().contains(&format!("expected version {stale}, found 2")), "{error}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(tx.replace(ada, 2, mine.clone()).unwrap(), 3);
    let stored = tx.get(ada).unwrap().unwrap();
    assert_eq!((stored.version, stored.record), (3, mine));
    match tx.replace(ada, 3, Contact::new().stage("nonsense")) {
        Err(ReplaceError::Other(error)) => assert!(error.is_invalid()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn upsert_goes_by_external_ids_and_unique_fields_only() {
    let region = Region::new("GB").unwrap();
    let db = options(&Watch::new(), &Counter::default()).default_region(region).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.define(Field::text("code").unique()).unwrap();
    tx.define(Field::decimal("account").unique()).unwrap();
    tx.define(Field::phone("hotline").unique()).unwrap();
    tx.define(Field::text("plain")).unwrap();
    let rename = |name: &'static str| move |contact: &mut Contact| contact.name = PersonName::new(name, "");
    for key in [
        By::external_id("shop", "17"),
        By::field("code", "Straße"),
        By::field("account", 5),
        By::field("hotline", "020 7946 0007"),
    ] {
        let first = tx.upsert(&key, rename("First")).unwrap();
        assert!(first.created);
        assert_eq!(tx.find::<Contact>(&key).unwrap(), [first.id]);
        let second = tx.upsert(&key, rename("Second")).unwrap();
        assert_eq!((second.id, second.created, second.version), (first.id, false, 2), "{key:?}");
        let third: Upserted<Id<Contact>> = tx.upsert(&key, rename("Second")).unwrap();
        assert_eq!(third.version, 2, "nothing differs");
    }
    assert_eq!(tx.len(Kind::CONTACT).unwrap(), 4);
    let again = tx.upsert(&By::field("code", "STRASSE"), rename("Third")).unwrap();
    assert!(!again.created);
    for key in
        [By::email("ada@example.com"), By::phone("+44 20 7946 0008"), By::field("plain", "x"), By::field("none", "x")]
    {
        let error = tx.upsert(&key, rename("x")).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotAKey { kind: Kind::CONTACT, .. }), "{error}");
    }
    // What the change breaks is refused, and nothing is made.
    let error = tx.upsert(&By::external_id("shop", "18"), |c: &mut Contact| c.stage = Some("x".into())).unwrap_err();
    assert!(error.is_invalid());
    assert!(tx.find::<Contact>(&By::external_id("shop", "18")).unwrap().is_empty());
    // A record without the key would be made anew by the next upsert.
    let error = tx.upsert(&By::external_id("shop", "19"), |c: &mut Contact| c.external_ids.clear()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotAKey { kind: Kind::CONTACT, .. }), "{error}");
    assert_eq!(tx.len(Kind::CONTACT).unwrap(), 4);
}

#[test]
fn insert_many_is_all_or_nothing() {
    for db in [memory(), tiny()] {
        let mut tx = db.write().unwrap();
        let ids = tx.insert_many((0..50).map(|at| person(&format!("P{at}")))).unwrap();
        assert_eq!(ids.len(), 50);
        tx.commit().unwrap();
        let mut tx = db.write().unwrap();
        let people = (0..50).map(|at| if at == 40 { person("x").stage("nonsense") } else { person("y") });
        let error = tx.insert_many(people).unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.violations().len(), 1);
        match error.kind() {
            ErrorKind::Bulk { index, .. } => assert_eq!(*index, 40),
            other => panic!("{other}"),
        }
        let later = tx.insert(&person("Ada")).unwrap_err();
        assert!(matches!(later.kind(), ErrorKind::Poisoned), "{later}");
        let commit = tx.commit().unwrap_err();
        assert!(matches!(commit.kind(), ErrorKind::Poisoned), "{commit}");
        assert_eq!(db.read().unwrap().len(Kind::CONTACT).unwrap(), 50);
        db.try_write().unwrap().commit().unwrap();
    }
}

#[test]
fn insert_each_reports_every_record_and_can_stop() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let people = || {
        (0..10)
            .map(|at| person("P").email(if at % 3 == 0 { "broken".to_owned() } else { format!("p{at}@example.com") }))
    };
    let mut outcomes = Vec::new();
    let inserted = tx
        .insert_each(people(), |outcome| {
            outcomes.push((outcome.index, outcome.result.map_err(|error| broken(&error)[0].0.clone()).err()));
            ControlFlow::Continue(())
        })
        .unwrap();
    let refused: Vec<u64> =
        outcomes.iter().filter(|(_, error)| error.as_deref() == Some("email")).map(|(at, _)| *at).collect();
    assert_eq!((inserted, outcomes.len(), refused), (6, 10, vec![0, 3, 6, 9]));
    let mut seen = 0;
    let stop = |outcome: contactdb::Outcome<Id<Contact>>| {
        seen += 1;
        if outcome.index == 4 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    assert_eq!(tx.insert_each(people(), stop).unwrap(), 3);
    assert_eq!(seen, 5);
    tx.commit().unwrap();
    assert_eq!(db.read().unwrap().len(Kind::CONTACT).unwrap(), 9);
}

#[test]
fn tags_ignore_case_nest_and_change_no_version() {
    let watch = Watch::new();
    let db = options(&watch, &Counter::default()).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&person("Ada").tag("Customers / Gold").tag("customers/gold").tag("ВАЖНО")).unwrap();
    watch.step(60);
    assert!(!tx.tag(ada, "CUSTOMERS/GOLD").unwrap());
    assert!(!tx.tag(ada, "важно").unwrap());
    assert!(tx.tag(ada, "customers").unwrap(), "the level above is a tag of its own");
    assert!(tx.tag(ada, "Ｖip").unwrap());
    assert!(!tx.tag(ada, "VIP").unwrap(), "width is no difference either");
    let names = |read: &dyn Fn() -> BTreeSet<Tag>| read().iter().map(|tag| tag.as_str().to_owned()).collect::<Vec<_>>();
    let stored = tx.get(ada).unwrap().unwrap();
    assert_eq!(names(&|| stored.record.tags.clone()), ["Customers", "Customers/Gold", "ВАЖНО", "Ｖip"]);
    assert_eq!((stored.version, stored.updated), (1, stored.created));
    assert!(tx.untag(ada, "customers/GOLD").unwrap());
    assert!(!tx.untag(ada, "customers/gold").unwrap());
    assert!(!tx.untag(ada, "never used").unwrap());
    let version = tx
        .update(ada, |ada: &mut Contact| {
            ada.tags.clear();
            ada.tags.insert(Tag::new("vip").unwrap());
        })
        .unwrap();
    assert_eq!(version, 1);
    tx.commit().unwrap();
    let snapshot = db.read().unwrap();
    assert_eq!(names(&|| snapshot.get(ada).unwrap().unwrap().record.tags), ["Ｖip"]);
    assert_eq!(snapshot.catalogue().tags().count(), 4);
    // Kinds share the tags, but not each other's.
    let mut tx = db.write().unwrap();
    let acme = tx.insert(&Company::new("Acme").tag("VIP")).unwrap();
    assert_eq!(tx.catalogue().tags().count(), 4);
    tx.delete(ada, OnReferences::Refuse).unwrap();
    assert_eq!(tx.get(acme).unwrap().unwrap().record.tags.len(), 1);
}

#[test]
fn who_wrote_what_and_when_is_noted() {
    let watch = Watch::new();
    let db = options(&watch, &Counter::default()).in_memory().unwrap();
    let first = contactdb::Clock::now(&watch);
    let mut tx = db.write().unwrap().acting_as("grace");
    let ada = tx.insert(&person("Ada")).unwrap();
    tx.commit().unwrap();
    let second = watch.step(60);
    let mut tx = db.write().unwrap().acting_as("hedy");
    assert_eq!(tx.update(ada, |ada: &mut Contact| ada.department = Some("Engines".into())).unwrap(), 2);
    watch.step(60);
    assert_eq!(tx.update(ada, |ada: &mut Contact| ada.department = Some("Engines".into())).unwrap(), 2);
    tx.commit().unwrap();
    let stored = db.read().unwrap().get(ada).unwrap().unwrap();
    assert_eq!((stored.created, stored.created_by.as_deref()), (first, Some("grace")));
    assert_eq!((stored.updated, stored.updated_by.as_deref()), (second, Some("hedy")));
    let third = watch.step(60);
    let mut tx = db.write().unwrap();
    assert_eq!(tx.replace(ada, 2, person("Ada")).unwrap(), 3);
    // Losing a reference is a change too.
    let boss = tx.insert(&person("Boss")).unwrap();
    tx.update(ada, |ada: &mut Contact| ada.reports_to = Some(boss)).unwrap();
    let fourth = watch.step(60);
    let mut tx = tx.acting_as("sweeper");
    tx.delete(boss, OnReferences::Detach).unwrap();
    let stored = tx.get(ada).unwrap().unwrap();
    assert_eq!((stored.version, stored.updated, stored.updated_by.as_deref()), (5, fourth, Some("sweeper")));
    assert_eq!((stored.created, stored.created_by.as_deref()), (first, Some("grace")));
    assert!(third < fourth && third - second == Duration::minutes(2));
}

#[test]
fn national_phone_numbers_take_the_default_region_and_are_found() {
    let region = Region::new("GB").unwrap();
    let db = options(&Watch::new(), &Counter::default()).default_region(region).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&person("Ada").phone("020 7946 0009").phone("+44 20 7946 0010")).unwrap();
    let stored = tx.get(ada).unwrap().unwrap().record;
    let regions: Vec<_> = stored.phones.iter().map(|phone| phone.value.region()).collect();
    assert_eq!(regions, [Some(region), None]);
    for number in ["020 7946 0009", "(020) 7946-0009", "02079460009", "+44 20 79460010"] {
        assert_eq!(tx.find::<Contact>(&By::phone(number)).unwrap(), [ada], "{number}");
    }
    assert!(tx.find::<Contact>(&By::phone("020 7946 000")).unwrap().is_empty());
    assert!(tx.find::<Contact>(&By::phone("nonsense")).unwrap().is_empty());
}

#[test]
fn a_default_region_that_came_later_changes_no_record_that_nobody_touched() {
    let (_folder, path) = file();
    let db = options(&Watch::new(), &Counter::default()).create(&path).unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&person("Ada").phone("020 7946 0011")).unwrap();
    tx.commit().unwrap();
    db.close().unwrap();
    let db = Options::new().default_region(Region::new("DE").unwrap()).open(&path).unwrap();
    let mut tx = db.write().unwrap();
    assert_eq!(tx.update(ada, |_| {}).unwrap(), 1);
    tx.update(ada, |ada: &mut Contact| ada.department = Some("Engines".into())).unwrap();
    assert_eq!(tx.get(ada).unwrap().unwrap().record.phones[0].value.region(), None);
    assert_eq!(tx.find::<Contact>(&By::phone("020 7946 0011")).unwrap(), [ada]);
}

#[test]
fn an_id_that_was_used_before_is_never_used_again() {
    #[derive(Debug)]
    struct Stuck;
    impl contactdb::IdSource for Stuck {
        fn next(&self, _: time::OffsetDateTime) -> uuid::Uuid {
            uuid::Uuid::from_u128(7)
        }
    }
    let db = Options::new().ids(Stuck).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&person("Ada")).unwrap();
    // A source that repeats itself must not put one record in the place of another.
    assert!(tx.insert(&person("Joe")).is_err());
    assert!(tx.insert(&Company::new("Acme")).is_err());
    assert_eq!(tx.get(ada).unwrap().unwrap().record.name.display(), "Ada Example");
    assert_eq!(tx.len(Kind::CONTACT).unwrap(), 1);
}

#[test]
fn keys_of_each_kind_find_their_records_in_the_order_of_insertion() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let family: Vec<Id<Contact>> = ["Ada", "Joe", "Eve"]
        .iter()
        .map(|name| tx.insert(&person(name).email("family@example.com").phone("555-0100")).unwrap())
        .collect();
    let acme = tx.insert(&Company::new("Acme").email("FAMILY@example.com").external_id("shop", "1")).unwrap();
    let call = tx.insert(&Interaction::call(family[0]).external_id("shop", "1")).unwrap();
    assert_eq!(tx.find::<Contact>(&By::email("Family@Example.com")).unwrap(), family);
    assert_eq!(tx.find::<Contact>(&By::phone("5550100")).unwrap(), family);
    assert_eq!(tx.find::<Company>(&By::email("family@example.com")).unwrap(), [acme]);
    assert_eq!(tx.find::<Company>(&By::external_id("shop", "1")).unwrap(), [acme]);
    assert_eq!(tx.find::<Interaction>(&By::external_id("shop", "1")).unwrap(), [call]);
    assert!(tx.find::<Contact>(&By::external_id("shop", "1")).unwrap().is_empty());
    assert!(tx.find::<Company>(&By::external_id("Shop", "1")).unwrap().is_empty(), "exact");
    let error = tx.find::<Interaction>(&By::email("x@example.com")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotAKey { .. }), "{error}");
}

#[test]
fn a_transaction_sees_past_what_it_deleted_from_a_long_list() {
    for db in [memory(), tiny()] {
        let mut tx = db.write().unwrap();
        let people = tx.insert_many((0..700).map(|_| person("P").email("all@example.com"))).unwrap();
        tx.commit().unwrap();
        // More go than one batch of a scan holds, all at the front, then every other one.
        let mut tx = db.write().unwrap();
        let mut left = people.clone();
        for id in left.drain(..300) {
            tx.delete(id, OnReferences::Refuse).unwrap();
        }
        assert_eq!(tx.find::<Contact>(&By::email("all@example.com")).unwrap(), left);
        for id in left.clone().into_iter().step_by(2) {
            tx.update(id, |contact: &mut Contact| contact.emails.clear()).unwrap();
            left.retain(|other| *other != id);
        }
        left.push(tx.insert(&person("Last").email("all@example.com")).unwrap());
        assert_eq!(tx.find::<Contact>(&By::email("all@example.com")).unwrap(), left);
        tx.commit().unwrap();
        assert_eq!(db.read().unwrap().find::<Contact>(&By::email("all@example.com")).unwrap(), left);
    }
}
