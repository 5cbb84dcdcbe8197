//! Organisations.

use time::{Date, OffsetDateTime};

use super::BuiltInDefault::Option as ByDefault;
use super::shape::record;
use super::{
    Address, Choice, EmailAddress, ExternalId, Id, InvalidValue, Kind, Labelled, Money, PhoneNumber, WebAddress,
    choices,
};

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

    /// Adds an internet domain.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domains.push(domain.into());
        self
    }

    /// Sets the industry.
    #[must_use]
    pub fn industry(mut self, industry: impl Into<String>) -> Self {
        self.industry = Some(industry.into());
        self
    }

    /// Sets the number of employees.
    #[must_use]
    pub fn employees(mut self, employees: i64) -> Self {
        self.employees = Some(employees);
        self
    }

    /// Sets the yearly revenue.
    #[must_use]
    pub fn revenue(mut self, revenue: Money) -> Self {
        self.revenue = Some(revenue);
        self
    }

    /// Sets where invoices go.
    #[must_use]
    pub fn billing_address(mut self, address: Address) -> Self {
        self.billing_address = Some(address);
        self
    }

    /// Sets where goods go.
    #[must_use]
    pub fn shipping_address(mut self, address: Address) -> Self {
        self.shipping_address = Some(address);
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

    /// Adds an e-mail address, from a text or with a label. One that is not well formed is reported
    /// when the record is written.
    #[must_use]
    pub fn email(mut self, email: impl TryInto<Labelled<EmailAddress>, Error: Into<InvalidValue>>) -> Self {
        let email = self.kept.read("email", email);
        self.emails.extend(email);
        self
    }

    /// Sets the company this one belongs to.
    #[must_use]
    pub fn parent(mut self, parent: Id<Self>) -> Self {
        self.parent = Some(parent);
        self
    }

    /// Adds what the company is to the business, such as [`relation::SUPPLIER`](choices::relation::SUPPLIER).
    #[must_use]
    pub fn relation(mut self, relation: impl Into<Choice>) -> Self {
        self.relations.push(relation.into());
        self
    }

    /// Sets who looks after the company.
    #[must_use]
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Adds the number of this company in another system.
    #[must_use]
    pub fn external_id(mut self, system: impl Into<String>, id: impl Into<String>) -> Self {
        self.external_ids.push(ExternalId::new(system, id));
        self
    }
}
