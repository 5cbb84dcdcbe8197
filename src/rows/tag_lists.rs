//! The tags of rows, the lists of many neighbouring rows in one value: most are so short that keys and seals would be larger.
//!
//! A value begins with the length of the list of each row, a byte each, so that one list is found by a sum and many are
//! changed in one pass that copies what lies between them.

use super::load::row_key;
use crate::model::Kind;
use crate::store::{KeyReader, Result, Source, StoreError, Table, Writer, put_length, seal, take_length, unseal};

/// How many rows share a value.
const GROUP: u32 = 256;

/// In place of a length: the list is longer, and its length stands in front of it.
const LONG: u8 = u8::MAX;

fn key(kind: Kind, row: u32) -> Vec<u8> {
    row_key(kind, row / GROUP)
}

fn place(row: u32) -> usize {
    usize::try_from(row % GROUP).unwrap_or(0)
}

/// What was read, or the reason why it could not be.
type Taken<T> = std::result::Result<T, &'static str>;

/// The lists of a group that were not read yet.
#[derive(Clone, Copy)]
struct Lists<'v> {
    lengths: &'v [u8],
    bytes: &'v [u8],
}

impl<'v> Lists<'v> {
    const NONE: Self = Self { lengths: &[], bytes: &[] };

    fn read(key: &[u8], value: &'v [u8]) -> Result<Self> {
        let corrupt = |reason| StoreError::corrupt(Table::RowTags, key, reason);
        let body = unseal(Table::RowTags, key, value)?;
        let (&last, rest) = body.split_first().ok_or_else(|| corrupt("lists cut short"))?;
        let (lengths, bytes) =
            rest.split_at_checked(usize::from(last) + 1).ok_or_else(|| corrupt("lists cut short"))?;
        Ok(Self { lengths, bytes })
    }

    /// Takes the lists of the next rows, as they lie, with their lengths.
    fn take(&mut self, count: usize) -> Taken<(&'v [u8], &'v [u8])> {
        let (lengths, rest) = self.lengths.split_at(count.min(self.lengths.len()));
        let mut size: usize = lengths.iter().map(|length| usize::from(*length)).sum();
        if lengths.contains(&LONG) {
            size = 0;
            for length in lengths {
                size += usize::from(*length);
                if *length == LONG {
                    let mut list = self.bytes.get(size - usize::from(LONG)..).ok_or("a list cut short")?;
                    let before = list.len();
                    let more = usize::try_from(take_length(&mut list)?).map_err(|_| "a list too long")?;
                    size = (size - usize::from(LONG) + before - list.len()).saturating_add(more);
                }
            }
        }
        let (bytes, behind) = self.bytes.split_at_checked(size).ok_or("a list cut short")?;
        (self.lengths, self.bytes) = (rest, behind);
        Ok((lengths, bytes))
    }

    /// Reads the list of the next row.
    fn next(&mut self, ids: &mut Vec<u32>) -> Taken<()> {
        ids.clear();
        let (lengths, mut bytes) = self.take(1)?;
        if lengths == [LONG] {
            take_length(&mut bytes)?;
        }
        while !bytes.is_empty() {
            ids.push(u32::try_from(take_length(&mut bytes)?).map_err(|_| "no id of a tag")?);
        }
        Ok(())
    }
}

/// The ids that a row's list has, in ascending order; those of tags that were merged or deleted since among them.
pub(super) fn list_of(source: &dyn Source, kind: Kind, row: u32) -> Result<Vec<u32>> {
    let key = key(kind, row);
    let Some(value) = source.view(Table::RowTags, &key)? else { return Ok(Vec::new()) };
    let mut lists = Lists::read(&key, &value)?;
    let mut found = Vec::new();
    let read = lists.take(place(row)).and_then(|_| lists.next(&mut found));
    read.map_err(|reason| StoreError::corrupt(Table::RowTags, &key, reason))?;
    Ok(found)
}

/// Sets the list of a row, which is in ascending order.
pub(super) fn set_list(writer: &mut Writer, kind: Kind, row: u32, tags: &[u32]) -> Result<()> {
    change_lists(writer, kind, &[row], |_, list| {
        list.clear();
        list.extend_from_slice(tags);
        true
    })?;
    Ok(())
}

/// Changes the lists of rows, which are in ascending order as their lists are. `change` gets the place of a row among them and
/// its list; where it gives `false`, all ends there, and what was done until then is for the caller to throw away.
pub(super) fn change_lists(
    writer: &mut Writer,
    kind: Kind,
    rows: &[u32],
    mut change: impl FnMut(usize, &mut Vec<u32>) -> bool,
) -> Result<bool> {
    let (mut ids, mut index) = (Vec::new(), 0);
    for rows in rows.chunk_by(|one, next| one / GROUP == next / GROUP) {
        let key = key(kind, rows.first().copied().unwrap_or(0));
        let found = writer.view(Table::RowTags, &key)?;
        let corrupt = |reason| StoreError::corrupt(Table::RowTags, &key, reason);
        let mut lists = found.as_deref().map_or(Ok(Lists::NONE), |value| Lists::read(&key, value))?;
        let mut after = Vec::with_capacity(lists.bytes.len() + rows.len() * 3);
        let mut lengths = Vec::with_capacity(GROUP as usize);
        for row in rows {
            let place = place(*row);
            let (own, bytes) = lists.take(place - lengths.len().min(place)).map_err(corrupt)?;
            lengths.extend_from_slice(own);
            after.extend_from_slice(bytes);
            lengths.resize(place, 0);
            lists.next(&mut ids).map_err(corrupt)?;
            if !change(index, &mut ids) {
                return Ok(false);
            }
            index += 1;
            lengths.push(put_list(&mut after, &ids));
        }
        lengths.extend_from_slice(lists.lengths);
        after.extend_from_slice(lists.bytes);
        lengths.truncate(lengths.iter().rposition(|length| *length > 0).map_or(0, |last| last + 1));
        let was_there = found.is_some();
        drop(found);
        match u8::try_from(lengths.len().wrapping_sub(1)) {
            Ok(last) => {
                let value = seal(&key, &[&[last], lengths.as_slice(), &after].concat());
                writer.put(Table::RowTags, key, value);
            }
            Err(_) if was_there => writer.delete(Table::RowTags, key),
            Err(_) => {}
        }
    }
    Ok(true)
}

/// Appends a list; gives its length, as it stands among those of the group.
fn put_list(out: &mut Vec<u8>, ids: &[u32]) -> u8 {
    let start = out.len();
    for id in ids {
        put_length(out, u64::from(*id));
    }
    let length = out.len() - start;
    if let Ok(short) = u8::try_from(length)
        && short != LONG
    {
        return short;
    }
    let list = out.split_off(start);
    put_length(out, length as u64);
    out.extend_from_slice(&list);
    LONG
}

type RowLists = Vec<(u32, Vec<u32>)>;

/// The rows of an entry of the table that have tags, with their lists.
pub(super) fn rows_of(key: &[u8], value: &[u8]) -> Result<(Kind, RowLists)> {
    let corrupt = |reason| StoreError::corrupt(Table::RowTags, key, reason);
    let mut reader = KeyReader(key);
    let (Some(kind), Some(group)) = (reader.u16(), reader.u32()) else { return Err(corrupt("key cut short")) };
    let mut lists = Lists::read(key, value)?;
    let (mut rows, mut ids) = (RowLists::new(), Vec::new());
    for row in (group.saturating_mul(GROUP)..).take(lists.lengths.len()) {
        lists.next(&mut ids).map_err(corrupt)?;
        if !ids.is_empty() {
            rows.push((row, ids.clone()));
        }
    }
    if lists.bytes.is_empty() { Ok((Kind(kind), rows)) } else { Err(corrupt("more than lists")) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::Options;
    use crate::cases::cases;
    use crate::store::Store;

    /// Few ids, or so many that their length takes more than a byte.
    fn list() -> impl Strategy<Value = std::collections::BTreeSet<u32>> {
        let few = prop::collection::btree_set(prop_oneof![0_u32..300, any::<u32>()], 0..6);
        prop_oneof![9 => few, 1 => prop::collection::btree_set(0_u32..400, 120..140)]
    }

    proptest! {
        #![proptest_config(cases(32))]

        #[test]
        fn lists_are_a_map(
            changes in prop::collection::vec((prop_oneof![0_u32..20, 245_u32..265, 510_u32..515], list()), 1..60),
            (added, to) in (any::<u32>(), prop::collection::btree_set(0_u32..520, 0..60)),
            noise in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let store = Store::in_memory(Options::new().settings).unwrap();
            let mut writer = store.write(true).unwrap();
            let mut model = BTreeMap::new();
            for (row, tags) in changes {
                let tags: Vec<u32> = tags.into_iter().collect();
                set_list(&mut writer, Kind::CONTACT, row, &tags).unwrap();
                model.insert(row, tags);
                for row in (0..22).chain(244..266).chain(509..516) {
                    let expected = model.get(&row).cloned().unwrap_or_default();
                    prop_assert_eq!(list_of(&writer, Kind::CONTACT, row).unwrap(), expected);
                }
            }
            let rows: Vec<u32> = to.into_iter().collect();
            let mut seen = Vec::new();
            let all = change_lists(&mut writer, Kind::CONTACT, &rows, |index, list| {
                seen.push(rows[index]);
                list.push(added);
                true
            });
            prop_assert!(all.unwrap());
            prop_assert_eq!(&seen, &rows);
            for row in rows {
                model.entry(row).or_default().push(added);
            }
            model.retain(|_, tags| !tags.is_empty());
            let mut found = BTreeMap::new();
            for entry in crate::store::scan_prefix(&writer, Table::RowTags, &[0]) {
                let (key, value) = entry.unwrap();
                let (kind, rows) = rows_of(&key, &value).unwrap();
                prop_assert_eq!(kind, Kind::CONTACT);
                prop_assert!(!rows.is_empty());
                found.extend(rows);
            }
            prop_assert_eq!(found, model);
            // Bytes from anywhere are lists or an error.
            let key = key(Kind::CONTACT, 0);
            let value = seal(&key, &noise);
            let _ = rows_of(&key, &value);
            writer.put(Table::RowTags, key, value);
            for row in [0, 1, 3, 30, 255] {
                let _ = list_of(&writer, Kind::CONTACT, row);
                let _ = change_lists(&mut writer, Kind::CONTACT, &[row, 255], |_, _| row > 3);
            }
        }
    }
}
