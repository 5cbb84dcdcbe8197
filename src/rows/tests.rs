//! Records at the level of bytes: those of a newer version, and damaged ones.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use uuid::Uuid;

use super::load::{KindCodes, row_key, text_key};
use crate::clock::IdSource;
use crate::model::{AttributeId, Choice, Id, KINDS, Kind, Values};
use crate::schema::{Catalogue, Field};
use crate::store::{
    Fresh, Key, Result, Source, StoreError, Table, Walk, decode_record, encode_record, scan_prefix, seal, split_record,
    unseal,
};
use crate::{
    Address, Affiliation, Company, Contact, Database, Interaction, Labelled, OnReferences, Options, Purchase, Read,
};

/// One table entry in memory, everything else empty: for reading what some file might hold.
#[derive(Default)]
struct Some1 {
    rows: BTreeMap<(&'static str, Vec<u8>), Vec<u8>>,
}

impl Source for Some1 {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.rows.get(&(table.name(), key.to_vec())).cloned())
    }
    fn batch(&self, _: Table, _: &[u8], _: &[u8], _: usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        Ok(Vec::new())
    }
    fn fresh(&self) -> Result<Fresh> {
        Ok(Fresh::new())
    }
    fn walk(&self, _: Table, _: Vec<u8>, _: Vec<u8>) -> Result<Walk<'_>> {
        Ok(Walk::Ended)
    }
}

#[derive(Debug)]
struct Fixed(u128);
impl IdSource for Fixed {
    fn next(&self, _: OffsetDateTime) -> Uuid {
        Uuid::from_u128(self.0)
    }
}

/// The attributes that stand in the bytes of a record, each with its own bytes.
fn entries(body: &[u8]) -> BTreeMap<u32, Vec<u8>> {
    split_record(body).unwrap().into_iter().map(|(number, bytes)| (number, bytes.to_vec())).collect()
}

/// The bytes of a record of these attributes.
fn body(id: u128, entries: &BTreeMap<u32, Vec<u8>>) -> Vec<u8> {
    fn length(out: &mut Vec<u8>, mut value: usize) {
        while value >= 0x80 {
            out.push(u8::try_from(value & 0x7F).unwrap() | 0x80);
            value >>= 7;
        }
        out.push(u8::try_from(value).unwrap());
    }
    let mut out = Uuid::from_u128(id).as_bytes().to_vec();
    for (number, bytes) in entries {
        length(&mut out, *number as usize);
        out.extend_from_slice(bytes);
    }
    out
}

fn stored(source: &dyn Source, kind: Kind, row: u32) -> BTreeMap<u32, Vec<u8>> {
    let key = row_key(kind, row);
    let value = source.get(Table::Records, &key).unwrap().unwrap();
    entries(unseal(Table::Records, &key, &value).unwrap())
}

/// A database with one record, whose attributes are what `change` makes of them.
fn with_newer_record(record: &Contact, change: impl FnOnce(&mut BTreeMap<u32, Vec<u8>>)) -> (Database, Id<Contact>) {
    let db = Options::new().ids(Fixed(7)).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let id = tx.insert(record).unwrap();
    let mut attributes = stored(tx.writer_mut(), Kind::CONTACT, 0);
    change(&mut attributes);
    let key = row_key(Kind::CONTACT, 0);
    let value = seal(&key, &body(7, &attributes));
    tx.writer_mut().put(Table::Records, key, value);
    tx.commit().unwrap();
    (db, id)
}

/// Updates something else and gives the record's attributes before and after.
fn through_an_update(db: &Database, id: Id<Contact>) -> [BTreeMap<u32, Vec<u8>>; 2] {
    let mut tx = db.write().unwrap();
    let before = stored(tx.writer_mut(), Kind::CONTACT, 0);
    // Nothing is changed, so nothing is written.
    assert_eq!(tx.update(id, |_: &mut Contact| {}).unwrap(), 1);
    assert_eq!(tx.update(id, |ada: &mut Contact| ada.department = Some("Engines".into())).unwrap(), 2);
    tx.commit().unwrap();
    let mut tx = db.write().unwrap();
    let stored_now = tx.get(id).unwrap().unwrap();
    assert_eq!(stored_now.record.department.as_deref(), Some("Engines"));
    let after = stored(tx.writer_mut(), Kind::CONTACT, 0);
    // Replaced as a whole by somebody who never saw what is unknown, it is kept too.
    tx.replace(id, 2, Contact { emails: stored_now.record.emails, ..Contact::named("Ada", "Example") }).unwrap();
    let replaced = stored(tx.writer_mut(), Kind::CONTACT, 0);
    for (number, bytes) in &before {
        if !(16..512).contains(number) && *number > 5 {
            assert_eq!(after.get(number), Some(bytes), "{number}");
            assert_eq!(replaced.get(number), Some(bytes), "{number}");
        }
    }
    [before, after]
}

#[test]
fn a_record_with_attributes_that_a_newer_version_wrote_keeps_them_through_an_update() {
    let company = [14, 2].into_iter().chain([9; 16]).collect::<Vec<u8>>();
    // A text, an option, a list of two options, a group with an option, a reference to nobody.
    let newer: [(u32, Vec<u8>); 6] = [
        (300, vec![0x43, b'n', b'e', b'w']),
        (301, vec![10, 42]),
        (302, vec![0xA2, 10, 42, 10, 251, 0xE8, 0x03]),
        (303, vec![0x82, 1, 10, 43, 2, 0x41, b'x']),
        (304, company),
        (2_000, vec![2, 200]),
    ];
    let (db, id) = with_newer_record(&Contact::named("Ada", "Example"), |attributes| {
        attributes.extend(newer.clone());
    });
    let [before, after] = through_an_update(&db, id);
    for (number, bytes) in &newer {
        assert_eq!(before.get(number), Some(bytes), "{number}");
        assert_eq!(after.get(number), Some(bytes), "{number}");
    }
}

#[test]
fn an_unknown_part_of_a_structured_value_is_kept_through_an_update() {
    let record = Contact::named("Ada", "Example")
        .email("ada@acme.example")
        .address(Address::new("12 Example Street", "Springfield"));
    let (db, id) = with_newer_record(&record, |attributes| {
        // The name gets a part 9 that is an option, the e-mail entry and the address a part 29 each.
        let name = attributes.get_mut(&16).unwrap();
        assert_eq!(name[0], 0x82);
        name[0] = 0x83;
        name.extend([9, 10, 77]);
        let email = attributes.get_mut(&17).unwrap();
        assert_eq!(email[..2], [0xA1, 0x81]);
        email[1] = 0x83;
        email.extend([2, 0x41, b'y', 29, 6]);
        let address = attributes.get_mut(&19).unwrap();
        address[1] += 1;
        address.extend([29, 0xC5]);
    });
    let [before, after] = through_an_update(&db, id);
    for number in [16, 17, 19] {
        assert_eq!(before.get(&number), after.get(&number), "{number}");
    }
    // Changing the value beside it keeps it as well.
    let mut tx = db.write().unwrap();
    tx.update(id, |ada: &mut Contact| {
        ada.emails[0].label = Some("work".into());
        ada.name.given = Some("A".into());
    })
    .unwrap();
    let changed = stored(tx.writer_mut(), Kind::CONTACT, 0);
    assert!(changed[&17].windows(3).any(|bytes| bytes == [2, 0x41, b'y']));
    assert!(changed[&17].windows(2).any(|bytes| bytes == [29, 6]));
    assert!(changed[&16].windows(3).any(|bytes| bytes == [9, 10, 77]));
}

#[test]
fn parts_of_a_newer_version_change_no_version_in_whatever_order_they_stand() {
    let mut record = Contact::named("Ada", "Example");
    record.emails = vec![Labelled::new("ada@acme.example".parse().unwrap()).label("work").primary()];
    let (db, id) = with_newer_record(&record, |attributes| {
        // Part 2 stands before the label, 30, as a version that knows it would write it.
        let email = attributes.get_mut(&17).unwrap();
        email[1] += 1;
        let label = email.iter().rposition(|byte| *byte == 30).unwrap();
        email.splice(label..label, [2, 6]);
    });
    let mut tx = db.write().unwrap();
    assert_eq!(tx.update(id, |_: &mut Contact| {}).unwrap(), 1);
}

#[test]
fn values_of_an_unknown_sort_are_kept_as_they_stand() {
    let record = Contact::named("Ada", "Example").email("ada@acme.example").job_title("Analyst");
    let unreadable: [(u32, Vec<u8>); 3] = [
        // A tag of a newer version alone, in a list, in a group, each with its length.
        (22, vec![0x3F, 3, 1, 2, 3]),
        (38, vec![0xA2, 0x41, b'x', 0x20, 0]),
        (300, vec![0x81, 1, 0x21, 1, 7]),
    ];
    let (db, id) = with_newer_record(&record, |attributes| attributes.extend(unreadable.clone()));
    let before = db.read().unwrap().get(id).unwrap().unwrap().record;
    assert_eq!((before.job_title.as_deref(), before.emails.len()), (None, 1));
    let [_, after] = through_an_update(&db, id);
    for (number, bytes) in &unreadable {
        assert_eq!(after.get(number), Some(bytes), "{number}");
    }
    // A value set anew takes the place of the unreadable one.
    let mut tx = db.write().unwrap();
    let version = tx.get(id).unwrap().unwrap().version;
    assert_eq!(tx.update(id, |ada: &mut Contact| ada.job_title = Some("Countess".into())).unwrap(), version + 1);
    let changed = stored(tx.writer_mut(), Kind::CONTACT, 0);
    assert_eq!(changed[&22][0], 0x48);
    assert_eq!(changed[&38], unreadable[1].1);
    assert_eq!(tx.get(id).unwrap().unwrap().record.job_title.as_deref(), Some("Countess"));
}

#[test]
fn a_long_text_of_a_newer_version_is_kept_with_the_record_and_goes_with_it() {
    let apart = [20, 251, 0xE8, 0x03];
    let (db, id) = with_newer_record(&Contact::named("Ada", "Example"), |attributes| {
        attributes.insert(300, apart.to_vec());
    });
    let key = text_key(Kind::CONTACT, 0, AttributeId::property(300));
    let text = seal(&key, "n".repeat(1_000).as_bytes());
    let mut tx = db.write().unwrap();
    tx.writer_mut().put(Table::Texts, key.clone(), text.clone());
    tx.commit().unwrap();
    let [_, after] = through_an_update(&db, id);
    assert_eq!(after[&300], apart);
    let mut tx = db.write().unwrap();
    assert_eq!(tx.writer_mut().get(Table::Texts, &key).unwrap(), Some(text));
    tx.delete(id, OnReferences::Refuse).unwrap();
    assert_eq!(tx.writer_mut().get(Table::Texts, &key).unwrap(), None);
}

#[test]
fn an_option_of_a_newer_version_is_kept() {
    let company = Id::<Company>::from_uuid(Uuid::from_u128(9));
    let record = Contact::named("Ada", "Example").stage("lead").relation("lead").relation("donor");
    let (db, id) = with_newer_record(&record, |attributes| {
        attributes.insert(28, vec![10, 77]);
        attributes.insert(26, vec![0xA2, 0xC2, 10, 78]);
        let role = [0x82, 1, 14, 2].into_iter().chain(*company.uuid().as_bytes()).chain([3, 0xA1, 10, 79]);
        attributes.insert(25, [0xA1].into_iter().chain(role).collect());
    });
    let before = db.read().unwrap().get(id).unwrap().unwrap().record;
    assert_eq!(before.stage, Some(Choice::from("#77")));
    assert_eq!(before.relations, [Choice::from("customer"), Choice::from("#78")]);
    let mut tx = db.write().unwrap();
    tx.update(id, |ada: &mut Contact| {
        ada.department = Some("Engines".into());
        ada.relations.push("press".into());
        ada.affiliations[0].title = Some("CTO".into());
    })
    .unwrap();
    let after = stored(tx.writer_mut(), Kind::CONTACT, 0);
    assert_eq!(after[&28], [10, 77]);
    assert_eq!(after[&26], [0xA3, 0xC2, 10, 78, 0xCA]);
    assert_eq!(after[&25][after[&25].len() - 4..], [3, 0xA1, 10, 79]);
}

/// A record of many sorts of values and the key it stands under.
fn sealed() -> (Catalogue, Vec<u8>, Vec<u8>, Values) {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.define(Field::decimal("rate")).unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let ada = Contact::named("Ada", "\u{42E}\u{43B}\u{438}\u{44F}")
        .email("ada@acme.example")
        .affiliation(Affiliation::with(acme).title("CTO").role("buyer"))
        .birthday("--12-10".parse::<crate::PartialDate>().unwrap())
        .stage("lead")
        .set_value("rate", crate::Decimal::new(-15, 1));
    tx.insert(&ada).unwrap();
    let key = row_key(Kind::CONTACT, 0);
    let value = tx.writer_mut().get(Table::Records, &key).unwrap().unwrap();
    let catalogue = Catalogue::clone(tx.catalogue());
    let values = super::load(tx.writer_mut(), &catalogue, Kind::CONTACT, 0).unwrap().unwrap().values;
    (catalogue, key, value, values)
}

fn load_as(catalogue: &Catalogue, row: u32, key: Vec<u8>, value: Vec<u8>) -> Result<Option<super::Row>> {
    let source = Some1 { rows: [((Table::Records.name(), key), value)].into() };
    super::load(&source, catalogue, Kind::CONTACT, row)
}

#[expect(clippy::needless_pass_by_value, reason = "results come as they are made")]
fn assert_corrupt<T: std::fmt::Debug>(found: Result<T>, what: &str) {
    assert!(matches!(found, Err(StoreError::Corrupt { .. })), "{what}: {found:?}");
}

#[test]
fn every_flipped_bit_of_a_record_is_found() {
    let (catalogue, key, value, values) = sealed();
    assert_eq!(load_as(&catalogue, 0, key.clone(), value.clone()).unwrap().unwrap().values, values);
    for bit in 0..value.len() * 8 {
        let mut flipped = value.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_corrupt(load_as(&catalogue, 0, key.clone(), flipped), &format!("bit {bit}"));
    }
}

#[test]
fn a_record_cut_short_or_moved_under_another_key_is_found() {
    let (catalogue, key, value, _) = sealed();
    for length in 0..value.len() {
        assert_corrupt(load_as(&catalogue, 0, key.clone(), value[..length].to_vec()), &format!("{length} bytes"));
    }
    let longer = [value.as_slice(), &[0]].concat();
    assert_corrupt(load_as(&catalogue, 0, key, longer), "a byte more");
    assert_corrupt(load_as(&catalogue, 1, row_key(Kind::CONTACT, 1), value), "another row");
}

#[test]
fn bytes_that_make_no_record_under_a_good_checksum_are_errors_too() {
    // Nothing here may panic, ask for much memory or take long; what can be read need not be right.
    let (catalogue, key, value, values) = sealed();
    let body = unseal(Table::Records, &key, &value).unwrap().to_vec();
    let read = |body: &[u8]| load_as(&catalogue, 0, key.clone(), seal(&key, body));
    for length in 0..body.len() {
        if let Ok(Some(row)) = read(&body[..length]) {
            assert!(row.values != values, "{length}");
        }
    }
    for at in 0..body.len() {
        for byte in [0, 1, 0x7F, 0x80, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF] {
            let mut changed = body.clone();
            changed[at] = byte;
            if let Ok(Some(row)) = read(&changed) {
                // What was read can be written and read again.
                let again = encode_record(row.id, &row.values, &KindCodes::new(&catalogue, Kind::CONTACT));
                let _ = read(&again);
            }
        }
    }
}

#[test]
fn hostile_lengths_are_refused_at_once() {
    let (catalogue, ..) = sealed();
    let codes = KindCodes::new(&catalogue, Kind::CONTACT);
    let huge = [0xFD, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F];
    let id = [7_u8; 16];
    let record = |value: &[u8]| {
        let mut bytes = id.to_vec();
        bytes.push(22);
        bytes.extend_from_slice(value);
        bytes
    };
    for tag in [1, 11, 12, 13, 18, 19] {
        let value: Vec<u8> = [tag].into_iter().chain(huge).collect();
        assert!(decode_record(&record(&value), &codes).is_err(), "tag {tag}");
    }
    // Lists in lists in lists.
    for deep in [[18, 1].repeat(60), vec![0xA1; 120], [0x81, 1].repeat(60)] {
        assert!(decode_record(&record(&deep), &codes).is_err());
    }
    // A value of a newer version that is longer than the record, and lengths that do not end.
    let long: Vec<u8> = id.iter().copied().chain([22, 0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]).collect();
    assert!(decode_record(&long, &codes).is_err());
    let endless: Vec<u8> = id.iter().copied().chain([0xFF; 40]).collect();
    assert!(decode_record(&endless, &codes).is_err());
}

#[test]
fn a_long_text_that_is_gone_or_damaged_is_found() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Example").notes("n".repeat(1_000))).unwrap();
    tx.commit().unwrap();
    let key = text_key(Kind::CONTACT, 0, AttributeId::property(42));
    let mut tx = db.write().unwrap();
    let mut value = tx.writer_mut().get(Table::Texts, &key).unwrap().unwrap();
    value[500] ^= 1;
    tx.writer_mut().put(Table::Texts, key.clone(), value);
    assert!(tx.get(ada).unwrap_err().is_corrupt());
    tx.writer_mut().delete(Table::Texts, key);
    let error = tx.get(ada).unwrap_err();
    assert!(error.is_corrupt());
    assert!(error.to_string().contains("a long text is missing"), "{error}");
}

#[test]
fn nothing_of_deleted_records_is_left_in_any_table() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let mentor = tx.define(Field::<Id<Contact>>::reference_to("mentor")).unwrap();
    tx.define(Field::text("code").unique()).unwrap();
    let acme = tx.insert(&Company::new("Acme").external_id("shop", "1")).unwrap();
    let ada = Contact::named("Ada", "Example").email("ada@acme.example").phone("555-0100").works_at(acme, "CTO");
    let ada = tx.insert(&ada.notes("n".repeat(1_000)).tag("vip").set_value("code", "x")).unwrap();
    let joe = tx.insert(&Contact::named("Joe", "Example").set(mentor, ada)).unwrap();
    tx.update(ada, |ada: &mut Contact| {
        ada.fields.set(mentor, joe);
        ada.reports_to = Some(joe);
    })
    .unwrap();
    tx.update(joe, |own: &mut Contact| own.fields.set(mentor, joe)).unwrap();
    let call = tx.insert(&Interaction::call(ada).with(joe).with(acme).body("b".repeat(1_000))).unwrap();
    let mut reply = Interaction::email(ada);
    reply.reply_to = Some(call);
    tx.insert(&reply).unwrap();
    tx.insert(&Purchase::by(ada).company(acme)).unwrap();
    tx.commit().unwrap();
    let mut tx = db.write().unwrap();
    for id in [ada, joe] {
        tx.delete(id, OnReferences::Cascade).unwrap();
    }
    tx.delete(acme, OnReferences::Cascade).unwrap();
    tx.commit().unwrap();
    let mut tx = db.write().unwrap();
    for kind in KINDS {
        assert_eq!(tx.len(kind.kind).unwrap(), 0);
    }
    for table in [Table::Records, Table::Ids, Table::Texts, Table::RowTags, Table::Keys, Table::Links] {
        let writer = &*tx.writer_mut();
        let left: Vec<_> =
            (0..255).flat_map(|first| scan_prefix(writer, table, &[first])).map(|row| row.unwrap().0).collect();
        assert!(left.is_empty(), "{}: {left:?}", table.name());
    }
}

#[test]
fn a_broken_definition_says_so_when_the_file_is_opened() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.define(Field::integer("size")).unwrap();
    let key = Key::new().u16(Kind::CONTACT.0).u32(AttributeId::property(AttributeId::FIRST_CUSTOM).0).build();
    let good = tx.writer_mut().get(Table::Catalogue, &key).unwrap().unwrap();
    assert!(super::load_catalogue(tx.writer_mut()).is_ok());
    for bit in 0..good.len() * 8 {
        let mut flipped = good.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        tx.writer_mut().put(Table::Catalogue, key.clone(), flipped);
        assert_corrupt(super::load_catalogue(tx.writer_mut()), &format!("bit {bit}"));
    }
    let empty = seal(&key, &[]);
    tx.writer_mut().put(Table::Catalogue, key.clone(), empty);
    assert_corrupt(super::load_catalogue(tx.writer_mut()), "empty");
    tx.writer_mut().put(Table::Catalogue, key, good);
    let catalogue = super::load_catalogue(tx.writer_mut()).unwrap();
    assert!(catalogue.attribute(Kind::CONTACT, "size").is_some());
}

#[test]
fn blocks_of_two_kinds_that_are_filled_in_turn_hold() {
    let db = Database::in_memory().unwrap();
    for part in 0..2 {
        let mut tx = db.write().unwrap();
        let mut acme = None;
        for at in 0..2_100 {
            let company = tx.insert(&Company::new(format!("Acme {part} {at}"))).unwrap();
            let person = tx.insert(&Contact::named("Ada", "").works_at(company, "").tag("vip")).unwrap();
            if at % 700 == 0 {
                tx.insert(&Interaction::call(person).with(company)).unwrap();
                tx.update(acme.unwrap_or(company), |acme: &mut Company| acme.notes = Some("known".into())).unwrap();
                acme = Some(company);
            }
        }
        // A block ends with the 3,968th record of a kind.
        assert!(tx.is_within_block());
        tx.commit().unwrap();
        assert!(db.read().unwrap().check(|_| {}).unwrap().is_sound());
    }
    let read = db.read().unwrap();
    let count = |text: &str| read.count(read.any_segment(text).unwrap()).unwrap();
    assert_eq!((count("contacts where company is set"), count("companies where notes is set")), (4_200, 4));
}

#[test]
fn records_that_change_before_their_block_is_written_hold() {
    for seed in 0..3 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let (mut people, mut companies): (Vec<Id<Contact>>, Vec<Id<Company>>) = (Vec::new(), Vec::new());
        for at in 0..1_500 {
            match rng.u8(..10) {
                0..4 => {
                    let mut person = Contact::named("Ada", format!("Example {at}")).tag(["vip", "a/b"][rng.usize(..2)]);
                    if let Some(company) = rng.choice(&companies) {
                        person = person.works_at(*company, "Buyer");
                    }
                    people.push(tx.insert(&person).unwrap());
                }
                4..7 => companies.push(tx.insert(&Company::new(format!("Acme {at}")).employees(at)).unwrap()),
                7 if !people.is_empty() => {
                    let person = people[rng.usize(..people.len())];
                    let call = Interaction::call(person).at(OffsetDateTime::UNIX_EPOCH + time::Duration::hours(at));
                    tx.insert(&call).unwrap();
                    tx.update(person, |person| person.job_title = Some(format!("Title {}", at % 7))).unwrap();
                }
                8 if !companies.is_empty() => {
                    let company = companies[rng.usize(..companies.len())];
                    tx.update(company, |company| company.name = format!("New {at}")).unwrap();
                    tx.tag(company, "vip").unwrap();
                }
                9 if !people.is_empty() && !companies.is_empty() => {
                    tx.delete(people.swap_remove(rng.usize(..people.len())), OnReferences::Cascade).unwrap();
                    tx.delete(companies.swap_remove(rng.usize(..companies.len())), OnReferences::Detach).unwrap();
                }
                _ => {}
            }
        }
        assert!(people.len() > 300 && companies.len() > 220);
        tx.commit().unwrap();
        let found = db.read().unwrap().check(|_| {}).unwrap();
        assert!(found.is_sound(), "seed {seed}: {found:?}");
    }
}

#[test]
fn of_many_records_none_is_left_to_be_asked_one_by_one() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.insert_many((0..300).map(|at| Company::new(format!("Acme {at}")))).unwrap();
    // A block has 3,968 records; the last one has few.
    tx.insert_many((0..4_000).map(|_| Contact::named("Ada", "").tag("vip"))).unwrap();
    tx.commit().unwrap();
    let read = db.read().unwrap();
    let explained = read.explain(read.segment("tag vip").unwrap()).unwrap();
    assert_eq!((explained.root.found, explained.fresh), (4_000, 0));
    assert!(read.check(|_| {}).unwrap().is_sound());
}
