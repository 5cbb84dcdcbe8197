//! The clients that the supplier has already, with a year of history. Made up from a seed: the names are common ones, the
//! addresses end in `.example`, the numbers are reserved for fiction.

#![expect(clippy::indexing_slicing, reason = "the dice stay below the length of each list")]

use std::error::Error;

use contactdb::choices::{basis, channel, order, purpose, relation, stage};
use contactdb::{
    Address, Affiliation, Choice, Company, Consent, Contact, Currency, Id, Interaction, Item, Labelled, Money, Payment,
    Purchase, Transaction,
};
use time::{Duration, OffsetDateTime};

const GIVEN: [&str; 12] =
    ["Ana", "Boris", "Chen", "Dilek", "Emil", "Fatima", "Goran", "Hanna", "Igor", "Jana", "Karim", "Lucia"];
const FAMILY: [&str; 10] =
    ["Berg", "Costa", "Dahl", "Eriksen", "Fischer", "Garcia", "Haddad", "Ivanova", "Jensen", "Kovac"];
const FIRMS: [&str; 6] = ["Homes", "Builders", "Carpentry", "Roofing", "Estates", "Masonry"];
const REGIONS: [(&str, &str); 4] =
    [("North", "Northport"), ("South", "Southfield"), ("East", "Eastham"), ("West", "Westbridge")];
const INTERESTS: [&str; 4] = ["Low-rise construction", "Renovation", "Roofing", "Landscaping"];
const STAGES: [Choice; 4] = [stage::LEAD, stage::QUALIFIED, stage::CUSTOMER, stage::ADVOCATE];
const GOODS: [(&str, &str, i64); 4] =
    [("Brick", "Walls", 1), ("Roof tile", "Roofs", 2), ("Cement, 25 kg", "Binders", 6), ("Timber, 4 m", "Wood", 14)];

/// How many clients there are beside the one that the story is about.
pub(crate) const CLIENTS: usize = 120;

/// Puts the clients in, with what happened up to `now`.
pub(crate) fn load(tx: &mut Transaction<'_>, now: OffsetDateTime) -> Result<(), Box<dyn Error>> {
    let mut dice = fastrand::Rng::with_seed(7);
    for number in 0..CLIENTS {
        let (region, city) = REGIONS[dice.usize(..REGIONS.len())];
        let family = FAMILY[dice.usize(..FAMILY.len())];
        let firm = format!("{family} {} {number}", FIRMS[dice.usize(..FIRMS.len())]);
        let place = Address::new(format!("{number} Quarry Road"), city).region(region).country("XX");
        let company = Company::new(firm).industry("Construction").shipping_address(place.clone());
        let company = tx.insert(&company.employees(dice.i64(2..60)).relation(relation::CUSTOMER))?;

        let given = GIVEN[dice.usize(..GIVEN.len())];
        let mut person = Contact::named(given, family)
            .email(format!("{}.{number}@client.example", given.to_lowercase()).as_str())
            .phone(format!("+44 20 7946 {:04}", number % 1000).as_str())
            .address(Labelled::new(place).label("site"))
            .affiliation(Affiliation::with(company).title("Site manager").primary())
            .stage(STAGES[dice.usize(..STAGES.len())].clone())
            .interest(INTERESTS[dice.usize(..INTERESTS.len())]);
        // Two thirds agreed to offers by e-mail; some of them left again.
        let agreed = now - Duration::days(dice.i64(200..400));
        if dice.usize(..3) > 0 {
            let granted = Consent::granted(channel::EMAIL).for_purpose(purpose::OFFERS).basis(basis::CONSENT);
            person = person.consent(granted.at(agreed).source("order form"));
            if dice.usize(..5) == 0 {
                let left = Consent::withdrawn(channel::EMAIL).for_purpose(purpose::OFFERS);
                person = person.consent(left.at(agreed + Duration::days(90)));
            }
        }
        let person = tx.insert(&person)?;
        for _ in 0..dice.usize(..3) {
            let call = Interaction::call(person).at(now - Duration::days(dice.i64(3..120)));
            tx.insert(&call.outcome("asked for prices"))?;
        }
        for _ in 0..dice.usize(..5) {
            let at = now - Duration::days(dice.i64(5..365));
            tx.insert(&self::order(&mut dice, person, at).company(company))?;
        }
    }
    Ok(())
}

/// An order of some goods by a person at a time, delivered and paid.
pub(crate) fn order(dice: &mut fastrand::Rng, person: Id<Contact>, at: OffsetDateTime) -> Purchase {
    let (product, category, price) = GOODS[dice.usize(..GOODS.len())];
    let price = Money::new(price, Currency::EUR);
    let item = Item::new(product, dice.i64(50..500)).category(category).unit_price(price);
    let purchase = Purchase::by(person).at(at).item(item).status(order::DELIVERED);
    match purchase.sum_of_items() {
        Some(total) => purchase.total(total).payment(Payment::of(total).at(at + Duration::days(14))),
        None => purchase,
    }
}
