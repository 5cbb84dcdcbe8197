//! Support cases.

use time::OffsetDateTime;

use super::BuiltInDefault::{Now, Option as ByDefault};
use super::macros::record;
use super::setters;
use super::{Change, Choice, Company, Contact, ExternalId, Id, Kind, OnDelete, Stamp, choices};

record! {
    /// A support case: a question or a complaint, from when it was opened to when it was resolved.
    ///
    /// The conversation is whatever interactions have the ticket among their participants:
    /// [`timeline`](crate::Read::timeline) of the ticket shows it. The database notes when the ticket was resolved, and
    /// every change of its status.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Interaction, Read, Ticket, choices::ticket_status};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    /// let leak = tx.insert(&Ticket::new("The roof leaks").by(ada))?;
    /// tx.insert(&Interaction::email(ada).with(leak).subject("Photos of the leak"))?;
    /// tx.update(leak, |ticket| ticket.status = Some(ticket_status::SOLVED))?;
    /// assert!(tx.get(leak)?.expect("just inserted").record.resolved.is_some());
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub struct Ticket = Kind::TICKET, "ticket" "tickets", worked out &[], {
        /// What it is about. Required.
        16 "subject" "Subject" subject: String { title: 1, required: true, help: "What it is about" },
        /// The number that the customer is told.
        17 "number" "Number" number: Option<String> { searched: true, help: "The number that the customer is told" },
        /// New (unless said otherwise), open, waiting, solved, closed; see [`choices::ticket_status`].
        18 "status" "Status" status: Option<Choice> { options: choices::ticket_status::OPTIONS, default: Some(ByDefault("new")), help: "How far it has come" },
        /// How urgent; see [`choices::priority`].
        19 "priority" "Priority" priority: Option<Choice> { options: choices::priority::OPTIONS, help: "How urgent it is" },
        /// Whose it is: a name or key of the program's own users.
        20 "owner" "Owner" owner: Option<String> { help: "Whose it is" },
        /// The person who asked.
        21 "contact" "Contact" contact: Option<Id<Contact>> { about: true, on_delete: OnDelete::Cascade, help: "The person who asked" },
        /// The company in whose name it was asked.
        22 "company" "Company" company: Option<Id<Company>> { about: true, on_delete: OnDelete::Cascade, help: "The company in whose name it was asked" },
        /// When it was opened; the moment of the write if not given.
        23 "opened" "Opened" opened: Option<OffsetDateTime> { time: true, default: Some(Now), help: "When it was opened" },
        /// When it was first answered.
        24 "first_answered" "First answered" first_answered: Option<OffsetDateTime> { help: "When it was first answered" },
        /// When it was solved or closed; noted by the database if not given, and taken away when it is opened again.
        25 "resolved" "Resolved" resolved: Option<OffsetDateTime> { stamp: Some(Stamp { of: 18, when: &["solved", "closed"] }), help: "When it was solved or closed" },
        /// By when it is to be resolved; until then it stands in the agenda.
        26 "due" "Due" due: Option<OffsetDateTime> { agenda: 25, help: "By when it is to be resolved" },
        /// When it was escalated.
        27 "escalated" "Escalated" escalated: Option<OffsetDateTime> { help: "When it was escalated" },
        /// To whom.
        28 "escalated_to" "Escalated to" escalated_to: Option<String> { help: "To whom it was escalated" },
        /// The way in which it came; see [`choices::channel`].
        29 "channel" "Channel" channel: Option<Choice> { options: choices::channel::OPTIONS, help: "The way in which it came" },
        /// What sort of case it is, in the words of the business.
        30 "category" "Category" category: Option<String> { help: "What sort of case it is" },
        /// The conversation it belongs to: the mail program's or messenger's own id.
        31 "thread" "Thread" thread: Option<String> { help: "The conversation it belongs to" },
        /// How content the customer was, on the scale of the business.
        32 "satisfaction" "Satisfaction" satisfaction: Option<i64> { help: "How content the customer was" },
        /// What the customer said about it.
        33 "feedback" "Feedback" feedback: Option<String> { long: true, help: "What the customer said about it" },
        /// The case itself, of any length.
        34 "description" "Description" description: Option<String> { long: true, help: "The case itself" },
        /// Every status it had, and since when; kept up by the database.
        35 "status_history" "Status history" status_history: Vec<Change> { prefix: "status_history_", tracks: 18, help: "The status it had, and since when" },
        /// The numbers of this ticket in other systems.
        36 "external_id" "External id" external_ids: Vec<ExternalId> { prefix: "external_id_", exact_key: true, help: "Numbers of the ticket in other systems" },
    }
}

impl Ticket {
    /// A case about that.
    #[must_use]
    pub fn new(subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), ..Self::default() }
    }

    /// Sets the person who asked.
    #[must_use]
    pub fn by(self, contact: Id<Contact>) -> Self {
        Self { contact: Some(contact), ..self }
    }

    setters! {
        /// Sets the number that the customer is told.
        set number: String;
        /// Sets the status; see [`choices::ticket_status`].
        set status: Choice;
        /// Sets how urgent it is; see [`choices::priority`].
        set priority: Choice;
        /// Sets whose it is.
        set owner: String;
        /// Sets the company in whose name it was asked.
        set company: Id<Company>;
        /// Sets when it was opened.
        set opened: OffsetDateTime;
        /// Sets when it was first answered.
        set first_answered: OffsetDateTime;
        /// Sets by when it is to be resolved.
        set due: OffsetDateTime;
        /// Sets the way in which it came; see [`choices::channel`].
        set channel: Choice;
        /// Sets what sort of case it is.
        set category: String;
        /// Sets the conversation it belongs to.
        set thread: String;
        /// Sets how content the customer was.
        set satisfaction: i64;
        /// Sets what the customer said about it.
        set feedback: String;
        /// Sets the case itself.
        set description: String;
        /// Adds the number of this ticket in another system.
        external_id external_id -> external_ids: ExternalId;
    }

    /// Notes that it was escalated, when and to whom.
    #[must_use]
    pub fn escalated(mut self, at: OffsetDateTime, to: impl Into<String>) -> Self {
        self.escalated = Some(at);
        self.escalated_to = Some(to.into());
        self
    }
}
