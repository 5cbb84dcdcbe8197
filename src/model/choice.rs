//! Choices: an option out of a list that a business can extend.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// One option of a choice, by its key, such as `customer`.
///
/// The lists of the built-in choices have constants, as in [`choices::relation`](crate::choices::relation);
/// a business adds its own options to them. Whether the option exists is checked when the record is written.
///
/// ```
/// use contactdb::{Choice, choices::relation};
/// assert_eq!(Choice::from("customer"), relation::CUSTOMER);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Choice(Cow<'static, str>);

impl Choice {
    pub(crate) const fn built_in(key: &'static str) -> Self {
        Self(Cow::Borrowed(key))
    }

    /// An option that this version does not know, by its code; kept so until it is written back.
    pub(crate) fn unknown(code: u32) -> Self {
        Self(Cow::Owned(format!("#{code}")))
    }

    /// The code of an option made by [`unknown`](Self::unknown).
    pub(crate) fn unknown_code(&self) -> Option<u32> {
        self.key().strip_prefix('#')?.parse().ok()
    }

    /// The key of the option.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl From<&str> for Choice {
    fn from(key: &str) -> Self {
        Self(Cow::Owned(key.to_owned()))
    }
}
impl From<String> for Choice {
    fn from(key: String) -> Self {
        Self(Cow::Owned(key))
    }
}

/// An option that the crate itself knows: its stable code, key and label.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BuiltInOption {
    pub(crate) code: u32,
    pub(crate) key: &'static str,
    pub(crate) label: &'static str,
}

macro_rules! options {
    ($($(#[$meta:meta])* $list:ident { $($code:literal $name:ident $key:literal $label:literal,)* })*) => {
        $($(#[$meta])* pub mod $list {
            use super::super::{BuiltInOption, Choice};
            $(#[doc = concat!($label, ".")] pub const $name: Choice = Choice::built_in($key);)*
            pub(crate) const OPTIONS: &[BuiltInOption] =
                &[$(BuiltInOption { code: $code, key: $key, label: $label }),*];
        })*
    };
}

/// The options that come with the crate. Each list can be extended by a business.
pub mod choices {
    options! {
        /// What a person or company is to the business.
        relation {
            1 LEAD "lead" "Lead",
            2 CUSTOMER "customer" "Customer",
            3 PARTNER "partner" "Partner",
            4 SUPPLIER "supplier" "Supplier",
            5 DONOR "donor" "Donor",
            6 VOLUNTEER "volunteer" "Volunteer",
            7 MEMBER "member" "Member",
            8 PROSPECT "prospect" "Prospect",
            9 COMPETITOR "competitor" "Competitor",
            10 PRESS "press" "Press",
        }
        /// How far somebody has come, from first contact to advocate.
        stage {
            1 SUBSCRIBER "subscriber" "Subscriber",
            2 LEAD "lead" "Lead",
            3 QUALIFIED "qualified" "Qualified lead",
            4 OPPORTUNITY "opportunity" "Opportunity",
            5 CUSTOMER "customer" "Customer",
            6 ADVOCATE "advocate" "Advocate",
            7 FORMER "former" "Former customer",
        }
        /// Whether a record is in use.
        status {
            1 ACTIVE "active" "Active",
            2 INACTIVE "inactive" "Inactive",
            3 ARCHIVED "archived" "Archived",
        }
        /// How urgent something is.
        priority {
            1 LOW "low" "Low",
            2 NORMAL "normal" "Normal",
            3 HIGH "high" "High",
            4 URGENT "urgent" "Urgent",
        }
        /// Where somebody came from.
        source {
            1 WEBSITE "website" "Website",
            2 REFERRAL "referral" "Referral",
            3 ADVERTISING "advertising" "Advertising",
            4 EVENT "event" "Event",
            5 SOCIAL "social" "Social media",
            6 COLD_CALL "cold_call" "Cold call",
            7 NEWSLETTER "newsletter" "Newsletter",
            8 PARTNER "partner" "Partner",
            9 IMPORT "import" "Import",
            10 WALK_IN "walk_in" "Walk-in",
            11 SEARCH "search" "Search engine",
            12 OTHER "other" "Other",
        }
        /// The way in which somebody is reached.
        channel {
            1 EMAIL "email" "E-mail",
            2 PHONE "phone" "Phone",
            3 TEXT "text" "Text message",
            4 POST "post" "Post",
            5 MESSENGER "messenger" "Messenger",
            6 IN_PERSON "in_person" "In person",
            7 VIDEO "video" "Video call",
        }
        /// What somebody is reached for.
        purpose {
            1 NEWSLETTER "newsletter" "Newsletter",
            2 MARKETING "marketing" "Marketing",
            3 OFFERS "offers" "Offers",
            4 SERVICE "service" "Service messages",
            5 SURVEY "survey" "Surveys",
            6 EVENTS "events" "Events",
            7 FUNDRAISING "fundraising" "Fundraising",
            8 PROFILING "profiling" "Profiling",
            9 SHARING "sharing" "Sharing with others",
        }
        /// What somebody said about being reached.
        consent {
            1 GRANTED "granted" "Granted",
            2 WITHDRAWN "withdrawn" "Withdrawn",
            3 OBJECTED "objected" "Objected",
            4 REFUSED "refused" "Refused",
        }
        /// Why data may be used: the six legal bases of article 6 of the GDPR.
        basis {
            1 CONSENT "consent" "Consent",
            2 CONTRACT "contract" "Contract",
            3 LEGAL_OBLIGATION "legal_obligation" "Legal obligation",
            4 VITAL_INTERESTS "vital_interests" "Vital interests",
            5 PUBLIC_TASK "public_task" "Public task",
            6 LEGITIMATE_INTERESTS "legitimate_interests" "Legitimate interests",
        }
        /// What somebody decides or does at a company.
        role {
            1 DECISION_MAKER "decision_maker" "Decision maker",
            2 INFLUENCER "influencer" "Influencer",
            3 CHAMPION "champion" "Champion",
            4 BLOCKER "blocker" "Blocker",
            5 BUYER "buyer" "Buyer",
            6 USER "user" "User",
            7 OWNER "owner" "Owner",
            8 EMPLOYEE "employee" "Employee",
            9 ADVISER "adviser" "Adviser",
        }
        /// What happened in an interaction.
        interaction {
            1 CALL "call" "Call",
            2 EMAIL "email" "E-mail",
            3 LETTER "letter" "Letter",
            4 MEETING "meeting" "Meeting",
            5 MESSAGE "message" "Message",
            6 NOTE "note" "Note",
            7 REQUEST "request" "Request",
            8 ANSWER "answer" "Answer",
            9 PRESENTATION "presentation" "Presentation",
            10 OFFER "offer" "Offer sent",
            11 WEB_VISIT "web_visit" "Web visit",
            12 FORM "form" "Form submitted",
            13 EMAIL_OPENED "email_opened" "E-mail opened",
            14 EMAIL_CLICKED "email_clicked" "E-mail clicked",
            15 EMAIL_BOUNCED "email_bounced" "E-mail bounced",
            16 SOCIAL "social" "Social media",
            17 SURVEY "survey" "Survey",
            18 EVENT_REGISTERED "event_registered" "Event registered",
            19 EVENT_ATTENDED "event_attended" "Event attended",
            20 DONATION "donation" "Donation",
        }
        /// Who began it.
        direction {
            1 INBOUND "inbound" "Inbound",
            2 OUTBOUND "outbound" "Outbound",
            3 INTERNAL "internal" "Internal",
        }
        /// How often something comes again.
        recurrence {
            1 ONCE "once" "Once",
            2 WEEKLY "weekly" "Weekly",
            3 MONTHLY "monthly" "Monthly",
            4 QUARTERLY "quarterly" "Quarterly",
            5 YEARLY "yearly" "Yearly",
        }
        /// The pipelines that deals go through.
        pipeline {
            1 SALES "sales" "Sales",
        }
        /// How far a deal has come.
        stage_of_deal {
            1 NEW "new" "New",
            2 QUALIFIED "qualified" "Qualified",
            3 PROPOSAL "proposal" "Proposal",
            4 NEGOTIATION "negotiation" "Negotiation",
            5 WON "won" "Won",
            6 LOST "lost" "Lost",
        }
        /// What the stage of a deal means.
        outcome {
            1 OPEN "open" "Open",
            2 WON "won" "Won",
            3 LOST "lost" "Lost",
        }
        /// How far a ticket has come.
        ticket_status {
            1 NEW "new" "New",
            2 OPEN "open" "Open",
            3 WAITING "waiting" "Waiting for the customer",
            4 ON_HOLD "on_hold" "On hold",
            5 SOLVED "solved" "Solved",
            6 CLOSED "closed" "Closed",
        }
        /// How a task is done.
        task {
            1 TODO "todo" "To do",
            2 CALL "call" "Call",
            3 EMAIL "email" "E-mail",
            4 LETTER "letter" "Letter",
            5 MEETING "meeting" "Meeting",
            6 VISIT "visit" "Visit",
            7 MESSAGE "message" "Message",
            8 REMINDER "reminder" "Reminder",
        }
        /// How far a task has come.
        task_status {
            1 OPEN "open" "Open",
            2 IN_PROGRESS "in_progress" "In progress",
            3 DONE "done" "Done",
            4 CANCELLED "cancelled" "Cancelled",
        }
        /// How far an import has come.
        import_status {
            1 RUNNING "running" "Running",
            2 DONE "done" "Done",
            3 STOPPED "stopped" "Stopped",
            4 UNDONE "undone" "Undone",
        }
        /// The units in which recurrences are counted.
        period {
            1 DAY "day" "Day",
            2 WEEK "week" "Week",
            3 MONTH "month" "Month",
            4 YEAR "year" "Year",
        }
        /// The days of the week.
        weekday {
            1 MONDAY "monday" "Monday",
            2 TUESDAY "tuesday" "Tuesday",
            3 WEDNESDAY "wednesday" "Wednesday",
            4 THURSDAY "thursday" "Thursday",
            5 FRIDAY "friday" "Friday",
            6 SATURDAY "saturday" "Saturday",
            7 SUNDAY "sunday" "Sunday",
        }
        /// What another person is to somebody.
        relationship {
            1 SPOUSE "spouse" "Spouse",
            2 PARENT "parent" "Parent",
            3 CHILD "child" "Child",
            4 SIBLING "sibling" "Sibling",
            5 RELATIVE "relative" "Relative",
            6 FRIEND "friend" "Friend",
            7 COLLEAGUE "colleague" "Colleague",
            8 PARTNER "partner" "Partner",
            9 ASSISTANT "assistant" "Assistant",
            10 PRINCIPAL "principal" "Principal of an assistant",
            11 MENTOR "mentor" "Mentor",
            12 MENTEE "mentee" "Mentee",
            13 REFERRER "referrer" "Who referred the person",
            14 REFERRED "referred" "Whom the person referred",
            15 GUARDIAN "guardian" "Guardian",
            16 WARD "ward" "Ward",
        }
        /// Which way money went for an order.
        payment {
            1 PAYMENT "payment" "Payment",
            2 REFUND "refund" "Refund",
        }
        /// How money was paid.
        payment_method {
            1 TRANSFER "transfer" "Bank transfer",
            2 CARD "card" "Card",
            3 CASH "cash" "Cash",
            4 DIRECT_DEBIT "direct_debit" "Direct debit",
            5 ONLINE "online" "Payment service",
            6 CHEQUE "cheque" "Cheque",
        }
        /// Which way goods and money went.
        trade {
            1 SALE "sale" "Sale",
            2 PURCHASE "purchase" "Purchase",
        }
        /// How far an order has come.
        order {
            1 DRAFT "draft" "Draft",
            2 ORDERED "ordered" "Ordered",
            3 CONFIRMED "confirmed" "Confirmed",
            4 SHIPPED "shipped" "Shipped",
            5 DELIVERED "delivered" "Delivered",
            6 PAID "paid" "Paid",
            7 CANCELLED "cancelled" "Cancelled",
            8 RETURNED "returned" "Returned",
        }
    }
}
