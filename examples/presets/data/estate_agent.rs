//! An estate agent in a town by the sea.

use contactdb::{AnyRecord, Contact, Decimal, Money, Transaction, Value, ValueRange};

use super::{CURRENCY, at, day, kind, list};

fn money(from: i64, to: i64) -> Value {
    ValueRange::new(Money::new(from, CURRENCY), Money::new(to, CURRENCY)).into()
}

fn rooms(from: i64, to: i64) -> Value {
    ValueRange::new(Decimal::from(from), Decimal::from(to)).into()
}

pub(super) fn load(tx: &mut Transaction<'_>) -> contactdb::Result<()> {
    let ada = tx.insert(
        &Contact::named("Ada", "Brook")
            .set_value("client_role", "buyer")
            .set_value("price_range", money(300_000, 400_000))
            .set_value("rooms_wanted", rooms(2, 3))
            .set_value("financing", "approved")
            .set_value("move_by", day("2026-08-01"))
            .set_value("last_viewing", day("2026-06-01")),
    )?;
    tx.insert(
        &Contact::named("Bea", "Castle")
            .source("portal")
            .set_value("client_role", list(["buyer", "seller"]))
            .set_value("price_range", Value::from(ValueRange::at_most(Money::new(500_000, CURRENCY))))
            .set_value("rooms_wanted", Value::from(ValueRange::at_least(Decimal::from(3))))
            .set_value("district_wanted", list(["Old Town", "Harbour"]))
            .set_value("must_have", list(["balcony", "pets"]))
            .set_value("financing", "applied")
            .set_value("move_by", day("2026-07-01")),
    )?;
    let carl = tx.insert(
        &Contact::named("Carl", "Dale")
            .set_value("client_role", "buyer")
            .set_value("price_range", money(300_000, 500_000))
            .set_value("rooms_wanted", rooms(2, 4))
            .set_value("district_wanted", "Harbour")
            .set_value("financing", "cash")
            .set_value("move_by", day("2026-07-15"))
            .set_value("last_viewing", day("2026-04-01")),
    )?;
    let dora = tx.insert(
        &Contact::named("Dora", "Elm")
            .relation("tenant")
            .set_value("client_role", "tenant")
            .set_value("price_range", money(1_000, 2_000))
            .set_value("last_viewing", day("2026-06-12")),
    )?;
    let sol = tx.insert(&Contact::named("Sol", "Frost").set_value("client_role", "seller"))?;
    tx.insert(&Contact::named("Ines", "Grove").set_value("client_role", "investor"))?;

    let property = kind(tx, "property");
    let mut properties = Vec::new();
    for (name, offered, status, sort, price, listed, ends) in [
        ("3 Mill Lane", "sale", "available", "flat", 350_000, "2026-02-01", "2026-07-01"),
        ("9 Hill Road", "sale", "reserved", "house", 620_000, "2026-05-20", "2026-06-30"),
        ("Unit 4", "rent", "available", "office", 1_800, "2026-06-01", "2027-01-01"),
        ("1 Pond View", "sale", "sold", "house", 480_000, "2025-12-01", "2026-06-20"),
    ] {
        let record = AnyRecord::new(property)
            .set_value("name", name)
            .set_value("offered_for", offered)
            .set_value("property_status", status)
            .set_value("property_type", sort)
            .set_value("district", "Old Town")
            .set_value("price", price)
            .set_value("rooms", 3)
            .set_value("energy_class", "a_plus")
            .set_value("feature", list(["garden", "parking"]))
            .set_value("proprietor", sol)
            .set_value("listed", day(listed))
            .set_value("mandate_ends", day(ends));
        properties.push(tx.insert(&record)?);
    }
    let viewing = kind(tx, "viewing");
    for (name, place, visitor, when, verdict) in [
        ("Ada at Mill Lane", 0, ada, "2026-06-17", None),
        ("Carl at Hill Road", 1, carl, "2026-06-10", None),
        ("Dora in Unit 4", 2, dora, "2026-06-12", Some("thinking")),
    ] {
        let mut record = AnyRecord::new(viewing).set_value("name", name).set_value("visitor", visitor);
        record.fields.set_value("at", at(when));
        if let Some(property) = properties.get(place) {
            record.fields.set_value("property", *property);
        }
        if let Some(verdict) = verdict {
            record.fields.set_value("verdict", verdict);
        }
        tx.insert(&record)?;
    }
    Ok(())
}
