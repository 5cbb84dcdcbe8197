//! Keys of tables: bytes whose order is the order of what they stand for. The one place that makes them.

use rust_decimal::Decimal;

/// Puts the parts of a key together. Numbers are big-endian; signed ones with the sign bit flipped.
#[derive(Debug, Default, Clone)]
pub(crate) struct Key(Vec<u8>);

impl Key {
    pub(crate) fn new() -> Self {
        Self(Vec::with_capacity(40))
    }

    pub(crate) fn u16(mut self, value: u16) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    pub(crate) fn u32(mut self, value: u32) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    pub(crate) fn u128(mut self, value: u128) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    pub(crate) fn i64(mut self, value: i64) -> Self {
        self.0.extend_from_slice(&(value ^ i64::MIN).to_be_bytes());
        self
    }

    /// The latest first.
    pub(crate) fn i64_descending(self, value: i64) -> Self {
        self.i64(!value)
    }

    /// Text, ended so that a shorter one sorts before a longer one that it begins: NUL becomes 00 FF,
    /// and 00 00 ends it.
    pub(crate) fn text(mut self, text: &str) -> Self {
        for (at, piece) in text.as_bytes().split(|byte| *byte == 0).enumerate() {
            if at > 0 {
                self.0.extend_from_slice(&[0, 0xFF]);
            }
            self.0.extend_from_slice(piece);
        }
        self.0.extend_from_slice(&[0, 0]);
        self
    }

    /// A decimal number: sign, place of the first digit, digits; negative ones complemented. Numbers
    /// that are equal have equal bytes, whatever their scale.
    pub(crate) fn decimal(mut self, value: Decimal) -> Self {
        let value = value.normalize();
        if value.is_zero() {
            self.0.push(0x80);
            return self;
        }
        let digits = value.mantissa().unsigned_abs().to_string();
        // The place of the first digit lies between -28 and 28.
        let place = i64::try_from(digits.len()).unwrap_or(0) - i64::from(value.scale());
        let place = u8::try_from(place + 64).unwrap_or(0);
        let mut bytes = vec![place];
        bytes.extend(digits.bytes());
        bytes.push(0);
        if value.is_sign_negative() {
            self.0.push(0x00);
            self.0.extend(bytes.iter().map(|byte| !byte));
        } else {
            self.0.push(0xFF);
            self.0.extend(bytes);
        }
        self
    }

    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn build(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The first key after all that begin with `prefix`; `None` if there is none.
pub(crate) fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < 0xFF {
            end.push(last + 1);
            return Some(end);
        }
    }
    None
}

/// Reads the parts of a key back, from the front.
#[derive(Debug)]
pub(crate) struct KeyReader<'a>(pub(crate) &'a [u8]);

impl KeyReader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_be_bytes)
    }

    pub(crate) fn i64(&mut self) -> Option<i64> {
        self.take().map(|bytes| i64::from_be_bytes(bytes) ^ i64::MIN)
    }

    pub(crate) fn i64_descending(&mut self) -> Option<i64> {
        self.take().map(|bytes| !(i64::from_be_bytes(bytes) ^ i64::MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use crate::cases::cases;

    fn decimals() -> impl Strategy<Value = Decimal> {
        (any::<i64>(), 0_u32..20).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale))
    }

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn bytes_sort_as_numbers(a in any::<i64>(), b in any::<i64>()) {
            prop_assert_eq!(Key::new().i64(a).build().cmp(&Key::new().i64(b).build()), a.cmp(&b));
            let descending = Key::new().i64_descending(a).build().cmp(&Key::new().i64_descending(b).build());
            prop_assert_eq!(descending, b.cmp(&a));
        }

        #[test]
        fn bytes_sort_as_texts(a in ".{0,8}", b in ".{0,8}", rest in any::<u32>()) {
            let key = |text: &str| Key::new().text(text).u32(rest).build();
            prop_assert_eq!(key(&a).cmp(&key(&b)), a.cmp(&b));
        }

        #[test]
        fn bytes_sort_as_texts_with_nul(a in "[\0ab]{0,4}", b in "[\0ab]{0,4}") {
            let key = |text: &str| Key::new().text(text).u32(7).build();
            prop_assert_eq!(key(&a).cmp(&key(&b)), a.cmp(&b));
        }

        #[test]
        fn bytes_sort_as_decimals(a in decimals(), b in decimals()) {
            let key = |value| Key::new().decimal(value).u32(7).build();
            prop_assert_eq!(key(a).cmp(&key(b)), a.cmp(&b));
        }

        #[test]
        fn descending_times_read_back(a in any::<i64>()) {
            let key = Key::new().u16(3).i64_descending(a).build();
            let mut reader = KeyReader(&key);
            prop_assert_eq!(reader.u16(), Some(3));
            prop_assert_eq!(reader.i64_descending(), Some(a));
        }
    }

    #[test]
    fn the_end_of_a_prefix_skips_full_bytes() {
        assert_eq!(after_prefix(&[1, 2]), Some(vec![1, 3]));
        assert_eq!(after_prefix(&[1, 0xFF]), Some(vec![2]));
        assert_eq!(after_prefix(&[0xFF]), None);
    }
}
