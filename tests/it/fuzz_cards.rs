//! What must hold of any bytes as vCards and as JSContact; shared with the fuzz targets.

use contactdb::vcard::{self, Version};
use contactdb::{Contact, jscontact};

/// Any bytes as a stream of vCards: each is read or refused, and what is read comes back the same.
pub(crate) fn vcard(bytes: &[u8]) {
    for card in vcard::read(bytes) {
        let card = match card {
            Ok(card) => card,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                continue;
            }
        };
        let company = card.clone().into_company();
        let again = vcard::Card::of_company(&company).into_company();
        assert_eq!(again, company, "a company");
        let contact = card.into_contact();
        for version in [Version::V3, Version::V4] {
            let mut out = Vec::new();
            vcard::write(&mut out, &contact, version).expect("memory takes it");
            let mut again = vcard::read(&*out).max_card(1 << 26);
            assert_eq!(again.next().expect("a card").expect("readable").into_contact(), contact, "{version:?}");
            assert!(again.next().is_none(), "one card");
        }
        json_comes_back(&contact);
    }
}

/// Any bytes as a stream of JSContact cards.
pub(crate) fn jscontact(bytes: &[u8]) {
    for card in jscontact::read(bytes).flatten() {
        let contact = card.into_contact();
        json_comes_back(&contact);
        let mut out = Vec::new();
        vcard::write(&mut out, &contact, Version::V4).expect("memory takes it");
        let again = vcard::read(&*out).max_card(1 << 26).next().expect("a card").expect("readable").into_contact();
        assert_eq!(again, contact, "through a vCard");
    }
}

/// What is written as JSON is one card, and of the same person.
fn json_comes_back(contact: &Contact) {
    let mut out = Vec::new();
    jscontact::write(&mut out, contact).expect("memory takes it");
    let mut cards = jscontact::read(&*out).max_card(1 << 26);
    let Some(Ok(card)) = cards.next() else { return };
    let again = card.into_contact();
    assert_eq!(again.emails, contact.emails, "e-mail addresses");
    assert_eq!(again.phones, contact.phones, "phones");
}
