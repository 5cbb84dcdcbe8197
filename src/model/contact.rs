//! People.

use time::{Date, OffsetDateTime};

use super::BuiltInDefault::Option as ByDefault;
use super::shape::record;
use super::{
    Address, Affiliation, Choice, Company, EmailAddress, ExternalId, Id, InvalidValue, Kind, Labelled, PartialDate,
    PersonName, PhoneNumber, SocialProfile, WebAddress, choices,
};

record! {
    /// A person.
    ///
    /// Make one with [`Contact::named`] and the setters, which never fail; change one through its
    /// fields. Everything is checked when it is written.
    ///
    /// ```
    /// use contactdb::{Contact, choices::relation};
    /// let ada = Contact::named("Ada", "Lovelace")
    ///     .email("ada@acme.example")
    ///     .phone("+44 20 7946 0000")
    ///     .relation(relation::CUSTOMER)
    ///     .tag("vip");
    /// assert_eq!(ada.name.display(), "Ada Lovelace");
    /// ```
    pub struct Contact = Kind::CONTACT, {
        /// The name, in parts.
        16 "name" "Name" name: PersonName,
        /// E-mail addresses.
        17 "email" "E-mail" emails: Vec<Labelled<EmailAddress>>,
        /// Phone numbers.
        18 "phone" "Phone" phones: Vec<Labelled<PhoneNumber>>,
        /// Postal addresses.
        19 "address" "Address" addresses: Vec<Labelled<Address>>,
        /// Web sites.
        20 "link" "Web address" links: Vec<Labelled<WebAddress>>,
        /// Profiles in social networks.
        21 "profile" "Social profile" profiles: Vec<Labelled<SocialProfile>> { prefix: "profile_" },
        /// Job title.
        22 "job_title" "Job title" job_title: Option<String>,
        /// Department.
        23 "department" "Department" department: Option<String>,
        /// The person this one reports to.
        24 "reports_to" "Reports to" reports_to: Option<Id<Contact>> { acyclic: true },
        /// The companies this person belongs to.
        25 "affiliation" "Affiliation" affiliations: Vec<Affiliation> { prefix: "affiliation_" },
        /// What the person is to the business; see [`choices::relation`].
        26 "relation" "Relation" relations: Vec<Choice> { options: choices::relation::OPTIONS },
        /// Customer since that day.
        27 "customer_since" "Customer since" customer_since: Option<Date>,
        /// How far the person has come; see [`choices::stage`].
        28 "stage" "Stage" stage: Option<Choice> { options: choices::stage::OPTIONS },
        /// Active (unless said otherwise), inactive or archived; see [`choices::status`].
        29 "status" "Status" status: Option<Choice> { options: choices::status::OPTIONS, default: Some(ByDefault("active")) },
        /// Why the status is what it is.
        30 "status_reason" "Reason of status" status_reason: Option<String>,
        /// How urgent; see [`choices::priority`].
        31 "priority" "Priority" priority: Option<Choice> { options: choices::priority::OPTIONS },
        /// Who looks after the person: a name or key of the program's own users.
        32 "owner" "Owner" owner: Option<String>,
        /// Where the person came from; see [`choices::source`].
        33 "source" "Source" source: Option<Choice> { options: choices::source::OPTIONS },
        /// The part of the market the person belongs to.
        34 "market_segment" "Market segment" market_segment: Option<String>,
        /// What decides a purchase.
        35 "buying_criterion" "Buying criterion" buying_criteria: Vec<String>,
        /// Birthday; the year may be unknown.
        36 "birthday" "Birthday" birthday: Option<PartialDate>,
        /// Languages as tags of BCP 47 (`de`, `pt-BR`), the preferred one first.
        37 "language" "Language" languages: Vec<String>,
        /// Interests.
        38 "interest" "Interest" interests: Vec<String>,
        /// Needs.
        39 "need" "Need" needs: Vec<String>,
        /// Preferences.
        40 "preference" "Preference" preferences: Vec<String>,
        /// How the person likes to be reached; see [`choices::channel`].
        41 "preferred_channel" "Preferred channel" preferred_channel: Option<Choice> { options: choices::channel::OPTIONS },
        /// Notes, of any length.
        42 "notes" "Notes" notes: Option<String> { long: true },
        /// The numbers of this person in other systems.
        43 "external_id" "External id" external_ids: Vec<ExternalId> { prefix: "external_id_", exact_key: true },
        /// When the data were last checked to be true.
        44 "verified" "Verified" verified: Option<OffsetDateTime>,
        /// By whom.
        45 "verified_by" "Verified by" verified_by: Option<String>,
    }
}

impl Contact {
    /// A person of whom nothing is known yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A person with a given and a family name; either may be empty.
    #[must_use]
    pub fn named(given: impl Into<String>, family: impl Into<String>) -> Self {
        Self { name: PersonName::new(given, family), ..Self::default() }
    }

    /// Sets the whole name.
    #[must_use]
    pub fn name(mut self, name: PersonName) -> Self {
        self.name = name;
        self
    }

    /// Adds an e-mail address, from a text or with a label. One that is not well formed is reported
    /// when the record is written.
    #[must_use]
    pub fn email(mut self, email: impl TryInto<Labelled<EmailAddress>, Error: Into<InvalidValue>>) -> Self {
        let email = self.kept.read("email", email);
        self.emails.extend(email);
        self
    }

    /// Adds a phone number, from a text or with a label. One that is not well formed is reported when
    /// the record is written.
    #[must_use]
    pub fn phone(mut self, phone: impl TryInto<Labelled<PhoneNumber>, Error: Into<InvalidValue>>) -> Self {
        let phone = self.kept.read("phone", phone);
        self.phones.extend(phone);
        self
    }

    /// Adds a web address, from a text or with a label. One that is not well formed is reported when
    /// the record is written.
    #[must_use]
    pub fn link(mut self, link: impl TryInto<Labelled<WebAddress>, Error: Into<InvalidValue>>) -> Self {
        let link = self.kept.read("link", link);
        self.links.extend(link);
        self
    }

    /// Adds a postal address.
    #[must_use]
    pub fn address(mut self, address: impl Into<Labelled<Address>>) -> Self {
        self.addresses.push(address.into());
        self
    }

    /// Adds a social profile.
    #[must_use]
    pub fn profile(mut self, network: impl Into<String>, handle: impl Into<String>) -> Self {
        self.profiles.push(SocialProfile::new(network, handle).into());
        self
    }

    /// Adds a company with the person's title there. An empty title is none.
    #[must_use]
    pub fn works_at(self, company: Id<Company>, title: impl Into<String>) -> Self {
        self.affiliation(Affiliation::with(company).title(title))
    }

    /// Adds an affiliation.
    #[must_use]
    pub fn affiliation(mut self, affiliation: Affiliation) -> Self {
        self.affiliations.push(affiliation);
        self
    }

    /// Sets the job title.
    #[must_use]
    pub fn job_title(mut self, title: impl Into<String>) -> Self {
        self.job_title = Some(title.into());
        self
    }

    /// Adds what the person is to the business, such as [`relation::CUSTOMER`](choices::relation::CUSTOMER).
    #[must_use]
    pub fn relation(mut self, relation: impl Into<Choice>) -> Self {
        self.relations.push(relation.into());
        self
    }

    /// Sets how far the person has come.
    #[must_use]
    pub fn stage(mut self, stage: impl Into<Choice>) -> Self {
        self.stage = Some(stage.into());
        self
    }

    /// Sets where the person came from.
    #[must_use]
    pub fn source(mut self, source: impl Into<Choice>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Sets who looks after the person.
    #[must_use]
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Sets the birthday, from a date or a text such as `1990-05-17` or, without the year, `--05-17`. One
    /// that is not well formed is reported when the record is written.
    #[must_use]
    pub fn birthday(mut self, birthday: impl TryInto<PartialDate, Error: Into<InvalidValue>>) -> Self {
        self.birthday = self.kept.read("birthday", birthday);
        self
    }

    /// Adds an interest.
    #[must_use]
    pub fn interest(mut self, interest: impl Into<String>) -> Self {
        self.interests.push(interest.into());
        self
    }

    /// Sets how the person likes to be reached.
    #[must_use]
    pub fn preferred_channel(mut self, channel: impl Into<Choice>) -> Self {
        self.preferred_channel = Some(channel.into());
        self
    }

    /// Sets the notes.
    #[must_use]
    pub fn notes(mut self, notes: impl Into<String>) -> Self {
        self.notes = Some(notes.into());
        self
    }

    /// Adds the number of this person in another system.
    #[must_use]
    pub fn external_id(mut self, system: impl Into<String>, id: impl Into<String>) -> Self {
        self.external_ids.push(ExternalId::new(system, id));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Database;

    #[test]
    fn a_birthday_is_read_from_text_and_a_bad_one_is_reported_when_written() {
        assert_eq!(Contact::new().birthday("--05-17").birthday, PartialDate::new(None, Some(5), Some(17)).ok());
        let db = Database::in_memory().unwrap();
        let refused = db.write().unwrap().insert(&Contact::new().birthday("17 May")).unwrap_err();
        let broken: Vec<&str> = refused.violations().iter().map(|broken| broken.attribute.as_str()).collect();
        assert_eq!(broken, ["birthday"]);
    }
}
