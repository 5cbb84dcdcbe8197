//! What must hold of any segment text and of any stored tree, whatever bytes they are made of.
//!
//! Shared: the fuzz targets run these bodies on bytes that a fuzzer makes, the tests on those of the corpus. So only the
//! public interface of the crate is used here, and nothing of the other tests.

use contactdb::{
    AnyQuestion, AnySegment, Company, Contact, CsvOptions, CsvReader, Currency, Decimal, Error, ExtraFields, FixedZone,
    Interaction, Kind, Moment, Money, Parameter, Problem, Purchase, QuestionTree, Read, Record, Segment, SegmentCode,
    SegmentTree, Snapshot, Span, Value, ValueType,
};
use time::{Date, Time, UtcOffset};
use uuid::Uuid;

use crate::fuzz_world::{day, noon, world};

/// Any bytes as a segment text, a question and something that is being typed. With `every_cursor`
/// there are proposals at each place of it, else at a few chosen by the text: for fuzzing, where executions count.
pub(crate) fn segment_text(bytes: &[u8], every_cursor: bool) {
    let text = String::from_utf8_lossy(bytes);
    let world = world();
    match world.any_segment(&*text) {
        Ok(segment) => {
            notices_lie_in(&segment, &text);
            accepted(world, &segment);
        }
        Err(error) => refused(&error, Some(&text)),
    }
    match world.any_question(&*text) {
        Ok(question) => answered(world, &question),
        Err(error) => refused(&error, Some(&text)),
    }
    ordered(world, &text);
    completed(world, &text, every_cursor);
}

/// Any bytes as the JSON of a stored tree.
pub(crate) fn segment_tree(bytes: &[u8]) {
    question_tree(bytes);
    let Ok(tree) = serde_json::from_slice::<SegmentTree>(bytes) else { return };
    let world = world();
    let _ = format!("{tree:?}");
    let any = world.any_segment(&tree);
    let typed = world.segment(&tree);
    match &any {
        Ok(segment) => {
            assert_eq!(segment.kind(), tree.kind(), "the kind of the tree");
            assert_eq!(attributes(&segment.to_tree()), attributes(&tree), "what a tree is about is not exchanged");
            accepted(world, segment);
        }
        Err(error) => refused(error, None),
    }
    match typed {
        Ok(segment) => {
            let any = any.as_ref().expect("what is accepted with a type is accepted without");
            assert_eq!(segment.as_any(), any, "with a type and without");
        }
        Err(error) => {
            refused(&error, None);
            assert!(any.is_err() || tree.kind() != Kind::CONTACT, "refused only with a type: {error}");
        }
    }
}

/// The same as the tree of a question, which whatever is the tree of a segment is too.
fn question_tree(bytes: &[u8]) {
    let Ok(tree) = serde_json::from_slice::<QuestionTree>(bytes) else {
        assert!(serde_json::from_slice::<SegmentTree>(bytes).is_err(), "a segment is a question");
        return;
    };
    let world = world();
    match world.any_question(&tree) {
        Ok(question) => {
            assert_eq!((question.segment().kind(), question.limit()), (tree.kind(), tree.limit()), "what is asked");
            let again = world.any_question(question.to_tree());
            assert_eq!(again.as_ref().ok(), Some(&question), "through the tree: {again:?}");
            answered(world, &question);
        }
        Err(error) => refused(&error, None),
    }
}

/// The attributes that a tree writes, each with its kind and the rest of its path.
fn attributes(tree: &SegmentTree) -> Vec<String> {
    fn collect(value: &serde_json::Value, into: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(entries) if entries.contains_key("attribute") && entries.contains_key("kind") => {
                into.push(value.to_string());
            }
            serde_json::Value::Object(entries) => entries.values().for_each(|value| collect(value, into)),
            serde_json::Value::Array(values) => values.iter().for_each(|value| collect(value, into)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(&serde_json::to_value(tree).expect("a tree can be written"), &mut found);
    found
}

/// What must hold of a segment that was accepted.
fn accepted(world: &Snapshot, segment: &AnySegment) {
    let catalogue = world.catalogue();
    let text = segment.to_text(catalogue);
    reads_back(world, segment, &text);

    let json = serde_json::to_string(&segment.to_tree()).expect("a tree can be written");
    let tree: SegmentTree = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{text}\n{json}\n{error}"));
    let again = world.any_segment(&tree).unwrap_or_else(|error| panic!("{text}\n{json}\n{error}"));
    assert_eq!(again, *segment, "through the tree: {json}");

    assert!(!segment.to_sentence(catalogue).is_empty(), "the sentence of {text}");
    let _ = segment.dependencies(catalogue);
    for notice in segment.notices() {
        assert!(!notice.message().is_empty(), "a notice of {text}");
    }
    if segment.parameters().is_empty() {
        complemented(world, segment, &text);
    } else {
        assert!(world.count(segment).is_err(), "asked without values for parameters: {text}");
        bound(world, segment, &text);
    }
}

/// The text of a segment is that segment. What was within the limits on depth and number stays within them; only the text may
/// become too long, since it is written with spaces.
fn reads_back(world: &Snapshot, segment: &AnySegment, text: &str) {
    match world.any_segment(text) {
        Ok(again) => assert_eq!(again, *segment, "through the text: {text}"),
        Err(error) => assert!(is_too_long(&error), "the text of a segment is refused:\n{text}\n{error}"),
    }
}

/// Two-valued logic: a record belongs either to a segment or to its complement.
fn complemented(world: &Snapshot, segment: &AnySegment, text: &str) {
    let count = world.count(segment).unwrap_or_else(|error| panic!("{text}\n{error}"));
    let all = world.len(segment.kind()).expect("the database can be read");
    assert!(count <= all, "{count} of {all}: {text}");
    // The condition of contacts has no kind before it.
    let (before, condition) = match segment.kind() {
        Kind::CONTACT => ("", text),
        _ => text.split_at(text.find(" where ").expect("the kind stands before the condition") + " where ".len()),
    };
    let complement = format!("{before}not ({condition})");
    match world.any_segment(&complement) {
        Ok(others) => {
            let others = world.count(&others).unwrap_or_else(|error| panic!("{complement}\n{error}"));
            assert_eq!(count + others, all, "{count} and {others} of {all}: {complement}");
        }
        Err(error) => assert!(is_too_large(&error), "the complement is refused:\n{complement}\n{error}"),
    }
}

/// Gives each parameter a value of its type, chosen by the text: ordinary ones, and those at the ends of what there is.
fn bound(world: &Snapshot, segment: &AnySegment, text: &str) {
    let mut chance = chance(text);
    let mut values = Vec::new();
    for parameter in segment.parameters() {
        chance = chance.wrapping_mul(31).rotate_left(7);
        if let Some(value) = value_for(world, parameter, chance >> 3) {
            values.push((parameter.name.as_str(), value));
        }
    }
    match world.bind_any(segment, values.iter().map(|(name, value)| (*name, value.clone()))) {
        Ok(with_values) => {
            let left = segment.parameters().len() - values.len();
            assert_eq!(with_values.parameters().len(), left, "parameters without a value: {text}");
            accepted(world, &with_values);
        }
        // A value of the right type may still be the wrong one: the ends of a range, a tag, a currency.
        Err(error) => refused(&error, None),
    }
}

fn value_for(world: &Snapshot, parameter: &Parameter, chance: usize) -> Option<Value> {
    let values: Vec<Value> = match parameter.value_type {
        ValueType::Text => ["vip", "", "a", "today", "monday", " \n\t\"'\\`$x/*?\u{0}\u{200e}\u{301}", "(", "#1"]
            .map(Value::from)
            .into(),
        ValueType::Integer => [0, 7, -1, 13, i64::MIN, i64::MAX].map(Value::from).into(),
        ValueType::Decimal => {
            let least = Decimal::new(1, 28);
            [Decimal::new(25, 1), Decimal::MAX, Decimal::MIN, least, -least, Decimal::new(0, 5)].map(Value::from).into()
        }
        ValueType::Money => {
            let amounts = [Decimal::from(100), Decimal::MAX, Decimal::new(-100, 2)];
            let in_both = |amount| [Currency::EUR, Currency::USD].map(|currency| Money::new(amount, currency).into());
            amounts.into_iter().flat_map(in_both).collect()
        }
        ValueType::Boolean => [true, false].map(Value::from).into(),
        ValueType::Date => {
            [day(2026, 2, 28), Date::MIN, Date::MAX, day(0, 1, 1), day(-1, 12, 31)].map(Value::from).into()
        }
        ValueType::DateTime => {
            let odd = UtcOffset::from_hms(-13, -59, -59).expect("an offset");
            let ends = [Date::MIN, Date::MAX].map(|day| day.with_time(Time::MAX));
            let [first, last] = ends.map(|end| end.assume_offset(odd));
            [noon(2026, 2, 28), first, last, noon(0, 1, 1), noon(9999, 12, 31).to_offset(odd)].map(Value::from).into()
        }
        ValueType::PartialDate => ["--02-28", "1990", "1990-02", "2026-02-28", "---31", ""].map(Value::from).into(),
        ValueType::Reference => [1, 99, u128::MAX].map(|id| Value::from(Uuid::from_u128(id).to_string())).into(),
        ValueType::Choice => {
            let attribute = world.catalogue().attribute_by_id(parameter.kind, parameter.attribute)?;
            attribute.options.iter().map(|option| Value::from(&*option.key)).collect()
        }
        _ => return None,
    };
    let one = values.get(chance % values.len().max(1))?.clone();
    Some(match (parameter.list, chance / 16 % 4) {
        (false, _) => one,
        (true, 0) => Value::List(Vec::new()),
        (true, 1) => Value::List(vec![one]),
        (true, 2) => Value::List(vec![one.clone(), one]),
        (true, _) => Value::List(values),
    })
}

/// A number that depends on the text alone, so that each run does the same.
fn chance(text: &str) -> usize {
    text.bytes().fold(5_381_usize, |sum, byte| sum.wrapping_mul(33) ^ usize::from(byte))
}

/// What must hold of a question that was accepted.
fn answered(world: &Snapshot, question: &AnyQuestion) {
    let text = question.to_text(world.catalogue());
    match world.any_question(&*text) {
        Ok(again) => assert!(again == *question, "through the text: {text}"),
        Err(error) => assert!(is_too_long(&error), "the text of a question is refused:\n{text}\n{error}"),
    }
    if question.segment().parameters().is_empty() {
        asked::<Contact>(world, question, &text);
        asked::<Company>(world, question, &text);
        asked::<Interaction>(world, question, &text);
        asked::<Purchase>(world, question, &text);
    }
}

fn asked<T: Record>(world: &Snapshot, question: &AnyQuestion, text: &str) {
    let Some(question) = question.typed::<T>() else { return };
    let found = world.ask(&question).ids().unwrap_or_else(|error| panic!("{text}\n{error}"));
    let count = world.count(question.segment()).unwrap_or_else(|error| panic!("{text}\n{error}"));
    let expected = question.limit().map_or(count, |limit| limit.min(count));
    assert_eq!(found.len() as u64, expected, "how many are found: {text}");

    // At the ends of the calendar spans of time lead out of it.
    let zone = |hours| FixedZone(UtcOffset::from_hms(hours, 0, 0).expect("an offset"));
    let first = Moment::at(Date::MIN.midnight().assume_utc());
    let last = Moment::at(Date::MAX.with_time(Time::MAX).assume_utc());
    let moment = match chance(text) % 4 {
        0 => first.in_zone(zone(-12)),
        1 => first.in_zone(zone(14)),
        2 => last.in_zone(zone(14)),
        _ => last.in_zone(zone(-12)),
    };
    let count = world.select(question.segment()).at(moment).count().unwrap_or_else(|error| panic!("{text}\n{error}"));
    assert!(count <= world.len(T::KIND).expect("the database can be read"), "{count}: {text}");
}

/// A text as what stands behind `order by`: it is refused, or all come in some order.
fn ordered(world: &Snapshot, text: &str) {
    match world.select(&Segment::<Contact>::all()).order_by(text).ids() {
        Ok(found) => assert_eq!(found.len() as u64, world.len(Kind::CONTACT).expect("the database can be read")),
        Err(error) => refused(&error, Some(text)),
    }
}

/// What must hold of a text that was refused; `text` is what was read, where that is a text.
fn refused(error: &Error, text: Option<&str>) {
    assert!(!error.to_string().is_empty() && !format!("{error:?}").is_empty(), "an error says something");
    let error = error.segment_error().expect("a text is refused for what is in it");
    if let (Some(text), Some(kept)) = (text, error.text()) {
        assert_eq!(kept, text, "the text that the error keeps");
    }
    assert!(error.problems().len() > 0, "an error has a problem");
    let text = error.text().or(text);
    for problem in error.problems() {
        lies_in(problem, text);
    }
}

fn notices_lie_in(segment: &AnySegment, text: &str) {
    for notice in segment.notices() {
        lies_in(notice, Some(text));
    }
}

fn lies_in(problem: &Problem, text: Option<&str>) {
    let Some(text) = text else { return };
    is_part_of(problem.span(), text, problem.code());
    if let Some((span, _)) = problem.second() {
        is_part_of(span, text, problem.code());
    }
}

fn is_part_of(span: Span, text: &str, code: impl std::fmt::Display) {
    let range = span.start as usize..span.end as usize;
    assert!(text.get(range).is_some(), "{code} at {span:?} of {text:?}");
}

fn is_too_long(error: &Error) -> bool {
    error.segment_error().is_some_and(|error| error.code() == Some(SegmentCode::TextTooLong))
}

fn is_too_large(error: &Error) -> bool {
    let limit = |problem: &Problem| {
        matches!(problem.code(), SegmentCode::TooDeep | SegmentCode::TooManyNodes | SegmentCode::TextTooLong)
    };
    error.segment_error().is_some_and(|error| error.problems().all(limit))
}

/// Proposals at places of the text, each of which gives a text that can be read or refused.
fn completed(world: &Snapshot, text: &str, every_cursor: bool) {
    let chance = chance(text);
    let cursors = if every_cursor {
        (0..=text.len() + 1).collect()
    } else {
        // One, since proposals take longer than all the rest.
        vec![if chance.is_multiple_of(3) { text.len() } else { chance / 3 % (text.len() + 2) }]
    };
    for cursor in cursors {
        let completion = world.complete(text, cursor);
        is_part_of(completion.span, text, format_args!("proposals at {cursor}"));
        let count = completion.proposals.len();
        assert!(count <= 150, "{count} proposals at {cursor} of {text:?}");
        for (at, proposal) in completion.proposals.iter().enumerate() {
            assert!(!proposal.text.is_empty(), "an empty proposal at {cursor} of {text:?}");
            // Some at each cursor; as it moves on, each has its turn.
            if at != 0 && at != (chance + cursor) % count {
                continue;
            }
            let applied = completion.apply(text, proposal);
            if let Err(error) = world.any_question(&*applied) {
                refused(&error, Some(&applied));
            }
        }
    }
}

/// Any bytes as a table: as it is guessed, and with small limits. Whatever comes, rows and lines are counted upwards, what is looked at in
/// advance comes all the same, and the good rows, written and read again, are equal.
pub(crate) fn csv_table(bytes: &[u8]) {
    let small = CsvOptions::new().longest_row(64).most_columns(5).extra_fields(ExtraFields::Keep).stray_quotes(true);
    for options in [CsvOptions::new(), small] {
        let read = || CsvReader::new(bytes, options.clone());
        let (Ok(mut reader), Ok(mut peeked)) = (read(), read()) else { continue };
        let seen: Vec<_> = peeked.peek(3).iter().map(|row| row.as_ref().ok().cloned()).collect();
        assert!(peeked.take(seen.len()).map(Result::ok).eq(seen), "what was looked at comes");
        assert!(
            (0.0..=1.0).contains(&reader.dialect().confidence) && (0.0..=1.0).contains(&reader.encoding().confidence)
        );
        let (mut number, mut line) = (0, 0);
        for row in reader.by_ref() {
            let at = row.as_ref().map_or_else(|error| (error.number(), error.line()), |row| (row.number(), row.line()));
            assert!(at.0 == number + 1 && at.1 > line, "{at:?} after {number} and {line}");
            (number, line) = at;
            match row {
                Ok(row) => assert!(row.iter().all(|field| !field.contains('\0'))),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
        assert!(reader.next().is_none(), "the end is the end");
        let mut skipped = read().expect("as before");
        skipped.skip_to(number).expect("a slice does not fail");
        assert_eq!(skipped.count(), usize::from(number > 0), "the last row is left");
    }
}
