//! Paths: the names of attributes, and the references on the way to them.

use std::collections::HashMap;

use super::{Checker, Scope, Target};
use crate::model::{AttributeId, Kind, ValueType, nearest};
use crate::schema::{Attribute, KindEntry};
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::operator::Family;
use crate::segment::render::shorten;
use crate::segment::syntax::{self, Function, StepName};
use crate::segment::tree::{Expression, Path, Relation};

/// Where a path leads.
pub(super) struct Found<'c> {
    pub(super) path: Path,
    pub(super) attribute: &'c Attribute,
    /// Whether there may be several values; inside a block one value of the whole is at hand.
    pub(super) many: bool,
}

/// Where references led.
struct Walked {
    scope: Scope,
    relations: Vec<Relation>,
    /// Whether one of them has several values.
    many: bool,
}

impl<'c> Checker<'c> {
    /// What a condition, a sort key or a right-hand side is about.
    pub(super) fn expression(&mut self, expression: &syntax::Expression) -> Option<(Expression, Target<'c>)> {
        let (function, path) = match expression {
            syntax::Expression::Path(path) => (None, path),
            syntax::Expression::Call(call) => (Some(call.function), &call.path),
        };
        let Found { path, attribute, many } = self.path(path)?;
        let family = Family::of(attribute);
        let Some(under) = family.under(function).filter(|_| function != Some(Function::Count) || many) else {
            self.not_computed(attribute, function, expression);
            return None;
        };
        let many = many && function != Some(Function::Count);
        Some((Expression { function, path }, Target { attribute, family: under, many, function }))
    }

    fn not_computed(&mut self, attribute: &Attribute, function: Option<Function>, expression: &syntax::Expression) {
        let name = function.map_or("", Function::name);
        let (key, span) = (expression.path(), expression.span());
        let (message, help) = if function == Some(Function::Count) {
            (
                format!("found `count` of `{key}`, which has one value at most"),
                format!("whether there is a value is asked as `{key} is set`"),
            )
        } else {
            (
                format!("found `{name}` of `{key}`, which is {}", attribute.value_type.describe()),
                format!("`{name}` is asked of dates and instants"),
            )
        };
        self.report(Problem::new(SegmentCode::OperatorMismatch, span, message).with_help(help));
    }

    /// Where a path leads, from the record or the value at hand or from one further out.
    pub(super) fn path(&mut self, path: &syntax::Path) -> Option<Found<'c>> {
        self.walk(path, false)
    }

    /// As [`path`](Self::path), to a structured attribute for a block.
    pub(super) fn structured_path(&mut self, path: &syntax::Path) -> Option<Found<'c>> {
        self.walk(path, true)
    }

    /// Where a further step behind the path would begin.
    pub(super) fn scope_behind(&mut self, path: &syntax::Path) -> Option<Scope> {
        let begin = self.scope(path)?;
        self.follow(begin, &path.steps).map(|walked| walked.scope)
    }

    /// Follows references from a scope.
    fn follow(&mut self, begin: Scope, steps: &[syntax::Step]) -> Option<Walked> {
        let mut walked = Walked { scope: begin, relations: Vec::with_capacity(steps.len()), many: false };
        for step in steps {
            let (attribute, many) = self.attribute(walked.scope, step)?;
            // Through several of several there would be too many records.
            let branches = many && self.branches && !walked.many;
            let target = self.relation(attribute, many && !branches, step)?;
            walked.many |= branches;
            walked.relations.push(Relation { kind: walked.scope.kind, attribute: attribute.id, target });
            walked.scope = Scope { kind: target, value_of: None };
        }
        Some(walked)
    }

    fn walk(&mut self, path: &syntax::Path, structured: bool) -> Option<Found<'c>> {
        let begin = self.scope(path)?;
        let (last, relations) = path.steps.split_last()?;
        let Walked { scope, relations, many: several } = self.follow(begin, relations)?;
        let (attribute, many) = if structured && scope.value_of.is_none() {
            self.structured(scope, last)?
        } else {
            self.attribute(scope, last)?
        };
        let path = Path { outer: path.outer, relations, kind: scope.kind, attribute: attribute.id };
        Some(Found { path, attribute, many: many || several })
    }

    /// Where a path begins.
    fn scope(&mut self, path: &syntax::Path) -> Option<Scope> {
        let found = self.scopes.iter().rev().nth(usize::from(path.outer)).copied();
        if found.is_none() {
            let levels = self.scopes.len().saturating_sub(1);
            let message = if levels == 0 {
                "found `outer` outside of any block".to_owned()
            } else {
                format!("found `outer` {} times inside {levels} blocks", path.outer)
            };
            let help = "inside a block, `outer.stage` is the stage of the record around it";
            self.report(Problem::new(SegmentCode::OuterNotAllowed, path.span, message).with_help(help));
        }
        found
    }

    /// The one kind that a reference leads to.
    fn relation(&mut self, attribute: &Attribute, many: bool, step: &syntax::Step) -> Option<Kind> {
        let key = &attribute.key;
        let (message, help) = match (attribute.value_type, many, attribute.targets.as_slice()) {
            (ValueType::Reference, false, [target]) => return Some(*target),
            (ValueType::Reference, true, _) if self.branches => (
                format!("found a path through `{key}`, which has several values, behind another such attribute"),
                "a column goes through one attribute with several values at most".to_owned(),
            ),
            (ValueType::Reference, true, _) if &**key == "affiliation_company" => (
                format!("found a path through `{key}`, which has several values"),
                "the company of the primary affiliation is `company`: `company.industry`; of any, \
                 `any affiliation (company.industry = Health)`"
                    .to_owned(),
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
            (ValueType::Group, ..) => (
                format!("found a path through `{key}`, which is a structured value and leads to no record"),
                format!("its parts are attributes of their own, or asked together: `any {key} (..)`"),
            ),
            (other, ..) => (
                format!("found a path through `{key}`, which is {} and leads to no record", other.describe()),
                "a path goes on from a reference: `company.industry`".to_owned(),
            ),
        };
        self.report(Problem::new(SegmentCode::NotARelation, step.span, message).with_help(help));
        None
    }

    /// The attribute that a step names, and whether it may have several values there.
    fn attribute(&mut self, scope: Scope, step: &syntax::Step) -> Option<(&'c Attribute, bool)> {
        let Scope { kind, value_of } = scope;
        if let Some(whole) = value_of {
            return self.part(kind, whole, step).map(|part| (part, part.is_many_in_value()));
        }
        let found = match &step.name {
            StepName::Key(key) => match self.catalogue.attribute(kind, key) {
                Some(found) => found,
                None => return self.unknown_key(kind, key, step),
            },
            StepName::Label(label) => self.labelled(kind, label, step)?,
            StepName::Id(id) => match self.catalogue.attribute_by_id(kind, *id) {
                Some(found) if self.is_hidden(found) => return self.hidden(found, step),
                Some(found) => found,
                None => return self.unknown_key(kind, &format!("#{}", id.0), step),
            },
        };
        if !found.archived {
            return Some((found, found.many));
        }
        let message = format!("found the archived field `{}`, which can not be asked about", found.key);
        let help = "bring the field back into use, or ask about another one";
        self.report(Problem::new(SegmentCode::ArchivedField, step.span, message).with_help(help));
        None
    }

    /// Whether the key of a structured attribute means another one outside of blocks, as `email` means the addresses: then no
    /// text can name the whole there.
    fn is_hidden(&self, found: &Attribute) -> bool {
        found.value_type == ValueType::Group
            && self.catalogue.attribute(found.kind, &found.key).is_some_and(|meant| meant.id != found.id)
    }

    fn hidden<R>(&mut self, found: &Attribute, step: &syntax::Step) -> Option<R> {
        let key = &found.key;
        let message = format!("found the structured value `{key}` as a whole outside of a block");
        let help = format!("ask about the attribute `{key}`, or about its parts together: `any {key} (..)`");
        self.report(Problem::new(SegmentCode::OperatorMismatch, step.span, message).with_help(help));
        None
    }

    /// The structured attribute that a step names.
    fn structured(&mut self, scope: Scope, step: &syntax::Step) -> Option<(&'c Attribute, bool)> {
        let kind = scope.kind;
        let found = match &step.name {
            StepName::Key(key) => self.catalogue.structured(kind, key),
            StepName::Label(_) => None,
            StepName::Id(id) => self.catalogue.attribute_by_id(kind, *id),
        };
        if let Some(found) = found {
            return Some((found, found.many));
        }
        if let StepName::Key(key) = &step.name
            && self.catalogue.attribute(kind, key).is_none()
            && self.catalogue.kind_named(key).is_some()
        {
            let message =
                format!("found a block over the related records `{key}`, which this version does not support yet");
            let help = "a block asks about the values of one structured attribute: `any address (city = Paris)`";
            self.report(Problem::new(SegmentCode::NotSupported, step.span, message).with_help(help));
            return None;
        }
        self.attribute(scope, step)
    }

    /// A part of the value that a block is about.
    fn part(&mut self, kind: Kind, whole: AttributeId, step: &syntax::Step) -> Option<&'c Attribute> {
        let catalogue = self.catalogue;
        let parts = || catalogue.parts(kind, whole);
        let named = match &step.name {
            StepName::Key(key) => parts().find(|part| part.key_in_value() == key || *part.key == **key),
            StepName::Label(label) => parts().find(|part| part.label.to_lowercase() == label.to_lowercase()),
            StepName::Id(id) => parts().find(|part| part.id == *id),
        };
        if named.is_some() {
            return named;
        }
        if !self.has_room() {
            self.truncated = true;
            return None;
        }
        let whole = catalogue.attribute_by_id(kind, whole).map_or_else(String::new, |whole| whole.key.to_string());
        let keys: Vec<&str> = parts().map(Attribute::key_in_value).collect();
        let name = match &step.name {
            StepName::Key(name) | StepName::Label(name) => name.clone(),
            StepName::Id(id) => format!("#{}", id.0),
        };
        let shown = shorten(&name, 40);
        let message = format!("found the unknown part `{shown}` of `{whole}`, expected one of {}", keys.join(", "));
        let near = nearest(&name, keys.iter().copied());
        let help = if catalogue.attribute(kind, &name).is_some() {
            format!("an attribute of the record around the block is `outer.{shown}`")
        } else {
            "inside the parentheses stand the parts of one value; what is around is reached by `outer.`".to_owned()
        };
        let problem = Problem::new(SegmentCode::UnknownAttribute, step.span, message);
        self.report(problem.with_nearest(near).with_help(help));
        None
    }

    fn unknown_key<R>(&mut self, kind: Kind, key: &str, step: &syntax::Step) -> Option<R> {
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
