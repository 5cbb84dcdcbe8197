//! What a question is asked of: tables, catalogue, moment, and the rows whose columns are not up to date.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::meter::Meter;
use super::naive::Evaluator;
use super::search::Said;
use crate::clock::Moment;
use crate::model::Kind;
use crate::rows::{self, Row};
use crate::schema::Catalogue;
use crate::store::{Result, Source, next_row};

/// Where and when a question is asked.
#[derive(Clone)]
pub struct Scope<'a> {
    pub(crate) source: &'a dyn Source,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) moment: Moment,
    overlay: Arc<Overlay>,
    /// How many threads may work on one question.
    pub(super) threads: usize,
    meter: Option<Arc<Meter>>,
}

/// What threads need to ask the same.
pub(super) struct Shared<'a> {
    source: &'a (dyn Source + Sync),
    catalogue: &'a Catalogue,
    moment: Moment,
    overlay: Arc<Overlay>,
    meter: Option<Arc<Meter>>,
}

impl<'a> Shared<'a> {
    pub(super) fn scope(&self) -> Scope<'a> {
        Scope {
            source: self.source,
            catalogue: self.catalogue,
            moment: self.moment.clone(),
            overlay: Arc::clone(&self.overlay),
            threads: 1,
            meter: self.meter.clone(),
        }
    }
}

impl<'a> Scope<'a> {
    /// Lets several threads work on one question.
    pub(crate) fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Bounds what a question may cost.
    pub(crate) fn with_meter(mut self, meter: Option<Meter>) -> Self {
        self.meter = meter.map(Arc::new);
        self
    }

    /// Says that so many records more are looked at one by one. Fails if that is over the budget.
    pub(super) fn look(&self, records: u64) -> Result<()> {
        self.meter.as_ref().map_or(Ok(()), |meter| meter.look(records))
    }

    /// For several threads; `None` if only one can read what is asked, such as a transaction.
    pub(super) fn shared(&self) -> Option<Shared<'a>> {
        let source = self.source.for_threads()?;
        let overlay = Arc::clone(&self.overlay);
        let (moment, meter) = (self.moment.clone(), self.meter.clone());
        Some(Shared { source, catalogue: self.catalogue, moment, overlay, meter })
    }

    /// `shared` keeps the overlay for other questions of the same moment of the database.
    pub(crate) fn new(
        source: &'a dyn Source,
        catalogue: &'a Catalogue,
        moment: &Moment,
        shared: Option<&OnceLock<Arc<Overlay>>>,
    ) -> Result<Self> {
        let overlay = if let Some(overlay) = shared.and_then(OnceLock::get) {
            Arc::clone(overlay)
        } else {
            let made = Arc::new(Overlay::of(source, catalogue)?);
            match shared {
                Some(shared) => Arc::clone(shared.get_or_init(|| made)),
                None => made,
            }
        };
        Ok(Self { source, catalogue, moment: moment.clone(), overlay, threads: 1, meter: None })
    }

    pub(crate) fn evaluator(&self) -> Evaluator<'a> {
        Evaluator::new(self.source, self.catalogue, self.moment.clone())
    }

    /// How many rows of a kind were ever given.
    pub(crate) fn rows(&self, kind: Kind) -> Result<u32> {
        next_row(self.source, kind)
    }

    /// The rows of a kind whose columns are not up to date, in ascending order.
    pub(crate) fn fresh(&self, kind: Kind) -> &[u32] {
        self.overlay.rows.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// What the rows of a kind say to a search whose columns are not up to date, if their records are held in memory.
    pub(super) fn said(&self, kind: Kind) -> Option<&[(u32, Vec<Said>)]> {
        let overlay = &*self.overlay;
        if overlay.loaded.is_empty() && !overlay.rows.is_empty() {
            return None;
        }
        let said = overlay.said.get_or_init(|| {
            let mut all = SaidByKind::new();
            for ((kind, row), record) in &overlay.loaded {
                if let (Some(record), Some(entry)) = (record, self.catalogue.kind(*kind)) {
                    all.entry(*kind)
                        .or_default()
                        .push((*row, super::search::said(self.catalogue.phones(), entry, &record.values)));
                }
            }
            all
        });
        Some(said.get(&kind).map_or(&[], Vec::as_slice))
    }

    /// The record of a row, whose columns may not be up to date; `None` if it was deleted.
    pub(crate) fn record(&self, kind: Kind, row: u32) -> Result<Option<Arc<Row>>> {
        if let Some(loaded) = self.overlay.loaded.get(&(kind, row)) {
            return Ok(loaded.clone());
        }
        Ok(rows::load(self.source, self.catalogue, kind, row)?.map(Arc::new))
    }
}

impl std::fmt::Debug for Scope<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scope").field("overlay", &self.overlay).finish_non_exhaustive()
    }
}

/// What rows say to a search.
type SaidByKind = BTreeMap<Kind, Vec<(u32, Vec<Said>)>>;

/// So many fresh rows are held in memory; of more, a transaction that has not been committed, none is.
const HELD: usize = 1_000;

/// Rows whose columns are not up to date, and their records.
#[derive(Debug, Default)]
pub struct Overlay {
    rows: BTreeMap<Kind, Vec<u32>>,
    loaded: BTreeMap<(Kind, u32), Option<Arc<Row>>>,
    /// What they say to a search, once somebody searched.
    said: OnceLock<SaidByKind>,
}

impl Overlay {
    fn of(source: &dyn Source, catalogue: &Catalogue) -> Result<Self> {
        let fresh = source.fresh()?;
        let mut overlay = Self::default();
        let held = fresh.len() <= HELD;
        for (kind, row) in fresh.into_keys() {
            overlay.rows.entry(kind).or_default().push(row);
            if held {
                let record = rows::load(source, catalogue, kind, row)?;
                overlay.loaded.insert((kind, row), record.map(Arc::new));
            }
        }
        Ok(overlay)
    }
}
