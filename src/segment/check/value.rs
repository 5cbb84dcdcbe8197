//! Literals: typed by the attribute that they stand beside.

use std::collections::HashMap;

use uuid::Uuid;

use super::Checker;
use super::operator::Family;
use crate::model::{Currency, Money, PartialDate, ValueType, nearest};
use crate::schema::{Attribute, ChoiceOption};
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::render::shorten;
use crate::segment::syntax::{self, Literal, LiteralKind};
use crate::segment::tree::{Operand, Relative};

/// The codes of a choice's options by name.
pub(super) struct OptionNames {
    by_key: HashMap<String, u32>,
    /// In lower case.
    by_label: HashMap<String, u32>,
}

impl OptionNames {
    fn of(attribute: &Attribute) -> Self {
        let mut names = Self { by_key: HashMap::new(), by_label: HashMap::new() };
        // Options in use come first where two have the same label.
        let (archived, live): (Vec<_>, Vec<_>) = attribute.options.iter().partition(|option| option.archived);
        let all: Vec<&ChoiceOption> = live.into_iter().chain(archived).collect();
        for option in &all {
            names.by_key.entry(option.key.to_string()).or_insert(option.code);
            names.by_label.entry(option.label.to_lowercase()).or_insert(option.code);
        }
        for option in all {
            names.by_label.entry(option.key.to_lowercase()).or_insert(option.code);
        }
        names
    }

    /// The option with that key, else with that label in any case, else with that key in any case.
    fn code(&self, name: &str) -> Option<u32> {
        self.by_key.get(name).or_else(|| self.by_label.get(&name.to_lowercase())).copied()
    }
}

impl<'c> Checker<'c> {
    pub(super) fn set(&mut self, attribute: &'c Attribute, set: &syntax::Set) -> Option<Vec<Operand>> {
        match set {
            syntax::Set::Parameter(_) => {
                self.not_supported(set.span(), "a parameter", "write the values themselves: `in [..]`");
                None
            }
            syntax::Set::List { items, .. } => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.extend(self.operand(attribute, item, false));
                    if self.truncated {
                        break;
                    }
                }
                (values.len() == items.len()).then_some(values)
            }
        }
    }

    /// The operand that a literal is beside this attribute. `ordered` where it must be less or greater than others.
    pub(super) fn operand(&mut self, attribute: &'c Attribute, literal: &Literal, ordered: bool) -> Option<Operand> {
        if let LiteralKind::Parameter(_) = literal.kind {
            self.not_supported(literal.span, "a parameter", "write the value itself");
            return None;
        }
        let family = match Family::of(attribute) {
            // What a range contains is a value of the type that it ranges over.
            Family::Range if attribute.value_type == ValueType::NumberRange => Family::Number,
            Family::Range if attribute.value_type == ValueType::MoneyRange => Family::Money,
            Family::Range => Family::Date,
            family => family,
        };
        match (family, &literal.kind) {
            (Family::Text, LiteralKind::Text(text) | LiteralKind::Word(text)) => {
                self.text(text, literal).map(Operand::Text)
            }
            (Family::Tags, LiteralKind::Text(_) | LiteralKind::Word(_)) => {
                let (name, tag) = self.tag_name(literal)?;
                let id = self.catalogue.tags.id(&tag);
                if id.is_none() {
                    self.unknown_tag(&name, literal.span);
                }
                id.map(Operand::Tag)
            }
            (Family::Number, LiteralKind::Number(number)) => Some(Operand::Number(*number)),
            (Family::Money, LiteralKind::Money { amount, currency }) => {
                let currency = Currency::new(currency).ok()?;
                self.in_currency(attribute, currency, literal.span)?;
                Some(Operand::Money(Money { amount: *amount, currency }))
            }
            (Family::Money, LiteralKind::Number(amount)) => {
                let message =
                    format!("found {amount} without a currency, expected an amount of money for `{}`", attribute.key);
                let currency = attribute.rules.currency.unwrap_or(Currency::EUR);
                let help = format!("write the currency behind the amount: {amount} {currency}");
                self.report(Problem::new(SegmentCode::CurrencyNeeded, literal.span, message).with_help(help));
                None
            }
            (Family::Boolean, LiteralKind::Boolean(value)) => Some(Operand::Boolean(*value)),
            (Family::Date | Family::DateTime | Family::PartialDate, LiteralKind::Date(date)) => {
                Some(Operand::Date(*date))
            }
            (Family::Date | Family::DateTime | Family::PartialDate, LiteralKind::Today) => {
                Some(Operand::Relative(Relative::Today))
            }
            (Family::Date | Family::DateTime | Family::PartialDate, LiteralKind::Yesterday) => {
                Some(Operand::Relative(Relative::Yesterday))
            }
            (Family::Date | Family::DateTime | Family::PartialDate, LiteralKind::Tomorrow) => {
                Some(Operand::Relative(Relative::Tomorrow))
            }
            (Family::DateTime, LiteralKind::DateTime(instant)) => Some(Operand::DateTime(*instant)),
            (Family::DateTime, LiteralKind::Now) => Some(Operand::Relative(Relative::Now)),
            (Family::PartialDate, LiteralKind::Text(text)) => self.partial_date(attribute, text, literal, ordered),
            (Family::Choice, LiteralKind::Text(name) | LiteralKind::Word(name)) => {
                self.option(attribute, name, literal)
            }
            (Family::Reference, LiteralKind::Text(text)) => {
                if let Ok(id) = Uuid::parse_str(text) {
                    return Some(Operand::Record(id));
                }
                let message =
                    format!("found {}, expected the id of a record for `{}`", self.describe(literal), attribute.key);
                let help = format!(
                    "write the id in quotes, or ask about an attribute of the record: `{}.name = \"Acme\"`",
                    attribute.key
                );
                self.report(Problem::new(SegmentCode::InvalidReference, literal.span, message).with_help(help));
                None
            }
            _ => self.mismatch(attribute, family, literal),
        }
    }

    /// A text to compare with or to look for. An empty one is refused: an empty text and no text are one and the same.
    pub(super) fn text(&mut self, text: &str, literal: &Literal) -> Option<String> {
        if !text.is_empty() {
            return Some(text.to_owned());
        }
        let message = "found an empty text, which no attribute has";
        let help = "write `is not set` for what is missing";
        self.report(Problem::new(SegmentCode::EmptyValue, literal.span, message).with_help(help));
        None
    }

    fn partial_date(&mut self, attribute: &Attribute, text: &str, literal: &Literal, ordered: bool) -> Option<Operand> {
        match text.parse::<PartialDate>() {
            // A text and a literal of the same full date are the same operand.
            Ok(date) => match (date.full(), ordered) {
                (Some(full), _) => Some(Operand::Date(full)),
                (None, false) => Some(Operand::PartialDate(date)),
                (None, true) => {
                    let message = format!("found {}, expected a full date to compare with", self.describe(literal));
                    let help = "a date that lacks a part is neither before nor after another; it can be asked with `=`";
                    self.report(Problem::new(SegmentCode::ValueMismatch, literal.span, message).with_help(help));
                    None
                }
            },
            Err(_) => self.mismatch(attribute, Family::PartialDate, literal),
        }
    }

    fn option(&mut self, attribute: &'c Attribute, name: &str, literal: &Literal) -> Option<Operand> {
        let names = self.options.entry((attribute.kind, attribute.id)).or_insert_with(|| OptionNames::of(attribute));
        if let Some(code) = names.code(name) {
            return Some(Operand::Option(code));
        }
        if !self.has_room() {
            self.truncated = true;
            return None;
        }
        let live = || attribute.options.iter().filter(|option| !option.archived);
        let shown = shorten(name, 40);
        let message = format!("found the unknown option `{shown}` of `{}`", attribute.key);
        let near = nearest(name, live().map(|option| &*option.key))
            .or_else(|| nearest(name, live().map(|option| &*option.label)));
        let mut known: Vec<&str> = live().map(|option| &*option.key).take(12).collect();
        if live().count() > known.len() {
            known.push("..");
        }
        let help = format!("the options are {}", known.join(", "));
        self.report(Problem::new(SegmentCode::UnknownOption, literal.span, message).with_nearest(near).with_help(help));
        None
    }

    /// Complains about a literal of another type.
    fn mismatch<R>(&mut self, attribute: &Attribute, family: Family, literal: &Literal) -> Option<R> {
        let wanted = match family {
            Family::Text => "a text",
            Family::Tags => "the name of a tag",
            Family::Number => "a number",
            Family::Money => "an amount of money",
            Family::Boolean => "true or false",
            Family::Date => "a date",
            Family::DateTime => "an instant or a date",
            Family::PartialDate => "a date, or in quotes one that lacks a part",
            Family::Choice => "one of the options",
            Family::Reference => "the id of a record in quotes",
            Family::Range | Family::Group => "another question",
        };
        let found = self.describe(literal);
        let message = format!("found {found}, expected {wanted} for `{}`", attribute.key);
        let help = match (&literal.kind, family) {
            (LiteralKind::Word(word), _) => format!(
                "a bare word here is an option, a tag or a text; the attribute would be written `field({})`, and comparing two attributes is not supported yet",
                shorten(word, 40)
            ),
            (
                LiteralKind::Number(_) | LiteralKind::Date(_) | LiteralKind::Boolean(_),
                Family::Text | Family::Choice | Family::Tags,
            ) => "write it in quotes".to_owned(),
            (LiteralKind::Text(_), Family::Number | Family::Date | Family::DateTime) => {
                "write it without quotes: 10_000, 2026-01-31".to_owned()
            }
            (LiteralKind::Money { .. }, Family::Number) => {
                "leave the currency out: the attribute is a plain number".to_owned()
            }
            (LiteralKind::DateTime(_) | LiteralKind::Now, Family::Date | Family::PartialDate) => {
                "a date has no time of day: write 2026-01-31, or `today`".to_owned()
            }
            (_, Family::Date | Family::DateTime | Family::PartialDate) => "write 2026-01-31 or `today`".to_owned(),
            (_, Family::Money) => "write an amount and its currency: 10_000 EUR".to_owned(),
            (_, Family::Boolean) => "write `= true` or `= false`".to_owned(),
            _ => format!("write {wanted}"),
        };
        self.report(Problem::new(SegmentCode::ValueMismatch, literal.span, message).with_help(help));
        None
    }

    /// A literal in words, for a message.
    pub(super) fn describe(&self, literal: &Literal) -> String {
        if !self.has_room() {
            return String::new();
        }
        let shown = shorten(&literal.to_string(), 40);
        match &literal.kind {
            LiteralKind::Text(_) => format!("the text {shown}"),
            LiteralKind::Number(_) => format!("the number {shown}"),
            LiteralKind::Money { .. } => format!("the amount {shown}"),
            LiteralKind::Word(_) => format!("the word {shown}"),
            LiteralKind::Date(_) => format!("the date {shown}"),
            LiteralKind::DateTime(_) => format!("the instant {shown}"),
            LiteralKind::Parameter(_) => format!("the parameter {shown}"),
            LiteralKind::Boolean(_)
            | LiteralKind::Today
            | LiteralKind::Now
            | LiteralKind::Yesterday
            | LiteralKind::Tomorrow => format!("`{shown}`"),
        }
    }
}
