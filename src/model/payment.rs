//! Payments and refunds of an order.

use time::OffsetDateTime;

use super::macros::group;
use super::setters;
use super::{Choice, Money, UnknownParts, choices};

group! {
    /// Money that was paid for an order, or paid back.
    ///
    /// ```
    /// use contactdb::{Currency, Money, Payment, choices::payment_method};
    /// let paid = Payment::of(Money::new(500, Currency::EUR)).method(payment_method::TRANSFER);
    /// let back = Payment::refund(Money::new(50, Currency::EUR));
    /// assert!(!paid.is_refund() && back.is_refund());
    /// ```
    #[derive(Debug, Clone, PartialEq)]
    pub struct Payment {
        /// How much; always positive, whichever way it went.
        1 "" "Payment" amount: Money { within 0, i64::MAX },
        /// A payment, if nothing is said, or a refund; see [`choices::payment`].
        2 "kind" "Kind" kind: Option<Choice> = choices::payment::OPTIONS { fixed },
        /// When; the moment of the write if not given.
        3 "at" "At" at: Option<OffsetDateTime> { now },
        /// How; see [`choices::payment_method`].
        4 "method" "Method" method: Option<Choice> = choices::payment_method::OPTIONS,
        /// The number by which the bank or the payment service knows it.
        5 "reference" "Reference" reference: Option<String>,
    }
}

impl Payment {
    /// The numbers of the parts for the sums of an order.
    pub(crate) const AMOUNT: u8 = 1;
    pub(crate) const KIND: u8 = 2;

    /// A payment.
    #[must_use]
    pub fn of(amount: Money) -> Self {
        Self { amount, kind: None, at: None, method: None, reference: None, unknown: UnknownParts::default() }
    }

    /// A refund.
    #[must_use]
    pub fn refund(amount: Money) -> Self {
        Self { kind: Some(choices::payment::REFUND), ..Self::of(amount) }
    }

    setters! {
        /// Sets when.
        set at: OffsetDateTime;
        /// Sets how.
        set method: Choice;
        /// Sets the number by which the bank or the payment service knows it.
        set reference: String;
    }

    /// Whether money was paid back.
    #[must_use]
    pub fn is_refund(&self) -> bool {
        self.kind == Some(choices::payment::REFUND)
    }
}
