//! Values on the right of an operator.

use rust_decimal::Decimal;

use super::{Parsed, Parser, Want};
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::span::Span;
use crate::segment::syntax::{Literal, LiteralKind, Name, Set};
use crate::segment::token::{Keyword, Symbol, TokenKind, is_reserved_word};

impl Parser<'_> {
    /// One value.
    pub(super) fn value(&mut self) -> Parsed<Literal> {
        self.want(Want::value);
        self.literal()
    }

    /// One value of which the caller has said what it could be.
    pub(super) fn literal(&mut self) -> Parsed<Literal> {
        self.node()?;
        let span = self.span();
        if let Some((word, tokens)) = self.compound_word(0) {
            self.at += tokens;
            return Ok(Literal { kind: LiteralKind::Word(word), span: span.to(self.last_span()) });
        }
        let kind = match self.kind() {
            TokenKind::Text(text) => LiteralKind::Text(text.clone()),
            TokenKind::Date(date) => LiteralKind::Date(*date),
            TokenKind::DateTime(instant) => LiteralKind::DateTime(*instant),
            TokenKind::Parameter(name) => LiteralKind::Parameter(name.clone()),
            TokenKind::Name(name) => LiteralKind::Word(name.clone()),
            TokenKind::Keyword(Keyword::True) => LiteralKind::Boolean(true),
            TokenKind::Keyword(Keyword::False) => LiteralKind::Boolean(false),
            TokenKind::Keyword(Keyword::Today) => LiteralKind::Today,
            TokenKind::Keyword(Keyword::Now) => LiteralKind::Now,
            TokenKind::Keyword(Keyword::Yesterday) => LiteralKind::Yesterday,
            TokenKind::Keyword(Keyword::Tomorrow) => LiteralKind::Tomorrow,
            // `may` is the fifth month: a question of consent never begins here.
            TokenKind::Word | TokenKind::Keyword(Keyword::May) => LiteralKind::Word(span.slice(self.text).to_owned()),
            TokenKind::Keyword(Keyword::Field | Keyword::Outer) if self.begins_attribute() => return self.attribute(),
            TokenKind::Number(number) => {
                let number = *number;
                return Ok(self.number(number, span));
            }
            TokenKind::Symbol(Symbol::Minus) => match self.peek(1).kind {
                TokenKind::Number(number) => {
                    self.at += 1;
                    return Ok(self.number(-number, span));
                }
                _ => return Err(self.expected_value()),
            },
            _ => return Err(self.expected_value()),
        };
        self.at += 1;
        Ok(Literal { kind, span })
    }

    /// Whether what stands here could name an option.
    pub(super) fn begins_option(&self) -> bool {
        matches!(
            self.kind(),
            TokenKind::Word | TokenKind::Text(_) | TokenKind::Name(_) | TokenKind::Parameter(_) | TokenKind::Invalid
        ) || self.is_keyword(Keyword::May)
            || self.compound_word(0).is_some()
    }

    /// Whether what stands here could be a value.
    pub(super) fn begins_value(&self) -> bool {
        matches!(self.kind(), TokenKind::Word | TokenKind::Text(_) | TokenKind::Number(_) | TokenKind::Date(_))
    }

    /// Whether the keyword here begins the name of another attribute.
    fn begins_attribute(&self) -> bool {
        let next = &self.peek(1).kind;
        (self.is_keyword(Keyword::Field) && next == &TokenKind::Symbol(Symbol::OpenParenthesis))
            || (self.is_keyword(Keyword::Outer) && next == &TokenKind::Symbol(Symbol::Dot))
    }

    /// `field(shipping_city)`, `field(company.city)`, `field("Annual revenue")` or `outer.budget`: another attribute.
    fn attribute(&mut self) -> Parsed<Literal> {
        const HELP: &str = "write `field(shipping_city)` or `field(\"Annual revenue\")`";
        let start = self.span();
        let plain = self.is_keyword(Keyword::Outer);
        let labelled = matches!(self.peek(2).kind, TokenKind::Text(_));
        let path = if plain || labelled {
            self.path()
        } else {
            self.at += 2;
            self.want(|parser| Want::Step { before: None, blocks: parser.blocks.clone() });
            let path = match self.path() {
                Ok(path) if self.is_symbol(Symbol::CloseParenthesis) => Ok(path),
                Ok(_) => Err(self.expected(SegmentCode::ExpectedAttribute, "`)` after the attribute", HELP)),
                Err(stop) => Err(stop),
            };
            if path.is_err() {
                // What follows the parenthesis must not be taken for the end of a group.
                self.synchronise();
            }
            self.at += usize::from(self.is_symbol(Symbol::CloseParenthesis));
            match path {
                // As on the left, a dot goes on from the field.
                Ok(mut path) if self.is_symbol(Symbol::Dot) => {
                    self.at += 1;
                    self.path().map(|rest| {
                        path.steps.extend(rest.steps);
                        path
                    })
                }
                path => path,
            }
        };
        Ok(Literal { kind: LiteralKind::Attribute(Box::new(path?)), span: start.to(self.last_span()) })
    }

    /// The number here, whose sign has been read, and its currency.
    fn number(&mut self, mut amount: Decimal, start: Span) -> Literal {
        if amount.is_zero() {
            amount.set_sign_positive(true);
        }
        self.at += 1;
        let kind = match self.currency() {
            Some(currency) => {
                self.at += 1;
                LiteralKind::Money { amount, currency }
            }
            None => LiteralKind::Number(amount),
        };
        Literal { kind, span: start.to(self.last_span()) }
    }

    /// Three capital letters. `ALL` is the Albanian lek: behind a number nothing else can be meant.
    fn currency(&self) -> Option<String> {
        if !matches!(self.kind(), TokenKind::Word | TokenKind::Keyword(_)) {
            return None;
        }
        let text = self.span().slice(self.text);
        let capitals = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        (capitals && (text == "ALL" || !is_reserved_word(text))).then(|| text.to_owned())
    }

    /// A word with inner hyphens, `ahead` tokens from here, such as `do-not-call` or `covid-19`, and its number of tokens. The parts touch; each but the first may
    /// also be digits. A first part that is a value keeps its hyphen for arithmetic: `today-7`.
    pub(super) fn compound_word(&self, ahead: usize) -> Option<(String, usize)> {
        let first = self.peek(ahead);
        match first.kind {
            TokenKind::Word => {}
            TokenKind::Keyword(keyword) if !keyword.is_value() => {}
            _ => return None,
        }
        let mut span = first.span;
        let mut tokens = 1;
        loop {
            let (hyphen, part) = (self.peek(ahead + tokens), self.peek(ahead + tokens + 1));
            let touches = hyphen.span.start == span.end && part.span.start == hyphen.span.end;
            let fits = match part.kind {
                TokenKind::Word | TokenKind::Keyword(_) => true,
                TokenKind::Number(_) => part.span.slice(self.text).bytes().all(|byte| byte.is_ascii_digit()),
                _ => false,
            };
            if !(touches && fits && hyphen.kind == TokenKind::Symbol(Symbol::Minus)) {
                break;
            }
            span = span.to(part.span);
            tokens += 2;
        }
        (tokens > 1).then(|| (span.slice(self.text).to_owned(), tokens))
    }

    /// A list or a parameter.
    pub(super) fn set(&mut self) -> Parsed<Set> {
        let start = self.span();
        self.want(|parser| Want::List { about: parser.about.clone(), blocks: parser.blocks.clone() });
        match self.kind() {
            TokenKind::Parameter(name) => {
                let text = name.clone();
                self.node()?;
                self.at += 1;
                return Ok(Set::Parameter(Name { text, span: start }));
            }
            TokenKind::Symbol(Symbol::OpenBracket) => self.at += 1,
            _ => {
                let help = "write the values in square brackets: `[\"Health\", biotech]`";
                return Err(self.expected(SegmentCode::ExpectedList, "a list or a parameter", help));
            }
        }
        let mut items = Vec::new();
        loop {
            if self.is_symbol(Symbol::CloseBracket) {
                self.at += 1;
                return Ok(Set::List { items, span: start.to(self.last_span()) });
            }
            if self.kind() == &TokenKind::End {
                self.want(Want::value);
                self.unclosed_list(start);
                return Ok(Set::List { items, span: start.to(self.last_span()) });
            }
            items.push(self.value()?);
            match self.kind() {
                TokenKind::Symbol(Symbol::Comma) => self.at += 1,
                TokenKind::Symbol(Symbol::CloseBracket) => {}
                TokenKind::Symbol(symbol) if symbol.is_arithmetic() => {
                    return Err(self.not_supported("arithmetic"));
                }
                TokenKind::Invalid => return Err(super::Stop::Recover),
                _ => {
                    // What was read of the list is checked all the same.
                    self.unclosed_list(start);
                    self.synchronise();
                    return Ok(Set::List { items, span: start.to(self.last_span()) });
                }
            }
        }
    }

    fn unclosed_list(&mut self, open: Span) {
        let message = format!("found {} in a list, expected `,` or `]`", self.found());
        let problem = Problem::new(SegmentCode::UnclosedList, self.span(), message);
        self.report(
            problem
                .with_second(open, "the list begins here")
                .with_help("separate values with `,` and close the list with `]`"),
        );
    }
}
