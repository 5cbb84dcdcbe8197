//! What the fuzz targets found, each with a name.

use contactdb::{Database, Read, SegmentCode, SegmentTree};

/// The codes for which a stored tree is refused.
fn refused(condition: &str, kind: u32) -> Vec<SegmentCode> {
    let json = format!("{{\"version\":1,\"kind\":{kind},\"where\":{condition}}}");
    let tree: SegmentTree = serde_json::from_str(&json).unwrap();
    let error = Database::in_memory().unwrap().read().unwrap().any_segment(&tree).unwrap_err();
    error.segment_error().unwrap().problems().map(contactdb::Problem::code).collect()
}

#[test]
fn a_stored_tree_of_an_unknown_kind_is_refused() {
    assert_eq!(refused("\"all\"", 0), [SegmentCode::UnknownKind]);
    assert_eq!(refused("[\"not\",[\"or\"]]", 99), [SegmentCode::UnknownKind]);
}

#[test]
fn a_stored_tree_with_no_before_a_single_condition_is_refused() {
    let snapshot = Database::in_memory().unwrap().read().unwrap();
    let tree = snapshot.segment("any interest = chess").unwrap().to_tree();
    let json = serde_json::to_value(&tree).unwrap();
    let condition = json["where"].to_string().replace("\"any\"", "\"no\"");
    assert_eq!(refused(&condition, 1), [SegmentCode::QuantifierMismatch]);
}

#[test]
fn a_stored_tree_with_a_span_of_time_that_no_text_has_is_refused() {
    let snapshot = Database::in_memory().unwrap().read().unwrap();
    for (text, written, instead) in [
        ("created in last 3 days", "3", "0"),
        ("created more than 3 days ago", "3", "0"),
        ("created in previous 3 days", "3", "0"),
        ("created in this week", "week", "hour"),
        ("created in following 3 days", "\"day\"", "\"minute\""),
    ] {
        let json = serde_json::to_value(snapshot.segment(text).unwrap().to_tree()).unwrap();
        let is = json["where"]["test"]["is"].to_string().replace(written, instead);
        let condition = format!("{{\"test\":{{\"of\":{},\"is\":{is}}}}}", json["where"]["test"]["of"]);
        assert_eq!(refused(&condition, 1), [SegmentCode::InvalidPeriod], "{condition}");
    }
}

#[test]
fn a_stored_tree_that_names_a_whole_whose_key_means_a_part_is_refused() {
    let snapshot = Database::in_memory().unwrap().read().unwrap();
    let json = serde_json::to_value(snapshot.segment("any email (label = work)").unwrap().to_tree()).unwrap();
    let whole = &json["where"][1];
    let condition = format!("{{\"test\":{{\"of\":{{\"path\":{whole}}},\"is\":{{\"is_set\":{{\"negated\":false}}}}}}}}");
    assert_eq!(refused(&condition, 1), [SegmentCode::OperatorMismatch]);
    assert!(snapshot.segment("address is set and not (any address (all))").is_ok(), "a whole with a key of its own");
}

#[test]
fn a_stored_tree_with_an_eighth_day_of_the_week_is_refused_and_not_taken_for_monday() {
    let snapshot = Database::in_memory().unwrap().read().unwrap();
    let json = serde_json::to_value(snapshot.segment("weekday(created) = sunday").unwrap().to_tree()).unwrap();
    for day in ["0", "8", "255"] {
        let condition = json["where"].to_string().replace("{\"weekday\":7}", &format!("{{\"weekday\":{day}}}"));
        assert_eq!(refused(&condition, 1), [SegmentCode::ValueMismatch], "{condition}");
    }
}

#[test]
fn a_stored_tree_with_attributes_of_another_kind_than_its_own_is_refused() {
    let snapshot = Database::in_memory().unwrap().read().unwrap();
    for text in ["job_title is set", "company.industry is set", "any address (city is set and outer.job_title is set)"]
    {
        let json = serde_json::to_value(snapshot.segment(text).unwrap().to_tree()).unwrap();
        let condition = json["where"].to_string();
        for (written, instead) in [("\"kind\":1", "\"kind\":3"), ("\"target\":2", "\"target\":1")] {
            let changed = condition.replace(written, instead);
            if changed != condition {
                assert_eq!(refused(&changed, 1), [SegmentCode::UnknownAttribute], "{changed}");
            }
        }
    }
}
