//! The letters beyond ASCII of the languages that are written in each of the code pages, in lower case.

use super::named::TextEncoding;

/// A language, or several that are much alike.
#[derive(Debug)]
pub(super) struct Language {
    /// The code page in which files in that language come.
    pub(super) encoding: TextEncoding,
    /// Letters that nearly every text has.
    pub(super) common: &'static str,
    /// Those that come up now and then.
    pub(super) rare: &'static str,
}

/// The order decides between guesses that are alike.
pub(super) const LANGUAGES: [Language; 21] = [
    // German
    Language { encoding: TextEncoding::WINDOWS_1252, common: "\u{E4}\u{F6}\u{FC}\u{DF}", rare: "" },
    // French
    Language {
        encoding: TextEncoding::WINDOWS_1252,
        common: "\u{E9}\u{E8}\u{E0}\u{E7}\u{EA}\u{F4}\u{EE}\u{E2}\u{FB}\u{F9}\u{EB}\u{EF}",
        rare: "\u{153}\u{E6}\u{FC}\u{FF}",
    },
    // Spanish and Catalan
    Language {
        encoding: TextEncoding::WINDOWS_1252,
        common: "\u{E1}\u{E9}\u{ED}\u{F3}\u{FA}\u{F1}",
        rare: "\u{FC}\u{E7}\u{E0}\u{E8}\u{F2}\u{EF}\u{BF}\u{A1}\u{BA}\u{AA}\u{B7}",
    },
    // Portuguese
    Language {
        encoding: TextEncoding::WINDOWS_1252,
        common: "\u{E3}\u{E1}\u{E9}\u{ED}\u{F3}\u{FA}\u{E7}\u{E2}\u{EA}\u{F4}",
        rare: "\u{F5}\u{E0}\u{FC}\u{BA}\u{AA}",
    },
    // Italian
    Language {
        encoding: TextEncoding::WINDOWS_1252,
        common: "\u{E0}\u{E8}\u{E9}\u{EC}\u{F2}\u{F9}",
        rare: "\u{ED}\u{F3}\u{FA}",
    },
    // Nordic
    Language {
        encoding: TextEncoding::WINDOWS_1252,
        common: "\u{E5}\u{E4}\u{F6}\u{E6}\u{F8}\u{E9}",
        rare: "\u{FC}\u{E1}\u{ED}\u{F3}\u{FA}\u{FD}\u{F0}\u{FE}",
    },
    // Icelandic
    Language {
        encoding: TextEncoding::WINDOWS_1252,
        common: "\u{E1}\u{E9}\u{ED}\u{F3}\u{FA}\u{E6}\u{F6}\u{F0}\u{FE}",
        rare: "\u{FD}",
    },
    // Dutch
    Language {
        encoding: TextEncoding::WINDOWS_1252,
        common: "\u{E9}\u{EB}\u{EF}\u{F6}",
        rare: "\u{FC}\u{F3}\u{E8}\u{EA}\u{E1}",
    },
    // Polish
    Language {
        encoding: TextEncoding::WINDOWS_1250,
        common: "\u{105}\u{107}\u{119}\u{142}\u{144}\u{F3}\u{15B}\u{17A}\u{17C}",
        rare: "",
    },
    // Czech and Slovak
    Language {
        encoding: TextEncoding::WINDOWS_1250,
        common: "\u{E1}\u{10D}\u{10F}\u{E9}\u{11B}\u{ED}\u{148}\u{F3}\u{159}\u{161}\u{165}\u{FA}\u{16F}\u{FD}\u{17E}",
        rare: "\u{13E}\u{F4}\u{E4}\u{13A}\u{155}",
    },
    // Hungarian
    Language {
        encoding: TextEncoding::WINDOWS_1250,
        common: "\u{E1}\u{E9}\u{ED}\u{F3}\u{F6}\u{151}\u{FA}\u{FC}\u{171}",
        rare: "",
    },
    // Romanian
    Language { encoding: TextEncoding::WINDOWS_1250, common: "\u{103}\u{E2}\u{EE}\u{15F}\u{163}", rare: "" },
    // Croatian and Slovene
    Language { encoding: TextEncoding::WINDOWS_1250, common: "\u{10D}\u{107}\u{111}\u{161}\u{17E}", rare: "" },
    // Cyrillic
    Language {
        encoding: TextEncoding::WINDOWS_1251,
        common: "\u{43E}\u{435}\u{430}\u{438}\u{43D}\u{442}\u{441}\u{440}\u{432}\u{43B}\u{43A}\u{43C}\u{434}\u{43F}\u{443}\u{456}",
        rare: "\u{451}\u{436}\u{437}\u{439}\u{446}\u{447}\u{448}\u{449}\u{44A}\u{44B}\u{44C}\u{44D}\u{44E}\u{44F}\u{433}\u{431}\u{445}\u{444}\u{457}\u{454}\u{491}\u{45E}\u{458}\u{459}\u{45A}\u{45B}\u{452}\u{45F}\u{455}\u{45C}\u{453}",
    },
    // Greek
    Language {
        encoding: TextEncoding::WINDOWS_1253,
        common: "\u{3B1}\u{3BF}\u{3B9}\u{3B5}\u{3C4}\u{3C3}\u{3BD}\u{3B7}\u{3C5}\u{3C1}\u{3C2}\u{3BA}\u{3CC}\u{3AC}\u{3AF}\u{3AD}\u{3AE}",
        rare: "\u{3B2}\u{3B3}\u{3B4}\u{3B6}\u{3B8}\u{3BB}\u{3BC}\u{3BE}\u{3C0}\u{3C6}\u{3C7}\u{3C8}\u{3C9}\u{3CD}\u{3CE}\u{3CA}\u{3CB}\u{390}\u{3B0}",
    },
    // Turkish
    Language {
        encoding: TextEncoding::WINDOWS_1254,
        common: "\u{E7}\u{11F}\u{131}\u{F6}\u{15F}\u{FC}",
        rare: "\u{E2}\u{EE}\u{FB}\u{69}\u{307}",
    },
    // Hebrew
    Language {
        encoding: TextEncoding::WINDOWS_1255,
        common: "\u{5D9}\u{5D5}\u{5D4}\u{5DC}\u{5D0}\u{5E8}\u{5DE}\u{5EA}\u{5D1}\u{5E9}",
        rare: "\u{5D2}\u{5D3}\u{5D6}\u{5D7}\u{5D8}\u{5DA}\u{5DB}\u{5DD}\u{5DF}\u{5E0}\u{5E1}\u{5E2}\u{5E3}\u{5E4}\u{5E5}\u{5E6}\u{5E7}",
    },
    // Arabic and Persian
    Language {
        encoding: TextEncoding::WINDOWS_1256,
        common: "\u{627}\u{644}\u{64A}\u{645}\u{646}\u{648}\u{62A}\u{631}\u{628}\u{629}\u{639}\u{62F}",
        rare: "\u{621}\u{622}\u{623}\u{624}\u{625}\u{626}\u{628}\u{62B}\u{62C}\u{62D}\u{62E}\u{630}\u{632}\u{633}\u{634}\u{635}\u{636}\u{637}\u{638}\u{63A}\u{641}\u{642}\u{643}\u{647}\u{649}\u{67E}\u{686}\u{698}\u{6AF}\u{6A9}\u{691}\u{679}\u{688}\u{6BA}\u{6D2}\u{6BE}\u{64B}\u{64C}\u{64D}\u{64E}\u{64F}\u{650}\u{651}\u{652}",
    },
    // Lithuanian
    Language {
        encoding: TextEncoding::WINDOWS_1257,
        common: "\u{105}\u{10D}\u{119}\u{117}\u{12F}\u{161}\u{173}\u{16B}\u{17E}",
        rare: "",
    },
    // Latvian
    Language {
        encoding: TextEncoding::WINDOWS_1257,
        common: "\u{101}\u{10D}\u{113}\u{123}\u{12B}\u{137}\u{13C}\u{146}\u{161}\u{16B}\u{17E}",
        rare: "\u{14D}",
    },
    // Estonian
    Language { encoding: TextEncoding::WINDOWS_1257, common: "\u{E4}\u{F5}\u{F6}\u{FC}\u{161}\u{17E}", rare: "" },
];
