//! Attributes that are set by their key, as frontends do.

use contactdb::{Address, Company, Contact, Database, EmailAddress, Labelled, Read, Rule, Value};

#[test]
fn parts_of_the_one_name_and_address_are_set_by_their_keys() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    let ada = Contact::named("Augusta", "King").set_value("given_name", "Ada").set_value("family_name", "Lovelace");
    let ada = tx.insert(&ada)?;
    assert_eq!(tx.get(ada)?.unwrap().record.name.display(), "Ada Lovelace");
    let acme = Company::new("Acme").billing_address(Address::new("1 Example Street", "Springfield"));
    let acme = tx.insert(&acme.set_value("billing_city", "Shelbyville").set_value("shipping_country", "US"))?;
    let stored = tx.get(acme)?.unwrap().record;
    assert_eq!(stored.billing_address, Some(Address::new("1 Example Street", "Shelbyville")));
    assert_eq!(stored.shipping_address, Some(Address::default().country("US")));
    Ok(())
}

#[test]
fn labelled_values_are_set_as_text_as_values_and_with_labels() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    let work = EmailAddress::new("ada@acme.example").unwrap();
    for value in [
        Value::from("ada@acme.example"),
        Value::from(work.clone()),
        Value::from(vec![Value::from("ada@acme.example")]),
        Value::from(Labelled::new(work.clone())),
        Value::from(vec![Value::from(Labelled::new(work.clone()))]),
    ] {
        let id = tx.insert(&Contact::new().set_value("email", value))?;
        assert_eq!(tx.get(id)?.unwrap().record.emails, [Labelled::new(work.clone())]);
    }
    Ok(())
}

#[test]
fn an_empty_text_and_clearing_take_a_value_away() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    let id = tx.insert(&Contact::named("Ada", "Lovelace").job_title("Analyst").email("ada@acme.example"))?;
    tx.update(id, |ada: &mut Contact| ada.fields.set_value("job_title", ""))?;
    tx.update(id, |ada: &mut Contact| ada.fields.clear_value("email"))?;
    tx.update(id, |ada: &mut Contact| ada.fields.clear_value("given_name"))?;
    let ada = tx.get(id)?.unwrap().record;
    assert_eq!((ada.job_title.as_deref(), ada.emails.len(), ada.name.display()), (None, 0, "Lovelace".to_owned()));
    Ok(())
}

#[test]
fn a_part_of_several_values_and_a_bad_one_of_a_list_are_named() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    let emails = vec![Value::from("ada@acme.example"), Value::from("ada")];
    let refused = Contact::new().set_value("city", "Springfield").set_value("email", emails).set_value("name", 7);
    let error = tx.insert(&refused).unwrap_err();
    let found: Vec<(&str, bool)> = error
        .violations()
        .iter()
        .map(|violation| (violation.attribute.as_str(), violation.rule == Rule::PartOfSeveral))
        .collect();
    assert_eq!(found, [("city", true), ("email[2]", false), ("name", false)]);
    Ok(())
}

#[test]
fn a_record_that_is_held_by_reference_takes_setters_and_reports_what_they_can_not_take() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    let id = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    tx.update(id, |ada: &mut Contact| ada.edit(|ada| ada.email("ada@acme.example").tag("vip")))?;
    assert_eq!(tx.get(id)?.unwrap().record.emails.len(), 1);
    let error = tx.update(id, |ada: &mut Contact| ada.edit(|ada| ada.email("nobody").tag(""))).unwrap_err();
    assert_eq!(error.violations().len(), 2);
    Ok(())
}
