//! Writes the records of a question as a table.

use std::io::Write;
use std::ops::ControlFlow;

use super::dialect::{CsvDialect, LineEnd};
use super::formula;
use crate::error::{ErrorKind, Result};
use crate::model::{Kind, Storable, Value};
use crate::read::{Columns, Select};
use crate::schema::Catalogue;
use crate::segment::Expression;

/// So much is written at a time.
const CHUNK: usize = 64 << 10;
/// After so many rows it is said how far it has come.
const STEP: u64 = 4_096;
/// What several values of one field stand apart by, if nothing else is said.
pub(in crate::exchange) const BETWEEN: &str = "; ";

/// Writes the records of a question as a table, in the question's order, with columns of one's own choice.
///
/// The columns are named as those of a [list](crate::Read::columns): attributes of the record (`email`, a custom field), what is worked out
/// (`age`, `last_interaction`, `count(email)`), `tags`, and all that through references (`company.industry`). Values stand as their `Display` writes
/// them, which [`Attribute::parse`](crate::Attribute::parse) reads: options by their keys, dates as `2026-01-31`, money as `12.50 EUR`, references as ids. A
/// structured value has its parts side by side, for people; choose the parts (`city`, `postcode`) where it is to be read back.
///
/// # Formulas
///
/// A spreadsheet takes a field that begins with `=`, `+`, `-` or `@` for a formula, which may send the rest of the table elsewhere. The names in a
/// contact database come from everywhere, so such fields get an apostrophe in front, also those that begin with a tab, a line break or a sign of
/// full width, and those where spaces come first: the list of [OWASP](https://owasp.org/www-community/attacks/CSV_Injection) and more. Headings too. What can do no
/// harm is left as it is: a sign with nothing but digits, spaces and one point behind it, as numbers, amounts and phone numbers in
/// the form `+442079460123` have. Quotes around a field are no protection, and a spreadsheet that cuts fields at another delimiter than the
/// one written makes cells that nobody guarded: [`separator_line`](Self::separator_line) tells it the right one.
/// [`CsvReader`](crate::CsvReader) takes the apostrophe away again. Programs other than spreadsheets need no guard: [`unguarded`](Self::unguarded).
///
/// ```
/// use contactdb::{Company, Contact, CsvExport, Database, Headings, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let acme = tx.insert(&Company::new("Acme").industry("Construction"))?;
/// let ada = Contact::named("Ada", "Lovelace").email("ada@acme.example").email("ada@home.example").works_at(acme, "CTO");
/// tx.insert(&ada.phone("+442079460123").tag("vip"))?;
/// tx.insert(&Contact::named("=1+1", "Example"))?;
///
/// let people = tx.segment("all")?;
/// let mut table = Vec::new();
/// let export = CsvExport::new(&tx.select(&people).order_by("family_name desc"), "name, email, phone, company.industry, tags")?;
/// assert_eq!(export.headings(Headings::Keys).write(&mut table)?, 2);
/// assert_eq!(String::from_utf8_lossy(&table), "\
/// name,email,phone,company.industry,tags\r
/// Ada Lovelace,\"ada@acme.example; ada@home.example\",+442079460123,Construction,vip\r
/// '=1+1 Example,,,,\r
/// ");
/// # Ok::<(), contactdb::Error>(())
/// ```
#[must_use = "nothing is written before write"]
#[derive(Debug, Clone)]
pub struct CsvExport<'s, T> {
    select: Select<'s, T>,
    columns: Columns,
    headings: Headings,
    many: ManyValues,
    many_of: Vec<(String, ManyValues)>,
    delimiter: char,
    line_end: LineEnd,
    mark: bool,
    separator_line: bool,
    guarded: bool,
}

/// What stands in the first row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Headings {
    /// What people call the columns: `Company: Name`.
    #[default]
    Labels,
    /// How programs name them: `company.name`. They do not change when somebody changes a label.
    Keys,
    /// No headings: the first row is the first record.
    None,
}

/// Where several values of an attribute stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManyValues {
    /// In one field, with this between them. Values that have it in themselves can't be told apart again.
    Joined(String),
    /// Each in a column of its own, as many as it says: `E-mail 1`, `E-mail 2`. Those beyond stand in the last, with `; ` between them, so
    /// that none is lost. Parts of one structured value have one number: `email_label 2` is the label of `email 2`, and empty if that has none.
    Numbered(usize),
}

/// How far an export has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportProgress {
    /// How many records have been written.
    pub done: u64,
    /// How many there are in all.
    pub total: u64,
}

impl<'s, T: Storable> CsvExport<'s, T> {
    /// What is selected, in its order and up to its limit, and the columns to be written of it. Reads no record yet.
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment), with every mistake in the columns.
    pub fn new(select: &Select<'s, T>, columns: &str) -> Result<Self> {
        Ok(Self {
            columns: Columns::read(select.view(), select.kind(), columns)?,
            select: select.clone(),
            headings: Headings::Labels,
            many: ManyValues::Joined(BETWEEN.to_owned()),
            many_of: Vec::new(),
            delimiter: ',',
            line_end: LineEnd::CrLf,
            mark: false,
            separator_line: false,
            guarded: true,
        })
    }

    /// Sets what stands in the first row: labels, if nothing is said.
    pub fn headings(mut self, headings: Headings) -> Self {
        self.headings = headings;
        self
    }

    /// Sets where several values of an attribute stand: in one field with `; ` between them, if nothing is said.
    pub fn many(mut self, many: ManyValues) -> Self {
        self.many = many;
        self
    }

    /// Sets the same for one column, by its key as it was written.
    pub fn many_of(mut self, column: impl Into<String>, many: ManyValues) -> Self {
        self.many_of.push((column.into(), many));
        self
    }

    /// Sets the sign between two fields: a comma, if nothing is said.
    pub fn delimiter(mut self, delimiter: char) -> Self {
        self.delimiter = delimiter;
        self
    }

    /// Sets how lines end: carriage return and line feed, as RFC 4180 has it, if nothing is said.
    pub fn line_end(mut self, line_end: LineEnd) -> Self {
        self.line_end = line_end;
        self
    }

    /// Puts the mark of UTF-8 at the beginning, without which Excel takes the text for one of a code page.
    pub fn byte_order_mark(mut self) -> Self {
        self.mark = true;
        self
    }

    /// Says the delimiter in a line of its own at the beginning, `sep=,`, which Excel and LibreOffice obey whatever country they are set to.
    /// Other programs take it for the headings.
    pub fn separator_line(mut self) -> Self {
        self.separator_line = true;
        self
    }

    /// Writes fields that a spreadsheet would take for formulas as they are. For tables that no spreadsheet will ever open.
    pub fn unguarded(mut self) -> Self {
        self.guarded = false;
        self
    }

    /// Writes the table, and gives how many records are in it. Reads each record once, and a few look-ups for each reference on the way to
    /// a column; holds 4 bytes for each record and what the [order](Select::records) needs.
    ///
    /// # Errors
    /// [`Target`](ErrorKind::Target) if writing fails; [`Csv`](ErrorKind::Csv) for a delimiter that can't be; else as
    /// [`Select::records`].
    pub fn write(&self, target: impl Write) -> Result<u64> {
        self.write_each(target, |_| ControlFlow::Continue(()))
    }

    /// As [`write`](Self::write), and says after at most 4,096 records each how far it has come. `each` can stop the work: the rows written until
    /// then stay, and are whole.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use contactdb::{Contact, CsvExport, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert_many((0..10_000).map(|number| Contact::named(format!("Given {number}"), "Example")))?;
    /// let (mut table, mut shown) = (Vec::new(), Vec::new());
    /// CsvExport::new(&tx.select(&tx.segment("all")?), "name")?.write_each(&mut table, |progress| {
    ///     shown.push(progress.done * 100 / progress.total);
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!(shown, [40, 81, 100]);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn write_each(
        &self,
        mut target: impl Write,
        mut each: impl FnMut(ExportProgress) -> ControlFlow<()>,
    ) -> Result<u64> {
        let layout = self.layout()?;
        let mut rows = Rows {
            text: Vec::new(),
            delimiter: layout.delimiter,
            line_end: self.line_end.bytes(),
            guarded: self.guarded,
        };
        rows.text.extend(self.mark.then_some("\u{FEFF}".as_bytes()).into_iter().flatten());
        if self.separator_line {
            rows.text.extend([b"sep=".as_slice(), &[layout.delimiter], rows.line_end].concat());
        }
        if self.headings != Headings::None {
            rows.push(&layout.headings);
        }
        let (total, cells) = self.select.cells(&self.columns)?;
        let mut progress = ExportProgress { done: 0, total };
        let mut fields = Vec::with_capacity(layout.headings.len());
        for cells in cells {
            fields.clear();
            for (values, many) in cells?.iter().zip(&layout.many) {
                many.fields(values, &mut fields);
            }
            rows.push(&fields);
            if rows.text.len() >= CHUNK {
                target.write_all(&rows.text).map_err(ErrorKind::Target)?;
                rows.text.clear();
            }
            progress.done += 1;
            if (progress.done.is_multiple_of(STEP) || progress.done == total) && each(progress).is_break() {
                break;
            }
        }
        target.write_all(&rows.text).and_then(|()| target.flush()).map_err(ErrorKind::Target)?;
        Ok(progress.done)
    }

    /// The kind of records that it writes.
    pub(in crate::exchange) fn kind(&self) -> Kind {
        self.select.kind()
    }

    /// The catalogue by which it is written, and each column: what it shows, where several values stand, and its headings.
    pub(in crate::exchange) fn described(&self) -> Result<(&Catalogue, Vec<Described<'_>>)> {
        let layout = self.layout()?;
        let mut headings = layout.headings.into_iter();
        let shown = self.columns.shown().iter().zip(layout.many);
        let described = shown.map(|(expression, many)| {
            let headings = headings.by_ref().take(many.columns()).collect();
            Described { expression, many, headings }
        });
        Ok((self.select.view().catalogue_now(), described.collect()))
    }

    fn layout(&self) -> Result<Layout<'_>> {
        let dialect = CsvDialect { delimiter: self.delimiter, quote: Some('"'), escape: None, line_end: self.line_end };
        let delimiter = dialect.signs().map_err(|problem| ErrorKind::Csv { problem })?.delimiter;
        let catalogue = self.select.view().catalogue_now();
        let keys = self.columns.keys(catalogue);
        let of_key = |key: &String| {
            self.many_of.iter().rev().find(|(named, _)| named == key).map_or(&self.many, |(_, many)| many)
        };
        // What has one value at most needs no numbers.
        let one = &ManyValues::Numbered(0);
        let many: Vec<&ManyValues> = keys
            .iter()
            .zip(self.columns.are_many(catalogue))
            .map(|(key, several)| if several { of_key(key) } else { one })
            .collect();
        let names = if self.headings == Headings::Keys { keys } else { self.columns.headings(catalogue) };
        let headings = names.iter().zip(&many).flat_map(|(name, many)| many.headings(name)).collect();
        Ok(Layout { delimiter, many, headings })
    }
}

/// One column of an export, which may be several of the table.
pub(in crate::exchange) struct Described<'e> {
    pub(in crate::exchange) expression: &'e Expression,
    pub(in crate::exchange) many: &'e ManyValues,
    pub(in crate::exchange) headings: Vec<String>,
}

/// How a table is laid out.
struct Layout<'e> {
    delimiter: u8,
    /// For each column.
    many: Vec<&'e ManyValues>,
    headings: Vec<String>,
}

impl ManyValues {
    /// In how many columns they stand.
    fn columns(&self) -> usize {
        match self {
            Self::Numbered(columns @ 1..) => *columns,
            _ => 1,
        }
    }

    fn headings(&self, name: &str) -> Vec<String> {
        match self {
            Self::Numbered(columns @ 1..) => (1..=*columns).map(|column| format!("{name} {column}")).collect(),
            _ => vec![name.to_owned()],
        }
    }

    /// Adds what stands of the values in each of the fields. Those of one structured value stand in one field, which is empty if it has none.
    fn fields(&self, values: &[Vec<Value>], fields: &mut Vec<String>) {
        let joined = |values: &[Vec<Value>], between: &str| {
            values.iter().flatten().map(ToString::to_string).collect::<Vec<_>>().join(between)
        };
        match self {
            Self::Joined(between) => fields.push(joined(values, between)),
            Self::Numbered(columns) => {
                let alone = columns.saturating_sub(1);
                let (first, rest) = values.split_at_checked(alone).unwrap_or((values, &[]));
                fields.extend(first.chunks(1).map(|one| joined(one, BETWEEN)));
                fields.extend(std::iter::repeat_n(String::new(), alone - first.len()));
                fields.push(joined(rest, BETWEEN));
            }
        }
    }
}

/// Rows as text.
struct Rows {
    text: Vec<u8>,
    delimiter: u8,
    line_end: &'static [u8],
    guarded: bool,
}

impl Rows {
    fn push(&mut self, fields: &[String]) {
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                self.text.push(self.delimiter);
            }
            // An empty line would be no row.
            if fields.len() == 1 && field.is_empty() {
                self.text.extend(b"\"\"");
            }
            self.push_field(field);
        }
        self.text.extend(self.line_end);
    }

    fn push_field(&mut self, field: &str) {
        let guard = if self.guarded && formula::is_guarded(field) { "'" } else { "" };
        let special =
            |byte: u8| byte == self.delimiter || matches!(byte, b'"' | b'\r' | b'\n' | b',' | b';' | b'\t' | b'|');
        // Signs that others might take for the delimiter, and spaces that others might take away, are quoted too.
        let padded = field.starts_with(' ') || field.ends_with(' ') || field.starts_with('\u{FEFF}');
        if !padded && !field.bytes().any(special) {
            self.text.extend(guard.bytes());
            self.text.extend(field.bytes());
            return;
        }
        self.text.push(b'"');
        self.text.extend(guard.bytes());
        self.text.extend(field.replace('"', "\"\"").bytes());
        self.text.push(b'"');
    }
}
