//! The catalogue of the last commit that was seen, so that it is not read anew for each snapshot.

use std::sync::{Arc, PoisonError, RwLock};

use crate::rows;
use crate::schema::Catalogue;
use crate::store::{self, Source};

/// A catalogue and its version. Only committed ones are kept: another process may have written since, so
/// each source is asked for its version first.
#[derive(Debug)]
pub(crate) struct CatalogueCache(RwLock<(u32, Arc<Catalogue>)>);

impl CatalogueCache {
    pub(crate) fn new(source: &dyn Source) -> store::Result<Self> {
        let version = store::catalogue_version(source)?;
        Ok(Self(RwLock::new((version, Arc::new(rows::load_catalogue(source)?)))))
    }

    /// The catalogue as a source has it.
    pub(crate) fn of(&self, source: &dyn Source) -> store::Result<Arc<Catalogue>> {
        let version = store::catalogue_version(source)?;
        {
            // A panic elsewhere can't leave the pair half written.
            let cached = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if cached.0 == version {
                return Ok(Arc::clone(&cached.1));
            }
        }
        let catalogue = Arc::new(rows::load_catalogue(source)?);
        self.remember(version, &catalogue);
        Ok(catalogue)
    }

    /// Takes in the catalogue of a commit, unless a later one is there already.
    pub(crate) fn remember(&self, version: u32, catalogue: &Arc<Catalogue>) {
        let mut cached = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if cached.0 < version {
            *cached = (version, Arc::clone(catalogue));
        }
    }
}
