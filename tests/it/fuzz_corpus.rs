//! The inputs that the fuzz targets begin with, and those that once failed, as tests.

use std::fs;
use std::path::Path;

use crate::{fuzz_bodies, fuzz_cards, fuzz_dump, fuzz_import, fuzz_normal};

/// Runs the body on each file of a target's corpus; the packaged crate has none.
fn replay(target: &str, body: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let Ok(files) = fs::read_dir(&folder) else {
        println!("skipped: no corpus in {}", folder.display());
        return;
    };
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no files in {}", folder.display());
    for path in paths {
        println!("{}", path.display());
        body(&fs::read(&path).unwrap());
    }
}

#[test]
fn the_corpus_of_segment_texts_holds() {
    replay("segment_text", |bytes| fuzz_bodies::segment_text(bytes, true));
}

#[test]
fn the_corpus_of_segment_trees_holds() {
    replay("segment_tree", fuzz_bodies::segment_tree);
}

#[test]
fn the_corpus_of_vcards_holds() {
    replay("vcard", fuzz_cards::vcard);
}

#[test]
fn the_corpus_of_jscontact_cards_holds() {
    replay("jscontact", fuzz_cards::jscontact);
}

#[test]
fn the_corpus_of_tables_holds() {
    replay("csv_table", fuzz_bodies::csv_table);
}

#[test]
fn the_corpus_of_dumps_holds() {
    replay("dump", fuzz_dump::dump);
}

#[test]
fn the_corpus_of_imports_holds() {
    replay("import", fuzz_import::import);
}

#[test]
fn the_corpus_of_normal_forms_holds() {
    replay("normal", fuzz_normal::normal);
}
