//! HubSpot.

use super::Profile;
use crate::exchange::import::mapping::DateOrder;

pub(super) const HUBSPOT_CONTACTS: Profile = Profile {
    name: "HubSpot contacts",
    of: "2024-10",
    kind: "contact",
    marks: &["Record ID", "First Name", "Last Name", "Email", "Lifecycle Stage"],
    match_by: &["external_id", "email"],
    dates: DateOrder::YearFirst,
    lines: &[
        ("Record ID", "external_id|with external_id_system=hubspot"),
        ("First Name", "given_name"),
        ("Last Name", "family_name"),
        ("Email", "email#1"),
        ("Additional email addresses", "email#2|split=;"),
        ("Phone Number", "phone#work|with phone_label=work"),
        ("Mobile Phone Number", "phone#mobile|with phone_label=mobile"),
        ("Contact owner", "owner"),
        ("Primary Associated Company ID", "affiliation_company|id+=hubspot"),
        ("Associated Company", "affiliation_company|name+"),
        ("Job Title", "affiliation_title"),
        ("Job Title", "job_title"),
        (
            "Lifecycle Stage",
            "stage|means Subscriber=subscriber|means Lead=lead|means Opportunity=opportunity|means Customer=customer\
             |means Evangelist=advocate",
        ),
        ("Street Address", "street"),
        ("City", "city"),
        ("State/Region", "region"),
        ("Postal Code", "postcode"),
        ("Country/Region", "country"),
        ("Website URL", "link"),
        (
            "Original Source",
            "source|means Organic Search=search|means Paid Search=advertising|means Paid Social=advertising\
             |means Organic Social=social|means Referrals=referral|means Email Marketing=newsletter",
        ),
    ],
};

pub(super) const HUBSPOT_COMPANIES: Profile = Profile {
    name: "HubSpot companies",
    of: "2024-10",
    kind: "company",
    marks: &["Record ID", "Company name", "Company owner"],
    match_by: &["external_id", "name"],
    dates: DateOrder::YearFirst,
    lines: &[
        ("Record ID", "external_id|with external_id_system=hubspot"),
        ("Company name", "name"),
        ("Company owner", "owner"),
        ("Phone Number", "phone"),
        ("Street Address", "billing_street"),
        ("City", "billing_city"),
        ("State/Region", "billing_region"),
        ("Postal Code", "billing_postcode"),
        ("Country/Region", "billing_country"),
        ("Industry", "industry"),
        ("Company Domain Name", "domain"),
        ("Website URL", "link"),
        ("Number of Employees", "employees"),
        ("Description", "notes"),
    ],
};

pub(super) const HUBSPOT_DEALS: Profile = Profile {
    name: "HubSpot deals",
    of: "2024-10",
    kind: "deal",
    marks: &["Record ID", "Deal Name", "Deal Stage"],
    match_by: &["external_id"],
    dates: DateOrder::YearFirst,
    lines: &[
        ("Record ID", "external_id|with external_id_system=hubspot"),
        ("Deal Name", "name"),
        ("Pipeline", "pipeline"),
        ("Deal Stage", "stage"),
        ("Close Date", "expected_close"),
        ("Deal owner", "owner"),
        ("Amount", "amount"),
        ("Currency", "currency=amount"),
        ("Associated Contact IDs", "contact|split=;|id=hubspot"),
        ("Associated Company IDs", "company|id=hubspot"),
        ("Deal Description", "notes"),
        ("Closed Lost Reason", "reason"),
        ("Closed Won Reason", "reason"),
    ],
};
