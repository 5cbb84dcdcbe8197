use std::io::{self, BufReader, Read};

use proptest::prelude::*;

use super::Utf8;
use crate::cases::cases;

/// All of a stream that comes in pieces of some bytes.
fn all(bytes: &[u8], pieces: usize) -> Vec<u8> {
    let mut stream = Utf8::new(BufReader::with_capacity(pieces, bytes), *b"BE");
    let mut all = Vec::new();
    loop {
        let part = stream.fill_buf().unwrap();
        if part.is_empty() {
            assert!(stream.fill_buf().unwrap().is_empty(), "the end is the end");
            return all;
        }
        // One byte less than there is, where there are several.
        let taken = part.len().div_ceil(2);
        all.extend_from_slice(&part[..taken]);
        stream.consume(taken);
    }
}

fn little(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn big(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

#[test]
fn what_begins_with_a_mark_or_with_the_word_is_sixteen_bits_and_all_else_is_taken_as_it_is() {
    let text = "begin J\u{F6}rg \u{1F600}\r\n";
    for pieces in [1, 2, 3, 64] {
        for bytes in [little(text), big(text), little(&format!("\u{FEFF}{text}")), big(&format!("\u{FEFF}{text}"))] {
            assert_eq!(all(&bytes, pieces), text.as_bytes(), "{bytes:?}");
        }
        for bytes in [&b""[..], b"B", b"\xEF\xBB\xBFBEGIN", b"B\0A\0", b"\0\0\0\0\0", b"J\xF6rg", b"BE\0\0"] {
            assert_eq!(all(bytes, pieces), bytes);
        }
    }
    assert_eq!(all(b"\xFF\xFEa\0\x3D", 8), "a\u{FFFD}".as_bytes());
    assert_eq!(all(b"\xFF\xFE\x00\xD8a\0", 8), "\u{FFFD}a".as_bytes());
}

#[test]
fn an_error_of_the_stream_can_be_tried_again() {
    /// Fails each other time.
    struct Flaky<'b>(&'b [u8], bool);
    impl Read for Flaky<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 { Err(io::ErrorKind::Interrupted.into()) } else { self.0.read(&mut into[..1]) }
        }
    }
    let bytes = little("BEGIN");
    let mut stream = Utf8::new(BufReader::new(Flaky(&bytes, false)), *b"BE");
    let mut all = Vec::new();
    for _ in 0..40 {
        let Ok(part) = stream.fill_buf() else { continue };
        all.extend_from_slice(part);
        let taken = part.len();
        stream.consume(taken);
    }
    assert_eq!(all, b"BEGIN");
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn any_text_is_the_same_in_both_orders_of_bytes(text in "\\PC{0,60}", pieces in 1_usize..9) {
        let marked = format!("\u{FEFF}{text}");
        prop_assert_eq!(all(&little(&marked), pieces), text.as_bytes());
        prop_assert_eq!(all(&big(&marked), pieces), text.as_bytes());
    }
}
