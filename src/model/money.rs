//! Amounts of money.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::InvalidValue;

/// A currency: three upper-case letters as in ISO 4217.
///
/// Only the form is checked, so that private codes (`XBT`) work.
///
/// ```
/// use contactdb::Currency;
/// assert_eq!(Currency::new("EUR")?, Currency::EUR);
/// assert!(Currency::new("euro").is_err());
/// # Ok::<(), contactdb::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");
    /// United States dollar.
    pub const USD: Self = Self(*b"USD");
    /// Pound sterling.
    pub const GBP: Self = Self(*b"GBP");
    /// Swiss franc.
    pub const CHF: Self = Self(*b"CHF");
    /// Polish zloty.
    pub const PLN: Self = Self(*b"PLN");
    /// Japanese yen.
    pub const JPY: Self = Self(*b"JPY");
    /// Chinese yuan.
    pub const CNY: Self = Self(*b"CNY");
    /// Ukrainian hryvnia.
    pub const UAH: Self = Self(*b"UAH");

    /// Takes a code of three upper-case ASCII letters.
    ///
    /// # Errors
    /// [`InvalidValue`] for any other text.
    pub fn new(code: &str) -> Result<Self, InvalidValue> {
        Self::from_bytes(code.as_bytes())
            .ok_or_else(|| InvalidValue::new("currency", code, "three upper-case letters such as EUR"))
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let code: [u8; 3] = bytes.try_into().ok()?;
        code.iter().all(u8::is_ascii_uppercase).then_some(Self(code))
    }

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        // INVARIANT: only ASCII letters are ever stored, so this never falls back.
        str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl FromStr for Currency {
    type Err = InvalidValue;
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::new(text)
    }
}
impl TryFrom<String> for Currency {
    type Error = InvalidValue;
    fn try_from(text: String) -> Result<Self, InvalidValue> {
        Self::new(&text)
    }
}
impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// An amount in a currency. Amounts are decimal and exact; they are never floats.
///
/// Two amounts in different currencies are neither equal nor ordered.
///
/// ```
/// use contactdb::{Currency, Money};
/// let price = Money::new(12_500, Currency::EUR);
/// assert_eq!(price.to_string(), "12500 EUR");
/// assert!(price < Money::new(13_000, Currency::EUR));
/// assert_eq!(price.partial_cmp(&Money::new(1, Currency::USD)), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// How much, in whole units of the currency (euros, not cents).
    pub amount: Decimal,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// An amount in whole units of the currency.
    #[must_use]
    pub fn new(amount: impl Into<Decimal>, currency: Currency) -> Self {
        Self { amount: amount.into(), currency }
    }
}

impl PartialOrd for Money {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        (self.currency == other.currency).then(|| self.amount.cmp(&other.amount))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}
