use std::collections::BTreeSet;

use proptest::prelude::*;

use super::sample::{SEGMENTS, database};
use crate::cases::cases;
use crate::{AnySegment, Company, Read, RecordId};

proptest! {
    #![proptest_config(cases(3))]

    #[test]
    fn overlaps_are_those_of_the_sets_of_ids(seed in any::<u64>(), chosen in prop::collection::vec(0_usize..10, 0..6)) {
        let db = database(seed);
        let snapshot = db.read().unwrap();
        let segments: Vec<AnySegment> = chosen
            .iter()
            .map(|at| match SEGMENTS.get(*at) {
                Some(text) => snapshot.segment(*text).unwrap().as_any().clone(),
                None => snapshot.segment_of::<Company>("employees > 20").unwrap().as_any().clone(),
            })
            .collect();
        let sets: Vec<BTreeSet<RecordId>> =
            segments.iter().map(|segment| snapshot.select(segment).ids().unwrap().into_iter().collect()).collect();
        let found = snapshot.overlaps(&segments).unwrap();
        prop_assert_eq!(found.segments(), sets.len());
        for (at, set) in sets.iter().enumerate() {
            prop_assert_eq!(found.count(at), set.len() as u64);
            for (other, others) in sets.iter().enumerate() {
                prop_assert_eq!(found.both(at, other), set.intersection(others).count() as u64);
            }
            let alone = |id: &&RecordId| sets.iter().enumerate().all(|(other, others)| other == at || !others.contains(*id));
            prop_assert_eq!(found.only(at), set.iter().filter(alone).count() as u64);
        }
        let any: BTreeSet<&RecordId> = sets.iter().flatten().collect();
        prop_assert_eq!(found.any(), any.len() as u64);
        let in_all = any.iter().filter(|id| sets.iter().all(|set| set.contains(**id))).count();
        prop_assert_eq!(found.all(), in_all as u64);
        prop_assert_eq!(found.both(0, 99) + found.only(99), 0);
    }
}
