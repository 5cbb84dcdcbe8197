//! What happened with a record, the latest first.

mod cursor;
mod merge;
#[cfg(test)]
mod tests;

use time::OffsetDateTime;

use crate::error::{ErrorKind, Result};
use crate::model::{AttributeId, Kind, RecordId};
use crate::read::view::View;
use crate::rows;
use crate::store::{Source, StoreError, Table, instant_of, micros};
use merge::{Head, Merge, Wanted};

pub use cursor::Cursor;

/// Everything that happened with a record, the latest first; from [`Read::timeline`](crate::Read::timeline).
///
/// A record stands in the timeline of what it is *about*: the participants of an interaction, the customer of a purchase, a
/// deal or a ticket, the records of a task, and whatever fields of a business's own say so
/// ([`Field::about`](crate::Field::about)). A company's timeline has that of its people too, as far as they belonged to it on the
/// day: that is noted when a record is written, so it does not change when somebody moves on.
///
/// What is planned stands in it as well, before the present: [`until`](Self::until) cuts it off. Records of one time come by
/// kind, and those of one kind as they were inserted.
///
/// ```
/// use contactdb::{Company, Contact, Database, Interaction, Kind, Purchase, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let acme = tx.insert(&Company::new("Acme"))?;
/// let ada = tx.insert(&Contact::named("Ada", "Lovelace").works_at(acme, "CTO"))?;
/// let call = tx.insert(&Interaction::call(ada).subject("The roof"))?;
/// let order = tx.insert(&Purchase::by_company(acme))?;
/// tx.commit()?;
///
/// let snapshot = db.read()?;
/// let page = snapshot.timeline(acme).page(50)?;
/// assert_eq!(page.entries.len(), 2);
/// assert!(page.next.is_none());
/// let calls = snapshot.timeline(acme).kinds([Kind::INTERACTION]).page(50)?.entries;
/// assert_eq!(calls[0].record.typed(), Some(call));
/// assert!(!calls[0].own);                               // it came through Ada
/// let own = snapshot.timeline(acme).own().page(50)?.entries;
/// assert_eq!(own[0].record.typed(), Some(order));
/// # Ok::<(), contactdb::Error>(())
/// ```
#[must_use = "nothing is read before page or entries"]
#[derive(Clone)]
pub struct Timeline<'s> {
    view: &'s dyn View,
    of: RecordId,
    wanted: Wanted,
}

/// One thing that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimelineEntry {
    /// When, in UTC: the record's own time, or if it has none when it was inserted.
    pub at: OffsetDateTime,
    /// The record.
    pub record: RecordId,
    /// Whether the record is about this one itself; `false` if it is about people who belonged to it.
    pub own: bool,
    /// The attribute of the record that says so, in whose place
    /// [`Catalogue::attribute_by_id`](crate::Catalogue::attribute_by_id) has key and label; of several the first.
    pub attribute: AttributeId,
}

/// A page of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimelinePage {
    /// What is on it, the latest first.
    pub entries: Vec<TimelineEntry>,
    /// Where the next page begins; `None` after the last one.
    pub next: Option<Cursor>,
}

impl std::fmt::Debug for Timeline<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Timeline").field("of", &self.of).field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

impl<'s> Timeline<'s> {
    pub(crate) fn new(view: &'s dyn View, of: RecordId) -> Self {
        Self { view, of, wanted: Wanted::default() }
    }

    /// Leaves only records of these kinds. What is left out is not read.
    pub fn kinds(mut self, kinds: impl IntoIterator<Item = Kind>) -> Self {
        self.wanted.kinds = Some(kinds.into_iter().collect());
        self
    }

    /// Leaves out what is only about the people who belonged to it.
    pub fn own(mut self) -> Self {
        self.wanted.own = true;
        self
    }

    /// Leaves out what was before a time. What is left out is not read.
    pub fn since(mut self, first: OffsetDateTime) -> Self {
        self.wanted.oldest = from_micros(first);
        self
    }

    /// Leaves out what was at a time or is later: `since` the first of a month and `before` the first of the next one give the
    /// month. What is left out is not read.
    pub fn before(mut self, end: OffsetDateTime) -> Self {
        self.wanted.newest = from_micros(end).saturating_sub(1);
        self
    }

    /// Leaves out what is later than a time: with the present, what is planned. What is left out is not read.
    pub fn until(mut self, last: OffsetDateTime) -> Self {
        self.wanted.newest = micros(last);
        self
    }

    /// Continues where a page ended.
    ///
    /// ```
    /// use contactdb::{Contact, Database, Interaction, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace"))?;
    /// for _ in 0..5 {
    ///     tx.insert(&Interaction::call(ada))?;
    /// }
    /// let first = tx.timeline(ada).page(3)?;
    /// let handed_out = first.next.expect("there is more").to_string();
    /// tx.insert(&Interaction::letter(ada))?;            // later than everything before: it changes nothing here
    /// let second = tx.timeline(ada).after(&handed_out.parse()?).page(3)?;
    /// assert_eq!((second.entries.len(), second.next), (2, None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn after(mut self, cursor: &Cursor) -> Self {
        self.wanted.after = Some(cursor.0);
        self
    }

    /// The next page, of at most `size` entries; 0 counts as 1.
    ///
    /// Costs the same on each page, whatever the number of entries: a look-up or two for each attribute through which records
    /// refer to this one, and two look-ups for each entry.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) if there is no such record; [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    pub fn page(&self, size: usize) -> Result<TimelinePage> {
        let mut merge = self.merge()?;
        let mut page = TimelinePage { entries: Vec::new(), next: None };
        for head in merge.by_ref().take(size.max(1)) {
            let head = head?;
            page.entries.push(entry(self.view.tables().0, head)?);
            page.next = Some(Cursor(head.place));
        }
        page.next = page.next.filter(|_| !merge.is_empty());
        Ok(page)
    }

    /// All entries, one after the other. Those that are not taken cost nothing, or little.
    ///
    /// # Errors
    /// As [`page`](Self::page). The iterator ends after an error.
    pub fn entries(&self) -> Result<impl Iterator<Item = Result<TimelineEntry>> + 's> {
        let mut merge = self.merge()?;
        let source = self.view.tables().0;
        Ok(std::iter::from_fn(move || {
            let found = merge.next()?.map_err(Into::into).and_then(|head| entry(source, head));
            if found.is_err() {
                merge.end();
            }
            Some(found)
        }))
    }

    fn merge(&self) -> Result<Merge<'s>> {
        let view = self.view;
        let source = view.tables().0;
        let row = rows::find(source, self.of)?.ok_or(ErrorKind::NotFound { id: self.of })?;
        Ok(Merge::new(source, view.catalogue_now(), (self.of.kind, row), &self.wanted)?)
    }
}

/// The first microsecond that is not before an instant.
fn from_micros(at: OffsetDateTime) -> i64 {
    let below = micros(at);
    if instant_of(below) < at { below.saturating_add(1) } else { below }
}

fn entry(source: &dyn Source, head: Head) -> Result<TimelineEntry> {
    let (kind, row) = (head.place.kind, head.place.row);
    let uuid = rows::id_of(source, kind, row)?
        .ok_or_else(|| StoreError::corrupt(Table::Records, &rows::row_key(kind, row), "a link without its record"))?;
    Ok(TimelineEntry {
        at: instant_of(head.place.time.0),
        record: RecordId { kind, uuid },
        own: !head.noted,
        attribute: head.attribute,
    })
}
