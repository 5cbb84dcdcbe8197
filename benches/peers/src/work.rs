//! What is measured: the workloads, the questions drawn for them, and the answers that must be equal.

use crate::Outcome;
use crate::data::{Generator, INDUSTRIES, Person, QUARTERS, STAGES};

/// The tag that updates add.
pub(crate) const TOUCHED: u32 = 900;
/// The first of the tags that are given in bulk.
pub(crate) const BULK: u32 = 1_000;
/// Contacts with a lower budget get the tag in bulk: of a stage, one contact in ten.
pub(crate) const BULK_BELOW: i64 = 60_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Workload {
    BulkLoad,
    FileSize,
    Open,
    GetById,
    GetByEmail,
    TagCount,
    TagsBoolean,
    Range,
    Compound,
    CompoundPage,
    Substring,
    ThroughCompany,
    Facet,
    DurableInsert,
    DurableUpdate,
    BulkTag,
}

impl Workload {
    /// All of them with the ratio to SQLite that is wanted at a million contacts.
    pub(crate) const ALL: [(Self, &'static str, Option<u32>); 16] = [
        (Self::BulkLoad, "bulk_load", Some(2)),
        (Self::FileSize, "file_size", Some(1)),
        (Self::Open, "open", None),
        (Self::GetById, "get_by_id", Some(3)),
        (Self::GetByEmail, "get_by_email", Some(2)),
        (Self::TagCount, "tag_count", Some(100)),
        (Self::TagsBoolean, "tags_boolean", Some(200)),
        (Self::Range, "range", Some(10)),
        (Self::Compound, "compound", Some(40)),
        (Self::CompoundPage, "compound_page", Some(2)),
        (Self::Substring, "substring", Some(8)),
        (Self::ThroughCompany, "through_company", Some(8)),
        (Self::Facet, "facet", Some(100)),
        (Self::DurableInsert, "durable_insert", Some(1)),
        (Self::DurableUpdate, "durable_update", Some(1)),
        (Self::BulkTag, "bulk_tag", Some(8)),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(work, ..)| *work == self).map_or("", |(_, name, _)| name)
    }

    pub(crate) fn wanted(self) -> Option<u32> {
        Self::ALL.iter().find(|(work, ..)| *work == self).and_then(|(.., wanted)| *wanted)
    }

    /// So short that a run has many of them.
    pub(crate) fn is_point(self) -> bool {
        matches!(self, Self::GetById | Self::GetByEmail)
    }

    /// The parameters of the run of that number.
    pub(crate) fn question(self, of: &Generator, random: &mut fastrand::Rng, run: u64) -> Outcome<Question> {
        let mut tags = (0..QUARTERS).collect::<Vec<_>>();
        random.shuffle(&mut tags);
        let mut tags = tags.into_iter();
        let mut tag = || tags.next().unwrap_or_default();
        let stage = random.usize(..STAGES.len());
        let low = random.i64(0..70_000);
        let at = random.u64(..of.contacts);
        let both = Both { tag: tag(), stage, low, high: low + 29_999 };
        Ok(match self {
            Self::GetById => Question::ById(at),
            Self::GetByEmail => Question::ByEmail(of.person(at).email),
            Self::TagCount => Question::Tag(both.tag),
            Self::TagsBoolean => Question::Tags { a: both.tag, b: tag(), without: tag() },
            Self::Range => Question::Range { low: both.low, high: both.high },
            Self::Compound => Question::Compound(both),
            Self::CompoundPage => Question::Page(both),
            Self::Substring => Question::Substring(of.needle(random)),
            Self::ThroughCompany => {
                Question::ThroughCompany { industry: random.u32(..INDUSTRIES), size: 800, tag: both.tag }
            }
            Self::Facet => Question::Facet(both.tag),
            Self::DurableInsert => Question::Insert(Box::new(of.person(of.contacts + run))),
            Self::DurableUpdate => Question::Update { at, budget: random.i64(0..100_000) },
            Self::BulkTag => Question::BulkTag { stage, tag: BULK + u32::try_from(run)? },
            Self::BulkLoad | Self::FileSize | Self::Open => return Err("nothing is asked in this workload".into()),
        })
    }
}

/// A tag, a stage and a range of budgets.
#[derive(Debug, Clone)]
pub(crate) struct Both {
    pub(crate) tag: u32,
    pub(crate) stage: usize,
    pub(crate) low: i64,
    pub(crate) high: i64,
}

/// What is asked, with its parameters.
#[derive(Debug, Clone)]
pub(crate) enum Question {
    ById(u64),
    ByEmail(String),
    Tag(u32),
    Tags { a: u32, b: u32, without: u32 },
    Range { low: i64, high: i64 },
    Compound(Both),
    Page(Both),
    Substring(String),
    ThroughCompany { industry: u32, size: i64, tag: u32 },
    Facet(u32),
    Insert(Box<Person>),
    Update { at: u64, budget: i64 },
    BulkTag { stage: usize, tag: u32 },
}

/// What both sides must say of a record alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) email: String,
    pub(crate) given: String,
    pub(crate) family: String,
    pub(crate) phone: String,
    pub(crate) city: String,
    pub(crate) stage: String,
    pub(crate) score: i64,
    pub(crate) budget: i64,
    pub(crate) tags: Vec<u32>,
}

/// A whole record, as that side gives it to a program.
pub(crate) trait Record {
    fn seen(&self) -> Outcome<Seen>;
}

/// What was answered; records are looked into only when they are compared.
pub(crate) enum Answer {
    Records(Vec<Box<dyn Record>>),
    Count(u64),
    /// How many in each stage.
    Facet([u64; 6]),
}

impl Answer {
    /// In a form that can be compared and shown.
    pub(crate) fn plain(&self) -> Outcome<String> {
        Ok(match self {
            Self::Records(records) => {
                let seen = records.iter().map(|record| record.seen()).collect::<Outcome<Vec<_>>>()?;
                format!("{seen:?}")
            }
            Self::Count(count) => format!("{count}"),
            Self::Facet(counts) => format!("{counts:?}"),
        })
    }
}

/// A database that was loaded and is open.
pub(crate) trait Peer {
    /// Begins or ends a stretch of reads, which see one state.
    fn reading(&mut self, begin: bool) -> Outcome<()>;
    fn answer(&mut self, question: &Question) -> Outcome<Answer>;
    fn close(self: Box<Self>) -> Outcome<()>;
}
