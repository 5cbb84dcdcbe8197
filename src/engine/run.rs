//! Steps run over the blocks of a chunk.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::mask::{Block, Chunk, Mask, has_any};
use super::naive::prepare::PreparedTest;
use super::naive::{Evaluator, Question};
use super::plan::{Node, plan};
use super::related::together;
use super::scope::{Scope, Shared};
use crate::index::place_of;
use crate::model::Kind;
use crate::rows::{self, InBlock};
use crate::store::{Result, StoreError, Table};

/// Which rows are asked about. Rows that are not there may be among them, and never among an answer.
#[derive(Clone, Copy)]
pub(super) enum Within<'m> {
    Every,
    These(&'m Mask),
}

impl Within<'_> {
    pub(super) fn block(&self, block: u32) -> Option<&Block> {
        match self {
            Self::Every => None,
            Self::These(mask) => mask.block(block),
        }
    }
}

/// A question that is being answered.
pub(super) struct Run<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) evaluator: Evaluator<'a>,
    /// What was found out of the records that paths lead to, by the place of the test in memory.
    pub(super) reached: RefCell<BTreeMap<usize, Rc<Mask>>>,
}

/// What a step finds. Both are boxed: a deep question has many of them on the stack.
pub(super) type Found = std::result::Result<Box<Mask>, Box<StoreError>>;

/// What costs more than that is not asked of rows that were found already.
const DEAR: u32 = 50;

/// Of more blocks than that, threads have parts of their own.
const SHARED: u32 = if cfg!(test) { 1 } else { 64 };

/// So many blocks at a time: the masks of a million rows take 125 KB each.
pub(super) const MOST: u32 = 256;

impl<'a> Run<'a> {
    pub(super) fn new(scope: &Scope<'a>) -> Self {
        Self { scope: scope.clone(), evaluator: scope.evaluator(), reached: RefCell::default() }
    }

    /// The rows of a question, chunk by chunk, until `each` says that it has enough. The first chunks are small if `few` are wanted.
    pub(super) fn chunks(
        &self,
        kind: Kind,
        question: &Question,
        few: bool,
        each: &mut dyn FnMut(Mask) -> Result<bool>,
    ) -> Result<()> {
        self.chunks_from(0, kind, question, few, each)
    }

    /// The same from the block of a row on.
    pub(super) fn chunks_from(
        &self,
        row: u32,
        kind: Kind,
        question: &Question,
        few: bool,
        each: &mut dyn FnMut(Mask) -> Result<bool>,
    ) -> Result<()> {
        let node = plan(self.scope.catalogue, kind, &question.condition);
        let all = Chunk::all(self.scope.rows(kind)?);
        if !few
            && row == 0
            && self.scope.threads > 1
            && all.blocks > SHARED
            && let Some(shared) = self.scope.shared()
        {
            return self.in_threads(kind, question, &node, &shared, all, each);
        }
        let mut chunk = Chunk { first: place_of(row).0, blocks: if few { 2 } else { MOST } };
        while chunk.first < all.blocks {
            chunk.blocks = chunk.blocks.min(all.blocks - chunk.first);
            if !each(self.answer(kind, question, &node, chunk)?)? {
                break;
            }
            chunk = Chunk { first: chunk.end(), blocks: (chunk.blocks * 4).min(MOST) };
        }
        Ok(())
    }

    /// A chunk for each thread at a time.
    fn in_threads(
        &self,
        kind: Kind,
        question: &Question,
        node: &Node<'_>,
        shared: &Shared<'a>,
        all: Chunk,
        each: &mut dyn FnMut(Mask) -> Result<bool>,
    ) -> Result<()> {
        let threads = u32::try_from(self.scope.threads).unwrap_or(u32::MAX).min(all.blocks);
        let chunks: Vec<Chunk> = all.parts(all.blocks.div_ceil(threads).min(MOST)).collect();
        for some in chunks.chunks(self.scope.threads) {
            let answers = std::thread::scope(|threads| {
                let begun: Vec<_> = some
                    .iter()
                    .skip(1)
                    .map(|chunk| threads.spawn(|| Run::new(&shared.scope()).answer(kind, question, node, *chunk)))
                    .collect();
                let first = some.first().map(|chunk| self.answer(kind, question, node, *chunk));
                // A panic of a thread is one of ours.
                let others = begun.into_iter().map(|thread| match thread.join() {
                    Ok(answer) => answer,
                    Err(panic) => std::panic::resume_unwind(panic),
                });
                first.into_iter().chain(others).collect::<Result<Vec<Mask>>>()
            })?;
            for answer in answers {
                if !each(answer)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The rows of a question in a chunk, those whose columns are not up to date among them.
    pub(super) fn answer(&self, kind: Kind, question: &Question, node: &Node<'_>, chunk: Chunk) -> Result<Mask> {
        self.scope.look(0)?;
        let mut found = self.node(kind, node, chunk, Within::Every).map_err(|error| *error)?;
        for row in self.scope.fresh(kind).iter().filter(|row| chunk.has(**row)) {
            self.scope.look(1)?;
            let matches = match self.scope.record(kind, *row)? {
                Some(record) => self.evaluator.matches(question, &record)?,
                None => false,
            };
            found.set(*row, matches);
        }
        Ok(*found)
    }

    /// The rows of a step among others. What it says of rows whose columns are not up to date means nothing.
    ///
    /// Recursion is safe: a plan is no deeper than the question, and that no deeper than the parser allows; what takes room on the
    /// stack stands in functions of its own.
    pub(super) fn node(&self, kind: Kind, node: &Node<'_>, chunk: Chunk, within: Within<'_>) -> Found {
        match node {
            Node::And(nodes) => self.and(kind, nodes, chunk, within),
            Node::Or(nodes) => self.or(kind, nodes, chunk, within),
            Node::Not(of) => self.not(kind, of, chunk, within),
            step => self.step(kind, step, chunk, within),
        }
    }

    fn not(&self, kind: Kind, of: &Node<'_>, chunk: Chunk, within: Within<'_>) -> Found {
        let mut all = self.boxed(kind, chunk, within)?;
        let not = self.node(kind, of, chunk, Within::These(&all))?;
        all.without(&not);
        Ok(all)
    }

    fn and(&self, kind: Kind, nodes: &[Node<'_>], chunk: Chunk, within: Within<'_>) -> Found {
        let mut rest = nodes;
        let mut left = self.next(kind, &mut rest, chunk, within)?;
        while !rest.is_empty() && !left.is_empty() {
            left = self.next(kind, &mut rest, chunk, Within::These(&left))?;
        }
        Ok(left)
    }

    /// The rows of the first of some steps, which is taken off them, or of the first few that are answered together; of no step all.
    fn next(&self, kind: Kind, nodes: &mut &[Node<'_>], chunk: Chunk, within: Within<'_>) -> Found {
        let Some((some, rest)) = nodes.split_at_checked(together(nodes).max(1)) else {
            return self.boxed(kind, chunk, within);
        };
        *nodes = rest;
        match some {
            [node] => self.node(kind, node, chunk, within),
            some => self.related(kind, some, chunk, within).map(Box::new).map_err(Box::new),
        }
    }

    fn or(&self, kind: Kind, nodes: &[Node<'_>], chunk: Chunk, within: Within<'_>) -> Found {
        let mut found = Box::new(Mask::none(chunk));
        let mut rest: Option<Box<Mask>> = None;
        for node in nodes {
            // What was found already is not asked again, if the asking is dear.
            if node.cost() > DEAR && !found.is_empty() {
                rest = Some(self.left(kind, &found, within)?);
            }
            let next = self.node(kind, node, chunk, rest.as_deref().map_or(within, Within::These))?;
            found.or(&next);
        }
        Ok(found)
    }

    /// The rows that are asked about and were not found.
    fn left(&self, kind: Kind, found: &Mask, within: Within<'_>) -> Found {
        let mut left = self.boxed(kind, found.chunk, within)?;
        left.without(found);
        Ok(left)
    }

    fn boxed(&self, kind: Kind, chunk: Chunk, within: Within<'_>) -> Found {
        self.all(kind, chunk, within).map(Box::new).map_err(Box::new)
    }

    /// A step that has none beneath it.
    fn step(&self, kind: Kind, node: &Node<'_>, chunk: Chunk, within: Within<'_>) -> Found {
        let found = match node {
            Node::Tags(tags) => self.tags(kind, tags, chunk, within),
            Node::Own(test) => self.own(kind, test, chunk, within),
            Node::Related(_) => self.related(kind, std::slice::from_ref(node), chunk, within),
            Node::Elements(block, prepared, needs) => self.elements(kind, block, (prepared, needs), chunk, within),
            Node::Records(prepared, needs) => self.records(kind, prepared, needs, chunk, within),
            Node::All | Node::And(_) | Node::Or(_) | Node::Not(_) => self.all(kind, chunk, within),
        };
        found.map(Box::new).map_err(Box::new)
    }

    fn own(&self, kind: Kind, test: &PreparedTest, chunk: Chunk, within: Within<'_>) -> Result<Mask> {
        let mut found = self.found(test, chunk, within)?;
        if test.negated {
            let mut all = self.all(kind, chunk, within)?;
            all.without(&found);
            return Ok(all);
        }
        if let Within::These(these) = within {
            found.and(these);
        }
        Ok(found)
    }

    /// The rows that there are, as far as they are asked about.
    pub(super) fn all(&self, kind: Kind, chunk: Chunk, within: Within<'_>) -> Result<Mask> {
        if let Within::These(these) = within {
            return Ok(these.clone());
        }
        let mut all = Mask::none(chunk);
        for entry in rows::walk_column(self.scope.source, Table::Present, (kind, rows::ALIVE), chunk.range())? {
            let InBlock { block, key, value } = entry?;
            if let Some(own) = all.block_mut(block) {
                own.copy_from_slice(rows::read_present(&key, &value)?.words());
            }
        }
        // Rows that were never in a column may be asked about elsewhere.
        for row in self.scope.fresh(kind).iter().filter(|row| chunk.has(**row)) {
            all.set(*row, true);
        }
        Ok(all)
    }

    fn tags(&self, kind: Kind, tags: &[u32], chunk: Chunk, within: Within<'_>) -> Result<Mask> {
        let mut found = Mask::none(chunk);
        for tag in tags {
            for entry in rows::walk_tagged(self.scope.source, *tag, kind, chunk.range())? {
                let InBlock { block, key, value } = entry?;
                if within.block(block).is_none_or(has_any)
                    && let Some(own) = found.block_mut(block)
                {
                    let posting = rows::read_tag_rows(&key, &value)?;
                    own.iter_mut().zip(posting.words()).for_each(|(own, rows)| *own |= rows);
                }
            }
        }
        if let Within::These(these) = within {
            found.and(these);
        }
        Ok(found)
    }
}
