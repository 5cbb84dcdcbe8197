//! What rows become, planned, done and undone.

use std::ops::ControlFlow;

use super::*;
use crate::{
    By, Company, Contact, Database, Field, Id, Import, Kind, OnReferences, PartialDate, Read, Transaction, choices,
};

fn go<T>(_: &T) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// The mapping of a table of people with whatever can be in one.
fn people() -> Mapping {
    let phone = |label: &str| Target::value("phone").item(label).with("phone_label", label);
    Mapping::new("contact")
        .column("Given", Target::value("given_name"))
        .column("Family", Target::value("family_name"))
        .column("Mail", Target::value("email").split(";"))
        .column("Mobile", phone("mobile"))
        .column("Work phone", phone("work"))
        .column("Street", Target::value("street").item("home"))
        .column("Street 2", Target::value("street").item("home"))
        .column("City", Target::value("city").item("home"))
        .column("Company", Target::value("affiliation_company").find(Find::Name { create: true }))
        .column("Title", Target::value("affiliation_title"))
        .column("Title", Target::value("job_title"))
        .column("Stage", Target::value("stage"))
        .column("Groups", Target::tags(";"))
        .column("Born", Target::value("birthday"))
        .column("Number", Target::value("external_id").with("external_id_system", "shop"))
        .column("Shoe size", Target::field("shoe_size", "Shoe size", FieldShape::Integer))
        .matching(["external_id", "email"])
}

const HEADERS: [&str; 15] = [
    "Given",
    "Family",
    "Mail",
    "Mobile",
    "Work phone",
    "Street",
    "Street 2",
    "City",
    "Company",
    "Title",
    "Stage",
    "Groups",
    "Born",
    "Number",
    "Shoe size",
];

fn table(rows: &[[&str; 15]]) -> RowsInMemory {
    RowsInMemory::new(std::iter::once(HEADERS).chain(rows.iter().copied()))
}

const ADA: [&str; 15] = [
    "Ada",
    "Lovelace",
    "ada@acme.example; a.lovelace@example.org",
    "+44 7700 900123",
    "+44 20 7946 0123",
    "12 Mill Lane",
    "Back door",
    "Springfield",
    "Acme",
    "Analyst",
    "Lead",
    "VIP;Press",
    "1815-12-10",
    "17",
    "37",
];
const JOE: [&str; 15] =
    ["Joe", "Groß", "joe@example.com", "", "", "", "", "", "Acme", "", "Prospecting hard", "", "--05-07", "18", ""];

fn one(tx: &Transaction<'_>, number: &str) -> Contact {
    let ids: Vec<Id<Contact>> = tx.find(&By::external_id("shop", number)).unwrap();
    let [id] = ids.as_slice() else { panic!("{number}: {ids:?}") };
    tx.get(*id).unwrap().unwrap().record
}

#[test]
fn every_cell_comes_to_where_the_mapping_says() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let done = tx.import("people.csv", &people(), &mut table(&[ADA, JOE]), go).unwrap();
    assert_eq!((done.counts.created, done.counts.named, done.counts.refused, done.finished), (2, 1, 0, true));
    let ada = one(&tx, "17");
    assert_eq!(ada.name.display(), "Ada Lovelace");
    let emails: Vec<&str> = ada.emails.iter().map(|email| email.value.as_str()).collect();
    assert_eq!(emails, ["ada@acme.example", "a.lovelace@example.org"]);
    let phones: Vec<_> = ada.phones.iter().map(|phone| (phone.value.as_str(), phone.label.as_deref())).collect();
    assert_eq!(phones, [("+44 7700 900123", Some("mobile")), ("+44 20 7946 0123", Some("work"))]);
    assert_eq!(ada.addresses[0].value.street.as_deref(), Some("12 Mill Lane\nBack door"));
    assert_eq!(ada.addresses[0].value.city.as_deref(), Some("Springfield"));
    assert_eq!(ada.job_title.as_deref(), Some("Analyst"));
    assert_eq!(ada.affiliations[0].title.as_deref(), Some("Analyst"));
    assert_eq!(tx.get(ada.affiliations[0].company).unwrap().unwrap().record.name, "Acme");
    assert_eq!(ada.birthday, Some(PartialDate::new(Some(1815), Some(12), Some(10)).unwrap()));
    assert_eq!(ada.stage, Some(choices::stage::LEAD));
    let tags: Vec<&str> = ada.tags.iter().map(crate::Tag::as_str).collect();
    assert_eq!(tags, ["Press", "VIP", "import/people.csv"]);
    assert_eq!(ada.fields.value("shoe_size"), Some(&37.into()));
    let joe = one(&tx, "18");
    assert_eq!(joe.affiliations[0].company, ada.affiliations[0].company);
    // An option that the choice did not have.
    assert_eq!(joe.stage.as_ref().map(ToString::to_string).as_deref(), Some("prospecting_hard"));
    assert_eq!(joe.birthday, Some(PartialDate::new(None, Some(5), Some(7)).unwrap()));
    let import = tx.get(done.id).unwrap().unwrap().record;
    assert_eq!((import.rows, import.made, import.changed, import.refused), (Some(2), Some(3), Some(0), Some(0)));
    assert_eq!(import.status, Some(choices::import_status::DONE));
    assert!(tx.check(|_| {}).unwrap().is_sound());
}

#[test]
fn a_plan_says_what_the_import_does_and_writes_no_record() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.insert(&Contact::named("Joe", "").email("joe@example.com")).unwrap();
    tx.commit().unwrap();
    let again = ["Ada", "King", "ada@acme.example", "", "", "", "", "", "", "", "", "", "", "", ""];
    let bad = ["Eve", "", "no address", "", "", "", "", "", "New Company", "", "", "", "31.2.2020", "19", "many"];
    let rows = [ADA, JOE, again, bad, [""; 15]];
    let mut planned = Vec::new();
    let counts = db
        .write()
        .unwrap()
        .plan_import(&people(), &mut table(&rows), |row| {
            planned.push(row.clone());
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(matches!(&planned[0].action, RowAction::Create { title, id: None } if title == "Ada Lovelace"));
    assert_eq!(planned[0].makes, [(Kind::COMPANY, "Acme".to_owned())]);
    let RowAction::Update { changes, .. } = &planned[1].action else { panic!("{:?}", planned[1]) };
    let changed: Vec<&str> = changes.iter().map(|change| change.key.as_str()).collect();
    assert_eq!(changed, ["name", "stage", "birthday", "external_id"]);
    assert_eq!(planned[2].action, RowAction::Again { row: 1 });
    assert_eq!(planned[3].action, RowAction::Refuse);
    let columns: Vec<_> = planned[3].problems.iter().map(|problem| (problem.column.unwrap(), problem.code)).collect();
    assert_eq!(columns, [(3, "unreadable"), (13, "unreadable"), (15, "unreadable")]);
    assert_eq!(planned[3].line, 5);
    assert_eq!(planned[4].action, RowAction::Skip);
    let snapshot = db.read().unwrap();
    assert_eq!(snapshot.count(snapshot.segment("all").unwrap()).unwrap(), 1);

    let mut tx = db.write().unwrap();
    let done = tx.import("people.csv", &people(), &mut table(&rows), go).unwrap();
    assert_eq!(done.counts, counts);
    assert_eq!(one(&tx, "17").name.family.as_deref(), Some("King"));
}

#[test]
fn a_plan_says_that_a_reference_to_a_record_that_is_yet_to_be_made_is_a_change() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.insert(&Contact::named("Joe", "").email("joe@example.com")).unwrap();
    tx.commit().unwrap();
    let mapping = Mapping::new("contact")
        .column("Mail", Target::value("email"))
        .column("Company", Target::value("affiliation_company").find(Find::Name { create: true }))
        .matching(["email"]);
    let table = || RowsInMemory::new([["Mail", "Company"], ["joe@example.com", "Acme"]]);
    let planned = db.write().unwrap().plan_import(&mapping, &mut table(), go).unwrap();
    assert_eq!((planned.updated, planned.named), (1, 1));
    let mut tx = db.write().unwrap();
    assert_eq!(tx.import("people.csv", &mapping, &mut table(), go).unwrap().counts, planned);
}

#[test]
fn what_came_in_twice_changes_nothing_the_second_time() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.import("people.csv", &people(), &mut table(&[ADA, JOE]), go).unwrap();
    let before = one(&tx, "17");
    let again = tx.import("people.csv", &people(), &mut table(&[ADA, JOE]), go).unwrap();
    assert_eq!((again.counts.unchanged, again.counts.updated, again.counts.created), (2, 0, 0));
    assert_eq!(one(&tx, "17"), before);
    assert_eq!(tx.get(again.id).unwrap().unwrap().record.tag.as_deref(), Some("import/people.csv 2"));
}

#[test]
fn an_undone_import_leaves_what_was_there_before_and_what_was_changed_since() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let old = Contact::named("Ada", "Byron").email("ada@acme.example").phone("+44 20 7946 0999").tag("old");
    let ada = tx.insert(&old).unwrap();
    tx.commit().unwrap();
    let before = db.read().unwrap().get(ada).unwrap().unwrap().record;

    let mut tx = db.write().unwrap();
    let third = ["Eve", "", "eve@example.com", "", "", "", "", "", "", "", "", "", "", "20", ""];
    let done = tx.import("people.csv", &people(), &mut table(&[ADA, JOE, third]), go).unwrap();
    assert_eq!((done.counts.updated, done.counts.created, done.counts.named), (1, 2, 1));
    tx.commit().unwrap();
    // Somebody changes one thing that the import brought, and one that it did not.
    let mut tx = db.write().unwrap();
    tx.update(ada, |ada| {
        ada.job_title = Some("Countess".into());
        ada.department = Some("Engines".into());
    })
    .unwrap();
    let joe: Id<Contact> = tx.find(&By::external_id("shop", "18")).unwrap()[0];
    tx.update(joe, |joe| joe.notes = Some("Likes bricks".into())).unwrap();
    tx.commit().unwrap();

    let mut tx = db.write().unwrap();
    let mut undone = Vec::new();
    tx.undo_import(done.id, |one| {
        undone.push(one.clone());
        ControlFlow::Continue(())
    })
    .unwrap();
    let of = |id: crate::RecordId| undone.iter().find(|one| one.id == id).map(|one| one.what.clone());
    assert_eq!(of(ada.into()), Some(UndoneAs::Restored { kept: vec!["job_title".into()] }));
    assert_eq!(of(joe.into()), Some(UndoneAs::Kept));
    assert!(tx.find::<Contact>(&By::external_id("shop", "20")).unwrap().is_empty());
    // The company stays, since Joe belongs to it.
    assert_eq!(tx.count(tx.segment_of::<Company>("all").unwrap()).unwrap(), 1);
    let mut now = tx.get(ada).unwrap().unwrap().record;
    assert_eq!(
        (now.job_title.take().as_deref(), now.department.take().as_deref()),
        (Some("Countess"), Some("Engines"))
    );
    now.stage_history.clear();
    assert_eq!(now, before);
    assert_eq!(tx.get(done.id).unwrap().unwrap().record.status, Some(choices::import_status::UNDONE));
    assert!(tx.check(|_| {}).unwrap().is_sound());
}

#[test]
fn an_import_undone_at_once_leaves_no_trace_but_its_record() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let done = tx.import("people.csv", &people(), &mut table(&[ADA, JOE]), go).unwrap();
    tx.undo_import(done.id, go).unwrap();
    for kind in ["contacts where all", "companies where all"] {
        assert_eq!(tx.count(tx.any_segment(kind).unwrap()).unwrap(), 0, "{kind}");
    }
    assert_eq!(tx.count(tx.segment_of::<Import>("all").unwrap()).unwrap(), 1);
    tx.delete(done.id, OnReferences::Refuse).unwrap();
    assert_eq!(
        tx.undo_import(done.id, go).unwrap_err().to_string(),
        format!("there is no {}", crate::RecordId::from(done.id))
    );
}

#[test]
fn a_row_that_is_refused_takes_back_what_it_made() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.define(Field::text("code").unique()).unwrap();
    tx.insert(&Contact::named("Joe", "").set_value("code", "A1")).unwrap();
    let mapping = Mapping::new("contact")
        .column("Given", Target::value("given_name"))
        .column("Company", Target::value("affiliation_company").find(Find::Name { create: true }))
        .column("Code", Target::value("code"));
    let mut rows = RowsInMemory::new([["Given", "Company", "Code"], ["Eve", "Acme", "A1"], ["Ada", "Acme", "A2"]]);
    let mut seen = Vec::new();
    let done = tx
        .import("codes", &mapping, &mut rows, |row| {
            seen.push((row.action.clone(), row.problems.clone()));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!((done.counts.refused, done.counts.created, done.counts.named), (1, 1, 1));
    assert_eq!(seen[0].1[0].code, "invalid");
    assert!(seen[0].1[0].message.starts_with("code: "), "{}", seen[0].1[0].message);
    assert_eq!(tx.count(tx.segment_of::<Company>("all").unwrap()).unwrap(), 1);
}

#[test]
fn modes_and_rules_say_what_becomes_of_a_row() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let joe = tx.insert(&Contact::named("Joe", "Old").email("joe@example.com")).unwrap();
    tx.insert(&Contact::named("Office", "A").email("office@example.com")).unwrap();
    tx.insert(&Contact::named("Office", "B").email("office@example.com")).unwrap();
    let mapping = Mapping::new("contact")
        .column("Family", Target::value("family_name"))
        .column("Title", Target::value("job_title"))
        .column("Mail", Target::value("email"))
        .matching(["email"]);
    let rows = RowsInMemory::new([
        ["Family", "Title", "Mail"],
        ["New", "Mason", "joe@example.com"],
        ["X", "", "office@example.com"],
        ["Eve", "", "eve@example.com"],
    ]);
    let mut run = |mapping: &Mapping| {
        let done = tx.import("m", mapping, &mut rows.clone(), go).unwrap();
        let joe = tx.get(joe).unwrap().unwrap().record;
        tx.undo_import(done.id, go).unwrap();
        let counts = done.counts;
        ((counts.created, counts.updated, counts.skipped, counts.conflicts), joe.name.family.unwrap(), joe.job_title)
    };
    let mason = Some("Mason".to_owned());
    assert_eq!(run(&mapping), ((1, 1, 0, 1), "New".into(), mason.clone()));
    let with = |change: fn(&mut Merging)| {
        let mut other = mapping.clone();
        change(&mut other.merging);
        other
    };
    let keep = with(|merging| merging.existing = Existing::Keep);
    assert_eq!(run(&keep), ((1, 1, 0, 1), "Old".into(), mason.clone()));
    let create = with(|merging| merging.mode = ImportMode::Create);
    assert_eq!(run(&create), ((1, 0, 1, 1), "Old".into(), None));
    let update = with(|merging| merging.mode = ImportMode::Update);
    assert_eq!(run(&update), ((0, 1, 1, 1), "New".into(), mason));
}

#[test]
fn cells_that_cannot_be_read_are_left_out_if_so_wanted() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let bad = ["Eve", "", "no address", "", "", "", "", "", "", "", "", "", "31.2.2020", "19", "many"];
    let mapping = Mapping { mistakes: Mistakes::LeaveOut, ..people() };
    let mut problems = 0;
    let done = tx
        .import("people", &mapping, &mut table(&[bad]), |row| {
            problems += row.problems.len();
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!((done.counts.created, problems), (1, 3));
    assert_eq!(one(&tx, "19").name.display(), "Eve");
}

#[test]
fn a_mapping_that_does_not_fit_is_refused_with_all_that_is_wrong() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let mapping = Mapping::new("contact")
        .column("Given", Target::value("given_nam"))
        .column("Mail", Target::value("email").with("city", "x"))
        .matching(["notes"]);
    let error = tx.plan_import(&mapping, &mut table(&[]), go).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the mapping can't be used: column \"Given\": there is no attribute \"given_nam\" that can be set; did you mean \
         \"given_name\"?; column \"Mail\": there is no attribute \"city\" that can be set; records can't be found by \"notes\": \
         expected external_id, email, phone, a unique field or the name of a company and the like"
    );
    let none = tx.plan_import(&Mapping::new("contact").column("Nowhere", Target::value("notes")), &mut table(&[]), go);
    assert!(
        none.unwrap_err()
            .to_string()
            .contains("no column of the table is in the mapping: found the headings Given, Family")
    );
    let tags = Mapping::new("contact").column("Given", Target::value("tags"));
    let tags = tx.plan_import(&tags, &mut table(&[]), go).unwrap_err();
    assert!(tags.to_string().ends_with("tags are a target of their own, Target::tags"), "{tags}");
    let wide = RowsInMemory::new([(0..9_999).map(|at| format!("\u{1B}[{at}")).collect::<Vec<String>>()]);
    let wide = tx.plan_import(&Mapping::new("contact").column("x", Target::value("notes")), &mut { wide }, go);
    let wide = wide.unwrap_err().to_string();
    assert!(wide.ends_with(" [18,  [19") && !wide.contains('\u{1B}'), "{wide}");
    let kind = tx.plan_import(&Mapping::new("customer"), &mut table(&[]), go).unwrap_err();
    assert!(kind.to_string().contains("found the unknown kind of records \"customer\""), "{kind}");
}

#[test]
fn an_import_in_chunks_goes_on_where_it_was_stopped() {
    let db = Database::in_memory().unwrap();
    let rows: Vec<[String; 2]> = std::iter::once(["Mail".into(), "Number".into()])
        .chain((0..11_000).map(|n| [format!("p{n}@example.com"), n.to_string()]))
        .collect();
    let rows = RowsInMemory::new(rows);
    let mapping = Mapping::new("contact")
        .column("Mail", Target::value("email"))
        .column("Number", Target::value("external_id").with("external_id_system", "shop"))
        .matching(["external_id"]);
    let mut left = 5_345;
    let begun = db
        .import("many", &mapping, &mut rows.clone(), |_| {
            left -= 1;
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
    assert_eq!((begun.counts.rows, begun.finished), (5_345, false));
    let rest = db.resume_import(begun.id, &mut rows.clone(), go).unwrap();
    assert_eq!((rest.counts.created, rest.finished), (11_000 - 5_345, true));
    let snapshot = db.read().unwrap();
    assert_eq!(snapshot.count(snapshot.segment("tag \"import/many\"").unwrap()).unwrap(), 11_000);
    let again = db.resume_import(begun.id, &mut rows.clone(), go).unwrap_err();
    assert_eq!(
        again.to_string(),
        "the import \"many\" is done, expected one that is running or stopped, with a mapping that can be read"
    );
    assert!(snapshot.check(|_| {}).unwrap().is_sound());
}

#[cfg(feature = "phone")]
#[test]
fn a_number_that_is_there_in_another_form_is_not_added() {
    let options =
        crate::Options::new().default_region(crate::Region::new("GB").unwrap()).phone_normalizer(crate::PhoneMetadata);
    let db = options.in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let id = tx.insert(&Contact::new().phone("+44 7700 900123").phone("+44 20 7946 0123 ext. 5")).unwrap();
    let mapping = Mapping::new("contact")
        .column("A", Target::value("phone"))
        .column("B", Target::value("phone"))
        .matching(["phone"]);
    let mut table = RowsInMemory::new([["A", "B"], ["07700 900123", "020 7946 0123"]]);
    let done = tx.import("phones", &mapping, &mut table, |row| {
        assert!(matches!(row.action, RowAction::Update { .. }), "{row:?}");
        go(row)
    });
    let done = done.unwrap();
    assert_eq!(done.counts.updated, 1);
    let phones: Vec<String> =
        tx.get(id).unwrap().unwrap().record.phones.iter().map(|one| one.value.to_string()).collect();
    assert_eq!(
        phones,
        ["+44 7700 900123", "+44 20 7946 0123 ext. 5", "020 7946 0123"],
        "the office is no person in it"
    );
}

#[test]
fn two_columns_of_one_labelled_attribute_are_two_values() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let mapping = Mapping::new("contact")
        .column("Mail", Target::value("email"))
        .column("Sort", Target::value("email_label"))
        .column("Other mail", Target::value("email"));
    let mut table = RowsInMemory::new([["Mail", "Sort", "Other mail"], ["a@example.com", "home", "b@example.com"]]);
    tx.import("mails", &mapping, &mut table, go).unwrap();
    let ids = tx.select(&tx.segment("all").unwrap()).ids().unwrap();
    let emails = tx.get(ids[0]).unwrap().unwrap().record.emails;
    let said: Vec<_> = emails.iter().map(|one| (one.value.as_str(), one.label.as_deref())).collect();
    assert_eq!(said, [("a@example.com", Some("home")), ("b@example.com", None)]);
}

#[test]
fn names_are_kept_from_chunk_to_chunk_unless_somebody_else_writes_in_between() {
    let db = Database::in_memory().unwrap();
    let mapping = Mapping::new("contact")
        .column("Given", Target::value("given_name"))
        .column("Company", Target::value("affiliation_company").find(Find::Name { create: true }));
    let rows = ["A", "B", "C", "D", "E"].map(|given| [given, "Acme"]);
    let mut rows = RowsInMemory::new(std::iter::once(["Given", "Company"]).chain(rows));
    let mut tx = db.write().unwrap();
    let id = tx.start_import("people", None).unwrap();
    tx.commit().unwrap();
    let mut table = table::Table::new(&mapping, &mut rows);
    let mut made = Vec::new();
    for chunk in 0..5 {
        // Who takes everything back changes nothing.
        drop(db.write().unwrap());
        // Somebody gives the company another name, and then the old one again.
        if chunk == 2 || chunk == 3 {
            let mut tx = db.write().unwrap();
            let acme: Id<Company> =
                tx.select(&tx.segment_of::<Company>("all").unwrap()).order_by("created").ids().unwrap()[0];
            let (name, other) = if chunk == 2 { ("Old", "Old") } else { ("Acme", "New") };
            tx.update(acme, |company| company.name = name.into()).unwrap();
            for id in tx.select(&tx.segment_of::<Company>("all").unwrap()).ids().unwrap() {
                if id != acme {
                    tx.update(id, |company| company.name = other.into()).unwrap();
                }
            }
            tx.commit().unwrap();
        }
        let mut tx = db.write().unwrap();
        made.push(tx.take_in(id, &mut table, 1..=1, go).unwrap().counts.named);
        tx.commit().unwrap();
    }
    assert_eq!(made, [1, 0, 1, 0, 0]);
    assert!(db.read().unwrap().check(|_| {}).unwrap().is_sound());
}

#[test]
fn a_column_that_goes_over_others_holds_wherever_it_stands() {
    let stage = |text: &str| Target::value("stage").means("Open", "").means("Won", text).over();
    let mapping = Mapping::new("deal")
        .column("Deal", Target::value("name"))
        .column("State", stage("won"))
        .column("Stage", Target::value("stage"));
    for headers in [["Deal", "State", "Stage"], ["Deal", "Stage", "State"]] {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let row = |name, state, stage| if headers[1] == "State" { [name, state, stage] } else { [name, stage, state] };
        let rows = [headers, row("Mast", "Won", "Berth booked"), row("Sail", "Open", "Berth booked")];
        tx.import("deals", &mapping, &mut RowsInMemory::new(rows), go).unwrap();
        for (question, name) in [("stage = won", "Mast"), ("stage = berth_booked", "Sail")] {
            let found = tx.select(&tx.segment_of::<crate::Deal>(question).unwrap()).records().unwrap();
            let names: Vec<String> = found.map(|found| found.unwrap().record.name).collect();
            assert_eq!(names, [name], "{headers:?}: {question}");
        }
    }
}

#[test]
fn a_reference_by_number_and_by_name_makes_one_record_and_of_people_the_number_holds() {
    let find = |find| Target::value("company").find(find);
    let person = |find| Target::value("contact").find(find);
    let number = || Find::ExternalId { system: "shop".into(), create: true };
    let mapping = Mapping::new("deal")
        .column("Deal", Target::value("name"))
        .column("Company no", find(number()))
        .column("Company", find(Find::Name { create: true }))
        .column("Person no", person(number()))
        .column("Person", person(Find::Name { create: true }));
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let mut ada = Contact::named("Ada", "Lovelace").external_id("shop", "7");
    ada.name.prefix = Some("Dr.".into());
    let ada = tx.insert(&ada).unwrap();
    tx.insert(&Company::new("Acme")).unwrap();
    let rows = RowsInMemory::new([
        ["Deal", "Company no", "Company", "Person no", "Person"],
        ["Mast", "1", "Boats", "7", "Ada Lovelace"],
        ["Sail", "2", "Acme", "8", "Joe Miller"],
        ["Rope", "", "", "9", ""],
    ]);
    tx.import("deals", &mapping, &mut { rows }, go).unwrap();
    let count = |segment: &str| tx.count(tx.segment_of::<Company>(segment).unwrap()).unwrap();
    assert_eq!((count("all"), count("name = Boats and external_id = \"1\""), count("name = Acme")), (2, 1, 1));
    let people = |segment: &str| tx.select(&tx.segment(segment).unwrap()).ids().unwrap();
    assert_eq!(people("all").len(), 3);
    assert_eq!(people("external_id = \"7\""), [ada]);
    assert_eq!(people("name = \"Joe Miller\" and external_id = \"8\"").len(), 1);
    // A number is nobody's name.
    assert_eq!(people("external_id = \"9\" and given_name is not set and family_name is not set").len(), 1);
}

#[test]
fn a_tag_in_quotes_can_have_in_it_what_parts_tags() {
    let mapping = Mapping::new("contact").column("Name", Target::value("name")).column("Tags", Target::tags(","));
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let mut rows = RowsInMemory::new([
        ["Name", "Tags"],
        ["Ada", "\"Donors\",\"Spring, 2026\""],
        ["Joe", "\"Spring, 2026\", plain"],
        ["Eve", "\"open, end"],
    ]);
    tx.import("people", &mapping, &mut rows, go).unwrap();
    for (name, tags) in
        [("Ada", vec!["Donors", "Spring, 2026"]), ("Joe", vec!["Spring, 2026", "plain"]), ("Eve", vec!["end", "open"])]
    {
        let text = format!("given_name = {name}");
        let found = tx.select(&tx.segment(&*text).unwrap()).records().unwrap().next().unwrap().unwrap();
        let own = found.record.tags.iter().map(crate::Tag::as_str).filter(|tag| !tag.starts_with("import/"));
        assert_eq!(own.collect::<Vec<_>>(), tags, "{name}");
    }
}

#[test]
fn months_can_be_words() {
    let mapping =
        Mapping::new("contact").column("Name", Target::value("name")).column("Born", Target::value("birthday"));
    for (text, day) in [
        ("04 Mar 2025", Some("2025-03-04")),
        ("4-Sept-1999", Some("1999-09-04")),
        ("March 4, 2025", Some("2025-03-04")),
        ("1 January 2026", Some("2026-01-01")),
        ("31 Feb 2025", None),
        ("4 Ma 2025", None),
        ("4 Mars 2025", None),
        ("4 Mar 25", None),
    ] {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        tx.import("people", &mapping, &mut RowsInMemory::new([["Name", "Born"], ["Ada", text]]), go).unwrap();
        let found = tx.select(&tx.segment("all").unwrap()).records().unwrap().next();
        let born = found.map(|found| found.unwrap().record.birthday.unwrap().to_string());
        assert_eq!(born.as_deref(), day, "{text}");
    }
}

#[test]
fn a_table_that_is_guessed_again_goes_into_the_fields_that_it_defined() {
    let headers = ["Name", "Annual revenue", "Score"].map(String::from);
    let rows = [["Acme", "1500000", "7"].map(String::from).to_vec()];
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let mut guessed = Vec::new();
    for _ in 0..2 {
        let mapping = Mapping::guess(tx.catalogue(), Kind::COMPANY, &headers, &rows);
        let mut table = RowsInMemory::new([["Name", "Annual revenue", "Score"], ["Acme", "1500000", "7"]]);
        tx.import("companies", &mapping, &mut table, go).unwrap();
        let keys = mapping.columns.iter().flat_map(|column| &column.to).map(|target| match target {
            Target::Value(target) => target.attribute.clone(),
            Target::Field(field) => field.key.clone(),
            other => panic!("{other:?}"),
        });
        guessed.push(keys.collect::<Vec<_>>());
    }
    assert_eq!(guessed[0], ["name", "annual_revenue", "score"]);
    assert_eq!(guessed[0], guessed[1]);
}
