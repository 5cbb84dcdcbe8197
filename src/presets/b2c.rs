//! Businesses that sell to private people, and those that sell to both.

use super::b2b::b2b;
use super::basic::with_questions;
use super::shared::{
    amount, campaign, count, customer_number, lifetime_value, loyalty, nps, per_cent, product, quiet_customers,
};
use super::{Preset, PresetQuestion};
use crate::model::Currency;
use crate::schema::{Field, Pipeline};

/// For businesses that sell to private people, by mail, phone and in the web.
pub fn b2c(currency: Currency) -> Preset {
    let preset = Preset::new("b2c", "Business to consumer").description(
        "For those who sell to private people: what they bought, how they like to buy, loyalty and campaigns",
    );
    let preset = loyalty(buying(preset, currency));
    let preset = campaign(product(person(preset), currency), currency)
        .option("contact", "source", "marketplace", "Marketplace")
        .option("interaction", "kind", "chat", "Chat")
        .option("interaction", "kind", "review", "Review")
        .option("interaction", "kind", "complaint", "Complaint")
        .pipeline(
            Pipeline::new("enquiries", "Enquiries")
                .stage("enquiry", "Enquiry", 20)
                .stage("advice", "Advice", 40)
                .stage("quote", "Quote", 60)
                .won("ordered", "Ordered")
                .lost("dropped", "Dropped"),
        );
    questions(preset.question(quiet_customers()), currency)
}

fn buying(preset: Preset, currency: Currency) -> Preset {
    preset
        .field("contact", customer_number())
        .field("contact", lifetime_value(currency))
        .field("contact", count("orders").label("Orders").help("How many orders so far").section("Buying"))
        .field(
            "contact",
            amount("average_order", currency)
                .label("Average order")
                .help("What an order comes to on average")
                .section("Buying"),
        )
        .field(
            "contact",
            Field::date("first_order").label("First order").help("The day of the first order").section("Buying"),
        )
        .field(
            "contact",
            per_cent("returns")
                .label("Returns")
                .help("How much of what is ordered comes back, in per cent")
                .section("Buying"),
        )
        .field(
            "contact",
            Field::choice("preferred_payment")
                .label("Pays by")
                .help("How the customer likes to pay")
                .section("Buying")
                .option("card", "Card")
                .option("invoice", "Invoice")
                .option("direct_debit", "Direct debit")
                .option("wallet", "Payment service")
                .option("cash", "Cash"),
        )
        .field(
            "contact",
            Field::date_time("basket_left")
                .label("Basket left")
                .help("When a basket was last filled and not ordered")
                .section("Buying"),
        )
}

fn person(preset: Preset) -> Preset {
    preset
        .field(
            "contact",
            Field::integer("household_size")
                .label("Household")
                .help("How many people live in the household")
                .section("Person")
                .min(1)
                .max(30),
        )
        .field(
            "contact",
            Field::text("occupation").label("Occupation").help("What the person does for a living").section("Person"),
        )
        .field(
            "contact",
            Field::choice("best_time")
                .label("Best time")
                .help("When to call")
                .section("Person")
                .option("morning", "Morning")
                .option("afternoon", "Afternoon")
                .option("evening", "Evening")
                .option("weekend", "Weekend"),
        )
        .field("contact", nps())
        .field(
            "contact",
            Field::boolean("open_complaint")
                .label("Open complaint")
                .help("Whether a complaint waits for an answer")
                .section("Satisfaction"),
        )
        .field(
            "contact",
            Field::text("referral_code")
                .label("Referral code")
                .help("The code that the customer passes on to friends")
                .section("Loyalty")
                .unique()
                .pattern("[A-Z0-9]{4,20}"),
        )
}

fn questions(preset: Preset, currency: Currency) -> Preset {
    let code = currency.code();
    let questions = [
        (
            "Birthday offers for the next two weeks",
            "birthday anniversary in next 14 days and may email for offers".to_owned(),
            "Whoever has a birthday soon and agreed to offers by e-mail.",
            "Mailings",
        ),
        (
            "Regulars who have gone quiet",
            "orders >= 3 and not (last_purchase in last 180 days) order by lifetime_value desc".to_owned(),
            "Customers of several orders without one for half a year.",
            "Win back",
        ),
        (
            "Best customers",
            format!("lifetime_value >= 1_000 {code} order by lifetime_value desc limit 100"),
            "The hundred who spent the most.",
            "Customers",
        ),
        (
            "New customers this month",
            "first_order in this month order by first_order desc".to_owned(),
            "Whoever ordered for the first time this month.",
            "Customers",
        ),
        (
            "Readers who never bought",
            "may email for newsletter and last_purchase is not set and (orders is not set or orders = 0)".to_owned(),
            "They read the newsletter and have not bought yet.",
            "Mailings",
        ),
        (
            "Unhappy customers",
            "nps <= 6 or open_complaint".to_owned(),
            "Whoever would not recommend you or waits for an answer.",
            "Service",
        ),
        (
            "Baskets left in the last week",
            "basket_left in last 7 days and may email for service".to_owned(),
            "Whoever may be reminded of a basket.",
            "Win back",
        ),
    ];
    with_questions(preset, questions)
}

/// For businesses that sell to companies and to private people: all of [`b2b`](crate::presets::b2b) and [`b2c`], and what
/// tells the two apart.
pub fn hybrid(currency: Currency) -> Preset {
    let kind_of_customer = Field::choice("customer_type")
        .label("Kind of customer")
        .help("As what the person buys")
        .section("Customer")
        .option("private", "Private")
        .option("business", "For a company")
        .option("both", "Both");
    Preset::new("hybrid", "Business to business and to consumer")
        .description("For those who sell to companies and to private people: all of both, and what tells them apart")
        .field("contact", kind_of_customer)
        .including(b2b(currency))
        .including(b2c(currency))
        .question(
            PresetQuestion::new(
                "Private customers who work at an account",
                "customer_type = private and company.account_tier is set order by name",
            )
            .description("Whoever buys for themselves and could open a door at a company.")
            .folder("Customers"),
        )
        .question(
            PresetQuestion::new("Kind of customer not known", "relation = customer and customer_type is not set")
                .description("Customers of whom nobody noted as what they buy.")
                .folder("Data quality"),
        )
}
