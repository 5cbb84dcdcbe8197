//! What can be wrong with a value, before any database is asked.

use std::convert::Infallible;
use std::fmt;

use super::RecordId;

/// A text that does not have the form its type wants; from the constructors of small value types.
///
/// ```
/// use contactdb::EmailAddress;
/// let error = EmailAddress::new("ada.example").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "\"ada.example\" is no e-mail address: expected something like name@example.com",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidValue {
    what: &'static str,
    found: String,
    expected: &'static str,
}

impl InvalidValue {
    pub(crate) fn new(what: &'static str, found: &str, expected: &'static str) -> Self {
        Self { what, found: shorten(found), expected }
    }

    /// What the value should have been, such as "e-mail address".
    #[must_use]
    pub fn what(&self) -> &str {
        self.what
    }

    /// The text that was given, shortened when long.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }

    pub(crate) fn violation(self, attribute: &str) -> Violation {
        Violation { attribute: attribute.to_owned(), rule: Rule::Form { expected: self.expected }, found: self.found }
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is no {}: expected {}", self.found, self.what, self.expected)
    }
}

impl std::error::Error for InvalidValue {}

impl From<Infallible> for InvalidValue {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// One rule that one value of a record breaks.
///
/// A refused `insert` carries all of them, so that a form can mark every field at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// The attribute, with the position for one of several: `email[2]`, `budget`, `item[1].quantity`.
    /// Positions count from 1.
    pub attribute: String,
    /// The rule.
    pub rule: Rule,
    /// The value as text, shortened when long; empty when there is none.
    pub found: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.attribute, self.rule)?;
        if !self.found.is_empty() {
            write!(f, " (found \"{}\")", self.found)?;
        }
        Ok(())
    }
}

/// A rule that a value can break.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// A value must be given.
    Required,
    /// The value has another type than the attribute.
    Type {
        /// The attribute's type, in words.
        expected: String,
    },
    /// The text does not have the form of its type.
    Form {
        /// The form, in words.
        expected: &'static str,
    },
    /// More bytes of text, or more values, than allowed.
    TooLong {
        /// The bound.
        max: u64,
        /// What is counted: "bytes", "characters" or "values".
        unit: &'static str,
    },
    /// Fewer characters than the field wants.
    TooShort {
        /// The bound, in characters.
        min: u64,
    },
    /// Below the field's lower bound.
    TooSmall {
        /// The bound as text.
        min: String,
    },
    /// Above the field's upper bound.
    TooLarge {
        /// The bound as text.
        max: String,
    },
    /// The text does not match the field's pattern.
    Pattern {
        /// The regular expression.
        pattern: String,
    },
    /// The choice has no such option.
    UnknownOption {
        /// The nearest option, if one is near.
        nearest: Option<String>,
        /// The keys of the options, if none is near and they are few enough to name.
        options: Vec<String>,
    },
    /// The option was archived: records that have it keep it, none gets it anew.
    ArchivedOption,
    /// No attribute has this key.
    UnknownField {
        /// The nearest key, if one is near.
        nearest: Option<String>,
    },
    /// The field was archived: its values are kept, none is set anew.
    ArchivedField,
    /// The attribute is worked out by the database and can't be set.
    Computed,
    /// This is a part of each of several values; they are set as a whole.
    PartOfSeveral,
    /// Another record has the value already.
    NotUnique {
        /// That record.
        holder: RecordId,
    },
    /// The same value stands twice in the same record where it may stand once.
    Repeated,
    /// No such record.
    Dangling,
    /// A record of another kind.
    WrongKind {
        /// The kinds allowed, in words.
        expected: String,
    },
    /// Money in another currency than the field's.
    Currency {
        /// The field's currency.
        expected: String,
    },
    /// The lower end lies above the upper end, or the last day before the first.
    Reversed,
    /// More than one of several is marked as the primary one.
    SeveralPrimary,
    /// The stage is none of the record's pipeline.
    NotInPipeline {
        /// The key of the pipeline.
        pipeline: String,
        /// The keys of its stages.
        stages: Vec<String>,
    },
    /// A record can't refer to itself here, directly or through others.
    Circular,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let near = |f: &mut fmt::Formatter<'_>, nearest: &Option<String>| match nearest {
            Some(name) => write!(f, "; did you mean \"{name}\"?"),
            None => Ok(()),
        };
        match self {
            Self::Required => f.write_str("a value is required"),
            Self::Type { expected } => write!(f, "expected {expected}"),
            Self::Form { expected } => write!(f, "expected {expected}"),
            Self::TooLong { max, unit } => write!(f, "at most {max} {unit} are allowed"),
            Self::TooShort { min } => write!(f, "at least {min} characters are needed"),
            Self::TooSmall { min } => write!(f, "expected {min} or more"),
            Self::TooLarge { max } => write!(f, "expected {max} or less"),
            Self::Pattern { pattern } => write!(f, "expected a text that matches /{pattern}/"),
            Self::UnknownOption { nearest, options } => {
                f.write_str("no such option")?;
                if !options.is_empty() {
                    write!(f, "; expected one of {}", options.join(", "))?;
                }
                near(f, nearest)
            }
            Self::ArchivedOption => f.write_str("this option is archived; choose another or restore it"),
            Self::UnknownField { nearest } => {
                f.write_str("no such field")?;
                near(f, nearest)
            }
            Self::ArchivedField => f.write_str("this field is archived; restore it to set it"),
            Self::Computed => f.write_str("this is worked out by the database and can't be set"),
            Self::PartOfSeveral => f.write_str("this is a part of each of several values; set those as a whole"),
            Self::NotUnique { holder } => write!(f, "{holder} has this value already"),
            Self::Repeated => f.write_str("this value stands twice in the record"),
            Self::Dangling => f.write_str("there is no such record"),
            Self::WrongKind { expected } => write!(f, "expected a reference to {expected}"),
            Self::Currency { expected } => write!(f, "expected an amount in {expected}"),
            Self::Reversed => f.write_str("the end lies before the beginning"),
            Self::SeveralPrimary => f.write_str("only one may be marked as primary"),
            Self::NotInPipeline { pipeline, stages } => {
                write!(f, "expected a stage of the pipeline {pipeline}: {}", stages.join(", "))
            }
            Self::Circular => f.write_str("the record would come to depend on itself"),
        }
    }
}

/// Characters that show nothing, or turn the direction of what follows: in a name or an address they only deceive.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(u32::from(c), 0x200B | 0x200E | 0x200F | 0x202A..=0x202E | 0x2060..=0x2069 | 0xFEFF | 0xAD)
}

/// Keeps messages readable whatever was found: at most 80 characters, no control characters.
pub(crate) fn shorten(text: &str) -> String {
    const KEEP: usize = 80;
    let mut short: String =
        text.chars().take(KEEP).map(|c| if c.is_control() || is_invisible(c) { '\u{FFFD}' } else { c }).collect();
    if text.chars().nth(KEEP).is_some() {
        short.push_str("...");
    }
    short
}
