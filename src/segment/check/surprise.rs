//! What is allowed and may yet surprise: conditions that are always or never true, `every` of no value, money in other
//! currencies.
//!
//! Only what can be seen from the conditions themselves is said, and only what is certain. Pairs of one group are compared, up
//! to a number of operands, so that the time stays in proportion to the text.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Bound;

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};

use super::{Checker, Target};
use crate::model::{Currency, ValueType, search_fold};
use crate::schema::Attribute;
use crate::segment::ends::{Ends, exactly, meet, related};
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::operator::{Family, Operator};
use crate::segment::span::Span;
use crate::segment::syntax::{self, Comparison, Quantifier, SetOperator, TextOperator};
use crate::segment::tree::{AttributeTest, Check, Condition, Operand, Path, Set};

/// How many operands of a group are compared with each other.
const COMPARED: usize = 32;

impl<'c> Checker<'c> {
    /// Notes what may surprise about one condition.
    pub(super) fn surprises(&mut self, target: Target<'c>, test: &syntax::AttributeTest, check: &Check, negated: bool) {
        let key = target.name();
        let every = test.quantifier.is_some_and(|quantified| quantified.quantifier == Quantifier::Every);
        if every {
            self.every_of_none(&test.subject.to_string(), test.span);
        }
        let own_negation = test.check.operator().is_some_and(Operator::is_negated);
        let money = target.family == Family::Money && target.attribute.rules.currency.is_none();
        if money && negated != own_negation && !matches!(check, Check::IsSet { .. }) {
            let message = format!("this includes records whose `{key}` is in another currency, or missing");
            let help = "money compares only with the same currency, and `not` is the exact complement";
            self.notice(Problem::new(SegmentCode::OtherCurrencies, test.span, message).with_help(help));
        }
        // Of records without values, `every` says yes to anything.
        if let Some(always) = constant_check(check).filter(|_| !every) {
            let message = if always { "every record satisfies this" } else { "no record satisfies this" };
            let help = "put values into the list, or leave the condition out";
            self.constant(always, test.span, format!("{message}: the list has no values"), help, None);
        }
    }

    pub(super) fn every_of_none(&mut self, key: &str, span: Span) {
        let message = format!("`every {key}` is true of records without any");
        let help = format!("add `and {key} is set` if one is needed");
        self.notice(Problem::new(SegmentCode::EveryOfNone, span, message).with_help(help));
    }

    /// Notes what may surprise about a sort key.
    pub(super) fn order_surprises(&mut self, target: Target<'c>, span: Span) {
        if target.family == Family::Money && target.attribute.rules.currency.is_none() {
            let message =
                format!("`{}` may be in several currencies; records are sorted by currency first", target.name());
            let help = "ask for one currency only: `budget >= 0 EUR`";
            self.notice(Problem::new(SegmentCode::OtherCurrencies, span, message).with_help(help));
        }
    }

    /// Notes two operands of a group that can't both hold, or of which one always does.
    pub(super) fn contradictions(&mut self, operands: &[syntax::Condition], checked: &[Condition], and: bool) {
        let views: Vec<View<'_>> = checked.iter().take(COMPARED).map(|one| self.view(one)).collect();
        for (at, right) in views.iter().enumerate() {
            for (before, left) in views.iter().take(at).enumerate() {
                let found = if left.same_as(right) {
                    left.negated != right.negated
                } else if left.negated == right.negated && left.negated != and && left.path() == right.path() {
                    // Of `a = 1 and a = 2` at most one holds, of `a != 1 or a != 2` at least one.
                    disjoint(left, right)
                } else {
                    false
                };
                if !found {
                    continue;
                }
                if let (Some(first), Some(second)) = (operands.get(before), operands.get(at)) {
                    let (message, help) = if and {
                        (
                            "no record satisfies both of these",
                            "to allow several values, join with `or`, or write `in [..]`",
                        )
                    } else {
                        (
                            "every record satisfies one of these",
                            "to leave out several values, join with `and`, or write `not in [..]`",
                        )
                    };
                    self.constant(!and, second.span(), message.to_owned(), help, Some(first.span()));
                }
                return;
            }
        }
    }

    /// Notes that the whole segment is always or never true, if nothing inside it has said so.
    pub(super) fn always(&mut self, condition: &syntax::Condition, checked: &Condition) {
        let said = |notice: &Problem| matches!(notice.code(), SegmentCode::AlwaysEmpty | SegmentCode::AlwaysTrue);
        if *checked == Condition::All || self.notices.iter().any(said) {
            return;
        }
        if let Some(always) = constant(checked) {
            let message = if always { "every record satisfies this" } else { "no record satisfies this" };
            self.constant(always, condition.span(), message.to_owned(), "write `all` for everybody", None);
        }
    }

    fn constant(&mut self, always: bool, span: Span, message: String, help: &str, second: Option<Span>) {
        let code = if always { SegmentCode::AlwaysTrue } else { SegmentCode::AlwaysEmpty };
        let mut problem = Problem::new(code, span, message).with_help(help);
        if let Some(second) = second {
            problem = problem.with_second(second, "the other one");
        }
        self.notice(problem);
    }

    /// A condition as a test and whether it is turned round.
    fn view<'t>(&self, condition: &'t Condition) -> View<'t>
    where
        'c: 't,
    {
        let mut negated = false;
        let mut at = condition;
        while let Condition::Not(operand) = at {
            negated = !negated;
            at = operand;
        }
        let mut view = View { test: at, negated, attribute: None };
        if let Condition::Attribute(test) = at {
            let path = &test.subject.path;
            view.attribute = self.catalogue.attribute_by_id(path.kind, path.attribute).filter(|attribute| {
                let scope = self.scopes.iter().rev().nth(usize::from(path.outer));
                let in_value = path.relations.is_empty() && scope.is_some_and(|scope| scope.value_of.is_some());
                let many = if in_value { attribute.is_many_in_value() } else { attribute.many };
                !many && test.quantifier.is_none() && test.subject.function.is_none()
            });
            view.negated ^= is_negated(&test.check);
        }
        view
    }
}

/// A condition without the `not` around it and in its operator.
struct View<'t> {
    test: &'t Condition,
    negated: bool,
    /// What it asks about, if that has one value at most.
    attribute: Option<&'t Attribute>,
}

impl View<'_> {
    fn attribute_test(&self) -> Option<&AttributeTest> {
        match self.test {
            Condition::Attribute(test) => Some(test),
            _ => None,
        }
    }

    /// Whether both ask the same, the `not` around it and in its operator aside.
    fn same_as(&self, other: &Self) -> bool {
        match (self.attribute_test(), other.attribute_test()) {
            (Some(left), Some(right)) => {
                left.subject == right.subject
                    && left.quantifier == right.quantifier
                    && plain(&left.check) == plain(&right.check)
            }
            (None, None) => self.test == other.test,
            _ => false,
        }
    }

    fn path(&self) -> Option<&Path> {
        self.attribute_test().map(|test| &test.subject.path)
    }
}

fn is_negated(check: &Check) -> bool {
    match check {
        Check::Compare { operator, .. } => *operator == Comparison::NotEqual,
        Check::In { negated, .. }
        | Check::Covers { negated, .. }
        | Check::IsSet { negated }
        | Check::Within { negated, .. }
        | Check::Overlaps { negated, .. }
        | Check::OverlapsPeriod { negated, .. } => *negated,
        Check::Text { operator, .. } => *operator == TextOperator::NotContains,
        Check::Has { operator, .. } => *operator == SetOperator::HasNone,
        Check::Holds | Check::Between { .. } | Check::Ago { .. } => false,
    }
}

/// The check without the `not` in its operator.
fn plain(check: &Check) -> Cow<'_, Check> {
    if !is_negated(check) {
        return Cow::Borrowed(check);
    }
    let mut plain = check.clone();
    match &mut plain {
        Check::Compare { operator, .. } => *operator = Comparison::Equal,
        Check::In { negated, .. }
        | Check::Covers { negated, .. }
        | Check::IsSet { negated }
        | Check::Within { negated, .. }
        | Check::Overlaps { negated, .. }
        | Check::OverlapsPeriod { negated, .. } => *negated = false,
        Check::Text { operator, .. } => *operator = TextOperator::Contains,
        Check::Has { operator, .. } => *operator = SetOperator::HasAny,
        Check::Holds | Check::Between { .. } | Check::Ago { .. } => {}
    }
    Cow::Owned(plain)
}

/// Whether no value satisfies both tests, the `not` in their operators aside.
fn disjoint(left: &View<'_>, right: &View<'_>) -> bool {
    let (Some(attribute), Some(_)) = (left.attribute, right.attribute) else { return false };
    let (Some(left), Some(right)) = (left.attribute_test(), right.attribute_test()) else { return false };
    match (reach(attribute, &left.check), reach(attribute, &right.check)) {
        (Some(Reach::Numbers(left)), Some(Reach::Numbers(right))) => apart(&left, &right),
        (Some(Reach::Days(left)), Some(Reach::Days(right))) => apart(&left, &right),
        (Some(Reach::Instants(left)), Some(Reach::Instants(right))) => apart(&left, &right),
        (Some(Reach::Places(left)), Some(Reach::Places(right))) => apart(&left, &right),
        (Some(Reach::Texts(left)), Some(Reach::Texts(right))) => left.is_disjoint(&right),
        (Some(Reach::Money(left)), Some(Reach::Money(right))) => left
            .iter()
            .all(|(currency, left)| right.iter().all(|(other, right)| currency != other || !meet(left, right))),
        _ => false,
    }
}

fn apart<T: PartialOrd>(left: &[Ends<T>], right: &[Ends<T>]) -> bool {
    left.iter().all(|left| right.iter().all(|right| !meet(left, right)))
}

/// The values that satisfy a check.
enum Reach {
    Numbers(Vec<Ends<Decimal>>),
    Money(Vec<(Currency, Ends<Decimal>)>),
    Days(Vec<Ends<Date>>),
    Instants(Vec<Ends<OffsetDateTime>>),
    /// Places in the list of options; of true and false, 1 and 0.
    Places(Vec<Ends<usize>>),
    /// Folded.
    Texts(BTreeSet<String>),
}

fn reach(attribute: &Attribute, check: &Check) -> Option<Reach> {
    match check {
        Check::Holds => Some(Reach::Places(vec![exactly(1)])),
        Check::Compare { operator, value } => reach_of(attribute, *operator, std::slice::from_ref(value)),
        Check::In { values: Set::List(values), .. } => reach_of(attribute, Comparison::Equal, values),
        Check::Between { low, high } => match (low, high) {
            (Operand::Number(low), Operand::Number(high)) => Some(Reach::Numbers(vec![between(*low, *high)])),
            (Operand::Date(low), Operand::Date(high)) => Some(Reach::Days(vec![between(*low, *high)])),
            (Operand::DateTime(low), Operand::DateTime(high)) => Some(Reach::Instants(vec![between(*low, *high)])),
            (Operand::Money(low), Operand::Money(high)) => {
                Some(Reach::Money(vec![(low.currency, between(low.amount, high.amount))]))
            }
            _ => None,
        },
        _ => None,
    }
}

fn between<T>(low: T, high: T) -> Ends<T> {
    (Bound::Included(low), Bound::Included(high))
}

fn reach_of(attribute: &Attribute, operator: Comparison, values: &[Operand]) -> Option<Reach> {
    fn all<T: Clone>(operator: Comparison, values: Option<Vec<T>>) -> Option<Vec<Ends<T>>> {
        values?.into_iter().map(|value| related(operator, exactly(value))).collect()
    }
    macro_rules! each {
        ($variant:ident) => {
            values
                .iter()
                .map(|value| if let Operand::$variant(value) = value { Some(value.clone()) } else { None })
                .collect()
        };
    }
    match values.first()? {
        Operand::Number(_) => all(operator, each!(Number)).map(Reach::Numbers),
        Operand::Date(_) if attribute.value_type != ValueType::PartialDate => {
            all(operator, each!(Date)).map(Reach::Days)
        }
        Operand::DateTime(_) => all(operator, each!(DateTime)).map(Reach::Instants),
        Operand::Boolean(_) => {
            let values: Option<Vec<bool>> = each!(Boolean);
            all(operator, values.map(|values| values.into_iter().map(usize::from).collect())).map(Reach::Places)
        }
        Operand::Option(_) => {
            let place = |code: &u32| attribute.options.iter().position(|option| option.code == *code);
            let codes: Option<Vec<u32>> = each!(Option);
            all(operator, codes.and_then(|codes| codes.iter().map(place).collect())).map(Reach::Places)
        }
        Operand::Money(_) => {
            let values: Option<Vec<crate::model::Money>> = each!(Money);
            let money = values?
                .into_iter()
                .map(|money| related(operator, exactly(money.amount)).map(|ends| (money.currency, ends)));
            money.collect::<Option<Vec<_>>>().map(Reach::Money)
        }
        Operand::Text(_) if matches!(operator, Comparison::Equal | Comparison::NotEqual | Comparison::Identical) => {
            // A phone number is found in several spellings.
            if attribute.value_type == ValueType::Phone {
                return None;
            }
            let texts: Option<Vec<String>> = each!(Text);
            Some(Reach::Texts(texts?.iter().map(|text| search_fold(text)).collect()))
        }
        _ => None,
    }
}

/// Whether the condition is always or never true, whatever the record.
fn constant(condition: &Condition) -> Option<bool> {
    match condition {
        Condition::All => Some(true),
        Condition::And(operands) | Condition::Or(operands) => {
            let decisive = matches!(condition, Condition::Or(_));
            let mut all = true;
            for operand in operands {
                match constant(operand) {
                    Some(value) if value == decisive => return Some(decisive),
                    Some(_) => {}
                    None => all = false,
                }
            }
            all.then_some(!decisive)
        }
        Condition::Not(operand) => constant(operand).map(|value| !value),
        Condition::Attribute(test) if test.quantifier == Some(Quantifier::Every) => None,
        Condition::Attribute(test) => constant_check(&test.check),
        Condition::Tag(_) | Condition::May(_) => None,
        Condition::Block(block) => match (block.quantifier, constant(&block.condition)?) {
            (Quantifier::Any, false) => Some(false),
            (Quantifier::No, false) | (Quantifier::Every, true) => Some(true),
            _ => None,
        },
    }
}

fn constant_check(check: &Check) -> Option<bool> {
    match check {
        Check::In { negated, values: Set::List(values) } if values.is_empty() => Some(*negated),
        Check::Has { operator, values: Set::List(values) } if values.is_empty() => match operator {
            SetOperator::HasAny => Some(false),
            SetOperator::HasNone | SetOperator::HasAll => Some(true),
            SetOperator::IsExactly => None,
        },
        _ => None,
    }
}
