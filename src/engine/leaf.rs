//! A test of an attribute, answered from its columns for the rows of a chunk.

use super::bits::Test;
use super::mask::{Block, Chunk, Mask, has_any, places, row_of};
use super::naive::prepare::{Over, PreparedTest};
use super::naive::test::ValueTest;
use super::run::{Run, Within};
use crate::index::column::{Column, Data, Places};
use crate::index::{Posting, WORDS};
use crate::model::{AttributeId, Kind, Value};
use crate::rows;
use crate::schema::Attribute;
use crate::segment::syntax::Function;
use crate::store::{Bytes, KeyReader, Result, StoreError, Table, body, unseal};

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

    /// The rows of the values that have a bit.
    pub(super) fn rows(&self, column: &Column<'_>, bits: &[u64]) -> Result<Block> {
        let mut rows = [0; WORDS];
        match (&column.places, &self.elements) {
            (Places::Full, None) => rows.iter_mut().zip(bits).for_each(|(row, bits)| *row = *bits),
            (Places::Dense, None) => {
                let present =
                    self.present.as_ref().ok_or_else(|| self.corrupt("nothing says which rows have a value"))?;
                rows.iter_mut().zip(bits).zip(present.words()).for_each(|((row, bits), is)| *row = bits & is);
            }
            _ => {
                let elements = self.elements.as_ref().map(|elements| elements.column()).transpose()?;
                for (base, word) in (0_usize..).step_by(64).zip(bits) {
                    for bit in super::mask::ones(*word) {
                        let at = base + bit as usize;
                        if matches!(column.places, Places::Dense)
                            && !self
                                .present
                                .as_ref()
                                .is_some_and(|is| is.contains(u16::try_from(at).unwrap_or(u16::MAX)))
                        {
                            continue;
                        }
                        let place = column.place(at);
                        let row = elements.as_ref().map_or(place, |elements| elements.place(place));
                        if let Some(word) = rows.get_mut(row / 64) {
                            *word |= 1 << (row % 64);
                        }
                    }
                }
            }
        }
        Ok(rows)
    }

    pub(super) fn corrupt(&self, reason: &'static str) -> StoreError {
        StoreError::corrupt(Table::Columns, &self.key, reason)
    }

    /// The rows that have a value.
    pub(super) fn with_value(&self, column: &Column<'_>) -> Result<Block> {
        let mut all = vec![0; column.len.div_ceil(64)];
        crate::index::column::fill(&mut all, column.len);
        self.rows(column, &all)
    }
}

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
        let source = self.scope.source;
        let wanted = |block: u32| within.block(block).is_none_or(has_any);
        let (from, to) =
            (rows::column_key(kind, attribute.id, chunk.first), rows::column_key(kind, attribute.id, chunk.end()));
        for entry in source.walk(Table::Columns, from, to)? {
            let (key, bytes) = entry?;
            let block = key.get(6..).and_then(|rest| KeyReader(rest).u32()).unwrap_or(u32::MAX);
            if !wanted(block) {
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
        if matches!(stored.column()?.places, Places::Dense) {
            stored.present = rows::present(self.scope.source, &stored.key)?;
        }
        if let Some(whole) = attribute.part_of
            && let Some(elements) = self.stored(kind, whole, stored.block)?
            && matches!(elements.column()?.data, Data::Bare { single: false })
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
            Over::Any(one) => self.any(test, attribute, one, chunk, within, &mut found)?,
            Over::Every(one) => {
                let mut wrong = Mask::none(chunk);
                self.violating(test, attribute, one, chunk, within, &mut wrong)?;
                found = self.all(kind, chunk, within)?;
                found.without(&wrong);
            }
            Over::All(tests) => {
                found = self.all(kind, chunk, within)?;
                self.narrow(test, attribute, tests, &mut found)?;
            }
            Over::Exactly(any, tests) => {
                let mut wrong = Mask::none(chunk);
                self.violating(test, attribute, any, chunk, within, &mut wrong)?;
                found = self.all(kind, chunk, within)?;
                found.without(&wrong);
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
            let mut holding = Mask::none(found.chunk);
            self.any(test, attribute, one, found.chunk, Within::These(found), &mut holding)?;
            found.and(&holding);
        }
        Ok(())
    }

    /// The rows some value of which satisfies a test.
    fn any(
        &self,
        test: &PreparedTest,
        attribute: &Attribute,
        one: &ValueTest,
        chunk: Chunk,
        within: Within<'_>,
        found: &mut Mask,
    ) -> Result<()> {
        self.columns(test.path.kind, attribute, chunk, within, &mut |stored| {
            let column = stored.column()?;
            let answers = self.evaluator.answers(Test { attribute, function: test.function, of: one }, &column)?;
            put(found, stored.block, &stored.rows(&column, &answers.bits)?);
            for row in stored.rows_at(&column, &answers.elsewhere)? {
                let holds = self.record_holds(test, row_of(stored.block, row), |values| {
                    values.iter().any(|value| one.holds(value))
                })?;
                found.set(row_of(stored.block, row), holds);
            }
            Ok(())
        })
    }

    /// The rows some value of which does not satisfy a test.
    fn violating(
        &self,
        test: &PreparedTest,
        attribute: &Attribute,
        one: &ValueTest,
        chunk: Chunk,
        within: Within<'_>,
        wrong: &mut Mask,
    ) -> Result<()> {
        self.columns(test.path.kind, attribute, chunk, within, &mut |stored| {
            let column = stored.column()?;
            let answers = self.evaluator.answers(Test { attribute, function: test.function, of: one }, &column)?;
            let mut not: Vec<u64> = vec![0; answers.bits.len()];
            crate::index::column::fill(&mut not, column.len);
            not.iter_mut().zip(&answers.bits).for_each(|(not, bits)| *not &= !bits);
            if test.function.is_some() {
                // Of what a function makes nothing of, nothing is asked.
                let results = self.with_result(test, attribute, &column)?;
                not.iter_mut().zip(results).for_each(|(not, results)| *not &= results);
            }
            put(wrong, stored.block, &stored.rows(&column, &not)?);
            for row in stored.rows_at(&column, &answers.elsewhere)? {
                let holds = self.record_holds(test, row_of(stored.block, row), |values| {
                    values.iter().all(|value| one.holds(value))
                })?;
                wrong.set(row_of(stored.block, row), !holds);
            }
            Ok(())
        })
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
            let value = value.into_iter().map(std::borrow::Cow::Owned).collect();
            if !self.evaluator.worked_out(test.function, value).is_empty()
                && let Some(word) = bits.get_mut(at / 64)
            {
                *word |= 1 << (at % 64);
            }
        }
        Ok(bits)
    }

    /// Whether something holds of the values of a record, which are read from it.
    fn record_holds(
        &self,
        test: &PreparedTest,
        row: u32,
        holds: impl Fn(&[std::borrow::Cow<'_, Value>]) -> bool,
    ) -> Result<bool> {
        let Some(record) = self.scope.record(test.path.kind, row)? else { return Ok(false) };
        let values = self.evaluator.own_values(test.path.kind, test.path.attribute, &record)?;
        Ok(holds(&self.evaluator.worked_out(test.function, values)))
    }

    /// The rows of whose number of values a test holds.
    fn counted(&self, test: &PreparedTest, attribute: &Attribute, chunk: Chunk, within: Within<'_>) -> Result<Mask> {
        let mut found = self.all(test.path.kind, chunk, within)?;
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
        let none = holds(0);
        let mut rest = found.clone();
        if !none {
            found = Mask::none(chunk);
        }
        self.columns(test.path.kind, attribute, chunk, Within::These(&rest.clone()), &mut |stored| {
            let column = stored.column()?;
            let has = stored.with_value(&column)?;
            let mut counts: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
            for row in stored.rows_of_values(&column)? {
                *counts.entry(row).or_default() += 1;
            }
            for place in places(&has) {
                let row = row_of(stored.block, place);
                if rest.has(row) {
                    rest.set(row, false);
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

fn put(mask: &mut Mask, block: u32, rows: &Block) {
    if let Some(own) = mask.block_mut(block) {
        own.iter_mut().zip(rows).for_each(|(own, rows)| *own |= rows);
    }
}
