//! Attributes, and what is asked of them.

use super::value::{CalendarUnit, Duration, Operand};
use super::{Filter, NOWHERE};
use crate::model::FieldHandle;
use crate::segment::syntax::{
    AgoBound, AttributeTest, Call, Check, Comparison, Condition, Expression, Function, Length, Name, Overlapped, Path,
    Period, PeriodKind, Quantified, Quantifier, Set, SetOperator, Step, StepName, TextOperator,
};

/// The name of an attribute: its key, keys joined by dots on the way through references (`company.industry`), or the handle
/// of a custom field. Inside a block the keys of parts, and `outer.` for what is around it.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributePath(pub(super) Path);

impl From<&str> for AttributePath {
    fn from(path: &str) -> Self {
        let mut outer = 0_usize;
        let mut rest = path;
        while let Some(behind) = rest.strip_prefix("outer.") {
            outer += 1;
            rest = behind;
        }
        let outer = u8::try_from(outer).unwrap_or(u8::MAX);
        let steps = rest.split('.').map(|key| Step { name: StepName::Key(key.to_owned()), span: NOWHERE }).collect();
        Self(Path { outer, steps, span: NOWHERE })
    }
}
impl From<String> for AttributePath {
    fn from(path: String) -> Self {
        Self::from(path.as_str())
    }
}
impl<T> From<FieldHandle<T>> for AttributePath {
    fn from(handle: FieldHandle<T>) -> Self {
        let steps = vec![Step { name: StepName::Id(handle.id()), span: NOWHERE }];
        Self(Path { outer: 0, steps, span: NOWHERE })
    }
}

fn subject(expression: Expression) -> Subject {
    Subject { expression, quantifier: None }
}

/// An attribute, about to be asked something.
pub fn attribute(path: impl Into<AttributePath>) -> Subject {
    subject(Expression::Path(path.into().0))
}

fn call(function: Function, path: impl Into<AttributePath>) -> Subject {
    subject(Expression::Call(Call { function, path: path.into().0, span: NOWHERE }))
}

/// How many values an attribute has: `count("tags").gt(2)`.
pub fn count(path: impl Into<AttributePath>) -> Subject {
    call(Function::Count, path)
}

/// The month of a date, from 1 to 12 or by its English name.
pub fn month(path: impl Into<AttributePath>) -> Subject {
    call(Function::Month, path)
}

/// The year of a date.
pub fn year(path: impl Into<AttributePath>) -> Subject {
    call(Function::Year, path)
}

/// The day of the week of a date, by its English name.
pub fn weekday(path: impl Into<AttributePath>) -> Subject {
    call(Function::Weekday, path)
}

/// The same day in later years: `anniversary("birthday").in_next(days(14))`.
pub fn anniversary(path: impl Into<AttributePath>) -> Subject {
    call(Function::Anniversary, path)
}

/// An attribute, or something worked out of one, about to be asked something; from [`attribute`], [`count`], [`month`] and
/// their like. Each method is one operator of the language.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a subject is no condition until something is asked of it"]
pub struct Subject {
    expression: Expression,
    quantifier: Option<Quantifier>,
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident = $operator:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(self, value: impl Into<Operand>) -> Filter {
            self.compare(Comparison::$operator, value.into())
        }
    )*};
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $operator:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(self, value: impl Into<Operand>) -> Filter {
            self.check(Check::Text { operator: TextOperator::$operator, value: value.into().0 })
        }
    )*};
}

macro_rules! sets {
    ($($(#[$doc:meta])* $name:ident, $parameter:ident = |$set:ident| $check:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name(self, values: impl IntoIterator<Item = impl Into<Operand>>) -> Filter {
            let $set = list(values);
            self.check($check)
        }

        #[doc = concat!("As [`", stringify!($name), "`](Self::", stringify!($name), "), with a list that is given later.")]
        pub fn $parameter(self, parameter: &str) -> Filter {
            let $set = Set::Parameter(Name { text: parameter.to_owned(), span: NOWHERE });
            self.check($check)
        }
    )*};
}

fn list(values: impl IntoIterator<Item = impl Into<Operand>>) -> Set {
    Set::List { items: values.into_iter().map(|value| value.into().0).collect(), span: NOWHERE }
}

impl Subject {
    fn check(self, check: Check) -> Filter {
        let quantifier = self.quantifier.map(|quantifier| Quantified { quantifier, span: NOWHERE });
        let test = AttributeTest { quantifier, subject: self.expression, check, span: NOWHERE };
        Filter::leaf(Condition::Attribute(Box::new(test)))
    }

    fn compare(self, operator: Comparison, value: Operand) -> Filter {
        self.check(Check::Compare { operator, value: value.0 })
    }

    fn within(self, negated: bool, kind: PeriodKind) -> Filter {
        self.check(Check::Within { negated, period: Period { kind, span: NOWHERE } })
    }

    /// Asks of every value: `attribute("email").every().ends_with("@acme.example")`; true of none.
    pub fn every(mut self) -> Self {
        self.quantifier = Some(Quantifier::Every);
        self
    }

    /// It is true, of true or false.
    pub fn holds(self) -> Filter {
        self.check(Check::Holds)
    }

    /// There is a value.
    pub fn is_set(self) -> Filter {
        self.check(Check::IsSet { negated: false })
    }

    /// There is none.
    pub fn is_not_set(self) -> Filter {
        self.check(Check::IsSet { negated: true })
    }

    comparisons! {
        /// `=`: equal; of a text, by search fold.
        eq = Equal;
        /// `!=`: the exact complement of [`eq`](Self::eq), so records without a value are included.
        ne = NotEqual;
        /// `==`: equal to the letter.
        identical = Identical;
        /// `<`: less, or before.
        lt = Less;
        /// `<=`: less or equal.
        le = LessOrEqual;
        /// `>`: greater, or after.
        gt = Greater;
        /// `>=`: greater or equal.
        ge = GreaterOrEqual;
    }

    /// `between`: from one value to another, both included.
    pub fn between(self, low: impl Into<Operand>, high: impl Into<Operand>) -> Filter {
        self.check(Check::Between { low: low.into().0, high: high.into().0 })
    }

    sets! {
        /// `in [..]`: equal to one of these.
        in_list, in_parameter = |set| Check::In { negated: false, set };
        /// `not in [..]`: equal to none of these.
        not_in_list, not_in_parameter = |set| Check::In { negated: true, set };
        /// `has any of`: some value is one of these.
        has_any_of, has_any_of_parameter = |set| Check::Has { operator: SetOperator::HasAny, set };
        /// `has all of`: each of these is a value.
        has_all_of, has_all_of_parameter = |set| Check::Has { operator: SetOperator::HasAll, set };
        /// `has none of`: no value is one of these.
        has_none_of, has_none_of_parameter = |set| Check::Has { operator: SetOperator::HasNone, set };
        /// `is exactly`: the values are these and no others.
        is_exactly, is_exactly_parameter = |set| Check::Has { operator: SetOperator::IsExactly, set };
    }

    texts! {
        /// `contains`: a text contains a text, a range a value.
        contains = Contains;
        /// `not contains`: the exact complement of [`contains`](Self::contains).
        not_contains = NotContains;
        /// `starts with`.
        starts_with = StartsWith;
        /// `ends with`.
        ends_with = EndsWith;
        /// `like`: `*` and `?` are wild.
        like = Like;
        /// `matches`: a regular expression.
        matches = Matches;
        /// `has word`.
        has_word = HasWord;
        /// `~`: nearly.
        near = Fuzzy;
    }

    /// `overlaps`: a range has a value in common with that one; both ends belong.
    pub fn overlaps(self, low: impl Into<Operand>, high: impl Into<Operand>) -> Filter {
        let with = Overlapped::Ends { low: low.into().0, high: high.into().0 };
        self.check(Check::Overlaps { negated: false, with })
    }

    /// `in last`: up to now.
    pub fn in_last(self, duration: Duration) -> Filter {
        self.within(false, PeriodKind::Last(duration.0))
    }

    /// `in next`: from now on.
    pub fn in_next(self, duration: Duration) -> Filter {
        self.within(false, PeriodKind::Next(duration.0))
    }

    /// `in this`: the whole unit of the calendar that now lies in.
    pub fn in_this(self, unit: CalendarUnit) -> Filter {
        self.within(false, PeriodKind::This(unit.unit()))
    }

    /// `in previous`: so many whole units before this one. 0 counts as 1.
    pub fn in_previous(self, amount: u32, unit: CalendarUnit) -> Filter {
        self.within(false, PeriodKind::Previous(Length { amount: amount.max(1), unit: unit.unit() }))
    }

    /// `in following`: so many whole units after this one. 0 counts as 1.
    pub fn in_following(self, amount: u32, unit: CalendarUnit) -> Filter {
        self.within(false, PeriodKind::Following(Length { amount: amount.max(1), unit: unit.unit() }))
    }

    /// `more than .. ago`.
    pub fn more_than_ago(self, duration: Duration) -> Filter {
        self.check(Check::Ago { bound: AgoBound::MoreThan, length: duration.0 })
    }

    /// `less than .. ago`.
    pub fn less_than_ago(self, duration: Duration) -> Filter {
        self.check(Check::Ago { bound: AgoBound::LessThan, length: duration.0 })
    }
}
