//! Postal addresses: the form in which they are compared, and the country.

use super::country::Country;
use crate::model::{Address, key_fold};

impl Address {
    /// The country, by whatever name or code the address says it; `None` if it says none, or one that is not known.
    ///
    /// ```
    /// use contactdb::Address;
    /// let address = Address::new("1 Example Street", "K\u{F6}ln").country("Deutschland");
    /// assert_eq!(address.country_code(), Some("DE"));
    /// ```
    #[must_use]
    pub fn country_code(&self) -> Option<&'static str> {
        Some(Country::parse(self.country.as_deref()?)?.code())
    }

    /// The form in which addresses are compared; not one to be shown. White space and line breaks are one space, case and width do not count, the
    /// postcode is in capitals without spaces, the country its code where it is known.
    ///
    /// ```
    /// use contactdb::Address;
    /// let typed = Address::new(" 1  Example Street\nFlat 2 ", "LONDON").postcode("sw1a 1aa").country("England");
    /// let normal = typed.normal();
    /// assert_eq!(normal.street.as_deref(), Some("1 example street flat 2"));
    /// assert_eq!(normal.postcode.as_deref(), Some("SW1A1AA"));
    /// assert_eq!(normal.country.as_deref(), Some("GB"));
    /// ```
    #[must_use]
    pub fn normal(&self) -> Self {
        let folded = |part: &Option<String>| part.as_deref().map(folded).filter(|text| !text.is_empty());
        Self {
            street: folded(&self.street),
            city: folded(&self.city),
            region: folded(&self.region),
            postcode: self.postcode.as_deref().map(postcode).filter(|text| !text.is_empty()),
            country: self.country_code().map(str::to_owned).or_else(|| folded(&self.country)),
            unknown: self.unknown.clone(),
        }
    }
}

fn folded(text: &str) -> String {
    key_fold(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Folded twice: without spaces, marks may come to stand behind letters.
fn postcode(text: &str) -> String {
    key_fold(&key_fold(text).split_whitespace().collect::<String>()).to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_differ_in_spaces_and_case_are_the_same() {
        let one = Address::new("1 Example Street", "Graz").region("STEIERMARK").postcode("8010").country("AUT");
        let two =
            Address::new("1  EXAMPLE street\r\n", " graz").region("Steiermark ").postcode("80 10").country("Austria");
        assert_eq!(one.normal(), two.normal());
        assert_eq!(one.normal().normal(), one.normal());
        assert_eq!(Address::default().country(" \n").street, None);
        assert_eq!(Address::new("x", "y").country("Atlantis").normal().country.as_deref(), Some("atlantis"));
        assert_eq!(Address::new(" ", "y").normal().street, None);
    }
}
