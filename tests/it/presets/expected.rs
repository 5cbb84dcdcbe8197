//! Whom the questions of presets find in the data made for them.

/// Whom each question of a preset finds in the preset's own data.
pub(super) fn expected(key: &str) -> Vec<(&'static str, &'static str)> {
    match key {
        "basic" => vec![
            ("Customers not contacted for 30 days", "Bea Castle, Carl Dale"),
            ("To be contacted by today", "Fay Grove, Ada Brook, Bea Castle"),
            ("Hot and unattended", "Ada Brook, Dora Elm"),
            ("New in the last 30 days", "Dora Elm, Emil Frost, Fay Grove"),
            ("Birthdays in the next two weeks", "Ada Brook, Bea Castle, Emil Frost"),
            ("Newsletter", "Ada Brook, Fay Grove"),
            ("Nobody can reach them", "Carl Dale"),
            ("To be checked", "Bea Castle, Carl Dale"),
        ],
        "b2b" => vec![
            ("Customers not contacted for 30 days", "Bea Castle"),
            ("Decision makers of key accounts", "Ada Brook, Bea Castle"),
            ("Hot leads without a next step", "Carl Dale, Emil Frost"),
            ("Contracts that end in 90 days", "Bolt, Acme"),
            ("Large accounts without an owner", "Delta, Bolt"),
            ("Accounts that would not recommend us", "Bolt, Delta"),
            ("Deals to be closed this month", "Roof, Windows"),
            ("Overdue deals", "Doors"),
            ("Projects past their end", "Depot"),
        ],
        "b2c" => vec![
            ("Customers not contacted for 30 days", "Ada Harper"),
            ("Birthday offers for the next two weeks", "Ada Harper"),
            ("Regulars who have gone quiet", "Carl Jonas, Bea Irving"),
            ("Best customers", "Ada Harper, Carl Jonas"),
            ("New customers this month", "Fay Mill"),
            ("Readers who never bought", "Dora King"),
            ("Unhappy customers", "Bea Irving, Fay Mill"),
            ("Baskets left in the last week", "Dora King"),
        ],
        "hybrid" => {
            let shared = "Customers not contacted for 30 days";
            let mut all = vec![(shared, "Bea Castle, Ada Harper")];
            all.extend(["b2b", "b2c"].into_iter().flat_map(expected).filter(|(name, _)| *name != shared));
            all.push(("Private customers who work at an account", "Gus North"));
            all.push(("Kind of customer not known", "Ada Brook, Bea Castle, Ada Harper, Bea Irving"));
            all
        }
        "nonprofit" => vec![
            ("Donors of last year without a gift this year", "Fay Grove, Ada Brook"),
            ("Donors of earlier years", "Dora Elm"),
            ("Appeal by post", "Ada Brook, Dora Elm"),
            ("Major donors", "Carl Dale, Ada Brook"),
            ("Regular givers to be thanked", "Bea Castle"),
            ("Pledges that are due", "Dora Elm"),
            ("Gifts without a receipt", "For the roof"),
            ("Memberships that end in 60 days", "Emil Frost"),
            ("Volunteers for the weekend", "Emil Frost"),
            ("Funds short of their goal", "Roof"),
        ],
        "estate_agent" => vec![
            ("Buyers for a property", "Ada Brook, Bea Castle"),
            ("Ready to buy", "Carl Dale, Ada Brook"),
            ("Seekers without a viewing for 30 days", "Bea Castle, Carl Dale"),
            ("Investors", "Ines Grove"),
            ("Mandates that end in 30 days", "9 Hill Road, 3 Mill Lane"),
            ("On the market for over 90 days", "3 Mill Lane"),
            ("Viewings of the next 7 days", "Ada at Mill Lane"),
            ("Viewings without a verdict", "Carl at Hill Road"),
        ],
        "saas" => vec![
            ("Trials that end in 7 days", "Dora Elm, Carl Dale"),
            ("Trials that never started", "Carl Dale"),
            ("Customers at risk", "Bea Castle, Emil Frost"),
            ("Paying and not seen for 30 days", "Bea Castle"),
            ("Promoters", "Ada Brook, Bea Castle"),
            ("Companies out of seats", "Bolt, Acme"),
            ("Renewals of the next 60 days", "Bolt, Acme"),
            ("Payments overdue", "Bolt Team, Bea Starter"),
        ],
        "retail" => vec![
            ("Regulars who stay away", "Dora Elm, Ada Brook"),
            ("First visit and no second", "Carl Dale"),
            ("Gold customers to be invited", "Ada Brook, Dora Elm"),
            ("Points enough for a voucher", "Emil Frost, Ada Brook, Carl Dale"),
            ("Birthdays this month", "Ada Brook, Emil Frost"),
            ("Who likes a brand", "Ada Brook, Carl Dale"),
            ("Customers of the stores in a city", "Ada Brook, Carl Dale"),
            ("Products to be ordered", "Scarf, Rain jacket"),
        ],
        other => panic!("{other}"),
    }
}
