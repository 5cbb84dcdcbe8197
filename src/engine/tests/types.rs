//! Each type of attribute and each operator.

use rust_decimal::Decimal;

use super::world::{World, date, set, utc};
use crate::clock::Moment;
use crate::model::{
    Address, Affiliation, Choice, Company, Interaction, Kind, PartialDate, Purchase, Tag, Value, ValueRange, ValueType,
};

fn people(texts: &[&str]) -> World {
    let mut world = World::new();
    for (index, text) in texts.iter().enumerate() {
        let _id = world.person(&index.to_string(), |contact| contact.job_title(*text));
    }
    world
}

#[test]
fn texts_are_searched_in_every_way() {
    let world = people(&["Head of Sales", "Sales-Manager", "Vertriebsleiter M\u{fc}nchen", "saleswoman"]);
    for (condition, found) in [
        ("job_title contains SALES", "0 1 3"),
        ("job_title not contains sales", "2"),
        ("job_title starts with \"sales\"", "1 3"),
        ("job_title ends with munchen", "2"),
        ("job_title has word sales", "0 1"),
        ("job_title has word \"of sales\"", "0"),
        ("job_title like \"*s?les*\"", "0 1 3"),
        ("job_title like \"sales\"", ""),
        ("job_title matches /^S/", "1"),
        ("job_title matches /(?i)^s/", "1 3"),
        ("job_title ~ salse", "0 1"),
        ("job_title ~ munchn", "2"),
        ("job_title in [\"SALESWOMAN\", nobody]", "3"),
        ("job_title between \"s\" and \"t\"", "1 3"),
        ("job_title > \"sales\"", "1 2 3"),
    ] {
        assert_eq!(world.found(condition), found, "{condition}");
        let not = world.found(&format!("not ({condition})"));
        assert_eq!(not.split_whitespace().count() + found.split_whitespace().count(), 4, "{condition}");
    }
}

#[test]
fn one_mistake_is_forgiven_in_short_words_and_two_in_longer() {
    let world = people(&["Jon", "John", "Jn", "Joan Miller", "Jxx"]);
    assert_eq!(world.found("job_title ~ jon"), "0 1 2 3");
    let world = people(&["Catherine", "Katharine", "Kathryn", "Cathrin"]);
    assert_eq!(world.found("job_title ~ catherine"), "0 1 3");
}

#[test]
fn phone_numbers_are_found_by_their_digits() {
    let mut world = World::new();
    let _ada = world.person("Ada", |ada| ada.phone("+44 (20) 7946-0000"));
    let _grace = world.person("Grace", |grace| grace.phone("030 1234"));
    for (condition, found) in [
        ("phone contains \"207946\"", "Ada"),
        ("phone contains \"7946-0\"", "Ada"),
        ("phone starts with \"+4420\"", "Ada"),
        ("phone ends with \"1234\"", "Grace"),
        ("phone = \"+442079460000\"", "Ada"),
        ("phone = \"0301234\"", "Grace"),
        ("phone == \"0301234\"", ""),
        ("phone contains \"(20)\"", "Ada"),
        ("phone in [\"030/1234\", \"1\"]", "Grace"),
    ] {
        assert_eq!(world.found(condition), found, "{condition}");
    }
}

#[test]
fn choices_are_named_by_key_or_label_and_stand_in_their_order() {
    let mut world = World::new();
    world.field(Kind::CONTACT, "colour", "Colour", ValueType::Choice, false);
    for key in ["red", "green", "blue"] {
        let _id = world.person(key, set("colour", Choice::from(key)));
    }
    let _none = world.person("none", |contact| contact);
    assert_eq!(world.found("colour = red"), "red");
    assert_eq!(world.found("colour = \"RED\""), "red");
    assert_eq!(world.found("colour in [\"Green\", blue]"), "green blue");
    assert_eq!(world.found("colour > red"), "green blue");
    assert_eq!(world.found("colour <= green"), "red green");
    assert_eq!(world.found("colour between green and blue"), "green blue");
    assert_eq!(world.found("colour != red"), "green blue none");
    assert_eq!(world.select("all", "colour desc", None), "blue green red none");
}

#[test]
fn several_choices_are_asked_as_a_set() {
    let mut world = World::new();
    let _ada = world.person("Ada", |ada| ada.relation("customer").relation("partner"));
    let _grace = world.person("Grace", |grace| grace.relation("customer"));
    let _hedy = world.person("Hedy", |hedy| hedy);
    for (condition, found) in [
        ("relation = customer", "Ada Grace"),
        ("relation has any of [partner, press]", "Ada"),
        ("relation has all of [partner, customer]", "Ada"),
        ("relation has none of [partner]", "Grace Hedy"),
        ("relation is exactly [customer]", "Grace"),
        ("relation is exactly []", "Hedy"),
        ("relation has all of []", "Ada Grace Hedy"),
        ("relation in []", ""),
        ("every relation = customer", "Grace Hedy"),
        ("relation is not set", "Hedy"),
    ] {
        assert_eq!(world.found(condition), found, "{condition}");
    }
}

#[test]
fn tags_are_asked_alone_below_and_as_a_set() {
    let mut world = World::new();
    let _ada = world.person("Ada", |ada| ada.tag("customers/gold").tag("vip"));
    let _grace = world.person("Grace", |grace| grace.tag("customers/silver"));
    let _hedy = world.person("Hedy", |hedy| hedy.tag("customers-old"));
    for (condition, found) in [
        ("tag VIP", "Ada"),
        ("not tag vip", "Grace Hedy"),
        ("tag \"customers/gold\"", "Ada"),
        ("tag under customers", "Ada Grace"),
        ("tag under \"customers/silver\"", "Grace"),
        ("tags has any of [vip, \"customers/silver\"]", "Ada Grace"),
        ("tags is exactly [\"customers/silver\"]", "Grace"),
        ("tags = vip", "Ada"),
        ("tags is not set", ""),
    ] {
        assert_eq!(world.found(condition), found, "{condition}");
    }
}

#[test]
fn true_or_false_stands_alone() {
    let mut world = World::new();
    world.field(Kind::CONTACT, "active", "Active", ValueType::Boolean, false);
    let _yes = world.person("yes", set("active", true));
    let _no = world.person("no", set("active", false));
    let _none = world.person("none", |contact| contact);
    assert_eq!(world.found("active"), "yes");
    assert_eq!(world.found("not active"), "no none");
    assert_eq!(world.found("active = false"), "no");
    assert_eq!(world.found("active != false"), "yes none");
}

#[test]
fn partial_dates_compare_when_all_is_known() {
    let mut world = World::new();
    for text in ["1990-05-01", "1990-05", "--05-01", "2000-02-29"] {
        let _id = world.person(text, |contact| contact.birthday(text.parse::<PartialDate>().unwrap()));
    }
    let _none = world.person("none", |contact| contact);
    assert_eq!(world.found("birthday < 1995-01-01"), "1990-05-01");
    assert_eq!(world.found("birthday >= 1995-01-01"), "2000-02-29");
    assert_eq!(world.found("birthday = \"--05-01\""), "--05-01");
    assert_eq!(world.found("birthday = \"1990-05\""), "1990-05");
    assert_eq!(world.found("birthday = 1990-05-01"), "1990-05-01");
    assert_eq!(world.found("birthday in [\"1990-05-01\", \"1990-05\"]"), "1990-05-01 1990-05");
    assert_eq!(world.select("birthday is set", "birthday", None), "1990-05 1990-05-01 2000-02-29 --05-01");
}

#[test]
fn ranges_are_asked_what_they_contain() {
    let mut world = World::new();
    world.field(Kind::CONTACT, "rooms", "Rooms", ValueType::NumberRange, false);
    let range = |from: i64, to: i64| Value::NumberRange(ValueRange::new(Decimal::from(from), Decimal::from(to)));
    let _small = world.person("small", set("rooms", range(1, 3)));
    let _large = world.person("large", set("rooms", range(3, 5)));
    assert_eq!(world.found("rooms contains 3"), "small large");
    assert_eq!(world.found("rooms contains 1.5"), "small");
    assert_eq!(world.found("rooms not contains 5"), "small");
}

#[test]
fn structured_values_can_be_set_or_not_and_their_parts_asked() {
    let mut world = World::new();
    let _ada = world.person("Ada", |ada| ada.address(Address::new("1 Way", "Paris").country("FR")));
    let _grace = world.person("Grace", |grace| grace);
    assert_eq!(world.found("address is set"), "Ada");
    assert_eq!(world.found("address is not set"), "Grace");
    assert_eq!(world.found("city = paris and country in [FR, DE]"), "Ada");
}

#[test]
fn parts_that_hold_several_values_are_flattened() {
    let mut world = World::new();
    let acme = world.insert(&Company::new("Acme"));
    let at = |roles: &[&str]| roles.iter().fold(Affiliation::with(acme), |at, role| at.role(*role));
    let _ada = world.person("Ada", |ada| ada.affiliation(at(&["buyer", "user"])).affiliation(at(&["owner"])));
    let _grace = world.person("Grace", |grace| grace.affiliation(at(&["user"])));
    assert_eq!(world.found("affiliation_role has all of [user, owner]"), "Ada");
    assert_eq!(world.found("affiliation_role is exactly [user]"), "Grace");
}

#[test]
fn names_ages_ids_and_last_times_are_worked_out() {
    let mut world = World::new();
    let ada = world.insert(&crate::model::Contact::named("Ada", "Lovelace").birthday(date(1986, 4, 1)));
    let grace = world.person("Grace", |grace| grace.birthday(date(1986, 3, 31)));
    world.insert(&Interaction::call(ada).at(utc(2026, 3, 1, 0, 0)));
    world.insert(&Interaction::call(ada).at(utc(2026, 3, 20, 0, 0)));
    world.insert(&Interaction::call(ada).at(utc(2025, 1, 1, 0, 0)));
    world.insert(&Purchase::by(grace).at(utc(2026, 2, 1, 0, 0)));
    assert_eq!(world.found("name = \"ada lovelace\""), "Ada Lovelace");
    assert_eq!(world.found("age = 39"), "Ada Lovelace");
    assert_eq!(world.found("age >= 40"), "Grace");
    assert_eq!(world.found("last_interaction = 2026-03-20"), "Ada Lovelace");
    assert_eq!(world.found("last_interaction is not set"), "Grace");
    assert_eq!(world.found("last_purchase in previous month"), "Grace");
    assert_eq!(world.found(&format!("id = \"{}\"", grace.uuid())), "Grace");
    assert_eq!(world.found("created = 2026-01-01 and version = 1"), "Ada Lovelace Grace");
    let earlier = Moment::at(utc(2025, 1, 1, 0, 0));
    assert_eq!(world.with_moment(earlier).found("age < 39"), "Ada Lovelace Grace");
}

#[test]
fn renaming_changes_nothing_about_who_is_found() {
    let mut world = World::new();
    world.field(Kind::CONTACT, "colour", "Colour", ValueType::Choice, false);
    let _ada = world.person("Ada", |ada| ada.set_value("colour", Value::from("red")).tag("vip"));
    let segment = world.check("colour = red and tag vip");
    world.redefine(Kind::CONTACT, "colour", |definition| {
        "shade".clone_into(&mut definition.key);
        if let Some(first) = definition.options.first_mut() {
            "crimson".clone_into(&mut first.key);
        }
    });
    let vip = world.catalogue.tags.id(&Tag::new("vip").unwrap()).unwrap();
    world.catalogue.tags_mut().add(vip, &crate::schema::TagDefinition::new("very-important".to_owned()));
    let text = segment.to_text(&world.catalogue);
    assert_eq!(text, "shade = crimson and tag \"very-important\"");
    assert_eq!(world.check(&text), segment);
    assert_eq!(world.count_of(&segment).unwrap(), 1);
}

#[test]
fn a_field_that_was_archived_since_is_an_error_with_its_place() {
    let mut world = World::new();
    world.field(Kind::CONTACT, "colour", "Colour", ValueType::Choice, false);
    let segment = world.check("colour = red");
    world.redefine(Kind::CONTACT, "colour", |definition| definition.archived = Some(true));
    let error = world.count_of(&segment).unwrap_err();
    assert!(error.to_string().contains("archived"), "{error}");
}
