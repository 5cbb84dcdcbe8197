//! Blocks, functions, anniversaries, ranges, and other attributes on the right.

use super::world::{World, date, set, utc};
use crate::clock::Moment;
use crate::model::{
    Address, Affiliation, Company, Contact, Currency, Interaction, Kind, Labelled, Money, PartialDate, Value,
    ValueRange, ValueType, choices::role,
};

fn address(city: &str, country: &str) -> Address {
    Address::new("", city).country(country)
}

#[test]
fn a_block_is_about_one_and_the_same_value() {
    let mut world = World::new();
    let _a = world.person("Both", |c| c.address(address("Paris", "FR")).address(address("Austin", "US")));
    let _b = world.person("Texan", |c| c.address(address("Paris", "US")));
    let _c = world.person("None", |c| c);
    assert_eq!(world.found("city = Paris and country = US"), "Both Texan");
    assert_eq!(world.found("any address (city = Paris and country = US)"), "Texan");
    assert_eq!(world.found("no address (city = Paris and country = US)"), "Both None");
    assert_eq!(world.found("every address (city = Paris)"), "Texan None");
    assert_eq!(world.found("every address (city = Paris) and address is set"), "Texan");
    assert_eq!(world.found("not any address (country = US)"), "None");
    assert_eq!(world.found("any address (city is not set or country = FR)"), "Both");
}

#[test]
fn a_block_can_ask_about_labels_and_lead_to_other_records() {
    let mut world = World::new();
    let health = world.insert(&Company::new("Health Ltd").industry("Health").employees(60));
    let other = world.insert(&Company::new("Other Ltd").industry("Retail").employees(5));
    let _a = world.person("Ada", |c| {
        c.email(Labelled::new("ada@home.example".parse().unwrap()).label("home"))
            .email(Labelled::new("ada@work.example".parse().unwrap()).label("work"))
            .affiliation(Affiliation::with(health).role(role::OWNER))
            .affiliation(Affiliation::with(other).role(role::BUYER).role(role::USER))
    });
    assert_eq!(world.found("email_label = home and email ends with \"work.example\""), "Ada");
    assert_eq!(world.found("any email (label = home and email ends with \"work.example\")"), "");
    assert_eq!(world.found("any email (label = work and email ends with \"work.example\")"), "Ada");
    assert_eq!(world.found("any affiliation (company.industry = Health and role = owner)"), "Ada");
    assert_eq!(world.found("any affiliation (company.industry = Health and role = buyer)"), "");
    assert_eq!(world.found("any affiliation (role is exactly [user, buyer] and company.employees < 10)"), "Ada");
    assert_eq!(world.found("any affiliation (affiliation_role = user)"), "Ada");
}

#[test]
fn outer_reaches_the_record_and_the_block_around() {
    let mut world = World::new();
    let there = world.insert(&Company::new("There").billing_address(address("Rome", "IT")));
    let here = world.insert(&Company::new("Here").billing_address(address("Oslo", "NO")));
    let _a = world.person("Ada", |c| c.address(address("Oslo", "NO")).works_at(here, "Clerk").job_title("Clerk"));
    let _b = world.person("Bob", |c| c.address(address("Oslo", "NO")).works_at(there, "Cook").job_title("Clerk"));
    assert_eq!(world.found("any affiliation (title = outer.job_title)"), "Ada");
    assert_eq!(world.found("any affiliation (title = field(outer.job_title))"), "Ada");
    assert_eq!(world.found("any affiliation (outer.job_title = clerk and title = cook)"), "Bob");
    // Two blocks deep: the billing address of the company in the city of the person.
    assert_eq!(world.found("any affiliation (any company.billing_address (city = outer.outer.city))"), "Ada");
    assert_eq!(world.found("any affiliation (any company.billing_address (outer.title = cook))"), "Bob");
}

#[test]
fn count_of_values_is_zero_without_any() {
    let mut world = World::new();
    let _a = world.person("Ada", |c| c.tag("a").tag("b").interest("x").address(address("Oslo", "NO")));
    let _b = world.person("Bob", |c| c);
    assert_eq!(world.found("count(tags) > 1 and count(interest) = 1 and count(address) = 1"), "Ada");
    assert_eq!(world.found("count(tags) = 0 and count(email) < 1"), "Bob");
    assert_eq!(world.found("count(company.tags) = 0"), "", "a path through a missing relation is missing");
    assert_eq!(world.select("all", "count(tags) desc", None), "Ada Bob");
    assert_eq!(world.select("all", "count(tags)", None), "Bob Ada");
}

#[test]
fn parts_of_a_date_are_those_that_are_known() {
    let mut world = World::new();
    let born = |text: &str| text.parse::<PartialDate>().unwrap();
    let _a = world.person("Full", |c| c.birthday(born("1990-05-17")).customer_since(date(2024, 2, 29)));
    let _b = world.person("Yearless", |c| c.birthday(born("--05-18")));
    let _c = world.person("Year", |c| c.birthday(born("1990")));
    let _d = world.person("None", |c| c);
    assert_eq!(world.found("month(birthday) = 5"), "Full Yearless");
    assert_eq!(world.found("month(birthday) = May and not (year(birthday) is set)"), "Yearless");
    assert_eq!(world.found("month(birthday) in [dec, may]"), "Full Yearless");
    assert_eq!(world.found("year(birthday) between 1980 and 1999"), "Full Year");
    // 17 May 1990 was a Thursday, 29 February 2024 too.
    assert_eq!(world.found("weekday(birthday) = thursday"), "Full");
    assert_eq!(world.found("weekday(customer_since) in [thu]"), "Full");
    assert_eq!(world.found("weekday(birthday) is not set"), "Yearless Year None");
    assert_eq!(world.select("all", "month(birthday) desc, name", None), "Full Yearless None Year");
}

#[test]
fn parts_of_an_instant_are_those_of_its_day_in_the_zone() {
    let mut world = World::new();
    let id = world.person("Ada", |c| c);
    // 2025-12-31 23:30 UTC, a Wednesday; two hours ahead it is Thursday, 1 January 2026.
    world.insert(&Interaction::call(id).at(utc(2025, 12, 31, 23, 30)));
    for yes in
        ["year(last_interaction) = 2026", "month(last_interaction) = jan", "weekday(last_interaction) = thursday"]
    {
        assert_eq!(world.found(yes), "Ada", "{yes}");
    }
    let world = world.with_moment(Moment::at(utc(2026, 3, 31, 10, 30)));
    for yes in ["year(last_interaction) = 2025", "month(last_interaction) = 12", "weekday(last_interaction) = wed"] {
        assert_eq!(world.found(yes), "Ada", "{yes}");
    }
}

#[test]
fn an_anniversary_is_the_same_day_of_a_later_year() {
    // 2026-03-31 in the zone of the world.
    let mut world = World::new();
    for (name, birthday) in [
        ("soon", "1990-04-05"),
        ("yearless", "--04-05"),
        ("today", "2000-03-31"),
        ("born", "2026-04-05"),
        ("leap", "2000-02-29"),
        ("month", "1990-04"),
        ("year", "1990"),
    ] {
        let birthday: PartialDate = birthday.parse().unwrap();
        let _id = world.person(name, |c| c.birthday(birthday));
    }
    let _none = world.person("none", |c| c);
    assert_eq!(world.found("birthday anniversary in next 14 days"), "soon yearless today");
    assert_eq!(world.found("birthday anniversary = today"), "today");
    assert_eq!(world.found("birthday anniversary = 2027-04-05"), "soon yearless born");
    assert_eq!(world.found("birthday anniversary in following month"), "soon yearless");
    assert_eq!(world.found("birthday anniversary between 2026-02-01 and 2026-02-28"), "leap");
    assert_eq!(world.found("birthday anniversary = 2028-02-29"), "leap");
    assert_eq!(world.found("birthday anniversary = 2028-02-28"), "");
    assert_eq!(world.found("birthday anniversary != today"), "soon yearless born leap month year none");
    assert_eq!(world.found("birthday anniversary in next 3 years"), "soon yearless today born leap");
    assert_eq!(world.count("birthday anniversary not in next 14 days"), 5);
    // The anniversary stays in February; the age turns on the first of March.
    let last_of_february = world.with_moment(Moment::at(utc(2026, 2, 28, 12, 0)));
    assert_eq!(last_of_february.found("birthday anniversary = today and age = 25"), "leap");
    let first_of_march = last_of_february.with_moment(Moment::at(utc(2026, 3, 1, 12, 0)));
    assert_eq!(first_of_march.found("age = 26 and birthday = 2000-02-29"), "leap");
}

#[test]
fn ranges_overlap_with_both_ends() {
    let mut world = World::new();
    world.field(Kind::CONTACT, "rooms", "Rooms", ValueType::NumberRange, false);
    let rooms = |low: i64, high: i64| set("rooms", Value::NumberRange(ValueRange::new(low.into(), high.into())));
    let _a = world.person("small", rooms(1, 2));
    let _b = world.person("large", rooms(4, 8));
    let _c = world.person("open", set("rooms", Value::NumberRange(ValueRange::at_least(6.into()))));
    let _d = world.person("none", |c| c);
    assert_eq!(world.found("rooms overlaps 2 to 4"), "small large");
    assert_eq!(world.found("rooms overlaps 2.5 to 3"), "");
    assert_eq!(world.found("rooms overlaps 100 to 200"), "open");
    assert_eq!(world.found("rooms not overlaps 2 to 4"), "open none");
    assert_eq!(world.found("rooms contains 7"), "large open");
}

#[test]
fn ranges_of_money_overlap_in_one_currency_and_ranges_of_dates_with_periods() {
    let mut world = World::new();
    world.field(Kind::CONTACT, "price", "Price", ValueType::MoneyRange, false);
    world.field(Kind::CONTACT, "stay", "Stay", ValueType::DateRange, false);
    let euros = |amount: i64| Money::new(amount, Currency::EUR);
    let _a = world.person("euros", set("price", Value::MoneyRange(ValueRange::new(euros(10), euros(20)))));
    let dollars = Money::new(15, Currency::USD);
    let _b = world.person("dollars", set("price", Value::MoneyRange(ValueRange::at_least(dollars))));
    assert_eq!(world.found("price overlaps 20 to 30 EUR"), "euros");
    assert_eq!(world.found("price overlaps 20 to 30 USD"), "dollars");
    assert_eq!(world.found("price not overlaps 20 to 30 USD"), "euros");
    let days = ValueRange::new(date(2026, 4, 30), date(2026, 5, 2));
    let _c = world.person("guest", set("stay", Value::DateRange(days)));
    assert_eq!(world.found("stay overlaps following month"), "guest");
    assert_eq!(world.found("stay overlaps this month"), "");
    assert_eq!(world.found("stay overlaps 2026-05-02 to 2026-06-01"), "guest");
    assert_eq!(world.found("stay overlaps today to tomorrow"), "");
    assert_eq!(world.found("stay overlaps next 5 weeks"), "guest");
}

#[test]
fn two_attributes_compare_value_by_value() {
    let mut world = World::new();
    world.field(Kind::CONTACT, "won", "Won", ValueType::Integer, false);
    world.field(Kind::CONTACT, "lost", "Lost", ValueType::Decimal, false);
    world.money(Kind::CONTACT, "budget", None);
    world.money(Kind::CONTACT, "spent", None);
    let euros = |amount: i64| Value::Money(Money::new(amount, Currency::EUR));
    let acme = world.insert(&Company::new("Acme").owner("b\u{f6}b").relation("lead"));
    let _a = world.person("Ada", |c| {
        let c = c.works_at(acme, "").owner("Bob").relation("lead").customer_since(date(2026, 1, 1));
        c.set_value("won", 3_i64)
            .set_value("lost", Value::Decimal("2.5".parse().unwrap()))
            .set_value("budget", euros(5))
            .set_value("spent", euros(7))
    });
    let _b = world.person("Bob", |c| {
        c.set_value("won", 1_i64)
            .set_value("budget", euros(5))
            .set_value("spent", Value::Money(Money::new(7, Currency::USD)))
    });
    assert_eq!(world.found("won > field(lost)"), "Ada");
    assert_eq!(world.found("not (won > field(lost))"), "Bob");
    assert_eq!(world.found("budget < field(spent)"), "Ada");
    assert_eq!(world.found("owner = field(company.owner)"), "Ada");
    assert_eq!(world.found("owner == field(company.owner)"), "");
    assert_eq!(world.found("relation = field(company.relation)"), "Ada");
    assert_eq!(world.found("relation != field(company.relation)"), "Bob");
    assert_eq!(world.found("created = field(customer_since)"), "Ada");
    assert_eq!(world.found("year(created) = field(won)"), "");
    // A missing value on either side is no match, and `!=` is the complement.
    assert_eq!(world.found("owner != field(company.owner)"), "Bob");
}

#[test]
fn an_option_of_another_choice_is_the_same_by_its_key() {
    let mut world = World::new();
    world.field(Kind::CONTACT, "roof", "Roof", ValueType::Choice, false);
    world.field(Kind::CONTACT, "door", "Door", ValueType::Choice, false);
    let _a = world.person("same", |c: Contact| c.set_value("roof", "red").set_value("door", "red"));
    let _b = world.person("other", |c: Contact| c.set_value("roof", "red").set_value("door", "blue"));
    assert_eq!(world.found("roof = field(door)"), "same");
    assert_eq!(world.found("roof != field(door)"), "other");
}
