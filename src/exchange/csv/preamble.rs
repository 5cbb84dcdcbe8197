//! Lines before the headings: the title of a report, the remarks of the program that wrote the table.

use std::collections::HashSet;

use csv_core::ReadRecordResult;

use super::dialect::Signs;

/// So many rows can stand before the headings.
const BEFORE: usize = 20;
/// So many rows are looked at behind them.
const BEHIND: usize = 20;
/// Fields beyond these make no difference.
const FIELDS: usize = 1_000;
/// A heading has so many bytes at most.
const LONGEST: usize = 100;

/// A row at the beginning of a table.
struct Row {
    start: usize,
    fields: Vec<String>,
    /// Whether a blank line stands before it, or a row of blank fields.
    is_apart: bool,
}

impl Row {
    fn filled(&self) -> usize {
        self.fields.iter().filter(|field| !field.is_empty()).count()
    }
}

/// How many bytes stand before the row with the headings: 0 unless it is plain that there are others before it. Those have one field each that is
/// not blank. Behind them comes a row of several different words, behind a blank line, or as wide as the rows before it
/// are padded, or with values beneath it.
pub(super) fn length(text: &[u8], signs: Signs) -> usize {
    let rows = rows(text, signs);
    let mut before = 0;
    for (at, row) in rows.iter().enumerate().take(BEFORE + 1) {
        if row.filled() > 1 {
            let (lead, behind) = (rows.get(..at).unwrap_or_default(), rows.get(at + 1..).unwrap_or_default());
            before = if at > 0 && are_headings(lead, row, behind) { row.start } else { 0 };
            break;
        }
    }
    before
}

fn are_headings(lead: &[Row], row: &Row, behind: &[Row]) -> bool {
    let (filled, width) = (row.filled(), row.fields.len());
    let mut seen = HashSet::new();
    // Only behind the last of them a heading may lack.
    let mut words = row.fields.iter().take(filled);
    if !words.all(|word| is_word(word) && seen.insert(word.to_lowercase())) {
        return false;
    }
    if behind.iter().filter(|other| other.fields.len() > width).count() * 2 > behind.len() {
        return false;
    }
    let is_padded = lead.iter().all(|before| before.fields.len() == width);
    row.is_apart || filled >= 3 && (is_padded || (0..filled).any(|column| are_values(behind, column)))
}

fn is_word(field: &str) -> bool {
    let first = field.chars().next();
    first.is_some_and(|first| !first.is_ascii_digit())
        && field.len() <= LONGEST
        && field.chars().any(char::is_alphabetic)
        && !field.contains(['@', '\n', '\r'])
}

/// Whether most fields of a column have something that no heading has.
fn are_values(rows: &[Row], column: usize) -> bool {
    let fields = || rows.iter().filter_map(|row| row.fields.get(column)).filter(|field| !field.is_empty());
    let values = fields().filter(|field| !is_word(field)).count();
    values > 0 && values * 2 >= fields().count()
}

fn rows(text: &[u8], signs: Signs) -> Vec<Row> {
    let mut parser = signs.parser();
    let (mut output, mut ends) = (vec![0; text.len() + 1], vec![0; FIELDS]);
    let (mut rows, mut rest, mut is_apart) = (Vec::new(), text, false);
    while rows.len() < BEFORE + BEHIND {
        let line_ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let (blank, behind) = rest.split_at(line_ends);
        // Of the line before, the end may be left.
        is_apart |= super::reader::lines(blank) > u64::from(rest.len() < text.len());
        let start = text.len() - behind.len();
        let (result, read, written, width) = parser.read_record(behind, &mut output, &mut ends);
        if result != ReadRecordResult::Record {
            // The last row may be cut off, and says little.
            break;
        }
        let mut from = 0;
        let fields: Vec<String> = ends
            .iter()
            .take(width)
            .map(|end| {
                let field = output.get(from..*end.min(&written)).unwrap_or_default();
                from = *end;
                String::from_utf8_lossy(field).trim().to_owned()
            })
            .collect();
        // The line end of the row is looked at with the next one.
        let whole = behind.get(..read).unwrap_or_default();
        let ended = whole.iter().rev().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        rest = behind.get(read - ended..).unwrap_or_default();
        // The parser has it behind it.
        super::quotes::renew(&mut parser);
        if fields.iter().all(String::is_empty) {
            is_apart = true;
            continue;
        }
        rows.push(Row { start, fields, is_apart: std::mem::take(&mut is_apart) });
    }
    rows
}

/// How many bytes so many lines have.
pub(super) fn of_lines(text: &[u8], lines: u64) -> usize {
    let mut at = 0;
    for _ in 0..lines {
        let rest = text.get(at..).unwrap_or_default();
        let Some(end) = memchr::memchr2(b'\r', b'\n', rest) else { return text.len() };
        at += end + if rest.get(end..end + 2) == Some(b"\r\n") { 2 } else { 1 };
    }
    at
}
