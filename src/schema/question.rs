//! A saved question as the file holds it, and what it can be called.

use crate::model::{UnknownParts, group, is_invisible, shorten};

group! {
    /// A question that is kept under a name.
    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct QuestionDefinition {
        1 "name" "" name: String,
        2 "kind" "" kind: i64,
        3 "description" "" description: Option<String>,
        4 "folder" "" folder: Option<String>,
        5 "tree" "" tree: String,
    }
}

impl QuestionDefinition {
    /// A question without description and folder. `tree` is JSON.
    pub(crate) fn new(name: String, kind: u16, tree: String) -> Self {
        Self { name, kind: i64::from(kind), description: None, folder: None, tree, unknown: UnknownParts::default() }
    }
}

/// Why a question can't be saved, named or described so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuestionProblem {
    /// The name is empty, too long, or has characters that nobody sees.
    #[error("expected a name of 1 to 200 bytes without control and invisible characters")]
    BadName,
    /// Another question has the name.
    #[error("\"{other}\" has that name already; choose another or delete that one first")]
    Taken {
        /// The name of the other question as it is spelt.
        other: String,
    },
    /// The folder is empty, too long, or has characters that nobody sees.
    #[error("found the folder \"{folder}\", expected 1 to 200 bytes without control and invisible characters")]
    BadFolder {
        /// The folder that was given, shortened when long.
        folder: String,
    },
    /// The description or the question itself is too long.
    #[error("the {what} is too long; at most {max} bytes are allowed")]
    TooLong {
        /// "description" or "question".
        what: &'static str,
        /// The bound, in bytes.
        max: u64,
    },
    /// What is asked is not the tree of a question about records of that kind.
    #[error("what it asks is no stored question about records of its kind")]
    Unreadable,
    /// There are as many questions as the limits allow.
    #[error("there are {max} already; delete some or allow more with Limits::questions")]
    TooMany {
        /// The bound.
        max: u64,
    },
}

/// A name as it is kept, without the white space around it; `None` if it can't be one.
pub(crate) fn question_name(name: &str) -> Option<&str> {
    let name = name.trim();
    let fits = (1..=200).contains(&name.len());
    (fits && !name.chars().any(|c| c.is_control() || is_invisible(c))).then_some(name)
}

impl QuestionProblem {
    pub(crate) fn bad_folder(folder: &str) -> Self {
        Self::BadFolder { folder: shorten(folder) }
    }
}
