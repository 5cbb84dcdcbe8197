//! The rows of a table, one after the other: what each means, and what becomes of it.

use super::apply::Source;
use super::compiled::Compiled;
use super::draft::{Draft, Reading, RowProblem, UNKNOWN_OPTION};
use super::intake::{Intake, Meant, Purpose, refused};
use super::mapping::{Mapping, Mistakes, NewOptions, Target};
use super::names::Alone;
use super::planned::{PlannedRow, RowAction};
use super::rows::{BadRow, TableRows};
use super::sum::Sum;
use crate::error::{ErrorKind, Result};
use crate::model::{Kind, search_fold};
use crate::read::view::View;
use crate::schema::{Attribute, Field};
use crate::transaction::Transaction;

/// A table that is gone through.
pub(super) struct Table<'m, 'r> {
    mapping: &'m Mapping,
    rows: &'r mut dyn TableRows,
    /// How many rows were read.
    read: u64,
    /// Of the headings and of these.
    sum: Sum,
    cells: Vec<String>,
    run: Option<Run<'m>>,
    alone: Alone,
}

/// A mapping as it is now, and what was found out.
struct Run<'m> {
    mapping: &'m Mapping,
    headers: Vec<String>,
    compiled: Compiled,
    intake: Intake,
}

impl<'m, 'r> Table<'m, 'r> {
    pub(super) fn new(mapping: &'m Mapping, rows: &'r mut dyn TableRows) -> Self {
        let mut sum = Sum::default();
        sum.add(rows.headers().iter().map(String::as_str));
        Self { mapping, rows, read: 0, sum, cells: Vec::new(), run: None, alone: Alone::default() }
    }

    /// Counts a row that was read. One that can't be read is as good as another such.
    fn count(&mut self, is_whole: bool) {
        self.read += 1;
        let cells = if is_whole { self.cells.as_slice() } else { &[] };
        self.sum.add(cells.iter().map(String::as_str));
    }
}

impl Source for Table<'_, '_> {
    fn begin(&mut self, tx: &mut Transaction<'_>, purpose: Purpose) -> Result<()> {
        let (mapping, headers) = (self.mapping, self.rows.headers().to_vec());
        define_fields(tx, mapping)?;
        let compiled = compile(tx, mapping, &headers)?;
        let names = self.alone.keep(self.run.take().map(|run| run.intake.into_names()), tx.commits_before());
        let intake = Intake::new(&mapping.merging, purpose, names)?;
        self.run = Some(Run { mapping, headers, compiled, intake });
        Ok(())
    }

    fn pass(&mut self, count: u64) {
        while self.read < count {
            match self.rows.next_row(&mut self.cells) {
                None | Some(Err(BadRow { last: true, .. })) => break,
                Some(row) => self.count(row.is_ok()),
            }
        }
    }

    fn sum(&self) -> i64 {
        self.sum.value()
    }

    fn read(&self) -> u64 {
        self.read
    }

    fn next(&mut self, tx: &mut Transaction<'_>) -> Result<Option<PlannedRow>> {
        let Some(run) = &mut self.run else { return Ok(None) };
        let row = self.read + 1;
        let next = self.rows.next_row(&mut self.cells);
        let is_whole = matches!(next, Some(Ok(_)));
        let planned = match next {
            None => return Ok(None),
            Some(Ok(line)) => run.row(tx, row, line, &self.cells)?,
            Some(Err(BadRow { line, column, code, message, last })) => {
                let header = column.and_then(|column| self.rows.headers().get(column.checked_sub(1)?).cloned());
                let problems = vec![RowProblem { header, column, code, message }];
                let action = if last { RowAction::Stop } else { RowAction::Refuse };
                PlannedRow { row, line, action, problems, makes: Vec::new(), numbers: Vec::new() }
            }
        };
        if planned.action != RowAction::Stop {
            self.count(is_whole);
        }
        Ok(Some(planned))
    }
}

impl Run<'_> {
    /// What becomes of a row; does it, unless it is a plan.
    fn row(&mut self, tx: &mut Transaction<'_>, row: u64, line: u64, cells: &[String]) -> Result<PlannedRow> {
        let mut draft = self.draft(tx, cells)?;
        let planned = |action, draft: Draft| {
            let (problems, makes, numbers) = (draft.problems, Vec::new(), Vec::new());
            PlannedRow { row, line, action, problems, makes, numbers }
        };
        if draft.is_blank {
            return Ok(planned(RowAction::Skip, draft));
        }
        let refuses = self.mapping.mistakes == Mistakes::RefuseRow;
        // A row that is refused in any case leaves nothing behind.
        let lacks_options_alone = draft.problems.iter().all(|problem| problem.code == UNKNOWN_OPTION);
        let adds = self.mapping.new_options == NewOptions::Add && (lacks_options_alone || !refuses);
        if adds && self.add_options(tx, &draft)? {
            draft = self.draft(tx, cells)?;
        }
        if !draft.problems.is_empty() && refuses {
            return Ok(planned(RowAction::Refuse, draft));
        }
        let recognised = &self.compiled.recognised;
        let (kind, found) = (recognised.kind, self.intake.matching(tx, recognised, &draft)?);
        let meant = match self.intake.meant(tx, recognised, &found, &mut draft, row)? {
            Meant::Settled(action) => return Ok(planned(action, draft)),
            meant => meant,
        };
        let wanted =
            draft.to_make.iter().filter_map(|new| Some((self.kind_of(tx, new.attribute)?, new.clone()))).collect();
        let (new, makes) = self.intake.make(tx, wanted)?;
        if !new.is_empty() {
            draft = self.draft(tx, cells)?;
        }
        if !self.intake.is_plan() {
            let missing = draft.to_make.iter().map(|new| {
                let message = format!("there is no record \"{}\", and none could be made of that alone", new.title());
                RowProblem::of_row("not-found", message)
            });
            draft.problems.extend(missing);
            if !draft.problems.is_empty() && refuses {
                self.intake.unmake(tx, new)?;
                return Ok(planned(RowAction::Refuse, draft));
            }
        }
        let action = self.intake.put(tx, kind, meant, &mut draft, new)?;
        if action == RowAction::Refuse {
            return Ok(planned(action, draft));
        }
        let numbers = self.intake.give_numbers(tx, draft.numbers)?;
        Ok(PlannedRow { row, line, action, problems: draft.problems, makes, numbers })
    }

    fn draft(&mut self, tx: &Transaction<'_>, cells: &[String]) -> Result<Draft> {
        let Self { intake, compiled, mapping, .. } = self;
        Reading { compiled, currency: mapping.currency, finder: &mut intake.known(tx) }.draft(cells)
    }

    /// The kind of record that an attribute refers to.
    fn kind_of(&self, tx: &Transaction<'_>, id: crate::AttributeId) -> Option<Kind> {
        tx.catalogue_now().attribute_by_id(self.compiled.recognised.kind, id)?.targets.first().copied()
    }

    /// Adds the options that choices lack, and the stages that pipelines lack; gives whether there were any.
    fn add_options(&mut self, tx: &mut Transaction<'_>, draft: &Draft) -> Result<bool> {
        let kind = self.compiled.recognised.kind;
        let mut added = super::stages::complete(tx, kind, draft)?;
        for (id, label) in &draft.new_options {
            let catalogue = tx.catalogue_now();
            let Some(attribute) = catalogue.attribute_by_id(kind, *id) else { continue };
            // Stages belong to pipelines; options of parts have meanings of their own.
            if super::stages::is_of_pipeline(catalogue, kind, *id) || attribute.part_of.is_some() {
                continue;
            }
            let (attribute_key, key) = (attribute.key.to_string(), option_key(attribute, label));
            match tx.edit_field(kind, &attribute_key).and_then(|edit| edit.add_option(&key, label)) {
                Ok(_) => added = true,
                // The row says that there is no such option.
                Err(error) if matches!(error.kind(), ErrorKind::Definition { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        if added {
            self.compiled = compile(tx, self.mapping, &self.headers)?;
        }
        Ok(added)
    }
}

fn compile(tx: &Transaction<'_>, mapping: &Mapping, headers: &[String]) -> Result<Compiled> {
    Compiled::of(tx.catalogue_now(), mapping, headers).map_err(refused)
}

/// Defines the custom fields that the mapping wants and that are not there.
pub(super) fn define_fields(tx: &mut Transaction<'_>, mapping: &Mapping) -> Result<()> {
    let Some(kind) = tx.catalogue_now().kind_named(&mapping.kind).map(|entry| entry.kind) else { return Ok(()) };
    for target in mapping.columns.iter().flat_map(|column| &column.to) {
        let Target::Field(field) = target else { continue };
        if tx.catalogue_now().settable(kind, &field.key).is_some() {
            continue;
        }
        let new = Field::of_type(&field.key, field.value_type.value_type()).on(kind).label(&field.label);
        tx.define(new.several(field.split.is_some()))?;
    }
    Ok(())
}

/// A key for an option that has that label.
pub(super) fn option_key(attribute: &Attribute, label: &str) -> String {
    let folded = search_fold(label);
    let mut key: String = folded.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).take(40).collect();
    if !key.starts_with(|c: char| c.is_alphabetic()) {
        key.insert(0, '_');
    }
    while attribute.option(&key).is_some() {
        key.push('_');
    }
    key
}
