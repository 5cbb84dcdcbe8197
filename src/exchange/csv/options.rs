//! How a table is to be read.

use super::dialect::CsvDialect;
use super::row::RowError;
use crate::exchange::encoding::TextEncoding;

/// How a table is to be read. What is not said is guessed from its first 64 KiB.
///
/// ```
/// use contactdb::{CsvOptions, CsvReader, ExtraFields, TextEncoding};
/// let options = CsvOptions::new().encoding(TextEncoding::WINDOWS_1252).delimiter(';').extra_fields(ExtraFields::Keep);
/// let reader = CsvReader::new(&b"name;city\nJos\xE9;Lisbon\n"[..], options)?;
/// assert_eq!(reader.headers(), ["name", "city"]);
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "options do nothing before a reader is made with them"]
#[expect(clippy::option_option, reason = "the outer one says whether it is to be guessed")]
pub struct CsvOptions {
    pub(super) encoding: Option<TextEncoding>,
    pub(super) delimiter: Option<char>,
    pub(super) quote: Option<Option<char>>,
    pub(super) escape: Option<Option<char>>,
    pub(super) headers: bool,
    pub(super) before: Option<u64>,
    pub(super) longest: usize,
    pub(super) columns: usize,
    pub(super) extra: ExtraFields,
    pub(super) stray_quotes: bool,
    pub(super) unguard: bool,
}

/// What becomes of fields for which there is no header. Empty ones never matter: many programs end each line with a delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExtraFields {
    /// The row is an error.
    #[default]
    Report,
    /// They stand in the row, behind the others.
    Keep,
    /// They are left out.
    Drop,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl CsvOptions {
    /// Everything is guessed; the first row has the headers.
    pub const fn new() -> Self {
        Self {
            encoding: None,
            delimiter: None,
            quote: None,
            escape: None,
            headers: true,
            before: None,
            longest: 1 << 20,
            columns: 10_000,
            extra: ExtraFields::Report,
            stray_quotes: false,
            unguard: true,
        }
    }

    /// Sets the encoding.
    pub const fn encoding(mut self, encoding: TextEncoding) -> Self {
        self.encoding = Some(encoding);
        self
    }

    /// Sets the sign between two fields.
    pub const fn delimiter(mut self, delimiter: char) -> Self {
        self.delimiter = Some(delimiter);
        self
    }

    /// Sets the sign around fields; with none, quotes are characters like any other.
    pub const fn quote(mut self, quote: Option<char>) -> Self {
        self.quote = Some(quote);
        self
    }

    /// Sets the sign before a quote inside of a field, such as a backslash; with none it can only be written twice, which is
    /// understood in any case.
    pub const fn escape(mut self, escape: Option<char>) -> Self {
        self.escape = Some(escape);
        self
    }

    /// Sets all of the signs: those of a guess that somebody looked at and kept, for example.
    pub const fn dialect(self, dialect: CsvDialect) -> Self {
        self.delimiter(dialect.delimiter).quote(dialect.quote).escape(dialect.escape)
    }

    /// Sets whether the first row has the headers. Without, columns are called `1`, `2` and so on, as many as the first row has.
    pub const fn has_headers(mut self, has: bool) -> Self {
        self.headers = has;
        self
    }

    /// Sets how many lines stand before the headings (or the first row, where there are none) and are passed over, of the first 64 KiB; one that says the delimiter (`sep=;`) is not
    /// counted. If nothing is said, up to 20 rows of one field each are passed over where what follows is plainly a row of headings: behind a blank line, or with values
    /// beneath it. 0 means that the first row has the headings.
    ///
    /// ```
    /// use contactdb::{CsvOptions, CsvReader};
    /// let table = "Price list, spring\nItem,Price\nBrick,1\n";
    /// let reader = CsvReader::new(table.as_bytes(), CsvOptions::new().lines_before_headers(1))?;
    /// assert_eq!(reader.headers(), ["Item", "Price"]);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub const fn lines_before_headers(mut self, lines: u64) -> Self {
        self.before = Some(lines);
        self
    }

    /// Sets how many bytes of UTF-8 a row may have at most, 1 MiB if nothing is said. A longer one is an error; memory is bounded by a
    /// few times this.
    pub const fn longest_row(mut self, bytes: usize) -> Self {
        self.longest = bytes;
        self
    }

    /// Sets how many fields a row may have at most, 10,000 if nothing is said. One with more is an error.
    pub const fn most_columns(mut self, columns: usize) -> Self {
        self.columns = columns;
        self
    }

    /// Sets what becomes of fields for which there is no header.
    pub const fn extra_fields(mut self, extra: ExtraFields) -> Self {
        self.extra = extra;
        self
    }

    /// Sets whether text behind a closing quote (`"a "b" c"`) is taken as it stands; else such a row is an error, since it is not
    /// known what was meant.
    pub const fn stray_quotes(mut self, taken: bool) -> Self {
        self.stray_quotes = taken;
        self
    }

    /// Sets whether an apostrophe before what a spreadsheet would take for a formula (`'=1+1`) is taken away; it is unless one says
    /// otherwise. See [`CsvExport`](crate::CsvExport), which writes it.
    pub const fn unguard(mut self, unguard: bool) -> Self {
        self.unguard = unguard;
        self
    }
}

/// Why a table can't be read or written at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CsvProblem {
    /// A sign that can't separate or surround fields.
    #[error("{found:?} can't separate or surround fields: expected one character of ASCII that is no line break")]
    Sign {
        /// The sign.
        found: char,
    },
    /// One sign for two purposes.
    #[error("{found:?} can't have two meanings: expected different signs for delimiter, quote and escape")]
    SameSign {
        /// The sign.
        found: char,
    },
    /// The row with the headers can't be read, so nothing is known of the others.
    #[error("the headers can't be read: {0}")]
    Headers(#[source] RowError),
}
