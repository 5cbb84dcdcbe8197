//! A database at one moment.

use std::sync::{Arc, OnceLock};

use crate::clock::Moment;
use crate::engine::Overlay;
use crate::options::Options;
use crate::read::Read;
use crate::read::view::{Tables, View};
use crate::schema::Catalogue;
use crate::store::{Reader, Store};

/// The database as it was when [`Database::read`](crate::Database::read) was called. Everything it can
/// do stands at [`Read`].
///
/// It is owned, cheap to clone and can be sent to other threads. What is committed later it does not
/// see. The file stays open for as long as there is a snapshot of it. `now` and `today` in segments mean the moment at which it was made.
#[derive(Debug, Clone)]
pub struct Snapshot {
    reader: Arc<Reader>,
    /// Keeps the file open for as long as it is read.
    _store: Arc<Store>,
    catalogue: Arc<Catalogue>,
    options: Arc<Options>,
    moment: Moment,
    overlay: Arc<OnceLock<Arc<Overlay>>>,
}

impl Snapshot {
    pub(crate) fn new(reader: Reader, store: Arc<Store>, catalogue: Arc<Catalogue>, options: Arc<Options>) -> Self {
        let moment = options.moment();
        Self { reader: Arc::new(reader), _store: store, catalogue, options, moment, overlay: Arc::default() }
    }
}

impl View for Snapshot {
    fn tables(&self) -> Tables<'_> {
        Tables(self.reader.as_ref())
    }
    fn catalogue_now(&self) -> &Catalogue {
        &self.catalogue
    }
    fn options(&self) -> &Options {
        &self.options
    }
    fn moment(&self) -> Moment {
        self.moment.clone()
    }
    fn overlay(&self) -> Option<&OnceLock<Arc<Overlay>>> {
        Some(&self.overlay)
    }
}

impl Read for Snapshot {}
