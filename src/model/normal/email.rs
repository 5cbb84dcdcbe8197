//! E-mail addresses: one form for each, and the mailbox behind several.

use super::domain::{ascii_domain, fold_domain};
use crate::model::{EmailAddress, key_fold};

impl EmailAddress {
    /// The form in which addresses are compared: by this two are one key. Case and width do not count, and a domain in its own
    /// script is the same as its `xn--` form.
    ///
    /// ```
    /// use contactdb::EmailAddress;
    /// let (typed, encoded) = (EmailAddress::new("Ada@B\u{DC}CHER.example")?, EmailAddress::new("ada@xn--bcher-kva.example")?);
    /// assert_eq!(typed.normal(), "ada@b\u{FC}cher.example");
    /// assert_eq!(typed.normal(), encoded.normal());
    /// # Ok::<(), contactdb::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn normal(&self) -> String {
        fold_email(self.as_str())
    }

    /// The address with its domain in ASCII, as mail programs send it; the local part as it was typed. `None` if the domain has no
    /// such form: a label of it would be too long, or has signs that no label can have.
    ///
    /// ```
    /// use contactdb::EmailAddress;
    /// assert_eq!(EmailAddress::new("Ada@b\u{FC}cher.example")?.ascii().as_deref(), Some("Ada@xn--bcher-kva.example"));
    /// # Ok::<(), contactdb::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn ascii(&self) -> Option<String> {
        let (local, domain) = self.as_str().rsplit_once('@')?;
        Some(format!("{local}@{}", ascii_domain(domain)?))
    }

    /// The mailbox to which mail for this address goes, as far as the rules of large providers are known: Gmail ignores dots and
    /// what follows a `+`, and is the same under `googlemail.com`; Outlook, iCloud, Fastmail and Proton ignore what follows a `+`, Yahoo
    /// what follows a `-`. In the form of [`normal`](Self::normal).
    ///
    /// Two addresses of one mailbox belong to one person, yet are two keys: somebody may want mail to each of them.
    ///
    /// ```
    /// use contactdb::EmailAddress;
    /// assert_eq!(EmailAddress::new("Ada.Lovelace+news@googlemail.com")?.mailbox(), "adalovelace@gmail.com");
    /// assert_eq!(EmailAddress::new("Ada.Lovelace+news@acme.example")?.mailbox(), "ada.lovelace+news@acme.example");
    /// # Ok::<(), contactdb::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn mailbox(&self) -> String {
        let normal = self.normal();
        let Some((local, domain)) = normal.rsplit_once('@') else { return normal };
        let provider = PROVIDERS.iter().find(|provider| provider.domains.contains(&domain));
        let Some(provider) = provider else { return normal };
        // An address that begins with the sign is no tag of nobody.
        let whole = local.split(provider.tag).next().filter(|whole| !whole.is_empty()).unwrap_or(local);
        let domain = provider.one.unwrap_or(domain);
        if provider.dots { format!("{whole}@{domain}") } else { format!("{}@{domain}", whole.replace('.', "")) }
    }
}

/// The key form of an address, or of what somebody has typed of one.
pub(crate) fn fold_email(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{}", fold_local(local), fold_domain(domain)),
        None => key_fold(text),
    }
}

/// As the fold of keys, but for a sign that stands for a space and a mark (`\u{A8}`): no address has a space.
fn fold_local(local: &str) -> String {
    let spaces = |text: &str| text.chars().filter(|c| c.is_whitespace()).count();
    let folded = key_fold(local);
    if spaces(&folded) > spaces(local) { local.to_lowercase() } else { folded }
}

/// How a provider of mailboxes reads addresses.
struct Provider {
    domains: &'static [&'static str],
    /// What it ignores begins with this sign.
    tag: char,
    /// Whether dots count.
    dots: bool,
    /// The domain that stands for all of them, where they share their mailboxes.
    one: Option<&'static str>,
}

const PROVIDERS: &[Provider] = &[
    Provider { domains: &["gmail.com", "googlemail.com"], tag: '+', dots: false, one: Some("gmail.com") },
    Provider {
        domains: &["outlook.com", "hotmail.com", "live.com", "msn.com", "fastmail.com", "fastmail.fm"],
        tag: '+',
        dots: true,
        one: None,
    },
    Provider { domains: &["icloud.com", "me.com", "mac.com"], tag: '+', dots: true, one: Some("icloud.com") },
    Provider { domains: &["proton.me", "protonmail.com", "pm.me"], tag: '+', dots: false, one: Some("proton.me") },
    Provider { domains: &["yahoo.com", "ymail.com", "rocketmail.com"], tag: '-', dots: true, one: None },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> EmailAddress {
        EmailAddress::new(text).unwrap()
    }

    #[test]
    fn mailboxes_follow_the_rules_of_their_provider() {
        for (typed, mailbox) in [
            ("A.D.A@gmail.com", "ada@gmail.com"),
            ("ada+x+y@GoogleMail.com", "ada@gmail.com"),
            ("+news@gmail.com", "+news@gmail.com"),
            ("ada.l+x@outlook.com", "ada.l@outlook.com"),
            ("ada@me.com", "ada@icloud.com"),
            ("ada-shop@yahoo.com", "ada@yahoo.com"),
            ("ada-shop@gmail.com", "ada-shop@gmail.com"),
            ("A.da+x@acme.example", "a.da+x@acme.example"),
        ] {
            assert_eq!(address(typed).mailbox(), mailbox);
            // The mailbox of a mailbox is itself.
            assert_eq!(address(&address(typed).mailbox()).mailbox(), mailbox);
        }
    }

    #[test]
    fn marks_count_and_case_and_width_do_not() {
        assert_eq!(address("JOS\u{C9}@x.example").normal(), address("jose\u{301}@X.example").normal());
        assert_ne!(address("jos\u{E9}@x.example").normal(), address("jose@x.example").normal());
        assert_eq!(address("\u{FF21}da@x.example").normal(), "ada@x.example");
    }

    #[test]
    fn a_sign_that_stands_for_a_space_and_a_mark_stays_as_it_is() {
        for (typed, normal) in
            [("\u{A8}A.r@x.example", "\u{A8}a.r@x.example"), ("a\u{B4}B@x.example", "a\u{B4}b@x.example")]
        {
            assert_eq!(address(typed).normal(), normal);
            assert_eq!(address(normal).normal(), normal);
        }
    }
}
