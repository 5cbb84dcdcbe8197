//! The syntax tree against the catalogue: names become ids, values get the type that their attribute calls for.
//!
//! One pass finds the problems of the whole tree, and where a text could not be read in whole, those of what could. It takes
//! time in proportion to the length of the text: what is looked up by name is hashed, and a nearest name is sought only for
//! the problems that are reported.

mod condition;
mod consent;
mod entry;
mod name;
mod operator;
mod other;
mod pattern;
mod scopes;
mod surprise;
mod value;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use super::bind::{Bindings, Parameter};
use super::error::{Problem, SegmentCode, SegmentError};
use super::limits::SyntaxLimits;
use super::operator::Family;
use super::syntax::{self, Function};
use super::tree::{Expression, Order};
use crate::model::{AttributeId, Kind, ValueType, nearest};
use crate::schema::{Attribute, Catalogue};
use value::OptionNames;

pub(crate) use entry::{bind, check, check_columns, check_order, check_question, recheck};
pub(crate) use pattern::compiled;
pub(crate) use scopes::Scopes;

/// What the names of a condition mean: attributes of a record of a kind, or parts of one value of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Scope {
    kind: Kind,
    /// The structured attribute whose value is at hand.
    value_of: Option<AttributeId>,
}

/// What a value stands beside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'c> {
    pub(crate) attribute: &'c Attribute,
    pub(crate) family: Family,
    pub(crate) many: bool,
    function: Option<Function>,
}

impl Target<'_> {
    /// The target in a message: `budget`, `month(birthday)`.
    fn name(&self) -> String {
        match self.function {
            None => self.attribute.key.to_string(),
            Some(Function::Anniversary) => format!("{} anniversary", self.attribute.key),
            Some(function) => format!("{}({})", function.name(), self.attribute.key),
        }
    }

    /// What it is, in words.
    fn describe(&self) -> &'static str {
        match (self.function, self.family) {
            (_, Family::Tags) => "the record's tags",
            (None, _) => self.attribute.value_type.describe(),
            (Some(Function::Count | Function::Year), _) => "a number",
            (Some(Function::Month), _) => "a month",
            (Some(Function::Weekday), _) => "a day of the week",
            (Some(Function::Anniversary), _) => "the same day in later years",
        }
    }
}

/// What is known and what was found while a tree is checked.
struct Checker<'c> {
    catalogue: &'c Catalogue,
    limits: &'c SyntaxLimits,
    bindings: &'c Bindings,
    /// The record asked about and the blocks around the condition at hand, innermost last.
    scopes: Vec<Scope>,
    problems: Vec<Problem>,
    truncated: bool,
    notices: Vec<Problem>,
    /// The names of the options of each choice asked about, so that a list of any length is looked up in linear time.
    options: HashMap<(Kind, AttributeId), OptionNames>,
    /// The attributes of each kind by label in lower case.
    labels: HashMap<Kind, HashMap<String, Vec<AttributeId>>>,
    /// The parameters without a value, by name, with the place where each was first met.
    parameters: BTreeMap<String, (Parameter, super::Span)>,
    patterns: usize,
    /// Whether a path may go through one attribute with several values: what is shown may be several, what is asked may not.
    branches: bool,
}

impl<'c> Checker<'c> {
    fn new(catalogue: &'c Catalogue, limits: &'c SyntaxLimits, bindings: &'c Bindings) -> Self {
        Self {
            catalogue,
            limits,
            bindings,
            scopes: Vec::new(),
            problems: Vec::new(),
            truncated: false,
            notices: Vec::new(),
            options: HashMap::new(),
            labels: HashMap::new(),
            parameters: BTreeMap::new(),
            patterns: 0,
            branches: false,
        }
    }

    /// Whether a further problem would be shown; what is costly to say about one can be left out otherwise.
    fn has_room(&self) -> bool {
        self.problems.len() < SegmentError::MAX_PROBLEMS
    }

    fn report(&mut self, problem: Problem) {
        if self.has_room() {
            self.problems.push(problem);
        } else {
            self.truncated = true;
        }
    }

    fn notice(&mut self, problem: Problem) {
        if self.notices.len() < SegmentError::MAX_PROBLEMS {
            self.notices.push(problem);
        }
    }

    /// The kind that stands before `where`, which must be `of` if that is given; `of`, else contacts, if none does.
    fn kind(&mut self, name: Option<&syntax::Name>, of: Option<Kind>) -> Option<Kind> {
        let Some(name) = name else { return Some(of.unwrap_or(Kind::CONTACT)) };
        let Some(entry) = self.catalogue.kind_named(&name.text) else {
            self.unknown_kind(name);
            return None;
        };
        if of.is_none_or(|of| of == entry.kind) {
            return Some(entry.kind);
        }
        self.other_kind(entry.kind, of?, name.span);
        // What is asked of them can be checked all the same.
        Some(entry.kind)
    }

    fn unknown_kind(&mut self, name: &syntax::Name) {
        let known: Vec<&str> = self.catalogue.kinds().map(|entry| &*entry.plural).collect();
        let shown = super::render::shorten(&name.text, 40);
        let message = format!("found the unknown kind of records `{shown}`, expected one of {}", known.join(", "));
        let problem = Problem::new(SegmentCode::UnknownKind, name.span, message)
            .with_nearest(nearest(&name.text, known))
            .with_help("a text without a kind asks about contacts");
        self.report(problem);
    }

    fn other_kind(&mut self, found: Kind, expected: Kind, span: super::Span) {
        let message = format!("found a segment of {}, expected one of {}", self.plural(found), self.plural(expected));
        let help = "leave the kind out, or read the text with `segment_of` for that kind or with `any_segment`";
        self.report(Problem::new(SegmentCode::OtherKind, span, message).with_help(help));
    }

    /// The columns of a list of records of a kind: whatever has a value, with an order or without.
    fn columns(&mut self, kind: Kind, keys: &[syntax::OrderKey]) -> Vec<Expression> {
        self.scopes = vec![Scope { kind, value_of: None }];
        self.branches = true;
        let mut columns = Vec::with_capacity(keys.len());
        for key in keys {
            if key.direction == syntax::Direction::Descending {
                let message = "found `desc` in a list of columns, expected attributes alone";
                let problem = Problem::new(SegmentCode::OrderNotAllowed, key.span, message);
                self.report(problem.with_help("the order belongs to the question: `order_by`"));
            }
            columns.extend(self.expression(&key.key).map(|(expression, _)| expression));
        }
        columns
    }

    /// The sort keys of records of a kind. Each is looked at, also behind one that is wrong.
    fn order(&mut self, kind: Kind, keys: &[syntax::OrderKey]) -> Vec<Order> {
        self.scopes = vec![Scope { kind, value_of: None }];
        let mut order = Vec::with_capacity(keys.len());
        for key in keys {
            let Some((expression, target)) = self.expression(&key.key) else { continue };
            if target.family.is_sortable() {
                self.order_surprises(target, key.span);
                order.push(Order { key: expression, direction: key.direction });
                continue;
            }
            let message =
                format!("found `{}` as a sort key, which is {} and has no order", target.name(), target.describe());
            let help = match target.attribute.value_type {
                ValueType::Reference => "sort by an attribute of the record it leads to: `order by company.name`",
                _ => "sort by a text, a number, money, a date or a choice",
            };
            self.report(Problem::new(SegmentCode::OperatorMismatch, key.key.span(), message).with_help(help));
        }
        order
    }
}
