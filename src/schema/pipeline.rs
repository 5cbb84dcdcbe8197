//! Pipelines: the stages that a deal goes through, in their order, and what each says.

use std::collections::BTreeSet;

use super::catalogue::Catalogue;
use super::define::{DefinitionProblem, check_label, check_option_key};
use super::definition::OptionDefinition;
use super::{Attribute, Limits};
use crate::model::{AttributeId, Choice, Kind, Rule, Stage, StageOf, StageOutcome, Value, Values, Violation};

/// A way that deals go, stage by stage.
///
/// Every database has the pipeline `sales`; [`define_pipeline`](crate::Transaction::define_pipeline) adds others or puts
/// other stages in the place of its own, and [`Catalogue::pipelines`] lists them. Stages are options of the attribute
/// `stage`: pipelines that name the same key share one.
///
/// ```
/// use contactdb::{Database, Deal, Kind, Pipeline, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// let lettings = Pipeline::new("lettings", "Lettings")
///     .stage("viewing", "Viewing", 20)
///     .stage("application", "Application", 60)
///     .won("let", "Let")
///     .lost("withdrawn", "Withdrawn");
/// tx.define_pipeline(Kind::DEAL, lettings)?;
/// let flat = tx.insert(&Deal::new("Flat 7").pipeline("lettings"))?;
/// assert_eq!(tx.get(flat)?.expect("just inserted").record.stage, Some("viewing".into()));
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "a pipeline does nothing until it is defined in a transaction"]
pub struct Pipeline {
    /// The key that deals name.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// Its stages, in their order.
    pub stages: Vec<PipelineStage>,
}

/// A stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PipelineStage {
    /// The key that deals name.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// How likely a deal in it is to be won, in per cent.
    pub probability: i64,
    /// Whether a deal in it is still open, won or lost.
    pub outcome: StageOutcome,
}

impl Pipeline {
    /// A pipeline without stages yet.
    pub fn new(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self { key: key.into(), label: label.into(), stages: Vec::new() }
    }

    /// Adds a stage behind the others: its key, what people call it, and how likely a deal in it is to be won, in per
    /// cent.
    pub fn stage(self, key: impl Into<String>, label: impl Into<String>, probability: i64) -> Self {
        self.with(key, label, probability, StageOutcome::Open)
    }

    /// Adds a stage that means that the deal is won.
    pub fn won(self, key: impl Into<String>, label: impl Into<String>) -> Self {
        self.with(key, label, 100, StageOutcome::Won)
    }

    /// Adds a stage that means that the deal is lost.
    pub fn lost(self, key: impl Into<String>, label: impl Into<String>) -> Self {
        self.with(key, label, 0, StageOutcome::Lost)
    }

    fn with(
        mut self,
        key: impl Into<String>,
        label: impl Into<String>,
        probability: i64,
        outcome: StageOutcome,
    ) -> Self {
        self.stages.push(PipelineStage { key: key.into(), label: label.into(), probability, outcome });
        self
    }
}

/// Where a kind keeps its stages and pipelines.
pub(crate) struct Stages<'c> {
    pub(crate) of: StageOf,
    pub(crate) stage: &'c Attribute,
    pub(crate) pipeline: &'c Attribute,
}

impl Catalogue {
    /// The pipelines of a kind of record, those of [`Kind::DEAL`] say; none for kinds that have none.
    pub fn pipelines(&self, kind: Kind) -> impl Iterator<Item = Pipeline> {
        self.stages(kind).into_iter().flat_map(move |stages| {
            let options = stages.pipeline.options.iter().filter(|option| !option.archived);
            options.map(move |option| Pipeline {
                key: option.key.to_string(),
                label: option.label.to_string(),
                stages: self
                    .stages_in(kind, option.code)
                    .iter()
                    .filter_map(|entry| public(stages.stage, entry))
                    .collect(),
            })
        })
    }

    /// The attributes of a kind that make up its pipelines; `None` if it has none.
    pub(crate) fn stages(&self, kind: Kind) -> Option<Stages<'_>> {
        let entry = self.kind(kind)?;
        let stage = entry.attribute_by_id(entry.stage?)?;
        let of = stage.property?.traits.stage_of?;
        let pipeline = entry.attribute_by_id(AttributeId::property(of.pipeline))?;
        Some(Stages { of, stage, pipeline })
    }

    /// What the stage of a record says; `None` without one that its pipeline has.
    pub(crate) fn stage_of(&self, kind: Kind, values: &Values) -> Option<Stage> {
        let stages = self.stages(kind)?;
        let (pipeline, stage) = (choice(values, stages.pipeline.id)?, choice(values, stages.stage.id)?);
        let (pipeline, stage) = (stages.pipeline.option(pipeline.key())?, stages.stage.option(stage.key())?);
        self.stages_in(kind, pipeline.code).iter().find(|entry| entry.code == stage.code).copied()
    }
}

fn public(stage: &Attribute, entry: &Stage) -> Option<PipelineStage> {
    let option = stage.options.iter().find(|option| option.code == entry.code)?;
    Some(PipelineStage {
        key: option.key.to_string(),
        label: option.label.to_string(),
        probability: entry.probability,
        outcome: entry.outcome,
    })
}

pub(crate) fn choice(values: &Values, id: AttributeId) -> Option<&Choice> {
    match values.get(id)? {
        Value::Choice(choice) => Some(choice),
        _ => None,
    }
}

/// Adds a violation where the stage is none of the record's pipeline. What the record had `before` stays.
pub(crate) fn check_stage(
    catalogue: &Catalogue,
    kind: Kind,
    values: &Values,
    before: Option<&Values>,
    violations: &mut Vec<Violation>,
) {
    let Some(stages) = catalogue.stages(kind) else { return };
    let ids = [stages.pipeline.id, stages.stage.id];
    if before.is_some_and(|before| ids.iter().all(|id| before.get(*id) == values.get(*id))) {
        return;
    }
    let [Some(pipeline), Some(stage)] = ids.map(|id| choice(values, id)) else { return };
    // An unknown option is reported as such.
    let (Some(known), Some(_)) = (stages.pipeline.option(pipeline.key()), stages.stage.option(stage.key())) else {
        return;
    };
    if catalogue.stage_of(kind, values).is_none() {
        let entries = catalogue.stages_in(kind, known.code).iter();
        let keys = entries.filter_map(|entry| public(stages.stage, entry)).map(|stage| stage.key).collect();
        let rule = Rule::NotInPipeline { pipeline: pipeline.key().to_owned(), stages: keys };
        violations.push(super::violation(&stages.stage.key, rule, values.get(stages.stage.id)));
    }
}

/// Everything that is wrong with a pipeline; empty if it can be stored.
pub(crate) fn pipeline_problems(
    catalogue: &Catalogue,
    kind: Kind,
    pipeline: &Pipeline,
    limits: &Limits,
) -> Vec<DefinitionProblem> {
    use DefinitionProblem as P;
    let Some(stages) = catalogue.stages(kind) else { return vec![P::NoPipelines] };
    let mut found = Vec::new();
    check_option_key(&pipeline.key, &mut found);
    check_label(&pipeline.label, &mut found);
    if pipeline.stages.is_empty() {
        found.push(P::NoStages);
    }
    let mut seen = BTreeSet::new();
    for stage in &pipeline.stages {
        check_option_key(&stage.key, &mut found);
        check_label(&stage.label, &mut found);
        if !seen.insert(&stage.key) {
            found.push(P::OptionTaken { option: stage.key.clone() });
        }
        if !(0..=100).contains(&stage.probability) {
            found.push(P::WrongType { of: "probability", expected: "0 to 100 per cent" });
        }
    }
    let new = pipeline.stages.iter().filter(|stage| stages.stage.option(&stage.key).is_none()).count();
    let own = usize::from(stages.pipeline.option(&pipeline.key).is_none());
    let most = (stages.stage.options.len() + new).max(stages.pipeline.options.len() + own);
    if most as u64 > limits.options {
        found.push(P::TooMany { max: limits.options });
    }
    found
}

/// The options that a choice lacks, with the codes that they get.
pub(crate) fn missing_options<'k>(
    choice: &Attribute,
    wanted: impl Iterator<Item = (&'k str, &'k str)>,
) -> Vec<OptionDefinition> {
    let last = choice.options.iter().map(|option| option.code).max().unwrap_or(0);
    let lowest = if choice.id.is_custom() { 1 } else { super::FIRST_ADDED_OPTION };
    let first = last.saturating_add(1).max(lowest);
    let new = wanted.filter(|(key, _)| choice.option(key).is_none());
    new.zip(first..).map(|((key, label), code)| OptionDefinition::new(code, key.to_owned(), label.to_owned())).collect()
}
