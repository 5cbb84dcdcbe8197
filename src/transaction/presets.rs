//! Applying presets.

use std::collections::BTreeSet;

use super::definitions::Definitions;
use super::fields::refuse;
use super::{Transaction, questions};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Currency, Kind, ValueType, key_fold};
use crate::presets::{Applied, Preset, PresetConflict, PresetEntry, PresetField, PresetProblem};
use crate::read::view::View as _;
use crate::rows;
use crate::schema::{self, Attribute, Catalogue, DefinitionProblem, Draft, QuestionProblem};
use crate::store::question_count;

impl Transaction<'_> {
    /// Adds what a preset brings and the database does not have: kinds, fields, options, pipelines, saved questions. What is
    /// there under the same key or name stays as it is, so that applying a preset twice adds nothing the second time, and
    /// presets that share fields go together. A choice that is there gets the options it lacks. To see what a preset would do,
    /// apply it in a transaction and drop that.
    ///
    /// # Errors
    /// [`Preset`](ErrorKind::Preset) with everything that does not go with the database: fields of the same key and another
    /// type or currency, what was archived, what would be refused by itself. Nothing of the preset is added then.
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    ///
    /// ```
    /// use contactdb::{Contact, Currency, Database, Read, presets};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.apply_preset(&presets::saas(Currency::EUR))?;
    /// tx.insert(&Contact::named("Ada", "Lovelace").set_value("health_score", 35))?;
    /// tx.commit()?;
    ///
    /// let snapshot = db.read()?;
    /// let at_risk = snapshot.saved_question("Customers at risk")?;
    /// assert_eq!(snapshot.ask(&at_risk).count()?, 1);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn apply_preset(&mut self, preset: &Preset) -> Result<Applied> {
        let mut planning = Planning { new: self.new_definitions(), applied: Applied::default(), conflicts: Vec::new() };
        planning.kinds(preset);
        planning.fields(preset);
        planning.options(preset);
        planning.pipelines(preset);
        // A question about what could not be planned would only repeat the reason.
        if planning.conflicts.is_empty() {
            self.plan_questions(preset, &mut planning)?;
        }
        let Planning { new, applied, conflicts } = planning;
        if !conflicts.is_empty() {
            return Err(ErrorKind::Preset { preset: crate::model::shorten(&preset.key), conflicts }.into());
        }
        self.put_definitions(new)?;
        Ok(applied)
    }

    fn plan_questions(&self, preset: &Preset, planning: &mut Planning) -> Result<()> {
        let options = self.options;
        let mut count = u64::from(question_count(self.tables().0)?);
        let mut planned = BTreeSet::new();
        for question in &preset.questions {
            let entry = PresetEntry::Question { name: question.name.clone() };
            let read = || {
                let (_, mut definition) =
                    questions::checked(&question.name, question.text.as_str(), &planning.new.catalogue, options)?;
                questions::describe(&mut definition, question.description.as_deref(), options.limits.text)?;
                questions::file(&mut definition, question.folder.as_deref())?;
                Ok(definition)
            };
            if !question.name.trim().is_empty() && rows::find_question(self.tables().0, question.name.trim())?.is_some()
                || planned.contains(&key_fold(question.name.trim()))
            {
                planning.applied.present.push(entry);
                continue;
            }
            let checked = read().and_then(|definition| {
                let max = options.limits.questions;
                let full = || questions::refuse(&definition.name, QuestionProblem::TooMany { max });
                if count >= max { full() } else { Ok(definition) }
            });
            if let Some(definition) = planning.note(entry, checked) {
                count += 1;
                planned.insert(key_fold(&definition.name));
                planning.new.questions.push(definition);
            }
        }
        Ok(())
    }
}

/// A preset on its way into the database.
struct Planning {
    new: Definitions,
    applied: Applied,
    conflicts: Vec<PresetConflict>,
}

impl Planning {
    /// Notes what was planned, or why it can't be.
    fn note<T>(&mut self, entry: PresetEntry, planned: Result<T>) -> Option<T> {
        match planned {
            Ok(planned) => {
                self.applied.added.push(entry);
                Some(planned)
            }
            Err(error) => {
                self.conflict(entry, PresetProblem::Refused(error));
                None
            }
        }
    }

    fn conflict(&mut self, entry: PresetEntry, problem: PresetProblem) {
        self.conflicts.push(PresetConflict { entry, problem });
    }

    fn kinds(&mut self, preset: &Preset) {
        for kind in &preset.kinds {
            let entry = PresetEntry::Kind { singular: kind.singular.clone() };
            let known = self.new.catalogue.kind_named(&kind.singular);
            match known.filter(|known| known.kind.is_custom() && *known.singular == *kind.singular) {
                Some(known) if known.archived => self.conflict(entry, PresetProblem::Archived),
                Some(_) => self.applied.present.push(entry),
                None => {
                    let planned = self.new.kind(kind.clone());
                    self.note(entry, planned);
                }
            }
        }
    }

    /// The kind of that name. Why one of the preset's own is missing was said already.
    fn kind(&mut self, preset: &Preset, entry: &PresetEntry, name: &str) -> Option<Kind> {
        let known = self.new.catalogue.kind_named(name).map(|known| known.kind);
        if known.is_none() && !preset.kinds.iter().any(|kind| kind.singular == name || kind.plural == name) {
            self.conflict(entry.clone(), PresetProblem::Missing { name: name.to_owned() });
        }
        known
    }

    fn fields(&mut self, preset: &Preset) {
        for field in &preset.fields {
            let entry = PresetEntry::Field { kind: field.kind.clone(), key: field.draft.key.clone() };
            let kind = self.kind(preset, &entry, &field.kind);
            let targets = field.targets.iter().map(|name| self.kind(preset, &entry, name)).collect::<Vec<_>>();
            let (Some(kind), Some(targets)) = (kind, targets.into_iter().collect::<Option<Vec<_>>>()) else {
                continue;
            };
            let Draft { default, min, max, .. } = &field.draft;
            let deep = schema::deep_problems(default.as_ref(), min.as_ref(), max.as_ref());
            if let Err(error) = refuse(&field.draft.key, deep) {
                self.conflict(entry, PresetProblem::Refused(error));
                continue;
            }
            let mut draft = Draft { kind, ..field.draft.clone() };
            if !targets.is_empty() {
                draft.targets = targets;
            }
            self.field(field, entry, &draft);
        }
    }

    fn field(&mut self, field: &PresetField, entry: PresetEntry, draft: &Draft) {
        let known = self.new.catalogue.fields(draft.kind).find(|known| *known.key == *draft.key).cloned();
        let Some(known) = known else {
            let planned = self.new.field(draft);
            self.note(entry, planned);
            return;
        };
        let (found, expected) = (Typed::of(&known), Typed::asked(draft));
        if found != expected {
            let catalogue = &self.new.catalogue;
            let problem =
                PresetProblem::OtherType { found: found.describe(catalogue), expected: expected.describe(catalogue) };
            self.conflict(entry, problem);
        } else if known.archived {
            self.conflict(entry, PresetProblem::Archived);
        } else {
            self.applied.present.push(entry);
            self.add_options(&field.kind, &known, &draft.options);
        }
    }

    fn options(&mut self, preset: &Preset) {
        for option in &preset.options {
            let (kind, field, key) = (option.kind.clone(), option.field.clone(), option.key.clone());
            let entry = PresetEntry::Option { kind, field, key };
            let Some(kind) = self.kind(preset, &entry, &option.kind) else { continue };
            let catalogue = &self.new.catalogue;
            let choice = catalogue.settable(kind, &option.field).or_else(|| catalogue.attribute(kind, &option.field));
            let fits = |choice: &&Attribute| choice.value_type == ValueType::Choice && choice.is_editable();
            let Some(choice) = choice.filter(fits).cloned() else {
                let nearest = catalogue.nearest_key(kind, &option.field);
                let problem = DefinitionProblem::UnknownField { key: option.field.clone(), nearest };
                let error = ErrorKind::Definition { key: option.field.clone(), problems: vec![problem] };
                self.conflict(entry, PresetProblem::Refused(Error::from(error)));
                continue;
            };
            if choice.option(&option.key).is_some() {
                self.applied.present.push(entry);
            } else {
                self.add_options(&option.kind, &choice, &[(option.key.clone(), option.label.clone())]);
            }
        }
    }

    fn add_options(&mut self, kind: &str, choice: &Attribute, wanted: &[(String, String)]) {
        let entry = |key: &str| PresetEntry::Option {
            kind: kind.to_owned(),
            field: choice.key.to_string(),
            key: key.to_owned(),
        };
        match self.new.options(choice, wanted) {
            Ok(added) => self.applied.added.extend(added.iter().map(|key| entry(key))),
            Err(error) => {
                let missing = wanted.iter().find(|(key, _)| choice.option(key).is_none());
                let entry = entry(missing.map_or("", |(key, _)| key));
                self.conflict(entry, PresetProblem::Refused(error));
            }
        }
    }

    fn pipelines(&mut self, preset: &Preset) {
        for pipeline in &preset.pipelines {
            let entry = PresetEntry::Pipeline { key: pipeline.key.clone() };
            let stages = self.new.catalogue.stages(Kind::DEAL);
            let known = stages.and_then(|stages| stages.pipeline.option(&pipeline.key));
            match known {
                Some(known) if known.archived => self.conflict(entry, PresetProblem::Archived),
                Some(_) => self.applied.present.push(entry),
                None => {
                    let planned = self.new.pipeline(Kind::DEAL, pipeline.clone());
                    self.note(entry, planned);
                }
            }
        }
    }
}

/// What must be alike for one field to serve as another.
#[derive(PartialEq)]
struct Typed {
    value_type: ValueType,
    many: bool,
    targets: BTreeSet<Kind>,
    currency: Option<Currency>,
}

impl Typed {
    fn of(attribute: &Attribute) -> Self {
        let Attribute { value_type, many, targets, rules, .. } = attribute;
        let targets = targets.iter().copied().collect();
        Self { value_type: *value_type, many: *many, targets, currency: rules.currency }
    }

    fn asked(draft: &Draft) -> Self {
        let targets = draft.targets.iter().copied().collect();
        Self { value_type: draft.value_type, many: draft.many, targets, currency: draft.currency }
    }

    fn describe(&self, catalogue: &Catalogue) -> String {
        let mut text = if self.many { "several values, each " } else { "" }.to_owned();
        text.push_str(match self.value_type {
            ValueType::LongText => "a long text",
            other => other.describe(),
        });
        if let Some(currency) = self.currency {
            text.push_str(" in ");
            text.push_str(currency.code());
        }
        let names: Vec<&str> =
            self.targets.iter().filter_map(|kind| catalogue.kind(*kind)).map(|entry| &*entry.singular).collect();
        if !names.is_empty() {
            text.push_str(" of the kind ");
            text.push_str(&names.join(" or "));
        }
        text
    }
}
