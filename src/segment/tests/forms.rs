use rust_decimal::Decimal;
use time::{Date, Month, OffsetDateTime, UtcOffset};

use super::parsed;
use crate::segment::syntax::{
    AttributeTest, Check, Condition, Direction, Expression, Literal, LiteralKind, Quantifier, Set, StepName,
    TextOperator,
};
use crate::segment::{CONTEXTUAL_WORDS, RESERVED_WORDS, Span, is_reserved_word};

/// Each text with what it is printed as; `=` for itself.
const FORMS: &[(&str, &str)] = &[
    ("all", "="),
    ("  ALL // everybody\n", "all"),
    ("\u{feff}all", "all"),
    ("companies where all", "="),
    ("Deals WHERE amount > 5", "Deals where amount > 5"),
    ("`order` where all", "="),
    ("active", "="),
    ("not active", "="),
    ("NOT NOT active", "not not active"),
    ("(active)", "active"),
    ("((active) and ((b)))", "active and b"),
    ("(a and b) and c", "a and b and c"),
    ("a or (b or c)", "a or b or c"),
    ("(a or b) and c", "="),
    ("a and (b or c and_) ", "!"),
    ("a or (b and c) or d", "="),
    ("not (a and b)", "="),
    ("not (a)", "not a"),
    ("not (not (a or b) and c)", "="),
    ("a = 1", "="),
    ("a == 1", "="),
    ("a != 1", "="),
    ("a<1 and a<=2 and a>3 and a>=4", "a < 1 and a <= 2 and a > 3 and a >= 4"),
    ("a in [1, \"b\", c]", "="),
    ("a in []", "="),
    ("a in [1,2,]", "a in [1, 2]"),
    ("a NOT IN [x]", "a not in [x]"),
    ("a in $ids and b not in $ids", "="),
    ("a between 1 and 5 and b", "="),
    ("a between 1 and 5 or b", "="),
    ("budget between 10_000 and 50_000 EUR", "budget between 10000 and 50000 EUR"),
    ("budget between 10_000 EUR and 50_000 EUR", "budget between 10000 and 50000 EUR"),
    ("budget between 1 USD and 2 EUR", "="),
    ("budget between 1 USD and 2", "="),
    ("a between -5 and - 2", "a between -5 and -2"),
    ("tags has any of [a, b]", "="),
    ("tags HAS ALL OF [\"a\"]", "tags has all of [\"a\"]"),
    ("tags has none of $t", "="),
    ("tags is exactly [a]", "="),
    ("name contains \"x\"", "="),
    ("name not contains 'x'", "name not contains \"x\""),
    ("name starts with x and name ends with $x", "="),
    ("name like \"a*b?\"", "="),
    ("name matches /^a[/]b\\/c$/", "!"),
    ("name matches /^a\\/b\\d$/", "="),
    ("name matches \"a/b\"", "name matches /a\\/b/"),
    ("name matches \"a\\\\\"", "="),
    ("name matches \"\"", "="),
    ("name matches $p", "="),
    ("notes has word \"due\"", "="),
    ("name ~ \"jon\"", "="),
    ("a is set and b IS NOT SET", "a is set and b is not set"),
    ("tag vip", "="),
    ("tag \"a/b\"", "="),
    ("tag under \"a\"", "="),
    ("tag Under vip", "tag under vip"),
    ("tag under and a", "tag `under` and a"),
    ("tag under `under`", "="),
    ("tag under may and tag may", "tag under `may` and tag `may`"),
    ("may email for newsletter", "="),
    ("not MAY \"e-mail\" FOR 'news'", "not may \"e-mail\" for \"news\""),
    ("may e-mail for `for` and may may for $purpose", "may e-mail for for and may `may` for $purpose"),
    ("may for for for or a", "="),
    ("a = field(company).owner", "a = field(company.owner)"),
    ("tag $t", "="),
    ("tag e-commerce", "="),
    ("every email ends with \"@a.example\"", "="),
    ("any email = \"a\" and every tags", "="),
    ("company.parent.industry = Health", "="),
    ("company . name = x", "company.name = x"),
    ("`order`.`by` = 1", "`order`.by = 1"),
    ("`two words` = 1", "="),
    ("field(\"Annual revenue\") > 5", "="),
    ("field(budget) > 5 and field(`year`) = 1", "budget > 5 and `year` = 1"),
    ("company.field('A \"b\"').c is set", "company.field(\"A \\\"b\\\"\").c is set"),
    ("at in last 30 days", "="),
    ("at in last 1 days", "at in last 1 day"),
    ("at in next 2 week and at not in last 1_000 MINUTES", "at in next 2 weeks and at not in last 1000 minutes"),
    ("at in last 2 months and at in last 3 years and at in last 4 quarters and at in next 5 hours", "="),
    ("at more than 90 days ago", "="),
    ("at LESS THAN 3 month AGO", "at less than 3 months ago"),
    ("at in this quarter", "="),
    ("any address (city = Paris and country = US)", "="),
    ("EVERY address ( (city = Paris) )", "every address (city = Paris)"),
    ("not no affiliation (role = owner or (to is not set and company.industry = Health))", "="),
    ("any affiliation (outer.stage = lead and any company.phone (outer.outer.name = x and label = y))", "="),
    ("any address (a) and b", "="),
    ("count(tags) > 2 and month(birthday) = may", "count(tags) > 2 and month(birthday) = `may`"),
    (
        "Year(company.created) in [2025, 2026] and weekday( at ) = monday",
        "year(company.created) in [2025, 2026] and weekday(at) = monday",
    ),
    ("every weekday(at) = monday", "="),
    ("birthday anniversary in next 14 days", "="),
    ("company.created anniversary not in this week", "="),
    ("birthday anniversary between 2026-12-24 and 2027-01-06", "="),
    ("anniversary_x = 1", "="),
    ("rooms overlaps 2 to 4 and stay not overlaps this month", "="),
    ("price overlaps 10_000 to 20_000 EUR", "price overlaps 10000 to 20000 EUR"),
    ("price overlaps 1 USD to 2 EUR", "="),
    ("overlaps overlaps $a to $b", "="),
    ("a = field(b) and a > field(company.`order`)", "="),
    ("a = field( \"Annual revenue\" )", "a = field(\"Annual revenue\")"),
    ("a = field(company.field(\"A b\"))", "="),
    ("any deal (amount > outer.budget)", "="),
    ("all order by count(tags) desc, month(birthday)", "="),
    ("at in previous month and at in previous 3 months", "="),
    ("at in following 1 week and at in following year", "at in following week and at in following year"),
    (
        "a = today and b = NOW and c = yesterday and d < tomorrow",
        "a = today and b = now and c = yesterday and d < tomorrow",
    ),
    ("a = TRUE and b = false", "a = true and b = false"),
    ("at = 2026-01-31", "="),
    ("at = 0031-02-28", "="),
    ("at = 2024-02-29", "="),
    ("at = 2026-01-31T10:00Z", "="),
    ("at = 2026-01-31t10:00:00.000z", "at = 2026-01-31T10:00Z"),
    ("at = 2026-01-31T10:00:05.25+01:30", "="),
    ("at = 2026-01-31T10:00-0030", "at = 2026-01-31T10:00-00:30"),
    ("at = 2026-01-31T10:00+05", "at = 2026-01-31T10:00+05:00"),
    ("a = 10_000.50", "a = 10000.50"),
    ("a = -0", "a = 0"),
    ("a = -1_5 EUR", "a = -15 EUR"),
    ("a = 1000 ALL", "="),
    ("a between 1 AND 5", "a between 1 and 5"),
    ("a = \"\\n\\t\\\\\\\"\\'\\u{1F600}\"", "a = \"\\n\\t\\\\\\\"'\u{1f600}\""),
    ("a = \"\\u{0}\\u{202e}\\u{d}\"", "a = \"\\u{0}\\u{202e}\\u{d}\""),
    ("a = 'it\"s'", "a = \"it\\\"s\""),
    ("a = do-not-call and b = covid-19 and c = in-house", "="),
    ("a = `last` and b = `no`", "="),
    ("a = `x-2026-01-31`", "="),
    ("a = set and of = by and day = week", "="),
    ("\u{438}\u{43c}\u{44f} = \u{418}\u{432}\u{430}\u{43d}", "="),
    ("\u{928}\u{92e}\u{938}\u{94d}\u{924}\u{947} = \u{6771}\u{4eac}", "="),
    ("a = $since and b in $a_1", "="),
    ("all order by a desc, b limit 100", "="),
    ("all ORDER BY company.name ASC LIMIT 1_0", "all order by company.name limit 10"),
    ("all limit 5", "="),
    ("companies where active order by field(\"Annual revenue\") desc", "="),
    ("a = x // first\nand b = y // second", "a = x and b = y"),
    ("a = \"// no comment\"", "="),
];

#[test]
fn every_form_prints_as_expected_and_reads_back_the_same() {
    for (text, printed) in FORMS.iter().filter(|(_, printed)| *printed != "!") {
        let question = parsed(text);
        let expected = if *printed == "=" { text } else { printed };
        assert_eq!(question.to_string(), *expected, "from {text}");
        let again = parsed(&question.to_string());
        assert_eq!(again.without_spans(), question.without_spans(), "from {text}");
    }
}

fn test(text: &str) -> AttributeTest {
    match parsed(text).segment.condition {
        Condition::Attribute(found) => *found,
        other => panic!("not an attribute test: {other:?}"),
    }
}

fn value(text: &str) -> LiteralKind {
    match test(text).check {
        Check::Compare { value, .. } => value.kind,
        other => panic!("not a comparison: {other:?}"),
    }
}

#[test]
fn values_are_read_by_their_shape() {
    assert_eq!(value("a = 'x'"), LiteralKind::Text("x".into()));
    assert_eq!(value("a = x"), LiteralKind::Word("x".into()));
    assert_eq!(value("a = x-y"), LiteralKind::Word("x-y".into()));
    assert_eq!(value("a = `any`"), LiteralKind::Word("any".into()));
    assert_eq!(value("a = -1_0.50"), LiteralKind::Number(Decimal::new(-1050, 2)));
    let money = LiteralKind::Money { amount: Decimal::new(5, 0), currency: "EUR".into() };
    assert_eq!(value("a = 5 EUR"), money);
    assert_eq!(value("a = True"), LiteralKind::Boolean(true));
    assert_eq!(value("a = $p"), LiteralKind::Parameter("p".into()));
    assert_eq!(value("a = today"), LiteralKind::Today);
    let date = Date::from_calendar_date(2026, Month::January, 31).unwrap();
    assert_eq!(value("a = 2026-01-31"), LiteralKind::Date(date));
    let instant = OffsetDateTime::new_in_offset(
        date,
        time::Time::from_hms(10, 0, 0).unwrap(),
        UtcOffset::from_hms(1, 0, 0).unwrap(),
    );
    assert_eq!(value("a = 2026-01-31T10:00+01:00"), LiteralKind::DateTime(instant));
}

#[test]
fn trailing_currency_covers_both_ends_of_between() {
    let Check::Between { low, high } = test("a between 1 and 2 EUR").check else { panic!("not between") };
    let money = |amount: i64| LiteralKind::Money { amount: Decimal::from(amount), currency: "EUR".into() };
    assert_eq!((low.kind, high.kind), (money(1), money(2)));
    assert_eq!((low.span, high.span), (Span::new(10, 11), Span::new(16, 21)));
}

#[test]
fn every_node_knows_its_span() {
    let text = "companies where not (company.name = \"x\" or tag vip) and every b in [1, c] order by d desc, e limit 7";
    let question = parsed(text);
    let shown = |span: Span| span.slice(text);
    assert_eq!(shown(question.span), text);
    assert_eq!(shown(question.segment.span), text.split(" order").next().unwrap());
    assert_eq!(question.segment.kind.as_ref().map(|kind| shown(kind.span)), Some("companies"));
    let Condition::And { operands, span } = &question.segment.condition else { panic!("not and") };
    assert_eq!(shown(*span), "not (company.name = \"x\" or tag vip) and every b in [1, c]");
    assert_eq!(shown(operands[0].span()), "not (company.name = \"x\" or tag vip)");
    let Condition::Not { operand, .. } = &operands[0] else { panic!("not not") };
    assert_eq!(shown(operand.span()), "company.name = \"x\" or tag vip");
    let Condition::Or { operands: either, .. } = &**operand else { panic!("not or") };
    let Condition::Attribute(first) = &either[0] else { panic!("not an attribute") };
    let AttributeTest { subject: Expression::Path(path), check: Check::Compare { value, .. }, .. } = &**first else {
        panic!("not a comparison")
    };
    assert_eq!(path.steps.iter().map(|step| shown(step.span)).collect::<Vec<_>>(), ["company", "name"]);
    assert_eq!(shown(value.span), "\"x\"");
    assert_eq!(shown(either[1].span()), "tag vip");
    let Condition::Attribute(second) = &operands[1] else { panic!("not an attribute") };
    assert_eq!(
        second.quantifier.map(|found| (found.quantifier, shown(found.span))),
        Some((Quantifier::Every, "every"))
    );
    let Check::In { set: Set::List { items, span: list }, .. } = &second.check else { panic!("not in") };
    assert_eq!((shown(*list), shown(items[1].span)), ("[1, c]", "c"));
    assert_eq!(
        question.order.iter().map(|key| (shown(key.span), key.direction)).collect::<Vec<_>>(),
        [("d desc", Direction::Descending), ("e", Direction::Ascending)]
    );
    assert_eq!(question.limit.map(|limit| (limit.rows, shown(limit.span))), Some((7, "limit 7")));
}

#[test]
fn slashes_in_patterns_mean_the_same_in_both_spellings() {
    let pattern = |text: &str| match test(text).check {
        Check::Text { operator: TextOperator::Matches, value: Literal { kind: LiteralKind::Text(pattern), .. } } => {
            pattern
        }
        other => panic!("not a pattern: {other:?}"),
    };
    assert_eq!(pattern(r"a matches /x\/y\\/"), r"x/y\\");
    assert_eq!(pattern(r#"a matches "x\\/y""#), "x/y");
}

#[test]
fn field_with_a_key_is_the_key() {
    let subject = test("field(budget) > 1").subject;
    assert_eq!(subject.path().steps[0].name, StepName::Key("budget".into()));
    let subject = test("field(\"budget\") > 1").subject;
    assert_eq!(subject.path().steps[0].name, StepName::Label("budget".into()));
}

#[test]
fn word_lists_are_sorted_and_disjoint() {
    assert!(RESERVED_WORDS.is_sorted(), "reserved words out of order");
    assert!(CONTEXTUAL_WORDS.is_sorted(), "contextual words out of order");
    for word in CONTEXTUAL_WORDS {
        assert!(!is_reserved_word(word), "{word} is in both lists");
        assert_eq!(parsed(&format!("{word} = {word}")).to_string(), format!("{word} = {word}"));
    }
    for word in RESERVED_WORDS {
        assert!(is_reserved_word(&word.to_uppercase()), "{word} is not reserved in capitals");
        assert_eq!(parsed(&format!("`{word}` = `{word}`")).to_string(), format!("`{word}` = `{word}`"));
    }
}
