//! The tags of rows, the lists of a few neighbouring rows in one value: most are so short that keys and seals would be larger.

use super::load::row_key;
use crate::model::Kind;
use crate::store::{Result, Source, StoreError, Table, Writer, put_length, seal, take_length, unseal};

/// How many rows share a value.
const GROUP: u32 = 16;

/// The ids of the tags of each row of a group that has some, by its place in the group.
type Lists = Vec<(u8, Vec<u32>)>;

fn key(kind: Kind, row: u32) -> Vec<u8> {
    row_key(kind, row / GROUP)
}

fn place(row: u32) -> u8 {
    u8::try_from(row % GROUP).unwrap_or(0)
}

/// The ids that a row's list has, in ascending order; those of tags that were merged or deleted since among them.
pub(super) fn list_of(source: &dyn Source, kind: Kind, row: u32) -> Result<Vec<u32>> {
    let key = key(kind, row);
    let Some(value) = source.get(Table::RowTags, &key)? else { return Ok(Vec::new()) };
    let place = place(row);
    let mut found = Vec::new();
    read(&key, &value, |at, id| {
        if at == place {
            found.push(id);
        }
    })?;
    Ok(found)
}

/// Sets the list of a row, which is in ascending order.
pub(super) fn set_list(writer: &mut Writer, kind: Kind, row: u32, tags: &[u32]) -> Result<()> {
    let key = key(kind, row);
    let found = writer.get(Table::RowTags, &key)?;
    if found.is_none() && tags.is_empty() {
        return Ok(());
    }
    let mut lists = found.map_or(Ok(Lists::new()), |value| all(&key, &value))?;
    let place = place(row);
    let at = lists.partition_point(|(other, _)| *other < place);
    if lists.get(at).is_some_and(|(other, _)| *other == place) {
        lists.remove(at);
    }
    if !tags.is_empty() {
        lists.insert(at, (place, tags.to_vec()));
    }
    if lists.is_empty() {
        writer.delete(Table::RowTags, key);
    } else {
        let value = seal(&key, &bytes(&lists));
        writer.put(Table::RowTags, key, value);
    }
    Ok(())
}

#[cfg(test)]
type RowLists = Vec<(u32, Vec<u32>)>;

/// The rows of an entry of the table, with their lists.
#[cfg(test)]
pub(super) fn rows_of(key: &[u8], value: &[u8]) -> Result<(Kind, RowLists)> {
    use crate::store::KeyReader;
    let mut reader = KeyReader(key);
    let (Some(kind), Some(group)) = (reader.u16(), reader.u32()) else {
        return Err(StoreError::corrupt(Table::RowTags, key, "key cut short"));
    };
    let lists = all(key, value)?.into_iter();
    Ok((Kind(kind), lists.map(|(place, tags)| (group * GROUP + u32::from(place), tags)).collect()))
}

fn all(key: &[u8], value: &[u8]) -> Result<Lists> {
    let mut lists = Lists::new();
    read(key, value, |place, id| match lists.last_mut() {
        Some((last, tags)) if *last == place => tags.push(id),
        _ => lists.push((place, vec![id])),
    })?;
    Ok(lists)
}

/// Of each row its place, how many tags it has, and of each tag by how much its id is greater than the one before.
fn bytes(lists: &Lists) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    for (place, tags) in lists {
        out.push(*place);
        put_length(&mut out, tags.len() as u64);
        let mut before = 0;
        for id in tags {
            put_length(&mut out, u64::from(id.wrapping_sub(before)));
            before = *id;
        }
    }
    out
}

fn read(key: &[u8], value: &[u8], mut each: impl FnMut(u8, u32)) -> Result<()> {
    let corrupt = |reason| StoreError::corrupt(Table::RowTags, key, reason);
    let mut rest = unseal(Table::RowTags, key, value)?;
    let mut next = 0;
    while let Some((&place, behind)) = rest.split_first() {
        if place < next || u32::from(place) >= GROUP {
            return Err(corrupt("rows out of order"));
        }
        next = place + 1;
        rest = behind;
        let count = take_length(&mut rest).map_err(corrupt)?;
        let mut id = 0_u32;
        for _ in 0..count {
            let more = take_length(&mut rest).map_err(corrupt)?;
            id = u32::try_from(more)
                .ok()
                .and_then(|more| id.checked_add(more))
                .ok_or_else(|| corrupt("no id of a tag"))?;
            each(place, id);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::Options;
    use crate::store::Store;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn lists_are_a_map(
            changes in prop::collection::vec((0_u32..40, prop::collection::btree_set(prop_oneof![0_u32..300, any::<u32>()], 0..6)), 1..60),
            noise in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let store = Store::in_memory(Options::new().settings).unwrap();
            let mut writer = store.write(true).unwrap();
            let mut model = BTreeMap::new();
            for (row, tags) in changes {
                let tags: Vec<u32> = tags.into_iter().collect();
                set_list(&mut writer, Kind::CONTACT, row, &tags).unwrap();
                model.insert(row, tags);
                for row in 0..40 {
                    let expected = model.get(&row).cloned().unwrap_or_default();
                    prop_assert_eq!(list_of(&writer, Kind::CONTACT, row).unwrap(), expected);
                }
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
            let _ = all(&key, &seal(&key, &noise));
        }
    }
}
