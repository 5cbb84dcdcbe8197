//! How fast cards are read and written: `cargo bench --bench exchange`, with `-- --only 'as contacts'` for those lines alone and
//! `-- --rounds 9` for more than five rounds, `-- --cards 2000` for fewer cards (to count instructions). Cards of text alone, on one
//! core: the median, the slowest and the fastest round. A card that was read is dropped before the next one, as an import does it.
//!
//! Nothing here decides a test.

use std::hint::black_box;
use std::time::Instant;

use contactdb::vcard::{self, Card, Version};
use contactdb::{Contact, jscontact};

const CARDS: usize = 40_000;

const PERSON: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lovelace;Ada;King;Countess;\r\nFN:Countess Ada King Lovelace\r\nORG:Analytical Engines;Research\r\n\
    TITLE:Analyst\r\nEMAIL;TYPE=INTERNET,WORK,pref:ada.lovelace@example.com\r\nTEL;TYPE=CELL,VOICE:+44 20 7946 0001\r\nTEL;TYPE=WORK:+44 20 7946 0002\r\n\
    ADR;TYPE=WORK:;;1 Example Square;London;;SW1A 0AA;United Kingdom\r\nURL:https://example.com/ada\r\nBDAY:1815-12-10\r\n\
    NOTE:Likes numbers\\, letters and a good translation\\nof a long text that is folded\r\n  over two lines\r\nCATEGORIES:mathematics,vip\r\nEND:VCARD\r\n";

/// What is measured, and how many bytes it goes over.
type Stage<'s> = (&'static str, usize, Box<dyn Fn() -> contactdb::Result<usize> + 's>);

/// Makes a contact of each card, and drops it.
fn contacts(cards: impl Iterator<Item = Card>) -> usize {
    cards.fold(0, |count, card| {
        black_box(card.into_contact());
        count + 1
    })
}

fn main() -> contactdb::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let given = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1);
    let only = given("--only").map_or("", String::as_str);
    let number = |name: &str, usual: usize| given(name).and_then(|text| text.parse().ok()).unwrap_or(usual).max(1);
    let (rounds, count) = (number("--rounds", 5), number("--cards", CARDS));

    let file = PERSON.repeat(count);
    let people: Vec<Contact> =
        vcard::read(file.as_bytes()).take(count.div_ceil(10)).flatten().map(Card::into_contact).collect();
    let (mut cards, mut json) = (Vec::new(), Vec::new());
    people.iter().try_for_each(|person| vcard::write(&mut cards, person, Version::V4))?;
    people.iter().try_for_each(|person| jscontact::write(&mut json, person))?;
    let stages: [Stage<'_>; 5] = [
        ("vCard, read as properties", file.len(), Box::new(|| Ok(vcard::read(file.as_bytes()).flatten().count()))),
        ("vCard, read as contacts", file.len(), Box::new(|| Ok(contacts(vcard::read(file.as_bytes()).flatten())))),
        (
            "vCard 4.0, written",
            cards.len(),
            Box::new(|| {
                let mut out = Vec::new();
                people.iter().try_for_each(|person| vcard::write(&mut out, person, Version::V4))?;
                Ok(black_box(out).len())
            }),
        ),
        (
            "JSContact, written",
            json.len(),
            Box::new(|| {
                let mut out = Vec::new();
                people.iter().try_for_each(|person| jscontact::write(&mut out, person))?;
                Ok(black_box(out).len())
            }),
        ),
        ("JSContact, read as contacts", json.len(), Box::new(|| Ok(contacts(jscontact::read(&*json).flatten())))),
    ];
    for (what, bytes, run) in stages.iter().filter(|(what, ..)| what.contains(only)) {
        let mut speeds = Vec::new();
        for _ in 0..rounds {
            let began = Instant::now();
            assert!(run()? > 0, "nothing came of it");
            speeds.push(*bytes as u128 / began.elapsed().as_micros().max(1));
        }
        speeds.sort_unstable();
        if let (Some(slowest), Some(median), Some(fastest)) = (speeds.first(), speeds.get(rounds / 2), speeds.last()) {
            println!("{what}: {median} MB/s ({slowest} - {fastest})");
        }
    }
    Ok(())
}
