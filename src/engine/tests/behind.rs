//! Several tests of what one relation leads to, which are carried over together.

use super::against::same;
use crate::read::view::View as _;
use crate::segment::SyntaxLimits;
use crate::segment::testing::check_segment;
use crate::{Company, Contact, Database, Read};

/// Tests of a company, some of which hold where there is none.
const TESTS: &[&str] = &[
    "company.employees > 40",
    "company.employees between 10 and 70",
    "company.industry = \"Mining\"",
    "company.industry is not set",
    "company.name contains \"a\"",
    "company is not set",
    "every company.domain contains \"a\"",
    "count(company.domain) = 0",
    "company.parent.employees < 60",
    "company.parent.industry is not set",
    "tag vip",
];

#[test]
fn tests_behind_one_relation_are_answered_as_each_by_itself() {
    let mut rng = fastrand::Rng::with_seed(5);
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let mut companies = Vec::new();
    for at in 0..100 {
        let mut company = Company::new(["Acme", "Bolt", "Crown"][at % 3]).employees(i64::try_from(at).unwrap());
        if rng.bool() {
            company = company.industry(["Mining", "Trade"][rng.usize(..2)]);
        }
        for _ in 0..rng.usize(..3) {
            company = company.domain(["acme.example", "bolt.example"][rng.usize(..2)]);
        }
        if let (Some(parent), true) = (rng.choice(&companies), rng.bool()) {
            company = company.parent(*parent);
        }
        companies.push(tx.insert(&company).unwrap());
    }
    for _ in 0..300 {
        let mut contact = Contact::named("Ada", "Example");
        for _ in 0..[0, 1, 1, 2][rng.usize(..4)] {
            contact = contact.works_at(*rng.choice(&companies).unwrap(), "");
        }
        tx.insert(&if rng.bool() { contact.tag("vip") } else { contact }).unwrap();
    }
    tx.commit().unwrap();
    // Some whose columns are not up to date.
    let mut tx = db.write().unwrap();
    for id in companies.iter().step_by(9) {
        tx.update(*id, |company| company.employees = Some(50)).unwrap();
    }
    tx.commit().unwrap();

    let snapshot = db.read().unwrap();
    let mut telling = 0;
    for _ in 0..150 {
        let tests = (0..rng.usize(2..5)).map(|_| {
            let test = rng.choice(TESTS).unwrap();
            if rng.u8(..3) == 0 { format!("not ({test})") } else { (*test).to_owned() }
        });
        let text = tests.collect::<Vec<_>>().join(" and ");
        let segment = check_segment(&text, snapshot.catalogue(), &SyntaxLimits::default()).unwrap();
        let scope = snapshot.scope(&snapshot.moment()).unwrap();
        let found = same(&scope, &segment, &text).len();
        telling += u32::from(found > 0 && found < 300);
    }
    assert!(telling > 50, "{telling}");
}
