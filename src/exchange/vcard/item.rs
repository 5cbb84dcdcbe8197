//! What a record has several of: addresses, numbers, profiles. One line of a card each.

use super::labels;
use super::property::{Property, joined};
use super::sheet::Sort;
use crate::model::{Address, EmailAddress, Labelled, PhoneNumber, SocialProfile, WebAddress};

/// The longest text that becomes a short text of a record; a longer one stays a line.
pub(super) const MAX_TEXT: usize = 16 << 10;

/// The most values of one sort that a card brings; what is more stays lines.
const MAX_VALUES: usize = 5_000;

/// Of which sort one of several is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Several {
    Email,
    Phone,
    Address,
    Link,
    Profile,
}

impl Several {
    fn is_of(self, sort: Sort) -> bool {
        sort == Sort::Person || !matches!(self, Self::Address | Self::Profile)
    }
}

/// What a record has several of.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Items {
    pub(super) emails: Vec<Labelled<EmailAddress>>,
    pub(super) phones: Vec<Labelled<PhoneNumber>>,
    pub(super) addresses: Vec<Labelled<Address>>,
    pub(super) links: Vec<Labelled<WebAddress>>,
    pub(super) profiles: Vec<Labelled<SocialProfile>>,
    /// The sorts of which a line was marked as preferred, and those of which several were, a bit each.
    pub(super) marked: u8,
    pub(super) contested: u8,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'i> {
    Email(&'i Labelled<EmailAddress>),
    Phone(&'i Labelled<PhoneNumber>),
    Address(&'i Labelled<Address>),
    Link(&'i Labelled<WebAddress>),
    Profile(&'i Labelled<SocialProfile>),
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

fn labelled<T>(value: T, (primary, label): (bool, Option<String>)) -> Labelled<T> {
    let mut labelled = Labelled::new(value);
    labelled.label = label.filter(|label| !label.is_empty() && label.len() <= MAX_TEXT);
    labelled.primary = primary;
    labelled
}

/// Whether a line says that its value is the preferred one.
pub(super) fn is_marked(property: &Property) -> bool {
    property.parameter("PREF") == Some("1")
}

/// The sort of a line, by its name.
fn several_of(property: &Property) -> Several {
    match property.name() {
        "EMAIL" => Several::Email,
        "TEL" => Several::Phone,
        "ADR" => Several::Address,
        "URL" => Several::Link,
        _ => Several::Profile,
    }
}

impl Items {
    /// Takes what a line says; `None` if it says none of these, or in a form that no record takes, or a record of that sort has none.
    pub(super) fn read(
        &mut self,
        property: &Property,
        sort: Sort,
        label: impl FnOnce() -> Option<String>,
    ) -> Option<Several> {
        let several = several_of(property);
        if !several.is_of(sort) || self.count(several) >= MAX_VALUES {
            return None;
        }
        let bit = 1 << several as u8;
        // Of several that are marked as preferred the first one is.
        let marked = is_marked(property);
        let said = || (marked && self.marked & bit == 0, label());
        match several {
            Several::Email => {
                let address = EmailAddress::new(&property.as_text()).ok()?;
                self.emails.push(labelled(address, said()));
            }
            Several::Phone => {
                let text = property.as_text();
                let number = PhoneNumber::new(text.strip_prefix("tel:").unwrap_or(&text)).ok()?;
                self.phones.push(labelled(number, said()));
            }
            Several::Address => self.addresses.push(labelled(address(property)?, said())),
            Several::Link => {
                let address = WebAddress::new(&property.as_text()).ok()?;
                self.links.push(labelled(address, said()));
            }
            Several::Profile => self.profiles.push(labelled(profile(property)?, said())),
        }
        if marked {
            self.contested |= self.marked & bit;
            self.marked |= bit;
        }
        Some(several)
    }

    /// Whether several of the sort were marked as preferred.
    pub(super) fn are_contested(&self, several: Several) -> bool {
        self.contested >> several as u8 & 1 == 1
    }

    pub(super) fn count(&self, several: Several) -> usize {
        match several {
            Several::Email => self.emails.len(),
            Several::Phone => self.phones.len(),
            Several::Address => self.addresses.len(),
            Several::Link => self.links.len(),
            Several::Profile => self.profiles.len(),
        }
    }

    pub(super) fn get(&self, several: Several, at: usize) -> Option<Item<'_>> {
        match several {
            Several::Email => self.emails.get(at).map(Item::Email),
            Several::Phone => self.phones.get(at).map(Item::Phone),
            Several::Address => self.addresses.get(at).map(Item::Address),
            Several::Link => self.links.get(at).map(Item::Link),
            Several::Profile => self.profiles.get(at).map(Item::Profile),
        }
    }

    /// All of them, in the order in which they stand in a card.
    pub(super) fn all(&self) -> impl Iterator<Item = Item<'_>> {
        let emails = self.emails.iter().map(Item::Email);
        let phones = self.phones.iter().map(Item::Phone);
        let addresses = self.addresses.iter().map(Item::Address);
        let links = self.links.iter().map(Item::Link);
        let profiles = self.profiles.iter().map(Item::Profile);
        emails.chain(phones).chain(addresses).chain(links).chain(profiles)
    }
}

fn address(property: &Property) -> Option<Address> {
    let mut parts = property.parts();
    let mut part = || {
        let text = joined(parts.next()?, ", ");
        (!text.is_empty() && text.len() <= MAX_TEXT).then_some(text)
    };
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

impl<'i> Item<'i> {
    /// The line that says it, and the label if that needs a line of its own.
    pub(super) fn to_property(self) -> (Property, Option<&'i str>) {
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
    pub(super) fn is_plainly(self, property: &Property) -> bool {
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
    pub(super) fn key(self) -> String {
        let (property, label) = self.to_property();
        format!("{}\n{}", label.unwrap_or_default(), property.to_line())
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
