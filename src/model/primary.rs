//! The one of several that is meant when only one is.

use super::{Address, Affiliation, Contact, EmailAddress, Labelled, PhoneNumber};

/// The one that is marked as primary, else the first.
fn chief<T>(values: &[T], marked: impl Fn(&T) -> bool) -> Option<&T> {
    values.iter().find(|value| marked(value)).or_else(|| values.first())
}

impl<T> Labelled<T> {
    /// The one of several that is meant when only one is: marked as primary, else the first; `None` if there is none. For all
    /// lists of labelled values: e-mail addresses, phones, postal addresses, of people and of companies.
    ///
    /// ```
    /// use contactdb::{Company, Labelled};
    /// let acme = Company::new("Acme").phone("+44 20 7946 0018").phone("+44 20 7946 0019");
    /// assert_eq!(Labelled::primary_of(&acme.phones).map(|phone| phone.as_str()), Some("+44 20 7946 0018"));
    /// ```
    #[must_use]
    pub fn primary_of(values: &[Self]) -> Option<&T> {
        chief(values, |value| value.primary).map(|value| &value.value)
    }
}

impl Contact {
    /// The e-mail address that is meant when only one is: marked as primary, else the first.
    ///
    /// ```
    /// use contactdb::{Contact, EmailAddress, Labelled};
    /// let own = Labelled::new(EmailAddress::new("ada@home.example")?).label("home").primary();
    /// let ada = Contact::named("Ada", "Lovelace").email("ada@acme.example").email(own);
    /// assert_eq!(ada.primary_email().map(EmailAddress::as_str), Some("ada@home.example"));
    /// assert_eq!(ada.primary_phone(), None);
    /// # Ok::<(), contactdb::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn primary_email(&self) -> Option<&EmailAddress> {
        Labelled::primary_of(&self.emails)
    }

    /// The phone number that is meant when only one is: marked as primary, else the first.
    #[must_use]
    pub fn primary_phone(&self) -> Option<&PhoneNumber> {
        Labelled::primary_of(&self.phones)
    }

    /// The postal address that is meant when only one is: marked as primary, else the first.
    #[must_use]
    pub fn primary_address(&self) -> Option<&Address> {
        Labelled::primary_of(&self.addresses)
    }

    /// The affiliation that is meant when only one is: marked as primary, else the first. Its company is the attribute
    /// `company`.
    #[must_use]
    pub fn primary_affiliation(&self) -> Option<&Affiliation> {
        chief(&self.affiliations, |one| one.primary == Some(true))
    }
}
