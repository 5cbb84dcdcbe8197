//! The checked tree made ready for many records.

use std::collections::{BTreeSet, HashSet};
use std::ops::Bound;

use super::Evaluator;
use super::ends::related;
use super::test::{ValueTest, one_of};
use super::text::TextTest;
use crate::model::{Choice, Tag, ValueType};
use crate::schema::Attribute;
use crate::segment::syntax::{Comparison, Quantifier, SetOperator};
use crate::segment::{
    AttributeTest, Check, Condition, Ends, Expression, Operand, Parent, Path, Relative, TagTest, calendar,
};

/// A condition made ready.
pub(super) enum Prepared {
    All,
    And(Vec<Prepared>),
    Or(Vec<Prepared>),
    Not(Box<Prepared>),
    Attribute(Box<PreparedTest>),
    /// Any of these tags.
    Tags(BTreeSet<u32>),
}

pub(super) struct PreparedTest {
    pub(super) path: Path,
    pub(super) over: Over,
    /// Whether the answer is turned round.
    pub(super) negated: bool,
}

/// What is asked of all values together.
pub(super) enum Over {
    Set,
    Any(ValueTest),
    Every(ValueTest),
    /// Each test holds of some value.
    All(Vec<ValueTest>),
    /// Besides, some test, all of them joined in the first, holds of each value.
    Exactly(ValueTest, Vec<ValueTest>),
}

impl Evaluator<'_> {
    pub(super) fn prepare_condition(&self, condition: &Condition) -> Prepared {
        match condition {
            Condition::All => Prepared::All,
            Condition::And(operands) => Prepared::And(self.prepare_operands(operands)),
            Condition::Or(operands) => Prepared::Or(self.prepare_operands(operands)),
            Condition::Not(operand) => Prepared::Not(Box::new(self.prepare_condition(operand))),
            Condition::Attribute(test) => Prepared::Attribute(Box::new(self.prepare_test(test))),
            Condition::Tag(test) => Prepared::Tags(self.prepare_tags(test)),
        }
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
        match test {
            TagTest::Has(id) => BTreeSet::from([tags.resolve(*id)]),
            TagTest::Under(Parent::Tag(id)) => {
                let mut ids: BTreeSet<u32> =
                    tags.name(*id).map(|name| tags.under(name)).unwrap_or_default().into_iter().collect();
                ids.insert(tags.resolve(*id));
                ids
            }
            TagTest::Under(Parent::Name(name)) => {
                Tag::new(name).map(|name| tags.under(&name)).unwrap_or_default().into_iter().collect()
            }
        }
    }

    fn prepare_test(&self, test: &AttributeTest) -> PreparedTest {
        let Expression::Path(path) = &test.subject;
        let attribute = self.catalogue.attribute_by_id(path.kind, path.attribute);
        let each = |values: &[Operand]| -> Vec<ValueTest> {
            values.iter().map(|value| self.compared(attribute, Comparison::Equal, value)).collect()
        };
        let one = |test: ValueTest| Over::Any(test);
        let (over, negated) = match &test.check {
            Check::Holds => (one(ValueTest::Boolean(true)), false),
            Check::IsSet { negated } => (Over::Set, *negated),
            Check::Compare { operator: Comparison::NotEqual, value } => {
                (one(self.compared(attribute, Comparison::Equal, value)), true)
            }
            Check::Compare { operator, value } => (one(self.compared(attribute, *operator, value)), false),
            Check::Between { low, high } => (one(self.between(attribute, low, high)), false),
            Check::In { negated, values } => (one(one_of(each(values))), *negated),
            Check::Has { operator, values } => match operator {
                SetOperator::HasAny => (one(one_of(each(values))), false),
                SetOperator::HasNone => (one(one_of(each(values))), true),
                SetOperator::HasAll => (Over::All(each(values)), false),
                SetOperator::IsExactly => (Over::Exactly(one_of(each(values)), each(values)), false),
            },
            Check::Text { operator, text } => {
                let (test, negated) = TextTest::new(*operator, text);
                (one(ValueTest::Text(test)), negated)
            }
            Check::Matches(pattern) => (one(ValueTest::Text(TextTest::Matches(pattern.regex.clone()))), false),
            Check::Covers { negated, value } => (one(self.covers(value)), *negated),
            Check::Within { negated, period } => {
                let test = if is_instant(attribute) {
                    ValueTest::DateTime(vec![calendar::instants_of(*period, &self.moment)])
                } else {
                    ValueTest::Date(vec![calendar::days_of(*period, &self.moment)])
                };
                (one(test), *negated)
            }
            Check::Ago { bound, length } => {
                let test = if is_instant(attribute) {
                    ValueTest::DateTime(vec![calendar::instants_ago(*bound, *length, &self.moment)])
                } else {
                    ValueTest::Date(vec![calendar::days_ago(*bound, *length, &self.moment)])
                };
                (one(test), false)
            }
        };
        let over = match over {
            Over::Any(value) if test.quantifier == Some(Quantifier::Every) => Over::Every(value),
            over => over,
        };
        PreparedTest { path: path.clone(), over, negated }
    }

    /// The test of a value against one operand.
    fn compared(&self, attribute: Option<&Attribute>, comparison: Comparison, operand: &Operand) -> ValueTest {
        match operand {
            Operand::Text(text) => ValueTest::Text(TextTest::compared(comparison, text)),
            Operand::Number(number) if comparison == Comparison::Equal => ValueTest::Numbers(BTreeSet::from([*number])),
            Operand::Number(number) => {
                related(comparison, exactly(*number)).map_or(ValueTest::Never, ValueTest::Number)
            }
            Operand::Money(money) => related(comparison, exactly(money.amount))
                .map_or(ValueTest::Never, |ends| ValueTest::Money(vec![(money.currency, ends)])),
            Operand::Boolean(value) => ValueTest::Boolean(*value),
            Operand::PartialDate(date) => ValueTest::PartialDate(vec![*date]),
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

fn is_instant(attribute: Option<&Attribute>) -> bool {
    attribute.is_some_and(|attribute| attribute.value_type == ValueType::DateTime)
}

fn exactly<T: Clone>(value: T) -> Ends<T> {
    (Bound::Included(value.clone()), Bound::Included(value))
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
