//! Random changes of tags against plain maps of names, compared in full after each, reopened after each commit.

use std::collections::BTreeSet;

use contactdb::{
    Company, Contact, Database, ErrorKind, Id, Kind, OnReferences, Read, Segment, SegmentCode, Tag, TagProblem,
    Transaction,
};
use proptest::prelude::*;

use crate::cases::cases;
use crate::common::{Counter, Watch, file, options};
use crate::tag_model::{Refused, Tags, levels, under};
use crate::tags::{all, counts, names};

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
fn same<T: std::fmt::Debug + PartialEq>(found: contactdb::Result<T>, expected: &Result<T, Refused>) {
    let found = found.map_err(|error| match error.into_kind() {
        ErrorKind::Tag { problem: TagProblem::Unknown { .. }, .. } => Refused::Unknown,
        ErrorKind::Tag { problem: TagProblem::Taken { .. }, .. } => Refused::Taken,
        ErrorKind::Tag { problem: TagProblem::IntoItself { .. }, .. } => Refused::IntoItself,
        ErrorKind::Tag { problem: TagProblem::TooLong { .. }, .. } | ErrorKind::Invalid { .. } => Refused::TooLong,
        other => panic!("{other}"),
    });
    assert_eq!(found, *expected);
}

/// All or nothing.
fn whole<R>(model: &mut Tags, change: impl FnOnce(&mut Tags) -> Result<R, Refused>) -> Result<R, Refused> {
    let mut next = model.clone();
    let done = change(&mut next)?;
    *model = next;
    Ok(done)
}

fn take(tx: &mut Transaction<'_>, known: &mut Known, model: &mut Tags, step: &Step) {
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
            same(inserted.map(|id| known.records.push(id)), &expected);
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
            same(found, &whole(model, |model| model.tag(number, &lower(tag))));
        }
        Step::Untag(number, tag) => {
            let Some((number, id)) = at(number) else { return };
            let found = match id {
                Either::Contact(id) => tx.untag(id, tag.as_str()),
                Either::Company(id) => tx.untag(id, tag.as_str()),
            };
            same(found, &Ok(model.untag(number, &lower(tag))));
        }
        Step::Replace(number, tags) => {
            let Some((number, Either::Contact(id))) = at(number) else { return };
            let tags: BTreeSet<Tag> = tags.iter().map(|tag| Tag::new(tag).unwrap()).collect();
            let expected = whole(model, |model| {
                model.records.insert(number, BTreeSet::new());
                tags.iter().try_for_each(|tag| model.tag(number, &lower(tag.as_str())).map(drop))
            });
            same(tx.update(id, |contact: &mut Contact| contact.tags = tags).map(drop), &expected);
        }
        Step::Many(add, of, tag) => {
            let Ok(segment) = tx.segment(format!("tag under \"{of}\"").as_str()) else { return };
            let parent = model.canonical(&lower(of)).unwrap();
            let chosen: Vec<usize> = model
                .records
                .iter()
                .filter(|(number, _)| matches!(known.records[**number], Either::Contact(_)))
                .filter(|(_, tags)| tags.iter().any(|tag| under(tag, &parent)))
                .map(|(number, _)| *number)
                .collect();
            if *add {
                let expected = whole(model, |model| {
                    model.canonical(&lower(tag))?;
                    chosen.iter().map(|number| Ok(u64::from(model.tag(*number, &lower(tag))?))).sum()
                });
                same(tx.tag_many(&segment, tag.as_str()), &expected);
            } else {
                let lost = chosen.iter().filter(|number| model.untag(**number, &lower(tag))).count() as u64;
                same(tx.untag_many(&segment, tag.as_str()), &Ok(lost));
            }
        }
        step => take_names(tx, known, model, step),
    }
}

/// The steps that are about tags themselves.
fn take_names(tx: &mut Transaction<'_>, known: &mut Known, model: &mut Tags, step: &Step) {
    match step {
        Step::Rename(from, to) => {
            let expected = whole(model, |model| model.rename(&lower(from), &lower(to)));
            same(tx.rename_tag(from.as_str(), to.as_str()), &expected);
        }
        Step::Merge(from, into) => {
            let expected = whole(model, |model| model.merge(&lower(from), &lower(into)));
            same(tx.merge_tags(from.as_str(), into.as_str()), &expected.map(|added| added as u64));
        }
        Step::Delete(tag) => {
            let expected = whole(model, |model| model.delete(&lower(tag)));
            same(tx.delete_tag(tag.as_str()), &expected.map(|had| had as u64));
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
        _ => {}
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
    #![proptest_config(cases(40))]

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
