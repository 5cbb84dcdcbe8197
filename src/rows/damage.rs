//! Damaged tables of kinds, of pipelines and of the agenda.

use time::{Duration, OffsetDateTime};

use crate::model::{Kind, RecordId};
use crate::schema::{CustomKind, PipelineDefinition, StageDefinition};
use crate::store::{Key, Result, StoreError, Table, encode_value, scan_all, seal};
use crate::{AnyRecord, Database, Deal, Error, ErrorKind, Field, Pipeline, Read, Task, Ticket, Transaction};

fn due() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

/// A database with something in each of these tables.
fn filled() -> Database {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let pet = tx.define_kind(CustomKind::new("pet", "pets").label("Pet").help("An animal")).unwrap();
    tx.define(Field::text("breed").on(pet)).unwrap();
    tx.insert(&AnyRecord::new(pet).set_value("breed", "Collie")).unwrap();
    tx.define_pipeline(
        Kind::DEAL,
        Pipeline::new("lettings", "Lettings").stage("viewing", "Viewing", 20).won("let", "Let"),
    )
    .unwrap();
    tx.insert(&Deal::new("Flat").pipeline("lettings")).unwrap();
    tx.insert(&Task::new("Call").due(due())).unwrap();
    tx.insert(&Ticket::new("Leak").due(due())).unwrap();
    tx.commit().unwrap();
    db
}

/// The only entry of a table, or the first one.
fn entry(tx: &mut Transaction<'_>, table: Table) -> (Vec<u8>, Vec<u8>) {
    scan_all(tx.writer_mut(), table).next().unwrap().unwrap()
}

/// What everything says that reads by the catalogue; panics where something does.
fn catalogue_of(tx: &mut Transaction<'_>) -> Result<()> {
    let catalogue = super::load_catalogue(tx.writer_mut())?;
    for kind in catalogue.kinds() {
        let _ = catalogue.pipelines(kind.kind).count();
        let _ = catalogue.kind_named(&kind.plural);
    }
    Ok(())
}

fn is_corrupt<T>(found: &Result<T>) -> bool {
    matches!(found, Err(StoreError::Corrupt { .. }))
}

#[test]
fn every_flipped_bit_of_a_kind_and_of_a_pipeline_is_found() {
    for table in [Table::Kinds, Table::Pipelines] {
        let db = filled();
        let mut tx = db.write().unwrap();
        let (key, good) = entry(&mut tx, table);
        assert!(catalogue_of(&mut tx).is_ok());
        for bit in 0..good.len() * 8 {
            let mut flipped = good.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            tx.writer_mut().put(table, key.clone(), flipped);
            assert!(is_corrupt(&catalogue_of(&mut tx)), "{} bit {bit}", table.name());
        }
        for length in 0..good.len() {
            tx.writer_mut().put(table, key.clone(), good[..length].to_vec());
            assert!(is_corrupt(&catalogue_of(&mut tx)), "{} cut to {length}", table.name());
        }
        // Moved under another key.
        tx.writer_mut().put(table, key.clone(), good.clone());
        let mut other = key.clone();
        *other.last_mut().unwrap() ^= 1;
        tx.writer_mut().put(table, other, good);
        assert!(is_corrupt(&catalogue_of(&mut tx)), "{} moved", table.name());
    }
}

#[test]
fn what_is_no_definition_under_a_good_checksum_is_an_error_or_does_no_harm() {
    for table in [Table::Kinds, Table::Pipelines] {
        let db = filled();
        let mut tx = db.write().unwrap();
        let (key, good) = entry(&mut tx, table);
        let body = crate::store::unseal(table, &key, &good).unwrap().to_vec();
        for at in 0..=body.len() {
            for byte in [0, 1, 5, 0x7F, 0x80, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF] {
                let mut changed = body.clone();
                match changed.get_mut(at) {
                    Some(place) => *place = byte,
                    None => changed.push(byte),
                }
                let sealed = seal(&key, &changed);
                tx.writer_mut().put(table, key.clone(), sealed);
                let found = catalogue_of(&mut tx);
                assert!(found.is_ok() || is_corrupt(&found), "{} {at} {byte}", table.name());
            }
        }
        let empty = seal(&key, &[]);
        tx.writer_mut().put(table, key, empty);
        assert!(is_corrupt(&catalogue_of(&mut tx)), "{} empty", table.name());
    }
}

#[test]
fn a_key_of_a_kind_or_a_pipeline_that_is_none_is_found() {
    for (table, length) in [(Table::Kinds, 1), (Table::Pipelines, 5)] {
        let db = filled();
        let mut tx = db.write().unwrap();
        let (key, good) = entry(&mut tx, table);
        let body = crate::store::unseal(table, &key, &good).unwrap().to_vec();
        let short = key[..length].to_vec();
        let sealed = seal(&short, &body);
        tx.writer_mut().put(table, short, sealed);
        assert!(is_corrupt(&catalogue_of(&mut tx)), "{}", table.name());
    }
    // The number of a built-in kind.
    let db = filled();
    let mut tx = db.write().unwrap();
    let (key, good) = entry(&mut tx, Table::Kinds);
    let body = crate::store::unseal(Table::Kinds, &key, &good).unwrap().to_vec();
    let other = Key::new().u16(Kind::DEAL.0).build();
    let sealed = seal(&other, &body);
    tx.writer_mut().put(Table::Kinds, other, sealed);
    assert!(is_corrupt(&catalogue_of(&mut tx)));
}

#[test]
fn fields_of_a_kind_that_is_gone_are_found() {
    let db = filled();
    let mut tx = db.write().unwrap();
    let (key, _) = entry(&mut tx, Table::Kinds);
    tx.writer_mut().delete(Table::Kinds, key);
    assert!(is_corrupt(&catalogue_of(&mut tx)));
}

#[test]
fn a_pipeline_whose_stages_are_none_gives_deals_no_status() {
    let db = filled();
    let mut tx = db.write().unwrap();
    let (key, _) = entry(&mut tx, Table::Pipelines);
    let stages = [(-1, 5, 0), (i64::MAX, 5, 1), (77, -500, 9), (5, 10_000, 2)];
    let stages = stages.map(|(stage, probability, outcome)| StageDefinition::new(stage, probability, outcome));
    let value = crate::model::FieldType::to_value(&PipelineDefinition::new(stages.into())).unwrap();
    let sealed = seal(&key, &encode_value(&value));
    tx.writer_mut().put(Table::Pipelines, key, sealed);
    let catalogue = super::load_catalogue(tx.writer_mut()).unwrap();
    tx.set_catalogue(catalogue);
    tx.commit().unwrap();
    let mut tx = db.write().unwrap();
    assert_eq!(tx.count(tx.segment_of::<Deal>("status is not set").unwrap()).unwrap(), 1);
    let known = tx.catalogue().pipelines(Kind::DEAL).find(|known| known.key == "lettings").unwrap();
    let known: Vec<_> =
        known.stages.iter().map(|stage| (&*stage.key, stage.probability, stage.outcome.key())).collect();
    assert_eq!(known, [("won", 100, "lost")]);
    // Only the stage that is one is taken.
    let id = tx.insert(&Deal::new("Hut").pipeline("lettings")).unwrap();
    let hut = tx.get(id).unwrap().unwrap().record;
    assert_eq!((hut.stage, hut.closed.is_some()), (Some("won".into()), true));
}

fn fails_as_corrupt<T: std::fmt::Debug>(found: &std::result::Result<T, Error>, what: &str) {
    assert!(matches!(found.as_ref().map_err(Error::kind), Err(ErrorKind::Corrupt { .. })), "{what}: {found:?}");
}

#[test]
fn an_entry_of_the_agenda_that_is_none_is_found() {
    let micros = 19_999 * 86_400 * 1_000_000;
    let bad = Key::new().i64(micros).u16(Kind::TASK.0).u32(0).build()[..9].to_vec();
    let db = filled();
    let mut tx = db.write().unwrap();
    tx.writer_mut().put(Table::Agenda, bad, Vec::new());
    fails_as_corrupt(&tx.due(due()).collect::<std::result::Result<Vec<_>, Error>>(), "due");
    fails_as_corrupt(&tx.next_due(OffsetDateTime::UNIX_EPOCH), "next due");
}

/// As an older version may leave it that did not know the attribute.
#[test]
fn entries_and_keys_of_records_that_are_gone_are_passed_over() {
    let micros = 19_999 * 86_400 * 1_000_000;
    let db = filled();
    let mut tx = db.write().unwrap();
    let all = |tx: &crate::Transaction<'_>| tx.due(due()).collect::<std::result::Result<Vec<_>, Error>>().unwrap();
    let (before, next) = (all(&tx), tx.next_due(OffsetDateTime::UNIX_EPOCH).unwrap());
    for (time, kind, row) in [(micros, Kind::TASK.0, 9), (micros, 999, 0), (i64::MIN, Kind::TASK.0, 9)] {
        let key = Key::new().i64(time).u16(kind).u32(row).build();
        tx.writer_mut().put(Table::Agenda, key, Vec::new());
    }
    assert_eq!((all(&tx), tx.next_due(OffsetDateTime::UNIX_EPOCH).unwrap()), (before, next));

    let record = crate::Contact::named("Ada", "Lovelace").external_id("webshop", "17");
    let id = tx.insert(&record).unwrap();
    let keys: Vec<Vec<u8>> = scan_all(&*tx.writer_mut(), Table::Keys)
        .map(|row| row.unwrap().0)
        .filter(|key| key.windows(7).any(|window| window == b"webshop"))
        .collect();
    tx.delete(id, crate::OnReferences::Refuse).unwrap();
    for key in keys {
        tx.writer_mut().put(Table::Keys, key, Vec::new());
    }
    let by = crate::By::external_id("webshop", "17");
    assert_eq!(tx.find::<crate::Contact>(&by).unwrap(), []);
    assert!(tx.upsert(&by, |ada: &mut crate::Contact| ada.department = Some("Engines".into())).unwrap().created);
}

#[test]
fn garbage_in_the_agenda_never_panics() {
    let mut random = fastrand::Rng::with_seed(5);
    for _ in 0..60 {
        let db = filled();
        let mut tx = db.write().unwrap();
        let garbage: Vec<u8> = (0..random.usize(1..20)).map(|_| random.u8(..)).collect();
        tx.writer_mut().put(Table::Agenda, garbage, vec![1, 2, 3]);
        let (key, _) = entry(&mut tx, Table::Agenda);
        let mut flipped = key;
        let bit = random.usize(..flipped.len() * 8);
        flipped[bit / 8] ^= 1 << (bit % 8);
        tx.writer_mut().put(Table::Agenda, flipped, Vec::new());
        for at in [due(), time::PrimitiveDateTime::MAX.assume_utc(), time::PrimitiveDateTime::MIN.assume_utc()] {
            for found in tx.due(at) {
                match found {
                    Ok(found) => assert!(tx.contains(found.record).unwrap()),
                    Err(error) => assert!(matches!(error.kind(), ErrorKind::Corrupt { .. }), "{error}"),
                }
            }
            if let Err(error) = tx.next_due(at) {
                assert!(matches!(error.kind(), ErrorKind::Corrupt { .. }), "{error}");
            }
        }
    }
}

#[test]
fn a_task_in_whose_place_there_is_no_entry_can_be_done_all_the_same() {
    let db = filled();
    let mut tx = db.write().unwrap();
    let found: Vec<RecordId> = tx.due(due()).map(|due| due.unwrap().record).collect();
    while let Some(row) = scan_all(tx.writer_mut(), Table::Agenda).next() {
        let (key, _) = row.unwrap();
        tx.writer_mut().delete(Table::Agenda, key);
    }
    assert_eq!(tx.due(due()).count(), 0);
    for id in found {
        tx.update(id, |any| any.fields.set_value("owner", "grace")).unwrap();
    }
    let task = tx.select(&tx.segment_of::<Task>("all").unwrap()).ids().unwrap()[0];
    tx.complete_task(task).unwrap();
    tx.commit().unwrap();
}
