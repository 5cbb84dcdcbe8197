//! Exports of other programs, in the form in which they write them: every value where it belongs, and nothing lost. The files are made up. What is
//! expected of each program stands beside them, a record a line.

use std::collections::HashMap;
use std::ops::ControlFlow;

use contactdb::{CsvOptions, CsvReader, Database, Dump, Id, Import, ImportCounts, Mapping, Options, Read};
use serde_json::Value;

use crate::common::Watch;

/// A file, its bytes, the profile that knows it, and the columns that mean nothing or stand elsewhere.
type File = (&'static str, &'static [u8], &'static str, &'static [&'static str]);

struct Program {
    /// In the order in which they are best imported.
    files: &'static [File],
    records: &'static str,
}

macro_rules! program {
    ($records:literal: $($file:literal $profile:literal [$($left_out:literal),*],)*) => {
        Program {
            files: &[$(($file, include_bytes!(concat!("import_profiles/", $file)), $profile, &[$($left_out),*])),*],
            records: include_str!(concat!("import_profiles/", $records)),
        }
    };
}

const PROGRAMS: &[Program] = &[
    program! { "google_old.jsonl":
        "google_old.csv" "Google Contacts, 2023-06" [
            "Name", "Given Name Yomi", "Additional Name Yomi", "Family Name Yomi", "IM 1 - Type", "IM 1 - Service",
            "Address 1 - Formatted", "Organization 1 - Type", "Event 1 - Type", "Relation 1 - Type", "Custom Field 1 - Type"
        ],
    },
    program! { "thunderbird.jsonl": "thunderbird.csv" "Thunderbird, 2026-07" ["Display Name", ""], },
    program! { "thunderbird_uk.jsonl": "thunderbird_uk.csv" "Thunderbird, 2026-07" ["Display Name", ""], },
    program! { "linkedin.jsonl": "linkedin.csv" "LinkedIn connections, 2026-09" [], },
    program! { "mailchimp.jsonl": "mailchimp.csv" "Mailchimp audience, 2026-09" [], },
    program! { "salesforce.jsonl":
        "salesforce_accounts.csv" "Salesforce accounts, 2026-07" ["IsDeleted"],
        "salesforce_contacts.csv" "Salesforce contacts, 2026-07" ["IsDeleted", "Name"],
        "salesforce_leads.csv" "Salesforce leads, 2026-07" ["ISDELETED", "NAME"],
        "salesforce_opportunities.csv" "Salesforce opportunities, 2026-07" ["IsDeleted", "IsClosed", "IsWon"],
    },
    program! { "zoho.jsonl":
        "zoho_accounts.csv" "Zoho CRM accounts, 2026-07" ["Account Owner.id", "Created By.id", "Modified By.id"],
        "zoho_contacts.csv" "Zoho CRM contacts, 2026-07" ["Contact Owner.id", "Created By.id", "Modified By.id", "Contact Name"],
        "zoho_leads.csv" "Zoho CRM leads, 2026-07" ["Lead Owner.id", "Lead Name"],
        "zoho_deals.csv" "Zoho CRM deals, 2026-07" ["Deal Owner.id"],
    },
    program! { "pipedrive.jsonl":
        "pipedrive_organizations.csv" "Pipedrive organizations, 2026-07" [
            "Organization - Apartment/suite no of Address", "Organization - House number of Address",
            "Organization - Street/road name of Address", "Organization - District/sublocality of Address",
            "Organization - Full/combined address of Address"
        ],
        "pipedrive_people.csv" "Pipedrive people, 2026-07" [],
        "pipedrive_deals.csv" "Pipedrive deals, 2026-07" [],
    },
    program! { "freshsales.jsonl": "freshsales_contacts.csv" "Freshsales contacts, 2026-09" ["Sales owner id"], },
    program! { "freshsales_view.jsonl": "freshsales_view.csv" "Freshsales contacts, 2026-09" [], },
    program! { "insightly.jsonl":
        "insightly_organizations.csv" "Insightly organizations, 2026-07" [],
        "insightly_contacts.csv" "Insightly contacts, 2026-07" ["ImportantDate1Name"],
        "insightly_opportunities.csv" "Insightly opportunities, 2026-07" [],
    },
];

fn empty() -> Database {
    Options::new().clock(Watch::new()).in_memory().unwrap()
}

/// Brings a file in by the mapping that is guessed of it alone.
fn bring_in(db: &Database, (name, bytes, profile, left_out): &File) -> (Id<Import>, ImportCounts) {
    let mut table = CsvReader::new(*bytes, CsvOptions::new()).unwrap();
    let sample: Vec<Vec<String>> =
        table.peek(100).iter().flatten().map(|row| row.iter().map(str::to_owned).collect()).collect();
    let headers = table.headers().to_vec();
    let kind = Mapping::profile(&headers).expect(name).kind;
    let snapshot = db.read().unwrap();
    let catalogue = snapshot.catalogue();
    let mapping = Mapping::guess(catalogue, catalogue.kind_named(&kind).unwrap().kind, &headers, &sample);
    drop(snapshot);
    assert_eq!(mapping.profile.as_deref(), Some(*profile), "{name}");
    let goes_in =
        |header: &&String| mapping.columns.iter().any(|column| column.header == **header && !column.to.is_empty());
    let lost: Vec<&String> = headers.iter().filter(|header| !goes_in(header)).collect();
    let mut expected = left_out.to_vec();
    expected.sort_by_key(|header| headers.iter().position(|own| own == header));
    assert_eq!(lost, expected, "{name}: columns that go nowhere");
    let mut problems = Vec::new();
    let done = db
        .import(name, &mapping, &mut table, |row| {
            problems.extend(row.problems.iter().map(|problem| format!("{}: {problem:?}", row.line)));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(problems, Vec::<String>::new(), "{name}");
    assert!(db.read().unwrap().check(|_| {}).unwrap().is_sound());
    (done.id, done.counts)
}

/// All records but the imports themselves, as a dump has them.
fn dumped(db: &Database) -> Vec<Value> {
    let mut bytes = Vec::new();
    Dump::new(&db.read().unwrap()).write(&mut bytes).unwrap();
    let lines = std::str::from_utf8(&bytes).unwrap().lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["record"].is_string() && line["record"] != "import").collect()
}

fn title(record: &Value) -> String {
    let (kind, name) = (record["record"].as_str().unwrap(), &record["values"]["name"]);
    let parts = ["given_name", "family_name"].map(|part| name[part].as_str().unwrap_or_default());
    let name = name.as_str().map_or_else(|| parts.join(" ").trim().to_owned(), str::to_owned);
    format!("{kind} {name}")
}

/// Names in place of ids.
fn named(value: &mut Value, titles: &HashMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(title) = titles.get(text) {
                text.clone_from(title);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| named(value, titles)),
        Value::Object(members) => members.values_mut().for_each(|value| named(value, titles)),
        _ => {}
    }
}

/// What records say, a line each: without ids and times, and without what the database notes by itself.
fn lines(db: &Database) -> Vec<String> {
    let records = dumped(db);
    let id = |record: &Value| format!("{} {}", record["record"].as_str().unwrap(), record["id"].as_str().unwrap());
    let titles: HashMap<String, String> = records.iter().map(|record| (id(record), title(record))).collect();
    let line = |record: &Value| {
        let mut values = record["values"].clone();
        values.as_object_mut().unwrap().retain(|key, _| !key.ends_with("_history"));
        named(&mut values, &titles);
        let tags = record["tags"].as_array().cloned().unwrap_or_default();
        let tags: Vec<Value> = tags.into_iter().filter(|tag| !tag.as_str().unwrap().starts_with("import/")).collect();
        serde_json::json!({ "record": record["record"], "tags": tags, "values": values }).to_string()
    };
    let mut lines: Vec<String> = records.iter().map(line).collect();
    lines.sort();
    lines
}

#[test]
fn every_value_of_an_export_comes_to_its_place_whatever_file_is_imported_first() {
    for program in PROGRAMS {
        let mut expected: Vec<&str> = program.records.lines().collect();
        expected.sort_unstable();
        let db = empty();
        for file in program.files {
            bring_in(&db, file);
        }
        assert_eq!(lines(&db), expected, "{}", program.files[0].0);
        let db = empty();
        for file in program.files.iter().rev() {
            bring_in(&db, file);
        }
        assert_eq!(lines(&db), expected, "{}, the last file first", program.files[0].0);
    }
}

#[test]
fn exports_that_are_imported_again_change_nothing_and_undone_leave_nothing() {
    for program in PROGRAMS {
        let db = empty();
        let mut imports: Vec<Id<Import>> = program.files.iter().map(|file| bring_in(&db, file).0).collect();
        let before = dumped(&db);
        for file in program.files {
            let (id, counts) = bring_in(&db, file);
            assert_eq!((counts.created, counts.updated, counts.named), (0, 0, 0), "{}", file.0);
            imports.push(id);
        }
        assert_eq!(dumped(&db), before, "{}", program.files[0].0);
        for id in imports.into_iter().rev() {
            let mut tx = db.write().unwrap();
            let mut kept = Vec::new();
            tx.undo_import(id, |record| {
                kept.push(format!("{record:?}"));
                ControlFlow::Continue(())
            })
            .unwrap();
            tx.commit().unwrap();
        }
        assert_eq!(dumped(&db), Vec::<Value>::new(), "{}", program.files[0].0);
    }
}
