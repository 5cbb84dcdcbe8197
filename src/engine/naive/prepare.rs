//! The checked tree made ready for many records.

use std::collections::{BTreeSet, HashSet};
use std::ops::Bound;

use super::Evaluator;
use super::consent::PreparedMay;
use super::test::{ValueTest, one_of};
use super::text::TextTest;
use crate::model::{Choice, Tag, Value, ValueRange, ValueType};
use crate::schema::Attribute;
use crate::segment::syntax::{Comparison, Function, Quantifier, SetOperator, TextOperator};
use crate::segment::{
    AttributeTest, Block, Check, Condition, Ends, Expression, Operand, Path, Relative, Set, TagName, TagTest, calendar,
    compiled, exactly, related,
};
use rust_decimal::Decimal;

/// A condition made ready.
pub(in crate::engine) enum Prepared {
    All,
    And(Vec<Prepared>),
    Or(Vec<Prepared>),
    Not(Box<Prepared>),
    Attribute(Box<PreparedTest>),
    /// Any of these tags.
    Tags(BTreeSet<u32>),
    May(Box<PreparedMay>),
    Block(Box<PreparedBlock>),
}

pub(in crate::engine) struct PreparedBlock {
    pub(in crate::engine) quantifier: Quantifier,
    pub(in crate::engine) path: Path,
    pub(in crate::engine) condition: Prepared,
}

pub(in crate::engine) struct PreparedTest {
    pub(in crate::engine) path: Path,
    pub(in crate::engine) function: Option<Function>,
    pub(in crate::engine) over: Over,
    /// Whether the answer is turned round.
    pub(in crate::engine) negated: bool,
}

/// What is asked of all values together.
pub(in crate::engine) enum Over {
    Set,
    Any(ValueTest),
    Every(ValueTest),
    /// Each test holds of some value.
    All(Vec<ValueTest>),
    /// Besides, some test, all of them joined in the first, holds of each value.
    Exactly(ValueTest, Vec<ValueTest>),
    /// Some value, or every one, stands in that relation to some value of another attribute.
    Other {
        path: Path,
        comparison: Comparison,
        every: bool,
    },
}

impl Evaluator<'_> {
    pub(in crate::engine) fn prepare_condition(&self, condition: &Condition) -> Prepared {
        match condition {
            Condition::All => Prepared::All,
            Condition::And(operands) => Prepared::And(self.prepare_operands(operands)),
            Condition::Or(operands) => Prepared::Or(self.prepare_operands(operands)),
            Condition::Not(operand) => Prepared::Not(Box::new(self.prepare_condition(operand))),
            Condition::Attribute(test) => Prepared::Attribute(Box::new(self.prepare_test(test))),
            Condition::Tag(test) => Prepared::Tags(self.prepare_tags(test)),
            Condition::May(test) => Prepared::May(Box::new(self.prepare_may(test))),
            Condition::Block(block) => Prepared::Block(Box::new(self.prepare_block(block))),
        }
    }

    fn prepare_block(&self, block: &Block) -> PreparedBlock {
        let condition = self.prepare_condition(&block.condition);
        PreparedBlock { quantifier: block.quantifier, path: block.path.clone(), condition }
    }

    fn prepare_operands(&self, operands: &[Condition]) -> Vec<Prepared> {
        let mut prepared = Vec::with_capacity(operands.len());
        for operand in operands {
            prepared.push(self.prepare_condition(operand));
        }
        prepared
    }

    fn prepare_tags(&self, test: &TagTest) -> BTreeSet<u32> {
        let tags = &self.catalogue.tags;
        match &test.tag {
            TagName::Id(id) if test.under => {
                let mut ids: BTreeSet<u32> =
                    tags.name(*id).map(|name| tags.under(name)).unwrap_or_default().into_iter().collect();
                ids.insert(tags.resolve(*id));
                ids
            }
            TagName::Id(id) => BTreeSet::from([tags.resolve(*id)]),
            TagName::Branch(name) => {
                Tag::new(name).map(|name| tags.under(&name)).unwrap_or_default().into_iter().collect()
            }
            // A segment with parameters left is never asked.
            TagName::Parameter(_) => BTreeSet::new(),
        }
    }

    fn prepare_test(&self, test: &AttributeTest) -> PreparedTest {
        let Expression { function, path } = &test.subject;
        let attribute = self.catalogue.attribute_by_id(path.kind, path.attribute);
        let days = *function == Some(Function::Anniversary) || !is_instant(attribute);
        let each = |values: &Set| -> Vec<ValueTest> {
            let Set::List(values) = values else { return Vec::new() };
            values.iter().map(|value| self.compared(attribute, Comparison::Equal, value)).collect()
        };
        let one = |test: ValueTest| Over::Any(test);
        let (over, negated) = match &test.check {
            Check::Holds => (one(ValueTest::Boolean(true)), false),
            Check::IsSet { negated } => (Over::Set, *negated),
            Check::Compare { operator, value: Operand::Attribute(path) } => {
                let negated = *operator == Comparison::NotEqual;
                let comparison = if negated { Comparison::Equal } else { *operator };
                let every = test.quantifier == Some(Quantifier::Every);
                (Over::Other { path: path.clone(), comparison, every }, negated)
            }
            Check::Compare { operator: Comparison::NotEqual, value } => {
                (one(self.compared(day_typed(attribute, days), Comparison::Equal, value)), true)
            }
            Check::Compare { operator, value } => {
                (one(self.compared(day_typed(attribute, days), *operator, value)), false)
            }
            Check::Between { low, high } => (one(self.between(day_typed(attribute, days), low, high)), false),
            Check::In { negated, values } => (one(one_of(each(values))), *negated),
            Check::Has { operator, values } => match operator {
                SetOperator::HasAny => (one(one_of(each(values))), false),
                SetOperator::HasNone => (one(one_of(each(values))), true),
                SetOperator::HasAll => (Over::All(each(values)), false),
                SetOperator::IsExactly => (Over::Exactly(one_of(each(values)), each(values)), false),
            },
            Check::Text { operator: TextOperator::Matches, text } => {
                let regex = if let Operand::Text(pattern) = text { compiled(pattern).ok() } else { None };
                (one(regex.map_or(ValueTest::Never, |regex| ValueTest::Text(TextTest::Matches(regex)))), false)
            }
            Check::Text { operator, text: Operand::Text(wanted) } => {
                let (test, negated) = TextTest::new(*operator, wanted);
                (one(ValueTest::Text(test)), negated)
            }
            // A segment with parameters left is never asked.
            Check::Text { .. } => (one(ValueTest::Never), false),
            Check::Covers { negated, value } => (one(self.covers(value)), *negated),
            Check::Overlaps { negated, low, high } => (one(self.overlaps(low, high)), *negated),
            Check::OverlapsPeriod { negated, period } => {
                (one(ValueTest::MeetsDates(calendar::days_of(*period, &self.moment))), *negated)
            }
            Check::Within { negated, period } => {
                let test = if days {
                    ValueTest::Date(vec![calendar::days_of(*period, &self.moment)])
                } else {
                    ValueTest::DateTime(vec![calendar::instants_of(*period, &self.moment)])
                };
                (one(test), *negated)
            }
            Check::Ago { bound, length } => {
                let test = if days {
                    ValueTest::Date(vec![calendar::days_ago(*bound, *length, &self.moment)])
                } else {
                    ValueTest::DateTime(vec![calendar::instants_ago(*bound, *length, &self.moment)])
                };
                (one(test), false)
            }
        };
        let over = match over {
            Over::Any(value) if test.quantifier == Some(Quantifier::Every) => Over::Every(value),
            over => over,
        };
        let over = match over {
            Over::Any(ValueTest::Date(days)) if *function == Some(Function::Anniversary) => {
                Over::Any(ValueTest::Anniversary(days))
            }
            Over::Every(ValueTest::Date(days)) if *function == Some(Function::Anniversary) => {
                Over::Every(ValueTest::Anniversary(days))
            }
            over => over,
        };
        PreparedTest { path: path.clone(), function: *function, over, negated }
    }

    /// The test of a text: of a phone number or an e-mail address in all its forms.
    fn compared_text(&self, attribute: Option<&Attribute>, comparison: Comparison, text: &str) -> TextTest {
        let is_of = |value_type| attribute.is_some_and(|attribute| attribute.value_type == value_type);
        let phones = is_of(ValueType::Phone).then(|| self.catalogue.phones());
        let mut compared = TextTest::compared(comparison, text, phones);
        if comparison == Comparison::Equal && is_of(ValueType::Email) {
            compared.add_forms_of_address(text);
        }
        compared
    }

    /// The test of a value against one operand.
    pub(in crate::engine) fn compared(
        &self,
        attribute: Option<&Attribute>,
        comparison: Comparison,
        operand: &Operand,
    ) -> ValueTest {
        match operand {
            Operand::Text(text) => ValueTest::Text(self.compared_text(attribute, comparison, text)),
            Operand::Number(number) if comparison == Comparison::Equal => ValueTest::Numbers(BTreeSet::from([*number])),
            Operand::Number(number) => {
                related(comparison, exactly(*number)).map_or(ValueTest::Never, ValueTest::Number)
            }
            Operand::Money(money) => related(comparison, exactly(money.amount))
                .map_or(ValueTest::Never, |ends| ValueTest::Money(vec![(money.currency, ends)])),
            Operand::Boolean(value) => ValueTest::Boolean(*value),
            // A date that lacks a part is equal to the same parts, and neither before nor after another.
            Operand::PartialDate(date) if comparison == Comparison::Equal => ValueTest::PartialDate(vec![*date]),
            Operand::Date(_) | Operand::DateTime(_) | Operand::Relative(_) if is_instant(attribute) => {
                related(comparison, self.instants(operand))
                    .map_or(ValueTest::Never, |ends| ValueTest::DateTime(vec![ends]))
            }
            Operand::Date(_) | Operand::DateTime(_) | Operand::Relative(_) => {
                related(comparison, self.days(operand)).map_or(ValueTest::Never, |ends| ValueTest::Date(vec![ends]))
            }
            Operand::Option(code) => {
                let Some(attribute) = attribute else { return ValueTest::Never };
                if comparison == Comparison::Equal {
                    return ValueTest::Choices(HashSet::from([attribute.choice_of(*code)]));
                }
                let position = position_of(attribute, *code);
                let ends = position.and_then(|position| related(comparison, exactly(position)));
                ends.map_or(ValueTest::Never, |ends| ValueTest::Choices(choices_within(attribute, ends)))
            }
            Operand::Tag(id) => ValueTest::Tags(BTreeSet::from([self.catalogue.tags.resolve(*id)])),
            Operand::Record(id) => ValueTest::Records(BTreeSet::from([*id])),
            Operand::Weekday(day) => ValueTest::Numbers(BTreeSet::from([Decimal::from(*day)])),
            // Another attribute has a test of its own; a segment with parameters left is never asked.
            Operand::PartialDate(_) | Operand::Attribute(_) | Operand::Parameter(_) => ValueTest::Never,
        }
    }

    /// The test of a value between two operands, both of which belong.
    fn between(&self, attribute: Option<&Attribute>, low: &Operand, high: &Operand) -> ValueTest {
        match (low, high) {
            (Operand::Text(low), Operand::Text(high)) => ValueTest::Text(TextTest::between(low, high)),
            (Operand::Number(low), Operand::Number(high)) => {
                ValueTest::Number((Bound::Included(*low), Bound::Included(*high)))
            }
            (Operand::Money(low), Operand::Money(high)) if low.currency == high.currency => {
                let ends = (Bound::Included(low.amount), Bound::Included(high.amount));
                ValueTest::Money(vec![(low.currency, ends)])
            }
            (Operand::Option(low), Operand::Option(high)) => {
                let Some(attribute) = attribute else { return ValueTest::Never };
                match (position_of(attribute, *low), position_of(attribute, *high)) {
                    (Some(low), Some(high)) => {
                        let ends = (Bound::Included(low), Bound::Included(high));
                        ValueTest::Choices(choices_within(attribute, ends))
                    }
                    _ => ValueTest::Never,
                }
            }
            (
                Operand::Date(_) | Operand::DateTime(_) | Operand::Relative(_),
                Operand::Date(_) | Operand::DateTime(_) | Operand::Relative(_),
            ) => {
                if is_instant(attribute) {
                    ValueTest::DateTime(vec![(self.instants(low).0, self.instants(high).1)])
                } else {
                    ValueTest::Date(vec![(self.days(low).0, self.days(high).1)])
                }
            }
            _ => ValueTest::Never,
        }
    }

    /// The test of a range for a value that it contains.
    fn covers(&self, operand: &Operand) -> ValueTest {
        match operand {
            Operand::Number(number) => ValueTest::CoversNumber(*number),
            Operand::Money(money) => ValueTest::CoversMoney(*money),
            Operand::Date(date) => ValueTest::CoversDate(*date),
            Operand::Relative(relative) => ValueTest::CoversDate(calendar::day_of(*relative, &self.moment)),
            _ => ValueTest::Never,
        }
    }

    /// The test of a range for a value in common with another.
    fn overlaps(&self, low: &Operand, high: &Operand) -> ValueTest {
        match (low, high) {
            (Operand::Number(low), Operand::Number(high)) => ValueTest::MeetsNumbers(ValueRange::new(*low, *high)),
            (Operand::Money(low), Operand::Money(high)) => ValueTest::MeetsMoney(ValueRange::new(*low, *high)),
            (low, high) => ValueTest::MeetsDates((self.days(low).0, self.days(high).1)),
        }
    }

    /// The instants that an operand stands for: itself, or those of a whole day.
    fn instants(&self, operand: &Operand) -> Ends<time::OffsetDateTime> {
        match operand {
            Operand::DateTime(instant) => exactly(*instant),
            Operand::Relative(Relative::Now) => exactly(self.moment.now),
            Operand::Relative(relative) => {
                calendar::instants_of_day(calendar::day_of(*relative, &self.moment), &self.moment)
            }
            Operand::Date(date) => calendar::instants_of_day(*date, &self.moment),
            _ => nothing(time::OffsetDateTime::UNIX_EPOCH),
        }
    }

    /// The day that an operand stands for.
    fn days(&self, operand: &Operand) -> Ends<time::Date> {
        match operand {
            Operand::Date(date) => exactly(*date),
            Operand::Relative(relative) => exactly(calendar::day_of(*relative, &self.moment)),
            _ => nothing(crate::model::EPOCH),
        }
    }
}

/// A value of another attribute as an operand beside this one.
pub(in crate::engine) fn operand_of(attribute: Option<&Attribute>, value: &Value) -> Option<Operand> {
    Some(match value {
        Value::Text(text) => Operand::Text(text.clone()),
        Value::Email(email) => Operand::Text(email.as_str().to_owned()),
        Value::Url(url) => Operand::Text(url.as_str().to_owned()),
        Value::Phone(phone) => Operand::Text(phone.as_str().to_owned()),
        Value::Integer(number) => Operand::Number((*number).into()),
        Value::Decimal(number) => Operand::Number(*number),
        Value::Money(money) => Operand::Money(*money),
        Value::Boolean(value) => Operand::Boolean(*value),
        Value::Date(date) => Operand::Date(*date),
        Value::DateTime(at) => Operand::DateTime(*at),
        Value::PartialDate(date) => date.full().map_or(Operand::PartialDate(*date), Operand::Date),
        Value::Choice(choice) => Operand::Option(attribute?.code_of(choice)?),
        Value::Reference(id) => Operand::Record(id.uuid),
        _ => return None,
    })
}

/// The attribute, unless what is asked are its days.
fn day_typed(attribute: Option<&Attribute>, days: bool) -> Option<&Attribute> {
    attribute.filter(|attribute| !(days && attribute.value_type == ValueType::DateTime))
}

fn is_instant(attribute: Option<&Attribute>) -> bool {
    attribute.is_some_and(|attribute| attribute.value_type == ValueType::DateTime)
}

fn nothing<T: Clone>(value: T) -> Ends<T> {
    (Bound::Excluded(value.clone()), Bound::Excluded(value))
}

fn position_of(attribute: &Attribute, code: u32) -> Option<usize> {
    attribute.options.iter().position(|option| option.code == code)
}

/// The options whose places in the list lie between two ends.
fn choices_within(attribute: &Attribute, ends: Ends<usize>) -> HashSet<Choice> {
    use std::ops::RangeBounds as _;
    let within = attribute.options.iter().enumerate().filter(|(position, _)| ends.contains(position));
    within.map(|(_, option)| Choice::from(&*option.key)).collect()
}
