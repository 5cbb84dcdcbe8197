//! What a record has several of: addresses, numbers, profiles. One line of a card each.

use super::labels;
use super::property::Property;
use crate::model::{Address, EmailAddress, Labelled, PhoneNumber, SocialProfile, WebAddress};

/// The longest text that becomes a short text of a record; a longer one stays a line.
pub(super) const MAX_TEXT: usize = 16 << 10;

/// One of several.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    Email(Labelled<EmailAddress>),
    Phone(Labelled<PhoneNumber>),
    Address(Labelled<Address>),
    Link(Labelled<WebAddress>),
    Profile(Labelled<SocialProfile>),
}

/// Messengers that had a property of their own, and the networks that these mean.
const MESSENGERS: &[(&str, &str)] = &[
    ("X-SKYPE", "Skype"),
    ("X-SKYPE-USERNAME", "Skype"),
    ("X-JABBER", "Jabber"),
    ("X-AIM", "AIM"),
    ("X-ICQ", "ICQ"),
    ("X-MSN", "MSN"),
    ("X-YAHOO", "Yahoo"),
    ("X-GOOGLE-TALK", "Google Talk"),
    ("X-GTALK", "Google Talk"),
    ("X-QQ", "QQ"),
    ("X-TWITTER", "Twitter"),
    ("X-WECHAT", "WeChat"),
];

fn labelled<T>(value: T, property: &Property, label: Option<String>) -> Labelled<T> {
    let mut labelled = Labelled::new(value);
    labelled.label = label.filter(|label| !label.is_empty() && label.len() <= MAX_TEXT);
    labelled.primary = property.parameter("PREF") == Some("1");
    labelled
}

/// What a line says; `None` if it is of none of these, or in a form that no record takes.
pub(super) fn read(property: &Property, label: impl FnOnce() -> Option<String>) -> Option<Item> {
    match property.name() {
        "EMAIL" => {
            let address = EmailAddress::new(&property.as_text()).ok()?;
            Some(Item::Email(labelled(address, property, label())))
        }
        "TEL" => {
            let text = property.as_text();
            let number = PhoneNumber::new(text.strip_prefix("tel:").unwrap_or(&text)).ok()?;
            Some(Item::Phone(labelled(number, property, label())))
        }
        "ADR" => Some(Item::Address(labelled(address(property)?, property, label()))),
        "URL" => {
            let address = WebAddress::new(&property.as_text()).ok()?;
            Some(Item::Link(labelled(address, property, label())))
        }
        _ => Some(Item::Profile(labelled(profile(property)?, property, label()))),
    }
}

fn address(property: &Property) -> Option<Address> {
    let mut parts = property.parts(", ");
    let mut part = || parts.next().filter(|text| !text.is_empty() && text.len() <= MAX_TEXT);
    let mut street = String::new();
    for line in [part(), part(), part()].into_iter().flatten() {
        if street.is_empty() {
            street = line;
        } else {
            street.push('\n');
            street.push_str(&line);
        }
    }
    let short = street.len() < MAX_TEXT;
    let mut address = Address::new(street, part().unwrap_or_default());
    (address.region, address.postcode, address.country) = (part(), part(), part());
    (short && !address.is_empty()).then_some(address)
}

fn profile(property: &Property) -> Option<SocialProfile> {
    let (network, handle) = match property.name() {
        "SOCIALPROFILE" => (property.parameter("SERVICE-TYPE")?.to_owned(), property.to_text()),
        "IMPP" => {
            let value = property.as_text();
            let (scheme, rest) =
                value.split_once(':').filter(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty())?;
            let service = property.parameter("SERVICE-TYPE").or_else(|| property.parameter("X-SERVICE-TYPE"));
            (service.unwrap_or(scheme).to_owned(), rest.to_owned())
        }
        name if !name.starts_with("X-") => return None,
        name => {
            let (_, network) = MESSENGERS.iter().find(|(known, _)| *known == name)?;
            ((*network).to_owned(), property.to_text())
        }
    };
    let good = |text: &str| !text.trim().is_empty() && text.len() <= MAX_TEXT;
    (good(&network) && good(&handle)).then(|| SocialProfile::new(network, handle))
}

impl Item {
    /// The line that says it, and the label if that needs a line of its own.
    pub(super) fn to_property(&self) -> (Property, Option<&str>) {
        let (property, label, primary) = match self {
            Self::Email(email) => (Property::text("EMAIL", email.value.as_str()), &email.label, email.primary),
            Self::Phone(phone) => (Property::text("TEL", phone.value.as_str()), &phone.label, phone.primary),
            Self::Address(address) => (address_line(&address.value), &address.label, address.primary),
            Self::Link(link) => (Property::address("URL", link.value.as_str()), &link.label, link.primary),
            Self::Profile(profile) => (profile_line(&profile.value), &profile.label, profile.primary),
        };
        let label = label.as_deref().filter(|label| !label.is_empty());
        let types = label.and_then(labels::to_types);
        let label = label.filter(|_| types.is_none());
        let property = types.into_iter().flatten().fold(property, |property, name| property.with("TYPE", name));
        (if primary { property.with("PREF", "1") } else { property }, label)
    }

    /// Whether a line is plainly the one that says it, which need not be made to be compared. It may be so without being plain.
    pub(super) fn is_plainly(&self, property: &Property) -> bool {
        let value = match self {
            Self::Email(email) => property.is_text(email.value.as_str()),
            Self::Phone(phone) => property.is_text(phone.value.as_str()),
            Self::Link(link) => property.is_text(link.value.as_str()),
            Self::Address(address) => {
                let Address { street, city, region, postcode, country, .. } = &address.value;
                let parts = [street, city, region, postcode, country].map(|part| part.as_deref().unwrap_or_default());
                property.has_parts(["", ""].into_iter().chain(parts))
            }
            Self::Profile(_) => false,
        };
        value && property.group.is_none() && labels::are_plain(property)
    }

    /// Two that say the same have the same key.
    pub(super) fn key(&self) -> String {
        let (property, label) = self.to_property();
        format!("{}\n{}", label.unwrap_or_default(), property.to_line())
    }

    pub(super) fn is_primary(&self) -> bool {
        match self {
            Self::Email(email) => email.primary,
            Self::Phone(phone) => phone.primary,
            Self::Address(address) => address.primary,
            Self::Link(link) => link.primary,
            Self::Profile(profile) => profile.primary,
        }
    }

    pub(super) fn unmark(&mut self) {
        match self {
            Self::Email(email) => email.primary = false,
            Self::Phone(phone) => phone.primary = false,
            Self::Address(address) => address.primary = false,
            Self::Link(link) => link.primary = false,
            Self::Profile(profile) => profile.primary = false,
        }
    }
}

fn address_line(address: &Address) -> Property {
    let Address { street, city, region, postcode, country, .. } = address;
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let parts = [String::new(), String::new(), text(street), text(city), text(region), text(postcode), text(country)];
    Property::structured("ADR", parts.iter().map(String::as_str))
}

fn profile_line(profile: &SocialProfile) -> Property {
    let property = Property::address("SOCIALPROFILE", &profile.handle);
    let property = property.with("SERVICE-TYPE", &profile.network);
    if profile.handle.contains("://") { property } else { property.with("VALUE", "text") }
}
