//! Parameters: typed, bound by value.

use crate::engine::tests::world::{World, date, set};
use crate::model::{Contact, Kind, Money, Value, ValueType};
use crate::segment::testing::{check_question_of, check_segment};
use crate::segment::{AnySegment, Bindings, SegmentCode as Code, SegmentError, SyntaxLimits, bind, recheck};

fn world() -> World {
    let mut world = World::new();
    world.field(Kind::CONTACT, "score", "Score", ValueType::Integer, false);
    world.field(Kind::CONTACT, "colour", "Colour", ValueType::Choice, false);
    world.money(Kind::CONTACT, "budget", None);
    let _ada =
        world.person("Ada", |ada| set("score", 7_i64)(ada.job_title("Analyst").tag("vip")).set_value("colour", "red"));
    let _bob = world.person("Bob", |bob| set("score", 3_i64)(bob.job_title("Buyer").tag("customers/gold")));
    world
}

fn bound<'n>(
    world: &World,
    text: &str,
    values: impl IntoIterator<Item = (&'n str, Value)>,
) -> Result<AnySegment, SegmentError> {
    bind(&world.check(text), &world.catalogue, &Bindings::new(values))
}

fn list(values: &[&str]) -> Value {
    Value::List(values.iter().map(|value| Value::from(*value)).collect())
}

#[test]
fn a_bound_segment_equals_the_one_with_the_values_written() {
    let world = world();
    let budget = Money::new(5, crate::model::Currency::EUR);
    for (open, values, written) in [
        ("score > $n", vec![("n", Value::from(5_i64))], "score > 5"),
        (
            "score between $a and $b",
            vec![("a", 1_i64.into()), ("b", Value::Decimal("5.5".parse().unwrap()))],
            "score between 1 and 5.5",
        ),
        (
            "job_title in $t and not (owner in $t)",
            vec![("t", list(&["Buyer", "x"]))],
            "job_title in [Buyer, x] and not (owner in [Buyer, x])",
        ),
        ("budget >= $b", vec![("b", budget.into())], "budget >= 5 EUR"),
        ("colour = $c or colour in [$c, blue]", vec![("c", "RED".into())], "colour = red or colour in [red, blue]"),
        ("tag $t and tag under $t", vec![("t", "vip".into())], "tag vip and tag under vip"),
        ("tags has any of $t", vec![("t", list(&["vip"]))], "tags has any of [vip]"),
        (
            "created < $d and customer_since < $e",
            vec![("d", date(2026, 1, 31).into()), ("e", date(2026, 2, 28).into())],
            "created < 2026-01-31 and customer_since < 2026-02-28",
        ),
        ("birthday = $b", vec![("b", Value::PartialDate("--05-01".parse().unwrap()))], "birthday = \"--05-01\""),
        (
            "name matches $p and name contains $q",
            vec![("p", "^A".into()), ("q", "\" or all".into())],
            "name matches /^A/ and name contains \"\\\" or all\"",
        ),
        (
            "month(birthday) = $m and weekday(created) = $w",
            vec![("m", "may".into()), ("w", "monday".into())],
            "month(birthday) = 5 and weekday(created) = monday",
        ),
        (
            "may $c for $p or may $c for newsletter",
            vec![("c", "E-mail".into()), ("p", crate::model::choices::purpose::OFFERS.into())],
            "may email for offers or may email for newsletter",
        ),
        ("any address (city = $c)", vec![("c", "Paris".into())], "any address (city = Paris)"),
    ] {
        let segment = bound(&world, open, values).unwrap_or_else(|error| panic!("{open}\n{error}"));
        assert_eq!(segment, world.check(written), "{open}");
        assert!(segment.parameters().is_empty());
    }
}

#[test]
fn what_a_user_typed_is_a_value_and_never_text() {
    let world = world();
    for typed in ["x\" or all or name = \"", "$n", "vip or all", "a and b", "// c", "`"] {
        let segment = bound(&world, "job_title = $t", [("t", typed.into())]).unwrap();
        assert_eq!(world.count_of(&segment).unwrap(), 0, "{typed}");
        let again = check_segment(segment.to_text(&world.catalogue), &world.catalogue, &SyntaxLimits::default());
        assert_eq!(again, Ok(segment));
    }
}

#[test]
fn values_that_do_not_fit_are_refused_with_their_place() {
    let world = world();
    for (text, values, code, piece) in [
        ("score > $n", vec![("n", Value::from("five"))], Code::ValueMismatch, "$n"),
        ("score > $n", vec![("n", list(&["1"]))], Code::ParameterMismatch, "$n"),
        ("score in $n", vec![("n", 1_i64.into())], Code::ParameterMismatch, "$n"),
        ("score in $n", vec![("n", list(&["x", "y"]))], Code::ValueMismatch, "$n"),
        ("colour = $c", vec![("c", "rde".into())], Code::UnknownOption, "$c"),
        ("tag $t", vec![("t", "vup".into())], Code::UnknownTag, "$t"),
        ("tag $t", vec![("t", 5_i64.into())], Code::ValueMismatch, "$t"),
        ("score between $a and $b", vec![("a", 5_i64.into()), ("b", 1_i64.into())], Code::ReversedRange, "$a and $b"),
        ("name matches $p", vec![("p", "a(".into())], Code::InvalidPattern, "$p"),
        ("job_title = $t", vec![("t", "".into())], Code::EmptyValue, "$t"),
        ("budget > $b", vec![("b", 5_i64.into())], Code::CurrencyNeeded, "$b"),
        ("created < $d", vec![("d", date(-5, 1, 1).into())], Code::InvalidDate, "$d"),
        ("score > $n", vec![("m", 5_i64.into())], Code::UnknownParameter, ""),
        ("score > 1", vec![("m", 5_i64.into())], Code::UnknownParameter, ""),
    ] {
        let error = bound(&world, text, values).unwrap_err();
        let problem = error.problems().next().unwrap();
        assert_eq!((problem.code(), problem.span().slice(text)), (code, piece), "{text}\n{error}");
    }
}

#[test]
fn a_segment_with_an_open_parameter_is_not_asked() {
    let world = world();
    let half = bound(&world, "score > $n and job_title in $t", [("n", 1_i64.into())]).unwrap();
    assert_eq!(half.parameters().iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["t"]);
    assert_eq!(half.to_text(&world.catalogue), "score > 1 and job_title in $t");
    let error = recheck(&half, &world.catalogue).unwrap_err();
    assert_eq!(error.code(), Some(Code::UnboundParameter));
    assert!(world.count_of(&half).is_err());
}

#[test]
fn a_question_keeps_its_order_over_the_bound_segment() {
    let world = world();
    let limits = SyntaxLimits::default();
    let text = "score > $n order by name desc limit 3";
    let question = check_question_of::<Contact>(text, &world.catalogue, &limits).unwrap();
    let segment = bind(question.segment().as_any(), &world.catalogue, &Bindings::new([("n", 5_i64.into())])).unwrap();
    let bound = question.with_segment(&segment.typed().unwrap());
    assert_eq!(bound.to_text(&world.catalogue), "score > 5 order by name desc limit 3");
}

#[test]
fn an_archived_field_whose_key_was_taken_over_is_not_asked() {
    let mut world = world();
    let segment = world.check("score > 5");
    world.redefine(Kind::CONTACT, "score", |definition| {
        definition.archived = Some(true);
        "old_score".clone_into(&mut definition.key);
    });
    world.field(Kind::CONTACT, "score", "Score", ValueType::Integer, false);
    assert_eq!(recheck(&segment, &world.catalogue).unwrap_err().code(), Some(Code::ArchivedField));
}

#[test]
fn a_list_may_be_longer_than_any_text() {
    let world = world();
    let values: Vec<Value> = (0..200_000_i64).map(Value::from).collect();
    let segment = bound(&world, "score in $n", [("n", Value::List(values))]).unwrap();
    assert_eq!(world.count_of(&segment).unwrap(), 2);
}

#[test]
fn parameters_say_what_they_take() {
    let world = world();
    let segment =
        world.check("score > $n and colour in $c and tag $t and budget < $m and created > $d and month(birthday) = $o");
    let told: Vec<(&str, ValueType, bool)> =
        segment.parameters().iter().map(|p| (p.name.as_str(), p.value_type, p.list)).collect();
    assert_eq!(
        told,
        [
            ("c", ValueType::Choice, true),
            ("d", ValueType::DateTime, false),
            ("m", ValueType::Money, false),
            ("n", ValueType::Integer, false),
            ("o", ValueType::Integer, false),
            ("t", ValueType::Text, false),
        ]
    );
}
