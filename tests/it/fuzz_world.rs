//! The database that the bodies of the fuzz targets ask. Shared like them.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use contactdb::{
    Address, Affiliation, AnyRecord, Company, Consent, Contact, Currency, CustomKind, Database, Deal, Decimal,
    EmailAddress, Field, FixedClock, FixedZone, Id, IdSource, Interaction, Item, Kind, Labelled, Money, Options,
    Purchase, RecordId, Snapshot, SyntaxLimits, Task, Ticket, Transaction, Value, ValueRange,
};
use time::{Date, Month, OffsetDateTime, Time, UtcOffset};
use uuid::Uuid;

/// The ids 1, 2, 3 and so on, so that a text can name a record.
#[derive(Debug, Default)]
struct Counter(AtomicU64);

impl IdSource for Counter {
    fn next(&self, _: OffsetDateTime) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::Relaxed) + 1))
    }
}

pub(crate) fn day(year: i32, month: u8, day: u8) -> Date {
    let month = Month::try_from(month).expect("a month");
    Date::from_calendar_date(year, month, day).expect("a day of the calendar")
}

pub(crate) fn noon(year: i32, month: u8, at: u8) -> OffsetDateTime {
    day(year, month, at).with_time(Time::from_hms(12, 0, 0).expect("a time")).assume_utc()
}

/// The database that is asked: small, with an attribute of each type and a record on each side of most questions. It is
/// made once.
pub(crate) fn world() -> &'static Snapshot {
    static WORLD: OnceLock<(Database, Snapshot)> = OnceLock::new();
    let (_, snapshot) = WORLD.get_or_init(|| {
        let zone = UtcOffset::from_hms(2, 0, 0).expect("an offset");
        let database = Options::new()
            .clock(FixedClock(noon(2026, 3, 31)))
            .zone(FixedZone(zone))
            .ids(Counter::default())
            // Patterns are compiled anew for each question; more of them would only slow the fuzzer down.
            .segment_limits(SyntaxLimits::default().with_max_patterns(4))
            .in_memory()
            .expect("a database in memory");
        fill(&database).expect("the records of the world are well formed");
        let snapshot = database.read().expect("a database can be read");
        (database, snapshot)
    });
    snapshot
}

fn define(database: &Database) -> contactdb::Result<()> {
    let mut tx = database.write()?;
    tx.define(Field::text("motto").label("Motto"))?;
    tx.define(Field::text("nick").label("Nick").many())?;
    tx.define(Field::long_text("story").label("Life \"story\""))?;
    // Keys that only backquotes make names, and labels that two fields share.
    tx.define(Field::integer("order").label("Order"))?;
    tx.define(Field::text("where").label("Order"))?;
    tx.define(Field::text("today").label("Today's \\ word"))?;
    tx.define(Field::integer("\u{433}\u{43e}\u{434}").label("\u{413}\u{43e}\u{434}"))?;
    tx.define(Field::integer("points").label("Points").many())?;
    tx.define(Field::decimal("rate").label("Rate"))?;
    // Money without a currency of its own comes with the built-in attributes: `total`, `company.revenue`.
    tx.define(Field::money("budget", Currency::EUR).label("Budget"))?;
    tx.define(Field::money("gifts", Currency::USD).label("Gifts").many())?;
    tx.define(Field::number_range("rooms").label("Rooms"))?;
    tx.define(Field::money_range("price", Currency::EUR).label("Price"))?;
    tx.define(Field::date_range("stay").label("Stay"))?;
    tx.define(Field::date_range("absence").label("Absence").many())?;
    tx.define(Field::boolean("keen").label("Keen"))?;
    tx.define(Field::date("met").label("Met on"))?;
    tx.define(Field::date("visits").label("Visits").many())?;
    tx.define(Field::date_time("seen").label("Seen at"))?;
    tx.define(Field::partial_date("feast").label("Feast"))?;
    // Options whose keys are words of the language.
    let plan = Field::choice("plan").label("Plan").option("free", "Free of charge").option("pro-2", "Professional");
    tx.define(plan.option("today", "Not yet").option("order", "To order").option("old", "Old"))?;
    tx.define(Field::multi_choice("skills").label("Skills").option("red", "Red").option("blue", "Blue"))?;
    tx.define(Field::email("second_email").label("Second e-mail"))?;
    tx.define(Field::phone("fax").label("Fax"))?;
    tx.define(Field::url("blog").label("Blog"))?;
    tx.define(Field::<Id<Company>>::reference_to("broker").label("Broker"))?;
    tx.define(Field::<Id<Contact>>::reference_to("friends").label("Friends").many())?;
    tx.define(Field::reference("anything").label("Anything"))?;
    tx.define(Field::text("gone").label("Gone"))?;
    tx.define(Field::choice("grade").on(Kind::COMPANY).label("Grade").option("a", "A").option("b", "B"))?;
    tx.define(Field::<Id<Contact>>::reference_to("agent").on(Kind::COMPANY).label("Agent"))?;
    tx.define(Field::decimal("weight").on(Kind::PURCHASE).label("Weight"))?;
    tx.define(Field::boolean("urgent").on(Kind::INTERACTION).label("Urgent"))?;
    tx.edit_field(Kind::CONTACT, "plan")?.archive_option("old")?;
    tx.edit_field(Kind::CONTACT, "gone")?.archive()?;
    tx.commit()
}

fn fill(database: &Database) -> contactdb::Result<()> {
    define(database)?;
    let mut tx = database.write()?.acting_as("tester");
    let home = Address::new("1 Example Street", "Springfield").region("North").postcode("01234").country("US");
    let works = Company::new("Acme").industry("Construction").employees(120).domain("acme.example");
    let works = works.revenue(Money::new(1_000_000, Currency::EUR)).billing_address(home.clone()).stage("customer");
    let works = tx.insert(&works.set_value("grade", "a"))?;
    let branch = Company::new("Acme Branch").parent(works).revenue(Money::new(5_000, Currency::USD)).employees(3);
    let branch = tx.insert(&branch.email("office@branch.example").phone("+44 20 7946 0001").relation("supplier"))?;

    let home_email = EmailAddress::new("ada@home.example").expect("an address");
    let home_email = Labelled::new(home_email).label("home").primary();
    let ada = Contact::named("Ada", "Lovelace")
        .email("ada@acme.example")
        .email(home_email)
        .phone("+44 20 7946 0018")
        .address(home)
        .affiliation(Affiliation::with(works).title("CTO").role("decision_maker"))
        .affiliation(Affiliation::with(branch))
        .birthday("1990-02-28")
        .stage("customer")
        .relation("partner")
        .tag("vip")
        .tag("customers/gold")
        .set_value("motto", "Count on it")
        .set_value("nick", Value::List(vec!["Addy".into(), "A.".into()]))
        .set_value("story", "A long story.\nWith a second line.")
        .set_value("order", 3)
        .set_value("where", "here")
        .set_value("today", "now")
        .set_value("\u{433}\u{43e}\u{434}", 1990)
        .set_value("points", Value::List(vec![1.into(), 2.into(), 30.into()]))
        .set_value("rate", Decimal::new(125, 2))
        .set_value("budget", Money::new(12_500, Currency::EUR))
        .set_value("gifts", Value::List(vec![Money::new(5, Currency::USD).into(), Money::new(7, Currency::USD).into()]))
        .set_value("rooms", ValueRange::new(Decimal::from(2), Decimal::from(4)))
        .set_value("price", ValueRange::at_most(Money::new(900, Currency::EUR)))
        .set_value("stay", ValueRange::new(day(2026, 3, 1), day(2026, 4, 2)))
        .set_value("absence", Value::List(vec![ValueRange::at_least(day(2026, 5, 1)).into()]))
        .set_value("keen", true)
        .set_value("met", day(2024, 2, 29))
        .set_value("visits", Value::List(vec![day(2026, 3, 30).into(), day(2025, 12, 31).into()]))
        .set_value("seen", noon(2026, 3, 30))
        .set_value("feast", "--12-10")
        .set_value("plan", "pro-2")
        .set_value("skills", Value::List(vec!["red".into(), "blue".into()]))
        .set_value("second_email", "ada@second.example")
        .set_value("fax", "+44 20 7946 0002")
        .set_value("blog", "https://ada.example/notes")
        .set_value("broker", RecordId::from(works))
        .set_value("anything", RecordId::from(branch));
    let ada = tx.insert(&ada)?;

    let olga =
        Contact::named("\u{41e}\u{43b}\u{44c}\u{433}\u{430}", "\u{418}\u{432}\u{430}\u{43d}\u{43e}\u{432}\u{430}")
            .works_at(branch, "Buyer")
            .reports_to(ada)
            .birthday("--02-29")
            .stage("lead")
            .tag("customers/silver")
            .tag("New \"York\" today")
            .external_id("shop", "R-17")
            .set_value("budget", Money::new(50, Currency::EUR))
            .set_value("rooms", ValueRange::at_least(Decimal::from(10)))
            .set_value("keen", false)
            .set_value("plan", "today")
            .set_value("skills", Value::List(vec!["blue".into()]))
            .set_value("friends", Value::List(vec![RecordId::from(ada).into()]))
            .set_value("feast", "1980");
    let olga = tx.insert(&olga)?;
    let jose = Contact::named("Jos\u{e9}", "Garc\u{ed}a").email("jose@example.org").language("es").interest("Chess");
    let jose = tx.insert(&jose.profile("example", "@jose").customer_since(day(2020, 2, 29)))?;
    tx.insert(&Contact::named("Nobody", ""))?;
    tx.update(works, |company| company.fields.set_value("agent", RecordId::from(olga)))?;

    tx.insert(&Interaction::call(ada).with(works).at(noon(2026, 3, 29)).lasting(time::Duration::minutes(5)))?;
    let donation = Interaction::donation(jose, Money::new(20, Currency::USD)).at(noon(2025, 3, 29));
    tx.insert(&donation.set_value("urgent", true))?;
    let item = Item::new("Brick", 500).unit_price(Money::new(Decimal::new(9, 1), Currency::EUR)).category("Building");
    let bought = Purchase::by(ada).company(works).item(item).item(Item::new("Sand", Decimal::new(5, 1)));
    let bought = bought.total(Money::new(450, Currency::EUR)).at(noon(2026, 1, 15)).due(day(2026, 2, 15));
    tx.insert(&bought.set_value("weight", Decimal::new(12_345, 1)))?;
    tx.insert(&Purchase::by_company(branch).total(Money::new(9, Currency::USD)).number("2026-1"))?;
    other_kinds(&mut tx, [ada, olga, jose])?;
    tx.commit()
}

/// What people agreed to, and records of all other kinds, one of a business among them.
fn other_kinds(tx: &mut Transaction<'_>, [ada, olga, jose]: [Id<Contact>; 3]) -> contactdb::Result<()> {
    let granted = || Consent::granted("email").for_purpose("newsletter").at(noon(2025, 6, 1));
    tx.update(ada, |ada| ada.consents.push(granted().until(day(2026, 12, 31))))?;
    tx.update(olga, |olga| olga.consents.extend([granted(), Consent::objected().at(noon(2026, 1, 1))]))?;
    tx.update(jose, |jose| jose.edit(|jose| jose.consent(granted()).restricted(noon(2026, 3, 1))))?;
    let deal = tx.insert(&Deal::new("Roof").with(ada).amount(Money::new(8_000, Currency::EUR)).stage("proposal"))?;
    tx.insert(&Ticket::new("Leak").by(olga).status("solved"))?;
    tx.insert(&Task::call("Ask").about(deal).due(noon(2026, 4, 2)))?;
    let pet = tx.define_kind(CustomKind::new("pet", "pets"))?;
    tx.define(Field::<Id<Contact>>::reference_to("keeper").on(pet).about())?;
    let rex = AnyRecord::new(pet).set_value("name", "Rex").set_value("keeper", ada).tag("vip");
    tx.insert(&rex).map(drop)
}
