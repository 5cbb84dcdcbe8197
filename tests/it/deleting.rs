//! Deleting, and what becomes of the records that refer to what is deleted.

use std::collections::BTreeSet;

use contactdb::{
    Company, Contact, Database, Deleted, ErrorKind, Field, FieldHandle, Id, Interaction, Kind, OnReferences,
    Participant, Purchase, Read, RecordId, Rule,
};

use crate::common::{START, broken, dump, euros, memory};

fn person(given: &str) -> Contact {
    Contact::named(given, "Example")
}

/// Who refers to whom: people at a company, with a boss and friends, calls and orders.
struct Net {
    db: Database,
    acme: Id<Company>,
    sub: Id<Company>,
    ada: Id<Contact>,
    joe: Id<Contact>,
    call: Id<Interaction>,
    both: Id<Interaction>,
    reply: Id<Interaction>,
    order: Id<Purchase>,
    friends: FieldHandle<Vec<Id<Contact>>>,
    mentor: FieldHandle<Id<Contact>>,
}

fn net() -> Net {
    let db = memory();
    let mut tx = db.write().unwrap();
    let friends = tx.define(Field::<Id<Contact>>::reference_to("friends").many()).unwrap();
    let mentor = tx.define(Field::<Id<Contact>>::reference_to("mentor")).unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let sub = tx.insert(&Company::new("Sub").parent(acme)).unwrap();
    let ada = tx.insert(&person("Ada").works_at(acme, "CTO").works_at(sub, "Adviser")).unwrap();
    let joe = tx.insert(&person("Joe").works_at(acme, "Clerk").set(friends, vec![ada, ada]).set(mentor, ada)).unwrap();
    tx.update(ada, |contact: &mut Contact| {
        contact.fields.set(friends, vec![joe, ada]);
        contact.reports_to = Some(joe);
    })
    .unwrap();
    let call = tx.insert(&Interaction::call(ada)).unwrap();
    let both = tx.insert(&Interaction::meeting(ada).with(joe).with(acme)).unwrap();
    let mut reply = Interaction::email(joe);
    reply.reply_to = Some(call);
    let reply = tx.insert(&reply).unwrap();
    let order = tx.insert(&Purchase::by(ada).company(acme).total(euros("5"))).unwrap();
    tx.commit().unwrap();
    Net { db, acme, sub, ada, joe, call, both, reply, order, friends, mentor }
}

#[test]
fn referrers_are_listed_once_for_each_attribute() {
    let net = net();
    let snapshot = net.db.read().unwrap();
    let found = |id: RecordId| snapshot.referrers(id).unwrap().into_iter().collect::<BTreeSet<_>>();
    let expected: BTreeSet<RecordId> =
        [net.joe.into(), net.ada.into(), net.call.into(), net.both.into(), net.order.into()].into();
    assert_eq!(found(net.ada.into()), expected);
    // Joe twice: as friend and as pupil.
    assert_eq!(snapshot.referrers(net.ada).unwrap().len(), 6);
    assert_eq!(snapshot.referrers(net.order).unwrap(), []);
}

#[test]
fn deleting_is_refused_while_others_refer_to_it() {
    let net = net();
    let mut tx = net.db.write().unwrap();
    let before = dump(&tx, &[net.ada.into(), net.joe.into(), net.acme.into()]);
    match tx.delete(net.ada, OnReferences::Refuse).unwrap_err().into_kind() {
        ErrorKind::Referenced { id, count, by } => {
            assert_eq!((id, count, by.len()), (net.ada.into(), 5, 5));
            assert!(!by.contains(&net.ada.into()), "what refers to itself is no obstacle");
        }
        other => panic!("{other}"),
    }
    assert_eq!(dump(&tx, &[net.ada.into(), net.joe.into(), net.acme.into()]), before);
    assert_eq!(tx.delete(net.order, OnReferences::Refuse).unwrap(), deleted(1, 0));
    assert!(tx.get(net.order).unwrap().is_none());
}

fn deleted(deleted: u64, detached: u64) -> Deleted {
    let mut expected = Deleted::default();
    (expected.deleted, expected.detached) = (deleted, detached);
    expected
}

#[test]
fn detaching_takes_single_references_and_entries_of_lists_away() {
    let net = net();
    let mut tx = net.db.write().unwrap();
    assert_eq!(tx.delete(net.ada, OnReferences::Detach).unwrap(), deleted(1, 4));
    let joe = tx.get(net.joe).unwrap().unwrap();
    assert_eq!((joe.version, joe.record.get(net.friends), joe.record.get(net.mentor)), (2, None, None));
    assert!(tx.get(net.call).unwrap().unwrap().record.participants.is_empty());
    let both = tx.get(net.both).unwrap().unwrap();
    assert_eq!(both.record.participants, [Participant::new(net.joe), Participant::new(net.acme)]);
    assert_eq!(tx.get(net.reply).unwrap().unwrap().version, 1);
    let order = tx.get(net.order).unwrap().unwrap().record;
    assert_eq!((order.contact, order.company), (None, Some(net.acme)));
    assert_eq!(tx.delete(net.acme, OnReferences::Detach).unwrap(), deleted(1, 4));
    assert!(tx.get(net.joe).unwrap().unwrap().record.affiliations.is_empty());
    assert_eq!(tx.get(net.sub).unwrap().unwrap().record.parent, None);
    tx.commit().unwrap();
    let snapshot = net.db.read().unwrap();
    let lens =
        [Kind::CONTACT, Kind::COMPANY, Kind::INTERACTION, Kind::PURCHASE].map(|kind| snapshot.len(kind).unwrap());
    assert_eq!(lens, [1, 1, 3, 1]);
    assert!(snapshot.referrers(net.joe).unwrap().len() == 2);
}

#[test]
fn a_cascade_takes_what_is_about_nothing_else() {
    let net = net();
    let mut tx = net.db.write().unwrap();
    // The call goes; the meeting has Joe and the company left; the order has the company left; the
    // answer to the call loses what it answers.
    assert_eq!(tx.delete(net.ada, OnReferences::Cascade).unwrap(), deleted(2, 4));
    assert!(tx.get(net.call).unwrap().is_none());
    assert_eq!(tx.get(net.reply).unwrap().unwrap().record.reply_to, None);
    assert_eq!(tx.get(net.both).unwrap().unwrap().record.participants.len(), 2);
    // Now the order is about the company alone.
    assert_eq!(tx.delete(net.acme, OnReferences::Cascade).unwrap(), deleted(2, 3));
    assert!(tx.get(net.order).unwrap().is_none());
    assert_eq!(tx.delete(net.joe, OnReferences::Cascade).unwrap(), deleted(3, 0));
    assert_eq!(tx.len(Kind::INTERACTION).unwrap(), 0);
}

#[test]
fn a_cascade_follows_chains_of_what_goes() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let ticket = tx.define(Field::<Id<Interaction>>::reference_to("ticket").on(Kind::PURCHASE)).unwrap();
    let ada = tx.insert(&person("Ada")).unwrap();
    let first = tx.insert(&Interaction::email(ada)).unwrap();
    // An interaction about an interaction, an order that only mentions it.
    let about = tx.insert(&Interaction::note(RecordId::from(first))).unwrap();
    let about_about = tx.insert(&Interaction::note(RecordId::from(about))).unwrap();
    let joe = tx.insert(&person("Joe")).unwrap();
    let order = tx.insert(&Purchase::by(joe).set(ticket, first)).unwrap();
    assert_eq!(tx.delete(ada, OnReferences::Cascade).unwrap(), deleted(4, 1));
    assert!(tx.get(about_about).unwrap().is_none());
    assert_eq!(tx.get(order).unwrap().unwrap().record.get(ticket), None);
}

#[test]
fn records_that_refer_to_each_other_can_be_deleted() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let mentor = tx.define(Field::<Id<Contact>>::reference_to("mentor")).unwrap();
    let ada = tx.insert(&person("Ada")).unwrap();
    let joe = tx.insert(&person("Joe").set(mentor, ada)).unwrap();
    tx.update(ada, |ada: &mut Contact| ada.fields.set(mentor, joe)).unwrap();
    assert!(tx.delete(ada, OnReferences::Refuse).is_err());
    assert!(tx.delete(joe, OnReferences::Refuse).is_err());
    assert_eq!(tx.delete(ada, OnReferences::Detach).unwrap(), deleted(1, 1));
    assert_eq!(tx.delete(joe, OnReferences::Refuse).unwrap(), deleted(1, 0));
    let own = tx.insert(&person("Eve")).unwrap();
    tx.update(own, |eve: &mut Contact| eve.fields.set(mentor, own)).unwrap();
    assert_eq!(tx.delete(own, OnReferences::Refuse).unwrap(), deleted(1, 0));
}

#[test]
fn a_reference_that_must_be_there_forbids_detaching() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let broker = tx.define(Field::<Id<Company>>::reference_to("broker").required()).unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let ada = tx.insert(&person("Ada").set(broker, acme)).unwrap();
    for rule in [OnReferences::Detach, OnReferences::Cascade] {
        let error = tx.delete(acme, rule).unwrap_err();
        assert_eq!(broken(&error), [("broker".to_owned(), Rule::Required)]);
    }
    assert!(tx.get(acme).unwrap().is_some());
    assert_eq!(tx.get(ada).unwrap().unwrap().version, 1);
    tx.commit().unwrap();
}

#[test]
fn a_long_chain_of_answers_is_no_circle() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&person("Ada")).unwrap();
    let first = tx.insert(&Interaction::email(ada)).unwrap();
    let mut last = first;
    for _ in 0..1_100 {
        let mut answer = Interaction::email(ada);
        answer.reply_to = Some(last);
        last = tx.insert(&answer).unwrap();
    }
    let other = tx.insert(&Interaction::email(ada)).unwrap();
    tx.update(other, |other: &mut Interaction| other.reply_to = Some(last)).unwrap();
    let error = tx.update(first, |first: &mut Interaction| first.reply_to = Some(other)).unwrap_err();
    assert_eq!(broken(&error), [("reply_to".to_owned(), Rule::Circular)]);
}

#[test]
fn referrers_come_the_latest_first() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&person("Ada")).unwrap();
    let mut calls = Vec::new();
    for seconds in [30, -5, 70, 10, 50] {
        let at = time::OffsetDateTime::from_unix_timestamp(START + seconds).unwrap();
        calls.push((seconds, RecordId::from(tx.insert(&Interaction::call(ada).at(at)).unwrap())));
    }
    calls.sort_unstable_by(|left, right| right.cmp(left));
    let expected: Vec<RecordId> = calls.iter().map(|(_, id)| *id).collect();
    assert_eq!(tx.referrers(ada).unwrap(), expected);
    // An interaction that moves in time moves in the list.
    let last = expected[4].typed::<Interaction>().unwrap();
    let later = time::OffsetDateTime::from_unix_timestamp(START + 99).unwrap();
    tx.update(last, |call: &mut Interaction| call.at = Some(later)).unwrap();
    assert_eq!(tx.referrers(ada).unwrap()[0], RecordId::from(last));
    assert_eq!(tx.referrers(ada).unwrap().len(), 5);
}
