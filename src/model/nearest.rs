//! The known name that is most like a mistyped one.

/// The longest name compared, in characters; longer ones have no neighbour.
const LONGEST: usize = 48;

/// The candidate most like `name`, ignoring case, if at most a third of its characters differ.
///
/// Takes time in proportion to the lengths of all candidates times the length of `name`. Of equally near ones the first wins.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let name: Vec<char> = name.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    if name.is_empty() || name.len() > LONGEST {
        return None;
    }
    let mut best: Option<(usize, &'c str)> = None;
    for candidate in candidates {
        let other: Vec<char> = candidate.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
        if other.len() > LONGEST {
            continue;
        }
        let allowed = (name.len().max(other.len()) / 3).max(1);
        let found = edit_distance(&name, &other);
        if found <= allowed && found < other.len() && best.is_none_or(|(least, _)| found < least) {
            best = Some((found, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one into the other (optimal string alignment).
pub(crate) fn edit_distance(left: &[char], right: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut left_before = None;
    for (row, &a) in left.iter().enumerate() {
        let mut current = Vec::with_capacity(last.len());
        current.push(row + 1);
        let mut right_before = None;
        for (column, &b) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX - 1);
            let replaced = at(&last, column) + usize::from(a != b);
            let mut fewest = replaced.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            if left_before == Some(b) && right_before == Some(a) && column > 0 {
                fewest = fewest.min(at(&before_last, column - 1) + 1);
            }
            current.push(fewest);
            right_before = Some(b);
        }
        before_last = std::mem::replace(&mut last, current);
        left_before = Some(a);
    }
    last.last().copied().unwrap_or(0)
}
