//! A small database in memory, written past the checks, for tests of the engine and the checker.

use time::{Date, Month, OffsetDateTime, Time, UtcOffset};
use uuid::Uuid;

use crate::clock::{FixedZone, Moment};
use crate::engine::Scope;
use crate::model::{Contact, Currency, Id, Kind, Record, Value, ValueType};
use crate::rows;
use crate::schema::{self, Catalogue, Definition, OptionDefinition, TagDefinition, system};
use crate::segment::testing::check_segment;
use crate::segment::{AnySegment, SyntaxLimits, check_order};
use crate::store::{Concurrency, Durability, Settings, Store};

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) catalogue: Catalogue,
    pub(crate) moment: Moment,
    next: u128,
}

pub(crate) fn date(year: i32, month: u8, day: u8) -> Date {
    Date::from_calendar_date(year, Month::try_from(month).unwrap(), day).unwrap()
}

pub(crate) fn utc(year: i32, month: u8, day: u8, hour: u8, minute: u8) -> OffsetDateTime {
    date(year, month, day).with_time(Time::from_hms(hour, minute, 0).unwrap()).assume_utc()
}

impl World {
    /// Empty, at 2026-03-31T10:30Z, a Tuesday, in a zone two hours ahead of UTC.
    pub(crate) fn new() -> Self {
        let settings = Settings {
            cache_bytes: 1 << 20,
            concurrency: Concurrency::Exclusive,
            durability: Durability::Eventual,
            quick_repair: false,
            verify: false,
            write_set: 1 << 20,
        };
        let moment = Moment::at(utc(2026, 3, 31, 10, 30)).in_zone(FixedZone(UtcOffset::from_hms(2, 0, 0).unwrap()));
        Self { store: Store::in_memory(settings).unwrap(), catalogue: Catalogue::new(), moment, next: 1 }
    }

    /// Defines a field; of money in a currency if one is given.
    pub(crate) fn field(&mut self, kind: Kind, key: &str, label: &str, value_type: ValueType, many: bool) {
        self.define(kind, key, |definition| {
            definition.label = label.to_owned();
            definition.type_code = code_of(value_type);
            definition.many = many.then_some(true);
            definition.options = ["red", "green", "blue"]
                .into_iter()
                .zip(1..)
                .map(|(key, code)| OptionDefinition::new(code, key.to_owned(), key.to_uppercase()))
                .collect();
        });
    }

    pub(crate) fn money(&mut self, kind: Kind, key: &str, currency: Option<Currency>) {
        self.define(kind, key, |definition| {
            definition.type_code = code_of(ValueType::Money);
            definition.currency = currency.map(|currency| currency.code().to_owned());
        });
    }

    fn define(&mut self, kind: Kind, key: &str, fill: impl FnOnce(&mut Definition)) {
        let mut definition = Definition::added_options(kind.0, key);
        key.clone_into(&mut definition.label);
        fill(&mut definition);
        let id = self.catalogue.next_field();
        self.catalogue.apply(kind, id, definition).unwrap();
    }

    /// Changes the definition of a field.
    pub(crate) fn redefine(&mut self, kind: Kind, key: &str, change: impl FnOnce(&mut Definition)) {
        let id = self.catalogue.attribute(kind, key).unwrap().id;
        let mut definition = self.catalogue.definition(kind, id).unwrap().clone();
        change(&mut definition);
        self.catalogue.apply(kind, id, definition).unwrap();
    }

    pub(crate) fn insert<T: Record>(&mut self, record: &T) -> Id<T> {
        let mut violations = Vec::new();
        let mut values = schema::to_values(record, &self.catalogue, &mut violations);
        assert!(violations.is_empty(), "{violations:?}");
        let mut tags = Vec::new();
        for tag in record.tags() {
            let id = self.catalogue.tags.id(tag).unwrap_or_else(|| {
                let id = self.catalogue.tags.next_id();
                self.catalogue.tags_mut().add(id, &TagDefinition::new(tag.as_str().to_owned()));
                id
            });
            tags.push(id);
        }
        tags.sort_unstable();
        values.set(system::VERSION, Value::Integer(1));
        values.set(system::CREATED, Value::DateTime(utc(2026, 1, 1, 0, 0)));
        values.set(system::UPDATED, Value::DateTime(utc(2026, 1, 1, 0, 0)));
        let uuid = Uuid::from_u128(self.next);
        self.next += 1;
        let mut writer = self.store.write(true).unwrap();
        rows::insert(&mut writer, &self.catalogue, T::KIND, uuid, &values, &tags, Vec::new()).unwrap();
        // The columns of some records are written, those of others are not yet.
        if self.next.is_multiple_of(3) {
            rows::merge(&mut writer, &self.catalogue).unwrap();
        } else {
            rows::settle(&mut writer, &self.catalogue).unwrap();
        }
        writer.commit().unwrap();
        Id::from_uuid(uuid)
    }

    /// A contact with a given name alone, by which [`found`](Self::found) tells who was found.
    pub(crate) fn person(&mut self, name: &str, fill: impl FnOnce(Contact) -> Contact) -> Id<Contact> {
        self.insert(&fill(Contact::named(name, "")))
    }

    pub(crate) fn check(&self, text: &str) -> AnySegment {
        check_segment(text, &self.catalogue, &SyntaxLimits::default()).unwrap_or_else(|error| panic!("{text}\n{error}"))
    }

    /// The names of those found, in their order, joined by spaces.
    pub(crate) fn found(&self, text: &str) -> String {
        self.select(text, "", None)
    }

    pub(crate) fn select(&self, text: &str, order: &str, limit: Option<u64>) -> String {
        let segment = self.check(text);
        let order = match order {
            "" => Vec::new(),
            keys => check_order(keys, segment.kind(), &self.catalogue, &SyntaxLimits::default())
                .unwrap_or_else(|error| panic!("{keys}\n{error}")),
        };
        let source = self.store.read().unwrap();
        let scope = Scope::new(&source, &self.catalogue, &self.moment, None).unwrap();
        let found =
            crate::engine::select(&scope, &segment, &order, crate::engine::Window { limit, ..Default::default() })
                .unwrap();
        let names = found.map(|row| {
            let stored = rows::to_stored::<Contact>(&self.catalogue, row.unwrap()).unwrap();
            stored.record.name.display()
        });
        names.collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn count(&self, text: &str) -> u64 {
        self.count_of(&self.check(text)).unwrap()
    }

    /// How many the engine finds; they must be those that the naive evaluator finds.
    pub(crate) fn count_of(&self, segment: &AnySegment) -> crate::error::Result<u64> {
        let source = self.store.read().unwrap();
        let scope = Scope::new(&source, &self.catalogue, &self.moment, None).unwrap();
        let rows = crate::engine::rows(&scope, segment)?;
        let naive = crate::engine::naive_rows(&scope, segment).unwrap();
        assert_eq!(rows, naive, "{}", segment.to_text(&self.catalogue));
        let count = crate::engine::count(&scope, segment, None)?;
        assert_eq!(count, rows.len() as u64);
        Ok(count)
    }

    pub(crate) fn with_moment(mut self, moment: Moment) -> Self {
        self.moment = moment;
        self
    }
}

/// What a field of a record is set to.
pub(crate) fn set(key: &'static str, value: impl Into<Value>) -> impl FnOnce(Contact) -> Contact {
    let value = value.into();
    move |contact| contact.set_value(key, value)
}

/// The code by which files name a type.
fn code_of(value_type: ValueType) -> i64 {
    match value_type {
        ValueType::Text => 1,
        ValueType::Integer => 3,
        ValueType::Decimal => 4,
        ValueType::Money => 5,
        ValueType::Boolean => 6,
        ValueType::DateTime => 8,
        ValueType::Choice => 10,
        ValueType::NumberRange => 15,
        ValueType::MoneyRange => 16,
        ValueType::DateRange => 17,
        ValueType::Reference => 14,
        ValueType::PartialDate => 9,
        ValueType::Date => 7,
        ValueType::LongText => 2,
        ValueType::Email => 11,
        ValueType::Phone => 12,
        ValueType::Url => 13,
        other => panic!("no code for {other:?}"),
    }
}
