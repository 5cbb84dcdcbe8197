//! What every business can use.

use super::shared::{customer_number, next_contact, quiet_customers};
use super::{Preset, PresetQuestion};
use crate::model::{Contact, Id};
use crate::schema::Field;

/// What every business can use, whatever it does; goes with each of the others.
pub fn basic() -> Preset {
    let preset = Preset::new("basic", "Basic")
        .description(
            "What every business can use: how warm a contact is, when to get in touch again, who introduced whom",
        )
        .field("contact", customer_number())
        .field("company", customer_number())
        .field(
            "contact",
            Field::choice("rating")
                .label("Rating")
                .help("How warm the contact is")
                .section("Follow-up")
                .option("cold", "Cold")
                .option("warm", "Warm")
                .option("hot", "Hot"),
        )
        .field("contact", next_contact())
        .field(
            "contact",
            Field::choice("keep_in_touch")
                .label("Keep in touch")
                .help("How often to get in touch")
                .section("Follow-up")
                .option("weekly", "Every week")
                .option("monthly", "Every month")
                .option("quarterly", "Every quarter")
                .option("yearly", "Every year"),
        )
        .field(
            "contact",
            Field::text("salutation")
                .label("Salutation")
                .help("How a letter to the person begins")
                .section("About")
                .length(1..=100),
        )
        .field(
            "contact",
            Field::text("met_at").label("Where you met").help("The place or the occasion").section("About"),
        )
        .field(
            "contact",
            Field::date("met_on").label("When you met").help("The day of the first meeting").section("About"),
        )
        .field(
            "contact",
            Field::<Id<Contact>>::reference_to("introduced_by")
                .label("Introduced by")
                .help("Who brought you together")
                .section("About"),
        )
        .field(
            "company",
            Field::text("vat_number")
                .label("VAT number")
                .help("The number for value added tax, without spaces")
                .section("Billing")
                .pattern("[A-Z]{2}[A-Z0-9]{2,13}"),
        )
        .field(
            "interaction",
            Field::choice("mood")
                .label("Mood")
                .help("How the conversation went")
                .section("Outcome")
                .option("good", "Good")
                .option("neutral", "Neutral")
                .option("bad", "Bad"),
        )
        .question(quiet_customers());
    questions(preset)
}

fn questions(preset: Preset) -> Preset {
    let questions = [
        (
            "To be contacted by today",
            "next_contact <= today order by next_contact",
            "Those whose next contact is due or overdue, the longest overdue first.",
            "Follow-up",
        ),
        (
            "Hot and unattended",
            "rating = hot and owner is not set",
            "Hot contacts whom nobody looks after.",
            "Follow-up",
        ),
        (
            "New in the last 30 days",
            "created in last 30 days order by created desc",
            "Whoever was added lately, the latest first.",
            "Overview",
        ),
        (
            "Birthdays in the next two weeks",
            "birthday anniversary in next 14 days",
            "Whom to congratulate, today included; the year of birth need not be known.",
            "Overview",
        ),
        (
            "Newsletter",
            "may email for newsletter and email is set",
            "Whoever agreed to the newsletter and has an address.",
            "Mailings",
        ),
        (
            "Nobody can reach them",
            "email is not set and phone is not set and address is not set",
            "Contacts without address, phone or e-mail.",
            "Data quality",
        ),
        (
            "To be checked",
            "verified is not set or verified more than 1 year ago",
            "Contacts whose data nobody has checked for a year.",
            "Data quality",
        ),
    ];
    with_questions(preset, questions)
}

/// Adds questions, each with its name, text, description and folder.
pub(super) fn with_questions<T: Into<String>>(
    preset: Preset,
    questions: impl IntoIterator<Item = (&'static str, T, &'static str, &'static str)>,
) -> Preset {
    questions.into_iter().fold(preset, |preset, (name, text, description, folder)| {
        preset.question(PresetQuestion::new(name, text).description(description).folder(folder))
    })
}
