//! What holds of all normal forms, whatever the text.

use proptest::prelude::*;

use super::*;
use crate::cases::cases;
use crate::model::{Address, EmailAddress, PersonName, PhoneNumber, Region, WebAddress};

/// The words of a name, whatever its parts.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text
        .split(|c: char| c.is_whitespace() || ",\u{60C}\u{FF0C}".contains(c))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.sort();
    words
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        "[a-zA-Z.'\u{E9}\u{DC}\u{DF}\u{130}-]{0,12}( [a-zA-Z.,'\u{E9}\u{3C3}\u{3A3}-]{0,10}){0,5}",
        "(Dr\\.|van|VAN|de|Jr\\.?|III|Ma|y|e|O'NEIL|d'|Mc|,|ADA|ada|Ada| ){0,8}",
        "[\u{4E00}-\u{4E20}\u{3040}-\u{3050}\u{AC00}-\u{AC10}\u{30FB} ]{0,6}",
    ]
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_normal_form_of_a_normal_form_is_itself(
        local in "[\\PC&&[^\\s@]]{1,8}",
        label in "(xn--)?[a-z0-9\u{FC}\u{DF}\u{3C2}\u{3A3}\u{130}\u{4F8B}-]{1,9}",
        scheme in "(https?://|HTTP://|ftp://|a.b://)?",
        rest in "(:[0-9]{0,3})?[/?#@:a-zA-Z.]{0,8}",
    ) {
        for text in [format!("{local}@{label}.example"), format!("{}@GMAIL.com", local.replace('\\', "+"))] {
            if let Ok(address) = EmailAddress::new(&text) {
                let normal = address.normal();
                prop_assert_eq!(fold_email(&normal), normal.clone());
                prop_assert_eq!(fold_email(&address.ascii().unwrap_or(text)), normal);
                if let Ok(mailbox) = EmailAddress::new(&address.mailbox())
                    && mailbox.as_str() == address.mailbox()
                {
                    prop_assert_eq!(mailbox.mailbox(), address.mailbox());
                }
            }
        }
        if let Ok(address) = WebAddress::new(&format!("{scheme}{label}.example{rest}")) {
            let normal = address.normal();
            if let Ok(again) = WebAddress::new(&normal) {
                prop_assert_eq!(again.normal(), normal);
                prop_assert_eq!(again.host(), address.host());
            }
        }
    }

    #[test]
    fn addresses_are_normal_once(street in text(), city in text(), postcode in text(), country in text()) {
        let normal = Address::new(street, city).postcode(postcode).country(country).normal();
        prop_assert_eq!(normal.normal(), normal);
    }

    #[test]
    fn names_lose_no_word_and_are_mended_once(text in text()) {
        let name = PersonName::parse(&text);
        if name.nickname.is_none() && !text.contains(['\u{30FB}', '\u{B7}', '\u{2027}', '\u{FF65}']) {
            let parts = [&name.prefix, &name.given, &name.middle, &name.family, &name.suffix];
            let all: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            let east = text.chars().all(|c| c.is_whitespace() || crate::model::is_east_asian(c));
            if east {
                prop_assert_eq!(all.concat().chars().filter(|c| !c.is_whitespace()).count(), text.chars().filter(|c| !c.is_whitespace()).count());
            } else {
                prop_assert_eq!(words(&all.join(" ")), words(&text));
            }
        }
        let mended = name.mended();
        prop_assert_eq!(mended.mended(), mended.clone());
        prop_assert_eq!(crate::model::search_fold(&mended.display()), crate::model::search_fold(&name.display()));
    }

    #[test]
    fn phone_numbers_have_one_form(text in "(\\+|00|0)?[0-9]{1,12}([ ()./*#x-][0-9]{0,4}){0,3}( ext\\. [0-9]{1,4})?", region in "(GB|US|IT|RU|AR|ZZ)") {
        let Ok(number) = PhoneNumber::new(&text) else { return Ok(()) };
        let region = Region::new(&region).unwrap();
        let number = number.in_region(region);
        prop_assert_eq!(Phones::default().number(&number), (number.digits(), false));
        #[cfg(feature = "phone")]
        {
            let phones = Phones::new(PhoneMetadata);
            if let Some(normal) = phones.e164(&number) {
                let again = PhoneNumber::new(&normal).unwrap();
                // What is no number of any plan has one form too, but one that may be read otherwise when it is typed. So may one that
                // kept a zero that is dialled before it, since it had two; in Italy zeros belong to numbers.
                let plans = &rlibphonenumber::PHONE_NUMBER_UTIL;
                let valid = |parsed: &rlibphonenumber::PhoneNumber| {
                    plans.is_valid_number(parsed) && (!parsed.italian_leading_zero() || normal.starts_with("+39"))
                };
                if plans.parse(number.as_str(), region.code().parse().ok()).is_ok_and(|parsed| valid(&parsed)) {
                    prop_assert_eq!(phones.e164(&again), Some(normal));
                }
            }
        }
    }
}
