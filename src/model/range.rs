//! Ranges of numbers, money and dates, as values of a field.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A range with both ends included; a missing end is open. A range without any end is everything.
///
/// ```
/// use contactdb::ValueRange;
/// let rooms = ValueRange::new(2, 4);
/// assert!(rooms.contains(&4));
/// assert!(ValueRange::at_least(3).overlaps(&rooms));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ValueRange<T> {
    /// The lower end, included.
    pub from: Option<T>,
    /// The upper end, included.
    pub to: Option<T>,
}

impl<T: PartialOrd> ValueRange<T> {
    /// From one value to another, both included.
    pub fn new(from: T, to: T) -> Self {
        Self { from: Some(from), to: Some(to) }
    }

    /// From a value upwards.
    pub fn at_least(from: T) -> Self {
        Self { from: Some(from), to: None }
    }

    /// Up to a value.
    pub fn at_most(to: T) -> Self {
        Self { from: None, to: Some(to) }
    }

    /// Whether the value lies in the range. Values that can't be compared, such as money in another
    /// currency, do not.
    pub fn contains(&self, value: &T) -> bool {
        self.from.as_ref().is_none_or(|from| from <= value) && self.to.as_ref().is_none_or(|to| value <= to)
    }

    /// Whether some value lies in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        let below = |from: &Option<T>, to: &Option<T>| match (from, to) {
            (Some(from), Some(to)) => from <= to,
            _ => true,
        };
        below(&self.from, &other.to) && below(&other.from, &self.to)
    }

    pub(crate) fn is_reversed(&self) -> bool {
        // Ends that can't be compared (two currencies) are no range either.
        let ends = self.from.as_ref().zip(self.to.as_ref());
        ends.is_some_and(|(from, to)| from.partial_cmp(to).is_none_or(std::cmp::Ordering::is_gt))
    }
}

impl<T: fmt::Display> fmt::Display for ValueRange<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => write!(f, "{from} to {to}"),
            (Some(from), None) => write!(f, "from {from}"),
            (None, Some(to)) => write!(f, "up to {to}"),
            (None, None) => f.write_str("any"),
        }
    }
}
