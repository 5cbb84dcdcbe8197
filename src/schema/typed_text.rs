//! The value that a text means which somebody typed.

use rust_decimal::Decimal;
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};

use super::attribute::Attribute;
use super::coerce::labelled;
use crate::model::{
    Currency, EmailAddress, Id, InvalidValue, Money, PartialDate, PhoneNumber, RecordId, Value, ValueRange, ValueType,
    WebAddress,
};

impl Attribute {
    /// The value that a text means which somebody typed into a form: one of several, if the attribute has several. `None` for
    /// an empty text. It takes what the value's `Display` writes, and for money an amount alone, in the attribute's currency.
    /// Numbers, dates and instants have the same form everywhere: `1234.5`, `2026-01-31`, `2026-01-31T14:00:00Z`.
    ///
    /// Whether the value keeps the attribute's rules is checked when the record is written.
    ///
    /// ```
    /// use contactdb::{Currency, Database, Field, Kind, Money, Read, Value};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.define(Field::money("budget", Currency::EUR))?;
    /// let budget = tx.catalogue().attribute(Kind::CONTACT, "budget").expect("just defined");
    /// assert_eq!(budget.parse("12500")?, Some(Value::Money(Money::new(12_500, Currency::EUR))));
    /// assert_eq!(budget.parse("")?, None);
    /// let mistake = budget.parse("much").unwrap_err();
    /// assert_eq!(mistake.to_string(), "\"much\" is no amount of money: expected an amount such as 12.50 or 12.50 EUR");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// What was typed, and the form that was expected. A structured value, such as a name or an address, has no text: its own
    /// type is built instead.
    pub fn parse(&self, text: &str) -> Result<Option<Value>, InvalidValue> {
        let long = self.value_type == ValueType::LongText;
        let text = if long { text } else { text.trim() };
        if text.is_empty() {
            return Ok(None);
        }
        let currency = self.rules.currency;
        let value = match labelled(self).unwrap_or(self.value_type) {
            ValueType::Text | ValueType::LongText => Value::Text(text.to_owned()),
            ValueType::Integer => {
                let number = text.parse().map_err(|_| InvalidValue::new("whole number", text, "digits such as 42"));
                Value::Integer(number?)
            }
            ValueType::Decimal => Value::Decimal(decimal(text)?),
            ValueType::Money => Value::Money(money(text, currency)?),
            ValueType::Boolean => match text {
                "true" => Value::Boolean(true),
                "false" => Value::Boolean(false),
                _ => return Err(InvalidValue::new("boolean", text, "true or false")),
            },
            ValueType::Date => Value::Date(date(text)?),
            ValueType::DateTime => Value::DateTime(instant(text)?),
            ValueType::PartialDate => Value::PartialDate(text.parse::<PartialDate>()?),
            ValueType::Choice => Value::Choice(text.to_owned().into()),
            ValueType::Email => Value::Email(EmailAddress::new(text)?),
            ValueType::Phone => Value::Phone(PhoneNumber::new(text)?),
            ValueType::Url => Value::Url(WebAddress::new(text)?),
            ValueType::Reference => Value::Reference(self.reference(text)?),
            ValueType::NumberRange => Value::NumberRange(range(text, decimal)?),
            ValueType::MoneyRange => Value::MoneyRange(range(text, |end| money(end, currency))?),
            ValueType::DateRange => Value::DateRange(range(text, date)?),
            ValueType::Group => {
                return Err(InvalidValue::new("structured value", text, "its parts, built with its own type"));
            }
        };
        Ok(Some(value))
    }

    /// The kind may be left out where only one is allowed.
    fn reference(&self, text: &str) -> Result<RecordId, InvalidValue> {
        match (self.targets.as_slice(), text.parse::<Id<crate::model::Contact>>()) {
            (&[kind], Ok(id)) => Ok(RecordId { kind, uuid: id.uuid() }),
            _ => text.parse(),
        }
    }
}

fn decimal(text: &str) -> Result<Decimal, InvalidValue> {
    text.parse().map_err(|_| InvalidValue::new("number", text, "digits such as 42 or 12.50"))
}

fn money(text: &str, currency: Option<Currency>) -> Result<Money, InvalidValue> {
    let (amount, named) = match text.rsplit_once(' ') {
        Some((amount, code)) => (amount, Some(Currency::new(code.trim())?)),
        None => (text, None),
    };
    let known = named.or(currency).zip(amount.trim().parse::<Decimal>().ok());
    let (currency, amount) = known.ok_or_else(|| {
        let expected =
            if currency.is_some() { "an amount such as 12.50 or 12.50 EUR" } else { "an amount such as 12.50 EUR" };
        InvalidValue::new("amount of money", text, expected)
    })?;
    Ok(Money { amount, currency })
}

fn date(text: &str) -> Result<Date, InvalidValue> {
    let known = text.parse::<PartialDate>().ok().and_then(PartialDate::full);
    known.ok_or_else(|| InvalidValue::new("date", text, "a day such as 2026-01-31"))
}

fn instant(text: &str) -> Result<OffsetDateTime, InvalidValue> {
    let expected = "an instant with its offset such as 2026-01-31T14:00:00Z or 2026-01-31T14:00:00+01:00";
    OffsetDateTime::parse(text, &Rfc3339).map_err(|_| InvalidValue::new("instant", text, expected))
}

/// `5 to 10`, `from 5`, `up to 10`.
fn range<T>(text: &str, end: impl Fn(&str) -> Result<T, InvalidValue>) -> Result<ValueRange<T>, InvalidValue> {
    let bounded = |text: &str| end(text.trim()).map(Some);
    let (from, to) = if let Some(to) = text.strip_prefix("up to ") {
        (None, bounded(to)?)
    } else if let Some(from) = text.strip_prefix("from ") {
        (bounded(from)?, None)
    } else if let Some((from, to)) = text.split_once(" to ") {
        (bounded(from)?, bounded(to)?)
    } else {
        return Err(InvalidValue::new("range", text, "something like 5 to 10, from 5 or up to 10"));
    };
    Ok(ValueRange { from, to })
}

#[cfg(test)]
mod tests;
