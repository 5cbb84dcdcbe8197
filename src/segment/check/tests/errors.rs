//! What is refused: code, place, message, nearest name.

use crate::engine::tests::world::World;
use crate::model::{Company, Contact, Currency, Kind, ValueType};
use crate::segment::testing::{check_question, check_question_of, check_segment, check_segment_of};
use crate::segment::{Problem, SegmentCode as Code, SegmentError, SyntaxLimits, check_order};

pub(super) fn world() -> World {
    let mut world = World::new();
    world.field(Kind::CONTACT, "colour", "Colour", ValueType::Choice, false);
    world.field(Kind::CONTACT, "score", "Score", ValueType::Integer, false);
    world.field(Kind::CONTACT, "other", "SCORE", ValueType::Integer, false);
    world.field(Kind::CONTACT, "gone", "Gone", ValueType::Integer, false);
    world.field(Kind::CONTACT, "active", "Active", ValueType::Boolean, false);
    world.field(Kind::CONTACT, "rooms", "Rooms", ValueType::NumberRange, false);
    world.redefine(Kind::CONTACT, "gone", |definition| definition.archived = Some(true));
    world.money(Kind::CONTACT, "budget", None);
    world.money(Kind::CONTACT, "euros", Some(Currency::EUR));
    let _ada = world.person("Ada", |ada| ada.tag("customers/gold"));
    world
}

fn error(world: &World, text: &str) -> SegmentError {
    match check_question(text, &world.catalogue, &SyntaxLimits::default()) {
        Ok(question) => panic!("accepted {text}: {question:?}"),
        Err(error) => error,
    }
}

/// A text, and the code and the piece of each problem in it.
const PROBLEMS: &[(&str, &[(Code, &str)])] = &[
    ("people where all", &[(Code::UnknownKind, "people")]),
    ("job_titel = x", &[(Code::UnknownAttribute, "job_titel")]),
    ("company.industri = x", &[(Code::UnknownAttribute, "industri")]),
    ("field(\"Revenue\") = 1", &[(Code::UnknownAttribute, "field(\"Revenue\")")]),
    ("field(\"score\") = 1", &[(Code::AmbiguousLabel, "field(\"score\")")]),
    ("gone = 1", &[(Code::ArchivedField, "gone")]),
    ("job_title.name = x", &[(Code::NotARelation, "job_title")]),
    ("affiliation_company.name = x", &[(Code::NotARelation, "affiliation_company")]),
    ("interactions where participant.name = x", &[(Code::NotARelation, "participant")]),
    ("colour = rde", &[(Code::UnknownOption, "rde")]),
    ("colour in [red, gren, \"Yellow\"]", &[(Code::UnknownOption, "gren"), (Code::UnknownOption, "\"Yellow\"")]),
    ("tag \"customers/gol\"", &[(Code::UnknownTag, "\"customers/gol\"")]),
    ("tags has any of [nobody]", &[(Code::UnknownTag, "nobody")]),
    ("tag under nobody", &[(Code::UnknownTag, "nobody")]),
    ("tag \"a//b\"", &[(Code::ValueMismatch, "\"a//b\"")]),
    ("score contains \"1\"", &[(Code::OperatorMismatch, "score contains \"1\"")]),
    ("colour starts with r", &[(Code::OperatorMismatch, "colour starts with r")]),
    ("score == 1", &[(Code::OperatorMismatch, "score == 1")]),
    ("score", &[(Code::OperatorMismatch, "score")]),
    ("active < true", &[(Code::OperatorMismatch, "active < true")]),
    ("score in last 3 days", &[(Code::OperatorMismatch, "score in last 3 days")]),
    ("customer_since in last 3 hours", &[(Code::OperatorMismatch, "customer_since in last 3 hours")]),
    ("score has any of [1]", &[(Code::OperatorMismatch, "score has any of [1]")]),
    ("rooms = 3", &[(Code::OperatorMismatch, "rooms = 3")]),
    ("address = \"x\"", &[(Code::OperatorMismatch, "address = \"x\"")]),
    ("tags contains vip", &[(Code::OperatorMismatch, "tags contains vip")]),
    ("every job_title = x", &[(Code::QuantifierMismatch, "every")]),
    ("every email != x", &[(Code::QuantifierMismatch, "every")]),
    ("any email is set", &[(Code::QuantifierMismatch, "any")]),
    ("score = \"1\"", &[(Code::ValueMismatch, "\"1\"")]),
    ("score > other", &[(Code::ValueMismatch, "other")]),
    ("score > 5 EUR", &[(Code::ValueMismatch, "5 EUR")]),
    ("job_title = 5", &[(Code::ValueMismatch, "5")]),
    ("customer_since = now", &[(Code::ValueMismatch, "now")]),
    ("customer_since > 2026-01-31T10:00Z", &[(Code::ValueMismatch, "2026-01-31T10:00Z")]),
    ("birthday < \"--05-01\"", &[(Code::ValueMismatch, "\"--05-01\"")]),
    ("birthday = \"soon\"", &[(Code::ValueMismatch, "\"soon\"")]),
    ("active = yes", &[(Code::ValueMismatch, "yes")]),
    ("colour = true", &[(Code::ValueMismatch, "true")]),
    ("job_title = \"\"", &[(Code::EmptyValue, "\"\"")]),
    ("job_title contains ''", &[(Code::EmptyValue, "''")]),
    ("budget > 1000", &[(Code::CurrencyNeeded, "1000")]),
    ("euros > 1000 USD", &[(Code::CurrencyMismatch, "1000 USD")]),
    ("budget between 1 USD and 5 EUR", &[(Code::CurrencyMismatch, "5 EUR")]),
    ("reports_to = \"Ada\"", &[(Code::InvalidReference, "\"Ada\"")]),
    ("score between 20 and 10", &[(Code::ReversedRange, "20 and 10")]),
    ("verified between today and yesterday", &[(Code::ReversedRange, "today and yesterday")]),
    ("colour between blue and red", &[(Code::ReversedRange, "blue and red")]),
    ("job_title matches /a(b/", &[(Code::InvalidPattern, "/a(b/")]),
    ("job_title matches /(a{1000}){1000}/", &[(Code::PatternTooLarge, "/(a{1000}){1000}/")]),
    ("job_title has word \"--\"", &[(Code::ValueMismatch, "\"--\"")]),
    ("score = $x and relation in $x", &[(Code::ParameterMismatch, "$x")]),
    ("score = $x and job_title = $x", &[(Code::ParameterMismatch, "$x")]),
    ("tag $x and colour = $x", &[(Code::ParameterMismatch, "$x")]),
    ("any interaction (kind = call)", &[(Code::NotSupported, "interaction")]),
    ("any job_title (x = 1)", &[(Code::OperatorMismatch, "job_title")]),
    ("any reports_to (x = 1)", &[(Code::OperatorMismatch, "reports_to")]),
    ("any adress (x = 1)", &[(Code::UnknownAttribute, "adress")]),
    ("any address (town = Paris and country = 5)", &[(Code::UnknownAttribute, "town"), (Code::ValueMismatch, "5")]),
    ("any address (tag \"customers/gold\")", &[(Code::UnknownAttribute, "tag \"customers/gold\"")]),
    ("any address (outer.outer.score = 1)", &[(Code::OuterNotAllowed, "outer.outer.score")]),
    (
        "any email (any outer.email (any outer.outer.email (any outer.outer.outer.email (any email (label = x)))))",
        &[(Code::TooDeep, "email")],
    ),
    ("colour in [rde, gren", &[(Code::UnknownOption, "rde"), (Code::UnknownOption, "gren"), (Code::UnclosedList, "")]),
    ("job_title between z and a", &[(Code::ReversedRange, "z and a")]),
    ("outer.score = 1", &[(Code::OuterNotAllowed, "outer.score")]),
    ("any address (has_all.x = 1)", &[(Code::UnknownAttribute, "has_all")]),
    ("any affiliation (title has any of [x])", &[(Code::OperatorMismatch, "title has any of [x]")]),
    ("count(score) > 1", &[(Code::OperatorMismatch, "count(score)")]),
    ("count(tags) is set", &[(Code::OperatorMismatch, "count(tags) is set")]),
    ("count(tags) is not set", &[(Code::OperatorMismatch, "count(tags) is not set")]),
    ("month(score) = 1", &[(Code::OperatorMismatch, "month(score)")]),
    ("month(birthday) = 13", &[(Code::ValueMismatch, "13")]),
    ("month(birthday) = febuary", &[(Code::ValueMismatch, "febuary")]),
    ("weekday(created) = 1", &[(Code::ValueMismatch, "1")]),
    ("weekday(created) > monday", &[(Code::OperatorMismatch, "weekday(created) > monday")]),
    ("year(created) contains \"2\"", &[(Code::OperatorMismatch, "year(created) contains \"2\"")]),
    ("birthday anniversary", &[(Code::OperatorMismatch, "birthday anniversary")]),
    ("birthday anniversary > today", &[(Code::OperatorMismatch, "birthday anniversary > today")]),
    ("created anniversary in last 3 hours", &[(Code::OperatorMismatch, "created anniversary in last 3 hours")]),
    ("score anniversary = today", &[(Code::OperatorMismatch, "score anniversary")]),
    ("rooms overlaps 5 to 2", &[(Code::ReversedRange, "5 to 2")]),
    ("rooms overlaps this month", &[(Code::OperatorMismatch, "rooms overlaps this month")]),
    ("score overlaps 1 to 2", &[(Code::OperatorMismatch, "score overlaps 1 to 2")]),
    ("score = field(othr)", &[(Code::UnknownAttribute, "othr")]),
    ("score = field(job_title)", &[(Code::ValueMismatch, "field(job_title)")]),
    ("customer_since < field(created)", &[(Code::ValueMismatch, "field(created)")]),
    ("colour > field(stage)", &[(Code::ValueMismatch, "field(stage)")]),
    ("score in [field(other)]", &[(Code::ValueMismatch, "field(other)")]),
    ("job_title contains field(department)", &[(Code::ValueMismatch, "field(department)")]),
    (
        "scor = and colour = rde",
        &[(Code::UnknownAttribute, "scor"), (Code::ExpectedValue, "and"), (Code::UnknownOption, "rde")],
    ),
    (
        "(scor = 1 and stage = lead or colour = rde",
        &[
            (Code::UnclosedParenthesis, "("),
            (Code::UnknownAttribute, "scor"),
            (Code::MixedAndOr, "or"),
            (Code::UnknownOption, "rde"),
        ],
    ),
    ("may emial for newsletter", &[(Code::UnknownOption, "emial")]),
    ("may emial for \"news letter\"", &[(Code::UnknownOption, "emial"), (Code::UnknownOption, "\"news letter\"")]),
    ("companies where may email for newsletter", &[(Code::UnknownAttribute, "may email for newsletter")]),
    ("any address (may email for newsletter)", &[(Code::UnknownAttribute, "may email for newsletter")]),
    ("may $x for newsletter and stage = $x", &[(Code::ParameterMismatch, "$x")]),
    ("any consent (state = granted)", &[(Code::UnknownAttribute, "state")]),
    ("score = \"x\" order name", &[(Code::ValueMismatch, "\"x\""), (Code::InvalidOrder, "name")]),
    ("all order by birthday anniversary", &[(Code::OperatorMismatch, "birthday anniversary")]),
    (
        "all order by reports_to, address",
        &[(Code::OperatorMismatch, "reports_to"), (Code::OperatorMismatch, "address")],
    ),
    (
        "titel = 1 and (score = x or not colour = 3) order by nme",
        &[
            (Code::UnknownAttribute, "titel"),
            (Code::ValueMismatch, "x"),
            (Code::ValueMismatch, "3"),
            (Code::UnknownAttribute, "nme"),
        ],
    ),
];

#[test]
fn every_problem_has_its_code_and_its_place() {
    let world = world();
    for (text, expected) in PROBLEMS {
        let error = error(&world, text);
        let found: Vec<(Code, &str)> =
            error.problems().map(|problem| (problem.code(), problem.span().slice(text))).collect();
        assert_eq!(&found, expected, "{text}\n{error}");
    }
}

#[test]
fn messages_are_plain_and_lower_case() {
    let world = world();
    for (text, _) in PROBLEMS {
        for problem in error(&world, text).problems() {
            let message = problem.message();
            assert!(message.starts_with("found "), "{message}");
            assert!(!message.ends_with('.') && !message.contains('\n'), "{message}");
            assert!(problem.help().is_some(), "no help: {message}");
        }
    }
}

#[test]
fn the_nearest_name_is_proposed() {
    let world = world();
    for (text, near) in [
        ("persons where all", None),
        ("contact where all and x = 1", None),
        ("companys where all", Some("companies")),
        ("job_titel = x", Some("job_title")),
        ("`Job title` = x", Some("job_title")),
        ("field(\"Job titel\") = x", Some("Job title")),
        ("colour = grene", Some("green")),
        ("may emial for newsletter", Some("email")),
        ("may email for \"newsleter\"", Some("newsletter")),
        ("tag \"customer/gold\"", Some("customers/gold")),
    ] {
        let error = error(&world, text);
        assert_eq!(error.problems().next().and_then(Problem::nearest), near, "{text}");
    }
}

#[test]
fn an_error_draws_the_place_and_says_what_to_do() {
    let world = world();
    let shown = error(&world, "tag \"customers/gold\" and budget > 1_000").to_string();
    let expected = "\
error[currency-needed]: found 1000 without a currency, expected an amount of money for `budget`
 --> line 1, column 36
  |
1 | tag \"customers/gold\" and budget > 1_000
  |                                   ^^^^^
  = help: write the currency behind the amount: 1000 EUR";
    let plain: Vec<&str> = shown.lines().map(str::trim_end).collect();
    let wanted: Vec<&str> = expected.lines().collect();
    assert_eq!(plain.first(), wanted.first());
    assert_eq!(plain.last(), wanted.last());
    let help = error(&world, "score > other").to_string();
    assert!(help.contains("an attribute is written `field(other)`"), "{help}");
}

#[test]
fn a_typed_segment_may_name_its_own_kind_and_no_other() {
    let world = world();
    let (catalogue, limits) = (&world.catalogue, &SyntaxLimits::default());
    let plain = check_segment_of::<Company>("employees > 5", catalogue, limits).unwrap();
    let named = check_segment_of::<Company>("companies where employees > 5", catalogue, limits).unwrap();
    assert_eq!(plain, named);
    assert_eq!(plain.to_text(catalogue), "companies where employees > 5");
    let error = check_segment_of::<Contact>("companies where all", catalogue, limits).unwrap_err();
    assert_eq!(error.code(), Some(Code::OtherKind));
    let question =
        check_question_of::<Company>("all order by employees desc, name limit 3", catalogue, limits).unwrap();
    assert_eq!(question.to_text(catalogue), "companies where all order by employees desc, name limit 3");
    assert_eq!(question.as_any().typed::<Company>(), Some(question.clone()));
    assert!(question.as_any().typed::<Contact>().is_none());
    assert!(question.as_any().segment().typed::<Company>().is_some());
}

#[test]
fn an_order_is_read_by_itself() {
    let world = world();
    let order = |text| check_order(text, Kind::CONTACT, &world.catalogue, &SyntaxLimits::default());
    assert_eq!(order("budget desc, company.name").unwrap().len(), 2);
    for (text, code) in [
        ("budgt", Code::UnknownAttribute),
        ("name limit 3", Code::UnexpectedToken),
        ("", Code::InvalidOrder),
        ("name,", Code::InvalidOrder),
        ("name up", Code::InvalidOrder),
    ] {
        assert_eq!(order(text).unwrap_err().code(), Some(code), "{text}");
    }
}

#[test]
fn segments_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    let world = world();
    let segment = check_segment("score > 1", &world.catalogue, &SyntaxLimits::default()).unwrap();
    shared(&segment);
    shared(&segment.typed::<Contact>().unwrap());
}
