//! Saving questions under a name.

use super::Transaction;
use crate::error::{ErrorKind, Result};
use crate::model::shorten;
use crate::options::Options;
use crate::read::Read as _;
use crate::read::saved;
use crate::read::view::View as _;
use crate::rows;
use crate::schema::{Catalogue, QuestionDefinition, QuestionProblem, question_name};
use crate::segment::{self, AnyQuestion, QuestionSource};
use crate::store::question_count;

impl Transaction<'_> {
    /// Saves a question under a name, in the place of the one that has the name already, case aside; that one's description
    /// and folder stay. Gives the question as it was read. Its kind is that of the question itself: a text without a kind asks
    /// about contacts. Parameters stay parameters. White space around the name is dropped.
    ///
    /// It is saved in stable ids, so it asks the same after fields, options and tags are renamed. Takes time in proportion to
    /// its size.
    ///
    /// # Errors
    /// [`Segment`](ErrorKind::Segment), with every mistake in it; [`Question`](ErrorKind::Question) if the name can't be one, the
    /// question is too long or there are too many; [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    ///
    /// ```
    /// use contactdb::filter::tag;
    /// use contactdb::{Contact, Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.insert(&Contact::named("Ada", "Lovelace").tag("vip"))?;
    /// tx.save_question("VIPs", tag("vip"))?;
    /// tx.save_question("With title", "job_title = $title order by name limit 10")?;
    /// tx.commit()?;
    ///
    /// let snapshot = db.read()?;
    /// assert_eq!(snapshot.count(snapshot.saved_question("vips")?.segment())?, 1);
    /// let with_title = snapshot.saved_question("With title")?.typed::<Contact>().expect("of contacts");
    /// let bound = snapshot.bind(with_title.segment(), [("title", "Analyst".into())])?;
    /// assert!(snapshot.ask(&with_title.with_segment(&bound)).ids()?.is_empty());
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn save_question(&mut self, name: &str, source: impl QuestionSource) -> Result<AnyQuestion> {
        let limits = self.options.limits;
        let (question, mut definition) = checked(name, source, self.catalogue(), self.options)?;
        let name = definition.name.as_str();
        let before = rows::find_question(self.tables().0, name)?;
        if before.is_none() && u64::from(question_count(self.tables().0)?) >= limits.questions {
            return refuse(name, QuestionProblem::TooMany { max: limits.questions });
        }
        if let Some((_, before)) = &before {
            definition.description.clone_from(&before.description);
            definition.folder.clone_from(&before.folder);
            definition.unknown.clone_from(&before.unknown);
        }
        self.apply(|writer, _| rows::put_question(writer, before.as_ref(), &definition))?;
        Ok(question)
    }

    /// Gives a saved question another name, or its name another spelling.
    ///
    /// # Errors
    /// [`NoSuchQuestion`](ErrorKind::NoSuchQuestion); [`Question`](ErrorKind::Question) if the name can't be one or another
    /// question has it; [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    ///
    /// ```
    /// use contactdb::{Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.save_question("Hot", "stage = qualified")?;
    /// tx.rename_question("hot", "Ready to buy")?;
    /// assert_eq!(tx.saved_questions()?[0].name, "Ready to buy");
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn rename_question(&mut self, name: &str, to: &str) -> Result<()> {
        let before = saved::find(self.tables().0, name)?;
        let to = checked_name(to)?;
        let holder = rows::find_question(self.tables().0, to)?.filter(|(id, _)| *id != before.0);
        if let Some((_, other)) = holder {
            return refuse(to, QuestionProblem::Taken { other: other.name });
        }
        let after = QuestionDefinition { name: to.to_owned(), ..before.1.clone() };
        self.change_question(&before, &after)
    }

    /// Sets what people say about a saved question; `None` takes it away. At most as long as any text:
    /// [`Limits::text`](crate::Limits::text).
    ///
    /// # Errors
    /// [`NoSuchQuestion`](ErrorKind::NoSuchQuestion); [`Question`](ErrorKind::Question) if the description is too long;
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    pub fn describe_question(&mut self, name: &str, description: Option<&str>) -> Result<()> {
        let before = saved::find(self.tables().0, name)?;
        let mut after = before.1.clone();
        describe(&mut after, description, self.options.limits.text)?;
        self.change_question(&before, &after)
    }

    /// Sets the folder, the heading under which a saved question is listed; `None` takes it away. A folder is only its name:
    /// it is there as long as a question is in it.
    ///
    /// # Errors
    /// [`NoSuchQuestion`](ErrorKind::NoSuchQuestion); [`Question`](ErrorKind::Question) if the folder's name can't be one;
    /// [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    pub fn move_question(&mut self, name: &str, folder: Option<&str>) -> Result<()> {
        let before = saved::find(self.tables().0, name)?;
        let mut after = before.1.clone();
        file(&mut after, folder)?;
        self.change_question(&before, &after)
    }

    /// Deletes a saved question. Nothing of it is left.
    ///
    /// # Errors
    /// [`NoSuchQuestion`](ErrorKind::NoSuchQuestion); [`Corrupt`](ErrorKind::Corrupt), [`Io`](ErrorKind::Io).
    ///
    /// ```
    /// use contactdb::{Database, Read};
    /// let db = Database::in_memory()?;
    /// let mut tx = db.write()?;
    /// tx.save_question("Customers", "stage = customer")?;
    /// let mistyped = tx.delete_question("Custommers").unwrap_err();
    /// assert_eq!(mistyped.to_string(), "there is no saved question \"Custommers\"; did you mean \"Customers\"?");
    /// tx.delete_question("Customers")?;
    /// assert!(tx.saved_questions()?.is_empty());
    /// # Ok::<(), contactdb::Error>(())
    /// ```
    pub fn delete_question(&mut self, name: &str) -> Result<()> {
        let (id, question) = saved::find(self.tables().0, name)?;
        self.apply(|writer, _| rows::delete_question(writer, id, &question))
    }

    fn change_question(&mut self, before: &(u32, QuestionDefinition), after: &QuestionDefinition) -> Result<()> {
        self.apply(|writer, _| rows::put_question(writer, Some(before), after))
    }
}

/// A question as it was read, and as the file will hold it under that name.
pub(super) fn checked(
    name: &str,
    source: impl QuestionSource,
    catalogue: &Catalogue,
    options: &Options,
) -> Result<(AnyQuestion, QuestionDefinition)> {
    let name = checked_name(name)?;
    let syntax = &options.syntax;
    let question = segment::check_question(source.question_form(), None, catalogue, syntax)?;
    // A tree has limits of its own: what is saved must be read again.
    segment::check_question(question.question_form(), None, catalogue, syntax)?;
    // INVARIANT: a tree can be written as JSON, into memory; should it not be so, nothing is written.
    let tree = serde_json::to_string(&question.to_tree()).map_err(|error| ErrorKind::Io(Box::new(error)))?;
    let max = options.limits.long_text;
    if tree.len() as u64 > max {
        return refuse(name, QuestionProblem::TooLong { what: "question", max });
    }
    let definition = QuestionDefinition::new(name.to_owned(), question.segment().kind().0, tree);
    Ok((question, definition))
}

pub(super) fn describe(question: &mut QuestionDefinition, description: Option<&str>, max: u64) -> Result<()> {
    if description.is_some_and(|description| description.len() as u64 > max) {
        return refuse(&question.name, QuestionProblem::TooLong { what: "description", max });
    }
    question.description = description.filter(|description| !description.is_empty()).map(str::to_owned);
    Ok(())
}

pub(super) fn file(question: &mut QuestionDefinition, folder: Option<&str>) -> Result<()> {
    let to = folder.map(|folder| question_name(folder).ok_or_else(|| QuestionProblem::bad_folder(folder)));
    match to.transpose() {
        Ok(folder) => question.folder = folder.map(str::to_owned),
        Err(problem) => return refuse(&question.name, problem),
    }
    Ok(())
}

fn checked_name(name: &str) -> Result<&str> {
    match question_name(name) {
        Some(name) => Ok(name),
        None => refuse(name, QuestionProblem::BadName),
    }
}

pub(super) fn refuse<T>(name: &str, problem: QuestionProblem) -> Result<T> {
    Err(ErrorKind::Question { name: shorten(name), problem }.into())
}
