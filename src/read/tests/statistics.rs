use std::collections::BTreeMap;

use proptest::prelude::*;

use super::sample::{SEGMENTS, database, told};
use crate::cases::cases;
use crate::{Company, Currency, Database, Decimal, ErrorKind, Money, PartialDate, Read, Value};

fn number(value: &Value) -> (Option<Currency>, Decimal) {
    match value {
        Value::Integer(number) => (None, (*number).into()),
        Value::Decimal(number) => (None, *number),
        Value::Money(money) => (Some(money.currency), money.amount),
        Value::Date(date) => (None, date.to_julian_day().into()),
        Value::DateTime(at) => (None, i64::try_from(at.unix_timestamp_nanos() / 1_000).unwrap().into()),
        Value::PartialDate(date) => {
            let part = |part: Option<u8>| i64::from(part.unwrap_or(0));
            (None, (i64::from(date.year().unwrap()) * 10_000 + part(date.month()) * 100 + part(date.day())).into())
        }
        other => panic!("{other}"),
    }
}

proptest! {
    #![proptest_config(cases(4))]

    #[test]
    fn figures_are_those_of_the_values_of_the_records(seed in any::<u64>(), percent in 0_u32..=100) {
        let db = database(seed);
        let snapshot = db.read().unwrap();
        let keys = [
            "score", "rate", "worth", "customer_since", "verified", "birthday", "age", "company.employees",
            "company.revenue", "count(tags)", "year(verified)", "affiliation_from", "last_interaction",
        ];
        for segment in [SEGMENTS[0], SEGMENTS[usize::try_from(seed % 8).unwrap()]] {
            let told = told(&db, segment, &keys.join(", "));
            for (at, key) in keys.iter().enumerate() {
                let found = snapshot.select(&snapshot.segment(segment).unwrap()).statistics(key).unwrap();
                let mut values: BTreeMap<Option<Currency>, Vec<(Decimal, Value)>> = BTreeMap::new();
                let mut missing = 0;
                for cells in &told {
                    let sorts = |value: &&Value| !matches!(value, Value::PartialDate(date) if date.year().is_none());
                    let own: Vec<&Value> = cells[at].iter().filter(sorts).collect();
                    missing += u64::from(own.is_empty());
                    for value in own {
                        let (currency, number) = number(value);
                        values.entry(currency).or_default().push((number, value.clone()));
                    }
                }
                prop_assert_eq!((found.total, found.missing), (told.len() as u64, missing), "{} {}", segment, key);
                prop_assert_eq!(found.figures.len(), values.len());
                for (figures, (currency, mut values)) in found.figures.iter().zip(values) {
                    values.sort_by_key(|(number, _)| *number);
                    prop_assert_eq!((figures.currency, figures.count), (currency, values.len() as u64));
                    prop_assert_eq!(plain(&figures.min), plain(&values[0].1));
                    prop_assert_eq!(plain(&figures.max), plain(&values[values.len() - 1].1));
                    let rank = (values.len() * percent as usize).div_ceil(100).max(1);
                    prop_assert_eq!(plain(&figures.percentile(percent)), plain(&values[rank - 1].1), "{} {}", key, percent);
                    let is_date = matches!(figures.min, Value::Date(_) | Value::DateTime(_) | Value::PartialDate(_));
                    // Twice that many decimals hold no sum of amounts that are as great as there are.
                    let great = values.iter().any(|(number, _)| *number == Decimal::MAX);
                    let sum = (!is_date && !great).then(|| values.iter().map(|(number, _)| *number).sum::<Decimal>());
                    if !great {
                        prop_assert_eq!(figures.sum, sum, "{} {}", segment, key);
                        prop_assert_eq!(figures.mean, sum.map(|sum| (sum / Decimal::from(values.len())).normalize()));
                    }
                }
            }
        }
    }
}

/// Without noughts at the end of decimals.
fn plain(value: &Value) -> Value {
    match value {
        Value::Decimal(number) => Value::Decimal(number.normalize()),
        Value::Money(money) => Value::Money(Money::new(money.amount.normalize(), money.currency)),
        other => other.clone(),
    }
}

#[test]
fn a_sum_beyond_all_digits_is_absent_and_all_else_is_there() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    for amount in [Decimal::MAX, Decimal::MAX, Decimal::new(1, 2)] {
        tx.insert(&Company::new("Acme").revenue(Money::new(amount, Currency::EUR))).unwrap();
    }
    tx.insert(&Company::new("Bolt").revenue(Money::new(Decimal::new(150, 2), Currency::USD))).unwrap();
    let all = tx.segment_of::<Company>("all").unwrap();
    let statistics = tx.select(&all).statistics("revenue").unwrap();
    let [euros, dollars] = &statistics.figures[..] else { panic!("{statistics:?}") };
    assert_eq!((euros.count, euros.sum, euros.mean), (3, None, None));
    assert_eq!(euros.min, Money::new(Decimal::new(1, 2), Currency::EUR).into());
    assert_eq!(
        (euros.max.clone(), euros.median()),
        (Money::new(Decimal::MAX, Currency::EUR).into(), euros.max.clone())
    );
    assert_eq!((dollars.sum, dollars.mean), (Some(Decimal::new(15, 1)), Some(Decimal::new(15, 1))));
    assert_eq!(dollars.percentile(-5), dollars.percentile(500));
}

#[test]
fn what_does_not_sum_up_is_refused() {
    let db = database(3);
    let snapshot = db.read().unwrap();
    let all = snapshot.segment("birthday is set").unwrap();
    for key in ["name", "stage", "tags", "company", "birthday, score", "notes", "address"] {
        let error = snapshot.select(&all).statistics(key).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Unsuitable { .. }), "{key}: {error}");
    }
    let birthdays = snapshot.select(&all).statistics("birthday").unwrap();
    assert_eq!((birthdays.figures[0].sum, birthdays.figures[0].mean), (None, None));
    assert_eq!(birthdays.figures[0].max, "2000".parse::<PartialDate>().unwrap().into());
}
