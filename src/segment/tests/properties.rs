use proptest::prelude::*;
use rust_decimal::Decimal;
use time::{Date, PrimitiveDateTime, Time, UtcOffset};

use crate::cases::cases;
use crate::segment::syntax::{
    AgoBound, AttributeTest, Block, Call, Check, Comparison, Condition, Direction, Expression, Function, Length, Limit,
    Literal, LiteralKind, MayTest, Name, OrderKey, Overlapped, Path, Period, PeriodKind, Quantified, Quantifier,
    Question, Segment, Set, SetOperator, Step, StepName, TagTest, TextOperator, Unit,
};
use crate::segment::testing::parse_question;
use crate::segment::{Span, SyntaxLimits};

const SPAN: Span = Span::new(0, 0);

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z_][a-z0-9_]{0,6}",
        1 => prop::sample::select(crate::segment::RESERVED_WORDS).prop_map(str::to_owned),
        1 => prop::sample::select(crate::segment::CONTEXTUAL_WORDS).prop_map(str::to_owned),
        1 => "[\u{430}-\u{44f}\u{4e00}-\u{4eff}\u{928}]{1,4}",
        1 => "[a-z0-9 .-]{1,8}",
    ]
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![2 => key(), 1 => "[a-z]{1,3}(-[a-z0-9]{1,4}){1,3}", 1 => "(today|true|no|in|x)-[0-9]{1,4}(-[0-9]{2}){0,2}"]
}

fn number() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), 0_u32..=18).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn literal() -> impl Strategy<Value = Literal> {
    let date = (0_i32..=9999, 1_u16..=365).prop_map(|(year, day)| Date::from_ordinal_date(year, day).unwrap());
    let instant =
        (1_i32..=9998, 1_u16..=365, 0_u8..24, 0_u8..60, 0_u8..60, 0_u32..1_000_000_000, -23_i8..=23, 0_i8..60, 0_u8..3)
            .prop_map(|(year, day, hour, minute, second, nano, hours, minutes, detail)| {
                let (second, nano) = [(0, 0), (second, 0), (second, nano)][usize::from(detail)];
                let time = Time::from_hms_nano(hour, minute, second, nano).unwrap();
                let offset = UtcOffset::from_hms(hours, if hours < 0 { -minutes } else { minutes }, 0).unwrap();
                PrimitiveDateTime::new(Date::from_ordinal_date(year, day).unwrap(), time).assume_offset(offset)
            });
    prop_oneof![
        ".{0,8}".prop_map(LiteralKind::Text),
        "[\"'\\\\\n\t\u{0}\u{202e}a]{0,8}".prop_map(LiteralKind::Text),
        number().prop_map(LiteralKind::Number),
        (
            number(),
            "[A-Z]{3}".prop_filter("a currency is no keyword", |code| code == "ALL"
                || !crate::segment::is_reserved_word(code))
        )
            .prop_map(|(amount, currency)| LiteralKind::Money { amount, currency }),
        word().prop_map(LiteralKind::Word),
        any::<bool>().prop_map(LiteralKind::Boolean),
        date.prop_map(LiteralKind::Date),
        instant.prop_map(LiteralKind::DateTime),
        prop::sample::select(vec![LiteralKind::Today, LiteralKind::Now, LiteralKind::Yesterday, LiteralKind::Tomorrow]),
        "[a-z_][a-z0-9_]{0,5}".prop_map(LiteralKind::Parameter),
        path().prop_map(|path| LiteralKind::Attribute(Box::new(path))),
    ]
    .prop_map(|kind| Literal { kind, span: SPAN })
}

fn set() -> impl Strategy<Value = Set> {
    prop_oneof![
        3 => prop::collection::vec(literal(), 0..4).prop_map(|items| Set::List { items, span: SPAN }),
        1 => "[a-z]{1,4}".prop_map(|text| Set::Parameter(Name { text, span: SPAN })),
    ]
}

fn path() -> impl Strategy<Value = Path> {
    let step = prop_oneof![3 => key().prop_map(StepName::Key), 1 => ".{0,8}".prop_map(StepName::Label)];
    (
        prop_oneof![4 => Just(0_u8), 1 => 1_u8..4],
        prop::collection::vec(step.prop_map(|name| Step { name, span: SPAN }), 1..4),
    )
        .prop_map(|(outer, steps)| Path { outer, steps, span: SPAN })
}

fn expression() -> impl Strategy<Value = Expression> {
    let function = prop::sample::select(vec![
        Function::Count,
        Function::Month,
        Function::Year,
        Function::Weekday,
        Function::Anniversary,
    ]);
    prop_oneof![
        4 => path().prop_map(Expression::Path),
        1 => (function, path()).prop_map(|(function, path)| Expression::Call(Call { function, path, span: SPAN })),
    ]
}

fn length(units: &'static [Unit]) -> impl Strategy<Value = Length> {
    (1_u32..2000, prop::sample::select(units)).prop_map(|(amount, unit)| Length { amount, unit })
}

const CALENDAR: &[Unit] = &[Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year];
const ROLLING: &[Unit] = &[Unit::Minute, Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year];

/// Two ends, as the parser would read them: a number takes over the currency behind it.
fn ends() -> impl Strategy<Value = (Literal, Literal)> {
    (literal(), literal()).prop_map(|(low, high)| match (low.kind, &high.kind) {
        (LiteralKind::Number(amount), LiteralKind::Money { currency, .. }) => {
            let kind = LiteralKind::Money { amount, currency: currency.clone() };
            (Literal { kind, span: SPAN }, high)
        }
        (kind, _) => (Literal { kind, span: SPAN }, high),
    })
}

fn check() -> impl Strategy<Value = Check> {
    use Comparison as C;
    use SetOperator as S;
    use TextOperator as T;
    let comparison = prop::sample::select(vec![
        C::Equal,
        C::Identical,
        C::NotEqual,
        C::Less,
        C::LessOrEqual,
        C::Greater,
        C::GreaterOrEqual,
    ]);
    let text = prop::sample::select(vec![
        T::Contains,
        T::NotContains,
        T::StartsWith,
        T::EndsWith,
        T::Like,
        T::HasWord,
        T::Fuzzy,
    ]);
    let pattern = "[a-z/\\\\.*\n\u{e9}]{0,8}".prop_map(|pattern| {
        let kind = LiteralKind::Text(crate::segment::lexer::plain_slashes(&pattern));
        Check::Text { operator: T::Matches, value: Literal { kind, span: SPAN } }
    });
    let period = prop_oneof![
        length(ROLLING).prop_map(PeriodKind::Last),
        length(ROLLING).prop_map(PeriodKind::Next),
        prop::sample::select(CALENDAR).prop_map(PeriodKind::This),
        length(CALENDAR).prop_map(PeriodKind::Previous),
        length(CALENDAR).prop_map(PeriodKind::Following),
    ]
    .boxed();
    prop_oneof![
        Just(Check::Holds),
        (comparison, literal()).prop_map(|(operator, value)| Check::Compare { operator, value }),
        ends().prop_map(|(low, high)| Check::Between { low, high }),
        (any::<bool>(), ends())
            .prop_map(|(negated, (low, high))| Check::Overlaps { negated, with: Overlapped::Ends { low, high } }),
        (any::<bool>(), period.clone()).prop_map(|(negated, kind)| Check::Overlaps {
            negated,
            with: Overlapped::Period(Period { kind, span: SPAN }),
        }),
        (any::<bool>(), set()).prop_map(|(negated, set)| Check::In { negated, set }),
        (prop::sample::select(vec![S::HasAny, S::HasAll, S::HasNone, S::IsExactly]), set())
            .prop_map(|(operator, set)| Check::Has { operator, set }),
        (text, literal()).prop_map(|(operator, value)| Check::Text { operator, value }),
        pattern,
        any::<bool>().prop_map(|negated| Check::IsSet { negated }),
        (any::<bool>(), period)
            .prop_map(|(negated, kind)| Check::Within { negated, period: Period { kind, span: SPAN } }),
        (any::<bool>(), length(ROLLING)).prop_map(|(more, length)| Check::Ago {
            bound: if more { AgoBound::MoreThan } else { AgoBound::LessThan },
            length,
        }),
    ]
}

/// A channel or a purpose.
fn option() -> impl Strategy<Value = Literal> {
    prop_oneof![
        3 => word().prop_map(LiteralKind::Word),
        1 => ".{0,5}".prop_map(LiteralKind::Text),
        1 => "[a-z_][a-z0-9_]{0,5}".prop_map(LiteralKind::Parameter),
    ]
    .prop_map(|kind| Literal { kind, span: SPAN })
}

fn condition() -> impl Strategy<Value = Condition> {
    let quantifier = prop::option::of(prop::sample::select(vec![Quantifier::Every, Quantifier::Any]));
    let leaf = prop_oneof![
        1 => Just(Condition::All { span: SPAN }),
        8 => (quantifier, expression(), check()).prop_map(|(quantifier, subject, check)| {
            let quantifier = quantifier.map(|quantifier| Quantified { quantifier, span: SPAN });
            Condition::Attribute(Box::new(AttributeTest { quantifier, subject, check, span: SPAN }))
        }),
        2 => (any::<bool>(), prop_oneof![word().prop_map(LiteralKind::Word), ".{0,5}".prop_map(LiteralKind::Text)]).prop_map(
            |(under, kind)| Condition::Tag(TagTest { under, name: Literal { kind, span: SPAN }, span: SPAN })
        ),
        1 => (option(), option()).prop_map(|(channel, purpose)| {
            Condition::May(Box::new(MayTest { channel, purpose, span: SPAN }))
        }),
    ];
    leaf.prop_recursive(6, 40, 4, |inner| {
        prop_oneof![
            (any::<bool>(), prop::collection::vec(inner.clone(), 2..5))
                .prop_map(|(and, operands)| Condition::joined(and, operands, SPAN)),
            inner.clone().prop_map(|operand| Condition::Not { operand: Box::new(operand), span: SPAN }),
            (prop::sample::select(vec![Quantifier::Any, Quantifier::Every, Quantifier::No]), path(), inner).prop_map(
                |(quantifier, subject, condition)| {
                    Condition::Block(Box::new(Block { quantifier, subject, condition, span: SPAN }))
                }
            ),
        ]
    })
}

fn question() -> impl Strategy<Value = Question> {
    let order = (expression(), any::<bool>()).prop_map(|(key, up)| OrderKey {
        key,
        direction: if up { Direction::Ascending } else { Direction::Descending },
        span: SPAN,
    });
    (prop::option::of(key()), condition(), prop::collection::vec(order, 0..3), prop::option::of(1_u64..)).prop_map(
        |(kind, condition, order, rows)| Question {
            segment: Segment { kind: kind.map(|text| Name { text, span: SPAN }), condition, span: SPAN },
            order,
            limit: rows.map(|rows| Limit { rows, span: SPAN }),
            span: SPAN,
        },
    )
}

fn sound(text: &str) -> Result<(), TestCaseError> {
    match parse_question(text, &SyntaxLimits::default()) {
        Ok(read) => {
            let printed = read.to_string();
            let again = parse_question(&printed, &SyntaxLimits::default());
            let again = again.map_err(|error| TestCaseError::fail(format!("{printed}\n{error}")))?;
            prop_assert_eq!(again.to_string(), printed);
            prop_assert_eq!(again.without_spans(), read.without_spans());
        }
        Err(error) => {
            prop_assert!(error.problems().len() > 0, "an error without problems");
            prop_assert!(!error.to_string().is_empty(), "an error that shows nothing");
            for problem in error.problems() {
                let span = problem.span();
                prop_assert!(
                    text.get(span.start as usize..span.end as usize).is_some(),
                    "{:?} is no piece of the text",
                    span
                );
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn any_tree_reads_back_from_its_text(question in question()) {
        let text = question.to_string();
        let read = parse_question(&text, &SyntaxLimits::default());
        let read = read.map_err(|error| TestCaseError::fail(format!("{text}\n{error}")))?;
        prop_assert_eq!(read.to_string(), text);
        prop_assert_eq!(read.without_spans(), question);
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,80}") {
        sound(&text)?;
    }

    #[test]
    fn any_heap_of_tokens_is_read_or_refused(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24), gap in " ?") {
        sound(&pieces.join(&gap))?;
    }

    #[test]
    fn any_damaged_text_is_read_or_refused(question in question(), at in any::<prop::sample::Index>(), piece in prop::sample::select(PIECES)) {
        let mut characters: Vec<char> = question.to_string().chars().collect();
        let at = at.index(characters.len());
        characters.splice(at..=at, piece.chars());
        sound(&characters.into_iter().collect::<String>())?;
    }
}

const PIECES: &[&str] = &[
    "and",
    "or",
    "not",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "=",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "~",
    "+",
    "-",
    "*",
    "/",
    "//",
    "\n",
    "a",
    "b",
    "tag",
    "under",
    "all",
    "in",
    "last",
    "next",
    "this",
    "previous",
    "month",
    "30",
    "days",
    "ago",
    "more",
    "than",
    "between",
    "has",
    "any",
    "of",
    "is",
    "set",
    "exactly",
    "every",
    "field",
    "\"x\"",
    "'",
    "\"",
    "`",
    "`k`",
    "$",
    "$p",
    "2026-01-31",
    "T10:00Z",
    "5",
    "EUR",
    "ALL",
    "1_000.5",
    "matches",
    "/x/",
    "contains",
    "starts",
    "with",
    "where",
    "order",
    "by",
    "desc",
    "limit",
    "true",
    "today",
    "count",
    "was",
    "no",
    "outer",
    "outer.",
    "count(",
    "month(",
    "anniversary",
    "overlaps",
    "to",
    "may",
    "for",
    "may email for",
    "field(",
    "\u{6771}",
    "\u{301}",
    "\0",
    "\r\n",
    "\\",
    "e-mail",
    "#",
];
