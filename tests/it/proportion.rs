//! What takes time in proportion to what it is given, and not to its square. Times decide nothing unasked: these run by
//! hand, `cargo test --test it proportion -- --ignored`.

use std::time::{Duration, Instant};

use contactdb::{
    Change, Company, Contact, Database, ErrorKind, Field, Kind, OnReferences, Pipeline, Read, Task, Ticket,
};
use time::OffsetDateTime;

/// Fails if eight times as much takes more than thirty times as long: in proportion it is eight, of the square 64.
fn in_proportion(small: usize, mut work: impl FnMut(usize) -> Duration) {
    // The quickest of three: a machine that does other things too only adds to a time.
    let mut best = |count| (0..3).map(|_| work(count)).min().unwrap_or_default();
    let (one, eight) = (best(small).max(Duration::from_micros(500)), best(small * 8));
    assert!(eight < one * 30, "{small} took {one:?}, {} took {eight:?}", small * 8);
}

fn timed<R>(work: impl FnOnce() -> R) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

#[test]
#[ignore = "goes by the clock: cargo test --test it proportion -- --ignored"]
fn a_task_about_very_many_is_written_and_deleted_with_them_in_proportion() {
    let in_all = |count: usize, what: usize| {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let companies = tx.insert_many((0..count).map(|at| Company::new(format!("C{at}")))).unwrap();
        let people = companies.iter().map(|company| Contact::named("Ada", "Example").works_at(*company, "CTO"));
        let people = tx.insert_many(people.collect::<Vec<_>>()).unwrap();
        let task = people.iter().fold(Task::new("Invite"), |task, person| task.about(*person));
        let mut id = None;
        let inserted = timed(|| id = Some(tx.insert(&task).unwrap()));
        let updated = timed(|| tx.update(id.unwrap(), |task| task.about.truncate(count - 1)).unwrap());
        let everybody = tx.segment("all").unwrap();
        let deleted = timed(|| {
            let deleted = tx.delete_many(&everybody, OnReferences::AsDefined).unwrap();
            assert_eq!((deleted.deleted, deleted.detached), (count as u64 + 1, 0));
        });
        [inserted, updated, deleted][what]
    };
    for what in 0..3 {
        in_proportion(200, |count| in_all(count, what));
    }
}

#[test]
#[ignore = "goes by the clock: cargo test --test it proportion -- --ignored"]
fn a_record_with_a_long_history_is_changed_in_proportion() {
    in_proportion(400, |count| {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let at = |at| OffsetDateTime::UNIX_EPOCH + time::Duration::seconds(at);
        let status_history = (0_i64..).take(count).map(|second| Change::to("open").at(at(second))).collect();
        let id = tx.insert(&Ticket { status_history, ..Ticket::new("Leak") }).unwrap();
        timed(|| tx.update(id, |ticket| ticket.subject = "Flood".into()).unwrap())
    });
}

#[test]
#[ignore = "goes by the clock: cargo test --test it proportion -- --ignored"]
fn definitions_of_far_too_many_options_are_refused_in_proportion() {
    in_proportion(11_000, |count| {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let stages = |pipeline: Pipeline, at: usize| pipeline.stage(format!("s{at}"), "Stage", 10);
        let pipeline = (0..count).fold(Pipeline::new("long", "Long"), stages);
        let options = |field: Field<_>, at: usize| field.option(format!("o{at}"), "Option");
        let choice = (0..count).fold(Field::choice("long"), options);
        timed(|| {
            let refused = tx.define_pipeline(Kind::DEAL, pipeline).unwrap_err();
            assert!(matches!(refused.kind(), ErrorKind::Definition { .. }));
            assert!(tx.define(choice).is_err());
        })
    });
}

#[test]
#[ignore = "goes by the clock: cargo test --test it proportion -- --ignored"]
fn fields_are_defined_at_the_same_cost_whatever_the_number_of_tags() {
    let defined = |tags: usize| {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let tagged = (0..tags / 100).map(|at| {
            (0..100).fold(Contact::named("Ada", "Example"), |ada, tag| ada.tag(format!("{at}/{tag}").as_str()))
        });
        tx.insert_many(tagged.collect::<Vec<_>>()).unwrap();
        timed(|| {
            (0..50).for_each(|at| {
                tx.define(Field::text(format!("field_{at}"))).unwrap();
            })
        })
    };
    let best = |tags| (0..3).map(|_| defined(tags)).min().unwrap_or_default();
    let (few, many) = (best(0), best(8_000));
    assert!(many < few * 4, "without tags {few:?}, with 8000 {many:?}");
}

#[test]
#[ignore = "goes by the clock: cargo test --test it proportion -- --ignored"]
fn a_row_and_a_card_with_very_many_numbers_come_in_again_in_proportion() {
    let go = |_: &contactdb::PlannedRow| std::ops::ControlFlow::Continue(());
    in_proportion(250, |count| {
        let phones: Vec<String> = (0..count).map(|at| format!("+44 20 7946 {at:04}")).collect();
        let rows = [["Mail", "Phone"], ["ada@example.com", &phones.join(";")]];
        let mapping = contactdb::Mapping::new("contact")
            .column("Mail", contactdb::Target::value("email"))
            .column("Phone", contactdb::Target::value("phone").split(";"))
            .matching(["email"]);
        let mails: Vec<String> = (0..count).map(|at| format!("EMAIL:m{at}@example.com\n")).collect();
        let mails = mails.concat();
        let card = format!("BEGIN:VCARD\nVERSION:3.0\nUID:1\nFN:Joe\n{mails}END:VCARD\n");
        let by = contactdb::Merging::by(["external_id"]);
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let mut once = || {
            tx.import("table", &mapping, &mut contactdb::RowsInMemory::new(rows), go).unwrap();
            tx.import_cards("cards", &by, contactdb::vcard::read(card.as_bytes()), go).unwrap();
        };
        once();
        timed(once)
    });
}
