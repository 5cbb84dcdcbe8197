//! What follows by itself from a change: what a stage says, times that are noted, histories.

use time::OffsetDateTime;

use super::catalogue::{Catalogue, KindEntry};
use super::pipeline::choice;
use crate::model::{AttributeId, Change, FieldType, Kind, StageOutcome, Stamp, Value, Values};

/// When something is written, and by whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writing<'a> {
    pub(crate) now: OffsetDateTime,
    pub(crate) by: Option<&'a str>,
    /// How many entries a history has at most.
    pub(crate) max: u64,
}

/// Fills in what follows from the values of a record that was `before` another one, or none. Where nothing changed, nothing
/// follows; what the caller set in the same change stays as it was set.
pub(crate) fn follow(
    catalogue: &Catalogue,
    kind: Kind,
    before: Option<&Values>,
    values: &mut Values,
    writing: Writing<'_>,
) {
    let Some(entry) = catalogue.kind(kind) else { return };
    stage(catalogue, kind, before, values, writing.now);
    for (id, stamp) in &entry.stamps {
        note_time(*id, *stamp, before, values, writing.now);
    }
    for (history, of) in &entry.histories {
        // Who writes a record made anew does not mean to forget what was.
        if values.get(*history).is_none()
            && let Some(old) = before.and_then(|before| before.get(*history))
        {
            values.set(*history, old.clone());
        }
        note_change(entry, *history, *of, before, values, writing);
    }
    fill_times(entry, before, values, writing.now);
}

/// The first stage of the pipeline that is in use where there is none yet; then the probability of the stage, and when it was decided.
fn stage(catalogue: &Catalogue, kind: Kind, before: Option<&Values>, values: &mut Values, now: OffsetDateTime) {
    let Some(stages) = catalogue.stages(kind) else { return };
    let (stage, pipeline) = (stages.stage, stages.pipeline);
    if before.is_none() && values.get(stage.id).is_none() {
        let known = choice(values, pipeline.id).and_then(|choice| pipeline.option(choice.key()));
        let stages = known.map_or(&[][..], |known| catalogue.stages_in(kind, known.code));
        let in_use = |code: u32| stage.options.iter().any(|option| option.code == code && !option.archived);
        if let Some(first) = stages.iter().find(|entry| in_use(entry.code)) {
            values.set(stage.id, Value::Choice(stage.choice_of(first.code)));
        }
    }
    let same = |id: AttributeId, values: &Values| before.is_some_and(|before| before.get(id) == values.get(id));
    if same(stage.id, values) && same(pipeline.id, values) {
        return;
    }
    let Some(says) = catalogue.stage_of(kind, values) else { return };
    let [probability, closed] = [stages.of.probability, stages.of.closed].map(AttributeId::property);
    if values.get(probability).is_none() || same(probability, values) {
        values.set(probability, Value::Integer(says.probability));
    }
    let said = before.and_then(|before| catalogue.stage_of(kind, before)).map(|says| says.outcome);
    let decided = says.outcome != StageOutcome::Open;
    // What was won and then lost was decided anew.
    if decided && (values.get(closed).is_none() || said != Some(says.outcome) && same(closed, values)) {
        values.set(closed, Value::DateTime(now));
    } else if !decided && same(closed, values) {
        values.take(closed);
    }
}

/// Notes the time as a choice takes one of some options; takes it away as it leaves them.
fn note_time(id: AttributeId, stamp: Stamp, before: Option<&Values>, values: &mut Values, now: OffsetDateTime) {
    let of = AttributeId::property(stamp.of);
    if before.is_some_and(|before| before.get(of) == values.get(of)) {
        return;
    }
    let taken = choice(values, of).is_some_and(|choice| stamp.when.contains(&choice.key()));
    if taken && values.get(id).is_none() {
        values.set(id, Value::DateTime(now));
    } else if !taken && before.is_some_and(|before| before.get(id) == values.get(id)) {
        values.take(id);
    }
}

/// Adds what a choice became to its history, unless that ends with it already, or it is what a new record begins with.
fn note_change(
    entry: &KindEntry,
    history: AttributeId,
    of: AttributeId,
    before: Option<&Values>,
    values: &mut Values,
    writing: Writing<'_>,
) {
    let Some(present) = values.get(of).cloned() else { return };
    if before.is_some_and(|before| before.get(of) == Some(&present)) {
        return;
    }
    let Value::Choice(to) = &present else { return };
    let Some(attribute) = entry.attribute_by_id(of) else { return };
    // One that does not exist or is no longer in use is reported where it was set. What every record begins with says
    // nothing about this one.
    let is_first = before.is_none() && attribute.begins_with() == Some(to.key());
    if is_first || attribute.option(to.key()).is_none_or(|option| option.archived) {
        return;
    }
    let last = values.get(history).and_then(|history| history.each().last());
    if matches!(last, Some(Value::Group(last)) if last.part(Change::TO) == Some(&present)) {
        return;
    }
    let mut change = Change::to(to.clone()).at(writing.now);
    change.by = writing.by.map(str::to_owned);
    let mut changes = match values.take(history) {
        Some(Value::List(changes)) => changes,
        _ => Vec::new(),
    };
    // A history that is full forgets what is oldest: a status must always be free to change.
    let most = usize::try_from(writing.max).unwrap_or(usize::MAX);
    let excess = (changes.len() + 1).saturating_sub(most).min(changes.len());
    changes.drain(..excess);
    changes.extend(change.to_value());
    values.set(history, Value::List(changes));
}

/// Fills the times of entries that are new and have none.
fn fill_times(entry: &KindEntry, before: Option<&Values>, values: &mut Values, now: OffsetDateTime) {
    for (whole, part) in &entry.times {
        let lacks = |value: &&Value| matches!(value, Value::Group(group) if group.part(*part).is_none());
        // Nearly all have one. To look for each among all the old ones would cost the square of their number.
        let old = before.and_then(|before| before.get(*whole)).map_or(&[][..], Value::each);
        let old: Vec<&Value> = old.iter().filter(lacks).collect();
        let groups = match values.get_mut(*whole) {
            Some(Value::List(groups)) => groups.as_mut_slice(),
            Some(one) => std::slice::from_mut(one),
            None => continue,
        };
        for value in groups {
            if !lacks(&&*value) || old.contains(&&*value) {
                continue;
            }
            if let Value::Group(group) = value {
                group.put(*part, Some(Value::DateTime(now)));
                group.parts.sort_by_key(|(number, _)| *number);
            }
        }
    }
}
