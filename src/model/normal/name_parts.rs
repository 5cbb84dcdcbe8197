//! A name as one text, taken apart.

use super::name_words::{
    JOINING, LARGE_PARTICLES, ONLY_IN_CAPITALS, ONLY_WITH_POINT, PARTICLES, PATRONYMICS, PREFIXES, SUFFIXES, TWO_SIGNS,
};
use crate::model::{PersonName, is_east_asian, search_fold};

impl PersonName {
    /// A name that stands in one text, taken apart: titles before it, what follows it, a nickname in quotes or parentheses, given, middle and
    /// family name. Nothing but white space, commas, quotes and parentheses is left out; letters stay as they are.
    ///
    /// Small words begin the family name (`van`, `de la`, `bin`). Behind a comma stands the given name, or what follows the whole name. Names in
    /// Han and Hangul have the family name first, as have Slavic ones that end with a patronymic. A single word is the given name; behind a title, the
    /// family name. What no text can say is guessed: two family names without a small word between them, or a given name of two words, are told apart by
    /// the last word being the family name. Costs time in proportion to the text.
    ///
    /// ```
    /// use contactdb::PersonName;
    /// let name = PersonName::parse("Dr. Ludwig van Beethoven Jr.");
    /// assert_eq!(name.prefix.as_deref(), Some("Dr."));
    /// assert_eq!(name.given.as_deref(), Some("Ludwig"));
    /// assert_eq!(name.family.as_deref(), Some("van Beethoven"));
    /// assert_eq!(name.suffix.as_deref(), Some("Jr."));
    /// assert_eq!(PersonName::parse("Beethoven, Ludwig van"), PersonName::new("Ludwig", "van Beethoven"));
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (text, nickname) = without_nickname(text);
        let mut name = if is_of_east_asia(&text) { east_asian(&text) } else { with_commas(&text) };
        name.nickname = nickname.or(name.nickname);
        name
    }
}

const QUOTES: [(char, char); 6] = [
    ('"', '"'),
    ('\u{201C}', '\u{201D}'),
    ('\u{201E}', '\u{201C}'),
    ('\u{AB}', '\u{BB}'),
    ('(', ')'),
    ('\u{FF08}', '\u{FF09}'),
];

/// A text and the nickname that stood within it, if there is a name besides.
fn without_nickname(text: &str) -> (String, Option<String>) {
    let whole = || (text.to_owned(), None);
    let quote = text.char_indices().find_map(|(at, c)| Some((at, QUOTES.iter().find(|(open, _)| *open == c)?)));
    let Some((at, (open, close))) = quote else { return whole() };
    let (before, behind) = text.split_at_checked(at).unwrap_or((text, ""));
    let behind = behind.get(open.len_utf8()..).unwrap_or_default();
    let Some((nickname, behind)) = behind.split_once(*close) else { return whole() };
    let (nickname, rest) = (spaced(nickname.split_whitespace()), format!("{before} {behind}"));
    match nickname {
        Some(nickname) if rest.chars().any(char::is_alphabetic) => (rest, Some(nickname)),
        _ => whole(),
    }
}

fn spaced<'w>(words: impl IntoIterator<Item = &'w str>) -> Option<String> {
    Some(words.into_iter().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
}

/// A word as the lists have it.
fn plain(word: &str) -> String {
    search_fold(word).replace('.', "")
}

fn is_prefix(word: &str, before: Option<&str>) -> bool {
    let folded = plain(word);
    if folded.is_empty() {
        return false;
    }
    // What belongs to a title before it: h.c., med.
    let goes_on = before.is_some_and(|before| ["dr", "prof", "hc"].contains(&plain(before).as_str()))
        && word.ends_with('.')
        && word.chars().all(|c| c == '.' || c.is_lowercase());
    goes_on
        || PREFIXES.contains(&folded.as_str()) && (word.ends_with('.') || !ONLY_WITH_POINT.contains(&folded.as_str()))
}

/// `sure`: behind a comma, where nothing else is expected.
fn is_suffix(word: &str, sure: bool) -> bool {
    let folded = plain(word);
    SUFFIXES.contains(&folded.as_str())
        && (sure
            || word.contains('.')
            || !ONLY_IN_CAPITALS.contains(&folded.as_str())
            || !word.chars().any(char::is_lowercase))
}

/// Takes titles off the beginning, so that something is left.
fn take_prefixes<'w>(words: &mut Vec<&'w str>) -> Vec<&'w str> {
    let mut count = 0;
    while count + 1 < words.len()
        && words
            .get(count)
            .is_some_and(|word| is_prefix(word, count.checked_sub(1).and_then(|at| words.get(at)).copied()))
    {
        count += 1;
    }
    words.drain(..count).collect()
}

/// Takes what follows a name off the end, so that so many words are left.
fn take_suffixes<'w>(words: &mut Vec<&'w str>, left: usize) -> Vec<&'w str> {
    let mut at = words.len();
    // In a text all in capitals, capitals say nothing.
    let shouted = !words.iter().any(|word| word.chars().any(char::is_lowercase));
    while at > left
        && words.get(at - 1).is_some_and(|word| {
            let unsure = shouted && ONLY_IN_CAPITALS.contains(&plain(word).as_str()) && !word.contains('.');
            is_suffix(word, false) && !unsure
        })
    {
        at -= 1;
    }
    words.split_off(at)
}

fn is_small(word: &str) -> bool {
    !word.chars().any(char::is_uppercase) && word.chars().any(char::is_alphabetic)
}

fn is_particle(word: &str) -> bool {
    let folded = plain(word);
    let list = if is_small(word) { PARTICLES } else { LARGE_PARTICLES };
    list.contains(&folded.as_str())
}

fn is_patronymic(word: &str) -> bool {
    let folded = search_fold(word);
    PATRONYMICS.iter().any(|end| folded.len() > end.len() && folded.ends_with(end))
}

/// Parts of a name as words.
#[derive(Default)]
struct Words<'w> {
    prefix: Vec<&'w str>,
    given: Vec<&'w str>,
    middle: Vec<&'w str>,
    family: Vec<&'w str>,
    suffix: Vec<&'w str>,
}

impl Words<'_> {
    fn name(self) -> PersonName {
        PersonName {
            prefix: spaced(self.prefix),
            given: spaced(self.given),
            middle: spaced(self.middle),
            family: spaced(self.family),
            suffix: spaced(self.suffix),
            ..PersonName::default()
        }
    }
}

fn with_commas(text: &str) -> PersonName {
    let pieces = text.split([',', '\u{60C}', '\u{FF0C}']).map(|piece| piece.split_whitespace().collect::<Vec<_>>());
    let mut pieces: Vec<Vec<&str>> = pieces.filter(|piece| !piece.is_empty()).collect();
    let mut behind = Vec::new();
    while pieces.len() > 1
        && let Some(last) = pieces.pop_if(|last| last.iter().all(|word| is_suffix(word, true)))
    {
        behind.push(last);
    }
    behind.reverse();
    let mut pieces = pieces.into_iter();
    let mut words = match (pieces.next(), pieces.next()) {
        (Some(family), Some(given)) => family_first(family, given),
        (Some(all), None) => western(all),
        _ => Words::default(),
    };
    for piece in pieces {
        let titles = piece.iter().all(|word| is_prefix(word, words.prefix.last().copied()));
        if titles { &mut words.prefix } else { &mut words.suffix }.extend(piece);
    }
    words.suffix.extend(behind.into_iter().flatten());
    words.name()
}

/// `Beethoven, Ludwig van`.
fn family_first<'w>(mut family: Vec<&'w str>, mut given: Vec<&'w str>) -> Words<'w> {
    let mut prefix = take_prefixes(&mut family);
    prefix.extend(take_prefixes(&mut given));
    let mut suffix = take_suffixes(&mut family, 1);
    suffix.extend(take_suffixes(&mut given, 1));
    let mut at = given.len();
    while at > 1 && given.get(at - 1).is_some_and(|word| is_small(word) && is_particle(word)) {
        at -= 1;
    }
    let mut whole = given.split_off(at);
    whole.append(&mut family);
    let middle = given.split_off(given.len().min(1));
    Words { prefix, given, middle, family: whole, suffix }
}

/// `Dr. Ludwig van Beethoven Jr.`
fn western(mut words: Vec<&str>) -> Words<'_> {
    let prefix = take_prefixes(&mut words);
    let suffix = take_suffixes(&mut words, 2);
    let mut name = Words { prefix, suffix, ..Words::default() };
    let (count, last) = (words.len(), words.last().is_some_and(|word| is_patronymic(word)));
    match *words.as_slice() {
        [one] if name.prefix.is_empty() => name.given.push(one),
        [one] => name.family.push(one),
        [given, patronymic] if last => (name.given, name.middle) = (vec![given], vec![patronymic]),
        [family, given, patronymic] if last => {
            (name.family, name.given, name.middle) = (vec![family], vec![given], vec![patronymic]);
        }
        _ => {
            name.family = words.split_off(family_at(&words, count));
            name.middle = words.split_off(words.len().min(1));
            name.given = words;
        }
    }
    name
}

/// Where the family name begins.
fn family_at(words: &[&str], count: usize) -> usize {
    let last = count.saturating_sub(1);
    let all_small = words.iter().all(|word| is_small(word));
    if count > 1 && !all_small && words.first().is_some_and(|word| is_small(word) && is_particle(word)) {
        return 0;
    }
    let inner = words.iter().enumerate().take(last).skip(1);
    let particle = inner.map(|(at, word)| (at, *word)).find(|(_, word)| is_particle(word));
    match particle {
        Some((at, word)) if JOINING.contains(&plain(word).as_str()) && at > 1 => at - 1,
        Some((at, _)) => at,
        None => last,
    }
}

/// Signs between the parts of foreign names.
const MIDDLE_DOTS: [char; 4] = ['\u{30FB}', '\u{B7}', '\u{2027}', '\u{FF65}'];

fn is_of_east_asia(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| !c.is_whitespace() && !MIDDLE_DOTS.contains(c)).peekable();
    letters.peek().is_some() && letters.all(is_east_asian)
}

fn east_asian(text: &str) -> PersonName {
    if text.contains(MIDDLE_DOTS) {
        let mut words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || MIDDLE_DOTS.contains(&c))
            .filter(|word| !word.is_empty())
            .collect();
        let family = words.split_off(words.len().saturating_sub(1).max(1).min(words.len()));
        let middle = words.split_off(words.len().min(1));
        return Words { given: words, middle, family, ..Words::default() }.name();
    }
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    if let Some(given) = spaced(words) {
        return PersonName::new(given, first);
    }
    let (family, given) = first.split_at_checked(end_of_family(first)).unwrap_or(("", first));
    PersonName::new(given, family)
}

/// Where the family name ends that stands before a given name without a space; 0 if that can't be known.
fn end_of_family(text: &str) -> usize {
    let signs: Vec<char> = text.chars().collect();
    let is_kana = |c: &char| matches!(u32::from(*c), 0x3040..=0x30FF);
    let count = match signs.iter().position(is_kana) {
        Some(at) if signs.iter().skip(at).all(is_kana) => at,
        Some(_) => 0,
        None if signs.len() > 2 && TWO_SIGNS.iter().any(|name| text.starts_with(name)) => 2,
        None => match (signs.len(), signs.first()) {
            (2 | 3, _) | (4, Some('\u{AC00}'..='\u{D7AF}')) => 1,
            // Four Han signs are most often a Japanese name.
            (4, _) => 2,
            _ => 0,
        },
    };
    signs.iter().take(count).map(|c| c.len_utf8()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Prefix, given, middle, family, suffix.
    fn parts(text: &str) -> [String; 5] {
        let name = PersonName::parse(text);
        [name.prefix, name.given, name.middle, name.family, name.suffix].map(Option::unwrap_or_default)
    }

    #[test]
    fn names_of_many_countries_are_taken_apart() {
        for (text, expected) in [
            ("Ada Lovelace", ["", "Ada", "", "Lovelace", ""]),
            ("Ada", ["", "Ada", "", "", ""]),
            ("Mr. Smith", ["Mr.", "", "", "Smith", ""]),
            ("Prof. Dr. h.c. mult. Ada M\u{FC}ller", ["Prof. Dr. h.c. mult.", "Ada", "", "M\u{FC}ller", ""]),
            ("Dipl.-Ing. Max Muster", ["Dipl.-Ing.", "Max", "", "Muster", ""]),
            ("Martin Luther King Jr.", ["", "Martin", "Luther", "King", "Jr."]),
            ("John Smith, PhD, MBA", ["", "John", "", "Smith", "PhD MBA"]),
            ("Smith, John, Jr.", ["", "John", "", "Smith", "Jr."]),
            ("Smith Jr., Dr. John Q.", ["Dr.", "John", "Q.", "Smith", "Jr."]),
            ("Henry James III", ["", "Henry", "", "James", "III"]),
            ("Jack Ma", ["", "Jack", "", "Ma", ""]),
            ("Jack Smith MA", ["", "Jack", "", "Smith", "MA"]),
            ("JACK YO MA", ["", "JACK", "YO", "MA", ""]),
            ("Vincent van Gogh", ["", "Vincent", "", "van Gogh", ""]),
            ("van Gogh, Vincent", ["", "Vincent", "", "van Gogh", ""]),
            ("Gogh, Vincent Willem van", ["", "Vincent", "Willem", "van Gogh", ""]),
            ("van Gogh", ["", "", "", "van Gogh", ""]),
            ("Mary Van Dyke", ["", "Mary", "", "Van Dyke", ""]),
            ("Van Morrison", ["", "Van", "", "Morrison", ""]),
            ("Le Van An", ["", "Le", "", "Van An", ""]),
            ("Oscar de la Renta", ["", "Oscar", "", "de la Renta", ""]),
            ("Jos\u{E9} Ortega y Gasset", ["", "Jos\u{E9}", "", "Ortega y Gasset", ""]),
            ("Jo\u{E3}o da Costa e Silva", ["", "Jo\u{E3}o", "", "da Costa e Silva", ""]),
            ("Hans-Peter von der Heide", ["", "Hans-Peter", "", "von der Heide", ""]),
            ("Muhammad bin Salman", ["", "Muhammad", "", "bin Salman", ""]),
            (
                "\u{41C}\u{430}\u{440}\u{438}\u{44F} \u{41F}\u{435}\u{442}\u{440}\u{43E}\u{432}\u{43D}\u{430} \u{418}\u{432}\u{430}\u{43D}\u{43E}\u{432}\u{430}",
                [
                    "",
                    "\u{41C}\u{430}\u{440}\u{438}\u{44F}",
                    "\u{41F}\u{435}\u{442}\u{440}\u{43E}\u{432}\u{43D}\u{430}",
                    "\u{418}\u{432}\u{430}\u{43D}\u{43E}\u{432}\u{430}",
                    "",
                ],
            ),
            (
                "\u{418}\u{432}\u{430}\u{43D}\u{43E}\u{432}\u{430} \u{41C}\u{430}\u{440}\u{438}\u{44F} \u{41F}\u{435}\u{442}\u{440}\u{43E}\u{432}\u{43D}\u{430}",
                [
                    "",
                    "\u{41C}\u{430}\u{440}\u{438}\u{44F}",
                    "\u{41F}\u{435}\u{442}\u{440}\u{43E}\u{432}\u{43D}\u{430}",
                    "\u{418}\u{432}\u{430}\u{43D}\u{43E}\u{432}\u{430}",
                    "",
                ],
            ),
            // Mao Zedong, Zhuge Liang, Yamada Taro, Kim Minjun, Namgung Min.
            ("\u{6BDB}\u{6CFD}\u{4E1C}", ["", "\u{6CFD}\u{4E1C}", "", "\u{6BDB}", ""]),
            ("\u{8BF8}\u{845B}\u{4EAE}", ["", "\u{4EAE}", "", "\u{8BF8}\u{845B}", ""]),
            ("\u{5C71}\u{7530}\u{592A}\u{90CE}", ["", "\u{592A}\u{90CE}", "", "\u{5C71}\u{7530}", ""]),
            ("\u{5C71}\u{7530}\u{3000}\u{592A}\u{90CE}", ["", "\u{592A}\u{90CE}", "", "\u{5C71}\u{7530}", ""]),
            ("\u{5C71}\u{7530}\u{306F}\u{306A}", ["", "\u{306F}\u{306A}", "", "\u{5C71}\u{7530}", ""]),
            ("\u{AE40}\u{BBFC}\u{C900}", ["", "\u{BBFC}\u{C900}", "", "\u{AE40}", ""]),
            ("\u{B0A8}\u{AD81}\u{BBFC}", ["", "\u{BBFC}", "", "\u{B0A8}\u{AD81}", ""]),
            // A foreign name in kana: John Smith.
            (
                "\u{30B8}\u{30E7}\u{30F3}\u{30FB}\u{30B9}\u{30DF}\u{30B9}",
                ["", "\u{30B8}\u{30E7}\u{30F3}", "", "\u{30B9}\u{30DF}\u{30B9}", ""],
            ),
            // Muhammad bin Ali.
            (
                "\u{645}\u{62D}\u{645}\u{62F} \u{628}\u{646} \u{639}\u{644}\u{64A}",
                ["", "\u{645}\u{62D}\u{645}\u{62F}", "", "\u{628}\u{646} \u{639}\u{644}\u{64A}", ""],
            ),
            ("", ["", "", "", "", ""]),
            (" , ,", ["", "", "", "", ""]),
            ("Dr.", ["", "Dr.", "", "", ""]),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn nicknames_stand_in_quotes_or_parentheses() {
        for text in
            ["Robert \"Bob\" Smith", "Robert (Bob) Smith", "Robert \u{201E}Bob\u{201C} Smith", "Smith, Robert (Bob)"]
        {
            assert_eq!(PersonName::parse(text), PersonName::new("Robert", "Smith").nickname("Bob"), "{text}");
        }
        assert_eq!(PersonName::parse("\"Bob\"").nickname, None);
        assert_eq!(PersonName::parse("Robert \"Bob").given.as_deref(), Some("Robert"));
    }
}
