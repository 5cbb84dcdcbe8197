//! What the numbers, amounts or dates of the records of a segment come to.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::mask::{Block, places};
use super::run::Run;
use super::scope::Scope;
use super::select::prepare;
use super::survey::{Known, Sink};
use crate::error::Result;
use crate::index::column::Numbers;
use crate::model::Currency;
use crate::segment::{AnySegment, Expression};

/// A number and how many of the values so far are not greater.
pub(crate) type Ranked = (Decimal, u64);

/// What the values of one currency come to, or all that have none.
#[derive(Debug)]
pub(crate) struct Summed {
    pub(crate) currency: Option<Currency>,
    /// `None` if it has more digits than a decimal takes.
    pub(crate) sum: Option<Decimal>,
    /// The values in ascending order, each that differs once.
    pub(crate) ranked: Vec<Ranked>,
}

/// All values of a segment.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) total: u64,
    /// How many records have a value.
    pub(crate) with_value: u64,
    pub(crate) of: Vec<Summed>,
}

/// Takes the values that the records of a segment have of an attribute; of whole numbers those that `counts` takes.
pub(crate) fn figures(
    scope: &Scope<'_>,
    segment: &AnySegment,
    of: &Expression,
    counts: &dyn Fn(i64) -> bool,
) -> Result<Taken> {
    let question = prepare(scope, segment)?;
    let mut taking = Taking { counts, lists: BTreeMap::new(), with_value: 0 };
    let total = Run::new(scope).survey(segment.kind(), &question, of, &mut taking)?;
    Ok(taking.taken(total))
}

/// Numbers of one scale, each with how often it was met.
#[derive(Default)]
struct List {
    numbers: Vec<(i128, u64)>,
    /// How long it was when each number stood there once.
    packed: usize,
    /// Numbers of which each was met once, not among those yet: half as long, and sorted in half the time.
    once: Vec<i64>,
}

/// Shorter lists are not gone through for what comes again.
const SHORT: usize = 1 << 12;
/// The same of numbers that were met once each.
const LONG: usize = 1 << 16;

impl List {
    fn push(&mut self, number: i128, times: u64) {
        self.numbers.push((number, times));
        if self.numbers.len() >= SHORT.max(self.packed * 2) {
            self.pack();
        }
    }

    fn push_once(&mut self, number: i64) {
        self.once.push(number);
        if self.once.len() >= LONG.max(self.packed) {
            self.pack();
        }
    }

    /// Sorts the numbers and puts together those that are the same.
    fn pack(&mut self) {
        self.once.sort_unstable();
        for same in self.once.chunk_by(|one, next| one == next) {
            self.numbers.extend(same.first().map(|number| (i128::from(*number), same.len() as u64)));
        }
        self.once.clear();
        // Two stretches in order, more often than not: those are put together in one pass.
        self.numbers.sort_by_key(|(number, _)| *number);
        self.numbers.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        self.packed = self.numbers.len();
    }

    /// The exact sum at that scale; `None` if it is beyond all bounds.
    fn sum(&self) -> Option<i128> {
        self.numbers
            .iter()
            .try_fold(0_i128, |sum, (number, times)| sum.checked_add(number.checked_mul(i128::from(*times))?))
    }
}

struct Taking<'t> {
    counts: &'t dyn Fn(i64) -> bool,
    lists: BTreeMap<(Option<Currency>, u32), List>,
    with_value: u64,
}

impl Sink for Taking<'_> {
    fn one(&mut self, value: &Known<'_>, times: u64) {
        self.with_value += if self.put(value, times) { times } else { 0 };
    }

    fn several(&mut self, values: &[Known<'_>], times: u64) {
        let mut any = false;
        for value in values {
            any |= self.put(value, times);
        }
        self.with_value += if any { times } else { 0 };
    }

    fn all_of(&mut self, numbers: &Numbers<'_>, bits: &Block) -> bool {
        if numbers.packed.is_narrow() {
            return false;
        }
        let list = self.lists.entry((numbers.currencies.first().copied(), numbers.scale.unwrap_or(0))).or_default();
        for place in places(bits) {
            let number = numbers.get(place);
            if numbers.scale.is_some() || (self.counts)(number) {
                list.push_once(number);
                self.with_value += 1;
            }
        }
        true
    }

    fn tag(&mut self, _: u32, _: u64) {}

    fn tagged(&mut self, _: u64) {}
}

impl Taking<'_> {
    fn put(&mut self, value: &Known<'_>, times: u64) -> bool {
        let (key, number) = match value {
            Known::Number(number) if (self.counts)(*number) => ((None, 0), i128::from(*number)),
            Known::Amount { mantissa, scale, currency } => ((*currency, *scale), *mantissa),
            Known::Number(_) | Known::Text { .. } => return false,
        };
        self.lists.entry(key).or_default().push(number, times);
        true
    }

    fn taken(self, total: u64) -> Taken {
        let mut of: Vec<Summed> = Vec::new();
        let mut scales: Vec<(u32, List)> = Vec::new();
        let mut lists = self.lists.into_iter().peekable();
        while let Some(((currency, scale), mut list)) = lists.next() {
            list.pack();
            scales.push((scale, list));
            if lists.peek().is_none_or(|((next, _), _)| *next != currency) {
                of.push(summed(currency, &std::mem::take(&mut scales)));
            }
        }
        Taken { total, with_value: self.with_value, of }
    }
}

/// Puts lists of several scales together.
fn summed(currency: Option<Currency>, scales: &[(u32, List)]) -> Summed {
    let finest = scales.iter().map(|(scale, _)| *scale).max().unwrap_or(0);
    let sum = scales.iter().try_fold(0_i128, |sum, (scale, list)| {
        let factor = 10_i128.checked_pow(finest - scale)?;
        sum.checked_add(list.sum()?.checked_mul(factor)?)
    });
    let numbers = scales.iter().flat_map(|(scale, list)| {
        list.numbers.iter().filter_map(|(number, times)| Some((exact(*number, *scale)?, *times)))
    });
    let mut ranked: Vec<Ranked> = numbers.collect();
    if scales.len() > 1 {
        ranked.sort_unstable_by_key(|(number, _)| *number);
    }
    ranked.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    let mut below = 0;
    for (_, times) in &mut ranked {
        below += *times;
        *times = below;
    }
    Summed { currency, sum: sum.and_then(|sum| exact(sum, finest)), ranked }
}

/// The decimal without noughts at its end; `None` if it has too many digits.
fn exact(mut mantissa: i128, mut scale: u32) -> Option<Decimal> {
    while scale > 0 && mantissa % 10 == 0 {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}
