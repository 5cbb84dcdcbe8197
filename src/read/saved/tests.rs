//! Saved questions at the level of bytes: damaged ones, and those of a newer version.

use crate::error::{Error, ErrorKind};
use crate::model::{FieldType as _, Kind};
use crate::rows;
use crate::schema::QuestionDefinition;
use crate::store::{Key, Table, encode_value, scan, seal, set_question_count};
use crate::{Database, Read, Transaction};

const NAME: &str = "Customers";

fn with_question(db: &Database) -> Transaction<'_> {
    let mut tx = db.write().unwrap();
    tx.save_question(NAME, "stage = customer order by created desc limit 5").unwrap();
    tx
}

fn put(tx: &mut Transaction<'_>, question: &QuestionDefinition) {
    let key = rows::question_key(1);
    let value = seal(&key, &encode_value(&question.to_value().unwrap()));
    tx.writer_mut().put(Table::Questions, key, value);
}

/// Puts another tree in the place of the saved one.
fn put_tree(tx: &mut Transaction<'_>, tree: &str) {
    put(tx, &QuestionDefinition::new(NAME.to_owned(), Kind::CONTACT.0, tree.to_owned()));
}

fn reason(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Corrupt { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_flipped_bit_of_a_question_or_its_name_is_found_out() {
    let db = Database::in_memory().unwrap();
    let mut tx = with_question(&db);
    for (table, key) in
        [(Table::Questions, rows::question_key(1)), (Table::QuestionNames, Key::new().text("customers").build())]
    {
        let good = crate::store::Source::get(&*tx.writer_mut(), table, &key).unwrap().unwrap();
        for bit in 0..good.len() * 8 {
            let mut flipped = good.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            tx.writer_mut().put(table, key.clone(), flipped);
            assert!(tx.saved_question(NAME).unwrap_err().is_corrupt(), "{} bit {bit}", table.name());
            assert!(tx.saved_questions().unwrap_err().is_corrupt(), "{} bit {bit}", table.name());
        }
        tx.writer_mut().put(table, key.clone(), good.clone());
        assert!(tx.saved_question(NAME).is_ok());
        tx.writer_mut().put(table, key.clone(), seal(&key, &[]));
        assert!(tx.saved_question(NAME).unwrap_err().is_corrupt());
        tx.writer_mut().put(table, key, good);
    }
}

#[test]
fn tables_that_do_not_go_together_are_damage() {
    let db = Database::in_memory().unwrap();
    let mut tx = with_question(&db);
    set_question_count(tx.writer_mut(), 2);
    assert_eq!(reason(&tx.saved_questions().unwrap_err()), "not as many questions as are counted");
    set_question_count(tx.writer_mut(), 1);
    put(&mut tx, &QuestionDefinition::new("Others".into(), 1, r#"{"version":1,"kind":1,"where":"all"}"#.into()));
    assert_eq!(reason(&tx.saved_question(NAME).unwrap_err()), "the question has another name");
    put(&mut tx, &QuestionDefinition::new(NAME.into(), 2, r#"{"version":1,"kind":1,"where":"all"}"#.into()));
    assert_eq!(reason(&tx.saved_question(NAME).unwrap_err()), "the question is about another kind of records");
    tx.writer_mut().delete(Table::Questions, rows::question_key(1));
    assert_eq!(reason(&tx.saved_question(NAME).unwrap_err()), "the question is missing");
}

/// The checksum is right, what it seals is not.
#[test]
fn a_tree_of_another_shape_is_damage_however_deep_it_nests() {
    let deep = |open: &str, close: &str| {
        let (open, close) = (open.repeat(200_000), close.repeat(200_000));
        format!(r#"{{"version":1,"kind":1,"where":{open}"all"{close}}}"#)
    };
    let ask = move || {
        let db = Database::in_memory().unwrap();
        let mut tx = with_question(&db);
        for tree in [
            String::new(),
            "5".to_owned(),
            "{}".to_owned(),
            r#"{"version":1}"#.to_owned(),
            r#"{"version":0,"kind":1,"where":"all"}"#.to_owned(),
            r#"{"version":-1,"kind":1,"where":"all"}"#.to_owned(),
            r#"{"version":1,"kind":1,"where":"all","limit":0}"#.to_owned(),
            r#"{"version":1,"kind":1,"where":"all"} {}"#.to_owned(),
            deep(r#"["not","#, "]"),
            deep(r#"["and","all","#, "]"),
            deep("[", "]"),
            deep(r#"{"test":"#, "}"),
            "[".repeat(1_000_000),
            r#"{"version":1,"a":"#.repeat(100_000),
        ] {
            put_tree(&mut tx, &tree);
            assert_eq!(reason(&tx.saved_question(NAME).unwrap_err()), "not a question", "{tree:.80}");
            assert!(tx.saved_questions().unwrap_err().is_corrupt());
        }
    };
    std::thread::Builder::new().stack_size(512 << 10).spawn(ask).unwrap().join().unwrap();
}

/// The shape is right, yet nothing of it is trusted.
#[test]
fn a_tree_that_names_what_is_not_there_is_refused_by_the_checker() {
    let db = Database::in_memory().unwrap();
    let mut tx = with_question(&db);
    for tree in [
        r#"{"version":1,"kind":1,"where":{"test":{"of":{"path":{"kind":1,"attribute":99999}},"is":"holds"}}}"#,
        r#"{"version":1,"kind":1,"where":"all","order":[{"by":{"path":{"kind":1,"attribute":99999}}}]}"#,
    ] {
        put_tree(&mut tx, tree);
        assert!(tx.saved_question(NAME).unwrap_err().segment_error().is_some());
        // It can still be listed and deleted.
        assert!(tx.saved_questions().unwrap()[0].to_text(tx.catalogue()).unwrap().contains("#99999"));
    }
    tx.delete_question(NAME).unwrap();
}

#[test]
fn a_question_of_a_newer_version_is_kept_as_it_is_and_says_so_when_asked() {
    let db = Database::in_memory().unwrap();
    let mut tx = with_question(&db);
    let tree = r#"{"version":2,"kind":1,"where":{"everybody":[]},"sums":[[]]}"#;
    put_tree(&mut tx, tree);
    let error = tx.saved_question(NAME).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NewerQuestion { found: 2, supported: 1, .. }), "{error}");
    tx.rename_question(NAME, "Clients").unwrap();
    tx.move_question("Clients", Some("Sales")).unwrap();
    tx.commit().unwrap();
    let mut tx = db.write().unwrap();
    let listed = tx.saved_questions().unwrap();
    assert_eq!((listed[0].name.as_str(), listed[0].kind, &listed[0].tree), ("Clients", Kind::CONTACT, &None));
    assert_eq!(listed[0].to_text(tx.catalogue()), None);
    assert_eq!(rows::find_question(&*tx.writer_mut(), "clients").unwrap().unwrap().1.tree, tree);
    // To save it anew is the user's right.
    tx.save_question("clients", "stage = customer").unwrap();
    assert!(tx.saved_question("Clients").is_ok());
}

#[test]
fn nothing_of_a_deleted_question_is_left_and_its_id_is_not_used_again() {
    let db = Database::in_memory().unwrap();
    let mut tx = with_question(&db);
    tx.rename_question(NAME, "Clients").unwrap();
    tx.delete_question("clients").unwrap();
    for table in [Table::Questions, Table::QuestionNames] {
        assert_eq!(scan(&*tx.writer_mut(), table, Vec::new(), vec![0xFF]).count(), 0, "{}", table.name());
    }
    tx.save_question(NAME, "all").unwrap();
    assert_eq!(rows::find_question(&*tx.writer_mut(), NAME).unwrap().unwrap().0, 2);
}
