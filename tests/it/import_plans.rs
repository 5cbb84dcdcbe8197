//! A plan finds among the rows of a file what the import will find.

use std::ops::ControlFlow;

use contactdb::{Company, Contact, Database, Field, Mapping, Read, RowAction, RowsInMemory, Target, vcard};

use crate::import_matching::import;

fn kinds(actions: &[RowAction]) -> Vec<&'static str> {
    let kind = |action: &RowAction| match action {
        RowAction::Create { .. } => "create",
        RowAction::Update { .. } | RowAction::Unchanged { .. } => "update",
        RowAction::Refuse => "refuse",
        RowAction::Conflict { .. } => "conflict",
        _ => "other",
    };
    actions.iter().map(kind).collect()
}

#[test]
fn numbers_are_taken_as_they_stand() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let mapping = Mapping::new("contact")
        .column("Id", Target::value("external_id").with("external_id_system", "sf"))
        .column("Given", Target::value("given_name"))
        .matching(["external_id"]);
    let rows = [["Id", "Given"], ["003AbC", "Ada"], ["003aBc", "Bob"], ["003ABC", "Eve"], ["003AbC", "Ada"]];
    assert_eq!(kinds(&import(&mut tx, &mapping, &rows)), ["create", "create", "create", "update"]);
    // Numbers that differ in case alone are several of one record too.
    let mapping = Mapping::new("contact")
        .column("Id", Target::value("external_id").with("external_id_system", "crm"))
        .column("Mail", Target::value("email"))
        .matching(["email"]);
    let rows = [["Id", "Mail"], ["a1", "joe@example.com"], ["A1", "joe@example.com"]];
    import(&mut tx, &mapping, &rows);
    let joe = tx.find::<Contact>(&contactdb::By::email("joe@example.com")).unwrap()[0];
    assert_eq!(tx.get(joe).unwrap().unwrap().record.external_ids.len(), 2);
}

#[test]
fn accents_make_other_addresses_and_other_unique_texts() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.define(Field::text("code").unique()).unwrap();
    let mails = Mapping::new("contact").column("Mail", Target::value("email")).matching(["email"]);
    let rows = [["Mail"], ["jos\u{e9}@example.com"], ["jose@example.com"], ["JOSE@EXAMPLE.com"]];
    assert_eq!(kinds(&import(&mut tx, &mails, &rows)), ["create", "create", "update"]);
    let codes = Mapping::new("contact").column("Code", Target::value("code")).matching(["code"]);
    let rows = [["Code"], ["\u{c4}1"], ["A1"], ["a1"]];
    assert_eq!(kinds(&import(&mut tx, &codes, &rows)), ["create", "create", "update"]);
}

#[test]
fn a_value_that_only_one_can_have_is_refused_the_second_time() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.define(Field::text("code").unique()).unwrap();
    let mapping = Mapping::new("contact")
        .column("Mail", Target::value("email"))
        .column("Code", Target::value("code"))
        .matching(["email"]);
    let rows = [
        ["Mail", "Code"],
        ["ada@example.com", "A1"],
        ["bob@example.com", "a1"],
        ["bob@example.com", ""],
        ["ada@example.com", "A2"],
        ["bob@example.com", "A1"],
        ["bob@example.com", "A2"],
    ];
    let mut messages = Vec::new();
    let plan = tx.plan_import(&mapping, &mut RowsInMemory::new(rows), |row| {
        messages.extend(row.problems.iter().map(|problem| format!("{}: {}", row.row, problem.message)));
        ControlFlow::Continue(())
    });
    assert_eq!(plan.unwrap().refused, 2);
    let expected =
        ["2: code: found \"a1\", row 1 has this value already", "6: code: found \"A2\", row 1 has this value already"];
    assert_eq!(messages, expected);
    let actions = import(&mut tx, &mapping, &rows);
    assert_eq!(kinds(&actions), ["create", "refuse", "create", "update", "update", "refuse"]);
}

#[test]
fn a_company_that_an_earlier_row_renames_is_not_found_by_its_old_name() {
    let db = Database::in_memory().unwrap();
    for read_before in [false, true] {
        let mut tx = db.write().unwrap();
        tx.insert(&Company::new("Acme").external_id("crm", "1")).unwrap();
        let mapping = Mapping::new("company")
            .column("Id", Target::value("external_id").with("external_id_system", "crm"))
            .column("Name", Target::value("name"))
            .matching(["external_id", "name"]);
        let mut rows = vec![["Id", "Name"], ["1", "Beta"], ["", "Acme"], ["", "beta"]];
        let mut expected = vec!["update", "create", "update"];
        if read_before {
            rows.insert(1, ["", "Other"]);
            expected.insert(0, "create");
        }
        assert_eq!(kinds(&import(&mut tx, &mapping, &rows)), expected);
    }
}

#[test]
fn organisations_of_one_name_and_numbers_of_their_own_stay_two_in_plans_of_cards() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let card = |uid: &str| format!("BEGIN:VCARD\nVERSION:4.0\nUID:{uid}\nKIND:org\nFN:Acme\nORG:Acme\nEND:VCARD\n");
    let person = "BEGIN:VCARD\nVERSION:4.0\nFN:Ada\nORG:Beta\nEND:VCARD\n";
    let beta = "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:BETA\nORG:BETA\nEND:VCARD\n";
    let file = [card("1"), card("2"), card("1"), person.to_owned(), beta.to_owned()].concat();
    let by = contactdb::Merging::by(["external_id", "email"]);
    let go = |_: &contactdb::PlannedRow| ControlFlow::Continue(());
    let plan = tx.plan_cards(&by, vcard::read(file.as_bytes()), go).unwrap();
    let done = tx.import_cards("cards", &by, vcard::read(file.as_bytes()), go).unwrap().counts;
    let sums = |counts: contactdb::ImportCounts| (counts.created, counts.updated + counts.unchanged, counts.named);
    assert_eq!((sums(plan), sums(done)), ((3, 2, 1), (3, 2, 1)));
}

#[cfg(feature = "phone")]
#[test]
fn a_phone_number_is_one_in_whatever_form_it_is_written() {
    let options = contactdb::Options::new().default_region(contactdb::Region::new("GB").unwrap());
    let db = options.phone_normalizer(contactdb::PhoneMetadata).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let mapping = Mapping::new("contact").column("Phone", Target::value("phone")).matching(["phone"]);
    let rows = [["Phone"], ["+44 20 7946 0123"], ["020 7946 0123"], ["(020) 79460123"], ["020 7946 0124"]];
    assert_eq!(kinds(&import(&mut tx, &mapping, &rows)), ["create", "update", "update", "create"]);
}

#[test]
fn a_row_that_is_refused_leaves_no_option_behind() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let mapping = Mapping::new("contact")
        .column("Mail", Target::value("email"))
        .column("Source", Target::value("source"))
        .matching(["email"]);
    let rows = [["Mail", "Source"], ["no address", "NewSource"], ["ada@example.com", "Fair"]];
    assert_eq!(kinds(&import(&mut tx, &mapping, &rows)), ["refuse", "create"]);
    let source = tx.catalogue().attribute(contactdb::Kind::CONTACT, "source").unwrap();
    let has = |label: &str| source.options.iter().any(|option| &*option.label == label);
    assert_eq!((has("NewSource"), has("Fair")), (false, true));
}

#[test]
fn a_plan_that_refuses_a_row_makes_the_company_that_it_names_with_the_next() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.define(Field::text("code").unique()).unwrap();
    let mapping = Mapping::new("contact")
        .column("Mail", Target::value("email"))
        .column("Code", Target::value("code"))
        .column("Company", Target::value("affiliation_company").find(contactdb::Find::Name { create: true }))
        .matching(["email"]);
    let rows = [
        ["Mail", "Code", "Company"],
        ["ada@example.com", "1", ""],
        ["bob@example.com", "1", "Acme"],
        ["eve@example.com", "2", "ACME"],
    ];
    let go = |_: &contactdb::PlannedRow| ControlFlow::Continue(());
    let plan = tx.plan_import(&mapping, &mut RowsInMemory::new(rows), go).unwrap();
    let done = tx.import("table", &mapping, &mut RowsInMemory::new(rows), go).unwrap().counts;
    assert_eq!((plan.created, plan.refused, plan.named), (2, 1, 1));
    assert_eq!(plan, done);
}
