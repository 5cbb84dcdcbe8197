//! Random records: a value for every type, structured ones by their parts.

use fastrand::Rng;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use crate::model::{Group, Kind, Part, PartialDate, RecordId, Shape, Value, ValueRange, ValueType};
use crate::schema::Attribute;
use crate::{AnyRecord, Currency, Decimal, EmailAddress, Money, PhoneNumber, Read, Transaction, WebAddress};

const TAGS: [&str; 10] = ["a", "A/b", "a/b/c", "b", "b/c", "c/\u{130}x", "c", "d/e/f/g", "ss", "\u{df}"];
const KEYS: [&str; 9] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "na\u{ef}ve"];

/// What a run goes by.
pub(super) struct Run {
    pub(super) rng: Rng,
    pub(super) ids: Vec<RecordId>,
}

impl Run {
    pub(super) fn kind(&mut self, tx: &Transaction<'_>) -> Kind {
        let kinds: Vec<Kind> = tx.catalogue().kinds().map(|entry| entry.kind).collect();
        *self.rng.choice(&kinds).unwrap()
    }

    pub(super) fn id(&mut self) -> RecordId {
        self.rng.choice(&self.ids).copied().unwrap_or(RecordId { kind: Kind::CONTACT, uuid: Uuid::nil() })
    }

    pub(super) fn of(&mut self, kind: Kind) -> RecordId {
        let some: Vec<RecordId> = self.ids.iter().copied().filter(|id| id.kind == kind).collect();
        self.rng.choice(&some).copied().unwrap_or_else(|| self.id())
    }

    pub(super) fn tag(&mut self) -> &'static str {
        self.rng.choice(TAGS).unwrap()
    }

    pub(super) fn key(&mut self) -> &'static str {
        self.rng.choice(KEYS).unwrap()
    }

    pub(super) fn date(&mut self) -> Date {
        match self.rng.u8(..20) {
            0 => Date::MIN,
            1 => Date::MAX,
            _ => (OffsetDateTime::UNIX_EPOCH + Duration::days(self.rng.i64(0..30_000))).date(),
        }
    }

    pub(super) fn instant(&mut self) -> OffsetDateTime {
        match self.rng.u8(..20) {
            0 => time::PrimitiveDateTime::MIN.assume_utc(),
            1 => time::PrimitiveDateTime::MAX.assume_utc(),
            2..=9 => OffsetDateTime::UNIX_EPOCH + Duration::seconds(self.rng.i64(0..2_500_000_000)),
            _ => OffsetDateTime::UNIX_EPOCH + Duration::seconds(self.rng.i64(0..100_000)),
        }
    }

    fn text(&mut self, number: u32) -> String {
        const ODD: [&str; 8] = [
            "Caf\u{e9} Zo\u{eb}",
            "STRASSE",
            "stra\u{df}e",
            "\u{130}stanbul",
            "a\"b\\c",
            "  two  words ",
            "x*y?",
            "e\u{301}t\u{e9}",
        ];
        match self.rng.u8(..6) {
            0 => (*self.rng.choice(&ODD).unwrap()).to_owned(),
            1 => format!("text {}", number % 4),
            _ => format!("Text {number}"),
        }
    }

    fn partial_date(&mut self) -> PartialDate {
        let full = self.date();
        let (year, month, day) = (i16::try_from(full.year()).ok(), u8::from(full.month()), full.day());
        match self.rng.u8(..6) {
            0 => PartialDate::new(None, Some(month), Some(day)),
            1 => PartialDate::new(year, Some(month), None),
            2 => PartialDate::new(year, None, None),
            3 => PartialDate::new(self.rng.bool().then_some(2024), Some(2), Some(29)),
            _ => Ok(PartialDate::from(full)),
        }
        .unwrap_or_else(|_| PartialDate::from(full))
    }

    fn phone(&mut self, number: u32) -> PhoneNumber {
        let written = match self.rng.u8(..3) {
            0 => format!("020 7946 00{number:02}"),
            _ => format!("+44 20 7946 00{number:02}"),
        };
        PhoneNumber::new(&written).unwrap()
    }

    fn range<T: PartialOrd>(&mut self, one: T, other: T) -> ValueRange<T> {
        match self.rng.u8(..4) {
            0 => ValueRange::at_least(one),
            1 => ValueRange::at_most(one),
            _ if one.partial_cmp(&other).is_some_and(std::cmp::Ordering::is_gt) => ValueRange::new(other, one),
            _ => ValueRange::new(one, other),
        }
    }

    pub(super) fn decimal(&mut self) -> Decimal {
        match self.rng.u8(..30) {
            0 => Decimal::MAX,
            1 => Decimal::MIN,
            _ => Decimal::new(self.rng.i64(-50..500), self.rng.u32(..3)),
        }
    }

    pub(super) fn money(&mut self) -> Money {
        let currency = if self.rng.u8(..8) == 0 { Currency::USD } else { Currency::EUR };
        Money { amount: self.decimal(), currency }
    }

    /// A value of a type; `None` for a type that has none of its own here.
    pub(super) fn value(&mut self, value_type: ValueType, targets: &[Kind], options: &[String]) -> Option<Value> {
        let number = self.rng.u32(..40);
        Some(match value_type {
            ValueType::Text => Value::Text(self.text(number)),
            ValueType::LongText => Value::Text("long ".repeat(self.rng.usize(..120))),
            ValueType::Integer => Value::Integer(if number == 0 { self.rng.i64(..) } else { self.rng.i64(1..90) }),
            ValueType::Decimal => Value::Decimal(self.decimal()),
            ValueType::Money => Value::Money(self.money()),
            ValueType::Boolean => Value::Boolean(self.rng.bool()),
            ValueType::Date => Value::Date(self.date()),
            ValueType::DateTime => Value::DateTime(self.instant()),
            ValueType::PartialDate => Value::PartialDate(self.partial_date()),
            ValueType::Choice => Value::Text(self.rng.choice(options).cloned().unwrap_or_else(|| "none".into())),
            ValueType::Email => Value::Email(EmailAddress::new(&format!("p{number}@one.example")).unwrap()),
            ValueType::Phone => Value::Phone(self.phone(number)),
            ValueType::Url => Value::Url(WebAddress::new(&format!("https://p{number}.example")).unwrap()),
            ValueType::Reference => {
                let target = self.rng.choice(targets).copied();
                Value::Reference(match target {
                    Some(kind) if self.rng.u8(..20) > 0 => self.of(kind),
                    _ => self.id(),
                })
            }
            ValueType::NumberRange => {
                let (one, other) = (self.decimal(), self.decimal());
                Value::NumberRange(self.range(one, other))
            }
            ValueType::MoneyRange => {
                let (one, other) = (self.money(), self.money());
                Value::MoneyRange(self.range(one, Money { currency: one.currency, ..other }))
            }
            ValueType::DateRange => {
                let (one, other) = (self.date(), self.date());
                Value::DateRange(self.range(one, other))
            }
            ValueType::Group => return None,
        })
    }

    pub(super) fn part(&mut self, part: &Part, options: &[String]) -> Option<Value> {
        let shape = part.shape;
        let targets: Vec<Kind> = shape.target.into_iter().collect();
        let one = |run: &mut Self| run.value(shape.value_type, &targets, options);
        if shape.many {
            let count = self.rng.usize(1..3);
            Some(Value::List((0..count).filter_map(|_| one(self)).collect()))
        } else {
            one(self)
        }
    }

    pub(super) fn group(&mut self, attributes: &[Attribute], whole: &Attribute, shape: Shape) -> Value {
        let mut group = Group::default();
        let all = self.rng.u8(..3) > 0;
        for part in shape.parts {
            if all || self.rng.bool() {
                let own = attributes.iter().find(|own| own.id == whole.id.part(part.number));
                let value = self.part(part, &own.map(options).unwrap_or_default());
                group.put(part.number, value);
            }
        }
        Value::Group(group)
    }

    pub(super) fn of_attribute(&mut self, attributes: &[Attribute], attribute: &Attribute) -> Value {
        let options = options(attribute);
        let one = |run: &mut Self| match attribute.property {
            Some(property) if attribute.value_type == ValueType::Group => {
                run.group(attributes, attribute, property.shape)
            }
            _ => run
                .value(attribute.value_type, &attribute.targets, &options)
                .unwrap_or_else(|| Value::Group(Group::default())),
        };
        if attribute.many {
            let count = self.rng.usize(1..4);
            Value::List((0..count).map(|_| one(self)).collect())
        } else {
            one(self)
        }
    }

    pub(super) fn change(&mut self, attributes: &[Attribute], record: &mut AnyRecord) {
        let all_required = record.fields.is_empty();
        let chance = self.rng.u8(1..15);
        for attribute in attributes.iter().filter(|attribute| attribute.is_settable()) {
            let wanted = self.rng.u8(..100) < chance || all_required && attribute.rules.required;
            if !wanted || attribute.archived && self.rng.u8(..10) > 0 {
                continue;
            }
            if !all_required && self.rng.u8(..3) == 0 {
                record.fields.clear_value(&attribute.key);
            } else {
                let value = self.of_attribute(attributes, attribute);
                record.fields.set_value(&attribute.key, value);
            }
        }
        if self.rng.u8(..3) == 0 {
            record.tags.clear();
            for _ in 0..self.rng.u8(..3) {
                record.tags.insert(self.tag().parse().unwrap());
            }
        }
    }
}

/// The options that are in use.
fn options(attribute: &Attribute) -> Vec<String> {
    attribute.options.iter().filter(|option| !option.archived).map(|option| option.key.to_string()).collect()
}
