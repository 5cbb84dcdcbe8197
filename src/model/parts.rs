//! The structured values that records are made of.

use rust_decimal::Decimal;
use time::Date;

use super::macros::group;
use super::setters;
use super::{Choice, Company, Id, Money, RecordId, UnknownParts, choices};

group! {
    /// The name of a person, in parts. All are optional; `display` puts them together.
    ///
    /// ```
    /// use contactdb::PersonName;
    /// let ada = PersonName::new("Ada", "Lovelace").prefix("Countess");
    /// assert_eq!(ada.display(), "Countess Ada Lovelace");
    /// ```
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PersonName {
        /// Title before the name: Dr., Prof.
        1 "name_prefix" "Prefix" prefix: Option<String>,
        /// Given (first) name.
        2 "given_name" "Given name" given: Option<String>,
        /// Further given names, patronymic.
        3 "middle_name" "Middle name" middle: Option<String>,
        /// Family (last) name.
        4 "family_name" "Family name" family: Option<String>,
        /// What follows the name: Jr., PhD.
        5 "name_suffix" "Suffix" suffix: Option<String>,
        /// What the person is called.
        6 "nickname" "Nickname" nickname: Option<String>,
    }
}

impl PersonName {
    pub(crate) const GIVEN: u8 = 2;
    pub(crate) const FAMILY: u8 = 4;
    pub(crate) const NICKNAME: u8 = 6;

    /// A given and a family name. An empty text is no name.
    #[must_use]
    pub fn new(given: impl Into<String>, family: impl Into<String>) -> Self {
        Self { given: filled(given), family: filled(family), ..Self::default() }
    }

    /// Sets the given name.
    #[must_use]
    pub fn given(mut self, given: impl Into<String>) -> Self {
        self.given = filled(given);
        self
    }

    /// Sets the family name.
    #[must_use]
    pub fn family(mut self, family: impl Into<String>) -> Self {
        self.family = filled(family);
        self
    }

    /// Sets the title before the name.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = filled(prefix);
        self
    }

    /// Sets further given names or the patronymic.
    #[must_use]
    pub fn middle(mut self, middle: impl Into<String>) -> Self {
        self.middle = filled(middle);
        self
    }

    /// Sets what follows the name.
    #[must_use]
    pub fn suffix(mut self, suffix: impl Into<String>) -> Self {
        self.suffix = filled(suffix);
        self
    }

    /// Sets what the person is called.
    #[must_use]
    pub fn nickname(mut self, nickname: impl Into<String>) -> Self {
        self.nickname = filled(nickname);
        self
    }

    /// The parts in the order of Western names, joined by spaces: prefix, given, middle, family,
    /// suffix; else the nickname. Names written in Han, Hangul or kana go family name first, without a space.
    #[must_use]
    pub fn display(&self) -> String {
        let family_first = |name: &Option<String>| name.as_ref().is_none_or(|name| name.chars().all(is_east_asian));
        let [prefix, given, middle, family, suffix] =
            [&self.prefix, &self.given, &self.middle, &self.family, &self.suffix].map(Option::as_deref);
        let name = if given.is_some() && family_first(&self.given) && family_first(&self.family) {
            let whole = [family, given].into_iter().flatten().collect::<String>();
            spaced([prefix, Some(&whole), suffix])
        } else {
            spaced([prefix, given, middle, family, suffix])
        };
        if name.is_empty() { self.nickname.clone().unwrap_or_default() } else { name }
    }
}

fn filled(text: impl Into<String>) -> Option<String> {
    Some(text.into()).filter(|text| !text.is_empty())
}

/// Whether a day lies between a first and a last one; an end that is not known is open.
pub(crate) fn within(first: Option<Date>, last: Option<Date>, day: Date) -> bool {
    first.is_none_or(|first| first <= day) && last.is_none_or(|last| day <= last)
}

fn spaced<const N: usize>(parts: [Option<&str>; N]) -> String {
    let parts = parts.map(Option::unwrap_or_default);
    let mut text = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(part);
    }
    text
}

/// Whether a letter is of a script in which the family name comes first.
pub(crate) fn is_east_asian(c: char) -> bool {
    matches!(u32::from(c), 0x3005..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

group! {
    /// A postal address. All parts are optional, and each can be asked for in segments.
    ///
    /// ```
    /// use contactdb::Address;
    /// let office = Address::new("12 Example Street", "Springfield").postcode("12345").country("US");
    /// assert_eq!(office.city.as_deref(), Some("Springfield"));
    /// ```
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Address {
        /// Street with house number, or post-office box; lines are parted by line breaks.
        1 "street" "Street" street: Option<String>,
        /// City, town or village.
        2 "city" "City" city: Option<String>,
        /// State, province, county.
        3 "region" "Region" region: Option<String>,
        /// Postal code.
        4 "postcode" "Postcode" postcode: Option<String>,
        /// Country: a name or a code, as the business writes it.
        5 "country" "Country" country: Option<String>,
    }
}

impl Address {
    /// An address of a street and a city. An empty text is none.
    #[must_use]
    pub fn new(street: impl Into<String>, city: impl Into<String>) -> Self {
        Self { street: filled(street), city: filled(city), ..Self::default() }
    }

    /// Sets the state, province or county.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = filled(region);
        self
    }

    /// Sets the postal code.
    #[must_use]
    pub fn postcode(mut self, postcode: impl Into<String>) -> Self {
        self.postcode = filled(postcode);
        self
    }

    /// Sets the country.
    #[must_use]
    pub fn country(mut self, country: impl Into<String>) -> Self {
        self.country = filled(country);
        self
    }

    /// Whether no part is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

group! {
    /// A profile in a social network.
    #[derive(Debug, Clone, PartialEq)]
    pub struct SocialProfile {
        /// The network, such as "Mastodon".
        1 "network" "Network" network: String,
        /// The name or address there.
        2 "" "Profile" handle: String,
    }
}

impl SocialProfile {
    /// A profile in a network.
    #[must_use]
    pub fn new(network: impl Into<String>, handle: impl Into<String>) -> Self {
        Self { network: network.into(), handle: handle.into(), unknown: UnknownParts::default() }
    }
}

group! {
    /// That a person belongs to a company: as what, and from when to when.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Affiliation {
        /// The company.
        1 "company" "Company" company: Id<Company>,
        /// The person's title there.
        2 "title" "Title" title: Option<String>,
        /// What the person decides or does there.
        3 "role" "Role" roles: Vec<Choice> = choices::role::OPTIONS,
        /// First day.
        4 "from" "From" from: Option<Date>,
        /// Last day.
        5 "to" "To" to: Option<Date>,
        /// Whether this is the company meant when only one is: at most one of several; else the first.
        31 "primary" "Primary" primary: Option<bool>,
    }
}

impl Affiliation {
    /// The number of the part that names the company.
    pub(crate) const COMPANY: u8 = 1;

    /// Belongs to a company.
    #[must_use]
    pub fn with(company: Id<Company>) -> Self {
        Self {
            company,
            title: None,
            roles: Vec::new(),
            from: None,
            to: None,
            primary: None,
            unknown: UnknownParts::default(),
        }
    }

    /// Sets the title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = filled(title);
        self
    }

    setters! {
        /// Sets the first day.
        set from: Date;
        /// Sets the last day.
        set to: Date;
    }

    /// Marks it as the company meant when only one is.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.primary = Some(true);
        self
    }

    /// Whether it held on a day; an end that is not known is open.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        within(self.from, self.to, day)
    }

    /// Adds a role, such as [`role::DECISION_MAKER`](crate::choices::role::DECISION_MAKER).
    #[must_use]
    pub fn role(mut self, role: impl Into<Choice>) -> Self {
        self.roles.push(role.into());
        self
    }
}

group! {
    /// The number of a record in another system. In a database it belongs to one record of a kind at most.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ExternalId {
        /// The other system, such as "webshop".
        1 "system" "System" system: String,
        /// The id there. Compared exactly.
        2 "" "External id" id: String,
    }
}

impl ExternalId {
    /// An id in a system.
    #[must_use]
    pub fn new(system: impl Into<String>, id: impl Into<String>) -> Self {
        Self { system: system.into(), id: id.into(), unknown: UnknownParts::default() }
    }
}

group! {
    /// Somebody who took part in an interaction.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Participant {
        /// The contact, the company, or another record that it was about.
        1 "" "Participant" who: RecordId,
        /// As what: "host", "copied in".
        2 "role" "Role" role: Option<String>,
    }
}

impl Participant {
    /// A contact or a company that took part.
    #[must_use]
    pub fn new(who: impl Into<RecordId>) -> Self {
        Self { who: who.into(), role: None, unknown: UnknownParts::default() }
    }

    /// Says as what.
    #[must_use]
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.role = filled(role);
        self
    }
}

group! {
    /// A line of an order.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Item {
        /// What was bought.
        1 "product" "Product" product: String,
        /// The product's category.
        2 "category" "Category" category: Option<String>,
        /// The product's number.
        3 "sku" "Article number" sku: Option<String>,
        /// How many.
        4 "quantity" "Quantity" quantity: Decimal,
        /// What one costs.
        5 "unit_price" "Unit price" unit_price: Option<Money>,
        /// The record of the product, of whatever kind the business keeps its products in.
        6 "product_record" "Product record" record: Option<RecordId>,
    }
}

impl Item {
    /// So many of a product.
    #[must_use]
    pub fn new(product: impl Into<String>, quantity: impl Into<Decimal>) -> Self {
        Self {
            product: product.into(),
            category: None,
            sku: None,
            quantity: quantity.into(),
            unit_price: None,
            record: None,
            unknown: UnknownParts::default(),
        }
    }

    setters! {
        /// Sets the record of the product.
        set record: RecordId;
    }

    /// Sets what one costs.
    #[must_use]
    pub fn unit_price(mut self, price: Money) -> Self {
        self.unit_price = Some(price);
        self
    }

    /// Sets the category.
    #[must_use]
    pub fn category(mut self, category: impl Into<String>) -> Self {
        self.category = filled(category);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::PersonName;

    #[test]
    fn a_whole_name_has_its_parts_in_the_order_of_its_script() {
        let ada = PersonName::new("Ada", "Lovelace");
        let li = PersonName::new("\u{82B3}", "\u{738B}");
        for (name, whole) in [
            (ada.clone(), "Ada Lovelace"),
            (ada.clone().prefix("Countess").middle("King").suffix("FRS"), "Countess Ada King Lovelace FRS"),
            (PersonName { middle: Some(String::new()), family: None, ..ada }, "Ada"),
            (li.clone(), "\u{738B}\u{82B3}"),
            (li.clone().prefix("Dr.").middle("Anna").suffix("MD"), "Dr. \u{738B}\u{82B3} MD"),
            (PersonName { given: None, ..li }, "\u{738B}"),
            (PersonName::default().prefix("Dr.").nickname("Ann"), "Dr."),
            (PersonName::default().nickname("Ann"), "Ann"),
            (PersonName::default(), ""),
        ] {
            assert_eq!(name.display(), whole);
        }
    }
}
