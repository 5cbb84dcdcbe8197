//! What must hold of the normal forms of any text: one of a normal form is itself. Shared with the fuzz targets, as `fuzz_bodies` is.

use std::collections::BTreeMap;

use contactdb::{Address, Country, EmailAddress, PartialDate, PersonName, PhoneNumber, Region, Tag, WebAddress};

/// Any bytes as a text, with what is no UTF-8 replaced, and as several: its lines are the parts of a postal address.
pub(crate) fn normal(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    email(&text);
    web(&text);
    phone(&text);
    name(&text);
    address(&text);
    if let Ok(date) = text.parse::<PartialDate>() {
        assert_eq!(date.to_string().parse::<PartialDate>().ok(), Some(date), "a date");
    }
    if let Ok(tag) = Tag::new(&text) {
        assert_eq!(Tag::new(tag.as_str()).as_ref(), Ok(&tag), "a tag");
    }
    if let Some(country) = Country::parse(&text) {
        for name in [country.code(), country.alpha3(), country.name()] {
            assert_eq!(Country::parse(name), Some(country), "{name}");
        }
    }
}

fn email(text: &str) {
    let Ok(address) = EmailAddress::new(text) else { return };
    assert_eq!(EmailAddress::new(address.as_str()).as_ref(), Ok(&address), "what is an address is one");
    let normal = address.normal();
    if let Ok(again) = EmailAddress::new(&normal) {
        assert_eq!(again.normal(), normal, "an e-mail address");
        assert_eq!(again.mailbox(), address.mailbox(), "the mailbox of an address");
    }
    if let Some(Ok(ascii)) = address.ascii().map(|ascii| EmailAddress::new(&ascii)) {
        assert_eq!(ascii.normal(), normal, "an e-mail address in ASCII");
    }
    let mailbox = address.mailbox();
    if let Ok(again) = EmailAddress::new(&mailbox) {
        assert_eq!(again.mailbox(), mailbox, "a mailbox");
    }
}

fn web(text: &str) {
    let Ok(address) = WebAddress::new(text) else { return };
    assert_eq!(WebAddress::new(address.as_str()).as_ref(), Ok(&address), "what is an address is one");
    let normal = address.normal();
    if let Ok(again) = WebAddress::new(&normal) {
        assert_eq!(again.normal(), normal, "a web address");
        assert_eq!(again.host(), address.host(), "the host of {text:?}");
    }
    let host = address.host();
    if let Ok(again) = WebAddress::new(&host) {
        assert_eq!(again.host(), host, "a host");
    }
}

fn phone(text: &str) {
    let Ok(number) = PhoneNumber::new(text) else { return };
    assert_eq!(PhoneNumber::new(number.as_str()).as_ref(), Ok(&number), "what is a number is one");
    let digits = number.digits();
    assert!(digits.trim_start_matches('+').bytes().all(|byte| byte.is_ascii_digit()), "{digits:?}");
    if let Ok(again) = PhoneNumber::new(&digits) {
        assert_eq!(again.digits(), digits, "the digits of {text:?}");
    }
    let regions = ["GB", "US", "IT", "RU", "AR", "ZZ"].map(|code| Region::new(code).expect("a region"));
    for region in [None].into_iter().chain(regions.map(Some)) {
        planned(&region.map_or_else(|| number.clone(), |region| number.clone().in_region(region)));
    }
}

/// What the numbering plans say.
#[cfg(feature = "phone")]
fn planned(number: &PhoneNumber) {
    use contactdb::{PhoneMetadata, PhoneNormalizer};
    let Some(normal) = PhoneMetadata.e164(number) else { return };
    assert!(
        normal.strip_prefix('+').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())),
        "{normal}"
    );
    // What is no number of any plan has one form too, but one that may be read otherwise when it is typed. So may one that kept a
    // zero that is dialled before it, since it had two; in Italy zeros belong to numbers.
    let plans = &rlibphonenumber::PHONE_NUMBER_UTIL;
    let region = number.region().and_then(|region| region.code().parse().ok());
    let Ok(parsed) = plans.parse(number.as_str(), region) else { return };
    if plans.is_valid_number(&parsed) && (!parsed.italian_leading_zero() || normal.starts_with("+39")) {
        let again = PhoneNumber::new(&normal).expect("a number");
        assert_eq!(PhoneMetadata.e164(&again), Some(normal), "{number:?}");
    }
}

#[cfg(not(feature = "phone"))]
fn planned(_: &PhoneNumber) {}

fn name(text: &str) {
    let name = PersonName::parse(text);
    let parts = [&name.prefix, &name.given, &name.middle, &name.family, &name.suffix, &name.nickname];
    let whole: String = parts.into_iter().flatten().map(String::as_str).collect();
    assert_eq!(letters(&whole), letters(text), "no letter of a name is lost");
    let mended = name.mended();
    assert_eq!(mended.mended(), mended, "a mended name");
    assert!(!name.display().is_empty() || letters(text).is_empty(), "a name is shown: {text:?}");
}

/// How often each letter stands in a text.
fn letters(text: &str) -> BTreeMap<char, usize> {
    let mut letters = BTreeMap::new();
    for c in text.chars().filter(|c| c.is_alphanumeric()) {
        *letters.entry(c).or_default() += 1;
    }
    letters
}

fn address(text: &str) {
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let normal = Address::new(line(), line()).postcode(line()).region(line()).country(line()).normal();
    assert_eq!(normal.normal(), normal, "a postal address");
}
