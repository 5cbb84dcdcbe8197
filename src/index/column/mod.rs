//! The values of an attribute in one block of rows, packed, and read where they lie.
//!
//! A column has values one behind the other and says of which place each is: of the places in their order, or of those that it
//! lists. A place is a row of the block or, for the parts of structured values, one such value.

mod cell;
mod flat;
mod histogram;
mod numbers;
mod packed;
mod texts;

use std::borrow::Cow;

#[cfg(test)]
mod tests;

pub(crate) use cell::{Cell, MAX_TEXT, days, number_or_reference, number_value, packed, reference, target, text_value};
pub(crate) use flat::Flat;
pub(crate) use numbers::Numbers;
pub(crate) use packed::{Packed, all, fill};
pub(crate) use texts::Texts;

use super::posting::{BLOCK, Posting};
use crate::model::{Currency, ValueType};
use crate::schema::Attribute;
use packed::{pack, width_for};

/// A column, read where it lies.
#[derive(Debug, Clone)]
pub(crate) struct Column<'b> {
    pub(crate) places: Places<'b>,
    pub(crate) len: usize,
    pub(crate) data: Data<'b>,
}

/// More values than that no block has: some ten thousand of each row.
const MOST: usize = 1 << 26;

/// Of which place each value is.
#[derive(Debug, Clone)]
pub(crate) enum Places<'b> {
    /// Each of the place of its own number.
    Full,
    /// The same, but some places have none, whatever stands there: a posting beside the column says which do.
    Dense,
    /// Of these places, in ascending order; a place may come several times.
    Listed(Packed<'b>),
}

/// The values.
#[derive(Debug, Clone)]
pub(crate) enum Data<'b> {
    /// None: what there is are the places of structured values, one a place or several.
    Bare {
        single: bool,
    },
    Numbers(Numbers<'b>),
    Texts(Texts<'b>),
    /// Values in the form of records.
    Bytes(Vec<&'b [u8]>),
}

mod code {
    pub(super) const FULL: u8 = 0;
    pub(super) const DENSE: u8 = 1;
    pub(super) const LISTED: u8 = 2;

    pub(super) const BARE: u8 = 0;
    pub(super) const NUMBERS: u8 = 1;
    pub(super) const TEXTS: u8 = 2;
    pub(super) const BYTES: u8 = 3;
    pub(super) const SEVERAL: u8 = 4;
}

/// A column as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) bytes: Vec<u8>,
    /// Which places have a value, where that must be said.
    pub(crate) present: Option<Posting>,
}

/// A column whose places are written, and its values not yet.
struct Begun {
    bytes: Vec<u8>,
    form: u8,
    present: Option<Posting>,
    /// How many values are to follow.
    len: usize,
    /// Whether no place comes twice.
    single: bool,
}

impl Begun {
    /// Writes places, in ascending order; `rows` says whether they are the rows of a block.
    fn of(places: &[u32], rows: bool) -> Self {
        let count = places.len();
        let end = places.last().map_or(0, |last| *last as usize + 1);
        let single = places.windows(2).all(|pair| matches!(pair, [one, next] if one < next));
        let full = single && count == end;
        // Values for all places cost less than places for all values where most have one.
        let dense = single && rows && !full && count * 3 > end * 2;
        let mut bytes = vec![0; 5];
        let mut present = None;
        let form = if full {
            code::FULL
        } else if dense {
            let mut posting = Posting::new();
            for place in places {
                posting.insert(u16::try_from(*place).unwrap_or(u16::MAX));
            }
            present = Some(posting);
            code::DENSE
        } else {
            let width = width_for(end as u64);
            bytes.push(width);
            pack(&mut bytes, width, places.iter().map(|place| u64::from(*place)));
            code::LISTED
        };
        Self { bytes, form, present, len: if dense { end } else { count }, single }
    }

    fn is_dense(&self) -> bool {
        self.present.is_some()
    }

    /// The column, with values of that sort behind the places.
    fn end(mut self, sort: u8) -> Written {
        let len = u32::try_from(self.len).unwrap_or(u32::MAX).to_le_bytes();
        for (slot, byte) in self.bytes.iter_mut().zip([self.form << 4 | sort].into_iter().chain(len)) {
            *slot = byte;
        }
        Written { bytes: self.bytes, present: self.present }
    }
}

impl Column<'_> {
    /// Writes the values of places in ascending order. Of a place several may come; `rows` says whether the places are the rows of
    /// a block. Without cells only the places are written.
    pub(crate) fn write(places: &[u32], cells: Option<Vec<&Cell>>, phones: bool, rows: bool) -> Written {
        let mut begun = Begun::of(places, rows);
        let sort = match cells {
            None if begun.single => code::BARE,
            None => code::SEVERAL,
            Some(cells) => {
                let spread: Vec<Option<&Cell>> = if begun.is_dense() {
                    let mut spread = vec![None; begun.len];
                    for (place, cell) in places.iter().zip(cells) {
                        if let Some(slot) = spread.get_mut(*place as usize) {
                            *slot = Some(cell);
                        }
                    }
                    spread
                } else {
                    cells.into_iter().map(Some).collect()
                };
                put_cells(&mut begun.bytes, &spread, phones)
            }
        };
        begun.end(sort)
    }
}

/// Appends cells in the form that takes them all; those of places that have none may be any. Gives its code.
fn put_cells(out: &mut Vec<u8>, cells: &[Option<&Cell>], phones: bool) -> u8 {
    if let Some((numbers, scale, currencies, codes)) = as_numbers(cells) {
        numbers::encode(out, &numbers, scale, &currencies, &codes);
        return code::NUMBERS;
    }
    if cells.iter().flatten().all(|cell| matches!(cell, Cell::Text(_) | Cell::Long)) {
        // A place that has none takes up the text before it, which is nearest.
        let mut before = cells.iter().flatten().next().copied();
        let texts: Vec<Option<&str>> = cells
            .iter()
            .map(|cell| {
                before = cell.or(before);
                match before {
                    Some(Cell::Text(text)) => Some(text.as_str()),
                    _ => None,
                }
            })
            .collect();
        texts::encode(out, &texts, phones);
        return code::TEXTS;
    }
    for cell in cells {
        let bytes = cell.map(|cell| cell.clone().into_bytes()).unwrap_or_default();
        out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        out.extend_from_slice(&bytes);
    }
    code::BYTES
}

/// Whole numbers, their scale if they are amounts, the currencies and which of them each has.
type AsNumbers = (Vec<i64>, Option<u32>, Vec<Currency>, Vec<u64>);

/// The cells as whole numbers of one scale; `None` if they are none.
fn as_numbers(cells: &[Option<&Cell>]) -> Option<AsNumbers> {
    let scales = cells.iter().flatten().filter_map(|cell| match cell {
        Cell::Amount { scale, .. } => Some(*scale),
        _ => None,
    });
    // Places ahead of the first value take that; others what stands before them: what is near costs no wider fields.
    let mut last = cells.iter().flatten().next().copied()?;
    if !matches!(last, Cell::Number(_) | Cell::Amount { .. }) {
        return None;
    }
    let scale = scales.max();
    let (mut currencies, mut codes) = (Vec::new(), Vec::new());
    let mut numbers = Vec::with_capacity(cells.len());
    for cell in cells {
        last = cell.unwrap_or(last);
        match (last, scale) {
            (Cell::Number(number), None) => numbers.push(*number),
            (Cell::Amount { mantissa, scale: own, currency }, Some(scale)) => {
                let factor = 10_i128.checked_pow(scale.checked_sub(*own)?)?;
                numbers.push(i64::try_from(mantissa.checked_mul(factor)?).ok()?);
                codes.push(currency.map_or(0, |currency| place_in(&mut currencies, currency)));
            }
            _ => return None,
        }
    }
    (currencies.len() < usize::from(u8::MAX)).then_some((numbers, scale, currencies, codes))
}

fn place_in(currencies: &mut Vec<Currency>, currency: Currency) -> u64 {
    let at = currencies.iter().position(|own| *own == currency).unwrap_or_else(|| {
        currencies.push(currency);
        currencies.len() - 1
    });
    at as u64
}

impl<'b> Column<'b> {
    /// Reads what [`write`](Self::write) wrote, without the posting beside it. Fails with the reason.
    pub(crate) fn read(bytes: &'b [u8]) -> Result<Self, &'static str> {
        let (&[kind, len @ ..], rest) = bytes.split_first_chunk::<5>().ok_or("a column cut short")?;
        let len = usize::try_from(u32::from_le_bytes(len)).map_err(|_| "a column too long")?;
        let mut rest = rest;
        let places = match kind >> 4 {
            code::FULL => Places::Full,
            code::DENSE => Places::Dense,
            code::LISTED => {
                let (&width, after) = rest.split_first().ok_or("a column cut short")?;
                rest = after;
                Places::Listed(Packed::take(&mut rest, width, len).ok_or("places cut short")?)
            }
            _ => return Err("unknown form of a column"),
        };
        let of_rows = kind >> 4 == code::DENSE || kind >> 4 == code::FULL && kind & 15 == code::BARE;
        if of_rows && len > BLOCK as usize {
            return Err("more rows than a block has");
        }
        // Values that are all alike take no bytes, and nothing else bounds how many there are.
        if len > MOST {
            return Err("more values than a block has");
        }
        let data = match kind & 15 {
            code::BARE => Data::Bare { single: true },
            code::SEVERAL => Data::Bare { single: false },
            code::NUMBERS => Data::Numbers(Numbers::read(&mut rest, len).ok_or("broken numbers")?),
            code::TEXTS => Data::Texts(Texts::read(&mut rest, len).ok_or("broken texts")?),
            code::BYTES => {
                let mut values = Vec::new();
                for _ in 0..len {
                    let (length, after) = rest.split_first_chunk::<4>().ok_or("values cut short")?;
                    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| "a value too long")?;
                    let (value, after) = after.split_at_checked(length).ok_or("values cut short")?;
                    values.push(value);
                    rest = after;
                }
                Data::Bytes(values)
            }
            _ => return Err("unknown sort of column"),
        };
        if rest.is_empty() { Ok(Self { places, len, data }) } else { Err("more than a column") }
    }

    /// Whether a posting beside the column says which places have a value.
    pub(crate) const fn is_dense(&self) -> bool {
        matches!(self.places, Places::Dense)
    }

    /// The same of the bytes of a column, which need not be read for that.
    pub(crate) fn are_dense(bytes: &[u8]) -> bool {
        bytes.first().is_some_and(|kind| kind >> 4 == code::DENSE)
    }

    /// Whether the bytes of a column say the places of structured values of which one row may have several.
    pub(crate) fn are_several(bytes: &[u8]) -> bool {
        bytes.first().is_some_and(|kind| kind & 15 == code::SEVERAL)
    }

    /// The place of a value.
    pub(crate) fn place(&self, at: usize) -> usize {
        match &self.places {
            Places::Full | Places::Dense => at,
            // Damage may name a value that is none.
            Places::Listed(places) if at >= places.len() => usize::MAX,
            Places::Listed(places) => usize::try_from(places.get(at)).unwrap_or(usize::MAX),
        }
    }

    /// The places of all values, in ascending order.
    pub(crate) fn all_places(&self, present: Option<&Posting>) -> Vec<u32> {
        match (&self.places, present) {
            (Places::Full, _) => (0..u32::try_from(self.len).unwrap_or(u32::MAX)).collect(),
            (Places::Dense, Some(present)) => present.iter().map(u32::from).collect(),
            (Places::Dense, None) => Vec::new(),
            (Places::Listed(places), _) => {
                places.iter().map(|place| u32::try_from(place).unwrap_or(u32::MAX)).collect()
            }
        }
    }

    /// The cells of all values, in the order of their places; none of a column without values.
    pub(crate) fn cells(&self, present: Option<&Posting>) -> Vec<Cell> {
        let all: Vec<Cell> = match &self.data {
            Data::Bare { .. } => return Vec::new(),
            Data::Numbers(numbers) => (0..self.len).map(|at| number_cell(numbers, at)).collect(),
            Data::Texts(texts) => {
                let typed: Vec<Cow<'_, str>> = texts.each_typed().collect();
                let cell = |at| match texts.entry_of(at).and_then(|entry| typed.get(entry)) {
                    Some(text) => Cell::Text(text.clone().into_owned()),
                    None => Cell::Long,
                };
                (0..self.len).map(cell).collect()
            }
            Data::Bytes(values) => {
                values.iter().map(|bytes| Cell::from_bytes(bytes).unwrap_or(Cell::Bytes(Vec::new()))).collect()
            }
        };
        match (&self.places, present) {
            (Places::Dense, Some(present)) => {
                all.into_iter().zip(0..).filter(|(_, at)| present.contains(*at)).map(|(cell, _)| cell).collect()
            }
            _ => all,
        }
    }
}

fn number_cell(numbers: &Numbers<'_>, at: usize) -> Cell {
    let number = numbers.get(at);
    let currency = numbers.currency(at);
    let Some(mut scale) = numbers.scale else { return Cell::Number(number) };
    let mut mantissa = i128::from(number);
    while scale > 0 && mantissa % 10 == 0 {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    Cell::Amount { mantissa, scale: if mantissa == 0 { 0 } else { scale }, currency }
}

/// Whether the values of an attribute are phone numbers, which have a region.
pub(crate) fn is_phone(attribute: &Attribute) -> bool {
    attribute.value_type == ValueType::Phone
}
