//! Organisations.

use time::{Date, OffsetDateTime};

use super::BuiltInDefault::Option as ByDefault;
use super::macros::record;
use super::setters;
use super::{
    Address, AttributeId, Change, Choice, EmailAddress, ExternalId, How, Id, Interaction, Kind, Labelled, Money,
    PhoneNumber, Purchase, ValueType, WebAddress, WorkedOut, choices,
};

record! {
    /// An organisation: a company, an association, a public body.
    ///
    /// ```
    /// use contactdb::Company;
    /// let acme = Company::new("Acme").industry("Construction").domain("acme.example");
    /// assert_eq!(acme.name, "Acme");
    /// ```
    pub struct Company = Kind::COMPANY, "company" "companies", worked out WORKED_OUT, {
        /// The name by which it is known. Required.
        16 "name" "Name" name: String { title: 1, required: true, help: "The name by which it is known" },
        /// The name in the register.
        17 "legal_name" "Legal name" legal_name: Option<String> { searched: true, help: "The name in the register" },
        /// Internet domains, such as `acme.example`.
        18 "domain" "Domain" domains: Vec<String> { searched: true, help: "Internet domains, such as acme.example" },
        /// Industry.
        19 "industry" "Industry" industry: Option<String> { help: "What it does" },
        /// The part of the market it belongs to.
        20 "market_segment" "Market segment" market_segment: Option<String> { help: "The part of the market it belongs to" },
        /// Number of employees.
        21 "employees" "Employees" employees: Option<i64> { help: "How many work there" },
        /// Yearly revenue.
        22 "revenue" "Revenue" revenue: Option<Money> { help: "Revenue a year" },
        /// Where invoices go.
        23 "billing_address" "Billing address" billing_address: Option<Address> { prefix: "billing_", help: "Where invoices go" },
        /// Where goods go.
        24 "shipping_address" "Shipping address" shipping_address: Option<Address> { prefix: "shipping_", help: "Where goods go" },
        /// Phone numbers.
        25 "phone" "Phone" phones: Vec<Labelled<PhoneNumber>> { help: "Numbers, one of them primary" },
        /// E-mail addresses of the company itself.
        26 "email" "E-mail" emails: Vec<Labelled<EmailAddress>> { help: "Addresses of the company itself" },
        /// Web sites.
        27 "link" "Web address" links: Vec<Labelled<WebAddress>> { help: "Web sites" },
        /// The company this one belongs to.
        28 "parent" "Parent company" parent: Option<Id<Company>> { acyclic: true, help: "The company it belongs to" },
        /// What the company is to the business; see [`choices::relation`].
        29 "relation" "Relation" relations: Vec<Choice> { options: choices::relation::OPTIONS, help: "What the company is to the business: customer, partner, supplier" },
        /// Customer since that day.
        30 "customer_since" "Customer since" customer_since: Option<Date> { help: "The first day as a customer" },
        /// How far the company has come; see [`choices::stage`].
        31 "stage" "Stage" stage: Option<Choice> { options: choices::stage::OPTIONS, help: "How far the company has come, from first contact to advocate" },
        /// Active (unless said otherwise), inactive or archived; see [`choices::status`].
        32 "status" "Status" status: Option<Choice> { options: choices::status::OPTIONS, default: Some(ByDefault("active")), help: "Whether the record is in use" },
        /// Why the status is what it is.
        33 "status_reason" "Reason of status" status_reason: Option<String> { help: "Why the status is what it is" },
        /// How urgent; see [`choices::priority`].
        34 "priority" "Priority" priority: Option<Choice> { options: choices::priority::OPTIONS, help: "How urgent the company is" },
        /// Who looks after the company: a name or key of the program's own users.
        35 "owner" "Owner" owner: Option<String> { help: "Who looks after the company" },
        /// Where the company came from; see [`choices::source`].
        36 "source" "Source" source: Option<Choice> { options: choices::source::OPTIONS, help: "Where the company came from" },
        /// Notes, of any length.
        37 "notes" "Notes" notes: Option<String> { long: true, help: "Notes, of any length" },
        /// The numbers of this company in other systems.
        38 "external_id" "External id" external_ids: Vec<ExternalId> { prefix: "external_id_", exact_key: true, help: "Numbers of the company in other systems" },
        /// When the data were last checked to be true.
        39 "verified" "Verified" verified: Option<OffsetDateTime> { help: "When the data were last found to be true" },
        /// By whom.
        40 "verified_by" "Verified by" verified_by: Option<String> { help: "Who found them to be true" },
        /// Every stage the company came to, and when; kept up by the database.
        41 "stage_history" "Stage history" stage_history: Vec<Change> { prefix: "stage_history_", tracks: 31, help: "The stages the company came to, and when" },
        /// Every status the company had, and since when; kept up by the database.
        42 "status_history" "Status history" status_history: Vec<Change> { prefix: "status_history_", tracks: 32, help: "The status the company had, and since when" },
        /// What a vCard or JSContact card said that no other property has room for, as lines of a vCard; see
        /// [`guide::cards`](crate::guide::cards). Written back when the record is written as a card.
        43 "vcard" "Rest of the card" vcard: Option<String> { long: true, carried: true, help: "What a vCard said that no other property has room for, line by line" },
    }
}

const WORKED_OUT: &[WorkedOut] = &[
    WorkedOut::new(
        3,
        "last_interaction",
        "Last interaction",
        "When the last interaction with the company or one of its people was",
        ValueType::DateTime,
        How::Latest { kind: Kind::INTERACTION, through: &[Interaction::PARTICIPANT, AttributeId::NOTED] },
    ),
    WorkedOut::new(
        4,
        "last_purchase",
        "Last purchase",
        "When the last purchase was",
        ValueType::DateTime,
        How::Latest { kind: Kind::PURCHASE, through: &[Purchase::COMPANY] },
    ),
];

impl Company {
    pub(crate) const PARENT: AttributeId = AttributeId::property(28);

    /// A company of that name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    setters! {
        /// Adds an internet domain.
        add domain -> domains: String;
        /// Sets the name in the register.
        set legal_name: String;
        /// Sets the industry.
        set industry: String;
        /// Sets the part of the market.
        set market_segment: String;
        /// Sets the number of employees.
        set employees: i64;
        /// Sets the yearly revenue.
        set revenue: Money;
        /// Sets where invoices go.
        set billing_address: Address;
        /// Sets where goods go.
        set shipping_address: Address;
        /// Adds an e-mail address, from a text or with a label. One that is not well formed is reported when the
        /// record is written.
        read email -> emails: Labelled<EmailAddress>;
        /// Adds a phone number, from a text or with a label. One that is not well formed is reported when the
        /// record is written.
        read phone -> phones: Labelled<PhoneNumber>;
        /// Adds a web address, from a text or with a label. One that is not well formed is reported when the
        /// record is written.
        read link -> links: Labelled<WebAddress>;
        /// Sets the company this one belongs to.
        set parent: Id<Company>;
        /// Adds what the company is to the business, such as [`relation::SUPPLIER`](choices::relation::SUPPLIER).
        add relation -> relations: Choice;
        /// Sets since when the company is a customer.
        set customer_since: Date;
        /// Sets how far the company has come; see [`choices::stage`].
        set stage: Choice;
        /// Sets whether the company is active; see [`choices::status`].
        set status: Choice;
        /// Sets why the status is what it is.
        set status_reason: String;
        /// Sets how urgent it is; see [`choices::priority`].
        set priority: Choice;
        /// Sets who looks after the company.
        set owner: String;
        /// Sets where the company came from; see [`choices::source`].
        set source: Choice;
        /// Sets the notes.
        set notes: String;
        /// Sets when the data were last found to be true.
        set verified: OffsetDateTime;
        /// Sets by whom.
        set verified_by: String;
        /// Adds the number of this company in another system.
        external_id external_id -> external_ids: ExternalId;
    }
}
