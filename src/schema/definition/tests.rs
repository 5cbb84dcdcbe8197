//! The documentation of the file format against what the code writes.

use super::*;
use crate::model::KINDS;
use crate::schema::{QuestionDefinition, system};
use crate::store::Table;

const DOCUMENT: &str = include_str!("../../../docs/file-format.md");

/// The document in one line, so that it does not matter where its lines end.
fn flat() -> String {
    DOCUMENT.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_table_stands_in_the_documentation_and_no_other() {
    let section = DOCUMENT.split("## Tables").nth(1).unwrap().split("*Kinds*").next().unwrap();
    let mut documented: Vec<&str> =
        section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let mut tables = Table::ALL.map(Table::name);
    documented.sort_unstable();
    tables.sort_unstable();
    assert_eq!(documented, tables);
}

#[test]
fn the_parts_of_every_definition_stand_in_the_documentation() {
    for (of, shape) in [
        ("of a field (`catalogue`)", Definition::SHAPE),
        ("of an option, within it", OptionDefinition::SHAPE),
        ("of a kind (`kinds`)", KindDefinition::SHAPE),
        ("of a pipeline (`pipelines`)", PipelineDefinition::SHAPE),
        ("of a stage, within it", StageDefinition::SHAPE),
        ("of a tag (`tags`)", TagDefinition::SHAPE),
        ("of a question (`questions`)", QuestionDefinition::SHAPE),
    ] {
        let parts: Vec<String> = shape.parts.iter().map(|part| format!("{} {}", part.number, part.key)).collect();
        let line = format!("| {of} | {} |", parts.join(", "));
        assert!(DOCUMENT.contains(&line), "{line}");
    }
}

#[test]
fn kinds_types_and_codes_stand_in_the_documentation() {
    let text = flat();
    let types: Vec<String> = TYPES.iter().map(|(code, of)| format!("{code} {of:?}")).collect();
    assert!(text.contains(&format!("The types of fields are {}.", types.join(", "))));
    let kinds: Vec<String> = KINDS.iter().map(|known| format!("{} {}", known.kind.0, known.singular)).collect();
    assert!(text.contains(&format!("*Kinds*: {};", kinds.join(", "))));
    assert!(text.contains(&format!("numbered from {}", crate::model::Kind::FIRST_CUSTOM)));
    let noted = format!("*Noted companies*, attribute {}", system::NOTED.number());
    assert!(text.contains(&noted));
}
