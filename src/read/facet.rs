//! The records of a segment counted by the values that they have.

use rust_decimal::Decimal;
use time::Date;

use crate::clock::Moment;
use crate::engine::{By, Counted, Group, Period};
use crate::error::{ErrorKind, Result};
use crate::index::column::{number_value, text_value};
use crate::model::{AnyRecord, Currency, Money, RecordId, Value, ValueRange, ValueType};
use crate::read::view::View;
use crate::rows;
use crate::schema::{Attribute, Source};
use crate::segment::Expression;
use crate::segment::syntax::Function;

/// By what records are counted: an attribute, and how its values are put together. For
/// [`Select::facet`](crate::Select::facet), which takes the name of an attribute alone too.
///
/// ```
/// use contactdb::{Company, Currency, Database, Grouping, Money, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// for amount in [500, 1_500, 1_900] {
///     tx.insert(&Company::new("Acme").revenue(Money::new(amount, Currency::EUR)))?;
/// }
/// let companies = tx.segment_of::<Company>("all")?;
/// let facet = tx.select(&companies).facet(Grouping::of("revenue").bands([1_000, 5_000]))?;
/// let shown: Vec<_> = facet.buckets.iter().map(|bucket| (bucket.label.as_str(), bucket.count)).collect();
/// assert_eq!(shown, [("under 1000 EUR", 1), ("1000 to 5000 EUR", 2), ("5000 EUR and more", 0)]);
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    attribute: String,
    by: By,
    limit: usize,
}

/// So many buckets of what has no order of its own, unless the program says otherwise.
const SHOWN: usize = 20;

impl Grouping {
    /// Each value apart. The attribute is named as in an order: `stage`, `company.industry`, `month(birthday)`, `tags`.
    #[must_use]
    pub fn of(attribute: &str) -> Self {
        Self { attribute: attribute.to_owned(), by: By::Value, limit: SHOWN }
    }

    pub(super) fn attribute(&self) -> &str {
        &self.attribute
    }

    /// Dates and times by a stretch of the calendar.
    #[must_use]
    pub fn by(mut self, period: Period) -> Self {
        self.by = By::Period(period);
        self
    }

    /// Numbers and amounts in bands between these ends, and one below and one above them all. What is equal to an end lies in
    /// the band above it. Their order does not matter.
    #[must_use]
    pub fn bands(mut self, ends: impl IntoIterator<Item = impl Into<Decimal>>) -> Self {
        let mut ends: Vec<Decimal> = ends.into_iter().map(|end| end.into().normalize()).collect();
        ends.sort_unstable();
        ends.dedup();
        self.by = By::Bands(ends);
        self
    }

    /// Numbers and amounts in bands that are all so wide; one begins at nought.
    #[must_use]
    pub fn widths(mut self, width: impl Into<Decimal>) -> Self {
        self.by = By::Widths(width.into().normalize());
        self
    }

    /// How many buckets at most, of values that have no order of their own; 20 if nothing is said.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }
}

impl From<&str> for Grouping {
    fn from(attribute: &str) -> Self {
        Self::of(attribute)
    }
}

/// How many records of a segment have which value of an attribute, from [`Select::facet`](crate::Select::facet).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Facet {
    /// The options of a choice in their order, and true and false, those too that no record has; periods, bands and what a
    /// function makes in theirs; anything else with the commonest first and, of what is as common, in the order of the values.
    pub buckets: Vec<Bucket>,
    /// How many records there are in all.
    pub total: u64,
    /// How many records have no value, or none that lies in a bucket: of a birthday without a year, say.
    pub missing: u64,
    /// How many values there are beyond the limit.
    pub further: u64,
    /// The sum of what would be counted under these.
    pub further_count: u64,
}

/// One value of a [`Facet`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Bucket {
    /// The value: of a period its first day, of a band its range, to which the upper end does not belong, of a tag its name.
    pub value: Value,
    /// What people call it: the label of an option, the title of a record.
    pub label: String,
    /// How many records have it.
    pub count: u64,
}

impl Facet {
    /// How many records have a value; nought if it is in no bucket.
    #[must_use]
    pub fn count(&self, value: &Value) -> u64 {
        self.buckets.iter().find(|bucket| bucket.value == *value).map_or(0, |bucket| bucket.count)
    }
}

/// Counts by an attribute; `count` asks the engine.
pub(super) fn facet(
    view: &dyn View,
    of: &[Expression],
    grouping: &Grouping,
    moment: &Moment,
    count: impl FnOnce(&Expression, &By) -> Result<Counted>,
) -> Result<Facet> {
    let refuse = |reason| ErrorKind::Unsuitable { attribute: grouping.attribute.clone(), reason };
    let [of] = of else { return Err(refuse("expected one attribute").into()) };
    let attribute = view.catalogue_now().attribute_by_id(of.path.kind, of.path.attribute);
    let attribute = attribute.ok_or_else(|| refuse("it is not there"))?;
    check(attribute, of.function, &grouping.by).map_err(refuse)?;
    let counted = count(of, &grouping.by)?;
    let mut facet = Facet {
        buckets: Vec::new(),
        total: counted.total,
        missing: counted.total - counted.grouped,
        further: 0,
        further_count: 0,
    };
    let mut shape = Shape { view, attribute, function: of.function, moment, counted: &counted };
    facet.buckets = match &grouping.by {
        By::Bands(ends) => bands(&counted, ends, attribute.value_type == ValueType::Money && of.function.is_none()),
        _ if shape.has_options() => shape.options(),
        By::Value if of.function.is_none() => {
            let mut groups: Vec<(&Group, u64)> = counted.groups.iter().map(|(group, count)| (group, *count)).collect();
            groups.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(right.0)));
            let beyond = groups.split_off(groups.len().min(grouping.limit));
            facet.further = beyond.len() as u64;
            facet.further_count = beyond.iter().map(|(_, count)| count).sum();
            shape.buckets(&groups, &grouping.by)?
        }
        by => {
            let groups: Vec<(&Group, u64)> = counted.groups.iter().map(|(group, count)| (group, *count)).collect();
            shape.buckets(&groups, by)?
        }
    };
    Ok(facet)
}

/// Fails with the reason why an attribute is not counted so.
fn check(attribute: &Attribute, function: Option<Function>, by: &By) -> std::result::Result<(), &'static str> {
    let is_number = function.is_some()
        || matches!(attribute.value_type, ValueType::Integer | ValueType::Decimal | ValueType::Money)
            && !matches!(attribute.source, Source::Tags);
    match by {
        _ if function == Some(Function::Anniversary) => Err("anniversaries are not counted; count by month(..)"),
        By::Period(_) if function.is_some() => Err("what a function makes is no date"),
        By::Period(_) => match attribute.value_type {
            ValueType::Date | ValueType::DateTime | ValueType::PartialDate => Ok(()),
            _ => Err("only dates and times are counted by period"),
        },
        By::Bands(_) if is_number => Ok(()),
        By::Widths(width) if is_number && *width > Decimal::ZERO => Ok(()),
        By::Widths(_) if is_number => Err("a band must be wider than nought"),
        By::Bands(_) | By::Widths(_) => Err("only numbers and amounts are counted in bands"),
        By::Value if function.is_some() => Ok(()),
        By::Value => match attribute.value_type {
            _ if matches!(attribute.source, Source::Id) => Err("each record has an id of its own"),
            ValueType::LongText => Err("long texts are not counted; search them with has word"),
            ValueType::NumberRange | ValueType::MoneyRange | ValueType::DateRange => Err("ranges are not counted"),
            ValueType::Group => Err("structured values are not counted; name a part of them"),
            _ => Ok(()),
        },
    }
}

/// Makes buckets of groups.
struct Shape<'s> {
    view: &'s dyn View,
    attribute: &'s Attribute,
    function: Option<Function>,
    moment: &'s Moment,
    counted: &'s Counted,
}

impl Shape<'_> {
    /// Whether all values that there can be are known.
    fn has_options(&self) -> bool {
        self.function.is_none() && matches!(self.attribute.value_type, ValueType::Choice | ValueType::Boolean)
    }

    fn options(&self) -> Vec<Bucket> {
        let count = |number: i64| self.counted.groups.get(&Group::Number(number)).copied().unwrap_or(0);
        if self.attribute.value_type == ValueType::Boolean {
            let one = |is: bool, label: &str| Bucket {
                value: Value::Boolean(is),
                label: label.to_owned(),
                count: count(is.into()),
            };
            return vec![one(true, "yes"), one(false, "no")];
        }
        let options = self.attribute.options.iter().filter(|option| !option.archived || count(option.code.into()) > 0);
        let mut buckets: Vec<Bucket> = options
            .map(|option| Bucket {
                value: Value::Choice(self.attribute.choice_of(option.code)),
                label: option.label.to_string(),
                count: count(option.code.into()),
            })
            .collect();
        // What a newer version of the crate wrote.
        for (group, count) in &self.counted.groups {
            if let Group::Number(number) = group
                && !self.attribute.options.iter().any(|option| i64::from(option.code) == *number)
            {
                let choice = self.attribute.choice_of(u32::try_from(*number).unwrap_or(0));
                buckets.push(Bucket { label: choice.to_string(), value: Value::Choice(choice), count: *count });
            }
        }
        buckets
    }

    fn buckets(&mut self, groups: &[(&Group, u64)], by: &By) -> Result<Vec<Bucket>> {
        let mut buckets = Vec::with_capacity(groups.len());
        for (group, count) in groups {
            if let Some((value, label)) = self.bucket(group, by)? {
                buckets.push(Bucket { value, label, count: *count });
            }
        }
        Ok(buckets)
    }

    fn bucket(&self, group: &Group, by: &By) -> Result<Option<(Value, String)>> {
        let named = |value: Value| {
            let label = value.to_string();
            (value, label)
        };
        Ok(match (group, by) {
            (Group::Number(number), _) => self.number(*number)?,
            (Group::Amount(Some(currency), amount), _) => Some(named(Value::Money(Money::new(*amount, *currency)))),
            (Group::Amount(None, number), _) => Some(named(Value::Decimal(*number))),
            (Group::Text(folded), _) => {
                let typed = self.counted.typed.get(folded).unwrap_or(folded);
                Some(named(text_value(self.attribute, typed)))
            }
            (Group::Day(day), By::Period(period)) => Some((Value::Date(*day), label_of(*period, *day, self.moment))),
            (Group::Band(currency, at), By::Widths(width)) => {
                let from = width.checked_mul((*at).into());
                let to = at.checked_add(1).and_then(|at| width.checked_mul(at.into()));
                Some(band(*currency, from, to))
            }
            (Group::Day(_) | Group::Band(..), _) => None,
        })
    }

    fn number(&self, number: i64) -> Result<Option<(Value, String)>> {
        let catalogue = self.view.catalogue_now();
        if self.function.is_some() {
            return Ok(Some((Value::Integer(number), number.to_string())));
        }
        if matches!(self.attribute.source, Source::Tags) {
            let tag = u32::try_from(number).ok().and_then(|tag| catalogue.tags.name(tag));
            return Ok(tag.map(|tag| (Value::from(tag.as_str()), tag.to_string())));
        }
        if let (ValueType::Reference, Some((kind, row))) =
            (self.attribute.value_type, crate::index::column::target(number))
        {
            let Some(loaded) = rows::load(self.view.tables().0, catalogue, kind, row)? else { return Ok(None) };
            let id = RecordId { kind, uuid: loaded.id };
            let label = catalogue.title(&rows::to_stored::<AnyRecord>(catalogue, loaded)?.record);
            return Ok(Some((Value::Reference(id), label)));
        }
        let value = number_value(self.attribute, number);
        Ok(value.map(|value| {
            let label = value.to_string();
            (value, label)
        }))
    }
}

/// All bands, of money those of each currency that there is.
fn bands(counted: &Counted, ends: &[Decimal], money: bool) -> Vec<Bucket> {
    let mut currencies: Vec<Option<Currency>> = counted
        .groups
        .keys()
        .filter_map(|group| match group {
            Group::Band(currency, _) => Some(*currency),
            _ => None,
        })
        .collect();
    currencies.dedup();
    if currencies.is_empty() && !money {
        currencies.push(None);
    }
    let mut buckets = Vec::new();
    for currency in currencies {
        for at in 0..=ends.len() {
            let from = at.checked_sub(1).and_then(|at| ends.get(at)).copied();
            let (value, label) = band(currency, from, ends.get(at).copied());
            let group = Group::Band(currency, i64::try_from(at).unwrap_or(i64::MAX));
            buckets.push(Bucket { value, label, count: counted.groups.get(&group).copied().unwrap_or(0) });
        }
    }
    buckets
}

fn band(currency: Option<Currency>, from: Option<Decimal>, to: Option<Decimal>) -> (Value, String) {
    let in_currency = |number: Decimal| match currency {
        Some(currency) => format!("{number} {currency}"),
        None => number.to_string(),
    };
    let label = match (from, to) {
        (Some(from), Some(to)) => format!("{from} to {}", in_currency(to)),
        (Some(from), None) => format!("{} and more", in_currency(from)),
        (None, Some(to)) => format!("under {}", in_currency(to)),
        (None, None) => "any".to_owned(),
    };
    let value = match currency {
        Some(currency) => {
            let money = |amount: Decimal| Money::new(amount, currency);
            Value::MoneyRange(ValueRange { from: from.map(money), to: to.map(money) })
        }
        None => Value::NumberRange(ValueRange { from, to }),
    };
    (value, label)
}

/// What a period is called that begins on a day.
fn label_of(period: Period, start: Date, moment: &Moment) -> String {
    let (year, month) = (start.year(), u8::from(start.month()));
    let by_calendar = moment.fiscal_year_start == time::Month::January;
    let through = |months: u8| {
        let last = i32::from(month) + i32::from(months) - 2;
        format!("{year}-{month:02} to {}-{:02}", year + last / 12, last % 12 + 1)
    };
    match period {
        Period::Month => format!("{year}-{month:02}"),
        Period::Quarter if by_calendar => format!("{year} Q{}", month / 3 + 1),
        Period::Quarter => through(3),
        Period::Year if by_calendar => year.to_string(),
        Period::Year => through(12),
        _ => start.to_string(),
    }
}
