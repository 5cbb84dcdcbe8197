//! Punycode (RFC 3492): a label of a domain in any script as letters, digits and hyphens, and back.

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST_CODE: u32 = 0x80;

/// The longest label, in bytes or characters; encoding takes the square of it.
const MAX_LABEL: usize = 63;

/// The encoded label, without `xn--`; `None` for one that is too long.
pub(super) fn encode(label: &str) -> Option<String> {
    let chars: Vec<u32> = label.chars().map(u32::from).collect();
    if chars.len() > MAX_LABEL {
        return None;
    }
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let plain = u32::try_from(out.len()).ok()?;
    let mut done = plain;
    if plain > 0 {
        out.push('-');
    }
    let (mut code, mut delta, mut bias) = (FIRST_CODE, 0_u32, FIRST_BIAS);
    while usize::try_from(done).is_ok_and(|done| done < chars.len()) {
        let next = chars.iter().copied().filter(|c| *c >= code).min()?;
        delta = delta.checked_add((next - code).checked_mul(done + 1)?)?;
        code = next;
        for c in &chars {
            if *c < code {
                delta = delta.checked_add(1)?;
            }
            if *c == code {
                number(&mut out, delta, bias)?;
                bias = adapt(delta, done + 1, done == plain);
                (delta, done) = (0, done + 1);
            }
        }
        (delta, code) = (delta.checked_add(1)?, code + 1);
    }
    Some(out)
}

/// The label that was encoded; `None` for a text that encodes none.
pub(super) fn decode(text: &str) -> Option<String> {
    if text.len() > MAX_LABEL || !text.is_ascii() {
        return None;
    }
    let (plain, encoded) = text.rsplit_once('-').unwrap_or(("", text));
    let mut out: Vec<char> = plain.chars().collect();
    let (mut code, mut at, mut bias) = (FIRST_CODE, 0_u32, FIRST_BIAS);
    let mut digits = encoded.bytes();
    while digits.len() > 0 {
        let before = at;
        let (mut weight, mut k) = (1_u32, BASE);
        loop {
            let digit = value(digits.next()?)?;
            at = at.checked_add(digit.checked_mul(weight)?)?;
            let threshold = threshold(k, bias);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k += BASE;
        }
        let count = u32::try_from(out.len()).ok()? + 1;
        bias = adapt(at - before, count, before == 0);
        code = code.checked_add(at / count)?;
        at %= count;
        out.insert(usize::try_from(at).ok()?, char::from_u32(code)?);
        at += 1;
    }
    Some(out.into_iter().collect())
}

/// Appends a number of variable length.
fn number(out: &mut String, mut rest: u32, bias: u32) -> Option<()> {
    let mut k = BASE;
    loop {
        let threshold = threshold(k, bias);
        if rest < threshold {
            out.push(char::from_digit(rest, BASE).map(letter)?);
            return Some(());
        }
        let digit = threshold + (rest - threshold) % (BASE - threshold);
        out.push(char::from_digit(digit, BASE).map(letter)?);
        rest = (rest - threshold) / (BASE - threshold);
        k += BASE;
    }
}

/// Punycode counts from `a` to `z`, then from `0` to `9`; other numbers of that base begin with the digits.
fn letter(digit: char) -> char {
    let value = digit.to_digit(BASE).unwrap_or_default();
    if value < 26 { shifted(b'a', value) } else { shifted(b'0', value - 26) }
}

fn shifted(first: u8, by: u32) -> char {
    char::from_u32(u32::from(first) + by).unwrap_or('a')
}

fn value(letter: u8) -> Option<u32> {
    match letter {
        b'a'..=b'z' => Some(u32::from(letter - b'a')),
        b'A'..=b'Z' => Some(u32::from(letter - b'A')),
        b'0'..=b'9' => Some(u32::from(letter - b'0') + 26),
        _ => None,
    }
}

fn threshold(k: u32, bias: u32) -> u32 {
    k.saturating_sub(bias).clamp(T_MIN, T_MAX)
}

fn adapt(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::cases;

    #[test]
    fn the_samples_of_the_rfc_and_known_domains_come_out_as_published() {
        for (label, encoded) in [
            ("b\u{FC}cher", "bcher-kva"),
            ("m\u{FC}nchen", "mnchen-3ya"),
            ("stra\u{DF}e", "strae-oqa"),
            // RFC 3492, section 7.1: (B) Chinese, (D) Czech, (J) Spanish.
            ("\u{4ED6}\u{4EEC}\u{4E3A}\u{4EC0}\u{4E48}\u{4E0D}\u{8BF4}\u{4E2D}\u{6587}", "ihqwcrb4cv8a8dqg056pqjye"),
            ("Pro\u{10D}prost\u{11B}nemluv\u{ED}\u{10D}esky", "Proprostnemluvesky-uyb24dma41a"),
            ("Porqu\u{E9}nopuedensimplementehablarenEspa\u{F1}ol", "PorqunopuedensimplementehablarenEspaol-fmd56a"),
            ("\u{1F4A9}", "ls8h"),
        ] {
            assert_eq!(encode(label).as_deref(), Some(encoded));
            assert_eq!(decode(encoded).as_deref(), Some(label));
        }
        assert_eq!(encode("plain").as_deref(), Some("plain-"));
        for bad in ["\u{FC}", "a\u{0}b!", "99999999", &"a".repeat(64)] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    proptest! {
        #![proptest_config(cases(300))]
        #[test]
        fn what_was_encoded_is_decoded_and_nothing_panics(label in "\\PC{1,40}", noise in "[a-z0-9-]{0,70}") {
            if let Some(encoded) = encode(&label) && encoded.len() <= MAX_LABEL {
                prop_assert_eq!(decode(&encoded), Some(label));
            }
            if let Some(label) = decode(&noise) {
                prop_assert!(label.chars().count() <= MAX_LABEL);
                encode(&label);
            }
        }
    }
}
