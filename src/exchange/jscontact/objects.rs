//! The objects of a stream of JSON: one behind the other, one a line, or in an array.

use std::io::BufRead;

use crate::error::{CardProblem, ErrorKind, Result};
use crate::exchange::nesting::Nesting;

/// How deep a card may be nested. Real ones have about six levels.
pub(super) const MAX_DEPTH: u32 = 32;

#[derive(Debug)]
pub(super) struct Objects<R> {
    reader: R,
    line: u64,
    pub(super) max: usize,
    ended: bool,
    /// Text outside of objects is one mistake, not one for each byte.
    outside: bool,
}

/// What is known of the object that is being read.
#[derive(Default)]
struct Open {
    bytes: Vec<u8>,
    began: u64,
    nesting: Nesting,
    problem: Option<CardProblem>,
}

impl<R: BufRead> Objects<R> {
    pub(super) fn new(reader: R, max: usize) -> Self {
        Self { reader, line: 1, max, ended: false, outside: false }
    }

    /// The bytes of the next object, and the line at which it begins.
    pub(super) fn next(&mut self) -> Option<Result<(u64, Vec<u8>)>> {
        let mut open = Open::default();
        while !self.ended {
            let bytes = match self.reader.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(ErrorKind::Source(error).into()));
                }
            };
            if bytes.is_empty() {
                self.ended = true;
                break;
            }
            let (mut taken, mut found) = (0, None);
            for byte in bytes {
                taken += 1;
                self.line += u64::from(*byte == b'\n');
                if open.nesting.depth == 0 && *byte != b'{' {
                    // Arrays of cards, and the byte order mark.
                    let between = byte.is_ascii_whitespace() || b"[],\x1E\xEF\xBB\xBF".contains(byte);
                    if !between && !std::mem::replace(&mut self.outside, true) {
                        found = Some(Err(CardProblem::NotACard));
                        open.began = self.line;
                        break;
                    }
                    continue;
                }
                if open.nesting.depth == 0 {
                    open.began = self.line;
                    self.outside = false;
                }
                if open.take(*byte, self.max) {
                    found = Some(open.problem.take().map_or(Ok(()), Err));
                    break;
                }
            }
            self.reader.consume(taken);
            match found {
                None => {}
                Some(Ok(())) => return Some(Ok((open.began, open.bytes))),
                Some(Err(problem)) => return Some(Err(ErrorKind::Card { line: open.began, problem }.into())),
            }
        }
        (open.nesting.depth > 0).then(|| {
            let problem = CardProblem::NotJson { reason: "the text ends within an object".to_owned() };
            Err(ErrorKind::Card { line: open.began, problem }.into())
        })
    }
}

impl Open {
    /// Takes a byte; whether the object ends with it.
    fn take(&mut self, byte: u8, max: usize) -> bool {
        self.nesting.take(byte);
        if self.bytes.len() >= max {
            self.problem.get_or_insert(CardProblem::TooLarge { max: max as u64 });
        } else if self.nesting.depth > MAX_DEPTH {
            self.problem.get_or_insert(CardProblem::TooDeep { max: MAX_DEPTH });
        }
        if self.problem.is_none() {
            self.bytes.push(byte);
        }
        self.nesting.depth == 0
    }
}
