//! Segments from outside: bulk changes, hostile texts, questions.

use contactdb::{
    AnySegment, Company, Contact, Database, ErrorKind, Interaction, Kind, OnReferences, Options, Read, Segment,
    SegmentCode, SyntaxLimits,
};

use crate::common::{Counter, Watch, options};

fn people(count: u64) -> contactdb::Result<Database> {
    let db = options(&Watch::new(), &Counter::default()).in_memory()?;
    let mut tx = db.write()?;
    let acme = tx.insert(&Company::new("Acme"))?;
    for at in 0..count {
        let contact = Contact::named(format!("Given {at}"), "Example").works_at(acme, "");
        let contact = if at % 3 == 0 { contact.stage("customer").tag("third") } else { contact };
        let id = tx.insert(&contact)?;
        if at % 2 == 0 {
            tx.insert(&Interaction::call(id))?;
        }
    }
    tx.commit()?;
    Ok(db)
}

#[test]
fn a_segment_is_tagged_untagged_changed_and_deleted_as_a_whole() -> contactdb::Result<()> {
    let db = people(60)?;
    let mut tx = db.write()?;
    let customers = tx.segment("stage = customer")?;
    assert_eq!(tx.tag_many(&customers, "wave/1")?, 20);
    assert_eq!(tx.tag_many(&customers, "Wave/1")?, 0);
    assert_eq!(tx.count(&tx.segment("tag under wave")?)?, 20);
    assert_eq!(tx.untag_many(&tx.segment("tag third and given_name like \"given 1?\"")?, "wave/1")?, 3);
    assert_eq!(tx.count(&tx.segment("tag \"wave/1\"")?)?, 17);

    let changed = tx.update_many(&customers, |contact: &mut Contact| contact.owner = Some("anna".into()))?;
    assert_eq!(changed, 20);
    assert_eq!(tx.update_many(&customers, |contact: &mut Contact| contact.owner = Some("anna".into()))?, 0);
    assert_eq!(tx.count(&tx.segment("owner = anna and version = 2")?)?, 20);

    let refused = tx.delete_many(&customers, OnReferences::Refuse).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::Referenced { count: 1, .. }), "{refused}");
    let done = tx.delete_many(&customers, OnReferences::Cascade)?;
    assert_eq!((done.deleted, done.detached), (30, 0));
    assert_eq!((tx.len(Kind::CONTACT)?, tx.len(Kind::INTERACTION)?), (40, 20));
    tx.commit()
}

#[test]
fn a_bulk_change_that_is_refused_spoils_the_transaction_and_leaves_nothing() -> contactdb::Result<()> {
    let db = people(10)?;
    let mut tx = db.write()?;
    let all = Segment::<Contact>::all();
    let mut seen = 0;
    let error = tx
        .update_many(&all, |contact: &mut Contact| {
            seen += 1;
            contact.owner = Some("anna".into());
            contact.fields.set_value("stage", if seen == 4 { "nowhere" } else { "lead" });
        })
        .unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Bulk { index: 3, .. }), "{error}");
    assert!(error.is_invalid());
    assert!(matches!(tx.commit().unwrap_err().kind(), ErrorKind::Poisoned));
    let snapshot = db.read()?;
    assert_eq!(snapshot.count(&snapshot.segment("owner is set")?)?, 0);
    Ok(())
}

#[test]
fn a_question_orders_and_limits_and_an_untyped_one_knows_its_kind() -> contactdb::Result<()> {
    let db = people(12)?;
    let snapshot = db.read()?;
    let question = snapshot.question::<Contact>("stage = customer order by given_name desc limit 2")?;
    let names: contactdb::Result<Vec<String>> =
        snapshot.ask(&question).records()?.map(|found| Ok(found?.record.name.display())).collect();
    assert_eq!(names?, ["Given 9 Example", "Given 6 Example"]);
    let any = snapshot.any_segment("interactions where kind = call and participant is set")?;
    assert_eq!((any.kind(), snapshot.count(&any)?), (Kind::INTERACTION, 6));
    assert_eq!(snapshot.count(AnySegment::all(Kind::COMPANY))?, 1);
    let any = snapshot.any_question("companies where all order by name limit 5")?;
    assert_eq!(snapshot.ask(&any.typed::<Company>().unwrap()).ids()?.len(), 1);
    Ok(())
}

#[test]
fn a_renamed_field_is_found_by_old_segments_and_an_archived_one_is_refused() -> contactdb::Result<()> {
    let db = Database::in_memory()?;
    let mut tx = db.write()?;
    let size = tx.define(contactdb::Field::integer("size"))?;
    tx.insert(&Contact::named("Ada", "Lovelace").set(size, 37))?;
    let segment = tx.segment("size = 37")?;
    tx.edit_field(Kind::CONTACT, "size")?.rename("shoe_size")?;
    assert_eq!(tx.count(&segment)?, 1);
    assert_eq!(segment.to_text(tx.catalogue()), "shoe_size = 37");
    tx.edit_field(Kind::CONTACT, "shoe_size")?.archive()?;
    let error = tx.count(&segment).unwrap_err();
    assert_eq!(error.segment_error().unwrap().code(), Some(SegmentCode::ArchivedField));
    Ok(())
}

/// Each text is refused with its code, in no time, and the snapshot goes on.
#[test]
fn hostile_texts_are_typed_errors_through_the_front_door() -> contactdb::Result<()> {
    let wide = SyntaxLimits::default().with_max_bytes(SyntaxLimits::BYTES_BOUND);
    let db = Options::new().segment_limits(wide).in_memory()?;
    let snapshot = db.read()?;
    let mega = 1_000_000;
    for (text, code) in [
        ("(".repeat(100_000), SegmentCode::TooDeep),
        (format!("{}all{}", "(".repeat(100_000), ")".repeat(100_000)), SegmentCode::TooDeep),
        ("not ".repeat(100_000) + "all", SegmentCode::TooDeep),
        ("x".repeat(2_000_000), SegmentCode::TextTooLong),
        ("= ".repeat(mega / 2), SegmentCode::ExpectedAttribute),
        ("all and ".repeat(mega / 8), SegmentCode::TooManyNodes),
        ("\0".repeat(mega), SegmentCode::UnexpectedCharacter),
        ("name = \"a".to_owned(), SegmentCode::UnclosedText),
        ("name = '".to_owned(), SegmentCode::UnclosedText),
        ("`name = 1".to_owned(), SegmentCode::UnclosedName),
        ("name matches /(".to_owned(), SegmentCode::UnclosedPattern),
        (String::new(), SegmentCode::EmptyText),
        ("\u{202E}all".to_owned(), SegmentCode::UnexpectedCharacter),
        (format!("age > {}", "9".repeat(mega)), SegmentCode::InvalidNumber),
    ] {
        let error = snapshot.segment(&text).unwrap_err();
        let shown: String = text.chars().take(40).collect();
        assert_eq!(error.segment_error().unwrap().code(), Some(code), "{shown}");
        assert!(error.to_string().len() < 100_000, "{shown}");
    }
    assert_eq!(snapshot.count(&snapshot.segment("all")?)?, 0);
    Ok(())
}
