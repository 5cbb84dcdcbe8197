//! Random trees over random people.

use proptest::prelude::*;

use super::world::{World, date, utc};
use crate::cases::cases;
use crate::model::{Address, Company, Consent, Contact, Interaction, PartialDate};
use crate::segment::testing::check_segment;
use crate::segment::{QuestionTree, SegmentTree, SyntaxLimits};
use crate::{Database, Read, Snapshot};

/// Conditions that need no random parts.
const FIXED: &[&str] = &[
    "tag vip",
    "tag under a",
    "tag \"a/b\"",
    "tags has any of [vip, \"a/b\"]",
    "email is set",
    "company is not set",
    "every interest contains \"a\"",
    "any email = \"a@b\"",
    "every relation in [lead, customer]",
    "any address (city = a and country = b)",
    "no address (city contains \"a\" or postcode is set)",
    "every address (not (city = a) and outer.age > 5)",
    "any affiliation (company.employees > 15 and title is not set)",
    "any affiliation (any company.billing_address (city = outer.outer.city))",
    "any email (email ends with \"b\" and primary)",
    "count(tags) > 0",
    "count(interest) = 1",
    "count(address) in [0, 2]",
    "month(birthday) = may",
    "month(created) between 1 and 3",
    "year(last_interaction) = 2026",
    "weekday(last_interaction) in [monday, tuesday]",
    "birthday anniversary in next 6 weeks",
    "birthday anniversary not in this quarter",
    "birthday anniversary = 2026-05-01",
    "city = field(given_name)",
    "city != field(company.name)",
    "email = field(job_title) or city < field(name)",
    "not last_interaction >= field(created)",
    "all",
    "created <= now",
    "verified >= 2026-01-31T10:00+02:00",
    "birthday = \"--05-01\"",
    "address is set",
    "may phone for \"Service messages\"",
    "any consent (consent != granted and channel = email)",
    "every consent (at is set or until >= today)",
    "consent_purpose = newsletter and restricted is set",
    "reports_to = \"01890a5d-ac96-774b-bcce-b302099a8057\"",
];

/// A condition without connectives that is sound over the built-in attributes of contacts.
fn leaf() -> impl Strategy<Value = String> {
    let text = prop::sample::select(vec![
        "job_title",
        "given_name",
        "city",
        "name",
        "owner",
        "company.name",
        "email",
        "phone",
        "notes",
        "interest",
        "link",
    ]);
    let text_operator = prop::sample::select(vec![
        "=",
        "!=",
        "==",
        "<",
        ">=",
        "contains",
        "not contains",
        "starts with",
        "ends with",
        "like",
        "~",
        "has word",
        "matches",
    ]);
    let value = "[a-c0-9]{1,3}";
    let stage = prop::sample::select(vec!["lead", "customer", "\"Qualified lead\"", "FORMER"]);
    let comparison = prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]);
    let day = (1990_i32..2030, 1_u8..=12, 1_u8..=28).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}"));
    let day = prop_oneof![3 => day, 1 => prop::sample::select(vec!["today", "yesterday", "tomorrow"]).prop_map(str::to_owned)];
    let time = prop::sample::select(vec!["created", "last_interaction", "birthday", "customer_since", "verified"]);
    let period = prop::sample::select(vec![
        "in last 30 days",
        "in next 2 weeks",
        "in this quarter",
        "not in previous month",
        "in previous 3 months",
        "in following year",
        "more than 90 days ago",
        "less than 1 year ago",
        "in this week",
    ]);
    let set = prop::sample::select(vec!["has any of", "has all of", "has none of", "is exactly", "in", "not in"]);
    let relation = prop::collection::vec(prop::sample::select(vec!["lead", "customer", "partner", "\"Press\""]), 0..4);
    let channel = prop::sample::select(vec!["email", "phone", "\"E-mail\"", "post"]);
    let purpose = prop::sample::select(vec!["newsletter", "offers", "\"SERVICE\""]);
    prop_oneof![
        (channel, purpose).prop_map(|(channel, purpose)| format!("may {channel} for {purpose}")),
        (text, text_operator, value).prop_map(|(path, operator, value)| format!("{path} {operator} \"{value}\"")),
        (prop::sample::select(vec!["stage", "priority"]), comparison.clone(), prop::sample::select(vec!["x"]))
            .prop_flat_map(move |(path, operator, _)| {
                let options = if path == "stage" {
                    stage.clone().boxed()
                } else {
                    prop::sample::select(vec!["low", "urgent", "\"HIGH\""]).boxed()
                };
                options.prop_map(move |option| format!("{path} {operator} {option}"))
            }),
        (comparison.clone(), -5_i64..80).prop_map(|(operator, age)| format!("age {operator} {age}")),
        (-5_i64..50, 1_i64..50).prop_map(|(low, more)| format!("company.employees between {low} and {}.5", low + more)),
        (time.clone(), comparison, day.clone()).prop_map(|(path, operator, day)| format!("{path} {operator} {day}")),
        (time.clone(), period).prop_map(|(path, period)| format!("{path} {period}")),
        (set, relation).prop_map(|(operator, items)| format!("relation {operator} [{}]", items.join(", "))),
        prop::sample::select(FIXED).prop_map(str::to_owned),
    ]
}

fn condition() -> impl Strategy<Value = String> {
    leaf().prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|operand| format!("not ({operand})")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|operands| format!("({})", operands.join(") and ("))),
            prop::collection::vec(inner, 2..4).prop_map(|operands| format!("({})", operands.join(") or ("))),
        ]
    })
}

/// Some people, with what the conditions ask about set here and there.
fn people() -> World {
    let mut world = World::new();
    let mut random = fastrand::Rng::with_seed(11);
    let text = |random: &mut fastrand::Rng| -> String {
        (0..random.usize(1..4)).map(|_| ['a', 'b', 'c', '1', '2'][random.usize(..5)]).collect()
    };
    let companies: Vec<_> = (0..5)
        .map(|at| {
            let company = Company::new(text(&mut random)).employees(at * 10);
            let billing = Address::new("", ["a", "b", "c"][random.usize(..3)]);
            world.insert(&if random.bool() { company.billing_address(billing) } else { company })
        })
        .collect();
    for _ in 0..40 {
        let mut contact = Contact::named(text(&mut random), text(&mut random));
        if random.bool() {
            contact = contact.job_title(text(&mut random)).interest(text(&mut random));
        }
        if random.bool() {
            contact = contact.email(format!("{}@b", text(&mut random)).as_str()).relation("lead");
        }
        if random.bool() {
            contact = contact.relation("customer").stage(["lead", "customer", "former"][random.usize(..3)]);
        }
        if random.bool() {
            contact = contact.works_at(companies[random.usize(..5)], "").tag(["vip", "a/b", "a/c"][random.usize(..3)]);
        }
        if random.bool() {
            contact =
                contact.birthday(["--05-01", "1990-05-01", "2000"][random.usize(..3)].parse::<PartialDate>().unwrap());
        }
        for _ in 0..random.usize(0..3) {
            let address = Address::new("", text(&mut random)).country(["a", "b"][random.usize(..2)]);
            contact = contact.address(if random.bool() { address.postcode("1") } else { address });
        }
        if random.bool() {
            contact = contact.phone("12 12 21").notes(text(&mut random));
        }
        for _ in 0..random.usize(0..4) {
            let mut consent = Consent::new(["granted", "granted", "withdrawn", "objected"][random.usize(..4)]);
            if random.bool() {
                consent = consent.on(["email", "phone"][random.usize(..2)]);
            }
            if random.bool() {
                consent = consent.for_purpose(["newsletter", "offers"][random.usize(..2)]);
            }
            if random.bool() {
                consent = consent.at(utc(2026, random.u8(1..5), 1, 0, 0));
            }
            if random.bool() {
                consent = consent.until(date(2026, random.u8(3..5), 1));
            }
            contact = contact.consent(consent);
        }
        if random.u8(..8) == 0 {
            contact = contact.restricted(utc(2026, random.u8(3..5), 1, 0, 0));
        }
        let id = world.insert(&contact);
        if random.bool() {
            world.insert(&Interaction::call(id).at(utc(2026, random.u8(1..4), random.u8(1..28), 0, 0)));
        }
    }
    world
}

thread_local! {
    /// A database with the tags that the conditions name.
    static TAGGED: Database = {
        let db = Database::in_memory().unwrap();
        let mut tx = db.write().unwrap();
        tx.insert(&Contact::named("Ada", "Example").tag("vip").tag("a/b")).unwrap();
        tx.commit().unwrap();
        db
    };
}

thread_local! {
    static WORLD: World = people();
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn not_is_the_exact_complement(text in condition()) {
        WORLD.with(|world| {
            let (yes, no) = (world.count(&text), world.count(&format!("not ({text})")));
            prop_assert_eq!(yes + no, 40, "{}", text);
            Ok(())
        })?;
    }

    #[test]
    fn text_of_a_checked_tree_checks_back_to_the_same_tree(text in condition()) {
        WORLD.with(|world| {
            let segment = world.check(&text);
            let shown = segment.to_text(&world.catalogue);
            let again = check_segment(&shown, &world.catalogue, &SyntaxLimits::default());
            prop_assert!(again.is_ok(), "{}", shown);
            prop_assert_eq!(&segment, &again.unwrap(), "{}", shown);
            prop_assert_eq!(world.check(&shown).to_text(&world.catalogue), shown);
            let json = serde_json::to_string(&segment.to_tree()).unwrap();
            let tree: SegmentTree = serde_json::from_str(&json).unwrap();
            let loaded = check_segment(&tree, &world.catalogue, &SyntaxLimits::default());
            prop_assert!(loaded.is_ok(), "{}\n{:?}", json, loaded);
            prop_assert_eq!(&segment, &loaded.unwrap(), "{}", json);
            prop_assert!(segment.to_sentence(&world.catalogue).ends_with('.'));
            Ok(())
        })?;
    }

    /// As text, as data, and through the file.
    #[test]
    fn a_saved_question_is_the_question_that_was_saved(
        text in condition(),
        order in prop::sample::select(vec!["", " order by age desc", " order by company.name, month(birthday) desc, stage"]),
        limit in prop::option::of(1_u64..),
    ) {
        let text = text + order + &limit.map(|limit| format!(" limit {limit}")).unwrap_or_default();
        let (question, snapshot): (_, Snapshot) = TAGGED.with(|db| {
            let mut tx = db.write().unwrap();
            let question = tx.save_question("Saved", &text).unwrap();
            tx.commit().unwrap();
            (question, db.read().unwrap())
        });
        prop_assert_eq!(&snapshot.saved_question("saved").unwrap(), &question, "{}", text);
        let shown = question.to_text(snapshot.catalogue());
        prop_assert_eq!(snapshot.saved_questions().unwrap()[0].to_text(snapshot.catalogue()), Some(shown.clone()));
        prop_assert_eq!(&snapshot.any_question(&shown).unwrap(), &question, "{}", shown);
        let json = serde_json::to_string(&question.to_tree()).unwrap();
        let tree: QuestionTree = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&snapshot.any_question(&tree).unwrap(), &question, "{}", json);
        prop_assert_eq!(question.limit(), limit);
    }

    #[test]
    fn a_count_is_the_number_of_rows(text in condition(), descending in any::<bool>()) {
        WORLD.with(|world| {
            let order = if descending { "stage desc, name" } else { "age, email desc" };
            let found = world.select(&text, order, None);
            let streamed = world.select(&text, "", None);
            prop_assert_eq!(found.len(), streamed.len());
            // The rows are held against those of the naive evaluator there.
            world.count(&text);
            Ok(())
        })?;
    }
}
