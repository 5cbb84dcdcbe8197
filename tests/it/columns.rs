//! What lists show of records.

use contactdb::choices::relation;
use contactdb::{
    AnyRecord, Company, Contact, CustomKind, Database, Deal, DealContact, ErrorKind, Field, Id, Interaction, Kind,
    Labelled, OnReferences, Purchase, Read, RecordId, SegmentCode, Value,
};

fn texts(db: &impl Read, id: impl Into<RecordId>, keys: &str) -> Vec<String> {
    let id = id.into();
    let cells = db.cells(id, &db.columns(id.kind, keys).unwrap()).unwrap();
    cells.iter().map(|values| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")).collect()
}

#[test]
fn columns_show_what_is_stored_worked_out_or_led_to() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let group = tx.insert(&Company::new("Group")).unwrap();
    let acme = tx.insert(&Company::new("Acme").parent(group)).unwrap();
    let ada = Contact::named("Ada", "Lovelace")
        .works_at(acme, "CTO")
        .email(Labelled::new("ada@acme.example".try_into().unwrap()).label("work"))
        .email("ada@home.example")
        .relation(relation::CUSTOMER)
        .relation(relation::PARTNER)
        .notes("of any length")
        .interest("bricks")
        .tag("vip")
        .tag("clients/gold");
    let ada = tx.insert(&ada).unwrap();
    assert_eq!(
        texts(&tx, ada, "name, company.name, company.parent.name, email, email_label, relation, notes, status"),
        [
            "Ada Lovelace",
            "Acme",
            "Group",
            "ada@acme.example, ada@home.example",
            "work",
            "customer, partner",
            "of any length",
            "active",
        ]
    );
    assert_eq!(texts(&tx, ada, "last_interaction, age, reports_to.name, interest"), ["", "", "", "bricks"]);
    assert_eq!(texts(&tx, ada, "company, count(email)"), [RecordId::from(acme).to_string(), "2".into()]);
    assert_eq!(texts(&tx, ada, "tags, count(tags)"), ["clients/gold, vip", "2"]);
    let call = tx.insert(&Interaction::call(ada)).unwrap();
    assert_ne!(texts(&tx, ada, "last_interaction"), [""]);
    assert_eq!(texts(&tx, call, "kind, version"), ["call", "1"]);
}

#[test]
fn a_path_goes_through_one_attribute_with_several_values() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let acme = tx.insert(&Company::new("Acme").industry("Steel")).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Lovelace").works_at(acme, "CTO").email("a@example.com")).unwrap();
    let bob = tx.insert(&Contact::named("Bob", "").email("b@example.com").email("c@example.com")).unwrap();
    let none = tx.insert(&Contact::named("Eve", "")).unwrap();
    let deal = tx
        .insert(
            &Deal::new("Tower")
                .contact(DealContact::new(bob))
                .contact(DealContact::new(none))
                .contact(DealContact::new(ada)),
        )
        .unwrap();
    let shown = texts(&tx, deal, "contact.name, contact.email, count(contact.email), contact.company.industry");
    assert_eq!(shown, ["Bob, Eve, Ada Lovelace", "b@example.com, c@example.com, a@example.com", "3", "Steel"]);
    let columns = tx.columns(Kind::DEAL, "contact.name, contact.email").unwrap();
    assert_eq!(columns.headings(tx.catalogue()), ["Contact: Name", "Contact: E-mail"]);
    assert_eq!(columns.keys(tx.catalogue()), ["contact.name", "contact.email"]);
    assert_eq!(texts(&tx, ada, "affiliation_company.name"), ["Acme"]);
    tx.delete(ada, OnReferences::Detach).unwrap();
    assert_eq!(texts(&tx, deal, "contact.name"), ["Bob, Eve"]);

    let error = tx.columns(Kind::DEAL, "contact.affiliation_company.name").unwrap_err().to_string();
    assert!(error.contains("a column goes through one attribute with several values at most"), "{error}");
    assert!(tx.segment_of::<Deal>("contact.name = Bob").is_err(), "conditions do not, and nor does an order");
    assert!(tx.question::<Deal>("all order by contact.name").is_err());
}

#[test]
fn records_of_a_kind_of_ones_own_are_listed_too() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let pet = tx.define_kind(CustomKind::new("pet", "pets")).unwrap();
    let keeper = tx.define(Field::<Id<Contact>>::reference_to("keeper").on(pet)).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Lovelace")).unwrap();
    let rex = tx.insert(&AnyRecord::new(pet).set_value("name", "Rex").set(keeper, ada)).unwrap();
    assert_eq!(texts(&tx, rex, "name, keeper.name"), ["Rex", "Ada Lovelace"]);
    let columns = tx.columns(pet, "keeper.name, name").unwrap();
    let labels: Vec<&str> = columns.attributes(tx.catalogue()).map(|attribute| &*attribute.label).collect();
    assert_eq!((labels, columns.kind()), (vec!["Name", "Name"], pet));
    assert_eq!(tx.cells(rex, &columns).unwrap()[1], [Value::from("Rex")]);
}

#[test]
fn each_attribute_that_can_be_asked_about_can_be_a_column() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Lovelace").tag("vip")).unwrap();
    let order = tx.insert(&Purchase::by(ada)).unwrap();
    for id in [RecordId::from(ada), order.into()] {
        let entry = tx.catalogue().kind(id.kind).unwrap();
        let asked = entry.attributes().filter(|one| tx.catalogue().attribute(id.kind, &one.key).is_some());
        for key in asked.map(|attribute| attribute.key.to_string()) {
            match tx.columns(id.kind, &key) {
                Ok(columns) => assert_eq!(tx.cells(id, &columns).unwrap().len(), 1, "{key}"),
                Err(error) => assert!(error.segment_error().is_some(), "{key}: {error}"),
            }
        }
    }
}

#[test]
fn mistakes_are_shown_where_they_are() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let codes = |keys: &str| {
        let error = tx.columns(Kind::CONTACT, keys).unwrap_err();
        error.segment_error().unwrap().problems().map(contactdb::Problem::code).collect::<Vec<_>>()
    };
    assert_eq!(codes("name, emial, company.nam"), [SegmentCode::UnknownAttribute, SegmentCode::UnknownAttribute]);
    assert_eq!(codes("name desc"), [SegmentCode::OrderNotAllowed]);
    assert!(!codes("").is_empty());
    let columns = tx.columns(Kind::CONTACT, "name").unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let error = tx.cells(acme, &columns).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotFound { .. }), "{error}");
}
