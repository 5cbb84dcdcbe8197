//! Tags themselves: renamed, merged, deleted, whatever records have them.

use std::sync::Arc;

use super::Transaction;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{InvalidValue, Tag};
use crate::read::tag_count::read_tag;
use crate::rows;
use crate::schema::{TagChanges, TagNames, TagProblem};
use crate::store::{self, Writer};

impl Transaction<'_> {
    /// Gives a tag another name, and all that lies beneath it: when `customers` becomes `clients`, `customers/gold`
    /// becomes `clients/gold`. `from` may also be a name that only has tags beneath it. Another spelling of the same name
    /// is another name too. The old name is free then; what was merged into the tag still means it.
    ///
    /// Segments keep their meaning, and no record is touched: costs in proportion to the number of tags.
    ///
    /// # Errors
    /// [`Tag`](ErrorKind::Tag) if there is no such tag, or if the new name, or one beneath it, is in use:
    /// [`merge_tags`](Self::merge_tags) makes one tag of two. Nothing is changed then. [`Io`](ErrorKind::Io).
    ///
    /// ```
    /// use contactdb::{Contact, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace").tag("customers/gold"))?;
    /// let segment = tx.segment("tag under customers")?;
    /// tx.rename_tag("customers", "clients")?;
    /// assert_eq!(segment.to_text(tx.catalogue()), "tag under clients");
    /// assert_eq!(tx.count(&segment)?, 1);
    /// assert!(tx.get(ada)?.expect("inserted").record.tags.iter().any(|tag| tag.as_str() == "clients/gold"));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn rename_tag(
        &mut self,
        from: impl TryInto<Tag, Error: Into<InvalidValue>>,
        to: impl TryInto<Tag, Error: Into<InvalidValue>>,
    ) -> Result<()> {
        let (from, to) = (read_tag(from)?, read_tag(to)?);
        let (names, changes) = self.catalogue.tags.renamed(&from, &to).map_err(|problem| refused(&from, problem))?;
        self.put_names(names, &changes, |_| Ok(()))
    }

    /// Makes one tag of two: all records that have `from` have `into` afterwards. Gives how many of them did not have it
    /// before. What lies beneath `from` moves beneath `into`, and is merged with what is there already.
    ///
    /// The old name redirects: segments, and whoever tags by the old name or a name beneath it, mean the new one. Costs in
    /// proportion to the number of tags, and for each 4,096 records of a kind that have one of them; no record is touched.
    ///
    /// # Errors
    /// [`Tag`](ErrorKind::Tag) if one of the tags does not exist ([`rename_tag`](Self::rename_tag) gives a new name), or if
    /// `into` is `from` or lies beneath it. Nothing is changed then. [`Io`](ErrorKind::Io), [`Corrupt`](ErrorKind::Corrupt).
    ///
    /// ```
    /// use contactdb::{Contact, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace").tag("VIP"))?;
    /// let grace = tx.insert(&Contact::named("Grace", "Hopper").tag("important"))?;
    /// assert_eq!(tx.merge_tags("important", "vip")?, 1);
    /// assert_eq!(tx.count(&tx.segment("tag important")?)?, 2);
    /// assert!(!tx.tag(grace, "important")?, "she has it");
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn merge_tags(
        &mut self,
        from: impl TryInto<Tag, Error: Into<InvalidValue>>,
        into: impl TryInto<Tag, Error: Into<InvalidValue>>,
    ) -> Result<u64> {
        let (from, into) = (read_tag(from)?, read_tag(into)?);
        let (names, changes) = self.catalogue.tags.merged(&from, &into).map_err(|problem| match problem {
            // Of the two, that one is missing.
            TagProblem::Unknown { .. } if self.catalogue.tags.known(&from).is_ok() => refused(&into, problem),
            problem => refused(&from, problem),
        })?;
        let first = self.catalogue.tags.id(&from);
        self.put_names(names, &changes, |writer| {
            let mut added = 0;
            for (from, into) in &changes.merged {
                let more = rows::merge_tag(writer, *from, *into)?;
                added = if Some(*from) == first { more } else { added };
            }
            Ok(added)
        })
    }

    /// Takes a tag from all records, and all that lies beneath it; gives how many records lost one. If the name is used
    /// again, it is a new tag. Segments that ask for the old one are refused from then on.
    ///
    /// Costs in proportion to the number of tags, and for each 4,096 records of a kind that have one of them; no record
    /// is touched.
    ///
    /// # Errors
    /// [`Tag`](ErrorKind::Tag) if there is no such tag. Nothing is changed then. [`Io`](ErrorKind::Io),
    /// [`Corrupt`](ErrorKind::Corrupt).
    ///
    /// ```
    /// use contactdb::{Contact, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let ada = tx.insert(&Contact::named("Ada", "Lovelace").tag("import/2024").tag("import/2025"))?;
    /// assert_eq!(tx.delete_tag("import")?, 1);
    /// assert!(tx.get(ada)?.expect("inserted").record.tags.is_empty());
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn delete_tag(&mut self, tag: impl TryInto<Tag, Error: Into<InvalidValue>>) -> Result<u64> {
        let tag = read_tag(tag)?;
        let (names, changes) = self.catalogue.tags.deleted(&tag).map_err(|problem| refused(&tag, problem))?;
        self.put_names(names, &changes, |writer| rows::clear_tags(writer, changes.deleted.iter().copied()))
    }

    /// Writes the definitions that changed, and whatever else goes with them.
    fn put_names<R>(
        &mut self,
        names: TagNames,
        changes: &TagChanges,
        more: impl FnOnce(&mut Writer) -> store::Result<R>,
    ) -> Result<R> {
        self.writer.check_usable()?;
        let done = self.apply(|writer, _| {
            for id in &changes.changed {
                rows::put_tag(writer, *id, &names.definition(*id));
            }
            more(writer)
        })?;
        self.catalogue_mut().tags = Arc::new(names);
        Ok(done)
    }
}

fn refused(tag: &Tag, problem: TagProblem) -> Error {
    ErrorKind::Tag { tag: tag.to_string(), problem }.into()
}
