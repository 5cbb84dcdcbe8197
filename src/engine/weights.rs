//! How often each of some rows counts.

use super::mask::{Chunk, Mask};
use crate::index::{BLOCK, place_of};

/// Some rows of a chunk, each as often as something leads to it, or once.
pub(super) struct Weighted<'m> {
    pub(super) mask: &'m Mask,
    times: Option<&'m Times>,
}

impl<'m> Weighted<'m> {
    /// Each row once.
    pub(super) const fn once(mask: &'m Mask) -> Self {
        Self { mask, times: None }
    }

    pub(super) const fn of(mask: &'m Mask, times: &'m Times) -> Self {
        Self { mask, times: Some(times) }
    }

    pub(super) const fn is_once(&self) -> bool {
        self.times.is_none()
    }

    /// How often a row that is among them counts.
    pub(super) fn of_row(&self, row: u32) -> u64 {
        self.times.map_or(1, |times| times.get(row))
    }
}

/// A number for each row of a kind. Blocks take room only where there is one.
#[derive(Debug)]
pub(super) struct Times {
    rows: u32,
    blocks: Vec<Vec<u64>>,
}

impl Times {
    /// Nought for each of so many rows.
    pub(super) fn none(rows: u32) -> Self {
        Self { rows, blocks: vec![Vec::new(); Chunk::all(rows).blocks as usize] }
    }

    /// Adds to a row; one that was never given is none.
    pub(super) fn add(&mut self, row: u32, times: u64) {
        let (block, place) = place_of(row);
        let Some(own) = self.blocks.get_mut(block as usize).filter(|_| row < self.rows) else { return };
        if own.is_empty() {
            own.resize(BLOCK as usize, 0);
        }
        if let Some(own) = own.get_mut(usize::from(place)) {
            *own += times;
        }
    }

    pub(super) fn get(&self, row: u32) -> u64 {
        let (block, place) = place_of(row);
        self.blocks.get(block as usize).and_then(|own| own.get(usize::from(place))).copied().unwrap_or(0)
    }

    /// The rows that have one, in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
        (0..).step_by(BLOCK as usize).zip(&self.blocks).flat_map(|(base, own)| {
            (base..).zip(own).filter(|(_, times)| **times > 0).map(|(row, times)| (row, *times))
        })
    }

    /// Those rows.
    pub(super) fn mask(&self) -> Mask {
        let mut mask = Mask::none(Chunk::all(self.rows));
        self.iter().for_each(|(row, _)| mask.set(row, true));
        mask
    }
}
