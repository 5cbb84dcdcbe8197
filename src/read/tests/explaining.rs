use proptest::prelude::*;
use time::{Duration, UtcOffset};

use super::sample::{SEGMENTS, database, now};
use crate::cases::cases;
use crate::{AnsweredBy, Company, Contact, ExplainedStep, FixedClock, FixedZone, Options, Read, Snapshot};

fn check(snapshot: &Snapshot, step: &ExplainedStep) {
    let segment = snapshot.segment(step.text.as_str()).unwrap();
    assert_eq!(step.found, snapshot.count(&segment).unwrap(), "{}", step.text);
    // The sample of so few records is all of them.
    assert_eq!(step.estimate, step.found, "{}", step.text);
    step.steps.iter().for_each(|step| check(snapshot, step));
}

proptest! {
    #![proptest_config(cases(2))]

    #[test]
    fn each_step_has_as_many_records_as_a_segment_of_its_text(seed in any::<u64>()) {
        let db = database(seed);
        let snapshot = db.read().unwrap();
        let nested = "not (tag vip or (score > 3 and (friendly or not age > 30))) or interest contains \"roof\"";
        for text in SEGMENTS.iter().chain(&[nested, "may email for newsletter and stage = lead", "all and all"]) {
            let segment = snapshot.segment(*text).unwrap();
            let explanation = snapshot.explain(&segment).unwrap();
            prop_assert_eq!(explanation.root.found, snapshot.count(&segment).unwrap());
            prop_assert_eq!(explanation.records, snapshot.len(crate::Kind::CONTACT).unwrap());
            prop_assert!(explanation.fresh > 0);
            check(&snapshot, &explanation.root);
        }
    }
}

#[test]
fn an_explanation_draws_what_answers_and_the_times_it_comes_to() {
    let zone = FixedZone(UtcOffset::from_hms(2, 0, 0).unwrap());
    let db = Options::new().clock(FixedClock(now())).zone(zone).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let acme = tx.insert(&Company::new("Acme").employees(80)).unwrap();
    tx.insert_many((0..300).map(|at| {
        let ada = Contact::named("Ada", "Example").tag("vip");
        let mut ada = if at % 3 == 0 { ada.works_at(acme, "Buyer").stage("customer") } else { ada };
        ada.verified = Some(now() - Duration::days(at));
        ada
    }))
    .unwrap();
    tx.commit().unwrap();
    let snapshot = db.read().unwrap();
    let text = "(may email for offers or family_name contains exam) and tag vip and company.employees > 50 \
                and not (stage = customer and verified in last 30 days) and any affiliation (role is not set)";
    let explanation = snapshot.explain(snapshot.segment(text).unwrap()).unwrap();
    assert_eq!(
        explanation.to_string(),
        "\
90 of 300 records
and: 90 (about 90)
  tag vip: 300 (about 300), from tags
  not: 290 (about 290)
    and: 10 (about 10)
      stage = customer: 100 (about 100), from a column
      verified in last 30 days: 30 (about 30), from a column; after 2026-02-27T01:00:00+02:00, through 2026-03-29T01:00:00+02:00
  company.employees > 50: 100 (about 100), through references
  any affiliation (role is not set): 100 (about 100), from columns of parts
  or: 300 (about 300)
    family_name contains \"exam\": 300 (about 300), from a column of texts
    may email for offers: 0 (about 0), record by record
"
    );
    assert_eq!(explanation.root.steps[4].steps[1].by, AnsweredBy::Records);
    let none = snapshot.explain(snapshot.segment_of::<crate::Task>("all").unwrap()).unwrap();
    assert_eq!(none.to_string(), "0 of 0 records\nall: 0 (about 0)\n");
}
