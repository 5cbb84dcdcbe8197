//! Questions that the database keeps under a name.

use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::model::{Kind, nearest, shorten};
use crate::rows;
use crate::schema::{Catalogue, QuestionDefinition, question_name};
use crate::segment::{self, AnyQuestion, QuestionSource as _, QuestionTree, SyntaxLimits};
use crate::store::{Source, StoreError, Table};

/// A question that the database keeps under a name; from [`Read::saved_questions`](crate::Read::saved_questions).
///
/// ```
/// use contactdb::{Database, Kind, Read};
/// let db = Database::in_memory()?;
/// let mut tx = db.write()?;
/// tx.save_question("Largest companies", "companies where all order by employees desc limit 10")?;
/// tx.move_question("Largest companies", Some("Sales"))?;
/// let saved = tx.saved_questions()?;
/// assert_eq!((saved[0].name.as_str(), saved[0].kind), ("Largest companies", Kind::COMPANY));
/// assert_eq!(saved[0].folder.as_deref(), Some("Sales"));
/// let text = saved[0].to_text(tx.catalogue());
/// assert_eq!(text.as_deref(), Some("companies where all order by employees desc limit 10"));
/// # Ok::<(), contactdb::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SavedQuestion {
    /// The name as it was last spelt.
    pub name: String,
    /// The kind of record that it is about.
    pub kind: Kind,
    /// What people say about it.
    pub description: Option<String>,
    /// The heading under which it is listed.
    pub folder: Option<String>,
    /// What it asks, unchecked; `None` if a newer version of the crate saved it.
    pub tree: Option<QuestionTree>,
}

impl SavedQuestion {
    /// The question as text, with the names that fields, options and tags have in that catalogue; also of one that can't be
    /// asked since something in it is archived. `None` if a newer version of the crate saved it. Takes time in proportion to
    /// the length of the text.
    #[must_use]
    pub fn to_text(&self, catalogue: &Catalogue) -> Option<String> {
        self.tree.as_ref().map(|tree| tree.to_text(catalogue))
    }
}

/// A tree in the file.
enum Kept {
    Known(QuestionTree),
    Newer(u32),
}

/// What can be read of a tree of any version. Whatever else stands in it is passed over without recursion.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

fn kept(id: u32, question: &QuestionDefinition) -> Result<Kept> {
    let corrupt = |reason| Error::from(StoreError::corrupt(Table::Questions, &rows::question_key(id), reason));
    let Versioned { version } = serde_json::from_str(&question.tree).map_err(|_| corrupt("not a question"))?;
    if version > QuestionTree::VERSION {
        return Ok(Kept::Newer(version));
    }
    // What reads a tree bounds its depth itself, whether or not the reader of JSON does.
    let tree: QuestionTree = serde_json::from_str(&question.tree).map_err(|_| corrupt("not a question"))?;
    if i64::from(tree.kind().0) == question.kind {
        Ok(Kept::Known(tree))
    } else {
        Err(corrupt("the question is about another kind of records"))
    }
}

/// Fails if the tree of a question can't be read by this version and does not say that it is a newer one.
pub(crate) fn readable(id: u32, question: &QuestionDefinition) -> Result<()> {
    kept(id, question).map(drop)
}

/// All saved questions by name.
pub(crate) fn list(source: &dyn Source) -> Result<Vec<SavedQuestion>> {
    let listed = |(id, question): (u32, QuestionDefinition)| {
        let tree = match kept(id, &question)? {
            Kept::Known(tree) => Some(tree),
            Kept::Newer(_) => None,
        };
        let kind = u16::try_from(question.kind).map_err(|_| {
            StoreError::corrupt(Table::Questions, &rows::question_key(id), "not the number of a kind of records")
        })?;
        let QuestionDefinition { name, description, folder, .. } = question;
        Ok(SavedQuestion { name, kind: Kind(kind), description, folder, tree })
    };
    rows::all_questions(source)?.into_iter().map(listed).collect()
}

/// The question of that name as the file holds it, with its id.
pub(crate) fn find(source: &dyn Source, name: &str) -> Result<(u32, QuestionDefinition)> {
    if let Some(name) = question_name(name)
        && let Some(found) = rows::find_question(source, name)?
    {
        return Ok(found);
    }
    let all = rows::all_questions(source)?;
    let near = nearest(name.trim(), all.iter().map(|(_, question)| question.name.as_str()));
    Err(ErrorKind::NoSuchQuestion { name: shorten(name), nearest: near.map(str::to_owned) }.into())
}

/// The question of that name, checked.
pub(crate) fn ask(
    source: &dyn Source,
    catalogue: &Catalogue,
    limits: &SyntaxLimits,
    name: &str,
) -> Result<AnyQuestion> {
    let (id, question) = find(source, name)?;
    match kept(id, &question)? {
        Kept::Known(tree) => Ok(segment::check_question(tree.question_form(), None, catalogue, limits)?),
        Kept::Newer(found) => {
            let supported = QuestionTree::VERSION;
            Err(ErrorKind::NewerQuestion { name: question.name, found, supported }.into())
        }
    }
}

#[cfg(test)]
mod tests;
