use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use time::{Date, Duration};

use super::sample::{SEGMENTS, database, told};
use crate::cases::cases;
use crate::model::search_fold;
use crate::{
    Contact, Database, Decimal, ErrorKind, Facet, Grouping, Moment, Money, Period, Read, Result, Value, ValueRange,
};

fn facet(db: &Database, segment: &str, grouping: impl Into<Grouping>) -> Result<Facet> {
    let snapshot = db.read()?;
    snapshot.select(&snapshot.segment(segment)?).facet(grouping)
}

/// What counts as the same, of a value that is told by a record.
fn folded(value: &Value) -> String {
    match value {
        Value::Text(text) => search_fold(text),
        Value::Email(_) | Value::Url(_) | Value::Phone(_) => search_fold(&value.to_string()),
        Value::Money(money) => format!("{} {}", money.amount.normalize(), money.currency),
        Value::Decimal(number) => number.normalize().to_string(),
        other => other.to_string(),
    }
}

/// Counts by what `group` makes of each value.
fn naive(
    told: &[Vec<Vec<Value>>],
    at: usize,
    group: impl Fn(&Value) -> Option<String>,
) -> (BTreeMap<String, u64>, u64) {
    let (mut counts, mut missing) = (BTreeMap::new(), 0);
    for cells in told {
        let groups: BTreeSet<String> = cells[at].iter().filter_map(&group).collect();
        missing += u64::from(groups.is_empty());
        for group in groups {
            *counts.entry(group).or_insert(0) += 1;
        }
    }
    (counts, missing)
}

/// All, and one other.
fn some_segments(seed: u64) -> [&'static str; 2] {
    let other = 1 + usize::try_from(seed % (SEGMENTS.len() as u64 - 1)).unwrap();
    [SEGMENTS[other], SEGMENTS[0]]
}

/// Attributes of all forms: with one value and several, of parts, behind relations, worked out, under a function.
const KEYS: &[&str] = &[
    "stage",
    "relation",
    "friendly",
    "tags",
    "given_name",
    "name",
    "job_title",
    "interest",
    "department",
    "city",
    "score",
    "rate",
    "worth",
    "customer_since",
    "verified",
    "birthday",
    "age",
    "company",
    "company.industry",
    "company.employees",
    "company.parent.name",
    "company.parent",
    "last_interaction",
    "month(birthday)",
    "year(verified)",
    "weekday(customer_since)",
    "count(interest)",
    "count(tags)",
    "affiliation_title",
    "affiliation_from",
    "version",
];

proptest! {
    #![proptest_config(cases(4))]

    #[test]
    fn each_value_is_counted_as_often_as_records_have_it(seed in any::<u64>()) {
        let db = database(seed);
        for segment in some_segments(seed) {
            let told = told(&db, segment, &KEYS.join(", "));
            for (at, key) in KEYS.iter().enumerate() {
                let found = facet(&db, segment, Grouping::of(key).limit(usize::MAX)).unwrap();
                let (counts, missing) = naive(&told, at, |value| Some(folded(value)));
                let shown: BTreeMap<String, u64> =
                    found.buckets.iter().filter(|bucket| bucket.count > 0).map(|bucket| (folded(&bucket.value), bucket.count)).collect();
                prop_assert_eq!(&shown, &counts, "{} by {}", segment, key);
                prop_assert_eq!((found.total, found.missing), (told.len() as u64, missing), "{} by {}", segment, key);
                let ordered = found.buckets.windows(2).all(|pair| pair[0].count >= pair[1].count);
                let has_order = matches!(*key, "stage" | "relation" | "friendly") || key.contains('(');
                prop_assert!(ordered || has_order, "{}", key);
                // A limit leaves the rest to a sum.
                let few = facet(&db, segment, Grouping::of(key).limit(2)).unwrap();
                let all: u64 = few.buckets.iter().map(|bucket| bucket.count).sum();
                prop_assert_eq!(all + few.further_count, counts.values().sum::<u64>());
                prop_assert_eq!(&few.buckets[..], &found.buckets[..few.buckets.len()]);
                prop_assert_eq!(few.buckets.len() + usize::try_from(few.further).unwrap(), found.buckets.len());
            }
        }
    }

    #[test]
    fn a_bucket_has_as_many_records_as_the_segment_of_its_value(seed in any::<u64>()) {
        let db = database(seed);
        let snapshot = db.read().unwrap();
        for key in ["given_name", "city", "interest", "stage", "score", "company.industry", "friendly", "worth"] {
            for bucket in facet(&db, "all", key).unwrap().buckets {
                let text = match &bucket.value {
                    Value::Text(text) => format!("{key} = \"{text}\""),
                    Value::Money(money) => format!("{key} = {} {}", money.amount, money.currency),
                    value => format!("{key} = {value}"),
                };
                let text = if matches!(key, "city" | "interest") { format!("any {text}") } else { text };
                let Ok(segment) = snapshot.segment(text.as_str()) else { continue };
                prop_assert_eq!(snapshot.count(&segment).unwrap(), bucket.count, "{}", text);
            }
        }
    }

    #[test]
    fn numbers_lie_in_bands_and_times_in_periods(seed in any::<u64>(), ends in prop::collection::vec(-20_i64..60, 1..4), width in 1_i64..500) {
        let db = database(seed);
        let [segment, _] = some_segments(seed);
        let keys = ["score", "rate", "worth", "age", "company.employees", "count(interest)"];
        let all_told = told(&db, segment, &keys.join(", "));
        for (at, key) in keys.iter().enumerate() {
            let told = &all_told;
            let mut sorted = ends.clone();
            sorted.sort_unstable();
            sorted.dedup();
            let number = |value: &Value| match value {
                Value::Integer(number) => Decimal::from(*number),
                Value::Decimal(number) => *number,
                Value::Money(money) => money.amount,
                other => panic!("{other}"),
            };
            let ranged = |value: &Value, from: Option<Decimal>, to: Option<Decimal>| match value {
                Value::Money(money) => {
                    let money = |amount| Money::new(amount, money.currency);
                    Value::MoneyRange(ValueRange { from: from.map(money), to: to.map(money) }).to_string()
                }
                _ => Value::NumberRange(ValueRange { from, to }).to_string(),
            };
            let (counts, missing) = naive(told, at, |value| {
                let above = sorted.iter().position(|end| Decimal::from(*end) > number(value)).unwrap_or(sorted.len());
                let end = |at: Option<usize>| at.and_then(|at| sorted.get(at)).map(|end| Decimal::from(*end));
                Some(ranged(value, end(above.checked_sub(1)), end(Some(above))))
            });
            let found = facet(&db, segment, Grouping::of(key).bands(ends.clone())).unwrap();
            let shown: BTreeMap<String, u64> =
                found.buckets.iter().filter(|bucket| bucket.count > 0).map(|bucket| (bucket.value.to_string(), bucket.count)).collect();
            prop_assert_eq!((shown, found.missing), (counts, missing), "{} by {}", segment, key);

            let wide = Decimal::from(width);
            let fits = |value: &Value| i64::try_from((number(value) / wide).floor()).is_ok();
            let (counts, missing) = naive(told, at, |value| {
                // The largest numbers there are lie in no band: their ends would be too large.
                let from = fits(value).then(|| (number(value) / wide).floor() * wide)?;
                Some(ranged(value, Some(from), Some(from + wide)))
            });
            let found = facet(&db, segment, Grouping::of(key).widths(width)).unwrap();
            let shown: BTreeMap<String, u64> =
                found.buckets.iter().map(|bucket| (bucket.value.to_string(), bucket.count)).collect();
            prop_assert_eq!((shown, found.missing), (counts, missing), "{} by {}", segment, key);
        }
        let moment = db.read().unwrap().now();
        for period in [Period::Day, Period::Week, Period::Month, Period::Quarter, Period::Year] {
            let keys = ["customer_since", "verified", "last_interaction"];
            let told = told(&db, segment, &keys.join(", "));
            for (at, key) in keys.iter().enumerate() {
                let (counts, missing) = naive(&told, at, |value| Some(start(period, value, &moment).to_string()));
                let found = facet(&db, segment, Grouping::of(key).by(period)).unwrap();
                let shown: BTreeMap<String, u64> =
                    found.buckets.iter().map(|bucket| (bucket.value.to_string(), bucket.count)).collect();
                prop_assert!(found.buckets.iter().map(|bucket| bucket.value.to_string()).is_sorted());
                prop_assert_eq!((shown, found.missing), (counts, missing), "{} by {:?} of {}", segment, period, key);
            }
        }
    }
}

/// The first day of the period, day by day.
fn start(period: Period, value: &Value, moment: &Moment) -> Date {
    let mut day = match value {
        Value::Date(day) => *day,
        Value::DateTime(at) => moment.date_of(*at),
        other => panic!("{other}"),
    };
    let begins = |day: Date| match period {
        Period::Week => day.weekday() == time::Weekday::Monday,
        Period::Month => day.day() == 1,
        Period::Quarter => day.day() == 1 && u8::from(day.month()) % 3 == 1,
        Period::Year => day.ordinal() == 1,
        _ => true,
    };
    while !begins(day) {
        day -= Duration::DAY;
    }
    day
}

#[test]
fn fiscal_years_begin_where_the_moment_says() {
    let mut moment = Moment::at(super::sample::now());
    moment.fiscal_year_start = time::Month::April;
    moment.week_start = time::Weekday::Sunday;
    let day = |text: &str| text.parse::<crate::PartialDate>().unwrap().full().unwrap();
    assert_eq!(Period::Year.start(day("2026-03-31"), &moment), day("2025-04-01"));
    assert_eq!(Period::Quarter.start(day("2026-03-31"), &moment), day("2026-01-01"));
    assert_eq!(Period::Quarter.start(day("2026-06-30"), &moment), day("2026-04-01"));
    assert_eq!(Period::Week.start(day("2026-03-31"), &moment), day("2026-03-29"));
    let db = database(1);
    let snapshot = db.read().unwrap();
    let everybody = snapshot.segment("customer_since is set").unwrap();
    let labels = |period| {
        let facet =
            snapshot.select(&everybody).at(moment.clone()).facet(Grouping::of("customer_since").by(period)).unwrap();
        facet.buckets.into_iter().map(|bucket| bucket.label).collect::<Vec<_>>()
    };
    assert!(labels(Period::Year).contains(&"2025-04 to 2026-03".to_owned()), "{:?}", labels(Period::Year));
    assert!(labels(Period::Quarter).contains(&"2025-10 to 2025-12".to_owned()), "{:?}", labels(Period::Quarter));
    assert!(labels(Period::Month).contains(&"2025-10".to_owned()));
}

#[test]
fn options_come_in_their_order_with_those_that_nobody_has() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.insert(&Contact::named("Ada", "Example").stage("customer")).unwrap();
    let all = tx.segment("all").unwrap();
    let options: Vec<String> = tx
        .catalogue()
        .attribute(crate::Kind::CONTACT, "stage")
        .unwrap()
        .options
        .iter()
        .map(|option| option.label.to_string())
        .collect();
    let facet = tx.select(&all).facet("stage").unwrap();
    assert_eq!(facet.buckets.iter().map(|bucket| bucket.label.clone()).collect::<Vec<_>>(), options);
    assert_eq!(facet.buckets.iter().map(|bucket| bucket.count).sum::<u64>(), 1);
    assert_eq!(facet.count(&Value::from(crate::Choice::from("customer"))), 1);
}

#[test]
fn what_can_not_be_counted_is_refused() {
    let db = database(2);
    for (grouping, reason) in [
        (Grouping::of("notes"), "long texts are not counted; search them with has word"),
        (Grouping::of("address"), "structured values are not counted; name a part of them"),
        (Grouping::of("id"), "each record has an id of its own"),
        (Grouping::of("stage").bands([1, 2]), "only numbers and amounts are counted in bands"),
        (Grouping::of("tags").widths(2), "only numbers and amounts are counted in bands"),
        (Grouping::of("score").widths(0), "a band must be wider than nought"),
        (Grouping::of("score").by(Period::Day), "only dates and times are counted by period"),
        (Grouping::of("year(verified)").by(Period::Day), "what a function makes is no date"),
        (Grouping::of("stage, score"), "expected one attribute"),
    ] {
        let error = facet(&db, "all", grouping.clone()).unwrap_err();
        let ErrorKind::Unsuitable { reason: found, .. } = error.kind() else { panic!("{grouping:?}: {error}") };
        assert_eq!(*found, reason, "{grouping:?}");
    }
    assert!(matches!(facet(&db, "all", "stagee").unwrap_err().kind(), ErrorKind::Segment(_)));
}

#[test]
fn a_date_without_a_day_lies_in_the_period_that_it_says() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    for birthday in ["--05-01", "2000", "1990-07", "1990-05-01"] {
        let birthday = birthday.parse::<crate::PartialDate>().unwrap();
        tx.insert(&Contact::named("Ada", "Example").birthday(birthday)).unwrap();
    }
    let all = tx.segment("all").unwrap();
    let by = |period| {
        let facet = tx.select(&all).facet(Grouping::of("birthday").by(period)).unwrap();
        let labels: Vec<String> = facet.buckets.into_iter().map(|bucket| bucket.label).collect();
        (labels.join(" "), facet.missing)
    };
    assert_eq!(by(Period::Year), ("1990 2000".to_owned(), 1));
    assert_eq!(by(Period::Quarter), ("1990 Q2 1990 Q3".to_owned(), 2));
    assert_eq!(by(Period::Month), ("1990-05 1990-07".to_owned(), 2));
    assert_eq!(by(Period::Day), ("1990-05-01".to_owned(), 3));
}

/// An hour ahead of UTC until the 28th of March 2026, 12:20, then two.
#[derive(Debug)]
struct Changing;
impl crate::Zone for Changing {
    fn offset_at(&self, at: time::OffsetDateTime) -> time::UtcOffset {
        let change = super::sample::now() - Duration::hours(10) - Duration::minutes(40);
        time::UtcOffset::from_hms(if at < change { 11 } else { 12 }, 0, 0).unwrap()
    }
}

#[test]
fn the_hour_in_which_clocks_change_is_told_apart() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    for minutes in 0..120 {
        let mut ada = Contact::named("Ada", "Example");
        ada.verified =
            Some(super::sample::now() - Duration::hours(11) - Duration::minutes(40) + Duration::minutes(minutes));
        tx.insert(&ada).unwrap();
    }
    let moment = Moment::at(super::sample::now()).in_zone(Changing);
    let all = tx.segment("all").unwrap();
    let facet = tx.select(&all).at(moment.clone()).facet(Grouping::of("verified").by(Period::Day)).unwrap();
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    for record in tx.select(&all).records().unwrap() {
        let day = moment.date_of(record.unwrap().record.verified.unwrap());
        *expected.entry(day.to_string()).or_default() += 1;
    }
    let found: BTreeMap<String, u64> = facet.buckets.into_iter().map(|bucket| (bucket.label, bucket.count)).collect();
    assert_eq!(expected.len(), 2);
    assert_eq!(found, expected);
}
