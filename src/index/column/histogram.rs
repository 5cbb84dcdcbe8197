//! How often each number occurs among some of those in narrow fields.

use super::packed::{Packed, each_bit};

/// Fields of more bits are not counted so: there would be more counts than values.
const WIDEST: u8 = 8;

/// How often each number of up to eight bits occurs.
pub(crate) type Histogram = [u32; 256];

impl Packed<'_> {
    /// Whether the fields are so narrow that they are counted so.
    pub(crate) const fn is_narrow(&self) -> bool {
        self.width() <= WIDEST
    }

    /// How often each number occurs among those that have a bit; `None` of fields wider than a byte. Bits beyond the numbers
    /// count for nothing.
    pub(crate) fn histogram(&self, bits: &[u64]) -> Option<Histogram> {
        if !self.is_narrow() {
            return None;
        }
        let mut counts = [0; 256];
        match self.width() {
            0 => {
                let all =
                    (0..).zip(bits).map(|(at, word)| (word & first(self.len().saturating_sub(at * 64))).count_ones());
                add(&mut counts, 0, all.sum());
            }
            8 => {
                // Four counts of each number: one that comes again and again does not have to wait for itself.
                let [mut a, mut b, mut c] = [[0; 256]; 3];
                for (bytes, word) in self.bytes().chunks(64).zip(bits) {
                    if *word == u64::MAX && bytes.len() == 64 {
                        for [one, two, three, four] in bytes.as_chunks().0 {
                            add(&mut a, *one, 1);
                            add(&mut b, *two, 1);
                            add(&mut c, *three, 1);
                            add(&mut counts, *four, 1);
                        }
                        continue;
                    }
                    each_bit(*word, |bit| {
                        if let Some(byte) = bytes.get(bit as usize) {
                            add(&mut counts, *byte, 1);
                        }
                    });
                }
                join(&mut counts, &[a, b, c]);
            }
            width => self.narrow(width, bits, &mut counts),
        }
        Some(counts)
    }

    fn narrow(&self, width: u8, bits: &[u64], counts: &mut Histogram) {
        let (a_byte, field) = (usize::from(8 / width), (1_u8 << width) - 1);
        // Whole bytes where all of their fields count: there are fewer of them.
        let [mut whole, mut b, mut c, mut d] = [[0; 256]; 4];
        for ((at, bytes), word) in self.bytes().chunks(64 / a_byte).enumerate().zip(bits) {
            let word = *word & first(self.len().saturating_sub(at * 64));
            if word == u64::MAX {
                for [one, two, three, four] in bytes.as_chunks().0 {
                    add(&mut whole, *one, 1);
                    add(&mut b, *two, 1);
                    add(&mut c, *three, 1);
                    add(&mut d, *four, 1);
                }
                continue;
            }
            each_bit(word, |bit| {
                let bit = bit as usize;
                let byte = bytes.get(bit / a_byte).copied().unwrap_or(0);
                add(counts, byte >> (bit % a_byte * usize::from(width)) & field, 1);
            });
        }
        join(&mut whole, &[b, c, d]);
        for (byte, count) in (0..=u8::MAX).zip(whole) {
            for shift in (0..8).step_by(usize::from(width)) {
                add(counts, byte >> shift & field, count);
            }
        }
    }
}

/// The first bits of a word.
const fn first(count: usize) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}

fn add(counts: &mut Histogram, value: u8, times: u32) {
    if let Some(count) = counts.get_mut(usize::from(value)) {
        *count += times;
    }
}

fn join(counts: &mut Histogram, more: &[Histogram]) {
    for one in more {
        counts.iter_mut().zip(one).for_each(|(count, more)| *count += more);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::cases;
    use crate::index::column::packed::{pack, width_for};

    proptest! {
        #![proptest_config(cases(256))]

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
