//! A column of numbers in plain vectors: to change some of them without a value of its own for each.

use super::{Begun, Cell, Column, Data, Places, Written, code, numbers};
use crate::index::{Element, Posting};
use crate::model::Currency;

/// Whole numbers, or amounts of one scale and one currency at most, with their places in ascending order.
#[derive(Debug)]
pub(crate) struct Flat {
    places: Vec<u32>,
    numbers: Vec<i64>,
    scale: Option<u32>,
    currency: Option<Currency>,
}

impl Flat {
    /// The numbers of a column; `None` if it has none, or several currencies.
    pub(crate) fn of(column: &Column<'_>, present: Option<&Posting>) -> Option<Self> {
        let Data::Numbers(own) = &column.data else { return None };
        if !own.is_of_one_currency() {
            return None;
        }
        let places = column.all_places(present);
        let mut numbers = own.all();
        if let (Places::Dense, Some(present)) = (&column.places, present) {
            numbers = present.iter().map(|at| numbers.get(usize::from(at)).copied()).collect::<Option<_>>()?;
        }
        let fits = places.len() == numbers.len();
        fits.then(|| Self { places, numbers, scale: own.scale, currency: own.currencies.first().copied() })
    }

    /// Puts what some places have now, in ascending order, in place of what they had; gives whether anything differs. `None` if
    /// there is a value that does not go with the others: then this is of no use any more.
    pub(crate) fn change<'e>(&mut self, changes: impl Iterator<Item = (u32, &'e [Element])>) -> Option<bool> {
        let mut places = Vec::with_capacity(self.places.len() + changes.size_hint().0);
        let mut numbers = Vec::with_capacity(places.capacity());
        let (mut done, mut differs) = (0, false);
        for (place, elements) in changes {
            let begin = done + self.places.get(done..)?.partition_point(|own| *own < place);
            let end = begin + self.places.get(begin..)?.partition_point(|own| *own == place);
            places.extend_from_slice(self.places.get(done..begin)?);
            numbers.extend_from_slice(self.numbers.get(done..begin)?);
            let first = numbers.len();
            for element in elements {
                numbers.push(self.number(element)?);
                places.push(place);
            }
            differs |= self.numbers.get(begin..end) != numbers.get(first..);
            done = end;
        }
        places.extend_from_slice(self.places.get(done..)?);
        numbers.extend_from_slice(self.numbers.get(done..)?);
        (self.places, self.numbers) = (places, numbers);
        Some(differs)
    }

    fn number(&self, element: &Element) -> Option<i64> {
        match (element, self.scale) {
            (Element::One(Cell::Number(number)), None) => Some(*number),
            (Element::One(Cell::Amount { mantissa, scale, currency }), Some(all)) if *currency == self.currency => {
                let factor = 10_i128.checked_pow(all.checked_sub(*scale)?)?;
                i64::try_from(mantissa.checked_mul(factor)?).ok()
            }
            _ => None,
        }
    }

    /// The column, the same that [`Column::write`] makes of such cells for rows; `None` if nothing is left.
    pub(crate) fn write(mut self) -> Option<Written> {
        self.numbers.first()?;
        // Amounts stand with as few decimals as they need.
        while let Some(scale) = self.scale.filter(|scale| *scale > 0) {
            if self.numbers.iter().any(|number| number % 10 != 0) {
                break;
            }
            for number in &mut self.numbers {
                *number /= 10;
            }
            self.scale = Some(scale - 1);
        }
        let mut begun = Begun::of(&self.places, true);
        if begun.is_dense() {
            // As where cells are written, a place without a value has the number before it.
            let mut spread = Vec::with_capacity(begun.len);
            let mut last = *self.numbers.first()?;
            for (place, number) in self.places.iter().zip(&self.numbers) {
                spread.resize(*place as usize, last);
                spread.push(*number);
                last = *number;
            }
            self.numbers = spread;
        }
        let currencies: Vec<Currency> = self.currency.into_iter().collect();
        numbers::encode(&mut begun.bytes, &self.numbers, self.scale, &currencies, &[]);
        Some(begun.end(code::NUMBERS))
    }
}
