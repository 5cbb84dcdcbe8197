//! Stored trees: whatever their shape, they load or are refused.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::errors::world;
use crate::cases::cases;
use crate::engine::tests::world::World;
use crate::model::Kind;
use crate::segment::testing::check_segment;
use crate::segment::{QuestionTree, SegmentCode as Code, SegmentTree, SyntaxLimits};

fn tree(condition: &Json) -> Result<SegmentTree, serde_json::Error> {
    serde_json::from_str(&json!({"version": 1, "kind": 1, "where": condition}).to_string())
}

#[test]
fn a_renamed_field_option_and_tag_are_still_meant() {
    let mut world = world();
    let segment = world.check("score > 5 and colour = red and tag \"customers/gold\"");
    let json = serde_json::to_string(&segment.to_tree()).unwrap();
    world.redefine(Kind::CONTACT, "score", |definition| "points".clone_into(&mut definition.key));
    world.redefine(Kind::CONTACT, "colour", |definition| "crimson".clone_into(&mut definition.options[0].key));
    let loaded: SegmentTree = serde_json::from_str(&json).unwrap();
    let loaded = check_segment(&loaded, &world.catalogue, &SyntaxLimits::default()).unwrap();
    assert_eq!(loaded.to_text(&world.catalogue), "points > 5 and colour = crimson and tag \"customers/gold\"");
    assert_eq!(loaded, segment);
}

#[test]
fn a_key_that_another_field_took_over_leads_nobody_astray() {
    let mut world = world();
    let segment = world.check("score > 5");
    let json = serde_json::to_string(&segment.to_tree()).unwrap();
    world.redefine(Kind::CONTACT, "score", |definition| "points".clone_into(&mut definition.key));
    world.field(Kind::CONTACT, "score", "New score", crate::model::ValueType::Text, false);
    let loaded: SegmentTree = serde_json::from_str(&json).unwrap();
    let loaded = check_segment(&loaded, &world.catalogue, &SyntaxLimits::default()).unwrap();
    assert_eq!(loaded, segment);
    assert_eq!(loaded.to_text(&world.catalogue), "points > 5");
}

#[test]
fn another_version_another_shape_and_unknown_members_are_refused() {
    let whole = json!({"version": 1, "kind": 1, "where": "all"});
    assert!(serde_json::from_value::<SegmentTree>(whole.clone()).is_ok());
    for (change, says) in [
        (json!({"version": 2, "kind": 1, "where": "all"}), "newer version"),
        (json!({"kind": 1, "where": "all"}), "missing field `version`"),
        (json!({"version": 1, "kind": 1, "where": "all", "limit": 5}), "unknown field `limit`"),
        (json!({"version": 1, "kind": 1, "where": "everybody"}), "expected a condition"),
        (json!({"version": 1, "kind": 1, "where": ["xor", "all"]}), "unknown variant `xor`"),
        (json!({"version": 1, "kind": 1, "where": ["not"]}), "invalid length"),
        (json!({"version": 1, "kind": 1, "where": ["not", "all", "all"]}), "more than one condition"),
        (json!({"version": 1, "kind": 1, "where": []}), "invalid length"),
        (json!({"version": 1, "kind": 1, "where": 5}), "expected a condition"),
        (json!({"version": 1, "kind": 1, "where": null}), "expected a condition"),
    ] {
        let error = serde_json::from_value::<SegmentTree>(change.clone()).unwrap_err().to_string();
        assert!(error.contains(says), "{change}: {error}");
    }
}

#[test]
fn a_tree_of_what_the_catalogue_does_not_have_is_refused_with_its_place() {
    let world = world();
    let test =
        |attribute: u32, is: Json| json!({"test": {"of": {"path": {"kind": 1, "attribute": attribute}}, "is": is}});
    let set = json!({"is_set": {"negated": false}});
    let may = |kind: u16, attribute: u32, channel: Json| json!({"may": {"by": {"kind": kind, "attribute": attribute}, "channel": channel, "purpose": {"option": 1}}});
    let stage = 28 * 32;
    for (condition, code) in [
        (test(999_999, set.clone()), Code::UnknownAttribute),
        (test(stage, json!({"compare": {"operator": "equal", "value": {"option": 999}}})), Code::UnknownOption),
        (test(stage, json!({"compare": {"operator": "equal", "value": {"number": "5"}}})), Code::ValueMismatch),
        (test(stage, json!({"compare": {"operator": "equal", "value": {"tag": 1}}})), Code::ValueMismatch),
        (test(stage, json!({"text": {"operator": "contains", "text": {"text": "x"}}})), Code::OperatorMismatch),
        (test(stage, json!({"between": {"low": {"option": 5}, "high": {"option": 1}}})), Code::ReversedRange),
        (may(1, 46 * 32, json!({"option": 999})), Code::UnknownOption),
        (may(1, 46 * 32, json!({"number": "5"})), Code::ValueMismatch),
        (may(1, 47 * 32, json!({"option": 1})), Code::UnknownAttribute),
        (may(2, 46 * 32, json!({"option": 1})), Code::UnknownAttribute),
        (
            json!(["no", {"kind": 1, "attribute": 19 * 32}, may(1, 46 * 32, json!({"option": 1}))]),
            Code::UnknownAttribute,
        ),
        (json!({"tag": {"tag": {"id": 999}}}), Code::UnknownTag),
        (json!({"tag": {"tag": {"branch": "nobody"}, "under": true}}), Code::UnknownTag),
        (json!(["any", {"kind": 1, "attribute": stage}, "all"]), Code::OperatorMismatch),
        (json!(["any", {"kind": 1, "attribute": 19 * 32}, test(stage, set.clone())]), Code::UnknownAttribute),
        (
            json!({"test": {"of": {"path": {"kind": 1, "attribute": stage, "outer": 3}}, "is": set}}),
            Code::OuterNotAllowed,
        ),
    ] {
        let loaded = tree(&condition).unwrap_or_else(|error| panic!("{condition}: {error}"));
        let error = check_segment(&loaded, &world.catalogue, &SyntaxLimits::default()).unwrap_err();
        assert_eq!(error.code(), Some(code), "{condition}\n{error}");
        assert!(error.text().is_some_and(|text| !text.is_empty()), "{condition}");
    }
}

#[test]
fn a_tree_that_no_parser_would_make_is_put_in_order() {
    let world = world();
    let one =
        json!({"test": {"of": {"path": {"kind": 1, "attribute": 22 * 32}}, "is": {"is_set": {"negated": false}}}});
    for (condition, text) in [
        (json!(["and", ["and", one, one], one]), "job_title is set and job_title is set and job_title is set"),
        (json!(["or", one]), "job_title is set"),
        (json!(["and"]), "all"),
        (json!(["or"]), "not all"),
        (json!(["not", ["or", ["or", one]]]), "not job_title is set"),
    ] {
        let segment = check_segment(tree(&condition).unwrap(), &world.catalogue, &SyntaxLimits::default()).unwrap();
        assert_eq!(segment.to_text(&world.catalogue), text, "{condition}");
    }
}

#[test]
fn the_deepest_segment_fits_in_json_and_what_is_deeper_is_refused() {
    let world = world();
    let limits = SyntaxLimits::default().with_max_depth(SyntaxLimits::DEPTH_BOUND);
    let deepest = "not ".repeat(SyntaxLimits::DEPTH_BOUND) + "any affiliation (company.parent.name = outer.name)";
    assert!(check_segment(&deepest, &world.catalogue, &limits).is_err());
    let deepest = deepest.replacen("not ", "", 2);
    let segment = check_segment(&deepest, &world.catalogue, &limits).unwrap();
    let json = serde_json::to_string(&segment.to_tree()).unwrap();
    let loaded: SegmentTree = serde_json::from_str(&json).unwrap();
    assert_eq!(check_segment(&loaded, &world.catalogue, &limits), Ok(segment));
    assert_eq!(
        check_segment(&loaded, &world.catalogue, &SyntaxLimits::default()).unwrap_err().code(),
        Some(Code::TooDeep)
    );
    let deeper = |levels: usize| {
        let text =
            format!(r#"{{"version":1,"kind":1,"where":{}"all"{}}}"#, r#"["not","#.repeat(levels), "]".repeat(levels));
        let mut reader = serde_json::Deserializer::from_str(&text);
        reader.disable_recursion_limit();
        serde::Deserialize::deserialize(&mut reader).map(|_: SegmentTree| ())
    };
    let on_small_stack = std::thread::Builder::new().stack_size(256 << 10);
    let refused = on_small_stack.spawn(move || (deeper(96).is_ok(), deeper(100_000).unwrap_err().to_string()));
    let (bound, refused) = refused.unwrap().join().unwrap();
    assert!(bound, "the deepest that is allowed is refused");
    assert!(refused.contains("nested deeper than 96"), "{refused}");
}

/// JSON out of the words of stored trees, in any order.
fn shape() -> impl Strategy<Value = Json> {
    let words = [
        "and",
        "or",
        "not",
        "any",
        "every",
        "no",
        "all",
        "test",
        "tag",
        "of",
        "is",
        "path",
        "kind",
        "attribute",
        "compare",
        "operator",
        "equal",
        "value",
        "text",
        "number",
        "option",
        "list",
        "parameter",
        "in",
        "negated",
        "values",
        "function",
        "count",
        "through",
        "outer",
        "target",
        "within",
        "period",
        "last",
        "amount",
        "unit",
        "day",
        "money",
        "date",
        "id",
        "branch",
        "under",
        "between",
        "low",
        "high",
        "2026-01-31",
        "1",
        "vip",
        "quantifier",
        "may",
        "by",
        "channel",
        "purpose",
    ];
    let word = prop::sample::select(words.to_vec());
    let leaf = prop_oneof![
        word.clone().prop_map(|word| json!(word)),
        prop::sample::select(vec![0_i64, 1, 2, 5, 192, 544, 545, 608, 610, 800, 896, 1152, 32_768, -1, i64::MAX])
            .prop_map(|number| json!(number)),
        any::<bool>().prop_map(|value| json!(value)),
        Just(Json::Null),
        Just(json!({"test": {"of": {"path": {"kind": 1, "attribute": 896}}, "is": {"is_set": {"negated": true}}}})),
        Just(json!({"tag": {"tag": {"id": 1}}})),
        Just(
            json!({"may": {"by": {"kind": 1, "attribute": 1472}, "channel": {"option": 1}, "purpose": {"option": 2}}})
        ),
        Just(json!({"kind": 1, "attribute": 608})),
    ];
    leaf.prop_recursive(6, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            (
                prop::sample::select(vec!["and", "or", "not", "any", "every", "no"]),
                prop::collection::vec(inner.clone(), 0..3)
            )
                .prop_map(|(word, mut operands)| {
                    operands.insert(0, json!(word));
                    Json::Array(operands)
                }),
            prop::collection::vec((word.clone(), inner), 0..4).prop_map(|pairs| Json::Object(
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

thread_local! {
    static WORLD: World = world();
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn any_shape_loads_or_is_refused(condition in shape()) {
        let Ok(tree) = tree(&condition) else { return Ok(()) };
        let question: QuestionTree = serde_json::from_value(serde_json::to_value(&tree).unwrap()).unwrap();
        WORLD.with(|world| {
            prop_assert!(!question.to_text(&world.catalogue).is_empty(), "unchecked trees can be shown too");
            match check_segment(&tree, &world.catalogue, &SyntaxLimits::default()) {
                Ok(segment) => {
                    let again = check_segment(segment.to_tree(), &world.catalogue, &SyntaxLimits::default());
                    prop_assert_eq!(&again, &Ok(segment.clone()));
                    let text = segment.to_text(&world.catalogue);
                    let read = check_segment(text.as_str(), &world.catalogue, &SyntaxLimits::default());
                    prop_assert_eq!(&read, &Ok(segment), "{}", text);
                }
                Err(error) => prop_assert!(error.to_string().starts_with("error["), "{}", error),
            }
            Ok(())
        })?;
    }

    /// A good tree with one piece of it replaced.
    #[test]
    fn any_damaged_tree_loads_or_is_refused(at in any::<prop::sample::Index>(), piece in "[a-z0-9\"\\[\\]{},:]{0,6}") {
        WORLD.with(|world| {
            let segment = world.check(
                "any address (city = Paris and outer.stage in [lead, customer]) and not (tag \"customers/gold\" or budget > 5 EUR) \
                 and created in last 30 days and every email ends with x and month(birthday) = 5 and score = $n",
            );
            let mut json: Vec<char> = serde_json::to_string(&segment.to_tree()).unwrap().chars().collect();
            let at = at.index(json.len());
            json.splice(at..=at, piece.chars());
            let json: String = json.into_iter().collect();
            if let Ok(tree) = serde_json::from_str::<SegmentTree>(&json)
                && let Ok(segment) = check_segment(&tree, &world.catalogue, &SyntaxLimits::default())
            {
                let text = segment.to_text(&world.catalogue);
                let read = check_segment(text.as_str(), &world.catalogue, &SyntaxLimits::default());
                prop_assert_eq!(&read, &Ok(segment), "{}", text);
            }
            Ok(())
        })?;
    }
}
