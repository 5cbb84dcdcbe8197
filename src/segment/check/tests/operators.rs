//! The list of operators against the language, for every type of attribute.

use crate::engine::tests::world::World;
use crate::model::{Currency, Kind, ValueType};
use crate::schema::{Attribute, KindEntry};
use crate::segment::testing::check_segment;
use crate::segment::{Operator, SegmentCode, SyntaxLimits, Takes};

/// A field of each type, single and of several values, and those that are built in.
fn world() -> World {
    let mut world = World::new();
    for (value_type, name) in [
        (ValueType::Text, "text"),
        (ValueType::LongText, "long"),
        (ValueType::Integer, "integer"),
        (ValueType::Decimal, "decimal"),
        (ValueType::Money, "money"),
        (ValueType::Boolean, "boolean"),
        (ValueType::Date, "date"),
        (ValueType::DateTime, "date_time"),
        (ValueType::PartialDate, "partial_date"),
        (ValueType::Choice, "choice"),
        (ValueType::Email, "mail"),
        (ValueType::Phone, "call"),
        (ValueType::Url, "url"),
        (ValueType::Reference, "reference"),
        (ValueType::NumberRange, "number_range"),
        (ValueType::MoneyRange, "money_range"),
        (ValueType::DateRange, "date_range"),
    ] {
        world.field(Kind::CONTACT, &format!("one_{name}"), name, value_type, false);
        world.field(Kind::CONTACT, &format!("many_{name}"), name, value_type, true);
    }
    world.money(Kind::CONTACT, "euros", Some(Currency::EUR));
    let _ada = world.person("Ada", |ada| ada.tag("vip"));
    world
}

/// Two values of the attribute's type, or of what a range ranges over, in their order.
fn values(attribute: &Attribute) -> (String, String) {
    let (low, high) = match attribute.value_type {
        _ if &*attribute.key == "tags" => ("vip", "vip"),
        ValueType::Integer | ValueType::Decimal | ValueType::NumberRange => ("1", "2.5"),
        ValueType::Money | ValueType::MoneyRange => ("1 EUR", "2 EUR"),
        ValueType::Boolean => ("true", "true"),
        ValueType::Date | ValueType::DateTime | ValueType::PartialDate | ValueType::DateRange => {
            ("2026-01-31", "2026-02-28")
        }
        ValueType::Choice => {
            let key = |at: usize| format!("\"{}\"", attribute.options[at].key);
            return (key(0), key(attribute.options.len().min(2) - 1));
        }
        ValueType::Reference => {
            ("\"01890a5d-ac96-774b-bcce-b302099a8057\"", "\"01890a5d-ac96-774b-bcce-b302099a8058\"")
        }
        _ => ("\"a\"", "\"b\""),
    };
    (low.to_owned(), high.to_owned())
}

/// The attribute asked with the operator.
fn text(attribute: &Attribute, operator: Operator) -> String {
    let key = &attribute.key;
    let (low, high) = values(attribute);
    let behind = match operator.takes() {
        Takes::Nothing => String::new(),
        Takes::Value => low,
        Takes::Values => format!("[{low}, {high}]"),
        Takes::Ends if matches!(operator, Operator::Between) => format!("{low} and {high}"),
        Takes::Ends => format!("{low} to {high}"),
        Takes::Pattern => "/a/".to_owned(),
        Takes::Period => "last 30 days".to_owned(),
        Takes::Length => "30 days ago".to_owned(),
        Takes::Conditions => return format!("any {key} ({})", "x is set"),
    };
    format!("`{key}` {operator} {behind}")
}

#[test]
fn every_operator_that_is_listed_is_accepted_and_no_other() {
    let world = world();
    let mut asked = 0;
    for entry in world.catalogue.kinds() {
        let kind = &entry.plural;
        for attribute in entry.attributes() {
            // By its key a structured value is asked about its chief part.
            let named = world.catalogue.attribute(entry.kind, &attribute.key);
            if named.is_none_or(|named| named.id != attribute.id) {
                continue;
            }
            let listed = attribute.operators();
            for operator in Operator::ALL.iter().copied().filter(|operator| *operator != Operator::Block) {
                let text = format!("{kind} where {}", text(attribute, operator));
                let found = check_segment(text.as_str(), &world.catalogue, &SyntaxLimits::default());
                // The same words with another operand are another operator: `in [..]` and `in last 30 days`.
                assert_eq!(found.is_ok(), listed.contains(&operator), "{text}: {found:?}");
                if let Err(error) = found {
                    let code = error.code().unwrap();
                    assert_eq!(code, SegmentCode::OperatorMismatch, "{text}\n{error}");
                }
                asked += 1;
            }
        }
    }
    assert!(asked > 5_000, "only {asked} asked");
}

#[test]
fn every_structured_attribute_takes_a_block_over_each_of_its_parts() {
    let world = world();
    let mut asked = 0;
    for entry in world.catalogue.kinds() {
        let groups = entry.attributes().filter(|attribute| attribute.value_type == ValueType::Group);
        for group in groups {
            assert!(group.operators().contains(&Operator::Block), "{}", group.key);
            for part in world.catalogue.parts(entry.kind, group.id) {
                for quantifier in ["any", "every", "no"] {
                    for name in [part.key_in_value(), &part.key] {
                        let text = format!("{} where {quantifier} {} (`{name}` is set)", entry.plural, group.key);
                        let segment = check_segment(text.as_str(), &world.catalogue, &SyntaxLimits::default());
                        let segment = segment.unwrap_or_else(|error| panic!("{text}\n{error}"));
                        let shown = segment.to_text(&world.catalogue);
                        let again = check_segment(shown.as_str(), &world.catalogue, &SyntaxLimits::default());
                        assert_eq!(again, Ok(segment), "{shown}");
                        asked += 1;
                    }
                }
            }
        }
    }
    assert!(asked > 200, "only {asked} asked");
}

#[test]
fn an_archived_field_has_no_operators() {
    let mut world = world();
    world.redefine(Kind::CONTACT, "one_text", |definition| definition.archived = Some(true));
    let attributes = world.catalogue.kind(Kind::CONTACT).into_iter().flat_map(KindEntry::attributes);
    let archived = attributes.filter(|attribute| attribute.archived).map(|one| one.operators().len());
    assert_eq!(archived.collect::<Vec<_>>(), [0]);
}
