//! What can be wrong with a line of a dump.

use crate::error::Error;

/// What is wrong with a line of a dump that was to be loaded; from [`ErrorKind::Dump`](crate::ErrorKind::Dump).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DumpProblem {
    /// The first line is not that of a dump.
    #[error("expected the header of a dump; give a file that Dump wrote")]
    NotADump,
    /// A newer version of the crate wrote the dump.
    #[error("found a dump of version {found}, expected at most {supported}; use a newer version of this program")]
    Newer {
        /// The version of the dump.
        found: u64,
        /// The newest version that this crate reads.
        supported: u64,
    },
    /// The line is no JSON object.
    #[error("expected a JSON object, found something else in column {column}")]
    NotJson {
        /// Where, in bytes from 1 on.
        column: usize,
    },
    /// The line is longer than is allowed.
    #[error("the line is longer than {max} bytes; allow more with Load::max_line if the dump can be trusted")]
    TooLong {
        /// The bound.
        max: usize,
    },
    /// The line is nested deeper, or has more values, than any that is written.
    #[error("\"{member}\" is nested deeper or has more values than any record; the dump is damaged")]
    TooComplex {
        /// The member of the line.
        member: String,
    },
    /// The line is of a sort that does not stand there.
    #[error("found a line of the sort \"{found}\", which does not stand behind {behind}; expected {expected}")]
    Misplaced {
        /// The sort of the line: its first member.
        found: String,
        /// What it stands behind.
        behind: &'static str,
        /// What may stand there.
        expected: &'static str,
    },
    /// The line has a member that is not known: what it says would be lost.
    #[error("found the member \"{member}\", which is not known; take it out if it is not needed")]
    UnknownMember {
        /// The member.
        member: String,
    },
    /// The line lacks a member.
    #[error("the member \"{member}\" is missing")]
    Missing {
        /// The member.
        member: &'static str,
    },
    /// A value has another form than it should.
    #[error("{path}: found {found}, expected {expected}")]
    Value {
        /// Which value: `values.email[0].label`.
        path: String,
        /// The form, in words.
        expected: String,
        /// What was found, shortened.
        found: String,
    },
    /// There is no such kind, field, option or tag in the dump.
    #[error("there is no {what} \"{name}\"{}", nearest.as_ref().map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default())]
    Unknown {
        /// What: "kind", "field", "option", "tag".
        what: &'static str,
        /// Its name.
        name: String,
        /// The nearest name, if one is near.
        nearest: Option<String>,
    },
    /// Something stands in the dump twice that may stand there once.
    #[error("the {what} {name} stands in the dump twice")]
    Repeated {
        /// What.
        what: &'static str,
        /// Its name or number.
        name: String,
    },
    /// A record refers to one that is not in the dump.
    #[error("it refers to {target}, which is not in the dump; dump the kind of that record too")]
    Dangling {
        /// The record that is missing.
        target: String,
    },
    /// A record would stand beneath itself.
    #[error("\"{attribute}\" leads from the record back to it")]
    Circular {
        /// The attribute.
        attribute: String,
    },
    /// A definition or a record is refused.
    #[error("{0}")]
    Refused(Error),
    /// The dump ends before its last line.
    #[error("the dump ends here, expected a line \"end\"; it was cut short")]
    CutShort,
    /// The dump has another number of lines or records than its last line says.
    #[error("found {found} {what}, expected {expected}; something was lost or added on the way")]
    Count {
        /// What is counted: "lines", or the kind of record.
        what: String,
        /// How many there are.
        found: u64,
        /// How many the last line says.
        expected: u64,
    },
    /// The dump is not what was written.
    #[error(
        "the checksum is {found}, expected {expected}: the dump was changed on the way; if by purpose, take \"checksum\" out of its \
         last line"
    )]
    Checksum {
        /// That of the lines.
        found: String,
        /// What the last line says.
        expected: String,
    },
    /// Something stands behind the last line.
    #[error("found something behind the line \"end\"; expected nothing")]
    Behind,
}

impl DumpProblem {
    pub(super) fn value(expected: impl Into<String>, found: &serde_json::Value) -> Self {
        let found = match found {
            serde_json::Value::Array(values) => format!("a list of {}", values.len()),
            serde_json::Value::Object(_) => "an object".to_owned(),
            plain => crate::model::shorten(&plain.to_string()),
        };
        Self::Value { path: String::new(), expected: expected.into(), found }
    }

    /// Says within what the value stands.
    pub(super) fn within(self, outer: &str) -> Self {
        match self {
            Self::Value { path, expected, found } => {
                let joint = if path.is_empty() || path.starts_with('[') { "" } else { "." };
                Self::Value { path: format!("{}{joint}{path}", crate::model::shorten(outer)), expected, found }
            }
            other => other,
        }
    }

    pub(super) fn repeated(what: &'static str, name: &impl ToString) -> Self {
        Self::Repeated { what, name: crate::model::shorten(&name.to_string()) }
    }

    pub(super) fn unknown(what: &'static str, name: &str, nearest: Option<String>) -> Self {
        Self::Unknown { what, name: crate::model::shorten(name), nearest }
    }
}
