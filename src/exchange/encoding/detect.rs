//! What encoding a text is in, by its first bytes.

use encoding_rs::DecoderResult;

use super::letters::{LANGUAGES, Language};
use super::named::TextEncoding;
use crate::exchange::Guess;

/// Those that are told apart by their letters. The first is taken if nothing speaks for another one.
const CODE_PAGES: [TextEncoding; 8] = [
    TextEncoding::WINDOWS_1252,
    TextEncoding::WINDOWS_1250,
    TextEncoding::WINDOWS_1251,
    TextEncoding::WINDOWS_1253,
    TextEncoding::WINDOWS_1254,
    TextEncoding::WINDOWS_1255,
    TextEncoding::WINDOWS_1256,
    TextEncoding::WINDOWS_1257,
];

/// Those of a script that no ASCII letter belongs to.
const OTHER_SCRIPTS: [TextEncoding; 4] =
    [TextEncoding::WINDOWS_1251, TextEncoding::WINDOWS_1253, TextEncoding::WINDOWS_1255, TextEncoding::WINDOWS_1256];

/// Characters beyond letters that texts have everywhere: spaces, quotation marks, dashes, currencies, degrees.
const MARKS: &str = "\u{A0}\u{201C}\u{201D}\u{201E}\u{2018}\u{2019}\u{201A}\u{2013}\u{2014}\u{2026}\u{2022}\u{20AC}\
    \u{A3}\u{A7}\u{B0}\u{AB}\u{BB}\u{A9}\u{AE}\u{2122}\u{2116}\u{B7}\u{D7}\u{2039}\u{203A}\u{200C}\u{60C}\u{61B}\u{61F}\u{640}";

/// The encoding of a text that begins with these bytes; `whole` says whether that is all of it.
pub(crate) fn encoding(sample: &[u8], whole: bool) -> Guess<TextEncoding> {
    if let Some(marked) = marked(sample) {
        return Guess::sure(marked);
    }
    if let Some(wide) = sixteen_bits(sample) {
        return wide;
    }
    let (valid, invalid) = sequences(sample, whole);
    match (valid, invalid) {
        // Any of them would do.
        (0, 0) => Guess::new(TextEncoding::UTF_8, 0.5),
        (_, 0) => Guess::new(TextEncoding::UTF_8, 0.99),
        // In a code page it hardly ever happens that letters look like a sequence.
        _ if valid > invalid => Guess::new(TextEncoding::UTF_8, 0.9),
        _ => code_page(sample),
    }
}

/// What the mark at the beginning says.
fn marked(sample: &[u8]) -> Option<TextEncoding> {
    let marks: [(&[u8], TextEncoding); 3] = [
        (&[0xEF, 0xBB, 0xBF], TextEncoding::UTF_8),
        (&[0xFF, 0xFE], TextEncoding::UTF_16LE),
        (&[0xFE, 0xFF], TextEncoding::UTF_16BE),
    ];
    marks.iter().find(|(mark, _)| sample.starts_with(mark)).map(|(_, encoding)| *encoding)
}

/// In a table of whatever language, digits, separators and line ends have a zero as their other byte.
fn sixteen_bits(sample: &[u8]) -> Option<Guess<TextEncoding>> {
    let (pairs, _) = sample.as_chunks::<2>();
    let is_ascii = |byte: u8| matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'~');
    let little = pairs.iter().filter(|[low, high]| *high == 0 && is_ascii(*low)).count();
    let big = pairs.iter().filter(|[high, low]| *high == 0 && is_ascii(*low)).count();
    let (more, fewer, encoding) =
        if little > big { (little, big, TextEncoding::UTF_16LE) } else { (big, little, TextEncoding::UTF_16BE) };
    // A stray zero in a text of single bytes is in the way of neither; several are in text of which most pairs are two letters.
    let letters = pairs.iter().filter(|[one, other]| is_ascii(*one) && is_ascii(*other)).count();
    let clear = more >= 2 && more * 20 >= pairs.len() && fewer * 10 <= more && letters * 2 <= pairs.len();
    clear.then(|| Guess::new(encoding, 0.95))
}

/// How many sequences of UTF-8 there are that are none of ASCII, and how many broken ones.
fn sequences(sample: &[u8], whole: bool) -> (usize, usize) {
    let (mut valid, mut invalid) = (0, 0);
    let mut chunks = sample.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        // The last one may only be cut off.
        let cut_off = !whole && chunks.peek().is_none() && chunk.invalid().len() < 4;
        if !chunk.invalid().is_empty() && !cut_off {
            invalid += 1;
        }
    }
    (valid, invalid)
}

/// The code page under which the letters look most like those of a language.
pub(crate) fn code_page(sample: &[u8]) -> Guess<TextEncoding> {
    let decoded = CODE_PAGES.map(|encoding| (encoding, decode(sample, encoding)));
    let scored: Vec<(TextEncoding, f64, &str)> =
        decoded.iter().map(|(encoding, text)| (*encoding, likelihood(text, *encoding), text.as_str())).collect();
    let mut best = (TextEncoding::WINDOWS_1252, f64::NEG_INFINITY, "");
    for one in &scored {
        if one.1 > best.1 {
            best = *one;
        }
    }
    // One that gives the same text is no other guess.
    let others = scored.iter().filter(|one| one.2 != best.2).map(|one| one.1);
    let second = others.fold(f64::NEG_INFINITY, f64::max);
    let letters = u32::try_from(best.2.chars().filter(|c| !c.is_ascii()).count()).map_or(f64::MAX, f64::from);
    let margin = ((best.1 - second) / 2.0).clamp(0.0, 1.0);
    Guess::new(best.0, (0.4 + 0.5 * margin) * letters / (letters + 2.0))
}

fn decode(sample: &[u8], encoding: TextEncoding) -> String {
    let mut decoder = encoding.inner().new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length(sample.len()).unwrap_or(0));
    let mut rest = sample;
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            DecoderResult::Malformed(..) => text.push(char::REPLACEMENT_CHARACTER),
            DecoderResult::InputEmpty => return text,
            DecoderResult::OutputFull => text.reserve(rest.len() * 3 + 16),
        }
    }
}

/// How much a text looks like one of the languages of a code page: a figure for each letter beyond ASCII, on average.
fn likelihood(text: &str, encoding: TextEncoding) -> f64 {
    let languages: Vec<&Language> = LANGUAGES.iter().filter(|language| language.encoding == encoding).collect();
    let latin = !OTHER_SCRIPTS.contains(&encoding);
    let mut of_languages = vec![0.0; languages.len()];
    let (mut around, mut count) = (0.0, 0.0);
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character.is_ascii() {
            before = character;
            continue;
        }
        count += 1.0;
        let after = characters.peek().copied().unwrap_or(' ');
        around += surroundings(before, character, after, latin);
        let lower = character.to_lowercase().next().unwrap_or(character);
        let known = languages.iter().any(|language| language.common.contains(lower) || language.rare.contains(lower));
        for (language, sum) in languages.iter().zip(&mut of_languages) {
            *sum += if language.common.contains(lower) {
                2.0
            } else if language.rare.contains(lower) {
                1.0
            } else if known {
                // Names of neighbours are in every address book.
                0.5
            } else {
                0.0
            };
        }
        if !known {
            around += stranger(character);
        }
        before = character;
    }
    let best = of_languages.into_iter().fold(0.0, f64::max);
    if count == 0.0 { 0.0 } else { (best + around) / count }
}

/// A character that none of the languages has as a letter.
fn stranger(character: char) -> f64 {
    match character {
        char::REPLACEMENT_CHARACTER | '\u{80}'..='\u{9F}' => -10.0,
        mark if MARKS.contains(mark) => 0.0,
        letter if letter.is_alphabetic() => -3.0,
        _ => -2.0,
    }
}

/// What letters do not stand beside in a word.
fn surroundings(before: char, character: char, after: char, latin: bool) -> f64 {
    if !character.is_alphabetic() {
        return 0.0;
    }
    let beyond = |c: char| !c.is_ascii() && c.is_alphabetic();
    // A capital letter in the middle of a word.
    let case = if character.is_uppercase() && before.is_lowercase() { -2.0 } else { 0.0 };
    case + if latin {
        if beyond(before) { -1.5 } else { 0.0 }
    } else if before.is_ascii_alphabetic() || after.is_ascii_alphabetic() {
        -4.0
    } else {
        0.0
    }
}
