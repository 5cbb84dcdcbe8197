//! The fuzz targets' bodies, which they share with the tests of the library.

mod json;

#[path = "../../tests/it/fuzz_bodies.rs"]
mod fuzz_bodies;
#[path = "../../tests/it/fuzz_cards.rs"]
mod fuzz_cards;
#[path = "../../tests/it/fuzz_dump.rs"]
mod fuzz_dump;
#[path = "../../tests/it/fuzz_import.rs"]
mod fuzz_import;
#[path = "../../tests/it/fuzz_normal.rs"]
mod fuzz_normal;
#[path = "../../tests/it/fuzz_world.rs"]
mod fuzz_world;

/// Any bytes as a segment text, a question and something that is being typed.
pub fn segment_text(bytes: &[u8]) {
    fuzz_bodies::segment_text(bytes, false);
}

/// Any bytes as the JSON of a stored tree.
pub fn segment_tree(bytes: &[u8]) {
    fuzz_bodies::segment_tree(bytes);
}

/// Any bytes as a stream of vCards.
pub fn vcard(bytes: &[u8]) {
    fuzz_cards::vcard(bytes);
}

/// Any bytes as a stream of JSContact cards.
pub fn jscontact(bytes: &[u8]) {
    fuzz_cards::jscontact(bytes);
}

/// Any bytes as a table.
pub fn csv_table(bytes: &[u8]) {
    fuzz_bodies::csv_table(bytes);
}

/// Any bytes as a dump.
pub fn dump(bytes: &[u8]) {
    fuzz_dump::dump(bytes);
}

/// Any bytes as a table that is planned, imported and taken back.
pub fn import(bytes: &[u8]) {
    fuzz_import::import(bytes);
}

/// Any bytes as a text whose normal forms are worked out.
pub fn normal(bytes: &[u8]) {
    fuzz_normal::normal(bytes);
}

/// Another dump made out of one: a line is changed as JSON, given again, moved or left out.
#[must_use]
pub fn mutate_lines(text: &[u8], seed: u32, max_size: usize) -> Option<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let mixed = seed.wrapping_mul(0x9e37_79b9);
    let at = mixed as usize % lines.len();
    let other = (mixed >> 13) as usize % lines.len();
    match seed % 16 {
        0 => drop(lines.remove(at)),
        1 => lines.swap(at, other),
        2 => lines.insert(other, lines[at].clone()),
        _ => lines[at] = json::mutate(&lines[at], seed, max_size)?,
    }
    Some(lines.join(&b'\n')).filter(|bytes| bytes.len() <= max_size)
}

/// Another table made out of one whose first line is the JSON of a mapping: that line is changed as JSON.
#[must_use]
pub fn mutate_mapping(text: &[u8], seed: u32, max_size: usize) -> Option<Vec<u8>> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    let (first, rest) = text.split_at(end);
    if !first.starts_with(b"{") {
        return None;
    }
    let mut changed = json::mutate(first, seed, max_size.checked_sub(rest.len())?)?;
    changed.extend_from_slice(rest);
    Some(changed)
}

/// Another JSON text made out of one.
#[must_use]
pub fn mutate_json(text: &[u8], seed: u32, max_size: usize) -> Option<Vec<u8>> {
    json::mutate(text, seed, max_size)
}
