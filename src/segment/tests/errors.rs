use super::refused;
use crate::segment::testing::{parse_question, parse_segment};
use crate::segment::{Problem, SegmentCode as Code, SyntaxLimits};

/// A text, and the code and the piece of each problem in it.
const PROBLEMS: &[(&str, &[(Code, &str)])] = &[
    ("", &[(Code::EmptyText, "")]),
    (" // nobody", &[(Code::EmptyText, "")]),
    ("a = 1 ; b", &[(Code::UnexpectedCharacter, ";")]),
    ("a <> 1 and b && c", &[(Code::UnexpectedCharacter, "<>"), (Code::UnexpectedCharacter, "&&")]),
    ("a = \u{201c}x\u{201d}", &[(Code::UnexpectedCharacter, "\u{201c}"), (Code::UnexpectedCharacter, "\u{201d}")]),
    ("a = \0\0\0", &[(Code::UnexpectedCharacter, "\0\0\0")]),
    ("a = \"x\nand b = 'y", &[(Code::UnclosedText, "\"x"), (Code::UnclosedText, "'y")]),
    ("`a = 1\nand b", &[(Code::UnclosedName, "`a = 1")]),
    ("a matches /x\\/", &[(Code::UnclosedPattern, "/x\\/")]),
    (
        "a = \"\\q \\u{d800} \\u12\"",
        &[(Code::InvalidEscape, "\\q"), (Code::InvalidEscape, "\\u{d800}"), (Code::InvalidEscape, "\\u")],
    ),
    ("a = 3M", &[(Code::InvalidNumber, "3M")]),
    ("a = 1__0", &[(Code::InvalidNumber, "1__0")]),
    ("a = 99999999999999999999999999999999", &[(Code::InvalidNumber, "99999999999999999999999999999999")]),
    ("a = 2026-02-30", &[(Code::InvalidDate, "2026-02-30")]),
    ("a = 31.01.2026 or b < 1/31/26", &[(Code::InvalidDate, "31.01.2026"), (Code::InvalidDate, "1/31/26")]),
    ("a = 2026-1-31", &[(Code::InvalidDate, "2026-1-31")]),
    ("a = 2026-01-31T10:00", &[(Code::InvalidDate, "2026-01-31T10:00")]),
    ("a = 2026-01-31T25:00Z", &[(Code::InvalidDate, "2026-01-31T25:00Z")]),
    ("a = 9999-12-31T23:00-05:00", &[(Code::InvalidDate, "9999-12-31T23:00-05:00")]),
    ("`` = 1 and a = $", &[(Code::InvalidName, "``"), (Code::InvalidName, "$")]),
    ("a and", &[(Code::ExpectedCondition, "")]),
    ("a and and b", &[(Code::ExpectedCondition, "and")]),
    ("()", &[(Code::ExpectedCondition, ")")]),
    ("contains \"x\"", &[(Code::ExpectedCondition, "contains")]),
    ("not", &[(Code::ExpectedCondition, "")]),
    ("\"Ada\" = name", &[(Code::ExpectedAttribute, "\"Ada\"")]),
    ("5 > a", &[(Code::ExpectedAttribute, "5")]),
    ("company. = 1", &[(Code::ExpectedAttribute, "=")]),
    ("field = 1", &[(Code::ReservedWord, "field")]),
    ("field x", &[(Code::ExpectedAttribute, "x")]),
    ("field(5) > 1", &[(Code::ExpectedAttribute, "5")]),
    ("field(a > 1", &[(Code::ExpectedAttribute, ">")]),
    ("name contain \"x\"", &[(Code::ExpectedOperator, "contain")]),
    ("name \"x\"", &[(Code::ExpectedOperator, "\"x\"")]),
    ("name is \"x\"", &[(Code::ExpectedOperator, "\"x\"")]),
    ("name is not empty", &[(Code::ExpectedOperator, "empty")]),
    ("name not starts with a", &[(Code::ExpectedOperator, "starts")]),
    ("name starts \"x\"", &[(Code::ExpectedOperator, "\"x\"")]),
    ("a has [x]", &[(Code::ExpectedOperator, "[")]),
    ("a has any [x]", &[(Code::ExpectedOperator, "[")]),
    ("a between 1", &[(Code::ExpectedOperator, "")]),
    ("a between and 5 and b", &[(Code::ExpectedValue, "and")]),
    ("a more 5 days ago", &[(Code::ExpectedOperator, "5")]),
    ("a = and b = )", &[(Code::ExpectedValue, "and"), (Code::ExpectedValue, ")"), (Code::UnmatchedParenthesis, ")")]),
    ("a = [1]", &[(Code::ExpectedValue, "[")]),
    ("a matches x", &[(Code::ExpectedValue, "x")]),
    ("tag 5", &[(Code::ExpectedValue, "5")]),
    ("a in (1, 2)", &[(Code::ExpectedList, "(")]),
    ("a has any of x", &[(Code::ExpectedList, "x")]),
    ("a in [1 2]", &[(Code::UnclosedList, "2")]),
    ("a in [1, and b", &[(Code::ExpectedValue, "and")]),
    ("a in [1", &[(Code::UnclosedList, "")]),
    ("a = New York", &[(Code::UnexpectedToken, "York")]),
    ("a = 1, b = 2", &[(Code::UnexpectedToken, ",")]),
    ("1 < a < 5", &[(Code::ExpectedAttribute, "1")]),
    ("a > 30 days", &[(Code::UnexpectedToken, "days")]),
    ("a > 30 eur", &[(Code::UnexpectedToken, "eur")]),
    ("a > EUR 30", &[(Code::UnexpectedToken, "30")]),
    ("order = 3", &[(Code::ReservedWord, "order")]),
    ("tag = vip", &[(Code::ReservedWord, "tag")]),
    ("company.first = x", &[(Code::ReservedWord, "first")]),
    ("a = no", &[(Code::ReservedWord, "no")]),
    ("a) and b", &[(Code::UnmatchedParenthesis, ")")]),
    ("(a and (b", &[(Code::UnclosedParenthesis, "("), (Code::UnclosedParenthesis, "(")]),
    ("a and b or c", &[(Code::MixedAndOr, "or")]),
    ("a or (b or c and d) and e", &[(Code::MixedAndOr, "and"), (Code::MixedAndOr, "and")]),
    ("a in last month", &[(Code::AmbiguousPeriod, "last month")]),
    ("a in next week and b", &[(Code::AmbiguousPeriod, "next week")]),
    ("a in last hour", &[(Code::InvalidPeriod, "last hour")]),
    ("a in last 0 days", &[(Code::InvalidPeriod, "0")]),
    ("a in last 1.5 days", &[(Code::InvalidPeriod, "1.5")]),
    ("a in last 3 dais", &[(Code::InvalidPeriod, "dais")]),
    ("a in previous 3 hours", &[(Code::InvalidPeriod, "hours")]),
    ("a in this 3 months", &[(Code::InvalidPeriod, "3")]),
    ("a more than 5 days", &[(Code::InvalidPeriod, "")]),
    ("all order name", &[(Code::InvalidOrder, "name")]),
    ("all order by name dsc", &[(Code::InvalidOrder, "dsc")]),
    ("all order by", &[(Code::InvalidOrder, "")]),
    ("all limit 0", &[(Code::InvalidLimit, "0")]),
    ("all limit 1.5", &[(Code::InvalidLimit, "1.5")]),
    ("all limit 5 order by a", &[(Code::UnexpectedToken, "order")]),
    (
        "count(deals where a or b) >= 2 and c = )",
        &[(Code::NotSupported, "where"), (Code::ExpectedValue, ")"), (Code::UnmatchedParenthesis, ")")],
    ),
    ("sum(deals.amount) >= 2 and c = ]", &[(Code::NotSupported, "sum"), (Code::ExpectedValue, "]")]),
    ("count(distinct a) > 1", &[(Code::NotSupported, "distinct")]),
    ("month(birthday > 5) = 1 and b", &[(Code::ExpectedAttribute, ">")]),
    ("address (city = Paris and a) and b", &[(Code::QuantifierMismatch, "address")]),
    ("any count(tags) (a)", &[(Code::QuantifierMismatch, "count(tags)")]),
    ("no email ends with x", &[(Code::ExpectedOperator, "ends")]),
    ("any address (city = Paris", &[(Code::UnclosedParenthesis, "(")]),
    ("any address ()", &[(Code::ExpectedCondition, ")")]),
    ("any address (a and b or c)", &[(Code::MixedAndOr, "or")]),
    ("outer = 1", &[(Code::ReservedWord, "outer")]),
    ("outer is set", &[(Code::ReservedWord, "outer")]),
    ("rooms overlaps 5", &[(Code::ExpectedOperator, "")]),
    ("any birthday anniversary (x = 1)", &[(Code::QuantifierMismatch, "birthday anniversary")]),
    ("stay overlaps in this month", &[(Code::ExpectedValue, "in")]),
    ("rooms overlaps last month", &[(Code::AmbiguousPeriod, "last month")]),
    ("a = field(5)", &[(Code::ExpectedAttribute, "5")]),
    ("a = field(b > 5 and c", &[(Code::ExpectedAttribute, ">")]),
    ("a = field b", &[(Code::ExpectedAttribute, "field")]),
    ("a = outer and b", &[(Code::ExpectedAttribute, "outer")]),
    ("may", &[(Code::ExpectedValue, "")]),
    ("may = 5", &[(Code::ReservedWord, "may")]),
    ("may 5 for x", &[(Code::ExpectedValue, "5")]),
    ("may email", &[(Code::ExpectedOperator, "")]),
    ("may email newsletter and a = [1]", &[(Code::ExpectedOperator, "newsletter"), (Code::ExpectedValue, "[")]),
    ("may email for", &[(Code::ExpectedValue, "")]),
    (
        "may email for [a, b] and b = )",
        &[(Code::ExpectedValue, "["), (Code::ExpectedValue, ")"), (Code::UnmatchedParenthesis, ")")],
    ),
    ("may email for a b", &[(Code::UnexpectedToken, "b")]),
    ("may email for a in [b]", &[(Code::UnexpectedToken, "in")]),
    ("not in segment \"x\"", &[(Code::NotSupported, "in")]),
    ("company in segment \"x\"", &[(Code::NotSupported, "segment")]),
    ("stage was won", &[(Code::NotSupported, "was")]),
    ("all as of 2026-01-31", &[(Code::NotSupported, "as")]),
    ("entered segment x", &[(Code::NotSupported, "entered")]),
    ("spent / orders > 5", &[(Code::NotSupported, "/")]),
    ("a < b + 30 days", &[(Code::NotSupported, "+")]),
    ("a < today-7 days", &[(Code::NotSupported, "-")]),
    ("a = year(b)", &[(Code::NotSupported, "year")]),
    ("a = (b)", &[(Code::NotSupported, "(")]),
];

#[test]
fn every_problem_has_its_code_and_its_place() {
    let mut wrong = Vec::new();
    for (text, expected) in PROBLEMS {
        let error = refused(text);
        let found: Vec<_> = error.problems().map(|problem| (problem.code(), problem.span().slice(text))).collect();
        if found != *expected {
            wrong.push(format!("{text}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn shown(text: &str) -> String {
    refused(text).to_string()
}

/// The drawing of the first problem, from its source line to its marks.
fn drawing(text: &str) -> Vec<String> {
    shown(text).lines().skip(3).take(2).map(str::to_owned).collect()
}

#[test]
fn mixing_and_with_or_prints_both_readings() {
    assert_eq!(
        shown("a = 1 and b = 2 or not c = 3"),
        "error[mixed-and-or]: found `and` beside `or`, expected parentheses to say which goes first
 --> line 1, column 17
  |
1 | a = 1 and b = 2 or not c = 3
  |       ---       ^^
  = note: `and` here, `or` there
  = either: (a = 1 and b = 2) or not c = 3
  = or: a = 1 and (b = 2 or not c = 3)
  = help: write one of the two readings"
    );
    let error = refused("a and not b or (c or d) and e or f");
    let readings: Vec<_> = error.problems().flat_map(Problem::readings).collect();
    assert_eq!(readings, ["(a and not b) or ((c or d) and e) or f", "a and (not b or (c or d)) and (e or f)"]);
    for reading in readings {
        super::parsed(reading);
    }
}

#[test]
fn a_period_without_a_number_prints_both_readings() {
    assert_eq!(
        shown("name = \"x\" and\n  birthday in last month"),
        "error[ambiguous-period]: found `last month` without a number, which has two readings
 --> line 2, column 15
  |
2 |   birthday in last month
  |               ^^^^^^^^^^
  = either: in last 1 month
  = or: in previous month
  = help: the first is the month up to now, the second the whole calendar month before this one"
    );
    let error = refused("a in next week");
    let readings: Vec<_> = error.problems().flat_map(Problem::readings).collect();
    assert_eq!(readings, ["in next 1 week", "in following week"]);
}

#[test]
fn a_second_place_on_another_line_is_drawn_too() {
    assert_eq!(
        shown("(a\n\n\n\n\n\n\n\nand\r\nb"),
        "error[unclosed-parenthesis]: found the end of the text, expected `)` to close the group
  --> line 1, column 1
   |
 1 | (a
   | ^
  ::: line 10, column 2: a `)` is missing before this
   |
10 | b
   |  -
   = help: close the group with `)`"
    );
}

#[test]
fn all_problems_are_reported_in_one_pass_with_the_nearest_word() {
    assert_eq!(
        shown("nmae contians x and\tb = 3M and c = \"x"),
        "error[expected-operator]: found `contians`, expected an operator after the attribute
 --> line 1, column 6
  |
1 | nmae contians x and b = 3M and c = \"x
  |      ^^^^^^^^
  = did you mean `contains`?
  = help: write `name = \"Ada\"`, `budget > 100`, `name contains \"a\"`, `email is set`, `tags has any of [..]`

error[invalid-number]: found `3M`, which is not a number
 --> line 1, column 25
  |
1 | nmae contians x and b = 3M and c = \"x
  |                         ^^
  = help: write 10_000.50; put a space before a currency or unit, and quotes around a text that begins with a digit

error[unclosed-text]: found no closing `\"` on this line
 --> line 1, column 36
  |
1 | nmae contians x and b = 3M and c = \"x
  |                                    ^^
  = help: close the text; a line break inside a text is \\n"
    );
}

#[test]
fn carets_stand_under_wide_and_combined_characters() {
    assert_eq!(
        drawing("\u{6771}\u{4eac} = \u{5927}\u{962a} \u{6771}"),
        ["1 | \u{6771}\u{4eac} = \u{5927}\u{962a} \u{6771}", "  |             ^^"]
    );
    assert_eq!(
        drawing("e\u{301}te\u{301} = e\u{301}\u{301} x"),
        ["1 | e\u{301}te\u{301} = e\u{301}\u{301} x", "  |         ^"]
    );
    assert_eq!(
        drawing("a = \"\u{1f469}\u{200d}\u{1f4bb}\" x"),
        ["1 | a = \"\u{1f469}\u{200d}\u{1f4bb}\" x", "  |          ^"]
    );
}

#[test]
fn characters_that_could_falsify_the_drawing_are_replaced() {
    assert_eq!(
        drawing("a = \"\u{202e}\u{1b}[2J\tx\" y"),
        ["1 | a = \"\u{fffd}\u{fffd}[2J x\" y", "  |               ^"]
    );
}

#[test]
fn long_lines_are_cut_to_a_window_around_the_caret() {
    let text = format!("a in [{}1] x {}", "1, ".repeat(99), "and b ".repeat(99));
    assert_eq!(
        drawing(&text),
        [
            "1 | ..., 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1] x and b and b and b and b and b and b an...",
            "  |                                                      ^"
        ]
    );
    let text = format!("a = \"{}\" x", "\u{6771}".repeat(99));
    assert_eq!(
        drawing(&text),
        [format!("1 | ...{}\" x", "\u{6771}".repeat(24)), format!("  | {}^", " ".repeat(3 + 48 + 2))]
    );
    assert!(shown(&format!("a = {}", "\u{301}".repeat(30_000))).len() < 2_000, "combining marks fill the screen");
}

#[test]
fn something_missing_at_the_end_is_shown_behind_the_last_word() {
    assert_eq!(drawing("x =\n\n // nothing\n"), ["1 | x =", "  |    ^"]);
}

#[test]
fn at_most_twenty_problems_are_reported() {
    let error = refused(&"a = and ".repeat(25));
    assert_eq!((error.problems().len(), error.is_truncated()), (20, true));
    assert!(error.to_string().ends_with("further problems are not shown"), "silent about the rest");
    let error = refused(&"; and ".repeat(25));
    assert_eq!((error.problems().len(), error.is_truncated()), (20, true));
    assert!(!refused("a =").is_truncated(), "nothing was left out");
}

#[test]
fn limits_have_codes_of_their_own() {
    let code = |text: &str, limits: SyntaxLimits| parse_question(text, &limits).err().and_then(|error| error.code());
    let limits = SyntaxLimits::default();
    assert_eq!(code("all of it", limits.with_max_bytes(8)), Some(Code::TextTooLong));
    assert_eq!(code("((a))", limits.with_max_depth(1)), Some(Code::TooDeep));
    assert_eq!(code("a = 1", limits.with_max_nodes(2)), Some(Code::TooManyNodes));
    assert_eq!(code("a = 1", limits.with_max_nodes(3).with_max_depth(1).with_max_bytes(5)), None);
}

#[test]
fn a_segment_has_no_order() {
    let limits = SyntaxLimits::default();
    for (text, place) in [("a order by b", "order"), ("a limit 5", "limit")] {
        let error = parse_segment(text, &limits).unwrap_err();
        let found: Vec<_> = error.problems().map(|problem| (problem.code(), problem.span().slice(text))).collect();
        assert_eq!(found, [(Code::OrderNotAllowed, place)]);
    }
    assert_eq!(parse_segment("companies where a", &limits).unwrap().to_string(), "companies where a");
}

#[test]
fn an_error_owns_what_it_shows() {
    fn sendable<T: std::error::Error + Send + Sync + Clone + 'static>(_: &T) {}
    let text = String::from("a = ");
    let error = refused(&text);
    drop(text);
    assert_eq!(error.text(), Some("a = "));
    assert_eq!(size_of_val(&error), size_of::<usize>());
    let long = "a = 1 and ".repeat(20_000);
    assert_eq!(refused(&long).text(), None);
    sendable(&error);
}

#[test]
fn the_example_of_the_language_says_what_is_not_supported_yet() {
    let text = r#"company.industry in ["Health", "Biotech"] and company.employees >= 50
        and (tag under "customers" or relation = partner)
        and count(interactions where kind = email and direction = inbound and at in last 90 days) >= 2
        and no interaction (kind = call and at in last 30 days)
        and birthday anniversary in next 14 days
        and budget between 10_000 and 50_000 EUR and may email for "newsletter"
        and not in segment "Do not disturb"
        order by last_interaction desc, name limit 100"#;
    let error = refused(text);
    let found: Vec<_> = error.problems().map(|problem| (problem.code(), problem.span().slice(text))).collect();
    let places = ["where", "in"];
    assert_eq!(found, places.map(|place| (Code::NotSupported, place)));
}
