//! How much a question may cost before it is given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use time::OffsetDateTime;

use crate::clock::Clock;
use crate::store::{Result, StoreError};

/// Counts what a question costs. The threads that work on it share one.
#[derive(Debug)]
pub(crate) struct Meter {
    /// How many records may be looked at one by one.
    records: u64,
    looked_at: AtomicU64,
    until: Option<(Arc<dyn Clock>, OffsetDateTime)>,
}

impl Meter {
    pub(crate) fn new(records: Option<u64>, until: Option<(Arc<dyn Clock>, OffsetDateTime)>) -> Self {
        Self { records: records.unwrap_or(u64::MAX), looked_at: AtomicU64::new(0), until }
    }

    /// Fails if so many records more are too many, or the time is over.
    pub(super) fn look(&self, records: u64) -> Result<()> {
        let before = self.looked_at.fetch_add(records, Ordering::Relaxed);
        let over = before.saturating_add(records) > self.records
            || self.until.as_ref().is_some_and(|(clock, until)| clock.now() > *until);
        if over { Err(StoreError::OverBudget { looked_at: before }) } else { Ok(()) }
    }
}
