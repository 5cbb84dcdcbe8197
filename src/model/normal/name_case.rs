//! Names that were typed all in capitals or all in small letters, as they are usually written.

use super::name_words::{MACS, PARTICLES, PREFIXES, SUFFIXES};
use crate::model::{PersonName, is_east_asian, search_fold};

impl PersonName {
    /// The name with parts that are all in capitals or all in small letters as they are usually written: `O'NEIL` becomes O'Neil,
    /// `VAN DER BERG` van der Berg, `mcdonald` McDonald, `ANNE-MARIE` Anne-Marie. A part of mixed letters stays as it is, as do initials, and scripts
    /// that have no capitals at the beginning of names.
    ///
    /// A guess, never made by itself: some write themselves Van Dyke, or d'Angelo. Mended twice is mended once.
    ///
    /// ```
    /// use contactdb::PersonName;
    /// assert_eq!(PersonName::new("LUDWIG", "VAN BEETHOVEN").mended(), PersonName::new("Ludwig", "van Beethoven"));
    /// assert_eq!(PersonName::new("Ludwig", "van Beethoven").mended(), PersonName::new("Ludwig", "van Beethoven"));
    /// ```
    #[must_use]
    pub fn mended(&self) -> Self {
        let part = |text: &Option<String>, family| text.as_deref().map(|text| mend(text, family));
        let words = |text: &Option<String>, usual: fn(&str) -> Option<&'static str>, list: &[&str]| {
            let word = |word: &str| around(word, usual, list);
            text.as_deref().map(|text| text.split(' ').map(word).collect::<Vec<_>>().join(" "))
        };
        Self {
            prefix: words(&self.prefix, |_| None, PREFIXES),
            given: part(&self.given, false),
            middle: part(&self.middle, false),
            family: part(&self.family, true),
            suffix: words(&self.suffix, usual_suffix, SUFFIXES),
            nickname: part(&self.nickname, false),
            unknown: self.unknown.clone(),
        }
    }
}

/// A word beside a name that is known: as it is usually written.
fn around(word: &str, usual: fn(&str) -> Option<&'static str>, list: &[&str]) -> String {
    let plain = search_fold(word).replace('.', "");
    if !list.contains(&plain.as_str()) || case(word).is_none() {
        return word.to_owned();
    }
    match usual(&plain) {
        Some(usual) if !word.contains('.') => usual.to_owned(),
        // Degrees with points and numbers are in capitals as they stand.
        None if list == SUFFIXES => word.to_uppercase(),
        _ => word.split_inclusive('-').map(large).collect(),
    }
}

fn usual_suffix(plain: &str) -> Option<&'static str> {
    Some(match plain {
        "jr" => "Jr",
        "sr" => "Sr",
        "jun" => "Jun",
        "sen" => "Sen",
        "junior" => "Junior",
        "senior" => "Senior",
        "phd" => "PhD",
        "dphil" => "DPhil",
        "bsc" => "BSc",
        "msc" => "MSc",
        "beng" => "BEng",
        "meng" => "MEng",
        "esq" => "Esq",
        _ => return None,
    })
}

/// Whether all letters are large (`true`) or all are small; `None` for a mixture, and where there are none.
fn case(text: &str) -> Option<bool> {
    // Letters of two of which the first alone is large, and some with an iota, are neither in the standard's words.
    let large = text.chars().any(|c| c.is_uppercase() || !c.is_lowercase() && !c.to_lowercase().eq([c]));
    let small = text.chars().any(char::is_lowercase);
    (large != small).then_some(large)
}

/// Scripts that begin names with a capital. Georgian has capitals, and does not.
fn has_capitals(c: char) -> bool {
    matches!(u32::from(c), 0x41..=0x24F | 0x370..=0x58F | 0x1E00..=0x1FFF)
}

fn mend(text: &str, family: bool) -> String {
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    let Some(shouted) = case(text).filter(|_| letters().all(|c| has_capitals(c) || is_east_asian(c))) else {
        return text.to_owned();
    };
    let mut out = String::with_capacity(text.len());
    for (at, piece) in text.split_inclusive(char::is_whitespace).enumerate() {
        let word = piece.trim_end();
        out.push_str(&mend_word(word, shouted, family, at == 0));
        out.push_str(piece.get(word.len()..).unwrap_or_default());
    }
    out
}

fn mend_word(word: &str, shouted: bool, family: bool, first: bool) -> String {
    let folded = search_fold(word);
    // A given name does not begin with a small word.
    if PARTICLES.contains(&folded.as_str()) && (family || !first) {
        return word.to_lowercase();
    }
    if shouted && are_initials(&folded) {
        return word.to_owned();
    }
    let mut out = String::with_capacity(word.len());
    for piece in word.split_inclusive('-') {
        out.push_str(&mend_piece(piece));
    }
    out
}

/// Two letters none of which is a vowel, or letters with points.
fn are_initials(folded: &str) -> bool {
    let letters: Vec<char> = folded.chars().filter(|c| c.is_alphabetic()).collect();
    let no_vowel = !letters.iter().any(|c| "aeiouy".contains(*c));
    folded.contains('.') && letters.len() <= 4 || letters.len() == 2 && no_vowel && letters.iter().all(char::is_ascii)
}

/// What stands between hyphens.
fn mend_piece(piece: &str) -> String {
    // The dotted capital of Turkish is a plain i when it is small, and stays what it is in front.
    let mut mended = mend_small(&piece.to_lowercase().replace("i\u{307}", "i"));
    if piece.starts_with('\u{130}') && mended.starts_with('I') {
        mended.replace_range(..1, "\u{130}");
    }
    mended
}

fn mend_small(small: &str) -> String {
    if let Some((before, rest)) = small.split_once(['\'', '\u{2019}']) {
        let sign: String = small.chars().skip(before.chars().count()).take(1).collect();
        // d'Estaing, but O'Neil and L'Amour; what stands behind more letters is none of a name: Prud'homme.
        return match before.chars().count() {
            1 if before == "d" => format!("{before}{sign}{}", large(rest)),
            0 | 1 => format!("{}{sign}{}", large(before), large(rest)),
            _ => large(small),
        };
    }
    let folded = search_fold(small.trim_end_matches('-'));
    let behind =
        if MACS.contains(&folded.as_str()) { small.strip_prefix("mac").map(|rest| ("Mac", rest)) } else { None };
    let behind = behind.or_else(|| small.strip_prefix("mc").filter(|rest| rest.len() > 2).map(|rest| ("Mc", rest)));
    behind.map_or_else(|| large(small), |(begin, rest)| format!("{begin}{}", large(rest)))
}

/// The first letter large, the rest small.
fn large(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    // Of a letter that becomes several, the first alone is large.
    let mut upper = first.to_uppercase();
    let begin = upper.next();
    let small = upper.flat_map(char::to_lowercase);
    begin.into_iter().chain(small).chain(letters.as_str().to_lowercase().chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_one_case_are_written_as_usual() {
        for (typed, family, mended) in [
            ("ADA", false, "Ada"),
            ("ada", false, "Ada"),
            ("ANNE-MARIE", false, "Anne-Marie"),
            ("JJ", false, "JJ"),
            ("J.R.", false, "J.R."),
            ("LI", true, "Li"),
            ("O'NEIL", true, "O'Neil"),
            ("o\u{2019}neil", true, "O\u{2019}Neil"),
            ("MCDONALD", true, "McDonald"),
            ("MACDONALD", true, "MacDonald"),
            ("MACHADO", true, "Machado"),
            ("VAN DER BERG", true, "van der Berg"),
            ("VON", false, "Von"),
            ("DE LA CRUZ", true, "de la Cruz"),
            ("D'ESTAING", true, "d'Estaing"),
            ("M\u{DC}LLER-L\u{DC}DENSCHEIDT", true, "M\u{FC}ller-L\u{FC}denscheidt"),
            (
                "\u{418}\u{412}\u{410}\u{41D}\u{41E}\u{412}\u{410}",
                true,
                "\u{418}\u{432}\u{430}\u{43D}\u{43E}\u{432}\u{430}",
            ),
            (
                "\u{3A0}\u{391}\u{3A0}\u{391}\u{394}\u{39F}\u{3A0}\u{39F}\u{3A5}\u{39B}\u{39F}\u{3A3}",
                true,
                "\u{3A0}\u{3B1}\u{3C0}\u{3B1}\u{3B4}\u{3BF}\u{3C0}\u{3BF}\u{3C5}\u{3BB}\u{3BF}\u{3C2}",
            ),
            // Georgian, Han and Arabic stay, and so does what is written with care.
            (
                "\u{10D2}\u{10D8}\u{10DD}\u{10E0}\u{10D2}\u{10D8}",
                false,
                "\u{10D2}\u{10D8}\u{10DD}\u{10E0}\u{10D2}\u{10D8}",
            ),
            ("\u{738B}\u{82B3}", true, "\u{738B}\u{82B3}"),
            ("\u{639}\u{644}\u{64A}", true, "\u{639}\u{644}\u{64A}"),
            ("\u{130}BRAH\u{130}M", false, "\u{130}brahim"),
            ("AL\u{130}", false, "Ali"),
            ("deVries", true, "deVries"),
            // Initials stay; a letter with an iota is as large as they are.
            ("\u{1F8C}. \u{392}\u{391}", false, "\u{1F8C}. \u{392}\u{3B1}"),
            ("\u{1F8C}. \u{3B2}", false, "\u{1F8C}. \u{3B2}"),
            ("McDONALD", true, "McDONALD"),
        ] {
            assert_eq!(mend(typed, family), mended, "{typed}");
            assert_eq!(mend(&mend(typed, family), family), mended, "{typed} twice");
        }
    }

    #[test]
    fn titles_and_what_follows_are_written_as_usual() {
        let name = PersonName::new("ADA", "KING").prefix("PROF. DR.").suffix("PHD mba III JR.").mended();
        assert_eq!(name.display(), "Prof. Dr. Ada King PhD MBA III Jr.");
        assert_eq!(name.mended(), name);
        let kept = PersonName::new("Ada", "King").prefix("THE COUNTESS").suffix("of Lovelace");
        assert_eq!(kept.mended(), kept);
    }
}
