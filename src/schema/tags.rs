//! The names of tags.
//!
//! A tag is an id, and a name that may change. Each level of a name that has tags beneath it has an id of its own, even if
//! it never was a tag itself: a *branch*. So whatever a segment can ask for keeps its meaning when it is renamed. What was
//! merged into another tag redirects to it, with its name; what was deleted leaves its id behind, which is never used again.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::TagDefinition;
use crate::model::{Tag, UnknownParts, key_fold, nearest};

/// The tags of a database: a stable id for each name. Names that differ only in case are one.
#[derive(Debug, Clone, Default)]
pub(crate) struct TagNames {
    pub(super) by_id: BTreeMap<u32, Entry>,
    /// By folded name, so that what lies beneath a name follows it.
    pub(super) by_name: BTreeMap<String, u32>,
}

#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// None while it is moved, of a redirect whose name another tag has by now, or if the file has what can't be a name.
    pub(super) tag: Option<Tag>,
    pub(super) state: State,
    unknown: UnknownParts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Records can have it.
    Live,
    /// Only tags beneath it exist.
    Branch,
    /// Means another tag.
    Merged(u32),
    Deleted,
}

impl Entry {
    fn new(tag: Tag, state: State) -> Self {
        Self { tag: Some(tag), state, unknown: UnknownParts::default() }
    }

    fn read(definition: &TagDefinition) -> Self {
        let state = match definition.merged_into {
            _ if definition.deleted == Some(true) => State::Deleted,
            // No tag has the id 0.
            Some(id) => State::Merged(u32::try_from(id).unwrap_or(0)),
            None if definition.branch == Some(true) => State::Branch,
            None => State::Live,
        };
        Self { tag: Tag::new(&definition.name).ok(), state, unknown: definition.unknown.clone() }
    }
}

/// Comes before everything that can be in a name.
const LEVEL: char = '\u{1}';

/// The form in which names are compared. A slash that only folding makes is no end of a level.
pub(crate) fn folded(tag: &Tag) -> String {
    if tag.as_str().is_ascii() {
        let fold = |letter: char| if letter == '/' { LEVEL } else { letter.to_ascii_lowercase() };
        return tag.as_str().chars().map(fold).collect();
    }
    tag.as_str().split('/').map(key_fold).collect::<Vec<_>>().join("\u{1}")
}

/// Whether a folded name is another or lies beneath it.
pub(crate) fn lies_under(name: &str, parent: &str) -> bool {
    name.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with(LEVEL))
}

impl TagNames {
    /// Takes in a tag from the file.
    pub(crate) fn add(&mut self, id: u32, definition: &TagDefinition) {
        self.put(id, Entry::read(definition));
    }

    fn put(&mut self, id: u32, entry: Entry) {
        self.enter(id, &entry);
        self.by_id.insert(id, entry);
    }

    fn enter(&mut self, id: u32, entry: &Entry) {
        let Some(tag) = &entry.tag else { return };
        match entry.state {
            State::Live | State::Branch => drop(self.by_name.insert(folded(tag), id)),
            State::Merged(_) => drop(self.by_name.entry(folded(tag)).or_insert(id)),
            State::Deleted => {}
        }
    }

    /// Works the names out anew from the entries.
    pub(super) fn reindex(&mut self) {
        self.by_name.clear();
        let entries = std::mem::take(&mut self.by_id);
        for (id, entry) in &entries {
            self.enter(*id, entry);
        }
        self.by_id = entries;
    }

    /// The id of a tag by its name, through redirects of merged ones.
    pub(crate) fn id(&self, tag: &Tag) -> Option<u32> {
        self.node(tag).and_then(|id| self.live(id))
    }

    /// The id of a tag or of a branch by its name, through redirects.
    pub(crate) fn node(&self, tag: &Tag) -> Option<u32> {
        let known = |tag: &Tag| {
            let id = self.resolve(*self.by_name.get(&folded(tag))?);
            self.is_node(id).then_some(id)
        };
        known(tag).or_else(|| known(&self.canonical(tag).ok()?))
    }

    /// The id of the tag that records with this id have; `None` if it was deleted or is none.
    pub(crate) fn live(&self, id: u32) -> Option<u32> {
        let id = self.resolve(id);
        self.by_id.get(&id).filter(|entry| entry.state == State::Live).map(|_| id)
    }

    fn is_node(&self, id: u32) -> bool {
        let is_node = |entry: &Entry| matches!(entry.state, State::Live | State::Branch) && entry.tag.is_some();
        self.by_id.get(&id).is_some_and(is_node)
    }

    /// The name of a tag or a branch by its id, through redirects; `None` if it was deleted.
    pub(crate) fn name(&self, id: u32) -> Option<&Tag> {
        let id = self.resolve(id);
        self.by_id.get(&id).filter(|_| self.is_node(id)).and_then(|entry| entry.tag.as_ref())
    }

    /// The name of a tag, or the last one that it had.
    pub(crate) fn last_name(&self, id: u32) -> Option<&Tag> {
        self.by_id.get(&self.resolve(id)).and_then(|entry| entry.tag.as_ref())
    }

    /// The name that is meant by a name: where it or what it lies beneath was merged into another tag, the name there; and
    /// in the spelling that is known. Fails with a name that is too long to be one.
    pub(crate) fn canonical(&self, tag: &Tag) -> Result<Tag, String> {
        let mut at = tag.clone();
        // Each redirect on the way makes at least one level final.
        for _ in 0..=Tag::MAX_LEVELS {
            let levels: Vec<&str> = at.as_str().split('/').collect();
            let prefixes = (1..=levels.len()).rev();
            let known = prefixes.filter_map(|depth| Some((depth, Tag::new(&levels.get(..depth)?.join("/")).ok()?)));
            let mut known = known.filter_map(|(depth, prefix)| Some((depth, *self.by_name.get(&folded(&prefix))?)));
            let Some((depth, name)) = known.find_map(|(depth, id)| Some((depth, self.name(id)?))) else { break };
            let whole: Vec<&str> = std::iter::once(name.as_str()).chain(levels.into_iter().skip(depth)).collect();
            let next = whole.join("/");
            if next == at.as_str() {
                break;
            }
            at = Tag::new(&next).map_err(|_| next)?;
        }
        Ok(at)
    }

    /// The tags and branches at and beneath a name, with their folded names, parents first.
    pub(super) fn subtree(&self, parent: &str) -> impl Iterator<Item = (&str, u32)> {
        let below = self.by_name.range::<str, _>((std::ops::Bound::Included(parent), std::ops::Bound::Unbounded));
        below
            .take_while(move |(name, _)| lies_under(name, parent))
            .map(|(name, id)| (name.as_str(), *id))
            .filter(|(_, id)| self.is_node(*id))
    }

    /// The ids of a tag and all below it.
    pub(crate) fn under(&self, parent: &Tag) -> Vec<u32> {
        let Ok(parent) = self.canonical(parent) else { return Vec::new() };
        let mut ids: Vec<u32> = self.subtree(&folded(&parent)).filter_map(|(_, id)| self.live(id)).collect();
        ids.sort_unstable();
        ids
    }

    /// All ids, of branches, redirects and deleted tags too.
    pub(crate) fn ids(&self) -> impl Iterator<Item = u32> {
        self.by_id.keys().copied()
    }

    /// Whether there is, or was, a tag with that id.
    pub(crate) fn has(&self, id: u32) -> bool {
        self.by_id.contains_key(&id)
    }

    /// The first entry that does not go with the others, and what was expected of it.
    pub(crate) fn fault(&self) -> Option<(u32, &'static str)> {
        self.by_id.iter().find_map(|(id, entry)| Some((*id, self.fault_of(*id, entry)?)))
    }

    fn fault_of(&self, id: u32, entry: &Entry) -> Option<&'static str> {
        if let State::Merged(into) = entry.state {
            let leads_on = |other: &Entry| !matches!(other.state, State::Merged(_));
            return (!self.by_id.get(&into).is_some_and(leads_on))
                .then_some("a tag, and no redirect, to be merged into");
        }
        let tag = entry.tag.as_ref().filter(|_| self.is_node(id))?;
        if self.by_name.get(&folded(tag)) != Some(&id) {
            return Some("a name that no other tag has");
        }
        let mut above = tag.as_str().match_indices('/').filter_map(|(end, _)| Tag::new(tag.as_str().get(..end)?).ok());
        let is_there = |above: Tag| self.by_name.get(&folded(&above)).is_some_and(|id| self.is_node(*id));
        (!above.all(is_there)).then_some("a tag or a branch for each level above it")
    }

    /// The id that the next tag gets.
    pub(crate) fn next_id(&self) -> u32 {
        self.by_id.last_key_value().map_or(1, |(id, _)| id.saturating_add(1))
    }

    /// The tags and branches with their folded names: level by level, so that each is followed by what lies beneath it.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (&str, &Tag, u32)> {
        let named = self.by_name.iter().filter(|(_, id)| self.is_node(**id));
        named.filter_map(|(name, id)| Some((name.as_str(), self.by_id.get(id)?.tag.as_ref()?, *id)))
    }

    /// The tags, in the order of [`nodes`](Self::nodes).
    pub(crate) fn names(&self) -> impl Iterator<Item = &Tag> {
        self.nodes().filter(|(_, _, id)| self.live(*id) == Some(*id)).map(|(_, tag, _)| tag)
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
            match self.by_id.get(&id).map(|entry| entry.state) {
                Some(State::Merged(next)) => id = next,
                _ => break,
            }
        }
        id
    }

    /// The id of a tag, which is made if there is none, and the ids of all whose definitions changed by that. Fails with
    /// the name that it would have if that is too long.
    pub(crate) fn make(&mut self, tag: &Tag) -> Result<(u32, BTreeSet<u32>), String> {
        let tag = self.canonical(tag)?;
        let mut changed = BTreeSet::new();
        if let Some(id) = self.id(&tag) {
            return Ok((id, changed));
        }
        self.make_branches(&tag, &mut changed);
        let branch = self.node(&tag);
        let id = branch.unwrap_or_else(|| self.next_id());
        match self.by_id.get_mut(&id).filter(|_| branch.is_some()) {
            Some(branch) => {
                branch.state = State::Live;
                changed.insert(id);
            }
            None => self.claim(id, Entry::new(tag, State::Live), &mut changed),
        }
        Ok((id, changed))
    }

    /// Puts a tag or a branch in. A redirect that had its name until now has none any more.
    pub(super) fn claim(&mut self, id: u32, entry: Entry, changed: &mut BTreeSet<u32>) {
        let before = entry.tag.as_ref().and_then(|tag| self.by_name.get(&folded(tag)).copied());
        if let Some(before) = before.filter(|before| *before != id)
            && let Some(redirect) = self.by_id.get_mut(&before)
            && matches!(redirect.state, State::Merged(_))
        {
            redirect.tag = None;
            changed.insert(before);
        }
        self.put(id, entry);
        changed.insert(id);
    }

    /// Makes the branches above a name that do not exist yet.
    pub(super) fn make_branches(&mut self, tag: &Tag, changed: &mut BTreeSet<u32>) {
        for (end, _) in tag.as_str().match_indices('/') {
            let Some(Ok(above)) = tag.as_str().get(..end).map(Tag::new) else { continue };
            if self.by_name.get(&folded(&above)).is_none_or(|id| !self.is_node(*id)) {
                let id = self.next_id();
                self.claim(id, Entry::new(above, State::Branch), changed);
            }
        }
    }

    /// The definition of a tag, as the file holds it.
    pub(crate) fn definition(&self, id: u32) -> TagDefinition {
        let mut definition = TagDefinition::new(String::new());
        if let Some(entry) = self.by_id.get(&id) {
            definition.name = entry.tag.as_ref().map(|tag| tag.as_str().to_owned()).unwrap_or_default();
            definition.unknown = entry.unknown.clone();
            match entry.state {
                State::Live => {}
                State::Branch => definition.branch = Some(true),
                State::Merged(into) => definition.merged_into = Some(i64::from(into)),
                State::Deleted => definition.deleted = Some(true),
            }
        }
        definition
    }
}
