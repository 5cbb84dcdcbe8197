//! Orders.

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};

use super::BuiltInDefault::{Now, Option as ByDefault};
use super::macros::record;
use super::setters;
use super::{
    Address, AttributeId, Change, Choice, Company, Contact, ExternalId, How, Id, Item, Kind, Money, OnDelete, Payment,
    Value, ValueType, Values, WorkedOut, choices,
};

record! {
    /// An order: what was sold to a customer or bought from a supplier.
    ///
    /// ```
    /// use contactdb::{Contact, Currency, Id, Item, Money, Purchase};
    /// # let ada: Id<Contact> = "01890a5d-ac96-774b-bcce-b302099a8057".parse()?;
    /// let order = Purchase::by(ada)
    ///     .item(Item::new("Brick", 500).unit_price(Money::new(1, Currency::EUR)))
    ///     .total(Money::new(500, Currency::EUR));
    /// assert_eq!(order.items.len(), 1);
    /// # Ok::<(), contactdb::InvalidValue>(())
    /// ```
    pub struct Purchase = Kind::PURCHASE, "purchase" "purchases", worked out WORKED_OUT, {
        /// The order's number.
        16 "number" "Number" number: Option<String> { title: 1, help: "The number of the order" },
        /// When it was ordered; the moment of the write if not given.
        17 "at" "At" at: Option<OffsetDateTime> { time: true, default: Some(Now), help: "When it was ordered" },
        /// A sale (unless said otherwise) or a purchase; see [`choices::trade`].
        18 "direction" "Direction" direction: Option<Choice> { options: choices::trade::OPTIONS, default: Some(ByDefault("sale")), help: "A sale to a customer or a purchase from a supplier" },
        /// How far it has come; see [`choices::order`].
        19 "status" "Status" status: Option<Choice> { options: choices::order::OPTIONS, help: "How far the order has come" },
        /// The person who bought or sold.
        20 "contact" "Contact" contact: Option<Id<Contact>> { about: true, on_delete: OnDelete::Refuse, help: "The person who bought or sold" },
        /// The company that bought or sold.
        21 "company" "Company" company: Option<Id<Company>> { about: true, on_delete: OnDelete::Refuse, help: "The company that bought or sold" },
        /// What was ordered.
        22 "item" "Item" items: Vec<Item> { prefix: "item_", help: "What was ordered" },
        /// The whole amount.
        23 "total" "Total" total: Option<Money> { help: "The whole amount" },
        /// Where the invoice goes.
        24 "billing_address" "Billing address" billing_address: Option<Address> { prefix: "billing_", help: "Where the invoice goes" },
        /// Where the goods go.
        25 "shipping_address" "Shipping address" shipping_address: Option<Address> { prefix: "shipping_", help: "Where the goods go" },
        /// The number of the shipment.
        26 "shipment" "Shipment" shipment: Option<String> { help: "The number of the shipment" },
        /// When it is to be paid.
        27 "due" "Due" due: Option<Date> { help: "When it is to be paid" },
        /// The campaign that led to it, by name.
        28 "campaign" "Campaign" campaign: Option<String> { help: "The campaign that led to it" },
        /// Whose it is: a name or key of the program's own users.
        29 "owner" "Owner" owner: Option<String> { help: "Whose it is" },
        /// Notes, of any length.
        30 "notes" "Notes" notes: Option<String> { long: true, help: "Notes, of any length" },
        /// What was paid for it, and paid back.
        32 "payment" "Payment" payments: Vec<Payment> { prefix: "payment_", help: "What was paid for it, and paid back" },
        /// Every status it had, and since when; kept up by the database.
        33 "status_history" "Status history" status_history: Vec<Change> { prefix: "status_history_", tracks: 19, help: "The status it had, and since when" },
        /// The numbers of this order in other systems.
        31 "external_id" "External id" external_ids: Vec<ExternalId> { prefix: "external_id_", exact_key: true, help: "Numbers of the order in other systems" },
    }
}

const TOTAL: AttributeId = AttributeId::property(23);
const PAYMENTS: AttributeId = AttributeId::property(32);

const WORKED_OUT: &[WorkedOut] = &[
    WorkedOut::new(
        0,
        "paid",
        "Paid",
        "Payments less refunds, in the currency of the total",
        ValueType::Money,
        How::Of(&[TOTAL, PAYMENTS], |values| paid(values).map(Value::Money)),
    ),
    WorkedOut::new(
        1,
        "outstanding",
        "Outstanding",
        "The total less what was paid; below zero if too much was",
        ValueType::Money,
        How::Of(&[TOTAL, PAYMENTS], |values| outstanding(values).map(Value::Money)),
    ),
];

/// Payments less refunds in the currency of the total; without a total, in that of the first payment. Missing if there is
/// neither.
fn paid(values: &Values) -> Option<Money> {
    let payments = values.get(PAYMENTS).map_or(&[][..], Value::each);
    let currency = match values.get(TOTAL) {
        Some(Value::Money(total)) => total.currency,
        _ => payments.first().and_then(amount_of)?.currency,
    };
    let mut sum = Decimal::ZERO;
    for payment in payments {
        let amount = amount_of(payment).filter(|amount| amount.currency == currency);
        let Some(amount) = amount else { continue };
        sum = if is_refund(payment) { sum.checked_sub(amount.amount)? } else { sum.checked_add(amount.amount)? };
    }
    Some(Money { amount: sum, currency })
}

/// The total less what was paid.
pub(crate) fn outstanding(values: &Values) -> Option<Money> {
    let (Value::Money(total), paid) = (values.get(TOTAL)?, paid(values)?) else { return None };
    Some(Money { amount: total.amount.checked_sub(paid.amount)?, ..*total })
}

fn amount_of(payment: &Value) -> Option<Money> {
    match payment {
        Value::Group(payment) => match payment.part(Payment::AMOUNT)? {
            Value::Money(amount) => Some(*amount),
            _ => None,
        },
        _ => None,
    }
}

fn is_refund(payment: &Value) -> bool {
    let refund = Value::Choice(choices::payment::REFUND);
    matches!(payment, Value::Group(payment) if payment.part(Payment::KIND) == Some(&refund))
}

impl Purchase {
    /// The person who bought or sold.
    pub(crate) const CONTACT: AttributeId = AttributeId::property(20);
    /// The company that bought or sold.
    pub(crate) const COMPANY: AttributeId = AttributeId::property(21);

    /// An order by a person.
    #[must_use]
    pub fn by(contact: Id<Contact>) -> Self {
        Self { contact: Some(contact), ..Self::default() }
    }

    /// An order by a company.
    #[must_use]
    pub fn by_company(company: Id<Company>) -> Self {
        Self { company: Some(company), ..Self::default() }
    }

    /// The sum of the lines: quantity times unit price. `None` if a price is missing, prices are in
    /// several currencies, there is no line, or the sum does not fit.
    #[must_use]
    pub fn sum_of_items(&self) -> Option<Money> {
        let mut sum: Option<Money> = None;
        for item in &self.items {
            let price = item.unit_price?;
            let line = price.amount.checked_mul(item.quantity)?;
            let before = sum.map_or(Decimal::ZERO, |sum| sum.amount);
            if sum.is_some_and(|sum| sum.currency != price.currency) {
                return None;
            }
            sum = Some(Money { amount: before.checked_add(line)?, currency: price.currency });
        }
        sum
    }

    setters! {
        /// Sets the order's number.
        set number: String;
        /// Sets when it was ordered.
        set at: OffsetDateTime;
        /// Sets which way it went; see [`choices::trade`].
        set direction: Choice;
        /// Sets how far it has come; see [`choices::order`].
        set status: Choice;
        /// Sets the company in whose name a person ordered.
        set company: Id<Company>;
        /// Adds a line.
        add item -> items: Item;
        /// Sets the whole amount.
        set total: Money;
        /// Adds a payment or a refund.
        add payment -> payments: Payment;
        /// Sets where the invoice goes.
        set billing_address: Address;
        /// Sets where the goods go.
        set shipping_address: Address;
        /// Sets the number of the shipment.
        set shipment: String;
        /// Sets when it is to be paid.
        set due: Date;
        /// Sets the campaign that led to it.
        set campaign: String;
        /// Sets whose it is.
        set owner: String;
        /// Sets the notes.
        set notes: String;
        /// Adds the number of this order in another system.
        external_id external_id -> external_ids: ExternalId;
    }
}
