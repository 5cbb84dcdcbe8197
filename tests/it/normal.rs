//! Values are one key in all their forms, and shown as they were typed.

use contactdb::{
    By, Company, Contact, Database, Error, ErrorKind, Field, Id, Kind, Labelled, Options, PhoneNormalizer, PhoneNumber,
    Read, Region, Result,
};

use crate::common::file;

/// Knows Britain alone, in one of two versions.
#[derive(Debug, Clone, Copy)]
struct British(&'static str);

impl PhoneNormalizer for British {
    fn name(&self) -> &str {
        self.0
    }
    fn e164(&self, number: &PhoneNumber) -> Option<String> {
        let digits = number.digits();
        match (number.region().as_ref().map(Region::code), digits.strip_prefix('0')) {
            (Some("GB"), Some(national)) => Some(format!("+44{national}")),
            _ => digits.starts_with('+').then_some(digits),
        }
    }
}

fn british() -> Options {
    Options::new().phone_normalizer(British("british 1")).default_region(Region::new("GB").unwrap())
}

/// One number, as people write it.
const WRITTEN: [&str; 5] = ["+44 20 7946 0123", "020 7946 0123", "(020) 79460123", "+442079460123", "020-7946-0123"];

fn found(read: &impl Read, key: &By) -> Vec<Id<Contact>> {
    read.find::<Contact>(key).unwrap()
}

#[test]
fn a_phone_number_is_one_however_it_is_written_and_is_shown_as_typed() -> Result<()> {
    let db = british().in_memory()?;
    let mut tx = db.write()?;
    let mut ids = Vec::new();
    for written in WRITTEN {
        ids.push(tx.insert(&Contact::named("Ada", "Lovelace").phone(written))?);
    }
    tx.insert(&Contact::named("Grace", "Hopper").phone("+44 20 7946 0124"))?;
    tx.commit()?;
    let snapshot = db.read()?;
    for written in WRITTEN {
        assert_eq!(found(&snapshot, &By::phone(written)), ids, "{written}");
    }
    for (id, written) in ids.iter().zip(WRITTEN) {
        assert_eq!(snapshot.get(*id)?.unwrap().record.phones[0].value.as_str(), written);
    }
    // Whoever calls is found by the end of the number, and in whatever form it is shown.
    for query in ["0123", "79460123", "+44 20 7946 0123", "020 7946 0123"] {
        let hits = snapshot.search(query).limit(9).hits()?;
        assert_eq!(hits.len(), 5, "{query}");
    }
    assert!(snapshot.check(|_| {})?.is_sound());
    Ok(())
}

#[test]
fn a_segment_finds_a_phone_number_however_it_is_written() -> Result<()> {
    let db = british().in_memory()?;
    let mut tx = db.write()?;
    let other = tx.insert(&Contact::named("Other", "").phone("+44 20 7946 9123").phone("+1 20 7946 0123"))?;
    for (at, text) in WRITTEN.iter().enumerate() {
        let acme = tx.insert(&Company::new(format!("Company {at}")).phone(*text))?;
        let work = Labelled::new(PhoneNumber::new(text).unwrap()).label("work");
        tx.insert(
            &Contact::named(format!("Ada {at}"), "").phone("+44 20 7946 0999").phone(work).works_at(acme, "CTO"),
        )?;
    }
    tx.commit()?;
    let snapshot = db.read()?;
    let count = |segment: &str| snapshot.count(snapshot.segment(segment).unwrap()).unwrap();
    for text in WRITTEN {
        assert_eq!(count(&format!("phone = \"{text}\"")), 5, "{text}");
        assert_eq!(count(&format!("phone != \"{text}\"")), 1, "{text}");
        assert_eq!(count(&format!("phone in [\"{text}\", \"020 7946 9123\"]")), 6, "{text}");
        assert_eq!(count(&format!("any phone (phone = \"{text}\" and label = work)")), 5, "{text}");
        assert_eq!(count(&format!("every phone = \"{text}\"")), 0, "{text}");
        assert_eq!(count(&format!("company.phone = \"{text}\"")), 5, "{text}");
        // As it was typed, and pieces of it, stay what they were.
        assert_eq!(count(&format!("phone == \"{text}\"")), 1, "{text}");
    }
    assert_eq!(snapshot.select(&snapshot.segment("phone = \"020 7946 9123\"")?).ids()?, [other]);
    assert_eq!(count("phone = \"7946 0123\""), 0);
    Ok(())
}

#[test]
fn without_a_normalizer_digits_alone_count() -> Result<()> {
    let db = Options::new().default_region(Region::new("GB").unwrap()).in_memory()?;
    let mut tx = db.write()?;
    let national = tx.insert(&Contact::named("Ada", "Lovelace").phone("020 7946 0123"))?;
    let international = tx.insert(&Contact::named("Ada", "Lovelace").phone("+44 20 7946 0123"))?;
    assert_eq!(found(&tx, &By::phone("(020) 79460123")), [national]);
    assert_eq!(found(&tx, &By::phone("+442079460123")), [international]);
    Ok(())
}

#[test]
fn numbers_that_were_noted_without_a_region_are_still_found() -> Result<()> {
    let db = Options::new().phone_normalizer(British("british 1")).in_memory()?;
    let mut tx = db.write()?;
    let ada = tx.insert(&Contact::named("Ada", "Lovelace").phone("020 7946 0123"))?;
    assert_eq!(found(&tx, &By::phone("020 79460123")), [ada]);
    Ok(())
}

#[test]
fn a_unique_number_is_refused_in_another_form_and_taken_with_another_extension() -> Result<()> {
    let db = british().in_memory()?;
    let mut tx = db.write()?;
    let direct = tx.define(Field::phone("direct").unique())?;
    let number = |text: &str| PhoneNumber::new(text).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Lovelace").set(direct, number("020 7946 0123 ext. 1")))?;
    let again = Contact::named("Grace", "Hopper").set(direct, number("+44 20 7946 0123 x1"));
    assert!(tx.insert(&again).unwrap_err().is_invalid());
    tx.insert(&again.set(direct, number("+44 20 7946 0123 x2")))?;
    let key = By::field("direct", number("+44 (20) 7946-0123;ext=1"));
    assert_eq!(found(&tx, &key), [ada]);
    let done = tx.upsert(&key, |ada: &mut Contact| ada.job_title = Some("Analyst".into()))?;
    assert_eq!((done.id, done.created), (ada, false));
    Ok(())
}

fn given(result: Result<Database>) -> (String, String) {
    match result.map_err(Error::into_kind) {
        Err(ErrorKind::OtherPhoneKeys { found, given }) => (found, given),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_is_opened_with_the_normalizer_of_its_keys_or_has_them_made_anew() -> Result<()> {
    let (_folder, path) = file();
    let db = Options::new().default_region(Region::new("GB").unwrap()).create(&path)?;
    let mut tx = db.write()?;
    let ada = tx.insert(&Contact::named("Ada", "Lovelace").phone("020 7946 0123"))?;
    tx.commit()?;
    db.close()?;
    let names = |found: &str, given: &str| (found.to_owned(), given.to_owned());
    assert_eq!(given(british().open(&path)), names("digits", "british 1"));
    assert_eq!(given(british().open_read_only(&path)), names("digits", "british 1"));
    assert_eq!(given(british().rebuild_phone_keys(true).open_read_only(&path)), names("digits", "british 1"));

    let db = british().rebuild_phone_keys(true).open(&path)?;
    assert_eq!(found(&db.read()?, &By::phone("+44 20 7946 0123")), [ada]);
    assert!(db.read()?.check(|_| {})?.is_sound());
    db.close()?;
    // From now on it is the file's own.
    british().rebuild_phone_keys(true).open(&path)?.close()?;
    british().open_read_only(&path)?.close()?;

    let newer = || Options::new().phone_normalizer(British("british 2"));
    let error = newer().open(&path).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the phone numbers of this file are keyed by \"british 1\", and it was opened with \"british 2\"; open it with the \
         normalizer that it was written with, or once for writing with Options::rebuild_phone_keys"
    );
    newer().rebuild_phone_keys(true).open(&path)?.close()?;
    assert_eq!(given(Database::open(&path)), names("british 2", "digits"));
    let db = Options::new().rebuild_phone_keys(true).open(&path)?;
    assert_eq!(found(&db.read()?, &By::phone("+44 20 7946 0123")), []);
    assert_eq!(found(&db.read()?, &By::phone("020 7946 0123")), [ada]);
    db.close()?;
    Database::open(&path)?.close()
}

#[test]
fn an_address_is_one_in_its_script_and_encoded() -> Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    let typed = tx.insert(&Contact::named("Ada", "Lovelace").email("Ada@B\u{FC}cher.example"))?;
    let encoded = tx.insert(&Contact::named("Grace", "Hopper").email("ada@xn--bcher-kva.example"))?;
    tx.insert(&Contact::named("Alan", "Turing").email("ada@bucher.example"))?;
    // So many others that columns and words are written, and not only the log of fresh rows.
    for at in 0..300 {
        tx.insert(&Contact::named("Other", "Person").email(format!("other{at}@acme.example")))?;
    }
    tx.commit()?;
    let snapshot = db.read()?;
    for written in ["ada@b\u{FC}cher.example", "ADA@XN--BCHER-KVA.EXAMPLE", "ada@bu\u{308}cher.example"] {
        assert_eq!(found(&snapshot, &By::email(written)), [typed, encoded], "{written}");
        assert_eq!(snapshot.search(written).limit(9).hits()?.len(), 2, "{written}");
        let segment = |operator: &str| snapshot.segment(format!("email {operator} \"{written}\"")).unwrap();
        let equal = snapshot.select(&segment("=")).ids()?;
        // Others too: in segments the marks of letters do not count.
        assert!(equal.contains(&typed) && equal.contains(&encoded), "{written}");
        assert!(!snapshot.select(&segment("!=")).ids()?.contains(&encoded), "{written}");
    }
    assert_eq!(snapshot.search("ada@b\u{FC}ch").limit(9).hits()?.len(), 2);
    assert_eq!(snapshot.search("ada@").limit(9).hits()?.len(), 3);
    assert_eq!(snapshot.search("ada").limit(9).hits()?.len(), 3);
    assert_eq!(snapshot.get(typed)?.unwrap().record.emails[0].value.as_str(), "Ada@B\u{FC}cher.example");
    assert!(snapshot.check(|_| {})?.is_sound());
    Ok(())
}

#[test]
fn a_unique_web_address_is_one_page() -> Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    tx.define(Field::url("site").on(Kind::CONTACT).unique())?;
    let ada = tx.insert(&Contact::named("Ada", "Lovelace").set_value("site", "https://ACME.example/Ada/"))?;
    let again = Contact::named("Grace", "Hopper").set_value("site", "acme.example/Ada");
    assert!(tx.insert(&again).unwrap_err().is_invalid());
    tx.insert(&again.set_value("site", "acme.example/ada"))?;
    let site = contactdb::WebAddress::new("http://acme.example:80/Ada").unwrap();
    assert_eq!(found(&tx, &By::field("site", site)), [ada]);
    Ok(())
}

/// Real numbers of many countries with what Google's own library says of them.
#[cfg(feature = "phone")]
mod metadata {
    use contactdb::PhoneMetadata;

    use super::*;

    #[test]
    fn every_number_of_the_sample_has_the_form_that_google_gives_it() {
        let Some(samples) = std::env::var_os("CONTACTDB_SAMPLES") else {
            eprintln!("skipped: CONTACTDB_SAMPLES is not set");
            return;
        };
        let path = std::path::Path::new(&samples).join("phones/phones_sample.tsv");
        let text = std::fs::read_to_string(path).unwrap();
        let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split('\t').collect()).collect();
        assert_eq!(rows.len(), 60);
        for row in rows {
            let [sort, input, region, parse, e164, extension] = row[..6] else { panic!("{row:?}") };
            let mut options = Options::new().phone_normalizer(PhoneMetadata);
            if let Ok(region) = Region::new(region) {
                options = options.default_region(region);
            }
            let number = PhoneNumber::new(input).unwrap_or_else(|error| panic!("{row:?}: {error}"));
            assert_eq!(number.as_str(), input.trim());
            assert_eq!(options.e164(&number).unwrap_or_default(), e164, "{row:?}");
            assert_eq!(number.extension().unwrap_or_default(), extension, "{row:?}");
            if parse == "ok" {
                let db = options.in_memory().unwrap();
                let mut tx = db.write().unwrap();
                let id = tx.insert(&Contact::named("Ada", "Lovelace").phone(input)).unwrap();
                assert_eq!(found(&tx, &By::phone(e164)), [id], "{row:?}");
                assert_eq!(found(&tx, &By::phone(input)), [id], "{row:?}");
                // What is typed into a search box has no extension.
                let typed = ["ext", "tel", "rfc", "too", "full"].iter().all(|begin| !sort.starts_with(begin));
                for query in [Some(e164), Some(input).filter(|_| typed)].into_iter().flatten() {
                    assert_eq!(tx.search(query).limit(2).hits().unwrap().len(), 1, "{query} {row:?}");
                }
            }
        }
    }

    #[test]
    fn a_segment_finds_a_number_by_the_plan_of_its_country() {
        let options = Options::new().phone_normalizer(PhoneMetadata).default_region(Region::new("GB").unwrap());
        let db = options.in_memory().unwrap();
        let mut tx = db.write().unwrap();
        tx.insert(&contactdb::Contact::named("Ada", "").phone("+44 (0)20 7946 0123 ext. 9")).unwrap();
        tx.insert(&contactdb::Contact::named("Joe", "").phone("+1 415 555 0123")).unwrap();
        for text in ["020 7946 0123", "+442079460123", "0044 20 7946 0123", "+44 (0)20 7946 0123 ext. 9"] {
            let segment = tx.segment(format!("phone = \"{text}\"").as_str()).unwrap();
            assert_eq!(tx.count(&segment).unwrap(), 1, "{text}");
        }
        assert_eq!(tx.count(tx.segment("phone = \"020 7946 9123\"").unwrap()).unwrap(), 0);
    }

    #[test]
    fn the_tables_are_there_and_named_as_the_dependency_has_them() {
        let options = Options::new().phone_normalizer(PhoneMetadata).default_region(Region::new("US").unwrap());
        for (text, e164) in [
            ("+44 20 7946 0123", "+442079460123"),
            ("(415) 555-0123 x9", "+14155550123"),
            ("011 44 20 7946 0123", "+442079460123"),
            ("+39 06 6982", "+39066982"),
        ] {
            assert_eq!(options.e164(&PhoneNumber::new(text).unwrap()).as_deref(), Some(e164), "{text}");
        }
        assert!(PhoneMetadata.name().starts_with("libphonenumber "));
    }
}
