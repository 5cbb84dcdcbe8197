//! A database put together again from all that it holds, as it was: nothing is filled in or noted anew.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::Transaction;
use super::definitions::Definitions;
use super::fields::refuse;
use super::questions;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{AttributeId, Kind, RecordId, Rule, Value, Values};
use crate::read::saved;
use crate::rows::{self, Row, Subject};
use crate::schema::{
    self, Catalogue, Definition, DefinitionProblem, KindDefinition, PipelineDefinition, QuestionDefinition,
    QuestionProblem, TagDefinition, question_name,
};
use crate::store::{self, StoreError, Table};

/// Definitions that come with their numbers.
#[derive(Debug)]
pub(crate) struct NewSchema {
    new: Definitions,
    /// The numbers of fields, which no two kinds share.
    fields: BTreeSet<AttributeId>,
}

/// What became of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Restored {
    pub(crate) row: u32,
    /// Whether it refers to a record that is not there yet.
    pub(crate) waits: bool,
}

/// What became of the references of a record once all records were there.
#[derive(Debug)]
pub(crate) enum Relinked {
    Whole,
    Dangling(RecordId),
    /// The key of the attribute that leads back.
    Circular(String),
}

impl NewSchema {
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.new.catalogue
    }

    /// Takes in a kind; false if its number is taken.
    pub(crate) fn kind(&mut self, kind: Kind, definition: KindDefinition) -> Result<bool> {
        if self.new.catalogue.kind(kind).is_some() {
            return Ok(false);
        }
        let problems = schema::kind_problems(&self.new.catalogue, &definition, None, &self.new.limits);
        refuse(&definition.singular, problems)?;
        self.new.kind_definition(kind, definition);
        Ok(true)
    }

    /// Takes in a field, or the options added to a built-in choice; false if its number is taken.
    pub(crate) fn field(&mut self, kind: Kind, id: AttributeId, definition: Definition) -> Result<bool> {
        let catalogue = &self.new.catalogue;
        let taken = catalogue.definition(kind, id).is_some();
        if taken || id.is_custom() && !self.fields.insert(id) {
            return Ok(false);
        }
        let mut problems = option_problems(catalogue, kind, id, &definition);
        if id.is_custom() {
            let Definition { default, min, max, .. } = &definition;
            refuse(&definition.key, schema::deep_problems(default.as_ref(), min.as_ref(), max.as_ref()))?;
            if schema::type_of_code(definition.type_code).is_none() {
                problems.push(DefinitionProblem::WrongType { of: "type", expected: "the name of a type" });
            }
            problems.extend(schema::problems(catalogue, &schema::draft_of(&definition), None, &self.new.limits));
        } else {
            let key = || definition.key.clone();
            match catalogue.attribute_by_id(kind, id) {
                Some(attribute) if attribute.is_editable() => {}
                Some(_) => problems.push(DefinitionProblem::BuiltInField),
                None => problems.push(DefinitionProblem::UnknownField { key: key(), nearest: None }),
            }
            if definition.options.len() as u64 > self.new.limits.options {
                problems.push(DefinitionProblem::TooMany { max: self.new.limits.options });
            }
        }
        refuse(&definition.key, problems)?;
        self.new.definition(kind, id, definition)?;
        Ok(true)
    }

    /// Takes in the stages of a pipeline; false if it has some already.
    pub(crate) fn pipeline(&mut self, kind: Kind, code: u32, definition: PipelineDefinition) -> Result<bool> {
        if self.new.pipelines.iter().any(|(of, known, _)| (*of, *known) == (kind, code)) {
            return Ok(false);
        }
        let stages = self.new.catalogue.stages(kind);
        let known = stages.is_some_and(|stages| {
            let is_option = |code: i64| stages.stage.options.iter().any(|option| i64::from(option.code) == code);
            definition.stages.iter().all(|stage| is_option(stage.stage))
        });
        if !known || definition.stages.len() as u64 > self.new.limits.options {
            let problem = DefinitionProblem::WrongType { of: "stages", expected: "the keys of stages" };
            refuse("stages", vec![problem])?;
        }
        self.new.catalogue.apply_pipeline(kind, code, &definition);
        self.new.pipelines.push((kind, code, definition));
        Ok(true)
    }
}

/// What is wrong with the options of a definition as they come with their numbers.
fn option_problems(
    catalogue: &Catalogue,
    kind: Kind,
    id: AttributeId,
    definition: &Definition,
) -> Vec<DefinitionProblem> {
    let mut problems = Vec::new();
    let (mut codes, mut keys) = (BTreeSet::new(), BTreeSet::new());
    let built_in = catalogue.attribute_by_id(kind, id).filter(|_| !id.is_custom());
    let built_in = built_in.map_or(&[][..], |attribute| attribute.options.as_slice());
    for option in &definition.options {
        schema::check_option_key(&option.key, &mut problems);
        schema::check_label(&option.label, &mut problems);
        let of_crate =
            |known: &&schema::ChoiceOption| i64::from(known.code) == option.code || *known.key == *option.key;
        let other = built_in
            .iter()
            .find(of_crate)
            .is_some_and(|known| i64::from(known.code) != option.code || *known.key != *option.key);
        if !codes.insert(option.code) || !keys.insert(&option.key) || other {
            problems.push(DefinitionProblem::OptionTaken { option: option.key.clone() });
        }
        if !(1..i64::from(u32::MAX)).contains(&option.code) {
            problems.push(DefinitionProblem::WrongType { of: "code", expected: "a number from 1 on" });
        }
    }
    problems
}

impl<'db> Transaction<'db> {
    /// Fails if the database has records or definitions.
    pub(crate) fn check_empty(&self) -> Result<()> {
        self.writer.check_usable()?;
        let not_empty = |found: String| Err(ErrorKind::NotEmpty { found }.into());
        for entry in self.catalogue.kinds() {
            if store::next_row(&self.writer, entry.kind)? > 0 {
                return not_empty(format!("records of the kind {}", entry.singular));
            }
            if entry.kind.is_custom() {
                return not_empty(format!("the kind \"{}\"", entry.singular));
            }
        }
        if let Some((.., definition)) = self.catalogue.definitions().next() {
            return not_empty(format!("a definition of \"{}\"", definition.key));
        }
        if self.catalogue.tags.ids().next().is_some() {
            return not_empty("tags".to_owned());
        }
        if let Some(pipeline) = rows::pipeline_definitions(&self.writer).next() {
            pipeline?;
            return not_empty("stages of a pipeline".to_owned());
        }
        if store::question_count(&self.writer)? > 0 {
            return not_empty("saved questions".to_owned());
        }
        Ok(())
    }

    pub(crate) fn new_schema(&self) -> NewSchema {
        NewSchema { new: self.new_definitions(), fields: BTreeSet::new() }
    }

    pub(crate) fn put_schema(&mut self, schema: NewSchema) -> Result<()> {
        self.put_definitions(schema.new)
    }

    /// Takes in a tag; false if its number is taken.
    pub(crate) fn restore_tag(&mut self, id: u32, definition: &TagDefinition) -> Result<bool> {
        if self.catalogue.tags.has(id) {
            return Ok(false);
        }
        self.apply(|writer, _| {
            rows::put_tag(writer, id, definition);
            Ok(())
        })?;
        self.catalogue_mut().tags_mut().add(id, definition);
        Ok(true)
    }

    /// Says which number the next saved question gets at least.
    pub(crate) fn restore_next_question(&mut self, next: u32) -> Result<()> {
        let next = next.max(store::next_question(&self.writer)?);
        self.apply(|writer, _| {
            store::set_next_question(writer, next);
            Ok(())
        })
    }

    /// Takes in a saved question; false if its number or its name is taken.
    pub(crate) fn restore_question(&mut self, id: u32, question: &QuestionDefinition) -> Result<bool> {
        let limits = self.options.limits;
        let name = question.name.as_str();
        if question_name(name) != Some(name) {
            return questions::refuse(name, QuestionProblem::BadName);
        }
        let mut again = question.clone();
        questions::describe(&mut again, question.description.as_deref(), limits.text)?;
        questions::file(&mut again, question.folder.as_deref())?;
        if question.tree.len() as u64 > limits.long_text {
            return questions::refuse(name, QuestionProblem::TooLong { what: "question", max: limits.long_text });
        }
        if saved::readable(id, question).is_err() {
            return questions::refuse(name, QuestionProblem::Unreadable);
        }
        if u64::from(store::question_count(&self.writer)?) >= limits.questions {
            return questions::refuse(name, QuestionProblem::TooMany { max: limits.questions });
        }
        self.apply(|writer, _| rows::restore_question(writer, id, question))
    }

    /// Takes in a record as it is. What is wrong with it comes back as [`Invalid`](ErrorKind::Invalid); that a reference leads
    /// nowhere yet is not.
    pub(crate) fn restore_record(
        &mut self,
        kind: Kind,
        id: Uuid,
        values: &Values,
        tags: &[u32],
        unseen: Vec<(AttributeId, String)>,
    ) -> Result<Restored> {
        if store::next_row(&self.writer, kind)? == u32::MAX {
            return Err(ErrorKind::Full { kind }.into());
        }
        let mut violations = Vec::new();
        let subject = Subject { kind, id, values, before: None };
        let known = rows::check(&self.writer, &self.catalogue, subject, &mut violations)?;
        let all = violations.len();
        violations.retain(|violation| violation.rule != Rule::Dangling);
        let waits = violations.len() < all;
        super::write::refuse(kind, violations)?;
        let row = self.put_new(RecordId { kind, uuid: id }, values, tags, known)?;
        if !unseen.is_empty() {
            self.apply(|writer, _| {
                rows::put_unseen_texts(writer, kind, row, unseen);
                Ok(())
            })?;
        }
        Ok(Restored { row, waits })
    }

    /// Begins to give records their links to those that came behind them.
    pub(crate) fn relinking(&mut self) -> Relinking<'_, 'db> {
        self.filling.stop();
        Relinking { tx: self, passed: BTreeMap::new(), noted: 0 }
    }
}

/// Records that get links to others which came behind them.
#[derive(Debug)]
pub(crate) struct Relinking<'t, 'db> {
    tx: &'t mut Transaction<'db>,
    /// From where no circle begins, by attribute: what was followed to its end.
    passed: BTreeMap<(Kind, AttributeId), BTreeSet<u32>>,
    noted: usize,
}

/// So many rows are noted before their columns are written.
const NOTED: usize = 20_000;

impl Relinking<'_, '_> {
    pub(crate) fn relink(&mut self, kind: Kind, row: u32) -> Result<Relinked> {
        let writer = &self.tx.writer;
        let gone = || {
            let reason = "a record that was just written is gone";
            Error::from(StoreError::corrupt(Table::Records, &rows::row_key(kind, row), reason))
        };
        let record = rows::load(writer, &self.tx.catalogue, kind, row)?.ok_or_else(gone)?;
        if let Some(target) = rows::first_dangling(writer, &record.values)? {
            return Ok(Relinked::Dangling(target));
        }
        if let Some(key) = self.leads_back(&record)? {
            return Ok(Relinked::Circular(key));
        }
        self.tx.apply(|writer, catalogue| rows::relink(writer, catalogue, &record))?;
        self.noted += 1;
        if self.noted == NOTED {
            self.merge()?;
        }
        Ok(Relinked::Whole)
    }

    pub(crate) fn finish(mut self) -> Result<()> {
        if self.noted > 0 { self.merge() } else { Ok(()) }
    }

    fn merge(&mut self) -> Result<()> {
        self.noted = 0;
        self.tx.apply(rows::merge)
    }

    /// The attribute through which a record is above itself. Each record is followed once.
    fn leads_back(&mut self, record: &Row) -> Result<Option<String>> {
        let catalogue = &self.tx.catalogue;
        let acyclic = record.values.iter().filter_map(|(id, value)| match value {
            Value::Reference(_) => catalogue.attribute_by_id(record.kind, id).filter(|attribute| attribute.acyclic),
            _ => None,
        });
        for attribute in acyclic {
            let passed = self.passed.entry((record.kind, attribute.id)).or_default();
            let mut way = BTreeSet::new();
            let (mut at, mut next) = (record.row, record.values.get(attribute.id).cloned());
            loop {
                if !way.insert(at) {
                    return Ok(Some(attribute.key.to_string()));
                }
                let Some(Value::Reference(target)) = next else { break };
                let Some(row) = rows::find(&self.tx.writer, target)?.filter(|_| target.kind == record.kind) else {
                    break;
                };
                if passed.contains(&row) {
                    break;
                }
                let above = rows::load(&self.tx.writer, catalogue, record.kind, row)?;
                (at, next) = (row, above.and_then(|mut above| above.values.take(attribute.id)));
            }
            passed.extend(way);
        }
        Ok(None)
    }
}
