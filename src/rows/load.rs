//! Reading one record with everything that belongs to it.

use uuid::Uuid;

use super::tag_lists::list_of;
use crate::index::{self, Link};
use crate::model::sealed::FromRecordId;
use crate::model::{AttributeId, Choice, Kind, RecordId, Storable, Stored, Tag, Value, Values};
use crate::schema::Attribute;
use crate::schema::{self, Catalogue, KindEntry, system};
use crate::store::{
    Codes, Key, KeyReader, Result, Source, StoreError, Table, decode_record, opaque_text_length, record_id, scan_all,
    scan_prefix, unseal,
};

/// Long texts up to this many bytes stay in the record.
const INLINE_TEXT: usize = 256;

/// The options of a kind's choices, and which of its texts are long.
pub(crate) struct KindCodes<'c>(Option<&'c KindEntry>);

impl<'c> KindCodes<'c> {
    pub(crate) fn new(catalogue: &'c Catalogue, kind: Kind) -> Self {
        Self(catalogue.kind(kind))
    }

    fn attribute(&self, id: AttributeId) -> Option<&Attribute> {
        self.0?.attribute_by_id(id)
    }
}

impl Codes for KindCodes<'_> {
    fn code(&self, attribute: AttributeId, choice: &Choice) -> Option<u32> {
        match self.attribute(attribute) {
            Some(attribute) => attribute.code_of(choice),
            // An attribute of a newer version.
            None => choice.unknown_code(),
        }
    }
    fn choice(&self, attribute: AttributeId, code: u32) -> Choice {
        match self.attribute(attribute) {
            Some(attribute) => attribute.choice_of(code),
            None => Choice::unknown(code),
        }
    }
    fn apart(&self, attribute: AttributeId, length: usize) -> bool {
        length > INLINE_TEXT
            && self
                .attribute(attribute)
                .is_some_and(|attribute| attribute.value_type == crate::model::ValueType::LongText)
    }
}

/// A record as its attributes, with its place, its id and its tags.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) kind: Kind,
    #[expect(clippy::struct_field_names, reason = "the row number of a row is its row everywhere")]
    pub(crate) row: u32,
    pub(crate) id: Uuid,
    pub(crate) values: Values,
    /// The ids of its tags, sorted, redirects followed.
    pub(crate) tags: Vec<u32>,
    /// Whether it was put together from columns: then it has only what was asked for, and what is worked out among its values.
    pub(crate) of_columns: bool,
}

impl Row {
    /// The attributes which this version does not know and whose long texts stand apart.
    pub(crate) fn unseen(&self) -> impl Iterator<Item = AttributeId> + '_ {
        let is_apart = |(_, bytes): &&(AttributeId, Box<[u8]>)| opaque_text_length(bytes).is_some();
        self.values.opaque.iter().filter(is_apart).map(|(id, _)| *id)
    }
}

pub(crate) fn row_key(kind: Kind, row: u32) -> Vec<u8> {
    Key::new().u16(kind.0).u32(row).build()
}

pub(crate) fn text_key(kind: Kind, row: u32, attribute: AttributeId) -> Vec<u8> {
    Key::new().u16(kind.0).u32(row).u32(attribute.0).build()
}

pub(crate) fn id_key(id: Uuid) -> Vec<u8> {
    Key::new().u128(id.as_u128()).build()
}

/// Where a record stands; `None` if there is none of that kind with that id. One look-up.
pub(crate) fn find(source: &dyn Source, id: RecordId) -> Result<Option<u32>> {
    Ok(locate(source, id.uuid)?.filter(|(kind, _)| *kind == id.kind).map(|(_, row)| row))
}

/// The kind and the row of an id.
pub(crate) fn locate(source: &dyn Source, id: Uuid) -> Result<Option<(Kind, u32)>> {
    let key = id_key(id);
    let Some(value) = source.view(Table::Ids, &key)? else { return Ok(None) };
    let mut reader = KeyReader(unseal(Table::Ids, &key, &value)?);
    match (reader.u16(), reader.u32()) {
        (Some(kind), Some(row)) => Ok(Some((Kind(kind), row))),
        _ => Err(StoreError::corrupt(Table::Ids, &key, "not a kind and a row")),
    }
}

/// Reads the record of a row; `None` if it was deleted. Two or three look-ups, one more for each long text.
pub(crate) fn load(source: &dyn Source, catalogue: &Catalogue, kind: Kind, row: u32) -> Result<Option<Row>> {
    let key = row_key(kind, row);
    match source.view(Table::Records, &key)? {
        Some(value) => from_bytes(source, catalogue, kind, &key, &value).map(Some),
        None => Ok(None),
    }
}

/// Reads the id of a row without reading its attributes.
pub(crate) fn id_of(source: &dyn Source, kind: Kind, row: u32) -> Result<Option<Uuid>> {
    let key = row_key(kind, row);
    let Some(value) = source.view(Table::Records, &key)? else { return Ok(None) };
    let body = unseal(Table::Records, &key, &value)?;
    record_id(body).map(Some).ok_or_else(|| StoreError::corrupt(Table::Records, &key, "record cut short"))
}

/// All records of a kind, in the order in which they were inserted. Ends with an error if there are fewer or
/// more than the file counts: a damaged page can hide records without any other trace.
pub(crate) fn all<'s>(
    source: &'s dyn Source,
    catalogue: &'s Catalogue,
    kind: Kind,
) -> impl Iterator<Item = Result<Row>> + 's {
    let prefix = Key::new().u16(kind.0).build();
    let mut found = 0_u32;
    let mut rows = scan_prefix(source, Table::Records, &prefix);
    let mut ended = false;
    std::iter::from_fn(move || match rows.next() {
        Some(row) => {
            found = found.saturating_add(1);
            Some(row.and_then(|(key, value)| from_bytes(source, catalogue, kind, &key, &value)))
        }
        None if ended => None,
        None => {
            ended = true;
            match crate::store::live(source, kind) {
                Ok(counted) if counted == found => None,
                Ok(_) => Some(Err(StoreError::corrupt(Table::Records, &prefix, "not as many records as are counted"))),
                Err(error) => Some(Err(error)),
            }
        }
    })
}

pub(super) fn from_bytes(
    source: &dyn Source,
    catalogue: &Catalogue,
    kind: Kind,
    key: &[u8],
    value: &[u8],
) -> Result<Row> {
    let corrupt = |reason| StoreError::corrupt(Table::Records, key, reason);
    let body = unseal(Table::Records, key, value)?;
    let mut decoded = decode_record(body, &KindCodes::new(catalogue, kind)).map_err(corrupt)?;
    let row = key.get(2..).and_then(|rest| KeyReader(rest).u32()).ok_or_else(|| corrupt("key cut short"))?;
    for attribute in decoded.apart {
        let key = text_key(kind, row, attribute);
        let value = source.get(Table::Texts, &key)?.ok_or_else(|| corrupt("a long text is missing"))?;
        let text = String::from_utf8(unseal(Table::Texts, &key, &value)?.to_vec())
            .map_err(|_| StoreError::corrupt(Table::Texts, &key, "not UTF-8"))?;
        decoded.values.set(attribute, Value::Text(text));
    }
    Ok(Row {
        kind,
        row,
        id: decoded.id,
        values: decoded.values,
        tags: tags_of(source, catalogue, kind, row)?,
        of_columns: false,
    })
}

/// The tags of a row: their ids, sorted, redirects followed, without those that were deleted. One look-up.
pub(crate) fn tags_of(source: &dyn Source, catalogue: &Catalogue, kind: Kind, row: u32) -> Result<Vec<u32>> {
    let mut tags = list_of(source, kind, row)?;
    live_tags(catalogue, &mut tags);
    Ok(tags)
}

/// Follows redirects of the tags of a list, and takes out those that were deleted.
pub(super) fn live_tags(catalogue: &Catalogue, tags: &mut Vec<u32>) {
    let mut same = true;
    tags.retain_mut(|tag| match catalogue.tags.live(*tag) {
        Some(live) => {
            same &= live == *tag;
            *tag = live;
            true
        }
        None => false,
    });
    if !same {
        tags.sort_unstable();
        tags.dedup();
    }
}

/// Makes the record of a row, which is of the kind of `T`.
pub(crate) fn to_stored<T: Storable>(catalogue: &Catalogue, row: Row) -> Result<Stored<T>> {
    let key = row_key(row.kind, row.row);
    let corrupt = |reason| StoreError::corrupt(Table::Records, &key, reason);
    let instant = |id| match row.values.get(id) {
        Some(Value::DateTime(at)) => Ok(*at),
        _ => Err(corrupt("the time of writing is missing")),
    };
    let who = |id| match row.values.get(id) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let version = version_of(&row.values).ok_or_else(|| corrupt("the version is missing"))?;
    let (created, updated) = (instant(system::CREATED)?, instant(system::UPDATED)?);
    let (created_by, updated_by) = (who(system::CREATED_BY), who(system::UPDATED_BY));
    let tags: Vec<Tag> = row.tags.iter().filter_map(|id| catalogue.tags.name(*id).cloned()).collect();
    let mut record: T = schema::to_record(row.kind, row.values, catalogue)
        .map_err(|_| StoreError::corrupt(Table::Records, &key, "a value has another type than its attribute"))?;
    record.tags_mut().extend(tags);
    let id = T::Id::from_record_id(RecordId { kind: row.kind, uuid: row.id });
    Ok(Stored { id, version, created, created_by, updated, updated_by, record })
}

pub(crate) fn version_of(values: &Values) -> Option<u64> {
    match values.get(system::VERSION) {
        Some(Value::Integer(version)) => u64::try_from(*version).ok(),
        _ => None,
    }
}

/// The links to a row, by kind and attribute, the latest first.
pub(crate) fn links_to(source: &dyn Source, kind: Kind, row: u32) -> impl Iterator<Item = Result<Link>> {
    links(source, &index::to_row(kind, row))
}

/// The links to a row from records of one kind through one attribute, the latest first.
pub(crate) fn links_through(
    source: &dyn Source,
    (kind, row): (Kind, u32),
    from: Kind,
    attribute: AttributeId,
) -> impl Iterator<Item = Result<Link>> {
    links(source, &index::through(kind, row, from, attribute))
}

fn links<'s>(source: &'s dyn Source, prefix: &Key) -> impl Iterator<Item = Result<Link>> + use<'s> {
    scan_prefix(source, Table::Links, prefix.as_bytes()).map(|found| {
        let (key, _) = found?;
        Link::read(&key).ok_or_else(|| StoreError::corrupt(Table::Links, &key, "not a link"))
    })
}

/// Reads the catalogue of a file.
pub(crate) fn load_catalogue(source: &dyn Source) -> Result<Catalogue> {
    let mut catalogue = Catalogue::new();
    for row in scan_all(source, Table::Kinds) {
        let (key, value) = row?;
        let kind = KeyReader(&key).u16().map(Kind).filter(|kind| kind.is_custom());
        let kind = kind.ok_or_else(|| StoreError::corrupt(Table::Kinds, &key, "not the number of a kind"))?;
        catalogue.apply_kind(kind, definition(Table::Kinds, &key, &value)?);
    }
    for row in scan_all(source, Table::Catalogue) {
        let (key, value) = row?;
        let corrupt = |reason| StoreError::corrupt(Table::Catalogue, &key, reason);
        let mut reader = KeyReader(&key);
        let (Some(kind), Some(id)) = (reader.u16(), reader.u32()) else { return Err(corrupt("key cut short")) };
        let definition: schema::Definition = definition(Table::Catalogue, &key, &value)?;
        catalogue.apply(Kind(kind), AttributeId(id), definition).map_err(corrupt)?;
    }
    for pipeline in pipeline_definitions(source) {
        let (kind, code, definition) = pipeline?;
        catalogue.apply_pipeline(kind, code, &definition);
    }
    for row in scan_all(source, Table::Tags) {
        let (key, value) = row?;
        let id = KeyReader(&key).u32().ok_or_else(|| StoreError::corrupt(Table::Tags, &key, "key cut short"))?;
        catalogue.tags_mut().add(id, &definition(Table::Tags, &key, &value)?);
    }
    Ok(catalogue)
}

/// The stages of pipelines that a business defined, each with its kind and the code of its option.
pub(crate) fn pipeline_definitions(
    source: &dyn Source,
) -> impl Iterator<Item = Result<(Kind, u32, schema::PipelineDefinition)>> {
    scan_all(source, Table::Pipelines).map(|row| {
        let (key, value) = row?;
        let mut reader = KeyReader(&key);
        let (Some(kind), Some(code)) = (reader.u16(), reader.u32()) else {
            return Err(StoreError::corrupt(Table::Pipelines, &key, "key cut short"));
        };
        Ok((Kind(kind), code, definition(Table::Pipelines, &key, &value)?))
    })
}

pub(super) fn definition<D: crate::model::FieldType>(table: Table, key: &[u8], value: &[u8]) -> Result<D> {
    let corrupt = |reason| StoreError::corrupt(table, key, reason);
    let value = crate::store::decode_value(unseal(table, key, value)?).map_err(corrupt)?;
    D::from_value(Some(value)).ok_or_else(|| corrupt("not a definition"))
}
