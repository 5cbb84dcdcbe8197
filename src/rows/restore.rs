//! What putting a database together again needs beside inserting.

use super::load::{Row, find, text_key};
use super::save::put_derived;
use crate::index::references_of;
use crate::model::{AttributeId, Kind, RecordId, Values};
use crate::schema::Catalogue;
use crate::store::{Changed, Result, Source, StoreError, Table, Writer, seal, unseal};

/// The long texts of a record that stand under attributes which this version does not know.
pub(crate) fn unseen_texts(source: &dyn Source, row: &Row) -> Result<Vec<(AttributeId, String)>> {
    let mut texts = Vec::new();
    for id in row.unseen() {
        let key = text_key(row.kind, row.row, id);
        let missing = || StoreError::corrupt(Table::Texts, &key, "a long text is missing");
        let value = source.get(Table::Texts, &key)?.ok_or_else(missing)?;
        let text = String::from_utf8(unseal(Table::Texts, &key, &value)?.to_vec());
        texts.push((id, text.map_err(|_| StoreError::corrupt(Table::Texts, &key, "not UTF-8"))?));
    }
    Ok(texts)
}

/// Writes what [`unseen_texts`] read.
pub(crate) fn put_unseen_texts(writer: &mut Writer, kind: Kind, row: u32, texts: Vec<(AttributeId, String)>) {
    for (id, text) in texts {
        let key = text_key(kind, row, id);
        let value = seal(&key, text.as_bytes());
        writer.put(Table::Texts, key, value);
    }
}

/// The first reference of a record that leads nowhere.
pub(crate) fn first_dangling(source: &dyn Source, values: &Values) -> Result<Option<RecordId>> {
    for reference in references_of(values) {
        if find(source, reference.target)?.is_none() {
            return Ok(Some(reference.target));
        }
    }
    Ok(None)
}

/// Gives a record the links, and its columns the references, that it lacks since what it refers to came behind it.
pub(crate) fn relink(writer: &mut Writer, catalogue: &Catalogue, record: &Row) -> Result<()> {
    put_derived(writer, catalogue, record)?;
    let attributes = references_of(&record.values).into_iter().map(|reference| reference.attribute);
    // Columns are of parts, or of whole attributes.
    let both = attributes.flat_map(|id| [id, AttributeId::property(id.number())]);
    writer.note(record.kind, record.row, Changed::these(both.collect()));
    Ok(())
}
