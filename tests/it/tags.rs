//! Tags: nested, renamed, merged, deleted, counted, put on whole segments.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use contactdb::{
    Company, Contact, Database, Error, ErrorKind, Id, Kind, Limits, OnReferences, Options, Read, Record, Rule, Segment,
    SegmentCode, SegmentTree, Tag, TagProblem, Transaction,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::common::{Counter, Watch, broken, file, memory, options};
use crate::tag_model::{Refused, Tags, levels};

fn names<T: Record>(read: &impl Read, id: Id<T>) -> Vec<String> {
    read.get(id).unwrap().unwrap().record.tags().iter().map(ToString::to_string).collect()
}

fn all(read: &impl Read) -> Vec<String> {
    read.catalogue().tags().map(ToString::to_string).collect()
}

fn counts(read: &impl Read, kind: Kind) -> Vec<(String, u64, u64)> {
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
    assert_eq!((changed, seen), (8_192, vec![(4_096, 9_000, 4_096), (8_192, 9_000, 8_192)]));
    assert_eq!(tx.tag_count(Kind::CONTACT, "wave")?.records, 8_192);
    assert_eq!(tx.tag_many(&everybody, "wave")?, 808);
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

#[derive(Debug, Clone)]
enum Step {
    Insert(bool, Vec<String>),
    Remove(usize),
    Tag(usize, String),
    Untag(usize, String),
    Replace(usize, Vec<String>),
    Many(bool, String, String),
    Rename(String, String),
    Merge(String, String),
    Delete(String),
    Hold(String, bool),
    Commit,
}

/// Few names, so that they meet often; a capital now and then.
fn name() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "A"]), 1..4).prop_map(|levels| levels.join("/"))
}

fn step() -> impl Strategy<Value = Step> {
    let tags = || prop::collection::vec(name(), 0..3);
    prop_oneof![
        3 => (any::<bool>(), tags()).prop_map(|(company, tags)| Step::Insert(company, tags)),
        1 => (0_usize..40).prop_map(Step::Remove),
        4 => (0_usize..40, name()).prop_map(|(at, tag)| Step::Tag(at, tag)),
        2 => (0_usize..40, name()).prop_map(|(at, tag)| Step::Untag(at, tag)),
        1 => (0_usize..40, tags()).prop_map(|(at, tags)| Step::Replace(at, tags)),
        1 => (any::<bool>(), name(), name()).prop_map(|(add, of, tag)| Step::Many(add, of, tag)),
        3 => (name(), name()).prop_map(|(from, to)| Step::Rename(from, to)),
        4 => (name(), name()).prop_map(|(from, to)| Step::Merge(from, to)),
        1 => name().prop_map(Step::Delete),
        2 => (name(), any::<bool>()).prop_map(|(name, under)| Step::Hold(name, under)),
        1 => Just(Step::Commit),
    ]
}

/// The records of the model by their numbers, and the segments that were read on the way.
#[derive(Default)]
struct Known {
    records: Vec<Either>,
    segments: Vec<(Segment<Contact>, bool)>,
}

#[derive(Clone, Copy)]
enum Either {
    Contact(Id<Contact>),
    Company(Id<Company>),
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

#[track_caller]
fn same<T: std::fmt::Debug + PartialEq>(found: contactdb::Result<T>, expected: Result<T, Refused>) {
    let found = found.map_err(|error| match error.into_kind() {
        ErrorKind::Tag { problem: TagProblem::Unknown { .. }, .. } => Refused::Unknown,
        ErrorKind::Tag { problem: TagProblem::Taken { .. }, .. } => Refused::Taken,
        ErrorKind::Tag { problem: TagProblem::IntoItself { .. }, .. } => Refused::IntoItself,
        ErrorKind::Tag { problem: TagProblem::TooLong { .. }, .. } | ErrorKind::Invalid { .. } => Refused::TooLong,
        other => panic!("{other}"),
    });
    assert_eq!(found, expected);
}

fn take(tx: &mut Transaction<'_>, known: &mut Known, model: &mut Tags, step: &Step) {
    /// All or nothing.
    fn whole<R>(model: &mut Tags, change: impl FnOnce(&mut Tags) -> Result<R, Refused>) -> Result<R, Refused> {
        let mut next = model.clone();
        let done = change(&mut next)?;
        *model = next;
        Ok(done)
    }
    let at = |at: &usize| known.records.get(*at).filter(|_| model.records.contains_key(at)).map(|id| (*at, *id));
    match step {
        Step::Insert(company, tags) => {
            let number = known.records.len();
            let expected = whole(model, |model| {
                model.records.insert(number, BTreeSet::new());
                tags.iter().collect::<BTreeSet<_>>().iter().try_for_each(|tag| model.tag(number, &lower(tag)).map(drop))
            });
            let inserted = if *company {
                let record = tags.iter().fold(Company::new("Acme"), |record, tag| record.tag(tag.as_str()));
                tx.insert(&record).map(Either::Company)
            } else {
                let record = tags.iter().fold(Contact::new(), |record, tag| record.tag(tag.as_str()));
                tx.insert(&record).map(Either::Contact)
            };
            same(inserted.map(|id| known.records.push(id)), expected);
        }
        Step::Remove(number) => {
            let Some((number, id)) = at(number) else { return };
            match id {
                Either::Contact(id) => drop(tx.delete(id, OnReferences::Refuse).unwrap()),
                Either::Company(id) => drop(tx.delete(id, OnReferences::Refuse).unwrap()),
            }
            model.records.remove(&number);
        }
        Step::Tag(number, tag) => {
            let Some((number, id)) = at(number) else { return };
            let found = match id {
                Either::Contact(id) => tx.tag(id, tag.as_str()),
                Either::Company(id) => tx.tag(id, tag.as_str()),
            };
            same(found, whole(model, |model| model.tag(number, &lower(tag))));
        }
        Step::Untag(number, tag) => {
            let Some((number, id)) = at(number) else { return };
            let found = match id {
                Either::Contact(id) => tx.untag(id, tag.as_str()),
                Either::Company(id) => tx.untag(id, tag.as_str()),
            };
            same(found, Ok(model.untag(number, &lower(tag))));
        }
        Step::Replace(number, tags) => {
            let Some((number, Either::Contact(id))) = at(number) else { return };
            let tags: BTreeSet<Tag> = tags.iter().map(|tag| Tag::new(tag).unwrap()).collect();
            let expected = whole(model, |model| {
                model.records.insert(number, BTreeSet::new());
                tags.iter().try_for_each(|tag| model.tag(number, &lower(tag.as_str())).map(drop))
            });
            same(tx.update(id, |contact: &mut Contact| contact.tags = tags).map(drop), expected);
        }
        Step::Many(add, of, tag) => {
            let Ok(segment) = tx.segment(format!("tag under \"{of}\"").as_str()) else { return };
            let parent = model.canonical(&lower(of)).unwrap();
            let chosen: Vec<usize> = model
                .records
                .iter()
                .filter(|(number, _)| matches!(known.records[**number], Either::Contact(_)))
                .filter(|(_, tags)| tags.iter().any(|tag| crate::tag_model::under(tag, &parent)))
                .map(|(number, _)| *number)
                .collect();
            if *add {
                let expected = whole(model, |model| {
                    model.canonical(&lower(tag))?;
                    chosen.iter().map(|number| Ok(u64::from(model.tag(*number, &lower(tag))?))).sum()
                });
                same(tx.tag_many(&segment, tag.as_str()), expected);
            } else {
                let lost = chosen.iter().filter(|number| model.untag(**number, &lower(tag))).count() as u64;
                same(tx.untag_many(&segment, tag.as_str()), Ok(lost));
            }
        }
        Step::Rename(from, to) => {
            let expected = whole(model, |model| model.rename(&lower(from), &lower(to)));
            same(tx.rename_tag(from.as_str(), to.as_str()), expected);
        }
        Step::Merge(from, into) => {
            let expected = whole(model, |model| model.merge(&lower(from), &lower(into)));
            same(tx.merge_tags(from.as_str(), into.as_str()), expected.map(|added| added as u64));
        }
        Step::Delete(tag) => {
            let expected = whole(model, |model| model.delete(&lower(tag)));
            same(tx.delete_tag(tag.as_str()), expected.map(|had| had as u64));
        }
        Step::Hold(tag, under) => {
            let text = format!("tag {} \"{tag}\"", if *under { "under" } else { "" });
            let segment = tx.segment(text.as_str());
            let node = model.canonical(&lower(tag)).ok().filter(|name| match model.nodes.get(name) {
                Some(live) => *live || *under,
                None => false,
            });
            assert_eq!(segment.is_ok(), node.is_some(), "{text}");
            if let Ok(segment) = segment {
                known.segments.push((segment, *under));
                model.held.push(node);
            }
        }
        Step::Commit => {}
    }
}

fn check(read: &impl Read, known: &Known, model: &Tags) {
    let mut live: Vec<&String> = model.nodes.iter().filter(|(_, live)| **live).map(|(name, _)| name).collect();
    live.sort_by_key(|name| levels(name));
    let found: Vec<String> = all(read).iter().map(|name| lower(name)).collect();
    assert!(found.iter().eq(live), "{found:?} is not {:?}", model.nodes);
    for (number, tags) in &model.records {
        let found = match known.records[*number] {
            Either::Contact(id) => names(read, id),
            Either::Company(id) => names(read, id),
        };
        assert_eq!(found.iter().map(|name| lower(name)).collect::<BTreeSet<_>>(), *tags);
    }
    let is_contact = |number: usize| matches!(known.records[number], Either::Contact(_));
    for (kind, expected) in
        [(Kind::CONTACT, model.counts(is_contact)), (Kind::COMPANY, model.counts(|number| !is_contact(number)))]
    {
        let found = counts(read, kind).into_iter().map(|(name, records, under)| (lower(&name), records, under));
        assert!(found.eq(expected.iter().cloned()), "{expected:?}");
        for (name, records, under) in &expected {
            let count = read.tag_count(kind, name.as_str()).unwrap();
            assert_eq!((count.records, count.under), (*records, *under));
        }
    }
    for ((segment, under), name) in known.segments.iter().zip(&model.held) {
        let count = |name: &String| {
            let count = read.tag_count(Kind::CONTACT, name.as_str()).unwrap();
            if *under { count.under } else { count.records }
        };
        match read.count(segment) {
            Ok(found) => assert_eq!(Some(found), name.as_ref().map(count)),
            Err(error) => {
                assert_eq!(*name, None, "{error}");
                assert_eq!(error.segment_error().unwrap().code(), Some(SegmentCode::UnknownTag));
            }
        }
    }
    for (old, target) in model.aliases.iter().filter(|(old, _)| !model.nodes.contains_key(*old)) {
        assert_eq!(
            read.tag_count(Kind::CONTACT, old.as_str()).unwrap(),
            read.tag_count(Kind::CONTACT, target.as_str()).unwrap()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn tags_are_what_plain_maps_of_names_would_be(steps in prop::collection::vec(step(), 1..60)) {
        let (_folder, path) = file();
        let mut db = options(&Watch::new(), &Counter::default()).create(&path).unwrap();
        let (mut known, mut model) = (Known::default(), Tags::default());
        for run in steps.split_inclusive(|step| matches!(step, Step::Commit)) {
            let mut tx = db.write().unwrap();
            for step in run {
                take(&mut tx, &mut known, &mut model, step);
                check(&tx, &known, &model);
            }
            tx.commit().unwrap();
            check(&db.read().unwrap(), &known, &model);
            db.close().unwrap();
            db = Database::open(&path).unwrap();
            check(&db.read().unwrap(), &known, &model);
        }
    }
}
