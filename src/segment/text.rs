//! The checked tree back to the syntax tree, with the names of a catalogue, and so to text.

use super::span::Span;
use super::syntax::{self, Literal, LiteralKind, Name, StepName, TextOperator};
use super::token::{is_identifier, is_reserved_word};
use super::tree::{Check, Condition, Expression, Operand, Order, Parent, Path, Relative, TagTest, Tree};
use crate::model::{AttributeId, Kind, Value};
use crate::schema::{Attribute, Catalogue};

const NOWHERE: Span = Span::new(0, 0);

pub(super) fn segment_text(tree: &Tree, catalogue: &Catalogue) -> String {
    Names(catalogue).segment(tree).to_string()
}

pub(super) fn question_text(tree: &Tree, order: &[Order], limit: Option<u64>, catalogue: &Catalogue) -> String {
    let names = Names(catalogue);
    let key =
        |key: &Order| syntax::OrderKey { key: names.expression(&key.key), direction: key.direction, span: NOWHERE };
    let question = syntax::Question {
        segment: names.segment(tree),
        order: order.iter().map(key).collect(),
        limit: limit.map(|rows| syntax::Limit { rows, span: NOWHERE }),
        span: NOWHERE,
    };
    question.to_string()
}

/// Gives ids their present names.
struct Names<'c>(&'c Catalogue);

impl Names<'_> {
    fn segment(&self, tree: &Tree) -> syntax::Segment {
        let kind = (tree.kind != Kind::CONTACT).then(|| {
            let entry = self.0.kind(tree.kind);
            let text = entry.map_or_else(|| tree.kind.to_string(), |entry| entry.plural.to_string());
            Name { text, span: NOWHERE }
        });
        syntax::Segment { kind, condition: self.condition(tree.kind, &tree.condition), span: NOWHERE }
    }

    fn condition(&self, kind: Kind, condition: &Condition) -> syntax::Condition {
        match condition {
            Condition::All => syntax::Condition::All { span: NOWHERE },
            Condition::And(operands) => {
                syntax::Condition::And { operands: self.operands(kind, operands), span: NOWHERE }
            }
            Condition::Or(operands) => syntax::Condition::Or { operands: self.operands(kind, operands), span: NOWHERE },
            Condition::Not(operand) => {
                let operand = Box::new(self.condition(kind, operand));
                syntax::Condition::Not { operand, span: NOWHERE }
            }
            Condition::Attribute(test) => {
                let Expression::Path(path) = &test.subject;
                let attribute = self.0.attribute_by_id(path.kind, path.attribute);
                let quantifier = test.quantifier.map(|quantifier| syntax::Quantified { quantifier, span: NOWHERE });
                syntax::Condition::Attribute(Box::new(syntax::AttributeTest {
                    quantifier,
                    subject: self.expression(&test.subject),
                    check: self.check(attribute, &test.check),
                    span: NOWHERE,
                }))
            }
            Condition::Tag(test) => syntax::Condition::Tag(self.tag_test(test)),
        }
    }

    fn operands(&self, kind: Kind, operands: &[Condition]) -> Vec<syntax::Condition> {
        let mut named = Vec::with_capacity(operands.len());
        for operand in operands {
            named.push(self.condition(kind, operand));
        }
        named
    }

    fn tag_test(&self, test: &TagTest) -> syntax::TagTest {
        let (under, name) = match test {
            TagTest::Has(id) => (false, self.tag(*id)),
            TagTest::Under(Parent::Tag(id)) => (true, self.tag(*id)),
            TagTest::Under(Parent::Name(name)) => (true, word_or_text(name)),
        };
        syntax::TagTest { under, name, span: NOWHERE }
    }

    fn tag(&self, id: u32) -> Literal {
        match self.0.tags.name(id) {
            Some(tag) => word_or_text(tag.as_str()),
            None => literal(LiteralKind::Text(format!("#{id}"))),
        }
    }

    fn expression(&self, expression: &Expression) -> syntax::Expression {
        let Expression::Path(path) = expression;
        syntax::Expression::Path(self.path(path))
    }

    fn path(&self, path: &Path) -> syntax::Path {
        let relations = path.relations.iter().map(|relation| (relation.kind, relation.attribute));
        let steps = relations.chain([(path.kind, path.attribute)]).map(|(kind, attribute)| self.step(kind, attribute));
        syntax::Path { steps: steps.collect(), span: NOWHERE }
    }

    fn step(&self, kind: Kind, id: AttributeId) -> syntax::Step {
        let name = match self.0.attribute_by_id(kind, id) {
            Some(attribute) => match self.0.attribute(kind, &attribute.key) {
                // Another attribute has taken the key; the label may still tell them apart.
                Some(other) if other.id != id => StepName::Label(attribute.label.to_string()),
                _ => StepName::Key(attribute.key.to_string()),
            },
            None => StepName::Key(format!("#{}", id.number())),
        };
        syntax::Step { name, span: NOWHERE }
    }

    fn check(&self, attribute: Option<&Attribute>, check: &Check) -> syntax::Check {
        let value = |value: &Operand| self.operand(attribute, value);
        let set = |values: &[Operand]| syntax::Set::List { items: values.iter().map(value).collect(), span: NOWHERE };
        let text =
            |operator, text: &str| syntax::Check::Text { operator, value: literal(LiteralKind::Text(text.to_owned())) };
        match check {
            Check::Holds => syntax::Check::Holds,
            Check::Compare { operator, value: operand } => {
                syntax::Check::Compare { operator: *operator, value: value(operand) }
            }
            Check::Between { low, high } => syntax::Check::Between { low: value(low), high: value(high) },
            Check::In { negated, values } => syntax::Check::In { negated: *negated, set: set(values) },
            Check::Has { operator, values } => syntax::Check::Has { operator: *operator, set: set(values) },
            Check::Text { operator, text: looked_for } => text(*operator, looked_for),
            Check::Matches(pattern) => text(TextOperator::Matches, &pattern.text),
            Check::Covers { negated, value: operand } => {
                let operator = if *negated { TextOperator::NotContains } else { TextOperator::Contains };
                syntax::Check::Text { operator, value: value(operand) }
            }
            Check::IsSet { negated } => syntax::Check::IsSet { negated: *negated },
            Check::Within { negated, period } => {
                syntax::Check::Within { negated: *negated, period: syntax::Period { kind: *period, span: NOWHERE } }
            }
            Check::Ago { bound, length } => syntax::Check::Ago { bound: *bound, length: *length },
        }
    }

    fn operand(&self, attribute: Option<&Attribute>, operand: &Operand) -> Literal {
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
            Operand::Option(code) => match attribute {
                Some(attribute) => LiteralKind::Word(attribute.choice_of(*code).key().to_owned()),
                None => LiteralKind::Text(format!("#{code}")),
            },
            Operand::Tag(id) => return self.tag(*id),
            Operand::Record(id) => LiteralKind::Text(id.to_string()),
        })
    }
}

fn word_or_text(name: &str) -> Literal {
    let plain = is_identifier(name) && !is_reserved_word(name);
    literal(if plain { LiteralKind::Word(name.to_owned()) } else { LiteralKind::Text(name.to_owned()) })
}

fn literal(kind: LiteralKind) -> Literal {
    Literal { kind, span: NOWHERE }
}
