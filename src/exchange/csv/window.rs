//! The part of a table that is in memory, as text.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult};

use crate::exchange::encoding::TextEncoding;

/// So much is read at a time.
pub(super) const CHUNK: usize = 64 << 10;
/// Stands for what means nothing in the encoding: no UTF-8 has this byte, so it is found where that is looked for.
const NOTHING: u8 = 0xFF;

/// The part of a table that is in memory, as text: from the beginning of the row that is being read.
pub(super) struct Window<R> {
    source: R,
    /// Nothing for UTF-8, which is taken as it comes.
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    /// What of the raw bytes is not decoded yet.
    left: usize,
    pub(super) text: Vec<u8>,
    /// Where the row begins.
    pub(super) start: usize,
    /// Up to where it was parsed.
    pub(super) at: usize,
    /// How much text was thrown away.
    dropped: u64,
    read: u64,
    ended: bool,
}

impl<R: Read> Window<R> {
    /// Reads the beginning, which is not text yet.
    pub(super) fn new(source: R) -> io::Result<Self> {
        let mut window = Self {
            source,
            decoder: None,
            raw: vec![0; CHUNK],
            left: 0,
            text: Vec::new(),
            start: 0,
            at: 0,
            dropped: 0,
            read: 0,
            ended: false,
        };
        while window.left < CHUNK && !window.ended {
            window.take()?;
        }
        Ok(window)
    }

    /// The bytes that are not text yet, and whether there are no more.
    pub(super) fn sample(&self) -> (&[u8], bool) {
        (self.raw.get(..self.left).unwrap_or_default(), self.ended)
    }

    /// Makes text of the beginning, without the mark of the encoding.
    pub(super) fn decode_as(&mut self, encoding: TextEncoding) {
        self.decoder = (encoding != TextEncoding::UTF_8).then(|| encoding.inner().new_decoder_without_bom_handling());
        self.decode();
        if self.text.starts_with("\u{FEFF}".as_bytes()) {
            self.start = 3;
            self.at = 3;
        }
    }

    /// Reads on. What lies before the row is thrown away. False at the end.
    pub(super) fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.start > 0 {
            self.text.drain(..self.start);
            self.dropped += self.start as u64;
            self.at -= self.start;
            self.start = 0;
        }
        let before = self.text.len();
        while self.text.len() == before && !self.ended {
            self.take()?;
            self.decode();
        }
        Ok(self.text.len() > before)
    }

    /// How many bytes were taken from the source.
    pub(super) const fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Where a place in the text lies in the whole of it.
    pub(super) fn absolute(&self, place: usize) -> u64 {
        self.dropped + place as u64
    }

    /// How much is held at present, in bytes.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.raw.capacity() + self.text.capacity()
    }

    fn take(&mut self) -> io::Result<()> {
        let room = self.raw.get_mut(self.left..).unwrap_or_default();
        match self.source.read(room) {
            Ok(0) => self.ended = true,
            Ok(read) => {
                self.left += read.min(room.len());
                self.read += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn decode(&mut self) {
        let raw = self.raw.get(..self.left).unwrap_or_default();
        self.left = 0;
        let Some(decoder) = &mut self.decoder else { return self.text.extend_from_slice(raw) };
        let mut rest = raw;
        loop {
            let length = self.text.len();
            let room = decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(CHUNK * 3);
            self.text.resize(length + room, 0);
            let target = self.text.get_mut(length..).unwrap_or_default();
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, target, self.ended);
            self.text.truncate(length + written);
            rest = rest.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.text.push(NOTHING),
            }
        }
    }
}
