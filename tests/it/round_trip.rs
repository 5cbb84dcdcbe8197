//! What is written comes back equal, whatever it is.

use contactdb::{
    Address, Affiliation, Choice, Company, Consent, Contact, Currency, Database, Decimal, EmailAddress, ExternalId,
    Field, FieldHandle, Id, Interaction, Item, Labelled, Money, Origin, PartialDate, Participant, PersonName,
    PhoneNumber, Purchase, Read, Record, RecordId, Region, SocialProfile, Tag, Transaction, Value, ValueRange,
    WebAddress, choices,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use time::{Date, Duration, OffsetDateTime, UtcOffset};

use crate::common::{Counter, START, Watch, date, decimal, euros, file, memory, options};
use crate::following::{self, Follow, Written};

/// Names and texts in many scripts, with marks, joiners and emoji.
const TEXTS: [&str; 14] = [
    "Ada Lovelace",
    "Zoë Österreicher-Łukasiewicz",
    "Zoe\u{308} with a combining mark",
    "Юлия Щербакова",
    "Παπαδόπουλος",
    "王芳",
    "محمد بن سلمى",
    "שרה כהן",
    "さくら 山田",
    "प्रिया शर्मा",
    "김민준",
    "emoji 👩🏽‍💻 🏳️‍🌈 🇺🇦",
    "lines\r\nand\ttabs and \0 NUL",
    "'; DROP TABLE contacts; -- \"=1+1\"",
];

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_700_000_000 + seconds).unwrap() + Duration::microseconds(123_456)
}

/// Written by nobody at the time that the clock begins with.
fn untold() -> Written<'static> {
    Written { now: OffsetDateTime::from_unix_timestamp(START).unwrap(), by: None }
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

fn phone(text: &str) -> PhoneNumber {
    PhoneNumber::new(text).unwrap()
}

fn url(text: &str) -> WebAddress {
    WebAddress::new(text).unwrap()
}

fn place(seed: &str) -> Address {
    Address::new(format!("12 {seed} Street\nBack yard"), format!("{seed} City"))
        .region("North")
        .postcode("12345")
        .country("GB")
}

fn full_company(parent: Option<Id<Company>>) -> Company {
    let mut company = Company::new("Пример и партнёры");
    company.legal_name = Some("Example & Partners Ltd.".into());
    company.domains = vec!["acme.example".into(), "acme.example.com".into()];
    company.industry = Some("Construction".into());
    company.market_segment = Some("Enterprise".into());
    company.employees = Some(i64::MAX);
    company.revenue = Some(euros("12500000.50"));
    company.billing_address = Some(place("Bill"));
    company.shipping_address = Some(place("Ship"));
    company.phones = vec![Labelled::new(phone("+44 20 7946 0001")).label("desk"), phone("020 7946 0002").into()];
    company.emails = vec![email("info@acme.example").into(), Labelled::new(email("büro@bücher.example")).primary()];
    company.links = vec![Labelled::new(url("https://acme.example/?q=ü#top")).label("site")];
    company.parent = parent;
    company.relations = vec![choices::relation::CUSTOMER, choices::relation::SUPPLIER];
    company.customer_since = Some(date(1999, 12, 31));
    company.stage = Some(choices::stage::ADVOCATE);
    company.status = Some(choices::status::INACTIVE);
    company.status_reason = Some("winter".into());
    company.priority = Some(choices::priority::URGENT);
    company.owner = Some("grace".into());
    company.source = Some(choices::source::WALK_IN);
    company.notes = Some("long ".repeat(200));
    company.external_ids = vec![ExternalId::new("webshop", "C-1"), ExternalId::new("books", "ß 王")];
    company.verified = Some(at(7));
    company.verified_by = Some("hedy".into());
    company.tag("customers/gold").tag("Ω")
}

fn full_contact(boss: Id<Contact>, acme: Id<Company>) -> Contact {
    let mut contact = Contact::new();
    contact.name =
        PersonName::new("Юлия", "Щербакова").prefix("Dr.").middle("Петровна").suffix("PhD").nickname("Юля 👩🏽‍💻");
    contact.emails = vec![
        Labelled::new(email("Julia@Acme.Example")).label("work"),
        Labelled::new(email("юля@пример.example")).label("дом").primary(),
        email("j@example.com").into(),
    ];
    contact.phones = vec![
        Labelled::new(phone("+44 20 7946 0003 x12")).label("work").primary(),
        phone("020 7946 0004").in_region(Region::new("GB").unwrap()).into(),
        phone("(555) 555-0100").into(),
    ];
    contact.addresses = vec![Labelled::new(place("Home")).label("home"), Labelled::new(place("Work")).primary()];
    contact.links = vec![url("example.com:8080/x").into(), Labelled::new(url("https://例え.example")).label("blog")];
    contact.profiles = vec![Labelled::new(SocialProfile::new("Mastodon", "@julia@example.com")).label("private")];
    contact.job_title = Some("Chief Ωfficer".into());
    contact.department = Some("R&D".into());
    contact.reports_to = Some(boss);
    let mut first = Affiliation::with(acme).title("CTO").role(choices::role::BUYER).role(choices::role::OWNER);
    (first.from, first.to, first.primary) = (Some(date(2001, 2, 3)), Some(date(2024, 2, 29)), Some(false));
    let mut second = Affiliation::with(acme);
    second.primary = Some(true);
    contact.affiliations = vec![first, second];
    contact.relations = vec![choices::relation::DONOR, choices::relation::PRESS];
    contact.customer_since = Some(date(-44, 3, 15));
    contact.stage = Some(choices::stage::QUALIFIED);
    contact.status = Some(choices::status::ARCHIVED);
    contact.status_reason = Some("moved".into());
    contact.priority = Some(choices::priority::LOW);
    contact.owner = Some("grace".into());
    contact.source = Some(choices::source::EVENT);
    contact.market_segment = Some("SMB".into());
    contact.buying_criteria = vec!["price".into(), "質".into()];
    contact.birthday = Some("--02-29".parse().unwrap());
    contact.languages = vec!["uk".into(), "pt-BR".into()];
    contact.interests = TEXTS.map(str::to_owned).to_vec();
    contact.needs = vec!["rest".into()];
    contact.preferences = vec!["mornings".into(), "mornings".into()];
    contact.preferred_channel = Some(choices::channel::MESSENGER);
    contact.notes = Some(TEXTS.join("\n").repeat(40));
    contact.external_ids = vec![ExternalId::new("webshop", "17"), ExternalId::new("WEBSHOP", "17")];
    contact.verified = Some(at(-3));
    contact.verified_by = Some("ada".into());
    contact.consents = vec![
        Consent::granted(choices::channel::EMAIL)
            .for_purpose(choices::purpose::NEWSLETTER)
            .basis(choices::basis::CONSENT)
            .at(at(-5))
            .until(date(2030, 2, 28))
            .source("Formular für 王芳")
            .note("version 3 of the wording"),
        Consent::withdrawn(choices::channel::TEXT).at(at(9)),
        Consent::refused(choices::channel::POST).for_purpose(choices::purpose::FUNDRAISING),
        Consent::objected(),
        Consent::objected(),
    ];
    contact.restricted = Some(at(11));
    contact.restriction_reason = Some("accuracy is contested".into());
    contact.tag("vip").tag("王/芳")
}

fn full_interaction(ada: Id<Contact>, acme: Id<Company>, before: Id<Interaction>) -> Interaction {
    let mut done = Interaction::donation(ada, euros("-0.01"));
    done.at = Some(at(100));
    done.direction = Some(choices::direction::INTERNAL);
    done.participants = vec![Participant::new(ada).role("host"), Participant::new(acme)];
    done.duration = Some(-5);
    done.subject = Some("Grüße".into());
    done.body = Some("тело ".repeat(3_000));
    done.outcome = Some("asked for an offer".into());
    done.score = Some(i64::MIN);
    done.fund = Some("Library".into());
    done.recurrence = Some(choices::recurrence::QUARTERLY);
    done.recording = Some("https://example.com/r/1".into());
    done.reply_to = Some(before);
    done.thread = Some("<1@example.com>".into());
    done.campaign = Some("Spring".into());
    done.follow_up = Some(at(86_400));
    done.owner = Some("grace".into());
    done.place = Some("Fair".into());
    done.external_ids = vec![ExternalId::new("mail", "<1@example.com>")];
    done.tag("urgent")
}

fn full_purchase(ada: Id<Contact>, acme: Id<Company>) -> Purchase {
    let mut order = Purchase::by(ada).company(acme);
    order.number = Some("2026-0001".into());
    order.at = Some(at(0));
    order.direction = Some(choices::trade::PURCHASE);
    order.status = Some(choices::order::SHIPPED);
    let mut brick = Item::new("Brick", decimal("2.50")).unit_price(euros("0.005")).category("Stone");
    brick.sku = Some("B-1".into());
    order.items = vec![brick, Item::new("", -3), Item::new("王", i64::MAX)];
    order.total = Some(Money::new(decimal("79228162514264337593543950335"), Currency::new("XBT").unwrap()));
    order.billing_address = Some(place("Bill"));
    order.shipping_address = Some(Address::default().country("UA"));
    order.shipment = Some("S-1".into());
    order.due = Some(date(9999, 12, 31));
    order.campaign = Some("Spring".into());
    order.owner = Some("grace".into());
    order.notes = Some("x".repeat(257));
    order.external_ids = vec![ExternalId::new("shop", "9")];
    order.tag("shop/late")
}

/// A record that leaves a property out would prove nothing about it.
fn assert_every_property_is_set<T: Record>(read: &impl Read, record: &T) {
    let kind = read.catalogue().kind(T::KIND).unwrap();
    let own = kind.attributes().filter(|attribute| attribute.origin == Origin::BuiltIn && attribute.is_settable());
    let missing: Vec<&str> = own.map(|attribute| &*attribute.key).filter(|key| record.value(key).is_none()).collect();
    assert_eq!(missing, [""; 0], "{} without", T::KIND);
}

fn all(
    read: &impl Read,
    ids: (Id<Contact>, Id<Company>, Id<Interaction>, Id<Purchase>),
) -> (Contact, Company, Interaction, Purchase) {
    (
        read.get(ids.0).unwrap().unwrap().record,
        read.get(ids.1).unwrap().unwrap().record,
        read.get(ids.2).unwrap().unwrap().record,
        read.get(ids.3).unwrap().unwrap().record,
    )
}

#[test]
fn records_of_each_kind_with_every_property_come_back_equal_after_reopening_too() {
    let (_folder, path) = file();
    let db = options(&Watch::new(), &Counter::default()).create(&path).unwrap();
    let mut tx = db.write().unwrap();
    let boss = tx.insert(&Contact::named("Grace", "Example")).unwrap();
    let group = tx.insert(&Company::new("Group")).unwrap();
    let company = full_company(Some(group));
    let acme = tx.insert(&company).unwrap();
    let contact = full_contact(boss, acme);
    let ada = tx.insert(&contact).unwrap();
    let first = tx.insert(&Interaction::call(ada)).unwrap();
    let interaction = full_interaction(ada, acme, first);
    let second = tx.insert(&interaction).unwrap();
    let purchase = full_purchase(ada, acme);
    let order = tx.insert(&purchase).unwrap();
    let compare = |read: &dyn Fn() -> (Contact, Company, Interaction, Purchase)| {
        let found = read();
        assert_eq!(found.0, contact);
        assert_eq!(found.1, company);
        assert_eq!(found.2, interaction);
        assert_eq!(found.3, purchase);
    };
    let ids = (ada, acme, second, order);
    assert_every_property_is_set(&tx, &contact);
    assert_every_property_is_set(&tx, &company);
    assert_every_property_is_set(&tx, &interaction);
    assert_every_property_is_set(&tx, &purchase);
    compare(&|| all(&tx, ids));
    tx.commit().unwrap();
    compare(&|| all(&db.read().unwrap(), ids));
    db.close().unwrap();
    let db = Database::open(&path).unwrap();
    compare(&|| all(&db.read().unwrap(), ids));
    // Written back as it was read, nothing differs, so nothing is written.
    let mut tx = db.write().unwrap();
    assert_eq!(tx.update(ada, |_| {}).unwrap(), 1);
    assert_eq!(tx.update(acme, |_| {}).unwrap(), 1);
    assert_eq!(tx.update(second, |_| {}).unwrap(), 1);
    assert_eq!(tx.update(order, |_| {}).unwrap(), 1);
}

/// A field of each type, with handles.
struct Every {
    text: FieldHandle<String>,
    short: FieldHandle<String>,
    long: FieldHandle<String>,
    longs: FieldHandle<Vec<String>>,
    integer: FieldHandle<i64>,
    number: FieldHandle<Decimal>,
    numbers: FieldHandle<Vec<Decimal>>,
    money: FieldHandle<Money>,
    boolean: FieldHandle<bool>,
    booleans: FieldHandle<Vec<bool>>,
    date: FieldHandle<Date>,
    instant: FieldHandle<OffsetDateTime>,
    partial: FieldHandle<Vec<PartialDate>>,
    choice: FieldHandle<Choice>,
    choices: FieldHandle<Vec<Choice>>,
    email: FieldHandle<EmailAddress>,
    phone: FieldHandle<PhoneNumber>,
    url: FieldHandle<WebAddress>,
    any: FieldHandle<RecordId>,
    typed: FieldHandle<Id<Company>>,
    typed_many: FieldHandle<Vec<Id<Contact>>>,
    number_range: FieldHandle<Vec<ValueRange<Decimal>>>,
    money_range: FieldHandle<Vec<ValueRange<Money>>>,
    date_range: FieldHandle<Vec<ValueRange<Date>>>,
    texts: FieldHandle<Vec<String>>,
}

fn define_every(tx: &mut Transaction<'_>) -> Every {
    Every {
        text: tx.define(Field::text("a_text")).unwrap(),
        short: tx.define(Field::long_text("a_short")).unwrap(),
        long: tx.define(Field::long_text("a_long")).unwrap(),
        longs: tx.define(Field::long_text("long_texts").many()).unwrap(),
        integer: tx.define(Field::integer("an_integer")).unwrap(),
        number: tx.define(Field::decimal("a_decimal")).unwrap(),
        numbers: tx.define(Field::decimal("decimals").many()).unwrap(),
        money: tx.define(Field::money("an_amount", Currency::CHF)).unwrap(),
        boolean: tx.define(Field::boolean("a_boolean")).unwrap(),
        booleans: tx.define(Field::boolean("booleans").many()).unwrap(),
        date: tx.define(Field::date("a_date")).unwrap(),
        instant: tx.define(Field::date_time("an_instant")).unwrap(),
        partial: tx.define(Field::partial_date("partials").many()).unwrap(),
        choice: tx.define(Field::choice("a_choice").option("2-room", "Two").option("王", "King")).unwrap(),
        choices: tx.define(Field::multi_choice("multi").option("a", "A").option("b", "B").option("v1.5", "C")).unwrap(),
        email: tx.define(Field::email("a_mail")).unwrap(),
        phone: tx.define(Field::phone("a_phone")).unwrap(),
        url: tx.define(Field::url("a_url")).unwrap(),
        any: tx.define(Field::reference("anything")).unwrap(),
        typed: tx.define(Field::<Id<Company>>::reference_to("broker")).unwrap(),
        typed_many: tx.define(Field::<Id<Contact>>::reference_to("friends").many()).unwrap(),
        number_range: tx.define(Field::number_range("rooms").many()).unwrap(),
        money_range: tx.define(Field::money_range("rents", Currency::EUR).many()).unwrap(),
        date_range: tx.define(Field::date_range("stays").many()).unwrap(),
        texts: tx.define(Field::text("several_texts").many()).unwrap(),
    }
}

fn with_every_field(every: &Every, ada: Id<Contact>, acme: Id<Company>) -> Contact {
    let partials = ["1815-12-10", "1815-12", "1815", "--12-10", "--12", "--02-29", "0001-01-01", "9999-12-31"];
    let numbers = [
        "0",
        "1.50",
        "-1.50",
        "9999999999999999999999999999",
        "-0.9999999999999999999999999999",
        "79228162514264337593543950335",
        "-79228162514264337593543950335",
        "0.0000000000000000000000000001",
    ];
    let east = UtcOffset::from_hms(5, 30, 0).unwrap();
    Contact::named("Every", "Field")
        .set(every.text, TEXTS[3])
        .set(every.short, "short")
        .set(every.long, TEXTS.join(" ").repeat(400))
        .set(every.longs, vec!["kurz".to_owned(), "ж".repeat(300), "long ".repeat(1_000)])
        .set(every.integer, i64::MIN)
        .set(every.number, decimal("-12345678901234567890.12345678"))
        .set(every.numbers, numbers.map(decimal).to_vec())
        .set(every.money, Money::new(decimal("-1234567.8900"), Currency::CHF))
        .set(every.boolean, false)
        .set(every.booleans, vec![true, false, true])
        .set(every.date, Date::MIN)
        .set(every.instant, at(1).to_offset(east))
        .set(every.partial, partials.map(|text| text.parse().unwrap()).to_vec())
        .set(every.choice, Choice::from("2-room"))
        .set(every.choices, ["v1.5", "a"])
        .set(every.email, email("ada+crm@acme.example"))
        .set(every.phone, phone("٠٢٠ ٧٩٤٦"))
        .set(every.url, url("ftp://example.com/%20"))
        .set(every.any, RecordId::from(ada))
        .set(every.typed, acme)
        .set(every.typed_many, vec![ada, ada])
        .set(
            every.number_range,
            vec![
                ValueRange::new(decimal("-1.5"), decimal("2")),
                ValueRange::at_least(decimal("3")),
                ValueRange::at_most(decimal("4")),
                ValueRange { from: None, to: None },
            ],
        )
        .set(
            every.money_range,
            vec![
                ValueRange::new(euros("1"), euros("1")),
                ValueRange::at_least(euros("0.99")),
                ValueRange::at_most(euros("-4")),
            ],
        )
        .set(
            every.date_range,
            vec![
                ValueRange::new(Date::MIN, Date::MAX),
                ValueRange::at_least(date(2026, 1, 1)),
                ValueRange::at_most(date(2026, 1, 1)),
            ],
        )
        .set(every.texts, TEXTS.map(str::to_owned).to_vec())
}

#[test]
fn custom_fields_of_every_type_come_back_equal_after_reopening_too() {
    let (_folder, path) = file();
    let db = options(&Watch::new(), &Counter::default()).create(&path).unwrap();
    let mut tx = db.write().unwrap();
    let every = define_every(&mut tx);
    let ada = tx.insert(&Contact::named("Ada", "Example")).unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let mut contact = with_every_field(&every, ada, acme);
    let id = tx.insert(&contact).unwrap();
    contact.follow(None, untold());
    assert_eq!(tx.get(id).unwrap().unwrap().record, contact);
    tx.commit().unwrap();
    db.close().unwrap();
    let db = Database::open(&path).unwrap();
    let stored = db.read().unwrap().get(id).unwrap().unwrap().record;
    assert_eq!(stored, contact);
    assert_eq!(stored.fields.len(), 25);
    // The scale of a number is kept too, which comparing does not show.
    assert_eq!(stored.get(every.numbers).unwrap()[1].to_string(), "1.50");
    assert_eq!(stored.get(every.money).unwrap().to_string(), "-1234567.8900 CHF");
    assert_eq!(stored.get(every.longs).unwrap()[1], "ж".repeat(300));
    // By key as well as by handle.
    assert_eq!(stored.value("an_integer"), Some(Value::Integer(i64::MIN)));
    assert_eq!(stored.get(every.typed), Some(acme));
}

#[test]
fn several_long_texts_in_one_field_are_all_kept() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let minutes = tx.define(Field::long_text("minutes").many()).unwrap();
    let texts = vec!["first ".repeat(100), "short".to_owned(), "third ".repeat(100)];
    let id = tx.insert(&Contact::named("Ada", "Example").set(minutes, texts.clone())).unwrap();
    assert_eq!(tx.get(id).unwrap().unwrap().record.get(minutes), Some(texts));
}

#[test]
fn long_texts_grow_and_shrink_across_the_bound_and_go_away() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let minutes = tx.define(Field::long_text("minutes")).unwrap();
    let id = tx.insert(&Contact::named("Ada", "Example")).unwrap();
    for length in [0, 1, 255, 256, 257, 70_000, 256, 0, 300, 301, 300] {
        let (notes, field) = ("n".repeat(length), "ж".repeat(length / 2));
        tx.update(id, |ada| {
            ada.notes = Some(notes.clone());
            ada.fields.set(minutes, field.as_str());
        })
        .unwrap();
        let stored = tx.get(id).unwrap().unwrap().record;
        assert_eq!(stored.notes, Some(notes).filter(|notes| !notes.is_empty()), "{length}");
        assert_eq!(stored.get(minutes), Some(field).filter(|field| !field.is_empty()), "{length}");
    }
}

#[test]
fn an_instant_is_kept_to_the_microsecond_in_utc() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let fine = at(0) + Duration::nanoseconds(789);
    let id = tx.insert(&Interaction::note(RecordId::from(Id::<Contact>::from_uuid(uuid::Uuid::nil()))).at(fine));
    assert!(id.unwrap_err().is_invalid(), "nobody has the nil id");
    let ada = tx.insert(&Contact::named("Ada", "Example")).unwrap();
    let west = UtcOffset::from_hms(-11, 0, 0).unwrap();
    for instant in [
        fine,
        fine.to_offset(west),
        OffsetDateTime::UNIX_EPOCH - Duration::nanoseconds(1),
        date(-9999, 1, 1).midnight().assume_utc(),
    ] {
        let id = tx.insert(&Interaction::note(ada).at(instant)).unwrap();
        let stored = tx.get(id).unwrap().unwrap().record.at.unwrap();
        let lost = instant - stored;
        assert!(lost >= Duration::ZERO && lost < Duration::MICROSECOND, "{instant} became {stored}");
        assert_eq!(stored.offset(), UtcOffset::UTC);
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{1,24}",
        "[a-zA-Zа-яΑ-Ω一-龠ء-ي ]{1,300}",
        any::<String>().prop_filter("no text", |text| !text.is_empty())
    ]
}

fn a_date() -> impl Strategy<Value = Date> {
    (Date::MIN.to_julian_day()..=Date::MAX.to_julian_day()).prop_map(|day| Date::from_julian_day(day).unwrap())
}

fn consent() -> impl Strategy<Value = Consent> {
    let state = proptest::sample::select(vec!["granted", "withdrawn", "objected", "refused"]);
    let channel = proptest::sample::select(vec![None, Some("email"), Some("post")]);
    let purpose = proptest::sample::select(vec![None, Some("newsletter"), Some("events")]);
    let time = proptest::option::of(-1_000_i64..1_000);
    (state, channel, purpose, time, proptest::option::of(a_date()), proptest::option::of(text())).prop_map(
        |(state, channel, purpose, time, until, source)| {
            let mut consent = Consent::new(state);
            (consent.channel, consent.purpose) = (channel.map(Choice::from), purpose.map(Choice::from));
            (consent.at, consent.until, consent.source) = (time.map(at), until, source);
            consent
        },
    )
}

fn contacts() -> impl Strategy<Value = Contact> {
    let names = proptest::collection::vec(proptest::option::of(text()), 6);
    let texts = proptest::collection::vec(proptest::option::of(text()), 9);
    let lists = proptest::collection::vec(proptest::collection::vec(text(), 0..4), 5);
    let emails =
        proptest::collection::vec(("[a-zа-я0-9]{1,10}@[a-z]{1,10}\\.example", proptest::option::of(text())), 0..4);
    let ids = proptest::collection::btree_set((text(), text()), 0..4);
    let addresses =
        proptest::collection::vec((proptest::collection::vec(proptest::option::of(text()), 5), any::<bool>()), 0..3);
    let tags = proptest::collection::btree_set("[a-z]{1,5}(/[а-я]{1,3})?", 0..4);
    let consents = proptest::collection::vec(consent(), 0..4);
    (names, texts, lists, emails, ids, addresses, (tags, consents), proptest::option::of(a_date())).prop_map(
        |(mut names, mut texts, mut lists, emails, ids, addresses, (tags, consents), since)| {
            let mut contact = Contact::new();
            let mut name = PersonName::default();
            (name.prefix, name.given, name.middle) = (names.remove(0), names.remove(0), names.remove(0));
            (name.family, name.suffix, name.nickname) = (names.remove(0), names.remove(0), names.remove(0));
            contact.name = name;
            (contact.job_title, contact.department) = (texts.remove(0), texts.remove(0));
            (contact.status_reason, contact.owner) = (texts.remove(0), texts.remove(0));
            (contact.market_segment, contact.notes) = (texts.remove(0), texts.remove(0));
            contact.verified_by = texts.remove(0);
            (contact.interests, contact.needs) = (lists.remove(0), lists.remove(0));
            (contact.preferences, contact.languages) = (lists.remove(0), lists.remove(0));
            contact.buying_criteria = lists.remove(0);
            contact.status = Some(choices::status::ACTIVE);
            for (address, label) in emails {
                let mut labelled = Labelled::new(email(&address));
                labelled.label = label;
                contact.emails.push(labelled);
            }
            for (mut parts, primary) in addresses {
                let mut address = Address::default();
                (address.street, address.city) = (parts.remove(0), parts.remove(0));
                (address.region, address.postcode) = (parts.remove(0), parts.remove(0));
                address.country = parts.remove(0);
                let mut labelled = Labelled::new(address);
                labelled.primary = primary && contact.addresses.iter().all(|other| !other.primary);
                contact.addresses.push(labelled);
            }
            contact.external_ids = ids.into_iter().map(|(system, id)| ExternalId::new(system, id)).collect();
            contact.consents = consents;
            contact.customer_since = since;
            contact.birthday = since.filter(|date| date.year() > 0).map(PartialDate::from);
            contact.tags = tags.iter().map(|tag| Tag::new(tag).unwrap()).collect();
            contact
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_contacts_come_back_equal(contact in contacts(), other in contacts()) {
        let db = memory();
        let mut tx = db.write().unwrap();
        let id = tx.insert(&contact).unwrap();
        tx.commit().unwrap();
        let expected = following::new(&contact, untold());
        prop_assert_eq!(&db.read().unwrap().get(id).unwrap().unwrap().record, &expected);
        let mut tx = db.write().unwrap();
        let version = tx.replace(id, 1, other.clone()).unwrap();
        tx.commit().unwrap();
        let stored = db.read().unwrap().get(id).unwrap().unwrap();
        prop_assert_eq!(stored.version, version);
        let mut other = other;
        other.follow(Some(&expected), untold());
        prop_assert_eq!(&stored.record, &other);
    }
}
