//! A test of an attribute, answered from its columns for the rows of a chunk.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::bits::{Answers, Test};
use super::mask::{Block, Chunk, Mask, has_any, places, row_of};
use super::naive::prepare::{Over, PreparedTest};
use super::naive::test::ValueTest;
use super::run::{Run, Within};
use crate::index::column::{Column, Data, Places, all};
use crate::index::{Posting, WORDS};
use crate::model::{AttributeId, Kind, Value};
use crate::rows::{self, InBlock};
use crate::schema::Attribute;
use crate::segment::syntax::Function;
use crate::store::{Bytes, Result, StoreError, Table, body, unseal};

/// One column of a block with what belongs to it, read where it lies.
pub(super) struct Stored<'s> {
    key: Vec<u8>,
    bytes: Bytes<'s>,
    pub(super) block: u32,
    pub(super) present: Option<Posting>,
    /// Of a part of structured values: the rows of these, where one may have several.
    elements: Option<Box<Stored<'s>>>,
}

impl Stored<'_> {
    pub(super) fn column(&self) -> Result<Column<'_>> {
        // Verified when it was fetched.
        Column::read(body(&self.bytes)).map_err(|reason| StoreError::corrupt(Table::Columns, &self.key, reason))
    }

    /// Whether places are rows.
    pub(super) const fn is_of_rows(&self) -> bool {
        self.elements.is_none()
    }

    /// Whether each value is that of the row of its own number.
    pub(super) fn is_one_a_row(&self, column: &Column<'_>) -> bool {
        !matches!(column.places, Places::Listed(_)) && self.is_of_rows()
    }

    /// The row of each value, by its place in the block.
    pub(super) fn rows_of_values(&self, column: &Column<'_>) -> Result<Vec<usize>> {
        let places = (0..column.len).map(|at| column.place(at));
        Ok(match &self.elements {
            None => places.collect(),
            Some(elements) => {
                let elements = elements.column()?;
                places.map(|at| elements.place(at)).collect()
            }
        })
    }

    /// Whether there is a value at a number, where a dense column may have anything in place of one.
    pub(super) fn has(&self, column: &Column<'_>, at: usize) -> bool {
        let is = |present: &Posting| present.contains(u16::try_from(at).unwrap_or(u16::MAX));
        !column.is_dense() || self.present.as_ref().is_some_and(is)
    }

    /// Sets the bits of the places of the values that have a bit: rows or, of parts of structured values, these.
    pub(super) fn places(&self, column: &Column<'_>, bits: &[u64], out: &mut [u64]) -> Result<()> {
        match &column.places {
            Places::Full => out.iter_mut().zip(bits).for_each(|(own, bits)| *own |= bits),
            Places::Dense => {
                let present =
                    self.present.as_ref().ok_or_else(|| self.corrupt("nothing says which rows have a value"))?;
                out.iter_mut().zip(bits).zip(present.words()).for_each(|((own, bits), is)| *own |= bits & is);
            }
            Places::Listed(_) => scatter(column, bits, out),
        }
        Ok(())
    }

    /// The rows of the values that have a bit.
    pub(super) fn rows(&self, column: &Column<'_>, bits: &[u64]) -> Result<Block> {
        let mut rows = [0; WORDS];
        match &self.elements {
            None => self.places(column, bits, &mut rows)?,
            Some(elements) => {
                let elements = elements.column()?;
                let mut some = vec![0; elements.len.div_ceil(64)];
                self.places(column, bits, &mut some)?;
                scatter(&elements, &some, &mut rows);
            }
        }
        Ok(rows)
    }

    pub(super) fn corrupt(&self, reason: &'static str) -> StoreError {
        StoreError::corrupt(Table::Columns, &self.key, reason)
    }

    /// The rows that have a value.
    pub(super) fn with_value(&self, column: &Column<'_>) -> Result<Block> {
        self.rows(column, &all(column.len))
    }
}

/// The columns of an attribute from some block on, gone through as blocks are wanted.
pub(super) struct Ahead<'a> {
    kind: Kind,
    attribute: &'a Attribute,
    /// The block that was wanted last.
    at: u32,
    end: u32,
    entries: Option<Box<dyn Iterator<Item = Result<InBlock<'a>>> + 'a>>,
    /// The column that was met last, if its block was not wanted yet.
    next: Option<InBlock<'a>>,
}

impl<'a> Ahead<'a> {
    pub(super) fn of(kind: Kind, attribute: &'a Attribute, chunk: Chunk) -> Self {
        Self { kind, attribute, at: chunk.first, end: chunk.end(), entries: None, next: None }
    }
}

/// To go over so many blocks is no dearer than to look up the one behind them.
const NEAR: u32 = 4;

impl<'a> Run<'a> {
    /// The columns of an attribute in the blocks of a chunk, where some row is still wanted.
    pub(super) fn columns(
        &self,
        kind: Kind,
        attribute: &Attribute,
        chunk: Chunk,
        within: Within<'_>,
        each: &mut dyn FnMut(&Stored<'a>) -> Result<()>,
    ) -> Result<()> {
        for entry in rows::walk_column(self.scope.source, Table::Columns, (kind, attribute.id), chunk.range())? {
            let InBlock { block, key, value: bytes } = entry?;
            if !within.block(block).is_none_or(has_any) {
                continue;
            }
            self.scope.look(0)?;
            unseal(Table::Columns, &key, &bytes)?;
            let mut stored = Stored { key: key.to_vec(), bytes, block, present: None, elements: None };
            self.complete(kind, attribute, &mut stored)?;
            each(&stored)?;
        }
        Ok(())
    }

    /// The column of the next block that is wanted, with what belongs to it.
    pub(super) fn stored_ahead(&self, ahead: &mut Ahead<'a>, block: u32) -> Result<Option<Stored<'a>>> {
        if ahead.entries.is_none() || block > ahead.at.saturating_add(NEAR) {
            let (source, attribute) = (self.scope.source, (ahead.kind, ahead.attribute.id));
            ahead.entries = Some(Box::new(rows::walk_column(source, Table::Columns, attribute, block..ahead.end)?));
            ahead.next = None;
        }
        ahead.at = block;
        let Some(entries) = &mut ahead.entries else { return Ok(None) };
        while ahead.next.as_ref().is_none_or(|next| next.block < block) {
            match entries.next().transpose()? {
                Some(next) => ahead.next = Some(next),
                None => return Ok(None),
            }
        }
        let Some(InBlock { block, key, value: bytes }) = ahead.next.take_if(|next| next.block == block) else {
            return Ok(None);
        };
        unseal(Table::Columns, &key, &bytes)?;
        let mut stored = Stored { key: key.to_vec(), bytes, block, present: None, elements: None };
        self.complete(ahead.kind, ahead.attribute, &mut stored)?;
        Ok(Some(stored))
    }

    /// One block of the column of an attribute.
    pub(super) fn stored(&self, kind: Kind, id: AttributeId, block: u32) -> Result<Option<Stored<'a>>> {
        let key = rows::column_key(kind, id, block);
        let Some(bytes) = self.scope.source.view(Table::Columns, &key)? else { return Ok(None) };
        unseal(Table::Columns, &key, &bytes)?;
        Ok(Some(Stored { key, bytes, block, present: None, elements: None }))
    }

    /// One block of the column of an attribute, with what belongs to it.
    pub(super) fn stored_whole(&self, kind: Kind, attribute: &Attribute, block: u32) -> Result<Option<Stored<'a>>> {
        let Some(mut stored) = self.stored(kind, attribute.id, block)? else { return Ok(None) };
        self.complete(kind, attribute, &mut stored)?;
        Ok(Some(stored))
    }

    /// Fetches what belongs to a column.
    fn complete(&self, kind: Kind, attribute: &Attribute, stored: &mut Stored<'a>) -> Result<()> {
        if Column::are_dense(body(&stored.bytes)) {
            stored.present = rows::present(self.scope.source, &stored.key)?;
        }
        if let Some(whole) = attribute.part_of
            && let Some(elements) = self.stored(kind, whole, stored.block)?
            && Column::are_several(body(&elements.bytes))
        {
            stored.elements = Some(Box::new(elements));
        }
        Ok(())
    }

    /// The rows of a chunk of which a test of their own values holds, before it is turned round.
    pub(super) fn found(&self, test: &PreparedTest, chunk: Chunk, within: Within<'_>) -> Result<Mask> {
        let mut found = Mask::none(chunk);
        let kind = test.path.kind;
        let Some(attribute) = self.scope.catalogue.attribute_by_id(kind, test.path.attribute) else { return Ok(found) };
        if test.function == Some(Function::Count) {
            return self.counted(test, attribute, chunk, within);
        }
        match &test.over {
            Over::Set => self.columns(kind, attribute, chunk, within, &mut |stored| {
                let column = stored.column()?;
                let rows = match test.function {
                    None => stored.with_value(&column)?,
                    Some(_) => stored.rows(&column, &self.with_result(test, attribute, &column)?)?,
                };
                put(&mut found, stored.block, &rows);
                Ok(())
            })?,
            Over::Any(one) => found = self.some(test, attribute, one, true, chunk, within)?,
            Over::Every(one) => {
                found = self.all(kind, chunk, within)?;
                found.without(&self.some(test, attribute, one, false, chunk, within)?);
            }
            Over::All(tests) => {
                found = self.all(kind, chunk, within)?;
                self.narrow(test, attribute, tests, &mut found)?;
            }
            Over::Exactly(any, tests) => {
                found = self.all(kind, chunk, within)?;
                found.without(&self.some(test, attribute, any, false, chunk, within)?);
                self.narrow(test, attribute, tests, &mut found)?;
            }
            // Never planned as a test of own values.
            Over::Other { .. } => {}
        }
        Ok(found)
    }

    /// Leaves the rows of which each test holds of some value.
    fn narrow(&self, test: &PreparedTest, attribute: &Attribute, tests: &[ValueTest], found: &mut Mask) -> Result<()> {
        for one in tests {
            let holding = self.some(test, attribute, one, true, found.chunk, Within::These(found))?;
            found.and(&holding);
        }
        Ok(())
    }

    /// The rows some value of which satisfies a test, or some value of which does not.
    fn some(
        &self,
        test: &PreparedTest,
        attribute: &Attribute,
        one: &ValueTest,
        satisfies: bool,
        chunk: Chunk,
        within: Within<'_>,
    ) -> Result<Mask> {
        let mut found = Mask::none(chunk);
        self.columns(test.path.kind, attribute, chunk, within, &mut |stored| {
            let column = stored.column()?;
            // Where places are rows, only those are asked about that are still wanted.
            let wanted = within.block(stored.block).filter(|_| stored.is_one_a_row(&column));
            let asked =
                Test { attribute, function: test.function, of: one, wanted: wanted.map(<[u64; WORDS]>::as_slice) };
            let Answers { mut bits, elsewhere } = self.evaluator.answers(asked, &column)?;
            if !satisfies {
                // Of what a function makes nothing of, nothing is asked.
                let asked = match test.function {
                    None => all(column.len),
                    Some(_) => self.with_result(test, attribute, &column)?,
                };
                bits.iter_mut().zip(asked).for_each(|(bits, asked)| *bits = asked & !*bits);
            }
            put(&mut found, stored.block, &stored.rows(&column, &bits)?);
            for place in stored.rows_at(&column, &elsewhere)? {
                let row = row_of(stored.block, place);
                let is = |values: &[Cow<'_, Value>]| values.iter().any(|value| one.holds(value) == satisfies);
                found.set(row, self.record_holds(test, row, is)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The values of which the function of a test makes something.
    pub(super) fn with_result(
        &self,
        test: &PreparedTest,
        attribute: &Attribute,
        column: &Column<'_>,
    ) -> Result<Vec<u64>> {
        let mut bits = vec![0; column.len.div_ceil(64)];
        let Data::Numbers(numbers) = &column.data else { return Ok(bits) };
        for at in 0..column.len {
            let value = self.evaluator.number(attribute, numbers, at)?;
            let value = value.into_iter().map(Cow::Owned).collect();
            if !self.evaluator.worked_out(test.function, value).is_empty()
                && let Some(word) = bits.get_mut(at / 64)
            {
                *word |= 1 << (at % 64);
            }
        }
        Ok(bits)
    }

    /// Whether something holds of the values of a record, which are read from it.
    fn record_holds(&self, test: &PreparedTest, row: u32, holds: impl Fn(&[Cow<'_, Value>]) -> bool) -> Result<bool> {
        let Some(record) = self.scope.record(test.path.kind, row)? else { return Ok(false) };
        let values = self.evaluator.own_values(test.path.kind, test.path.attribute, &record)?;
        Ok(holds(&self.evaluator.worked_out(test.function, values)))
    }

    /// The rows of whose number of values a test holds.
    fn counted(&self, test: &PreparedTest, attribute: &Attribute, chunk: Chunk, within: Within<'_>) -> Result<Mask> {
        let asked = self.all(test.path.kind, chunk, within)?;
        let holds = |count: usize| {
            let value = Value::Integer(i64::try_from(count).unwrap_or(i64::MAX));
            match &test.over {
                Over::Set => true,
                Over::Any(one) | Over::Every(one) => one.holds(&value),
                Over::All(tests) => tests.iter().all(|one| one.holds(&value)),
                Over::Exactly(any, tests) => any.holds(&value) && tests.iter().all(|one| one.holds(&value)),
                Over::Other { .. } => false,
            }
        };
        let mut found = if holds(0) { asked.clone() } else { Mask::none(chunk) };
        self.columns(test.path.kind, attribute, chunk, Within::These(&asked), &mut |stored| {
            let column = stored.column()?;
            let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
            for row in stored.rows_of_values(&column)? {
                *counts.entry(row).or_default() += 1;
            }
            for place in places(&stored.with_value(&column)?) {
                let row = row_of(stored.block, place);
                if asked.has(row) {
                    found.set(row, holds(counts.get(&place).copied().unwrap_or(0)));
                }
            }
            Ok(())
        })?;
        Ok(found)
    }
}

impl Stored<'_> {
    /// The places of the rows of some values.
    fn rows_at(&self, column: &Column<'_>, values: &[usize]) -> Result<Vec<usize>> {
        if values.is_empty() {
            return Ok(Vec::new());
        }
        let all = self.rows_of_values(column)?;
        Ok(values.iter().filter_map(|at| all.get(*at)).copied().collect())
    }
}

/// Sets the bits of the places that a column lists for the values that have a bit.
fn scatter(column: &Column<'_>, bits: &[u64], out: &mut [u64]) {
    for (base, word) in (0_usize..).step_by(64).zip(bits) {
        for bit in super::mask::ones(*word) {
            let place = column.place(base + bit as usize);
            if let Some(word) = out.get_mut(place / 64) {
                *word |= 1 << (place % 64);
            }
        }
    }
}

fn put(mask: &mut Mask, block: u32, rows: &Block) {
    if let Some(own) = mask.block_mut(block) {
        own.iter_mut().zip(rows).for_each(|(own, rows)| *own |= rows);
    }
}
