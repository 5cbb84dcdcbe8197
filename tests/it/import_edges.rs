//! Lines before the headings, birthdays in pieces, numbers of companies that are known by name.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use contactdb::{
    By, Company, Contact, CsvOptions, CsvReader, Database, DatePart, Find, Id, Kind, Mapping, PartialDate, PlannedRow,
    Read, RowAction, RowsInMemory, Target,
};

const CONNECTIONS: &str = "Notes:\r\n\
    \"When exporting your connection data, you may notice that some of the addresses are missing. See https://example.com/help, or \"\"ask\"\"\"\r\n\
    \r\n\
    First Name,Last Name,URL,Email Address,Company,Position,Connected On\r\n\
    Ada,Lovelace,https://www.linkedin.com/in/ada,ada@acme.example,\"Acme, Ltd.\",Analyst,01 Feb 2024\r\n\
    Joe,Miller,https://www.linkedin.com/in/joe,no address,,,02 Feb 2024\r\n";

fn guessed(db: &Database, text: &str) -> (Mapping, u64) {
    let mut table = CsvReader::new(text.as_bytes(), CsvOptions::new()).unwrap();
    let sample: Vec<Vec<String>> =
        table.peek(100).iter().flatten().map(|row| row.iter().map(str::to_owned).collect()).collect();
    let mapping = Mapping::guess(db.read().unwrap().catalogue(), Kind::CONTACT, table.headers(), &sample);
    (mapping, table.headers_line())
}

#[test]
fn lines_before_the_headings_are_passed_over_and_counted() {
    let db = Database::in_memory().unwrap();
    for table in [CONNECTIONS.to_owned(), CONNECTIONS.replace("\r\n", "\n"), CONNECTIONS.replace("\r\n", "\r")] {
        let (mapping, line) = guessed(&db, &table);
        assert_eq!((mapping.profile.as_deref(), line), (Some("LinkedIn connections, 2026-09"), 4));
        let mut rows = Vec::new();
        let mut reader = CsvReader::new(table.as_bytes(), CsvOptions::new()).unwrap();
        let counts = db
            .write()
            .unwrap()
            .plan_import(&mapping, &mut reader, |row| {
                rows.push((row.row, row.line, row.problems.iter().map(|problem| problem.column).next().flatten()));
                ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!((counts.created, counts.refused), (1, 1));
        assert_eq!(rows, [(1, 5, None), (2, 6, Some(4))]);
    }
}

#[test]
fn what_stands_before_the_headings_is_told_from_headings_and_rows() {
    let line = |text: &str| CsvReader::new(text.as_bytes(), CsvOptions::new()).unwrap().headers_line();
    for (text, expected) in [
        ("Members;;\n2026;;\nName;City;Mail\nAda;London;ada@acme.example\n", 3),
        ("Price list of spring\nName,City,Price\nBrick,London,1.20\n", 2),
        ("sep=;\nMembers\n\n\nName;City\nAda;London\n", 5),
        ("Members\n,,\nName,City,\nAda,London,\n", 3),
        // Only headings, and no row yet.
        ("Notes:\n\nName,Mail\n", 3),
        // These begin with their headings.
        ("Name,City\nAda,London\n", 1),
        ("Name\n\nAda\nJoe\n", 1),
        ("Name\nAda,London,x\nJoe,Paris,y\n", 1),
        ("Name,,\nAda,London,ada@acme.example\n", 1),
        ("Name,City\n\nAda,London\nJoe,Paris\n", 1),
        ("Mail\n\nada@acme.example,joe@example.com\n", 1),
        ("\n\nName,City\nAda,London\n", 3),
        ("", 0),
    ] {
        assert_eq!(line(text), expected, "{text:?}");
    }
    let said = |text: &str, lines| {
        let options = CsvOptions::new().lines_before_headers(lines);
        let reader = CsvReader::new(text.as_bytes(), options).unwrap();
        (reader.headers_line(), reader.headers().to_vec())
    };
    assert_eq!(said(CONNECTIONS, 0), (1, vec!["Notes:".to_owned()]));
    assert_eq!(said("a\nb\nc,d\ne,f\n", 2), (3, vec!["c".to_owned(), "d".to_owned()]));
    assert_eq!(said("sep=;\r\na\r\nc;d\r\n", 1), (3, vec!["c".to_owned(), "d".to_owned()]));
    assert_eq!(said("a\n", 9), (0, vec![]));
}

fn birthdays(db: &Database) -> Vec<(String, Option<PartialDate>)> {
    let snapshot = db.read().unwrap();
    let all = snapshot.segment("all").unwrap();
    let each = snapshot.select(&all).order_by("given_name").records().unwrap();
    each.map(|contact| contact.unwrap().record)
        .map(|contact: Contact| (contact.name.display(), contact.birthday))
        .collect()
}

#[test]
fn a_birthday_in_three_columns_is_one_with_what_is_known_of_it() {
    let table = "\
        First Name,Last Name,Display Name,Primary Email,Secondary Email,Screen Name,Birth Year,Birth Month,Birth Day\n\
        Ada,L,,,,,1815,12,10\n\
        Bob,L,,,,,,2,29\n\
        Cy,L,,,,,1990,,\n\
        Dan,L,,,,,0,0,0\n\
        Eve,L,,,,,1990,2,30\n\
        Flo,L,,,,,85,13,\n\
        Guy,L,,,,,85,1,\n\
        Hal,L,,,,,1985,,7\n";
    let db = Database::in_memory().unwrap();
    let (mapping, _) = guessed(&db, table);
    assert!(mapping.profile.as_deref().is_some_and(|profile| profile.starts_with("Thunderbird")), "{mapping:?}");
    let mut wrong = Vec::new();
    let mut reader = CsvReader::new(table.as_bytes(), CsvOptions::new()).unwrap();
    db.import("book", &mapping, &mut reader, |row| {
        wrong.extend(row.problems.iter().map(|problem| (row.line, problem.column, problem.code)));
        ControlFlow::Continue(())
    })
    .unwrap();
    // A date that there is not is told at the first column that has a part of it.
    assert_eq!(wrong, [(6, Some(7), "unreadable"), (7, Some(8), "unreadable"), (9, Some(7), "unreadable")]);
    let date = |year, month, day| Some(PartialDate::new(year, month, day).unwrap());
    let expected = [
        ("Ada L", date(Some(1815), Some(12), Some(10))),
        ("Bob L", date(None, Some(2), Some(29))),
        ("Cy L", date(Some(1990), None, None)),
        ("Dan L", None),
        ("Guy L", date(Some(1985), Some(1), None)),
    ];
    assert_eq!(birthdays(&db), expected.map(|(name, date)| (name.to_owned(), date)));
}

#[test]
fn any_table_can_have_dates_in_pieces() {
    let db = Database::in_memory().unwrap();
    let (mapping, _) = guessed(&db, "Vorname,Geburtsjahr,Geburtsmonat,Geburtstag\nAda,1815,12,10\n");
    let to: Vec<&Target> = mapping.columns.iter().flat_map(|column| &column.to).skip(1).collect();
    let parts = [DatePart::Year, DatePart::Month, DatePart::Day].map(|part| Target::date_part("birthday", part));
    assert_eq!(to, parts.iter().collect::<Vec<_>>());
    let (whole, _) = guessed(&db, "Vorname,Geburtstag\nAda,10.12.1815\n");
    assert_eq!(whole.columns[1].to, [Target::value("birthday").into()]);

    // A part of a structured value, of a type that needs the whole date.
    let since = |part| {
        let mut text = serde_json::to_value(Target::date_part("affiliation_from", part)).unwrap();
        text["date_part"]["item"] = "".into();
        serde_json::from_value::<Target>(text).unwrap()
    };
    let mapping = Mapping::new("contact")
        .column("Name", Target::value("name"))
        .column("Company", Target::value("affiliation_company").find(Find::Name { create: true }))
        .column("Day", since(DatePart::Day))
        .column("Month", since(DatePart::Month))
        .column("Year", since(DatePart::Year));
    let mut table = RowsInMemory::new([
        ["Name", "Company", "Day", "Month", "Year"],
        ["Ada", "Acme", "1", "2", "2020"],
        ["Joe", "Acme", "", "2", "2020"],
        ["Eve", "Acme", "", "", ""],
    ]);
    let mut actions = Vec::new();
    db.import("since", &mapping, &mut table, |row| {
        actions.push((row.problems.len(), row.problems.first().and_then(|problem| problem.column)));
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(actions, [(0, None), (1, Some(4)), (0, None)]);
    let snapshot = db.read().unwrap();
    let found = snapshot.segment("affiliation_from = 2020-02-01").unwrap();
    assert_eq!(snapshot.count(found).unwrap(), 1);

    let wrong = Mapping::new("contact").column("Name", Target::date_part("job_title", DatePart::Year));
    let error = db.write().unwrap().plan_import(&wrong, &mut table, |_| ControlFlow::Continue(())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the mapping can't be used: column \"Name\": \"job_title\" has no year, month and day: expected an attribute that is a date"
    );
}

fn people_of_companies() -> Mapping {
    let company = || Target::value("affiliation_company");
    Mapping::new("contact")
        .column("Name", Target::value("name"))
        .column("Company no", company().find(Find::ExternalId { system: "shop".into(), create: true }))
        .column("Company", company().find(Find::Name { create: true }))
}

#[test]
fn a_company_that_is_known_by_name_gets_the_number_that_a_row_has_of_it() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let acme = tx.insert(&Company::new("Acme").external_id("books", "A")).unwrap();
    let other = tx.insert(&Company::new("Other").external_id("shop", "1")).unwrap();
    tx.commit().unwrap();
    let table = RowsInMemory::new([
        ["Name", "Company no", "Company"],
        ["Ada", "7", "ACME"],
        ["Bob", "7", "Acme"],
        // It has one of that system.
        ["Cy", "8", "Other"],
        ["Dan", "8", "New"],
    ]);
    let told = |row: &PlannedRow| {
        assert!(matches!(row.action, RowAction::Create { .. }), "{row:?}");
        let numbers: Vec<_> = row.numbers.iter().map(|(id, number)| (*id, number.id.clone())).collect();
        (row.row, numbers, row.makes.len())
    };
    let (mut planned, mut imported) = (Vec::new(), Vec::new());
    db.write()
        .unwrap()
        .plan_import(&people_of_companies(), &mut table.clone(), |row| {
            planned.push(told(row));
            ControlFlow::Continue(())
        })
        .unwrap();
    let numbers = |db: &Database, id: Id<Company>| -> BTreeSet<(String, String)> {
        let company = db.read().unwrap().get(id).unwrap().unwrap().record;
        company.external_ids.iter().map(|number| (number.system.clone(), number.id.clone())).collect()
    };
    let set = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(numbers(&db, acme), set(&[("books", "A")]));
    let done = db
        .import("people", &people_of_companies(), &mut table.clone(), |row| {
            imported.push(told(row));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(imported, planned);
    assert_eq!(planned[0], (1, vec![(acme.into(), "7".to_owned())], 0));
    assert_eq!(planned.iter().map(|row| row.1.len() + row.2).collect::<Vec<_>>(), [1, 0, 0, 1]);
    assert_eq!(numbers(&db, acme), set(&[("books", "A"), ("shop", "7")]));
    assert_eq!(numbers(&db, other), set(&[("shop", "1")]));
    let snapshot = db.read().unwrap();
    let new: Vec<Id<Company>> = snapshot.find(&By::external_id("shop", "8")).unwrap();
    assert_eq!(snapshot.get(new[0]).unwrap().unwrap().record.name, "New");
    assert!(snapshot.check(|_| {}).unwrap().is_sound());

    let mut tx = db.write().unwrap();
    tx.undo_import(done.id, |_| ControlFlow::Continue(())).unwrap();
    tx.commit().unwrap();
    assert_eq!(numbers(&db, acme), set(&[("books", "A")]));
    let snapshot = db.read().unwrap();
    assert_eq!(snapshot.count(snapshot.segment_of::<Company>("all").unwrap()).unwrap(), 2);
}
