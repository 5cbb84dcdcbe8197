//! What only this crate knows of snapshots and transactions: where they read from. Seals [`Read`](crate::Read).

use std::sync::{Arc, OnceLock};

use crate::clock::Moment;
use crate::engine::{Overlay, Scope};
use crate::error::Result;
use crate::options::Options;
use crate::schema::Catalogue;
use crate::store::Source;

/// What records are read from.
#[derive(Clone, Copy)]
pub struct Tables<'s>(pub(crate) &'s dyn Source);

impl std::fmt::Debug for Tables<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tables")
    }
}

pub trait View {
    fn tables(&self) -> Tables<'_>;
    fn catalogue_now(&self) -> &Catalogue;
    fn options(&self) -> &Options;
    /// The moment at which questions are asked unless they say otherwise.
    fn moment(&self) -> Moment;
    /// Where the rows whose columns are not up to date are kept for further questions.
    fn overlay(&self) -> Option<&OnceLock<Arc<Overlay>>> {
        None
    }
    /// What a question is asked of.
    fn scope(&self, moment: &Moment) -> Result<Scope<'_>> {
        let scope = Scope::new(self.tables().0, self.catalogue_now(), moment, self.overlay())?;
        Ok(scope.with_threads(self.options().threads))
    }
}
