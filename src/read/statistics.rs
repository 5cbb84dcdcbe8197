//! What the numbers, amounts or dates of the records of a segment come to.

use rust_decimal::Decimal;

use crate::engine::{Summed, Taken};
use crate::error::{ErrorKind, Result};
use crate::index::column::number_value;
use crate::model::{Currency, Money, Value, ValueType};
use crate::read::view::View;
use crate::schema::{Attribute, Source};
use crate::segment::Expression;
use crate::segment::syntax::Function;

/// What the numbers, amounts or dates of a segment come to; from [`Select::statistics`](crate::Select::statistics).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Statistics {
    /// One for each currency of amounts, in the order of their codes; of numbers and dates one; none if no record has a value.
    pub figures: Vec<Figures>,
    /// How many records there are in all.
    pub total: u64,
    /// How many of them have no value.
    pub missing: u64,
}

/// What some values come to. Each of several values of a record counts.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Figures {
    /// The currency of amounts.
    pub currency: Option<Currency>,
    /// How many values there are.
    pub count: u64,
    /// Their exact sum. `None` of dates, and if it has more digits than a [`Decimal`] takes.
    pub sum: Option<Decimal>,
    /// Their mean, rounded to the digits that a [`Decimal`] takes. `None` if the sum is.
    pub mean: Option<Decimal>,
    /// The least.
    pub min: Value,
    /// The greatest.
    pub max: Value,
    /// Each value that differs, in ascending order, and how many are not greater.
    ranked: Vec<(Value, u64)>,
}

impl Figures {
    /// The value to which so many percent of the values go up: the nearest rank, so always one of them and exact. Of 0 the
    /// least, of 100 the greatest; what lies beyond these counts as these. Takes a few comparisons.
    ///
    /// ```
    /// use contactdb::{Company, Database, Read, Value};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// for employees in [3, 5, 8, 13] {
    ///     tx.insert(&Company::new("Acme").employees(employees))?;
    /// }
    /// let statistics = tx.select(&tx.segment_of::<Company>("all")?).statistics("employees")?;
    /// let figures = &statistics.figures[0];
    /// assert_eq!(figures.percentile(50), Value::Integer(5));
    /// assert_eq!(figures.percentile(51), Value::Integer(8));
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    #[must_use]
    pub fn percentile(&self, percent: impl Into<Decimal>) -> Value {
        let percent = percent.into().clamp(Decimal::ZERO, Decimal::ONE_HUNDRED);
        let rank = percent.checked_mul(self.count.into()).map(|product| (product / Decimal::ONE_HUNDRED).ceil());
        let rank = rank.and_then(|rank| u64::try_from(rank).ok()).unwrap_or(self.count).max(1);
        let at = self.ranked.partition_point(|(_, up_to)| *up_to < rank);
        self.ranked.get(at).map_or_else(|| self.max.clone(), |(value, _)| value.clone())
    }

    /// The value in the middle: [`percentile`](Self::percentile) 50.
    #[must_use]
    pub fn median(&self) -> Value {
        self.percentile(50)
    }
}

/// Sums up an attribute; `take` asks the engine.
pub(super) fn statistics(
    view: &dyn View,
    name: &str,
    of: &[Expression],
    take: impl FnOnce(&Expression, &dyn Fn(i64) -> bool) -> Result<Taken>,
) -> Result<Statistics> {
    let refuse = |reason| ErrorKind::Unsuitable { attribute: name.to_owned(), reason };
    let [of] = of else { return Err(refuse("expected one attribute").into()) };
    let attribute = view.catalogue_now().attribute_by_id(of.path.kind, of.path.attribute);
    let attribute = attribute.ok_or_else(|| refuse("it is not there"))?;
    let is_date = match (of.function, attribute.value_type) {
        (Some(Function::Anniversary), _) => return Err(refuse("anniversaries do not sum up").into()),
        (None, _) if matches!(attribute.source, Source::Tags) => return Err(refuse(NO_NUMBER).into()),
        (Some(_), _) | (None, ValueType::Integer | ValueType::Decimal | ValueType::Money) => false,
        (None, ValueType::Date | ValueType::DateTime | ValueType::PartialDate) => true,
        (None, _) => return Err(refuse(NO_NUMBER).into()),
    };
    let value = |number: i64| number_value(attribute, number);
    // A date without a year has no place among others.
    let counts = |number: i64| match value(number) {
        Some(Value::PartialDate(date)) => date.year().is_some(),
        Some(_) => true,
        None => false,
    };
    let plain = |_: i64| true;
    let taken = take(of, if is_date { &counts } else { &plain })?;
    let figures = taken.of.into_iter().filter_map(|summed| figures(attribute, of.function, is_date, summed)).collect();
    Ok(Statistics { figures, total: taken.total, missing: taken.total - taken.with_value })
}

const NO_NUMBER: &str = "expected numbers, amounts or dates; count others with facet";

fn figures(attribute: &Attribute, function: Option<Function>, is_date: bool, summed: Summed) -> Option<Figures> {
    let Summed { currency, sum, ranked } = summed;
    let value = |number: Decimal| match currency {
        Some(currency) => Some(Value::Money(Money::new(number, currency))),
        None if is_date => number_value(attribute, i64::try_from(number).ok()?),
        None if function.is_some() || attribute.value_type == ValueType::Integer => {
            Some(Value::Integer(i64::try_from(number).ok()?))
        }
        None => Some(Value::Decimal(number)),
    };
    let ranked: Vec<(Value, u64)> =
        ranked.into_iter().filter_map(|(number, up_to)| Some((value(number)?, up_to))).collect();
    let ((min, _), (max, count)) = (ranked.first()?.clone(), ranked.last()?.clone());
    let sum = if is_date { None } else { sum };
    let mean = sum.and_then(|sum| sum.checked_div(count.into())).map(|mean| mean.normalize());
    Some(Figures { currency, count, sum, mean, min, max, ranked })
}
