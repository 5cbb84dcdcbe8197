//! Draws a problem: source line, caret, help.
//!
//! Columns are those of a terminal: wide characters take two, combining ones none (Unicode Standard Annex 11, through
//! `unicode-width`). Long lines are cut to a window around the caret.

use std::fmt;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::error::Problem;
use super::span::Span;

/// Columns shown before the caret at most.
const LEAD: usize = 50;
/// Columns shown at most.
const WINDOW: usize = 90;
/// Characters looked at on either side of the caret, so that a heap of combining marks cannot fill the window without end.
const MOST_CHARACTERS: usize = 240;
const CUT: &str = "...";

/// The pieces of text that belong to one problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpts {
    primary: Excerpt,
    second: Option<Excerpt>,
}

/// One line, or a window on it, with the marks beneath.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Excerpt {
    line: usize,
    column: usize,
    shown: String,
    marks: String,
    /// Bytes of the source that are shown.
    from: usize,
    to: usize,
    cut: bool,
}

impl Excerpts {
    pub(super) fn of(text: &str, primary: Span, second: Option<Span>) -> Self {
        let mut first = Excerpt::of(text, primary, '^');
        let other = match second {
            Some(span) if first.holds(span) => {
                first.mark_before(text, span);
                None
            }
            Some(span) => Some(Excerpt::of(text, span, '-')),
            None => None,
        };
        Self { primary: first, second: other }
    }
}

impl Excerpt {
    fn of(text: &str, span: Span, mark: char) -> Self {
        let start = floor(text, span.start as usize);
        let end = floor(text, span.end as usize).max(start);
        let before = text.get(..start).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(start..).unwrap_or("");
        let line_end = start + rest.find('\n').unwrap_or(rest.len());
        let line_text = text.get(line_start..line_end).unwrap_or("");
        let line_end = line_end - usize::from(line_text.ends_with('\r') && line_end > start);

        let from = start - step_back(text.get(line_start..start).unwrap_or(""), LEAD);
        let led = width(text.get(from..start).unwrap_or(""));
        let to = start + step_on(text.get(start..line_end).unwrap_or(""), WINDOW.saturating_sub(led));

        let cut = from > line_start;
        let mut shown = String::new();
        if cut {
            shown.push_str(CUT);
        }
        shown.extend(text.get(from..to).unwrap_or("").chars().map(clean));
        let trimmed = shown.trim_end().len();
        shown.truncate(trimmed);
        if to < line_end {
            shown.push_str(CUT);
        }

        let marked = width(text.get(start..end.min(to).max(start)).unwrap_or("")).max(1);
        let mut marks = " ".repeat(led + if cut { CUT.len() } else { 0 });
        marks.extend(std::iter::repeat_n(mark, marked));

        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = text.get(line_start..start).unwrap_or("").chars().count() + 1;
        Self { line, column, shown, marks, from, to, cut }
    }

    /// Whether the whole of `span` is shown, ahead of the mark that is there already.
    fn holds(&self, span: Span) -> bool {
        let ends_before = self.marks.find('^').is_some();
        ends_before && span.start as usize >= self.from && span.end as usize <= self.to
    }

    /// Adds the mark of a second span of the same line; where both would stand, the first mark stays.
    fn mark_before(&mut self, text: &str, span: Span) {
        let (start, end) = (span.start as usize, span.end as usize);
        let offset = width(text.get(self.from..start).unwrap_or("")) + if self.cut { CUT.len() } else { 0 };
        let length = width(text.get(start..end).unwrap_or("")).max(1);
        let mut marks: Vec<char> = self.marks.chars().collect();
        if marks.len() < offset + length {
            marks.resize(offset + length, ' ');
        }
        for mark in marks.iter_mut().skip(offset).take(length) {
            if *mark == ' ' {
                *mark = '-';
            }
        }
        self.marks = marks.into_iter().collect();
    }
}

/// What stands for a character in the drawing: controls could move the cursor, and bidirectional controls could show a text
/// other than the one that was read.
fn clean(character: char) -> char {
    match character {
        '\t' => ' ',
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {
            char::REPLACEMENT_CHARACTER
        }
        _ if character.is_control() => char::REPLACEMENT_CHARACTER,
        _ => character,
    }
}

/// Terminal columns of a piece of text as it is drawn.
fn width(text: &str) -> usize {
    let drawn: String = text.chars().map(clean).collect();
    drawn.width()
}

fn width_of(character: char) -> usize {
    clean(character).width().unwrap_or(1)
}

/// How many bytes at the end of `text` fit in `columns`, never separating a combining mark from its base.
fn step_back(text: &str, columns: usize) -> usize {
    let mut used = 0;
    let mut bytes = 0;
    let mut pending = 0;
    for character in text.chars().rev().take(MOST_CHARACTERS) {
        let wide = width_of(character);
        if used + wide > columns {
            return bytes;
        }
        used += wide;
        pending += character.len_utf8();
        if wide > 0 {
            bytes += pending;
            pending = 0;
        }
    }
    if bytes + pending == text.len() { text.len() } else { bytes }
}

/// How many bytes at the beginning of `text` fit in `columns`.
fn step_on(text: &str, columns: usize) -> usize {
    let mut used = 0;
    let mut bytes = 0;
    for character in text.chars().take(MOST_CHARACTERS) {
        used += width_of(character);
        if used > columns {
            return bytes;
        }
        bytes += character.len_utf8();
    }
    bytes
}

/// The character boundary at or before `offset`.
fn floor(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// A piece of text for a message: on one line, without controls, at most `columns` wide.
pub(super) fn shorten(text: &str, columns: usize) -> String {
    let fits = step_on(text, columns);
    let mut short: String = text.get(..fits).unwrap_or("").chars().map(clean).collect();
    if fits < text.len() {
        let keep = step_on(text, columns.saturating_sub(CUT.len()));
        short = text.get(..keep).unwrap_or("").chars().map(clean).collect();
        short.push_str(CUT);
    }
    short
}

pub(super) fn write_problem(out: &mut fmt::Formatter<'_>, problem: &Problem, excerpts: &Excerpts) -> fmt::Result {
    let Excerpts { primary, second } = excerpts;
    let last = second.as_ref().map_or(primary.line, |other| other.line.max(primary.line));
    let gutter = last.to_string().len();

    let sort = if problem.code().is_notice() { "notice" } else { "error" };
    writeln!(out, "{sort}[{}]: {}", problem.code(), problem.message())?;
    writeln!(out, "{:gutter$}--> line {}, column {}", "", primary.line, primary.column)?;
    write_excerpt(out, primary, gutter)?;
    if let Some((_, label)) = problem.second() {
        match second {
            Some(other) => {
                write!(out, "\n{:gutter$}::: line {}, column {}: {label}\n", "", other.line, other.column)?;
                write_excerpt(out, other, gutter)?;
            }
            None => write!(out, "\n{:gutter$} = note: {label}", "")?,
        }
    }
    for (index, reading) in problem.readings().iter().enumerate() {
        let label = if index == 0 { "either" } else { "or" };
        write!(out, "\n{:gutter$} = {label}: {reading}", "")?;
    }
    if let Some(name) = problem.nearest() {
        write!(out, "\n{:gutter$} = did you mean `{name}`?", "")?;
    }
    if let Some(help) = problem.help() {
        write!(out, "\n{:gutter$} = help: {help}", "")?;
    }
    Ok(())
}

fn write_excerpt(out: &mut fmt::Formatter<'_>, excerpt: &Excerpt, gutter: usize) -> fmt::Result {
    writeln!(out, "{:gutter$} |", "")?;
    writeln!(out, "{:>gutter$} | {}", excerpt.line, excerpt.shown)?;
    write!(out, "{:gutter$} | {}", "", excerpt.marks)
}
