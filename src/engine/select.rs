//! The records of a segment, in an order and up to a limit.

use super::ending::Ending;
use super::naive::Question;
use super::order::SortKey;
use super::run::Run;
use super::scope::Scope;
use crate::error::Result;
use crate::model::{Kind, Value};
use crate::rows::{self, Row};
use crate::segment::{AnySegment, Expression, Order, recheck};
use crate::store::{self, live};
use uuid::Uuid;

/// Up to so many records it is worth while to begin with small chunks.
const FEW: u64 = 10_000;

/// How many records a segment has, at most the limit. One look-up if the segment is `all`.
///
/// Fails with a segment error if the segment asks about what was archived since it was checked; so do all of these.
pub(crate) fn count(scope: &Scope<'_>, segment: &AnySegment, limit: Option<u64>) -> Result<u64> {
    let limit = limit.unwrap_or(u64::MAX);
    let question = prepare(scope, segment)?;
    if question.is_all() {
        return Ok(u64::from(live(scope.source, segment.kind())?).min(limit));
    }
    // Tags are written at once, so what stands there is true of fresh rows too.
    if let Some(tag) = question.only_tag() {
        return Ok(rows::count_tagged(scope.source, tag, segment.kind())?.min(limit));
    }
    let mut count = 0_u64;
    Run::new(scope).chunks(segment.kind(), &question, limit < FEW, &mut |found| {
        count += found.count();
        Ok(count < limit)
    })?;
    Ok(count.min(limit))
}

/// The same, from one record after the other: the oracle.
#[cfg(test)]
pub(crate) fn naive_rows(scope: &Scope<'_>, segment: &AnySegment) -> Result<Vec<u32>> {
    let (evaluator, question) = (scope.evaluator(), prepare(scope, segment)?);
    let mut found = Vec::new();
    for row in rows::all(scope.source, scope.catalogue, segment.kind()) {
        let row = row?;
        if evaluator.matches(&question, &row)? {
            found.push(row.row);
        }
    }
    Ok(found)
}

/// The rows of a segment, in the order in which they were inserted.
pub(crate) fn rows(scope: &Scope<'_>, segment: &AnySegment) -> Result<Vec<u32>> {
    let question = prepare(scope, segment)?;
    let mut rows = Vec::new();
    Run::new(scope).chunks(segment.kind(), &question, false, &mut |found| {
        rows.extend(found.iter());
        Ok(true)
    })?;
    Ok(rows)
}

/// What the columns of a list show of a row. A few look-ups for each relation on the way.
pub(crate) fn cells(scope: &Scope<'_>, columns: &[Expression], row: &Row) -> Result<Vec<Vec<Value>>> {
    let evaluator = scope.evaluator();
    Ok(columns.iter().map(|column| evaluator.shown(column, row)).collect::<store::Result<_>>()?)
}

/// What columns show of a row: for each its values, and those of one structured value together.
pub(crate) type CellsApart = Vec<Vec<Vec<Value>>>;

/// The same, with the parts of each structured value apart.
pub(crate) fn cells_apart(scope: &Scope<'_>, columns: &[Expression], row: &Row) -> Result<CellsApart> {
    let evaluator = scope.evaluator();
    Ok(columns.iter().map(|column| evaluator.shown_apart(column, row)).collect::<store::Result<_>>()?)
}

pub(super) fn prepare(scope: &Scope<'_>, segment: &AnySegment) -> Result<Question> {
    recheck(segment, scope.catalogue)?;
    Ok(scope.evaluator().prepare(segment.tree()))
}

/// Which of the records in an order are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Window<'w> {
    /// So many are left out first.
    pub(crate) offset: u64,
    /// At most so many; all if nothing is said.
    pub(crate) limit: Option<u64>,
    /// Only what comes behind that place.
    pub(crate) after: Option<&'w Ending>,
}

impl Window<'_> {
    /// How many there are up to the end of the window.
    fn end(&self) -> u64 {
        self.limit.map_or(u64::MAX, |limit| limit.saturating_add(self.offset))
    }
}

/// Where the records of a segment stand in an order: those of a window.
///
/// Without an order they come as they were inserted, and no more blocks are looked at than the window needs. With one, as many
/// sort keys are held as there are records up to the end of the window.
pub(crate) fn found(
    scope: &Scope<'_>,
    segment: &AnySegment,
    order: &[Order],
    window: Window<'_>,
) -> Result<Vec<SortKey>> {
    let question = prepare(scope, segment)?;
    let (kind, run) = (segment.kind(), Run::new(scope));
    let mut found = if order.is_empty() {
        let (mut keys, wanted) = (Vec::new(), usize::try_from(window.end()).unwrap_or(usize::MAX));
        let from = window.after.map_or(0, |after| after.key.row.saturating_add(1));
        run.chunks_from(from, kind, &question, window.limit.is_some(), &mut |found| {
            let rows = found.iter().filter(|row| *row >= from);
            keys.extend(rows.take(wanted - keys.len()).map(|row| SortKey { slots: Vec::new(), row }));
            Ok(keys.len() < wanted)
        })?;
        keys
    } else {
        run.sorted(kind, &question, order, window.end(), window.after.map(|after| &after.key))?
    };
    found.drain(..found.len().min(usize::try_from(window.offset).unwrap_or(usize::MAX)));
    Ok(found)
}

/// The records of a segment in an order, those of a window.
pub(crate) fn select<'a>(
    scope: &Scope<'a>,
    segment: &AnySegment,
    order: &[Order],
    window: Window<'_>,
) -> Result<Rows<'a>> {
    let found: Vec<u32> = found(scope, segment, order, window)?.into_iter().map(|key| key.row).collect();
    Ok(Rows { left: found.len() as u64, found: found.into_iter(), scope: scope.clone(), kind: segment.kind() })
}

/// Records that match, in their order. Ends after an error.
pub(crate) struct Rows<'a> {
    found: std::vec::IntoIter<u32>,
    scope: Scope<'a>,
    kind: Kind,
    left: u64,
}

impl<'a> Rows<'a> {
    /// How many there are still.
    pub(crate) fn total(&self) -> u64 {
        self.left
    }

    /// The ids alone, without reading the records.
    pub(crate) fn ids(self) -> impl Iterator<Item = store::Result<Uuid>> + use<'a> {
        let Rows { found, scope, kind, .. } = self;
        found.filter_map(move |row| rows::id_of(scope.source, kind, row).transpose())
    }
}

impl Iterator for Rows<'_> {
    type Item = store::Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.left > 0 {
            self.left -= 1;
            let row = self.found.next()?;
            match rows::load(self.scope.source, self.scope.catalogue, self.kind, row) {
                Ok(Some(row)) => return Some(Ok(row)),
                // The source is of one moment, so every row that was found is still there.
                Ok(None) => {}
                Err(error) => {
                    self.left = 0;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("left", &self.left).finish_non_exhaustive()
    }
}
