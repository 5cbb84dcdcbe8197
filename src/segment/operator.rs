//! What can be asked of which type: one table, by which the checker refuses, proposals propose and forms draw.

use std::fmt;

use super::syntax::{Comparison, Function, SetOperator, TextOperator};
use crate::model::ValueType;
use crate::schema::{Attribute, Source};

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident = $text:literal takes $takes:ident,)*) => {
        /// What can be asked about an attribute.
        ///
        /// ```
        /// use contactdb::{Database, Kind, Operator, Read, Takes};
        /// let snapshot = Database::in_memory()?.read()?;
        /// let age = snapshot.catalogue().attribute(Kind::CONTACT, "age").expect("built in");
        /// let operators = age.operators();
        /// assert!(operators.contains(&Operator::Between) && !operators.contains(&Operator::Contains));
        /// assert_eq!(Operator::Between.as_str(), "between");
        /// assert_eq!(Operator::Between.takes(), Takes::Ends);
        /// # Ok::<(), contactdb::Error>(())
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Operator {
            $($(#[$doc])* $name,)*
        }

        impl Operator {
            /// Every operator.
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)*];

            /// The operator as it is written, such as `not contains`; empty for [`Holds`](Self::Holds).
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// What stands behind it.
            #[must_use]
            pub const fn takes(self) -> Takes {
                match self {
                    $(Self::$name => Takes::$takes,)*
                }
            }
        }
    };
}

operators! {
    /// The attribute alone: it is true.
    Holds = "" takes Nothing,
    /// Equal; of a text, by search fold.
    Equal = "=" takes Value,
    /// The exact complement of [`Equal`](Self::Equal).
    NotEqual = "!=" takes Value,
    /// Equal to the letter.
    Identical = "==" takes Value,
    /// Less, or before.
    Less = "<" takes Value,
    /// Less or equal.
    LessOrEqual = "<=" takes Value,
    /// Greater, or after.
    Greater = ">" takes Value,
    /// Greater or equal.
    GreaterOrEqual = ">=" takes Value,
    /// From one value to another, both included: `between 1 and 5`.
    Between = "between" takes Ends,
    /// Equal to one of several.
    In = "in" takes Values,
    /// Equal to none of several.
    NotIn = "not in" takes Values,
    /// Some value is one of these.
    HasAnyOf = "has any of" takes Values,
    /// Each of these is a value.
    HasAllOf = "has all of" takes Values,
    /// No value is one of these.
    HasNoneOf = "has none of" takes Values,
    /// The values are these and no others.
    IsExactly = "is exactly" takes Values,
    /// A text contains a text; a range contains a value.
    Contains = "contains" takes Value,
    /// The exact complement of [`Contains`](Self::Contains).
    NotContains = "not contains" takes Value,
    /// A text begins with a text.
    StartsWith = "starts with" takes Value,
    /// A text ends with a text.
    EndsWith = "ends with" takes Value,
    /// The whole text has a form with `*` and `?`.
    Like = "like" takes Value,
    /// A regular expression matches somewhere.
    Matches = "matches" takes Pattern,
    /// A word stands in the text.
    HasWord = "has word" takes Value,
    /// The text or a word of it is nearly that.
    Near = "~" takes Value,
    /// Two ranges have a value in common: `overlaps 10 to 20`; of dates also `overlaps this month`.
    Overlaps = "overlaps" takes Ends,
    /// The exact complement of [`Overlaps`](Self::Overlaps).
    NotOverlaps = "not overlaps" takes Ends,
    /// A date or instant lies in a period: `in last 30 days`, `in this month`.
    InPeriod = "in" takes Period,
    /// The exact complement of [`InPeriod`](Self::InPeriod).
    NotInPeriod = "not in" takes Period,
    /// Before a point in the past: `more than 90 days ago`.
    MoreThanAgo = "more than" takes Length,
    /// Since a point in the past: `less than 3 months ago`.
    LessThanAgo = "less than" takes Length,
    /// The same day of a later year lies in a period: `anniversary in next 14 days`.
    AnniversaryIn = "anniversary in" takes Period,
    /// Conditions on one and the same value: `any address (city = Paris and country = US)`, as well with `every` and `no`.
    Block = "any" takes Conditions,
    /// There is a value.
    IsSet = "is set" takes Nothing,
    /// There is none.
    IsNotSet = "is not set" takes Nothing,
}

/// What stands behind an operator: what a form has to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// One value.
    Value,
    /// A list of values: `[a, b]`.
    Values,
    /// A lower and an upper end.
    Ends,
    /// A regular expression: `/re/`.
    Pattern,
    /// A span of time: `last 30 days`, `this month`.
    Period,
    /// A number of units of time, with `ago` behind it.
    Length,
    /// Conditions in parentheses, on the parts of the attribute.
    Conditions,
}

impl fmt::Display for Operator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl From<Comparison> for Operator {
    fn from(operator: Comparison) -> Self {
        match operator {
            Comparison::Equal => Self::Equal,
            Comparison::Identical => Self::Identical,
            Comparison::NotEqual => Self::NotEqual,
            Comparison::Less => Self::Less,
            Comparison::LessOrEqual => Self::LessOrEqual,
            Comparison::Greater => Self::Greater,
            Comparison::GreaterOrEqual => Self::GreaterOrEqual,
        }
    }
}

impl From<SetOperator> for Operator {
    fn from(operator: SetOperator) -> Self {
        match operator {
            SetOperator::HasAny => Self::HasAnyOf,
            SetOperator::HasAll => Self::HasAllOf,
            SetOperator::HasNone => Self::HasNoneOf,
            SetOperator::IsExactly => Self::IsExactly,
        }
    }
}

impl From<TextOperator> for Operator {
    fn from(operator: TextOperator) -> Self {
        match operator {
            TextOperator::Contains => Self::Contains,
            TextOperator::NotContains => Self::NotContains,
            TextOperator::StartsWith => Self::StartsWith,
            TextOperator::EndsWith => Self::EndsWith,
            TextOperator::Like => Self::Like,
            TextOperator::Matches => Self::Matches,
            TextOperator::HasWord => Self::HasWord,
            TextOperator::Fuzzy => Self::Near,
        }
    }
}

/// Types that are asked about alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Text,
    Tags,
    Number,
    /// The number of a month, which also has a name.
    Month,
    /// A day of the week, by name.
    Weekday,
    Money,
    Boolean,
    Date,
    DateTime,
    PartialDate,
    /// The days in later years.
    Anniversary,
    Choice,
    Reference,
    NumberRange,
    MoneyRange,
    DateRange,
    Group,
}

impl Family {
    pub(crate) fn of(attribute: &Attribute) -> Self {
        match attribute.value_type {
            _ if matches!(attribute.source, Source::Tags) => Self::Tags,
            ValueType::Text | ValueType::LongText | ValueType::Email | ValueType::Phone | ValueType::Url => Self::Text,
            ValueType::Integer | ValueType::Decimal => Self::Number,
            ValueType::Money => Self::Money,
            ValueType::Boolean => Self::Boolean,
            ValueType::Date => Self::Date,
            ValueType::DateTime => Self::DateTime,
            ValueType::PartialDate => Self::PartialDate,
            ValueType::Choice => Self::Choice,
            ValueType::Reference => Self::Reference,
            ValueType::NumberRange => Self::NumberRange,
            ValueType::MoneyRange => Self::MoneyRange,
            ValueType::DateRange => Self::DateRange,
            ValueType::Group => Self::Group,
        }
    }

    /// What the function of such an attribute is; `None` if it has no such function.
    pub(crate) fn under(self, function: Option<Function>) -> Option<Self> {
        match function {
            None => Some(self),
            Some(Function::Count) => Some(Self::Number),
            Some(_) if !self.is_time() => None,
            Some(Function::Month) => Some(Self::Month),
            Some(Function::Year) => Some(Self::Number),
            Some(Function::Weekday) => Some(Self::Weekday),
            Some(Function::Anniversary) => Some(Self::Anniversary),
        }
    }

    /// What a range of this family ranges over; the family itself if it is none.
    pub(crate) const fn element(self) -> Self {
        match self {
            Self::NumberRange => Self::Number,
            Self::MoneyRange => Self::Money,
            Self::DateRange => Self::Date,
            other => other,
        }
    }

    pub(crate) const fn is_time(self) -> bool {
        matches!(self, Self::Date | Self::DateTime | Self::PartialDate)
    }

    /// Whether records can be sorted by it.
    pub(crate) fn is_sortable(self) -> bool {
        self == Self::Boolean || (self != Self::Anniversary && self.allows(Operator::Less))
    }

    /// Whether the operator can be asked. Those of sets need an attribute of several values besides.
    pub(crate) fn allows(self, operator: Operator) -> bool {
        use Operator as O;
        match operator {
            O::IsSet | O::IsNotSet => self != Self::Anniversary,
            O::Holds => self == Self::Boolean,
            O::Block => self == Self::Group,
            O::Equal | O::NotEqual => {
                !matches!(self, Self::NumberRange | Self::MoneyRange | Self::DateRange | Self::Group)
            }
            O::In | O::NotIn | O::HasAnyOf | O::HasAllOf | O::HasNoneOf | O::IsExactly => {
                self.allows(O::Equal) && !matches!(self, Self::Boolean | Self::Anniversary)
            }
            O::Less | O::LessOrEqual | O::Greater | O::GreaterOrEqual => matches!(
                self,
                Self::Text
                    | Self::Number
                    | Self::Month
                    | Self::Money
                    | Self::Choice
                    | Self::Date
                    | Self::DateTime
                    | Self::PartialDate
            ),
            O::Between => self.allows(O::Less) || self == Self::Anniversary,
            O::Contains | O::NotContains => self == Self::Text || self.allows(O::Overlaps),
            O::Identical | O::StartsWith | O::EndsWith | O::Like | O::Matches | O::HasWord | O::Near => {
                self == Self::Text
            }
            O::Overlaps | O::NotOverlaps => matches!(self, Self::NumberRange | Self::MoneyRange | Self::DateRange),
            O::InPeriod | O::NotInPeriod => self.is_time() || self == Self::Anniversary,
            O::MoreThanAgo | O::LessThanAgo | O::AnniversaryIn => self.is_time(),
        }
    }

    /// What can be asked, for help.
    pub(crate) const fn help(self) -> &'static str {
        match self {
            Self::Text => {
                "`=`, `!=`, `==`, `contains`, `starts with`, `ends with`, `like`, `matches`, `has word`, `~`, `in [..]`, `<`, `is set`"
            }
            Self::Tags => "`=`, `!=`, `in [..]`, `has any of [..]`, `is exactly [..]`, `is set`, or `tag under \"..\"`",
            Self::Number | Self::Money => "`=`, `!=`, `<`, `<=`, `>`, `>=`, `between .. and ..`, `in [..]`, `is set`",
            Self::Month => "a month: `= may`, `= 5`, `in [december, january]`, `>= 6`, `between 6 and 8`, `is set`",
            Self::Weekday => "a day of the week: `= monday`, `!= sunday`, `in [saturday, sunday]`, `is set`",
            Self::Boolean => "the attribute alone, `= true`, `= false`, `is set`",
            Self::Date | Self::DateTime | Self::PartialDate => {
                "`=`, `!=`, `<`, `>=`, `between .. and ..`, `in last 30 days`, `in this month`, `more than 90 days ago`, `anniversary in next 14 days`, `is set`"
            }
            Self::Anniversary => "`in next 14 days`, `in this month`, `= today`, `between 2026-12-24 and 2027-01-06`",
            Self::Choice => "`=`, `!=`, `in [..]`, `<`, `>=` by the order of the options, `is set`",
            Self::Reference => {
                "`= \"id\"`, `!=`, `in [..]`, `is set`, or an attribute of the record: `company.industry`"
            }
            Self::NumberRange | Self::MoneyRange => {
                "`contains`, `not contains`, `overlaps .. to ..`, `not overlaps .. to ..`, `is set`"
            }
            Self::DateRange => {
                "`contains`, `not contains`, `overlaps .. to ..`, `overlaps this month`, `not overlaps ..`, `is set`"
            }
            Self::Group => {
                "`is set`, `is not set`, or conditions on one value: `any address (city = Paris and country = US)`"
            }
        }
    }
}

impl Attribute {
    /// What can be asked of the attribute in a segment, in a fixed order.
    ///
    /// Every operator that is listed is accepted with a value of the attribute's type, and no other is; a test holds the
    /// language against this list.
    #[must_use]
    pub fn operators(&self) -> Vec<Operator> {
        if self.archived {
            return Vec::new();
        }
        let family = Family::of(self);
        Operator::ALL
            .iter()
            .copied()
            .filter(|operator| family.allows(*operator) && (self.many || !operator.needs_many()))
            .collect()
    }
}

impl Operator {
    /// Whether it asks about all values together, of which there may be several.
    pub(crate) const fn needs_many(self) -> bool {
        matches!(self, Self::HasAnyOf | Self::HasAllOf | Self::HasNoneOf | Self::IsExactly)
    }

    /// Whether it says `not` by itself.
    pub(crate) const fn is_negated(self) -> bool {
        matches!(
            self,
            Self::NotEqual
                | Self::NotIn
                | Self::HasNoneOf
                | Self::NotContains
                | Self::NotOverlaps
                | Self::NotInPeriod
                | Self::IsNotSet
        )
    }

    /// Whether it asks about one value at a time, so that `any` and `every` can stand before it.
    pub(crate) const fn is_of_one(self) -> bool {
        !self.needs_many() && !matches!(self, Self::IsSet | Self::IsNotSet)
    }
}

impl super::syntax::Check {
    /// The operator of a check that could be read.
    pub(crate) fn operator(&self) -> Option<Operator> {
        let either = |negated: bool, yes, no| if negated { no } else { yes };
        Some(match self {
            Self::Holds => Operator::Holds,
            Self::Compare { operator, .. } => (*operator).into(),
            Self::Between { .. } => Operator::Between,
            Self::In { negated, .. } => either(*negated, Operator::In, Operator::NotIn),
            Self::Has { operator, .. } => (*operator).into(),
            Self::Text { operator, .. } => (*operator).into(),
            Self::IsSet { negated } => either(*negated, Operator::IsSet, Operator::IsNotSet),
            Self::Within { negated, .. } => either(*negated, Operator::InPeriod, Operator::NotInPeriod),
            Self::Ago { bound: super::syntax::AgoBound::MoreThan, .. } => Operator::MoreThanAgo,
            Self::Ago { .. } => Operator::LessThanAgo,
            Self::Overlaps { negated, .. } => either(*negated, Operator::Overlaps, Operator::NotOverlaps),
            Self::Broken => return None,
        })
    }
}
