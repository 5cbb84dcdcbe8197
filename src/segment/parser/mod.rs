//! Tokens to the syntax tree.
//!
//! A parser by hand. The boolean structure is kept on a list of open groups instead of the call stack, so
//! nesting costs no stack however deep; predicates and values are read by plain functions, one token ahead. After a problem the
//! parser goes on behind the next `and`, `or` or closing parenthesis, so one pass finds the problems of the whole text.

mod complaint;
mod group;
mod period;
mod predicate;
mod value;

use super::error::{Problem, SegmentCode, SegmentError};
use super::lexer::{Lexed, tokenise};
use super::limits::SyntaxLimits;
use super::span::Span;
use super::syntax::{Condition, Direction, Limit, Name, OrderKey, Question, Segment};
use super::token::{Keyword, Symbol, Token, TokenKind};
use group::{Connective, Groups};

/// Reads a question: a segment, perhaps with `order by` and `limit`.
///
/// Takes time and memory in proportion to the length of the text.
///
/// # Errors
///
/// [`SegmentError`] with every problem found, at most [`SegmentError::MAX_PROBLEMS`]. A text over a limit gives
/// [`SegmentCode::TextTooLong`], [`SegmentCode::TooDeep`] or [`SegmentCode::TooManyNodes`].
pub(crate) fn parse_question(text: &str, limits: &SyntaxLimits) -> Result<Question, SegmentError> {
    parse(text, limits, true)
}

/// Reads a segment, in which `order by` and `limit` are refused.
///
/// Takes time and memory in proportion to the length of the text.
///
/// # Errors
///
/// As for [`parse_question`]; besides, [`SegmentCode::OrderNotAllowed`].
pub(crate) fn parse_segment(text: &str, limits: &SyntaxLimits) -> Result<Segment, SegmentError> {
    parse(text, limits, false).map(|question| question.segment)
}

/// Reads what stands behind `order by`: `budget desc, name`.
///
/// # Errors
///
/// As for [`parse_question`].
pub(crate) fn parse_order(text: &str, limits: &SyntaxLimits) -> Result<Vec<OrderKey>, SegmentError> {
    parse_with(text, limits, |parser| {
        let keys = parser.keys()?;
        if parser.kind() != &TokenKind::End {
            let problem = parser.unexpected("the end of the order");
            return Err(parser.fail(problem));
        }
        Ok(Some(keys))
    })
}

fn parse(text: &str, limits: &SyntaxLimits, ordered: bool) -> Result<Question, SegmentError> {
    parse_with(text, limits, |parser| parser.question(ordered))
}

fn parse_with<T>(
    text: &str,
    limits: &SyntaxLimits,
    read: impl FnOnce(&mut Parser<'_>) -> Parsed<Option<T>>,
) -> Result<T, SegmentError> {
    if text.len() > limits.max_bytes() {
        let message = format!("found a text of {} bytes, expected at most {}", text.len(), limits.max_bytes());
        let problem = Problem::new(SegmentCode::TextTooLong, Span::of(0, 0), message);
        let problem = problem.with_help("pass long lists as parameters: `in $ids`");
        return Err(SegmentError::new(text, vec![problem], false));
    }
    let Lexed { tokens, problems, truncated } = tokenise(text);
    let end = Token { kind: TokenKind::End, span: tokens.last().map_or(Span::default(), |last| last.span) };
    let mut parser =
        Parser { text, tokens, at: 0, end, lexical: problems, problems: Vec::new(), truncated, limits, nodes: 0 };
    let parsed = read(&mut parser);
    let mut problems = parser.lexical;
    problems.append(&mut parser.problems);
    match parsed {
        Ok(Some(read)) if problems.is_empty() => Ok(read),
        _ => Err(SegmentError::new(text, problems, parser.truncated)),
    }
}

/// Why a function of the parser gave nothing. Either way the problem has been reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// The caller goes on behind the next connective.
    Recover,
    /// A limit is passed; nothing more is read.
    Limit,
}

type Parsed<T> = Result<T, Stop>;

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    /// What stands behind the last token.
    end: Token,
    /// What the lexer complained about; kept apart so that its cap and the parser's do not mix.
    lexical: Vec<Problem>,
    problems: Vec<Problem>,
    truncated: bool,
    limits: &'t SyntaxLimits,
    nodes: usize,
}

impl Parser<'_> {
    fn question(&mut self, ordered: bool) -> Parsed<Option<Question>> {
        let start = self.span();
        if self.kind() == &TokenKind::End {
            let problem = Problem::new(SegmentCode::EmptyText, start, "found an empty text, expected a condition");
            self.report(problem.with_help("write `all` for everybody"));
            return Ok(None);
        }
        let kind = self.kind_prefix();
        let condition = self.condition()?;
        let segment_span = start.to(self.last_span());
        if !ordered && self.kind() != &TokenKind::End {
            let message = format!("found {} in a segment, which has no order and no limit", self.found());
            let problem = Problem::new(SegmentCode::OrderNotAllowed, self.span(), message);
            return Err(self.fail(problem.with_help("order and limit belong to a question, not to a saved segment")));
        }
        let order = self.order()?;
        let limit = self.limit()?;
        if self.kind() != &TokenKind::End {
            let problem = self.unexpected("the end of the text");
            return Err(self.fail(problem));
        }
        let span = start.to(self.last_span());
        Ok(condition.map(|condition| {
            let segment = Segment { kind, condition, span: segment_span };
            Question { segment, order, limit, span }
        }))
    }

    /// `companies where`, if it stands here.
    fn kind_prefix(&mut self) -> Option<Name> {
        let follows = self.peek(1).kind == TokenKind::Keyword(Keyword::Where);
        let text = self.name_here().filter(|_| follows)?;
        let span = self.span();
        self.at += 2;
        Some(Name { text, span })
    }

    fn condition(&mut self) -> Parsed<Option<Condition>> {
        let mut groups = Groups::new();
        loop {
            match self.kind() {
                TokenKind::Keyword(Keyword::Not) => {
                    self.deeper(groups.depth())?;
                    self.node()?;
                    groups.negate(self.span());
                    self.at += 1;
                    continue;
                }
                TokenKind::Symbol(Symbol::OpenParenthesis) => {
                    self.deeper(groups.depth())?;
                    groups.open(self.span());
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            let start = self.span();
            let predicate = match self.predicate() {
                Ok(predicate) => Some(predicate),
                Err(Stop::Limit) => return Err(Stop::Limit),
                Err(Stop::Recover) => {
                    self.synchronise();
                    None
                }
            };
            let span = predicate.as_ref().map_or_else(|| start.to(self.last_span()), Condition::span);
            groups.operand(predicate, span);
            if !self.connective(&mut groups) {
                return Ok(groups.finish(self));
            }
        }
    }

    /// Goes on behind a complete operand; false when the condition ends here.
    fn connective(&mut self, groups: &mut Groups) -> bool {
        loop {
            let span = self.span();
            match self.kind() {
                TokenKind::Keyword(Keyword::And) => {
                    groups.connect(Connective::And, span);
                    self.at += 1;
                    return true;
                }
                TokenKind::Keyword(Keyword::Or) => {
                    groups.connect(Connective::Or, span);
                    self.at += 1;
                    return true;
                }
                TokenKind::Symbol(Symbol::CloseParenthesis) => {
                    if !groups.close(span, self) {
                        let message = "found `)` without an opening parenthesis";
                        let problem = Problem::new(SegmentCode::UnmatchedParenthesis, span, message);
                        self.report(problem.with_help("remove it, or open the group with `(`"));
                    }
                    self.at += 1;
                }
                TokenKind::End | TokenKind::Keyword(Keyword::Order | Keyword::Limit) => {
                    return false;
                }
                _ => {
                    self.after_operand();
                    self.synchronise();
                }
            }
        }
    }

    fn order(&mut self) -> Parsed<Vec<OrderKey>> {
        if self.kind() != &TokenKind::Keyword(Keyword::Order) {
            return Ok(Vec::new());
        }
        self.at += 1;
        if !self.is_word("by") {
            let message = format!("found {}, expected `by` after `order`", self.found());
            let problem = Problem::new(SegmentCode::InvalidOrder, self.span(), message);
            return Err(self.fail(problem.with_help("write `order by name desc`")));
        }
        self.at += 1;
        self.keys()
    }

    /// The sort keys behind `order by`.
    fn keys(&mut self) -> Parsed<Vec<OrderKey>> {
        let mut keys = Vec::new();
        loop {
            self.node()?;
            if self.kind() == &TokenKind::End {
                let wanted = "an attribute to sort by";
                return Err(self.expected(SegmentCode::InvalidOrder, wanted, "write `order by budget desc, name`"));
            }
            let key = self.subject()?;
            let start = key.span();
            let direction = if self.is_word("desc") { Direction::Descending } else { Direction::Ascending };
            if self.is_word("asc") || self.is_word("desc") {
                self.at += 1;
            }
            keys.push(OrderKey { key, direction, span: start.to(self.last_span()) });
            match self.kind() {
                TokenKind::Symbol(Symbol::Comma) => self.at += 1,
                TokenKind::End | TokenKind::Keyword(Keyword::Limit) => return Ok(keys),
                TokenKind::Invalid => return Err(Stop::Recover),
                _ => {
                    let message = format!("found {}, expected `asc`, `desc`, `,`, `limit` or the end", self.found());
                    let problem = Problem::new(SegmentCode::InvalidOrder, self.span(), message);
                    let words = self.word().map(str::to_owned);
                    let nearest = words.as_deref().and_then(|word| crate::model::nearest(word, ["asc", "desc"]));
                    return Err(self.fail(
                        problem.with_nearest(nearest).with_help("write `order by budget desc, name limit 100`"),
                    ));
                }
            }
        }
    }

    fn limit(&mut self) -> Parsed<Option<Limit>> {
        if self.kind() != &TokenKind::Keyword(Keyword::Limit) {
            return Ok(None);
        }
        let start = self.span();
        self.at += 1;
        match self.whole_number() {
            Some(rows) if rows > 0 => {
                self.at += 1;
                Ok(Some(Limit { rows, span: start.to(self.last_span()) }))
            }
            _ => {
                let message = format!("found {} after `limit`, expected a whole number from 1 on", self.found());
                let problem = Problem::new(SegmentCode::InvalidLimit, self.span(), message);
                Err(self.fail(problem.with_help("write `limit 100`")))
            }
        }
    }

    /// Skips to the next `and`, `or`, `)`, `order by`, `limit` or the end, over whole groups in parentheses.
    fn synchronise(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.kind() {
                TokenKind::End => return,
                TokenKind::Symbol(Symbol::OpenParenthesis) => open += 1,
                TokenKind::Symbol(Symbol::CloseParenthesis) if open > 0 => open -= 1,
                TokenKind::Symbol(Symbol::CloseParenthesis)
                | TokenKind::Keyword(Keyword::And | Keyword::Or | Keyword::Order | Keyword::Limit)
                    if open == 0 =>
                {
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn peek(&self, ahead: usize) -> &Token {
        self.tokens.get(self.at + ahead).unwrap_or(&self.end)
    }

    fn kind(&self) -> &TokenKind {
        &self.peek(0).kind
    }

    fn span(&self) -> Span {
        self.peek(0).span
    }

    /// The span of the token just read.
    fn last_span(&self) -> Span {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.unwrap_or(&self.end).span
    }

    /// The text of the present token if it is a word that is not reserved.
    fn word(&self) -> Option<&str> {
        (self.kind() == &TokenKind::Word).then(|| self.span().slice(self.text))
    }

    fn is_word(&self, word: &str) -> bool {
        self.word().is_some_and(|found| found.eq_ignore_ascii_case(word))
    }

    fn is_keyword(&self, keyword: Keyword) -> bool {
        self.kind() == &TokenKind::Keyword(keyword)
    }

    fn is_symbol(&self, symbol: Symbol) -> bool {
        self.kind() == &TokenKind::Symbol(symbol)
    }

    /// The name that the present token is: a word, or anything in backquotes.
    fn name_here(&self) -> Option<String> {
        match self.kind() {
            TokenKind::Word => Some(self.span().slice(self.text).to_owned()),
            TokenKind::Name(name) => Some(name.clone()),
            _ => None,
        }
    }

    /// The value of the present token if it is a number written in digits alone.
    fn whole_number(&self) -> Option<u64> {
        if !matches!(self.kind(), TokenKind::Number(_)) {
            return None;
        }
        let digits: String = self.span().slice(self.text).chars().filter(|character| *character != '_').collect();
        digits.parse().ok()
    }

    fn report(&mut self, problem: Problem) {
        if self.problems.len() < SegmentError::MAX_PROBLEMS {
            self.problems.push(problem);
        } else {
            self.truncated = true;
        }
    }

    fn fail(&mut self, problem: Problem) -> Stop {
        self.report(problem);
        Stop::Recover
    }

    /// Counts a node.
    fn node(&mut self) -> Parsed<()> {
        self.nodes += 1;
        if self.nodes <= self.limits.max_nodes() {
            return Ok(());
        }
        let message = format!("found more than {} conditions and values", self.limits.max_nodes());
        let problem = Problem::new(SegmentCode::TooManyNodes, self.span(), message);
        self.last_word(problem.with_help("pass long lists as parameters: `in $ids`"));
        Err(Stop::Limit)
    }

    /// Checks that one more level may be opened inside `depth` of them.
    fn deeper(&mut self, depth: usize) -> Parsed<()> {
        if depth < self.limits.max_depth() {
            return Ok(());
        }
        let message = format!("found more than {} levels of parentheses and `not`", self.limits.max_depth());
        let problem = Problem::new(SegmentCode::TooDeep, self.span(), message);
        self.last_word(problem.with_help("write fewer levels, or save parts as segments of their own"));
        Err(Stop::Limit)
    }

    /// Reports a passed limit, which must not be lost however many problems there are.
    fn last_word(&mut self, problem: Problem) {
        let room = SegmentError::MAX_PROBLEMS.saturating_sub(1);
        self.truncated |= self.problems.len() + self.lexical.len() > room;
        self.problems.truncate(room);
        self.lexical.truncate(room.saturating_sub(self.problems.len()));
        self.problems.push(problem);
    }
}
