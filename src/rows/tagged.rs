//! Which rows have a tag, kept in step with which tags a row has.
//!
//! Of each live tag the table of tagged rows says exactly what the tags of the rows say once redirects are followed. A row's
//! own list may still name tags that were merged or deleted since.

use std::collections::BTreeMap;

use super::blocks::{InBlock, walk_tagged};
use super::load::live_tags as live;
use super::tag_lists::{change_lists, set_list};
use crate::index::{Posting, place_of};
use crate::model::Kind;
use crate::schema::Catalogue;
use crate::store::{Key, KeyReader, Result, Source, StoreError, Table, Writer, scan_prefix, seal, unseal};

pub(super) fn key(tag: u32, kind: Kind, block: u32) -> Vec<u8> {
    Key::new().u32(tag).u16(kind.0).u32(block).build()
}

fn posting(source: &dyn Source, key: &[u8]) -> Result<Posting> {
    match source.view(Table::TagRows, key)? {
        Some(value) => read(key, &value),
        None => Ok(Posting::new()),
    }
}

/// Reads the rows of a block that have a tag.
pub(crate) fn read(key: &[u8], value: &[u8]) -> Result<Posting> {
    let body = unseal(Table::TagRows, key, value)?;
    Posting::decode(body).map_err(|reason| StoreError::corrupt(Table::TagRows, key, reason))
}

fn write(writer: &mut Writer, key: Vec<u8>, posting: &Posting) {
    if posting.is_empty() {
        return writer.delete(Table::TagRows, key);
    }
    let value = seal(&key, &posting.encode());
    writer.put(Table::TagRows, key, value);
}

/// Sets the tags of a row, by their ids; `before` are those that it has, as they are read.
pub(crate) fn set_tags(writer: &mut Writer, kind: Kind, row: u32, before: &[u32], after: &[u32]) -> Result<()> {
    let (block, place) = place_of(row);
    for tag in before.iter().filter(|tag| !after.contains(tag)) {
        let key = key(*tag, kind, block);
        let mut posting = posting(writer, &key)?;
        posting.remove(place);
        write(writer, key, &posting);
    }
    for tag in after.iter().filter(|tag| !before.contains(tag)) {
        let key = key(*tag, kind, block);
        let mut posting = posting(writer, &key)?;
        posting.insert(place);
        write(writer, key, &posting);
    }
    set_list(writer, kind, row, after)
}

/// Adds a tag to rows of one block, or takes it from them; gives how many that changed. Fails, with its place among them,
/// at the first row that would have more than `max` tags; what was done until then is for the caller to throw away.
pub(crate) fn tag_rows(
    writer: &mut Writer,
    catalogue: &Catalogue,
    change: BlockChange,
    rows: &[u32],
) -> Result<std::result::Result<u64, (u64, u64)>> {
    let BlockChange { kind, tag, present, max } = change;
    let Some((block, _)) = rows.first().map(|row| place_of(*row)) else { return Ok(Ok(0)) };
    let key = key(tag, kind, block);
    let mut posting = posting(writer, &key)?;
    let (mut changed, mut places) = (Vec::new(), Vec::new());
    for (index, row) in (0_u64..).zip(rows) {
        let (_, place) = place_of(*row);
        let differs = if present { posting.insert(place) } else { posting.remove(place) };
        if differs {
            changed.push(*row);
            places.push(index);
        }
    }
    let mut too_many = None;
    let mut plain = Plain::default();
    change_lists(writer, kind, &changed, |index, tags| {
        if !plain.are_all(catalogue, tags) {
            live(catalogue, tags);
        }
        tags.retain(|other| *other != tag);
        if present {
            let at = tags.partition_point(|other| *other < tag);
            tags.insert(at, tag);
            if tags.len() as u64 > max {
                too_many = places.get(index).map(|index| (*index, tags.len() as u64));
                return false;
            }
        }
        true
    })?;
    if let Some(too_many) = too_many {
        return Ok(Err(too_many));
    }
    write(writer, key, &posting);
    Ok(Ok(changed.len() as u64))
}

/// Tags that are known to stand for themselves: the same few come in list after list.
#[derive(Default)]
struct Plain([u64; 32]);

impl Plain {
    /// Whether a list needs no redirects followed, and nothing taken out.
    fn are_all(&mut self, catalogue: &Catalogue, tags: &[u32]) -> bool {
        tags.iter().all(|tag| {
            let bit = 1_u64 << (tag % 64);
            let word = usize::try_from(tag / 64).ok().and_then(|at| self.0.get_mut(at));
            if word.as_ref().is_some_and(|word| **word & bit != 0) {
                return true;
            }
            let is_plain = catalogue.tags.live(*tag) == Some(*tag);
            if let Some(word) = word.filter(|_| is_plain) {
                *word |= bit;
            }
            is_plain
        })
    }
}

/// What becomes of the rows of a block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BlockChange {
    pub(crate) kind: Kind,
    pub(crate) tag: u32,
    /// Whether they have the tag afterwards.
    pub(crate) present: bool,
    /// The most tags that a row may have.
    pub(crate) max: u64,
}

/// No row has the last block there could be.
const ALL_BLOCKS: std::ops::Range<u32> = 0..u32::MAX;

/// The rows of a kind that have a tag, by block.
pub(crate) fn rows_tagged(source: &dyn Source, tag: u32, kind: Kind) -> Result<BTreeMap<u32, Posting>> {
    let entries = walk_tagged(source, tag, kind, ALL_BLOCKS)?;
    entries
        .map(|entry| {
            let InBlock { block, key, value } = entry?;
            Ok((block, read(&key, &value)?))
        })
        .collect()
}

/// How many rows of a kind have a tag.
pub(crate) fn count_tagged(source: &dyn Source, tag: u32, kind: Kind) -> Result<u64> {
    walk_tagged(source, tag, kind, ALL_BLOCKS)?.try_fold(0, |count, entry| {
        let InBlock { key, value, .. } = entry?;
        Ok(count + u64::from(Posting::count(unseal(Table::TagRows, &key, &value)?)))
    })
}

/// The kind and the block of a key.
fn block_of(key: &[u8]) -> Result<(Kind, u32)> {
    let mut reader = KeyReader(key);
    match (reader.u32(), reader.u16(), reader.u32()) {
        (Some(_), Some(kind), Some(block)) => Ok((Kind(kind), block)),
        _ => Err(StoreError::corrupt(Table::TagRows, key, "key cut short")),
    }
}

/// All entries of a tag, whatever the kind.
fn entries(source: &dyn Source, tag: u32) -> Result<Vec<(Kind, u32, Posting)>> {
    let prefix = Key::new().u32(tag);
    let entries = scan_prefix(source, Table::TagRows, prefix.as_bytes());
    entries
        .map(|entry| {
            let (key, value) = entry?;
            let ((kind, block), posting) = (block_of(&key)?, read(&key, &value)?);
            Ok((kind, block, posting))
        })
        .collect()
}

/// Gives all rows that have one tag another instead; gives how many did not have that. The rows themselves are not touched:
/// the definition of the first tag redirects.
pub(crate) fn merge_tag(writer: &mut Writer, from: u32, into: u32) -> Result<u64> {
    let mut added = 0;
    for (kind, block, rows) in entries(writer, from)? {
        let target = key(into, kind, block);
        let mut posting = posting(writer, &target)?;
        let before = posting.len();
        posting.unite(&rows);
        added += u64::from(posting.len() - before);
        write(writer, target, &posting);
        writer.delete(Table::TagRows, key(from, kind, block));
    }
    Ok(added)
}

/// Takes tags from all rows; gives how many had one of them. The rows themselves are not touched: the definitions say that
/// the tags are deleted.
pub(crate) fn clear_tags(writer: &mut Writer, tags: impl IntoIterator<Item = u32>) -> Result<u64> {
    let mut had: BTreeMap<(Kind, u32), Posting> = BTreeMap::new();
    for tag in tags {
        for (kind, block, rows) in entries(writer, tag)? {
            had.entry((kind, block)).or_insert_with(Posting::new).unite(&rows);
            writer.delete(Table::TagRows, key(tag, kind, block));
        }
    }
    Ok(had.values().map(|rows| u64::from(rows.len())).sum())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::load::tags_of;
    use super::super::tag_lists::rows_of;
    use super::*;
    use crate::schema::TagDefinition;
    use crate::{
        Contact, Database, ErrorKind, Id, Interaction, Limits, OnReferences, Options, Read, Segment, Transaction,
    };

    /// Which rows have which tags, as the rows say and as the tags say.
    fn both_ways(tx: &mut Transaction<'_>) -> [BTreeSet<(u32, u16, u32)>; 2] {
        let catalogue = tx.catalogue().clone();
        let writer = tx.writer_mut();
        let (mut rows, mut tags) = (BTreeSet::new(), BTreeSet::new());
        for entry in scan_prefix(writer, Table::RowTags, &[0]) {
            let (key, value) = entry.unwrap();
            let (kind, lists) = rows_of(&key, &value).unwrap();
            for (row, _) in lists {
                rows.extend(tags_of(writer, &catalogue, kind, row).unwrap().into_iter().map(|tag| (tag, kind.0, row)));
            }
        }
        for entry in scan_prefix(writer, Table::TagRows, &[0]) {
            let (key, value) = entry.unwrap();
            let (kind, block) = block_of(&key).unwrap();
            let tag = KeyReader(&key).u32().unwrap();
            let posting = read(&key, &value).unwrap();
            assert!(!posting.is_empty());
            tags.extend(posting.iter().map(|place| (tag, kind.0, block * crate::index::BLOCK + u32::from(place))));
        }
        [rows, tags]
    }

    #[track_caller]
    fn check(tx: &mut Transaction<'_>) -> usize {
        let [rows, tags] = both_ways(tx);
        assert_eq!(rows, tags);
        rows.len()
    }

    #[test]
    fn tags_say_the_same_of_their_rows_as_rows_of_their_tags_whatever_is_done() {
        for (write_set, count) in [(1 << 10, 300_u32), (16 << 20, 4_200)] {
            let db = Options::new().limits(Limits { write_set, ..Limits::default() }).in_memory().unwrap();
            let mut tx = db.write().unwrap();
            let people = (0..count).map(|number| {
                let contact = Contact::named(format!("Given {number}"), "Example");
                if number % 7 == 0 { contact.tag("seven").tag("group/seven") } else { contact }
            });
            let ids: Vec<Id<Contact>> = tx.insert_many(people).unwrap();
            let call = tx.insert(&Interaction::call(ids[0]).tag("seven")).unwrap();
            let sevens = count.div_ceil(7) as usize;
            assert_eq!(check(&mut tx), 2 * sevens + 1);
            tx.tag_many(&Segment::<Contact>::all(), "all").unwrap();
            tx.untag_many(&tx.segment("given_name like \"given 4*\"").unwrap(), "all").unwrap();
            check(&mut tx);
            tx.merge_tags("seven", "all").unwrap();
            check(&mut tx);
            // These rows still name the tag that was merged.
            tx.untag(ids[7], "all").unwrap();
            tx.tag(ids[14], "group").unwrap();
            tx.update(ids[21], |contact: &mut Contact| contact.tags.clear()).unwrap();
            tx.delete(ids[28], OnReferences::Refuse).unwrap();
            tx.tag_many(&tx.segment("given_name like \"given 1*\"").unwrap(), "seven").unwrap();
            check(&mut tx);
            tx.rename_tag("group", "all/group").unwrap();
            tx.commit().unwrap();
            let mut tx = db.write().unwrap();
            check(&mut tx);
            assert_eq!(tx.delete_tag("all/group").unwrap(), sevens as u64 - 2);
            check(&mut tx);
            // These rows still name the tag that was deleted.
            tx.untag(ids[35], "all").unwrap();
            tx.tag(call, "all/group").unwrap();
            tx.tag_many(&tx.segment("given_name = \"Given 42\"").unwrap(), "all/group/x").unwrap();
            check(&mut tx);
            tx.delete_many(&Segment::<Contact>::all(), OnReferences::Cascade).unwrap();
            assert_eq!(check(&mut tx), 0);
        }
    }

    #[test]
    fn damaged_postings_are_errors() {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let ada = tx.insert(&Contact::named("Ada", "").tag("a")).unwrap();
        let stored = key(1, Kind::CONTACT, 0);
        for bytes in [vec![], vec![1, 2, 3], seal(&stored, &[]), seal(&stored, &[0, 1]), seal(&[1], &[0, 0, 0])] {
            tx.writer_mut().put(Table::TagRows, stored.clone(), bytes);
            for error in [tx.tag_counts(Kind::CONTACT).unwrap_err(), tx.tag_count(Kind::CONTACT, "a").unwrap_err()] {
                assert!(matches!(error.kind(), ErrorKind::Corrupt { table: "tag_rows", .. }), "{error}");
            }
        }
        assert!(tx.untag(ada, "a").unwrap_err().is_corrupt());
        assert!(matches!(tx.commit().unwrap_err().kind(), ErrorKind::Poisoned));
    }

    /// A definition that no version writes, as a damaged file may have it.
    fn definition(name: &str, merged_into: Option<i64>) -> TagDefinition {
        TagDefinition { merged_into, ..TagDefinition::new(name.to_owned()) }
    }

    #[test]
    fn redirects_in_a_circle_to_nowhere_and_of_one_name_end() {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let ada = tx.insert(&Contact::named("Ada", "").tag("good")).unwrap();
        tx.commit().unwrap();
        let mut tx = db.write().unwrap();
        for (id, definition) in [
            (2, definition("a", Some(3))),
            (3, definition("a/b", Some(2))),
            (4, definition("c", Some(99))),
            (5, definition("d", Some(-1))),
            (6, definition("x//y", None)),
            (7, definition("good/e", Some(1))),
            (8, definition("good/e", Some(2))),
            (9, definition("good/e/f", None)),
            (10, definition("good", Some(1))),
        ] {
            super::super::put_tag(tx.writer_mut(), id, &definition);
        }
        let version = crate::store::catalogue_version(tx.writer_mut()).unwrap() + 1;
        crate::store::set_catalogue_version(tx.writer_mut(), version);
        set_list(tx.writer_mut(), Kind::CONTACT, 0, &[1, 2, 4, 5, 6, 9, 77]).unwrap();
        tx.commit().unwrap();
        let mut tx = db.write().unwrap();
        let tags = tx.get(ada).unwrap().unwrap().record.tags;
        assert!(tags.iter().map(crate::Tag::as_str).eq(["good", "good/e/f"]), "{tags:?}");
        for name in ["a", "a/b", "a/b/c", "c", "c/x", "d", "good/e", "good/e/f", "good"] {
            let _ = tx.segment(format!("tag under \"{name}\"").as_str()).map(|segment| tx.count(&segment).unwrap());
            let _ = tx.tag_count(Kind::CONTACT, name);
            assert!(tx.tag(ada, name).is_ok());
            let _ = tx.merge_tags(name, "good");
            let _ = tx.rename_tag(name, "z");
            let _ = tx.delete_tag(name);
        }
        tx.commit().unwrap();
    }
}
