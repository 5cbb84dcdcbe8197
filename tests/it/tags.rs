//! Tags: nested, renamed, merged, deleted, counted, put on whole segments.

use std::ops::ControlFlow;

use contactdb::{
    Company, Contact, Error, ErrorKind, Id, Kind, Limits, Options, Read, Record, Rule, Segment, SegmentCode,
    SegmentTree, Tag, TagProblem, Transaction,
};

use crate::common::{broken, memory};

pub(crate) fn names<T: Record>(read: &impl Read, id: Id<T>) -> Vec<String> {
    read.get(id).unwrap().unwrap().record.tags().iter().map(ToString::to_string).collect()
}

pub(crate) fn all(read: &impl Read) -> Vec<String> {
    read.catalogue().tags().map(ToString::to_string).collect()
}

pub(crate) fn counts(read: &impl Read, kind: Kind) -> Vec<(String, u64, u64)> {
    let counts = read.tag_counts(kind).unwrap();
    counts.into_iter().map(|count| (count.tag.to_string(), count.records, count.under)).collect()
}

fn owned(counts: &[(&str, u64, u64)]) -> Vec<(String, u64, u64)> {
    counts.iter().map(|(tag, records, under)| ((*tag).to_owned(), *records, *under)).collect()
}

#[track_caller]
fn problem<T: std::fmt::Debug>(result: contactdb::Result<T>) -> TagProblem {
    match result.unwrap_err().into_kind() {
        ErrorKind::Tag { problem, .. } => problem,
        other => panic!("{other}"),
    }
}

#[test]
fn a_tag_is_renamed_with_all_that_lies_beneath_it_and_segments_follow() -> contactdb::Result<()> {
    let db = memory();
    let mut tx = db.write()?;
    let ada =
        tx.insert(&Contact::named("Ada", "").tag("customers/gold/first").tag("customers").tag("customers-old"))?;
    let acme = tx.insert(&Company::new("Acme").tag("Customers/Gold"))?;
    let segments = ["tag customers", "tag under customers", "tag under \"customers/gold\"", "tags = customers"];
    let segments = segments.map(|text| tx.segment(text).unwrap());
    let stored = serde_json::to_string(&segments[2].to_tree()).unwrap();
    tx.rename_tag("CUSTOMERS", "people/clients")?;
    assert_eq!(names(&tx, ada), ["customers-old", "people/clients", "people/clients/gold/first"]);
    assert_eq!(names(&tx, acme), ["people/clients/gold"]);
    for segment in &segments {
        assert_eq!(tx.count(segment)?, 1, "{}", segment.to_text(tx.catalogue()));
    }
    let stored: SegmentTree = serde_json::from_str(&stored).unwrap();
    let stored = tx.segment(stored)?;
    assert_eq!(stored.to_text(tx.catalogue()).to_lowercase(), "tag under \"people/clients/gold\"");
    assert_eq!(tx.count(&stored)?, 1);
    let version = tx.get(ada)?.unwrap().version;
    assert_eq!(version, 1, "no record is touched");
    // A program may name what only has tags beneath it; it is kept by id like all else.
    let tree = r#"{"version":1,"kind":1,"where":{"tag":{"under":true,"tag":{"branch":"people"}}}}"#;
    let people = tx.segment(serde_json::from_str::<SegmentTree>(tree).unwrap())?;
    tx.rename_tag("people", "everybody")?;
    assert_eq!((tx.count(&people)?, people.to_text(tx.catalogue())), (1, "tag under everybody".to_owned()));
    tx.rename_tag("everybody", "people")?;
    // The old name is free.
    assert!(tx.segment("tag under customers").is_err());
    assert!(tx.tag(acme, "customers")?);
    assert_eq!(tx.count(&segments[0])?, 1);
    tx.commit()
}

#[test]
fn a_change_of_case_or_spelling_is_a_new_name() -> contactdb::Result<()> {
    let db = memory();
    let mut tx = db.write()?;
    let ada = tx.insert(&Contact::named("Ada", "").tag("Vip/Gold"))?;
    tx.rename_tag("vip", "VIP")?;
    assert_eq!(names(&tx, ada), ["VIP/Gold"]);
    tx.rename_tag("vip/gold", "vip/GOLD")?;
    assert_eq!(names(&tx, ada), ["VIP/GOLD"], "what is above keeps its spelling");
    // Beneath itself, and back.
    tx.rename_tag("vip", "vip/old")?;
    assert_eq!(names(&tx, ada), ["vip/old/GOLD"]);
    tx.commit()?;
    assert_eq!(all(&db.read()?), ["vip/old/GOLD"]);
    Ok(())
}

#[test]
fn a_name_that_is_in_use_is_not_given_twice() -> contactdb::Result<()> {
    let db = memory();
    let mut tx = db.write()?;
    tx.insert(&Contact::named("Ada", "").tag("customers/gold").tag("clients/gold").tag("vip"))?;
    let before = counts(&tx, Kind::CONTACT);
    for (from, to, by) in [
        ("customers", "clients", "clients"),
        ("vip", "CUSTOMERS/Gold", "customers/gold"),
        ("vip", "clients", "clients"),
    ] {
        let error = tx.rename_tag(from, to).unwrap_err();
        assert!(error.to_string().ends_with("merge the tags to have one of both"), "{error}");
        assert_eq!(problem(Err::<(), Error>(error)), TagProblem::Taken { by: Tag::new(by).unwrap() });
    }
    assert_eq!(problem(tx.rename_tag("vup", "x")), TagProblem::Unknown { nearest: Some("vip".into()) });
    assert_eq!(problem(tx.delete_tag("gol")), TagProblem::Unknown { nearest: None });
    assert_eq!(
        problem(tx.merge_tags("vip", "clents/gold")),
        TagProblem::Unknown { nearest: Some("clients/gold".into()) }
    );
    assert_eq!(problem(tx.tag_count(Kind::CONTACT, "nobody")), TagProblem::Unknown { nearest: None });
    for bad in ["", "a//b", "a\u{0}", "a/b/c/d/e/f/g/h/i", "x\u{200B}"] {
        assert!(matches!(problem(tx.rename_tag("vip", bad)), TagProblem::Invalid(_)), "{bad:?}");
        assert!(matches!(problem(tx.rename_tag(bad, "x")), TagProblem::Invalid(_)), "{bad:?}");
        assert!(matches!(problem(tx.delete_tag(bad)), TagProblem::Invalid(_)), "{bad:?}");
        assert!(matches!(problem(tx.merge_tags(bad, "vip")), TagProblem::Invalid(_)), "{bad:?}");
        assert!(matches!(problem(tx.tag_count(Kind::CONTACT, bad)), TagProblem::Invalid(_)), "{bad:?}");
    }
    let deep = "1/2/3/4/5/6/7/8";
    assert_eq!(problem(tx.rename_tag("customers", deep)), TagProblem::TooLong { name: format!("{deep}/gold") });
    assert_eq!(counts(&tx, Kind::CONTACT), before);
    tx.commit()
}

#[test]
fn a_merged_tag_redirects_with_all_that_lies_beneath_it() -> contactdb::Result<()> {
    let db = memory();
    let mut tx = db.write()?;
    let ada = tx.insert(&Contact::named("Ada", "").tag("customers").tag("customers/gold").tag("clients/gold"))?;
    let bob = tx.insert(&Contact::named("Bob", "").tag("customers/silver"))?;
    let hal = tx.insert(&Contact::named("Hal", "").tag("clients"))?;
    let old = ["tag customers", "tag under customers", "tag \"customers/gold\"", "tag \"customers/silver\""];
    let segments = old.map(|text| tx.segment(text).unwrap());
    assert_eq!(tx.merge_tags("customers", "clients")?, 1);
    let found = [2, 3, 1, 1];
    for (at, segment) in segments.iter().enumerate() {
        assert_eq!(tx.count(segment)?, found[at], "{}", old[at]);
        assert_eq!(tx.count(&tx.segment(old[at])?)?, found[at], "the old name means the new one: {}", old[at]);
    }
    assert_eq!(all(&tx), ["clients", "clients/gold", "clients/silver"]);
    assert_eq!(names(&tx, ada), ["clients", "clients/gold"]);
    assert!(!tx.tag(hal, "Customers")?);
    assert!(tx.tag(hal, "customers/bronze")?, "a new one beneath the old name");
    assert_eq!(names(&tx, hal), ["clients", "clients/bronze"]);
    assert!(tx.untag(bob, "customers/silver")?);
    assert_eq!(tx.tag_count(Kind::CONTACT, "customers")?, tx.tag_count(Kind::CONTACT, "clients")?);
    // Written anew, a record whose list still names the old tag stays where it belongs.
    tx.update(ada, |ada: &mut Contact| ada.tags.retain(|tag| tag.as_str() == "clients/gold"))?;
    let expected =
        owned(&[("clients", 1, 2), ("clients/bronze", 1, 1), ("clients/gold", 1, 1), ("clients/silver", 0, 0)]);
    assert_eq!(counts(&tx, Kind::CONTACT), expected);
    // A chain, and back to the first name.
    tx.merge_tags("clients", "clients/gold").unwrap_err();
    tx.merge_tags("clients/gold", "clients")?;
    tx.rename_tag("clients", "customers")?;
    assert_eq!(names(&tx, ada), ["customers"]);
    assert_eq!(tx.count(&segments[2])?, 2);
    tx.commit()
}

#[test]
fn a_tag_is_not_merged_into_itself() -> contactdb::Result<()> {
    let db = memory();
    let mut tx = db.write()?;
    tx.insert(&Contact::named("Ada", "").tag("a/b/c").tag("x"))?;
    for (from, into) in [("a", "A"), ("a", "a/b/c"), ("a/b", "a/b/c"), ("x", "x")] {
        assert!(matches!(problem(tx.merge_tags(from, into)), TagProblem::IntoItself { .. }), "{from} {into}");
    }
    tx.merge_tags("x", "a/b")?;
    assert!(matches!(problem(tx.merge_tags("x", "a/b")), TagProblem::IntoItself { .. }), "it is that tag by now");
    // A name that only had tags beneath it is a tag now.
    assert_eq!(counts(&tx, Kind::CONTACT), owned(&[("a", 0, 1), ("a/b", 1, 1), ("a/b/c", 1, 1)]));
    tx.merge_tags("a/b/c", "a")?;
    assert_eq!(counts(&tx, Kind::CONTACT), owned(&[("a", 1, 1), ("a/b", 1, 1)]));
    Ok(())
}

#[test]
fn a_redirect_that_makes_a_name_too_long_is_refused() -> contactdb::Result<()> {
    let db = memory();
    let mut tx = db.write()?;
    let ada = tx.insert(&Contact::named("Ada", "").tag("short").tag("1/2/3/4/5/6/7/8"))?;
    tx.merge_tags("short", "1/2/3/4/5/6/7/8")?;
    let refused = tx.tag(ada, "short/er").unwrap_err();
    assert!(matches!(&broken(&refused)[..], [(attribute, Rule::Form { .. })] if attribute == "tags"), "{refused}");
    let refused = tx.insert(&Contact::new().tag("short/er")).unwrap_err();
    assert_eq!(refused.violations().len(), 1, "{refused}");
    assert!(tx.tag_many(&Segment::<Contact>::all(), "short/er").unwrap_err().is_invalid());
    assert_eq!(tx.untag_many(&Segment::<Contact>::all(), "short/er")?, 0);
    assert!(!tx.untag(ada, "short/er")?);
    tx.commit()
}

#[test]
fn a_deleted_tag_is_gone_from_all_records_and_its_name_can_be_used_anew() -> contactdb::Result<()> {
    let db = memory();
    let mut tx = db.write()?;
    let ada = tx.insert(&Contact::named("Ada", "").tag("import/2024").tag("import/2025").tag("vip"))?;
    let acme = tx.insert(&Company::new("Acme").tag("import"))?;
    tx.tag(ada, "older")?;
    tx.merge_tags("older", "import/2024")?;
    let segments = ["tag under import", "tag \"import/2024\"", "tags has any of [vip, \"import/2025\"]", "tag older"];
    let segments = segments.map(|text| tx.segment(text).unwrap());
    let trees = segments.each_ref().map(Segment::to_tree);
    assert_eq!(tx.delete_tag("Import")?, 2);
    assert_eq!((names(&tx, ada), names(&tx, acme)), (vec!["vip".to_owned()], Vec::new()));
    assert_eq!(all(&tx), ["vip"]);
    let check = |tx: &Transaction<'_>| {
        for (segment, tree) in segments.iter().zip(&trees) {
            for error in [tx.count(segment).unwrap_err(), tx.segment(tree.clone()).unwrap_err()] {
                assert_eq!(error.segment_error().unwrap().code(), Some(SegmentCode::UnknownTag), "{error}");
                assert!(error.to_string().contains("found the unknown tag `import"), "{error}");
            }
        }
    };
    check(&tx);
    assert!(tx.tag(acme, "import/2024")?);
    assert_eq!(counts(&tx, Kind::CONTACT), owned(&[("import", 0, 0), ("import/2024", 0, 0), ("vip", 1, 1)]));
    assert_eq!(tx.count(&tx.segment_of::<Company>("tag under import")?)?, 1);
    check(&tx);
    // Written anew, the record does not get it back.
    tx.update(ada, |ada: &mut Contact| *ada = std::mem::take(ada).tag("new"))?;
    assert_eq!(names(&tx, ada), ["new", "vip"]);
    tx.commit()
}

#[test]
fn what_is_deleted_by_its_old_name_is_the_tag_that_it_means_now() -> contactdb::Result<()> {
    let db = memory();
    let mut tx = db.write()?;
    let ada = tx.insert(&Contact::named("Ada", "").tag("old").tag("new"))?;
    tx.merge_tags("old", "new")?;
    assert_eq!(tx.delete_tag("old")?, 1);
    assert!(names(&tx, ada).is_empty());
    assert!(tx.tag(ada, "old")?, "the redirect is gone too");
    assert_eq!(names(&tx, ada), ["old"]);
    Ok(())
}

#[test]
fn a_whole_segment_is_tagged_in_steps_that_can_be_shown_and_stopped() -> contactdb::Result<()> {
    let db = memory();
    let mut tx = db.write()?;
    tx.insert_many((0..9_000).map(|number| Contact::named(format!("Given {number}"), "Example")))?;
    let everybody = Segment::<Contact>::all();
    let mut seen = Vec::new();
    let changed = tx.tag_each(&everybody, "wave", |progress| {
        seen.push((progress.done, progress.total, progress.changed));
        if seen.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    assert_eq!((changed, seen), (7_936, vec![(3_968, 9_000, 3_968), (7_936, 9_000, 7_936)]));
    assert_eq!(tx.tag_count(Kind::CONTACT, "wave")?.records, 7_936);
    assert_eq!(tx.tag_many(&everybody, "wave")?, 1_064);
    assert_eq!(tx.untag_many(&tx.segment("given_name like \"given 1*\"")?, "wave")?, 1_111);
    assert_eq!(tx.tag_count(Kind::CONTACT, "wave")?.records, 7_889);
    assert_eq!(tx.count(&tx.segment("tag wave and version = 1")?)?, 7_889);
    assert_eq!(tx.untag_many(&everybody, "no such tag")?, 0);
    assert_eq!(tx.tag_many(&tx.segment("given_name = nobody")?, "never")?, 0);
    assert_eq!(all(&tx), ["wave"], "a tag that no record gets is not made");
    tx.commit()
}

#[test]
fn a_record_with_as_many_tags_as_may_be_refuses_the_whole_segment() -> contactdb::Result<()> {
    let limits = Limits { tags: 2, ..Limits::default() };
    let db = Options::new().limits(limits).in_memory()?;
    let mut tx = db.write()?;
    let full = tx.insert_many([Contact::named("Ada", ""), Contact::named("Bob", "").tag("a").tag("b")])?[1];
    assert!(matches!(&broken(&tx.tag(full, "c").unwrap_err())[..], [(_, Rule::TooLong { max: 2, .. })]));
    assert!(!tx.tag(full, "a")?);
    tx.commit()?;
    let mut tx = db.write()?;
    let error = tx.tag_many(&Segment::<Contact>::all(), "c").unwrap_err();
    assert!(error.is_invalid() && matches!(error.kind(), ErrorKind::Bulk { index: 1, .. }), "{error}");
    assert!(matches!(tx.commit().unwrap_err().kind(), ErrorKind::Poisoned));
    assert_eq!(all(&db.read()?), ["a", "b"]);
    // A tag that was merged counts once.
    let mut tx = db.write()?;
    tx.merge_tags("a", "b")?;
    assert!(tx.tag(full, "c")?);
    tx.commit()
}

#[test]
fn a_slash_that_only_folding_makes_is_no_level() -> contactdb::Result<()> {
    let db = memory();
    let mut tx = db.write()?;
    let ada = tx.insert(&Contact::named("Ada", "").tag("a\u{FF0F}b").tag("a/b"))?;
    tx.rename_tag("a", "c")?;
    assert_eq!(names(&tx, ada), ["a\u{FF0F}b", "c/b"]);
    Ok(())
}
