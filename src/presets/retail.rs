//! Shops with a counter.

use super::Preset;
use super::basic::with_questions;
use super::shared::{amount, campaign, count, lifetime_value, loyalty, product};
use crate::model::{Contact, Currency, Id, RecordId};
use crate::schema::{CustomKind, Field, Pipeline};

/// For shops: stores, visits, loyalty cards, sizes and tastes, stock.
pub fn retail(currency: Currency) -> Preset {
    let preset = Preset::new("retail", "Retail")
        .description("For shops: stores and visits, loyalty cards, sizes and tastes, products and stock");
    let preset = customers(stores(preset), currency);
    let preset = campaign(stock(product(loyalty(preset), currency)), currency)
        .option("contact", "source", "passing_by", "Passing by")
        .option("interaction", "kind", "store_visit", "Visit to the shop")
        .option("interaction", "kind", "fitting", "Fitting")
        .pipeline(
            Pipeline::new("special_orders", "Special orders")
                .stage("asked_for", "Asked for", 30)
                .stage("ordered", "Ordered", 70)
                .stage("arrived", "Arrived", 90)
                .won("collected", "Collected")
                .lost("not_collected", "Not collected"),
        );
    questions(preset)
}

fn stores(preset: Preset) -> Preset {
    preset
        .kind(CustomKind::new("store", "stores").label("Store").help("One of your shops"))
        .field("store", Field::text("street").label("Street").help("Street and number").section("Place"))
        .field("store", Field::text("city").label("City").help("The town").section("Place"))
        .field("store", Field::phone("phone").label("Phone").help("The number of the shop").section("Place"))
        .field(
            "store",
            Field::<Id<Contact>>::reference_to("manager").label("Manager").help("Who runs it").section("Store"),
        )
        .field("store", Field::date("opened").label("Opened").help("The first day").section("Store"))
}

fn customers(preset: Preset, currency: Currency) -> Preset {
    preset
        .field_to(
            "contact",
            Field::<RecordId>::reference("home_store")
                .label("Store")
                .help("The shop that the customer goes to")
                .section("Visits"),
            ["store"],
        )
        .field(
            "contact",
            Field::date("last_visit").label("Last visit").help("The day of the latest visit").section("Visits"),
        )
        .field("contact", count("visits").label("Visits").help("How many visits so far").section("Visits"))
        .field("contact", lifetime_value(currency))
        .field(
            "contact",
            amount("average_basket", currency)
                .label("Average basket")
                .help("What is bought at a visit on average")
                .section("Buying"),
        )
        .field(
            "contact",
            Field::boolean("buys_on_offer")
                .label("Buys on offer")
                .help("Whether reduced prices make the difference")
                .section("Buying"),
        )
        .field(
            "contact",
            Field::text("favourite_brand")
                .many()
                .label("Favourite brands")
                .help("What the customer likes to wear or use")
                .section("Taste"),
        )
        .field(
            "contact",
            Field::text("favourite_category")
                .many()
                .label("Departments")
                .help("Where the customer looks first")
                .section("Taste"),
        )
        .field(
            "contact",
            ["XS", "S", "M", "L", "XL", "XXL"].into_iter().fold(
                Field::choice("clothing_size").label("Clothing size").help("The usual size").section("Sizes"),
                |field, size| field.option(size.to_lowercase(), size),
            ),
        )
        .field(
            "contact",
            Field::decimal("shoe_size")
                .label("Shoe size")
                .help("By the European scale")
                .section("Sizes")
                .min(15)
                .max(55),
        )
        .field(
            "contact",
            Field::long_text("style_notes").label("Style").help("What to remember when advising").section("Taste"),
        )
}

fn stock(preset: Preset) -> Preset {
    preset
        .field("product", Field::text("brand").label("Brand").help("Who makes it").section("Product"))
        .field("product", count("stock").label("In stock").help("How many there are").section("Stock"))
        .field(
            "product",
            count("reorder_at")
                .label("Reorder at")
                .help("Order more when there are no more than that")
                .section("Stock"),
        )
}

fn questions(preset: Preset) -> Preset {
    let questions = [
        (
            "Regulars who stay away",
            "visits >= 3 and last_visit more than 180 days ago order by lifetime_value desc",
            "They came often and have not been seen for half a year.",
            "Win back",
        ),
        ("First visit and no second", "visits = 1 and last_visit more than 30 days ago", "They came once.", "Win back"),
        (
            "Gold customers to be invited",
            "loyalty_tier >= gold and may email for events order by name",
            "The best customers who agreed to invitations.",
            "Loyalty",
        ),
        (
            "Points enough for a voucher",
            "loyalty_points >= 1_000 order by loyalty_points desc",
            "Whom to remind of their points.",
            "Loyalty",
        ),
        (
            "Birthdays this month",
            "birthday anniversary in this month",
            "Whom to send a card with a voucher.",
            "Loyalty",
        ),
        (
            "Who likes a brand",
            "favourite_brand = $brand and may email for offers order by name",
            "Whom to tell that something new of the brand has come in.",
            "Mailings",
        ),
        (
            "Customers of the stores in a city",
            "home_store.city = $city order by name",
            "Who goes to your shops there.",
            "Mailings",
        ),
        (
            "Products to be ordered",
            "products where product_status = on_sale and stock <= field(reorder_at) order by stock",
            "What runs out.",
            "Stock",
        ),
    ];
    with_questions(preset, questions)
}
