//! The presets, each applied to a database of its own, with a small fictional business in it and the answers to its saved
//! questions: `cargo run --example presets`, or one of them with all its fields `cargo run --example presets saas`.

mod data;

use contactdb::presets::{self, Preset};
use contactdb::{Database, Read};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let all = presets::all(data::CURRENCY);
    if let Some(unknown) = asked.iter().find(|key| all.iter().all(|preset| preset.key != **key)) {
        let keys: Vec<&str> = all.iter().map(|preset| preset.key.as_str()).collect();
        return Err(format!("there is no preset \"{unknown}\"; there are {}", keys.join(", ")).into());
    }
    for preset in all.iter().filter(|preset| asked.is_empty() || asked.contains(&preset.key)) {
        show(preset, !asked.is_empty())?;
    }
    Ok(())
}

/// What a preset brings, in `full` or in numbers, and what its questions find.
fn show(preset: &Preset, full: bool) -> Result<(), Failure> {
    println!("{} ({})", preset.label, preset.key);
    println!("{}.\n", preset.description);
    let (options, watch) = data::options();
    let db: Database = options.in_memory()?;
    let mut tx = db.write()?;
    let applied = tx.apply_preset(preset)?;
    let (fields, kinds) = (preset.fields.len(), preset.kinds.len());
    println!("  {} things were added, {kinds} kinds of records and {fields} fields among them.", applied.added.len());
    for field in preset.fields.iter().filter(|_| full) {
        let many = if field.is_many() { ", several" } else { "" };
        println!("    {} {}: {} ({}{many})", field.kind(), field.key(), field.label(), field.value_type().describe());
    }
    for pipeline in &preset.pipelines {
        let stages: Vec<&str> = pipeline.stages.iter().map(|stage| stage.label.as_str()).collect();
        println!("  Pipeline {}: {}", pipeline.label, stages.join(" > "));
    }
    tx.commit()?;
    data::load(&preset.key, &db, &watch)?;

    let snapshot = db.read()?;
    println!();
    for question in &preset.questions {
        let found = data::answer(&snapshot, &question.name)?;
        let found = if found.is_empty() { "nobody".to_owned() } else { found.join(", ") };
        if full {
            println!("  {}", question.name);
            println!("    {}", snapshot.saved_question(&question.name)?.to_text(snapshot.catalogue()));
            println!("    {found}");
        } else {
            println!("  {}: {found}", question.name);
        }
    }
    println!();
    Ok(())
}
