//! Each question about time, asked at moments where calendars are awkward, against what other code than this made of
//! the documented rules: literal ends, and for each of them the microseconds on both sides.

mod berlin;
mod last_year;
mod midnight;
mod new_york;
mod oddities;
pub(crate) mod span;
mod steady;
pub(crate) mod zones;

use std::collections::BTreeSet;

use contactdb::{Contact, Field, Moment, PartialDate, Read, SegmentCode, Transaction};
use time::{Date, Duration, Month, OffsetDateTime, Weekday};

use crate::common::{date, memory};
use span::{Spans, instant};
use zones::zone;

/// A moment, and what is asked at it.
struct Case {
    what: &'static str,
    zone: &'static str,
    /// In UTC, as are all instants in these tables.
    now: &'static str,
    week: Weekday,
    fiscal: Month,
    /// What stands behind the attribute; the instants and the dates of which it holds, see [`Spans`].
    rows: &'static [(&'static str, &'static str, &'static str)],
}

pub(crate) fn moment(now: &str, place: &str, week: Weekday, fiscal: Month) -> Moment {
    let mut moment = Moment::at(instant(now)).in_zone(zone(place));
    moment.week_start = week;
    moment.fiscal_year_start = fiscal;
    moment
}

struct Row {
    asked: &'static str,
    instants: Spans<OffsetDateTime>,
    /// None if a date can't be asked this.
    dates: Option<Spans<Date>>,
}

/// A contact, and the values it was given.
struct Probe {
    id: contactdb::Id<Contact>,
    instant: Option<OffsetDateTime>,
    date: Option<Date>,
}

/// What an operator promises to be another spelling of.
fn same_as(asked: &str) -> Option<String> {
    asked.strip_prefix("in last ").map(|length| format!("less than {length} ago"))
}

/// What holds exactly where `field asked` does not.
fn opposites(field: &str, asked: &str) -> Vec<String> {
    let mut texts = vec![format!("not ({field} {asked})")];
    texts.extend(asked.starts_with("in ").then(|| format!("{field} not {asked}")));
    texts.extend(asked.strip_prefix("= ").map(|value| format!("{field} != {value}")));
    texts
}

/// Contacts whose values lie at and beside each end that any row of the case has and at both ends of the calendar, one
/// without values, and some of whose birthday only a part is known, which is no day to compare.
fn probes(tx: &mut Transaction<'_>, now: OffsetDateTime, rows: &[Row]) -> contactdb::Result<Vec<Probe>> {
    let t = tx.define(Field::date_time("t"))?;
    let d = tx.define(Field::date("d"))?;
    let ends: [Date; 2] = [date(1, 1, 1), date(9999, 12, 31)];
    let mut instants = BTreeSet::from(ends.map(|day| day.midnight().assume_utc()));
    let mut dates = BTreeSet::from(ends);
    let beside = [-1, 0, 1];
    for end in rows.iter().flat_map(|row| row.instants.ends()).chain([now]) {
        instants.extend(beside.into_iter().filter_map(|step| end.checked_add(Duration::microseconds(step))));
    }
    for end in rows.iter().filter_map(|row| row.dates.as_ref()).flat_map(Spans::ends) {
        dates.extend(beside.into_iter().filter_map(|step| end.checked_add(Duration::days(step))));
    }
    let (mut instants, mut dates) = (instants.into_iter(), dates.into_iter());
    let mut made = Vec::new();
    loop {
        let (instant, date) = (instants.next(), dates.next());
        let mut contact = Contact::named("Ada", "Example");
        if let Some(instant) = instant {
            contact = contact.set(t, instant);
        }
        if let Some(date) = date {
            contact = contact.set(d, date).birthday(date);
        }
        made.push(Probe { id: tx.insert(&contact)?, instant, date });
        if instant.is_none() && date.is_none() {
            break;
        }
    }
    for part in [
        format!("{:04}", now.year()),
        now.date().to_string()[..7].to_owned(),
        format!("-{}", &now.date().to_string()[4..]),
    ] {
        let contact = Contact::named("Ada", "Example").birthday(part.parse::<PartialDate>().unwrap());
        made.push(Probe { id: tx.insert(&contact)?, instant: None, date: None });
    }
    Ok(made)
}

fn check(case: &Case) -> contactdb::Result<Vec<String>> {
    let rows: Vec<Row> = case
        .rows
        .iter()
        .map(|(asked, instants, dates)| Row {
            asked,
            instants: Spans::of_instants(instants, instant(case.now)),
            dates: (*dates != "refused").then(|| Spans::of_dates(dates)),
        })
        .collect();
    let db = memory();
    let mut tx = db.write()?;
    let probes = probes(&mut tx, instant(case.now), &rows)?;
    let mut wrong = Vec::new();
    let moment = moment(case.now, case.zone, case.week, case.fiscal);
    let mut expect = |text: &str, holds: &dyn Fn(&Probe) -> bool| -> contactdb::Result<()> {
        let found = tx.select(&tx.segment(text)?).at(moment.clone()).ids()?;
        let found: BTreeSet<_> = found.into_iter().collect();
        // One value of each question says enough.
        if let Some(probe) = probes.iter().find(|probe| found.contains(&probe.id) != holds(probe)) {
            let Case { what, zone, now, .. } = case;
            let value = (probe.instant.map(|at| at.to_string()), probe.date.map(|day| day.to_string()));
            wrong.push(format!("{what} ({now} in {zone}): {text}: {value:?}: expected {}", holds(probe)));
        }
        Ok(())
    };
    for Row { asked, instants, dates } in &rows {
        let of_instant = |probe: &Probe| probe.instant.is_some_and(|at| instants.contains(at));
        let of_date = |dates: &Spans<Date>, probe: &Probe| probe.date.is_some_and(|day| dates.contains(day));
        let mut both_ways = |field: &str, holds: &dyn Fn(&Probe) -> bool| -> contactdb::Result<()> {
            for asked in [Some((*asked).to_owned()), same_as(asked)].into_iter().flatten() {
                expect(&format!("{field} {asked}"), holds)?;
            }
            opposites(field, asked).iter().try_for_each(|text| expect(text, &|probe| !holds(probe)))
        };
        both_ways("t", &of_instant)?;
        if let Some(dates) = dates {
            both_ways("d", &|probe| of_date(dates, probe))?;
            expect(&format!("birthday {asked}"), &|probe| of_date(dates, probe))?;
        }
    }
    for Row { asked, .. } in rows.iter().filter(|row| row.dates.is_none()) {
        for field in ["d", "birthday"] {
            let error = tx.segment(format!("{field} {asked}")).unwrap_err();
            let code = error.segment_error().unwrap().code();
            let refused = [SegmentCode::OperatorMismatch, SegmentCode::ValueMismatch];
            assert!(code.is_some_and(|code| refused.contains(&code)), "{field} {asked}: {error}");
        }
    }
    Ok(wrong)
}

#[track_caller]
fn check_all(cases: &[Case]) {
    let wrong: Vec<String> = cases.iter().flat_map(|case| check(case).unwrap()).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_calendar_holds_in_berlin() {
    check_all(berlin::CASES);
}

#[test]
fn the_calendar_holds_in_new_york() {
    check_all(new_york::CASES);
}

#[test]
fn the_calendar_holds_where_clocks_never_change() {
    check_all(steady::CASES);
}

#[test]
fn the_calendar_holds_where_clocks_change_at_midnight() {
    check_all(midnight::CASES);
}

#[test]
fn the_calendar_holds_where_days_are_skipped_and_midnights_come_twice() {
    check_all(oddities::CASES);
}

#[test]
fn the_calendar_holds_in_its_last_year() {
    check_all(last_year::CASES);
}
