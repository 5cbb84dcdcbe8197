//! Comparisons as stretches of values.

use std::ops::Bound;

use crate::segment::Ends;
use crate::segment::syntax::Comparison;

/// The values that stand in a relation to an operand, which covers those between `low` and `high`; `None` if none can.
pub(super) fn related<T>(comparison: Comparison, (low, high): Ends<T>) -> Option<Ends<T>> {
    // What lies beyond an end is all that the end keeps out.
    let beyond = |end: Bound<T>| match end {
        Bound::Included(value) => Some(Bound::Excluded(value)),
        Bound::Excluded(value) => Some(Bound::Included(value)),
        Bound::Unbounded => None,
    };
    Some(match comparison {
        Comparison::Equal | Comparison::Identical | Comparison::NotEqual => (low, high),
        Comparison::Less => (Bound::Unbounded, beyond(low)?),
        Comparison::LessOrEqual => (Bound::Unbounded, high),
        Comparison::Greater => (beyond(high)?, Bound::Unbounded),
        Comparison::GreaterOrEqual => (low, Bound::Unbounded),
    })
}
