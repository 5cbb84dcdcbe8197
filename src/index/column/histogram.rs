//! How often each number occurs among some of those in narrow fields.

use super::packed::Packed;

/// Fields of more bits are not counted so: there would be more counts than values.
const WIDEST: u8 = 8;

/// How often each number of up to eight bits occurs.
pub(crate) type Histogram = [u32; 256];

impl Packed<'_> {
    /// How often each number occurs among those that have a bit; `None` of fields wider than a byte. Bits beyond the numbers
    /// count for nothing.
    pub(crate) fn histogram(&self, bits: &[u64]) -> Option<Histogram> {
        if self.width() > WIDEST {
            return None;
        }
        // Four counts of each number: one that comes again and again does not have to wait for itself.
        let mut lanes = [[0_u32; 256]; 4];
        match self.width() {
            0 => {
                let all =
                    (0..).zip(bits).map(|(at, word)| (word & first(self.len().saturating_sub(at * 64))).count_ones());
                add(&mut lanes, 0, 0, all.sum());
            }
            8 => {
                for (bytes, word) in self.bytes().chunks(64).zip(bits) {
                    if *word == u64::MAX && bytes.len() == 64 {
                        for four in bytes.as_chunks::<4>().0 {
                            let [a, b, c, d] = *four;
                            add(&mut lanes, 0, a, 1);
                            add(&mut lanes, 1, b, 1);
                            add(&mut lanes, 2, c, 1);
                            add(&mut lanes, 3, d, 1);
                        }
                        continue;
                    }
                    each_bit(*word, |bit| {
                        if let Some(byte) = bytes.get(bit) {
                            add(&mut lanes, bit % 4, *byte, 1);
                        }
                    });
                }
            }
            width => self.narrow(width, bits, &mut lanes),
        }
        let [mut counts, rest @ ..] = lanes;
        for lane in rest {
            counts.iter_mut().zip(lane).for_each(|(count, more)| *count += more);
        }
        Some(counts)
    }

    fn narrow(&self, width: u8, bits: &[u64], lanes: &mut [Histogram; 4]) {
        let (a_byte, field) = (usize::from(8 / width), (1_u8 << width) - 1);
        for ((at, bytes), word) in self.bytes().chunks(64 / a_byte).enumerate().zip(bits) {
            let word = *word & first(self.len().saturating_sub(at * 64));
            if word == u64::MAX {
                for (byte, lane) in bytes.iter().zip((0..3).cycle()) {
                    // Whole bytes first: there are fewer of them.
                    add(lanes, lane, *byte, 1);
                }
                continue;
            }
            each_bit(word, |bit| {
                let byte = bytes.get(bit / a_byte).copied().unwrap_or(0);
                let value = byte >> (bit % a_byte * usize::from(width)) & field;
                // What is counted by fields stands in the last lane, apart from whole bytes.
                add(lanes, 3, value, 1);
            });
        }
        let [a, b, c, fields] = lanes;
        for (byte, ((a, b), c)) in (0..=u8::MAX).zip(a.iter_mut().zip(b).zip(c)) {
            let count = std::mem::take(a) + std::mem::take(b) + std::mem::take(c);
            for shift in (0..8).step_by(usize::from(width)) {
                if let Some(own) = fields.get_mut(usize::from(byte >> shift & field)) {
                    *own += count;
                }
            }
        }
    }
}

/// The first bits of a word.
const fn first(count: usize) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}

fn add(lanes: &mut [Histogram; 4], lane: usize, value: u8, times: u32) {
    if let Some(count) = lanes.get_mut(lane).and_then(|lane| lane.get_mut(usize::from(value))) {
        *count += times;
    }
}

fn each_bit(mut word: u64, mut each: impl FnMut(usize)) {
    while word != 0 {
        each(word.trailing_zeros() as usize);
        word &= word - 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::index::column::packed::{pack, width_for};

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn counts_are_those_of_counting_one_by_one(
            bits in 0_u32..=9,
            seed in any::<u64>(),
            len in 0_usize..400,
            full in any::<bool>(),
        ) {
            let mut random = fastrand::Rng::with_seed(seed);
            let values: Vec<u64> = (0..len).map(|_| random.u64(..1 << bits)).collect();
            let width = width_for(values.iter().copied().max().unwrap_or(0));
            let mut bytes = Vec::new();
            pack(&mut bytes, width, values.iter().copied());
            let packed = Packed::take(&mut bytes.as_slice(), width, len).unwrap();
            let mask: Vec<u64> = (0..=len.div_ceil(64)).map(|_| if full { u64::MAX } else { random.u64(..) }).collect();
            let mut expected = std::collections::BTreeMap::new();
            for (_, value) in values.iter().enumerate().filter(|(at, _)| mask[at / 64] >> (at % 64) & 1 == 1) {
                *expected.entry(*value).or_insert(0_u32) += 1;
            }
            let Some(counts) = packed.histogram(&mask) else {
                prop_assert!(width > 8);
                return Ok(());
            };
            let found = counts.iter().zip(0_u64..).filter(|(count, _)| **count > 0).map(|(count, value)| (value, *count));
            prop_assert_eq!(found.collect::<std::collections::BTreeMap<_, _>>(), expected);
        }
    }
}
