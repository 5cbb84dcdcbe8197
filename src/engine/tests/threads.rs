//! Several threads answer as one does.

use crate::{Database, Options, Read, Task};

#[test]
fn several_threads_find_what_one_finds_in_the_same_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crm.contacts");
    let options = Options::new();
    let db = options.clone().create(&path).unwrap();
    let mut tx = db.write().unwrap();
    tx.insert_many((0..9_000).map(|number: u32| Task::new(format!("Call {}", number % 97)).priority("low"))).unwrap();
    tx.commit().unwrap();
    // Some whose columns are not up to date.
    let mut tx = db.write().unwrap();
    let some = tx.segment_of::<Task>("subject = \"Call 13\"").unwrap();
    let ids = tx.select(&some).limit(20).ids().unwrap();
    for id in ids {
        tx.update(id, |task: &mut Task| task.subject = "Write 13".into()).unwrap();
    }
    tx.insert_many((0..5).map(|_| Task::new("Call 13"))).unwrap();
    tx.commit().unwrap();
    db.close().unwrap();
    let answers = |db: &Database| {
        let snapshot = db.read().unwrap();
        [
            "subject = \"Call 13\"",
            "subject ends with \"13\" and not (overdue is set)",
            "subject != priority",
            "not subject contains 1",
        ]
        .map(|text| {
            let segment = snapshot.segment_of::<Task>(text).unwrap_or_else(|_| snapshot.segment_of("all").unwrap());
            let ids = snapshot.select(&segment).ids().unwrap();
            assert_eq!(snapshot.count(&segment).unwrap(), ids.len() as u64);
            ids
        })
    };
    let one = answers(&options.clone().open(&path).unwrap());
    for threads in [1, 2, 7] {
        assert!(answers(&options.clone().more_threads(threads).open(&path).unwrap()) == one, "{threads}");
    }
    assert!(one[0].len() > 70 && one[1].len() > one[0].len());
}
