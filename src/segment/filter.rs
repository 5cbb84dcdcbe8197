//! Segments that a program builds.

use std::ops::{BitAnd, BitOr, Not};

use super::bind::literal;
use super::limits::SyntaxLimits;
use super::span::Span;
use super::syntax::{
    AgoBound, AttributeTest, Block, Call, Check, Comparison, Condition, Expression, Function, Length, Literal,
    LiteralKind, Name, Overlapped, Path, Period, PeriodKind, Quantified, Quantifier, Set, SetOperator, Step, StepName,
    TagTest, TextOperator, Unit,
};
use crate::model::{Choice, FieldHandle, Id, Kind, Money, PartialDate, Record, RecordId, Tag, Value};
use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};

const NOWHERE: Span = Span::new(0, 0);

/// A segment that a program builds, condition by condition: the same language without its text.
///
/// It is checked against the catalogue where it is used, as a text is: [`Read::segment`](crate::Read::segment) takes either.
/// Nothing that is put into it is read as text, so a name or a value that a user typed can't change what is asked.
/// Conditions are joined by `&` and `|` and turned round by `!`; parentheses are Rust's own, so `and` beside `or` is never
/// ambiguous. The functions that begin a condition stand in [`filter`](crate::filter).
///
/// ```
/// use contactdb::filter::{any, attribute, days, tag, today};
/// use contactdb::{Contact, Database, Read};
/// let snapshot = Database::in_memory()?.read()?;
/// let city = "Paris"; // as a user typed it
/// let filter = (attribute("stage").eq("customer") | attribute("company.employees").ge(50))
///     & any("address", attribute("city").eq(city) & attribute("country").eq("FR"))
///     & !attribute("last_interaction").in_last(days(30));
/// let built = snapshot.segment(&filter)?;
/// let read = snapshot.segment(
///     "(stage = customer or company.employees >= 50)
///      and any address (city = \"Paris\" and country = \"FR\") and not last_interaction in last 30 days",
/// )?;
/// assert_eq!(built, read);
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a filter does nothing until a segment is made of it"]
pub struct Filter {
    condition: Condition,
    /// How deep it nests; held at the bound, beyond which it is refused.
    depth: usize,
    kind: Option<Kind>,
}

impl Filter {
    fn leaf(condition: Condition) -> Self {
        Self { condition, depth: 0, kind: None }
    }

    /// One level more. What is nested beyond the bound is let go, so that dropping and reading it stay safe.
    fn deeper(depth: usize, kind: Option<Kind>, condition: impl FnOnce() -> Condition) -> Self {
        if depth < SyntaxLimits::DEPTH_BOUND {
            return Self { condition: condition(), depth: depth + 1, kind };
        }
        Self { condition: Condition::Broken { span: NOWHERE }, depth: usize::MAX, kind }
    }

    fn join(and: bool, left: Self, right: Self) -> Self {
        let kind = left.kind.or(right.kind);
        // Joining on at the left, as a loop does, goes no deeper.
        let same = |condition: &Condition| match condition {
            Condition::And { .. } => and,
            Condition::Or { .. } => !and,
            _ => false,
        };
        let depth = |one: &Self| if same(&one.condition) { one.depth.saturating_sub(1) } else { one.depth };
        let depth = depth(&left).max(depth(&right));
        Self::deeper(depth, kind, || Condition::joined(and, [left.condition, right.condition], NOWHERE))
    }

    /// Both hold; the same as `&`.
    pub fn and(self, other: Self) -> Self {
        self & other
    }

    /// At least one holds; the same as `|`.
    pub fn or(self, other: Self) -> Self {
        self | other
    }

    /// Says which kind of record it is about, for [`Read::any_segment`](crate::Read::any_segment); contacts if nothing is said.
    pub fn over(mut self, kind: Kind) -> Self {
        self.kind = Some(kind);
        self
    }

    pub(super) fn kind(&self) -> Option<Kind> {
        self.kind
    }

    pub(super) fn condition(&self) -> &Condition {
        &self.condition
    }

    pub(super) fn is_too_deep(&self) -> bool {
        self.depth > SyntaxLimits::DEPTH_BOUND
    }
}

impl BitAnd for Filter {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self::join(true, self, other)
    }
}
impl BitOr for Filter {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self::join(false, self, other)
    }
}
impl Not for Filter {
    type Output = Self;
    fn not(self) -> Self {
        let Self { condition, depth, kind } = self;
        Self::deeper(depth, kind, || Condition::Not { operand: Box::new(condition), span: NOWHERE })
    }
}

/// Every record.
pub fn all() -> Filter {
    Filter::leaf(Condition::All { span: NOWHERE })
}

/// Each of these holds; of none, everybody.
pub fn all_of(filters: impl IntoIterator<Item = Filter>) -> Filter {
    filters.into_iter().reduce(BitAnd::bitand).unwrap_or_else(all)
}

/// At least one of these holds; of none, nobody.
pub fn any_of(filters: impl IntoIterator<Item = Filter>) -> Filter {
    filters.into_iter().reduce(BitOr::bitor).unwrap_or_else(|| !all())
}

fn tag_test(under: bool, name: Operand) -> Filter {
    Filter::leaf(Condition::Tag(TagTest { under, name: name.0, span: NOWHERE }))
}

/// The record has the tag.
pub fn tag(name: impl Into<Operand>) -> Filter {
    tag_test(false, name.into())
}

/// The record has the tag or one beneath it.
pub fn tag_under(name: impl Into<Operand>) -> Filter {
    tag_test(true, name.into())
}

fn block(quantifier: Quantifier, attribute: Path, inside: Filter) -> Filter {
    let Filter { condition, depth, kind } = inside;
    // A block counts twice, as in a text.
    Filter::deeper(depth.saturating_add(1), kind, || {
        Condition::Block(Box::new(Block { quantifier, subject: attribute, condition, span: NOWHERE }))
    })
}

/// Some value of a structured attribute satisfies all that is asked inside: `any("address", attribute("city").eq("Paris"))`.
pub fn any(structured: impl Into<AttributePath>, inside: Filter) -> Filter {
    block(Quantifier::Any, structured.into().0, inside)
}

/// Every value of a structured attribute satisfies it; true of records without any.
pub fn every(structured: impl Into<AttributePath>, inside: Filter) -> Filter {
    block(Quantifier::Every, structured.into().0, inside)
}

/// No value of a structured attribute satisfies it.
pub fn no(structured: impl Into<AttributePath>, inside: Filter) -> Filter {
    block(Quantifier::No, structured.into().0, inside)
}

/// The name of an attribute: its key, keys joined by dots on the way through references (`company.industry`), or the handle
/// of a custom field. Inside a block the keys of parts, and `outer.` for what is around it.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributePath(Path);

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

/// A value on the right of an operator: made of plain values, of [`today`] and its like, [`parameter`] and [`other`].
#[derive(Debug, Clone, PartialEq)]
pub struct Operand(Literal);

impl Operand {
    fn of(kind: LiteralKind) -> Self {
        Self(Literal { kind, span: NOWHERE })
    }
}

macro_rules! operands {
    ($($ty:ty),* $(,)?) => {$(
        impl From<$ty> for Operand {
            fn from(value: $ty) -> Self {
                Self::of(literal(value.into()))
            }
        }
    )*};
}
operands!(&str, String, i32, i64, Decimal, Money, bool, Date, OffsetDateTime, PartialDate, Choice, RecordId, Value);

impl From<u32> for Operand {
    fn from(number: u32) -> Self {
        Self::from(i64::from(number))
    }
}
impl From<&String> for Operand {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}
impl From<&Tag> for Operand {
    fn from(tag: &Tag) -> Self {
        Self::from(tag.as_str())
    }
}
impl<T: Record> From<Id<T>> for Operand {
    fn from(id: Id<T>) -> Self {
        Self::from(RecordId::from(id))
    }
}

/// The day of the question, in its zone.
#[must_use]
pub fn today() -> Operand {
    Operand::of(LiteralKind::Today)
}

/// The day before it.
#[must_use]
pub fn yesterday() -> Operand {
    Operand::of(LiteralKind::Yesterday)
}

/// The day after it.
#[must_use]
pub fn tomorrow() -> Operand {
    Operand::of(LiteralKind::Tomorrow)
}

/// The instant of the question.
#[must_use]
pub fn now() -> Operand {
    Operand::of(LiteralKind::Now)
}

/// A value that is given later, by [`Read::bind`](crate::Read::bind). The name is an identifier, without a dollar sign; any
/// other name is refused when the filter is checked.
#[must_use]
pub fn parameter(name: &str) -> Operand {
    Operand::of(LiteralKind::Parameter(name.to_owned()))
}

/// The values of another attribute: `attribute("billing_city").ne(other("shipping_city"))`. Behind comparisons alone.
#[must_use]
pub fn other(path: impl Into<AttributePath>) -> Operand {
    Operand::of(LiteralKind::Attribute(Box::new(path.into().0)))
}

/// A number of units of time, at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration(Length);

macro_rules! units {
    ($($(#[$doc:meta])* $name:ident = $unit:ident;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(amount: u32) -> Duration {
            Duration(Length { amount: amount.max(1), unit: Unit::$unit })
        }
    )*};
}
units! {
    /// So many minutes; of instants only. 0 counts as 1.
    minutes = Minute;
    /// So many hours; of instants only. 0 counts as 1.
    hours = Hour;
    /// So many days. 0 counts as 1.
    days = Day;
    /// So many weeks. 0 counts as 1.
    weeks = Week;
    /// So many months. 0 counts as 1.
    months = Month;
    /// So many quarters of a year. 0 counts as 1.
    quarters = Quarter;
    /// So many years. 0 counts as 1.
    years = Year;
}

/// A unit of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CalendarUnit {
    /// A day in the zone of the question.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// A quarter of the fiscal year.
    Quarter,
    /// A fiscal year.
    Year,
}

impl CalendarUnit {
    const fn unit(self) -> Unit {
        match self {
            Self::Day => Unit::Day,
            Self::Week => Unit::Week,
            Self::Month => Unit::Month,
            Self::Quarter => Unit::Quarter,
            Self::Year => Unit::Year,
        }
    }
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
