//! Words around names: titles before them, what follows them, and the small words within.

/// Titles before a name, folded and without points.
pub(super) const PREFIXES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "master",
    "dr",
    "drs",
    "prof",
    "professor",
    "doctor",
    "sir",
    "dame",
    "lord",
    "lady",
    "rev",
    "reverend",
    "hon",
    "rabbi",
    "imam",
    "sheikh",
    "capt",
    "captain",
    "col",
    "colonel",
    "gen",
    "general",
    "lt",
    "lieutenant",
    "maj",
    "major",
    "sgt",
    "cmdr",
    "adm",
    "admiral",
    "herr",
    "frau",
    "hr",
    "fr",
    "dipl-ing",
    "ing",
    "mag",
    "mmag",
    "univ-prof",
    "priv-doz",
    "pd",
    "ra",
    "mme",
    "mlle",
    "monsieur",
    "madame",
    "mademoiselle",
    "me",
    "senor",
    "senora",
    "sr",
    "sra",
    "srta",
    "dott",
    "dottssa",
    "avv",
    "sig",
    "sigra",
    "dhr",
    "mevr",
    "mw",
    "ir",
    "pan",
    "pani",
    "mgr",
    "mudr",
    "judr",
    "phdr",
    "inz",
    "fru",
];

/// Of those, the ones that are also given or family names: they count with a point only.
pub(super) const ONLY_WITH_POINT: &[&str] =
    &["fr", "me", "ra", "hr", "pan", "pani", "mag", "ing", "master", "major", "general", "ir"];

/// What follows a name, folded and without points.
pub(super) const SUFFIXES: &[&str] = &[
    "jr", "sr", "jun", "sen", "junior", "senior", "ii", "iii", "iv", "esq", "phd", "md", "mba", "dds", "dvm", "cpa",
    "cfa", "pmp", "obe", "mbe", "cbe", "kbe", "frs", "llm", "llb", "bsc", "msc", "ba", "ma", "beng", "meng", "dphil",
    "edd", "jd", "kc", "qc", "rn", "sj", "bed", "mph", "mpa", "msw",
];

/// Of those, the ones that are also names: they count in capitals, with points or behind a comma only.
pub(super) const ONLY_IN_CAPITALS: &[&str] =
    &["ba", "ma", "md", "kc", "sj", "rn", "bed", "ii", "iii", "iv", "jun", "sen", "edd"];

/// Small words that begin a family name and are written small. Latin letters folded.
pub(super) const PARTICLES: &[&str] = &[
    "van",
    "von",
    "vom",
    "zu",
    "zum",
    "zur",
    "de",
    "der",
    "den",
    "des",
    "del",
    "della",
    "dello",
    "delle",
    "degli",
    "dei",
    "di",
    "da",
    "dal",
    "dalla",
    "das",
    "do",
    "dos",
    "du",
    "la",
    "las",
    "le",
    "les",
    "lo",
    "los",
    "af",
    "av",
    "ter",
    "ten",
    "te",
    "'t",
    "op",
    "bin",
    "ibn",
    "bint",
    "al",
    "el",
    "ould",
    "san",
    "santa",
    "st",
    "y",
    "e",
    // Arabic: bin, ibn, bint.
    "\u{628}\u{646}",
    "\u{627}\u{628}\u{646}",
    "\u{628}\u{646}\u{62A}",
];

/// Of those, the ones that begin a family name even where they are written large, when they stand between two other names.
pub(super) const LARGE_PARTICLES: &[&str] = &[
    "van", "von", "de", "der", "den", "del", "della", "di", "da", "dos", "du", "la", "le", "ter", "ten", "bin", "ibn",
    "al", "el", "st",
];

/// Of those, the ones that join two family names: what stands before one belongs to the family name too.
pub(super) const JOINING: &[&str] = &["y", "e"];

/// How patronymics of Eastern Slavs end.
pub(super) const PATRONYMICS: &[&str] = &[
    "\u{43E}\u{432}\u{438}\u{447}",
    "\u{435}\u{432}\u{438}\u{447}",
    "\u{43E}\u{432}\u{43D}\u{430}",
    "\u{435}\u{432}\u{43D}\u{430}",
    "\u{456}\u{432}\u{43D}\u{430}",
    "\u{438}\u{447}\u{43D}\u{430}",
];

/// Chinese and Korean family names of two signs.
pub(super) const TWO_SIGNS: &[&str] = &[
    // Ouyang, Sima, Zhuge, Shangguan, Situ, Huangfu, Dongfang, Linghu, Xiahou, Gongsun, and four in the traditional form.
    "\u{6B27}\u{9633}",
    "\u{53F8}\u{9A6C}",
    "\u{8BF8}\u{845B}",
    "\u{4E0A}\u{5B98}",
    "\u{53F8}\u{5F92}",
    "\u{7687}\u{752B}",
    "\u{4E1C}\u{65B9}",
    "\u{4EE4}\u{72D0}",
    "\u{590F}\u{4FAF}",
    "\u{516C}\u{5B59}",
    "\u{6B50}\u{967D}",
    "\u{53F8}\u{99AC}",
    "\u{8AF8}\u{845B}",
    "\u{6771}\u{65B9}",
    // Namgung, Hwangbo, Jegal, Sagong, Seonu, Dokgo.
    "\u{B0A8}\u{AD81}",
    "\u{D669}\u{BCF4}",
    "\u{C81C}\u{AC08}",
    "\u{C0AC}\u{ACF5}",
    "\u{C120}\u{C6B0}",
    "\u{B3C5}\u{ACE0}",
];

/// Names with `Mac` whose next letter is written large. Most others, such as Machado, are not of that sort.
pub(super) const MACS: &[&str] = &[
    "macdonald",
    "macdougall",
    "macgregor",
    "macintyre",
    "mackenzie",
    "mackinnon",
    "maclean",
    "macleod",
    "macmillan",
    "macneil",
    "macpherson",
];
