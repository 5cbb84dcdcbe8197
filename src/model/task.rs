//! What is to be done, and plans of several steps.

use time::OffsetDateTime;

use super::BuiltInDefault::Option as ByDefault;
use super::macros::{group, record};
use super::setters;
use super::{
    AttributeId, Choice, ExternalId, How, Id, Kind, Now, OnDelete, RecordId, Recurrence, Stamp, UnknownParts, Value,
    ValueType, Values, WorkedOut, choices,
};

record! {
    /// A follow-up or a reminder: what is to be done, by when, about which records.
    ///
    /// A task with a due time stands in the agenda until it is done or cancelled: see [`Read::due`](crate::Read::due) and
    /// [`Read::next_due`](crate::Read::next_due). [`complete`](crate::Transaction::complete_task) makes it done, and makes the
    /// next one where it comes again or belongs to a sequence.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Read, Recurrence, Task, choices::period};
    /// use time::{Duration, OffsetDateTime};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    /// let monday = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
    /// let call = Task::call("Ask how the roof holds").about(ada).due(monday).every(Recurrence::every(1, period::MONTH));
    /// let call = tx.insert(&call)?;
    /// assert_eq!(tx.next_due(OffsetDateTime::UNIX_EPOCH)?, Some(monday));
    /// let next = tx.complete_task(call)?.next.expect("it comes again");
    /// assert!(tx.get(next)?.expect("just made").record.due > Some(monday));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub struct Task = Kind::TASK, "task" "tasks", worked out WORKED_OUT, {
        /// What is to be done. Required.
        16 "subject" "Subject" subject: String { title: 1, required: true, help: "What is to be done" },
        /// How; see [`choices::task`].
        17 "kind" "Kind" kind: Option<Choice> { options: choices::task::OPTIONS, default: Some(ByDefault("todo")), help: "How it is done: a call, an e-mail, a visit" },
        /// By when.
        18 "due" "Due" due: Option<OffsetDateTime> { time: true, agenda: 20, help: "By when it is to be done" },
        /// Open (unless said otherwise), in progress, done or cancelled; see [`choices::task_status`].
        19 "status" "Status" status: Option<Choice> { options: choices::task_status::OPTIONS, default: Some(ByDefault("open")), help: "How far it has come" },
        /// When it was done or cancelled; noted by the database if not given, and taken away when it is opened again.
        20 "closed" "Closed" closed: Option<OffsetDateTime> { stamp: Some(Stamp { of: 19, when: &["done", "cancelled"] }), help: "When it was done or cancelled" },
        /// The records it is about, of any kind.
        21 "about" "About" about: Vec<RecordId> { about: true, on_delete: OnDelete::Cascade, help: "The records it is about" },
        /// Whose it is: a name or key of the program's own users.
        22 "owner" "Owner" owner: Option<String> { help: "Whose it is" },
        /// How urgent; see [`choices::priority`].
        23 "priority" "Priority" priority: Option<Choice> { options: choices::priority::OPTIONS, help: "How urgent it is" },
        /// How often it comes again.
        24 "recurrence" "Recurrence" recurrence: Option<Recurrence> { prefix: "recurrence_", help: "How often it comes again" },
        /// The sequence that it is a step of.
        25 "sequence" "Sequence" sequence: Option<Id<Sequence>> { help: "The sequence that it is a step of" },
        /// Which step, counted from 1.
        26 "step" "Step" step: Option<i64> { help: "Which step of the sequence it is" },
        /// The task that it came after.
        27 "previous" "Previous task" previous: Option<Id<Task>> { acyclic: true, help: "The task that it came after" },
        /// What came of it.
        28 "outcome" "Outcome" outcome: Option<String> { help: "What came of it" },
        /// Notes, of any length.
        29 "notes" "Notes" notes: Option<String> { long: true, help: "Notes, of any length" },
        /// The numbers of this task in other systems.
        30 "external_id" "External id" external_ids: Vec<ExternalId> { prefix: "external_id_", exact_key: true, help: "Numbers of the task in other systems" },
    }
}

const DUE: AttributeId = AttributeId::property(18);
const CLOSED: AttributeId = AttributeId::property(20);

const WORKED_OUT: &[WorkedOut] = &[WorkedOut::new(
    0,
    "overdue",
    "Overdue",
    "Whether it should be done by now and is not; missing without a due time",
    ValueType::Boolean,
    How::At(&[DUE, CLOSED], overdue),
)];

fn overdue(values: &Values, now: Now) -> Option<Value> {
    let Value::DateTime(due) = values.get(DUE)? else { return None };
    Some(Value::Boolean(values.get(CLOSED).is_none() && *due < now.instant))
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident = $constant:ident;)*) => {$(
        $(#[$meta])*
        #[must_use]
        pub fn $name(subject: impl Into<String>) -> Self {
            Self { kind: Some(choices::task::$constant), ..Self::new(subject) }
        }
    )*};
}

impl Task {
    /// Something to be done.
    #[must_use]
    pub fn new(subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), ..Self::default() }
    }

    kinds! {
        /// A call to be made.
        call = CALL;
        /// An e-mail to be written.
        email = EMAIL;
        /// A meeting to be held.
        meeting = MEETING;
        /// Nothing to be done but to be reminded.
        reminder = REMINDER;
    }

    /// Adds a record that it is about, of any kind.
    #[must_use]
    pub fn about(mut self, record: impl Into<RecordId>) -> Self {
        self.about.push(record.into());
        self
    }

    /// Sets how often it comes again.
    #[must_use]
    pub fn every(mut self, recurrence: Recurrence) -> Self {
        self.recurrence = Some(recurrence);
        self
    }

    setters! {
        /// Sets how it is done; see [`choices::task`].
        set kind: Choice;
        /// Sets by when.
        set due: OffsetDateTime;
        /// Sets the status; see [`choices::task_status`].
        set status: Choice;
        /// Sets whose it is.
        set owner: String;
        /// Sets how urgent it is; see [`choices::priority`].
        set priority: Choice;
        /// Sets what came of it.
        set outcome: String;
        /// Sets the notes.
        set notes: String;
        /// Adds the number of this task in another system.
        external_id external_id -> external_ids: ExternalId;
    }
}

record! {
    /// A plan of contacts, one after the other: call, three days later write, a week later call again.
    ///
    /// [`start_sequence`](crate::Transaction::start_sequence) makes the task of its first step for somebody; each next one is
    /// made when the one before is [completed](crate::Transaction::complete_task).
    ///
    /// ```
    /// use contactdb::{Contact, Database, Read, Sequence, Step, Task, choices::task};
    /// use time::{Duration, OffsetDateTime};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let welcome = Sequence::new("Welcome")
    ///     .step(Step::new("Say hello", 0).kind(task::CALL))
    ///     .step(Step::new("Send the catalogue", 3).kind(task::EMAIL));
    /// let welcome = tx.insert(&welcome)?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    /// let first = tx.start_sequence(welcome, ada, OffsetDateTime::UNIX_EPOCH)?;
    /// let second = tx.complete_task(first)?.next.expect("the second step");
    /// assert_eq!(tx.get(second)?.expect("just made").record.subject, "Send the catalogue");
    /// assert!(tx.complete_task(second)?.next.is_none());
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub struct Sequence = Kind::SEQUENCE, "sequence" "sequences", worked out &[], {
        /// The name by which it is known. Required.
        16 "name" "Name" name: String { title: 1, required: true, help: "The name by which it is known" },
        /// The steps, in their order.
        17 "step" "Step" steps: Vec<Step> { prefix: "step_", help: "The steps, in their order" },
        /// Whose it is: a name or key of the program's own users.
        18 "owner" "Owner" owner: Option<String> { help: "Whose it is" },
        /// Notes, of any length.
        19 "notes" "Notes" notes: Option<String> { long: true, help: "Notes, of any length" },
        /// The numbers of this sequence in other systems.
        20 "external_id" "External id" external_ids: Vec<ExternalId> { prefix: "external_id_", exact_key: true, help: "Numbers of the sequence in other systems" },
    }
}

group! {
    /// A step of a sequence.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Step {
        /// What is to be done.
        1 "" "Step" subject: String,
        /// How many days after the step before it was done; of the first, after the start.
        2 "after" "After days" after: i64 { within 0, 36_500 },
        /// How; see [`choices::task`].
        3 "kind" "Kind" kind: Option<Choice> = choices::task::OPTIONS,
        /// Whose it is; if not given, whose the step before was.
        4 "owner" "Owner" owner: Option<String>,
        /// Notes.
        5 "notes" "Notes" notes: Option<String>,
    }
}

impl Step {
    /// What is to be done, so many days after the step before it was done.
    #[must_use]
    pub fn new(subject: impl Into<String>, after: i64) -> Self {
        Self { subject: subject.into(), after, kind: None, owner: None, notes: None, unknown: UnknownParts::default() }
    }

    setters! {
        /// Sets how it is done.
        set kind: Choice;
        /// Sets whose it is.
        set owner: String;
        /// Sets the notes.
        set notes: String;
    }
}

impl Sequence {
    /// A sequence of that name, without steps yet.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    setters! {
        /// Adds a step, behind the others.
        add step -> steps: Step;
        /// Sets whose it is.
        set owner: String;
        /// Sets the notes.
        set notes: String;
        /// Adds the number of this sequence in another system.
        external_id external_id -> external_ids: ExternalId;
    }
}
