//! The oracle: what a database should hold, in plain maps.

use std::collections::{BTreeMap, BTreeSet};

use time::OffsetDateTime;

use contactdb::{
    By, Company, Contact, Deal, ExternalId, FieldHandle, Id, Interaction, Kind, OnReferences, Purchase, Read, Record,
    RecordId, Tag, Task,
};

use crate::following::{Follow, Written};

/// A record and its version.
#[derive(Debug, Clone)]
pub(crate) struct Held<T> {
    pub(crate) record: T,
    pub(crate) version: u64,
}

/// The fields that every run of the test defines first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Handles {
    pub(crate) code: FieldHandle<String>,
    pub(crate) friend: FieldHandle<Id<Contact>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) handles: Handles,
    pub(crate) contacts: BTreeMap<Id<Contact>, Held<Contact>>,
    pub(crate) companies: BTreeMap<Id<Company>, Held<Company>>,
    pub(crate) interactions: BTreeMap<Id<Interaction>, Held<Interaction>>,
    pub(crate) purchases: BTreeMap<Id<Purchase>, Held<Purchase>>,
    pub(crate) deals: BTreeMap<Id<Deal>, Held<Deal>>,
    pub(crate) tasks: BTreeMap<Id<Task>, Held<Task>>,
    /// Every id there ever was.
    pub(crate) ever: BTreeSet<RecordId>,
    /// Further fields, with their present keys and whether they are archived.
    pub(crate) fields: Vec<(FieldHandle<String>, String, bool)>,
    /// The tags by their folded name, each level spelt as it was first used.
    pub(crate) tags: BTreeMap<String, Tag>,
    /// The tags and all that they lie beneath.
    levels: BTreeMap<String, String>,
}

/// What the model must know of a kind.
pub(crate) trait Known: Follow {
    fn all(model: &Model) -> &BTreeMap<Id<Self>, Held<Self>>;
    fn all_mut(model: &mut Model) -> &mut BTreeMap<Id<Self>, Held<Self>>;
    /// The references of a record, each with a number for its attribute.
    fn references(&self, handles: Handles) -> Vec<(u8, RecordId)>;
    /// What the record is about.
    fn about(&self) -> Vec<RecordId> {
        Vec::new()
    }
    fn detach(&mut self, gone: &BTreeSet<RecordId>, handles: Handles);
    fn external_ids(&self) -> &[ExternalId];
    fn tags_of(&mut self) -> &mut BTreeSet<Tag>;
}

fn is_gone<T: Record>(id: Option<Id<T>>, gone: &BTreeSet<RecordId>) -> bool {
    id.is_some_and(|id| gone.contains(&id.into()))
}

impl Known for Contact {
    fn all(model: &Model) -> &BTreeMap<Id<Self>, Held<Self>> {
        &model.contacts
    }
    fn all_mut(model: &mut Model) -> &mut BTreeMap<Id<Self>, Held<Self>> {
        &mut model.contacts
    }
    fn references(&self, handles: Handles) -> Vec<(u8, RecordId)> {
        let mut found: Vec<(u8, RecordId)> = self.affiliations.iter().map(|a| (1, a.company.into())).collect();
        found.extend(self.reports_to.map(|id| (2, id.into())));
        found.extend(self.get(handles.friend).map(|id| (3, id.into())));
        found
    }
    fn detach(&mut self, gone: &BTreeSet<RecordId>, handles: Handles) {
        self.affiliations.retain(|a| !gone.contains(&a.company.into()));
        if is_gone(self.reports_to, gone) {
            self.reports_to = None;
        }
        if is_gone(self.get(handles.friend), gone) {
            self.fields.clear(handles.friend);
        }
    }
    fn external_ids(&self) -> &[ExternalId] {
        &self.external_ids
    }
    fn tags_of(&mut self) -> &mut BTreeSet<Tag> {
        &mut self.tags
    }
}

impl Known for Company {
    fn all(model: &Model) -> &BTreeMap<Id<Self>, Held<Self>> {
        &model.companies
    }
    fn all_mut(model: &mut Model) -> &mut BTreeMap<Id<Self>, Held<Self>> {
        &mut model.companies
    }
    fn references(&self, _: Handles) -> Vec<(u8, RecordId)> {
        self.parent.map(|id| (1, id.into())).into_iter().collect()
    }
    fn detach(&mut self, gone: &BTreeSet<RecordId>, _: Handles) {
        if is_gone(self.parent, gone) {
            self.parent = None;
        }
    }
    fn external_ids(&self) -> &[ExternalId] {
        &self.external_ids
    }
    fn tags_of(&mut self) -> &mut BTreeSet<Tag> {
        &mut self.tags
    }
}

impl Known for Interaction {
    fn all(model: &Model) -> &BTreeMap<Id<Self>, Held<Self>> {
        &model.interactions
    }
    fn all_mut(model: &mut Model) -> &mut BTreeMap<Id<Self>, Held<Self>> {
        &mut model.interactions
    }
    fn references(&self, _: Handles) -> Vec<(u8, RecordId)> {
        let mut found: Vec<(u8, RecordId)> = self.participants.iter().map(|p| (1, p.who)).collect();
        found.extend(self.reply_to.map(|id| (2, id.into())));
        found
    }
    fn about(&self) -> Vec<RecordId> {
        self.participants.iter().map(|p| p.who).collect()
    }
    fn detach(&mut self, gone: &BTreeSet<RecordId>, _: Handles) {
        self.participants.retain(|p| !gone.contains(&p.who));
        if is_gone(self.reply_to, gone) {
            self.reply_to = None;
        }
    }
    fn external_ids(&self) -> &[ExternalId] {
        &self.external_ids
    }
    fn tags_of(&mut self) -> &mut BTreeSet<Tag> {
        &mut self.tags
    }
}

impl Known for Purchase {
    fn all(model: &Model) -> &BTreeMap<Id<Self>, Held<Self>> {
        &model.purchases
    }
    fn all_mut(model: &mut Model) -> &mut BTreeMap<Id<Self>, Held<Self>> {
        &mut model.purchases
    }
    fn references(&self, _: Handles) -> Vec<(u8, RecordId)> {
        let contact = self.contact.map(|id| (1, id.into()));
        contact.into_iter().chain(self.company.map(|id| (2, id.into()))).collect()
    }
    fn about(&self) -> Vec<RecordId> {
        self.contact.map(RecordId::from).into_iter().chain(self.company.map(RecordId::from)).collect()
    }
    fn detach(&mut self, gone: &BTreeSet<RecordId>, _: Handles) {
        if is_gone(self.contact, gone) {
            self.contact = None;
        }
        if is_gone(self.company, gone) {
            self.company = None;
        }
    }
    fn external_ids(&self) -> &[ExternalId] {
        &self.external_ids
    }
    fn tags_of(&mut self) -> &mut BTreeSet<Tag> {
        &mut self.tags
    }
}

impl Known for Deal {
    fn all(model: &Model) -> &BTreeMap<Id<Self>, Held<Self>> {
        &model.deals
    }
    fn all_mut(model: &mut Model) -> &mut BTreeMap<Id<Self>, Held<Self>> {
        &mut model.deals
    }
    fn references(&self, _: Handles) -> Vec<(u8, RecordId)> {
        let mut found: Vec<(u8, RecordId)> = self.contacts.iter().map(|entry| (1, entry.who.into())).collect();
        found.extend(self.company.map(|id| (2, id.into())));
        found.extend(self.project.map(|id| (3, id)));
        found
    }
    fn about(&self) -> Vec<RecordId> {
        let people = self.contacts.iter().map(|entry| entry.who.into());
        people.chain(self.company.map(RecordId::from)).chain(self.project).collect()
    }
    fn detach(&mut self, gone: &BTreeSet<RecordId>, _: Handles) {
        self.contacts.retain(|entry| !gone.contains(&entry.who.into()));
        if is_gone(self.company, gone) {
            self.company = None;
        }
        self.project = self.project.filter(|id| !gone.contains(id));
    }
    fn external_ids(&self) -> &[ExternalId] {
        &self.external_ids
    }
    fn tags_of(&mut self) -> &mut BTreeSet<Tag> {
        &mut self.tags
    }
}

impl Known for Task {
    fn all(model: &Model) -> &BTreeMap<Id<Self>, Held<Self>> {
        &model.tasks
    }
    fn all_mut(model: &mut Model) -> &mut BTreeMap<Id<Self>, Held<Self>> {
        &mut model.tasks
    }
    fn references(&self, _: Handles) -> Vec<(u8, RecordId)> {
        let mut found: Vec<(u8, RecordId)> = self.about.iter().map(|id| (1, *id)).collect();
        found.extend(self.previous.map(|id| (2, id.into())));
        found
    }
    fn about(&self) -> Vec<RecordId> {
        self.about.clone()
    }
    fn detach(&mut self, gone: &BTreeSet<RecordId>, _: Handles) {
        self.about.retain(|id| !gone.contains(id));
        if is_gone(self.previous, gone) {
            self.previous = None;
        }
    }
    fn external_ids(&self) -> &[ExternalId] {
        &self.external_ids
    }
    fn tags_of(&mut self) -> &mut BTreeSet<Tag> {
        &mut self.tags
    }
}

impl Model {
    pub(crate) fn new(handles: Handles) -> Self {
        Self {
            handles,
            contacts: BTreeMap::new(),
            companies: BTreeMap::new(),
            interactions: BTreeMap::new(),
            purchases: BTreeMap::new(),
            deals: BTreeMap::new(),
            tasks: BTreeMap::new(),
            ever: BTreeSet::new(),
            fields: Vec::new(),
            tags: BTreeMap::new(),
            levels: BTreeMap::new(),
        }
    }

    pub(crate) fn has(&self, id: RecordId) -> bool {
        let held = |id: RecordId| -> Option<bool> {
            Some(match id.kind {
                Kind::CONTACT => self.contacts.contains_key(&id.typed()?),
                Kind::COMPANY => self.companies.contains_key(&id.typed()?),
                Kind::INTERACTION => self.interactions.contains_key(&id.typed()?),
                Kind::PURCHASE => self.purchases.contains_key(&id.typed()?),
                Kind::DEAL => self.deals.contains_key(&id.typed()?),
                _ => self.tasks.contains_key(&id.typed()?),
            })
        };
        held(id).unwrap_or(false)
    }

    /// Whether the record may be written: its references lead somewhere and not back, its keys are free.
    pub(crate) fn allows<T: Known>(&self, own: Option<Id<T>>, record: &T) -> bool {
        let itself = own.map(RecordId::from);
        let mut external = BTreeSet::new();
        record.references(self.handles).iter().all(|(_, target)| self.has(*target) || Some(*target) == itself)
            && record.external_ids().iter().all(|id| external.insert((&id.system, &id.id)))
            && T::all(self)
                .iter()
                .filter(|(id, _)| Some(**id) != own)
                .all(|(_, held)| held.record.external_ids().iter().all(|id| !external.contains(&(&id.system, &id.id))))
    }

    /// The contacts with that code in any case.
    pub(crate) fn with_code(&self, code: &str) -> Vec<Id<Contact>> {
        let same = |held: &Held<Contact>| {
            held.record.get(self.handles.code).is_some_and(|own| own.to_lowercase() == code.to_lowercase())
        };
        self.contacts.iter().filter(|(_, held)| same(held)).map(|(id, _)| *id).collect()
    }

    /// Spells the tags as the database does, and makes those that are new.
    pub(crate) fn spell(&mut self, tags: &BTreeSet<Tag>) -> BTreeSet<Tag> {
        let mut spelt = BTreeSet::new();
        for tag in tags {
            let mut name = String::new();
            for level in tag.as_str().split('/') {
                let own = if name.is_empty() { level.to_owned() } else { format!("{name}/{level}") };
                name.clone_from(self.levels.entry(own.to_lowercase()).or_insert(own));
            }
            let tag = Tag::new(&name).unwrap();
            spelt.insert(self.tags.entry(name.to_lowercase()).or_insert(tag).clone());
        }
        spelt
    }

    pub(crate) fn insert<T: Known>(&mut self, id: Id<T>, mut record: T, written: Written<'_>) {
        record.follow(None, written);
        *record.tags_of() = self.spell(record.tags());
        self.ever.insert(id.into());
        T::all_mut(self).insert(id, Held { record, version: 1 });
    }

    /// Writes a record anew; gives its version.
    pub(crate) fn update<T: Known>(&mut self, id: Id<T>, mut record: T, written: Written<'_>) -> u64 {
        let tags = self.spell(record.tags());
        let held = T::all_mut(self).get_mut(&id).unwrap();
        record.follow(Some(&held.record), written);
        record.tags_of().clone_from(held.record.tags());
        if record != held.record {
            held.version += 1;
        }
        *record.tags_of() = tags;
        held.record = record;
        held.version
    }

    /// Each record that refers to one, once for each attribute.
    pub(crate) fn referrers(&self, target: RecordId) -> Vec<RecordId> {
        fn of<T: Known>(model: &Model, target: RecordId, found: &mut Vec<RecordId>) {
            for (id, held) in T::all(model) {
                let through: BTreeSet<u8> = held
                    .record
                    .references(model.handles)
                    .iter()
                    .filter(|(_, to)| *to == target)
                    .map(|(at, _)| *at)
                    .collect();
                found.extend(through.iter().map(|_| RecordId::from(*id)));
            }
        }
        let mut found = Vec::new();
        of::<Contact>(self, target, &mut found);
        of::<Company>(self, target, &mut found);
        of::<Interaction>(self, target, &mut found);
        of::<Purchase>(self, target, &mut found);
        of::<Deal>(self, target, &mut found);
        of::<Task>(self, target, &mut found);
        found.sort_unstable();
        found
    }

    /// Deletes a record; gives how many went and how many lost a reference, or `None` if it is refused.
    pub(crate) fn delete(&mut self, id: RecordId, rule: OnReferences) -> Option<(u64, u64)> {
        fn doomed<T: Known>(model: &Model, gone: &mut BTreeSet<RecordId>) -> bool {
            let before = gone.len();
            for (id, held) in T::all(model) {
                let about = held.record.about();
                if !about.is_empty() && about.iter().all(|target| gone.contains(target)) {
                    gone.insert((*id).into());
                }
            }
            gone.len() > before
        }
        fn sweep<T: Known>(model: &mut Model, gone: &BTreeSet<RecordId>) -> u64 {
            let handles = model.handles;
            let all = T::all_mut(model);
            all.retain(|id, _| !gone.contains(&(*id).into()));
            let mut detached = 0;
            for held in all.values_mut() {
                if held.record.references(handles).iter().any(|(_, target)| gone.contains(target)) {
                    held.record.detach(gone, handles);
                    held.version += 1;
                    detached += 1;
                }
            }
            detached
        }
        let mut gone = BTreeSet::from([id]);
        if rule == OnReferences::Refuse && self.referrers(id).iter().any(|other| *other != id) {
            return None;
        }
        while rule == OnReferences::Cascade
            && (doomed::<Interaction>(self, &mut gone)
                || doomed::<Purchase>(self, &mut gone)
                || doomed::<Deal>(self, &mut gone)
                || doomed::<Task>(self, &mut gone))
        {}
        let detached = sweep::<Contact>(self, &gone)
            + sweep::<Company>(self, &gone)
            + sweep::<Interaction>(self, &gone)
            + sweep::<Purchase>(self, &gone)
            + sweep::<Deal>(self, &gone)
            + sweep::<Task>(self, &gone);
        Some((gone.len() as u64, detached))
    }

    /// What is due at each time that is one, and what comes next, against the tasks that are not closed.
    fn assert_agenda(&self, read: &impl Read, context: &str) {
        let open = self.tasks.iter().filter(|(_, held)| held.record.closed.is_none());
        let mut expected: Vec<(OffsetDateTime, RecordId)> =
            open.filter_map(|(id, held)| Some((held.record.due?, RecordId::from(*id)))).collect();
        // Ids grow with the rows, by which those of one time stand.
        expected.sort_unstable();
        let found = |until| -> Vec<_> {
            let due: contactdb::Result<Vec<_>> = read.due(until).collect();
            due.unwrap().into_iter().map(|due| (due.at, due.record)).collect()
        };
        let far = OffsetDateTime::UNIX_EPOCH + time::Duration::days(100_000);
        assert_eq!(found(far), expected, "{context}");
        for at in (0..expected.len()).step_by(5) {
            let time = expected[at].0;
            let until = expected.partition_point(|(other, _)| *other <= time);
            assert_eq!(found(time), expected[..until], "{context}");
            assert_eq!(read.next_due(time).unwrap(), expected.get(until).map(|(time, _)| *time), "{context}");
        }
        let first = expected.first().map(|(time, _)| *time);
        assert_eq!(read.next_due(OffsetDateTime::UNIX_EPOCH).unwrap(), first, "{context}");
    }

    /// Compares all there is to read.
    pub(crate) fn assert_equals(&self, read: &impl Read, context: &str) {
        fn kind<T: Known>(model: &Model, read: &impl Read, context: &str) {
            let all = T::all(model);
            assert_eq!(read.len(T::KIND).unwrap(), all.len() as u64, "{context}");
            for id in model.ever.iter().filter_map(|id| id.typed::<T>()) {
                let stored = read.get(id).unwrap();
                let held = all.get(&id);
                assert_eq!(read.contains(id).unwrap(), held.is_some(), "{context}: {id}");
                assert_eq!(stored.is_some(), held.is_some(), "{context}: {id}");
                let (Some(stored), Some(held)) = (stored, held) else { continue };
                assert_eq!(stored.record, held.record, "{context}: {id}");
                assert_eq!(stored.version, held.version, "{context}: {id}");
                let mut referrers = read.referrers(id).unwrap();
                referrers.sort_unstable();
                assert_eq!(referrers, model.referrers(id.into()), "{context}: {id}");
            }
            for system in 0..2 {
                for number in 0..12 {
                    let (system, number) = (format!("s{system}"), format!("{number}"));
                    let key = By::external_id(system.clone(), number.clone());
                    let own = |held: &Held<T>| {
                        held.record.external_ids().iter().any(|id| id.system == system && id.id == number)
                    };
                    let expected: Vec<Id<T>> = all.iter().filter(|(_, held)| own(held)).map(|(id, _)| *id).collect();
                    assert_eq!(read.find::<T>(&key).unwrap(), expected, "{context}: {key:?}");
                }
            }
        }
        kind::<Contact>(self, read, context);
        kind::<Company>(self, read, context);
        kind::<Interaction>(self, read, context);
        kind::<Purchase>(self, read, context);
        kind::<Deal>(self, read, context);
        kind::<Task>(self, read, context);
        self.assert_agenda(read, context);
        // Ids grow, so the order of the map is that of insertion.
        for at in 0..8 {
            let email = format!("P{at}@Example.com");
            let own = |held: &Held<Contact>| {
                held.record.emails.iter().any(|entry| entry.value.as_str().eq_ignore_ascii_case(&email))
            };
            let expected: Vec<_> = self.contacts.iter().filter(|(_, held)| own(held)).map(|(id, _)| *id).collect();
            assert_eq!(read.find::<Contact>(&By::email(&email)).unwrap(), expected, "{context}: {email}");
            let phone = format!("+44 20 7946 000{at}");
            let own = |held: &Held<Contact>| held.record.phones.iter().any(|entry| entry.value.as_str() == phone);
            let expected: Vec<_> = self.contacts.iter().filter(|(_, held)| own(held)).map(|(id, _)| *id).collect();
            let typed = phone.replace(' ', "-");
            assert_eq!(read.find::<Contact>(&By::phone(&typed)).unwrap(), expected, "{context}: {phone}");
        }
        for at in 0..10 {
            let code = format!("code-{at}");
            let found = read.find::<Contact>(&By::field("code", code.as_str())).unwrap();
            assert_eq!(found, self.with_code(&code), "{context}: {code}");
        }
        let fields: BTreeSet<(String, bool)> =
            read.catalogue().fields(Kind::CONTACT).map(|field| (field.key.to_string(), field.archived)).collect();
        let mut expected: BTreeSet<(String, bool)> =
            self.fields.iter().map(|(_, key, archived)| (key.clone(), *archived)).collect();
        expected.extend([("code".to_owned(), false), ("friend".to_owned(), false)]);
        assert_eq!(fields, expected, "{context}");
        let tags: BTreeSet<&Tag> = read.catalogue().tags().collect();
        assert_eq!(tags, self.tags.values().collect(), "{context}");
    }
}
