//! A charity with donors, members and volunteers.

use contactdb::choices::{channel, purpose};
use contactdb::{Address, AnyRecord, Contact, Interaction, Money, Transaction};

use super::{CURRENCY, agreed, at, day, kind, list};

pub(super) fn load(tx: &mut Transaction<'_>) -> contactdb::Result<()> {
    let fund = kind(tx, "fund");
    let mut funds = Vec::new();
    for (name, goal, raised, status) in
        [("Roof", 50_000, 20_000, "open"), ("Library", 1_000, 1_500, "open"), ("Well", 900, 100, "closed")]
    {
        let record = AnyRecord::new(fund).set_value("name", name).set_value("goal", goal).set_value("raised", raised);
        funds.push(tx.insert(&record.set_value("fund_status", status).set_value("closes", day("2026-12-31")))?);
    }
    let household =
        AnyRecord::new(kind(tx, "household")).set_value("name", "Brook").set_value("greeting", "Dear Brooks");
    let household = tx.insert(&household)?;
    let by_post = || agreed(channel::POST, purpose::FUNDRAISING);
    let street = || Address::new("1 Example Street", "Leeds");
    let ada = tx.insert(
        &Contact::named("Ada", "Brook")
            .relation("donor")
            .address(street())
            .consent(by_post())
            .set_value("donor_level", "patron")
            .set_value("first_gift", day("2015-04-04"))
            .set_value("last_gift", day("2025-11-20"))
            .set_value("last_gift_amount", 100)
            .set_value("lifetime_giving", 12_000)
            .set_value("household", household),
    )?;
    tx.update(household, |one| one.fields.set_value("head", ada))?;
    let bea = tx.insert(
        &Contact::named("Bea", "Castle")
            .relation("donor")
            .set_value("last_gift", day("2026-02-01"))
            .set_value("last_gift_amount", 50)
            .set_value("lifetime_giving", 300)
            .set_value("gives_regularly", true),
    )?;
    tx.insert(
        &Contact::named("Carl", "Dale")
            .address(street())
            .consent(by_post())
            .set_value("last_gift", day("2023-05-05"))
            .set_value("lifetime_giving", 15_000)
            .set_value("deceased", true),
    )?;
    tx.insert(
        &Contact::named("Dora", "Elm")
            .address(street())
            .consent(by_post())
            .set_value("last_gift", day("2024-05-05"))
            .set_value("lifetime_giving", 80)
            .set_value("pledged", 200)
            .set_value("pledge_due", day("2026-06-01")),
    )?;
    tx.insert(
        &Contact::named("Emil", "Frost")
            .relation("volunteer")
            .set_value("volunteer_days", list(["saturday", "monday"]))
            .set_value("skill", list(["driving"]))
            .set_value("member_number", "M-1")
            .set_value("membership_ends", day("2026-07-10")),
    )?;
    let fay = tx.insert(
        &Contact::named("Fay", "Grove")
            .relation("volunteer")
            .set_value("volunteer_days", list(["tuesday"]))
            .set_value("membership_ends", day("2026-12-31"))
            .set_value("last_gift", day("2025-03-01"))
            .set_value("last_gift_amount", 500)
            .set_value("pledged", 1_000)
            .set_value("pledge_due", day("2026-12-01"))
            .set_value("gives_regularly", true),
    )?;
    let gift = |who, amount, when| Interaction::donation(who, Money::new(amount, CURRENCY)).at(at(when));
    let thanked = gift(bea, 50, "2026-02-10").subject("For the library").set_value("receipt_sent", day("2026-02-20"));
    tx.insert(&thanked)?;
    let roof = gift(fay, 25, "2026-06-01").subject("For the roof");
    tx.insert(&match funds.first() {
        Some(fund) => roof.set_value("given_for", *fund),
        None => roof,
    })?;
    Ok(())
}
