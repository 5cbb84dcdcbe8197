//! What a question is asked of: tables, catalogue, moment, and the rows whose columns are not up to date.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::naive::Evaluator;
use super::search::Said;
use crate::clock::Moment;
use crate::model::Kind;
use crate::rows::{self, Row};
use crate::schema::Catalogue;
use crate::store::{Result, Source, next_row};

/// Where and when a question is asked.
#[derive(Clone)]
pub(crate) struct Scope<'a> {
    pub(crate) source: &'a dyn Source,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) moment: Moment,
    overlay: Arc<Overlay>,
}

impl<'a> Scope<'a> {
    /// `shared` keeps the overlay for other questions of the same moment of the database.
    pub(crate) fn new(
        source: &'a dyn Source,
        catalogue: &'a Catalogue,
        moment: &Moment,
        shared: Option<&OnceLock<Arc<Overlay>>>,
    ) -> Result<Self> {
        let overlay = match shared.and_then(OnceLock::get) {
            Some(overlay) => Arc::clone(overlay),
            None => {
                let made = Arc::new(Overlay::of(source, catalogue)?);
                match shared {
                    Some(shared) => Arc::clone(shared.get_or_init(|| made)),
                    None => made,
                }
            }
        };
        Ok(Self { source, catalogue, moment: moment.clone(), overlay })
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
            let mut all: BTreeMap<Kind, Vec<(u32, Vec<Said>)>> = BTreeMap::new();
            for ((kind, row), record) in &overlay.loaded {
                if let (Some(record), Some(entry)) = (record, self.catalogue.kind(*kind)) {
                    all.entry(*kind).or_default().push((*row, super::search::said(entry, &record.values)));
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

/// So many fresh rows are held in memory; of more, a transaction that has not been committed, none is.
const HELD: usize = 1_000;

/// Rows whose columns are not up to date, and their records.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    rows: BTreeMap<Kind, Vec<u32>>,
    loaded: BTreeMap<(Kind, u32), Option<Arc<Row>>>,
    /// What they say to a search, once somebody searched.
    said: OnceLock<BTreeMap<Kind, Vec<(u32, Vec<Said>)>>>,
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
