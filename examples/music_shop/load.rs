//! From the rows of the shop's files into the database.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::error::Error;
use std::path::Path;

use contactdb::{
    Affiliation, By, Choice, Company, Contact, Currency, Decimal, Field, FieldHandle, Id, Item, Kind, Labelled, Money,
    PersonName, Purchase, Transaction, ValueRange,
};
use time::{Date, Weekday};

use super::rows::{self, Customer, Invoice, InvoiceItem, Row};

/// The system whose numbers the records carry as external ids.
const SHOP: &str = "shop";

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// The fields that this shop adds to what every database has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) orders: FieldHandle<i64>,
    pub(crate) spent: FieldHandle<Money>,
    pub(crate) tracks_per_order: FieldHandle<Decimal>,
    pub(crate) first_order: FieldHandle<Date>,
    pub(crate) buying: FieldHandle<ValueRange<Date>>,
    pub(crate) favourite_weekday: FieldHandle<Choice>,
    pub(crate) vip: FieldHandle<bool>,
    pub(crate) tracks: FieldHandle<i64>,
}

impl Fields {
    pub(crate) fn define(tx: &mut Transaction<'_>) -> contactdb::Result<Self> {
        let weekdays = WEEK.iter().fold(Field::choice("favourite_weekday").label("Buys mostly on"), |field, day| {
            field.option(key_of(*day), day.to_string())
        });
        Ok(Self {
            orders: tx.ensure(Field::integer("orders").label("Number of orders").min(0))?,
            spent: tx.ensure(Field::money("spent", Currency::USD).label("Spent in all"))?,
            tracks_per_order: tx.ensure(Field::decimal("tracks_per_order").label("Tracks per order"))?,
            first_order: tx.ensure(Field::date("first_order").label("First order"))?,
            buying: tx.ensure(Field::date_range("buying").label("From first to last order"))?,
            favourite_weekday: tx.ensure(weekdays)?,
            vip: tx.ensure(Field::boolean("vip").help("Spent 45 USD or more").default(false))?,
            tracks: tx.ensure(Field::integer("tracks").on(Kind::PURCHASE).label("Tracks in this order"))?,
        })
    }
}

/// What was loaded, and what was left out and why.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) companies: usize,
    pub(crate) contacts: usize,
    pub(crate) purchases: usize,
    pub(crate) items: usize,
    pub(crate) problems: Vec<String>,
}

/// Loads `customers.csv`, `invoices.csv` and `invoice_items.csv`. Each record has the shop's own number
/// as its external id, so that what was loaded before is brought up to date and nothing is there twice.
pub(crate) fn load(tx: &mut Transaction<'_>, fields: Fields, folder: &Path) -> Result<Loaded, Box<dyn Error>> {
    let mut problems = Vec::new();
    let customers = rows::read(folder, "customers.csv", &mut problems)?;
    let invoices = rows::read(folder, "invoices.csv", &mut problems)?;
    let items = rows::read(folder, "invoice_items.csv", &mut problems)?;

    let mut loader = Loader {
        tx,
        fields,
        items: items_by_invoice(&invoices, items, &mut problems),
        invoices: HashMap::new(),
        buyers: HashMap::new(),
        loaded: Loaded { problems, ..Loaded::default() },
    };
    for Row { cells: invoice, .. } in &invoices {
        loader.invoices.entry(invoice.customer_id).or_default().push(invoice);
    }
    for customer in &customers {
        loader.customer(customer)?;
    }
    for invoice in &invoices {
        loader.invoice(invoice)?;
    }
    Ok(loader.loaded)
}

fn items_by_invoice(
    invoices: &[Row<Invoice>],
    items: Vec<Row<InvoiceItem>>,
    problems: &mut Vec<String>,
) -> HashMap<u32, Vec<InvoiceItem>> {
    let mut found: HashMap<u32, Vec<InvoiceItem>> = invoices.iter().map(|row| (row.cells.id, Vec::new())).collect();
    for Row { place, cells: item } in items {
        match found.get_mut(&item.invoice_id) {
            Some(items) => items.push(item),
            None => problems.push(format!("{place}: there is no invoice {}", item.invoice_id)),
        }
    }
    found
}

/// The work in the middle: what is still to be put in, and what was put in so far.
struct Loader<'t, 'db> {
    tx: &'t mut Transaction<'db>,
    fields: Fields,
    /// By invoice.
    items: HashMap<u32, Vec<InvoiceItem>>,
    /// By customer.
    invoices: HashMap<u32, Vec<&'t Invoice>>,
    /// Who was put in, by customer.
    buyers: HashMap<u32, (Id<Contact>, Option<Id<Company>>)>,
    loaded: Loaded,
}

impl Loader<'_, '_> {
    /// A contact, and a company when it is first named.
    fn customer(&mut self, row: &Row<Customer>) -> contactdb::Result<()> {
        let customer = &row.cells;
        let company = self.company(row)?;
        let invoices = self.invoices.get(&customer.id).into_iter().flatten();
        let history: Vec<(&Invoice, u32)> = invoices.map(|invoice| (*invoice, self.tracks_of(invoice))).collect();
        let fields = self.fields;

        // Only what the shop knows is set: what others have added since stays.
        let key = By::external_id(SHOP, customer.id.to_string());
        let done = self.tx.upsert(&key, |contact: &mut Contact| {
            contact.name = PersonName::new(&customer.first_name, &customer.last_name);
            contact.emails = vec![customer.email.clone().into()];
            let phone = customer.phone.clone().map(Labelled::new);
            let fax = customer.fax.clone().map(|fax| Labelled::new(fax).label("fax"));
            contact.phones = phone.into_iter().chain(fax).collect();
            contact.addresses = vec![customer.address().into()];
            contact.affiliations = company.map(Affiliation::with).into_iter().collect();
            contact.owner = Some(format!("rep-{}", customer.support_rep_id));
            tell(contact, &fields, &history);
        });
        if let Some(done) = self.unless_refused(done, &row.place)? {
            self.loaded.contacts += 1;
            self.buyers.insert(customer.id, (done.id, company));
        }
        Ok(())
    }

    fn company(&mut self, row: &Row<Customer>) -> contactdb::Result<Option<Id<Company>>> {
        let customer = &row.cells;
        if customer.company.is_empty() {
            return Ok(None);
        }
        let done = self.tx.upsert(&By::external_id(SHOP, &customer.company), |company: &mut Company| {
            company.name.clone_from(&customer.company);
            // Of several customers in one company, the first one's address is the company's.
            company.billing_address.get_or_insert_with(|| customer.address());
        });
        let done = self.unless_refused(done, &row.place)?;
        self.loaded.companies += usize::from(done.is_some_and(|done| done.created));
        Ok(done.map(|done| done.id))
    }

    fn invoice(&mut self, row: &Row<Invoice>) -> contactdb::Result<()> {
        let invoice = &row.cells;
        let Some((contact, company)) = self.buyers.get(&invoice.customer_id).copied() else {
            self.loaded.problems.push(format!("{}: there is no customer {}", row.place, invoice.customer_id));
            return Ok(());
        };
        let tracks = i64::from(self.tracks_of(invoice));
        let items: Vec<Item> = self.items.get(&invoice.id).into_iter().flatten().map(item).collect();
        let count = items.len();
        let fields = self.fields;

        let key = By::external_id(SHOP, invoice.id.to_string());
        let done = self.tx.upsert(&key, |purchase: &mut Purchase| {
            purchase.number = Some(invoice.id.to_string());
            purchase.contact = Some(contact);
            purchase.company = company;
            purchase.at = Some(invoice.at);
            purchase.items = items;
            purchase.total = Some(Money::new(invoice.total, Currency::USD));
            purchase.billing_address = Some(invoice.billing_address());
            purchase.fields.set(fields.tracks, tracks);
        });
        if self.unless_refused(done, &row.place)?.is_some() {
            self.loaded.purchases += 1;
            self.loaded.items += count;
        }
        Ok(())
    }

    fn tracks_of(&self, invoice: &Invoice) -> u32 {
        self.items.get(&invoice.id).into_iter().flatten().map(|item| item.quantity).sum()
    }

    /// A record that breaks a rule is noted and left out; any other error ends the load.
    fn unless_refused<T>(&mut self, done: contactdb::Result<T>, place: &str) -> contactdb::Result<Option<T>> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(error) if error.is_invalid() => {
                self.loaded.problems.push(format!("{place}: {error}"));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

fn item(line: &InvoiceItem) -> Item {
    let price = Money::new(line.unit_price, Currency::USD);
    Item::new(format!("Track {}", line.track_id), line.quantity).unit_price(price)
}

/// Sets the fields that follow from a customer's invoices, each of them with its number of tracks.
fn tell(contact: &mut Contact, fields: &Fields, history: &[(&Invoice, u32)]) {
    let days: Vec<Date> = history.iter().map(|(invoice, _)| invoice.at.date()).collect();
    let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else { return };
    let orders = Decimal::from(history.len());
    let tracks: Decimal = history.iter().map(|(_, tracks)| Decimal::from(*tracks)).sum();
    let spent: Decimal = history.iter().map(|(invoice, _)| invoice.total).sum();
    let on = |weekday: &Weekday| days.iter().filter(|day| day.weekday() == *weekday).count();

    contact.fields.set(fields.orders, i64::try_from(history.len()).unwrap_or(i64::MAX));
    contact.fields.set(fields.spent, spent);
    contact.fields.set(fields.tracks_per_order, (tracks / orders).round_dp(2));
    contact.fields.set(fields.first_order, *first);
    contact.fields.set(fields.buying, ValueRange::new(*first, *last));
    contact.fields.set(fields.vip, spent >= Decimal::from(45));
    let favourite = WEEK.into_iter().max_by_key(|day| (on(day), Reverse(day.number_from_monday())));
    if let Some(day) = favourite {
        contact.fields.set(fields.favourite_weekday, key_of(day));
    }
    contact.edit(|contact| contact.tag(format!("customers/{}", first.year())));
}

/// The key of a weekday as an option: `monday`.
fn key_of(day: Weekday) -> String {
    day.to_string().to_lowercase()
}
