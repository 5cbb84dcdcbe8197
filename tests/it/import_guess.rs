//! Tables of every day, by the mapping that is guessed of them: no cell is lost, none is in a wrong place.

use std::ops::ControlFlow;

use contactdb::{
    Contact, CsvOptions, CsvReader, Currency, Database, Decimal, Kind, Mapping, Money, PersonName, Read, Value,
};

/// The people of a table, and what went wrong.
fn people(table: &str) -> (Vec<Contact>, Vec<String>) {
    let db = Database::in_memory().unwrap();
    let mut reader = CsvReader::new(table.as_bytes(), CsvOptions::new()).unwrap();
    let sample: Vec<Vec<String>> =
        reader.peek(100).iter().flatten().map(|row| row.iter().map(str::to_owned).collect()).collect();
    let mapping = Mapping::guess(db.read().unwrap().catalogue(), Kind::CONTACT, reader.headers(), &sample);
    let mut problems = Vec::new();
    db.import("table", &mapping, &mut reader, |row| {
        problems.extend(row.problems.iter().map(|problem| problem.message.clone()));
        ControlFlow::Continue(())
    })
    .unwrap();
    let snapshot = db.read().unwrap();
    assert!(snapshot.check(|_| {}).unwrap().is_sound());
    let all = snapshot.segment_of::<Contact>("all").unwrap();
    (snapshot.select(&all).records().unwrap().map(|found| found.unwrap().record).collect(), problems)
}

fn one(table: &str) -> Contact {
    let (mut people, problems) = people(table);
    assert_eq!((people.len(), problems), (1, vec![]), "{table}");
    people.remove(0)
}

fn field(contact: &Contact, key: &str) -> String {
    contact.fields.value(key).map(ToString::to_string).unwrap_or_default()
}

#[test]
fn a_name_beside_a_part_of_it_is_the_other_part() {
    let name = |given: &str, family: &str| PersonName::new(given, family);
    assert_eq!(
        one("Name;Vorname;E-Mail\nM\u{FC}ller;J\u{FC}rgen;j@example.com\n").name,
        name("J\u{FC}rgen", "M\u{FC}ller")
    );
    assert_eq!(one("Name,Surname,Email\nAda,Lovelace,ada@example.com\n").name, name("Ada", "Lovelace"));
    assert_eq!(one("Name,Email\nAda Lovelace,ada@example.com\n").name, name("Ada", "Lovelace"));
    let all = one("Name,First name,Last name\nAda Lovelace,Ada,Lovelace\n");
    assert_eq!(all.name, name("Ada", "Lovelace"));
}

#[test]
fn columns_of_one_heading_and_of_none_all_come_in() {
    let ada = one(
        "Name,Email,Telefon,Telefon,,Email\nAda Lovelace,a@example.com,+44 20 7946 0001,+44 20 7946 0002,left over,b@example.com\n",
    );
    let phones: Vec<&str> = ada.phones.iter().map(|phone| phone.value.as_str()).collect();
    assert_eq!(phones, ["+44 20 7946 0001", "+44 20 7946 0002"]);
    let emails: Vec<&str> = ada.emails.iter().map(|email| email.value.as_str()).collect();
    assert_eq!(emails, ["a@example.com", "b@example.com"]);
    assert_eq!(ada.notes.as_deref(), Some("Column 5: left over"));
    // A blank column in front of it that has nothing takes nothing away.
    let ada = one("Name,,Email,\nAda Lovelace,,a@example.com,kept\n");
    assert_eq!(ada.notes.as_deref(), Some("Column 4: kept"));
}

#[test]
fn of_two_columns_for_one_value_the_one_that_is_called_so_has_it() {
    let ada = one("Name,Title,Job Title\nAda Lovelace,Mr,CTO\n");
    assert_eq!((ada.job_title.as_deref(), field(&ada, "title")), (Some("CTO"), "Mr".into()));
    let ada = one("Name,Lead Source,Source\nAda Lovelace,Trade fair,Website\n");
    assert_eq!(
        (ada.source.as_ref().map(contactdb::Choice::key), field(&ada, "lead_source")),
        (Some("website"), "Trade fair".into())
    );
    let ada = one("Name,Position,Role\nAda Lovelace,CTO,Chair\n");
    assert_eq!((ada.job_title.as_deref(), field(&ada, "role")), (Some("CTO"), "Chair".into()));
}

#[test]
fn numbers_of_both_forms_are_read_and_lists_are_none() {
    // The dates have points, and say nothing of numbers.
    let ada = one("Name;Preis;Am\nAda Lovelace;12,50;31.12.2026\n");
    assert_eq!(ada.fields.value("preis"), Some(&Value::Decimal(Decimal::new(1_250, 2))));
    let (both, problems) = people("Name;Preis\nAda Lovelace;12,50\nJoe Bloggs;3.75\n");
    let prices: Vec<String> = both.iter().map(|one| field(one, "preis")).collect();
    assert_eq!((prices, problems), (vec!["12.50".to_owned(), "3.75".into()], vec![]));
    let ada = one("Name,Sizes,Room,Share,Release\nAda Lovelace,\"38, 40\",555 1234,5%,1.2.3\n");
    let texts = ["sizes", "room", "share", "release"].map(|key| field(&ada, key));
    assert_eq!(texts, ["38, 40", "555 1234", "5%", "1.2.3"]);
}

#[test]
fn a_dollar_is_no_euro() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.define(contactdb::Field::money("budget", Currency::EUR)).unwrap();
    tx.define(contactdb::Field::money("pledge", Currency::new("CAD").unwrap())).unwrap();
    let mapping = Mapping::new("contact")
        .column("Name", contactdb::Target::value("name"))
        .column("Budget", contactdb::Target::value("budget"))
        .column("Pledge", contactdb::Target::value("pledge"));
    let table = "Name,Budget,Pledge\nAda,$1000,\nJoe,\"\u{20AC} 1.234,56\",\"$1,000.50\"\nEve,\"1,2,3 EUR\",\n";
    let mut refused = Vec::new();
    tx.import("table", &mapping, &mut CsvReader::new(table.as_bytes(), CsvOptions::new()).unwrap(), |row| {
        refused.extend(row.problems.iter().map(|problem| (row.row, problem.code)));
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(refused.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 3], "{refused:?}");
    let all = tx.segment_of::<Contact>("all").unwrap();
    let joe = tx.select(&all).records().unwrap().next().unwrap().unwrap().record;
    let money =
        |amount, scale, code| Value::Money(Money::new(Decimal::new(amount, scale), Currency::new(code).unwrap()));
    assert_eq!(joe.fields.value("budget"), Some(&money(123_456, 2, "EUR")));
    assert_eq!(joe.fields.value("pledge"), Some(&money(100_050, 2, "CAD")));
}

#[test]
fn headings_in_five_languages_say_how_a_person_is_reached() {
    for table in [
        "Full name,Email address,Phone number,Date of birth,Comments\n",
        "Name;E-Mail-Adresse;Telefonnummer;Geburtsdatum;Bemerkungen\n",
        "Nom complet;Adresse e-mail;T\u{E9}l\u{E9}phone;Date de naissance;Remarques\n",
        "Nombre completo;Correo electr\u{F3}nico;Tel\u{E9}fono;Fecha de nacimiento;Notas\n",
        "Name;Indirizzo e-mail;Telefono;Data di nascita;Note\n",
    ] {
        let separator = if table.contains(';') { ";" } else { "," };
        let cells = ["Ada Lovelace", "ada@example.com", "+44 20 7946 0001", "1815-12-10 00:00:00", "Likes numbers"];
        let ada = one(&format!("{table}{}\n", cells.join(separator)));
        assert_eq!(ada.emails[0].value.as_str(), "ada@example.com", "{table}");
        assert_eq!(ada.phones[0].value.as_str(), "+44 20 7946 0001", "{table}");
        assert_eq!(ada.birthday.unwrap().to_string(), "1815-12-10", "{table}");
        assert_eq!(ada.notes.as_deref(), Some("Likes numbers"), "{table}");
        assert_eq!(ada.name, PersonName::new("Ada", "Lovelace"), "{table}");
    }
}

#[test]
fn several_addresses_or_numbers_in_one_cell_come_apart() {
    for (between, mails) in [("; ", ";"), (", ", ",")] {
        let two = format!("a@example.com{between}MAILTO:b@example.com");
        let ada = one(&format!("Name|Email\nAda Lovelace|{two}\n"));
        let emails: Vec<&str> = ada.emails.iter().map(|email| email.value.as_str()).collect();
        assert_eq!(emails, ["a@example.com", "b@example.com"], "{mails}");
    }
    let ada = one("Name,Phone\nAda Lovelace,+44 20 7946 0001; +44 20 7946 0002\n");
    assert_eq!(ada.phones.len(), 2);
}
