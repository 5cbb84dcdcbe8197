//! Files of other programs and of other versions.

use std::path::PathBuf;

use redb::TableDefinition;

use super::format::{FORMAT_VERSION, fact};
use crate::{Contact, Database, Error, ErrorKind, Kind, OpenProblem, Read};

const META: TableDefinition<'static, &'static [u8], &'static [u8]> = TableDefinition::new("meta");

/// A database with one contact, closed.
fn made() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crm.contacts");
    let db = Database::create(&path).unwrap();
    let mut tx = db.write().unwrap();
    tx.insert(&Contact::named("Ada", "Example")).unwrap();
    tx.commit().unwrap();
    db.close().unwrap();
    (folder, path)
}

/// Sets a fact, as another version would; `None` takes it away.
fn set(path: &PathBuf, key: &[u8], value: Option<&[u8]>) {
    let raw = redb::Database::open(path).unwrap();
    let transaction = raw.begin_write().unwrap();
    {
        let mut meta = transaction.open_table(META).unwrap();
        match value {
            Some(value) => drop(meta.insert(key, value).unwrap()),
            None => drop(meta.remove(key).unwrap()),
        }
    }
    transaction.commit().unwrap();
}

#[track_caller]
fn why(path: &PathBuf) -> OpenProblem {
    let [writing, reading] =
        [Database::open(path), Database::open_read_only(path)].map(|opened| match opened.map_err(Error::into_kind) {
            Err(ErrorKind::Open { problem, path: found }) => {
                assert_eq!(found, *path);
                problem
            }
            Err(other) => panic!("{other:?}"),
            Ok(_) => panic!("opened"),
        });
    assert_eq!(writing, reading);
    writing
}

#[test]
fn a_file_of_a_newer_format_is_refused_with_both_versions() {
    let (_folder, path) = made();
    for found in [FORMAT_VERSION + 1, u32::MAX] {
        set(&path, b"format", Some(&fact(b"format", found)));
        assert_eq!(why(&path), OpenProblem::Newer { found, supported: FORMAT_VERSION });
    }
    set(&path, b"format", Some(&fact(b"format", FORMAT_VERSION)));
    assert_eq!(Database::open(&path).unwrap().read().unwrap().len(Kind::CONTACT).unwrap(), 1);
}

#[test]
fn a_file_with_a_newer_folding_of_text_is_refused() {
    let (_folder, path) = made();
    set(&path, b"fold", Some(&fact(b"fold", 99)));
    let problem = why(&path);
    assert!(matches!(problem, OpenProblem::Newer { .. }), "{problem}");
}

#[test]
fn an_impossible_format_version_is_damage() {
    let (_folder, path) = made();
    for value in [&fact(b"format", 0)[..], &0_u32.to_be_bytes(), &[1, 2, 3], &[]] {
        set(&path, b"format", Some(value));
        let error = Database::open(&path).unwrap_err();
        assert!(error.is_corrupt(), "{error}");
    }
    set(&path, b"format", None);
    assert!(Database::open(&path).unwrap_err().is_corrupt());
}

#[test]
fn a_redb_database_of_another_program_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.redb");
    let other: TableDefinition<'static, u64, u64> = TableDefinition::new("meta");
    for with_table in [false, true] {
        let raw = redb::Database::create(&path).unwrap();
        let transaction = raw.begin_write().unwrap();
        if with_table {
            transaction.open_table(other).unwrap().insert(1, 2).unwrap();
        }
        transaction.commit().unwrap();
        drop(raw);
        assert_eq!(why(&path), OpenProblem::NotADatabase);
    }
    let (_other, ours) = made();
    set(&ours, b"magic", Some(b"contactdc"));
    assert_eq!(why(&ours), OpenProblem::NotADatabase);
}

#[test]
fn a_file_cut_in_the_middle_or_overwritten_is_refused_without_a_panic() {
    let (_folder, path) = made();
    let bytes = std::fs::read(&path).unwrap();
    for length in [4_096, bytes.len() / 3, bytes.len() / 2, bytes.len() - 4_096] {
        std::fs::write(&path, &bytes[..length]).unwrap();
        let opened = Database::open(&path).and_then(|db| db.read()?.len(Kind::CONTACT));
        assert!(opened.as_ref().is_err() || opened.as_ref().is_ok_and(|len| *len == 1), "{length}: {opened:?}");
    }
    for from in (0..bytes.len()).step_by(bytes.len() / 16) {
        let mut damaged = bytes.clone();
        let to = (from + 512).min(damaged.len());
        damaged[from..to].fill(0xA5);
        std::fs::write(&path, &damaged).unwrap();
        let opened = Database::open(&path).and_then(|db| db.read()?.len(Kind::CONTACT));
        assert!(opened.as_ref().is_err() || opened.as_ref().is_ok_and(|len| *len == 1), "{from}: {opened:?}");
    }
}
