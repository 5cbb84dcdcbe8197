//! Literals: typed by the attribute that they stand beside.

use std::borrow::{Borrow, Cow};
use std::collections::HashMap;

use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Checker, Target};
use crate::model::{Currency, Money, PartialDate, nearest};
use crate::schema::{Attribute, ChoiceOption};
use crate::segment::bind::{Bound, Parameter};
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::operator::Family;
use crate::segment::render::shorten;
use crate::segment::span::Span;
use crate::segment::syntax::{self, Literal, LiteralKind};
use crate::segment::token::{is_identifier, is_reserved_word};
use crate::segment::tree::{Operand, Relative, Set};
use crate::segment::words;

/// What stands where a value may.
pub(super) enum Given<'l> {
    Value(Cow<'l, Literal>),
    /// A parameter without a value.
    Parameter(String),
}

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
    pub(super) fn set(&mut self, target: Target<'c>, set: &syntax::Set) -> Option<Set> {
        let bindings = self.bindings;
        match set {
            syntax::Set::List { items, .. } => self.list(target, items.iter()).map(Set::List),
            syntax::Set::Parameter(name) => match bindings.get(&name.text) {
                None => {
                    self.parameter(&name.text, target, true, name.span)?;
                    Some(Set::Parameter(name.text.clone()))
                }
                Some(Bound::List(kinds)) => {
                    let items = kinds.iter().map(|kind| Literal { kind: kind.clone(), span: name.span });
                    self.list(target, items).map(Set::List)
                }
                Some(Bound::One(kind)) => {
                    let found = self.describe(&Literal { kind: kind.clone(), span: name.span });
                    let message =
                        format!("found {found} for the parameter `${}`, expected a list of values", name.text);
                    let help = "give a list, also of a single value: `Value::List(vec![value])`";
                    self.report(Problem::new(SegmentCode::ParameterMismatch, name.span, message).with_help(help));
                    None
                }
            },
        }
    }

    fn list(
        &mut self,
        target: Target<'c>,
        items: impl ExactSizeIterator<Item = impl Borrow<Literal>>,
    ) -> Option<Vec<Operand>> {
        let wanted = items.len();
        let mut values = Vec::with_capacity(wanted);
        for item in items {
            values.extend(self.operand(target, item.borrow(), false));
            if self.truncated {
                break;
            }
        }
        (values.len() == wanted).then_some(values)
    }

    /// The operand that a literal is beside this target. `ordered` where it must be less or greater than others.
    pub(super) fn operand(&mut self, target: Target<'c>, literal: &Literal, ordered: bool) -> Option<Operand> {
        match self.given(target, literal)? {
            Given::Value(value) => self.typed(target, &value, ordered),
            Given::Parameter(name) => Some(Operand::Parameter(name)),
        }
    }

    fn typed(&mut self, target: Target<'c>, literal: &Literal, ordered: bool) -> Option<Operand> {
        let attribute = target.attribute;
        // What a range contains is a value of the type that it ranges over.
        let family = target.family.element();
        let day = |relative| Some(Operand::Relative(relative));
        match (family, &literal.kind) {
            (_, LiteralKind::Attribute(_)) => self.no_attribute_here(literal),
            (Family::Text, LiteralKind::Text(text) | LiteralKind::Word(text)) => {
                self.text(text, literal).map(Operand::Text)
            }
            (Family::Tags, LiteralKind::Tag(id)) if self.catalogue.tags.live(*id).is_some() => Some(Operand::Tag(*id)),
            (Family::Tags, LiteralKind::Text(_) | LiteralKind::Word(_) | LiteralKind::Tag(_)) => {
                let (name, tag) = self.tag_name(literal)?;
                // The number of a tag that was deleted is not meant by name.
                let by_name = !matches!(literal.kind, LiteralKind::Tag(_));
                let id = self.catalogue.tags.id(&tag).filter(|_| by_name);
                if id.is_none() {
                    self.unknown_tag(&name, literal.span);
                }
                id.map(Operand::Tag)
            }
            (Family::Number, LiteralKind::Number(number)) => Some(Operand::Number(*number)),
            (Family::Month, LiteralKind::Number(_) | LiteralKind::Text(_) | LiteralKind::Word(_)) => {
                self.month(target, literal)
            }
            (Family::Weekday, LiteralKind::Text(_) | LiteralKind::Word(_)) => self.weekday(target, literal),
            (Family::Money, LiteralKind::Money { amount, currency }) => {
                let currency = Currency::new(currency).ok()?;
                self.in_currency(target, currency, literal.span)?;
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
            (Family::Date | Family::DateTime | Family::PartialDate | Family::Anniversary, LiteralKind::Date(date)) => {
                self.in_calendar(date.year(), literal)?;
                Some(Operand::Date(*date))
            }
            (Family::Date | Family::DateTime | Family::PartialDate | Family::Anniversary, LiteralKind::Today) => {
                day(Relative::Today)
            }
            (Family::Date | Family::DateTime | Family::PartialDate | Family::Anniversary, LiteralKind::Yesterday) => {
                day(Relative::Yesterday)
            }
            (Family::Date | Family::DateTime | Family::PartialDate | Family::Anniversary, LiteralKind::Tomorrow) => {
                day(Relative::Tomorrow)
            }
            (Family::DateTime, LiteralKind::DateTime(instant)) => {
                self.in_calendar(instant.year(), literal)?;
                Some(Operand::DateTime(*instant))
            }
            (Family::DateTime, LiteralKind::Now) => day(Relative::Now),
            (Family::PartialDate, LiteralKind::Text(text)) => self.partial_date(target, text, literal, ordered),
            (Family::Choice, LiteralKind::Option(code)) if attribute.options.iter().any(|o| o.code == *code) => {
                Some(Operand::Option(*code))
            }
            (Family::Choice, LiteralKind::Option(code)) => self.option(attribute, &format!("#{code}"), literal),
            (Family::Choice, LiteralKind::Text(name) | LiteralKind::Word(name)) => {
                self.option(attribute, name, literal)
            }
            (Family::Reference, LiteralKind::Text(text) | LiteralKind::Word(text)) => {
                if let Ok(id) = Uuid::parse_str(text) {
                    return Some(Operand::Record(id));
                }
                let message =
                    format!("found {}, expected the id of a record for `{}`", self.describe(literal), attribute.key);
                let help =
                    "write the id in quotes, or go on with a dot to what the record says: `company.name = \"Acme\"`";
                self.report(Problem::new(SegmentCode::InvalidReference, literal.span, message).with_help(help));
                None
            }
            _ => self.mismatch(target, family, literal),
        }
    }

    /// A literal, or in place of a parameter the value that it was given.
    pub(super) fn given<'l>(&mut self, target: Target<'c>, literal: &'l Literal) -> Option<Given<'l>> {
        let LiteralKind::Parameter(name) = &literal.kind else { return Some(Given::Value(Cow::Borrowed(literal))) };
        let (bindings, span) = (self.bindings, literal.span);
        match bindings.get(name) {
            None => {
                self.parameter(name, target, false, span)?;
                Some(Given::Parameter(name.clone()))
            }
            Some(Bound::One(kind)) => Some(Given::Value(Cow::Owned(Literal { kind: kind.clone(), span }))),
            Some(Bound::List(_)) => {
                let message = format!("found a list for the parameter `${name}`, expected one value");
                let help = "a list goes with `in` and `has any of`: `in $ids`";
                self.report(Problem::new(SegmentCode::ParameterMismatch, span, message).with_help(help));
                None
            }
        }
    }

    /// Notes a parameter that has no value yet. Wherever it stands, it must take values of one type.
    pub(super) fn parameter(&mut self, name: &str, target: Target<'c>, list: bool, span: Span) -> Option<()> {
        if !is_identifier(name) {
            let shown = shorten(name, 40);
            let message = format!("found a parameter named `{shown}`, expected a name of letters, digits and `_`");
            let problem = Problem::new(SegmentCode::InvalidName, span, message);
            self.report(problem.with_help("a name begins with a letter: `$since`"));
            return None;
        }
        let parameter = Parameter::new(name, target.attribute, target.family.element(), list);
        if let Some((first, second)) = self.parameters.get(name) {
            if first.takes_the_same(&parameter) {
                return Some(());
            }
            let message = format!("found the parameter `${name}` as {parameter}, expected {first} as before");
            let problem = Problem::new(SegmentCode::ParameterMismatch, span, message)
                .with_second(*second, format!("here it is {first}"))
                .with_help("give the two parameters two names");
            self.report(problem);
            return None;
        }
        self.parameters.insert(name.to_owned(), (parameter, span));
        Some(())
    }

    /// Another attribute where only a value can stand.
    pub(super) fn no_attribute_here<R>(&mut self, literal: &Literal) -> Option<R> {
        let message = format!("found {}, expected a value", self.describe(literal));
        let help = "another attribute stands only behind `=`, `!=`, `==`, `<`, `<=`, `>` or `>=`";
        self.report(Problem::new(SegmentCode::ValueMismatch, literal.span, message).with_help(help));
        None
    }

    /// Whether a date that came from a program can be written in a text.
    fn in_calendar(&mut self, year: i32, literal: &Literal) -> Option<()> {
        if (0..=9999).contains(&year) {
            return Some(());
        }
        let message = format!("found a date of the year {year}, expected one from 0 to 9999");
        let problem = Problem::new(SegmentCode::InvalidDate, literal.span, message);
        self.report(problem.with_help("ask `is set` for any date at all"));
        None
    }

    fn month(&mut self, target: Target<'c>, literal: &Literal) -> Option<Operand> {
        let number = match &literal.kind {
            LiteralKind::Number(number) => Some(*number),
            LiteralKind::Text(name) | LiteralKind::Word(name) => words::month_named(name).map(Decimal::from),
            _ => None,
        };
        if let Some(number) = number.filter(|number| (1..=12).any(|month| Decimal::from(month) == *number)) {
            return Some(Operand::Number(number.normalize()));
        }
        self.mismatch(target, Family::Month, literal)
    }

    fn weekday(&mut self, target: Target<'c>, literal: &Literal) -> Option<Operand> {
        let (LiteralKind::Text(name) | LiteralKind::Word(name)) = &literal.kind else { return None };
        match words::weekday_named(name) {
            Some(day) => Some(Operand::Weekday(day)),
            None => self.mismatch(target, Family::Weekday, literal),
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

    fn partial_date(&mut self, target: Target<'c>, text: &str, literal: &Literal, ordered: bool) -> Option<Operand> {
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
            Err(_) => self.mismatch(target, Family::PartialDate, literal),
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
    fn mismatch<R>(&mut self, target: Target<'c>, family: Family, literal: &Literal) -> Option<R> {
        let wanted = match family {
            Family::Text => "a text",
            Family::Tags => "the name of a tag",
            Family::Number => "a number",
            Family::Money => "an amount of money",
            Family::Boolean => "true or false",
            Family::Date | Family::Anniversary => "a date",
            Family::DateTime => "an instant or a date",
            Family::PartialDate => "a date, or in quotes one that lacks a part",
            Family::Choice => "one of the options",
            Family::Reference => "the id of a record in quotes",
            Family::Month => "a month (a number from 1 to 12, or a name)",
            Family::Weekday => "the name of a day of the week",
            Family::NumberRange | Family::MoneyRange | Family::DateRange | Family::Group => "another question",
        };
        let found = self.describe(literal);
        let message = format!("found {found}, expected {wanted} for `{}`", target.name());
        let help = match (&literal.kind, family) {
            (_, Family::Month) => "write `= may`, `= 5` or `in [december, january]`".to_owned(),
            (_, Family::Boolean) => "write `= true` or `= false`".to_owned(),
            (LiteralKind::Word(word), Family::Date | Family::DateTime | Family::PartialDate)
                if words::month_named(word).is_some() =>
            {
                format!("a month is asked as `month({}) = {}`", target.name(), shorten(word, 40))
            }
            (_, Family::Weekday) => "write `= monday` or `in [saturday, sunday]`".to_owned(),
            (LiteralKind::Word(word), _) => format!(
                "a bare word here is an option, a tag or a text; an attribute is written `field({})`",
                if is_reserved_word(word) { format!("`{word}`") } else { shorten(word, 40) }
            ),
            (
                LiteralKind::Number(_) | LiteralKind::Date(_) | LiteralKind::Boolean(_),
                Family::Text | Family::Choice | Family::Tags,
            ) => "write it in quotes".to_owned(),
            (LiteralKind::Text(_), Family::Number) => "write a number, without quotes: 10_000".to_owned(),
            (LiteralKind::Text(_), Family::Date | Family::DateTime) => {
                "write a date, without quotes: 2026-01-31".to_owned()
            }
            (LiteralKind::Money { .. }, Family::Number) => {
                "leave the currency out: the attribute is a plain number".to_owned()
            }
            (LiteralKind::DateTime(_) | LiteralKind::Now, Family::Date | Family::PartialDate) => {
                "a date has no time of day: write 2026-01-31, or `today`".to_owned()
            }
            (_, Family::Date | Family::DateTime | Family::PartialDate | Family::Anniversary) => {
                "write 2026-01-31 or `today`".to_owned()
            }
            (_, Family::Money) => "write an amount and its currency: 10_000 EUR".to_owned(),
            _ => format!("write {wanted}"),
        };
        let near = match (&literal.kind, family) {
            (LiteralKind::Text(name) | LiteralKind::Word(name), Family::Month) => nearest(name, words::MONTHS),
            (LiteralKind::Text(name) | LiteralKind::Word(name), Family::Weekday) => nearest(name, words::WEEKDAYS),
            _ => None,
        };
        let problem = Problem::new(SegmentCode::ValueMismatch, literal.span, message).with_nearest(near);
        self.report(problem.with_help(help));
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
            LiteralKind::Attribute(_) => format!("the attribute `{shown}`"),
            LiteralKind::Option(_) => format!("the option {shown}"),
            LiteralKind::Tag(_) => format!("the tag {shown}"),
            LiteralKind::Boolean(_)
            | LiteralKind::Today
            | LiteralKind::Now
            | LiteralKind::Yesterday
            | LiteralKind::Tomorrow => format!("`{shown}`"),
        }
    }
}
