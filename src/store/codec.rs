//! Values and records as bytes.
//!
//! A value is a tag byte and what the tag says; leaves are in bincode's standard configuration. What is
//! short and frequent has a tag that says it all. A record is a header and a sequence of (property
//! number, value). What this version can't read is kept as it is and written back: for that, a tag of a
//! newer version is followed by a length.

mod value;

use uuid::Uuid;

use super::error::{Result, StoreError};
use super::table::Table;
use crate::model::{AttributeId, Choice, Value, Values};

use value::{Reading, Writing, leaf, put_value, tag, take_byte, take_number, take_value};
pub(crate) use value::{instant_of, micros, put_length, take_length};

/// The version of the record codec, the first byte of each record.
pub(crate) const CODEC_VERSION: u8 = 1;

/// Options have stable codes in the file and keys outside it.
pub(crate) trait Codes {
    fn code(&self, attribute: AttributeId, choice: &Choice) -> Option<u32>;
    fn choice(&self, attribute: AttributeId, code: u32) -> Choice;
    /// Whether a text of that length is kept apart from the record.
    fn apart(&self, attribute: AttributeId, length: usize) -> bool;
}

/// For values without choices, such as definitions.
#[derive(Debug)]
pub(crate) struct NoCodes;

impl Codes for NoCodes {
    fn code(&self, _: AttributeId, choice: &Choice) -> Option<u32> {
        choice.unknown_code()
    }
    fn choice(&self, _: AttributeId, code: u32) -> Choice {
        Choice::unknown(code)
    }
    fn apart(&self, _: AttributeId, _: usize) -> bool {
        false
    }
}

/// Seals bytes under the key at which they will stand: version and checksum first. A value that
/// somehow lands under another key is found out, like a flipped bit.
pub(crate) fn seal(key: &[u8], body: &[u8]) -> Vec<u8> {
    seal_with(key, body.len(), |out| out.extend_from_slice(body))
}

/// Seals what is written behind the seal, of some length or other.
fn seal_with(key: &[u8], room: usize, write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::with_capacity(room + SEAL);
    out.extend_from_slice(&[CODEC_VERSION, 0, 0, 0, 0]);
    write(&mut out);
    let sum = checksum(key, out.get(SEAL..).unwrap_or_default());
    if let Some(place) = out.get_mut(1..SEAL) {
        place.copy_from_slice(&sum.to_le_bytes());
    }
    out
}

/// How long the version and the checksum are.
const SEAL: usize = 5;

/// What of a value is left without what [`seal`] put on, of one that was verified before.
pub(crate) fn body(value: &[u8]) -> &[u8] {
    value.get(5..).unwrap_or_default()
}

/// Takes off what [`seal`] put on.
pub(crate) fn unseal<'v>(table: Table, key: &[u8], value: &'v [u8]) -> Result<&'v [u8]> {
    let corrupt = |reason| StoreError::corrupt(table, key, reason);
    let (&version, rest) = value.split_first().ok_or_else(|| corrupt("empty value"))?;
    let (sum, body) = rest.split_first_chunk::<4>().ok_or_else(|| corrupt("value cut short"))?;
    if u32::from_le_bytes(*sum) != checksum(key, body) {
        return Err(corrupt("the checksum does not match"));
    }
    if version != CODEC_VERSION {
        return Err(corrupt("unknown version of the codec"));
    }
    Ok(body)
}

pub(super) fn checksum(key: &[u8], body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(body);
    hasher.finalize()
}

/// A record as bytes: its id, then its attributes in the order of their ids.
pub(crate) fn encode_record(id: Uuid, values: &Values, codes: &dyn Codes) -> Vec<u8> {
    let mut out = Vec::new();
    put_record(&mut out, id, values, codes);
    out
}

/// A record, sealed under its key.
pub(crate) fn seal_record(key: &[u8], id: Uuid, values: &Values, codes: &dyn Codes) -> Vec<u8> {
    seal_with(key, 384, |out| put_record(out, id, values, codes))
}

fn put_record(out: &mut Vec<u8>, id: Uuid, values: &Values, codes: &dyn Codes) {
    out.extend_from_slice(id.as_bytes());
    let mut with = Writing { codes, created: None };
    let mut opaque = values.opaque.iter().peekable();
    for (attribute, value) in values.iter() {
        while let Some((kept, bytes)) = opaque.next_if(|(kept, _)| *kept < attribute) {
            put_length(out, kept.number().into());
            out.extend_from_slice(bytes);
        }
        // A value set anew takes the place of the one that could not be read.
        opaque.next_if(|(kept, _)| *kept == attribute);
        put_length(out, attribute.number().into());
        match value {
            // Only a text that stands alone: those in lists and groups have no place of their own.
            Value::Text(text) if codes.apart(attribute, text.len()) => {
                out.push(tag::TEXT_APART);
                leaf(out, &(text.len() as u64));
            }
            value => put_value(out, attribute, value, with),
        }
        if attribute == AttributeId::CREATED
            && let Value::DateTime(at) = value
        {
            with.created = Some(micros(*at));
        }
    }
    for (kept, bytes) in opaque {
        put_length(out, kept.number().into());
        out.extend_from_slice(bytes);
    }
}

/// A record as it was read, before its long texts are fetched.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) id: Uuid,
    pub(crate) values: Values,
    /// The attributes whose text is kept apart.
    pub(crate) apart: Vec<AttributeId>,
}

/// Reads what [`encode_record`] wrote. Fails with the reason.
pub(crate) fn decode_record(bytes: &[u8], codes: &dyn Codes) -> std::result::Result<Decoded, &'static str> {
    let (id, mut rest) = bytes.split_first_chunk::<16>().ok_or("record cut short")?;
    let mut decoded = Decoded { id: Uuid::from_bytes(*id), values: Values::with_room(), apart: Vec::new() };
    let mut with = Reading { codes, created: None, unknown: false };
    while !rest.is_empty() {
        let number = u32::try_from(take_length(&mut rest)?).map_err(|_| "broken attribute number")?;
        let attribute = AttributeId::property(number);
        let whole = rest;
        let value = if rest.first() == Some(&tag::TEXT_APART) {
            take_byte(&mut rest)?;
            take_number(&mut rest)?;
            if codes.apart(attribute, usize::MAX) {
                decoded.apart.push(attribute);
                continue;
            }
            // Of an attribute of a newer version, the text stays where it is, unread.
            None
        } else {
            with.unknown = false;
            Some(take_value(&mut rest, attribute, &mut with, 0)?).filter(|_| !with.unknown)
        };
        if let Some(value) = value {
            if let (AttributeId::CREATED, Value::DateTime(at)) = (attribute, &value) {
                with.created = Some(micros(*at));
            }
            decoded.values.set(attribute, value);
        } else {
            let kept = whole.get(..whole.len() - rest.len()).unwrap_or_default();
            decoded.values.opaque.push((attribute, Box::from(kept)));
        }
    }
    Ok(decoded)
}

/// The attributes of a record, each with the bytes of its value.
#[cfg(test)]
pub(crate) fn split_record(bytes: &[u8]) -> std::result::Result<Vec<(u32, &[u8])>, &'static str> {
    let (_, mut rest) = bytes.split_first_chunk::<16>().ok_or("record cut short")?;
    let mut with = Reading { codes: &NoCodes, created: Some(0), unknown: false };
    let mut found = Vec::new();
    while !rest.is_empty() {
        let number = u32::try_from(take_length(&mut rest)?).map_err(|_| "broken attribute number")?;
        let whole = rest;
        if rest.first() == Some(&tag::TEXT_APART) {
            take_byte(&mut rest)?;
            take_number(&mut rest)?;
        } else {
            take_value(&mut rest, AttributeId::property(number), &mut with, 0)?;
        }
        found.push((number, &whole[..whole.len() - rest.len()]));
    }
    Ok(found)
}

/// How long the text is that stands outside the record, if the bytes of a value say that one does.
pub(crate) fn opaque_text_length(mut bytes: &[u8]) -> Option<u64> {
    let tag = take_byte(&mut bytes).ok()?;
    let length = take_number(&mut bytes).ok()?;
    (tag == tag::TEXT_APART && bytes.is_empty()).then_some(length)
}

/// Reads the bytes of a value that an earlier version kept, in a record made at `created` (in microseconds); `None` if this
/// one can't read it either. Fails on what is no value.
pub(crate) fn kept_value(
    mut bytes: &[u8],
    attribute: AttributeId,
    created: i64,
) -> std::result::Result<Option<Value>, &'static str> {
    let mut with = Reading { codes: &NoCodes, created: Some(created), unknown: false };
    let value = take_value(&mut bytes, attribute, &mut with, 0)?;
    if bytes.is_empty() { Ok(Some(value).filter(|_| !with.unknown)) } else { Err("something behind the value") }
}

/// The id of a record alone, without reading its attributes.
pub(crate) fn record_id(bytes: &[u8]) -> Option<Uuid> {
    bytes.first_chunk::<16>().map(|id| Uuid::from_bytes(*id))
}

/// A definition as bytes: one structured value.
pub(crate) fn encode_value(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    put_value(&mut out, AttributeId::property(0), value, Writing { codes: &NoCodes, created: None });
    out
}

/// Reads what [`encode_value`] wrote. Fails with the reason.
pub(crate) fn decode_value(mut bytes: &[u8]) -> std::result::Result<Value, &'static str> {
    let mut with = Reading { codes: &NoCodes, created: None, unknown: false };
    let value = take_value(&mut bytes, AttributeId::property(0), &mut with, 0)?;
    if with.unknown { Err("a value of an unknown type") } else { Ok(value) }
}
