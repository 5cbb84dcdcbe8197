//! What can be said about records: attributes, the catalogue of them, custom fields, checks.

mod any_field;
mod assemble;
mod attribute;
mod built_in;
mod catalogue;
mod coerce;
mod complaint;
mod define;
mod definition;
mod drafts;
mod field;
mod follow;
mod kind;
mod limits;
mod pipeline;
mod question;
mod tag_changes;
mod tags;
mod title;
mod typed_text;
mod validate;

pub use attribute::{Attribute, ChoiceOption, Origin, Rules};
pub use catalogue::{Catalogue, KindEntry};
pub use define::DefinitionProblem;
pub(crate) use field::Draft;
pub use field::Field;
pub use kind::CustomKind;
pub use limits::Limits;
pub use pipeline::{Pipeline, PipelineStage};
pub(crate) use pipeline::{check_stage, missing_options, pipeline_problems};
pub use question::QuestionProblem;
pub use tag_changes::TagProblem;

pub(crate) use any_field::is_of;
pub(crate) use assemble::{check_parts, is_deep, to_record, to_values};
pub(crate) use attribute::Source;
pub(crate) use built_in::system;
pub(crate) use coerce::coerce;
pub(crate) use complaint::{position, violation};
pub(crate) use define::{check_label, check_option_key, deep_problems, problems};
pub(crate) use definition::{
    Definition, KindDefinition, OptionDefinition, PipelineDefinition, StageDefinition, TagDefinition, is_any,
    type_code, type_of_code,
};
pub(crate) use drafts::{FIRST_ADDED_OPTION, definition_of, draft_of, plain};
pub(crate) use follow::{Writing, follow};
pub(crate) use kind::kind_problems;
pub(crate) use question::{QuestionDefinition, question_name};
pub(crate) use tag_changes::TagChanges;
pub(crate) use tags::{TagNames, folded, lies_under};
pub(crate) use validate::{MAX_KEY, check, default_violations, fill_defaults, normalise, normalise_value, type_of};
