//! Text to tokens, in one pass over the bytes.
//!
//! The lexer never stops early: what it cannot read becomes an [`TokenKind::Invalid`] token and a problem, and reading goes on
//! behind it. A quoted text, a name in backquotes and a pattern end on their line at the latest, so that one forgotten quote
//! spoils one line.

use super::error::{Problem, SegmentCode, SegmentError};
use super::numeral;
use super::render::shorten;
use super::span::Span;
use super::token::{Keyword, Symbol, Token, TokenKind, is_identifier_start};

/// The tokens of a text, the last of them [`TokenKind::End`], and what could not be read.
#[derive(Debug)]
pub(crate) struct Lexed {
    pub(crate) tokens: Vec<Token>,
    pub(crate) problems: Vec<Problem>,
    /// Whether there were more problems than are kept.
    pub(crate) truncated: bool,
}

/// Reads `text`, which the caller has found short enough.
///
/// Reading ends where more than `depth` parentheses are open: no parser goes there, and a text of nothing else would make
/// many tokens for nothing. Two more are let pass, those of a function and of a field.
pub(crate) fn tokenise(text: &str, depth: usize) -> Lexed {
    let tokens = Vec::with_capacity(text.len() / TOKEN_BYTES + 1);
    let mut lexer = Lexer { text, at: 0, tokens, problems: Vec::new(), truncated: false };
    lexer.run(depth + 2);
    Lexed { tokens: lexer.tokens, problems: lexer.problems, truncated: lexer.truncated }
}

/// How long a token and the space behind it are at least, but for signs side by side: room for so many is asked for at once, so
/// that the tokens of a long text are not copied as their list grows. What is not used is never touched.
const TOKEN_BYTES: usize = 2;

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    problems: Vec<Problem>,
    truncated: bool,
}

impl<'t> Lexer<'t> {
    fn run(&mut self, depth: usize) {
        let mut open = 0_usize;
        while let Some(character) = self.peek() {
            let start = self.at;
            if character.is_whitespace() || (character == '\u{feff}' && start == 0) {
                self.bump(character);
            } else if self.rest().starts_with("//") {
                self.at += self.line_rest();
            } else {
                let kind = self.token(character);
                match kind {
                    TokenKind::Symbol(Symbol::OpenParenthesis) => open += 1,
                    TokenKind::Symbol(Symbol::CloseParenthesis) => open = open.saturating_sub(1),
                    _ => {}
                }
                if open > depth {
                    let message = format!("found more than {depth} open parentheses");
                    let problem = Problem::new(SegmentCode::TooDeep, Span::of(start, self.at), message);
                    self.problems.truncate(SegmentError::MAX_PROBLEMS - 1);
                    self.report(problem.with_help("write fewer levels, or save parts as segments of their own"));
                    break;
                }
                self.tokens.push(Token { kind, span: Span::of(start, self.at) });
            }
        }
        // Where something is missing at the end, the caret belongs behind the last word, not behind blank lines.
        let span = self.tokens.last().map_or(Span::default(), |last| last.span.after());
        self.tokens.push(Token { kind: TokenKind::End, span });
    }

    fn token(&mut self, character: char) -> TokenKind {
        match character {
            '"' | '\'' => self.quoted(character),
            '`' => self.backquoted(),
            '$' => self.parameter(),
            '/' if self.follows_matches() => self.pattern(),
            '0'..='9' => self.number(),
            _ if is_identifier_start(character) => {
                let word = self.identifier();
                Keyword::of(word).map_or(TokenKind::Word, TokenKind::Keyword)
            }
            _ => match self.symbol(character) {
                Some(symbol) => TokenKind::Symbol(symbol),
                None => self.unexpected(character),
            },
        }
    }

    fn symbol(&mut self, character: char) -> Option<Symbol> {
        let next = self.rest().chars().nth(1);
        let (symbol, length) = match (character, next) {
            ('(', _) => (Symbol::OpenParenthesis, 1),
            (')', _) => (Symbol::CloseParenthesis, 1),
            ('[', _) => (Symbol::OpenBracket, 1),
            (']', _) => (Symbol::CloseBracket, 1),
            (',', _) => (Symbol::Comma, 1),
            ('.', _) => (Symbol::Dot, 1),
            ('=', Some('=')) => (Symbol::EqualEqual, 2),
            ('=', _) => (Symbol::Equal, 1),
            ('!', Some('=')) => (Symbol::NotEqual, 2),
            ('<', Some('>')) => return None,
            ('<', Some('=')) => (Symbol::LessEqual, 2),
            ('<', _) => (Symbol::Less, 1),
            ('>', Some('=')) => (Symbol::GreaterEqual, 2),
            ('>', _) => (Symbol::Greater, 1),
            ('~', _) => (Symbol::Tilde, 1),
            ('+', _) => (Symbol::Plus, 1),
            ('-', _) => (Symbol::Minus, 1),
            ('*', _) => (Symbol::Star, 1),
            ('/', _) => (Symbol::Slash, 1),
            _ => return None,
        };
        self.at += length;
        Some(symbol)
    }

    fn unexpected(&mut self, character: char) -> TokenKind {
        let start = self.at;
        self.bump(character);
        let (length, help) = match character {
            '<' => (2, Some("write `!=` for \"is not equal\"")),
            '&' => (2, Some("write `and`")),
            '|' => (2, Some("write `or`")),
            '!' => (1, Some("write `not`, or `!=` for \"is not equal\"")),
            '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => {
                (1, Some("write texts in straight quotes: \"...\" or '...'"))
            }
            '\u{2260}' => (1, Some("write `!=`")),
            '\u{2264}' => (1, Some("write `<=`")),
            '\u{2265}' => (1, Some("write `>=`")),
            '\u{2212}' | '\u{2013}' | '\u{2014}' => (1, Some("write the hyphen `-`")),
            '\u{b4}' => (1, Some("write the straight quote `'`")),
            ';' => (1, Some("join conditions with `and` or `or`")),
            '\u{20ac}' | '\u{a3}' | '\u{a5}' => (1, Some("write the currency behind the amount: 1000 EUR")),
            '@' | '%' => (1, Some("put a text with such a sign in quotes")),
            '#' => (1, Some("a comment begins with `//`")),
            '{' | '}' => (1, Some("group conditions with parentheses, values with square brackets")),
            _ => (1, None),
        };
        if length == 2 {
            // The second sign of `<>`, `&&` or `||`.
            if let Some(second @ ('>' | '&' | '|')) = self.peek() {
                self.bump(second);
            }
        } else {
            // A run of the same character, or of marks without a letter to stand on, is one problem.
            let goes_on = |next: char| {
                next == character
                    || (unicode_ident::is_xid_continue(next) && !is_identifier_start(next) && !next.is_ascii_digit())
            };
            while let Some(next) = self.peek().filter(|&next| goes_on(next)) {
                self.bump(next);
            }
        }
        let span = Span::of(start, self.at);
        let name = if character.is_control() || unicode_width::UnicodeWidthChar::width(character) == Some(0) {
            format!("U+{:04X}", u32::from(character))
        } else {
            format!("`{}`", shorten(span.slice(self.text), 12))
        };
        let mut problem =
            Problem::new(SegmentCode::UnexpectedCharacter, span, format!("found {name}, which has no meaning here"));
        if let Some(help) = help {
            problem = problem.with_help(help);
        }
        self.invalid(problem)
    }

    fn quoted(&mut self, quote: char) -> TokenKind {
        let start = self.at;
        self.bump(quote);
        let mut value = String::new();
        let mut sound = true;
        while let Some(character) = self.peek().filter(|character| *character != '\n') {
            let escape = self.at;
            self.bump(character);
            if character == quote {
                return if sound { TokenKind::Text(value) } else { TokenKind::Invalid };
            }
            if character != '\\' {
                value.push(character);
                continue;
            }
            if let Some(meant) = self.escape() {
                value.push(meant);
            } else {
                sound = false;
                let span = Span::of(escape, self.at);
                let message =
                    format!("found the escape `{}`, which does not exist", shorten(span.slice(self.text), 24));
                let help = "write one of \\n \\t \\\\ \\\" \\' \\u{1f600}; a backslash itself is \\\\";
                self.report(Problem::new(SegmentCode::InvalidEscape, span, message).with_help(help));
            }
        }
        let span = Span::of(start, self.at);
        let message = format!("found no closing `{quote}` on this line");
        let help = "close the text; a line break inside a text is \\n";
        self.invalid(Problem::new(SegmentCode::UnclosedText, span, message).with_help(help))
    }

    /// The character that an escape stands for, read from behind its backslash.
    fn escape(&mut self) -> Option<char> {
        let character = self.peek().filter(|character| *character != '\n')?;
        self.bump(character);
        match character {
            'n' => Some('\n'),
            't' => Some('\t'),
            '\\' | '"' | '\'' => Some(character),
            'u' => {
                if self.peek() != Some('{') {
                    return None;
                }
                let body = self.rest().get(1..).unwrap_or("");
                let digits = body.bytes().take(7).take_while(u8::is_ascii_hexdigit).count();
                let closed = body.get(digits..).is_some_and(|rest| rest.starts_with('}'));
                self.at += 1 + digits + usize::from(closed);
                let code = u32::from_str_radix(body.get(..digits)?, 16).ok()?;
                char::from_u32(code).filter(|_| closed && digits <= 6)
            }
            _ => None,
        }
    }

    fn backquoted(&mut self) -> TokenKind {
        let start = self.at;
        self.bump('`');
        let body = self.rest();
        let end = body.find(['`', '\n']).unwrap_or(body.len());
        let Some(length) = Some(end).filter(|end| body.get(*end..).is_some_and(|rest| rest.starts_with('`'))) else {
            self.at += end;
            let span = Span::of(start, self.at);
            let problem = Problem::new(SegmentCode::UnclosedName, span, "found no closing backquote on this line");
            return self.invalid(problem.with_help("close the name: `name`"));
        };
        let name = body.get(..length).unwrap_or("").to_owned();
        self.at += length + 1;
        if is_quotable_name(&name) {
            return TokenKind::Name(name);
        }
        let span = Span::of(start, self.at);
        let problem = Problem::new(SegmentCode::InvalidName, span, "found backquotes without a usable name in them");
        self.invalid(problem.with_help("a name has at least one character and no control characters"))
    }

    fn parameter(&mut self) -> TokenKind {
        let start = self.at;
        self.bump('$');
        if self.peek().is_some_and(is_identifier_start) {
            return TokenKind::Parameter(self.identifier().to_owned());
        }
        let span = Span::of(start, self.at);
        let problem = Problem::new(SegmentCode::InvalidName, span, "found `$` without the name of a parameter");
        self.invalid(problem.with_help("write the name right behind it: `$since`"))
    }

    /// Whether a slash here begins a pattern rather than a division.
    fn follows_matches(&self) -> bool {
        self.tokens.last().is_some_and(|token| token.kind == TokenKind::Keyword(Keyword::Matches))
    }

    fn pattern(&mut self) -> TokenKind {
        let start = self.at;
        self.bump('/');
        while let Some(character) = self.peek().filter(|character| *character != '\n') {
            self.bump(character);
            match character {
                '/' => {
                    let raw = self.text.get(start + 1..self.at - 1).unwrap_or("");
                    return TokenKind::Regex(plain_slashes(raw));
                }
                '\\' => {
                    if let Some(escaped) = self.peek().filter(|character| *character != '\n') {
                        self.bump(escaped);
                    }
                }
                _ => {}
            }
        }
        let span = Span::of(start, self.at);
        let problem = Problem::new(SegmentCode::UnclosedPattern, span, "found no closing `/` on this line");
        self.invalid(problem.with_help("close the pattern: `matches /.../`; a slash inside it is \\/"))
    }

    fn number(&mut self) -> TokenKind {
        let start = self.at;
        let (length, read) = numeral::scan(self.rest());
        self.at += length;
        match read {
            Ok(kind) => kind,
            Err(fault) => self.invalid(fault.problem(Span::of(start, self.at), self.text)),
        }
    }

    fn identifier(&mut self) -> &'t str {
        let start = self.at;
        while let Some(character) = self.peek().filter(|&character| unicode_ident::is_xid_continue(character)) {
            self.bump(character);
        }
        self.text.get(start..self.at).unwrap_or("")
    }

    fn invalid(&mut self, problem: Problem) -> TokenKind {
        self.report(problem);
        TokenKind::Invalid
    }

    fn report(&mut self, problem: Problem) {
        if self.problems.len() < SegmentError::MAX_PROBLEMS {
            self.problems.push(problem);
        } else {
            self.truncated = true;
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Bytes up to the end of the line.
    fn line_rest(&self) -> usize {
        let rest = self.rest();
        rest.find('\n').unwrap_or(rest.len())
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self, character: char) {
        self.at += character.len_utf8();
    }
}

/// Whether a name can stand in backquotes.
pub(crate) fn is_quotable_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|character: char| character == '`' || character.is_control())
}

/// A pattern with each `\/` made `/`, which means the same; so a pattern in slashes and the same one in quotes are equal.
pub(crate) fn plain_slashes(pattern: &str) -> String {
    let mut plain = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character == '\\' {
            match characters.next() {
                Some('/') => plain.push('/'),
                Some(escaped) => plain.extend(['\\', escaped]),
                None => plain.push('\\'),
            }
        } else {
            plain.push(character);
        }
    }
    plain
}
