//! Lines of notes that a source brings: they are added to what stands there, each in the place of an older one with the same label.

use super::merging::Existing;
use crate::model::AttributeId;

/// The lines that a row has for the notes.
#[derive(Debug, Clone)]
pub(super) struct NoteLines {
    /// The attribute.
    pub(super) notes: AttributeId,
    pub(super) lines: Vec<NoteLine>,
}

/// A line with its label, which can be empty. A text of several lines is one too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoteLine {
    pub(super) label: String,
    pub(super) text: String,
    /// Whether it stands ahead of the notes that the row has as a whole.
    pub(super) ahead: bool,
}

impl NoteLine {
    fn whole(&self) -> String {
        if self.label.is_empty() { self.text.clone() } else { format!("{}: {}", self.label, self.text) }
    }

    /// Whether a line that stands there has the same label.
    fn is_labelled_as(&self, line: &str) -> bool {
        !self.label.is_empty() && line.strip_prefix(self.label.as_str()).is_some_and(|rest| rest.starts_with(": "))
    }
}

impl NoteLines {
    /// The lines with the notes that the row has as a whole, as they stand in the row.
    pub(super) fn around(&self, own: Option<&str>) -> String {
        let lines = |ahead| self.lines.iter().filter(move |line| line.ahead == ahead).map(NoteLine::whole);
        let all: Vec<String> = lines(true).chain(own.map(str::to_owned)).chain(lines(false)).collect();
        all.join("\n")
    }

    /// The notes of a record with the lines.
    pub(super) fn added_to(&self, old: &str, existing: Existing) -> String {
        let mut all: Vec<String> = old.lines().map(str::to_owned).collect();
        // What the lines stand for already, so that none of several with one label takes the place of another.
        let mut taken = vec![false; all.len()];
        let mut left = Vec::new();
        for line in &self.lines {
            let whole = line.whole();
            let parts: Vec<&str> = whole.lines().collect();
            let stands = all.windows(parts.len().max(1)).zip(taken.windows(parts.len().max(1)));
            let mut stands = stands.map(|(lines, taken)| lines == parts && !taken.contains(&true));
            match stands.position(|stands| stands) {
                Some(at) => taken.iter_mut().skip(at).take(parts.len()).for_each(|taken| *taken = true),
                None => left.push((line, whole)),
            }
        }
        for (line, whole) in left {
            let mut free = all.iter_mut().zip(&mut taken);
            if let Some((old, taken)) = free.find(|(old, taken)| !**taken && line.is_labelled_as(old)) {
                *taken = true;
                if existing == Existing::Overwrite {
                    *old = whole;
                }
            } else {
                all.push(whole);
                taken.push(true);
            }
        }
        all.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::{Existing, NoteLine, NoteLines};
    use crate::model::AttributeId;

    fn lines(lines: &[(&str, &str)]) -> NoteLines {
        let line =
            |(label, text): &(&str, &str)| NoteLine { label: (*label).into(), text: (*text).into(), ahead: false };
        NoteLines { notes: AttributeId::property(1), lines: lines.iter().map(line).collect() }
    }

    #[test]
    fn a_line_takes_the_place_of_that_with_its_label_and_all_others_stay() {
        let by_hand = "by hand: precious\nHobby: Tea\n\nmore";
        let all = lines(&[("Hobby", "Bricks"), ("", "bare"), ("Shoe", "42")]);
        let after = all.added_to(by_hand, Existing::Overwrite);
        assert_eq!(after, "by hand: precious\nHobby: Bricks\n\nmore\nbare\nShoe: 42");
        assert_eq!(all.added_to(&after, Existing::Overwrite), after);
        assert_eq!(all.added_to(by_hand, Existing::Keep), "by hand: precious\nHobby: Tea\n\nmore\nbare\nShoe: 42");
        assert_eq!(all.added_to("", Existing::Overwrite), "Hobby: Bricks\nbare\nShoe: 42");
    }

    #[test]
    fn lines_with_one_label_are_several_and_texts_of_several_lines_are_not_taken_apart() {
        let two = lines(&[("Child", "Ada"), ("Child", "Eve")]);
        let after = two.added_to("Child: Eve\nChild: Joe", Existing::Overwrite);
        assert_eq!(after, "Child: Eve\nChild: Ada");
        assert_eq!(two.added_to(&after, Existing::Overwrite), after);
        let long = lines(&[("Story", "one\ntwo")]);
        let after = long.added_to("first", Existing::Overwrite);
        assert_eq!(
            (after.as_str(), long.added_to(&after, Existing::Overwrite)),
            ("first\nStory: one\ntwo", after.clone())
        );
    }
}
