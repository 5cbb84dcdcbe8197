//! The catalogue of the last commit that was seen, so that it is not read anew for each snapshot.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::model::Phones;
use crate::rows;
use crate::schema::Catalogue;
use crate::store::{self, Source, StoreError};

/// A catalogue and its version. Only committed ones are kept: another process may have written since, so
/// each source is asked for its version first.
#[derive(Debug)]
pub(crate) struct CatalogueCache {
    cached: RwLock<(u32, Arc<Catalogue>)>,
    phones: Phones,
    /// How many commits there were since the file was opened. No other process can write it meanwhile.
    commits: AtomicU64,
}

impl CatalogueCache {
    /// Fails if the file has its phone numbers keyed by something else than the one that is given, unless they are about to be keyed anew.
    pub(crate) fn new(source: &dyn Source, phones: &Phones, anew: bool) -> store::Result<Self> {
        if !anew {
            check_phones(source, phones)?;
        }
        let version = store::catalogue_version(source)?;
        let catalogue = Arc::new(rows::load_catalogue(source)?.with_phones(phones));
        let (cached, phones) = (RwLock::new((version, catalogue)), phones.clone());
        Ok(Self { cached, phones, commits: AtomicU64::new(0) })
    }

    /// The catalogue as a source has it.
    pub(crate) fn of(&self, source: &dyn Source) -> store::Result<Arc<Catalogue>> {
        let version = store::catalogue_version(source)?;
        {
            // A panic elsewhere can't leave the pair half written.
            let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
            if cached.0 == version {
                return Ok(Arc::clone(&cached.1));
            }
        }
        // Another process may have keyed them anew, which counts as a change of the catalogue.
        check_phones(source, &self.phones)?;
        let catalogue = Arc::new(rows::load_catalogue(source)?.with_phones(&self.phones));
        self.remember(version, &catalogue);
        Ok(catalogue)
    }

    /// How many commits there were.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Acquire)
    }

    /// Counts a commit. To be called before it, so that the transaction that comes next finds it counted.
    pub(crate) fn count_commit(&self) {
        self.commits.fetch_add(1, Ordering::AcqRel);
    }

    /// Takes in the catalogue of a commit, unless a later one is there already.
    pub(crate) fn remember(&self, version: u32, catalogue: &Arc<Catalogue>) {
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        if cached.0 < version {
            *cached = (version, Arc::clone(catalogue));
        }
    }
}

fn check_phones(source: &dyn Source, phones: &Phones) -> store::Result<()> {
    let (found, given) = (store::phone_keys(source)?, phones.name());
    if found == given { Ok(()) } else { Err(StoreError::OtherPhoneKeys { found, given: given.to_owned() }) }
}
