//! The people of a company, what stands above and below, what people are to one another.

use contactdb::{
    Affiliation, Choice, Company, Contact, Database, Id, Member, OnReferences, Read, Relationship, StatedBy,
    choices::{relationship as r, role},
};
use proptest::prelude::*;
use time::{Date, Month};
use uuid::Uuid;

use crate::cases::cases;

fn day(year: i32) -> Date {
    Date::from_calendar_date(year, Month::January, 1).unwrap()
}

fn names(members: impl Iterator<Item = contactdb::Result<Member>>) -> String {
    let names = members.map(|member| member.unwrap().person.record.name.display());
    names.collect::<Vec<_>>().join(" ")
}

fn person(name: &str, affiliations: impl IntoIterator<Item = Affiliation>) -> Contact {
    affiliations.into_iter().fold(Contact::named(name, ""), Contact::affiliation)
}

#[test]
fn the_people_of_a_company_are_found_by_role_and_day() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let globex = tx.insert(&Company::new("Globex")).unwrap();
    let at = Affiliation::with;
    tx.insert(&person("Ada", [at(acme).title("CTO").role(role::DECISION_MAKER).from(day(2020))])).unwrap();
    tx.insert(&person("Grace", [at(acme).role(role::USER).role(role::CHAMPION).to(day(2015))])).unwrap();
    // Left and came back, and is mainly elsewhere.
    tx.insert(&person("Hedy", [at(acme).to(day(2010)), at(globex).primary(), at(acme).from(day(2024))])).unwrap();
    tx.insert(&person("Mary", [at(globex).role(role::DECISION_MAKER)])).unwrap();
    tx.commit().unwrap();
    let db = db.read().unwrap();
    let people = || db.people_of(acme);
    assert_eq!(names(people().each().unwrap()), "Hedy Hedy Grace Ada");
    assert_eq!(names(people().with_role(role::DECISION_MAKER).each().unwrap()), "Ada");
    assert_eq!(names(people().with_role(role::USER).with_role(role::DECISION_MAKER).each().unwrap()), "Grace Ada");
    assert_eq!(names(people().with_any_role().each().unwrap()), "Grace Ada");
    assert_eq!(names(people().on(day(2012)).each().unwrap()), "Grace");
    assert_eq!(names(people().on(day(2015)).each().unwrap()), "Grace");
    assert_eq!(names(people().on(day(2026)).each().unwrap()), "Hedy Ada");
    assert_eq!(names(people().former(day(2015)).each().unwrap()), "Hedy");
    assert_eq!(names(people().former(day(2026)).with_any_role().each().unwrap()), "Grace");
    let first = people().with_role(role::DECISION_MAKER).each().unwrap().next().unwrap().unwrap();
    assert_eq!((first.affiliation.title.as_deref(), first.primary), (Some("CTO"), true));
    assert!(people().on(day(2024)).each().unwrap().all(|member| {
        let member = member.unwrap();
        member.primary == (member.person.record.name.display() == "Ada")
    }));
    let nobody = Id::<Company>::from_uuid(Uuid::nil());
    assert!(db.people_of(nobody).each().err().unwrap().is_not_found());
}

proptest! {
    #![proptest_config(cases(24))]

    /// Against the naive way: each record's own chain upwards.
    #[test]
    fn what_stands_below_is_what_has_it_above(parents in proptest::collection::vec(any::<Option<u8>>(), 1..20)) {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let (mut companies, mut people) = (Vec::new(), Vec::new());
        for (at, parent) in parents.iter().enumerate() {
            let up = parent.map(usize::from).filter(|_| at > 0).map(|up| up % at.max(1));
            let mut company = Company::new(format!("C{at}"));
            company.parent = up.map(|up| companies[up]);
            companies.push(tx.insert(&company).unwrap());
            let mut person = Contact::named("P", "");
            person.reports_to = up.map(|up| people[up]);
            people.push(tx.insert(&person).unwrap());
        }
        for (company, person) in companies.iter().zip(&people) {
            let above = tx.parents(*company).unwrap();
            let up = tx.get(*company).unwrap().unwrap().record.parent;
            prop_assert_eq!(above.first().copied(), up);
            prop_assert_eq!(above.len(), up.map_or(0, |up| 1 + tx.parents(up).unwrap().len()));
            prop_assert_eq!(tx.managers(*person).unwrap().len(), above.len());
            let mut below: Vec<_> =
                tx.subsidiaries(*company).unwrap().map(|one| one.map(|one| (one.depth, one.id)).unwrap()).collect();
            prop_assert!(below.is_sorted_by_key(|(depth, _)| *depth));
            let reports: Vec<u32> = tx.reports(*person).unwrap().map(|one| one.unwrap().depth).collect();
            prop_assert!(reports.iter().eq(below.iter().map(|(depth, _)| depth)));
            let mut expected = Vec::new();
            for other in &companies {
                let place = tx.parents(*other).unwrap().iter().position(|up| up == company);
                expected.extend(place.map(|place| (u32::try_from(place).unwrap() + 1, *other)));
            }
            below.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(below, expected);
        }
    }
}

#[test]
fn a_hierarchy_asks_only_of_records_that_are_there() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let roofs = tx.insert(&Company::new("Acme Roofs").parent(acme)).unwrap();
    tx.delete(acme, OnReferences::Detach).unwrap();
    assert!(tx.parents(acme).unwrap_err().is_not_found());
    assert!(tx.subsidiaries(acme).err().unwrap().is_not_found());
    assert_eq!(tx.parents(roofs).unwrap(), []);
}

/// What a person's relationships are, as short words: who, as what, the other way round, noted by whom.
fn told(db: &impl Read, id: Id<Contact>) -> Vec<String> {
    let all = db.relationships(id).unwrap();
    let word = |word: &Option<Choice>| word.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    all.iter()
        .map(|one| {
            let name = db.get(one.who).unwrap().unwrap().record.name.display();
            let stated = match one.stated {
                StatedBy::This => "this",
                StatedBy::Other => "other",
                StatedBy::Both => "both",
            };
            format!("{name} {} {} {stated}", word(&one.kind), word(&one.inverse))
        })
        .collect()
}

fn two(db: &Database, ada: &[Relationship], grace: &[Relationship]) -> (Id<Contact>, Id<Contact>) {
    let mut tx = db.write().unwrap();
    for word in ["tutor", "tutee"] {
        let field = tx.edit_field(contactdb::Kind::CONTACT, "related_kind").unwrap();
        drop(field.add_option(word, word));
    }
    let a = tx.insert(&Contact::named("Ada", "")).unwrap();
    let g = tx.insert(&Contact::named("Grace", "")).unwrap();
    let to = |who: Id<Contact>, all: &[Relationship]| {
        let mut all = all.to_vec();
        for one in &mut all {
            one.who = who;
        }
        all
    };
    tx.update(a, |one| one.related = to(g, ada)).unwrap();
    tx.update(g, |one| one.related = to(a, grace)).unwrap();
    tx.commit().unwrap();
    (a, g)
}

/// What is noted with Ada and with Grace, and how each of them sees it.
type Case<'a> = (&'a [Relationship], &'a [Relationship], &'a [&'a str], &'a [&'a str]);

#[test]
fn a_relationship_is_seen_from_both_sides_whichever_noted_it() {
    let is = |kind: Choice| Relationship::with(Id::from_uuid(Uuid::nil()), kind);
    let (tutor, tutee) = (|| is("tutor".into()), || is("tutee".into()));
    let unsaid = || {
        let mut unsaid = is(r::FRIEND);
        unsaid.kind = None;
        unsaid
    };
    let db = Database::in_memory().unwrap();
    let cases: [Case<'_>; 9] = [
        // Noted on one side.
        (&[is(r::CHILD)], &[], &["Grace child parent this"], &["Ada parent child other"]),
        (&[is(r::SPOUSE)], &[], &["Grace spouse spouse this"], &["Ada spouse spouse other"]),
        (&[tutor()], &[], &["Grace tutor - this"], &["Ada - tutor other"]),
        // On both sides, with words that fit.
        (&[is(r::MENTOR)], &[is(r::MENTEE)], &["Grace mentor mentee both"], &["Ada mentee mentor both"]),
        (&[tutor()], &[tutee()], &["Grace tutor tutee both"], &["Ada tutee tutor both"]),
        (&[unsaid()], &[is(r::PARENT)], &["Grace child parent both"], &["Ada parent child both"]),
        // Two that are different.
        (
            &[is(r::FRIEND)],
            &[is(r::COLLEAGUE)],
            &["Grace friend friend this", "Grace colleague colleague other"],
            &["Ada colleague colleague this", "Ada friend friend other"],
        ),
        (
            &[is(r::FRIEND)],
            &[tutee()],
            &["Grace friend friend this", "Grace - tutee other"],
            &["Ada tutee - this", "Ada friend friend other"],
        ),
        // The same word at times that do not meet.
        (
            &[is(r::SPOUSE).to(day(2005))],
            &[is(r::SPOUSE).from(day(2010)), is(r::SPOUSE).from(day(2000))],
            &["Grace spouse spouse both", "Grace spouse spouse other"],
            &["Ada spouse spouse this", "Ada spouse spouse both"],
        ),
    ];
    for (ada, grace, from_ada, from_grace) in cases {
        let (a, g) = two(&db, ada, grace);
        let snapshot = db.read().unwrap();
        let sorted = |mut told: Vec<String>| {
            told.sort_unstable();
            told
        };
        let expected = |all: &[&str]| sorted(all.iter().map(ToString::to_string).collect());
        assert_eq!(sorted(told(&snapshot, a)), expected(from_ada), "{ada:?} {grace:?}");
        assert_eq!(sorted(told(&snapshot, g)), expected(from_grace), "{ada:?} {grace:?}");
    }
}

#[test]
fn what_both_sides_say_is_put_together() {
    let is = |kind: Choice| Relationship::with(Id::from_uuid(Uuid::nil()), kind);
    let db = Database::in_memory().unwrap();
    let here = is(r::SPOUSE).from(day(2000)).note("met at the fair");
    let there = is(r::SPOUSE).from(day(2001)).to(day(2020));
    let (ada, _) = two(&db, &[here], &[there]);
    let all = db.read().unwrap().relationships(ada).unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].from, all[0].to), (Some(day(2000)), Some(day(2020))));
    assert_eq!((all[0].note.as_deref(), all[0].stated), (Some("met at the fair"), StatedBy::Both));
}
