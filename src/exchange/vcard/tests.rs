//! Cards go in and out, and nothing is lost.

use std::io::{BufReader, Read};

use proptest::prelude::*;

use super::item::Items;
use super::sheet::{self, Sort};
use super::single::Class;
use super::{Card, Property, Version, labels, read, write, write_card};
use crate::cases::cases;
use crate::exchange::encoding::TextEncoding;
use crate::exchange::encoding::people_tests::{PEOPLE, encoded};
use crate::model::{Address, Contact, EmailAddress, Labelled, PersonName, PhoneNumber, Tag, WebAddress};

fn one(text: &str) -> Card {
    let mut cards = read(text.as_bytes());
    let card = cards.next().unwrap().unwrap();
    assert!(cards.next().is_none(), "one card");
    card
}

fn contact(lines: &str) -> Contact {
    one(&format!("BEGIN:VCARD\nVERSION:3.0\n{lines}\nEND:VCARD\n")).into_contact()
}

fn written(contact: &Contact, version: Version) -> String {
    let mut out = Vec::new();
    write(&mut out, contact, version).unwrap();
    String::from_utf8(out).unwrap()
}

/// Lines that say the same in any order.
fn lines(card: &Card) -> Vec<String> {
    let mut lines: Vec<String> = card.properties().map(Property::to_line).collect();
    lines.sort();
    lines
}

#[test]
fn lines_of_values_that_are_the_same_stay_in_their_order() {
    for lines in [
        "EMAIL:b@example.com\nEMAIL;X-A=1:a@example.com\nEMAIL;X-A=2:b@example.com\nEMAIL:a@example.com\n",
        "TEL;PREF=1;X-A=1:+442079460001\nTEL:+442079460002\nTEL;PREF=1:+442079460001\nTEL;X-A=1:+442079460002\nTEL:+442079460002\n",
        "item1.URL:https://example.com\nitem1.X-ABLabel:Shop\nitem2.URL;X-A=1:https://example.com\nitem2.X-ABLabel:Shop\n",
    ] {
        let file = format!("BEGIN:VCARD\nVERSION:4.0\nFN:Ada\n{lines}END:VCARD\n");
        let card = read(file.as_bytes()).next().unwrap().unwrap();
        let (company, contact) = (card.clone().into_company(), card.into_contact());
        assert_eq!(Card::of_company(&company).into_company(), company, "{lines}");
        assert_eq!(Card::of_contact(&contact).into_contact(), contact, "{lines}");
    }
}

#[test]
fn what_no_property_has_room_for_is_kept_and_written_back() {
    let ada = contact(
        "FN:Countess Ada\nN:Lovelace;Ada;;;\nitem1.TEL;TYPE=VOICE;X-CARRIER=Example:+44 20 7946 0001\nitem1.X-ABLabel:_$!<HomePage>!$_\n\
         TEL:call me\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/\n 4AAQ\nX-PET:Cat\nEMAIL;TYPE=work,pref:ada@example.com",
    );
    assert_eq!(ada.phones[0].label.as_deref(), Some("home page"));
    assert!(ada.emails[0].primary);
    assert_eq!(
        ada.vcard.as_deref().unwrap().split('\n').collect::<Vec<_>>(),
        [
            "FN:Countess Ada",
            "N:Lovelace;Ada;;;",
            "item1.TEL;TYPE=VOICE;X-CARRIER=Example:+44 20 7946 0001",
            "item1.X-ABLABEL:_$!<HomePage>!$_",
            "TEL:call me",
            "PHOTO:data:image/jpeg;base64,/9j/4AAQ",
            "X-PET:Cat",
        ]
    );
    let text = written(&ada, Version::V3);
    for line in [
        "FN:Countess Ada",
        "item1.TEL;TYPE=VOICE;X-CARRIER=Example:+44 20 7946 0001",
        "TEL:call me",
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ",
        "X-PET:Cat",
        "EMAIL;TYPE=work,pref:ada@example.com",
    ] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} in\n{text}");
    }
    assert_eq!(one(&text).into_contact(), ada);
}

#[test]
fn what_was_changed_is_written_and_what_it_replaced_is_not() {
    let mut ada = contact(
        "FN:Countess Ada\nN:Lovelace;Ada;;;\nitem1.TEL;X-CARRIER=Example:+44 20 7946 0001\nitem1.X-ABLabel:Study\n\
         ORG;X-A=1:Acme;Sales\nTITLE;LANGUAGE=en:Analyst\nTITLE;LANGUAGE=de:Rechnerin\nNOTE:One\nNOTE:Two\nCATEGORIES;X-A=1:vip,old",
    );
    assert_eq!(ada.notes.as_deref(), Some("One\n\nTwo"));
    ada.name.given = Some("Augusta".into());
    ada.phones[0].value = PhoneNumber::new("+44 20 7946 0002").unwrap();
    ada.department = Some("Research".into());
    ada.job_title = Some("Chief".into());
    ada.notes = Some("Three".into());
    ada.tags.remove(&Tag::new("old").unwrap());
    let text = written(&ada, Version::V4);
    let body: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(
        body,
        [
            "BEGIN:VCARD",
            "VERSION:4.0",
            "FN:Augusta Lovelace",
            "N:Lovelace;Augusta;;;",
            "ORG;X-A=1:Acme;Research",
            "TITLE:Chief",
            "TITLE;LANGUAGE=de:Rechnerin",
            "item2.TEL:+44 20 7946 0002",
            "item2.X-ABLabel:Study",
            "NOTE:Three",
            "CATEGORIES:vip",
            "END:VCARD",
            "",
        ]
    );
}

#[test]
fn cards_of_version_2_1_are_read_as_programs_write_them() {
    let card = one("BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg\r\n\
         NOTE;ENCODING=QUOTED-PRINTABLE:One, two=0D=0A=\r\nThree\r\nTEL;CELL;PREF:+44 20 7946 0003\r\n\
         PHOTO;JPEG;BASE64:\r\nAAAA\r\nBBBB\r\n\r\nADR;WORK:;;1 Road, Top;Town;;;\r\nLABEL;WORK:1 Road\r\n\
         AGENT:\r\nBEGIN:VCARD\r\nFN:Bob\r\nEND:VCARD\r\nX-LAST:1\r\nEND:VCARD\r\n");
    assert_eq!(
        lines(&card),
        [
            "ADR;LABEL=\"1 Road\";TYPE=WORK:;;1 Road\\, Top;Town;;;",
            "AGENT:BEGIN:VCARD\\nFN:Bob\\nEND:VCARD",
            "N:M\u{fc}ller;J\u{f6}rg",
            "NOTE:One\\, two\\nThree",
            "PHOTO:data:image/jpeg;base64,AAAABBBB",
            "TEL;PREF=1;TYPE=CELL:+44 20 7946 0003",
            "X-LAST:1",
        ]
    );
    let contact = card.into_contact();
    assert_eq!(contact.name, PersonName::new("J\u{f6}rg", "M\u{fc}ller"));
    assert_eq!(contact.phones[0].label.as_deref(), Some("mobile"));
    assert_eq!(contact.addresses[0].value.street.as_deref(), Some("1 Road, Top"));
}

#[test]
fn types_without_a_name_are_several_where_commas_part_them() {
    let card = one("BEGIN:VCARD\nVERSION:2.1\nX-A;B1,Grace\":x\nTEL;WORK,CELL:+44 20 7946 0003\nEND:VCARD\n");
    assert_eq!(lines(&card), ["TEL;TYPE=WORK,CELL:+44 20 7946 0003", "X-A;TYPE=B1,Grace^':x"]);
    let contact = card.into_contact();
    assert_eq!(one(&written(&contact, Version::V4)).into_contact(), contact);
}

#[test]
fn a_line_that_only_speaks_of_quoted_printable_ends_where_it_ends() {
    let pad = "x".repeat(40);
    let file = format!(
        "BEGIN:VCARD\nVERSION:4.0\nFN:Ada\nX-A;X-B=\"ENCODING=QUOTED-PRINTABLE:{pad}\":a=\nX-C;X-B=QUOTED-PRINTABLE:b=\nTEL:+44 20 7946 0003\nEND:VCARD\n"
    );
    let contact = one(&file).into_contact();
    assert_eq!(contact.phones.len(), 1);
    for version in [Version::V3, Version::V4] {
        let text = written(&contact, version);
        assert_eq!(one(&text).into_contact(), contact, "{text}");
    }
    for soft in [
        "ENCODING=QUOTED-PRINTABLE",
        "encoding=\"quoted-printable\"",
        "Quoted-Printable",
        "CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE",
    ] {
        let card = one(&format!("BEGIN:VCARD\nVERSION:2.1\nNOTE;{soft}:one=20=\ntwo\nEND:VCARD\n"));
        assert_eq!(card.property("NOTE").unwrap().to_text(), "one two", "{soft}");
    }
}

#[test]
fn bytes_that_are_no_utf_8_are_read_in_the_encoding_that_is_given() {
    let file = b"BEGIN:VCARD\nVERSION:3.0\nFN:\xCF\xF0\xE8\xE2\xE5\xF2\nEND:VCARD\n";
    let card = read(&file[..]).charset("windows-1251").next().unwrap().unwrap();
    assert_eq!(card.property("FN").unwrap().to_text(), "\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442}");
}

/// The cards of people of whom a line each is given: name, street and town.
fn cards_of(people: &str) -> String {
    let card = |line: &str| {
        let mut parts = line.split(';');
        let [name, street, town] = std::array::from_fn(|_| parts.next().unwrap());
        let (given, family) = name.rsplit_once(' ').unwrap_or(("", name));
        format!(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:{family};{given};;;\r\nFN:{name}\r\nADR;TYPE=home:;;{};{town};;;\r\nNOTE:plain\r\nEND:VCARD\r\n",
            street.replace(',', "\\,")
        )
    };
    people.lines().map(card).collect()
}

fn contacts_in(bytes: &[u8], pieces: usize) -> Vec<Contact> {
    read(BufReader::with_capacity(pieces, bytes)).map(|card| card.unwrap().into_contact()).collect()
}

#[test]
fn cards_in_any_code_page_and_in_sixteen_bits_are_read_like_those_in_utf_8() {
    for (encoding, people) in PEOPLE {
        let text = cards_of(people);
        let expected = contacts_in(text.as_bytes(), 64);
        assert_eq!(expected.len(), people.lines().count());
        assert_eq!(contacts_in(&encoded(&text, encoding), 7), expected, "{encoding}: {people}");
        if [TextEncoding::UTF_16LE, TextEncoding::UTF_16BE].contains(&encoding) {
            assert_eq!(
                contacts_in(&encoded(&format!("\u{FEFF}{text}"), encoding), 7),
                expected,
                "{encoding} with a mark"
            );
        }
    }
}

#[test]
fn the_letters_of_a_whole_card_say_in_which_code_page_its_first_lines_are() {
    // The first line alone could be of Western Europe.
    let text = "BEGIN:VCARD\nVERSION:2.1\nFN:Gerg\u{151}\nNOTE;ENCODING=QUOTED-PRINTABLE:Sz=F5ke F=FB\nX-A:\u{151}rs\u{e9}g, K\u{151}szeg, \u{171}r\n\
        AGENT:\nBEGIN:VCARD\nFN:Zs\u{f3}fia T\u{151}ke\nEND:VCARD\nEND:VCARD\nBEGIN:VCARD\nFN:\u{d6}d\u{f6}n\nEND:VCARD\n";
    let cards: Vec<Card> = read(&*encoded(text, TextEncoding::WINDOWS_1250)).map(Result::unwrap).collect();
    let text = |card: &Card, name: &str| card.property(name).unwrap().to_text();
    assert_eq!(text(&cards[0], "FN"), "Gerg\u{151}");
    assert_eq!(text(&cards[0], "NOTE"), "Sz\u{151}ke F\u{171}");
    assert_eq!(text(&cards[0], "X-A"), "\u{151}rs\u{e9}g, K\u{151}szeg, \u{171}r");
    assert_eq!(text(&cards[1], "FN"), "\u{d6}d\u{f6}n");
    // What the caller says holds.
    let file = encoded("BEGIN:VCARD\nFN:\u{421}\u{430}\u{448}\u{430}\nEND:VCARD\n", TextEncoding::WINDOWS_1251);
    let name = |mut cards: super::Cards<&[u8]>| text(&cards.next().unwrap().unwrap(), "FN");
    assert_eq!(name(read(&*file)), "\u{421}\u{430}\u{448}\u{430}");
    assert_eq!(name(read(&*file).charset("windows-1252")), "\u{d1}\u{e0}\u{f8}\u{e0}");
}

#[test]
fn what_is_held_to_guess_an_encoding_is_bounded() {
    let card = [b"BEGIN:VCARD\nFN:J\xF6rg\n", &*b"NOTE:K\xF6ln, Stra\xDFe\n".repeat(5_000), b"END:VCARD\n"].concat();
    let mut cards = read(BufReader::new(&*card).chain(&*card).chain(&*card));
    for _ in 0..3 {
        let card = cards.next().unwrap().unwrap();
        assert_eq!(card.property("FN").unwrap().to_text(), "J\u{f6}rg");
        assert!(cards.held_to_guess() <= 4 << 10);
    }
}

#[test]
fn a_bad_card_is_reported_and_the_good_ones_go_in() {
    let long = "x".repeat(5_000);
    let file = format!(
        "junk\nmore junk\nBEGIN:VCARD\nFN:One\nBEGIN:VCARD\nFN:Two\nno property\nEND:VCARD\n\nBEGIN:VCARD\nNOTE:{long}\n {long}\nEND:VCARD\n\
         BEGIN:VCARD\rFN:Three\rEND:VCARD\rBEGIN:VCARD\nFN:Four"
    );
    let told: Vec<String> = read(file.as_bytes())
        .max_card(4_000)
        .map(|card| match card {
            Ok(card) => format!("{} {:?}", card.property("FN").unwrap().to_text(), card.unreadable_lines()),
            Err(error) => error.to_string(),
        })
        .collect();
    assert_eq!(
        told,
        [
            "the card at line 1: expected BEGIN:VCARD, found something else; is this a file of vCards?",
            "the card at line 3: it has no END:VCARD; the file may be cut off, or a line is missing",
            "Two [7]",
            "the card at line 10: it is larger than 4000 bytes; allow more with max_card, or take out its photos",
            "Three []",
            "the card at line 17: it has no END:VCARD; the file may be cut off, or a line is missing",
        ]
    );
}

#[test]
fn birthdays_may_lack_their_year_in_each_version() {
    for (line, birthday) in [
        ("BDAY:--0203", "--02-03"),
        ("BDAY:19800321", "1980-03-21"),
        ("BDAY;VALUE=date:1980-03-21", "1980-03-21"),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-03", "--02-03"),
        ("BDAY:1980-03", "1980-03"),
        ("BDAY:1980-03-21T00:00:00Z", "1980-03-21"),
    ] {
        let contact = contact(line);
        assert_eq!(contact.birthday.map(|date| date.to_string()).as_deref(), Some(birthday), "{line}");
        assert_eq!(contact.vcard.is_some(), line.contains('T') && line.contains("00:"), "{line}");
        for version in [Version::V3, Version::V4] {
            assert_eq!(one(&written(&contact, version)).into_contact(), contact, "{line}");
        }
    }
    assert!(contact("BDAY:---12").vcard.is_some());
}

#[test]
fn lines_are_folded_between_characters() {
    let mut ada = Contact::named("Ada", "Lovelace");
    ada.notes = Some("\u{1f600}\u{e9}a".repeat(100));
    for version in [Version::V3, Version::V4] {
        let text = written(&ada, version);
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert_eq!(one(&text).into_contact(), ada);
    }
}

#[test]
fn organisations_become_companies_and_come_back() {
    let card = one(
        "BEGIN:VCARD\nVERSION:3.0\nN:;;;;\nFN:Acme\nORG:Acme;Sales\nX-ABShowAs:COMPANY\nTEL;TYPE=work:+44 20 7946 0004\nADR:;;1 Road;Town;;;\nEND:VCARD\n",
    );
    assert!(card.is_organization());
    let before = lines(&card);
    let company = card.into_company();
    assert_eq!((&*company.name, company.phones.len()), ("Acme", 1));
    let again = Card::of_company(&company);
    let mut after = lines(&again);
    after.retain(|line| line != "KIND:org");
    assert_eq!(after, before);
    assert_eq!(again.into_company(), company);
}

/// Texts of what makes trouble, and of letters.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z ]{1,12}",
        proptest::collection::vec(
            prop_oneof![
                Just("\n"),
                Just("\r\n"),
                Just("\r"),
                Just(":"),
                Just(";"),
                Just(","),
                Just("\\"),
                Just("\""),
                Just("^"),
                Just(" "),
                Just("END:VCARD"),
                Just("item1.X-ABLabel:x"),
                Just("\u{e9}"),
                Just("\u{1f600}"),
                Just("\u{2028}"),
                Just("="),
                Just("\t"),
                Just("a"),
                Just("/"),
                Just("_$!<"),
                Just("pref"),
                Just("work")
            ],
            1..10
        )
        .prop_map(|parts| parts.concat()),
    ]
}

/// As a text is after a card: one sort of line ends, and not nothing.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.trim().is_empty() { "x".to_owned() } else { text }
}

prop_compose! {
    fn contacts()(
        name in proptest::collection::vec(proptest::option::of(text()), 6),
        emails in proptest::collection::vec(("[a-z]{1,6}", proptest::option::of(label())), 0..3),
        phones in proptest::collection::vec(("[0-9]{4,9}", proptest::option::of(label())), 0..3),
        addresses in proptest::collection::vec((text(), text(), proptest::option::of(label())), 0..3),
        links in proptest::collection::vec("[a-z,;]{1,8}", 0..2),
        profile in proptest::option::of((text(), text())),
        texts in proptest::collection::vec(proptest::option::of(text()), 5),
        birthday in proptest::option::of(prop_oneof![Just("--02-29"), Just("1980-03"), Just("1980"), Just("--04"), Just("1980-03-21")]),
        languages in proptest::collection::vec("[a-z]{2}", 0..3),
        tags in proptest::collection::vec(text(), 0..3),
        marked in 0_usize..4,
    ) -> Contact {
        let mut contact = Contact::new();
        let part = |at: usize| name[at].as_deref().map(plain);
        contact.name = PersonName::default();
        (contact.name.prefix, contact.name.given, contact.name.middle) = (part(0), part(1), part(2));
        (contact.name.family, contact.name.suffix, contact.name.nickname) = (part(3), part(4), part(5));
        for (at, (local, label)) in emails.into_iter().enumerate() {
            let value = EmailAddress::new(&format!("{local}@example.com")).unwrap();
            contact.emails.push(Labelled { label, primary: at == marked, ..Labelled::new(value) });
        }
        for (number, label) in phones {
            contact.phones.push(Labelled { label, ..Labelled::new(PhoneNumber::new(&number).unwrap()) });
        }
        for (street, city, label) in addresses {
            contact.addresses.push(Labelled { label, ..Labelled::new(Address::new(plain(&street), plain(&city))) });
        }
        for link in links {
            contact.links.push(WebAddress::new(&format!("https://example.com/{link}")).unwrap().into());
        }
        if let Some((network, handle)) = profile {
            contact = contact.profile(plain(&network), plain(&handle));
        }
        let some = |at: usize| texts[at].as_deref().map(plain);
        (contact.job_title, contact.department, contact.notes) = (some(0), some(1), some(2));
        if let Some(uid) = some(3) {
            contact = contact.external_id("vcard", uid);
        }
        contact.birthday = birthday.map(|date| date.parse().unwrap());
        contact.languages = languages;
        contact.tags = tags.iter().filter_map(|tag| Tag::new(tag).ok()).collect();
        contact
    }
}

fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("work".to_owned()),
        Just("work fax".to_owned()),
        Just("home mobile".to_owned()),
        text().prop_map(|text| plain(&text))
    ]
    .prop_filter("Apple's own labels are read as words", |label| !label.starts_with("_$!<"))
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn any_contact_comes_back_from_its_card(contact in contacts()) {
        for version in [Version::V3, Version::V4] {
            let text = written(&contact, version);
            let again = one(&text).into_contact();
            prop_assert_eq!(&again, &contact, "{}", text);
        }
    }

    #[test]
    fn no_text_becomes_a_line_of_its_own(contact in contacts(), extra in text()) {
        let mut contact = contact;
        contact.vcard = Some(format!("X-A;B=\"{extra}\":{extra}"));
        let text = written(&contact, Version::V4);
        prop_assert_eq!(text.matches("BEGIN:VCARD\r\n").count(), 1);
        prop_assert!(text.split("\r\n").all(|line| !line.contains(['\r', '\n'])), "{}", text);
        let known = ["FN", "N", "NICKNAME", "ORG", "TITLE", "EMAIL", "TEL", "ADR", "URL", "SOCIALPROFILE", "X-ABLABEL", "BDAY", "LANG", "NOTE",
            "CATEGORIES", "UID", "X-A"];
        let card = one(&text);
        for property in card.properties() {
            prop_assert!(known.contains(&property.name()) || extra.contains(['\n', '\r']), "{}", property.name());
        }
    }

    #[test]
    fn any_card_comes_back_from_a_contact(lines in proptest::collection::vec(line(), 0..12)) {
        let file = format!("BEGIN:VCARD\nVERSION:4.0\n{}\nEND:VCARD\n", lines.join("\n"));
        let contact = one(&file).into_contact();
        for version in [Version::V3, Version::V4] {
            let text = written(&contact, version);
            let again = one(&text).into_contact();
            prop_assert_eq!(&again, &contact, "{}\n{}", file, text);
        }
        let company = one(&file).into_company();
        let mut text = Vec::new();
        write_card(&mut text, &Card::of_company(&company), Version::V4).unwrap();
        let text = String::from_utf8(text).unwrap();
        prop_assert_eq!(one(&text).into_company(), company, "{}\n{}", file, text);
    }

    #[test]
    fn a_line_is_plainly_what_would_be_written_only_if_it_is(lines in proptest::collection::vec(line(), 0..8)) {
        let file = format!("BEGIN:VCARD\nVERSION:4.0\n{}\nEND:VCARD\n", lines.join("\n"));
        let card = one(&file);
        for line in card.properties() {
            let mut items = Items::default();
            let Some(several) = items.read(line, Sort::Person, || labels::of_types(line)) else { continue };
            let item = items.get(several, 0).unwrap();
            let (written, label) = item.to_property();
            let same = line.group().is_none() && label.is_none() && line.says_the_same(&written);
            prop_assert!(!item.is_plainly(line) || same, "{:?}", line);
        }
        for sort in [Sort::Person, Sort::Organization] {
            let sheet = sheet::read(&card.properties, sort);
            for class in Class::ALL {
                let lines: Vec<&Property> =
                    card.properties().filter(|line| Class::of(line, sort) == Some(class)).collect();
                if !lines.is_empty() && class.are_plainly(&lines, &sheet) {
                    let said = class.compared(&lines, &sheet);
                    prop_assert!((0..lines.len()).all(|at| said.of(at)), "{:?} {:?}", class, lines);
                }
            }
        }
    }

    #[test]
    fn lines_are_the_same_wherever_the_reader_cuts_them(
        parts in proptest::collection::vec(
            (proptest::sample::select(&["FN:A", "VERSION:2.1", "NOTE;ENCODING=QUOTED-PRINTABLE:a=", "X-A:=", "", " b", "\tc", "END:VCARD",
                "BEGIN:VCARD", "PHOTO;BASE64:AAAA", "BBBB"]), proptest::sample::select(&["\n", "\r\n", "\r", "\r\r\n", "\n\r"])), 0..12),
        capacity in 1_usize..20,
    ) {
        let file = parts.iter().fold("BEGIN:VCARD\n".to_owned(), |file, (line, end)| file + line + end);
        let cards = |capacity| {
            let reader = BufReader::with_capacity(capacity, file.as_bytes());
            read(reader).map(|card| card.map_err(|error| error.to_string())).collect::<Vec<_>>()
        };
        prop_assert_eq!(cards(capacity), cards(1), "{:?}", file);
        prop_assert_eq!(cards(1_000), cards(1), "{:?}", file);
    }

    #[test]
    fn any_bytes_are_cards_or_errors(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let file = [b"BEGIN:VCARD\n", &*bytes, b"\nEND:VCARD\n"].concat();
        for card in read(&*file).flatten() {
            let contact = card.into_contact();
            prop_assert_eq!(one(&written(&contact, Version::V4)).into_contact(), contact);
        }
    }
}

/// A line of a card, with groups, parameters and values of all sorts.
fn line() -> impl Strategy<Value = String> {
    let group = prop_oneof![4 => Just(""), 1 => Just("item1."), 1 => Just("item2."), 1 => Just("home.")];
    let name = prop_oneof![
        Just("FN"),
        Just("N"),
        Just("NICKNAME"),
        Just("EMAIL"),
        Just("TEL"),
        Just("ADR"),
        Just("URL"),
        Just("X-ABLabel"),
        Just("ORG"),
        Just("TITLE"),
        Just("NOTE"),
        Just("CATEGORIES"),
        Just("BDAY"),
        Just("LANG"),
        Just("TZ"),
        Just("UID"),
        Just("KIND"),
        Just("LABEL"),
        Just("IMPP"),
        Just("X-SOCIALPROFILE"),
        Just("SOCIALPROFILE"),
        Just("PHOTO"),
        Just("X-SKYPE"),
        Just("ANNIVERSARY"),
        Just("REV")
    ];
    let parameters = proptest::collection::vec(
        prop_oneof![
            Just(";TYPE=work"),
            Just(";TYPE=\"home,fax\""),
            Just(";PREF=1"),
            Just(";PREF=2"),
            Just(";TYPE=pref"),
            Just(";X-A=\"^n^'b^^\""),
            Just(";VALUE=uri"),
            Just(";TYPE=twitter"),
            Just(";SERVICE-TYPE=Mastodon"),
            Just(";LABEL=\"1 Road\""),
            Just(";VALUE=date"),
            Just(";ALTID=1"),
            Just(";TYPE=VOICE"),
            Just(";ENCODING=b"),
            Just(";X-APPLE-OMIT-YEAR=1604")
        ],
        0..3,
    )
    .prop_map(|parameters| parameters.concat());
    let value = prop_oneof![
        Just("ada@example.com"),
        Just("+44 20 7946 0005"),
        Just("https://example.com/a,b"),
        Just("Lovelace;Ada;;Dr.,Prof.;"),
        Just("Ada Lovelace"),
        Just(";;1 Road,Top;Town;;12345;GB"),
        Just("Acme;Sales\\;East;West"),
        Just("vip,old,a//b"),
        Just("19800321"),
        Just("--0203"),
        Just("1604-02-03"),
        Just("Europe/Berlin"),
        Just("a\\nb\\, c\\: d"),
        Just("data:image/jpeg;base64,AAAA"),
        Just("AAAA"),
        Just("xmpp:ada@example.com"),
        Just("org"),
        Just("de"),
        Just("home page"),
        Just("Acme"),
        Just("1980-03-21T00:00:00Z"),
        Just(";;"),
        Just("x,\\"),
        Just("tel:+44-20-7946-0006;ext=1")
    ];
    (group, name, parameters, value)
        .prop_map(|(group, name, parameters, value)| format!("{group}{name}{parameters}:{value}"))
}
