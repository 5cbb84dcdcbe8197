//! What becomes of the rows of a table and the cards of a stream.

use super::draft::RowProblem;
use super::merge::FieldChange;
use crate::model::{ExternalId, Kind, RecordId, Tag};

/// A row of a table or a card of a stream, and what becomes of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PlannedRow {
    /// Which row or card, counted from 1; the headings are none.
    pub row: u64,
    /// The line of the file on which it begins; 0 if there are no lines.
    pub line: u64,
    /// What becomes of it.
    pub action: RowAction,
    /// What is wrong with it. Where mistakes are left out, a row can go in with some.
    pub problems: Vec<RowProblem>,
    /// Records that are made because the row names them: the kind, and the name.
    pub makes: Vec<(Kind, String)>,
    /// Records that the row knows by name and that get the number which it has of them, since they have none of that system.
    pub numbers: Vec<(RecordId, ExternalId)>,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RowAction {
    /// It makes a record. The id is there once it is made.
    Create {
        /// What the record is called.
        title: String,
        /// Its id.
        id: Option<RecordId>,
    },
    /// It changes a record.
    Update {
        /// The record.
        id: RecordId,
        /// What differs.
        changes: Vec<FieldChange>,
        /// Tags that the record gets.
        tags: Vec<Tag>,
    },
    /// In a plan: it says more of the record that an earlier row makes or changes.
    Again {
        /// The earlier row.
        row: u64,
    },
    /// The record says all of it already.
    Unchanged {
        /// The record.
        id: RecordId,
    },
    /// Nothing stands in the columns of the mapping, or the mode of the import leaves it out.
    Skip,
    /// It could mean several records, and means none of them.
    Conflict {
        /// These.
        candidates: Vec<RecordId>,
    },
    /// Something is wrong with it; nothing of it goes in.
    Refuse,
    /// A card of a group: its members get a tag.
    Group {
        /// The tag.
        tag: Tag,
        /// How many of them were found, and have it.
        members: u64,
    },
    /// The table or the stream can't be read any more; the import stops here and can be resumed. The row is in no count.
    Stop,
}

/// How many rows there were of each sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ImportCounts {
    /// All.
    pub rows: u64,
    /// Those that make a record.
    pub created: u64,
    /// Those that change one.
    pub updated: u64,
    /// Those that change nothing.
    pub unchanged: u64,
    /// Blank ones, and those that the mode leaves out.
    pub skipped: u64,
    /// Those that could mean several records.
    pub conflicts: u64,
    /// Those with something wrong.
    pub refused: u64,
    /// Records that are made because rows name them.
    pub named: u64,
    /// Cards of groups.
    pub groups: u64,
}

impl ImportCounts {
    pub(super) fn add(&mut self, more: Self) {
        let own = [
            (&mut self.rows, more.rows),
            (&mut self.created, more.created),
            (&mut self.updated, more.updated),
            (&mut self.unchanged, more.unchanged),
            (&mut self.skipped, more.skipped),
            (&mut self.conflicts, more.conflicts),
            (&mut self.refused, more.refused),
            (&mut self.named, more.named),
            (&mut self.groups, more.groups),
        ];
        for (count, more) in own {
            *count += more;
        }
    }

    /// Counts a row. One where the table ends before its time is none of them: it is read again when the import is resumed.
    pub(super) fn count(&mut self, row: &PlannedRow) {
        let count = match &row.action {
            RowAction::Create { .. } => &mut self.created,
            RowAction::Update { .. } | RowAction::Again { .. } => &mut self.updated,
            RowAction::Unchanged { .. } => &mut self.unchanged,
            RowAction::Skip => &mut self.skipped,
            RowAction::Conflict { .. } => &mut self.conflicts,
            RowAction::Group { .. } => &mut self.groups,
            RowAction::Refuse => &mut self.refused,
            RowAction::Stop => return,
        };
        *count += 1;
        self.rows += 1;
        self.named += row.makes.len() as u64;
    }
}
