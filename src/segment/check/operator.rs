//! Checks: whether the operator suits the attribute, and its operands typed.

use super::{Checker, Target};
use crate::model::{Currency, search_fold};
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::operator::{Family, Operator};
use crate::segment::span::Span;
use crate::segment::syntax::{self, Function, Length, LiteralKind, Overlapped, PeriodKind, TextOperator, Unit};
use crate::segment::tree::{Check, Operand, Relative};

impl<'c> Checker<'c> {
    /// What is asked about an attribute, typed.
    pub(super) fn check(&mut self, target: Target<'c>, test: &syntax::AttributeTest) -> Option<Check> {
        let operator = test.check.operator()?;
        self.suits(target, operator, test)?;
        match &test.check {
            syntax::Check::Holds => Some(Check::Holds),
            syntax::Check::IsSet { negated } => Some(Check::IsSet { negated: *negated }),
            syntax::Check::Compare { operator, value } => {
                if let LiteralKind::Attribute(path) = &value.kind {
                    let path = self.other_attribute(target, *operator, path, value.span)?;
                    return Some(Check::Compare { operator: *operator, value: Operand::Attribute(path) });
                }
                let ordered = !matches!(
                    operator,
                    syntax::Comparison::Equal | syntax::Comparison::NotEqual | syntax::Comparison::Identical
                );
                let value = self.operand(target, value, ordered)?;
                Some(Check::Compare { operator: *operator, value })
            }
            syntax::Check::Between { low, high } => {
                let (low, high) = self.ends(target, low, high)?;
                Some(Check::Between { low, high })
            }
            syntax::Check::In { negated, set } => Some(Check::In { negated: *negated, values: self.set(target, set)? }),
            syntax::Check::Has { operator, set } => {
                Some(Check::Has { operator: *operator, values: self.set(target, set)? })
            }
            syntax::Check::Text { operator, value } if target.family == Family::Text => {
                self.text_check(target, *operator, value)
            }
            syntax::Check::Text { operator, value } => Some(Check::Covers {
                negated: *operator == TextOperator::NotContains,
                value: self.operand(target, value, true)?,
            }),
            syntax::Check::Overlaps { negated, with: Overlapped::Ends { low, high } } => {
                let (low, high) = self.ends(target, low, high)?;
                Some(Check::Overlaps { negated: *negated, low, high })
            }
            syntax::Check::Overlaps { negated, with: Overlapped::Period(period) } => {
                if target.family != Family::DateRange {
                    return self.unsuitable(target, test.span, "overlaps <a span of time>");
                }
                self.period_suits(target, period.kind, test.span)?;
                Some(Check::OverlapsPeriod { negated: *negated, period: period.kind })
            }
            syntax::Check::Within { negated, period } => {
                self.period_suits(target, period.kind, test.span)?;
                Some(Check::Within { negated: *negated, period: period.kind })
            }
            syntax::Check::Ago { bound, length } => {
                self.length_suits(target, *length, test.span)?;
                Some(Check::Ago { bound: *bound, length: *length })
            }
            syntax::Check::Broken => None,
        }
    }

    /// Whether the operator can be asked of the attribute.
    fn suits(&mut self, target: Target<'c>, operator: Operator, test: &syntax::AttributeTest) -> Option<()> {
        if operator == Operator::Holds && target.family != Family::Boolean {
            return self.stands_alone(target, test.span);
        }
        if !target.family.allows(operator) {
            return self.unsuitable(target, test.span, operator.as_str());
        }
        if target.function == Some(Function::Count) && matches!(operator, Operator::IsSet | Operator::IsNotSet) {
            let message = format!("found `{operator}` asked of `{}`, which is a number in any case", target.name());
            let problem = Problem::new(SegmentCode::OperatorMismatch, test.span, message);
            self.report(problem.with_help(format!(
                "ask `{} > 0`, or `{} {operator}`",
                target.name(),
                target.attribute.key
            )));
            return None;
        }
        if operator.needs_many() && !target.many {
            let message = format!("found `{operator}` asked of `{}`, which has one value at most", target.name());
            let problem = Problem::new(SegmentCode::OperatorMismatch, test.span, message);
            self.report(problem.with_help("write `in [..]` or `not in [..]`"));
            return None;
        }
        Some(())
    }

    /// Whether there is such a span of time; the parser makes no other, but a stored tree may hold one.
    fn period_suits(&mut self, target: Target<'c>, period: PeriodKind, span: Span) -> Option<()> {
        let (length, calendar) = match period {
            PeriodKind::This(unit) => (Length { amount: 1, unit }, true),
            PeriodKind::Previous(length) | PeriodKind::Following(length) => (length, true),
            PeriodKind::Last(length) | PeriodKind::Next(length) => (length, false),
        };
        if calendar && matches!(length.unit, Unit::Minute | Unit::Hour) {
            let message =
                format!("found {}s, expected a unit of the calendar, from day to year", length.unit.singular());
            let problem = Problem::new(SegmentCode::InvalidPeriod, span, message);
            self.report(problem.with_help(format!("write `in last {length}` or `in next {length}`")));
            return None;
        }
        self.length_suits(target, length, span)
    }

    fn length_suits(&mut self, target: Target<'c>, length: Length, span: Span) -> Option<()> {
        if length.amount == 0 {
            let message = format!("found a span of {length}, expected a whole number from 1 on");
            let problem = Problem::new(SegmentCode::InvalidPeriod, span, message);
            self.report(problem.with_help("write a whole number and a unit: `in last 30 days`"));
            return None;
        }
        self.unit_suits(target, length.unit, span)
    }

    /// Whether the unit suits a date.
    fn unit_suits(&mut self, target: Target<'c>, unit: Unit, span: Span) -> Option<()> {
        if target.family == Family::DateTime || !matches!(unit, Unit::Minute | Unit::Hour) {
            return Some(());
        }
        let message =
            format!("found {}s asked of `{}`, which is a date without a time of day", unit.singular(), target.name());
        let problem = Problem::new(SegmentCode::OperatorMismatch, span, message);
        self.report(problem.with_help("ask in days or longer units: `in last 1 day`"));
        None
    }

    pub(super) fn unsuitable<R>(&mut self, target: Target<'c>, span: Span, operator: &str) -> Option<R> {
        let message = format!("found `{operator}` asked of `{}`, which is {}", target.name(), target.describe());
        let help = format!("ask with {}", target.family.help());
        self.report(Problem::new(SegmentCode::OperatorMismatch, span, message).with_help(help));
        None
    }

    fn stands_alone<R>(&mut self, target: Target<'c>, span: Span) -> Option<R> {
        let key = target.name();
        let message = format!("found `{key}` alone, expected an operator: it is {}", target.describe());
        let help = match target.family {
            Family::Anniversary => format!("write `{key} in next 14 days` or `{key} = today`"),
            Family::Number if target.function == Some(Function::Count) => format!("write `{key} > 1`"),
            Family::Weekday => format!("write `{key} in [saturday, sunday]`"),
            _ => format!("only what is true or false stands alone; write `{key} is set`, or compare it: `{key} = ..`"),
        };
        self.report(Problem::new(SegmentCode::OperatorMismatch, span, message).with_help(help));
        None
    }

    /// Two ends, typed and the right way round.
    fn ends(
        &mut self,
        target: Target<'c>,
        low: &syntax::Literal,
        high: &syntax::Literal,
    ) -> Option<(Operand, Operand)> {
        let (from, to) = (self.operand(target, low, true), self.operand(target, high, true));
        let (from, to) = (from?, to?);
        let day = |operand: &Operand| match operand {
            Operand::Relative(relative) if *relative != Relative::Now => Some(*relative),
            _ => None,
        };
        let position = |code: u32| target.attribute.options.iter().position(|option| option.code == code);
        let reversed = match (&from, &to) {
            (Operand::Number(low), Operand::Number(high)) => low > high,
            (Operand::Money(from), Operand::Money(to)) if from.currency != to.currency => {
                let message = format!("found ends in {} and {}, expected one currency", from.currency, to.currency);
                let problem = Problem::new(SegmentCode::CurrencyMismatch, high.span, message);
                self.report(problem.with_help("money compares only with money in the same currency"));
                return None;
            }
            (Operand::Money(low), Operand::Money(high)) => low.amount > high.amount,
            (Operand::Text(low), Operand::Text(high)) => search_fold(low) > search_fold(high),
            (Operand::Date(low), Operand::Date(high)) => low > high,
            (Operand::DateTime(low), Operand::DateTime(high)) => low > high,
            (Operand::Option(low), Operand::Option(high)) => position(*low) > position(*high),
            (low, high) => day(low).zip(day(high)).is_some_and(|(low, high)| low > high),
        };
        if !reversed {
            return Some((from, to));
        }
        let (from_text, to_text) = (self.describe(low), self.describe(high));
        let message =
            format!("found {from_text} as the lower end and {to_text} as the upper, which no value lies between");
        let problem = Problem::new(SegmentCode::ReversedRange, low.span.to(high.span), message);
        let help = if target.family.allows(Operator::Overlaps) {
            "write the lower end first: `overlaps 10 to 20`"
        } else {
            "write the lower end first: `between 10 and 20`"
        };
        self.report(problem.with_help(help));
        None
    }

    /// Whether an amount is in the currency that the field is kept in.
    pub(super) fn in_currency(&mut self, target: Target<'c>, found: Currency, span: Span) -> Option<()> {
        let Some(own) = target.attribute.rules.currency.filter(|own| *own != found) else { return Some(()) };
        let key = &target.attribute.key;
        let message = format!("found an amount in {found}, expected {own}: `{key}` is kept in {own} alone");
        let problem = Problem::new(SegmentCode::CurrencyMismatch, span, message);
        self.report(problem.with_help("money compares only with money in the same currency; convert the amount"));
        None
    }
}
