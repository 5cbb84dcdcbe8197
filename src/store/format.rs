//! The version of the file format, and the counters that the file keeps.

use super::codec::checksum;
use super::error::{Result, StoreError};
use super::read::Source;
use super::table::Table;
use super::write::Writer;
use crate::model::{DIGITS, FOLD_VERSION, Kind};

/// The version that this crate writes.
pub(crate) const FORMAT_VERSION: u32 = 1;
/// The oldest version that this crate reads.
pub(crate) const OLDEST_READABLE: u32 = 1;

const MAGIC: &[u8] = b"magic";
const MAGIC_VALUE: &[u8] = b"contactdb";
const FORMAT: &[u8] = b"format";
const FOLD: &[u8] = b"fold";
/// The name of what the keys of phone numbers were made with; missing where their digits alone count.
const PHONES: &[u8] = b"phones";
/// Grows with each change of the catalogue, so that cached ones are known to be old.
const CATALOGUE: &[u8] = b"catalogue";
/// The id that the next saved question gets.
const NEXT_QUESTION: &[u8] = b"question";
/// How many rows the fresh log has.
const FRESH: &[u8] = b"fresh";
/// How many saved questions there are.
const QUESTIONS: &[u8] = b"questions";

/// What a new file says of itself.
pub(super) fn first_facts() -> [(Vec<u8>, Vec<u8>); 3] {
    [
        (MAGIC.to_vec(), MAGIC_VALUE.to_vec()),
        (FORMAT.to_vec(), fact(FORMAT, FORMAT_VERSION)),
        (FOLD.to_vec(), fact(FOLD, FOLD_VERSION)),
    ]
}

/// Refuses files of other programs and of newer versions.
pub(super) fn check(source: &dyn Source) -> Result<()> {
    if source.get(Table::Meta, MAGIC)?.as_deref() != Some(MAGIC_VALUE) {
        return Err(StoreError::NotADatabase);
    }
    let found = number(source, FORMAT)?;
    if found > FORMAT_VERSION {
        return Err(StoreError::Newer { found, supported: FORMAT_VERSION });
    }
    if found < OLDEST_READABLE {
        return Err(StoreError::corrupt(Table::Meta, FORMAT, "an impossible format version"));
    }
    // Keys are folded text: another fold would look for other keys.
    let fold = number(source, FOLD)?;
    if fold > FOLD_VERSION { Err(StoreError::Newer { found, supported: FORMAT_VERSION }) } else { Ok(()) }
}

/// A number as the file keeps it: four bytes, then their checksum. Not sealed like other values, so that every
/// version, however old, can read the format version of every file, however new.
pub(super) fn fact(key: &[u8], value: u32) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    [bytes, checksum(key, &bytes).to_be_bytes()].concat()
}

fn number(source: &dyn Source, key: &[u8]) -> Result<u32> {
    let Some(value) = source.get(Table::Meta, key)? else { return Ok(0) };
    let (Some(bytes), Some(sum)) = (value.first_chunk::<4>(), value.last_chunk::<4>()) else {
        return Err(StoreError::corrupt(Table::Meta, key, "not a number and its checksum"));
    };
    if value.len() != 8 || u32::from_be_bytes(*sum) != checksum(key, bytes) {
        return Err(StoreError::corrupt(Table::Meta, key, "the checksum does not match"));
    }
    Ok(u32::from_be_bytes(*bytes))
}

/// The name of what the keys of phone numbers were made with.
pub(crate) fn phone_keys(source: &dyn Source) -> Result<String> {
    let Some(value) = source.get(Table::Meta, PHONES)? else { return Ok(DIGITS.to_owned()) };
    let corrupt = |reason| StoreError::corrupt(Table::Meta, PHONES, reason);
    let (name, sum) = value.split_last_chunk::<4>().ok_or_else(|| corrupt("not a name and its checksum"))?;
    if u32::from_be_bytes(*sum) != checksum(PHONES, name) {
        return Err(corrupt("the checksum does not match"));
    }
    String::from_utf8(name.to_vec()).map_err(|_| corrupt("a name that is no text"))
}

pub(crate) fn set_phone_keys(writer: &mut Writer, name: &str) {
    if name == DIGITS {
        writer.delete(Table::Meta, PHONES.to_vec());
        return;
    }
    let mut value = name.as_bytes().to_vec();
    value.extend(checksum(PHONES, name.as_bytes()).to_be_bytes());
    writer.put(Table::Meta, PHONES.to_vec(), value);
}

fn set_number(writer: &mut Writer, key: Vec<u8>, value: u32) {
    let value = fact(&key, value);
    writer.put(Table::Meta, key, value);
}

fn counter(prefix: &[u8], kind: Kind) -> Vec<u8> {
    super::key::Key::new().bytes(prefix).u16(kind.0).build()
}

/// How many times the catalogue was changed.
pub(crate) fn catalogue_version(source: &dyn Source) -> Result<u32> {
    number(source, CATALOGUE)
}

pub(crate) fn set_catalogue_version(writer: &mut Writer, version: u32) {
    set_number(writer, CATALOGUE.to_vec(), version);
}

/// The row that the next record of a kind gets. Rows are never used again.
pub(crate) fn next_row(source: &dyn Source, kind: Kind) -> Result<u32> {
    number(source, &counter(b"row", kind))
}

pub(crate) fn set_next_row(writer: &mut Writer, kind: Kind, row: u32) {
    set_number(writer, counter(b"row", kind), row);
}

/// How many records of a kind there are.
pub(crate) fn live(source: &dyn Source, kind: Kind) -> Result<u32> {
    number(source, &counter(b"live", kind))
}

pub(crate) fn set_live(writer: &mut Writer, kind: Kind, count: u32) {
    set_number(writer, counter(b"live", kind), count);
}

/// The id that the next saved question gets, from 1 on. Ids are never used again.
pub(crate) fn next_question(source: &dyn Source) -> Result<u32> {
    Ok(number(source, NEXT_QUESTION)?.max(1))
}

pub(crate) fn set_next_question(writer: &mut Writer, id: u32) {
    set_number(writer, NEXT_QUESTION.to_vec(), id);
}

/// How many saved questions there are.
pub(crate) fn question_count(source: &dyn Source) -> Result<u32> {
    number(source, QUESTIONS)
}

pub(crate) fn set_question_count(writer: &mut Writer, count: u32) {
    set_number(writer, QUESTIONS.to_vec(), count);
}

/// How many rows the fresh log has.
pub(crate) fn fresh_count(source: &dyn Source) -> Result<u32> {
    number(source, FRESH)
}

pub(crate) fn set_fresh_count(writer: &mut Writer, count: u32) {
    set_number(writer, FRESH.to_vec(), count);
}
