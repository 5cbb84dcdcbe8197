//! A maker of software that is rented.

use contactdb::{AnyRecord, Company, Contact, Transaction};

use super::{at, day, kind, list};

pub(super) fn load(tx: &mut Transaction<'_>) -> contactdb::Result<()> {
    let mut companies = Vec::new();
    for (name, seats, used, renewal, mrr) in [
        ("Acme", 10, 10, "2026-07-30", 900),
        ("Bolt", 5, 7, "2026-06-30", 1_200),
        ("Crane", 20, 3, "2027-03-01", 2_000),
    ] {
        let company = Company::new(name).set_value("plan", "enterprise").set_value("seats", seats);
        let company = company.set_value("seats_used", used).set_value("renewal", day(renewal)).set_value("mrr", mrr);
        companies.push(tx.insert(&company.set_value("integration", list(["Calendar", "Mail"])))?);
    }
    let paying = |given: &str, family: &str, plan: &str, login: &str| {
        Contact::named(given, family).set_value("plan", plan).set_value("last_login", at(login))
    };
    let trying = |given: &str, family: &str, signed_up: &str, ends: &str, onboarding: &str| {
        Contact::named(given, family)
            .source("product")
            .set_value("signed_up", day(signed_up))
            .set_value("trial_ends", day(ends))
            .set_value("onboarding", onboarding)
    };
    let ada = paying("Ada", "Brook", "professional", "2026-06-14").set_value("health_score", 90).set_value("nps", 10);
    tx.insert(&ada.set_value("product_role", list(["admin", "billing"])))?;
    let bea = paying("Bea", "Castle", "starter", "2026-04-01").set_value("health_score", 35).set_value("nps", 9);
    let bea = tx.insert(&bea)?;
    tx.insert(&trying("Carl", "Dale", "2026-06-04", "2026-06-18", "not_started"))?;
    tx.insert(&trying("Dora", "Elm", "2026-06-02", "2026-06-16", "in_progress").set_value("plan", "free"))?;
    let emil = paying("Emil", "Frost", "starter", "2026-06-10").set_value("trial_ends", day("2026-06-17"));
    tx.insert(&emil.set_value("churn_risk", "high"))?;
    tx.insert(&trying("Fay", "Grove", "2026-06-10", "2026-07-20", "done"))?;

    let product =
        tx.insert(&AnyRecord::new(kind(tx, "product")).set_value("name", "Team plan").set_value("sku", "TEAM"))?;
    let subscription = kind(tx, "subscription");
    for (name, status, amount, company) in [
        ("Acme Team", "active", 900, companies.first()),
        ("Bea Starter", "past_due", 19, None),
        ("Bolt Team", "past_due", 1_200, companies.get(1)),
    ] {
        let record = AnyRecord::new(subscription).set_value("name", name).set_value("subscription_status", status);
        let record =
            record.set_value("amount", amount).set_value("product", product).set_value("billing_period", "monthly");
        tx.insert(&match company {
            Some(company) => record.set_value("company", *company),
            None => record.set_value("contact", bea),
        })?;
    }
    Ok(())
}
