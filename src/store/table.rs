//! The tables of a database file.

use redb::TableDefinition;

/// A table: bytes to bytes, with keys made by [`super::key`]. What stands in each is said in the
/// documentation of the file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    /// Facts about the file: format version, counters.
    Meta,
    /// Definitions of fields, and options added to built-in choices, by kind and attribute.
    Catalogue,
    /// Kinds of records that a business defined, by their number.
    Kinds,
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
    /// The stages of pipelines, by kind and the code of the pipeline's option.
    Pipelines,
    /// What is due: time, kind, row.
    Agenda,
    /// Links: target, attribute, time descending, source.
    Links,
    /// Saved questions by id.
    Questions,
    /// Ids of saved questions by folded name.
    QuestionNames,
    /// The values of an attribute in a block of rows: kind, attribute, block.
    Columns,
    /// Which rows of a block have a value: kind, attribute, block; under no attribute those that there are.
    Present,
    /// Rows that changed since their columns were written: kind, row.
    Fresh,
    /// Which rows of a block have a word: kind, sort of text, word, block.
    Words,
    /// What an import changed: row of the import, kind, row.
    Imported,
    /// Words of fresh rows that the table of words still has of texts that are gone: kind, row.
    Former,
}

impl Table {
    pub(crate) const ALL: [Self; 21] = [
        Self::Meta,
        Self::Catalogue,
        Self::Kinds,
        Self::Tags,
        Self::Records,
        Self::Ids,
        Self::Texts,
        Self::RowTags,
        Self::TagRows,
        Self::Keys,
        Self::Pipelines,
        Self::Agenda,
        Self::Links,
        Self::Questions,
        Self::QuestionNames,
        Self::Columns,
        Self::Present,
        Self::Fresh,
        Self::Words,
        Self::Imported,
        Self::Former,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Catalogue => "catalogue",
            Self::Kinds => "kinds",
            Self::Tags => "tags",
            Self::Records => "records",
            Self::Ids => "ids",
            Self::Texts => "texts",
            Self::RowTags => "row_tags",
            Self::TagRows => "tag_rows",
            Self::Keys => "keys",
            Self::Pipelines => "pipelines",
            Self::Agenda => "agenda",
            Self::Links => "links",
            Self::Questions => "questions",
            Self::QuestionNames => "question_names",
            Self::Columns => "columns",
            Self::Present => "present",
            Self::Fresh => "fresh",
            Self::Words => "words",
            Self::Imported => "imported",
            Self::Former => "former",
        }
    }

    /// Whether what is written into it one after the other has keys in any order. Else they go up with the rows, or are few.
    pub(super) const fn is_scattered(self) -> bool {
        matches!(self, Self::Ids | Self::Keys | Self::Agenda | Self::Links | Self::QuestionNames | Self::Words)
    }

    pub(super) const fn definition(self) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
        TableDefinition::new(self.name())
    }

    pub(super) const fn index(self) -> usize {
        self as usize
    }
}
