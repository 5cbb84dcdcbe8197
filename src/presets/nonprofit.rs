//! Organisations that live on gifts, members and volunteers.

use super::Preset;
use super::basic::with_questions;
use super::shared::{amount, campaign, count};
use crate::model::{Contact, Currency, Id, OnDelete, RecordId};
use crate::schema::{CustomKind, Field, Pipeline};

/// For charities and associations: donors, members, volunteers, funds, households, grants.
pub fn nonprofit(currency: Currency) -> Preset {
    let preset = Preset::new("nonprofit", "Non-profit")
        .description("For charities and associations: donors, members, volunteers, funds, households and appeals");
    let preset = campaign(funds(households(preset), currency), currency);
    let preset = members_and_volunteers(receipts(giving(preset, currency)))
        .option("contact", "relation", "board_member", "Board member")
        .option("contact", "relation", "beneficiary", "Beneficiary")
        .option("company", "relation", "grant_maker", "Grant maker")
        .pipeline(
            Pipeline::new("major_gifts", "Major gifts")
                .stage("identified", "Identified", 10)
                .stage("getting_to_know", "Getting to know", 25)
                .stage("asked", "Asked", 50)
                .stage("pledged", "Pledged", 80)
                .won("given", "Given")
                .lost("declined", "Declined"),
        )
        .pipeline(
            Pipeline::new("grants", "Grants")
                .stage("research", "Research", 5)
                .stage("writing", "Writing the application", 20)
                .stage("applied", "Applied", 40)
                .stage("questions", "Questions answered", 60)
                .won("granted", "Granted")
                .lost("declined", "Declined"),
        );
    questions(preset, currency)
}

fn giving(preset: Preset, currency: Currency) -> Preset {
    preset
        .field(
            "contact",
            Field::choice("donor_level")
                .label("Donor level")
                .help("The circle of donors that the person belongs to")
                .section("Giving")
                .option("friend", "Friend")
                .option("supporter", "Supporter")
                .option("patron", "Patron")
                .option("benefactor", "Benefactor"),
        )
        .field(
            "contact",
            Field::date("first_gift").label("First gift").help("The day of the first gift").section("Giving"),
        )
        .field(
            "contact",
            Field::date("last_gift").label("Last gift").help("The day of the latest gift").section("Giving"),
        )
        .field(
            "contact",
            amount("last_gift_amount", currency)
                .label("Amount of last gift")
                .help("How much the latest gift was")
                .section("Giving"),
        )
        .field(
            "contact",
            amount("largest_gift", currency)
                .label("Largest gift")
                .help("The largest single gift so far")
                .section("Giving"),
        )
        .field(
            "contact",
            amount("lifetime_giving", currency).label("Given so far").help("All gifts together").section("Giving"),
        )
        .field("contact", count("gifts").label("Gifts").help("How many gifts so far").section("Giving"))
        .field(
            "contact",
            Field::boolean("gives_regularly")
                .label("Regular giver")
                .help("Whether there is a standing order or direct debit")
                .section("Giving"),
        )
        .field(
            "contact",
            amount("next_ask", currency).label("Next ask").help("How much to ask for next time").section("Giving"),
        )
        .field(
            "contact",
            amount("pledged", currency)
                .label("Pledged")
                .help("How much was promised and has not come in yet")
                .section("Giving"),
        )
        .field(
            "contact",
            Field::date("pledge_due")
                .label("Pledge due")
                .help("The day by which the promised gift should come in")
                .section("Giving"),
        )
        .field(
            "contact",
            Field::boolean("legacy_pledged")
                .label("Legacy pledged")
                .help("Whether the person said that you stand in the will")
                .section("Giving"),
        )
}

fn receipts(preset: Preset) -> Preset {
    preset
        .field(
            "contact",
            Field::choice("receipt")
                .label("Receipts")
                .help("How the person wants receipts for the tax office")
                .section("Tax")
                .option("each", "For each gift")
                .option("yearly", "Once a year")
                .option("none", "None"),
        )
        .field(
            "contact",
            Field::date("tax_declaration")
                .label("Tax declaration")
                .help("The day of the declaration by which you may reclaim tax on gifts")
                .section("Tax"),
        )
        .field(
            "contact",
            Field::boolean("anonymous")
                .label("Anonymous")
                .help("Whether the person is never to be named")
                .section("Giving"),
        )
        .field(
            "contact",
            Field::boolean("deceased").label("Deceased").help("Nothing is sent to people who died").section("Person"),
        )
        .field(
            "interaction",
            Field::text("in_memory_of").label("In memory of").help("To whose memory a gift was made").section("Gift"),
        )
        .field(
            "interaction",
            Field::date("receipt_sent")
                .label("Receipt sent")
                .help("The day on which the receipt went out")
                .section("Gift"),
        )
}

fn members_and_volunteers(preset: Preset) -> Preset {
    let weekdays = [
        ("monday", "Monday"),
        ("tuesday", "Tuesday"),
        ("wednesday", "Wednesday"),
        ("thursday", "Thursday"),
        ("friday", "Friday"),
        ("saturday", "Saturday"),
        ("sunday", "Sunday"),
    ];
    let days = Field::multi_choice("volunteer_days")
        .label("Days")
        .help("On which days the person can help")
        .section("Volunteering");
    preset
        .field(
            "contact",
            Field::text("member_number")
                .label("Member number")
                .help("The number in the list of members")
                .section("Membership")
                .unique(),
        )
        .field(
            "contact",
            Field::date("membership_ends")
                .label("Membership ends")
                .help("The last day that is paid for")
                .section("Membership"),
        )
        .field(
            "contact",
            Field::text("skill").many().label("Skills").help("What the person can do for you").section("Volunteering"),
        )
        .field("contact", weekdays.into_iter().fold(days, |days, (key, label)| days.option(key, label)))
        .field(
            "contact",
            Field::decimal("volunteer_hours")
                .label("Hours")
                .help("Hours of help this year")
                .section("Volunteering")
                .min(0),
        )
}

fn households(preset: Preset) -> Preset {
    preset
        .kind(CustomKind::new("household", "households").label("Household").help("People who get one letter together"))
        .field(
            "household",
            Field::text("greeting").label("Greeting").help("How a letter to all of them begins").section("Household"),
        )
        .field(
            "household",
            Field::<Id<Contact>>::reference_to("head")
                .label("Addressee")
                .help("The person to whose address letters go")
                .section("Household")
                .about(),
        )
        .field_to(
            "contact",
            Field::<RecordId>::reference("household")
                .label("Household")
                .help("The household that the person belongs to")
                .section("Person"),
            ["household"],
        )
}

fn funds(preset: Preset, currency: Currency) -> Preset {
    preset
        .kind(CustomKind::new("fund", "funds").label("Fund").help("What gifts are given for"))
        .field("fund", Field::long_text("fund_purpose").label("Purpose").help("What the money is for").section("Fund"))
        .field(
            "fund",
            Field::choice("fund_status")
                .label("Status")
                .help("Whether gifts are still taken")
                .section("Fund")
                .option("open", "Open")
                .option("closed", "Closed")
                .default("open"),
        )
        .field("fund", amount("goal", currency).label("Goal").help("How much is needed").section("Money"))
        .field("fund", amount("raised", currency).label("Raised").help("How much came in so far").section("Money"))
        .field("fund", Field::date("closes").label("Closes").help("The last day for gifts").section("Fund"))
        .field(
            "fund",
            Field::boolean("earmarked")
                .label("Earmarked")
                .help("Whether the money may be spent on nothing else")
                .section("Fund"),
        )
        .field_to(
            "interaction",
            Field::<RecordId>::reference("given_for")
                .label("Given for")
                .help("The fund that a gift is for")
                .section("Gift")
                .on_delete(OnDelete::Refuse),
            ["fund"],
        )
}

fn questions(preset: Preset, currency: Currency) -> Preset {
    let code = currency.code();
    let questions = [
        (
            "Donors of last year without a gift this year",
            "last_gift in previous year and not deceased order by last_gift_amount desc".to_owned(),
            "Whoever gave last year and has not given since.",
            "Appeals",
        ),
        (
            "Donors of earlier years",
            "last_gift is set and not (last_gift in this year or last_gift in previous year) and not deceased"
                .to_owned(),
            "Whoever gave once, and neither last year nor this year.",
            "Appeals",
        ),
        (
            "Appeal by post",
            "may post for fundraising and address is set and not deceased order by name".to_owned(),
            "Whoever agreed to letters and has an address.",
            "Appeals",
        ),
        (
            "Major donors",
            format!("lifetime_giving >= 10_000 {code} order by lifetime_giving desc"),
            "Those to be thanked in person.",
            "Donors",
        ),
        (
            "Regular givers to be thanked",
            "gives_regularly and not (last_interaction in last 90 days)".to_owned(),
            "They give again and again and have heard nothing for three months.",
            "Donors",
        ),
        (
            "Pledges that are due",
            "pledge_due <= today and pledged is set and not deceased order by pledge_due".to_owned(),
            "Promised gifts that should have come in, the longest due first.",
            "Donors",
        ),
        (
            "Gifts without a receipt",
            "interactions where kind = donation and receipt_sent is not set order by at".to_owned(),
            "Gifts for which no receipt went out, the oldest first.",
            "Donors",
        ),
        (
            "Memberships that end in 60 days",
            "membership_ends in next 60 days order by membership_ends".to_owned(),
            "Members to be asked to stay.",
            "Members",
        ),
        (
            "Volunteers for the weekend",
            "relation = volunteer and volunteer_days has any of [saturday, sunday] order by name".to_owned(),
            "Who can help on Saturday or Sunday.",
            "Volunteers",
        ),
        (
            "Funds short of their goal",
            "funds where fund_status = open and raised < field(goal) order by closes".to_owned(),
            "What still needs money.",
            "Funds",
        ),
    ];
    with_questions(preset, questions)
}
