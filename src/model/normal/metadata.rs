//! Phone numbers by Google's tables of the numbering plans.

use std::sync::LazyLock;

use rlibphonenumber::{PhoneNumberFormat, PhoneNumberUtil, Region};

use super::phone::PhoneNormalizer;
use crate::model::PhoneNumber;

/// The tables, made from data in the program. They are always there; a test says so.
static PLANS: LazyLock<Option<PhoneNumberUtil>> = LazyLock::new(|| PhoneNumberUtil::new().ok());

/// A [`PhoneNormalizer`] that knows the numbering plans of the world, from Google's libphonenumber. With the feature `phone`.
///
/// Its tables take about 2 MB of the program and some milliseconds and megabytes when it is first asked; each number takes about a
/// microsecond. A new version of them may read a few numbers otherwise; then the keys of a file are made anew:
/// see [`Options::rebuild_phone_keys`](crate::Options::rebuild_phone_keys).
///
/// ```
/// use contactdb::{By, Contact, Options, PhoneMetadata, Read, Region};
/// let db = Options::new().phone_normalizer(PhoneMetadata).default_region(Region::new("GB")?).in_memory()?;
/// let mut tx = db.write()?;
/// let ada = tx.insert(&Contact::named("Ada", "Lovelace").phone("(020) 7946 0123"))?;
/// tx.commit()?;
/// let snapshot = db.read()?;
/// for written in ["+44 20 7946 0123", "020 7946 0123", "00 44 20 79460123", "tel:+44-20-7946-0123"] {
///     assert_eq!(snapshot.find::<Contact>(&By::phone(written))?, [ada]);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct PhoneMetadata;

impl PhoneNormalizer for PhoneMetadata {
    // The dependency is pinned to the version that this names.
    fn name(&self) -> &'static str {
        "libphonenumber 9.0.42"
    }

    fn e164(&self, number: &PhoneNumber) -> Option<String> {
        let plans = PLANS.as_ref()?;
        let region = number.region().and_then(|region| region.code().parse::<Region>().ok());
        let parsed = plans.parse(number.as_str(), region).ok()?;
        Some(plans.format(&parsed, PhoneNumberFormat::E164).to_string())
    }
}
