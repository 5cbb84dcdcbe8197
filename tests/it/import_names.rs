//! Whose name a row has: people who share a key stay apart, and the names and notes of those who are meant stay whole.

use std::ops::ControlFlow;

use contactdb::{
    Contact, Database, Existing, Incoming, Ingested, Mapping, Merging, PersonName, PlannedRow, Read, RowAction,
    RowsInMemory, Target, Transaction, vcard,
};

use crate::import_matching::import;

fn go(_: &PlannedRow) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn people(by: &[&str]) -> Mapping {
    let mut mapping = Mapping::new("contact")
        .column("Given", Target::value("given_name"))
        .column("Family", Target::value("family_name"))
        .column("Mail", Target::value("email"))
        .column("Phone", Target::value("phone"))
        .column("Notes", Target::value("notes"));
    mapping.merging.match_by = by.iter().map(ToString::to_string).collect();
    mapping
}

/// Which of the rows made a record.
fn made(actions: &[RowAction]) -> Vec<bool> {
    actions.iter().map(|action| matches!(action, RowAction::Create { .. })).collect()
}

fn names(tx: &Transaction<'_>) -> Vec<String> {
    let all = tx.ask(&tx.any_question("contacts where all").unwrap()).ids().unwrap();
    let mut names: Vec<String> = all.into_iter().map(|id| tx.get(id).unwrap().unwrap().record.title(tx)).collect();
    names.sort();
    names
}

trait Titled {
    fn title(&self, tx: &Transaction<'_>) -> String;
}

impl Titled for contactdb::AnyRecord {
    fn title(&self, tx: &Transaction<'_>) -> String {
        tx.catalogue().title(self)
    }
}

#[test]
fn a_family_with_one_number_stays_a_family() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let phone = "+44 20 7946 0001";
    let rows = [
        ["Given", "Family", "Mail", "Phone", "Notes"],
        ["Mum", "Miller", "mum@example.com", phone, "first"],
        ["Dad", "Miller", "dad@example.com", phone, ""],
        ["Kid", "Miller", "", phone, ""],
        ["Mum", "Jones", "", phone, ""],
        ["K.", "Miller", "", phone, "an initial"],
        ["Kid", "", "", phone, ""],
    ];
    let actions = import(&mut tx, &people(&["email", "phone"]), &rows);
    assert_eq!(made(&actions), [true, true, true, true, false, false], "{actions:?}");
    assert_eq!(names(&tx), ["Dad Miller", "Kid Miller", "Mum Jones", "Mum Miller"]);
    // Once more: each finds itself.
    let again = import(&mut tx, &people(&["email", "phone"]), &rows[..5]);
    assert_eq!(made(&again), [false; 4], "{again:?}");
    let mum = tx.segment("email = \"mum@example.com\" and notes = \"first\"").unwrap();
    assert_eq!(tx.count(&mum).unwrap(), 1);
    // One without a name can be any of them.
    let actions = import(&mut tx, &people(&["phone"]), &[rows[0], ["", "", "", phone, "who?"]]);
    assert!(matches!(&actions[0], RowAction::Conflict { candidates } if candidates.len() == 4), "{actions:?}");
}

#[test]
fn whoever_marries_keeps_the_address_and_a_stranger_with_it_is_another_one() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let head = ["Given", "Family", "Mail", "Phone", "Notes"];
    let rows = [
        head,
        ["Ada", "Byron", "ada@example.com", "", ""],
        ["Ada", "Lovelace", "ADA@example.com", "", ""],
        ["Bob", "Miller", "ada@example.com", "", ""],
        ["Bob", "", "ada@example.com", "", "Miller"],
        ["", "Lovelace", "ada@example.com", "", ""],
    ];
    let actions = import(&mut tx, &people(&["email"]), &rows);
    assert_eq!(made(&actions), [true, false, true, false, false], "{actions:?}");
    assert_eq!(names(&tx), ["Ada Lovelace", "Bob Miller"]);
}

#[test]
fn a_number_that_a_whole_town_has_tells_nobody() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let given: Vec<String> = (0..250).map(|n| format!("Name{n}")).collect();
    let mut rows = vec![["Given", "Family", "Mail", "Phone", "Notes"]];
    rows.extend(given.iter().map(|given| [given.as_str(), "", "", "+44 20 7946 0000", ""]));
    let actions = import(&mut tx, &people(&["phone"]), &rows);
    assert_eq!(made(&actions), [true; 250]);
    let unnamed = ["", "", "", "+44 20 7946 0000", "who?"];
    assert_eq!(made(&import(&mut tx, &people(&["phone"]), &[rows[0], unnamed])), [true]);
}

#[test]
fn a_form_from_somebody_else_with_a_shared_address_makes_no_mixture() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::new().name(PersonName::default().given("Ada")).email("info@example.com")).unwrap();
    let form = |number, from: Contact| Incoming::form("website", number, from.email("info@example.com"));
    let done = tx.ingest(&form("1", Contact::named("Bob", "Miller"))).unwrap();
    assert!(matches!(done, Ingested::Logged { contact, created: true, .. } if contact != ada), "{done:?}");
    assert_eq!(names(&tx), ["Ada", "Bob Miller"]);
    let done = tx.ingest(&form("2", Contact::named("A.", "Lovelace"))).unwrap();
    assert_eq!(done.contact(), Some(ada));
    assert_eq!(names(&tx), ["Ada Lovelace", "Bob Miller"]);
    // Said to be hers, the name of somebody else leaves hers alone.
    assert_eq!(tx.ingest(&form("3", Contact::named("Eve", "King")).of(ada)).unwrap().contact(), Some(ada));
    assert_eq!(names(&tx), ["Ada Lovelace", "Bob Miller"]);
}

#[test]
fn a_whole_name_takes_the_place_of_the_whole_and_a_part_of_a_part() {
    let db = Database::in_memory().unwrap();
    let whole = || {
        Mapping::new("contact")
            .column("Name", Target::value("name"))
            .column("Mail", Target::value("email"))
            .matching(["email"])
    };
    let known = PersonName::new("Ada", "Lovelace").prefix("Dr.").middle("King").nickname("Enchantress");
    let name_after = |mapping: &Mapping, rows: [[&str; 2]; 2]| {
        let mut tx = db.write().unwrap();
        let ada = tx.insert(&Contact::new().name(known.clone()).email("ada@example.com")).unwrap();
        tx.import("table", mapping, &mut RowsInMemory::new(rows), go).unwrap();
        tx.get(ada).unwrap().unwrap().record.name
    };
    let rows = [["Name", "Mail"], ["Ada Byron", "ada@example.com"]];
    assert_eq!(name_after(&whole(), rows), PersonName::new("Ada", "Byron").nickname("Enchantress"));
    let mut keeping = whole();
    keeping.merging.existing = Existing::Keep;
    assert_eq!(name_after(&keeping, rows), known);
    let part = Mapping::new("contact")
        .column("Family", Target::value("family_name"))
        .column("Mail", Target::value("email"))
        .matching(["email"]);
    let rows = [["Family", "Mail"], ["Byron", "ada@example.com"]];
    assert_eq!(name_after(&part, rows), known.clone().family("Byron"));
}

#[test]
fn a_card_brings_a_whole_name_and_one_without_any_leaves_it() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let known = PersonName::new("Ada", "Lovelace").prefix("Dr.").nickname("Enchantress");
    let ada = tx.insert(&Contact::new().name(known.clone()).email("ada@example.com")).unwrap();
    let mut bring = |properties: &str, existing| {
        let card = format!("BEGIN:VCARD\nVERSION:3.0\n{properties}EMAIL:ada@example.com\nEND:VCARD\n");
        let by = Merging::by(["email"]).existing(existing);
        tx.import_cards("cards", &by, vcard::read(card.as_bytes()), go).unwrap();
        tx.get(ada).unwrap().unwrap().record.name
    };
    assert_eq!(bring("NICKNAME:Enchantress\n", Existing::Overwrite), known);
    assert_eq!(bring("FN:Ada King\nN:King;Ada;;;\n", Existing::Keep), known);
    let after = bring("FN:Ada King\nN:King;Ada;;;\n", Existing::Overwrite);
    assert_eq!(after, PersonName::new("Ada", "King").nickname("Enchantress"));
}

#[test]
fn lines_of_notes_are_added_to_what_somebody_wrote() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx
        .insert(&Contact::new().email("ada@example.com").set_value("notes", "by hand: precious\nHobby: Tea"))
        .unwrap();
    let mapping = |existing| {
        let mut mapping = Mapping::new("contact")
            .column("Mail", Target::value("email"))
            .column("Hobby", Target::note("Hobby"))
            .column("Shoe", Target::note("Shoe"))
            .matching(["email"]);
        mapping.merging.existing = existing;
        mapping
    };
    let head = ["Mail", "Hobby", "Shoe"];
    let notes = |tx: &Transaction<'_>| tx.get(ada).unwrap().unwrap().record.notes.unwrap();
    import(&mut tx, &mapping(Existing::Keep), &[head, ["ada@example.com", "Bricks", "42"]]);
    assert_eq!(notes(&tx), "by hand: precious\nHobby: Tea\nShoe: 42");
    import(&mut tx, &mapping(Existing::Overwrite), &[head, ["ada@example.com", "Bricks", ""]]);
    assert_eq!(notes(&tx), "by hand: precious\nHobby: Bricks\nShoe: 42");
    let again = import(&mut tx, &mapping(Existing::Overwrite), &[head, ["ada@example.com", "Bricks", "42"]]);
    assert!(matches!(again[0], RowAction::Unchanged { .. }), "{again:?}");
}
