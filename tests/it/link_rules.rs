//! What becomes of each link when what it refers to is deleted as defined.

use contactdb::{
    AnyRecord, Company, Contact, CustomKind, Deal, DealContact, Deleted, ErrorKind, Field, Id, Interaction, Item, Kind,
    OnDelete, OnReferences, Purchase, Read, RecordId, Relationship, Sequence, Storable, Task, Ticket, Transaction,
    ValueType, choices::relationship,
};

use crate::common::memory;

/// Makes a record that refers to another one through one link.
type Refer = fn(&mut Transaction<'_>, RecordId) -> RecordId;

fn put<T: Storable>(tx: &mut Transaction<'_>, record: &T) -> RecordId {
    tx.insert(record).unwrap().into()
}

fn contact(id: RecordId) -> Id<Contact> {
    id.typed().unwrap()
}

fn company(id: RecordId) -> Id<Company> {
    id.typed().unwrap()
}

/// Every link of the built-in kinds: the kind and the attribute that refers, to what, the rule, and one that does.
const LINKS: &[(Kind, &str, Kind, OnDelete, Refer)] = &[
    (Kind::CONTACT, "reports_to", Kind::CONTACT, OnDelete::Detach, |tx, id| {
        put(tx, &Contact::named("Joe", "").reports_to(contact(id)))
    }),
    (Kind::CONTACT, "affiliation_company", Kind::COMPANY, OnDelete::Detach, |tx, id| {
        put(tx, &Contact::named("Joe", "").works_at(company(id), "Clerk"))
    }),
    (Kind::CONTACT, "related", Kind::CONTACT, OnDelete::Detach, |tx, id| {
        put(tx, &Contact::named("Joe", "").related(Relationship::with(contact(id), relationship::SPOUSE)))
    }),
    (Kind::COMPANY, "parent", Kind::COMPANY, OnDelete::Detach, |tx, id| {
        put(tx, &Company::new("Sub").parent(company(id)))
    }),
    (Kind::INTERACTION, "participant", Kind::CONTACT, OnDelete::Cascade, |tx, id| {
        put(tx, &Interaction::call(contact(id)))
    }),
    (Kind::INTERACTION, "reply_to", Kind::INTERACTION, OnDelete::Detach, |tx, id| {
        let ada = tx.insert(&Contact::named("Ada", "")).unwrap();
        put(tx, &Interaction::email(ada).reply_to(id.typed::<Interaction>().unwrap()))
    }),
    (Kind::PURCHASE, "contact", Kind::CONTACT, OnDelete::Refuse, |tx, id| put(tx, &Purchase::by(contact(id)))),
    (Kind::PURCHASE, "company", Kind::COMPANY, OnDelete::Refuse, |tx, id| put(tx, &Purchase::by_company(company(id)))),
    (Kind::PURCHASE, "item_product_record", Kind::COMPANY, OnDelete::Detach, |tx, id| {
        let ada = tx.insert(&Contact::named("Ada", "")).unwrap();
        put(tx, &Purchase::by(ada).item(Item::new("Brick", 1).record(id)))
    }),
    (Kind::DEAL, "contact", Kind::CONTACT, OnDelete::Detach, |tx, id| {
        put(tx, &Deal::new("Roof").contact(DealContact::new(contact(id))))
    }),
    (Kind::DEAL, "company", Kind::COMPANY, OnDelete::Detach, |tx, id| put(tx, &Deal::new("Roof").company(company(id)))),
    (Kind::DEAL, "project", Kind::COMPANY, OnDelete::Detach, |tx, id| put(tx, &Deal::new("Roof").project(id))),
    (Kind::TICKET, "contact", Kind::CONTACT, OnDelete::Cascade, |tx, id| put(tx, &Ticket::new("Leak").by(contact(id)))),
    (Kind::TICKET, "company", Kind::COMPANY, OnDelete::Cascade, |tx, id| {
        put(tx, &Ticket::new("Leak").company(company(id)))
    }),
    (Kind::TASK, "about", Kind::CONTACT, OnDelete::Cascade, |tx, id| put(tx, &Task::new("Call").about(id))),
    (Kind::TASK, "sequence", Kind::SEQUENCE, OnDelete::Detach, |tx, id| {
        put(tx, &Task::new("Call").set_value("sequence", id))
    }),
    (Kind::TASK, "previous", Kind::TASK, OnDelete::Detach, |tx, id| {
        put(tx, &Task::new("Call").set_value("previous", id))
    }),
];

fn target(tx: &mut Transaction<'_>, kind: Kind) -> RecordId {
    match kind {
        Kind::CONTACT => put(tx, &Contact::named("Ada", "")),
        Kind::COMPANY => put(tx, &Company::new("Acme")),
        Kind::INTERACTION => {
            let ada = tx.insert(&Contact::named("Ada", "")).unwrap();
            put(tx, &Interaction::call(ada))
        }
        Kind::SEQUENCE => put(tx, &Sequence::new("Welcome")),
        Kind::TASK => put(tx, &Task::new("First")),
        other => panic!("no target of {other}"),
    }
}

#[test]
fn every_built_in_link_has_a_rule_that_stands_in_the_table() {
    let db = memory();
    let snapshot = db.read().unwrap();
    let mut found = Vec::new();
    for entry in snapshot.catalogue().kinds() {
        for attribute in entry.attributes().filter(|attribute| attribute.value_type == ValueType::Reference) {
            let set = attribute.is_settable() || attribute.part_of.is_some();
            if set {
                found.push((entry.kind, attribute.key.to_string(), attribute.on_delete));
            }
        }
    }
    let mut expected: Vec<_> = LINKS.iter().map(|(kind, key, _, rule, _)| (*kind, (*key).to_owned(), *rule)).collect();
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    expected.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    assert_eq!(found, expected);
}

#[test]
fn every_built_in_link_does_what_its_rule_says() {
    for (kind, key, to, rule, refer) in LINKS {
        let db = memory();
        let mut tx = db.write().unwrap();
        let target = target(&mut tx, *to);
        let source = refer(&mut tx, target);
        assert_eq!(source.kind, *kind, "{key}");
        let done = tx.delete(target, OnReferences::AsDefined);
        match rule {
            OnDelete::Refuse => {
                let ErrorKind::Referenced { by, count, .. } = done.unwrap_err().into_kind() else {
                    panic!("{kind} {key}: refused for another reason")
                };
                assert_eq!((by, count), (vec![source], 1), "{kind} {key}");
                assert!(tx.contains(target).unwrap() && tx.contains(source).unwrap(), "{kind} {key}");
            }
            OnDelete::Detach => {
                assert_eq!((done.unwrap().deleted, tx.contains(source).unwrap()), (1, true), "{kind} {key}");
                let record = tx.get(source).unwrap().unwrap().record;
                assert!(!format!("{record:?}").contains(&target.uuid.to_string()), "{kind} {key}");
            }
            OnDelete::Cascade => {
                assert_eq!(done.unwrap().deleted, 2, "{kind} {key}");
                assert!(!tx.contains(source).unwrap(), "{kind} {key}");
            }
            other => panic!("unknown rule {other:?}"),
        }
    }
}

#[test]
fn a_record_about_several_goes_with_the_last_of_them() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let [ada, joe] = ["Ada", "Joe"].map(|name| tx.insert(&Contact::named(name, "")).unwrap());
    let call = tx.insert(&Interaction::call(ada).with(joe)).unwrap();
    let task = tx.insert(&Task::new("Write to both").about(ada).about(joe)).unwrap();
    assert_eq!(tx.delete(ada, OnReferences::AsDefined).unwrap(), counts(1, 2));
    assert!(tx.contains(call).unwrap() && tx.contains(task).unwrap());
    assert_eq!(tx.delete(joe, OnReferences::AsDefined).unwrap(), counts(3, 0));
}

fn counts(deleted: u64, detached: u64) -> Deleted {
    let mut counts = Deleted::default();
    counts.deleted = deleted;
    counts.detached = detached;
    counts
}

#[test]
fn who_holds_a_record_but_goes_too_holds_nothing() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let pet = tx.define_kind(CustomKind::new("pet", "pets")).unwrap();
    let keeper = Field::<Id<Contact>>::reference_to("keeper").on(pet).on_delete(OnDelete::Cascade);
    let keeper = tx.define(keeper).unwrap();
    let payer = Field::<Id<Contact>>::reference_to("payer").on(pet).on_delete(OnDelete::Refuse);
    let payer = tx.define(payer).unwrap();
    let [ada, joe] = ["Ada", "Joe"].map(|name| tx.insert(&Contact::named(name, "")).unwrap());
    // Ada keeps and pays: what holds her goes with her.
    let rex = tx.insert(&AnyRecord::new(pet).set(keeper, ada).set(payer, ada)).unwrap();
    let tom = tx.insert(&AnyRecord::new(pet).set(keeper, ada).set(payer, joe)).unwrap();
    let error = tx.delete(joe, OnReferences::AsDefined).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Referenced { by, .. } if *by == [tom]), "{error}");
    assert_eq!(tx.delete(ada, OnReferences::AsDefined).unwrap().deleted, 3);
    assert!(!tx.contains(rex).unwrap() && !tx.contains(tom).unwrap());
    assert_eq!(tx.delete(joe, OnReferences::AsDefined).unwrap(), counts(1, 0));
}

#[test]
fn what_was_noted_of_a_company_keeps_it_from_nothing() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "").works_at(acme, "CTO")).unwrap();
    let call = tx.insert(&Interaction::call(ada)).unwrap();
    tx.update(ada, |ada| ada.affiliations.clear()).unwrap();
    assert_eq!(tx.referrers(acme).unwrap(), []);
    assert_eq!(tx.count(tx.segment_of::<Company>("last_interaction is set").unwrap()).unwrap(), 1);
    assert_eq!(tx.delete(acme, OnReferences::Refuse).unwrap(), counts(1, 0));
    // The call stays as it was, and its version too.
    assert_eq!(tx.get(call).unwrap().unwrap().version, 1);
    tx.commit().unwrap();
    assert!(db.read().unwrap().get(call).unwrap().is_some());
}
