//! Phone numbers: one form for each, by whoever knows the numbering plans.

use std::fmt;
use std::sync::Arc;

use crate::model::{PhoneNumber, Region};

/// Knows the numbering plans of the world, and so what number a text stands for.
///
/// Given to a database with [`Options::phone_normalizer`](crate::Options::phone_normalizer), it decides which texts are one number: in
/// look-up, unique fields, quick search, imports, and `=`, `!=` and `in` of segments. Without one, the digits alone count, and a national number is another than the same one with its
/// country. The feature `phone` has one, `PhoneMetadata`.
///
/// It is asked with each phone number that is written or looked up, and must always answer alike: the keys in the file are made with it.
///
/// ```
/// use contactdb::{By, Contact, Options, PhoneNormalizer, PhoneNumber, Read, Region};
///
/// /// Knows one country, and of that one what is dialled before a national number.
/// #[derive(Debug)]
/// struct British;
///
/// impl PhoneNormalizer for British {
///     fn name(&self) -> &str {
///         "british 1"
///     }
///     fn e164(&self, number: &PhoneNumber) -> Option<String> {
///         let digits = number.digits();
///         match (number.region().as_ref().map(Region::code), digits.strip_prefix('0')) {
///             (Some("GB"), Some(national)) => Some(format!("+44{national}")),
///             _ => digits.starts_with('+').then_some(digits),
///         }
///     }
/// }
///
/// let db = Options::new().phone_normalizer(British).default_region(Region::new("GB")?).in_memory()?;
/// let mut tx = db.write()?;
/// let ada = tx.insert(&Contact::named("Ada", "Lovelace").phone("020 7946 0123"))?;
/// tx.commit()?;
/// assert_eq!(db.read()?.find::<Contact>(&By::phone("+44 20 7946 0123"))?, [ada]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait PhoneNormalizer: fmt::Debug + Send + Sync {
    /// Its name and its version, such as `plans 9.0`: kept in the file, of which the keys are made anew when it is another. At most 64
    /// bytes count.
    fn name(&self) -> &str;

    /// The number as E.164 writes it: `+`, country code and national number in ASCII digits, without the extension. `None` if it can't be
    /// said; then the digits alone count, as they do for an answer of another form. The last four digits are those that were typed: by
    /// them segments tell most numbers apart without asking.
    fn e164(&self, number: &PhoneNumber) -> Option<String>;
}

/// Knows no plans: the digits alone count.
#[derive(Debug, Clone, Copy)]
struct Digits;

/// The name of the form in which digits alone count; that of a file that names none.
pub(crate) const DIGITS: &str = "digits";

/// So much of a name counts, in bytes.
const MAX_NAME: usize = 64;

impl PhoneNormalizer for Digits {
    fn name(&self) -> &'static str {
        DIGITS
    }
    fn e164(&self, _: &PhoneNumber) -> Option<String> {
        None
    }
}

/// How phone numbers are read: who says what number a text stands for, and the region in which it is meant. Shared.
#[derive(Debug, Clone)]
pub(crate) struct Phones {
    normalizer: Arc<dyn PhoneNormalizer>,
    pub(crate) region: Option<Region>,
}

impl Default for Phones {
    fn default() -> Self {
        Self::new(Digits)
    }
}

impl Phones {
    pub(crate) fn new(normalizer: impl PhoneNormalizer + 'static) -> Self {
        Self { normalizer: Arc::new(normalizer), region: None }
    }

    pub(crate) fn name(&self) -> &str {
        let name = self.normalizer.name();
        name.get(..name.floor_char_boundary(MAX_NAME)).unwrap_or_default()
    }

    /// The number in the form of E.164, if it has one.
    pub(crate) fn e164(&self, number: &PhoneNumber) -> Option<String> {
        self.normalizer.e164(number).filter(|text| is_e164(text))
    }

    /// A number that was typed without saying where, meant in the region that is usual.
    pub(crate) fn here(&self, number: PhoneNumber) -> PhoneNumber {
        match self.region.filter(|_| number.region().is_none()) {
            Some(region) => number.in_region(region),
            None => number,
        }
    }

    /// The number by which it is found: as E.164 writes it or else its digits. `true` for the first: then it is one whole number, whatever
    /// region it was meant in.
    pub(crate) fn number(&self, number: &PhoneNumber) -> (String, bool) {
        match self.e164(number) {
            Some(normal) => (normal, true),
            None => (number.digits(), false),
        }
    }
}

/// A few numbers in the plans are longer than the fifteen digits of E.164.
fn is_e164(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (2..=20).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Says(&'static str);

    impl PhoneNormalizer for Says {
        fn name(&self) -> &str {
            self.0
        }
        fn e164(&self, _: &PhoneNumber) -> Option<String> {
            Some(self.0.to_owned())
        }
    }

    #[test]
    fn an_answer_of_another_form_is_none() {
        let number = PhoneNumber::new("020 7946 0123").unwrap();
        assert_eq!(Phones::new(Says("+442079460123")).number(&number), ("+442079460123".into(), true));
        for bad in ["", "+", "+4", "442079460123", "+44 20", "+44\0", "+123456789012345678901"] {
            assert_eq!(Phones::new(Says(bad)).number(&number), ("02079460123".into(), false), "{bad}");
        }
    }

    #[test]
    fn a_long_name_is_cut() {
        let long: &'static str = "\u{FC}".repeat(50).leak();
        assert_eq!(Phones::new(Says(long)).name().len(), 64);
    }
}
