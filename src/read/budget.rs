//! How much a question may cost.

use std::sync::Arc;

use time::Duration;

use crate::clock::Clock;
use crate::engine::Meter;

/// How much a question may cost before it is given up; for [`Select::budget`](crate::Select::budget). Without a bound it may cost
/// anything.
///
/// Most conditions are answered from columns, a few milliseconds for a million records. What asks for more than that is asked
/// record by record: whether somebody may be reached, conditions that compare two attributes, blocks with conditions beyond the value.
/// A program that lets its users write segments can bound that.
///
/// ```
/// use contactdb::{Budget, Contact, Database, ErrorKind, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// tx.insert_many(["Ada", "Grace", "Hedy"].map(|given| Contact::named(given, "Example")))?;
/// let may = tx.segment("may email for newsletter")?;
/// let error = tx.select(&may).budget(Budget::new().records(2)).count().unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::OverBudget { .. }));
/// assert_eq!(tx.select(&may).budget(Budget::new().records(1_000)).count()?, 0);
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    records: Option<u64>,
    time: Option<Duration>,
}

impl Budget {
    /// Without bounds.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// At most so many records may be looked at one by one. Those count that were written last, of which the columns do not
    /// know yet, and those of steps that go record by record; what is found and handed out does not.
    #[must_use]
    pub fn records(mut self, records: u64) -> Self {
        self.records = Some(records);
        self
    }

    /// It may take so long, by the clock of the database ([`Options::clock`](crate::Options::clock)), looked at each few thousand
    /// records. A clock that is set back meanwhile gives it more.
    #[must_use]
    pub fn time(mut self, time: Duration) -> Self {
        self.time = Some(time);
        self
    }

    /// Counts from now on; `None` if there is no bound.
    pub(super) fn meter(self, clock: &Arc<dyn Clock>) -> Option<Meter> {
        if self == Self::default() {
            return None;
        }
        let until = self.time.and_then(|time| clock.now().checked_add(time)).map(|until| (Arc::clone(clock), until));
        Some(Meter::new(self.records, until))
    }
}
