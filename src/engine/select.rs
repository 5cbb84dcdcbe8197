//! The records of a segment, in an order and up to a limit.

use super::naive::Question;
use super::run::Run;
use super::scope::Scope;
use crate::error::Result;
use crate::model::{Kind, Value};
use crate::rows::{self, Row};
use crate::segment::{AnySegment, Expression, Order, recheck};
use crate::store::{self, live};

/// How many records a segment has. One look-up if the segment is `all`.
///
/// Fails with a segment error if the segment asks about what was archived since it was checked; so do all of these.
pub(crate) fn count(scope: &Scope<'_>, segment: &AnySegment) -> Result<u64> {
    let question = prepare(scope, segment)?;
    if question.is_all() {
        return Ok(u64::from(live(scope.source, segment.kind())?));
    }
    // Tags are written at once, so what stands there is true of fresh rows too.
    if let Some(tag) = question.only_tag() {
        return Ok(rows::count_tagged(scope.source, tag, segment.kind())?);
    }
    let mut count = 0_u64;
    Run::new(scope).chunks(segment.kind(), &question, false, &mut |found| {
        count += found.count();
        Ok(true)
    })?;
    Ok(count)
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

pub(super) fn prepare(scope: &Scope<'_>, segment: &AnySegment) -> Result<Question> {
    recheck(segment, scope.catalogue)?;
    Ok(scope.evaluator().prepare(segment.tree()))
}

/// The records of a segment.
///
/// Without an order they come as they were inserted, and no more blocks are looked at than the limit needs. With one, as many
/// sort keys are held as the limit allows, or as there are records found.
pub(crate) fn select<'a>(
    scope: &Scope<'a>,
    segment: &AnySegment,
    order: &[Order],
    limit: Option<u64>,
) -> Result<Rows<'a>> {
    let question = prepare(scope, segment)?;
    let kind = segment.kind();
    let left = limit.unwrap_or(u64::MAX);
    let run = Run::new(scope);
    let rows = if order.is_empty() {
        let (mut rows, wanted) = (Vec::new(), usize::try_from(left).unwrap_or(usize::MAX));
        run.chunks(kind, &question, limit.is_some(), &mut |found| {
            rows.extend(found.iter().take(wanted - rows.len()));
            Ok(rows.len() < wanted)
        })?;
        rows
    } else {
        run.sorted(kind, &question, order, left)?
    };
    Ok(Rows { found: rows.into_iter(), scope: scope.clone(), kind, left })
}

/// Records that match, in their order. Ends after an error.
pub(crate) struct Rows<'a> {
    found: std::vec::IntoIter<u32>,
    scope: Scope<'a>,
    kind: Kind,
    left: u64,
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
