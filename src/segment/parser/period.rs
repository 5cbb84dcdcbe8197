//! Rolling and calendar spans of time, and the lists that share their `in`.

use super::{Parsed, Parser, Stop, Want};
use crate::model::nearest;
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::syntax::{AgoBound, Check, Length, Period, PeriodKind, Unit};
use crate::segment::token::{Keyword, TokenKind};

/// Each unit in the singular and the plural.
pub(crate) const UNITS: [(&str, &str, Unit); 7] = [
    ("minute", "minutes", Unit::Minute),
    ("hour", "hours", Unit::Hour),
    ("day", "days", Unit::Day),
    ("week", "weeks", Unit::Week),
    ("month", "months", Unit::Month),
    ("quarter", "quarters", Unit::Quarter),
    ("year", "years", Unit::Year),
];
const ROLLING_HELP: &str = "write a whole number and a unit: `in last 30 days`, `in next 2 weeks`";
const CALENDAR_HELP: &str =
    "write `in this quarter`, `in previous month`, `in previous 3 months` or `in following week`";
const AGO_HELP: &str = "write `more than 90 days ago` or `less than 3 months ago`";

impl Parser<'_> {
    /// What follows `in` or `not in`.
    pub(super) fn membership(&mut self, negated: bool) -> Parsed<Check> {
        if self.is_word("segment") {
            return Err(self.not_supported("`in segment`"));
        }
        match self.period() {
            Some(period) => Ok(Check::Within { negated, period: period? }),
            None => Ok(Check::In { negated, set: self.set()? }),
        }
    }

    /// The span of time that begins here; `None` if none does.
    pub(super) fn period(&mut self) -> Option<Parsed<Period>> {
        let start = self.span();
        let kind = if self.is_keyword(Keyword::Last) {
            self.rolling("last", "previous").map(PeriodKind::Last)
        } else if self.is_word("next") {
            self.rolling("next", "following").map(PeriodKind::Next)
        } else if self.is_word("this") {
            self.at += 1;
            self.calendar_unit(1).map(PeriodKind::This)
        } else if self.is_word("previous") {
            self.calendar().map(PeriodKind::Previous)
        } else if self.is_word("following") {
            self.calendar().map(PeriodKind::Following)
        } else {
            return None;
        };
        let counted = self.node();
        Some(counted.and(kind).map(|kind| Period { kind, span: start.to(self.last_span()) }))
    }

    /// A length behind `last` or `next`, where the number is never left out.
    fn rolling(&mut self, word: &str, calendar: &str) -> Parsed<Length> {
        let start = self.span();
        self.at += 1;
        if let Some(unit) = self.unit_here() {
            let span = start.to(self.span());
            let name = unit.singular();
            let message = format!("found `{word} {name}` without a number, which has two readings");
            let problem = if matches!(unit, Unit::Minute | Unit::Hour) {
                let message = format!("found `{word} {name}`, expected a number after `{word}`");
                Problem::new(SegmentCode::InvalidPeriod, span, message).with_help(format!("write `in {word} 1 {name}`"))
            } else {
                let (rolling, whole) = match word {
                    "last" => ("up to now", "before this one"),
                    _ => ("from now on", "after this one"),
                };
                Problem::new(SegmentCode::AmbiguousPeriod, span, message)
                    .with_readings([format!("in {word} 1 {name}"), format!("in {calendar} {name}")])
                    .with_help(format!(
                        "the first is the {name} {rolling}, the second the whole calendar {name} {whole}"
                    ))
            };
            self.at += 1;
            return Err(self.fail(problem));
        }
        self.length(ROLLING_HELP)
    }

    /// The present token as a whole number from 1 on.
    fn count_here(&self) -> Option<u32> {
        u32::try_from(self.whole_number()?).ok().filter(|count| *count > 0)
    }

    /// A number and a unit.
    fn length(&mut self, help: &str) -> Parsed<Length> {
        let Some(amount) = self.count_here() else {
            return Err(self.expected(SegmentCode::InvalidPeriod, "a whole number from 1 to 4_294_967_295", help));
        };
        self.at += 1;
        let Some(unit) = self.unit_here() else {
            self.want(|parser| Want::unit(parser, false));
            return Err(self.expected_unit(help));
        };
        self.at += 1;
        Ok(Length { amount, unit })
    }

    /// `previous month`, `previous 3 months`.
    fn calendar(&mut self) -> Parsed<Length> {
        self.at += 1;
        let amount = match self.kind() {
            TokenKind::Number(_) => {
                let Some(amount) = self.count_here() else {
                    return Err(self.expected(
                        SegmentCode::InvalidPeriod,
                        "a whole number from 1 to 4_294_967_295",
                        CALENDAR_HELP,
                    ));
                };
                self.at += 1;
                amount
            }
            _ => 1,
        };
        let unit = self.calendar_unit(amount)?;
        Ok(Length { amount, unit })
    }

    fn calendar_unit(&mut self, amount: u32) -> Parsed<Unit> {
        match self.unit_here() {
            None => {
                self.want(|parser| Want::unit(parser, true));
                Err(self.expected_unit(CALENDAR_HELP))
            }
            Some(unit @ (Unit::Minute | Unit::Hour)) => {
                let length = Length { amount, unit };
                let help = format!("write `in last {length}` or `in next {length}`");
                Err(self.expected(SegmentCode::InvalidPeriod, "a unit of the calendar, from day to year", &help))
            }
            Some(unit) => {
                self.at += 1;
                Ok(unit)
            }
        }
    }

    /// `than 90 days ago`.
    pub(super) fn ago(&mut self, bound: AgoBound) -> Parsed<Check> {
        if !self.is_word("than") {
            self.want(|_| Want::Words(&["than"]));
            return Err(self.expected(SegmentCode::ExpectedOperator, "`than`", AGO_HELP));
        }
        self.at += 1;
        self.node()?;
        let length = self.length(AGO_HELP)?;
        if !self.is_word("ago") {
            self.want(|_| Want::Words(&["ago"]));
            return Err(self.expected(SegmentCode::InvalidPeriod, "`ago`", AGO_HELP));
        }
        self.at += 1;
        Ok(Check::Ago { bound, length })
    }

    /// The unit that the present token is. `month` and `year` are reserved words as well.
    pub(super) fn unit_here(&self) -> Option<Unit> {
        if !matches!(self.kind(), TokenKind::Word | TokenKind::Keyword(_)) {
            return None;
        }
        let word = self.span().slice(self.text);
        let is = |name: &str| name.eq_ignore_ascii_case(word);
        UNITS.iter().find(|(one, many, _)| is(one) || is(many)).map(|&(_, _, unit)| unit)
    }

    fn expected_unit(&mut self, help: &str) -> Stop {
        let span = self.span();
        let near = nearest(span.slice(self.text), UNITS.iter().flat_map(|&(one, many, _)| [one, many]));
        let problem = self.expectation(SegmentCode::InvalidPeriod, "a unit such as `days`", help);
        self.complain(problem.with_nearest(near))
    }
}
