//! Where a page ended, as bytes that a program may hand out and take back from anybody.

use rust_decimal::Decimal;
use time::OffsetDateTime;

use super::order::{Slot, SortKey, SortValue};
use crate::model::{Currency, Kind, search_fold};
use crate::segment::Order;
use crate::segment::syntax::{Direction, Function};

/// The place at which a page ended: what its last record was sorted by, and its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ending {
    /// Of which order.
    order: u64,
    pub(super) key: SortKey,
}

/// The first byte; another one if the form changes.
const FORM: u8 = 1;
/// For each slot: whether its values come the other way round.
const DESCENDING: u8 = 0x80;

mod code {
    pub(super) const MISSING: u8 = 0;
    pub(super) const BOOLEAN: u8 = 1;
    pub(super) const NUMBER: u8 = 2;
    pub(super) const MONEY: u8 = 3;
    pub(super) const DAY: u8 = 4;
    pub(super) const INSTANT: u8 = 5;
    pub(super) const PLACE: u8 = 6;
    pub(super) const TEXT: u8 = 7;
}

impl Ending {
    pub(crate) fn of(kind: Kind, order: &[Order], key: SortKey) -> Self {
        Self { order: fingerprint(kind, order), key }
    }

    /// Whether it is one of that order.
    pub(crate) fn is_of(&self, kind: Kind, order: &[Order]) -> bool {
        let directions = order.iter().map(|key| key.direction == Direction::Descending);
        self.order == fingerprint(kind, order) && directions.eq(self.key.slots.iter().map(|slot| slot.descending))
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![FORM];
        out.extend_from_slice(&self.order.to_le_bytes());
        out.extend_from_slice(&self.key.row.to_le_bytes());
        for Slot { value, descending } in &self.key.slots {
            let head = out.len();
            out.push(0);
            let code = match value {
                None => code::MISSING,
                Some(SortValue::Boolean(is)) => {
                    out.push((*is).into());
                    code::BOOLEAN
                }
                Some(SortValue::Number(number)) => {
                    put_decimal(&mut out, *number);
                    code::NUMBER
                }
                Some(SortValue::Money(currency, amount)) => {
                    out.extend_from_slice(currency.code().as_bytes());
                    put_decimal(&mut out, *amount);
                    code::MONEY
                }
                Some(SortValue::Day(day)) => {
                    out.extend_from_slice(&day.to_le_bytes());
                    code::DAY
                }
                Some(SortValue::Instant(at)) => {
                    out.extend_from_slice(&at.unix_timestamp_nanos().to_le_bytes());
                    code::INSTANT
                }
                Some(SortValue::Place(place)) => {
                    out.extend_from_slice(&(*place as u64).to_le_bytes());
                    code::PLACE
                }
                Some(SortValue::Text(_, typed)) => {
                    out.extend_from_slice(&u32::try_from(typed.len()).unwrap_or(u32::MAX).to_le_bytes());
                    out.extend_from_slice(typed.as_bytes());
                    code::TEXT
                }
            };
            if let Some(byte) = out.get_mut(head) {
                *byte = code | if *descending { DESCENDING } else { 0 };
            }
        }
        out
    }

    /// `None` of what [`to_bytes`](Self::to_bytes) can't have made.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut bytes = bytes.strip_prefix(&[FORM])?;
        let order = u64::from_le_bytes(take(&mut bytes)?);
        let row = u32::from_le_bytes(take(&mut bytes)?);
        let mut slots = Vec::new();
        while !bytes.is_empty() {
            let [head] = take(&mut bytes)?;
            let value = match head & !DESCENDING {
                code::MISSING => None,
                code::BOOLEAN => match take(&mut bytes)? {
                    [is @ (0 | 1)] => Some(SortValue::Boolean(is == 1)),
                    _ => return None,
                },
                code::NUMBER => Some(SortValue::Number(take_decimal(&mut bytes)?)),
                code::MONEY => {
                    let currency = Currency::from_bytes(&take::<3>(&mut bytes)?)?;
                    Some(SortValue::Money(currency, take_decimal(&mut bytes)?))
                }
                code::DAY => Some(SortValue::Day(i64::from_le_bytes(take(&mut bytes)?))),
                code::INSTANT => {
                    let nanos = i128::from_le_bytes(take(&mut bytes)?);
                    Some(SortValue::Instant(OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?))
                }
                code::PLACE => Some(SortValue::Place(usize::try_from(u64::from_le_bytes(take(&mut bytes)?)).ok()?)),
                code::TEXT => {
                    let len = usize::try_from(u32::from_le_bytes(take(&mut bytes)?)).ok()?;
                    let (text, rest) = bytes.split_at_checked(len)?;
                    bytes = rest;
                    let text = str::from_utf8(text).ok()?;
                    Some(SortValue::Text(search_fold(text), text.to_owned()))
                }
                _ => return None,
            };
            slots.push(Slot { value, descending: head & DESCENDING != 0 });
        }
        Some(Self { order, key: SortKey { slots, row } })
    }
}

fn take<const SIZE: usize>(bytes: &mut &[u8]) -> Option<[u8; SIZE]> {
    let (own, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*own)
}

fn put_decimal(out: &mut Vec<u8>, number: Decimal) {
    // INVARIANT: a decimal has a scale of 28 at most.
    out.push(u8::try_from(number.scale()).unwrap_or(0));
    out.extend_from_slice(&number.mantissa().to_le_bytes());
}

fn take_decimal(bytes: &mut &[u8]) -> Option<Decimal> {
    let [scale] = take(bytes)?;
    Decimal::try_from_i128_with_scale(i128::from_le_bytes(take(bytes)?), scale.into()).ok()
}

/// A number that orders of different keys have in common only by chance (FNV-1a). Renames change nothing.
fn fingerprint(kind: Kind, order: &[Order]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut put = |number: u32| {
        for byte in number.to_le_bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    put(kind.0.into());
    for Order { key, direction } in order {
        for step in &key.path.relations {
            [step.kind.0.into(), step.attribute.0, step.target.0.into()].into_iter().for_each(&mut put);
        }
        let function = match key.function {
            None => 0,
            Some(Function::Count) => 1,
            Some(Function::Month) => 2,
            Some(Function::Year) => 3,
            Some(Function::Weekday) => 4,
            Some(Function::Anniversary) => 5,
        };
        let descending = u32::from(*direction == Direction::Descending);
        [key.path.kind.0.into(), key.path.attribute.0, function, descending, u32::MAX].into_iter().for_each(&mut put);
    }
    hash
}
