//! A mail-order house.

use contactdb::choices::{channel, purpose};
use contactdb::{Consent, Contact, Interaction, Money, Purchase, Transaction};

use super::{CURRENCY, agreed, at, day};

pub(super) fn load(tx: &mut Transaction<'_>) -> contactdb::Result<()> {
    let ada = tx.insert(
        &Contact::named("Ada", "Harper")
            .relation("customer")
            .birthday("1990-06-20")
            .consent(agreed(channel::EMAIL, purpose::OFFERS))
            .set_value("orders", 5)
            .set_value("lifetime_value", 2_400)
            .set_value("first_order", day("2024-02-02"))
            .set_value("loyalty_number", "L-0001")
            .set_value("loyalty_tier", "gold")
            .set_value("preferred_payment", "card")
            .set_value("nps", 10),
    )?;
    let bea = tx.insert(
        &Contact::named("Bea", "Irving")
            .relation("customer")
            .set_value("orders", 4)
            .set_value("lifetime_value", 900)
            .set_value("returns", 12)
            .set_value("first_order", day("2023-03-03"))
            .set_value("nps", 6),
    )?;
    tx.insert(
        &Contact::named("Carl", "Jonas")
            .birthday("--06-22")
            .source("marketplace")
            .set_value("orders", 3)
            .set_value("lifetime_value", 1_500)
            .set_value("household_size", 4)
            .set_value("first_order", day("2022-02-02")),
    )?;
    tx.insert(
        &Contact::named("Dora", "King")
            .consent(agreed(channel::EMAIL, purpose::NEWSLETTER))
            .consent(agreed(channel::EMAIL, purpose::SERVICE))
            .set_value("basket_left", at("2026-06-12")),
    )?;
    let left = Consent::withdrawn(channel::EMAIL).for_purpose(purpose::NEWSLETTER).at(at("2026-03-01"));
    tx.insert(&Contact::named("Emil", "Lane").consent(agreed(channel::EMAIL, purpose::NEWSLETTER)).consent(left))?;
    let fay = tx.insert(
        &Contact::named("Fay", "Mill")
            .consent(agreed(channel::EMAIL, purpose::NEWSLETTER))
            .set_value("orders", 1)
            .set_value("lifetime_value", 60)
            .set_value("first_order", day("2026-06-03"))
            .set_value("open_complaint", true)
            .set_value("basket_left", at("2026-06-13")),
    )?;
    for (who, when, total) in [(ada, "2026-05-01", 120), (bea, "2025-09-01", 80), (fay, "2026-06-03", 60)] {
        tx.insert(&Purchase::by(who).at(at(when)).total(Money::new(total, CURRENCY)))?;
    }
    tx.insert(&Interaction::new("chat", bea).at(at("2026-06-01")))?;
    Ok(())
}
