//! Fields that a spreadsheet would take for a formula.

/// What begins a formula, or a cell of its own: the list of OWASP ("CSV Injection"), with the signs of full width.
const SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}'];

/// Whether an apostrophe must stand before a text, so that it is taken for a text. One that has apostrophes already gets one
/// more, so that what was written can be told again.
pub(super) fn is_guarded(text: &str) -> bool {
    let first = text.as_bytes().first();
    // Nearly all begin with a letter or a digit.
    if first.is_none_or(u8::is_ascii_alphanumeric) {
        return false;
    }
    is_formula(text.trim_start_matches('\'')) && !is_harmless(text)
}

/// The text without the apostrophe that guards it.
pub(super) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_guarded(rest) => rest,
        _ => text,
    }
}

/// Spreadsheets overlook spaces before a formula, and what can't be seen.
fn is_formula(text: &str) -> bool {
    let unseen = |c: char| !SIGNS.contains(&c) && (c.is_whitespace() || c.is_control() || is_invisible(c));
    text.trim_start_matches(unseen).starts_with(SIGNS)
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// A number, an amount in a currency, a phone number: a sign and then nothing but digits, which can't call anything. One with hyphens
/// is none, since spreadsheets work it out.
fn is_harmless(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['+', '-']) else { return false };
    let (number, currency) = match rest.rsplit_once(' ') {
        Some((number, code)) if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) => (number, true),
        _ => (rest, false),
    };
    let digits = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let plain = digits(number) && number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'.'));
    plain && number.bytes().filter(|byte| *byte == b'.').count() < 2 && !(currency && number.contains(' '))
}
