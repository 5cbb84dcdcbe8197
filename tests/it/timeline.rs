//! Timelines against plain maps: what a record is about, and to what its people belonged when it was written.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use contactdb::{
    Affiliation, AnyRecord, Company, Contact, Cursor, CustomKind, Field, FieldHandle, Id, Interaction, Kind,
    OnReferences, Participant, Purchase, Read, RecordId, Timeline, Transaction,
};
use proptest::prelude::*;
use time::{Date, Duration, OffsetDateTime};

use super::common::{Counter, START, Watch, options};
use crate::cases::cases;

/// The noon of a day; few days, so that many records have the same time.
fn noon(day: u8) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(START).unwrap() + Duration::days(i64::from(day % 5)) + Duration::hours(3)
}

fn date(day: u8) -> Date {
    noon(day).date()
}

/// A person's time at a company: the company, the first and the last day, whether it is marked as primary.
type Stay = (Id<Company>, Option<Date>, Option<Date>, bool);

/// What happened: when, with whom, and the companies that were noted.
#[derive(Debug, Clone)]
struct Event {
    at: OffsetDateTime,
    about: Vec<RecordId>,
    noted: Vec<RecordId>,
    /// Its place among those of its kind.
    row: usize,
}

#[derive(Debug, Default)]
struct Model {
    companies: Vec<Id<Company>>,
    people: Vec<Id<Contact>>,
    stays: BTreeMap<Id<Contact>, Vec<Stay>>,
    events: BTreeMap<RecordId, Event>,
    rows: usize,
}

impl Model {
    /// The companies of the people, each person's primary one on the day, without those that are there themselves.
    fn noted(&self, at: OffsetDateTime, about: &[RecordId]) -> Vec<RecordId> {
        let mut noted: Vec<RecordId> = Vec::new();
        for person in about.iter().filter_map(|id| id.typed::<Contact>()) {
            let day = at.date();
            let covers = |stay: &&Stay| stay.1.is_none_or(|from| from <= day) && stay.2.is_none_or(|to| day <= to);
            let then: Vec<&Stay> = self.stays.get(&person).into_iter().flatten().filter(covers).collect();
            let primary = then.iter().find(|stay| stay.3).or(then.first());
            noted.extend(primary.map(|stay| RecordId::from(stay.0)).filter(|company| !about.contains(company)));
        }
        noted
    }

    fn insert(&mut self, id: RecordId, at: OffsetDateTime, about: Vec<RecordId>) {
        let noted = self.noted(at, &about);
        self.events.insert(id, Event { at, about, noted, row: self.rows });
        self.rows += 1;
    }

    /// What somebody moved on to since is noted only if what happened changes.
    fn change(&mut self, id: RecordId, at: OffsetDateTime, about: Vec<RecordId>) {
        let old = self.events[&id].clone();
        let noted = if old.at == at && old.about == about { old.noted } else { self.noted(at, &about) };
        self.events.insert(id, Event { at, about, noted, row: old.row });
    }

    /// The timeline of a record: `(when, what, whether itself)`.
    fn timeline(&self, of: RecordId) -> Vec<(OffsetDateTime, RecordId, bool)> {
        let mut found: Vec<_> = self
            .events
            .iter()
            .filter(|(_, event)| event.about.contains(&of) || event.noted.contains(&of))
            .map(|(id, event)| (Reverse(event.at), id.kind, event.row, *id, event.about.contains(&of)))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(at, _, _, id, own)| (at.0, id, own)).collect()
    }
}

#[derive(Debug, Clone)]
enum Step {
    Insert { kind: u8, day: u8, who: Vec<u8> },
    Change { which: u8, day: u8, who: Vec<u8> },
    Retitle { which: u8 },
    Delete { which: u8 },
    Stay { person: u8, company: u8, from: Option<u8>, to: Option<u8>, primary: bool },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = || proptest::collection::vec(any::<u8>(), 1..4);
    let step = prop_oneof![
        8 => (0_u8..3, any::<u8>(), who()).prop_map(|(kind, day, who)| Step::Insert { kind, day, who }),
        3 => (any::<u8>(), any::<u8>(), who()).prop_map(|(which, day, who)| Step::Change { which, day, who }),
        2 => any::<u8>().prop_map(|which| Step::Retitle { which }),
        2 => any::<u8>().prop_map(|which| Step::Delete { which }),
        4 => (any::<u8>(), any::<u8>(), any::<Option<u8>>(), any::<Option<u8>>(), any::<bool>())
            .prop_map(|(person, company, from, to, primary)| Step::Stay { person, company, from, to, primary }),
    ];
    proptest::collection::vec(step, 10..80)
}

/// A kind of a business's own: projects that are about a person or a company.
#[derive(Debug, Clone, Copy)]
struct Projects {
    kind: Kind,
    of: FieldHandle<RecordId>,
    begun: FieldHandle<OffsetDateTime>,
}

fn pick<T: Copy>(from: &[T], number: u8) -> T {
    from[usize::from(number) % from.len()]
}

fn step(tx: &mut Transaction<'_>, model: &mut Model, projects: Projects, step: Step) {
    let everybody: Vec<RecordId> =
        model.people.iter().map(|id| (*id).into()).chain(model.companies.iter().map(|id| (*id).into())).collect();
    let events: Vec<RecordId> = model.events.keys().copied().collect();
    match step {
        Step::Insert { kind: 0, day, who } => {
            let about: Vec<RecordId> = who.iter().map(|number| pick(&everybody, *number)).collect();
            let call = about[1..].iter().fold(Interaction::call(about[0]), |call, who| call.with(*who));
            let id = tx.insert(&call.at(noon(day))).unwrap();
            model.insert(id.into(), noon(day), about);
        }
        Step::Insert { kind: 1, day, who } => {
            let (person, company) = (pick(&model.people, who[0]), who.get(1).map(|at| pick(&model.companies, *at)));
            let order = Purchase::by(person).at(noon(day));
            let order = company.map_or(order.clone(), |company| order.company(company));
            let about = [RecordId::from(person)].into_iter().chain(company.map(RecordId::from)).collect();
            let id = tx.insert(&order).unwrap();
            model.insert(id.into(), noon(day), about);
        }
        Step::Insert { day, who, .. } => {
            let of = pick(&everybody, who[0]);
            let project = AnyRecord::new(projects.kind).set(projects.of, of).set(projects.begun, noon(day));
            let id = tx.insert(&project.set_value("name", "A roof")).unwrap();
            model.insert(id, noon(day), vec![of]);
        }
        Step::Change { which, day, who } if !events.is_empty() => {
            let id = pick(&events, which);
            let Some(call) = id.typed::<Interaction>() else { return };
            let about: Vec<RecordId> = who.iter().map(|number| pick(&everybody, *number)).collect();
            tx.update(call, |call| {
                call.at = Some(noon(day));
                call.participants = about.iter().map(|who| Participant::new(*who)).collect();
            })
            .unwrap();
            model.change(id, noon(day), about);
        }
        Step::Retitle { which } if !events.is_empty() => {
            if let Some(call) = pick(&events, which).typed::<Interaction>() {
                tx.update(call, |call| call.subject = Some("Another subject".into())).unwrap();
            }
        }
        Step::Delete { which } if !events.is_empty() => {
            let id = pick(&events, which);
            tx.delete(id, OnReferences::Refuse).unwrap();
            model.events.remove(&id);
        }
        Step::Stay { person, company, from, to, primary } => {
            let (person, company) = (pick(&model.people, person), pick(&model.companies, company));
            let stays = model.stays.entry(person).or_default();
            let (from, to) = (from.map(date), to.map(date));
            let primary = primary && stays.iter().all(|stay| !stay.3);
            let mut affiliation = Affiliation::with(company);
            (affiliation.from, affiliation.to) = (from, to);
            affiliation.primary = primary.then_some(true);
            if tx.update(person, |person| person.affiliations.push(affiliation)).is_ok() {
                stays.push((company, from, to, primary));
            }
        }
        _ => {}
    }
}

/// A timeline, put together from pages.
fn paged(timeline: &Timeline<'_>, size: usize) -> Vec<(OffsetDateTime, RecordId, bool)> {
    let (mut all, mut at) = (Vec::new(), timeline.clone());
    loop {
        let page = at.page(size).unwrap();
        all.extend(page.entries.iter().map(|entry| (entry.at, entry.record, entry.own)));
        let Some(next) = page.next else { return all };
        at = timeline.clone().after(&next.to_string().parse::<Cursor>().unwrap());
    }
}

fn compare(read: &impl Read, model: &Model, size: usize, day: u8, context: &str) {
    let people = model.people.iter().map(|id| RecordId::from(*id));
    for id in people.chain(model.companies.iter().map(|id| RecordId::from(*id))) {
        let whole = model.timeline(id);
        assert_eq!(paged(&read.timeline(id), size), whole, "{context}: {id}");
        let filtered = |keep: &dyn Fn(&(OffsetDateTime, RecordId, bool)) -> bool| -> Vec<_> {
            whole.iter().copied().filter(|entry| keep(entry)).collect()
        };
        assert_eq!(paged(&read.timeline(id).own(), size), filtered(&|entry| entry.2), "{context}: {id}");
        let calls = paged(&read.timeline(id).kinds([Kind::INTERACTION]).until(noon(day)), size);
        let expected = filtered(&|(at, record, _)| record.kind == Kind::INTERACTION && *at <= noon(day));
        assert_eq!(calls, expected, "{context}: {id}");
        let day_alone = paged(&read.timeline(id).since(noon(day)).before(noon(day) + Duration::DAY), size);
        assert_eq!(day_alone, filtered(&|(at, _, _)| *at == noon(day)), "{context}: {id}");
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn timelines_are_what_plain_maps_say(steps in steps(), size in 1_usize..6, day in 0_u8..5) {
        let db = options(&Watch::new(), &Counter::default()).in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let kind = tx.define_kind(CustomKind::new("project", "projects")).unwrap();
        let of = tx.define(Field::reference("of").on(kind).about()).unwrap();
        let begun = tx.define(Field::date_time("begun").on(kind).timeline()).unwrap();
        let mut model = Model {
            companies: tx.insert_many(["Acme", "Globex"].map(Company::new)).unwrap(),
            people: tx.insert_many(["Ada", "Grace", "Hedy"].map(|name| Contact::named(name, "Example"))).unwrap(),
            ..Model::default()
        };
        for one in steps {
            let context = format!("{one:?}");
            step(&mut tx, &mut model, Projects { kind, of, begun }, one);
            compare(&tx, &model, size, day, &context);
        }
        tx.commit().unwrap();
        compare(&db.read().unwrap(), &model, size, day, "committed");
    }
}
