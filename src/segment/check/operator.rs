//! Which operator suits which type of attribute.

use super::Checker;
use crate::model::{Currency, ValueType};
use crate::schema::{Attribute, Source};
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::syntax::{self, Comparison, Quantified, Quantifier, SetOperator, TextOperator, Unit};
use crate::segment::tree::{Check, Operand, Relative};

/// Types that are asked about alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Text,
    Tags,
    Number,
    Money,
    Boolean,
    Date,
    DateTime,
    PartialDate,
    Choice,
    Reference,
    Range,
    Group,
}

impl Family {
    pub(super) fn of(attribute: &Attribute) -> Self {
        match attribute.value_type {
            _ if attribute.source == Source::Tags => Self::Tags,
            ValueType::Text | ValueType::LongText | ValueType::Email | ValueType::Phone | ValueType::Url => Self::Text,
            ValueType::Integer | ValueType::Decimal => Self::Number,
            ValueType::Money => Self::Money,
            ValueType::Boolean => Self::Boolean,
            ValueType::Date => Self::Date,
            ValueType::DateTime => Self::DateTime,
            ValueType::PartialDate => Self::PartialDate,
            ValueType::Choice => Self::Choice,
            ValueType::Reference => Self::Reference,
            ValueType::NumberRange | ValueType::MoneyRange | ValueType::DateRange => Self::Range,
            ValueType::Group => Self::Group,
        }
    }

    /// Whether values can be less or greater than others.
    pub(super) const fn is_ordered(self) -> bool {
        matches!(
            self,
            Self::Text | Self::Number | Self::Money | Self::Date | Self::DateTime | Self::PartialDate | Self::Choice
        )
    }

    const fn has_equality(self) -> bool {
        !matches!(self, Self::Range | Self::Group)
    }

    const fn is_time(self) -> bool {
        matches!(self, Self::Date | Self::DateTime | Self::PartialDate)
    }

    /// What can be asked, for help.
    const fn operators(self) -> &'static str {
        match self {
            Self::Text => {
                "`=`, `!=`, `==`, `contains`, `starts with`, `ends with`, `like`, `matches`, `has word`, `~`, `in [..]`, `<`, `is set`"
            }
            Self::Tags => "`=`, `!=`, `in [..]`, `has any of [..]`, `is exactly [..]`, `is set`, or `tag under \"..\"`",
            Self::Number | Self::Money => "`=`, `!=`, `<`, `<=`, `>`, `>=`, `between .. and ..`, `in [..]`, `is set`",
            Self::Boolean => "the attribute alone, `= true`, `= false`, `is set`",
            Self::Date | Self::DateTime | Self::PartialDate => {
                "`=`, `!=`, `<`, `>=`, `between .. and ..`, `in last 30 days`, `in this month`, `more than 90 days ago`, `is set`"
            }
            Self::Choice => "`=`, `!=`, `in [..]`, `<`, `>=` by the order of the options, `is set`",
            Self::Reference => {
                "`= \"id\"`, `!=`, `in [..]`, `is set`, or an attribute of the record: `company.industry`"
            }
            Self::Range => "`contains`, `not contains`, `is set`",
            Self::Group => "`is set`, `is not set`",
        }
    }
}

impl<'c> Checker<'c> {
    /// What is asked about an attribute, typed.
    pub(super) fn check(&mut self, attribute: &'c Attribute, test: &syntax::AttributeTest) -> Option<Check> {
        let family = Family::of(attribute);
        match &test.check {
            syntax::Check::Holds if family == Family::Boolean => Some(Check::Holds),
            syntax::Check::Holds => self.stands_alone(attribute, test),
            syntax::Check::IsSet { negated } => Some(Check::IsSet { negated: *negated }),
            syntax::Check::Compare { operator, value } => {
                let fits = match operator {
                    Comparison::Equal | Comparison::NotEqual => family.has_equality(),
                    Comparison::Identical => family == Family::Text,
                    _ => family.is_ordered(),
                };
                if !fits {
                    return self.unsuitable(attribute, test, &operator.to_string());
                }
                let ordered = !matches!(operator, Comparison::Equal | Comparison::NotEqual | Comparison::Identical);
                let value = self.operand(attribute, value, ordered)?;
                Some(Check::Compare { operator: *operator, value })
            }
            syntax::Check::Between { low, high } => {
                if !family.is_ordered() {
                    return self.unsuitable(attribute, test, "between");
                }
                let (from, to) = (self.operand(attribute, low, true), self.operand(attribute, high, true));
                let (from, to) = (from?, to?);
                self.sorted_ends(attribute, (&from, low), (&to, high))?;
                Some(Check::Between { low: from, high: to })
            }
            syntax::Check::In { negated, set } => {
                if !family.has_equality() || family == Family::Boolean {
                    return self.unsuitable(attribute, test, if *negated { "not in" } else { "in" });
                }
                Some(Check::In { negated: *negated, values: self.set(attribute, set)? })
            }
            syntax::Check::Has { operator, set } => {
                if !family.has_equality() || family == Family::Boolean {
                    return self.unsuitable(attribute, test, &operator.to_string());
                }
                if !attribute.many {
                    return self.only_for_many(attribute, test, *operator);
                }
                Some(Check::Has { operator: *operator, values: self.set(attribute, set)? })
            }
            syntax::Check::Text { operator, value } => match (family, operator) {
                (Family::Text, _) => self.text_check(*operator, value),
                (Family::Range, TextOperator::Contains | TextOperator::NotContains) => Some(Check::Covers {
                    negated: *operator == TextOperator::NotContains,
                    value: self.operand(attribute, value, true)?,
                }),
                _ => self.unsuitable(attribute, test, &operator.to_string()),
            },
            syntax::Check::Within { negated, period } => {
                let unit = match period.kind {
                    syntax::PeriodKind::This(unit) => unit,
                    syntax::PeriodKind::Last(length)
                    | syntax::PeriodKind::Next(length)
                    | syntax::PeriodKind::Previous(length)
                    | syntax::PeriodKind::Following(length) => length.unit,
                };
                self.time_check(attribute, test, unit, "in")?;
                Some(Check::Within { negated: *negated, period: period.kind })
            }
            syntax::Check::Ago { bound, length } => {
                self.time_check(attribute, test, length.unit, "ago")?;
                Some(Check::Ago { bound: *bound, length: *length })
            }
        }
    }

    /// Whether the check suits the type, and the unit suits a date.
    fn time_check(
        &mut self,
        attribute: &Attribute,
        test: &syntax::AttributeTest,
        unit: Unit,
        name: &str,
    ) -> Option<()> {
        let family = Family::of(attribute);
        if !family.is_time() {
            return self.unsuitable(attribute, test, name);
        }
        if family != Family::DateTime && matches!(unit, Unit::Minute | Unit::Hour) {
            let message = format!(
                "found {}s asked of `{}`, which is a date without a time of day",
                unit.singular(),
                attribute.key
            );
            let problem = Problem::new(SegmentCode::OperatorMismatch, test.span, message);
            self.report(problem.with_help("ask in days or longer units: `in last 1 day`"));
            return None;
        }
        Some(())
    }

    fn unsuitable<R>(&mut self, attribute: &Attribute, test: &syntax::AttributeTest, operator: &str) -> Option<R> {
        let family = Family::of(attribute);
        let what = if family == Family::Tags { "the record's tags" } else { attribute.value_type.describe() };
        let message = format!("found `{operator}` asked of `{}`, which is {what}", attribute.key);
        let help = format!("ask with {}", family.operators());
        self.report(Problem::new(SegmentCode::OperatorMismatch, test.span, message).with_help(help));
        None
    }

    fn stands_alone<R>(&mut self, attribute: &Attribute, test: &syntax::AttributeTest) -> Option<R> {
        let key = &attribute.key;
        let message = format!("found `{key}` alone, expected an operator: it is {}", attribute.value_type.describe());
        let help = format!("only an attribute that is true or false stands alone; write `{key} is set`");
        self.report(Problem::new(SegmentCode::OperatorMismatch, test.span, message).with_help(help));
        None
    }

    fn only_for_many<R>(
        &mut self,
        attribute: &Attribute,
        test: &syntax::AttributeTest,
        operator: SetOperator,
    ) -> Option<R> {
        let message = format!("found `{operator}` asked of `{}`, which has one value at most", attribute.key);
        let help = "write `in [..]` or `not in [..]`";
        self.report(Problem::new(SegmentCode::OperatorMismatch, test.span, message).with_help(help));
        None
    }

    /// Whether `every` or `any` suits the attribute and the check.
    pub(super) fn quantifier(
        &mut self,
        attribute: &Attribute,
        quantified: Quantified,
        test: &syntax::AttributeTest,
    ) -> bool {
        let word = match quantified.quantifier {
            Quantifier::Every => "every",
            Quantifier::Any => "any",
        };
        let key = &attribute.key;
        let (message, help) = if !attribute.many {
            (format!("found `{word}` before `{key}`, which has one value at most"), format!("leave `{word}` out"))
        } else if is_negated(&test.check) {
            // `!=` is `not (=)` of the whole; of each value it could mean two things.
            (
                format!("found `{word}` with a negated operator, which has two readings"),
                format!("write `not (every {key} ..)` or `not (any {key} ..)` with the plain operator"),
            )
        } else if matches!(test.check, syntax::Check::Has { .. } | syntax::Check::IsSet { .. }) {
            (
                format!("found `{word}` with an operator that asks about all values at once"),
                format!("leave `{word}` out"),
            )
        } else {
            return true;
        };
        self.report(Problem::new(SegmentCode::QuantifierMismatch, quantified.span, message).with_help(help));
        false
    }

    /// Ends of `between` that are known to be the wrong way round, or of two currencies.
    fn sorted_ends(
        &mut self,
        attribute: &Attribute,
        (low, from): (&Operand, &syntax::Literal),
        (high, to): (&Operand, &syntax::Literal),
    ) -> Option<()> {
        let day = |operand: &Operand| match operand {
            Operand::Relative(relative) if *relative != Relative::Now => Some(*relative),
            _ => None,
        };
        let position = |code: u32| attribute.options.iter().position(|option| option.code == code);
        let reversed = match (low, high) {
            (Operand::Number(low), Operand::Number(high)) => low > high,
            (Operand::Money(low), Operand::Money(high)) if low.currency != high.currency => {
                let message = format!("found ends in {} and {}, expected one currency", low.currency, high.currency);
                let problem = Problem::new(SegmentCode::CurrencyMismatch, to.span, message);
                self.report(problem.with_help("money compares only with money in the same currency"));
                return None;
            }
            (Operand::Money(low), Operand::Money(high)) => low.amount > high.amount,
            (Operand::Date(low), Operand::Date(high)) => low > high,
            (Operand::DateTime(low), Operand::DateTime(high)) => low > high,
            (Operand::Option(low), Operand::Option(high)) => position(*low) > position(*high),
            (low, high) => day(low).zip(day(high)).is_some_and(|(low, high)| low > high),
        };
        if !reversed {
            return Some(());
        }
        let (from_text, to_text) = (self.describe(from), self.describe(to));
        let message =
            format!("found {from_text} as the lower end and {to_text} as the upper, which no value lies between");
        let problem = Problem::new(SegmentCode::ReversedRange, from.span.to(to.span), message);
        self.report(problem.with_help("write the lower end first: `between 10 and 20`"));
        None
    }

    /// Notes what is allowed and may yet surprise.
    pub(super) fn surprises(
        &mut self,
        attribute: &Attribute,
        test: &syntax::AttributeTest,
        check: &Check,
        negated: bool,
    ) {
        let key = &attribute.key;
        if test.quantifier.is_some_and(|quantified| quantified.quantifier == Quantifier::Every) {
            let message = format!("`every {key}` is true of records without any");
            let help = format!("add `and {key} is set` if one is needed");
            self.notice(Problem::new(SegmentCode::EveryOfNone, test.span, message).with_help(help));
        }
        let own_negation = is_negated(&test.check);
        let money = attribute.value_type == ValueType::Money && attribute.rules.currency.is_none();
        if money && negated != own_negation && !matches!(check, Check::IsSet { .. }) {
            let message = format!("this includes records whose `{key}` is in another currency, or missing");
            let help = "money compares only with the same currency, and `not` is the exact complement";
            self.notice(Problem::new(SegmentCode::OtherCurrencies, test.span, message).with_help(help));
        }
    }

    /// Whether an amount is in the currency that the field is kept in.
    pub(super) fn in_currency(
        &mut self,
        attribute: &Attribute,
        found: Currency,
        span: crate::segment::Span,
    ) -> Option<()> {
        let Some(own) = attribute.rules.currency.filter(|own| *own != found) else { return Some(()) };
        let message = format!("found an amount in {found}, expected {own}: `{}` is kept in {own} alone", attribute.key);
        let problem = Problem::new(SegmentCode::CurrencyMismatch, span, message);
        self.report(problem.with_help("money compares only with money in the same currency; convert the amount"));
        None
    }
}

/// Whether the operator says `not` by itself.
fn is_negated(check: &syntax::Check) -> bool {
    match check {
        syntax::Check::Compare { operator, .. } => *operator == Comparison::NotEqual,
        syntax::Check::In { negated, .. }
        | syntax::Check::Within { negated, .. }
        | syntax::Check::IsSet { negated } => *negated,
        syntax::Check::Text { operator, .. } => *operator == TextOperator::NotContains,
        syntax::Check::Has { operator, .. } => *operator == SetOperator::HasNone,
        syntax::Check::Holds | syntax::Check::Between { .. } | syntax::Check::Ago { .. } => false,
    }
}
