//! Tables of others, in through the import with every cell held against the file, out as CSV, and into an empty database again.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use contactdb::{
    By, Contact, CsvExport, CsvOptions, CsvReader, Currency, Database, FieldShape, Find, Headings, Id, ImportCounts,
    ManyValues, Mapping, Purchase, Read, Record, Target,
};

use crate::import_samples::{rows, samples};

pub(crate) fn bring_in(db: &Database, name: &str, mapping: &Mapping, table: &[u8]) -> ImportCounts {
    let mut problems = Vec::new();
    let mut reader = CsvReader::new(table, CsvOptions::new()).unwrap();
    let done = db.import(name, mapping, &mut reader, |row| {
        problems.extend(row.problems.iter().map(|problem| format!("{}: {problem:?}", row.line)));
        ControlFlow::Continue(())
    });
    assert_eq!(problems, Vec::<String>::new(), "{name}");
    assert!(db.read().unwrap().check(|_| {}).unwrap().is_sound());
    done.unwrap().counts
}

/// The rows of a file by their headings.
fn file(path: &Path) -> Vec<BTreeMap<String, String>> {
    let rows = rows(path);
    let (header, rest) = rows.split_first().unwrap();
    let trim = |text: &String| text.trim().to_owned();
    rest.iter().map(|row| header.iter().map(trim).zip(row.iter().map(trim)).collect()).collect()
}

fn of_number<T: Record>(db: &Database, system: &str, number: &str) -> T {
    let snapshot = db.read().unwrap();
    let ids: Vec<Id<T>> = snapshot.find(&By::external_id(system, number)).unwrap();
    let [id] = ids.as_slice() else { panic!("{number}: {ids:?}") };
    snapshot.get(*id).unwrap().unwrap().record
}

fn opt(text: Option<&String>) -> &str {
    text.map_or("", String::as_str)
}

/// The records of a kind as a table of these columns; of those with a number, that many values. With the mapping by which it comes in
/// again, but for paths to the numbers of other records.
pub(crate) fn out<T: Record>(db: &Database, columns: &[(&str, usize)]) -> (Vec<u8>, Mapping) {
    let snapshot = db.read().unwrap();
    let all = snapshot.segment_of::<T>("all").unwrap();
    let keys: Vec<&str> = columns.iter().map(|(key, _)| *key).collect();
    let mut export = CsvExport::new(&snapshot.select(&all), &keys.join(", ")).unwrap().headings(Headings::Keys);
    for (key, many) in columns.iter().filter(|(_, many)| *many > 0) {
        export = export.many_of(*key, ManyValues::Numbered(*many));
    }
    let mut table = Vec::new();
    export.write(&mut table).unwrap();
    (table, Mapping::of_export(&export).unwrap())
}

/// Says of one column what it is.
pub(crate) fn with(mut mapping: Mapping, header: &str, to: impl Into<Target>) -> Mapping {
    let column = mapping.columns.iter_mut().find(|column| column.header == header).unwrap();
    assert_eq!(column.to, [], "{header}");
    column.to = vec![to.into()];
    mapping
}

#[test]
fn people_of_a_record_linkage_set_come_in_whole_and_go_out_and_in_again() {
    let Some(folder) = samples("people_of_a_record_linkage_set_come_in_whole_and_go_out_and_in_again") else { return };
    let path = folder.join("febrl/dataset1.csv");
    let text = |key: &str| Target::field(key, key, FieldShape::Text);
    let mapping = Mapping::new("contact")
        .column("rec_id", Target::value("external_id").with("external_id_system", "febrl"))
        .column("given_name", Target::value("given_name"))
        .column("surname", Target::value("family_name"))
        .column("street_number", text("street_number"))
        .column("address_1", Target::value("street"))
        .column("address_2", text("address_2"))
        .column("suburb", Target::value("city"))
        .column("postcode", Target::value("postcode"))
        .column("state", Target::value("region"))
        .column("date_of_birth", text("date_of_birth"))
        .column("soc_sec_id", text("soc_sec_id"))
        .matching(["external_id"]);
    let db = Database::in_memory().unwrap();
    let counts = bring_in(&db, "febrl", &mapping, &std::fs::read(&path).unwrap());
    assert_eq!((counts.rows, counts.created), (1_000, 1_000));
    let file = file(&path);
    for row in &file {
        let found: Contact = of_number(&db, "febrl", &row["rec_id"]);
        let field = |key: &str| found.fields.value(key).map(ToString::to_string).unwrap_or_default();
        let address = found.addresses.first().map(|address| address.value.clone()).unwrap_or_default();
        let own = [
            ("given_name", opt(found.name.given.as_ref()).to_owned()),
            ("surname", opt(found.name.family.as_ref()).to_owned()),
            ("street_number", field("street_number")),
            ("address_1", opt(address.street.as_ref()).to_owned()),
            ("address_2", field("address_2")),
            ("suburb", opt(address.city.as_ref()).to_owned()),
            ("postcode", opt(address.postcode.as_ref()).to_owned()),
            ("state", opt(address.region.as_ref()).to_owned()),
            ("date_of_birth", field("date_of_birth")),
            ("soc_sec_id", field("soc_sec_id")),
        ];
        for (key, value) in own {
            assert_eq!(value, row[key], "{}: {key}", row["rec_id"]);
        }
    }

    let columns = [
        ("external_id_system", 0),
        ("external_id", 0),
        ("given_name", 0),
        ("family_name", 0),
        ("street", 0),
        ("city", 0),
        ("postcode", 0),
        ("region", 0),
        ("street_number", 0),
        ("address_2", 0),
        ("date_of_birth", 0),
        ("soc_sec_id", 0),
    ];
    let (table, mapping) = out::<Contact>(&db, &columns);
    let again = Database::in_memory().unwrap();
    assert_eq!(bring_in(&again, "febrl", &mapping, &table).created, 1_000);
    for row in &file {
        let both = [&db, &again].map(|db| of_number::<Contact>(db, "febrl", &row["rec_id"]));
        assert_eq!(both[0], both[1]);
    }
    assert_eq!(out::<Contact>(&again, &columns), (table, mapping));
}

#[test]
fn customers_and_invoices_of_a_music_shop_come_in_whole_and_go_out_and_in_again() {
    let Some(folder) = samples("customers_and_invoices_of_a_music_shop_come_in_whole_and_go_out_and_in_again") else {
        return;
    };
    let folder = folder.join("chinook");
    let number = || Target::value("external_id").with("external_id_system", "shop");
    let customers = Mapping::new("contact")
        .column("customer_id", number())
        .column("first_name", Target::value("given_name"))
        .column("last_name", Target::value("family_name"))
        .column("company", Target::value("affiliation_company").find(Find::Name { create: true }))
        .column("address", Target::value("street"))
        .column("city", Target::value("city"))
        .column("state", Target::value("region"))
        .column("country", Target::value("country"))
        .column("postal_code", Target::value("postcode"))
        .column("phone", Target::value("phone").item("1").with("phone_label", "work"))
        .column("fax", Target::value("phone").item("2").with("phone_label", "fax"))
        .column("email", Target::value("email"))
        .column("support_rep_id", Target::value("owner"))
        .matching(["external_id"]);
    let buyer = || Find::ExternalId { system: "shop".into(), create: false };
    let mut invoices = Mapping::new("purchase")
        .column("invoice_id", number())
        .column("customer_id", Target::value("contact").find(buyer()))
        .column("invoice_date", Target::value("at"))
        .column("billing_address", Target::value("billing_street"))
        .column("billing_city", Target::value("billing_city"))
        .column("billing_state", Target::value("billing_region"))
        .column("billing_country", Target::value("billing_country"))
        .column("billing_postal_code", Target::value("billing_postcode"))
        .column("total", Target::value("total"))
        .matching(["external_id"]);
    invoices.currency = Some(Currency::USD);
    let mut items = Mapping::new("purchase")
        .column("invoice_id", number())
        .column("invoice_line_id", Target::value("item_sku"))
        .column("track_id", Target::value("item_product"))
        .column("unit_price", Target::value("item_unit_price"))
        .column("quantity", Target::value("item_quantity"))
        .matching(["external_id"]);
    items.currency = Some(Currency::USD);

    let db = Database::in_memory().unwrap();
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    assert_eq!(bring_in(&db, "customers", &customers, &read("customers.csv")).created, 59);
    assert_eq!(bring_in(&db, "invoices", &invoices, &read("invoices.csv")).created, 412);
    assert_eq!(bring_in(&db, "items", &items, &read("invoice_items.csv")).updated, 2_240);
    check_customers(&db, &file(&folder.join("customers.csv")));
    let lines = file(&folder.join("invoice_items.csv"));
    let of_file = file(&folder.join("invoices.csv"));
    check_invoices(&db, &of_file, &lines);

    let people = [
        ("external_id_system", 0),
        ("external_id", 0),
        ("given_name", 0),
        ("family_name", 0),
        ("company.name", 0),
        ("street", 0),
        ("city", 0),
        ("region", 0),
        ("country", 0),
        ("postcode", 0),
        ("phone", 2),
        ("phone_label", 2),
        ("email", 0),
        ("owner", 0),
    ];
    let again = Database::in_memory().unwrap();
    let (table, mapping) = out::<Contact>(&db, &people);
    assert_eq!(bring_in(&again, "customers", &mapping, &table).created, 59);
    assert_eq!(out::<Contact>(&again, &people), (table, mapping));
    check_customers(&again, &file(&folder.join("customers.csv")));

    let orders = [
        ("external_id_system", 0),
        ("external_id", 0),
        ("contact.external_id", 0),
        ("at", 0),
        ("billing_street", 0),
        ("billing_city", 0),
        ("billing_region", 0),
        ("billing_country", 0),
        ("billing_postcode", 0),
        ("total", 0),
        ("item_sku", 14),
        ("item_product", 14),
        ("item_unit_price", 14),
        ("item_quantity", 14),
    ];
    let (table, mapping) = out::<Purchase>(&db, &orders);
    let mapping = with(mapping, "contact.external_id", Target::value("contact").find(buyer()));
    assert_eq!(bring_in(&again, "invoices", &mapping, &table).created, 412);
    assert_eq!(out::<Purchase>(&again, &orders).0, table);
    check_invoices(&again, &of_file, &lines);
}

fn check_customers(db: &Database, file: &[BTreeMap<String, String>]) {
    let snapshot = db.read().unwrap();
    for row in file {
        let found: Contact = of_number(db, "shop", &row["customer_id"]);
        let address = &found.addresses[0].value;
        let phone = |label: &str| {
            let mut phones = found.phones.iter().filter(|phone| phone.label.as_deref() == Some(label));
            phones.next().map(|phone| phone.value.to_string()).unwrap_or_default()
        };
        let company = found.affiliations.first().map(|affiliation| affiliation.company);
        let company = company.map(|id| snapshot.get(id).unwrap().unwrap().record.name);
        let own = [
            ("first_name", opt(found.name.given.as_ref()).to_owned()),
            ("last_name", opt(found.name.family.as_ref()).to_owned()),
            ("company", company.unwrap_or_default()),
            ("address", opt(address.street.as_ref()).to_owned()),
            ("city", opt(address.city.as_ref()).to_owned()),
            ("state", opt(address.region.as_ref()).to_owned()),
            ("country", opt(address.country.as_ref()).to_owned()),
            ("postal_code", opt(address.postcode.as_ref()).to_owned()),
            ("phone", phone("work")),
            ("fax", phone("fax")),
            ("email", found.emails[0].value.to_string()),
            ("support_rep_id", opt(found.owner.as_ref()).to_owned()),
        ];
        for (key, value) in own {
            assert_eq!(value, row[key], "{}: {key}", row["customer_id"]);
        }
        assert_eq!((found.addresses.len(), found.emails.len(), found.external_ids.len()), (1, 1, 1));
    }
}

fn check_invoices(db: &Database, file: &[BTreeMap<String, String>], lines: &[BTreeMap<String, String>]) {
    let snapshot = db.read().unwrap();
    for row in file {
        let number = &row["invoice_id"];
        let found: Purchase = of_number(db, "shop", number);
        let address = found.billing_address.clone().unwrap_or_default();
        let buyer = snapshot.get(found.contact.unwrap()).unwrap().unwrap().record;
        let at = found.at.unwrap();
        let dollars = |money: &contactdb::Money| {
            assert_eq!(money.currency, Currency::USD);
            money.amount.to_string()
        };
        let own = [
            ("customer_id", buyer.external_ids[0].id.clone()),
            (
                "invoice_date",
                format!("{}T{:02}:{:02}:{:02}.{:09}", at.date(), at.hour(), at.minute(), at.second(), at.nanosecond()),
            ),
            ("billing_address", opt(address.street.as_ref()).to_owned()),
            ("billing_city", opt(address.city.as_ref()).to_owned()),
            ("billing_state", opt(address.region.as_ref()).to_owned()),
            ("billing_country", opt(address.country.as_ref()).to_owned()),
            ("billing_postal_code", opt(address.postcode.as_ref()).to_owned()),
            ("total", dollars(found.total.as_ref().unwrap())),
        ];
        for (key, value) in own {
            assert_eq!(value, row[key], "{number}: {key}");
        }
        let of_invoice = lines.iter().filter(|line| line["invoice_id"] == *number);
        let expected: Vec<[&str; 4]> = of_invoice
            .map(|line| ["invoice_line_id", "track_id", "unit_price", "quantity"].map(|key| line[key].as_str()))
            .collect();
        let items: Vec<[String; 4]> = found
            .items
            .iter()
            .map(|item| {
                let price = dollars(item.unit_price.as_ref().unwrap());
                [item.sku.clone().unwrap(), item.product.clone(), price, item.quantity.to_string()]
            })
            .collect();
        assert_eq!(items, expected, "{number}");
    }
}
