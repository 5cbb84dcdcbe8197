//! Making, opening, sharing and closing files.

use contactdb::{
    Concurrency, Contact, Database, Durability, Error, ErrorKind, Field, Kind, OpenProblem, Options, Read, Result,
};

use crate::common::file;

fn person(given: &str) -> Contact {
    Contact::named(given, "Example")
}

#[track_caller]
fn why(result: Result<Database>) -> OpenProblem {
    match result.map_err(Error::into_kind) {
        Err(ErrorKind::Open { problem, .. }) => problem,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("opened"),
    }
}

#[test]
fn files_that_can_not_be_opened_say_why() {
    let (folder, path) = file();
    assert_eq!(why(Database::open(&path)), OpenProblem::Missing);
    assert_eq!(why(Database::open_read_only(&path)), OpenProblem::Missing);
    assert!(!path.exists(), "opening makes nothing");
    let db = Database::create(&path).unwrap();
    assert_eq!(why(Database::create(&path)), OpenProblem::Exists);
    assert_eq!(why(Database::open(&path)), OpenProblem::InUse);
    assert_eq!(why(Database::open_read_only(&path)), OpenProblem::InUse);
    db.close().unwrap();
    Database::open(&path).unwrap().close().unwrap();
    let others: [(&str, Vec<u8>); 5] = [
        ("empty", vec![]),
        ("short", b"name,email\n".to_vec()),
        ("text", "name,email\n".repeat(10_000).into_bytes()),
        ("zeros", vec![0; 1 << 20]),
        ("half", std::fs::read(&path).unwrap()[..200].to_vec()),
    ];
    for (name, bytes) in others {
        let path = folder.path().join(name);
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(why(Database::open(&path)), OpenProblem::NotADatabase, "{name}");
        assert_eq!(why(Database::open_read_only(&path)), OpenProblem::NotADatabase, "{name}");
        assert_eq!(why(Database::create(&path)), OpenProblem::Exists, "{name}");
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "{name} is left as it was");
    }
    let error = Database::open(folder.path()).unwrap_err();
    assert!(!error.to_string().is_empty());
}

#[test]
fn a_database_that_was_opened_for_reading_refuses_to_write() {
    let (_folder, path) = file();
    let db = Database::create(&path).unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&person("Ada")).unwrap();
    tx.commit().unwrap();
    db.close().unwrap();
    let first = Database::open_read_only(&path).unwrap();
    let second = Database::open_read_only(&path).unwrap();
    for db in [&first, &second] {
        for error in [db.write().unwrap_err(), db.try_write().unwrap_err()] {
            assert!(matches!(error.kind(), ErrorKind::ReadOnly), "{error}");
        }
        assert_eq!(db.read().unwrap().get(ada).unwrap().unwrap().version, 1);
    }
    first.close().unwrap();
}

#[test]
fn every_way_of_sharing_works() {
    for concurrency in [Concurrency::Exclusive, Concurrency::SingleWriter, Concurrency::MultiWriter] {
        let (_folder, path) = file();
        let options = || Options::new().concurrency(concurrency);
        let db = options().create(&path).unwrap();
        let mut tx = db.write().unwrap();
        let ada = tx.insert(&person("Ada")).unwrap();
        tx.commit().unwrap();
        if concurrency != Concurrency::Exclusive {
            // Another handle follows the commits of the first.
            let other = options().open_read_only(&path).unwrap();
            assert_eq!(other.read().unwrap().len(Kind::CONTACT).unwrap(), 1, "{concurrency:?}");
            let mut tx = db.write().unwrap();
            tx.define(Field::text("code")).unwrap();
            tx.insert(&person("Joe")).unwrap();
            tx.commit().unwrap();
            let snapshot = other.read().unwrap();
            assert_eq!(snapshot.len(Kind::CONTACT).unwrap(), 2, "{concurrency:?}");
            assert!(snapshot.field::<String>(Kind::CONTACT, "code").is_ok());
        }
        if concurrency == Concurrency::MultiWriter {
            let other = options().open(&path).unwrap();
            let mut tx = other.write().unwrap();
            tx.insert(&person("Eve").set_value("code", "x")).unwrap();
            tx.define(Field::integer("size")).unwrap();
            tx.commit().unwrap();
            let mut tx = db.write().unwrap();
            tx.insert(&person("Hedy").set_value("size", 4)).unwrap();
            tx.commit().unwrap();
            assert_eq!(other.read().unwrap().len(Kind::CONTACT).unwrap(), 4);
        }
        db.close().unwrap();
        let db = options().open(&path).unwrap();
        assert!(db.read().unwrap().get(ada).unwrap().is_some(), "{concurrency:?}");
    }
}

#[test]
fn eventual_commits_are_seen_at_once_and_kept_by_closing() {
    let (_folder, path) = file();
    let db = Options::new().durability(Durability::Eventual).create(&path).unwrap();
    let mut ids = Vec::new();
    for _ in 0..20 {
        let mut tx = db.write().unwrap();
        ids.push(tx.insert(&person("Ada")).unwrap());
        tx.commit().unwrap();
        assert_eq!(db.read().unwrap().len(Kind::CONTACT).unwrap(), ids.len() as u64);
    }
    db.close().unwrap();
    let db = Database::open(&path).unwrap();
    assert_eq!(db.read().unwrap().len(Kind::CONTACT).unwrap(), 20);
}
