//! Tags as plain maps of names: what they should be after each change.

use std::collections::{BTreeMap, BTreeSet};

/// Names in lower case. Where the crate goes by ids, this goes by names alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tags {
    /// Tags, and names that only have tags beneath them (`false`).
    pub(crate) nodes: BTreeMap<String, bool>,
    /// What was merged, and into what.
    pub(crate) aliases: BTreeMap<String, String>,
    pub(crate) records: BTreeMap<usize, BTreeSet<String>>,
    /// What segments ask for: `None` once it was deleted.
    pub(crate) held: Vec<Option<String>>,
}

/// Why something is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    Unknown,
    Taken,
    IntoItself,
    TooLong,
}

pub(crate) fn under(name: &str, parent: &str) -> bool {
    name == parent || name.starts_with(&format!("{parent}/"))
}

/// By levels, so that what lies beneath a name follows it.
pub(crate) fn levels(name: &str) -> Vec<String> {
    name.split('/').map(str::to_owned).collect()
}

fn parents(name: &str) -> Vec<String> {
    name.match_indices('/').map(|(end, _)| name[..end].to_owned()).collect()
}

impl Tags {
    /// The name that is meant by a name.
    pub(crate) fn canonical(&self, name: &str) -> Result<String, Refused> {
        let mut name = name.to_owned();
        loop {
            let mut prefixes = parents(&name);
            prefixes.push(name.clone());
            let known = prefixes.iter().rev().find_map(|prefix| match self.aliases.get(prefix) {
                _ if self.nodes.contains_key(prefix) => Some((prefix, prefix)),
                Some(target) if self.nodes.contains_key(target) => Some((prefix, target)),
                _ => None,
            });
            match known {
                Some((prefix, target)) if prefix != target => name = format!("{target}{}", &name[prefix.len()..]),
                _ => return Ok(name),
            }
            if levels(&name).len() > 8 {
                return Err(Refused::TooLong);
            }
        }
    }

    fn known(&self, name: &str) -> Result<String, Refused> {
        let name = self.canonical(name)?;
        if self.nodes.contains_key(&name) { Ok(name) } else { Err(Refused::Unknown) }
    }

    fn make(&mut self, name: &str, live: bool) {
        for node in parents(name).into_iter().chain([name.to_owned()]) {
            self.nodes.entry(node.clone()).or_insert(false);
            // A name that a tag takes is none of a redirect any more.
            self.aliases.remove(&node);
        }
        *self.nodes.entry(name.to_owned()).or_insert(false) |= live;
    }

    pub(crate) fn tag(&mut self, record: usize, name: &str) -> Result<bool, Refused> {
        let name = self.canonical(name)?;
        self.make(&name, true);
        Ok(self.records.get_mut(&record).unwrap().insert(name))
    }

    pub(crate) fn untag(&mut self, record: usize, name: &str) -> bool {
        self.canonical(name).is_ok_and(|name| self.records.get_mut(&record).unwrap().remove(&name))
    }

    pub(crate) fn rename(&mut self, from: &str, to: &str) -> Result<(), Refused> {
        let from = self.known(from)?;
        let moved = self.detach(&from);
        let to = self.canonical(to)?;
        for (old, live) in moved {
            let new = self.canonical(&relocated(&old, &from, &to)?)?;
            if self.nodes.contains_key(&new) {
                return Err(Refused::Taken);
            }
            self.make(&new, live);
            self.become_(&old, Some(&new), false);
        }
        self.settle(&from);
        Ok(())
    }

    /// Gives how many records did not have `into` before.
    pub(crate) fn merge(&mut self, from: &str, into: &str) -> Result<usize, Refused> {
        let (from, into) = (self.known(from)?, self.known(into)?);
        if under(&into, &from) {
            return Err(Refused::IntoItself);
        }
        let added = self.records.values().filter(|tags| tags.contains(&from) && !tags.contains(&into)).count();
        for (old, live) in self.detach(&from) {
            let new = self.canonical(&relocated(&old, &from, &into)?)?;
            let there = self.nodes.contains_key(&new);
            self.make(&new, live);
            self.become_(&old, Some(&new), there);
        }
        self.settle(&from);
        Ok(added)
    }

    /// Gives how many records lost one.
    pub(crate) fn delete(&mut self, name: &str) -> Result<usize, Refused> {
        let name = self.known(name)?;
        let had = self.records.values().filter(|tags| tags.iter().any(|tag| under(tag, &name))).count();
        for (old, _) in self.detach(&name) {
            self.become_(&old, None, false);
        }
        self.settle(&name);
        Ok(had)
    }

    fn detach(&mut self, from: &str) -> Vec<(String, bool)> {
        let mut moved: Vec<(String, bool)> =
            self.nodes.iter().filter(|(name, _)| under(name, from)).map(|(name, live)| (name.clone(), *live)).collect();
        moved.sort_by_key(|(name, _)| levels(name));
        // What has no name for the moment is told from what gets one.
        for (name, _) in &mut moved {
            self.nodes.remove(name);
            self.become_(&name.clone(), Some(&format!("<{name}")), false);
            *name = format!("<{name}");
        }
        moved
    }

    /// All that meant one name means another.
    fn become_(&mut self, old: &str, new: Option<&str>, redirects: bool) {
        for tags in self.records.values_mut() {
            if tags.remove(old) {
                tags.extend(new.map(str::to_owned));
            }
        }
        let targets = self.aliases.iter().filter(|(_, target)| *target == old).map(|(name, _)| name.clone());
        for name in targets.collect::<Vec<_>>() {
            match new {
                Some(new) => drop(self.aliases.insert(name, new.to_owned())),
                None => drop(self.aliases.remove(&name)),
            }
        }
        for held in self.held.iter_mut().filter(|held| held.as_deref() == Some(old)) {
            *held = new.map(str::to_owned);
        }
        if let Some(new) = new.filter(|_| redirects) {
            self.aliases.insert(old.trim_start_matches('<').to_owned(), new.to_owned());
        }
    }

    /// A name without a tag beneath it goes, but for tags.
    fn settle(&mut self, from: &str) {
        for parent in parents(from).into_iter().rev() {
            let alive = self.nodes.iter().any(|(name, live)| *live && under(name, &parent));
            if !alive && self.nodes.remove(&parent).is_some() {
                self.become_(&parent, None, false);
            }
        }
    }

    /// How many records have each tag, and each or one beneath it.
    pub(crate) fn counts(&self, of: impl Fn(usize) -> bool) -> Vec<(String, u64, u64)> {
        let mut names: Vec<&String> = self.nodes.keys().collect();
        names.sort_by_key(|name| levels(name));
        let count = |is: &dyn Fn(&str) -> bool| {
            self.records.iter().filter(|(record, tags)| of(**record) && tags.iter().any(|tag| is(tag))).count() as u64
        };
        names
            .into_iter()
            .map(|name| (name.clone(), count(&|tag| tag == name), count(&|tag| under(tag, name))))
            .collect()
    }
}

fn relocated(name: &str, from: &str, to: &str) -> Result<String, Refused> {
    let name = format!("{to}{}", &name.trim_start_matches('<')[from.len()..]);
    if levels(&name).len() > 8 { Err(Refused::TooLong) } else { Ok(name) }
}
