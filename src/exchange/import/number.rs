//! How people write numbers.

/// The digits of a number as programs write them, with a point before the decimals; `None` if it is none.
///
/// Where a point and a comma stand, the last of them comes before the decimals, and the other one groups. Where one stands alone it is
/// the sign of decimals if `decimal_comma` says so, or if it can't group: groups have three digits, or two in front of others as in India.
pub(super) fn plain(text: &str, decimal_comma: bool) -> Option<String> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, decimals) = match sign_of_decimals(digits, decimal_comma) {
        Some(sign) => digits.rsplit_once(sign)?,
        None => (digits, ""),
    };
    let groups: Vec<&str> = whole.split(is_group).collect();
    let are_digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    let well_grouped = match groups.as_slice() {
        [alone] => !(alone.is_empty() && decimals.is_empty()),
        [first, inner @ .., last] => {
            (1..=3).contains(&first.len())
                && last.len() == 3
                && inner.iter().all(|group| (2..=3).contains(&group.len()))
        }
        [] => false,
    };
    let mut signs = whole.chars().filter(|c| is_group(*c));
    let first = signs.next();
    let one_sign = signs.all(|sign| Some(sign) == first);
    let good = well_grouped && one_sign && groups.iter().all(are_digits) && are_digits(&decimals);
    let point = if decimals.is_empty() { "" } else { "." };
    good.then(|| format!("{sign}{}{point}{decimals}", if whole.is_empty() { "0".into() } else { groups.concat() }))
}

/// What can stand between groups of digits.
fn is_group(c: char) -> bool {
    matches!(c, '.' | ',' | ' ' | '\u{A0}' | '\u{202F}' | '\'' | '\u{2019}')
}

fn sign_of_decimals(digits: &str, decimal_comma: bool) -> Option<char> {
    let last = digits.rfind(['.', ',']).and_then(|at| digits.get(at..)?.chars().next())?;
    if digits.matches(last).count() > 1 {
        return None;
    }
    let (before, behind) = digits.split_once(last)?;
    let alone = !before.contains(['.', ',']);
    let can_group = behind.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
    let meant = (last == ',') == decimal_comma;
    (!alone || meant || !can_group).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, point, comma) in [
            ("42", "42", "42"),
            ("-42", "-42", "-42"),
            ("+1.5", "1.5", "1.5"),
            ("12,50", "12.50", "12.50"),
            ("3.75", "3.75", "3.75"),
            ("0,5", "0.5", "0.5"),
            ("0,125", "0.125", "0.125"),
            (",5", "0.5", "0.5"),
            ("1,234", "1234", "1.234"),
            ("1.234", "1.234", "1234"),
            ("1.234,56", "1234.56", "1234.56"),
            ("1,234.56", "1234.56", "1234.56"),
            ("1,234,567", "1234567", "1234567"),
            ("12,34,567.8", "1234567.8", "1234567.8"),
            ("1 234 567,8", "1234567.8", "1234567.8"),
            ("1'234.50", "1234.50", "1234.50"),
            ("1\u{202F}234,5", "1234.5", "1234.5"),
        ] {
            assert_eq!(plain(text, false).as_deref(), Some(point), "{text}");
            assert_eq!(plain(text, true).as_deref(), Some(comma), "{text} with a comma before decimals");
        }
    }

    #[test]
    fn what_only_has_digits_is_no_number() {
        for text in [
            "",
            "-",
            ".",
            ",",
            "1,2,3",
            "38, 40",
            "555 1234",
            "10.12.11",
            "1.2.3",
            "1,23,45",
            "1 2",
            "1,234 567",
            "5%",
            "1e5",
            "12-3",
            "1,,234",
            "1.234.56",
            "1234,567,890",
        ] {
            assert_eq!(plain(text, false), None, "{text}");
            assert_eq!(plain(text, true), None, "{text} with a comma before decimals");
        }
    }
}
