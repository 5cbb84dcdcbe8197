//! Names in place of the ids in a tree that a program built, so that a mistake in it can be shown as text.
//!
//! It does what it can: where something is wrong, a path may lead nowhere, and the id stays.

use super::syntax::{Check, Condition, Expression, LiteralKind, Overlapped, Path, Set, StepName};
use crate::model::{Consent, Kind};
use crate::schema::{Attribute, Catalogue};

/// Recursion is safe: what is too deep is refused before.
pub(super) fn put_names(kind: Kind, condition: &mut Condition, catalogue: &Catalogue) {
    match condition {
        Condition::All { .. } | Condition::Broken { .. } => {}
        Condition::And { operands, .. } | Condition::Or { operands, .. } => {
            for operand in operands {
                put_names(kind, operand, catalogue);
            }
        }
        Condition::Not { operand, .. } => put_names(kind, operand, catalogue),
        Condition::Tag(test) => name_tag(&mut test.name.kind, catalogue),
        Condition::May(test) => {
            for (part, literal) in [(Consent::CHANNEL, &mut test.channel), (Consent::PURPOSE, &mut test.purpose)] {
                if let LiteralKind::Option(code) = literal.kind
                    && let Some(attribute) = catalogue.consent_part(kind, part)
                {
                    literal.kind = LiteralKind::Word(attribute.choice_of(code).key().to_owned());
                }
            }
        }
        Condition::Block(block) => {
            let inner = name_path(kind, &mut block.subject, catalogue).map_or(kind, |group| group.kind);
            put_names(inner, &mut block.condition, catalogue);
        }
        Condition::Attribute(test) => {
            let (Expression::Path(path) | Expression::Call(super::syntax::Call { path, .. })) = &mut test.subject;
            let attribute = name_path(kind, path, catalogue);
            let value = |kind_: &mut LiteralKind| match kind_ {
                LiteralKind::Option(code) => {
                    if let Some(attribute) = attribute {
                        *kind_ = LiteralKind::Word(attribute.choice_of(*code).key().to_owned());
                    }
                }
                LiteralKind::Attribute(path) => {
                    name_path(kind, path, catalogue);
                }
                _ => name_tag(kind_, catalogue),
            };
            match &mut test.check {
                Check::Compare { value: operand, .. } | Check::Text { value: operand, .. } => value(&mut operand.kind),
                Check::Between { low, high } | Check::Overlaps { with: Overlapped::Ends { low, high }, .. } => {
                    value(&mut low.kind);
                    value(&mut high.kind);
                }
                Check::In { set: Set::List { items, .. }, .. } | Check::Has { set: Set::List { items, .. }, .. } => {
                    for item in items {
                        value(&mut item.kind);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Names the attribute of a sort key.
pub(super) fn put_key_names(kind: Kind, key: &mut Expression, catalogue: &Catalogue) {
    let (Expression::Path(path) | Expression::Call(super::syntax::Call { path, .. })) = key;
    name_path(kind, path, catalogue);
}

fn name_tag(kind: &mut LiteralKind, catalogue: &Catalogue) {
    if let LiteralKind::Tag(id) = kind
        && let Some(tag) = catalogue.tags.last_name(*id)
    {
        *kind = LiteralKind::Text(tag.as_str().to_owned());
    }
}

/// Names the steps of a path, and finds where it leads.
fn name_path<'c>(kind: Kind, path: &mut Path, catalogue: &'c Catalogue) -> Option<&'c Attribute> {
    let mut at = kind;
    let mut found = None;
    for step in &mut path.steps {
        found = match &step.name {
            StepName::Key(key) => catalogue.attribute(at, key),
            StepName::Label(_) => None,
            StepName::Id(id) => catalogue.attribute_by_id(at, *id).or_else(|| catalogue.field_by_id(*id)),
        };
        let Some(attribute) = found else { continue };
        if let StepName::Id(_) = step.name {
            step.name = StepName::Key(attribute.key.to_string());
        }
        if let [target] = attribute.targets.as_slice() {
            at = *target;
        }
    }
    found
}
