//! What is written can be read again, and what means nothing is refused.

use std::sync::LazyLock;

use proptest::prelude::*;
use time::{Date, Duration, OffsetDateTime};

use crate::cases::cases;
use crate::model::{Choice, Company, Id, Kind, Money, PartialDate, Value, ValueRange, ValueType};
use crate::{Catalogue, Currency, Database, Decimal, Field, Read, RecordId};

/// A catalogue with a field of each type, named like the type.
fn world() -> Catalogue {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    for value_type in ValueType::FIELDS {
        tx.define(Field::of_type(format!("f_{value_type:?}"), *value_type)).unwrap();
    }
    tx.define(Field::money("budget", Currency::EUR)).unwrap();
    tx.define(Field::<Id<Company>>::reference_to("broker")).unwrap();
    tx.catalogue().clone()
}

static WORLD: LazyLock<Catalogue> = LazyLock::new(world);

fn any_value() -> impl Strategy<Value = (ValueType, Value)> {
    let day =
        || (1..4_000_i32).prop_map(|days| Date::from_ordinal_date(2020, 1).unwrap() + Duration::days(days.into()));
    let number = || (any::<i32>(), 0..4_u32).prop_map(|(digits, scale)| Decimal::new(digits.into(), scale));
    let euros = || number().prop_map(|amount| Money::new(amount, Currency::EUR));
    let custom = (256..300_u16, any::<u128>())
        .prop_map(|(kind, uuid)| RecordId { kind: Kind(kind), uuid: uuid::Uuid::from_u128(uuid) });
    prop_oneof![
        "[a-z][a-z ,]{0,10}[a-z]".prop_map(|text| (ValueType::Text, Value::Text(text))),
        any::<i64>().prop_map(|number| (ValueType::Integer, Value::Integer(number))),
        number().prop_map(|number| (ValueType::Decimal, Value::Decimal(number))),
        euros().prop_map(|money| (ValueType::Money, Value::Money(money))),
        any::<bool>().prop_map(|value| (ValueType::Boolean, Value::Boolean(value))),
        day().prop_map(|day| (ValueType::Date, Value::Date(day))),
        day().prop_map(|day| (ValueType::DateTime, Value::DateTime(day.midnight().assume_utc()))),
        day().prop_map(|day| (ValueType::PartialDate, Value::PartialDate(PartialDate::from(day)))),
        "[a-z]{1,8}".prop_map(|key| (ValueType::Choice, Value::Choice(Choice::from(key)))),
        custom.prop_map(|id| (ValueType::Reference, Value::Reference(id))),
        (number(), number()).prop_map(|(a, b)| (ValueType::NumberRange, Value::NumberRange(ValueRange::new(a, b)))),
        euros().prop_map(|from| (ValueType::MoneyRange, Value::MoneyRange(ValueRange::at_least(from)))),
        day().prop_map(|to| (ValueType::DateRange, Value::DateRange(ValueRange::at_most(to)))),
    ]
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn what_a_value_shows_is_read_as_that_value((value_type, value) in any_value()) {
        let attribute = WORLD.attribute(Kind::CONTACT, &format!("f_{value_type:?}")).unwrap();
        prop_assert_eq!(attribute.parse(&value.to_string()), Ok(Some(value)));
    }

    #[test]
    fn any_text_is_read_or_refused_and_nothing_panics(text in "\\PC{0,30}") {
        for attribute in WORLD.kind(Kind::CONTACT).unwrap().attributes() {
            if let Err(error) = attribute.parse(&text) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}

#[test]
fn what_is_typed_is_read_as_people_mean_it() {
    let catalogue = world();
    let parse = |key: &str, text: &str| catalogue.attribute(Kind::CONTACT, key).unwrap().parse(text);
    assert_eq!(parse("budget", " 12.50 "), Ok(Some(Value::Money(Money::new(Decimal::new(1_250, 2), Currency::EUR)))));
    assert_eq!(parse("budget", "12.50 USD"), Ok(Some(Value::Money(Money::new(Decimal::new(1_250, 2), Currency::USD)))));
    assert_eq!(
        parse("f_DateTime", "1970-01-02T01:00:00+01:00"),
        Ok(Some(Value::DateTime(OffsetDateTime::UNIX_EPOCH + Duration::DAY)))
    );
    let uuid = "01890a5d-ac96-774b-bcce-b302099a8057";
    let broker: Id<Company> = uuid.parse().unwrap();
    assert_eq!(parse("broker", uuid), Ok(Some(Value::from(broker))));
    assert_eq!(parse("f_Reference", &format!("company {uuid}")), Ok(Some(Value::from(broker))));
    assert_eq!(parse("stage", "customer"), Ok(Some(Value::Choice("customer".into()))));
    assert!(matches!(parse("email", "ada@acme.example"), Ok(Some(Value::Email(_)))));
    for key in ["f_Text", "f_Integer", "f_Money", "f_DateRange", "email"] {
        assert_eq!(parse(key, "  "), Ok(None), "{key}");
    }
}

#[test]
fn what_means_nothing_is_refused_with_the_form_that_is_expected() {
    let catalogue = world();
    for (key, text, expected) in [
        ("f_Integer", "seven", "\"seven\" is no whole number: expected digits such as 42"),
        ("f_Decimal", "12,50", "\"12,50\" is no number: expected digits such as 42 or 12.50"),
        ("f_Money", "12", "\"12\" is no amount of money: expected an amount such as 12.50 EUR"),
        ("f_Boolean", "1", "\"1\" is no boolean: expected true or false"),
        ("f_Date", "31.1.2026", "\"31.1.2026\" is no date: expected a day such as 2026-01-31"),
        ("f_Date", "2026-01", "\"2026-01\" is no date: expected a day such as 2026-01-31"),
        ("f_NumberRange", "5", "\"5\" is no range: expected something like 5 to 10, from 5 or up to 10"),
        (
            "f_Reference",
            "Ada",
            "\"Ada\" is no record: expected a kind and a UUID such as contact 01890a5d-ac96-774b-bcce-b302099a8057",
        ),
    ] {
        let error = catalogue.attribute(Kind::CONTACT, key).unwrap().parse(text).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let address = catalogue.kind(Kind::CONTACT).unwrap().attributes().find(|a| &*a.key == "address").unwrap();
    assert!(address.parse("12 Mill Lane").is_err());
}
