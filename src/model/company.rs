//! Organisations.

use time::{Date, OffsetDateTime};

use super::BuiltInDefault::Option as ByDefault;
use super::setters;
use super::shape::record;
use super::{Address, Choice, EmailAddress, ExternalId, Id, Kind, Labelled, Money, PhoneNumber, WebAddress, choices};

record! {
    /// An organisation: a company, an association, a public body.
    ///
    /// ```
    /// use contactdb::Company;
    /// let acme = Company::new("Acme").industry("Construction").domain("acme.example");
    /// assert_eq!(acme.name, "Acme");
    /// ```
    pub struct Company = Kind::COMPANY, {
        /// The name by which it is known. Required.
        16 "name" "Name" name: String { required: true },
        /// The name in the register.
        17 "legal_name" "Legal name" legal_name: Option<String>,
        /// Internet domains, such as `acme.example`.
        18 "domain" "Domain" domains: Vec<String>,
        /// Industry.
        19 "industry" "Industry" industry: Option<String>,
        /// The part of the market it belongs to.
        20 "market_segment" "Market segment" market_segment: Option<String>,
        /// Number of employees.
        21 "employees" "Employees" employees: Option<i64>,
        /// Yearly revenue.
        22 "revenue" "Revenue" revenue: Option<Money>,
        /// Where invoices go.
        23 "billing_address" "Billing address" billing_address: Option<Address> { prefix: "billing_" },
        /// Where goods go.
        24 "shipping_address" "Shipping address" shipping_address: Option<Address> { prefix: "shipping_" },
        /// Phone numbers.
        25 "phone" "Phone" phones: Vec<Labelled<PhoneNumber>>,
        /// E-mail addresses of the company itself.
        26 "email" "E-mail" emails: Vec<Labelled<EmailAddress>>,
        /// Web sites.
        27 "link" "Web address" links: Vec<Labelled<WebAddress>>,
        /// The company this one belongs to.
        28 "parent" "Parent company" parent: Option<Id<Company>> { acyclic: true },
        /// What the company is to the business; see [`choices::relation`].
        29 "relation" "Relation" relations: Vec<Choice> { options: choices::relation::OPTIONS },
        /// Customer since that day.
        30 "customer_since" "Customer since" customer_since: Option<Date>,
        /// How far the company has come; see [`choices::stage`].
        31 "stage" "Stage" stage: Option<Choice> { options: choices::stage::OPTIONS },
        /// Active (unless said otherwise), inactive or archived; see [`choices::status`].
        32 "status" "Status" status: Option<Choice> { options: choices::status::OPTIONS, default: Some(ByDefault("active")) },
        /// Why the status is what it is.
        33 "status_reason" "Reason of status" status_reason: Option<String>,
        /// How urgent; see [`choices::priority`].
        34 "priority" "Priority" priority: Option<Choice> { options: choices::priority::OPTIONS },
        /// Who looks after the company: a name or key of the program's own users.
        35 "owner" "Owner" owner: Option<String>,
        /// Where the company came from; see [`choices::source`].
        36 "source" "Source" source: Option<Choice> { options: choices::source::OPTIONS },
        /// Notes, of any length.
        37 "notes" "Notes" notes: Option<String> { long: true },
        /// The numbers of this company in other systems.
        38 "external_id" "External id" external_ids: Vec<ExternalId> { prefix: "external_id_", exact_key: true },
        /// When the data were last checked to be true.
        39 "verified" "Verified" verified: Option<OffsetDateTime>,
        /// By whom.
        40 "verified_by" "Verified by" verified_by: Option<String>,
    }
}

impl Company {
    /// A company of that name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    setters! {
        /// Adds an internet domain.
        add domain -> domains: String;
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
        /// Sets how far the company has come; see [`choices::stage`].
        set stage: Choice;
        /// Sets who looks after the company.
        set owner: String;
        /// Sets where the company came from; see [`choices::source`].
        set source: Choice;
        /// Sets the notes.
        set notes: String;
        /// Adds the number of this company in another system.
        external_id external_id -> external_ids: ExternalId;
    }
}
