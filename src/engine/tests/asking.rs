//! Random questions about any kind, made from its catalogue, with operands from the values that its records have.

use std::collections::BTreeMap;
use std::rc::Rc;

use fastrand::Rng;
use time::{Date, Duration, OffsetDateTime};

use crate::clock::{FixedZone, Moment};
use crate::engine::naive::Evaluator;
use crate::model::{AttributeId, Kind, Money, Value, ValueRange, ValueType};
use crate::rows::{self, Row};
use crate::schema::{Attribute, Catalogue};
use crate::segment::Operator;
use crate::segment::operator::Family;
use crate::segment::syntax::Function;
use crate::segment::testing::written;
use crate::store::Source;

/// So many records of a kind give their values.
const SAMPLED: usize = 400;
const FUNCTIONS: [Function; 5] =
    [Function::Count, Function::Month, Function::Year, Function::Weekday, Function::Anniversary];

/// What names mean at a place of a text: a record, or a value of a structured attribute.
#[derive(Debug, Clone, Copy)]
struct Level {
    kind: Kind,
    whole: Option<AttributeId>,
}

/// Makes questions of one state of a database.
pub(crate) struct Asker<'a> {
    rng: &'a mut Rng,
    source: &'a dyn Source,
    catalogue: &'a Catalogue,
    rows: BTreeMap<Kind, Rc<Vec<Row>>>,
    values: BTreeMap<(Kind, AttributeId), Rc<Vec<Value>>>,
    moment: Moment,
    levels: Vec<Level>,
}

/// An attribute by the name that it has at a place.
struct Named<'a> {
    path: String,
    attribute: &'a Attribute,
    many: bool,
}

impl<'a> Asker<'a> {
    pub(crate) fn new(rng: &'a mut Rng, source: &'a dyn Source, catalogue: &'a Catalogue) -> Self {
        let moment = Moment::at(OffsetDateTime::UNIX_EPOCH);
        Self { rng, source, catalogue, rows: BTreeMap::new(), values: BTreeMap::new(), moment, levels: Vec::new() }
    }

    /// A moment near one of the times that the records have, in some zone.
    pub(crate) fn moment(&mut self, kind: Kind) -> Moment {
        let times = self.times(kind);
        let near = self.rng.choice(&times).copied().unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let now = near.checked_add(Duration::hours(self.rng.i64(-900..900))).unwrap_or(near);
        // So far from the ends of time that periods fit.
        let now = if (1..9_000).contains(&now.year()) { now } else { OffsetDateTime::UNIX_EPOCH };
        let zone = time::UtcOffset::from_hms(self.rng.i8(-11..=11), 0, 0).unwrap();
        self.moment = Moment::at(now).in_zone(FixedZone(zone));
        self.moment.clone()
    }

    fn times(&mut self, kind: Kind) -> Vec<OffsetDateTime> {
        let mut times = Vec::new();
        let entry = self.catalogue.kind(kind).unwrap();
        let ids: Vec<AttributeId> = entry.attributes().map(|attribute| attribute.id).collect();
        for id in ids {
            for value in self.values(kind, id).iter() {
                let date = match value {
                    Value::DateTime(at) => {
                        times.push(*at);
                        continue;
                    }
                    Value::Date(date) => Some(*date),
                    Value::PartialDate(date) => date.full(),
                    _ => None,
                };
                times.extend(date.map(Date::midnight).map(time::PrimitiveDateTime::assume_utc));
            }
        }
        times
    }

    fn rows(&mut self, kind: Kind) -> Rc<Vec<Row>> {
        if let Some(rows) = self.rows.get(&kind) {
            return Rc::clone(rows);
        }
        let all = rows::all(self.source, self.catalogue, kind).take(SAMPLED).map(Result::unwrap);
        let rows: Rc<Vec<Row>> = Rc::new(all.collect());
        self.rows.insert(kind, Rc::clone(&rows));
        rows
    }

    /// The values that the records of a kind have of an attribute.
    fn values(&mut self, kind: Kind, id: AttributeId) -> Rc<Vec<Value>> {
        if let Some(values) = self.values.get(&(kind, id)) {
            return Rc::clone(values);
        }
        let evaluator = Evaluator::new(self.source, self.catalogue, self.moment.clone());
        let mut values = Vec::new();
        for row in self.rows(kind).iter() {
            let own = evaluator.own_values(kind, id, row).unwrap();
            values.extend(own.into_iter().map(std::borrow::Cow::into_owned));
        }
        let values = Rc::new(values);
        self.values.insert((kind, id), Rc::clone(&values));
        values
    }

    /// A question about the records of a kind.
    pub(crate) fn segment(&mut self, kind: Kind) -> String {
        self.levels = vec![Level { kind, whole: None }];
        let plural = &self.catalogue.kind(kind).unwrap().plural;
        let depth = self.rng.u8(..5).min(3);
        format!("{plural} where {}", self.condition(depth))
    }

    /// Keys of an order.
    pub(crate) fn order(&mut self, kind: Kind) -> String {
        self.levels = vec![Level { kind, whole: None }];
        let count = self.rng.usize(1..4);
        let mut keys = Vec::new();
        for _ in 0..count * 4 {
            let Some(named) = self.name(false) else { continue };
            let Some((subject, family, _)) = self.function(&named) else { continue };
            if family.is_sortable() && !subject.ends_with("anniversary") {
                keys.push(subject + self.rng.choice(&["", " asc", " desc"]).unwrap());
            }
            if keys.len() == count {
                break;
            }
        }
        keys.join(", ")
    }

    fn condition(&mut self, depth: u8) -> String {
        if depth == 0 {
            return self.leaf();
        }
        let operands = |asker: &mut Self, word: &str| {
            let count = asker.rng.usize(2..4);
            let all: Vec<String> = (0..count).map(|_| format!("({})", asker.condition(depth - 1))).collect();
            all.join(word)
        };
        match self.rng.u8(..5) {
            0 => format!("not ({})", self.condition(depth - 1)),
            1 => operands(self, " and "),
            2 => operands(self, " or "),
            _ => self.leaf(),
        }
    }

    fn leaf(&mut self) -> String {
        let record = self.levels.last().is_some_and(|level| level.whole.is_none());
        match self.rng.u8(..30) {
            0 => "all".to_owned(),
            1 | 2 if record => format!("tag {}", self.tag()),
            3 if record => format!("tag under {}", self.tag()),
            4 if record => match self.may() {
                Some(text) => text,
                None => self.test(),
            },
            5..=9 if self.levels.len() < 3 => match self.block() {
                Some(text) => text,
                None => self.test(),
            },
            _ => self.test(),
        }
    }

    fn tag(&mut self) -> String {
        let names: Vec<String> = self.catalogue.tags().map(ToString::to_string).collect();
        let name = self.rng.choice(&names).cloned().unwrap_or_else(|| "none".to_owned());
        let name = match name.rsplit_once('/') {
            Some((above, _)) if self.rng.u8(..4) == 0 => above.to_owned(),
            _ => name,
        };
        written(Value::Text(name))
    }

    fn may(&mut self) -> Option<String> {
        let kind = self.levels.last()?.kind;
        let mut option = |part| {
            let options = &self.catalogue.consent_part(kind, part)?.options;
            self.rng.choice(options).map(|option| format!("\"{}\"", option.key))
        };
        let channel = option(crate::model::Consent::CHANNEL)?;
        let purpose = option(crate::model::Consent::PURPOSE)?;
        Some(format!("may {channel} for {purpose}"))
    }

    fn block(&mut self) -> Option<String> {
        let level = *self.levels.last()?;
        if level.whole.is_some() && self.rng.bool() {
            return None;
        }
        let (mut kind, mut path) = (level.kind, String::new());
        if level.whole.is_some() {
            // From inside of a block, through a reference that is a part of the value.
            let (step, target) = self.step(level)?;
            (kind, path) = (target, step);
        } else if self.rng.u8(..3) == 0 {
            (path, kind) = self.step(level)?;
        }
        let entry = self.catalogue.kind(kind)?;
        let wholes: Vec<&Attribute> = entry
            .attributes()
            .filter(|attribute| attribute.value_type == ValueType::Group && !attribute.archived)
            .collect();
        let whole = *self.rng.choice(&wholes)?;
        let quantifier = *self.rng.choice(&["any", "any", "every", "no"]).unwrap();
        self.levels.push(Level { kind, whole: Some(whole.id) });
        let depth = self.rng.u8(..3);
        let inside = self.condition(depth);
        self.levels.pop();
        Some(format!("{quantifier} {}`{}` ({inside})", if path.is_empty() { path } else { path + "." }, whole.key))
    }

    /// What can be named at a level, with the name.
    fn attributes(&self, level: Level) -> Vec<(String, &'a Attribute, bool)> {
        let catalogue = self.catalogue;
        match level.whole {
            Some(whole) => catalogue
                .parts(level.kind, whole)
                .map(|part| (format!("`{}`", part.key_in_value()), part, part.is_many_in_value()))
                .collect(),
            None => catalogue
                .kind(level.kind)
                .into_iter()
                .flat_map(crate::schema::KindEntry::attributes)
                .filter(|own| !own.archived)
                .filter(|own| catalogue.attribute(level.kind, &own.key).is_some_and(|found| found.id == own.id))
                .map(|own| (format!("`{}`", own.key), own, own.many))
                .collect(),
        }
    }

    /// A reference to one record of one kind.
    fn step(&mut self, level: Level) -> Option<(String, Kind)> {
        let steps: Vec<(String, Kind)> = self
            .attributes(level)
            .into_iter()
            .filter_map(|(name, attribute, many)| match attribute.targets.as_slice() {
                [target] if attribute.value_type == ValueType::Reference && !many => Some((name, *target)),
                _ => None,
            })
            .collect();
        self.rng.choice(&steps).cloned()
    }

    /// Some attribute, perhaps of what is around or of a related record.
    fn name(&mut self, outer: bool) -> Option<Named<'a>> {
        let mut path = String::new();
        let mut at = self.levels.len() - 1;
        while outer && at > 0 && self.rng.u8(..5) == 0 {
            path.push_str("outer.");
            at -= 1;
        }
        let mut level = *self.levels.get(at)?;
        for _ in 0..3 {
            if self.rng.u8(..4) > 0 {
                break;
            }
            let Some((step, target)) = self.step(level) else { break };
            path = format!("{path}{step}.");
            level = Level { kind: target, whole: None };
        }
        let all = self.attributes(level);
        // Those that some record has, mostly.
        for _ in 0..6 {
            let (name, attribute, many) = self.rng.choice(&all).cloned()?;
            if self.rng.u8(..12) == 0 || !self.values(level.kind, attribute.id).is_empty() {
                return Some(Named { path: path + &name, attribute, many });
            }
        }
        None
    }

    /// The subject with or without a function: as it is written, what it gives, and whether there may be several.
    fn function(&mut self, named: &Named<'a>) -> Option<(String, Family, Option<Function>)> {
        let family = Family::of(named.attribute);
        if self.rng.u8(..4) > 0 {
            return Some((named.path.clone(), family, None));
        }
        let fitting = |function: &Function| {
            family.under(Some(*function)).is_some() && (*function != Function::Count || named.many)
        };
        let functions: Vec<Function> = FUNCTIONS.into_iter().filter(fitting).collect();
        let Some(function) = self.rng.choice(&functions).copied() else {
            return Some((named.path.clone(), family, None));
        };
        let subject = match function {
            Function::Anniversary => format!("{} anniversary", named.path),
            _ => format!("{}({})", function.name(), named.path),
        };
        Some((subject, family.under(Some(function))?, Some(function)))
    }

    fn test(&mut self) -> String {
        for _ in 0..20 {
            if let Some(text) = self.name(true).and_then(|named| self.test_of(&named)) {
                return text;
            }
        }
        "all".to_owned()
    }

    fn test_of(&mut self, named: &Named<'a>) -> Option<String> {
        let (subject, family, function) = self.function(named)?;
        let many = named.many && function != Some(Function::Count);
        let is_set = |operator: &Operator| matches!(operator, Operator::IsSet | Operator::IsNotSet);
        let operators: Vec<Operator> = Operator::ALL
            .iter()
            .copied()
            .filter(|operator| family.allows(*operator) && (many || !operator.needs_many()))
            .filter(|operator| !matches!(operator, Operator::Block | Operator::AnniversaryIn))
            .filter(|operator| function != Some(Function::Count) || !is_set(operator))
            .collect();
        let operator = *self.rng.choice(&operators)?;
        let quantifier = if many && operator.is_of_one() && !operator.is_negated() {
            *self.rng.choice(&["", "", "any ", "every "]).unwrap()
        } else {
            ""
        };
        let check = self.check(named, family, function, operator)?;
        Some(format!("{quantifier}{subject} {check}"))
    }

    fn check(
        &mut self,
        named: &Named<'a>,
        family: Family,
        function: Option<Function>,
        operator: Operator,
    ) -> Option<String> {
        let text = operator.as_str();
        Some(match operator {
            Operator::Holds | Operator::IsSet | Operator::IsNotSet => text.to_owned(),
            Operator::Equal
            | Operator::NotEqual
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual
                if self.rng.u8(..5) == 0 =>
            {
                let other = self.like(named, family)?;
                if other.starts_with("outer.") { format!("{text} {other}") } else { format!("{text} field({other})") }
            }
            Operator::Contains
            | Operator::NotContains
            | Operator::StartsWith
            | Operator::EndsWith
            | Operator::HasWord
            | Operator::Near
                if family == Family::Text =>
            {
                format!("{text} {}", written(Value::Text(self.piece(named, operator)?)))
            }
            Operator::Like => {
                let piece = self.piece(named, operator)?;
                let piece = if self.rng.bool() { format!("*{piece}*") } else { format!("?{piece}*") };
                format!("like {}", written(Value::Text(piece)))
            }
            Operator::Matches => {
                let piece: String = self.piece(named, operator)?.chars().filter(|c| c.is_alphanumeric()).collect();
                format!("matches /{piece}.*/")
            }
            Operator::Between => {
                let (low, high) = self.ends(named, family, function)?;
                format!("between {low} and {high}")
            }
            Operator::Overlaps | Operator::NotOverlaps => {
                if family == Family::DateRange && self.rng.bool() {
                    return Some(format!("{text} {}", self.period(true)));
                }
                let (low, high) = self.ends(named, family.element(), function)?;
                format!("{text} {low} to {high}")
            }
            Operator::InPeriod | Operator::NotInPeriod => format!("{text} {}", self.period(family != Family::DateTime)),
            Operator::MoreThanAgo | Operator::LessThanAgo => {
                format!("{text} {} ago", self.length(family != Family::DateTime))
            }
            _ if operator.takes() == crate::segment::Takes::Values => {
                let count = self.rng.usize(..4);
                let items: Option<Vec<String>> =
                    (0..count).map(|_| self.operand(named, family.element(), function)).collect();
                format!("{text} [{}]", items?.join(", "))
            }
            _ => format!("{text} {}", self.operand(named, family.element(), function)?),
        })
    }

    /// Another attribute that may be compared with one.
    fn like(&mut self, named: &Named<'a>, family: Family) -> Option<String> {
        for _ in 0..30 {
            let other = self.name(true)?;
            let same = Family::of(other.attribute) == family;
            let time = family.is_time() && Family::of(other.attribute).is_time();
            if (same || time) && !other.many && other.path != named.path {
                return Some(other.path);
            }
        }
        None
    }

    /// Two operands of which the first is not greater.
    fn ends(&mut self, named: &Named<'a>, family: Family, function: Option<Function>) -> Option<(String, String)> {
        let (one, other) = (self.value(named, family, function)?, self.value(named, family, function)?);
        let reversed = match (&one, &other) {
            (Value::Money(one), Value::Money(other)) => one.amount > other.amount,
            (Value::Integer(one), Value::Integer(other)) => one > other,
            (Value::Decimal(one), Value::Decimal(other)) => one > other,
            (Value::Date(one), Value::Date(other)) => one > other,
            (Value::DateTime(one), Value::DateTime(other)) => one > other,
            (Value::PartialDate(one), Value::PartialDate(other)) => one.full() > other.full(),
            (Value::Text(one), Value::Text(other)) => crate::model::search_fold(one) > crate::model::search_fold(other),
            (Value::Choice(one), Value::Choice(other)) => {
                let place = |key: &str| named.attribute.options.iter().position(|option| &*option.key == key);
                place(one.key()) > place(other.key())
            }
            _ => one.to_string() > other.to_string(),
        };
        let (low, high) = if reversed { (other, one) } else { (one, other) };
        let high = match (&low, high) {
            (Value::Money(low), Value::Money(high)) => Value::Money(Money { currency: low.currency, ..high }),
            (_, high) => high,
        };
        Some((written(low), written(high)))
    }

    fn operand(&mut self, named: &Named<'a>, family: Family, function: Option<Function>) -> Option<String> {
        match family {
            Family::Tags => return Some(self.tag()),
            Family::Weekday => {
                let day = self.rng.choice(&["monday", "tuesday", "friday", "saturday", "sunday"])?;
                return Some((*day).to_owned());
            }
            Family::Date | Family::DateTime | Family::PartialDate | Family::Anniversary if self.rng.u8(..6) == 0 => {
                let word = self.rng.choice(&["today", "yesterday", "tomorrow", "now"])?;
                return Some(if family == Family::DateTime { *word } else { "today" }.to_owned());
            }
            _ => {}
        }
        self.value(named, family, function).map(written)
    }

    /// A value of the attribute, or one that is near; for functions one of what these give.
    fn value(&mut self, named: &Named<'a>, family: Family, function: Option<Function>) -> Option<Value> {
        match function {
            Some(Function::Count) => return Some(Value::Integer(self.rng.i64(0..4))),
            Some(Function::Month) => return Some(Value::Integer(self.rng.i64(1..13))),
            Some(Function::Weekday) => return Some(Value::Text("monday".to_owned())),
            _ => {}
        }
        let values = self.values(named.attribute.kind, named.attribute.id);
        let sampled = self.rng.choice(values.iter()).cloned();
        if function == Some(Function::Year) {
            return Some(Value::Integer(match sampled {
                Some(Value::Date(date)) => date.year().into(),
                Some(Value::PartialDate(date)) => date.year()?.into(),
                Some(Value::DateTime(at)) => at.year().into(),
                _ => 1970,
            }));
        }
        let day = |at: OffsetDateTime| self.moment.date_of(at);
        Some(match (sampled, family) {
            (Some(Value::Text(text)), Family::Text) if text.len() > 60 && self.rng.bool() => {
                Value::Text(text.chars().take(20).collect())
            }
            (Some(Value::Text(text)), Family::Text) if self.rng.u8(..4) == 0 => Value::Text(text.to_uppercase()),
            (Some(Value::Integer(number)), Family::Number) => {
                Value::Integer(number.saturating_add(self.rng.i64(-1..=1)))
            }
            (Some(Value::DateTime(at)), Family::DateTime) if self.rng.bool() => Value::Date(day(at)),
            (Some(Value::DateTime(at)), Family::Anniversary) => Value::Date(day(at)),
            (Some(Value::PartialDate(date)), Family::Anniversary) => {
                Value::Date(date.full().or_else(|| Date::from_ordinal_date(2000, 60).ok())?)
            }
            (Some(Value::NumberRange(range)), _) => Value::Decimal(end(range)?),
            (Some(Value::MoneyRange(range)), _) => Value::Money(end(range)?),
            (Some(Value::DateRange(range)), _) => Value::Date(end(range)?),
            (Some(value), _) => value,
            (None, _) => return self.made_up(named, family),
        })
    }

    /// Of an attribute that no record has.
    fn made_up(&mut self, named: &Named<'a>, family: Family) -> Option<Value> {
        Some(match family {
            Family::Text => Value::Text("a".to_owned()),
            Family::Number | Family::Month => Value::Integer(self.rng.i64(0..12)),
            Family::Boolean => Value::Boolean(self.rng.bool()),
            Family::Choice => Value::Text(self.rng.choice(&named.attribute.options)?.key.to_string()),
            Family::Reference => Value::Text(uuid::Uuid::from_u128(self.rng.u64(..60).into()).to_string()),
            Family::Date | Family::DateTime | Family::PartialDate | Family::Anniversary => {
                Value::Date(self.moment.today())
            }
            Family::Money => Value::Money(Money::new(self.rng.i64(..50), crate::Currency::EUR)),
            _ => return None,
        })
    }

    /// A piece of a text that some record has.
    fn piece(&mut self, named: &Named<'a>, operator: Operator) -> Option<String> {
        let values = self.values(named.attribute.kind, named.attribute.id);
        let text = match self.rng.choice(values.iter()) {
            Some(Value::Text(text)) => text.clone(),
            Some(Value::Email(value)) => value.as_str().to_owned(),
            Some(Value::Url(value)) => value.as_str().to_owned(),
            Some(Value::Phone(value)) => value.as_str().to_owned(),
            _ => "a".to_owned(),
        };
        let chars: Vec<char> = text.chars().collect();
        let length = self.rng.usize(1..6).min(chars.len());
        let last = chars.len() - length;
        let from = match operator {
            Operator::StartsWith => 0,
            Operator::EndsWith => last,
            _ => self.rng.usize(..=last),
        };
        let piece: String = match operator {
            Operator::HasWord | Operator::Near => {
                let words: Vec<&str> =
                    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
                (*self.rng.choice(&words)?).to_owned()
            }
            _ => chars.into_iter().skip(from).take(length).collect(),
        };
        if piece.is_empty() { Some("a".to_owned()) } else { Some(piece) }
    }

    fn length(&mut self, whole_days: bool) -> String {
        let units = ["days", "weeks", "months", "quarters", "years", "hours", "minutes"];
        let units = units.get(..if whole_days { 5 } else { 7 }).unwrap_or(&units);
        format!("{} {}", self.rng.u8(1..40), self.rng.choice(units).unwrap())
    }

    fn period(&mut self, whole_days: bool) -> String {
        let unit = *self.rng.choice(&["day", "week", "month", "quarter", "year"]).unwrap();
        match self.rng.u8(..6) {
            0 => format!("last {}", self.length(whole_days)),
            1 => format!("next {}", self.length(whole_days)),
            2 => format!("this {unit}"),
            3 => format!("previous {unit}"),
            4 => format!("following {} {unit}s", self.rng.u8(2..30)),
            _ => format!("previous {} {unit}s", self.rng.u8(2..30)),
        }
    }
}

fn end<T: Clone + PartialOrd>(range: ValueRange<T>) -> Option<T> {
    range.from.or(range.to)
}
