//! The table of words, brought up to date with the records.

use std::collections::{BTreeMap, HashMap};

use super::columns::{ALIVE, column_key, present, read_column};
use super::load::{Row, row_key};
use crate::index::{
    Class, Classes, Element, Layout, Posting, Unit, WordSet, add_words_of, classes_of, has_long, kept_words, place_of,
    word_key,
};
use crate::model::{Kind, Values};
use crate::schema::Catalogue;
use crate::store::{Changed, Result, Source, StoreError, Table, Writer, seal, unseal};

/// The words of the rows of a block, and who has them: by sort of words, from the first of [`Class::ALL`] on.
#[derive(Debug, Default)]
pub(super) struct Words([Texts; Class::ALL.len()]);

/// Those of one sort. Names and titles come again and again: each is taken apart once, when the block is written.
#[derive(Debug, Default)]
struct Texts {
    /// The rows that have a text.
    whole: HashMap<String, Vec<u16>>,
    /// The rows that have a word of a text that is too long to be kept, or hardly ever comes twice.
    apart: HashMap<String, Vec<u16>>,
}

impl Words {
    /// Takes in the words of a record. Rows come in ascending order.
    pub(super) fn add(&mut self, classes: &Classes, place: u16, values: &Values) {
        classes.each_text(values, &mut |_, class, text| {
            let Some(own) = self.0.get_mut(class as usize - Class::Name as usize) else { return };
            if class != Class::Email && text.len() <= MAX_WHOLE {
                return match own.whole.get_mut(text) {
                    Some(places) => places.push(place),
                    None => drop(own.whole.insert(text.to_owned(), vec![place])),
                };
            }
            for word in kept_words(class, text) {
                match own.apart.get_mut(&word) {
                    Some(places) => places.push(place),
                    None => drop(own.apart.insert(word, vec![place])),
                }
            }
        });
    }

    /// Hands out the entries of the table of words for a block, and is empty then.
    pub(super) fn write(&mut self, kind: Kind, block: u32, each: &mut dyn FnMut(Table, Vec<u8>, Vec<u8>)) {
        self.each(kind, block, &mut |key, places| {
            let value = seal(&key, &Posting::encode_places(&places));
            each(Table::Words, key, value);
        });
    }

    /// Hands out each word as its key and who has it, and is empty then.
    pub(super) fn each(&mut self, kind: Kind, block: u32, each: &mut dyn FnMut(Vec<u8>, Vec<u16>)) {
        for (class, Texts { whole, apart }) in Class::ALL.into_iter().zip(&mut self.0) {
            for (text, places) in whole.drain() {
                for word in kept_words(class, &text) {
                    match apart.get_mut(&word) {
                        Some(own) => own.extend_from_slice(&places),
                        None => drop(apart.insert(word, places.clone())),
                    }
                }
            }
            for (word, mut places) in apart.drain() {
                if !places.is_sorted_by(|one, next| one < next) {
                    places.sort_unstable();
                    places.dedup();
                }
                each(word_key(kind, class, &word, block), places);
            }
        }
    }
}

/// The longest text that is kept as it is until its block is written, in bytes.
const MAX_WHOLE: usize = 256;

/// Reads which rows of a block have a word.
pub(crate) fn read_posting(key: &[u8], value: &[u8]) -> Result<Posting> {
    let body = unseal(Table::Words, key, value)?;
    Posting::decode(body).map_err(|reason| StoreError::corrupt(Table::Words, key, reason))
}

/// Before a record is changed or goes: keeps the words of its long texts, which no column says, if the table of words still has
/// them and will not find them in the record any more.
pub(super) fn keep_former(
    writer: &mut Writer,
    catalogue: &Catalogue,
    kind: Kind,
    before: &Row,
    after: &Values,
) -> Result<()> {
    if !has_long(&before.values) && !has_long(after) {
        return Ok(());
    }
    let Some(entry) = catalogue.kind(kind) else { return Ok(()) };
    let classes = Classes::of(entry.attributes());
    let (old, new) = (classes.words_of_long(&before.values), classes.words_of_long(after));
    if old == new {
        return Ok(());
    }
    let key = row_key(kind, before.row);
    // What was kept first is what the table of words has.
    if writer.get(Table::Former, &key)?.is_none() {
        let value = seal(&key, &encode(&old));
        writer.put(Table::Former, key, value);
    }
    Ok(())
}

fn encode(words: &WordSet) -> Vec<u8> {
    let mut out = Vec::new();
    for (class, word) in words {
        out.push(*class as u8);
        out.extend_from_slice(word.as_bytes());
        out.push(0);
    }
    out
}

fn decode(bytes: &[u8]) -> Option<WordSet> {
    let Some(body) = bytes.strip_suffix(&[0]) else { return bytes.is_empty().then(WordSet::new) };
    let one = |word: &[u8]| {
        let (code, word) = word.split_first()?;
        let class = Class::ALL.into_iter().find(|class| *class as u8 == *code)?;
        Some((class, str::from_utf8(word).ok()?.to_owned()))
    };
    body.split(|byte| *byte == 0).map(one).collect()
}

fn former(source: &dyn Source, key: &[u8]) -> Result<Option<WordSet>> {
    source.get(Table::Former, key)?.map(|value| read_former(key, &value)).transpose()
}

/// Reads the words that were kept of a row.
pub(super) fn read_former(key: &[u8], value: &[u8]) -> Result<WordSet> {
    let words = decode(unseal(Table::Former, key, value)?);
    words.ok_or_else(|| StoreError::corrupt(Table::Former, key, "not a list of words"))
}

/// Brings the words of some rows of a block up to date. Called while the columns of the block still say what they said.
pub(super) fn merge_words(
    writer: &mut Writer,
    layout: &Layout,
    block: u32,
    rows: &[(u32, Changed, Option<Row>)],
) -> Result<()> {
    let units: Vec<(&Unit, Vec<(u8, Class)>)> =
        layout.units.iter().map(|unit| (unit, classes_of(unit))).filter(|(_, classes)| !classes.is_empty()).collect();
    let concerned = rows.iter().filter(|(_, changed, record)| {
        changed.all || record.is_none() || units.iter().any(|(unit, _)| changed.these.contains(&unit.attribute.id))
    });
    let concerned: Vec<_> = concerned.collect();
    if concerned.is_empty() {
        return Ok(());
    }
    let alive = present(writer, &column_key(layout.kind, ALIVE, block))?.unwrap_or_else(Posting::new);
    let is_known = |row: u32| alive.contains(place_of(row).1);
    let mut known: BTreeMap<u32, WordSet> = BTreeMap::new();
    if concerned.iter().any(|(row, ..)| is_known(*row)) {
        known = concerned.iter().map(|(row, ..)| (u32::from(place_of(*row).1), WordSet::new())).collect();
        for (unit, classes) in &units {
            let elements: Vec<(u32, Element)> = unit.read(&mut |id| read_column(writer, layout.kind, id, block))?;
            for (place, element) in &elements {
                if let Some(set) = known.get_mut(place) {
                    add_words_of(set, classes, element);
                }
            }
        }
    }
    let mut changes: HashMap<(Class, String), Vec<(u16, bool)>> = HashMap::new();
    for (row, _, record) in concerned {
        let place = place_of(*row).1;
        let key = row_key(layout.kind, *row);
        let kept = former(writer, &key)?;
        let after = record.as_ref().map(|record| layout.classes.words_of(&record.values)).unwrap_or_default();
        let mut before = WordSet::new();
        if is_known(*row) {
            before.append(known.entry(u32::from(place)).or_default());
            let long = || record.as_ref().map(|record| layout.classes.words_of_long(&record.values));
            before.extend(kept.clone().or_else(long).unwrap_or_default());
        }
        if kept.is_some() {
            writer.delete(Table::Former, key);
        }
        for word in before.difference(&after) {
            changes.entry(word.clone()).or_default().push((place, false));
        }
        if before.is_empty() {
            for word in after {
                changes.entry(word).or_default().push((place, true));
            }
        } else {
            for word in after.difference(&before) {
                changes.entry(word.clone()).or_default().push((place, true));
            }
        }
    }
    let is_new = alive.is_empty();
    for ((class, word), places) in changes {
        let key = word_key(layout.kind, class, &word, block);
        let before = if is_new { None } else { writer.get(Table::Words, &key)? };
        let mut posting = before.map_or_else(|| Ok(Posting::new()), |value| read_posting(&key, &value))?;
        for (place, has) in places {
            if has {
                posting.insert(place)
            } else {
                posting.remove(place)
            };
        }
        if posting.is_empty() {
            writer.delete(Table::Words, key);
        } else {
            let value = seal(&key, &posting.encode());
            writer.put(Table::Words, key, value);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::rows::recompute::check;
    use crate::{Contact, Database, Id, OnReferences, Read};

    fn text(rng: &mut Rng) -> Option<String> {
        let count = rng.choice([0, 3, 90]).unwrap();
        (count > 0).then(|| (0..count).map(|_| format!("word{} ", rng.u8(..30))).collect::<Vec<_>>().concat())
    }

    /// Each text is short, long or not there, and comes to be another of these.
    fn change(contact: &mut Contact, rng: &mut Rng) {
        match rng.u8(..4) {
            0 => contact.notes = text(rng),
            1 => contact.job_title = text(rng),
            2 => contact.name.family = text(rng),
            _ => contact.department = Some("word1".into()),
        }
    }

    #[test]
    fn the_table_of_words_says_what_the_records_say_whenever_it_is_written() {
        for seed in 0..4 {
            let mut rng = Rng::with_seed(seed);
            let db = Database::in_memory().unwrap();
            let mut ids: Vec<Id<Contact>> = Vec::new();
            for step in 0..40 {
                let mut tx = db.write().unwrap();
                for _ in 0..rng.usize(1..6) {
                    let at = rng.usize(..ids.len().max(1));
                    match (rng.u8(..6), ids.get(at).copied()) {
                        (0..4, Some(id)) => drop(tx.update(id, |contact| change(contact, &mut rng)).unwrap()),
                        (4, Some(id)) => {
                            tx.delete(id, OnReferences::Detach).unwrap();
                            ids.swap_remove(at);
                        }
                        _ => {
                            let mut contact = Contact::named("Ada", "");
                            change(&mut contact, &mut rng);
                            ids.push(tx.insert(&contact).unwrap());
                        }
                    }
                }
                let catalogue = tx.catalogue().clone();
                if rng.u8(..3) == 0 {
                    crate::rows::merge(tx.writer_mut(), &catalogue).unwrap();
                    assert!(tx.writer_mut().fresh().unwrap().is_empty());
                }
                check(tx.writer_mut(), &catalogue, &format!("{seed} {step}"));
                tx.commit().unwrap();
            }
        }
    }

    #[test]
    fn words_that_are_kept_are_read_back() {
        let words = WordSet::from([(Class::Name, "ada".into()), (Class::Notes, "roof".into())]);
        assert_eq!(decode(&encode(&words)), Some(words));
        assert_eq!(decode(&encode(&WordSet::new())), Some(WordSet::new()));
        for damaged in [&b"\x01"[..], b"\0", b"\x09ada\0", b"\x01\xFF\0"] {
            assert_eq!(decode(damaged), None);
        }
    }
}
