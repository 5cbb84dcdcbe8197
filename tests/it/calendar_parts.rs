//! Months, years, weekdays and anniversaries, against what other code than this made of the documented rules.

mod anniversaries;
mod parts;
mod periods;

use std::collections::BTreeSet;

use contactdb::{Contact, Field, Id, Moment, PartialDate, Read, Transaction};
use time::{Date, Month, Weekday};

use crate::calendar::moment;
use crate::calendar::span::{Spans, day, instant};
use crate::common::memory;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const YEARS: [i32; 15] = [1, 1815, 1900, 1969, 1970, 1990, 2000, 2024, 2025, 2026, 2027, 2028, 2029, 9998, 9999];

/// A moment, and what is asked at it.
struct Case {
    zone: &'static str,
    /// In UTC.
    now: &'static str,
    week: Weekday,
    fiscal: Month,
    /// What stands behind `anniversary`, and the days that are meant.
    rows: &'static [(&'static str, &'static str)],
}

/// What is known of a value.
#[derive(Clone, Copy, Default)]
struct Known {
    month: Option<u8>,
    year: Option<i32>,
    weekday: Option<&'static str>,
}

/// A contact, the value it was given, and what is expected of that.
struct Probe<T> {
    id: Id<Contact>,
    value: &'static str,
    of: T,
}

/// Contacts that have the values of a field, and one that has none.
fn probes<T: Default>(
    tx: &mut Transaction<'_>,
    values: impl IntoIterator<Item = (&'static str, T)>,
    set: impl Fn(Contact, &str) -> Contact,
) -> contactdb::Result<Vec<Probe<T>>> {
    let mut made = Vec::new();
    for (value, of) in values {
        made.push(Probe { id: tx.insert(&set(Contact::named("Ada", "Example"), value))?, value, of });
    }
    made.push(Probe { id: tx.insert(&Contact::named("Ada", "Example"))?, value: "none", of: T::default() });
    Ok(made)
}

/// Asks the condition and its opposites at that moment.
#[track_caller]
fn expect<T>(tx: &Transaction<'_>, at: &Moment, probes: &[Probe<T>], condition: &str, holds: impl Fn(&T) -> bool) {
    let mut texts = vec![(condition.to_owned(), true), (format!("not ({condition})"), false)];
    for (form, opposite) in [(" in ", " not in "), (" = ", " != ")] {
        texts.extend(condition.contains(form).then(|| (condition.replacen(form, opposite, 1), false)));
    }
    for (text, positive) in texts {
        let found = tx.select(&tx.segment(&text).unwrap()).at(at.clone()).ids().unwrap();
        let found: BTreeSet<_> = found.into_iter().collect();
        for Probe { id, value, of } in probes {
            let expected = holds(of) == positive;
            assert_eq!(found.contains(id), expected, "{text} of {value} at {} in {:?}", at.now, at.zone);
        }
    }
}

#[track_caller]
fn expect_parts(tx: &Transaction<'_>, at: &Moment, field: &str, probes: &[Probe<Known>]) {
    for (month, name) in (1_u8..).zip(MONTHS) {
        for value in [month.to_string(), name.to_owned()] {
            expect(tx, at, probes, &format!("month({field}) = {value}"), |known| known.month == Some(month));
        }
        let across = format!("month({field}) in [{name}, {}]", month % 12 + 1);
        expect(tx, at, probes, &across, |known| {
            known.month.is_some_and(|found| [month, month % 12 + 1].contains(&found))
        });
    }
    for year in YEARS {
        expect(tx, at, probes, &format!("year({field}) = {year}"), |known| known.year == Some(year));
        let either = format!("year({field}) in [{year}, 1990]");
        expect(tx, at, probes, &either, |known| known.year.is_some_and(|found| [year, 1990].contains(&found)));
    }
    for weekday in WEEKDAYS {
        expect(tx, at, probes, &format!("weekday({field}) = {weekday}"), |known| known.weekday == Some(weekday));
        let either = format!("weekday({field}) in [{weekday}, sunday]");
        expect(tx, at, probes, &either, |known| {
            known.weekday.is_some_and(|found| [weekday, "sunday"].contains(&found))
        });
    }
    let winter = format!("month({field}) in [december, january] and weekday({field}) in [saturday, sunday]");
    let found = tx.select(&tx.segment(&winter).unwrap()).at(at.clone()).ids().unwrap();
    let is_one = |known: &Known| {
        known.month.is_some_and(|month| [12, 1].contains(&month))
            && known.weekday.is_some_and(|weekday| ["saturday", "sunday"].contains(&weekday))
    };
    let expected: Vec<_> = probes.iter().filter(|probe| is_one(&probe.of)).map(|probe| probe.id).collect();
    assert_eq!(found, expected, "{winter} in {:?}", at.zone);
}

fn partial(text: &str) -> PartialDate {
    text.parse().unwrap()
}

#[test]
fn parts_of_an_instant_are_those_of_its_local_date() -> contactdb::Result<()> {
    for zone in ["UTC", "America/New_York", "Asia/Kolkata"] {
        let db = memory();
        let mut tx = db.write()?;
        let t = tx.define(Field::date_time("t"))?;
        let here = parts::OF_INSTANTS.iter().filter(|row| row.0 == zone);
        let values = here.map(|(_, value, month, year, weekday)| {
            (*value, Known { month: Some(*month), year: Some(*year), weekday: Some(*weekday) })
        });
        let probes = probes(&mut tx, values, |contact, value| contact.set(t, instant(value)))?;
        let at = moment("2026-07-01T12:00", zone, Weekday::Saturday, Month::October);
        expect_parts(&tx, &at, "t", &probes);
    }
    Ok(())
}

#[test]
fn parts_of_a_date_are_the_same_in_each_zone() -> contactdb::Result<()> {
    let db = memory();
    let mut tx = db.write()?;
    let d = tx.define(Field::date("d"))?;
    let values = parts::OF_DATES.iter().map(|(value, month, year, weekday)| {
        (*value, Known { month: Some(*month), year: Some(*year), weekday: Some(*weekday) })
    });
    let probes = probes(&mut tx, values, |contact, value| contact.set(d, day(value)))?;
    for zone in ["America/New_York", "Asia/Kolkata"] {
        let at = moment("2026-12-31T23:30", zone, Weekday::Sunday, Month::April);
        expect_parts(&tx, &at, "d", &probes);
    }
    Ok(())
}

#[test]
fn parts_of_a_partial_date_are_known_where_it_knows_them() -> contactdb::Result<()> {
    let db = memory();
    let mut tx = db.write()?;
    let p = tx.define(Field::partial_date("p"))?;
    let values = parts::OF_PARTIAL_DATES
        .iter()
        .map(|(value, month, year, weekday)| (*value, Known { month: *month, year: *year, weekday: *weekday }));
    let probes = probes(&mut tx, values, |contact, value| contact.set(p, partial(value)).birthday(partial(value)))?;
    let at = moment("2026-03-29T01:00", "Europe/Berlin", Weekday::Monday, Month::January);
    for field in ["p", "birthday"] {
        expect_parts(&tx, &at, field, &probes);
    }
    Ok(())
}

/// Those of the cases that are asked in the zone, or all.
fn expect_anniversaries(tx: &Transaction<'_>, zone: Option<&str>, fields: &[&str], probes: &[Probe<Vec<Date>>]) {
    for case in periods::CASES.iter().filter(|case| zone.is_none_or(|zone| zone == case.zone)) {
        let Case { now, zone, week, fiscal, rows } = case;
        let at = moment(now, zone, *week, *fiscal);
        for (asked, days) in *rows {
            let days = Spans::of_dates(days);
            for field in fields {
                let condition = format!("{field} anniversary {asked}");
                expect(tx, &at, probes, &condition, |dates| dates.iter().any(|date| days.contains(*date)));
            }
        }
    }
}

fn days(text: &str) -> Vec<Date> {
    text.split_whitespace().map(day).collect()
}

#[test]
fn anniversaries_of_partial_dates_come_each_year_after_their_own() -> contactdb::Result<()> {
    let db = memory();
    let mut tx = db.write()?;
    let p = tx.define(Field::partial_date("p"))?;
    let values = anniversaries::OF_DATES.iter().map(|(value, dates)| (*value, days(dates)));
    let probes = probes(&mut tx, values, |contact, value| contact.set(p, partial(value)).birthday(partial(value)))?;
    expect_anniversaries(&tx, None, &["p", "birthday"], &probes);
    Ok(())
}

#[test]
fn anniversaries_of_dates_come_each_year_after_their_own() -> contactdb::Result<()> {
    let db = memory();
    let mut tx = db.write()?;
    let d = tx.define(Field::date("d"))?;
    let full = anniversaries::OF_DATES.iter().filter(|(value, _)| partial(value).full().is_some());
    let values = full.map(|(value, dates)| (*value, days(dates)));
    let probes = probes(&mut tx, values, |contact, value| contact.set(d, day(value)))?;
    expect_anniversaries(&tx, None, &["d"], &probes);
    Ok(())
}

#[test]
fn anniversaries_of_an_instant_are_those_of_its_local_date() -> contactdb::Result<()> {
    for zone in ["Europe/Berlin", "Asia/Kolkata", "America/New_York", "UTC"] {
        let db = memory();
        let mut tx = db.write()?;
        let t = tx.define(Field::date_time("t"))?;
        let here = anniversaries::OF_INSTANTS.iter().filter(|row| row.0 == zone);
        let values = here.map(|(_, value, dates)| (*value, days(dates)));
        let probes = probes(&mut tx, values, |contact, value| contact.set(t, instant(value)))?;
        expect_anniversaries(&tx, Some(zone), &["t"], &probes);
    }
    Ok(())
}
