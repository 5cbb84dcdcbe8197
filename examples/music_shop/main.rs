//! A shop's customers and invoices: from CSV files into a database, and a dozen questions about them.
//!
//! `cargo run --example music_shop [FOLDER]`
//!
//! The folder has `customers.csv`, `invoices.csv` and `invoice_items.csv` with the columns of the Chinook
//! sample database; without one, a small set of fictional people is loaded.

mod load;
mod rows;

use std::error::Error;
use std::path::PathBuf;

use contactdb::{Company, Contact, FixedClock, Options, Purchase, Read, Record};
use load::Fields;
use time::{Duration, OffsetDateTime};

const ABOUT_CUSTOMERS: &[&str] = &[
    "given_name = luis",
    "street contains strasse",
    "country in [Germany, France, Ireland]",
    "favourite_weekday in [saturday, sunday]",
    "spent between 40 and 46 USD",
    "vip and not (last_purchase in last 90 days)",
    "tag \"customers/2009\" and buying contains 2013-07-01",
    "tag under customers and tracks_per_order > 5",
    "company.billing_country = Canada",
    "company is not set and owner = \"rep-3\"",
    "phone is not set or email ends with \".example\"",
    "tag gold and not (phone_label = fax)",
];

const ABOUT_COMPANIES: &[&str] = &["billing_country != USA", "last_purchase in previous quarter"];

const ABOUT_PURCHASES: &[&str] = &[
    "contact.country = Germany and total >= 10 USD",
    "company is set and tracks > 5 and at in previous 3 years",
    "item_product in [\"Track 2\", \"Track 4\"]",
];

fn main() -> Result<(), Box<dyn Error>> {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/music_shop");
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from(own), PathBuf::from);

    // In memory, so that nothing is left behind; `create(path)` makes a file of the same.
    // The records end in 2013, so the questions are asked on the first of January 2014.
    let new_year = OffsetDateTime::UNIX_EPOCH + Duration::seconds(1_388_534_400);
    let db = Options::new().clock(FixedClock(new_year)).in_memory()?;
    let mut tx = db.write()?;
    let fields = Fields::define(&mut tx)?;
    let loaded = load::load(&mut tx, fields, &folder)?;
    let best = tx.segment("spent >= 45 USD")?;
    tx.tag_many(&best, "gold")?;
    tx.commit()?;

    println!("Loaded from {}:", folder.display());
    println!(
        "{} companies, {} contacts, {} purchases with {} items\n",
        loaded.companies, loaded.contacts, loaded.purchases, loaded.items
    );
    if !loaded.problems.is_empty() {
        println!("Left out:\n  {}\n", loaded.problems.join("\n  "));
    }

    let snapshot = db.read()?;
    table::<Contact>(&snapshot, ABOUT_CUSTOMERS)?;
    table::<Company>(&snapshot, ABOUT_COMPANIES)?;
    table::<Purchase>(&snapshot, ABOUT_PURCHASES)?;

    println!("The five best customers\n      spent  orders");
    let everybody = snapshot.segment("all")?;
    for found in snapshot.select(&everybody).order_by("spent desc, name").limit(5).records()? {
        let contact = found?.record;
        if let (Some(spent), Some(orders)) = (contact.get(fields.spent), contact.get(fields.orders)) {
            println!("{:>11}  {orders:>6}  {}", spent.to_string(), contact.name.display());
        }
    }
    Ok(())
}

/// Prints how many records each segment has, under how many there are.
fn table<T: Record>(snapshot: &impl Read, segments: &[&str]) -> Result<(), Box<dyn Error>> {
    let kind = snapshot.catalogue().kind(T::KIND).map_or("records", |kind| &kind.plural);
    println!("{:>5}  {kind}", snapshot.len(T::KIND)?);
    for text in segments {
        let segment = snapshot.segment_of::<T>(text)?;
        println!("{:>5}    {text}", snapshot.count(&segment)?);
    }
    println!();
    Ok(())
}
