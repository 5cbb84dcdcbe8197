//! One card, and the records that are made of it.

use std::collections::{HashMap, VecDeque};

use super::dates;
use super::item::Items;
use super::names::{Name, Word};
use super::parse::is;
use super::property::Property;
use super::sheet::{self, Sheet, Sort};
use super::single::{self, Class, renamed};
use crate::model::{Company, Contact, ExternalId, PersonName};

/// The system under which the `UID` of a card stands among the external ids of a record.
pub(crate) const SYSTEM: &str = "vcard";

/// A card: properties in the order in which they stood, as [`Property`] has them.
///
/// ```
/// use contactdb::{Contact, vcard::Card};
/// let card = Card::of_contact(&Contact::named("Ada", "Lovelace").email("ada@example.com"));
/// assert_eq!(card.properties().next().map(|name| name.to_text()).as_deref(), Some("Ada Lovelace"));
/// assert_eq!(card.into_contact().emails.len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Card {
    pub(super) line: u64,
    pub(super) properties: Vec<Property>,
    pub(super) unreadable: Vec<u64>,
}

impl Card {
    /// A card of these properties, for programs that get them elsewhere. Those without a name or a value are left out.
    #[must_use]
    pub fn of_properties(properties: impl IntoIterator<Item = Property>) -> Self {
        let properties =
            properties.into_iter().filter(|property| !property.name.is_empty() && !property.is_blank()).collect();
        let mut card = Self { properties, ..Self::default() };
        card.settle();
        card
    }

    /// The card of a person: what the record has, and the lines that it kept, see [`into_contact`](Self::into_contact).
    ///
    /// Without the company, which stands in another record: [`organization`](Self::organization) adds it. Custom fields, consents and
    /// the other properties of a CRM have no place in a card.
    #[must_use]
    pub fn of_contact(contact: &Contact) -> Self {
        let mut sheet = Sheet { name: contact.name.clone(), birthday: contact.birthday, ..Sheet::default() };
        sheet.put(Class::Nickname, contact.name.nickname.as_ref());
        sheet.put(Class::Department, contact.department.as_ref());
        sheet.put(Class::Title, contact.job_title.as_ref());
        sheet.put(Class::Zone, contact.time_zone.as_ref());
        sheet.put(Class::Note, contact.notes.as_ref());
        sheet.put(Class::Uid, uid(&contact.external_ids));
        sheet.items = Items {
            emails: contact.emails.clone(),
            phones: contact.phones.clone(),
            addresses: contact.addresses.iter().filter(|address| !address.value.is_empty()).cloned().collect(),
            links: contact.links.clone(),
            profiles: contact.profiles.clone(),
            ..Items::default()
        };
        sheet.languages.clone_from(&contact.languages);
        sheet.tags = contact.tags.iter().cloned().collect();
        sheet.kept.clone_from(&contact.vcard);
        Self { properties: sheet::write(sheet), ..Self::default() }
    }

    /// The card of a company.
    #[must_use]
    pub fn of_company(company: &Company) -> Self {
        let mut sheet = Sheet { whole_name: company.name.clone(), ..Sheet::of(Sort::Organization) };
        sheet.put(Class::Note, company.notes.as_ref());
        sheet.put(Class::Uid, uid(&company.external_ids));
        sheet.items = Items {
            emails: company.emails.clone(),
            phones: company.phones.clone(),
            links: company.links.clone(),
            ..Items::default()
        };
        sheet.tags = company.tags.iter().cloned().collect();
        sheet.kept.clone_from(&company.vcard);
        Self { properties: sheet::write(sheet), ..Self::default() }
    }

    /// The line of the stream at which it began; 0 if it came from none.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    pub(crate) fn at_line(mut self, line: u64) -> Self {
        self.line = line;
        self
    }

    /// Lines of the stream within the card that are no properties, at most a hundred. They were passed over.
    #[must_use]
    pub fn unreadable_lines(&self) -> &[u64] {
        &self.unreadable
    }

    /// The properties; `VERSION` and those without any value are not among them.
    pub fn properties(&self) -> impl Iterator<Item = &Property> {
        self.properties.iter()
    }

    /// The first property of a name, which is given in capitals.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// The `UID`, which [`into_contact`](Self::into_contact) makes an external id of the system "vcard".
    #[must_use]
    pub fn uid(&self) -> Option<String> {
        self.property("UID").map(Property::to_text)
    }

    /// What it is called as a whole.
    pub(crate) fn whole_name(&self) -> String {
        self.property("FN").map(Property::to_text).unwrap_or_default()
    }

    /// The company that it names, for a person as for an organisation.
    #[must_use]
    pub fn company_name(&self) -> Option<String> {
        single::organization_of(self.property("ORG")?).0
    }

    /// Whether it is of an organisation: it says so, or it has no name of a person and is called as the company.
    #[must_use]
    pub fn is_organization(&self) -> bool {
        let said = |property: &Property| is(property, "KIND", "org") || is(property, "X-ABSHOWAS", "company");
        let only_company = || {
            let whole = self.property("FN").map(Property::to_text);
            self.property("N").is_none()
                && self.property("KIND").is_none()
                && whole.is_some()
                && whole == self.company_name()
        };
        self.properties.iter().any(said) || only_company()
    }

    /// Whether it stands for a group of other cards.
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.properties
            .iter()
            .any(|property| is(property, "KIND", "group") || is(property, "X-ADDRESSBOOKSERVER-KIND", "group"))
    }

    /// The `UID`s of the cards of a group.
    pub fn members(&self) -> impl Iterator<Item = String> {
        let members = self
            .properties
            .iter()
            .filter(|property| matches!(property.name(), "MEMBER" | "X-ADDRESSBOOKSERVER-MEMBER"));
        members.map(Property::to_text)
    }

    /// Names the company, in place of another one.
    #[must_use]
    pub fn organization(mut self, name: &str) -> Self {
        match self.properties.iter_mut().find(|property| property.name == "ORG") {
            Some(line) if single::organization_of(line).0.as_deref() == Some(name) => {}
            Some(line) => *line = renamed(line, name),
            None => self.properties.push(Property::structured("ORG", [name])),
        }
        self
    }

    /// The person that the card is of. Nothing is lost: a line that the properties of the record can't say again (a photo, a parameter
    /// that nothing here has room for, a number that is none) is kept in [`vcard`](Contact::vcard), and [`write`](super::write) writes
    /// it back as long as the record has what the line says.
    ///
    /// The company is no property of a person but a record: find or make it by [`company_name`](Self::company_name), or
    /// leave that to [`import_cards`](crate::Transaction::import_cards).
    #[must_use]
    pub fn into_contact(self) -> Contact {
        let sheet = sheet::read(&self.properties, Sort::Person);
        let mut singles = sheet.singles;
        let mut take = |class: Class| singles.take(class);
        Contact {
            name: PersonName { nickname: take(Class::Nickname), ..sheet.name },
            department: take(Class::Department),
            job_title: take(Class::Title),
            birthday: sheet.birthday,
            time_zone: take(Class::Zone),
            notes: take(Class::Note),
            languages: sheet.languages,
            external_ids: take(Class::Uid).map(|uid| ExternalId::new(SYSTEM, uid)).into_iter().collect(),
            tags: sheet.tags.into_iter().collect(),
            vcard: sheet.kept,
            emails: sheet.items.emails,
            phones: sheet.items.phones,
            addresses: sheet.items.addresses,
            links: sheet.items.links,
            profiles: sheet.items.profiles,
            ..Contact::new()
        }
    }

    /// The organisation that the card is of. Postal addresses stay lines, since a card does not say whether one is for invoices
    /// or for goods.
    #[must_use]
    pub fn into_company(self) -> Company {
        let sheet = sheet::read(&self.properties, Sort::Organization);
        let mut singles = sheet.singles;
        Company {
            notes: singles.take(Class::Note),
            external_ids: singles.take(Class::Uid).map(|uid| ExternalId::new(SYSTEM, uid)).into_iter().collect(),
            tags: sheet.tags.into_iter().collect(),
            vcard: sheet.kept,
            emails: sheet.items.emails,
            phones: sheet.items.phones,
            links: sheet.items.links,
            ..Company::new(sheet.whole_name)
        }
    }

    /// Brings what programs and versions write in several ways into one.
    pub(super) fn settle(&mut self) {
        for property in &mut self.properties {
            match &*property.name {
                "X-SOCIALPROFILE" => sheet::settle_profile(property),
                "BDAY" | "ANNIVERSARY" | "DEATHDATE" => settle_date(property),
                _ => {}
            }
            // Their order means nothing.
            property.sort();
        }
        // What frames a card is no property of it.
        self.properties.retain(|property| !matches!(&*property.name, "BEGIN" | "END" | "VERSION"));
        self.attach_labels();
    }

    /// The text of an address, a property of its own before version 4.0, belongs to the address with the same types.
    fn attach_labels(&mut self) {
        let is_label = |property: &Property| {
            property.name == "LABEL"
                && property.group.is_none()
                && property.parameters.iter().all(|(name, _)| name == "TYPE")
        };
        if !self.properties.iter().any(is_label) {
            return;
        }
        let (labels, mut others): (Vec<Property>, Vec<Property>) = self.properties.drain(..).partition(is_label);
        let mut addresses: HashMap<Vec<String>, VecDeque<usize>> = HashMap::new();
        for (at, address) in others.iter().enumerate() {
            if address.name == "ADR" && address.parameter("LABEL").is_none() {
                addresses.entry(address.sorted_types()).or_default().push_back(at);
            }
        }
        let mut alone = Vec::new();
        for label in labels {
            let at = addresses.get_mut(&label.sorted_types()).and_then(VecDeque::pop_front);
            match at.and_then(|at| others.get_mut(at)) {
                Some(address) => {
                    address.say(Name::Borrowed("LABEL"), Word::Owned(label.to_text()));
                    address.sort();
                }
                None => alone.push(label),
            }
        }
        others.append(&mut alone);
        self.properties = others;
    }
}

fn uid(ids: &[ExternalId]) -> Option<&String> {
    ids.iter().find(|id| id.system == SYSTEM).map(|id| &id.id)
}

/// A whole date in the form of version 4.0. Apple says by a year of its own that the year is not known.
fn settle_date(property: &mut Property) {
    let text = property.as_text();
    let Some(date) = dates::date(&text).filter(|_| !text.contains('T')) else { return };
    let omitted = property.parameter("X-APPLE-OMIT-YEAR").is_some_and(|year| text.starts_with(year));
    let date =
        if omitted { crate::model::PartialDate::new(None, date.month(), date.day()).unwrap_or(date) } else { date };
    let only_date = property.values("VALUE").all(|value| value == "date");
    property
        .parameters
        .retain(|(name, _)| !(name == "VALUE" && only_date || date.year().is_none() && name == "X-APPLE-OMIT-YEAR"));
    property.value = dates::compact(date).into();
}
