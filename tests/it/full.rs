//! A record of each kind with every property that it can have.

use contactdb::{
    Address, Affiliation, Availability, Change, Company, Consent, Contact, Currency, Deal, DealContact, EmailAddress,
    ExternalId, Id, Import, Interaction, Item, Labelled, Money, Participant, Payment, PersonName, PhoneNumber,
    Purchase, RecordId, Recurrence, Region, Relationship, Sequence, SocialProfile, Step, Task, Ticket, Transaction,
    WebAddress, choices,
};
use time::{Duration, OffsetDateTime, Time, Weekday};

use crate::common::{START, date, decimal, euros};
use crate::following::{self, Follow, Written};

/// Written by nobody at the time that the clock begins with.
pub(crate) fn untold() -> Written<'static> {
    Written { now: OffsetDateTime::from_unix_timestamp(START).unwrap(), by: None }
}

/// Names and texts in many scripts, with marks, joiners and emoji.
pub(crate) const TEXTS: [&str; 14] = [
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

pub(crate) fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_700_000_000 + seconds).unwrap() + Duration::microseconds(123_456)
}

pub(crate) fn email(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

pub(crate) fn phone(text: &str) -> PhoneNumber {
    PhoneNumber::new(text).unwrap()
}

pub(crate) fn url(text: &str) -> WebAddress {
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
    company.vcard = Some("ADR:;;1 Example Road;Town;;;".into());
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
    company.stage_history = vec![Change::to(choices::stage::ADVOCATE).by("hedy")];
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
    contact.related = vec![
        Relationship::with(boss, choices::relationship::MENTOR)
            .from(date(2020, 1, 1))
            .to(date(2020, 12, 31))
            .note("王"),
        Relationship::with(boss, choices::relationship::FRIEND),
    ];
    contact.availability = vec![
        Availability::on(Weekday::Monday, Time::from_hms(9, 0, 0).unwrap(), Time::from_hms(12, 30, 59).unwrap()),
        Availability::all_day(Weekday::Sunday),
    ];
    contact.time_zone = Some("Europe/Kyiv".into());
    contact.vcard = Some("X-PET:Cat\nPHOTO:https://example.com/ada.jpg".into());
    // One that ends with what is so, and one that does not and whose entry has no time.
    contact.stage_history = vec![
        Change::to(choices::stage::LEAD).at(at(-50)).by("王芳"),
        Change::to(choices::stage::QUALIFIED).at(at(-40)),
    ];
    contact.status_history = vec![Change::to(choices::status::ACTIVE)];
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
    let brick = brick.record(acme);
    order.payments = vec![
        Payment::of(euros("0.00")).method(choices::payment_method::CHEQUE).reference("R 1").at(at(3)),
        Payment::refund(Money::new(decimal("1.50"), Currency::CHF)),
    ];
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

fn full_deal(ada: Id<Contact>, acme: Id<Company>, project: RecordId) -> Deal {
    let mut deal = Deal::new("Дах 王").pipeline("sales").stage(choices::stage_of_deal::LOST).amount(euros("8000.50"));
    deal.probability = Some(7);
    deal.expected_close = Some(date(2027, 2, 28));
    deal.contacts = vec![DealContact::new(ada).role(choices::role::BLOCKER), DealContact::new(ada)];
    (deal.company, deal.project) = (Some(acme), Some(project));
    (deal.opened, deal.closed) = (Some(at(-100)), Some(at(-1)));
    deal.reason = Some("price".into());
    deal.stage_history = vec![Change::to("new").at(at(-100)), Change::to("won").by("grace")];
    deal.owner = Some("grace".into());
    deal.source = Some(choices::source::SEARCH);
    deal.campaign = Some("Spring".into());
    deal.priority = Some(choices::priority::NORMAL);
    deal.notes = Some("n".repeat(300));
    deal.external_id("shop", "D-1").tag("big/хорошо")
}

fn full_ticket(ada: Id<Contact>, acme: Id<Company>) -> Ticket {
    let mut ticket = Ticket::new("It leaks").by(ada).company(acme).number("T-1").escalated(at(5), "hedy");
    ticket.status = Some(choices::ticket_status::CLOSED);
    ticket.priority = Some(choices::priority::URGENT);
    ticket.owner = Some("ada".into());
    (ticket.opened, ticket.first_answered, ticket.due) = (Some(at(-9)), Some(at(-8)), Some(at(90)));
    ticket.channel = Some(choices::channel::VIDEO);
    ticket.category = Some("roof".into());
    ticket.thread = Some("<t@example.com>".into());
    (ticket.satisfaction, ticket.feedback) = (Some(-1), Some("gut ".repeat(100)));
    ticket.description = Some(TEXTS.join("\n"));
    ticket.status_history = vec![Change::to("new").at(at(-9))];
    ticket.external_id("desk", "1").tag("urgent")
}

fn full_sequence() -> Sequence {
    let first = Step::new("Say hello", 0).kind(choices::task::CALL).owner("grace").notes("by name");
    Sequence::new("Welcome")
        .step(first)
        .step(Step::new("Пиши", 3))
        .owner("ada")
        .notes("x".repeat(500))
        .external_id("m", "1")
}

fn full_import() -> Import {
    let mut import = Import::new("people.csv");
    import.tag = Some("import/people.csv".into());
    import.status = Some(choices::import_status::STOPPED);
    (import.started, import.finished) = (Some(at(-20)), Some(at(-10)));
    (import.rows, import.made, import.changed) = (Some(7), Some(3), Some(2));
    (import.skipped, import.refused, import.checksum) = (Some(1), Some(1), Some(4_000_000_000));
    import.mapping = Some("{} ".repeat(200));
    (import.owner, import.notes) = (Some("ada".into()), Some("н".repeat(300)));
    import.external_ids.push(ExternalId::new("m", "3"));
    import
}

fn full_task(about: Vec<RecordId>, sequence: Id<Sequence>, previous: Id<Task>) -> Task {
    let rule = Recurrence::every(3, choices::period::MONTH).until(date(2030, 1, 31)).after_done();
    let mut task = Task::email("Write").due(at(1_000)).status(choices::task_status::CANCELLED).every(rule);
    task.recurrence.as_mut().unwrap().first = Some(at(-1_000));
    task.about = about;
    (task.sequence, task.step, task.previous) = (Some(sequence), Some(2), Some(previous));
    (task.owner, task.outcome, task.notes) = (Some("ada".into()), Some("no".into()), Some("ж".repeat(200)));
    task.priority = Some(choices::priority::LOW);
    task.external_id("m", "2").tag("later")
}

/// One record of each kind with every property, and before them those that they refer to.
#[derive(Debug)]
pub(crate) struct Full {
    /// All of them in the order in which they were inserted.
    pub(crate) order: Vec<RecordId>,
    pub(crate) contact: (Id<Contact>, Contact),
    pub(crate) company: (Id<Company>, Company),
    pub(crate) interaction: (Id<Interaction>, Interaction),
    pub(crate) purchase: (Id<Purchase>, Purchase),
    pub(crate) deal: (Id<Deal>, Deal),
    pub(crate) ticket: (Id<Ticket>, Ticket),
    pub(crate) task: (Id<Task>, Task),
    pub(crate) sequence: (Id<Sequence>, Sequence),
    pub(crate) import: (Id<Import>, Import),
}

/// Runs something for the record of each kind.
macro_rules! each {
    ($full:expr, $id:ident $record:ident => $body:expr) => {{
        each!(@ $full, $id $record, $body, contact company interaction purchase deal ticket task sequence import);
    }};
    (@ $full:expr, $id:ident $record:ident, $body:expr, $($kind:ident)*) => {$({
        let ($id, $record) = &$full.$kind;
        $body;
    })*};
}
pub(crate) use each;

/// Inserts them; gives each as it should be read.
pub(crate) fn insert_all(tx: &mut Transaction<'_>) -> Full {
    fn put<T: Follow>(tx: &mut Transaction<'_>, order: &mut Vec<RecordId>, record: &T) -> (Id<T>, T) {
        let id = tx.insert(record).unwrap();
        order.push(id.into());
        (id, following::new(record, untold()))
    }
    let mut order = Vec::new();
    let boss = put(tx, &mut order, &Contact::named("Grace", "Example")).0;
    let group = put(tx, &mut order, &Company::new("Group")).0;
    let company = put(tx, &mut order, &full_company(Some(group)));
    let acme = company.0;
    let contact = put(tx, &mut order, &full_contact(boss, acme));
    let ada = contact.0;
    let first = put(tx, &mut order, &Interaction::call(ada)).0;
    let interaction = put(tx, &mut order, &full_interaction(ada, acme, first));
    let purchase = put(tx, &mut order, &full_purchase(ada, acme));
    let deal = put(tx, &mut order, &full_deal(ada, acme, first.into()));
    let ticket = put(tx, &mut order, &full_ticket(ada, acme));
    let sequence = put(tx, &mut order, &full_sequence());
    let before = put(tx, &mut order, &Task::new("Before")).0;
    let task = put(tx, &mut order, &full_task(vec![ada.into(), deal.0.into()], sequence.0, before));
    let import = put(tx, &mut order, &full_import());
    Full { order, contact, company, interaction, purchase, deal, ticket, task, sequence, import }
}
