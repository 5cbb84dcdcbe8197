//! Every kind of error as people see it, held against `errors.txt` beside this file.
//!
//! To renew that file after a deliberate change: run the test, read what it prints, and copy the file that it names.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::errors::world;
use crate::model::Kind;
use crate::segment::filter::attribute;
use crate::segment::testing::{check_question, check_segment, check_segment_of};
use crate::segment::{Bindings, Problem, SegmentCode, SegmentError, SyntaxLimits, bind, recheck};

/// A text for each code, in the order of the codes; more than one where the code has several faces.
const TEXTS: &[&str] = &[
    "stage = lead; active",
    "age <> 5 && active",
    "job_title = \u{201c}Buyer\u{201d}",
    "job_title = \"Buyer and active",
    "`order = 5",
    "name matches /^a",
    "name = \"C:\\data\"",
    "budget > 10k EUR",
    "created > 31.01.2026",
    "created > 2026-02-30",
    "created > 2026-01-31T10:00",
    "age > $",
    "  // nothing yet",
    "active and",
    "active and and age > 5",
    "5 < age",
    "\"Stage\" = lead",
    "stage is lead",
    "stage equals lead",
    "name is empty",
    "budget > 1,000 EUR",
    "name contain \"x\"",
    "age >",
    "stage in lead, customer",
    "city = New York",
    "stage = lead, active",
    "order > 5",
    "stage = and",
    "active) and age > 5",
    "(active and age > 5",
    "stage in [lead, customer",
    "active or age > 5 and stage = lead",
    "created in last month",
    "created in next week",
    "created in last 30",
    "created in last 3 fortnights",
    "created in this 3 months",
    "all order name",
    "all order by name up",
    "all limit 0",
    "count(purchases where total > 5 EUR) > 3",
    "may email newsletter",
    "may emial for newsletter",
    "companies where may email for newsletter",
    "any address (may email for newsletter)",
    "in segment \"Friends\"",
    "any interaction (kind = call)",
    "age + 5 > 30",
    "customers where active",
    "stag = lead",
    "company.industri = Health",
    "field(\"Stge\") = lead",
    "any address (town = Paris)",
    "any address (stage = lead)",
    "field(\"score\") = 1",
    "gone = 1",
    "job_title.name = x",
    "affiliation_company.industry = Health",
    "stage = custommer",
    "tag \"customers/gol\"",
    "age contains \"5\"",
    "stage",
    "stage has any of [lead]",
    "customer_since in last 3 hours",
    "birthday anniversary > today",
    "every age > 5",
    "every email != \"x\"",
    "address (city = Paris)",
    "age = \"5\"",
    "age > field(stage)",
    "month(birthday) = febuary",
    "customer_since = now",
    "job_title = \"\"",
    "budget > 1000",
    "euros > 1000 USD",
    "budget between 1 USD and 5 EUR",
    "reports_to = \"Ada Lovelace\"",
    "age between 20 and 10",
    "name matches /a(b/",
    "name matches /(a{1000}){1000}/",
    "outer.stage = lead",
    "age = $x and name = $x",
    "\u{59d3}\u{540d} = \u{738b}\u{82b3} and stge = e\u{301}tape and age > old",
];

fn rendered() -> (String, BTreeSet<&'static str>) {
    let mut world = world();
    let mut out = String::new();
    let mut codes = BTreeSet::new();
    let mut show = |title: &str, error: &SegmentError| {
        codes.extend(error.problems().map(|problem| problem.code().as_str()));
        writeln!(out, "## {title}\n\n{error}\n").unwrap();
    };
    let limits = SyntaxLimits::default();
    for text in TEXTS {
        match check_question(text, &world.catalogue, &limits) {
            Ok(_) => panic!("accepted: {text}"),
            Err(error) => show(text, &error),
        }
    }
    let segment = |text: &str, limits: &SyntaxLimits| check_segment(text, &world.catalogue, limits).unwrap_err();
    show("(a segment) all order by name", &segment("all order by name", &limits));
    show("(at most 20 bytes) stage = lead and active", &segment("stage = lead and active", &limits.with_max_bytes(20)));
    show("(at most 2 levels) not (not active)", &segment("not (not active)", &limits.with_max_depth(2)));
    show("(at most 5 nodes) age in [1, 2, 3, 4]", &segment("age in [1, 2, 3, 4]", &limits.with_max_nodes(5)));
    let deep = !!!attribute("age").gt(5);
    let error = check_segment(&deep, &world.catalogue, &limits.with_max_depth(2)).unwrap_err();
    show("(built, at most 2 levels)", &error);
    let error =
        check_segment_of::<crate::model::Contact>("companies where all", &world.catalogue, &limits).unwrap_err();
    show("(of contacts) companies where all", &error);
    let open = world.check("age > $years and job_title in $titles");
    show("(asked) age > $years and job_title in $titles", &recheck(&open, &world.catalogue).unwrap_err());
    let values = [("year", crate::model::Value::from(5_i64))];
    show("(year = 5)", &bind(&open, &world.catalogue, &Bindings::new(values)).unwrap_err());
    let values = [("years", crate::model::Value::from("five"))];
    show("(years = \"five\")", &bind(&open, &world.catalogue, &Bindings::new(values)).unwrap_err());
    let saved = world.check("score > 5 and active");
    world.redefine(Kind::CONTACT, "score", |definition| definition.archived = Some(true));
    show("(archived since) score > 5 and active", &recheck(&saved, &world.catalogue).unwrap_err());
    for text in [
        "stage = lead and stage = customer",
        "stage != lead or stage != customer",
        "every email ends with \"x\"",
        "not budget > 5 EUR",
        "relation in []",
    ] {
        let notices: Vec<Problem> = world.check(text).notices().to_vec();
        show(&format!("(notice) {text}"), &SegmentError::new(text, notices, false));
    }
    (out, codes)
}

#[test]
fn every_kind_of_error_reads_as_it_should() {
    let (found, codes) = rendered();
    let missing: Vec<&str> =
        SegmentCode::ALL.iter().map(|code| code.as_str()).filter(|code| !codes.contains(code)).collect();
    assert!(missing.is_empty(), "no text shows {missing:?}");
    if found != include_str!("errors.txt") {
        let path = std::env::temp_dir().join("contactdb-errors.txt");
        std::fs::write(&path, &found).unwrap();
        panic!("the errors read otherwise than in errors.txt; what they are now stands in {}", path.display());
    }
}
