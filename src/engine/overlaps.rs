//! How many records several segments have in common.

use super::mask::{Chunk, Mask};
use super::naive::Question;
use super::plan::plan;
use super::run::{MOST, Run};
use super::scope::Scope;
use super::select::prepare;
use crate::error::Result;
use crate::model::Kind;
use crate::segment::AnySegment;

/// The counts of some segments, by their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counts {
    /// For each segment and each other one how many records are in both.
    pub(crate) both: Vec<Vec<u64>>,
    /// How many are in that one alone.
    pub(crate) only: Vec<u64>,
    pub(crate) any: u64,
    pub(crate) all: u64,
}

/// Counts what segments have in common. Records of different kinds are never the same.
pub(crate) fn overlaps(scope: &Scope<'_>, segments: &[&AnySegment]) -> Result<Counts> {
    let len = segments.len();
    let mut counts = Counts { both: vec![vec![0; len]; len], only: vec![0; len], any: 0, all: 0 };
    let questions: Vec<(usize, Kind, Question)> = segments
        .iter()
        .enumerate()
        .map(|(at, segment)| Ok((at, segment.kind(), prepare(scope, segment)?)))
        .collect::<Result<_>>()?;
    let mut kinds: Vec<Kind> = questions.iter().map(|(_, kind, _)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let run = Run::new(scope);
        let own: Vec<_> = questions.iter().filter(|(_, of, _)| *of == kind).collect();
        let nodes: Vec<_> =
            own.iter().map(|(_, _, question)| plan(scope.catalogue, kind, &question.condition)).collect();
        for chunk in Chunk::all(scope.rows(kind)?).parts(MOST) {
            let mut masks = Vec::with_capacity(own.len());
            for ((at, _, question), node) in own.iter().zip(&nodes) {
                masks.push((*at, run.answer(kind, question, node, chunk)?));
            }
            counts.add(chunk, &masks, own.len() == len);
        }
    }
    Ok(counts)
}

impl Counts {
    /// Adds what some segments have in a chunk; `every` says whether they are all that there are.
    fn add(&mut self, chunk: Chunk, masks: &[(usize, Mask)], every: bool) {
        let (mut any, mut several) = (Mask::none(chunk), Mask::none(chunk));
        let mut all = masks.first().map(|(_, mask)| mask.clone()).filter(|_| every);
        for (at, mask) in masks {
            let mut again = any.clone();
            again.and(mask);
            several.or(&again);
            any.or(mask);
            if let Some(all) = &mut all {
                all.and(mask);
            }
            for (other, others) in masks {
                if let Some(count) = self.both.get_mut(*at).and_then(|row| row.get_mut(*other)) {
                    *count += mask.count_with(others);
                }
            }
        }
        for (at, mask) in masks {
            let mut only = mask.clone();
            only.without(&several);
            if let Some(count) = self.only.get_mut(*at) {
                *count += only.count();
            }
        }
        self.any += any.count();
        self.all += all.map_or(0, |all| all.count());
    }
}
