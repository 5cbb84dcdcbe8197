//! Whole numbers in fields of equal width, read where they lie.
//!
//! Widths are powers of two, so that a loop over them is one that compilers make fast; a value of the store that is as wide as
//! its page allows wastes nothing either way. See the decision record on the layout.

/// Numbers from nought on, in fields of 0, 1, 2, 4, 8, 16, 32 or 64 bits; the first in the lowest bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packed<'b> {
    bytes: &'b [u8],
    width: u8,
    len: usize,
}

/// The width of fields that hold numbers up to `max`.
pub(crate) fn width_for(max: u64) -> u8 {
    let bits = 64 - max.leading_zeros();
    if bits == 0 { 0 } else { u8::try_from(bits.next_power_of_two()).unwrap_or(64) }
}

/// Appends numbers in fields of that width, which must hold them all.
pub(crate) fn pack(out: &mut Vec<u8>, width: u8, values: impl Iterator<Item = u64>) {
    match width {
        0 => {}
        8 => put::<1>(out, values),
        16 => put::<2>(out, values),
        32 => put::<4>(out, values),
        64 => put::<8>(out, values),
        narrow => {
            let (mut byte, mut used) = (0_u64, 0);
            for value in values {
                byte |= value << used;
                used += narrow;
                if used == 8 {
                    out.extend_from_slice(&byte.to_le_bytes()[..1]);
                    (byte, used) = (0, 0);
                }
            }
            if used > 0 {
                out.extend_from_slice(&byte.to_le_bytes()[..1]);
            }
        }
    }
}

/// Appends so many bytes of each number.
fn put<const SIZE: usize>(out: &mut Vec<u8>, values: impl Iterator<Item = u64>) {
    out.reserve(values.size_hint().0.saturating_mul(SIZE));
    for value in values {
        let bytes = value.to_le_bytes();
        out.extend_from_slice(bytes.first_chunk::<SIZE>().map_or(&[][..], |bytes| bytes));
    }
}

/// How many bytes so many numbers take.
#[cfg(test)]
fn size(width: u8, len: usize) -> usize {
    (len * usize::from(width)).div_ceil(8)
}

impl<'b> Packed<'b> {
    /// Takes numbers off the front of bytes; `None` if there are too few of them, or the width is none.
    pub(crate) fn take(bytes: &mut &'b [u8], width: u8, len: usize) -> Option<Self> {
        if !matches!(width, 0 | 1 | 2 | 4 | 8 | 16 | 32 | 64) {
            return None;
        }
        let (own, rest) = bytes.split_at_checked(len.checked_mul(usize::from(width))?.div_ceil(8))?;
        *bytes = rest;
        Some(Self { bytes: own, width, len })
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    pub(super) const fn width(&self) -> u8 {
        self.width
    }

    pub(super) const fn bytes(&self) -> &'b [u8] {
        self.bytes
    }

    /// The number at a place; nought beyond the end.
    pub(crate) fn get(&self, at: usize) -> u64 {
        match self.width {
            0 => 0,
            8 => self.bytes.get(at).copied().map_or(0, u64::from),
            16 => self.bytes.as_chunks::<2>().0.get(at).map_or(0, |bytes| u16::from_le_bytes(*bytes).into()),
            32 => self.bytes.as_chunks::<4>().0.get(at).map_or(0, |bytes| u32::from_le_bytes(*bytes).into()),
            64 => self.bytes.as_chunks::<8>().0.get(at).map_or(0, |bytes| u64::from_le_bytes(*bytes)),
            narrow => {
                let bit = at * usize::from(narrow);
                let byte = self.bytes.get(bit / 8).copied().unwrap_or(0);
                u64::from(byte >> (bit % 8)) & ((1 << narrow) - 1)
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        (0..self.len).map(|at| self.get(at))
    }

    /// All numbers at once.
    pub(super) fn all(&self) -> Vec<u64> {
        match self.width {
            0 => vec![0; self.len],
            8 => self.bytes.iter().copied().map(u64::from).collect(),
            16 => self.bytes.as_chunks::<2>().0.iter().map(|bytes| u16::from_le_bytes(*bytes).into()).collect(),
            32 => self.bytes.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes).into()).collect(),
            64 => self.bytes.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect(),
            _ => self.iter().collect(),
        }
    }

    /// Sets the bit of each number between `low` and `high`, both of which belong. Bits beyond the numbers are left alone.
    pub(crate) fn within(&self, low: u64, high: u64, out: &mut [u64]) {
        if low > high {
            return;
        }
        let span = high - low;
        match self.width {
            0 => {
                if low == 0 {
                    fill(out, self.len);
                }
            }
            8 => {
                let Some((low, span)) = narrowed(low, span, u8::MAX) else { return };
                let (whole, rest) = self.bytes.as_chunks::<64>();
                compare(
                    out,
                    whole,
                    rest,
                    self.len,
                    |value: u8| value.wrapping_sub(low) <= span,
                    |byte: [u8; 1]| byte[0],
                );
            }
            16 => {
                let Some((low, span)) = narrowed(low, span, u16::MAX) else { return };
                let (whole, rest) = self.bytes.as_chunks::<128>();
                compare(out, whole, rest, self.len, |value: u16| value.wrapping_sub(low) <= span, u16::from_le_bytes);
            }
            32 => {
                let Some((low, span)) = narrowed(low, span, u32::MAX) else { return };
                let (whole, rest) = self.bytes.as_chunks::<256>();
                compare(out, whole, rest, self.len, |value: u32| value.wrapping_sub(low) <= span, u32::from_le_bytes);
            }
            64 => {
                let (whole, rest) = self.bytes.as_chunks::<512>();
                compare(out, whole, rest, self.len, |value: u64| value.wrapping_sub(low) <= span, u64::from_le_bytes);
            }
            4 => {
                let Some((low, span)) = narrowed(low, span, 15_u8) else { return };
                let belongs = |value: u8| u8::from(value.wrapping_sub(low) <= span);
                let (whole, rest) = self.bytes.as_chunks::<32>();
                let mut words = out.iter_mut();
                for (chunk, word) in whole.iter().zip(&mut words) {
                    let (mut even, mut odd) = ([0_u8; 32], [0_u8; 32]);
                    for ((even, odd), byte) in even.iter_mut().zip(&mut odd).zip(chunk) {
                        (*even, *odd) = (belongs(byte & 15), belongs(byte >> 4));
                    }
                    *word |= spread(gathered(&even)) | spread(gathered(&odd)) << 1;
                }
                if let Some(word) = words.next() {
                    let done = whole.len() * 64;
                    for (at, bit) in (done..self.len).zip(0..) {
                        let value = rest.get((at - done) / 2).copied().unwrap_or(0) >> ((at % 2) * 4) & 15;
                        *word |= u64::from(belongs(value)) << bit;
                    }
                }
                // The last byte may have a field to spare.
                if let Some(word) = out.get_mut(self.len / 64)
                    && !self.len.is_multiple_of(64)
                    && whole.len() * 64 > self.len
                {
                    *word &= (1 << (self.len % 64)) - 1;
                }
            }
            narrow => self.within_narrow(narrow, low, high, out),
        }
    }

    /// The same of the numbers that have a bit in `wanted`; what it says of others means nothing. Where few have, each is looked at
    /// by itself.
    pub(crate) fn within_of(&self, wanted: &[u64], low: u64, high: u64, out: &mut [u64]) {
        let count: usize = wanted.iter().map(|word| word.count_ones() as usize).sum();
        if low > high || count * SPARSE > self.len {
            return self.within(low, high, out);
        }
        if self.width < 16 {
            // Of narrow fields so many are compared at once that looking for some is no faster.
            return self.within(low, high, out);
        }
        let span = high - low;
        self.test(wanted, out, |number| number.wrapping_sub(low) <= span);
    }

    /// Sets the bit of each number that belongs, of those that have a bit in `wanted`.
    pub(crate) fn test(&self, wanted: &[u64], out: &mut [u64], belongs: impl Fn(u64) -> bool) {
        match self.width {
            8 => sparse(out, wanted, self.bytes.as_chunks().0, |[byte]| belongs(byte.into())),
            16 => sparse(out, wanted, self.bytes.as_chunks().0, |two| belongs(u16::from_le_bytes(two).into())),
            32 => sparse(out, wanted, self.bytes.as_chunks().0, |four| belongs(u32::from_le_bytes(four).into())),
            64 => sparse(out, wanted, self.bytes.as_chunks().0, |eight| belongs(u64::from_le_bytes(eight))),
            _ => {
                let mut some = vec![0; self.len.div_ceil(64)];
                fill(&mut some, self.len);
                some.iter_mut().zip(wanted).for_each(|(some, wanted)| *some &= wanted);
                for (base, (some, word)) in (0_usize..).step_by(64).zip(some.into_iter().zip(out)) {
                    each_bit(some, |bit| *word |= u64::from(belongs(self.get(base + bit as usize))) << bit);
                }
            }
        }
    }

    /// Fields of less than a byte: a table says of each byte which of its fields belong.
    fn within_narrow(&self, width: u8, low: u64, high: u64, out: &mut [u64]) {
        let fields = 8 / width;
        let mut table = [0_u8; 256];
        for (byte, bits) in (0_u64..).zip(table.iter_mut()) {
            for field in 0..fields {
                let value = (byte >> (field * width)) & ((1 << width) - 1);
                *bits |= u8::from(low <= value && value <= high) << field;
            }
        }
        let looked_up = |byte: &u8| u64::from(table.get(usize::from(*byte)).copied().unwrap_or(0));
        let bytes_a_word = usize::from(64 / fields);
        for ((at, bytes), word) in self.bytes.chunks(bytes_a_word).enumerate().zip(out.iter_mut()) {
            let mut bits = 0;
            for (shift, byte) in (0..64).step_by(usize::from(fields)).zip(bytes) {
                bits |= looked_up(byte) << shift;
            }
            // The last byte may have fields to spare.
            let left = self.len.saturating_sub(at * 64);
            *word |= if left < 64 { bits & ((1 << left) - 1) } else { bits };
        }
    }
}

/// Where fewer than one of so many numbers are wanted, to look at them alone is faster than at all.
const SPARSE: usize = 8;

/// A bit for each of the wanted values that belongs.
fn sparse<const SIZE: usize>(
    out: &mut [u64],
    wanted: &[u64],
    values: &[[u8; SIZE]],
    belongs: impl Fn([u8; SIZE]) -> bool,
) {
    for ((values, wanted), word) in values.chunks(64).zip(wanted).zip(out) {
        let mut found = 0;
        each_bit(*wanted, |bit| {
            if let Some(value) = values.get(bit as usize) {
                found |= u64::from(belongs(*value)) << bit;
            }
        });
        *word |= found;
    }
}

/// The places of the bits of a word that are set.
pub(super) fn each_bit(mut word: u64, mut each: impl FnMut(u32)) {
    while word != 0 {
        each(word.trailing_zeros());
        word &= word - 1;
    }
}

/// The ends of a range in a narrower type; `None` if it lies beyond all that the type holds.
fn narrowed<T: TryFrom<u64> + Copy>(low: u64, span: u64, max: T) -> Option<(T, T)>
where
    u64: From<T>,
{
    let largest = u64::from(max);
    let span = span.min(largest.checked_sub(low)?);
    Some((T::try_from(low).ok()?, T::try_from(span).ok()?))
}

/// Sets the first bits.
pub(crate) fn fill(out: &mut [u64], len: usize) {
    for (at, word) in out.iter_mut().enumerate() {
        let left = len.saturating_sub(at * 64);
        *word |= if left >= 64 { u64::MAX } else { (1 << left) - 1 };
    }
}

/// So many bits, all of them set.
pub(crate) fn all(len: usize) -> Vec<u64> {
    let mut bits = vec![0; len.div_ceil(64)];
    fill(&mut bits, len);
    bits
}

/// A bit for each of 64 values at a time. The answers are first put into bytes, which processors do many at a time, and then gathered.
fn compare<T: Copy, const SIZE: usize, const CHUNK: usize>(
    out: &mut [u64],
    whole: &[[u8; CHUNK]],
    rest: &[u8],
    len: usize,
    belongs: impl Fn(T) -> bool,
    read: impl Fn([u8; SIZE]) -> T,
) {
    let mut words = out.iter_mut();
    for (chunk, word) in whole.iter().zip(&mut words) {
        let mut answers = [0_u8; 64];
        let (values, _) = chunk.as_chunks::<SIZE>();
        for (answer, value) in answers.iter_mut().zip(values) {
            *answer = u8::from(belongs(read(*value)));
        }
        *word |= gathered(&answers);
    }
    let done = whole.len() * 64;
    if let Some(word) = words.next() {
        let (values, _) = rest.as_chunks::<SIZE>();
        for (bit, value) in (done..len).zip(values) {
            *word |= u64::from(belongs(read(*value))) << (bit - done);
        }
    }
}

/// The lowest 32 bits with a gap behind each.
fn spread(bits: u64) -> u64 {
    let bits = (bits | bits << 16) & 0x0000_FFFF_0000_FFFF;
    let bits = (bits | bits << 8) & 0x00FF_00FF_00FF_00FF;
    let bits = (bits | bits << 4) & 0x0F0F_0F0F_0F0F_0F0F;
    let bits = (bits | bits << 2) & 0x3333_3333_3333_3333;
    (bits | bits << 1) & 0x5555_5555_5555_5555
}

/// The lowest bits of up to 64 bytes.
fn gathered<const SIZE: usize>(answers: &[u8; SIZE]) -> u64 {
    let (eights, _) = answers.as_chunks::<8>();
    let mut word = 0;
    for (shift, eight) in (0..64).step_by(8).zip(eights) {
        // Of eight bytes that are 0 or 1, the product has in its top byte the first in the lowest bit.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word |= bits << shift;
    }
    word
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::cases;

    fn numbers() -> impl Strategy<Value = Vec<u64>> {
        (0_u32..=64).prop_flat_map(|bits| {
            let max = u64::MAX.checked_shr(64 - bits).unwrap_or(0);
            proptest::collection::vec(0..=max, 0..300)
        })
    }

    /// Bits of which some, few or none are set.
    fn wanted() -> impl Strategy<Value = Vec<u64>> {
        (0_u32..=6).prop_flat_map(|few| {
            let word = proptest::collection::vec(any::<u64>(), few as usize)
                .prop_map(|words| words.iter().fold(u64::MAX, |all, word| all & word));
            proptest::collection::vec(word, 6)
        })
    }

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn numbers_read_back_and_compare(values in numbers(), low in any::<u64>(), high in any::<u64>(), near in any::<bool>(), wanted in wanted()) {
            let max = values.iter().copied().max().unwrap_or(0);
            let width = width_for(max);
            let mut bytes = Vec::new();
            pack(&mut bytes, width, values.iter().copied());
            prop_assert_eq!(bytes.len(), size(width, values.len()));
            bytes.push(0xAB);
            let mut rest = bytes.as_slice();
            let packed = Packed::take(&mut rest, width, values.len()).unwrap();
            prop_assert_eq!(rest, &[0xAB][..]);
            prop_assert!(packed.iter().eq(values.iter().copied()));
            let (low, high) = if near { (low % (max.saturating_add(2)), high % (max.saturating_add(2))) } else { (low, high) };
            let mut found = vec![0; values.len().div_ceil(64) + 1];
            packed.within(low, high, &mut found);
            for (at, value) in values.iter().enumerate() {
                prop_assert_eq!(found[at / 64] >> (at % 64) & 1 == 1, low <= *value && *value <= high, "{} at {}", value, at);
            }
            let beyond = found.iter().map(|word| word.count_ones()).sum::<u32>() as usize;
            prop_assert_eq!(beyond, values.iter().filter(|value| low <= **value && **value <= high).count());
            let wanted: Vec<u64> = wanted.iter().copied().take(found.len()).collect();
            let mut some = vec![0; found.len()];
            packed.within_of(&wanted, low, high, &mut some);
            for ((some, found), wanted) in some.iter().zip(&found).zip(&wanted) {
                prop_assert_eq!(some & wanted, found & wanted);
                prop_assert_eq!(some & !found, 0);
            }
            let mut tested = vec![0; found.len()];
            packed.test(&wanted, &mut tested, |value| low <= value && value <= high);
            prop_assert!(tested.iter().zip(found.iter().zip(&wanted)).all(|(tested, (found, wanted))| *tested == found & wanted));
        }
    }
}
