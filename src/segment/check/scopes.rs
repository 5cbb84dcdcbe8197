//! What names mean at a place of a text, without complaint: for proposals.

use super::{Checker, Scope, Target};
use crate::model::Kind;
use crate::schema::{Attribute, Catalogue, KindEntry, Origin};
use crate::segment::bind::Bindings;
use crate::segment::limits::SyntaxLimits;
use crate::segment::syntax::{self, Path};

/// The record asked about and the blocks around a place.
pub(crate) struct Scopes<'c> {
    catalogue: &'c Catalogue,
    limits: &'c SyntaxLimits,
    stack: Vec<Scope>,
}

impl<'c> Scopes<'c> {
    /// Inside these blocks, outermost first; `None` if one of them is about nothing.
    pub(crate) fn inside(
        catalogue: &'c Catalogue,
        limits: &'c SyntaxLimits,
        kind: Kind,
        blocks: &[Path],
    ) -> Option<Self> {
        let mut here = Self { catalogue, limits, stack: vec![Scope { kind, value_of: None }] };
        for block in blocks {
            let found = here.with_checker(|checker| {
                checker.structured_path(block).map(|found| (found.path.kind, found.attribute.id))
            });
            let (kind, whole) = found?;
            here.stack.push(Scope { kind, value_of: Some(whole) });
        }
        Some(here)
    }

    fn with_checker<R>(&self, ask: impl FnOnce(&mut Checker<'_>) -> R) -> R {
        let bindings = Bindings::default();
        let mut checker = Checker::new(self.catalogue, self.limits, &bindings);
        checker.scopes.clone_from(&self.stack);
        ask(&mut checker)
    }

    /// What is asked about.
    pub(crate) fn target(&self, about: &syntax::Expression) -> Option<Target<'c>> {
        let found = self.with_checker(|checker| {
            checker.expression(about).map(|(expression, target)| {
                (expression.path.kind, target.attribute.id, target.family, target.many, target.function)
            })
        });
        let (kind, id, family, many, function) = found?;
        let attribute = self.catalogue.attribute_by_id(kind, id)?;
        Some(Target { attribute, family, many, function })
    }

    /// The attributes that can be named behind a path, or here; each with its name there.
    pub(crate) fn attributes(&self, before: Option<&Path>) -> Option<Vec<(String, &'c Attribute)>> {
        let mut scope = *self.stack.last()?;
        if let Some(path) = before {
            scope = self.with_checker(|checker| checker.scope_behind(path))?;
        }
        let Scope { kind, value_of } = scope;
        if let Some(whole) = value_of {
            let parts = self.catalogue.parts(kind, whole);
            return Some(parts.map(|part| (part.key_in_value().to_owned(), part)).collect());
        }
        let all = self.catalogue.kind(kind).into_iter().flat_map(KindEntry::attributes);
        let mut all: Vec<&Attribute> = all.filter(|attribute| !attribute.archived).collect();
        // What people ask about first comes first.
        all.sort_by_key(|attribute| match (attribute.origin, attribute.key_in_value()) {
            (Origin::System, _) => 2,
            (_, "label" | "primary") => 1,
            _ => 0,
        });
        Some(all.into_iter().map(|one| (one.key.to_string(), one)).collect())
    }
}
