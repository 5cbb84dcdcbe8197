//! Countries: one for each name and code.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use super::countries::COUNTRIES;
use crate::model::{Region, search_fold};

/// A country or territory of ISO 3166-1, by whatever name or code it was given.
///
/// ```
/// use contactdb::Country;
/// for text in ["Germany", "DE", "deu", "Deutschland", "Federal Republic of Germany"] {
///     let country = Country::parse(text).expect("known");
///     assert_eq!((country.code(), country.alpha3(), country.name()), ("DE", "DEU", "Germany"));
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(u16);

/// A longer text names no country, in bytes.
const MAX_TEXT: usize = 128;

/// What stands before the names of many states, and is left out where the whole is not known.
const SORTS: [&str; 6] =
    ["republic of ", "kingdom of ", "state of ", "commonwealth of ", "islamic republic of ", "federal republic of "];

/// Every name and code in folded form, and the place of its country.
static NAMES: LazyLock<HashMap<String, Country>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for (at, (code, alpha3, name, others)) in (0..).zip(COUNTRIES) {
        for text in [*code, *alpha3, *name].into_iter().chain(others.split('|')) {
            names.insert(folded(text), Country(at));
        }
    }
    names.remove("");
    names
});

impl Country {
    /// The country that a text names: a code of two or three letters, its English name, its own name, a former or official one, or what
    /// the larger languages call it. Case, marks of Latin letters, punctuation and a leading `the` do not matter. `None` for any other text.
    ///
    /// England, Scotland, Wales and Northern Ireland are the United Kingdom. Costs one look-up.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let folded = folded(text);
        let known = |text: &str| NAMES.get(text).copied();
        known(&folded).or_else(|| {
            let rest = SORTS.iter().find_map(|sort| folded.strip_prefix(sort))?;
            known(rest.strip_prefix("the ").unwrap_or(rest))
        })
    }

    /// All countries, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).take(COUNTRIES.len()).map(Self)
    }

    /// The code of two letters (ISO 3166-1 alpha-2); `XK` for Kosovo.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.entry().0
    }

    /// The code of three letters (ISO 3166-1 alpha-3); `XKX` for Kosovo.
    #[must_use]
    pub fn alpha3(self) -> &'static str {
        self.entry().1
    }

    /// The English name in everyday use.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().2
    }

    /// The region in which its national phone numbers are meant.
    #[must_use]
    pub fn region(self) -> Option<Region> {
        Region::from_bytes(self.code().as_bytes())
    }

    fn entry(self) -> &'static (&'static str, &'static str, &'static str, &'static str) {
        // INVARIANT: only places in the table are ever made, so this never falls back.
        COUNTRIES.get(usize::from(self.0)).unwrap_or(&("ZZ", "ZZZ", "", ""))
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name without punctuation and articles.
fn folded(text: &str) -> String {
    let folded = search_fold(text).replace('&', " and ");
    // Points within initials join: u.s.a.
    let joined = folded.replace(['.', '\''], "");
    let words = joined.split(|c: char| c.is_whitespace() || ",()-_/".contains(c)).filter(|word| !word.is_empty());
    let mut out = String::with_capacity(joined.len());
    for word in words.map(|word| if word == "st" { "saint" } else { word }) {
        if out.is_empty() && word == "the" {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The codes of ISO 3166-1, one behind the other.
    const CODES: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCR\
        CUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISIT\
        JEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNU\
        NZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUA\
        UGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

    #[test]
    fn every_code_of_the_standard_is_there_and_kosovo() {
        let mine: String = Country::all().map(Country::code).filter(|code| *code != "XK").collect();
        assert_eq!(mine, CODES);
        assert_eq!(Country::all().count(), 250);
    }

    #[test]
    fn every_name_and_code_leads_to_one_country() {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for (code, alpha3, name, others) in COUNTRIES {
            assert!(alpha3.len() == 3 && !name.is_empty(), "{code}");
            for text in [*code, *alpha3, *name].into_iter().chain(others.split('|').filter(|name| !name.is_empty())) {
                let before = seen.insert(folded(text), code);
                assert!(before.is_none_or(|before| before == *code), "{text}: {before:?} and {code}");
                for written in [text.to_owned(), text.to_lowercase(), text.to_uppercase(), format!(" {text}. ")] {
                    assert_eq!(Country::parse(&written).map(Country::code), Some(*code), "{written}");
                }
            }
        }
    }

    #[test]
    fn names_as_people_write_them_are_known() {
        for (text, code) in [
            ("U.S.A.", "US"),
            ("the netherlands", "NL"),
            ("\u{D6}sterreich", "AT"),
            ("C\u{F4}te d\u{2019}Ivoire", "CI"),
            ("St. Lucia", "LC"),
            ("Trinidad & Tobago", "TT"),
            ("Kingdom of Norway", "NO"),
            ("Republic of the Gambia", "GM"),
            ("Republic of Korea", "KR"),
            ("Congo", "CG"),
            ("Congo, The Democratic Republic Of The", "CD"),
            ("\u{65E5}\u{672C}", "JP"),
            ("\u{420}\u{41E}\u{421}\u{421}\u{418}\u{42F}", "RU"),
            ("\u{395}\u{39B}\u{39B}\u{391}\u{394}\u{391}", "GR"),
            ("T\u{FC}rkiye", "TR"),
            ("TURKIYE", "TR"),
            ("uk", "GB"),
        ] {
            assert_eq!(Country::parse(text).map(Country::code), Some(code), "{text}");
        }
        for text in ["", "the", "Atlantis", "X", "ZZ", "Germanyy", "Republic of", &"a".repeat(1 << 20)] {
            assert_eq!(Country::parse(text), None);
        }
    }
}
