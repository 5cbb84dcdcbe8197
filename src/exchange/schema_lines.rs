//! Kinds, fields, pipelines, tags and questions as lines of a dump.

use super::DumpProblem;
use super::json::{Form, Json, Object, definition_of, object_of, type_name, type_named};
use super::lines::{Line, Members};
use crate::model::{AttributeId, Kind, OnDelete, StageOutcome};
use crate::schema::{
    Definition, KindDefinition, PipelineDefinition, QuestionDefinition, TagDefinition, type_code, type_of_code,
};

/// The sorts of lines, in the order in which they stand.
pub(super) const SORTS: [&str; 8] = [HEADER, KIND, FIELD, PIPELINE, TAG, QUESTION, RECORD, END];
pub(super) const HEADER: &str = "contactdb";
pub(super) const KIND: &str = "kind";
pub(super) const FIELD: &str = "field";
pub(super) const PIPELINE: &str = "pipeline";
pub(super) const TAG: &str = "tag";
pub(super) const QUESTION: &str = "question";
pub(super) const RECORD: &str = "record";
pub(super) const END: &str = "end";

/// Numbers of tags and questions, and a bound for those of fields: higher ones would leave none for those to come.
const MOST_IDS: u32 = 1 << 31;
const MOST_FIELDS: u32 = 1 << 24;

type Read<T> = Result<T, DumpProblem>;

pub(super) fn kind_line(form: Form<'_>, kind: Kind, definition: &KindDefinition) -> Option<String> {
    let mut line = Line::new(KIND, kind.0.into());
    line.all(object_of(form, definition)?);
    Some(line.finish())
}

pub(super) fn read_kind(form: Form<'_>, mut members: Members<'_>) -> Read<(Kind, KindDefinition)> {
    let number = members.small(KIND)?;
    let kind = u16::try_from(number).ok().map(Kind).filter(|kind| kind.is_custom() && kind.0 <= Kind::LAST_CUSTOM);
    let kind =
        kind.ok_or_else(|| DumpProblem::value("the number of a kind from 256 on", &number.into()).within(KIND))?;
    Ok((kind, definition_of(form, &members.object()?)?))
}

pub(super) fn field_line(form: Form<'_>, kind: Kind, id: AttributeId, definition: &Definition) -> Option<String> {
    let mut line = Line::new(FIELD, form.kind_name(kind).into());
    line.member("id", id.0);
    let mut object = object_of(form, definition)?;
    object.remove("kind");
    respell(&mut object, "type", |json| Some(type_name(type_of_code(json.as_i64()?)?)?.into()));
    respell(&mut object, "on_delete", |json| Some(rule_name(json.as_i64()?)?.into()));
    respell_each(&mut object, "targets", |json| Some(form.kind_name(Kind(u16::try_from(json.as_i64()?).ok()?)).into()));
    line.all(object);
    Some(line.finish())
}

pub(super) fn read_field(form: Form<'_>, mut members: Members<'_>) -> Read<(Kind, AttributeId, Definition)> {
    let name = members.text(FIELD)?;
    let kind = form.kind_of(&name).ok_or_else(|| DumpProblem::unknown("kind", &name, None))?;
    let id = AttributeId(members.small("id")?);
    if id.number() >= MOST_FIELDS || id.is_custom() && id.part_number() != 0 {
        return Err(DumpProblem::value("the number of a field", &id.0.into()).within("id"));
    }
    let mut object = members.object()?;
    object.insert("kind".to_owned(), kind.0.into());
    respell(&mut object, "type", |json| Some(type_code(type_named(json.as_str()?)?).into()));
    respell(&mut object, "on_delete", |json| Some(rule_named(json.as_str()?)?.code().into()));
    respell_each(&mut object, "targets", |json| Some(form.kind_of(json.as_str()?)?.0.into()));
    Ok((kind, id, definition_of(form, &object)?))
}

const RULES: [(&str, OnDelete); 3] =
    [("detach", OnDelete::Detach), ("refuse", OnDelete::Refuse), ("cascade", OnDelete::Cascade)];

fn rule_name(code: i64) -> Option<&'static str> {
    RULES.iter().find(|(_, rule)| rule.code() == code).map(|(name, _)| *name)
}

fn rule_named(name: &str) -> Option<OnDelete> {
    RULES.iter().find(|(known, _)| *known == name).map(|(_, rule)| *rule)
}

/// Says a member in another way; what has none, since a newer version wrote it, stays.
fn respell(object: &mut Object, name: &str, otherwise: impl Fn(&Json) -> Option<Json>) {
    if let Some(json) = object.get_mut(name)
        && let Some(other) = otherwise(json)
    {
        *json = other;
    }
}

fn respell_each(object: &mut Object, name: &str, otherwise: impl Fn(&Json) -> Option<Json>) {
    for json in object.get_mut(name).and_then(Json::as_array_mut).into_iter().flatten() {
        if let Some(other) = otherwise(json) {
            *json = other;
        }
    }
}

pub(super) fn pipeline_line(form: Form<'_>, kind: Kind, code: u32, definition: &PipelineDefinition) -> Option<String> {
    let stages = form.catalogue.stages(kind)?;
    let mut line = Line::new(PIPELINE, stages.pipeline.choice_of(code).key().into());
    line.member("of", form.kind_name(kind));
    let mut object = object_of(form, definition)?;
    each_stage(&mut object, |stage| {
        let key = |json: &Json| Some(stages.stage.choice_of(u32::try_from(json.as_i64()?).ok()?).key().into());
        respell(stage, "stage", key);
        respell(stage, "outcome", |json| {
            let code = json.as_i64()?;
            let outcome = StageOutcome::of_code(code);
            (outcome.code() == code).then(|| outcome.key().into())
        });
    });
    line.all(object);
    Some(line.finish())
}

pub(super) fn read_pipeline(form: Form<'_>, mut members: Members<'_>) -> Read<(Kind, u32, PipelineDefinition)> {
    let (key, name) = (members.text(PIPELINE)?, members.text("of")?);
    let kind = form.kind_of(&name);
    let stages = kind.and_then(|kind| Some((kind, form.catalogue.stages(kind)?)));
    let (kind, stages) = stages.ok_or_else(|| DumpProblem::unknown("kind with pipelines", &name, None))?;
    let option = stages.pipeline.option(&key).ok_or_else(|| DumpProblem::unknown("option", &key, None))?;
    let mut object = members.object()?;
    each_stage(&mut object, |stage| {
        respell(stage, "stage", |json| Some(stages.stage.option(json.as_str()?)?.code.into()));
        respell(stage, "outcome", |json| {
            let outcomes = [StageOutcome::Open, StageOutcome::Won, StageOutcome::Lost];
            Some(outcomes.into_iter().find(|outcome| Some(outcome.key()) == json.as_str())?.code().into())
        });
    });
    Ok((kind, option.code, definition_of(form, &object)?))
}

fn each_stage(object: &mut Object, mut change: impl FnMut(&mut Object)) {
    let stages = object.get_mut("stages").and_then(Json::as_array_mut).into_iter().flatten();
    stages.filter_map(Json::as_object_mut).for_each(&mut change);
}

pub(super) fn tag_line(form: Form<'_>, id: u32) -> Option<String> {
    let mut line = Line::new(TAG, id.into());
    let mut object = object_of(form, &form.catalogue.tags.definition(id))?;
    // One step leads to where all of them lead.
    respell(&mut object, "merged_into", |_| Some(form.catalogue.tags.resolve(id).into()));
    line.all(object);
    Some(line.finish())
}

pub(super) fn read_tag(form: Form<'_>, mut members: Members<'_>) -> Read<(u32, TagDefinition)> {
    Ok((read_id(&mut members, TAG)?, definition_of(form, &members.object()?)?))
}

/// The number of a tag or a question.
fn read_id(members: &mut Members<'_>, name: &'static str) -> Read<u32> {
    let id = members.small(name)?;
    let known = (1..MOST_IDS).contains(&id);
    known.then_some(id).ok_or_else(|| DumpProblem::value("a number from 1 on", &id.into()).within(name))
}

/// A line of a question; what it asks stands there as it stands in the file.
pub(super) fn question_line(form: Form<'_>, id: u32, question: &QuestionDefinition) -> Option<String> {
    let mut line = Line::new(QUESTION, id.into());
    let mut object = object_of(form, question)?;
    object.remove("tree");
    object.remove("kind");
    line.member("about", form.kind_name(Kind(u16::try_from(question.kind).ok()?)));
    line.all(object);
    // Outside of texts, where they would be escaped, line ends are only white space.
    let tree = question.tree.replace(['\n', '\r'], " ");
    serde_json::from_str::<&serde_json::value::RawValue>(&tree).ok()?;
    line.raw("tree", tree.trim());
    Some(line.finish())
}

pub(super) fn read_question(form: Form<'_>, mut members: Members<'_>) -> Read<(u32, QuestionDefinition)> {
    let id = read_id(&mut members, QUESTION)?;
    let name = members.text("about")?;
    let kind = form.kind_of(&name).ok_or_else(|| DumpProblem::unknown("kind", &name, None))?;
    let tree = members.take("tree").ok_or(DumpProblem::Missing { member: "tree" })?.get().to_owned();
    let mut object = members.object()?;
    object.insert("kind".to_owned(), kind.0.into());
    object.insert("tree".to_owned(), "".into());
    let question = definition_of(form, &object)?;
    Ok((id, QuestionDefinition { tree, ..question }))
}
