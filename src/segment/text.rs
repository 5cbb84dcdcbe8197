//! The checked tree back to the syntax tree, and so to text.
//!
//! With the names of a catalogue it is what people read. With its ids it is what a checker is given again: exact, whatever
//! names have come to collide.

use super::span::Span;
use super::syntax::{self, Literal, LiteralKind, Name, Overlapped, StepName, TextOperator};
use super::token::{is_identifier, is_reserved_word};
use super::tree::{
    AttributeTest, Block, Check, Condition, Expression, MayTest, Operand, Order, Path, Relative, Set, TagName, TagTest,
    Tree,
};
use super::words;
use crate::model::{AttributeId, Consent, Kind, Value, ValueType};
use crate::schema::{Attribute, Catalogue};

const NOWHERE: Span = Span::new(0, 0);

pub(super) fn segment_text(tree: &Tree, catalogue: &Catalogue) -> String {
    Names(Some(catalogue)).segment(tree).to_string()
}

/// A condition on records of a kind by itself.
pub(crate) fn condition_text(condition: &Condition, catalogue: &Catalogue) -> String {
    Names(Some(catalogue)).condition(condition, false).to_string()
}

pub(super) fn question_text(tree: &Tree, order: &[Order], limit: Option<u64>, catalogue: &Catalogue) -> String {
    let names = Names(Some(catalogue));
    question(names.segment(tree), names.order(order), limit).to_string()
}

fn question(segment: syntax::Segment, order: Vec<syntax::OrderKey>, limit: Option<u64>) -> syntax::Question {
    let limit = limit.map(|rows| syntax::Limit { rows, span: NOWHERE });
    syntax::Question { segment, order, limit, span: NOWHERE }
}

/// A column or a sort key by itself.
pub(crate) fn expression_text(expression: &Expression, catalogue: &Catalogue) -> String {
    Names(Some(catalogue)).expression(expression, false).to_string()
}

/// The condition with its ids in place of names.
pub(super) fn exact(condition: &Condition) -> syntax::Condition {
    Names(None).condition(condition, false)
}

/// Sort keys with their ids in place of names.
pub(super) fn exact_order(order: &[Order]) -> Vec<syntax::OrderKey> {
    Names(None).order(order)
}

/// A condition and sort keys that may hold ids, as text with names as far as there are any.
pub(super) fn named(
    kind: Kind,
    condition: &syntax::Condition,
    order: &[syntax::OrderKey],
    limit: Option<u64>,
    catalogue: &Catalogue,
) -> String {
    let mut condition = condition.clone();
    super::naming::put_names(kind, &mut condition, catalogue);
    let mut order = order.to_vec();
    for key in &mut order {
        super::naming::put_key_names(kind, &mut key.key, catalogue);
    }
    let segment = syntax::Segment { kind: Names(Some(catalogue)).kind(kind), condition, span: NOWHERE };
    question(segment, order, limit).to_string()
}

/// Gives ids the present names of a catalogue; leaves them be without one.
struct Names<'c>(Option<&'c Catalogue>);

impl Names<'_> {
    fn segment(&self, tree: &Tree) -> syntax::Segment {
        let condition = self.condition(&tree.condition, false);
        syntax::Segment { kind: self.kind(tree.kind), condition, span: NOWHERE }
    }

    fn order(&self, order: &[Order]) -> Vec<syntax::OrderKey> {
        let key = |key: &Order| syntax::OrderKey {
            key: self.expression(&key.key, false),
            direction: key.direction,
            span: NOWHERE,
        };
        order.iter().map(key).collect()
    }

    fn kind(&self, kind: Kind) -> Option<Name> {
        (kind != Kind::CONTACT).then(|| {
            let entry = self.0.and_then(|catalogue| catalogue.kind(kind));
            let text = entry.map_or_else(|| kind.to_string(), |entry| entry.plural.to_string());
            Name { text, span: NOWHERE }
        })
    }

    /// `in_value` where the condition is inside a block.
    fn condition(&self, condition: &Condition, in_value: bool) -> syntax::Condition {
        match condition {
            Condition::All => syntax::Condition::All { span: NOWHERE },
            Condition::And(operands) => self.group(true, operands, in_value),
            Condition::Or(operands) => self.group(false, operands, in_value),
            Condition::Not(operand) => self.negation(operand, in_value),
            Condition::Attribute(test) => syntax::Condition::Attribute(Box::new(self.test(test, in_value))),
            Condition::Tag(test) => syntax::Condition::Tag(self.tag_test(test)),
            Condition::May(test) => syntax::Condition::May(Box::new(self.may_test(test))),
            Condition::Block(block) => self.block(block, in_value),
        }
    }

    fn negation(&self, operand: &Condition, in_value: bool) -> syntax::Condition {
        syntax::Condition::Not { operand: Box::new(self.condition(operand, in_value)), span: NOWHERE }
    }

    fn group(&self, and: bool, operands: &[Condition], in_value: bool) -> syntax::Condition {
        let mut named = Vec::with_capacity(operands.len());
        for operand in operands {
            named.push(self.condition(operand, in_value));
        }
        syntax::Condition::joined(and, named, NOWHERE)
    }

    fn block(&self, block: &Block, in_value: bool) -> syntax::Condition {
        let condition = self.condition(&block.condition, true);
        syntax::Condition::Block(Box::new(self.block_around(block, condition, in_value)))
    }

    fn block_around(&self, block: &Block, condition: syntax::Condition, in_value: bool) -> syntax::Block {
        let subject = self.path(&block.path, in_value);
        syntax::Block { quantifier: block.quantifier, subject, condition, span: NOWHERE }
    }

    fn test(&self, test: &AttributeTest, in_value: bool) -> syntax::AttributeTest {
        let path = &test.subject.path;
        let attribute = self.0.and_then(|catalogue| catalogue.attribute_by_id(path.kind, path.attribute));
        syntax::AttributeTest {
            quantifier: test.quantifier.map(|quantifier| syntax::Quantified { quantifier, span: NOWHERE }),
            subject: self.expression(&test.subject, in_value),
            check: self.check(attribute, &test.check, in_value),
            span: NOWHERE,
        }
    }

    fn tag_test(&self, test: &TagTest) -> syntax::TagTest {
        let name = match &test.tag {
            TagName::Id(id) => self.tag(*id),
            TagName::Branch(name) => word_or_text(name),
            TagName::Parameter(name) => literal(LiteralKind::Parameter(name.clone())),
        };
        syntax::TagTest { under: test.under, name, span: NOWHERE }
    }

    fn may_test(&self, test: &MayTest) -> syntax::MayTest {
        let Path { kind, attribute, .. } = test.path;
        let part = |number| self.0.and_then(|catalogue| catalogue.attribute_by_id(kind, attribute.part(number)));
        syntax::MayTest {
            channel: self.operand(part(Consent::CHANNEL), &test.channel, false),
            purpose: self.operand(part(Consent::PURPOSE), &test.purpose, false),
            span: NOWHERE,
        }
    }

    fn tag(&self, id: u32) -> Literal {
        let Some(catalogue) = self.0 else { return literal(LiteralKind::Tag(id)) };
        match catalogue.tags.name(id) {
            Some(tag) => word_or_text(tag.as_str()),
            None => literal(LiteralKind::Text(format!("#{id}"))),
        }
    }

    fn expression(&self, Expression { function, path }: &Expression, in_value: bool) -> syntax::Expression {
        let path = self.path(path, in_value);
        match *function {
            None => syntax::Expression::Path(path),
            Some(function) => syntax::Expression::Call(syntax::Call { function, path, span: NOWHERE }),
        }
    }

    fn path(&self, path: &Path, in_value: bool) -> syntax::Path {
        let relations = path.relations.iter().map(|relation| (relation.kind, relation.attribute));
        let steps = relations.chain([(path.kind, path.attribute)]).enumerate();
        let steps = steps.map(|(at, (kind, attribute))| syntax::Step {
            // The whole key of a part serves at either end of `outer.`
            name: self.step(kind, attribute, at == 0 && in_value && path.outer == 0),
            span: NOWHERE,
        });
        syntax::Path { outer: path.outer, steps: steps.collect(), span: NOWHERE }
    }

    /// The name of an attribute; of a part inside a block, its name among the parts.
    fn step(&self, kind: Kind, id: AttributeId, in_value: bool) -> StepName {
        let Some(catalogue) = self.0 else { return StepName::Id(id) };
        let Some(attribute) = catalogue.attribute_by_id(kind, id) else {
            return StepName::Key(format!("#{}", id.0));
        };
        if in_value && attribute.part_of.is_some() {
            return StepName::Key(attribute.key_in_value().to_owned());
        }
        match catalogue.attribute(kind, &attribute.key) {
            // Another attribute has taken the key; the label may still tell them apart.
            Some(other) if other.id != id && attribute.value_type != ValueType::Group => {
                StepName::Label(attribute.label.to_string())
            }
            _ => StepName::Key(attribute.key.to_string()),
        }
    }

    fn check(&self, attribute: Option<&Attribute>, check: &Check, in_value: bool) -> syntax::Check {
        let value = |value: &Operand| self.operand(attribute, value, in_value);
        let set = |values: &Set| match values {
            Set::List(values) => syntax::Set::List { items: values.iter().map(value).collect(), span: NOWHERE },
            Set::Parameter(name) => syntax::Set::Parameter(Name { text: name.clone(), span: NOWHERE }),
        };
        let during = |period| syntax::Period { kind: period, span: NOWHERE };
        match check {
            Check::Holds => syntax::Check::Holds,
            Check::Compare { operator, value: operand } => {
                syntax::Check::Compare { operator: *operator, value: value(operand) }
            }
            Check::Between { low, high } => syntax::Check::Between { low: value(low), high: value(high) },
            Check::In { negated, values } => syntax::Check::In { negated: *negated, set: set(values) },
            Check::Has { operator, values } => syntax::Check::Has { operator: *operator, set: set(values) },
            Check::Text { operator, text } => syntax::Check::Text { operator: *operator, value: value(text) },
            Check::Covers { negated, value: operand } => {
                let operator = if *negated { TextOperator::NotContains } else { TextOperator::Contains };
                syntax::Check::Text { operator, value: value(operand) }
            }
            Check::Overlaps { negated, low, high } => syntax::Check::Overlaps {
                negated: *negated,
                with: Overlapped::Ends { low: value(low), high: value(high) },
            },
            Check::OverlapsPeriod { negated, period } => {
                syntax::Check::Overlaps { negated: *negated, with: Overlapped::Period(during(*period)) }
            }
            Check::IsSet { negated } => syntax::Check::IsSet { negated: *negated },
            Check::Within { negated, period } => syntax::Check::Within { negated: *negated, period: during(*period) },
            Check::Ago { bound, length } => syntax::Check::Ago { bound: *bound, length: *length },
        }
    }

    fn operand(&self, attribute: Option<&Attribute>, operand: &Operand, in_value: bool) -> Literal {
        literal(match operand {
            Operand::Text(text) => LiteralKind::Text(text.clone()),
            Operand::Number(number) => LiteralKind::Number(*number),
            Operand::Money(money) => {
                LiteralKind::Money { amount: money.amount, currency: money.currency.code().to_owned() }
            }
            Operand::Boolean(value) => LiteralKind::Boolean(*value),
            Operand::Date(date) => LiteralKind::Date(*date),
            Operand::DateTime(instant) => LiteralKind::DateTime(*instant),
            Operand::PartialDate(date) => LiteralKind::Text(Value::PartialDate(*date).to_string()),
            Operand::Relative(Relative::Yesterday) => LiteralKind::Yesterday,
            Operand::Relative(Relative::Today) => LiteralKind::Today,
            Operand::Relative(Relative::Tomorrow) => LiteralKind::Tomorrow,
            Operand::Relative(Relative::Now) => LiteralKind::Now,
            Operand::Weekday(day) if (1..=7).contains(day) => LiteralKind::Word(words::weekday(*day).to_owned()),
            // A stored tree may hold any number.
            Operand::Weekday(day) => LiteralKind::Text(format!("#{day}")),
            Operand::Option(code) => match (self.0, attribute) {
                (None, _) => LiteralKind::Option(*code),
                (Some(_), Some(attribute)) => LiteralKind::Word(attribute.choice_of(*code).key().to_owned()),
                (Some(_), None) => LiteralKind::Text(format!("#{code}")),
            },
            Operand::Tag(id) => return self.tag(*id),
            Operand::Record(id) => LiteralKind::Text(id.to_string()),
            Operand::Attribute(path) => LiteralKind::Attribute(Box::new(self.path(path, in_value))),
            Operand::Parameter(name) => LiteralKind::Parameter(name.clone()),
        })
    }
}

/// A tag as one bare word where it can be one.
pub(super) fn word_or_text(name: &str) -> Literal {
    let plain = is_identifier(name) && !is_reserved_word(name);
    literal(if plain { LiteralKind::Word(name.to_owned()) } else { LiteralKind::Text(name.to_owned()) })
}

fn literal(kind: LiteralKind) -> Literal {
    Literal { kind, span: NOWHERE }
}
