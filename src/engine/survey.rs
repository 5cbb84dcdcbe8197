//! The values that the records of a segment have of an attribute, from its columns, told to something that counts them.
//!
//! Through relations nothing is looked up record by record: it is counted how often each record at their end is led to, and the
//! values of these count as often.

use std::borrow::Cow;

use super::gather::Gathering;
use super::leaf::Stored;
use super::mask::{Block, Mask, has_any, places, row_of};
use super::naive::{Here, Place, Question};
use super::plan::Needs;
use super::run::{Run, Within};
use super::weights::{Times, Weighted};
use crate::index::column::{Cell, Column, Data, Numbers, Texts, target};
use crate::model::{Currency, How, Kind, Value, ValueType, search_fold};
use crate::rows::{self, InBlock, Row};
use crate::schema::{Attribute, Source};
use crate::segment::{Expression, Path, Relation};
use crate::store::{Result, decode_value};

/// A value as columns keep it.
#[derive(Debug, Clone)]
pub(super) enum Known<'v> {
    /// Numbers, dates, instants, options, references, true and false, tags.
    Number(i64),
    Amount {
        mantissa: i128,
        scale: u32,
        currency: Option<Currency>,
    },
    /// Phone numbers as typed have NUL and their region behind them.
    Text {
        folded: Cow<'v, str>,
        typed: Cow<'v, str>,
    },
}

/// What is told of values.
pub(super) trait Sink {
    /// So many records have this value alone.
    fn one(&mut self, value: &Known<'_>, times: u64);
    /// A record that is met so many times has these values.
    fn several(&mut self, values: &[Known<'_>], times: u64);
    /// Those of a column that have a bit are of so many records, one each; gives whether it took them all at once.
    fn all_of(&mut self, numbers: &Numbers<'_>, bits: &Block) -> bool {
        let _ = (numbers, bits);
        false
    }
    /// So many records have this tag, perhaps among others.
    fn tag(&mut self, tag: u32, times: u64);
    /// So many records have a tag.
    fn tagged(&mut self, times: u64);
}

impl Run<'_> {
    /// Tells what the records of a question have of an attribute; gives how many records there are.
    pub(super) fn survey(&self, kind: Kind, question: &Question, of: &Expression, sink: &mut dyn Sink) -> Result<u64> {
        let mut total = 0;
        let Some((first, rest)) = of.path.relations.split_first() else {
            self.chunks(kind, question, false, &mut |found| {
                total += found.count();
                self.tell(of, &Weighted::once(&found), sink)?;
                Ok(true)
            })?;
            return Ok(total);
        };
        let mut reached = Times::none(self.scope.rows(first.target)?);
        self.chunks(kind, question, false, &mut |found| {
            total += found.count();
            self.lead(*first, &Weighted::once(&found), &mut reached)?;
            Ok(true)
        })?;
        for step in rest {
            let mut beyond = Times::none(self.scope.rows(step.target)?);
            self.lead(*step, &Weighted::of(&reached.mask(), &reached), &mut beyond)?;
            reached = beyond;
        }
        self.tell(of, &Weighted::of(&reached.mask(), &reached), sink)?;
        Ok(total)
    }

    /// Counts how often each record is led to by the first reference of some rows.
    fn lead(&self, step: Relation, from: &Weighted<'_>, to: &mut Times) -> Result<()> {
        let Some(attribute) = self.scope.catalogue.attribute_by_id(step.kind, step.attribute) else { return Ok(()) };
        let (settled, fresh) = self.parted(step.kind, from.mask)?;
        for record in &fresh {
            let place = Place { here: Here::Record(record), around: None };
            if let Some(reached) = self.evaluator.follow(step, place)? {
                to.add(reached.row, from.of_row(record.row));
            }
        }
        self.columns(step.kind, attribute, settled.chunk, Within::These(&settled), &mut |stored| {
            let column = stored.column()?;
            let Data::Numbers(numbers) = &column.data else {
                return Err(stored.corrupt("references that are no numbers"));
            };
            let mut last = None;
            each_row(stored, &column, &settled, &mut |at, row| {
                // The first of several leads on.
                if last.replace(row) != Some(row)
                    && let Some((kind, reached)) = target(numbers.get(at))
                    && kind == step.target
                {
                    to.add(reached, from.of_row(row));
                }
            })
        })
    }

    /// The rows whose columns are up to date, and the records of the others.
    fn parted(&self, kind: Kind, rows: &Mask) -> Result<(Mask, Vec<std::sync::Arc<Row>>)> {
        let (mut settled, mut fresh) = (rows.clone(), Vec::new());
        for row in self.scope.fresh(kind).iter().filter(|row| rows.has(**row)) {
            self.scope.look(1)?;
            settled.set(*row, false);
            fresh.extend(self.scope.record(kind, *row)?);
        }
        Ok((settled, fresh))
    }

    /// Tells what some rows have of an attribute of their own.
    fn tell(&self, of: &Expression, rows: &Weighted<'_>, sink: &mut dyn Sink) -> Result<()> {
        let kind = of.path.kind;
        let Some(attribute) = self.scope.catalogue.attribute_by_id(kind, of.path.attribute) else { return Ok(()) };
        let stands = match attribute.source {
            Source::Record | Source::Part(_) => attribute.value_type != ValueType::Group,
            Source::WorkedOut(how) => matches!(how, How::Of(..) | How::Latest { .. }),
            Source::Tags | Source::Id => false,
        };
        if of.function.is_none() && matches!(attribute.source, Source::Tags) {
            return self.tell_tags(kind, rows, sink);
        }
        let (settled, fresh) = self.parted(kind, rows.mask)?;
        for record in &fresh {
            self.tell_record(of, attribute, record, rows.of_row(record.row), sink)?;
        }
        if stands && of.function.is_none() {
            return self.columns(kind, attribute, settled.chunk, Within::These(&settled), &mut |stored| {
                self.tell_column(of, attribute, stored, &settled, rows, sink)
            });
        }
        let own = Expression { function: of.function, path: Path { relations: Vec::new(), ..of.path.clone() } };
        let mut needs = Needs::default();
        needs.key(self.scope.catalogue, kind, &own);
        let gathering = Gathering::of(self.scope.catalogue, kind, &needs);
        for block in settled.chunk.range() {
            let Some(asked) = settled.block(block).filter(|asked| has_any(asked)) else { continue };
            self.each_record(kind, &gathering, block, asked, &mut |place, record| {
                self.tell_record(of, attribute, record, rows.of_row(row_of(block, place)), sink)
            })?;
        }
        Ok(())
    }

    fn tell_record(
        &self,
        of: &Expression,
        attribute: &Attribute,
        record: &Row,
        times: u64,
        sink: &mut dyn Sink,
    ) -> Result<()> {
        let values = self.evaluator.own_values(of.path.kind, of.path.attribute, record)?;
        let values = self.evaluator.worked_out(of.function, values);
        let mut known = Vec::with_capacity(values.len());
        for value in &values {
            known.extend(self.known(attribute, value)?);
        }
        match known.as_slice() {
            [] => {}
            [one] => sink.one(one, times),
            several => sink.several(several, times),
        }
        Ok(())
    }

    /// A value as columns keep it; `None` if it is of no form that is counted, or leads nowhere.
    fn known<'v>(&self, attribute: &Attribute, value: &'v Value) -> Result<Option<Known<'v>>> {
        let cell = Cell::of(attribute, value, &mut |id| rows::find(self.scope.source, id))?;
        Ok(match (cell, value) {
            (Some(Cell::Number(number)), _) => Some(Known::Number(number)),
            (Some(Cell::Amount { mantissa, scale, currency }), _) => Some(Known::Amount { mantissa, scale, currency }),
            (Some(Cell::Text(text)), _) => Some(text_of(Cow::Owned(text))),
            (Some(Cell::Long), Value::Text(text)) => Some(text_of(Cow::Borrowed(text))),
            (Some(Cell::Long), Value::Url(url)) => Some(text_of(Cow::Borrowed(url.as_str()))),
            _ => None,
        })
    }

    fn tell_column(
        &self,
        of: &Expression,
        attribute: &Attribute,
        stored: &Stored<'_>,
        settled: &Mask,
        rows: &Weighted<'_>,
        sink: &mut dyn Sink,
    ) -> Result<()> {
        let column = stored.column()?;
        if let (Data::Texts(texts), true) = (&column.data, stored.is_one_a_row(&column)) {
            let mut long = Vec::new();
            tell_texts(stored, &column, texts, settled, rows, sink, &mut long)?;
            return self.tell_long(of, attribute, &long, rows, sink);
        }
        if let (Data::Numbers(numbers), true) = (&column.data, stored.is_one_a_row(&column)) {
            return tell_numbers(stored, &column, numbers, settled, rows, sink);
        }
        let typed: Vec<Cow<'_, str>> = match &column.data {
            Data::Texts(texts) => texts.each_typed().collect(),
            _ => Vec::new(),
        };
        let mut long = Vec::new();
        let (mut at_row, mut values) = (None, Vec::new());
        let mut tell = |row: Option<u32>, values: &mut Vec<Known<'_>>| {
            if let (Some(row), [first, rest @ ..]) = (row, values.as_slice()) {
                let times = rows.of_row(row);
                if rest.is_empty() { sink.one(first, times) } else { sink.several(values, times) }
            }
            values.clear();
        };
        each_row(stored, &column, settled, &mut |at, row| {
            if long.last() == Some(&row) {
                return;
            }
            if at_row != Some(row) {
                tell(at_row.replace(row), &mut values);
            }
            match &column.data {
                Data::Numbers(numbers) => values.push(number_at(numbers, at)),
                Data::Texts(texts) => {
                    if let Some(typed) = texts.entry_of(at).and_then(|entry| typed.get(entry)) {
                        values.push(text_of(Cow::Borrowed(typed)));
                    } else {
                        // Not all of its values stand here: the record has them.
                        long.push(row);
                        values.clear();
                    }
                }
                Data::Bytes(bytes) => match bytes.get(at).map(|bytes| decode_value(bytes)) {
                    Some(Ok(Value::Integer(number))) => values.push(Known::Number(number)),
                    Some(Ok(Value::Text(text))) => values.push(text_of(Cow::Owned(text))),
                    Some(Ok(Value::Decimal(number))) => values.push(amount(number, None)),
                    Some(Ok(Value::Money(money))) => values.push(amount(money.amount, Some(money.currency))),
                    Some(Ok(_)) | None => {}
                    Some(Err(_)) => {
                        long.push(row);
                        values.clear();
                    }
                },
                Data::Bare { .. } => {}
            }
        })?;
        tell(at_row, &mut values);
        self.tell_long(of, attribute, &long, rows, sink)
    }

    /// Tells of rows not all of whose values stand in the column.
    fn tell_long(
        &self,
        of: &Expression,
        attribute: &Attribute,
        long: &[u32],
        rows: &Weighted<'_>,
        sink: &mut dyn Sink,
    ) -> Result<()> {
        for row in long {
            if let Some(record) = self.scope.record(of.path.kind, *row)? {
                self.tell_record(of, attribute, &record, rows.of_row(*row), sink)?;
            }
        }
        Ok(())
    }

    /// Tags are written at once, so what stands there is true of fresh rows too.
    fn tell_tags(&self, kind: Kind, rows: &Weighted<'_>, sink: &mut dyn Sink) -> Result<()> {
        let chunk = rows.mask.chunk;
        let mut any = Mask::none(chunk);
        let tags: Vec<u32> =
            self.scope.catalogue.tags.nodes().filter_map(|(_, _, id)| self.scope.catalogue.tags.live(id)).collect();
        for tag in tags {
            let mut times = 0;
            for entry in rows::walk_tagged(self.scope.source, tag, kind, chunk.range())? {
                let InBlock { block, key, value } = entry?;
                let (Some(asked), Some(any)) = (rows.mask.block(block), any.block_mut(block)) else { continue };
                let posting = rows::read_tag_rows(&key, &value)?;
                let mut both = *asked;
                for ((both, rows), any) in both.iter_mut().zip(posting.words()).zip(any) {
                    *both &= rows;
                    *any |= *both;
                }
                times += if rows.is_once() {
                    both.iter().map(|word| u64::from(word.count_ones())).sum::<u64>()
                } else {
                    places(&both).map(|place| rows.of_row(row_of(block, place))).sum()
                };
            }
            if times > 0 {
                sink.tag(tag, times);
            }
        }
        sink.tagged(any.iter().map(|row| rows.of_row(row)).sum());
        Ok(())
    }
}

/// Each value of rows that are among some, with its place in the column, in the order of the rows.
fn each_row(stored: &Stored<'_>, column: &Column<'_>, among: &Mask, each: &mut dyn FnMut(usize, u32)) -> Result<()> {
    let Some(among) = among.block(stored.block) else { return Ok(()) };
    if stored.is_one_a_row(column) {
        let mut has = stored.with_value(column)?;
        has.iter_mut().zip(among).for_each(|(has, among)| *has &= among);
        places(&has).for_each(|place| each(place, row_of(stored.block, place)));
        return Ok(());
    }
    for (at, row) in stored.rows_of_values(column)?.into_iter().enumerate() {
        if stored.has(column, at) && among.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1) {
            each(at, row_of(stored.block, row));
        }
    }
    Ok(())
}

fn tell_numbers(
    stored: &Stored<'_>,
    column: &Column<'_>,
    numbers: &Numbers<'_>,
    settled: &Mask,
    rows: &Weighted<'_>,
    sink: &mut dyn Sink,
) -> Result<()> {
    let Some(among) = settled.block(stored.block) else { return Ok(()) };
    if rows.is_once() && numbers.is_of_one_currency() {
        let mut has = stored.with_value(column)?;
        has.iter_mut().zip(among).for_each(|(has, among)| *has &= among);
        if sink.all_of(numbers, &has) {
            return Ok(());
        }
        if let Some(counts) = numbers.packed.histogram(&has) {
            let (scale, currency) = (numbers.scale, numbers.currencies.first().copied());
            for (field, times) in (0..).zip(counts).filter(|(_, times)| *times > 0) {
                let number = numbers.number_of(field);
                let known = match scale {
                    None => Known::Number(number),
                    Some(scale) => Known::Amount { mantissa: number.into(), scale, currency },
                };
                sink.one(&known, times.into());
            }
            return Ok(());
        }
    }
    each_row(stored, column, settled, &mut |at, row| sink.one(&number_at(numbers, at), rows.of_row(row)))
}

/// Each different text once.
fn tell_texts(
    stored: &Stored<'_>,
    column: &Column<'_>,
    texts: &Texts<'_>,
    settled: &Mask,
    rows: &Weighted<'_>,
    sink: &mut dyn Sink,
    long: &mut Vec<u32>,
) -> Result<()> {
    let mut counts = vec![0_u64; texts.entries()];
    each_row(
        stored,
        column,
        settled,
        &mut |at, row| match texts.entry_of(at).and_then(|entry| counts.get_mut(entry)) {
            Some(count) => *count += rows.of_row(row),
            None => long.push(row),
        },
    )?;
    for ((count, folded), typed) in counts.into_iter().zip(texts.each_folded()).zip(texts.each_typed()) {
        if count > 0 {
            sink.one(&Known::Text { folded: Cow::Borrowed(folded), typed }, count);
        }
    }
    Ok(())
}

fn number_at(numbers: &Numbers<'_>, at: usize) -> Known<'static> {
    let number = numbers.get(at);
    match numbers.scale {
        None => Known::Number(number),
        Some(scale) => Known::Amount { mantissa: number.into(), scale, currency: numbers.currency(at) },
    }
}

fn amount(number: rust_decimal::Decimal, currency: Option<Currency>) -> Known<'static> {
    Known::Amount { mantissa: number.mantissa(), scale: number.scale(), currency }
}

fn text_of(typed: Cow<'_, str>) -> Known<'_> {
    let folded = search_fold(typed.split_once('\0').map_or(&typed, |(text, _)| text));
    Known::Text { folded: Cow::Owned(folded), typed }
}
