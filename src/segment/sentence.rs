//! A segment as a sentence, by the labels of the catalogue and the words of one table.

use super::syntax::{AgoBound, Comparison, Function, Length, PeriodKind, Quantifier, SetOperator, TextOperator, Unit};
use super::tree::{AttributeTest, Check, Condition, Expression, MayTest, Operand, Path, Relative, Set, TagName, Tree};
use super::words::{ENGLISH, Words};
use crate::model::{AttributeId, Consent, Kind, ValueType};
use crate::schema::{Attribute, Catalogue};

/// The longest list that is told in full.
const LISTED: usize = 12;

pub(super) fn sentence(tree: &Tree, catalogue: &Catalogue) -> String {
    let teller = Teller { words: &ENGLISH, catalogue };
    let words = teller.words;
    let records = catalogue.kind(tree.kind).map_or_else(|| tree.kind.to_string(), |entry| entry.plural.to_string());
    let told = match &tree.condition {
        Condition::All => fill(words.all_records, &[&records]),
        condition => {
            let mut letters = records.chars();
            let records =
                letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
            fill(words.records_where, &[&records, &teller.condition(condition, false)])
        }
    };
    told + words.end
}

/// The template with each `{}` replaced, in order.
fn fill(template: &str, pieces: &[&str]) -> String {
    let mut parts = template.split("{}");
    let mut told = parts.next().unwrap_or_default().to_owned();
    let mut pieces = pieces.iter();
    for part in parts {
        told.push_str(pieces.next().copied().unwrap_or_default());
        told.push_str(part);
    }
    told
}

struct Teller<'a> {
    words: &'a Words,
    catalogue: &'a Catalogue,
}

impl Teller<'_> {
    /// Recursion is safe: the checked tree is no deeper than the parser allows.
    fn condition(&self, condition: &Condition, in_value: bool) -> String {
        match condition {
            Condition::All => self.words.always.to_owned(),
            Condition::And(operands) => self.joined(operands, self.words.and, in_value),
            Condition::Or(operands) => self.joined(operands, self.words.or, in_value),
            Condition::Not(operand) => fill(self.words.not, &[&self.condition(operand, in_value)]),
            Condition::Attribute(test) => self.test(test, in_value),
            Condition::Tag(test) => {
                let template = if test.under { self.words.tagged_under } else { self.words.tagged };
                let name = match &test.tag {
                    TagName::Id(id) => self.tag(*id),
                    TagName::Branch(name) => quoted(name),
                    TagName::Parameter(name) => fill(self.words.a_parameter, &[name]),
                };
                fill(template, &[&name])
            }
            Condition::May(test) => self.may(test),
            Condition::Block(block) => {
                let template = match block.quantifier {
                    Quantifier::Any => self.words.any_block,
                    Quantifier::Every => self.words.every_block,
                    Quantifier::No => self.words.no_block,
                };
                fill(template, &[&self.path(&block.path), &self.condition(&block.condition, true)])
            }
        }
    }

    fn may(&self, test: &MayTest) -> String {
        let Path { kind, attribute, .. } = test.path;
        let option = |part, operand| self.operand(self.attribute(kind, attribute.part(part)), None, operand);
        let channel = option(Consent::CHANNEL, &test.channel);
        fill(self.words.may, &[&channel, &option(Consent::PURPOSE, &test.purpose)])
    }

    fn joined(&self, operands: &[Condition], word: &str, in_value: bool) -> String {
        let mut told = String::new();
        for (at, operand) in operands.iter().enumerate() {
            if at > 0 {
                told.push_str(word);
            }
            told.push_str(&self.inner(operand, in_value));
        }
        told
    }

    /// A condition inside another one: groups in parentheses, as in the language.
    fn inner(&self, condition: &Condition, in_value: bool) -> String {
        let told = self.condition(condition, in_value);
        match condition {
            Condition::And(_) | Condition::Or(_) => fill(self.words.group, &[&told]),
            _ => told,
        }
    }

    fn test(&self, test: &AttributeTest, in_value: bool) -> String {
        let Expression { function, path } = &test.subject;
        let attribute = self.attribute(path.kind, path.attribute);
        let name = self.path(path);
        let name = match function {
            None => name,
            Some(function) => {
                let [count, month, year, weekday, anniversary] = self.words.functions;
                let template = match function {
                    Function::Count => count,
                    Function::Month => month,
                    Function::Year => year,
                    Function::Weekday => weekday,
                    Function::Anniversary => anniversary,
                };
                fill(template, &[&name])
            }
        };
        let template = match test.quantifier {
            Some(Quantifier::Every) => self.words.with_every,
            Some(_) => self.words.with_any,
            None if path.outer > 0 => self.words.around,
            None if in_value => self.words.part,
            None => self.words.whose,
        };
        fill(template, &[&name, &self.check(attribute, *function, &test.check)])
    }

    fn attribute(&self, kind: Kind, id: AttributeId) -> Option<&Attribute> {
        self.catalogue.attribute_by_id(kind, id)
    }

    fn label(&self, kind: Kind, id: AttributeId) -> String {
        let Some(attribute) = self.attribute(kind, id) else { return format!("#{}", id.0) };
        // `Label` alone would not say whose.
        match attribute.part_of.and_then(|whole| self.attribute(kind, whole)) {
            Some(whole) if matches!(&*attribute.label, "Label" | "Primary") => {
                fill(self.words.of, &[&whole.label, &attribute.label])
            }
            _ => attribute.label.to_string(),
        }
    }

    fn path(&self, path: &Path) -> String {
        let mut told = self.label(path.kind, path.attribute);
        for relation in path.relations.iter().rev() {
            told = fill(self.words.of, &[&self.label(relation.kind, relation.attribute), &told]);
        }
        if path.outer > 0 { fill(self.words.outer, &[&told]) } else { told }
    }

    fn check(&self, attribute: Option<&Attribute>, function: Option<Function>, check: &Check) -> String {
        let words = self.words;
        let value = |operand: &Operand| self.operand(attribute, function, operand);
        let anniversary = function == Some(Function::Anniversary);
        let either = |negated: bool, yes: &'static str, no: &'static str| if negated { no } else { yes };
        match check {
            Check::Holds => words.is_true.to_owned(),
            Check::IsSet { negated } => either(*negated, words.is_set, words.is_not_set).to_owned(),
            Check::Compare { operator, value: operand } => {
                let time = function.is_none()
                    && attribute.is_some_and(|attribute| {
                        matches!(attribute.value_type, ValueType::Date | ValueType::DateTime | ValueType::PartialDate)
                    });
                let [less, at_most, more, at_least] = if time { words.time_order } else { words.order };
                let template = match operator {
                    Comparison::Equal if anniversary => words.anniversary_on,
                    Comparison::NotEqual if anniversary => words.anniversary_not_on,
                    Comparison::Equal => words.equal,
                    Comparison::Identical => words.identical,
                    Comparison::NotEqual => words.not_equal,
                    Comparison::Less => less,
                    Comparison::LessOrEqual => at_most,
                    Comparison::Greater => more,
                    Comparison::GreaterOrEqual => at_least,
                };
                fill(template, &[&value(operand)])
            }
            Check::Between { low, high } => {
                let template = if anniversary { words.anniversary_between } else { words.between };
                fill(template, &[&value(low), &value(high)])
            }
            Check::In { negated, values } => {
                let template = either(*negated, words.in_list, words.not_in_list);
                fill(template, &[&self.list(values, words.list_or, value)])
            }
            Check::Has { operator, values } => {
                let [any, all, none, exactly] = words.has;
                let (template, joined) = match operator {
                    SetOperator::HasAny => (any, words.list_or),
                    SetOperator::HasAll => (all, words.list_and),
                    SetOperator::HasNone => (none, words.list_or),
                    SetOperator::IsExactly => (exactly, words.list_and),
                };
                fill(template, &[&self.list(values, joined, value)])
            }
            Check::Text { operator, text } => {
                let [contains, not_contains, starts, ends, like, matches, word, near] = words.text;
                let template = match operator {
                    TextOperator::Contains => contains,
                    TextOperator::NotContains => not_contains,
                    TextOperator::StartsWith => starts,
                    TextOperator::EndsWith => ends,
                    TextOperator::Like => like,
                    TextOperator::Matches => matches,
                    TextOperator::HasWord => word,
                    TextOperator::Fuzzy => near,
                };
                fill(template, &[&value(text)])
            }
            Check::Covers { negated, value: operand } => {
                fill(either(*negated, words.covers, words.not_covers), &[&value(operand)])
            }
            Check::Overlaps { negated, low, high } => {
                let [ends, not_ends, ..] = words.overlaps;
                fill(either(*negated, ends, not_ends), &[&value(low), &value(high)])
            }
            Check::OverlapsPeriod { negated, period } => {
                let [.., during, not_during] = words.overlaps;
                fill(either(*negated, during, not_during), &[&self.period(*period)])
            }
            Check::Within { negated, period } => {
                let template = if anniversary {
                    either(*negated, words.anniversary_during, words.anniversary_not_during)
                } else {
                    either(*negated, words.during, words.not_during)
                };
                fill(template, &[&self.period(*period)])
            }
            Check::Ago { bound, length } => {
                let template = match bound {
                    AgoBound::MoreThan => words.more_than_ago,
                    AgoBound::LessThan => words.less_than_ago,
                };
                fill(template, &[&self.length(*length)])
            }
        }
    }

    fn list(&self, values: &Set, before_last: &str, value: impl Fn(&Operand) -> String) -> String {
        let values = match values {
            Set::Parameter(name) => return fill(self.words.a_parameter, &[name]),
            Set::List(values) => values,
        };
        let mut told: Vec<String> = values.iter().take(LISTED).map(value).collect();
        if values.len() > told.len() {
            told.push(format!("{} ..", values.len() - told.len()));
        }
        let Some(last) = told.pop() else { return self.words.empty_list.to_owned() };
        if told.is_empty() { last } else { told.join(self.words.comma) + before_last + &last }
    }

    fn operand(&self, attribute: Option<&Attribute>, function: Option<Function>, operand: &Operand) -> String {
        let words = self.words;
        match operand {
            Operand::Text(text) => quoted(text),
            Operand::Number(number) => {
                let month = function == Some(Function::Month);
                let at = month.then(|| usize::try_from(*number).ok()).flatten();
                let name = at.and_then(|at| at.checked_sub(1)).and_then(|at| words.months.get(at));
                name.map_or_else(|| number.to_string(), |name| (*name).to_owned())
            }
            Operand::Money(money) => money.to_string(),
            Operand::Boolean(true) => words.yes.to_owned(),
            Operand::Boolean(false) => words.no.to_owned(),
            Operand::Date(date) => date.to_string(),
            Operand::DateTime(at) => crate::model::Value::DateTime(*at).to_string(),
            Operand::PartialDate(date) => date.to_string(),
            Operand::Relative(Relative::Yesterday) => words.yesterday.to_owned(),
            Operand::Relative(Relative::Today) => words.today.to_owned(),
            Operand::Relative(Relative::Tomorrow) => words.tomorrow.to_owned(),
            Operand::Relative(Relative::Now) => words.now.to_owned(),
            Operand::Weekday(day) => {
                words.weekdays.get(usize::from(*day).wrapping_sub(1)).copied().unwrap_or_default().to_owned()
            }
            Operand::Option(code) => {
                let option = attribute.and_then(|attribute| attribute.options.iter().find(|o| o.code == *code));
                option.map_or_else(|| format!("#{code}"), |option| option.label.to_string())
            }
            Operand::Tag(id) => self.tag(*id),
            Operand::Record(id) => fill(words.a_record, &[&id.to_string()]),
            Operand::Attribute(path) => self.path(path),
            Operand::Parameter(name) => fill(words.a_parameter, &[name]),
        }
    }

    fn tag(&self, id: u32) -> String {
        self.catalogue.tags.name(id).map_or_else(|| format!("#{id}"), |tag| quoted(tag.as_str()))
    }

    fn period(&self, period: PeriodKind) -> String {
        let words = self.words;
        let (template, length) = match period {
            PeriodKind::Last(length) => (words.last, length),
            PeriodKind::Next(length) => (words.next, length),
            PeriodKind::This(unit) => return fill(words.this, &[self.unit(unit).0]),
            PeriodKind::Previous(Length { amount: 1, unit }) => return fill(words.previous, &[self.unit(unit).0]),
            PeriodKind::Previous(length) => (words.previous_many, length),
            PeriodKind::Following(Length { amount: 1, unit }) => return fill(words.following, &[self.unit(unit).0]),
            PeriodKind::Following(length) => (words.following_many, length),
        };
        fill(template, &[&self.length(length)])
    }

    fn length(&self, Length { amount, unit }: Length) -> String {
        let (one, many) = self.unit(unit);
        format!("{amount} {}", if amount == 1 { one } else { many })
    }

    fn unit(&self, unit: Unit) -> (&'static str, &'static str) {
        let [minute, hour, day, week, month, quarter, year] = self.words.units;
        match unit {
            Unit::Minute => minute,
            Unit::Hour => hour,
            Unit::Day => day,
            Unit::Week => week,
            Unit::Month => month,
            Unit::Quarter => quarter,
            Unit::Year => year,
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", super::render::shorten(text, 60))
}
