//! Tests of records that paths lead to: answered of their own kind first, then carried over by the references.

use std::rc::Rc;

use super::mask::{Chunk, Mask, places};
use super::naive::prepare::{Over, PreparedTest};
use super::naive::{Here, Place};
use super::run::{Run, Within};
use crate::index::column::{Data, Places, target};
use crate::model::Kind;
use crate::segment::Relation;
use crate::store::Result;

/// What is known of the records of a kind.
pub(super) struct Reached {
    /// Those from which the rest of the path leads somewhere.
    there: Mask,
    /// Those of which the test holds, before it is turned round.
    holds: Mask,
}

impl Run<'_> {
    /// The rows of a test behind relations.
    pub(super) fn related(&self, kind: Kind, test: &PreparedTest, chunk: Chunk, within: Within<'_>) -> Result<Mask> {
        let Some((first, rest)) = test.path.relations.split_first() else { return Ok(Mask::none(chunk)) };
        let reached = self.reached(test, first.target, rest)?;
        let over_nothing = holds_of_nothing(&test.over);
        // Where nothing is reached, what holds of nothing holds; so the complement is needed only then.
        let carried = if over_nothing == test.negated {
            // Nothing reached, nothing found: only rows that lead somewhere.
            let set = if test.negated { difference(&reached.there, &reached.holds) } else { reached.holds.clone() };
            return self.carry(kind, *first, &set, chunk, within);
        } else if test.negated {
            self.carry(kind, *first, &reached.holds, chunk, within)?
        } else {
            self.carry(kind, *first, &difference(&reached.there, &reached.holds), chunk, within)?
        };
        let mut all = self.all(kind, chunk, within)?;
        all.without(&carried);
        Ok(all)
    }

    /// What is known of the records of a kind from which the rest of a path goes on. Worked out once for a question.
    fn reached(&self, test: &PreparedTest, kind: Kind, rest: &[Relation]) -> Result<Rc<Reached>> {
        let key = std::ptr::from_ref(test).addr();
        if let Some(known) = self.reached.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let made = Rc::new(self.reach(test, kind, rest)?);
        self.reached.borrow_mut().insert(key, Rc::clone(&made));
        Ok(made)
    }

    fn reach(&self, test: &PreparedTest, kind: Kind, rest: &[Relation]) -> Result<Reached> {
        let chunk = Chunk::all(self.scope.rows(kind)?);
        let Some((next, further)) = rest.split_first() else {
            let mut there = self.all(kind, chunk, Within::Every)?;
            let mut holds = self.found(test, chunk, Within::Every)?;
            for row in self.scope.fresh(kind) {
                let record = self.scope.record(kind, *row)?;
                there.set(*row, record.is_some());
                let is = match &record {
                    Some(record) => self.evaluator.found_of(test, record)?,
                    None => false,
                };
                holds.set(*row, is);
            }
            return Ok(Reached { there, holds });
        };
        let beyond = self.reach(test, next.target, further)?;
        let mut there = self.carry(kind, *next, &beyond.there, chunk, Within::Every)?;
        let mut holds = self.carry(kind, *next, &beyond.holds, chunk, Within::Every)?;
        for row in self.scope.fresh(kind) {
            let record = self.scope.record(kind, *row)?;
            let reached = match &record {
                Some(record) => self.evaluator.follow(*next, Place { here: Here::Record(record), around: None })?,
                None => None,
            };
            there.set(*row, reached.as_ref().is_some_and(|reached| beyond.there.has(reached.row)));
            holds.set(*row, reached.as_ref().is_some_and(|reached| beyond.holds.has(reached.row)));
        }
        Ok(Reached { there, holds })
    }

    /// The rows whose first reference leads into a set.
    fn carry(&self, kind: Kind, step: Relation, set: &Mask, chunk: Chunk, within: Within<'_>) -> Result<Mask> {
        let mut found = Mask::none(chunk);
        let Some(attribute) = self.scope.catalogue.attribute_by_id(kind, step.attribute) else { return Ok(found) };
        if set.is_empty() {
            return Ok(found);
        }
        self.columns(kind, attribute, chunk, within, &mut |stored| {
            let column = stored.column()?;
            let Data::Numbers(numbers) = &column.data else {
                return Err(stored.corrupt("references that are no numbers"));
            };
            let leads =
                |at: usize| target(numbers.get(at)).is_some_and(|(kind, row)| kind == step.target && set.has(row));
            let Some(own) = found.block_mut(stored.block) else { return Ok(()) };
            if matches!(column.places, Places::Listed(_)) || attribute.part_of.is_some() {
                let mut last = None;
                for (at, row) in stored.rows_of_values(&column)?.into_iter().enumerate() {
                    // The first of several leads on.
                    if last.replace(row) != Some(row)
                        && leads(at)
                        && let Some(word) = own.get_mut(row / 64)
                    {
                        *word |= 1 << (row % 64);
                    }
                }
                return Ok(());
            }
            let has = stored.with_value(&column)?;
            let mut wanted = has;
            if let Some(within) = within.block(stored.block) {
                wanted.iter_mut().zip(within).for_each(|(wanted, within)| *wanted &= within);
            }
            for place in places(&wanted) {
                if let Some(word) = own.get_mut(place / 64) {
                    *word |= u64::from(leads(place)) << (place % 64);
                }
            }
            Ok(())
        })?;
        if let Within::These(these) = within {
            found.and(these);
        }
        Ok(found)
    }
}

fn difference(all: &Mask, some: &Mask) -> Mask {
    let mut left = all.clone();
    left.without(some);
    left
}

/// Whether a test holds where there are no values.
fn holds_of_nothing(over: &Over) -> bool {
    match over {
        Over::Set | Over::Any(_) | Over::Other { every: false, .. } => false,
        Over::Every(_) | Over::Other { every: true, .. } => true,
        Over::All(tests) | Over::Exactly(_, tests) => tests.is_empty(),
    }
}
