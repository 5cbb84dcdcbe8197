//! One condition without connectives: attribute tests and tags.

use super::group::BlockHead;
use super::{Parsed, Parser, Stop, Want};
use crate::segment::error::{Problem, SegmentCode};
use crate::segment::lexer::plain_slashes;
use crate::segment::render::shorten;
use crate::segment::span::Span;
use crate::segment::syntax::{
    AgoBound, AttributeTest, Call, Check, Comparison, Condition, Expression, Function, Literal, LiteralKind, MayTest,
    Overlapped, Path, Quantified, Quantifier, SetOperator, Step, StepName, TagTest, TextOperator,
};
use crate::segment::token::{Keyword, Symbol, TokenKind};

/// What stands where a condition may.
pub(super) enum Predicate {
    Condition(Condition),
    /// The head of a block, up to its parenthesis.
    Block(BlockHead),
}

/// `every`, `any` or `no`, with its place.
type Head = Option<(Quantifier, Span)>;

impl Parser<'_> {
    pub(super) fn predicate(&mut self) -> Parsed<Predicate> {
        self.node()?;
        self.want(Want::condition);
        let start = self.span();
        let quantifier = match self.kind() {
            TokenKind::Keyword(keyword) if self.used_as_name() && !matches!(keyword, Keyword::And | Keyword::Or) => {
                let keyword = *keyword;
                return Err(self.reserved(keyword));
            }
            TokenKind::Keyword(Keyword::All) => {
                self.at += 1;
                return Ok(Predicate::Condition(Condition::All { span: start }));
            }
            TokenKind::Keyword(Keyword::Tag) => return self.tag().map(Predicate::Condition),
            TokenKind::Keyword(Keyword::May) => return self.may().map(Predicate::Condition),
            TokenKind::Keyword(Keyword::Every) => Some(Quantifier::Every),
            TokenKind::Keyword(Keyword::Any) => Some(Quantifier::Any),
            TokenKind::Keyword(Keyword::No) => Some(Quantifier::No),
            _ => None,
        };
        self.at += usize::from(quantifier.is_some());
        let head = quantifier.map(|quantifier| (quantifier, start));
        if head.is_some() {
            self.want(|parser| Want::Quantified { blocks: parser.blocks.clone() });
        }
        let subject = self.expression()?;
        if self.is_symbol(Symbol::OpenParenthesis) {
            return self.block(head, subject).map(Predicate::Block);
        }
        self.about = self.wants.is_some().then(|| subject.clone());
        self.want(|parser| Want::Operator {
            about: subject.clone(),
            quantified: head.is_some(),
            blocks: parser.blocks.clone(),
        });
        if let Some((Quantifier::No, _)) = head {
            let help = "write `no address (city = Paris)`, or `not (email ends with \"..\")` for a single condition";
            return Err(self.expected(SegmentCode::ExpectedOperator, "`(` after `no` and an attribute", help));
        }
        let check = match self.check() {
            // What it is about can be checked all the same.
            Err(Stop::Recover) => {
                self.synchronise();
                Check::Broken
            }
            check => check?,
        };
        Ok(Predicate::Condition(Condition::Attribute(Box::new(AttributeTest {
            quantifier: head.map(|(quantifier, span)| Quantified { quantifier, span }),
            subject,
            check,
            span: start.to(self.last_span()),
        }))))
    }

    /// The head of a block, read up to its parenthesis.
    fn block(&mut self, head: Head, subject: Expression) -> Parsed<BlockHead> {
        match (head, subject) {
            (Some((quantifier, span)), Expression::Path(subject)) => Ok(BlockHead { quantifier, subject, span }),
            (_, Expression::Call(call)) => {
                let name = shorten(&call.to_string(), 40);
                let message = format!("found conditions in parentheses on `{name}`, which has no parts");
                let problem = Problem::new(SegmentCode::QuantifierMismatch, call.span, message);
                Err(self.fail(problem.with_help("only structured attributes have parts: `any address (city = Paris)`")))
            }
            (None, Expression::Path(subject)) => {
                let name = shorten(&subject.to_string(), 40);
                let message =
                    format!("found conditions on `{name}` without a word that says how many must satisfy them");
                let problem = Problem::new(SegmentCode::QuantifierMismatch, subject.span, message);
                Err(self.fail(
                    problem.with_help(format!("write `any {name} (..)`, `every {name} (..)` or `no {name} (..)`")),
                ))
            }
        }
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
    pub(super) fn expression(&mut self) -> Parsed<Expression> {
        let start = self.span();
        let function = match self.kind() {
            TokenKind::Keyword(Keyword::Count) => Some(Function::Count),
            TokenKind::Keyword(Keyword::Month) => Some(Function::Month),
            TokenKind::Keyword(Keyword::Year) => Some(Function::Year),
            TokenKind::Keyword(Keyword::Weekday) => Some(Function::Weekday),
            _ => None,
        };
        let open = self.peek(1).kind == TokenKind::Symbol(Symbol::OpenParenthesis);
        let open_at = self.at + 1;
        if let Some(function) = function.filter(|_| open) {
            self.at += 2;
            let path = match self.argument() {
                Err(Stop::Recover) => {
                    // Over the whole parenthesis, so that its end is not taken for that of a group.
                    self.at = self.at.min(open_at);
                    self.synchronise();
                    return Err(Stop::Recover);
                }
                path => path?,
            };
            self.at += usize::from(self.is_symbol(Symbol::CloseParenthesis));
            return Ok(Expression::Call(Call { function, path, span: start.to(self.last_span()) }));
        }
        let path = self.path()?;
        if self.is_keyword(Keyword::Anniversary) {
            self.at += 1;
            let span = start.to(self.last_span());
            return Ok(Expression::Call(Call { function: Function::Anniversary, path, span }));
        }
        Ok(Expression::Path(path))
    }

    /// What stands between the parentheses of a function.
    fn argument(&mut self) -> Parsed<Path> {
        if self.is_keyword(Keyword::Distinct) {
            return Err(self.not_supported("`distinct` in a count"));
        }
        let path = self.path()?;
        if self.is_symbol(Symbol::CloseParenthesis) {
            return Ok(path);
        }
        if self.is_keyword(Keyword::Where) {
            return Err(self.not_supported("`where` in a count"));
        }
        self.want(|_| Want::Words(&[")"]));
        let help = "write `count(tags)`, `month(birthday)`, `year(created)` or `weekday(created)`";
        Err(self.expected(SegmentCode::ExpectedAttribute, "`)` after the attribute", help))
    }

    /// An attribute: steps joined by dots, behind `outer` in blocks.
    pub(super) fn path(&mut self) -> Parsed<Path> {
        let start = self.span();
        let mut path = Path { outer: 0, steps: Vec::new(), span: start };
        while self.is_keyword(Keyword::Outer) && self.peek(1).kind == TokenKind::Symbol(Symbol::Dot) {
            self.node()?;
            path.outer = path.outer.saturating_add(1);
            self.at += 2;
        }
        loop {
            self.node()?;
            if path.outer > 0 || !path.steps.is_empty() {
                let before = &path;
                self.want(|parser| Want::Step { before: Some(before.clone()), blocks: parser.blocks.clone() });
            }
            path.steps.push(self.step()?);
            path.span = start.to(self.last_span());
            if !self.is_symbol(Symbol::Dot) {
                return Ok(path);
            }
            self.at += 1;
        }
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
        self.want(|parser| Want::Label { blocks: parser.blocks.clone() });
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
        self.want(|_| Want::Words(&["under"]));
        if self.wants.is_some() && self.is_word("under") && self.peek(1).kind == TokenKind::End {
            // A tag may be called that, but whoever goes on writing means the word.
            self.at += 1;
        }
        let named = matches!(
            self.peek(1).kind,
            TokenKind::Word
                | TokenKind::Name(_)
                | TokenKind::Text(_)
                | TokenKind::Parameter(_)
                | TokenKind::Keyword(Keyword::May)
                | TokenKind::Invalid
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

    fn may(&mut self) -> Parsed<Condition> {
        const HELP: &str = "write `may email for newsletter`";
        let start = self.span();
        self.at += 1;
        self.want(|_| Want::Channel);
        let channel = self.option("a channel", HELP)?;
        if !self.is_word("for") {
            self.want(|_| Want::Words(&["for"]));
            return Err(self.expected(SegmentCode::ExpectedOperator, "`for` and a purpose after the channel", HELP));
        }
        self.at += 1;
        self.want(|_| Want::Purpose);
        let purpose = self.option("a purpose", HELP)?;
        Ok(Condition::May(Box::new(MayTest { channel, purpose, span: start.to(self.last_span()) })))
    }

    /// An option, where nothing else can stand.
    fn option(&mut self, wanted: &str, help: &str) -> Parsed<Literal> {
        if self.begins_option() {
            return self.literal();
        }
        Err(self.expected(SegmentCode::ExpectedValue, wanted, help))
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
                TokenKind::Word if self.next_is_word("overlaps") => self.after(2).overlaps(true),
                _ => {
                    self.at += 1;
                    self.want(|_| Want::Words(&["in", "contains", "overlaps"]));
                    let help = "put `not` ahead of the whole condition: `not (name starts with \"A\")`";
                    let between = self.is_keyword(Keyword::Between);
                    let stop = self.expected(SegmentCode::ExpectedOperator, "`in` or `contains` after `not`", help);
                    if between {
                        self.over_the_other_end();
                    }
                    Err(stop)
                }
            },
            TokenKind::Word if self.is_word("overlaps") => self.after(1).overlaps(false),
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
            self.want(|_| Want::Words(&["with"]));
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
                self.over_the_other_end();
                return Err(Stop::Recover);
            }
            low => low?,
        };
        if !self.is_keyword(Keyword::And) {
            self.want(|_| Want::Words(&["and"]));
            return Err(self.expected(SegmentCode::ExpectedOperator, "`and` and the upper end", HELP));
        }
        self.at += 1;
        let high = self.value()?;
        Ok(Check::Between { low: in_currency_of(low, &high), high })
    }

    /// Skips the `and` that belongs to two ends, so that what is behind it is not read as a condition.
    fn over_the_other_end(&mut self) {
        self.synchronise();
        self.at += usize::from(self.is_keyword(Keyword::And));
    }

    /// What follows `overlaps`.
    fn overlaps(&mut self, negated: bool) -> Parsed<Check> {
        const HELP: &str = "write `overlaps 10 to 20`, or of dates `overlaps this month`; both ends belong";
        self.want(|_| Want::Words(&["this", "last", "next", "previous", "following"]));
        if self.is_keyword(Keyword::In) {
            return Err(self.expected(SegmentCode::ExpectedValue, "a value or a span of time", HELP));
        }
        if let Some(period) = self.period() {
            return Ok(Check::Overlaps { negated, with: Overlapped::Period(period?) });
        }
        let low = self.value()?;
        if !self.is_word("to") {
            self.want(|_| Want::Words(&["to"]));
            let stop = self.expected(SegmentCode::ExpectedOperator, "`to` and the upper end", HELP);
            if self.is_keyword(Keyword::And) && matches!(self.peek(1).kind, TokenKind::Number(_) | TokenKind::Date(_)) {
                self.over_the_other_end();
            }
            return Err(stop);
        }
        self.at += 1;
        let high = self.value()?;
        Ok(Check::Overlaps { negated, with: Overlapped::Ends { low: in_currency_of(low, &high), high } })
    }

    fn has(&mut self) -> Parsed<Check> {
        const HELP: &str = "write `has any of [..]`, `has all of [..]`, `has none of [..]` or `has word \"...\"`";
        self.want(|_| Want::Words(&["any of", "all of", "none of", "word"]));
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
            self.want(|_| Want::Words(&["of"]));
            return Err(self.expected(SegmentCode::ExpectedOperator, "`of`", HELP));
        }
        self.at += 1;
        Ok(Check::Has { operator, set: self.set()? })
    }

    fn is(&mut self) -> Parsed<Check> {
        const HELP: &str = "write `is set`, `is not set` or `is exactly [..]`; a comparison with a value is `=`";
        self.want(|_| Want::Words(&["set", "not set", "exactly"]));
        if self.is_word("exactly") {
            self.at += 1;
            return Ok(Check::Has { operator: SetOperator::IsExactly, set: self.set()? });
        }
        let negated = self.is_keyword(Keyword::Not);
        self.at += usize::from(negated);
        if !self.is_word("set") {
            self.want(|_| Want::Words(&["set"]));
            let wanted = if negated { "`set` after `is not`" } else { "`set`, `not set` or `exactly` after `is`" };
            let absent = ["empty", "null", "blank", "missing", "unknown", "none", "nothing"];
            let near = match (absent.iter().any(|word| self.is_word(word)), negated) {
                // What is empty is not set.
                (true, false) => "is not set",
                (true, true) => "is set",
                (false, false) => "=",
                (false, true) => "!=",
            };
            let problem = self.expectation(SegmentCode::ExpectedOperator, wanted, HELP);
            return Err(self.complain(problem.with_nearest(self.begins_value().then_some(near))));
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

/// A number takes over the currency of the end behind it.
fn in_currency_of(low: Literal, high: &Literal) -> Literal {
    let span = low.span;
    match (low.kind, &high.kind) {
        (LiteralKind::Number(amount), LiteralKind::Money { currency, .. }) => {
            Literal { kind: LiteralKind::Money { amount, currency: currency.clone() }, span }
        }
        (kind, _) => Literal { kind, span },
    }
}

const FIELD_HELP: &str = "write `field(annual_revenue)` or `field(\"Annual revenue\")`";
