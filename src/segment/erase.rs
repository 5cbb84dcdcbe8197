//! A tree without its spans, for comparing what two texts say.

use super::span::Span;
use super::syntax::{Check, Condition, Expression, Literal, LiteralKind, Overlapped, Path, Question, Set};

impl Question {
    /// The same question with every span empty at 0, so that equality compares what was said and not where.
    #[must_use]
    pub(crate) fn without_spans(mut self) -> Self {
        self.span = Span::default();
        self.segment.span = Span::default();
        if let Some(kind) = &mut self.segment.kind {
            kind.span = Span::default();
        }
        for key in &mut self.order {
            key.span = Span::default();
            erase_expression(&mut key.key);
        }
        if let Some(limit) = &mut self.limit {
            limit.span = Span::default();
        }
        erase_condition(&mut self.segment.condition);
        self
    }
}

fn erase_condition(condition: &mut Condition) {
    let mut work = vec![condition];
    while let Some(next) = work.pop() {
        match next {
            Condition::All { span } | Condition::Broken { span } => *span = Span::default(),
            Condition::And { operands, span } | Condition::Or { operands, span } => {
                *span = Span::default();
                work.extend(operands);
            }
            Condition::Not { operand, span } => {
                *span = Span::default();
                work.push(operand);
            }
            Condition::Attribute(test) => {
                test.span = Span::default();
                if let Some(quantifier) = &mut test.quantifier {
                    quantifier.span = Span::default();
                }
                erase_expression(&mut test.subject);
                erase_check(&mut test.check);
            }
            Condition::Block(block) => {
                block.span = Span::default();
                erase_path(&mut block.subject);
                work.push(&mut block.condition);
            }
            Condition::Tag(test) => {
                test.span = Span::default();
                erase_literal(&mut test.name);
            }
            Condition::May(test) => {
                test.span = Span::default();
                erase_literal(&mut test.channel);
                erase_literal(&mut test.purpose);
            }
        }
    }
}

fn erase_expression(expression: &mut Expression) {
    match expression {
        Expression::Path(path) => erase_path(path),
        Expression::Call(call) => {
            call.span = Span::default();
            erase_path(&mut call.path);
        }
    }
}

fn erase_path(Path { steps, span, .. }: &mut Path) {
    *span = Span::default();
    for step in steps {
        step.span = Span::default();
    }
}

fn erase_check(check: &mut Check) {
    match check {
        Check::Holds | Check::IsSet { .. } | Check::Ago { .. } | Check::Broken => {}
        Check::Compare { value, .. } | Check::Text { value, .. } => erase_literal(value),
        Check::Between { low, high } | Check::Overlaps { with: Overlapped::Ends { low, high }, .. } => {
            erase_literal(low);
            erase_literal(high);
        }
        Check::In { set, .. } | Check::Has { set, .. } => match set {
            Set::List { items, span } => {
                *span = Span::default();
                items.iter_mut().for_each(erase_literal);
            }
            Set::Parameter(name) => name.span = Span::default(),
        },
        Check::Within { period, .. } | Check::Overlaps { with: Overlapped::Period(period), .. } => {
            period.span = Span::default()
        }
    }
}

fn erase_literal(literal: &mut Literal) {
    literal.span = Span::default();
    if let LiteralKind::Attribute(path) = &mut literal.kind {
        erase_path(path);
    }
}
