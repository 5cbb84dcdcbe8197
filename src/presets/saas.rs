//! Software that is rented.

use super::Preset;
use super::basic::with_questions;
use super::shared::{amount, billing_period, count, nps, subscription};
use crate::model::Currency;
use crate::schema::{Field, Pipeline};

/// For software as a service: trials, plans, seats, health and churn, renewals.
pub fn saas(currency: Currency) -> Preset {
    let preset = Preset::new("saas", "Software as a service").description(
        "For those who rent out software: trials, plans, seats, recurring revenue, health and churn, renewals",
    );
    let preset = users(preset);
    let preset = account(account(preset, "contact", currency), "company", currency);
    let preset = subscription(seats(preset), currency)
        .option("contact", "source", "product", "In the product")
        .option("interaction", "kind", "feature_request", "Feature request")
        .pipeline(
            Pipeline::new("trials", "From trial to paid")
                .stage("signed_up", "Signed up", 10)
                .stage("activated", "Set up", 30)
                .stage("engaged", "In regular use", 60)
                .stage("quote", "Quote", 80)
                .won("paying", "Paying")
                .lost("expired", "Trial expired"),
        )
        .pipeline(
            Pipeline::new("renewals", "Renewals")
                .stage("upcoming", "Upcoming", 70)
                .stage("in_talks", "In talks", 75)
                .stage("quote", "Quote", 85)
                .won("renewed", "Renewed")
                .lost("churned", "Churned"),
        );
    questions(preset)
}

fn users(preset: Preset) -> Preset {
    preset
        .field(
            "contact",
            Field::multi_choice("product_role")
                .label("Role in the product")
                .help("What the person does with the software")
                .section("Use")
                .option("admin", "Administrator")
                .option("user", "User")
                .option("billing", "Pays the bills")
                .option("developer", "Developer"),
        )
        .field(
            "contact",
            Field::date("signed_up").label("Signed up").help("The day of the registration").section("Use"),
        )
        .field(
            "contact",
            Field::date_time("last_login").label("Last login").help("When the person was last seen").section("Use"),
        )
        .field(
            "contact",
            Field::choice("onboarding")
                .label("Onboarding")
                .help("How far the person has set things up")
                .section("Use")
                .option("not_started", "Not started")
                .option("in_progress", "In progress")
                .option("done", "Done"),
        )
        .field(
            "contact",
            Field::date("trial_ends").label("Trial ends").help("The last day of the trial").section("Account"),
        )
        .field("contact", nps())
}

/// Those who pay may be people as well as companies.
fn account(preset: Preset, kind: &str, currency: Currency) -> Preset {
    preset
        .field(
            kind,
            Field::choice("plan")
                .label("Plan")
                .help("What is paid for")
                .section("Account")
                .option("free", "Free")
                .option("starter", "Starter")
                .option("professional", "Professional")
                .option("enterprise", "Enterprise"),
        )
        .field(
            kind,
            amount("mrr", currency).label("Monthly revenue").help("Recurring revenue in a month").section("Account"),
        )
        .field(kind, billing_period())
        .field(
            kind,
            Field::date("renewal").label("Renewal").help("The day on which the next term begins").section("Account"),
        )
        .field(
            kind,
            Field::integer("health_score")
                .label("Health")
                .help("How well things go, from 0 to 100: use, tickets, payments")
                .section("Health")
                .min(0)
                .max(100),
        )
        .field(
            kind,
            Field::choice("churn_risk")
                .label("Risk of leaving")
                .help("How likely they are to cancel")
                .section("Health")
                .option("low", "Low")
                .option("medium", "Medium")
                .option("high", "High"),
        )
        .field(
            kind,
            Field::choice("cancel_reason")
                .label("Cancelled because of")
                .help("Why they left")
                .section("Health")
                .option("price", "Price")
                .option("missing_feature", "A missing feature")
                .option("not_used", "Not used")
                .option("competitor", "A competitor")
                .option("closed_down", "They closed down"),
        )
}

fn seats(preset: Preset) -> Preset {
    preset
        .field("company", count("seats").label("Seats").help("How many users are paid for").section("Account"))
        .field("company", count("seats_used").label("Seats in use").help("How many users there are").section("Account"))
        .field(
            "company",
            Field::text("success_manager").label("Success manager").help("Who helps them to get on").section("Health"),
        )
        .field(
            "company",
            Field::text("integration").many().label("Integrations").help("What they connected").section("Health"),
        )
}

fn questions(preset: Preset) -> Preset {
    let questions = [
        (
            "Trials that end in 7 days",
            "trial_ends in next 7 days and (plan is not set or plan = free) order by trial_ends",
            "Who has to decide within a week.",
            "Trials",
        ),
        (
            "Trials that never started",
            "signed_up in last 14 days and onboarding = not_started",
            "They signed up and need a hand.",
            "Trials",
        ),
        (
            "Customers at risk",
            "health_score < 50 or churn_risk = high",
            "Whom to call before they cancel.",
            "Retention",
        ),
        (
            "Paying and not seen for 30 days",
            "plan > free and not (last_login in last 30 days)",
            "They pay and do not use it.",
            "Retention",
        ),
        ("Promoters", "nps >= 9 and plan > free order by nps desc", "Whom to ask for a reference.", "Growth"),
        (
            "Companies out of seats",
            "companies where seats_used >= field(seats) order by mrr desc",
            "They need more seats.",
            "Growth",
        ),
        (
            "Renewals of the next 60 days",
            "companies where renewal in next 60 days order by mrr desc",
            "What is to be renewed, the largest first.",
            "Retention",
        ),
        (
            "Payments overdue",
            "subscriptions where subscription_status = past_due order by amount desc",
            "Subscriptions whose last payment failed.",
            "Billing",
        ),
    ];
    with_questions(preset, questions)
}
