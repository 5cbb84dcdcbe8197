//! Texts that are no UTF-8 and of which a card does not say what they are.

use encoding_rs::Encoding;

use super::parse::{Reading, Unsaid, parse};
use super::property::Property;
use crate::exchange::encoding::code_page;

/// So much of such texts is enough to guess by.
const ENOUGH: usize = 4 << 10;

/// What is known of the encoding of such texts in a stream, and the lines of a card that have some: they are read again when the rest
/// of the card says that the encoding is another one.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    /// It need not be guessed any more.
    known: bool,
    texts: Unsaid,
    /// How much there was of the texts when the line before was noted, and when the encoding was guessed last.
    noted: usize,
    guessed: usize,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    /// Which property of the card it is.
    at: usize,
    bytes: Vec<u8>,
    old: bool,
}

impl Foreign {
    /// The caller has said what it is.
    pub(super) fn is_said(&mut self) {
        self.known = true;
    }

    pub(super) fn begin_card(&mut self) {
        self.lines.clear();
        self.cut();
    }

    /// Where such texts are put when a line is read.
    pub(super) fn texts(&mut self) -> &mut Unsaid {
        &mut self.texts
    }

    /// Notes the line that was read last, if it has such a text.
    pub(super) fn note(&mut self, at: usize, line: &[u8], old: bool) {
        if self.texts.len() == self.noted {
            return;
        }
        self.cut();
        if !self.known {
            self.lines.push(Line { at, bytes: line.to_vec(), old });
        }
    }

    /// No more is held than is looked at.
    fn cut(&mut self) {
        self.texts.truncate(if self.known { 0 } else { ENOUGH });
        self.noted = self.texts.len();
    }

    /// Guesses the encoding, and reads the lines of the card again if they were read in another one. Gives that for the next card.
    pub(super) fn read_again(&mut self, properties: &mut [Property], before: &'static Encoding) -> &'static Encoding {
        // Little more than was looked at already says nothing else, and guessing with each card would take long.
        let more = self.texts.len() >= ENOUGH || self.texts.len() > self.guessed + self.guessed / 8;
        if self.known || self.lines.is_empty() || !more {
            return before;
        }
        let encoding = code_page(&self.texts).value.inner();
        for Line { at, bytes, old } in self.lines.drain(..).filter(|_| encoding != before) {
            let again = parse(&bytes, Reading { old, encoding, ..Reading::default() }, &mut Unsaid::new());
            if let (Some(place), Some(again)) = (properties.get_mut(at), again) {
                *place = again.whole();
            }
        }
        self.guessed = self.texts.len();
        self.known = self.guessed >= ENOUGH;
        self.cut();
        encoding
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.texts.len() + self.lines.iter().map(|line| line.bytes.len()).sum::<usize>()
    }
}
