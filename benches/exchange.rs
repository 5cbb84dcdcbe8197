//! How fast cards are read and written: `cargo bench --bench exchange`. Cards of text alone, on one core; the best of three rounds.
//!
//! Nothing here decides a test.

use std::time::Instant;

use contactdb::vcard::{self, Version};
use contactdb::{Contact, jscontact};

fn main() -> contactdb::Result<()> {
    let person = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lovelace;Ada;King;Countess;\r\nFN:Countess Ada King Lovelace\r\nORG:Analytical Engines;Research\r\n\
        TITLE:Analyst\r\nEMAIL;TYPE=INTERNET,WORK,pref:ada.lovelace@example.com\r\nTEL;TYPE=CELL,VOICE:+44 20 7946 0001\r\nTEL;TYPE=WORK:+44 20 7946 0002\r\n\
        ADR;TYPE=WORK:;;1 Example Square;London;;SW1A 0AA;United Kingdom\r\nURL:https://example.com/ada\r\nBDAY:1815-12-10\r\n\
        NOTE:Likes numbers\\, letters and a good translation\\nof a long text that is folded\r\n  over two lines\r\nCATEGORIES:mathematics,vip\r\nEND:VCARD\r\n";
    let file = person.repeat(40_000);
    let report = |what: &str, began: Instant, bytes: usize| {
        let micros = began.elapsed().as_micros().max(1);
        println!("{what}: {} MB/s", bytes as u128 / micros);
    };

    for _ in 0..3 {
        let began = Instant::now();
        let cards = vcard::read(file.as_bytes()).flatten().count();
        assert_eq!(cards, 40_000);
        report("vCard, read as properties", began, file.len());

        let began = Instant::now();
        let people: Vec<Contact> = vcard::read(file.as_bytes()).flatten().map(vcard::Card::into_contact).collect();
        report("vCard, read as contacts", began, file.len());

        let mut out = Vec::new();
        let began = Instant::now();
        people.iter().try_for_each(|person| vcard::write(&mut out, person, Version::V4))?;
        report("vCard 4.0, written", began, out.len());

        let mut json = Vec::new();
        let began = Instant::now();
        people.iter().try_for_each(|person| jscontact::write(&mut json, person))?;
        report("JSContact, written", began, json.len());

        let began = Instant::now();
        assert_eq!(jscontact::read(&*json).flatten().map(vcard::Card::into_contact).count(), 40_000);
        report("JSContact, read as contacts", began, json.len());
    }
    Ok(())
}
