//! Quick search: the best few records for what is being typed.
//!
//! The tables of words and keys say block by block which rows fit each term, and how well; what all terms have in common is worth the
//! sum. Blocks are gone through in their order until no later one can have anything better. Where a term fits more than is read, what
//! the other terms found is held against the records themselves. Rows whose words are not up to date always are.

mod best;
mod lists;
mod near;
mod said;
mod terms;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;

use self::best::Best;
use self::lists::{Bounds, Lists};
pub(crate) use self::said::{Said, said};
use self::said::{has_archived, score};
use self::terms::Term;
use super::Scope;
use crate::index::{BLOCK, Posting, place_of};
use crate::model::{AttributeId, Kind, Phones};
use crate::rows::Row;
use crate::schema::KindEntry;
use crate::store::Result;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: Kind,
    pub(crate) row: u32,
    pub(crate) worth: u32,
}

/// The best records of some kinds, and whether words that are nearly right had to be taken for right.
#[derive(Debug)]
pub(crate) struct Answer {
    terms: Vec<Term>,
    near: bool,
    pub(crate) found: Vec<Found>,
}

/// A place where something was found: the attribute, the text that is shown, and what fits in it.
pub(crate) type Place = (AttributeId, String, Vec<Range<usize>>);

impl Answer {
    /// Where a record fits.
    pub(crate) fn places(&self, phones: &Phones, entry: &KindEntry, record: &Row) -> Vec<Place> {
        said(phones, entry, &record.values).iter().filter_map(|text| text.matched(&self.terms, self.near)).collect()
    }
}

/// The best records of some kinds, at most so many.
pub(crate) fn search(scope: &Scope<'_>, kinds: &[Kind], query: &str, limit: usize) -> Result<Answer> {
    search_within(scope, kinds, query, limit, Bounds::USUAL)
}

fn search_within(scope: &Scope<'_>, kinds: &[Kind], query: &str, limit: usize, bounds: Bounds) -> Result<Answer> {
    let terms = terms::terms(query, scope.catalogue.phones());
    let mut answer = Answer { found: Vec::new(), near: false, terms };
    if answer.terms.is_empty() || limit == 0 {
        return Ok(answer);
    }
    answer.found = best_of(scope, kinds, &answer.terms, limit, false, bounds)?;
    if answer.found.len() < limit && answer.terms.iter().any(|term| term.mistakes() > 0) {
        answer.near = true;
        answer.found = best_of(scope, kinds, &answer.terms, limit, true, bounds)?;
    }
    Ok(answer)
}

fn best_of(
    scope: &Scope<'_>,
    kinds: &[Kind],
    terms: &[Term],
    limit: usize,
    near: bool,
    bounds: Bounds,
) -> Result<Vec<Found>> {
    let mut best = Best::new(limit);
    for kind in kinds {
        let Some(entry) = scope.catalogue.kind(*kind) else { continue };
        let searching = Searching { scope, entry, terms, near, bounds, fresh: scope.fresh(*kind) };
        searching.put_best(&mut best)?;
        // Not before: what comes block by block may be passed over if it is worth the same as what was found.
        scope.each_fresh(entry, &mut |row, said| {
            if let Some(worth) = score(terms, said, near) {
                best.put(worth, *kind, row);
            }
        })?;
    }
    let found = best.into_sorted();
    Ok(found.map(|(worth, kind, row)| Found { kind, row, worth }).collect())
}

/// Looking through one kind.
struct Searching<'a> {
    scope: &'a Scope<'a>,
    entry: &'a KindEntry,
    terms: &'a [Term],
    near: bool,
    bounds: Bounds,
    /// Rows whose words are not up to date.
    fresh: &'a [u32],
}

impl Searching<'_> {
    fn put_best(&self, best: &mut Best) -> Result<()> {
        let lists: Vec<Lists<'_>> = self
            .terms
            .iter()
            .map(|term| Lists::of(self.scope.source, self.entry, term, self.near, self.bounds))
            .collect::<Result<_>>()?;
        let complete: Vec<&Lists<'_>> = lists.iter().filter(|list| list.complete).collect();
        if complete.iter().any(|list| list.entries.is_empty()) {
            return Ok(());
        }
        let (all, archived): (Vec<&Lists<'_>>, _) = (lists.iter().collect(), has_archived(self.entry));
        if complete.len() == all.len() && !archived {
            return self.meet(&all, best);
        }
        // What all lists have fits, though perhaps better than they say, so few more than are wanted are looked at.
        let few = if archived { self.bounds.held } else { best.limit().saturating_mul(2).min(self.bounds.held) };
        let mut held = BTreeSet::new();
        self.hold(&all, few, &mut held, best)?;
        let others: Vec<Vec<&Lists<'_>>> =
            if complete.is_empty() { all.iter().map(|list| vec![*list]).collect() } else { vec![complete] };
        for lists in others {
            if best.least().is_some() && !archived {
                break;
            }
            self.hold(&lists, self.bounds.held, &mut held, best)?;
        }
        Ok(())
    }

    /// Holds the best records that are in all of some lists against the terms, but for those that were already.
    fn hold(&self, lists: &[&Lists<'_>], count: usize, held: &mut BTreeSet<u32>, best: &mut Best) -> Result<()> {
        let mut some = Best::new(count);
        self.meet(lists, &mut some)?;
        for (_, kind, row) in some.into_sorted().filter(|(_, _, row)| held.insert(*row)) {
            let Some(record) = self.scope.record(kind, row)? else { continue };
            if let Some(worth) =
                score(self.terms, &said(self.scope.catalogue.phones(), self.entry, &record.values), self.near)
            {
                best.put(worth, kind, row);
            }
        }
        Ok(())
    }

    /// The rows that are in all lists, at the sums of what they are worth there.
    fn meet(&self, lists: &[&Lists<'_>], best: &mut Best) -> Result<()> {
        let most: Vec<u32> =
            lists.iter().map(|list| list.entries.iter().map(|entry| entry.worth).max().unwrap_or(0)).collect();
        let mut rest: Vec<&[lists::Entry<'_>]> = lists.iter().map(|list| list.entries.as_slice()).collect();
        loop {
            // No later row is better than one that is worth the same.
            if best.least().is_some_and(|least| least >= most.iter().sum()) {
                return Ok(());
            }
            // The first block in which all have something.
            let mut block = 0;
            loop {
                let mut all = true;
                for list in &mut rest {
                    let behind = list.partition_point(|entry| entry.block < block);
                    *list = list.get(behind..).unwrap_or_default();
                    let Some(first) = list.first() else { return Ok(()) };
                    all &= first.block == block;
                    block = block.max(first.block);
                }
                if all {
                    break;
                }
            }
            let here: Vec<&[lists::Entry<'_>]> = rest
                .iter()
                .map(|list| list.get(..list.partition_point(|entry| entry.block == block)).unwrap_or_default())
                .collect();
            self.meet_in(block, &here, best)?;
            for (list, here) in rest.iter_mut().zip(here) {
                *list = list.get(here.len()..).unwrap_or_default();
            }
        }
    }

    fn meet_in(&self, block: u32, lists: &[&[lists::Entry<'_>]], best: &mut Best) -> Result<()> {
        // The best of a list in this block comes first.
        let most: u32 = lists.iter().filter_map(|list| list.first()).map(|entry| entry.worth).sum();
        let least = best.least();
        if least.is_some_and(|least| least >= most) {
            return Ok(());
        }
        let mut levels: Vec<Vec<(u32, Posting)>> = Vec::with_capacity(lists.len());
        for list in lists {
            let own = list.first().map_or(0, |entry| entry.worth);
            let mut of: Vec<(u32, Posting)> = Vec::new();
            for entry in *list {
                // What is worth so little does not get anywhere even with the best of the others.
                if least.is_some_and(|least| most - own + entry.worth <= least) {
                    break;
                }
                match of.last_mut() {
                    Some((worth, rows)) if *worth == entry.worth => entry.unite_into(rows)?,
                    _ => {
                        let mut rows = Posting::new();
                        entry.unite_into(&mut rows)?;
                        of.push((entry.worth, rows));
                    }
                }
            }
            levels.push(of);
        }
        let mut common: Option<Posting> = None;
        for list in &levels {
            let mut all = Posting::new();
            for (_, rows) in list {
                all.unite(rows);
            }
            match &mut common {
                Some(common) => common.keep(&all),
                None => common = Some(all),
            }
        }
        let Some(mut common) = common else { return Ok(()) };
        let first = block.saturating_mul(BLOCK);
        for row in self.fresh.iter().filter(|row| place_of(**row).0 == block) {
            common.remove(place_of(*row).1);
        }
        for place in common.iter() {
            let worth = levels
                .iter()
                .filter_map(|list| list.iter().find(|(_, rows)| rows.contains(place)).map(|(worth, _)| *worth));
            best.put(worth.sum(), self.entry.kind, first.saturating_add(place.into()));
        }
        Ok(())
    }
}

impl Scope<'_> {
    /// Calls with what each row says whose words are not up to date.
    fn each_fresh(&self, entry: &KindEntry, each: &mut dyn FnMut(u32, &[Said])) -> Result<()> {
        if let Some(known) = self.said(entry.kind) {
            for (row, said) in known {
                each(*row, said);
            }
            return Ok(());
        }
        for row in self.fresh(entry.kind) {
            if let Some(record) = self.record(entry.kind, *row)? {
                each(*row, &said(self.catalogue.phones(), entry, &record.values));
            }
        }
        Ok(())
    }
}

/// Every record held against the terms, the best first.
#[cfg(test)]
fn all_of(scope: &Scope<'_>, kinds: &[Kind], query: &str, near: bool) -> Vec<Found> {
    let terms = terms::terms(query, scope.catalogue.phones());
    let mut all = Vec::new();
    for kind in kinds.iter().filter(|_| !terms.is_empty()) {
        let entry = scope.catalogue.kind(*kind).unwrap();
        for record in crate::rows::all(scope.source, scope.catalogue, *kind) {
            let record = record.unwrap();
            let worth = score(&terms, &said(scope.catalogue.phones(), entry, &record.values), near);
            all.extend(worth.map(|worth| Found { kind: *kind, row: record.row, worth }));
        }
    }
    all.sort_by_key(|found| (std::cmp::Reverse(found.worth), found.kind, found.row));
    all
}
