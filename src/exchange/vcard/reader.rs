//! A stream of cards.

use std::io::BufRead;

use encoding_rs::Encoding;

use super::Card;
use super::foreign::Foreign;
use super::lines::{Got, Lines};
use super::parse::{Parsed, Reading, decode, is_word, parse};
use super::property::{escape_lines, is_blank};
use super::text::Gathered;
use crate::error::{CardProblem, ErrorKind, Result};

/// How many bytes of one card are read at most, unless something else is asked for: 2 MiB.
const MAX_CARD: usize = 2 << 20;
/// How many properties a card may have.
pub(crate) const MAX_PROPERTIES: usize = 20_000;
/// For so many there is room from the beginning.
const USUAL: usize = 16;
/// How many lines that are none are remembered of a card.
const MAX_UNREADABLE: usize = 100;

/// The cards of a stream, one after the other; made by [`read`](super::read).
///
/// A card that can't be read is an error that names its line, and the next one follows. After an error of the stream itself there
/// is nothing more.
#[derive(Debug)]
pub struct Cards<R> {
    lines: Lines<R>,
    line: Vec<u8>,
    gathered: Gathered,
    max: usize,
    reading: Reading,
    foreign: Foreign,
    /// The line at which a card began whose beginning was read already.
    begun: Option<u64>,
    ended: bool,
    /// Lines outside of cards are one mistake, not one each.
    outside: bool,
}

/// What a line is for the reader of cards.
enum Role {
    Begin,
    End,
    Other,
}

impl<R: BufRead> Cards<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            lines: Lines::new(reader, MAX_CARD),
            line: Vec::new(),
            gathered: Gathered::default(),
            max: MAX_CARD,
            reading: Reading::default(),
            foreign: Foreign::default(),
            begun: None,
            ended: false,
            outside: false,
        }
    }

    /// The most bytes of one card; 2 MiB if this is not called. What is longer is reported and passed over.
    #[must_use]
    pub fn max_card(mut self, bytes: usize) -> Self {
        self.max = bytes;
        self.lines.set_max(bytes);
        self
    }

    /// The encoding of texts that are no UTF-8 and of which the card says nothing, by its name on the web:
    /// `windows-1251`; Windows-1252 if there is no such encoding. If this is not called, it is guessed: the one of Windows-1250 to 1257
    /// whose languages have such letters, by those that came up in the stream so far, and from 4 KiB of them on once and for all.
    #[must_use]
    pub fn charset(mut self, label: &str) -> Self {
        self.reading.encoding = Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252);
        self.foreign.is_said();
        self
    }

    /// How much is held of texts whose encoding is guessed.
    #[cfg(test)]
    pub(super) fn held_to_guess(&self) -> usize {
        self.foreign.held()
    }

    /// Reads on to the next card.
    fn next_card(&mut self) -> Option<Result<Card>> {
        loop {
            if let Some(begun) = self.begun.take() {
                return Some(self.card(begun));
            }
            match self.next_line(false) {
                Err(error) => return Some(Err(error)),
                Ok(Got::End) => return None,
                Ok(got) => {
                    let number = self.lines.number();
                    if number == 1 && self.line.starts_with(b"\xEF\xBB\xBF") {
                        self.line.drain(..3);
                    }
                    let blank = got == Got::Line && self.line.iter().all(u8::is_ascii_whitespace);
                    if matches!(role(&self.line), Role::Begin) {
                        self.outside = false;
                        self.begun = Some(number);
                    } else if !blank && !std::mem::replace(&mut self.outside, true) {
                        return Some(Err(ErrorKind::Card { line: number, problem: CardProblem::Outside }.into()));
                    }
                }
            }
        }
    }

    fn next_line(&mut self, old: bool) -> Result<Got> {
        self.lines.next(&mut self.line, old).map_err(|error| {
            self.ended = true;
            ErrorKind::Source(error).into()
        })
    }

    /// Reads what stands between the beginning and the end of a card.
    fn card(&mut self, begun: u64) -> Result<Card> {
        let mut card = Card { line: begun, properties: Vec::with_capacity(USUAL), ..Card::default() };
        let mut reading = self.reading;
        let mut problem = None;
        let mut size = 0;
        self.foreign.begin_card();
        self.gathered.clear();
        loop {
            let got = self.next_line(reading.old)?;
            let number = self.lines.number();
            size += self.line.len() + 1;
            if got == Got::Long || size > self.max {
                problem.get_or_insert(CardProblem::TooLarge { max: self.max as u64 });
                card.properties = Vec::new();
            }
            match role(&self.line) {
                _ if got == Got::End => {
                    return Err(ErrorKind::Card { line: begun, problem: CardProblem::Unfinished }.into());
                }
                Role::End => break,
                Role::Begin => {
                    if let Some(nested) = self.agent(&mut card, reading.old) {
                        size += nested?;
                        continue;
                    }
                    self.begun = Some(number);
                    let problem = problem.unwrap_or(CardProblem::Unfinished);
                    return Err(ErrorKind::Card { line: begun, problem }.into());
                }
                Role::Other => {}
            }
            if problem.is_some() || self.line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match parse(&self.line, reading, self.foreign.texts()) {
                Some(Parsed { property, value }) if property.name == "VERSION" => reading.old = is_word(&value, "2.1"),
                Some(Parsed { property, value }) if is_blank(&property.name, &value) && property.name != "AGENT" => {}
                Some(parsed) if card.properties.len() < MAX_PROPERTIES => {
                    let at = card.properties.len();
                    self.foreign.note(at, &self.line, reading.old);
                    // Whether an agent has a value is asked before the card ends.
                    let shared = parsed.property.name != "AGENT" && self.gathered.take(at, &parsed.value);
                    card.properties.push(if shared { parsed.property } else { parsed.whole() });
                }
                Some(_) => {
                    problem = Some(CardProblem::TooManyProperties { max: MAX_PROPERTIES as u64 });
                    card.properties = Vec::new();
                }
                None if card.unreadable.len() < MAX_UNREADABLE => card.unreadable.push(number),
                None => {}
            }
        }
        if let Some(problem) = problem {
            return Err(ErrorKind::Card { line: begun, problem }.into());
        }
        self.gathered.share(&mut card.properties);
        self.reading.encoding = self.foreign.read_again(&mut card.properties, self.reading.encoding);
        card.settle();
        Ok(card)
    }

    /// The card of an agent that stands within another one (version 2.1) becomes the value, as in version 3.0. `None` if
    /// the line before says nothing of an agent.
    fn agent(&mut self, card: &mut Card, old: bool) -> Option<Result<usize>> {
        let agent = card.properties.last().filter(|last| last.name == "AGENT" && last.is_blank())?;
        let agent = agent.clone();
        let mut text = String::from("BEGIN:VCARD");
        let mut depth = 1_u32;
        while depth > 0 {
            match self.next_line(old) {
                Err(error) => return Some(Err(error)),
                // The end that is missing is found missing by the caller.
                Ok(Got::End) => break,
                Ok(_) => {}
            }
            match role(&self.line) {
                Role::Begin => depth += 1,
                Role::End => depth -= 1,
                Role::Other => {}
            }
            if text.len() + self.line.len() <= self.max {
                text.push('\n');
                text.push_str(&decode(&self.line, None, self.reading.encoding, self.foreign.texts()));
            }
        }
        let size = text.len();
        if let Some(last) = card.properties.last_mut() {
            *last = super::Property { value: escape_lines(&super::property::escape(&text)).into(), ..agent };
        }
        Some(Ok(size))
    }
}

fn role(line: &[u8]) -> Role {
    let line = line.trim_ascii();
    if line.eq_ignore_ascii_case(b"BEGIN:VCARD") {
        Role::Begin
    } else if line.eq_ignore_ascii_case(b"END:VCARD") {
        Role::End
    } else {
        Role::Other
    }
}

impl<R: BufRead> Iterator for Cards<R> {
    type Item = Result<Card>;

    fn next(&mut self) -> Option<Result<Card>> {
        if self.ended {
            return None;
        }
        let card = self.next_card();
        self.ended |= card.is_none();
        card
    }
}
