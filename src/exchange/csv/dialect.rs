//! Which signs separate the fields of a table and surround them.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use serde::{Deserialize, Serialize};

use super::options::{CsvOptions, CsvProblem};
use super::quotes;
use crate::exchange::Guess;

/// So many rows are looked at.
const LOOKED_AT: usize = 500;
/// Fields beyond these make no difference.
const FIELDS: usize = 1_000;

/// Which signs separate the fields of a table and surround them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CsvDialect {
    /// Between two fields: a comma, a semicolon, a tab, a bar.
    pub delimiter: char,
    /// Around a field that has a delimiter or a line break in it; twice for one inside. None if such fields do not occur.
    pub quote: Option<char>,
    /// Before a quote inside such a field, where it is not written twice.
    pub escape: Option<char>,
    /// How lines end, for the most part. Each of the three is understood everywhere.
    pub line_end: LineEnd,
}

/// How lines end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum LineEnd {
    /// Carriage return and line feed, as RFC 4180 has it.
    #[default]
    CrLf,
    /// Line feed.
    Lf,
    /// Carriage return.
    Cr,
}

impl LineEnd {
    pub(super) const fn bytes(self) -> &'static [u8] {
        match self {
            Self::CrLf => b"\r\n",
            Self::Lf => b"\n",
            Self::Cr => b"\r",
        }
    }
}

/// The signs as bytes: all of them are of ASCII.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs {
    pub(super) delimiter: u8,
    pub(super) quote: Option<u8>,
    pub(super) escape: Option<u8>,
}

impl Signs {
    pub(super) fn parser(self) -> Reader {
        let mut builder = ReaderBuilder::new();
        builder.delimiter(self.delimiter).escape(self.escape);
        match self.quote {
            Some(quote) => builder.quote(quote),
            None => builder.quoting(false),
        };
        builder.build()
    }
}

impl CsvDialect {
    pub(super) fn signs(&self) -> Result<Signs, CsvProblem> {
        let sign = |sign: char| match u8::try_from(sign) {
            Ok(byte) if byte.is_ascii() && !matches!(byte, b'\r' | b'\n' | 0) => Ok(byte),
            _ => Err(CsvProblem::Sign { found: sign }),
        };
        let signs = Signs {
            delimiter: sign(self.delimiter)?,
            quote: self.quote.map(sign).transpose()?,
            escape: self.escape.map(sign).transpose()?,
        };
        let others = [signs.quote, signs.escape];
        if others.contains(&Some(signs.delimiter)) || signs.escape.is_some() && signs.escape == signs.quote {
            return Err(CsvProblem::SameSign { found: self.delimiter });
        }
        Ok(signs)
    }
}

/// The separator that the first line says, as spreadsheets write it (`sep=;`), and the length of that line without its end.
pub(super) fn said(text: &[u8]) -> Option<(char, usize)> {
    let (word, rest) = text.split_at_checked(4)?;
    let (&sign, rest) = if word.eq_ignore_ascii_case(b"sep=") { rest.split_first()? } else { return None };
    let ends = matches!(rest.first(), None | Some(b'\r' | b'\n'));
    // A quote would begin a field, a letter a word.
    let separates = sign == b'\t' || sign == b' ' || sign.is_ascii_punctuation() && sign != b'"';
    (ends && separates).then(|| (char::from(sign), text.len() - rest.len()))
}

/// The dialect of a text that begins so; `whole` says whether that is all of it. What the options or the first line say is not
/// guessed.
pub(super) fn dialect(text: &[u8], whole: bool, said: Option<char>, options: &CsvOptions) -> Guess<CsvDialect> {
    let line_end = line_end(text);
    let delimiters = options.delimiter.or(said).map_or(vec![',', ';', '\t', '|'], |one| vec![one]);
    // Where there are double quotes, apostrophes are apostrophes.
    let usual = if memchr::memchr(b'"', text).is_some() { vec![Some('"')] } else { vec![Some('"'), Some('\'')] };
    let quotes = options.quote.map_or(usual, |one| vec![one]);
    let escapes = options.escape.map_or_else(
        || if memchr::memmem::find(text, b"\\\"").is_some() { vec![None, Some('\\')] } else { vec![None] },
        |one| vec![one],
    );
    let told = delimiters.len() == 1 && options.quote.is_some();
    let mut scored: Vec<(f64, CsvDialect)> = Vec::new();
    for &delimiter in &delimiters {
        for &quote in &quotes {
            for &escape in &escapes {
                let dialect = CsvDialect { delimiter, quote, escape, line_end };
                // What can't be is refused later, with its reason.
                let score = dialect.signs().map_or(0.0, |signs| score(text, whole, signs));
                scored.push((score, dialect));
            }
        }
    }
    let first = CsvDialect {
        delimiter: delimiters.first().copied().unwrap_or(','),
        quote: quotes.first().copied().flatten(),
        escape: escapes.first().copied().flatten(),
        line_end,
    };
    let best = scored.iter().fold((0.0, first), |best, one| if one.0 > best.0 { *one } else { best });
    let others = scored.iter().filter(|one| one.1.delimiter != best.1.delimiter).map(|one| one.0);
    let second = others.fold(0.0, f64::max);
    Guess::new(best.1, if told || said.is_some() { 1.0 } else { best.0 * (1.0 - second / 2.0) })
}

/// How well a dialect explains a text: how many rows have as many fields as most, the header above all, and no quote in a wrong
/// place; the more fields the better.
fn score(text: &[u8], whole: bool, signs: Signs) -> f64 {
    let widths = widths(text, whole, signs);
    let good: Vec<usize> = widths.iter().filter_map(|width| *width).collect();
    let occurs = |width: usize| good.iter().filter(|one| **one == width).count();
    let Some(usual) = good.iter().copied().max_by_key(|width| (occurs(*width), *width)) else { return 0.0 };
    let as_number = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
    let share = as_number(occurs(usual)) / as_number(widths.len());
    if usual < 2 {
        return share / 10.0;
    }
    let header = if good.first() == Some(&usual) { 1.0 } else { 0.5 };
    share * header * (1.0 - 1.0 / (as_number(usual) * as_number(usual)))
}

/// How many fields the first rows have; nothing for a row with a quote in a wrong place.
fn widths(text: &[u8], whole: bool, signs: Signs) -> Vec<Option<usize>> {
    let mut parser = signs.parser();
    let (mut output, mut ends) = (vec![0; text.len() + 1], vec![0; FIELDS]);
    let (mut widths, mut rest) = (Vec::new(), text);
    while widths.len() < LOOKED_AT {
        let (result, read, _, width) = parser.read_record(rest, &mut output, &mut ends);
        let (row, after) = rest.split_at(read.min(rest.len()));
        let blank = row.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let row = row.get(blank..).unwrap_or_default();
        match result {
            ReadRecordResult::Record | ReadRecordResult::OutputEndsFull => {
                widths.push(quotes::stray(row, signs).is_none().then_some(width));
                if result == ReadRecordResult::OutputEndsFull {
                    break;
                }
            }
            _ if row.is_empty() => break,
            _ => {
                // The last row has no end, or the text was cut off in the middle of it. A quote that is never closed is a bad sign.
                let open = quotes::is_open(&mut parser);
                if open || whole {
                    widths.push(if open { None } else { Some(width + 1) });
                }
                break;
            }
        }
        rest = after;
    }
    widths
}

fn line_end(text: &[u8]) -> LineEnd {
    let both = memchr::memmem::find_iter(text, b"\r\n").count();
    let feeds = memchr::memchr_iter(b'\n', text).count() - both;
    let returns = memchr::memchr_iter(b'\r', text).count() - both;
    if both >= feeds && both >= returns && both > 0 {
        LineEnd::CrLf
    } else if returns > feeds {
        LineEnd::Cr
    } else {
        LineEnd::Lf
    }
}
