//! JSContact cards go in and out, and nothing is lost.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{read, write};
use crate::cases::cases;
use crate::exchange::vcard;
use crate::model::Contact;

fn contact(card: &Value) -> Contact {
    read(card.to_string().as_bytes()).next().unwrap().unwrap().into_contact()
}

fn written(contact: &Contact) -> Value {
    let mut out = Vec::new();
    write(&mut out, contact).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn full() -> Value {
    json!({
        "@type": "Card", "version": "1.0", "uid": "urn:uuid:1", "updated": "2026-11-24T12:00:00Z", "kind": "individual",
        "name": {"components": [{"kind": "given", "value": "Ada"}, {"kind": "surname", "value": "Lovelace"}], "isOrdered": true},
        "nicknames": {"k1": {"name": "Ada"}},
        "organizations": {"o": {"name": "Acme", "units": [{"name": "Sales"}]}},
        "titles": {"t": {"name": "Analyst"}, "u": {"name": "Chair", "kind": "role"}},
        "emails": {"k1": {"address": "ada@example.com", "contexts": {"work": true}, "pref": 1}, "x": {"address": "a@example.com", "other": [1, null]}},
        "phones": {"k1": {"number": "+44 20 7946 0001", "features": {"mobile": true, "voice": true}, "label": "Study"}},
        "addresses": {"k1": {"components": [{"kind": "number", "value": "1"}, {"kind": "name", "value": "Road"}, {"kind": "locality", "value": "Town"}],
            "isOrdered": true, "countryCode": "GB"}},
        "onlineServices": {"k1": {"service": "Mastodon", "uri": "https://example.com/@ada"}, "k2": {"service": "Chat", "user": "ada"}},
        "links": {"k1": {"uri": "https://example.com/a,b"}},
        "anniversaries": {"k1": {"kind": "birth", "date": {"month": 12, "day": 10}}, "k2": {"kind": "wedding", "date": {"year": 1835}}},
        "preferredLanguages": {"k1": {"language": "en", "pref": 1}, "k2": {"language": "fr", "pref": 2}},
        "notes": {"k1": {"note": "One\ntwo"}},
        "keywords": {"vip": true, "a b": true},
        "personalInfo": {"p": {"kind": "hobby", "value": "Sums"}},
        "localizations": {"de": {"titles/t/name": "Rechnerin"}},
        "example.com:own": {"deep": [{"er": true}]},
    })
}

#[test]
fn every_member_comes_back() {
    let ada = contact(&full());
    assert_eq!(written(&ada), full());
    assert_eq!(ada.name.display(), "Ada Lovelace");
    assert_eq!(ada.addresses[0].value.street.as_deref(), Some("1 Road"));
    assert_eq!(ada.phones[0].label.as_deref(), Some("Study"));
    assert_eq!(ada.birthday.unwrap().to_string(), "--12-10");
    assert_eq!(ada.languages, ["en", "fr"]);
    assert_eq!((ada.job_title.as_deref(), ada.department.as_deref()), (Some("Analyst"), Some("Sales")));
    assert_eq!((ada.profiles.len(), ada.tags.len(), ada.notes.as_deref()), (2, 2, Some("One\ntwo")));
    assert_eq!(ada.external_ids[0].id, "urn:uuid:1");
}

#[test]
fn members_without_a_text_are_carried_as_json() {
    for card in [
        json!({"@type": "Card", "version": "1.0", "kind": ""}),
        json!({"@type": "Card", "version": "1.0", "keywords": {"": true}}),
        json!({"@type": "Card", "version": "1.0", "members": {"": true, "urn:uuid:1": true}}),
        json!({"@type": "Card", "version": "1.0", "name": {"full": " "}}),
        json!({"@type": "Card", "version": "1.0", "emails": {"k1": {"address": ""}}}),
        json!({"@type": "Card", "version": "1.0", "phones": {"k1": {"number": "+44 20 7946 0001", "label": " "}}}),
    ] {
        let contact = contact(&card);
        assert_eq!(written(&contact), card);
        let mut out = Vec::new();
        vcard::write(&mut out, &contact, vcard::Version::V4).unwrap();
        assert_eq!(vcard::read(&*out).next().unwrap().unwrap().into_contact(), contact);
    }
}

#[test]
fn members_survive_a_vcard_between() {
    let ada = contact(&full());
    for version in [vcard::Version::V3, vcard::Version::V4] {
        let mut out = Vec::new();
        vcard::write(&mut out, &ada, version).unwrap();
        let again = vcard::read(&*out).next().unwrap().unwrap().into_contact();
        assert_eq!(written(&again), full());
    }
}

#[test]
fn what_was_changed_takes_the_place_of_what_was_kept() {
    let mut ada = contact(&full());
    ada.name.family = Some("King".into());
    ada.emails.remove(1);
    ada.addresses[0].value.city = Some("Village".into());
    let card = written(&ada);
    assert_eq!(card["name"]["full"], "Ada King");
    assert_eq!(card["emails"].as_object().unwrap().len(), 1);
    assert_eq!(card["addresses"]["k1"]["components"][1], json!({"kind": "locality", "value": "Village"}));
    assert_eq!(card["localizations"], full()["localizations"]);
}

#[test]
fn lines_of_one_value_keep_their_labels_and_marks() {
    for lines in [
        "TEL;X-B=2:+442079460001\nTEL;TYPE=home:+442079460001\nTEL;PREF=1:+442079460001\n",
        "TEL;TYPE=home:+442079460001\nTEL;TYPE=work;X-B=2:+442079460001\nTEL;TYPE=home;X-B=2;PREF=1:+442079460001\n",
        "EMAIL;PREF=1;X-B=2:a@example.com\nEMAIL:a@example.com\nEMAIL;PREF=1:a@example.com\n",
        "EMAIL:a@example.com\nEMAIL;X-B=2:a@example.com\nitem1.EMAIL;X-B=2:a@example.com\nitem1.X-ABLabel:Study\n",
        "item2.TEL;X-B=3:+442079460001\nitem2.X-ABLabel:Study\nTEL;TYPE=home;PROP-ID=k1:+442079460001\nTEL;PROP-ID=k1;X-B=1:+442079460001\n",
        "TITLE;X-A=1:Chair\nTITLE:Chair\nURL;X-A=1:https://example.com\nURL;TYPE=home:https://example.com\n",
    ] {
        let file = format!("BEGIN:VCARD\nVERSION:4.0\nFN:Ada\n{lines}END:VCARD\n");
        let ada = vcard::read(file.as_bytes()).next().unwrap().unwrap().into_contact();
        let again = contact(&written(&ada));
        assert!(ada.phones.len() + ada.emails.len() + ada.links.len() >= 2, "{lines}");
        assert_eq!((&again.phones, &again.emails, &again.links), (&ada.phones, &ada.emails, &ada.links), "{lines}");
        assert_eq!(written(&again), written(&ada), "{lines}");
    }
}

#[test]
fn lines_of_a_vcard_go_through_json() {
    let file = "BEGIN:VCARD\nVERSION:4.0\nFN;X-A=1:Countess Ada\nFN:Other\nN;SORT-AS=\"L,A\":Lovelace;Ada;A.,B.;Dr.;Jr.;;Jr.\nTEL;TYPE=work,voice;X-B=2:+44 20 7946 0001\n\
        item3.EMAIL;X-B=3:ada@example.com\nitem3.X-ABLabel:Study\nTITLE;LANGUAGE=en:Analyst\nTITLE:Second\nPHOTO:data:image/jpeg;base64,AAAA\n\
        CATEGORIES:a\nCATEGORIES:b\nIMPP:xmpp:ada@example.com\nX-SKYPE:ada\nADR;TYPE=home:;;1 Road,Top;Town;;;\nORG:Acme;East\nREV:20261124T120000Z\nEND:VCARD\n";
    let ada = vcard::read(file.as_bytes()).next().unwrap().unwrap().into_contact();
    let card = written(&ada);
    assert_eq!(card["phones"]["k1"]["number"], "+44 20 7946 0001");
    assert_eq!(card["name"]["full"], "Countess Ada");
    // Neither the order of what is kept nor the names of groups mean anything.
    let lines = |contact: &Contact| {
        let kept = contact.vcard.as_deref().unwrap_or_default();
        let mut lines: Vec<String> = kept
            .split('\n')
            .map(|line| {
                line.trim_start_matches(|c: char| c.is_lowercase() || c.is_ascii_digit() || c == '.').to_owned()
            })
            .collect();
        lines.sort();
        lines
    };
    let again = contact(&card);
    assert_eq!(lines(&again), lines(&ada), "{card:#}");
    assert_eq!(Contact { vcard: None, ..again }, Contact { vcard: None, ..ada });
}

#[test]
fn hostile_json_is_refused_and_the_next_card_is_read() {
    let deep = "[".repeat(100_000);
    let text = format!(
        "{{\"a\": {deep}{}}}\n{{\"@type\": 1}} nonsense {{\"a\" 1}}\n{{\"@type\": \"Card\"}}\n{{\"a\": \"",
        "]".repeat(100_000)
    );
    let told: Vec<String> = read(text.as_bytes())
        .map(|card| card.map_or_else(|error| error.to_string(), |card| format!("card {}", card.line())))
        .collect();
    assert_eq!(told.len(), 6, "{told:?}");
    assert_eq!(told[0], "the card at line 1: its JSON is nested deeper than 32 levels");
    assert_eq!(told[4], "card 3");
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn any_json_comes_back_or_is_an_error(card in members()) {
        let contact = contact(&card);
        let mut again = written(&contact);
        // Somebody who has a nickname alone is called by it.
        if let (Some(again), None) = (again.as_object_mut(), card.get("name")) {
            again.remove("name");
        }
        prop_assert_eq!(&again, &card, "{:?}", contact.vcard);
    }
}

/// Entries of all sorts under members of all sorts.
fn members() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(true)),
        Just(json!(1)),
        Just(json!("ada@example.com")),
        Just(json!("work")),
        Just(json!("")),
        Just(json!(null)),
        Just(json!("birth")),
        Just(json!("a,b;c\\\n\"")),
        Just(json!("+44 20 7946 0001")),
        Just(json!("https://example.com"))
    ];
    let key = prop_oneof![
        Just("address"),
        Just("number"),
        Just("uri"),
        Just("user"),
        Just("service"),
        Just("name"),
        Just("note"),
        Just("kind"),
        Just("full"),
        Just("components"),
        Just("pref"),
        Just("label"),
        Just("contexts"),
        Just("work"),
        Just("date"),
        Just("year"),
        Just("k1"),
        Just("k2"),
        Just("a/b~c"),
        Just("language"),
        Just("value")
    ];
    let tree = leaf.prop_recursive(3, 12, 3, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            proptest::collection::btree_map(key.clone().prop_map(str::to_owned), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    });
    let member = prop_oneof![
        Just("name"),
        Just("nicknames"),
        Just("emails"),
        Just("phones"),
        Just("addresses"),
        Just("links"),
        Just("onlineServices"),
        Just("organizations"),
        Just("titles"),
        Just("notes"),
        Just("keywords"),
        Just("anniversaries"),
        Just("preferredLanguages"),
        Just("uid"),
        Just("updated"),
        Just("kind"),
        Just("localizations"),
        Just("x/y"),
        Just("members")
    ];
    proptest::collection::btree_map(member.prop_map(str::to_owned), tree, 0..5).prop_map(|map| {
        let mut card: serde_json::Map<String, Value> = map.into_iter().collect();
        card.insert("@type".into(), json!("Card"));
        card.insert("version".into(), json!("1.0"));
        Value::Object(card)
    })
}
