//! Deals and the pipelines that they go through.

use contactdb::DefinitionProblem as P;
use contactdb::{
    Change, Choice, Contact, Currency, Database, Deal, ErrorKind, Id, Kind, Limits, Money, Options, Pipeline, Read,
    Rule, StageOutcome, choices::stage_of_deal as stage,
};
use time::{Duration, OffsetDateTime};

use crate::common::{Counter, Watch, broken, euros, file, memory, options};
use crate::following::PIPELINES;
use crate::model_test::lettings;

fn names(db: &impl Read, text: &str) -> String {
    let found = db.select(&db.segment_of::<Deal>(text).unwrap_or_else(|error| panic!("{text}: {error}"))).records();
    found.unwrap().map(|deal| deal.unwrap().record.name).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_new_deal_begins_at_the_first_stage_of_the_first_pipeline() {
    let watch = Watch::new();
    let db = options(&watch, &Counter::default()).in_memory().unwrap();
    let mut tx = db.write().unwrap().acting_as("grace");
    let now = contactdb::Clock::now(&watch);
    let id = tx.insert(&Deal::new("Roof").amount(euros("8000"))).unwrap();
    let deal = tx.get(id).unwrap().unwrap().record;
    assert_eq!((deal.pipeline, deal.stage), (Some("sales".into()), Some(stage::NEW)));
    assert_eq!((deal.probability, deal.opened, deal.closed), (Some(10), Some(now), None));
    assert_eq!(deal.stage_history, [Change::to("new").at(now).by("grace")]);
}

#[test]
fn the_probability_is_that_of_the_stage_unless_it_is_given_with_it() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let id = tx.insert(&Deal::new("Roof").probability(33)).unwrap();
    let mut probability = |change: &dyn Fn(&mut Deal)| {
        tx.update(id, |deal| change(deal)).unwrap();
        tx.get(id).unwrap().unwrap().record.probability
    };
    assert_eq!(probability(&|_| {}), Some(33));
    assert_eq!(probability(&|deal| deal.owner = Some("grace".into())), Some(33));
    assert_eq!(probability(&|deal| deal.stage = Some(stage::PROPOSAL)), Some(50));
    assert_eq!(probability(&|deal| (deal.stage, deal.probability) = (Some(stage::NEGOTIATION), Some(99))), Some(99));
    assert_eq!(probability(&|deal| deal.probability = None), None);
    assert_eq!(probability(&|deal| deal.stage = Some(stage::LOST)), Some(0));
    for wrong in [-1, 101, i64::MAX] {
        assert!(tx.update(id, |deal| deal.probability = Some(wrong)).unwrap_err().is_invalid(), "{wrong}");
    }
}

#[test]
fn what_is_decided_has_a_time_that_goes_when_it_is_opened_again() {
    let watch = Watch::new();
    let db = options(&watch, &Counter::default()).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let id = tx.insert(&Deal::new("Roof")).unwrap();
    let closed = |tx: &contactdb::Transaction<'_>| tx.get(id).unwrap().unwrap().record.closed;
    let first = watch.step(10);
    tx.update(id, |deal| deal.stage = Some(stage::WON)).unwrap();
    assert_eq!(closed(&tx), Some(first));
    watch.step(10);
    tx.update(id, |deal| deal.reason = Some("price".into())).unwrap();
    assert_eq!(closed(&tx), Some(first));
    tx.update(id, |deal| deal.stage = Some(stage::PROPOSAL)).unwrap();
    assert_eq!(closed(&tx), None);
    let own = first - Duration::days(3);
    tx.update(id, |deal| (deal.stage, deal.closed) = (Some(stage::LOST), Some(own))).unwrap();
    assert_eq!(closed(&tx), Some(own));
    // Given together with the stage that opens it again, it stays.
    tx.update(id, |deal| (deal.stage, deal.closed) = (Some(stage::NEW), Some(first))).unwrap();
    assert_eq!(closed(&tx), Some(first));
    let won = tx.insert(&Deal::new("Old").stage(stage::WON)).unwrap();
    assert_eq!(tx.get(won).unwrap().unwrap().record.closed, Some(contactdb::Clock::now(&watch)));
}

#[test]
fn every_stage_says_what_the_table_of_the_pipeline_says() {
    let (_folder, path) = file();
    let db = options(&Watch::new(), &Counter::default()).create(&path).unwrap();
    let mut tx = db.write().unwrap();
    tx.define_pipeline(Kind::DEAL, lettings()).unwrap();
    for (pipeline, stages) in PIPELINES {
        for (stage, ..) in stages {
            tx.insert(
                &Deal::new(format!("{pipeline}-{stage}")).pipeline(pipeline).stage(*stage).amount(euros("12.50")),
            )
            .unwrap();
        }
    }
    tx.commit().unwrap();
    db.close().unwrap();
    let db = Database::open(&path).unwrap();
    let read = db.read().unwrap();
    for (pipeline, stages) in PIPELINES {
        let known = read.catalogue().pipelines(Kind::DEAL).find(|known| known.key == pipeline).unwrap();
        for ((key, probability, outcome), known) in stages.iter().zip(&known.stages) {
            assert_eq!((&*known.key, known.probability, known.outcome.key()), (*key, *probability, *outcome));
            let amount = crate::common::decimal("12.50") * contactdb::Decimal::from(*probability)
                / crate::common::decimal("100");
            let text = format!(
                "pipeline = {pipeline} and stage = {key} and status = {outcome} and probability = {probability} and weighted_amount = {amount} EUR and {} (closed is set)",
                if *outcome == "open" { "not" } else { "" }
            );
            assert_eq!(names(&read, &text), format!("{pipeline}-{key}"), "{text}");
        }
    }
    for (outcome, expected) in [(StageOutcome::Open, 6), (StageOutcome::Won, 2), (StageOutcome::Lost, 2)] {
        let text = format!("status = {}", outcome.key());
        assert_eq!(read.count(read.segment_of::<Deal>(&*text).unwrap()).unwrap(), expected, "{text}");
    }
}

#[test]
fn a_weighted_amount_needs_both_and_keeps_the_currency() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let francs = Money::new(crate::common::decimal("0.10"), Currency::CHF);
    tx.insert(&Deal::new("small").amount(francs).probability(1)).unwrap();
    tx.insert(&Deal::new("none")).unwrap();
    let most = Money::new(contactdb::Decimal::MAX, Currency::EUR);
    tx.insert(&Deal::new("most").amount(most).probability(100)).unwrap();
    assert_eq!(names(&tx, "weighted_amount = 0.001 CHF"), "small");
    assert_eq!(names(&tx, "weighted_amount < 1 CHF"), "small");
    // An amount whose product is no number any more has none.
    assert_eq!(names(&tx, "weighted_amount is not set"), "none most");
}

#[test]
fn a_stage_belongs_to_its_pipeline() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.define_pipeline(Kind::DEAL, lettings()).unwrap();
    let refused = |result: contactdb::Result<Id<Deal>>| broken(&result.unwrap_err());
    let foreign = refused(tx.insert(&Deal::new("Flat").pipeline("lettings").stage(stage::WON)));
    let stages: Vec<String> = PIPELINES[1].1.iter().map(|(key, ..)| (*key).to_owned()).collect();
    assert_eq!(foreign, [("stage".into(), Rule::NotInPipeline { pipeline: "lettings".into(), stages })]);
    assert_eq!(refused(tx.insert(&Deal::new("Flat").stage("viewing")))[0].0, "stage");
    for unknown in [Deal::new("Flat").stage("nowhere"), Deal::new("Flat").pipeline("nothing")] {
        let found = refused(tx.insert(&unknown));
        assert!(found.len() == 1 && matches!(found[0].1, Rule::UnknownOption { .. }), "{found:?}");
    }
    let flat = tx.insert(&Deal::new("Flat").pipeline("lettings")).unwrap();
    assert_eq!(tx.get(flat).unwrap().unwrap().record.stage, Some("viewing".into()));
    let before = tx.get(flat).unwrap().unwrap();
    let error = tx.update(flat, |deal| deal.pipeline = Some("sales".into())).unwrap_err();
    assert!(matches!(broken(&error)[0].1, Rule::NotInPipeline { .. }));
    assert_eq!(tx.get(flat).unwrap().unwrap(), before);
    tx.update(flat, |deal| (deal.pipeline, deal.stage) = (Some("sales".into()), Some(stage::WON))).unwrap();
    let moved = tx.get(flat).unwrap().unwrap().record;
    assert_eq!((moved.probability, moved.closed.is_some()), (Some(100), true));
    let history: Vec<&str> = moved.stage_history.iter().map(|change| change.to.key()).collect();
    assert_eq!(history, ["viewing", "won"]);
}

#[test]
fn another_pipeline_in_the_place_of_one_leaves_deals_where_they_are() {
    let (_folder, path) = file();
    let db = options(&Watch::new(), &Counter::default()).create(&path).unwrap();
    let mut tx = db.write().unwrap();
    tx.define_pipeline(Kind::DEAL, lettings()).unwrap();
    let flat = tx.insert(&Deal::new("Flat").pipeline("lettings")).unwrap();
    let house = tx.insert(&Deal::new("House").pipeline("lettings").stage("application")).unwrap();
    let shorter = Pipeline::new("lettings", "Other").won("application", "Ignored").lost("withdrawn", "Withdrawn");
    tx.define_pipeline(Kind::DEAL, shorter).unwrap();
    tx.commit().unwrap();
    db.close().unwrap();
    let db = Database::open(&path).unwrap();
    let mut tx = db.write().unwrap();
    // The deal in the stage that is gone is neither open nor decided, and can be changed.
    assert_eq!(names(&tx, "stage = viewing and status is not set and probability = 20"), "Flat");
    assert_eq!(tx.update(flat, |deal| deal.owner = Some("grace".into())).unwrap(), 2);
    // What the stage says is asked now; what it filled in stays.
    assert_eq!(names(&tx, "status = won and probability = 60 and closed is not set"), "House");
    assert!(tx.insert(&Deal::new("Hut").pipeline("lettings").stage("viewing")).unwrap_err().is_invalid());
    let hut = tx.insert(&Deal::new("Hut").pipeline("lettings")).unwrap();
    assert_eq!(names(&tx, "status = won and closed is set and probability = 100"), "Hut");
    tx.update(house, |deal| deal.stage = Some("withdrawn".into())).unwrap();
    assert_eq!(names(&tx, "status = lost"), "House");
    // Once it has left, the way back is closed.
    tx.update(flat, |deal| deal.stage = Some("withdrawn".into())).unwrap();
    assert!(tx.update(flat, |deal| deal.stage = Some("viewing".into())).unwrap_err().is_invalid());
    assert_eq!(tx.catalogue().pipelines(Kind::DEAL).map(|known| known.stages.len()).collect::<Vec<_>>(), [6, 2]);
    // The built-in one too.
    tx.define_pipeline(Kind::DEAL, Pipeline::new("sales", "Sales").stage("proposal", "Proposal", 1)).unwrap();
    tx.insert(&Deal::new("Barn")).unwrap();
    assert_eq!(names(&tx, "stage = proposal and probability = 1"), "Barn");
    assert!(tx.get(hut).unwrap().is_some());
}

#[test]
fn a_stage_that_was_archived_is_taken_by_no_deal_by_itself() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.define_pipeline(Kind::DEAL, lettings()).unwrap();
    let flat = tx.insert(&Deal::new("Flat").pipeline("lettings")).unwrap();
    tx.edit_field(Kind::DEAL, "stage").unwrap().archive_option("viewing").unwrap();
    let hut = tx.insert(&Deal::new("Hut").pipeline("lettings")).unwrap();
    assert_eq!(tx.get(hut).unwrap().unwrap().record.stage, Some("application".into()));
    let error = tx.insert(&Deal::new("Barn").pipeline("lettings").stage("viewing")).unwrap_err();
    assert_eq!(broken(&error), [("stage".into(), Rule::ArchivedOption)]);
    // Who was in it stays, and the history says so.
    tx.update(flat, |deal| deal.owner = Some("grace".into())).unwrap();
    assert_eq!(names(&tx, "stage = viewing and status = open and any stage_history (stage_history = viewing)"), "Flat");
    for stage in ["application", "let", "withdrawn"] {
        tx.edit_field(Kind::DEAL, "stage").unwrap().archive_option(stage).unwrap();
    }
    let none = tx.insert(&Deal::new("None").pipeline("lettings")).unwrap();
    assert_eq!(tx.get(none).unwrap().unwrap().record.stage, None);
}

#[test]
fn a_pipeline_that_is_wrong_is_refused_with_all_that_is_wrong() {
    let limits = Limits { options: 8, ..Limits::default() };
    let db = Options::new().limits(limits).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let before = format!("{:?}", tx.catalogue());
    let problems = |tx: &mut contactdb::Transaction<'_>, kind: Kind, pipeline: Pipeline| match tx
        .define_pipeline(kind, pipeline)
        .unwrap_err()
        .into_kind()
    {
        ErrorKind::Definition { problems, .. } => problems,
        other => panic!("{other}"),
    };
    let found = problems(&mut tx, Kind::CONTACT, Pipeline::new("a", "A").won("b", "B"));
    assert!(matches!(found[..], [P::NoPipelines]));
    assert!(matches!(problems(&mut tx, Kind::DEAL, Pipeline::new("a", "A"))[..], [P::NoStages]));
    let bad = Pipeline::new("a b", "").stage("x", "X", 101).stage("x", "X", -1).stage("", "\n", 5);
    let found = problems(&mut tx, Kind::DEAL, bad);
    assert_eq!(found.iter().filter(|problem| matches!(problem, P::BadKey { .. })).count(), 2, "{found:?}");
    assert_eq!(found.iter().filter(|problem| matches!(problem, P::BadLabel { .. })).count(), 2, "{found:?}");
    assert_eq!(found.iter().filter(|problem| matches!(problem, P::OptionTaken { .. })).count(), 1, "{found:?}");
    assert_eq!(found.iter().filter(|problem| matches!(problem, P::WrongType { .. })).count(), 2, "{found:?}");
    let many = Pipeline::new("a", "A").stage("x", "X", 1).stage("y", "Y", 1).stage("z", "Z", 1);
    assert!(matches!(problems(&mut tx, Kind::DEAL, many)[..], [P::TooMany { max: 8 }]));
    assert_eq!(format!("{:?}", tx.catalogue()), before);
}

#[test]
fn as_many_pipelines_as_options_are_allowed() {
    let limits = Limits { options: 8, ..Limits::default() };
    let db = Options::new().limits(limits).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    for at in 0..7 {
        tx.define_pipeline(Kind::DEAL, Pipeline::new(format!("p{at}"), "P").won("won", "Won")).unwrap();
    }
    let error = tx.define_pipeline(Kind::DEAL, Pipeline::new("more", "P").won("won", "Won")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Definition { .. }), "{error}");
    // One that is there takes no further place.
    tx.define_pipeline(Kind::DEAL, Pipeline::new("p0", "P").lost("lost", "Lost")).unwrap();
}

#[test]
fn histories_are_asked_like_every_structured_value() {
    let watch = Watch::new();
    let db = options(&watch, &Counter::default()).in_memory().unwrap();
    let mut tx = db.write().unwrap().acting_as("grace");
    tx.define_pipeline(Kind::DEAL, lettings()).unwrap();
    let day = 86_400;
    let deals = ["early", "late", "open", "flat"].map(Deal::new);
    let [early, late, _, _] = deals.map(|deal| {
        let pipeline = if deal.name == "flat" { "lettings" } else { "sales" };
        tx.insert(&deal.pipeline(pipeline)).unwrap()
    });
    watch.step(day);
    tx.update(early, |deal| deal.stage = Some(stage::WON)).unwrap();
    watch.step(40 * day);
    tx.update(late, |deal| deal.stage = Some(stage::WON)).unwrap();
    watch.step(day);
    // Lost after all: the history knows that it was won.
    tx.update(late, |deal| deal.stage = Some(stage::LOST)).unwrap();
    tx.commit().unwrap();
    let read = db.read().unwrap();
    for (text, expected) in [
        ("any stage_history (stage_history = won and at in last 30 days)", "late"),
        ("any stage_history (stage_history = won and stage_history_at in last 30 days)", "late"),
        ("any stage_history (stage_history = won)", "early late"),
        ("stage_history = won and stage = lost", "late"),
        ("any stage_history (stage_history = viewing and by = grace)", "flat"),
        ("every stage_history (stage_history = new or stage_history = won)", "early open"),
        ("no stage_history (stage_history = won) and count(stage_history) = 1", "open flat"),
        ("count(stage_history) = 3", "late"),
        ("any stage_history (at more than 30 days ago and stage_history = new)", "early late open"),
    ] {
        assert_eq!(names(&read, text), expected, "{text}");
        let segment = read.segment_of::<Deal>(text).unwrap();
        let shown = segment.to_text(read.catalogue());
        assert_eq!(read.segment_of::<Deal>(&*shown).unwrap(), segment, "{shown}");
    }
    assert!(read.segment_of::<Deal>("any stage_history (stage_history = nowhere)").is_err());
}

#[test]
fn stages_and_statuses_of_a_business_stand_in_histories_too() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.edit_field(Kind::CONTACT, "stage").unwrap().add_option("waiting_list", "Waiting list").unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Example").stage("waiting_list")).unwrap();
    tx.commit().unwrap();
    let mut tx = db.write().unwrap();
    let history = |tx: &contactdb::Transaction<'_>| tx.get(ada).unwrap().unwrap().record.stage_history;
    assert_eq!(history(&tx).iter().map(|change| change.to.clone()).collect::<Vec<Choice>>(), ["waiting_list".into()]);
    tx.edit_field(Kind::CONTACT, "stage").unwrap().relabel_option("waiting_list", "Queue").unwrap();
    tx.edit_field(Kind::CONTACT, "stage").unwrap().archive_option("waiting_list").unwrap();
    tx.update(ada, |ada| ada.stage = Some("customer".into())).unwrap();
    // Archived, it stays in the history and can be asked for there.
    assert_eq!(history(&tx).len(), 2);
    let text = "any stage_history (stage_history = waiting_list)";
    assert_eq!(tx.count(tx.segment(text).unwrap()).unwrap(), 1);
    // Without a stage there is no entry; the same stage again is one.
    tx.update(ada, |ada| ada.stage = None).unwrap();
    assert_eq!(history(&tx).len(), 2);
    tx.update(ada, |ada| ada.stage = Some("customer".into())).unwrap();
    assert_eq!(history(&tx).len(), 2, "the history ends with it already");
    tx.update(ada, |ada| ada.stage = Some("former".into())).unwrap();
    tx.update(ada, |ada| ada.stage = Some("customer".into())).unwrap();
    let keys: Vec<String> = history(&tx).iter().map(|change| change.to.key().to_owned()).collect();
    assert_eq!(keys, ["waiting_list", "customer", "former", "customer"]);
    // An import brings its own history, and what is in it stands.
    let past = OffsetDateTime::UNIX_EPOCH;
    let mut joe = Contact::named("Joe", "Example").stage("lead");
    joe.stage_history.push(Change::to("lead").at(past));
    let joe = tx.insert(&joe).unwrap();
    assert_eq!(tx.get(joe).unwrap().unwrap().record.stage_history, [Change::to("lead").at(past)]);
}

#[test]
fn what_was_won_and_then_lost_was_decided_when_it_was_lost() {
    let watch = Watch::new();
    let db = options(&watch, &Counter::default()).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let id = tx.insert(&Deal::new("Roof").stage(stage::WON)).unwrap();
    let later = watch.step(100);
    tx.update(id, |deal| deal.stage = Some(stage::LOST)).unwrap();
    assert_eq!(tx.get(id).unwrap().unwrap().record.closed, Some(later));
    // Given with it, it is what was given.
    watch.step(100);
    tx.update(id, |deal| (deal.stage, deal.closed) = (Some(stage::WON), Some(later - Duration::HOUR))).unwrap();
    assert_eq!(tx.get(id).unwrap().unwrap().record.closed, Some(later - Duration::HOUR));
}

#[test]
fn a_record_written_without_its_history_keeps_it() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let id = tx.insert(&Deal::new("Roof")).unwrap();
    tx.replace(id, 1, Deal::new("Roof of slate").stage(stage::WON)).unwrap();
    let history = tx.get(id).unwrap().unwrap().record.stage_history;
    assert_eq!(history.iter().map(|change| change.to.key()).collect::<Vec<_>>(), ["new", "won"]);
}

#[test]
fn a_full_history_forgets_what_is_oldest_and_the_stage_stays_free_to_change() {
    let limits = Limits { values: 3, ..Limits::default() };
    let db = Options::new().limits(limits).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let id = tx.insert(&Deal::new("Roof")).unwrap();
    for stage in ["qualified", "proposal", "negotiation", "won"] {
        tx.update(id, |deal| deal.stage = Some(stage.into())).unwrap();
    }
    let history = tx.get(id).unwrap().unwrap().record.stage_history;
    assert_eq!(history.iter().map(|change| change.to.key()).collect::<Vec<_>>(), ["proposal", "negotiation", "won"]);
}

#[test]
fn a_pipeline_that_is_defined_again_brings_its_archived_stages_back() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.define_pipeline(Kind::DEAL, lettings()).unwrap();
    tx.edit_field(Kind::DEAL, "pipeline").unwrap().archive_option("lettings").unwrap();
    tx.edit_field(Kind::DEAL, "stage").unwrap().archive_option("viewing").unwrap();
    assert!(tx.insert(&Deal::new("Flat").pipeline("lettings")).unwrap_err().is_invalid());
    tx.define_pipeline(Kind::DEAL, lettings()).unwrap();
    let id = tx.insert(&Deal::new("Flat").pipeline("lettings")).unwrap();
    assert_eq!(tx.get(id).unwrap().unwrap().record.stage, Some("viewing".into()));
}

#[test]
fn choices_whose_options_have_a_fixed_meaning_take_no_others() {
    let db = memory();
    let mut tx = db.write().unwrap();
    for (kind, key) in [
        (Kind::TASK, "recurrence_unit"),
        (Kind::CONTACT, "availability_day"),
        (Kind::PURCHASE, "payment_kind"),
        (Kind::CONTACT, "consent"),
    ] {
        let refused = tx.edit_field(kind, key).and_then(|field| field.add_option("other", "Other").map(drop));
        assert!(matches!(refused.unwrap_err().kind(), ErrorKind::Definition { .. }), "{key}");
    }
    tx.edit_field(Kind::PURCHASE, "payment_method").unwrap().add_option("barter", "Barter").unwrap();
}
