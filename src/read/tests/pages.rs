use fastrand::Rng;
use proptest::prelude::*;

use super::sample::{SEGMENTS, database};
use crate::cases::cases;
use crate::{Contact, Database, ErrorKind, Id, OnReferences, Page, PageCursor, Read, Result};

/// Orders of all forms: none, of one column, of several, with values missing, of what is worked out, behind a relation.
const ORDERS: &[&str] = &[
    "",
    "given_name",
    "score desc, name",
    "stage, rate desc",
    "worth desc",
    "birthday, verified desc",
    "company.name desc, age",
    "interest, friendly",
    "department desc, customer_since",
    "count(tags) desc, city",
];

fn all(db: &Database, segment: &str, order: &str) -> Vec<Id<Contact>> {
    let snapshot = db.read().unwrap();
    let segment = snapshot.segment(segment).unwrap();
    let select = snapshot.select(&segment);
    if order.is_empty() { select.ids().unwrap() } else { select.order_by(order).ids().unwrap() }
}

fn page(db: &Database, segment: &str, order: &str, after: Option<&PageCursor>, size: u64) -> Result<Page<Id<Contact>>> {
    let snapshot = db.read()?;
    let segment = snapshot.segment(segment)?;
    let mut select = snapshot.select(&segment);
    if !order.is_empty() {
        select = select.order_by(order);
    }
    // It goes out as a text and comes back.
    match after.map(|cursor| cursor.to_string().parse::<PageCursor>().unwrap()) {
        Some(cursor) => select.after(&cursor).page_of_ids(size),
        None => select.page_of_ids(size),
    }
}

proptest! {
    #![proptest_config(cases(2))]

    #[test]
    fn pages_put_together_are_the_whole(seed in any::<u64>(), size in 1_u64..90) {
        let db = database(seed);
        for order in ORDERS {
            for segment in [SEGMENTS[0], SEGMENTS[usize::try_from(seed % 8).unwrap()]] {
                let (mut pages, mut after) = (Vec::new(), None);
                loop {
                    let page = page(&db, segment, order, after.as_ref(), size).unwrap();
                    prop_assert!(page.next.is_none() || page.items.len() as u64 == size);
                    pages.extend(page.items);
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
                prop_assert_eq!(pages, all(&db, segment, order), "{} by {}", segment, order);
            }
        }
    }

    #[test]
    fn a_page_goes_on_where_the_last_one_ended_whatever_was_changed_meanwhile(seed in any::<u64>(), size in 1_u64..90) {
        let db = database(seed);
        let mut rng = Rng::with_seed(seed);
        for order in ORDERS {
            let first = page(&db, "all", order, None, size).unwrap();
            let (Some(last), Some(cursor)) = (first.items.last(), first.next) else { continue };
            // Others come and go, which stand anywhere.
            let ids = all(&db, "all", "");
            let mut tx = db.write().unwrap();
            for _ in 0..4 {
                let other = *rng.choice(&ids).unwrap();
                if other != *last && tx.contains(other).unwrap() {
                    let copy = tx.get(other).unwrap().unwrap().record;
                    tx.insert(&copy).unwrap();
                    tx.delete(other, OnReferences::Detach).unwrap();
                }
            }
            tx.commit().unwrap();
            let now = all(&db, "all", order);
            let behind = now.iter().skip_while(|id| *id != last).skip(1).copied().collect::<Vec<_>>();
            let second = page(&db, "all", order, Some(&cursor), size).unwrap();
            let expected: Vec<_> = behind.iter().copied().take(usize::try_from(size).unwrap()).collect();
            prop_assert_eq!(&second.items, &expected, "by {}", order);
            // The record at which the page ended goes too.
            let mut tx = db.write().unwrap();
            tx.delete(*last, OnReferences::Detach).unwrap();
            tx.commit().unwrap();
            let second = page(&db, "all", order, Some(&cursor), size).unwrap();
            prop_assert_eq!(&second.items, &expected, "by {}", order);
        }
    }

    #[test]
    fn an_offset_leaves_out_the_first(seed in any::<u64>(), offset in 0_u64..300, limit in 0_u64..300) {
        let db = database(seed);
        let snapshot = db.read().unwrap();
        for (segment, order) in SEGMENTS.iter().zip(ORDERS) {
            let checked = snapshot.segment(*segment).unwrap();
            let select = if order.is_empty() { snapshot.select(&checked) } else { snapshot.select(&checked).order_by(order) };
            let (from, many) = (usize::try_from(offset).unwrap(), usize::try_from(limit).unwrap());
            let whole = all(&db, segment, order);
            let expected: Vec<_> = whole.iter().copied().skip(from).take(many).collect();
            prop_assert_eq!(&select.clone().offset(offset).limit(limit).ids().unwrap(), &expected);
            let records = select.clone().offset(offset).limit(limit).records().unwrap();
            prop_assert_eq!(&records.map(|found| found.unwrap().id).collect::<Vec<_>>(), &expected);
            prop_assert_eq!(select.limit(limit).count().unwrap(), limit.min(whole.len() as u64));
        }
    }

    #[test]
    fn any_text_is_a_cursor_or_an_error(text in "\\PC{0,40}|01[0-9a-f]{20,90}") {
        if let Ok(cursor) = text.parse::<PageCursor>() {
            prop_assert_eq!(cursor.to_string().parse::<PageCursor>(), Ok(cursor));
        }
    }
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let db = database(5);
    let cursor = page(&db, "all", "score desc, name", None, 10).unwrap().next.unwrap();
    for order in ["", "score, name", "score desc", "name", "score desc, name desc", "name, score desc"] {
        let error = page(&db, "all", order, Some(&cursor), 10).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::OtherOrder), "{order}");
    }
    // Another segment and another size are well.
    assert!(page(&db, "stage is set", "score desc, name", Some(&cursor), 3).is_ok());
    let unordered = page(&db, "all", "", None, 10).unwrap().next.unwrap();
    let snapshot = db.read().unwrap();
    let companies = snapshot.segment_of::<crate::Company>("all").unwrap();
    let error = snapshot.select(&companies).after(&unordered).page(3).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::OtherOrder));
}

#[test]
fn a_broken_cursor_is_no_cursor() {
    let db = database(6);
    let text = page(&db, "all", "worth desc, name, verified", None, 1).unwrap().next.unwrap().to_string();
    let json = serde_json::to_string(&text.parse::<PageCursor>().unwrap()).unwrap();
    assert_eq!(serde_json::from_str::<PageCursor>(&json).unwrap().to_string(), text);
    for broken in [&text[1..], &text[..text.len() - 1], &text[..20], "", "02", &text.to_uppercase()] {
        if broken == text {
            continue;
        }
        let error = broken.parse::<PageCursor>().unwrap_err();
        assert_eq!(error.what(), "page cursor", "{broken}");
    }
    assert!(page(&db, "score = 1000", "name", None, 0).unwrap().items.is_empty());
    assert_eq!(page(&db, "all", "name", None, 0).unwrap().items.len(), 1);
}
