//! The example `music_shop` against its CSV files: every record, and the answers to segments, worked out
//! here once more from the text of the files alone.

#[path = "../../examples/music_shop/load.rs"]
mod load;
#[path = "../../examples/music_shop/rows.rs"]
mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use contactdb::{
    Address, By, Company, Contact, Database, Kind, Labelled, Moment, Money, PhoneNumber, Purchase, Read, Record,
    Snapshot, Stored, ValueRange,
};
use time::OffsetDateTime;

use crate::common::{date, memory};
use load::{Fields, Loaded};

const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// A row of a file by the names of its columns.
type Cells = BTreeMap<String, String>;

fn cells(folder: &Path, file: &str) -> Vec<Cells> {
    csv::Reader::from_path(folder.join(file)).unwrap().deserialize().map(Result::unwrap).collect()
}

/// `12.34` as 1234.
fn cents(amount: &str) -> i64 {
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    assert!(part.len() <= 2, "more than cents: {amount}");
    whole.parse::<i64>().unwrap() * 100 + format!("{part:0<2}").parse::<i64>().unwrap()
}

/// The weekday of a date such as `2009-01-31`, after T. Sakamoto.
fn weekday(date: &str) -> &'static str {
    let part = |range: std::ops::Range<usize>| date[range].parse::<usize>().unwrap();
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    let year = if month < 3 { year - 1 } else { year };
    WEEKDAYS[(year + year / 4 - year / 100 + year / 400 + [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month - 1] + day) % 7]
}

/// Small letters without the accents that occur in the files.
fn folded(text: &str) -> String {
    let plain =
        [("á", "a"), ("ã", "a"), ("ä", "a"), ("ç", "c"), ("é", "e"), ("É", "e"), ("í", "i"), ("ö", "o"), ("ø", "ø")];
    let text = plain.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    text.to_lowercase().replace('ß', "ss")
}

/// An order as the files have it.
struct Order {
    invoice: Cells,
    items: Vec<Cells>,
    customer: Cells,
}

impl Order {
    fn date(&self) -> &str {
        &self.invoice["invoice_date"][..10]
    }
    fn tracks(&self) -> i64 {
        self.items.iter().map(|item| item["quantity"].parse::<i64>().unwrap()).sum()
    }
    fn cents(&self) -> i64 {
        cents(&self.invoice["total"])
    }
}

/// A customer as the files have it.
struct Customer {
    cells: Cells,
    /// The address of the company: that of its first customer.
    company: Option<Cells>,
    cents: i64,
    tracks: i64,
    /// In order.
    dates: Vec<String>,
    favourite: &'static str,
}

impl Customer {
    fn is(&self, column: &str, value: &str) -> bool {
        self.cells[column] == value
    }
    fn orders(&self) -> i64 {
        i64::try_from(self.dates.len()).unwrap()
    }
    fn first(&self) -> &str {
        &self.dates[0]
    }
    fn last(&self) -> &str {
        self.dates.last().unwrap()
    }
    fn has_company(&self) -> bool {
        !self.is("company", "")
    }
}

struct Shop {
    customers: Vec<Customer>,
    orders: Vec<Order>,
    items: usize,
}

impl Shop {
    fn of(folder: &Path) -> Self {
        let customers = cells(folder, "customers.csv");
        let items = cells(folder, "invoice_items.csv");
        let by_id = |id: &str| customers.iter().find(|cells| cells["customer_id"] == id).unwrap().clone();
        let orders: Vec<Order> = cells(folder, "invoices.csv")
            .into_iter()
            .map(|invoice| Order {
                items: items.iter().filter(|item| item["invoice_id"] == invoice["invoice_id"]).cloned().collect(),
                customer: by_id(&invoice["customer_id"]),
                invoice,
            })
            .collect();
        let customers = customers
            .iter()
            .map(|cells| {
                let own: Vec<&Order> =
                    orders.iter().filter(|order| order.customer["customer_id"] == cells["customer_id"]).collect();
                let mut dates: Vec<String> = own.iter().map(|order| order.date().to_owned()).collect();
                dates.sort();
                // The week begins on Monday; of days with as many orders the earlier one.
                let mut favourite = ("", 0);
                for day in (1..=7).map(|day| WEEKDAYS[day % 7]) {
                    let count = dates.iter().filter(|date| weekday(date) == day).count();
                    favourite = if count > favourite.1 { (day, count) } else { favourite };
                }
                let company = customers.iter().find(|other| other["company"] == cells["company"]);
                Customer {
                    company: company.filter(|_| !cells["company"].is_empty()).cloned(),
                    cents: own.iter().map(|order| order.cents()).sum(),
                    tracks: own.iter().map(|order| order.tracks()).sum(),
                    favourite: favourite.0,
                    cells: cells.clone(),
                    dates,
                }
            })
            .collect();
        Self { customers, orders, items: items.len() }
    }

    fn companies(&self) -> BTreeSet<&str> {
        self.customers.iter().filter(|one| one.has_company()).map(|one| one.cells["company"].as_str()).collect()
    }
}

/// What is wanted of a kind of row; the name is the segment that says the same.
type Wanted<T> = (&'static str, fn(&T) -> bool);

/// Asked on the first of January 2014.
const CUSTOMERS: &[Wanted<Customer>] = &[
    ("all", |_| true),
    ("given_name = luis", |one| folded(&one.cells["first_name"]) == "luis"),
    ("given_name == \"Luis\"", |one| one.is("first_name", "Luis")),
    ("family_name contains \"AN\"", |one| folded(&one.cells["last_name"]).contains("an")),
    ("street contains strasse", |one| folded(&one.cells["address"]).contains("strasse")),
    ("name ends with \"er\"", |one| folded(&one.cells["last_name"]).ends_with("er")),
    ("country = Germany", |one| one.is("country", "Germany")),
    ("country in [Germany, France, Ireland]", |one| {
        ["Germany", "France", "Ireland"].contains(&one.cells["country"].as_str())
    }),
    ("country not in [USA, Canada]", |one| !["USA", "Canada"].contains(&one.cells["country"].as_str())),
    ("region is set", |one| !one.is("state", "")),
    ("postcode starts with \"1\"", |one| one.cells["postal_code"].starts_with('1')),
    ("favourite_weekday in [saturday, sunday]", |one| one.favourite.starts_with('s')),
    ("favourite_weekday > tuesday", |one| !["monday", "tuesday"].contains(&one.favourite)),
    ("spent between 40 and 46 USD", |one| (4_000..=4_600).contains(&one.cents)),
    ("spent < 37.62 USD", |one| one.cents < 3_762),
    ("spent = 37.62 USD or spent >= 45.62 USD", |one| one.cents == 3_762 || one.cents >= 4_562),
    ("orders < 7", |one| one.orders() < 7),
    ("tracks_per_order > 5", |one| one.tracks > 5 * one.orders()),
    ("vip and not (last_purchase in last 90 days)", |one| one.cents >= 4_500 && one.last() < "2013-10-03"),
    ("first_order < 2009-07-01", |one| one.first() < "2009-07-01"),
    ("first_order in previous 5 years and last_purchase in previous year", |one| {
        one.first() >= "2009" && one.last() >= "2013"
    }),
    ("last_purchase more than 180 days ago", |one| one.last() < "2013-07-05"),
    ("tag \"customers/2009\" and buying contains 2013-07-01", |one| {
        one.first().starts_with("2009") && one.last() >= "2013-07-01"
    }),
    ("tag under customers", |_| true),
    ("tag gold and not (phone_label = fax)", |one| one.cents >= 4_500 && one.is("fax", "")),
    ("phone is not set", |one| one.is("phone", "") && one.is("fax", "")),
    ("email ends with \".com\" and (owner = \"rep-3\" or owner = \"rep-5\")", |one| {
        one.cells["email"].rsplit('.').next() == Some("com")
            && (one.is("support_rep_id", "3") || one.is("support_rep_id", "5"))
    }),
    ("email matches /^[a-z]+@/", |one| {
        one.cells["email"].split('@').next().unwrap().chars().all(|c| c.is_ascii_lowercase())
    }),
    ("company is set", Customer::has_company),
    ("company.name contains \"re\"", |one| folded(&one.cells["company"]).contains("re")),
    ("company.billing_country = Canada", |one| one.company.as_ref().is_some_and(|it| it["country"] == "Canada")),
    ("company.billing_country != Canada", |one| one.company.as_ref().is_none_or(|it| it["country"] != "Canada")),
];

const ORDERS: &[Wanted<Order>] = &[
    ("all", |_| true),
    ("contact.country = Germany and total >= 10 USD", |one| {
        one.customer["country"] == "Germany" && one.cents() >= 1_000
    }),
    ("contact.given_name = luis and tracks > 1", |one| {
        folded(&one.customer["first_name"]) == "luis" && one.tracks() > 1
    }),
    ("billing_country != Germany", |one| one.invoice["billing_country"] != "Germany"),
    ("total between 1.98 and 3.96 USD", |one| (198..=396).contains(&one.cents())),
    ("at between 2010-02-01 and 2011-03-31", |one| ("2010-02-01"..="2011-03-31").contains(&one.date())),
    ("at = 2009-01-02 or at > 2013-12-01", |one| one.date() == "2009-01-02" || one.date() > "2013-12-01"),
    ("company is set and tracks > 5 and at in previous 3 years", |one| {
        !one.customer["company"].is_empty() && one.tracks() > 5 && one.date() >= "2011"
    }),
    ("company.billing_country = Brazil", |one| {
        !one.customer["company"].is_empty() && one.customer["country"] == "Brazil"
    }),
    ("item_product in [\"Track 2\", \"Track 4\"]", |one| {
        one.items.iter().any(|item| ["2", "4"].contains(&item["track_id"].as_str()))
    }),
    ("item_unit_price > 1 USD", |one| one.items.iter().any(|item| cents(&item["unit_price"]) > 100)),
    ("every item_unit_price > 1 USD", |one| one.items.iter().all(|item| cents(&item["unit_price"]) > 100)),
    ("contact.company.name contains \"re\"", |one| folded(&one.customer["company"]).contains("re")),
];

fn load_into(db: &Database, fields: Option<Fields>, folder: &Path) -> (Fields, Loaded) {
    let mut tx = db.write().unwrap();
    let fields = fields.unwrap_or_else(|| Fields::define(&mut tx).unwrap());
    let loaded = load::load(&mut tx, fields, folder).unwrap();
    let best = tx.segment("spent >= 45 USD").unwrap();
    tx.tag_many(&best, "gold").unwrap();
    tx.commit().unwrap();
    (fields, loaded)
}

fn own_data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/music_shop")
}

/// The folder of the real records, if the machine has them.
fn real_data() -> Option<PathBuf> {
    let samples = std::env::var_os("CONTACTDB_SAMPLES");
    if samples.is_none() {
        eprintln!("skipped: CONTACTDB_SAMPLES is not set");
    }
    samples.map(|samples| Path::new(&samples).join("chinook"))
}

fn shop_id<T: Record>(snapshot: &Snapshot, number: &str) -> Stored<T> {
    let found = snapshot.find::<T>(&By::external_id("shop", number)).unwrap();
    assert_eq!(found.len(), 1, "{} {number}", T::KIND);
    snapshot.get(found[0]).unwrap().unwrap()
}

/// The shop's numbers of the records of a segment.
fn numbers<T: Record>(snapshot: &Snapshot, text: &str, number: impl Fn(&T) -> &str) -> BTreeSet<String> {
    let segment = snapshot.segment_of::<T>(text).unwrap_or_else(|error| panic!("{error}"));
    // The first second of 2014.
    let moment = Moment::at(OffsetDateTime::from_unix_timestamp(1_388_534_400).unwrap());
    let select = snapshot.select(&segment).at(moment);
    let found: BTreeSet<String> =
        select.records().unwrap().map(|record| number(&record.unwrap().record).to_owned()).collect();
    assert_eq!(select.count().unwrap(), found.len() as u64, "{text}");
    found
}

/// Each segment finds those wanted, and its complement all others.
fn compare<T: Record, R>(
    snapshot: &Snapshot,
    wanted: &[Wanted<R>],
    rows: &[R],
    number_of_row: impl Fn(&R) -> &str,
    number: impl Fn(&T) -> &str + Copy,
) {
    for (text, is_wanted) in wanted {
        let side = |yes: bool| -> BTreeSet<String> {
            rows.iter().filter(|row| is_wanted(row) == yes).map(|row| number_of_row(row).to_owned()).collect()
        };
        assert_eq!(numbers(snapshot, text, number), side(true), "{text}");
        assert_eq!(numbers(snapshot, &format!("not ({text})"), number), side(false), "not ({text})");
    }
}

fn check(folder: &Path) {
    let shop = Shop::of(folder);
    let db = memory();
    let (fields, loaded) = load_into(&db, None, folder);
    assert_eq!(loaded.problems, [""; 0]);
    assert_eq!(
        (loaded.companies, loaded.contacts, loaded.purchases, loaded.items),
        (shop.companies().len(), shop.customers.len(), shop.orders.len(), shop.items)
    );
    let snapshot = db.read().unwrap();
    compare(
        &snapshot,
        CUSTOMERS,
        &shop.customers,
        |row| &row.cells["customer_id"],
        |contact: &Contact| &contact.external_ids[0].id,
    );
    compare(
        &snapshot,
        ORDERS,
        &shop.orders,
        |row| &row.invoice["invoice_id"],
        |purchase: &Purchase| &purchase.external_ids[0].id,
    );
    every_record_is_as_in_the_files(&snapshot, &shop, fields);
    the_best_come_first(&snapshot, &shop);

    // Loading once more changes nothing.
    let (_, again) = load_into(&db, Some(fields), folder);
    assert_eq!((again.companies, again.contacts, again.purchases), (0, shop.customers.len(), shop.orders.len()));
    every_record_is_as_in_the_files(&db.read().unwrap(), &shop, fields);
}

fn the_best_come_first(snapshot: &Snapshot, shop: &Shop) {
    let mut wanted: Vec<(i64, u32)> =
        shop.customers.iter().map(|one| (-one.cents, one.cells["customer_id"].parse().unwrap())).collect();
    wanted.sort_unstable();
    let all = snapshot.segment("all").unwrap();
    let best = snapshot.select(&all).order_by("spent desc").limit(5).records().unwrap();
    let best: Vec<u32> = best.map(|one| one.unwrap().record.external_ids[0].id.parse().unwrap()).collect();
    assert_eq!(best, wanted.iter().take(5).map(|(_, id)| *id).collect::<Vec<_>>());
}

fn every_record_is_as_in_the_files(snapshot: &Snapshot, shop: &Shop, fields: Fields) {
    let lens =
        [Kind::COMPANY, Kind::CONTACT, Kind::PURCHASE, Kind::INTERACTION].map(|kind| snapshot.len(kind).unwrap());
    assert_eq!(lens, [shop.companies().len(), shop.customers.len(), shop.orders.len(), 0].map(|len| len as u64));
    for customer in &shop.customers {
        contact_is_as_in_the_file(snapshot, customer, fields);
    }
    for order in &shop.orders {
        purchase_is_as_in_the_file(snapshot, order, fields);
    }
}

/// Empty cells are missing values.
fn cell(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn same_address(address: &Address, cells: &Cells, columns: [&str; 5]) {
    let Address { street, city, region, postcode, country, .. } = address;
    let found = [street, city, region, postcode, country].map(Option::as_deref);
    assert_eq!(found, columns.map(|column| cell(&cells[column])));
}

const CUSTOMER_ADDRESS: [&str; 5] = ["address", "city", "state", "postal_code", "country"];

fn contact_is_as_in_the_file(snapshot: &Snapshot, customer: &Customer, fields: Fields) {
    let cells = &customer.cells;
    let stored = shop_id::<Contact>(snapshot, &cells["customer_id"]);
    let contact = &stored.record;
    assert_eq!(stored.version, 1);
    assert_eq!(contact.name.given.as_deref(), cell(&cells["first_name"]));
    assert_eq!(contact.name.family.as_deref(), cell(&cells["last_name"]));
    let emails: Vec<&str> = contact.emails.iter().map(|email| email.value.as_str()).collect();
    assert_eq!(emails, [&cells["email"]]);
    let phone = |one: &Labelled<PhoneNumber>| (one.value.as_str().to_owned(), one.label.clone());
    let phones: Vec<(String, Option<String>)> = contact.phones.iter().map(phone).collect();
    let wanted = [(&cells["phone"], None), (&cells["fax"], Some("fax".to_owned()))];
    let wanted: Vec<_> =
        wanted.into_iter().filter(|(number, _)| !number.is_empty()).map(|(n, label)| (n.clone(), label)).collect();
    assert_eq!(phones, wanted);
    assert_eq!(contact.addresses.len(), 1);
    same_address(&contact.addresses[0].value, cells, CUSTOMER_ADDRESS);
    assert_eq!(contact.owner, Some(format!("rep-{}", cells["support_rep_id"])));
    let companies: Vec<Company> =
        contact.affiliations.iter().map(|one| snapshot.get(one.company).unwrap().unwrap().record).collect();
    assert_eq!(companies.first().map(|company| company.name.as_str()), cell(&cells["company"]));
    for (company, cells) in companies.iter().zip(&customer.company) {
        assert_eq!(company.external_ids[0].id, cells["company"]);
        same_address(company.billing_address.as_ref().unwrap(), cells, CUSTOMER_ADDRESS);
    }

    let part = |text: &str| text.parse().unwrap();
    let day = |text: &str| date(text[..4].parse().unwrap(), part(&text[5..7]), part(&text[8..]));
    let (first, last) = (day(customer.first()), day(customer.last()));
    assert_eq!(contact.get(fields.orders), Some(customer.orders()));
    assert_eq!(contact.get(fields.spent).map(|money| money.to_string()), Some(dollars(customer.cents)));
    assert_eq!(contact.get(fields.first_order), Some(first));
    assert_eq!(contact.get(fields.buying), Some(ValueRange::new(first, last)));
    assert_eq!(contact.get(fields.vip), Some(customer.cents >= 4_500));
    assert_eq!(contact.get(fields.favourite_weekday).unwrap().key(), customer.favourite);
    let per_order = contact.get(fields.tracks_per_order).unwrap() * contactdb::Decimal::from(customer.orders());
    let off = per_order - contactdb::Decimal::from(customer.tracks);
    assert!(off.abs() <= contactdb::Decimal::new(5, 3) * contactdb::Decimal::from(customer.orders()), "{per_order}");
    let mut tags = vec![format!("customers/{}", &customer.first()[..4])];
    tags.extend((customer.cents >= 4_500).then(|| "gold".to_owned()));
    assert_eq!(contact.tags.iter().map(contactdb::Tag::as_str).collect::<Vec<_>>(), tags);
}

fn dollars(cents: i64) -> String {
    format!("{}.{:02} USD", cents / 100, cents % 100)
}

fn purchase_is_as_in_the_file(snapshot: &Snapshot, order: &Order, fields: Fields) {
    let cells = &order.invoice;
    let stored = shop_id::<Purchase>(snapshot, &cells["invoice_id"]);
    let purchase = &stored.record;
    assert_eq!(stored.version, 1);
    assert_eq!(purchase.number.as_deref(), cell(&cells["invoice_id"]));
    let at = purchase.at.unwrap();
    let (hour, minute, second, nano) = at.to_hms_nano();
    assert_eq!(format!("{}T{hour:02}:{minute:02}:{second:02}.{nano:09}", at.date()), cells["invoice_date"]);
    assert_eq!(purchase.total.map(|total| total.to_string()), Some(format!("{} USD", cells["total"])));
    let columns = ["billing_address", "billing_city", "billing_state", "billing_postal_code", "billing_country"];
    same_address(purchase.billing_address.as_ref().unwrap(), cells, columns);

    let buyer = shop_id::<Contact>(snapshot, &cells["customer_id"]);
    assert_eq!(purchase.contact, Some(buyer.id));
    let company = purchase.company.map(|id| snapshot.get(id).unwrap().unwrap().record.name);
    assert_eq!(company.as_deref(), cell(&order.customer["company"]));

    let item = |product: &str, quantity: String, price: Option<Money>| {
        (product.to_owned(), quantity, price.map(|price| price.to_string()))
    };
    let found: Vec<_> =
        purchase.items.iter().map(|one| item(&one.product, one.quantity.to_string(), one.unit_price)).collect();
    let wanted = order.items.iter().map(|cells| {
        (
            format!("Track {}", cells["track_id"]),
            cells["quantity"].clone(),
            Some(format!("{} USD", cells["unit_price"])),
        )
    });
    assert_eq!(found, wanted.collect::<Vec<_>>());
    assert_eq!(purchase.get(fields.tracks), Some(order.tracks()));
    assert_eq!(purchase.sum_of_items(), purchase.total);
}

#[test]
fn the_small_shop_of_the_example_is_loaded_and_answered_as_its_files_say() {
    check(&own_data());
}

#[test]
fn a_real_shop_is_loaded_and_answered_as_its_files_say() {
    if let Some(folder) = real_data() {
        check(&folder);
    }
}

#[test]
fn rows_that_can_not_be_loaded_are_reported_and_left_out() {
    let folder = tempfile::tempdir().unwrap();
    for (file, rows) in [
        (
            "customers.csv",
            "14,Eve,Example,,,,,,,,,not an address,3\n\
             15,Too,Short\n\
             16,Lena,Sommer,,,,,,,call me,,lena@example.com,3\n",
        ),
        (
            "invoices.csv",
            "42,1,2013-12-30T00:00:00.000000000,,,,,,\"1,98\"\n\
             43,1,yesterday,,,,,,1.98\n\
             44,77,2013-12-30T00:00:00.000000000,,,,,,1.98\n",
        ),
        ("invoice_items.csv", "999,98,1,0.99,1\n"),
    ] {
        let text = std::fs::read_to_string(own_data().join(file)).unwrap();
        std::fs::write(folder.path().join(file), text + rows).unwrap();
    }
    let db = memory();
    let (_, loaded) = load_into(&db, None, folder.path());
    assert_eq!((loaded.contacts, loaded.purchases), (13, 41));
    let wanted = [
        ("customers.csv", "line 15", "is no e-mail address"),
        ("customers.csv", "line 16", "found 3 columns, expected 13"),
        ("customers.csv", "line 17", "is no phone number"),
        ("invoices.csv", "line 43", "\"1,98\": Invalid decimal"),
        ("invoices.csv", "line 44", "\"yesterday\": the 'year'"),
        ("invoice_items.csv", "line 106", "there is no invoice 98"),
        ("invoices.csv", "line 45", "there is no customer 77"),
    ];
    assert_eq!(loaded.problems.len(), wanted.len(), "{:#?}", loaded.problems);
    for (problem, (file, line, what)) in loaded.problems.iter().zip(wanted) {
        assert!(problem.starts_with(file) && problem.contains(line) && problem.contains(what), "{problem}");
    }
}
