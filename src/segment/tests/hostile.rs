//! Texts meant to break the parser, on a stack of 128 KiB.

use std::time::{Duration, Instant};

use crate::segment::testing::parse_question;
use crate::segment::{SegmentCode, SyntaxLimits};

const SMALL_STACK: usize = 128 * 1024;

fn on_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(SMALL_STACK).spawn(work).unwrap().join().unwrap()
}

fn widest() -> SyntaxLimits {
    SyntaxLimits::default().with_max_bytes(usize::MAX).with_max_depth(usize::MAX).with_max_nodes(usize::MAX)
}

/// The code of the first problem, in time and with an error that can be shown.
fn code_of(text: String, limits: SyntaxLimits) -> Option<SegmentCode> {
    on_small_stack(move || {
        let start = Instant::now();
        let error = parse_question(&text, &limits).err()?;
        let shown = error.to_string();
        assert!(shown.len() < 100_000, "an error of {} bytes", shown.len());
        assert!(error.problems().len() <= 20, "too many problems");
        assert!(start.elapsed() < Duration::from_secs(20), "took {:?}", start.elapsed());
        error.code()
    })
}

#[test]
fn deep_parentheses_give_a_typed_error() {
    let deep = "(".repeat(100_000);
    assert_eq!(code_of(deep.clone(), SyntaxLimits::default()), Some(SegmentCode::TextTooLong));
    assert_eq!(code_of(deep.clone(), widest()), Some(SegmentCode::TooDeep));
    assert_eq!(code_of(deep.clone() + "a" + &")".repeat(100_000), widest()), Some(SegmentCode::TooDeep));
    assert_eq!(code_of("not ".repeat(100_000), widest()), Some(SegmentCode::TooDeep));
    assert_eq!(code_of("not (".repeat(100_000), widest()), Some(SegmentCode::TooDeep));
    assert_eq!(code_of(")".repeat(100_000), widest()), Some(SegmentCode::ExpectedCondition));
    assert_eq!(code_of(format!("f {deep}"), widest()), Some(SegmentCode::QuantifierMismatch));
    assert_eq!(code_of("[".repeat(100_000), widest()), Some(SegmentCode::ExpectedAttribute));
    assert_eq!(code_of("a in [".repeat(100_000), widest()), Some(SegmentCode::UnclosedList));
}

#[test]
fn depth_is_counted_exactly() {
    let nested = |depth: usize| "(".repeat(depth) + "a" + &")".repeat(depth);
    assert_eq!(code_of(nested(64), SyntaxLimits::default()), None);
    assert_eq!(code_of(nested(65), SyntaxLimits::default()), Some(SegmentCode::TooDeep));
    assert_eq!(code_of("not ".repeat(64) + "a", SyntaxLimits::default()), None);
    assert_eq!(code_of("not ".repeat(65) + "a", SyntaxLimits::default()), Some(SegmentCode::TooDeep));
    assert_eq!(code_of("(not a) and ".repeat(1000) + "a", SyntaxLimits::default()), None);
}

#[test]
fn much_of_anything_ends() {
    let code = |piece: &str, bytes: usize| code_of(piece.repeat(bytes / piece.len()), widest());
    for piece in ["=", "(a or ", "a and b or ", "\"", "a between "] {
        assert!(code(piece, 1 << 20).is_some(), "accepted a megabyte of {piece:?}");
    }
    for piece in [
        "-",
        "/",
        "<>",
        "and ",
        "or ",
        "not a and ",
        "a.",
        "a-",
        "$",
        "'",
        "`",
        "\0",
        "\\",
        "9",
        "1_",
        ".",
        ",",
        "matches /",
        "a matches /\\",
        "//",
        "\n",
        "]",
        "[",
        "a = [",
        "`a",
        "in last month ",
        "x where ",
        "tag ",
        "field(",
        "count(",
        "2026-01-31T",
        "\u{301}",
        "\u{1f600}",
        "a = \"\\u{",
        "order by ",
        "limit ",
        "every ",
        "a b",
        "\u{202e}",
    ] {
        assert!(code(piece, 1 << 16).is_some(), "accepted 64 KiB of {piece:?}");
    }
}

#[test]
fn long_sound_texts_meet_the_limit_on_nodes() {
    let list = |items: usize| format!("a in [{}]", vec!["1"; items].join(","));
    assert_eq!(code_of(list(9_000), SyntaxLimits::default()), None);
    assert_eq!(code_of(list(10_001), SyntaxLimits::default()), Some(SegmentCode::TooManyNodes));
    assert_eq!(code_of("a or ".repeat(10_001) + "a", SyntaxLimits::default()), Some(SegmentCode::TooManyNodes));
    assert_eq!(code_of("a or ".repeat(200_000) + "a", widest()), None);
    let problems = "a = and ".repeat(30) + "a in [" + &"1,".repeat(10_000) + "1]";
    let error = parse_question(&problems, &SyntaxLimits::default()).unwrap_err();
    let codes: Vec<_> = error.problems().map(crate::segment::Problem::code).collect();
    assert_eq!((codes.len(), codes.last()), (20, Some(&SegmentCode::TooManyNodes)));
}

#[test]
fn the_deepest_tree_can_be_used_on_a_small_stack() {
    on_small_stack(|| {
        let deepest = SyntaxLimits::DEPTH_BOUND;
        let mut text = String::new();
        for level in 0..deepest / 2 {
            text.push_str(if level % 2 == 0 { "a and not (" } else { "a or not (" });
        }
        text.push('a');
        text.push_str(&")".repeat(deepest / 2));
        let chain = "not ".repeat(deepest) + "a";
        let alternating =
            (0..deepest).map(|level| if level % 2 == 0 { "a and (" } else { "a or (" }).collect::<String>()
                + "a"
                + &")".repeat(deepest);
        for text in [text, chain, alternating] {
            let question = parse_question(&text, &widest()).unwrap();
            assert_eq!(question.to_string(), text.replace("(a)", "a"));
            assert!(format!("{question:?}").contains("operand"), "not shown for debugging");
            let copy = question.clone();
            assert_eq!(copy, question);
            let bare = copy.without_spans();
            assert_ne!(bare, question);
        }
    });
}

#[test]
fn limits_are_held_within_their_bounds() {
    assert_eq!(widest().max_bytes(), SyntaxLimits::BYTES_BOUND);
    assert_eq!(widest().max_depth(), SyntaxLimits::DEPTH_BOUND);
    assert_eq!(widest().max_nodes(), SyntaxLimits::NODES_BOUND);
    assert_eq!(SyntaxLimits::default().with_max_depth(0).max_depth(), 1);
}
