//! The links to a record as one row of events: each attribute has its own, and they are merged.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, BinaryHeap};

use crate::index::{Link, through, to_row};
use crate::model::{AttributeId, Kind};
use crate::schema::{Catalogue, system};
use crate::store::{Result, Scan, Source, StoreError, Table, after_prefix, scan};

/// Where something stands. The order of the fields is that of timelines, and of the table of links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    /// In microseconds since the epoch, the latest first.
    pub(super) time: Reverse<i64>,
    pub(super) kind: Kind,
    pub(super) row: u32,
}

impl Place {
    pub(super) fn new(time: i64, kind: Kind, row: u32) -> Self {
        Self { time: Reverse(time), kind, row }
    }
}

/// What of a timeline is wanted.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// All if none is named.
    pub(super) kinds: Option<BTreeSet<Kind>>,
    /// Without what came through others.
    pub(super) own: bool,
    /// The first and the last time, both included.
    pub(super) oldest: i64,
    pub(super) newest: i64,
    /// Only what stands behind it.
    pub(super) after: Option<Place>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { kinds: None, own: false, oldest: i64::MIN, newest: i64::MAX, after: None }
    }
}

impl Wanted {
    /// The first time and row that are wanted of a kind; `None` if nothing is.
    fn first(&self, kind: Kind) -> Option<(i64, u32)> {
        let Some(after) = self.after.filter(|after| after.time.0 <= self.newest) else { return Some((self.newest, 0)) };
        let time = after.time.0;
        let below = || time.checked_sub(1).map(|time| (time, 0));
        match kind.cmp(&after.kind) {
            Ordering::Less => below(),
            Ordering::Equal => after.row.checked_add(1).map(|row| (time, row)).or_else(below),
            Ordering::Greater => Some((time, 0)),
        }
    }
}

/// What stands next in one of the rows that are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Head {
    pub(super) place: Place,
    /// Whether it came through others. What a record says itself comes first.
    pub(super) noted: bool,
    pub(super) attribute: AttributeId,
    /// The number of its stream.
    stream: usize,
}

/// What happened with the record of a row, the latest first. Ends after an error.
pub(super) struct Merge<'s> {
    streams: Vec<Scan<'s>>,
    heads: BinaryHeap<Reverse<Head>>,
}

impl<'s> Merge<'s> {
    pub(super) fn new(
        source: &'s dyn Source,
        catalogue: &Catalogue,
        (kind, row): (Kind, u32),
        wanted: &Wanted,
    ) -> Result<Self> {
        let mut merge = Self { streams: Vec::new(), heads: BinaryHeap::new() };
        for (source_kind, attribute) in attributes(source, catalogue, (kind, row), wanted)? {
            let Some((time, first)) = wanted.first(source_kind) else { continue };
            let stream = through(kind, row, source_kind, attribute);
            let from = stream.clone().i64_descending(time).u32(first).build();
            let to = match wanted.oldest.checked_sub(1) {
                Some(before) => Some(stream.i64_descending(before).build()),
                None => after_prefix(stream.as_bytes()),
            };
            merge.streams.push(scan(source, Table::Links, from, to.unwrap_or_default()));
            merge.advance(merge.streams.len() - 1)?;
        }
        Ok(merge)
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Leaves nothing.
    pub(super) fn end(&mut self) {
        self.heads.clear();
    }

    /// Reads what stands next in a stream.
    fn advance(&mut self, stream: usize) -> Result<()> {
        let Some(row) = self.streams.get_mut(stream).and_then(Iterator::next) else { return Ok(()) };
        let link = read(&row?.0)?;
        let place = Place::new(link.time, link.source_kind, link.source);
        let noted = link.attribute == system::NOTED;
        self.heads.push(Reverse(Head { place, noted, attribute: link.attribute, stream }));
        Ok(())
    }

    fn take(&mut self) -> Result<Option<Head>> {
        let Some(Reverse(head)) = self.heads.pop() else { return Ok(None) };
        self.advance(head.stream)?;
        // A record that refers here through several attributes has one time: it stands side by side with itself.
        while let Some(Reverse(same)) = self.heads.peek().copied().filter(|next| next.0.place == head.place) {
            self.heads.pop();
            self.advance(same.stream)?;
        }
        Ok(Some(head))
    }
}

impl Iterator for Merge<'_> {
    type Item = Result<Head>;

    fn next(&mut self) -> Option<Self::Item> {
        let taken = self.take();
        if taken.is_err() {
            self.end();
        }
        taken.transpose()
    }
}

/// The kinds and attributes through which records are about the record of a row, in the order of the table. One look-up for
/// each attribute through which there are links of any meaning.
fn attributes(
    source: &dyn Source,
    catalogue: &Catalogue,
    (kind, row): (Kind, u32),
    wanted: &Wanted,
) -> Result<Vec<(Kind, AttributeId)>> {
    let prefixes = match &wanted.kinds {
        None => vec![to_row(kind, row).build()],
        Some(kinds) => kinds.iter().map(|of| to_row(kind, row).u16(of.0).build()).collect(),
    };
    let mut found = Vec::new();
    for prefix in prefixes {
        let Some(to) = after_prefix(&prefix) else { continue };
        let mut from = Some(prefix);
        while let Some(at) = from {
            let Some((key, _)) = source.batch(Table::Links, &at, &to, 1)?.into_iter().next() else { break };
            let link = read(&key)?;
            let is_about = catalogue.attribute_by_id(link.source_kind, link.attribute).is_some_and(|known| known.about);
            if is_about || link.attribute == system::NOTED && !wanted.own {
                found.push((link.source_kind, link.attribute));
            }
            from = after_prefix(through(kind, row, link.source_kind, link.attribute).as_bytes());
        }
    }
    Ok(found)
}

fn read(key: &[u8]) -> Result<Link> {
    Link::read(key).ok_or_else(|| StoreError::corrupt(Table::Links, key, "not a link"))
}
