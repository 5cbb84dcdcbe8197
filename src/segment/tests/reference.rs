//! The reference in the documentation against the code.

use crate::model::Kind;
use crate::schema::{Catalogue, CustomKind, KindDefinition};
use crate::segment::{CONTEXTUAL_WORDS, RESERVED_WORDS, SegmentCode};

const REFERENCE: &str = include_str!("../../../docs/language.md");
const COOKBOOK: &str = include_str!("../../../docs/cookbook.md");

/// The words in backquotes behind a heading, up to the end of the paragraph.
fn words_behind(start: &str) -> Vec<&'static str> {
    let behind = REFERENCE.split_once(start).map(|(_, behind)| behind).unwrap();
    let paragraph = behind.split("\n\n").next().unwrap();
    paragraph.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_word_lists_are_those_of_the_lexer() {
    assert_eq!(words_behind("Reserved, in any case; as a name they want backquotes:"), RESERVED_WORDS);
    assert_eq!(words_behind("With a meaning in one place and names elsewhere:"), CONTEXTUAL_WORDS);
}

#[test]
fn every_row_of_the_table_of_meanings_names_a_test_that_is_there() {
    let sources = [
        include_str!("../../engine/tests/meaning.rs"),
        include_str!("../../engine/tests/consent.rs"),
        include_str!("../../engine/tests/values.rs"),
        include_str!("../check/tests/errors.rs"),
        include_str!("../check/tests/parameters.rs"),
        include_str!("../check/tests/snapshot.rs"),
    ];
    let table = REFERENCE.split_once("| case | rule | test |").map(|(_, behind)| behind).unwrap();
    let rows: Vec<&str> = table.split("\n\n").next().unwrap().lines().skip(2).collect();
    assert!(rows.len() >= 25, "only {} rows", rows.len());
    for row in rows {
        let name = row.rsplit(" | ").next().and_then(|cell| cell.split('`').nth(1)).unwrap();
        let definition = format!("fn {name}()");
        assert!(sources.iter().any(|source| source.contains(&definition)), "no test {name} for: {row}");
    }
}

#[test]
fn the_table_of_attributes_names_those_of_every_kind() {
    let mut catalogue = Catalogue::new();
    catalogue.apply_kind(Kind(Kind::FIRST_CUSTOM), KindDefinition::new(CustomKind::new("pet", "pets")));
    let table = REFERENCE.split_once("| kind | attributes |").map(|(_, behind)| behind).unwrap();
    let rows: Vec<&str> = table.split("\n\n").next().unwrap().lines().skip(2).collect();
    assert_eq!(rows.len(), catalogue.kinds().count() + 1);
    for row in rows {
        let (name, keys) = row.trim_start_matches("| ").split_once(" | ").unwrap();
        let kind = match name {
            "all" => Kind::INTERACTION,
            "a kind of the business" => Kind(Kind::FIRST_CUSTOM),
            plural => catalogue.kind_named(plural).unwrap().kind,
        };
        for key in keys.split('`').skip(1).step_by(2) {
            assert!(catalogue.attribute(kind, key).is_some(), "{name} have no {key}");
        }
    }
}

#[test]
fn the_notices_are_all_explained() {
    for code in SegmentCode::ALL.iter().filter(|code| code.is_notice()) {
        assert!(REFERENCE.contains(&format!("| `{code}` |")), "{code} is not explained");
    }
}

#[test]
fn the_cookbook_has_twenty_eight_questions() {
    let numbered = |number: usize| COOKBOOK.contains(&format!("\n{number}. *"));
    assert!((1..=28).all(numbered) && !numbered(29));
}
