//! Web addresses: one form for each.

use super::domain::fold_domain;
use crate::model::WebAddress;

impl WebAddress {
    /// The form in which addresses are compared: by this two are one key. The case of scheme and host does not count, nor do
    /// `http://` and `https://`, their usual port, and slashes at the end of the path; a host in its own script is the same as its `xn--` form.
    /// All else counts, `www.` and the case of the path too.
    ///
    /// ```
    /// use contactdb::WebAddress;
    /// for same in ["acme.example/About", "https://ACME.example/About/", "HTTP://acme.example:80/About"] {
    ///     assert_eq!(WebAddress::new(same)?.normal(), "acme.example/About");
    /// }
    /// assert_eq!(WebAddress::new("https://www.acme.example/?q=A#b")?.normal(), "www.acme.example?q=A#b");
    /// # Ok::<(), contactdb::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn normal(&self) -> String {
        let (scheme, rest) = split_scheme(self.as_str());
        // What is left of a page's address may itself look like one with a scheme; only the first is one.
        let port = match scheme.as_deref() {
            Some("http") => Some("80"),
            Some("https") => Some("443"),
            _ => None,
        };
        let is_page = scheme.is_none() || port.is_some();
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let end = rest.find(['?', '#']).unwrap_or(rest.len());
        let (path, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let path = if is_page { path.trim_end_matches('/') } else { path };
        let host = host(authority, port);
        match scheme.filter(|_| !is_page) {
            Some(scheme) => format!("{scheme}://{host}{path}{rest}"),
            None => format!("{host}{path}{rest}"),
        }
    }

    /// The host, in the form in which hosts are compared, without a port: `acme.example` for `https://ACME.example:8080/about`.
    ///
    /// ```
    /// use contactdb::WebAddress;
    /// assert_eq!(WebAddress::new("https://ada@ACME.example:8080/about")?.host(), "acme.example");
    /// # Ok::<(), contactdb::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn host(&self) -> String {
        let (_, rest) = split_scheme(self.as_str());
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (_, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let mut name = host.trim_end_matches('.');
        while let (shorter, Some(_)) = split_port(name) {
            name = shorter.trim_end_matches('.');
        }
        fold_domain(name)
    }
}

fn split_scheme(text: &str) -> (Option<String>, &str) {
    match text.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(['/', '?', '#']) => (Some(scheme.to_ascii_lowercase()), rest),
        _ => (None, text),
    }
}

/// A host and its port; an IPv6 address has colons of its own.
fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, Some(port)),
        _ => (host, None),
    }
}

fn host(authority: &str, usual: Option<&str>) -> String {
    let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(user, host)| (user, host));
    // Colons without a port say nothing.
    let (name, port) = split_port(host.trim_end_matches(':'));
    let at = if authority.contains('@') { "@" } else { "" };
    let name = fold_domain(name.trim_end_matches(':'));
    match port.filter(|port| !port.is_empty() && usual != Some(*port)) {
        Some(port) => format!("{user}{at}{name}:{port}"),
        None => format!("{user}{at}{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> String {
        WebAddress::new(text).unwrap().normal()
    }

    #[test]
    fn addresses_of_one_page_are_one() {
        for (left, right) in [
            ("http://b\u{FC}cher.example", "https://XN--bcher-kva.example/"),
            ("https://a.example:443/x", "a.example/x"),
            ("https://a.example//", "a.example"),
            ("https://a.example/?q", "a.example?q"),
            ("FTP://A.example/x", "ftp://a.example/x"),
            ("http://u@A.example:80", "u@a.example"),
        ] {
            if WebAddress::new(right).is_ok() {
                assert_eq!(normal(left), normal(right), "{left} {right}");
            } else {
                assert_eq!(normal(left), right);
            }
        }
    }

    #[test]
    fn colons_without_a_port_say_nothing() {
        for text in ["ftp://a.example::444:/X", "ftp://a.example:444/X", "ftp://a.example:::444::/X"] {
            assert_eq!(normal(text), "ftp://a.example:444/X", "{text}");
        }
    }

    #[test]
    fn a_host_is_without_ports_and_dots_at_its_end_in_whatever_order() {
        for text in ["http://a.example.:80", "http://a.example:8.", "http://a.example:8.:80..", "http://u@A.example:"] {
            assert_eq!(WebAddress::new(text).unwrap().host(), "a.example", "{text}");
        }
    }

    #[test]
    fn addresses_of_other_pages_are_others() {
        for (left, right) in [
            ("https://www.a.example", "https://a.example"),
            ("https://a.example/x", "https://a.example/X"),
            ("https://a.example:8443", "https://a.example"),
            ("https://a.example?q", "https://a.example"),
            ("ftp://a.example", "https://a.example"),
        ] {
            assert_ne!(normal(left), normal(right), "{left} {right}");
        }
        assert_eq!(normal("https://[2001:db8::1]:8080/x"), "[2001:db8::1]:8080/x");
    }
}
