//! Changing the names of tags: what becomes of each when one is renamed, merged or deleted.

use std::collections::BTreeSet;
use std::fmt;

use super::tags::{State, TagNames, folded, lies_under};
use crate::model::{InvalidValue, Tag};

/// Why a tag can't be changed or counted so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TagProblem {
    /// The name can't be one of a tag.
    Invalid(InvalidValue),
    /// There is no such tag, and none beneath that name.
    Unknown {
        /// The nearest name, if one is near.
        nearest: Option<String>,
    },
    /// The new name, or one beneath it, is in use.
    Taken {
        /// The tag that has it.
        by: Tag,
    },
    /// A tag can't be merged into itself or what lies beneath it.
    IntoItself {
        /// What it should have been merged into.
        into: Tag,
    },
    /// A name would have more than 8 levels or 200 bytes.
    TooLong {
        /// The name.
        name: String,
    },
}

impl fmt::Display for TagProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => error.fmt(f),
            Self::Unknown { nearest: Some(nearest) } => write!(f, "there is no such tag; did you mean \"{nearest}\"?"),
            Self::Unknown { nearest: None } => f.write_str("there is no such tag"),
            Self::Taken { by } => write!(f, "there is a tag \"{by}\" already; merge the tags to have one of both"),
            Self::IntoItself { into } => {
                write!(f, "\"{into}\" is the tag itself or lies beneath it; merge it into another")
            }
            Self::TooLong { name } => {
                write!(f, "\"{name}\" would have more than 8 levels or 200 bytes; choose a shorter one")
            }
        }
    }
}

/// What a change does beside names.
#[derive(Debug, Default)]
pub(crate) struct TagChanges {
    /// Whose definitions are to be written.
    pub(crate) changed: BTreeSet<u32>,
    /// Which tags' records go over to which; the tag that was named first.
    pub(crate) merged: Vec<(u32, u32)>,
    /// The tags that no record has any more.
    pub(crate) deleted: BTreeSet<u32>,
}

type Changed = Result<(TagNames, TagChanges), TagProblem>;

impl TagNames {
    /// The names after a tag and all that lies beneath it got another name.
    pub(crate) fn renamed(&self, from: &Tag, to: &Tag) -> Changed {
        let from = self.known(from)?;
        let (mut next, mut changes) = (self.clone(), TagChanges::default());
        let moved = next.detach(&from);
        let to = next.canonical(to).map_err(too_long)?;
        for (id, name) in moved {
            let name = next.canonical(&relocated(&name, &from, &to)?).map_err(too_long)?;
            if let Some(by) = next.node(&name).and_then(|id| next.name(id)) {
                return Err(TagProblem::Taken { by: by.clone() });
            }
            next.attach(id, name, &mut changes);
        }
        next.prune(&from, &mut changes);
        next.reindex();
        Ok((next, changes))
    }

    /// The names after a tag became another; what lies beneath it becomes what lies beneath the other.
    pub(crate) fn merged(&self, from: &Tag, into: &Tag) -> Changed {
        let (from, into) = (self.known(from)?, self.known(into)?);
        if lies_under(&folded(&into), &folded(&from)) {
            return Err(TagProblem::IntoItself { into });
        }
        let (mut next, mut changes) = (self.clone(), TagChanges::default());
        for (id, old) in next.detach(&from) {
            let name = next.canonical(&relocated(&old, &from, &into)?).map_err(too_long)?;
            match next.node(&name) {
                Some(target) => next.redirect(id, old, target, &mut changes),
                None => next.attach(id, name, &mut changes),
            }
        }
        next.prune(&from, &mut changes);
        next.reindex();
        Ok((next, changes))
    }

    /// The names after a tag and all that lies beneath it went.
    pub(crate) fn deleted(&self, tag: &Tag) -> Changed {
        let tag = self.known(tag)?;
        let (mut next, mut changes) = (self.clone(), TagChanges::default());
        let going: BTreeSet<u32> = self.subtree(&folded(&tag)).map(|(_, id)| id).collect();
        changes.deleted = going.iter().filter_map(|id| self.live(*id)).collect();
        next.bury(&going, &mut changes);
        next.prune(&tag, &mut changes);
        next.reindex();
        Ok((next, changes))
    }

    /// The name that a tag or a branch has.
    pub(crate) fn known(&self, tag: &Tag) -> Result<Tag, TagProblem> {
        let name = self.node(tag).and_then(|id| self.name(id)).cloned();
        name.ok_or_else(|| TagProblem::Unknown { nearest: self.nearest(tag.as_str()) })
    }

    /// Takes the names of a tag and of all that lies beneath it out of use, parents first. Until they get new ones, no
    /// redirect leads to them.
    fn detach(&mut self, tag: &Tag) -> Vec<(u32, Tag)> {
        let found: Vec<(String, u32)> = self.subtree(&folded(tag)).map(|(name, id)| (name.to_owned(), id)).collect();
        let mut moved = Vec::new();
        for (name, id) in found {
            self.by_name.remove(&name);
            moved.extend(self.by_id.get_mut(&id).and_then(|entry| entry.tag.take()).map(|tag| (id, tag)));
        }
        moved
    }

    /// Gives a detached tag a new name.
    fn attach(&mut self, id: u32, name: Tag, changes: &mut TagChanges) {
        self.make_branches(&name, &mut changes.changed);
        if let Some(mut entry) = self.by_id.get(&id).cloned() {
            entry.tag = Some(name);
            self.claim(id, entry, &mut changes.changed);
        }
    }

    /// Makes a detached tag mean another, also by its old name.
    fn redirect(&mut self, id: u32, old: Tag, target: u32, changes: &mut TagChanges) {
        let Some(entry) = self.by_id.get_mut(&id) else { return };
        let was_live = entry.state == State::Live;
        // What lies beneath it may come to where it was.
        self.by_name.insert(folded(&old), id);
        entry.tag = Some(old);
        entry.state = State::Merged(target);
        changes.changed.insert(id);
        if was_live {
            changes.merged.push((id, target));
            if let Some(into) = self.by_id.get_mut(&target).filter(|into| into.state == State::Branch) {
                into.state = State::Live;
                changes.changed.insert(target);
            }
        }
    }

    /// Marks tags as deleted, and what redirects to them.
    fn bury(&mut self, going: &BTreeSet<u32>, changes: &mut TagChanges) {
        let ids: Vec<u32> = self.by_id.keys().copied().filter(|id| going.contains(&self.resolve(*id))).collect();
        for id in ids {
            if let Some(entry) = self.by_id.get_mut(&id) {
                entry.state = State::Deleted;
                changes.changed.insert(id);
            }
        }
    }

    /// Takes away the branches above a name that have no tag beneath them any more.
    fn prune(&mut self, tag: &Tag, changes: &mut TagChanges) {
        for (end, _) in tag.as_str().rmatch_indices('/') {
            let Some(Ok(above)) = tag.as_str().get(..end).map(Tag::new) else { break };
            let above = folded(&above);
            if self.subtree(&above).any(|(_, id)| self.live(id).is_some()) {
                break;
            }
            let empty: BTreeSet<u32> = self.subtree(&above).map(|(_, id)| id).collect();
            self.bury(&empty, changes);
        }
    }
}

/// The name of a tag at or beneath `from` once that is `to`.
fn relocated(name: &Tag, from: &Tag, to: &Tag) -> Result<Tag, TagProblem> {
    let rest = name.as_str().split('/').skip(from.as_str().split('/').count());
    let name = std::iter::once(to.as_str()).chain(rest).collect::<Vec<_>>().join("/");
    Tag::new(&name).map_err(|_| too_long(name))
}

fn too_long(name: String) -> TagProblem {
    TagProblem::TooLong { name }
}
