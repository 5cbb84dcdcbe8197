//! The words of sentences and of months and days, each in one place, so that another language is another table.

/// The words in which a segment is told. `{}` stands for what is named beside each field.
#[derive(Debug)]
pub(super) struct Words {
    /// Kinds of records, then the condition.
    pub(super) records_where: &'static str,
    /// Kinds of records, all of them.
    pub(super) all_records: &'static str,
    pub(super) and: &'static str,
    pub(super) or: &'static str,
    /// A negated condition.
    pub(super) not: &'static str,
    /// A group inside a group.
    pub(super) group: &'static str,
    /// What is always true, inside a condition.
    pub(super) always: &'static str,
    /// A list: what stands between values, and before the last one.
    pub(super) comma: &'static str,
    pub(super) list_or: &'static str,
    pub(super) list_and: &'static str,
    /// No value at all.
    pub(super) empty_list: &'static str,
    /// An attribute of another record: that record, then the attribute.
    pub(super) of: &'static str,
    /// A path out of a block: the path.
    pub(super) outer: &'static str,
    /// The subject of a condition, of one value, of any and of every value.
    pub(super) whose: &'static str,
    pub(super) with_any: &'static str,
    pub(super) with_every: &'static str,
    /// A block: attribute, condition.
    pub(super) any_block: &'static str,
    pub(super) every_block: &'static str,
    pub(super) no_block: &'static str,
    /// Inside a block: attribute and what is said of it; the same of an attribute around it.
    pub(super) part: &'static str,
    pub(super) around: &'static str,
    pub(super) functions: [&'static str; 5],
    pub(super) is_true: &'static str,
    pub(super) equal: &'static str,
    pub(super) identical: &'static str,
    pub(super) not_equal: &'static str,
    /// Less, at most, more, at least; of values and of times.
    pub(super) order: [&'static str; 4],
    pub(super) time_order: [&'static str; 4],
    pub(super) between: &'static str,
    pub(super) in_list: &'static str,
    pub(super) not_in_list: &'static str,
    pub(super) has: [&'static str; 4],
    pub(super) text: [&'static str; 8],
    pub(super) covers: &'static str,
    pub(super) not_covers: &'static str,
    /// Ends; negated; a period; negated.
    pub(super) overlaps: [&'static str; 4],
    pub(super) is_set: &'static str,
    pub(super) is_not_set: &'static str,
    pub(super) during: &'static str,
    pub(super) not_during: &'static str,
    pub(super) anniversary_during: &'static str,
    pub(super) anniversary_not_during: &'static str,
    pub(super) anniversary_on: &'static str,
    pub(super) anniversary_not_on: &'static str,
    pub(super) anniversary_between: &'static str,
    pub(super) more_than_ago: &'static str,
    pub(super) less_than_ago: &'static str,
    pub(super) last: &'static str,
    pub(super) next: &'static str,
    pub(super) this: &'static str,
    pub(super) previous: &'static str,
    pub(super) previous_many: &'static str,
    pub(super) following: &'static str,
    pub(super) following_many: &'static str,
    /// Each unit of time, one of it and many.
    pub(super) units: [(&'static str, &'static str); 7],
    pub(super) yes: &'static str,
    pub(super) no: &'static str,
    pub(super) yesterday: &'static str,
    pub(super) today: &'static str,
    pub(super) tomorrow: &'static str,
    pub(super) now: &'static str,
    pub(super) months: [&'static str; 12],
    pub(super) weekdays: [&'static str; 7],
    pub(super) tagged: &'static str,
    pub(super) tagged_under: &'static str,
    /// A channel and a purpose.
    pub(super) may: &'static str,
    pub(super) a_parameter: &'static str,
    pub(super) a_record: &'static str,
    pub(super) end: &'static str,
}

pub(super) static ENGLISH: Words = Words {
    records_where: "{} {}",
    all_records: "All {}",
    and: " and ",
    or: " or ",
    not: "not ({})",
    group: "({})",
    always: "whoever they are",
    comma: ", ",
    list_or: " or ",
    list_and: " and ",
    empty_list: "nothing",
    of: "{}'s {}",
    outer: "the record's {}",
    whose: "whose {} {}",
    with_any: "with any {} that {}",
    with_every: "whose every {} {}",
    any_block: "with any {} such that {}",
    every_block: "whose every {} is such that {}",
    no_block: "with no {} such that {}",
    part: "the {} {}",
    around: "{} {}",
    functions: ["number of {}", "month of {}", "year of {}", "day of the week of {}", "{} anniversary"],
    is_true: "holds",
    equal: "is {}",
    identical: "is exactly {}",
    not_equal: "is not {}",
    order: ["is less than {}", "is at most {}", "is more than {}", "is at least {}"],
    time_order: ["is before {}", "is {} or before", "is after {}", "is {} or after"],
    between: "is from {} to {}",
    in_list: "is {}",
    not_in_list: "is none of {}",
    has: ["has any of {}", "has all of {}", "has none of {}", "is exactly {}"],
    text: [
        "contains {}",
        "does not contain {}",
        "starts with {}",
        "ends with {}",
        "has the form {}",
        "matches {}",
        "has the word {}",
        "is nearly {}",
    ],
    covers: "includes {}",
    not_covers: "does not include {}",
    overlaps: ["overlaps {} to {}", "does not overlap {} to {}", "overlaps {}", "does not overlap {}"],
    is_set: "is known",
    is_not_set: "is not known",
    during: "is in {}",
    not_during: "is not in {}",
    anniversary_during: "comes in {}",
    anniversary_not_during: "does not come in {}",
    anniversary_on: "is {}",
    anniversary_not_on: "is not {}",
    anniversary_between: "comes from {} to {}",
    more_than_ago: "is more than {} ago",
    less_than_ago: "is less than {} ago",
    last: "the last {}",
    next: "the next {}",
    this: "this calendar {}",
    previous: "the previous calendar {}",
    previous_many: "the previous {} by the calendar",
    following: "the following calendar {}",
    following_many: "the following {} by the calendar",
    units: [
        ("minute", "minutes"),
        ("hour", "hours"),
        ("day", "days"),
        ("week", "weeks"),
        ("month", "months"),
        ("quarter", "quarters"),
        ("year", "years"),
    ],
    yes: "true",
    no: "false",
    yesterday: "yesterday",
    today: "today",
    tomorrow: "tomorrow",
    now: "now",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    tagged: "tagged {}",
    tagged_under: "tagged {} or beneath it",
    may: "who may be reached ({}) for the purpose {}",
    a_parameter: "(to be given: {})",
    a_record: "the record {}",
    end: ".",
};

/// The days of the week as the language writes them, from Monday.
pub(super) const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// The months as the language reads them.
pub(crate) const MONTHS: [&str; 12] = [
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

/// The word of the language for a day of the week, from Monday, 1.
pub(super) fn weekday(day: u8) -> &'static str {
    WEEKDAYS.get(usize::from(day).wrapping_sub(1)).copied().unwrap_or("monday")
}

/// The day of the week with that name or its first three letters, in any case; Monday is 1.
pub(super) fn weekday_named(name: &str) -> Option<u8> {
    place(name, &WEEKDAYS)
}

/// The month with that name or its first three letters, in any case; January is 1.
pub(super) fn month_named(name: &str) -> Option<u8> {
    place(name, &MONTHS)
}

fn place(name: &str, names: &[&str]) -> Option<u8> {
    let is =
        |known: &str| known.eq_ignore_ascii_case(name) || known.get(..3).is_some_and(|s| s.eq_ignore_ascii_case(name));
    let at = names.iter().position(|known| is(known))?;
    u8::try_from(at + 1).ok()
}
