//! Values of another type than the attribute has.

use crate::bad_input::{World, world};
use contactdb::{
    Affiliation, Choice, Contact, Currency, EmailAddress, ExternalId, Field, Interaction, Item, Kind, Participant,
    PersonName, PhoneNumber, Purchase, Read, Rule, SocialProfile, Value, ValueRange, WebAddress,
};
use time::{OffsetDateTime, UtcOffset};

use crate::common::{broken, date, decimal, euros};

/// One value of each sort, with the words by which messages call it.
fn samples(world: &World) -> Vec<(&'static str, Value)> {
    vec![
        ("text", Value::from("some text")),
        ("integer", Value::Integer(20)),
        ("decimal", Value::Decimal(decimal("20.5"))),
        ("money", Value::Money(euros("20"))),
        ("boolean", Value::Boolean(true)),
        ("date", Value::Date(date(2026, 1, 1))),
        ("date_time", Value::DateTime(OffsetDateTime::UNIX_EPOCH)),
        ("partial_date", Value::PartialDate("--12".parse().unwrap())),
        ("choice", Value::Choice(Choice::from("one"))),
        ("email", Value::Email(EmailAddress::new("a@example.com").unwrap())),
        ("phone", Value::Phone(PhoneNumber::new("+44 20 7946 0006").unwrap())),
        ("url", Value::Url(WebAddress::new("https://example.com").unwrap())),
        ("reference", Value::Reference(world.ada.into())),
        ("number_range", Value::NumberRange(ValueRange::at_least(decimal("1")))),
        ("money_range", Value::MoneyRange(ValueRange::at_least(euros("1")))),
        ("date_range", Value::DateRange(ValueRange::at_least(date(2026, 1, 1)))),
        ("group", Value::from(PersonName::new("A", "B"))),
    ]
}

#[test]
fn a_value_of_another_type_is_refused_by_each_type_of_field() {
    let world = world();
    let mut tx = world.db.write().unwrap();
    tx.define(Field::text("t_text")).unwrap();
    tx.define(Field::long_text("t_long")).unwrap();
    tx.define(Field::integer("t_integer")).unwrap();
    tx.define(Field::decimal("t_decimal")).unwrap();
    tx.define(Field::money("t_money", Currency::EUR)).unwrap();
    tx.define(Field::boolean("t_boolean")).unwrap();
    tx.define(Field::date("t_date")).unwrap();
    tx.define(Field::date_time("t_date_time")).unwrap();
    tx.define(Field::partial_date("t_partial_date")).unwrap();
    tx.define(Field::choice("t_choice").option("one", "One")).unwrap();
    tx.define(Field::email("t_email")).unwrap();
    tx.define(Field::phone("t_phone")).unwrap();
    tx.define(Field::url("t_url")).unwrap();
    tx.define(Field::reference("t_reference")).unwrap();
    tx.define(Field::number_range("t_number_range")).unwrap();
    tx.define(Field::money_range("t_money_range", Currency::EUR)).unwrap();
    tx.define(Field::date_range("t_date_range")).unwrap();
    // What is taken beside the type itself, since nothing can be lost by it.
    let taken = [
        ("t_long", "text"),
        ("t_decimal", "integer"),
        ("t_money", "integer"),
        ("t_money", "decimal"),
        ("t_partial_date", "date"),
    ];
    // A text is read as these; ours has none of the forms.
    let read = ["t_email", "t_phone", "t_url", "t_partial_date"];
    let keys: Vec<String> = tx.catalogue().fields(Kind::CONTACT).map(|field| field.key.to_string()).collect();
    let mut refused = 0;
    for key in keys.iter().filter(|key| key.starts_with("t_")) {
        for (sort, value) in samples(&world) {
            let found = tx.insert(&Contact::new().set_value(key, value.clone()));
            if key[2..] == *sort || taken.contains(&(key, sort)) {
                let stored = tx.get(found.expect(key)).unwrap().unwrap().record.value(key);
                assert!(stored.is_some(), "{key} of {sort}");
                continue;
            }
            let error = found.expect_err(&format!("{key} of {sort}"));
            let [(attribute, rule)] = broken(&error).try_into().unwrap();
            assert_eq!(attribute, *key);
            match rule {
                Rule::Form { .. } => assert!(sort == "text" && read.contains(&key.as_str()), "{key} of {sort}"),
                Rule::UnknownOption { .. } => assert_eq!((key.as_str(), sort), ("t_choice", "text")),
                Rule::Type { expected } => assert!(!expected.is_empty()),
                other => panic!("{key} of {sort}: {other}"),
            }
            refused += 1;
        }
    }
    assert_eq!(refused, 17 * 17 - 16 - taken.len());
}

#[test]
fn built_in_properties_refuse_values_of_another_type_too() {
    let world = world();
    let mut tx = world.db.write().unwrap();
    let kind = tx.catalogue().kind(Kind::CONTACT).unwrap();
    let keys: Vec<String> = kind
        .attributes()
        .filter(|a| a.is_settable() && !a.archived && !a.id.is_custom())
        .map(|a| a.key.to_string())
        .collect();
    assert!(keys.len() > 25);
    for key in keys {
        for (sort, value) in samples(&world) {
            // Whatever is taken in can be read back; nothing that is stored spoils the record.
            if let Ok(id) = tx.insert(&Contact::new().set_value(&key, value)) {
                let stored = tx.get(id).unwrap_or_else(|error| panic!("{key} of {sort}: {error}"));
                assert!(stored.is_some());
            }
        }
    }
}

#[test]
fn a_structured_value_of_another_sort_never_makes_a_record_unreadable() {
    let world = world();
    let mut tx = world.db.write().unwrap();
    let values = [
        Value::from(PersonName::default().nickname("Ada")),
        Value::from(PersonName::new("Ada", "")),
        Value::from(SocialProfile::new("", "")),
        Value::from(SocialProfile::new("Mastodon", "@ada")),
        Value::from(ExternalId::new("", "17b")),
        Value::from(Item::new("Brick", 2)),
        Value::from(Participant::new(world.ada).role("host")),
        Value::from(Affiliation::with(world.acme)),
    ];
    for key in ["name", "email", "phone", "link", "profile", "address", "affiliation", "external_id"] {
        for value in &values {
            if let Ok(id) = tx.insert(&Contact::new().set_value(key, value.clone())) {
                tx.get(id).unwrap_or_else(|error| panic!("{key} set to {value}: {error}"));
            }
        }
    }
    for value in &values {
        let order = Purchase::by(world.ada).set_value("needed", "x").set_value("item", value.clone());
        if let Ok(id) = tx.insert(&order) {
            tx.get(id).unwrap_or_else(|error| panic!("item set to {value}: {error}"));
        }
        if let Ok(id) = tx.insert(&Interaction::call(world.ada).set_value("participant", value.clone())) {
            tx.get(id).unwrap_or_else(|error| panic!("participant set to {value}: {error}"));
        }
    }
}

#[test]
fn an_instant_that_utc_can_not_hold_is_refused() {
    let world = world();
    let mut tx = world.db.write().unwrap();
    let west = UtcOffset::from_hms(-12, 0, 0).unwrap();
    let east = UtcOffset::from_hms(12, 0, 0).unwrap();
    for instant in [
        date(9999, 12, 31).with_hms(23, 0, 0).unwrap().assume_offset(west),
        date(-9999, 1, 1).midnight().assume_offset(east),
    ] {
        let error = tx.insert(&Contact::new().set_value("seen", instant)).unwrap_err();
        let [(key, rule)] = broken(&error).try_into().unwrap();
        assert_eq!(key, "seen");
        assert!(matches!(rule, Rule::TooSmall { .. } | Rule::TooLarge { .. }), "{rule}");
    }
}
