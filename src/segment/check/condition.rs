//! Conditions: connectives, blocks, tests of attributes and tags.

use super::value::Given;
use super::{Checker, Scope, Target};
use crate::model::{Tag, ValueType};
use crate::schema::system;
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::limits::SyntaxLimits;
use crate::segment::operator::{Family, Operator};
use crate::segment::render::shorten;
use crate::segment::span::Span;
use crate::segment::syntax::{self, LiteralKind};
use crate::segment::tree::{AttributeTest, Block, Condition, Path, TagName, TagTest};

impl Checker<'_> {
    /// Recursion is safe: the parser, or the limits on a tree, have bounded the depth. Whatever takes room on the stack
    /// stands in functions of its own.
    pub(super) fn condition(&mut self, condition: &syntax::Condition, negated: bool) -> Option<Condition> {
        match condition {
            syntax::Condition::All { .. } => Some(Condition::All),
            syntax::Condition::And { operands, .. } => self.group(operands, true, negated),
            syntax::Condition::Or { operands, .. } => self.group(operands, false, negated),
            syntax::Condition::Not { operand, .. } => self.negation(operand, negated),
            syntax::Condition::Attribute(test) => self.attribute_test(test, negated),
            syntax::Condition::Tag(test) => self.tag_test(test).map(Condition::Tag),
            syntax::Condition::May(test) => self.may_test(test),
            syntax::Condition::Block(block) => self.block(block, negated),
            // The problem has been reported by the parser.
            syntax::Condition::Broken { .. } => None,
        }
    }

    fn negation(&mut self, operand: &syntax::Condition, negated: bool) -> Option<Condition> {
        self.condition(operand, !negated).map(|operand| Condition::Not(Box::new(operand)))
    }

    fn group(&mut self, operands: &[syntax::Condition], and: bool, negated: bool) -> Option<Condition> {
        let mut checked = Vec::with_capacity(operands.len());
        for operand in operands {
            // One that fails does not keep the problems of the others from being found.
            checked.extend(self.condition(operand, negated));
            if self.truncated {
                break;
            }
        }
        if checked.len() != operands.len() {
            return None;
        }
        self.contradictions(operands, &checked, and);
        Some(if and { Condition::And(checked) } else { Condition::Or(checked) })
    }

    fn attribute_test(&mut self, test: &syntax::AttributeTest, negated: bool) -> Option<Condition> {
        let (subject, target) = self.expression(&test.subject)?;
        let quantifier = test.quantifier;
        let fits = quantifier.is_none_or(|quantified| self.quantifier(target, quantified, test));
        let check = self.check(target, test)?;
        self.surprises(target, test, &check, negated);
        let quantifier = quantifier.map(|quantified| quantified.quantifier);
        fits.then(|| Condition::Attribute(Box::new(AttributeTest { quantifier, subject, check })))
    }

    /// `any address (city = Paris)`.
    fn block(&mut self, block: &syntax::Block, negated: bool) -> Option<Condition> {
        if self.scopes.len() > SyntaxLimits::BLOCKS {
            let message = format!("found more than {} blocks inside each other", SyntaxLimits::BLOCKS);
            let problem = Problem::new(SegmentCode::TooDeep, block.subject.span, message);
            self.report(
                problem.with_help("each block is asked for every value of the one around it: write fewer levels"),
            );
            return None;
        }
        let path = self.block_head(block)?;
        self.scopes.push(Scope { kind: path.kind, value_of: Some(path.attribute) });
        let inside = negated != (block.quantifier == syntax::Quantifier::No);
        let condition = self.condition(&block.condition, inside);
        self.scopes.pop();
        Some(Condition::Block(Box::new(Block { quantifier: block.quantifier, path, condition: condition? })))
    }

    /// The structured attribute of a block.
    fn block_head(&mut self, block: &syntax::Block) -> Option<Path> {
        let found = self.structured_path(&block.subject)?;
        let key = &found.attribute.key;
        if found.attribute.value_type != ValueType::Group {
            let what = found.attribute.value_type.describe();
            let message = format!("found conditions in parentheses on `{key}`, which is {what}");
            let help = if found.attribute.value_type == ValueType::Reference {
                format!("ask about the record it leads to with a dot: `{key}.name = \"Acme\"`")
            } else {
                format!("only structured values have parts; ask about it directly: `{key} is set`")
            };
            let problem = Problem::new(SegmentCode::OperatorMismatch, block.subject.span, message);
            self.report(problem.with_help(help));
            return None;
        }
        if block.quantifier == syntax::Quantifier::Every {
            self.every_of_none(&block.subject.to_string(), block.span);
        }
        Some(found.path)
    }

    fn tag_test(&mut self, test: &syntax::TagTest) -> Option<TagTest> {
        let scope = self.scopes.last()?;
        if scope.value_of.is_some() {
            let message = "found a test of tags inside a block, whose values have none";
            let help = "put it outside of the parentheses, or write `outer.tags = vip`";
            self.report(Problem::new(SegmentCode::UnknownAttribute, test.span, message).with_help(help));
            return None;
        }
        let Some(attribute) = self.catalogue.attribute_by_id(scope.kind, system::TAGS) else {
            let message = "found a test of tags on records that have none";
            let help = "ask about an attribute of the records";
            self.report(Problem::new(SegmentCode::UnknownAttribute, test.span, message).with_help(help));
            return None;
        };
        let under = test.under;
        let target = Target { attribute, family: Family::Tags, many: true, function: None };
        let literal = match self.given(target, &test.name)? {
            Given::Value(literal) => literal,
            Given::Parameter(name) => return Some(TagTest { under, tag: TagName::Parameter(name) }),
        };
        let tags = &self.catalogue.tags;
        if let LiteralKind::Tag(id) = literal.kind
            && if under { tags.name(id).is_some() } else { tags.live(id).is_some() }
        {
            return Some(TagTest { under, tag: TagName::Id(id) });
        }
        let (name, tag) = self.tag_name(&literal)?;
        // The number of a tag that was deleted does not mean another one that has its name now.
        let by_name = !matches!(literal.kind, LiteralKind::Tag(_));
        if by_name && let Some(id) = if under { tags.node(&tag) } else { tags.id(&tag) } {
            return Some(TagTest { under, tag: TagName::Id(id) });
        }
        if by_name && under && !self.catalogue.tags.under(&tag).is_empty() {
            return Some(TagTest { under, tag: TagName::Branch(tag.as_str().to_owned()) });
        }
        self.unknown_tag(&name, test.name.span);
        None
    }

    /// The tag that a literal names, as written and as a tag.
    pub(super) fn tag_name(&mut self, literal: &syntax::Literal) -> Option<(String, Tag)> {
        let help = "write `tag vip` or `tag \"customers/gold\"`";
        let name = match &literal.kind {
            LiteralKind::Text(name) | LiteralKind::Word(name) => name.clone(),
            // It was deleted since.
            LiteralKind::Tag(id) => match self.catalogue.tags.last_name(*id) {
                Some(tag) => tag.to_string(),
                None => format!("#{id}"),
            },
            _ => {
                let message = format!("found {}, expected the name of a tag", self.describe(literal));
                self.report(Problem::new(SegmentCode::ValueMismatch, literal.span, message).with_help(help));
                return None;
            }
        };
        if let Ok(tag) = Tag::new(&name) {
            return Some((name, tag));
        }
        let message = format!("found {}, which can not be the name of a tag", self.describe(literal));
        self.report(Problem::new(SegmentCode::ValueMismatch, literal.span, message).with_help(help));
        None
    }

    pub(super) fn unknown_tag(&mut self, name: &str, span: Span) {
        let shown = shorten(name, 40);
        let problem = Problem::new(SegmentCode::UnknownTag, span, format!("found the unknown tag `{shown}`"));
        let near = if self.has_room() { self.catalogue.tags.nearest(name) } else { None };
        let help = "a tag is known from the moment it is first used";
        self.report(problem.with_nearest(near.as_deref()).with_help(help));
    }

    /// Whether `every` or `any` suits the attribute and the check.
    fn quantifier(&mut self, target: Target<'_>, quantified: syntax::Quantified, test: &syntax::AttributeTest) -> bool {
        let word = match quantified.quantifier {
            syntax::Quantifier::Every => "every",
            syntax::Quantifier::Any => "any",
            syntax::Quantifier::No => "no",
        };
        let key = target.name();
        let operator = test.check.operator();
        let (message, help) = if quantified.quantifier == syntax::Quantifier::No {
            // No text can say so; a stored tree can.
            (format!("found `no` before a single condition on `{key}`"), format!("write `not ({key} ..)`"))
        } else if !target.many {
            (format!("found `{word}` before `{key}`, which has one value at most"), format!("leave `{word}` out"))
        } else if operator.is_some_and(|operator| operator.is_negated() && operator.is_of_one()) {
            // `!=` is `not (=)` of the whole; of each value it could mean two things.
            (
                format!("found `{word}` with a negated operator, which has two readings"),
                format!("write `not (every {key} ..)` or `not (any {key} ..)` with the plain operator"),
            )
        } else if operator.is_some_and(|operator: Operator| !operator.is_of_one()) {
            (
                format!("found `{word}` with an operator that asks about all values at once"),
                format!("leave `{word}` out"),
            )
        } else {
            return true;
        };
        self.report(Problem::new(SegmentCode::QuantifierMismatch, quantified.span, message).with_help(help));
        false
    }
}
