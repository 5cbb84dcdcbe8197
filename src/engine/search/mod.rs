//! Quick search: the best few records for what is being typed.
//!
//! The tables of words and keys say block by block which rows fit each term, and how well; what all terms have in common is worth the
//! sum. Blocks are gone through in their order until no later one can have anything better. Where a term fits more than is read, what
//! the other terms found is held against the records themselves. Rows whose words are not up to date always are.

mod best;
mod lists;
mod near;
mod reading;
mod said;
mod terms;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;

use self::best::Best;
use self::lists::{Entry, Lists};
use self::reading::{Bounds, Reading};
pub(crate) use self::said::{Said, said};
use self::said::{has_archived, score, worth_beside_names};
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
    if terms.is_empty() || limit == 0 {
        return Ok(Answer { found: Vec::new(), near: false, terms });
    }
    let entries = kinds.iter().filter_map(|kind| scope.catalogue.kind(*kind));
    let mut all: Vec<Searching<'_>> = entries.map(|entry| Searching::new(scope, entry, &terms, bounds)).collect();
    let (mut near, mut found) = (false, best_of(&mut all, limit, false)?);
    if found.len() < limit && terms.iter().any(|term| term.mistakes() > 0) {
        (near, found) = (true, best_of(&mut all, limit, true)?);
    }
    drop(all);
    Ok(Answer { terms, near, found })
}

fn best_of(all: &mut [Searching<'_>], limit: usize, near: bool) -> Result<Vec<Found>> {
    let mut best = Best::new(limit);
    for searching in all {
        searching.put_best(near, &mut best)?;
        // Not before: what comes block by block may be passed over if it is worth the same as what was found.
        let (entry, terms) = (searching.entry, searching.terms);
        searching.scope.each_fresh(entry, &mut |row, said| {
            if let Some(worth) = score(terms, said, near) {
                best.put(worth, entry.kind, row);
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
    bounds: Bounds,
    /// What was read of each term; what was read once serves again where words may be nearly right.
    readings: Vec<Reading<'a>>,
    /// Rows whose words are not up to date.
    fresh: &'a [u32],
}

impl<'a> Searching<'a> {
    fn new(scope: &'a Scope<'a>, entry: &'a KindEntry, terms: &'a [Term], bounds: Bounds) -> Self {
        let readings = terms.iter().map(|term| Reading::new(scope.source, entry, term, bounds)).collect();
        Self { scope, entry, terms, bounds, readings, fresh: scope.fresh(entry.kind) }
    }

    fn put_best(&mut self, near: bool, best: &mut Best) -> Result<()> {
        if self.is_one_nowhere(near)? {
            return Ok(());
        }
        let archived = has_archived(self.entry);
        // Names are worth most: often nothing else can be better than what they give.
        if !near && !archived {
            self.readings.iter_mut().try_for_each(Reading::names)?;
            if self.put_sure(worth_beside_names() + 1, best)? {
                return Ok(());
            }
        }
        for reading in &mut self.readings {
            reading.rest()?;
            if near {
                reading.near()?;
            }
        }
        let all: Vec<&Lists> = self.readings.iter().map(Reading::lists).collect();
        let complete: Vec<&Lists> = all.iter().copied().filter(|list| list.is_complete()).collect();
        if complete.iter().any(|list| list.is_nothing()) {
            return Ok(());
        }
        if complete.len() == all.len() && !archived {
            return self.meet(&all, &[], best);
        }
        if !archived && self.put_sure(0, best)? {
            return Ok(());
        }
        // What all lists have fits, though perhaps better than they say, so few more than are wanted are looked at.
        let few = if archived { self.bounds.held } else { best.limit().saturating_mul(2).min(self.bounds.held) };
        let mut held = BTreeSet::new();
        self.hold(&all, near, few, &mut held, best)?;
        let others: Vec<Vec<&Lists>> =
            if complete.is_empty() { all.iter().map(|list| vec![*list]).collect() } else { vec![complete] };
        for lists in others {
            if best.least().is_some() && !archived {
                break;
            }
            self.hold(&lists, near, self.bounds.held, &mut held, best)?;
        }
        Ok(())
    }

    /// Whether one of several terms fits nowhere. It is told before the lists of the others are read.
    fn is_one_nowhere(&mut self, near: bool) -> Result<bool> {
        if self.readings.len() < 2 {
            return Ok(false);
        }
        for reading in &mut self.readings {
            if !reading.is_anywhere()? {
                if near {
                    reading.near()?;
                }
                if reading.lists().is_nothing() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Puts in what the lists are sure of, and whether nothing else can be better; if not, nothing is put in. What was not read yet is
    /// worth less than `unread`.
    fn put_sure(&self, unread: u32, best: &mut Best) -> Result<bool> {
        let all: Vec<&Lists> = self.readings.iter().map(Reading::lists).collect();
        let sure_from: Vec<u32> = all.iter().map(|list| list.sure_from().max(unread)).collect();
        let mut sure = best.clone();
        self.meet(&all, &sure_from, &mut sure)?;
        // All others miss what is sure in one list at least.
        let most =
            |at: usize, list: &Lists| list.most().max(sure_from.get(at).map_or(0, |from| from.saturating_sub(1)));
        let total: u32 = all.iter().enumerate().map(|(at, list)| most(at, list)).sum();
        let others = all.iter().zip(&sure_from).enumerate().filter(|(_, (_, from))| **from > 0);
        let others = others.map(|(at, (list, from))| total - most(at, list) + (from - 1)).max().unwrap_or(0);
        let is_best = sure.least().is_some_and(|least| least > others);
        if is_best {
            *best = sure;
        }
        Ok(is_best)
    }

    /// Holds the best records that are in all of some lists against the terms, but for those that were already.
    fn hold(
        &self,
        lists: &[&Lists],
        near: bool,
        count: usize,
        held: &mut BTreeSet<u32>,
        best: &mut Best,
    ) -> Result<()> {
        let most = self.readings.iter().map(|reading| reading.lists().most_of_all()).sum();
        let mut some = Best::new(count);
        self.meet(lists, &[], &mut some)?;
        for (_, kind, row) in some.into_sorted().filter(|(_, _, row)| held.insert(*row)) {
            // Those that come later are worth no more than the best can be.
            if best.least().is_some_and(|least| least >= most) {
                break;
            }
            let Some(record) = self.scope.record(kind, row)? else { continue };
            if let Some(worth) =
                score(self.terms, &said(self.scope.catalogue.phones(), self.entry, &record.values), near)
            {
                best.put(worth, kind, row);
            }
        }
        Ok(())
    }

    /// The rows that are in all lists, at the sums of what they are worth there; but for entries that are worth less than a list's `from`.
    fn meet(&self, lists: &[&Lists], from: &[u32], best: &mut Best) -> Result<()> {
        let most: u32 = lists.iter().map(|list| list.most()).sum();
        let mut rest: Vec<Here<'_>> = lists
            .iter()
            .enumerate()
            .map(|(at, list)| Here { list, entries: list.entries(), from: from.get(at).copied().unwrap_or(0) })
            .collect();
        let mut here = Vec::with_capacity(rest.len());
        loop {
            // No later row is better than one that is worth the same.
            if best.least().is_some_and(|least| least >= most) {
                return Ok(());
            }
            // The first block in which all have something.
            let mut block = 0;
            loop {
                let mut all = true;
                for Here { entries, .. } in &mut rest {
                    let behind = entries.partition_point(|entry| entry.block < block);
                    *entries = entries.get(behind..).unwrap_or_default();
                    let Some(first) = entries.first() else { return Ok(()) };
                    all &= first.block == block;
                    block = block.max(first.block);
                }
                if all {
                    break;
                }
            }
            here.clear();
            for list in &mut rest {
                let end = list.entries.partition_point(|entry| entry.block == block);
                let (own, behind) = list.entries.split_at_checked(end).unwrap_or_default();
                here.push(Here { entries: own, ..*list });
                list.entries = behind;
            }
            self.meet_in(block, &here, best)?;
        }
    }

    fn meet_in(&self, block: u32, lists: &[Here<'_>], best: &mut Best) -> Result<()> {
        // The best of a list in this block comes first.
        let most: u32 = lists.iter().filter_map(|list| list.entries.first()).map(|entry| entry.worth).sum();
        let least = best.least();
        if least.is_some_and(|least| least >= most) {
            return Ok(());
        }
        let mut levels: Vec<Vec<(u32, Posting)>> = Vec::with_capacity(lists.len());
        for list in lists {
            let own = list.entries.first().map_or(0, |entry| entry.worth);
            let mut of: Vec<(u32, Posting)> = Vec::new();
            for entry in list.entries {
                // What is worth so little does not get anywhere even with the best of the others.
                if entry.worth < list.from || least.is_some_and(|least| most - own + entry.worth <= least) {
                    break;
                }
                match of.last_mut() {
                    Some((worth, rows)) if *worth == entry.worth => list.list.unite_into(entry, rows)?,
                    _ => {
                        let mut rows = Posting::new();
                        list.list.unite_into(entry, &mut rows)?;
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

/// What is left to be met of a list, or what of it stands in one block.
#[derive(Clone, Copy)]
struct Here<'l> {
    list: &'l Lists,
    entries: &'l [Entry],
    /// Entries that are worth less are left out.
    from: u32,
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
