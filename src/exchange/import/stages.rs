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

/// Adds the stage of a row to its pipeline, behind the others, and the pipeline if there is none; gives whether it did.
pub(super) fn complete(tx: &mut Transaction<'_>, kind: Kind, draft: &Draft) -> Result<bool> {
    let catalogue = tx.catalogue_now();
    let Some(stages) = catalogue.stages(kind) else { return Ok(false) };
    let Some((stage, stage_label)) = said(draft, stages.stage) else { return Ok(false) };
    let default = stages.pipeline.built_in_default.and_then(|default| match default {
        crate::model::BuiltInDefault::Option(key) => Some((key.to_owned(), key.to_owned())),
        crate::model::BuiltInDefault::Now => None,
    });
    let Some((pipeline, label)) = said(draft, stages.pipeline).or(default) else { return Ok(false) };
    let known = catalogue.pipelines(kind).find(|known| known.key == pipeline);
    if known.as_ref().is_some_and(|known| known.stages.iter().any(|known| known.key == stage)) {
        return Ok(false);
    }
    let whole = known.unwrap_or_else(|| Pipeline::new(pipeline, label));
    let words = search_fold(&stage_label);
    let has = |word: &str| words.split(|c: char| !c.is_alphanumeric()).any(|own| own == word);
    let whole = if has("won") {
        whole.won(stage, stage_label)
    } else if has("lost") {
        whole.lost(stage, stage_label)
    } else {
        // Likelier than the stage before, as far as that can be said.
        let open = whole.stages.iter().filter(|stage| stage.outcome == StageOutcome::Open);
        let probability = open.map(|stage| stage.probability).max().map_or(10, |most| (most + 10).min(90));
        whole.stage(stage, stage_label, probability)
    };
    match tx.define_pipeline(kind, whole) {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::Definition { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The option that a row says of a choice, with its label, whether there is one or not.
fn said(draft: &Draft, attribute: &Attribute) -> Option<(String, String)> {
    if let Some((_, label)) = draft.new_options.iter().find(|(id, _)| *id == attribute.id) {
        return Some((option_key(attribute, label), label.clone()));
    }
    let Value::Choice(choice) = draft.values.get(attribute.id)? else { return None };
    let option = attribute.option(choice.key())?;
    Some((option.key.to_string(), option.label.to_string()))
}
