//! What an import changed, so that it can be taken back.

use std::collections::BTreeSet;

use super::load::{KindCodes, Row, version_of};
use crate::model::{AttributeId, Choice, Kind, Values};
use crate::schema::Catalogue;
use crate::store::{
    Codes, Key, KeyReader, Result, Source, StoreError, Table, Writer, decode_record, encode_record, scan_prefix, seal,
    unseal,
};
use uuid::Uuid;

/// What an import did to a record.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Imported {
    /// The version that it left.
    pub(crate) version: u64,
    /// Whether it made the record.
    pub(crate) made: bool,
    /// Of a record that it made: a [mark](mark) of what that said then.
    pub(crate) mark: u64,
    /// What was there before, of the attributes that it changed.
    pub(crate) before: Values,
    /// What it put there.
    pub(crate) after: Values,
    /// The ids of the tags that it added; of a record that it made, of all that this had then.
    pub(crate) tags: Vec<u32>,
    /// The ids of the tags that the record had before.
    pub(crate) had: Vec<u32>,
}

impl Imported {
    /// A record that the import made, as it left it.
    pub(crate) fn made(catalogue: &Catalogue, left: Row) -> Self {
        let version = version_of(&left.values).unwrap_or(0);
        Self { version, made: true, mark: mark(catalogue, left.kind, left.values), tags: left.tags, ..Self::default() }
    }

    /// Whether a record that the import made says what it said then. Its version can be another one, where a later import was undone. A tag that it
    /// did not have then is a change, unless it is one of those by which imports mark their records.
    pub(crate) fn is_as_made(&self, catalogue: &Catalogue, now: &Row) -> bool {
        if version_of(&now.values) != Some(self.version) && mark(catalogue, now.kind, now.values.clone()) != self.mark {
            return false;
        }
        let known: BTreeSet<u32> = self.tags.iter().filter_map(|tag| catalogue.tags.live(*tag)).collect();
        let of_import = |tag| catalogue.tags.name(tag).is_some_and(|name| name.as_str().starts_with("import/"));
        now.tags.iter().all(|tag| known.contains(tag) || of_import(*tag))
    }

    /// A record that the import is about to change.
    pub(crate) fn changing(before: &Row) -> Self {
        Self { had: before.tags.clone(), ..Self::default() }
    }

    /// Whether the import changed an attribute.
    pub(crate) fn has_changed(&self, id: AttributeId) -> bool {
        self.before.get(id).is_some() || self.after.get(id).is_some()
    }

    /// Notes what one more change did: what was there before the first of them stays.
    pub(crate) fn add(&mut self, before: &Row, after: &Row) {
        self.version = version_of(&after.values).unwrap_or(0);
        let ids: BTreeSet<AttributeId> = before.values.iter().chain(after.values.iter()).map(|(id, _)| id).collect();
        for id in ids.into_iter().filter(|id| !crate::schema::system::ALL.contains(id)) {
            let (old, new) = (before.values.get(id), after.values.get(id));
            if old == new {
                continue;
            }
            let is_first = !self.has_changed(id);
            if let Some(old) = old.filter(|_| is_first) {
                self.before.set(id, old.clone());
            }
            match new {
                Some(new) => self.after.set(id, new.clone()),
                None => drop(self.after.take(id)),
            }
        }
        self.tags.extend(after.tags.iter().filter(|tag| !before.tags.contains(tag)));
    }
}

/// The options of a kind's choices, with all texts in place.
struct InPlace<'c>(KindCodes<'c>);

impl Codes for InPlace<'_> {
    fn code(&self, attribute: AttributeId, choice: &Choice) -> Option<u32> {
        self.0.code(attribute, choice)
    }
    fn choice(&self, attribute: AttributeId, code: u32) -> Choice {
        self.0.choice(attribute, code)
    }
    fn apart(&self, _: AttributeId, _: usize) -> bool {
        false
    }
}

/// What a record says, but for what the database notes of each, as a number: where two are the same, the records are, as good as surely. FNV-1a of
/// 64 bits.
fn mark(catalogue: &Catalogue, kind: Kind, mut values: Values) -> u64 {
    for id in crate::schema::system::ALL {
        values.take(id);
    }
    let bytes = encode_record(Uuid::nil(), &values, &InPlace(KindCodes::new(catalogue, kind)));
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |mark, byte| (mark ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}

fn key(import: u32, kind: Kind, row: u32) -> Vec<u8> {
    Key::new().u32(import).u16(kind.0).u32(row).build()
}

pub(crate) fn put_imported(
    writer: &mut Writer,
    catalogue: &Catalogue,
    import: u32,
    (kind, row): (Kind, u32),
    what: &Imported,
) {
    let codes = InPlace(KindCodes::new(catalogue, kind));
    let mut body = what.version.to_le_bytes().to_vec();
    body.push(u8::from(what.made));
    body.extend_from_slice(&what.mark.to_le_bytes());
    for values in [&what.before, &what.after] {
        let bytes = encode_record(Uuid::nil(), values, &codes);
        body.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        body.extend_from_slice(&bytes);
    }
    body.extend_from_slice(&(what.tags.len() as u64).to_le_bytes());
    what.tags.iter().chain(&what.had).for_each(|tag| body.extend_from_slice(&tag.to_le_bytes()));
    let key = key(import, kind, row);
    let value = seal(&key, &body);
    writer.put(Table::Imported, key, value);
}

/// What an import did to a record; `None` if it did nothing.
pub(crate) fn imported(
    source: &dyn Source,
    catalogue: &Catalogue,
    import: u32,
    (kind, row): (Kind, u32),
) -> Result<Option<Imported>> {
    let key = key(import, kind, row);
    source.get(Table::Imported, &key)?.map(|value| read(catalogue, kind, &key, &value)).transpose()
}

fn read(catalogue: &Catalogue, kind: Kind, key: &[u8], value: &[u8]) -> Result<Imported> {
    let codes = InPlace(KindCodes::new(catalogue, kind));
    let body = unseal(Table::Imported, key, value)?;
    let parts = || {
        let (version, rest) = body.split_first_chunk::<8>()?;
        let (made, rest) = rest.split_first()?;
        let (mark, mut rest) = rest.split_first_chunk::<8>()?;
        let mut values = [Values::default(), Values::default()];
        for values in &mut values {
            let (length, behind) = rest.split_first_chunk::<8>()?;
            let (record, behind) = behind.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
            *values = decode_record(record, &codes).ok()?.values;
            rest = behind;
        }
        let [before, after] = values;
        let (added, rest) = rest.split_first_chunk::<8>()?;
        let mut tags = rest.as_chunks::<4>().0.iter().map(|tag| u32::from_le_bytes(*tag)).collect::<Vec<_>>();
        let added = usize::try_from(u64::from_le_bytes(*added)).ok().filter(|added| *added <= tags.len())?;
        let had = tags.split_off(added);
        let [version, mark] = [version, mark].map(|number| u64::from_le_bytes(*number));
        Some(Imported { version, made: *made == 1, mark, before, after, tags, had })
    };
    parts().ok_or_else(|| StoreError::corrupt(Table::Imported, key, "not what an import changed"))
}

/// The first records that an import changed behind one, in their order.
pub(crate) fn all_imported(
    source: &dyn Source,
    import: u32,
    behind: Option<(Kind, u32)>,
    most: usize,
) -> Result<Vec<(Kind, u32)>> {
    let prefix = Key::new().u32(import).build();
    let from = behind.map_or_else(|| prefix.clone(), |(kind, row)| [key(import, kind, row), vec![0]].concat());
    let to = crate::store::after_prefix(&prefix).unwrap_or_default();
    let found = crate::store::scan(source, Table::Imported, from, to).take(most);
    found
        .map(|entry| {
            let (key, _) = entry?;
            let mut reader = KeyReader(key.get(4..).unwrap_or_default());
            let place = reader.u16().map(Kind).zip(reader.u32());
            place.ok_or_else(|| StoreError::corrupt(Table::Imported, &key, "key cut short"))
        })
        .collect()
}

/// Where it is noted that it is not known of all records what an import did to them; no kind has this number.
const UNKNOWN: (Kind, u32) = (Kind(0), 0);

/// Notes that nothing is known of what an import did until now.
pub(crate) fn put_unknown(writer: &mut Writer, catalogue: &Catalogue, import: u32) {
    put_imported(writer, catalogue, import, UNKNOWN, &Imported::default());
}

/// Whether it is known what an import did that says that it did something.
pub(crate) fn is_known(source: &dyn Source, import: u32) -> Result<bool> {
    Ok(all_imported(source, import, None, 1)?.first().is_some_and(|first| *first != UNKNOWN))
}

/// The imports of which it is known what they did.
pub(crate) fn known_imports(source: &dyn Source) -> Result<Vec<u32>> {
    let mut known = Vec::new();
    let mut from = Vec::new();
    while let Some(entry) = crate::store::scan(source, Table::Imported, from, vec![0xFF; 4]).next() {
        let (key, _) = entry?;
        let import =
            KeyReader(&key).u32().ok_or_else(|| StoreError::corrupt(Table::Imported, &key, "key cut short"))?;
        known.push(import);
        let Some(next) = crate::store::after_prefix(&Key::new().u32(import).build()) else { break };
        from = next;
    }
    Ok(known)
}

/// Forgets what an import did to a record.
pub(crate) fn forget_imported(writer: &mut Writer, import: u32, (kind, row): (Kind, u32)) {
    writer.delete(Table::Imported, key(import, kind, row));
}

/// Forgets all that an import did.
pub(super) fn forget_import(writer: &mut Writer, import: u32) -> Result<()> {
    let prefix = Key::new().u32(import).build();
    loop {
        let keys: Vec<Vec<u8>> = scan_prefix(writer, Table::Imported, &prefix)
            .take(4_096)
            .map(|entry| entry.map(|(key, _)| key))
            .collect::<Result<_>>()?;
        if keys.is_empty() {
            return Ok(());
        }
        for key in keys {
            writer.delete(Table::Imported, key);
        }
    }
}
