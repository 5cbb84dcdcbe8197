//! What was paid for an order and paid back, and what is still to be paid.

use contactdb::{
    Change, Contact, Currency, Decimal, Id, Kind, Money, Payment, Purchase, Read, RecordId, Transaction, choices::order,
};
use fastrand::Rng;
use time::Duration;

use crate::common::{Counter, Watch, date, decimal, euros, memory, options};

fn francs(text: &str) -> Money {
    Money::new(decimal(text), Currency::CHF)
}

/// What segments say of the only order.
fn holds(read: &impl Read, text: &str) -> bool {
    read.count(read.segment_of::<Purchase>(text).unwrap_or_else(|error| panic!("{text}: {error}"))).unwrap() == 1
}

fn only(payments: Vec<Payment>, total: Option<Money>) -> (contactdb::Database, Id<Purchase>) {
    let db = memory();
    let mut tx = db.write().unwrap();
    let mut record = Purchase::default();
    (record.payments, record.total) = (payments, total);
    let id = tx.insert(&record).unwrap();
    tx.commit().unwrap();
    (db, id)
}

#[test]
fn what_was_paid_is_counted_in_the_currency_of_the_total() {
    let payments = vec![
        Payment::of(euros("30")),
        Payment::of(francs("1000")),
        Payment::refund(euros("5.50")),
        Payment::refund(francs("1")),
    ];
    for (total, paid, outstanding) in [
        (Some(euros("100")), "24.50 EUR", Some("75.50 EUR")),
        (Some(francs("999")), "999 CHF", Some("0 CHF")),
        (Some(euros("20")), "24.50 EUR", Some("-4.50 EUR")),
        (Some(Money::new(7, Currency::USD)), "0 USD", Some("7 USD")),
        // Without a total, in the currency of the first payment; then nothing is outstanding.
        (None, "24.50 EUR", None),
    ] {
        let (db, _) = only(payments.clone(), total);
        let read = db.read().unwrap();
        assert!(holds(&read, &format!("paid = {paid}")), "{total:?}: {paid}");
        match outstanding {
            Some(outstanding) => assert!(holds(&read, &format!("outstanding = {outstanding}")), "{total:?}"),
            None => assert!(holds(&read, "outstanding is not set")),
        }
    }
    let (db, _) = only(Vec::new(), None);
    assert!(holds(&db.read().unwrap(), "paid is not set and outstanding is not set"));
    let (db, _) = only(Vec::new(), Some(euros("3")));
    assert!(holds(&db.read().unwrap(), "paid = 0 EUR and outstanding = 3 EUR"));
}

#[test]
fn sums_are_those_of_a_plain_sum() {
    let mut rng = Rng::with_seed(3);
    for _ in 0..30 {
        let mut expected = Decimal::ZERO;
        let mut payments = Vec::new();
        for _ in 0..rng.u8(1..9) {
            let amount = Decimal::new(rng.i64(0..100_000), rng.u32(0..4));
            let (refund, foreign) = (rng.bool(), rng.u8(..4) == 0);
            let money = Money::new(amount, if foreign { Currency::CHF } else { Currency::EUR });
            payments.push(if refund { Payment::refund(money) } else { Payment::of(money) });
            let signed = if refund { -amount } else { amount };
            expected += if foreign { Decimal::ZERO } else { signed };
        }
        let (db, _) = only(payments, Some(euros("1000")));
        let text = format!("paid = {expected} EUR and outstanding = {} EUR", decimal("1000") - expected);
        assert!(holds(&db.read().unwrap(), &text), "{text}");
    }
}

#[test]
fn amounts_beyond_all_numbers_are_no_amounts() {
    let most = Money::new(Decimal::MAX, Currency::EUR);
    let record = Purchase::default().payment(Payment::refund(most)).payment(Payment::refund(most)).total(most);
    let db = memory();
    let mut tx = db.write().unwrap();
    match tx.insert(&record) {
        Ok(_) => assert!(holds(&tx, "paid is not set and outstanding is not set")),
        // The bound of payments may lie lower.
        Err(error) => assert!(error.is_invalid()),
    }
    for wrong in [euros("-1"), francs("-0.01")] {
        for payment in [Payment::of(wrong), Payment::refund(wrong)] {
            let error = tx.insert(&Purchase::default().payment(payment)).unwrap_err();
            assert!(error.violations()[0].attribute.starts_with("payment"), "{error}");
        }
    }
}

#[test]
fn a_payment_gets_the_time_of_its_own_write() {
    let watch = Watch::new();
    let db = options(&watch, &Counter::default()).in_memory().unwrap();
    let mut tx = db.write().unwrap().acting_as("grace");
    let first = contactdb::Clock::now(&watch);
    let id = tx.insert(&Purchase::default().status(order::ORDERED).payment(Payment::of(euros("1")))).unwrap();
    let second = watch.step(60);
    let given = first - Duration::DAY;
    tx.update(id, |order| {
        order.payments.insert(0, Payment::of(euros("2")));
        order.payments.push(Payment::refund(euros("1")).at(given));
        order.status = Some(order::PAID);
    })
    .unwrap();
    let stored = tx.get(id).unwrap().unwrap().record;
    let times: Vec<_> = stored.payments.iter().map(|payment| payment.at).collect();
    assert_eq!(times, [Some(second), Some(first), Some(given)]);
    let change = |to, at| Change::to(to).at(at).by("grace");
    assert_eq!(stored.status_history, [change(order::ORDERED, first), change(order::PAID, second)]);
    watch.step(60);
    assert_eq!(tx.update(id, |_| {}).unwrap(), 2);
    let text = format!("any payment (payment = 1 EUR and kind = refund and at < {})", first.date());
    assert!(holds(&tx, &text), "{text}");
}

#[test]
fn an_account_sums_up_the_orders_that_count() {
    let db = memory();
    let mut tx = db.write().unwrap();
    let ada = tx.insert(&Contact::named("Ada", "Example")).unwrap();
    let sale = |total: Money| Purchase::by(ada).total(total);
    let mut put = |order: Purchase| tx.insert(&order).unwrap();
    put(sale(euros("100")).payment(Payment::of(euros("40"))).due(date(2026, 11, 22)));
    put(sale(euros("10")).due(date(2026, 11, 23)));
    put(sale(francs("7")).payment(Payment::of(euros("7"))));
    put(sale(euros("1000")).status(order::CANCELLED));
    put(sale(euros("1000")).status(order::DRAFT));
    put(sale(euros("1000")).status(order::RETURNED));
    put(sale(euros("5")).direction(contactdb::choices::trade::PURCHASE));
    put(Purchase::by(ada));
    let account = |tx: &Transaction<'_>, id: RecordId| tx.account(id).unwrap();
    let found = account(&tx, ada.into());
    assert_eq!((found.sales, found.purchases), (4, 1));
    assert_eq!((found.sold, found.bought), (vec![francs("7"), euros("110")], vec![euros("5")]));
    assert_eq!((found.receivable, found.overdue), (vec![francs("7"), euros("70")], vec![euros("60")]));
    assert_eq!(found.payable, [euros("5")]);
    let joe = tx.insert(&Contact::named("Joe", "Example")).unwrap();
    assert_eq!(account(&tx, joe.into()), contactdb::Account::default());
    let nobody = RecordId { kind: Kind::CONTACT, uuid: uuid::Uuid::nil() };
    assert!(tx.account(nobody).unwrap_err().is_not_found());
}
