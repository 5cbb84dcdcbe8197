//! Screens that know kinds and fields only from the catalogue: somebody defines a kind and its fields, fills in a form,
//! corrects what was wrong, and looks at a list.
//!
//! `cargo run --example any_form`

use std::error::Error;

use contactdb::{
    AnyRecord, Attribute, Catalogue, Contact, Currency, CustomKind, Database, Field, Kind, KindEntry, Read, RecordId,
    Transaction, Value, ValueType,
};

/// A field as somebody filled in the screen for it.
struct Asked {
    key: &'static str,
    label: &'static str,
    value_type: ValueType,
    required: bool,
    options: &'static [(&'static str, &'static str)],
}

const ASKED: [Asked; 5] = [
    Asked { key: "rooms", label: "Rooms", value_type: ValueType::Integer, required: true, options: &[] },
    Asked { key: "price", label: "Price", value_type: ValueType::Money, required: false, options: &[] },
    Asked { key: "listed", label: "On the market since", value_type: ValueType::Date, required: false, options: &[] },
    Asked {
        key: "state",
        label: "State",
        value_type: ValueType::Choice,
        required: false,
        options: &[("free", "Free"), ("reserved", "Reserved"), ("sold", "Sold")],
    },
    Asked { key: "vendor", label: "Vendor", value_type: ValueType::Reference, required: false, options: &[] },
];

fn main() -> Result<(), Box<dyn Error>> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    let property = tx.define_kind(CustomKind::new("property", "properties").label("Property"))?;
    for asked in &ASKED {
        define(&mut tx, property, asked)?;
    }
    let ada = tx.insert(&Contact::named("Ada", "Lovelace").email("ada@home.example"))?;

    println!("== The form as it was sent first");
    let vendor = ada.to_string();
    let mut typed = vec![
        ("name", "9 Hill Road"),
        ("rooms", "four"),
        ("price", "250000"),
        ("state", "free"),
        ("listed", "1.2.2026"),
    ];
    typed.push(("vendor", &vendor));
    let mut form = AnyRecord::new(property);
    for mistake in fill_in(&mut form, tx.catalogue(), &typed) {
        println!("{mistake}");
    }
    if let Err(refused) = tx.insert(&form) {
        for violation in refused.violations() {
            println!("{violation}");
        }
    }

    println!("\n== Corrected");
    let none = fill_in(&mut form, tx.catalogue(), &[("rooms", "4"), ("listed", "2026-02-01")]);
    assert!(none.is_empty());
    let house = tx.insert(&form)?;
    show(&tx, house)?;

    println!("\n== The same form for a contact");
    show(&tx, ada.into())?;

    println!("\n== A list");
    let question = tx.any_question("properties where price <= 300_000 GBP order by price desc")?;
    let columns = tx.columns(property, "name, rooms, price, vendor.name, created_by")?;
    println!("{}", columns.headings(tx.catalogue()).join(" | "));
    for id in tx.ask(&question).ids()? {
        let cells = tx.cells(id, &columns)?;
        let texts: Vec<String> =
            cells.iter().map(|values| values.first().map(ToString::to_string).unwrap_or_default()).collect();
        println!("{}", texts.join(" | "));
    }
    Ok(tx.commit()?)
}

/// Defines what somebody asked for.
fn define(tx: &mut Transaction<'_>, kind: Kind, asked: &Asked) -> contactdb::Result<()> {
    let mut field = Field::of_type(asked.key, asked.value_type).on(kind).label(asked.label);
    field = asked.options.iter().fold(field, |field, (key, label)| field.option(*key, *label));
    field = match asked.value_type {
        ValueType::Money => field.currency(Currency::GBP),
        ValueType::Reference => field.to([Kind::CONTACT]),
        _ => field,
    };
    tx.define(if asked.required { field.required() } else { field }).map(drop)
}

/// Sets what was typed; says what could not be read.
fn fill_in(form: &mut AnyRecord, catalogue: &Catalogue, typed: &[(&str, &str)]) -> Vec<String> {
    let mut mistakes = Vec::new();
    for (key, text) in typed {
        let Some(attribute) = catalogue.attribute(form.kind(), key) else { continue };
        match attribute.parse(text) {
            Ok(Some(value)) => form.fields.set_value(key, value),
            Ok(None) => form.fields.clear_value(key),
            Err(mistake) => mistakes.push(format!("{}: {mistake}", attribute.label)),
        }
    }
    mistakes
}

/// Shows what a record has, whatever its kind.
fn show(db: &impl Read, id: RecordId) -> Result<(), Box<dyn Error>> {
    let record = db.get(id)?.ok_or("it is gone")?.record;
    let catalogue = db.catalogue();
    let kind = catalogue.kind(id.kind).ok_or("no such kind")?;
    println!("{}: {}", kind.label, catalogue.title(&record));
    for attribute in kind.attributes().filter(|attribute| attribute.is_settable()) {
        if let Some(value) = record.value(&attribute.key) {
            println!("  {}: {}", attribute.label, in_words(db, attribute, &value)?);
        }
    }
    Ok(())
}

/// A value as people read it: options by their labels, other records by what they are called, structured values part by part.
fn in_words(db: &impl Read, attribute: &Attribute, value: &Value) -> contactdb::Result<String> {
    Ok(match value {
        Value::Choice(choice) => attribute.option(choice.key()).map_or(choice.to_string(), |one| one.label.to_string()),
        Value::Reference(id) => db.get(*id)?.map(|stored| db.catalogue().title(&stored.record)).unwrap_or_default(),
        Value::List(values) => {
            let texts = values.iter().map(|value| in_words(db, attribute, value));
            texts.collect::<contactdb::Result<Vec<_>>>()?.join("; ")
        }
        Value::Group(group) => {
            let kind = db.catalogue().kind(attribute.kind).into_iter();
            let parts = kind.flat_map(KindEntry::attributes).filter(|part| part.part_of == Some(attribute.id));
            let found = parts.filter_map(|part| Some((part, group.get(part.id)?)));
            let texts = found.map(|(part, value)| Ok(format!("{} {}", part.label, in_words(db, part, value)?)));
            texts.collect::<contactdb::Result<Vec<_>>>()?.join(", ")
        }
        other => other.to_string(),
    })
}
