//! What errors say.

use super::*;
use crate::model::{Rule, Tag};

fn id(number: u128) -> RecordId {
    RecordId { kind: Kind::CONTACT, uuid: uuid::Uuid::from_u128(number) }
}

fn tag_error(problem: TagProblem) -> ErrorKind {
    ErrorKind::Tag { tag: "vip".into(), problem }
}

/// Each kind as people read it; the mistakes of segments have their own tests.
#[test]
#[expect(clippy::too_many_lines, reason = "a table, one entry for each kind")]
fn errors_say_what_was_found_what_was_expected_and_what_to_do() {
    let ada = "contact 00000000-0000-0000-0000-000000000001";
    let violations = vec![
        Violation { attribute: "stage".into(), rule: Rule::Required, found: String::new() },
        Violation { attribute: "budget".into(), rule: Rule::TooSmall { min: "0".into() }, found: "-1 EUR".into() },
    ];
    let io = || -> Cause { Box::new(std::io::Error::other("disk on fire")) };
    for (kind, expected) in [
        (
            ErrorKind::Invalid { kind: Kind::CONTACT, violations },
            "the contact can't be written: stage: a value is required; budget: expected 0 or more (found \"-1 EUR\")"
                .to_owned(),
        ),
        (
            ErrorKind::Definition {
                key: "1x".into(),
                problems: vec![DefinitionProblem::BadKey { key: "1x".into() }, DefinitionProblem::BoundsReversed],
            },
            "\"1x\" can't be defined so: \"1x\" can't be a key: expected a letter or _, then letters, \
             digits and _, at most 64 bytes; the upper bound lies below the lower one"
                .to_owned(),
        ),
        (
            ErrorKind::NoSuchField { kind: Kind::COMPANY, key: "sice".into(), nearest: Some("size".into()) },
            "there is no custom field \"sice\" of company records for values of that type; did you mean \"size\"?"
                .to_owned(),
        ),
        (
            ErrorKind::Dump { line: 7, problem: DumpProblem::Missing { member: "id" } },
            "line 7 of the dump: the member \"id\" is missing".to_owned(),
        ),
        (
            ErrorKind::NotEmpty { found: "tags".into() },
            "found tags, expected an empty database; make a new one with Database::create and load the dump into that"
                .to_owned(),
        ),
        (ErrorKind::Cancelled, "the work was stopped before its end".to_owned()),
        (
            ErrorKind::Mapping { problems: vec![MappingProblem::NotAKey { found: "notes".into() }] },
            "the mapping can't be used: records can't be found by \"notes\": expected external_id, email, phone, a unique field or the name of a company and the like"
                .to_owned(),
        ),
        (
            ErrorKind::ImportStatus { name: "people.csv".into(), found: "done".into(), expected: "running" },
            "the import \"people.csv\" is done, expected one that is running".to_owned(),
        ),
        (
            ErrorKind::ImportUnknown { name: "people.csv".into(), made: 3, changed: 1, tag: "import/people.csv".into() },
            "nothing is known of what the import \"people.csv\" did (it made 3 records and changed 1), since a dump does not have that: look at \
             the records with the tag \"import/people.csv\""
                .to_owned(),
        ),
        (
            ErrorKind::OtherTable { name: "people.csv".into(), rows: 3, found: 1 },
            "the import \"people.csv\" can't go on with this: it has dealt with 3 rows, and found 1; give it the same from its beginning, or \
             begin another import"
                .to_owned(),
        ),
        (
            ErrorKind::OtherTable { name: "people.csv".into(), rows: 3, found: 3 },
            "the import \"people.csv\" can't go on with this: its headings and its first 3 rows are not those that it has dealt with; give it \
             the same from its beginning, or begin another import"
                .to_owned(),
        ),
        (
            tag_error(TagProblem::Invalid(Tag::new("a//b").unwrap_err())),
            "the tag \"vip\": \"a//b\" is no tag: expected a name such as vip or customers/gold".to_owned(),
        ),
        (
            tag_error(TagProblem::Unknown { nearest: Some("vips".into()) }),
            "the tag \"vip\": there is no such tag; did you mean \"vips\"?".to_owned(),
        ),
        (tag_error(TagProblem::Unknown { nearest: None }), "the tag \"vip\": there is no such tag".to_owned()),
        (
            tag_error(TagProblem::Taken { by: Tag::new("b").unwrap() }),
            "the tag \"vip\": there is a tag \"b\" already; merge the tags to have one of both".to_owned(),
        ),
        (
            tag_error(TagProblem::IntoItself { into: Tag::new("vip/a").unwrap() }),
            "the tag \"vip\": \"vip/a\" is the tag itself or lies beneath it; merge it into another".to_owned(),
        ),
        (
            tag_error(TagProblem::TooLong { name: "a/b".into() }),
            "the tag \"vip\": \"a/b\" would have more than 8 levels or 200 bytes; choose a shorter one".to_owned(),
        ),
        (
            ErrorKind::Csv { problem: CsvProblem::Sign { found: '\n' } },
            "the table can't be read or written so: '\\n' can't separate or surround fields: expected one character of \
             ASCII that is no line break"
                .to_owned(),
        ),
        (
            ErrorKind::Source(std::io::Error::other("cut")),
            "reading what is brought in failed; the database is as it was".to_owned(),
        ),
        (
            ErrorKind::Target(std::io::Error::other("full")),
            "writing what is given out failed; what was written is not whole".to_owned(),
        ),
        (ErrorKind::NotFound { id: id(1) }, format!("there is no {ada}")),
        (
            ErrorKind::NoSuchKind { kind: Kind(300), archived: None },
            "there is no kind 300 in this database; define it with define_kind".to_owned(),
        ),
        (
            ErrorKind::NoSuchKind { kind: Kind(300), archived: Some("Pet".into()) },
            "the kind \"Pet\" is archived and takes no new records; restore it with edit_kind".to_owned(),
        ),
        (
            ErrorKind::VersionConflict { id: id(1), expected: 2, found: 3 },
            format!("{ada} was changed meanwhile: expected version 2, found 3; read it again and repeat the change"),
        ),
        (
            ErrorKind::Referenced { id: id(1), count: 1, by: vec![id(1)] },
            format!("{ada} can't be deleted: it is referred to once, by {ada}; detach or delete what refers to it"),
        ),
        (
            ErrorKind::Referenced { id: id(1), count: 12, by: vec![id(1)] },
            format!(
                "{ada} can't be deleted: it is referred to 12 times, by {ada} and others; detach or delete what \
                 refers to it"
            ),
        ),
        (
            ErrorKind::NotAKey { kind: Kind::CONTACT, attribute: "email".into(), reason: "several may share it" },
            "\"email\" of contact records is no key: several may share it".to_owned(),
        ),
        (
            ErrorKind::Unsuitable { attribute: "notes".into(), reason: "long texts are not counted" },
            "\"notes\" can't be counted so: long texts are not counted".to_owned(),
        ),
        (
            ErrorKind::OtherOrder,
            "the cursor is of a page in another order; ask in the order of that page, or begin with the first one"
                .to_owned(),
        ),
        (
            ErrorKind::OverBudget { looked_at: 4_000 },
            "the question is over its budget: it was given up when 4000 records had been looked at one by one; ask a \
             narrower one, or allow it more"
                .to_owned(),
        ),
        (
            ErrorKind::Bulk { index: 7, source: ErrorKind::Busy.into() },
            "record 7 of the bulk write: another transaction is writing; try again later or wait with write(); \
             nothing of it will be committed"
                .to_owned(),
        ),
        (
            ErrorKind::Corrupt { table: "records", key: "0001".into(), reason: "the checksum does not match" },
            "the database is damaged: table records, key 0001: the checksum does not match; restore a backup"
                .to_owned(),
        ),
        (
            ErrorKind::StillOpen,
            "there are snapshots still; the file closes when the last of them is dropped".to_owned(),
        ),
        (ErrorKind::ReadOnly, "the database is open for reading only; open it with Database::open to write".to_owned()),
        (ErrorKind::Poisoned, "an earlier error spoilt this transaction; drop it and begin a new one".to_owned()),
        (ErrorKind::Full { kind: Kind::CONTACT }, "no more contact records can be inserted into this file".to_owned()),
        (ErrorKind::Io(io()), "reading or writing the database failed; close it and open it again".to_owned()),
        (
            ErrorKind::CommitUnknown(io()),
            "the commit failed, and may or may not have taken effect; open the database again and look".to_owned(),
        ),
    ] {
        assert_eq!(Error::from(kind).to_string(), expected);
    }
}

#[test]
fn errors_of_saved_questions_say_what_to_do() {
    for (kind, expected) in [
        (
            ErrorKind::Question { name: "VIPs".into(), problem: QuestionProblem::BadName },
            "the question \"VIPs\" can't be saved so: expected a name of 1 to 200 bytes without control and invisible \
             characters"
                .to_owned(),
        ),
        (
            ErrorKind::Question { name: "VIPs".into(), problem: QuestionProblem::Taken { other: "vips".into() } },
            "the question \"VIPs\" can't be saved so: \"vips\" has that name already; choose another or delete that \
             one first"
                .to_owned(),
        ),
        (
            ErrorKind::Question { name: "VIPs".into(), problem: QuestionProblem::BadFolder { folder: String::new() } },
            "the question \"VIPs\" can't be saved so: found the folder \"\", expected 1 to 200 bytes without control \
             and invisible characters"
                .to_owned(),
        ),
        (
            ErrorKind::Question {
                name: "VIPs".into(),
                problem: QuestionProblem::TooLong { what: "description", max: 10 },
            },
            "the question \"VIPs\" can't be saved so: the description is too long; at most 10 bytes are allowed"
                .to_owned(),
        ),
        (
            ErrorKind::Question { name: "VIPs".into(), problem: QuestionProblem::TooMany { max: 10 } },
            "the question \"VIPs\" can't be saved so: there are 10 already; delete some or allow more with \
             Limits::questions"
                .to_owned(),
        ),
        (
            ErrorKind::NoSuchQuestion { name: "vps".into(), nearest: Some("VIPs".into()) },
            "there is no saved question \"vps\"; did you mean \"VIPs\"?".to_owned(),
        ),
        (
            ErrorKind::NewerQuestion { name: "VIPs".into(), found: 9, supported: 1 },
            "the question \"VIPs\" was saved by a newer version of contactdb: found version 9, expected at most 1; use \
             a newer version of this program or save the question anew"
                .to_owned(),
        ),
    ] {
        assert_eq!(Error::from(kind).to_string(), expected);
    }
}

#[test]
fn an_error_is_one_word_wide_and_shows_its_cause_where_main_prints_it() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    let error = Error::from(ErrorKind::Io(Box::new(std::io::Error::other("disk on fire"))));
    assert!(format!("{error:?}").ends_with("\ncaused by: disk on fire"));
}

#[test]
fn a_file_that_can_not_be_opened_is_named_with_the_reason() {
    let open = |problem| ErrorKind::Open { path: "crm.contacts".into(), problem };
    for (kind, expected) in [
        (open(OpenProblem::Missing), "crm.contacts: there is no such file; Database::create makes one".to_owned()),
        (open(OpenProblem::NoFolder), "crm.contacts: there is no such folder; make it first".to_owned()),
        (open(OpenProblem::Exists), "crm.contacts: there is a file already; Database::open opens it".to_owned()),
        (open(OpenProblem::NotADatabase), "crm.contacts: this file is no contact database".to_owned()),
        (
            open(OpenProblem::Newer { found: 9, supported: 1 }),
            "crm.contacts: the file has format version 9, this program reads up to 1; use a newer version of it"
                .to_owned(),
        ),
        (
            open(OpenProblem::InUse),
            "crm.contacts: the file is in use by another process or another part of this program".to_owned(),
        ),
        (
            open(OpenProblem::NeedsRecovery),
            "crm.contacts: the file was not closed properly; open it once for writing".to_owned(),
        ),
    ] {
        assert_eq!(Error::from(kind).to_string(), expected);
    }
}
