//! How violations are put.

use crate::model::{Rule, Value, Violation};

/// That a value breaks a rule.
pub(crate) fn violation(attribute: &str, rule: Rule, found: Option<&Value>) -> Violation {
    Violation {
        attribute: attribute.to_owned(),
        rule,
        found: found.map_or_else(String::new, |value| crate::model::shorten(&value.to_string())),
    }
}

/// How one of several is named in a message: `email[2]`; counted from 1.
pub(crate) fn position(key: &str, at: usize) -> String {
    format!("{key}[{}]", at + 1)
}
