//! Imports are taken back: what was changed since stays, all else is as it was, in whatever order.

use std::ops::ControlFlow;

use proptest::prelude::*;

use contactdb::{
    Contact, Database, Dump, ErrorKind, Find, Id, Import, Load, Mapping, Merging, OnReferences, Options, Read,
    RowsInMemory, Stored, Tag, Target, Transaction, Undone, UndoneAs, choices, vcard,
};

use crate::cases::cases;

fn go<T>(_: &T) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Something of a short list for each column but the first.
fn said() -> impl Strategy<Value = [&'static str; 6]> {
    let of = |texts: &'static [&'static str]| proptest::sample::select(texts);
    (
        of(&["", "Ada", "Joe"]),
        of(&["", "Analyst", "Countess"]),
        of(&["", "lead", "customer"]),
        of(&["", "active", "inactive"]),
        of(&["", "VIP", "Press;VIP"]),
        of(&["", "Acme", "Other"]),
    )
        .prop_map(|(given, title, stage, status, tags, company)| [given, title, stage, status, tags, company])
}

/// What an import says of some of three people, of whom one is not there yet.
fn rows() -> impl Strategy<Value = Vec<(usize, [&'static str; 6])>> {
    proptest::collection::vec((0..3_usize, said()), 1..4)
}

/// Everything that is said of everybody.
fn all(tx: &Transaction<'_>) -> Vec<contactdb::AnyRecord> {
    let mut all = Vec::new();
    for kind in ["contacts where all", "companies where all"] {
        let kind = tx.any_segment(kind).unwrap();
        all.extend(tx.select(&kind).records().unwrap().map(|stored| stored.unwrap().record));
    }
    all
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn whatever_imports_did_is_undone(
        imports in proptest::collection::vec(rows(), 1..5),
        order in Just((0..5_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let mails = ["ada@acme.example", "joe@acme.example", "eve@acme.example"];
        let ids = [0, 1].map(|index| tx.insert(&Contact::named("Orig", "").email(mails[index]).tag("Press")).unwrap());
        tx.commit().unwrap();

        let run = |tx: &mut Transaction<'_>, index: usize| {
            let row = |(who, said): &(usize, [&'static str; 6])| [&[mails[*who]], said.as_slice()].concat();
            let table = std::iter::once(HEADERS.to_vec()).chain(imports[index].iter().map(row));
            tx.import(&index.to_string(), &people(), &mut RowsInMemory::new(table), go).unwrap().id
        };
        // From the last to the first, all is as it was before each.
        let mut tx = db.write().unwrap();
        let mut done = Vec::new();
        for index in 0..imports.len() {
            let before = all(&tx);
            done.push((run(&mut tx, index), before));
        }
        for (id, before) in done.into_iter().rev() {
            undo(&mut tx, id);
            prop_assert_eq!(all(&tx), before);
        }
        drop(tx);
        // In whatever order, those who were there are as they were.
        let mut tx = db.write().unwrap();
        let before = ids.map(|id| tx.get(id).unwrap().unwrap().record);
        let done: Vec<_> = (0..imports.len()).map(|index| run(&mut tx, index)).collect();
        for index in order.into_iter().filter(|index| *index < done.len()) {
            undo(&mut tx, done[index]);
        }
        prop_assert_eq!(ids.map(|id| tx.get(id).unwrap().unwrap().record), before);
    }
}

/// People are known by their addresses.
fn people() -> Mapping {
    Mapping::new("contact")
        .column("Mail", Target::value("email"))
        // Other given names would be other people.
        .column("Given", Target::value("middle_name"))
        .column("Title", Target::value("job_title"))
        .column("Stage", Target::value("stage"))
        .column("Status", Target::value("status"))
        .column("Tags", Target::tags(";"))
        .column("Company", Target::value("affiliation_company").find(Find::Name { create: true }))
        .matching(["email"])
}

const HEADERS: [&str; 7] = ["Mail", "Given", "Title", "Stage", "Status", "Tags", "Company"];

/// Imports one row of what Ada is.
fn import(tx: &mut Transaction<'_>, name: &str, given: &str, title: &str, rest: [&str; 4]) -> Id<Import> {
    let [stage, status, tags, company] = rest;
    let mut table = RowsInMemory::new([HEADERS, ["ada@acme.example", given, title, stage, status, tags, company]]);
    let done = tx.import(name, &people(), &mut table, go).unwrap();
    assert_eq!(done.counts.refused, 0);
    done.id
}

const NOTHING: [&str; 4] = [""; 4];

fn undo(tx: &mut Transaction<'_>, id: Id<Import>) -> Vec<UndoneAs> {
    let mut undone: Vec<Undone> = Vec::new();
    tx.undo_import(id, |one| {
        undone.push(one.clone());
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(tx.check(|_| {}).unwrap().is_sound());
    undone.into_iter().map(|one| one.what).collect()
}

fn everybody(tx: &Transaction<'_>) -> Vec<Stored<Contact>> {
    let all = tx.segment_of::<Contact>("all").unwrap();
    tx.select(&all).records().unwrap().map(Result::unwrap).collect()
}

fn ada(tx: &Transaction<'_>) -> Contact {
    let mut all = everybody(tx);
    assert_eq!(all.len(), 1);
    all.remove(0).record
}

fn tags(tx: &Transaction<'_>) -> Vec<String> {
    ada(tx).tags.iter().map(ToString::to_string).collect()
}

fn restored() -> Vec<UndoneAs> {
    vec![UndoneAs::Restored { kept: Vec::new() }]
}

#[test]
fn a_record_that_somebody_tagged_since_the_import_is_kept() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let done = import(&mut tx, "a", "Ada", "", ["", "", "VIP", ""]);
    tx.commit().unwrap();
    let mut tx = db.write().unwrap();
    let all = tx.segment("all").unwrap();
    tx.tag_many(&all, "byhand").unwrap();
    assert_eq!(undo(&mut tx, done), [UndoneAs::Kept]);
    // The tag of the import goes, all else stays.
    assert_eq!(tags(&tx), ["VIP", "byhand"]);
    assert_eq!(undo(&mut tx, done), []);
}

#[test]
fn tags_that_were_taken_away_and_tags_of_other_imports_keep_no_record() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let first = import(&mut tx, "a", "Ada", "", ["", "", "VIP;Press", ""]);
    let second = import(&mut tx, "b", "Ada", "", NOTHING);
    let all = tx.segment("all").unwrap();
    tx.untag_many(&all, "Press").unwrap();
    tx.tag_many(&all, "import/b").unwrap();
    assert_eq!(undo(&mut tx, first), [UndoneAs::Deleted]);
    assert_eq!(undo(&mut tx, second), []);
    assert_eq!(everybody(&tx), []);
}

#[test]
fn a_tag_that_the_import_itself_gave_later_keeps_no_record() {
    let cards = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:1\r\nFN:Ada Lovelace\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nFN:Friends\r\nMEMBER:1\r\nEND:VCARD\r\n";
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let done = tx.import_cards("c", &Merging::by(["external_id"]), vcard::read(cards.as_bytes()), go).unwrap();
    assert_eq!(tags(&tx), ["Friends", "import/c"]);
    assert_eq!(undo(&mut tx, done.id), [UndoneAs::Deleted]);
}

#[test]
fn imports_undone_from_the_last_to_the_first_leave_nothing() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let first = import(&mut tx, "a", "Ada", "Analyst", ["lead", "", "VIP", "Acme"]);
    let second = import(&mut tx, "b", "Augusta", "Countess", ["customer", "active", "Press", ""]);
    let third = import(&mut tx, "c", "", "Princess", ["", "", "Royal", "Other"]);
    assert_eq!(undo(&mut tx, third).last(), Some(&UndoneAs::Deleted));
    assert_eq!(undo(&mut tx, second), restored());
    assert_eq!(undo(&mut tx, first), [UndoneAs::Deleted, UndoneAs::Deleted]);
    for kind in ["contacts where all", "companies where all"] {
        assert_eq!(tx.count(tx.any_segment(kind).unwrap()).unwrap(), 0, "{kind}");
    }
}

#[test]
fn a_record_that_was_changed_since_by_somebody_is_kept_when_a_later_import_is_undone_first() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let first = import(&mut tx, "a", "Ada", "Analyst", NOTHING);
    let second = import(&mut tx, "b", "", "Countess", NOTHING);
    let id = everybody(&tx)[0].id;
    tx.update(id, |ada| ada.department = Some("Engines".into())).unwrap();
    assert_eq!(undo(&mut tx, second), restored());
    assert_eq!(undo(&mut tx, first), [UndoneAs::Kept]);
    assert_eq!((ada(&tx).job_title.as_deref(), tags(&tx)), (Some("Analyst"), Vec::new()));
}

#[test]
fn histories_are_as_they_were_once_an_import_is_undone() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let id = tx.insert(&Contact::named("Ada", "").email("ada@acme.example")).unwrap();
    let before = ada(&tx);
    let done = import(&mut tx, "a", "", "", ["customer", "inactive", "", ""]);
    assert_eq!((ada(&tx).stage_history.len(), ada(&tx).status_history.len()), (1, 1));
    assert_eq!(undo(&mut tx, done), restored());
    assert_eq!(ada(&tx), before);

    // What was there before stays.
    tx.update(id, |ada| ada.stage = Some(choices::stage::LEAD)).unwrap();
    let before = ada(&tx);
    assert_eq!(before.stage_history.len(), 1);
    let done = import(&mut tx, "b", "", "", ["customer", "inactive", "", ""]);
    assert_eq!(undo(&mut tx, done), restored());
    assert_eq!(ada(&tx), before);

    // What came since stays too.
    let done = import(&mut tx, "c", "", "", ["customer", "", "", ""]);
    tx.update(id, |ada| ada.stage = Some(choices::stage::LEAD)).unwrap();
    let before = ada(&tx);
    assert_eq!(before.stage_history.len(), 3);
    undo(&mut tx, done);
    assert_eq!(ada(&tx).stage_history, before.stage_history);
}

#[test]
fn a_record_that_is_kept_loses_the_tag_of_the_import_and_no_other() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let done = import(&mut tx, "a", "Ada", "", ["", "", "VIP", "Acme"]);
    let id = everybody(&tx)[0].id;
    tx.update(id, |ada| ada.department = Some("Engines".into())).unwrap();
    // The company stays, since Ada belongs to it.
    assert_eq!(undo(&mut tx, done), [UndoneAs::Kept, UndoneAs::Kept]);
    assert_eq!(tags(&tx), ["VIP"]);
    for kind in ["contacts", "companies"] {
        let tagged = format!("{kind} where tag \"import/a\"");
        assert_eq!(tx.count(tx.any_segment(&tagged).unwrap()).unwrap(), 0, "{kind}");
    }
    // A tag of another name into which it was merged is somebody's own.
    let done = import(&mut tx, "b", "", "Analyst", NOTHING);
    tx.merge_tags("import/b", "VIP").unwrap();
    assert_eq!(undo(&mut tx, done), restored());
    assert_eq!(tags(&tx), ["VIP"]);
}

#[test]
fn an_import_of_which_nothing_is_known_is_not_undone() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let done = import(&mut tx, "a", "Ada", "", NOTHING);
    let empty = tx.import("nothing", &people(), &mut RowsInMemory::new([HEADERS]), go).unwrap().id;
    tx.commit().unwrap();
    let mut dump = Vec::new();
    Dump::new(&db.read().unwrap()).write(&mut dump).unwrap();

    let copy = Database::in_memory().unwrap();
    let mut tx = copy.write().unwrap();
    Load::new(&mut tx).read(dump.as_slice()).unwrap();
    tx.commit().unwrap();
    let mut tx = copy.write().unwrap();
    // It did nothing, of which all is known.
    assert_eq!(undo(&mut tx, empty), []);
    let error = tx.undo_import(done, go).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::ImportUnknown { made: 1, changed: 0, .. }), "{error}");
    drop(tx);
    let import = copy.read().unwrap().get(done).unwrap().unwrap().record;
    assert_eq!(import.status, Some(choices::import_status::DONE));

    // Where it is known, it can be undone, and that twice; one that is stopped at its last record is undone.
    let mut tx = db.write().unwrap();
    tx.undo_import(done, |_| ControlFlow::Break(())).unwrap();
    assert_eq!(tx.get(done).unwrap().unwrap().record.status, Some(choices::import_status::UNDONE));
    assert_eq!(undo(&mut tx, done), []);
}

#[test]
fn an_import_that_goes_on_in_a_copy_is_not_undone_by_half() {
    let db = Database::in_memory().unwrap();
    let table = RowsInMemory::new([["Mail"], ["ada@acme.example"], ["joe@acme.example"]]);
    let mapping = Mapping::new("contact").column("Mail", Target::value("email")).matching(["email"]);
    let begun = db.import("a", &mapping, &mut table.clone(), |_| ControlFlow::Break(())).unwrap();
    let mut dump = Vec::new();
    Dump::new(&db.read().unwrap()).write(&mut dump).unwrap();
    let copy = Database::in_memory().unwrap();
    let mut tx = copy.write().unwrap();
    Load::new(&mut tx).read(dump.as_slice()).unwrap();
    tx.commit().unwrap();
    // The file itself knows all of it.
    for (db, known) in [(&db, true), (&copy, false)] {
        assert!(db.resume_import(begun.id, &mut table.clone(), go).unwrap().finished);
        let mut tx = db.write().unwrap();
        match tx.undo_import(begun.id, go) {
            Ok(()) => assert_eq!((known, everybody(&tx)), (true, Vec::new())),
            Err(error) => {
                assert!(matches!(error.kind(), ErrorKind::ImportUnknown { made: 2, .. }), "{error}");
                assert_eq!((known, everybody(&tx).len()), (false, 2));
            }
        }
        // Deleting it takes whatever is noted of it.
        tx.delete(begun.id, OnReferences::Refuse).unwrap();
        assert!(tx.check(|_| {}).unwrap().is_sound());
    }
}

#[test]
fn what_was_changed_while_the_import_was_stopped_is_kept() {
    let change: [fn(&mut Contact); 2] =
        [|ada| ada.department = Some("Engines".into()), |ada| ada.tags.extend([Tag::new("byhand").unwrap()])];
    for change in change.map(Some).into_iter().chain([None]) {
        let db = Database::in_memory().unwrap();
        let mapping = Mapping::new("contact")
            .column("Mail", Target::value("email"))
            .column("Title", Target::value("job_title"))
            .matching(["email"]);
        let mail = "ada@acme.example";
        let table = RowsInMemory::new([["Mail", "Title"], [mail, "Analyst"], [mail, "Countess"]]);
        let begun = db.import("a", &mapping, &mut table.clone(), |_| ControlFlow::Break(())).unwrap();
        let mut tx = db.write().unwrap();
        let id = everybody(&tx)[0].id;
        if let Some(change) = change {
            tx.update(id, change).unwrap();
        }
        tx.commit().unwrap();
        assert_eq!(db.resume_import(begun.id, &mut table.clone(), go).unwrap().counts.updated, 1);
        let expected = if change.is_some() { UndoneAs::Kept } else { UndoneAs::Deleted };
        assert_eq!(undo(&mut db.write().unwrap(), begun.id), [expected]);
    }
}

/// All orders of three.
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

#[test]
fn imports_that_changed_one_value_are_undone_in_any_order() {
    for order in ORDERS {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        tx.insert(&Contact { job_title: Some("orig".into()), ..Contact::named("Ada", "").email("ada@acme.example") })
            .unwrap();
        let before = ada(&tx);
        let imports = [
            import(&mut tx, "a", "", "from a", ["lead", "", "", ""]),
            import(&mut tx, "b", "", "from b", ["customer", "", "", ""]),
            import(&mut tx, "c", "", "from c", ["lead", "", "", ""]),
        ];
        for index in order {
            undo(&mut tx, imports[index]);
        }
        assert_eq!(ada(&tx), before, "{order:?}");
    }
}

#[test]
fn tags_that_were_merged_since_the_import_stay_unless_they_are_its_own() {
    let with = |tag: &str| {
        let db = Options::new().in_memory().unwrap();
        let mut tx = db.write().unwrap();
        tx.insert(&Contact::named("Ada", "").email("ada@acme.example").tag(tag)).unwrap();
        tx.commit().unwrap();
        db
    };
    // The record had the one before, the import adds the other; whichever of them is left, it stays.
    for (had, adds) in [("customer", "kunde"), ("kunde", "customer")] {
        let db = with(had);
        let mut tx = db.write().unwrap();
        let done = import(&mut tx, "a", "", "", ["", "", adds, ""]);
        tx.merge_tags("kunde", "customer").unwrap();
        assert_eq!(undo(&mut tx, done), restored());
        assert_eq!(tags(&tx), ["customer"], "{had} and {adds}");
    }
    // Another record can have had what the import's became: it stays as well. A tag with another name is still the import's.
    let db = with("other");
    let mut tx = db.write().unwrap();
    let done = import(&mut tx, "a", "", "", ["", "", "kunde;new", ""]);
    tx.merge_tags("kunde", "other").unwrap();
    tx.rename_tag("new", "newer").unwrap();
    assert_eq!(undo(&mut tx, done), restored());
    assert_eq!(tags(&tx), ["other"]);
    assert!(tx.catalogue().tags().any(|tag| *tag == Tag::new("newer").unwrap()));
}

#[test]
fn an_import_goes_on_with_its_own_table_only() {
    let db = Database::in_memory().unwrap();
    let mapping = Mapping::new("contact").column("Mail", Target::value("email")).matching(["email"]);
    let rows = ["Mail", "a@acme.example", "b@acme.example", "c@acme.example"].map(|cell| [cell]);
    let mut left = 2;
    let begun = db
        .import("people.csv", &mapping, &mut RowsInMemory::new(rows), |_| {
            left -= 1;
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
    let refused = |rows: &[[&str; 1]]| {
        let error = db.resume_import(begun.id, &mut RowsInMemory::new(rows.to_vec()), go).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::OtherTable { .. }), "{error}");
        error.to_string()
    };
    let [head, a, b, c] = rows;
    let other = "the import \"people.csv\" can't go on with this: its headings and its first 2 rows are not those that it has dealt with; \
        give it the same from its beginning, or begin another import";
    assert_eq!(refused(&[head, ["new@acme.example"], a, b, c]), other);
    assert_eq!(refused(&[head, b, a, c]), other);
    assert_eq!(refused(&[["E-Mail"], a, b, c]), other);
    assert_eq!(
        refused(&[head, a]),
        "the import \"people.csv\" can't go on with this: it has dealt with 2 rows, and found 1; give it the same from its beginning, or begin \
            another import"
    );
    let rest = db.resume_import(begun.id, &mut RowsInMemory::new(rows), go).unwrap();
    assert_eq!((rest.counts.created, rest.finished), (1, true));
}

#[test]
fn an_import_of_cards_goes_on_with_its_own_stream_only() {
    let card = |name: &str| format!("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{name}\r\nEND:VCARD\r\n");
    let [ada, joe, eve] = ["Ada", "Joe", "Eve"].map(card);
    let db = Database::in_memory().unwrap();
    let stream = [&*ada, &joe, &eve].concat();
    let begun =
        db.import_cards("c", &Merging::default(), vcard::read(stream.as_bytes()), |_| ControlFlow::Break(())).unwrap();
    for other in ["", &joe, &[&*joe, &ada, &eve].concat()] {
        let error = db.resume_cards(begun.id, vcard::read(other.as_bytes()), go).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::OtherTable { .. }), "{error}");
    }
    let rest = db.resume_cards(begun.id, vcard::read(stream.as_bytes()), go).unwrap();
    assert_eq!((rest.counts.created, rest.finished), (2, true));
}
