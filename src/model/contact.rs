//! People.

use time::{Date, OffsetDateTime, Time, Weekday};

use super::BuiltInDefault::Option as ByDefault;
use super::macros::record;
use super::setters;
use super::{
    Address, Affiliation, AttributeId, Availability, Belongs, Change, Choice, Company, Consent, EmailAddress,
    ExternalId, FieldType, How, Id, Interaction, InvalidValue, Kind, Labelled, Now, PartialDate, PersonName,
    PhoneNumber, Purchase, Relationship, SocialProfile, Value, ValueType, Values, WebAddress, WorkedOut, choices,
    primary_of,
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
    pub struct Contact = Kind::CONTACT, "contact" "contacts", worked out WORKED_OUT, {
        /// The name, in parts.
        16 "name" "Name" name: PersonName { title: 1, help: "The name in its parts" },
        /// E-mail addresses.
        17 "email" "E-mail" emails: Vec<Labelled<EmailAddress>> { title: 2, help: "Addresses, one of them primary" },
        /// Phone numbers.
        18 "phone" "Phone" phones: Vec<Labelled<PhoneNumber>> { title: 3, help: "Numbers, one of them primary" },
        /// Postal addresses.
        19 "address" "Address" addresses: Vec<Labelled<Address>> { help: "Postal addresses, one of them primary" },
        /// Web sites.
        20 "link" "Web address" links: Vec<Labelled<WebAddress>> { help: "Web sites" },
        /// Profiles in social networks.
        21 "profile" "Social profile" profiles: Vec<Labelled<SocialProfile>> { prefix: "profile_", help: "Names or addresses in social networks" },
        /// Job title.
        22 "job_title" "Job title" job_title: Option<String> { searched: true, help: "What the person does" },
        /// Department.
        23 "department" "Department" department: Option<String> { searched: true, help: "The department the person works in" },
        /// The person this one reports to.
        24 "reports_to" "Reports to" reports_to: Option<Id<Contact>> { acyclic: true, help: "The person this one reports to" },
        /// The companies this person belongs to.
        25 "affiliation" "Affiliation" affiliations: Vec<Affiliation> { prefix: "affiliation_", belongs: Some(Belongs { to: 1, since: 4, until: 5 }), help: "The companies this person belongs to, as what and from when to when" },
        /// What the person is to the business; see [`choices::relation`].
        26 "relation" "Relation" relations: Vec<Choice> { options: choices::relation::OPTIONS, help: "What the person is to the business: customer, partner, donor" },
        /// Customer since that day.
        27 "customer_since" "Customer since" customer_since: Option<Date> { help: "The first day as a customer" },
        /// How far the person has come; see [`choices::stage`].
        28 "stage" "Stage" stage: Option<Choice> { options: choices::stage::OPTIONS, help: "How far the person has come, from first contact to advocate" },
        /// Active (unless said otherwise), inactive or archived; see [`choices::status`].
        29 "status" "Status" status: Option<Choice> { options: choices::status::OPTIONS, default: Some(ByDefault("active")), help: "Whether the record is in use" },
        /// Why the status is what it is.
        30 "status_reason" "Reason of status" status_reason: Option<String> { help: "Why the status is what it is" },
        /// How urgent; see [`choices::priority`].
        31 "priority" "Priority" priority: Option<Choice> { options: choices::priority::OPTIONS, help: "How urgent the person is" },
        /// Who looks after the person: a name or key of the program's own users.
        32 "owner" "Owner" owner: Option<String> { help: "Who looks after the person" },
        /// Where the person came from; see [`choices::source`].
        33 "source" "Source" source: Option<Choice> { options: choices::source::OPTIONS, help: "Where the person came from" },
        /// The part of the market the person belongs to.
        34 "market_segment" "Market segment" market_segment: Option<String> { help: "The part of the market the person belongs to" },
        /// What decides a purchase.
        35 "buying_criterion" "Buying criterion" buying_criteria: Vec<String> { help: "What decides a purchase" },
        /// Birthday; the year may be unknown.
        36 "birthday" "Birthday" birthday: Option<PartialDate> { help: "The year may be unknown" },
        /// Languages as tags of BCP 47 (`de`, `pt-BR`), the preferred one first.
        37 "language" "Language" languages: Vec<String> { help: "Languages as tags such as de or pt-BR, the preferred one first" },
        /// Interests.
        38 "interest" "Interest" interests: Vec<String> { help: "What the person is interested in" },
        /// Needs.
        39 "need" "Need" needs: Vec<String> { help: "What the person needs" },
        /// Preferences.
        40 "preference" "Preference" preferences: Vec<String> { help: "What the person prefers" },
        /// How the person likes to be reached; see [`choices::channel`].
        41 "preferred_channel" "Preferred channel" preferred_channel: Option<Choice> { options: choices::channel::OPTIONS, help: "How the person likes to be reached" },
        /// Notes, of any length.
        42 "notes" "Notes" notes: Option<String> { long: true, help: "Notes, of any length" },
        /// The numbers of this person in other systems.
        43 "external_id" "External id" external_ids: Vec<ExternalId> { prefix: "external_id_", exact_key: true, help: "Numbers of the person in other systems" },
        /// When the data were last checked to be true.
        44 "verified" "Verified" verified: Option<OffsetDateTime> { help: "When the data were last found to be true" },
        /// By whom.
        45 "verified_by" "Verified by" verified_by: Option<String> { help: "Who found them to be true" },
        /// What the person agreed to and objected to; see [`may`](Contact::may).
        46 "consent" "Consent" consents: Vec<Consent> { prefix: "consent_", consent: true, help: "What the person agreed to and objected to, by channel and purpose" },
        /// Since when the data are kept and not used (GDPR, article 18).
        47 "restricted" "Restricted" restricted: Option<OffsetDateTime> { restriction: true, help: "Since when the data are kept and not used" },
        /// Why they are restricted.
        48 "restriction_reason" "Reason of restriction" restriction_reason: Option<String> { help: "Why the data are kept and not used" },
        /// Other people, and what they are to this one.
        49 "related" "Related person" related: Vec<Relationship> { prefix: "related_", help: "Other people, and what they are to this one" },
        /// When in a week the person can be reached.
        50 "availability" "Availability" availability: Vec<Availability> { prefix: "availability_", help: "When in a week the person can be reached" },
        /// The time zone that the person lives in, as named in the database of zones: `Europe/Berlin`.
        51 "time_zone" "Time zone" time_zone: Option<String> { help: "The time zone, such as Europe/Berlin" },
        /// Every stage the person came to, and when; kept up by the database.
        52 "stage_history" "Stage history" stage_history: Vec<Change> { prefix: "stage_history_", tracks: 28, help: "The stages the person came to, and when" },
        /// Every status the person had, and since when; kept up by the database.
        53 "status_history" "Status history" status_history: Vec<Change> { prefix: "status_history_", tracks: 29, help: "The status the person had, and since when" },
        /// What a vCard or JSContact card said that no other property has room for, as lines of a vCard; see
        /// [`guide::cards`](crate::guide::cards). Written back when the record is written as a card.
        54 "vcard" "Rest of the card" vcard: Option<String> { long: true, carried: true, help: "What a vCard said that no other property has room for, line by line" },
    }
}

const NAME: AttributeId = AttributeId::property(16);
const AFFILIATION: AttributeId = AttributeId::property(25);
const BIRTHDAY: AttributeId = AttributeId::property(36);

const WORKED_OUT: &[WorkedOut] = &[
    WorkedOut::new(0, "name", "Name", "The whole name as one text", ValueType::Text, How::Of(&[NAME], display_name)),
    WorkedOut::new(
        1,
        "age",
        "Age",
        "Whole years since the birthday, if its year is known",
        ValueType::Integer,
        How::At(&[BIRTHDAY], age),
    ),
    WorkedOut::new(
        2,
        "company",
        "Company",
        "The company of the primary affiliation",
        ValueType::Reference,
        How::Of(&[AFFILIATION], primary_company),
    )
    .to(Kind::COMPANY),
    WorkedOut::new(
        3,
        "last_interaction",
        "Last interaction",
        "When the last interaction with the person was",
        ValueType::DateTime,
        How::Latest { kind: Kind::INTERACTION, through: &[Interaction::PARTICIPANT] },
    ),
    WorkedOut::new(
        4,
        "last_purchase",
        "Last purchase",
        "When the last purchase was",
        ValueType::DateTime,
        How::Latest { kind: Kind::PURCHASE, through: &[Purchase::CONTACT] },
    ),
];

fn display_name(values: &Values) -> Option<Value> {
    let name = PersonName::from_value(Some(values.get(NAME)?.clone()))?.display();
    (!name.is_empty()).then_some(Value::Text(name))
}

fn age(values: &Values, now: Now) -> Option<Value> {
    match values.get(BIRTHDAY)? {
        Value::PartialDate(birthday) => birthday.years_until(now.today).map(|years| Value::Integer(years.into())),
        _ => None,
    }
}

fn primary_company(values: &Values) -> Option<Value> {
    match values.get(AFFILIATION).map(Value::each).and_then(primary_of)? {
        Value::Group(affiliation) => affiliation.part(Affiliation::COMPANY).cloned(),
        _ => None,
    }
}

impl Contact {
    pub(crate) const REPORTS_TO: AttributeId = AttributeId::property(24);
    /// The company of an affiliation.
    pub(crate) const COMPANY: AttributeId = AFFILIATION.part(Affiliation::COMPANY);
    /// The companies with which a person is.
    pub(crate) const AFFILIATION: AttributeId = AFFILIATION;
    /// The person of a relationship.
    pub(crate) const RELATED: AttributeId = AttributeId::property(49).part(Relationship::WHO);

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

    /// Sets the birthday, from a date or a text such as `1990-05-17` or, without the year, `--05-17`. One
    /// that is not well formed is reported when the record is written.
    #[must_use]
    pub fn birthday(mut self, birthday: impl TryInto<PartialDate, Error: Into<InvalidValue>>) -> Self {
        self.birthday = self.kept.read("birthday", birthday);
        self
    }

    /// Whether the person can be reached at a time of a day of the week, in the person's own zone. `false` if nothing is
    /// known of it.
    #[must_use]
    pub fn is_available(&self, day: Weekday, time: Time) -> bool {
        self.availability.iter().any(|stretch| stretch.covers(day, time))
    }

    setters! {
        /// Adds an e-mail address, from a text or with a label. One that is not well formed is reported when the
        /// record is written.
        read email -> emails: Labelled<EmailAddress>;
        /// Adds a phone number, from a text or with a label. One that is not well formed is reported when the
        /// record is written.
        read phone -> phones: Labelled<PhoneNumber>;
        /// Adds a web address, from a text or with a label. One that is not well formed is reported when the
        /// record is written.
        read link -> links: Labelled<WebAddress>;
        /// Adds a postal address.
        add address -> addresses: Labelled<Address>;
        /// Adds another person and what that one is to this one.
        add related -> related: Relationship;
        /// Adds a stretch of a day of the week.
        add availability -> availability: Availability;
        /// Sets the time zone, such as `Europe/Berlin`.
        set time_zone: String;
        /// Adds an affiliation.
        add affiliation -> affiliations: Affiliation;
        /// Sets the job title.
        set job_title: String;
        /// Sets the department.
        set department: String;
        /// Sets the person this one reports to.
        set reports_to: Id<Contact>;
        /// Adds what the person is to the business, such as [`relation::CUSTOMER`](choices::relation::CUSTOMER).
        add relation -> relations: Choice;
        /// Sets since when the person is a customer.
        set customer_since: Date;
        /// Sets how far the person has come; see [`choices::stage`].
        set stage: Choice;
        /// Sets whether the person is active; see [`choices::status`].
        set status: Choice;
        /// Sets why the status is what it is.
        set status_reason: String;
        /// Sets how urgent it is; see [`choices::priority`].
        set priority: Choice;
        /// Sets who looks after the person.
        set owner: String;
        /// Sets where the person came from; see [`choices::source`].
        set source: Choice;
        /// Sets the part of the market.
        set market_segment: String;
        /// Adds what decides a purchase.
        add buying_criterion -> buying_criteria: String;
        /// Adds a language, as a tag of BCP 47: `pt-BR`.
        add language -> languages: String;
        /// Adds an interest.
        add interest -> interests: String;
        /// Adds a need.
        add need -> needs: String;
        /// Adds a preference.
        add preference -> preferences: String;
        /// Sets how the person likes to be reached; see [`choices::channel`].
        set preferred_channel: Choice;
        /// Sets the notes.
        set notes: String;
        /// Sets when the data were last found to be true.
        set verified: OffsetDateTime;
        /// Sets by whom.
        set verified_by: String;
        /// Adds what the person agreed or objected to.
        add consent -> consents: Consent;
        /// Sets since when the data are kept and not used.
        set restricted: OffsetDateTime;
        /// Sets why they are.
        set restriction_reason: String;
        /// Adds the number of this person in another system.
        external_id external_id -> external_ids: ExternalId;
    }
}
