//! Sets of rows: a bit for each row of some blocks.

use crate::index::{BLOCK, WORDS};

/// Blocks that are dealt with together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) first: u32,
    pub(super) blocks: u32,
}

impl Chunk {
    /// All blocks of so many rows.
    pub(super) fn all(rows: u32) -> Self {
        Self { first: 0, blocks: rows.div_ceil(BLOCK) }
    }

    pub(super) const fn end(self) -> u32 {
        self.first + self.blocks
    }

    /// Their numbers.
    pub(super) const fn range(self) -> std::ops::Range<u32> {
        self.first..self.end()
    }

    /// The same in parts of at most so many blocks.
    pub(super) fn parts(self, most: u32) -> impl Iterator<Item = Self> {
        self.range()
            .step_by(most.max(1) as usize)
            .map(move |first| Self { first, blocks: most.min(self.end() - first) })
    }

    /// The first row, and the first behind the last.
    pub(super) const fn rows(self) -> (u32, u32) {
        (self.first.saturating_mul(BLOCK), self.end().saturating_mul(BLOCK))
    }

    pub(super) const fn has(self, row: u32) -> bool {
        let (first, end) = self.rows();
        first <= row && row < end
    }
}

/// Some rows of a chunk.
#[derive(Debug, Clone)]
pub(super) struct Mask {
    pub(super) chunk: Chunk,
    words: Vec<u64>,
}

/// A bit for each row of a block.
pub(super) type Block = [u64; WORDS];

impl Mask {
    pub(super) fn none(chunk: Chunk) -> Self {
        Self { chunk, words: vec![0; chunk.blocks as usize * WORDS] }
    }

    /// The bits of a block; `None` beyond the chunk.
    pub(super) fn block(&self, block: u32) -> Option<&Block> {
        let at = block.checked_sub(self.chunk.first)? as usize * WORDS;
        self.words.get(at..at + WORDS)?.first_chunk()
    }

    pub(super) fn block_mut(&mut self, block: u32) -> Option<&mut Block> {
        let at = block.checked_sub(self.chunk.first)? as usize * WORDS;
        self.words.get_mut(at..at + WORDS)?.first_chunk_mut()
    }

    fn bit(&self, row: u32) -> (usize, u64) {
        let (first, _) = self.chunk.rows();
        let at = row.wrapping_sub(first);
        ((at / 64) as usize, 1 << (at % 64))
    }

    pub(super) fn has(&self, row: u32) -> bool {
        let (word, bit) = self.bit(row);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    pub(super) fn set(&mut self, row: u32, is: bool) {
        let (word, bit) = self.bit(row);
        if let Some(word) = self.words.get_mut(word) {
            if is { *word |= bit } else { *word &= !bit }
        }
    }

    /// A bit for each row, where the chunk begins with the first block.
    pub(super) fn words(&self) -> &[u64] {
        if self.chunk.first == 0 { &self.words } else { &[] }
    }

    pub(super) fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// How many rows both have.
    pub(super) fn count_with(&self, other: &Self) -> u64 {
        self.words.iter().zip(&other.words).map(|(own, other)| u64::from((own & other).count_ones())).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    pub(super) fn and(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(own, other)| *own &= other);
    }

    pub(super) fn or(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(own, other)| *own |= other);
    }

    /// Takes out what another has.
    pub(super) fn without(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(own, other)| *own &= !other);
    }

    /// The rows, in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let (first, _) = self.chunk.rows();
        (first..).step_by(64).zip(&self.words).flat_map(|(base, word)| ones(*word).map(move |bit| base + bit))
    }
}

/// The places of the bits that are set.
pub(super) fn ones(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros();
        word &= word.wrapping_sub(1);
        (bit < 64).then_some(bit)
    })
}

/// The places of a block.
pub(super) fn places(block: &Block) -> impl Iterator<Item = usize> + '_ {
    (0_usize..).step_by(64).zip(block).flat_map(|(base, word)| ones(*word).map(move |bit| base + bit as usize))
}

pub(super) fn has_any(block: &Block) -> bool {
    block.iter().any(|word| *word != 0)
}

/// The row of a place.
pub(super) fn row_of(block: u32, place: usize) -> u32 {
    block.saturating_mul(BLOCK).saturating_add(u32::try_from(place).unwrap_or(u32::MAX))
}
