//! People whom anybody may know.

use contactdb::choices::{channel, purpose};
use contactdb::{Address, Company, Consent, Contact, Interaction, Transaction};

use super::{agreed, at, day};

/// Those who were put in long ago.
pub(super) fn load_early(tx: &mut Transaction<'_>) -> contactdb::Result<()> {
    let ada = Contact::named("Ada", "Brook")
        .relation("customer")
        .email("ada@example.com")
        .birthday("1990-06-20")
        .consent(agreed(channel::EMAIL, purpose::NEWSLETTER))
        .set_value("rating", "hot")
        .set_value("salutation", "Dear Ada")
        .set_value("customer_number", "C-1")
        .set_value("next_contact", day("2026-06-10"))
        .set_value("verified", at("2026-03-01"));
    let ada = tx.insert(&ada)?;
    let bea = Contact::named("Bea", "Castle")
        .relation("customer")
        .phone("+44 20 7946 0101")
        .birthday("--06-28")
        .owner("kim")
        .set_value("rating", "hot")
        .set_value("keep_in_touch", "monthly")
        .set_value("next_contact", day("2026-06-15"))
        .set_value("verified", at("2025-01-10"));
    let bea = tx.insert(&bea)?;
    let carl = Contact::named("Carl", "Dale")
        .relation("customer")
        .set_value("rating", "cold")
        .set_value("introduced_by", ada)
        .set_value("met_at", "A summer party")
        .set_value("met_on", day("2025-07-12"))
        .set_value("next_contact", day("2026-07-01"));
    tx.insert(&carl)?;
    tx.insert(
        &Company::new("Harbour Homes").set_value("vat_number", "XX123456789").set_value("customer_number", "C-1"),
    )?;
    tx.insert(&Interaction::call(ada).at(at("2026-06-05")).set_value("mood", "good"))?;
    tx.insert(&Interaction::call(bea).at(at("2026-04-20")))?;
    Ok(())
}

/// Those who were put in today.
pub(super) fn load(tx: &mut Transaction<'_>) -> contactdb::Result<()> {
    let withdrawn = Consent::withdrawn(channel::EMAIL).for_purpose(purpose::NEWSLETTER).at(at("2026-05-01"));
    let dora = Contact::named("Dora", "Elm")
        .relation("lead")
        .email("dora@example.com")
        .birthday("1985-07-30")
        .consent(agreed(channel::EMAIL, purpose::NEWSLETTER))
        .consent(withdrawn)
        .set_value("rating", "hot")
        .set_value("verified", at("2026-06-01"));
    let emil = Contact::named("Emil", "Frost")
        .relation("partner")
        .address(Address::new("1 Example Street", "Leeds"))
        .birthday("1970-06-15")
        .set_value("verified", at("2026-05-05"));
    let fay = Contact::named("Fay", "Grove")
        .email("fay@example.com")
        .consent(agreed(channel::EMAIL, purpose::NEWSLETTER))
        .set_value("rating", "warm")
        .set_value("next_contact", day("2026-05-01"))
        .set_value("verified", at("2026-05-05"));
    for one in [dora, emil, fay] {
        tx.insert(&one)?;
    }
    Ok(())
}
