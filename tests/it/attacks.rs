//! What an attacker found, each mended.

use std::panic::{AssertUnwindSafe, catch_unwind};

use contactdb::{
    Address, AnyRecord, By, Contact, CustomKind, Database, Deal, ErrorKind, Field, FixedClock, FixedZone, Kind,
    Labelled, Moment, Options, PersonName, Pipeline, Read, Segment, Task, Value, presets::Preset,
};
use time::{Date, OffsetDateTime, PrimitiveDateTime, UtcOffset};

#[test]
fn a_list_for_a_part_that_has_one_value_is_refused() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    let id = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    let list = || Value::from(vec![Value::from("x"), Value::from("y")]);
    for key in ["given_name", "name_prefix", "nickname"] {
        assert!(tx.insert(&Contact::new().set_value(key, list())).unwrap_err().is_invalid(), "{key}");
        assert!(
            tx.update(id, |ada: &mut Contact| ada.fields.set_value(key, list())).unwrap_err().is_invalid(),
            "{key}"
        );
    }
    assert_eq!(tx.get(id)?.unwrap().version, 1);
    Ok(())
}

#[test]
fn structured_values_without_parts_are_none() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    let id = tx.insert(&Contact::named("Ada", "Lovelace").set_value("name", Value::from(Address::default())))?;
    assert_eq!(tx.get(id)?.unwrap().record.name.display(), "");
    assert_eq!(tx.update(id, |_: &mut Contact| ())?, 1);
    Ok(())
}

#[test]
fn a_structured_value_of_another_type_is_refused() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    let address = Address::new("1 Example Street", "Springfield");
    let error = tx.insert(&Contact::new().set_value("name", Value::from(address.clone()))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the contact can't be written: name: expected a value of the type PersonName, not Address"
    );
    let label = Labelled::new(PersonName::new("Ada", "Lovelace"));
    assert!(tx.insert(&Contact::new().set_value("address", Value::from(label))).unwrap_err().is_invalid());
    let id = tx.insert(&Contact::new().set_value("address", Value::from(Labelled::new(address.clone()))))?;
    assert_eq!(tx.get(id)?.unwrap().record.addresses, [Labelled::new(address)]);
    Ok(())
}

#[test]
fn lists_without_end_are_refused_without_recursion() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let nested = || (0..4_000).fold(Value::from("deep"), |inner, _| Value::from(vec![inner]));
    for key in ["job_title", "email", "unknown", "interest"] {
        let refused = db.write()?.insert(&Contact::new().set_value(key, nested())).unwrap_err();
        assert!(refused.is_invalid(), "{key}: {refused}");
    }
    let mut tx = db.write()?;
    tx.define(Field::integer("number").unique())?;
    let is_deep = |refused: Result<(), contactdb::Error>, of: &str| {
        let text = refused.unwrap_err().to_string();
        assert!(text.contains(&format!("{of}: expected a value, not lists within lists")), "{text}");
    };
    is_deep(tx.edit_field(Kind::CONTACT, "number")?.default(Some(nested())).map(drop), "default");
    is_deep(tx.edit_field(Kind::CONTACT, "number")?.bounds(Some(nested()), None).map(drop), "min");
    is_deep(tx.define(Field::integer("other").max(nested())).map(drop), "max");
    let preset = Preset::new("deep", "Deep").field("contact", Field::integer("other").max(nested()));
    is_deep(tx.apply_preset(&preset).map(drop), "max");
    assert!(tx.find::<Contact>(&By::field("number", nested()))?.is_empty());
    assert!(tx.upsert_any(Kind::CONTACT, &By::field("number", nested()), |_| {}).is_err());
    Ok(())
}

#[test]
fn clocks_and_zones_at_the_ends_of_the_calendar_do_no_harm() -> contactdb::Result<()> {
    let hours = |hours| UtcOffset::from_hms(hours, 0, 0).unwrap();
    for (now, offset) in [
        (PrimitiveDateTime::MAX.assume_offset(hours(-1)), hours(1)),
        (PrimitiveDateTime::MIN.assume_offset(hours(1)), hours(-1)),
        (PrimitiveDateTime::MAX.assume_utc(), hours(23)),
        (PrimitiveDateTime::MIN.assume_utc(), hours(-23)),
    ] {
        let db = Options::new().clock(FixedClock(now)).zone(FixedZone(offset)).in_memory()?;
        let mut tx = db.write()?;
        let day = tx.define(Field::date("day"))?;
        let id = tx.insert(&Contact::named("Ada", "Lovelace").set(day, Date::MAX))?;
        tx.commit()?;
        let snapshot = db.read()?;
        assert!(snapshot.get(id)?.is_some());
        for text in ["day = today", "created in last 3 days", "created < 9999-12-31", "day in next 2 months", "age > 3"]
        {
            snapshot.count(&snapshot.segment(text)?)?;
        }
        let moment = Moment::at(now).in_zone(FixedZone(offset));
        assert!(moment.start_of(Date::MIN) <= moment.start_of(moment.today()));
    }
    Ok(())
}

#[test]
fn a_panic_in_the_middle_of_a_bulk_change_forbids_the_commit() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    tx.insert_many((0..10).map(|at| Contact::named(at.to_string(), "Example")))?;
    tx.commit()?;
    let mut tx = db.write()?;
    let mut seen = 0;
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        tx.update_many(&Segment::<Contact>::all(), |contact: &mut Contact| {
            seen += 1;
            assert!(seen < 5, "the caller's own mistake");
            contact.owner = Some("anna".into());
        })
    }));
    assert!(panicked.is_err());
    assert!(matches!(tx.commit().unwrap_err().kind(), ErrorKind::Poisoned));
    let snapshot = db.read()?;
    assert_eq!(snapshot.count(&snapshot.segment("owner is set")?)?, 0);
    Ok(())
}

#[test]
fn an_upsert_that_takes_its_key_away_is_refused() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    let key = By::external_id("webshop", "1");
    let error = tx.upsert(&key, |contact: &mut Contact| contact.external_ids.clear()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotAKey { .. }), "{error}");
    assert_eq!(tx.len(contactdb::Kind::CONTACT)?, 0);
    Ok(())
}

#[test]
fn who_acts_is_bounded_like_any_text() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?.acting_as("x".repeat(16 * 1024 + 1));
    assert!(tx.insert(&Contact::named("Ada", "Lovelace")).unwrap_err().is_invalid());
    drop(tx);
    let mut tx = db.write()?.acting_as("");
    let id = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    assert_eq!(tx.get(id)?.unwrap().created_by, None);
    Ok(())
}

#[test]
fn an_error_of_very_many_violations_is_still_short() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let mut contact = Contact::new();
    for at in 0..9_000 {
        contact.relations.push(format!("nothing-{at}").into());
    }
    let error = db.write()?.insert(&contact).unwrap_err();
    assert_eq!(error.violations().len(), 9_000);
    assert!(error.to_string().len() < 10_000);
    Ok(())
}

#[test]
fn a_snapshot_outlives_its_database_and_keeps_the_file_open() -> contactdb::Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crm.contacts");
    let db = Database::create(&path)?;
    let mut tx = db.write()?;
    let id = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    tx.commit()?;
    let snapshot = db.read()?;
    assert!(matches!(db.close().unwrap_err().kind(), ErrorKind::StillOpen));
    assert!(snapshot.get(id)?.is_some());
    assert!(Database::open(&path).is_err());
    drop(snapshot);
    Database::open(&path)?.close()
}

/// Random bits of a file are flipped. Whatever opens then either reads as before, or says that something
/// is wrong; with `verify_on_open` nothing that was changed is ever read as if it were good.
#[test]
fn flipped_bits_are_found_when_the_file_is_verified() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crm.contacts");
    let db = Options::new().clock(FixedClock(OffsetDateTime::UNIX_EPOCH)).create(&path).unwrap();
    let mut tx = db.write().unwrap();
    let people =
        (0..40).map(|at| Contact::named(at.to_string(), "Example").email(format!("p{at}@acme.example")).tag("x"));
    tx.insert_many(people).unwrap();
    let pet = tx.define_kind(CustomKind::new("pet", "pets")).unwrap();
    tx.insert(&AnyRecord::new(pet).set_value("name", "Rex")).unwrap();
    tx.define_pipeline(Kind::DEAL, Pipeline::new("gifts", "Gifts").stage("asked", "Asked", 40).won("given", "Given"))
        .unwrap();
    for at in 0..20 {
        tx.insert(&Task::new("x").due(OffsetDateTime::UNIX_EPOCH + time::Duration::days(at))).unwrap();
        tx.insert(&Deal::new("x").pipeline("gifts")).unwrap();
    }
    tx.commit().unwrap();
    db.close().unwrap();
    let good = std::fs::read(&path).unwrap();
    let dump = |options: Options| -> contactdb::Result<Vec<String>> {
        let snapshot = options.open(&path)?.read()?;
        let all = Segment::<Contact>::all();
        let mut seen: Vec<String> = snapshot
            .select(&all)
            .records()?
            .map(|found| Ok(format!("{:?}", found?)))
            .collect::<contactdb::Result<_>>()?;
        for at in 0..40 {
            seen.push(format!("{:?}", snapshot.find::<Contact>(&By::email(&format!("p{at}@acme.example")))?));
        }
        for due in snapshot.due(OffsetDateTime::UNIX_EPOCH + time::Duration::days(99)) {
            seen.push(format!("{:?}", due?));
        }
        seen.push(format!("{:?}", snapshot.next_due(OffsetDateTime::UNIX_EPOCH)?));
        seen.push(format!("{:?}", snapshot.catalogue().pipelines(Kind::DEAL).collect::<Vec<_>>()));
        for text in ["pets where name is set", "deals where status = open and probability = 40"] {
            seen.push(format!("{:?}", snapshot.select(&snapshot.any_segment(text)?).ids()?));
        }
        Ok(seen)
    };
    let expected = dump(Options::new()).unwrap();
    let mut random = fastrand::Rng::with_seed(11);
    let (mut found, mut harmless) = (0, 0);
    for _ in 0..150 {
        let mut bad = good.clone();
        let at = random.usize(..bad.len());
        bad[at] ^= 1 << random.u8(..8);
        std::fs::write(&path, &bad).unwrap();
        match catch_unwind(AssertUnwindSafe(|| dump(Options::new().verify_on_open(true)))).expect("no panic escapes") {
            Ok(seen) => {
                assert_eq!(seen, expected, "bit flipped at {at}");
                harmless += 1;
            }
            Err(error) => {
                assert!(!error.to_string().is_empty());
                found += 1;
            }
        }
    }
    assert!(found > 0 && harmless > 0, "found {found}, harmless {harmless}");
}

#[test]
fn what_is_worked_out_takes_no_options() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    let refused = tx.edit_field(Kind::DEAL, "status").unwrap_err().to_string();
    assert_eq!(refused, "\"status\" can't be defined so: this is worked out by the database and can't be changed");
    let preset = Preset::new("own", "Own").option("deal", "status", "paused", "Paused");
    assert!(tx.apply_preset(&preset).unwrap_err().to_string().contains("there is no field \"status\""));
    assert!(tx.catalogue().attribute(Kind::DEAL, "status").expect("worked out").option("paused").is_none());
    Ok(())
}
