//! How many records have which tag.

use std::collections::BTreeMap;

use crate::error::{ErrorKind, Result};
use crate::index::Posting;
use crate::model::{InvalidValue, Kind, Tag};
use crate::rows;
use crate::schema::{Catalogue, TagProblem, folded, lies_under};
use crate::store::Source;

/// How many records have a tag; from [`Read::tag_counts`](crate::Read::tag_counts).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TagCount {
    /// The tag, or a name that only has tags beneath it.
    pub tag: Tag,
    /// How many records have the tag itself.
    pub records: u64,
    /// How many records have the tag or one beneath it, each counted once.
    pub under: u64,
}

/// A name of which everything beneath it is still to come.
struct Open<'n> {
    /// Its place among the counts.
    place: usize,
    name: &'n str,
    /// The rows with the tag or one beneath it, by block.
    rows: BTreeMap<u32, Posting>,
}

/// The counts of all tags and branches whose folded names `wanted` takes.
pub(crate) fn counts(
    source: &dyn Source,
    catalogue: &Catalogue,
    kind: Kind,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<TagCount>> {
    let mut counts: Vec<TagCount> = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    for (name, tag, id) in catalogue.tags.nodes().filter(|(name, _, _)| wanted(name)) {
        while open.last().is_some_and(|last| !lies_under(name, last.name)) {
            close(&mut open, &mut counts);
        }
        let rows = rows::rows_tagged(source, id, kind)?;
        open.push(Open { place: counts.len(), name, rows });
        let records = open.last().map_or(0, |last| size(&last.rows));
        counts.push(TagCount { tag: tag.clone(), records, under: records });
    }
    while !open.is_empty() {
        close(&mut open, &mut counts);
    }
    Ok(counts)
}

/// The count of one tag or branch.
pub(crate) fn count(
    source: &dyn Source,
    catalogue: &Catalogue,
    kind: Kind,
    tag: impl TryInto<Tag, Error: Into<InvalidValue>>,
) -> Result<TagCount> {
    let tag = read_tag(tag)?;
    let refused = |problem| ErrorKind::Tag { tag: tag.to_string(), problem };
    let name = folded(&catalogue.tags.known(&tag).map_err(refused)?);
    let count = counts(source, catalogue, kind, |other| lies_under(other, &name))?.into_iter().next();
    Ok(count.unwrap_or(TagCount { tag, records: 0, under: 0 }))
}

/// Reads the name of a tag that is asked about.
pub(crate) fn read_tag(tag: impl TryInto<Tag, Error: Into<InvalidValue>>) -> Result<Tag> {
    tag.try_into().map_err(|error| {
        let error: InvalidValue = error.into();
        ErrorKind::Tag { tag: error.found().to_owned(), problem: TagProblem::Invalid(error) }.into()
    })
}

/// Everything beneath the last name has been seen.
fn close(open: &mut Vec<Open<'_>>, counts: &mut [TagCount]) {
    let Some(last) = open.pop() else { return };
    if let Some(count) = counts.get_mut(last.place) {
        count.under = size(&last.rows);
    }
    if let Some(above) = open.last_mut() {
        for (block, rows) in last.rows {
            above.rows.entry(block).or_insert_with(Posting::new).unite(&rows);
        }
    }
}

fn size(rows: &BTreeMap<u32, Posting>) -> u64 {
    rows.values().map(|rows| u64::from(rows.len())).sum()
}
