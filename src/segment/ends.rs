//! Stretches of values: what comparisons and periods cover.

use std::ops::Bound;

use super::syntax::Comparison;

/// From where to where, each end with or without itself, or open.
pub(crate) type Ends<T> = (Bound<T>, Bound<T>);

/// The values that stand in a relation to an operand, which covers those between `low` and `high`; `None` if none can.
pub(crate) fn related<T>(comparison: Comparison, (low, high): Ends<T>) -> Option<Ends<T>> {
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

/// One value.
pub(crate) fn exactly<T: Clone>(value: T) -> Ends<T> {
    (Bound::Included(value.clone()), Bound::Included(value))
}

/// Whether two stretches have a point in common, if the values lie close enough for every gap to hold one.
pub(crate) fn meet<T: PartialOrd>(left: &Ends<T>, right: &Ends<T>) -> bool {
    fn reaches<T: PartialOrd>(low: &Bound<T>, high: &Bound<T>) -> bool {
        match (low, high) {
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => true,
            (Bound::Included(low), Bound::Included(high)) => low <= high,
            (Bound::Included(low) | Bound::Excluded(low), Bound::Included(high) | Bound::Excluded(high)) => low < high,
        }
    }
    reaches(&left.0, &right.1) && reaches(&right.0, &left.1)
}
