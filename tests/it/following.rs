//! The oracle of what the database fills in by itself: histories, noted times, what a stage says.

use contactdb::{
    Change, Choice, Company, Contact, Deal, Import, Interaction, Purchase, Record, Sequence, Task, Ticket, choices as c,
};
use time::OffsetDateTime;

/// When a record is written, and by whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<'a> {
    pub(crate) now: OffsetDateTime,
    pub(crate) by: Option<&'a str>,
}

/// Its key, its probability and what it means.
type Stage = (&'static str, i64, &'static str);

/// The pipelines that the tests know: the built-in one and one of a business, each with its stages, their probabilities
/// and what they mean.
pub(crate) const PIPELINES: [(&str, &[Stage]); 2] = [
    (
        "sales",
        &[
            ("new", 10, "open"),
            ("qualified", 25, "open"),
            ("proposal", 50, "open"),
            ("negotiation", 75, "open"),
            ("won", 100, "won"),
            ("lost", 0, "lost"),
        ],
    ),
    (
        "lettings",
        &[("viewing", 20, "open"), ("application", 60, "open"), ("let", 100, "won"), ("withdrawn", 0, "lost")],
    ),
];

/// What a record gets that was not given.
pub(crate) trait Follow: Record {
    /// Fills in what follows where the record was `before`, or is new.
    fn follow(&mut self, _before: Option<&Self>, _written: Written<'_>) {}
}

/// A history that was left out is the one before. Adds what a choice became, unless it was that before, is what every new record begins with, or its history ends with it
/// already; entries without a time get one, unless they stood so before.
fn history(
    entries: &mut Vec<Change>,
    old: Option<&[Change]>,
    was: Option<&Choice>,
    is: Option<&Choice>,
    written: Written<'_>,
    begins: &str,
) {
    if entries.is_empty() {
        entries.extend(old.unwrap_or_default().iter().cloned());
    }
    let is_first = old.is_none() && is.is_some_and(|is| is.key() == begins);
    let old = old.unwrap_or_default();
    if let Some(is) = is
        && was != Some(is)
        && !is_first
        && entries.last().is_none_or(|last| last.to != *is)
    {
        let mut entry = Change::to(is.clone()).at(written.now);
        entry.by = written.by.map(str::to_owned);
        entries.push(entry);
    }
    for entry in entries {
        if entry.at.is_none() && !old.contains(entry) {
            entry.at = Some(written.now);
        }
    }
}

/// Notes the time as a choice takes one of some options, and takes it away as it leaves them unless it was `given` anew.
fn noted(time: &mut Option<OffsetDateTime>, given: bool, taken: bool, now: OffsetDateTime) {
    if taken && time.is_none() {
        *time = Some(now);
    } else if !taken && !given {
        *time = None;
    }
}

/// Each choice with a history, its history, and what every new record begins with.
macro_rules! histories {
    ($record:ident $before:ident $written:ident, $($of:ident $history:ident $begins:literal),*) => {$(
        history(
            &mut $record.$history,
            $before.map(|before| &*before.$history),
            $before.and_then(|before| before.$of.as_ref()),
            $record.$of.as_ref(),
            $written,
            $begins,
        );
    )*};
}

impl Follow for Contact {
    fn follow(&mut self, before: Option<&Self>, written: Written<'_>) {
        if before.is_none() {
            self.status.get_or_insert(c::status::ACTIVE);
        }
        histories!(self before written, stage stage_history "", status status_history "active");
    }
}

impl Follow for Company {
    fn follow(&mut self, before: Option<&Self>, written: Written<'_>) {
        if before.is_none() {
            self.status.get_or_insert(c::status::ACTIVE);
        }
        histories!(self before written, stage stage_history "", status status_history "active");
    }
}

impl Follow for Interaction {
    fn follow(&mut self, before: Option<&Self>, written: Written<'_>) {
        if before.is_none() {
            self.at.get_or_insert(written.now);
        }
    }
}

impl Follow for Purchase {
    fn follow(&mut self, before: Option<&Self>, written: Written<'_>) {
        if before.is_none() {
            self.at.get_or_insert(written.now);
            self.direction.get_or_insert(c::trade::SALE);
        }
        histories!(self before written, status status_history "");
        let old = before.map_or(&[][..], |before| &before.payments);
        for payment in &mut self.payments {
            if payment.at.is_none() && !old.contains(payment) {
                payment.at = Some(written.now);
            }
        }
    }
}

fn stage_of(pipeline: &Choice, stage: &Choice) -> Option<&'static Stage> {
    let (_, stages) = PIPELINES.iter().find(|(key, _)| *key == pipeline.key())?;
    stages.iter().find(|(key, ..)| *key == stage.key())
}

impl Follow for Deal {
    fn follow(&mut self, before: Option<&Self>, written: Written<'_>) {
        if before.is_none() {
            self.opened.get_or_insert(written.now);
            let pipeline = self.pipeline.get_or_insert(c::pipeline::SALES).clone();
            let known = PIPELINES.iter().find(|(key, _)| *key == pipeline.key());
            if self.stage.is_none() {
                self.stage = known.map(|(_, stages)| Choice::from(stages[0].0));
            }
        }
        let same = before.is_some_and(|old| (&old.stage, &old.pipeline) == (&self.stage, &self.pipeline));
        let says = self.pipeline.as_ref().zip(self.stage.as_ref());
        let says = says.and_then(|(pipeline, stage)| stage_of(pipeline, stage));
        if let Some((_, probability, outcome)) = says.filter(|_| !same) {
            if self.probability.is_none() || before.is_some_and(|old| old.probability == self.probability) {
                self.probability = Some(*probability);
            }
            let given = before.is_none_or(|old| old.closed != self.closed);
            let said = before.and_then(|old| Some(stage_of(old.pipeline.as_ref()?, old.stage.as_ref()?)?.2));
            if !given && said != Some(*outcome) {
                self.closed = None;
            }
            noted(&mut self.closed, given, *outcome != "open", written.now);
        }
        histories!(self before written, stage stage_history "");
    }
}

impl Follow for Ticket {
    fn follow(&mut self, before: Option<&Self>, written: Written<'_>) {
        if before.is_none() {
            self.opened.get_or_insert(written.now);
            self.status.get_or_insert(c::ticket_status::NEW);
        }
        let done = [Some(c::ticket_status::SOLVED), Some(c::ticket_status::CLOSED)].contains(&self.status);
        if before.is_none_or(|old| old.status != self.status) {
            let given = before.is_none_or(|old| old.resolved != self.resolved);
            noted(&mut self.resolved, given, done, written.now);
        }
        histories!(self before written, status status_history "new");
    }
}

impl Follow for Task {
    fn follow(&mut self, before: Option<&Self>, written: Written<'_>) {
        if before.is_none() {
            self.kind.get_or_insert(c::task::TODO);
            self.status.get_or_insert(c::task_status::OPEN);
        }
        let done = [Some(c::task_status::DONE), Some(c::task_status::CANCELLED)].contains(&self.status);
        if before.is_none_or(|old| old.status != self.status) {
            let given = before.is_none_or(|old| old.closed != self.closed);
            noted(&mut self.closed, given, done, written.now);
        }
    }
}

impl Follow for Sequence {}

impl Follow for Import {}

/// The record as it is stored when it is new.
pub(crate) fn new<T: Follow>(record: &T, written: Written<'_>) -> T {
    let mut record = record.clone();
    record.follow(None, written);
    record
}
