//! What the tests share: a world that stands still or moves by steps, and folders that go away.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use contactdb::{
    Clock, Contact, Currency, Database, Decimal, Error, IdSource, Interaction, Kind, Money, Options, Purchase, Read,
    Record, RecordId, Rule, Violation,
};
use time::{Date, Duration, Month, OffsetDateTime};
use uuid::Uuid;

/// Stands still until it is told to move.
#[derive(Debug, Clone)]
pub(crate) struct Watch(Arc<AtomicI64>);

/// 2026-11-23 09:00:00 UTC.
pub(crate) const START: i64 = 1_795_424_400;

impl Watch {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START)))
    }

    pub(crate) fn step(&self, seconds: i64) -> OffsetDateTime {
        self.0.fetch_add(seconds, Ordering::SeqCst);
        self.now()
    }
}

impl Clock for Watch {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::seconds(self.0.load(Ordering::SeqCst))
    }
}

/// Makes the ids 1, 2, 3 and so on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counter(Arc<AtomicU64>);

impl IdSource for Counter {
    fn next(&self, _: OffsetDateTime) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::SeqCst) + 1))
    }
}

/// A path in a folder of its own, that goes away with the first value.
pub(crate) fn file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crm.contacts");
    (folder, path)
}

/// Options whose clock and ids are the same in each run.
pub(crate) fn options(watch: &Watch, ids: &Counter) -> Options {
    Options::new().clock(watch.clone()).ids(ids.clone())
}

pub(crate) fn memory() -> Database {
    options(&Watch::new(), &Counter::default()).in_memory().unwrap()
}

pub(crate) fn date(year: i32, month: u8, day: u8) -> Date {
    Date::from_calendar_date(year, Month::try_from(month).unwrap(), day).unwrap()
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(crate) fn euros(text: &str) -> Money {
    Money::new(decimal(text), Currency::EUR)
}

/// The violations of a refused write as attribute and rule.
pub(crate) fn broken(error: &Error) -> Vec<(String, Rule)> {
    let pair = |Violation { attribute, rule, .. }: &Violation| (attribute.clone(), rule.clone());
    error.violations().iter().map(pair).collect()
}

/// Everything there is to know about these records, as text; to be compared before and after.
pub(crate) fn dump(read: &impl Read, ids: &[RecordId]) -> String {
    fn one<T: Record>(read: &impl Read, id: RecordId) -> String {
        id.typed::<T>().map_or_else(String::new, |id| format!("{:?}", read.get(id).unwrap()))
    }
    let mut out = String::new();
    for kind in [Kind::CONTACT, Kind::COMPANY, Kind::INTERACTION, Kind::PURCHASE] {
        writeln!(out, "{kind}: {}", read.len(kind).unwrap()).unwrap();
        for field in read.catalogue().fields(kind) {
            let contactdb::Attribute { key, label, help, archived, options, rules, .. } = field;
            writeln!(out, "{key} {label} {help:?} {archived} {options:?} {rules} {:?}", rules.default).unwrap();
        }
    }
    writeln!(out, "{:?}", read.catalogue().tags().collect::<Vec<_>>()).unwrap();
    for id in ids {
        out += &one::<Contact>(read, *id);
        out += &one::<contactdb::Company>(read, *id);
        out += &one::<Interaction>(read, *id);
        out += &one::<Purchase>(read, *id);
        writeln!(out, "{:?}", read.contains(*id).unwrap().then(|| read.referrers(*id).unwrap())).unwrap();
    }
    out
}
