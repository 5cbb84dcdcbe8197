//! What came into the database from outside, and when.

use time::OffsetDateTime;

use super::BuiltInDefault::{Now, Option as ByDefault};
use super::macros::record;
use super::{Choice, ExternalId, Kind, choices};

record! {
    /// An import: where it came from, when, how far it has come, and what became of its rows. Made and kept up by
    /// [`Transaction::import`](crate::Transaction::import) and its siblings; notes and owner are the program's.
    ///
    /// Every record that an import made or changed has its [`tag`](Import::tag), by which segments ask for them.
    pub struct Import = Kind::IMPORT, "import" "imports", worked out &[], {
        /// The name by which it is known: often that of the file. Required.
        16 "name" "Name" name: String { title: 1, required: true, help: "The name by which it is known" },
        /// The tag of the records that it made or changed.
        17 "tag" "Tag" tag: Option<String> { help: "The tag of the records that it made or changed" },
        /// Running, done, stopped or undone; see [`choices::import_status`].
        18 "status" "Status" status: Option<Choice> { options: choices::import_status::OPTIONS, default: Some(ByDefault("running")), help: "How far it has come" },
        /// When it began.
        19 "started" "Started" started: Option<OffsetDateTime> { default: Some(Now), help: "When it began" },
        /// When it ended.
        20 "finished" "Finished" finished: Option<OffsetDateTime> { help: "When it ended" },
        /// How many rows were read.
        21 "rows" "Rows" rows: Option<i64> { help: "How many rows were read" },
        /// How many records were made.
        22 "made" "Made" made: Option<i64> { help: "How many records were made" },
        /// How many records were changed.
        23 "changed" "Changed" changed: Option<i64> { help: "How many records were changed" },
        /// How many rows changed nothing.
        24 "skipped" "Skipped" skipped: Option<i64> { help: "How many rows changed nothing" },
        /// How many rows were refused, or could have meant several records.
        25 "refused" "Refused" refused: Option<i64> { help: "How many rows were refused, or could have meant several records" },
        /// The mapping, in the form in which it can be read back.
        26 "mapping" "Mapping" mapping: Option<String> { long: true, help: "What became of each column" },
        /// Whose it is: a name or key of the program's own users.
        27 "owner" "Owner" owner: Option<String> { help: "Whose it is" },
        /// Notes, of any length.
        28 "notes" "Notes" notes: Option<String> { long: true, help: "Notes, of any length" },
        /// The numbers of this import in other systems.
        29 "external_id" "External id" external_ids: Vec<ExternalId> { prefix: "external_id_", exact_key: true, help: "Numbers of the import in other systems" },
        /// The checksum of what was read, by which [`Database::resume_import`](crate::Database::resume_import) knows it again.
        30 "checksum" "Checksum" checksum: Option<i64> { help: "By which it is known again what was read" },
    }
}

impl Import {
    /// An import that begins.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}
