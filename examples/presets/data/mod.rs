//! A small fictional business for each preset. It is Monday, 15 June 2026.

mod b2b;
mod b2c;
mod basic;
mod estate_agent;
mod hybrid;
mod nonprofit;
mod retail;
mod saas;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use contactdb::{
    Choice, Clock, Consent, Contact, Currency, Database, Kind, Options, PartialDate, Read, RecordId, Transaction, Value,
};
use time::{Date, Duration, OffsetDateTime};

/// The currency of all these businesses.
pub(crate) const CURRENCY: Currency = Currency::EUR;

/// A clock that is set by hand.
#[derive(Debug, Clone)]
pub(crate) struct Watch(Arc<AtomicI64>);

impl Watch {
    /// One that stands on the morning of that day.
    pub(crate) fn on(text: &str) -> Self {
        Self(Arc::new(AtomicI64::new(at(text).unix_timestamp())))
    }

    /// Moves it to the morning of that day.
    pub(crate) fn set(&self, text: &str) {
        self.0.store(at(text).unix_timestamp(), Ordering::SeqCst);
    }
}

impl Clock for Watch {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::seconds(self.0.load(Ordering::SeqCst))
    }
}

/// How a database is opened whose clock stands on 1 April, before most of the data were put in.
pub(crate) fn options() -> (Options, Watch) {
    let watch = Watch::on("2026-04-01");
    (Options::new().clock(watch.clone()), watch)
}

/// Puts in the data made for the preset of that key, and leaves the clock at 15 June.
pub(crate) fn load(key: &str, db: &Database, watch: &Watch) -> contactdb::Result<()> {
    let mut tx = db.write()?;
    if key == "basic" {
        basic::load_early(&mut tx)?;
    }
    watch.set("2026-06-15");
    match key {
        "basic" => basic::load(&mut tx)?,
        "b2b" => b2b::load(&mut tx)?,
        "b2c" => b2c::load(&mut tx)?,
        "hybrid" => hybrid::load(&mut tx)?,
        "nonprofit" => nonprofit::load(&mut tx)?,
        "estate_agent" => estate_agent::load(&mut tx)?,
        "saas" => saas::load(&mut tx)?,
        "retail" => retail::load(&mut tx)?,
        _ => {}
    }
    tx.commit()
}

/// What is given for the parameters of a preset's questions.
pub(crate) fn parameter(name: &str) -> Option<Value> {
    Some(match name {
        "price" => contactdb::Money::new(350_000, CURRENCY).into(),
        "rooms" => contactdb::Decimal::from(3).into(),
        "district" => "Old Town".into(),
        "brand" => "Fernwood".into(),
        "city" => "Leeds".into(),
        _ => return None,
    })
}

/// What a record is called.
pub(crate) fn title(read: &impl Read, id: RecordId) -> contactdb::Result<String> {
    if let Some(id) = id.typed::<Contact>() {
        return Ok(read.get(id)?.map(|found| found.record.name.display()).unwrap_or_default());
    }
    let found = read.get(id)?;
    let name = found.and_then(|found| found.record.value("name").or_else(|| found.record.value("subject")));
    Ok(name.map(|name| name.to_string()).unwrap_or_default())
}

/// The titles of the records that the saved question of that name finds, in its order.
pub(crate) fn answer(read: &impl Read, name: &str) -> contactdb::Result<Vec<String>> {
    let question = read.saved_question(name)?;
    let values =
        question.segment().parameters().iter().filter_map(|one| Some((one.name.as_str(), parameter(&one.name)?)));
    let segment = read.bind_any(question.segment(), values)?;
    let bound = question.with_segment(&segment).unwrap_or(question);
    let ids = read.ask(&bound).ids()?;
    ids.into_iter().map(|id| title(read, id)).collect()
}

fn day(text: &str) -> Date {
    let parsed = text.parse::<PartialDate>().ok().and_then(PartialDate::full);
    parsed.unwrap_or_else(|| OffsetDateTime::UNIX_EPOCH.date())
}

fn at(text: &str) -> OffsetDateTime {
    day(text).midnight().assume_utc() + Duration::hours(9)
}

fn agreed(channel: impl Into<Choice>, purpose: impl Into<Choice>) -> Consent {
    Consent::granted(channel).for_purpose(purpose).at(at("2026-01-10"))
}

fn list<const N: usize>(values: [&str; N]) -> Value {
    Value::List(values.into_iter().map(Value::from).collect())
}

/// A kind that the preset defined.
fn kind(tx: &Transaction<'_>, name: &str) -> Kind {
    tx.catalogue().kind_named(name).map_or(Kind::CONTACT, |entry| entry.kind)
}
