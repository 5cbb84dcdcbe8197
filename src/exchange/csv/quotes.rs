//! Quotes in wrong places. The parser reads on whatever stands there, so it is looked for here.

use csv_core::{ReadRecordResult, Reader};

use super::dialect::Signs;

/// Whether the parser stands inside of a quoted field. It can't go on with that row then. (A copy of a parser that is made up can't
/// be asked: csv-core 0.1.13 does not copy which of its states are final.)
pub(super) fn is_open(parser: &mut Reader) -> bool {
    let (result, ..) = parser.read_record(b"\n", &mut [0; 4], &mut [0; 2]);
    // A line break ends everything but such a field.
    result != ReadRecordResult::Record
}

/// Makes a parser ready for another row, wherever it stands.
pub(super) fn renew(parser: &mut Reader) {
    parser.reset();
    // At the very beginning it would take away a mark of UTF-8, and not behind an empty line.
    parser.read_record(b"\n", &mut [0; 4], &mut [0; 2]);
}

/// Where text begins behind a quote that closed a field, in a row with its line end.
pub(super) fn stray(row: &[u8], signs: Signs) -> Option<usize> {
    let quote = signs.quote?;
    let mut at = 0;
    while let Some(&first) = row.get(at) {
        let rest = row.get(at..).unwrap_or_default();
        if first == quote {
            let closed = at + closing(rest, quote, signs.escape)?;
            let behind = row.get(closed + 1..).unwrap_or_default();
            // Spaces before the delimiter do no harm.
            let text = behind.iter().position(|byte| *byte != b' ');
            let text = closed + 1 + text?;
            if row.get(text).is_some_and(|byte| *byte != signs.delimiter && !matches!(byte, b'\r' | b'\n')) {
                return Some(text);
            }
            at = text + 1;
        } else {
            at += memchr::memchr(signs.delimiter, rest)? + 1;
        }
    }
    None
}

/// Whether a quote stands inside of a field that is not quoted.
pub(super) fn inside(row: &[u8], signs: Signs) -> bool {
    let Some(quote) = signs.quote else { return false };
    let mut before = signs.delimiter;
    let mut at = 0;
    while let Some(&byte) = row.get(at) {
        if byte == quote {
            if before != signs.delimiter {
                return true;
            }
            let rest = row.get(at..).unwrap_or_default();
            let Some(length) = closing(rest, quote, signs.escape) else { return true };
            at += length;
        }
        before = byte;
        at += 1;
    }
    false
}

/// How far the closing quote lies behind the opening one, with which the text begins.
fn closing(text: &[u8], quote: u8, escape: Option<u8>) -> Option<usize> {
    let mut at = 1;
    loop {
        let rest = text.get(at..)?;
        at += memchr::memchr2(quote, escape.unwrap_or(quote), rest)?;
        let is_quote = text.get(at) == Some(&quote);
        if is_quote && text.get(at + 1) != Some(&quote) {
            return Some(at);
        }
        at += 2;
    }
}
