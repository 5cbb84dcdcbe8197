//! A business that sells to companies and to private people: both of the others in one, and a man who is both.

use contactdb::{Company, Contact, Transaction};

pub(super) fn load(tx: &mut Transaction<'_>) -> contactdb::Result<()> {
    super::b2b::load(tx)?;
    super::b2c::load(tx)?;
    let holding = tx.insert(&Company::new("Holding").set_value("account_tier", "a"))?;
    let gus = Contact::named("Gus", "North").relation("customer").works_at(holding, "Head of purchasing");
    let gus = tx.insert(&gus.set_value("customer_type", "private"))?;
    tx.insert(&contactdb::Interaction::call(gus).at(super::at("2026-06-14")))?;
    tx.insert(&Contact::named("Hedy", "Orchard").works_at(holding, "Buyer").set_value("customer_type", "business"))?;
    Ok(())
}
