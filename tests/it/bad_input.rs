//! Bad input: each piece gets its own typed error, nothing is written, nothing is lost.

use contactdb::{
    Affiliation, Company, Consent, Contact, Currency, Database, EmailAddress, ErrorKind, ExternalId, Field,
    FieldHandle, Id, Interaction, Kind, Labelled, Limits, Money, PersonName, Purchase, Read, Record, RecordId, Result,
    Rule, Transaction, Value, ValueRange, choices,
};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::common::{Counter, Watch, broken, date, decimal, dump, euros, options};

/// A database with a few records, and fields with every rule.
pub(crate) struct World {
    pub(crate) db: Database,
    pub(crate) ada: Id<Contact>,
    pub(crate) joe: Id<Contact>,
    pub(crate) eve: Id<Contact>,
    pub(crate) acme: Id<Company>,
    pub(crate) sub: Id<Company>,
    pub(crate) subsub: Id<Company>,
    pub(crate) call: Id<Interaction>,
    pub(crate) order: Id<Purchase>,
    pub(crate) ids: Vec<RecordId>,
    pub(crate) company_field: FieldHandle<i64>,
}

const NOBODY: Uuid = Uuid::from_u128(0xDEAD);
const LIMITS: [u64; 4] = [1_000, 2_000, 8, 3];

pub(crate) fn world() -> World {
    let limits =
        Limits { text: LIMITS[0], long_text: LIMITS[1], values: LIMITS[2], tags: LIMITS[3], ..Limits::default() };
    let db = options(&Watch::new(), &Counter::default()).limits(limits).in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.define(Field::text("code").unique()).unwrap();
    tx.define(Field::email("login").unique()).unwrap();
    tx.define(Field::decimal("account").unique()).unwrap();
    tx.define(Field::integer("badge").unique()).unwrap();
    tx.define(Field::text("zip").pattern("[0-9]{5}").length(5..=5)).unwrap();
    tx.define(Field::text("word").pattern("[a-z]+")).unwrap();
    tx.define(Field::text("nick").length(3..=8)).unwrap();
    tx.define(Field::integer("size").min(15).max(55)).unwrap();
    tx.define(Field::money("budget", Currency::EUR).min(0).max(decimal("1000.50"))).unwrap();
    tx.define(Field::date("signed").min(date(2000, 1, 1)).max(date(2030, 1, 1))).unwrap();
    tx.define(Field::choice("plan").option("free", "Free").option("pro", "Professional").option("old", "Old")).unwrap();
    tx.define(Field::multi_choice("colours").option("red", "Red").option("blue", "Blue")).unwrap();
    tx.define(Field::text("gone")).unwrap();
    tx.define(Field::<Id<Company>>::reference_to("broker")).unwrap();
    tx.define(Field::<Id<Contact>>::reference_to("friends").many()).unwrap();
    tx.define(Field::reference("anything")).unwrap();
    tx.define(Field::number_range("rooms")).unwrap();
    tx.define(Field::money_range("rent", Currency::EUR)).unwrap();
    tx.define(Field::date_range("stay")).unwrap();
    tx.define(Field::date_time("seen")).unwrap();
    tx.define(Field::text("needed").on(Kind::PURCHASE).required()).unwrap();
    let company_field = tx.define(Field::integer("floors").on(Kind::COMPANY)).unwrap();
    tx.edit_field(Kind::CONTACT, "plan").unwrap().archive_option("old").unwrap();
    let acme = tx.insert(&Company::new("Acme").external_id("books", "A")).unwrap();
    let sub = tx.insert(&Company::new("Sub").parent(acme)).unwrap();
    let subsub = tx.insert(&Company::new("Subsub").parent(sub)).unwrap();
    let ada = Contact::named("Ada", "Example")
        .email("ada@acme.example")
        .external_id("shop", "17")
        .works_at(acme, "CTO")
        .tag("vip")
        .set_value("code", "Straße-１")
        .set_value("login", "Ada@Acme.Example")
        .set_value("account", decimal("5.00"))
        .set_value("badge", 7)
        .set_value("gone", "kept")
        .set_value("size", 40);
    let ada = tx.insert(&ada).unwrap();
    let mut joe = Contact::named("Joe", "Example").phone("+44 20 7946 0005");
    joe.reports_to = Some(ada);
    let joe = tx.insert(&joe).unwrap();
    let mut eve = Contact::named("Eve", "Example");
    eve.reports_to = Some(joe);
    let eve = tx.insert(&eve).unwrap();
    let call = tx.insert(&Interaction::call(ada).external_id("mail", "1")).unwrap();
    let order = tx.insert(&Purchase::by(joe).company(acme).set_value("needed", "yes")).unwrap();
    tx.edit_field(Kind::CONTACT, "gone").unwrap().archive().unwrap();
    tx.commit().unwrap();
    let ids =
        vec![acme.into(), sub.into(), subsub.into(), ada.into(), joe.into(), eve.into(), call.into(), order.into()];
    World { db, ada, joe, eve, acme, sub, subsub, call, order, ids, company_field }
}

type Write = Box<dyn Fn(&mut Transaction<'_>, &World) -> Result<()>>;

struct Case {
    name: &'static str,
    write: Write,
    expected: Vec<(&'static str, Rule)>,
}

fn inserted<T: Record>(tx: &mut Transaction<'_>, record: &T) -> Result<()> {
    tx.insert(record).map(drop)
}

/// A contact that is put in.
fn contact(
    name: &'static str,
    attribute: &'static str,
    rule: Rule,
    make: impl Fn(Contact, &World) -> Contact + 'static,
) -> Case {
    let write =
        move |tx: &mut Transaction<'_>, world: &World| inserted(tx, &make(Contact::named("New", "Example"), world));
    Case { name, write: Box::new(write), expected: vec![(attribute, rule)] }
}

/// A contact to which a value is given by its key.
fn value(name: &'static str, key: &'static str, value: impl Into<Value>, rule: Rule) -> Case {
    let value = value.into();
    contact(name, key, rule, move |contact, _| contact.set_value(key, value.clone()))
}

/// Any other write.
fn other(
    name: &'static str,
    attribute: &'static str,
    rule: Rule,
    write: impl Fn(&mut Transaction<'_>, &World) -> Result<()> + 'static,
) -> Case {
    Case { name, write: Box::new(write), expected: vec![(attribute, rule)] }
}

fn form(expected: &'static str) -> Rule {
    Rule::Form { expected }
}

fn option(nearest: Option<&str>) -> Rule {
    let stages = ["subscriber", "lead", "qualified", "opportunity", "customer", "advocate", "former"];
    let options = if nearest.is_none() { stages.map(str::to_owned).to_vec() } else { Vec::new() };
    Rule::UnknownOption { nearest: nearest.map(str::to_owned), options }
}

fn unknown(nearest: Option<&str>) -> Rule {
    Rule::UnknownField { nearest: nearest.map(str::to_owned) }
}

const EMAIL: &str = "something like name@example.com";
const PHONE: &str = "2 to 20 digits, such as +44 20 7946 0000";
const WEB: &str = "something like https://example.com";
const TAG: &str = "a name such as vip or customers/gold";

fn texts() -> Vec<Case> {
    let mut cases = Vec::new();
    for bad in [
        "ada",
        "@",
        "ada@",
        "@example.com",
        "a b@example.com",
        "a@b@c.example",
        "a..b@example.com",
        "a@-b.example",
        "a\n@b.example",
    ] {
        cases.push(contact("broken e-mail", "email", form(EMAIL), move |new, _| new.email(bad)));
        cases.push(value("broken e-mail in a field", "login", bad, form(EMAIL)));
    }
    for bad in ["1", "call me", "+", "12+34567", "123456789012345678901", "555-0100 x"] {
        cases.push(contact("broken phone", "phone", form(PHONE), move |new, _| new.phone(bad)));
    }
    for bad in ["nowhere", "a b.example", "javascript:alert(1)", "JavaScript://example.com", "data://x", "http://"] {
        cases.push(contact("broken address", "link", form(WEB), move |new, _| new.link(bad)));
    }
    for bad in ["", " ", "a//b", "/a", "a/", "line\nbreak", "1/2/3/4/5/6/7/8/9"] {
        cases.push(contact("bad tag", "tag", form(TAG), move |new, _| new.tag(bad)));
        cases.push(other("bad tag given to a record", "tag", form(TAG), move |tx, w| tx.tag(w.ada, bad).map(drop)));
    }
    cases.extend([
        contact("long tag", "tag", form(TAG), |new, _| new.tag("x".repeat(201))),
        value("text over the limit", "job_title", "x".repeat(1_001), Rule::TooLong { max: 1_000, unit: "bytes" }),
        value(
            "bytes are counted, not letters",
            "job_title",
            "ж".repeat(501),
            Rule::TooLong { max: 1_000, unit: "bytes" },
        ),
        value("long text over the limit", "notes", "x".repeat(2_001), Rule::TooLong { max: 2_000, unit: "bytes" }),
        value("a key too long to be unique", "code", "x".repeat(513), Rule::TooLong { max: 512, unit: "bytes" }),
        contact("a part over the limit", "name.given_name", Rule::TooLong { max: 1_000, unit: "bytes" }, |_, _| {
            Contact::named("x".repeat(1_001), "")
        }),
        contact("a label over the limit", "email[1]", Rule::TooLong { max: 1_000, unit: "bytes" }, |new, _| {
            new.email(Labelled::new(EmailAddress::new("a@example.com").unwrap()).label("x".repeat(1_001)))
        }),
        contact("too many values", "interest", Rule::TooLong { max: 8, unit: "values" }, |new, _| {
            (0..9).fold(new, |new, at| new.interest(format!("interest {at}")))
        }),
        contact("too many tags", "tags", Rule::TooLong { max: 3, unit: "values" }, |new, _| {
            (0..4).fold(new, |new, at| new.tag(format!("tag {at}")))
        }),
        other("a tag too many", "tags", Rule::TooLong { max: 3, unit: "values" }, |tx, w| {
            for at in 0..3 {
                tx.tag(w.ada, format!("tag {at}"))?;
            }
            Ok(())
        }),
        value("pattern", "zip", "1234a", Rule::Pattern { pattern: "[0-9]{5}".into() }),
        value("a pattern must match the whole text", "word", "wor d", Rule::Pattern { pattern: "[a-z]+".into() }),
        value("too short", "nick", "ab", Rule::TooShort { min: 3 }),
        value("too long in characters", "nick", "жжжжжжжжж", Rule::TooLong { max: 8, unit: "characters" }),
    ]);
    cases
}

fn numbers_dates_and_options() -> Vec<Case> {
    let dollars = Money::new(5, Currency::USD);
    vec![
        value("too small", "size", 14, Rule::TooSmall { min: "15".into() }),
        value("too large", "size", 56, Rule::TooLarge { max: "55".into() }),
        value("too little money", "budget", euros("-0.01"), Rule::TooSmall { min: "0".into() }),
        value("too much money", "budget", euros("1000.51"), Rule::TooLarge { max: "1000.50".into() }),
        value("another currency", "budget", dollars, Rule::Currency { expected: "EUR".into() }),
        value("too early", "signed", date(1999, 12, 31), Rule::TooSmall { min: "2000-01-01".into() }),
        value("too late", "signed", date(2030, 1, 2), Rule::TooLarge { max: "2030-01-01".into() }),
        value("reversed numbers", "rooms", ValueRange::new(decimal("4"), decimal("2")), Rule::Reversed),
        value("reversed money", "rent", ValueRange::new(euros("4"), euros("2")), Rule::Reversed),
        value("reversed dates", "stay", ValueRange::new(date(2026, 2, 1), date(2026, 1, 1)), Rule::Reversed),
        value(
            "a range in another currency",
            "rent",
            ValueRange::at_least(dollars),
            Rule::Currency { expected: "EUR".into() },
        ),
        Case {
            name: "a range over two currencies",
            write: Box::new(move |tx, _| {
                inserted(tx, &Contact::new().set_value("rent", ValueRange::new(euros("4"), dollars)))
            }),
            expected: vec![("rent", Rule::Currency { expected: "EUR".into() }), ("rent", Rule::Reversed)],
        },
        contact("unknown stage", "stage", option(Some("customer")), |new, _| new.stage("custmer")),
        contact("nothing near", "stage", option(None), |new, _| new.stage("zzzzzzzzzzzz")),
        contact("unknown relation, the second", "relation[2]", option(Some("donor")), |new, _| {
            new.relation(choices::relation::LEAD).relation("doner")
        }),
        contact("a code is no option", "stage", option(None), |new, _| new.stage("#1")),
        contact("unknown role", "affiliation[1].role", option(Some("buyer")), |new, w| {
            new.affiliation(Affiliation::with(w.acme).role("byer"))
        }),
        contact("unknown state of consent", "consent[1]", option(Some("granted")), |new, _| {
            new.consent(Consent::new("grantd"))
        }),
        contact("unknown channel of consent", "consent[2].channel", option(Some("email")), |new, _| {
            new.consent(Consent::objected()).consent(Consent::granted("emial"))
        }),
        contact("unknown purpose of consent", "consent[1].purpose", option(Some("newsletter")), |new, _| {
            new.consent(Consent::objected().for_purpose("newsleter"))
        }),
        contact("unknown legal basis", "consent[1].basis", option(Some("contract")), |new, _| {
            new.consent(Consent::granted("email").basis("contrat"))
        }),
        value("unknown option of a field", "plan", "por", option(Some("pro"))),
        value("an option in another case", "plan", "PRO", option(Some("pro"))),
        value("archived option", "plan", "old", Rule::ArchivedOption),
        contact("several options, one unknown", "colours[2]", option(Some("blue")), |new, _| {
            new.set_value("colours", vec![Value::from("red"), Value::from("blu")])
        }),
        other("unknown kind of interaction", "kind", option(Some("call")), |tx, w| {
            inserted(tx, &Interaction::new("cal", w.ada))
        }),
    ]
}

fn fields_and_shapes() -> Vec<Case> {
    vec![
        value("unknown field", "job_titel", "x", unknown(Some("job_title"))),
        value("unknown custom field", "budgett", 1, unknown(Some("budget"))),
        value("nothing like it", "zzzzzzzzzzzzzzzz", 1, unknown(None)),
        value("the key of another kind", "floors", 3, unknown(None)),
        other("a handle of another kind", "field 1045", unknown(None), |tx, w| {
            inserted(tx, &Contact::new().set(w.company_field, 3))
        }),
        value("archived field", "gone", "new", Rule::ArchivedField),
        other("an archived field of a record that has it", "gone", Rule::ArchivedField, |tx, w| {
            tx.update(w.ada, |ada: &mut Contact| ada.fields.set_value("gone", "changed")).map(drop)
        }),
        contact(
            "a text in place of consent",
            "consent[1]",
            Rule::Type { expected: "a structured value, not a text".into() },
            |new, _| new.set_value("consent", "granted"),
        ),
        value("a part of consent by itself", "consent_channel", "email", Rule::PartOfSeveral),
        value("computed: age", "age", 36, Rule::Computed),
        value("computed: company", "company", "Acme", Rule::Computed),
        value("computed: id", "id", "x", Rule::Computed),
        value("system: version", "version", 99, Rule::Computed),
        value("system: created", "created", OffsetDateTime::UNIX_EPOCH, Rule::Computed),
        value("system: updated_by", "updated_by", "mallory", Rule::Computed),
        value("system: tags", "tags", "vip", Rule::Computed),
        contact("two primary e-mails", "email", Rule::SeveralPrimary, |new, _| {
            let primary = |text: &str| Labelled::new(EmailAddress::new(text).unwrap()).primary();
            new.email(primary("a@example.com")).email(primary("b@example.com"))
        }),
        contact("two primary companies", "affiliation", Rule::SeveralPrimary, |new, w| {
            let mut primary = Affiliation::with(w.acme);
            primary.primary = Some(true);
            new.affiliation(primary.clone()).affiliation(primary)
        }),
        value(
            "several values where one may stand",
            "size",
            vec![Value::from(20), Value::from(21)],
            Rule::Type { expected: "a whole number, not several values".into() },
        ),
        contact(
            "a name for a company's place",
            "affiliation",
            Rule::Type { expected: "a value of the type Affiliation, not PersonName".into() },
            |new, _| new.set_value("affiliation", PersonName::new("A", "B")),
        ),
        value(
            "a place without its company",
            "affiliation",
            PersonName::default().nickname("A"),
            Rule::Type { expected: "a value of the type Affiliation, not PersonName".into() },
        ),
        other("a company without a name", "name", Rule::Required, |tx, _| inserted(tx, &Company::new(""))),
        other("an interaction without a kind", "kind", Rule::Required, |tx, w| {
            inserted(tx, &Interaction::default().with(w.ada))
        }),
        other("a required field left out", "needed", Rule::Required, |tx, w| inserted(tx, &Purchase::by(w.ada))),
        other("a required field taken away", "needed", Rule::Required, |tx, w| {
            tx.update(w.order, |order: &mut Purchase| order.fields.clear_value("needed")).map(drop)
        }),
        contact("a profile without a name", "profile[1]", Rule::Required, |new, _| new.profile("Mastodon", "")),
        contact("an external id without an id", "external_id[1]", Rule::Required, |new, _| new.external_id("shop", "")),
    ]
}

fn keys(world: &World) -> Vec<Case> {
    let holder = |holder: Id<Contact>| Rule::NotUnique { holder: holder.into() };
    let ada = holder(world.ada);
    vec![
        value("the same text", "code", "Straße-１", ada.clone()),
        value("the same text in another case and width", "code", "STRASSE-1", ada.clone()),
        value("the same e-mail in another case", "login", "ADA@ACME.EXAMPLE", ada.clone()),
        value("an equal whole number", "account", 5, ada.clone()),
        value("an equal number of another scale", "account", decimal("5.000"), ada.clone()),
        value("the same whole number", "badge", 7, ada.clone()),
        contact("the same external id", "external_id", ada.clone(), |new, _| new.external_id("shop", "17")),
        other("an external id taken by an update", "external_id", ada.clone(), |tx, w| {
            tx.update(w.joe, |joe: &mut Contact| joe.external_ids.push(ExternalId::new("shop", "17"))).map(drop)
        }),
        other("a unique value taken by an update", "badge", ada, |tx, w| {
            tx.update(w.joe, |joe: &mut Contact| joe.fields.set_value("badge", 7)).map(drop)
        }),
    ]
}

fn references() -> Vec<Case> {
    let wrong = |expected: &str| Rule::WrongKind { expected: expected.into() };
    vec![
        contact("reports to nobody", "reports_to", Rule::Dangling, |mut new, _| {
            new.reports_to = Some(Id::from_uuid(NOBODY));
            new
        }),
        contact("reports to a company's id", "reports_to", Rule::Dangling, |mut new, w| {
            new.reports_to = Some(Id::from_uuid(w.acme.uuid()));
            new
        }),
        contact("works nowhere", "affiliation_company", Rule::Dangling, |new, _| {
            new.works_at(Id::from_uuid(NOBODY), "CTO")
        }),
        other("a call with nobody", "participant", Rule::Dangling, |tx, w| {
            inserted(tx, &Interaction::call(w.ada).with(Id::<Contact>::from_uuid(NOBODY)))
        }),
        other("an order by nobody", "contact", Rule::Dangling, |tx, _| {
            inserted(tx, &Purchase::by(Id::from_uuid(NOBODY)).set_value("needed", "x"))
        }),
        contact("a typed field that leads nowhere", "broker", Rule::Dangling, |new, _| {
            new.set_value("broker", RecordId::from(Id::<Company>::from_uuid(NOBODY)))
        }),
        contact("an untyped field that leads nowhere", "anything", Rule::Dangling, |new, _| {
            new.set_value("anything", RecordId::from(Id::<Purchase>::from_uuid(NOBODY)))
        }),
        contact("one of several leads nowhere", "friends", Rule::Dangling, |new, w| {
            let nobody = RecordId::from(Id::<Contact>::from_uuid(NOBODY));
            new.set_value("friends", vec![Value::Reference(w.ada.into()), Value::Reference(nobody)])
        }),
        contact("a person for a broker", "broker", wrong("a company"), |new, w| {
            new.set_value("broker", RecordId::from(w.ada))
        }),
        contact("a company among friends", "friends[1]", wrong("a contact"), |new, w| {
            new.set_value("friends", RecordId::from(w.acme))
        }),
        contact("reports to a company", "reports_to", wrong("a contact"), |new, w| {
            new.set_value("reports_to", RecordId::from(w.acme))
        }),
        other("replies to a person", "reply_to", wrong("an interaction"), |tx, w| {
            inserted(tx, &Interaction::call(w.ada).set_value("reply_to", RecordId::from(w.ada)))
        }),
        other("its own parent", "parent", Rule::Circular, |tx, w| {
            tx.update(w.acme, |acme: &mut Company| acme.parent = Some(w.acme)).map(drop)
        }),
        other("the parent of its parent", "parent", Rule::Circular, |tx, w| {
            tx.update(w.acme, |acme: &mut Company| acme.parent = Some(w.sub)).map(drop)
        }),
        other("the parent of its parent's parent", "parent", Rule::Circular, |tx, w| {
            tx.update(w.acme, |acme: &mut Company| acme.parent = Some(w.subsub)).map(drop)
        }),
        other("her own boss", "reports_to", Rule::Circular, |tx, w| {
            tx.update(w.ada, |ada: &mut Contact| ada.reports_to = Some(w.ada)).map(drop)
        }),
        other("the boss of her boss", "reports_to", Rule::Circular, |tx, w| {
            tx.update(w.ada, |ada: &mut Contact| ada.reports_to = Some(w.joe)).map(drop)
        }),
        other("the boss of her boss's boss", "reports_to", Rule::Circular, |tx, w| {
            tx.update(w.ada, |ada: &mut Contact| ada.reports_to = Some(w.eve)).map(drop)
        }),
        other("an answer to itself", "reply_to", Rule::Circular, |tx, w| {
            tx.update(w.call, |call: &mut Interaction| call.reply_to = Some(w.call)).map(drop)
        }),
    ]
}

/// Runs each case on the same world and compares it with what it was.
fn assert_refused(world: &World, cases: Vec<Case>) {
    let before = dump(&world.db.read().unwrap(), &world.ids);
    for Case { name, write, expected } in cases {
        let mut tx = world.db.write().unwrap();
        let error = write(&mut tx, world).expect_err(name);
        let expected: Vec<(String, Rule)> = expected.into_iter().map(|(key, rule)| (key.to_owned(), rule)).collect();
        assert_eq!(broken(&error), expected, "{name}: {error}");
        assert!(error.is_invalid(), "{name}: {error}");
        assert!(!error.to_string().contains("Some(") && !error.to_string().contains('\n'), "{name}: {error}");
        drop(tx);
        assert_eq!(dump(&world.db.read().unwrap(), &world.ids), before, "{name}");
    }
}

#[test]
fn broken_and_overlong_texts_are_refused() {
    assert_refused(&world(), texts());
}

#[test]
fn numbers_dates_and_options_that_break_rules_are_refused() {
    assert_refused(&world(), numbers_dates_and_options());
}

#[test]
fn unknown_fields_and_wrong_shapes_are_refused() {
    assert_refused(&world(), fields_and_shapes());
}

#[test]
fn values_that_another_record_has_are_refused() {
    let world = world();
    let cases = keys(&world);
    assert_refused(&world, cases);
}

#[test]
fn a_value_taken_in_the_same_transaction_is_refused_until_it_is_free_again() {
    let world = world();
    let mut tx = world.db.write().unwrap();
    let holder = tx.insert(&Contact::new().set_value("code", "fresh")).unwrap();
    let again = Contact::new().set_value("code", "FRESH");
    let error = tx.insert(&again).unwrap_err();
    assert_eq!(broken(&error), [("code".to_owned(), Rule::NotUnique { holder: holder.into() })]);
    tx.update(holder, |holder: &mut Contact| holder.fields.clear_value("code")).unwrap();
    let next = tx.insert(&again).unwrap();
    tx.delete(next, contactdb::OnReferences::Refuse).unwrap();
    tx.insert(&again).unwrap();
}

#[test]
fn references_that_lead_nowhere_or_in_a_circle_are_refused() {
    assert_refused(&world(), references());
}

#[test]
fn a_refused_write_leaves_the_transaction_as_it_was_and_good_to_go_on() {
    let world = world();
    let mut tx = world.db.write().unwrap();
    tx.update(world.eve, |eve: &mut Contact| eve.department = Some("Engines".into())).unwrap();
    let before = dump(&tx, &world.ids);
    for case in references().into_iter().chain(fields_and_shapes()).chain(numbers_dates_and_options()) {
        assert!((case.write)(&mut tx, &world).is_err(), "{}", case.name);
        assert_eq!(dump(&tx, &world.ids), before, "{}", case.name);
    }
    tx.commit().unwrap();
    assert_eq!(dump(&world.db.read().unwrap(), &world.ids), before);
}

#[test]
fn the_same_external_id_twice_in_one_record_is_kept_once_or_refused_but_never_blocks_the_record() {
    let world = world();
    let mut tx = world.db.write().unwrap();
    let twice = Contact::named("New", "Example").external_id("shop", "99").external_id("shop", "99");
    match tx.insert(&twice) {
        Err(error) => assert_eq!(broken(&error), [("external_id[2]".to_owned(), Rule::Repeated)]),
        Ok(id) => panic!("taken in: {:?}", tx.get(id).unwrap().unwrap().record.external_ids),
    }
}

#[test]
fn the_same_unique_value_twice_in_one_record_is_refused() {
    let world = world();
    let mut tx = world.db.write().unwrap();
    tx.define(Field::text("aliases").many().unique()).unwrap();
    let twice = Contact::new().set_value("aliases", vec![Value::from("one"), Value::from("two"), Value::from("ONE")]);
    let error = tx.insert(&twice).unwrap_err();
    assert_eq!(broken(&error), [("aliases[3]".to_owned(), Rule::Repeated)]);
}

#[test]
fn all_violations_of_a_record_come_at_once() {
    let world = world();
    let mut tx = world.db.write().unwrap();
    let mut bad = Contact::named("x".repeat(1_001), "Example")
        .email("nobody")
        .phone("call me")
        .link("nowhere")
        .tag("a//b")
        .stage("custmer")
        .external_id("shop", "17")
        .works_at(Id::from_uuid(NOBODY), "CTO")
        .set_value("job_titel", "x")
        .set_value("age", 3)
        .set_value("code", "STRASSE-1")
        .set_value("zip", "1234")
        .set_value("size", "forty")
        .set_value("budget", Money::new(-5, Currency::USD))
        .set_value("plan", "old")
        .set_value("gone", "x")
        .set_value("rooms", ValueRange::new(decimal("2"), decimal("1")))
        .set_value("login", "ada")
        .set_value("broker", RecordId::from(world.ada));
    bad.reports_to = Some(Id::from_uuid(NOBODY));
    let error = tx.insert(&bad).unwrap_err();
    let mut found = broken(&error);
    let ada = || Rule::NotUnique { holder: world.ada.into() };
    let mut expected: Vec<(String, Rule)> = [
        ("name.given_name", Rule::TooLong { max: 1_000, unit: "bytes" }),
        ("email", form(EMAIL)),
        ("phone", form(PHONE)),
        ("link", form(WEB)),
        ("tag", form(TAG)),
        ("stage", option(Some("customer"))),
        ("external_id", ada()),
        ("affiliation_company", Rule::Dangling),
        ("reports_to", Rule::Dangling),
        ("job_titel", unknown(Some("job_title"))),
        ("age", Rule::Computed),
        ("code", ada()),
        ("zip", Rule::TooShort { min: 5 }),
        ("zip", Rule::Pattern { pattern: "[0-9]{5}".into() }),
        ("size", Rule::Type { expected: "a whole number, not a text".into() }),
        ("budget", Rule::TooSmall { min: "0".into() }),
        ("budget", Rule::Currency { expected: "EUR".into() }),
        ("plan", Rule::ArchivedOption),
        ("gone", Rule::ArchivedField),
        ("rooms", Rule::Reversed),
        ("login", form(EMAIL)),
        ("broker", Rule::WrongKind { expected: "a company".into() }),
    ]
    .map(|(key, rule)| (key.to_owned(), rule))
    .to_vec();
    let order = |pair: &(String, Rule)| (pair.0.clone(), pair.1.to_string());
    found.sort_by_key(order);
    expected.sort_by_key(order);
    assert_eq!(found, expected);
    let text = error.to_string();
    assert!(expected.iter().all(|(key, rule)| text.contains(&format!("{key}: {rule}"))), "{text}");
}

#[test]
fn writes_to_records_that_are_not_there_say_so() {
    let world = world();
    let mut tx = world.db.write().unwrap();
    let nobody = Id::<Contact>::from_uuid(NOBODY);
    // The id of a company names no contact.
    for id in [nobody, Id::from_uuid(world.acme.uuid())] {
        let errors = [
            tx.update(id, |_| {}).unwrap_err(),
            tx.replace(id, 1, Contact::new()).map_err(contactdb::Error::from).unwrap_err(),
            tx.tag(id, "vip").unwrap_err(),
            tx.untag(id, "vip").unwrap_err(),
            tx.delete(id, contactdb::OnReferences::Cascade).unwrap_err(),
            tx.referrers(id).unwrap_err(),
        ];
        for error in errors {
            assert!(error.is_not_found(), "{error}");
            match error.into_kind() {
                ErrorKind::NotFound { id: found } => assert_eq!(found, id.into()),
                other => panic!("{other}"),
            }
        }
        assert!(tx.get(id).unwrap().is_none());
        assert!(!tx.contains(id).unwrap());
    }
}

#[test]
fn who_left_before_having_come_is_refused() {
    let world = world();
    let mut tx = world.db.write().unwrap();
    let belongs = |from, to| Affiliation::with(world.acme).from(date(from, 1, 1)).to(date(to, 1, 1));
    let left_first = Contact::new().affiliation(belongs(2024, 2024)).affiliation(belongs(2024, 2020));
    let error = tx.insert(&left_first).unwrap_err();
    assert_eq!(broken(&error), [("affiliation[2]".to_owned(), Rule::Reversed)]);
    let related = contactdb::Relationship::with(world.joe, "friend").from(date(2024, 1, 1)).to(date(2020, 1, 1));
    assert_eq!(broken(&tx.update(world.ada, |ada| ada.related = vec![related]).unwrap_err())[0].1, Rule::Reversed);
}
