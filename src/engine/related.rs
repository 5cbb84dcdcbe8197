//! Tests of records that paths lead to: answered of their own kind first, then carried over by the references.

use std::rc::Rc;

use super::mask::{Chunk, Mask, places};
use super::naive::prepare::{Over, PreparedTest};
use super::naive::{Here, Place};
use super::plan::Node;
use super::run::{Run, Within};
use crate::index::column::{Data, Places, target};
use crate::model::Kind;
use crate::segment::Relation;
use crate::store::Result;

/// The test behind relations that a step is, and the first of these.
fn led_to<'p>(node: &Node<'p>) -> Option<(Relation, &'p PreparedTest)> {
    match node {
        Node::Related(test) => test.path.relations.first().map(|first| (*first, *test)),
        _ => None,
    }
}

/// How many steps at the front of some are tests behind the same relation, so that they can be carried over together.
pub(super) fn together(nodes: &[Node<'_>]) -> usize {
    let step = |node| led_to(node).map(|(first, _)| first);
    match nodes.first().and_then(step) {
        Some(first) => nodes.iter().take_while(|node| step(node) == Some(first)).count(),
        None => 0,
    }
}

impl Run<'_> {
    /// The rows of which all of some tests behind the same relation hold.
    ///
    /// Of each test it is known of which records it says something else than it would say if nothing were reached: rows must lead
    /// to one of those, or to none of them. So a set of records says it all, or what is left of one.
    pub(super) fn related(&self, kind: Kind, nodes: &[Node<'_>], chunk: Chunk, within: Within<'_>) -> Result<Mask> {
        let (mut through, mut wanted, mut barred) = (None, None::<Mask>, None::<Mask>);
        for (first, test) in nodes.iter().filter_map(led_to) {
            through = Some(first);
            let set = self.reached(test, first.target)?;
            if holds_of_nothing(&test.over) == test.negated {
                wanted = Some(match wanted {
                    Some(mut wanted) => {
                        wanted.and(&set);
                        wanted
                    }
                    None => Mask::clone(&set),
                });
            } else if let Some(barred) = &mut barred {
                barred.or(&set);
            } else {
                barred = Some(Mask::clone(&set));
            }
        }
        let Some(first) = through else { return Ok(Mask::none(chunk)) };
        let Some(mut wanted) = wanted else {
            let mut all = self.all(kind, chunk, within)?;
            if let Some(barred) = barred {
                all.without(&self.carry(kind, first, &barred, chunk, within)?);
            }
            return Ok(all);
        };
        if let Some(barred) = barred {
            wanted.without(&barred);
        }
        self.carry(kind, first, &wanted, chunk, within)
    }

    /// The records at the first step of a test's path of which it says something else than of nothing, before it is turned round.
    /// Worked out once for a question.
    fn reached(&self, test: &PreparedTest, kind: Kind) -> Result<Rc<Mask>> {
        let key = std::ptr::from_ref(test).addr();
        if let Some(known) = self.reached.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let rest = test.path.relations.get(1..).unwrap_or_default();
        let made = Rc::new(self.reach(test, kind, rest)?);
        self.reached.borrow_mut().insert(key, Rc::clone(&made));
        Ok(made)
    }

    fn reach(&self, test: &PreparedTest, kind: Kind, rest: &[Relation]) -> Result<Mask> {
        let chunk = Chunk::all(self.scope.rows(kind)?);
        let Some((next, further)) = rest.split_first() else {
            let of_nothing = holds_of_nothing(&test.over);
            let mut set = self.found(test, chunk, Within::Every)?;
            if of_nothing {
                let mut there = self.all(kind, chunk, Within::Every)?;
                there.without(&set);
                set = there;
            }
            for row in self.scope.fresh(kind) {
                let says = match self.scope.record(kind, *row)? {
                    Some(record) => self.evaluator.found_of(test, &record)? != of_nothing,
                    None => false,
                };
                set.set(*row, says);
            }
            return Ok(set);
        };
        let beyond = self.reach(test, next.target, further)?;
        let mut set = self.carry(kind, *next, &beyond, chunk, Within::Every)?;
        for row in self.scope.fresh(kind) {
            let reached = match self.scope.record(kind, *row)? {
                Some(record) => self.evaluator.follow(*next, Place { here: Here::Record(&record), around: None })?,
                None => None,
            };
            set.set(*row, reached.is_some_and(|reached| beyond.has(reached.row)));
        }
        Ok(set)
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
            let mut wanted = stored.with_value(&column)?;
            if let Some(within) = within.block(stored.block) {
                wanted.iter_mut().zip(within).for_each(|(wanted, within)| *wanted &= within);
            }
            let of_kind = |number| target(number).is_some_and(|(kind, _)| kind == step.target);
            if of_kind(numbers.ends().0) && of_kind(numbers.ends().1) {
                // All lead to that kind, so the lower half of each is a row of it.
                numbers.in_set(&wanted, set.words(), own);
                return Ok(());
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

/// Whether a test holds where there are no values.
fn holds_of_nothing(over: &Over) -> bool {
    match over {
        Over::Set | Over::Any(_) | Over::Other { every: false, .. } => false,
        Over::Every(_) | Over::Other { every: true, .. } => true,
        Over::All(tests) | Over::Exactly(_, tests) => tests.is_empty(),
    }
}
