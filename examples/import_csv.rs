//! A table of contacts: what is in it, what would become of each row, the import, and back again.
//!
//! `cargo run --example import_csv [FILE]`: any table of people as a program exports it; without a path one of our own. Nothing is
//! written outside of memory.

use std::error::Error;
use std::fs::File;
use std::io::{IsTerminal, Write, stderr};
use std::ops::ControlFlow;
use std::path::PathBuf;

use contactdb::{
    Contact, CsvOptions, CsvReader, Database, Kind, Mapping, PlannedRow, Read, RowAction, TableRows, Target, UndoneAs,
};

/// A table of fictional people.
const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/people.csv");

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).map_or_else(|| PathBuf::from(OWN), PathBuf::from);
    let db = Database::in_memory()?;
    // Somebody is known already.
    let mut tx = db.write()?;
    let ada = tx.insert(&Contact::named("Ada", "Byron").email("ada@acme.example").tag("vip"))?;
    tx.commit()?;

    let mut table = CsvReader::new(File::open(&path)?, CsvOptions::new())?;
    println!("{}: {:?}, {:?}", path.display(), table.encoding().value, table.dialect().value);
    let sample: Vec<Vec<String>> =
        table.peek(1_000).iter().flatten().map(|row| row.iter().map(str::to_owned).collect()).collect();
    let mapping = Mapping::guess(db.read()?.catalogue(), Kind::CONTACT, TableRows::headers(&table), &sample);
    println!("taken for: {}\n", mapping.profile.as_deref().unwrap_or("a table of its own"));
    println!("| column | becomes |\n|---|---|");
    for column in &mapping.columns {
        let to: Vec<String> = column.to.iter().map(in_words).collect();
        println!("| {} | {} |", column.header, if to.is_empty() { "nothing".to_owned() } else { to.join(", ") });
    }

    println!("\n| line | becomes | of |\n|---|---|---|");
    let mut shown = 0;
    let counts = db.write()?.plan_import(&mapping, &mut table, |row| {
        if shown < 20 || !row.problems.is_empty() {
            println!("| {} | {} |", row.line, told(row));
        }
        shown += 1;
        ControlFlow::Continue(())
    })?;
    println!(
        "\n{} rows: {} new, {} changed, {} as they are, {} left out, {} unclear, {} refused; {} companies to be made",
        counts.rows,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.skipped,
        counts.conflicts,
        counts.refused,
        counts.named
    );

    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (mut table, mut done) = (CsvReader::new(File::open(&path)?, CsvOptions::new())?, 0);
    let import = db.import(&name, &mapping, &mut table, |_| {
        done += 1;
        progress(done, counts.rows);
        ControlFlow::Continue(())
    })?;
    let snapshot = db.read()?;
    let record = snapshot.get(import.id)?.ok_or("just imported")?.record;
    let tag = record.tag.unwrap_or_default();
    let brought = snapshot.segment(format!("tag \"{tag}\"").as_str())?;
    println!("\nimported: {} contacts have the tag {tag}", snapshot.count(&brought)?);

    let mut tx = db.write()?;
    let (mut deleted, mut restored) = (0, 0);
    tx.undo_import(import.id, |undone| {
        match undone.what {
            UndoneAs::Deleted => deleted += 1,
            UndoneAs::Restored { .. } => restored += 1,
            _ => {}
        }
        ControlFlow::Continue(())
    })?;
    tx.commit()?;
    println!("undone: {deleted} records deleted, {restored} as they were before");
    let ada = db.read()?.get(ada)?.ok_or("was there before")?.record;
    println!("ada@acme.example is called {} again", ada.name.display());
    Ok(())
}

/// What the cells of a column are.
fn in_words(target: &Target) -> String {
    match target {
        Target::Value(value) if value.item.is_empty() => value.attribute.clone(),
        Target::Value(value) => format!("{} ({})", value.attribute, value.item),
        Target::DatePart(part) => format!("the {:?} of {}", part.part, part.attribute).to_lowercase(),
        Target::Tags(_) => "tags".to_owned(),
        Target::CurrencyOf(attribute) => format!("the currency of {attribute}"),
        Target::Field(field) => format!("a new field {} ({:?})", field.key, field.value_type),
        Target::Notes(_) => "a line of the notes".to_owned(),
        _ => "something newer".to_owned(),
    }
}

/// What becomes of a row.
fn told(row: &PlannedRow) -> String {
    let problems: Vec<&str> = row.problems.iter().map(|problem| problem.message.as_str()).collect();
    match &row.action {
        RowAction::Create { title, .. } => format!("a new contact | {title}"),
        RowAction::Update { changes, .. } => {
            let shown = |value: &Option<contactdb::Value>| {
                value.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string)
            };
            let changes: Vec<String> = changes
                .iter()
                .map(|change| format!("{}: {} -> {}", change.key, shown(&change.before), change.after))
                .collect();
            format!("a change | {}", changes.join("; "))
        }
        RowAction::Again { row } => format!("more of row {row} | "),
        RowAction::Conflict { candidates } => format!("unclear | it could mean {} contacts", candidates.len()),
        RowAction::Refuse => format!("refused | {}", problems.join("; ")),
        _ => "nothing | ".to_owned(),
    }
}

/// A bar, where somebody looks.
fn progress(done: u64, total: u64) {
    if stderr().is_terminal() && (done.is_multiple_of(100) || done == total) {
        let filled = usize::try_from(done * 40 / total.max(1)).unwrap_or(40);
        eprint!("\r[{}{}] {done} of {total}", "#".repeat(filled), " ".repeat(40 - filled));
        let _ = stderr().flush();
    }
}
