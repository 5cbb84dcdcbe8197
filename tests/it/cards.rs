//! vCards and JSContact from other programs: each value in its field, nothing lost, all of it back.

use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::PathBuf;

use contactdb::vcard::{self, Card, Property, Version};
use contactdb::{By, Contact, Database, Labelled, Merging, PlannedRow, Read, jscontact};

const OWN: &[u8] = include_bytes!("../../examples/data/cards/people.vcf");

/// A file of the samples that are not part of the repository; `None` if there are none.
fn sample(path: &str) -> Option<Vec<u8>> {
    let Some(folder) = std::env::var_os("CONTACTDB_SAMPLES") else {
        eprintln!("skipped: CONTACTDB_SAMPLES is not set");
        return None;
    };
    Some(std::fs::read(PathBuf::from(folder).join(path)).unwrap())
}

fn cards(bytes: &[u8]) -> Vec<Card> {
    vcard::read(BufReader::with_capacity(7, bytes)).map(Result::unwrap).collect()
}

/// What a card says, property by property, without what is taken for granted.
fn said(card: &Card) -> Vec<String> {
    let mut said: Vec<String> = card
        .properties()
        .map(|property: &Property| {
            let mut parameters: Vec<String> = property
                .parameters()
                .map(|(name, value)| format!("{name}={}", value.to_lowercase()))
                .filter(|parameter| !["TYPE=voice", "TYPE=internet"].contains(&&**parameter))
                .collect();
            parameters.sort();
            let value = match property.name() {
                "N" | "ADR" | "ORG" => format!("{:?}", property.to_components()).replace(", [\"\"]", ""),
                "CATEGORIES" => {
                    let mut texts = property.to_list();
                    texts.sort();
                    texts.join(",")
                }
                _ => property.to_text(),
            };
            let group = property.group().unwrap_or_default();
            format!("{group} {} {parameters:?} {value}", property.name())
        })
        .collect();
    said.sort();
    said
}

/// In, out and in again: the record is equal, and the card says what it said, property by property.
fn nothing_is_lost(bytes: &[u8]) -> Vec<Contact> {
    let mut people = Vec::new();
    for card in cards(bytes) {
        let before = said(&card);
        assert_eq!(card.unreadable_lines(), [0_u64; 0]);
        let person = card.into_contact();
        for version in [Version::V3, Version::V4] {
            let mut out = Vec::new();
            vcard::write(&mut out, &person, version).unwrap();
            let again = cards(&out).remove(0);
            let mut after = said(&again);
            // A card without a name in parts, or as a whole, gets one; a group of one line needs no name.
            after.retain(|line| before.contains(line) || !(line.starts_with(" FN ") || line.starts_with(" N ")));
            let bare = |lines: &[String]| {
                lines.iter().map(|line| line.trim_start_matches("item1").to_owned()).collect::<Vec<_>>()
            };
            assert_eq!(bare(&after).len(), before.len(), "{after:#?}\n{before:#?}");
            for line in bare(&before) {
                assert!(bare(&after).contains(&line), "{line} in {after:#?}");
            }
            assert_eq!(again.into_contact(), person);
        }
        people.push(person);
    }
    people
}

fn texts<T>(values: &[Labelled<T>], text: impl Fn(&T) -> &str) -> Vec<(String, Option<&str>, bool)> {
    values.iter().map(|value| (text(&value.value).to_owned(), value.label.as_deref(), value.primary)).collect()
}

#[test]
fn our_own_cards_go_in_and_out() {
    let people = nothing_is_lost(OWN);
    let ada = &people[0];
    assert_eq!(ada.name.middle.as_deref(), Some("King Noel"));
    assert_eq!((ada.job_title.as_deref(), ada.department.as_deref()), (Some("Analyst"), Some("Research")));
    assert_eq!(
        texts(&ada.phones, |phone| phone.as_str()),
        [
            ("+44 20 7946 0001".to_owned(), Some("mobile"), true),
            ("+44 20 7946 0002".to_owned(), Some("home fax"), false),
            ("+44 20 7946 0003".to_owned(), Some("assistant phone"), false),
        ]
    );
    assert_eq!(ada.addresses[0].value.street.as_deref(), Some("1 Example Square\nTop floor"));
    assert_eq!(ada.links[0].value.as_str(), "https://example.com/ada");
    assert_eq!(ada.birthday.unwrap().to_string(), "--12-10");
    assert_eq!(ada.notes.as_deref(), Some("Likes numbers, letters and:\na good translation"));
    assert_eq!(
        (&*ada.profiles[0].value.network, &*ada.profiles[0].value.handle),
        ("mastodon", "https://example.com/@ada")
    );
    assert_eq!(people[1].name.display(), "Dr. J\u{f6}rg M\u{fc}ller");
    assert_eq!(people[1].notes.as_deref(), Some("First line\nsecond line, a long one that goes on and on"));
    assert_eq!(people[2].phones[0].value.as_str(), "+44-20-7946-0020;ext=12");
    assert_eq!((people[2].languages.len(), people[2].time_zone.as_deref()), (2, Some("Europe/London")));
}

#[test]
fn the_sample_cards_go_in_and_out() {
    let Some(iphone) = sample("vcards/John_Doe_IPHONE.vcf") else { return };
    let john = &nothing_is_lost(&iphone)[0];
    let name = &john.name;
    assert_eq!(
        [&name.prefix, &name.given, &name.middle, &name.family, &name.suffix, &name.nickname]
            .map(|part| part.as_deref().unwrap()),
        ["Mr.", "John", "Richter James", "Doe", "Sr.", "Johny"]
    );
    assert_eq!((john.department.as_deref(), john.job_title.as_deref()), (Some("Accounting"), Some("Money Counter")));
    assert_eq!(texts(&john.emails, |email| email.as_str()), [("john.doe@ibm.com".to_owned(), None, true)]);
    let numbers: Vec<_> = texts(&john.phones, |phone| phone.as_str());
    let expected = [
        ("905-555-1234", "mobile"),
        ("905-666-1234", "home"),
        ("905-777-1234", "work"),
        ("905-888-1234", "home fax"),
        ("905-999-1234", "work fax"),
        ("905-111-1234", "pager"),
        ("905-222-1234", "assistant phone"),
    ];
    assert_eq!(numbers.len(), expected.len());
    for ((number, label, _), (wanted, wanted_label)) in numbers.iter().zip(expected) {
        assert_eq!((&**number, *label), (wanted, Some(wanted_label)));
    }
    assert_eq!(john.addresses[1].value.street.as_deref(), Some("Street4\nBuilding 6\nFloor 8"));
    assert_eq!(
        (john.addresses[0].value.city.as_deref(), john.addresses[0].value.postcode.as_deref()),
        (Some("New York"), Some("12345"))
    );
    assert_eq!(john.links[0].value.as_str(), "http://www.ibm.com");
    assert_eq!(john.birthday.unwrap().to_string(), "2012-06-06");
    assert!(john.vcard.as_deref().unwrap().contains("PHOTO:data:image/jpeg;base64,/9j/4AAQ"));

    let list = nothing_is_lost(&sample("vcards/gmail-list.vcf").unwrap());
    assert_eq!(
        list.iter().map(|person| person.name.display()).collect::<Vec<_>>(),
        ["Arnold Smith", "Chris Beatle", "Doug White"]
    );
    assert!(list.iter().all(|person| person.vcard.is_none() && person.emails.len() == 1));

    let outlook = &nothing_is_lost(&sample("vcards/outlook-2003.vcf").unwrap())[0];
    assert_eq!(outlook.notes.as_deref(), Some("This is the note field!!\nSecond line\n\nThird line is empty\n"));
    let address = &outlook.addresses[0];
    assert_eq!(
        (address.label.as_deref(), address.value.street.as_deref()),
        (Some("work"), Some("TheOffice\n123 Main St"))
    );
    assert_eq!(outlook.birthday.unwrap().to_string(), "1980-03-21");
    assert_eq!((outlook.emails[0].value.as_str(), outlook.emails[0].primary), ("jdoe@hotmail.com", true));
    let kept = outlook.vcard.as_deref().unwrap();
    for line in [
        "ORG:Company\\, The;TheDepartment",
        "TEL;TYPE=WORK,VOICE:BusinessPhone",
        "ROLE:TheProfession",
        "KEY:data:application/pkix-cert;base64,MIID",
    ] {
        assert!(kept.contains(line), "{line} in {kept}");
    }

    let simon = &nothing_is_lost(&sample("vcards/rfc6350-example.vcf").unwrap())[0];
    assert_eq!(simon.name.suffix.as_deref(), Some("ing. jr, M.Sc."));
    assert_eq!(
        (simon.birthday.unwrap().to_string(), &*simon.languages),
        ("--02-03".to_owned(), &["fr".to_owned(), "en".to_owned()][..])
    );
    assert_eq!(simon.phones[0].value.as_str(), "+1-418-656-9254;ext=102");
    assert_eq!(simon.phones[1].label.as_deref(), Some("work mobile video"));
    assert_eq!(simon.addresses[0].value.street.as_deref(), Some("Suite D2-630\n2875 Laurier"));

    let forrest = &nothing_is_lost(&sample("vcards/v21_complicated.vcf").unwrap())[0];
    assert_eq!((forrest.name.family.as_deref(), forrest.name.given.as_deref()), (Some("Gump"), Some("Forrest")));
    assert_eq!(forrest.department.as_deref(), Some("Sales Dept.;Manager, Fish keeper"));
    assert_eq!(forrest.phones.len(), 5);
    assert_eq!(
        forrest.notes.as_deref(),
        Some(
            "The following note is the example from RFC 2045.\n\nNow's the time for all folk to come to the aid of their country."
        )
    );
    let kept = forrest.vcard.as_deref().unwrap();
    assert!(kept.contains("LABEL=\"42 Plantation St.^nBaytown, LA 30314^nUnited  States of America\""), "{kept}");
    assert!(kept.contains(":Some String"), "{kept}");
}

fn json(text: &[u8]) -> (Contact, serde_json::Value) {
    let contact = jscontact::read(text).next().unwrap().unwrap().into_contact();
    let mut out = Vec::new();
    jscontact::write(&mut out, &contact).unwrap();
    (contact, serde_json::from_slice(&out).unwrap())
}

#[test]
fn the_sample_json_cards_go_in_and_out() {
    let Some(names) = sample("jscontact/name_localizations.json") else { return };
    let (contact, again) = json(&names);
    assert_eq!(again, serde_json::from_slice::<serde_json::Value>(&names).unwrap());
    assert_eq!(contact.name.display(), "title given given2 surname surname2 credential, generation");

    // The figure is a card of an address alone.
    let text = sample("jscontact/rfc9553_figure_33.json").unwrap();
    let (contact, again) = json(&text);
    assert_eq!(again, serde_json::from_slice::<serde_json::Value>(&text).unwrap());
    let address = &contact.addresses[0].value;
    assert_eq!(address.street.as_deref(), Some("2-7-2 Marunouchi"));
    assert_eq!((address.city.as_deref(), address.postcode.as_deref()), (Some("Chiyoda-ku"), Some("100-8994")));

    // Pairs of cards in both forms: the name of each is the same person's.
    let pairs = String::from_utf8(sample("jscontact/vcard_jscontact_pairs_names.txt").unwrap()).unwrap();
    let mut count = 0;
    for test in pairs.split("> test ").skip(1) {
        let mut forms = test.split("> convert");
        let (first, second) = (forms.next().unwrap(), forms.next().unwrap_or_default());
        let (title, first) = first.split_once('\n').unwrap();
        let one = of_pair(first);
        let two = of_pair(second);
        let names = |contact: &Contact| {
            (contact.name.given.clone(), contact.name.family.clone(), contact.name.nickname.clone())
        };
        assert_eq!(names(&one), names(&two), "{title}");
        count += 1;
    }
    assert!(count >= 7, "{count}");
}

fn of_pair(form: &str) -> Contact {
    let form = form.trim();
    if form.starts_with('"') {
        return jscontact::read(format!("{{{form}}}").as_bytes()).next().unwrap().unwrap().into_contact();
    }
    let file = format!("BEGIN:VCARD\nVERSION:4.0\n{form}\nEND:VCARD\n");
    cards(file.as_bytes()).remove(0).into_contact()
}

#[test]
fn a_stream_goes_into_a_database_once() {
    let file = [
        OWN,
        b"BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Analytical Engines\nTEL:+44 20 7946 0099\nEND:VCARD\n\
          BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:friends\nMEMBER:urn:uuid:5a1d2f3e-0000-4000-8000-000000000001\nEND:VCARD\n\
          BEGIN:VCARD\nVERSION:4.0\nEND:VCARD\nBEGIN:VCARD\nFN:Cut off",
    ]
    .concat();
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let by = Merging::by(["external_id", "email"]);
    let mut problems = Vec::new();
    let mut told = |row: &PlannedRow| {
        problems.extend(row.problems.iter().map(|problem| (row.line, problem.code)));
        ControlFlow::Continue(())
    };
    let counts = tx.import_cards("friends.vcf", &by, vcard::read(&*file), &mut told).unwrap().counts;
    assert_eq!((counts.rows, counts.created, counts.updated, counts.named), (7, 3, 1, 1));
    assert_eq!((counts.groups, counts.skipped, counts.refused), (1, 1, 1));
    let cut_off = u64::try_from(file.split(|byte| *byte == b'\n').count() - 1).unwrap();
    assert_eq!(problems, [(cut_off, "card")]);
    tx.commit().unwrap();

    let snapshot = db.read().unwrap();
    let ada = snapshot.get_by::<Contact>(&By::email("ada@example.com")).unwrap().remove(0).record;
    assert!(ada.tags.iter().any(|tag| tag.as_str() == "friends"));
    let company = snapshot.get(ada.affiliations[0].company).unwrap().unwrap().record;
    assert_eq!(company.phones[0].value.as_str(), "+44 20 7946 0099");
    // What is only carried is not searched.
    assert_eq!(snapshot.search("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR").hits().unwrap().len(), 0);

    let mut out = Vec::new();
    let segment = snapshot.segment("tag friends").unwrap();
    assert_eq!(vcard::export(&snapshot, &segment, &mut out, Version::V3).unwrap(), 1);
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("\r\nORG:Analytical Engines;Research\r\n"), "{text}");

    let mut tx = db.write().unwrap();
    let counts = tx.import_cards("friends.vcf", &by, vcard::read(OWN), |_| ControlFlow::Continue(())).unwrap().counts;
    assert_eq!((counts.created, counts.unchanged), (2, 1), "those without a UID or an address can't be told");
}

#[test]
fn a_line_of_more_types_than_allowed_is_told_and_so_costs_no_time() {
    let types = |most: u32| (0..most).map(|at| format!("t{at}")).collect::<Vec<_>>().join(",");
    let file = format!(
        "BEGIN:VCARD\nFN:Ada\nTEL;TYPE={0}:1\nTEL;{0}:2\nTEL;TYPE=\"{0}\":3\nTEL;TYPE={1}:+442079460004\nEND:VCARD\n",
        types(257),
        types(256)
    );
    let card = vcard::read(file.as_bytes()).next().unwrap().unwrap();
    assert_eq!(card.unreadable_lines(), [3, 4, 5]);
    let contact = card.into_contact();
    assert_eq!(contact.phones.len(), 1);
    let mut out = Vec::new();
    vcard::write(&mut out, &contact, Version::V3).unwrap();
    assert_eq!(vcard::read(&*out).next().unwrap().unwrap().into_contact(), contact);
}

#[test]
fn hostile_cards_take_little_stack_and_memory() {
    let nested = "AGENT:\nBEGIN:VCARD\n".repeat(50_000);
    let line = format!("BEGIN:VCARD\nNOTE:{}\nEND:VCARD\n", "x".repeat(5 << 20));
    let parameters = format!("BEGIN:VCARD\nTEL{}:1\nEND:VCARD\n", ";A=b".repeat(100_000));
    let types = (0..200_000).map(|at| format!("t{at}")).collect::<Vec<_>>().join(",");
    let types = format!("BEGIN:VCARD\nTEL;TYPE={types}:1\nTEL;TYPE=\"{types}\":1\nTEL;{types}:1\nEND:VCARD\n");
    let many = format!("BEGIN:VCARD\n{}END:VCARD\n", "X:\0\n".repeat(100_000));
    let labels = format!("BEGIN:VCARD\n{}END:VCARD\n", "LABEL;TYPE=a:x\nADR;TYPE=b:;;y\n".repeat(9_000));
    let file = [
        &*line,
        &*parameters,
        &*types,
        &*many,
        &*labels,
        "BEGIN:VCARD\nFN:Good\nEND:VCARD\n",
        "BEGIN:VCARD\n",
        &*nested,
    ]
    .concat();
    let read = move || {
        let cards: Vec<_> = vcard::read(file.as_bytes()).collect();
        let good = cards.iter().flatten().filter(|card| card.property("FN").is_some()).count();
        for card in cards.into_iter().flatten() {
            let mut out = Vec::new();
            vcard::write(&mut out, &card.into_contact(), Version::V3).unwrap();
        }
        good
    };
    let good = std::thread::Builder::new().stack_size(128 << 10).spawn(read).unwrap().join().unwrap();
    assert_eq!(good, 1);
}
