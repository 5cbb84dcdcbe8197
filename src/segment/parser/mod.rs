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
mod want;

use super::error::{Problem, SegmentCode, SegmentError};
use super::lexer::{Lexed, tokenise};
use super::limits::SyntaxLimits;
use super::span::Span;
use super::syntax::{Check, Condition, Direction, Expression, Limit, Name, OrderKey, Path, Question, Segment};
use super::token::{Keyword, Symbol, Token, TokenKind};
use group::{Connective, Groups};
pub(crate) use period::UNITS;
use predicate::Predicate;
pub(crate) use want::Want;

/// What was read of a text, and what is wrong with it. Where something is wrong, what could be read is there all the same,
/// with [`Condition::Broken`] and [`Check::Broken`](super::syntax::Check::Broken) in the gaps; nothing if a limit was passed.
pub(crate) struct Reading<T> {
    pub(crate) tree: Option<T>,
    pub(crate) problems: Vec<Problem>,
    /// Whether there were more problems than are kept.
    pub(crate) truncated: bool,
}

/// Reads a question: a segment, perhaps with `order by` and `limit`, or with `ordered` false a segment alone.
///
/// Takes time and memory in proportion to the length of the text. The problems are at most [`SegmentError::MAX_PROBLEMS`]; a
/// text over a limit gives [`SegmentCode::TextTooLong`], [`SegmentCode::TooDeep`] or [`SegmentCode::TooManyNodes`].
pub(crate) fn read_question(text: &str, limits: &SyntaxLimits, ordered: bool) -> Reading<Question> {
    read_with(text, limits, |parser| parser.question(ordered))
}

/// Reads what stands behind `order by`: `budget desc, name`.
pub(crate) fn read_order(text: &str, limits: &SyntaxLimits) -> Reading<Vec<OrderKey>> {
    read_with(text, limits, |parser| {
        let keys = parser.keys()?;
        if parser.kind() != &TokenKind::End {
            let problem = parser.unexpected("the end of the order");
            parser.report(problem);
        }
        Ok(Some(keys))
    })
}

/// What could stand at the end of a text, and the kind of records that it names.
pub(crate) fn wants_at_end(text: &str, limits: &SyntaxLimits) -> (Option<Name>, Vec<Want>) {
    let Some(mut parser) = Parser::new(text, limits) else { return (None, Vec::new()) };
    parser.wants = Some(Vec::new());
    // Only what was wanted at the end matters, not what could be read.
    let _ = parser.question(true);
    parser.at = 0;
    (parser.kind_prefix(), parser.wants.unwrap_or_default())
}

fn read_with<T>(
    text: &str,
    limits: &SyntaxLimits,
    read: impl FnOnce(&mut Parser<'_>) -> Parsed<Option<T>>,
) -> Reading<T> {
    let Some(mut parser) = Parser::new(text, limits) else {
        let message = format!("found a text of {} bytes, expected at most {}", text.len(), limits.max_bytes());
        let problem = Problem::new(SegmentCode::TextTooLong, Span::of(0, 0), message);
        let problem = problem.with_help("pass long lists as parameters: `in $ids`");
        return Reading { tree: None, problems: vec![problem], truncated: false };
    };
    let tree = read(&mut parser).unwrap_or_default();
    let mut problems = parser.lexical;
    problems.append(&mut parser.problems);
    Reading { tree, problems, truncated: parser.truncated }
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

pub(super) struct Parser<'t> {
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
    /// What the condition at hand is about, and the blocks around it: what a value's proposals depend on.
    about: Option<Expression>,
    blocks: Vec<Path>,
    /// What could stand at the end of the text, when that is asked.
    wants: Option<Vec<Want>>,
}

impl<'t> Parser<'t> {
    /// `None` if the text is longer than the limits allow.
    fn new(text: &'t str, limits: &'t SyntaxLimits) -> Option<Self> {
        if text.len() > limits.max_bytes() {
            return None;
        }
        let Lexed { tokens, problems, truncated } = tokenise(text, limits.max_depth());
        let end = Token { kind: TokenKind::End, span: tokens.last().map_or(Span::default(), |last| last.span) };
        Some(Self {
            text,
            tokens,
            at: 0,
            end,
            lexical: problems,
            problems: Vec::new(),
            truncated,
            limits,
            nodes: 0,
            about: None,
            blocks: Vec::new(),
            wants: None,
        })
    }
}

impl Parser<'_> {
    fn question(&mut self, ordered: bool) -> Parsed<Option<Question>> {
        let start = self.span();
        if self.kind() == &TokenKind::End {
            self.want(|_| Want::Kind);
            self.want(Want::condition);
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
            self.report(problem.with_help("order and limit belong to a question, not to a saved segment"));
        }
        let order = match self.order() {
            Err(Stop::Limit) => return Err(Stop::Limit),
            // What was read up to here is checked all the same.
            order => order.unwrap_or_default(),
        };
        let limit = self.limit();
        if self.problems.is_empty() && self.kind() != &TokenKind::End {
            let problem = self.unexpected("the end of the text");
            self.report(problem);
        }
        let span = start.to(self.last_span());
        let segment = Segment { kind, condition, span: segment_span };
        Ok(Some(Question { segment, order, limit, span }))
    }

    /// `companies where`, if it stands here.
    fn kind_prefix(&mut self) -> Option<Name> {
        let follows = self.peek(1).kind == TokenKind::Keyword(Keyword::Where);
        let text = self.name_here().filter(|_| follows)?;
        let span = self.span();
        self.at += 2;
        Some(Name { text, span })
    }

    fn condition(&mut self) -> Parsed<Condition> {
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
                    groups.open(self.span(), None);
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            let start = self.span();
            self.about = None;
            let condition = match self.predicate() {
                Ok(Predicate::Condition(condition)) => condition,
                Ok(Predicate::Block(block)) => {
                    self.deeper(groups.depth() + 1)?;
                    groups.open(self.span(), Some(block));
                    self.at += 1;
                    self.note_blocks(&groups);
                    continue;
                }
                Err(Stop::Limit) => return Err(Stop::Limit),
                Err(Stop::Recover) => {
                    self.synchronise();
                    Condition::Broken { span: start.to(self.last_span()) }
                }
            };
            let span = condition.span();
            // An attribute alone is being asked something; what is broken is not finished.
            let finished = match &condition {
                Condition::Attribute(test) => !matches!(test.check, Check::Holds | Check::Broken),
                Condition::Broken { .. } => false,
                _ => true,
            };
            groups.operand(condition, span);
            if !self.connective(&mut groups, finished) {
                return Ok(groups.finish(self));
            }
        }
    }

    /// Goes on behind a complete operand; false when the condition ends here.
    fn connective(&mut self, groups: &mut Groups, mut finished: bool) -> bool {
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
                    self.note_blocks(groups);
                    finished = true;
                }
                TokenKind::End | TokenKind::Keyword(Keyword::Order | Keyword::Limit) => {
                    let depth = groups.depth();
                    if finished {
                        self.want(|_| Want::Connective { closing: depth > 0 });
                    }
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
        self.blocks.clear();
        if !self.is_word("by") {
            self.want(|_| Want::Words(&["by"]));
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
                self.want(|parser| Want::Step { before: None, blocks: parser.blocks.clone() });
                let wanted = "an attribute to sort by";
                return Err(self.expected(SegmentCode::InvalidOrder, wanted, "write `order by budget desc, name`"));
            }
            let key = self.expression()?;
            let start = key.span();
            let direction = if self.is_word("desc") { Direction::Descending } else { Direction::Ascending };
            if self.is_word("asc") || self.is_word("desc") {
                self.at += 1;
            }
            keys.push(OrderKey { key, direction, span: start.to(self.last_span()) });
            self.want(|_| Want::Words(&["asc", "desc", "limit"]));
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

    fn limit(&mut self) -> Option<Limit> {
        if self.kind() != &TokenKind::Keyword(Keyword::Limit) {
            return None;
        }
        let start = self.span();
        self.at += 1;
        if let Some(rows) = self.whole_number().filter(|rows| *rows > 0) {
            self.at += 1;
            return Some(Limit { rows, span: start.to(self.last_span()) });
        }
        let message = format!("found {} after `limit`, expected a whole number from 1 on", self.found());
        let problem = Problem::new(SegmentCode::InvalidLimit, self.span(), message);
        self.report(problem.with_help("write `limit 100`"));
        None
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

    /// Keeps the blocks that are open, for proposals inside them.
    fn note_blocks(&mut self, groups: &Groups) {
        if self.wants.is_some() {
            self.blocks = groups.blocks().cloned().collect();
        }
    }

    /// Notes what could stand here, if this is the end of a text that is being written.
    fn want(&mut self, want: impl FnOnce(&Self) -> Want) {
        if self.wants.is_some() && self.kind() == &TokenKind::End {
            let want = want(self);
            self.wants.get_or_insert_default().push(want);
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
        let message = format!("found more than {} levels of parentheses, blocks and `not`", self.limits.max_depth());
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
