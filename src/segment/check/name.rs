//! Paths: the names of attributes, and the references on the way to them.

use std::collections::HashMap;

use super::Checker;
use crate::model::{AttributeId, Kind, ValueType, nearest};
use crate::schema::{Attribute, KindEntry};
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::render::shorten;
use crate::segment::syntax::{self, StepName};
use crate::segment::tree::{Path, Relation};

impl<'c> Checker<'c> {
    /// What a condition or a sort key is about.
    pub(super) fn expression(&mut self, kind: Kind, expression: &syntax::Expression) -> Option<(Path, &'c Attribute)> {
        let syntax::Expression::Path(path) = expression;
        let (last, relations) = path.steps.split_last()?;
        let mut at = kind;
        let mut walked = Vec::with_capacity(relations.len());
        for step in relations {
            let attribute = self.attribute(at, step)?;
            let target = self.relation(attribute, step)?;
            walked.push(Relation { kind: at, attribute: attribute.id, target });
            at = target;
        }
        let attribute = self.attribute(at, last)?;
        Some((Path { relations: walked, kind: at, attribute: attribute.id }, attribute))
    }

    /// The one kind that a reference leads to.
    fn relation(&mut self, attribute: &Attribute, step: &syntax::Step) -> Option<Kind> {
        let key = &attribute.key;
        let (message, help) = match (attribute.value_type, attribute.many, attribute.targets.as_slice()) {
            (ValueType::Reference, false, [target]) => return Some(*target),
            (ValueType::Reference, true, _) if &**key == "affiliation_company" => (
                format!("found a path through `{key}`, which has several values"),
                "the company of the primary affiliation is `company`: `company.industry`".to_owned(),
            ),
            (ValueType::Reference, true, _) => (
                format!("found a path through `{key}`, which has several values"),
                "a path follows attributes that lead to one record; blocks over several are not supported yet"
                    .to_owned(),
            ),
            (ValueType::Reference, false, _) => (
                format!("found a path through `{key}`, which may lead to several kinds of records"),
                "a path follows attributes that lead to one kind of record".to_owned(),
            ),
            (other, ..) => (
                format!("found a path through `{key}`, which is {} and leads to no record", other.describe()),
                "a path goes on from a reference: `company.industry`".to_owned(),
            ),
        };
        self.report(Problem::new(SegmentCode::NotARelation, step.span, message).with_help(help));
        None
    }

    fn attribute(&mut self, kind: Kind, step: &syntax::Step) -> Option<&'c Attribute> {
        let found = match &step.name {
            StepName::Key(key) => match self.catalogue.attribute(kind, key) {
                Some(found) => found,
                None => return self.unknown_key(kind, key, step),
            },
            StepName::Label(label) => self.labelled(kind, label, step)?,
        };
        if !found.archived {
            return Some(found);
        }
        let message = format!("found the archived field `{}`, which can not be asked about", found.key);
        let help = "bring the field back into use, or ask about another one";
        self.report(Problem::new(SegmentCode::ArchivedField, step.span, message).with_help(help));
        None
    }

    fn unknown_key(&mut self, kind: Kind, key: &str, step: &syntax::Step) -> Option<&'c Attribute> {
        if !self.has_room() {
            self.truncated = true;
            return None;
        }
        let plural = self.plural(kind);
        let shown = shorten(key, 40);
        let message = format!("found the unknown attribute `{shown}`, expected an attribute of {plural}");
        let mut problem = Problem::new(SegmentCode::UnknownAttribute, step.span, message);
        if let Some(near) = self.catalogue.nearest_key(kind, key) {
            problem = problem.with_nearest(Some(&near));
        } else if let [labelled] = self.by_label(kind, key).as_slice()
            && let Some(meant) = self.catalogue.attribute_by_id(kind, *labelled)
        {
            problem = problem.with_nearest(Some(&meant.key));
        }
        self.report(
            problem.with_help("an attribute is named by its key, or by its label: `field(\"Annual revenue\")`"),
        );
        None
    }

    fn labelled(&mut self, kind: Kind, label: &str, step: &syntax::Step) -> Option<&'c Attribute> {
        let catalogue = self.catalogue;
        let ids = self.by_label(kind, label);
        let all: Vec<&Attribute> = ids.iter().filter_map(|id| catalogue.attribute_by_id(kind, *id)).collect();
        let live: Vec<&Attribute> = all.iter().copied().filter(|attribute| !attribute.archived).collect();
        match (live.as_slice(), all.as_slice()) {
            ([one], _) | ([], [one, ..]) => Some(*one),
            ([], []) => {
                if !self.has_room() {
                    self.truncated = true;
                    return None;
                }
                let labels = catalogue.kind(kind).into_iter().flat_map(KindEntry::attributes);
                let near = nearest(label, labels.filter(|a| !a.archived).map(|attribute| &*attribute.label));
                let shown = shorten(label, 40);
                let message = format!(
                    "found the unknown label \"{shown}\", expected the label of an attribute of {}",
                    self.plural(kind)
                );
                let problem = Problem::new(SegmentCode::UnknownAttribute, step.span, message).with_nearest(near);
                self.report(problem.with_help("without quotes it is a key: `field(annual_revenue)`"));
                None
            }
            (several, _) => {
                let shown = shorten(label, 40);
                let message = format!("found the label \"{shown}\", which several attributes have");
                let readings: Vec<String> = several.iter().map(|attribute| attribute.key.to_string()).collect();
                let problem = Problem::new(SegmentCode::AmbiguousLabel, step.span, message).with_readings(readings);
                self.report(problem.with_help("name the attribute by its key"));
                None
            }
        }
    }

    /// The attributes with a label, in any case; structured ones aside, which have no value of their own.
    fn by_label(&mut self, kind: Kind, label: &str) -> Vec<AttributeId> {
        let catalogue = self.catalogue;
        let labels = self.labels.entry(kind).or_insert_with(|| {
            let mut labels: HashMap<String, Vec<AttributeId>> = HashMap::new();
            for attribute in catalogue.kind(kind).into_iter().flat_map(KindEntry::attributes) {
                if attribute.value_type != ValueType::Group {
                    labels.entry(attribute.label.to_lowercase()).or_default().push(attribute.id);
                }
            }
            labels
        });
        labels.get(&label.to_lowercase()).cloned().unwrap_or_default()
    }

    pub(super) fn plural(&self, kind: Kind) -> String {
        self.catalogue.kind(kind).map_or_else(|| kind.to_string(), |entry| entry.plural.to_string())
    }
}
