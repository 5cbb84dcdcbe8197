//! What could be written next: proposals for an editor.
//!
//! The parser itself says what could stand at the cursor, so that proposals and the grammar can't come apart; here that
//! becomes names out of the catalogue.

use std::collections::HashSet;

use super::check::{Scopes, Target};
use super::lexer::tokenise;
use super::limits::SyntaxLimits;
use super::operator::{Family, Operator};
use super::parser::{UNITS, Want, wants_at_end};
use super::span::Span;
use super::syntax::{Expression, Literal, LiteralKind, Name, Path, Unit};
use super::text::word_or_text;
use super::token::TokenKind;
use super::words;
use crate::model::{Consent, Kind, ValueType};
use crate::schema::{Attribute, Catalogue};

/// The most proposals.
const MOST: usize = 150;

/// What could be written at a place in a text; from [`Read::complete`](crate::Read::complete).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Completion {
    /// What a proposal takes the place of: the word at the cursor, or nothing.
    pub span: Span,
    /// The proposals, the likeliest first; at most 150. Those that begin with the word at the cursor come before those that
    /// contain it.
    pub proposals: Vec<Proposal>,
}

/// Something that could be written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proposal {
    /// What to write, with quotes and backquotes where they are needed.
    pub text: String,
    /// What people call it: the label of a field or an option.
    pub label: String,
    /// What it is.
    pub kind: ProposalKind,
}

/// What a proposal is: for an icon, or to group a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProposalKind {
    /// A kind of records, with `where`.
    Records,
    /// An attribute.
    Attribute,
    /// A function of an attribute.
    Function,
    /// An operator.
    Operator,
    /// An option of a choice.
    Option,
    /// A tag.
    Tag,
    /// A value such as `today`.
    Value,
    /// A unit of time.
    Unit,
    /// A word of the language.
    Word,
}

/// Proposals for `text` at `cursor`, an offset in bytes. Takes time in proportion to the length of the text up to there and to
/// the number of names in the catalogue.
pub(crate) fn complete(text: &str, cursor: usize, catalogue: &Catalogue, limits: &SyntaxLimits) -> Completion {
    let cursor = (0..=cursor.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let head = text.get(..cursor).unwrap_or_default();
    if head.len() > limits.max_bytes() {
        return Completion::default();
    }
    let Some((start, typed)) = word_at_end(head) else { return Completion::default() };
    let tail = text.get(cursor..).unwrap_or_default();
    let rest: usize = tail.chars().take_while(|c| unicode_ident::is_xid_continue(*c)).map(char::len_utf8).sum();
    let end = if typed.is_empty() { cursor } else { cursor + rest };

    let (kind, wants) = wants_at_end(head.get(..start).unwrap_or_default(), limits);
    let kind = kind.and_then(|name| catalogue.kind_named(&name.text)).map_or(Kind::CONTACT, |entry| entry.kind);
    let mut proposer = Proposer { catalogue, kind, limits, proposals: Vec::new() };
    for want in &wants {
        proposer.propose(want);
    }
    Completion { span: Span::of(start, end), proposals: chosen(proposer.proposals, &typed) }
}

/// Where the word that is being written begins, and what of it is written; `None` where nothing can be proposed, as in a
/// comment.
fn word_at_end(head: &str) -> Option<(usize, String)> {
    let line = head.rsplit('\n').next().unwrap_or_default();
    let lexed = tokenise(head, usize::MAX - 2);
    let last = lexed.tokens.iter().rev().find(|token| token.kind != TokenKind::End);
    let after = last.map_or(0, |token| token.span.end as usize);
    if head.get(after..).is_some_and(|behind| behind.contains("//")) && line.contains("//") {
        return None;
    }
    let Some(last) = last.filter(|_| after == head.len()) else { return Some((head.len(), String::new())) };
    let start = last.span.start as usize;
    let written = last.span.slice(head);
    match &last.kind {
        TokenKind::Word | TokenKind::Keyword(_) => Some((start, written.to_owned())),
        // A text or a name that is not closed yet.
        TokenKind::Invalid if written.starts_with(['"', '\'', '`']) => {
            Some((start, written.get(1..).unwrap_or_default().to_owned()))
        }
        // What is proposed would grow together with it.
        TokenKind::Invalid
        | TokenKind::Number(_)
        | TokenKind::Date(_)
        | TokenKind::DateTime(_)
        | TokenKind::Parameter(_) => None,
        _ => Some((head.len(), String::new())),
    }
}

/// Those that go on from what is typed, the likeliest first, each once.
fn chosen(all: Vec<Proposal>, typed: &str) -> Vec<Proposal> {
    let typed = typed.to_lowercase();
    let rank = |proposal: &Proposal| {
        let text = proposal.text.trim_start_matches(['"', '`']).to_lowercase();
        let label = proposal.label.to_lowercase();
        match () {
            () if text.starts_with(&typed) => Some(0),
            () if label.starts_with(&typed) => Some(1),
            () if text.contains(&typed) || label.contains(&typed) => Some(2),
            () => None,
        }
    };
    let mut ranked: Vec<(u8, Proposal)> = all.into_iter().filter_map(|one| Some((rank(&one)?, one))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut seen = HashSet::new();
    let new = |proposal: &Proposal| seen.insert(proposal.text.clone());
    ranked.into_iter().map(|(_, proposal)| proposal).filter(new).take(MOST).collect()
}

struct Proposer<'c> {
    catalogue: &'c Catalogue,
    kind: Kind,
    limits: &'c SyntaxLimits,
    proposals: Vec<Proposal>,
}

impl<'c> Proposer<'c> {
    fn push(&mut self, kind: ProposalKind, text: impl Into<String>, label: impl Into<String>) {
        self.proposals.push(Proposal { text: text.into(), label: label.into(), kind });
    }

    fn words(&mut self, words: &[&str]) {
        for word in words {
            self.push(ProposalKind::Word, *word, *word);
        }
    }

    fn propose(&mut self, want: &Want) {
        match want {
            Want::Kind => {
                for entry in self.catalogue.kinds() {
                    self.push(ProposalKind::Records, format!("{} where", entry.plural), &*entry.plural);
                }
            }
            Want::Condition { blocks } => self.condition(blocks),
            Want::Step { before, blocks } => {
                let attributes = self.scopes(blocks).and_then(|scopes| scopes.attributes(before.as_ref()));
                for (name, attribute) in attributes.unwrap_or_default() {
                    if attribute.value_type != ValueType::Group {
                        self.push(ProposalKind::Attribute, written_key(&name), &*attribute.label);
                    }
                }
            }
            Want::Quantified { blocks } => {
                let attributes = self.scopes(blocks).and_then(|scopes| scopes.attributes(None));
                for (name, attribute) in attributes.unwrap_or_default() {
                    let name = written_key(&name);
                    if attribute.value_type == ValueType::Group {
                        self.push(ProposalKind::Attribute, format!("{name} ("), &*attribute.label);
                    } else if attribute.many {
                        self.push(ProposalKind::Attribute, name, &*attribute.label);
                    }
                }
            }
            Want::Label { blocks } => {
                let attributes = self.scopes(blocks).and_then(|scopes| scopes.attributes(None));
                for (_, attribute) in attributes.unwrap_or_default() {
                    if attribute.value_type != ValueType::Group {
                        self.push(
                            ProposalKind::Attribute,
                            Literal { kind: LiteralKind::Text(attribute.label.to_string()), span: Span::default() }
                                .to_string(),
                            &*attribute.label,
                        );
                    }
                }
            }
            Want::Operator { about, quantified, blocks } => self.operators(about, *quantified, blocks),
            Want::Value { about: None, .. } => self.tags(),
            Want::Value { about: Some(about), blocks } => {
                if let Some(target) = self.target(about, blocks) {
                    self.values(target);
                }
            }
            Want::List { about, blocks } => {
                let target = about.as_ref().and_then(|about| self.target(about, blocks));
                if target.is_some_and(|target| target.family.allows(Operator::InPeriod)) {
                    self.words(&["last", "next", "this", "previous", "following"]);
                }
                if target.is_none_or(|target| target.family.allows(Operator::In)) {
                    self.words(&["["]);
                }
            }
            Want::Connective { closing } => {
                self.words(if *closing { &[")", "and", "or"] } else { &["and", "or", "order by", "limit"] });
            }
            Want::Unit { calendar, about, blocks } => {
                let target = about.as_ref().and_then(|about| self.target(about, blocks));
                let whole_days = *calendar || target.is_some_and(|target| target.family != Family::DateTime);
                for (one, many, unit) in UNITS {
                    if !(whole_days && matches!(unit, Unit::Minute | Unit::Hour)) {
                        self.push(ProposalKind::Unit, if *calendar { one } else { many }, one);
                    }
                }
            }
            Want::Channel => self.options(self.catalogue.consent_part(self.kind, Consent::CHANNEL)),
            Want::Purpose => self.options(self.catalogue.consent_part(self.kind, Consent::PURPOSE)),
            Want::Words(words) => self.words(words),
        }
    }

    fn scopes(&self, blocks: &[Path]) -> Option<Scopes<'c>> {
        Scopes::inside(self.catalogue, self.limits, self.kind, blocks)
    }

    fn target(&self, about: &Expression, blocks: &[Path]) -> Option<Target<'c>> {
        self.scopes(blocks)?.target(about)
    }

    fn condition(&mut self, blocks: &[Path]) {
        let attributes = self.scopes(blocks).and_then(|scopes| scopes.attributes(None)).unwrap_or_default();
        for (name, attribute) in attributes {
            let name = written_key(&name);
            if attribute.value_type == ValueType::Group {
                self.push(ProposalKind::Attribute, format!("any {name} ("), &*attribute.label);
            } else {
                self.push(ProposalKind::Attribute, name, &*attribute.label);
            }
        }
        if blocks.is_empty() {
            self.words(&["not", "tag"]);
            if self.catalogue.kind(self.kind).is_some_and(|entry| entry.consent.is_some()) {
                self.words(&["may"]);
            }
            self.words(&["any", "every", "no", "all"]);
        } else {
            self.words(&["not", "outer."]);
        }
        for function in ["count(", "month(", "year(", "weekday("] {
            self.push(ProposalKind::Function, function, function);
        }
    }

    fn operators(&mut self, about: &Expression, quantified: bool, blocks: &[Path]) {
        let Some(target) = self.target(about, blocks) else { return };
        if quantified && target.family == Family::Group {
            return self.words(&["("]);
        }
        for operator in Operator::ALL.iter().copied() {
            let fits = target.family.allows(operator) && (target.many || !operator.needs_many());
            if !fits || (quantified && (!operator.is_of_one() || operator.is_negated())) {
                continue;
            }
            let texts: &[&str] = match operator {
                Operator::Holds => &["and", "or"],
                Operator::Block => &[],
                Operator::InPeriod => &["in last", "in next", "in this", "in previous", "in following"],
                Operator::NotInPeriod => &["not in last"],
                Operator::In => &["in ["],
                Operator::NotIn => &["not in ["],
                other => &[other.as_str()],
            };
            for text in texts {
                self.push(ProposalKind::Operator, *text, *text);
            }
        }
    }

    fn values(&mut self, target: Target<'_>) {
        match target.family.element() {
            Family::Choice => self.options(Some(target.attribute)),
            Family::Tags => self.tags(),
            Family::Boolean => self.values_of(&["true", "false"]),
            Family::Date | Family::PartialDate | Family::Anniversary => {
                self.values_of(&["today", "yesterday", "tomorrow"]);
            }
            Family::DateTime => self.values_of(&["now", "today", "yesterday", "tomorrow"]),
            Family::Weekday => self.values_of(&words::WEEKDAYS),
            Family::Month => self.values_of(&words::MONTHS),
            _ => {}
        }
    }

    fn options(&mut self, choice: Option<&Attribute>) {
        let all = choice.into_iter().flat_map(|choice| &choice.options);
        for option in all.filter(|option| !option.archived) {
            let text = Literal { kind: LiteralKind::Word(option.key.to_string()), span: Span::default() };
            self.push(ProposalKind::Option, text.to_string(), &*option.label);
        }
    }

    fn values_of(&mut self, values: &[&str]) {
        for value in values {
            self.push(ProposalKind::Value, *value, *value);
        }
    }

    fn tags(&mut self) {
        for tag in self.catalogue.tags() {
            self.push(ProposalKind::Tag, word_or_text(tag.as_str()).to_string(), tag.as_str());
        }
    }
}

/// A key as a path would have it.
fn written_key(key: &str) -> String {
    Name { text: key.to_owned(), span: Span::default() }.to_string()
}

impl Completion {
    /// The text with a proposal in its place. An unclosed quote before it is taken over.
    #[must_use]
    pub fn apply(&self, text: &str, proposal: &Proposal) -> String {
        let before = text.get(..self.span.start as usize).unwrap_or_default();
        let after = text.get(self.span.end as usize..).unwrap_or_default();
        format!("{before}{}{after}", proposal.text)
    }
}
