//! Proposals: what could be written at a place.

use super::errors::world;
use crate::segment::testing::check_segment;
use crate::segment::{ProposalKind, SyntaxLimits, complete};

/// A text, what must be proposed at its end, and what must not be.
const PROPOSED: &[(&str, &[&str], &[&str])] = &[
    ("", &["companies where", "stage", "any address (", "not", "tag", "month("], &["and", "outer.", "gone"]),
    ("sta", &["stage", "status"], &["companies where", "age"]),
    ("Stufe", &[], &["stage"]),
    (
        "stage ",
        &["=", "!=", ">=", "between", "in [", "is set"],
        &["contains", "and", "in last", "overlaps", "has any of"],
    ),
    ("email ", &["contains", "has any of", "~"], &["in last"]),
    ("rooms ", &["contains", "overlaps"], &["=", "starts with"]),
    ("active ", &["and", "or", "="], &["<"]),
    ("birthday ", &["in last", "in this", "more than", "anniversary in", "="], &["contains"]),
    ("birthday anniversary ", &["in next", "=", "between"], &["<", "is set"]),
    ("month(birthday) = ", &["january", "may"], &["today"]),
    ("weekday(created) in [", &["monday"], &["january"]),
    ("stage = ", &["customer"], &["and", "active", "stage"]),
    ("stage = cus", &["customer"], &["lead"]),
    ("stage = \"qualified l", &["qualified"], &["customer"]),
    ("colour in [red, ", &["blue"], &["customer"]),
    ("active = ", &["true", "false"], &["today"]),
    ("created > ", &["now", "today"], &["true"]),
    ("created in ", &["last", "previous", "["], &["monday"]),
    ("created in last 30 ", &["days", "hours"], &["and"]),
    ("created in previous 3 ", &["month"], &["hour"]),
    ("created more ", &["than"], &[]),
    ("created more than 3 days ", &["ago"], &[]),
    ("name starts ", &["with"], &["is"]),
    ("tags has ", &["any of", "none of"], &[]),
    ("email is ", &["set", "not set", "exactly"], &[]),
    ("tag ", &["\"customers/gold\"", "under"], &["stage"]),
    ("tag under cust", &["\"customers/gold\""], &["under"]),
    ("tags = ", &["\"customers/gold\""], &["stage"]),
    ("stage = lead and ma", &["may"], &["stage"]),
    ("companies where ", &["tag"], &["may"]),
    ("may ", &["email", "phone"], &["newsletter", "for", "stage"]),
    ("may \"e-m", &["email"], &["phone"]),
    ("may email ", &["for"], &["and", "newsletter"]),
    ("may email for ", &["newsletter"], &["email", "and", "\"customers/gold\""]),
    ("may email for newsletter ", &["and", "or"], &["="]),
    ("companies where may ", &[], &["email"]),
    ("any consent (", &["channel", "purpose", "consent", "until"], &["may"]),
    ("stage = lead ", &["and", "or", "order by", "limit"], &[")"]),
    ("(stage = lead ", &[")", "and"], &["order by"]),
    ("(stage = lead) a", &["and"], &["age"]),
    ("stage = lead and not ", &["stage", "tag"], &["and"]),
    ("company.", &["industry", "parent"], &["stage2", "given_name"]),
    ("company.parent.ind", &["industry"], &["interest"]),
    ("any ", &["address (", "email"], &["age", "all"]),
    ("any address (", &["city", "label", "outer."], &["stage", "tag"]),
    ("any address (city = Paris and co", &["country"], &["company"]),
    ("any address (outer.sta", &["stage"], &["city"]),
    ("any affiliation (role = ", &["owner"], &["customer"]),
    ("any affiliation (company.", &["industry"], &["role"]),
    ("any address (city = x) ", &["and", "order by"], &[")"]),
    ("companies where ", &["employees", "any billing_address ("], &["given_name", "companies where"]),
    ("all order by ", &["name", "stage"], &["any address ("]),
    ("all order by name ", &["asc", "desc", "limit"], &[]),
    ("all order ", &["by"], &[]),
    ("field(", &["\"Stage\""], &[]),
    ("field(\"sta", &["\"Stage\""], &["\"Age\""]),
    ("job_title = field(dep", &["department"], &["and"]),
    ("score between 1 ", &["and"], &[]),
    ("rooms overlaps 1 ", &["to"], &[]),
    ("stage = lead // a comment a", &[], &["and", "age"]),
    ("stage = x ] ag", &[], &["="]),
];

#[test]
fn what_could_come_next_is_proposed() {
    let world = world();
    for (text, wanted, unwanted) in PROPOSED {
        let completion = complete(text, text.len(), &world.catalogue, &SyntaxLimits::default());
        let proposed: Vec<&str> = completion.proposals.iter().map(|proposal| proposal.text.as_str()).collect();
        for wanted in *wanted {
            assert!(proposed.contains(wanted), "{text:?}: {wanted} is not among {proposed:?}");
        }
        for unwanted in *unwanted {
            assert!(!proposed.contains(unwanted), "{text:?}: {unwanted} is among {proposed:?}");
        }
        assert!(proposed.len() <= 150);
    }
}

#[test]
fn a_proposal_takes_the_place_of_the_word_at_the_cursor() {
    let world = world();
    for (text, cursor, applied) in [
        ("sta = lead", 3, "stage = lead"),
        ("stage = cus and active", 11, "stage = customer and active"),
        ("stage = \"cus", 12, "stage = customer"),
        ("tag cust", 8, "tag \"customers/gold\""),
        ("stage =  and active", 8, "stage = subscriber and active"),
    ] {
        let completion = complete(text, cursor, &world.catalogue, &SyntaxLimits::default());
        assert_eq!(completion.apply(text, &completion.proposals[0]), applied);
    }
    let stage = complete("stag", 4, &world.catalogue, &SyntaxLimits::default()).proposals.swap_remove(0);
    assert_eq!((stage.kind, stage.label.as_str()), (ProposalKind::Attribute, "Stage"));
}

#[test]
fn any_cursor_in_any_text_is_answered() {
    let world = world();
    let texts = PROPOSED.iter().map(|(text, ..)| (*text).to_owned());
    let odd = ["\u{6771}\u{4eac} = \u{301}x\u{1f600}", "(((((", "\"\n\"", "`", "$", "a.b.c.", "tag under under", "\0"];
    for text in texts.chain(odd.map(str::to_owned)) {
        for cursor in 0..text.len() + 2 {
            let completion = complete(&text, cursor, &world.catalogue, &SyntaxLimits::default());
            for proposal in completion.proposals.iter().take(3) {
                let applied = completion.apply(&text, proposal);
                let read = check_segment(applied.as_str(), &world.catalogue, &SyntaxLimits::default());
                assert!(read.is_ok_and(|read| read.kind().to_string().len() > 1) || !applied.is_empty());
            }
        }
    }
    let long = "a and ".repeat(100_000);
    assert!(complete(&long, long.len(), &world.catalogue, &SyntaxLimits::default()).proposals.is_empty());
}
