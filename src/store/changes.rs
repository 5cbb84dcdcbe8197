//! The changes of one table that are held in memory until they go into redb.
//!
//! The latest stand in a small tree. When that is full, they are packed: the bytes behind one another in one allocation,
//! and for each change a short entry, sorted, in a *run*. So a change costs a dozen bytes beside its own, and what is
//! written in the order of its keys makes one single run.

use std::collections::{BTreeMap, btree_map};
use std::iter::Peekable;
use std::ops::Bound;

/// How many changes the tree holds before they are packed.
const TREE: usize = 1 << 10;
/// How many bytes the tree holds before they are packed, roughly.
const TREE_BYTES: u64 = 1 << 20;
/// How many runs of about one size are merged into one.
const FAN: usize = 8;
/// What an entry of the tree costs beside its bytes, roughly.
const TREE_COST: u64 = 96;
/// In place of a value's length: the key is deleted.
const DELETED: u32 = u32::MAX;

/// Where a packed change stands.
#[derive(Clone, Copy)]
struct Entry {
    at: u32,
    key: u32,
    value: u32,
}

type Run = Vec<Entry>;

/// Keys and what is to become of them: `None` deletes one.
#[derive(Default)]
pub(super) struct Changes {
    tree: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    tree_bytes: u64,
    packed: Vec<u8>,
    /// The oldest first. None is empty, and no key stands twice in one.
    runs: Vec<Run>,
}

/// A key and its value; `None` if it is deleted.
pub(super) type Change<'c> = (&'c [u8], Option<&'c [u8]>);

fn cost(key: usize, value: Option<&Vec<u8>>) -> u64 {
    (key + value.map_or(0, Vec::len)) as u64 + TREE_COST
}

fn key_in(packed: &[u8], entry: Entry) -> &[u8] {
    let at = entry.at as usize;
    // INVARIANT: entries are made with their bytes, so neither is ever beyond them.
    packed.get(at..at.saturating_add(entry.key as usize)).unwrap_or_default()
}

fn value_in(packed: &[u8], entry: Entry) -> Option<&[u8]> {
    let at = entry.at as usize + entry.key as usize;
    (entry.value != DELETED).then(|| packed.get(at..at.saturating_add(entry.value as usize)).unwrap_or_default())
}

/// The entry of a change that is packed at a place; `None` if the places there are do not suffice.
fn entry_of(at: usize, key: &[u8], value: Option<&[u8]>) -> Option<Entry> {
    let end = at.checked_add(key.len())?.checked_add(value.map_or(0, <[u8]>::len))?;
    u32::try_from(end).ok().filter(|end| *end != DELETED)?;
    let value = value.map_or(Some(DELETED), |value| u32::try_from(value.len()).ok())?;
    Some(Entry { at: u32::try_from(at).ok()?, key: u32::try_from(key.len()).ok()?, value })
}

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        self.tree.is_empty() && self.runs.is_empty()
    }

    /// How many they are at most: of one key there may be several.
    pub(super) fn len(&self) -> u64 {
        (self.tree.len() + self.runs.iter().map(Vec::len).sum::<usize>()) as u64
    }

    /// How much memory they take, roughly.
    pub(super) fn bytes(&self) -> u64 {
        let entries: usize = self.runs.iter().map(Vec::len).sum();
        self.tree_bytes + (self.packed.len() + entries * size_of::<Entry>()) as u64
    }

    pub(super) fn put(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) {
        if self.append(&key, value.as_deref()) {
            return;
        }
        let length = key.len();
        self.tree_bytes = self.tree_bytes.saturating_add(cost(length, value.as_ref()));
        // What is written again and again takes up its place once.
        if let Some(before) = self.tree.insert(key, value) {
            self.tree_bytes = self.tree_bytes.saturating_sub(cost(length, before.as_ref()));
        }
        if self.tree.len() >= TREE || self.tree_bytes > TREE_BYTES {
            self.pack();
        }
    }

    /// The change of a key; `None` if there is none.
    pub(super) fn get(&self, key: &[u8]) -> Option<Change<'_>> {
        if let Some((key, value)) = self.tree.get_key_value(key) {
            return Some((key, value.as_deref()));
        }
        self.runs.iter().rev().find_map(|run| {
            // Most keys that are looked for are new and lie behind all others.
            if run.last().is_none_or(|last| key_in(&self.packed, *last) < key) {
                return None;
            }
            let at = run.binary_search_by(|entry| key_in(&self.packed, *entry).cmp(key)).ok()?;
            run.get(at).map(|entry| (key_in(&self.packed, *entry), value_in(&self.packed, *entry)))
        })
    }

    /// The changes from a key (included) to a bound, in the order of the keys.
    pub(super) fn range<'c>(&'c self, from: &[u8], to: Bound<&[u8]>) -> Range<'c> {
        let packed = self.packed.as_slice();
        let runs = self.runs.iter().rev().map(|run| {
            let start = run.partition_point(|entry| key_in(packed, *entry) < from);
            let end = run.partition_point(|entry| match to {
                Bound::Included(to) => key_in(packed, *entry) <= to,
                Bound::Excluded(to) => key_in(packed, *entry) < to,
                Bound::Unbounded => true,
            });
            run.get(start..end).unwrap_or_default()
        });
        let tree = self.tree.range::<[u8], _>((Bound::Included(from), to)).peekable();
        Range { tree, packed, runs: runs.filter(|run| !run.is_empty()).collect() }
    }

    /// All changes in the order of their keys, once they are in one run.
    pub(super) fn sorted(&mut self) -> impl Iterator<Item = Change<'_>> {
        self.pack();
        self.merge_last(self.runs.len());
        // What could not be packed still stands in the tree.
        self.range(&[], Bound::Unbounded)
    }

    /// Packs a change at once if its key comes behind all others; gives whether it did.
    fn append(&mut self, key: &[u8], value: Option<&[u8]>) -> bool {
        let Some(last) = self.runs.last().and_then(|run| run.last()) else { return false };
        let behind = self.runs.len() == 1 && self.tree.is_empty() && key_in(&self.packed, *last) < key;
        let entry = behind.then(|| entry_of(self.packed.len(), key, value)).flatten();
        let (Some(entry), Some(run)) = (entry, self.runs.last_mut()) else { return false };
        run.push(entry);
        self.packed.extend_from_slice(key);
        self.packed.extend_from_slice(value.unwrap_or_default());
        true
    }

    /// Moves what is in the tree into a run.
    fn pack(&mut self) {
        let length = |(key, value): (&Vec<u8>, &Option<Vec<u8>>)| key.len() + value.as_ref().map_or(0, Vec::len);
        let more: usize = self.tree.iter().map(length).sum();
        if self.tree.is_empty() || u32::try_from(self.packed.len().saturating_add(more)).is_err() {
            return;
        }
        self.packed.reserve(more);
        let mut run = Run::with_capacity(self.tree.len());
        for (key, value) in std::mem::take(&mut self.tree) {
            // All lengths fit, since their sum does.
            let number = |length: usize| u32::try_from(length).unwrap_or(0);
            run.push(Entry {
                at: number(self.packed.len()),
                key: number(key.len()),
                value: value.as_ref().map_or(DELETED, |value| number(value.len())),
            });
            self.packed.extend_from_slice(&key);
            self.packed.extend_from_slice(value.as_deref().unwrap_or_default());
        }
        self.tree_bytes = 0;
        self.push(run);
    }

    /// Puts a new run behind the others, and into the last of them if it goes on where that ends.
    fn push(&mut self, mut run: Run) {
        if let (Some(last), Some(first)) = (self.runs.last_mut(), run.first()) {
            let first = key_in(&self.packed, *first);
            let overlap = last.partition_point(|entry| key_in(&self.packed, *entry) < first);
            if last.len() - overlap <= TREE {
                let mut tail = last.split_off(overlap);
                tail.append(&mut run);
                sort(&self.packed, &mut tail);
                last.append(&mut tail);
                return;
            }
        }
        self.runs.push(run);
        // Runs become fewer by a factor each time, so that each change is moved a few times only.
        while let Some(newest) = self.runs.last().map(Vec::len) {
            let alike = self.runs.iter().rev().take_while(|run| run.len() <= newest.saturating_mul(2)).count();
            if alike < FAN {
                break;
            }
            self.merge_last(alike);
        }
    }

    /// Makes one of the latest runs.
    fn merge_last(&mut self, count: usize) {
        let from = self.runs.len().saturating_sub(count);
        if count < 2 {
            return;
        }
        let mut whole = self.runs.drain(from..).collect::<Vec<_>>().concat();
        sort(&self.packed, &mut whole);
        self.runs.push(whole);
    }
}

/// The first bytes of a key as a number, which sorts as they do.
fn head(key: &[u8]) -> u128 {
    let mut bytes = [0; 16];
    for (to, byte) in bytes.iter_mut().zip(key) {
        *to = *byte;
    }
    u128::from_be_bytes(bytes)
}

/// Sorts entries that stand from the oldest to the newest; of one key, the newest stays.
fn sort(packed: &[u8], entries: &mut Run) {
    // What most keys differ in stands beside them for so long: to look each up again and again takes longer than all else.
    let mut with_heads: Vec<(u128, Entry)> =
        entries.iter().map(|entry| (head(key_in(packed, *entry)), *entry)).collect();
    // Stable, and quick where there are sorted stretches.
    with_heads
        .sort_by(|(first, a), (second, b)| first.cmp(second).then_with(|| key_in(packed, *a).cmp(key_in(packed, *b))));
    entries.clear();
    entries.extend(with_heads.into_iter().map(|(_, entry)| entry));
    entries.dedup_by(|newer, kept| {
        let same = key_in(packed, *newer) == key_in(packed, *kept);
        if same {
            *kept = *newer;
        }
        same
    });
}

/// Changes in the order of their keys.
pub(super) struct Range<'c> {
    tree: Peekable<btree_map::Range<'c, Vec<u8>, Option<Vec<u8>>>>,
    packed: &'c [u8],
    /// What is left of each run, the newest first.
    runs: Vec<&'c [Entry]>,
}

impl<'c> Iterator for Range<'c> {
    type Item = Change<'c>;

    fn next(&mut self) -> Option<Self::Item> {
        let packed = self.packed;
        let in_tree = self.tree.peek().map(|(key, value)| (key.as_slice(), value.as_deref()));
        let mut next: Option<Change<'c>> = in_tree;
        for run in &self.runs {
            let Some(first) = run.first() else { continue };
            let key = key_in(packed, *first);
            // The newest comes first, so that only a smaller key takes its place.
            if next.is_none_or(|(least, _)| key < least) {
                next = Some((key, value_in(packed, *first)));
            }
        }
        let (key, _) = next?;
        if in_tree.is_some_and(|(first, _)| first == key) {
            self.tree.next();
        }
        for run in &mut self.runs {
            if let Some((first, rest)) = run.split_first()
                && key_in(packed, *first) == key
            {
                *run = rest;
            }
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::cases;

    fn owned(change: Change<'_>) -> (Vec<u8>, Option<Vec<u8>>) {
        (change.0.to_vec(), change.1.map(<[u8]>::to_vec))
    }

    proptest! {
        #![proptest_config(cases(24))]

        #[test]
        fn changes_are_a_map(
            // Stretches of keys that go up, from anywhere, so that runs overlap, follow one another and repeat keys.
            stretches in prop::collection::vec((0_u16..9_000, 1_u16..2_500, any::<bool>(), 1_u16..4), 1..12),
            asked in prop::collection::vec((0_u16..12_000, 0_u16..60), 6),
        ) {
            let mut changes = Changes::default();
            let mut model = BTreeMap::new();
            for (round, (from, count, delete, step)) in stretches.into_iter().enumerate() {
                for number in (from..).step_by(usize::from(step)).take(usize::from(count)) {
                    let key = number.to_be_bytes().to_vec();
                    let value = (!delete || number % 3 != 0).then(|| vec![u8::try_from(round).unwrap(); usize::from(number % 5)]);
                    changes.put(key.clone(), value.clone());
                    model.insert(key, value);
                }
            }
            for (from, length) in asked {
                let (from, to) = (from.to_be_bytes(), (from + length).to_be_bytes());
                prop_assert_eq!(changes.get(&from).map(|change| owned(change).1), model.get(from.as_slice()).cloned());
                for end in [Bound::Included(to.as_slice()), Bound::Excluded(to.as_slice())] {
                    let expected = model.range::<[u8], _>((Bound::Included(from.as_slice()), end));
                    let expected: Vec<_> = expected.map(|(key, value)| (key.clone(), value.clone())).collect();
                    prop_assert_eq!(changes.range(&from, end).map(owned).collect::<Vec<_>>(), expected);
                }
            }
            prop_assert!(changes.bytes() > 0 && !changes.is_empty());
            prop_assert!(changes.sorted().map(owned).eq(model));
        }
    }

    #[test]
    fn what_comes_in_order_makes_one_run() {
        let mut changes = Changes::default();
        for number in 0_u32..20_000 {
            // Nearly in order, as ids are that were made within one millisecond.
            changes.put((number ^ 0x3F).to_be_bytes().to_vec(), Some(vec![1]));
        }
        assert_eq!(changes.runs.len(), 1);
        assert_eq!(changes.sorted().count(), 20_000);
    }
}
