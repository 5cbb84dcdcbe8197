//! How a database is opened.

use std::sync::Arc;

use time::{Month, Weekday};

use crate::clock::{Clock, FixedZone, IdSource, Moment, SystemClock, TimeOrderedIds, Zone};
use crate::model::{PhoneNormalizer, PhoneNumber, Phones, Region};
use crate::schema::Limits;
use crate::segment::SyntaxLimits;
use crate::store::{Concurrency, Durability, Settings};

/// How a database is opened: memory, sharing, durability, limits, and what the library takes from the
/// world. Each has a default.
///
/// ```no_run
/// use contactdb::{Options, Region};
/// let db = Options::new()
///     .cache_bytes(64 * 1024 * 1024)
///     .default_region(Region::new("DE")?)
///     .create("crm.contacts")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "options do nothing until a database is opened with them"]
pub struct Options {
    pub(crate) settings: Settings,
    pub(crate) limits: Limits,
    pub(crate) syntax: SyntaxLimits,
    pub(crate) phones: Phones,
    pub(crate) rebuild_phone_keys: bool,
    pub(crate) threads: usize,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    zone: Arc<dyn Zone>,
    week_start: Weekday,
    fiscal_year_start: Month,
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// The defaults.
    pub fn new() -> Self {
        Self {
            settings: Settings {
                cache_bytes: 256 << 20,
                concurrency: Concurrency::default(),
                durability: Durability::default(),
                quick_repair: false,
                verify: false,
                write_set: Limits::default().write_set,
            },
            limits: Limits::default(),
            syntax: SyntaxLimits::default(),
            phones: Phones::default(),
            rebuild_phone_keys: false,
            threads: 1,
            clock: Arc::new(SystemClock),
            ids: Arc::new(TimeOrderedIds),
            zone: Arc::new(FixedZone(time::UtcOffset::UTC)),
            week_start: Weekday::Monday,
            fiscal_year_start: Month::January,
        }
    }

    /// The most memory for pages of the file, in bytes; 256 MiB.
    pub fn cache_bytes(mut self, bytes: usize) -> Self {
        self.settings.cache_bytes = bytes;
        self
    }

    /// How processes share the file; one writer alone.
    pub fn concurrency(mut self, concurrency: Concurrency) -> Self {
        self.settings.concurrency = concurrency;
        self
    }

    /// When a commit is safe; at once.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.settings.durability = durability;
        self
    }

    /// Makes opening after a crash about five times faster (0.6 s per GB against 3 s) for about 1.4 times
    /// the bytes written with each commit; off.
    pub fn quick_repair(mut self, enabled: bool) -> Self {
        self.settings.quick_repair = enabled;
        self
    }

    /// Verifies the whole file when it is opened for writing, and refuses one that was changed by anything but
    /// this library: every page has a checksum. Reads the whole file; off. Without it, what is read is
    /// verified record by record, but a damaged page of keys or links can go unnoticed.
    pub fn verify_on_open(mut self, enabled: bool) -> Self {
        self.settings.verify = enabled;
        self
    }

    /// The region in which phone numbers without `+` are meant; none.
    pub fn default_region(mut self, region: Region) -> Self {
        self.phones.region = Some(region);
        self
    }

    /// Who says what number a text stands for; nobody: then digits alone count, and a number with its country is another than the same one
    /// without. It decides what is one number in look-up, unique fields and quick search; what was typed is kept and shown.
    ///
    /// The file keeps the name of the one that its keys were made with, and is not opened with another: see
    /// [`rebuild_phone_keys`](Self::rebuild_phone_keys).
    pub fn phone_normalizer(mut self, normalizer: impl PhoneNormalizer + 'static) -> Self {
        let region = self.phones.region;
        self.phones = Phones::new(normalizer);
        self.phones.region = region;
        self
    }

    /// Makes the keys anew when a file is opened for writing whose keys were made by another normalizer of phone numbers, or by none; off, so
    /// that such a file is refused with [`OtherPhoneKeys`](crate::ErrorKind::OtherPhoneKeys). Takes as long as
    /// [`rebuild_indexes`](crate::Transaction::rebuild_indexes), in one transaction: it is done or it is not. Records whose values of a unique field
    /// turn out to be one number keep them.
    pub fn rebuild_phone_keys(mut self, enabled: bool) -> Self {
        self.rebuild_phone_keys = enabled;
        self
    }

    /// The number in the form of E.164, if the [normalizer](Self::phone_normalizer) has one for it; a national number is meant in the region that it says,
    /// else in the [default region](Self::default_region).
    ///
    /// ```
    /// use contactdb::{Options, PhoneNumber};
    /// let number = PhoneNumber::new("020 7946 0123")?;
    /// assert_eq!(Options::new().e164(&number), None);
    /// # #[cfg(feature = "phone")] {
    /// # use contactdb::{PhoneMetadata, Region};
    /// let options = Options::new().phone_normalizer(PhoneMetadata).default_region(Region::new("GB")?);
    /// assert_eq!(options.e164(&number).as_deref(), Some("+442079460123"));
    /// # }
    /// # Ok::<(), contactdb::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn e164(&self, number: &PhoneNumber) -> Option<String> {
        self.phones.e164(&self.phones.here(number.clone()))
    }

    /// How many threads of its own a question to a snapshot may use, besides the one that asks; none. It begins them for questions about more than
    /// 250,000 records, and ends them before it answers. Helps with what is asked record by record; most questions are answered in less
    /// time than it takes to begin a thread.
    pub fn more_threads(mut self, threads: usize) -> Self {
        self.threads = threads.saturating_add(1);
        self
    }

    /// How much is taken in; see [`Limits`].
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.write_set = limits.write_set;
        self.limits = limits;
        self
    }

    /// How long, deep and large a segment text may be; see [`SyntaxLimits`].
    pub fn segment_limits(mut self, limits: SyntaxLimits) -> Self {
        self.syntax = limits;
        self
    }

    /// Where the time comes from; the operating system.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Where the ids of new records come from; UUIDs of version 7.
    pub fn ids(mut self, ids: impl IdSource + 'static) -> Self {
        self.ids = Arc::new(ids);
        self
    }

    /// The zone in which days begin; UTC.
    pub fn zone(mut self, zone: impl Zone + 'static) -> Self {
        self.zone = Arc::new(zone);
        self
    }

    /// The first day of a week; Monday.
    pub fn week_start(mut self, day: Weekday) -> Self {
        self.week_start = day;
        self
    }

    /// The first month of a fiscal year; January.
    pub fn fiscal_year_start(mut self, month: Month) -> Self {
        self.fiscal_year_start = month;
        self
    }

    /// The present moment in the calendar of these options.
    pub(crate) fn moment(&self) -> Moment {
        let mut moment = Moment::at(self.clock.now());
        moment.zone = Arc::clone(&self.zone);
        moment.week_start = self.week_start;
        moment.fiscal_year_start = self.fiscal_year_start;
        moment
    }
}
