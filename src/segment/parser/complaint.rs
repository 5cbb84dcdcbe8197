//! The parser's complaints: what was found, what was expected, what to do.

use super::{Parser, Stop};
use crate::model::nearest;
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::render::shorten;
use crate::segment::span::Span;
use crate::segment::token::{Keyword, Symbol, TokenKind};

/// Words that can follow an attribute, for the nearest one.
const OPERATORS: [&str; 13] = [
    "and",
    "anniversary",
    "between",
    "contains",
    "ends with",
    "has",
    "in",
    "is",
    "like",
    "matches",
    "or",
    "overlaps",
    "starts with",
];
/// What people write who know another language, and what it is here.
const SYNONYMS: [(&str, &str); 10] = [
    ("equals", "="),
    ("equal", "="),
    ("eq", "="),
    ("before", "<"),
    ("after", ">"),
    ("includes", "contains"),
    ("startswith", "starts with"),
    ("begins", "starts with"),
    ("endswith", "ends with"),
    ("ilike", "like"),
];
const OPERATOR_HELP: &str =
    "write `name = \"Ada\"`, `budget > 100`, `name contains \"a\"`, `email is set`, `tags has any of [..]`";

impl Parser<'_> {
    /// What stands here, in words.
    pub(super) fn found(&self) -> String {
        let token = self.peek(0);
        let source = shorten(token.span.slice(self.text), 40);
        match &token.kind {
            TokenKind::End => "the end of the text".to_owned(),
            TokenKind::Keyword(_) => format!("the reserved word `{source}`"),
            TokenKind::Text(_) => format!("the text {source}"),
            TokenKind::Number(_) => format!("the number {source}"),
            TokenKind::Date(_) | TokenKind::DateTime(_) => format!("the date {source}"),
            TokenKind::Parameter(_) => format!("the parameter {source}"),
            TokenKind::Regex(_) => format!("the pattern {source}"),
            TokenKind::Name(_) => format!("the name {source}"),
            TokenKind::Word | TokenKind::Symbol(_) | TokenKind::Invalid => format!("`{source}`"),
        }
    }

    pub(super) fn expectation(&self, code: SegmentCode, wanted: &str, help: &str) -> Problem {
        Problem::new(code, self.span(), format!("found {}, expected {wanted}", self.found())).with_help(help)
    }

    /// Reports `problem`, unless the lexer has already complained about the token here.
    pub(super) fn complain(&mut self, problem: Problem) -> Stop {
        if self.kind() == &TokenKind::Invalid { Stop::Recover } else { self.fail(problem) }
    }

    pub(super) fn expected(&mut self, code: SegmentCode, wanted: &str, help: &str) -> Stop {
        let problem = self.expectation(code, wanted, help);
        self.complain(problem)
    }

    pub(super) fn unexpected(&self, wanted: &str) -> Problem {
        Problem::new(SegmentCode::UnexpectedToken, self.span(), format!("found {}, expected {wanted}", self.found()))
    }

    pub(super) fn not_supported(&mut self, feature: &str) -> Stop {
        let span = self.span();
        self.not_supported_at(span, feature)
    }

    fn not_supported_at(&mut self, span: Span, feature: &str) -> Stop {
        let message = format!("found {feature}, which this version does not support yet");
        self.fail(
            Problem::new(SegmentCode::NotSupported, span, message)
                .with_help("ask with conditions on attributes and tags, joined by `and`, `or` and `not`"),
        )
    }

    /// A reserved word where a name was meant. Steps over it.
    pub(super) fn reserved(&mut self, keyword: Keyword) -> Stop {
        let word = keyword.as_str();
        let message = format!("found the reserved word `{word}` in place of an attribute");
        let help = match keyword {
            Keyword::Tag => {
                "a tag is asked as `tag vip` or `tag \"a/b\"`; an attribute of that name is put in backquotes"
            }
            Keyword::May => {
                "consent is asked as `may email for newsletter`; an attribute of that name is put in backquotes"
            }
            _ => "put an attribute of that name in backquotes",
        };
        let stop = self.fail(Problem::new(SegmentCode::ReservedWord, self.span(), message).with_help(help));
        self.at += 1;
        stop
    }

    /// Something other than an attribute at the beginning of a condition, a path step or a sort key.
    pub(super) fn expected_subject(&mut self) -> Stop {
        let inside = self.last_is(&TokenKind::Symbol(Symbol::Dot));
        match *self.kind() {
            TokenKind::Keyword(keyword) if inside => return self.reserved(keyword),
            TokenKind::Keyword(Keyword::Field) => {
                let help = "write `field(annual_revenue)` or `field(\"Annual revenue\")`";
                self.at += 1;
                return self.expected(SegmentCode::ExpectedAttribute, "`(` after `field`", help);
            }
            TokenKind::Keyword(Keyword::In) if self.next_is_word("segment") => {
                return self.not_supported("`in segment`");
            }
            TokenKind::Keyword(Keyword::Outer) => {
                let help = "write `outer.stage = customer` for an attribute of the record around a block";
                return self.expected(SegmentCode::ExpectedAttribute, "`.` and an attribute after `outer`", help);
            }
            TokenKind::Keyword(Keyword::Entered) => {
                return self.not_supported("`entered`, a question of history");
            }
            TokenKind::Keyword(keyword) if keyword.is_function() => {
                if self.peek(1).kind == TokenKind::Symbol(Symbol::OpenParenthesis) {
                    return self.not_supported(&format!("the function `{}`", keyword.as_str()));
                }
                return self.reserved(keyword);
            }
            _ => {}
        }
        let (code, wanted, help) = match self.kind() {
            _ if inside => {
                (SegmentCode::ExpectedAttribute, "the name of an attribute after `.`", "write `company.industry`")
            }
            TokenKind::Keyword(_) | TokenKind::End | TokenKind::Symbol(Symbol::CloseParenthesis) => (
                SegmentCode::ExpectedCondition,
                "a condition",
                "write a condition such as `name = \"Ada\"`, or `all` for everybody",
            ),
            TokenKind::Text(_) => (
                SegmentCode::ExpectedAttribute,
                "an attribute",
                "an attribute stands without quotes, ahead of its operator; by its label it is `field(\"...\")`",
            ),
            _ => (SegmentCode::ExpectedAttribute, "an attribute", "the attribute stands on the left: `name = \"Ada\"`"),
        };
        self.expected(code, wanted, help)
    }

    pub(super) fn expected_operator(&mut self) -> Stop {
        match *self.kind() {
            TokenKind::Keyword(keyword @ (Keyword::Was | Keyword::Changed | Keyword::Entered)) => {
                return self.not_supported(&format!("`{}`, a question of history", keyword.as_str()));
            }
            TokenKind::Symbol(symbol) if symbol.is_arithmetic() => {
                let message = "found arithmetic, which this version does not support yet";
                let problem = Problem::new(SegmentCode::NotSupported, self.span(), message);
                return self.fail(problem.with_help("a name with a hyphen in it is written in backquotes"));
            }
            TokenKind::Keyword(Keyword::Where) => {
                let help = "the kind stands once, at the very beginning: `companies where industry = Health`";
                return self.expected(SegmentCode::ExpectedOperator, "an operator", help);
            }
            _ => {}
        }
        let near = self.word().and_then(|word| {
            if let Some((_, meant)) = SYNONYMS.iter().find(|(said, _)| said.eq_ignore_ascii_case(word)) {
                return Some(*meant);
            }
            nearest(word, OPERATORS).or_else(|| nearest(word, ["starts", "ends", "more"])).map(|name| match name {
                "starts" => "starts with",
                "ends" => "ends with",
                "more" => "more than",
                _ => name,
            })
        });
        let problem = self.expectation(SegmentCode::ExpectedOperator, "an operator after the attribute", OPERATOR_HELP);
        self.complain(problem.with_nearest(near))
    }

    pub(super) fn expected_value(&mut self) -> Stop {
        match *self.kind() {
            TokenKind::Keyword(Keyword::Field | Keyword::Outer) => {
                let help = "write `field(shipping_city)`, or inside a block `outer.budget`";
                return self.expected(SegmentCode::ExpectedAttribute, "another attribute", help);
            }
            TokenKind::Keyword(keyword)
                if self.peek(1).kind == TokenKind::Symbol(Symbol::OpenParenthesis) && keyword.is_function() =>
            {
                return self.not_supported(&format!("the function `{}`", keyword.as_str()));
            }
            TokenKind::Keyword(Keyword::And | Keyword::Or) => {}
            TokenKind::Keyword(Keyword::Order) if self.next_is_word("by") => {}
            TokenKind::Keyword(keyword) => {
                let word = keyword.as_str();
                let message = format!("found the reserved word `{word}` in place of a value");
                let problem = Problem::new(SegmentCode::ReservedWord, self.span(), message);
                let stop = self.fail(problem.with_help(format!("write it in quotes: \"{word}\"")));
                self.at += 1;
                return stop;
            }
            TokenKind::Symbol(Symbol::OpenParenthesis) => {
                return self.not_supported("an expression in parentheses");
            }
            _ => {}
        }
        let help = if self.is_symbol(Symbol::OpenBracket) {
            "several values are asked with `in [..]` or `has any of [..]`"
        } else {
            "write a text in quotes, a number, a date, an option or a parameter: \"Ada\", 10_000 EUR, 2026-01-31, biotech, $since"
        };
        self.expected(SegmentCode::ExpectedValue, "one value", help)
    }

    /// Something behind a complete condition that does not go on from it.
    pub(super) fn after_operand(&mut self) {
        let help = match *self.kind() {
            TokenKind::Invalid => return,
            TokenKind::Symbol(symbol) if symbol.is_arithmetic() => {
                let message = "found arithmetic, which this version does not support yet";
                let problem = Problem::new(SegmentCode::NotSupported, self.span(), message);
                self.report(problem.with_help("a value with such a sign in it is written in quotes: \"today-x\""));
                return;
            }
            TokenKind::Keyword(Keyword::As) => {
                self.not_supported("`as of`, a question of history");
                return;
            }
            TokenKind::Symbol(Symbol::Comma) if self.last_is_number() => {
                "a number has no comma in it: write 1_000 or 1.5; join conditions with `and` or `or`".to_owned()
            }
            TokenKind::Symbol(Symbol::Comma) => "join conditions with `and` or `or`".to_owned(),
            TokenKind::Symbol(symbol) if symbol.is_comparison() => {
                "compare two values at a time: `a > 1 and a < 5`, or `a between 1 and 5`".to_owned()
            }
            TokenKind::Number(_) if self.last_span().slice(self.text).bytes().all(|byte| byte.is_ascii_uppercase()) => {
                format!(
                    "write the currency behind the amount: {} {}",
                    self.span().slice(self.text),
                    self.last_span().slice(self.text)
                )
            }
            TokenKind::Word | TokenKind::Keyword(_) if self.last_is_number() && !self.operator_follows() => {
                if self.unit_here().is_some() {
                    "a length of time is asked as `in last 30 days` or `more than 30 days ago`".to_owned()
                } else {
                    "a currency is written in three capital letters: 10_000 EUR".to_owned()
                }
            }
            TokenKind::Word if matches!(self.last_kind(), Some(TokenKind::Word)) => {
                "join conditions with `and` or `or`; write a value of several words in quotes".to_owned()
            }
            _ => "join conditions with `and` or `or`".to_owned(),
        };
        let problem = self.unexpected("`and`, `or` or the end").with_help(help);
        self.report(problem);
    }

    /// Whether what stands here is followed by an operator, and so an attribute.
    fn operator_follows(&self) -> bool {
        match &self.peek(1).kind {
            TokenKind::Symbol(symbol) => symbol.is_comparison(),
            TokenKind::Keyword(keyword) => keyword.is_operator(),
            _ => false,
        }
    }

    fn last_kind(&self) -> Option<&TokenKind> {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map(|token| &token.kind)
    }

    fn last_is(&self, kind: &TokenKind) -> bool {
        self.last_kind() == Some(kind)
    }

    fn last_is_number(&self) -> bool {
        matches!(self.last_kind(), Some(TokenKind::Number(_)))
    }

    pub(super) fn next_is_word(&self, word: &str) -> bool {
        let next = self.peek(1);
        next.kind == TokenKind::Word && next.span.slice(self.text).eq_ignore_ascii_case(word)
    }
}
