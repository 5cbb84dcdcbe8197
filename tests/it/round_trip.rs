//! What is written comes back equal, whatever it is.

use contactdb::{
    Address, Choice, Company, Consent, Contact, Currency, Database, Decimal, EmailAddress, ExternalId, Field,
    FieldHandle, Fields, Id, Interaction, Kind, Labelled, Money, PartialDate, PersonName, PhoneNumber, Read, RecordId,
    Tag, Transaction, Value, ValueRange, WebAddress, choices,
};
use proptest::prelude::*;
use time::{Date, Duration, OffsetDateTime, UtcOffset};

use crate::cases::cases;
use crate::common::{Counter, Watch, date, decimal, euros, file, memory, options};
use crate::following::{self, Follow};
use crate::full::{TEXTS, at, email, phone, untold, url};

/// A field of each type, with handles.
pub(crate) struct Every {
    pub(crate) text: FieldHandle<String>,
    pub(crate) short: FieldHandle<String>,
    pub(crate) long: FieldHandle<String>,
    pub(crate) longs: FieldHandle<Vec<String>>,
    pub(crate) integer: FieldHandle<i64>,
    pub(crate) number: FieldHandle<Decimal>,
    pub(crate) numbers: FieldHandle<Vec<Decimal>>,
    pub(crate) money: FieldHandle<Money>,
    pub(crate) boolean: FieldHandle<bool>,
    pub(crate) booleans: FieldHandle<Vec<bool>>,
    pub(crate) date: FieldHandle<Date>,
    pub(crate) instant: FieldHandle<OffsetDateTime>,
    pub(crate) partial: FieldHandle<Vec<PartialDate>>,
    pub(crate) choice: FieldHandle<Choice>,
    pub(crate) choices: FieldHandle<Vec<Choice>>,
    pub(crate) email: FieldHandle<EmailAddress>,
    pub(crate) phone: FieldHandle<PhoneNumber>,
    pub(crate) url: FieldHandle<WebAddress>,
    pub(crate) any: FieldHandle<RecordId>,
    pub(crate) typed: FieldHandle<Id<Company>>,
    pub(crate) typed_many: FieldHandle<Vec<Id<Contact>>>,
    pub(crate) number_range: FieldHandle<Vec<ValueRange<Decimal>>>,
    pub(crate) money_range: FieldHandle<Vec<ValueRange<Money>>>,
    pub(crate) date_range: FieldHandle<Vec<ValueRange<Date>>>,
    pub(crate) texts: FieldHandle<Vec<String>>,
}

pub(crate) fn define_every(tx: &mut Transaction<'_>, kind: Kind) -> Every {
    Every {
        text: tx.define(Field::text("a_text").on(kind)).unwrap(),
        short: tx.define(Field::long_text("a_short").on(kind)).unwrap(),
        long: tx.define(Field::long_text("a_long").on(kind)).unwrap(),
        longs: tx.define(Field::long_text("long_texts").many().on(kind)).unwrap(),
        integer: tx.define(Field::integer("an_integer").on(kind)).unwrap(),
        number: tx.define(Field::decimal("a_decimal").on(kind)).unwrap(),
        numbers: tx.define(Field::decimal("decimals").many().on(kind)).unwrap(),
        money: tx.define(Field::money("an_amount", Currency::CHF).on(kind)).unwrap(),
        boolean: tx.define(Field::boolean("a_boolean").on(kind)).unwrap(),
        booleans: tx.define(Field::boolean("booleans").many().on(kind)).unwrap(),
        date: tx.define(Field::date("a_date").on(kind)).unwrap(),
        instant: tx.define(Field::date_time("an_instant").on(kind)).unwrap(),
        partial: tx.define(Field::partial_date("partials").many().on(kind)).unwrap(),
        choice: tx.define(Field::choice("a_choice").option("2-room", "Two").option("王", "King").on(kind)).unwrap(),
        choices: tx
            .define(Field::multi_choice("multi").option("a", "A").option("b", "B").option("v1.5", "C").on(kind))
            .unwrap(),
        email: tx.define(Field::email("a_mail").on(kind)).unwrap(),
        phone: tx.define(Field::phone("a_phone").on(kind)).unwrap(),
        url: tx.define(Field::url("a_url").on(kind)).unwrap(),
        any: tx.define(Field::reference("anything").on(kind)).unwrap(),
        typed: tx.define(Field::<Id<Company>>::reference_to("broker").on(kind)).unwrap(),
        typed_many: tx.define(Field::<Id<Contact>>::reference_to("friends").many().on(kind)).unwrap(),
        number_range: tx.define(Field::number_range("rooms").many().on(kind)).unwrap(),
        money_range: tx.define(Field::money_range("rents", Currency::EUR).many().on(kind)).unwrap(),
        date_range: tx.define(Field::date_range("stays").many().on(kind)).unwrap(),
        texts: tx.define(Field::text("several_texts").many().on(kind)).unwrap(),
    }
}

pub(crate) fn set_every_field(fields: &mut Fields, every: &Every, ada: Id<Contact>, acme: Id<Company>) {
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
    fields.set(every.text, TEXTS[3]);
    fields.set(every.short, "short");
    fields.set(every.long, TEXTS.join(" ").repeat(400));
    fields.set(every.longs, vec!["kurz".to_owned(), "ж".repeat(300), "long ".repeat(1_000)]);
    fields.set(every.integer, i64::MIN);
    fields.set(every.number, decimal("-12345678901234567890.12345678"));
    fields.set(every.numbers, numbers.map(decimal).to_vec());
    fields.set(every.money, Money::new(decimal("-1234567.8900"), Currency::CHF));
    fields.set(every.boolean, false);
    fields.set(every.booleans, vec![true, false, true]);
    fields.set(every.date, Date::MIN);
    fields.set(every.instant, at(1).to_offset(east));
    fields.set(every.partial, partials.map(|text| text.parse().unwrap()).to_vec());
    fields.set(every.choice, Choice::from("2-room"));
    fields.set(every.choices, ["v1.5", "a"]);
    fields.set(every.email, email("ada+crm@acme.example"));
    fields.set(every.phone, phone("٠٢٠ ٧٩٤٦"));
    fields.set(every.url, url("ftp://example.com/%20"));
    fields.set(every.any, RecordId::from(ada));
    fields.set(every.typed, acme);
    fields.set(every.typed_many, vec![ada, ada]);
    fields.set(
        every.number_range,
        vec![
            ValueRange::new(decimal("-1.5"), decimal("2")),
            ValueRange::at_least(decimal("3")),
            ValueRange::at_most(decimal("4")),
            ValueRange { from: None, to: None },
        ],
    );
    fields.set(
        every.money_range,
        vec![
            ValueRange::new(euros("1"), euros("1")),
            ValueRange::at_least(euros("0.99")),
            ValueRange::at_most(euros("-4")),
        ],
    );
    fields.set(
        every.date_range,
        vec![
            ValueRange::new(Date::MIN, Date::MAX),
            ValueRange::at_least(date(2026, 1, 1)),
            ValueRange::at_most(date(2026, 1, 1)),
        ],
    );
    fields.set(every.texts, TEXTS.map(str::to_owned).to_vec());
}

#[test]
fn custom_fields_of_every_type_come_back_equal_after_reopening_too() {
    let (_folder, path) = file();
    let db = options(&Watch::new(), &Counter::default()).create(&path).unwrap();
    let mut tx = db.write().unwrap();
    let every = define_every(&mut tx, Kind::CONTACT);
    let ada = tx.insert(&Contact::named("Ada", "Example")).unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let mut contact = Contact::named("Every", "Field");
    set_every_field(&mut contact.fields, &every, ada, acme);
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
    #![proptest_config(cases(64))]

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
