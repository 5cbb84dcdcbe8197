//! Reads the rows of a table, one after the other.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Read};

use csv_core::ReadRecordResult;

use super::dialect::{self, CsvDialect, Signs};
use super::options::{CsvOptions, CsvProblem, ExtraFields};
use super::row::{CsvRow, CsvRowProblem, RowError};
use super::window::Window;
use super::{preamble, quotes};
use crate::error::{ErrorKind, Result};
use crate::exchange::Guess;
use crate::exchange::encoding::{self, TextEncoding};

/// So many bytes of rows are looked at in advance at most.
const PEEKED: usize = 8 << 20;
/// So much may be read once more beyond four times what was read, where quotes are in wrong places.
const AGAIN: u64 = 4 << 20;

/// Reads a table of any dialect and encoding, row by row.
///
/// Encoding and dialect are guessed from the first 64 KiB, unless the [options](CsvOptions) say them. A row that can't be read is an error
/// with its line, and reading goes on behind it; when the source itself fails, that error is the last. Empty lines are no rows. A row with
/// fewer fields than there are headers has empty ones.
///
/// Memory is bounded by the limits of the options, whatever the source has: the longest row five times and 512 KiB. Takes
/// time in proportion to the source.
///
/// ```
/// use contactdb::{CsvOptions, CsvReader};
/// let file = "sep=;\nName;City\n\"Lovelace; Ada\";London\nHopper;New York;too much\n";
/// let mut reader = CsvReader::new(file.as_bytes(), CsvOptions::new())?;
/// assert_eq!((reader.dialect().value.delimiter, reader.encoding().value.name()), (';', "UTF-8"));
/// assert_eq!(reader.headers(), ["Name", "City"]);
///
/// let ada = reader.next().expect("a row")?;
/// assert_eq!((ada.line(), ada.number(), ada.get(0), ada.get(1)), (3, 1, "Lovelace; Ada", "London"));
/// let bad = reader.next().expect("a row").unwrap_err();
/// assert_eq!((bad.line(), bad.problem().code()), (4, "extra-fields"));
/// assert!(reader.next().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CsvReader<R> {
    window: Window<R>,
    parser: csv_core::Reader,
    signs: Signs,
    options: CsvOptions,
    encoding: Guess<TextEncoding>,
    dialect: Guess<CsvDialect>,
    headers: Vec<String>,
    headers_line: u64,
    peeked: VecDeque<std::result::Result<CsvRow, RowError>>,
    /// The fields of a row, one behind the other, and where each ends.
    fields: Vec<u8>,
    ends: Vec<usize>,
    /// How much of these belongs to the row.
    filled: (usize, usize),
    line: u64,
    /// Whether the last byte was a carriage return, to which a line feed would belong.
    returned: bool,
    number: u64,
    /// Up to where a row may be a piece of one with a quote in a wrong place.
    suspect: u64,
    /// Whether the row before has a quote in a wrong place or is a piece of one that has.
    wary: bool,
    again: u64,
    ended: bool,
}

impl<R> fmt::Debug for CsvReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("CsvReader");
        shown.field("encoding", &self.encoding).field("dialect", &self.dialect);
        shown.field("headers", &self.headers).field("number", &self.number).finish_non_exhaustive()
    }
}

impl<R: Read> CsvReader<R> {
    /// Reads the first 64 KiB, finds out how the table is written, and reads its headers. An empty table has none.
    ///
    /// # Errors
    /// [`Csv`](ErrorKind::Csv) for signs that can't be and headers that can't be read; [`Source`](ErrorKind::Source) if
    /// reading those 64 KiB fails.
    pub fn new(source: R, options: CsvOptions) -> Result<Self> {
        let mut window = Window::new(source).map_err(ErrorKind::Source)?;
        let (sample, whole) = window.sample();
        let encoding = options.encoding.map_or_else(|| encoding::guess(sample, whole), Guess::sure);
        window.decode_as(encoding.value);
        let text = window.text.get(window.start..).unwrap_or_default();
        let said = dialect::said(text);
        let length = said.map_or(0, |(_, length)| length);
        let text = text.get(length..).unwrap_or_default();
        let guess = |text| dialect::dialect(text, whole, said.map(|(sign, _)| sign), &options);
        let signs_of = |dialect: CsvDialect| dialect.signs().map_err(|problem| ErrorKind::Csv { problem });
        let mut dialect = guess(text);
        let before = match options.before {
            Some(lines) => preamble::of_lines(text, lines.saturating_add(u64::from(said.is_some()))),
            None if options.headers => preamble::length(text, signs_of(dialect.value)?),
            None => 0,
        };
        let (passed, rest) = text.split_at(before);
        if before > 0 {
            dialect = guess(rest);
        }
        let line = 1 + lines(passed);
        window.start += length + before;
        window.at = window.start;
        let signs = signs_of(dialect.value)?;
        let mut parser = signs.parser();
        quotes::renew(&mut parser);
        let mut reader = Self {
            parser,
            window,
            signs,
            encoding,
            dialect,
            headers: Vec::new(),
            peeked: VecDeque::new(),
            fields: Vec::new(),
            ends: vec![0; 64],
            filled: (0, 0),
            line,
            headers_line: 0,
            returned: false,
            number: 0,
            suspect: 0,
            wary: false,
            again: 0,
            ended: false,
            options,
        };
        reader.read_headers()?;
        Ok(reader)
    }

    /// What the columns are called, as it stands there.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The line on which they stand, from 1; 0 if the table has none. Lines before it, such as the remarks of the program that wrote the table, are no
    /// rows; see [`CsvOptions::lines_before_headers`].
    ///
    /// ```
    /// use contactdb::{CsvOptions, CsvReader};
    /// let table = "Members of 2026\n\nName,City\nAda,London\n";
    /// let mut reader = CsvReader::new(table.as_bytes(), CsvOptions::new())?;
    /// assert_eq!((reader.headers_line(), reader.headers()), (3, &["Name".to_owned(), "City".to_owned()][..]));
    /// assert_eq!(reader.next().expect("a row")?.line(), 4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn headers_line(&self) -> u64 {
        self.headers_line
    }

    /// Which signs separate and surround fields.
    #[must_use]
    pub const fn dialect(&self) -> &Guess<CsvDialect> {
        &self.dialect
    }

    /// How characters stand in bytes.
    #[must_use]
    pub const fn encoding(&self) -> &Guess<TextEncoding> {
        &self.encoding
    }

    /// How many bytes were taken from the source: for showing how far one has come.
    #[must_use]
    pub const fn bytes_read(&self) -> u64 {
        self.window.bytes_read()
    }

    /// The next so many rows, which come all the same afterwards; fewer at the end, or if they have more than 8 MiB. For guessing what the
    /// columns mean.
    ///
    /// ```
    /// use contactdb::{CsvOptions, CsvReader};
    /// let mut reader = CsvReader::new(&b"name\nAda\nGrace\n"[..], CsvOptions::new())?;
    /// assert_eq!(reader.peek(10).len(), 2);
    /// assert_eq!(reader.count(), 2);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn peek(&mut self, rows: usize) -> &[std::result::Result<CsvRow, RowError>] {
        let mut held: usize = self.peeked.iter().flatten().map(|row| row.text.len()).sum();
        while self.peeked.len() < rows && held < PEEKED {
            let Some(row) = self.read() else { break };
            held += row.as_ref().map_or(0, |row| row.text.len());
            self.peeked.push_back(row);
        }
        let peeked: &[_] = self.peeked.make_contiguous();
        peeked.get(..rows).unwrap_or(peeked)
    }

    /// Passes over rows, good and bad, so that the next one is that with this number, counted from 1; for going on where an import was
    /// left. Does nothing if that one was read already. Reads all that lies between, at the speed of reading.
    ///
    /// # Errors
    /// [`Source`](ErrorKind::Source).
    pub fn skip_to(&mut self, row: u64) -> Result<()> {
        let number = |row: &std::result::Result<CsvRow, RowError>| match row {
            Ok(row) => row.number,
            Err(error) => error.number,
        };
        while self.peeked.front().is_some_and(|peeked| number(peeked) < row) {
            self.peeked.pop_front();
        }
        while self.peeked.is_empty() && self.number + 1 < row {
            match self.advance() {
                Some(Err(RowError { problem: CsvRowProblem::Source(error), .. })) => {
                    return Err(ErrorKind::Source(error).into());
                }
                Some(_) => {}
                None => break,
            }
        }
        Ok(())
    }

    fn read_headers(&mut self) -> Result<()> {
        if !self.options.headers {
            let columns = self.peek(1).first().map_or(0, |row| row.as_ref().map_or(0, CsvRow::len));
            self.headers = (1..=columns).map(|column| column.to_string()).collect();
            return Ok(());
        }
        match self.read() {
            Some(Ok(row)) => {
                self.headers = row.iter().map(str::to_owned).collect();
                self.headers_line = row.line;
            }
            Some(Err(RowError { problem: CsvRowProblem::Source(error), .. })) => {
                return Err(ErrorKind::Source(error).into());
            }
            Some(Err(error)) => {
                let problem = CsvProblem::Headers(RowError { number: 0, ..error });
                return Err(ErrorKind::Csv { problem }.into());
            }
            None => {}
        }
        self.number = 0;
        Ok(())
    }

    /// The next row, made of what [`advance`](Self::advance) found.
    fn read(&mut self) -> Option<std::result::Result<CsvRow, RowError>> {
        let found = self.advance()?;
        Some(found.and_then(|line| {
            let (length, columns) = self.filled;
            let fields = self.fields.get(..length).unwrap_or_default();
            let ends = self.ends.get(..columns).unwrap_or_default();
            let text = text(fields, ends).map_err(|problem| self.error(line, problem))?;
            let mut row = CsvRow {
                line,
                number: self.number,
                text: text.to_owned(),
                ends: ends.to_vec(),
                unguard: self.options.unguard,
            };
            self.fit(&mut row)?;
            Ok(row)
        }))
    }

    /// Holds a row against the headers.
    fn fit(&self, row: &mut CsvRow) -> std::result::Result<(), RowError> {
        let (found, expected) = (row.ends.len(), self.headers.len());
        // The first row that is read has nothing to be held against.
        if expected == 0 || found <= expected {
            return Ok(());
        }
        let length = row.ends.get(expected - 1).copied().unwrap_or(0);
        match self.options.extra {
            ExtraFields::Keep => {}
            ExtraFields::Report if row.text.len() > length => {
                return Err(self.error(row.line, CsvRowProblem::ExtraFields { found, expected }));
            }
            ExtraFields::Report | ExtraFields::Drop => {
                row.ends.truncate(expected);
                row.text.truncate(length);
            }
        }
        Ok(())
    }

    fn error(&self, line: u64, problem: CsvRowProblem) -> RowError {
        RowError { line, number: self.number, problem }
    }

    /// Reads a row into the buffers, and gives its line.
    fn advance(&mut self) -> Option<std::result::Result<u64, RowError>> {
        if self.ended {
            return None;
        }
        match self.pass_blank_lines() {
            Ok(true) => {}
            Ok(false) => {
                self.ended = true;
                return None;
            }
            Err(error) => return Some(Err(self.failed(error))),
        }
        self.number += 1;
        let line = self.line;
        let began = self.window.absolute(self.window.start);
        Some(match self.parse() {
            Err(error) => Err(self.failed(error)),
            Ok(Some(problem)) => Err(self.error(line, problem)),
            Ok(None) => {
                let problem = self.misquoted(began);
                self.wary = matches!(problem, Some(CsvRowProblem::StrayQuote | CsvRowProblem::Fragment));
                let open = matches!(problem, Some(CsvRowProblem::OpenQuote));
                let first = if open { self.first_line() } else { None };
                self.pass(first);
                problem.map_or(Ok(line), |problem| Err(self.error(line, problem)))
            }
        })
    }

    fn failed(&mut self, error: io::Error) -> RowError {
        self.ended = true;
        RowError { line: self.line, number: self.number + 1, problem: CsvRowProblem::Source(error) }
    }

    /// Passes over line ends before a row; whether there is one.
    fn pass_blank_lines(&mut self) -> io::Result<bool> {
        loop {
            match self.window.text.get(self.window.start) {
                Some(b'\n') => {
                    self.line += u64::from(!std::mem::take(&mut self.returned));
                }
                Some(b'\r') => {
                    self.line += 1;
                    self.returned = true;
                }
                Some(_) => {
                    self.returned = false;
                    return Ok(true);
                }
                None => {
                    if !self.window.fill()? {
                        return Ok(false);
                    }
                    continue;
                }
            }
            self.window.start += 1;
            self.window.at = self.window.start;
        }
    }

    /// Parses a row from its beginning. What is wrong with it, if it was passed over already.
    fn parse(&mut self) -> io::Result<Option<CsvRowProblem>> {
        self.filled = (0, 0);
        let mut too_many = false;
        loop {
            let start = self.window.start;
            let end = self.window.text.len().min(start.saturating_add(self.options.longest).saturating_add(1));
            if self.window.at == end {
                if end - start > self.options.longest {
                    return self.too_long(too_many).map(Some);
                }
                if self.window.fill()? {
                    continue;
                }
                if !too_many && quotes::is_open(&mut self.parser) {
                    return self.never_closed(false).map(Some);
                }
                self.end_field();
                return Ok(self.complete(too_many));
            }
            let input = self.window.text.get(self.window.at..end).unwrap_or_default();
            let (length, columns) = self.filled;
            if self.fields.len() <= length + input.len() {
                self.fields.resize(length + input.len() + 1, 0);
            }
            let (output, ends) = (self.fields.get_mut(length..), self.ends.get_mut(columns..));
            let (result, read, written, ended) =
                self.parser.read_record(input, output.unwrap_or_default(), ends.unwrap_or_default());
            self.window.at += read;
            self.filled = (length + written, columns + ended);
            match result {
                ReadRecordResult::Record | ReadRecordResult::End => return Ok(self.complete(too_many)),
                ReadRecordResult::OutputEndsFull if self.ends.len() > self.options.columns => {
                    // What comes is of no use, only where it ends.
                    too_many = true;
                    self.filled = (0, 0);
                }
                ReadRecordResult::OutputEndsFull => {
                    let more = (self.ends.len() * 2).min(self.options.columns.saturating_add(1));
                    self.ends.resize(more.max(self.ends.len() + 1), 0);
                }
                ReadRecordResult::InputEmpty | ReadRecordResult::OutputFull => {}
            }
        }
    }

    /// Ends the last field of the source, which has no line end.
    fn end_field(&mut self) {
        let (length, columns) = self.filled;
        if self.ends.len() <= columns {
            self.ends.resize(columns + 1, 0);
        }
        if let Some(end) = self.ends.get_mut(columns) {
            *end = length;
        }
        self.filled.1 += 1;
    }

    /// Holds a row that has ended against the limit of columns, and passes over it if it has more.
    fn complete(&mut self, too_many: bool) -> Option<CsvRowProblem> {
        let limit = self.options.columns;
        (too_many || self.filled.1 > limit).then(|| {
            self.pass(None);
            CsvRowProblem::TooManyColumns { limit }
        })
    }

    /// Ends a row at where it was parsed, or sooner, and counts its lines.
    fn pass(&mut self, sooner: Option<usize>) {
        if sooner.is_some() {
            quotes::renew(&mut self.parser);
        }
        let end = sooner.unwrap_or(self.window.at);
        let row = self.window.text.get(self.window.start..end).unwrap_or_default();
        self.line += lines(row);
        self.returned = row.last() == Some(&b'\r');
        self.window.start = end;
        self.window.at = end;
    }

    /// Where the first line of the row ends, if that is before its end, and if what comes behind may be read once more. Then what lies
    /// between is suspect.
    fn first_line(&mut self) -> Option<usize> {
        let row = self.window.text.get(self.window.start..self.window.at).unwrap_or_default();
        let first = memchr::memchr2(b'\r', b'\n', row)? + 1;
        let first = if row.get(first - 1..=first) == Some(b"\r\n") { first + 1 } else { first };
        let rest = row.len().checked_sub(first).filter(|rest| *rest > 0)? as u64;
        if self.again + rest > AGAIN + 4 * self.window.bytes_read() {
            return None;
        }
        self.again += rest;
        self.suspect = self.suspect.max(self.window.absolute(self.window.at));
        Some(self.window.start + first)
    }

    /// A row that is longer than is allowed.
    fn too_long(&mut self, too_many: bool) -> io::Result<CsvRowProblem> {
        if !too_many && quotes::is_open(&mut self.parser) {
            return self.never_closed(true);
        }
        self.pass_line()?;
        Ok(if too_many {
            CsvRowProblem::TooManyColumns { limit: self.options.columns }
        } else {
            CsvRowProblem::TooLong { limit: self.options.longest }
        })
    }

    /// A quoted field that goes on up to the end, or for longer than is allowed. Goes on behind the first line of the row.
    fn never_closed(&mut self, too_long: bool) -> io::Result<CsvRowProblem> {
        let first = self.first_line();
        match first {
            Some(_) => self.pass(first),
            None if too_long => {
                self.pass_line()?;
                return Ok(CsvRowProblem::TooLong { limit: self.options.longest });
            }
            None => self.pass(None),
        }
        Ok(CsvRowProblem::OpenQuote)
    }

    /// Passes over everything up to the next line break.
    fn pass_line(&mut self) -> io::Result<()> {
        quotes::renew(&mut self.parser);
        loop {
            let rest = self.window.text.get(self.window.at..).unwrap_or_default();
            let found = memchr::memchr2(b'\r', b'\n', rest);
            self.window.at += found.map_or(rest.len(), |place| place + 1);
            self.pass(None);
            if found.is_some() || !self.window.fill()? {
                return Ok(());
            }
        }
    }

    /// What is wrong with the quotes of the row.
    fn misquoted(&self, began: u64) -> Option<CsvRowProblem> {
        let row = self.window.text.get(self.window.start..self.window.at).unwrap_or_default();
        let (length, columns) = self.filled;
        let row = row.strip_suffix(b"\n").unwrap_or(row);
        let row = row.strip_suffix(b"\r").unwrap_or(row);
        // Nothing of it was taken for a quote.
        let plain = row.len() + 1 == length + columns;
        if !plain && !self.options.stray_quotes && quotes::stray(row, self.signs).is_some() {
            // Over several lines, it is more likely that a quote was not closed in the first.
            let several = memchr::memchr2(b'\r', b'\n', row).is_some();
            return Some(if several { CsvRowProblem::OpenQuote } else { CsvRowProblem::StrayQuote });
        }
        let piece = (self.wary || began < self.suspect)
            && (columns != self.headers.len() && !self.headers.is_empty() || quotes::inside(row, self.signs));
        piece.then_some(CsvRowProblem::Fragment)
    }

    /// How much memory is held, in bytes.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.window.held() + self.fields.capacity() + self.ends.capacity() * size_of::<usize>()
    }
}

impl<R: Read> Iterator for CsvReader<R> {
    type Item = std::result::Result<CsvRow, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.peeked.pop_front().or_else(|| self.read())
    }
}

impl<R: Read> std::iter::FusedIterator for CsvReader<R> {}

/// The fields as text. Each must be one by itself.
fn text<'f>(fields: &'f [u8], ends: &[usize]) -> std::result::Result<&'f str, CsvRowProblem> {
    let column = |place: usize| ends.partition_point(|end| *end <= place);
    let text =
        std::str::from_utf8(fields).map_err(|error| CsvRowProblem::NotText { column: column(error.valid_up_to()) })?;
    if let Some(column) = ends.iter().position(|end| !text.is_char_boundary(*end)) {
        return Err(CsvRowProblem::NotText { column });
    }
    match memchr::memchr(0, fields) {
        Some(place) => Err(CsvRowProblem::Nul { column: column(place) }),
        None => Ok(text),
    }
}

/// How many line ends there are.
pub(super) fn lines(row: &[u8]) -> u64 {
    let feeds = memchr::memchr_iter(b'\n', row).count();
    let returns = memchr::memchr_iter(b'\r', row).filter(|place| row.get(place + 1) != Some(&b'\n')).count();
    (feeds + returns) as u64
}
