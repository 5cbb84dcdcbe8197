//! The engine held against the naive evaluator: random questions of a state of a database.

use fastrand::Rng;

use super::asking::Asker;
use crate::engine::{self, Scope};
use crate::model::Kind;
use crate::rows;
use crate::schema::Catalogue;
use crate::segment::testing::check_segment;
use crate::segment::{AnySegment, SyntaxLimits, check_order};
use crate::store::Source;

/// How many questions were asked, and what came of them.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) written: u64,
    pub(crate) compared: u64,
    /// With some records found, and not all.
    pub(crate) telling: u64,
    pub(crate) ordered: u64,
}

impl Tally {
    /// Fails where the comparison would show little.
    #[track_caller]
    pub(crate) fn assert_telling(self) {
        assert!(self.compared * 2 >= self.written, "more than half are refused: {self:?}");
        assert!(self.telling * 8 >= self.compared, "nearly all are always or never true: {self:?}");
        assert!(self.ordered > 0, "{self:?}");
    }
}

/// Asks about some kind, or about the one given, and compares all answers.
pub(crate) fn compare(
    rng: &mut Rng,
    source: &dyn Source,
    catalogue: &Catalogue,
    (questions, kind): (usize, Option<Kind>),
    tally: &mut Tally,
    context: &str,
) {
    let kinds: Vec<Kind> = catalogue.kinds().map(|entry| entry.kind).collect();
    let mut own = rng.fork();
    let mut asker = Asker::new(&mut own, source, catalogue);
    let limits = SyntaxLimits::default();
    for _ in 0..questions {
        let kind = kind.unwrap_or_else(|| *rng.choice(&kinds).unwrap());
        let moment = asker.moment(kind);
        let text = asker.segment(kind);
        tally.written += 1;
        // What the checker refuses is left out, and counted.
        let Ok(segment) = check_segment(&text, catalogue, &limits) else { continue };
        let context = format!("{context}, at {:?}: {text}", moment.now);
        let scope = Scope::new(source, catalogue, &moment, None).unwrap();
        let naive = same(&scope, &segment, &context);
        tally.compared += 1;
        let all = rows::all(source, catalogue, kind).count();
        tally.telling += u64::from(!naive.is_empty() && naive.len() < all);
        let limit = rng.u64(..6);
        let first = found(&scope, &segment, &[], Some(limit));
        assert_eq!(first, naive.iter().copied().take(usize::try_from(limit).unwrap()).collect::<Vec<_>>(), "{context}");
        let keys = asker.order(kind);
        if keys.is_empty() {
            continue;
        }
        let Ok(order) = check_order(&keys, kind, catalogue, &limits) else { continue };
        tally.ordered += 1;
        let evaluator = scope.evaluator();
        let mut sorted: Vec<_> = naive
            .iter()
            .map(|row| {
                let record = rows::load(source, catalogue, kind, *row).unwrap().unwrap();
                evaluator.sort_key(&order, &record).unwrap()
            })
            .collect();
        sorted.sort();
        let sorted: Vec<u32> = sorted.into_iter().map(|key| key.row).collect();
        for limit in [None, Some(limit)] {
            let wanted = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap());
            let wanted: Vec<u32> = sorted.iter().copied().take(wanted).collect();
            assert_eq!(found(&scope, &segment, &order, limit), wanted, "{context}, by {keys}, limit {limit:?}");
        }
    }
}

/// The rows of a segment, by the naive evaluator; those of the engine must be the same.
#[track_caller]
pub(super) fn same(scope: &Scope<'_>, segment: &AnySegment, context: &str) -> Vec<u32> {
    let naive = engine::naive_rows(scope, segment).unwrap_or_else(|error| panic!("{context}: {error}"));
    let rows = engine::rows(scope, segment).unwrap_or_else(|error| panic!("{context}: {error}"));
    assert_eq!(rows, naive, "{context}");
    let count = engine::count(scope, segment, None).unwrap_or_else(|error| panic!("{context}: {error}"));
    assert_eq!(count, naive.len() as u64, "{context}");
    naive
}

fn found(scope: &Scope<'_>, segment: &AnySegment, order: &[crate::segment::Order], limit: Option<u64>) -> Vec<u32> {
    engine::select(scope, segment, order, engine::Window { limit, ..Default::default() })
        .unwrap()
        .map(|row| row.unwrap().row)
        .collect()
}
