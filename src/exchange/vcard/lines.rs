//! The lines of a stream of cards: bounded, unfolded, whatever ends them.

use std::io::{self, BufRead};

use memchr::memchr2;

use crate::exchange::encoding::Utf8;

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Got {
    /// Nothing: the stream is at its end.
    End,
    Line,
    /// A line that is longer than allowed; the rest of it was passed over.
    Long,
}

#[derive(Debug)]
pub(super) struct Lines<R> {
    reader: Utf8<R>,
    /// How many lines of the file were read.
    number: u64,
    max: usize,
    /// The last line ended with a carriage return: a line feed that follows belongs to it.
    after_return: bool,
    /// A line that was read and given back.
    pending: Option<Vec<u8>>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R, max: usize) -> Self {
        Self { reader: Utf8::new(reader, *b"BE"), number: 0, max, after_return: false, pending: None }
    }

    pub(super) fn set_max(&mut self, max: usize) {
        self.max = max;
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The first byte of what comes next.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        if let Some(line) = &self.pending {
            return Ok(Some(line.first().copied().unwrap_or(b'\n')));
        }
        loop {
            let byte = fill(&mut self.reader)?.first().copied();
            match byte {
                // Some programs write two carriage returns.
                Some(b'\r') if self.after_return => self.reader.consume(1),
                Some(b'\n') if self.after_return => {
                    self.reader.consume(1);
                    self.after_return = false;
                }
                byte => {
                    self.after_return = false;
                    return Ok(byte);
                }
            }
        }
    }

    /// Appends one line of the file, without its end.
    fn append(&mut self, line: &mut Vec<u8>) -> io::Result<Got> {
        if let Some(pending) = self.pending.take() {
            self.number += 1;
            line.extend_from_slice(&pending);
            return Ok(Got::Line);
        }
        if self.peek()?.is_none() {
            return Ok(Got::End);
        }
        self.after_return = false;
        let mut got = Got::Line;
        loop {
            let bytes = fill(&mut self.reader)?;
            let end = memchr2(b'\n', b'\r', bytes);
            let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
            if line.len() + part.len() > self.max {
                got = Got::Long;
            } else {
                line.extend_from_slice(part);
            }
            let taken = end.map_or(part.len(), |end| end + 1);
            let at_end = part.is_empty() && end.is_none();
            self.after_return = end.and_then(|end| bytes.get(end)) == Some(&b'\r');
            self.reader.consume(taken);
            if end.is_some() || at_end {
                self.number += 1;
                return Ok(got);
            }
        }
    }

    /// Appends one whole line if it is one of the usual: the reader has it at hand with its end, and what follows neither belongs to it
    /// nor to its end. Whether it was.
    fn append_usual(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        if self.pending.is_some() {
            return Ok(false);
        }
        let bytes = fill(&mut self.reader)?;
        let skipped = usize::from(self.after_return && bytes.first() == Some(&b'\n'));
        let bytes = bytes.get(skipped..).unwrap_or_default();
        let Some((part, end)) = memchr2(b'\n', b'\r', bytes).and_then(|end| bytes.split_at_checked(end)) else {
            return Ok(false);
        };
        let end = if end.starts_with(b"\r\n") { 2 } else { 1 };
        let follows = bytes.get(part.len() + end);
        if follows.is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
            || part.last().is_none_or(|last| *last == b'=')
            || part.len() > self.max
        {
            return Ok(false);
        }
        line.extend_from_slice(part);
        let taken = skipped + part.len() + end;
        self.reader.consume(taken);
        self.number += 1;
        self.after_return = false;
        Ok(true)
    }

    /// One whole line, unfolded. Cards of version 2.1 keep the white space of a fold.
    pub(super) fn next(&mut self, line: &mut Vec<u8>, old: bool) -> io::Result<Got> {
        line.clear();
        if !old && self.append_usual(line)? {
            return Ok(Got::Line);
        }
        let mut got = self.append(line)?;
        while got == Got::Line {
            if line.last() == Some(&b'=') && is_quoted_printable(line) {
                // A soft line break: what follows is taken as it is.
                line.pop();
                match self.append(line)? {
                    Got::End => break,
                    more => got = more,
                }
                continue;
            }
            if !matches!(self.peek()?, Some(b' ' | b'\t')) {
                break;
            }
            if self.pending.is_none() && !old {
                self.reader.consume(1);
            }
            match self.append(line)? {
                Got::End => break,
                more => got = more,
            }
        }
        // What was cut is passed over together with its folds.
        while got == Got::Long && matches!(self.peek()?, Some(b' ' | b'\t')) {
            let mut rest = Vec::new();
            self.append(&mut rest)?;
        }
        if got == Got::Line && old && header_has(line, b"BASE64") {
            got = self.unfolded_base64(line)?;
        }
        Ok(got)
    }

    /// Some programs break lines of base64 without folding them.
    fn unfolded_base64(&mut self, line: &mut Vec<u8>) -> io::Result<Got> {
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        loop {
            if !self.peek()?.is_some_and(|byte| is_base64(&byte)) {
                return Ok(Got::Line);
            }
            let mut more = Vec::new();
            if self.append(&mut more)? == Got::Long || line.len() + more.len() > self.max {
                return Ok(Got::Long);
            }
            if more.iter().all(is_base64) {
                line.append(&mut more);
            } else {
                self.number -= 1;
                self.pending = Some(more);
                return Ok(Got::Line);
            }
        }
    }
}

/// What the reader has at hand; tried again when a signal came between.
fn fill<R: BufRead>(reader: &mut Utf8<R>) -> io::Result<&[u8]> {
    loop {
        match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(_) => break,
        }
    }
    reader.fill_buf()
}

/// Whether a parameter says that the value is quoted-printable; not a word within another one.
fn is_quoted_printable(line: &[u8]) -> bool {
    let head = super::parse::end_of_head(line).and_then(|end| line.get(..end)).unwrap_or_default();
    let mut quoted = false;
    let parameters = head.split(|byte| {
        quoted ^= *byte == b'"';
        *byte == b';' && !quoted
    });
    let is = |text: &[u8]| text.trim_ascii().eq_ignore_ascii_case(b"QUOTED-PRINTABLE");
    parameters.skip(1).any(|parameter| match parameter.iter().position(|byte| *byte == b'=') {
        None => is(parameter),
        Some(at) => {
            let (name, values) = parameter.split_at_checked(at).unwrap_or_default();
            let encoding = name.trim_ascii().eq_ignore_ascii_case(b"ENCODING");
            encoding && values.split(|byte| matches!(byte, b'=' | b',' | b'"')).any(is)
        }
    })
}

/// Whether a word stands before the first colon.
fn header_has(line: &[u8], word: &[u8]) -> bool {
    let header = memchr::memchr(b':', line).and_then(|end| line.get(..end)).unwrap_or_default();
    header.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}
