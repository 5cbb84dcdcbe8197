//! Presets: what they bring, what their questions find in data made for them, and what is refused.

#[path = "../../examples/presets/data/mod.rs"]
mod data;
mod expected;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use contactdb::presets::{self, Applied, Preset, PresetEntry, PresetProblem, PresetQuestion};
use contactdb::{
    AnyRecord, Contact, Currency, CustomKind, Database, ErrorKind, Field, Id, Kind, Limits, OnDelete, Pipeline, Read,
    RecordId, Value, ValueType,
};

use crate::common::{file, memory};
use data::{CURRENCY, Watch, answer, load, options};
use expected::expected;

fn applied(db: &Database, presets: &[Preset]) -> Vec<Applied> {
    let mut tx = db.write().unwrap();
    let reports = presets.iter().map(|preset| tx.apply_preset(preset).unwrap()).collect();
    tx.commit().unwrap();
    reports
}

/// All that a preset brings, those options aside that its own fields have.
fn entries(preset: &Preset) -> BTreeSet<String> {
    let kinds = preset.kinds.iter().map(|kind| format!("kind {}", kind.singular));
    let fields = preset.fields.iter().map(|field| format!("field {} of {}", field.key(), field.kind()));
    let options = preset.options.iter().map(|one| format!("option {} of {} {}", one.key, one.kind, one.field));
    let pipelines = preset.pipelines.iter().map(|pipeline| format!("pipeline {}", pipeline.key));
    let questions = preset.questions.iter().map(|question| format!("question \"{}\"", question.name));
    kinds.chain(fields).chain(options).chain(pipelines).chain(questions).collect()
}

fn texts(entries: &[PresetEntry]) -> BTreeSet<String> {
    entries.iter().map(ToString::to_string).collect()
}

/// The definitions of a database and all its records, as text.
fn everything(read: &impl Read) -> String {
    let mut out = String::new();
    for entry in read.catalogue().kinds() {
        writeln!(out, "{} {} {} {:?}", entry.singular, entry.plural, entry.label, entry.help).unwrap();
        for one in entry.attributes() {
            let contactdb::Attribute { key, label, help, section, options, rules, targets, .. } = one;
            writeln!(out, "{key} {label} {help:?} {section:?} {options:?} {rules} {:?} {targets:?}", rules.default)
                .unwrap();
        }
        let all = read.any_segment(format!("{} where all", entry.plural).as_str()).unwrap();
        for found in read.select(&all).records().unwrap() {
            writeln!(out, "{:?}", found.unwrap()).unwrap();
        }
    }
    writeln!(out, "{:?}", read.catalogue().pipelines(Kind::DEAL).collect::<Vec<_>>()).unwrap();
    writeln!(out, "{:?}", read.saved_questions().unwrap()).unwrap();
    out
}

fn conflicts(db: &Database, preset: &Preset) -> (String, Vec<(String, PresetProblem)>) {
    let mut tx = db.write().unwrap();
    let before = everything(&tx);
    let refused = tx.apply_preset(preset).unwrap_err();
    assert_eq!(everything(&tx), before, "a refused preset leaves nothing");
    tx.insert(&Contact::named("Still", "usable")).unwrap();
    let text = refused.to_string();
    assert_eq!(format!("{refused:?}"), text, "main shows it so");
    let ErrorKind::Preset { preset: key, conflicts } = refused.into_kind() else { panic!("{text}") };
    assert_eq!(key, preset.key);
    (text, conflicts.into_iter().map(|one| (one.entry.to_string(), one.problem)).collect())
}

#[test]
fn each_question_of_each_preset_finds_whom_it_should_in_data_made_for_it() {
    for preset in presets::all(CURRENCY) {
        let (options, watch) = options();
        let db = options.in_memory().unwrap();
        applied(&db, std::slice::from_ref(&preset));
        load(&preset.key, &db, &watch).unwrap();
        let snapshot = db.read().unwrap();
        let expected = expected(&preset.key);
        let names: BTreeSet<&str> = preset.questions.iter().map(|question| question.name.as_str()).collect();
        assert_eq!(names, expected.iter().map(|(name, _)| *name).collect(), "{}", preset.key);
        for (name, found) in expected {
            assert_eq!(answer(&snapshot, name).unwrap().join(", "), found, "{}: {name}", preset.key);
        }
    }
}

#[test]
fn all_presets_go_together_and_each_goes_on_to_find_whom_it_should() {
    let all = presets::all(CURRENCY);
    for preset in &all {
        let (options, watch) = options();
        let db = options.in_memory().unwrap();
        applied(&db, &all);
        load(&preset.key, &db, &watch).unwrap();
        let snapshot = db.read().unwrap();
        for (name, found) in expected(&preset.key) {
            assert_eq!(answer(&snapshot, name).unwrap().join(", "), found, "{}: {name}", preset.key);
        }
    }
}

#[test]
fn a_preset_says_what_it_added_and_adds_nothing_the_second_time() {
    for preset in presets::all(CURRENCY) {
        let db = memory();
        let first = applied(&db, std::slice::from_ref(&preset)).remove(0);
        assert_eq!(texts(&first.added), entries(&preset));
        assert_eq!(first.present, []);
        let before = everything(&db.read().unwrap());
        let second = applied(&db, std::slice::from_ref(&preset)).remove(0);
        assert_eq!(second.added, []);
        assert_eq!(texts(&second.present), entries(&preset));
        assert_eq!(everything(&db.read().unwrap()), before);
    }
}

#[test]
fn the_order_in_which_presets_are_applied_does_not_matter() {
    let all = presets::all(CURRENCY);
    let reversed: Vec<Preset> = all.iter().rev().cloned().collect();
    let brought = |presets: &[Preset]| {
        let db = memory();
        let reports = applied(&db, presets);
        let added: Vec<PresetEntry> = reports.into_iter().flat_map(|report| report.added).collect();
        let texts = texts(&added);
        assert_eq!(texts.len(), added.len(), "nothing is added twice");
        texts
    };
    assert_eq!(brought(&all), brought(&reversed));
    let hybrid = entries(&presets::hybrid(CURRENCY));
    for part in [presets::b2b(CURRENCY), presets::b2c(CURRENCY)] {
        assert!(entries(&part).is_subset(&hybrid));
    }
}

#[test]
fn a_dropped_transaction_leaves_nothing_of_a_preset() {
    let db = memory();
    let before = everything(&db.read().unwrap());
    let mut tx = db.write().unwrap();
    tx.apply_preset(&presets::retail(CURRENCY)).unwrap();
    drop(tx);
    assert_eq!(everything(&db.read().unwrap()), before);
}

#[test]
fn every_field_is_labelled_explained_and_under_a_heading_and_its_key_is_free() {
    let empty = memory().read().unwrap();
    for preset in presets::all(CURRENCY) {
        assert!(!preset.description.is_empty() && !preset.description.ends_with('.'), "{}", preset.key);
        let own = preset.kinds.iter().flat_map(|kind| [&kind.singular, &kind.plural]).cloned().collect::<BTreeSet<_>>();
        for field in &preset.fields {
            let name = format!("{} of {}", field.key(), field.kind());
            assert_ne!(field.label(), field.key(), "{name}");
            assert!(field.section().is_some_and(|section| !section.is_empty()), "{name}");
            let help = field.help().unwrap_or_default();
            assert!(!help.is_empty() && !help.ends_with('.') && help != field.label(), "{name}: {help}");
            assert_eq!(field.options().count() > 1, field.value_type() == ValueType::Choice, "{name}");
            assert!(field.currency().is_none_or(|currency| currency == CURRENCY), "{name}");
            match empty.catalogue().kind_named(field.kind()) {
                Some(kind) => assert!(empty.catalogue().attribute(kind.kind, field.key()).is_none(), "{name}"),
                None => assert!(own.contains(field.kind()), "{name}"),
            }
        }
        for question in &preset.questions {
            assert!(question.description.as_deref().is_some_and(|text| text.ends_with('.')), "{}", question.name);
            assert!(question.folder.is_some(), "{}", question.name);
        }
    }
}

#[test]
fn every_field_can_be_asked_without_quotes_and_no_question_surprises() {
    for preset in presets::all(CURRENCY) {
        let db = memory();
        applied(&db, std::slice::from_ref(&preset));
        let snapshot = db.read().unwrap();
        for field in &preset.fields {
            let plural = snapshot.catalogue().kind_named(field.kind()).unwrap().plural.clone();
            let text = format!("{plural} where {} is set", field.key());
            assert!(snapshot.any_segment(text.as_str()).is_ok(), "{text}");
        }
        for question in &preset.questions {
            let saved = snapshot.saved_question(&question.name).unwrap();
            assert_eq!(saved.segment().notices(), [], "{}", question.name);
        }
    }
}

#[test]
fn records_with_fields_of_presets_are_the_same_after_the_file_was_closed() {
    for preset in presets::all(CURRENCY) {
        let (_folder, path) = file();
        let (opened, watch) = options();
        let db = opened.create(&path).unwrap();
        applied(&db, std::slice::from_ref(&preset));
        load(&preset.key, &db, &watch).unwrap();
        let before = everything(&db.read().unwrap());
        db.close().unwrap();
        let db = options().0.verify_on_open(true).open(&path).unwrap();
        assert_eq!(everything(&db.read().unwrap()), before, "{}", preset.key);
    }
}

#[test]
fn a_preset_that_does_not_fit_is_refused_as_a_whole_with_every_reason() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.define(Field::text("nps")).unwrap();
    tx.define(Field::money("mrr", Currency::USD).on(Kind::COMPANY)).unwrap();
    tx.define(Field::multi_choice("plan").option("free", "Free")).unwrap();
    tx.define(Field::date("trial_ends")).unwrap();
    tx.edit_field(Kind::CONTACT, "trial_ends").unwrap().archive().unwrap();
    let other = tx.define_kind(CustomKind::new("abo", "subscription")).unwrap();
    tx.insert(&AnyRecord::new(other)).unwrap();
    tx.commit().unwrap();
    let (text, found) = conflicts(&db, &presets::saas(CURRENCY));
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[0], "kind subscription");
    for name in ["field nps of contact", "field mrr of company", "field plan of contact", "field trial_ends of contact"]
    {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    assert!(text.starts_with("the preset \"saas\" can't be applied: kind subscription: "), "{text}");
    assert!(
        text.contains(
            "field nps of contact: found a text, expected a whole number; rename the field that is there or leave this \
             one out; "
        ),
        "{text}"
    );
    assert!(text.contains("found an amount of money in USD, expected an amount of money in EUR"), "{text}");
    assert!(text.contains("found several values, each an option, expected an option"), "{text}");
    assert!(text.contains("field trial_ends of contact: it was archived"), "{text}");
    assert!(text.ends_with("; nothing of it was added"), "{text}");
}

#[test]
fn a_preset_with_mistakes_is_refused_with_each_of_them() {
    let db = memory();
    let wrong = Preset::new("wrong", "Wrong")
        .kind(CustomKind::new("two words", "dogs"))
        .kind(CustomKind::new("contact", "people"))
        .field("two words", Field::text("colour"))
        .field("cat", Field::text("colour"))
        .field("contact", Field::text("email"))
        .field("contact", Field::integer("size").min(10).max(1))
        .field("contact", Field::choice("coat").option("short", "Short").default("long"))
        .field_to("contact", Field::<RecordId>::reference("pet"), ["cat"])
        .option("contact", "relatoin", "breeder", "Breeder")
        .option("contact", "relation", "", "Nobody")
        .pipeline(Pipeline::new("empty", "Empty"))
        .question(PresetQuestion::new("Not reached", "colour = red"));
    let (text, found) = conflicts(&db, &wrong);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "kind two words",
            "kind contact",
            "field colour of cat",
            "field email of contact",
            "field size of contact",
            "field coat of contact",
            "field pet of contact",
            "option breeder of contact relatoin",
            "option  of contact relation",
            "pipeline empty",
        ]
    );
    assert!(text.contains("field colour of cat: there is no \"cat\""), "{text}");
    assert!(text.contains("did you mean \"relation\"?"), "{text}");
    assert!(matches!(found[2].1, PresetProblem::Missing { .. }));
    assert!(matches!(found[3].1, PresetProblem::Refused(_)));

    let questions = Preset::new("asks", "Asks")
        .field("contact", Field::text("colour"))
        .question(PresetQuestion::new("Good", "colour = red"))
        .question(PresetQuestion::new("Mistyped", "coluor = red"))
        .question(PresetQuestion::new(" ", "all"))
        .question(PresetQuestion::new("Folder", "all").folder(""));
    let (text, found) = conflicts(&db, &questions);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["question \"Mistyped\"", "question \" \"", "question \"Folder\""]);
    assert!(text.contains("question \"Mistyped\": found the unknown attribute `coluor`"), "{text}");
}

#[test]
fn limits_hold_for_presets_too() {
    for (limits, entry) in [
        (Limits { fields: 3, ..Limits::default() }, "field "),
        (Limits { kinds: 1, ..Limits::default() }, "kind "),
        (Limits { questions: 2, ..Limits::default() }, "question "),
    ] {
        let db = contactdb::Options::new().limits(limits).in_memory().unwrap();
        let (_, found) = conflicts(&db, &presets::nonprofit(CURRENCY));
        assert!(found.iter().any(|(name, _)| name.starts_with(entry)), "{entry}");
    }
}

#[test]
fn what_is_there_stays_as_the_business_made_it() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.define(Field::choice("rating").label("How dear").option("hot", "Very").option("icy", "Not at all")).unwrap();
    tx.save_question("newsletter", "tags is not set").unwrap();
    let own = Pipeline::new("lettings", "My lettings").stage("call", "Call", 5).won("done", "Done");
    tx.define_pipeline(Kind::DEAL, own.clone()).unwrap();
    let applied = tx.apply_preset(&presets::basic()).unwrap();
    assert_eq!(
        texts(&applied.present),
        BTreeSet::from(["field rating of contact".into(), "question \"Newsletter\"".into()])
    );
    // A choice gets the options it lacks, so that questions can name them.
    assert!(texts(&applied.added).contains("option cold of contact rating"));
    let rating = tx.catalogue().attribute(Kind::CONTACT, "rating").unwrap();
    let labels: Vec<&str> = rating.options.iter().map(|option| &*option.label).collect();
    assert_eq!((&*rating.label, labels), ("How dear", vec!["Very", "Not at all", "Cold", "Warm"]));
    assert_eq!(tx.saved_question("Newsletter").unwrap().to_text(tx.catalogue()), "tags is not set");

    let applied = tx.apply_preset(&presets::estate_agent(CURRENCY)).unwrap();
    assert_eq!(texts(&applied.present), BTreeSet::from(["pipeline lettings".into()]));
    assert!(tx.catalogue().pipelines(Kind::DEAL).any(|pipeline| pipeline == own));
}

#[test]
fn a_preset_can_be_changed_before_it_is_applied() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.define(Field::text("nps")).unwrap();
    let mut saas = presets::saas(CURRENCY);
    assert!(tx.apply_preset(&saas).is_err());
    saas.fields.retain(|field| field.key() != "nps");
    saas.questions.retain(|question| !question.text.contains("nps"));
    let applied = tx.apply_preset(&saas).unwrap();
    assert!(!texts(&applied.added).contains("field nps of contact"));
    assert!(tx.saved_question("Customers at risk").is_ok());
}

#[test]
fn records_stand_in_the_timelines_of_what_they_are_about_and_keep_it_from_going() {
    let db = memory();
    applied(&db, &presets::all(CURRENCY));
    let snapshot = db.read().unwrap();
    for (kind, key, on_delete) in [
        ("property", "proprietor", OnDelete::Refuse),
        ("viewing", "property", OnDelete::Cascade),
        ("viewing", "visitor", OnDelete::Cascade),
        ("subscription", "contact", OnDelete::Refuse),
        ("subscription", "company", OnDelete::Refuse),
        ("project", "member", OnDelete::Detach),
        ("project", "company", OnDelete::Detach),
        ("household", "head", OnDelete::Detach),
    ] {
        let kind = snapshot.catalogue().kind_named(kind).unwrap().kind;
        let attribute = snapshot.catalogue().attribute(kind, key).unwrap();
        assert_eq!((attribute.about, attribute.on_delete), (true, on_delete), "{key}");
    }
}

#[test]
fn a_preset_of_ones_own_is_made_of_the_same_parts() {
    let kennel = Preset::new("kennel", "Kennel")
        .kind(CustomKind::new("dog", "dogs"))
        .field("dog", Field::<Id<Contact>>::reference_to("keeper").about())
        .field_to("contact", Field::<RecordId>::reference("favourite"), ["dog"]);
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.apply_preset(&kennel).unwrap();
    let dog = tx.catalogue().kind_named("dog").unwrap().kind;
    let rex = tx.insert(&AnyRecord::new(dog).set_value("name", "Rex")).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Brook").set_value("favourite", rex)).unwrap();
    let wrong = Contact::named("Bea", "Castle").set_value("favourite", Value::from(ada));
    assert!(tx.insert(&wrong).unwrap_err().is_invalid());
    assert_eq!(tx.count(tx.segment("favourite.name = rex").unwrap()).unwrap(), 1);
}

/// What the page about presets says of each of them.
fn page() -> String {
    let mut out = String::new();
    for preset in presets::all(CURRENCY) {
        writeln!(out, "## {}\n\n`presets::{}`: {}.\n", preset.label, preset.key, preset.description).unwrap();
        writeln!(out, "| what | which |\n|---|---|").unwrap();
        let kinds: Vec<String> = preset.kinds.iter().map(|kind| format!("`{}`", kind.singular)).collect();
        let mut row = |what: &str, which: &[String]| {
            if !which.is_empty() {
                writeln!(out, "| {what} | {} |", which.join(", ")).unwrap();
            }
        };
        row("kinds", &kinds);
        let mut of: Vec<&str> = Vec::new();
        for field in &preset.fields {
            if !of.contains(&field.kind()) {
                of.push(field.kind());
            }
        }
        for kind in of {
            let fields = preset.fields.iter().filter(|field| field.kind() == kind);
            let keys: Vec<String> = fields.map(|field| format!("`{}`", field.key())).collect();
            row(&format!("fields of `{kind}`"), &keys);
        }
        let options: Vec<String> =
            preset.options.iter().map(|one| format!("`{}` of {} `{}`", one.key, one.kind, one.field)).collect();
        row("options", &options);
        for pipeline in &preset.pipelines {
            let stages: Vec<String> = pipeline.stages.iter().map(|stage| stage.label.clone()).collect();
            row(&format!("pipeline `{}`", pipeline.key), &stages);
        }
        writeln!(out, "\n| question | text |\n|---|---|").unwrap();
        for question in &preset.questions {
            writeln!(out, "| {} | `{}` |", question.name, question.text).unwrap();
        }
        out.push('\n');
    }
    out
}

#[test]
fn the_page_about_presets_says_what_they_bring() {
    let (page, written) = (page(), include_str!("../../docs/presets.md"));
    assert!(written.contains(page.trim()), "docs/presets.md should have this:\n{page}");
}

/// The clock of the data, so that the module is used whole.
#[test]
fn the_data_are_of_a_day_in_june() {
    let watch = Watch::on("2026-04-01");
    watch.set("2026-06-15");
    assert_eq!(contactdb::Clock::now(&watch).date(), crate::common::date(2026, 6, 15));
}
