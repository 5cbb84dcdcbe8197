//! Two shops for clothes.

use contactdb::choices::{channel, purpose};
use contactdb::{AnyRecord, Contact, Transaction};

use super::{agreed, day, kind, list};

pub(super) fn load(tx: &mut Transaction<'_>) -> contactdb::Result<()> {
    let store = kind(tx, "store");
    let shop = |name: &str, city: &str, phone: &str| {
        AnyRecord::new(store).set_value("name", name).set_value("city", city).set_value("phone", phone)
    };
    let market = tx.insert(&shop("Market Square", "Leeds", "+44 20 7946 0201"))?;
    let harbour = tx.insert(&shop("Harbour", "Hull", "+44 20 7946 0202"))?;
    let customer = |given: &str, family: &str, tier: &str, points: i64, visits: i64, last: &str| {
        Contact::named(given, family)
            .set_value("loyalty_tier", tier)
            .set_value("loyalty_points", points)
            .set_value("visits", visits)
            .set_value("last_visit", day(last))
    };
    let may = |purpose| agreed(channel::EMAIL, purpose);
    for one in [
        customer("Ada", "Brook", "gold", 1_500, 8, "2025-10-01")
            .birthday("1990-06-30")
            .consent(may(purpose::EVENTS))
            .consent(may(purpose::OFFERS))
            .set_value("home_store", market)
            .set_value("lifetime_value", 700)
            .set_value("clothing_size", "m")
            .set_value("shoe_size", 38)
            .set_value("favourite_brand", "Fernwood"),
        customer("Bea", "Castle", "bronze", 10, 1, "2026-06-01").set_value("home_store", harbour),
        customer("Carl", "Dale", "silver", 1_000, 1, "2026-04-10")
            .consent(may(purpose::OFFERS))
            .set_value("home_store", market)
            .set_value("favourite_brand", list(["Alder", "Fernwood"])),
        customer("Dora", "Elm", "platinum", 400, 3, "2025-11-01")
            .consent(may(purpose::EVENTS))
            .set_value("home_store", harbour)
            .set_value("lifetime_value", 900),
        customer("Emil", "Frost", "gold", 2_500, 12, "2026-06-10")
            .birthday("--06-01")
            .source("passing_by")
            .set_value("favourite_brand", "Fernwood"),
    ] {
        tx.insert(&one)?;
    }
    let product = kind(tx, "product");
    for (name, sku, status, stock, reorder) in [
        ("Rain jacket", "J-1", "on_sale", 2, 5),
        ("Scarf", "S-1", "on_sale", 0, 3),
        ("Boots", "B-1", "on_sale", 20, 5),
        ("Old cap", "C-1", "discontinued", 0, 1),
    ] {
        let record = AnyRecord::new(product).set_value("name", name).set_value("sku", sku).set_value("stock", stock);
        let record = record.set_value("reorder_at", reorder).set_value("product_status", status);
        tx.insert(&record.set_value("brand", "Fernwood").set_value("price", 89))?;
    }
    Ok(())
}
