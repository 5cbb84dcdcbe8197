//! Questions as data: they load as they were, or are refused with their place.

use serde_json::{Value as Json, json};

use super::errors::world;
use crate::model::Kind;
use crate::segment::testing::check_question;
use crate::segment::{QuestionTree, SegmentCode as Code, SegmentTree, SyntaxLimits};

fn tree(json: &Json) -> Result<QuestionTree, serde_json::Error> {
    serde_json::from_str(&json.to_string())
}

/// A question over everybody with one sort key.
fn ordered_by(path: &Json) -> QuestionTree {
    tree(&json!({"version": 1, "kind": 1, "where": "all", "order": [{"by": {"path": path}}]})).unwrap()
}

#[test]
fn a_question_is_written_as_a_segment_with_order_and_limit() {
    let world = world();
    let text = "companies where all order by employees desc, month(created) limit 3";
    let question = check_question(text, &world.catalogue, &SyntaxLimits::default()).unwrap();
    let written = serde_json::to_value(question.to_tree()).unwrap();
    let employees = world.catalogue.attribute(Kind::COMPANY, "employees").unwrap().id.0;
    let created = world.catalogue.attribute(Kind::COMPANY, "created").unwrap().id.0;
    assert_eq!(
        written,
        json!({
            "version": 1, "kind": 2, "where": "all", "limit": 3,
            "order": [
                {"by": {"path": {"kind": 2, "attribute": employees}}, "direction": "descending"},
                {"by": {"function": "month", "path": {"kind": 2, "attribute": created}}},
            ],
        })
    );
    let loaded = tree(&written).unwrap();
    assert_eq!((loaded.kind(), loaded.limit()), (Kind::COMPANY, Some(3)));
    assert_eq!(loaded.to_text(&world.catalogue), text);
    assert_eq!(check_question(&loaded, &world.catalogue, &SyntaxLimits::default()), Ok(question));
}

#[test]
fn a_stored_segment_is_a_question_without_order_and_limit_and_the_other_way_round() {
    let world = world();
    let segment = world.check("stage = customer and score > 5");
    let json = serde_json::to_string(&segment.to_tree()).unwrap();
    let question: QuestionTree = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&question).unwrap(), json);
    let question = check_question(&question, &world.catalogue, &SyntaxLimits::default()).unwrap();
    assert_eq!(question.segment(), &segment);
    let ordered = json.replace(r#""version":1"#, r#""version":1,"limit":5"#);
    assert!(serde_json::from_str::<SegmentTree>(&ordered).unwrap_err().to_string().contains("unknown field `limit`"));
}

#[test]
fn another_version_and_another_shape_are_refused() {
    for (change, says) in [
        (json!({"version": 2, "kind": 1, "where": "all"}), "newer version"),
        (json!({"version": 1, "kind": 1, "where": "all", "limit": 0}), "nonzero"),
        (json!({"version": 1, "kind": 1, "where": "all", "limit": -1}), "invalid value"),
        (json!({"version": 1, "kind": 1, "where": "all", "offset": 1}), "unknown field `offset`"),
        (json!({"version": 1, "kind": 1, "where": "all", "order": "name"}), "expected a sequence"),
        (json!({"version": 1, "kind": 1, "where": "all", "order": [{}]}), "missing field `by`"),
        (
            json!({"version": 1, "kind": 1, "where": "all", "order": [{"by": {"path": {"kind": 1, "attribute": 1}}, "direction": "up"}]}),
            "unknown variant `up`",
        ),
        (json!({"version": 1, "kind": 1, "where": ["and"], "order": [], "limit": null, "kinds": 1}), "unknown field"),
    ] {
        let error = tree(&change).unwrap_err().to_string();
        assert!(error.contains(says), "{change}: {error}");
    }
}

#[test]
fn sort_keys_are_checked_and_shown_in_the_text_that_they_would_be() {
    let world = world();
    let stage = 28 * 32;
    for (path, code, shown) in [
        (json!({"kind": 1, "attribute": 999_999}), Code::UnknownAttribute, ""),
        (json!({"kind": 1, "attribute": stage, "outer": 2}), Code::OuterNotAllowed, "all order by outer.outer.stage"),
        // Said to be a company's, which may have another attribute of that number.
        (json!({"kind": 2, "attribute": stage}), Code::UnknownAttribute, "all order by stage"),
        (json!({"kind": 1, "attribute": 19 * 32}), Code::OperatorMismatch, "all order by address"),
    ] {
        let question = ordered_by(&path);
        let error = check_question(&question, &world.catalogue, &SyntaxLimits::default()).unwrap_err();
        assert_eq!(error.code(), Some(code), "{path}\n{error}");
        assert!(error.text().is_some_and(|text| text.starts_with(shown)), "{path}\n{error}");
    }
    let by_tags = check_question("all order by tags", &world.catalogue, &SyntaxLimits::default()).unwrap_err();
    let tags = world.catalogue.attribute(Kind::CONTACT, "tags").unwrap().id.0;
    let stored = ordered_by(&json!({"kind": 1, "attribute": tags}));
    let stored = check_question(&stored, &world.catalogue, &SyntaxLimits::default()).unwrap_err();
    assert_eq!(stored.to_string(), by_tags.to_string());
}

#[test]
fn mistakes_in_the_condition_and_in_the_order_are_told_together() {
    let mut world = world();
    let limits = SyntaxLimits::default();
    let question = check_question("score > 5 order by score desc, name limit 3", &world.catalogue, &limits).unwrap();
    world.redefine(Kind::CONTACT, "score", |definition| definition.archived = Some(true));
    let error = check_question(&question, &world.catalogue, &limits).unwrap_err();
    let codes: Vec<_> = error.problems().map(|problem| (problem.code(), problem.span().start)).collect();
    assert_eq!(codes, [(Code::ArchivedField, 0), (Code::ArchivedField, 19)]);
    assert_eq!(error.text(), Some("score > 5 order by score desc, name limit 3"));
}

#[test]
fn sort_keys_count_among_the_nodes() {
    let world = world();
    let limits = SyntaxLimits::default().with_max_nodes(50);
    let key = json!({"by": {"path": {"kind": 1, "attribute": 28 * 32}}});
    let keys = |count: usize| {
        let order: Vec<&Json> = std::iter::repeat_n(&key, count).collect();
        tree(&json!({"version": 1, "kind": 1, "where": "all", "order": order})).unwrap()
    };
    assert!(check_question(keys(24), &world.catalogue, &limits).is_ok());
    let error = check_question(keys(25), &world.catalogue, &limits).unwrap_err();
    assert_eq!(error.code(), Some(Code::TooManyNodes));
}
