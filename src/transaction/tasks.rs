//! Tasks that are done, and what comes after them.

use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime};

use super::Transaction;
use crate::clock::Moment;
use crate::error::{ErrorKind, Result};
use crate::model::{Id, Kind, RecordId, Recurrence, Rule, Sequence, Step, Task, Value, Violation, choices};
use crate::read::Read;
use crate::schema::{Attribute, KindEntry};

/// What [`Transaction::complete_task`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completed {
    /// The version of the task now.
    pub version: u64,
    /// The task that was made to come after it, if there is one.
    pub next: Option<Id<Task>>,
}

impl Transaction<'_> {
    /// Makes a task done and, where it comes again or belongs to a sequence, makes the next one.
    ///
    /// One that comes again is a copy of this one but for its external ids, unique fields and what was archived since, due at the first time of its recurrence behind both this one's due time and
    /// now, so that what was missed is not made up for; a time of day stays the same in the zone of the database. Of a
    /// sequence it is the next step, due so many days from now as the step says. A task that is closed already is left
    /// as it is, and none is made.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); else as [`update`](Self::update) and [`insert`](Self::insert).
    pub fn complete_task(&mut self, id: Id<Task>) -> Result<Completed> {
        let stored = self.get(id)?.ok_or(ErrorKind::NotFound { id: id.into() })?;
        let task = stored.record;
        if task.closed.is_some() {
            return Ok(Completed { version: stored.version, next: None });
        }
        let next = match &task.recurrence {
            Some(recurrence) => self.repeated(id, &task, recurrence),
            None => self.next_step(id, &task)?,
        };
        let done = |task: &mut Task| task.status = Some(choices::task_status::DONE);
        // Either write can be refused: both are checked before one of them is done, so that nothing is left behind.
        self.check_update(id, done)?;
        let next = match next {
            Some(next) => Some(self.insert(&next)?),
            None => None,
        };
        let version = self.update(id, done)?;
        Ok(Completed { version, next })
    }

    /// Begins a sequence for somebody: makes the task of its first step, due so many days after `start` as the step
    /// says. What it is about may be a record of any kind.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`Invalid`](ErrorKind::Invalid) for a sequence without steps; else as
    /// [`insert`](Self::insert).
    pub fn start_sequence(
        &mut self,
        sequence: Id<Sequence>,
        about: impl Into<RecordId>,
        start: OffsetDateTime,
    ) -> Result<Id<Task>> {
        let found = self.get(sequence)?.ok_or(ErrorKind::NotFound { id: sequence.into() })?.record;
        let Some(first) = found.steps.first() else {
            let violation = Violation { attribute: "step".into(), rule: Rule::Required, found: String::new() };
            return Err(ErrorKind::Invalid { kind: Kind::SEQUENCE, violations: vec![violation] }.into());
        };
        let task = Task { owner: found.owner.clone(), ..Task::new("").about(about) };
        self.insert(&step_task(&task, sequence, first, 1, start))
    }

    /// Ends a sequence for somebody: cancels the steps that are not done yet. Gives how many there were. Reads the tasks
    /// about the record.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); else as [`update`](Self::update), and the transaction can't be committed any more then.
    pub fn stop_sequence(&mut self, sequence: Id<Sequence>, about: impl Into<RecordId>) -> Result<u64> {
        let tasks = self.timeline(about).kinds([Kind::TASK]).own().entries()?;
        let tasks: Vec<Id<Task>> =
            tasks.filter_map(|entry| entry.map(|entry| entry.record.typed()).transpose()).collect::<Result<_>>()?;
        self.whole(|tx| {
            let mut stopped = 0;
            for id in tasks {
                let Some(stored) = tx.get(id)? else { continue };
                if stored.record.sequence == Some(sequence) && stored.record.closed.is_none() {
                    tx.update(id, |task| task.status = Some(choices::task_status::CANCELLED))?;
                    stopped += 1;
                }
            }
            Ok(stopped)
        })
    }

    /// The task that comes after one that comes again; `None` once its last day has passed.
    fn repeated(&self, id: Id<Task>, task: &Task, recurrence: &Recurrence) -> Option<Task> {
        let moment = self.options.moment();
        let now = self.instant();
        let due = task.due.unwrap_or(now);
        let first = match recurrence.after_done {
            Some(true) => now,
            _ => recurrence.first.unwrap_or(due),
        };
        let local = |at| local(&moment, at);
        let next = recurrence.next(local(first), local(due).max(local(now)))?;
        let recurrence = Recurrence { first: Some(first), ..recurrence.clone() };
        let mut next = Task {
            due: Some(moment.zone.to_instant(next)),
            status: None,
            closed: None,
            outcome: None,
            external_ids: Vec::new(),
            recurrence: Some(recurrence),
            previous: Some(id),
            ..task.clone()
        };
        self.clear_unfit(&mut next);
        Some(next)
    }

    /// Takes away what a new record can't have though the one that it is a copy of has it: values of unique and of archived
    /// fields, options that were archived.
    fn clear_unfit(&self, task: &mut Task) {
        let attributes = self.catalogue().kind(Kind::TASK).into_iter().flat_map(KindEntry::attributes);
        for attribute in attributes.filter(|attribute| attribute.is_settable()) {
            let Some(value) = task.value(&attribute.key) else { continue };
            let fits = !attribute.archived && !attribute.rules.unique;
            let kept = fits.then(|| in_use(attribute, &value)).flatten();
            match kept {
                Some(kept) if kept == value => {}
                Some(kept) => task.fields.set_value(&attribute.key, kept),
                None => task.fields.clear_value(&attribute.key),
            }
        }
    }

    fn next_step(&self, id: Id<Task>, task: &Task) -> Result<Option<Task>> {
        let (Some(sequence), Some(done)) = (task.sequence, task.step) else { return Ok(None) };
        let Some(found) = self.get(sequence)? else { return Ok(None) };
        let step = usize::try_from(done).ok().and_then(|done| found.record.steps.get(done));
        let now = self.instant();
        Ok(step.map(|step| {
            let mut next = step_task(task, sequence, step, done.saturating_add(1), now);
            next.previous = Some(id);
            self.clear_unfit(&mut next);
            next
        }))
    }
}

/// The task of a step, about the same as the one before.
fn step_task(before: &Task, sequence: Id<Sequence>, step: &Step, number: i64, from: OffsetDateTime) -> Task {
    let after = Duration::seconds(step.after.saturating_mul(86_400));
    Task {
        subject: step.subject.clone(),
        kind: step.kind.clone(),
        due: Some(from.saturating_add(after)),
        about: before.about.clone(),
        owner: step.owner.clone().or_else(|| before.owner.clone()),
        priority: before.priority.clone(),
        notes: step.notes.clone(),
        sequence: Some(sequence),
        step: Some(number),
        ..Task::default()
    }
}

/// What is left of a value without options that were archived.
fn in_use(attribute: &Attribute, value: &Value) -> Option<Value> {
    match value {
        Value::Choice(choice) => {
            attribute.option(choice.key()).filter(|option| !option.archived).map(|_| value.clone())
        }
        Value::List(values) => {
            let left: Vec<Value> = values.iter().filter_map(|value| in_use(attribute, value)).collect();
            (!left.is_empty()).then_some(Value::List(left))
        }
        other => Some(other.clone()),
    }
}

/// The local time of an instant.
fn local(moment: &Moment, at: OffsetDateTime) -> PrimitiveDateTime {
    match at.checked_to_offset(moment.zone.offset_at(at)) {
        Some(local) => PrimitiveDateTime::new(local.date(), local.time()),
        None => PrimitiveDateTime::new(Date::MAX, at.time()),
    }
}
