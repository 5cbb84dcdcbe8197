//! Holds contactdb against what a program would be built on instead; see README.md.

mod arguments;
mod data;
mod names;
#[cfg(feature = "native_db")]
mod native;
mod ours;
mod report;
mod runner;
mod side;
mod sqlite;
#[cfg(feature = "tantivy")]
mod text_index;
mod work;

use std::error::Error;
use std::sync::Arc;

use arguments::Arguments;
use data::Generator;
use side::Side;

/// What a step of the comparison ends with.
type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments = Arguments::read(std::env::args().skip(1))?;
    let generator = Arc::new(Generator::new(arguments.contacts, arguments.seed));
    if let Some((side, path)) = &arguments.load {
        return side::load_here(*side, path, &generator);
    }
    let folder = tempfile::tempdir()?;
    let mut report = report::Report::new(arguments.json);
    report.begin(&arguments, &generator);
    for peer in Side::PEERS {
        runner::compare(*peer, folder.path(), &generator, &arguments, &mut report)?;
    }
    report.end();
    Ok(())
}
