//! The table "Meaning" of the language, a test for each row.

use rust_decimal::Decimal;
use time::{Duration, UtcOffset};

use super::world::{World, date, set, utc};
use crate::clock::{FixedZone, Moment};
use crate::model::{Affiliation, Company, Contact, Currency, Interaction, Kind, Money, Value, ValueType};

#[test]
fn missing_value_is_false_and_not_complements() {
    let mut world = World::new();
    let ada = world.person("Ada", |ada| ada.job_title("Analyst"));
    let _grace = world.person("Grace", |grace| grace);
    world.insert(&Interaction::call(ada).at(utc(2026, 3, 30, 0, 0)));
    assert_eq!(world.found("job_title = analyst"), "Ada");
    assert_eq!(world.found("job_title != analyst"), "Grace");
    assert_eq!(world.found("not (job_title = analyst)"), "Grace");
    assert_eq!(world.found("job_title < \"z\""), "Ada");
    assert_eq!(world.found("job_title >= \"z\""), "");
    assert_eq!(world.found("last_interaction in last 30 days"), "Ada");
    assert_eq!(world.found("not (last_interaction in last 30 days)"), "Grace");
    assert_eq!(world.found("last_interaction not in last 30 days"), "Grace");
}

#[test]
fn many_values_hold_when_any_does_and_every_is_true_of_none() {
    let mut world = World::new();
    let _ada = world.person("Ada", |ada| ada.email("ada@acme.example").email("ada@home.test"));
    let _grace = world.person("Grace", |grace| grace.email("grace@acme.example"));
    let _hedy = world.person("Hedy", |hedy| hedy);
    assert_eq!(world.found("email ends with \".example\""), "Ada Grace");
    assert_eq!(world.found("any email ends with \".example\""), "Ada Grace");
    assert_eq!(world.found("every email ends with \".example\""), "Grace Hedy");
    assert_eq!(world.found("email != \"ada@home.test\""), "Grace Hedy");
    assert_eq!(world.found("not (email = \"ada@home.test\")"), "Grace Hedy");
    assert_eq!(world.found("email is exactly [\"ADA@home.test\", \"ada@acme.example\"]"), "Ada");
    assert_eq!(world.found("email has none of [\"ada@home.test\"]"), "Grace Hedy");
    let notices = world.check("every email contains \"a\"").notices().len();
    assert_eq!(notices, 1, "the checker says that every is true of none");
}

#[test]
fn many_values_order_by_the_primary_one() {
    let mut world = World::new();
    let primary = crate::model::EmailAddress::new("a@b.example").unwrap();
    let _ada = world.person("Ada", |ada| ada.email("z@b.example"));
    let _grace =
        world.person("Grace", |grace| grace.email("y@b.example").email(crate::model::Labelled::new(primary).primary()));
    assert_eq!(world.select("all", "email", None), "Grace Ada");
}

#[test]
fn path_through_a_missing_relation_is_missing() {
    let mut world = World::new();
    let holding = world.insert(&Company::new("Holding").industry("Health"));
    let acme = world.insert(&Company::new("Acme").industry("Construction").parent(holding));
    let _ada = world.person("Ada", |ada| ada.works_at(acme, "CTO"));
    let _grace = world.person("Grace", |grace| grace.works_at(holding, "CEO"));
    let _hedy = world.person("Hedy", |hedy| hedy);
    assert_eq!(world.found("company.industry = construction"), "Ada");
    assert_eq!(world.found("company.parent.industry = health"), "Ada");
    assert_eq!(world.found("company.parent.industry is not set"), "Grace Hedy");
    assert_eq!(world.found("company.industry != construction"), "Grace Hedy");
}

#[test]
fn of_several_affiliations_company_is_the_primary_one() {
    let mut world = World::new();
    let acme = world.insert(&Company::new("Acme"));
    let other = world.insert(&Company::new("Other"));
    let primary = Affiliation { primary: Some(true), ..Affiliation::with(other) };
    let _ada = world.person("Ada", |ada| ada.works_at(acme, "").affiliation(primary));
    let _grace = world.person("Grace", |grace| grace.works_at(acme, "").works_at(other, ""));
    assert_eq!(world.found("company.name = other"), "Ada");
    assert_eq!(world.found(&format!("affiliation_company = \"{}\"", other.uuid())), "Ada Grace");
    assert_eq!(world.found(&format!("company = \"{}\"", acme.uuid())), "Grace");
}

#[test]
fn a_date_against_an_instant_is_the_whole_day_in_the_zone() {
    // The zone is two hours ahead: 31 January there begins at 22:00 of the 30th in UTC.
    let mut world = World::new();
    for (name, at) in [
        ("before", utc(2026, 1, 30, 21, 59)),
        ("first", utc(2026, 1, 30, 22, 0)),
        ("last", utc(2026, 1, 31, 21, 59)),
        ("after", utc(2026, 1, 31, 22, 0)),
    ] {
        let _id = world.person(name, set("verified", at));
    }
    assert_eq!(world.found("verified = 2026-01-31"), "first last");
    assert_eq!(world.found("verified != 2026-01-31"), "before after");
    assert_eq!(world.found("verified <= 2026-01-31"), "before first last");
    assert_eq!(world.found("verified < 2026-01-31"), "before");
    assert_eq!(world.found("verified > 2026-01-31"), "after");
    assert_eq!(world.found("verified >= 2026-01-31"), "first last after");
    assert_eq!(world.found("verified between 2026-01-31 and 2026-01-31"), "first last");
    assert_eq!(world.found("verified in [2026-01-30, 2026-02-01]"), "before after");
    assert_eq!(world.found("verified = 2026-01-31T00:00+02:00"), "first");
    assert_eq!(world.found("verified > 2026-01-31T00:00+02:00"), "last after");
}

#[test]
fn between_has_both_ends() {
    let mut world = World::new();
    world.field(Kind::CONTACT, "rooms", "Rooms", ValueType::Integer, false);
    for rooms in 1..=5_i64 {
        let _id = world.person(&rooms.to_string(), set("rooms", rooms));
    }
    assert_eq!(world.found("rooms between 2 and 4"), "2 3 4");
    assert_eq!(world.found("not (rooms between 2 and 4)"), "1 5");
    assert_eq!(world.found("rooms between 1.5 and 2.5"), "2");
}

#[test]
fn in_last_30_days_on_an_instant_is_30_times_24_hours_up_to_now() {
    let mut world = World::new();
    let now = world.moment.now;
    for (name, at) in [
        ("edge", now - Duration::days(30)),
        ("within", now - Duration::days(30) + Duration::seconds(1)),
        ("now", now),
        ("later", now + Duration::seconds(1)),
    ] {
        let _id = world.person(name, set("verified", at));
    }
    assert_eq!(world.found("verified in last 30 days"), "within now");
    assert_eq!(world.found("verified in next 30 days"), "later");
    assert_eq!(world.found("verified less than 30 days ago"), "within now");
    assert_eq!(world.found("verified more than 720 hours ago"), "");
    assert_eq!(world.found("verified more than 29 days ago"), "edge within");
    assert_eq!(world.found("verified <= now"), "edge within now");
}

#[test]
fn in_last_30_days_on_a_date_is_today_and_the_29_days_before() {
    let mut world = World::new();
    let today = world.moment.today();
    assert_eq!(today, date(2026, 3, 31));
    for (name, day) in
        [("before", date(2026, 3, 1)), ("first", date(2026, 3, 2)), ("today", today), ("tomorrow", date(2026, 4, 1))]
    {
        let _id = world.person(name, set("customer_since", day));
    }
    assert_eq!(world.found("customer_since in last 30 days"), "first today");
    assert_eq!(world.found("customer_since in next 2 days"), "today tomorrow");
    assert_eq!(world.found("customer_since more than 29 days ago"), "before");
    assert_eq!(world.found("customer_since = today"), "today");
    assert_eq!(world.found("customer_since = tomorrow"), "tomorrow");
    assert_eq!(world.found("customer_since <= yesterday"), "before first");
}

#[test]
fn calendar_units_are_whole_and_half_open_in_the_zone() {
    let mut world = World::new();
    for (name, at) in [
        // In the zone: the last minute of February, the first of March, the last of March, the first of April.
        ("february", utc(2026, 2, 28, 21, 59)),
        ("march", utc(2026, 2, 28, 22, 0)),
        ("march_end", utc(2026, 3, 31, 21, 59)),
        ("april", utc(2026, 3, 31, 22, 0)),
    ] {
        let _id = world.person(name, set("verified", at));
    }
    assert_eq!(world.found("verified in this month"), "march march_end");
    assert_eq!(world.found("verified in previous month"), "february");
    assert_eq!(world.found("verified in following 2 quarters"), "april");
    assert_eq!(world.found("verified in this year"), "february march march_end april");
    // A moment later it is April there.
    let later = Moment::at(utc(2026, 3, 31, 22, 30)).in_zone(FixedZone(UtcOffset::from_hms(2, 0, 0).unwrap()));
    let world = world.with_moment(later);
    assert_eq!(world.found("verified in this month"), "april");
    assert_eq!(world.found("verified in previous month"), "march march_end");
}

#[test]
fn money_compares_only_with_the_same_currency() {
    let mut world = World::new();
    world.money(Kind::CONTACT, "budget", None);
    let _ada = world.person("Ada", set("budget", Money::new(2_000, Currency::EUR)));
    let _grace = world.person("Grace", set("budget", Money::new(5_000, Currency::USD)));
    let _hedy = world.person("Hedy", set("budget", Money::new(500, Currency::EUR)));
    assert_eq!(world.found("budget > 1000 EUR"), "Ada");
    assert_eq!(world.found("not (budget > 1000 EUR)"), "Grace Hedy");
    assert_eq!(world.found("budget between 100 and 5_000 EUR"), "Ada Hedy");
    assert_eq!(world.found("budget in [2000.00 EUR, 5000 USD]"), "Ada Grace");
    assert_eq!(world.found("budget != 500 EUR"), "Ada Grace");
    assert_eq!(world.select("all", "budget desc", None), "Grace Ada Hedy");
    assert_eq!(world.check("not (budget > 1000 EUR)").notices().len(), 1);
    assert_eq!(world.check("budget > 1000 EUR").notices().len(), 0);
}

#[test]
fn numbers_compare_exactly() {
    let mut world = World::new();
    world.field(Kind::CONTACT, "share", "Share", ValueType::Decimal, false);
    world.field(Kind::CONTACT, "count", "Count", ValueType::Integer, false);
    let third: Decimal = "0.1000000000000000000000000001".parse().unwrap();
    let _ada = world.person("Ada", |ada| ada.set_value("share", third).set_value("count", i64::MAX));
    let _grace =
        world.person("Grace", |ada| ada.set_value("share", Decimal::new(1, 1)).set_value("count", i64::MAX - 1));
    assert_eq!(world.found("share = 0.10"), "Grace");
    assert_eq!(world.found("share > 0.1"), "Ada");
    assert_eq!(world.found("`count` = 9223372036854775807"), "Ada");
    assert_eq!(world.found("`count` < 9223372036854775806.5"), "Grace");
    assert_eq!(world.found("`count` in [9223372036854775806, 3]"), "Grace");
}

#[test]
fn text_is_folded_for_one_sign_and_exact_for_two() {
    let mut world = World::new();
    let _jose = world.person("Jos\u{e9}", |contact| contact);
    let _ivanova = world.person("\u{418}\u{432}\u{430}\u{43d}\u{43e}\u{432}\u{430}", |contact| contact);
    assert_eq!(world.found("given_name = jose"), "Jos\u{e9}");
    assert_eq!(world.found("given_name == \"jose\""), "");
    assert_eq!(world.found("given_name == \"Jos\u{e9}\""), "Jos\u{e9}");
    let upper = "\u{418}\u{412}\u{410}\u{41d}\u{41e}\u{412}\u{410}";
    assert_eq!(world.count(&format!("given_name = {upper}")), 1);
    assert_eq!(world.found("given_name = ivanova"), "");
}

#[test]
fn order_has_missing_last_both_ways_and_ties_in_a_fixed_order() {
    let mut world = World::new();
    for (name, title) in [("a", "Same"), ("b", ""), ("c", "same"), ("d", "Zoo"), ("e", "SAME")] {
        let _id = world.person(name, |contact| if title.is_empty() { contact } else { contact.job_title(title) });
    }
    // By fold the same, then by the text as typed: upper case first.
    assert_eq!(world.select("all", "job_title", None), "e a c d b");
    assert_eq!(world.select("all", "job_title desc", None), "d c a e b");
    assert_eq!(world.select("all", "status", None), "a b c d e");
    assert_eq!(world.select("all", "job_title, given_name", Some(2)), "e a");
}

#[test]
fn a_text_is_about_contacts_unless_it_names_a_kind() {
    let mut world = World::new();
    let _ada = world.insert(&Contact::named("Ada", "Lovelace"));
    world.insert(&Company::new("Acme").employees(60));
    world.insert(&Company::new("Bolt").employees(40));
    assert_eq!(world.count("all"), 1);
    assert_eq!(world.count("companies where all"), 2);
    assert_eq!(world.count("COMPANIES where employees > 50"), 1);
    assert_eq!(world.check("companies where all").kind(), Kind::COMPANY);
}

#[test]
fn names_are_keys_in_any_script_backquoted_keywords_or_labels() {
    let mut world = World::new();
    world.field(Kind::CONTACT, "\u{43e}\u{442}\u{434}\u{435}\u{43b}", "Department code", ValueType::Text, false);
    world.field(Kind::CONTACT, "order", "Annual revenue", ValueType::Integer, false);
    let _ada = world.person("Ada", |ada| {
        ada.set_value("\u{43e}\u{442}\u{434}\u{435}\u{43b}", Value::from("x")).set_value("order", 7_i64)
    });
    assert_eq!(world.found("\u{43e}\u{442}\u{434}\u{435}\u{43b} = x"), "Ada");
    assert_eq!(world.found("`order` = 7"), "Ada");
    assert_eq!(world.found("field(\"annual REVENUE\") >= 7"), "Ada");
}
