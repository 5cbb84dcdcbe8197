//! What must hold of any table that is imported, whatever bytes it is made of. Shared with the fuzz targets, as `fuzz_bodies` is.

use std::ops::ControlFlow;

use contactdb::{
    AnyRecord, AnySegment, BadRow, Company, Contact, CsvOptions, CsvReader, Database, Deal, Error, ErrorKind,
    ExternalId, Field, FixedClock, ImportCounts, Kind, Mapping, Options, PlannedRow, Read, RecordId, RowAction,
    RowsInMemory, TableRows, Undone, UndoneAs,
};

use crate::fuzz_world::noon;

/// So many rows are imported of a table; more of them would only slow the fuzzer down.
const ROWS: usize = 6;
/// So many columns are looked at: fields are defined one by one.
const COLUMNS: usize = 40;

/// Any bytes as a table with headings. If the first line is the JSON of a mapping, that is the one for the table behind it; else
/// one is guessed for people or for one other kind, by the length of the text.
pub(crate) fn import(bytes: &[u8]) {
    let line_end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    if let Ok(mapping) = serde_json::from_slice::<Mapping>(&bytes[..line_end]) {
        let json = serde_json::to_string(&mapping).expect("a mapping can be written");
        assert_eq!(serde_json::from_str::<Mapping>(&json).expect("and read"), mapping, "through JSON");
        let Some(rows) = rows(bytes.get(line_end + 1..).unwrap_or_default()) else { return };
        through(&world(), &mapping, &rows, bytes.len());
        return;
    }
    let Some(rows) = rows(bytes) else { return };
    let others = [Kind::COMPANY, Kind::DEAL, Kind::INTERACTION, Kind::PURCHASE, Kind::TICKET, Kind::TASK];
    let kind = if bytes.len().is_multiple_of(4) { others[bytes.len() / 4 % others.len()] } else { Kind::CONTACT };
    let db = world();
    let snapshot = db.read().expect("a database can be read");
    let mapping = Mapping::guess(snapshot.catalogue(), kind, &rows[0], &rows[1..]);
    let singular = &snapshot.catalogue().kind(kind).expect("a kind").singular;
    assert_eq!(mapping.kind, **singular, "a mapping is guessed for the kind that is wanted");
    through(&db, &mapping, &rows, bytes.len());
}

/// The headings and the first rows of a table.
fn rows(bytes: &[u8]) -> Option<Vec<Vec<String>>> {
    let mut table = CsvReader::new(bytes, CsvOptions::new().longest_row(1 << 16)).ok()?;
    let headers = TableRows::headers(&table).to_vec();
    if headers.is_empty() || headers.len() > COLUMNS {
        return None;
    }
    let mut rows = vec![headers];
    let mut cells = Vec::new();
    while let Some(row) = table.next_row(&mut cells) {
        match row {
            Ok(_) => rows.push(cells.clone()),
            Err(BadRow { message, .. }) => assert!(!message.is_empty()),
        }
        if rows.len() > ROWS {
            break;
        }
    }
    Some(rows)
}

/// A small database that has what rows can mean.
fn world() -> Database {
    let db = Options::new().clock(FixedClock(noon(2026, 3, 31))).in_memory().expect("a database in memory");
    let mut tx = db.write().expect("nobody else writes");
    tx.define(Field::choice("plan").option("free", "Free of charge")).expect("a field");
    tx.define(Field::text("badge").unique()).expect("a field");
    let acme = Company::new("Acme").domain("acme.example").email("office@acme.example").tag("old");
    let acme = tx.insert(&Company { external_ids: vec![ExternalId::new("hubspot", "7")], ..acme }).expect("a company");
    let ada = Contact::named("Ada", "Lovelace").email("ada@acme.example").phone("+44 20 7946 0018").tag("vip");
    let ada = ada.works_at(acme, "Analyst").external_id("shop", "17").stage("lead").set_value("badge", "A1");
    let ada = tx.insert(&ada.set_value("plan", "free")).expect("a person");
    // Two people with one address: rows that have it could mean both.
    tx.insert(&Contact::named("Joe", "").email("two@acme.example")).expect("a person");
    tx.insert(&Contact::named("Jane", "").email("two@acme.example").birthday("--02-29")).expect("a person");
    tx.insert(&Deal::new("Roof").with(ada)).expect("a deal");
    tx.commit().expect("a commit");
    db
}

/// Each record, but those of imports.
fn all(read: &impl Read) -> Vec<(RecordId, AnyRecord)> {
    let mut all = Vec::new();
    for kind in read.catalogue().kinds().map(|entry| entry.kind).filter(|kind| *kind != Kind::IMPORT) {
        for id in read.select(&AnySegment::all(kind)).ids().expect("a database can be read") {
            all.push((id, read.get(id).expect("a database can be read").expect("it is there").record));
        }
    }
    all
}

/// Plans one row of a table alone, imports it and takes the import back; then all of it.
fn through(db: &Database, mapping: &Mapping, rows: &[Vec<String>], chance: usize) {
    if let Some(row) = rows[1..].get(chance % (rows.len() - 1).max(1)) {
        let table = [rows[0].clone(), row.clone()];
        match (planned(db, mapping, &table), imported(db, mapping, &table)) {
            (Ok((plan, counts)), Ok((done, done_counts))) => {
                assert_eq!(without_what_is_new(&plan), without_what_is_new(&done), "planned and done");
                assert_eq!(counts, done_counts, "planned and done");
            }
            (plan, done) => refused(plan.err().as_ref(), done.err().as_ref()),
        }
    }
    let ((plan, counts), (done, done_counts)) = match (planned(db, mapping, rows), imported(db, mapping, rows)) {
        (Ok(plan), Ok(done)) => (plan, done),
        (plan, done) => return refused(plan.err().as_ref(), done.err().as_ref()),
    };
    let number = rows.len() as u64 - 1;
    adds_up(&plan, counts, number);
    adds_up(&done, done_counts, number);
    let again = |row: &PlannedRow| matches!(row.action, RowAction::Again { .. });
    assert!(!done.iter().any(again), "rows that are done mean records, not rows");
}

/// The rows of a plan.
fn planned(db: &Database, mapping: &Mapping, rows: &[Vec<String>]) -> Result<(Vec<PlannedRow>, ImportCounts), Error> {
    let mut tx = db.write().expect("nobody else writes");
    let before = all(&tx);
    let mut seen = Vec::new();
    let counts = tx.plan_import(mapping, &mut RowsInMemory::new(rows.to_vec()), |row| {
        seen.push(row.clone());
        ControlFlow::Continue(())
    })?;
    assert!(all(&tx) == before, "a plan writes no record");
    Ok((seen, counts))
}

/// The rows of an import, which is taken back and leaves nothing behind.
fn imported(db: &Database, mapping: &Mapping, rows: &[Vec<String>]) -> Result<(Vec<PlannedRow>, ImportCounts), Error> {
    let mut tx = db.write().expect("nobody else writes");
    let before = all(&tx);
    let mut seen = Vec::new();
    let done = tx.import("a table", mapping, &mut RowsInMemory::new(rows.to_vec()), |row| {
        seen.push(row.clone());
        ControlFlow::Continue(())
    });
    let done = match done {
        Ok(done) => done,
        Err(error) => {
            assert!(tx.commit().is_err(), "half of an import can be committed");
            return Err(error);
        }
    };
    assert!(done.finished, "all rows are read");
    sound(&tx);
    let after = all(&tx);
    let made = done.counts.created + done.counts.named;
    assert_eq!(after.len() as u64, before.len() as u64 + made, "as many records as were made");
    let mut undone = Vec::new();
    tx.undo_import(done.id, |one| {
        undone.push(one.clone());
        ControlFlow::Continue(())
    })
    .expect("an import can be taken back");
    let deleted = undone.iter().filter(|one| one.what == UndoneAs::Deleted).count();
    assert_eq!(deleted as u64, made, "what was made is deleted: {undone:?}");
    for Undone { what, .. } in &undone {
        let whole = matches!(what, UndoneAs::Restored { kept } if kept.is_empty());
        assert!(whole || *what == UndoneAs::Deleted, "{undone:?}");
    }
    assert_eq!(all(&tx), before, "what was there is back");
    sound(&tx);
    Ok((seen, done.counts))
}

fn sound(read: &impl Read) {
    let report = read.check(|_| {}).expect("a database in memory can be read");
    assert!(report.is_sound(), "{:?}", report.differences);
}

/// What a plan can't know: the id of what is made, what will refer to that, and the tag of the import.
fn without_what_is_new(rows: &[PlannedRow]) -> Vec<PlannedRow> {
    let mut rows = rows.to_vec();
    for row in &mut rows {
        match &mut row.action {
            RowAction::Create { id, .. } => *id = None,
            RowAction::Update { tags, changes, .. } => {
                tags.retain(|tag| !tag.as_str().starts_with("import/"));
                if !row.makes.is_empty() {
                    changes.clear();
                }
            }
            _ => {}
        }
    }
    rows
}

/// Each row is counted once, and as what it is.
fn adds_up(rows: &[PlannedRow], counts: ImportCounts, number: u64) {
    assert_eq!((rows.len() as u64, counts.rows), (number, number), "each row is told and counted");
    let sorts = [counts.created, counts.updated, counts.unchanged, counts.skipped, counts.conflicts, counts.refused];
    assert_eq!(sorts.iter().sum::<u64>(), number, "{counts:?}");
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(row.row, at as u64 + 1, "rows come in their order");
        assert!(row.action != RowAction::Refuse || !row.problems.is_empty(), "a refused row says why: {row:?}");
    }
}

/// A mapping that does not fit is refused by both, for the same.
fn refused(plan: Option<&Error>, done: Option<&Error>) {
    let (Some(plan), Some(done)) = (plan, done) else { panic!("refused by one alone: {plan:?} and {done:?}") };
    assert_eq!(plan.to_string(), done.to_string(), "refused for the same");
    let fits = |error: &Error| matches!(error.kind(), ErrorKind::Mapping { .. } | ErrorKind::Definition { .. });
    assert!(fits(plan), "{plan}");
}
