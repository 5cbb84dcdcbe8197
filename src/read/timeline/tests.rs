//! What a page of a timeline reads, and timelines against a naive one.

use std::cell::Cell;
use std::cmp::Reverse;

use proptest::prelude::*;
use time::{Date, Duration, OffsetDateTime};

use super::{Cursor, Timeline, TimelineEntry};
use crate::cases::cases;
use crate::clock::Moment;
use crate::index::{references_of, time_of};
use crate::model::{AnyRecord, AttributeId, Id, Kind, RecordId};
use crate::options::Options;
use crate::read::view::{Tables, View};
use crate::rows;
use crate::schema::{Catalogue, CustomKind, Field, KindEntry, system};
use crate::store::{Fresh, Result, Source, Table, Walk, instant_of, micros, scan};
use crate::{
    Affiliation, Company, Contact, Database, Deal, DealContact, FieldHandle, Interaction, OnReferences, Participant,
    Purchase, Read, Snapshot, Task, Ticket, Transaction,
};

/// A snapshot that is read through another source.
struct Seen<'s, S> {
    snapshot: &'s Snapshot,
    source: S,
}

/// Counts what is read.
struct Counter<'s> {
    of: &'s dyn Source,
    calls: Cell<usize>,
    rows: Cell<usize>,
}

impl Source for Counter<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.calls.set(self.calls.get() + 1);
        self.rows.set(self.rows.get() + 1);
        self.of.get(table, key)
    }
    fn batch(&self, table: Table, from: &[u8], to: &[u8], count: usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let rows = self.of.batch(table, from, to, count)?;
        self.calls.set(self.calls.get() + 1);
        self.rows.set(self.rows.get() + rows.len());
        Ok(rows)
    }
    fn fresh(&self) -> Result<Fresh> {
        self.of.fresh()
    }
    fn walk(&self, table: Table, from: Vec<u8>, to: Vec<u8>) -> Result<Walk<'_>> {
        Ok(Walk::Copied(scan(self, table, from, to)))
    }
}

impl<S: Source> View for Seen<'_, S> {
    fn tables(&self) -> Tables<'_> {
        Tables(&self.source)
    }
    fn catalogue_now(&self) -> &Catalogue {
        self.snapshot.catalogue_now()
    }
    fn options(&self) -> &Options {
        self.snapshot.options()
    }
    fn moment(&self) -> Moment {
        self.snapshot.moment()
    }
}

/// How many calls a piece of work makes, and how many rows it reads.
fn cost<R>(snapshot: &Snapshot, work: impl FnOnce(&Seen<'_, Counter<'_>>) -> R) -> (R, (usize, usize)) {
    let source = Counter { of: snapshot.tables().0, calls: Cell::default(), rows: Cell::default() };
    let counted = Seen { snapshot, source };
    let done = work(&counted);
    (done, (counted.source.calls.get(), counted.source.rows.get()))
}

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::seconds(1_700_000_000 + seconds)
}

#[test]
fn a_page_costs_the_same_wherever_it_is_and_however_many_there_are() {
    const PAGE: usize = 50;
    let page_costs = |count: u16| {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let acme = tx.insert(&Company::new("Acme")).unwrap();
        let ada = tx.insert(&Contact::named("Ada", "Lovelace").works_at(acme, "CTO")).unwrap();
        tx.insert_many((0..count).map(|n| Interaction::call(ada).at(at(n.into())))).unwrap();
        tx.insert_many((0..count / 10).map(|n| Purchase {
            contact: Some(ada),
            at: Some(at(i64::from(n) * 10)),
            ..Purchase::default()
        }))
        .unwrap();
        tx.commit().unwrap();
        let snapshot = db.read().unwrap();
        let total = usize::from(count) + usize::from(count / 10);
        [RecordId::from(ada), RecordId::from(acme)].map(|id| {
            let whole = snapshot.timeline(id);
            let middle = whole.page(total / 2).unwrap().next.unwrap();
            let last = whole.page(total - PAGE).unwrap().next.unwrap();
            [None, Some(middle), Some(last)].map(|cursor| {
                let (page, (calls, rows)) = cost(&snapshot, |view| {
                    let timeline = Timeline::new(view, id);
                    cursor.as_ref().map_or(timeline.clone(), |cursor| timeline.after(cursor)).page(PAGE).unwrap()
                });
                assert_eq!(page.entries.len(), PAGE);
                assert!(calls <= PAGE + 20 && rows <= 3 * PAGE + 20, "{calls} calls, {rows} rows");
                (calls, rows)
            })
        })
    };
    let few = page_costs(1_000);
    let many = page_costs(20_000);
    for (few, many) in few.into_iter().flatten().zip(many.into_iter().flatten()) {
        assert!(few.0.abs_diff(many.0) <= 4 && few.1.abs_diff(many.1) <= PAGE, "{few:?}, {many:?}");
    }
}

#[test]
fn what_is_left_out_is_not_read() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Lovelace")).unwrap();
    tx.insert_many((0..2_000).map(|n| Interaction::call(ada).at(at(n)))).unwrap();
    tx.insert(&Purchase { contact: Some(ada), at: Some(at(-5)), ..Purchase::default() }).unwrap();
    tx.commit().unwrap();
    let snapshot = db.read().unwrap();
    for narrow in [
        |timeline: Timeline<'_>| timeline.kinds([Kind::PURCHASE]).page(10).unwrap().entries.len(),
        |timeline: Timeline<'_>| timeline.until(at(-1)).page(10).unwrap().entries.len(),
        |timeline: Timeline<'_>| timeline.since(at(500)).before(at(501)).page(10).unwrap().entries.len(),
        |timeline: Timeline<'_>| timeline.entries().unwrap().take(1).count(),
    ] {
        let (found, (calls, rows)) = cost(&snapshot, |view| narrow(Timeline::new(view, ada.into())));
        assert_eq!(found, 1);
        assert!(calls <= 8 && rows <= 16, "{calls} calls, {rows} rows");
    }
}

#[test]
fn a_transaction_reads_a_page_among_many_changes_of_its_own() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Lovelace")).unwrap();
    let calls = tx.insert_many((0..3_000).map(|n| Interaction::call(ada).at(at(n)))).unwrap();
    tx.commit().unwrap();
    let mut tx = db.write().unwrap();
    for call in &calls[10..] {
        tx.delete(*call, OnReferences::Refuse).unwrap();
    }
    let found: Vec<_> =
        tx.timeline(ada).entries().unwrap().map(|entry| entry.unwrap().record.typed().unwrap()).collect();
    assert!(found.iter().eq(calls[..10].iter().rev()));
}

/// Everything about a record, found by reading all records there are: `(time descending, kind, row)`.
fn naive(view: &dyn View, of: RecordId, own_only: bool) -> Vec<TimelineEntry> {
    let (source, catalogue) = (view.tables().0, view.catalogue_now());
    let mut found = Vec::new();
    for kind in catalogue.kinds().map(|entry: &KindEntry| entry.kind) {
        for row in rows::all(source, catalogue, kind) {
            let row = row.unwrap();
            let attributes: Vec<AttributeId> = references_of(&row.values)
                .into_iter()
                .filter(|reference| reference.target == of)
                .map(|reference| reference.attribute)
                .collect();
            let about = |id: &&AttributeId| catalogue.attribute_by_id(kind, **id).is_some_and(|known| known.about);
            let own = attributes.iter().filter(about).min().copied();
            let noted = attributes.iter().find(|id| **id == system::NOTED && !own_only).copied();
            let Some(attribute) = own.or(noted) else { continue };
            let time = time_of(catalogue, kind, &row.values);
            let record = RecordId { kind, uuid: row.id };
            let entry = TimelineEntry { at: instant_of(time), record, own: own.is_some(), attribute };
            found.push(((Reverse(time), kind, row.row), entry));
        }
    }
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, entry)| entry).collect()
}

/// What a step of the test does; the numbers choose among what there is.
#[derive(Debug, Clone)]
enum Step {
    Insert { kind: u8, time: i8, about: Vec<u8> },
    Change { which: u8, time: i8, about: Vec<u8> },
    Move { person: u8, company: u8, since: i8 },
    Delete { which: u8, rule: u8 },
    DeleteTarget { which: u8, rule: u8 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let about = || proptest::collection::vec(any::<u8>(), 0..4);
    let step = prop_oneof![
        8 => (any::<u8>(), -3_i8..4, about()).prop_map(|(kind, time, about)| Step::Insert { kind, time, about }),
        3 => (any::<u8>(), -3_i8..4, about()).prop_map(|(which, time, about)| Step::Change { which, time, about }),
        2 => (any::<u8>(), any::<u8>(), -3_i8..4)
            .prop_map(|(person, company, since)| Step::Move { person, company, since }),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(which, rule)| Step::Delete { which, rule }),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(which, rule)| Step::DeleteTarget { which, rule }),
    ];
    proptest::collection::vec(step, 10..60)
}

struct World {
    visit: Kind,
    of: FieldHandle<RecordId>,
    when: FieldHandle<OffsetDateTime>,
    /// A second attribute through which an interaction is about something.
    concerns: FieldHandle<RecordId>,
    targets: Vec<RecordId>,
    events: Vec<RecordId>,
}

fn pick<T: Copy>(from: &[T], number: u8) -> Option<T> {
    (!from.is_empty()).then(|| from[usize::from(number) % from.len()])
}

fn day(time: i8) -> Date {
    (at(0) + Duration::days(time.into())).date()
}

fn change(tx: &mut Transaction<'_>, id: RecordId, time: i8, about: &[RecordId]) -> crate::Result<()> {
    let when = at(i64::from(time) * 86_400);
    if let Some(id) = id.typed::<Interaction>() {
        tx.update(id, |call| {
            call.at = Some(when);
            call.participants = about.iter().map(|id| Participant::new(*id)).collect();
        })?;
    } else if let Some(id) = id.typed::<Task>() {
        tx.update(id, |task| {
            task.due = (time != 0).then_some(when);
            task.about = about.to_vec();
        })?;
    } else if let Some(id) = id.typed::<Purchase>() {
        tx.update(id, |order| order.contact = about.iter().find_map(|id| id.typed()))?;
    }
    Ok(())
}

impl World {
    fn new(tx: &mut Transaction<'_>) -> Self {
        let visit = tx.define_kind(CustomKind::new("visit", "visits")).unwrap();
        let of = tx.define(Field::reference("of").on(visit).about()).unwrap();
        let when = tx.define(Field::date_time("when").on(visit).timeline()).unwrap();
        let concerns = tx.define(Field::reference("concerns").on(Kind::INTERACTION).about()).unwrap();
        let companies = tx.insert_many(["Acme", "Globex"].map(Company::new)).unwrap();
        let people = tx.insert_many(["Ada", "Grace", "Hedy"].map(|name| Contact::named(name, "Example"))).unwrap();
        let project = tx.insert(&AnyRecord::new(visit).set_value("name", "A visit of visits")).unwrap();
        let companies = companies.into_iter().map(RecordId::from);
        let targets = companies.chain(people.into_iter().map(RecordId::from)).chain([project]).collect();
        Self { visit, of, when, concerns, targets, events: Vec::new() }
    }

    fn about(&self, numbers: &[u8]) -> Vec<RecordId> {
        numbers.iter().filter_map(|number| pick(&self.targets, *number)).collect()
    }

    fn insert(&self, tx: &mut Transaction<'_>, kind: u8, time: i8, about: &[RecordId]) -> crate::Result<RecordId> {
        let when = at(i64::from(time) * 86_400);
        let contact = about.iter().find_map(|id| id.typed::<Contact>());
        let company = about.iter().find_map(|id| id.typed::<Company>());
        Ok(match kind % 6 {
            0 => {
                let participants = about.iter().map(|id| Participant::new(*id)).collect();
                let call = Interaction { kind: Some("call".into()), participants, ..Interaction::default() };
                let call = about.last().map_or(call.clone(), |last| call.set(self.concerns, *last));
                tx.insert(&call.at(when))?.into()
            }
            1 => tx.insert(&Purchase { contact, company, at: Some(when), ..Purchase::default() })?.into(),
            2 => {
                let contacts = about.iter().filter_map(|id| id.typed()).map(DealContact::new).collect();
                tx.insert(&Deal { contacts, company, ..Deal::new("A roof") })?.into()
            }
            3 => tx.insert(&Ticket { contact, company, ..Ticket::new("It leaks") })?.into(),
            4 => tx.insert(&Task { about: about.to_vec(), ..Task::new("Ask").due(when) })?.into(),
            _ => {
                let visit = AnyRecord::new(self.visit).set_value("name", "A visit").set(self.when, when);
                tx.insert(&about.first().map_or(visit.clone(), |of| visit.set(self.of, *of)))?
            }
        })
    }

    /// Does a step; one that the database refuses changes nothing.
    fn step(&mut self, tx: &mut Transaction<'_>, step: &Step) {
        let rule =
            |rule: u8| [OnReferences::Refuse, OnReferences::Detach, OnReferences::Cascade][usize::from(rule) % 3];
        match step {
            Step::Insert { kind, time, about } => {
                let inserted = self.insert(tx, *kind, *time, &self.about(about));
                self.events.extend(inserted);
            }
            Step::Change { which, time, about } => {
                if let Some(id) = pick(&self.events, *which) {
                    drop(change(tx, id, *time, &self.about(about)));
                }
            }
            Step::Move { person, company, since } => {
                let people: Vec<Id<Contact>> = self.targets.iter().filter_map(|id| id.typed()).collect();
                let companies: Vec<Id<Company>> = self.targets.iter().filter_map(|id| id.typed()).collect();
                if let (Some(person), Some(company)) = (pick(&people, *person), pick(&companies, *company)) {
                    let affiliation = Affiliation::with(company).from(day(*since));
                    drop(tx.update(person, |person| person.affiliations.push(affiliation)));
                }
            }
            Step::Delete { which, rule: number } => {
                drop(pick(&self.events, *which).map(|id| tx.delete(id, rule(*number))));
            }
            Step::DeleteTarget { which, rule: number } => {
                drop(pick(&self.targets, *which).map(|id| tx.delete(id, rule(*number))));
            }
        }
        self.events.retain(|id| tx.contains(*id).unwrap());
        self.targets.retain(|id| tx.contains(*id).unwrap());
    }

    /// Compares the timelines of all targets, and of the events themselves, with the naive one.
    fn compare(&self, view: &impl Read, sizes: &[usize]) {
        for id in self.targets.iter().chain(&self.events) {
            let whole = naive(view, *id, false);
            assert_eq!(paged(&view.timeline(*id), sizes), whole, "{id}");
            let streamed: Vec<_> = view.timeline(*id).entries().unwrap().map(|entry| entry.unwrap()).collect();
            assert_eq!(streamed, whole);
            assert_eq!(paged(&view.timeline(*id).own(), sizes), naive(view, *id, true));
            let kinds = [Kind::TASK, self.visit, Kind::INTERACTION];
            let (first, end) = (at(-86_400), at(2 * 86_400));
            let narrow =
                |entry: &&TimelineEntry| kinds.contains(&entry.record.kind) && entry.at >= first && entry.at < end;
            let narrowed: Vec<TimelineEntry> = whole.iter().filter(narrow).copied().collect();
            assert_eq!(paged(&view.timeline(*id).kinds(kinds).since(first).before(end), sizes), narrowed);
            let past: Vec<TimelineEntry> = whole.iter().filter(|entry| entry.at <= first).copied().collect();
            assert_eq!(paged(&view.timeline(*id).until(first), sizes), past);
        }
    }
}

/// A timeline put together from pages of these sizes, each cursor gone through its text.
fn paged(timeline: &Timeline<'_>, sizes: &[usize]) -> Vec<TimelineEntry> {
    let (mut all, mut at) = (Vec::new(), timeline.clone());
    for size in sizes.iter().cycle() {
        let page = at.page(*size).unwrap();
        assert!(page.entries.len() == *size || page.next.is_none());
        all.extend(page.entries);
        let Some(next) = page.next else { break };
        at = timeline.clone().after(&next.to_string().parse::<Cursor>().unwrap());
    }
    all
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn timelines_are_what_reading_everything_gives(
        steps in steps(),
        sizes in proptest::collection::vec(1_usize..5, 1..4),
        committed in 0_usize..60,
    ) {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let mut world = World::new(&mut tx);
        for (number, step) in steps.iter().enumerate() {
            if number == committed {
                tx.commit().unwrap();
                tx = db.write().unwrap();
            }
            world.step(&mut tx, step);
        }
        world.compare(&tx, &sizes);
        tx.commit().unwrap();
        world.compare(&db.read().unwrap(), &sizes);
    }
}

#[test]
fn a_cursor_holds_when_entries_come_and_go() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Lovelace")).unwrap();
    // All at one time: the order is that of insertion.
    let calls = tx.insert_many((0..6).map(|_| Interaction::call(ada).at(at(0)))).unwrap();
    let first = tx.timeline(ada).page(2).unwrap();
    let ids = |entries: &[TimelineEntry]| entries.iter().filter_map(|entry| entry.record.typed()).collect::<Vec<_>>();
    assert_eq!(ids(&first.entries), calls[..2]);
    tx.delete(calls[1], OnReferences::Refuse).unwrap();
    tx.delete(calls[2], OnReferences::Refuse).unwrap();
    tx.insert(&Interaction::call(ada).at(at(1))).unwrap();
    let second = tx.timeline(ada).after(&first.next.unwrap()).page(9).unwrap();
    assert_eq!(ids(&second.entries), calls[3..]);
    assert_eq!(second.next, None);
}

/// A source some of whose rows are damaged.
struct Damaged<'s> {
    of: &'s dyn Source,
    without_records: bool,
    /// How many bytes are left of the keys of links.
    link_bytes: usize,
}

impl Source for Damaged<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        if self.without_records && matches!(table, Table::Records) { Ok(None) } else { self.of.get(table, key) }
    }
    fn batch(&self, table: Table, from: &[u8], to: &[u8], count: usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let mut rows = self.of.batch(table, from, to, count)?;
        for (key, _) in &mut rows {
            key.truncate(self.link_bytes);
        }
        Ok(rows)
    }
    fn fresh(&self) -> Result<Fresh> {
        self.of.fresh()
    }
    fn walk(&self, table: Table, from: Vec<u8>, to: Vec<u8>) -> Result<Walk<'_>> {
        self.of.walk(table, from, to)
    }
}

#[test]
fn damaged_links_are_errors_after_which_nothing_comes() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Lovelace")).unwrap();
    tx.insert_many((0..3).map(|n| Interaction::call(ada).at(at(n)))).unwrap();
    tx.commit().unwrap();
    let snapshot = db.read().unwrap();
    let of = snapshot.tables().0;
    for (without_records, link_bytes) in (0..24).map(|bytes| (false, bytes)).chain([(true, 24)]) {
        let damaged = Seen { snapshot: &snapshot, source: Damaged { of, without_records, link_bytes } };
        let timeline = Timeline::new(&damaged, ada.into());
        assert!(timeline.page(2).unwrap_err().is_corrupt(), "{link_bytes}");
        if let Ok(mut entries) = timeline.entries() {
            assert!(entries.next().unwrap().unwrap_err().is_corrupt());
            assert!(entries.next().is_none());
        }
    }
}

#[test]
fn hostile_cursors_and_times_at_the_ends_find_what_stands_behind_them() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Lovelace")).unwrap();
    tx.insert(&Interaction::call(ada)).unwrap();
    for time in [i64::MIN, i64::MAX, micros(OffsetDateTime::UNIX_EPOCH)] {
        for kind in [0, 3, u16::MAX] {
            for row in [0, u32::MAX] {
                let cursor: Cursor = format!("{:016x}{kind:04x}{row:08x}", time.cast_unsigned()).parse().unwrap();
                let found = tx.timeline(ada).after(&cursor).page(3).unwrap().entries.len();
                assert_eq!(found, usize::from(time == i64::MAX), "{cursor}");
            }
        }
    }
    let (first, last) = (time::PrimitiveDateTime::MIN.assume_utc(), time::PrimitiveDateTime::MAX.assume_utc());
    assert_eq!(tx.timeline(ada).since(first).until(last).page(1).unwrap().entries.len(), 1);
    assert_eq!(tx.timeline(ada).since(last).until(first).page(1).unwrap().entries.len(), 0);
    assert!(tx.timeline(Id::<Contact>::from_uuid(uuid::Uuid::nil())).page(1).unwrap_err().is_not_found());
}

#[test]
fn times_between_microseconds_part_where_they_should() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Lovelace")).unwrap();
    tx.insert(&Interaction::call(ada).at(at(0))).unwrap();
    let between = at(0) + Duration::nanoseconds(1);
    let count = |timeline: Timeline<'_>| timeline.page(5).unwrap().entries.len();
    assert_eq!(count(tx.timeline(ada).since(between)), 0);
    assert_eq!(count(tx.timeline(ada).before(between)), 1);
    assert_eq!(count(tx.timeline(ada).until(at(0) - Duration::nanoseconds(1))), 0);
    assert_eq!([count(tx.timeline(ada).since(at(0))), count(tx.timeline(ada).until(at(0)))], [1, 1]);
    assert_eq!(count(tx.timeline(ada).before(at(0))), 0);
}
