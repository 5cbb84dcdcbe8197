//! Which record a row means.

use std::ops::ControlFlow;

use contactdb::{
    Company, Contact, Database, ImportCounts, Mapping, PlannedRow, Read, RowAction, RowsInMemory, Target, Transaction,
};

fn go(_: &PlannedRow) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Plans and imports a table; both say the same.
pub(crate) fn import<const N: usize>(
    tx: &mut Transaction<'_>,
    mapping: &Mapping,
    rows: &[[&str; N]],
) -> Vec<RowAction> {
    let table = || RowsInMemory::new(rows.iter().copied());
    let plan = tx.plan_import(mapping, &mut table(), go).unwrap();
    let mut actions = Vec::new();
    let done = tx.import("table", mapping, &mut table(), |row| {
        actions.push(row.action.clone());
        ControlFlow::Continue(())
    });
    let sums =
        |counts: ImportCounts| [counts.rows, counts.created, counts.updated + counts.unchanged, counts.conflicts];
    assert_eq!(sums(plan), sums(done.unwrap().counts));
    actions
}

fn people() -> Mapping {
    Mapping::new("contact")
        .column("Id", Target::value("external_id").with("external_id_system", "crm"))
        .column("Given", Target::value("given_name"))
        .column("Mail", Target::value("email"))
        .matching(["external_id", "email"])
}

fn companies() -> Mapping {
    Mapping::new("company")
        .column("Id", Target::value("external_id").with("external_id_system", "crm"))
        .column("Name", Target::value("name"))
        .column("Trade", Target::value("industry"))
        .matching(["external_id", "name"])
}

#[test]
fn people_who_share_an_address_and_have_numbers_of_their_own_stay_two() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let head = ["Id", "Given", "Mail"];
    let rows = [head, ["1", "Ada", "home@example.com"], ["2", "Bob", "home@example.com"], ["1", "Ada", ""]];
    let actions = import(&mut tx, &people(), &rows);
    assert!(matches!(actions[..2], [RowAction::Create { .. }, RowAction::Create { .. }]), "{actions:?}");
    assert!(matches!(actions[2], RowAction::Unchanged { .. }), "{actions:?}");
    // Of a number of another system nothing is said.
    let other = Mapping::new("contact")
        .column("Id", Target::value("external_id").with("external_id_system", "shop"))
        .column("Mail", Target::value("email"))
        .matching(["external_id", "email"]);
    let actions = import(&mut tx, &other, &[["Id", "Mail"], ["9", "home@example.com"]]);
    assert!(matches!(actions[0], RowAction::Conflict { .. }), "both have the address: {actions:?}");
    assert_eq!(tx.count(tx.segment("all").unwrap()).unwrap(), 2);
}

#[test]
fn somebody_known_by_address_gets_the_number_of_the_row() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::new().email("ada@example.com").external_id("shop", "9")).unwrap();
    let rows = [
        ["Id", "Given", "Mail"],
        ["", "Ada", "ada@example.com"],
        ["1", "", "ada@example.com"],
        ["2", "Eve", "ada@example.com"],
    ];
    let actions = import(&mut tx, &people(), &rows);
    assert!(matches!(actions[..2], [RowAction::Update { .. }, RowAction::Update { .. }]), "{actions:?}");
    assert!(matches!(actions[2], RowAction::Create { .. }), "the address has number 1 by now: {actions:?}");
    assert_eq!(tx.get(ada).unwrap().unwrap().record.external_ids.len(), 2);
}

#[test]
fn a_company_that_was_known_by_name_is_that_of_its_own_row() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let head = ["Id", "Name", "Trade"];
    let rows = [head, ["1", "ACME", "Roofs"], ["2", "Acme", "Boats"], ["", "Other", ""], ["", "other", "Tea"]];
    let actions = import(&mut tx, &companies(), &rows);
    assert!(matches!(&actions[0], RowAction::Update { id, .. } if *id == acme.into()), "{actions:?}");
    assert!(matches!(actions[1], RowAction::Create { .. }), "it has a number of its own: {actions:?}");
    assert!(matches!(actions[2..], [RowAction::Create { .. }, RowAction::Update { .. }]), "{actions:?}");
    let actions = import(&mut tx, &companies(), &[head, ["", "Acme", ""], ["2", "Acme", "Boats"]]);
    assert!(matches!(&actions[0], RowAction::Conflict { candidates } if candidates.len() == 2), "{actions:?}");
    assert!(matches!(actions[1], RowAction::Unchanged { .. }), "{actions:?}");
    assert_eq!(tx.ask(&tx.any_question("companies where all").unwrap()).ids().unwrap().len(), 3);
}
