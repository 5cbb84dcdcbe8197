//! Kinds, fields and questions that several presets have alike.

use rust_decimal::Decimal;

use super::{Preset, PresetQuestion};
use crate::model::{Choice, Company, Contact, Currency, Id, Money, OnDelete, RecordId};
use crate::schema::{CustomKind, Field};

/// A share in per cent.
pub(super) fn per_cent(key: &str) -> Field<Decimal> {
    Field::decimal(key).min(0).max(100)
}

/// How many.
pub(super) fn count(key: &str) -> Field<i64> {
    Field::integer(key).min(0)
}

/// An amount that is not negative.
pub(super) fn amount(key: &str, currency: Currency) -> Field<Money> {
    Field::money(key, currency).min(0)
}

pub(super) fn customer_number() -> Field<String> {
    Field::text("customer_number")
        .label("Customer number")
        .help("The number under which bookkeeping knows the customer")
        .section("Customer")
        .unique()
        .length(1..=40)
}

pub(super) fn next_contact() -> Field<time::Date> {
    Field::date("next_contact")
        .label("Next contact")
        .help("The day by which to get in touch again")
        .section("Follow-up")
}

pub(super) fn next_step() -> Field<String> {
    Field::text("next_step")
        .label("Next step")
        .help("What happens next, in a few words")
        .section("Follow-up")
        .length(1..=200)
}

pub(super) fn payment_terms() -> Field<Choice> {
    Field::choice("payment_terms")
        .label("Payment terms")
        .help("Within how many days invoices are to be paid")
        .section("Billing")
        .option("prepaid", "In advance")
        .option("days_14", "14 days")
        .option("days_30", "30 days")
        .option("days_60", "60 days")
}

/// The answer to how likely somebody is to recommend the business.
pub(super) fn nps() -> Field<i64> {
    Field::integer("nps")
        .label("Would recommend")
        .help("How likely they are to recommend you, from 0 to 10, when last asked")
        .section("Satisfaction")
        .min(0)
        .max(10)
}

pub(super) fn lifetime_value(currency: Currency) -> Field<Money> {
    amount("lifetime_value", currency)
        .label("Lifetime value")
        .help("What the customer has spent so far, all in all")
        .section("Buying")
}

pub(super) fn billing_period() -> Field<Choice> {
    Field::choice("billing_period")
        .label("Billing period")
        .help("How often it is paid")
        .section("Billing")
        .option("monthly", "Monthly")
        .option("quarterly", "Quarterly")
        .option("yearly", "Yearly")
}

/// The card of a loyalty programme.
pub(super) fn loyalty(preset: Preset) -> Preset {
    preset
        .field(
            "contact",
            Field::text("loyalty_number")
                .label("Loyalty card")
                .help("The number on the card")
                .section("Loyalty")
                .unique()
                .pattern("[A-Za-z0-9-]{4,30}"),
        )
        .field(
            "contact",
            Field::choice("loyalty_tier")
                .label("Loyalty tier")
                .help("The level reached in the loyalty programme")
                .section("Loyalty")
                .option("bronze", "Bronze")
                .option("silver", "Silver")
                .option("gold", "Gold")
                .option("platinum", "Platinum"),
        )
        .field(
            "contact",
            count("loyalty_points").label("Points").help("Points that can be spent now").section("Loyalty"),
        )
}

/// What is sold.
pub(super) fn product(preset: Preset, currency: Currency) -> Preset {
    preset
        .kind(CustomKind::new("product", "products").label("Product").help("A thing or a service that is sold"))
        .field(
            "product",
            Field::text("sku")
                .label("Article number")
                .help("The number in the price list; no two products share one")
                .section("Product")
                .unique()
                .pattern("[A-Za-z0-9._/-]{1,40}"),
        )
        .field("product", Field::text("category").label("Category").help("The group it belongs to").section("Product"))
        .field(
            "product",
            Field::long_text("description")
                .label("Description")
                .help("What customers read about it")
                .section("Product"),
        )
        .field("product", amount("price", currency).label("Price").help("The list price of one unit").section("Price"))
        .field("product", amount("unit_cost", currency).label("Cost").help("What one unit costs you").section("Price"))
        .field("product", per_cent("tax_rate").label("Tax rate").help("Value added tax in per cent").section("Price"))
        .field(
            "product",
            Field::choice("product_status")
                .label("Availability")
                .help("Whether it can be ordered")
                .section("Product")
                .option("planned", "Planned")
                .option("on_sale", "On sale")
                .option("discontinued", "Discontinued")
                .default("on_sale"),
        )
}

/// Work that is done for somebody.
pub(super) fn project(preset: Preset, currency: Currency) -> Preset {
    preset
        .kind(CustomKind::new("project", "projects").label("Project").help("Work with a beginning and an end"))
        .field(
            "project",
            Field::choice("project_status")
                .label("Status")
                .help("How far the project has come")
                .section("Project")
                .option("planned", "Planned")
                .option("running", "Running")
                .option("on_hold", "On hold")
                .option("completed", "Completed")
                .option("cancelled", "Cancelled")
                .default("planned"),
        )
        .field(
            "project",
            Field::<Id<Company>>::reference_to("company")
                .label("Customer")
                .help("The company for which it is done")
                .section("Project")
                .about(),
        )
        .field(
            "project",
            Field::<Id<Contact>>::reference_to("member")
                .many()
                .label("Members")
                .help("The people who take part")
                .section("Project")
                .about(),
        )
        .field("project", Field::date("start_date").label("Starts").help("The first day").section("Dates"))
        .field("project", Field::date("end_date").label("Ends").help("The last day as planned").section("Dates"))
        .field("project", amount("budget", currency).label("Budget").help("What it may cost").section("Money"))
        .field(
            "project",
            per_cent("progress").label("Progress").help("How much is done, in per cent").section("Project"),
        )
}

/// What is paid for again and again.
pub(super) fn subscription(preset: Preset, currency: Currency) -> Preset {
    product(preset, currency)
        .kind(
            CustomKind::new("subscription", "subscriptions")
                .label("Subscription")
                .help("A product that a customer pays for period by period"),
        )
        .field(
            "subscription",
            Field::<Id<Contact>>::reference_to("contact")
                .label("Subscriber")
                .help("The person who subscribed")
                .section("Subscription")
                .about()
                .on_delete(OnDelete::Refuse),
        )
        .field(
            "subscription",
            Field::<Id<Company>>::reference_to("company")
                .label("Company")
                .help("The company that pays")
                .section("Subscription")
                .about()
                .on_delete(OnDelete::Refuse),
        )
        .field_to(
            "subscription",
            Field::<RecordId>::reference("product")
                .label("Product")
                .help("What is subscribed to")
                .section("Subscription")
                .on_delete(OnDelete::Refuse),
            ["product"],
        )
        .field(
            "subscription",
            Field::choice("subscription_status")
                .label("Status")
                .help("Whether it runs and is paid")
                .section("Subscription")
                .option("trial", "On trial")
                .option("active", "Active")
                .option("past_due", "Payment overdue")
                .option("paused", "Paused")
                .option("cancelled", "Cancelled")
                .default("active"),
        )
        .field("subscription", Field::date("start_date").label("Starts").help("The first day").section("Dates"))
        .field(
            "subscription",
            Field::date("renews").label("Renews").help("The day on which the next period begins").section("Dates"),
        )
        .field(
            "subscription",
            Field::date("end_date").label("Ends").help("The last day, once cancelled").section("Dates"),
        )
        .field(
            "subscription",
            amount("amount", currency).label("Amount").help("The price of one period").section("Billing"),
        )
        .field("subscription", billing_period())
        .field(
            "subscription",
            Field::boolean("auto_renews")
                .label("Renews by itself")
                .help("Whether it goes on unless it is cancelled")
                .section("Billing")
                .default(true),
        )
}

/// What marketing does, and what came of it.
pub(super) fn campaign(preset: Preset, currency: Currency) -> Preset {
    let results = [
        ("sent", "Sent", "How many it was sent to"),
        ("opened", "Opened", "How many opened it"),
        ("clicked", "Clicked", "How many followed a link in it"),
        ("bounced", "Bounced", "How many could not be reached"),
        ("unsubscribed", "Unsubscribed", "How many left the list because of it"),
        ("responses", "Responses", "How many answered, signed up or bought"),
    ];
    let preset = preset
        .kind(CustomKind::new("campaign", "campaigns").label("Campaign").help("A mailing, an event, an advertisement"))
        .field(
            "campaign",
            Field::choice("campaign_type")
                .label("Type")
                .help("By which means people are reached")
                .section("Campaign")
                .option("email", "E-mail")
                .option("post", "Post")
                .option("phone", "Phone")
                .option("event", "Event")
                .option("advertising", "Advertising")
                .option("social", "Social media")
                .option("appeal", "Appeal"),
        )
        .field(
            "campaign",
            Field::choice("campaign_status")
                .label("Status")
                .help("How far the campaign has come")
                .section("Campaign")
                .option("planned", "Planned")
                .option("running", "Running")
                .option("done", "Done")
                .option("cancelled", "Cancelled")
                .default("planned"),
        )
        .field("campaign", Field::date("start_date").label("Starts").help("The first day").section("Dates"))
        .field("campaign", Field::date("end_date").label("Ends").help("The last day").section("Dates"))
        .field("campaign", amount("budget", currency).label("Budget").help("What it may cost").section("Money"))
        .field("campaign", amount("cost", currency).label("Cost").help("What it did cost").section("Money"));
    results.into_iter().fold(preset, |preset, (key, label, help)| {
        preset.field("campaign", count(key).label(label).help(help).section("Results"))
    })
}

pub(super) fn quiet_customers() -> PresetQuestion {
    PresetQuestion::new(
        "Customers not contacted for 30 days",
        "relation = customer and not (last_interaction in last 30 days) order by last_interaction",
    )
    .description("Customers with whom nothing happened for a month, those never contacted among them.")
    .folder("Follow-up")
}
