//! One condition without connectives: attribute tests and tags.

use super::{Parsed, Parser, Stop};
use crate::segment::error::SegmentCode;
use crate::segment::lexer::plain_slashes;
use crate::segment::syntax::{
    AgoBound, AttributeTest, Check, Comparison, Condition, Expression, Literal, LiteralKind, Path, Quantified,
    Quantifier, SetOperator, Step, StepName, TagTest, TextOperator,
};
use crate::segment::token::{Keyword, Symbol, TokenKind};

impl Parser<'_> {
    pub(super) fn predicate(&mut self) -> Parsed<Condition> {
        self.node()?;
        let start = self.span();
        let (quantifier, word) = match self.kind() {
            TokenKind::Keyword(keyword) if self.used_as_name() && !matches!(keyword, Keyword::And | Keyword::Or) => {
                let keyword = *keyword;
                return Err(self.reserved(keyword));
            }
            TokenKind::Keyword(Keyword::All) => {
                self.at += 1;
                return Ok(Condition::All { span: start });
            }
            TokenKind::Keyword(Keyword::Tag) => return self.tag(),
            TokenKind::Keyword(Keyword::Every) => (Some(Quantifier::Every), true),
            TokenKind::Keyword(Keyword::Any) => (Some(Quantifier::Any), true),
            _ => (None, false),
        };
        self.at += usize::from(word);
        let subject = self.subject()?;
        let check = self.check()?;
        Ok(Condition::Attribute(Box::new(AttributeTest {
            quantifier: quantifier.map(|quantifier| Quantified { quantifier, span: start }),
            subject,
            check,
            span: start.to(self.last_span()),
        })))
    }

    /// Whether the reserved word here stands where an attribute would: ahead of an operator.
    fn used_as_name(&self) -> bool {
        match &self.peek(1).kind {
            TokenKind::Symbol(symbol) => symbol.is_comparison(),
            TokenKind::Keyword(next) => next.is_operator() && self.compound_word(1).is_none(),
            _ => false,
        }
    }

    /// What a condition or a sort key is about.
    pub(super) fn subject(&mut self) -> Parsed<Expression> {
        let start = self.span();
        let mut steps = Vec::new();
        loop {
            self.node()?;
            steps.push(self.step()?);
            if !self.is_symbol(Symbol::Dot) {
                break;
            }
            self.at += 1;
        }
        Ok(Expression::Path(Path { steps, span: start.to(self.last_span()) }))
    }

    fn step(&mut self) -> Parsed<Step> {
        let start = self.span();
        if let Some(key) = self.name_here() {
            self.at += 1;
            return Ok(Step { name: StepName::Key(key), span: start });
        }
        if !(self.is_keyword(Keyword::Field) && self.peek(1).kind == TokenKind::Symbol(Symbol::OpenParenthesis)) {
            return Err(self.expected_subject());
        }
        self.at += 2;
        let name = self.field();
        if name.is_err() {
            // What follows the parenthesis must not be taken for the end of a group.
            self.synchronise();
        }
        self.at += usize::from(self.is_symbol(Symbol::CloseParenthesis));
        Ok(Step { name: name?, span: start.to(self.last_span()) })
    }

    /// What stands between the parentheses of `field(..)`.
    fn field(&mut self) -> Parsed<StepName> {
        let name = match self.kind() {
            TokenKind::Text(label) => StepName::Label(label.clone()),
            _ => match self.name_here() {
                Some(key) => StepName::Key(key),
                None => {
                    return Err(self.expected(
                        SegmentCode::ExpectedAttribute,
                        "a key or a label in quotes",
                        FIELD_HELP,
                    ));
                }
            },
        };
        self.at += 1;
        if self.is_symbol(Symbol::CloseParenthesis) {
            return Ok(name);
        }
        Err(self.expected(SegmentCode::ExpectedAttribute, "`)` after the name of the field", FIELD_HELP))
    }

    fn tag(&mut self) -> Parsed<Condition> {
        let start = self.span();
        self.at += 1;
        let named = matches!(
            self.peek(1).kind,
            TokenKind::Word | TokenKind::Name(_) | TokenKind::Text(_) | TokenKind::Parameter(_) | TokenKind::Invalid
        ) || self.compound_word(1).is_some();
        let under = self.is_word("under") && named;
        self.at += usize::from(under);
        let name = self.value()?;
        if !matches!(name.kind, LiteralKind::Text(_) | LiteralKind::Word(_) | LiteralKind::Parameter(_)) {
            self.at -= 1;
            return Err(self.expected(
                SegmentCode::ExpectedValue,
                "the name of a tag",
                "write `tag vip` or `tag \"a/b\"`",
            ));
        }
        Ok(Condition::Tag(TagTest { under, name, span: start.to(self.last_span()) }))
    }

    fn check(&mut self) -> Parsed<Check> {
        let text = |operator| move |value| Check::Text { operator, value };
        match *self.kind() {
            TokenKind::Symbol(Symbol::Equal) => self.compare(Comparison::Equal),
            TokenKind::Symbol(Symbol::EqualEqual) => self.compare(Comparison::Identical),
            TokenKind::Symbol(Symbol::NotEqual) => self.compare(Comparison::NotEqual),
            TokenKind::Symbol(Symbol::Less) => self.compare(Comparison::Less),
            TokenKind::Symbol(Symbol::LessEqual) => self.compare(Comparison::LessOrEqual),
            TokenKind::Symbol(Symbol::Greater) => self.compare(Comparison::Greater),
            TokenKind::Symbol(Symbol::GreaterEqual) => self.compare(Comparison::GreaterOrEqual),
            TokenKind::Symbol(Symbol::Tilde) => self.after(1).value().map(text(TextOperator::Fuzzy)),
            TokenKind::Keyword(Keyword::Contains) => self.after(1).value().map(text(TextOperator::Contains)),
            TokenKind::Keyword(Keyword::Like) => self.after(1).value().map(text(TextOperator::Like)),
            TokenKind::Keyword(Keyword::Starts) => self.with("starts")?.value().map(text(TextOperator::StartsWith)),
            TokenKind::Keyword(Keyword::Ends) => self.with("ends")?.value().map(text(TextOperator::EndsWith)),
            TokenKind::Keyword(Keyword::Matches) => self.after(1).pattern().map(text(TextOperator::Matches)),
            TokenKind::Keyword(Keyword::Between) => self.between(),
            TokenKind::Keyword(Keyword::In) => self.after(1).membership(false),
            TokenKind::Keyword(Keyword::Has) => self.after(1).has(),
            TokenKind::Keyword(Keyword::Is) => self.after(1).is(),
            TokenKind::Keyword(Keyword::Not) => match self.peek(1).kind {
                TokenKind::Keyword(Keyword::In) => self.after(2).membership(true),
                TokenKind::Keyword(Keyword::Contains) => self.after(2).value().map(text(TextOperator::NotContains)),
                _ => {
                    self.at += 1;
                    let help = "put `not` ahead of the whole condition: `not (name starts with \"A\")`";
                    Err(self.expected(SegmentCode::ExpectedOperator, "`in` or `contains` after `not`", help))
                }
            },
            TokenKind::Word if self.is_word("more") || self.is_word("less") => {
                let bound = if self.is_word("more") { AgoBound::MoreThan } else { AgoBound::LessThan };
                self.after(1).ago(bound)
            }
            TokenKind::End
            | TokenKind::Symbol(Symbol::CloseParenthesis)
            | TokenKind::Keyword(Keyword::And | Keyword::Or | Keyword::Order | Keyword::Limit | Keyword::As) => {
                Ok(Check::Holds)
            }
            _ => Err(self.expected_operator()),
        }
    }

    /// The parser behind so many more tokens; a link in a chain, so that [`Self::check`] reads as a table.
    fn after(&mut self, tokens: usize) -> &mut Self {
        self.at += tokens;
        self
    }

    /// Skips `starts with` or `ends with`.
    fn with(&mut self, word: &str) -> Parsed<&mut Self> {
        self.at += 1;
        if !self.is_word("with") {
            let help = format!("write `{word} with \"...\"`");
            return Err(self.expected(SegmentCode::ExpectedOperator, &format!("`with` after `{word}`"), &help));
        }
        self.at += 1;
        Ok(self)
    }

    fn compare(&mut self, operator: Comparison) -> Parsed<Check> {
        self.at += 1;
        Ok(Check::Compare { operator, value: self.value()? })
    }

    fn between(&mut self) -> Parsed<Check> {
        const HELP: &str = "write `between 10 and 20`; both ends belong";
        self.at += 1;
        let low = match self.value() {
            Err(Stop::Recover) => {
                // The `and` that follows belongs to `between`; what is behind it must not be read as a condition.
                self.synchronise();
                self.at += usize::from(self.is_keyword(Keyword::And));
                return Err(Stop::Recover);
            }
            low => low?,
        };
        if !self.is_keyword(Keyword::And) {
            return Err(self.expected(SegmentCode::ExpectedOperator, "`and` and the upper end", HELP));
        }
        self.at += 1;
        let high = self.value()?;
        let low = match (low.kind, &high.kind) {
            (LiteralKind::Number(amount), LiteralKind::Money { currency, .. }) => {
                Literal { kind: LiteralKind::Money { amount, currency: currency.clone() }, span: low.span }
            }
            (kind, _) => Literal { kind, span: low.span },
        };
        Ok(Check::Between { low, high })
    }

    fn has(&mut self) -> Parsed<Check> {
        const HELP: &str = "write `has any of [..]`, `has all of [..]`, `has none of [..]` or `has word \"...\"`";
        if self.is_word("word") {
            self.at += 1;
            return Ok(Check::Text { operator: TextOperator::HasWord, value: self.value()? });
        }
        let operator = match self.kind() {
            TokenKind::Keyword(Keyword::Any) => SetOperator::HasAny,
            TokenKind::Keyword(Keyword::All) => SetOperator::HasAll,
            _ if self.is_word("none") => SetOperator::HasNone,
            _ => {
                return Err(self.expected(
                    SegmentCode::ExpectedOperator,
                    "`any of`, `all of`, `none of` or `word` after `has`",
                    HELP,
                ));
            }
        };
        self.at += 1;
        if !self.is_word("of") {
            return Err(self.expected(SegmentCode::ExpectedOperator, "`of`", HELP));
        }
        self.at += 1;
        Ok(Check::Has { operator, set: self.set()? })
    }

    fn is(&mut self) -> Parsed<Check> {
        const HELP: &str = "write `is set`, `is not set` or `is exactly [..]`; a comparison with a value is `=`";
        if self.is_word("exactly") {
            self.at += 1;
            return Ok(Check::Has { operator: SetOperator::IsExactly, set: self.set()? });
        }
        let negated = self.is_keyword(Keyword::Not);
        self.at += usize::from(negated);
        if !self.is_word("set") {
            let wanted = if negated { "`set` after `is not`" } else { "`set`, `not set` or `exactly` after `is`" };
            return Err(self.expected(SegmentCode::ExpectedOperator, wanted, HELP));
        }
        self.at += 1;
        Ok(Check::IsSet { negated })
    }

    /// A regular expression: in slashes, in quotes or as a parameter.
    fn pattern(&mut self) -> Parsed<Literal> {
        self.node()?;
        let span = self.span();
        let kind = match self.kind() {
            TokenKind::Regex(pattern) => LiteralKind::Text(pattern.clone()),
            TokenKind::Text(pattern) => LiteralKind::Text(plain_slashes(pattern)),
            TokenKind::Parameter(name) => LiteralKind::Parameter(name.clone()),
            _ => {
                let help = "write `matches /^a.*z$/` or `matches \"^a.*z$\"`";
                return Err(self.expected(SegmentCode::ExpectedValue, "a regular expression", help));
            }
        };
        self.at += 1;
        Ok(Literal { kind, span })
    }
}

const FIELD_HELP: &str = "write `field(annual_revenue)` or `field(\"Annual revenue\")`";
