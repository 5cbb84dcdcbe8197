//! Changes of definitions, checked one upon the other before any of them is written.

use super::Transaction;
use super::fields::refuse;
use crate::error::Result;
use crate::model::{AttributeId, Kind};
use crate::rows;
use crate::schema::{
    self, Attribute, Catalogue, CustomKind, Definition, DefinitionProblem, Draft, KindDefinition, Limits, Pipeline,
    PipelineDefinition, QuestionDefinition, StageDefinition,
};

/// The catalogue as it will be, and the rows that make it so. One that is dropped changes nothing.
#[derive(Debug)]
pub(super) struct Definitions {
    pub(super) catalogue: Catalogue,
    pub(super) questions: Vec<QuestionDefinition>,
    pub(super) limits: Limits,
    kinds: Vec<(Kind, KindDefinition)>,
    fields: Vec<(Kind, AttributeId, Definition)>,
    pub(super) pipelines: Vec<(Kind, u32, PipelineDefinition)>,
}

impl Definitions {
    fn new(catalogue: &Catalogue, limits: Limits) -> Self {
        Self {
            catalogue: catalogue.clone(),
            questions: Vec::new(),
            limits,
            kinds: Vec::new(),
            fields: Vec::new(),
            pipelines: Vec::new(),
        }
    }

    pub(super) fn kind(&mut self, kind: CustomKind) -> Result<Kind> {
        let definition = KindDefinition::new(kind);
        let problems = schema::kind_problems(&self.catalogue, &definition, None, &self.limits);
        refuse(&definition.singular, problems)?;
        let Some(number) = self.catalogue.next_kind() else {
            let problem = DefinitionProblem::TooMany { max: self.limits.kinds };
            return refuse(&definition.singular, vec![problem]).map(|()| Kind::CONTACT);
        };
        self.kind_definition(number, definition);
        Ok(number)
    }

    /// Puts a definition that was checked in force.
    pub(super) fn kind_definition(&mut self, kind: Kind, definition: KindDefinition) {
        self.catalogue.apply_kind(kind, definition.clone());
        self.kinds.push((kind, definition));
    }

    pub(super) fn field(&mut self, draft: &Draft) -> Result<AttributeId> {
        refuse(&draft.key, schema::problems(&self.catalogue, draft, None, &self.limits))?;
        let id = self.catalogue.next_field();
        self.definition(draft.kind, id, schema::definition_of(draft))?;
        Ok(id)
    }

    /// Puts a definition in force, once the default it gives passes its own rules.
    pub(super) fn definition(&mut self, kind: Kind, id: AttributeId, definition: Definition) -> Result<()> {
        let applied = self.catalogue.apply(kind, id, definition.clone());
        refuse(&definition.key, applied.err().map(|_| DefinitionProblem::UnknownKind).into_iter().collect())?;
        let violations = self.catalogue.attribute_by_id(kind, id).map_or_else(Vec::new, |attribute| {
            let mut violations = schema::default_violations(&self.catalogue, attribute, &self.limits);
            // What can't even be read as the field's type is not among the rules.
            if let Some(default) = &definition.default {
                schema::coerce(attribute, default.clone(), &mut violations);
            }
            violations
        });
        if !violations.is_empty() {
            let violations = violations.iter().map(ToString::to_string).collect();
            return refuse(&definition.key, vec![DefinitionProblem::BadDefault { violations }]);
        }
        self.fields.push((kind, id, definition));
        Ok(())
    }

    /// Adds the options that a choice lacks, each with its key and label; says which those were.
    pub(super) fn options(&mut self, choice: &Attribute, wanted: &[(String, String)]) -> Result<Vec<String>> {
        let mut problems = Vec::new();
        for (key, label) in wanted {
            schema::check_option_key(key, &mut problems);
            schema::check_label(label, &mut problems);
        }
        let pairs = wanted.iter().map(|(key, label)| (key.as_str(), label.as_str()));
        let missing = schema::missing_options(choice, pairs);
        if missing.is_empty() {
            return Ok(Vec::new());
        }
        if (choice.options.len() + missing.len()) as u64 > self.limits.options {
            problems.push(DefinitionProblem::TooMany { max: self.limits.options });
        }
        refuse(&choice.key, problems)?;
        let keys = missing.iter().map(|option| option.key.clone()).collect();
        let known = self.catalogue.definition(choice.kind, choice.id).cloned();
        let mut definition = known.unwrap_or_else(|| Definition::added_options(choice.kind.0, &choice.key));
        definition.options.extend(missing);
        self.definition(choice.kind, choice.id, definition)?;
        Ok(keys)
    }

    /// Brings archived options back.
    fn restore(&mut self, choice: &Attribute, wanted: impl Fn(&str) -> bool) -> Result<()> {
        let Some(mut definition) = self.catalogue.definition(choice.kind, choice.id).cloned() else { return Ok(()) };
        let mut restored = false;
        for option in definition.options.iter_mut().filter(|option| wanted(&option.key)) {
            restored |= option.archived.take() == Some(true);
        }
        if restored { self.definition(choice.kind, choice.id, definition) } else { Ok(()) }
    }

    pub(super) fn pipeline(&mut self, kind: Kind, pipeline: Pipeline) -> Result<()> {
        refuse(&pipeline.key, schema::pipeline_problems(&self.catalogue, kind, &pipeline, &self.limits))?;
        let Some(stages) = self.catalogue.stages(kind) else { return Ok(()) };
        let (stage, choice) = (stages.stage.clone(), stages.pipeline.clone());
        let names = |stage: &schema::PipelineStage| (stage.key.clone(), stage.label.clone());
        self.options(&stage, &pipeline.stages.iter().map(names).collect::<Vec<_>>())?;
        let own = (pipeline.key, pipeline.label);
        self.options(&choice, std::slice::from_ref(&own))?;
        self.restore(&stage, |key| pipeline.stages.iter().any(|stage| stage.key == key))?;
        self.restore(&choice, |key| own.0 == key)?;
        let Some(stages) = self.catalogue.stages(kind) else { return Ok(()) };
        let entries = pipeline.stages.iter().filter_map(|stage| {
            let option = stages.stage.option(&stage.key)?;
            Some(StageDefinition::new(i64::from(option.code), stage.probability, stage.outcome.code()))
        });
        let definition = PipelineDefinition::new(entries.collect());
        let Some(code) = stages.pipeline.option(&own.0).map(|option| option.code) else { return Ok(()) };
        self.catalogue.apply_pipeline(kind, code, &definition);
        self.pipelines.push((kind, code, definition));
        Ok(())
    }
}

impl Transaction<'_> {
    pub(super) fn new_definitions(&self) -> Definitions {
        Definitions::new(&self.catalogue, self.options.limits)
    }

    /// Puts new definitions in force. Nothing else may have been written since they were begun.
    pub(super) fn put_definitions(&mut self, new: Definitions) -> Result<()> {
        let Definitions { catalogue, questions, kinds, fields, pipelines, .. } = new;
        self.apply(|writer, _| {
            for (kind, definition) in &kinds {
                rows::put_kind(writer, *kind, definition);
            }
            for (kind, id, definition) in &fields {
                rows::put_field(writer, *kind, *id, definition);
            }
            for (kind, code, definition) in &pipelines {
                rows::put_pipeline(writer, *kind, *code, definition);
            }
            for question in &questions {
                rows::put_question(writer, None, question)?;
            }
            Ok(())
        })?;
        if !(kinds.is_empty() && fields.is_empty() && pipelines.is_empty()) {
            *self.catalogue_mut() = catalogue;
        }
        Ok(())
    }
}
