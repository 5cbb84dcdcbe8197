//! Quick search and type-ahead.

use std::ops::Range;

use crate::engine;
use crate::error::Result;
use crate::model::{AnyRecord, AttributeId, Kind, RecordId};
use crate::read::view::View;
use crate::rows;

/// The most hits of one search.
const MAX_HITS: usize = 1_000;

/// A search for what somebody types, about to be made; from [`Read::search`](crate::Read::search).
///
/// Every word of the query must fit somewhere in a record; a word fits the words of a text that it begins, case, width and Latin and
/// Greek accents aside. It is worth most in what the record is called by, less in an e-mail address, a phone number, other short texts
/// (job title, department, legal name, domain, number of a ticket, custom texts), least in notes and other long texts; and the whole word is
/// worth more than the beginning of one. Records are ordered by the sum over all words; those that are worth the same come by kind and
/// then as they were inserted.
///
/// - A word with an `@` finds the e-mail addresses that begin so. Other words find the pieces of addresses: `lovelace` finds
///   `ada.lovelace@acme.example`, and so does `acme`.
/// - Four or more digits, with spaces and the signs of phone numbers, find the numbers that end so. `020 7946 0123` also finds
///   `+44 20 7946 0123`, and the international form finds the national one.
/// - If there are fewer hits than wanted, names that differ a little from a word are taken too: by one letter for a word of four to
///   seven, by two for a longer one; the first letter must be right.
///
/// The first 1,024 bytes and the first eight words of a query count, and of a text the first 65,536 bytes. Archived fields are not
/// searched. The company of a person is not, only the company itself.
///
/// ```
/// use contactdb::{Contact, Database, Kind, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let ada = tx.insert(&Contact::named("Ada", "Lovelace").phone("+44 20 7946 0123"))?;
/// tx.commit()?;
/// let snapshot = db.read()?;
/// let hits = snapshot.search("ada lov").of(Kind::CONTACT).limit(10).hits()?;
/// assert_eq!((hits[0].id, hits[0].title.as_str()), (ada.into(), "Ada Lovelace"));
/// assert_eq!((hits[0].matches[1].text.as_str(), &hits[0].matches[1].ranges), ("Lovelace", &vec![0..3]));
/// assert_eq!(snapshot.search("0123").hits()?[0].id, ada.into());
/// assert_eq!(snapshot.search("Lovlace").hits()?[0].id, ada.into());
/// # Ok::<(), contactdb::Error>(())
/// ```
#[must_use = "nothing is searched before hits"]
#[derive(Clone)]
pub struct Search<'s> {
    view: &'s dyn View,
    query: String,
    kinds: Vec<Kind>,
    limit: usize,
}

impl std::fmt::Debug for Search<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search")
            .field("query", &self.query)
            .field("kinds", &self.kinds)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// A record that a [`Search`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hit {
    /// Which record.
    pub id: RecordId,
    /// What it is called; see [`Catalogue::title`](crate::Catalogue::title).
    pub title: String,
    /// How well it fits: more is better. Only to be compared with others of the same search.
    pub score: u32,
    /// Where it fits.
    pub matches: Vec<Match>,
}

/// A text of a record in which something of the query was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Match {
    /// The attribute, or the part of a structured one.
    pub attribute: AttributeId,
    /// The text as it was typed; of one of more than 256 bytes the piece around the first place.
    pub text: String,
    /// What fits, as offsets in bytes into `text`, in ascending order; to be highlighted.
    pub ranges: Vec<Range<usize>>,
}

impl<'s> Search<'s> {
    pub(crate) fn new(view: &'s dyn View, query: &str) -> Self {
        // What is behind is not read.
        let query = query.get(..query.floor_char_boundary(2_048)).unwrap_or_default().to_owned();
        Self { view, query, kinds: Vec::new(), limit: 10 }
    }

    /// Searches records of this kind; may be said several times. All kinds that are not archived if it is not said.
    pub fn of(mut self, kind: Kind) -> Self {
        self.kinds.push(kind);
        self
    }

    /// Sets how many hits at most: 10 if it is not said, never more than 1,000.
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit.min(MAX_HITS);
        self
    }

    /// The best records, the best first. Nothing for a query without letters and digits, and for a kind that does not exist.
    ///
    /// Takes about a millisecond with ten hits, whatever the number of records, and up to two where little fits. For each word, at most
    /// 2,000 entries of the index are read in each sort of text, and 500 keys in each attribute; 1,000 more places for names that differ a
    /// little. So a beginning that very many records have, such as one letter, gives good hits that are not always the best. Where several words fit
    /// more than is read, a few hundred records are looked at, and hits may be missed. Whole words are exact for up to seven million
    /// records of a kind.
    ///
    /// # Errors
    /// [`Corrupt`](crate::ErrorKind::Corrupt), [`Io`](crate::ErrorKind::Io).
    pub fn hits(&self) -> Result<Vec<Hit>> {
        let view = self.view;
        let (scope, catalogue) = (view.scope(&view.moment())?, view.catalogue_now());
        let mut kinds = self.kinds.clone();
        if kinds.is_empty() {
            kinds = catalogue.kinds().filter(|entry| !entry.archived).map(|entry| entry.kind).collect();
        }
        kinds.sort_unstable();
        kinds.dedup();
        let answer = engine::search(&scope, &kinds, &self.query, self.limit)?;
        let mut hits = Vec::with_capacity(answer.found.len());
        for found in &answer.found {
            let (Some(record), Some(entry)) = (scope.record(found.kind, found.row)?, catalogue.kind(found.kind)) else {
                continue;
            };
            let matches = answer.places(catalogue.phones(), entry, &record).into_iter();
            let matches = matches.map(|(attribute, text, ranges)| Match { attribute, text, ranges }).collect();
            let stored = rows::to_stored::<AnyRecord>(catalogue, rows::Row::clone(&record))?;
            let title = catalogue.title(&stored.record);
            hits.push(Hit { id: stored.id, title, score: found.worth, matches });
        }
        Ok(hits)
    }
}
