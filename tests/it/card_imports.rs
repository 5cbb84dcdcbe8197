//! Streams of cards as imports: planned, done, resumed and undone.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use contactdb::vcard::{self, Card};
use contactdb::{
    By, Company, Contact, Database, Existing, Import, ImportCounts, ImportMode, Merging, PlannedRow, Read, Result,
    RowAction, Transaction, choices,
};

fn go(_: &PlannedRow) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn cards(text: &str) -> impl Iterator<Item = Result<Card>> + '_ {
    vcard::read(text.as_bytes())
}

fn by() -> Merging {
    Merging::by(["external_id", "email"])
}

fn card(lines: &[&str]) -> String {
    format!("BEGIN:VCARD\nVERSION:3.0\n{}\nEND:VCARD\n", lines.join("\n"))
}

/// People of one company, the company after them, groups ahead of and behind their members, one card that can't be read.
fn file() -> String {
    [
        card(&["KIND:group", "FN:friends", "MEMBER:urn:uuid:1", "MEMBER:2", "MEMBER:nobody"]),
        card(&[
            "UID:urn:uuid:1",
            "N:Lovelace;Ada",
            "FN:Ada Lovelace",
            "EMAIL:ada@example.com",
            "ORG:Acme",
            "X-PET:Cat",
        ]),
        card(&["UID:2", "N:Hopper;Grace", "FN:Grace Hopper", "ORG:acme;Research", "TITLE:Admiral"]),
        card(&["N:Lovelace;Ada", "FN:Ada Lovelace", "EMAIL:ADA@example.com", "TEL:+44 20 7946 0001"]),
        card(&["KIND:org", "UID:c", "FN:Acme", "ORG:Acme", "TEL:+44 20 7946 0099"]),
        "BEGIN:VCARD\nFN:Cut off\n".to_owned(),
        card(&["KIND:group", "FN:engines", "MEMBER:2", "MEMBER:c"]),
        card(&["X-NOTHING:"]),
    ]
    .concat()
}

fn outline(tx: &Transaction<'_>) -> BTreeMap<String, String> {
    let of = |question: &str| tx.ask(&tx.any_question(question).unwrap()).ids().unwrap();
    let mut all = BTreeMap::new();
    for id in of("contacts where all").into_iter().chain(of("companies where all")) {
        let record = tx.get(id).unwrap().unwrap().record;
        all.insert(format!("{id}"), format!("{record:?}"));
    }
    all
}

#[test]
fn people_companies_and_groups_of_a_stream_go_in() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let text = file();
    let mut rows = Vec::new();
    let mut note = |row: &PlannedRow| {
        rows.push((row.row, row.line, row.action.clone(), row.problems.len()));
        ControlFlow::Continue(())
    };
    let counts = tx.import_cards("all.vcf", &by(), cards(&text), &mut note).unwrap().counts;
    assert_eq!((counts.rows, counts.created, counts.updated, counts.named), (8, 2, 2, 1));
    assert_eq!((counts.groups, counts.skipped, counts.refused, counts.conflicts), (2, 1, 1, 0));
    let order: Vec<u64> = rows.iter().map(|(row, ..)| *row).collect();
    assert_eq!(order, [2, 3, 4, 5, 6, 8, 1, 7], "groups come last");
    assert!(rows.iter().all(|(row, line, ..)| *row == 1 || *line > 1));
    let members: Vec<_> = rows.iter().filter(|(.., action, _)| matches!(action, RowAction::Group { .. })).collect();
    assert!(matches!(members[0].2, RowAction::Group { members: 2, .. }));
    assert_eq!(members[0].3, 1, "one of them is nobody");

    let ada = &tx.get_by::<Contact>(&By::email("ada@example.com")).unwrap()[0].record;
    assert_eq!((ada.phones.len(), ada.vcard.as_deref()), (1, Some("ORG:Acme\nX-PET:Cat")));
    let grace = &tx.get_by::<Contact>(&By::external_id("vcard", "2")).unwrap()[0].record;
    assert_eq!(grace.affiliations[0].company, ada.affiliations[0].company, "whatever the case of its name");
    assert_eq!(grace.affiliations[0].title.as_deref(), Some("Admiral"));
    let acme = tx.get(ada.affiliations[0].company).unwrap().unwrap().record;
    assert_eq!((acme.name.as_str(), acme.phones.len(), acme.external_ids.len()), ("Acme", 1, 1));
    assert_eq!(tx.count(tx.segment("tag friends").unwrap()).unwrap(), 2);
    assert_eq!(tx.count(tx.segment("tag engines").unwrap()).unwrap(), 1);
    assert_eq!(tx.count(tx.segment_of::<Company>("tag engines").unwrap()).unwrap(), 1);
    tx.commit().unwrap();
    assert!(db.read().unwrap().check(|_| {}).unwrap().is_sound());
}

#[test]
fn a_plan_of_cards_says_what_the_import_does() {
    for mode in [ImportMode::Both, ImportMode::Create, ImportMode::Update] {
        for known in [false, true] {
            let db = Database::in_memory().unwrap();
            let mut tx = db.write().unwrap();
            if known {
                tx.insert(&Contact::new().email("ada@example.com").external_id("vcard", "2")).unwrap();
                tx.insert(&Company::new("ACME")).unwrap();
            }
            let (text, merging) = (file(), by().mode(mode));
            let before = outline(&tx);
            let plan = tx.plan_cards(&merging, cards(&text), go).unwrap();
            assert_eq!(outline(&tx), before);
            let done = tx.import_cards("all.vcf", &merging, cards(&text), go).unwrap().counts;
            let of = |counts: ImportCounts| {
                let changed = counts.updated + counts.unchanged;
                [counts.rows, counts.created, changed, counts.skipped, counts.refused, counts.named, counts.groups]
            };
            assert_eq!(of(plan), of(done), "{mode:?}, known: {known}");
        }
    }
}

#[test]
fn an_import_of_cards_can_be_undone() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let known = Contact::named("A.", "Lovelace").email("ada@example.com");
    tx.insert(&Contact { vcard: Some("X-HAT:Bonnet".into()), ..known }).unwrap();
    let before = outline(&tx);
    let text = file();
    let done = tx.import_cards("all.vcf", &by(), cards(&text), go).unwrap();
    let ada = &tx.get_by::<Contact>(&By::email("ada@example.com")).unwrap()[0].record;
    assert_eq!(ada.vcard.as_deref(), Some("X-HAT:Bonnet\nORG:Acme\nX-PET:Cat"));
    assert!(ada.tags.iter().any(|tag| tag.as_str() == "friends"));
    tx.undo_import(done.id, |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(outline(&tx), before);
}

#[test]
fn values_that_are_there_stay_if_that_is_asked_for() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let known = Contact::named("A.", "Lovelace").email("ada@example.com");
    let id = tx.insert(&Contact { vcard: Some("X-PET:Dog".into()), ..known }).unwrap();
    let text = file();
    tx.import_cards("all.vcf", &by().existing(Existing::Keep), cards(&text), go).unwrap();
    let ada = tx.get(id).unwrap().unwrap().record;
    assert_eq!((ada.name.given.as_deref(), ada.vcard.as_deref()), (Some("A."), Some("ORG:Acme\nX-PET:Dog")));
    assert_eq!(ada.phones.len(), 1);
}

#[test]
fn an_import_of_cards_that_was_stopped_goes_on() {
    let text = file();
    let whole = Database::in_memory().unwrap();
    let all = whole.import_cards("all.vcf", &by(), cards(&text), go).unwrap();
    assert!(all.finished);
    for stop in 1..=8 {
        let db = Database::in_memory().unwrap();
        let mut left = stop;
        let begun = db.import_cards("all.vcf", &by(), cards(&text), |_| {
            left -= 1;
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let begun = begun.unwrap();
        assert!(!begun.finished);
        let rest = db.resume_cards(begun.id, cards(&text), go).unwrap();
        assert!(rest.finished);
        let tx = db.write().unwrap();
        assert_eq!(tx.count(tx.segment("all").unwrap()).unwrap(), 2, "{stop}");
        assert_eq!(tx.count(tx.segment("tag friends").unwrap()).unwrap(), 2, "{stop}");
        assert_eq!(tx.count(tx.segment_of::<Company>("tag engines and phone is set").unwrap()).unwrap(), 1, "{stop}");
        let import: Import = tx.get(begun.id).unwrap().unwrap().record;
        assert_eq!((import.rows, import.status), (Some(8), Some(choices::import_status::DONE)), "{stop}");
        drop(tx);
        assert!(db.resume_cards(begun.id, cards(&text), go).is_err(), "it is done");
    }
}

#[test]
fn an_import_of_cards_is_none_of_a_table() {
    let db = Database::in_memory().unwrap();
    let text = file();
    let begun = db.import_cards("all.vcf", &by(), cards(&text), |_| ControlFlow::Break(())).unwrap();
    let mut table = contactdb::RowsInMemory::new([["Mail"]]);
    assert_eq!(
        db.resume_import(begun.id, &mut table, go).unwrap_err().to_string(),
        "the import \"all.vcf\" is stopped, expected one that is running or stopped, with a mapping that can be read"
    );
}

#[test]
fn people_without_keys_and_people_with_one_address_are_told_apart() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    for number in ["1", "2"] {
        tx.insert(&Contact::new().external_id("shop", number).email("home@example.com")).unwrap();
    }
    let text = [card(&["FN:Eve", "N:;Eve", "EMAIL:home@example.com"]), card(&["FN:Eve", "N:;Eve"])].concat();
    let counts = tx.import_cards("eve.vcf", &by(), cards(&text), go).unwrap().counts;
    assert_eq!((counts.conflicts, counts.created), (1, 1));
}

#[test]
fn whoever_is_in_very_many_groups_has_the_tags_that_fit() {
    let members = "MEMBER:1\nMEMBER:nobody\n";
    let group = |at| format!("BEGIN:VCARD\nVERSION:4.0\nUID:g{at}\nKIND:group\nFN:Group {at}\n{members}END:VCARD\n");
    let person = "BEGIN:VCARD\nVERSION:4.0\nUID:1\nFN:Ada\nEND:VCARD\n".to_owned();
    let file = std::iter::once(person).chain((0..1_100).map(group)).collect::<Vec<_>>().concat();
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let (mut tagged, mut refused) = (0, 0);
    let by = Merging::by(["external_id"]);
    let done = tx.import_cards("groups", &by, vcard::read(file.as_bytes()), |row| {
        if let RowAction::Group { members, .. } = row.action {
            tagged += members;
            refused += row.problems.iter().filter(|problem| problem.code == "invalid").count();
            assert!(row.problems.iter().any(|problem| problem.code == "not-found"));
        }
        ControlFlow::Continue(())
    });
    assert_eq!(done.unwrap().counts.groups, 1_100);
    let ada = tx.find::<Contact>(&By::external_id("vcard", "1")).unwrap()[0];
    let ada = tx.get(ada).unwrap().unwrap();
    // All that a record can have, that of the import among them.
    assert_eq!((tagged, refused, ada.record.tags.len()), (999, 101, 1_000));
}
