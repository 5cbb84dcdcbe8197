//! Exports of known programs, held against what they are known to contain.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::PathBuf;

use contactdb::{
    Attribute, By, Company, Contact, CsvOptions, CsvReader, Database, Deal, Dump, Find, Id, ImportCounts, Kind,
    Labelled, Load, Mapping, Money, Origin, Read, Record, Snapshot, Target,
};
use serde_json::Value;

use crate::import_tables::{bring_in as bring_in_table, out, with};

/// The folder of sample data of others, if there is one.
pub(crate) fn samples(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("CONTACTDB_SAMPLES").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("{test}: skipped, since CONTACTDB_SAMPLES names no folder");
    }
    folder
}

pub(crate) fn rows(path: &std::path::Path) -> Vec<Vec<String>> {
    let bytes = std::fs::read(path).unwrap();
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Brings a file in by the mapping that is guessed of it.
fn bring_in(db: &Database, kind: Kind, path: &std::path::Path) -> (Mapping, ImportCounts) {
    let mut table = CsvReader::new(std::fs::File::open(path).unwrap(), CsvOptions::new()).unwrap();
    let sample: Vec<Vec<String>> =
        table.peek(100).iter().flatten().map(|row| row.iter().map(str::to_owned).collect()).collect();
    let mapping = Mapping::guess(db.read().unwrap().catalogue(), kind, table.headers(), &sample);
    let mut problems = Vec::new();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let done = db
        .import(&name, &mapping, &mut table, |row| {
            problems.extend(row.problems.iter().map(|problem| format!("{}: {problem:?}", row.line)));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(problems, Vec::<String>::new(), "{name}");
    assert!(db.read().unwrap().check(|_| {}).unwrap().is_sound());
    (mapping, done.counts)
}

fn text(person: &Value, key: &str) -> String {
    person[key].as_str().unwrap_or_default().trim().to_owned()
}

fn opt(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}

fn with_labels<T: ToString>(values: &[Labelled<T>]) -> BTreeSet<(String, String)> {
    values.iter().map(|one| (opt(one.label.as_ref()).to_lowercase(), one.value.to_string())).collect()
}

fn expected(person: &Value, key: &str) -> BTreeSet<(String, String)> {
    let pair = |pair: &Value| (pair[0].as_str().unwrap().to_lowercase(), pair[1].as_str().unwrap().to_owned());
    person[key].as_array().unwrap().iter().map(pair).collect()
}

fn company_of(snapshot: &Snapshot, contact: &Contact) -> String {
    let company = contact.affiliations.first().map(|affiliation| affiliation.company);
    company.map(|id| snapshot.get(id).unwrap().unwrap().record.name).unwrap_or_default()
}

/// What a program keeps of a person, and in which form.
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts, read by name")]
struct Form {
    middle: bool,
    /// The parts of the name beside, and the department.
    whole_name: bool,
    nickname: bool,
    labels_of_email: bool,
    birthday: fn(&str) -> String,
    country: &'static str,
    notes: bool,
    tags: bool,
}

fn check_people(folder: &std::path::Path, db: &Database, form: &Form) {
    let people: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(folder.join("csv/expected_people.json")).unwrap()).unwrap();
    let snapshot = db.read().unwrap();
    assert_eq!(snapshot.count(snapshot.segment("all").unwrap()).unwrap(), people.len() as u64);
    for person in &people {
        let email = person["emails"][0][1].as_str().unwrap();
        let ids: Vec<Id<Contact>> = snapshot.find(&By::email(email)).unwrap();
        let [id] = ids.as_slice() else { panic!("{email}: {ids:?}") };
        let found = snapshot.get(*id).unwrap().unwrap().record;
        let name = &found.name;
        assert_eq!(opt(name.given.as_ref()), text(person, "first"), "{email}");
        assert_eq!(opt(name.family.as_ref()), text(person, "last"), "{email}");
        if form.middle {
            assert_eq!(opt(name.middle.as_ref()), text(person, "middle"), "{email}");
        }
        if form.whole_name {
            assert_eq!(opt(name.prefix.as_ref()), text(person, "prefix"), "{email}");
            assert_eq!(opt(name.suffix.as_ref()), text(person, "suffix"), "{email}");
            assert_eq!(opt(found.department.as_ref()), text(person, "dept"), "{email}");
        }
        if form.nickname {
            assert_eq!(opt(name.nickname.as_ref()), text(person, "nickname"), "{email}");
        }
        assert_eq!(company_of(&snapshot, &found), text(person, "org"), "{email}");
        assert_eq!(opt(found.job_title.as_ref()), text(person, "title"), "{email}");
        let emails = with_labels(&found.emails);
        let plain =
            |set: &BTreeSet<(String, String)>| set.iter().map(|(_, value)| value.clone()).collect::<BTreeSet<_>>();
        if form.labels_of_email {
            assert_eq!(emails, expected(person, "emails"), "{email}");
        } else {
            assert_eq!(plain(&emails), plain(&expected(person, "emails")), "{email}");
        }
        let phones = with_labels(&found.phones);
        // Several numbers in one cell have one label.
        if form.nickname && found.phones.iter().all(|phone| phone.label == found.phones[0].label) {
            assert_eq!(plain(&phones), plain(&expected(person, "phones")), "{email}");
        } else {
            assert_eq!(phones, expected(person, "phones"), "{email}");
        }
        let address = &found.addresses[0].value;
        assert_eq!(found.addresses.len(), 1, "{email}");
        assert_eq!(opt(address.street.as_ref()), text(person, "street"), "{email}");
        assert_eq!(opt(address.city.as_ref()), text(person, "city"), "{email}");
        assert_eq!(opt(address.region.as_ref()), text(person, "region"), "{email}");
        assert_eq!(opt(address.postcode.as_ref()), text(person, "code"), "{email}");
        assert_eq!(opt(address.country.as_ref()), text(person, form.country), "{email}");
        let birthday = found.birthday.map(|birthday| birthday.to_string()).unwrap_or_default();
        assert_eq!(birthday, (form.birthday)(&text(person, "bday")), "{email}");
        if form.notes {
            let notes = opt(found.notes.as_ref());
            assert!(notes.starts_with(&text(person, "note")), "{email}: {notes}");
        }
        if form.tags {
            let tags: BTreeSet<&str> =
                found.tags.iter().map(contactdb::Tag::as_str).filter(|tag| !tag.starts_with("import/")).collect();
            let labels = person["labels"].as_array().unwrap().iter().map(|label| label.as_str().unwrap());
            assert_eq!(tags, labels.collect(), "{email}");
        }
        let links: Vec<String> = found.links.iter().map(|link| link.value.to_string()).collect();
        let web = text(person, "web");
        assert_eq!(links, if web.is_empty() { vec![] } else { vec![web] }, "{email}");
    }
}

#[test]
fn contacts_of_google_come_in_whole() {
    let Some(folder) = samples("contacts_of_google_come_in_whole") else { return };
    let db = Database::in_memory().unwrap();
    let path = folder.join("csv/google_contacts_new.csv");
    let (mapping, counts) = bring_in(&db, Kind::CONTACT, &path);
    assert_eq!(mapping.profile.as_deref(), Some("Google Contacts, 2024-10"));
    assert_eq!((counts.created, counts.refused, counts.conflicts), (20, 0, 0));
    // The file has the years of some birthdays alone, so those are held against the file.
    let rows = rows(&path);
    let column = rows[0].iter().position(|header| header == "Birthday").unwrap();
    let email = rows[0].iter().position(|header| header == "E-mail 1 - Value").unwrap();
    let snapshot = db.read().unwrap();
    for row in &rows[1..] {
        let id: Id<Contact> = snapshot.find(&By::email(&row[email])).unwrap()[0];
        let found = snapshot.get(id).unwrap().unwrap().record;
        assert_eq!(found.birthday.map(|day| day.to_string()).unwrap_or_default(), row[column].trim());
    }
    check_people_but_birthdays(&folder, &db);
    let customer = snapshot.segment("notes contains \"Customer No: 000001\"").unwrap();
    assert_eq!(snapshot.count(&customer).unwrap(), 1);
    let anniversary = snapshot.segment("notes contains \"Anniversary: 2011-05-06\"").unwrap();
    assert_eq!(snapshot.count(&anniversary).unwrap(), 4);
}

fn check_people_but_birthdays(folder: &std::path::Path, db: &Database) {
    let mut tx = db.write().unwrap();
    tx.update_many(&tx.segment("all").unwrap(), |contact: &mut Contact| contact.birthday = None).unwrap();
    tx.commit().unwrap();
    let form = Form {
        middle: true,
        whole_name: true,
        nickname: true,
        labels_of_email: true,
        birthday: |_| String::new(),
        country: "cc",
        notes: true,
        tags: true,
    };
    check_people(folder, db, &form);
}

#[test]
fn contacts_of_outlook_come_in_whole() {
    let Some(folder) = samples("contacts_of_outlook_come_in_whole") else { return };
    let db = Database::in_memory().unwrap();
    let (mapping, counts) = bring_in(&db, Kind::CONTACT, &folder.join("csv/outlook_en.csv"));
    assert_eq!(mapping.profile.as_deref(), Some("Outlook, 2024-10"));
    assert_eq!((counts.created, counts.refused, counts.conflicts), (20, 0, 0));
    let form = Form {
        middle: true,
        whole_name: true,
        nickname: false,
        labels_of_email: false,
        birthday: str::to_owned,
        country: "country",
        notes: true,
        tags: true,
    };
    check_people(&folder, &db, &form);
}

#[test]
fn contacts_companies_and_deals_of_hubspot_come_in_with_what_binds_them() {
    let Some(folder) = samples("contacts_companies_and_deals_of_hubspot_come_in_with_what_binds_them") else { return };
    let db = Database::in_memory().unwrap();
    let (mapping, counts) = bring_in(&db, Kind::CONTACT, &folder.join("csv/hubspot_contacts.csv"));
    assert_eq!(mapping.profile.as_deref(), Some("HubSpot contacts, 2024-10"));
    assert_eq!((counts.created, counts.named), (20, 16));
    let form = Form {
        middle: false,
        whole_name: false,
        nickname: false,
        labels_of_email: false,
        birthday: |_| String::new(),
        country: "country",
        notes: false,
        tags: false,
    };
    check_people(&folder, &db, &form);
    // The companies of the contacts are found by their numbers, and get the rest.
    let (_, counts) = bring_in(&db, Kind::COMPANY, &folder.join("csv/hubspot_companies.csv"));
    assert_eq!(counts.created + counts.updated, 7);
    let snapshot = db.read().unwrap();
    let first: Id<Company> = snapshot.find(&By::external_id("hubspot", "9000000001")).unwrap()[0];
    let first = snapshot.get(first).unwrap().unwrap().record;
    assert_eq!((first.name.as_str(), first.employees), ("Company 1 Ltd.", Some(10)));
    assert_eq!(first.domains, ["company1.example.com"]);
    drop(snapshot);
    let (_, counts) = bring_in(&db, Kind::DEAL, &folder.join("csv/hubspot_deals.csv"));
    assert_eq!((counts.created, counts.refused), (20, 0));
    let snapshot = db.read().unwrap();
    for row in &rows(&folder.join("csv/hubspot_deals.csv"))[1..] {
        let id: Id<Deal> = snapshot.find(&By::external_id("hubspot", &row[0])).unwrap()[0];
        let deal = snapshot.get(id).unwrap().unwrap().record;
        assert_eq!(deal.name, row[1]);
        let catalogue = snapshot.catalogue();
        let label = |key: &str, choice: &Option<contactdb::Choice>| {
            let attribute = catalogue.attribute(Kind::DEAL, key).unwrap();
            attribute.option(choice.as_ref().unwrap().key()).unwrap().label.to_string()
        };
        assert_eq!(label("stage", &deal.stage), row[2]);
        assert_eq!(label("pipeline", &deal.pipeline), row[3]);
        assert_eq!(deal.expected_close.unwrap().to_string(), row[4].split(' ').next().unwrap());
        let amount = (!row[6].is_empty()).then(|| {
            let amount: contactdb::Decimal = row[6].replace(',', "").parse().unwrap();
            Money::new(amount, contactdb::Currency::new(&row[7]).unwrap())
        });
        assert_eq!(deal.amount, amount);
        let numbers: Vec<String> = deal
            .contacts
            .iter()
            .map(|contact| snapshot.get(contact.who).unwrap().unwrap().record.external_ids[0].id.clone())
            .collect();
        assert_eq!(numbers.join(";"), row[8]);
    }
}

/// Writes the records of a kind as a table of these columns and of all that a business defined, and brings it into another database: the
/// table that comes out of that one is the same.
fn out_and_in<T: Record>(from: &Database, to: &Database, columns: &[(&str, usize)], links: &[(&str, Target)]) {
    let snapshot = from.read().unwrap();
    let custom = snapshot.catalogue().kind(T::KIND).unwrap().attributes().filter(|one| one.origin == Origin::Custom);
    let custom: Vec<&Attribute> = custom.collect();
    let mut all = columns.to_vec();
    all.extend(custom.iter().map(|one| (&*one.key, 0)));
    all.extend(links.iter().map(|(key, _)| (*key, 0)));
    let (table, mut mapping) = out::<T>(from, &all);
    for (key, target) in links {
        mapping = with(mapping, key, target.clone());
    }
    let count = snapshot.count(snapshot.segment_of::<T>("all").unwrap()).unwrap();
    assert_eq!(bring_in_table(to, "again", &mapping, &table).created, count);
    // Each import is a tag more.
    all.retain(|(key, _)| *key != "tags");
    let [one, other] = [from, to].map(|db| String::from_utf8(out::<T>(db, &all).0).unwrap());
    assert_eq!(one, other);
}

/// All people but for what is another record or was noted when they came in, by their first address.
fn people(db: &Database) -> BTreeMap<String, Contact> {
    let snapshot = db.read().unwrap();
    let all = snapshot.segment_of::<Contact>("all").unwrap();
    let plain = |mut found: Contact| {
        found.affiliations.clear();
        found.stage_history.clear();
        found.tags.retain(|tag| !tag.as_str().starts_with("import/"));
        (found.emails[0].value.to_string(), found)
    };
    snapshot.select(&all).records().unwrap().map(|found| plain(found.unwrap().record)).collect()
}

/// What is dumped and loaded is dumped the same.
fn goes_through_a_dump(db: &Database) {
    let dumped = |db: &Database| {
        let mut out = Vec::new();
        Dump::new(&db.read().unwrap()).write(&mut out).unwrap();
        out
    };
    let again = Database::in_memory().unwrap();
    let mut tx = again.write().unwrap();
    Load::new(&mut tx).read(&*dumped(db)).unwrap();
    tx.commit().unwrap();
    assert!(dumped(&again) == dumped(db), "another dump");
}

const OF_PEOPLE: &[(&str, usize)] = &[
    ("external_id_system", 0),
    ("external_id", 0),
    ("given_name", 0),
    ("middle_name", 0),
    ("family_name", 0),
    ("name_prefix", 0),
    ("name_suffix", 0),
    ("nickname", 0),
    ("email", 3),
    ("email_label", 3),
    ("email_primary", 3),
    ("phone", 3),
    ("phone_label", 3),
    ("phone_primary", 3),
    ("street", 0),
    ("city", 0),
    ("region", 0),
    ("postcode", 0),
    ("country", 0),
    ("address_label", 0),
    ("address_primary", 0),
    ("link", 0),
    ("link_label", 0),
    ("link_primary", 0),
    ("job_title", 0),
    ("department", 0),
    ("birthday", 0),
    ("stage", 0),
    ("status", 0),
    ("owner", 0),
    ("source", 0),
    ("notes", 0),
    ("company.name", 0),
    ("tags", 0),
];

#[test]
fn exports_of_people_come_out_and_in_again_equal() {
    let Some(folder) = samples("exports_of_people_come_out_and_in_again_equal") else { return };
    for file in ["google_contacts_new", "outlook_en", "hubspot_contacts"] {
        let [db, again] = [(); 2].map(|()| Database::in_memory().unwrap());
        bring_in(&db, Kind::CONTACT, &folder.join(format!("csv/{file}.csv")));
        out_and_in::<Contact>(&db, &again, OF_PEOPLE, &[]);
        assert_eq!(people(&again), people(&db), "{file}");
        goes_through_a_dump(&db);
    }
}

#[test]
fn exports_of_companies_and_deals_come_out_and_in_again_equal() {
    let Some(folder) = samples("exports_of_companies_and_deals_come_out_and_in_again_equal") else { return };
    let [db, again] = [(); 2].map(|()| Database::in_memory().unwrap());
    for (name, kind) in [("companies", Kind::COMPANY), ("contacts", Kind::CONTACT), ("deals", Kind::DEAL)] {
        bring_in(&db, kind, &folder.join(format!("csv/hubspot_{name}.csv")));
    }
    let of = |key: &str| Target::value(key).find(Find::ExternalId { system: "hubspot".into(), create: false });
    let number = [("external_id_system", 0), ("external_id", 0), ("name", 0)];
    let companies = ["domain", "industry", "employees", "revenue", "phone", "link", "link_label", "billing_city"];
    let companies = [&number[..], &companies.map(|key| (key, 0)), &[("owner", 0), ("notes", 0), ("stage", 0)]].concat();
    out_and_in::<Company>(&db, &again, &companies, &[]);
    out_and_in::<Contact>(&db, &again, OF_PEOPLE, &[]);
    assert_eq!(people(&again), people(&db));
    let deals = ["amount", "pipeline", "stage", "expected_close", "owner", "source", "probability", "notes"];
    let deals = [&number[..], &deals.map(|key| (key, 0))].concat();
    let contacts = Target::from(of("contact").split("; "));
    let links = [("company.external_id", of("company").into()), ("contact.external_id", contacts)];
    out_and_in::<Deal>(&db, &again, &deals, &links);
    goes_through_a_dump(&db);
}
