//! Sort keys of records.
//!
//! Texts sort by search fold, then as typed; money by currency, then amount; choices by the place of the option in its list;
//! dates that lack their year count as missing, those that lack a month or a day stand before those that have it. Missing
//! values come last in both directions. Records that are equal in all keys stand in the order in which they were inserted.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use rust_decimal::Decimal;
use time::OffsetDateTime;

use super::gather::Gathering;
use super::mask::{has_any, row_of};
use super::naive::{Evaluator, Question};
use super::plan::Needs;
use super::run::Run;
use super::sorted::{all_ahead, rest_of};
use crate::index::place_of;
use crate::model::{Currency, Kind, Value, search_fold};
use crate::rows::Row;
use crate::schema::Attribute;
use crate::segment::Order;
use crate::segment::syntax::Direction;
use crate::store::Result;

/// What a record is sorted by: a slot for each key, then its row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SortKey {
    pub(super) slots: Vec<Slot>,
    pub(super) row: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) value: Option<SortValue>,
    pub(super) descending: bool,
}

/// A value in a form that sorts. Those of one key are all of one form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SortValue {
    Boolean(bool),
    Number(Decimal),
    Money(Currency, Decimal),
    Day(i64),
    Instant(OffsetDateTime),
    Place(usize),
    Text(String, String),
}

impl Ord for Slot {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.value, &other.value) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(left), Some(right)) if self.descending => right.cmp(left),
            (Some(left), Some(right)) => left.cmp(right),
        }
    }
}
impl PartialOrd for Slot {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Evaluator<'_> {
    pub(super) fn sort_key(&self, order: &[Order], row: &Row) -> Result<SortKey> {
        let mut slots = Vec::with_capacity(order.len());
        for key in order {
            let path = &key.key.path;
            let attribute = self.catalogue.attribute_by_id(path.kind, path.attribute);
            let value = self.chief_value(&key.key, row)?;
            let value = value.zip(attribute).and_then(|(value, attribute)| sort_value(attribute, value));
            slots.push(Slot { value, descending: key.direction == Direction::Descending });
        }
        Ok(SortKey { slots, row: row.row })
    }
}

impl Run<'_> {
    /// The keys of a question in an order; the first of them up to a limit, behind another one if that is given.
    pub(super) fn sorted(
        &self,
        kind: Kind,
        question: &Question,
        order: &[Order],
        limit: u64,
        after: Option<&SortKey>,
    ) -> Result<Vec<SortKey>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        if limit == 0 {
            return Ok(Vec::new());
        }
        let mut needs = Needs::default();
        for key in order {
            needs.key(self.scope.catalogue, kind, &key.key);
        }
        let gathering = Gathering::of(self.scope.catalogue, kind, &needs);
        let keys = self.column_keys(kind, order);
        // The greatest key is on top: the first to go.
        let mut best = Best { keys: BinaryHeap::new(), limit, after };
        self.chunks(kind, question, false, &mut |found| {
            let mut ahead = keys.as_ref().map_or_else(Vec::new, |keys| all_ahead(kind, keys, found.chunk));
            for block in found.chunk.range() {
                self.scope.look(0)?;
                // These have no columns that say what they are.
                let fresh = || {
                    let fresh = self.scope.fresh(kind).iter().filter(|row| place_of(**row).0 == block);
                    fresh.map(|row| place_of(*row).1)
                };
                for place in fresh() {
                    let row = row_of(block, usize::from(place));
                    if found.has(row)
                        && let Some(record) = self.scope.record(kind, row)?
                    {
                        best.keep(self.evaluator.sort_key(order, &record)?);
                    }
                }
                let Some(asked) = rest_of(&found, block, fresh()).filter(has_any) else { continue };
                let kept = match &keys {
                    Some(keys) => self.keep_best(keys, &mut ahead, block, &asked, &mut best)?,
                    None => false,
                };
                if !kept {
                    self.each_record(kind, &gathering, block, &asked, &mut |_, row| {
                        best.keep(self.evaluator.sort_key(order, row)?);
                        Ok(())
                    })?;
                }
            }
            Ok(true)
        })?;
        Ok(best.keys.into_sorted_vec())
    }
}

/// The first keys behind a place, up to a limit.
pub(super) struct Best<'k> {
    keys: BinaryHeap<SortKey>,
    limit: usize,
    after: Option<&'k SortKey>,
}

impl<'k> Best<'k> {
    /// Keeps a key if it is among them.
    pub(super) fn keep(&mut self, key: SortKey) {
        if self.after.is_some_and(|after| key <= *after) {
            return;
        }
        if self.keys.len() < self.limit {
            self.keys.push(key);
        } else if self.keys.peek().is_some_and(|worst| key < *worst) {
            self.keys.pop();
            self.keys.push(key);
        }
    }

    /// The worst of them, if a better one is to take its place.
    pub(super) fn worst(&self) -> Option<&SortKey> {
        if self.keys.len() < self.limit { None } else { self.keys.peek() }
    }

    /// Behind what they all come.
    pub(super) const fn after(&self) -> Option<&'k SortKey> {
        self.after
    }
}

impl SortKey {
    pub(crate) const fn row(&self) -> u32 {
        self.row
    }

    /// The most important of what it is made of.
    pub(super) fn first(&self) -> Option<&Slot> {
        self.slots.first()
    }
}

pub(super) fn sort_value(attribute: &Attribute, value: Value) -> Option<SortValue> {
    let text = |text: String| SortValue::Text(search_fold(&text), text);
    Some(match value {
        Value::Boolean(value) => SortValue::Boolean(value),
        Value::Integer(number) => SortValue::Number(number.into()),
        Value::Decimal(number) => SortValue::Number(number),
        Value::Money(money) => SortValue::Money(money.currency, money.amount),
        Value::Date(date) => SortValue::Day(packed(date.year(), u8::from(date.month()), date.day())),
        Value::PartialDate(date) => {
            SortValue::Day(packed(date.year()?.into(), date.month().unwrap_or(0), date.day().unwrap_or(0)))
        }
        Value::DateTime(instant) => SortValue::Instant(instant),
        Value::Choice(choice) => {
            let place = attribute.options.iter().position(|option| &*option.key == choice.key());
            SortValue::Place(place.unwrap_or(usize::MAX))
        }
        Value::Text(value) => text(value),
        Value::Email(value) => text(value.into()),
        Value::Url(value) => text(value.into()),
        Value::Phone(value) => text(value.into()),
        Value::Reference(_)
        | Value::NumberRange(_)
        | Value::MoneyRange(_)
        | Value::DateRange(_)
        | Value::List(_)
        | Value::Group(_) => return None,
    })
}

/// A number that sorts as the date does.
fn packed(year: i32, month: u8, day: u8) -> i64 {
    i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day)
}
