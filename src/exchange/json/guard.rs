//! JSON that comes from outside is looked through before it is read: reading goes by recursion and takes many times its length.

use serde_json::value::RawValue;

use super::Json;
use crate::exchange::DumpProblem;

/// The deepest nesting of anything that is written, with room.
const DEEPEST: usize = 24;

/// The most values in one member of a line.
const MOST: usize = 1 << 22;

/// Reads a member of a line.
pub(in crate::exchange) fn read(member: &str, raw: &RawValue) -> Result<Json, DumpProblem> {
    if !is_modest(raw.get()) {
        return Err(DumpProblem::TooComplex { member: member.to_owned() });
    }
    serde_json::from_str(raw.get()).map_err(|error| DumpProblem::NotJson { column: error.column() })
}

/// Whether a text that is JSON is within both bounds.
fn is_modest(text: &str) -> bool {
    let (mut depth, mut values, mut quoted, mut escaped) = (0_usize, 1_usize, false, false);
    for byte in text.bytes() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'[' | b'{' => {
                depth += 1;
                values += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > DEEPEST || values > MOST {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_count_outside_texts_only() {
        assert!(is_modest(&format!("{:?}", "[".repeat(100))));
        assert!(is_modest(&format!("\"\\\"{}\"", "[".repeat(100))));
        assert!(is_modest(&format!("{}{}", "[".repeat(DEEPEST), "]".repeat(DEEPEST))));
        assert!(!is_modest(&format!("{}{}", "[".repeat(DEEPEST + 1), "]".repeat(DEEPEST + 1))));
        assert!(!is_modest(&format!("[{}0]", "0,".repeat(MOST))));
    }
}
