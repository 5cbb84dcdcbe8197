//! Notices: what is allowed and may yet surprise.

use super::errors::world;
use crate::segment::testing::check_question;
use crate::segment::{Problem, SegmentCode as Code, SyntaxLimits};

/// A text, and the code and place of each notice.
const NOTICES: &[(&str, &[(Code, &str)])] = &[
    ("stage = lead and stage = customer", &[(Code::AlwaysEmpty, "stage = customer")]),
    ("stage = lead or stage = customer", &[]),
    ("stage != lead or stage != customer", &[(Code::AlwaysTrue, "stage != customer")]),
    ("stage != lead and stage != customer", &[]),
    ("not (stage = lead) or not (stage = customer)", &[(Code::AlwaysTrue, "not (stage = customer)")]),
    ("stage in [lead, former] and stage in [customer]", &[(Code::AlwaysEmpty, "stage in [customer]")]),
    ("stage in [lead, former] and stage in [former]", &[]),
    ("stage < lead and stage > customer", &[(Code::AlwaysEmpty, "stage > customer")]),
    ("age > 5 and age < 3", &[(Code::AlwaysEmpty, "age < 3")]),
    ("age > 5 and age <= 5", &[(Code::AlwaysEmpty, "age <= 5")]),
    ("age >= 5 and age <= 5", &[]),
    ("age > 5 and (job_title = x or age < 3)", &[]),
    ("score between 1 and 5 and score = 6", &[(Code::AlwaysEmpty, "score = 6")]),
    ("active and not active", &[(Code::AlwaysEmpty, "not active")]),
    ("active and active = false", &[(Code::AlwaysEmpty, "active = false")]),
    ("active or not active", &[(Code::AlwaysTrue, "not active")]),
    ("job_title = x and job_title = \"y\"", &[(Code::AlwaysEmpty, "job_title = \"y\"")]),
    ("job_title = jose and job_title = \"Jos\u{e9}\"", &[]),
    // Several values may satisfy both.
    ("email = \"a@b.example\" and email = \"c@d.example\"", &[]),
    ("relation = lead and relation = customer", &[]),
    ("any address (city = a and city = b)", &[(Code::AlwaysEmpty, "city = b")]),
    ("any affiliation (role = owner and role = buyer)", &[]),
    (
        "customer_since > 2026-01-31 and customer_since < 2026-01-01",
        &[(Code::AlwaysEmpty, "customer_since < 2026-01-01")],
    ),
    ("created = 2026-01-31 and created = 2026-02-01", &[(Code::AlwaysEmpty, "created = 2026-02-01")]),
    ("budget > 5 EUR and budget < 10 USD", &[(Code::AlwaysEmpty, "budget < 10 USD")]),
    ("budget > 5 EUR or budget < 10 USD", &[]),
    ("job_title is set or job_title is not set", &[(Code::AlwaysTrue, "job_title is not set")]),
    ("job_title contains a and job_title not contains a", &[(Code::AlwaysEmpty, "job_title not contains a")]),
    ("tag \"customers/gold\" and not tag \"customers/gold\"", &[(Code::AlwaysEmpty, "not tag \"customers/gold\"")]),
    ("relation in []", &[(Code::AlwaysEmpty, "relation in []")]),
    ("relation not in [] and age > 5", &[(Code::AlwaysTrue, "relation not in []")]),
    ("relation has all of []", &[(Code::AlwaysTrue, "relation has all of []")]),
    ("not all", &[(Code::AlwaysEmpty, "not all")]),
    ("all or age > 5", &[(Code::AlwaysTrue, "all or age > 5")]),
    ("all", &[]),
    ("every email ends with x", &[(Code::EveryOfNone, "every email ends with x")]),
    ("every address (city = a)", &[(Code::EveryOfNone, "every address (city = a)")]),
    ("every email in []", &[(Code::EveryOfNone, "every email in []")]),
    ("not (every email in [])", &[(Code::EveryOfNone, "every email in []")]),
    ("every company.email ends with x", &[(Code::EveryOfNone, "every company.email ends with x")]),
    ("no address (city = a)", &[]),
    ("not budget > 5 EUR", &[(Code::OtherCurrencies, "budget > 5 EUR")]),
    ("budget != 5 EUR", &[(Code::OtherCurrencies, "budget != 5 EUR")]),
    ("not budget != 5 EUR", &[]),
    ("not euros > 5 EUR", &[]),
    ("all order by budget", &[(Code::OtherCurrencies, "budget")]),
    ("all order by euros", &[]),
];

#[test]
fn what_may_surprise_is_said_and_nothing_else() {
    let world = world();
    for (text, expected) in NOTICES {
        let question = check_question(text, &world.catalogue, &SyntaxLimits::default());
        let question = question.unwrap_or_else(|error| panic!("{text}\n{error}"));
        let notices: Vec<(Code, &str)> =
            question.segment().notices().iter().map(|notice| (notice.code(), notice.span().slice(text))).collect();
        assert_eq!(&notices, expected, "{text}");
        assert!(question.segment().notices().iter().all(|notice| notice.help().is_some()), "{text}");
    }
}

#[test]
fn what_is_said_to_be_always_so_is_so() {
    let world = world();
    for (text, _) in NOTICES.iter().filter(|(text, _)| !text.contains("order by")) {
        let segment = world.check(text);
        let code = |code| segment.notices().iter().map(Problem::code).any(|found| found == code);
        // Only where the whole text is the condition that the notice is about.
        if code(Code::AlwaysEmpty) {
            assert_eq!(world.count(text), 0, "{text}");
        }
        if code(Code::AlwaysTrue) && !text.contains(" and age") {
            assert_eq!(world.count(text), world.count("all"), "{text}");
        }
    }
}
