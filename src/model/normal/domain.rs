//! Domains: one form for each, whatever its case and whether it is written in its own script or as `xn--`.

use unicode_normalization::UnicodeNormalization;

use super::punycode;
use crate::model::is_joining;

const ENCODED: &str = "xn--";

/// The form in which domains are compared: small letters of the domain's own script.
///
/// Not the encoded one, so that one finds a domain of any script by typing how it begins. Other than the fold of keys, it keeps
/// apart what registries keep apart: `\u{DF}` and `ss` make two domains (IDNA 2008).
pub(crate) fn fold_domain(domain: &str) -> String {
    if domain.is_ascii() && !has_encoded(domain) {
        return domain.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(domain.len());
    for (at, label) in fold_host(domain).split('.').enumerate() {
        if at > 0 {
            out.push('.');
        }
        match decoded(label) {
            Some(decoded) => out.push_str(&decoded),
            None => out.push_str(label),
        }
    }
    out
}

/// The domain in ASCII, as mail and name servers know it; `None` if a label is too long for that, or has what none can have.
pub(crate) fn ascii_domain(domain: &str) -> Option<String> {
    let labels = fold_domain(domain);
    let labels = labels.split('.').map(|label| {
        if label.is_ascii() {
            return Some(label.to_owned());
        }
        let encoded = format!("{ENCODED}{}", punycode::encode(label)?);
        // Folded, some signs are such as no label has: those would not come back.
        (encoded.len() <= 63 && decoded(&encoded).as_deref() == Some(label)).then_some(encoded)
    });
    Some(labels.collect::<Option<Vec<String>>>()?.join("."))
}

fn has_encoded(domain: &str) -> bool {
    domain.split('.').any(|label| label.get(..ENCODED.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(ENCODED)))
}

/// Small letters one by one: the end of a word makes no other sigma here.
fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

/// As [`fold`], but for a domain with a sign that stands for others (`\u{2100}` for a/c) of which one would end it: it would be
/// the domain of somebody else.
fn fold_host(domain: &str) -> String {
    let ends = |text: &str| text.matches(['/', '?', '#', '@', ':']).count();
    let folded = fold(domain);
    if ends(&folded) > ends(domain) { domain.to_lowercase() } else { folded }
}

/// What an encoded label says; `None` for one that is no label's encoded form, which stays as it is.
fn decoded(label: &str) -> Option<String> {
    let rest = label.strip_prefix(ENCODED)?;
    let decoded = punycode::decode(rest)?;
    let is_of_label = |c: char| c.is_alphanumeric() || c == '-' || is_joining(c);
    let whole = !decoded.is_ascii() && fold(&decoded) == decoded && decoded.chars().all(is_of_label);
    whole.then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_one_in_its_script_and_encoded() {
        for same in ["b\u{FC}cher.example", "B\u{DC}CHER.Example", "bu\u{308}cher.example", "XN--BCHER-KVA.example"] {
            assert_eq!(fold_domain(same), "b\u{FC}cher.example", "{same}");
            assert_eq!(ascii_domain(same).as_deref(), Some("xn--bcher-kva.example"));
        }
        assert_eq!(ascii_domain("Acme.Example").as_deref(), Some("acme.example"));
        assert_eq!(
            ascii_domain("\u{4F8B}\u{3048}.\u{30C6}\u{30B9}\u{30C8}").as_deref(),
            Some("xn--r8jz45g.xn--zckzah")
        );
        assert_ne!(fold_domain("stra\u{DF}e.example"), fold_domain("strasse.example"));
        assert_eq!(ascii_domain("fu\u{DF}.example").as_deref(), Some("xn--fu-hia.example"));
    }

    #[test]
    fn a_label_that_no_encoded_one_says_has_no_form_in_ascii() {
        // A fraction is two numbers and a slash of its own.
        assert_eq!(fold_domain("a\u{BC}.example"), "a1\u{2044}4.example");
        assert_eq!(ascii_domain("a\u{BC}.example"), None);
    }

    #[test]
    fn no_sign_becomes_the_end_of_a_host() {
        for host in ["a\u{2100}.example", "evil.example\u{FF0F}x.example", "a\u{FF20}b.example", "a.example\u{FF1A}80"]
        {
            assert_eq!(fold_domain(host), host);
            assert_eq!(ascii_domain(host), None);
        }
        assert_eq!(fold_domain("\u{FF21}cme\u{FF0E}example"), "acme.example");
    }

    #[test]
    fn what_only_looks_encoded_stays_as_it_is() {
        for label in ["xn--", "xn--a", "xn--99999999", "xn--plain-", "xn--BCHER", "xn---"] {
            assert_eq!(fold_domain(label), label.to_ascii_lowercase());
        }
        assert_eq!(ascii_domain(&format!("{}.example", "\u{FC}".repeat(80))), None);
    }
}
