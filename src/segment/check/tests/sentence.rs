//! Segments told in a sentence.

use super::errors::world;

#[test]
fn a_segment_is_told_by_labels_in_one_sentence() {
    let world = world();
    for (text, sentence) in [
        ("all", "All contacts."),
        ("companies where all", "All companies."),
        ("companies where employees >= 50", "Companies whose Employees is at least 50."),
        (
            "stage = customer and (tag \"customers/gold\" or age > 30)",
            "Contacts whose Stage is Customer and (tagged \"customers/gold\" or whose Age is more than 30).",
        ),
        ("not (last_interaction in last 30 days)", "Contacts not (whose Last interaction is in the last 30 days)."),
        (
            "any address (city = Paris and country = US)",
            "Contacts with any Address such that the City is \"Paris\" and the Country is \"US\".",
        ),
        ("no affiliation (outer.age > 3)", "Contacts with no Affiliation such that the record's Age is more than 3."),
        ("every email ends with x", "Contacts whose every E-mail ends with \"x\"."),
        (
            "company.parent.industry in [Health, Biotech, x]",
            "Contacts whose Company's Parent company's Industry is \"Health\", \"Biotech\" or \"x\".",
        ),
        ("birthday anniversary in next 14 days", "Contacts whose Birthday anniversary comes in the next 14 days."),
        (
            "month(birthday) = 5 or weekday(created) = sunday",
            "Contacts whose month of Birthday is May or whose day of the week of Created is Sunday.",
        ),
        (
            "may email for newsletter and not may phone for $purpose",
            "Contacts who may be reached (E-mail) for the purpose Newsletter and not (who may be reached (Phone) for the purpose (to be given: purpose)).",
        ),
        ("count(tags) > 2", "Contacts whose number of Tags is more than 2."),
        ("customer_since < 2026-01-31", "Contacts whose Customer since is before 2026-01-31."),
        ("created in previous 3 months", "Contacts whose Created is in the previous 3 months by the calendar."),
        ("created more than 1 day ago", "Contacts whose Created is more than 1 day ago."),
        ("budget between 1 and 5 EUR", "Contacts whose budget is from 1 EUR to 5 EUR."),
        ("rooms not overlaps 2 to 4", "Contacts whose Rooms does not overlap 2 to 4."),
        ("score = $n and score in $m", "Contacts whose Score is (to be given: n) and whose Score is (to be given: m)."),
        ("relation is exactly [lead, customer]", "Contacts whose Relation is exactly Lead and Customer."),
        ("job_title is not set", "Contacts whose Job title is not known."),
        ("active", "Contacts whose Active holds."),
        ("owner = field(company.owner)", "Contacts whose Owner is Company's Owner."),
    ] {
        assert_eq!(world.check(text).to_sentence(&world.catalogue), sentence, "{text}");
    }
}

#[test]
fn a_long_list_is_cut_and_a_long_text_shortened() {
    let world = world();
    let list: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    let told = world.check(&format!("score in [{}]", list.join(", "))).to_sentence(&world.catalogue);
    assert!(told.ends_with("10, 11 or 28 ..."), "{told}");
    let told = world.check(&format!("name = \"{}\"", "x".repeat(1000))).to_sentence(&world.catalogue);
    assert!(told.len() < 120, "{told}");
}
