//! Saved questions: each under an id that stays, found by its folded name.

use super::load::definition;
use super::save::put_definition;
use crate::model::key_fold;
use crate::schema::QuestionDefinition;
use crate::store::{
    Key, KeyReader, Result, Source, StoreError, Table, Writer, next_question, question_count, scan, seal,
    set_next_question, set_question_count, unseal,
};

/// The key of a question.
pub(crate) fn question_key(id: u32) -> Vec<u8> {
    Key::new().u32(id).build()
}

fn name_key(name: &str) -> Vec<u8> {
    Key::new().text(&key_fold(name)).build()
}

/// The question of that name, case aside, with its id. Two look-ups.
pub(crate) fn find_question(source: &dyn Source, name: &str) -> Result<Option<(u32, QuestionDefinition)>> {
    let key = name_key(name);
    let Some(value) = source.get(Table::QuestionNames, &key)? else { return Ok(None) };
    named(source, &key, &value).map(Some)
}

/// All questions in the order of their folded names. Fails if there are fewer or more than the file counts.
pub(crate) fn all_questions(source: &dyn Source) -> Result<Vec<(u32, QuestionDefinition)>> {
    let mut found = Vec::new();
    // No text in UTF-8 begins with such a byte.
    for row in scan(source, Table::QuestionNames, Vec::new(), vec![0xFF]) {
        let (key, value) = row?;
        found.push(named(source, &key, &value)?);
    }
    if found.len() as u64 != u64::from(question_count(source)?) {
        return Err(StoreError::corrupt(Table::QuestionNames, &[], "not as many questions as are counted"));
    }
    Ok(found)
}

/// The question that a name leads to.
fn named(source: &dyn Source, name_key_: &[u8], value: &[u8]) -> Result<(u32, QuestionDefinition)> {
    let corrupt = |reason| StoreError::corrupt(Table::QuestionNames, name_key_, reason);
    let mut reader = KeyReader(unseal(Table::QuestionNames, name_key_, value)?);
    let id = reader.u32().ok_or_else(|| corrupt("not the id of a question"))?;
    let key = question_key(id);
    let value = source.get(Table::Questions, &key)?.ok_or_else(|| corrupt("the question is missing"))?;
    let question: QuestionDefinition = definition(Table::Questions, &key, &value)?;
    if name_key(&question.name) != name_key_ {
        return Err(corrupt("the question has another name"));
    }
    Ok((id, question))
}

/// Stores a question: a new one, or what becomes of one that is there.
pub(crate) fn put_question(
    writer: &mut Writer,
    before: Option<&(u32, QuestionDefinition)>,
    question: &QuestionDefinition,
) -> Result<()> {
    let id = if let Some((id, before)) = before {
        writer.delete(Table::QuestionNames, name_key(&before.name));
        *id
    } else {
        let (id, count) = (next_question(writer)?, question_count(writer)?);
        set_next_question(writer, id.saturating_add(1));
        set_question_count(writer, count.saturating_add(1));
        id
    };
    let key = name_key(&question.name);
    let value = seal(&key, &question_key(id));
    writer.put(Table::QuestionNames, key, value);
    put_definition(writer, Table::Questions, question_key(id), question);
    Ok(())
}

/// Stores a question under a number of its own; false if that or its name is taken.
pub(crate) fn restore_question(writer: &mut Writer, id: u32, question: &QuestionDefinition) -> Result<bool> {
    let (key, name) = (question_key(id), name_key(&question.name));
    if writer.get(Table::Questions, &key)?.is_some() || writer.get(Table::QuestionNames, &name)?.is_some() {
        return Ok(false);
    }
    let (next, count) = (next_question(writer)?, question_count(writer)?);
    set_next_question(writer, next.max(id.saturating_add(1)));
    set_question_count(writer, count.saturating_add(1));
    let value = seal(&name, &key);
    writer.put(Table::QuestionNames, name, value);
    put_definition(writer, Table::Questions, key, question);
    Ok(true)
}

/// Takes a question away. Its id is never used again.
pub(crate) fn delete_question(writer: &mut Writer, id: u32, question: &QuestionDefinition) -> Result<()> {
    let count = question_count(writer)?;
    set_question_count(writer, count.saturating_sub(1));
    writer.delete(Table::QuestionNames, name_key(&question.name));
    writer.delete(Table::Questions, question_key(id));
    Ok(())
}
