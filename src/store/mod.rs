//! The file: redb's tables, the codec of values and records, keys in order, the format version.
//!
//! The only room that names redb.

mod changes;
mod codec;
mod error;
mod file;
mod format;
mod fresh;
mod key;
mod read;
mod sorted;
mod table;
mod write;

pub use file::{Concurrency, Durability};

#[cfg(test)]
pub(crate) use codec::split_record;
pub(crate) use codec::{
    Codes, body, decode_record, decode_value, encode_record, encode_value, instant_of, kept_value, micros,
    opaque_text_length, put_length, record_id, seal, seal_record, take_length, unseal,
};
pub(crate) use error::{Cause, Result, StoreError};
pub(crate) use file::{Settings, Store};
pub(crate) use format::{
    catalogue_version, fresh_count, live, next_question, next_row, phone_keys, question_count, set_catalogue_version,
    set_fresh_count, set_live, set_next_question, set_next_row, set_phone_keys, set_question_count,
};
pub(crate) use fresh::{Changed, Fresh, fresh_key, fresh_value};
pub(crate) use key::{Key, KeyReader, after_prefix};
#[cfg(test)]
pub(crate) use read::Walk;
pub(crate) use read::{Bytes, Reader, Scan, Source, scan, scan_all, scan_prefix};
pub(crate) use table::Table;
pub(crate) use write::Writer;

#[cfg(test)]
mod tests;
