//! Dates of which year, month and day stand in columns of their own.

use super::cell::full_year;
use super::compiled::DateSlot;
use super::mapping::DatePart;
use crate::model::{InvalidValue, PartialDate, Value, ValueType};

/// The dates of a row under way.
#[derive(Debug, Default)]
pub(super) struct DateParts<'c>(Vec<Begun<'c>>);

/// A date of which a part was read.
#[derive(Debug)]
pub(super) struct Begun<'c> {
    pub(super) slot: &'c DateSlot,
    /// The first column that has a part of it.
    pub(super) place: (usize, &'c str),
    year: Option<i16>,
    month: Option<u8>,
    day: Option<u8>,
}

impl<'c> DateParts<'c> {
    /// Takes a cell that is not blank; 0 is how programs write that a part is not known.
    pub(super) fn take(&mut self, slot: &'c DateSlot, cell: &str, place: (usize, &'c str)) -> Result<(), InvalidValue> {
        let expected = match slot.date_part {
            DatePart::Year => "a year such as 1990",
            DatePart::Month => "a month from 1 to 12",
            DatePart::Day => "a day of the month from 1 to 31",
        };
        let mistake = || InvalidValue::new("part of a date", cell, expected);
        let is_number = cell.len() <= 4 && cell.bytes().all(|byte| byte.is_ascii_digit());
        let number: i16 = cell.parse().ok().filter(|_| is_number).ok_or_else(mistake)?;
        if number == 0 {
            return Ok(());
        }
        let key = |slot: &DateSlot| (slot.own_id(), slot.item);
        let at = self.0.iter().position(|begun| key(begun.slot) == key(slot));
        let at = at.unwrap_or_else(|| {
            self.0.push(Begun { slot, place, year: None, month: None, day: None });
            self.0.len() - 1
        });
        let Some(begun) = self.0.get_mut(at) else { return Ok(()) };
        // The first that is said holds.
        match slot.date_part {
            DatePart::Year => {
                begun.year.get_or_insert(if cell.len() == 2 { full_year(number) } else { number });
            }
            DatePart::Month => {
                begun.month.get_or_insert(u8::try_from(number).ok().filter(|month| *month <= 12).ok_or_else(mistake)?);
            }
            DatePart::Day => {
                begun.day.get_or_insert(u8::try_from(number).ok().filter(|day| *day <= 31).ok_or_else(mistake)?);
            }
        }
        Ok(())
    }

    pub(super) fn each(self) -> impl Iterator<Item = Begun<'c>> {
        self.0.into_iter()
    }
}

impl Begun<'_> {
    /// The date of the parts that there are.
    pub(super) fn value(&self) -> Result<Value, InvalidValue> {
        let date = PartialDate::new(self.year, self.month, self.day)?;
        if self.slot.value_type() == ValueType::PartialDate {
            return Ok(Value::PartialDate(date));
        }
        let whole = date.full().map(Value::Date);
        whole.ok_or_else(|| InvalidValue::new("date", &date.to_string(), "a year, a month and a day"))
    }
}
