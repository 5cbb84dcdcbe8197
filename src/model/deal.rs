//! Chances to sell.

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};

use super::BuiltInDefault::{Now, Option as ByDefault};
use super::macros::{group, record};
use super::setters;
use super::{
    AttributeId, BuiltInPipeline, Change, Choice, Company, Contact, ExternalId, How, Id, Kind, Money, OnDelete,
    RecordId, Stage, StageOf, StageOutcome, UnknownParts, Value, ValueType, Values, WorkedOut, choices,
};

record! {
    /// A chance to sell something: how far it has come, how much it is worth, and with whom.
    ///
    /// Its stage belongs to a pipeline; see [`Pipeline`](crate::Pipeline). What the stage says is filled in by the
    /// database: the probability if none was given, when it was closed, and the history of stages. Whether it is open,
    /// won or lost can be asked as `status`.
    ///
    /// ```
    /// use contactdb::{Contact, Currency, Database, Deal, Money, Read, choices::stage_of_deal};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    /// let roof = tx.insert(&Deal::new("A new roof").with(ada).amount(Money::new(8_000, Currency::EUR)))?;
    /// tx.update(roof, |deal| deal.stage = Some(stage_of_deal::WON))?;
    ///
    /// let deal = tx.get(roof)?.expect("just inserted").record;
    /// let stages: Vec<&str> = deal.stage_history.iter().map(|change| change.to.key()).collect();
    /// assert_eq!(stages, ["new", "won"]);
    /// assert!(deal.closed.is_some());
    /// assert_eq!(tx.count(&tx.segment_of::<Deal>("status = won and probability = 100")?)?, 1);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub struct Deal = Kind::DEAL, "deal" "deals", worked out WORKED_OUT, {
        /// What it is about. Required.
        16 "name" "Name" name: String { title: 1, required: true, help: "What it is about" },
        /// The pipeline; the first one if not given.
        17 "pipeline" "Pipeline" pipeline: Option<Choice> { options: choices::pipeline::OPTIONS, default: Some(ByDefault("sales")), help: "The way that it goes, stage by stage" },
        /// The stage within the pipeline; its first one if not given.
        18 "stage" "Stage" stage: Option<Choice> { options: choices::stage_of_deal::OPTIONS, stage_of: Some(STAGE_OF), help: "How far it has come" },
        /// How much it is worth.
        19 "amount" "Amount" amount: Option<Money> { help: "How much it is worth" },
        /// How likely it is, in per cent; that of the stage if not given.
        20 "probability" "Probability" probability: Option<i64> { within: Some((0, 100)), help: "How likely it is, in per cent" },
        /// The day by which it is expected to be closed.
        21 "expected_close" "Expected close" expected_close: Option<Date> { help: "The day by which it is expected to be closed" },
        /// The people it is made with, and as what.
        22 "contact" "Contact" contacts: Vec<DealContact> { prefix: "contact_", about: true, on_delete: OnDelete::Detach, help: "The people it is made with" },
        /// The company it is made with.
        23 "company" "Company" company: Option<Id<Company>> { about: true, on_delete: OnDelete::Detach, help: "The company it is made with" },
        /// The project it belongs to: a record of any kind.
        24 "project" "Project" project: Option<RecordId> { about: true, on_delete: OnDelete::Detach, help: "The project it belongs to" },
        /// When it was opened; the moment of the write if not given.
        25 "opened" "Opened" opened: Option<OffsetDateTime> { time: true, default: Some(Now), help: "When it was opened" },
        /// When it was won or lost; noted by the database if not given.
        26 "closed" "Closed" closed: Option<OffsetDateTime> { help: "When it was won or lost" },
        /// Why it was won or lost.
        27 "reason" "Reason" reason: Option<String> { help: "Why it was won or lost" },
        /// Every stage it came to, and when; kept up by the database.
        28 "stage_history" "Stage history" stage_history: Vec<Change> { prefix: "stage_history_", tracks: 18, help: "The stages it came to, and when" },
        /// Whose it is: a name or key of the program's own users.
        29 "owner" "Owner" owner: Option<String> { help: "Whose it is" },
        /// Where it came from; see [`choices::source`].
        30 "source" "Source" source: Option<Choice> { options: choices::source::OPTIONS, help: "Where it came from" },
        /// The campaign that led to it, by name.
        31 "campaign" "Campaign" campaign: Option<String> { help: "The campaign that led to it" },
        /// How urgent; see [`choices::priority`].
        32 "priority" "Priority" priority: Option<Choice> { options: choices::priority::OPTIONS, help: "How urgent it is" },
        /// Notes, of any length.
        33 "notes" "Notes" notes: Option<String> { long: true, help: "Notes, of any length" },
        /// The numbers of this deal in other systems.
        34 "external_id" "External id" external_ids: Vec<ExternalId> { prefix: "external_id_", exact_key: true, help: "Numbers of the deal in other systems" },
    }
}

const AMOUNT: AttributeId = AttributeId::property(19);
const PROBABILITY: AttributeId = AttributeId::property(20);

/// What the stage fills in, and the pipeline that every database has.
const STAGE_OF: StageOf = StageOf {
    pipeline: 17,
    probability: 20,
    closed: 26,
    pipelines: &[BuiltInPipeline {
        code: 1,
        stages: &[
            Stage { code: 1, probability: 10, outcome: StageOutcome::Open },
            Stage { code: 2, probability: 25, outcome: StageOutcome::Open },
            Stage { code: 3, probability: 50, outcome: StageOutcome::Open },
            Stage { code: 4, probability: 75, outcome: StageOutcome::Open },
            Stage { code: 5, probability: 100, outcome: StageOutcome::Won },
            Stage { code: 6, probability: 0, outcome: StageOutcome::Lost },
        ],
    }],
};

const WORKED_OUT: &[WorkedOut] = &[
    WorkedOut {
        options: choices::outcome::OPTIONS,
        ..WorkedOut::new(
            0,
            "status",
            "Status",
            "Whether it is open, won or lost, as its stage says",
            ValueType::Choice,
            How::Outcome,
        )
    },
    WorkedOut::new(
        1,
        "weighted_amount",
        "Weighted amount",
        "The amount times the probability",
        ValueType::Money,
        How::Of(&[AMOUNT, PROBABILITY], weighted_amount),
    ),
];

fn weighted_amount(values: &Values) -> Option<Value> {
    let (Value::Money(money), Value::Integer(per_cent)) = (values.get(AMOUNT)?, values.get(PROBABILITY)?) else {
        return None;
    };
    let amount = money.amount.checked_mul(Decimal::from(*per_cent))?.checked_div(Decimal::ONE_HUNDRED)?;
    Some(Value::Money(Money { amount: amount.normalize(), ..*money }))
}

group! {
    /// A person with whom a deal is made, and as what.
    #[derive(Debug, Clone, PartialEq)]
    pub struct DealContact {
        /// The person.
        1 "" "Contact" who: Id<Contact>,
        /// What the person decides or does; see [`choices::role`].
        2 "role" "Role" role: Option<Choice> = choices::role::OPTIONS,
    }
}

impl DealContact {
    /// A person.
    #[must_use]
    pub fn new(who: Id<Contact>) -> Self {
        Self { who, role: None, unknown: UnknownParts::default() }
    }

    setters! {
        /// Says as what.
        set role: Choice;
    }
}

impl Deal {
    /// A deal of that name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Adds a person with whom it is made.
    #[must_use]
    pub fn with(self, who: Id<Contact>) -> Self {
        self.contact(DealContact::new(who))
    }

    setters! {
        /// Adds a person with a role.
        add contact -> contacts: DealContact;
        /// Sets the pipeline.
        set pipeline: Choice;
        /// Sets the stage; see [`choices::stage_of_deal`].
        set stage: Choice;
        /// Sets how much it is worth.
        set amount: Money;
        /// Sets how likely it is, in per cent.
        set probability: i64;
        /// Sets the day by which it is expected to be closed.
        set expected_close: Date;
        /// Sets the company.
        set company: Id<Company>;
        /// Sets the project it belongs to.
        set project: RecordId;
        /// Sets when it was opened.
        set opened: OffsetDateTime;
        /// Sets why it was won or lost.
        set reason: String;
        /// Sets whose it is.
        set owner: String;
        /// Sets where it came from; see [`choices::source`].
        set source: Choice;
        /// Sets the campaign that led to it.
        set campaign: String;
        /// Sets how urgent it is; see [`choices::priority`].
        set priority: Choice;
        /// Sets the notes.
        set notes: String;
        /// Adds the number of this deal in another system.
        external_id external_id -> external_ids: ExternalId;
    }
}
