//! Searches held against every record, and how much they read.

use std::cell::Cell;

use fastrand::Rng;

use super::reading::Bounds;
use super::{Found, Scope, all_of, search, search_within};
use crate::model::{Kind, RecordId};
use crate::read::view::View;
use crate::store::{Bytes, Fresh, Result, Source, Table, Walk, scan};
use crate::{Company, Contact, Database, Field, FieldHandle, Id, Read, Task, Ticket, rows};

const NAMES: [&str; 16] = [
    "Ada",
    "Adam",
    "Adalbert",
    "Jos\u{E9}",
    "Jose",
    "Lovelace",
    "Lovell",
    "Lov",
    "O'Neil",
    "Gro\u{DF}",
    "\u{738B}\u{82B3}",
    "\u{418}\u{432}\u{430}\u{43D}",
    "Smith-Jones",
    "Smyth",
    "Christopher",
    "Kristopher",
];
const ADDRESSES: [&str; 6] = [
    "ada@acme.example",
    "ada.lovelace@acme.example",
    "jos\u{E9}@b.example",
    "o'neil@acme.example",
    "_x@a.example",
    "smith@example.com",
];
const NUMBERS: [&str; 6] =
    ["+44 20 7946 0123", "020 7946 0123", "+44 20 7946 0999", "0123", "+49 30 123", "020 7946 0999 ext 4"];
const QUERIES: [&str; 30] = [
    "ada",
    "ad",
    "a",
    "lov",
    "ada lov",
    "lov ada",
    "lovelace",
    "Lovlace",
    "lovelcae",
    "jose",
    "JOS\u{C9}",
    "o'neil",
    "oneil",
    "\u{738B}",
    "\u{438}\u{432}",
    "smith",
    "smiht",
    "kristofer",
    "christophre a",
    "ada@acme",
    "acme",
    "ada ada@",
    "0123",
    "20 7946 0123",
    "+44 20 7946 0123",
    "020 7946 0999",
    "roof",
    "roof ada",
    "vip red",
    "nobody",
];

fn text(rng: &mut Rng) -> String {
    let words = ["roof", "Ada", "vip", "red", "lovelace", "brick", "acme", "\u{738B}"];
    let count = if rng.u8(..3) == 0 { 80 } else { rng.usize(..3) };
    (0..count).map(|_| rng.choice(words).unwrap()).collect::<Vec<_>>().join(" ")
}

fn contact(rng: &mut Rng, field: FieldHandle<String>) -> Contact {
    let mut contact = Contact::named(rng.choice(NAMES).unwrap(), rng.choice(NAMES).unwrap());
    if rng.bool() {
        contact = contact.email(rng.choice(ADDRESSES).unwrap());
    }
    if rng.bool() {
        contact = contact.phone(rng.choice(NUMBERS).unwrap());
    }
    if rng.bool() {
        contact = contact.notes(text(rng)).job_title(text(rng));
    }
    if rng.u8(..4) == 0 { contact.set(field, text(rng)) } else { contact }
}

fn one_step(db: &Database, rng: &mut Rng, field: FieldHandle<String>, ids: &mut Vec<Id<Contact>>) {
    let mut tx = db.write().unwrap();
    for _ in 0..rng.usize(1..30) {
        let at = rng.usize(..ids.len().max(1));
        match (rng.u8(..10), ids.get(at).copied()) {
            (0..3, Some(id)) => {
                let new = contact(rng, field);
                tx.update(id, |contact| *contact = new).unwrap();
            }
            (3, Some(id)) => {
                tx.delete(id, crate::OnReferences::Detach).unwrap();
                ids.swap_remove(at);
            }
            (4, _) => drop(
                tx.insert(&Company::new(rng.choice(NAMES).unwrap()).domain("acme.example").notes(text(rng))).unwrap(),
            ),
            (5, _) => drop(tx.insert(&Task::call(format!("Call {}", rng.choice(NAMES).unwrap()))).unwrap()),
            (6, _) => drop(tx.insert(&Ticket::new("The roof leaks")).unwrap()),
            _ => ids.push(tx.insert(&contact(rng, field)).unwrap()),
        }
    }
    if rng.u8(..3) == 0 {
        let catalogue = tx.catalogue().clone();
        rows::merge(tx.writer_mut(), &catalogue).unwrap();
    }
    tx.commit().unwrap();
}

#[test]
fn searches_find_what_holding_every_record_against_the_query_finds() {
    for seed in 0..2 {
        let mut rng = Rng::with_seed(seed);
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        let field = tx.define(Field::text("colour")).unwrap();
        tx.commit().unwrap();
        let mut ids = Vec::new();
        for step in 0..9 {
            one_step(&db, &mut rng, field, &mut ids);
            if step == 8 && seed % 2 == 0 {
                let mut tx = db.write().unwrap();
                tx.edit_field(Kind::CONTACT, "colour").unwrap().archive().unwrap();
                tx.commit().unwrap();
            }
            if step % 3 != 2 {
                continue;
            }
            let snapshot = db.read().unwrap();
            let scope = snapshot.scope(&snapshot.now()).unwrap();
            let kinds: Vec<Kind> = snapshot.catalogue().kinds().map(|entry| entry.kind).collect();
            for query in QUERIES {
                let sure = all_of(&scope, &kinds, query, false);
                let near = all_of(&scope, &kinds, query, true);
                for (limit, kinds) in [(1, kinds.as_slice()), (4, &[Kind::CONTACT]), (10, &kinds), (1_000, &kinds)] {
                    let of = |all: &[Found]| -> Vec<Found> {
                        all.iter().filter(|found| kinds.contains(&found.kind)).cloned().collect()
                    };
                    let sure = of(&sure);
                    let mut wanted = if sure.len() < limit { of(&near) } else { sure };
                    let is_right = |found: &Found| wanted.contains(found) || near.contains(found);
                    // What is found when little is read is not all, but right.
                    let little = Bounds { entries: 2, keys: 1, looks: 2, held: 3 };
                    let answer = search_within(&scope, kinds, query, limit, little).unwrap();
                    assert!(
                        answer.found.iter().all(is_right) && answer.found.len() <= limit,
                        "{seed} {step} {query} {limit}"
                    );
                    wanted.truncate(limit);
                    let found = search(&scope, kinds, query, limit).unwrap().found;
                    assert_eq!(found, wanted, "{seed} {step} {query} {limit}");
                }
            }
        }
    }
}

#[test]
fn every_word_of_a_query_is_shown_in_each_hit() {
    let mut rng = Rng::with_seed(3);
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let field = tx.define(Field::text("colour")).unwrap();
    tx.commit().unwrap();
    let mut ids = Vec::new();
    for _ in 0..6 {
        one_step(&db, &mut rng, field, &mut ids);
    }
    let snapshot = db.read().unwrap();
    for query in QUERIES {
        for hit in snapshot.search(query).limit(50).hits().unwrap() {
            assert!(!hit.matches.is_empty() && !hit.title.is_empty(), "{query} {hit:?}");
            for found in &hit.matches {
                let mut end = 0;
                for range in &found.ranges {
                    let piece = found.text.get(range.clone()).unwrap_or_else(|| panic!("{query} {hit:?}"));
                    assert!(!piece.is_empty() && range.start >= end, "{query} {hit:?}");
                    end = range.end;
                }
                assert!(!found.ranges.is_empty(), "{query} {hit:?}");
            }
        }
    }
}

fn shown(db: &impl Read, query: &str) -> Vec<String> {
    let hits = db.search(query).hits().unwrap();
    let marked = |found: &crate::Match| {
        found.ranges.iter().map(|range| found.text[range.clone()].to_owned()).collect::<Vec<_>>().join("|")
    };
    hits.iter()
        .map(|hit| format!("{}: {}", hit.title, hit.matches.iter().map(marked).collect::<Vec<_>>().join(", ")))
        .collect()
}

#[test]
fn what_fits_is_marked_where_it_stands() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = Contact::named("Ada", "Lov\u{65}\u{301}lace").email("Ada.L@acme.example").phone("+44 (20) 7946 0123 x5");
    tx.insert(&ada.notes(format!("{} likes roses {}", "so ".repeat(200), "and ".repeat(200)))).unwrap();
    tx.insert(&Contact::named("Jos\u{E9}", "Gro\u{DF}").phone("020 7946 0999")).unwrap();
    assert_eq!(shown(&tx, "lov"), ["Ada Lov\u{65}\u{301}lace: Lov"]);
    assert_eq!(shown(&tx, "love"), ["Ada Lov\u{65}\u{301}lace: Lov\u{65}\u{301}"]);
    assert_eq!(shown(&tx, "gros"), ["Jos\u{E9} Gro\u{DF}: Gro\u{DF}"]);
    assert_eq!(shown(&tx, "josue"), ["Jos\u{E9} Gro\u{DF}: Jos\u{E9}"]);
    assert_eq!(shown(&tx, "ada@"), [] as [&str; 0]);
    assert_eq!(shown(&tx, "ADA.l@ac"), ["Ada Lov\u{65}\u{301}lace: Ada.L@ac"]);
    assert_eq!(shown(&tx, "946 0123"), ["Ada Lov\u{65}\u{301}lace: 946 0123"]);
    assert_eq!(shown(&tx, "+44 20 7946 0999"), ["Jos\u{E9} Gro\u{DF}: 020 7946 0999"]);
    assert_eq!(shown(&tx, "rose acme"), ["Ada Lov\u{65}\u{301}lace: acme, rose"]);
}

#[test]
fn a_query_may_be_anything() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.insert(&Contact::named("a", "\u{301}\u{200D}x\0".trim_end_matches('\0'))).unwrap();
    for query in ["", "\0", "\u{301}", "@", "a@\0", "\u{FFFF}", "+", "0000000000000000000000000", "\u{10FFFF}\u{0}a"] {
        tx.search(query).hits().unwrap();
        tx.search(&query.repeat(300_000)).limit(usize::MAX).hits().unwrap();
    }
    assert_eq!(tx.search("a").limit(0).hits().unwrap(), []);
    assert_eq!(tx.search("a").of(Kind::COMPANY).hits().unwrap(), []);
    let hits = tx.search("a").of(Kind::CONTACT).of(Kind::CONTACT).hits().unwrap();
    assert_eq!(hits.len(), 1);
    let _: RecordId = hits[0].id;
}

/// Counts the entries of words and keys that are read.
struct Counter<'s> {
    of: &'s dyn Source,
    entries: Cell<usize>,
}

impl Source for Counter<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.of.get(table, key)
    }
    fn view(&self, table: Table, key: &[u8]) -> Result<Option<Bytes<'_>>> {
        self.of.view(table, key)
    }
    fn batch(&self, table: Table, from: &[u8], to: &[u8], count: usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let rows = self.of.batch(table, from, to, count)?;
        if matches!(table, Table::Words | Table::Keys) {
            self.entries.set(self.entries.get() + rows.len());
        }
        Ok(rows)
    }
    fn fresh(&self) -> Result<Fresh> {
        self.of.fresh()
    }
    fn walk(&self, table: Table, from: Vec<u8>, to: Vec<u8>) -> Result<Walk<'_>> {
        Ok(Walk::Copied(scan(self, table, from, to)))
    }
}

/// How many entries a search among contacts reads, and how many it finds.
fn cost(db: &Database, query: &str) -> (usize, usize) {
    let snapshot = db.read().unwrap();
    let source = Counter { of: snapshot.tables().0, entries: Cell::default() };
    let scope = Scope::new(&source, snapshot.catalogue(), &snapshot.now(), None).unwrap();
    let found = search(&scope, &[Kind::CONTACT], query, 10).unwrap().found;
    (source.entries.get(), found.len())
}

#[test]
fn a_search_ends_at_a_word_that_fits_nowhere() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.insert_many((0..1_000).map(|at| Contact::named(format!("Wilma{at}"), "Ada"))).unwrap();
    tx.commit().unwrap();
    let (entries, found) = cost(&db, "wil ada");
    assert!(entries >= 1_000 && found == 10, "{entries} {found}");
    for query in ["wil ada xqzw", "xqzw wil ada"] {
        let (entries, found) = cost(&db, query);
        assert!(entries < 50 && found == 0, "{query}: {entries} {found}");
    }
}

#[test]
fn other_texts_are_not_read_where_no_fit_in_them_can_be_better_than_the_names() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let contact = |at: u32| Contact::named("Ada", "Lovelace").notes(format!("ada{at} lovelace{at}"));
    tx.insert_many((0..1_000).map(contact)).unwrap();
    tx.commit().unwrap();
    for query in ["ada", "ad", "ada lovelace", "love a"] {
        let (entries, found) = cost(&db, query);
        assert!(entries < 50 && found == 10, "{query}: {entries} {found}");
    }
    // Nobody has it for a name.
    let (entries, found) = cost(&db, "ada1");
    assert!(entries > 100 && found == 10, "{entries} {found}");
}
