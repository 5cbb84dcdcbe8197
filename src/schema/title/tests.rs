//! Records of every kind have something to be called by.

use crate::model::{Labelled, Storable};
use crate::{
    AnyRecord, Company, Contact, CustomKind, Database, Deal, EmailAddress, Interaction, Kind, PersonName, Purchase,
    Read, RecordId, Sequence, Task, Ticket,
};

#[test]
fn records_are_called_by_what_people_know_them_by() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let pet = tx.define_kind(CustomKind::new("pet", "pets").label("Pet")).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Lovelace")).unwrap();
    let own = Labelled::new(EmailAddress::new("own@acme.example").unwrap()).primary();
    let mut order = Purchase::by(ada);
    order.number = Some("2026-17".into());
    let titles = [
        tx.catalogue().title(&Contact::new().name(PersonName::new("Ada", "Lovelace").prefix("Dr"))),
        tx.catalogue().title(&Contact::new().email("first@acme.example").email(own)),
        tx.catalogue().title(&Contact::new().phone("+44 20 7946 0018")),
        tx.catalogue().title(&Company::new("Acme")),
        tx.catalogue().title(&Interaction::call(ada)),
        tx.catalogue().title(&Interaction::new("of another business", ada).subject("Roof")),
        tx.catalogue().title(&order),
        tx.catalogue().title(&Deal::new("Bricks")),
        tx.catalogue().title(&Ticket::new("A leak")),
        tx.catalogue().title(&Task::new("Call Ada")),
        tx.catalogue().title(&Sequence::new("Welcome")),
        tx.catalogue().title(&AnyRecord::new(pet).set_value("name", "Rex")),
    ];
    assert_eq!(
        titles,
        [
            "Dr Ada Lovelace",
            "own@acme.example",
            "+44 20 7946 0018",
            "Acme",
            "Call",
            "of another business: Roof",
            "2026-17",
            "Bricks",
            "A leak",
            "Call Ada",
            "Welcome",
            "Rex",
        ]
    );
}

#[test]
fn a_record_without_anything_is_called_by_its_kind() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.define_kind(CustomKind::new("pet", "pets").label("Pet")).unwrap();
    for entry in tx.catalogue().kinds() {
        assert_eq!(tx.catalogue().title(&AnyRecord::new(entry.kind)), &*entry.label);
    }
    assert_eq!(tx.catalogue().title(&AnyRecord::new(Kind(999))), "kind 999");
}

#[test]
fn the_typed_record_and_its_dynamic_twin_are_called_the_same() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = Contact::named("Ada", "Lovelace").email("ada@acme.example");
    let id = RecordId::from(tx.insert(&ada).unwrap());
    let twin = tx.get(id).unwrap().unwrap().record;
    assert_eq!(tx.catalogue().title(&twin), tx.catalogue().title(&ada));
    assert_eq!(twin.kind(), Storable::kind(&ada));
}
