//! Businesses that sell to companies.

use super::Preset;
use super::basic::with_questions;
use super::shared::{
    amount, campaign, customer_number, next_contact, next_step, nps, payment_terms, product, project, quiet_customers,
};
use crate::model::Currency;
use crate::schema::{Field, Pipeline};

/// For businesses that sell to companies: leads, accounts, deals, tenders, projects.
pub fn b2b(currency: Currency) -> Preset {
    let preset = Preset::new("b2b", "Business to business").description(
        "For those who sell to companies: leads, accounts, deals, tenders, products, projects and campaigns",
    );
    let preset = leads(preset);
    let preset = accounts(preset, currency);
    let preset = deals(preset);
    let preset = campaign(project(product(preset, currency), currency), currency);
    questions(preset.question(quiet_customers()), currency)
}

fn leads(preset: Preset) -> Preset {
    preset
        .field("contact", customer_number())
        .field(
            "contact",
            Field::choice("lead_status")
                .label("Lead status")
                .help("What sales has done about the lead so far")
                .section("Lead")
                .option("new", "New")
                .option("attempted", "Tried to reach")
                .option("connected", "Talking")
                .option("qualified", "Qualified")
                .option("nurture", "Later")
                .option("unqualified", "Does not fit"),
        )
        .field(
            "contact",
            Field::integer("lead_score")
                .label("Lead score")
                .help("How promising the lead is, from 0 to 100")
                .section("Lead")
                .min(0)
                .max(100),
        )
        .field(
            "contact",
            Field::choice("buying_time")
                .label("Time of purchase")
                .help("When they want to decide")
                .section("Lead")
                .option("now", "At once")
                .option("quarter", "Within three months")
                .option("this_year", "Within a year")
                .option("open", "Not known"),
        )
        .field(
            "contact",
            Field::boolean("budget_confirmed")
                .label("Budget confirmed")
                .help("Whether there is money for it")
                .section("Lead"),
        )
        .field("contact", next_contact())
        .field("contact", next_step())
        .field(
            "contact",
            Field::text("assistant_name").label("Assistant").help("Who keeps the person's calendar").section("At work"),
        )
        .option("contact", "source", "trade_fair", "Trade fair")
        .option("contact", "source", "tender", "Tender")
        .option("company", "relation", "reseller", "Reseller")
}

fn accounts(preset: Preset, currency: Currency) -> Preset {
    preset
        .field("company", customer_number())
        .field(
            "company",
            Field::choice("account_tier")
                .label("Account tier")
                .help("How much attention the account gets")
                .section("Account")
                .option("c", "C: standard")
                .option("b", "B: key account")
                .option("a", "A: strategic"),
        )
        .field(
            "company",
            amount("potential", currency)
                .label("Yearly potential")
                .help("What the company could spend with you in a year")
                .section("Account"),
        )
        .field(
            "company",
            Field::text("present_supplier")
                .label("Present supplier")
                .help("From whom they buy today")
                .section("Account"),
        )
        .field(
            "company",
            Field::date("contract_ends")
                .label("Contract ends")
                .help("The last day of the present contract")
                .section("Account"),
        )
        .field(
            "company",
            Field::text("technology").many().label("Technology").help("What they have in use").section("Account"),
        )
        .field("company", nps())
        .field("company", payment_terms())
        .field(
            "company",
            amount("credit_limit", currency)
                .label("Credit limit")
                .help("Up to how much they may owe you")
                .section("Billing"),
        )
        .field(
            "company",
            Field::email("invoice_email")
                .label("Invoices to")
                .help("The address to which invoices go")
                .section("Billing"),
        )
}

fn deals(preset: Preset) -> Preset {
    preset
        .field("deal", next_step())
        .field(
            "deal",
            Field::text("competitor")
                .many()
                .label("Competitors")
                .help("Who else is in the running")
                .section("Competition"),
        )
        .field(
            "deal",
            Field::choice("lost_because")
                .label("Lost because of")
                .help("What decided against you")
                .section("Competition")
                .option("price", "Price")
                .option("product", "Product")
                .option("timing", "Time")
                .option("competitor", "A competitor")
                .option("no_decision", "No decision"),
        )
        .pipeline(
            Pipeline::new("b2b_sales", "New business")
                .stage("first_talk", "First talk", 10)
                .stage("qualified", "Qualified", 25)
                .stage("demo", "Presentation", 40)
                .stage("proposal", "Proposal", 60)
                .stage("negotiation", "Negotiation", 80)
                .won("won", "Won")
                .lost("lost", "Lost"),
        )
        .pipeline(
            Pipeline::new("tenders", "Tenders")
                .stage("found", "Found", 5)
                .stage("bidding", "Bidding", 20)
                .stage("submitted", "Submitted", 35)
                .stage("shortlist", "On the short list", 60)
                .won("awarded", "Awarded")
                .lost("not_awarded", "Not awarded"),
        )
}

fn questions(preset: Preset, currency: Currency) -> Preset {
    let code = currency.code();
    let questions = [
        (
            "Decision makers of key accounts",
            "any affiliation (role = decision_maker and company.account_tier >= b) order by name".to_owned(),
            "Who decides at the companies that matter most.",
            "Accounts",
        ),
        (
            "Hot leads without a next step",
            "lead_score >= 70 and next_step is not set and stage in [lead, qualified, opportunity] order by lead_score desc"
                .to_owned(),
            "Promising leads about whom nothing was decided.",
            "Leads",
        ),
        (
            "Contracts that end in 90 days",
            "companies where contract_ends in next 90 days order by contract_ends".to_owned(),
            "Companies that will decide about their supplier soon.",
            "Accounts",
        ),
        (
            "Large accounts without an owner",
            format!("companies where potential >= 100_000 {code} and owner is not set order by potential desc"),
            "Companies that could spend much and that nobody looks after.",
            "Accounts",
        ),
        (
            "Accounts that would not recommend us",
            "companies where nps <= 6 and relation = customer order by nps".to_owned(),
            "Customers who were not content when last asked.",
            "Accounts",
        ),
        (
            "Deals to be closed this month",
            "deals where status = open and expected_close in this month order by expected_close".to_owned(),
            "What should still come in this month, the nearest first.",
            "Deals",
        ),
        (
            "Overdue deals",
            "deals where status = open and expected_close < today order by expected_close".to_owned(),
            "Open deals whose day has passed.",
            "Deals",
        ),
        (
            "Projects past their end",
            "projects where project_status = running and end_date < today order by end_date".to_owned(),
            "Projects that run longer than planned.",
            "Projects",
        ),
    ];
    with_questions(preset, questions)
}
