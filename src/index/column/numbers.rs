//! Columns of whole numbers, and of amounts at one scale.

use super::packed::{Packed, pack, width_for};
use crate::model::Currency;

/// Numbers of 64 bits as multiples of a unit above the smallest, perhaps each with a currency.
#[derive(Debug, Clone)]
pub(crate) struct Numbers<'b> {
    pub(crate) base: i64,
    unit: u64,
    most: u64,
    pub(crate) packed: Packed<'b>,
    /// How many of the digits of amounts are decimals; `None` of whole numbers.
    pub(crate) scale: Option<u32>,
    pub(crate) currencies: Vec<Currency>,
    /// Which of the currencies each is in, where there are several.
    in_currency: Packed<'b>,
}

/// The scale of whole numbers.
const WHOLE: u8 = u8::MAX;

/// Units that are tried, the coarsest first: days, hours, seconds and thousandths of them in microseconds; round amounts.
const UNITS: [u64; 8] = [86_400_000_000, 3_600_000_000, 1_000_000, 10_000, 1_000, 100, 10, 1];

/// Appends numbers; those of one place that has none may be any.
pub(super) fn encode(out: &mut Vec<u8>, values: &[i64], scale: Option<u32>, currencies: &[Currency], codes: &[u64]) {
    let base = values.iter().copied().min().unwrap_or(0);
    let mut fields: Vec<u64> = values.iter().map(|value| value.wrapping_sub(base).cast_unsigned()).collect();
    let unit = UNITS.into_iter().find(|unit| divide(*unit, &mut fields)).unwrap_or(1);
    let most = fields.iter().copied().max().unwrap_or(0);
    let width = width_for(most);
    out.push(width);
    out.push(scale.and_then(|scale| u8::try_from(scale).ok()).unwrap_or(WHOLE));
    out.push(u8::try_from(currencies.len()).unwrap_or(u8::MAX));
    out.extend_from_slice(&base.to_le_bytes());
    out.extend_from_slice(&unit.to_le_bytes());
    out.extend_from_slice(&most.to_le_bytes());
    for currency in currencies {
        out.extend_from_slice(currency.code().as_bytes());
    }
    if currencies.len() > 1 {
        pack(out, 8, codes.iter().copied());
    }
    pack(out, width, fields.into_iter());
}

/// Divides by a unit if all numbers are multiples of it; gives whether it did.
fn divide(unit: u64, numbers: &mut [u64]) -> bool {
    // A divisor that is known when this is compiled takes a fraction of the time.
    fn by<const UNIT: u64>(numbers: &mut [u64]) -> bool {
        let all = numbers.iter().all(|number| number.is_multiple_of(UNIT));
        if all {
            for number in numbers {
                *number /= UNIT;
            }
        }
        all
    }
    match unit {
        86_400_000_000 => by::<86_400_000_000>(numbers),
        3_600_000_000 => by::<3_600_000_000>(numbers),
        1_000_000 => by::<1_000_000>(numbers),
        10_000 => by::<10_000>(numbers),
        1_000 => by::<1_000>(numbers),
        100 => by::<100>(numbers),
        10 => by::<10>(numbers),
        _ => unit == 1,
    }
}

impl<'b> Numbers<'b> {
    pub(super) fn read(bytes: &mut &'b [u8], len: usize) -> Option<Self> {
        let (&[width, scale, count], rest) = bytes.split_first_chunk::<3>()?;
        let (base, rest) = rest.split_first_chunk::<8>()?;
        let (unit, rest) = rest.split_first_chunk::<8>()?;
        let (most, rest) = rest.split_first_chunk::<8>()?;
        let (codes, mut rest) = rest.split_at_checked(usize::from(count) * 3)?;
        let currencies = codes.chunks(3).map(Currency::from_bytes).collect::<Option<Vec<_>>>()?;
        let in_currency = Packed::take(&mut rest, if count > 1 { 8 } else { 0 }, len)?;
        let packed = Packed::take(&mut rest, width, len)?;
        *bytes = rest;
        let (base, unit, most) = (i64::from_le_bytes(*base), u64::from_le_bytes(*unit), u64::from_le_bytes(*most));
        let scale = (scale != WHOLE).then_some(u32::from(scale));
        (unit > 0 && scale.is_none_or(|scale| scale <= 28)).then_some(Self {
            base,
            unit,
            most,
            packed,
            scale,
            currencies,
            in_currency,
        })
    }

    pub(crate) fn get(&self, at: usize) -> i64 {
        self.number_of(self.packed.get(at))
    }

    /// The number that a field stands for.
    pub(crate) fn number_of(&self, field: u64) -> i64 {
        self.base.wrapping_add(field.wrapping_mul(self.unit).cast_signed())
    }

    /// The smallest and the largest.
    pub(crate) fn ends(&self) -> (i64, i64) {
        (self.base, self.base.wrapping_add(self.most.wrapping_mul(self.unit).cast_signed()))
    }

    pub(crate) fn currency(&self, at: usize) -> Option<Currency> {
        self.currencies.get(usize::try_from(self.in_currency.get(at)).ok()?).copied()
    }

    /// Whether all amounts are in one currency, or in none.
    pub(crate) fn is_of_one_currency(&self) -> bool {
        self.currencies.len() <= 1
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        (0..self.packed.len()).map(|at| self.get(at))
    }

    /// All of them at once, which is quicker than one by one.
    pub(super) fn all(&self) -> Vec<i64> {
        self.packed.all().into_iter().map(|field| self.number_of(field)).collect()
    }

    /// Sets the bit of each number between `low` and `high`, both of which belong. Of `wanted`, if that is given; then what it says
    /// of others means nothing.
    pub(crate) fn within(&self, wanted: Option<&[u64]>, low: i128, high: i128, out: &mut [u64]) {
        let base = i128::from(self.base);
        let top = base + i128::from(self.most) * i128::from(self.unit);
        let (low, high) = (low.max(base), high.min(top));
        if low > high {
            return;
        }
        let unit = i128::from(self.unit);
        let first = (low - base + unit - 1) / unit;
        let last = (high - base) / unit;
        if let (Ok(first), Ok(last)) = (u64::try_from(first), u64::try_from(last)) {
            match wanted {
                Some(wanted) => self.packed.within_of(wanted, first, last, out),
                None => self.packed.within(first, last, out),
            }
        }
    }

    /// Sets the bit of each number whose lower half is that of a bit of a set, of those that have a bit in `wanted`.
    pub(crate) fn in_set(&self, wanted: &[u64], set: &[u64], out: &mut [u64]) {
        let (base, unit) = (self.base.cast_unsigned(), self.unit);
        self.packed.test(wanted, out, |field| {
            let low = base.wrapping_add(field.wrapping_mul(unit)) & 0xFFFF_FFFF;
            let word = usize::try_from(low / 64).ok().and_then(|at| set.get(at));
            word.is_some_and(|word| word >> (low % 64) & 1 == 1)
        });
    }

    /// Sets the bit of each number in that currency.
    pub(crate) fn in_currency(&self, currency: Currency, out: &mut [u64]) {
        let Some(code) = self.currencies.iter().position(|own| *own == currency) else { return };
        let code = code as u64;
        self.in_currency.within(code, code, out);
    }
}
