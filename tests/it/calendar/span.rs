//! Spans as the tables write them: `[a, b)` with `a` and without `b`, `[a]` for `a` alone, `-oo` and `oo` for no end,
//! ` + ` between several, `none` for none.

use std::ops::{Bound, RangeBounds};

use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};

use crate::common::date;

/// `2026-03-29T01:00`, with seconds and their parts if there are any; in UTC.
pub(crate) fn instant(text: &str) -> OffsetDateTime {
    let seconds = if text.len() == "2026-03-29T01:00".len() { ":00" } else { "" };
    OffsetDateTime::parse(&format!("{text}{seconds}Z"), &Rfc3339).unwrap()
}

/// `2026-03-29`.
pub(crate) fn day(text: &str) -> Date {
    let parts: Vec<i32> = text.split('-').map(|part| part.parse().unwrap()).collect();
    let [year, month, day] = parts[..] else { panic!("{text}") };
    date(year, month.try_into().unwrap(), day.try_into().unwrap())
}

pub(crate) struct Spans<T>(Vec<(Bound<T>, Bound<T>)>);

impl Spans<OffsetDateTime> {
    pub(crate) fn of_instants(text: &str, now: OffsetDateTime) -> Self {
        Self::parse(text, |end| if end == "now" { now } else { instant(end) })
    }
}

impl Spans<Date> {
    pub(crate) fn of_dates(text: &str) -> Self {
        Self::parse(text, day)
    }
}

impl<T: PartialOrd + Copy> Spans<T> {
    fn parse(text: &str, read: impl Fn(&str) -> T) -> Self {
        let bound = |text: &str, included: bool| match text {
            "oo" | "-oo" => Bound::Unbounded,
            _ if included => Bound::Included(read(text)),
            _ => Bound::Excluded(read(text)),
        };
        let span = |text: &str| {
            let inner = &text[1..text.len() - 1];
            let (from, to) = inner.split_once(", ").unwrap_or((inner, inner));
            (bound(from, text.starts_with('[')), bound(to, text.ends_with(']')))
        };
        Self(text.split(" + ").filter(|text| *text != "none").map(span).collect())
    }

    pub(crate) fn contains(&self, value: T) -> bool {
        self.0.iter().any(|span| span.contains(&value))
    }

    /// The values at which the spans begin and end.
    pub(crate) fn ends(&self) -> impl Iterator<Item = T> + '_ {
        self.0.iter().flat_map(|(from, to)| [from, to]).filter_map(|bound| match bound {
            Bound::Included(end) | Bound::Excluded(end) => Some(*end),
            Bound::Unbounded => None,
        })
    }
}
