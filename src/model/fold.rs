//! Two folds of text: which texts are the same key, and which a search takes for the same.
//!
//! Both are NFKC and full case folding (Unicode Standard, sections 3.13 and 5.18; UAX #15). The key
//! fold keeps marks, so that Jose and José are two keys. The search fold also drops the marks of Latin
//! and Greek letters and maps letters that Unicode does not decompose (ø, đ, ł ...) to their like.
//! Marks of other scripts make other letters (й is not и, ど is not と) and stay.

use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The version of the two folds; stored in the file, since Unicode tables change.
pub(crate) const FOLD_VERSION: u32 = 1;

/// For uniqueness and look-up: texts with the same key fold are the same key.
pub(crate) fn key_fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let composed: String = text.nfkc().collect();
    // A folded text may decompose anew, hence NFKC again.
    UniCase::unicode(composed).to_folded_case().nfkc().collect()
}

/// For `=` in segments and for search: `jose` finds José, `groß` finds GROSS, `ИВАНОВА` finds Иванова.
pub(crate) fn search_fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let folded = key_fold(text);
    let mut out = String::with_capacity(folded.len());
    let mut after_western = false;
    for c in folded.nfd() {
        if is_combining_mark(c) {
            if !after_western {
                out.push(c);
            }
            continue;
        }
        after_western = is_latin_or_greek(c);
        match like(c) {
            Some(plain) => out.push_str(plain),
            None => out.push(c),
        }
    }
    out.nfc().collect()
}

/// Whether marks on the letter are dropped.
fn is_latin_or_greek(c: char) -> bool {
    matches!(u32::from(c),
        0x41..=0x5A | 0x61..=0x7A | 0xC0..=0x24F | 0x250..=0x2AF | 0x370..=0x3FF | 0x1D00..=0x1DBF
        | 0x1E00..=0x1FFF | 0x2C60..=0x2C7F | 0xA720..=0xA7FF)
}

/// Letters with a stroke, ligatures and their like, already in lower case.
fn like(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{F8}' => "o",
        '\u{111}' | '\u{F0}' | '\u{256}' => "d",
        '\u{142}' => "l",
        '\u{131}' => "i",
        '\u{DF}' => "ss",
        '\u{E6}' => "ae",
        '\u{153}' => "oe",
        '\u{FE}' => "th",
        '\u{127}' => "h",
        '\u{167}' => "t",
        '\u{180}' => "b",
        '\u{14B}' => "n",
        '\u{3C2}' => "\u{3C3}",
        '\u{2019}' | '\u{2BC}' => "'",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_ignore_case_and_width_but_keep_marks() {
        for (left, right) in [
            ("ADA@ACME.EXAMPLE", "ada@acme.example"),
            ("\u{FF21}\u{FF22}", "ab"),
            ("GROSS", "gro\u{DF}"),
            ("Jose\u{301}", "JOS\u{C9}"),
            ("\u{418}\u{432}\u{430}\u{43D}\u{43E}\u{432}\u{430}", "\u{418}\u{412}\u{410}\u{41D}\u{41E}\u{412}\u{410}"),
            ("\u{3A3}\u{39F}\u{3A6}\u{39F}\u{3A3}", "\u{3C3}\u{3BF}\u{3C6}\u{3BF}\u{3C2}"),
        ] {
            assert_eq!(key_fold(left), key_fold(right), "{left} {right}");
        }
        assert_ne!(key_fold("Jose"), key_fold("Jos\u{E9}"));
        assert_ne!(key_fold("S\u{F8}ren"), key_fold("Soren"));
    }

    #[test]
    fn search_drops_latin_and_greek_marks() {
        for (left, right) in [
            ("jose", "Jos\u{E9}"),
            ("soren", "S\u{D8}REN"),
            ("lodz", "\u{141}\u{F3}d\u{17A}"),
            ("dordevic", "\u{110}or\u{111}evi\u{107}"),
            ("strasse", "Stra\u{DF}e"),
            ("istanbul", "\u{130}stanbul"),
            ("isik", "I\u{15F}\u{131}k"),
            (
                "\u{3C0}\u{3B1}\u{3C0}\u{3B1}\u{3B4}\u{3BF}\u{3C0}\u{3BF}\u{3C5}\u{3BB}\u{3BF}\u{3C3}",
                "\u{3A0}\u{3B1}\u{3C0}\u{3B1}\u{3B4}\u{3CC}\u{3C0}\u{3BF}\u{3C5}\u{3BB}\u{3BF}\u{3C2}",
            ),
            ("\u{418}\u{412}\u{410}\u{41D}\u{41E}\u{412}\u{410}", "\u{418}\u{432}\u{430}\u{43D}\u{43E}\u{432}\u{430}"),
        ] {
            assert_eq!(search_fold(left), search_fold(right), "{left} {right}");
        }
    }

    #[test]
    fn people_who_must_stay_apart_stay_apart() {
        for (left, right) in [
            // Cyrillic short i and i; Mayorov and Maiorov.
            ("\u{439}", "\u{438}"),
            ("\u{41C}\u{430}\u{439}\u{43E}\u{440}\u{43E}\u{432}", "\u{41C}\u{430}\u{438}\u{43E}\u{440}\u{43E}\u{432}"),
            // Kana with and without voicing: do and to.
            ("\u{3069}", "\u{3068}"),
            ("\u{30D0}", "\u{30CF}"),
            // A name in Cyrillic is not the one in Latin letters.
            ("\u{418}\u{432}\u{430}\u{43D}\u{43E}\u{432}\u{430}", "ivanova"),
            // Two Chinese names; Arabic with and without hamza mark.
            ("\u{738B}\u{82B3}", "\u{738B}\u{82B1}"),
            ("\u{623}", "\u{627}"),
            // Hebrew and Devanagari marks are letters' own.
            ("\u{915}\u{93F}", "\u{915}"),
            ("Maria", "Mario"),
        ] {
            assert_ne!(search_fold(left), search_fold(right), "{left} {right}");
            assert_ne!(key_fold(left), key_fold(right), "{left} {right}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["Jos\u{E9}", "\u{130}", "\u{DF}", "\u{1E9E}", "\u{FB01}", "\u{3A3}\u{3C2}", "\u{390}", "\u{1F80}"]
        {
            assert_eq!(key_fold(&key_fold(text)), key_fold(text));
            assert_eq!(search_fold(&search_fold(text)), search_fold(text));
        }
    }
}
