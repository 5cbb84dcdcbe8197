//! Many records in one transaction, in bounded memory.

use std::ops::ControlFlow;

use contactdb::{By, Contact, Database, Kind, Limits, Read};

use crate::common::{Counter, Watch, file, options};

const PEOPLE: u64 = 20_000;

fn person(at: u64) -> Contact {
    let refused = at % 1_000 == 999;
    Contact::named(format!("Person {at}"), "Example")
        .email(if refused { "broken".to_owned() } else { format!("p{at}@example.com") })
        .external_id("shop", format!("{at}"))
        .tag(if at.is_multiple_of(2) { "even" } else { "odd" })
}

#[test]
fn twenty_thousand_contacts_go_in_at_once_with_a_small_write_set() {
    let (_folder, path) = file();
    let limits = Limits { write_set: 256 << 10, ..Limits::default() };
    let db = options(&Watch::new(), &Counter::default()).limits(limits).create(&path).unwrap();
    let mut tx = db.write().unwrap();
    let (mut ids, mut refused) = (Vec::new(), Vec::new());
    let inserted = tx
        .insert_each((0..PEOPLE).map(person), |outcome| {
            match outcome.result {
                Ok(id) => ids.push((outcome.index, id)),
                Err(_) => refused.push(outcome.index),
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!((inserted, refused.len()), (PEOPLE - 20, 20));
    assert_eq!(tx.len(Kind::CONTACT).unwrap(), inserted);
    tx.commit().unwrap();
    db.close().unwrap();
    let db = Database::open(&path).unwrap();
    let snapshot = db.read().unwrap();
    assert_eq!(snapshot.len(Kind::CONTACT).unwrap(), inserted);
    for (at, id) in ids.iter().step_by(97) {
        let stored = snapshot.get(*id).unwrap().unwrap();
        assert_eq!(stored.record.name, person(*at).name);
        assert_eq!(snapshot.find::<Contact>(&By::email(&format!("P{at}@example.com"))).unwrap(), [*id]);
        assert_eq!(snapshot.find::<Contact>(&By::external_id("shop", format!("{at}"))).unwrap(), [*id]);
        assert_eq!(stored.record.tags, person(*at).tags);
    }
    assert!(snapshot.find::<Contact>(&By::external_id("shop", "999")).unwrap().is_empty());
}
