//! Defining pipelines.

use super::Transaction;
use super::fields::refuse;
use crate::error::Result;
use crate::model::Kind;
use crate::rows;
use crate::schema::{self, Definition, Pipeline, PipelineDefinition, StageDefinition};

impl Transaction<'_> {
    /// Defines a pipeline of a kind of record that goes through some, such as [`Kind::DEAL`], or puts other stages in the
    /// place of those that the pipeline of that key has. Records in a stage that is no longer there keep it until they
    /// move on.
    ///
    /// # Errors
    /// [`Definition`](crate::ErrorKind::Definition) with everything that is wrong with it; nothing changes then.
    ///
    /// ```
    /// use contactdb::{Database, Deal, Kind, Pipeline, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// let gifts = Pipeline::new("gifts", "Major gifts").stage("asked", "Asked", 40).won("given", "Given");
    /// tx.define_pipeline(Kind::DEAL, gifts)?;
    /// let refused = tx.insert(&Deal::new("New library").pipeline("gifts").stage("proposal")).unwrap_err();
    /// assert_eq!(
    ///     refused.violations()[0].to_string(),
    ///     "stage: expected a stage of the pipeline gifts: asked, given (found \"proposal\")"
    /// );
    /// assert_eq!(tx.catalogue().pipelines(Kind::DEAL).count(), 2);
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn define_pipeline(&mut self, kind: Kind, pipeline: Pipeline) -> Result<()> {
        let limits = self.options.limits;
        refuse(&pipeline.key, schema::pipeline_problems(&self.catalogue, kind, &pipeline, &limits))?;
        let Pipeline { key, label, stages: wanted } = pipeline;
        let Some(stages) = self.catalogue.stages(kind) else { return Ok(()) };
        let (stage, choice) = (stages.stage, stages.pipeline);
        let names = wanted.iter().map(|stage| (stage.key.as_str(), stage.label.as_str()));
        let own = std::iter::once((key.as_str(), label.as_str()));
        let added = [
            (stage.id, stage.key.to_string(), schema::missing_options(stage, names)),
            (choice.id, choice.key.to_string(), schema::missing_options(choice, own)),
        ];
        for (id, key, options) in added {
            let known = self.catalogue.definition(kind, id).cloned();
            let mut definition = known.unwrap_or_else(|| Definition::added_options(kind.0, &key));
            definition.options.extend(options);
            self.put_definition(kind, id, &definition)?;
        }
        let Some(stages) = self.catalogue.stages(kind) else { return Ok(()) };
        let entries = wanted.into_iter().filter_map(|wanted| {
            let option = stages.stage.option(&wanted.key)?;
            Some(StageDefinition::new(i64::from(option.code), wanted.probability, wanted.outcome.code()))
        });
        let definition = PipelineDefinition::new(entries.collect());
        let Some(code) = stages.pipeline.option(&key).map(|option| option.code) else { return Ok(()) };
        self.apply(|writer, _| {
            rows::put_pipeline(writer, kind, code, &definition);
            Ok(())
        })?;
        self.catalogue_mut().apply_pipeline(kind, code, &definition);
        Ok(())
    }
}
