//! The syntax tree back to text.
//!
//! The text is canonical: keywords in lower case, single spaces, double quotes, and parentheses only where `and` meets `or`
//! or `not` meets either. Reading it gives the same tree again, spans aside. Printing works off a list instead of recursing,
//! so a tree of any depth can be printed.

use std::fmt::{self, Display as _, Write as _};

use super::lexer::is_quotable_name;
use super::syntax::{
    AgoBound, AttributeTest, Call, Check, Comparison, Condition, Direction, Expression, Function, Length, Literal,
    LiteralKind, MayTest, Name, OrderKey, Overlapped, Path, Period, PeriodKind, Quantifier, Question, Segment, Set,
    SetOperator, Step, StepName, TagTest, TextOperator, Unit,
};
use super::token::{Keyword, is_identifier, is_reserved_word};

impl fmt::Display for Question {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.segment.fmt(out)?;
        for (index, key) in self.order.iter().enumerate() {
            out.write_str(if index == 0 { " order by " } else { ", " })?;
            key.fmt(out)?;
        }
        match self.limit {
            Some(limit) => write!(out, " limit {}", limit.rows),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kind) = &self.kind {
            write!(out, "{kind} where ")?;
        }
        self.condition.fmt(out)
    }
}

impl fmt::Display for OrderKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key.fmt(out)?;
        match self.direction {
            Direction::Ascending => Ok(()),
            Direction::Descending => out.write_str(" desc"),
        }
    }
}

/// The node around a condition, which decides whether it needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Nothing,
    And,
    Or,
    Not,
}

enum Work<'c> {
    Condition(&'c Condition, Around),
    Word(&'static str),
}

impl fmt::Display for Condition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_condition(out, self, Around::Nothing)
    }
}

/// A condition as it stands inside a larger one: `and` and `or` in parentheses.
pub(super) struct Operand<'c>(pub(super) &'c Condition);

impl fmt::Display for Operand<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_condition(out, self.0, Around::Not)
    }
}

fn write_condition(out: &mut fmt::Formatter<'_>, condition: &Condition, around: Around) -> fmt::Result {
    let mut pending = vec![Work::Condition(condition, around)];
    while let Some(next) = pending.pop() {
        let (condition, around) = match next {
            Work::Word(word) => {
                out.write_str(word)?;
                continue;
            }
            Work::Condition(condition, around) => (condition, around),
        };
        let (operands, inside, word) = match condition {
            Condition::All { .. } => {
                out.write_str("all")?;
                continue;
            }
            Condition::Attribute(test) => {
                test.fmt(out)?;
                continue;
            }
            Condition::Tag(test) => {
                test.fmt(out)?;
                continue;
            }
            Condition::May(test) => {
                test.fmt(out)?;
                continue;
            }
            Condition::Not { operand, .. } => {
                out.write_str("not ")?;
                pending.push(Work::Condition(operand, Around::Not));
                continue;
            }
            Condition::Block(block) => {
                write!(out, "{} {} (", quantifier(block.quantifier), block.subject)?;
                pending.push(Work::Word(")"));
                pending.push(Work::Condition(&block.condition, Around::Nothing));
                continue;
            }
            Condition::Broken { .. } => {
                out.write_str(GAP)?;
                continue;
            }
            Condition::And { operands, .. } => (operands, Around::And, " and "),
            Condition::Or { operands, .. } => (operands, Around::Or, " or "),
        };
        if around != Around::Nothing && around != inside {
            out.write_char('(')?;
            pending.push(Work::Word(")"));
        }
        for (index, operand) in operands.iter().enumerate().rev() {
            pending.push(Work::Condition(operand, inside));
            if index > 0 {
                pending.push(Work::Word(word));
            }
        }
    }
    Ok(())
}

impl fmt::Display for AttributeTest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(quantified) = self.quantifier {
            write!(out, "{} ", quantifier(quantified.quantifier))?;
        }
        self.subject.fmt(out)?;
        write_check(out, &self.check)
    }
}

/// What stands for a piece that could not be read.
const GAP: &str = "...";

const fn quantifier(quantifier: Quantifier) -> &'static str {
    match quantifier {
        Quantifier::Every => "every",
        Quantifier::Any => "any",
        Quantifier::No => "no",
    }
}

/// Two ends, of which the first leaves out the currency that it shares with the second.
fn write_ends(out: &mut fmt::Formatter<'_>, low: &Literal, and: &str, high: &Literal) -> fmt::Result {
    match (&low.kind, &high.kind) {
        (LiteralKind::Money { amount, currency }, LiteralKind::Money { currency: other, .. }) if currency == other => {
            write!(out, "{amount} {and} {high}")
        }
        _ => write!(out, "{low} {and} {high}"),
    }
}

/// The check, with a space ahead unless it is empty.
fn write_check(out: &mut fmt::Formatter<'_>, check: &Check) -> fmt::Result {
    let not = |negated: bool| if negated { " not" } else { "" };
    match check {
        Check::Holds => Ok(()),
        Check::Compare { operator, value } => write!(out, " {operator} {value}"),
        Check::Broken => write!(out, " {GAP}"),
        Check::Between { low, high } => {
            out.write_str(" between ")?;
            write_ends(out, low, "and", high)
        }
        Check::Overlaps { negated, with } => {
            write!(out, "{} overlaps ", not(*negated))?;
            match with {
                Overlapped::Ends { low, high } => write_ends(out, low, "to", high),
                Overlapped::Period(period) => period.fmt(out),
            }
        }
        Check::In { negated, set } => write!(out, "{} in {set}", not(*negated)),
        Check::Has { operator, set } => write!(out, " {operator} {set}"),
        Check::Text { operator: TextOperator::Matches, value } => {
            out.write_str(" matches ")?;
            match &value.kind {
                LiteralKind::Text(pattern) => write_pattern(out, pattern),
                _ => value.fmt(out),
            }
        }
        Check::Text { operator, value } => write!(out, " {operator} {value}"),
        Check::IsSet { negated } => write!(out, " is{} set", not(*negated)),
        Check::Within { negated, period } => write!(out, "{} in {period}", not(*negated)),
        Check::Ago { bound, length } => {
            let bound = match bound {
                AgoBound::MoreThan => "more",
                AgoBound::LessThan => "less",
            };
            write!(out, " {bound} than {length} ago")
        }
    }
}

impl fmt::Display for TagTest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.under { "tag under " } else { "tag " })?;
        match &self.name.kind {
            // Without backquotes this would begin `tag under "..."`.
            LiteralKind::Word(word) if word.eq_ignore_ascii_case("under") => {
                write!(out, "`{word}`")
            }
            _ => self.name.fmt(out),
        }
    }
}

impl fmt::Display for MayTest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "may {} for {}", self.channel, self.purpose)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.fmt(out),
            Self::Call(call) => call.fmt(out),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, path, .. } = self;
        match function {
            Function::Anniversary => write!(out, "{path} anniversary"),
            function => write!(out, "{}({path})", function.name()),
        }
    }
}

impl Function {
    /// The word that stands for it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Month => "month",
            Self::Year => "year",
            Self::Weekday => "weekday",
            Self::Anniversary => "anniversary",
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for _ in 0..self.outer {
            out.write_str("outer.")?;
        }
        for (index, step) in self.steps.iter().enumerate() {
            if index > 0 {
                out.write_char('.')?;
            }
            step.fmt(out)?;
        }
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            StepName::Key(key) => write_key(out, key),
            StepName::Label(label) => {
                out.write_str("field(")?;
                write_text(out, label)?;
                out.write_char(')')
            }
            // Seen only if names were not put in its place.
            StepName::Id(id) => write!(out, "`#{}`", id.0),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_key(out, &self.text)
    }
}

impl fmt::Display for Set {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(name) => write!(out, "${}", name.text),
            Self::List { items, .. } => {
                out.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.write_str(", ")?;
                    }
                    item.fmt(out)?;
                }
                out.write_char(']')
            }
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            LiteralKind::Text(text) => write_text(out, text),
            LiteralKind::Number(number) => number.fmt(out),
            LiteralKind::Money { amount, currency } => write!(out, "{amount} {currency}"),
            LiteralKind::Word(word) if is_bare_word(word) => out.write_str(word),
            LiteralKind::Word(word) if is_quotable_name(word) => write!(out, "`{word}`"),
            LiteralKind::Word(word) => write_text(out, word),
            LiteralKind::Boolean(value) => value.fmt(out),
            LiteralKind::Date(date) => write_date(out, *date),
            LiteralKind::DateTime(instant) => write_instant(out, *instant),
            LiteralKind::Today => out.write_str("today"),
            LiteralKind::Now => out.write_str("now"),
            LiteralKind::Yesterday => out.write_str("yesterday"),
            LiteralKind::Tomorrow => out.write_str("tomorrow"),
            LiteralKind::Parameter(name) => write!(out, "${name}"),
            LiteralKind::Attribute(path) if path.outer > 0 => path.fmt(out),
            LiteralKind::Attribute(path) => match path.steps.as_slice() {
                [Step { name: StepName::Label(_), .. }, ..] => path.fmt(out),
                _ => write!(out, "field({path})"),
            },
            // Seen only if names were not put in their place.
            LiteralKind::Option(code) => write!(out, "\"#{code}\""),
            LiteralKind::Tag(id) => write!(out, "\"#{id}\""),
        }
    }
}

fn write_key(out: &mut fmt::Formatter<'_>, key: &str) -> fmt::Result {
    if is_identifier(key) && !is_reserved_word(key) { out.write_str(key) } else { write!(out, "`{key}`") }
}

/// Whether the word reads back as the same bare word. Two parts of digits side by side might be read as a date.
fn is_bare_word(word: &str) -> bool {
    let mut parts = word.split('-');
    let Some(first) = parts.next().filter(|first| is_identifier(first)) else {
        return false;
    };
    let mut digits_before = false;
    let mut compound = false;
    for part in parts {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !(digits || is_identifier(part)) || (digits && digits_before) {
            return false;
        }
        digits_before = digits;
        compound = true;
    }
    Keyword::of(first).is_none_or(|keyword| compound && !keyword.is_value())
}

/// A text in double quotes. Characters that move the cursor, hide or reorder what follows are written as escapes.
fn write_text(out: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\t' => out.write_str("\\t")?,
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {
                write!(out, "\\u{{{:x}}}", u32::from(character))?;
            }
            _ if character.is_control() => write!(out, "\\u{{{:x}}}", u32::from(character))?,
            _ => out.write_char(character)?,
        }
    }
    out.write_char('"')
}

/// A pattern between slashes, or in quotes where slashes cannot hold it.
fn write_pattern(out: &mut fmt::Formatter<'_>, pattern: &str) -> fmt::Result {
    let mut slashed = String::with_capacity(pattern.len() + 2);
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '/' => slashed.push_str("\\/"),
            '\\' => match characters.next() {
                Some(escaped) => slashed.extend(['\\', escaped]),
                None => return write_text(out, pattern),
            },
            _ => slashed.push(character),
        }
    }
    let unsafe_to_show = |character: char| {
        character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if slashed.is_empty() || slashed.contains(unsafe_to_show) {
        return write_text(out, pattern);
    }
    write!(out, "/{slashed}/")
}

pub(super) fn write_date(out: &mut fmt::Formatter<'_>, date: time::Date) -> fmt::Result {
    write!(out, "{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

pub(super) fn write_instant(out: &mut fmt::Formatter<'_>, instant: time::OffsetDateTime) -> fmt::Result {
    write_date(out, instant.date())?;
    write!(out, "T{:02}:{:02}", instant.hour(), instant.minute())?;
    if instant.second() != 0 || instant.nanosecond() != 0 {
        write!(out, ":{:02}", instant.second())?;
    }
    if instant.nanosecond() != 0 {
        let digits = format!("{:09}", instant.nanosecond());
        write!(out, ".{}", digits.trim_end_matches('0'))?;
    }
    let (hours, minutes, _) = instant.offset().as_hms();
    if (hours, minutes) == (0, 0) {
        return out.write_char('Z');
    }
    let sign = if hours < 0 || minutes < 0 { '-' } else { '+' };
    write!(out, "{sign}{:02}:{:02}", hours.unsigned_abs(), minutes.unsigned_abs())
}

impl fmt::Display for Period {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            PeriodKind::Last(length) => write!(out, "last {length}"),
            PeriodKind::Next(length) => write!(out, "next {length}"),
            PeriodKind::This(unit) => write!(out, "this {}", unit.singular()),
            PeriodKind::Previous(Length { amount: 1, unit }) => {
                write!(out, "previous {}", unit.singular())
            }
            PeriodKind::Previous(length) => write!(out, "previous {length}"),
            PeriodKind::Following(Length { amount: 1, unit }) => {
                write!(out, "following {}", unit.singular())
            }
            PeriodKind::Following(length) => write!(out, "following {length}"),
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.amount == 1 { "" } else { "s" };
        write!(out, "{} {}{plural}", self.amount, self.unit.singular())
    }
}

impl Unit {
    /// The English word for one of it.
    #[must_use]
    pub(crate) const fn singular(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Equal => "=",
            Self::Identical => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}

impl fmt::Display for SetOperator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::HasAny => "has any of",
            Self::HasAll => "has all of",
            Self::HasNone => "has none of",
            Self::IsExactly => "is exactly",
        })
    }
}

impl fmt::Display for TextOperator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Contains => "contains",
            Self::NotContains => "not contains",
            Self::StartsWith => "starts with",
            Self::EndsWith => "ends with",
            Self::Like => "like",
            Self::Matches => "matches",
            Self::HasWord => "has word",
            Self::Fuzzy => "~",
        })
    }
}
