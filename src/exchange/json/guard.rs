//! JSON that comes from outside is looked through before it is read: reading goes by recursion and takes many times its length.

use serde_json::value::RawValue;

use super::Json;
use crate::exchange::DumpProblem;
use crate::exchange::nesting::Nesting;

/// The deepest nesting of anything that is written, with room.
const DEEPEST: u32 = 24;

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
    let (mut nesting, mut values) = (Nesting::default(), 1_usize);
    for byte in text.bytes() {
        values += usize::from(nesting.take(byte) && matches!(byte, b'[' | b'{' | b','));
        if nesting.depth > DEEPEST || values > MOST {
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
        let nested = |depth: u32| format!("{}{}", "[".repeat(depth as usize), "]".repeat(depth as usize));
        assert!(is_modest(&nested(DEEPEST)));
        assert!(!is_modest(&nested(DEEPEST + 1)));
        assert!(!is_modest(&format!("[{}0]", "0,".repeat(MOST))));
    }
}
