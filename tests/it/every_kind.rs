//! Records of every kind, built-in and defined by a business, typed and known by their attributes alone.

use std::collections::BTreeSet;

use contactdb::{
    AnyRecord, Company, Contact, CustomKind, Database, Deal, DefinitionProblem, ErrorKind, ExternalId, Field, Id,
    Interaction, Kind, Limits, OnReferences, Options, Origin, Read, Record, RecordId, ReplaceError, Value,
};

use crate::common::{Counter, Watch, broken, date, file, memory, options};
use crate::full::{each, insert_all};
use crate::round_trip::{define_every, set_every_field};

/// A record that leaves a property out would prove nothing about it.
fn assert_every_property_is_set<T: Record>(read: &impl Read, record: &T) {
    let kind = read.catalogue().kind(T::KIND).unwrap();
    let own = kind.attributes().filter(|attribute| attribute.origin == Origin::BuiltIn && attribute.is_settable());
    let missing: Vec<&str> = own.map(|attribute| &*attribute.key).filter(|key| record.value(key).is_none()).collect();
    assert_eq!(missing, [""; 0], "{} without", T::KIND);
}

#[test]
fn records_of_each_kind_with_every_property_come_back_equal_after_reopening_too() {
    let (_folder, path) = file();
    let db = options(&Watch::new(), &Counter::default()).create(&path).unwrap();
    let mut tx = db.write().unwrap();
    let full = insert_all(&mut tx);
    let mut covered = BTreeSet::new();
    each!(full, id record => {
        covered.insert(RecordId::from(*id).kind);
        assert_every_property_is_set(&tx, &tx.get(*id).unwrap().unwrap().record);
        assert_eq!(tx.get(*id).unwrap().unwrap().record, *record);
    });
    let kinds: BTreeSet<Kind> = tx.catalogue().kinds().map(|entry| entry.kind).collect();
    assert_eq!(covered, kinds, "a kind without a full record");
    tx.commit().unwrap();
    each!(full, id record => assert_eq!(db.read().unwrap().get(*id).unwrap().unwrap().record, *record));
    db.close().unwrap();
    let db = Database::open(&path).unwrap();
    each!(full, id record => assert_eq!(db.read().unwrap().get(*id).unwrap().unwrap().record, *record));
    // Written back as it was read, nothing differs, so nothing is written.
    let mut tx = db.write().unwrap();
    each!(full, id record => {
        assert_eq!(tx.update(*id, |_| {}).unwrap(), 1);
        assert_eq!(tx.replace(*id, 1, record.clone()).unwrap(), 1);
        assert_eq!(tx.update(RecordId::from(*id), |_| {}).unwrap(), 1);
    });
}

/// A database that makes the same ids as every other of these.
fn twin(path: Option<&std::path::Path>) -> Database {
    let options = options(&Watch::new(), &Counter::default());
    match path {
        Some(path) => options.create(path).unwrap(),
        None => options.in_memory().unwrap(),
    }
}

#[test]
fn a_record_of_each_kind_written_by_its_attributes_is_the_typed_one() {
    let (_folder, path) = file();
    let (from, to) = (twin(None), twin(Some(&path)));
    let mut tx = from.write().unwrap();
    let every: Vec<_> = [Kind::CONTACT, Kind::DEAL].map(|kind| define_every(&mut tx, kind)).into();
    let full = insert_all(&mut tx);
    let (ada, acme) = (full.contact.0, full.company.0);
    tx.update(ada, |own| set_every_field(&mut own.fields, &every[0], ada, acme)).unwrap();
    tx.update(full.deal.0, |own| set_every_field(&mut own.fields, &every[1], ada, acme)).unwrap();
    let mut copy = to.write().unwrap();
    for kind in [Kind::CONTACT, Kind::DEAL] {
        define_every(&mut copy, kind);
    }
    for id in &full.order {
        let mut record = tx.get(*id).unwrap().unwrap().record;
        assert_eq!(record.kind(), id.kind);
        // The one record that refers to itself.
        let friends = record.fields.value("friends").cloned();
        for key in ["friends", "anything"] {
            record.fields.clear_value(key);
        }
        let made = copy.insert(&record).unwrap();
        assert_eq!(made, *id);
        if let Some(friends) = friends {
            copy.update(made, |own| {
                own.fields.set_value("friends", friends);
                own.fields.set_value("anything", RecordId::from(ada));
            })
            .unwrap();
        }
    }
    copy.commit().unwrap();
    to.close().unwrap();
    let to = Database::open(&path).unwrap();
    let read = to.read().unwrap();
    each!(full, id _record => {
        let (typed, copied) = (tx.get(*id).unwrap().unwrap(), read.get(*id).unwrap().unwrap());
        assert_eq!(copied.record, typed.record);
        // What is asked by key is the same in both forms.
        let any = read.get(RecordId::from(*id)).unwrap().unwrap();
        assert_eq!((any.version, any.created, any.record.tags.clone()), (copied.version, copied.created, copied.record.tags.clone()));
        let kind = read.catalogue().kind(RecordId::from(*id).kind).unwrap();
        for attribute in kind.attributes().filter(|attribute| attribute.is_settable()) {
            assert_eq!(any.record.value(&attribute.key), copied.record.value(&attribute.key), "{}", attribute.key);
        }
    });
}

#[test]
fn a_record_made_of_keys_and_values_is_checked_as_a_typed_one_is() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Example")).unwrap();
    let deal = AnyRecord::new(Kind::DEAL)
        .set_value("name", "Roof")
        .set_value("stage", "proposal")
        .set_value("expected_close", date(2027, 1, 31))
        .set_value("contact", vec![Value::from(contactdb::DealContact::new(ada).role("buyer"))])
        .tag("big");
    let id: Id<Deal> = tx.insert(&deal).unwrap().typed().unwrap();
    let typed = tx.get(id).unwrap().unwrap().record;
    assert_eq!((typed.stage, typed.probability, typed.contacts[0].who), (Some("proposal".into()), Some(50), ada));
    assert_eq!(typed.stage_history.len(), 1);
    assert_eq!(tx.update(RecordId::from(id), |deal| deal.fields.set_value("stage", "won")).unwrap(), 2);
    let typed = tx.get(id).unwrap().unwrap().record;
    assert_eq!((typed.probability, typed.closed.is_some(), typed.stage_history.len()), (Some(100), true, 2));
    let bad = AnyRecord::new(Kind::DEAL)
        .set_value("stage", "viewing")
        .set_value("pobability", 1)
        .set_value("probability", 101);
    let rules: Vec<String> = broken(&tx.insert(&bad).unwrap_err()).into_iter().map(|(key, _)| key).collect();
    for key in ["name", "stage", "pobability", "probability"] {
        assert!(rules.iter().any(|found| found == key), "{key}: {rules:?}");
    }
    // Of the wrong kind, an id names nothing.
    assert!(tx.get(RecordId { kind: Kind::TICKET, ..RecordId::from(id) }).unwrap().is_none());
    let conflict = tx.replace(RecordId::from(id), 1, AnyRecord::new(Kind::DEAL).set_value("name", "x"));
    assert!(matches!(conflict, Err(ReplaceError::Conflict(conflict)) if conflict.stored.version == 2));
    // A record of another kind takes no record's place.
    let other = tx.replace(RecordId::from(id), 2, AnyRecord::new(Kind::TICKET).set_value("subject", "x"));
    assert!(matches!(other, Err(ReplaceError::Other(error)) if error.is_invalid()), "a ticket in the place of a deal");
    let other = tx.update(RecordId::from(id), |deal| *deal = AnyRecord::new(Kind::TICKET).set_value("subject", "x"));
    assert_eq!(
        other.unwrap_err().violations()[0].to_string(),
        "kind: expected a record of the kind deal (found \"ticket\")"
    );
    assert_eq!(tx.get(id).unwrap().unwrap().version, 2);
}

#[test]
fn a_kind_of_a_business_has_fields_of_every_type_that_come_back_after_reopening_too() {
    let (_folder, path) = file();
    let db = options(&Watch::new(), &Counter::default()).create(&path).unwrap();
    let mut tx = db.write().unwrap();
    let pet = tx.define_kind(CustomKind::new("pet", "pets").label("Pet").help("An animal")).unwrap();
    let farm = tx.define_kind(CustomKind::new("farm", "farms")).unwrap();
    let every = define_every(&mut tx, pet);
    let keeper = tx.define(Field::<Id<Contact>>::reference_to("keeper").on(pet).about()).unwrap();
    let home = tx.define(Field::reference("home").to([farm]).on(pet)).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Example")).unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let yard = tx.insert(&AnyRecord::new(farm).set_value("name", "Yard")).unwrap();
    let ids = vec![Value::from(ExternalId::new("register", "7")), Value::from(ExternalId::new("register", "8"))];
    let mut rex = AnyRecord::new(pet)
        .set_value("name", "Рекс")
        .set_value("owner", "grace")
        .set_value("notes", "n".repeat(1_000))
        .set_value("external_id", ids)
        .set(keeper, ada)
        .set(home, yard)
        .tag("good/boy");
    set_every_field(&mut rex.fields, &every, ada, acme);
    let id = tx.insert(&rex).unwrap();
    tx.commit().unwrap();
    db.close().unwrap();
    let db = Database::open(&path).unwrap();
    let read = db.read().unwrap();
    let stored = read.get(id).unwrap().unwrap();
    assert_eq!((stored.version, stored.record.fields.len()), (1, 31));
    assert_eq!(stored.record, rex);
    assert_eq!(stored.record.get(every.integer), Some(i64::MIN));
    let entry = read.catalogue().kind(pet).unwrap();
    assert_eq!((&*entry.label, entry.help.as_deref(), entry.archived), ("Pet", Some("An animal"), false));
    for text in [
        "pets where name contains рекс and tag \"good/boy\" and keeper.family_name = Example",
        "pets where home.name = yard and a_boolean = false",
        "pets where external_id = \"8\" and notes is set",
    ] {
        assert_eq!(read.select(&read.any_segment(text).unwrap()).ids().unwrap(), [id], "{text}");
    }
    assert_eq!(read.find_any(pet, &contactdb::By::external_id("register", "8")).unwrap(), [id]);
    // A reference to another kind than the field is for.
    let mut tx = db.write().unwrap();
    let error = tx.update(id, |rex| rex.fields.set_value("home", Value::Reference(ada.into()))).unwrap_err();
    assert!(error.is_invalid(), "{error}");
    assert_eq!(tx.delete(ada, OnReferences::Cascade).unwrap().deleted, 2);
    assert!(!tx.contains(id).unwrap() && tx.contains(yard).unwrap());
}

#[test]
fn kinds_that_are_not_there_take_and_give_nothing() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let pet = tx.define_kind(CustomKind::new("pet", "pets")).unwrap();
    let field = tx.define(Field::text("breed").on(pet)).unwrap();
    let rex = tx.insert(&AnyRecord::new(pet).set_value("name", "Rex").set(field, "Collie")).unwrap();
    drop(tx);
    // Kind, field and record went with the transaction.
    let mut tx = db.write().unwrap();
    assert!(tx.catalogue().kind(pet).is_none() && tx.any_segment("pets").is_err());
    assert!(tx.get(rex).unwrap().is_none() && !tx.contains(rex).unwrap());
    assert_eq!(tx.len(pet).unwrap(), 0);
    let error = tx.insert(&AnyRecord::new(pet)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NoSuchKind { kind, archived: None } if *kind == pet), "{error}");
    assert!(tx.update(rex, |_| {}).unwrap_err().is_not_found());
    assert!(tx.delete(rex, OnReferences::Cascade).unwrap_err().is_not_found());
    assert!(matches!(tx.edit_kind(pet).unwrap_err().kind(), ErrorKind::Definition { .. }));
    assert!(matches!(tx.edit_kind(Kind::DEAL).unwrap_err().kind(), ErrorKind::Definition { .. }));
    assert!(matches!(tx.define(Field::text("breed").on(pet)).unwrap_err().kind(), ErrorKind::Definition { .. }));
    let ada = tx.insert(&Contact::named("Ada", "Example")).unwrap();
    let error = tx.update(ada, |ada| ada.affiliations.clear()).and(tx.insert(&Interaction::call(rex)));
    assert!(error.unwrap_err().is_invalid());
    assert!(
        matches!(tx.find_any(pet, &contactdb::By::external_id("a", "b")), Ok(found) if found.is_empty())
            || tx.find_any(pet, &contactdb::By::external_id("a", "b")).is_err()
    );
    // The number is free again.
    assert_eq!(tx.define_kind(CustomKind::new("plant", "plants")).unwrap(), pet);
}

#[test]
fn an_archived_kind_keeps_its_records_and_takes_no_other() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let pet = tx.define_kind(CustomKind::new("pet", "pets")).unwrap();
    let rex = tx.insert(&AnyRecord::new(pet).set_value("name", "Rex")).unwrap();
    let segment = tx.any_segment("pets where name = rex").unwrap();
    tx.edit_kind(pet).unwrap().archive().unwrap();
    let error = tx.insert(&AnyRecord::new(pet).set_value("name", "Tom")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NoSuchKind { archived: Some(_), .. }), "{error}");
    assert_eq!(tx.update(rex, |rex| rex.fields.set_value("name", "Rexie")).unwrap(), 2);
    assert!(tx.tag(rex, "old").unwrap());
    assert_eq!(tx.count(tx.any_segment("pets where tag old").unwrap()).unwrap(), 1);
    assert_eq!(tx.count(&segment).unwrap(), 0);
    tx.edit_kind(pet).unwrap().restore().unwrap().rename("animal", "animals").unwrap().help(Some("Any")).unwrap();
    tx.insert(&AnyRecord::new(pet).set_value("name", "rex")).unwrap();
    tx.commit().unwrap();
    let read = db.read().unwrap();
    // A segment that was read before the kind was renamed goes on to mean it.
    assert_eq!(read.count(&segment).unwrap(), 1);
    assert!(read.any_segment("pets where name = rex").is_err());
    assert_eq!(read.count(read.any_segment("animals where name is set").unwrap()).unwrap(), 2);
    assert_eq!(segment.to_text(read.catalogue()), "animals where name = \"rex\"");
    let mut tx = db.write().unwrap();
    assert_eq!(tx.ensure_kind(CustomKind::new("animal", "ignored")).unwrap(), pet);
    assert!(tx.catalogue().kind_named("ignored").is_none());
    assert_eq!(tx.delete(rex, OnReferences::Refuse).unwrap().deleted, 1);
}

#[test]
fn names_of_kinds_are_keys_that_nothing_else_has() {
    let limits = Limits { kinds: 2, ..Limits::default() };
    let db = Options::new().limits(limits).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let problems = |tx: &mut contactdb::Transaction<'_>, singular: &str, plural: &str| match tx
        .define_kind(CustomKind::new(singular, plural))
        .map_err(contactdb::Error::into_kind)
    {
        Ok(kind) => panic!("{singular} {plural} became {kind}"),
        Err(ErrorKind::Definition { problems, .. }) => problems,
        Err(other) => panic!("{other}"),
    };
    for (singular, plural) in [
        ("contact", "people"),
        ("person", "Contacts"),
        ("", "pets"),
        ("pet", ""),
        ("my pet", "my pets"),
        ("1pet", "pets"),
        ("deal", "deals2"),
        ("x\0y", "pets"),
    ] {
        assert!(!problems(&mut tx, singular, plural).is_empty());
    }
    tx.define_kind(CustomKind::new("sheep", "sheep")).unwrap();
    assert!(
        problems(&mut tx, "SHEEP", "flock").iter().any(|found| matches!(found, DefinitionProblem::KeyTaken { .. }))
    );
    let second = tx.define_kind(CustomKind::new("goat", "goats")).unwrap();
    assert!(
        problems(&mut tx, "cow", "cows").iter().any(|found| matches!(found, DefinitionProblem::TooMany { max: 2 }))
    );
    // What is refused changes nothing.
    assert!(tx.edit_kind(second).unwrap().rename("sheep", "goats").is_err());
    assert!(tx.edit_kind(second).unwrap().rename("goat", "kids").unwrap().label(" ").is_err());
    let entry = tx.catalogue().kind(second).unwrap();
    assert_eq!((&*entry.singular, &*entry.plural, &*entry.label), ("goat", "kids", "goat"));
}

#[test]
fn whatever_a_kind_is_called_segments_over_it_can_be_written() {
    let words = "and or not all any every no none has tag tags where in is set may for order by limit between of today true \
                 last next with contains field count sum latest id name contact_x Ärger 宠物";
    for word in words.split_whitespace() {
        let db = memory();
        let mut tx = db.write().unwrap();
        for names in [("thing".to_owned(), word.to_owned()), (word.to_owned(), "things".to_owned())] {
            let Ok(kind) = tx.define_kind(CustomKind::new(&*names.0, &*names.1)) else { continue };
            let id = tx.insert(&AnyRecord::new(kind).set_value("name", "Rex")).unwrap();
            let text = format!("`{}` where name = Rex", names.1);
            let segment = tx.any_segment(&*text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((segment.kind(), tx.select(&segment).ids().unwrap()), (kind, vec![id]), "{text}");
            let shown = segment.to_text(tx.catalogue());
            assert_eq!(tx.any_segment(&*shown).unwrap(), segment, "{shown}");
            let link = tx.define(Field::reference("thing_link").to([kind])).unwrap();
            tx.insert(&Contact::named("Ada", "Example").set(link, id)).unwrap();
            for text in ["thing_link.name = Rex", "any thing_link where name = Rex"] {
                if let Ok(segment) = tx.segment(text) {
                    assert_eq!(tx.count(&segment).unwrap(), 1, "{word}: {text}");
                }
            }
            assert_eq!(tx.count(tx.segment("thing_link.name = Rex").unwrap()).unwrap(), 1, "{word}");
            drop(tx);
            tx = db.write().unwrap();
        }
    }
}

#[test]
fn many_records_of_a_kind_of_a_business_are_changed_at_once() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let pet = tx.define_kind(CustomKind::new("pet", "pets")).unwrap();
    let weight = tx.define(Field::integer("weight").on(pet)).unwrap();
    let pets = (0..10).map(|at| AnyRecord::new(pet).set_value("name", format!("P{at}")).set(weight, at));
    let ids = tx.insert_many(pets).unwrap();
    assert_eq!(ids.iter().map(|id| id.kind).collect::<BTreeSet<_>>(), [pet].into());
    let heavy = tx.any_segment("pets where weight >= 7").unwrap();
    let changed = tx.update_many(&heavy, |pet: &mut AnyRecord| pet.fields.set_value("owner", "grace")).unwrap();
    assert_eq!(changed, 3);
    assert_eq!(tx.tag_many(&heavy, "heavy").unwrap(), 3);
    assert_eq!(tx.count(tx.any_segment("pets where tag heavy and owner = grace").unwrap()).unwrap(), 3);
    // A kind is no way out of a bulk change either; nothing of it is left.
    let refused = tx.update_many(&heavy, |pet: &mut AnyRecord| *pet = AnyRecord::new(Kind::CONTACT));
    assert!(refused.is_err());
    assert!(tx.commit().is_err());
    let mut tx = db.write().unwrap();
    let pet = tx.define_kind(CustomKind::new("pet", "pets")).unwrap();
    for (name, created) in [("Rex", true), ("Rexie", false)] {
        let key = contactdb::By::external_id("register", "7");
        let done = tx.upsert_any(pet, &key, |rex| rex.fields.set_value("name", name)).unwrap();
        assert_eq!((done.created, done.id.kind), (created, pet));
    }
    tx.insert(&AnyRecord::new(pet).set_value("name", "Tom")).unwrap();
    let mistaken = AnyRecord::new(pet).set_value("external_id", vec![Value::from(ExternalId::new("register", "7"))]);
    assert!(tx.insert(&mistaken).unwrap_err().is_invalid());
    assert_eq!(
        tx.delete_many(&tx.any_segment("pets where name = rexie").unwrap(), OnReferences::Refuse).unwrap().deleted,
        1
    );
    assert_eq!(tx.len(pet).unwrap(), 1);
    tx.insert(&mistaken).unwrap();
}
