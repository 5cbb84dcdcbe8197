//! The names of tags.

use std::collections::BTreeMap;

use super::definition::TagDefinition;
use crate::model::{Tag, nearest};

/// The tags of a database: a stable id for each name. Names that differ only in case are one.
#[derive(Debug, Clone, Default)]
pub(crate) struct TagNames {
    by_id: BTreeMap<u32, (Tag, Option<u32>)>,
    by_name: BTreeMap<String, u32>,
}

impl TagNames {
    /// Takes in a tag from the file or one just made.
    pub(crate) fn add(&mut self, id: u32, definition: &TagDefinition) {
        let Ok(tag) = Tag::new(&definition.name) else { return };
        let merged_into = definition.merged_into.and_then(|id| u32::try_from(id).ok());
        self.by_name.insert(folded(&tag), id);
        self.by_id.insert(id, (tag, merged_into));
    }

    /// The id of a tag by its name, through redirects of merged ones.
    pub(crate) fn id(&self, tag: &Tag) -> Option<u32> {
        self.by_name.get(&folded(tag)).map(|id| self.resolve(*id))
    }

    /// The name of a tag by its id, through redirects.
    pub(crate) fn name(&self, id: u32) -> Option<&Tag> {
        self.by_id.get(&self.resolve(id)).map(|(tag, _)| tag)
    }

    /// The ids of a tag and all below it.
    pub(crate) fn under(&self, parent: &Tag) -> Vec<u32> {
        let parent = folded(parent);
        let below = format!("{parent}/");
        let mut ids: Vec<u32> = self
            .by_name
            .iter()
            .filter(|(name, _)| **name == parent || name.starts_with(&below))
            .map(|(_, id)| self.resolve(*id))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The id that the next tag gets.
    pub(crate) fn next_id(&self) -> u32 {
        self.by_id.last_key_value().map_or(1, |(id, _)| id.saturating_add(1))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &Tag> {
        self.by_id.values().filter(|(_, merged_into)| merged_into.is_none()).map(|(tag, _)| tag)
    }

    /// The name that is most like a mistyped one.
    pub(crate) fn nearest(&self, name: &str) -> Option<String> {
        let last_level =
            |tag: &&Tag| tag.as_str().rsplit('/').next().is_some_and(|level| level.eq_ignore_ascii_case(name));
        let below = self.names().find(last_level).map(Tag::as_str);
        below.or_else(|| nearest(name, self.names().map(Tag::as_str))).map(str::to_owned)
    }

    pub(crate) fn resolve(&self, mut id: u32) -> u32 {
        // A redirect may lead to another, but never further than there are tags.
        for _ in 0..=self.by_id.len() {
            match self.by_id.get(&id) {
                Some((_, Some(next))) => id = *next,
                _ => break,
            }
        }
        id
    }
}

fn folded(tag: &Tag) -> String {
    crate::model::key_fold(tag.as_str())
}
