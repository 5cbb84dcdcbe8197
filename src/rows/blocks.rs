//! What stands in a table once a block of rows, gone through where it lies.

use std::ops::Range;

use super::columns::column_key;
use super::tagged;
use crate::model::{AttributeId, Kind};
use crate::store::{Bytes, KeyReader, Result, Source, StoreError, Table};

/// An entry of a block. Not verified yet.
pub(crate) struct InBlock<'s> {
    pub(crate) block: u32,
    pub(crate) key: Bytes<'s>,
    pub(crate) value: Bytes<'s>,
}

fn walk(
    source: &dyn Source,
    table: Table,
    blocks: Range<u32>,
    key: impl Fn(u32) -> Vec<u8>,
) -> Result<impl Iterator<Item = Result<InBlock<'_>>>> {
    let entries = source.walk(table, key(blocks.start), key(blocks.end))?;
    Ok(entries.map(move |entry| {
        let (key, value) = entry?;
        // Of columns the block stands behind kind and attribute, of tags behind tag and kind.
        match key.get(6..).and_then(|rest| KeyReader(rest).u32()) {
            Some(block) => Ok(InBlock { block, key, value }),
            None => Err(StoreError::corrupt(table, &key, "key cut short")),
        }
    }))
}

/// The column of an attribute, or the postings beside it, in some blocks.
pub(crate) fn walk_column(
    source: &dyn Source,
    table: Table,
    (kind, attribute): (Kind, AttributeId),
    blocks: Range<u32>,
) -> Result<impl Iterator<Item = Result<InBlock<'_>>>> {
    walk(source, table, blocks, move |block| column_key(kind, attribute, block))
}

/// The rows of a kind that have a tag, in some blocks.
pub(crate) fn walk_tagged(
    source: &dyn Source,
    tag: u32,
    kind: Kind,
    blocks: Range<u32>,
) -> Result<impl Iterator<Item = Result<InBlock<'_>>>> {
    walk(source, Table::TagRows, blocks, move |block| tagged::key(tag, kind, block))
}
