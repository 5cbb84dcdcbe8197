//! Streams of UTF-16 as UTF-8.

use std::fmt;
use std::io::{self, BufRead};

use encoding_rs::{Decoder, Encoding, UTF_16BE, UTF_16LE};

/// So many bytes are decoded at a time.
const CHUNK: usize = 8 << 10;

/// A stream of lines that begin with a known word: as it is, or decoded if it is in UTF-16. That is so if it begins with the mark of that, or with the
/// word in it. What is no UTF-16 then becomes the replacement character. Holds 24 KiB of text at most.
pub(crate) struct Utf8<R> {
    reader: R,
    /// The first two letters of the word, in capitals.
    word: [u8; 2],
    /// Whether the beginning was looked at.
    begun: bool,
    /// It is taken as it is, and what was looked at is taken.
    plain: bool,
    /// Nothing for what is taken as it is.
    decoder: Option<Decoder>,
    ended: bool,
    /// What was looked at or decoded, and up to where it was taken.
    text: Vec<u8>,
    taken: usize,
}

impl<R: BufRead> Utf8<R> {
    /// `word` is the beginning of the word with which texts begin, in capitals; case does not matter.
    pub(crate) fn new(reader: R, word: [u8; 2]) -> Self {
        Self { reader, word, begun: false, plain: false, decoder: None, ended: false, text: Vec::new(), taken: 0 }
    }

    /// What is at hand; nothing at the end. After an error it can be asked again.
    #[inline]
    pub(crate) fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.plain { self.reader.fill_buf() } else { self.fill_text() }
    }

    #[cold]
    fn fill_text(&mut self) -> io::Result<&[u8]> {
        if !self.begun {
            self.begin()?;
        }
        while self.decoder.is_some() && !self.ended && self.taken == self.text.len() {
            self.decode()?;
        }
        self.plain = self.decoder.is_none() && self.taken == self.text.len();
        if self.plain { self.reader.fill_buf() } else { Ok(self.text.get(self.taken..).unwrap_or_default()) }
    }

    /// Takes so many bytes of what was at hand.
    #[inline]
    pub(crate) fn consume(&mut self, bytes: usize) {
        if self.plain {
            self.reader.consume(bytes);
        } else {
            self.taken = self.text.len().min(self.taken + bytes);
        }
    }

    fn begin(&mut self) -> io::Result<()> {
        while self.text.len() < 4 {
            let bytes = self.reader.fill_buf()?;
            let few = bytes.get(..bytes.len().min(4 - self.text.len())).unwrap_or_default();
            if few.is_empty() {
                break;
            }
            self.text.extend_from_slice(few);
            let few = few.len();
            self.reader.consume(few);
        }
        self.begun = true;
        if let Some((encoding, mark)) = self.sixteen_bits() {
            let mut decoder = encoding.new_decoder_without_bom_handling();
            let first = std::mem::take(&mut self.text);
            put(&mut decoder, first.get(mark..).unwrap_or_default(), &mut self.text, false);
            self.decoder = Some(decoder);
        }
        Ok(())
    }

    /// The encoding, if it is plainly one of two bytes a character, and how long the mark is that says so.
    fn sixteen_bits(&self) -> Option<(&'static Encoding, usize)> {
        let [first, second] = self.word;
        let is = |byte: u8, letter: u8| byte.to_ascii_uppercase() == letter;
        match *self.text {
            [0xFF, 0xFE, ..] => Some((UTF_16LE, 2)),
            [0xFE, 0xFF, ..] => Some((UTF_16BE, 2)),
            [one, 0, two, 0] if is(one, first) && is(two, second) => Some((UTF_16LE, 0)),
            [0, one, 0, two] if is(one, first) && is(two, second) => Some((UTF_16BE, 0)),
            _ => None,
        }
    }

    fn decode(&mut self) -> io::Result<()> {
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        let bytes = self.reader.fill_buf()?;
        let part = bytes.get(..bytes.len().min(CHUNK)).unwrap_or_default();
        self.ended = part.is_empty();
        self.text.clear();
        self.taken = 0;
        put(decoder, part, &mut self.text, self.ended);
        let taken = part.len();
        self.reader.consume(taken);
        Ok(())
    }
}

/// Decodes bytes into an empty buffer, which is as large as they can need.
fn put(decoder: &mut Decoder, bytes: &[u8], text: &mut Vec<u8>, last: bool) {
    text.resize(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or_default(), 0);
    let (_, _, written, _) = decoder.decode_to_utf8(bytes, text, last);
    text.truncate(written);
}

impl<R> fmt::Debug for Utf8<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoding = self.decoder.as_ref().map(|decoder| decoder.encoding().name());
        f.debug_struct("Utf8").field("decoded_from", &encoding).finish_non_exhaustive()
    }
}
