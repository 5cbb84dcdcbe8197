//! Forms, messages and calls that the program has read.

use contactdb::{
    By, Company, Contact, Database, Existing, ImportMode, Incoming, Ingested, Interaction, Merging, Read, Transaction,
    choices,
};

fn form(number: &str, from: Contact) -> Incoming {
    Incoming::form("website", number, from)
}

fn all(tx: &Transaction<'_>, question: &str) -> u64 {
    tx.count(tx.any_segment(question).unwrap()).unwrap()
}

fn everything(tx: &Transaction<'_>) -> (u64, u64, u64) {
    (all(tx, "contacts where all"), all(tx, "companies where all"), all(tx, "interactions where all"))
}

#[test]
fn a_form_makes_a_contact_with_company_and_entry_once() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let from = Contact::named("Ada", "Lovelace").email("Ada@Example.com").job_title("Analyst").tag("newsletter");
    let incoming = form("1", from).company("Acme").log(|log| log.subject("Call me").body("Soon, please."));
    let Ingested::Logged { contact, interaction, created: true, .. } = tx.ingest(&incoming).unwrap() else {
        panic!("it is new")
    };
    let ada = tx.get(contact).unwrap().unwrap().record;
    assert_eq!((ada.name.given.as_deref(), ada.tags.len()), (Some("Ada"), 1));
    let affiliation = &ada.affiliations[0];
    assert_eq!(affiliation.title.as_deref(), Some("Analyst"));
    assert_eq!(tx.get(affiliation.company).unwrap().unwrap().record.name, "Acme");
    let entry = tx.get(interaction).unwrap().unwrap().record;
    assert_eq!((entry.kind, entry.direction), (Some(choices::interaction::FORM), Some(choices::direction::INBOUND)));
    assert_eq!((entry.subject.as_deref(), entry.body.as_deref()), (Some("Call me"), Some("Soon, please.")));
    assert_eq!(entry.participants[0].who, contact.into());
    assert!(entry.at.is_some());

    // Sent twice, and changed since.
    tx.update(contact, |ada| ada.job_title = Some("Countess".into())).unwrap();
    let before = everything(&tx);
    let again = tx.ingest(&incoming).unwrap();
    assert_eq!(again, Ingested::Again { contact: Some(contact), interaction });
    assert_eq!(everything(&tx), before);
    assert_eq!(tx.get(contact).unwrap().unwrap().record.job_title.as_deref(), Some("Countess"));
}

#[test]
fn what_is_known_stays_and_what_is_new_is_added() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let known = Contact::named("Ada", "Lovelace").email("ada@example.com").job_title("Analyst");
    let ada = tx.insert(&known).unwrap();
    let acme = tx.insert(&Company::new("ACME")).unwrap();
    let from = Contact::named("A.", "L.").email("ADA@example.com").phone("+44 20 7946 0001").job_title("Boss");
    let done = tx.ingest(&form("1", from.clone()).company("Acme")).unwrap();
    let Ingested::Logged { contact, created: false, changes, .. } = done else { panic!("she is known") };
    assert_eq!(contact, ada);
    let mut keys: Vec<&str> = changes.iter().map(|change| change.key.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["affiliation", "phone"]);
    let stored = tx.get(ada).unwrap().unwrap().record;
    assert_eq!((stored.name.given.as_deref(), stored.job_title.as_deref()), (Some("Ada"), Some("Analyst")));
    assert_eq!((stored.phones.len(), stored.affiliations[0].company), (1, acme));

    let overwriting = form("2", from).merging(Merging::by(["email"]).existing(Existing::Overwrite));
    assert!(matches!(tx.ingest(&overwriting).unwrap(), Ingested::Logged { created: false, .. }));
    let stored = tx.get(ada).unwrap().unwrap().record;
    assert_eq!((stored.name.given.as_deref(), stored.job_title.as_deref()), (Some("A."), Some("Boss")));
    assert_eq!(all(&tx, "companies where all"), 1);
}

#[test]
fn a_call_of_several_people_waits_for_the_one_who_called() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Lovelace").phone("+44 20 7946 0001")).unwrap();
    let bob = tx.insert(&Contact::named("Bob", "Lovelace").phone("+442079460001")).unwrap();
    let call = Incoming::call("pbx", "9", Contact::new().phone("+44 (20) 7946-0001"));
    let before = everything(&tx);
    let Ingested::Conflict { mut candidates } = tx.ingest(&call).unwrap() else { panic!("both have the number") };
    candidates.sort_unstable();
    let mut both = [ada, bob];
    both.sort_unstable();
    assert_eq!(candidates, both);
    assert_eq!(everything(&tx), before);
    assert_eq!(tx.ingest(&call.clone().of(bob)).unwrap().contact(), Some(bob));
    assert_eq!(tx.ingest(&call).unwrap().contact(), Some(bob), "now it came before");
}

#[test]
fn the_mode_says_whether_contacts_are_made_or_changed() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let from = Contact::new().email("ada@example.com").job_title("Analyst");
    let by = Merging::by(["email"]);
    let only_known = form("1", from.clone()).company("Acme").merging(by.clone().mode(ImportMode::Update));
    assert_eq!(tx.ingest(&only_known).unwrap(), Ingested::Unknown);
    assert_eq!(everything(&tx), (0, 0, 0));

    let ada = tx.insert(&Contact::new().email("ada@example.com")).unwrap();
    let only_logged = form("2", from).company("Acme").merging(by.mode(ImportMode::Create));
    assert_eq!(tx.ingest(&only_logged).unwrap().contact(), Some(ada));
    assert_eq!((everything(&tx), tx.get(ada).unwrap().unwrap().version), ((1, 0, 1), 1));
    assert!(matches!(tx.ingest(&only_known).unwrap(), Ingested::Logged { created: false, .. }));
    assert_eq!((everything(&tx), tx.get(ada).unwrap().unwrap().version), ((1, 1, 2), 2));
}

#[test]
fn what_is_refused_leaves_nothing_behind() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let from = Contact::new().email("ada@example.com");
    let broken = [
        form("1", Contact::new().email("no address")).company("Acme"),
        Incoming::form("website", "", from.clone()).company("Acme"),
        form("3", from.clone()).company("Acme").log(|log| Interaction { kind: None, ..log }),
        form("4", from.clone()).company("Acme").log(|log| log.direction("sideways")),
        form("5", from.clone().set_value("no_such_field", 1)).company("Acme"),
    ];
    for incoming in &broken {
        let error = tx.ingest(incoming).unwrap_err();
        assert!(error.is_invalid(), "{error}");
        assert_eq!(everything(&tx), (0, 0, 0), "{error}");
    }
    let error = tx.ingest(&form("6", from.clone()).merging(Merging::by(["job_title"]))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the mapping can't be used: records can't be found by \"job_title\": expected external_id, email, phone, a unique field or the name of a company and the like"
    );
    let gone = tx.insert(&from).unwrap();
    tx.delete(gone, contactdb::OnReferences::Refuse).unwrap();
    assert!(tx.ingest(&form("7", from.clone()).of(gone)).unwrap_err().is_not_found());
    // The transaction is as good as before.
    assert!(tx.ingest(&form("8", from)).unwrap().contact().is_some());
    tx.commit().unwrap();
    assert_eq!(db.read().unwrap().find::<Interaction>(&By::external_id("website", "8")).unwrap().len(), 1);
    assert!(db.read().unwrap().check(|_| {}).unwrap().is_sound());
}

#[test]
fn an_entry_keeps_its_number_whatever_is_said_of_it() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let incoming = form("1", Contact::new().email("ada@example.com"))
        .log(|_| Interaction { kind: Some(choices::interaction::REQUEST), ..Interaction::default() });
    let Ingested::Logged { interaction, .. } = tx.ingest(&incoming).unwrap() else { panic!("it is new") };
    assert_eq!(tx.get(interaction).unwrap().unwrap().record.external_ids.len(), 1);
    assert!(matches!(tx.ingest(&incoming).unwrap(), Ingested::Again { .. }));
}

#[test]
fn a_company_is_known_whatever_the_spaces_around_its_name_and_a_blank_one_is_none() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let from = |given: &str| Contact::named(given, "Lovelace").email(format!("{given}@example.com"));
    for (number, (given, company)) in [("Ada", "  acme "), ("Eve", "   "), ("Bob", "")].into_iter().enumerate() {
        let done = tx.ingest(&form(&number.to_string(), from(given)).company(company)).unwrap();
        let who = tx.get(done.contact().unwrap()).unwrap().unwrap().record;
        let companies: Vec<_> = who.affiliations.iter().map(|one| one.company).collect();
        assert_eq!(companies, if given == "Ada" { vec![acme] } else { Vec::new() }, "{given}");
    }
    assert_eq!(all(&tx, "companies where all"), 1);
    assert!(tx.ingest(&form("4", from("Joe")).company(" Beta ")).unwrap().contact().is_some());
    assert_eq!(all(&tx, "companies where name = Beta"), 1);
}

#[test]
fn what_came_before_is_of_whom_it_was_whoever_else_took_part() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Lovelace")).unwrap();
    let zoe = tx.insert(&Contact::named("Zoe", "Miller").email("zoe@example.com")).unwrap();
    let from = Contact::new().email("zoe@example.com");
    for (number, others) in [("1", vec![ada]), ("2", vec![ada, zoe])] {
        let incoming = form(number, from.clone()).log(|log| others.iter().fold(log, |log, who| log.with(*who)));
        let Ingested::Logged { contact, interaction, .. } = tx.ingest(&incoming).unwrap() else { panic!("it is new") };
        assert_eq!(contact, zoe);
        assert_eq!(tx.ingest(&incoming).unwrap(), Ingested::Again { contact: Some(zoe), interaction });
        assert_eq!(tx.get(interaction).unwrap().unwrap().record.participants.len(), 2);
    }
}

#[test]
fn something_without_a_number_is_told_what_to_do() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let error = tx.ingest(&form(" ", Contact::new().email("ada@example.com"))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the interaction can't be written: external_id: expected a system and a number in it, by which it is known when it comes again; \
         give what the source calls it, such as the Message-ID of an e-mail, or make a number of what it says"
    );
}
