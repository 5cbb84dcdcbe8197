//! A kind of record that nothing in the crate knows: what a `record!` says is all that there is to a kind.
#![expect(unreachable_pub, dead_code, reason = "the macro makes kinds that are public, with all their methods")]

use time::{Duration, OffsetDateTime};

use crate::clock::{FixedClock, FixedZone};
use crate::model::BuiltInDefault::{Now as AtOnce, Option as ByDefault};
use crate::model::macros::record;
use crate::model::{
    AnyRecord, AttributeId, BuiltInOption, Change, Choice, Company, Contact, ExternalId, How, Id, KINDS, Kind, Now,
    OnDelete, Record, RecordId, Stamp, Value, ValueType, Values, WorkedOut,
};
use crate::schema::Catalogue;
use crate::{By, Database, Interaction, OnReferences, Options, Read, Rule, Segment};

const STATUS: &[BuiltInOption] = &[
    BuiltInOption { code: 1, key: "seed", label: "Seed" },
    BuiltInOption { code: 2, key: "green", label: "Green" },
    BuiltInOption { code: 3, key: "ripe", label: "Ripe" },
];

record! {
    /// A plant of somebody.
    pub struct Plant = Kind(200), "plant" "plants", worked out WORKED_OUT, {
        16 "name" "Name" name: String { required: true, help: "What it is" },
        17 "keeper" "Keeper" keeper: Option<Id<Contact>> { about: true, on_delete: OnDelete::Cascade, help: "Whose it is" },
        18 "status" "Status" status: Option<Choice> { options: STATUS, default: Some(ByDefault("seed")), help: "How far it is" },
        19 "status_history" "Status history" status_history: Vec<Change> { prefix: "status_history_", tracks: 18, help: "How far it was" },
        20 "harvested" "Harvested" harvested: Option<OffsetDateTime> { stamp: Some(Stamp { of: 18, when: &["ripe"] }), help: "When it was ripe" },
        21 "water" "Water" water: Option<OffsetDateTime> { agenda: 20, help: "When to water it" },
        22 "planted" "Planted" planted: Option<OffsetDateTime> { time: true, default: Some(AtOnce), help: "When it was planted" },
        23 "height" "Height" height: Option<i64> { within: Some((0, 500)), help: "How high it is" },
        24 "parent" "Parent" parent: Option<Id<Plant>> { acyclic: true, help: "What it grew from" },
        25 "notes" "Notes" notes: Option<String> { long: true, help: "Notes" },
        26 "external_id" "External id" external_ids: Vec<ExternalId> { prefix: "external_id_", exact_key: true, help: "Its numbers elsewhere" },
    }
}

const WORKED_OUT: &[WorkedOut] = &[WorkedOut::new(
    0,
    "thirsty",
    "Thirsty",
    "Whether it lacks water",
    ValueType::Boolean,
    How::At(&[AttributeId::property(21)], thirsty),
)];

fn thirsty(values: &Values, now: Now) -> Option<Value> {
    match values.get(AttributeId::property(21))? {
        Value::DateTime(water) => Some(Value::Boolean(*water < now.instant)),
        _ => None,
    }
}

fn now() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

/// A database whose catalogue has the kind too.
fn garden() -> Database {
    let db = Options::new().clock(FixedClock(now())).zone(FixedZone(time::UtcOffset::UTC)).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let kinds: Vec<_> = KINDS.iter().copied().chain([Plant::ENTRY]).collect();
    tx.set_catalogue(Catalogue::of(&kinds));
    tx.commit().unwrap();
    db
}

fn plant(name: &str) -> Plant {
    Plant { name: name.into(), ..Plant::default() }
}

fn found(read: &impl Read, text: &str) -> Vec<Id<Plant>> {
    let typed: Segment<Plant> = read.segment_of(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let any = read.any_segment(&*format!("plants where {text}")).unwrap();
    let ids = read.select(&typed).ids().unwrap();
    let any: Vec<_> = read.select(&any).ids().unwrap().into_iter().map(|id| id.typed().unwrap()).collect();
    assert_eq!(ids, any, "{text}");
    ids
}

#[test]
fn what_a_kind_says_of_itself_is_all_that_is_needed() {
    let db = garden();
    let mut tx = db.write().unwrap().acting_as("grace");
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Example").works_at(acme, "Gardener")).unwrap();
    let mut rose = plant("Rose").tag("thorny").set_value("height", 40);
    rose.keeper = Some(ada);
    rose.water = Some(now() - Duration::HOUR);
    rose.notes = Some("n".repeat(1_000));
    rose.external_ids = vec![ExternalId::new("shop", "7")];
    let id = tx.insert(&rose).unwrap();
    let lily = tx.insert(&plant("Lily")).unwrap();
    tx.commit().unwrap();

    let read = db.read().unwrap();
    let stored = read.get(id).unwrap().unwrap();
    // What every plant begins with is no change.
    assert_eq!((stored.version, stored.created_by.as_deref()), (1, Some("grace")));
    assert_eq!(stored.record.status_history, []);
    assert_eq!((stored.record.planted, stored.record.harvested), (Some(now()), None));
    assert_eq!((stored.record.height, stored.record.notes.map(|notes| notes.len())), (Some(40), Some(1_000)));
    assert_eq!(read.len(Plant::KIND).unwrap(), 2);
    assert_eq!(read.find::<Plant>(&By::external_id("shop", "7")).unwrap(), [id]);
    assert_eq!(read.referrers(ada).unwrap(), [RecordId::from(id)]);
    let due: Vec<_> = read.due(now()).map(|due| due.unwrap().record).collect();
    assert_eq!(due, [RecordId::from(id)]);
    for (text, expected) in [
        ("tag thorny and thirsty", vec![id]),
        ("name = rose and keeper.family_name = Example and height between 30 and 50", vec![id]),
        ("keeper.company.name = Acme and noted_company is set", vec![id]),
        ("no status_history (status_history = ripe and status_history_by = grace)", vec![id, lily]),
        ("status = seed and harvested is not set and created_by = grace", vec![id, lily]),
        ("notes is not set", vec![lily]),
        ("planted in last 2 days and not (name = lily)", vec![id]),
    ] {
        assert_eq!(found(&read, text), expected, "{text}");
    }
    let segment = read.segment_of::<Plant>("status = ripe or thirsty").unwrap();
    assert_eq!(segment.to_text(read.catalogue()), "plants where status = ripe or thirsty");

    let mut tx = db.write().unwrap();
    assert_eq!(tx.update(id, |_| {}).unwrap(), 1);
    assert_eq!(tx.update(id, |rose| rose.status = Some("ripe".into())).unwrap(), 2);
    let ripe = tx.get(id).unwrap().unwrap().record;
    assert_eq!(ripe.harvested, Some(now()));
    assert_eq!(ripe.status_history, [Change::to("ripe").at(now())]);
    assert_eq!((tx.due(now()).count(), tx.next_due(OffsetDateTime::UNIX_EPOCH).unwrap()), (0, None));
    // Known by its attributes alone.
    let any = tx.get(RecordId::from(id)).unwrap().unwrap().record;
    assert_eq!(any.value("height"), Some(40.into()));
    tx.update(RecordId::from(id), |any| any.fields.set_value("status", "green")).unwrap();
    assert_eq!(tx.get(id).unwrap().unwrap().record.harvested, None);
    assert_eq!(tx.due(now()).count(), 1);
    let fern = tx.insert(&AnyRecord::new(Plant::KIND).set_value("name", "Fern").tag("shy")).unwrap();
    assert_eq!(tx.get(fern.typed::<Plant>().unwrap()).unwrap().unwrap().record.status, Some("seed".into()));
    // Tags, keys, rules, circles.
    assert!(tx.tag(lily, "white").unwrap() && tx.untag(id, "thorny").unwrap());
    assert_eq!(found(&tx, "tag white or tag thorny"), [lily]);
    let done = tx.upsert(&By::external_id("shop", "8"), |plant: &mut Plant| plant.name = "Oak".into()).unwrap();
    assert!(done.created);
    for (change, rule) in [
        (plant(""), "name"),
        (Plant { height: Some(501), ..plant("x") }, "height"),
        (Plant { status: Some("dead".into()), ..plant("x") }, "status"),
        (plant("x").set_value("thirsty", true), "thirsty"),
        (Plant { external_ids: vec![ExternalId::new("shop", "8")], ..plant("x") }, "external_id"),
    ] {
        assert_eq!(tx.insert(&change).unwrap_err().violations()[0].attribute, rule);
    }
    tx.update(lily, |lily| lily.parent = Some(id)).unwrap();
    let circle = tx.update(id, |rose| rose.parent = Some(lily)).unwrap_err();
    assert_eq!(circle.violations()[0].rule, Rule::Circular);
    // Links of other kinds to it, and what becomes of it.
    let call = tx.insert(&Interaction::note(lily)).unwrap();
    assert_eq!(tx.delete(lily, OnReferences::AsDefined).unwrap().deleted, 2);
    assert!(!tx.contains(call).unwrap());
    assert_eq!(tx.delete(ada, OnReferences::AsDefined).unwrap().deleted, 2);
    assert!(!tx.contains(id).unwrap() && tx.due(now()).next().is_none());
    assert_eq!(tx.delete_many(&Segment::<Plant>::all(), OnReferences::Refuse).unwrap().deleted, 2);
    tx.commit().unwrap();
    assert_eq!(db.read().unwrap().len(Plant::KIND).unwrap(), 0);
}
