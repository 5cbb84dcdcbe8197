//! The records of a segment, in an order and up to a limit.

use std::collections::BinaryHeap;

use super::naive::{Evaluator, Question};
use super::order::SortKey;
use crate::clock::Moment;
use crate::error::Result;
use crate::model::{Kind, Value};
use crate::rows::{self, Row};
use crate::schema::Catalogue;
use crate::segment::{AnySegment, Expression, Order, recheck};
use crate::store::{self, Source, live};

/// How many records a segment has. Reads each record of the kind and holds one at a time; one look-up if the segment is `all`.
///
/// Fails with a segment error if the segment asks about what was archived since it was checked; so do all of these.
pub(crate) fn count(source: &dyn Source, catalogue: &Catalogue, moment: &Moment, segment: &AnySegment) -> Result<u64> {
    let (evaluator, question) = prepare(source, catalogue, moment, segment)?;
    if question.is_all() {
        return Ok(u64::from(live(source, segment.kind())?));
    }
    let mut count = 0_u64;
    for row in rows::all(source, catalogue, segment.kind()) {
        count += u64::from(evaluator.matches(&question, &row?)?);
    }
    Ok(count)
}

/// The rows of a segment, in the order in which they were inserted. Reads each record of the kind and holds one at a time.
pub(crate) fn rows(
    source: &dyn Source,
    catalogue: &Catalogue,
    moment: &Moment,
    segment: &AnySegment,
) -> Result<Vec<u32>> {
    let found = select(source, catalogue, moment, segment, &[], None)?;
    found.map(|row| Ok(row?.row)).collect()
}

/// What the columns of a list show of a row. A few look-ups for each relation on the way.
pub(crate) fn cells(
    source: &dyn Source,
    catalogue: &Catalogue,
    moment: &Moment,
    columns: &[Expression],
    row: &Row,
) -> Result<Vec<Vec<Value>>> {
    let evaluator = Evaluator::new(source, catalogue, moment.clone());
    Ok(columns.iter().map(|column| evaluator.shown(column, row)).collect::<store::Result<_>>()?)
}

fn prepare<'a>(
    source: &'a dyn Source,
    catalogue: &'a Catalogue,
    moment: &Moment,
    segment: &AnySegment,
) -> Result<(Evaluator<'a>, Question)> {
    recheck(segment, catalogue)?;
    let evaluator = Evaluator::new(source, catalogue, moment.clone());
    let question = evaluator.prepare(segment.tree());
    Ok((evaluator, question))
}

/// The records of a segment.
///
/// Without an order they come as they were inserted, one at a time, and reading stops at the limit. With one, all records of
/// the kind are read first; as many sort keys are held as the limit allows, or as there are records found.
pub(crate) fn select<'a>(
    source: &'a dyn Source,
    catalogue: &'a Catalogue,
    moment: &Moment,
    segment: &AnySegment,
    order: &[Order],
    limit: Option<u64>,
) -> Result<Rows<'a>> {
    let (evaluator, question) = prepare(source, catalogue, moment, segment)?;
    let kind = segment.kind();
    let left = limit.unwrap_or(u64::MAX);
    if order.is_empty() {
        let all: Box<dyn Iterator<Item = store::Result<Row>> + 'a> = Box::new(rows::all(source, catalogue, kind));
        return Ok(Rows { state: State::Stream { all, evaluator, question }, left });
    }
    let sorted = sorted(&evaluator, &question, kind, order, left)?;
    Ok(Rows { state: State::Sorted { rows: sorted.into_iter(), source, catalogue, kind }, left })
}

/// The rows that match, in order; the first `limit` of them.
fn sorted(
    evaluator: &Evaluator<'_>,
    question: &Question,
    kind: Kind,
    order: &[Order],
    limit: u64,
) -> store::Result<Vec<u32>> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    // The greatest key is on top: the first to go.
    let mut best: BinaryHeap<SortKey> = BinaryHeap::new();
    if limit == 0 {
        return Ok(Vec::new());
    }
    for row in rows::all(evaluator.source, evaluator.catalogue, kind) {
        let row = row?;
        if !evaluator.matches(question, &row)? {
            continue;
        }
        let key = evaluator.sort_key(order, &row)?;
        if best.len() < limit {
            best.push(key);
        } else if best.peek().is_some_and(|worst| key < *worst) {
            best.pop();
            best.push(key);
        }
    }
    Ok(best.into_sorted_vec().into_iter().map(|key| key.row).collect())
}

/// Records that match, in their order. Ends after an error.
pub(crate) struct Rows<'a> {
    state: State<'a>,
    left: u64,
}

enum State<'a> {
    Stream { all: Box<dyn Iterator<Item = store::Result<Row>> + 'a>, evaluator: Evaluator<'a>, question: Question },
    Sorted { rows: std::vec::IntoIter<u32>, source: &'a dyn Source, catalogue: &'a Catalogue, kind: Kind },
}

impl State<'_> {
    fn next(&mut self) -> store::Result<Option<Row>> {
        match self {
            Self::Stream { all, evaluator, question } => {
                for row in all {
                    let row = row?;
                    if evaluator.matches(question, &row)? {
                        return Ok(Some(row));
                    }
                }
                Ok(None)
            }
            Self::Sorted { rows, source, catalogue, kind } => {
                for row in rows {
                    // The source is of one moment, so every row that was found is still there.
                    if let Some(row) = rows::load(*source, catalogue, *kind, row)? {
                        return Ok(Some(row));
                    }
                }
                Ok(None)
            }
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = store::Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        let next = self.state.next().transpose();
        self.left = match next {
            Some(Ok(_)) => self.left.saturating_sub(1),
            Some(Err(_)) | None => 0,
        };
        next
    }
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("left", &self.left).finish_non_exhaustive()
    }
}
