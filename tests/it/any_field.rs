//! Fields whose type is picked while the program runs.

use contactdb::{
    Company, Contact, Currency, Database, DefinitionProblem, ErrorKind, Field, Kind, Money, Read, Value, ValueType,
};

fn problems(error: &contactdb::Error) -> &[DefinitionProblem] {
    match error.kind() {
        ErrorKind::Definition { problems, .. } => problems,
        other => panic!("{other}"),
    }
}

#[test]
fn each_type_can_be_picked_and_is_the_same_field_as_the_typed_one() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    for (at, value_type) in ValueType::FIELDS.iter().enumerate() {
        for several in [false, true] {
            let key = format!("f{at}_{several}");
            let handle = tx.define(Field::of_type(&key, *value_type).several(several)).unwrap();
            let attribute = tx.catalogue().attribute(Kind::CONTACT, &key).unwrap();
            assert_eq!((attribute.id, attribute.value_type, attribute.many), (handle.id(), *value_type, several));
        }
    }
    let typed = tx.field::<i64>(Kind::CONTACT, "f2_false").unwrap();
    let any = tx.field::<Value>(Kind::CONTACT, "f2_false").unwrap();
    assert_eq!(typed.id(), any.id());
    let ada = tx.insert(&Contact::named("Ada", "Lovelace").set(any, Value::from(7))).unwrap();
    let ada = tx.get(ada).unwrap().unwrap().record;
    assert_eq!((ada.get(typed), ada.get(any)), (Some(7), Some(Value::Integer(7))));
}

#[test]
fn currency_kinds_and_rules_are_kept() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let budget = Field::of_type("budget", ValueType::Money).currency(Currency::EUR).min(0).default(Value::from(5));
    let budget = tx.define(budget).unwrap();
    tx.define(Field::of_type("broker", ValueType::Reference).to([Kind::COMPANY])).unwrap();
    let acme = tx.insert(&Company::new("Acme")).unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Lovelace").set_value("broker", acme)).unwrap();
    let euros = Money::new(5, Currency::EUR);
    assert_eq!(tx.get(ada).unwrap().unwrap().record.get(budget), Some(Value::Money(euros)));
    let refused = tx.insert(&Contact::new().set_value("broker", ada).set(budget, Value::from(-1))).unwrap_err();
    assert_eq!(refused.violations().len(), 2, "{refused}");
}

#[test]
fn money_without_a_currency_takes_any() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    tx.define(Field::of_type("price", ValueType::Money)).unwrap();
    for currency in [Currency::EUR, Currency::USD] {
        tx.insert(&Contact::new().set_value("price", Money::new(1, currency))).unwrap();
    }
    assert!(tx.insert(&Contact::new().set_value("price", 1)).is_err());
}

#[test]
fn what_no_field_can_be_is_refused() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let group = tx.define(Field::of_type("a", ValueType::Group)).unwrap_err();
    assert_eq!(problems(&group), [DefinitionProblem::NotForFields { value_type: "a structured value" }]);
    let text = Field::of_type("a", ValueType::Text).currency(Currency::EUR).to([Kind::COMPANY]).option("a", "A");
    let rules: Vec<&str> = problems(&tx.define(text).unwrap_err())
        .iter()
        .map(|problem| match problem {
            DefinitionProblem::RuleNotForType { rule, .. } => *rule,
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(rules, ["option", "currency", "to"]);
    assert!(tx.catalogue().fields(Kind::CONTACT).next().is_none());
}

#[test]
fn ensuring_one_of_another_type_is_refused() {
    let db = Database::in_memory().unwrap();
    let mut tx = db.write().unwrap();
    let size = tx.ensure(Field::of_type("size", ValueType::Integer)).unwrap();
    assert_eq!(tx.ensure(Field::of_type("size", ValueType::Integer)).unwrap().id(), size.id());
    assert_eq!(tx.ensure(Field::integer("size")).unwrap().id(), size.id());
    for other in [ValueType::Text, ValueType::Decimal] {
        assert!(tx.ensure(Field::of_type("size", other)).is_err());
    }
    assert!(tx.ensure(Field::of_type("size", ValueType::Integer).several(true)).is_err());
}
