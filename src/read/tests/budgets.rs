use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use time::{Duration, OffsetDateTime};

use super::sample::database;
use crate::{Budget, Clock, Contact, ErrorKind, Grouping, Options, Read};

/// A second later at each look.
#[derive(Debug, Clone, Default)]
struct Ticking(Arc<AtomicI64>);
impl Clock for Ticking {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::seconds(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

#[test]
fn a_question_over_its_budget_is_given_up_and_one_within_it_is_answered() {
    let db = database(9);
    let snapshot = db.read().unwrap();
    let slow = snapshot.segment("may email for newsletter or city = field(given_name)").unwrap();
    let expected = snapshot.count(&slow).unwrap();
    let (mut refused, mut last) = (0, 0);
    for records in (0..1_200).step_by(100) {
        match snapshot.select(&slow).budget(Budget::new().records(records)).count() {
            Ok(count) => assert_eq!(count, expected),
            Err(error) => {
                let ErrorKind::OverBudget { looked_at } = error.kind() else { panic!("{error}") };
                assert!(*looked_at <= records);
                (refused, last) = (refused + 1, records);
            }
        }
    }
    assert!(refused > 0 && last < 1_100, "{refused} {last}");
    // Columns are read whatever the budget, and so are records that are handed out.
    let mut tx = db.write().unwrap();
    tx.insert_many((0..300).map(|_| Contact::named("Ada", "Example"))).unwrap();
    tx.commit().unwrap();
    let snapshot = db.read().unwrap();
    let fast = snapshot.segment("stage is not set and given_name = Ada").unwrap();
    let select = snapshot.select(&fast).order_by("name").budget(Budget::new().records(0));
    assert_eq!(select.count().unwrap(), snapshot.count(&fast).unwrap());
    assert!(select.records().unwrap().all(|record| record.is_ok()));
    assert!(select.facet("stage").is_ok());
    let error = select.facet(Grouping::of("age")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::OverBudget { .. }), "{error}");
}

#[test]
fn time_is_told_by_the_clock_of_the_database() {
    let clock = Ticking::default();
    let db = Options::new().clock(clock.clone()).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.insert_many((0..300).map(|_| Contact::named("Ada", "Example"))).unwrap();
    tx.commit().unwrap();
    let snapshot = db.read().unwrap();
    let segment = snapshot.segment("given_name = Ada and family_name = Example").unwrap();
    let within = |seconds| snapshot.select(&segment).budget(Budget::new().time(Duration::seconds(seconds))).count();
    assert_eq!(within(60).unwrap(), 300);
    assert!(matches!(within(0).unwrap_err().kind(), ErrorKind::OverBudget { .. }));
    // Without a bound nobody looks at the clock.
    let before = clock.0.load(Ordering::SeqCst);
    assert_eq!(snapshot.count(&segment).unwrap(), 300);
    assert_eq!(clock.0.load(Ordering::SeqCst), before);
}
