//! Dumps of random databases, loaded again; what is kept unseen; what is refused.

use std::io::Write as _;
use std::ops::ControlFlow;

use fastrand::Rng;

use super::lines::Members;
use super::{Dump, DumpProblem, Dumped, Load};
use crate::engine::tests::asking::Asker;
use crate::error::{Error, ErrorKind};
use crate::model::{
    AttributeId, Group, Kind, PartialDate, PhoneNumber, RecordId, Value, ValueRange, Values, WebAddress,
};
use crate::read::view::View as _;
use crate::rows::recompute::random;
use crate::schema::system;
use crate::{
    AnyRecord, Choice, Company, Contact, Currency, Database, Decimal, EmailAddress, Field, Interaction, Limits, Money,
    Options, Pipeline, Read, Region, Snapshot,
};

fn dumped(read: &impl Read) -> Vec<u8> {
    let mut dump = Vec::new();
    Dump::new(read).write(&mut dump).unwrap();
    dump
}

fn loaded(dump: &[u8]) -> Result<(Database, Dumped), Error> {
    let db = Options::new().in_memory().unwrap();
    let mut tx = db.write()?;
    let done = Load::new(&mut tx).read(dump)?;
    let report = tx.check(|_| {})?;
    assert!(report.is_sound(), "{:?}", report.differences);
    tx.commit()?;
    Ok((db, done))
}

fn lines(dump: &[u8]) -> Vec<String> {
    str::from_utf8(dump).unwrap().lines().map(str::to_owned).collect()
}

/// The same lines without a checksum, so that what was changed in them is looked at.
fn changed(lines: &[String], change: impl FnOnce(&mut Vec<String>)) -> Vec<u8> {
    let mut lines = lines.to_vec();
    let end = lines.pop().unwrap();
    change(&mut lines);
    lines.push(format!("{{\"end\":{}}}", lines.len()));
    assert!(end.starts_with("{\"end\""));
    (lines.join("\n") + "\n").into_bytes()
}

fn same_lines(one: &[u8], other: &[u8], context: &str) {
    for (one, other) in lines(one).iter().zip(&lines(other)) {
        assert_eq!(one, other, "{context}");
    }
    assert_eq!(one.len(), other.len(), "{context}");
}

/// Random questions about both, with the same answers in the same order.
fn answer_alike(seed: u64, one: &Snapshot, other: &Snapshot) -> u32 {
    let mut rng = Rng::with_seed(seed);
    let (source, catalogue) = (one.tables().0, one.catalogue());
    let kinds: Vec<Kind> = catalogue.kinds().map(|entry| entry.kind).collect();
    let mut own = rng.fork();
    let mut asker = Asker::new(&mut own, source, catalogue);
    let mut telling = 0;
    for _ in 0..150 {
        let kind = *rng.choice(&kinds).unwrap();
        let now = asker.moment(kind);
        let text = asker.segment(kind);
        let Ok(segment) = one.any_segment(&*text) else { continue };
        let again = other.any_segment(&*text).unwrap_or_else(|error| panic!("{text}\n{error}"));
        let (ids, same) = (one.select(&segment).at(now.clone()).ids(), other.select(&again).at(now).ids());
        let ids = ids.unwrap();
        assert_eq!(ids, same.unwrap(), "{text}");
        telling += u32::from(!ids.is_empty());
    }
    telling
}

#[test]
fn a_random_database_comes_back_as_it_was() {
    let mut telling = 0;
    for seed in 0..3 {
        let db = random::database(seed);
        let before = db.read().unwrap();
        let dump = dumped(&before);
        let (copy, done) = loaded(&dump).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let after = copy.read().unwrap();
        same_lines(&dump, &dumped(&after), &format!("seed {seed}"));
        assert_eq!(done.lines, lines(&dump).len() as u64);
        assert_eq!(done.bytes, dump.len() as u64);
        for entry in before.catalogue().kinds() {
            assert_eq!(before.len(entry.kind).unwrap(), done.records.get(&entry.kind).copied().unwrap_or(0));
        }
        let (saved, again) = (before.saved_questions().unwrap(), after.saved_questions().unwrap());
        assert_eq!(saved, again);
        telling += answer_alike(seed, &before, &after);
    }
    assert!(telling > 50, "{telling}");
}

/// The records of a kind, with their values as they stand in the file.
fn values_of(snapshot: &Snapshot, kind: Kind) -> Vec<Values> {
    let all = crate::rows::all(snapshot.tables().0, snapshot.catalogue(), kind);
    all.map(|row| row.unwrap().values).collect()
}

/// A value of every type, as a newer version might have them.
fn every_value(about: RecordId) -> Vec<Value> {
    let money = Money::new(Decimal::new(1_250, 2), Currency::EUR);
    let plain = vec![
        Value::Text("a \"b\"\n\u{7f}\u{1F600}".into()),
        Value::Integer(i64::MIN),
        Value::Decimal(Decimal::new(-100, 3)),
        Value::Money(money),
        Value::Boolean(false),
        Value::Date(time::Date::MIN),
        Value::DateTime(time::PrimitiveDateTime::MAX.assume_utc().replace_nanosecond(999_999_000).unwrap()),
        Value::DateTime(time::PrimitiveDateTime::MIN.assume_utc()),
        Value::PartialDate(PartialDate::new(None, Some(2), Some(29)).unwrap()),
        Value::Choice(Choice::from("#7")),
        Value::Email(EmailAddress::from_stored("no address".into())),
        Value::Phone(PhoneNumber::from_stored("none".into())),
        Value::Phone(PhoneNumber::new("020 7946 0000").unwrap().in_region(Region::new("GB").unwrap())),
        Value::Url(WebAddress::from_stored("not\u{1}one".into())),
        Value::Reference(about),
        Value::NumberRange(ValueRange::at_most(Decimal::ONE)),
        Value::MoneyRange(ValueRange { from: None, to: None }),
        Value::DateRange(ValueRange::at_least(time::Date::MAX)),
    ];
    let mut group = Group::default();
    for (number, value) in (1..).zip(&plain) {
        group.put(number, Some(value.clone()));
    }
    let nested = Value::List(vec![Value::Group(group), Value::List(plain.clone()), Value::List(Vec::new())]);
    plain.into_iter().chain([nested]).collect()
}

#[test]
fn what_a_newer_version_wrote_is_kept() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let id = tx.insert(&Contact::named("Ada", "Lovelace").email("ada@acme.example").phone("+44 20 7946 0001")).unwrap();
    let catalogue = tx.catalogue().clone();
    let before = crate::rows::load(tx.writer_mut(), &catalogue, Kind::CONTACT, 0).unwrap().unwrap();
    let mut values = before.values.clone();
    for (number, value) in (300..).zip(every_value(id.into())) {
        values.set(AttributeId::property(number), value);
    }
    // A part that is not known, texts of another form, an option that is not known.
    let email = AttributeId::property(catalogue.attribute(Kind::CONTACT, "email").unwrap().id.number());
    let Some(Value::List(emails)) = values.get_mut(email) else { panic!("a list of addresses") };
    let Value::Group(group) = &mut emails[0] else { panic!("an address") };
    group.take(1);
    group.put(1, Some(Value::Email(EmailAddress::from_stored("of another form".into()))));
    group.parts.sort_by_key(|(number, _)| *number);
    group.put(29, None);
    group.parts.push((29, Value::List(vec![Value::Integer(3)])));
    group.parts.sort_by_key(|(number, _)| *number);
    let stage = catalogue.attribute(Kind::CONTACT, "stage").unwrap().id;
    values.set(stage, Value::Choice(Choice::from("#99")));
    // Values that can't be read, one of them in a known attribute, and a text that stands outside the record.
    let text = "long ".repeat(100);
    values.take(AttributeId::property(catalogue.attribute(Kind::CONTACT, "job_title").unwrap().id.number()));
    let mut opaque: Vec<(AttributeId, Box<[u8]>)> = vec![
        (AttributeId::property(400), Box::from([0x20, 2, 7, 9].as_slice())),
        (AttributeId::property(401), Box::from([0xA2, 0x21, 0, 0x41, b'x'].as_slice())),
        (AttributeId::property(402), Box::from([20, 251, 244, 1].as_slice())),
        (catalogue.attribute(Kind::CONTACT, "job_title").unwrap().id, Box::from([0x3F, 1, 0].as_slice())),
    ];
    opaque.sort_by_key(|(id, _)| *id);
    values.opaque = opaque;
    crate::rows::replace(tx.writer_mut(), &catalogue, Kind::CONTACT, &before, &values).unwrap();
    let unseen = vec![(AttributeId::property(402), text.clone())];
    crate::rows::put_unseen_texts(tx.writer_mut(), Kind::CONTACT, 0, unseen);
    tx.commit().unwrap();

    let snapshot = db.read().unwrap();
    let dump = dumped(&snapshot);
    let (copy, _) = loaded(&dump).unwrap();
    let after = copy.read().unwrap();
    same_lines(&dump, &dumped(&after), "kept");
    assert_eq!(values_of(&after, Kind::CONTACT), [values]);
    assert!(str::from_utf8(&dump).unwrap().contains(&text));
    assert_eq!(after.get(id).unwrap(), snapshot.get(id).unwrap());
}

/// A small database with a bit of everything.
fn sample() -> Database {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let budget = tx.define(Field::money("budget", Currency::EUR)).unwrap();
    tx.define(Field::text("code").unique().pattern("[A-Z]+")).unwrap();
    tx.define(Field::choice("plan").option("free", "Free").option("pro", "Pro").default("free")).unwrap();
    tx.edit_field(Kind::CONTACT, "stage").unwrap().add_option("trial", "On trial").unwrap();
    let pipeline = Pipeline::new("lettings", "Lettings").stage("viewing", "Viewing", 20).won("let", "Let");
    tx.define_pipeline(Kind::DEAL, pipeline).unwrap();
    let acme = tx.insert(&Company::new("Acme").tag("lists/gold")).unwrap();
    let under = tx.insert(&Company::new("Acme Tools").parent(acme)).unwrap();
    let ada = Contact::named("Ada", "Lovelace").email("ada@acme.example").works_at(under, "CTO").set(budget, 12_500);
    let ada = tx.insert(&ada.tag("vip").tag("lists/spring").stage("trial").set_value("code", "AB")).unwrap();
    tx.insert(&Interaction::call(ada)).unwrap();
    tx.save_question("VIPs", "tag vip order by family_name").unwrap();
    tx.merge_tags("vip", "lists/gold").unwrap();
    tx.update(acme, |acme| acme.notes = Some("x".repeat(300))).unwrap();
    tx.commit().unwrap();
    db
}

#[test]
fn lines_are_as_people_read_them() {
    let db = sample();
    let lines = lines(&dumped(&db.read().unwrap()));
    let begins: Vec<&str> = lines.iter().map(|line| &line[..line.find(':').unwrap()]).collect();
    assert_eq!(begins.iter().filter(|begin| **begin == "{\"record\"").count(), 4);
    for part in [
        "{\"field\":\"contact\",\"id\":32768,\"currency\":\"EUR\",\"key\":\"budget\",\"label\":\"budget\",\"type\":\"money\"}",
        "\"email\":[{\"email\":\"ada@acme.example\"}]",
        "\"budget\":{\"amount\":\"12500\",\"currency\":\"EUR\"}",
        "\"stage\":\"trial\"",
        "\"tags\":[\"lists/gold\",\"lists/spring\"]",
        "{\"outcome\":\"won\",\"probability\":100,\"stage\":\"let\"}",
    ] {
        assert!(lines.iter().any(|line| line.contains(part)), "{part}\n{}", lines.join("\n"));
    }
}

#[test]
fn references_may_lead_forwards() {
    let db = sample();
    let lines = lines(&dumped(&db.read().unwrap()));
    let first = lines.iter().position(|line| line.starts_with("{\"record\"")).unwrap();
    let backwards = changed(&lines, |lines| lines[first..].reverse());
    let (copy, _) = loaded(&backwards).unwrap();
    let after = copy.read().unwrap();
    for question in ["company.name = \"Acme Tools\"", "company.parent.name = Acme", "last_interaction is set", "all"] {
        let segment = after.segment(question).unwrap();
        assert_eq!(after.count(&segment).unwrap(), 1, "{question}");
    }
    // And again, as they came in this time.
    let again = dumped(&after);
    let (third, _) = loaded(&again).unwrap();
    same_lines(&again, &dumped(&third.read().unwrap()), "forwards");
}

#[test]
fn many_references_may_lead_forwards() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let mut parent = tx.insert(&Company::new("First")).unwrap();
    for number in 0..4_100 {
        parent = tx.insert(&Company::new(format!("Company {number}")).parent(parent)).unwrap();
    }
    tx.commit().unwrap();
    let lines = lines(&dumped(&db.read().unwrap()));
    let backwards = changed(&lines, |lines| lines[1..].reverse());
    let (copy, _) = loaded(&backwards).unwrap();
    let after = copy.read().unwrap();
    let under = after.any_segment("companies where parent is set").unwrap();
    assert_eq!(after.count(&under).unwrap(), 4_100);
    // A circle is found however long it is.
    let circle = changed(&lines, |lines| {
        let last = lines.last().unwrap();
        let id = last.split("\"id\":\"").nth(1).unwrap()[..36].to_owned();
        let first = lines[1].replace("\"values\":{", &format!("\"values\":{{\"parent\":\"company {id}\","));
        lines[1] = first;
    });
    let error = loaded(&circle).unwrap_err();
    assert!(error.to_string().contains("\"parent\" leads from the record back to it"), "{error}");
}

fn problem(dump: &[u8]) -> (u64, String) {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let error = Load::new(&mut tx).read(dump).unwrap_err();
    assert!(matches!(tx.commit().unwrap_err().kind(), ErrorKind::Poisoned));
    assert_eq!(dumped(&db.read().unwrap()), dumped(&Database::in_memory().unwrap().read().unwrap()));
    match error.kind() {
        ErrorKind::Dump { line, problem } => (*line, problem.to_string()),
        _ => panic!("{error}"),
    }
}

#[test]
fn a_dump_that_was_cut_short_or_changed_is_refused_wherever_that_is() {
    let dump = dumped(&sample().read().unwrap());
    let mut rng = Rng::with_seed(5);
    for _ in 0..25 {
        let length = rng.usize(..dump.len() - 1);
        problem(&dump[..length]);
        let mut other = dump.clone();
        let at = rng.usize(..other.len() - 1);
        other[at] ^= 1 << rng.u8(..8);
        problem(&other);
    }
    // Line ends of other systems and a mark at the beginning change nothing.
    let other = [b"\xEF\xBB\xBF".to_vec(), str::from_utf8(&dump).unwrap().replace('\n', "\r\n").into_bytes()].concat();
    assert!(loaded(&other).is_ok());
}

#[test]
fn what_is_wrong_with_a_line_is_said() {
    let lines = lines(&dumped(&sample().read().unwrap()));
    let at = |begin: &str| lines.iter().position(|line| line.starts_with(begin)).unwrap();
    let contact = at("{\"record\":\"contact\"");
    let tools = lines.iter().position(|line| line.contains("Acme Tools")).unwrap();
    let replace = |line: usize, from: &str, to: &str| {
        assert!(lines[line].contains(from), "{}", lines[line]);
        changed(&lines, |lines| lines[line] = lines[line].replace(from, to))
    };
    let cases = [
        (replace(0, "\"version\":1", "\"version\":2"), "found a dump of version 2, expected at most 1"),
        (replace(0, "\"dump\"", "\"other\""), "expected the header of a dump"),
        (replace(contact, "\"values\":", "\"valeus\":"), "found the member \"valeus\", which is not known"),
        (
            replace(contact, "\"email\":[{\"email\":\"ada@acme.example\"}]", "\"email\":[{\"email\":\"ada\"}]"),
            "values.email[0].email: found \"ada\", expected an e-mail address such as \"name@example.com\"",
        ),
        (
            replace(contact, "\"email\":[{\"email\":\"ada@acme.example\"}]", "\"email\":[{}]"),
            "values.email: found some of them, expected all parts that it must have",
        ),
        (
            replace(contact, "\"amount\":\"12500\"", "\"amount\":12500.5"),
            "values.budget: found an object, expected {\"amount\":",
        ),
        (
            replace(contact, "\"stage\":\"trial\"", "\"stage\":\"trail\""),
            "there is no option \"trail\"; did you mean \"trial\"?",
        ),
        (replace(contact, "\"code\":", "\"coed\":"), "there is no field \"coed\"; did you mean \"code\"?"),
        (replace(contact, "\"lists/gold\"", "\"lists/golden\""), "there is no tag \"lists/golden\"; did you mean"),
        (
            replace(contact, "\"version\":", "\"kept\":{\"1024\":{\"integer\":3}},\"version\":"),
            "kept: found \"1024\", expected the number of an attribute, once",
        ),
        (
            replace(contact, "\"version\":", "\"kept\":{\"900\":{\"integer\":3}},\"version\":"),
            "kept: found \"900\", expected",
        ),
        (
            replace(contact, "\"version\":", "\"kept\":{\"300\":{\"bytes\":\"0105\"}},\"version\":"),
            "kept.300: found an object, expected {\"bytes\"",
        ),
        (
            replace(contact, "\"version\":", "\"kept\":{\"300\":{\"choice\":\"x\"}},\"version\":"),
            "expected the number of an option",
        ),
        (replace(contact, "\"version\":1", "\"version\":0"), "version: found 0, expected a whole number from 1 on"),
        (replace(contact, "\"created\":\"", "\"created\":\"x"), "expected an instant such as"),
        (
            replace(contact, "\"record\":\"contact\"", "\"record\":\"contcat\""),
            "there is no kind \"contcat\"; did you mean \"contact\"?",
        ),
        (
            replace(at("{\"field\":\"contact\",\"id\":32768"), "\"money\"", "\"gold\""),
            "type: found \"gold\", expected a whole number",
        ),
        (replace(at("{\"field\":\"contact\",\"id\":32800"), "[A-Z]+", "[A-Z"), "the pattern can't be read"),
        (
            replace(
                lines.iter().position(|line| line.contains("merged_into")).unwrap(),
                "\"merged_into\":",
                "\"merged_into\":7",
            ),
            "expected a tag, and no redirect, to be merged into",
        ),
        (replace(at("{\"question\""), "\"version\":", "\"versoin\":"), "what it asks is no stored question"),
        (
            changed(&lines, |lines| lines.swap(tools, 1)),
            "found a line of the sort \"field\", which does not stand behind record",
        ),
        (changed(&lines, |lines| lines.push(lines[contact].clone())), "the contact can't be written: "),
        (changed(&lines, |lines| drop(lines.remove(at("{\"record\":\"company\"")))), "which is not in the dump"),
        (changed(&lines, |lines| lines[1].clear()), "expected a JSON object"),
        (changed(&lines, |lines| lines[1] = "{\"field\":1,\"field\":1}".into()), "expected a JSON object"),
        (
            changed(&lines, |lines| lines[contact] = format!("{{\"record\":{}1{}}}", "[".repeat(30), "]".repeat(30))),
            "\"record\" is nested deeper",
        ),
    ];
    for (dump, expected) in cases {
        let (line, found) = problem(&dump);
        assert!(found.contains(expected), "line {line}: {found}\nexpected: {expected}");
    }
}

#[test]
fn counts_and_what_stands_behind_the_end_are_looked_at() {
    let dump = dumped(&sample().read().unwrap());
    let text = str::from_utf8(&dump).unwrap();
    let found = problem(text.replace("\"contact\":1", "\"contact\":2").as_bytes());
    assert!(found.1.contains("found 1 records of the kind contact, expected 2"), "{found:?}");
    assert!(problem(format!("{text}{{}}").as_bytes()).1.contains("found something behind the line \"end\""));
    assert!(loaded(format!("{text}\n \n").as_bytes()).is_ok());
    assert!(problem(text.replace("Lovelace", "Loveless").as_bytes()).1.starts_with("the checksum is "));
    assert_eq!(problem(b"").1, DumpProblem::NotADump.to_string());
}

#[test]
fn hostile_lines_take_bounded_room() {
    // Without optimisation a database alone takes more than 128 KiB; reading a line does not.
    let small = || {
        let deep = format!("{{\"record\":{}", "[".repeat(200_000));
        assert!(Members::of(deep.as_bytes()).is_err());
        let deep = format!("{{\"record\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
        let mut members = Members::of(deep.as_bytes()).unwrap();
        assert!(matches!(members.json("record"), Err(DumpProblem::TooComplex { .. })));
        let deep = format!("{{\"record\":{}{}}}", "[".repeat(24), "]".repeat(24));
        assert!(Members::of(deep.as_bytes()).unwrap().json("record").is_ok());
    };
    std::thread::Builder::new().stack_size(128 << 10).spawn(small).unwrap().join().unwrap();
    std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(|| {
            let head = lines(&dumped(&Database::in_memory().unwrap().read().unwrap())).remove(0);
            let deep = format!("{head}\n{{\"question\":1,\"tree\":{}", "[".repeat(200_000));
            problem(deep.as_bytes());
            let tree = format!("{}1{}", "[\"not\",".repeat(50_000), "]".repeat(50_000));
            let deep = format!(
                "{head}\n{{\"question\":1,\"about\":\"contact\",\"name\":\"x\",\"tree\":{{\"version\":1,\"kind\":1,\"where\":{tree}}}}}"
            );
            problem(deep.as_bytes());
            let many = format!("{head}\n{{{}", "\"a\":1,".repeat(100_000));
            problem(many.as_bytes());
            let db = Database::in_memory().unwrap();
            let mut tx = db.write().unwrap();
            let error = Load::new(&mut tx).max_line(1_000).read(std::io::repeat(b'[')).unwrap_err();
            assert_eq!(error.to_string().split(';').next(), Some("line 1 of the dump: the line is longer than 1000 bytes"));
        })
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn only_an_empty_database_takes_a_dump() {
    let dump = dumped(&Database::in_memory().unwrap().read().unwrap());
    let fill: [fn(&mut crate::Transaction<'_>); 4] = [
        |tx| assert!(tx.insert(&Contact::named("Ada", "Lovelace")).is_ok()),
        |tx| assert!(tx.define(Field::text("code")).is_ok()),
        |tx| assert!(tx.save_question("All", "all").is_ok()),
        |tx| assert!(tx.define_kind(crate::CustomKind::new("pet", "pets")).is_ok()),
    ];
    for fill in fill {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        fill(&mut tx);
        let error = Load::new(&mut tx).read(dump.as_slice()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotEmpty { .. }), "{error}");
        // Nothing was changed.
        tx.commit().unwrap();
    }
}

#[test]
fn work_can_be_stopped() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    for number in 0..3_000 {
        tx.insert(&Contact::named("Ada", format!("Number {number}"))).unwrap();
    }
    tx.commit().unwrap();
    let snapshot = db.read().unwrap();
    let mut seen = Vec::new();
    let stopped = Dump::new(&snapshot)
        .progress(|at| {
            seen.push((at.records, at.total));
            if at.records == 2_000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .write(std::io::sink());
    assert!(matches!(stopped.unwrap_err().kind(), ErrorKind::Cancelled));
    assert_eq!(seen, [(1_000, 3_000), (2_000, 3_000)]);
    let dump = dumped(&snapshot);
    let copy = Database::in_memory().unwrap();
    let mut tx = copy.write().unwrap();
    let stopped = Load::new(&mut tx).progress(|_| ControlFlow::Break(())).read(dump.as_slice());
    assert!(matches!(stopped.unwrap_err().kind(), ErrorKind::Cancelled));
    assert!(tx.commit().is_err());
    assert_eq!(copy.read().unwrap().len(Kind::CONTACT).unwrap(), 0);
}

#[test]
fn a_writer_that_fails_is_told() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("no room"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    assert!(Full.write(&[]).is_err());
    let error = Dump::new(&Database::in_memory().unwrap().read().unwrap()).write(Full).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Stream(_)));
}

#[test]
fn a_dump_of_some_kinds_is_loaded_if_nothing_is_missing() {
    let db = sample();
    let snapshot = db.read().unwrap();
    let of = |kinds: &[Kind]| {
        let mut dump = Vec::new();
        Dump::new(&snapshot).kinds(kinds.iter().copied()).write(&mut dump).unwrap();
        dump
    };
    let (copy, done) = loaded(&of(&[Kind::COMPANY])).unwrap();
    assert_eq!(done.records.into_iter().collect::<Vec<_>>(), [(Kind::COMPANY, 2)]);
    assert_eq!(copy.read().unwrap().saved_questions().unwrap().len(), 1);
    assert!(problem(&of(&[Kind::CONTACT])).1.contains("dump the kind of that record too"));
    let error = Dump::new(&snapshot).kinds([Kind(700)]).write(std::io::sink()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NoSuchKind { .. }));
}

#[test]
fn limits_hold_for_what_is_loaded() {
    let dump = dumped(&sample().read().unwrap());
    let db = Options::new().limits(Limits { long_text: 200, ..Limits::default() }).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let error = Load::new(&mut tx).read(dump.as_slice()).unwrap_err();
    assert!(error.to_string().contains("allow more with Limits"), "{error}");
}

#[test]
fn numbers_are_not_used_again_in_the_copy() {
    let db = sample();
    let mut tx = db.write().unwrap();
    tx.delete_question("VIPs").unwrap();
    tx.commit().unwrap();
    let (copy, _) = loaded(&dumped(&db.read().unwrap())).unwrap();
    let numbers = |db: &Database| {
        let mut tx = db.write().unwrap();
        tx.save_question("Next", "all").unwrap();
        let field = tx.define(Field::text("next")).unwrap().id();
        let kind = tx.define_kind(crate::CustomKind::new("pet", "pets")).unwrap();
        tx.insert(&AnyRecord::new(kind).tag("next")).unwrap();
        (crate::rows::all_questions(tx.tables().0).unwrap()[0].0, field, kind, tx.catalogue().tags.next_id())
    };
    assert_eq!(numbers(&db), numbers(&copy));
}

#[test]
fn system_values_come_back() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap().acting_as("ada@acme.example");
    let id = tx.insert(&Contact::named("Ada", "Lovelace")).unwrap();
    tx.update(id, |ada| ada.stage = Some("customer".into())).unwrap();
    tx.commit().unwrap();
    let (copy, _) = loaded(&dumped(&db.read().unwrap())).unwrap();
    let (one, other) = (values_of(&db.read().unwrap(), Kind::CONTACT), values_of(&copy.read().unwrap(), Kind::CONTACT));
    assert_eq!(one, other);
    assert!(one[0].get(system::UPDATED_BY).is_some());
}
