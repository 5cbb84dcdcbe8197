//! A backup as lines of JSON, and a database made of it again.
//!
//! `cargo run --example backup [DATABASE DUMP COPY]`: dumps the database into a file and loads that into another database. Without
//! paths it does so with a small database of its own in a folder that goes away.

use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use contactdb::{Company, Contact, Database, Dump, DumpProgress, Interaction, Load, Read};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let paths = match paths.as_slice() {
        [database, dump, copy] => [database.clone(), dump.clone(), copy.clone()],
        [] => {
            let paths = ["crm.contacts", "crm.jsonl", "copy.contacts"].map(|name| folder.path().join(name));
            fill(&paths[0])?;
            paths
        }
        _ => {
            return Err(
                "expected three paths: a database, the dump to be written, the database to be made of it".into()
            );
        }
    };
    let [database, dump, copy] = paths;

    let db = Database::open_read_only(&database)?;
    let written = Dump::new(&db.read()?).progress(shown("written")).write(File::create_new(&dump)?)?;
    println!("{}: {} lines, {} bytes", dump.display(), written.lines, written.bytes);

    let copied = Database::create(&copy)?;
    let mut tx = copied.write()?;
    let read = Load::new(&mut tx).progress(shown("loaded")).read(File::open(&dump)?)?;
    assert_eq!(read, written);
    let report = tx.check(|_| {})?;
    tx.commit()?;
    for (kind, records) in &read.records {
        println!("{kind}: {records}");
    }
    println!("{}: {}", copy.display(), if report.is_sound() { "sound" } else { "not sound" });
    copied.close()?;
    Ok(())
}

/// Shows how far the work has come.
fn shown(what: &'static str) -> impl FnMut(DumpProgress) -> ControlFlow<()> {
    move |at| {
        if at.records.is_multiple_of(100_000) || at.records == at.total {
            println!("{what}: {} of {} records, {} bytes", at.records, at.total, at.bytes);
        }
        ControlFlow::Continue(())
    }
}

fn fill(path: &Path) -> contactdb::Result<()> {
    let db = Database::create(path)?;
    let mut tx = db.write()?;
    let acme = tx.insert(&Company::new("Acme").tag("customers/gold"))?;
    let ada =
        tx.insert(&Contact::named("Ada", "Lovelace").email("ada@acme.example").works_at(acme, "CTO").tag("customers"))?;
    tx.insert(&Interaction::call(ada).outcome("asked for an offer"))?;
    tx.save_question("Customers", "tag under customers")?;
    tx.commit()?;
    db.close()
}
