//! Tickets, tasks, sequences, and the agenda in which they stand.

use std::collections::BTreeMap;

use contactdb::{
    Change, Contact, Database, Deal, ErrorKind, Field, Id, Kind, OnReferences, Options, Read, RecordId, Recurrence,
    Sequence, Step, Task, Ticket, Transaction, choices,
};
use fastrand::Rng;
use time::{Date, Duration, OffsetDateTime, Time};

use crate::calendar::zones::{self, Place};
use crate::common::{Counter, START, Watch, broken, date, dump, file, memory, options};

/// A time of day on a day, as it is in a zone.
fn local(zone: &Place, day: Date, hour: u8, minute: u8) -> OffsetDateTime {
    contactdb::Zone::to_instant(zone, day.with_time(Time::from_hms(hour, minute, 0).unwrap()))
}

fn utc(day: Date, hour: u8) -> OffsetDateTime {
    day.with_time(Time::from_hms(hour, 0, 0).unwrap()).assume_utc()
}

fn task(tx: &Transaction<'_>, id: Id<Task>) -> Task {
    tx.get(id).unwrap().unwrap().record
}

/// A watch that stands at an instant, and a database in a zone.
fn clock(at: OffsetDateTime, zone: &str) -> (Watch, Database) {
    let watch = Watch::new();
    watch.step(at.unix_timestamp() - START);
    let db = options(&watch, &Counter::default()).zone(zones::zone(zone)).in_memory().unwrap();
    (watch, db)
}

#[test]
fn a_ticket_notes_when_it_was_resolved_and_forgets_it_when_it_is_opened_again() {
    let watch = Watch::new();
    let db = options(&watch, &Counter::default()).in_memory().unwrap();
    let mut tx = db.write().unwrap().acting_as("grace");
    let opened = contactdb::Clock::now(&watch);
    let id = tx.insert(&Ticket::new("Leak").due(opened + Duration::DAY)).unwrap();
    let ticket = |tx: &Transaction<'_>| tx.get(id).unwrap().unwrap().record;
    assert_eq!(
        (ticket(&tx).status, ticket(&tx).opened, ticket(&tx).resolved),
        (Some("new".into()), Some(opened), None)
    );
    let solved = watch.step(60);
    tx.update(id, |ticket| ticket.status = Some("solved".into())).unwrap();
    assert_eq!(ticket(&tx).resolved, Some(solved));
    assert_eq!(tx.next_due(opened).unwrap(), None);
    // From one of the two to the other: it was resolved all the time.
    let closed = watch.step(60);
    tx.update(id, |ticket| ticket.status = Some("closed".into())).unwrap();
    assert_eq!(ticket(&tx).resolved, Some(solved));
    let again = watch.step(60);
    tx.update(id, |ticket| ticket.status = Some("open".into())).unwrap();
    assert_eq!(ticket(&tx).resolved, None);
    assert_eq!(tx.next_due(opened).unwrap(), Some(opened + Duration::DAY));
    let change = |to: &'static str, at| Change::to(to).at(at).by("grace");
    // What every ticket begins with is no change.
    let expected = [change("solved", solved), change("closed", closed), change("open", again)];
    assert_eq!(ticket(&tx).status_history, expected);
    let text = "any status_history (status_history = closed) and resolved is not set";
    assert_eq!(tx.count(tx.segment_of::<Ticket>(text).unwrap()).unwrap(), 1);
    // Given in an import, it stays.
    let mut old = Ticket::new("Old").status("closed");
    old.resolved = Some(opened - Duration::DAY);
    let old = tx.insert(&old).unwrap();
    assert_eq!(tx.get(old).unwrap().unwrap().record.resolved, Some(opened - Duration::DAY));
}

#[test]
fn what_comes_again_keeps_its_time_of_day_whatever_the_clocks_do() {
    for (zone, day, unit, expected) in [
        // The clocks go forward on 2026-03-29 and back on 2026-10-25.
        ("Europe/Berlin", date(2026, 3, 28), "day", date(2026, 3, 29)),
        ("Europe/Berlin", date(2026, 10, 24), "day", date(2026, 10, 25)),
        ("Europe/Berlin", date(2026, 3, 23), "week", date(2026, 3, 30)),
        ("America/New_York", date(2026, 10, 31), "day", date(2026, 11, 1)),
        ("America/New_York", date(2026, 2, 28), "month", date(2026, 3, 28)),
        ("America/Havana", date(2026, 3, 7), "day", date(2026, 3, 8)),
    ] {
        for hour in [0, 1, 2, 3, 9, 23] {
            let place = zones::zone(zone);
            let due = local(&place, day, hour, 30);
            let (_, db) = clock(due, zone);
            let mut tx = db.write().unwrap();
            let id = tx.insert(&Task::new("Call").due(due).every(Recurrence::every(1, unit))).unwrap();
            let next = tx.complete_task(id).unwrap().next.unwrap();
            let next = task(&tx, next);
            let case = format!("{zone} {day} {hour}:30 {unit}");
            assert_eq!(next.due, Some(local(&place, expected, hour, 30)), "{case}");
            assert_eq!(next.recurrence.unwrap().first, Some(due), "{case}");
        }
    }
}

#[test]
fn half_past_nine_is_half_past_nine_on_both_sides_of_the_change() {
    let (_, db) = clock(utc(date(2026, 3, 27), 9), "Europe/Berlin");
    let mut tx = db.write().unwrap();
    let due = utc(date(2026, 3, 28), 8) + Duration::minutes(30);
    let id = tx.insert(&Task::new("Call").due(due).every(Recurrence::every(1, "day"))).unwrap();
    let next = tx.complete_task(id).unwrap().next.unwrap();
    assert_eq!(task(&tx, next).due, Some(utc(date(2026, 3, 29), 7) + Duration::minutes(30)));
}

#[test]
fn a_month_that_is_short_does_not_shorten_those_after_it() {
    let (watch, db) = clock(utc(date(2026, 1, 31), 9), "Europe/Berlin");
    let mut tx = db.write().unwrap();
    let rule = Recurrence::every(1, choices::period::MONTH).until(date(2026, 5, 31));
    let mut id = tx.insert(&Task::new("Invoice").due(utc(date(2026, 1, 31), 9)).every(rule)).unwrap();
    let mut days = Vec::new();
    while let Some(next) = tx.complete_task(id).unwrap().next {
        // Postponed by hand, the next one comes by the rule all the same.
        tx.update(next, |task| task.due = task.due.map(|due| due + Duration::HOUR)).unwrap();
        assert_eq!(task(&tx, next).previous, Some(id));
        days.push((task(&tx, next).due.unwrap() - Duration::HOUR).date());
        watch.step(20 * 86_400);
        id = next;
    }
    assert_eq!(days, [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]);
    assert_eq!(tx.len(Kind::TASK).unwrap(), 5);
}

#[test]
fn what_was_missed_is_left_out_and_after_it_is_done_counts_from_then() {
    let start = utc(date(2026, 1, 5), 9);
    let (watch, db) = clock(start, "Europe/Berlin");
    let mut tx = db.write().unwrap();
    let weekly = || Recurrence::every(1, choices::period::WEEK);
    let fixed = tx.insert(&Task::new("Fixed").due(start).every(weekly())).unwrap();
    let after = tx.insert(&Task::new("After").due(start).every(weekly().after_done())).unwrap();
    let open = tx.insert(&Task::new("Without a day").every(weekly())).unwrap();
    let done = watch.step(17 * 86_400 + 3_600);
    let next = |tx: &mut Transaction<'_>, id| {
        let next = tx.complete_task(id).unwrap().next.unwrap();
        task(tx, next).due.unwrap()
    };
    assert_eq!(next(&mut tx, fixed), utc(date(2026, 1, 26), 9));
    assert_eq!(next(&mut tx, after), done + Duration::WEEK);
    assert_eq!(next(&mut tx, open), done + Duration::WEEK);
    let late = tx.insert(&Task::new("Over").due(start).every(weekly().until(date(2026, 1, 20)))).unwrap();
    assert_eq!(tx.complete_task(late).unwrap().next, None);
    assert_eq!(task(&tx, late).status, Some(choices::task_status::DONE));
}

#[test]
fn the_next_task_is_a_copy_but_for_what_belongs_to_one_alone() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let code = tx.define(Field::text("code").on(Kind::TASK).unique()).unwrap();
    let room = tx.define(Field::text("room").on(Kind::TASK)).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Example")).unwrap();
    let due = OffsetDateTime::from_unix_timestamp(START).unwrap();
    let mut call =
        Task::call("Ask").about(ada).due(due).owner("grace").priority("high").notes("n".repeat(500)).tag("vip");
    call = call.set(code, "A-1").set(room, "2").external_id("cal", "1").every(Recurrence::every(1, "day"));
    call.outcome = Some("nobody there".into());
    let id = tx.insert(&call).unwrap();
    let completed = tx.complete_task(id).unwrap();
    let next = task(&tx, completed.next.unwrap());
    assert_eq!((completed.version, task(&tx, id).status), (2, Some("done".into())));
    let mut expected = call;
    (expected.external_ids, expected.outcome) = (Vec::new(), None);
    expected.fields.clear(code);
    (expected.due, expected.previous, expected.status) = (Some(due + Duration::DAY), Some(id), Some("open".into()));
    expected.recurrence.as_mut().unwrap().first = Some(due);
    assert_eq!(next, expected);
    // Again, it is left as it is.
    let again = tx.complete_task(id).unwrap();
    assert_eq!((again.version, again.next), (completed.version, None));
    assert_eq!(tx.len(Kind::TASK).unwrap(), 2);
}

#[test]
fn what_can_not_come_again_leaves_the_task_as_it_was() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let due = OffsetDateTime::from_unix_timestamp(START).unwrap();
    let plain = tx.insert(&Task::new("Ask").due(due).every(Recurrence::every(1, "day"))).unwrap();
    tx.define(Field::text("room").on(Kind::TASK).required()).unwrap();
    let before = dump(&tx, &[plain.into()]);
    let error = tx.complete_task(plain).unwrap_err();
    assert_eq!(broken(&error), [("room".into(), contactdb::Rule::Required)]);
    assert_eq!(dump(&tx, &[plain.into()]), before);
    assert_eq!((tx.len(Kind::TASK).unwrap(), tx.due(due).count()), (1, 1));
    let nobody = Id::from_uuid(uuid::Uuid::nil());
    assert!(tx.complete_task(nobody).unwrap_err().is_not_found());
    for wrong in [0, -1, 10_001] {
        let task = Task::new("x").set_value("room", "1").every(Recurrence::every(wrong, "day"));
        assert!(tx.insert(&task).unwrap_err().is_invalid(), "{wrong}");
    }
}

#[test]
fn what_was_archived_since_does_not_keep_a_task_from_coming_again() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let room = tx.define(Field::text("room").on(Kind::TASK)).unwrap();
    let floor = tx.define(Field::choice("floor").option("first", "First").on(Kind::TASK)).unwrap();
    let due = OffsetDateTime::from_unix_timestamp(START).unwrap();
    let tools =
        tx.define(Field::multi_choice("tools").option("broom", "Broom").option("mop", "Mop").on(Kind::TASK)).unwrap();
    tx.edit_field(Kind::TASK, "priority").unwrap().add_option("at_once", "At once").unwrap();
    let sweep = Task::new("Sweep").due(due).every(Recurrence::every(1, "day")).set(room, "2").set(floor, "first");
    let sweep = sweep.priority("at_once").set(tools, ["broom", "mop"]);
    let id = tx.insert(&sweep).unwrap();
    tx.edit_field(Kind::TASK, "room").unwrap().archive().unwrap();
    for (key, option) in [("floor", "first"), ("tools", "broom"), ("priority", "at_once")] {
        tx.edit_field(Kind::TASK, key).unwrap().archive_option(option).unwrap();
    }
    let next = tx.complete_task(id).unwrap().next.unwrap();
    let next = task(&tx, next);
    assert_eq!((next.get(room), next.get(floor), next.priority.as_ref()), (None, None, None));
    assert_eq!(next.get(tools), Some(vec!["mop".into()]));
    assert_eq!(task(&tx, id).get(floor), Some("first".into()));
}

#[test]
fn a_task_that_can_not_be_done_leaves_no_task_that_would_come_after_it() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let id = tx.insert(&Task::new("Call").every(Recurrence::every(1, "day"))).unwrap();
    tx.edit_field(Kind::TASK, "status").unwrap().archive_option("done").unwrap();
    let before = dump(&tx, &[id.into()]);
    assert!(tx.complete_task(id).unwrap_err().is_invalid());
    assert_eq!((dump(&tx, &[id.into()]), tx.len(Kind::TASK).unwrap()), (before, 1));
    tx.edit_field(Kind::TASK, "status").unwrap().restore_option("done").unwrap();
    assert!(tx.complete_task(id).unwrap().next.is_some());
}

#[test]
fn a_sequence_goes_step_by_step_until_it_ends_or_is_stopped() {
    let start = utc(date(2026, 3, 27), 9);
    let (watch, db) = clock(start, "Europe/Berlin");
    let mut tx = db.write().unwrap();
    let [ada, joe] = ["Ada", "Joe"].map(|name| tx.insert(&Contact::named(name, "Example")).unwrap());
    let deal = tx.insert(&Deal::new("Roof")).unwrap();
    let steps = [
        Step::new("Say hello", 1).kind(choices::task::CALL).notes("by name"),
        Step::new("Write", 3).kind(choices::task::EMAIL).owner("hedy"),
        Step::new("Visit", 0),
    ];
    let welcome = steps.into_iter().fold(Sequence::new("Welcome").owner("grace"), Sequence::step);
    let welcome = tx.insert(&welcome).unwrap();
    let first = tx.start_sequence(welcome, ada, start).unwrap();
    let one = task(&tx, first);
    assert_eq!((&*one.subject, one.step, one.due), ("Say hello", Some(1), Some(start + Duration::DAY)));
    assert_eq!(
        (one.owner.as_deref(), one.notes.as_deref(), one.kind),
        (Some("grace"), Some("by name"), Some("call".into()))
    );
    assert_eq!((one.about, one.sequence, one.previous), (vec![RecordId::from(ada)], Some(welcome), None));
    let done = watch.step(5 * 86_400);
    let second = tx.complete_task(first).unwrap().next.unwrap();
    let two = task(&tx, second);
    assert_eq!((&*two.subject, two.step, two.due), ("Write", Some(2), Some(done + Duration::days(3))));
    assert_eq!((two.owner.as_deref(), two.previous, two.about), (Some("hedy"), Some(first), vec![ada.into()]));
    // Completed twice, no second next step.
    assert_eq!(tx.complete_task(first).unwrap().next, None);
    let third = tx.complete_task(second).unwrap().next.unwrap();
    assert_eq!((task(&tx, third).owner.as_deref(), task(&tx, third).due), (Some("hedy"), Some(done)));
    assert_eq!(tx.complete_task(third).unwrap().next, None);
    assert_eq!(tx.due(done + Duration::days(100)).count(), 0);

    // Stopped for one, it goes on for the others.
    let [of_ada, of_joe, of_deal] =
        [RecordId::from(ada), joe.into(), deal.into()].map(|about| tx.start_sequence(welcome, about, start).unwrap());
    let other = tx.insert(&Task::new("Something else").about(ada).due(start)).unwrap();
    assert_eq!(tx.stop_sequence(welcome, ada).unwrap(), 1);
    assert_eq!(tx.stop_sequence(welcome, ada).unwrap(), 0);
    let status = |tx: &Transaction<'_>, id| task(tx, id).status.unwrap();
    assert_eq!(
        [of_ada, of_joe, of_deal, other].map(|id| status(&tx, id)),
        ["cancelled", "open", "open", "open"].map(Into::into)
    );
    assert_eq!(task(&tx, of_ada).closed, Some(done));
    assert_eq!(tx.complete_task(of_ada).unwrap().next, None);
    // A shorter sequence ends where it has no further step, a deleted one too.
    tx.update(welcome, |welcome| welcome.steps.truncate(1)).unwrap();
    assert_eq!(tx.complete_task(of_joe).unwrap().next, None);
    tx.delete(welcome, OnReferences::AsDefined).unwrap();
    assert_eq!(tx.complete_task(of_deal).unwrap().next, None);
    assert!(tx.start_sequence(welcome, ada, start).unwrap_err().is_not_found());
    assert_eq!(tx.stop_sequence(welcome, ada).unwrap(), 0);
    let empty = tx.insert(&Sequence::new("Empty")).unwrap();
    assert!(matches!(tx.start_sequence(empty, ada, start).unwrap_err().kind(), ErrorKind::Invalid { .. }));
    for wrong in [Step::new("", 0), Step::new("x", -1), Step::new("x", 36_501)] {
        assert!(tx.insert(&Sequence::new("Wrong").step(wrong)).unwrap_err().is_invalid());
    }
}

#[test]
fn a_task_is_overdue_from_the_moment_after_it_was_due_until_it_is_done() {
    let watch = Watch::new();
    let db = options(&watch, &Counter::default()).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let due = contactdb::Clock::now(&watch);
    let id = tx.insert(&Task::new("Call").due(due)).unwrap();
    let overdue = |tx: &Transaction<'_>| tx.count(tx.segment_of::<Task>("overdue").unwrap()).unwrap();
    assert_eq!(overdue(&tx), 0);
    watch.step(1);
    assert_eq!(overdue(&tx), 1);
    tx.complete_task(id).unwrap();
    assert_eq!(overdue(&tx), 0);
}

/// What is in the agenda as the oracle has it: by record, when it is due.
type Open = BTreeMap<RecordId, OffsetDateTime>;

fn assert_agenda(read: &impl Read, open: &Open, rng: &mut Rng, context: &str) {
    let mut expected: Vec<(OffsetDateTime, RecordId)> = open.iter().map(|(id, at)| (*at, *id)).collect();
    // Within one instant by kind, then by row; ids grow with the rows.
    expected.sort_unstable_by_key(|(at, id)| (*at, id.kind, id.uuid));
    for _ in 0..6 {
        let at = match rng.u8(..3) {
            0 => OffsetDateTime::from_unix_timestamp(rng.i64(-200..200)).unwrap(),
            1 => rng.choice(&expected).map_or(OffsetDateTime::UNIX_EPOCH, |(at, _)| *at),
            _ => OffsetDateTime::from_unix_timestamp(1_000).unwrap(),
        };
        let found: Vec<_> = read.due(at).map(|due| due.map(|due| (due.at, due.record)).unwrap()).collect();
        let until = expected.partition_point(|(due, _)| *due <= at);
        assert_eq!(found, expected[..until], "{context}, {at}");
        assert_eq!(read.next_due(at).unwrap(), expected.get(until).map(|(due, _)| *due), "{context}, {at}");
    }
}

#[test]
fn the_agenda_is_what_a_plain_map_says_after_random_changes() {
    for seed in 0..12 {
        let mut rng = Rng::with_seed(seed);
        let (_folder, path) = file();
        let (watch, ids) = (Watch::new(), Counter::default());
        let mut db = options(&watch, &ids).create(&path).unwrap();
        let mut open = Open::new();
        let mut all: Vec<RecordId> = Vec::new();
        for round in 0..15 {
            let before = (open.clone(), all.clone());
            let mut tx = db.write().unwrap();
            for _ in 0..rng.u8(1..12) {
                let at = (rng.u8(..5) > 0).then(|| OffsetDateTime::from_unix_timestamp(rng.i64(-100..100)).unwrap());
                let picked = rng.choice(&all).copied();
                match (rng.u8(..7), picked) {
                    (0 | 1, _) | (_, None) => {
                        let mut record = Task::new("x");
                        record.due = at;
                        let id = tx.insert(&record).unwrap().into();
                        all.push(id);
                        open.extend(at.map(|at| (id, at)));
                    }
                    (2, _) => {
                        let mut record = Ticket::new("x").status(if rng.bool() { "solved" } else { "open" });
                        record.due = at;
                        let solved = record.status == Some("solved".into());
                        let id = tx.insert(&record).unwrap().into();
                        all.push(id);
                        open.extend(at.filter(|_| !solved).map(|at| (id, at)));
                    }
                    (3, Some(id)) => {
                        let done = if id.kind == Kind::TASK { "done" } else { "closed" };
                        let status = if rng.bool() { done } else { "open" };
                        tx.update(id, |any| {
                            any.fields.set_value("status", status);
                            match at {
                                Some(at) => any.fields.set_value("due", at),
                                None => any.fields.clear_value("due"),
                            }
                        })
                        .unwrap();
                        open.remove(&id);
                        open.extend(at.filter(|_| status == "open").map(|at| (id, at)));
                    }
                    (4, Some(id)) => {
                        if let Some(id) = id.typed::<Task>() {
                            assert_eq!(tx.complete_task(id).unwrap().next, None);
                            open.remove(&id.into());
                        }
                    }
                    (5, Some(id)) => {
                        tx.delete(id, OnReferences::Refuse).unwrap();
                        all.retain(|other| *other != id);
                        open.remove(&id);
                    }
                    (_, Some(id)) => {
                        tx.update(id, |any| any.fields.set_value("owner", "grace")).unwrap();
                    }
                }
            }
            assert_agenda(&tx, &open, &mut rng, &format!("seed {seed}, round {round}, within"));
            if rng.u8(..4) == 0 {
                drop(tx);
                (open, all) = before;
            } else {
                tx.commit().unwrap();
            }
            if rng.u8(..4) == 0 {
                db.close().unwrap();
                db = options(&watch, &ids).open(&path).unwrap();
            }
            assert_agenda(&db.read().unwrap(), &open, &mut rng, &format!("seed {seed}, round {round}"));
        }
    }
}

#[test]
fn the_agenda_takes_every_instant_there_is() {
    let db = Options::new().in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ends = [Date::MIN.midnight().assume_utc(), OffsetDateTime::UNIX_EPOCH, Date::MAX.midnight().assume_utc()];
    for at in ends {
        tx.insert(&Task::new("x").due(at)).unwrap();
    }
    let found: Vec<_> = tx.due(time::PrimitiveDateTime::MAX.assume_utc()).map(|due| due.unwrap().at).collect();
    assert_eq!(found, ends);
    assert_eq!(tx.next_due(time::PrimitiveDateTime::MIN.assume_utc()).unwrap(), Some(ends[1]), "later than, not at");
    assert_eq!(tx.next_due(ends[2]).unwrap(), None);
    assert_eq!(tx.due(ends[0]).count(), 1);
    // Finer than a microsecond, an instant is cut off, as everywhere.
    let fine = OffsetDateTime::UNIX_EPOCH + Duration::nanoseconds(1_700);
    tx.insert(&Task::new("fine").due(fine)).unwrap();
    assert_eq!(tx.due(fine).count(), 3);
}
