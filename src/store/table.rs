//! The tables of a database file.

use redb::TableDefinition;

/// A table: bytes to bytes, with keys made by [`super::key`]. What stands in each is said in the
/// documentation of the file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// Facts about the file: format version, counters.
    Meta,
    /// Definitions of fields, and options added to built-in choices, by kind and attribute.
    Catalogue,
    /// Tags by id.
    Tags,
    /// Records by kind and row.
    Records,
    /// Rows by id.
    Ids,
    /// Long texts by kind, row and attribute.
    Texts,
    /// The tags of a record, by kind and row.
    RowTags,
    /// The rows that have a tag, by tag, kind and block of rows.
    TagRows,
    /// Keys for look-up and uniqueness: kind, attribute, folded value, row.
    Keys,
    /// Links: target, attribute, time descending, source.
    Links,
}

impl Table {
    pub(crate) const ALL: [Self; 10] = [
        Self::Meta,
        Self::Catalogue,
        Self::Tags,
        Self::Records,
        Self::Ids,
        Self::Texts,
        Self::RowTags,
        Self::TagRows,
        Self::Keys,
        Self::Links,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Catalogue => "catalogue",
            Self::Tags => "tags",
            Self::Records => "records",
            Self::Ids => "ids",
            Self::Texts => "texts",
            Self::RowTags => "row_tags",
            Self::TagRows => "tag_rows",
            Self::Keys => "keys",
            Self::Links => "links",
        }
    }

    pub(super) const fn definition(self) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
        TableDefinition::new(self.name())
    }

    pub(super) const fn index(self) -> usize {
        self as usize
    }
}
