//! Tests of one value, held against all values of a column at once: a bit for each.

use std::ops::Bound;

use rust_decimal::Decimal;
use time::{Date, Month, OffsetDateTime};

use super::naive::Evaluator;
use super::naive::test::ValueTest;
use super::naive::text::TextTest;
use super::order::SortValue;
use crate::index::column::{Column, Data, Numbers, Texts, days, number_or_reference, packed, reference, text_value};
use crate::model::{Kind, RecordId, Value, ValueType};
use crate::rows;
use crate::schema::Attribute;
use crate::segment::Ends;
use crate::segment::syntax::Function;
use crate::store::{Result, decode_value};

/// Ends of whole numbers, both of which belong.
type Whole = (i128, i128);
const LOWEST: i128 = i128::MIN / 4;
const HIGHEST: i128 = i128::MAX / 4;

/// The answers for the values of a column.
pub(super) struct Answers {
    pub(super) bits: Vec<u64>,
    /// Values that are not here and must be asked elsewhere.
    pub(super) elsewhere: Vec<usize>,
}

/// A test of the values of an attribute that stand in columns.
#[derive(Clone, Copy)]
pub(super) struct Test<'t> {
    pub(super) attribute: &'t Attribute,
    pub(super) function: Option<Function>,
    pub(super) of: &'t ValueTest,
    /// The values that are asked about, if not all are; what is said of others means nothing.
    pub(super) wanted: Option<&'t [u64]>,
}

impl Evaluator<'_> {
    /// Which values of a column satisfy a test.
    pub(super) fn answers(&self, test: Test<'_>, column: &Column<'_>) -> Result<Answers> {
        let mut answers = Answers { bits: vec![0; column.len.div_ceil(64)], elsewhere: Vec::new() };
        match &column.data {
            Data::Bare { .. } => {}
            Data::Numbers(numbers) => {
                if test.function.is_some() || !self.of_numbers(test, numbers, &mut answers.bits)? {
                    self.each_number(test, numbers, &mut answers.bits)?;
                }
            }
            Data::Texts(texts) => {
                self.of_texts(test, texts, column.len, &mut answers.bits);
                if texts.has_long() {
                    answers.elsewhere = (0..column.len).filter(|at| texts.entry_of(*at).is_none()).collect();
                }
            }
            Data::Bytes(values) => {
                for (at, bytes) in values.iter().enumerate() {
                    match decode_value(bytes) {
                        Ok(value) => put(&mut answers.bits, at, self.holds_of(test, value)),
                        Err(_) => answers.elsewhere.push(at),
                    }
                }
            }
        }
        Ok(answers)
    }

    /// Whether a value, or what a function makes of it, satisfies a test.
    fn holds_of(&self, test: Test<'_>, value: Value) -> bool {
        match test.function {
            None => test.of.holds(&value),
            some => {
                self.worked_out(some, vec![std::borrow::Cow::Owned(value)]).iter().any(|value| test.of.holds(value))
            }
        }
    }

    /// Value by value.
    fn each_number(&self, test: Test<'_>, numbers: &Numbers<'_>, bits: &mut [u64]) -> Result<()> {
        let mut last: Option<(i64, bool)> = None;
        for (at, number) in numbers.iter().enumerate() {
            let known = last.filter(|(known, _)| *known == number && numbers.scale.is_none());
            let holds = match known {
                Some((_, holds)) => holds,
                None => match self.number(test.attribute, numbers, at)? {
                    Some(value) => self.holds_of(test, value),
                    None => false,
                },
            };
            last = Some((number, holds));
            put(bits, at, holds);
        }
        Ok(())
    }

    /// The value at a place of a column of numbers.
    pub(super) fn number(&self, attribute: &Attribute, numbers: &Numbers<'_>, at: usize) -> Result<Option<Value>> {
        let number = numbers.get(at);
        if let Some(scale) = numbers.scale {
            let amount = Decimal::try_from_i128_with_scale(number.into(), scale).unwrap_or_default();
            return Ok(Some(match numbers.currency(at) {
                Some(currency) => Value::Money(crate::model::Money { amount, currency }),
                None => Value::Decimal(amount),
            }));
        }
        number_or_reference(attribute, number, &mut |kind, row| rows::id_of(self.source, kind, row))
    }

    /// All values at once; gives whether the test is of a form for which that can be done.
    fn of_numbers(&self, test: Test<'_>, numbers: &Numbers<'_>, bits: &mut [u64]) -> Result<bool> {
        let value_type = test.attribute.value_type;
        let within = |low: i128, high: i128, bits: &mut [u64]| numbers.within(test.wanted, low, high, bits);
        let one = |bits: &mut [u64], number: i128| within(number, number, bits);
        match (test.of, value_type) {
            (ValueTest::Never, _) => {}
            (ValueTest::Boolean(wanted), ValueType::Boolean) => one(bits, (*wanted).into()),
            (ValueTest::Number(ends), ValueType::Integer | ValueType::Decimal) => {
                let (low, high) = scaled(ends, numbers.scale.unwrap_or(0));
                within(low, high, bits);
            }
            (ValueTest::Numbers(wanted), ValueType::Integer | ValueType::Decimal) if wanted.len() <= FEW => {
                for number in wanted {
                    let (low, high) =
                        scaled(&(Bound::Included(*number), Bound::Included(*number)), numbers.scale.unwrap_or(0));
                    within(low, high, bits);
                }
            }
            (ValueTest::Money(wanted), ValueType::Money) => {
                for (currency, ends) in wanted {
                    let (low, high) = scaled(ends, numbers.scale.unwrap_or(0));
                    let (mut some, mut mine) = (vec![0; bits.len()], vec![0; bits.len()]);
                    numbers.in_currency(*currency, &mut mine);
                    within(low, high, &mut some);
                    bits.iter_mut().zip(some).zip(mine).for_each(|((bits, some), mine)| *bits |= some & mine);
                }
            }
            (ValueTest::Date(wanted), ValueType::Date) => {
                for ends in wanted {
                    let (low, high) = whole(ends, |date: &Date| (days(*date).into(), true));
                    within(low, high, bits);
                }
            }
            (ValueTest::DateTime(wanted), ValueType::DateTime) => {
                for ends in wanted {
                    let (low, high) = whole(ends, micros);
                    within(low, high, bits);
                }
            }
            (ValueTest::PartialDate(wanted), ValueType::PartialDate) if wanted.len() <= FEW => {
                for date in wanted {
                    one(bits, packed(*date).into());
                }
            }
            (ValueTest::Choices(wanted), ValueType::Choice) if wanted.len() <= FEW => {
                wanted
                    .iter()
                    .filter_map(|choice| test.attribute.code_of(choice))
                    .for_each(|code| one(bits, code.into()));
            }
            (ValueTest::Records(wanted), ValueType::Reference) if wanted.len() <= FEW => {
                let targets: Vec<Kind> = match &*test.attribute.targets {
                    [] => self.catalogue.kinds().map(|entry| entry.kind).collect(),
                    targets => targets.to_vec(),
                };
                for uuid in wanted {
                    for kind in &targets {
                        if let Some(row) = rows::find(self.source, RecordId { kind: *kind, uuid: *uuid })? {
                            one(bits, reference(*kind, row).into());
                        }
                    }
                }
            }
            (ValueTest::OneOf(tests), _) => {
                let before = bits.to_vec();
                for each in tests {
                    if !self.of_numbers(Test { of: each, ..test }, numbers, bits)? {
                        bits.copy_from_slice(&before);
                        return Ok(false);
                    }
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Each different text once.
    fn of_texts(&self, test: Test<'_>, texts: &Texts<'_>, len: usize, bits: &mut [u64]) {
        let mut entries = vec![0; texts.entries().div_ceil(64)];
        let plain = test.function.is_none() && test.attribute.value_type != ValueType::Phone;
        match test.of {
            ValueTest::Text(TextTest::Contains(needle)) if plain => contains(texts, needle.folded(), &mut entries),
            ValueTest::Text(asked) if plain && asked.is_of_folded() => {
                for (entry, folded) in texts.each_folded().enumerate() {
                    put(&mut entries, entry, asked.holds_folded(folded));
                }
            }
            _ => {
                for (entry, typed) in texts.each_typed().enumerate() {
                    put(&mut entries, entry, self.holds_of(test, text_value(test.attribute, &typed)));
                }
            }
        }
        let Some(codes) = texts.codes() else {
            bits.iter_mut().zip(entries).for_each(|(bits, entries)| *bits |= entries);
            return;
        };
        // Texts that are alike stand together, so what is found are often a few runs of them.
        let runs = runs(&entries);
        if runs.len() <= FEW {
            for (first, last) in runs {
                match test.wanted {
                    Some(wanted) => codes.within_of(wanted, first, last, bits),
                    None => codes.within(first, last, bits),
                }
            }
        } else {
            for at in 0..len {
                let entry = usize::try_from(codes.get(at)).unwrap_or(usize::MAX);
                put(bits, at, entries.get(entry / 64).is_some_and(|word| word >> (entry % 64) & 1 == 1));
            }
        }
    }
}

/// Up to so many values are looked for one by one.
const FEW: usize = 8;

fn put(bits: &mut [u64], at: usize, is: bool) {
    if let Some(word) = bits.get_mut(at / 64) {
        *word |= u64::from(is) << (at % 64);
    }
}

/// The entries in which a text occurs: looked for in all of them as one.
fn contains(texts: &Texts<'_>, wanted: &str, entries: &mut [u64]) {
    if wanted.is_empty() {
        return crate::index::column::fill(entries, texts.entries());
    }
    let mut from = 0;
    let finder = memchr::memmem::Finder::new(wanted);
    while let Some(found) = texts.folded.as_bytes().get(from..).and_then(|rest| finder.find(rest)) {
        let place = from + found;
        let (entry, end) = texts.entry_at(place);
        if place + wanted.len() <= end {
            put(entries, entry, true);
            from = end;
        } else {
            // It begins in one text and ends in the next.
            from = place + 1;
        }
    }
}

/// Stretches of bits that are set, with their first and last.
fn runs(bits: &[u64]) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for (base, word) in (0_u64..).step_by(64).zip(bits) {
        for bit in super::mask::ones(*word) {
            let at = base + u64::from(bit);
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == at => *last = at,
                _ => runs.push((at, at)),
            }
        }
    }
    runs
}

/// The whole numbers between ends, each of which is turned into one not above it and whether it is that exactly.
fn whole<T>(ends: &Ends<T>, floor: impl Fn(&T) -> (i128, bool)) -> Whole {
    let low = match &ends.0 {
        Bound::Unbounded => LOWEST,
        Bound::Included(value) => {
            let (number, exact) = floor(value);
            number + i128::from(!exact)
        }
        Bound::Excluded(value) => floor(value).0 + 1,
    };
    let high = match &ends.1 {
        Bound::Unbounded => HIGHEST,
        Bound::Included(value) => floor(value).0,
        Bound::Excluded(value) => {
            let (number, exact) = floor(value);
            number - i128::from(exact)
        }
    };
    (low, high)
}

/// The numbers of a column that lie between two keys of an order, which belong; `None` if the order is not that of the numbers.
pub(super) fn numbers_between(
    attribute: &Attribute,
    numbers: &Numbers<'_>,
    low: Option<&SortValue>,
    high: Option<&SortValue>,
) -> Option<Whole> {
    let date = |day: i64| {
        let month = Month::try_from(u8::try_from(day / 100 % 100).ok()?).ok()?;
        Date::from_calendar_date(i32::try_from(day / 10_000).ok()?, month, u8::try_from(day % 100).ok()?).ok()
    };
    let end = |end: Option<&SortValue>, low: bool| {
        let Some(end) = end else { return Some(if low { LOWEST } else { HIGHEST }) };
        let (ends, scale) = match (end, attribute.value_type, numbers.scale) {
            (SortValue::Number(number), ValueType::Integer, None) => (*number, 0),
            (SortValue::Number(number), ValueType::Decimal, Some(scale)) => (*number, scale),
            (SortValue::Money(currency, amount), ValueType::Money, Some(scale))
                if numbers.currencies.as_slice() == [*currency] =>
            {
                (*amount, scale)
            }
            (SortValue::Boolean(is), ValueType::Boolean, None) => return Some(i128::from(*is)),
            (SortValue::Day(day), ValueType::Date, None) => return Some(days(date(*day)?).into()),
            (SortValue::Instant(at), ValueType::DateTime, None) => return Some(micros(at).0),
            _ => return None,
        };
        let whole = scaled(&(Bound::Included(ends), Bound::Included(ends)), scale);
        Some(if low { whole.0 } else { whole.1 })
    };
    Some((end(low, true)?, end(high, false)?))
}

fn micros(at: &OffsetDateTime) -> (i128, bool) {
    let nanos = at.unix_timestamp_nanos();
    (nanos.div_euclid(1_000), nanos.rem_euclid(1_000) == 0)
}

/// The ends as numbers of so many decimals.
pub(super) fn scaled(ends: &Ends<Decimal>, scale: u32) -> Whole {
    whole(ends, |number| {
        let (mantissa, own) = (number.mantissa(), number.scale());
        if let Some(more) = scale.checked_sub(own) {
            let factor = 10_i128.checked_pow(more);
            let product = factor.and_then(|factor| mantissa.checked_mul(factor));
            let beyond = if mantissa < 0 { LOWEST } else { HIGHEST };
            (product.map_or(beyond, |number| number.clamp(LOWEST, HIGHEST)), true)
        } else {
            let factor = 10_i128.checked_pow(own - scale).unwrap_or(i128::MAX);
            (mantissa.div_euclid(factor), mantissa.rem_euclid(factor) == 0)
        }
    })
}
