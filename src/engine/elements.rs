//! Conditions on one and the same structured value, answered for all values of a block at once: a bit for each value.

use super::bits::Test;
use super::gather::Gathering;
use super::leaf::Stored;
use super::mask::{Block, Chunk, Mask, has_any, row_of};
use super::naive::prepare::{Over, Prepared, PreparedBlock, PreparedTest};
use super::plan::Needs;
use super::run::{Run, Within};
use crate::index::WORDS;
use crate::index::column::{Data, all};
use crate::model::Kind;
use crate::schema::{Attribute, Catalogue, Source};
use crate::segment::syntax::{Function, Quantifier};
use crate::store::Result;

/// Whether a condition is about parts of one value alone, each asked by a test that columns can answer.
pub(super) fn is_of_elements(catalogue: &Catalogue, kind: Kind, block: &PreparedBlock) -> bool {
    let path = &block.path;
    let own = path.kind == kind && path.outer == 0 && path.relations.is_empty();
    let stored = catalogue
        .attribute_by_id(path.kind, path.attribute)
        .is_some_and(|whole| matches!(whole.source, Source::Record) && whole.part_of.is_none());
    own && stored && is_of_parts(catalogue, &block.condition, block)
}

fn is_of_parts(catalogue: &Catalogue, condition: &Prepared, block: &PreparedBlock) -> bool {
    match condition {
        Prepared::All => true,
        Prepared::And(operands) | Prepared::Or(operands) => {
            for operand in operands {
                if !is_of_parts(catalogue, operand, block) {
                    return false;
                }
            }
            true
        }
        Prepared::Not(operand) => is_of_parts(catalogue, operand, block),
        Prepared::Attribute(test) => {
            let part = catalogue.attribute_by_id(test.path.kind, test.path.attribute);
            test.path.outer == 0
                && test.path.relations.is_empty()
                && test.path.kind == block.path.kind
                && part.is_some_and(|part| part.part_of == Some(block.path.attribute))
                && matches!(test.over, Over::Set | Over::Any(_))
                && test.function != Some(Function::Count)
        }
        Prepared::Tags(_) | Prepared::May(_) | Prepared::Block(_) => false,
    }
}

/// The structured values of a block of rows.
struct Elements<'s> {
    stored: Stored<'s>,
    /// Which of them there are: by row where a row has one at most, else by their number.
    all: Vec<u64>,
    single: bool,
}

impl<'a> Run<'a> {
    /// The rows of a condition on one of their structured values.
    pub(super) fn elements(
        &self,
        kind: Kind,
        block: &PreparedBlock,
        (whole, needs): (&Prepared, &Needs),
        chunk: Chunk,
        within: Within<'_>,
    ) -> Result<Mask> {
        let mut found = Mask::none(chunk);
        let Some(attribute) = self.scope.catalogue.attribute_by_id(kind, block.path.attribute) else {
            return Ok(found);
        };
        let decisive = block.quantifier != Quantifier::Every;
        let mut elsewhere = Vec::new();
        let all = match block.quantifier {
            Quantifier::Any => None,
            _ => Some(self.all(kind, chunk, within)?),
        };
        self.columns(kind, attribute, chunk, within, &mut |stored| {
            let number = stored.block;
            let Some(elements) = self.elements_in(kind, attribute, number)? else { return Ok(()) };
            let Some(holding) = self.condition(kind, &elements, &block.condition)? else {
                elsewhere.push(number);
                return Ok(());
            };
            let decided: Vec<u64> = elements
                .all
                .iter()
                .zip(&holding)
                .map(|(all, holds)| if decisive { all & holds } else { all & !holds })
                .collect();
            let rows = elements.rows(&decided)?;
            if let Some(own) = found.block_mut(number) {
                own.copy_from_slice(&rows);
            }
            Ok(())
        })?;
        if let Some(mut all) = all {
            all.without(&found);
            found = all;
        } else if let Within::These(these) = within {
            found.and(these);
        }
        for number in elsewhere {
            self.records_of_block(kind, whole, needs, number, within, &mut found)?;
        }
        Ok(found)
    }

    /// Asks the records of a block one by one.
    fn records_of_block(
        &self,
        kind: Kind,
        condition: &Prepared,
        needs: &Needs,
        number: u32,
        within: Within<'_>,
        found: &mut Mask,
    ) -> Result<()> {
        let chunk = Chunk { first: number, blocks: 1 };
        let asked: Block = match within.block(number) {
            Some(block) => *block,
            None => self.all(kind, chunk, Within::Every)?.block(number).copied().unwrap_or([0; WORDS]),
        };
        if let Some(own) = found.block_mut(number) {
            *own = [0; WORDS];
        }
        if !has_any(&asked) {
            return Ok(());
        }
        self.each_record(
            kind,
            &Gathering::of(self.scope.catalogue, kind, needs),
            number,
            &asked,
            &mut |place, record| {
                let holds = self.evaluator.holds_of_record(condition, record)?;
                found.set(row_of(number, place), holds);
                Ok(())
            },
        )
    }

    fn elements_in(&self, kind: Kind, attribute: &Attribute, block: u32) -> Result<Option<Elements<'a>>> {
        let Some(stored) = self.stored_whole(kind, attribute, block)? else { return Ok(None) };
        let column = stored.column()?;
        let single = !matches!(column.data, Data::Bare { single: false });
        let all = if single { stored.with_value(&column)?.to_vec() } else { all(column.len) };
        Ok(Some(Elements { stored, all, single }))
    }

    /// The values of which a condition holds, among which may be some that are not there; `None` if the columns do not say.
    ///
    /// Recursion is safe, as for the question.
    fn condition(&self, kind: Kind, elements: &Elements<'a>, condition: &Prepared) -> Result<Option<Vec<u64>>> {
        match condition {
            Prepared::All => Ok(Some(elements.all.clone())),
            Prepared::And(operands) => self.joined(kind, elements, operands, true),
            Prepared::Or(operands) => self.joined(kind, elements, operands, false),
            Prepared::Not(operand) => {
                let holds = self.condition(kind, elements, operand)?;
                Ok(holds.map(|mut holds| {
                    turn_round(&mut holds);
                    holds
                }))
            }
            Prepared::Attribute(test) => self.of_part(kind, elements, test),
            Prepared::Tags(_) | Prepared::May(_) | Prepared::Block(_) => Ok(None),
        }
    }

    fn joined(
        &self,
        kind: Kind,
        elements: &Elements<'a>,
        operands: &[Prepared],
        all: bool,
    ) -> Result<Option<Vec<u64>>> {
        let mut joined = if all { elements.all.clone() } else { vec![0; elements.all.len()] };
        for operand in operands {
            let Some(next) = self.condition(kind, elements, operand)? else { return Ok(None) };
            for (own, next) in joined.iter_mut().zip(next) {
                if all { *own &= next } else { *own |= next }
            }
        }
        Ok(Some(joined))
    }

    /// The values of whose part a test holds.
    fn of_part(&self, kind: Kind, elements: &Elements<'a>, test: &PreparedTest) -> Result<Option<Vec<u64>>> {
        let mut holds = vec![0; elements.all.len()];
        let part = self.scope.catalogue.attribute_by_id(kind, test.path.attribute);
        if let Some(part) = part
            && let Some(stored) = self.stored_whole(kind, part, elements.stored.block)?
        {
            let column = stored.column()?;
            let bits = match &test.over {
                Over::Any(one) => {
                    let test = Test { attribute: part, function: test.function, of: one, wanted: None };
                    let answers = self.evaluator.answers(test, &column)?;
                    if !answers.elsewhere.is_empty() {
                        return Ok(None);
                    }
                    answers.bits
                }
                _ if test.function.is_some() => self.with_result(test, part, &column)?,
                _ => all(column.len),
            };
            stored.places(&column, &bits, &mut holds)?;
        }
        if test.negated {
            turn_round(&mut holds);
        }
        Ok(Some(holds))
    }
}

fn turn_round(bits: &mut [u64]) {
    for word in bits {
        *word = !*word;
    }
}

impl Elements<'_> {
    /// The rows of some values.
    fn rows(&self, bits: &[u64]) -> Result<Block> {
        let mut rows = [0; WORDS];
        if self.single {
            rows.iter_mut().zip(bits).for_each(|(row, bits)| *row = *bits);
            return Ok(rows);
        }
        self.stored.rows(&self.stored.column()?, bits)
    }
}
