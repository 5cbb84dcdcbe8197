//! Texts meant to break the checker, the printer or the evaluator, on a stack of 128 KiB.

use std::time::{Duration, Instant};

use crate::clock::Moment;
use crate::engine::tests::world::{World, utc};
use crate::segment::testing::{check_question, check_segment};
use crate::segment::{SegmentCode, SyntaxLimits};

fn on_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(128 * 1024).spawn(work).unwrap().join().unwrap()
}

fn widest() -> SyntaxLimits {
    SyntaxLimits::default().with_max_bytes(usize::MAX).with_max_depth(usize::MAX).with_max_nodes(usize::MAX)
}

#[test]
fn the_deepest_text_is_checked_printed_and_answered_on_a_small_stack() {
    let mut world = World::new();
    let acme = world.insert(&crate::model::Company::new("Acme"));
    let _ada = world.person("Ada", |ada| ada.works_at(acme, ""));
    on_small_stack(move || {
        let deepest = SyntaxLimits::DEPTH_BOUND;
        let mut mixed = String::new();
        for level in 0..deepest / 2 {
            mixed.push_str(if level % 2 == 0 { "age = 1 and not (" } else { "age = 2 or not (" });
        }
        mixed.push_str("age = 3");
        mixed.push_str(&")".repeat(deepest / 2));
        let chain = "not ".repeat(deepest) + "age = 1";
        let mut alternating = String::new();
        for level in 0..deepest {
            alternating.push_str(if level % 2 == 0 { "age != 1 and (" } else { "age = 2 or (" });
        }
        alternating.push_str("company.name = acme");
        alternating.push_str(&")".repeat(deepest));
        // Each block begins at the affiliation of the record, further and further out.
        let innermost = SyntaxLimits::BLOCKS;
        let mut blocks = "not ".repeat(deepest - 2 * innermost);
        for level in 0..innermost {
            blocks.push_str("any ");
            blocks.push_str(&"outer.".repeat(level));
            blocks.push_str("affiliation (");
        }
        blocks.push_str(&"outer.".repeat(innermost));
        blocks.push_str("company.name = acme");
        blocks.push_str(&")".repeat(innermost));
        for text in [mixed, chain, alternating, blocks] {
            let segment = check_segment(&text, &world.catalogue, &widest()).unwrap();
            let shown = segment.to_text(&world.catalogue);
            assert_eq!(check_segment(&shown, &world.catalogue, &widest()).unwrap(), segment);
            world.count_of(&segment).unwrap();
            assert!(format!("{segment:?}").contains("Attribute"), "not shown for debugging");
        }
    });
}

#[test]
fn the_biggest_texts_are_checked_in_time() {
    let repeated = |piece: &str, joint: &str, bytes: usize| {
        let count = bytes / (piece.len() + joint.len());
        vec![piece; count].join(joint)
    };
    let size = (1 << 20) - 64;
    let mut texts = vec![
        repeated("age = 1", " or ", size),
        repeated("zge = 1", " or ", size),
        repeated("field(\"Job title\") = a", " or ", size),
        repeated("field(\"Job titel\") = a", " or ", size),
        repeated("stage = lead", " or ", size),
        repeated("name matches /a+/", " or ", size),
        format!("stage in [{}]", repeated("\"Qualified LEAD\"", ",", size)),
        format!("stage in [{}]", repeated("xualified", ",", size)),
        format!("job_title in [{}]", repeated("\"a\"", ",", size)),
        format!("tags has any of [{}]", repeated("a", ",", size)),
        format!("name = \"{}\"", "a".repeat(size)),
        format!("name like \"{}\"", "*a".repeat(size / 2)),
        format!("name matches /{}/", "a".repeat(size)),
        format!("name matches /{}/", "(".repeat(size)),
        format!("age = {}", "x".repeat(size)),
        format!("{} = 1", "x".repeat(size)),
        format!("tag \"{}\"", "a/".repeat(size / 2)),
        repeated("company.name", ".", size) + " = a",
    ];
    texts.push(format!("all order by {}", repeated("name", ",", size)));
    on_small_stack(move || {
        let world = World::new();
        for text in texts {
            let start = Instant::now();
            match check_question(&text, &world.catalogue, &widest()) {
                Ok(question) => {
                    let shown = question.to_text(&world.catalogue);
                    assert!(shown.len() <= 4 * text.len(), "printed {} bytes", shown.len());
                }
                Err(error) => {
                    assert!(error.problems().len() <= 20, "too many problems");
                    assert!(error.to_string().len() < 100_000, "an error too long");
                }
            }
            let took = start.elapsed();
            assert!(took < Duration::from_secs(20), "{} .. took {took:?}", text.chars().take(30).collect::<String>());
        }
    });
}

#[test]
fn patterns_are_bounded_in_number_and_length() {
    let world = World::new();
    let code = |text: &str| check_segment(text, &world.catalogue, &widest()).err().and_then(|error| error.code());
    assert_eq!(code(&vec!["name matches /a/"; 64].join(" or ")), None);
    assert_eq!(code(&vec!["name matches /a/"; 65].join(" or ")), Some(SegmentCode::PatternTooLarge));
    assert_eq!(code(&format!("name like \"{}\"", "a".repeat(257))), Some(SegmentCode::PatternTooLarge));
    assert_eq!(code(&format!("name ~ \"{}\"", "a".repeat(65))), Some(SegmentCode::PatternTooLarge));
    assert_eq!(code("name matches /((((((((a))))))))/"), None);
    let nested = "(".repeat(70) + "a" + &")".repeat(70);
    assert_eq!(code(&format!("name matches /{nested}/")), Some(SegmentCode::InvalidPattern));
}

#[test]
fn patterns_run_in_time_on_long_texts() {
    let mut world = World::new();
    let long = "a".repeat(200_000);
    let _ada = world.person("Ada", |ada| ada.notes(long.as_str()));
    let world = world.with_moment(Moment::at(utc(2026, 1, 1, 0, 0)));
    let start = Instant::now();
    for condition in ["notes like \"*a*a*a*a*a*b\"", "notes matches /(a*)*b/", "notes ~ aaaab", "notes has word b"] {
        assert_eq!(world.count(condition), 0, "{condition}");
    }
    assert!(start.elapsed() < Duration::from_secs(20), "took {:?}", start.elapsed());
}
