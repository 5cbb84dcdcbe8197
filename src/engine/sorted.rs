//! The first rows in an order, straight from the columns of its keys.
//!
//! A row is first held by its first key alone against the worst that is kept: most fall there, and nothing is made of them.

use std::cmp::Ordering;

use super::bits::numbers_between;
use super::leaf::{Ahead, Stored};
use super::mask::{Block, Chunk, Mask, places, row_of};
use super::order::{Best, Slot, SortKey, SortValue, sort_value};
use super::run::Run;
use crate::index::column::{Column, Data, Places};
use crate::model::Kind;
use crate::schema::{Attribute, Source};
use crate::segment::Order;
use crate::segment::syntax::Direction;
use crate::store::Result;

/// A key of an order whose values stand in a column, one a row.
pub(super) struct ColumnKey<'c> {
    attribute: &'c Attribute,
    descending: bool,
}

/// The columns of keys in a chunk.
pub(super) fn all_ahead<'a>(kind: Kind, keys: &[ColumnKey<'a>], chunk: Chunk) -> Vec<Ahead<'a>> {
    keys.iter().map(|key| Ahead::of(kind, key.attribute, chunk)).collect()
}

impl<'a> Run<'a> {
    /// The keys of an order, if all are of the record itself and have one value.
    pub(super) fn column_keys(&self, kind: Kind, order: &[Order]) -> Option<Vec<ColumnKey<'a>>> {
        let one = |key: &Order| {
            let path = &key.key.path;
            let attribute = self.scope.catalogue.attribute_by_id(path.kind, path.attribute)?;
            let own = key.key.function.is_none() && path.relations.is_empty() && path.outer == 0 && path.kind == kind;
            let stands = match attribute.source {
                Source::Record => !attribute.many,
                Source::Part(_) => !attribute.is_many_in_value(),
                Source::WorkedOut(how) => matches!(how, crate::model::How::Of(..) | crate::model::How::Latest { .. }),
                Source::Tags | Source::Id => false,
            };
            (own && stands).then(|| ColumnKey { attribute, descending: key.direction == Direction::Descending })
        };
        order.iter().map(one).collect()
    }

    /// Takes the rows of a block that come before the worst of those that are kept; gives whether it could: not where a row has
    /// several structured values, since which of them is the primary one a column alone does not say.
    pub(super) fn keep_best(
        &self,
        keys: &[ColumnKey<'a>],
        ahead: &mut [Ahead<'a>],
        block: u32,
        asked: &Block,
        best: &mut Best<'_>,
    ) -> Result<bool> {
        let stored: Vec<Option<Stored<'_>>> =
            ahead.iter_mut().map(|ahead| self.stored_ahead(ahead, block)).collect::<Result<_>>()?;
        if stored.iter().flatten().any(|stored| !stored.is_of_rows()) {
            return Ok(false);
        }
        let columns: Vec<Option<Column<'_>>> =
            stored.iter().map(|stored| stored.as_ref().map(Stored::column).transpose()).collect::<Result<_>>()?;
        let read: Vec<Reading<'_>> =
            stored.iter().zip(&columns).map(|(s, c)| Reading::of(s.as_ref(), c.as_ref())).collect();
        let mut near = *asked;
        if let (Some(key), Some(Some(stored)), Some(Some(column))) = (keys.first(), stored.first(), columns.first()) {
            narrow(key, stored, column, best, &mut near)?;
        }
        for place in places(&near) {
            // Most fall by their first key alone: behind the worst that is kept, or ahead of the place where it begins.
            if let (Some(key), Some(first)) = (keys.first(), read.first())
                && (self.first_is(Ordering::Greater, key, first, place, best.worst())?
                    || self.first_is(Ordering::Less, key, first, place, best.after())?)
            {
                continue;
            }
            let mut slots = Vec::with_capacity(keys.len());
            for (key, reading) in keys.iter().zip(&read) {
                slots.push(Slot { value: self.sort_value_at(key, reading, place)?, descending: key.descending });
            }
            best.keep(SortKey { slots, row: row_of(block, place) });
        }
        Ok(true)
    }

    /// Whether the first key of a row alone stands so to that of another one.
    fn first_is(
        &self,
        wanted: Ordering,
        key: &ColumnKey<'_>,
        reading: &Reading<'_>,
        place: usize,
        other: Option<&SortKey>,
    ) -> Result<bool> {
        let Some(other) = other.and_then(SortKey::first) else { return Ok(false) };
        let (at, other) = match (reading.at(place), &other.value) {
            (Some(at), Some(other)) => (at, other),
            // Missing values come last both ways.
            (None, Some(_)) => return Ok(wanted == Ordering::Greater),
            // What stands there may count as missing too, such as a date without a year.
            (_, None) => return Ok(false),
        };
        let order = match (&reading.column.map(|column| &column.data), other) {
            (Some(Data::Texts(texts)), SortValue::Text(folded, _)) => {
                texts.entry_of(at).map(|entry| texts.folded(entry).cmp(folded.as_str()))
            }
            (Some(Data::Numbers(numbers)), other) => {
                let value = self.evaluator.number(key.attribute, numbers, at)?;
                value.and_then(|value| sort_value(key.attribute, value)).map(|value| value.cmp(other))
            }
            _ => None,
        };
        Ok(order == Some(if key.descending { wanted.reverse() } else { wanted }))
    }

    fn sort_value_at(&self, key: &ColumnKey<'_>, reading: &Reading<'_>, place: usize) -> Result<Option<SortValue>> {
        let (Some(at), Some(column)) = (reading.at(place), reading.column) else { return Ok(None) };
        let value = match &column.data {
            Data::Numbers(numbers) => self.evaluator.number(key.attribute, numbers, at)?,
            Data::Texts(texts) => match texts.entry_of(at) {
                Some(entry) => Some(crate::index::column::text_value(key.attribute, &texts.typed(entry))),
                None => self.long_text(key.attribute, reading.block, place)?,
            },
            Data::Bytes(values) => values.get(at).and_then(|bytes| crate::store::decode_value(bytes).ok()),
            Data::Bare { .. } => None,
        };
        Ok(value.and_then(|value| sort_value(key.attribute, value)))
    }

    /// A text that is too long for a column.
    fn long_text(&self, attribute: &Attribute, block: u32, place: usize) -> Result<Option<crate::model::Value>> {
        let Some(record) = self.scope.record(attribute.kind, row_of(block, place))? else { return Ok(None) };
        let values = self.evaluator.own_values(attribute.kind, attribute.id, &record)?;
        Ok(values.into_iter().next().map(std::borrow::Cow::into_owned))
    }
}

/// Leaves of the rows of a block those whose first key can be among the best, as far as that is seen from all numbers at once. Rows
/// without a value come last, so they fall as soon as a row that has one is the worst that is kept.
fn narrow(
    key: &ColumnKey<'_>,
    stored: &Stored<'_>,
    column: &Column<'_>,
    best: &Best<'_>,
    rows: &mut Block,
) -> Result<()> {
    let value = |of: Option<&SortKey>| of.and_then(SortKey::first).and_then(|slot| slot.value.clone());
    let (Data::Numbers(numbers), Some(worst)) = (&column.data, value(best.worst())) else { return Ok(()) };
    let (first, last) = (value(best.after()), Some(worst));
    let (low, high) = if key.descending { (last, first) } else { (first, last) };
    let Some((low, high)) = numbers_between(key.attribute, numbers, low.as_ref(), high.as_ref()) else { return Ok(()) };
    let wanted = stored.is_one_a_row(column).then_some(rows.as_slice());
    let mut bits = vec![0; column.len.div_ceil(64)];
    numbers.within(wanted, low, high, &mut bits);
    let within = stored.rows(column, &bits)?;
    rows.iter_mut().zip(within).for_each(|(rows, within)| *rows &= within);
    Ok(())
}

/// A column of which the value of a row is wanted.
struct Reading<'r> {
    stored: Option<&'r Stored<'r>>,
    column: Option<&'r Column<'r>>,
    block: u32,
    /// The places that have a value, where they are listed.
    listed: Vec<u32>,
}

impl<'r> Reading<'r> {
    fn of(stored: Option<&'r Stored<'r>>, column: Option<&'r Column<'r>>) -> Self {
        let listed = match column {
            Some(column) if matches!(column.places, Places::Listed(_)) => column.all_places(None),
            _ => Vec::new(),
        };
        Self { stored, column, block: stored.map_or(0, |stored| stored.block), listed }
    }

    /// Which value is that of a place.
    fn at(&self, place: usize) -> Option<usize> {
        let column = self.column?;
        match &column.places {
            Places::Full => (place < column.len).then_some(place),
            Places::Dense => self.stored?.has(column, place).then_some(place),
            Places::Listed(_) => self.listed.binary_search(&u32::try_from(place).ok()?).ok(),
        }
    }
}

/// The rows of a block that are among some, without those at some places.
pub(super) fn rest_of(found: &Mask, block: u32, without: impl Iterator<Item = u16>) -> Option<Block> {
    let mut asked = *found.block(block)?;
    for place in without {
        if let Some(word) = asked.get_mut(usize::from(place) / 64) {
            *word &= !(1 << (place % 64));
        }
    }
    Some(asked)
}
