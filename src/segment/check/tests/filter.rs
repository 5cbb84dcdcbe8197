//! Segments that a program builds: the same as those of a text.

use proptest::prelude::*;

use super::errors::world;
use crate::cases::cases;
use crate::engine::tests::world::{World, date};
use crate::model::{Choice, Contact, Currency, FieldHandle, Kind, Money, PartialDate, Tag, Value, choices};
use crate::segment::filter::{
    self, CalendarUnit, all, all_of, anniversary, any, any_of, attribute, count, days, every, hours, may, month,
    months, no, now, other, parameter, quarters, tag, tag_under, today, weekday, weeks, year, yesterday,
};
use crate::segment::testing::{check_segment, check_segment_of};
use crate::segment::{Filter, SegmentCode as Code, SegmentError, SyntaxLimits};

fn built(world: &World, filter: &Filter) -> Result<crate::segment::AnySegment, SegmentError> {
    check_segment(filter, &world.catalogue, &SyntaxLimits::default())
}

/// Conditions without connectives, built and written.
fn leaves() -> Vec<(Filter, &'static str)> {
    let money = Money::new(5, Currency::EUR);
    let instant = date(2026, 1, 31).midnight().assume_utc();
    vec![
        (all(), "all"),
        (tag("customers/gold"), "tag \"customers/gold\""),
        (tag_under(&Tag::new("customers").unwrap()), "tag under customers"),
        (attribute("active").holds(), "active"),
        (attribute("active").eq(true), "active = true"),
        (attribute("stage").eq("customer"), "stage = customer"),
        (attribute("stage").ne(Choice::from("lead")), "stage != lead"),
        (attribute("job_title").identical("A \"quoted\"\n"), "job_title == \"A \\\"quoted\\\"\\n\""),
        (attribute("age").lt(5), "age < 5"),
        (attribute("age").le(5_u32), "age <= 5"),
        (attribute("score").gt(5_i64), "score > 5"),
        (attribute("euros").ge(money), "euros >= 5 EUR"),
        (attribute("age").between(5, 7), "age between 5 and 7"),
        (attribute("stage").in_list(["lead", "former"]), "stage in [lead, former]"),
        (attribute("score").not_in_list([1, 2]), "score not in [1, 2]"),
        (attribute("score").in_parameter("ids"), "score in $ids"),
        (attribute("relation").has_any_of(["lead"]), "relation has any of [lead]"),
        (attribute("relation").has_all_of_parameter("r"), "relation has all of $r"),
        (attribute("tags").has_none_of(["customers/gold"]), "tags has none of [\"customers/gold\"]"),
        (attribute("relation").is_exactly(["lead", "customer"]), "relation is exactly [lead, customer]"),
        (attribute("name").contains("a"), "name contains a"),
        (attribute("name").not_contains(String::from("a")), "name not contains a"),
        (attribute("email").every().ends_with("x"), "every email ends with x"),
        (attribute("email").starts_with(parameter("p")), "email starts with $p"),
        (attribute("name").like("a*"), "name like \"a*\""),
        (attribute("name").matches("a/b"), "name matches /a\\/b/"),
        (attribute("name").matches("a\\/b"), "name matches /a\\/b/"),
        (attribute("notes").has_word("due"), "notes has word due"),
        (attribute("name").near("jon"), "name ~ jon"),
        (attribute("rooms").overlaps(2, 4), "rooms overlaps 2 to 4"),
        (attribute("rooms").contains(3), "rooms contains 3"),
        (attribute("birthday").is_set(), "birthday is set"),
        (attribute("birthday").is_not_set(), "birthday is not set"),
        (attribute("birthday").eq("--05-01".parse::<PartialDate>().unwrap()), "birthday = \"--05-01\""),
        (attribute("customer_since").eq(date(2026, 1, 31)), "customer_since = 2026-01-31"),
        (attribute("created").ge(instant), "created >= 2026-01-31T00:00Z"),
        (attribute("created").lt(now()), "created < now"),
        (attribute("created").between(yesterday(), today()), "created between yesterday and today"),
        (attribute("created").in_last(days(30)), "created in last 30 days"),
        (attribute("created").in_next(hours(0)), "created in next 1 hour"),
        (attribute("created").in_this(CalendarUnit::Quarter), "created in this quarter"),
        (attribute("created").in_previous(3, CalendarUnit::Month), "created in previous 3 months"),
        (attribute("created").in_following(1, CalendarUnit::Week), "created in following week"),
        (attribute("created").more_than_ago(months(3)), "created more than 3 months ago"),
        (attribute("created").less_than_ago(quarters(2)), "created less than 2 quarters ago"),
        (count("tags").gt(2), "count(tags) > 2"),
        (month("birthday").eq("may"), "month(birthday) = may"),
        (year("created").in_list([2025, 2026]), "year(created) in [2025, 2026]"),
        (weekday("created").eq("monday"), "weekday(created) = monday"),
        (anniversary("birthday").in_next(weeks(2)), "birthday anniversary in next 2 weeks"),
        (attribute("company.parent.name").eq("Acme"), "company.parent.name = Acme"),
        (attribute("job_title").eq(other("company.name")), "job_title = field(company.name)"),
        (
            any("address", attribute("city").eq("Paris") & attribute("country").eq(other("outer.department"))),
            "any address (city = Paris and country = outer.department)",
        ),
        (no("affiliation", attribute("outer.stage").eq("lead")), "no affiliation (outer.stage = lead)"),
        (every("email", attribute("label").is_set()), "every email (label is set)"),
        (attribute("score").eq(Value::from(5_i64)), "score = 5"),
        (may(choices::channel::EMAIL, "newsletter"), "may email for newsletter"),
        (may("Text message", parameter("purpose")), "may text for $purpose"),
    ]
}

#[test]
fn what_is_built_equals_what_is_written() {
    let world = world();
    for (filter, text) in leaves() {
        let found = built(&world, &filter).unwrap_or_else(|error| panic!("{text}\n{error}"));
        assert_eq!(found, world.check(text), "{text}");
    }
}

#[test]
fn a_field_is_named_by_its_handle_whatever_it_is_called_now() {
    let mut world = world();
    let id = world.catalogue.attribute(Kind::CONTACT, "score").unwrap().id;
    let filter = attribute(FieldHandle::<i64>::new(id, None)).gt(5);
    world.redefine(Kind::CONTACT, "score", |definition| "points".clone_into(&mut definition.key));
    assert_eq!(built(&world, &filter).unwrap(), world.check("points > 5"));
    let error = built(&world, &(filter & attribute("score").eq(1))).unwrap_err();
    assert_eq!(error.text(), Some("points > 5 and score = 1"));
}

#[test]
fn a_mistake_is_shown_in_the_text_that_it_would_be() {
    let world = world();
    let filter = attribute("stage").eq("lead") & (attribute("scor").gt(5) | attribute("colour").eq("rde"));
    let error = built(&world, &filter).unwrap_err();
    let text = "stage = \"lead\" and (scor > 5 or colour = \"rde\")";
    assert_eq!(error.text(), Some(text));
    let found: Vec<(Code, &str)> =
        error.problems().map(|problem| (problem.code(), problem.span().slice(text))).collect();
    assert_eq!(found, [(Code::UnknownAttribute, "scor"), (Code::UnknownOption, "\"rde\"")]);
}

#[test]
fn a_program_can_not_build_what_a_text_could_not_say() {
    let world = world();
    for (filter, code) in [
        (attribute("score").eq(parameter("a b")), Code::InvalidName),
        (attribute("score").in_parameter(""), Code::InvalidName),
        (attribute("job_title").eq(""), Code::EmptyValue),
        (attribute("created").lt(date(-1, 1, 1)), Code::InvalidDate),
        (attribute("`x`").eq(1), Code::UnknownAttribute),
        (attribute("").eq(1), Code::UnknownAttribute),
        (attribute("score").every().eq(1), Code::QuantifierMismatch),
        (attribute("outer.score").eq(1), Code::OuterNotAllowed),
        (any("job_title", all()), Code::OperatorMismatch),
        (attribute("score").in_list([other("age")]), Code::ValueMismatch),
    ] {
        let error = built(&world, &filter).unwrap_err();
        assert_eq!(error.code(), Some(code), "{error}");
    }
    let companies = attribute("employees").gt(5).over(Kind::COMPANY);
    assert_eq!(built(&world, &companies).unwrap(), world.check("companies where employees > 5"));
    let other = check_segment_of::<Contact>(&companies, &world.catalogue, &SyntaxLimits::default()).unwrap_err();
    assert_eq!(other.code(), Some(Code::OtherKind));
}

#[test]
fn filters_of_two_kinds_are_not_mixed() {
    let world = world();
    let companies = world.check("companies where owner = mia").to_filter();
    let contacts = world.check("stage = customer").to_filter();
    for filter in [
        contacts.clone() & companies.clone(),
        companies.clone() | contacts.clone(),
        !(contacts.clone() & !companies.clone()),
        companies.clone().over(Kind::CONTACT),
        contacts.over(Kind::COMPANY),
    ] {
        assert_eq!(built(&world, &filter).unwrap_err().code(), Some(Code::OtherKind));
    }
    let narrowed = companies & attribute("employees").gt(5);
    assert_eq!(built(&world, &narrowed).unwrap(), world.check("companies where owner = mia and employees > 5"));
}

#[test]
fn joining_in_a_loop_goes_no_deeper_and_nesting_without_end_is_refused() {
    let world = world();
    let limits = SyntaxLimits::default().with_max_nodes(100_000);
    let wide = (0..5_000).map(|score| attribute("score").eq(score));
    let segment = check_segment(any_of(wide.clone()), &world.catalogue, &limits).unwrap();
    assert_eq!(segment.to_text(&world.catalogue).matches(" or ").count(), 4_999);
    assert_eq!(built(&world, &any_of(wide)).unwrap_err().code(), Some(Code::TooManyNodes));
    let mut deep = attribute("score").eq(1);
    for _ in 0..100_000 {
        deep = !deep;
    }
    assert_eq!(built(&world, &deep).unwrap_err().code(), Some(Code::TooDeep));
    let mut deep = attribute("score").eq(1);
    for level in 0..100_000 {
        deep = if level % 2 == 0 { deep & all() } else { attribute("age").eq(1) | deep };
    }
    assert_eq!(built(&world, &deep).unwrap_err().code(), Some(Code::TooDeep));
    let mut nested = attribute("score").eq(1);
    for _ in 0..64 {
        nested = !nested;
    }
    assert_eq!(built(&world, &nested).unwrap().to_text(&world.catalogue), "not ".repeat(64) + "score = 1");
    assert_eq!(built(&world, &!nested).unwrap_err().code(), Some(Code::TooDeep));
    assert_eq!(built(&world, &all_of([])).unwrap(), world.check("all"));
    assert_eq!(built(&world, &any_of([])).unwrap(), world.check("not all"));
}

/// A condition as a filter and as a text in parentheses.
fn pair() -> impl Strategy<Value = (Filter, String)> {
    let leaf = (0..leaves().len()).prop_map(|at| {
        let (filter, text) = leaves().swap_remove(at);
        (filter, text.to_owned())
    });
    leaf.prop_recursive(5, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|(filter, text)| (!filter, format!("not ({text})"))),
            (inner.clone(), inner.clone())
                .prop_map(|((left, a), (right, b))| (left & right, format!("({a}) and ({b})"))),
            (inner.clone(), inner).prop_map(|((left, a), (right, b))| (left.or(right), format!("({a}) or ({b})"))),
        ]
    })
}

thread_local! {
    static WORLD: World = world();
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn any_filter_equals_its_text_and_its_stored_tree((filter, text) in pair()) {
        WORLD.with(|world| {
            // Parameters named alike must take the same; each leaf has its own names.
            let (from_filter, from_text) = (built(world, &filter), check_segment(&text, &world.catalogue, &SyntaxLimits::default()));
            prop_assert!(from_text.is_ok(), "{}", from_text.unwrap_err());
            let segment = from_text.unwrap();
            prop_assert_eq!(&from_filter, &Ok(segment.clone()), "{}", text);
            prop_assert_eq!(&built(world, &segment.to_filter()), &from_filter, "{}", text);
            let stored = serde_json::to_string(&segment.to_tree()).unwrap();
            let tree: crate::segment::SegmentTree = serde_json::from_str(&stored).unwrap();
            prop_assert_eq!(check_segment(&tree, &world.catalogue, &SyntaxLimits::default()), Ok(segment), "{}", stored);
            Ok(())
        })?;
    }
}

#[test]
fn the_builder_has_a_method_for_every_operator_of_the_language() {
    // What the list of operators has and the leaves above do not show would be missing here.
    let shown = leaves().iter().map(|(_, text)| *text).collect::<Vec<_>>().join("  ");
    for operator in crate::segment::Operator::ALL {
        let word = operator.as_str();
        let missing = ["not overlaps"];
        assert!(
            shown.contains(&format!(" {word} "))
                || shown.starts_with(&format!("{word} "))
                || word.is_empty()
                || missing.contains(&word),
            "{word} is not shown"
        );
    }
    let _ = filter::minutes(5);
}
