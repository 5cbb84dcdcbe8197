//! Custom fields and options: defined, changed, archived, brought back.

use contactdb::{
    Affiliation, By, Choice, Company, Contact, Currency, Database, DefinitionProblem as P, EmailAddress, Error,
    ErrorKind, Field, Id, Kind, Limits, Money, OnReferences, Origin, Purchase, Read, Rule, Value, ValueType, choices,
};
use serde::Deserialize;
use serde::de::value::SeqDeserializer;

use crate::common::{Counter, Watch, broken, date, decimal, euros, file, memory, options};

#[track_caller]
fn problems<T>(result: contactdb::Result<T>) -> Vec<P> {
    match result.map_err(Error::into_kind) {
        Err(ErrorKind::Definition { problems, .. }) => problems,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("taken"),
    }
}

fn bad_key(key: &str) -> Vec<P> {
    vec![P::BadKey { key: key.to_owned() }]
}

#[test]
fn definitions_survive_reopening_with_everything_they_say() {
    let (_folder, path) = file();
    let db = options(&Watch::new(), &Counter::default()).create(&path).unwrap();
    let mut tx = db.write().unwrap();
    let size = Field::integer("size").label("Shoe size").help("European").section("Body").min(15).max(55).required();
    tx.define(size.default(40)).unwrap();
    tx.define(Field::text("code").unique().pattern("[A-Z]+").length(2..=9)).unwrap();
    tx.define(Field::money("budget", Currency::CHF).min(0).default(5)).unwrap();
    tx.define(Field::choice("plan").option("free", "Free").option("pro", "Pro").default("free")).unwrap();
    tx.define(Field::<Id<Company>>::reference_to("broker").many()).unwrap();
    tx.define(Field::date("payable").on(Kind::PURCHASE).min(date(2000, 1, 1))).unwrap();
    let describe = |read: &dyn Fn() -> Vec<contactdb::Attribute>| -> Vec<String> {
        let line = |a: &contactdb::Attribute| {
            format!(
                "{:?} {} {} {} {:?} {:?} {:?} {} {:?} {:?} {:?} {} {:?} {}",
                a.id,
                a.kind,
                a.key,
                a.label,
                a.help,
                a.section,
                a.value_type,
                a.many,
                a.origin,
                a.targets,
                a.options,
                a.rules,
                a.rules.default,
                a.archived
            )
        };
        read().iter().map(line).collect()
    };
    let of = |read: &dyn Fn(Kind) -> Vec<contactdb::Attribute>| {
        describe(&|| [Kind::CONTACT, Kind::PURCHASE].into_iter().flat_map(read).collect())
    };
    let before = of(&|kind| tx.catalogue().fields(kind).cloned().collect());
    assert_eq!(before.len(), 6);
    tx.commit().unwrap();
    let snapshot = db.read().unwrap();
    assert_eq!(of(&|kind| snapshot.catalogue().fields(kind).cloned().collect()), before);
    drop(snapshot);
    db.close().unwrap();
    let db = Database::open(&path).unwrap();
    let snapshot = db.read().unwrap();
    assert_eq!(of(&|kind| snapshot.catalogue().fields(kind).cloned().collect()), before);
    let plan = snapshot.catalogue().attribute(Kind::CONTACT, "plan").unwrap();
    assert_eq!((plan.origin, plan.value_type), (Origin::Custom, ValueType::Choice));
    assert_eq!(plan.rules.default, Some(Value::Choice(Choice::from("free"))));
}

#[test]
fn a_bad_key_or_label_is_refused() {
    let db = memory();
    let mut tx = db.write().unwrap();
    for key in ["", " ", "1st", "two words", "a-b", "a.b", "a\nb", "'", &"x".repeat(65)] {
        let shown = key.replace('\n', "\u{FFFD}");
        assert_eq!(problems(tx.define(Field::text(key))), bad_key(&shown), "{key}");
    }
    for key in ["_x", "größe", "заметка", "备注", "x1", "and", &"x".repeat(64)] {
        tx.define(Field::text(key)).unwrap();
    }
    for label in ["", "  ", "two\nlines", &"x".repeat(201)] {
        let [problem] = problems(tx.define(Field::text("fine").label(label))).try_into().unwrap();
        assert!(matches!(problem, P::BadLabel { .. }), "{label}");
    }
}

#[test]
fn a_key_is_taken_by_built_in_computed_system_and_archived_attributes() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.define(Field::text("old")).unwrap();
    tx.edit_field(Kind::CONTACT, "old").unwrap().archive().unwrap();
    for key in ["old", "email", "job_title", "given_name", "age", "company", "version", "created", "tags", "id"] {
        assert_eq!(problems(tx.define(Field::integer(key))), [P::KeyTaken { key: key.to_owned() }]);
    }
    // Another kind has keys of its own.
    tx.define(Field::text("old").on(Kind::COMPANY)).unwrap();
    tx.define(Field::text("job_title").on(Kind::COMPANY)).unwrap();
}

#[test]
fn rules_that_do_not_fit_the_type_are_refused() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let not_for = |rule, value_type| vec![P::RuleNotForType { rule, value_type }];
    assert_eq!(problems(tx.define(Field::integer("x").pattern("1"))), not_for("pattern", "a whole number"));
    assert_eq!(problems(tx.define(Field::date("x").length(1..=2))), not_for("length", "a date"));
    assert_eq!(problems(tx.define(Field::text("x").min(1))), not_for("min", "a text"));
    assert_eq!(problems(tx.define(Field::boolean("x").max(1))), not_for("max", "true or false"));
    assert_eq!(problems(tx.define(Field::boolean("x").unique())), not_for("unique", "true or false"));
    assert_eq!(problems(tx.define(Field::long_text("x").unique())), not_for("unique", "a text"));
    assert_eq!(problems(tx.define(Field::reference("x").unique())), not_for("unique", "a reference to a record"));
    assert_eq!(problems(tx.define(Field::text("x").option("a", "A"))), not_for("option", "a text"));
}

#[test]
fn patterns_bounds_and_defaults_that_make_no_sense_are_refused() {
    let db = memory();
    let mut tx = db.write().unwrap();
    for pattern in ["(", "[", "*a", "a)(b", "x{99999}{99999}", &"(".repeat(200)] {
        let [problem] = problems(tx.define(Field::text("x").pattern(pattern))).try_into().unwrap();
        assert!(matches!(&problem, P::BadPattern { reason } if !reason.is_empty()), "{pattern}: {problem}");
    }
    assert_eq!(problems(tx.define(Field::integer("x").min(2).max(1))), [P::BoundsReversed]);
    #[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
    let reversed = Field::text("x").length(3..=2);
    assert_eq!(problems(tx.define(reversed)), [P::BoundsReversed]);
    assert_eq!(problems(tx.define(Field::integer("x").min("1"))), [P::WrongType { of: "min", expected: "a number" }]);
    assert_eq!(problems(tx.define(Field::date("x").max(1))), [P::WrongType { of: "max", expected: "a date" }]);
    let bad_default = |violations: &[&str]| {
        vec![P::BadDefault { violations: violations.iter().map(|text| (*text).to_owned()).collect() }]
    };
    assert_eq!(
        problems(tx.define(Field::integer("x").min(2).default(1))),
        bad_default(&["x: expected 2 or more (found \"1\")"])
    );
    assert_eq!(
        problems(tx.define(Field::choice("x").option("red", "Red").default("rad"))),
        bad_default(&["x: no such option; did you mean \"red\"? (found \"rad\")"])
    );
    assert_eq!(
        problems(tx.define(Field::money("x", Currency::EUR).default(Money::new(1, Currency::USD)))),
        bad_default(&["x: expected an amount in EUR (found \"1 USD\")"])
    );
    assert_eq!(
        problems(tx.define(Field::email("x").default("nobody"))).len(),
        1,
        "a default that can't even be read is refused, not dropped"
    );
    assert_eq!(problems(tx.define(Field::text("x").length(3..=4).pattern("[a-z]+").default("AB"))).len(), 1);
    let west = time::UtcOffset::from_hms(-12, 0, 0).unwrap();
    let beyond = date(9999, 12, 31).with_hms(23, 0, 0).unwrap().assume_offset(west);
    assert_eq!(
        problems(tx.define(Field::date_time("x").min(beyond))),
        [P::WrongType { of: "min", expected: "an instant" }]
    );
    assert_eq!(problems(tx.define(Field::date_time("x").default(beyond))).len(), 1);
    assert!(tx.catalogue().fields(Kind::CONTACT).next().is_none());
}

#[test]
fn unknown_kinds_are_refused() {
    type Numbers = SeqDeserializer<std::iter::Once<u16>, serde::de::value::Error>;
    let db = memory();
    let mut tx = db.write().unwrap();
    let kind = Kind::deserialize(Numbers::new(std::iter::once(99))).unwrap();
    assert_eq!(problems(tx.define(Field::text("x").on(kind))), [P::UnknownKind]);
    assert!(tx.edit_field(kind, "x").is_err());
    assert_eq!(tx.len(kind).unwrap(), 0);
}

#[test]
fn options_are_checked_as_fields_are() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let twice = Field::choice("plan").option("a", "A").option("a", "Again");
    assert_eq!(problems(tx.define(twice)), [P::OptionTaken { option: "a".into() }]);
    assert_eq!(problems(tx.define(Field::choice("plan").option("-a", "A"))), bad_key("-a"));
    tx.define(Field::choice("plan").option("free", "Free")).unwrap();
    tx.define(Field::text("word")).unwrap();
    let plan = |tx: &mut contactdb::Transaction<'_>,
                change: &dyn Fn(contactdb::FieldEditor<'_, '_>) -> contactdb::Result<()>| {
        problems(tx.edit_field(Kind::CONTACT, "plan").and_then(change))
    };
    assert_eq!(plan(&mut tx, &|p| p.add_option("free", "F").map(drop)), [P::OptionTaken { option: "free".into() }]);
    assert_eq!(plan(&mut tx, &|p| p.add_option("", "F").map(drop)), bad_key(""));
    let unknown = |nearest: Option<&str>, option: &str| {
        vec![P::UnknownOption { option: option.into(), nearest: nearest.map(str::to_owned) }]
    };
    assert_eq!(plan(&mut tx, &|p| p.archive_option("fre").map(drop)), unknown(Some("free"), "fre"));
    assert_eq!(plan(&mut tx, &|p| p.restore_option("zzzzzzzz").map(drop)), unknown(None, "zzzzzzzz"));
    assert_eq!(plan(&mut tx, &|p| p.relabel_option("fred", "Fred").map(drop)), unknown(Some("free"), "fred"));
    assert_eq!(plan(&mut tx, &|p| p.relabel_option("free", "").map(drop)), [P::BadLabel { label: String::new() }]);
    let word = tx.edit_field(Kind::CONTACT, "word").and_then(|word| word.add_option("a", "A").map(drop));
    assert_eq!(problems(word), [P::RuleNotForType { rule: "option", value_type: "a text" }]);
}

#[test]
fn fields_and_options_are_bounded_in_number() {
    let limits = Limits { fields: 2, options: 2, ..Limits::default() };
    let db = options(&Watch::new(), &Counter::default()).limits(limits).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let three = Field::choice("x").option("a", "A").option("b", "B").option("c", "C");
    assert_eq!(problems(tx.define(three)), [P::TooMany { max: 2 }]);
    tx.define(Field::choice("x").option("a", "A").option("b", "B")).unwrap();
    tx.define(Field::text("y")).unwrap();
    assert_eq!(problems(tx.define(Field::text("z"))), [P::TooMany { max: 2 }]);
    tx.define(Field::text("z").on(Kind::COMPANY)).unwrap();
    let third = tx.edit_field(Kind::CONTACT, "x").and_then(|x| x.add_option("c", "C").map(drop));
    assert_eq!(problems(third), [P::TooMany { max: 2 }]);
    tx.edit_field(Kind::CONTACT, "x").unwrap().rename("w").unwrap();
}

#[test]
fn only_custom_fields_and_choices_can_be_edited() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let unknown = |key: &str, nearest: Option<&str>| {
        vec![P::UnknownField { key: key.to_owned(), nearest: nearest.map(str::to_owned) }]
    };
    assert_eq!(problems(tx.edit_field(Kind::CONTACT, "stagee")), unknown("stagee", Some("stage")));
    assert_eq!(problems(tx.edit_field(Kind::CONTACT, "version")), [P::Computed]);
    assert_eq!(problems(tx.edit_field(Kind::CONTACT, "job_title")), [P::BuiltInField]);
    let renamed = tx.edit_field(Kind::CONTACT, "stage").and_then(|stage| stage.rename("phase").map(drop));
    assert_eq!(problems(renamed), [P::BuiltInField]);
    let archived = tx.edit_field(Kind::CONTACT, "stage").and_then(|stage| stage.archive().map(drop));
    assert_eq!(problems(archived), [P::BuiltInField]);
}

#[test]
fn a_refused_edit_changes_nothing_and_names_the_problem() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.define(Field::integer("size").min(1).default(5)).unwrap();
    tx.define(Field::text("other")).unwrap();
    let refused = |tx: &mut contactdb::Transaction<'_>,
                   change: &dyn Fn(contactdb::FieldEditor<'_, '_>) -> contactdb::Result<()>| {
        problems(tx.edit_field(Kind::CONTACT, "size").and_then(change))
    };
    assert_eq!(refused(&mut tx, &|f| f.rename("other").map(drop)), [P::KeyTaken { key: "other".into() }]);
    assert_eq!(refused(&mut tx, &|f| f.rename("2x").map(drop)), bad_key("2x"));
    assert_eq!(refused(&mut tx, &|f| f.label("").map(drop)), [P::BadLabel { label: String::new() }]);
    assert_eq!(refused(&mut tx, &|f| f.bounds(Some(6.into()), None).map(drop)).len(), 1);
    assert_eq!(refused(&mut tx, &|f| f.bounds(Some(6.into()), Some(5.into())).map(drop)), [P::BoundsReversed]);
    assert_eq!(refused(&mut tx, &|f| f.pattern(Some("a")).map(drop)).len(), 1);
    assert_eq!(refused(&mut tx, &|f| f.default(Some("five".into())).map(drop)).len(), 1);
    let size = tx.catalogue().attribute(Kind::CONTACT, "size").unwrap();
    assert_eq!((&*size.label, size.rules.to_string()), ("size", "1 or more".to_owned()));
    assert_eq!(size.rules.default, Some(Value::Integer(5)));
}

#[test]
fn handles_stay_good_after_a_rename() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let size = tx.define(Field::integer("size")).unwrap();
    let id = tx.insert(&Contact::named("Ada", "Example").set(size, 40)).unwrap();
    tx.edit_field(Kind::CONTACT, "size").unwrap().rename("shoe_size").unwrap().label("Shoe size").unwrap();
    tx.update(id, |ada: &mut Contact| ada.fields.set(size, 41)).unwrap();
    let stored = tx.get(id).unwrap().unwrap().record;
    assert_eq!((stored.get(size), stored.value("shoe_size")), (Some(41), Some(Value::Integer(41))));
    assert_eq!(stored.value("size"), None);
    assert!(tx.field::<i64>(Kind::CONTACT, "size").is_err());
    assert_eq!(tx.field::<i64>(Kind::CONTACT, "shoe_size").unwrap().id(), size.id());
    // The old key is free for another field, with another id.
    let other = tx.define(Field::text("size")).unwrap();
    assert_ne!(other.id(), size.id());
    tx.update(id, |ada: &mut Contact| ada.fields.set(other, "large")).unwrap();
    assert_eq!(tx.get(id).unwrap().unwrap().record.get(size), Some(41));
}

#[test]
fn a_handle_is_had_only_for_the_right_type() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.define(Field::integer("size")).unwrap();
    tx.define(Field::long_text("minutes")).unwrap();
    tx.define(Field::<Id<Company>>::reference_to("broker")).unwrap();
    tx.define(Field::reference("anything")).unwrap();
    tx.define(Field::text("words").many()).unwrap();
    tx.field::<i64>(Kind::CONTACT, "size").unwrap();
    tx.field::<String>(Kind::CONTACT, "minutes").unwrap();
    tx.field::<Id<Company>>(Kind::CONTACT, "broker").unwrap();
    tx.field::<contactdb::RecordId>(Kind::CONTACT, "anything").unwrap();
    tx.field::<Vec<String>>(Kind::CONTACT, "words").unwrap();
    let wrong = [
        tx.field::<String>(Kind::CONTACT, "size").unwrap_err(),
        tx.field::<Vec<i64>>(Kind::CONTACT, "size").unwrap_err(),
        tx.field::<i64>(Kind::COMPANY, "size").unwrap_err(),
        tx.field::<Id<Contact>>(Kind::CONTACT, "broker").unwrap_err(),
        tx.field::<Id<Contact>>(Kind::CONTACT, "anything").unwrap_err(),
        tx.field::<String>(Kind::CONTACT, "words").unwrap_err(),
        tx.field::<String>(Kind::CONTACT, "job_title").unwrap_err(),
    ];
    for error in wrong {
        match error.into_kind() {
            // The same key again would be no help.
            ErrorKind::NoSuchField { key, nearest, .. } => assert_ne!(nearest, Some(key)),
            other => panic!("{other}"),
        }
    }
    let near = tx.field::<i64>(Kind::CONTACT, "sise").unwrap_err().to_string();
    assert!(near.contains("did you mean \"size\""), "{near}");
}

#[test]
fn a_definition_in_a_dropped_transaction_is_gone() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.define(Field::integer("size")).unwrap();
    tx.edit_field(Kind::CONTACT, "stage").unwrap().add_option("trial", "On trial").unwrap();
    drop(tx);
    let mut tx = db.write().unwrap();
    assert!(tx.catalogue().attribute(Kind::CONTACT, "size").is_none());
    assert!(tx.catalogue().attribute(Kind::CONTACT, "stage").unwrap().option("trial").is_none());
    tx.define(Field::text("size")).unwrap();
    tx.commit().unwrap();
    assert!(db.read().unwrap().field::<String>(Kind::CONTACT, "size").is_ok());
}

#[test]
fn a_snapshot_keeps_its_catalogue() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let size = tx.define(Field::integer("size")).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Example").set(size, 40).stage("lead")).unwrap();
    tx.commit().unwrap();
    let before = db.read().unwrap();
    let mut tx = db.write().unwrap();
    tx.edit_field(Kind::CONTACT, "size").unwrap().rename("shoe_size").unwrap().archive().unwrap();
    tx.define(Field::text("colour")).unwrap();
    tx.edit_field(Kind::CONTACT, "stage").unwrap().archive_option("lead").unwrap();
    tx.tag(ada, "vip").unwrap();
    tx.commit().unwrap();
    let late_snapshot_of_before = before.clone();
    for snapshot in [before, late_snapshot_of_before] {
        let catalogue = snapshot.catalogue();
        assert!(!catalogue.attribute(Kind::CONTACT, "size").unwrap().archived);
        assert!(catalogue.attribute(Kind::CONTACT, "colour").is_none());
        assert!(!catalogue.attribute(Kind::CONTACT, "stage").unwrap().option("lead").unwrap().archived);
        assert_eq!(catalogue.tags().count(), 0);
        assert_eq!(snapshot.get(ada).unwrap().unwrap().record.value("size"), Some(Value::Integer(40)));
    }
    let after = db.read().unwrap();
    assert!(after.catalogue().attribute(Kind::CONTACT, "shoe_size").unwrap().archived);
    assert_eq!(after.catalogue().tags().count(), 1);
}

#[test]
fn archived_fields_keep_their_values_until_they_are_restored() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let size = tx.define(Field::integer("size").required()).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Example").set(size, 40)).unwrap();
    tx.edit_field(Kind::CONTACT, "size").unwrap().archive().unwrap();
    // It is not demanded any more, an update of something else keeps it, and so does a replacement.
    tx.insert(&Contact::named("Joe", "Example")).unwrap();
    tx.update(ada, |ada: &mut Contact| ada.department = Some("Engines".into())).unwrap();
    tx.replace(ada, 2, Contact::named("Ada", "Lovelace")).unwrap();
    tx.update(ada, |ada: &mut Contact| ada.fields.clear(size)).unwrap();
    tx.edit_field(Kind::CONTACT, "size").unwrap().restore().unwrap();
    let stored = tx.get(ada).unwrap().unwrap().record;
    assert_eq!((stored.get(size), stored.name.display()), (Some(40), "Ada Lovelace".to_owned()));
    assert!(tx.insert(&Contact::named("Eve", "Example")).is_err(), "required again");
}

#[test]
fn options_are_added_relabelled_archived_and_restored() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let plan = tx.define(Field::choice("plan").option("free", "Free").option("old", "Old")).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Example").set(plan, "old")).unwrap();
    let edited = tx.edit_field(Kind::CONTACT, "plan").unwrap().add_option("pro", "Pro").unwrap();
    edited.relabel_option("pro", "Professional").unwrap().archive_option("old").unwrap();
    let options = &tx.catalogue().attribute(Kind::CONTACT, "plan").unwrap().options;
    let options: Vec<(&str, &str, bool)> = options.iter().map(|o| (&*o.key, &*o.label, o.archived)).collect();
    assert_eq!(options, [("free", "Free", false), ("old", "Old", true), ("pro", "Professional", false)]);
    // What has it keeps it; nobody gets it anew.
    tx.update(ada, |ada: &mut Contact| ada.department = Some("Engines".into())).unwrap();
    assert_eq!(tx.get(ada).unwrap().unwrap().record.get(plan), Some(Choice::from("old")));
    let error = tx.insert(&Contact::new().set(plan, "old")).unwrap_err();
    assert_eq!(broken(&error), [("plan".to_owned(), Rule::ArchivedOption)]);
    tx.update(ada, |ada: &mut Contact| ada.fields.set(plan, "pro")).unwrap();
    assert!(tx.update(ada, |ada: &mut Contact| ada.fields.set(plan, "old")).is_err());
    tx.edit_field(Kind::CONTACT, "plan").unwrap().restore_option("old").unwrap();
    tx.update(ada, |ada: &mut Contact| ada.fields.set(plan, "old")).unwrap();
}

#[test]
fn built_in_choices_take_options_of_the_business_and_lose_their_own() {
    let (_folder, path) = file();
    let db = options(&Watch::new(), &Counter::default()).create(&path).unwrap();
    let mut tx = db.write().unwrap();
    tx.edit_field(Kind::CONTACT, "stage").unwrap().add_option("trial", "On trial").unwrap();
    tx.edit_field(Kind::CONTACT, "relation")
        .unwrap()
        .archive_option("press")
        .unwrap()
        .relabel_option("lead", "Lead!")
        .unwrap();
    tx.edit_field(Kind::CONTACT, "affiliation_role").unwrap().add_option("gatekeeper", "Gatekeeper").unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let affiliation = Affiliation::with(acme).role("gatekeeper").role(choices::role::BUYER);
    let ada = Contact::named("Ada", "Example").stage("trial").relation("lead").affiliation(affiliation);
    let ada = tx.insert(&ada).unwrap();
    assert_eq!(tx.insert(&Company::new("Sub").relation("press")).map(|_| ()).err().map(|e| e.to_string()), None);
    let error = tx.insert(&Contact::new().relation("press")).unwrap_err();
    assert_eq!(broken(&error), [("relation[1]".to_owned(), Rule::ArchivedOption)]);
    tx.commit().unwrap();
    db.close().unwrap();
    let db = Database::open(&path).unwrap();
    let snapshot = db.read().unwrap();
    let stored = snapshot.get(ada).unwrap().unwrap().record;
    assert_eq!(stored.stage, Some(Choice::from("trial")));
    assert_eq!(stored.affiliations[0].roles, [Choice::from("gatekeeper"), choices::role::BUYER]);
    let relation = snapshot.catalogue().attribute(Kind::CONTACT, "relation").unwrap();
    assert!(relation.option("press").unwrap().archived);
    assert_eq!(&*relation.option("lead").unwrap().label, "Lead!");
    assert_eq!(relation.options.len(), 10);
    assert_eq!(relation.origin, Origin::BuiltIn);
}

#[test]
fn what_a_record_had_already_it_keeps() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let size = tx.define(Field::integer("size")).unwrap();
    let zip = tx.define(Field::text("zip")).unwrap();
    let words = tx.define(Field::text("words").many()).unwrap();
    let without = tx.insert(&Contact::named("Joe", "Example")).unwrap();
    let with = Contact::named("Ada", "Example").set(size, 40).set(zip, "abc").set(words, ["one", "two"]);
    let with = tx.insert(&with).unwrap();
    tx.edit_field(Kind::CONTACT, "size").unwrap().required(true).unwrap().bounds(Some(50.into()), None).unwrap();
    tx.edit_field(Kind::CONTACT, "zip").unwrap().pattern(Some("[0-9]+")).unwrap();
    tx.edit_field(Kind::CONTACT, "words").unwrap().pattern(Some("[0-9]+")).unwrap();
    for id in [without, with] {
        tx.update(id, |contact: &mut Contact| contact.department = Some("Engines".into())).unwrap();
    }
    // One more in a list does not put the others to the test.
    tx.update(with, |ada: &mut Contact| ada.fields.set(words, ["one", "two", "3"])).unwrap();
    let error = tx.update(with, |ada: &mut Contact| ada.fields.set(words, ["one", "two", "three"])).unwrap_err();
    assert_eq!(broken(&error), [("words[3]".to_owned(), Rule::Pattern { pattern: "[0-9]+".into() })]);
    let error = tx.update(with, |ada: &mut Contact| ada.fields.clear(size)).unwrap_err();
    assert_eq!(broken(&error), [("size".to_owned(), Rule::Required)]);
    let error = tx.update(with, |ada: &mut Contact| ada.fields.set(size, 41)).unwrap_err();
    assert_eq!(broken(&error), [("size".to_owned(), Rule::TooSmall { min: "50".into() })]);
    assert!(tx.insert(&Contact::named("Eve", "Example")).is_err());
}

#[test]
fn an_archived_option_within_a_structured_value_stays_when_its_neighbours_change() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let [acme, other] = ["Acme", "Other"].map(|name| tx.insert(&Company::new(name)).unwrap());
    let affiliation = Affiliation::with(acme).title("CTO").role(choices::role::BUYER);
    let ada = Contact::named("Ada", "Example").affiliation(affiliation).works_at(other, "");
    let ada = tx.insert(&ada).unwrap();
    tx.edit_field(Kind::CONTACT, "affiliation_role").unwrap().archive_option("buyer").unwrap();
    tx.update(ada, |ada: &mut Contact| ada.affiliations[0].title = Some("CEO".into())).unwrap();
    tx.update(ada, |ada: &mut Contact| ada.affiliations.push(Affiliation::with(other))).unwrap();
    assert!(tx.update(ada, |ada: &mut Contact| ada.affiliations[1].roles = vec![choices::role::BLOCKER]).is_ok());
    tx.delete(other, OnReferences::Detach).unwrap();
    let stored = tx.get(ada).unwrap().unwrap().record;
    assert_eq!(stored.affiliations.len(), 1);
    assert_eq!(stored.affiliations[0].roles, [choices::role::BUYER]);
}

#[test]
fn defaults_are_for_new_records_only() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let old = tx.insert(&Contact::named("Joe", "Example")).unwrap();
    let size = tx.define(Field::integer("size").default(40)).unwrap();
    let plan = tx.define(Field::choice("plan").option("free", "Free").option("pro", "Pro").default("free")).unwrap();
    let both = tx.define(Field::multi_choice("both").option("a", "A").option("b", "B").default(["a", "b"])).unwrap();
    let budget = tx.define(Field::money("budget", Currency::EUR).default(decimal("1.5"))).unwrap();
    let seen = tx.define(Field::email("mail").default("office@example.com")).unwrap();
    let new = tx.insert(&Contact::named("Ada", "Example")).unwrap();
    let stored = tx.get(new).unwrap().unwrap().record;
    assert_eq!((stored.get(size), stored.get(plan)), (Some(40), Some(Choice::from("free"))));
    assert_eq!(stored.get(both), Some(vec![Choice::from("a"), Choice::from("b")]));
    assert_eq!(stored.get(budget), Some(euros("1.5")));
    assert_eq!(stored.get(seen), Some(EmailAddress::new("office@example.com").unwrap()));
    assert_eq!(stored.status, Some(choices::status::ACTIVE));
    // Taken away, it stays away; and the record that was there first never had it.
    tx.update(new, |ada: &mut Contact| {
        ada.fields.clear(size);
        ada.status = None;
    })
    .unwrap();
    tx.update(old, |joe: &mut Contact| joe.department = Some("Engines".into())).unwrap();
    assert_eq!(tx.get(new).unwrap().unwrap().record.get(size), None);
    assert_eq!(tx.get(new).unwrap().unwrap().record.status, None);
    assert_eq!(tx.get(old).unwrap().unwrap().record.get(size), None);
    tx.edit_field(Kind::CONTACT, "plan").unwrap().default(Some("pro".into())).unwrap();
    let third = tx.insert(&Contact::named("Eve", "Example")).unwrap();
    assert_eq!(tx.get(third).unwrap().unwrap().record.get(plan), Some(Choice::from("pro")));
    let archived = tx.edit_field(Kind::CONTACT, "plan").and_then(|plan| plan.archive_option("pro").map(drop));
    assert_eq!(problems(archived).len(), 1, "new records get it");
}

#[test]
fn unique_values_can_be_moved_and_found() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let code = tx.define(Field::text("code").unique()).unwrap();
    let joe = tx.insert(&Contact::named("Joe", "Example").set(code, "A")).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Example").set(code, "B")).unwrap();
    // Its own value in another spelling is no conflict.
    tx.update(joe, |joe: &mut Contact| joe.fields.set(code, "a")).unwrap();
    tx.update(joe, |joe: &mut Contact| joe.fields.set(code, "C")).unwrap();
    tx.update(ada, |ada: &mut Contact| ada.fields.set(code, "A")).unwrap();
    let find = |code: &str| tx.find::<Contact>(&By::field("code", code)).unwrap();
    assert_eq!((find("a"), find("b"), find("c")), (vec![ada], vec![], vec![joe]));
    // The same value on another kind is another key.
    tx.define(Field::text("code").on(Kind::COMPANY).unique()).unwrap();
    tx.insert(&Company::new("Acme").set_value("code", "A")).unwrap();
    // Through archiving the values stay taken.
    tx.edit_field(Kind::CONTACT, "code").unwrap().archive().unwrap();
    tx.edit_field(Kind::CONTACT, "code").unwrap().restore().unwrap().rename("key").unwrap();
    assert!(tx.insert(&Contact::new().set(code, "a")).is_err());
    assert_eq!(tx.find::<Contact>(&By::field("key", "A")).unwrap(), [ada]);
}

#[test]
fn the_value_that_was_set_last_wins_by_handle_or_by_key() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let size = tx.define(Field::integer("size")).unwrap();
    let mut ada = Contact::named("Ada", "Example").set(size, 1).set_value("size", 2);
    ada.fields.set(size, 3);
    let id = tx.insert(&ada).unwrap();
    assert_eq!(tx.get(id).unwrap().unwrap().record.get(size), Some(3));
    let mut joe = Contact::named("Joe", "Example").set_value("size", 1).set(size, 2);
    joe.fields.set_value("size", 3);
    let id = tx.insert(&joe).unwrap();
    assert_eq!(tx.get(id).unwrap().unwrap().record.get(size), Some(3));
}

#[test]
fn a_field_of_purchases_is_none_of_contacts() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let note = tx.define(Field::text("gift_note").on(Kind::PURCHASE)).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Example")).unwrap();
    let order = tx.insert(&Purchase::by(ada).set(note, "Congratulations")).unwrap();
    assert_eq!(tx.get(order).unwrap().unwrap().record.get(note).as_deref(), Some("Congratulations"));
    assert!(tx.insert(&Contact::new().set(note, "x")).is_err());
    assert_eq!(tx.catalogue().fields(Kind::CONTACT).count(), 0);
}
