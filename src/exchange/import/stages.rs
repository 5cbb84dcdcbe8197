//! Pipelines and stages that rows name and that are not there.

use super::draft::Draft;
use super::table::option_key;
use crate::error::{ErrorKind, Result};
use crate::model::{AttributeId, Kind, StageOutcome, Value, search_fold};
use crate::read::view::View;
use crate::schema::{Attribute, Catalogue, Pipeline};
use crate::transaction::Transaction;

pub(super) fn is_of_pipeline(catalogue: &Catalogue, kind: Kind, id: AttributeId) -> bool {
    catalogue.stages(kind).is_some_and(|stages| [stages.stage.id, stages.pipeline.id].contains(&id))
}

/// Adds the stages of a row to its pipeline, behind the others, and the pipeline if there is none; gives whether it did.
pub(super) fn complete(tx: &mut Transaction<'_>, kind: Kind, draft: &Draft) -> Result<bool> {
    let catalogue = tx.catalogue_now();
    let Some(stages) = catalogue.stages(kind) else { return Ok(false) };
    // One column can have a stage that is new, another one that it was won.
    let said_of_stage = [named(draft, stages.stage), chosen(draft, stages.stage)];
    let default = stages.pipeline.built_in_default.and_then(|default| match default {
        crate::model::BuiltInDefault::Option(key) => Some((key.to_owned(), key.to_owned())),
        crate::model::BuiltInDefault::Now => None,
    });
    let of_row = named(draft, stages.pipeline).or_else(|| chosen(draft, stages.pipeline));
    let Some((pipeline, label)) = of_row.or(default) else { return Ok(false) };
    let known = catalogue.pipelines(kind).find(|known| known.key == pipeline);
    let mut whole = known.unwrap_or_else(|| Pipeline::new(pipeline, label));
    let before = whole.stages.len();
    for (stage, label) in said_of_stage.into_iter().flatten() {
        if whole.stages.iter().all(|known| known.key != stage) {
            whole = with_stage(whole, stage, label);
        }
    }
    if whole.stages.len() == before {
        return Ok(false);
    }
    match tx.define_pipeline(kind, whole) {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::Definition { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The pipeline with one more stage, of which the label says whether it is won or lost.
fn with_stage(whole: Pipeline, stage: String, label: String) -> Pipeline {
    let words = search_fold(&label);
    let has = |word: &str| words.split(|c: char| !c.is_alphanumeric()).any(|own| own == word);
    if has("won") {
        return whole.won(stage, label);
    }
    if has("lost") {
        return whole.lost(stage, label);
    }
    // Likelier than the stage before, as far as that can be said.
    let open = whole.stages.iter().filter(|stage| stage.outcome == StageOutcome::Open);
    let probability = open.map(|stage| stage.probability).max().map_or(10, |most| (most + 10).min(90));
    whole.stage(stage, label, probability)
}

/// The option that a row names and that a choice does not have, with its label.
fn named(draft: &Draft, attribute: &Attribute) -> Option<(String, String)> {
    let (_, label) = draft.new_options.iter().find(|(id, _)| *id == attribute.id)?;
    Some((option_key(attribute, label), label.clone()))
}

/// The option that a row has, with its label.
fn chosen(draft: &Draft, attribute: &Attribute) -> Option<(String, String)> {
    let Value::Choice(choice) = draft.values.get(attribute.id)? else { return None };
    let option = attribute.option(choice.key())?;
    Some((option.key.to_string(), option.label.to_string()))
}
