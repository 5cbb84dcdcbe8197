//! Estate agents.

use super::Preset;
use super::basic::with_questions;
use super::shared::{amount, per_cent};
use crate::model::{Choice, Contact, Currency, FieldType, Id, OnDelete, RecordId};
use crate::schema::{CustomKind, Field, Pipeline};

/// For estate agents: properties, sellers and landlords, what buyers and tenants look for, viewings.
pub fn estate_agent(currency: Currency) -> Preset {
    let preset = Preset::new("estate_agent", "Estate agent").description(
        "For estate agents: properties and their owners, what buyers and tenants look for, viewings and offers",
    );
    let preset = viewings(properties(preset, currency), currency);
    let preset = pipelines(seekers(preset, currency))
        .option("contact", "relation", "landlord", "Landlord")
        .option("contact", "relation", "tenant", "Tenant")
        .option("contact", "source", "portal", "Property portal")
        .option("contact", "source", "sign", "Sign at a property");
    questions(preset)
}

fn property_types<T: FieldType>(field: Field<T>) -> Field<T> {
    field
        .option("flat", "Flat")
        .option("house", "House")
        .option("terraced", "Terraced house")
        .option("plot", "Plot")
        .option("office", "Office")
        .option("shop", "Shop")
}

fn features(key: &str) -> Field<Vec<Choice>> {
    Field::multi_choice(key)
        .option("garden", "Garden")
        .option("balcony", "Balcony")
        .option("parking", "Parking")
        .option("lift", "Lift")
        .option("step_free", "Without steps")
        .option("pets", "Pets allowed")
        .option("furnished", "Furnished")
}

fn seekers(preset: Preset, currency: Currency) -> Preset {
    preset
        .field(
            "contact",
            Field::multi_choice("client_role")
                .label("Client as")
                .help("What the person wants of you; several will do")
                .section("Client")
                .option("buyer", "Buyer")
                .option("seller", "Seller")
                .option("tenant", "Tenant")
                .option("landlord", "Landlord")
                .option("investor", "Investor"),
        )
        .field(
            "contact",
            Field::money_range("price_range", currency)
                .label("Price range")
                .help("What a property may cost, or the rent in a month")
                .section("Looks for"),
        )
        .field(
            "contact",
            Field::number_range("rooms_wanted").label("Rooms").help("How many rooms, from and to").section("Looks for"),
        )
        .field(
            "contact",
            Field::number_range("area_wanted")
                .label("Living area")
                .help("How large, in square metres")
                .section("Looks for"),
        )
        .field(
            "contact",
            Field::text("district_wanted").many().label("Districts").help("Where it should be").section("Looks for"),
        )
        .field(
            "contact",
            property_types(Field::multi_choice("type_wanted"))
                .label("Types")
                .help("What sorts of property come into question")
                .section("Looks for"),
        )
        .field(
            "contact",
            features("must_have")
                .label("Must have")
                .help("Without which the person does not take it")
                .section("Looks for"),
        )
        .field(
            "contact",
            Field::date("move_by").label("Moves by").help("By when the person has to move").section("Looks for"),
        )
        .field(
            "contact",
            Field::choice("financing")
                .label("Financing")
                .help("How far the money is settled")
                .section("Money")
                .option("open", "Not asked yet")
                .option("applied", "Applied for")
                .option("approved", "Approved by the bank")
                .option("cash", "Own money"),
        )
        .field(
            "contact",
            Field::boolean("sells_first")
                .label("Has to sell first")
                .help("Whether the present home must be sold first")
                .section("Money"),
        )
        .field(
            "contact",
            Field::date("last_viewing")
                .label("Last viewing")
                .help("The day of the latest viewing")
                .section("Looks for"),
        )
}

fn properties(preset: Preset, currency: Currency) -> Preset {
    preset
        .kind(CustomKind::new("property", "properties").label("Property").help("A flat, a house, a plot on your books"))
        .field(
            "property",
            Field::text("reference_number")
                .label("Reference")
                .help("The number in your portfolio")
                .section("Property")
                .unique(),
        )
        .field(
            "property",
            Field::choice("offered_for")
                .label("Offered for")
                .help("Sale or rent")
                .section("Property")
                .option("sale", "Sale")
                .option("rent", "Rent"),
        )
        .field(
            "property",
            Field::choice("property_status")
                .label("Status")
                .help("How far it has come")
                .section("Property")
                .option("valuation", "Being valued")
                .option("preparing", "Being prepared")
                .option("available", "Available")
                .option("reserved", "Reserved")
                .option("sold", "Sold")
                .option("let", "Let")
                .option("withdrawn", "Withdrawn"),
        )
        .field(
            "property",
            property_types(Field::choice("property_type")).label("Type").help("What it is").section("Property"),
        )
        .field("property", Field::text("street").label("Street").help("Street and number").section("Place"))
        .field("property", Field::text("district").label("District").help("The part of the town").section("Place"))
        .field("property", Field::text("city").label("City").help("The town").section("Place"))
        .field(
            "property",
            amount("price", currency).label("Price").help("The asking price, or the rent in a month").section("Money"),
        )
        .field(
            "property",
            per_cent("commission").label("Commission").help("Your share of the price, in per cent").section("Money"),
        )
        .field(
            "property",
            Field::decimal("rooms").label("Rooms").help("How many rooms").section("Size").min(0).max(200),
        )
        .field(
            "property",
            Field::decimal("living_area").label("Living area").help("In square metres").section("Size").min(0),
        )
        .field("property", Field::decimal("plot_area").label("Plot").help("In square metres").section("Size").min(0))
        .field(
            "property",
            Field::integer("built").label("Built").help("The year").section("Building").min(1000).max(2200),
        )
        .field(
            "property",
            ["A+", "A", "B", "C", "D", "E", "F", "G", "H"].into_iter().fold(
                Field::choice("energy_class")
                    .label("Energy class")
                    .help("As in the energy certificate")
                    .section("Building"),
                |field, class| field.option(class.to_lowercase().replace('+', "_plus"), class),
            ),
        )
        .field("property", features("feature").label("Features").help("What it has").section("Building"))
        .field(
            "property",
            Field::<Id<Contact>>::reference_to("proprietor")
                .label("Owner")
                .help("Who sells or lets it")
                .section("Mandate")
                .about()
                .on_delete(OnDelete::Refuse),
        )
        .field(
            "property",
            Field::date("listed").label("Listed").help("Since when it is on the market").section("Mandate"),
        )
        .field(
            "property",
            Field::date("mandate_ends").label("Mandate ends").help("The last day of your mandate").section("Mandate"),
        )
}

fn viewings(preset: Preset, currency: Currency) -> Preset {
    preset
        .kind(CustomKind::new("viewing", "viewings").label("Viewing").help("Somebody is shown a property"))
        .field(
            "viewing",
            Field::date_time("at")
                .label("When")
                .help("The time that was agreed")
                .section("Viewing")
                .required()
                .timeline(),
        )
        .field_to(
            "viewing",
            Field::<RecordId>::reference("property")
                .label("Property")
                .help("What is shown")
                .section("Viewing")
                .about()
                .on_delete(OnDelete::Cascade),
            ["property"],
        )
        .field(
            "viewing",
            Field::<Id<Contact>>::reference_to("visitor")
                .label("Visitor")
                .help("Who comes to see it")
                .section("Viewing")
                .about()
                .on_delete(OnDelete::Cascade),
        )
        .field(
            "viewing",
            Field::choice("verdict")
                .label("Verdict")
                .help("What the visitor thinks of it")
                .section("Outcome")
                .option("not_interested", "Not interested")
                .option("thinking", "Thinks about it")
                .option("interested", "Interested")
                .option("offer", "Made an offer"),
        )
        .field("viewing", amount("offer", currency).label("Offer").help("What the visitor offered").section("Outcome"))
        .field(
            "viewing",
            Field::long_text("feedback").label("Feedback").help("What the visitor said").section("Outcome"),
        )
}

fn pipelines(preset: Preset) -> Preset {
    preset
        .pipeline(
            Pipeline::new("mandates", "Mandates")
                .stage("enquiry", "Enquiry", 10)
                .stage("valuation", "Valuation", 30)
                .stage("pitch", "Offer of service", 60)
                .won("signed", "Mandate signed")
                .lost("lost", "Lost"),
        )
        .pipeline(
            Pipeline::new("property_sales", "Sales")
                .stage("enquiry", "Enquiry", 5)
                .stage("viewing", "Viewing", 20)
                .stage("offer", "Offer", 50)
                .stage("reserved", "Reserved", 80)
                .stage("contract", "Contract prepared", 90)
                .won("sold", "Sold")
                .lost("withdrawn", "Withdrawn"),
        )
        .pipeline(
            Pipeline::new("lettings", "Lettings")
                .stage("enquiry", "Enquiry", 5)
                .stage("viewing", "Viewing", 20)
                .stage("application", "Application", 50)
                .stage("references", "References checked", 80)
                .won("let", "Let")
                .lost("withdrawn", "Withdrawn"),
        )
}

fn questions(preset: Preset) -> Preset {
    let questions = [
        (
            "Buyers for a property",
            "client_role = buyer and price_range contains $price and rooms_wanted contains $rooms \
             and (district_wanted is not set or district_wanted = $district)",
            "Who may want a property of that price and size in that district.",
            "Buyers and tenants",
        ),
        (
            "Ready to buy",
            "client_role = buyer and financing in [approved, cash] and move_by in next 90 days order by move_by",
            "The money is there and the time is near.",
            "Buyers and tenants",
        ),
        (
            "Seekers without a viewing for 30 days",
            "client_role has any of [buyer, tenant] and not (last_viewing in last 30 days)",
            "Whoever looks for something and was shown nothing.",
            "Buyers and tenants",
        ),
        ("Investors", "client_role = investor order by name", "Who buys to let.", "Buyers and tenants"),
        (
            "Mandates that end in 30 days",
            "properties where property_status in [available, reserved] and mandate_ends in next 30 days order by mandate_ends",
            "Whose owners are to be asked for more time.",
            "Properties",
        ),
        (
            "On the market for over 90 days",
            "properties where property_status = available and listed more than 90 days ago order by listed",
            "Where to talk about the price.",
            "Properties",
        ),
        (
            "Viewings of the next 7 days",
            "viewings where at in next 7 days order by at",
            "What is agreed for the coming week.",
            "Viewings",
        ),
        (
            "Viewings without a verdict",
            "viewings where at < now and verdict is not set order by at",
            "Visitors to be asked what they think.",
            "Viewings",
        ),
    ];
    with_questions(preset, questions)
}
