//! A maker of building parts that sells to companies.

use contactdb::{Affiliation, AnyRecord, Company, Contact, Deal, Interaction, Money, Transaction};

use super::{CURRENCY, at, day, kind, list};

pub(super) fn load(tx: &mut Transaction<'_>) -> contactdb::Result<()> {
    let acme = tx.insert(
        &Company::new("Acme")
            .relation("customer")
            .owner("kim")
            .set_value("account_tier", "a")
            .set_value("potential", 500_000)
            .set_value("contract_ends", day("2026-08-01"))
            .set_value("nps", 9)
            .set_value("payment_terms", "days_30")
            .set_value("technology", list(["CAD", "Web shop"])),
    )?;
    let bolt = tx.insert(
        &Company::new("Bolt")
            .relation("customer")
            .set_value("account_tier", "b")
            .set_value("potential", 150_000)
            .set_value("contract_ends", day("2026-07-01"))
            .set_value("nps", 4)
            .set_value("invoice_email", "invoices@bolt.example"),
    )?;
    let crane = tx.insert(
        &Company::new("Crane")
            .relation("reseller")
            .set_value("account_tier", "c")
            .set_value("potential", 20_000)
            .set_value("present_supplier", "Somebody else")
            .set_value("contract_ends", day("2027-01-01")),
    )?;
    let delta = Company::new("Delta").relation("customer").set_value("potential", 250_000).set_value("nps", 6);
    let delta = tx.insert(&delta)?;
    let at_company = |given: &str, family: &str, company, role: &str| {
        Contact::named(given, family).affiliation(Affiliation::with(company).role(role))
    };
    let ada = tx.insert(&at_company("Ada", "Brook", acme, "decision_maker").relation("customer"))?;
    let bea = tx.insert(&at_company("Bea", "Castle", bolt, "decision_maker").relation("customer"))?;
    tx.insert(
        &at_company("Carl", "Dale", crane, "decision_maker")
            .stage("lead")
            .source("trade_fair")
            .set_value("lead_score", 85)
            .set_value("buying_time", "quarter"),
    )?;
    tx.insert(
        &at_company("Dora", "Elm", acme, "user")
            .stage("qualified")
            .set_value("lead_score", 90)
            .set_value("lead_status", "qualified")
            .set_value("next_step", "Send the quote"),
    )?;
    tx.insert(&at_company("Emil", "Frost", delta, "buyer").stage("opportunity").set_value("lead_score", 75))?;
    tx.insert(&Contact::named("Fay", "Grove").stage("customer").set_value("lead_score", 99))?;
    tx.insert(&Interaction::call(ada).at(at("2026-06-10")))?;
    tx.insert(&Interaction::call(bea).at(at("2026-03-01")))?;
    for (name, pipeline, stage, amount, close) in [
        ("Roof", "b2b_sales", "proposal", 30_000, "2026-06-25"),
        ("Windows", "b2b_sales", "demo", 50_000, "2026-06-30"),
        ("Doors", "b2b_sales", "negotiation", 10_000, "2026-05-20"),
        ("Stairs", "b2b_sales", "won", 5_000, "2026-06-10"),
        ("Bridge", "tenders", "submitted", 900_000, "2026-07-20"),
    ] {
        let deal = Deal::new(name).with(ada).company(acme).pipeline(pipeline).stage(stage).expected_close(day(close));
        let deal = deal.amount(Money::new(amount, CURRENCY)).set_value("competitor", list(["Somebody else"]));
        tx.insert(&deal)?;
    }
    let project = kind(tx, "project");
    for (name, status, ends) in
        [("Depot", "running", "2026-06-01"), ("Hall", "running", "2026-09-01"), ("Tower", "completed", "2026-01-01")]
    {
        let record = AnyRecord::new(project).set_value("name", name).set_value("project_status", status);
        let record = record.set_value("company", acme).set_value("member", ada).set_value("end_date", day(ends));
        tx.insert(&record.set_value("budget", 80_000).set_value("progress", 60))?;
    }
    let product = AnyRecord::new(kind(tx, "product")).set_value("name", "Roof window").set_value("sku", "RW-78/98");
    tx.insert(&product.set_value("price", 420).set_value("tax_rate", 19))?;
    let fair =
        AnyRecord::new(kind(tx, "campaign")).set_value("name", "Spring fair").set_value("campaign_type", "event");
    tx.insert(&fair.set_value("cost", 12_000).set_value("responses", 31))?;
    Ok(())
}
