//! Questions that the database keeps under a name.

use contactdb::filter::{attribute, tag};
use contactdb::{
    Company, Contact, Database, ErrorKind, Field, Kind, Limits, Options, QuestionProblem, QuestionTree, Read,
    SegmentCode, SegmentTree, SyntaxLimits,
};

use crate::common::{Counter, Watch, file, memory, options};

fn names(read: &impl Read) -> Vec<String> {
    read.saved_questions().unwrap().into_iter().map(|question| question.name).collect()
}

fn text(read: &impl Read, name: &str) -> String {
    read.saved_question(name).unwrap().to_text(read.catalogue())
}

fn problem(error: &contactdb::Error) -> &QuestionProblem {
    match error.kind() {
        ErrorKind::Question { problem, .. } => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_saved_question_is_there_after_the_file_was_closed() {
    let (_folder, path) = file();
    let db = Database::create(&path).unwrap();
    let mut tx = db.write().unwrap();
    let ids = ["Ada", "Grace", "Hedy"].map(|given| tx.insert(&Contact::named(given, "Example").tag("vip")).unwrap());
    let saved = tx.save_question("Two VIPs", "tag vip order by given_name desc limit 2").unwrap();
    tx.save_question("Large", "companies where employees > 50").unwrap();
    tx.commit().unwrap();
    db.close().unwrap();

    let snapshot = Database::open(&path).unwrap().read().unwrap();
    let question = snapshot.saved_question("Two VIPs").unwrap();
    assert_eq!(question, saved);
    assert_eq!(snapshot.ask(&question.typed::<Contact>().unwrap()).ids().unwrap(), [ids[2], ids[1]]);
    assert!(snapshot.saved_question("Large").unwrap().typed::<Company>().is_some());
    assert_eq!(names(&snapshot), ["Large", "Two VIPs"]);
}

#[test]
fn a_question_is_saved_from_whatever_it_can_be_read_from() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.insert(&Contact::named("Ada", "Example").tag("vip")).unwrap();
    let question = tx.question::<Contact>("tag vip order by created desc limit 10").unwrap();
    let segment = tx.segment("tag vip").unwrap();
    let asked: QuestionTree = question.to_tree();
    let stored: SegmentTree = segment.to_tree();
    tx.save_question("a text", "tag vip order by created desc limit 10").unwrap();
    tx.save_question("a question", &question).unwrap();
    tx.save_question("any question", question.as_any()).unwrap();
    tx.save_question("a tree", &asked).unwrap();
    tx.save_question("a filter", tag("vip")).unwrap();
    tx.save_question("a segment", &segment).unwrap();
    tx.save_question("any segment", segment.as_any()).unwrap();
    tx.save_question("a stored segment", stored).unwrap();
    for saved in tx.saved_questions().unwrap() {
        let found = tx.saved_question(&saved.name).unwrap();
        let whole = "tag vip order by created desc limit 10";
        let expected = if saved.name.ends_with("segment") || saved.name == "a filter" { "tag vip" } else { whole };
        assert_eq!(found.to_text(tx.catalogue()), expected, "{}", saved.name);
        assert_eq!(saved.to_text(tx.catalogue()).as_deref(), Some(expected));
        assert_eq!(saved.tree, Some(found.to_tree()));
        assert_eq!((saved.kind, saved.description, saved.folder), (Kind::CONTACT, None, None));
    }
    assert_eq!(tx.saved_questions().unwrap().len(), 8);
}

#[test]
fn a_name_is_one_whatever_its_case_and_is_listed_as_it_was_last_spelt() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.save_question("Gr\u{f6}\u{df}te Kunden", "stage = customer").unwrap();
    tx.describe_question("gr\u{f6}\u{df}te kunden", Some("Those that matter.")).unwrap();
    tx.move_question("gr\u{f6}\u{df}te kunden", Some(" Sales ")).unwrap();
    tx.save_question(" GR\u{d6}SSTE KUNDEN ", "stage = lead").unwrap();
    let [saved] = tx.saved_questions().unwrap().try_into().unwrap();
    assert_eq!(saved.name, "GR\u{d6}SSTE KUNDEN");
    assert_eq!(saved.description.as_deref(), Some("Those that matter."));
    assert_eq!(saved.folder.as_deref(), Some("Sales"));
    assert_eq!(text(&tx, "gr\u{f6}sste kunden"), "stage = lead");
    tx.rename_question("Gr\u{f6}sste Kunden", "gr\u{f6}sste kunden").unwrap();
    assert_eq!(names(&tx), ["gr\u{f6}sste kunden"]);
    tx.describe_question("gr\u{f6}sste kunden", None).unwrap();
    tx.move_question("gr\u{f6}sste kunden", None).unwrap();
    let [saved] = tx.saved_questions().unwrap().try_into().unwrap();
    assert_eq!((saved.description, saved.folder), (None, None));
}

#[test]
fn a_name_that_can_not_be_one_is_refused_and_nothing_changes() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.save_question("One", "stage = lead").unwrap();
    tx.save_question("Two", "stage = customer").unwrap();
    let long = "n".repeat(201);
    for name in ["", "  ", "a\nb", "a\u{0}", "a\u{202e}b", long.as_str()] {
        assert_eq!(problem(&tx.save_question(name, "all").unwrap_err()), &QuestionProblem::BadName, "{name:?}");
        assert_eq!(problem(&tx.rename_question("One", name).unwrap_err()), &QuestionProblem::BadName);
        let folder = tx.move_question("One", Some(name)).unwrap_err();
        assert!(matches!(problem(&folder), QuestionProblem::BadFolder { .. }), "{folder}");
        assert!(matches!(tx.saved_question(name).unwrap_err().kind(), ErrorKind::NoSuchQuestion { .. }));
    }
    let taken = tx.rename_question("One", "TWO").unwrap_err();
    assert_eq!(problem(&taken), &QuestionProblem::Taken { other: "Two".into() });
    let mistaken = tx.save_question("Three", "stage = custommer order by nmae").unwrap_err();
    assert_eq!(mistaken.segment_error().unwrap().problems().len(), 2);
    assert_eq!(names(&tx), ["One", "Two"]);
    assert_eq!(text(&tx, "One"), "stage = lead");
    tx.save_question(&"n".repeat(200), "all").unwrap();
}

#[test]
fn a_missing_question_is_answered_with_the_nearest_name() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.save_question("Customers in Paris", "city = Paris").unwrap();
    for error in [
        tx.saved_question("custommers in paris").unwrap_err(),
        tx.rename_question("custommers in paris", "x").unwrap_err(),
        tx.describe_question("custommers in paris", None).unwrap_err(),
        tx.move_question("custommers in paris", None).unwrap_err(),
        tx.delete_question("custommers in paris").unwrap_err(),
    ] {
        let ErrorKind::NoSuchQuestion { name, nearest } = error.kind() else { panic!("{error}") };
        assert_eq!((name.as_str(), nearest.as_deref()), ("custommers in paris", Some("Customers in Paris")));
    }
    let far = tx.saved_question(&"x".repeat(1 << 20)).unwrap_err().to_string();
    assert!(far.len() < 200, "{far}");
}

#[test]
fn bounds_hold() {
    let limits = Limits { questions: 2, text: 10, long_text: 200, ..Limits::default() };
    let db = options(&Watch::new(), &Counter::default()).limits(limits).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.save_question("One", "all").unwrap();
    tx.save_question("Two", "all").unwrap();
    let many = tx.save_question("Three", "all").unwrap_err();
    assert_eq!(problem(&many), &QuestionProblem::TooMany { max: 2 });
    tx.save_question("two", "stage = lead").unwrap();
    tx.delete_question("One").unwrap();
    tx.save_question("Three", "all").unwrap();
    let long = tx.save_question("Two", format!("city = \"{}\"", "a".repeat(200))).unwrap_err();
    assert_eq!(problem(&long), &QuestionProblem::TooLong { what: "question", max: 200 });
    let long = tx.describe_question("Two", Some("elevenbytes")).unwrap_err();
    assert_eq!(problem(&long), &QuestionProblem::TooLong { what: "description", max: 10 });
}

/// A list bound by value may be of any length; a saved one is read again, and so is held to the bounds of a text.
#[test]
fn what_could_not_be_read_again_is_not_saved() {
    let syntax = SyntaxLimits::default().with_max_nodes(100);
    let db = Options::new().segment_limits(syntax).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let open = tx.segment("job_title in $titles").unwrap();
    let many = contactdb::Value::List((0..200).map(|number| format!("title {number}").into()).collect());
    let bound = tx.bind(&open, [("titles", many)]).unwrap();
    let refused = tx.save_question("Titles", &bound).unwrap_err();
    let codes: Vec<_> = refused.segment_error().unwrap().problems().map(contactdb::Problem::code).collect();
    assert_eq!(codes, [SegmentCode::TooManyNodes]);
    assert!(names(&tx).is_empty());
}

#[test]
fn parameters_are_saved_and_bound_when_the_question_is_asked() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Example").job_title("Analyst")).unwrap();
    tx.save_question("By title", "job_title in $titles order by name").unwrap();
    let saved = tx.saved_question("By title").unwrap().typed::<Contact>().unwrap();
    assert_eq!(saved.segment().parameters()[0].name, "titles");
    let unbound = tx.ask(&saved).ids().unwrap_err();
    assert_eq!(unbound.segment_error().unwrap().code().unwrap(), SegmentCode::UnboundParameter);
    let titles = contactdb::Value::List(vec!["analyst".into()]);
    let bound = tx.bind(saved.segment(), [("titles", titles)]).unwrap();
    assert_eq!(tx.ask(&saved.with_segment(&bound)).ids().unwrap(), [ada]);
}

#[test]
fn a_question_asks_the_same_after_everything_in_it_was_renamed() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.define(Field::integer("score")).unwrap();
    tx.define(Field::choice("plan").option("free", "Free").option("pro", "Pro")).unwrap();
    let ada = Contact::named("Ada", "Example").set_value("score", 7).set_value("plan", "pro");
    let ada = tx.insert(&ada).unwrap();
    tx.save_question("Best", "plan = pro and score > 5 order by score desc").unwrap();
    tx.commit().unwrap();
    let mut tx = db.write().unwrap();
    tx.edit_field(Kind::CONTACT, "score").unwrap().rename("points").unwrap();
    tx.define(Field::text("score")).unwrap();
    tx.edit_field(Kind::CONTACT, "plan").unwrap().rename("tariff").unwrap().relabel_option("pro", "Paid").unwrap();
    tx.commit().unwrap();
    let snapshot = db.read().unwrap();
    let question = snapshot.saved_question("Best").unwrap();
    assert_eq!(question.to_text(snapshot.catalogue()), "tariff = pro and points > 5 order by points desc");
    assert_eq!(snapshot.ask(&question.typed::<Contact>().unwrap()).ids().unwrap(), [ada]);
}

#[test]
fn an_archived_field_is_named_by_the_error_and_its_return_brings_the_question_back() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.define(Field::integer("score")).unwrap();
    tx.save_question("In the condition", "score > 5").unwrap();
    tx.save_question("In the order", "all order by score desc limit 3").unwrap();
    let before: Vec<_> = tx.saved_questions().unwrap();
    tx.edit_field(Kind::CONTACT, "score").unwrap().archive().unwrap();
    for (name, shown) in [("In the condition", "score > 5"), ("In the order", "all order by score desc limit 3")] {
        let error = tx.saved_question(name).unwrap_err();
        let error = error.segment_error().unwrap();
        assert_eq!(error.code().unwrap(), SegmentCode::ArchivedField, "{error}");
        assert!(error.to_string().contains(shown) && error.to_string().contains('^'), "{error}");
    }
    // It is listed all the same, with its text.
    assert_eq!(tx.saved_questions().unwrap(), before);
    assert_eq!(before[0].to_text(tx.catalogue()).as_deref(), Some("score > 5"));
    tx.edit_field(Kind::CONTACT, "score").unwrap().restore().unwrap();
    assert_eq!(text(&tx, "In the condition"), "score > 5");
    assert_eq!(text(&tx, "In the order"), "all order by score desc limit 3");
}

#[test]
fn questions_follow_the_transaction() {
    let db = memory();
    let mut tx = db.write().unwrap();
    tx.save_question("Kept", "stage = lead").unwrap();
    tx.save_question("Deleted later", "all").unwrap();
    tx.commit().unwrap();
    let before = db.read().unwrap();

    let mut tx = db.write().unwrap();
    tx.save_question("New", "all").unwrap();
    tx.save_question("Kept", "stage = customer").unwrap();
    tx.rename_question("Kept", "Renamed").unwrap();
    tx.delete_question("Deleted later").unwrap();
    assert_eq!(names(&tx), ["New", "Renamed"]);
    assert_eq!(text(&tx, "renamed"), "stage = customer");
    assert_eq!(names(&before), ["Deleted later", "Kept"]);
    tx.abort();
    assert_eq!(names(&db.read().unwrap()), ["Deleted later", "Kept"]);

    let mut tx = db.write().unwrap();
    tx.delete_question("Deleted later").unwrap();
    tx.rename_question("Kept", "Renamed").unwrap();
    tx.commit().unwrap();
    assert_eq!(names(&before), ["Deleted later", "Kept"]);
    assert_eq!(text(&before, "Kept"), "stage = lead");
    let after = db.read().unwrap();
    assert_eq!(names(&after), ["Renamed"]);
    assert!(after.saved_question("Kept").is_err());
}

#[test]
fn many_questions_are_listed_in_order_through_a_small_write_set() {
    let limits = Limits { write_set: 1 << 10, ..Limits::default() };
    let db = Options::new().limits(limits).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    for number in (0..600).rev() {
        tx.save_question(&format!("Question {number:03}"), attribute("city").eq(format!("Town {number}"))).unwrap();
    }
    for number in (0..600).step_by(3) {
        tx.delete_question(&format!("question {number:03}")).unwrap();
    }
    let expected: Vec<_> = (0..600).filter(|n| n % 3 != 0).map(|number| format!("Question {number:03}")).collect();
    assert_eq!(names(&tx), expected);
    tx.commit().unwrap();
    let snapshot = db.read().unwrap();
    assert_eq!(names(&snapshot), expected);
    assert_eq!(text(&snapshot, "Question 599"), "city = \"Town 599\"");
}
